/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/chat/td-reasoning.h"

#include <glib/gi18n.h>

#include "app/chat/td-chat-text.h"
#include "app/chat/td-text-feed.h"

struct _TdReasoning
{
  GtkWidget parent_instance;

  TdMessage *message; /* (owned) */
  gint64 since_us;    /* when it began; 0: before this was made */
  gint64 took_ms;     /* negative: not known */
  TdTextFeed feed;

  GtkWidget *expander; /* (unowned) */
  GtkWidget *title;    /* (unowned) */
  GtkWidget *view;     /* (unowned) (nullable): made when first unfolded */
};

G_DEFINE_FINAL_TYPE (TdReasoning, td_reasoning, GTK_TYPE_WIDGET)

static gboolean
is_thinking (TdReasoning *self)
{
  return td_message_get_state (self->message) == TD_MESSAGE_STATE_STREAMING &&
         td_message_get_text_length (self->message) == 0;
}

static void
update_title (TdReasoning *self)
{
  g_autofree char *title =
    is_thinking (self) ? g_strdup (_("Thinking…")) : td_chat_text_thought (self->took_ms);

  if (g_strcmp0 (gtk_label_get_label (GTK_LABEL (self->title)), title) == 0)
    return;
  gtk_label_set_label (GTK_LABEL (self->title), title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->expander), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  title, -1);
}

static void
add_view (TdReasoning *self)
{
  self->feed = (TdTextFeed) { 0 };
  self->view = td_markdown_view_new ();
  gtk_widget_add_css_class (self->view, "reasoning-text");
  gtk_expander_set_child (GTK_EXPANDER (self->expander), self->view);
}

static void
send_text (TdReasoning *self,
           gboolean     check)
{
  const char *text = td_message_get_reasoning (self->message);
  gsize length = td_message_get_reasoning_length (self->message);

  if (!self->view)
    return;
  if (!td_text_feed_send (&self->feed, TD_MARKDOWN_VIEW (self->view), text, length, check))
    {
      add_view (self);
      td_text_feed_send (&self->feed, TD_MARKDOWN_VIEW (self->view), text, length, FALSE);
    }
  if (td_message_get_state (self->message) != TD_MESSAGE_STATE_STREAMING)
    td_markdown_view_finish (TD_MARKDOWN_VIEW (self->view));
}

static void
update (TdReasoning *self)
{
  gboolean has_reasoning = td_message_get_reasoning_length (self->message) > 0;

  gtk_widget_set_visible (GTK_WIDGET (self), has_reasoning);
  if (!has_reasoning)
    return;
  if (is_thinking (self))
    {
      if (self->since_us == 0)
        self->since_us = g_get_monotonic_time ();
    }
  else if (self->since_us && self->took_ms < 0)
    self->took_ms = (g_get_monotonic_time () - self->since_us) / 1000;
  update_title (self);
}

static void
appended_cb (TdReasoning *self)
{
  update (self);
  send_text (self, FALSE);
}

static void
replaced_cb (TdReasoning *self)
{
  update (self);
  send_text (self, TRUE);
}

static void
expanded_cb (TdReasoning *self)
{
  if (!gtk_expander_get_expanded (GTK_EXPANDER (self->expander)) || self->view)
    return;
  add_view (self);
  send_text (self, FALSE);
}

static void
td_reasoning_dispose (GObject *object)
{
  TdReasoning *self = TD_REASONING (object);

  g_clear_pointer (&self->expander, gtk_widget_unparent);
  g_clear_object (&self->message);
  G_OBJECT_CLASS (td_reasoning_parent_class)->dispose (object);
}

static void
td_reasoning_class_init (TdReasoningClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = td_reasoning_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "reasoning");
}

static void
td_reasoning_init (TdReasoning *self)
{
  self->took_ms = -1;
  self->title = gtk_label_new (NULL);
  self->expander = gtk_expander_new (NULL);
  gtk_expander_set_label_widget (GTK_EXPANDER (self->expander), self->title);
  gtk_widget_set_parent (self->expander, GTK_WIDGET (self));
  g_signal_connect_object (self->expander, "notify::expanded", G_CALLBACK (expanded_cb), self,
                           G_CONNECT_SWAPPED);
}

/**
 * td_reasoning_new:
 * @message: a reply
 *
 * Returns: (transfer floating): its reasoning; invisible while there is none
 */
GtkWidget *
td_reasoning_new (TdMessage *message)
{
  TdReasoning *self = g_object_new (TD_TYPE_REASONING, NULL);

  self->message = g_object_ref (message);
  g_signal_connect_object (message, "appended", G_CALLBACK (appended_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (message, "notify::reasoning", G_CALLBACK (replaced_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (message, "notify::state", G_CALLBACK (replaced_cb), self,
                           G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}

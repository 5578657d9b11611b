/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/chat/td-reply-view.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "app/chat/td-chat-text.h"
#include "app/chat/td-reasoning.h"
#include "app/chat/td-reply-details.h"
#include "app/chat/td-text-feed.h"
#include "app/chat/td-tool-calls-box.h"
#include "app/chat/td-trouble-box.h"
#include "app/td-window.h"

struct _TdReplyView
{
  GtkWidget parent_instance;

  TdEngine *engine;   /* (owned) */
  TdMessage *message; /* (owned) */
  gboolean is_last;
  TdTextFeed feed;

  GtkWidget *reasoning; /* (unowned) */
  GtkWidget *text;      /* (unowned) */
  GtkWidget *trouble;   /* (unowned) */

  GtkWidget *box;
  GtkWidget *waiting;
  GtkLabel *waiting_label;
  GtkWidget *footer;
  GtkWidget *spinner;
  GtkLabel *summary;
  GtkWidget *copy_button;
  GtkWidget *regenerate_button;
  GtkMenuButton *details_button;
};

G_DEFINE_FINAL_TYPE (TdReplyView, td_reply_view, GTK_TYPE_WIDGET)

static void
copy_clicked_cb (TdReplyView *self)
{
  TdWindow *window = td_window_find (GTK_WIDGET (self));

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)),
                          td_message_get_text (self->message));
  if (window)
    td_window_say (window, _("The reply was copied."));
}

static void
create_details_cb (GtkMenuButton *button,
                   gpointer       user_data)
{
  TdReplyView *self = TD_REPLY_VIEW (user_data);

  gtk_menu_button_set_popover (button, td_reply_details_new (self->engine, self->message));
}

static void
add_text (TdReplyView *self)
{
  if (self->text)
    gtk_box_remove (GTK_BOX (self->box), self->text);
  self->feed = (TdTextFeed) { 0 };
  self->text = td_markdown_view_new ();
  gtk_box_insert_child_after (GTK_BOX (self->box), self->text, self->reasoning);
}

static void
send_text (TdReplyView *self,
           gboolean     check)
{
  const char *text = td_message_get_text (self->message);
  gsize length = td_message_get_text_length (self->message);

  if (!td_text_feed_send (&self->feed, TD_MARKDOWN_VIEW (self->text), text, length, check))
    {
      add_text (self);
      td_text_feed_send (&self->feed, TD_MARKDOWN_VIEW (self->text), text, length, FALSE);
    }
  gtk_widget_set_visible (self->text, length > 0);
}

static void
update_waiting (TdReplyView *self)
{
  gboolean is_waiting = td_message_get_state (self->message) == TD_MESSAGE_STATE_STREAMING &&
                        td_message_get_text_length (self->message) == 0 &&
                        td_message_get_reasoning_length (self->message) == 0;

  gtk_widget_set_visible (self->waiting, is_waiting);
  gtk_widget_set_visible (self->footer, !is_waiting);
}

static void
update_state (TdReplyView *self)
{
  TdMessageState state = td_message_get_state (self->message);
  gboolean is_streaming = state == TD_MESSAGE_STATE_STREAMING;
  /* The box above has that button then. */
  gboolean is_broken = state == TD_MESSAGE_STATE_FAILED || state == TD_MESSAGE_STATE_INTERRUPTED;
  gboolean has_text = td_message_get_text_length (self->message) > 0;
  g_autofree char *summary = td_chat_text_summary (self->message);

  if (!is_streaming)
    td_markdown_view_finish (TD_MARKDOWN_VIEW (self->text));
  gtk_label_set_label (self->summary, summary);
  gtk_widget_set_visible (self->spinner, is_streaming);
  gtk_widget_set_visible (self->copy_button, !is_streaming && has_text);
  gtk_widget_set_visible (self->regenerate_button, !is_streaming && !is_broken && self->is_last);
  gtk_widget_set_visible (GTK_WIDGET (self->details_button), !is_streaming);
  gtk_menu_button_set_popover (self->details_button, NULL);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_STATE_BUSY, is_streaming, -1);
  update_waiting (self);
}

static void
appended_cb (TdReplyView *self)
{
  send_text (self, FALSE);
  update_waiting (self);
}

static void
replaced_cb (TdReplyView *self)
{
  send_text (self, TRUE);
  update_state (self);
}

static void
td_reply_view_dispose (GObject *object)
{
  TdReplyView *self = TD_REPLY_VIEW (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), TD_TYPE_REPLY_VIEW);
  g_clear_object (&self->message);
  g_clear_object (&self->engine);
  G_OBJECT_CLASS (td_reply_view_parent_class)->dispose (object);
}

static void
td_reply_view_class_init (TdReplyViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = td_reply_view_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "reply");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_ARTICLE);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/dev/topdog/Marketplace/ui/td-reply-view.ui");
  gtk_widget_class_bind_template_child (widget_class, TdReplyView, box);
  gtk_widget_class_bind_template_child (widget_class, TdReplyView, waiting);
  gtk_widget_class_bind_template_child (widget_class, TdReplyView, waiting_label);
  gtk_widget_class_bind_template_child (widget_class, TdReplyView, footer);
  gtk_widget_class_bind_template_child (widget_class, TdReplyView, spinner);
  gtk_widget_class_bind_template_child (widget_class, TdReplyView, summary);
  gtk_widget_class_bind_template_child (widget_class, TdReplyView, copy_button);
  gtk_widget_class_bind_template_child (widget_class, TdReplyView, regenerate_button);
  gtk_widget_class_bind_template_child (widget_class, TdReplyView, details_button);
  gtk_widget_class_bind_template_callback (widget_class, copy_clicked_cb);
}

static void
td_reply_view_init (TdReplyView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
name_it (TdReplyView *self)
{
  const char *model = td_message_get_model_name (self->message);
  /* Translators: a reply in a chat, for screen readers; %s is a model's name */
  g_autofree char *name = g_strdup_printf (_("Reply of %s"), model ? model : _("the model"));
  /* Translators: shown until the first word of a reply arrives; %s is a model's name */
  g_autofree char *waiting = g_strdup_printf (_("Waiting for %s…"), model ? model : _("the model"));

  gtk_label_set_label (self->waiting_label, waiting);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

/**
 * td_reply_view_new:
 * @engine: the engine
 * @message: a reply
 *
 * Returns: (transfer floating): a view of it that follows what happens to it
 */
GtkWidget *
td_reply_view_new (TdEngine  *engine,
                   TdMessage *message)
{
  TdReplyView *self = g_object_new (TD_TYPE_REPLY_VIEW, NULL);
  GtkWidget *calls;

  self->engine = g_object_ref (engine);
  self->message = g_object_ref (message);
  self->reasoning = td_reasoning_new (message);
  gtk_box_prepend (GTK_BOX (self->box), self->reasoning);
  add_text (self);
  calls = td_tool_calls_box_new (message);
  gtk_box_insert_child_after (GTK_BOX (self->box), calls, self->text);
  self->trouble = td_trouble_box_new (engine, message);
  gtk_box_insert_child_after (GTK_BOX (self->box), self->trouble, calls);
  gtk_menu_button_set_create_popup_func (self->details_button, create_details_cb, self, NULL);
  name_it (self);
  send_text (self, FALSE);
  update_state (self);
  g_signal_connect_object (message, "appended", G_CALLBACK (appended_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (message, "notify::text", G_CALLBACK (replaced_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (message, "notify::state", G_CALLBACK (replaced_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (message, "notify::model-key", G_CALLBACK (name_it), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (message, "notify::cost", G_CALLBACK (update_state), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (message, "notify::output-tokens", G_CALLBACK (update_state), self,
                           G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}

TdMessage *
td_reply_view_get_message (TdReplyView *self)
{
  g_return_val_if_fail (TD_IS_REPLY_VIEW (self), NULL);

  return self->message;
}

/**
 * td_reply_view_set_is_last:
 * @self: the view
 * @is_last: whether the reply is the chat's last, which can be made again
 */
void
td_reply_view_set_is_last (TdReplyView *self,
                           gboolean     is_last)
{
  g_return_if_fail (TD_IS_REPLY_VIEW (self));

  self->is_last = is_last;
  td_trouble_box_set_is_last (TD_TROUBLE_BOX (self->trouble), is_last);
  update_state (self);
}

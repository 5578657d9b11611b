/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/chat/td-message-list.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "app/chat/td-reply-view.h"
#include "app/chat/td-user-bubble.h"
#include "app/markdown/td-column.h"
#include "app/markdown/td-pinned-scroller.h"

/* So many messages at a time: each is a tree of widgets. */
#define PAGE 40

struct _TdMessageList
{
  GtkWidget parent_instance;

  TdEngine *engine;             /* (owned) */
  TdConversation *conversation; /* (owned) */
  guint first;                  /* position of the first message that is shown */

  GtkWidget *scroller; /* (unowned) */
  GtkWidget *earlier;  /* (unowned): the button */
  GtkWidget *column;   /* (unowned): the messages */
};

G_DEFINE_FINAL_TYPE (TdMessageList, td_message_list, GTK_TYPE_WIDGET)

static GtkWidget *
get_row (TdMessageList *self,
         guint          position)
{
  GtkWidget *row = gtk_widget_get_first_child (self->column);

  for (guint i = self->first; row && i < position; i++)
    row = gtk_widget_get_next_sibling (row);
  return row;
}

static GtkWidget *
create_row (TdMessageList *self,
            TdMessage     *message)
{
  switch (td_message_get_role (message))
    {
    case TD_MESSAGE_ROLE_ASSISTANT:
      return td_reply_view_new (self->engine, message);
    case TD_MESSAGE_ROLE_USER:
      return td_user_bubble_new (message);
    case TD_MESSAGE_ROLE_SYSTEM:
    default:
      {
        /* What steers the model is not part of what was said; its place is kept. */
        GtkWidget *nothing = adw_bin_new ();

        gtk_widget_set_visible (nothing, FALSE);
        return nothing;
      }
    }
}

static void
insert_rows (TdMessageList *self,
             GtkWidget     *after,
             guint          from,
             guint          to)
{
  for (guint i = from; i < to; i++)
    {
      GtkWidget *row = create_row (self, td_conversation_get_message (self->conversation, i));

      gtk_box_insert_child_after (GTK_BOX (self->column), row, after);
      after = row;
    }
}

/* Only the last message, if it is a reply, can be made again. */
static void
update_last (TdMessageList *self)
{
  GtkWidget *row = gtk_widget_get_first_child (self->column);

  for (; row; row = gtk_widget_get_next_sibling (row))
    if (TD_IS_REPLY_VIEW (row))
      td_reply_view_set_is_last (TD_REPLY_VIEW (row), gtk_widget_get_next_sibling (row) == NULL);
  gtk_widget_set_visible (self->earlier, self->first > 0);
}

static void
messages_changed_cb (TdMessageList *self,
                     guint          position,
                     guint          removed,
                     guint          added,
                     GListModel    *model)
{
  GtkWidget *after = NULL;
  GtkWidget *row;

  if (position < self->first)
    {
      /* Reloaded as a whole, then: it is shown anew. */
      while ((row = gtk_widget_get_first_child (self->column)))
        gtk_box_remove (GTK_BOX (self->column), row);
      position = self->first =
        g_list_model_get_n_items (model) > PAGE ? g_list_model_get_n_items (model) - PAGE : 0;
      removed = 0;
      added = g_list_model_get_n_items (model) - position;
    }
  after = position > self->first ? get_row (self, position - 1) : NULL;
  for (; removed > 0; removed--)
    {
      row = after ? gtk_widget_get_next_sibling (after) : gtk_widget_get_first_child (self->column);
      gtk_box_remove (GTK_BOX (self->column), row);
    }
  insert_rows (self, after, position, position + added);
  update_last (self);
}

static void
earlier_clicked_cb (TdMessageList *self)
{
  guint to = self->first;

  self->first = to > PAGE ? to - PAGE : 0;
  insert_rows (self, NULL, self->first, to);
  update_last (self);
}

static void
td_message_list_dispose (GObject *object)
{
  TdMessageList *self = TD_MESSAGE_LIST (object);

  g_clear_pointer (&self->scroller, gtk_widget_unparent);
  g_clear_object (&self->conversation);
  g_clear_object (&self->engine);
  G_OBJECT_CLASS (td_message_list_parent_class)->dispose (object);
}

static void
td_message_list_class_init (TdMessageListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = td_message_list_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
td_message_list_init (TdMessageList *self)
{
  GtkWidget *clamp = adw_clamp_new ();
  GtkWidget *box = td_column_new (TRUE);

  self->column = td_column_new (TRUE);
  gtk_box_set_spacing (GTK_BOX (self->column), 18);
  self->earlier = gtk_button_new_with_mnemonic (_("Show _Earlier Messages"));
  gtk_widget_add_css_class (self->earlier, "pill");
  gtk_widget_set_halign (self->earlier, GTK_ALIGN_CENTER);
  gtk_widget_set_margin_bottom (self->earlier, 18);
  g_signal_connect_object (self->earlier, "clicked", G_CALLBACK (earlier_clicked_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (box), self->earlier);
  gtk_box_append (GTK_BOX (box), self->column);
  gtk_widget_add_css_class (box, "messages");
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), 820);
  adw_clamp_set_tightening_threshold (ADW_CLAMP (clamp), 600);
  adw_clamp_set_child (ADW_CLAMP (clamp), box);
  self->scroller = td_pinned_scroller_new ();
  td_pinned_scroller_set_child (TD_PINNED_SCROLLER (self->scroller), clamp);
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Messages"), -1);
}

/**
 * td_message_list_new:
 * @engine: the engine
 * @conversation: a chat, its messages loaded or not
 *
 * Returns: (transfer floating): a list that follows the chat
 */
GtkWidget *
td_message_list_new (TdEngine       *engine,
                     TdConversation *conversation)
{
  TdMessageList *self = g_object_new (TD_TYPE_MESSAGE_LIST, NULL);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (conversation));

  self->engine = g_object_ref (engine);
  self->conversation = g_object_ref (conversation);
  self->first = n > PAGE ? n - PAGE : 0;
  insert_rows (self, NULL, self->first, n);
  update_last (self);
  g_signal_connect_object (conversation, "items-changed", G_CALLBACK (messages_changed_cb), self,
                           G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}

/**
 * td_message_list_pin:
 * @self: the list
 *
 * Goes to the latest message and stays there.
 */
void
td_message_list_pin (TdMessageList *self)
{
  g_return_if_fail (TD_IS_MESSAGE_LIST (self));

  td_pinned_scroller_pin (TD_PINNED_SCROLLER (self->scroller));
}

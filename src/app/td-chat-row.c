/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/td-chat-row.h"

#include <glib/gi18n.h>

#include "app/td-format.h"

struct _TdChatRow
{
  GtkBox parent_instance;

  GtkListItem *item;            /* (unowned): owns this row */
  TdConversation *conversation; /* (owned) (nullable) */
  GtkLabel *title;
  GtkLabel *date;
};

G_DEFINE_FINAL_TYPE (TdChatRow, td_chat_row, GTK_TYPE_BOX)

static void
update (TdChatRow *self)
{
  const char *title = td_conversation_get_title (self->conversation);
  g_autofree char *date = td_format_when (td_conversation_get_updated_us (self->conversation));
  g_autofree char *name = NULL;

  if (title[0] == '\0')
    title = _("New Chat");
  gtk_label_set_label (self->title, title);
  gtk_label_set_label (self->date, date);
  /* Translators: a chat in the list, for screen readers: its title, then when it was last used */
  name = g_strdup_printf (_("%s, %s"), title, date);
  gtk_list_item_set_accessible_label (self->item, name);
}

static void
td_chat_row_dispose (GObject *object)
{
  td_chat_row_set_conversation (TD_CHAT_ROW (object), NULL);

  G_OBJECT_CLASS (td_chat_row_parent_class)->dispose (object);
}

static void
td_chat_row_class_init (TdChatRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = td_chat_row_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/dev/topdog/Marketplace/ui/td-chat-row.ui");
  gtk_widget_class_bind_template_child (widget_class, TdChatRow, title);
  gtk_widget_class_bind_template_child (widget_class, TdChatRow, date);
}

static void
td_chat_row_init (TdChatRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * td_chat_row_new:
 * @item: the list item it becomes the child of
 *
 * Returns: (transfer floating): an empty row
 */
TdChatRow *
td_chat_row_new (GtkListItem *item)
{
  TdChatRow *self = g_object_new (TD_TYPE_CHAT_ROW, NULL);

  self->item = item;
  return self;
}

/**
 * td_chat_row_set_conversation:
 * @self: the row
 * @conversation: (nullable): the chat to show
 *
 * Shows a chat and follows its changes.
 */
void
td_chat_row_set_conversation (TdChatRow      *self,
                              TdConversation *conversation)
{
  g_return_if_fail (TD_IS_CHAT_ROW (self));

  if (self->conversation == conversation)
    return;
  if (self->conversation != NULL)
    g_signal_handlers_disconnect_by_func (self->conversation, update, self);
  g_set_object (&self->conversation, conversation);
  if (conversation == NULL)
    return;
  g_signal_connect_swapped (conversation, "notify::title", G_CALLBACK (update), self);
  g_signal_connect_swapped (conversation, "notify::updated-us", G_CALLBACK (update), self);
  update (self);
}

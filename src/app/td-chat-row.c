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
  GtkPopoverMenu *menu;         /* (nullable): made when first asked for */

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
append_item (GMenu      *menu,
             const char *label,
             const char *action,
             gint64      id)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

  g_menu_item_set_action_and_target (item, action, "x", id);
  g_menu_append_item (menu, item);
}

static void
secondary_pressed_cb (TdChatRow  *self,
                      int         n_press,
                      double      x,
                      double      y,
                      GtkGesture *gesture)
{
  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
  td_chat_row_show_menu (self, x, y);
}

static void
long_pressed_cb (TdChatRow *self,
                 double     x,
                 double     y)
{
  td_chat_row_show_menu (self, x, y);
}

static void
td_chat_row_size_allocate (GtkWidget *widget,
                           int        width,
                           int        height,
                           int        baseline)
{
  TdChatRow *self = TD_CHAT_ROW (widget);

  GTK_WIDGET_CLASS (td_chat_row_parent_class)->size_allocate (widget, width, height, baseline);
  if (self->menu != NULL)
    gtk_popover_present (GTK_POPOVER (self->menu));
}

static void
td_chat_row_dispose (GObject *object)
{
  TdChatRow *self = TD_CHAT_ROW (object);

  td_chat_row_set_conversation (self, NULL);
  if (self->menu != NULL)
    gtk_widget_unparent (GTK_WIDGET (self->menu));
  self->menu = NULL;

  G_OBJECT_CLASS (td_chat_row_parent_class)->dispose (object);
}

static void
td_chat_row_class_init (TdChatRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = td_chat_row_dispose;
  widget_class->size_allocate = td_chat_row_size_allocate;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/dev/topdog/Marketplace/ui/td-chat-row.ui");
  gtk_widget_class_bind_template_child (widget_class, TdChatRow, title);
  gtk_widget_class_bind_template_child (widget_class, TdChatRow, date);
  gtk_widget_class_bind_template_callback (widget_class, secondary_pressed_cb);
  gtk_widget_class_bind_template_callback (widget_class, long_pressed_cb);
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

/**
 * td_chat_row_get_conversation:
 * @self: the row
 *
 * Returns: (transfer none) (nullable): the chat it shows
 */
TdConversation *
td_chat_row_get_conversation (TdChatRow *self)
{
  g_return_val_if_fail (TD_IS_CHAT_ROW (self), NULL);

  return self->conversation;
}

/**
 * td_chat_row_show_menu:
 * @self: the row
 * @x: where, in the row
 * @y: where, in the row
 *
 * Shows what can be done with the chat.
 */
void
td_chat_row_show_menu (TdChatRow *self,
                       double     x,
                       double     y)
{
  g_autoptr (GMenu) items = g_menu_new ();
  gint64 id;

  g_return_if_fail (TD_IS_CHAT_ROW (self));

  /* A chat without a message is not stored yet: there is nothing to rename or to delete. */
  id = self->conversation != NULL ? td_conversation_get_id (self->conversation) : 0;
  if (id == 0)
    return;
  append_item (items, _("_Rename…"), "win.rename-chat", id);
  append_item (items, _("_Delete…"), "win.delete-chat", id);
  if (self->menu == NULL)
    {
      self->menu = GTK_POPOVER_MENU (gtk_popover_menu_new_from_model (NULL));
      gtk_popover_set_has_arrow (GTK_POPOVER (self->menu), FALSE);
      gtk_widget_set_halign (GTK_WIDGET (self->menu), GTK_ALIGN_START);
      gtk_widget_set_parent (GTK_WIDGET (self->menu), GTK_WIDGET (self));
    }
  gtk_popover_menu_set_menu_model (self->menu, G_MENU_MODEL (items));
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu),
                               &(GdkRectangle) { (int) x, (int) y, 1, 1 });
  gtk_popover_popup (GTK_POPOVER (self->menu));
}

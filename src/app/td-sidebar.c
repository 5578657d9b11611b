/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/td-sidebar.h"

#include <glib/gi18n.h>

#include "app/td-chat-row.h"
#include "base/td-text.h"

struct _TdSidebar
{
  AdwNavigationPage parent_instance;

  TdConversationList *conversations; /* (owned) (nullable) */
  GtkFilter *filter;                 /* (owned) */
  GtkSingleSelection *selection;     /* (owned) */
  char **words;                      /* (owned) (nullable): folded; NULL when not searching */
  TdConversation *shown;             /* (owned) (nullable): what the window shows */
  TdWallet *wallet;                  /* (owned) (nullable) */

  GtkListBox *page_list;
  GtkListBoxRow *market_row;
  GtkListBoxRow *assistant_row;
  GtkListBoxRow *wallet_row;
  GtkListBoxRow *usage_row;
  GtkLabel *wallet_balance;
  GtkMenuButton *account_button;
  AdwAvatar *avatar;
  GtkLabel *account_label;
  GtkLabel *account_balance;
  GtkMenuButton *menu_button;
  GtkSearchEntry *chat_search;
  GtkStack *chat_stack;
  GtkLabel *empty_label;
  GtkListView *chat_list;
};

G_DEFINE_FINAL_TYPE (TdSidebar, td_sidebar, ADW_TYPE_NAVIGATION_PAGE)

enum
{
  CONVERSATION_CHOSEN,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static gboolean
matches_search (gpointer item,
                gpointer user_data)
{
  TdSidebar *self = user_data;
  g_autofree char *title = NULL;

  if (self->words == NULL)
    return TRUE;
  title = td_text_fold (td_conversation_get_title (item));
  for (guint i = 0; self->words[i] != NULL; i++)
    if (strstr (title, self->words[i]) == NULL)
      return FALSE;
  return TRUE;
}

static void
update_chat_stack (TdSidebar *self)
{
  guint n_all =
    self->conversations != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->conversations)) : 0;
  guint n_shown = g_list_model_get_n_items (G_LIST_MODEL (self->selection));

  gtk_widget_set_visible (GTK_WIDGET (self->chat_search), n_all > 0);
  gtk_label_set_label (self->empty_label,
                       n_all > 0 ? _("No chat has these words in its title.")
                                 : _("Your chats will be listed here."));
  gtk_stack_set_visible_child_name (self->chat_stack, n_shown > 0 ? "list" : "empty");
}

static void
select_shown (TdSidebar *self)
{
  guint position = GTK_INVALID_LIST_POSITION;
  guint n_items = g_list_model_get_n_items (G_LIST_MODEL (self->selection));

  for (guint i = 0; self->shown != NULL && i < n_items; i++)
    {
      g_autoptr (TdConversation) item = g_list_model_get_item (G_LIST_MODEL (self->selection), i);

      if (item == self->shown)
        position = i;
    }
  gtk_single_selection_set_selected (self->selection, position);
}

static void
items_changed_cb (GListModel *model,
                  guint       position,
                  guint       removed,
                  guint       added,
                  TdSidebar  *self)
{
  update_chat_stack (self);
  select_shown (self);
}

static void
page_activated_cb (TdSidebar     *self,
                   GtkListBoxRow *row,
                   GtkListBox    *list)
{
  gtk_widget_activate_action (GTK_WIDGET (self),
                              row == self->wallet_row      ? "win.show-wallet"
                              : row == self->usage_row     ? "win.show-usage"
                              : row == self->assistant_row ? "win.show-assistant"
                                                           : "win.show-marketplace",
                              NULL);
}

static void
chat_activated_cb (TdSidebar   *self,
                   guint        position,
                   GtkListView *list)
{
  g_autoptr (TdConversation) conversation =
    g_list_model_get_item (G_LIST_MODEL (self->selection), position);

  if (conversation != NULL)
    g_signal_emit (self, signals[CONVERSATION_CHOSEN], 0, conversation);
}

static void
chat_search_changed_cb (TdSidebar      *self,
                        GtkSearchEntry *entry)
{
  g_autofree char *folded = td_text_fold (gtk_editable_get_text (GTK_EDITABLE (entry)));

  g_clear_pointer (&self->words, g_strfreev);
  if (g_strstrip (folded)[0] != '\0')
    self->words = g_strsplit (folded, " ", -1);
  gtk_filter_changed (self->filter, GTK_FILTER_CHANGE_DIFFERENT);
  update_chat_stack (self);
}

static void
chat_search_activated_cb (TdSidebar      *self,
                          GtkSearchEntry *entry)
{
  /* What was typed last may not have been looked for yet. */
  chat_search_changed_cb (self, entry);
  if (self->words != NULL)
    chat_activated_cb (self, 0, self->chat_list);
}

/* Escape shows all chats again. */
static void
chat_search_stopped_cb (TdSidebar      *self,
                        GtkSearchEntry *entry)
{
  gtk_editable_set_text (GTK_EDITABLE (entry), "");
}

static void
chat_setup_cb (GtkSignalListItemFactory *factory,
               GtkListItem              *item)
{
  gtk_list_item_set_child (item, GTK_WIDGET (td_chat_row_new (item)));
}

static void
chat_bind_cb (GtkSignalListItemFactory *factory,
              GtkListItem              *item)
{
  td_chat_row_set_conversation (TD_CHAT_ROW (gtk_list_item_get_child (item)),
                                gtk_list_item_get_item (item));
}

static void
chat_unbind_cb (GtkSignalListItemFactory *factory,
                GtkListItem              *item)
{
  td_chat_row_set_conversation (TD_CHAT_ROW (gtk_list_item_get_child (item)), NULL);
}

/* The focus is on the list's own row widget, whose child ours is. */
static TdChatRow *
find_focused_row (TdSidebar *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  GtkWidget *child = NULL;

  if (focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (self->chat_list)))
    child = gtk_widget_get_first_child (focus);
  return TD_IS_CHAT_ROW (child) ? TD_CHAT_ROW (child) : NULL;
}

static void
activate_on_focused (TdSidebar  *self,
                     const char *action)
{
  TdChatRow *row = find_focused_row (self);
  gint64 id = row != NULL ? td_conversation_get_id (td_chat_row_get_conversation (row)) : 0;

  if (id != 0)
    gtk_widget_activate_action (GTK_WIDGET (self), action, "x", id);
}

static void
rename_focused_cb (GtkWidget  *widget,
                   const char *action_name,
                   GVariant   *parameter)
{
  activate_on_focused (TD_SIDEBAR (widget), "win.rename-chat");
}

static void
delete_focused_cb (GtkWidget  *widget,
                   const char *action_name,
                   GVariant   *parameter)
{
  activate_on_focused (TD_SIDEBAR (widget), "win.delete-chat");
}

static void
menu_of_focused_cb (GtkWidget  *widget,
                    const char *action_name,
                    GVariant   *parameter)
{
  TdChatRow *row = find_focused_row (TD_SIDEBAR (widget));

  if (row != NULL)
    td_chat_row_show_menu (row, 0, gtk_widget_get_height (GTK_WIDGET (row)));
}

static void
td_sidebar_dispose (GObject *object)
{
  TdSidebar *self = TD_SIDEBAR (object);

  g_clear_object (&self->conversations);
  g_clear_object (&self->filter);
  g_clear_object (&self->selection);
  g_clear_object (&self->shown);
  g_clear_object (&self->wallet);

  G_OBJECT_CLASS (td_sidebar_parent_class)->dispose (object);
}

static void
td_sidebar_finalize (GObject *object)
{
  TdSidebar *self = TD_SIDEBAR (object);

  g_strfreev (self->words);

  G_OBJECT_CLASS (td_sidebar_parent_class)->finalize (object);
}

static void
td_sidebar_class_init (TdSidebarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = td_sidebar_dispose;
  object_class->finalize = td_sidebar_finalize;

  /**
   * TdSidebar::conversation-chosen:
   * @conversation: the chat the user wants to see
   */
  signals[CONVERSATION_CHOSEN] =
    g_signal_new ("conversation-chosen", TD_TYPE_SIDEBAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, TD_TYPE_CONVERSATION);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/dev/topdog/Marketplace/ui/td-sidebar.ui");
  gtk_widget_class_bind_template_child (widget_class, TdSidebar, page_list);
  gtk_widget_class_bind_template_child (widget_class, TdSidebar, market_row);
  gtk_widget_class_bind_template_child (widget_class, TdSidebar, assistant_row);
  gtk_widget_class_bind_template_child (widget_class, TdSidebar, wallet_row);
  gtk_widget_class_bind_template_child (widget_class, TdSidebar, usage_row);
  gtk_widget_class_bind_template_child (widget_class, TdSidebar, wallet_balance);
  gtk_widget_class_bind_template_child (widget_class, TdSidebar, account_button);
  gtk_widget_class_bind_template_child (widget_class, TdSidebar, avatar);
  gtk_widget_class_bind_template_child (widget_class, TdSidebar, account_label);
  gtk_widget_class_bind_template_child (widget_class, TdSidebar, account_balance);
  gtk_widget_class_bind_template_child (widget_class, TdSidebar, menu_button);
  gtk_widget_class_bind_template_child (widget_class, TdSidebar, chat_search);
  gtk_widget_class_bind_template_child (widget_class, TdSidebar, chat_stack);
  gtk_widget_class_bind_template_child (widget_class, TdSidebar, empty_label);
  gtk_widget_class_bind_template_child (widget_class, TdSidebar, chat_list);
  gtk_widget_class_bind_template_callback (widget_class, page_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, chat_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, chat_search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, chat_search_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, chat_search_stopped_cb);
  gtk_widget_class_bind_template_callback (widget_class, chat_setup_cb);
  gtk_widget_class_bind_template_callback (widget_class, chat_bind_cb);
  gtk_widget_class_bind_template_callback (widget_class, chat_unbind_cb);
  gtk_widget_class_install_action (widget_class, "sidebar.rename", NULL, rename_focused_cb);
  gtk_widget_class_install_action (widget_class, "sidebar.delete", NULL, delete_focused_cb);
  gtk_widget_class_install_action (widget_class, "sidebar.menu", NULL, menu_of_focused_cb);
}

static void
td_sidebar_init (TdSidebar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->filter = GTK_FILTER (gtk_custom_filter_new (matches_search, self, NULL));
  self->selection = g_object_new (GTK_TYPE_SINGLE_SELECTION,
                                  "autoselect", FALSE,
                                  "can-unselect", TRUE,
                                  NULL);
  /* After the list view has taken note of the items: selecting one it does not know crashes it. */
  g_signal_connect_object (self->selection, "items-changed", G_CALLBACK (items_changed_cb), self,
                           G_CONNECT_AFTER);
  gtk_list_view_set_model (self->chat_list, GTK_SELECTION_MODEL (self->selection));
  update_chat_stack (self);
}

/**
 * td_sidebar_set_conversations:
 * @self: the sidebar
 * @conversations: every chat, newest first
 *
 * Fills the history.
 */
void
td_sidebar_set_conversations (TdSidebar          *self,
                              TdConversationList *conversations)
{
  g_autoptr (GtkFilterListModel) filtered = NULL;

  g_return_if_fail (TD_IS_SIDEBAR (self));

  if (!g_set_object (&self->conversations, conversations))
    return;
  filtered = gtk_filter_list_model_new (G_LIST_MODEL (g_object_ref (conversations)),
                                        g_object_ref (self->filter));
  gtk_single_selection_set_model (self->selection, G_LIST_MODEL (filtered));
  update_chat_stack (self);
}

/* The button as one thing: who, and how much there is. */
static void
name_account_button (TdSidebar *self)
{
  const char *name = gtk_label_get_label (self->account_label);
  const char *balance = gtk_label_get_label (self->account_balance);
  g_autofree char *text = NULL;

  if (gtk_widget_get_visible (GTK_WIDGET (self->account_balance)))
    /* Translators: for a screen reader: the name of an account and how much money it has. */
    text = g_strdup_printf (_("Account %s, balance %s"), name, balance);
  else
    /* Translators: for a screen reader: the name of an account. */
    text = g_strdup_printf (_("Account %s"), name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->account_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}

/* A wallet that only keeps track, and never had any money, has no balance to speak of. */
static void
update_balance (TdSidebar *self)
{
  g_autofree char *balance = td_money_format_left (td_wallet_get_balance (self->wallet));
  gboolean is_shown = td_wallet_get_mode (self->wallet) == TD_WALLET_PREPAID ||
                      td_wallet_get_balance (self->wallet) > 0;

  gtk_label_set_label (self->wallet_balance, balance);
  gtk_widget_set_visible (GTK_WIDGET (self->wallet_balance), is_shown);
  gtk_label_set_label (self->account_balance, balance);
  gtk_widget_set_visible (GTK_WIDGET (self->account_balance), is_shown);
  name_account_button (self);
}

/**
 * td_sidebar_set_account_name:
 * @self: the sidebar
 * @name: (nullable): who is signed in
 *
 * Shows in the header whose window it is.
 */
void
td_sidebar_set_account_name (TdSidebar  *self,
                             const char *name)
{
  g_return_if_fail (TD_IS_SIDEBAR (self));

  gtk_widget_set_visible (GTK_WIDGET (self->account_button), name != NULL);
  gtk_label_set_label (self->account_label, name != NULL ? name : "");
  adw_avatar_set_text (self->avatar, name);
  name_account_button (self);
}

/**
 * td_sidebar_set_wallet:
 * @self: the sidebar
 * @wallet: whose balance is shown
 *
 * Shows the balance, and keeps it live.
 */
void
td_sidebar_set_wallet (TdSidebar *self,
                       TdWallet  *wallet)
{
  g_return_if_fail (TD_IS_SIDEBAR (self));
  g_return_if_fail (TD_IS_WALLET (wallet));

  if (!g_set_object (&self->wallet, wallet))
    return;
  g_signal_connect_object (wallet, "changed", G_CALLBACK (update_balance), self, G_CONNECT_SWAPPED);
  update_balance (self);
}

/**
 * td_sidebar_mark_wallet:
 * @self: the sidebar
 *
 * Shows the wallet as what the window is at.
 */
void
td_sidebar_mark_wallet (TdSidebar *self)
{
  g_return_if_fail (TD_IS_SIDEBAR (self));

  g_clear_object (&self->shown);
  select_shown (self);
  gtk_list_box_select_row (self->page_list, self->wallet_row);
}

/**
 * td_sidebar_mark_usage:
 * @self: the sidebar
 *
 * Shows the usage page as what the window is at.
 */
void
td_sidebar_mark_usage (TdSidebar *self)
{
  g_return_if_fail (TD_IS_SIDEBAR (self));

  g_clear_object (&self->shown);
  select_shown (self);
  gtk_list_box_select_row (self->page_list, self->usage_row);
}

/**
 * td_sidebar_mark_marketplace:
 * @self: the sidebar
 *
 * Shows the marketplace as what the window is at.
 */
void
td_sidebar_mark_marketplace (TdSidebar *self)
{
  g_return_if_fail (TD_IS_SIDEBAR (self));

  g_clear_object (&self->shown);
  select_shown (self);
  gtk_list_box_select_row (self->page_list, self->market_row);
}

/**
 * td_sidebar_mark_assistant:
 * @self: the sidebar
 *
 * Shows Q Assistant as what the window is at.
 */
void
td_sidebar_mark_assistant (TdSidebar *self)
{
  g_return_if_fail (TD_IS_SIDEBAR (self));

  g_clear_object (&self->shown);
  select_shown (self);
  gtk_list_box_select_row (self->page_list, self->assistant_row);
}

/**
 * td_sidebar_mark_conversation:
 * @self: the sidebar
 * @conversation: the chat the window shows
 *
 * Shows the chat as what the window is at.
 */
void
td_sidebar_mark_conversation (TdSidebar      *self,
                              TdConversation *conversation)
{
  g_return_if_fail (TD_IS_SIDEBAR (self));

  g_set_object (&self->shown, conversation);
  select_shown (self);
  gtk_list_box_unselect_all (self->page_list);
}

/**
 * td_sidebar_show_menu:
 * @self: the sidebar
 *
 * Opens the main menu.
 */
void
td_sidebar_show_menu (TdSidebar *self)
{
  g_return_if_fail (TD_IS_SIDEBAR (self));

  gtk_menu_button_popup (self->menu_button);
}

/**
 * td_sidebar_focus_search:
 * @self: the sidebar
 *
 * Puts the cursor into the search over the chats.
 */
void
td_sidebar_focus_search (TdSidebar *self)
{
  g_return_if_fail (TD_IS_SIDEBAR (self));

  gtk_widget_grab_focus (GTK_WIDGET (self->chat_search));
}

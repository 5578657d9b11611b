/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/td-window.h"

#include <glib/gi18n.h>

#include "app/assistant/td-assistant-page.h"
#include "app/chat/td-chat-page.h"
#include "app/market/td-market-page.h"
#include "app/td-app-error.h"
#include "app/td-chat-actions.h"
#include "app/td-sidebar.h"
#include "app/usage/td-usage-page.h"
#include "app/wallet/td-budget-group.h"
#include "app/wallet/td-wallet-page.h"
#include "app/wallet/td-wallet-text.h"
#include "base/td-paths.h"

struct _TdWindow
{
  AdwApplicationWindow parent_instance;

  TdEngine *engine; /* (owned) (nullable): NULL until it has started */

  AdwToastOverlay *toasts;
  GtkStack *stack;
  AdwStatusPage *trouble_page;
  AdwStatusPage *signed_out_page;
  GtkWidget *trouble_folder_button;
  AdwNavigationSplitView *split_view;
  TdSidebar *sidebar;
  TdMarketPage *market_page;  /* (owned): not always the content of the split view */
  TdAssistantPage *assistant_page; /* (owned) (nullable): made when first asked for */
};

G_DEFINE_FINAL_TYPE (TdWindow, td_window, ADW_TYPE_APPLICATION_WINDOW)

static void
update_actions (TdWindow *self)
{
  static const char *const need_engine[] = {
    "win.new-chat",
    "win.start-chat",
    "win.show-conversation",
    "win.rename-chat",
    "win.delete-chat",
    "win.show-model",
    "win.show-wallet",
    "win.add-funds",
    "win.show-usage",
  };

  for (guint i = 0; i < G_N_ELEMENTS (need_engine); i++)
    gtk_widget_action_set_enabled (GTK_WIDGET (self), need_engine[i], self->engine != NULL);
}

static void
show_content (TdWindow          *self,
              AdwNavigationPage *page)
{
  if (adw_navigation_split_view_get_content (self->split_view) != page)
    adw_navigation_split_view_set_content (self->split_view, page);
  adw_navigation_split_view_set_show_content (self->split_view, TRUE);
}

static TdChatPage *
get_chat_page (TdWindow *self)
{
  AdwNavigationPage *page = adw_navigation_split_view_get_content (self->split_view);

  return TD_IS_CHAT_PAGE (page) ? TD_CHAT_PAGE (page) : NULL;
}

static void
show_marketplace_cb (GtkWidget  *widget,
                     const char *action_name,
                     GVariant   *parameter)
{
  td_window_show_marketplace (TD_WINDOW (widget));
}

static void
show_assistant_cb (GtkWidget  *widget,
                   const char *action_name,
                   GVariant   *parameter)
{
  td_window_ask_assistant (TD_WINDOW (widget), NULL);
}

/* The last question of the chat shown; before there is one, what is being typed. */
static const char *
find_request (TdConversation *conversation)
{
  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (conversation)); i > 0; i--)
    {
      TdMessage *message = td_conversation_get_message (conversation, i - 1);

      if (td_message_get_role (message) == TD_MESSAGE_ROLE_USER)
        return td_message_get_text (message);
    }
  return td_conversation_get_draft (conversation);
}

static void
ask_about_chat_cb (GtkWidget  *widget,
                   const char *action_name,
                   GVariant   *parameter)
{
  TdWindow *self = TD_WINDOW (widget);
  TdChatPage *page = get_chat_page (self);

  if (page != NULL)
    td_window_ask_assistant (self, find_request (td_chat_page_get_conversation (page)));
}

static void
show_model_cb (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  TdWindow *self = TD_WINDOW (widget);

  td_window_show_marketplace (self);
  td_market_page_show_model (self->market_page, g_variant_get_string (parameter, NULL));
}

static TdWalletPage *
show_wallet (TdWindow *self)
{
  AdwNavigationPage *page = adw_navigation_split_view_get_content (self->split_view);

  td_sidebar_mark_wallet (self->sidebar);
  if (!TD_IS_WALLET_PAGE (page))
    page = td_wallet_page_new (self->engine);
  show_content (self, page);
  return TD_WALLET_PAGE (page);
}

static void
show_wallet_cb (GtkWidget  *widget,
                const char *action_name,
                GVariant   *parameter)
{
  show_wallet (TD_WINDOW (widget));
}

static void
show_usage_cb (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  TdWindow *self = TD_WINDOW (widget);

  td_sidebar_mark_usage (self->sidebar);
  if (!TD_IS_USAGE_PAGE (adw_navigation_split_view_get_content (self->split_view)))
    show_content (self, td_usage_page_new (self->engine));
  else
    adw_navigation_split_view_set_show_content (self->split_view, TRUE);
}

static void
add_funds_cb (GtkWidget  *widget,
              const char *action_name,
              GVariant   *parameter)
{
  td_wallet_page_add_funds (show_wallet (TD_WINDOW (widget)));
}

static void
budget_warning_cb (TdWindow *self,
                   TdBudget *budget)
{
  g_autofree char *name = td_budget_group_dup_subject_name (self->engine, budget);
  g_autofree char *sentence = td_wallet_text_budget_warning (budget, name);
  AdwToast *toast = adw_toast_new ("");

  adw_toast_set_use_markup (toast, FALSE);
  adw_toast_set_title (toast, sentence);
  adw_toast_set_button_label (toast, _("_Wallet"));
  adw_toast_set_action_name (toast, "win.show-wallet");
  td_window_add_toast (self, toast);
}

static void
new_chat_cb (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  td_window_start_chat (TD_WINDOW (widget), NULL);
}

static void
start_chat_cb (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  td_window_start_chat (TD_WINDOW (widget), g_variant_get_string (parameter, NULL));
}

static TdConversation *
find_conversation (TdWindow *self,
                   GVariant *id)
{
  return td_conversation_list_find (td_engine_get_conversations (self->engine),
                                    g_variant_get_int64 (id));
}

static void
show_conversation_cb (GtkWidget  *widget,
                      const char *action_name,
                      GVariant   *parameter)
{
  TdWindow *self = TD_WINDOW (widget);
  TdConversation *conversation = find_conversation (self, parameter);

  if (conversation != NULL)
    td_window_show_conversation (self, conversation);
}

static void
rename_chat_cb (GtkWidget  *widget,
                const char *action_name,
                GVariant   *parameter)
{
  TdWindow *self = TD_WINDOW (widget);
  TdConversation *conversation = find_conversation (self, parameter);

  if (conversation != NULL)
    td_chat_actions_rename (self, td_engine_get_conversations (self->engine), conversation);
}

static void
delete_chat_cb (GtkWidget  *widget,
                const char *action_name,
                GVariant   *parameter)
{
  TdWindow *self = TD_WINDOW (widget);
  TdConversation *conversation = find_conversation (self, parameter);

  if (conversation != NULL)
    td_chat_actions_delete (self, td_engine_get_conversations (self->engine), conversation);
}

static void
search_cb (GtkWidget  *widget,
           const char *action_name,
           GVariant   *parameter)
{
  TdWindow *self = TD_WINDOW (widget);

  td_window_show_marketplace (self);
  td_market_page_show_browse (self->market_page);
  td_market_page_focus_search (self->market_page);
}

static void
search_chats_cb (GtkWidget  *widget,
                 const char *action_name,
                 GVariant   *parameter)
{
  TdWindow *self = TD_WINDOW (widget);

  adw_navigation_split_view_set_show_content (self->split_view, FALSE);
  td_sidebar_focus_search (self->sidebar);
}

static void
toggle_sidebar_cb (GtkWidget  *widget,
                   const char *action_name,
                   GVariant   *parameter)
{
  TdWindow *self = TD_WINDOW (widget);

  adw_navigation_split_view_set_show_content (
    self->split_view, !adw_navigation_split_view_get_show_content (self->split_view));
}

static void
show_menu_cb (GtkWidget  *widget,
              const char *action_name,
              GVariant   *parameter)
{
  TdWindow *self = TD_WINDOW (widget);

  adw_navigation_split_view_set_show_content (self->split_view, FALSE);
  td_sidebar_show_menu (self->sidebar);
}

static void
folder_shown_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (TdWindow) self = TD_WINDOW (user_data);
  g_autoptr (GError) error = NULL;

  if (!gtk_file_launcher_open_containing_folder_finish (GTK_FILE_LAUNCHER (source), result,
                                                        &error) &&
      !g_error_matches (error, GTK_DIALOG_ERROR, GTK_DIALOG_ERROR_DISMISSED))
    td_window_say (self, _("There is no file manager to show the folder."));
}

/* The file that is open, or is not to be opened. */
static char *
build_database_path (void)
{
  TdAccountManager *accounts = td_application_get_accounts (td_application_get_default ());

  if (td_account_manager_get_state (accounts) == TD_ACCOUNT_STATE_READY)
    return td_account_manager_dup_database_path (accounts);
  return td_paths_build_accounts ();
}

static void
show_data_folder_cb (GtkWidget  *widget,
                     const char *action_name,
                     GVariant   *parameter)
{
  g_autofree char *path = build_database_path ();
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GtkFileLauncher) launcher = gtk_file_launcher_new (file);

  gtk_file_launcher_open_containing_folder (launcher, GTK_WINDOW (widget), NULL,
                                            folder_shown_cb, g_object_ref (widget));
}

static void
conversation_chosen_cb (TdWindow       *self,
                        TdConversation *conversation,
                        TdSidebar      *sidebar)
{
  td_window_show_conversation (self, conversation);
}

static void
restore_size (TdWindow *self)
{
  GSettings *settings = td_application_get_settings (td_application_get_default ());

  gtk_window_set_default_size (GTK_WINDOW (self),
                               g_settings_get_int (settings, "window-width"),
                               g_settings_get_int (settings, "window-height"));
  if (g_settings_get_boolean (settings, "window-maximized"))
    gtk_window_maximize (GTK_WINDOW (self));
}

static gboolean
td_window_close_request (GtkWindow *window)
{
  td_window_save_size (TD_WINDOW (window));

  return GTK_WINDOW_CLASS (td_window_parent_class)->close_request (window);
}

static void
td_window_dispose (GObject *object)
{
  TdWindow *self = TD_WINDOW (object);

  g_clear_object (&self->assistant_page);
  g_clear_object (&self->market_page);
  g_clear_object (&self->engine);

  G_OBJECT_CLASS (td_window_parent_class)->dispose (object);
}

static void
td_window_class_init (TdWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = td_window_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = td_window_close_request;

  g_type_ensure (TD_TYPE_SIDEBAR);
  g_type_ensure (TD_TYPE_MARKET_PAGE);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/dev/topdog/Marketplace/ui/td-window.ui");
  gtk_widget_class_bind_template_child (widget_class, TdWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, TdWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, TdWindow, trouble_page);
  gtk_widget_class_bind_template_child (widget_class, TdWindow, signed_out_page);
  gtk_widget_class_bind_template_child (widget_class, TdWindow, trouble_folder_button);
  gtk_widget_class_bind_template_child (widget_class, TdWindow, split_view);
  gtk_widget_class_bind_template_child (widget_class, TdWindow, sidebar);
  gtk_widget_class_bind_template_callback (widget_class, conversation_chosen_cb);

  gtk_widget_class_install_action (widget_class, "win.show-marketplace", NULL, show_marketplace_cb);
  gtk_widget_class_install_action (widget_class, "win.show-assistant", NULL, show_assistant_cb);
  gtk_widget_class_install_action (widget_class, "win.ask-about-chat", NULL, ask_about_chat_cb);
  gtk_widget_class_install_action (widget_class, "win.show-model", "s", show_model_cb);
  gtk_widget_class_install_action (widget_class, "win.show-wallet", NULL, show_wallet_cb);
  gtk_widget_class_install_action (widget_class, "win.add-funds", NULL, add_funds_cb);
  gtk_widget_class_install_action (widget_class, "win.show-usage", NULL, show_usage_cb);
  gtk_widget_class_install_action (widget_class, "win.new-chat", NULL, new_chat_cb);
  gtk_widget_class_install_action (widget_class, "win.start-chat", "s", start_chat_cb);
  gtk_widget_class_install_action (widget_class, "win.show-conversation", "x",
                                   show_conversation_cb);
  gtk_widget_class_install_action (widget_class, "win.rename-chat", "x", rename_chat_cb);
  gtk_widget_class_install_action (widget_class, "win.delete-chat", "x", delete_chat_cb);
  gtk_widget_class_install_action (widget_class, "win.search", NULL, search_cb);
  gtk_widget_class_install_action (widget_class, "win.search-chats", NULL, search_chats_cb);
  gtk_widget_class_install_action (widget_class, "win.toggle-sidebar", NULL, toggle_sidebar_cb);
  gtk_widget_class_install_action (widget_class, "win.show-menu", NULL, show_menu_cb);
  gtk_widget_class_install_action (widget_class, "win.show-data-folder", NULL, show_data_folder_cb);
}

static void
td_window_init (TdWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->market_page =
    g_object_ref (TD_MARKET_PAGE (adw_navigation_split_view_get_content (self->split_view)));
  td_sidebar_mark_marketplace (self->sidebar);
  restore_size (self);
  update_actions (self);
  td_market_page_focus_search (self->market_page);
}

/**
 * td_window_new:
 * @application: the application
 *
 * Returns: (transfer none): a window without an engine, not yet presented; GTK owns it
 */
TdWindow *
td_window_new (TdApplication *application)
{
  g_return_val_if_fail (TD_IS_APPLICATION (application), NULL);

  return g_object_new (TD_TYPE_WINDOW, "application", application, NULL);
}

/**
 * td_window_find:
 * @widget: a widget
 *
 * Returns: (transfer none) (nullable): the window the widget is in
 */
TdWindow *
td_window_find (GtkWidget *widget)
{
  GtkWidget *window = gtk_widget_get_ancestor (widget, TD_TYPE_WINDOW);

  return window != NULL ? TD_WINDOW (window) : NULL;
}

/**
 * td_window_show_starting:
 * @self: the window
 *
 * Goes back from the trouble page to the pages, which wait for the engine.
 */
void
td_window_show_starting (TdWindow *self)
{
  g_return_if_fail (TD_IS_WINDOW (self));

  gtk_stack_set_visible_child_name (self->stack, "pages");
}

/* By another program: what was being written goes on in a chat of its own. */
static void
conversation_removed_cb (TdWindow       *self,
                         TdConversation *conversation)
{
  TdChatPage *shown = get_chat_page (self);
  gboolean said_something = g_list_model_get_n_items (G_LIST_MODEL (conversation)) > 0;
  g_autofree char *text = NULL;

  if (shown == NULL || td_chat_page_get_conversation (shown) != conversation)
    return;
  text = td_chat_page_dup_text (shown);
  if (text[0] != '\0' || !said_something)
    td_window_start_chat_with (self, td_conversation_get_model_key (conversation), text);
  else
    td_window_show_marketplace (self);
  if (said_something)
    td_window_say (self, _("This chat was deleted elsewhere."));
}

/**
 * td_window_set_engine:
 * @self: the window
 * @engine: the engine, started
 *
 * Fills the pages.
 */
void
td_window_set_engine (TdWindow *self,
                      TdEngine *engine)
{
  g_return_if_fail (TD_IS_WINDOW (self));
  g_return_if_fail (TD_IS_ENGINE (engine));

  if (!g_set_object (&self->engine, engine))
    return;
  td_window_show_starting (self);
  td_market_page_set_engine (self->market_page, engine);
  if (self->assistant_page != NULL)
    td_assistant_page_set_engine (self->assistant_page, engine);
  td_sidebar_set_conversations (self->sidebar, td_engine_get_conversations (engine));
  g_signal_connect_object (td_engine_get_conversations (engine), "removed",
                           G_CALLBACK (conversation_removed_cb), self, G_CONNECT_SWAPPED);
  td_sidebar_set_wallet (self->sidebar, td_engine_get_wallet (engine));
  g_signal_connect_object (td_engine_get_wallet (engine), "budget-warning",
                           G_CALLBACK (budget_warning_cb), self, G_CONNECT_SWAPPED);
  update_actions (self);
}

/**
 * td_window_show_start_error:
 * @self: the window
 * @error: why the engine did not start
 *
 * Shows what happened, where the file is and what to do, instead of the pages.
 */
void
td_window_show_start_error (TdWindow     *self,
                            const GError *error)
{
  g_autoptr (TdErrorText) text = NULL;
  g_autofree char *path = build_database_path ();
  g_autofree char *body = NULL;
  g_autofree char *escaped = NULL;

  g_return_if_fail (TD_IS_WINDOW (self));
  g_return_if_fail (error != NULL);

  text = td_app_error_describe (error, NULL);
  /* Translators: what to do, then the path of the file concerned */
  body = g_strdup_printf (_("%s\n\nThe file: %s"), text->advice, path);
  escaped = g_markup_escape_text (body, -1);
  adw_status_page_set_title (self->trouble_page, text->title);
  adw_status_page_set_description (self->trouble_page, escaped);
  gtk_stack_set_visible_child_name (self->stack, "trouble");
}

/**
 * td_window_show_signed_out:
 * @self: the window
 * @locked: (nullable): who is signed in and has to give the password once more; %NULL for nobody
 *
 * Shows that somebody has to sign in, instead of the pages.
 */
void
td_window_show_signed_out (TdWindow  *self,
                           TdAccount *locked)
{
  g_autofree char *title = NULL;

  g_return_if_fail (TD_IS_WINDOW (self));

  if (locked != NULL)
    /* Translators: the name of an account. */
    title = g_strdup_printf (_("Welcome Back, %s"), td_account_get_name (locked));
  adw_status_page_set_title (self->signed_out_page, title != NULL ? title : _("Signed Out"));
  adw_status_page_set_description (self->signed_out_page,
                                   locked != NULL
                                     ? _("Your password opens your chats and keys.")
                                     : _("Sign in to see your chats, keys and balance."));
  gtk_stack_set_visible_child_name (self->stack, "signed-out");
}

/**
 * td_window_set_account_name:
 * @self: the window
 * @name: (nullable): who is signed in
 *
 * Shows in the header whose window it is.
 */
void
td_window_set_account_name (TdWindow   *self,
                            const char *name)
{
  g_return_if_fail (TD_IS_WINDOW (self));

  td_sidebar_set_account_name (self->sidebar, name);
}

/**
 * td_window_save_size:
 * @self: the window
 *
 * Remembers the window's size for the next start.
 */
void
td_window_save_size (TdWindow *self)
{
  GSettings *settings = td_application_get_settings (td_application_get_default ());
  int width, height;

  g_return_if_fail (TD_IS_WINDOW (self));

  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  g_settings_set_int (settings, "window-width", width);
  g_settings_set_int (settings, "window-height", height);
  g_settings_set_boolean (settings, "window-maximized",
                          gtk_window_is_maximized (GTK_WINDOW (self)));
}

/**
 * td_window_search:
 * @self: the window
 * @text: what to look for
 *
 * Shows the marketplace with the models that fit @text.
 */
void
td_window_search (TdWindow   *self,
                  const char *text)
{
  g_return_if_fail (TD_IS_WINDOW (self));
  g_return_if_fail (text != NULL);

  td_window_show_marketplace (self);
  td_market_page_search (self->market_page, text);
}

/**
 * td_window_show_marketplace:
 * @self: the window
 *
 * Shows the marketplace, as it was left.
 */
void
td_window_show_marketplace (TdWindow *self)
{
  g_return_if_fail (TD_IS_WINDOW (self));

  td_sidebar_mark_marketplace (self->sidebar);
  show_content (self, ADW_NAVIGATION_PAGE (self->market_page));
}

/**
 * td_window_ask_assistant:
 * @self: the window
 * @text: (nullable): a request
 *
 * Shows Q Assistant, with @text in its box or as it was left.
 */
void
td_window_ask_assistant (TdWindow   *self,
                         const char *text)
{
  g_return_if_fail (TD_IS_WINDOW (self));

  if (self->assistant_page == NULL)
    {
      self->assistant_page = g_object_ref_sink (td_assistant_page_new ());
      if (self->engine != NULL)
        td_assistant_page_set_engine (self->assistant_page, self->engine);
    }
  td_sidebar_mark_assistant (self->sidebar);
  show_content (self, ADW_NAVIGATION_PAGE (self->assistant_page));
  td_assistant_page_ask (self->assistant_page, text);
}

/**
 * td_window_compare:
 * @self: the window
 * @model_keys: up to four models
 *
 * Shows the models side by side.
 */
void
td_window_compare (TdWindow          *self,
                   const char *const *model_keys)
{
  g_return_if_fail (TD_IS_WINDOW (self));
  g_return_if_fail (model_keys != NULL);

  td_window_show_marketplace (self);
  td_market_page_compare (self->market_page, model_keys);
}

/**
 * td_window_show_conversation:
 * @self: the window
 * @conversation: a chat of the engine's list
 *
 * Shows a chat.
 */
void
td_window_show_conversation (TdWindow       *self,
                             TdConversation *conversation)
{
  TdChatPage *shown;

  g_return_if_fail (TD_IS_WINDOW (self));
  g_return_if_fail (TD_IS_CONVERSATION (conversation));
  g_return_if_fail (self->engine != NULL);

  shown = get_chat_page (self);
  td_sidebar_mark_conversation (self->sidebar, conversation);
  if (shown == NULL || td_chat_page_get_conversation (shown) != conversation)
    shown = td_chat_page_new (self->engine, conversation);
  show_content (self, ADW_NAVIGATION_PAGE (shown));
}

/**
 * td_window_leave_conversation:
 * @self: the window
 * @conversation: a chat that is about to go
 *
 * Shows the marketplace instead, if the chat is what is shown.
 */
void
td_window_leave_conversation (TdWindow       *self,
                              TdConversation *conversation)
{
  TdChatPage *shown;

  g_return_if_fail (TD_IS_WINDOW (self));

  shown = get_chat_page (self);
  if (shown != NULL && td_chat_page_get_conversation (shown) == conversation)
    td_window_show_marketplace (self);
}

/**
 * td_window_start_chat:
 * @self: the window
 * @model_key: (nullable): the model to chat with
 *
 * Shows a new, empty chat.
 */
void
td_window_start_chat (TdWindow   *self,
                      const char *model_key)
{
  g_autoptr (TdConversation) conversation = NULL;

  g_return_if_fail (TD_IS_WINDOW (self));
  g_return_if_fail (self->engine != NULL);

  conversation =
    td_conversation_list_create (td_engine_get_conversations (self->engine), model_key);
  td_window_show_conversation (self, conversation);
}

/**
 * td_window_start_chat_with:
 * @self: the window
 * @model_key: (nullable): the model to chat with
 * @draft: what is to be in the box
 *
 * Shows a new chat with the request typed already.
 */
void
td_window_start_chat_with (TdWindow   *self,
                           const char *model_key,
                           const char *draft)
{
  TdConversationList *list;
  g_autoptr (TdConversation) conversation = NULL;

  g_return_if_fail (TD_IS_WINDOW (self));
  g_return_if_fail (self->engine != NULL);

  list = td_engine_get_conversations (self->engine);
  conversation = td_conversation_list_create (list, model_key);
  td_conversation_list_set_draft (list, conversation, draft);
  td_window_show_conversation (self, conversation);
}

/**
 * td_window_say:
 * @self: the window
 * @sentence: what the user should know, for a moment
 *
 * Shows a toast.
 */
void
td_window_say (TdWindow   *self,
               const char *sentence)
{
  AdwToast *toast;

  g_return_if_fail (TD_IS_WINDOW (self));

  toast = adw_toast_new ("");
  adw_toast_set_use_markup (toast, FALSE);
  adw_toast_set_title (toast, sentence);
  td_window_add_toast (self, toast);
}

/**
 * td_window_add_toast:
 * @self: the window
 * @toast: (transfer full): what the user should know, perhaps with a button
 *
 * Shows a toast.
 */
void
td_window_add_toast (TdWindow *self,
                     AdwToast *toast)
{
  g_return_if_fail (TD_IS_WINDOW (self));
  g_return_if_fail (ADW_IS_TOAST (toast));

  adw_toast_overlay_add_toast (self->toasts, toast);
}

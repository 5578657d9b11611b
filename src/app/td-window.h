/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/td-application.h"

G_BEGIN_DECLS

/**
 * TdWindow:
 *
 * The window: a sidebar with the pages and the chats, and the page chosen beside it. It maps
 * before the engine has started and fills its pages when that is ready.
 *
 * Actions: win.show-marketplace, win.show-assistant, win.show-model(s key), win.new-chat,
 * win.start-chat(s model-key), win.show-conversation(x id), win.rename-chat(x id),
 * win.delete-chat(x id), win.search, win.search-chats, win.toggle-sidebar, win.show-menu.
 */
#define TD_TYPE_WINDOW (td_window_get_type ())
G_DECLARE_FINAL_TYPE (TdWindow, td_window, TD, WINDOW, AdwApplicationWindow)

TdWindow *td_window_new               (TdApplication  *application);
TdWindow *td_window_find              (GtkWidget      *widget);
void      td_window_show_starting     (TdWindow       *self);
void      td_window_set_engine        (TdWindow       *self,
                                       TdEngine       *engine);
void      td_window_show_start_error  (TdWindow       *self,
                                       const GError   *error);
void      td_window_show_signed_out   (TdWindow       *self,
                                       TdAccount      *locked); /* (nullable) */
void      td_window_set_account_name  (TdWindow       *self,
                                       const char     *name); /* (nullable) */
void      td_window_save_size         (TdWindow       *self);
void      td_window_search            (TdWindow       *self,
                                       const char     *text);
void      td_window_show_marketplace  (TdWindow       *self);
void      td_window_ask_assistant     (TdWindow       *self,
                                       const char     *text); /* (nullable) */
void      td_window_compare           (TdWindow       *self,
                                       const char *const *model_keys);
void      td_window_show_conversation (TdWindow       *self,
                                       TdConversation *conversation);
void      td_window_leave_conversation (TdWindow       *self,
                                       TdConversation *conversation);
void      td_window_start_chat        (TdWindow       *self,
                                       const char     *model_key);
void      td_window_start_chat_with   (TdWindow       *self,
                                       const char     *model_key,
                                       const char     *draft);
void      td_window_say               (TdWindow       *self,
                                       const char     *sentence);
void      td_window_add_toast         (TdWindow       *self,
                                       AdwToast       *toast);

G_END_DECLS

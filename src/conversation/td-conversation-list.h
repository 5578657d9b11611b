/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "conversation/td-conversation.h"
#include "store/td-database.h"

G_BEGIN_DECLS

/**
 * TdConversationList:
 *
 * All stored chats, newest first, as a #GListModel of #TdConversation. A chat is in the list
 * from its first message, or from the moment a draft of it was stored.
 *
 * Signals: "stored" (this process changed something in the store), "removed" (a
 *   #TdConversation was deleted, here or by another process; whoever shows it lets it go).
 */
#define TD_TYPE_CONVERSATION_LIST (td_conversation_list_get_type ())
G_DECLARE_FINAL_TYPE (TdConversationList, td_conversation_list, TD, CONVERSATION_LIST, GObject)

/* Replies left streaming by a program that ended are resolved before this, by the engine. */
void                td_conversation_list_load_async    (TdDatabase           *database,
                                                        GCancellable         *cancellable,
                                                        GAsyncReadyCallback   callback,
                                                        gpointer              user_data);
TdConversationList *td_conversation_list_load_finish   (GAsyncResult         *result,
                                                        GError              **error);
/* A new, empty chat; it is stored with its first message. */
TdConversation     *td_conversation_list_create        (TdConversationList   *self,
                                                        const char           *model_key); /* (transfer full) */
TdConversation     *td_conversation_list_find          (TdConversationList   *self,
                                                        gint64                id); /* (transfer none) (nullable) */
/* Loads the messages of a chat; at once when they are there. */
void                td_conversation_list_open_async    (TdConversationList   *self,
                                                        TdConversation       *conversation,
                                                        GCancellable         *cancellable,
                                                        GAsyncReadyCallback   callback,
                                                        gpointer              user_data);
gboolean            td_conversation_list_open_finish   (TdConversationList   *self,
                                                        GAsyncResult         *result,
                                                        GError              **error);
void                td_conversation_list_rename_async  (TdConversationList   *self,
                                                        TdConversation       *conversation,
                                                        const char           *title,
                                                        GCancellable         *cancellable,
                                                        GAsyncReadyCallback   callback,
                                                        gpointer              user_data);
gboolean            td_conversation_list_rename_finish (TdConversationList   *self,
                                                        GAsyncResult         *result,
                                                        GError              **error);
void                td_conversation_list_delete_async  (TdConversationList   *self,
                                                        TdConversation       *conversation,
                                                        GCancellable         *cancellable,
                                                        GAsyncReadyCallback   callback,
                                                        gpointer              user_data);
gboolean            td_conversation_list_delete_finish (TdConversationList   *self,
                                                        GAsyncResult         *result,
                                                        GError              **error);
/* Which model the next message of this chat goes to. */
void                td_conversation_list_set_model     (TdConversationList   *self,
                                                        TdConversation       *conversation,
                                                        const char           *model_key);
/* How its replies are wanted, from the next message on. */
void                td_conversation_list_set_wishes    (TdConversationList   *self,
                                                        TdConversation       *conversation,
                                                        const char           *system_prompt,
                                                        const TdChatParameters *parameters);
/* Text typed and not sent; kept so that it survives anything. Written within a second. */
void                td_conversation_list_keep_draft_attachments (TdConversationList *self,
                                                                 TdConversation     *conversation);
void                td_conversation_list_set_draft     (TdConversationList   *self,
                                                        TdConversation       *conversation,
                                                        const char           *text);
/* Another process changed something: reads the list again, and the messages of loaded chats. */
void                td_conversation_list_reload        (TdConversationList   *self);

G_END_DECLS

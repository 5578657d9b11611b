/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "conversation/td-conversation-private.h"
#include "store/td-database.h"

G_BEGIN_DECLS

/* Reads the chats again and lays what another process changed over the objects that are there. */
void       td_conversation_reload_async  (TdDatabase          *database,
                                          GPtrArray           *conversations, /* (element-type TdConversation) */
                                          guint                generation,
                                          GAsyncReadyCallback  callback,
                                          gpointer             user_data);
GPtrArray *td_conversation_reload_finish (TdDatabase          *database,
                                          GAsyncResult        *result,
                                          GListModel          *model,
                                          GPtrArray          **items,         /* (inout) */
                                          guint                generation,
                                          gboolean            *stale,
                                          GError             **error); /* (element-type TdConversation): those that are gone */

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/td-engine.h"
#include "providers/td-chat-request.h"

G_BEGIN_DECLS

/**
 * TdChore:
 *
 * A small job that a model does for the program, such as a chat's title: metered as a reply is,
 * with a hold before anything is sent and a receipt of its own, which says what it was for. It
 * leaves no message. A chore is made, run once and dropped.
 */
#define TD_TYPE_CHORE (td_chore_get_type ())
G_DECLARE_FINAL_TYPE (TdChore, td_chore, TD, CHORE, GObject)

TdChore *td_chore_new        (TdEngine             *engine,
                              TdModel              *model,
                              const char           *purpose,
                              TdConversation       *conversation,
                              gint64                message_id);
void     td_chore_run_async  (TdChore              *self,
                              TdChatRequest        *request,
                              TdMoney               max_cost,
                              GCancellable         *cancellable,
                              GAsyncReadyCallback   callback,
                              gpointer              user_data);
char    *td_chore_run_finish (TdChore              *self,
                              GAsyncResult         *result,
                              GError              **error);

G_END_DECLS

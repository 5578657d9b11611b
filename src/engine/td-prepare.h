/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "conversation/td-conversation.h"
#include "store/td-database.h"
#include "wallet/td-lease.h"

G_BEGIN_DECLS

/* Readies a chat for a reply: what a dead program left in it is resolved, its messages are
 * loaded, and nobody else is replying in it. */
void     td_prepare_async  (TdDatabase           *database,
                            TdLease              *lease,
                            TdConversation       *conversation,
                            GAsyncReadyCallback   callback,
                            gpointer              user_data);
gboolean td_prepare_finish (TdDatabase           *database,
                            TdConversation       *conversation,
                            GAsyncResult         *result,
                            GError              **error);

G_END_DECLS

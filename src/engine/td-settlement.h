/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "conversation/td-message-private.h"
#include "store/td-connection.h"
#include "wallet/td-receipt.h"

G_BEGIN_DECLS

void     td_settlement_fill_outcome (const TdReceipt         *receipt,
                                     TdMessageOutcome        *outcome);
gboolean td_settlement_write        (TdConnection            *connection,
                                     gint64                   message_id,
                                     const TdMessageOutcome  *outcome,
                                     TdReceipt               *receipt,
                                     GError                 **error);

gboolean td_settlement_write_chore  (TdConnection            *connection,
                                     TdReceipt               *receipt,
                                     GError                 **error);

G_END_DECLS

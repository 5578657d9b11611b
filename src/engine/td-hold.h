/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/td-database.h"
#include "wallet/td-receipt.h"

G_BEGIN_DECLS

/*
 * A hold on its way through the store: written before anything is sent, moved to another offer, settled
 * once. The first two are for the database thread, inside a transaction; the calls make one of their own,
 * for what is metered and is no message of a chat.
 */
gboolean   td_hold_write        (TdConnection *connection,
                                 TdReceipt    *hold,
                                 GError      **error);
gboolean   td_hold_move         (TdConnection *connection,
                                 TdReceipt    *hold,
                                 GError      **error);
void       td_hold_write_async  (TdDatabase         *database,
                                 TdReceipt          *hold,
                                 GAsyncReadyCallback callback,
                                 gpointer            user_data); /* takes the receipt */
void       td_hold_move_async   (TdDatabase         *database,
                                 TdReceipt          *hold,
                                 GAsyncReadyCallback callback,
                                 gpointer            user_data); /* takes the receipt */
void       td_hold_settle_async (TdDatabase         *database,
                                 TdReceipt          *receipt,
                                 GAsyncReadyCallback callback,
                                 gpointer            user_data); /* takes the receipt */
TdReceipt *td_hold_finish       (TdDatabase   *database,
                                 GAsyncResult *result,
                                 GError      **error); /* of the three */

G_END_DECLS

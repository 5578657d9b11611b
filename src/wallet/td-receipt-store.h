/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/td-connection.h"
#include "wallet/td-receipt.h"

G_BEGIN_DECLS

/* Receipts in the database. All of this runs on the database thread. */
gboolean   td_receipt_store_hold      (TdConnection     *connection,
                                       const TdReceipt  *receipt,
                                       gint64           *id,
                                       GError          **error);
gboolean   td_receipt_store_move      (TdConnection     *connection,
                                       const TdReceipt  *receipt,
                                       GError          **error);
gboolean   td_receipt_store_settle    (TdConnection     *connection,
                                       const TdReceipt  *receipt,
                                       gboolean         *now,
                                       GError          **error);
GPtrArray *td_receipt_store_list_open (TdConnection     *connection,
                                       GError          **error); /* (element-type TdReceipt) */
GPtrArray *td_receipt_store_list_chores (TdConnection   *connection,
                                         gint64          message_id,
                                         GError        **error); /* (element-type TdReceipt) */
TdReceipt *td_receipt_store_find      (TdConnection     *connection,
                                       gint64            message_id,
                                       GError          **error);
TdReceipt *td_receipt_store_find_number (TdConnection   *connection,
                                         gint64          id,
                                         GError        **error);
TdReceipt *td_receipt_store_find_open (TdConnection     *connection,
                                       gint64            id,
                                       GError          **error);

G_END_DECLS

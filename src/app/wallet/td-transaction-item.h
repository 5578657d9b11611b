/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "wallet/td-ledger.h"

G_BEGIN_DECLS

/**
 * TdTransactionItem:
 *
 * A transaction for a list model. It never changes.
 */
#define TD_TYPE_TRANSACTION_ITEM (td_transaction_item_get_type ())
G_DECLARE_FINAL_TYPE (TdTransactionItem, td_transaction_item, TD, TRANSACTION_ITEM, GObject)

TdTransactionItem *td_transaction_item_new (TdLedgerTransaction *transaction);
const TdLedgerTransaction *td_transaction_item_get (TdTransactionItem *self);

G_END_DECLS

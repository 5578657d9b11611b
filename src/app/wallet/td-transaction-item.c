/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/wallet/td-transaction-item.h"

struct _TdTransactionItem
{
  GObject parent_instance;

  TdLedgerTransaction *transaction; /* (owned) */
};

G_DEFINE_FINAL_TYPE (TdTransactionItem, td_transaction_item, G_TYPE_OBJECT)

static void
td_transaction_item_finalize (GObject *object)
{
  td_ledger_transaction_free (TD_TRANSACTION_ITEM (object)->transaction);

  G_OBJECT_CLASS (td_transaction_item_parent_class)->finalize (object);
}

static void
td_transaction_item_class_init (TdTransactionItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = td_transaction_item_finalize;
}

static void
td_transaction_item_init (TdTransactionItem *self)
{
}

/**
 * td_transaction_item_new:
 * @transaction: (transfer full): a transaction
 *
 * Returns: (transfer full): it, as an item
 */
TdTransactionItem *
td_transaction_item_new (TdLedgerTransaction *transaction)
{
  TdTransactionItem *self;

  g_return_val_if_fail (transaction != NULL, NULL);

  self = g_object_new (TD_TYPE_TRANSACTION_ITEM, NULL);
  self->transaction = transaction;
  return self;
}

const TdLedgerTransaction *
td_transaction_item_get (TdTransactionItem *self)
{
  g_return_val_if_fail (TD_IS_TRANSACTION_ITEM (self), NULL);

  return self->transaction;
}

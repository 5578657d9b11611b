/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine/td-hold.h"

#include "engine/td-settlement.h"
#include "vault/td-key-ring-store.h"
#include "wallet/td-wallet-store.h"

typedef gboolean (*Step) (TdConnection  *connection,
                          TdReceipt     *receipt,
                          GError       **error);

/**
 * td_hold_write:
 * @connection: the database, inside a transaction
 * @hold: a hold; gets its id and the wallet's terms
 * @error: return location for a #TdWalletError or a #TdStoreError
 *
 * Whose key it is decides about the commission, and is what the database says at this moment.
 *
 * Returns: whether it is held; nothing may be sent before that is committed
 */
gboolean
td_hold_write (TdConnection  *connection,
               TdReceipt     *hold,
               GError       **error)
{
  return td_key_ring_store_is_marketplace (connection, hold->provider_id, &hold->marketplace,
                                           error) &&
         td_wallet_store_hold (connection, hold, error);
}

/**
 * td_hold_move:
 * @connection: the database, inside a transaction
 * @hold: a hold that was written, as it is to be; gets the wallet's terms
 * @error: return location for a #TdWalletError or a #TdStoreError
 *
 * Another offer may be paid with another kind of key.
 *
 * Returns: whether it is held; nothing may be sent before that is committed
 */
gboolean
td_hold_move (TdConnection  *connection,
              TdReceipt     *hold,
              GError       **error)
{
  return td_key_ring_store_is_marketplace (connection, hold->provider_id, &hold->marketplace,
                                           error) &&
         td_wallet_store_move (connection, hold, error);
}

/* ---- in a transaction of its own ----------------------------------------------------------- */

static TdReceipt *
run_step (TdConnection  *connection,
          TdReceipt     *receipt,
          Step           step,
          GError       **error)
{
  if (!td_connection_begin (connection, error))
    return NULL;
  if (step (connection, receipt, error) && td_connection_commit (connection, error))
    return td_receipt_copy (receipt);
  td_connection_rollback (connection);
  return NULL;
}

static gpointer
write_on_thread (TdConnection  *connection,
                 gpointer       data,
                 GCancellable  *cancellable,
                 GError       **error)
{
  return run_step (connection, data, td_hold_write, error);
}

static gpointer
move_on_thread (TdConnection  *connection,
                gpointer       data,
                GCancellable  *cancellable,
                GError       **error)
{
  return run_step (connection, data, td_hold_move, error);
}

static gpointer
settle_on_thread (TdConnection  *connection,
                  gpointer       data,
                  GCancellable  *cancellable,
                  GError       **error)
{
  return run_step (connection, data, td_settlement_write_chore, error);
}

static void
run (TdDatabase          *database,
     TdReceipt           *receipt,
     TdDatabaseFunc       func,
     GAsyncReadyCallback  callback,
     gpointer             user_data)
{
  g_return_if_fail (TD_IS_DATABASE (database));
  g_return_if_fail (receipt != NULL);

  td_database_run_grouped_async (database, func, NULL, receipt, (GDestroyNotify) td_receipt_free,
                                 (GDestroyNotify) td_receipt_free, callback, user_data);
}

/**
 * td_hold_write_async:
 * @database: where it goes
 * @hold: (transfer full): a hold
 * @callback: called when it is on the disk; then the request may be sent
 * @user_data: data for @callback
 */
void
td_hold_write_async (TdDatabase          *database,
                     TdReceipt           *hold,
                     GAsyncReadyCallback  callback,
                     gpointer             user_data)
{
  run (database, hold, write_on_thread, callback, user_data);
}

/**
 * td_hold_move_async:
 * @database: where it is
 * @hold: (transfer full): a hold that was written, as it is to be
 * @callback: called when it is on the disk; then the request may be sent
 * @user_data: data for @callback
 */
void
td_hold_move_async (TdDatabase          *database,
                    TdReceipt           *hold,
                    GAsyncReadyCallback  callback,
                    gpointer             user_data)
{
  run (database, hold, move_on_thread, callback, user_data);
}

/**
 * td_hold_settle_async:
 * @database: where it is
 * @receipt: (transfer full): a hold that was settled
 * @callback: called when it is on the disk
 * @user_data: data for @callback
 *
 * Books what it cost, in the sums of the chat that it was for too, if there is one.
 */
void
td_hold_settle_async (TdDatabase          *database,
                      TdReceipt           *receipt,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
  run (database, receipt, settle_on_thread, callback, user_data);
}

/**
 * td_hold_finish:
 * @database: where it is
 * @result: what the callback got
 * @error: return location for a #TdWalletError or a #TdStoreError
 *
 * Returns: (transfer full) (nullable): the hold or the receipt as it was written
 */
TdReceipt *
td_hold_finish (TdDatabase    *database,
                GAsyncResult  *result,
                GError       **error)
{
  g_return_val_if_fail (TD_IS_DATABASE (database), NULL);

  return td_database_run_finish (database, result, error);
}

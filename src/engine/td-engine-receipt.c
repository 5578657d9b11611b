/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine/td-engine-receipt.h"

#include "wallet/td-receipt-store.h"

static gpointer
find_on_thread (TdConnection  *connection,
                gpointer       data,
                GCancellable  *cancellable,
                GError       **error)
{
  return td_receipt_store_find (connection, *(gint64 *) data, error);
}

/**
 * td_engine_find_receipt_async:
 * @self: the engine
 * @message_id: a stored reply
 * @cancellable: (nullable): cancels the call
 * @callback: called when it was looked up
 * @user_data: data for @callback
 *
 * Looks up what a reply cost, and why it came from where it did.
 */
void
td_engine_find_receipt_async (TdEngine            *self,
                              gint64               message_id,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  g_return_if_fail (TD_IS_ENGINE (self));

  td_database_run_async (td_engine_get_database (self), G_PRIORITY_DEFAULT, find_on_thread,
                         g_memdup2 (&message_id, sizeof message_id), g_free,
                         (GDestroyNotify) td_receipt_free, cancellable, callback, user_data);
}

/**
 * td_engine_find_receipt_finish:
 * @result: what the callback got
 * @error: return location for a #TdStoreError
 *
 * Returns: (transfer full) (nullable): the receipt; %NULL without @error when there is none
 */
TdReceipt *
td_engine_find_receipt_finish (GAsyncResult  *result,
                               GError       **error)
{
  g_autoptr (GObject) database = g_async_result_get_source_object (result);

  g_return_val_if_fail (TD_IS_DATABASE (database), NULL);

  return td_database_run_finish (TD_DATABASE (database), result, error);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The wallet's books, read as a whole or in part: transactions as a list and as a file, and the check of all
 * of them.
 */
#include "config.h"

#include "wallet/td-wallet-private.h"

/* A step is about a frame long: whoever wants to hold waits no longer than that. */
#define READ_AT_ONCE 1000

/* What is read on the database thread; only a file has a format and a text. */
typedef struct
{
  TdLedgerQuery query;
  gint64 since_us; /* 0: from the beginning on */
  TdLedgerFormat format;
  GString *text;   /* (owned) (nullable): what was written so far */
} Reading;

static void
reading_free (gpointer data)
{
  Reading *reading = data;

  if (reading->text)
    g_string_free (reading->text, TRUE);
  g_free (reading);
}

/* ---- listing ----------------------------------------------------------------------------------- */

/* Where the list begins is looked for once. */
static gboolean
find_beginning (TdConnection  *connection,
                Reading       *reading,
                GError       **error)
{
  if (reading->since_us == 0)
    return TRUE;
  reading->query.after_number =
    td_ledger_store_find_before (connection, reading->query.wallet_id, reading->since_us, error);
  reading->since_us = 0;
  return reading->query.after_number >= 0;
}

static gpointer
list_on_thread (TdConnection  *connection,
                gpointer       data,
                GCancellable  *cancellable,
                GError       **error)
{
  Reading *reading = data;

  return find_beginning (connection, reading, error)
           ? td_ledger_store_list (connection, &reading->query, error)
           : NULL;
}

static void
listed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  GPtrArray *list = td_database_run_finish (TD_DATABASE (source), result, &error);

  if (list)
    g_task_return_pointer (task, list, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

/**
 * td_wallet_list_async:
 * @self: a wallet
 * @filter: which transactions
 * @since_us: only those since this time; 0 for all
 * @before_number: only those before this one; 0 for the newest
 * @limit: how many at most
 * @cancellable: (nullable): a cancellable
 * @callback: called when they were read
 * @user_data: data for @callback
 *
 * Reads transactions, newest first.
 */
void
td_wallet_list_async (TdWallet            *self,
                      TdLedgerFilter       filter,
                      gint64               since_us,
                      gint64               before_number,
                      guint                limit,
                      GCancellable        *cancellable,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
  GTask *task;
  Reading *reading;

  g_return_if_fail (TD_IS_WALLET (self));

  reading = g_new0 (Reading, 1);
  reading->query = (TdLedgerQuery) { .wallet_id = td_wallet_get_number (self),
                                     .before_number = before_number,
                                     .limit = limit,
                                     .filter = filter };
  reading->since_us = since_us;
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, td_wallet_list_async);
  td_database_run_async (td_wallet_get_database (self), G_PRIORITY_DEFAULT, list_on_thread, reading,
                         reading_free, (GDestroyNotify) g_ptr_array_unref, cancellable, listed_cb,
                         task);
}

/**
 * td_wallet_list_finish:
 * @self: a wallet
 * @result: what the callback got
 * @error: return location for an error
 *
 * Returns: (transfer full) (element-type TdLedgerTransaction) (nullable): without their lines
 */
GPtrArray *
td_wallet_list_finish (TdWallet      *self,
                       GAsyncResult  *result,
                       GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* ---- exporting --------------------------------------------------------------------------------- */

static gpointer
export_on_thread (TdConnection  *connection,
                  gpointer       data,
                  GCancellable  *cancellable,
                  GError       **error)
{
  Reading *reading = data;
  g_autoptr (GPtrArray) list = NULL;

  if (!find_beginning (connection, reading, error))
    return NULL;
  list = td_ledger_store_list (connection, &reading->query, error);
  for (guint i = 0; list && i < list->len; i++)
    {
      const TdLedgerTransaction *transaction = g_ptr_array_index (list, i);

      td_ledger_text_add (reading->text, reading->format, transaction);
      reading->query.before_number = transaction->number;
    }
  if (!list || list->len == reading->query.limit)
    return NULL;
  td_ledger_text_end (reading->text, reading->format);
  return g_string_free_to_bytes (g_steal_pointer (&reading->text));
}

static void
exported_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  GBytes *text = td_database_run_finish (TD_DATABASE (source), result, &error);

  if (error)
    g_task_return_error (task, error);
  else if (text)
    g_task_return_pointer (task, text, (GDestroyNotify) g_bytes_unref);
  else if (!g_task_return_error_if_cancelled (task))
    td_database_run_async (TD_DATABASE (source), G_PRIORITY_LOW, export_on_thread,
                           g_task_get_task_data (task), NULL, (GDestroyNotify) g_bytes_unref, NULL,
                           exported_cb, g_steal_pointer (&task));
}

/**
 * td_wallet_export_async:
 * @self: a wallet
 * @format: what the file is to be
 * @filter: which transactions
 * @since_us: only those since this time; 0 for all
 * @cancellable: (nullable): a cancellable
 * @callback: called when all is written
 * @user_data: data for @callback
 *
 * Writes transactions as a file, newest first, a piece at a time, so that replies can begin
 * meanwhile.
 */
void
td_wallet_export_async (TdWallet            *self,
                        TdLedgerFormat       format,
                        TdLedgerFilter       filter,
                        gint64               since_us,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  GTask *task;
  Reading *reading;

  g_return_if_fail (TD_IS_WALLET (self));

  reading = g_new0 (Reading, 1);
  reading->format = format;
  reading->since_us = since_us;
  reading->query = (TdLedgerQuery) { .wallet_id = td_wallet_get_number (self),
                                     .limit = READ_AT_ONCE,
                                     .filter = filter };
  reading->text = g_string_new (NULL);
  td_ledger_text_begin (reading->text, format);
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, td_wallet_export_async);
  g_task_set_task_data (task, reading, reading_free);
  td_database_run_async (td_wallet_get_database (self), G_PRIORITY_LOW, export_on_thread, reading,
                         NULL, (GDestroyNotify) g_bytes_unref, NULL, exported_cb, task);
}

/**
 * td_wallet_export_finish:
 * @self: a wallet
 * @result: what the callback got
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): the file
 */
GBytes *
td_wallet_export_finish (TdWallet      *self,
                         GAsyncResult  *result,
                         GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* ---- verifying --------------------------------------------------------------------------------- */

static gpointer
check_on_thread (TdConnection  *connection,
                 gpointer       data,
                 GCancellable  *cancellable,
                 GError       **error)
{
  gboolean done;

  if (!td_ledger_check_step (data, connection, READ_AT_ONCE, &done, error) || !done)
    return NULL;
  return td_ledger_check_report (data);
}

static void
checked_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  TdLedgerReport *report = td_database_run_finish (TD_DATABASE (source), result, &error);

  if (error)
    g_task_return_error (task, error);
  else if (report)
    g_task_return_pointer (task, report, (GDestroyNotify) td_ledger_report_free);
  else if (!g_task_return_error_if_cancelled (task))
    td_database_run_async (TD_DATABASE (source), G_PRIORITY_LOW, check_on_thread,
                           g_task_get_task_data (task), NULL,
                           (GDestroyNotify) td_ledger_report_free, NULL, checked_cb,
                           g_steal_pointer (&task));
}

/**
 * td_wallet_verify_async:
 * @self: a wallet
 * @cancellable: (nullable): a cancellable
 * @callback: called when everything was looked at
 * @user_data: data for @callback
 *
 * Recomputes the whole ledger, a piece at a time, so that replies can begin meanwhile.
 */
void
td_wallet_verify_async (TdWallet            *self,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (TD_IS_WALLET (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, td_wallet_verify_async);
  g_task_set_task_data (task, td_ledger_check_new (td_wallet_get_number (self)),
                        (GDestroyNotify) td_ledger_check_free);
  td_database_run_async (td_wallet_get_database (self), G_PRIORITY_LOW, check_on_thread,
                         g_task_get_task_data (task), NULL, (GDestroyNotify) td_ledger_report_free,
                         NULL, checked_cb, task);
}

/**
 * td_wallet_verify_finish:
 * @self: a wallet
 * @result: what the callback got
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): what was found; %NULL when it could not be looked at
 */
TdLedgerReport *
td_wallet_verify_finish (TdWallet      *self,
                         GAsyncResult  *result,
                         GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "wallet/wallet-fixture.h"

#include "base/td-clock.h"

TdDatabase *
wallet_open_database (const char *path)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;
  TdDatabase *database;

  td_database_open_async (path, NULL, td_test_ready, &call);
  database = td_database_open_finish (td_test_wait (&call), &error);
  g_assert_no_error (error);
  return database;
}

static gpointer
run_on_thread (TdConnection  *connection,
               gpointer       data,
               GCancellable  *cancellable,
               GError       **error)
{
  WalletTest test = (WalletTest) data;

  test (connection);
  return NULL;
}

static void
run_test (gconstpointer test)
{
  g_autofree char *folder = td_test_make_dir ();
  g_autofree char *path = g_build_filename (folder, "topdog.db", NULL);
  g_autoptr (TdDatabase) database = wallet_open_database (path);
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;

  td_database_run_async (database, G_PRIORITY_DEFAULT, run_on_thread, (gpointer) test, NULL, NULL,
                         NULL, td_test_ready, &call);
  td_database_run_finish (database, td_test_wait (&call), &error);
  g_assert_no_error (error);
  td_database_close (database);
}

void
wallet_add_test (const char *path,
                 WalletTest  test)
{
  g_test_add_data_func (path, (gconstpointer) test, run_test);
}

static gboolean
end (TdConnection  *connection,
     gboolean       done,
     GError       **error)
{
  if (done)
    return td_connection_commit (connection, error);
  td_connection_rollback (connection);
  return FALSE;
}

static TdWalletMove
make_move (TdMoney     amount,
           const char *reference)
{
  return (TdWalletMove) { .wallet_id = TD_WALLET_FIRST,
                          .amount = amount,
                          .method = "budget",
                          .reference = reference };
}

gboolean
wallet_fund (TdConnection  *connection,
             TdMoney        amount,
             const char    *reference,
             GError       **error)
{
  TdWalletMove move = make_move (amount, reference);
  g_autoptr (TdLedgerTransaction) transaction = NULL;

  if (!td_connection_begin (connection, error))
    return FALSE;
  transaction = td_wallet_store_fund (connection, &move, error);
  return end (connection, transaction != NULL, error);
}

gboolean
wallet_refund (TdConnection  *connection,
               gint64         number,
               TdMoney        amount,
               const char    *reference,
               GError       **error)
{
  TdWalletMove move = make_move (amount, reference);
  g_autoptr (TdLedgerTransaction) transaction = NULL;

  if (!td_connection_begin (connection, error))
    return FALSE;
  transaction = td_wallet_store_refund (connection, &move, number, error);
  return end (connection, transaction != NULL, error);
}

gboolean
wallet_hold (TdConnection  *connection,
             TdReceipt     *hold,
             GError       **error)
{
  return td_connection_begin (connection, error) &&
         end (connection, td_wallet_store_hold (connection, hold, error), error);
}

gboolean
wallet_move (TdConnection  *connection,
             TdReceipt     *hold,
             GError       **error)
{
  return td_connection_begin (connection, error) &&
         end (connection, td_wallet_store_move (connection, hold, error), error);
}

gboolean
wallet_settle (TdConnection  *connection,
               TdReceipt     *hold,
               TdMoney        total,
               GError       **error)
{
  TdUsage usage = TD_USAGE_INIT;
  TdCost cost = { .known = total != TD_MONEY_UNKNOWN,
                  .total = total != TD_MONEY_UNKNOWN ? total : 0,
                  .prices = hold->prices };
  gboolean now;

  usage.input = usage.output = 1;
  td_receipt_settle (hold, TD_RECEIPT_COMPLETE, &usage, FALSE, &cost);
  return td_connection_begin (connection, error) &&
         end (connection, td_wallet_store_settle (connection, hold, &now, error), error);
}

void
wallet_set_mode (TdConnection *connection,
                 TdWalletMode  mode)
{
  g_autoptr (GError) error = NULL;

  td_wallet_store_set_mode (connection, TD_WALLET_FIRST, mode, &error);
  g_assert_no_error (error);
}

TdReceipt *
wallet_make_hold (TdMoney held)
{
  TdReceipt *hold = td_receipt_new ();

  hold->purpose = g_strdup ("chat");
  hold->model_key = g_strdup ("maker:model");
  hold->provider_id = g_strdup ("maker");
  hold->catalogue_version = g_strdup ("2026-11-23");
  hold->held = held;
  hold->started_us = td_clock_now_us ();
  return hold;
}

TdWalletState
wallet_read (TdConnection *connection)
{
  g_autoptr (GError) error = NULL;
  TdWalletState state;

  td_wallet_store_read (connection, TD_WALLET_FIRST, &state, &error);
  g_assert_no_error (error);
  return state;
}

TdLedgerReport *
wallet_check (TdConnection *connection)
{
  g_autoptr (TdLedgerCheck) check = td_ledger_check_new (TD_WALLET_FIRST);
  gboolean done = FALSE;

  while (!done)
    {
      g_autoptr (GError) error = NULL;

      td_ledger_check_step (check, connection, 7, &done, &error);
      g_assert_no_error (error);
    }
  return td_ledger_check_report (check);
}

void
wallet_assert_sound (TdConnection *connection)
{
  g_autoptr (TdLedgerReport) report = wallet_check (connection);
  TdWalletState state = wallet_read (connection);
  TdMoney sum = 0;

  g_assert_cmpstr (report->fault, ==, NULL);
  g_assert_true (report->sound);
  for (guint i = 0; i < TD_LEDGER_N_ACCOUNTS; i++)
    sum += state.balances.of[i];
  g_assert_cmpint (sum, ==, 0);
  g_assert_cmpint (wallet_count (connection, "SELECT coalesce (sum (amount), 0) FROM ledger_entry"),
                   ==, 0);
}

gint64
wallet_count (TdConnection *connection,
              const char   *sql)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TdStatement) statement = td_connection_prepare (connection, sql, &error);
  gboolean has_row = FALSE;

  g_assert_no_error (error);
  g_assert_true (td_statement_step (statement, &has_row, &error) && has_row);
  return td_statement_get_int64 (statement, 0);
}

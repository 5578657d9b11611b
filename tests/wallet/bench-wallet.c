/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What holding and settling cost, and how a wallet of a million entries opens and is paged through. */
#include "config.h"

#include "wallet/wallet-fixture.h"

#define N_REPLIES    1000
#define GROUP        16
#define MANY_REPLIES 200000 /* five entries each */
#define PAGE         50
#define N_READS      200

static int
compare_times (gconstpointer a,
               gconstpointer b)
{
  gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;

  return (x > y) - (x < y);
}

static void
say_times (const char *what,
           GArray     *times)
{
  g_array_sort (times, compare_times);
  g_print ("%-34s median %6.2f ms, p99 %6.2f ms\n", what,
           (double) g_array_index (times, gint64, times->len / 2) / 1000,
           (double) g_array_index (times, gint64, times->len * 99 / 100) / 1000);
}

static void
hold_and_settle (TdConnection *connection,
                 gboolean      durable)
{
  g_autoptr (TdReceipt) hold = wallet_make_hold (CENT / 100);
  g_autoptr (GError) error = NULL;
  TdUsage usage = TD_USAGE_INIT;
  TdCost cost = { .known = TRUE, .total = CENT / 300 };
  gboolean now;

  if (durable)
    {
      wallet_hold (connection, hold, &error);
      wallet_settle (connection, hold, cost.total, &error);
    }
  else
    {
      td_wallet_store_hold (connection, hold, &error);
      td_receipt_settle (hold, TD_RECEIPT_COMPLETE, &usage, FALSE, &cost);
      td_wallet_store_settle (connection, hold, &now, &error);
    }
  g_assert_no_error (error);
}

static void
bench_single (TdConnection *connection)
{
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (gint64));
  gint64 begin_us = g_get_monotonic_time ();

  for (guint i = 0; i < N_REPLIES; i++)
    {
      gint64 one_us = g_get_monotonic_time ();

      hold_and_settle (connection, TRUE);
      one_us = g_get_monotonic_time () - one_us;
      g_array_append_val (times, one_us);
    }
  g_print ("%-34s %.0f a second\n", "hold and settle, two commits",
           N_REPLIES * 1e6 / (double) (g_get_monotonic_time () - begin_us));
  say_times ("  each", times);
}

static void
bench_grouped (TdConnection *connection)
{
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (gint64));
  gint64 begin_us = g_get_monotonic_time ();

  for (guint i = 0; i < N_REPLIES / GROUP; i++)
    {
      gint64 one_us = g_get_monotonic_time ();

      g_assert_true (td_connection_begin (connection, NULL));
      for (guint j = 0; j < GROUP; j++)
        hold_and_settle (connection, FALSE);
      g_assert_true (td_connection_commit (connection, NULL));
      one_us = g_get_monotonic_time () - one_us;
      g_array_append_val (times, one_us);
    }
  g_print ("%-34s %.0f a second\n", "hold and settle, 16 to a commit",
           (double) (N_REPLIES / GROUP * GROUP) * 1e6 /
             (double) (g_get_monotonic_time () - begin_us));
  say_times ("  each commit", times);
}

static void
fill (TdConnection *connection)
{
  gint64 begin_us = g_get_monotonic_time ();

  g_assert_true (td_connection_begin (connection, NULL));
  for (guint i = 0; i < MANY_REPLIES; i++)
    hold_and_settle (connection, FALSE);
  g_assert_true (td_connection_commit (connection, NULL));
  g_print ("%-34s %.0f a second\n", "hold and settle, one commit",
           MANY_REPLIES * 1e6 / (double) (g_get_monotonic_time () - begin_us));
}

static void
bench_read (TdConnection   *connection,
            const char     *what,
            TdLedgerFilter  filter)
{
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (gint64));
  gint64 before = 0;

  for (guint i = 0; i < N_READS; i++)
    {
      TdLedgerQuery query = { TD_WALLET_FIRST, before, PAGE, filter };
      gint64 one_us = g_get_monotonic_time ();
      g_autoptr (GPtrArray) page = td_ledger_store_list (connection, &query, NULL);

      one_us = g_get_monotonic_time () - one_us;
      g_array_append_val (times, one_us);
      if (page->len > 0)
        before = ((TdLedgerTransaction *) g_ptr_array_index (page, page->len - 1))->number;
    }
  say_times (what, times);
}

static void
bench_balance (TdConnection *connection)
{
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 0; i < N_READS; i++)
    {
      gint64 one_us = g_get_monotonic_time ();

      wallet_read (connection);
      one_us = g_get_monotonic_time () - one_us;
      g_array_append_val (times, one_us);
    }
  say_times ("balance", times);
}

static void
bench_check (TdConnection *connection)
{
  g_autoptr (TdLedgerCheck) check = td_ledger_check_new (TD_WALLET_FIRST);
  gint64 begin_us = g_get_monotonic_time (), longest_us = 0;
  gboolean done = FALSE;

  while (!done)
    {
      gint64 one_us = g_get_monotonic_time ();

      g_assert_true (td_ledger_check_step (check, connection, 1000, &done, NULL));
      longest_us = MAX (longest_us, g_get_monotonic_time () - one_us);
    }
  g_print ("%-34s %.2f s, a step at most %.1f ms\n", "verify",
           (double) (g_get_monotonic_time () - begin_us) / 1e6, (double) longest_us / 1000);
}

static void
bench (TdConnection *connection)
{
  g_autoptr (GError) error = NULL;

  wallet_fund (connection, 1000 * DOLLAR, NULL, &error);
  g_assert_no_error (error);
  bench_single (connection);
  bench_grouped (connection);
  fill (connection);
  g_print ("with %" G_GINT64_FORMAT " entries:\n",
           wallet_count (connection, "SELECT count (*) FROM ledger_entry"));
  bench_balance (connection);
  bench_read (connection, "a page of transactions", TD_LEDGER_FILTER_MOVES);
  bench_read (connection, "a page of what came in", TD_LEDGER_FILTER_MONEY_IN);
  bench_read (connection, "a page of everything", TD_LEDGER_FILTER_ALL);
  bench_single (connection);
  bench_check (connection);
}

static gpointer
bench_on_thread (TdConnection  *connection,
                 gpointer       data,
                 GCancellable  *cancellable,
                 GError       **error)
{
  bench (connection);
  return NULL;
}

/* Longer than a test may wait for a call. */
static void
bench_wallet (void)
{
  g_autofree char *folder = td_test_make_dir ();
  g_autofree char *path = g_build_filename (folder, "topdog.db", NULL);
  g_autoptr (TdDatabase) database = wallet_open_database (path);
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;

  td_database_run_async (database, G_PRIORITY_DEFAULT, bench_on_thread, NULL, NULL, NULL, NULL,
                         td_test_ready, &call);
  while (!call.result)
    g_main_context_iteration (NULL, TRUE);
  td_database_close (database);
}

int
main (int   argc,
      char *argv[])
{
  td_test_init (&argc, &argv);
  g_test_add_func ("/bench/wallet", bench_wallet);
  return g_test_run ();
}

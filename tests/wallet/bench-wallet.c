/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What holding and settling cost, and how a wallet of a million entries opens and is paged through.
 * On the disk that the program was built on: a commit has to wait for one.
 */
#include "config.h"

#include <glib/gstdio.h>

#include "wallet/wallet-fixture.h"

#define N_REPLIES    1000
#define N_AT_ONCE    16    /* who hold and settle at the same time */
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

/* @goal_ms: for the 99th percentile; 0: none */
static void
say_times (const char *what,
           GArray     *times,
           double      goal_ms)
{
  g_autofree char *goal = g_strdup_printf (", goal under %g ms", goal_ms);
  double p99;

  g_array_sort (times, compare_times);
  p99 = (double) g_array_index (times, gint64, times->len * 99 / 100) / 1000;
  g_print ("%-40s median %6.2f ms, p99 %6.2f ms%s%s\n", what,
           (double) g_array_index (times, gint64, times->len / 2) / 1000, p99,
           goal_ms > 0 ? goal : "", goal_ms > 0 && p99 >= goal_ms ? "  MISSED" : "");
}

static void
say_rate (const char *what,
          guint       n,
          gint64      begin_us,
          double      goal)
{
  g_autofree char *goal_text = g_strdup_printf (", goal at least %g", goal);
  double rate = n * 1e6 / (double) (g_get_monotonic_time () - begin_us);

  g_print ("%-40s %.0f a second%s%s\n", what, rate, goal > 0 ? goal_text : "",
           rate < goal ? "  MISSED" : "");
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
  say_rate ("hold and settle, one after another", N_REPLIES, begin_us, 0);
  say_times ("  each", times, 0);
}

/* ---- many at once, as the gateway does ---------------------------------------------------------- */

typedef struct
{
  TdDatabase *database;
  GArray *times;      /* from the wish for a hold or a settlement until it is on the disk */
  guint n_left;
  guint n_running;
} Rush;

typedef struct
{
  Rush *rush;
  TdReceipt *hold;    /* (nullable) */
  gboolean is_held;
  gint64 begin_us;
} Client;

static void next_step (Client *client);

static gpointer
step_on_thread (TdConnection  *connection,
                gpointer       data,
                GCancellable  *cancellable,
                GError       **error)
{
  Client *client = data;

  if (client->is_held)
    wallet_settle (connection, client->hold, CENT / 300, error);
  else
    wallet_hold (connection, client->hold, error);
  return NULL;
}

static void
step_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  Client *client = data;
  gint64 took_us = g_get_monotonic_time () - client->begin_us;
  g_autoptr (GError) error = NULL;

  td_database_run_finish (TD_DATABASE (source), result, &error);
  g_assert_no_error (error);
  g_array_append_val (client->rush->times, took_us);
  if (client->is_held)
    g_clear_pointer (&client->hold, td_receipt_free);
  client->is_held = client->hold != NULL;
  next_step (client);
}

static void
next_step (Client *client)
{
  Rush *rush = client->rush;

  if (!client->hold)
    {
      if (rush->n_left == 0)
        {
          rush->n_running--;
          return;
        }
      rush->n_left--;
      client->hold = wallet_make_hold (CENT / 100);
    }
  client->begin_us = g_get_monotonic_time ();
  td_database_run_grouped_async (rush->database, step_on_thread, NULL, client, NULL, NULL, step_cb,
                                 client);
}

static void
bench_at_once (TdDatabase *database,
               guint       n_clients,
               double      goal_rate,
               double      goal_ms)
{
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autofree Client *clients = g_new0 (Client, n_clients);
  g_autofree char *what = g_strdup_printf ("hold and settle, %u at once", n_clients);
  Rush rush = { database, times, 5 * N_REPLIES, n_clients };
  gint64 begin_us = g_get_monotonic_time ();

  for (guint i = 0; i < n_clients; i++)
    {
      clients[i].rush = &rush;
      next_step (&clients[i]);
    }
  while (rush.n_running > 0)
    g_main_context_iteration (NULL, TRUE);
  say_rate (what, 5 * N_REPLIES, begin_us, goal_rate);
  say_times ("  each of the two", times, goal_ms);
}

/* ---- a large one -------------------------------------------------------------------------------- */

static void
fill (TdConnection *connection)
{
  gint64 begin_us = g_get_monotonic_time ();

  g_assert_true (td_connection_begin (connection, NULL));
  for (guint i = 0; i < MANY_REPLIES; i++)
    hold_and_settle (connection, FALSE);
  g_assert_true (td_connection_commit (connection, NULL));
  say_rate ("hold and settle, all in one commit", MANY_REPLIES, begin_us, 0);
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
  say_times (what, times, 10);
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
      if (i == 0)
        g_print ("%-40s %.2f ms, goal under 5 ms%s\n", "the balance, once it was opened",
                 (double) one_us / 1000, one_us >= 5000 ? "  MISSED" : "");
      g_array_append_val (times, one_us);
    }
  say_times ("the balance, again", times, 5);
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
  g_print ("%-40s %.2f s, a step at most %.1f ms\n", "verify",
           (double) (g_get_monotonic_time () - begin_us) / 1e6, (double) longest_us / 1000);
}

/* ---- on the thread of the database ---------------------------------------------------------------- */

static gpointer
begin_on_thread (TdConnection  *connection,
                 gpointer       data,
                 GCancellable  *cancellable,
                 GError       **error)
{
  wallet_fund (connection, 1000 * DOLLAR, NULL, error);
  bench_single (connection);
  return NULL;
}

static gpointer
fill_on_thread (TdConnection  *connection,
                gpointer       data,
                GCancellable  *cancellable,
                GError       **error)
{
  fill (connection);
  g_print ("with %" G_GINT64_FORMAT " entries:\n",
           wallet_count (connection, "SELECT count (*) FROM ledger_entry"));
  return NULL;
}

static gpointer
read_on_thread (TdConnection  *connection,
                gpointer       data,
                GCancellable  *cancellable,
                GError       **error)
{
  bench_balance (connection);
  bench_read (connection, "a page of transactions", TD_LEDGER_FILTER_MOVES);
  bench_read (connection, "a page of what came in", TD_LEDGER_FILTER_MONEY_IN);
  bench_read (connection, "a page of everything", TD_LEDGER_FILTER_ALL);
  return NULL;
}

static gpointer
check_on_thread (TdConnection  *connection,
                 gpointer       data,
                 GCancellable  *cancellable,
                 GError       **error)
{
  bench_check (connection);
  return NULL;
}

/* Longer than a test may wait for a call. */
static void
run (TdDatabase     *database,
     TdDatabaseFunc  func)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;

  td_database_run_async (database, G_PRIORITY_DEFAULT, func, NULL, NULL, NULL, NULL, td_test_ready,
                         &call);
  while (!call.result)
    g_main_context_iteration (NULL, TRUE);
  td_database_run_finish (database, call.result, &error);
  g_assert_no_error (error);
}

static void
remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (folder);
}

static void
bench_wallet (void)
{
  g_autofree char *folder = g_test_build_filename (G_TEST_BUILT, "bench-wallet-XXXXXX", NULL);
  g_autofree char *path = NULL;
  g_autoptr (TdDatabase) database = NULL;

  g_assert_nonnull (g_mkdtemp (folder));
  path = g_build_filename (folder, "topdog.db", NULL);
  database = wallet_open_database (path);
  run (database, begin_on_thread);
  bench_at_once (database, N_AT_ONCE, 1000, 20);
  bench_at_once (database, 4 * N_AT_ONCE, 1000, 0);
  run (database, fill_on_thread);
  td_database_close (database);
  g_object_unref (database);

  database = wallet_open_database (path);
  run (database, read_on_thread);
  bench_at_once (database, N_AT_ONCE, 1000, 20);
  run (database, check_on_thread);
  td_database_close (database);
  remove_folder (folder);
}

int
main (int   argc,
      char *argv[])
{
  td_test_init (&argc, &argv);
  g_test_add_func ("/bench/wallet", bench_wallet);
  return g_test_run ();
}

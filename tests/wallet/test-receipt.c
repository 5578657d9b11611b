/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/td-database.h"
#include "support/td-test.h"
#include "wallet/td-lease.h"
#include "wallet/td-receipt-store.h"

typedef struct
{
  char *path;
  TdDatabase *database;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  unused)
{
  g_autofree char *folder = td_test_make_dir ();
  g_autoptr (GError) error = NULL;
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;

  fixture->path = g_build_filename (folder, "topdog.db", NULL);
  td_database_open_async (fixture->path, NULL, td_test_ready, &call);
  fixture->database = td_database_open_finish (td_test_wait (&call), &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  unused)
{
  td_database_close (fixture->database);
  g_object_unref (fixture->database);
  g_free (fixture->path);
}

static gpointer
run (Fixture        *fixture,
     TdDatabaseFunc  func,
     gpointer        data)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;
  gpointer result;

  td_database_run_async (fixture->database, G_PRIORITY_DEFAULT, func, data, NULL, NULL, NULL,
                         td_test_ready, &call);
  result = td_database_run_finish (fixture->database, td_test_wait (&call), &error);
  g_assert_no_error (error);
  return result;
}

static TdReceipt *
make_hold (TdMoney held)
{
  TdReceipt *hold = td_receipt_new ();

  hold->purpose = g_strdup ("chat");
  hold->model_key = g_strdup ("maker:model");
  hold->provider_id = g_strdup ("maker");
  hold->catalogue_version = g_strdup ("2026-11-23");
  hold->owner = 12345;
  hold->held = held;
  hold->started_us = 1000;
  hold->usage.input = 100;
  hold->counted_here = TRUE;
  hold->prices.input = 3000000;
  hold->prices.output = 15000000;
  return hold;
}

static gpointer
write_hold (TdConnection  *connection,
            gpointer       data,
            GCancellable  *cancellable,
            GError       **error)
{
  TdReceipt *hold = data;

  td_receipt_store_hold (connection, hold, &hold->id, error);
  return NULL;
}

static gpointer
write_settled (TdConnection  *connection,
               gpointer       data,
               GCancellable  *cancellable,
               GError       **error)
{
  gboolean now = FALSE;

  td_receipt_store_settle (connection, data, &now, error);
  return GINT_TO_POINTER (now);
}

static gpointer
list_open (TdConnection  *connection,
           gpointer       data,
           GCancellable  *cancellable,
           GError       **error)
{
  return td_receipt_store_list_open (connection, error);
}

/* Puts a message there and makes the receipt belong to it, then reads the receipt back. */
static gpointer
attach_and_find (TdConnection  *connection,
                 gpointer       data,
                 GCancellable  *cancellable,
                 GError       **error)
{
  gint64 id = *(gint64 *) data;
  g_autoptr (TdStatement) attach = NULL;

  if (!td_connection_execute (connection,
                              "INSERT INTO conversation (id, created_us, updated_us) VALUES (1, 1, 1);"
                              "INSERT INTO message (id, conversation_id, role, state, created_us)"
                              " VALUES (7, 1, 'assistant', 'complete', 1)",
                              error))
    return NULL;
  attach =
    td_connection_prepare (connection, "UPDATE receipt SET message_id = 7 WHERE id = ?", error);
  td_statement_bind_int64 (attach, 1, id);
  if (!td_statement_run (attach, error))
    return NULL;
  return td_receipt_store_find (connection, 7, error);
}

static void
settle (TdReceipt        *receipt,
        TdReceiptOutcome  outcome,
        gint64            input,
        gint64            output)
{
  TdUsage usage = TD_USAGE_INIT;
  TdCost cost;

  usage.input = input;
  usage.output = output;
  td_pricing_cost_at (&receipt->prices, &usage, &cost);
  td_receipt_settle (receipt, outcome, &usage, FALSE, &cost);
}

static void
test_hold_and_settle (Fixture       *fixture,
                      gconstpointer  unused)
{
  g_autoptr (TdReceipt) receipt = make_hold (5000000);
  g_autoptr (TdReceipt) stored = NULL;
  g_autoptr (GPtrArray) open_holds = NULL;
  g_autoptr (GPtrArray) none = NULL;
  const TdReceipt *hold;

  run (fixture, write_hold, receipt);
  open_holds = run (fixture, list_open, NULL);
  g_assert_cmpuint (open_holds->len, ==, 1);
  hold = g_ptr_array_index (open_holds, 0);
  g_assert_cmpint (hold->held, ==, 5000000);
  g_assert_cmpint (hold->owner, ==, 12345);
  g_assert_cmpint (hold->usage.input, ==, 100);
  g_assert_cmpint (hold->usage.output, ==, -1);
  g_assert_cmpint (hold->cost, ==, TD_MONEY_UNKNOWN);
  g_assert_cmpint (hold->outcome, ==, TD_RECEIPT_HELD);

  /* 200 x 3 + 100 x 15 = 2,100 micro-dollars. */
  settle (receipt, TD_RECEIPT_COMPLETE, 200, 100);
  receipt->first_token_ms = 40;
  receipt->duration_ms = 900;
  g_assert_true (GPOINTER_TO_INT (run (fixture, write_settled, receipt)));
  none = run (fixture, list_open, NULL);
  g_assert_cmpuint (none->len, ==, 0);

  stored = run (fixture, attach_and_find, &receipt->id);
  g_assert_cmpint (stored->outcome, ==, TD_RECEIPT_COMPLETE);
  g_assert_cmpint (stored->usage.input, ==, 200);
  g_assert_cmpint (stored->expected_input, ==,
                   100); /* what we had counted, beside what we were told */
  g_assert_cmpint (stored->cost, ==, 2100000);
  g_assert_cmpint (stored->overrun, ==, 0);
  g_assert_cmpint (stored->usage.input, ==, 200);
  g_assert_cmpint (stored->usage.cached, ==, -1);
  g_assert_cmpint (stored->usage.output, ==, 100);
  g_assert_cmpint (stored->prices.output, ==, 15000000);
  g_assert_cmpint (stored->prices.cache_read, ==, -1);
  g_assert_false (stored->counted_here);
  g_assert_cmpint (stored->first_token_ms, ==, 40);
  g_assert_cmpint (stored->duration_ms, ==, 900);
  g_assert_cmpstr (stored->catalogue_version, ==, "2026-11-23");
}

static void
test_first_settlement_stands (Fixture       *fixture,
                              gconstpointer  unused)
{
  g_autoptr (TdReceipt) receipt = make_hold (5000000);
  g_autoptr (TdReceipt) again = NULL;
  g_autoptr (TdReceipt) stored = NULL;

  run (fixture, write_hold, receipt);
  again = td_receipt_copy (receipt);
  settle (receipt, TD_RECEIPT_COMPLETE, 200, 100);
  settle (again, TD_RECEIPT_INTERRUPTED, 9, 9);
  g_assert_true (GPOINTER_TO_INT (run (fixture, write_settled, receipt)));
  g_assert_false (GPOINTER_TO_INT (run (fixture, write_settled, again)));
  stored = run (fixture, attach_and_find, &receipt->id);
  g_assert_cmpint (stored->outcome, ==, TD_RECEIPT_COMPLETE);
  g_assert_cmpint (stored->usage.input, ==, 200);
}

static void
test_overrun (void)
{
  static const struct
  {
    TdMoney held;
    gint64 output; /* at 15,000 nano-dollars each */
    TdMoney cost, overrun;
  } cases[] = {
    { 150000, 9, 135000, 0 },
    { 150000, 10, 150000, 0 },
    { 150000, 11, 150000, 15000 },
    { 0, 1, 0, 15000 },
    { TD_MONEY_UNKNOWN, 11, 165000, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TdReceipt) receipt = make_hold (cases[i].held);

      settle (receipt, TD_RECEIPT_COMPLETE, 0, cases[i].output);
      g_assert_cmpint (receipt->cost, ==, cases[i].cost);
      g_assert_cmpint (receipt->overrun, ==, cases[i].overrun);
      g_assert_cmpint (td_receipt_get_total (receipt), ==, cases[i].cost + cases[i].overrun);
    }
}

static void
test_unknown_cost (void)
{
  g_autoptr (TdReceipt) receipt = make_hold (TD_MONEY_UNKNOWN);
  TdUsage usage = { 10, -1, -1, 10, -1, -1, -1 };
  TdCost cost;

  receipt->prices.input = receipt->prices.output = TD_PRICE_UNKNOWN;
  td_pricing_cost_at (&receipt->prices, &usage, &cost);
  td_receipt_settle (receipt, TD_RECEIPT_COMPLETE, &usage, FALSE, &cost);
  g_assert_cmpint (receipt->cost, ==, TD_MONEY_UNKNOWN);
  g_assert_cmpint (td_receipt_get_total (receipt), ==, TD_MONEY_UNKNOWN);

  /* The provider says what it charged. */
  usage.provider_cost = 777;
  td_receipt_settle (receipt, TD_RECEIPT_COMPLETE, &usage, FALSE, &cost);
  g_assert_cmpint (receipt->cost, ==, 777);
}

static void
test_lease (Fixture       *fixture,
            gconstpointer  unused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TdLease) ours = td_lease_new (fixture->path, &error);
  TdLease *other = td_lease_new (fixture->path, &error);
  gint64 token = td_lease_get_token (other);

  g_assert_no_error (error);
  g_assert_cmpint (td_lease_get_token (ours), !=, token);
  g_assert_true (td_lease_is_alive (ours, td_lease_get_token (ours)));
  g_assert_true (td_lease_is_alive (ours, token));
  g_assert_true (td_lease_is_alive (other, td_lease_get_token (ours)));
  td_lease_unref (other);
  g_assert_false (td_lease_is_alive (ours, token));
  g_assert_false (td_lease_is_alive (ours, -1));
}

/* The lease of another process ends with it, even when it is killed. */
static void
test_lease_of_a_dead_process (Fixture       *fixture,
                              gconstpointer  unused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TdLease) ours = td_lease_new (fixture->path, &error);
  int ends[2];
  gint64 token;
  pid_t child;

  g_assert_no_error (error);
  g_assert_cmpint (pipe (ends), ==, 0);
  child = fork ();
  g_assert_cmpint (child, >=, 0);
  if (child == 0)
    {
      TdLease *lease = td_lease_new (fixture->path, NULL);

      token = lease ? td_lease_get_token (lease) : -1;
      if (write (ends[1], &token, sizeof token) != sizeof token)
        _exit (1);
      pause ();
      _exit (0);
    }
  g_assert_cmpint (read (ends[0], &token, sizeof token), ==, sizeof token);
  g_assert_cmpint (token, >=, 0);
  g_assert_true (td_lease_is_alive (ours, token));
  g_assert_cmpint (kill (child, SIGKILL), ==, 0);
  g_assert_cmpint (waitpid (child, NULL, 0), ==, child);
  g_assert_false (td_lease_is_alive (ours, token));
  close (ends[0]);
  close (ends[1]);
}

int
main (int   argc,
      char *argv[])
{
  td_test_init (&argc, &argv);
  g_test_add ("/receipt/hold-and-settle", Fixture, NULL, set_up, test_hold_and_settle, tear_down);
  g_test_add ("/receipt/first-settlement-stands", Fixture, NULL, set_up,
              test_first_settlement_stands, tear_down);
  g_test_add_func ("/receipt/overrun", test_overrun);
  g_test_add_func ("/receipt/unknown-cost", test_unknown_cost);
  g_test_add ("/lease/alive-while-held", Fixture, NULL, set_up, test_lease, tear_down);
  g_test_add ("/lease/dead-process", Fixture, NULL, set_up, test_lease_of_a_dead_process,
              tear_down);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/td-clock.h"
#include "wallet/td-usage-report.h"
#include "wallet/wallet-fixture.h"

#define MONDAY_US G_GINT64_CONSTANT (1795435200000000) /* 2026-11-23, noon in UTC */
#define DAY_US    G_GINT64_CONSTANT (86400000000)

/* ---- days -------------------------------------------------------------------------------- */

static void
test_days (void)
{
  static const struct
  {
    const char *text;
    gint64 day;
  } texts[] = {
    { "2026-11-23", 20261123 },
    { "2024-02-29", 20240229 },
    { "2026-02-29", 0 },
    { "2026-13-01", 0 },
    { "2026-11-23x", 0 },
    { "23.11.2026", 0 },
    { "", 0 },
    { NULL, 0 },
    { "2026-11", 0 },
    { "2026-11--3", 0 },
    { "0000-01-01", 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *back = NULL;
      gint64 day = 0;

      g_assert_cmpint (td_usage_day_from_text (texts[i].text, &day), ==, texts[i].day != 0);
      if (texts[i].day == 0)
        continue;
      g_assert_cmpint (day, ==, texts[i].day);
      back = td_usage_day_to_text (day);
      g_assert_cmpstr (back, ==, texts[i].text);
    }
  g_assert_cmpint (td_usage_move_day (20260301, -1), ==, 20260228);
  g_assert_cmpint (td_usage_move_day (20261231, 1), ==, 20270101);
  g_assert_cmpint (td_usage_move_day (20261399, 1), ==, 0);
  g_assert_cmpint (td_usage_count_days (20260228, 20260301), ==, 2);
  g_assert_cmpint (td_usage_count_days (20261123, 20261123), ==, 1);
  g_assert_cmpint (td_usage_count_days (20261124, 20261123), ==, 0);
}

/* ---- the forecast ------------------------------------------------------------------------ */

static void
test_forecast (void)
{
  static const struct
  {
    const char *name;
    TdMoney days[40];
    guint n_days;
    TdMoney month;
    guint left;
    TdMoney expected;
  } cases[] = {
    { "nothing was ever used", { 0 }, 0, 0, 10, TD_MONEY_UNKNOWN },
    { "two days and today", { 5, 5, 5 }, 3, 15, 10, TD_MONEY_UNKNOWN },
    /* 10 a day: today still lacks 6, and ten days come. */
    { "three days and today", { 10, 10, 10, 4 }, 4, 34, 10, 34 + 6 + 100 },
    /* Today is above the mean already: that is not taken back. */
    { "a dear day", { 10, 10, 10, 50 }, 4, 80, 2, 80 + 20 },
    /* (1 + 2 + 4) / 3 a day for the 2 to come and today: 7 x 3 / 3. */
    { "divided once", { 1, 2, 4, 0 }, 4, 7, 2, 14 },
    { "the last day", { 10, 10, 10, 10 }, 4, 40, 0, 40 },
    /* Only the 28 days before today: the 99 is too old. */
    { "four weeks",
      { 99, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0 },
      30,
      20,
      5,
      20 + 1 + 5 },
    { "more than can be counted",
      { G_MAXINT64, G_MAXINT64, G_MAXINT64, 0 },
      4,
      0,
      30,
      TD_MONEY_UNKNOWN },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i].name);
      g_assert_cmpint (td_usage_forecast (cases[i].days, cases[i].n_days, cases[i].month,
                                          cases[i].left),
                       ==, cases[i].expected);
    }
}

/* ---- habits ------------------------------------------------------------------------------ */

static void
test_habit (void)
{
  g_autoptr (GArray) outputs = g_array_new (FALSE, FALSE, sizeof (gint64));
  TdUsageHabit habit;

  for (gint64 i = 20; i > 18; i--)
    g_array_append_val (outputs, i);
  td_usage_habit_learn (&habit, outputs);
  g_assert_cmpuint (habit.n_replies, ==, 0);
  for (gint64 i = 18; i > 0; i--)
    g_array_append_val (outputs, i);
  td_usage_habit_learn (&habit, outputs);
  g_assert_cmpuint (habit.n_replies, ==, 20);
  g_assert_cmpint (habit.low, ==, 2);
  g_assert_cmpint (habit.high, ==, 18);
  g_array_set_size (outputs, 3);
  td_usage_habit_learn (&habit, outputs);
  g_assert_cmpint (habit.low, ==, 1);
  g_assert_cmpint (habit.high, ==, 3);
}

/* ---- what if ----------------------------------------------------------------------------- */

static void
test_what_if (void)
{
  g_autoptr (TdModelFacts) facts = td_model_facts_new ();
  TdUsageWhatIf sum = { 0 };
  /* input, cached, cache_write, output, reasoning, total, provider_cost */
  const TdUsage plain = { 1000, -1, -1, 100, -1, -1, -1 };
  const TdUsage cached = { 1000, 400, -1, 100, -1, -1, -1 };
  const TdUsage long_one = { 200001, -1, -1, 0, -1, -1, -1 };
  const TdUsage unknown = { -1, -1, -1, 100, -1, -1, -1 };

  /* 2 and 8 dollars a million, cached at 0.5; above 200,000 tokens input costs 4. */
  facts->price = (TdPriceList) { 2000000, 8000000, 500000, -1, -1, -1, -1 };
  facts->n_tiers = 1;
  facts->tiers = g_new0 (TdPriceTier, 1);
  facts->tiers[0] = (TdPriceTier) { 200000, { 4000000, -1, -1, -1, -1, -1, -1 } };

  /* 1,000 x 2 + 100 x 8 = 2,800 micro-dollars. */
  td_usage_what_if_add (&sum, facts, &plain, 0, 5000000);
  g_assert_cmpint (sum.instead, ==, 2800000);
  /* 600 x 2 + 400 x 0.5 + 100 x 8 = 2,200, and 30 % of it for the operator: 2,860. */
  td_usage_what_if_add (&sum, facts, &cached, 300000, 5000000);
  g_assert_cmpint (sum.instead, ==, 2800000 + 2860000);
  /* 200,001 x 4 = 800,004. */
  td_usage_what_if_add (&sum, facts, &long_one, 0, 1);
  g_assert_cmpint (sum.instead, ==, 2800000 + 2860000 + 800004000);
  g_assert_cmpint (sum.actual, ==, 10000001);
  g_assert_cmpint (sum.n_replies, ==, 3);
  /* What cannot be compared is left out on both sides. */
  td_usage_what_if_add (&sum, facts, &unknown, 0, 7);
  td_usage_what_if_add (&sum, facts, &plain, 0, TD_MONEY_UNKNOWN);
  facts->price.output = TD_PRICE_UNKNOWN;
  td_usage_what_if_add (&sum, facts, &plain, 0, 7);
  g_assert_cmpint (sum.n_left_out, ==, 3);
  g_assert_cmpint (sum.actual, ==, 10000001);
}

/* ---- from the database ------------------------------------------------------------------- */

static void
reply (TdConnection *connection,
       int           days_ago,
       const char   *provider,
       const char   *model,
       const char   *client,
       TdMoney       cost)
{
  g_autoptr (TdReceipt) hold =
    wallet_make_hold (cost == TD_MONEY_UNKNOWN ? TD_MONEY_UNKNOWN : DOLLAR);
  g_autoptr (GError) error = NULL;
  TdUsage usage = { 100, 40, -1, cost == TD_MONEY_UNKNOWN ? -1 : 20, 5, -1, -1 };
  TdCost priced = { .known = cost != TD_MONEY_UNKNOWN,
                    .total = cost == TD_MONEY_UNKNOWN ? 0 : cost };
  gboolean now;

  g_set_str (&hold->provider_id, provider);
  g_set_str (&hold->model_key, model);
  hold->client = g_strdup (client);
  hold->started_us = MONDAY_US - days_ago * DAY_US;
  wallet_hold (connection, hold, &error);
  g_assert_no_error (error);
  td_receipt_settle (hold, TD_RECEIPT_COMPLETE, &usage, cost == 3 * CENT, &priced);
  g_assert_true (td_connection_begin (connection, NULL));
  g_assert_true (td_wallet_store_settle (connection, hold, &now, &error));
  g_assert_true (td_connection_commit (connection, NULL));
}

static gpointer
fill (TdConnection  *connection,
      gpointer       data,
      GCancellable  *cancellable,
      GError       **error)
{
  g_autoptr (TdReceipt) open = wallet_make_hold (DOLLAR);

  reply (connection, 0, "a", "a:x", NULL, CENT);
  reply (connection, 0, "b", "b:y", "editor", 3 * CENT);
  reply (connection, 2, "a", "a:x", NULL, 5 * CENT);
  reply (connection, 2, "a", "a:z", NULL, TD_MONEY_UNKNOWN);
  reply (connection, 3, "a", "a:x", NULL, 0);
  reply (connection, 40, "c", "c:old", NULL, 50 * CENT);
  open->started_us = MONDAY_US;
  g_assert_true (wallet_hold (connection, open, NULL)); /* no figure before it is settled */
  return NULL;
}

static void
run_on (TdDatabase     *database,
        TdDatabaseFunc  func)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;

  td_database_run_async (database, G_PRIORITY_DEFAULT, func, NULL, NULL, NULL, NULL, td_test_ready,
                         &call);
  td_database_run_finish (database, td_test_wait (&call), &error);
  g_assert_no_error (error);
}

static TdUsageReport *
load (TdDatabase *database,
      gint64      first_day)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;
  TdUsageReport *report;

  td_usage_report_load_async (database, TD_WALLET_FIRST, first_day, 20261123, NULL, td_test_ready,
                              &call);
  report = td_usage_report_load_finish (database, td_test_wait (&call), &error);
  g_assert_no_error (error);
  return report;
}

static void
assert_lines (TdUsageReport *report,
              TdUsageBy      by,
              const char    *expected)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < report->lines[by]->len; i++)
    {
      const TdUsageLine *line = g_ptr_array_index (report->lines[by], i);

      g_string_append_printf (text, "%s:%" G_GINT64_FORMAT ":%" G_GINT64_FORMAT " ", line->key,
                              line->n_replies, line->spent / CENT);
    }
  g_assert_cmpstr (text->str, ==, expected);
}

static void
test_report (void)
{
  g_autofree char *folder = td_test_make_dir ();
  g_autofree char *path = g_build_filename (folder, "topdog.db", NULL);
  g_autoptr (TdDatabase) database = wallet_open_database (path);
  g_autoptr (TdUsageReport) report = NULL;

  td_clock_freeze (MONDAY_US);
  run_on (database, fill);
  report = load (database, 20261120);
  assert_lines (report, TD_USAGE_BY_DAY,
                "2026-11-20:1:0 2026-11-21:2:5 2026-11-22:0:0 2026-11-23:2:4 ");
  assert_lines (report, TD_USAGE_BY_PROVIDER, "a:4:6 b:1:3 ");
  assert_lines (report, TD_USAGE_BY_MODEL, "a:x:3:6 b:y:1:3 a:z:1:0 ");
  assert_lines (report, TD_USAGE_BY_CLIENT, ":4:6 editor:1:3 ");
  g_assert_cmpint (report->total->n_replies, ==, 5);
  g_assert_cmpint (report->total->spent, ==, 9 * CENT);
  g_assert_cmpint (report->total->n_unknown_costs, ==, 1);
  g_assert_cmpint (report->total->input, ==, 500);
  g_assert_cmpint (report->total->cached, ==, 200);
  g_assert_cmpint (report->total->output, ==, 80);
  g_assert_cmpint (report->total->n_unknown_counts, ==, 1);
  g_assert_cmpint (report->total->n_estimates, ==, 1);
  /* 28 days before today cost 5 cents in all; 7 days come, and today has more than the mean. */
  g_assert_cmpint (report->month, ==, 9 * CENT);
  g_assert_cmpint (report->forecast, ==, 9 * CENT + 5 * CENT * 7 / 28);
  td_clock_thaw ();
  td_database_close (database);
}

static void
test_empty (void)
{
  g_autofree char *folder = td_test_make_dir ();
  g_autofree char *path = g_build_filename (folder, "topdog.db", NULL);
  g_autoptr (TdDatabase) database = wallet_open_database (path);
  g_autoptr (TdUsageReport) report = load (database, 20261121);

  assert_lines (report, TD_USAGE_BY_DAY, "2026-11-21:0:0 2026-11-22:0:0 2026-11-23:0:0 ");
  assert_lines (report, TD_USAGE_BY_MODEL, "");
  g_assert_cmpint (report->total->n_replies, ==, 0);
  g_assert_cmpint (report->forecast, ==, TD_MONEY_UNKNOWN);
  td_database_close (database);
}

/* ---- what if, from the database ---------------------------------------------------------- */

/* More than are looked at in one step. */
static gpointer
fill_many (TdConnection  *connection,
           gpointer       data,
           GCancellable  *cancellable,
           GError       **error)
{
  TdUsage usage = { 10, -1, -1, 1, -1, -1, -1 };
  TdCost cost = { .known = TRUE, .total = 100 };
  gboolean now;

  g_assert_true (td_connection_begin (connection, error));
  for (guint i = 0; i < 4321; i++)
    {
      g_autoptr (TdReceipt) hold = wallet_make_hold (1000);

      hold->started_us = MONDAY_US - (i % 3) * DAY_US;
      g_assert_true (td_wallet_store_hold (connection, hold, error));
      td_receipt_settle (hold, TD_RECEIPT_COMPLETE, &usage, FALSE, &cost);
      g_assert_true (td_wallet_store_settle (connection, hold, &now, error));
    }
  g_assert_true (td_connection_commit (connection, error));
  return NULL;
}

static void
test_what_if_of_many (void)
{
  g_autofree char *folder = td_test_make_dir ();
  g_autofree char *path = g_build_filename (folder, "topdog.db", NULL);
  g_autoptr (TdDatabase) database = wallet_open_database (path);
  g_autoptr (TdModelFacts) facts = td_model_facts_new ();
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;
  TdUsageWhatIf what_if;

  facts->price = (TdPriceList) { 1000000, 5000000, -1, -1, -1, -1, -1 };
  run_on (database, fill_many);
  td_usage_what_if_async (database, TD_WALLET_FIRST, 20261122, 20261123, facts, NULL, td_test_ready,
                          &call);
  g_assert_true (td_usage_what_if_finish (database, td_test_wait (&call), &what_if, &error));
  g_assert_no_error (error);
  /* Two of three days: 1441 + 1440. */
  g_assert_cmpint (what_if.n_replies, ==, 2881);
  g_assert_cmpint (what_if.actual, ==, 288100);
  g_assert_cmpint (what_if.instead, ==, 2881 * 15000);
  td_database_close (database);
}

int
main (int   argc,
      char *argv[])
{
  g_setenv ("TZ", "UTC", TRUE);
  td_test_init (&argc, &argv);
  g_test_add_func ("/usage-report/days", test_days);
  g_test_add_func ("/usage-report/forecast", test_forecast);
  g_test_add_func ("/usage-report/habit", test_habit);
  g_test_add_func ("/usage-report/what-if", test_what_if);
  g_test_add_func ("/usage-report/report", test_report);
  g_test_add_func ("/usage-report/empty", test_empty);
  g_test_add_func ("/usage-report/what-if-of-many", test_what_if_of_many);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/td-clock.h"
#include "wallet/td-budget-store.h"
#include "wallet/wallet-fixture.h"

static void
test_first_day (void)
{
  static const struct
  {
    TdBudgetPeriod period;
    gint64 day, first;
  } cases[] = {
    { TD_BUDGET_DAY, 20261123, 20261123 },
    { TD_BUDGET_WEEK, 20261123, 20261123 }, /* a Monday */
    { TD_BUDGET_WEEK, 20261122, 20261116 }, /* a Sunday */
    { TD_BUDGET_WEEK, 20261129, 20261123 },
    { TD_BUDGET_WEEK, 20270101, 20261228 },
    { TD_BUDGET_MONTH, 20261123, 20261101 },
    { TD_BUDGET_MONTH, 20261101, 20261101 },
    { TD_BUDGET_MONTH, 20280229, 20280201 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (td_budget_first_day (cases[i].period, cases[i].day), ==, cases[i].first);
}

static void
test_level (void)
{
  static const struct
  {
    TdMoney amount, used, held;
    TdBudgetLevel level;
    TdMoney left;
  } cases[] = {
    { 100, 0, 0, TD_BUDGET_FINE, 100 },
    { 100, 79, 0, TD_BUDGET_FINE, 21 },
    { 100, 80, 0, TD_BUDGET_NEAR, 20 },
    { 100, 99, 1, TD_BUDGET_NEAR, 0 },
    { 100, 100, 0, TD_BUDGET_REACHED, 0 },
    { 100, 120, 0, TD_BUDGET_REACHED, 0 },
    { 100, 0, 100, TD_BUDGET_FINE, 0 },
    { 0, 0, 0, TD_BUDGET_REACHED, 0 },
    /* 80 % of it is no whole number, and 100 times it does not fit into 64 bits. */
    { G_MAXINT64, G_MAXINT64 / 10 * 8, 0, TD_BUDGET_FINE, G_MAXINT64 - G_MAXINT64 / 10 * 8 },
    { G_MAXINT64, G_MAXINT64 / 10 * 8 + 10, 0, TD_BUDGET_NEAR,
      G_MAXINT64 - G_MAXINT64 / 10 * 8 - 10 },
    { G_MAXINT64, 1, G_MAXINT64, TD_BUDGET_FINE, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TdBudget) budget =
        td_budget_new (TD_BUDGET_DAY, TD_BUDGET_ALL, NULL, cases[i].amount);

      budget->used = cases[i].used;
      budget->held = cases[i].held;
      g_assert_cmpint (td_budget_get_level (budget), ==, cases[i].level);
      g_assert_cmpint (td_budget_get_left (budget), ==, cases[i].left);
    }
}

/* ---- what is let through --------------------------------------------------------------------- */

#define MONDAY_US G_GINT64_CONSTANT (1795435200000000) /* 2026-11-23, noon in UTC */
#define DAY_US    G_GINT64_CONSTANT (86400000000)

static void
set_budget (TdConnection   *connection,
            TdBudgetPeriod  period,
            TdBudgetScope   scope,
            const char     *subject,
            TdMoney         amount)
{
  g_autoptr (TdBudget) budget = td_budget_new (period, scope, subject, amount);
  g_autoptr (GError) error = NULL;

  td_budget_store_set (connection, TD_WALLET_FIRST, budget, &error);
  g_assert_no_error (error);
}

static TdReceipt *
make_hold (const char *provider,
           const char *model,
           const char *client,
           TdMoney     held)
{
  TdReceipt *hold = wallet_make_hold (held);

  g_set_str (&hold->provider_id, provider);
  g_set_str (&hold->model_key, model);
  hold->client = g_strdup (client);
  return hold;
}

static void
assert_hold (TdConnection *connection,
             TdReceipt    *hold,
             gboolean      passes)
{
  g_autoptr (GError) error = NULL;

  wallet_hold (connection, hold, &error);
  if (passes)
    g_assert_no_error (error);
  else
    g_assert_error (error, TD_WALLET_ERROR, TD_WALLET_ERROR_BUDGET);
}

/* In track mode, where nothing else would refuse them. */
static void
test_scopes (TdConnection *connection)
{
  static const struct
  {
    const char *provider, *model, *client;
    TdMoney held;
    gboolean passes;
  } cases[] = {
    { "a", "a:x", NULL, 3 * DOLLAR, FALSE }, /* a has 2 */
    { "a", "a:x", NULL, 2 * DOLLAR, TRUE },
    { "a", "a:x", NULL, 1, FALSE },
    { "a", "a:x", NULL, 0, TRUE },           /* free */
    { "b", "b:y", NULL, 2 * DOLLAR, FALSE }, /* b:y has 1 */
    { "b", "b:y", NULL, DOLLAR, TRUE },
    { "b", "b:z", "editor", DOLLAR, FALSE }, /* the editor has half of one */
    { "b", "b:z", "other", DOLLAR, TRUE },
    { "b", "b:z", "editor", DOLLAR / 2, TRUE },
    { "b", "b:z", NULL, DOLLAR, FALSE },     /* 4.50 of 5 are held in all */
    { "b", "b:z", NULL, DOLLAR / 2, TRUE },
  };

  set_budget (connection, TD_BUDGET_MONTH, TD_BUDGET_ALL, NULL, 5 * DOLLAR);
  set_budget (connection, TD_BUDGET_DAY, TD_BUDGET_PROVIDER, "a", 2 * DOLLAR);
  set_budget (connection, TD_BUDGET_WEEK, TD_BUDGET_MODEL, "b:y", DOLLAR);
  set_budget (connection, TD_BUDGET_DAY, TD_BUDGET_CLIENT, "editor", DOLLAR / 2);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TdReceipt) hold =
        make_hold (cases[i].provider, cases[i].model, cases[i].client, cases[i].held);

      g_test_message ("%u", i);
      assert_hold (connection, hold, cases[i].passes);
    }
  wallet_assert_sound (connection);
}

/* What was held and not needed is there again; the period's end brings the rest. */
static void
test_time_passes (TdConnection *connection)
{
  static const struct
  {
    gint64 days; /* after Monday */
    TdBudgetPeriod period;
    gboolean passes;
  } cases[] = {
    { 0, TD_BUDGET_DAY, FALSE },
    { 1, TD_BUDGET_DAY, TRUE },
    { 6, TD_BUDGET_WEEK, FALSE },
    { 7, TD_BUDGET_WEEK, TRUE },
    { 7, TD_BUDGET_MONTH, FALSE },
    { 8, TD_BUDGET_MONTH, TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *provider = g_strdup_printf ("p%u", i);
      g_autoptr (TdReceipt) first = NULL;
      g_autoptr (TdReceipt) second = NULL;
      g_autoptr (GError) error = NULL;

      g_test_message ("%u", i);
      set_budget (connection, cases[i].period, TD_BUDGET_PROVIDER, provider, 10 * DOLLAR);
      td_clock_freeze (MONDAY_US);
      first = make_hold (provider, "m", NULL, 10 * DOLLAR);
      assert_hold (connection, first, TRUE);
      td_clock_freeze (MONDAY_US + cases[i].days * DAY_US);
      wallet_settle (connection, first, 4 * DOLLAR, &error);
      g_assert_no_error (error);
      second = make_hold (provider, "m", NULL, 7 * DOLLAR);
      assert_hold (connection, second, cases[i].passes);
      td_clock_thaw ();
    }
}

static void
test_unknown_price (TdConnection *connection)
{
  g_autoptr (TdReceipt) before = make_hold ("a", "a:x", NULL, TD_MONEY_UNKNOWN);
  g_autoptr (TdReceipt) hold = make_hold ("a", "a:x", NULL, TD_MONEY_UNKNOWN);
  g_autoptr (TdReceipt) elsewhere = make_hold ("b", "b:x", NULL, TD_MONEY_UNKNOWN);
  g_autoptr (GError) error = NULL;

  assert_hold (connection, before, TRUE);
  set_budget (connection, TD_BUDGET_MONTH, TD_BUDGET_PROVIDER, "a", 5 * DOLLAR);
  wallet_hold (connection, hold, &error);
  g_assert_error (error, TD_WALLET_ERROR, TD_WALLET_ERROR_PRICE_UNKNOWN);
  assert_hold (connection, elsewhere, TRUE);
}

static void
test_list (TdConnection *connection)
{
  g_autoptr (TdReceipt) hold = make_hold ("a", "a:x", NULL, 3 * DOLLAR);
  g_autoptr (TdReceipt) open_hold = make_hold ("a", "a:x", NULL, DOLLAR);
  g_autoptr (GPtrArray) budgets = NULL;
  g_autoptr (GError) error = NULL;
  const TdBudget *budget;

  set_budget (connection, TD_BUDGET_MONTH, TD_BUDGET_ALL, NULL, 20 * DOLLAR);
  set_budget (connection, TD_BUDGET_MONTH, TD_BUDGET_ALL, NULL, 10 * DOLLAR); /* in its place */
  set_budget (connection, TD_BUDGET_MONTH, TD_BUDGET_PROVIDER, "b", DOLLAR);
  assert_hold (connection, hold, TRUE);
  assert_hold (connection, open_hold, TRUE);
  wallet_settle (connection, hold, 2 * DOLLAR, &error);
  g_assert_no_error (error);
  budgets = td_budget_store_list (connection, TD_WALLET_FIRST, hold->day, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (budgets->len, ==, 2);
  budget = g_ptr_array_index (budgets, 0);
  g_assert_cmpint (budget->amount, ==, 10 * DOLLAR);
  g_assert_cmpint (budget->used, ==, 2 * DOLLAR);
  g_assert_cmpint (budget->held, ==, DOLLAR);
  g_assert_cmpint (td_budget_get_left (budget), ==, 7 * DOLLAR);
  g_assert_cmpint (td_budget_get_left (g_ptr_array_index (budgets, 1)), ==, DOLLAR);

  g_assert_true (td_budget_store_remove (connection, TD_WALLET_FIRST, budget->id, &error));
  g_assert_false (td_budget_store_remove (connection, TD_WALLET_FIRST, budget->id, &error));
  g_assert_error (error, TD_WALLET_ERROR, TD_WALLET_ERROR_NOT_FOUND);
}

int
main (int   argc,
      char *argv[])
{
  g_setenv ("TZ", "UTC", TRUE);
  td_test_init (&argc, &argv);
  g_test_add_func ("/budget/first-day", test_first_day);
  g_test_add_func ("/budget/level", test_level);
  wallet_add_test ("/budget/scopes", test_scopes);
  wallet_add_test ("/budget/time-passes", test_time_passes);
  wallet_add_test ("/budget/unknown-price", test_unknown_price);
  wallet_add_test ("/budget/list", test_list);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The wallet at work: what replies hold, spend and are refused. */
#include "config.h"

#include <string.h>

#include "engine/engine-fixture.h"

#define DOLLAR TD_MONEY_PER_DOLLAR
#define USAGE  "{\"prompt_tokens\":9,\"completion_tokens\":3,\"total_tokens\":12}"

static const FakeReply three_tokens = { .token = "word ", .n_tokens = 3, .usage = USAGE };

static TdWallet *
get_wallet (EngineFixture *fixture)
{
  return td_engine_get_wallet (fixture->engine);
}

static void
add_funds (EngineFixture *fixture,
           TdMoney        amount)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;
  g_autoptr (TdLedgerTransaction) transaction = NULL;

  td_wallet_add_funds_async (get_wallet (fixture), amount, "budget", NULL, "a note", td_test_ready,
                             &call);
  transaction = td_wallet_move_finish (get_wallet (fixture), td_test_wait (&call), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (transaction->note, ==, "a note");
}

static void
set_budget (EngineFixture *fixture,
            const char    *provider,
            TdMoney        amount)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (TdBudget) budget =
    td_budget_new (TD_BUDGET_MONTH, TD_BUDGET_PROVIDER, provider, amount);
  g_autoptr (GError) error = NULL;

  td_wallet_set_budget_async (get_wallet (fixture), budget, td_test_ready, &call);
  td_wallet_change_finish (get_wallet (fixture), td_test_wait (&call), &error);
  g_assert_no_error (error);
}

static void
assert_sound (EngineFixture *fixture)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;
  g_autoptr (TdLedgerReport) report = NULL;

  td_wallet_verify_async (get_wallet (fixture), NULL, td_test_ready, &call);
  report = td_wallet_verify_finish (get_wallet (fixture), td_test_wait (&call), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (report->fault, ==, NULL);
}

static void
reload (EngineFixture *fixture)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;

  td_wallet_reload_async (get_wallet (fixture), NULL, td_test_ready, &call);
  td_wallet_reload_finish (get_wallet (fixture), td_test_wait (&call), &error);
  g_assert_no_error (error);
}

/* One question; gives the error it ended with. */
static GError *
ask (EngineFixture *fixture,
     Run           *run,
     const char    *model_key)
{
  fake_provider_queue (fixture->server, &three_tokens);
  run_prepare (run, fixture, model_key, "question");
  run_start (run, NULL);
  return run_wait (run);
}

static void
test_prepaid (EngineFixture *fixture,
              gconstpointer  unused)
{
  g_auto (Run) run = RUN_INIT;
  g_autoptr (GError) error = NULL;

  add_funds (fixture, DOLLAR);
  error = ask (fixture, &run, PAID_MODEL);
  g_assert_no_error (error);
  reload (fixture);
  /* 9 x 3 + 3 x 15 = 72 micro-dollars. */
  g_assert_cmpint (td_wallet_get_balance (get_wallet (fixture)), ==, DOLLAR - 72000);
  g_assert_cmpint (td_wallet_get_held (get_wallet (fixture)), ==, 0);
  assert_sound (fixture);
}

typedef struct
{
  TdWallet *wallet;
  TdMoney balance;
} Expected;

static gboolean
has_balance (gpointer data)
{
  Expected *expected = data;

  return td_wallet_get_balance (expected->wallet) == expected->balance;
}

/* Nobody has to ask: the figure follows what is spent. */
static void
test_live (EngineFixture *fixture,
           gconstpointer  unused)
{
  Expected expected = { get_wallet (fixture), DOLLAR };
  g_auto (Run) run = RUN_INIT;
  g_autoptr (GError) error = NULL;

  add_funds (fixture, DOLLAR);
  td_test_wait_until (has_balance, &expected, "the balance to be there");
  error = ask (fixture, &run, PAID_MODEL);
  g_assert_no_error (error);
  expected.balance = DOLLAR - 72000;
  td_test_wait_until (has_balance, &expected, "the balance to be less");
}

static gint64
get_sent_limit (EngineFixture *fixture)
{
  const char *request = fake_provider_get_request (fixture->server, 0);
  const char *limit = strstr (request, "\"max_completion_tokens\":");

  if (!limit)
    limit = strstr (request, "\"max_tokens\":");
  g_assert_nonnull (limit);
  return g_ascii_strtoll (strchr (limit, ':') + 1, NULL, 10);
}

/* The reply may take 1,000 tokens at 15 dollars a million: 1.5 cents and the prompt. With one
 * cent it may take 666 tokens less the prompt's share. */
static void
test_fitted (EngineFixture *fixture,
             gconstpointer  unused)
{
  g_auto (Run) run = RUN_INIT;
  g_autoptr (TdReceipt) receipt = NULL;
  g_autoptr (GError) error = NULL;
  gint64 limit;

  add_funds (fixture, 10000000);
  error = ask (fixture, &run, PAID_MODEL);
  g_assert_no_error (error);
  limit = get_sent_limit (fixture);
  g_assert_cmpint (limit, >, 600);
  g_assert_cmpint (limit, <=, 666);
  receipt = engine_fixture_receipt (fixture, run_nth (&run, 1));
  g_assert_cmpint (receipt->held, <=, 10000000);
  g_assert_cmpint (receipt->held, >, 10000000 - 15000);
  assert_sound (fixture);
}

/* Half a cent is 333 tokens less the prompt's share; a tenth of a cent is not worth the prompt. */
static void
test_stop_cost (EngineFixture *fixture,
                gconstpointer  unused)
{
  g_auto (Run) run = RUN_INIT;
  g_auto (Run) refused = RUN_INIT;
  g_autoptr (GError) error = NULL;

  fake_provider_queue (fixture->server, &three_tokens);
  run_prepare (&run, fixture, PAID_MODEL, "question");
  td_completion_set_stop_cost (run.completion, 5000000);
  run_start (&run, NULL);
  error = run_wait (&run);
  g_assert_no_error (error);
  g_assert_cmpint (get_sent_limit (fixture), >, 300);
  g_assert_cmpint (get_sent_limit (fixture), <=, 333);

  run_prepare (&refused, fixture, PAID_MODEL, "question");
  td_completion_set_stop_cost (refused.completion, 1000000);
  run_start (&refused, NULL);
  error = run_wait (&refused);
  g_assert_error (error, TD_COMPLETION_ERROR, TD_COMPLETION_ERROR_LIMIT);
}

/* A tenth of a cent is not worth the prompt. */
static void
test_balance_too_low (EngineFixture *fixture,
                      gconstpointer  unused)
{
  g_auto (Run) run = RUN_INIT;
  g_auto (Run) again = RUN_INIT;
  g_autoptr (GError) error = NULL;

  add_funds (fixture, 1000000);
  error = ask (fixture, &run, PAID_MODEL);
  g_assert_error (error, TD_WALLET_ERROR, TD_WALLET_ERROR_BALANCE);
  g_assert_cmpuint (fake_provider_get_n_chats (fixture->server), ==, 0);
  g_assert_cmpstr (td_message_get_error_code (run_nth (&run, 1)), ==, "wallet:balance");
  g_assert_cmpstr (td_conversation_get_draft (run.conversation), ==, "question");
  g_assert_cmpint (engine_fixture_count (fixture, "SELECT count (*) FROM receipt"), ==, 0);
  g_clear_error (&error);

  /* What costs nothing can always be used. */
  error = ask (fixture, &again, FREE_MODEL);
  g_assert_no_error (error);
  assert_sound (fixture);
}

/* A question that could not be written is written when it is asked again. */
static void
test_asked_again (EngineFixture *fixture,
                  gconstpointer  unused)
{
  g_auto (Run) run = RUN_INIT;
  g_autoptr (GError) error = NULL;

  add_funds (fixture, 1000000);
  error = ask (fixture, &run, PAID_MODEL);
  g_assert_error (error, TD_WALLET_ERROR, TD_WALLET_ERROR_BALANCE);
  g_clear_error (&error);

  /* It may fail once more. */
  run_prepare (&run, fixture, PAID_MODEL, NULL);
  run_start (&run, NULL);
  error = run_wait (&run);
  g_assert_error (error, TD_WALLET_ERROR, TD_WALLET_ERROR_BALANCE);
  g_assert_cmpstr (td_conversation_get_draft (run.conversation), ==, "question");
  g_clear_error (&error);

  add_funds (fixture, DOLLAR);
  run_prepare (&run, fixture, PAID_MODEL, NULL);
  run_start (&run, NULL);
  error = run_wait (&run);
  g_assert_no_error (error);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (run.conversation)), ==, 2);
  g_assert_cmpstr (td_conversation_get_draft (run.conversation), ==, "");
  g_assert_cmpint (engine_fixture_count (fixture,
                                         "SELECT count (*) FROM message WHERE role = 'user'"
                                         " AND text = 'question'"),
                   ==, 1);
  g_assert_cmpint (
    engine_fixture_count (fixture, "SELECT min (id) FROM message WHERE role = 'user'"), <,
    engine_fixture_count (fixture, "SELECT min (id) FROM message WHERE role = 'assistant'"));
  g_assert_cmpint (engine_fixture_count (fixture,
                                         "SELECT count (*) FROM conversation WHERE draft = ''"),
                   ==, 1);
}

static void
test_unknown_price (EngineFixture *fixture,
                    gconstpointer  unused)
{
  g_auto (Run) run = RUN_INIT;
  g_autoptr (GError) error = NULL;

  add_funds (fixture, DOLLAR);
  error = ask (fixture, &run, UNPRICED_MODEL);
  g_assert_error (error, TD_WALLET_ERROR, TD_WALLET_ERROR_PRICE_UNKNOWN);
  g_assert_cmpuint (fake_provider_get_n_chats (fixture->server), ==, 0);
}

/* Without any money nothing is refused, and everything is on record. */
static void
test_track (EngineFixture *fixture,
            gconstpointer  unused)
{
  g_auto (Run) run = RUN_INIT;
  g_autoptr (GError) error = NULL;
  const TdWalletState *state = td_wallet_get_state (get_wallet (fixture));

  error = ask (fixture, &run, PAID_MODEL);
  g_assert_no_error (error);
  reload (fixture);
  g_assert_cmpint (state->mode, ==, TD_WALLET_TRACK);
  g_assert_cmpint (state->balances.of[TD_LEDGER_SPENT], ==, 72000);
  g_assert_cmpint (state->balances.of[TD_LEDGER_UNFUNDED], ==, -72000);
  g_assert_cmpint (state->balances.of[TD_LEDGER_WALLET], ==, 0);
  assert_sound (fixture);
}

/* An operator's key: 30 % of 72 micro-dollars are 21.6. */
static void
test_commission (EngineFixture *fixture,
                 gconstpointer  unused)
{
  g_auto (Run) run = RUN_INIT;
  g_autoptr (GError) error = NULL;
  g_autoptr (TdReceipt) receipt = NULL;

  engine_fixture_execute (fixture, "INSERT INTO api_key (provider_id, name, secret_id, last_four,"
                                   " created_us, in_use, ownership)"
                                   " VALUES ('paid', 'x', 'none', '', 1, 1, 'marketplace')");
  add_funds (fixture, DOLLAR);
  error = ask (fixture, &run, PAID_MODEL);
  g_assert_no_error (error);
  receipt = engine_fixture_receipt (fixture, run_nth (&run, 1));
  g_assert_cmpint (receipt->commission_ppm, ==, 300000);
  /* 15 thousandths and the prompt, and 30 % of that. */
  g_assert_cmpint (receipt->held, >, 15000000 / 10 * 13);
  g_assert_cmpint (receipt->held, <, (15000000 + 100 * 3000) / 10 * 13);
  g_assert_cmpint (receipt->cost, ==, 72000);
  g_assert_cmpint (receipt->commission, ==, 21600);
  g_assert_cmpint (td_message_get_cost (run_nth (&run, 1)), ==, 93600);
  reload (fixture);
  g_assert_cmpint (td_wallet_get_balance (get_wallet (fixture)), ==, DOLLAR - 93600);
  assert_sound (fixture);
}

/* Of one cent 3 in 13 are the operator's. What fits is held to the last token, and given back
 * when the key turns out not to be there. */
static void
test_fitted_with_commission (EngineFixture *fixture,
                             gconstpointer  unused)
{
  g_auto (Run) run = RUN_INIT;
  g_autoptr (TdReceipt) receipt = NULL;
  g_autoptr (GError) error = NULL;

  engine_fixture_execute (fixture, "INSERT INTO api_key (provider_id, name, secret_id, last_four,"
                                   " created_us, in_use, ownership)"
                                   " VALUES ('paid', 'x', 'none', '', 1, 1, 'marketplace')");
  engine_fixture_restart (fixture);
  add_funds (fixture, 10000000);
  error = ask (fixture, &run, PAID_MODEL);
  g_assert_error (error, TD_VAULT_ERROR, TD_VAULT_ERROR_ABSENT); /* after it was held */
  receipt = engine_fixture_receipt (fixture, run_nth (&run, 1));
  g_assert_cmpint (receipt->held, <=, 10000000);
  g_assert_cmpint (receipt->held, >, 10000000 - 15000 * 13 / 10 - 1000);
  g_assert_cmpint (td_receipt_get_total (receipt), ==, 0);
  reload (fixture);
  g_assert_cmpint (td_wallet_get_balance (get_wallet (fixture)), ==, 10000000);
  assert_sound (fixture);
}

static void
count_warning_cb (TdWallet *wallet,
                  TdBudget *budget,
                  guint    *n_warnings)
{
  (*n_warnings)++;
}

static void
test_budget (EngineFixture *fixture,
             gconstpointer  unused)
{
  g_auto (Run) first = RUN_INIT;
  g_auto (Run) second = RUN_INIT;
  g_auto (Run) free_run = RUN_INIT;
  g_autoptr (GError) error = NULL;
  guint n_warnings = 0;

  g_signal_connect (get_wallet (fixture), "budget-warning", G_CALLBACK (count_warning_cb),
                    &n_warnings);
  error = ask (fixture, &first, PAID_MODEL);
  g_assert_no_error (error);

  /* What is left is a tenth of a cent, then one cent: the reply is made as short as that pays. */
  set_budget (fixture, "paid", 72000 + 1000000);
  error = ask (fixture, &second, PAID_MODEL);
  g_assert_error (error, TD_WALLET_ERROR, TD_WALLET_ERROR_BUDGET);
  g_clear_error (&error);
  run_clear (&second);
  set_budget (fixture, "paid", 72000 + 10000000);
  error = ask (fixture, &second, PAID_MODEL);
  g_assert_no_error (error);
  error = ask (fixture, &free_run, FREE_MODEL);
  g_assert_no_error (error);
  reload (fixture);
  g_assert_cmpuint (n_warnings, ==, 0);
  assert_sound (fixture);
}

int
main (int   argc,
      char *argv[])
{
  td_test_init (&argc, &argv);
#define ADD(path, func) \
  g_test_add (path, EngineFixture, NULL, engine_fixture_set_up, func, engine_fixture_tear_down)
  ADD ("/wallet/prepaid", test_prepaid);
  ADD ("/wallet/live", test_live);
  ADD ("/wallet/fitted", test_fitted);
  ADD ("/wallet/stop-cost", test_stop_cost);
  ADD ("/wallet/balance-too-low", test_balance_too_low);
  ADD ("/wallet/asked-again", test_asked_again);
  ADD ("/wallet/unknown-price", test_unknown_price);
  ADD ("/wallet/track", test_track);
  ADD ("/wallet/commission", test_commission);
  ADD ("/wallet/fitted-with-commission", test_fitted_with_commission);
  ADD ("/wallet/budget", test_budget);
#undef ADD
  return g_test_run ();
}

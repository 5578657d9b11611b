/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/td-clock.h"
#include "wallet/td-ledger-text.h"
#include "wallet/wallet-fixture.h"

static void
assert_balance (TdConnection    *connection,
                TdLedgerAccount  account,
                TdMoney          expected)
{
  g_assert_cmpint (wallet_read (connection).balances.of[account], ==, expected);
}

static void
test_first_money (TdConnection *connection)
{
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (wallet_read (connection).mode, ==, TD_WALLET_TRACK);
  wallet_fund (connection, 20 * DOLLAR, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (wallet_read (connection).mode, ==, TD_WALLET_PREPAID);
  assert_balance (connection, TD_LEDGER_WALLET, 20 * DOLLAR);
  assert_balance (connection, TD_LEDGER_FUNDING, -20 * DOLLAR);
  wallet_assert_sound (connection);
}

static void
test_chosen_mode_stays (TdConnection *connection)
{
  g_autoptr (GError) error = NULL;

  wallet_set_mode (connection, TD_WALLET_TRACK);
  wallet_fund (connection, DOLLAR, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (wallet_read (connection).mode, ==, TD_WALLET_TRACK);
}

static void
test_money_in (TdConnection *connection)
{
  static const struct
  {
    TdMoney amount;
    const char *reference;
    int code; /* -1: booked */
  } cases[] = {
    { 5 * DOLLAR, "a", -1 },
    { 5 * DOLLAR, "a", TD_WALLET_ERROR_TAKEN },
    { 6 * DOLLAR, "a", TD_WALLET_ERROR_TAKEN },
    { 5 * DOLLAR, NULL, -1 },
    { 5 * DOLLAR, NULL, -1 },
    { 0, "b", TD_WALLET_ERROR_INVALID },
    { -DOLLAR, "c", TD_WALLET_ERROR_INVALID },
    { TD_MONEY_UNKNOWN, "d", TD_WALLET_ERROR_INVALID },
    { TD_WALLET_MAX_FUNDING + 1, "e", TD_WALLET_ERROR_INVALID },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      wallet_fund (connection, cases[i].amount, cases[i].reference, &error);
      if (cases[i].code < 0)
        g_assert_no_error (error);
      else
        g_assert_error (error, TD_WALLET_ERROR, cases[i].code);
    }
  assert_balance (connection, TD_LEDGER_WALLET, 15 * DOLLAR);
  wallet_assert_sound (connection);
}

typedef struct
{
  const char *name;
  TdWalletMode mode;
  gboolean marketplace; /* 30 % */
  TdMoney held, total;
  TdMoney wallet, spent, commission, overrun, unfunded;
} SettleCase;

/* The wallet has 10 dollars in every one. */
/* clang-format off */
static const SettleCase settle_cases[] = {
  { "own key, less than held", TD_WALLET_PREPAID, FALSE, 2 * DOLLAR, DOLLAR, 9 * DOLLAR, DOLLAR, 0, 0, 0 },
  { "own key, all of it", TD_WALLET_PREPAID, FALSE, 2 * DOLLAR, 2 * DOLLAR, 8 * DOLLAR, 2 * DOLLAR, 0, 0, 0 },
  { "nothing came", TD_WALLET_PREPAID, FALSE, 2 * DOLLAR, 0, 10 * DOLLAR, 0, 0, 0, 0 },
  { "the whole balance", TD_WALLET_PREPAID, FALSE, 10 * DOLLAR, 10 * DOLLAR, 0, 10 * DOLLAR, 0, 0, 0 },
  /* One dollar beyond the hold is not taken from the wallet, and not hidden. */
  { "more than held", TD_WALLET_PREPAID, FALSE, 2 * DOLLAR, 3 * DOLLAR, 8 * DOLLAR, 2 * DOLLAR, 0, DOLLAR, -DOLLAR },
  /* 2 dollars and 0.60 are held; 1 dollar and 0.30 are spent. */
  { "an operator's key", TD_WALLET_PREPAID, TRUE, 2 * DOLLAR, DOLLAR, 870 * CENT, DOLLAR, 30 * CENT, 0, 0 },
  /* One nano-dollar has a commission of 0.3, which is rounded up to one. */
  { "the least", TD_WALLET_PREPAID, TRUE, 10, 1, 10 * DOLLAR - 2, 1, 1, 0, 0 },
  /* 2.60 are held, 2.50 go to the provider, and 0.10 of 0.75 are left for the operator. */
  { "commission beyond the hold", TD_WALLET_PREPAID, TRUE, 2 * DOLLAR, 250 * CENT, 740 * CENT, 250 * CENT, 10 * CENT, 65 * CENT, -65 * CENT },
  { "cost not known, held", TD_WALLET_PREPAID, FALSE, 2 * DOLLAR, TD_MONEY_UNKNOWN, 8 * DOLLAR, 2 * DOLLAR, 0, 0, 0 },
  { "tracked", TD_WALLET_TRACK, FALSE, 2 * DOLLAR, DOLLAR, 10 * DOLLAR, DOLLAR, 0, 0, -DOLLAR },
  { "tracked, more than held", TD_WALLET_TRACK, FALSE, 2 * DOLLAR, 3 * DOLLAR, 10 * DOLLAR, 2 * DOLLAR, 0, DOLLAR, -3 * DOLLAR },
  { "tracked, more than there is", TD_WALLET_TRACK, FALSE, 20 * DOLLAR, 15 * DOLLAR, 10 * DOLLAR, 15 * DOLLAR, 0, 0, -15 * DOLLAR },
  { "tracked, price not known before", TD_WALLET_TRACK, FALSE, TD_MONEY_UNKNOWN, DOLLAR, 10 * DOLLAR, DOLLAR, 0, 0, -DOLLAR },
  { "tracked, never known", TD_WALLET_TRACK, FALSE, TD_MONEY_UNKNOWN, TD_MONEY_UNKNOWN, 10 * DOLLAR, 0, 0, 0, 0 },
  { "tracked, not known after", TD_WALLET_TRACK, FALSE, DOLLAR, TD_MONEY_UNKNOWN, 10 * DOLLAR, 0, 0, 0, 0 },
  { "free", TD_WALLET_PREPAID, FALSE, 0, 0, 10 * DOLLAR, 0, 0, 0, 0 },
  { "free, and charged all the same", TD_WALLET_PREPAID, FALSE, 0, DOLLAR, 10 * DOLLAR, 0, 0, DOLLAR, -DOLLAR },
};
/* clang-format on */

static TdLedgerBalances
difference (const TdLedgerBalances *after,
            const TdLedgerBalances *before)
{
  TdLedgerBalances result;

  for (guint i = 0; i < TD_LEDGER_N_ACCOUNTS; i++)
    result.of[i] = after->of[i] - before->of[i];
  return result;
}

static void
top_up (TdConnection *connection)
{
  g_autoptr (GError) error = NULL;
  TdMoney missing = 10 * DOLLAR - wallet_read (connection).balances.of[TD_LEDGER_WALLET];

  if (missing > 0)
    wallet_fund (connection, missing, NULL, &error);
  g_assert_no_error (error);
  assert_balance (connection, TD_LEDGER_WALLET, 10 * DOLLAR);
}

static void
test_settle (TdConnection *connection)
{
  for (guint i = 0; i < G_N_ELEMENTS (settle_cases); i++)
    {
      const SettleCase *c = &settle_cases[i];
      g_autoptr (TdReceipt) hold = wallet_make_hold (c->held);
      g_autoptr (GError) error = NULL;
      TdLedgerBalances before, moved;

      g_test_message ("%s", c->name);
      top_up (connection);
      wallet_set_mode (connection, c->mode);
      before = wallet_read (connection).balances;
      hold->marketplace = c->marketplace;
      wallet_hold (connection, hold, &error);
      g_assert_no_error (error);
      wallet_settle (connection, hold, c->total, &error);
      g_assert_no_error (error);
      moved = wallet_read (connection).balances;
      moved = difference (&moved, &before);
      g_assert_cmpint (10 * DOLLAR + moved.of[TD_LEDGER_WALLET], ==, c->wallet);
      g_assert_cmpint (moved.of[TD_LEDGER_SPENT], ==, c->spent);
      g_assert_cmpint (moved.of[TD_LEDGER_COMMISSION], ==, c->commission);
      g_assert_cmpint (moved.of[TD_LEDGER_OVERRUN], ==, c->overrun);
      g_assert_cmpint (moved.of[TD_LEDGER_UNFUNDED], ==, c->unfunded);
      assert_balance (connection, TD_LEDGER_HELD, 0);
    }
  wallet_assert_sound (connection);
}

static void
test_refused (TdConnection *connection)
{
  static const struct
  {
    TdMoney held;
    gboolean marketplace;
    int code; /* -1: held */
  } cases[] = {
    { 10 * DOLLAR + 1, FALSE, TD_WALLET_ERROR_BALANCE },
    { 10 * DOLLAR, TRUE, TD_WALLET_ERROR_BALANCE },
    { G_MAXINT64, TRUE, TD_WALLET_ERROR_INVALID },
    { TD_MONEY_UNKNOWN, FALSE, TD_WALLET_ERROR_PRICE_UNKNOWN },
    { 0, FALSE, -1 },
    { 6 * DOLLAR, FALSE, -1 },
    { 4 * DOLLAR + 1, FALSE, TD_WALLET_ERROR_BALANCE },
    { 4 * DOLLAR, FALSE, -1 },
    { 1, FALSE, TD_WALLET_ERROR_BALANCE },
    { 0, FALSE, -1 },
  };

  top_up (connection);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TdReceipt) hold = wallet_make_hold (cases[i].held);
      g_autoptr (GError) error = NULL;

      hold->marketplace = cases[i].marketplace;
      wallet_hold (connection, hold, &error);
      if (cases[i].code < 0)
        g_assert_no_error (error);
      else
        g_assert_error (error, TD_WALLET_ERROR, cases[i].code);
    }
  assert_balance (connection, TD_LEDGER_WALLET, 0);
  assert_balance (connection, TD_LEDGER_HELD, 10 * DOLLAR);
  /* Nothing of what was refused is there: four holds were let through. */
  g_assert_cmpint (wallet_count (connection, "SELECT count (*) FROM receipt"), ==, 4);
  wallet_assert_sound (connection);
}

/* Another offer is asked in place of the first, which had failed. */
static void
test_move (TdConnection *connection)
{
  g_autoptr (TdReceipt) hold = wallet_make_hold (6 * DOLLAR);
  g_autoptr (TdReceipt) dearer = NULL;
  g_autoptr (GError) error = NULL;

  top_up (connection);
  wallet_hold (connection, hold, &error);
  g_assert_no_error (error);

  /* 6 and 9 are more than there are together: the first is given back before. */
  hold->held = 9 * DOLLAR;
  g_set_str (&hold->provider_id, "other");
  wallet_move (connection, hold, &error);
  g_assert_no_error (error);
  assert_balance (connection, TD_LEDGER_WALLET, DOLLAR);
  assert_balance (connection, TD_LEDGER_HELD, 9 * DOLLAR);

  dearer = td_receipt_copy (hold);
  dearer->held = 10 * DOLLAR + 1;
  wallet_move (connection, dearer, &error);
  g_assert_error (error, TD_WALLET_ERROR, TD_WALLET_ERROR_BALANCE);
  g_clear_error (&error);
  assert_balance (connection, TD_LEDGER_HELD, 9 * DOLLAR);
  wallet_assert_sound (connection);

  wallet_settle (connection, hold, DOLLAR, &error);
  g_assert_no_error (error);
  assert_balance (connection, TD_LEDGER_WALLET, 9 * DOLLAR);
  wallet_move (connection, hold, &error);
  g_assert_no_error (error);
  assert_balance (connection, TD_LEDGER_HELD, 0);
  g_assert_cmpint (wallet_count (connection,
                                 "SELECT settled FROM spending WHERE provider_id = 'other'"),
                   ==, DOLLAR);
  wallet_assert_sound (connection);
}

static void
test_settled_once (TdConnection *connection)
{
  g_autoptr (TdReceipt) hold = wallet_make_hold (2 * DOLLAR);
  g_autoptr (GError) error = NULL;

  top_up (connection);
  wallet_hold (connection, hold, &error);
  wallet_settle (connection, hold, DOLLAR, &error);
  wallet_settle (connection, hold, 2 * DOLLAR, &error);
  g_assert_no_error (error);
  assert_balance (connection, TD_LEDGER_WALLET, 9 * DOLLAR);
  wallet_assert_sound (connection);
}

static void
test_mode_changed_between (TdConnection *connection)
{
  g_autoptr (TdReceipt) hold = wallet_make_hold (2 * DOLLAR);
  g_autoptr (GError) error = NULL;

  top_up (connection);
  wallet_hold (connection, hold, &error);
  wallet_set_mode (connection, TD_WALLET_TRACK);
  wallet_settle (connection, hold, DOLLAR, &error);
  g_assert_no_error (error);
  assert_balance (connection, TD_LEDGER_WALLET, 9 * DOLLAR);
  assert_balance (connection, TD_LEDGER_UNFUNDED, 0);
  wallet_assert_sound (connection);
}

static void
test_refunds (TdConnection *connection)
{
  static const struct
  {
    gint64 number;
    TdMoney amount;
    const char *reference;
    int code;
    TdMoney wallet, unfunded;
  } cases[] = {
    { 1, 4 * DOLLAR, "r1", -1, 4 * DOLLAR, 0 },
    { 1, 4 * DOLLAR, "r1", TD_WALLET_ERROR_TAKEN, 4 * DOLLAR, 0 },
    { 1, 6 * DOLLAR + 1, "r2", TD_WALLET_ERROR_INVALID, 4 * DOLLAR, 0 },
    { 7, DOLLAR, "r3", TD_WALLET_ERROR_NOT_FOUND, 4 * DOLLAR, 0 },
    { 2, DOLLAR, "r3", TD_WALLET_ERROR_NOT_FOUND, 4 * DOLLAR, 0 }, /* a hold */
    { 1, -DOLLAR, "r3", TD_WALLET_ERROR_INVALID, 4 * DOLLAR, 0 },
    /* Two dollars of it are spent: only four are there to be taken. */
    { 1, 6 * DOLLAR, "r3", -1, 0, -2 * DOLLAR },
    { 1, 1, "r4", TD_WALLET_ERROR_INVALID, 0, -2 * DOLLAR },
  };
  g_autoptr (TdReceipt) hold = wallet_make_hold (3 * DOLLAR);
  g_autoptr (GError) error = NULL;

  top_up (connection);
  wallet_hold (connection, hold, &error);
  wallet_settle (connection, hold, 2 * DOLLAR, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) failure = NULL;

      wallet_refund (connection, cases[i].number, cases[i].amount, cases[i].reference, &failure);
      if (cases[i].code < 0)
        g_assert_no_error (failure);
      else
        g_assert_error (failure, TD_WALLET_ERROR, cases[i].code);
      assert_balance (connection, TD_LEDGER_WALLET, cases[i].wallet);
      assert_balance (connection, TD_LEDGER_UNFUNDED, cases[i].unfunded);
    }
  wallet_assert_sound (connection);
}

/* ---- what may not be done, and what is found out --------------------------------------------- */

static void
fill (TdConnection *connection)
{
  g_autoptr (GError) error = NULL;

  top_up (connection);
  for (guint i = 0; i < 5; i++)
    {
      g_autoptr (TdReceipt) hold = wallet_make_hold (DOLLAR);

      wallet_hold (connection, hold, &error);
      wallet_settle (connection, hold, 10 * CENT * (i + 1), &error);
      g_assert_no_error (error);
    }
}

/* The ledger: 1 fund; 2, 4, 6, 8, 10 holds; 3, 5, 7, 9, 11 settlements. */
static void
test_append_only (TdConnection *connection)
{
  static const char *const scripts[] = {
    "UPDATE ledger_transaction SET amount = 1 WHERE number = 3",
    "UPDATE ledger_transaction SET note = 'x'",
    "DELETE FROM ledger_transaction WHERE number = 11",
    "DELETE FROM ledger_entry",
    "UPDATE ledger_entry SET amount = amount + 1",
    "INSERT INTO ledger_entry SELECT transaction_id, 9, account_id, amount FROM ledger_entry LIMIT 1",
    "INSERT INTO ledger_transaction (wallet_id, number, kind, time_us, amount, balance, held,"
    " previous_hash, hash) VALUES (1, 40, 'fund', 1, 1, 1, 0, '', 'x')",
    "INSERT INTO ledger_transaction (wallet_id, number, kind, time_us, amount, balance, held,"
    " previous_hash, hash) VALUES (1, 12, 'fund', 1, 1, 1, 0, 'other', 'x')",
    "UPDATE ledger_account SET balance = -1 WHERE kind = 'wallet'",
    "UPDATE ledger_account SET balance = -1 WHERE kind = 'held'",
  };

  fill (connection);
  for (guint i = 0; i < G_N_ELEMENTS (scripts); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", scripts[i]);
      td_connection_execute (connection, scripts[i], &error);
      g_assert_error (error, TD_STORE_ERROR, TD_STORE_ERROR_CONSTRAINT);
    }
  wallet_assert_sound (connection);
}

#define WITHOUT_TRIGGERS                                                            \
  "DROP TRIGGER ledger_transaction_stays; DROP TRIGGER ledger_transaction_is_kept;" \
  "DROP TRIGGER ledger_transaction_is_next; DROP TRIGGER ledger_entry_stays;"       \
  "DROP TRIGGER ledger_entry_is_kept; DROP TRIGGER ledger_entry_is_new; PRAGMA foreign_keys = 0;"

static const char *const tables[] = { "ledger_transaction", "ledger_entry", "ledger_account",
                                      "wallet", "receipt", "spending" };

static void
for_all_tables (TdConnection *connection,
                const char   *script)
{
  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      g_autoptr (GError) error = NULL;
      g_auto (GStrv) parts = g_strsplit (script, "%", -1);
      g_autofree char *sql = g_strjoinv (tables[i], parts);

      td_connection_execute (connection, sql, &error);
      g_assert_no_error (error);
    }
}

static void
keep_tables (TdConnection *connection)
{
  g_autoptr (GError) error = NULL;

  td_connection_execute (connection, WITHOUT_TRIGGERS, &error);
  g_assert_no_error (error);
  for_all_tables (connection, "CREATE TEMP TABLE kept_% AS SELECT * FROM main.%");
}

static void
put_tables_back (TdConnection *connection)
{
  for_all_tables (connection, "DELETE FROM main.%");
  for_all_tables (connection, "INSERT INTO main.% SELECT * FROM kept_%");
}

/* Somebody who can write to the file: what was done, and whether a number can be blamed. */
static void
test_tampered (TdConnection *connection)
{
  static const struct
  {
    const char *script;
    gint64 fault_number;
  } cases[] = {
    { "UPDATE ledger_transaction SET amount = amount + 1 WHERE number = 5", 5 },
    { "UPDATE ledger_transaction SET note = 'x' WHERE number = 1", 1 },
    { "UPDATE ledger_transaction SET time_us = time_us - 1 WHERE number = 11", 11 },
    { "UPDATE ledger_transaction SET receipt_id = 900 WHERE number = 4", 4 },
    { "UPDATE ledger_transaction SET kind = 'gift' WHERE number = 1", 0 }, /* refused by a CHECK */
    { "DELETE FROM ledger_transaction WHERE number = 4", 5 },
    { "DELETE FROM ledger_transaction WHERE number = 11", 0 },
    { "DELETE FROM ledger_transaction WHERE number >= 8", 0 },
    { "UPDATE ledger_entry SET amount = amount * 2 WHERE transaction_id = 1", 1 },
    { "UPDATE ledger_entry SET account_id = account_id + 1 WHERE transaction_id = 3 AND line = 1",
      3 },
    { "DELETE FROM ledger_entry WHERE transaction_id = 6 AND line = 0", 6 },
    { "DELETE FROM ledger_entry WHERE transaction_id = 6", 6 },
    { "INSERT INTO ledger_entry SELECT 7, 9, account_id, amount FROM ledger_entry WHERE transaction_id = 1",
      7 },
    { "INSERT INTO ledger_entry SELECT 700, line, account_id, amount FROM ledger_entry WHERE transaction_id = 1",
      0 },
    { "INSERT INTO ledger_transaction (wallet_id, number, kind, time_us, amount, balance, held, previous_hash, hash)"
      " SELECT 1, 12, 'fund', 1, 1, balance, held, hash, 'abc' FROM ledger_transaction WHERE number = 11",
      12 },
    { "UPDATE ledger_account SET balance = balance + 5 WHERE kind = 'wallet'", 0 },
    { "UPDATE ledger_account SET balance = balance - 5 WHERE kind = 'funding'", 0 },
    { "UPDATE wallet SET head_number = 10", 0 },
    { "UPDATE wallet SET head_hash = 'abc'", 0 },
    { "UPDATE receipt SET settled_us = NULL WHERE id = 1", 0 },
    { "UPDATE spending SET held = 5", 0 },
    { "UPDATE spending SET settled = settled - 1", 0 },
    { "DELETE FROM spending", 0 },
  };
  g_autoptr (GError) error = NULL;

  fill (connection);
  wallet_assert_sound (connection);
  keep_tables (connection);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TdLedgerReport) report = NULL;
      g_autoptr (GError) refused = NULL;

      g_test_message ("%s", cases[i].script);
      if (!td_connection_execute (connection, cases[i].script, &refused))
        {
          g_assert_error (refused, TD_STORE_ERROR, TD_STORE_ERROR_CONSTRAINT);
          continue;
        }
      report = wallet_check (connection);
      g_assert_false (report->sound);
      g_assert_cmpint (report->fault_number, ==, cases[i].fault_number);
      put_tables_back (connection);
    }
  wallet_assert_sound (connection);
}

static void
rewrite (TdConnection *connection,
         gint64        number,
         const char   *note)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TdLedgerTransaction) transaction =
    td_ledger_store_find (connection, TD_WALLET_FIRST, number, &error);
  g_autofree char *hash = NULL;
  g_autofree char *sql = NULL;

  g_assert_true (td_ledger_store_read_lines (connection, transaction, &error));
  g_set_str (&transaction->note, note);
  hash = td_ledger_transaction_make_hash (transaction);
  sql = g_strdup_printf (
    "UPDATE ledger_transaction SET note = '%s', hash = '%s' WHERE number = %" G_GINT64_FORMAT, note,
    hash, number);
  td_connection_execute (connection, sql, &error);
  g_assert_no_error (error);
}

/* Somebody who knows how the hash is made, and made a new one for what was changed. */
static void
test_rehashed (TdConnection *connection)
{
  static const struct
  {
    gint64 number;
    gint64 fault_number;
  } cases[] = { { 1, 2 }, { 5, 6 }, { 10, 11 }, { 11, 0 } };
  g_autoptr (GError) error = NULL;

  fill (connection);
  keep_tables (connection);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TdLedgerReport) report = NULL;

      rewrite (connection, cases[i].number, "a gift");
      report = wallet_check (connection);
      g_assert_false (report->sound);
      g_assert_cmpint (report->fault_number, ==, cases[i].fault_number);
      put_tables_back (connection);
    }
  wallet_assert_sound (connection);
}

/* ---- as a file ------------------------------------------------------------------------------- */

static TdLedgerTransaction *
make_transaction (const char *model,
                  const char *note)
{
  TdLedgerTransaction *transaction = td_ledger_transaction_new (TD_LEDGER_SETTLE);

  transaction->number = 7;
  transaction->time_us = G_GINT64_CONSTANT (1795435200000000); /* 2026-11-23, noon in UTC */
  transaction->amount = -1;
  transaction->balance = 12 * DOLLAR + 500000000;
  transaction->held = 0;
  transaction->related_number = 6;
  transaction->model_key = g_strdup (model);
  transaction->note = g_strdup (note);
  transaction->hash = g_strdup ("ab12");
  return transaction;
}

static void
test_csv (TdConnection *connection)
{
  static const struct
  {
    const char *note;
    const char *cell;
  } cases[] = {
    { NULL, "" },
    { "", "" },
    { "November", "November" },
    { "a, b", "\"a, b\"" },
    { "say \"hi\"", "\"say \"\"hi\"\"\"" },
    { "two\nlines", "\"two\nlines\"" },
    { "=1+1", "\"'=1+1\"" },
    { "@sum", "\"'@sum\"" },
    { "-2", "\"'-2\"" },
    { "+2", "\"'+2\"" },
    { "\t=1", "\"' =1\"" },
    { "bell\a\033[2J", "\"bell  [2J\"" },
    { " =1", "\" =1\"" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TdLedgerTransaction) transaction = make_transaction ("maker:model", cases[i].note);
      g_autoptr (GString) text = g_string_new (NULL);
      g_autofree char *expected = g_strdup_printf (
        "7,2026-11-23T12:00:00Z,settle,-0.000000001,12.5,0,maker:model,,,,%s,6,ab12\r\n",
        cases[i].cell);

      td_ledger_text_add (text, TD_LEDGER_CSV, transaction);
      g_assert_cmpstr (text->str, ==, expected);
    }
}

static void
test_json (TdConnection *connection)
{
  g_autoptr (GString) text = g_string_new (NULL);

  td_ledger_text_begin (text, TD_LEDGER_JSON);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (TdLedgerTransaction) transaction = make_transaction ("m\"}", i == 0 ? NULL : "x");

      td_ledger_text_add (text, TD_LEDGER_JSON, transaction);
    }
  td_ledger_text_end (text, TD_LEDGER_JSON);
#define OBJECT(NOTE)                                                                                     \
  "{\"number\":7,\"kind\":\"settle\",\"time\":\"2026-11-23T12:00:00Z\",\"amount_nano_dollars\":-1,"      \
  "\"balance_nano_dollars\":12500000000,\"held_nano_dollars\":0,\"model\":\"m\\\"}\",\"provider\":null," \
  "\"method\":null,\"reference\":null,\"note\":" NOTE ",\"related\":6,\"hash\":\"ab12\"}"
  g_assert_cmpstr (text->str, ==,
                   "{\"transactions\":[\n" OBJECT ("null") ",\n" OBJECT ("\"x\"") "\n]}\n");
}

/* By the time, without an index of times. */
static void
test_find_before (TdConnection *connection)
{
  static const gint64 times[] = { 100, 100, 200, 300, 300, 300, 400 };
  static const struct
  {
    gint64 time_us;
    gint64 number;
  } cases[] = { { 0, 0 },   { 100, 0 }, { 101, 2 }, { 200, 2 }, { 201, 3 },
                { 300, 3 }, { 301, 6 }, { 400, 6 }, { 401, 7 } };

  g_assert_cmpint (td_ledger_store_find_before (connection, TD_WALLET_FIRST, 5, NULL), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    {
      td_clock_freeze (times[i]);
      g_assert_true (wallet_fund (connection, CENT, NULL, NULL));
    }
  td_clock_thaw ();
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (td_ledger_store_find_before (connection, TD_WALLET_FIRST, cases[i].time_us,
                                                  NULL),
                     ==, cases[i].number);
}

int
main (int   argc,
      char *argv[])
{
  td_test_init (&argc, &argv);
  wallet_add_test ("/ledger/first-money", test_first_money);
  wallet_add_test ("/ledger/chosen-mode-stays", test_chosen_mode_stays);
  wallet_add_test ("/ledger/money-in", test_money_in);
  wallet_add_test ("/ledger/settle", test_settle);
  wallet_add_test ("/ledger/refused", test_refused);
  wallet_add_test ("/ledger/move", test_move);
  wallet_add_test ("/ledger/settled-once", test_settled_once);
  wallet_add_test ("/ledger/mode-changed-between", test_mode_changed_between);
  wallet_add_test ("/ledger/refunds", test_refunds);
  wallet_add_test ("/ledger/csv", test_csv);
  wallet_add_test ("/ledger/json", test_json);
  wallet_add_test ("/ledger/find-before", test_find_before);
  wallet_add_test ("/ledger/append-only", test_append_only);
  wallet_add_test ("/ledger/tampered", test_tampered);
  wallet_add_test ("/ledger/rehashed", test_rehashed);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What happens to money, each step in one transaction of the database that several processes
 * share: the check, the hold and its entry in the ledger cannot be torn apart, so two that spend
 * at once cannot both have the last cent.
 */
#include "config.h"

#include "wallet/td-wallet-store.h"

#include "base/td-clock.h"
#include "base/td-words.h"
#include "wallet/td-budget-store.h"
#include "wallet/td-receipt-store.h"
#include "wallet/td-wallet-error.h"

static const char *const mode_names[] = { "track", "prepaid" };

/* ---- the wallet ---------------------------------------------------------------------------- */

/**
 * td_wallet_mode_to_string:
 * @mode: a mode
 *
 * Returns: (transfer none): its name in the database and in JSON
 */
const char *
td_wallet_mode_to_string (TdWalletMode mode)
{
  g_return_val_if_fail ((guint) mode < G_N_ELEMENTS (mode_names), NULL);

  return mode_names[mode];
}

/**
 * td_wallet_mode_from_string:
 * @text: (nullable): a name
 * @mode: (out): its mode
 *
 * Returns: whether there is such a mode
 */
gboolean
td_wallet_mode_from_string (const char   *text,
                            TdWalletMode *mode)
{
  guint index;

  if (!td_words_find (mode_names, G_N_ELEMENTS (mode_names), text, &index))
    return FALSE;
  *mode = (TdWalletMode) index;
  return TRUE;
}

static gboolean
read_terms (TdConnection   *connection,
            gint64          wallet_id,
            TdWalletState  *state,
            GError        **error)
{
  g_autoptr (TdStatement) statement =
    td_connection_prepare (connection,
                           "SELECT mode, mode_chosen, commission_ppm FROM wallet WHERE id = ?",
                           error);
  gboolean has_row;

  *state = (TdWalletState) { .id = wallet_id };
  if (!statement)
    return FALSE;
  td_statement_bind_int64 (statement, 1, wallet_id);
  if (!td_statement_step (statement, &has_row, error))
    return FALSE;
  if (!has_row || !td_wallet_mode_from_string (td_statement_get_text (statement, 0), &state->mode))
    {
      g_set_error_literal (error, TD_WALLET_ERROR, TD_WALLET_ERROR_NOT_FOUND,
                           "there is no such wallet");
      return FALSE;
    }
  state->mode_chosen = td_statement_get_int64 (statement, 1) != 0;
  state->commission_ppm = td_statement_get_int64 (statement, 2);
  return TRUE;
}

/**
 * td_wallet_store_read:
 * @connection: the database
 * @wallet_id: a wallet
 * @state: (out caller-allocates): how it is
 * @error: return location for an error
 *
 * Returns: whether it was read
 */
gboolean
td_wallet_store_read (TdConnection   *connection,
                      gint64          wallet_id,
                      TdWalletState  *state,
                      GError        **error)
{
  return read_terms (connection, wallet_id, state, error) &&
         td_ledger_store_get_balances (connection, wallet_id, &state->balances, error);
}

static gboolean
update_wallet (TdConnection  *connection,
               const char    *sql,
               const char    *text,
               gint64         number,
               gint64         wallet_id,
               GError       **error)
{
  g_autoptr (TdStatement) statement = td_connection_prepare (connection, sql, error);

  if (!statement)
    return FALSE;
  if (text)
    td_statement_bind_text (statement, 1, text);
  else
    td_statement_bind_int64 (statement, 1, number);
  td_statement_bind_int64 (statement, 2, wallet_id);
  return td_statement_run (statement, error);
}

/**
 * td_wallet_store_set_mode:
 * @connection: the database
 * @wallet_id: a wallet
 * @mode: how the user wants it
 * @error: return location for an error
 *
 * Returns: whether it is written
 */
gboolean
td_wallet_store_set_mode (TdConnection  *connection,
                          gint64         wallet_id,
                          TdWalletMode   mode,
                          GError       **error)
{
  return update_wallet (connection, "UPDATE wallet SET mode = ?, mode_chosen = 1 WHERE id = ?",
                        mode_names[mode], 0, wallet_id, error);
}

/**
 * td_wallet_store_set_commission:
 * @connection: the database
 * @wallet_id: a wallet
 * @commission_ppm: the operator's part of what replies with an operator's key cost, in millionths
 * @error: return location for an error
 *
 * Returns: whether it is written
 */
gboolean
td_wallet_store_set_commission (TdConnection  *connection,
                                gint64         wallet_id,
                                gint64         commission_ppm,
                                GError       **error)
{
  return update_wallet (connection, "UPDATE wallet SET commission_ppm = ? WHERE id = ?", NULL,
                        commission_ppm, wallet_id, error);
}

/* ---- holding ------------------------------------------------------------------------------- */

static gboolean
add_commission (TdReceipt  *hold,
                GError    **error)
{
  if (hold->held == TD_MONEY_UNKNOWN ||
      td_money_add (hold->held, td_pricing_commission (hold->held, hold->commission_ppm),
                    &hold->held))
    return TRUE;
  g_set_error_literal (error, TD_WALLET_ERROR, TD_WALLET_ERROR_INVALID,
                       "it could cost more than can be counted");
  return FALSE;
}

static gboolean
check_balance (TdConnection     *connection,
               const TdReceipt  *hold,
               GError          **error)
{
  g_autofree char *needed = NULL;
  g_autofree char *there = NULL;
  TdMoney balance;

  if (hold->held == TD_MONEY_UNKNOWN)
    {
      g_set_error (error, TD_WALLET_ERROR, TD_WALLET_ERROR_PRICE_UNKNOWN,
                   "what %s can cost is not known, and the wallet is prepaid", hold->model_key);
      return FALSE;
    }
  if (!td_ledger_store_get_balance (connection, hold->wallet_id, TD_LEDGER_WALLET, &balance, error))
    return FALSE;
  if (hold->held <= balance)
    return TRUE;
  needed = td_money_format (hold->held);
  there = td_money_format_left (balance);
  g_set_error (error, TD_WALLET_ERROR, TD_WALLET_ERROR_BALANCE,
               "it could cost %s, and the balance is %s", needed, there);
  return FALSE;
}

static gboolean
book_hold (TdConnection     *connection,
           const TdReceipt  *hold,
           GError          **error)
{
  g_autoptr (TdLedgerTransaction) transaction = td_ledger_transaction_new (TD_LEDGER_HOLD);

  transaction->wallet_id = hold->wallet_id;
  transaction->time_us = hold->started_us;
  transaction->receipt_id = hold->id;
  transaction->amount = -hold->held;
  transaction->model_key = g_strdup (hold->model_key);
  transaction->provider_id = g_strdup (hold->provider_id);
  td_ledger_transaction_add (transaction, hold->funded ? TD_LEDGER_WALLET : TD_LEDGER_UNFUNDED,
                             NULL, -hold->held);
  td_ledger_transaction_add (transaction, TD_LEDGER_HELD, NULL, hold->held);
  return td_ledger_store_append (connection, transaction, error) &&
         td_budget_store_add (connection, hold, 0, hold->held, error);
}

/* Gives the hold its terms, and sees whether the balance and the budgets cover it. */
static gboolean
check_hold (TdConnection  *connection,
            TdReceipt     *hold,
            GError       **error)
{
  TdWalletState state;

  if (!read_terms (connection, hold->wallet_id, &state, error))
    return FALSE;
  hold->commission_ppm = hold->marketplace ? state.commission_ppm : 0;
  hold->funded = state.mode == TD_WALLET_PREPAID;
  if (!add_commission (hold, error))
    return FALSE;
  return hold->held == 0 || ((!hold->funded || check_balance (connection, hold, error)) &&
                             td_budget_store_check (connection, hold, error));
}

/**
 * td_wallet_store_hold:
 * @connection: the database, inside a transaction
 * @hold: a hold; gets its id, what is held with the commission, and the wallet's terms
 * @error: return location for a #TdWalletError or a #TdStoreError
 *
 * Sees whether the balance and the budgets cover the most that a reply can cost, and sets that
 * aside. What is free is always let through.
 *
 * Returns: whether it is held; nothing may be sent before that is committed
 */
gboolean
td_wallet_store_hold (TdConnection  *connection,
                      TdReceipt     *hold,
                      GError       **error)
{
  g_return_val_if_fail (hold->outcome == TD_RECEIPT_HELD, FALSE);
  g_return_val_if_fail (hold->held == TD_MONEY_UNKNOWN || hold->held >= 0, FALSE);

  if (hold->wallet_id == 0)
    hold->wallet_id = TD_WALLET_FIRST;
  hold->day = td_budget_day_of (hold->started_us);
  if (!check_hold (connection, hold, error) ||
      !td_receipt_store_hold (connection, hold, &hold->id, error))
    return FALSE;
  return hold->held == 0 || hold->held == TD_MONEY_UNKNOWN || book_hold (connection, hold, error);
}

static gboolean
book_release (TdConnection     *connection,
              const TdReceipt  *hold,
              GError          **error)
{
  g_autoptr (TdLedgerTransaction) transaction = td_ledger_transaction_new (TD_LEDGER_RELEASE);
  g_autoptr (TdLedgerTransaction) booked = NULL;
  GError *local_error = NULL;

  booked = td_ledger_store_find_hold (connection, hold->id, &local_error);
  if (!booked)
    {
      g_propagate_error (error, local_error
                                  ? local_error
                                  : g_error_new_literal (TD_WALLET_ERROR, TD_WALLET_ERROR_DAMAGED,
                                                         "a hold is not in the ledger"));
      return FALSE;
    }
  transaction->wallet_id = hold->wallet_id;
  transaction->time_us = td_clock_now_us ();
  transaction->receipt_id = hold->id;
  transaction->related_number = booked->number;
  transaction->amount = hold->held;
  transaction->model_key = g_strdup (hold->model_key);
  transaction->provider_id = g_strdup (hold->provider_id);
  td_ledger_transaction_add (transaction, TD_LEDGER_HELD, NULL, -hold->held);
  td_ledger_transaction_add (transaction, hold->funded ? TD_LEDGER_WALLET : TD_LEDGER_UNFUNDED,
                             NULL, hold->held);
  return td_ledger_store_append (connection, transaction, error) &&
         td_budget_store_add (connection, hold, 0, -hold->held, error);
}

static gboolean
replace_hold (TdConnection     *connection,
              const TdReceipt  *before,
              TdReceipt        *hold,
              GError          **error)
{
  if (before->held != 0 && before->held != TD_MONEY_UNKNOWN &&
      !book_release (connection, before, error))
    return FALSE;
  hold->wallet_id = before->wallet_id;
  hold->day = before->day;
  g_set_str (&hold->agent, before->agent);
  g_set_str (&hold->client, before->client);
  if (!check_hold (connection, hold, error) || !td_receipt_store_move (connection, hold, error))
    return FALSE;
  return hold->held == 0 || hold->held == TD_MONEY_UNKNOWN || book_hold (connection, hold, error);
}

/**
 * td_wallet_store_move:
 * @connection: the database, inside a transaction
 * @hold: a hold that was written, as it is to be for another offer; gets the wallet's terms
 * @error: return location for a #TdWalletError or a #TdStoreError
 *
 * Gives back what was held and holds for another offer in its place. A hold that was settled
 * meanwhile is left alone.
 *
 * Returns: whether it is held; nothing may be sent before that is committed
 */
gboolean
td_wallet_store_move (TdConnection  *connection,
                      TdReceipt     *hold,
                      GError       **error)
{
  g_autoptr (TdReceipt) before = NULL;
  GError *local_error = NULL;

  before = td_receipt_store_find_open (connection, hold->id, &local_error);
  if (local_error)
    {
      g_propagate_error (error, local_error);
      return FALSE;
    }
  if (!before)
    return TRUE;
  if (before->wallet_id == 0)
    return td_receipt_store_move (connection, hold, error);
  return replace_hold (connection, before, hold, error);
}

/* ---- settling ------------------------------------------------------------------------------ */

/* A prepaid hold whose cost nobody can tell any more is spent whole: less would let spending pass
 * the balance unseen. Where nothing was set aside, nothing is booked. */
static TdMoney
get_spent (const TdReceipt *receipt,
           TdMoney          held)
{
  if (receipt->cost != TD_MONEY_UNKNOWN)
    return receipt->cost;
  return receipt->funded ? held : 0;
}

static void
add_settlement_lines (TdLedgerTransaction *transaction,
                      const TdReceipt     *receipt,
                      TdMoney              held)
{
  TdMoney spent = get_spent (receipt, held);
  TdMoney rest = held - spent - receipt->commission;
  TdMoney unfunded = receipt->funded ? -receipt->overrun : rest - receipt->overrun;

  td_ledger_transaction_add (transaction, TD_LEDGER_HELD, NULL, -held);
  td_ledger_transaction_add (transaction, TD_LEDGER_SPENT, receipt->provider_id, spent);
  td_ledger_transaction_add (transaction, TD_LEDGER_COMMISSION, NULL, receipt->commission);
  td_ledger_transaction_add (transaction, TD_LEDGER_OVERRUN, NULL, receipt->overrun);
  if (receipt->funded)
    td_ledger_transaction_add (transaction, TD_LEDGER_WALLET, NULL, rest);
  td_ledger_transaction_add (transaction, TD_LEDGER_UNFUNDED, NULL, unfunded);
  transaction->amount = -(spent + receipt->commission + receipt->overrun);
}

static gboolean
book_settlement (TdConnection     *connection,
                 const TdReceipt  *receipt,
                 GError          **error)
{
  g_autoptr (TdLedgerTransaction) transaction = td_ledger_transaction_new (TD_LEDGER_SETTLE);
  g_autoptr (TdLedgerTransaction) hold = NULL;
  GError *local_error = NULL;
  TdMoney held = receipt->held == TD_MONEY_UNKNOWN ? 0 : receipt->held;

  transaction->wallet_id = receipt->wallet_id;
  transaction->time_us = receipt->settled_us;
  transaction->receipt_id = receipt->id;
  transaction->model_key = g_strdup (receipt->model_key);
  transaction->provider_id = g_strdup (receipt->provider_id);
  add_settlement_lines (transaction, receipt, held);
  if (transaction->lines->len == 0)
    return TRUE; /* free */
  hold = td_ledger_store_find_hold (connection, receipt->id, &local_error);
  if (local_error)
    {
      g_propagate_error (error, local_error);
      return FALSE;
    }
  transaction->related_number = hold ? hold->number : 0;
  return td_ledger_store_append (connection, transaction, error);
}

/* The hold may have been for another offer than the one that replied. */
static gboolean
count_spending (TdConnection     *connection,
                const TdReceipt  *hold,
                const TdReceipt  *receipt,
                GError          **error)
{
  TdMoney held = hold->held == TD_MONEY_UNKNOWN ? 0 : hold->held;
  TdMoney settled = get_spent (receipt, held) + receipt->commission + receipt->overrun;

  return (held == 0 || td_budget_store_add (connection, hold, 0, -held, error)) &&
         (settled == 0 || td_budget_store_add (connection, receipt, settled, 0, error));
}

/**
 * td_wallet_store_settle:
 * @connection: the database, inside a transaction
 * @receipt: a settled receipt; gets the terms of its hold
 * @now: (out): whether this call settled it
 * @error: return location for a #TdWalletError or a #TdStoreError
 *
 * Settles a hold and books what it cost. The first settlement stands: settling again changes
 * nothing and is no error.
 *
 * Returns: whether it is settled
 */
gboolean
td_wallet_store_settle (TdConnection  *connection,
                        TdReceipt     *receipt,
                        gboolean      *now,
                        GError       **error)
{
  g_autoptr (TdReceipt) hold = NULL;
  GError *local_error = NULL;

  g_return_val_if_fail (receipt->outcome != TD_RECEIPT_HELD, FALSE);

  *now = FALSE;
  hold = td_receipt_store_find_open (connection, receipt->id, &local_error);
  if (!hold && !local_error)
    return TRUE;
  if (!hold)
    {
      g_propagate_error (error, local_error);
      return FALSE;
    }
  td_receipt_take_terms (receipt, hold);
  if (!td_receipt_store_settle (connection, receipt, now, error))
    return FALSE;
  return receipt->wallet_id == 0 || (book_settlement (connection, receipt, error) &&
                                     count_spending (connection, hold, receipt, error));
}

/* ---- money in and back --------------------------------------------------------------------- */

static gboolean
check_move (const TdWalletMove  *move,
            GError             **error)
{
  if (move->amount > 0 && move->amount <= TD_WALLET_MAX_FUNDING)
    return TRUE;
  g_set_error_literal (error, TD_WALLET_ERROR, TD_WALLET_ERROR_INVALID,
                       "only amounts up to a million dollars are");
  return FALSE;
}

static gboolean
check_reference (TdConnection        *connection,
                 TdLedgerKind         kind,
                 const TdWalletMove  *move,
                 GError             **error)
{
  g_autoptr (TdLedgerTransaction) before = NULL;
  GError *local_error = NULL;

  if (!move->reference)
    return TRUE;
  before =
    td_ledger_store_find_reference (connection, kind, move->method, move->reference, &local_error);
  if (before)
    g_set_error (error, TD_WALLET_ERROR, TD_WALLET_ERROR_TAKEN,
                 "it was booked as transaction %" G_GINT64_FORMAT, before->number);
  else if (local_error)
    g_propagate_error (error, local_error);
  return !before && !local_error;
}

static TdLedgerTransaction *
begin_move (TdLedgerKind        kind,
            const TdWalletMove *move)
{
  TdLedgerTransaction *transaction = td_ledger_transaction_new (kind);

  transaction->wallet_id = move->wallet_id;
  transaction->time_us = td_clock_now_us ();
  transaction->method = g_strdup (move->method);
  transaction->reference = g_strdup (move->reference);
  transaction->note = g_strdup (move->note);
  return transaction;
}

/**
 * td_wallet_store_fund:
 * @connection: the database, inside a transaction
 * @move: what came in
 * @error: return location for a #TdWalletError or a #TdStoreError
 *
 * Books money that came in. The first money makes the wallet a prepaid one, unless the user has
 * chosen a mode.
 *
 * Returns: (transfer full) (nullable): the transaction; %TD_WALLET_ERROR_TAKEN when money of this
 *   reference is booked already
 */
TdLedgerTransaction *
td_wallet_store_fund (TdConnection        *connection,
                      const TdWalletMove  *move,
                      GError             **error)
{
  g_autoptr (TdLedgerTransaction) transaction = begin_move (TD_LEDGER_FUND, move);

  g_return_val_if_fail (move->method != NULL, NULL);

  if (!check_move (move, error) || !check_reference (connection, TD_LEDGER_FUND, move, error))
    return NULL;
  transaction->amount = move->amount;
  td_ledger_transaction_add (transaction, TD_LEDGER_FUNDING, NULL, -move->amount);
  td_ledger_transaction_add (transaction, TD_LEDGER_WALLET, NULL, move->amount);
  if (!td_ledger_store_append (connection, transaction, error) ||
      !update_wallet (connection, "UPDATE wallet SET mode = ? WHERE id = ? AND mode_chosen = 0",
                      mode_names[TD_WALLET_PREPAID], 0, move->wallet_id, error))
    return NULL;
  return g_steal_pointer (&transaction);
}

/* What may go back of money that came in: never more than came, however often it is asked. */
static gboolean
check_refund (TdConnection        *connection,
              const TdWalletMove  *move,
              gint64               funding_number,
              GError             **error)
{
  g_autoptr (TdLedgerTransaction) funding = NULL;
  TdMoney refunded;

  funding = td_ledger_store_find (connection, move->wallet_id, funding_number, error);
  if (!funding && error && *error)
    return FALSE;
  if (!funding || funding->kind != TD_LEDGER_FUND)
    {
      g_set_error_literal (error, TD_WALLET_ERROR, TD_WALLET_ERROR_NOT_FOUND,
                           "no money came in under that number");
      return FALSE;
    }
  if (!td_ledger_store_get_refunded (connection, move->wallet_id, funding_number, &refunded, error))
    return FALSE;
  if (move->amount <= funding->amount - refunded)
    return TRUE;
  g_set_error_literal (error, TD_WALLET_ERROR, TD_WALLET_ERROR_INVALID,
                       "more would go back than came in");
  return FALSE;
}

/**
 * td_wallet_store_refund:
 * @connection: the database, inside a transaction
 * @move: what went back
 * @funding_number: the transaction by which it had come in
 * @error: return location for a #TdWalletError or a #TdStoreError
 *
 * Books money that went back. What of it is spent already is booked as spending that nobody
 * paid for: the balance does not go below zero.
 *
 * Returns: (transfer full) (nullable): the transaction
 */
TdLedgerTransaction *
td_wallet_store_refund (TdConnection        *connection,
                        const TdWalletMove  *move,
                        gint64               funding_number,
                        GError             **error)
{
  g_autoptr (TdLedgerTransaction) transaction = begin_move (TD_LEDGER_REFUND, move);
  TdMoney balance, taken;

  g_return_val_if_fail (error != NULL, NULL);

  if (!check_move (move, error) || !check_reference (connection, TD_LEDGER_REFUND, move, error) ||
      !check_refund (connection, move, funding_number, error) ||
      !td_ledger_store_get_balance (connection, move->wallet_id, TD_LEDGER_WALLET, &balance, error))
    return NULL;
  taken = MIN (balance, move->amount);
  transaction->amount = -move->amount;
  transaction->related_number = funding_number;
  td_ledger_transaction_add (transaction, TD_LEDGER_FUNDING, NULL, move->amount);
  td_ledger_transaction_add (transaction, TD_LEDGER_WALLET, NULL, -taken);
  td_ledger_transaction_add (transaction, TD_LEDGER_UNFUNDED, NULL, taken - move->amount);
  if (!td_ledger_store_append (connection, transaction, error))
    return NULL;
  return g_steal_pointer (&transaction);
}

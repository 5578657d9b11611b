/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "wallet/td-budget-store.h"

#include "wallet/td-wallet-error.h"

/* ---- what is spent ------------------------------------------------------------------------- */

/**
 * td_budget_store_add:
 * @connection: the database, inside a transaction
 * @receipt: a hold or a receipt, whose day, provider, model, agent and client are meant
 * @settled: what to add to what is spent
 * @held: what to add to what is held, or to take away when negative
 * @error: return location for a #TdStoreError
 *
 * Returns: whether it is written
 */
gboolean
td_budget_store_add (TdConnection     *connection,
                     const TdReceipt  *receipt,
                     TdMoney           settled,
                     TdMoney           held,
                     GError          **error)
{
  g_autoptr (TdStatement) insert = NULL;
  g_autoptr (TdStatement) update = NULL;
  TdStatement *statements[2];

  insert = td_connection_prepare (connection,
                                  "INSERT INTO spending (wallet_id, day, provider_id, model_key, agent, client)"
                                  " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                                  error);
  if (!insert)
    return FALSE;
  update = td_connection_prepare (connection,
                                  "UPDATE spending SET settled = settled + ?7, held = held + ?8"
                                  " WHERE wallet_id = ?1 AND day = ?2 AND provider_id = ?3 AND model_key = ?4"
                                  " AND agent = ?5 AND client = ?6",
                                  error);
  if (!update)
    return FALSE;
  statements[0] = insert;
  statements[1] = update;
  for (guint i = 0; i < G_N_ELEMENTS (statements); i++)
    {
      td_statement_bind_int64 (statements[i], 1, receipt->wallet_id);
      td_statement_bind_int64 (statements[i], 2, receipt->day);
      td_statement_bind_text (statements[i], 3, receipt->provider_id);
      td_statement_bind_text (statements[i], 4, receipt->model_key);
      td_statement_bind_text (statements[i], 5, receipt->agent ? receipt->agent : "");
      td_statement_bind_text (statements[i], 6, receipt->client ? receipt->client : "");
    }
  td_statement_bind_int64 (update, 7, settled);
  td_statement_bind_int64 (update, 8, held);
  return td_statement_run (insert, error) && td_statement_run (update, error);
}

/* Fills in what is used of a budget in the period that the day is in. */
static gboolean
read_used (TdConnection  *connection,
           gint64         wallet_id,
           gint64         day,
           TdBudget      *budget,
           GError       **error)
{
  g_autoptr (TdStatement) statement = NULL;
  gboolean has_row;

  statement = td_connection_prepare (connection,
                                     "SELECT coalesce (sum (settled), 0), coalesce (sum (held), 0) FROM spending"
                                     " WHERE wallet_id = ?1 AND day >= ?2 AND (?3 = 'all'"
                                     " OR (?3 = 'provider' AND provider_id = ?4) OR (?3 = 'model' AND model_key = ?4)"
                                     " OR (?3 = 'agent' AND agent = ?4) OR (?3 = 'client' AND client = ?4))",
                                     error);
  if (!statement)
    return FALSE;
  td_statement_bind_int64 (statement, 1, wallet_id);
  td_statement_bind_int64 (statement, 2, td_budget_first_day (budget->period, day));
  td_statement_bind_text (statement, 3, td_budget_scope_to_string (budget->scope));
  td_statement_bind_text (statement, 4, budget->subject);
  if (!td_statement_step (statement, &has_row, error))
    return FALSE;
  budget->used = td_statement_get_int64 (statement, 0);
  budget->held = td_statement_get_int64 (statement, 1);
  return TRUE;
}

/* ---- budgets ------------------------------------------------------------------------------- */

static GPtrArray *
read_budgets (TdStatement  *statement,
              GError      **error)
{
  g_autoptr (GPtrArray) budgets = g_ptr_array_new_with_free_func ((GDestroyNotify) td_budget_free);
  gboolean has_row;

  while (TRUE)
    {
      TdBudgetPeriod period;
      TdBudgetScope scope;
      TdBudget *budget;

      if (!td_statement_step (statement, &has_row, error))
        return NULL;
      if (!has_row)
        return g_steal_pointer (&budgets);
      if (!td_budget_period_from_string (td_statement_get_text (statement, 1), &period) ||
          !td_budget_scope_from_string (td_statement_get_text (statement, 2), &scope))
        continue; /* the schema lets no other through */
      budget = td_budget_new (period, scope, td_statement_get_text (statement, 3),
                              td_statement_get_int64 (statement, 4));
      budget->id = td_statement_get_int64 (statement, 0);
      g_ptr_array_add (budgets, budget);
    }
}

/**
 * td_budget_store_list:
 * @connection: the database
 * @wallet_id: a wallet
 * @day: the day it is
 * @error: return location for an error
 *
 * Returns: (transfer full) (element-type TdBudget) (nullable): its budgets and what is used of them
 */
GPtrArray *
td_budget_store_list (TdConnection  *connection,
                      gint64         wallet_id,
                      gint64         day,
                      GError       **error)
{
  g_autoptr (GPtrArray) budgets = NULL;
  g_autoptr (TdStatement) statement =
    td_connection_prepare (connection,
                           "SELECT id, period, scope, subject, amount FROM budget"
                           " WHERE wallet_id = ? ORDER BY id",
                           error);

  if (!statement)
    return NULL;
  td_statement_bind_int64 (statement, 1, wallet_id);
  budgets = read_budgets (statement, error);
  for (guint i = 0; budgets && i < budgets->len; i++)
    {
      if (!read_used (connection, wallet_id, day, g_ptr_array_index (budgets, i), error))
        return NULL;
    }
  return g_steal_pointer (&budgets);
}

/**
 * td_budget_store_set:
 * @connection: the database
 * @wallet_id: a wallet
 * @budget: what to write; takes the place of one for the same
 * @error: return location for an error
 *
 * Returns: whether it is written
 */
gboolean
td_budget_store_set (TdConnection    *connection,
                     gint64           wallet_id,
                     const TdBudget  *budget,
                     GError         **error)
{
  g_autoptr (TdStatement) statement = NULL;

  if (budget->amount < 0 || (budget->scope == TD_BUDGET_ALL) != (budget->subject[0] == '\0'))
    {
      g_set_error_literal (error, TD_WALLET_ERROR, TD_WALLET_ERROR_INVALID,
                           "a budget that makes no sense");
      return FALSE;
    }
  statement = td_connection_prepare (connection,
                                     "INSERT INTO budget (wallet_id, period, scope, subject, amount)"
                                     " VALUES (?, ?, ?, ?, ?) ON CONFLICT (wallet_id, period, scope, subject)"
                                     " DO UPDATE SET amount = excluded.amount",
                                     error);
  if (!statement)
    return FALSE;
  td_statement_bind_int64 (statement, 1, wallet_id);
  td_statement_bind_text (statement, 2, td_budget_period_to_string (budget->period));
  td_statement_bind_text (statement, 3, td_budget_scope_to_string (budget->scope));
  td_statement_bind_text (statement, 4, budget->subject);
  td_statement_bind_int64 (statement, 5, budget->amount);
  return td_statement_run (statement, error);
}

/**
 * td_budget_store_remove:
 * @connection: the database
 * @wallet_id: a wallet
 * @budget_id: one of its budgets
 * @error: return location for an error
 *
 * Returns: whether it was there and is gone
 */
gboolean
td_budget_store_remove (TdConnection  *connection,
                        gint64         wallet_id,
                        gint64         budget_id,
                        GError       **error)
{
  g_autoptr (TdStatement) statement = td_connection_prepare (
    connection, "DELETE FROM budget WHERE wallet_id = ? AND id = ?", error);

  if (!statement)
    return FALSE;
  td_statement_bind_int64 (statement, 1, wallet_id);
  td_statement_bind_int64 (statement, 2, budget_id);
  if (!td_statement_run (statement, error))
    return FALSE;
  if (td_connection_get_changes (connection) > 0)
    return TRUE;
  g_set_error_literal (error, TD_WALLET_ERROR, TD_WALLET_ERROR_NOT_FOUND,
                       "there is no such budget");
  return FALSE;
}

/* ---- the check before a hold --------------------------------------------------------------- */

static GPtrArray *
list_concerned (TdConnection     *connection,
                const TdReceipt  *hold,
                GError          **error)
{
  g_autoptr (TdStatement) statement = NULL;

  statement = td_connection_prepare (connection,
                                     "SELECT id, period, scope, subject, amount FROM budget WHERE wallet_id = ?"
                                     " AND (scope = 'all' OR (scope = 'provider' AND subject = ?)"
                                     " OR (scope = 'model' AND subject = ?) OR (scope = 'agent' AND subject = ?)"
                                     " OR (scope = 'client' AND subject = ?))",
                                     error);
  if (!statement)
    return NULL;
  td_statement_bind_int64 (statement, 1, hold->wallet_id);
  td_statement_bind_text (statement, 2, hold->provider_id);
  td_statement_bind_text (statement, 3, hold->model_key);
  td_statement_bind_text (statement, 4, hold->agent ? hold->agent : "");
  td_statement_bind_text (statement, 5, hold->client ? hold->client : "");
  return read_budgets (statement, error);
}

static gboolean
check_budget (const TdBudget   *budget,
              const TdReceipt  *hold,
              GError          **error)
{
  g_autofree char *needed = NULL;
  g_autofree char *left = NULL;

  if (hold->held == TD_MONEY_UNKNOWN)
    {
      g_set_error (error, TD_WALLET_ERROR, TD_WALLET_ERROR_PRICE_UNKNOWN,
                   "what %s can cost is not known, and there is a budget to be kept",
                   hold->model_key);
      return FALSE;
    }
  if (hold->held <= td_budget_get_left (budget))
    return TRUE;
  needed = td_money_format (hold->held);
  left = td_money_format_left (td_budget_get_left (budget));
  g_set_error (error, TD_WALLET_ERROR, TD_WALLET_ERROR_BUDGET,
               "of the %s’s budget for %s %s is left, and it could cost %s",
               td_budget_period_to_string (budget->period),
               budget->scope == TD_BUDGET_ALL ? "everything" : budget->subject, left, needed);
  return FALSE;
}

/**
 * td_budget_store_check:
 * @connection: the database, inside the transaction that writes the hold
 * @hold: a hold that costs something
 * @error: return location for a #TdWalletError or a #TdStoreError
 *
 * Sees whether every budget that the hold counts for has as much left.
 *
 * Returns: whether the hold may be written
 */
gboolean
td_budget_store_check (TdConnection     *connection,
                       const TdReceipt  *hold,
                       GError          **error)
{
  g_autoptr (GPtrArray) budgets = list_concerned (connection, hold, error);

  if (!budgets)
    return FALSE;
  for (guint i = 0; i < budgets->len; i++)
    {
      TdBudget *budget = g_ptr_array_index (budgets, i);

      if (!read_used (connection, hold->wallet_id, hold->day, budget, error) ||
          !check_budget (budget, hold, error))
        return FALSE;
    }
  return TRUE;
}

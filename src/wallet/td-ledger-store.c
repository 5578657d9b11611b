/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "wallet/td-ledger-store.h"

#include "wallet/td-wallet-error.h"

#define COLUMNS                                                                              \
  "id, wallet_id, number, kind, time_us, amount, balance, held, receipt_id, related_number," \
  " method, reference, note, model_key, provider_id, previous_hash, hash"

/* ---- writing ------------------------------------------------------------------------------- */

static gboolean
read_head (TdConnection         *connection,
           TdLedgerTransaction  *transaction,
           GError              **error)
{
  g_autoptr (TdStatement) statement =
    td_connection_prepare (connection, "SELECT head_number, head_hash FROM wallet WHERE id = ?",
                           error);
  gboolean has_row;

  if (!statement)
    return FALSE;
  td_statement_bind_int64 (statement, 1, transaction->wallet_id);
  if (!td_statement_step (statement, &has_row, error))
    return FALSE;
  if (!has_row)
    {
      g_set_error_literal (error, TD_WALLET_ERROR, TD_WALLET_ERROR_NOT_FOUND,
                           "there is no such wallet");
      return FALSE;
    }
  transaction->number = td_statement_get_int64 (statement, 0) + 1;
  g_set_str (&transaction->previous_hash, td_statement_get_text (statement, 1));
  return TRUE;
}

static gboolean
insert_account (TdConnection        *connection,
                gint64               wallet_id,
                const TdLedgerLine  *line,
                gint64              *id,
                GError             **error)
{
  g_autoptr (TdStatement) statement =
    td_connection_prepare (connection,
                           "INSERT INTO ledger_account (wallet_id, kind, subject) VALUES (?, ?, ?)",
                           error);

  if (!statement)
    return FALSE;
  td_statement_bind_int64 (statement, 1, wallet_id);
  td_statement_bind_text (statement, 2, td_ledger_account_to_string (line->account));
  td_statement_bind_text (statement, 3, line->subject);
  if (!td_statement_run (statement, error))
    return FALSE;
  *id = td_connection_get_last_insert_id (connection);
  return TRUE;
}

static gboolean
find_account (TdConnection        *connection,
              gint64               wallet_id,
              const TdLedgerLine  *line,
              gint64              *id,
              TdMoney             *balance,
              GError             **error)
{
  g_autoptr (TdStatement) statement =
    td_connection_prepare (connection,
                           "SELECT id, balance FROM ledger_account"
                           " WHERE wallet_id = ? AND kind = ? AND subject = ?",
                           error);
  gboolean has_row;

  if (!statement)
    return FALSE;
  td_statement_bind_int64 (statement, 1, wallet_id);
  td_statement_bind_text (statement, 2, td_ledger_account_to_string (line->account));
  td_statement_bind_text (statement, 3, line->subject);
  if (!td_statement_step (statement, &has_row, error))
    return FALSE;
  *balance = has_row ? td_statement_get_int64 (statement, 1) : 0;
  *id = has_row ? td_statement_get_int64 (statement, 0) : 0;
  return has_row || insert_account (connection, wallet_id, line, id, error);
}

static gboolean
set_balance (TdConnection  *connection,
             gint64         account_id,
             TdMoney        balance,
             GError       **error)
{
  g_autoptr (TdStatement) statement = td_connection_prepare (
    connection, "UPDATE ledger_account SET balance = ? WHERE id = ?", error);

  if (!statement)
    return FALSE;
  td_statement_bind_int64 (statement, 1, balance);
  td_statement_bind_int64 (statement, 2, account_id);
  return td_statement_run (statement, error);
}

static gboolean
may_be_negative (TdLedgerAccount account)
{
  return account == TD_LEDGER_FUNDING || account == TD_LEDGER_UNFUNDED;
}

static gboolean
move_balance (TdConnection        *connection,
              gint64               wallet_id,
              const TdLedgerLine  *line,
              gint64              *account_id,
              GError             **error)
{
  TdMoney balance;

  if (!find_account (connection, wallet_id, line, account_id, &balance, error))
    return FALSE;
  if (!td_money_add (balance, line->amount, &balance))
    {
      g_set_error_literal (error, TD_WALLET_ERROR, TD_WALLET_ERROR_INVALID,
                           "the sum is more than can be counted");
      return FALSE;
    }
  if (balance < 0 && !may_be_negative (line->account))
    {
      g_set_error (error, TD_WALLET_ERROR, TD_WALLET_ERROR_BALANCE,
                   "the account %s does not have that much",
                   td_ledger_account_to_string (line->account));
      return FALSE;
    }
  return set_balance (connection, *account_id, balance, error);
}

static void
bind_id (TdStatement *statement,
         int          index,
         gint64       id)
{
  if (id > 0)
    td_statement_bind_int64 (statement, index, id);
  else
    td_statement_bind_null (statement, index);
}

static gboolean
insert_transaction (TdConnection         *connection,
                    TdLedgerTransaction  *transaction,
                    GError              **error)
{
  g_autoptr (TdStatement) statement = NULL;
  int i = 1;

  statement = td_connection_prepare (connection,
                                     "INSERT INTO ledger_transaction (wallet_id, number, kind, time_us, amount,"
                                     " balance, held, receipt_id, related_number, method, reference, note,"
                                     " model_key, provider_id, previous_hash, hash)"
                                     " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                                     error);
  if (!statement)
    return FALSE;
  td_statement_bind_int64 (statement, i++, transaction->wallet_id);
  td_statement_bind_int64 (statement, i++, transaction->number);
  td_statement_bind_text (statement, i++, td_ledger_kind_to_string (transaction->kind));
  td_statement_bind_int64 (statement, i++, transaction->time_us);
  td_statement_bind_int64 (statement, i++, transaction->amount);
  td_statement_bind_int64 (statement, i++, transaction->balance);
  td_statement_bind_int64 (statement, i++, transaction->held);
  bind_id (statement, i++, transaction->receipt_id);
  bind_id (statement, i++, transaction->related_number);
  td_statement_bind_text (statement, i++, transaction->method);
  td_statement_bind_text (statement, i++, transaction->reference);
  td_statement_bind_text (statement, i++, transaction->note);
  td_statement_bind_text (statement, i++, transaction->model_key);
  td_statement_bind_text (statement, i++, transaction->provider_id);
  td_statement_bind_text (statement, i++, transaction->previous_hash);
  td_statement_bind_text (statement, i++, transaction->hash);
  if (!td_statement_run (statement, error))
    return FALSE;
  transaction->id = td_connection_get_last_insert_id (connection);
  return TRUE;
}

static gboolean
insert_line (TdConnection  *connection,
             gint64         transaction_id,
             guint          line,
             gint64         account_id,
             TdMoney        amount,
             GError       **error)
{
  g_autoptr (TdStatement) statement =
    td_connection_prepare (connection,
                           "INSERT INTO ledger_entry (transaction_id, line, account_id, amount)"
                           " VALUES (?, ?, ?, ?)",
                           error);

  if (!statement)
    return FALSE;
  td_statement_bind_int64 (statement, 1, transaction_id);
  td_statement_bind_int64 (statement, 2, line);
  td_statement_bind_int64 (statement, 3, account_id);
  td_statement_bind_int64 (statement, 4, amount);
  return td_statement_run (statement, error);
}

static gboolean
move_head (TdConnection               *connection,
           const TdLedgerTransaction  *transaction,
           GError                    **error)
{
  g_autoptr (TdStatement) statement = td_connection_prepare (
    connection, "UPDATE wallet SET head_number = ?, head_hash = ? WHERE id = ?", error);

  if (!statement)
    return FALSE;
  td_statement_bind_int64 (statement, 1, transaction->number);
  td_statement_bind_text (statement, 2, transaction->hash);
  td_statement_bind_int64 (statement, 3, transaction->wallet_id);
  return td_statement_run (statement, error);
}

static gboolean
write_lines (TdConnection               *connection,
             const TdLedgerTransaction  *transaction,
             const gint64               *account_ids,
             GError                    **error)
{
  for (guint i = 0; i < transaction->lines->len; i++)
    {
      const TdLedgerLine *line = &g_array_index (transaction->lines, TdLedgerLine, i);

      if (!insert_line (connection, transaction->id, i, account_ids[i], line->amount, error))
        return FALSE;
    }
  return TRUE;
}

/**
 * td_ledger_store_append:
 * @connection: the database, inside a transaction
 * @transaction: what to book; gets its number, its hash and the balances afterwards
 * @error: return location for a #TdWalletError or a #TdStoreError
 *
 * Books a transaction at the end of its wallet's ledger. On failure the database's transaction
 * has to be rolled back.
 *
 * Returns: whether it is booked
 */
gboolean
td_ledger_store_append (TdConnection         *connection,
                        TdLedgerTransaction  *transaction,
                        GError              **error)
{
  g_autofree gint64 *account_ids = NULL;

  g_return_val_if_fail (td_ledger_transaction_is_balanced (transaction), FALSE);
  g_return_val_if_fail (transaction->lines->len > 0, FALSE);

  account_ids = g_new0 (gint64, transaction->lines->len);
  if (!read_head (connection, transaction, error))
    return FALSE;
  for (guint i = 0; i < transaction->lines->len; i++)
    {
      if (!move_balance (connection, transaction->wallet_id,
                         &g_array_index (transaction->lines, TdLedgerLine, i), &account_ids[i],
                         error))
        return FALSE;
    }
  if (!td_ledger_store_get_balance (connection, transaction->wallet_id, TD_LEDGER_WALLET,
                                    &transaction->balance, error) ||
      !td_ledger_store_get_balance (connection, transaction->wallet_id, TD_LEDGER_HELD,
                                    &transaction->held, error))
    return FALSE;
  g_free (transaction->hash);
  transaction->hash = td_ledger_transaction_make_hash (transaction);
  return insert_transaction (connection, transaction, error) &&
         write_lines (connection, transaction, account_ids, error) &&
         move_head (connection, transaction, error);
}

/* ---- balances ------------------------------------------------------------------------------ */

/**
 * td_ledger_store_get_balances:
 * @connection: the database
 * @wallet_id: a wallet
 * @balances: (out caller-allocates): its balances
 * @error: return location for an error
 *
 * Returns: whether they were read
 */
gboolean
td_ledger_store_get_balances (TdConnection      *connection,
                              gint64             wallet_id,
                              TdLedgerBalances  *balances,
                              GError           **error)
{
  g_autoptr (TdStatement) statement =
    td_connection_prepare (connection,
                           "SELECT kind, sum (balance) FROM ledger_account WHERE wallet_id = ?"
                           " GROUP BY kind",
                           error);
  gboolean has_row;

  *balances = (TdLedgerBalances) { 0 };
  if (!statement)
    return FALSE;
  td_statement_bind_int64 (statement, 1, wallet_id);
  while (TRUE)
    {
      TdLedgerAccount account;

      if (!td_statement_step (statement, &has_row, error))
        return FALSE;
      if (!has_row)
        return TRUE;
      if (td_ledger_account_from_string (td_statement_get_text (statement, 0), &account))
        balances->of[account] = td_statement_get_int64 (statement, 1);
    }
}

/**
 * td_ledger_store_get_balance:
 * @connection: the database
 * @wallet_id: a wallet
 * @account: an account without a subject
 * @balance: (out): its balance
 * @error: return location for an error
 *
 * Returns: whether it was read
 */
gboolean
td_ledger_store_get_balance (TdConnection     *connection,
                             gint64            wallet_id,
                             TdLedgerAccount   account,
                             TdMoney          *balance,
                             GError          **error)
{
  g_autoptr (TdStatement) statement =
    td_connection_prepare (connection,
                           "SELECT balance FROM ledger_account"
                           " WHERE wallet_id = ? AND kind = ? AND subject = ''",
                           error);
  gboolean has_row;

  if (!statement)
    return FALSE;
  td_statement_bind_int64 (statement, 1, wallet_id);
  td_statement_bind_text (statement, 2, td_ledger_account_to_string (account));
  if (!td_statement_step (statement, &has_row, error))
    return FALSE;
  *balance = has_row ? td_statement_get_int64 (statement, 0) : 0;
  return TRUE;
}

/* ---- reading ------------------------------------------------------------------------------- */

static gint64
get_or_0 (TdStatement *statement,
          int          column)
{
  return td_statement_is_null (statement, column) ? 0 : td_statement_get_int64 (statement, column);
}

static gboolean
read_transaction (TdStatement          *statement,
                  TdLedgerTransaction **transaction,
                  GError              **error)
{
  TdLedgerKind kind;
  TdLedgerTransaction *self;

  if (!td_ledger_kind_from_string (td_statement_get_text (statement, 3), &kind))
    {
      g_set_error (error, TD_WALLET_ERROR, TD_WALLET_ERROR_DAMAGED,
                   "transaction %" G_GINT64_FORMAT " is of no known kind",
                   td_statement_get_int64 (statement, 2));
      return FALSE;
    }
  self = td_ledger_transaction_new (kind);
  self->id = td_statement_get_int64 (statement, 0);
  self->wallet_id = td_statement_get_int64 (statement, 1);
  self->number = td_statement_get_int64 (statement, 2);
  self->time_us = td_statement_get_int64 (statement, 4);
  self->amount = td_statement_get_int64 (statement, 5);
  self->balance = td_statement_get_int64 (statement, 6);
  self->held = td_statement_get_int64 (statement, 7);
  self->receipt_id = get_or_0 (statement, 8);
  self->related_number = get_or_0 (statement, 9);
  self->method = g_strdup (td_statement_get_text (statement, 10));
  self->reference = g_strdup (td_statement_get_text (statement, 11));
  self->note = g_strdup (td_statement_get_text (statement, 12));
  self->model_key = g_strdup (td_statement_get_text (statement, 13));
  self->provider_id = g_strdup (td_statement_get_text (statement, 14));
  self->previous_hash = g_strdup (td_statement_get_text (statement, 15));
  self->hash = g_strdup (td_statement_get_text (statement, 16));
  *transaction = self;
  return TRUE;
}

/* The first row of a statement that is bound, if there is one. */
static TdLedgerTransaction *
read_one (TdStatement  *statement,
          GError      **error)
{
  TdLedgerTransaction *transaction = NULL;
  gboolean has_row;

  if (td_statement_step (statement, &has_row, error) && has_row)
    read_transaction (statement, &transaction, error);
  return transaction;
}

/**
 * td_ledger_store_find:
 * @connection: the database
 * @wallet_id: a wallet
 * @number: the number of a transaction
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): it, without its lines; %NULL without @error when there is
 *   none
 */
TdLedgerTransaction *
td_ledger_store_find (TdConnection  *connection,
                      gint64         wallet_id,
                      gint64         number,
                      GError       **error)
{
  g_autoptr (TdStatement) statement =
    td_connection_prepare (connection,
                           "SELECT " COLUMNS
                           " FROM ledger_transaction WHERE wallet_id = ? AND number = ?",
                           error);

  if (!statement)
    return NULL;
  td_statement_bind_int64 (statement, 1, wallet_id);
  td_statement_bind_int64 (statement, 2, number);
  return read_one (statement, error);
}

/**
 * td_ledger_store_find_hold:
 * @connection: the database
 * @receipt_id: a receipt
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): the newest hold that was booked for it, without its lines;
 *   %NULL without @error when there is none
 */
TdLedgerTransaction *
td_ledger_store_find_hold (TdConnection  *connection,
                           gint64         receipt_id,
                           GError       **error)
{
  g_autoptr (TdStatement) statement =
    td_connection_prepare (connection,
                           "SELECT " COLUMNS
                           " FROM ledger_transaction WHERE receipt_id = ? AND kind = 'hold'"
                           " ORDER BY number DESC LIMIT 1",
                           error);

  if (!statement)
    return NULL;
  td_statement_bind_int64 (statement, 1, receipt_id);
  return read_one (statement, error);
}

/**
 * td_ledger_store_find_reference:
 * @connection: the database
 * @kind: what was booked
 * @method: how the money came or went
 * @reference: what the method calls it
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): the one transaction of that name, without its lines; %NULL
 *   without @error when there is none
 */
TdLedgerTransaction *
td_ledger_store_find_reference (TdConnection  *connection,
                                TdLedgerKind   kind,
                                const char    *method,
                                const char    *reference,
                                GError       **error)
{
  g_autoptr (TdStatement) statement =
    td_connection_prepare (connection,
                           "SELECT " COLUMNS " FROM ledger_transaction"
                           " WHERE kind = ? AND method = ? AND reference = ?",
                           error);

  if (!statement)
    return NULL;
  td_statement_bind_text (statement, 1, td_ledger_kind_to_string (kind));
  td_statement_bind_text (statement, 2, method);
  td_statement_bind_text (statement, 3, reference);
  return read_one (statement, error);
}

/**
 * td_ledger_store_get_refunded:
 * @connection: the database
 * @wallet_id: a wallet
 * @number: money that came in
 * @refunded: (out): how much of it went back
 * @error: return location for an error
 *
 * Returns: whether it was read
 */
gboolean
td_ledger_store_get_refunded (TdConnection  *connection,
                              gint64         wallet_id,
                              gint64         number,
                              TdMoney       *refunded,
                              GError       **error)
{
  g_autoptr (TdStatement) statement =
    td_connection_prepare (connection,
                           "SELECT coalesce (sum (amount), 0) FROM ledger_transaction"
                           " WHERE wallet_id = ? AND kind = 'refund' AND related_number = ?",
                           error);
  gboolean has_row;

  if (!statement)
    return FALSE;
  td_statement_bind_int64 (statement, 1, wallet_id);
  td_statement_bind_int64 (statement, 2, number);
  if (!td_statement_step (statement, &has_row, error))
    return FALSE;
  *refunded = -td_statement_get_int64 (statement, 0);
  return TRUE;
}

static GPtrArray *
read_all (TdStatement  *statement,
          GError      **error)
{
  g_autoptr (GPtrArray) list =
    g_ptr_array_new_with_free_func ((GDestroyNotify) td_ledger_transaction_free);
  gboolean has_row;

  while (TRUE)
    {
      TdLedgerTransaction *transaction;

      if (!td_statement_step (statement, &has_row, error))
        return NULL;
      if (!has_row)
        return g_steal_pointer (&list);
      if (!read_transaction (statement, &transaction, error))
        return NULL;
      g_ptr_array_add (list, transaction);
    }
}

#define LIST(CONDITION)                                                           \
  "SELECT " COLUMNS " FROM ledger_transaction WHERE wallet_id = ? AND number < ?" \
  " AND number > ? AND " CONDITION " ORDER BY number DESC LIMIT ?"

/* Each a text of its own, so that each finds the index that serves it. */
static const char *const list_queries[] = {
  [TD_LEDGER_FILTER_MOVES] = LIST ("kind NOT IN ('hold', 'release')"),
  [TD_LEDGER_FILTER_MONEY_IN] = LIST ("kind IN ('fund', 'refund')"),
  [TD_LEDGER_FILTER_SPENDING] = LIST ("kind = 'settle'"),
  [TD_LEDGER_FILTER_ALL] = LIST ("kind <> ''"),
};

/**
 * td_ledger_store_list:
 * @connection: the database
 * @query: which of them
 * @error: return location for an error
 *
 * Returns: (transfer full) (element-type TdLedgerTransaction) (nullable): transactions without
 *   their lines, newest first
 */
GPtrArray *
td_ledger_store_list (TdConnection         *connection,
                      const TdLedgerQuery  *query,
                      GError              **error)
{
  g_autoptr (TdStatement) statement =
    td_connection_prepare (connection, list_queries[query->filter], error);

  if (!statement)
    return NULL;
  td_statement_bind_int64 (statement, 1, query->wallet_id);
  td_statement_bind_int64 (statement, 2,
                           query->before_number > 0 ? query->before_number : G_MAXINT64);
  td_statement_bind_int64 (statement, 3, query->after_number);
  td_statement_bind_int64 (statement, 4, query->limit);
  return read_all (statement, error);
}

/**
 * td_ledger_store_find_before:
 * @connection: the database
 * @wallet_id: a wallet
 * @time_us: a time
 * @error: return location for an error
 *
 * Looks for it as in a book, because the times rise with the numbers: there is no index of times,
 * which every hold would have to pay for. Where a clock was set back it is found nearly.
 *
 * Returns: the number of the last transaction before that time; 0 when there is none, -1 with @error
 */
gint64
td_ledger_store_find_before (TdConnection  *connection,
                             gint64         wallet_id,
                             gint64         time_us,
                             GError       **error)
{
  g_autoptr (TdStatement) head =
    td_connection_prepare (connection, "SELECT head_number FROM wallet WHERE id = ?", error);
  gint64 low = 0, high;
  gboolean has_row;

  if (!head)
    return -1;
  td_statement_bind_int64 (head, 1, wallet_id);
  if (!td_statement_step (head, &has_row, error))
    return -1;
  high = has_row ? td_statement_get_int64 (head, 0) : 0;
  while (low < high)
    {
      gint64 middle = low + (high - low + 1) / 2;
      GError *local_error = NULL;
      g_autoptr (TdLedgerTransaction) transaction =
        td_ledger_store_find (connection, wallet_id, middle, &local_error);

      if (local_error)
        {
          g_propagate_error (error, local_error);
          return -1;
        }
      if (transaction && transaction->time_us < time_us)
        low = middle;
      else
        high = middle - 1;
    }
  return low;
}

/**
 * td_ledger_store_list_after:
 * @connection: the database
 * @wallet_id: a wallet
 * @after_number: a number; 0 for the beginning
 * @limit: how many at most
 * @error: return location for an error
 *
 * Returns: (transfer full) (element-type TdLedgerTransaction) (nullable): the transactions that
 *   follow, without their lines, oldest first
 */
GPtrArray *
td_ledger_store_list_after (TdConnection  *connection,
                            gint64         wallet_id,
                            gint64         after_number,
                            guint          limit,
                            GError       **error)
{
  g_autoptr (TdStatement) statement =
    td_connection_prepare (connection,
                           "SELECT " COLUMNS " FROM ledger_transaction"
                           " WHERE wallet_id = ? AND number > ? ORDER BY number LIMIT ?",
                           error);

  if (!statement)
    return NULL;
  td_statement_bind_int64 (statement, 1, wallet_id);
  td_statement_bind_int64 (statement, 2, after_number);
  td_statement_bind_int64 (statement, 3, limit);
  return read_all (statement, error);
}

/**
 * td_ledger_store_read_lines:
 * @connection: the database
 * @transaction: a transaction from the database; gets its lines
 * @error: return location for an error
 *
 * Returns: whether they were read
 */
gboolean
td_ledger_store_read_lines (TdConnection         *connection,
                            TdLedgerTransaction  *transaction,
                            GError              **error)
{
  g_autoptr (TdStatement) statement =
    td_connection_prepare (connection,
                           "SELECT a.kind, a.subject, e.amount, a.wallet_id FROM ledger_entry e"
                           " JOIN ledger_account a ON a.id = e.account_id"
                           " WHERE e.transaction_id = ? ORDER BY e.line",
                           error);
  gboolean has_row;

  if (!statement)
    return FALSE;
  g_array_set_size (transaction->lines, 0);
  td_statement_bind_int64 (statement, 1, transaction->id);
  while (TRUE)
    {
      TdLedgerAccount account;

      if (!td_statement_step (statement, &has_row, error))
        return FALSE;
      if (!has_row)
        return TRUE;
      if (!td_ledger_account_from_string (td_statement_get_text (statement, 0), &account) ||
          td_statement_get_int64 (statement, 3) != transaction->wallet_id ||
          td_statement_get_int64 (statement, 2) == TD_MONEY_UNKNOWN)
        {
          g_set_error (error, TD_WALLET_ERROR, TD_WALLET_ERROR_DAMAGED,
                       "transaction %" G_GINT64_FORMAT " has a line of no known account",
                       transaction->number);
          return FALSE;
        }
      td_ledger_transaction_add (transaction, account, td_statement_get_text (statement, 1),
                                 td_statement_get_int64 (statement, 2));
    }
}

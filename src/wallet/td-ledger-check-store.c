/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The check trusts nothing that can be worked out again. It starts with the first transaction and
 * carries the hash, the balances and the open holds along; what it has at the end is compared
 * with what the database keeps beside the ledger.
 */
#include "config.h"

#include "wallet/td-ledger-check-store.h"

#include "wallet/td-ledger-store.h"
#include "wallet/td-wallet-error.h"

struct _TdLedgerCheck
{
  gint64 wallet_id;
  gint64 number;         /* of the last transaction looked at */
  char *hash;            /* (owned): its hash */
  GHashTable *balances;  /* (owned) (element-type utf8 gint64): by "kind:subject" */
  GHashTable *holds;     /* (owned) (element-type gint64 gint64): what open ones hold, by number */
  gint64 n_entries;
  gint64 id;             /* of the last transaction looked at: they rise with the numbers */
  gint64 n_entries_there; /* up to that one, as the database counts */
  gint64 fault_number;
  char *fault;           /* (owned) (nullable) */
};

/**
 * td_ledger_check_new:
 * @wallet_id: a wallet
 *
 * Returns: (transfer full): a check that has not begun
 */
TdLedgerCheck *
td_ledger_check_new (gint64 wallet_id)
{
  TdLedgerCheck *self = g_new0 (TdLedgerCheck, 1);

  self->wallet_id = wallet_id;
  self->id = G_MININT64;
  self->hash = g_strdup ("");
  self->balances = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->holds = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  return self;
}

void
td_ledger_check_free (TdLedgerCheck *self)
{
  if (!self)
    return;
  g_free (self->hash);
  g_hash_table_unref (self->balances);
  g_hash_table_unref (self->holds);
  g_free (self->fault);
  g_free (self);
}

void
td_ledger_report_free (TdLedgerReport *report)
{
  if (!report)
    return;
  g_free (report->fault);
  g_free (report);
}

static gboolean
blame (TdLedgerCheck *self,
       gint64         number,
       const char    *fault)
{
  self->fault_number = number;
  g_set_str (&self->fault, fault);
  return FALSE;
}

/* ---- one transaction ----------------------------------------------------------------------- */

static TdMoney
get_balance (TdLedgerCheck *self,
             const char    *name)
{
  gint64 *balance = g_hash_table_lookup (self->balances, name);

  return balance ? *balance : 0;
}

static gboolean
add_lines (TdLedgerCheck             *self,
           const TdLedgerTransaction *transaction)
{
  for (guint i = 0; i < transaction->lines->len; i++)
    {
      const TdLedgerLine *line = &g_array_index (transaction->lines, TdLedgerLine, i);
      g_autofree char *name =
        g_strconcat (td_ledger_account_to_string (line->account), ":", line->subject, NULL);
      TdMoney balance = get_balance (self, name);

      if (!td_money_add (balance, line->amount, &balance))
        return blame (self, transaction->number, "a balance is more than can be counted");
      g_hash_table_insert (self->balances, g_steal_pointer (&name),
                           g_memdup2 (&balance, sizeof balance));
      self->n_entries++;
    }
  return TRUE;
}

static TdMoney
get_line (const TdLedgerTransaction *transaction,
          TdLedgerAccount            account)
{
  TdMoney sum = 0;

  for (guint i = 0; i < transaction->lines->len; i++)
    {
      const TdLedgerLine *line = &g_array_index (transaction->lines, TdLedgerLine, i);

      if (line->account == account && !td_money_add (sum, line->amount, &sum))
        return TD_MONEY_UNKNOWN;
    }
  return sum;
}

/* Nobody ever gives back what was spent: that would be money from nowhere. */
static gboolean
check_spending (TdLedgerCheck             *self,
                const TdLedgerTransaction *transaction)
{
  static const TdLedgerAccount accounts[] = { TD_LEDGER_SPENT, TD_LEDGER_COMMISSION,
                                              TD_LEDGER_OVERRUN };

  for (guint i = 0; i < G_N_ELEMENTS (accounts); i++)
    {
      TdMoney amount = get_line (transaction, accounts[i]);

      if (amount < 0 || (amount > 0 && transaction->kind != TD_LEDGER_SETTLE))
        return blame (self, transaction->number, "what it says was spent cannot have been");
    }
  return TRUE;
}

/* A settlement or a release ends one open hold, all of it, and spends no more than that. */
static gboolean
check_outcome (TdLedgerCheck             *self,
               const TdLedgerTransaction *transaction)
{
  gint64 *held = g_hash_table_lookup (self->holds, &transaction->related_number);
  TdMoney released = get_line (transaction, TD_LEDGER_HELD);
  TdMoney spent;

  if (transaction->related_number == 0 && transaction->kind == TD_LEDGER_SETTLE)
    return released == 0 || blame (self, transaction->number, "what was never held is settled");
  if (!held)
    return blame (self, transaction->number, "a hold is settled that is not open");
  if (released != -*held)
    return blame (self, transaction->number, "not what was held is settled");
  if (!td_money_add (get_line (transaction, TD_LEDGER_SPENT),
                     get_line (transaction, TD_LEDGER_COMMISSION), &spent) ||
      spent > (transaction->kind == TD_LEDGER_SETTLE ? *held : 0))
    return blame (self, transaction->number, "more is settled than was held");
  g_hash_table_remove (self->holds, &transaction->related_number);
  return TRUE;
}

static gboolean
check_hold (TdLedgerCheck             *self,
            const TdLedgerTransaction *transaction)
{
  TdMoney held = get_line (transaction, TD_LEDGER_HELD);

  if (held <= 0)
    return blame (self, transaction->number, "a hold holds nothing");
  g_hash_table_insert (self->holds, g_memdup2 (&transaction->number, sizeof (gint64)),
                       g_memdup2 (&held, sizeof held));
  return TRUE;
}

static gboolean
check_kind (TdLedgerCheck             *self,
            const TdLedgerTransaction *transaction)
{
  switch (transaction->kind)
    {
    case TD_LEDGER_HOLD:
      return check_hold (self, transaction);
    case TD_LEDGER_RELEASE:
    case TD_LEDGER_SETTLE:
      return check_outcome (self, transaction);
    case TD_LEDGER_FUND:
    case TD_LEDGER_REFUND:
    default:
      return get_line (transaction, TD_LEDGER_HELD) == 0 ||
             blame (self, transaction->number, "money that came or went touches a hold");
    }
}

static gboolean
check_transaction (TdLedgerCheck             *self,
                   const TdLedgerTransaction *transaction)
{
  g_autofree char *hash = td_ledger_transaction_make_hash (transaction);

  if (transaction->number != self->number + 1)
    return blame (self, transaction->number, "a number is missing before it");
  if (g_strcmp0 (transaction->previous_hash, self->hash) != 0)
    return blame (self, transaction->number, "it does not follow the one before it");
  if (g_strcmp0 (transaction->hash, hash) != 0)
    return blame (self, transaction->number, "it was changed");
  if (transaction->lines->len == 0 || !td_ledger_transaction_is_balanced (transaction))
    return blame (self, transaction->number, "its lines are not zero together");
  if (!add_lines (self, transaction) || !check_spending (self, transaction) ||
      !check_kind (self, transaction))
    return FALSE;
  if (transaction->balance != get_balance (self, "wallet:") ||
      transaction->held != get_balance (self, "held:") || transaction->balance < 0 ||
      transaction->held < 0)
    return blame (self, transaction->number, "the balance after it is another");
  self->number = transaction->number;
  g_set_str (&self->hash, transaction->hash);
  return TRUE;
}

/* ---- the end ------------------------------------------------------------------------------- */

static gboolean
read_two (TdConnection  *connection,
          const char    *sql,
          gint64         wallet_id,
          gint64        *first,
          char         **second,
          GError       **error)
{
  g_autoptr (TdStatement) statement = td_connection_prepare (connection, sql, error);
  gboolean has_row;

  if (!statement)
    return FALSE;
  td_statement_bind_int64 (statement, 1, wallet_id);
  if (!td_statement_step (statement, &has_row, error))
    return FALSE;
  *first = has_row ? td_statement_get_int64 (statement, 0) : 0;
  if (second)
    *second = g_strdup (has_row ? td_statement_get_text (statement, 1) : NULL);
  return TRUE;
}

static gboolean
check_head (TdLedgerCheck  *self,
            TdConnection   *connection,
            GError        **error)
{
  g_autofree char *hash = NULL;
  gint64 number;

  if (!read_two (connection, "SELECT head_number, head_hash FROM wallet WHERE id = ?",
                 self->wallet_id, &number, &hash, error))
    return FALSE;
  if (number != self->number || g_strcmp0 (hash, self->hash) != 0)
    blame (self, 0, "the newest transactions are missing");
  return TRUE;
}

static gboolean
check_accounts (TdLedgerCheck  *self,
                TdConnection   *connection,
                GError        **error)
{
  g_autoptr (TdStatement) statement = td_connection_prepare (
    connection, "SELECT kind, subject, balance FROM ledger_account WHERE wallet_id = ?", error);
  gboolean has_row;

  if (!statement)
    return FALSE;
  td_statement_bind_int64 (statement, 1, self->wallet_id);
  while (!self->fault)
    {
      g_autofree char *name = NULL;

      if (!td_statement_step (statement, &has_row, error))
        return FALSE;
      if (!has_row)
        return TRUE;
      name = g_strconcat (td_statement_get_text (statement, 0), ":",
                          td_statement_get_text (statement, 1), NULL);
      if (td_statement_get_int64 (statement, 2) != get_balance (self, name))
        blame (self, 0, "an account's balance is not the sum of its entries");
    }
  return TRUE;
}

/* Counts the entries up to a transaction, those of none among them. A piece at a time: counting all of
 * a large ledger at once would keep everybody from spending meanwhile. */
static gboolean
count_entries (TdLedgerCheck  *self,
               TdConnection   *connection,
               gint64          id,
               GError        **error)
{
  g_autoptr (TdStatement) statement =
    td_connection_prepare (connection,
                           "SELECT count (*) FROM ledger_entry e"
                           " JOIN ledger_account a ON a.id = e.account_id"
                           " WHERE e.transaction_id > ? AND e.transaction_id <= ? AND a.wallet_id = ?",
                           error);
  gboolean has_row;

  if (!statement)
    return FALSE;
  td_statement_bind_int64 (statement, 1, self->id);
  td_statement_bind_int64 (statement, 2, id);
  td_statement_bind_int64 (statement, 3, self->wallet_id);
  if (!td_statement_step (statement, &has_row, error))
    return FALSE;
  self->n_entries_there += td_statement_get_int64 (statement, 0);
  self->id = id;
  return TRUE;
}

/* What is kept beside the ledger: entries of no transaction, open holds, and spending by day. */
static gboolean
check_rest (TdLedgerCheck  *self,
            TdConnection   *connection,
            GError        **error)
{
  gint64 open_holds, spent_held, settled, spent;

  if (!count_entries (self, connection, G_MAXINT64, error) ||
      !read_two (connection,
                 "SELECT coalesce (sum (held), 0) FROM receipt"
                 " WHERE settled_us IS NULL AND +wallet_id = ?", /* by the index of open ones */
                 self->wallet_id, &open_holds, NULL, error) ||
      !read_two (connection, "SELECT coalesce (sum (held), 0) FROM spending WHERE wallet_id = ?",
                 self->wallet_id, &spent_held, NULL, error) ||
      !read_two (connection, "SELECT coalesce (sum (settled), 0) FROM spending WHERE wallet_id = ?",
                 self->wallet_id, &settled, NULL, error) ||
      !read_two (connection,
                 "SELECT coalesce (sum (balance), 0) FROM ledger_account WHERE wallet_id = ?"
                 " AND kind IN ('spent', 'commission', 'overrun')",
                 self->wallet_id, &spent, NULL, error))
    return FALSE;
  if (self->n_entries_there != self->n_entries)
    blame (self, 0, "there are entries of no transaction");
  else if (open_holds != get_balance (self, "held:"))
    blame (self, 0, "what is held is not what the open receipts hold");
  else if (spent_held != get_balance (self, "held:"))
    blame (self, 0, "what is held is not what the budgets count");
  else if (settled != spent)
    blame (self, 0, "what was spent is not what the budgets count");
  return TRUE;
}

static gboolean
check_end (TdLedgerCheck  *self,
           TdConnection   *connection,
           GError        **error)
{
  return check_head (self, connection, error) &&
         (self->fault || check_accounts (self, connection, error)) &&
         (self->fault || check_rest (self, connection, error));
}

static gboolean
check_some (TdLedgerCheck  *self,
            TdConnection   *connection,
            guint           n_transactions,
            gboolean       *done,
            GError        **error)
{
  g_autoptr (GPtrArray) list = td_ledger_store_list_after (connection, self->wallet_id,
                                                           self->number, n_transactions, error);

  if (!list)
    return FALSE;
  for (guint i = 0; i < list->len && !self->fault; i++)
    {
      TdLedgerTransaction *transaction = g_ptr_array_index (list, i);

      if (!td_ledger_store_read_lines (connection, transaction, error))
        return FALSE;
      check_transaction (self, transaction);
    }
  if (!self->fault && list->len > 0 &&
      !count_entries (self, connection,
                      ((TdLedgerTransaction *) g_ptr_array_index (list, list->len - 1))->id, error))
    return FALSE;
  *done = self->fault || list->len < n_transactions;
  return !*done || self->fault || check_end (self, connection, error);
}

/**
 * td_ledger_check_step:
 * @self: a check
 * @connection: the database, outside a transaction
 * @n_transactions: how many to look at, at most
 * @done: (out): whether that was all
 * @error: return location for a #TdStoreError
 *
 * Goes on with the check. What cannot be read because somebody wrote nonsense there is a finding,
 * not an error.
 *
 * Returns: whether it could be looked at
 */
gboolean
td_ledger_check_step (TdLedgerCheck  *self,
                      TdConnection   *connection,
                      guint           n_transactions,
                      gboolean       *done,
                      GError        **error)
{
  GError *local_error = NULL;
  gboolean looked;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (n_transactions > 0, FALSE);

  *done = FALSE;
  if (!td_connection_begin (connection, error))
    return FALSE;
  looked = check_some (self, connection, n_transactions, done, &local_error);
  td_connection_rollback (connection);
  if (looked)
    return TRUE;
  if (!g_error_matches (local_error, TD_WALLET_ERROR, TD_WALLET_ERROR_DAMAGED))
    {
      g_propagate_error (error, local_error);
      return FALSE;
    }
  blame (self, self->number + 1, local_error->message);
  g_error_free (local_error);
  *done = TRUE;
  return TRUE;
}

/**
 * td_ledger_check_report:
 * @self: a check that is done
 *
 * Returns: (transfer full): what it found
 */
TdLedgerReport *
td_ledger_check_report (TdLedgerCheck *self)
{
  TdLedgerReport *report = g_new0 (TdLedgerReport, 1);

  report->sound = self->fault == NULL;
  report->n_transactions = self->number;
  report->n_entries = self->n_entries;
  report->fault_number = self->fault_number;
  report->fault = g_strdup (self->fault);
  return report;
}

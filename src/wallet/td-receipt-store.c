/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "wallet/td-receipt-store.h"

#define COLUMNS                                                                                     \
  "id, message_id, purpose, model_key, provider_id, catalogue_version, owner, held, started_us,"    \
  " settled_us, outcome, input_tokens, cached_tokens, cache_write_tokens, output_tokens,"           \
  " reasoning_tokens, counted_here, price_input, price_output, price_cache_read,"                   \
  " price_cache_write, price_reasoning, cost, overrun, provider_cost, first_token_ms, duration_ms," \
  " counted_exactly, route, wallet_id, funded, commission_ppm, commission, day, agent, client,"     \
  " expected_input, expected_exactly"

/* Counts and prices are unknown when negative, and NULL in the database. */
static void
bind_known (TdStatement *statement,
            int          index,
            gint64       value)
{
  if (value >= 0)
    td_statement_bind_int64 (statement, index, value);
  else
    td_statement_bind_null (statement, index);
}

static void
bind_money (TdStatement *statement,
            int          index,
            TdMoney      money)
{
  if (money != TD_MONEY_UNKNOWN)
    td_statement_bind_int64 (statement, index, money);
  else
    td_statement_bind_null (statement, index);
}

/* Everything that a hold and a settlement both write, in one order. */
static int
bind_figures (TdStatement     *statement,
              const TdReceipt *receipt)
{
  int i = 1;

  bind_known (statement, i++, receipt->usage.input);
  bind_known (statement, i++, receipt->usage.cached);
  bind_known (statement, i++, receipt->usage.cache_write);
  bind_known (statement, i++, receipt->usage.output);
  bind_known (statement, i++, receipt->usage.reasoning);
  td_statement_bind_int64 (statement, i++, receipt->counted_here ? 1 : 0);
  bind_known (statement, i++, receipt->prices.input);
  bind_known (statement, i++, receipt->prices.output);
  bind_known (statement, i++, receipt->prices.cache_read);
  bind_known (statement, i++, receipt->prices.cache_write);
  bind_known (statement, i++, receipt->prices.reasoning);
  td_statement_bind_int64 (statement, i++, receipt->counted_exactly ? 1 : 0);
  return i;
}

/**
 * td_receipt_store_hold:
 * @connection: the database
 * @receipt: a hold; its id is ignored
 * @id: (out): the id it got
 * @error: return location for an error
 *
 * Writes a hold. Nothing may be sent before its transaction is committed.
 *
 * Returns: whether it was written
 */
gboolean
td_receipt_store_hold (TdConnection     *connection,
                       const TdReceipt  *receipt,
                       gint64           *id,
                       GError          **error)
{
  g_autoptr (TdStatement) statement = NULL;
  int i;

  g_return_val_if_fail (receipt->outcome == TD_RECEIPT_HELD, FALSE);

  statement = td_connection_prepare (connection,
                                     "INSERT INTO receipt (input_tokens, cached_tokens, cache_write_tokens,"
                                     " output_tokens, reasoning_tokens, counted_here, price_input, price_output,"
                                     " price_cache_read, price_cache_write, price_reasoning, counted_exactly, message_id, purpose,"
                                     " model_key, provider_id, catalogue_version, owner, held, started_us, route,"
                                     " wallet_id, funded, commission_ppm, day, agent, client, expected_input,"
                                     " expected_exactly)"
                                     " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
                                     " ?, ?, ?, ?, ?, ?, ?, ?)",
                                     error);
  if (!statement)
    return FALSE;
  i = bind_figures (statement, receipt);
  bind_known (statement, i++, receipt->message_id > 0 ? receipt->message_id : -1);
  td_statement_bind_text (statement, i++, receipt->purpose);
  td_statement_bind_text (statement, i++, receipt->model_key);
  td_statement_bind_text (statement, i++, receipt->provider_id);
  td_statement_bind_text (statement, i++, receipt->catalogue_version);
  td_statement_bind_int64 (statement, i++, receipt->owner);
  bind_money (statement, i++, receipt->held);
  td_statement_bind_int64 (statement, i++, receipt->started_us);
  td_statement_bind_text (statement, i++, receipt->route);
  bind_known (statement, i++, receipt->wallet_id > 0 ? receipt->wallet_id : -1);
  td_statement_bind_int64 (statement, i++, receipt->funded);
  td_statement_bind_int64 (statement, i++, receipt->commission_ppm);
  bind_known (statement, i++, receipt->day > 0 ? receipt->day : -1);
  td_statement_bind_text (statement, i++, receipt->agent ? receipt->agent : "");
  td_statement_bind_text (statement, i++, receipt->client ? receipt->client : "");
  bind_known (statement, i++, receipt->usage.input);
  td_statement_bind_int64 (statement, i++, receipt->counted_exactly ? 1 : 0);
  if (!td_statement_run (statement, error))
    return FALSE;
  *id = td_connection_get_last_insert_id (connection);
  return TRUE;
}

/**
 * td_receipt_store_move:
 * @connection: the database
 * @receipt: a hold that was written, as it is to be
 * @error: return location for an error
 *
 * Another offer is asked in place of the one that the hold was made for. Nothing may be sent to
 * it before this is committed. A hold that was settled meanwhile is left alone.
 *
 * Returns: whether it was written
 */
gboolean
td_receipt_store_move (TdConnection     *connection,
                       const TdReceipt  *receipt,
                       GError          **error)
{
  g_autoptr (TdStatement) statement = NULL;
  int i;

  g_return_val_if_fail (receipt->id > 0, FALSE);

  statement = td_connection_prepare (connection,
                                     "UPDATE receipt SET input_tokens = ?, cached_tokens = ?,"
                                     " cache_write_tokens = ?, output_tokens = ?, reasoning_tokens = ?,"
                                     " counted_here = ?, price_input = ?, price_output = ?,"
                                     " price_cache_read = ?, price_cache_write = ?, price_reasoning = ?, counted_exactly = ?,"
                                     " model_key = ?, provider_id = ?, held = ?, route = ?,"
                                     " funded = ?, commission_ppm = ?, expected_input = ?, expected_exactly = ?"
                                     " WHERE id = ? AND settled_us IS NULL",
                                     error);
  if (!statement)
    return FALSE;
  i = bind_figures (statement, receipt);
  td_statement_bind_text (statement, i++, receipt->model_key);
  td_statement_bind_text (statement, i++, receipt->provider_id);
  bind_money (statement, i++, receipt->held);
  td_statement_bind_text (statement, i++, receipt->route);
  td_statement_bind_int64 (statement, i++, receipt->funded);
  td_statement_bind_int64 (statement, i++, receipt->commission_ppm);
  bind_known (statement, i++, receipt->usage.input);
  td_statement_bind_int64 (statement, i++, receipt->counted_exactly ? 1 : 0);
  td_statement_bind_int64 (statement, i++, receipt->id);
  return td_statement_run (statement, error);
}

/**
 * td_receipt_store_settle:
 * @connection: the database
 * @receipt: a settled receipt
 * @now: (out): whether this call settled it
 * @error: return location for an error
 *
 * Settles a hold. The first settlement stands: settling again changes nothing and is no error.
 *
 * Returns: whether the hold is settled
 */
gboolean
td_receipt_store_settle (TdConnection     *connection,
                         const TdReceipt  *receipt,
                         gboolean         *now,
                         GError          **error)
{
  g_autoptr (TdStatement) statement = NULL;
  int i;

  g_return_val_if_fail (receipt->id > 0, FALSE);
  g_return_val_if_fail (receipt->outcome != TD_RECEIPT_HELD, FALSE);

  statement = td_connection_prepare (connection,
                                     "UPDATE receipt SET input_tokens = ?, cached_tokens = ?,"
                                     " cache_write_tokens = ?, output_tokens = ?, reasoning_tokens = ?,"
                                     " counted_here = ?, price_input = ?, price_output = ?,"
                                     " price_cache_read = ?, price_cache_write = ?, price_reasoning = ?, counted_exactly = ?,"
                                     " settled_us = ?, outcome = ?, cost = ?, overrun = ?, provider_cost = ?,"
                                     " first_token_ms = ?, duration_ms = ?, commission = ?"
                                     " WHERE id = ? AND settled_us IS NULL",
                                     error);
  if (!statement)
    return FALSE;
  i = bind_figures (statement, receipt);
  td_statement_bind_int64 (statement, i++, receipt->settled_us);
  td_statement_bind_text (statement, i++, td_receipt_outcome_to_string (receipt->outcome));
  bind_money (statement, i++, receipt->cost);
  td_statement_bind_int64 (statement, i++, receipt->overrun);
  bind_known (statement, i++, receipt->usage.provider_cost);
  bind_known (statement, i++, receipt->first_token_ms);
  bind_known (statement, i++, receipt->duration_ms);
  td_statement_bind_int64 (statement, i++, receipt->commission);
  td_statement_bind_int64 (statement, i++, receipt->id);
  if (!td_statement_run (statement, error))
    return FALSE;
  *now = td_connection_get_changes (connection) > 0;
  return TRUE;
}

static gint64
get_or (TdStatement *statement,
        int          column,
        gint64       fallback)
{
  return td_statement_is_null (statement, column) ? fallback
                                                  : td_statement_get_int64 (statement, column);
}

static void
read_figures (TdStatement *statement,
              TdReceipt   *receipt)
{
  receipt->usage.input = get_or (statement, 11, -1);
  receipt->usage.cached = get_or (statement, 12, -1);
  receipt->usage.cache_write = get_or (statement, 13, -1);
  receipt->usage.output = get_or (statement, 14, -1);
  receipt->usage.reasoning = get_or (statement, 15, -1);
  receipt->counted_here = get_or (statement, 16, 0) != 0;
  receipt->prices.input = get_or (statement, 17, -1);
  receipt->prices.output = get_or (statement, 18, -1);
  receipt->prices.cache_read = get_or (statement, 19, -1);
  receipt->prices.cache_write = get_or (statement, 20, -1);
  receipt->prices.reasoning = get_or (statement, 21, -1);
  receipt->cost = get_or (statement, 22, TD_MONEY_UNKNOWN);
  receipt->overrun = get_or (statement, 23, 0);
  receipt->usage.provider_cost = get_or (statement, 24, -1);
  receipt->first_token_ms = get_or (statement, 25, -1);
  receipt->duration_ms = get_or (statement, 26, -1);
  receipt->counted_exactly = get_or (statement, 27, 0) != 0;
  receipt->route = g_strdup (td_statement_get_text (statement, 28));
}

/* What the wallet decided. */
static void
read_terms (TdStatement *statement,
            TdReceipt   *receipt)
{
  receipt->wallet_id = get_or (statement, 29, 0);
  receipt->funded = get_or (statement, 30, 0) != 0;
  receipt->commission_ppm = get_or (statement, 31, 0);
  receipt->commission = get_or (statement, 32, 0);
  receipt->day = get_or (statement, 33, 0);
  receipt->agent = g_strdup (td_statement_get_text (statement, 34));
  receipt->client = g_strdup (td_statement_get_text (statement, 35));
  receipt->expected_input = get_or (statement, 36, -1);
  receipt->expected_exactly = get_or (statement, 37, 0) != 0;
}

static TdReceipt *
read_receipt (TdStatement *statement)
{
  TdReceipt *receipt = td_receipt_new ();

  receipt->id = td_statement_get_int64 (statement, 0);
  receipt->message_id = get_or (statement, 1, 0);
  receipt->purpose = g_strdup (td_statement_get_text (statement, 2));
  receipt->model_key = g_strdup (td_statement_get_text (statement, 3));
  receipt->provider_id = g_strdup (td_statement_get_text (statement, 4));
  receipt->catalogue_version = g_strdup (td_statement_get_text (statement, 5));
  receipt->owner = td_statement_get_int64 (statement, 6);
  receipt->held = get_or (statement, 7, TD_MONEY_UNKNOWN);
  receipt->started_us = td_statement_get_int64 (statement, 8);
  receipt->settled_us = get_or (statement, 9, 0);
  if (!td_receipt_outcome_from_string (td_statement_get_text (statement, 10), &receipt->outcome))
    receipt->outcome = TD_RECEIPT_INTERRUPTED;
  read_figures (statement, receipt);
  read_terms (statement, receipt);
  return receipt;
}

static gboolean
read_receipts (TdStatement  *statement,
               GPtrArray    *receipts,
               GError      **error)
{
  gboolean has_row;

  while (TRUE)
    {
      if (!td_statement_step (statement, &has_row, error))
        return FALSE;
      if (!has_row)
        return TRUE;
      g_ptr_array_add (receipts, read_receipt (statement));
    }
}

/**
 * td_receipt_store_list_chores:
 * @connection: the database
 * @message_id: a reply
 * @error: return location for an error
 *
 * Returns: (transfer full) (element-type TdReceipt) (nullable): the receipts of the chores that
 *   stand beside the reply's
 */
GPtrArray *
td_receipt_store_list_chores (TdConnection  *connection,
                              gint64         message_id,
                              GError       **error)
{
  g_autoptr (GPtrArray) receipts =
    g_ptr_array_new_with_free_func ((GDestroyNotify) td_receipt_free);
  g_autoptr (TdStatement) statement =
    td_connection_prepare (connection,
                           "SELECT " COLUMNS
                           " FROM receipt WHERE message_id = ? AND purpose = '" TD_PURPOSE_TITLE
                           "' ORDER BY id",
                           error);

  if (!statement)
    return NULL;
  td_statement_bind_int64 (statement, 1, message_id);
  return read_receipts (statement, receipts, error) ? g_steal_pointer (&receipts) : NULL;
}

/**
 * td_receipt_store_list_open:
 * @connection: the database
 * @error: return location for an error
 *
 * Returns: (transfer full) (element-type TdReceipt) (nullable): the holds without an outcome,
 *   whosever they are
 */
GPtrArray *
td_receipt_store_list_open (TdConnection  *connection,
                            GError       **error)
{
  g_autoptr (GPtrArray) receipts =
    g_ptr_array_new_with_free_func ((GDestroyNotify) td_receipt_free);
  g_autoptr (TdStatement) statement =
    td_connection_prepare (connection,
                           "SELECT " COLUMNS
                           " FROM receipt WHERE settled_us IS NULL ORDER BY started_us, id",
                           error);

  if (!statement || !read_receipts (statement, receipts, error))
    return NULL;
  return g_steal_pointer (&receipts);
}

/**
 * td_receipt_store_find:
 * @connection: the database
 * @message_id: a reply
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): its receipt; %NULL without @error when it has none
 */
TdReceipt *
td_receipt_store_find (TdConnection  *connection,
                       gint64         message_id,
                       GError       **error)
{
  g_autoptr (TdStatement) statement = NULL;
  gboolean has_row;

  statement = td_connection_prepare (connection,
                                     "SELECT " COLUMNS
                                     " FROM receipt WHERE message_id = ? AND purpose <> '" TD_PURPOSE_TITLE
                                     "' ORDER BY id DESC LIMIT 1",
                                     error);
  if (!statement)
    return NULL;
  td_statement_bind_int64 (statement, 1, message_id);
  if (!td_statement_step (statement, &has_row, error) || !has_row)
    return NULL;
  return read_receipt (statement);
}

/**
 * td_receipt_store_find_number:
 * @connection: the database
 * @id: a receipt
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): it; %NULL without @error when there is none
 */
TdReceipt *
td_receipt_store_find_number (TdConnection  *connection,
                              gint64         id,
                              GError       **error)
{
  g_autoptr (TdStatement) statement =
    td_connection_prepare (connection, "SELECT " COLUMNS " FROM receipt WHERE id = ?", error);
  gboolean has_row;

  if (!statement)
    return NULL;
  td_statement_bind_int64 (statement, 1, id);
  if (!td_statement_step (statement, &has_row, error) || !has_row)
    return NULL;
  return read_receipt (statement);
}

/**
 * td_receipt_store_find_open:
 * @connection: the database
 * @id: a receipt
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): it, if it is a hold still; %NULL without @error when not
 */
TdReceipt *
td_receipt_store_find_open (TdConnection  *connection,
                            gint64         id,
                            GError       **error)
{
  g_autoptr (TdStatement) statement = td_connection_prepare (
    connection, "SELECT " COLUMNS " FROM receipt WHERE id = ? AND settled_us IS NULL", error);
  gboolean has_row;

  if (!statement)
    return NULL;
  td_statement_bind_int64 (statement, 1, id);
  if (!td_statement_step (statement, &has_row, error) || !has_row)
    return NULL;
  return read_receipt (statement);
}

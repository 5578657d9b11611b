/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "wallet/td-usage-store.h"

/* A reply that nobody was told the cost or the tokens of is counted, not guessed. */
#define SUMMARISE(KEY)                                                                     \
  "SELECT " KEY " AS what, count (*),"                                                     \
  " coalesce (sum (cost + commission + overrun), 0),"                                      \
  " sum (CASE WHEN cost IS NULL THEN 1 ELSE 0 END),"                                       \
  " coalesce (sum (input_tokens), 0), coalesce (sum (cached_tokens), 0),"                  \
  " coalesce (sum (output_tokens), 0), coalesce (sum (reasoning_tokens), 0),"              \
  " sum (CASE WHEN input_tokens IS NULL OR output_tokens IS NULL THEN 1 ELSE 0 END),"      \
  " sum (CASE WHEN counted_here = 1 AND counted_exactly = 0 THEN 1 ELSE 0 END)"            \
  " FROM receipt WHERE wallet_id = ? AND day >= ? AND day <= ? AND settled_us IS NOT NULL" \
  " GROUP BY what ORDER BY 3 DESC, 2 DESC, 1"

static const char *const summaries[] = {
  [TD_USAGE_BY_DAY] = SUMMARISE ("day"),
  [TD_USAGE_BY_PROVIDER] = SUMMARISE ("provider_id"),
  [TD_USAGE_BY_MODEL] = SUMMARISE ("model_key"),
  [TD_USAGE_BY_CLIENT] = SUMMARISE ("client"),
};

static TdUsageLine *
read_line (TdStatement *statement,
           TdUsageBy    by)
{
  g_autofree char *day =
    by == TD_USAGE_BY_DAY ? td_usage_day_to_text (td_statement_get_int64 (statement, 0)) : NULL;
  TdUsageLine *line = td_usage_line_new (day ? day : td_statement_get_text (statement, 0));

  line->n_replies = td_statement_get_int64 (statement, 1);
  line->spent = td_statement_get_int64 (statement, 2);
  line->n_unknown_costs = td_statement_get_int64 (statement, 3);
  line->input = td_statement_get_int64 (statement, 4);
  line->cached = td_statement_get_int64 (statement, 5);
  line->output = td_statement_get_int64 (statement, 6);
  line->reasoning = td_statement_get_int64 (statement, 7);
  line->n_unknown_counts = td_statement_get_int64 (statement, 8);
  line->n_estimates = td_statement_get_int64 (statement, 9);
  return line;
}

/**
 * td_usage_store_summarise:
 * @connection: the database
 * @by: what makes a line
 * @wallet_id: whose
 * @first_day: from this day on, such as 20261123
 * @last_day: to this day, with it
 * @error: return location for an error
 *
 * Returns: (transfer full) (element-type TdUsageLine) (nullable): what was used, dearest first
 */
GPtrArray *
td_usage_store_summarise (TdConnection  *connection,
                          TdUsageBy      by,
                          gint64         wallet_id,
                          gint64         first_day,
                          gint64         last_day,
                          GError       **error)
{
  g_autoptr (GPtrArray) lines =
    g_ptr_array_new_with_free_func ((GDestroyNotify) td_usage_line_free);
  g_autoptr (TdStatement) statement = td_connection_prepare (connection, summaries[by], error);
  gboolean has_row;

  if (!statement)
    return NULL;
  td_statement_bind_int64 (statement, 1, wallet_id);
  td_statement_bind_int64 (statement, 2, first_day);
  td_statement_bind_int64 (statement, 3, last_day);
  while (TRUE)
    {
      if (!td_statement_step (statement, &has_row, error))
        return NULL;
      if (!has_row)
        return g_steal_pointer (&lines);
      g_ptr_array_add (lines, read_line (statement, by));
    }
}

/**
 * td_usage_store_find_first_day:
 * @connection: the database
 * @wallet_id: whose
 * @error: return location for an error
 *
 * Returns: the first day on which a model was used; 0 when there was none, -1 with @error
 */
gint64
td_usage_store_find_first_day (TdConnection  *connection,
                               gint64         wallet_id,
                               GError       **error)
{
  g_autoptr (TdStatement) statement =
    td_connection_prepare (connection,
                           "SELECT day FROM receipt WHERE wallet_id = ? AND day IS NOT NULL"
                           " ORDER BY day LIMIT 1",
                           error);
  gboolean has_row;

  if (!statement)
    return -1;
  td_statement_bind_int64 (statement, 1, wallet_id);
  if (!td_statement_step (statement, &has_row, error))
    return -1;
  return has_row ? td_statement_get_int64 (statement, 0) : 0;
}

/* As many of a model's last replies as tell of what is usual now. */
#define HABIT_REPLIES "50"

/**
 * td_usage_store_find_habit:
 * @connection: the database
 * @model_key: a model
 * @habit: (out caller-allocates): how long its replies are
 * @error: return location for an error
 *
 * Of its last replies in chats that came to their end.
 *
 * Returns: whether they were read
 */
gboolean
td_usage_store_find_habit (TdConnection  *connection,
                           const char    *model_key,
                           TdUsageHabit  *habit,
                           GError       **error)
{
  g_autoptr (GArray) outputs = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (TdStatement) statement =
    td_connection_prepare (connection,
                           "SELECT output_tokens FROM receipt WHERE model_key = ? AND purpose = 'chat'"
                           " AND outcome = 'complete' AND output_tokens > 0"
                           " ORDER BY id DESC LIMIT " HABIT_REPLIES,
                           error);
  gboolean has_row;

  if (!statement)
    return FALSE;
  td_statement_bind_text (statement, 1, model_key);
  while (TRUE)
    {
      gint64 output;

      if (!td_statement_step (statement, &has_row, error))
        return FALSE;
      if (!has_row)
        break;
      output = td_statement_get_int64 (statement, 0);
      g_array_append_val (outputs, output);
    }
  td_usage_habit_learn (habit, outputs);
  return TRUE;
}

static gint64
get_known (TdStatement *statement,
           int          column,
           gint64       unknown)
{
  return td_statement_is_null (statement, column) ? unknown
                                                  : td_statement_get_int64 (statement, column);
}

/**
 * td_usage_store_compare:
 * @connection: the database
 * @wallet_id: whose
 * @first_day: from this day on
 * @last_day: to this day, with it
 * @facts: another model
 * @after_id: (inout): the last receipt that was looked at; 0 to begin with, and 0 when there are
 *   no more
 * @limit: how many to look at
 * @what_if: (inout): what came of it so far
 * @error: return location for an error
 *
 * Looks at some of the receipts: as many as do not keep others waiting.
 *
 * Returns: whether they were read
 */
gboolean
td_usage_store_compare (TdConnection        *connection,
                        gint64               wallet_id,
                        gint64               first_day,
                        gint64               last_day,
                        const TdModelFacts  *facts,
                        gint64              *after_id,
                        guint                limit,
                        TdUsageWhatIf       *what_if,
                        GError             **error)
{
  g_autoptr (TdStatement) statement = td_connection_prepare (
    connection,
    "SELECT id, input_tokens, cached_tokens, cache_write_tokens, output_tokens,"
    " reasoning_tokens, commission_ppm, cost + commission + overrun FROM receipt"
    " WHERE wallet_id = ? AND day >= ? AND day <= ? AND settled_us IS NOT NULL"
    " AND id > ? ORDER BY id LIMIT ?",
    error);
  guint n = 0;
  gboolean has_row;

  if (!statement)
    return FALSE;
  td_statement_bind_int64 (statement, 1, wallet_id);
  td_statement_bind_int64 (statement, 2, first_day);
  td_statement_bind_int64 (statement, 3, last_day);
  td_statement_bind_int64 (statement, 4, *after_id);
  td_statement_bind_int64 (statement, 5, limit);
  for (; td_statement_step (statement, &has_row, error); n++)
    {
      TdUsage usage = TD_USAGE_INIT;

      if (!has_row)
        {
          *after_id = n < limit ? 0 : *after_id;
          return TRUE;
        }
      *after_id = td_statement_get_int64 (statement, 0);
      usage.input = get_known (statement, 1, TD_USAGE_UNKNOWN);
      usage.cached = get_known (statement, 2, TD_USAGE_UNKNOWN);
      usage.cache_write = get_known (statement, 3, TD_USAGE_UNKNOWN);
      usage.output = get_known (statement, 4, TD_USAGE_UNKNOWN);
      usage.reasoning = get_known (statement, 5, TD_USAGE_UNKNOWN);
      td_usage_what_if_add (what_if, facts, &usage, td_statement_get_int64 (statement, 6),
                            get_known (statement, 7, TD_MONEY_UNKNOWN));
    }
  return FALSE;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine/td-request-log-store.h"

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

static gint64
get_known (TdStatement *statement,
           int          column)
{
  return td_statement_is_null (statement, column) ? -1 : td_statement_get_int64 (statement, column);
}

/**
 * td_request_log_store_insert:
 * @connection: the database
 * @record: how a request went
 * @error: return location for an error
 *
 * Returns: whether it is written
 */
gboolean
td_request_log_store_insert (TdConnection           *connection,
                             const TdRequestRecord  *record,
                             GError                **error)
{
  g_autoptr (TdStatement) statement =
    td_connection_prepare (connection,
                           "INSERT INTO request_log (started_us, provider_id, endpoint, model_key, offer_key,"
                           " purpose, outcome, retries, first_token_ms, duration_ms, input_tokens,"
                           " cached_tokens, output_tokens, rate)"
                           " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                           error);

  if (!statement)
    return FALSE;
  td_statement_bind_int64 (statement, 1, record->started_us);
  td_statement_bind_text (statement, 2, record->provider_id);
  td_statement_bind_text (statement, 3, record->endpoint);
  td_statement_bind_text (statement, 4, record->model_key);
  td_statement_bind_text (statement, 5, record->offer_key);
  td_statement_bind_text (statement, 6, record->purpose);
  td_statement_bind_text (statement, 7, record->outcome);
  td_statement_bind_int64 (statement, 8, record->retries);
  bind_known (statement, 9, record->first_token_ms);
  bind_known (statement, 10, record->duration_ms);
  bind_known (statement, 11, record->input_tokens);
  bind_known (statement, 12, record->cached_tokens);
  bind_known (statement, 13, record->output_tokens);
  bind_known (statement, 14, td_request_record_get_rate (record));
  return td_statement_run (statement, error);
}

static gboolean
run_with_one (TdConnection  *connection,
              const char    *sql,
              gint64         value,
              GError       **error)
{
  g_autoptr (TdStatement) statement = td_connection_prepare (connection, sql, error);

  if (!statement)
    return FALSE;
  td_statement_bind_int64 (statement, 1, value);
  return td_statement_run (statement, error);
}

/**
 * td_request_log_store_prune:
 * @connection: the database
 * @before_us: what was sent before this is forgotten
 * @max_rows: how many of the newest may stay
 * @error: return location for an error
 *
 * Keeps the log bounded. Both deletions find what they look for through an index, so that this
 * costs next to nothing when there is nothing to do.
 *
 * Returns: whether it was done
 */
gboolean
td_request_log_store_prune (TdConnection  *connection,
                            gint64         before_us,
                            gint64         max_rows,
                            GError       **error)
{
  return run_with_one (connection, "DELETE FROM request_log WHERE started_us < ?", before_us,
                       error) &&
         run_with_one (connection,
                       "DELETE FROM request_log WHERE id <= (SELECT max (id) FROM request_log) - ?",
                       max_rows, error);
}

/* Names first, so that both queries are read alike. */
#define SAMPLE_COLUMNS                                                                           \
  "provider_id, offer_key, outcome, retries, first_token_ms, rate, input_tokens, cached_tokens," \
  " output_tokens, started_us"

static void
read_sample (TdStatement     *statement,
             TdRequestSample *sample)
{
  *sample = (TdRequestSample) {
    .key = td_statement_get_text (statement, 1),
    .outcome = td_statement_get_text (statement, 2),
    .is_retry = td_statement_get_int64 (statement, 3) > 0,
    .first_token_ms = get_known (statement, 4),
    .rate = get_known (statement, 5),
    .input_tokens = get_known (statement, 6),
    .cached_tokens = get_known (statement, 7),
    .output_tokens = get_known (statement, 8),
    .started_us = td_statement_get_int64 (statement, 9),
  };
}

static char *
build_day (gint64     time_us,
           GTimeZone *zone)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (time_us / G_USEC_PER_SEC);
  g_autoptr (GDateTime) there = utc ? g_date_time_to_timezone (utc, zone) : NULL;

  return there ? g_date_time_format (there, "%F") : g_strdup ("?");
}

static void
gather_row (TdRequestGatherer *gatherer,
            TdStatement       *statement,
            TdRequestBy        by,
            GTimeZone         *zone)
{
  g_autofree char *day = NULL;
  TdRequestSample sample;

  read_sample (statement, &sample);
  if (by == TD_REQUEST_BY_PROVIDER)
    sample.key = td_statement_get_text (statement, 0);
  else if (by == TD_REQUEST_BY_DAY)
    sample.key = day = build_day (sample.started_us, zone);
  td_request_gatherer_add (gatherer, &sample);
}

/**
 * td_request_log_store_summarise:
 * @connection: the database
 * @query: which requests, and how they are put together
 * @zone: where a day begins
 * @error: return location for an error
 *
 * Returns: (transfer full) (element-type TdRequestStats) (nullable): by key
 */
GPtrArray *
td_request_log_store_summarise (TdConnection          *connection,
                                const TdRequestQuery  *query,
                                GTimeZone             *zone,
                                GError               **error)
{
  g_autoptr (TdRequestGatherer) gatherer = td_request_gatherer_new ();
  g_autoptr (TdStatement) statement = NULL;
  gboolean has_row;

  statement = td_connection_prepare (connection,
                                     "SELECT " SAMPLE_COLUMNS " FROM request_log"
                                     " WHERE started_us >= ? AND provider_id = coalesce (?, provider_id)",
                                     error);
  if (!statement)
    return NULL;
  td_statement_bind_int64 (statement, 1, query->since_us);
  td_statement_bind_text (statement, 2, query->provider_id);
  while (TRUE)
    {
      if (!td_statement_step (statement, &has_row, error))
        return NULL;
      if (!has_row)
        return td_request_gatherer_finish (gatherer);
      gather_row (gatherer, statement, query->by, zone);
    }
}

/**
 * td_request_log_store_list_recent:
 * @connection: the database
 * @since_us: the oldest to list
 * @max_rows: at most this many, the newest
 * @func: called with each, the newest first; its key is the offer's
 * @user_data: data for @func
 * @error: return location for an error
 *
 * Returns: whether all were listed
 */
gboolean
td_request_log_store_list_recent (TdConnection      *connection,
                                  gint64             since_us,
                                  gint64             max_rows,
                                  TdRequestRowFunc   func,
                                  gpointer           user_data,
                                  GError           **error)
{
  g_autoptr (TdStatement) statement = NULL;
  gboolean has_row;

  statement = td_connection_prepare (connection,
                                     "SELECT " SAMPLE_COLUMNS " FROM request_log"
                                     " WHERE started_us >= ? ORDER BY started_us DESC, id DESC LIMIT ?",
                                     error);
  if (!statement)
    return FALSE;
  td_statement_bind_int64 (statement, 1, since_us);
  td_statement_bind_int64 (statement, 2, max_rows);
  while (TRUE)
    {
      TdRequestSample sample;

      if (!td_statement_step (statement, &has_row, error))
        return FALSE;
      if (!has_row)
        return TRUE;
      read_sample (statement, &sample);
      func (&sample, user_data);
    }
}

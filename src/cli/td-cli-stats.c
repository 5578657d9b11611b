/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "cli/td-cli-output.h"
#include "cli/td-cli-resolve.h"
#include "cli/td-cli-run.h"
#include "engine/td-request-log.h"

/* stats: how fast and how reliably providers answered. */

#define DEFAULT_DAYS 30

/* What is known about each way of putting requests together. */
static const struct
{
  const char *name; /* of the option, and of the member in JSON */
  const char *title;
} ways[] = {
  [TD_REQUEST_BY_PROVIDER] = { "provider", N_("Provider") },
  [TD_REQUEST_BY_MODEL] = { "model", N_("Model") },
  [TD_REQUEST_BY_DAY] = { "day", N_("Day") },
};

static gboolean
read_by (const char   *text,
         TdRequestBy  *by,
         GError      **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      if (!text || g_str_equal (text, ways[i].name))
        {
          *by = (TdRequestBy) i;
          return TRUE;
        }
    }
  g_set_error (error, TD_CLI_ERROR, TD_CLI_ERROR_USAGE,
               _("“--by” cannot be “%s”; give provider, model or day."), text);
  return FALSE;
}

static gboolean
check_days (int      days,
            GError **error)
{
  if (days >= 1 && days <= TD_REQUEST_LOG_DAYS)
    return TRUE;
  g_set_error (error, TD_CLI_ERROR, TD_CLI_ERROR_USAGE,
               _("“--days” cannot be %d; give a number from 1 to %d."), days, TD_REQUEST_LOG_DAYS);
  return FALSE;
}

/* Figures are "–" where nothing was measured. */
static char *
format_success (const TdRequestStats *stats)
{
  int permille = td_request_stats_get_success (stats);

  if (permille < 0)
    return g_strdup ("–");
  /* Translators: a share in per cent, "98.5 %" */
  return g_strdup_printf (_("%d.%d %%"), permille / 10, permille % 10);
}

static char *
format_ms (gint64 ms)
{
  if (ms < 0)
    return g_strdup ("–");
  /* Translators: seconds, "1.25 s" */
  return g_strdup_printf (_("%d.%02d s"), (int) (ms / 1000), (int) (ms % 1000 / 10));
}

static char *
format_rate (gint64 rate)
{
  return rate < 0 ? g_strdup ("–")
                  : g_strdup_printf ("%d.%d", (int) (rate / 1000), (int) (rate % 1000 / 100));
}

static void
add_columns (TdCliTable  *table,
             TdRequestBy  by)
{
  td_cli_table_column (table, _(ways[by].title), TD_CLI_COLUMN_LEFT);
  td_cli_table_column (table, _("Requests"), TD_CLI_COLUMN_RIGHT);
  td_cli_table_column (table, _("Answered"), TD_CLI_COLUMN_RIGHT);
  td_cli_table_column (table, _("Retries"), TD_CLI_COLUMN_RIGHT);
  td_cli_table_column (table, _("First token"), TD_CLI_COLUMN_RIGHT);
  /* Translators: what nineteen of twenty replies did not take longer than, to begin */
  td_cli_table_column (table, _("19 of 20"), TD_CLI_COLUMN_RIGHT);
  td_cli_table_column (table, _("Tokens/s"), TD_CLI_COLUMN_RIGHT);
}

static void
print_table (GPtrArray   *all,
             TdRequestBy  by)
{
  g_autoptr (TdCliTable) table = td_cli_table_new ();

  add_columns (table, by);
  for (guint i = 0; i < all->len; i++)
    {
      const TdRequestStats *stats = all->pdata[i];

      td_cli_table_cell (table, stats->key);
      td_cli_table_cell_take (table, g_strdup_printf ("%u", stats->n_requests));
      td_cli_table_cell_take (table, format_success (stats));
      td_cli_table_cell_take (table, g_strdup_printf ("%u", stats->n_retries));
      td_cli_table_cell_take (table, format_ms (stats->first_token_median_ms));
      td_cli_table_cell_take (table, format_ms (stats->first_token_p95_ms));
      td_cli_table_cell_take (table, format_rate (stats->rate_median));
    }
  td_cli_table_print (table);
}

/* A number of thousandths, or null. */
static void
write_thousandths (TdJsonWriter *writer,
                   const char   *name,
                   gint64        value)
{
  td_json_writer_name (writer, name);
  if (value < 0)
    td_json_writer_null (writer);
  else
    td_json_writer_double (writer, (double) value / 1000);
}

static void
write_stats (TdJsonWriter         *writer,
             TdRequestBy           by,
             const TdRequestStats *stats)
{
  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, ways[by].name, stats->key);
  td_json_writer_member_int64 (writer, "requests", stats->n_requests);
  td_json_writer_member_int64 (writer, "complete", stats->n_complete);
  td_json_writer_member_int64 (writer, "stopped", stats->n_stopped);
  td_json_writer_member_int64 (writer, "failed", stats->n_faults);
  td_json_writer_member_int64 (writer, "refused", stats->n_refused);
  td_json_writer_member_int64 (writer, "retries", stats->n_retries);
  write_thousandths (writer, "success_rate", td_request_stats_get_success (stats));
  td_cli_json_count (writer, "first_token_median_ms", stats->first_token_median_ms);
  td_cli_json_count (writer, "first_token_p95_ms", stats->first_token_p95_ms);
  write_thousandths (writer, "tokens_per_second", stats->rate_median);
  td_json_writer_member_int64 (writer, "known_input_tokens", stats->input_tokens);
  td_json_writer_member_int64 (writer, "known_cached_tokens", stats->cached_tokens);
  td_json_writer_member_int64 (writer, "known_output_tokens", stats->output_tokens);
  td_json_writer_end_object (writer);
}

static void
print_json (TdCli       *cli,
            GPtrArray   *all,
            TdRequestBy  by,
            int          days)
{
  g_autoptr (TdJsonWriter) writer = td_json_writer_new ();

  td_json_writer_begin_object (writer);
  td_json_writer_member_int64 (writer, "days", days);
  td_json_writer_member_string (writer, "by", ways[by].name);
  td_json_writer_name (writer, "stats");
  td_json_writer_begin_array (writer);
  for (guint i = 0; i < all->len; i++)
    write_stats (writer, by, all->pdata[i]);
  td_json_writer_end_array (writer);
  td_json_writer_end_object (writer);
  td_cli_json_print (cli, writer);
}

static GPtrArray *
get_stats (TdCli        *cli,
           TdRequestBy   by,
           int           days,
           const char   *provider_id,
           GError      **error)
{
  g_auto (TdCliRun) run = TD_CLI_RUN_INIT;
  TdEngine *engine = td_cli_get_engine (cli, error);
  TdRequestLog *log;

  if (!engine)
    return NULL;
  log = td_engine_get_request_log (engine);
  td_request_log_summarise_async (log, by, (guint) days, provider_id, cli->cancellable,
                                  td_cli_run_ready, &run);
  return td_request_log_summarise_finish (log, td_cli_run_wait (&run), error);
}

static gboolean
run_stats (TdCli   *cli,
           GStrv    argv,
           GError **error)
{
  g_auto (GStrv) args = argv;
  g_autofree char *by_text = NULL;
  g_autofree char *provider = NULL;
  const TdEndpoint *endpoint = NULL;
  int days = DEFAULT_DAYS;
  const GOptionEntry entries[] = {
    { "days", 0, 0, G_OPTION_ARG_INT, &days, N_("Of the last N days, today among them (30)"), "N" },
    { "by", 0, 0, G_OPTION_ARG_STRING, &by_text, N_("A line for each provider, model or day"),
      "WHAT" },
    { "provider", 0, 0, G_OPTION_ARG_STRING, &provider, N_("Only requests to this provider"),
      "P" },
    { NULL },
  };
  g_autoptr (GPtrArray) all = NULL;
  TdRequestBy by = TD_REQUEST_BY_PROVIDER;

  if (!td_cli_parse (cli, entries, 0, 0, &args, error) || !read_by (by_text, &by, error) ||
      !check_days (days, error))
    return FALSE;
  if (provider && !(endpoint = td_cli_resolve_provider (cli, provider, error)))
    return FALSE;
  all = get_stats (cli, by, days, endpoint ? endpoint->provider_id : NULL, error);
  if (!all)
    return FALSE;
  if (cli->json)
    print_json (cli, all, by, days);
  else if (all->len == 0)
    td_cli_note (cli, "%s", _("Nothing was sent in this time."));
  else
    print_table (all, by);
  return TRUE;
}

const TdCliCommand td_cli_stats_commands[] = {
  { "stats", NULL, N_("How fast and how reliably providers answered"),
    N_("Of the requests that were sent from this computer: how many were answered to the end (those you\n"
       "stopped are left out), how many were not the first try, how long the first token took (the median,\n"
       "and what nineteen of twenty did not exceed), and how fast the rest came. The log holds figures\n"
       "only, never what was said, and goes back 90 days.\n\n"
       "--json: stats, each with provider, model or day, requests, complete, stopped, failed, refused (for a\n"
       "reason on this side: the key, the credit, the request), retries, success_rate, first_token_median_ms,\n"
       "first_token_p95_ms, tokens_per_second, known_input_tokens, known_cached_tokens, known_output_tokens."),
    run_stats },
  { NULL },
};

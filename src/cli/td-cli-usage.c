/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "base/td-clock.h"
#include "cli/td-cli-output.h"
#include "cli/td-cli-resolve.h"
#include "cli/td-cli-run.h"
#include "wallet/td-usage-report.h"

/* usage: what models cost, and how many tokens they took. */

#define DEFAULT_DAYS 30
#define MAX_DAYS     3660

static const char *const titles[] = {
  [TD_USAGE_BY_DAY] = N_("DAY"),
  [TD_USAGE_BY_PROVIDER] = N_("PROVIDER"),
  [TD_USAGE_BY_MODEL] = N_("MODEL"),
  [TD_USAGE_BY_CLIENT] = N_("CLIENT"),
};

/* From which day to which. */
typedef struct
{
  gint64 first;
  gint64 last;
} Days;

static gboolean
read_by (const char  *text,
         TdUsageBy   *by,
         GError     **error)
{
  if (!text || td_usage_by_from_string (text, by))
    return TRUE;
  g_set_error (error, TD_CLI_ERROR, TD_CLI_ERROR_USAGE,
               _("“--by” cannot be “%s”; give day, provider, model or client."), text);
  return FALSE;
}

static gboolean
read_since (const char  *text,
            Days        *days,
            GError     **error)
{
  days->last = td_budget_day_of (td_clock_now_us ());
  days->first = td_usage_move_day (days->last, 1 - DEFAULT_DAYS);
  if (!text)
    return TRUE;
  if (td_usage_day_from_text (text, &days->first) &&
      td_usage_count_days (days->first, days->last) >= 1 &&
      td_usage_count_days (days->first, days->last) <= MAX_DAYS)
    return TRUE;
  g_set_error (error, TD_CLI_ERROR, TD_CLI_ERROR_USAGE,
               _("“%s” is no day of the last ten years; give one such as 2026-11-01."), text);
  return FALSE;
}

static TdUsageReport *
load (TdCli       *cli,
      const Days  *days,
      GError     **error)
{
  g_auto (TdCliRun) run = TD_CLI_RUN_INIT;
  TdEngine *engine = td_cli_get_engine (cli, error);
  TdDatabase *database;

  if (!engine)
    return NULL;
  database = td_engine_get_database (engine);
  td_usage_report_load_async (database, td_wallet_get_id (td_engine_get_wallet (engine)),
                              days->first, days->last, cli->cancellable, td_cli_run_ready, &run);
  return td_usage_report_load_finish (database, td_cli_run_wait (&run), error);
}

static gboolean
compare (TdCli          *cli,
         TdModel        *model,
         const Days     *days,
         TdUsageWhatIf  *what_if,
         GError        **error)
{
  g_auto (TdCliRun) run = TD_CLI_RUN_INIT;
  TdEngine *engine = td_cli_get_engine (cli, error);
  TdDatabase *database = td_engine_get_database (engine);

  td_usage_what_if_async (database, td_wallet_get_id (td_engine_get_wallet (engine)), days->first,
                          days->last, td_model_get_facts (model), cli->cancellable,
                          td_cli_run_ready, &run);
  return td_usage_what_if_finish (database, td_cli_run_wait (&run), what_if, error);
}

/* ---- for scripts ----------------------------------------------------------------------------- */

static void
write_figures (TdJsonWriter      *writer,
               const TdUsageLine *line)
{
  td_json_writer_member_int64 (writer, "replies", line->n_replies);
  td_cli_json_money (writer, "spent", line->spent);
  td_json_writer_member_int64 (writer, "unknown_costs", line->n_unknown_costs);
  td_json_writer_member_int64 (writer, "known_input_tokens", line->input);
  td_json_writer_member_int64 (writer, "known_cached_tokens", line->cached);
  td_json_writer_member_int64 (writer, "known_output_tokens", line->output);
  td_json_writer_member_int64 (writer, "known_reasoning_tokens", line->reasoning);
  td_json_writer_member_int64 (writer, "unknown_counts", line->n_unknown_counts);
  td_json_writer_member_int64 (writer, "estimated_counts", line->n_estimates);
}

static void
write_lines (TdJsonWriter        *writer,
             const TdUsageReport *report,
             TdUsageBy            by)
{
  td_json_writer_name (writer, "usage");
  td_json_writer_begin_array (writer);
  for (guint i = 0; i < report->lines[by]->len; i++)
    {
      const TdUsageLine *line = g_ptr_array_index (report->lines[by], i);

      td_json_writer_begin_object (writer);
      td_json_writer_member_string (writer, td_usage_by_to_string (by), line->key);
      write_figures (writer, line);
      td_json_writer_end_object (writer);
    }
  td_json_writer_end_array (writer);
}

static void
write_what_if (TdJsonWriter        *writer,
               TdModel             *model,
               const TdUsageWhatIf *what_if)
{
  td_json_writer_name (writer, "instead");
  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "model", td_model_get_key (model));
  td_json_writer_member_int64 (writer, "replies", what_if->n_replies);
  td_json_writer_member_int64 (writer, "left_out", what_if->n_left_out);
  td_cli_json_money (writer, "spent", what_if->actual);
  td_cli_json_money (writer, "instead", what_if->instead);
  td_json_writer_end_object (writer);
}

static void
print_json (TdCli               *cli,
            const TdUsageReport *report,
            TdUsageBy            by,
            TdModel             *model,
            const TdUsageWhatIf *what_if)
{
  g_autoptr (TdJsonWriter) writer = td_json_writer_new ();
  g_autofree char *since = td_usage_day_to_text (report->first_day);
  g_autofree char *until = td_usage_day_to_text (report->last_day);

  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "since", since);
  td_json_writer_member_string (writer, "until", until);
  td_json_writer_member_string (writer, "by", td_usage_by_to_string (by));
  write_lines (writer, report, by);
  td_json_writer_name (writer, "total");
  td_json_writer_begin_object (writer);
  write_figures (writer, report->total);
  td_json_writer_end_object (writer);
  td_cli_json_money (writer, "month", report->month);
  td_cli_json_money (writer, "forecast", report->forecast);
  if (model)
    write_what_if (writer, model, what_if);
  td_json_writer_end_object (writer);
  td_cli_json_print (cli, writer);
}

/* ---- for people ------------------------------------------------------------------------------ */

/* "$0.12 and more" where the cost of some replies is not known. */
static char *
format_spent (const TdUsageLine *line)
{
  g_autofree char *spent = td_cli_format_money (line->spent);

  if (line->n_unknown_costs == 0)
    return g_steal_pointer (&spent);
  if (line->n_unknown_costs == line->n_replies)
    return g_strdup (_("unknown"));
  /* Translators: an amount of money, where something that is not known comes on top. */
  return g_strdup_printf (_("over %s"), spent);
}

static void
add_line (TdCliTable        *table,
          const char        *name,
          const TdUsageLine *line)
{
  td_cli_table_cell (table, name);
  td_cli_table_cell_take (table, g_strdup_printf ("%" G_GINT64_FORMAT, line->n_replies));
  td_cli_table_cell_take (table, format_spent (line));
  td_cli_table_cell_take (table, td_cli_format_tokens (line->input));
  td_cli_table_cell_take (table, td_cli_format_tokens (line->output));
}

static void
print_table (const TdUsageReport *report,
             TdUsageBy            by)
{
  g_autoptr (TdCliTable) table = td_cli_table_new ();

  td_cli_table_column (table, _(titles[by]), TD_CLI_COLUMN_LEFT);
  td_cli_table_column (table, _("REPLIES"), TD_CLI_COLUMN_RIGHT);
  td_cli_table_column (table, _("SPENT"), TD_CLI_COLUMN_RIGHT);
  td_cli_table_column (table, _("TOKENS IN"), TD_CLI_COLUMN_RIGHT);
  td_cli_table_column (table, _("TOKENS OUT"), TD_CLI_COLUMN_RIGHT);
  for (guint i = 0; i < report->lines[by]->len; i++)
    {
      const TdUsageLine *line = g_ptr_array_index (report->lines[by], i);

      if (line->n_replies > 0)
        add_line (table, *line->key ? line->key : _("Top Dog itself"), line);
    }
  add_line (table, _("all"), report->total);
  td_cli_table_print (table);
}

static void
print_forecast (const TdUsageReport *report)
{
  g_autofree char *month = td_cli_format_money (report->month);
  g_autofree char *forecast =
    report->forecast == TD_MONEY_UNKNOWN ? NULL : td_cli_format_money (report->forecast);

  td_cli_print_fact (_("This month"), month);
  td_cli_print_fact (_("Its end, as it looks"), forecast ? forecast : _("too early to tell"));
}

static void
print_what_if (TdModel             *model,
               const TdUsageWhatIf *what_if)
{
  g_autofree char *actual = td_cli_format_money (what_if->actual);
  g_autofree char *instead = td_cli_format_money (what_if->instead);

  /* Translators: the name of a model, and two amounts of money. */
  td_cli_print (_("With %s the same replies would have cost %s instead of %s.\n"),
                td_model_get_name (model), instead, actual);
  if (what_if->n_left_out > 0)
    td_cli_print (ngettext ("%" G_GINT64_FORMAT
                            " reply is left out: something about it is not known.\n",
                            "%" G_GINT64_FORMAT
                            " replies are left out: something about them is not known.\n",
                            (gulong) what_if->n_left_out),
                  what_if->n_left_out);
}

static void
print_report (TdCli               *cli,
              const TdUsageReport *report,
              TdUsageBy            by)
{
  if (report->total->n_replies == 0)
    td_cli_note (cli, "%s", _("No model was used in this time."));
  else
    print_table (report, by);
  print_forecast (report);
}

static gboolean
run_usage (TdCli   *cli,
           GStrv    argv,
           GError **error)
{
  g_auto (GStrv) args = argv;
  g_autofree char *by_text = NULL;
  g_autofree char *since = NULL;
  g_autofree char *instead = NULL;
  g_autoptr (TdUsageReport) report = NULL;
  TdUsageBy by = TD_USAGE_BY_DAY;
  TdUsageWhatIf what_if;
  TdModel *model = NULL;
  Days days;
  const GOptionEntry entries[] = {
    { "by", 0, 0, G_OPTION_ARG_STRING, &by_text,
      N_("A line for each day (as usual), provider, model or client"), N_("WHAT") },
    { "since", 0, 0, G_OPTION_ARG_STRING, &since, N_("From this day on; 30 days as usual"),
      N_("YYYY-MM-DD") },
    { "instead", 0, 0, G_OPTION_ARG_STRING, &instead,
      N_("What the same would have cost with this model"), N_("MODEL") },
    { NULL },
  };

  if (!td_cli_parse (cli, entries, 0, 0, &args, error) || !read_by (by_text, &by, error) ||
      !read_since (since, &days, error))
    return FALSE;
  if (instead && !(model = td_cli_resolve_model (cli, instead, error)))
    return FALSE;
  report = load (cli, &days, error);
  if (!report || (model && !compare (cli, model, &days, &what_if, error)))
    return FALSE;
  if (cli->json)
    {
      print_json (cli, report, by, model, &what_if);
      return TRUE;
    }
  print_report (cli, report, by);
  if (model)
    print_what_if (model, &what_if);
  return TRUE;
}

const TdCliCommand td_cli_usage_commands[] = {
  { "usage", NULL, N_("What was spent, and how many tokens it took"),
    N_(
     "Of the replies that are settled, those of deleted chats too; days are those of this computer's\n"
     "clock. The end of the month is foretold from the last four weeks. --instead reckons what every\n"
     "one of the same replies would have cost with another model, from the tokens on its receipt.\n\n"
     "--json: since, until, by, usage (each with day, provider, model or client, replies, spent,\n"
     "unknown_costs, known_input_tokens, known_cached_tokens, known_output_tokens,\n"
     "known_reasoning_tokens, unknown_counts, estimated_counts), total, month, forecast (null when\n"
     "it is too early to tell), and with --instead: instead (model, replies, left_out, spent, instead).\n\n"
     "Example: topdogctl usage --by model --since 2026-11-01 --instead gpt-4.1-mini"),
    run_usage },
  { NULL },
};

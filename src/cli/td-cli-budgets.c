/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "cli/td-cli-output.h"
#include "cli/td-cli-resolve.h"
#include "cli/td-cli-run.h"

/* wallet budgets: the most that may be spent in a day, a week or a month. */

typedef struct
{
  char *provider;
  char *model;
  char *agent;
  char *client;
} Subject;

static void
subject_clear (Subject *subject)
{
  g_free (subject->provider);
  g_free (subject->model);
  g_free (subject->agent);
  g_free (subject->client);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Subject, subject_clear)

static const char *
get_level_name (const TdBudget *budget)
{
  switch (td_budget_get_level (budget))
    {
    case TD_BUDGET_REACHED:
      return "reached";
    case TD_BUDGET_NEAR:
      return "near";
    case TD_BUDGET_FINE:
    default:
      return "fine";
    }
}

static void
write_budget (TdJsonWriter   *writer,
              const TdBudget *budget)
{
  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "period", td_budget_period_to_string (budget->period));
  td_json_writer_member_string (writer, "scope", td_budget_scope_to_string (budget->scope));
  td_cli_json_string (writer, "subject", *budget->subject ? budget->subject : NULL);
  td_cli_json_money (writer, "amount", budget->amount);
  td_cli_json_money (writer, "used", budget->used);
  td_cli_json_money (writer, "held", budget->held);
  td_cli_json_left (writer, "left", td_budget_get_left (budget));
  td_json_writer_member_string (writer, "level", get_level_name (budget));
  td_json_writer_end_object (writer);
}

static const char *
get_period_name (TdBudgetPeriod period)
{
  switch (period)
    {
    case TD_BUDGET_DAY:
      return _("day");
    case TD_BUDGET_WEEK:
      return _("week");
    case TD_BUDGET_MONTH:
    default:
      return _("month");
    }
}

static void
print_budgets (GPtrArray *budgets)
{
  g_autoptr (TdCliTable) table = td_cli_table_new ();

  td_cli_table_column (table, _("PERIOD"), TD_CLI_COLUMN_LEFT);
  td_cli_table_column (table, _("FOR"), TD_CLI_COLUMN_SHRINK);
  td_cli_table_column (table, _("BUDGET"), TD_CLI_COLUMN_RIGHT);
  td_cli_table_column (table, _("USED"), TD_CLI_COLUMN_RIGHT);
  td_cli_table_column (table, _("HELD"), TD_CLI_COLUMN_RIGHT);
  td_cli_table_column (table, _("LEFT"), TD_CLI_COLUMN_RIGHT);
  for (guint i = 0; i < budgets->len; i++)
    {
      const TdBudget *budget = g_ptr_array_index (budgets, i);

      td_cli_table_cell (table, get_period_name (budget->period));
      td_cli_table_cell (table, *budget->subject ? budget->subject : _("everything"));
      td_cli_table_cell_take (table, td_cli_format_money (budget->amount));
      td_cli_table_cell_take (table, td_cli_format_money (budget->used));
      td_cli_table_cell_take (table, td_cli_format_money (budget->held));
      td_cli_table_cell_take (table, td_money_format_left (td_budget_get_left (budget)));
    }
  td_cli_table_print (table);
}

static gboolean
show_budgets (TdCli   *cli,
              GError **error)
{
  g_auto (TdCliRun) run = TD_CLI_RUN_INIT;
  TdEngine *engine = td_cli_get_engine (cli, error);
  g_autoptr (TdJsonWriter) writer = td_json_writer_new ();
  TdWallet *wallet;
  GPtrArray *budgets;

  if (!engine)
    return FALSE;
  wallet = td_engine_get_wallet (engine);
  td_wallet_reload_async (wallet, cli->cancellable, td_cli_run_ready, &run);
  if (!td_wallet_reload_finish (wallet, td_cli_run_wait (&run), error))
    return FALSE;
  budgets = td_wallet_get_budgets (wallet);
  if (!cli->json)
    {
      if (budgets->len == 0)
        td_cli_note (cli, "%s", _("There are no budgets; see “topdogctl wallet budget --help”."));
      else
        print_budgets (budgets);
      return TRUE;
    }
  td_json_writer_begin_object (writer);
  td_json_writer_name (writer, "budgets");
  td_json_writer_begin_array (writer);
  for (guint i = 0; i < budgets->len; i++)
    write_budget (writer, g_ptr_array_index (budgets, i));
  td_json_writer_end_array (writer);
  td_json_writer_end_object (writer);
  td_cli_json_print (cli, writer);
  return TRUE;
}

static gboolean
run_budgets (TdCli   *cli,
             GStrv    argv,
             GError **error)
{
  g_auto (GStrv) args = argv;

  return td_cli_parse (cli, NULL, 0, 0, &args, error) && show_budgets (cli, error);
}

/* What the budget is for, by its full name. */
static gboolean
resolve_subject (TdCli          *cli,
                 const Subject  *subject,
                 TdBudgetScope  *scope,
                 char          **name,
                 GError        **error)
{
  guint n_given = !!subject->provider + !!subject->model + !!subject->agent + !!subject->client;

  *scope = TD_BUDGET_ALL;
  *name = NULL;
  if (n_given > 1)
    {
      g_set_error_literal (error, TD_CLI_ERROR, TD_CLI_ERROR_USAGE,
                           _("A budget is for one provider, model, agent or client, or for everything."));
      return FALSE;
    }
  if (subject->provider)
    {
      const TdEndpoint *endpoint = td_cli_resolve_provider (cli, subject->provider, error);

      *scope = TD_BUDGET_PROVIDER;
      *name = endpoint ? g_strdup (endpoint->provider_id) : NULL;
    }
  else if (subject->model)
    {
      TdModel *model = td_cli_resolve_model (cli, subject->model, error);

      *scope = TD_BUDGET_MODEL;
      *name = model ? g_strdup (td_model_get_key (model)) : NULL;
    }
  else if (subject->agent || subject->client)
    {
      *scope = subject->agent ? TD_BUDGET_AGENT : TD_BUDGET_CLIENT;
      *name = g_strdup (subject->agent ? subject->agent : subject->client);
    }
  return n_given == 0 || *name;
}

static gboolean
remove_budget (TdCli           *cli,
               TdWallet        *wallet,
               const TdBudget  *budget,
               GError         **error)
{
  GPtrArray *budgets = td_wallet_get_budgets (wallet);

  for (guint i = 0; i < budgets->len; i++)
    {
      const TdBudget *other = g_ptr_array_index (budgets, i);
      g_auto (TdCliRun) run = TD_CLI_RUN_INIT;

      if (other->period != budget->period || other->scope != budget->scope ||
          !g_str_equal (other->subject, budget->subject))
        continue;
      td_wallet_remove_budget_async (wallet, other->id, td_cli_run_ready, &run);
      return td_wallet_change_finish (wallet, td_cli_run_wait (&run), error);
    }
  g_set_error_literal (error, TD_CLI_ERROR, TD_CLI_ERROR_NOT_FOUND,
                       _("There is no such budget; see “topdogctl wallet budgets”."));
  return FALSE;
}

/* A budget of none is no budget. */
static gboolean
change_budget (TdCli       *cli,
               TdBudget    *budget,
               const char  *amount,
               GError     **error)
{
  g_auto (TdCliRun) reading = TD_CLI_RUN_INIT;
  g_auto (TdCliRun) writing = TD_CLI_RUN_INIT;
  TdEngine *engine = td_cli_get_engine (cli, error);
  TdWallet *wallet;

  if (!engine)
    return FALSE;
  wallet = td_engine_get_wallet (engine);
  td_wallet_reload_async (wallet, cli->cancellable, td_cli_run_ready, &reading);
  if (!td_wallet_reload_finish (wallet, td_cli_run_wait (&reading), error))
    return FALSE;
  if (g_str_equal (amount, "none"))
    return remove_budget (cli, wallet, budget, error);
  td_wallet_set_budget_async (wallet, budget, td_cli_run_ready, &writing);
  return td_wallet_change_finish (wallet, td_cli_run_wait (&writing), error);
}

static gboolean
run_budget (TdCli   *cli,
            GStrv    argv,
            GError **error)
{
  g_auto (GStrv) args = argv;
  g_auto (Subject) subject = { 0 };
  g_autoptr (TdBudget) budget = NULL;
  g_autofree char *name = NULL;
  TdBudgetPeriod period;
  TdBudgetScope scope;
  TdMoney amount = 0;
  const GOptionEntry entries[] = {
    { "provider", 0, 0, G_OPTION_ARG_STRING, &subject.provider, N_("Only for this provider"),
      N_("PROVIDER") },
    { "model", 0, 0, G_OPTION_ARG_STRING, &subject.model, N_("Only for this model"), N_("MODEL") },
    { "agent", 0, 0, G_OPTION_ARG_STRING, &subject.agent, N_("Only for this agent"), N_("NAME") },
    { "client", 0, 0, G_OPTION_ARG_STRING, &subject.client, N_("Only for this client"),
      N_("NAME") },
    { NULL },
  };

  if (!td_cli_parse (cli, entries, 2, 2, &args, error))
    return FALSE;
  if (!td_budget_period_from_string (args[0], &period))
    {
      g_set_error (error, TD_CLI_ERROR, TD_CLI_ERROR_USAGE,
                   _("There is no period “%s”; give day, week or month."), args[0]);
      return FALSE;
    }
  if (!g_str_equal (args[1], "none") && (!td_money_parse (args[1], &amount) || amount < 0))
    {
      g_set_error (error, TD_CLI_ERROR, TD_CLI_ERROR_USAGE,
                   _("“%s” is no amount; give it in dollars, such as 20 or 0.50, or none."), args[1]);
      return FALSE;
    }
  if (!resolve_subject (cli, &subject, &scope, &name, error))
    return FALSE;
  budget = td_budget_new (period, scope, name, amount);
  return change_budget (cli, budget, args[1], error) && show_budgets (cli, error);
}

const TdCliCommand td_cli_budgets_commands[] = {
  { "wallet budgets", NULL, N_("List budgets and what is used of them"),
    N_("Used is what was spent in the day, the week (from Monday on) or the month that it is now.\n"
       "What could cross a budget is refused.\n\n"
       "--json: budgets, each with period, scope (all, provider, model, agent, client), subject,\n"
       "amount, used, held, left, and level (fine, near: 80 % or more, reached)."),
    run_budgets },
  { "wallet budget", N_("day|week|month USD"), N_("Set a budget"),
    N_("Takes the place of a budget of the same period for the same. USD may be none, which removes\n"
       "it. Prints all budgets.\n\n"
       "--json: as wallet budgets.\n\n"
       "Examples:\n"
       "  topdogctl wallet budget month 20\n"
       "  topdogctl wallet budget day 1 --provider openai\n"
       "  topdogctl wallet budget day none --provider openai"),
    run_budget },
  { NULL },
};

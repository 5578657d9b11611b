/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

#include "base/td-decimal.h"
#include "cli/td-cli-output.h"
#include "cli/td-cli-resolve.h"
#include "cli/td-cli-run.h"
#include "wallet/td-usage-report.h"

/* wallet: the balance, what moved it, and budgets. */

#define USUAL_LIMIT 20
#define MAX_LIMIT   10000

/* The wallet as it is now. */
static TdWallet *
get_wallet (TdCli   *cli,
            GError **error)
{
  g_auto (TdCliRun) run = TD_CLI_RUN_INIT;
  TdEngine *engine = td_cli_get_engine (cli, error);
  TdWallet *wallet;

  if (!engine)
    return NULL;
  wallet = td_engine_get_wallet (engine);
  td_wallet_reload_async (wallet, cli->cancellable, td_cli_run_ready, &run);
  return td_wallet_reload_finish (wallet, td_cli_run_wait (&run), error) ? wallet : NULL;
}

static gboolean
parse_money (const char  *text,
             TdMoney     *money,
             GError     **error)
{
  if (td_money_parse (text, money) && *money > 0)
    return TRUE;
  g_set_error (error, TD_CLI_ERROR, TD_CLI_ERROR_USAGE,
               _("“%s” is no amount; give it in dollars, such as 20 or 0.50."), text);
  return FALSE;
}

static void
print_money (const char *name,
             TdMoney     money)
{
  g_autofree char *text = td_cli_format_money (money);

  td_cli_print_fact (name, text);
}

/* ---- balance ----------------------------------------------------------------------------------- */

static void
print_balance_json (TdCli               *cli,
                    const TdWalletState *state)
{
  g_autoptr (TdJsonWriter) writer = td_json_writer_new ();
  const TdMoney *of = state->balances.of;

  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "mode", td_wallet_mode_to_string (state->mode));
  td_cli_json_left (writer, "balance", of[TD_LEDGER_WALLET]);
  td_cli_json_money (writer, "held", of[TD_LEDGER_HELD]);
  td_cli_json_money (writer, "added", -of[TD_LEDGER_FUNDING]);
  td_cli_json_money (writer, "spent", of[TD_LEDGER_SPENT]);
  td_cli_json_money (writer, "commission", of[TD_LEDGER_COMMISSION]);
  td_cli_json_money (writer, "overrun", of[TD_LEDGER_OVERRUN]);
  td_cli_json_money (writer, "unfunded", -of[TD_LEDGER_UNFUNDED]);
  td_json_writer_member_int64 (writer, "commission_ppm", state->commission_ppm);
  td_json_writer_end_object (writer);
  td_cli_json_print (cli, writer);
}

static void
print_balance (const TdWalletState *state)
{
  const TdMoney *of = state->balances.of;
  g_autofree char *balance = td_money_format_left (of[TD_LEDGER_WALLET]);

  td_cli_print_fact (_("Balance"), balance);
  print_money (_("Held"), of[TD_LEDGER_HELD]);
  print_money (_("Added"), -of[TD_LEDGER_FUNDING]);
  print_money (_("Spent"), of[TD_LEDGER_SPENT]);
  if (of[TD_LEDGER_COMMISSION] > 0)
    print_money (_("Commission"), of[TD_LEDGER_COMMISSION]);
  if (of[TD_LEDGER_OVERRUN] > 0)
    print_money (_("Beyond holds"), of[TD_LEDGER_OVERRUN]);
  td_cli_print_fact (_("Mode"), state->mode == TD_WALLET_PREPAID
                                   ? _("prepaid: nothing is spent that is not there")
                                   : _("track: spending is recorded, nothing is refused"));
}

static gboolean
run_balance (TdCli   *cli,
             GStrv    argv,
             GError **error)
{
  g_auto (GStrv) args = argv;
  TdWallet *wallet;

  if (!td_cli_parse (cli, NULL, 0, 0, &args, error))
    return FALSE;
  wallet = get_wallet (cli, error);
  if (!wallet)
    return FALSE;
  if (cli->json)
    print_balance_json (cli, td_wallet_get_state (wallet));
  else
    print_balance (td_wallet_get_state (wallet));
  return TRUE;
}

/* ---- transactions ------------------------------------------------------------------------------ */

static void
write_transaction (TdJsonWriter              *writer,
                   const TdLedgerTransaction *transaction)
{
  td_json_writer_begin_object (writer);
  td_json_writer_member_int64 (writer, "number", transaction->number);
  td_json_writer_member_string (writer, "kind", td_ledger_kind_to_string (transaction->kind));
  td_cli_json_time (writer, "time", transaction->time_us);
  td_cli_json_money (writer, "amount", transaction->amount);
  td_cli_json_left (writer, "balance", transaction->balance);
  td_cli_json_money (writer, "held", transaction->held);
  td_cli_json_string (writer, "model", transaction->model_key);
  td_cli_json_string (writer, "provider", transaction->provider_id);
  td_cli_json_string (writer, "method", transaction->method);
  td_cli_json_string (writer, "reference", transaction->reference);
  td_cli_json_string (writer, "note", transaction->note);
  td_cli_json_count (writer, "related",
                     transaction->related_number > 0 ? transaction->related_number : -1);
  td_json_writer_member_string (writer, "hash", transaction->hash);
  td_json_writer_end_object (writer);
}

static const char *
get_kind_name (TdLedgerKind kind)
{
  switch (kind)
    {
    case TD_LEDGER_FUND:
      return _("added");
    case TD_LEDGER_REFUND:
      return _("taken back");
    case TD_LEDGER_HOLD:
      return _("held");
    case TD_LEDGER_RELEASE:
      return _("released");
    case TD_LEDGER_SETTLE:
    default:
      return _("spent");
    }
}

static void
print_transactions (GPtrArray *list)
{
  g_autoptr (TdCliTable) table = td_cli_table_new ();

  td_cli_table_column (table, _("NUMBER"), TD_CLI_COLUMN_RIGHT);
  td_cli_table_column (table, _("TIME"), TD_CLI_COLUMN_LEFT);
  td_cli_table_column (table, _("WHAT"), TD_CLI_COLUMN_LEFT);
  td_cli_table_column (table, _("AMOUNT"), TD_CLI_COLUMN_RIGHT);
  td_cli_table_column (table, _("BALANCE"), TD_CLI_COLUMN_RIGHT);
  td_cli_table_column (table, _("FOR"), TD_CLI_COLUMN_SHRINK);
  for (guint i = 0; i < list->len; i++)
    {
      const TdLedgerTransaction *transaction = g_ptr_array_index (list, i);
      const char *subject = transaction->model_key ? transaction->model_key : transaction->note;

      td_cli_table_cell_take (table, g_strdup_printf ("%" G_GINT64_FORMAT, transaction->number));
      td_cli_table_cell_take (table, td_cli_format_time (transaction->time_us));
      td_cli_table_cell (table, get_kind_name (transaction->kind));
      td_cli_table_cell_take (table, td_cli_format_money (transaction->amount));
      td_cli_table_cell_take (table, td_money_format_left (transaction->balance));
      td_cli_table_cell (table, subject ? subject : transaction->method);
    }
  td_cli_table_print (table);
}

static void
print_transactions_json (TdCli     *cli,
                         GPtrArray *list)
{
  g_autoptr (TdJsonWriter) writer = td_json_writer_new ();

  td_json_writer_begin_object (writer);
  td_json_writer_name (writer, "transactions");
  td_json_writer_begin_array (writer);
  for (guint i = 0; i < list->len; i++)
    write_transaction (writer, g_ptr_array_index (list, i));
  td_json_writer_end_array (writer);
  td_json_writer_end_object (writer);
  td_cli_json_print (cli, writer);
}

static gboolean
find_filter (const char      *text,
             TdLedgerFilter  *filter,
             GError         **error)
{
  static const char *const names[] = { "moves", "added", "spent", "all" };

  *filter = TD_LEDGER_FILTER_MOVES;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      if (text && g_str_equal (text, names[i]))
        {
          *filter = (TdLedgerFilter) i;
          return TRUE;
        }
    }
  if (!text)
    return TRUE;
  g_set_error (error, TD_CLI_ERROR, TD_CLI_ERROR_USAGE,
               _("There are no transactions “%s”; give moves, added, spent or all."), text);
  return FALSE;
}

/* The day's beginning by this computer's clock. */
static gboolean
find_time (const char  *text,
           gint64      *time_us,
           GError     **error)
{
  g_autoptr (GDateTime) time = NULL;
  gint64 day;

  *time_us = 0;
  if (!text)
    return TRUE;
  if (td_usage_day_from_text (text, &day))
    time = g_date_time_new_local ((int) (day / 10000), (int) (day / 100 % 100), (int) (day % 100),
                                  0, 0, 0);
  if (!time)
    {
      g_set_error (error, TD_CLI_ERROR, TD_CLI_ERROR_USAGE,
                   _("“%s” is no day; give one such as 2026-11-01."), text);
      return FALSE;
    }
  *time_us = g_date_time_to_unix_usec (time);
  return TRUE;
}

static gboolean
print_csv (TdCli           *cli,
           TdWallet        *wallet,
           TdLedgerFilter   filter,
           gint64           since_us,
           GError         **error)
{
  g_auto (TdCliRun) run = TD_CLI_RUN_INIT;
  g_autoptr (GBytes) text = NULL;

  td_wallet_export_async (wallet, TD_LEDGER_CSV, filter, since_us, cli->cancellable,
                          td_cli_run_ready, &run);
  text = td_wallet_export_finish (wallet, td_cli_run_wait (&run), error);
  if (!text)
    return FALSE;
  if (fwrite (g_bytes_get_data (text, NULL), 1, g_bytes_get_size (text), stdout) ==
      g_bytes_get_size (text))
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (errno), g_strerror (errno));
  return FALSE;
}

static gboolean
run_transactions (TdCli   *cli,
                  GStrv    argv,
                  GError **error)
{
  g_auto (GStrv) args = argv;
  g_auto (TdCliRun) run = TD_CLI_RUN_INIT;
  g_autofree char *only = NULL;
  g_autoptr (GPtrArray) list = NULL;
  g_autofree char *since = NULL;
  gint64 before = 0, since_us = 0;
  int limit = USUAL_LIMIT;
  gboolean csv = FALSE;
  TdLedgerFilter filter;
  TdWallet *wallet;
  const GOptionEntry entries[] = {
    { "only", 0, 0, G_OPTION_ARG_STRING, &only, N_("moves (as usual), added, spent or all"),
      N_("WHICH") },
    { "limit", 'n', 0, G_OPTION_ARG_INT, &limit, N_("How many"), N_("N") },
    { "before", 0, 0, G_OPTION_ARG_INT64, &before, N_("Only those before this number"),
      N_("NUMBER") },
    { "since", 0, 0, G_OPTION_ARG_STRING, &since, N_("Only those from this day on"),
      N_("YYYY-MM-DD") },
    { "csv", 0, 0, G_OPTION_ARG_NONE, &csv, N_("All of them, as a table for spreadsheets"), NULL },
    { NULL },
  };

  if (!td_cli_parse (cli, entries, 0, 0, &args, error) || !find_filter (only, &filter, error) ||
      !find_time (since, &since_us, error))
    return FALSE;
  wallet = get_wallet (cli, error);
  if (!wallet)
    return FALSE;
  if (csv)
    return print_csv (cli, wallet, filter, since_us, error);
  td_wallet_list_async (wallet, filter, since_us, MAX (before, 0),
                        (guint) CLAMP (limit, 1, MAX_LIMIT), cli->cancellable, td_cli_run_ready,
                        &run);
  list = td_wallet_list_finish (wallet, td_cli_run_wait (&run), error);
  if (!list)
    return FALSE;
  if (cli->json)
    print_transactions_json (cli, list);
  else if (list->len == 0)
    td_cli_note (cli, "%s", _("There are no such transactions."));
  else
    print_transactions (list);
  return TRUE;
}

/* ---- add and take back --------------------------------------------------------------------------- */

static gboolean
finish_move (TdCli     *cli,
             TdWallet  *wallet,
             TdCliRun  *run,
             GError   **error)
{
  g_autoptr (TdLedgerTransaction) transaction =
    td_wallet_move_finish (wallet, td_cli_run_wait (run), error);
  g_autofree char *amount = NULL;
  g_autofree char *balance = NULL;

  if (!transaction)
    return FALSE;
  if (cli->json)
    {
      g_autoptr (TdJsonWriter) writer = td_json_writer_new ();

      td_json_writer_begin_object (writer);
      td_json_writer_name (writer, "transaction");
      write_transaction (writer, transaction);
      td_json_writer_end_object (writer);
      td_cli_json_print (cli, writer);
      return TRUE;
    }
  amount = td_cli_format_money (ABS (transaction->amount));
  balance = td_money_format_left (transaction->balance);
  if (transaction->kind == TD_LEDGER_FUND)
    /* Translators: two amounts of money. */
    td_cli_print (_("%s is added; the balance is %s.\n"), amount, balance);
  else
    /* Translators: two amounts of money. */
    td_cli_print (_("%s is taken back; the balance is %s.\n"), amount, balance);
  return TRUE;
}

static gboolean
run_add (TdCli   *cli,
         GStrv    argv,
         GError **error)
{
  g_auto (GStrv) args = argv;
  g_auto (TdCliRun) run = TD_CLI_RUN_INIT;
  g_autofree char *note = NULL;
  TdMoney amount;
  TdWallet *wallet;
  const GOptionEntry entries[] = {
    { "note", 0, 0, G_OPTION_ARG_STRING, &note, N_("What it is for"), N_("TEXT") },
    { NULL },
  };

  if (!td_cli_parse (cli, entries, 1, 1, &args, error) || !parse_money (args[0], &amount, error))
    return FALSE;
  wallet = get_wallet (cli, error);
  if (!wallet)
    return FALSE;
  td_wallet_add_funds_async (wallet, amount, "budget", NULL, note, td_cli_run_ready, &run);
  return finish_move (cli, wallet, &run, error);
}

static gboolean
run_take_back (TdCli   *cli,
               GStrv    argv,
               GError **error)
{
  g_auto (GStrv) args = argv;
  g_auto (TdCliRun) run = TD_CLI_RUN_INIT;
  g_autofree char *note = NULL;
  gint64 number;
  TdMoney amount;
  TdWallet *wallet;
  const GOptionEntry entries[] = {
    { "note", 0, 0, G_OPTION_ARG_STRING, &note, N_("Why"), N_("TEXT") },
    { NULL },
  };

  if (!td_cli_parse (cli, entries, 2, 2, &args, error) ||
      !td_cli_resolve_id (args[0], &number, error) || !parse_money (args[1], &amount, error))
    return FALSE;
  wallet = get_wallet (cli, error);
  if (!wallet)
    return FALSE;
  td_wallet_take_back_async (wallet, number, amount, "budget", NULL, note, td_cli_run_ready, &run);
  return finish_move (cli, wallet, &run, error);
}

/* ---- verify -------------------------------------------------------------------------------------- */

static void
print_report_json (TdCli                *cli,
                   const TdLedgerReport *report)
{
  g_autoptr (TdJsonWriter) writer = td_json_writer_new ();

  td_json_writer_begin_object (writer);
  td_json_writer_member_bool (writer, "sound", report->sound);
  td_json_writer_member_int64 (writer, "transactions", report->n_transactions);
  td_json_writer_member_int64 (writer, "entries", report->n_entries);
  td_cli_json_count (writer, "fault_at", report->fault_number > 0 ? report->fault_number : -1);
  td_cli_json_string (writer, "fault", report->fault);
  td_json_writer_end_object (writer);
  td_cli_json_print (cli, writer);
}

static gboolean
run_verify (TdCli   *cli,
            GStrv    argv,
            GError **error)
{
  g_auto (GStrv) args = argv;
  g_auto (TdCliRun) run = TD_CLI_RUN_INIT;
  g_autoptr (TdLedgerReport) report = NULL;
  TdWallet *wallet;

  if (!td_cli_parse (cli, NULL, 0, 0, &args, error))
    return FALSE;
  wallet = get_wallet (cli, error);
  if (!wallet)
    return FALSE;
  td_wallet_verify_async (wallet, cli->cancellable, td_cli_run_ready, &run);
  report = td_wallet_verify_finish (wallet, td_cli_run_wait (&run), error);
  if (!report)
    return FALSE;
  if (cli->json)
    print_report_json (cli, report);
  else if (report->sound)
    td_cli_print (_("The ledger is sound: %" G_GINT64_FORMAT " transactions, %" G_GINT64_FORMAT
                    " entries.\n"),
                  report->n_transactions, report->n_entries);
  if (report->sound)
    return TRUE;
  if (report->fault_number > 0)
    g_set_error (error, TD_WALLET_ERROR, TD_WALLET_ERROR_DAMAGED,
                 "transaction %" G_GINT64_FORMAT ": %s", report->fault_number, report->fault);
  else
    g_set_error_literal (error, TD_WALLET_ERROR, TD_WALLET_ERROR_DAMAGED, report->fault);
  return FALSE;
}

/* ---- mode ---------------------------------------------------------------------------------------- */

static gboolean
set_mode (TdCli       *cli,
          TdWallet    *wallet,
          const char  *text,
          GError     **error)
{
  g_auto (TdCliRun) run = TD_CLI_RUN_INIT;
  TdWalletMode mode;

  if (!td_wallet_mode_from_string (text, &mode))
    {
      g_set_error (error, TD_CLI_ERROR, TD_CLI_ERROR_USAGE,
                   _("There is no mode “%s”; give track or prepaid."), text);
      return FALSE;
    }
  td_wallet_set_mode_async (wallet, mode, td_cli_run_ready, &run);
  return td_wallet_change_finish (wallet, td_cli_run_wait (&run), error);
}

static gboolean
run_mode (TdCli   *cli,
          GStrv    argv,
          GError **error)
{
  g_auto (GStrv) args = argv;
  TdWallet *wallet;
  const char *mode;

  if (!td_cli_parse (cli, NULL, 0, 1, &args, error))
    return FALSE;
  wallet = get_wallet (cli, error);
  if (!wallet || (args[0] && !set_mode (cli, wallet, args[0], error)))
    return FALSE;
  mode = args[0] ? args[0] : td_wallet_mode_to_string (td_wallet_get_mode (wallet));
  if (cli->json)
    {
      g_autoptr (TdJsonWriter) writer = td_json_writer_new ();

      td_json_writer_begin_object (writer);
      td_json_writer_member_string (writer, "mode", mode);
      td_json_writer_end_object (writer);
      td_cli_json_print (cli, writer);
    }
  else
    td_cli_print ("%s\n", mode);
  return TRUE;
}

/* ---- commission ---------------------------------------------------------------------------------- */

static gboolean
set_commission (TdCli       *cli,
                TdWallet    *wallet,
                const char  *text,
                gint64      *ppm,
                GError     **error)
{
  g_auto (TdCliRun) run = TD_CLI_RUN_INIT;
  gboolean inexact = FALSE;

  /* Ten thousand millionths are one per cent: four decimals, and no more than can be kept. */
  if (!td_decimal_parse_scaled (text, strlen (text), 4, TD_DECIMAL_PLAIN, ppm, &inexact) ||
      inexact || *ppm < 0 || *ppm > 1000000)
    {
      g_set_error (error, TD_CLI_ERROR, TD_CLI_ERROR_USAGE,
                   _("“%s” is no percentage; give one from 0 to 100, such as 30 or 12.5."), text);
      return FALSE;
    }
  td_wallet_set_commission_async (wallet, *ppm, td_cli_run_ready, &run);
  return td_wallet_change_finish (wallet, td_cli_run_wait (&run), error);
}

static gboolean
run_commission (TdCli   *cli,
                GStrv    argv,
                GError **error)
{
  g_auto (GStrv) args = argv;
  TdWallet *wallet;
  gint64 ppm;

  if (!td_cli_parse (cli, NULL, 0, 1, &args, error))
    return FALSE;
  wallet = get_wallet (cli, error);
  if (!wallet)
    return FALSE;
  ppm = td_wallet_get_state (wallet)->commission_ppm;
  if (args[0] && !set_commission (cli, wallet, args[0], &ppm, error))
    return FALSE;
  if (cli->json)
    {
      g_autoptr (TdJsonWriter) writer = td_json_writer_new ();

      td_json_writer_begin_object (writer);
      td_json_writer_member_int64 (writer, "commission_ppm", ppm);
      td_json_writer_end_object (writer);
      td_cli_json_print (cli, writer);
    }
  else
    {
      g_autofree char *percent = td_decimal_to_text (ppm, 4, 0);

      td_cli_print ("%s %%\n", percent);
    }
  return TRUE;
}

const TdCliCommand td_cli_wallet_commands[] = {
  { "wallet balance", NULL, N_("Show what may be spent, and what was"),
    N_("Held is what is set aside for replies under way: the most they can cost.\n\n"
       "--json: mode (track, prepaid), and balance, held, added, spent, commission, overrun and\n"
       "unfunded, each with nano_dollars and text; commission_ppm."),
    run_balance },
  { "wallet add", N_("USD"), N_("Add funds"),
    N_("With your own API keys this is a limit that you set: the providers bill you, and nothing\n"
       "is spent beyond it. The first money makes the wallet a prepaid one.\n\n"
       "--json: transaction, as wallet transactions gives it.\n\n"
       "Example: topdogctl wallet add 20 --note November"),
    run_add },
  { "wallet take-back", N_("NUMBER USD"), N_("Take back funds that were added"),
    N_("NUMBER is the transaction by which they came; see “topdogctl wallet transactions”. What\n"
       "is spent already is spent: the balance does not go below zero.\n\n"
       "--json: transaction."),
    run_take_back },
  { "wallet transactions", NULL, N_("List what came in and what was spent, newest first"),
    N_("--csv gives all of them, with exact amounts in dollars, for a spreadsheet or an archive.\n\n"
       "--json: transactions, each with number, kind (fund, refund, hold, release, settle), time,\n"
       "amount, balance and held afterwards, model, provider, method, reference, note, related,\n"
       "hash."),
    run_transactions },
  { "wallet verify", NULL, N_("Recompute the whole ledger and every balance"),
    N_("Finds rows that were changed, deleted or inserted by another program. The exit status is 1\n"
       "then.\n\n--json: sound, transactions, entries, fault_at, fault."),
    run_verify },
  { "wallet mode", N_("[track|prepaid]"), N_("Show or set what happens when the balance is gone"),
    N_("track: spending is recorded, and nothing is refused. prepaid: nothing is spent that is not\n"
       "there. Free and local models can always be used. Budgets hold in both.\n\n--json: mode."),
    run_mode },
  { "wallet commission", N_("[PERCENT]"), N_("Show or set what an operator takes of replies"),
    N_("Only replies with a marketplace key pay it, beside what the provider charges; see “topdogctl\n"
       "keys ownership”. What is held already keeps its terms.\n\n--json: commission_ppm, in millionths."),
    run_commission },
  { NULL },
};

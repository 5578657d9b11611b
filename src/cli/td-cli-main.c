/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <locale.h>
#include <signal.h>
#include <unistd.h>

#include "base/td-process.h"
#include "cli/td-cli-errors.h"
#include "cli/td-cli-output.h"

/* topdogctl: everything Top Dog can do, in a terminal and for scripts. */

static const struct
{
  const char *title;
  const TdCliCommand *commands;
} groups[] = {
  { N_("Look around"), td_cli_models_commands },
  { N_("Choose"), td_cli_recommend_commands },
  { N_("What was learned"), td_cli_learned_commands },
  { N_("Ask"), td_cli_ask_commands },
  { N_("Tokens"), td_cli_tokens_commands },
  { N_("Past chats"), td_cli_chats_commands },
  { N_("Money"), td_cli_wallet_commands },
  { N_("Payments"), td_cli_payments_commands },
  { N_("Budgets"), td_cli_budgets_commands },
  { N_("Receipts"), td_cli_receipt_commands },
  { N_("Usage"), td_cli_usage_commands },
  { N_("Accounts"), td_cli_account_commands },
  { N_("API keys"), td_cli_keys_commands },
  { N_("The Hugging Face hub"), td_cli_hub_commands },
  { N_("Local models"), td_cli_local_commands },
  { N_("Providers"), td_cli_providers_commands },
  { N_("Other programs"), td_cli_serve_commands },
  { N_("Their keys"), td_cli_clients_commands },
  { N_("Statistics"), td_cli_stats_commands },
  { N_("The catalogue"), td_cli_catalogue_commands },
};

static void
print_program_help (void)
{
  td_cli_print (_("Usage:\n  topdogctl COMMAND [OPTION…]\n\n"
                  "Browse AI models, manage keys and providers, and ask models, from a terminal.\n"));
  for (guint i = 0; i < G_N_ELEMENTS (groups); i++)
    {
      td_cli_print ("\n%s:\n", _(groups[i].title));
      for (const TdCliCommand *command = groups[i].commands; command->words; command++)
        td_cli_print ("  %-20s %s\n", command->words, _(command->summary));
    }
  td_cli_print (_(
   "\n“topdogctl COMMAND --help” explains a command and its options. Every command takes --json\n"
   "and then prints one JSON value: money as {\"nano_dollars\": 2500000000, \"text\": \"$2.50\"}, times in\n"
   "UTC, unknown as null, and {\"error\": {\"code\", \"message\"}} when it failed.\n\n"
   "Exit status: 0 done, 1 failed, 2 wrong usage, 3 not signed in or no key, 4 refused by a cost limit,\n"
   "a budget or the balance, 5 the provider failed, 6 not found, 130 interrupted.\n\n"
   "Data is kept below $XDG_DATA_HOME/topdog. Keys are kept in the system’s keyring or in a\n"
   "sealed vault, and are never printed. NO_COLOR turns styles off.\n"));
}

/* Signals: the first one stops what is under way in good order; a second one finds the usual
 * behaviour again. */
static gboolean
signal_cb (gpointer user_data,
           int      number)
{
  TdCli *cli = user_data;

  cli->signal_number = number;
  g_cancellable_cancel (cli->cancellable);
  return G_SOURCE_REMOVE;
}

static gboolean
interrupt_cb (gpointer user_data)
{
  return signal_cb (user_data, SIGINT);
}

static gboolean
terminate_cb (gpointer user_data)
{
  return signal_cb (user_data, SIGTERM);
}

static gboolean
hang_up_cb (gpointer user_data)
{
  return signal_cb (user_data, SIGHUP);
}

static void
watch_signals (TdCli *cli)
{
  g_unix_signal_add (SIGINT, interrupt_cb, cli);
  g_unix_signal_add (SIGTERM, terminate_cb, cli);
  g_unix_signal_add (SIGHUP, hang_up_cb, cli);
  signal (SIGPIPE, SIG_IGN); /* a reader that leaves is an error of write() */
}

/* The longest command whose words stand at the beginning wins: "model show" before "model". */
static const TdCliCommand *
find_command (char  **words,
              guint  *n_words)
{
  g_autofree char *two = words[0] && words[1] ? g_strjoin (" ", words[0], words[1], NULL) : NULL;

  for (int n = two ? 2 : 1; n >= 1; n--)
    {
      const char *text = n == 2 ? two : words[0];

      for (guint i = 0; text && i < G_N_ELEMENTS (groups); i++)
        {
          for (const TdCliCommand *command = groups[i].commands; command->words; command++)
            {
              if (g_str_equal (command->words, text))
                {
                  *n_words = (guint) n;
                  return command;
                }
            }
        }
    }
  return NULL;
}

/* The commands that begin with the word, or all of them. */
static char *
list_commands (const char *first_word)
{
  GString *list = g_string_new (NULL);
  g_autofree char *start = g_strconcat (first_word, " ", NULL);

  for (int only_related = 1; only_related >= 0 && list->len == 0; only_related--)
    for (guint i = 0; i < G_N_ELEMENTS (groups); i++)
      for (const TdCliCommand *command = groups[i].commands; command->words; command++)
        {
          if (!only_related || g_str_has_prefix (command->words, start))
            g_string_append_printf (list, "%s%s", list->len > 0 ? ", " : "", command->words);
        }
  return g_string_free_and_steal (list);
}

static gboolean
set_unknown_command (char   **words,
                     GError **error)
{
  g_autofree char *list = list_commands (words[0]);

  g_set_error (error, TD_CLI_ERROR, TD_CLI_ERROR_USAGE,
               _("There is no command “%s”; the commands are: %s."), words[0], list);
  return FALSE;
}

static gboolean
run_command (TdCli   *cli,
             char   **words,
             GError **error)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autofree char *name = NULL;
  guint n_words = 0;

  cli->command = find_command (words, &n_words);
  if (!cli->command)
    return set_unknown_command (words, error);

  /* Help and errors begin with the whole command. */
  name = g_strconcat ("topdogctl ", cli->command->words, NULL);
  g_set_prgname (name);
  g_strv_builder_add (builder, name);
  g_strv_builder_addv (builder, (const char **) words + n_words);
  return cli->command->run (cli, g_strv_builder_end (builder), error);
}

/* Options before the command: those that every command has as well. */
static gboolean
run (TdCli   *cli,
     char   **words,
     GError **error)
{
  for (; *words && **words == '-'; words++)
    {
      if (g_str_equal (*words, "--json"))
        cli->json = TRUE;
      else if (g_str_equal (*words, "--quiet") || g_str_equal (*words, "-q"))
        cli->quiet = TRUE;
      else if (g_str_equal (*words, "--help") || g_str_equal (*words, "-h"))
        {
          print_program_help ();
          return TRUE;
        }
      else if (g_str_equal (*words, "--version"))
        {
          td_cli_print ("topdogctl %s\n", TD_VERSION);
          return TRUE;
        }
      else
        {
          g_set_error (error, TD_CLI_ERROR, TD_CLI_ERROR_USAGE,
                       _("There is no option “%s”; see “topdogctl --help”."), *words);
          return FALSE;
        }
    }
  if (*words && g_str_equal (*words, "help") && !words[1])
    {
      print_program_help ();
      return TRUE;
    }
  if (*words)
    return run_command (cli, words, error);

  g_set_error_literal (error, TD_CLI_ERROR, TD_CLI_ERROR_USAGE,
                       _("Which command? See “topdogctl --help”."));
  return FALSE;
}

/* What is opened later must not become one of the three: output would go into a socket or a file. */
static void
keep_standard_streams (void)
{
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
    {
      /* The wrong way round, so that using it is the error it would be otherwise. */
      if (fcntl (fd, F_GETFD) < 0 &&
          open ("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) < 0)
        exit (TD_CLI_EXIT_FAILED);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_auto (GStrv) words = NULL;
  TdCli cli = { .cancellable = cancellable };
  TdCliExit status = TD_CLI_EXIT_DONE;

  td_process_leave_no_core ();
  keep_standard_streams ();
  setlocale (LC_ALL, "");
  bindtextdomain (TD_GETTEXT_DOMAIN, TD_LOCALEDIR);
  bind_textdomain_codeset (TD_GETTEXT_DOMAIN, "UTF-8");
  textdomain (TD_GETTEXT_DOMAIN);
  g_set_prgname ("topdogctl");
  watch_signals (&cli);

  words = g_strdupv (argv);
  if (!run (&cli, words[0] ? words + 1 : words, &error) || !td_cli_check_output (&error))
    status = td_cli_errors_report (&cli, error);

  if (cli.engine)
    td_engine_stop (cli.engine);
  g_clear_object (&cli.engine);
  g_clear_object (&cli.accounts);
  g_free (cli.subject);
  return (int) status;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cli/td-cli.h"

#include <glib/gi18n.h>

#include "cli/td-cli-input.h"
#include "cli/td-cli-output.h"
#include "cli/td-cli-run.h"
#include "engine/td-policy.h"

G_DEFINE_QUARK (td-cli-error-quark, td_cli_error)

static GOptionContext *
build_context (TdCli              *self,
               const GOptionEntry *entries,
               gboolean           *wants_help)
{
  const GOptionEntry common[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &self->json, N_("Print one JSON value"), NULL },
    { "quiet", 'q', 0, G_OPTION_ARG_NONE, &self->quiet, N_("Print nothing beside the result"),
      NULL },
    { "help", 'h', 0, G_OPTION_ARG_NONE, wants_help, N_("Show this help"), NULL },
    { NULL },
  };
  GOptionContext *context = g_option_context_new (self->command->arguments);

  g_option_context_set_help_enabled (context, FALSE);
  g_option_context_set_translation_domain (context, TD_GETTEXT_DOMAIN);
  if (entries)
    g_option_context_add_main_entries (context, entries, TD_GETTEXT_DOMAIN);
  g_option_context_add_main_entries (context, common, TD_GETTEXT_DOMAIN);
  g_option_context_set_summary (context, _(self->command->summary));
  if (self->command->details)
    g_option_context_set_description (context, _(self->command->details));
  return context;
}

static void
print_help (GOptionContext *context)
{
  g_autofree char *help = g_option_context_get_help (context, TRUE, NULL);

  td_cli_print ("%s", help);
}

static void
set_usage_error (TdCli       *self,
                 const char  *reason,
                 GError     **error)
{
  /* Translators: the first %s is what is wrong, the second a command such as "models". */
  g_set_error (error, TD_CLI_ERROR, TD_CLI_ERROR_USAGE, _("%s; see “topdogctl %s --help”."), reason,
               self->command->words);
}

/* Without the first word, which is the command, and the first "--", which only says that what
 * follows is no option; in UTF-8. */
static gboolean
take_arguments (TdCli   *self,
                GStrv   *argv,
                GError **error)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  gboolean is_marker_seen = FALSE;

  for (guint i = 1; (*argv)[i]; i++)
    {
      g_autofree char *text = NULL;

      if (!is_marker_seen && g_str_equal ((*argv)[i], "--"))
        {
          is_marker_seen = TRUE;
          continue;
        }
      text = g_utf8_validate ((*argv)[i], -1, NULL)
               ? g_strdup ((*argv)[i])
               : g_locale_to_utf8 ((*argv)[i], -1, NULL, NULL, NULL);
      if (!text)
        {
          set_usage_error (self, _("One of the words is not text in UTF-8"), error);
          return FALSE;
        }
      g_strv_builder_add (builder, text);
    }
  g_strfreev (*argv);
  *argv = g_strv_builder_end (builder);
  return TRUE;
}

/**
 * td_cli_parse:
 * @self: this run
 * @entries: (nullable): the command's own options
 * @min_arguments: how many arguments there must be besides options
 * @max_arguments: how many there may be; -1: any number
 * @argv: (inout): the words after the command, with a first one that does not count; afterwards
 *   the arguments alone
 * @error: return location for a %TD_CLI_ERROR; HELP when help was asked for, and printed
 *
 * Reads a command's options and arguments.
 *
 * Returns: whether the command can go on
 */
gboolean
td_cli_parse (TdCli               *self,
              const GOptionEntry  *entries,
              int                  min_arguments,
              int                  max_arguments,
              GStrv               *argv,
              GError             **error)
{
  gboolean wants_help = FALSE;
  g_autoptr (GOptionContext) context = build_context (self, entries, &wants_help);
  g_autoptr (GError) failure = NULL;
  int n_arguments;

  if (!g_option_context_parse_strv (context, argv, &failure))
    {
      set_usage_error (self, failure->message, error);
      return FALSE;
    }
  if (wants_help)
    {
      print_help (context);
      g_set_error_literal (error, TD_CLI_ERROR, TD_CLI_ERROR_HELP, "");
      return FALSE;
    }
  if (!take_arguments (self, argv, error))
    return FALSE;
  n_arguments = (int) g_strv_length (*argv);
  if (n_arguments < min_arguments)
    set_usage_error (self, _("Something is missing"), error);
  else if (max_arguments >= 0 && n_arguments > max_arguments)
    set_usage_error (self, _("There is one word too many"), error);
  else
    return TRUE;
  return FALSE;
}

/**
 * td_cli_get_accounts:
 * @self: this run
 * @error: return location for an error
 *
 * Finds out who is signed in, once.
 *
 * Returns: (transfer none) (nullable): the accounts
 */
TdAccountManager *
td_cli_get_accounts (TdCli   *self,
                     GError **error)
{
  g_auto (TdCliRun) run = TD_CLI_RUN_INIT;
  g_autoptr (TdAccountManager) accounts = NULL;

  if (self->accounts)
    return self->accounts;

  accounts = td_account_manager_new (NULL);
  td_account_manager_load_async (accounts, self->cancellable, td_cli_run_ready, &run);
  if (td_account_manager_load_finish (accounts, td_cli_run_wait (&run), error))
    self->accounts = g_steal_pointer (&accounts);
  return self->accounts;
}

/* The standard input may be what the command is about, so that the password comes from the terminal
 * itself or not at all. */
static gboolean
unlock (TdCli   *self,
        GError **error)
{
  TdAccount *account = td_account_manager_get_current (self->accounts);
  /* Translators: a question for a password that is not shown while it is typed. */
  g_autofree char *prompt = g_strdup_printf (_("Password of %s"), td_account_get_name (account));
  char *password = td_cli_input_read_from_terminal (self, prompt, error);
  gboolean is_in = password && td_cli_account_sign_in (self, account, password, error);

  td_vault_secret_free (password);
  return is_in;
}

/**
 * td_cli_get_engine:
 * @self: this run
 * @error: return location for an error
 *
 * Starts the engine on the data of who is signed in, once. When the password is needed once more,
 * it is asked for on the terminal.
 *
 * Returns: (transfer none) (nullable): the engine
 */
TdEngine *
td_cli_get_engine (TdCli   *self,
                   GError **error)
{
  g_auto (TdCliRun) run = TD_CLI_RUN_INIT;

  if (self->engine)
    return self->engine;

  if (!td_cli_get_accounts (self, error) ||
      (td_account_manager_get_state (self->accounts) == TD_ACCOUNT_STATE_LOCKED &&
       !unlock (self, error)))
    return NULL;
  td_engine_start_account_async (self->accounts, self->cancellable, td_cli_run_ready, &run);
  self->engine = td_engine_start_finish (td_cli_run_wait (&run), error);
  if (self->engine)
    td_engine_follow_settings (self->engine);
  return self->engine;
}

/**
 * td_cli_set_subject:
 * @self: this run
 * @provider_name: (nullable): a provider
 *
 * Says which provider the errors from here on are about.
 */
void
td_cli_set_subject (TdCli      *self,
                    const char *provider_name)
{
  g_set_str (&self->subject, provider_name);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "account/td-account-error.h"
#include "account/td-password.h"
#include "cli/td-cli-errors.h"
#include "cli/td-cli-input.h"
#include "cli/td-cli-output.h"
#include "cli/td-cli-resolve.h"
#include "cli/td-cli-run.h"
#include "engine/td-change-notifier.h"

/* account: who uses this program. Passwords come from the terminal without being shown, or from the
 * standard input, one a line. */

/* ---- Passwords --------------------------------------------------------------------------------- */

/* All that the standard input had, when it is no terminal, and how far it was used. */
typedef struct
{
  char *text;
  char *next;
} Lines;

static void
lines_clear (Lines *self)
{
  td_vault_secret_free (self->text);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Lines, lines_clear)

static char *
take_line (Lines   *lines,
           GError **error)
{
  char *line = lines->next;
  char *end;

  if (!line || !*line)
    {
      g_set_error_literal (error, TD_ACCOUNT_ERROR, TD_ACCOUNT_ERROR_PASSWORD_NEEDED,
                           "No password was given");
      return NULL;
    }
  end = strchrnul (line, '\n');
  lines->next = *end ? end + 1 : end;
  if (end > line && end[-1] == '\r')
    end--;
  return g_strndup (line, (gsize) (end - line));
}

static char *
read_password (TdCli       *cli,
               Lines       *lines,
               const char  *prompt,
               GError     **error)
{
  char *password;

  if (!td_cli_input_is_terminal ())
    {
      if (!lines->text)
        lines->next = lines->text = td_cli_input_read_secret (cli, prompt, error);
      return lines->text ? take_line (lines, error) : NULL;
    }
  password = td_cli_input_read_secret (cli, prompt, error);
  if (password)
    password[strcspn (password, "\r\n")] = '\0';
  return password;
}

/* A person types it twice, because nobody sees what was typed. */
static char *
read_new_password (TdCli   *cli,
                   Lines   *lines,
                   GError **error)
{
  char *password = read_password (cli, lines, _("New password"), error);
  char *again;
  gboolean is_same;

  if (!password || !td_cli_input_is_terminal ())
    return password;
  again = read_password (cli, lines, _("The same once more"), error);
  is_same = td_vault_secret_equal (password, again);
  if (again && !is_same)
    g_set_error_literal (error, TD_CLI_ERROR, TD_CLI_ERROR_INPUT,
                         _("The two are not the same; nothing was changed."));
  td_vault_secret_free (again);
  if (is_same)
    return password;
  td_vault_secret_free (password);
  return NULL;
}

static void
note_wait (TdCli        *cli,
           TdAccount    *account,
           const GError *error)
{
  guint64 seconds;

  if (!account || (!g_error_matches (error, TD_ACCOUNT_ERROR, TD_ACCOUNT_ERROR_TOO_SOON) &&
                   !g_error_matches (error, TD_ACCOUNT_ERROR, TD_ACCOUNT_ERROR_PASSWORD_WRONG)))
    return;
  seconds = (guint64) td_account_get_wait_seconds (account);
  if (seconds > 0)
    td_cli_note (cli,
                 ngettext ("the next password is looked at in %" G_GUINT64_FORMAT " second",
                           "the next password is looked at in %" G_GUINT64_FORMAT " seconds",
                           (gulong) seconds),
                 seconds);
}

/* What was counted is in the list only. */
static void
note_failure (TdCli        *cli,
              const char   *account_id,
              const GError *error)
{
  g_auto (TdCliRun) run = TD_CLI_RUN_INIT;

  td_account_manager_load_async (cli->accounts, NULL, td_cli_run_ready, &run);
  td_account_manager_load_finish (cli->accounts, td_cli_run_wait (&run), NULL);
  note_wait (cli, td_account_manager_find (cli->accounts, account_id), error);
}

/* ---- Printing ---------------------------------------------------------------------------------- */

static const char *
get_state_word (TdAccountManager *accounts)
{
  switch (td_account_manager_get_state (accounts))
    {
    case TD_ACCOUNT_STATE_READY:
      return "signed-in";
    case TD_ACCOUNT_STATE_LOCKED:
      return "locked";
    case TD_ACCOUNT_STATE_SIGNED_OUT:
    default:
      return "signed-out";
    }
}

static void
write_account (TdJsonWriter *writer,
               TdAccount    *account)
{
  const TdAccountFacts *facts = td_account_get_facts (account);

  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "id", facts->id);
  td_json_writer_member_string (writer, "name", facts->name);
  td_cli_json_string (writer, "email", facts->email);
  td_json_writer_member_bool (writer, "protected", facts->is_protected);
  td_json_writer_member_string (writer, "keys_in",
                                facts->vault == TD_VAULT_KIND_SEALED ? "sealed" : "keyring");
  td_json_writer_end_object (writer);
}

static void
print_json (TdCli *cli)
{
  g_autoptr (TdJsonWriter) writer = td_json_writer_new ();
  TdAccount *current = td_account_manager_get_current (cli->accounts);
  GPtrArray *accounts = td_account_manager_get_accounts (cli->accounts);

  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "state", get_state_word (cli->accounts));
  td_json_writer_name (writer, "account");
  if (current)
    write_account (writer, current);
  else
    td_json_writer_null (writer);
  td_json_writer_name (writer, "accounts");
  td_json_writer_begin_array (writer);
  for (guint i = 0; i < accounts->len; i++)
    write_account (writer, accounts->pdata[i]);
  td_json_writer_end_array (writer);
  td_json_writer_end_object (writer);
  td_cli_json_print (cli, writer);
}

static void
print_state (TdCli *cli)
{
  TdAccount *current = td_account_manager_get_current (cli->accounts);

  if (cli->json)
    print_json (cli);
  else if (!current)
    td_cli_print (_("Nobody is signed in.\n"));
  else if (td_account_manager_get_state (cli->accounts) == TD_ACCOUNT_STATE_LOCKED)
    /* Translators: the name of an account. */
    td_cli_print (_("%s is signed in; the password is needed once more.\n"),
                  td_account_get_name (current));
  else
    /* Translators: the name of an account. */
    td_cli_print (_("%s is signed in.\n"), td_account_get_name (current));
}

/* Other programs of this user follow. */
static void
announce (void)
{
  g_autoptr (TdChangeNotifier) notifier = td_change_notifier_new ();

  td_change_notifier_announce (notifier, "accounts");
  td_change_notifier_close (notifier);
}

static gboolean
finish_change (TdCli *cli)
{
  const GError *vault_error = td_account_manager_get_vault_error (cli->accounts);

  announce ();
  print_state (cli);
  if (vault_error)
    {
      g_autofree char *message = td_cli_errors_dup_message (cli, vault_error);

      td_cli_note (cli, "%s", message);
    }
  return TRUE;
}

/* ---- sign-up, sign-in, sign-out ------------------------------------------------------------------ */

static gboolean
run_sign_up (TdCli   *cli,
             GStrv    argv,
             GError **error)
{
  g_auto (GStrv) args = argv;
  g_autofree char *email = NULL;
  gboolean is_open = FALSE;
  g_auto (TdCliRun) run = TD_CLI_RUN_INIT;
  g_auto (Lines) lines = { NULL, NULL };
  char *password = NULL;
  const GOptionEntry entries[] = {
    { "email", 0, 0, G_OPTION_ARG_STRING, &email,
      N_("An e-mail address, kept on this computer only"), N_("ADDRESS") },
    { "no-password", 0, 0, G_OPTION_ARG_NONE, &is_open, N_("Without a password, for now"), NULL },
    { NULL },
  };

  if (!td_cli_parse (cli, entries, 1, 1, &args, error) || !td_cli_get_accounts (cli, error))
    return FALSE;
  if (!is_open && !(password = read_new_password (cli, &lines, error)))
    return FALSE;
  td_account_manager_sign_up_async (cli->accounts, args[0], email, password, td_cli_run_ready,
                                    &run);
  td_vault_secret_free (password);
  return td_account_manager_sign_up_finish (cli->accounts, td_cli_run_wait (&run), error) &&
         finish_change (cli);
}

static TdAccount *
resolve_account (TdCli       *cli,
                 const char  *name,
                 GError     **error)
{
  TdAccountManager *accounts = td_cli_get_accounts (cli, error);
  TdAccount *account = accounts ? td_account_manager_find (accounts, name) : NULL;

  if (accounts && !account)
    g_set_error (error, TD_CLI_ERROR, TD_CLI_ERROR_NOT_FOUND,
                 _("There is no account “%s”; see “topdogctl account who”."), name);
  return account;
}

/**
 * td_cli_account_sign_in:
 * @cli: this run
 * @account: who
 * @password: (nullable): the password
 * @error: return location for an error
 *
 * Returns: whether it is signed in
 */
gboolean
td_cli_account_sign_in (TdCli       *cli,
                        TdAccount   *account,
                        const char  *password,
                        GError     **error)
{
  g_auto (TdCliRun) run = TD_CLI_RUN_INIT;
  g_autofree char *id = g_strdup (td_account_get_id (account));
  GError *failure = NULL;

  td_account_manager_sign_in_async (cli->accounts, id, password, td_cli_run_ready, &run);
  if (td_account_manager_sign_in_finish (cli->accounts, td_cli_run_wait (&run), &failure))
    return TRUE;
  note_failure (cli, id, failure);
  g_propagate_error (error, failure);
  return FALSE;
}

static gboolean
run_sign_in (TdCli   *cli,
             GStrv    argv,
             GError **error)
{
  g_auto (GStrv) args = argv;
  g_auto (Lines) lines = { NULL, NULL };
  g_autofree char *prompt = NULL;
  TdAccount *account;
  char *password = NULL;
  gboolean is_in;

  if (!td_cli_parse (cli, NULL, 1, 1, &args, error) ||
      !(account = resolve_account (cli, args[0], error)))
    return FALSE;
  /* Translators: a question for a password that is not shown while it is typed. */
  prompt = g_strdup_printf (_("Password of %s"), td_account_get_name (account));
  if (td_account_get_protected (account) &&
      !(password = read_password (cli, &lines, prompt, error)))
    return FALSE;
  is_in = td_cli_account_sign_in (cli, account, password, error);
  td_vault_secret_free (password);
  return is_in && finish_change (cli);
}

static gboolean
run_sign_out (TdCli   *cli,
              GStrv    argv,
              GError **error)
{
  g_auto (GStrv) args = argv;
  g_auto (TdCliRun) run = TD_CLI_RUN_INIT;

  if (!td_cli_parse (cli, NULL, 0, 0, &args, error) || !td_cli_get_accounts (cli, error))
    return FALSE;
  td_account_manager_sign_out_async (cli->accounts, td_cli_run_ready, &run);
  return td_account_manager_sign_out_finish (cli->accounts, td_cli_run_wait (&run), error) &&
         finish_change (cli);
}

/* ---- who ------------------------------------------------------------------------------------------ */

static void
print_accounts (TdCli *cli)
{
  g_autoptr (TdCliTable) table = td_cli_table_new ();
  GPtrArray *accounts = td_account_manager_get_accounts (cli->accounts);

  td_cli_table_column (table, _("Account"), TD_CLI_COLUMN_LEFT);
  td_cli_table_column (table, _("E-mail"), TD_CLI_COLUMN_SHRINK);
  td_cli_table_column (table, _("Password"), TD_CLI_COLUMN_LEFT);
  td_cli_table_column (table, _("Keys in"), TD_CLI_COLUMN_LEFT);
  for (guint i = 0; i < accounts->len; i++)
    {
      const TdAccountFacts *facts = td_account_get_facts (accounts->pdata[i]);

      td_cli_table_cell (table, facts->name);
      td_cli_table_cell (table, facts->email ? facts->email : "");
      td_cli_table_cell (table, facts->is_protected ? _("yes") : _("none"));
      td_cli_table_cell (table, facts->vault == TD_VAULT_KIND_SEALED ? _("the sealed vault")
                                                                     : _("the keyring"));
    }
  td_cli_table_print (table);
}

static gboolean
run_who (TdCli   *cli,
         GStrv    argv,
         GError **error)
{
  g_auto (GStrv) args = argv;

  if (!td_cli_parse (cli, NULL, 0, 0, &args, error) || !td_cli_get_accounts (cli, error))
    return FALSE;
  print_state (cli);
  if (!cli->json)
    {
      td_cli_print ("\n");
      print_accounts (cli);
    }
  return TRUE;
}

/* ---- password, delete -------------------------------------------------------------------------------- */

/* Somebody signed in, and the password of that one if it has one. */
static gboolean
get_current (TdCli   *cli,
             Lines   *lines,
             char   **password,
             GError **error)
{
  TdAccountManager *accounts = td_cli_get_accounts (cli, error);
  TdAccount *current = accounts ? td_account_manager_get_current (accounts) : NULL;

  if (!accounts)
    return FALSE;
  if (!current)
    {
      g_set_error_literal (error, TD_ACCOUNT_ERROR, TD_ACCOUNT_ERROR_SIGNED_OUT,
                           "Nobody is signed in");
      return FALSE;
    }
  if (!td_account_get_protected (current))
    return TRUE;
  *password = read_password (cli, lines, _("Password until now"), error);
  return *password && (td_account_manager_get_state (accounts) == TD_ACCOUNT_STATE_READY ||
                       td_cli_account_sign_in (cli, current, *password, error));
}

static gboolean
set_password (TdCli       *cli,
              const char  *old_password,
              const char  *new_password,
              GError     **error)
{
  g_auto (TdCliRun) run = TD_CLI_RUN_INIT;
  g_autofree char *id =
    g_strdup (td_account_get_id (td_account_manager_get_current (cli->accounts)));
  GError *failure = NULL;

  td_account_manager_set_password_async (cli->accounts, old_password, new_password,
                                         td_cli_run_ready, &run);
  if (td_account_manager_set_password_finish (cli->accounts, td_cli_run_wait (&run), &failure))
    return finish_change (cli);
  note_failure (cli, id, failure);
  g_propagate_error (error, failure);
  return FALSE;
}

static gboolean
run_password (TdCli   *cli,
              GStrv    argv,
              GError **error)
{
  g_auto (GStrv) args = argv;
  g_auto (Lines) lines = { NULL, NULL };
  char *old_password = NULL;
  char *new_password = NULL;
  gboolean is_set;

  if (!td_cli_parse (cli, NULL, 0, 0, &args, error))
    return FALSE;
  is_set = get_current (cli, &lines, &old_password, error) &&
           (new_password = read_new_password (cli, &lines, error)) &&
           set_password (cli, old_password, new_password, error);
  td_vault_secret_free (old_password);
  td_vault_secret_free (new_password);
  return is_set;
}

static gboolean
delete_account (TdCli       *cli,
                const char  *password,
                GError     **error)
{
  g_auto (TdCliRun) run = TD_CLI_RUN_INIT;
  g_autofree char *id =
    g_strdup (td_account_get_id (td_account_manager_get_current (cli->accounts)));
  GError *failure = NULL;

  td_account_manager_delete_async (cli->accounts, password, td_cli_run_ready, &run);
  if (td_account_manager_delete_finish (cli->accounts, td_cli_run_wait (&run), &failure))
    return finish_change (cli);
  note_failure (cli, id, failure);
  g_propagate_error (error, failure);
  return FALSE;
}

static gboolean
run_delete (TdCli   *cli,
            GStrv    argv,
            GError **error)
{
  g_auto (GStrv) args = argv;
  g_auto (Lines) lines = { NULL, NULL };
  char *password = NULL;
  gboolean is_sure = FALSE;
  gboolean is_gone;
  const GOptionEntry entries[] = {
    { "yes", 'y', 0, G_OPTION_ARG_NONE, &is_sure, N_("I know that nothing of it comes back"),
      NULL },
    { NULL },
  };

  if (!td_cli_parse (cli, entries, 0, 0, &args, error))
    return FALSE;
  if (!is_sure)
    {
      g_set_error_literal (error, TD_CLI_ERROR, TD_CLI_ERROR_USAGE,
                           _("This deletes all chats, keys and money records of the account; say --yes."));
      return FALSE;
    }
  is_gone =
    get_current (cli, &lines, &password, error) && delete_account (cli, password, error);
  td_vault_secret_free (password);
  return is_gone;
}

/* ---- keys move -------------------------------------------------------------------------------------- */

/**
 * td_cli_account_move_keys:
 * @cli: this run
 * @argv: (transfer full): the words after the command
 * @error: return location for an error
 *
 * The command "keys move".
 *
 * Returns: whether the keys are where they were wanted
 */
gboolean
td_cli_account_move_keys (TdCli   *cli,
                          GStrv    argv,
                          GError **error)
{
  g_auto (GStrv) args = argv;
  g_auto (Lines) lines = { NULL, NULL };
  g_auto (TdCliRun) run = TD_CLI_RUN_INIT;
  char *password = NULL;
  gboolean is_sealed;

  if (!td_cli_parse (cli, NULL, 1, 1, &args, error))
    return FALSE;
  is_sealed = g_str_equal (args[0], "sealed");
  if (!is_sealed && !g_str_equal (args[0], "keyring"))
    {
      g_set_error (error, TD_CLI_ERROR, TD_CLI_ERROR_USAGE,
                   _("Keys cannot be moved to “%s”; give keyring or sealed."), args[0]);
      return FALSE;
    }
  if (!get_current (cli, &lines, &password, error) || !td_cli_get_engine (cli, error))
    {
      td_vault_secret_free (password);
      return FALSE;
    }
  td_account_manager_move_keys_async (cli->accounts, td_engine_get_key_ring (cli->engine),
                                      is_sealed ? TD_VAULT_KIND_SEALED : TD_VAULT_KIND_KEYRING,
                                      password, td_cli_run_ready, &run);
  td_vault_secret_free (password);
  if (!td_account_manager_move_keys_finish (cli->accounts, td_cli_run_wait (&run), error))
    return FALSE;
  announce ();
  if (cli->json)
    print_json (cli);
  else
    td_cli_print (is_sealed ? _("All keys are in the sealed vault now.\n")
                            : _("All keys are in the keyring now.\n"));
  return TRUE;
}

const TdCliCommand td_cli_account_commands[] = {
  { "account sign-up", N_("NAME"), N_("Make an account on this computer and sign in to it"),
    N_("Every account has chats, keys and money of its own. The password is asked for without being\n"
       "shown, or read from the standard input; it is never taken from an argument.\n\n"
       "--json: state, account and accounts, as account who gives them.\n\n"
       "Example: topdogctl account sign-up Ada --email ada@example.org"),
    run_sign_up },
  { "account sign-in", N_("NAME"), N_("Sign in to an account"),
    N_("After three wrong passwords one has to wait, longer each time.\n\n"
       "--json: as account who gives it."),
    run_sign_in },
  { "account sign-out", NULL, N_("Sign out"),
    N_("Ends the session of this computer.\n\n--json: as account who gives it."), run_sign_out },
  { "account who", NULL, N_("Show who is signed in and which accounts there are"),
    N_("--json: state (signed-in, locked, signed-out), account and accounts, each with id, name,\n"
       "email, protected, keys_in (keyring, sealed)."),
    run_who },
  { "account password", NULL, N_("Protect the account with a password, or change it"),
    N_("From the standard input: the password until now, if there is one, and the new one, each on a\n"
       "line. All other sessions of the account end.\n\n--json: as account who gives it."),
    run_password },
  { "account delete", NULL, N_("Delete the account with everything"),
    N_("Its chats, keys and money records go from this computer, and nothing of it comes back. Keys\n"
       "that others may know have to be revoked at the provider as well.\n\n"
       "--json: as account who gives it."),
    run_delete },
  { NULL },
};

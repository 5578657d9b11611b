/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "cli/td-cli-errors.h"
#include "cli/td-cli-input.h"
#include "cli/td-cli-output.h"
#include "cli/td-cli-resolve.h"
#include "cli/td-cli-run.h"
#include "providers/td-key-page.h"

/* keys: the secrets go in here and never come out again. */

static const char *
get_provider_name (TdCli      *cli,
                   const char *provider_id)
{
  const TdEndpoint *endpoint =
    td_endpoint_list_find (td_engine_get_endpoints (cli->engine), provider_id);

  return endpoint ? endpoint->name : provider_id;
}

static gboolean
is_sealed (TdCli *cli)
{
  TdVault *vault = td_key_ring_get_vault (td_engine_get_key_ring (cli->engine));

  return td_vault_get_kind (vault) == TD_VAULT_KIND_SEALED;
}

static void
write_key (TdJsonWriter *writer,
           TdApiKey     *key)
{
  const char *last_four = td_api_key_get_last_four (key);

  td_json_writer_begin_object (writer);
  td_json_writer_member_int64 (writer, "id", td_api_key_get_id (key));
  td_json_writer_member_string (writer, "provider", td_api_key_get_provider_id (key));
  td_json_writer_member_string (writer, "name", td_api_key_get_name (key));
  td_cli_json_string (writer, "last_four", *last_four ? last_four : NULL);
  td_cli_json_time (writer, "created", td_api_key_get_created_us (key));
  td_json_writer_member_bool (writer, "in_use", td_api_key_get_in_use (key));
  td_json_writer_member_string (writer, "ownership",
                                td_api_key_get_marketplace (key) ? "marketplace" : "own");
  td_json_writer_end_object (writer);
}

static void
print_key_json (TdCli    *cli,
                TdApiKey *key)
{
  g_autoptr (TdJsonWriter) writer = td_json_writer_new ();

  td_json_writer_begin_object (writer);
  td_json_writer_name (writer, "key");
  write_key (writer, key);
  td_json_writer_end_object (writer);
  td_cli_json_print (cli, writer);
}

/* ---- add ----------------------------------------------------------------------------------- */

static GPtrArray *list_keys (TdCli       *cli,
                             const char  *provider_id,
                             GError     **error);

static TdApiKey *
find_in_use (GPtrArray *keys)
{
  for (guint i = 0; i < keys->len; i++)
    {
      if (td_api_key_get_in_use (keys->pdata[i]))
        return keys->pdata[i];
    }
  return NULL;
}

static void
print_added (TdCli            *cli,
             const TdEndpoint *endpoint,
             TdApiKey         *key,
             TdApiKey         *before)
{
  if (cli->json)
    {
      print_key_json (cli, key);
      return;
    }
  if (is_sealed (cli))
    /* Translators: a number and a provider's name. */
    td_cli_print (_("Key %" G_GINT64_FORMAT " for %s is in the sealed vault.\n"),
                  td_api_key_get_id (key), endpoint->name);
  else
    /* Translators: a number and a provider's name. */
    td_cli_print (_("Key %" G_GINT64_FORMAT " for %s is in the keyring.\n"),
                  td_api_key_get_id (key), endpoint->name);
  if (before)
    td_cli_note (cli,
                 /* Translators: a key's name, and twice its number. */
                 _("it is used from now on instead of “%s” (number %" G_GINT64_FORMAT
                   "); “topdogctl keys use %" G_GINT64_FORMAT "” goes back"),
                 td_api_key_get_name (before), td_api_key_get_id (before),
                 td_api_key_get_id (before));
}

static gboolean
run_add (TdCli   *cli,
         GStrv    argv,
         GError **error)
{
  g_auto (GStrv) args = argv;
  g_autofree char *name = NULL;
  g_autofree char *prompt = NULL;
  g_auto (TdCliRun) run = TD_CLI_RUN_INIT;
  g_autoptr (TdApiKey) key = NULL;
  g_autoptr (TdEndpoint) endpoint = NULL;
  g_autoptr (GPtrArray) before = NULL;
  const TdEndpoint *found;
  char *secret;
  const GOptionEntry entries[] = {
    { "name", 'n', 0, G_OPTION_ARG_STRING, &name, N_("What you call the key"), N_("NAME") },
    { NULL },
  };

  if (!td_cli_parse (cli, entries, 1, 1, &args, error))
    return FALSE;
  found = td_cli_resolve_provider (cli, args[0], error);
  if (!found)
    return FALSE;
  endpoint = td_endpoint_copy (found);
  before = list_keys (cli, endpoint->provider_id, error);
  if (!before)
    return FALSE;

  /* Translators: a question for a secret that is not shown while it is typed. */
  prompt = g_strdup_printf (_("Key for %s"), endpoint->name);
  secret = td_cli_input_read_secret (cli, prompt, error);
  if (!secret)
    return FALSE;
  td_key_ring_add_async (td_engine_get_key_ring (cli->engine), endpoint->provider_id, name, secret,
                         cli->cancellable, td_cli_run_ready, &run);
  td_vault_secret_free (secret);
  key =
    td_key_ring_add_finish (td_engine_get_key_ring (cli->engine), td_cli_run_wait (&run), error);
  if (!key)
    return FALSE;
  print_added (cli, endpoint, key, find_in_use (before));
  return TRUE;
}

/* ---- list ---------------------------------------------------------------------------------- */

static GPtrArray *
list_keys (TdCli       *cli,
           const char  *provider_id,
           GError     **error)
{
  g_auto (TdCliRun) run = TD_CLI_RUN_INIT;
  TdEngine *engine = td_cli_get_engine (cli, error);

  if (!engine)
    return NULL;
  td_key_ring_list_async (td_engine_get_key_ring (engine), provider_id, cli->cancellable,
                          td_cli_run_ready, &run);
  return td_key_ring_list_finish (td_engine_get_key_ring (engine), td_cli_run_wait (&run), error);
}

/* A stable word for the state of the keyring. */
static const char *
ask_keyring_state (TdCli *cli)
{
  g_auto (TdCliRun) run = TD_CLI_RUN_INIT;
  g_autoptr (GError) error = NULL;
  TdVault *vault = td_key_ring_get_vault (td_engine_get_key_ring (cli->engine));
  TdVaultState state;

  td_vault_get_state_async (vault, cli->cancellable, td_cli_run_ready, &run);
  state = td_vault_get_state_finish (vault, td_cli_run_wait (&run), &error);
  if (error)
    return "unknown";
  switch (state)
    {
    case TD_VAULT_STATE_READY:
      return "ready";
    case TD_VAULT_STATE_LOCKED:
      return "locked";
    case TD_VAULT_STATE_EMPTY:
      return "empty";
    case TD_VAULT_STATE_ABSENT:
    default:
      return "absent";
    }
}

static void
print_keys (TdCli     *cli,
            GPtrArray *keys)
{
  g_autoptr (TdCliTable) table = td_cli_table_new ();

  td_cli_table_column (table, _("No."), TD_CLI_COLUMN_RIGHT);
  td_cli_table_column (table, _("Provider"), TD_CLI_COLUMN_LEFT);
  td_cli_table_column (table, _("Name"), TD_CLI_COLUMN_SHRINK);
  td_cli_table_column (table, _("Ends in"), TD_CLI_COLUMN_LEFT);
  td_cli_table_column (table, _("Added"), TD_CLI_COLUMN_LEFT);
  td_cli_table_column (table, _("In use"), TD_CLI_COLUMN_LEFT);
  td_cli_table_column (table, _("Whose"), TD_CLI_COLUMN_LEFT);
  for (guint i = 0; i < keys->len; i++)
    {
      TdApiKey *key = keys->pdata[i];

      td_cli_table_cell_take (table,
                              g_strdup_printf ("%" G_GINT64_FORMAT, td_api_key_get_id (key)));
      td_cli_table_cell (table, get_provider_name (cli, td_api_key_get_provider_id (key)));
      td_cli_table_cell (table, td_api_key_get_name (key));
      td_cli_table_cell (table, td_api_key_get_last_four (key));
      td_cli_table_cell_take (table, td_cli_format_time (td_api_key_get_created_us (key)));
      td_cli_table_cell (table, td_api_key_get_in_use (key) ? _("yes") : _("no"));
      td_cli_table_cell (table,
                         td_api_key_get_marketplace (key) ? _("an operator’s") : _("yours"));
    }
  td_cli_table_print (table);
}

static void
note_sealed (TdCli      *cli,
             const char *state)
{
  td_cli_note (cli, _("the keys are in the sealed vault, which your password opens"));
  if (g_str_equal (state, "locked"))
    td_cli_note (cli, _("it is locked, so the keys cannot be used now"));
  else if (g_str_equal (state, "absent"))
    td_cli_note (cli, _("its file is gone, so the keys cannot be used"));
}

static void
note_keyring (TdCli      *cli,
              const char *state,
              guint       n_keys)
{
  if (is_sealed (cli))
    {
      note_sealed (cli, state);
      return;
    }
  td_cli_note (cli, _("the keys are in the system’s keyring"));
  if (g_str_equal (state, "locked"))
    td_cli_note (cli, _("the keyring is locked, so the keys cannot be used now"));
  else if (g_str_equal (state, "absent"))
    td_cli_note (cli, _("this session has no keyring, so no key can be used now"));
  else if (g_str_equal (state, "unknown"))
    td_cli_note (cli, _("the keyring does not answer"));
  else if (n_keys == 0)
    td_cli_note (cli, _("no keys yet; add one with “topdogctl keys add PROVIDER”"));
}

static gboolean
run_list (TdCli   *cli,
          GStrv    argv,
          GError **error)
{
  g_auto (GStrv) args = argv;
  g_autoptr (GPtrArray) keys = NULL;
  const TdEndpoint *endpoint = NULL;
  const char *state;

  if (!td_cli_parse (cli, NULL, 0, 1, &args, error))
    return FALSE;
  if (args[0] && !(endpoint = td_cli_resolve_provider (cli, args[0], error)))
    return FALSE;
  keys = list_keys (cli, endpoint ? endpoint->provider_id : NULL, error);
  if (!keys)
    return FALSE;

  state = ask_keyring_state (cli);
  if (cli->json)
    {
      g_autoptr (TdJsonWriter) writer = td_json_writer_new ();

      td_json_writer_begin_object (writer);
      td_json_writer_member_string (writer, "store", is_sealed (cli) ? "sealed" : "keyring");
      td_json_writer_member_string (writer, "keyring", state);
      td_json_writer_name (writer, "keys");
      td_json_writer_begin_array (writer);
      for (guint i = 0; i < keys->len; i++)
        write_key (writer, keys->pdata[i]);
      td_json_writer_end_array (writer);
      td_json_writer_end_object (writer);
      td_cli_json_print (cli, writer);
      return TRUE;
    }
  print_keys (cli, keys);
  note_keyring (cli, state, keys->len);
  return TRUE;
}

/* ---- test ---------------------------------------------------------------------------------- */

/* The providers to test: the one named, or all that have a key in use. */
static GStrv
list_providers_to_test (TdCli       *cli,
                        const char  *named,
                        GError     **error)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr (GPtrArray) keys = NULL;
  const TdEndpoint *endpoint = NULL;
  gboolean has_any = FALSE;

  if (named && !(endpoint = td_cli_resolve_provider (cli, named, error)))
    return NULL;
  keys = list_keys (cli, endpoint ? endpoint->provider_id : NULL, error);
  if (!keys)
    return NULL;
  for (guint i = 0; i < keys->len; i++)
    {
      if (!td_api_key_get_in_use (keys->pdata[i]))
        continue;
      g_strv_builder_add (builder, td_api_key_get_provider_id (keys->pdata[i]));
      has_any = TRUE;
    }
  if (!has_any)
    {
      g_set_error_literal (error, TD_CLI_ERROR, TD_CLI_ERROR_NO_KEY,
                           _("There is no key to test; add one with “topdogctl keys add PROVIDER”."));
      return NULL;
    }
  return g_strv_builder_end (builder);
}

static gboolean
test_provider (TdCli       *cli,
               const char  *provider_id,
               guint       *n_models,
               GError     **error)
{
  g_auto (TdCliRun) run = TD_CLI_RUN_INIT;
  g_autoptr (GPtrArray) models = NULL;

  td_cli_set_subject (cli, get_provider_name (cli, provider_id));
  td_engine_test_provider_async (cli->engine, provider_id, cli->cancellable, td_cli_run_ready,
                                 &run);
  models = td_engine_test_provider_finish (cli->engine, td_cli_run_wait (&run), error);
  if (!models)
    return FALSE;
  *n_models = models->len;
  return TRUE;
}

static void
write_test (TdCli        *cli,
            TdJsonWriter *writer,
            const char   *provider_id,
            guint         n_models,
            const GError *error)
{
  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "provider", provider_id);
  td_json_writer_member_bool (writer, "ok", error == NULL);
  if (error)
    td_cli_errors_write_json (cli, writer, error);
  else
    td_json_writer_member_int64 (writer, "models", n_models);
  td_json_writer_end_object (writer);
}

static void
print_test (TdCli        *cli,
            guint         n_models,
            const GError *error)
{
  g_autofree char *message = NULL;

  if (!error)
    {
      /* Translators: a provider's name, and how many models it listed. */
      td_cli_print (ngettext ("%s accepts the key and lists %u model.\n",
                              "%s accepts the key and lists %u models.\n", n_models),
                    cli->subject, n_models);
      return;
    }
  message = td_cli_errors_dup_message (cli, error);
  td_cli_print ("%s\n", message);
}

static gboolean
run_test (TdCli   *cli,
          GStrv    argv,
          GError **error)
{
  g_auto (GStrv) args = argv;
  g_auto (GStrv) providers = NULL;
  g_autoptr (TdJsonWriter) writer = td_json_writer_new ();
  g_autoptr (GError) last_failure = NULL;

  if (!td_cli_parse (cli, NULL, 0, 1, &args, error))
    return FALSE;
  providers = list_providers_to_test (cli, args[0], error);
  if (!providers)
    return FALSE;

  td_json_writer_begin_object (writer);
  td_json_writer_name (writer, "tests");
  td_json_writer_begin_array (writer);
  for (guint i = 0; providers[i]; i++)
    {
      g_autoptr (GError) failure = NULL;
      guint n_models = 0;

      test_provider (cli, providers[i], &n_models, &failure);
      write_test (cli, writer, providers[i], n_models, failure);
      if (!cli->json && !(failure && !providers[1]))
        print_test (cli, n_models, failure);
      if (failure)
        {
          g_clear_error (&last_failure);
          last_failure = g_steal_pointer (&failure);
        }
    }
  td_json_writer_end_array (writer);
  td_json_writer_end_object (writer);
  if (cli->json)
    td_cli_json_print (cli, writer);
  if (!last_failure)
    return TRUE;

  if (providers[1])
    g_set_error_literal (error, TD_CLI_ERROR, TD_CLI_ERROR_PROVIDER,
                         _("Not every key works; see above."));
  else
    g_propagate_error (error, g_steal_pointer (&last_failure));
  return FALSE;
}

/* ---- use, revoke ----------------------------------------------------------------------------- */

static gboolean
set_no_such_key (const char  *text,
                 GError     **error)
{
  g_set_error (error, TD_CLI_ERROR, TD_CLI_ERROR_NOT_FOUND,
               _("There is no key %s; see “topdogctl keys list”."), text);
  return FALSE;
}

/* Also makes its provider the one that errors are about. */
static gboolean
find_key (TdCli *cli,
          const char *text,
          gint64 *key_id,
          char **provider_id, /* (nullable) */
          GError **error)
{
  g_autoptr (GPtrArray) keys = NULL;

  if (!td_cli_resolve_id (text, key_id, error))
    return FALSE;
  keys = list_keys (cli, NULL, error);
  if (!keys)
    return FALSE;
  for (guint i = 0; i < keys->len; i++)
    {
      if (td_api_key_get_id (keys->pdata[i]) != *key_id)
        continue;
      td_cli_set_subject (cli,
                          get_provider_name (cli, td_api_key_get_provider_id (keys->pdata[i])));
      if (provider_id)
        *provider_id = g_strdup (td_api_key_get_provider_id (keys->pdata[i]));
      return TRUE;
    }
  return set_no_such_key (text, error);
}

static void
print_done (TdCli      *cli,
            const char *member,
            gint64      key_id,
            const char *sentence)
{
  g_autoptr (TdJsonWriter) writer = NULL;

  if (!cli->json)
    {
      td_cli_print ("%s\n", sentence);
      return;
    }
  writer = td_json_writer_new ();
  td_json_writer_begin_object (writer);
  td_json_writer_member_int64 (writer, member, key_id);
  td_json_writer_end_object (writer);
  td_cli_json_print (cli, writer);
}

static gboolean
run_use (TdCli   *cli,
         GStrv    argv,
         GError **error)
{
  g_auto (GStrv) args = argv;
  g_auto (TdCliRun) run = TD_CLI_RUN_INIT;
  g_autofree char *sentence = NULL;
  gint64 key_id = 0;

  if (!td_cli_parse (cli, NULL, 1, 1, &args, error) ||
      !find_key (cli, args[0], &key_id, NULL, error))
    return FALSE;
  td_key_ring_use_async (td_engine_get_key_ring (cli->engine), key_id, cli->cancellable,
                         td_cli_run_ready, &run);
  if (!td_key_ring_use_finish (td_engine_get_key_ring (cli->engine), td_cli_run_wait (&run), error))
    return FALSE;
  /* Translators: a provider's name and a number. */
  sentence =
    g_strdup_printf (_("%s is used with key %" G_GINT64_FORMAT " now."), cli->subject, key_id);
  print_done (cli, "in_use", key_id, sentence);
  return TRUE;
}

static gboolean
run_revoke (TdCli   *cli,
            GStrv    argv,
            GError **error)
{
  g_auto (GStrv) args = argv;
  g_auto (TdCliRun) run = TD_CLI_RUN_INIT;
  g_autofree char *sentence = NULL;
  g_autofree char *provider_id = NULL;
  const char *page;
  gint64 key_id = 0;

  if (!td_cli_parse (cli, NULL, 1, 1, &args, error) ||
      !find_key (cli, args[0], &key_id, &provider_id, error))
    return FALSE;
  td_key_ring_revoke_async (td_engine_get_key_ring (cli->engine), key_id, cli->cancellable,
                            td_cli_run_ready, &run);
  if (!td_key_ring_revoke_finish (td_engine_get_key_ring (cli->engine), td_cli_run_wait (&run),
                                  error))
    return FALSE;
  /* Translators: a number and a provider's name. */
  sentence =
    g_strdup_printf (_("Key %" G_GINT64_FORMAT " for %s is gone."), key_id, cli->subject);
  page =
    td_key_page_find (td_market_get_catalogue (td_engine_get_market (cli->engine)), provider_id);
  print_done (cli, "revoked", key_id, sentence);
  if (page)
    /* Translators: a web address. */
    td_cli_note (cli, _("it stays valid until you revoke it at the provider as well: %s"), page);
  else
    td_cli_note (cli, _("it stays valid until you revoke it at the provider as well"));
  return TRUE;
}

/* ---- ownership --------------------------------------------------------------------------------- */

static gboolean
run_ownership (TdCli   *cli,
               GStrv    argv,
               GError **error)
{
  g_auto (GStrv) args = argv;
  g_auto (TdCliRun) run = TD_CLI_RUN_INIT;
  g_autofree char *sentence = NULL;
  gboolean marketplace;
  gint64 key_id = 0;

  if (!td_cli_parse (cli, NULL, 2, 2, &args, error))
    return FALSE;
  marketplace = g_str_equal (args[1], "marketplace");
  if (!marketplace && !g_str_equal (args[1], "own"))
    {
      g_set_error (error, TD_CLI_ERROR, TD_CLI_ERROR_USAGE,
                   _("A key cannot be “%s”; give own or marketplace."), args[1]);
      return FALSE;
    }
  if (!find_key (cli, args[0], &key_id, NULL, error))
    return FALSE;
  td_key_ring_set_marketplace_async (td_engine_get_key_ring (cli->engine), key_id, marketplace,
                                     td_cli_run_ready, &run);
  if (!td_key_ring_set_marketplace_finish (td_engine_get_key_ring (cli->engine),
                                           td_cli_run_wait (&run), error))
    return FALSE;
  if (marketplace)
    /* Translators: a number and a provider's name. */
    sentence = g_strdup_printf (_("Key %" G_GINT64_FORMAT
                                  " for %s is an operator’s now, who takes a commission."),
                                key_id, cli->subject);
  else
    /* Translators: a number and a provider's name. */
    sentence = g_strdup_printf (_("Key %" G_GINT64_FORMAT " for %s is your own now."), key_id,
                                cli->subject);
  print_done (cli, "key", key_id, sentence);
  return TRUE;
}

const TdCliCommand td_cli_keys_commands[] = {
  { "keys add", N_("PROVIDER"), N_("Put an API key into the keyring"),
    N_(
     "The key is asked for without being shown, or read from the standard input when that is no\n"
     "terminal. It is never taken from an argument, which everybody on this computer can see, nor\n"
     "from the environment. The new key is the one in use from then on; “topdogctl keys use” goes back\n"
     "to another.\n\n"
     "--json: key, with id, provider, name, last_four, created, in_use,\n"
     "ownership (own, marketplace).\n\n"
     "Example: pass openai | topdogctl keys add openai --name work"),
    run_add },
  { "keys list", N_("[PROVIDER]"), N_("List the keys, without the secrets"),
    N_(
     "Shows at most the last four characters of a key.\n\n"
     "--json: store (keyring, sealed), keyring (its state: ready, locked, empty, absent, unknown)\n"
     "and keys, each as keys add gives it."),
    run_list },
  { "keys move", N_("keyring|sealed"),
    N_("Move all keys to the system’s keyring, or to the sealed vault"),
    N_("The sealed vault is a file that your account’s password opens, for computers without a\n"
       "keyring. Either all keys are moved or none. The password is asked for, or read from the\n"
       "standard input.\n\n--json: as account who gives it."),
    td_cli_account_move_keys },
  { "keys test", N_("[PROVIDER]"), N_("Ask providers whether they accept the key in use"),
    N_(
     "Asks for the provider’s list of models, which costs nothing. Without PROVIDER, every key in\n"
     "use is tested.\n\n"
     "--json: tests, each with provider, ok, and models (how many) or error (code, message)."),
    run_test },
  { "keys use", N_("NUMBER"), N_("Use this key of a provider from now on"),
    N_("NUMBER is from “topdogctl keys list”.\n\n--json: in_use, the number."), run_use },
  { "keys ownership", N_("NUMBER own|marketplace"), N_("Say whose key it is"),
    N_(
     "With your own key the provider bills you, and there is no commission. A marketplace key is an\n"
     "operator’s: its commission is held and booked with every reply, see “topdogctl wallet\n"
     "commission”.\n\n--json: key, the number."),
    run_ownership },
  { "keys revoke", N_("NUMBER"), N_("Remove a key from the keyring"),
    N_("NUMBER is from “topdogctl keys list”. When the keyring is locked nothing is forgotten.\n\n"
       "--json: revoked, the number."),
    run_revoke },
  { NULL },
};

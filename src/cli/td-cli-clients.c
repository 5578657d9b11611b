/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "cli/td-cli-output.h"
#include "cli/td-cli-run.h"
#include "engine/td-auto.h"
#include "gateway/td-clients.h"
#include "gateway/td-gateway-route.h"
#include "gateway/td-gateway.h"
#include "vault/td-vault.h"

/* clients: the programs that may use the gateway, and their keys. */

static TdDatabase *
get_database (TdCli   *cli,
              GError **error)
{
  TdEngine *engine = td_cli_get_engine (cli, error);

  return engine ? td_engine_get_database (engine) : NULL;
}

static void
write_client (TdJsonWriter   *writer,
              const TdClient *client)
{
  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "name", client->name);
  td_json_writer_member_string (writer, "last_four", client->last_four);
  td_cli_json_time (writer, "created", client->created_us);
  td_cli_json_time (writer, "last_used", client->last_used_us);
  td_cli_json_time (writer, "revoked", client->revoked_us);
  td_json_writer_end_object (writer);
}

/* ---- add ----------------------------------------------------------------------------------- */

typedef struct
{
  char *budget;
  char *period;
} AddOptions;

static void
add_options_clear (AddOptions *self)
{
  g_free (self->budget);
  g_free (self->period);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (AddOptions, add_options_clear)

/* (transfer full) (nullable): NULL without an error when none is wanted */
static TdBudget *
read_budget (const AddOptions  *options,
             const char        *name,
             GError           **error)
{
  TdBudgetPeriod period = TD_BUDGET_MONTH;
  TdMoney amount;

  if (options->period && !td_budget_period_from_string (options->period, &period))
    g_set_error_literal (error, TD_CLI_ERROR, TD_CLI_ERROR_USAGE,
                         _("A period is day, week or month."));
  else if (options->budget &&
           (!td_money_parse (options->budget, &amount) || amount <= 0))
    g_set_error_literal (error, TD_CLI_ERROR, TD_CLI_ERROR_USAGE,
                         _("A budget is a number of dollars, such as 5."));
  else if (options->budget)
    return td_budget_new (period, TD_BUDGET_CLIENT, name, amount);
  return NULL;
}

/* The budget comes first: a key without the limit it was to have must not exist. */
static gboolean
set_budget (TdCli           *cli,
            const TdBudget  *budget,
            GError         **error)
{
  g_auto (TdCliRun) run = TD_CLI_RUN_INIT;
  TdWallet *wallet = td_engine_get_wallet (cli->engine);

  td_wallet_set_budget_async (wallet, budget, td_cli_run_ready, &run);
  return td_wallet_change_finish (wallet, td_cli_run_wait (&run), error);
}

static TdClient *
add_client (TdCli       *cli,
            const char  *name,
            const char  *key,
            GError     **error)
{
  g_auto (TdCliRun) run = TD_CLI_RUN_INIT;
  TdDatabase *database = get_database (cli, error);
  g_autoptr (GError) failure = NULL;
  TdClient *client;

  if (!database)
    return NULL;
  td_clients_add_async (database, name, key, td_cli_run_ready, &run);
  client = td_clients_finish (database, td_cli_run_wait (&run), &failure);
  if (g_error_matches (failure, TD_STORE_ERROR, TD_STORE_ERROR_CONSTRAINT))
    g_set_error (error, TD_CLI_ERROR, TD_CLI_ERROR_USAGE,
                 _("There is a client “%s” already; revoke it first, or take another name."), name);
  else if (failure)
    g_propagate_error (error, g_steal_pointer (&failure));
  return client;
}

static void
print_added (TdCli          *cli,
             const TdClient *client,
             const char     *key)
{
  g_autoptr (TdJsonWriter) writer = td_json_writer_new ();

  if (!cli->json)
    {
      td_cli_print ("%s\n", key);
      td_cli_note (cli,
                   _("This is the key of “%s”. It is shown only now: put it where that program "
                     "keeps its keys. “topdogctl clients config” says how."),
                   client->name);
      return;
    }
  td_json_writer_begin_object (writer);
  td_json_writer_name (writer, "client");
  write_client (writer, client);
  td_json_writer_member_string (writer, "key", key);
  td_json_writer_end_object (writer);
  td_cli_json_print (cli, writer);
}

static gboolean
run_add (TdCli   *cli,
         GStrv    argv,
         GError **error)
{
  g_auto (GStrv) args = argv;
  g_auto (AddOptions) options = { 0 };
  g_autoptr (TdBudget) budget = NULL;
  g_autoptr (TdClient) client = NULL;
  g_autoptr (GError) failure = NULL;
  char *key;
  const GOptionEntry entries[] = {
    { "budget", 0, 0, G_OPTION_ARG_STRING, &options.budget,
      N_("The most that it may spend in a period"), N_("USD") },
    { "per", 0, 0, G_OPTION_ARG_STRING, &options.period, N_("The period: day, week or month"),
      N_("PERIOD") },
    { NULL },
  };

  if (!td_cli_parse (cli, entries, 1, 1, &args, error))
    return FALSE;
  if (!td_client_name_is_valid (args[0]))
    {
      g_set_error_literal (error, TD_CLI_ERROR, TD_CLI_ERROR_USAGE,
                           _("A name is up to 64 visible characters."));
      return FALSE;
    }
  budget = read_budget (&options, args[0], &failure);
  if (failure)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  key = td_cli_get_engine (cli, error) && (!budget || set_budget (cli, budget, error))
          ? td_client_make_key (error)
          : NULL;
  client = key ? add_client (cli, args[0], key, error) : NULL;
  if (client)
    {
      td_engine_announce (cli->engine, "clients");
      print_added (cli, client, key);
    }
  g_clear_pointer (&key, td_vault_secret_free);
  return client != NULL;
}

/* ---- list ---------------------------------------------------------------------------------- */

static void
print_clients (GPtrArray *clients)
{
  g_autoptr (TdCliTable) table = td_cli_table_new ();

  td_cli_table_column (table, _("NAME"), TD_CLI_COLUMN_SHRINK);
  td_cli_table_column (table, _("ENDS IN"), TD_CLI_COLUMN_LEFT);
  td_cli_table_column (table, _("ADDED"), TD_CLI_COLUMN_LEFT);
  td_cli_table_column (table, _("LAST USED"), TD_CLI_COLUMN_LEFT);
  for (guint i = 0; i < clients->len; i++)
    {
      const TdClient *client = g_ptr_array_index (clients, i);

      td_cli_table_cell (table, client->name);
      td_cli_table_cell (table, client->last_four);
      td_cli_table_cell_take (table, td_cli_format_time (client->created_us));
      td_cli_table_cell_take (table, client->last_used_us > 0
                                       ? td_cli_format_time (client->last_used_us)
                                       : g_strdup (_("never")));
    }
  td_cli_table_print (table);
}

/* Those that were revoked are told to programs only. */
static GPtrArray *
drop_revoked (GPtrArray *clients)
{
  for (guint i = clients->len; i > 0; i--)
    if (((const TdClient *) clients->pdata[i - 1])->revoked_us > 0)
      g_ptr_array_remove_index (clients, i - 1);
  return clients;
}

static gboolean
run_list (TdCli   *cli,
          GStrv    argv,
          GError **error)
{
  g_auto (GStrv) args = argv;
  g_auto (TdCliRun) run = TD_CLI_RUN_INIT;
  g_autoptr (GPtrArray) clients = NULL;
  g_autoptr (TdJsonWriter) writer = td_json_writer_new ();
  TdDatabase *database;

  if (!td_cli_parse (cli, NULL, 0, 0, &args, error))
    return FALSE;
  database = get_database (cli, error);
  if (!database)
    return FALSE;
  td_clients_list_async (database, td_cli_run_ready, &run);
  clients = td_clients_list_finish (database, td_cli_run_wait (&run), error);
  if (!clients)
    return FALSE;
  if (!cli->json)
    {
      print_clients (drop_revoked (clients));
      return TRUE;
    }
  td_json_writer_begin_object (writer);
  td_json_writer_name (writer, "clients");
  td_json_writer_begin_array (writer);
  for (guint i = 0; i < clients->len; i++)
    write_client (writer, g_ptr_array_index (clients, i));
  td_json_writer_end_array (writer);
  td_json_writer_end_object (writer);
  td_cli_json_print (cli, writer);
  return TRUE;
}

/* ---- revoke -------------------------------------------------------------------------------- */

static gboolean
run_revoke (TdCli   *cli,
            GStrv    argv,
            GError **error)
{
  g_auto (GStrv) args = argv;
  g_auto (TdCliRun) run = TD_CLI_RUN_INIT;
  g_autoptr (TdClient) client = NULL;
  g_autoptr (GError) failure = NULL;
  g_autoptr (TdJsonWriter) writer = td_json_writer_new ();
  TdDatabase *database;

  if (!td_cli_parse (cli, NULL, 1, 1, &args, error))
    return FALSE;
  database = get_database (cli, error);
  if (!database)
    return FALSE;
  td_clients_revoke_async (database, args[0], td_cli_run_ready, &run);
  client = td_clients_finish (database, td_cli_run_wait (&run), &failure);
  if (g_error_matches (failure, TD_STORE_ERROR, TD_STORE_ERROR_NOT_FOUND))
    {
      g_set_error (error, TD_CLI_ERROR, TD_CLI_ERROR_NOT_FOUND,
                   _("There is no client “%s”; see “topdogctl clients list”."), args[0]);
      return FALSE;
    }
  if (!client)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  td_engine_announce (cli->engine, "clients");
  if (cli->json)
    {
      write_client (writer, client);
      td_cli_json_print (cli, writer);
    }
  else
    td_cli_note (cli, _("The key of “%s” opens nothing any more."), client->name);
  return TRUE;
}

/* ---- config -------------------------------------------------------------------------------- */

#define KEY_HERE "KEY"

/* How programs are told where the gateway is; %s is where it is. */
static const struct
{
  const char *name;
  const char *path; /* the address they use: what the gateway does not offer is not told */
  const char *text;
} programs[] = {
  { "OpenAI SDKs and most programs", "/v1/chat/completions",
    "export OPENAI_BASE_URL=%s/v1\n"
    "export OPENAI_API_KEY=" KEY_HERE "\n" },
  { "Anthropic SDKs", "/v1/messages",
    "export ANTHROPIC_BASE_URL=%s\n"
    "export ANTHROPIC_API_KEY=" KEY_HERE "\n" },
  { "Claude Code", "/v1/messages",
    "export ANTHROPIC_BASE_URL=%s\n"
    "export ANTHROPIC_AUTH_TOKEN=" KEY_HERE "\n" },
  { "Programs for Ollama", "/api/chat",
    "export OLLAMA_HOST=%s\n"
    "export OLLAMA_API_KEY=" KEY_HERE "\n" },
  { "Aider", "/v1/chat/completions",
    "export OPENAI_API_BASE=%s/v1\n"
    "export OPENAI_API_KEY=" KEY_HERE "\n"
    "aider --model openai/" TD_AUTO_MODEL "\n" },
  { "Continue (config.yaml)", "/v1/chat/completions",
    "models:\n"
    "  - name: Top Dog\n"
    "    provider: openai\n"
    "    model: " TD_AUTO_MODEL "\n"
    "    apiBase: %s/v1\n"
    "    apiKey: " KEY_HERE "\n" },
  { "Zed (settings.json)", "/v1/chat/completions",
    "\"language_models\": { \"openai_compatible\": { \"Top Dog\": {\n"
    "  \"api_url\": \"%s/v1\",\n"
    "  \"available_models\": [ { \"name\": \"" TD_AUTO_MODEL "\", \"max_tokens\": 128000 } ]\n"
    "} } }\n" },
  { "curl", "/v1/chat/completions",
    "curl %s/v1/chat/completions -H 'Authorization: Bearer " KEY_HERE "' \\\n"
    "  -H 'Content-Type: application/json' \\\n"
    "  -d '{\"model\": \"" TD_AUTO_MODEL "\", \"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}'\n" },
};

static char *
dup_settings (guint       i,
              const char *url)
{
  g_auto (GStrv) parts = g_strsplit (programs[i].text, "%s", 2);

  return g_strjoinv (url, parts);
}

static gboolean
is_offered (guint i)
{
  const char *allowed;

  return td_gateway_route_find ("POST", programs[i].path, &allowed) != NULL;
}

static void
print_config (TdCli      *cli,
              const char *url)
{
  g_autoptr (TdJsonWriter) writer = td_json_writer_new ();

  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "url", url);
  td_json_writer_name (writer, "programs");
  td_json_writer_begin_array (writer);
  for (guint i = 0; i < G_N_ELEMENTS (programs); i++)
    {
      g_autofree char *text = dup_settings (i, url);

      if (!is_offered (i))
        continue;
      td_json_writer_begin_object (writer);
      td_json_writer_member_string (writer, "name", programs[i].name);
      td_json_writer_member_string (writer, "settings", text);
      td_json_writer_end_object (writer);
      if (!cli->json)
        {
          td_cli_print_heading (programs[i].name);
          td_cli_print ("%s\n", text);
        }
    }
  td_json_writer_end_array (writer);
  td_json_writer_end_object (writer);
  if (cli->json)
    td_cli_json_print (cli, writer);
}

static gboolean
run_config (TdCli   *cli,
            GStrv    argv,
            GError **error)
{
  g_auto (GStrv) args = argv;
  g_autofree char *address = NULL;
  g_autofree char *url = NULL;
  int port = TD_GATEWAY_DEFAULT_PORT;
  const GOptionEntry entries[] = {
    { "address", 0, 0, G_OPTION_ARG_STRING, &address,
      N_("Where the gateway is, if not on this computer"), N_("ADDRESS") },
    { "port", 0, 0, G_OPTION_ARG_INT, &port, N_("Its port"), N_("PORT") },
    { NULL },
  };

  if (!td_cli_parse (cli, entries, 0, 0, &args, error))
    return FALSE;
  url = g_strdup_printf ("http://%s:%d", address ? address : TD_GATEWAY_DEFAULT_ADDRESS, port);
  print_config (cli, url);
  if (!cli->json)
    /* Translators: a word that stands for a key. */
    td_cli_note (cli, _("Put the key that “topdogctl clients add” showed in the place of %s."),
                 KEY_HERE);
  return TRUE;
}

const TdCliCommand td_cli_clients_commands[] = {
  { "clients add", N_("NAME"), N_("Make a key for a program that is to use the gateway"),
    N_("Prints the key, once: only a hash of it is kept. With --budget the program may spend no more than "
       "that in a period; “topdogctl wallet budget --client” changes it.\n\n"
       "--json: client (name, last_four, created, last_used, revoked) and key."),
    run_add },
  { "clients list", NULL, N_("List the programs that may use the gateway"),
    N_("--json: clients, each with name, last_four, created, last_used and revoked (null while it is in "
       "use); those that were revoked are among them."),
    run_list },
  { "clients revoke", N_("NAME"), N_("Make a program's key useless, at once"),
    N_("--json: name, last_four, created, last_used, revoked."), run_revoke },
  { "clients config", NULL, N_("Show the settings by which programs find the gateway"),
    N_("Shows them for programs that are often used, without a key.\n\n"
       "--json: url and programs, each with name and settings."),
    run_config },
  { NULL },
};

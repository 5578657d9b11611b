/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "cli/td-cli-errors.h"
#include "cli/td-cli-output.h"
#include "cli/td-cli-resolve.h"
#include "cli/td-cli-run.h"

/* providers: where requests go. */

static void
write_headers (TdJsonWriter *writer,
               GStrv         headers)
{
  td_json_writer_name (writer, "extra_headers");
  td_json_writer_begin_object (writer);
  for (guint i = 0; headers && headers[i] && headers[i + 1]; i += 2)
    td_json_writer_member_string (writer, headers[i], headers[i + 1]);
  td_json_writer_end_object (writer);
}

static void
write_limit (TdJsonWriter *writer,
             const char   *name,
             guint         ms)
{
  td_cli_json_count (writer, name, ms > 0 ? (gint64) ms : -1);
}

static void
write_timeouts (TdJsonWriter     *writer,
                const TdTimeouts *timeouts)
{
  td_json_writer_name (writer, "timeouts_ms");
  td_json_writer_begin_object (writer);
  write_limit (writer, "connect", timeouts->connect_ms);
  write_limit (writer, "first_byte", timeouts->first_byte_ms);
  write_limit (writer, "idle", timeouts->idle_ms);
  write_limit (writer, "total", timeouts->total_ms);
  td_json_writer_end_object (writer);
}

static void
write_endpoint (TdJsonWriter     *writer,
                const TdEndpoint *endpoint,
                gboolean          has_key)
{
  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "id", endpoint->provider_id);
  td_json_writer_member_string (writer, "name", endpoint->name);
  td_json_writer_member_string (writer, "kind", td_provider_kind_to_string (endpoint->kind));
  td_cli_json_string (writer, "base_url", endpoint->base_url);
  td_cli_json_string (writer, "default_base_url", endpoint->default_base_url);
  td_cli_json_string (writer, "api_version", td_endpoint_get_api_version (endpoint));
  write_headers (writer, endpoint->extra_headers);
  td_json_writer_member_bool (writer, "supported", td_endpoint_is_supported (endpoint));
  td_json_writer_member_bool (writer, "enabled", endpoint->enabled);
  td_json_writer_member_bool (writer, "needs_key", endpoint->needs_key);
  td_json_writer_member_bool (writer, "has_key", has_key);
  td_json_writer_member_bool (writer, "local", endpoint->local);
  td_json_writer_member_bool (writer, "custom", endpoint->custom);
  td_cli_json_count (writer, "position", endpoint->position);
  write_timeouts (writer, &endpoint->timeouts);
  td_json_writer_end_object (writer);
}

static GHashTable *
list_providers_with_keys (TdCli   *cli,
                          GError **error)
{
  g_auto (TdCliRun) run = TD_CLI_RUN_INIT;
  g_autoptr (GPtrArray) keys = NULL;
  GHashTable *set;

  td_key_ring_list_async (td_engine_get_key_ring (cli->engine), NULL, cli->cancellable,
                          td_cli_run_ready, &run);
  keys =
    td_key_ring_list_finish (td_engine_get_key_ring (cli->engine), td_cli_run_wait (&run), error);
  if (!keys)
    return NULL;
  set = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < keys->len; i++)
    g_hash_table_add (set, g_strdup (td_api_key_get_provider_id (keys->pdata[i])));
  return set;
}

static const char *
describe_key (const TdEndpoint *endpoint,
              gboolean          has_key)
{
  if (has_key)
    return _("yes");
  return endpoint->needs_key ? _("missing") : _("not needed");
}

static const char *
describe_state (const TdEndpoint *endpoint)
{
  if (!td_endpoint_is_supported (endpoint))
    return _("not supported yet");
  return endpoint->enabled ? _("on") : _("off");
}

static void
print_endpoints (GPtrArray  *endpoints,
                 GHashTable *with_keys)
{
  g_autoptr (TdCliTable) table = td_cli_table_new ();

  td_cli_table_column (table, _("Provider"), TD_CLI_COLUMN_LEFT);
  td_cli_table_column (table, _("Name"), TD_CLI_COLUMN_LEFT);
  td_cli_table_column (table, _("Key"), TD_CLI_COLUMN_LEFT);
  td_cli_table_column (table, _("State"), TD_CLI_COLUMN_LEFT);
  td_cli_table_column (table, _("Address"), TD_CLI_COLUMN_SHRINK);
  for (guint i = 0; i < endpoints->len; i++)
    {
      const TdEndpoint *endpoint = endpoints->pdata[i];

      td_cli_table_cell (table, endpoint->provider_id);
      td_cli_table_cell (table, endpoint->name);
      td_cli_table_cell (table,
                         describe_key (endpoint,
                                       g_hash_table_contains (with_keys, endpoint->provider_id)));
      td_cli_table_cell (table, describe_state (endpoint));
      td_cli_table_cell (table, endpoint->base_url);
    }
  td_cli_table_print (table);
}

static gboolean
run_list (TdCli   *cli,
          GStrv    argv,
          GError **error)
{
  g_auto (GStrv) args = argv;
  g_autoptr (GPtrArray) endpoints = NULL;
  g_autoptr (GHashTable) with_keys = NULL;
  g_autoptr (TdJsonWriter) writer = NULL;

  if (!td_cli_parse (cli, NULL, 0, 0, &args, error) || !td_cli_get_engine (cli, error))
    return FALSE;
  with_keys = list_providers_with_keys (cli, error);
  if (!with_keys)
    return FALSE;
  endpoints = td_endpoint_list_dup_all (td_engine_get_endpoints (cli->engine));
  if (!cli->json)
    {
      print_endpoints (endpoints, with_keys);
      return TRUE;
    }

  writer = td_json_writer_new ();
  td_json_writer_begin_object (writer);
  td_json_writer_name (writer, "providers");
  td_json_writer_begin_array (writer);
  for (guint i = 0; i < endpoints->len; i++)
    {
      const TdEndpoint *endpoint = endpoints->pdata[i];

      write_endpoint (writer, endpoint, g_hash_table_contains (with_keys, endpoint->provider_id));
    }
  td_json_writer_end_array (writer);
  td_json_writer_end_object (writer);
  td_cli_json_print (cli, writer);
  return TRUE;
}

/* What a change leaves behind: others are told, and the provider is shown as it is now. */
static gboolean
finish_change (TdCli *cli,
               const char *provider_id,
               void (*write_more) (TdJsonWriter *writer, GPtrArray *models), /* (nullable) */
               GPtrArray *models,                                            /* (nullable) */
               GError **error)
{
  const TdEndpoint *endpoint =
    td_endpoint_list_find (td_engine_get_endpoints (cli->engine), provider_id);
  g_autoptr (GHashTable) with_keys = list_providers_with_keys (cli, error);
  g_autoptr (TdJsonWriter) writer = NULL;

  td_engine_announce (cli->engine, "providers");
  if (!with_keys || !endpoint)
    return FALSE;
  if (!cli->json)
    {
      td_cli_print_heading (endpoint->name);
      td_cli_print_fact (_("Id"), endpoint->provider_id);
      td_cli_print_fact (_("Address"), endpoint->base_url);
      td_cli_print_fact (_("State"), describe_state (endpoint));
      td_cli_print_fact (_("Key"),
                         describe_key (endpoint, g_hash_table_contains (with_keys, provider_id)));
      for (guint i = 0; endpoint->extra_headers && endpoint->extra_headers[i]; i += 2)
        {
          g_autofree char *header =
            g_strdup_printf ("%s: %s", endpoint->extra_headers[i], endpoint->extra_headers[i + 1]);

          td_cli_print_fact (_("Header"), header);
        }
      return TRUE;
    }
  writer = td_json_writer_new ();
  td_json_writer_begin_object (writer);
  td_json_writer_name (writer, "provider");
  write_endpoint (writer, endpoint, g_hash_table_contains (with_keys, provider_id));
  if (write_more)
    write_more (writer, models);
  td_json_writer_end_object (writer);
  td_cli_json_print (cli, writer);
  return TRUE;
}

static gboolean
run_set (TdCli   *cli,
         GStrv    argv,
         GError **error)
{
  g_auto (GStrv) args = argv;
  g_auto (TdCliRun) run = TD_CLI_RUN_INIT;
  g_autofree char *provider_id = NULL;
  const TdEndpoint *endpoint;

  if (!td_cli_parse (cli, NULL, 3, 3, &args, error))
    return FALSE;
  endpoint = td_cli_resolve_provider (cli, args[0], error);
  if (!endpoint)
    return FALSE;
  provider_id = g_strdup (endpoint->provider_id);
  td_endpoint_list_set_async (td_engine_get_endpoints (cli->engine), provider_id, args[1], args[2],
                              cli->cancellable, td_cli_run_ready, &run);
  if (!td_endpoint_list_set_finish (td_engine_get_endpoints (cli->engine), td_cli_run_wait (&run),
                                    error))
    return FALSE;
  return finish_change (cli, provider_id, NULL, NULL, error);
}

/* The new provider is kept whether it answers now or not. */
static void
print_found (TdCli        *cli,
             const char   *provider_id,
             GPtrArray    *models,
             const GError *error)
{
  g_autofree char *message = NULL;

  if (error)
    {
      message = td_cli_errors_dup_message (cli, error);
      td_cli_note (cli, "%s", message);
      td_cli_note (cli, _("“topdogctl providers test %s” asks it again"), provider_id);
      return;
    }
  td_cli_print_heading (_("Models"));
  for (guint i = 0; i < models->len; i++)
    td_cli_print ("%s:%s\n", provider_id, ((const TdListedModel *) models->pdata[i])->id);
  if (models->len == 0)
    td_cli_note (cli, _("it answers, and names no models"));
}

static void
write_found (TdJsonWriter *writer,
             GPtrArray    *models)
{
  td_json_writer_name (writer, "models");
  if (!models)
    {
      td_json_writer_null (writer);
      return;
    }
  td_json_writer_begin_array (writer);
  for (guint i = 0; i < models->len; i++)
    td_json_writer_string (writer, ((const TdListedModel *) models->pdata[i])->id);
  td_json_writer_end_array (writer);
}

static gboolean
finish_adding (TdCli       *cli,
               const char  *provider_id,
               GError     **error)
{
  g_auto (TdCliRun) run = TD_CLI_RUN_INIT;
  g_autoptr (GPtrArray) models = NULL;
  g_autoptr (GError) failure = NULL;

  td_cli_set_subject (cli, provider_id);
  td_engine_test_provider_async (cli->engine, provider_id, cli->cancellable, td_cli_run_ready,
                                 &run);
  models = td_engine_test_provider_finish (cli->engine, td_cli_run_wait (&run), &failure);
  if (!finish_change (cli, provider_id, cli->json ? write_found : NULL, models, error))
    return FALSE;
  if (!cli->json)
    print_found (cli, provider_id, models, failure);
  return TRUE;
}

static gboolean
run_add (TdCli   *cli,
         GStrv    argv,
         GError **error)
{
  g_auto (GStrv) args = argv;
  g_auto (TdCliRun) run = TD_CLI_RUN_INIT;
  g_autofree char *url = NULL;
  g_autofree char *provider_id = NULL;
  const GOptionEntry entries[] = {
    { "url", 'u', 0, G_OPTION_ARG_STRING, &url, N_("Where it answers, usually ending in /v1"),
      N_("URL") },
    { NULL },
  };

  if (!td_cli_parse (cli, entries, 1, 1, &args, error))
    return FALSE;
  if (!url)
    {
      g_set_error_literal (error, TD_CLI_ERROR, TD_CLI_ERROR_USAGE,
                           _("Where does it answer? Give its address with --url."));
      return FALSE;
    }
  if (!td_cli_get_engine (cli, error))
    return FALSE;
  td_endpoint_list_add_async (td_engine_get_endpoints (cli->engine), args[0], url, cli->cancellable,
                              td_cli_run_ready, &run);
  provider_id = td_endpoint_list_add_finish (td_engine_get_endpoints (cli->engine),
                                             td_cli_run_wait (&run), error);
  return provider_id && finish_adding (cli, provider_id, error);
}

static gboolean
run_remove (TdCli   *cli,
            GStrv    argv,
            GError **error)
{
  g_auto (GStrv) args = argv;
  g_auto (TdCliRun) run = TD_CLI_RUN_INIT;
  g_autofree char *provider_id = NULL;
  g_autoptr (TdJsonWriter) writer = NULL;
  const TdEndpoint *endpoint;

  if (!td_cli_parse (cli, NULL, 1, 1, &args, error))
    return FALSE;
  endpoint = td_cli_resolve_provider (cli, args[0], error);
  if (!endpoint)
    return FALSE;
  provider_id = g_strdup (endpoint->provider_id);
  td_endpoint_list_remove_async (td_engine_get_endpoints (cli->engine), provider_id,
                                 cli->cancellable, td_cli_run_ready, &run);
  if (!td_endpoint_list_remove_finish (td_engine_get_endpoints (cli->engine),
                                       td_cli_run_wait (&run), error))
    return FALSE;
  td_engine_announce (cli->engine, "providers");
  if (!cli->json)
    {
      /* Translators: a provider's name. */
      td_cli_print (_("%s is removed.\n"), cli->subject);
      return TRUE;
    }
  writer = td_json_writer_new ();
  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "removed", provider_id);
  td_json_writer_end_object (writer);
  td_cli_json_print (cli, writer);
  return TRUE;
}

static void
print_order (TdCli *cli)
{
  g_autoptr (GPtrArray) endpoints =
    td_endpoint_list_dup_all (td_engine_get_endpoints (cli->engine));
  g_autoptr (TdJsonWriter) writer = cli->json ? td_json_writer_new () : NULL;

  if (writer)
    {
      td_json_writer_begin_object (writer);
      td_json_writer_name (writer, "order");
      td_json_writer_begin_array (writer);
    }
  for (guint i = 0; i < endpoints->len; i++)
    {
      const TdEndpoint *endpoint = endpoints->pdata[i];

      if (writer && endpoint->position >= 0)
        td_json_writer_string (writer, endpoint->provider_id);
      else if (!writer && endpoint->position >= 0)
        td_cli_print ("%s\n", endpoint->provider_id);
    }
  if (!writer)
    return;
  td_json_writer_end_array (writer);
  td_json_writer_end_object (writer);
  td_cli_json_print (cli, writer);
}

static gboolean
set_order (TdCli   *cli,
           GStrv    names,
           GError **error)
{
  g_auto (TdCliRun) run = TD_CLI_RUN_INIT;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) ids = NULL;

  for (guint i = 0; names[i]; i++)
    {
      const TdEndpoint *endpoint = td_cli_resolve_provider (cli, names[i], error);

      if (!endpoint)
        return FALSE;
      g_strv_builder_add (builder, endpoint->provider_id);
    }
  ids = g_strv_builder_end (builder);
  td_endpoint_list_set_order_async (td_engine_get_endpoints (cli->engine),
                                    (const char *const *) ids, cli->cancellable, td_cli_run_ready,
                                    &run);
  if (!td_endpoint_list_set_order_finish (td_engine_get_endpoints (cli->engine),
                                          td_cli_run_wait (&run), error))
    return FALSE;
  td_engine_announce (cli->engine, "providers");
  return TRUE;
}

static gboolean
run_order (TdCli   *cli,
           GStrv    argv,
           GError **error)
{
  g_auto (GStrv) args = argv;
  gboolean reset = FALSE;
  const GOptionEntry entries[] = {
    { "reset", 0, 0, G_OPTION_ARG_NONE, &reset, N_("Go back to the usual order"), NULL },
    { NULL },
  };

  if (!td_cli_parse (cli, entries, 0, -1, &args, error) || !td_cli_get_engine (cli, error))
    return FALSE;
  if ((reset || *args) && !set_order (cli, args, error))
    return FALSE;
  print_order (cli);
  return TRUE;
}

static void
print_missing (GPtrArray *missing)
{
  if (missing->len == 0)
    return;
  td_cli_print (
    ngettext ("%u model of the catalogue is not among them: retired, or not for this key.\n",
              "%u models of the catalogue are not among them: retired, or not for this key.\n",
              missing->len),
    missing->len);
  for (guint i = 0; i < missing->len; i++)
    td_cli_print ("  %s\n", td_model_get_key (missing->pdata[i]));
}

/* Translators: a model, and the day on which its provider is going to retire it. */
static void
print_retiring (GPtrArray *models)
{
  for (guint i = 0; i < models->len; i++)
    {
      const TdListedModel *model = g_ptr_array_index (models, i);

      if (model->retires && *model->retires != '\0')
        td_cli_print (_("%s is going to be retired on %s.\n"), model->id, model->retires);
      else if (model->retires)
        td_cli_print (_("%s is going to be retired.\n"), model->id);
    }
}

static void
write_retiring (TdJsonWriter *writer,
                GPtrArray    *models)
{
  td_json_writer_name (writer, "retiring");
  td_json_writer_begin_array (writer);
  for (guint i = 0; i < models->len; i++)
    {
      const TdListedModel *model = g_ptr_array_index (models, i);

      if (!model->retires)
        continue;
      td_json_writer_begin_object (writer);
      td_json_writer_member_string (writer, "model", model->id);
      td_cli_json_string (writer, "date", *model->retires != '\0' ? model->retires : NULL);
      td_json_writer_end_object (writer);
    }
  td_json_writer_end_array (writer);
}

static void
print_listed (TdCli      *cli,
              const char *provider_id,
              GPtrArray  *models)
{
  g_autoptr (GPtrArray) missing = td_engine_list_missing (cli->engine, provider_id);
  g_autoptr (TdJsonWriter) writer = NULL;

  if (!cli->json)
    {
      /* Translators: a provider's name, and how many models it listed. */
      td_cli_print (ngettext ("%s answers and lists %u model.\n",
                              "%s answers and lists %u models.\n", models->len),
                    cli->subject, models->len);
      print_missing (missing);
      print_retiring (models);
      return;
    }
  writer = td_json_writer_new ();
  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "provider", provider_id);
  td_json_writer_member_bool (writer, "ok", TRUE);
  td_json_writer_name (writer, "models");
  td_json_writer_begin_array (writer);
  for (guint i = 0; i < models->len; i++)
    td_json_writer_string (writer, ((const TdListedModel *) models->pdata[i])->id);
  td_json_writer_end_array (writer);
  td_json_writer_name (writer, "missing");
  td_json_writer_begin_array (writer);
  for (guint i = 0; i < missing->len; i++)
    td_json_writer_string (writer, td_model_get_facts (missing->pdata[i])->id);
  td_json_writer_end_array (writer);
  write_retiring (writer, models);
  td_json_writer_end_object (writer);
  td_cli_json_print (cli, writer);
}

static gboolean
run_test (TdCli   *cli,
          GStrv    argv,
          GError **error)
{
  g_auto (GStrv) args = argv;
  g_auto (TdCliRun) run = TD_CLI_RUN_INIT;
  g_autofree char *provider_id = NULL;
  g_autoptr (GPtrArray) models = NULL;
  const TdEndpoint *endpoint;

  if (!td_cli_parse (cli, NULL, 1, 1, &args, error))
    return FALSE;
  endpoint = td_cli_resolve_provider (cli, args[0], error);
  if (!endpoint)
    return FALSE;
  provider_id = g_strdup (endpoint->provider_id);
  td_engine_test_provider_async (cli->engine, provider_id, cli->cancellable, td_cli_run_ready,
                                 &run);
  models = td_engine_test_provider_finish (cli->engine, td_cli_run_wait (&run), error);
  if (!models)
    return FALSE;
  print_listed (cli, provider_id, models);
  return TRUE;
}

const TdCliCommand td_cli_providers_commands[] = {
  { "providers list", NULL, N_("List the providers: address, key, on or off"),
    N_("--json: providers, each with id, name, kind, base_url, default_base_url, api_version (of Gemini),\n"
       "extra_headers, supported, enabled, needs_key, has_key, local, custom, position (null: not in your order), timeouts_ms\n"
       "(connect, first_byte, idle, total; null: the usual ones)."),
    run_list },
  { "providers set", N_("PROVIDER FIELD VALUE"), N_("Change how a provider is reached"),
    N_("Fields:\n"
       "  base-url   the address requests go to, such as http://127.0.0.1:8080/v1\n"
       "  api-version  v1beta or v1: which version of Gemini’s protocol\n"
       "  enabled    true or false\n"
       "  header     one more header, “Name: value”; “Name:” removes it. Secrets are refused here.\n"
       "  connect-timeout, first-byte-timeout, idle-timeout, total-timeout\n"
       "             how many seconds to wait for the connection, for the reply to start, for its next\n"
       "             byte and for all of it\n\n"
       "An empty value, \"\", goes back to what the catalogue says.\n\n"
       "--json: provider, as providers list gives it."),
    run_set },
  { "providers order", N_("[PROVIDER…]"), N_("Say which providers are asked first"),
    N_("Puts the providers into your order, first to last; those that are not named come after them.\n"
       "It counts where a model is offered by several and you go by your own order. Without a provider\n"
       "the order is printed.\n\n"
       "--json: order, the ids in it."),
    run_order },
  { "providers add", N_("NAME --url URL"), N_("Add a provider that speaks OpenAI’s language"),
    N_("For servers such as llama.cpp, vLLM or LM Studio, and for services the catalogue does not have.\n"
       "It is asked which models it has; if it does not answer, it is added all the same.\n\n"
       "--json: provider, as providers list gives it, and models, the ids it named (null: it did not answer).\n\n"
       "Example: topdogctl providers add workshop --url http://192.168.1.20:8000/v1"),
    run_add },
  { "providers remove", N_("PROVIDER"), N_("Remove a provider that you added"),
    N_("--json: removed, its id."), run_remove },
  { "providers test", N_("PROVIDER"), N_("Ask a provider which models it has"),
    N_("Tests the address and the key in use, and costs nothing. Models that the catalogue does not\n"
       "know can be used from then on.\n\n"
       "--json: provider, ok, models, the ids it named, missing, those that the catalogue has in service and\n"
       "it did not name, and retiring, those it is going to retire (model and date, null for some day)."),
    run_test },
  { NULL },
};

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "cli/td-cli-output.h"
#include "cli/td-cli-run.h"
#include "engine/td-hub-search.h"

/* model hub: the models of the Hugging Face hub. */

#define USUAL_LIMIT 20
#define MAX_LIMIT   1000

static char *
dup_key (const TdHubModel *model)
{
  return g_strconcat (TD_HUB_PROVIDER ":", model->id, NULL);
}

static gboolean
is_in_market (TdCli            *cli,
              const TdHubModel *model)
{
  g_autofree char *key = dup_key (model);

  return td_catalogue_find_model (td_market_get_catalogue (td_engine_get_market (cli->engine)),
                                  key) != NULL;
}

static void
write_models (TdCli     *cli,
              GPtrArray *models)
{
  g_autoptr (TdJsonWriter) writer = td_json_writer_new ();

  td_json_writer_begin_object (writer);
  td_json_writer_name (writer, "models");
  td_json_writer_begin_array (writer);
  for (guint i = 0; i < models->len; i++)
    {
      const TdHubModel *model = g_ptr_array_index (models, i);
      g_autofree char *key = dup_key (model);

      td_json_writer_begin_object (writer);
      td_json_writer_member_string (writer, "id", key);
      td_cli_json_count (writer, "likes", model->likes);
      td_cli_json_count (writer, "downloads", model->downloads);
      td_json_writer_member_bool (writer, "gated", model->gated);
      td_json_writer_name (writer, "served_by");
      td_json_writer_begin_array (writer);
      for (guint j = 0; model->providers && model->providers[j]; j++)
        td_json_writer_string (writer, model->providers[j]);
      td_json_writer_end_array (writer);
      td_json_writer_member_bool (writer, "known", is_in_market (cli, model));
      td_json_writer_end_object (writer);
    }
  td_json_writer_end_array (writer);
  td_json_writer_end_object (writer);
  td_cli_json_print (cli, writer);
}

static char *
dup_count (gint64 count)
{
  return count >= 0 ? g_strdup_printf ("%" G_GINT64_FORMAT, count) : g_strdup (_("unknown"));
}

static void
print_models (TdCli     *cli,
              GPtrArray *models)
{
  g_autoptr (TdCliTable) table = td_cli_table_new ();

  td_cli_table_column (table, _("Model"), TD_CLI_COLUMN_LEFT);
  td_cli_table_column (table, _("Likes"), TD_CLI_COLUMN_RIGHT);
  td_cli_table_column (table, _("Downloads"), TD_CLI_COLUMN_RIGHT);
  td_cli_table_column (table, _("Served by"), TD_CLI_COLUMN_SHRINK);
  for (guint i = 0; i < models->len; i++)
    {
      const TdHubModel *model = g_ptr_array_index (models, i);

      td_cli_table_cell (table, model->id);
      td_cli_table_cell_take (table, dup_count (model->likes));
      td_cli_table_cell_take (table, dup_count (model->downloads));
      td_cli_table_cell_take (table, model->providers ? g_strjoinv (", ", model->providers)
                                                      : g_strdup (_("nobody now")));
    }
  td_cli_table_print (table);
}

static gboolean
use_model (TdCli       *cli,
           const char  *id,
           GError     **error)
{
  g_auto (TdCliRun) run = TD_CLI_RUN_INIT;
  g_autofree char *key = g_strconcat (TD_HUB_PROVIDER ":", id, NULL);

  td_hub_use_async (cli->engine, id, cli->cancellable, td_cli_run_ready, &run);
  if (!td_hub_use_finish (td_cli_run_wait (&run), error))
    return FALSE;
  if (cli->json)
    {
      g_autoptr (TdJsonWriter) writer = td_json_writer_new ();

      td_json_writer_begin_object (writer);
      td_json_writer_member_string (writer, "model", key);
      td_json_writer_end_object (writer);
      td_cli_json_print (cli, writer);
    }
  else
    {
      td_cli_note (cli, _("%s can be asked now"), key);
    }
  return TRUE;
}

static gboolean
search (TdCli       *cli,
        const char  *words,
        int          limit,
        GError     **error)
{
  g_auto (TdCliRun) run = TD_CLI_RUN_INIT;
  g_autoptr (GPtrArray) models = NULL;

  td_hub_search_async (cli->engine, words, (guint) limit, cli->cancellable, td_cli_run_ready, &run);
  models = td_hub_search_finish (td_cli_run_wait (&run), error);
  if (!models)
    return FALSE;
  if (cli->json)
    write_models (cli, models);
  else if (models->len == 0)
    td_cli_note (cli, _("the hub has no such model that anybody serves"));
  else
    print_models (cli, models);
  return TRUE;
}

static gboolean
run_hub (TdCli   *cli,
         GStrv    argv,
         GError **error)
{
  g_auto (GStrv) args = argv;
  g_autofree char *use = NULL;
  g_autofree char *words = NULL;
  int limit = USUAL_LIMIT;
  const GOptionEntry entries[] = {
    { "use", 0, 0, G_OPTION_ARG_STRING, &use, N_("Make a model of the hub one that can be asked"),
      N_("ID") },
    { "limit", 'n', 0, G_OPTION_ARG_INT, &limit, N_("How many at most (20)"), N_("N") },
    { NULL },
  };

  if (!td_cli_parse (cli, entries, 0, -1, &args, error) || !td_cli_get_engine (cli, error))
    return FALSE;
  if (limit < 1 || limit > MAX_LIMIT)
    {
      g_set_error_literal (error, TD_CLI_ERROR, TD_CLI_ERROR_USAGE,
                           _("--limit counts from 1 to 1000."));
      return FALSE;
    }
  td_cli_set_subject (cli, "Hugging Face");
  if (use)
    return use_model (cli, use, error);
  words = g_strjoinv (" ", args);
  return search (cli, words, limit, error);
}

const TdCliCommand td_cli_hub_commands[] = {
  { "model hub", N_("[WORD…]"), N_("Search the Hugging Face hub"),
    N_("The hub knows far more models than the catalogue. Listed are those for text that somebody serves;\n"
       "--use makes one of them known here, as huggingface:ID.\n\n"
       "--json: models, each with id, likes, downloads, gated, served_by, known.\n\n"
       "Example: topdogctl model hub qwen coder"),
    run_hub },
  { NULL },
};

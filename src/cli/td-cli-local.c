/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>
#include <unistd.h>

#include "cli/td-cli-output.h"
#include "cli/td-cli-run.h"
#include "engine/td-download.h"
#include "engine/td-local-models.h"

/* model pull, load, unload, loaded: the models that a server on this machine has. */

#define DEFAULT_PROVIDER "ollama"

typedef struct
{
  char *provider; /* (owned) (nullable) */
} Options;

static void
options_clear (Options *self)
{
  g_free (self->provider);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

/* Parses the command line, and finds the server. NULL: there is an error. */
static const char *
find_server (TdCli    *cli,
             Options  *options,
             GStrv    *args,
             int       n_args,
             GError  **error)
{
  const GOptionEntry entries[] = {
    { "provider", 'p', 0, G_OPTION_ARG_STRING, &options->provider,
      N_("Which server, if it is not Ollama on this computer"), N_("PROVIDER") },
    { NULL },
  };
  const char *provider;
  const TdEndpoint *endpoint;

  if (!td_cli_parse (cli, entries, n_args, n_args, args, error) ||
      !td_cli_get_engine (cli, error))
    return NULL;
  provider = options->provider ? options->provider : DEFAULT_PROVIDER;
  endpoint = td_endpoint_list_find (td_engine_get_endpoints (cli->engine), provider);
  if (endpoint)
    td_cli_set_subject (cli, endpoint->name);
  if (endpoint && endpoint->kind == TD_PROVIDER_KIND_OLLAMA)
    return endpoint->provider_id;
  g_set_error (error, TD_CLI_ERROR, endpoint ? TD_CLI_ERROR_USAGE : TD_CLI_ERROR_NOT_FOUND,
               _("“%s” is no server that models can be downloaded to; see “topdogctl providers list”."),
               provider);
  return NULL;
}

/* ---- pull ------------------------------------------------------------------------------------ */

typedef struct
{
  TdCli *cli;
  GMainLoop *loop;
  gboolean is_terminal;
  char *status;    /* (owned) (nullable): said last */
  gint64 permille; /* said last; -1: none */
} Pull;

static char *
dup_progress (TdDownload *download)
{
  gint64 total = td_download_get_total (download);
  const char *status = td_download_get_status (download);
  g_autofree char *size = NULL;

  if (total <= 0)
    return g_strdup (status ? status : _("waiting"));
  size = g_format_size ((guint64) total);
  /* Translators: how much of a download is there: percent and size */
  return g_strdup_printf (_("%d %% of %s"),
                          (int) (td_download_get_completed (download) * 100 / total), size);
}

/* One line that changes for a person; for a log a line for each tenth. */
static void
changed_cb (TdDownload *download,
            Pull       *pull)
{
  gint64 total = td_download_get_total (download);
  gint64 permille = total > 0 ? td_download_get_completed (download) * 1000 / total : -1;
  gint64 step = pull->is_terminal ? 1 : 100;
  g_autofree char *text = dup_progress (download);

  if (!td_download_is_running (download))
    g_main_loop_quit (pull->loop);
  else if (pull->cli->quiet ||
           (permille >= 0 ? permille / step == pull->permille / step && pull->permille >= 0
                          : g_strcmp0 (pull->status, text) == 0))
    return;
  else if (pull->is_terminal)
    g_printerr ("\r\033[K%s", text);
  else
    td_cli_note (pull->cli, "%s", text);
  g_set_str (&pull->status, text);
  pull->permille = permille;
}

static void
cancelled_cb (GCancellable *cancellable,
              TdDownload   *download)
{
  td_download_stop (download);
}

static void
print_pulled (TdCli      *cli,
              TdDownload *download)
{
  g_autoptr (TdJsonWriter) writer = td_json_writer_new ();

  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "model", td_download_get_model_key (download));
  td_cli_json_count (writer, "bytes", td_download_get_total (download));
  td_json_writer_member_bool (writer, "installed",
                              td_engine_is_installed (cli->engine,
                                                      td_download_get_model_key (download)));
  td_json_writer_end_object (writer);
  td_cli_json_print (cli, writer);
}

static gboolean
run_pull (TdCli   *cli,
          GStrv    argv,
          GError **error)
{
  g_auto (GStrv) args = argv;
  g_auto (Options) options = { 0 };
  const char *provider = find_server (cli, &options, &args, 1, error);
  g_autofree char *key = provider ? g_strconcat (provider, ":", args[0], NULL) : NULL;
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Pull pull = { cli, loop, isatty (STDERR_FILENO), NULL, -1 };
  TdDownload *download;
  gulong id;

  if (!provider)
    return FALSE;
  download = td_engine_download (cli->engine, key);
  id = g_cancellable_connect (cli->cancellable, G_CALLBACK (cancelled_cb), download, NULL);
  g_signal_connect (download, "changed", G_CALLBACK (changed_cb), &pull);
  if (td_download_is_running (download))
    g_main_loop_run (loop);
  g_cancellable_disconnect (cli->cancellable, id);
  g_signal_handlers_disconnect_by_data (download, &pull);
  if (pull.is_terminal && pull.status && !cli->quiet)
    g_printerr ("\r\033[K");
  g_free (pull.status);
  if (g_cancellable_set_error_if_cancelled (cli->cancellable, error))
    return FALSE;
  if (td_download_get_error (download))
    {
      g_propagate_error (error, g_error_copy (td_download_get_error (download)));
      return FALSE;
    }
  if (cli->json)
    print_pulled (cli, download);
  else
    td_cli_note (cli, _("%s is installed"), key);
  return TRUE;
}

/* ---- memory ---------------------------------------------------------------------------------- */

static gboolean
change_memory (TdCli     *cli,
               GStrv      argv,
               gboolean   load,
               GError   **error)
{
  g_auto (GStrv) args = argv;
  g_auto (Options) options = { 0 };
  g_auto (TdCliRun) run = TD_CLI_RUN_INIT;
  const char *provider = find_server (cli, &options, &args, 1, error);

  if (!provider)
    return FALSE;
  td_local_models_load_async (cli->engine, provider, args[0], load, cli->cancellable,
                              td_cli_run_ready, &run);
  if (!td_local_models_load_finish (td_cli_run_wait (&run), error))
    return FALSE;
  if (cli->json)
    {
      g_autoptr (TdJsonWriter) writer = td_json_writer_new ();

      td_json_writer_begin_object (writer);
      td_json_writer_member_string (writer, "model", args[0]);
      td_json_writer_member_bool (writer, "in_memory", load);
      td_json_writer_end_object (writer);
      td_cli_json_print (cli, writer);
    }
  else
    {
      td_cli_note (cli, load ? _("%s is in memory") : _("%s is no longer in memory"), args[0]);
    }
  return TRUE;
}

static gboolean
run_load (TdCli   *cli,
          GStrv    argv,
          GError **error)
{
  return change_memory (cli, argv, TRUE, error);
}

static gboolean
run_unload (TdCli   *cli,
            GStrv    argv,
            GError **error)
{
  return change_memory (cli, argv, FALSE, error);
}

static void
write_loaded (TdCli     *cli,
              GPtrArray *models)
{
  g_autoptr (TdJsonWriter) writer = td_json_writer_new ();

  td_json_writer_begin_object (writer);
  td_json_writer_name (writer, "models");
  td_json_writer_begin_array (writer);
  for (guint i = 0; i < models->len; i++)
    {
      const TdLoadedModel *model = g_ptr_array_index (models, i);

      td_json_writer_begin_object (writer);
      td_json_writer_member_string (writer, "model", model->id);
      td_cli_json_count (writer, "bytes", model->size_bytes > 0 ? model->size_bytes : -1);
      td_cli_json_count (writer, "graphics_bytes", model->vram_bytes);
      td_cli_json_count (writer, "context_tokens", model->context > 0 ? model->context : -1);
      td_cli_json_time (writer, "until", model->expires_us);
      td_json_writer_end_object (writer);
    }
  td_json_writer_end_array (writer);
  td_json_writer_end_object (writer);
  td_cli_json_print (cli, writer);
}

static void
print_loaded (GPtrArray *models)
{
  g_autoptr (TdCliTable) table = td_cli_table_new ();

  td_cli_table_column (table, _("Model"), TD_CLI_COLUMN_LEFT);
  td_cli_table_column (table, _("Size"), TD_CLI_COLUMN_RIGHT);
  td_cli_table_column (table, _("Context"), TD_CLI_COLUMN_RIGHT);
  for (guint i = 0; i < models->len; i++)
    {
      const TdLoadedModel *model = g_ptr_array_index (models, i);

      td_cli_table_cell_take (table, g_strdup (model->id));
      td_cli_table_cell_take (table, model->size_bytes > 0
                                       ? g_format_size ((guint64) model->size_bytes)
                                       : g_strdup (_("unknown")));
      td_cli_table_cell_take (table, model->context > 0
                                       ? g_strdup_printf ("%" G_GINT64_FORMAT, model->context)
                                       : g_strdup (_("unknown")));
    }
  td_cli_table_print (table);
}

static gboolean
run_loaded (TdCli   *cli,
            GStrv    argv,
            GError **error)
{
  g_auto (GStrv) args = argv;
  g_auto (Options) options = { 0 };
  g_auto (TdCliRun) run = TD_CLI_RUN_INIT;
  const char *provider = find_server (cli, &options, &args, 0, error);
  g_autoptr (GPtrArray) models = NULL;

  if (!provider)
    return FALSE;
  td_local_models_list_async (cli->engine, provider, cli->cancellable, td_cli_run_ready, &run);
  models = td_local_models_list_finish (td_cli_run_wait (&run), error);
  if (!models)
    return FALSE;
  if (cli->json)
    write_loaded (cli, models);
  else if (models->len == 0)
    td_cli_note (cli, _("no model is in memory"));
  else
    print_loaded (models);
  return TRUE;
}

const TdCliCommand td_cli_local_commands[] = {
  { "model pull", N_("NAME"), N_("Download a model to Ollama"),
    N_("NAME is what Ollama calls it, such as llama3.2:3b. How far it is stands on the standard error.\n"
       "Ctrl+C stops it; begun again, it goes on where it was.\n\n"
       "--json: model, bytes, installed.\n\n"
       "Example: topdogctl model pull llama3.2:3b"),
    run_pull },
  { "model load", N_("NAME"), N_("Take an installed model into Ollama’s memory"),
    N_("Its next answer begins at once then. It stays for five minutes after it was used last.\n\n"
       "--json: model, in_memory."),
    run_load },
  { "model unload", N_("NAME"), N_("Take a model out of Ollama’s memory"),
    N_("--json: model, in_memory."), run_unload },
  { "model loaded", NULL, N_("List what Ollama has in memory"),
    N_("--json: models, each with model, bytes, graphics_bytes, context_tokens, until."), run_loaded },
  { NULL },
};

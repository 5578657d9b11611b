/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "cli/td-cli-input.h"
#include "cli/td-cli-output.h"
#include "cli/td-cli-run.h"

/* catalogue: where the facts about models come from, and newer ones. */

#define MAX_IMPORT_BYTES (64 * 1024 * 1024)

/* ---- info ---------------------------------------------------------------------------------- */

static guint
count_rated (TdCatalogue *catalogue)
{
  guint n_rated = 0;

  for (guint i = 0; i < td_catalogue_get_n_models (catalogue); i++)
    n_rated += td_model_get_rating (td_catalogue_get_model (catalogue, i)) ? 1 : 0;
  return n_rated;
}

static void
print_info_json (TdCli       *cli,
                 TdMarket    *market,
                 TdCatalogue *catalogue)
{
  GPtrArray *sources = td_catalogue_get_sources (catalogue);
  g_autoptr (TdJsonWriter) writer = td_json_writer_new ();

  td_json_writer_begin_object (writer);
  td_cli_json_string (writer, "version", td_catalogue_get_version (catalogue));
  td_json_writer_member_int64 (writer, "models", td_catalogue_get_n_models (catalogue));
  td_json_writer_member_int64 (writer, "rated_models", count_rated (catalogue));
  td_json_writer_member_int64 (writer, "providers", td_catalogue_get_providers (catalogue)->len);
  td_cli_json_time (writer, "refreshed", td_market_get_refreshed_us (market));
  td_json_writer_name (writer, "sources");
  td_json_writer_begin_array (writer);
  for (guint i = 0; i < sources->len; i++)
    {
      const TdCatalogueSource *source = sources->pdata[i];

      td_json_writer_begin_object (writer);
      td_json_writer_member_string (writer, "id", source->id);
      td_cli_json_string (writer, "title", source->title);
      td_cli_json_string (writer, "url", source->url);
      td_cli_json_string (writer, "date", source->date);
      td_cli_json_string (writer, "license", source->license);
      td_json_writer_end_object (writer);
    }
  td_json_writer_end_array (writer);
  td_json_writer_end_object (writer);
  td_cli_json_print (cli, writer);
}

static void
print_count (const char *name,
             guint       count)
{
  g_autofree char *text = g_strdup_printf ("%u", count);

  td_cli_print_fact (name, text);
}

static void
print_info (TdMarket    *market,
            TdCatalogue *catalogue)
{
  GPtrArray *sources = td_catalogue_get_sources (catalogue);
  gint64 refreshed_us = td_market_get_refreshed_us (market);
  g_autofree char *refreshed =
    refreshed_us > 0 ? td_cli_format_time (refreshed_us) : g_strdup (_("never"));

  td_cli_print_heading (_("Catalogue"));
  td_cli_print_fact (_("Version"), td_catalogue_get_version (catalogue));
  print_count (_("Models"), td_catalogue_get_n_models (catalogue));
  print_count (_("Rated"), count_rated (catalogue));
  print_count (_("Providers"), td_catalogue_get_providers (catalogue)->len);
  td_cli_print_fact (_("Refreshed"), refreshed);
  for (guint i = 0; i < sources->len; i++)
    {
      const TdCatalogueSource *source = sources->pdata[i];
      g_autofree char *text =
        g_strdup_printf ("%s, %s, %s", source->title ? source->title : source->id,
                         source->date ? source->date : _("date unknown"),
                         source->license ? source->license : _("licence unknown"));

      td_cli_print_fact (i == 0 ? _("Sources") : "", text);
    }
}

static gboolean
run_info (TdCli   *cli,
          GStrv    argv,
          GError **error)
{
  g_auto (GStrv) args = argv;
  TdMarket *market;

  if (!td_cli_parse (cli, NULL, 0, 0, &args, error) || !td_cli_get_engine (cli, error))
    return FALSE;
  market = td_engine_get_market (cli->engine);
  if (cli->json)
    print_info_json (cli, market, td_market_get_catalogue (market));
  else
    print_info (market, td_market_get_catalogue (market));
  return TRUE;
}

/* ---- refresh, import ------------------------------------------------------------------------- */

static void
write_keys (TdJsonWriter *writer,
            const char   *name,
            GPtrArray    *keys)
{
  td_json_writer_name (writer, name);
  td_json_writer_begin_array (writer);
  for (guint i = 0; i < keys->len; i++)
    td_json_writer_string (writer, keys->pdata[i]);
  td_json_writer_end_array (writer);
}

static void
print_changes_json (TdCli                    *cli,
                    const TdCatalogueChanges *changes)
{
  g_autoptr (TdJsonWriter) writer = td_json_writer_new ();

  td_json_writer_begin_object (writer);
  td_json_writer_member_bool (writer, "up_to_date", changes->up_to_date);
  write_keys (writer, "added", changes->added);
  write_keys (writer, "retired", changes->retired);
  write_keys (writer, "price_up", changes->price_up);
  write_keys (writer, "price_down", changes->price_down);
  td_json_writer_end_object (writer);
  td_cli_json_print (cli, writer);
}

static void
print_keys (const char *title,
            GPtrArray  *keys)
{
  if (keys->len == 0)
    return;

  td_cli_print ("%s (%u)\n", title, keys->len);
  for (guint i = 0; i < keys->len; i++)
    {
      g_autofree char *clean = td_cli_clean_text (keys->pdata[i], -1, FALSE);

      td_cli_print ("  %s\n", clean);
    }
}

static void
print_changes (TdCli                    *cli,
               const TdCatalogueChanges *changes)
{
  if (cli->json)
    {
      print_changes_json (cli, changes);
      return;
    }
  print_keys (_("New"), changes->added);
  print_keys (_("Retired"), changes->retired);
  print_keys (_("Price up"), changes->price_up);
  print_keys (_("Price down"), changes->price_down);
  if (changes->up_to_date)
    td_cli_print ("%s\n", _("The catalogue is up to date."));
  else if (changes->added->len + changes->retired->len + changes->price_up->len +
             changes->price_down->len ==
           0)
    td_cli_print ("%s\n", _("No model was added or retired, and no price changed."));
}

static gboolean
run_refresh (TdCli   *cli,
             GStrv    argv,
             GError **error)
{
  g_auto (GStrv) args = argv;
  g_auto (TdCliRun) run = TD_CLI_RUN_INIT;
  g_autoptr (TdCatalogueChanges) changes = NULL;
  TdMarket *market;

  if (!td_cli_parse (cli, NULL, 0, 0, &args, error) || !td_cli_get_engine (cli, error))
    return FALSE;
  market = td_engine_get_market (cli->engine);
  td_market_refresh_async (market, TRUE, cli->cancellable, td_cli_run_ready, &run);
  changes = td_market_refresh_finish (market, td_cli_run_wait (&run), error);
  if (!changes)
    {
      td_cli_note (cli, _("the catalogue you have stays in use"));
      return FALSE;
    }
  td_engine_announce (cli->engine, "catalogue");
  print_changes (cli, changes);
  return TRUE;
}

static gboolean
run_import (TdCli   *cli,
            GStrv    argv,
            GError **error)
{
  g_auto (GStrv) args = argv;
  g_auto (TdCliRun) run = TD_CLI_RUN_INIT;
  g_autoptr (GBytes) document = NULL;
  g_autoptr (TdCatalogueChanges) changes = NULL;
  TdMarket *market;

  if (!td_cli_parse (cli, NULL, 1, 1, &args, error))
    return FALSE;
  document = td_cli_input_read_bytes (cli, args[0], MAX_IMPORT_BYTES, error);
  if (!document || !td_cli_get_engine (cli, error))
    return FALSE;
  market = td_engine_get_market (cli->engine);
  td_market_import_async (market, document, cli->cancellable, td_cli_run_ready, &run);
  changes = td_market_import_finish (market, td_cli_run_wait (&run), error);
  if (!changes)
    return FALSE;
  td_engine_announce (cli->engine, "catalogue");
  print_changes (cli, changes);
  return TRUE;
}

const TdCliCommand td_cli_catalogue_commands[] = {
  { "catalogue info", NULL, N_("Say how old the catalogue is and what it is made from"),
    N_("--json: version, models, rated_models, providers (how many of each), refreshed, and sources, each\n"
       "with id, title, url, date, license."),
    run_info },
  { "catalogue refresh", NULL, N_("Fetch newer facts and say what changed"),
    N_(
     "The new catalogue replaces the one in use whole or not at all. Without a network the one you\n"
     "have stays in use.\n\n"
     "--json: up_to_date, and added, retired, price_up, price_down, each a list of models."),
    run_refresh },
  { "catalogue import", N_("FILE"), N_("Take newer facts from a file and say what changed"),
    N_("FILE is in Top Dog’s, models.dev’s or OpenRouter’s format; “-” is the standard input.\n\n"
       "--json: as catalogue refresh gives it."),
    run_import },
  { NULL },
};

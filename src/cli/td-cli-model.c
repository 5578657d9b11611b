/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "cli/td-cli-model-json.h"
#include "cli/td-cli-output.h"
#include "cli/td-cli-resolve.h"

/* model show, model compare: one model whole, and several side by side. */

#define MAX_COMPARED 4

typedef char *(*FactFunc) (TdModel *model);

static char *
dup_provider (TdModel *model)
{
  return g_strdup (td_model_get_facts (model)->provider_id);
}

static char *
dup_type (TdModel *model)
{
  return g_strdup (td_model_type_to_string (td_model_get_facts (model)->type));
}

static char *
dup_status (TdModel *model)
{
  return g_strdup (td_model_status_to_string (td_model_get_facts (model)->status));
}

static char *
dup_price (TdModel *model,
           TdPrice  price)
{
  return td_model_get_facts (model)->local ? g_strdup (_("none, it runs here"))
                                           : td_cli_format_price (price);
}

static char *
dup_input_price (TdModel *model)
{
  return dup_price (model, td_model_get_facts (model)->price.input);
}

static char *
dup_output_price (TdModel *model)
{
  return dup_price (model, td_model_get_facts (model)->price.output);
}

static char *
dup_cache_price (TdModel *model)
{
  return dup_price (model, td_model_get_facts (model)->price.cache_read);
}

static char *
dup_context (TdModel *model)
{
  return td_cli_format_tokens (td_model_get_facts (model)->context);
}

static char *
dup_max_output (TdModel *model)
{
  return td_cli_format_tokens (td_model_get_facts (model)->max_output);
}

static char *
dup_input (TdModel *model)
{
  return td_cli_model_dup_modalities (td_model_get_facts (model)->input);
}

static char *
dup_output (TdModel *model)
{
  return td_cli_model_dup_modalities (td_model_get_facts (model)->output);
}

static char *
dup_capabilities (TdModel *model)
{
  return td_cli_model_dup_capabilities (td_model_get_facts (model));
}

static char *
dup_open_weights (TdModel *model)
{
  return g_strdup (td_cli_model_get_fact (td_model_get_facts (model)->open_weights));
}

static char *
dup_parameters (TdModel *model)
{
  return g_strdup (td_model_get_facts (model)->parameter_label);
}

static char *
dup_license (TdModel *model)
{
  return g_strdup (td_model_get_facts (model)->license);
}

static char *
dup_knowledge (TdModel *model)
{
  return g_strdup (td_model_get_facts (model)->knowledge);
}

static char *
dup_released (TdModel *model)
{
  return g_strdup (td_model_get_facts (model)->released);
}

static char *
dup_uses (TdModel *model)
{
  return g_strdup_printf ("%" G_GUINT64_FORMAT, td_model_get_uses (model));
}

static const struct
{
  const char *name;
  FactFunc dup;
} facts_shown[] = {
  { N_("Provider"), dup_provider },
  { N_("Type"), dup_type },
  { N_("Status"), dup_status },
  { N_("Rating"), td_cli_model_dup_rating },
  { N_("Input per million"), dup_input_price },
  { N_("Output per million"), dup_output_price },
  { N_("Cached per million"), dup_cache_price },
  { N_("Context"), dup_context },
  { N_("Longest reply"), dup_max_output },
  { N_("Takes"), dup_input },
  { N_("Gives"), dup_output },
  { N_("Can do"), dup_capabilities },
  { N_("Open weights"), dup_open_weights },
  { N_("Parameters"), dup_parameters },
  { N_("Licence"), dup_license },
  { N_("Knows up to"), dup_knowledge },
  { N_("Released"), dup_released },
  { N_("Used by you"), dup_uses },
};

static void
print_tiers (const TdModelFacts *facts)
{
  for (guint i = 0; i < facts->n_tiers; i++)
    {
      g_autofree char *tokens = td_cli_format_tokens (facts->tiers[i].above_tokens);
      g_autofree char *input = td_cli_format_price (facts->tiers[i].prices.input);
      g_autofree char *output = td_cli_format_price (facts->tiers[i].prices.output);
      /* Translators: a number of tokens. */
      g_autofree char *name = g_strdup_printf (_("Above %s"), tokens);
      /* Translators: two prices per million tokens. */
      g_autofree char *value = g_strdup_printf (_("input %s, output %s"), input, output);

      td_cli_print_fact (name, value);
    }
}

static void
print_evidence (TdCatalogue *catalogue,
                TdModel     *model)
{
  g_autoptr (GPtrArray) evidence = td_cli_model_list_evidence (catalogue, model);

  for (guint i = 0; i < evidence->len; i++)
    {
      const TdMeasurement *measurement = evidence->pdata[i];
      const TdBenchmark *benchmark =
        td_catalogue_find_benchmark (catalogue, measurement->benchmark);
      g_autofree char *text =
        g_strdup_printf ("%s, %s", benchmark ? benchmark->title : measurement->benchmark,
                         measurement->date ? measurement->date : _("date unknown"));

      td_cli_print_fact (i == 0 ? _("Rated from") : "", text);
    }
}

static void
print_other_offers (TdCatalogue *catalogue,
                    TdModel     *model)
{
  const TdModelFacts *facts = td_model_get_facts (model);
  g_autoptr (GPtrArray) offers =
    facts->base_model ? td_catalogue_list_offers (catalogue, facts->base_model) : NULL;
  gboolean is_first = TRUE;

  for (guint i = 0; offers && i < offers->len; i++)
    {
      if (offers->pdata[i] == model)
        continue;
      td_cli_print_fact (is_first ? _("Also at") : "", td_model_get_key (offers->pdata[i]));
      is_first = FALSE;
    }
}

static void
print_model (TdCatalogue *catalogue,
             TdModel     *model)
{
  const TdModelFacts *facts = td_model_get_facts (model);
  const TdCatalogueSource *source =
    facts->source ? td_catalogue_find_source (catalogue, facts->source) : NULL;

  td_cli_print_heading (td_model_get_name (model));
  td_cli_print_fact (_("Id"), facts->key);
  for (guint i = 0; i < G_N_ELEMENTS (facts_shown); i++)
    {
      g_autofree char *value = facts_shown[i].dup (model);

      td_cli_print_fact (_(facts_shown[i].name), value);
    }
  print_tiers (facts);
  print_evidence (catalogue, model);
  print_other_offers (catalogue, model);
  if (facts->note)
    td_cli_print_fact (_("Note"), facts->note);
  if (source)
    {
      g_autofree char *text =
        g_strdup_printf ("%s, %s", source->title, source->date ? source->date : _("date unknown"));

      td_cli_print_fact (_("Facts from"), text);
    }
}

/* What its provider said when it was last asked; the catalogue knows only what is over. */
static void
print_retirement (TdCli   *cli,
                  TdModel *model)
{
  const char *date = td_engine_get_retirement (cli->engine, td_model_get_key (model));

  if (date)
    td_cli_print_fact (_("Retires"), *date != '\0' ? date : _("some day"));
}

/**
 * td_cli_model_show:
 *
 * The command "model show".
 */
gboolean
td_cli_model_show (TdCli   *cli,
                   GStrv    argv,
                   GError **error)
{
  g_auto (GStrv) args = argv;
  TdCatalogue *catalogue;
  TdModel *model;

  if (!td_cli_parse (cli, NULL, 1, 1, &args, error))
    return FALSE;
  model = td_cli_resolve_model (cli, args[0], error);
  if (!model)
    return FALSE;

  catalogue = td_market_get_catalogue (td_engine_get_market (cli->engine));
  if (cli->json)
    {
      g_autoptr (TdJsonWriter) writer = td_json_writer_new ();

      td_cli_model_write_details (writer, cli->engine, catalogue, model);
      td_cli_json_print (cli, writer);
    }
  else
    {
      print_model (catalogue, model);
      print_retirement (cli, model);
    }
  return TRUE;
}

static void
print_comparison (GPtrArray *models)
{
  g_autoptr (TdCliTable) table = td_cli_table_new ();

  td_cli_table_column (table, "", TD_CLI_COLUMN_LEFT);
  for (guint i = 0; i < models->len; i++)
    td_cli_table_column (table, td_model_get_key (models->pdata[i]), TD_CLI_COLUMN_SHRINK);
  for (guint row = 0; row < G_N_ELEMENTS (facts_shown); row++)
    {
      td_cli_table_cell (table, _(facts_shown[row].name));
      for (guint i = 0; i < models->len; i++)
        {
          g_autofree char *value = facts_shown[row].dup (models->pdata[i]);

          td_cli_table_cell (table, value ? value : _("unknown"));
        }
    }
  td_cli_table_print (table);
}

static void
print_comparison_json (TdCli     *cli,
                       GPtrArray *models)
{
  TdCatalogue *catalogue = td_market_get_catalogue (td_engine_get_market (cli->engine));
  g_autoptr (TdJsonWriter) writer = td_json_writer_new ();

  td_json_writer_begin_object (writer);
  td_json_writer_name (writer, "models");
  td_json_writer_begin_array (writer);
  for (guint i = 0; i < models->len; i++)
    td_cli_model_write_details (writer, cli->engine, catalogue, models->pdata[i]);
  td_json_writer_end_array (writer);
  td_json_writer_end_object (writer);
  td_cli_json_print (cli, writer);
}

/**
 * td_cli_model_compare:
 *
 * The command "model compare".
 */
gboolean
td_cli_model_compare (TdCli   *cli,
                      GStrv    argv,
                      GError **error)
{
  g_auto (GStrv) args = argv;
  g_autoptr (GPtrArray) models = g_ptr_array_new ();

  if (!td_cli_parse (cli, NULL, 1, -1, &args, error))
    return FALSE;
  if (g_strv_length (args) > MAX_COMPARED)
    {
      g_set_error (error, TD_CLI_ERROR, TD_CLI_ERROR_USAGE,
                   /* Translators: how many models may be compared, and how many were given. */
                   _("At most %d models can be compared, and you named %u."), MAX_COMPARED,
                   g_strv_length (args));
      return FALSE;
    }
  for (guint i = 0; args[i]; i++)
    {
      TdModel *model = td_cli_resolve_model (cli, args[i], error);

      if (!model)
        return FALSE;
      g_ptr_array_add (models, model);
    }
  if (cli->json)
    print_comparison_json (cli, models);
  else
    print_comparison (models);
  return TRUE;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cli/td-cli-model-json.h"

#include <glib/gi18n.h>

#include "cli/td-cli-output.h"

#define LAST_CAPABILITY TD_CAPABILITY_CHAT
#define LAST_MODALITY   TD_MODALITY_EMBEDDING

static GStrv
list_capabilities (const TdModelFacts *facts)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint flag = 1; flag <= LAST_CAPABILITY; flag <<= 1)
    {
      if (td_model_facts_has_capability (facts, (TdCapability) flag))
        g_strv_builder_add (builder, td_capability_to_string ((TdCapability) flag));
    }
  return g_strv_builder_end (builder);
}

static GStrv
list_modalities (TdModality modalities)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint flag = 1; flag <= LAST_MODALITY; flag <<= 1)
    {
      if (modalities & flag)
        g_strv_builder_add (builder, td_modality_to_string ((TdModality) flag));
    }
  return g_strv_builder_end (builder);
}

static char *
join (GStrv words)
{
  g_auto (GStrv) owned = words;

  return *owned ? g_strjoinv (", ", owned) : NULL;
}

/**
 * td_cli_model_dup_capabilities:
 * @facts: a model
 *
 * Returns: (transfer full) (nullable): what it is known to be able to do, for people
 */
char *
td_cli_model_dup_capabilities (const TdModelFacts *facts)
{
  return join (list_capabilities (facts));
}

/**
 * td_cli_model_dup_modalities:
 * @modalities: what goes in or comes out
 *
 * Returns: (transfer full) (nullable): the same for people
 */
char *
td_cli_model_dup_modalities (TdModality modalities)
{
  return join (list_modalities (modalities));
}

static char *
dup_tenths (int tenths)
{
  return g_strdup_printf ("%d.%d", tenths / 10, tenths % 10);
}

/**
 * td_cli_model_dup_rating:
 * @model: a model
 *
 * Returns: (transfer full): its rating for people
 */
char *
td_cli_model_dup_rating (TdModel *model)
{
  const TdRating *rating = td_model_get_rating (model);

  return rating ? dup_tenths (rating->tenths) : g_strdup (_("not rated"));
}

/**
 * td_cli_model_get_fact:
 * @fact: a fact
 *
 * Returns: (nullable): yes or no, for people; %NULL: unknown
 */
const char *
td_cli_model_get_fact (TdFact fact)
{
  switch (fact)
    {
    case TD_FACT_YES:
      return _("yes");
    case TD_FACT_NO:
      return _("no");
    case TD_FACT_UNKNOWN:
    default:
      return NULL;
    }
}

static void
write_strings (TdJsonWriter *writer,
               const char *name,
               GStrv words) /* (transfer full) (nullable) */
{
  g_auto (GStrv) owned = words;

  td_json_writer_name (writer, name);
  td_json_writer_begin_array (writer);
  for (guint i = 0; owned && owned[i]; i++)
    td_json_writer_string (writer, owned[i]);
  td_json_writer_end_array (writer);
}

static void
write_known_count (TdJsonWriter *writer,
                   const char   *name,
                   gint64        count)
{
  td_cli_json_count (writer, name, count > 0 ? count : -1);
}

static void
write_fact (TdJsonWriter *writer,
            const char   *name,
            TdFact        fact)
{
  td_json_writer_name (writer, name);
  if (fact == TD_FACT_UNKNOWN)
    td_json_writer_null (writer);
  else
    td_json_writer_bool (writer, fact == TD_FACT_YES);
}

static void
write_prices (TdJsonWriter      *writer,
              const char        *name,
              const TdPriceList *prices)
{
  td_json_writer_name (writer, name);
  td_json_writer_begin_object (writer);
  td_cli_json_price (writer, "input", prices->input);
  td_cli_json_price (writer, "output", prices->output);
  td_cli_json_price (writer, "cache_read", prices->cache_read);
  td_cli_json_price (writer, "cache_write", prices->cache_write);
  td_cli_json_price (writer, "reasoning", prices->reasoning);
  td_cli_json_price (writer, "input_audio", prices->input_audio);
  td_cli_json_price (writer, "output_audio", prices->output_audio);
  td_json_writer_end_object (writer);
}

static void
write_rating_value (TdJsonWriter *writer,
                    TdModel      *model)
{
  const TdRating *rating = td_model_get_rating (model);
  g_autofree char *text = rating ? dup_tenths (rating->tenths) : NULL;

  td_json_writer_name (writer, "rating");
  if (text)
    td_json_writer_raw (writer, text);
  else
    td_json_writer_null (writer);
}

static void
write_summary_members (TdJsonWriter *writer,
                       TdModel      *model)
{
  const TdModelFacts *facts = td_model_get_facts (model);

  td_json_writer_member_string (writer, "id", facts->key);
  td_json_writer_member_string (writer, "provider", facts->provider_id);
  td_json_writer_member_string (writer, "provider_model", facts->id);
  td_json_writer_member_string (writer, "name", td_model_get_name (model));
  td_json_writer_member_string (writer, "type", td_model_type_to_string (facts->type));
  td_json_writer_member_string (writer, "status", td_model_status_to_string (facts->status));
  write_known_count (writer, "context_tokens", facts->context);
  write_known_count (writer, "max_output_tokens", facts->max_output);
  write_prices (writer, "price_per_million_tokens", &facts->price);
  td_json_writer_member_bool (writer, "free", td_model_facts_is_free (facts));
  td_json_writer_member_bool (writer, "local", facts->local);
  write_fact (writer, "open_weights", facts->open_weights);
  write_rating_value (writer, model);
  write_strings (writer, "capabilities", list_capabilities (facts));
  td_cli_json_string (writer, "released", facts->released);
  td_json_writer_member_bool (writer, "retired", td_model_facts_is_retired (facts));
  td_json_writer_member_bool (writer, "favourite", td_model_get_favourite (model));
  td_json_writer_member_int64 (writer, "uses", (gint64) td_model_get_uses (model));
}

/**
 * td_cli_model_write_summary:
 * @writer: a writer where a value is due
 * @model: a model
 *
 * Writes what a list shows of a model.
 */
void
td_cli_model_write_summary (TdJsonWriter *writer,
                            TdModel      *model)
{
  td_json_writer_begin_object (writer);
  write_summary_members (writer, model);
  td_json_writer_end_object (writer);
}

static void
write_tiers (TdJsonWriter       *writer,
             const TdModelFacts *facts)
{
  td_json_writer_name (writer, "price_tiers");
  td_json_writer_begin_array (writer);
  for (guint i = 0; i < facts->n_tiers; i++)
    {
      td_json_writer_begin_object (writer);
      td_json_writer_member_int64 (writer, "above_tokens", facts->tiers[i].above_tokens);
      write_prices (writer, "price_per_million_tokens", &facts->tiers[i].prices);
      td_json_writer_end_object (writer);
    }
  td_json_writer_end_array (writer);
}

/**
 * td_cli_model_list_evidence:
 * @catalogue: a catalogue
 * @model: a model of it
 *
 * Returns: (transfer container) (element-type TdMeasurement): the measurements its rating is made
 *   from; none where it is not rated
 */
GPtrArray *
td_cli_model_list_evidence (TdCatalogue *catalogue,
                            TdModel     *model)
{
  const TdRating *rating = td_model_get_rating (model);
  GPtrArray *evidence =
    td_catalogue_list_measurements (catalogue, td_model_get_facts (model)->base_model);

  for (guint i = evidence->len; i > 0; i--)
    {
      const TdMeasurement *measurement = evidence->pdata[i - 1];

      if (!rating || !rating->evidence ||
          !g_strv_contains ((const char *const *) rating->evidence, measurement->benchmark))
        g_ptr_array_remove_index (evidence, i - 1);
    }
  return evidence;
}

static void
write_evidence (TdJsonWriter *writer,
                TdCatalogue  *catalogue,
                TdModel      *model)
{
  g_autoptr (GPtrArray) evidence = td_cli_model_list_evidence (catalogue, model);

  td_json_writer_name (writer, "rating_evidence");
  td_json_writer_begin_array (writer);
  for (guint i = 0; i < evidence->len; i++)
    {
      const TdMeasurement *measurement = evidence->pdata[i];
      const TdBenchmark *benchmark =
        td_catalogue_find_benchmark (catalogue, measurement->benchmark);

      td_json_writer_begin_object (writer);
      td_json_writer_member_string (writer, "benchmark", measurement->benchmark);
      td_cli_json_string (writer, "title", benchmark ? benchmark->title : NULL);
      td_cli_json_string (writer, "date", measurement->date);
      td_cli_json_string (writer, "url", benchmark ? benchmark->source_url : NULL);
      td_json_writer_end_object (writer);
    }
  td_json_writer_end_array (writer);
}

static void
write_offers (TdJsonWriter *writer,
              TdCatalogue  *catalogue,
              TdModel      *model)
{
  const TdModelFacts *facts = td_model_get_facts (model);
  g_autoptr (GPtrArray) offers =
    facts->base_model ? td_catalogue_list_offers (catalogue, facts->base_model) : NULL;

  td_json_writer_name (writer, "offers");
  td_json_writer_begin_array (writer);
  for (guint i = 0; offers && i < offers->len; i++)
    td_json_writer_string (writer, td_model_get_key (offers->pdata[i]));
  td_json_writer_end_array (writer);
}

/**
 * td_cli_model_write_details:
 * @writer: a writer where a value is due
 * @engine: the engine, which knows what providers said
 * @catalogue: the catalogue the model is from
 * @model: a model
 *
 * Writes every fact that is known about a model.
 */
void
td_cli_model_write_details (TdJsonWriter *writer,
                            TdEngine     *engine,
                            TdCatalogue  *catalogue,
                            TdModel      *model)
{
  const TdModelFacts *facts = td_model_get_facts (model);
  const TdCatalogueSource *source =
    facts->source ? td_catalogue_find_source (catalogue, facts->source) : NULL;

  td_json_writer_begin_object (writer);
  write_summary_members (writer, model);
  td_cli_json_string (writer, "family", facts->family);
  td_cli_json_string (writer, "base_model", facts->base_model);
  td_cli_json_string (writer, "derived_from", facts->derived_from);
  write_strings (writer, "input", list_modalities (facts->input));
  write_strings (writer, "output", list_modalities (facts->output));
  write_fact (writer, "reasoning", facts->reasoning);
  write_fact (writer, "tool_call", facts->tool_call);
  write_fact (writer, "structured_output", facts->structured_output);
  write_fact (writer, "temperature", facts->temperature);
  write_strings (writer, "reasoning_efforts", g_strdupv (facts->reasoning_efforts));
  write_tiers (writer, facts);
  write_known_count (writer, "max_input_tokens", facts->max_input);
  td_cli_json_string (writer, "knowledge", facts->knowledge);
  td_cli_json_string (writer, "updated", facts->updated);
  td_cli_json_string (writer, "retires", td_engine_get_retirement (engine, facts->key));
  write_known_count (writer, "parameters", facts->parameters);
  td_cli_json_string (writer, "parameter_label", facts->parameter_label);
  write_known_count (writer, "size_bytes", facts->size_bytes);
  td_cli_json_string (writer, "license", facts->license);
  td_cli_json_string (writer, "weights", facts->weights);
  td_cli_json_string (writer, "note", facts->note);
  write_evidence (writer, catalogue, model);
  write_offers (writer, catalogue, model);
  td_cli_json_string (writer, "source", source ? source->title : facts->source);
  td_cli_json_string (writer, "source_date", source ? source->date : NULL);
  td_json_writer_end_object (writer);
}

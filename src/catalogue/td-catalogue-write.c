/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writing a catalogue document: compact, in a fixed order, without what is not known, so that
 * the same facts always give the same bytes.
 */
#include "config.h"

#include "catalogue/td-catalogue-draft.h"

#include <math.h>

#include "base/td-json-write.h"
#include "catalogue/td-catalogue-fields.h"

static void
write_list (TdJsonWriter *out,
            const char   *name,
            GStrv         list)
{
  if (list == NULL)
    return;
  td_json_writer_name (out, name);
  td_json_writer_begin_array (out);
  for (guint i = 0; list[i] != NULL; i++)
    td_json_writer_string (out, list[i]);
  td_json_writer_end_array (out);
}

static void
write_count (TdJsonWriter *out,
             const char   *name,
             gint64        count)
{
  if (count > 0)
    td_json_writer_member_int64 (out, name, count);
}

static void
write_flag (TdJsonWriter *out,
            const char   *name,
            gboolean      holds)
{
  if (holds)
    td_json_writer_member_bool (out, name, TRUE);
}

static void
write_double (TdJsonWriter *out,
              const char   *name,
              double        value)
{
  td_json_writer_name (out, name);
  td_json_writer_double (out, value);
}

/* The sources state tenths; more would only pretend to be exact. */
static double
to_tenth (double value)
{
  return round (value * 10) / 10;
}

static void
write_modalities (TdJsonWriter *out,
                  const char   *name,
                  TdModality    modalities)
{
  if (modalities == 0)
    return;
  td_json_writer_name (out, name);
  td_json_writer_begin_array (out);
  for (guint bit = 0; (modalities >> bit) != 0; bit++)
    if (modalities & (1u << bit))
      td_json_writer_string (out, td_modality_to_string ((TdModality) (1u << bit)));
  td_json_writer_end_array (out);
}

static void
write_field (TdJsonWriter  *out,
             const TdField *field,
             gconstpointer  facts)
{
  gconstpointer slot = (const guint8 *) facts + field->offset;

  switch (field->kind)
    {
    case TD_FIELD_TEXT:
    case TD_FIELD_NOTE:
    case TD_FIELD_URL:
    case TD_FIELD_DATE:
      td_json_writer_member_string (out, field->name, *(char *const *) slot);
      break;
    case TD_FIELD_FACT:
      if (*(const TdFact *) slot != TD_FACT_UNKNOWN)
        td_json_writer_member_bool (out, field->name, *(const TdFact *) slot == TD_FACT_YES);
      break;
    case TD_FIELD_COUNT:
      write_count (out, field->name, *(const gint64 *) slot);
      break;
    case TD_FIELD_MODALITIES:
      write_modalities (out, field->name, *(const TdModality *) slot);
      break;
    case TD_FIELD_LIST:
      write_list (out, field->name, *(const GStrv *) slot);
      break;
    default:
      g_assert_not_reached ();
    }
}

static gboolean
has_price (const TdPriceList *prices)
{
  for (guint i = 0; i < td_price_n_fields; i++)
    if (*td_price_field (prices, i) >= 0)
      return TRUE;
  return FALSE;
}

static void
write_prices (TdJsonWriter      *out,
              const TdPriceList *prices)
{
  for (guint i = 0; i < td_price_n_fields; i++)
    {
      TdPrice price = *td_price_field (prices, i);

      if (price >= 0)
        td_json_writer_member_int64 (out, td_price_fields[i].name, price);
    }
}

static void
write_price (TdJsonWriter       *out,
             const TdModelFacts *facts)
{
  if (!has_price (&facts->price) && facts->n_tiers == 0)
    return;
  td_json_writer_name (out, "price");
  td_json_writer_begin_object (out);
  write_prices (out, &facts->price);
  if (facts->n_tiers > 0)
    {
      td_json_writer_name (out, "tiers");
      td_json_writer_begin_array (out);
      for (guint i = 0; i < facts->n_tiers; i++)
        {
          td_json_writer_begin_object (out);
          td_json_writer_member_int64 (out, "above_tokens", facts->tiers[i].above_tokens);
          write_prices (out, &facts->tiers[i].prices);
          td_json_writer_end_object (out);
        }
      td_json_writer_end_array (out);
    }
  td_json_writer_end_object (out);
}

static void
write_budget (TdJsonWriter       *out,
              const TdModelFacts *facts)
{
  if (!facts->has_reasoning_budget)
    return;
  td_json_writer_name (out, "reasoning_budget");
  td_json_writer_begin_object (out);
  if (facts->reasoning_budget_min != 0)
    td_json_writer_member_int64 (out, "min", facts->reasoning_budget_min);
  if (facts->reasoning_budget_max != 0)
    td_json_writer_member_int64 (out, "max", facts->reasoning_budget_max);
  td_json_writer_end_object (out);
}

static void
write_model (TdJsonWriter *out,
             gpointer      element)
{
  const TdModelFacts *facts = element;

  td_json_writer_begin_object (out);
  td_json_writer_member_string (out, "provider", facts->provider_id);
  td_json_writer_member_string (out, "id", facts->id);
  td_json_writer_member_string (out, "type", td_model_type_to_string (facts->type));
  if (facts->status != TD_MODEL_STATUS_IN_SERVICE)
    td_json_writer_member_string (out, "status", td_model_status_to_string (facts->status));
  for (guint i = 0; i < td_model_n_fields; i++)
    write_field (out, &td_model_fields[i], facts);
  write_budget (out, facts);
  write_price (out, facts);
  td_wire_traits_write (out, "wire", facts->wire);
  td_json_writer_end_object (out);
}

static void
write_headers (TdJsonWriter *out,
               GStrv         headers)
{
  if (headers == NULL || headers[0] == NULL)
    return;
  td_json_writer_name (out, "headers");
  td_json_writer_begin_object (out);
  for (guint i = 0; headers[i] != NULL; i += 2)
    td_json_writer_member_string (out, headers[i], headers[i + 1]);
  td_json_writer_end_object (out);
}

static void
write_provider (TdJsonWriter *out,
                gpointer      element)
{
  const TdProviderFacts *facts = element;

  td_json_writer_begin_object (out);
  td_json_writer_member_string (out, "id", facts->id);
  td_json_writer_member_string (out, "name", facts->name);
  td_json_writer_member_string (out, "kind", td_provider_kind_to_string (facts->kind));
  td_json_writer_member_string (out, "base_url", facts->base_url);
  td_json_writer_member_string (out, "openai_compatible_base_url",
                                facts->openai_compatible_base_url);
  write_list (out, "env", facts->env);
  td_json_writer_member_string (out, "auth", td_auth_to_string (facts->auth));
  write_headers (out, facts->headers);
  td_json_writer_member_string (out, "doc_url", facts->doc_url);
  write_flag (out, "main", facts->main);
  write_flag (out, "local", facts->local);
  td_wire_traits_write (out, "wire", facts->wire);
  if (facts->list_url != NULL)
    {
      td_json_writer_name (out, "list_models");
      td_json_writer_begin_object (out);
      td_json_writer_member_string (out, "url", facts->list_url);
      td_json_writer_member_string (out, "format", facts->list_format);
      write_flag (out, "needs_key", facts->list_needs_key);
      td_json_writer_end_object (out);
    }
  td_json_writer_end_object (out);
}

static void
write_source (TdJsonWriter *out,
              gpointer      element)
{
  const TdCatalogueSource *source = element;

  td_json_writer_begin_object (out);
  td_json_writer_member_string (out, "id", source->id);
  td_json_writer_member_string (out, "title", source->title);
  td_json_writer_member_string (out, "url", source->url);
  td_json_writer_member_string (out, "date", source->date);
  td_json_writer_member_string (out, "license", source->license);
  td_json_writer_end_object (out);
}

static void
write_benchmark (TdJsonWriter *out,
                 gpointer      element)
{
  const TdBenchmark *benchmark = element;

  td_json_writer_begin_object (out);
  td_json_writer_member_string (out, "id", benchmark->id);
  td_json_writer_member_string (out, "title", benchmark->title);
  td_json_writer_member_string (out, "metric", benchmark->metric);
  td_json_writer_member_string (out, "unit", benchmark->unit);
  td_json_writer_member_bool (out, "higher_is_better", benchmark->higher_is_better);
  write_count (out, "weight", benchmark->weight);
  write_flag (out, "anchor", benchmark->anchor);
  td_json_writer_member_string (out, "date", benchmark->date);
  td_json_writer_member_string (out, "date_older", benchmark->date_older);
  td_json_writer_member_string (out, "source_url", benchmark->source_url);
  td_json_writer_member_string (out, "license", benchmark->license);
  td_json_writer_member_string (out, "attribution", benchmark->attribution);
  td_json_writer_member_string (out, "note", benchmark->note);
  td_json_writer_end_object (out);
}

static void
write_measurement (TdJsonWriter *out,
                   gpointer      element)
{
  const TdMeasurement *measurement = element;

  td_json_writer_begin_object (out);
  td_json_writer_member_string (out, "benchmark", measurement->benchmark);
  td_json_writer_member_string (out, "name", measurement->name);
  write_list (out, "base_models", measurement->base_models);
  write_double (out, "value", measurement->value);
  td_json_writer_member_string (out, "variant", measurement->variant);
  td_json_writer_member_string (out, "domain", measurement->domain);
  td_json_writer_member_string (out, "date", measurement->date);
  if (measurement->has_interval)
    {
      write_double (out, "low", measurement->low);
      write_double (out, "high", measurement->high);
    }
  write_count (out, "votes", measurement->votes);
  write_flag (out, "older", measurement->older);
  td_json_writer_end_object (out);
}

static void
write_array (TdJsonWriter *out,
             const char *name,
             GPtrArray *array,
             void (*write_element) (TdJsonWriter *out, gpointer element))
{
  td_json_writer_name (out, name);
  td_json_writer_begin_array (out);
  for (guint i = 0; i < array->len; i++)
    write_element (out, array->pdata[i]);
  td_json_writer_end_array (out);
}

static int
compare_keys (gconstpointer a,
              gconstpointer b)
{
  return g_strcmp0 (a, b);
}

static void
write_ratings (TdJsonWriter *out,
               GHashTable   *ratings)
{
  g_autoptr (GList) keys = g_list_sort (g_hash_table_get_keys (ratings), compare_keys);

  td_json_writer_name (out, "ratings");
  td_json_writer_begin_object (out);
  for (GList *l = keys; l != NULL; l = l->next)
    {
      const TdRating *rating = g_hash_table_lookup (ratings, l->data);

      td_json_writer_name (out, l->data);
      td_json_writer_begin_object (out);
      write_double (out, "rating", rating->tenths / 10.0);
      write_double (out, "score", to_tenth (rating->score));
      write_double (out, "percentile", to_tenth (rating->percentile));
      write_list (out, "evidence", rating->evidence);
      write_list (out, "older", rating->older);
      td_json_writer_end_object (out);
    }
  td_json_writer_end_object (out);
}

/*
 * td_catalogue_draft_write:
 *
 * The document of the draft, which td_catalogue_draft_read() reads back. The versions stand at
 * the beginning, where td_catalogue_peek_version() looks for them.
 */
GBytes *
td_catalogue_draft_write (TdCatalogueDraft *self)
{
  g_autoptr (TdJsonWriter) out = td_json_writer_new ();

  td_json_writer_begin_object (out);
  td_json_writer_member_string (out, "format", "model-catalogue/1");
  td_json_writer_member_string (out, "generated", self->version);
  td_json_writer_member_string (out, "bundled", self->bundled);
  td_json_writer_member_string (out, "price_unit", "micro-USD per million tokens");
  write_array (out, "sources", self->sources, write_source);
  write_array (out, "providers", self->providers, write_provider);
  write_array (out, "models", self->models, write_model);
  write_array (out, "benchmarks", self->benchmarks, write_benchmark);
  write_array (out, "measurements", self->measurements, write_measurement);
  write_ratings (out, self->ratings);
  td_json_writer_end_object (out);
  return td_json_writer_steal_bytes (out);
}

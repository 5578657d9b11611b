/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reading a catalogue document (and the file of benchmark facts that goes into one). A field
 * that is not known to this program is ignored; a known one of the wrong kind refuses the
 * document, because half a fact is worse than yesterday's.
 */
#include "config.h"

#include "catalogue/td-catalogue-draft.h"

#include <math.h>
#include <string.h>

#include "catalogue/td-catalogue-fields.h"
#include "catalogue/td-record.h"

#define FORMAT            "model-catalogue/1"
#define BENCHMARKS_FORMAT "model-benchmarks/1"
#define PRICE_UNIT        "micro-USD per million tokens"

static gboolean
take_field (const TdRecord  *record,
            const TdField   *field,
            gpointer         facts,
            GError         **error)
{
  gpointer slot = G_STRUCT_MEMBER_P (facts, field->offset);

  switch (field->kind)
    {
    case TD_FIELD_TEXT:
      return td_record_take_text (record, field->name, TD_CATALOGUE_MAX_TEXT, slot, error);
    case TD_FIELD_NOTE:
      return td_record_take_text (record, field->name, TD_CATALOGUE_MAX_NOTE, slot, error);
    case TD_FIELD_URL:
      return td_record_take_url (record, field->name, slot, error);
    case TD_FIELD_DATE:
      return td_record_take_date (record, field->name, slot, error);
    case TD_FIELD_FACT:
      return td_record_take_fact (record, field->name, slot, error);
    case TD_FIELD_COUNT:
      return td_record_take_int (record, field->name, 0, TD_CATALOGUE_MAX_COUNT, slot, error);
    case TD_FIELD_MODALITIES:
      return td_record_take_modalities (record, field->name, slot, error);
    case TD_FIELD_LIST:
      return td_record_take_list (record, field->name, slot, error);
    default:
      g_assert_not_reached ();
    }
}

/* ---- models -------------------------------------------------------------------------------- */

static gboolean
take_prices (const TdRecord  *record,
             TdPriceList     *prices,
             GError         **error)
{
  for (guint i = 0; i < td_price_n_fields; i++)
    if (!td_record_take_int (record, td_price_fields[i].name, 0, TD_CATALOGUE_MAX_PRICE,
                             G_STRUCT_MEMBER_P (prices, td_price_fields[i].offset), error))
      return FALSE;
  return TRUE;
}

static gboolean
take_tiers (const TdRecord  *price,
            TdModelFacts    *facts,
            GError         **error)
{
  const TdJson *tiers = td_json_get_member (price->json, "tiers");
  guint n_tiers = td_json_get_length (tiers);

  if (!td_json_is_set (tiers))
    return TRUE;
  if (td_json_get_type (tiers) != TD_JSON_ARRAY || n_tiers > TD_CATALOGUE_MAX_TIERS)
    return td_record_fail (price, "tiers", "is no list, or too long a one", error);
  facts->tiers = g_new0 (TdPriceTier, n_tiers);
  facts->n_tiers = n_tiers;
  for (guint i = 0; i < n_tiers; i++)
    {
      TdRecord record = { td_json_get_element (tiers, i), "price tier of", facts->key };
      TdPriceTier *tier = &facts->tiers[i];

      td_price_list_init (&tier->prices);
      if (!td_record_take_int (&record, "above_tokens", 1, TD_CATALOGUE_MAX_COUNT,
                               &tier->above_tokens, error) ||
          !take_prices (&record, &tier->prices, error))
        return FALSE;
      if (tier->above_tokens <= (i > 0 ? facts->tiers[i - 1].above_tokens : 0))
        return td_record_fail (&record, "above_tokens", "is missing or does not rise", error);
    }
  return TRUE;
}

static gboolean
take_price (const TdRecord  *record,
            TdModelFacts    *facts,
            GError         **error)
{
  TdRecord price = { td_json_get_member (record->json, "price"), "price of", facts->key };

  if (!td_json_is_set (price.json))
    return TRUE;
  if (td_json_get_type (price.json) != TD_JSON_OBJECT)
    return td_record_fail (record, "price", "is no object", error);
  return take_prices (&price, &facts->price, error) && take_tiers (&price, facts, error);
}

static gboolean
take_budget (const TdRecord  *record,
             TdModelFacts    *facts,
             GError         **error)
{
  TdRecord budget = { td_json_get_member (record->json, "reasoning_budget"), "reasoning budget of",
                      facts->key };

  if (!td_json_is_set (budget.json))
    return TRUE;
  facts->has_reasoning_budget = TRUE;
  return td_record_take_int (&budget, "min", -1, TD_CATALOGUE_MAX_COUNT,
                             &facts->reasoning_budget_min, error) &&
         td_record_take_int (&budget, "max", -1, TD_CATALOGUE_MAX_COUNT,
                             &facts->reasoning_budget_max, error);
}

static gboolean
take_words (const TdRecord  *record,
            TdModelFacts    *facts,
            GError         **error)
{
  const char *type = td_json_member_string (record->json, "type");
  const char *status = td_json_member_string (record->json, "status");

  if (!td_model_type_from_string (type, &facts->type))
    return td_record_fail (record, "type", "is missing or unknown", error);
  if (status != NULL && !td_model_status_from_string (status, &facts->status))
    return td_record_fail (record, "status", "is unknown", error);
  return TRUE;
}

static gboolean
read_model (const TdJson      *json,
            TdCatalogueDraft  *draft,
            GError           **error)
{
  g_autoptr (TdModelFacts) facts = td_model_facts_new ();
  TdRecord record = { json, "model", td_json_member_string (json, "id") };

  if (!td_record_take_checked (&record, "provider", td_catalogue_is_provider_id,
                               "is no key of a provider", &facts->provider_id, error) ||
      !td_record_take_checked (&record, "id", td_catalogue_is_model_id, "is no key of a model",
                               &facts->id, error))
    return FALSE;
  if (facts->provider_id == NULL || facts->id == NULL)
    return td_record_fail (&record, "provider or id", "is missing", error);
  facts->key = g_strconcat (facts->provider_id, ":", facts->id, NULL);
  record.name = facts->key;
  for (guint i = 0; i < td_model_n_fields; i++)
    if (!take_field (&record, &td_model_fields[i], facts, error))
      return FALSE;
  if (!take_words (&record, facts, error) || !take_budget (&record, facts, error) ||
      !take_price (&record, facts, error))
    return FALSE;
  if (facts->name == NULL)
    return td_record_fail (&record, "name", "is missing", error);
  g_ptr_array_add (draft->models, g_steal_pointer (&facts));
  return TRUE;
}

/* ---- providers ----------------------------------------------------------------------------- */

static gboolean
is_header (const char *name,
           const char *value)
{
  if (name == NULL || *name == '\0' || value == NULL)
    return FALSE;
  for (const char *p = name; *p != '\0'; p++)
    if (!g_ascii_isalnum (*p) && *p != '-')
      return FALSE;
  for (const char *p = value; *p != '\0'; p++)
    if (!g_ascii_isprint (*p))
      return FALSE;
  return strlen (name) <= TD_CATALOGUE_MAX_ID && strlen (value) <= TD_CATALOGUE_MAX_TEXT;
}

static gboolean
take_headers (const TdRecord   *record,
              TdProviderFacts  *facts,
              GError          **error)
{
  const TdJson *headers = td_json_get_member (record->json, "headers");
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (!td_json_is_set (headers))
    return TRUE;
  if (td_json_get_type (headers) != TD_JSON_OBJECT ||
      td_json_get_length (headers) > TD_CATALOGUE_MAX_LIST)
    return td_record_fail (record, "headers", "is no object, or too large a one", error);
  for (guint i = 0; i < td_json_get_length (headers); i++)
    {
      const char *name = td_json_get_name (headers, i);
      const char *value = td_json_get_string (td_json_get_element (headers, i));

      if (!is_header (name, value))
        return td_record_fail (record, "headers", "holds something that is no header", error);
      g_strv_builder_add (builder, name);
      g_strv_builder_add (builder, value);
    }
  facts->headers = g_strv_builder_end (builder);
  return TRUE;
}

static gboolean
take_listing (const TdRecord   *record,
              TdProviderFacts  *facts,
              GError          **error)
{
  TdRecord listing = { td_json_get_member (record->json, "list_models"), "list of models at",
                       facts->id };

  if (!td_json_is_set (listing.json))
    return TRUE;
  return td_record_take_url (&listing, "url", &facts->list_url, error) &&
         td_record_take_text (&listing, "format", TD_CATALOGUE_MAX_ID, &facts->list_format,
                              error) &&
         td_record_take_bool (&listing, "needs_key", &facts->list_needs_key, error);
}

static gboolean
read_provider (const TdJson      *json,
               TdCatalogueDraft  *draft,
               GError           **error)
{
  g_autoptr (TdProviderFacts) facts = td_provider_facts_new ();
  TdRecord record = { json, "provider", td_json_member_string (json, "id") };

  if (!td_record_take_checked (&record, "id", td_catalogue_is_provider_id,
                               "is no key of a provider", &facts->id, error) ||
      !td_record_take_text (&record, "name", TD_CATALOGUE_MAX_TEXT, &facts->name, error) ||
      !td_record_take_url (&record, "base_url", &facts->base_url, error) ||
      !td_record_take_url (&record, "openai_compatible_base_url",
                           &facts->openai_compatible_base_url, error) ||
      !td_record_take_list (&record, "env", &facts->env, error) ||
      !td_record_take_url (&record, "doc_url", &facts->doc_url, error) ||
      !td_record_take_bool (&record, "main", &facts->main, error) ||
      !td_record_take_bool (&record, "local", &facts->local, error) ||
      !take_headers (&record, facts, error) || !take_listing (&record, facts, error))
    return FALSE;
  if (facts->id == NULL || facts->name == NULL || facts->base_url == NULL)
    return td_record_fail (&record, "id, name or base_url", "is missing", error);
  if (!td_provider_kind_from_string (td_json_member_string (json, "kind"), &facts->kind))
    return td_record_fail (&record, "kind", "is missing or unknown", error);
  if (!td_auth_from_string (td_json_member_string (json, "auth"), &facts->auth))
    return td_record_fail (&record, "auth", "is missing or unknown", error);
  g_ptr_array_add (draft->providers, g_steal_pointer (&facts));
  return TRUE;
}

static gboolean
read_source (const TdJson      *json,
             TdCatalogueDraft  *draft,
             GError           **error)
{
  TdRecord record = { json, "source", td_json_member_string (json, "id") };
  TdCatalogueSource *source;

  if (record.name == NULL || !td_catalogue_is_text (record.name, TD_CATALOGUE_MAX_ID))
    return td_record_fail (&record, "id", "is missing or no proper text", error);
  source = g_new0 (TdCatalogueSource, 1);
  g_ptr_array_add (draft->sources, source);
  return td_record_take_text (&record, "id", TD_CATALOGUE_MAX_ID, &source->id, error) &&
         td_record_take_text (&record, "title", TD_CATALOGUE_MAX_TEXT, &source->title, error) &&
         td_record_take_url (&record, "url", &source->url, error) &&
         td_record_take_date (&record, "date", &source->date, error) &&
         td_record_take_text (&record, "license", TD_CATALOGUE_MAX_TEXT, &source->license, error);
}

/* ---- benchmarks ---------------------------------------------------------------------------- */

static gboolean
read_benchmark (const TdJson      *json,
                TdCatalogueDraft  *draft,
                GError           **error)
{
  g_autoptr (TdBenchmark) benchmark = td_benchmark_new ();
  TdRecord record = { json, "benchmark", td_json_member_string (json, "id") };
  gint64 weight = 0;

  if (!td_record_take_text (&record, "id", TD_CATALOGUE_MAX_ID, &benchmark->id, error) ||
      !td_record_take_text (&record, "title", TD_CATALOGUE_MAX_TEXT, &benchmark->title, error) ||
      !td_record_take_text (&record, "metric", TD_CATALOGUE_MAX_TEXT, &benchmark->metric, error) ||
      !td_record_take_text (&record, "unit", TD_CATALOGUE_MAX_TEXT, &benchmark->unit, error) ||
      !td_record_take_bool (&record, "higher_is_better", &benchmark->higher_is_better, error) ||
      !td_record_take_int (&record, "weight", 0, 1000, &weight, error) ||
      !td_record_take_bool (&record, "anchor", &benchmark->anchor, error) ||
      !td_record_take_date (&record, "date", &benchmark->date, error) ||
      !td_record_take_date (&record, "date_older", &benchmark->date_older, error) ||
      !td_record_take_url (&record, "source_url", &benchmark->source_url, error) ||
      !td_record_take_text (&record, "license", TD_CATALOGUE_MAX_TEXT, &benchmark->license,
                            error) ||
      !td_record_take_text (&record, "attribution", TD_CATALOGUE_MAX_TEXT, &benchmark->attribution,
                            error) ||
      !td_record_take_text (&record, "note", TD_CATALOGUE_MAX_NOTE, &benchmark->note, error))
    return FALSE;
  if (benchmark->id == NULL || benchmark->title == NULL)
    return td_record_fail (&record, "id or title", "is missing", error);
  if (!td_json_is_set (td_json_get_member (json, "higher_is_better")))
    return td_record_fail (&record, "higher_is_better", "is missing", error);
  benchmark->weight = (int) weight;
  g_ptr_array_add (draft->benchmarks, g_steal_pointer (&benchmark));
  return TRUE;
}

static gboolean
take_interval (const TdRecord  *record,
               TdMeasurement   *measurement,
               GError         **error)
{
  gboolean has_low;
  gboolean has_high;

  if (!td_record_take_double (record, "low", &measurement->low, &has_low, error) ||
      !td_record_take_double (record, "high", &measurement->high, &has_high, error))
    return FALSE;
  measurement->has_interval = has_low && has_high;
  if (measurement->has_interval && measurement->low > measurement->high)
    return td_record_fail (record, "low", "is above high", error);
  return TRUE;
}

static gboolean
read_measurement (const TdJson      *json,
                  TdCatalogueDraft  *draft,
                  GError           **error)
{
  g_autoptr (TdMeasurement) measurement = td_measurement_new ();
  TdRecord record = { json, "measurement", td_json_member_string (json, "name") };
  gboolean has_value;

  if (!td_record_take_text (&record, "benchmark", TD_CATALOGUE_MAX_ID, &measurement->benchmark,
                            error) ||
      !td_record_take_text (&record, "name", TD_CATALOGUE_MAX_TEXT, &measurement->name, error) ||
      !td_record_take_list (&record, "base_models", &measurement->base_models, error) ||
      !td_record_take_double (&record, "value", &measurement->value, &has_value, error) ||
      !td_record_take_text (&record, "variant", TD_CATALOGUE_MAX_TEXT, &measurement->variant,
                            error) ||
      !td_record_take_text (&record, "domain", TD_CATALOGUE_MAX_TEXT, &measurement->domain,
                            error) ||
      !td_record_take_date (&record, "date", &measurement->date, error) ||
      !take_interval (&record, measurement, error) ||
      !td_record_take_int (&record, "votes", 0, TD_CATALOGUE_MAX_COUNT, &measurement->votes,
                           error) ||
      !td_record_take_bool (&record, "older", &measurement->older, error))
    return FALSE;
  /* Some boards name the effort apart from the variant: the same fact. */
  if (measurement->variant == NULL &&
      !td_record_take_text (&record, "effort", TD_CATALOGUE_MAX_TEXT, &measurement->variant, error))
    return FALSE;
  if (measurement->benchmark == NULL || measurement->name == NULL || !has_value)
    return td_record_fail (&record, "benchmark, name or value", "is missing", error);
  if (measurement->base_models == NULL || measurement->base_models[0] == NULL)
    return td_record_fail (&record, "base_models", "is missing", error);
  g_ptr_array_add (draft->measurements, g_steal_pointer (&measurement));
  return TRUE;
}

static gboolean
read_rating (const char    *base_model,
             const TdJson  *json,
             GHashTable    *ratings,
             GError       **error)
{
  g_autoptr (TdRating) rating = td_rating_new ();
  TdRecord record = { json, "rating of", base_model };
  gboolean has_rating;
  gboolean has_score;
  gboolean has_percentile;
  double stars = 0;

  if (!td_record_take_double (&record, "rating", &stars, &has_rating, error) ||
      !td_record_take_double (&record, "score", &rating->score, &has_score, error) ||
      !td_record_take_double (&record, "percentile", &rating->percentile, &has_percentile, error) ||
      !td_record_take_list (&record, "evidence", &rating->evidence, error) ||
      !td_record_take_list (&record, "older", &rating->older, error))
    return FALSE;
  if (!has_rating || !has_score || !has_percentile || rating->evidence == NULL ||
      rating->evidence[0] == NULL)
    return td_record_fail (&record, "rating, score, percentile or evidence", "is missing", error);
  if (!(stars >= 0 && stars <= 5) || !(rating->percentile >= 0 && rating->percentile <= 100))
    return td_record_fail (&record, "rating or percentile", "is out of range", error);
  rating->tenths = (int) lround (stars * 10);
  g_hash_table_insert (ratings, g_strdup (base_model), g_steal_pointer (&rating));
  return TRUE;
}

static gboolean
read_ratings (const TdJson      *root,
              TdCatalogueDraft  *draft,
              GError           **error)
{
  const TdJson *ratings = td_json_get_member (root, "ratings");
  TdRecord record = { root, "catalogue", NULL };

  if (td_json_get_length (ratings) > TD_CATALOGUE_MAX_MODELS)
    return td_record_fail (&record, "ratings", "is too long a list", error);
  for (guint i = 0; i < td_json_get_length (ratings); i++)
    {
      const char *base_model = td_json_get_name (ratings, i);

      if (!td_catalogue_is_text (base_model, TD_CATALOGUE_MAX_ID))
        return td_record_fail (&record, "ratings", "names a base model that is no proper text",
                               error);
      if (!read_rating (base_model, td_json_get_element (ratings, i), draft->ratings, error))
        return FALSE;
    }
  return TRUE;
}

/* ---- documents ----------------------------------------------------------------------------- */

typedef gboolean (*ReadElement) (const TdJson      *json,
                                 TdCatalogueDraft  *draft,
                                 GError           **error);

static gboolean
read_array (const TdJson      *root,
            const char        *name,
            guint              max_length,
            ReadElement        read_element,
            TdCatalogueDraft  *draft,
            GError           **error)
{
  const TdJson *array = td_json_get_member (root, name);
  TdRecord record = { root, "catalogue", NULL };

  if (!td_json_is_set (array))
    return TRUE;
  if (td_json_get_type (array) != TD_JSON_ARRAY || td_json_get_length (array) > max_length)
    return td_record_fail (&record, name, "is no list, or too long a one", error);
  for (guint i = 0; i < td_json_get_length (array); i++)
    if (!read_element (td_json_get_element (array, i), draft, error))
      return FALSE;
  return TRUE;
}

static TdJsonDoc *
parse_document (GBytes      *document,
                const char  *format,
                GError     **error)
{
  static const TdJsonLimits limits = { TD_CATALOGUE_MAX_BYTES, 32 };
  g_autoptr (TdJsonDoc) doc = NULL;
  g_autoptr (GError) reason = NULL;
  const char *found;

  doc = td_json_doc_parse_bytes (document, &limits, &reason);
  if (doc == NULL)
    {
      g_set_error (error, TD_CATALOGUE_ERROR, TD_CATALOGUE_ERROR_FORMAT, "no JSON document: %s",
                   reason->message);
      return NULL;
    }
  found = td_json_member_string (td_json_doc_get_root (doc), "format");
  if (g_strcmp0 (found, format) != 0)
    {
      g_set_error (error, TD_CATALOGUE_ERROR, TD_CATALOGUE_ERROR_FORMAT, "the format is not %s",
                   format);
      return NULL;
    }
  return g_steal_pointer (&doc);
}

/*
 * td_catalogue_draft_read:
 *
 * Reads a document in the catalogue's own format. What it says is not yet checked as a whole.
 */
TdCatalogueDraft *
td_catalogue_draft_read (GBytes  *document,
                         GError **error)
{
  g_autoptr (TdCatalogueDraft) draft = td_catalogue_draft_new ();
  g_autoptr (TdJsonDoc) doc = parse_document (document, FORMAT, error);
  const TdJson *root;
  TdRecord record = { NULL, "catalogue", NULL };

  if (doc == NULL)
    return NULL;
  root = td_json_doc_get_root (doc);
  record.json = root;
  if (g_strcmp0 (td_json_member_string (root, "price_unit"), PRICE_UNIT) != 0)
    {
      td_record_fail (&record, "price_unit", "is missing or unknown", error);
      return NULL;
    }
  if (!td_record_take_text (&record, "generated", TD_CATALOGUE_MAX_ID, &draft->version, error) ||
      !td_record_take_text (&record, "bundled", TD_CATALOGUE_MAX_ID, &draft->bundled, error) ||
      !read_array (root, "sources", TD_CATALOGUE_MAX_SOURCES, read_source, draft, error) ||
      !read_array (root, "providers", TD_CATALOGUE_MAX_PROVIDERS, read_provider, draft, error) ||
      !read_array (root, "models", TD_CATALOGUE_MAX_MODELS, read_model, draft, error) ||
      !read_array (root, "benchmarks", TD_CATALOGUE_MAX_BENCHMARKS, read_benchmark, draft, error) ||
      !read_array (root, "measurements", TD_CATALOGUE_MAX_MEASUREMENTS, read_measurement, draft,
                   error) ||
      !read_ratings (root, draft, error))
    return NULL;
  return g_steal_pointer (&draft);
}

static gboolean
read_weights (const TdJson      *rating,
              TdCatalogueDraft  *draft,
              GError           **error)
{
  const char *anchor = td_json_member_string (rating, "anchor");
  const TdJson *weights = td_json_get_member (rating, "weights");
  TdRecord record = { weights, "weights of the rating", NULL };
  guint n_found = 0;

  for (guint i = 0; i < draft->benchmarks->len; i++)
    {
      TdBenchmark *benchmark = draft->benchmarks->pdata[i];
      gint64 weight = 0;

      if (!td_record_take_int (&record, benchmark->id, 1, 1000, &weight, error))
        return FALSE;
      benchmark->weight = (int) weight;
      benchmark->anchor = g_strcmp0 (benchmark->id, anchor) == 0;
      n_found += weight > 0;
    }
  if (n_found != td_json_get_length (weights))
    return td_record_fail (&record, "benchmark", "is unknown", error);
  return TRUE;
}

/* The facts also say which entries a base model stands for: both files have to agree on it. */
static gboolean
check_link (TdCatalogueDraft  *self,
            GHashTable        *models,
            const char        *base_model,
            const TdJson      *keys,
            GError           **error)
{
  TdRecord record = { keys, "link of", base_model };

  for (guint i = 0; i < td_json_get_length (keys); i++)
    {
      const char *key = td_json_get_string (td_json_get_element (keys, i));
      const TdModelFacts *facts = key != NULL ? g_hash_table_lookup (models, key) : NULL;

      if (facts == NULL)
        return td_record_fail (&record, key != NULL ? key : "an entry", "is not in the catalogue",
                               error);
      if (g_strcmp0 (facts->base_model, base_model) != 0)
        return td_record_fail (&record, key, "is another base model there", error);
    }
  return TRUE;
}

static gboolean
check_links (TdCatalogueDraft  *self,
             const TdJson      *links,
             GError           **error)
{
  g_autoptr (GHashTable) models = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < self->models->len; i++)
    g_hash_table_insert (models, ((TdModelFacts *) self->models->pdata[i])->key,
                         self->models->pdata[i]);
  for (guint i = 0; i < td_json_get_length (links); i++)
    if (!check_link (self, models, td_json_get_name (links, i), td_json_get_element (links, i),
                     error))
      return FALSE;
  for (guint i = 0; i < self->measurements->len; i++)
    {
      const TdMeasurement *measurement = self->measurements->pdata[i];
      TdRecord record = { links, "measurement", measurement->name };

      for (guint b = 0; measurement->base_models[b] != NULL; b++)
        if (td_json_get_length (td_json_get_member (links, measurement->base_models[b])) == 0)
          return td_record_fail (&record, measurement->base_models[b],
                                 "is no base model of the catalogue", error);
    }
  return TRUE;
}

/*
 * td_catalogue_draft_read_benchmarks:
 *
 * Reads the file of benchmark facts into a catalogue. Its ratings are left alone: they are
 * computed (td_rating_compute()), not taken over.
 */
gboolean
td_catalogue_draft_read_benchmarks (TdCatalogueDraft  *self,
                                    GBytes            *document,
                                    GError           **error)
{
  g_autoptr (TdJsonDoc) doc = parse_document (document, BENCHMARKS_FORMAT, error);
  const TdJson *root;

  if (doc == NULL)
    return FALSE;
  root = td_json_doc_get_root (doc);
  return read_array (root, "benchmarks", TD_CATALOGUE_MAX_BENCHMARKS, read_benchmark, self,
                     error) &&
         read_weights (td_json_get_member (root, "rating"), self, error) &&
         read_array (root, "results", TD_CATALOGUE_MAX_MEASUREMENTS, read_measurement, self,
                     error) &&
         check_links (self, td_json_get_member (root, "links"), error);
}

/* Reads a string that follows @start right here, and moves on behind it. */
static char *
peek_string (const char **text,
             const char  *end,
             const char  *start)
{
  gsize length = strlen (start);
  const char *string = *text + length;
  const char *quote;

  if ((gsize) (end - *text) < length || memcmp (*text, start, length) != 0)
    return NULL;
  quote = memchr (string, '"', MIN ((gsize) (end - string), TD_CATALOGUE_MAX_ID));
  if (quote == NULL)
    return NULL;
  *text = quote + 1;
  return g_strndup (string, quote - string);
}

/*
 * td_catalogue_peek_version:
 * @bundled: (out) (nullable) (transfer full): the version it goes back to
 *
 * Reads the versions of a document this program wrote without parsing it, to choose between
 * two. NULL when they are not where we write them.
 */
char *
td_catalogue_peek_version (GBytes  *document,
                           char   **bundled)
{
  gsize length;
  const char *text = g_bytes_get_data (document, &length);
  const char *end = text + length;
  char *version = peek_string (&text, end, "{\"format\":\"" FORMAT "\",\"generated\":\"");

  *bundled = version != NULL ? peek_string (&text, end, ",\"bundled\":\"") : NULL;
  return version;
}

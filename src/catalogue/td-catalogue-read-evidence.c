/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reading what was measured: benchmarks, measurements and ratings of a catalogue document, and
 * the file of benchmark facts that goes into one.
 */
#include "config.h"

#include "catalogue/td-catalogue-draft.h"

#include <math.h>

#include "catalogue/td-record.h"

#define BENCHMARKS_FORMAT "model-benchmarks/1"

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

/*
 * td_catalogue_draft_read_evidence:
 *
 * Reads the benchmarks, measurements and ratings of a catalogue document.
 */
gboolean
td_catalogue_draft_read_evidence (TdCatalogueDraft  *self,
                                  const TdJson      *root,
                                  GError           **error)
{
  return td_record_read_array (root, "benchmarks", TD_CATALOGUE_MAX_BENCHMARKS, read_benchmark,
                               self, error) &&
         td_record_read_array (root, "measurements", TD_CATALOGUE_MAX_MEASUREMENTS,
                               read_measurement, self, error) &&
         read_ratings (root, self, error);
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
  g_autoptr (TdJsonDoc) doc = td_record_parse_document (document, BENCHMARKS_FORMAT, error);
  const TdJson *root;

  if (doc == NULL)
    return FALSE;
  root = td_json_doc_get_root (doc);
  return td_record_read_array (root, "benchmarks", TD_CATALOGUE_MAX_BENCHMARKS, read_benchmark,
                               self, error) &&
         read_weights (td_json_get_member (root, "rating"), self, error) &&
         td_record_read_array (root, "results", TD_CATALOGUE_MAX_MEASUREMENTS, read_measurement,
                               self, error) &&
         check_links (self, td_json_get_member (root, "links"), error);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Advice for programs: the terminal's --json and --batch, and the gateway. Every number can be made again
 * from the parts that stand beside it.
 */
#include "config.h"

#include "assistant/td-advice-json.h"

#include "base/td-decimal.h"

static void
member_thousandths (TdJsonWriter *writer,
                    const char   *name,
                    gint64        value)
{
  g_autofree char *text = td_decimal_to_text (value, 3, 1);

  td_json_writer_name (writer, name);
  td_json_writer_raw (writer, text);
}

static void
member_money (TdJsonWriter *writer,
              const char   *name,
              TdMoney       money)
{
  td_json_writer_name (writer, name);
  if (money == TD_MONEY_UNKNOWN)
    td_json_writer_null (writer);
  else
    td_json_writer_int64 (writer, money);
}

static void
write_evidence (TdJsonWriter *writer,
                const char   *name,
                GPtrArray    *evidence)
{
  td_json_writer_name (writer, name);
  td_json_writer_begin_array (writer);
  for (guint i = 0; i < evidence->len; i++)
    {
      const TdEvidence *one = g_ptr_array_index (evidence, i);

      td_json_writer_begin_object (writer);
      td_json_writer_member_string (writer, "feature", one->name);
      member_thousandths (writer, "weight", one->weight);
      td_json_writer_end_object (writer);
    }
  td_json_writer_end_array (writer);
}

static void
write_category (const TdAnalysis *analysis,
                TdJsonWriter     *writer)
{
  td_json_writer_member_string (writer, "category", td_category_to_string (analysis->category));
  member_thousandths (writer, "confidence", analysis->confidence);
  td_json_writer_name (writer, "ranked");
  td_json_writer_begin_array (writer);
  for (guint i = 0; i < TD_N_CATEGORIES; i++)
    td_json_writer_string (writer, td_category_to_string (analysis->ranked[i].category));
  td_json_writer_end_array (writer);
  td_json_writer_name (writer, "probabilities");
  td_json_writer_begin_object (writer);
  for (guint i = 0; i < TD_N_CATEGORIES; i++)
    member_thousandths (writer, td_category_to_string (analysis->ranked[i].category),
                        analysis->ranked[i].per_mille);
  td_json_writer_end_object (writer);
  if (analysis->confidence < TD_ANALYSIS_UNSURE)
    td_json_writer_member_string (writer, "second_category",
                                  td_category_to_string (analysis->ranked[1].category));
  write_evidence (writer, "evidence", analysis->evidence);
  td_json_writer_member_int64 (writer, "complexity", analysis->complexity);
  member_thousandths (writer, "complexity_score", analysis->complexity_score);
  write_evidence (writer, "complexity_features", analysis->complexity_evidence);
}

static void
write_needs (const TdAnalysis *analysis,
             TdJsonWriter     *writer)
{
  const TdRequestTerms *terms = analysis->terms;

  td_json_writer_name (writer, "needs");
  td_json_writer_begin_object (writer);
  for (guint i = 0; i < TD_N_NEEDS; i++)
    td_json_writer_member_bool (writer, td_need_to_string ((TdNeed) i), terms->needs[i]);
  td_json_writer_end_object (writer);
  td_json_writer_name (writer, "need_phrases");
  td_json_writer_begin_object (writer);
  for (guint i = 0; i < TD_N_NEEDS; i++)
    if (terms->needs[i])
      td_json_writer_member_string (writer, td_need_to_string ((TdNeed) i), terms->need_phrases[i]);
  td_json_writer_end_object (writer);
  td_json_writer_member_int64 (writer, "input_tokens", analysis->input_tokens);
  td_json_writer_member_int64 (writer, "output_tokens", analysis->output_tokens);
  td_json_writer_member_int64 (writer, "output_tokens_low", analysis->output_tokens_low);
  td_json_writer_member_int64 (writer, "output_tokens_high", analysis->output_tokens_high);
}

static void
member_price (TdJsonWriter *writer,
              const char   *name,
              TdPrice       price)
{
  td_json_writer_name (writer, name);
  if (price < 0)
    td_json_writer_null (writer);
  else
    td_json_writer_int64 (writer, price);
}

static void
write_strv (TdJsonWriter      *writer,
            const char        *name,
            const char *const *values)
{
  td_json_writer_name (writer, name);
  td_json_writer_begin_array (writer);
  for (guint i = 0; values != NULL && values[i] != NULL; i++)
    td_json_writer_string (writer, values[i]);
  td_json_writer_end_array (writer);
}

static void
write_stated (const TdRequestTerms *terms,
              TdJsonWriter         *writer)
{
  td_json_writer_name (writer, "stated");
  td_json_writer_begin_array (writer);
  for (guint i = 0; i < terms->stated->len; i++)
    {
      const TdStated *stated = g_ptr_array_index (terms->stated, i);

      td_json_writer_begin_object (writer);
      td_json_writer_member_string (writer, "preference", td_stated_to_string (stated->kind));
      if (stated->kind >= TD_STATED_MEMORY && stated->provider == NULL)
        td_json_writer_member_int64 (writer, "value", stated->value);
      td_json_writer_member_string (writer, "provider", stated->provider);
      td_json_writer_member_string (writer, "phrase", stated->phrase);
      td_json_writer_end_object (writer);
    }
  td_json_writer_end_array (writer);
  /* Where both speak, the text wins for this request. */
  td_json_writer_member_bool (writer, "text_wins", terms->stated->len > 0);
}

/* What applies to this request: the settings, and over them what the text said. */
static void
write_preferences (const TdAdvice   *self,
                   const TdAnalysis *analysis,
                   TdJsonWriter     *writer)
{
  const TdAdviceSettings *settings = &self->settings;

  td_json_writer_name (writer, "prefs");
  td_json_writer_begin_object (writer);
  write_stated (analysis->terms, writer);
  td_json_writer_member_string (writer, "profile", td_profile_to_string (settings->profile));
  td_json_writer_member_bool (writer, "local_only", settings->local_only);
  td_json_writer_member_bool (writer, "open_weights", settings->open_weights_only);
  td_json_writer_member_bool (writer, "free_only", settings->free_only);
  td_json_writer_member_bool (writer, "region", settings->region_only);
  if (settings->memory_bytes > 0)
    td_json_writer_member_int64 (writer, "memory_bytes", settings->memory_bytes);
  if (settings->min_context > 0)
    td_json_writer_member_int64 (writer, "min_context", settings->min_context);
  member_money (writer, "max_cost_nanos", settings->max_cost);
  member_price (writer, "max_price_micros_per_million", settings->max_price);
  write_strv (writer, "providers_in", settings->providers_in);
  write_strv (writer, "providers_out", settings->providers_out);
  td_json_writer_end_object (writer);
}

static void
write_parts (const TdRecommendation *self,
             TdJsonWriter           *writer)
{
  td_json_writer_name (writer, "parts");
  td_json_writer_begin_object (writer);
  for (guint p = 0; p < TD_N_PARTS; p++)
    {
      td_json_writer_name (writer, td_part_to_string ((TdPart) p));
      td_json_writer_begin_object (writer);
      member_thousandths (writer, "weight", self->weights[p]);
      if (self->known[p])
        member_thousandths (writer, "value", self->values[p]);
      else
        {
          td_json_writer_name (writer, "value");
          td_json_writer_null (writer);
        }
      td_json_writer_end_object (writer);
    }
  td_json_writer_end_object (writer);
}

/* The best of what was measured of a model there, which is what its place comes from. */
static const TdMeasurement *
find_measurement (TdCatalogue       *catalogue,
                  const TdModel     *model,
                  const TdBenchmark *benchmark)
{
  const TdModelFacts *facts = td_model_get_facts ((TdModel *) model);
  const char *base = facts->base_model != NULL ? facts->base_model : facts->derived_from;
  g_autoptr (GPtrArray) measurements =
    base != NULL ? td_catalogue_list_measurements (catalogue, base) : NULL;
  const TdMeasurement *best = NULL;

  for (guint i = 0; measurements != NULL && i < measurements->len; i++)
    {
      const TdMeasurement *one = g_ptr_array_index (measurements, i);

      if (g_str_equal (one->benchmark, benchmark->id) &&
          (best == NULL || (benchmark->higher_is_better ? one->value > best->value
                                                        : one->value < best->value)))
        best = one;
    }
  return best;
}

static void
write_benchmark (const TdRecommendation *self,
                 TdCatalogue            *catalogue,
                 const TdBenchmark      *benchmark,
                 TdJsonWriter           *writer)
{
  const TdMeasurement *measurement = find_measurement (catalogue, self->model, benchmark);

  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "id", benchmark->id);
  td_json_writer_member_string (writer, "date", benchmark->date);
  if (measurement != NULL)
    {
      g_autofree char *value = td_decimal_to_text ((gint64) (measurement->value * 1000.0 +
                                                             (measurement->value < 0 ? -0.5 : 0.5)),
                                                   3, 1);

      td_json_writer_name (writer, "value");
      td_json_writer_raw (writer, value);
      td_json_writer_member_string (writer, "unit", benchmark->unit);
    }
  td_json_writer_end_object (writer);
}

/* The filters that were asked for and that this model passed. */
static void
write_filters (const TdAdvice   *advice,
               const TdAnalysis *analysis,
               TdJsonWriter     *writer)
{
  const TdAdviceSettings *settings = &advice->settings;
  gboolean needs = FALSE;
  gboolean asked[TD_N_FILTERS] = { FALSE };

  for (guint i = 0; i < TD_N_NEEDS; i++)
    needs |= analysis->terms->needs[i];
  asked[TD_FILTER_RETIRED] = asked[TD_FILTER_TYPE] = asked[TD_FILTER_CONTEXT] = TRUE;
  asked[TD_FILTER_NEED] = needs;
  asked[TD_FILTER_LOCAL] = settings->local_only;
  asked[TD_FILTER_MEMORY] = settings->memory_bytes > 0;
  asked[TD_FILTER_OPEN_WEIGHTS] = settings->open_weights_only;
  asked[TD_FILTER_FREE] = settings->free_only;
  asked[TD_FILTER_PROVIDER] = settings->providers_in != NULL || settings->providers_out != NULL;
  asked[TD_FILTER_REGION] = settings->region_only;
  asked[TD_FILTER_PRICE] = settings->max_price >= 0;
  asked[TD_FILTER_COST] = settings->max_cost != TD_MONEY_UNKNOWN;
  asked[TD_FILTER_NO_KEY] = asked[TD_FILTER_SERVER] = asked[TD_FILTER_BALANCE] =
    settings->is_usable != NULL && !settings->include_all;
  td_json_writer_name (writer, "filters_passed");
  td_json_writer_begin_array (writer);
  for (guint i = 0; i < TD_N_FILTERS; i++)
    if (asked[i])
      td_json_writer_string (writer, td_filter_to_string ((TdFilter) i));
  td_json_writer_end_array (writer);
}

/* The price is that of these many tokens at these prices; tiers for long requests are in them. */
static void
write_cost (const TdRecommendation *self,
            const TdAnalysis       *analysis,
            TdJsonWriter           *writer)
{
  const TdModelFacts *facts = td_model_get_facts (self->model);
  TdPrice in, out;

  td_advice_find_prices (facts, analysis->input_tokens, &in, &out);
  td_json_writer_name (writer, "est_cost");
  td_json_writer_begin_object (writer);
  member_money (writer, "nanos", self->cost);
  member_money (writer, "low_nanos", self->cost_low);
  member_money (writer, "high_nanos", self->cost_high);
  td_json_writer_member_int64 (writer, "input_tokens", analysis->input_tokens);
  td_json_writer_member_int64 (writer, "output_tokens", analysis->output_tokens);
  member_price (writer, "input_micros_per_million", in);
  member_price (writer, "output_micros_per_million", out);
  td_json_writer_end_object (writer);
}

static void
write_evidence_of_quality (const TdRecommendation *self,
                           TdCatalogue            *catalogue,
                           TdJsonWriter           *writer)
{
  td_json_writer_name (writer, "benchmarks_used");
  td_json_writer_begin_array (writer);
  for (guint i = 0; self->quality != NULL && i < self->quality->benchmarks->len; i++)
    write_benchmark (self, catalogue, g_ptr_array_index (self->quality->benchmarks, i), writer);
  td_json_writer_end_array (writer);
  if (self->quality == NULL)
    td_json_writer_member_string (writer, "quality_note", "no score");
  else if (self->quality->derived)
    td_json_writer_member_string (writer, "quality_note", "measured on the original weights");
}

static void
write_recommendation (const TdAdvice         *advice,
                      const TdRecommendation *self,
                      const TdAnalysis       *analysis,
                      TdJsonWriter           *writer)
{
  const TdModelFacts *facts = td_model_get_facts (self->model);
  g_autoptr (GPtrArray) reasons = td_recommendation_list_reasons (self, analysis);
  g_autofree char *score = td_decimal_to_text (self->score, 6, 1);

  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "model", facts->key);
  td_json_writer_member_string (writer, "name", td_model_get_name (self->model));
  td_json_writer_member_string (writer, "provider", facts->provider_id);
  td_json_writer_member_string (writer, "base_model", facts->base_model);
  td_json_writer_member_string (writer, "role", td_advice_role_to_string (self->role));
  td_json_writer_name (writer, "score");
  td_json_writer_raw (writer, score);
  write_parts (self, writer);
  td_json_writer_name (writer, "reasons");
  td_json_writer_begin_array (writer);
  for (guint i = 0; i < reasons->len; i++)
    td_json_writer_string (writer, g_ptr_array_index (reasons, i));
  td_json_writer_end_array (writer);
  write_cost (self, analysis, writer);
  write_evidence_of_quality (self, advice->catalogue, writer);
  write_filters (advice, analysis, writer);
  td_json_writer_member_bool (writer, "dominated", self->dominated);
  td_json_writer_end_object (writer);
}

static void
write_excluded (const TdAdvice *self,
                TdJsonWriter   *writer)
{
  td_json_writer_name (writer, "excluded");
  td_json_writer_begin_object (writer);
  for (guint i = TD_FILTER_NONE + 1; i < TD_N_FILTERS; i++)
    if (self->excluded[i] > 0)
      td_json_writer_member_int64 (writer, td_filter_to_string ((TdFilter) i), self->excluded[i]);
  td_json_writer_end_object (writer);
  if (self->change.filter == TD_FILTER_NONE)
    return;
  td_json_writer_name (writer, "would_change");
  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "filter", td_filter_to_string (self->change.filter));
  td_json_writer_member_string (writer, "model", td_model_get_key (self->change.model));
  td_json_writer_member_string (writer, "provider",
                                td_model_get_facts (self->change.model)->provider_id);
  member_money (writer, "cost_nanos", self->change.cost);
  td_json_writer_end_object (writer);
}

/**
 * td_advice_write_members:
 * @writer: a writer inside an object
 *
 * Writes what was understood, the three models, and what was left out.
 */
void
td_advice_write_members (const TdAdvice   *self,
                         const TdAnalysis *analysis,
                         TdJsonWriter     *writer)
{
  g_return_if_fail (self != NULL && analysis != NULL && writer != NULL);

  write_category (analysis, writer);
  write_needs (analysis, writer);
  write_preferences (self, analysis, writer);
  td_json_writer_name (writer, "top");
  td_json_writer_begin_array (writer);
  for (guint i = 0; i < self->n_top; i++)
    write_recommendation (self, &self->top[i], analysis, writer);
  td_json_writer_end_array (writer);
  td_json_writer_member_int64 (writer, "candidates", self->n_candidates);
  write_excluded (self, writer);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Hard filters, then a weighted sum in whole numbers: the same on every machine and in every locale, and
 * anybody can add it up again from what is shown.
 */
#include "config.h"

#include <string.h>

#include "assistant/analysis/td-exp.h"
#include "assistant/td-advisor-private.h"

#define CHEAPEST_NANO   10000.0      /* a thousandth of a cent: cheaper makes no difference */
#define DEAREST_NANO    1000000000.0 /* a dollar a request */
#define GOOD_ENOUGH     50           /* within five points of the best */
#define NEWEST_MONTHS   36           /* older than that is all the same */
#define FAST            150000       /* tokens in 1,000 seconds that nobody needs more of */
#define DERIVED_SHARE   80 /* percent: what quantising is taken to leave of an original's place */
#define MEMORY_OVERHEAD 115          /* percent of the file: the weights and room to work */

struct _TdAdvisor
{
  TdCatalogue *catalogue;
  GHashTable *qualities;
  GHashTable *derived; /* (element-type utf8 TdQuality) */
  GArray *entries;     /* (element-type TdEntry) */
};

static int
months_of (const char *date)
{
  int year = 0;
  int month = 1;

  if (date == NULL || strlen (date) < 4)
    return -1;
  for (guint i = 0; i < 4; i++)
    year = year * 10 + g_ascii_digit_value (date[i]);
  if (strlen (date) >= 7)
    month = g_ascii_digit_value (date[5]) * 10 + g_ascii_digit_value (date[6]);
  return year * 12 + month;
}

static const TdQuality *
find_derived (TdAdvisor  *self,
              const char *original)
{
  const TdQuality *quality = g_hash_table_lookup (self->qualities, original);
  TdQuality *derived = g_hash_table_lookup (self->derived, original);

  if (quality == NULL || derived != NULL)
    return derived;
  derived = g_new0 (TdQuality, 1);
  derived->derived = TRUE;
  derived->benchmarks = g_ptr_array_ref (quality->benchmarks);
  for (guint c = 0; c < TD_N_CATEGORIES; c++)
    derived->per_mille[c] = quality->per_mille[c] * DERIVED_SHARE / 100;
  g_hash_table_insert (self->derived, (gpointer) original, derived);
  return derived;
}

static guint32
hash_maker (const TdModelFacts *facts)
{
  const char *base = facts->base_model != NULL ? facts->base_model : facts->derived_from;
  const char *slash = base != NULL ? strchr (base, '/') : NULL;

  if (slash != NULL)
    return td_hash_bytes (1, base, slash - base);
  if (facts->family != NULL)
    return td_hash_bytes (2, facts->family, strlen (facts->family));
  return td_hash_bytes (3, facts->provider_id, strlen (facts->provider_id));
}

static void
add_entry (TdAdvisor *self,
           TdModel   *model,
           int        newest)
{
  const TdModelFacts *facts = td_model_get_facts (model);
  TdEntry entry = { .model = model, .facts = facts, .maker = hash_maker (facts) };
  int months = months_of (facts->released);

  if (facts->base_model != NULL)
    entry.quality = g_hash_table_lookup (self->qualities, facts->base_model);
  if (entry.quality == NULL && facts->derived_from != NULL)
    entry.quality = find_derived (self, facts->derived_from);
  entry.identity = facts->base_model != NULL     ? facts->base_model
                   : facts->derived_from != NULL ? facts->derived_from
                                                 : facts->key;
  entry.recency =
    months < 0 ? -1 : CLAMP (1000 - (newest - months) * 1000 / NEWEST_MONTHS, 0, 1000);
  g_array_append_val (self->entries, entry);
}

static void
derived_free (gpointer data)
{
  TdQuality *quality = data;

  g_ptr_array_unref (quality->benchmarks);
  g_free (quality);
}

/**
 * td_advisor_new:
 *
 * Returns: (transfer full): an advisor for the models of @catalogue
 */
TdAdvisor *
td_advisor_new (TdCatalogue *catalogue)
{
  TdAdvisor *self;
  int newest = 0;

  g_return_val_if_fail (TD_IS_CATALOGUE (catalogue), NULL);

  self = g_new0 (TdAdvisor, 1);
  self->catalogue = g_object_ref (catalogue);
  self->qualities = td_quality_compute (catalogue);
  self->derived = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, derived_free);
  self->entries = g_array_new (FALSE, FALSE, sizeof (TdEntry));
  for (guint i = 0; i < td_catalogue_get_n_models (catalogue); i++)
    newest = MAX (newest,
                  months_of (td_model_get_facts (td_catalogue_get_model (catalogue, i))->released));
  for (guint i = 0; i < td_catalogue_get_n_models (catalogue); i++)
    add_entry (self, td_catalogue_get_model (catalogue, i), newest);
  return self;
}

void
td_advisor_free (TdAdvisor *self)
{
  g_array_unref (self->entries);
  g_hash_table_unref (self->derived);
  g_hash_table_unref (self->qualities);
  g_object_unref (self->catalogue);
  g_free (self);
}

/**
 * td_advisor_get_catalogue:
 * @self: an advisor
 *
 * Returns: (transfer none): what it recommends from
 */
TdCatalogue *
td_advisor_get_catalogue (TdAdvisor *self)
{
  return self->catalogue;
}

/* ---- settings and what the text said -------------------------------------------------------- */

static GStrv
collect_providers (const TdRequestTerms *terms,
                   TdStatedKind          kind,
                   const char *const    *more)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  guint n = 0;

  for (guint i = 0; i < terms->stated->len; i++)
    {
      const TdStated *stated = g_ptr_array_index (terms->stated, i);

      if (stated->kind == kind)
        {
          g_strv_builder_add (builder, stated->provider);
          n++;
        }
    }
  for (guint i = 0; more != NULL && more[i] != NULL; i++, n++)
    g_strv_builder_add (builder, more[i]);
  return n > 0 ? g_strv_builder_end (builder) : NULL;
}

/* The text wins: "only Mistral" is asked of Mistral whatever the settings prefer. */
static void
merge_providers (TdAdvice             *self,
                 const TdRequestTerms *terms)
{
  gboolean names_one = td_request_terms_find (terms, TD_STATED_PROVIDER_IN) != NULL;

  self->providers_in = collect_providers (terms, TD_STATED_PROVIDER_IN,
                                          names_one ? NULL : self->settings.providers_in);
  self->providers_out =
    collect_providers (terms, TD_STATED_PROVIDER_OUT, self->settings.providers_out);
  self->settings.providers_in = (const char *const *) self->providers_in;
  self->settings.providers_out = (const char *const *) self->providers_out;
}

static void
merge (TdAdvice             *self,
       const TdRequestTerms *terms)
{
  TdAdviceSettings *settings = &self->settings;
  const TdStated *stated;

  if (td_request_terms_find (terms, TD_STATED_SPEED) != NULL)
    settings->profile = TD_PROFILE_SPEED;
  if (td_request_terms_find (terms, TD_STATED_CHEAP) != NULL)
    settings->profile = TD_PROFILE_COST;
  if (td_request_terms_find (terms, TD_STATED_QUALITY) != NULL)
    settings->profile = TD_PROFILE_QUALITY;
  settings->local_only |= td_request_terms_find (terms, TD_STATED_LOCAL) != NULL;
  settings->open_weights_only |= td_request_terms_find (terms, TD_STATED_OPEN_WEIGHTS) != NULL;
  settings->free_only |= td_request_terms_find (terms, TD_STATED_FREE) != NULL;
  settings->region_only |= td_request_terms_find (terms, TD_STATED_REGION) != NULL;
  if ((stated = td_request_terms_find (terms, TD_STATED_MEMORY)) != NULL)
    {
      settings->memory_bytes = stated->value;
      settings->local_only = TRUE;
    }
  if ((stated = td_request_terms_find (terms, TD_STATED_MAX_COST)) != NULL)
    settings->max_cost = stated->value;
  if ((stated = td_request_terms_find (terms, TD_STATED_MAX_PRICE)) != NULL)
    settings->max_price = stated->value;
  if ((stated = td_request_terms_find (terms, TD_STATED_MIN_CONTEXT)) != NULL)
    settings->min_context = stated->value;
  merge_providers (self, terms);
}

/* ---- filters ------------------------------------------------------------------------------- */

static gboolean
has_needs (const TdModelFacts   *facts,
           const TdRequestTerms *terms)
{
  const gboolean *needs = terms->needs;

  if (needs[TD_NEED_IMAGE_OUTPUT] && !(facts->output & TD_MODALITY_IMAGE))
    return FALSE;
  if (needs[TD_NEED_VISION] && !needs[TD_NEED_IMAGE_OUTPUT] && !(facts->input & TD_MODALITY_IMAGE))
    return FALSE;
  if (needs[TD_NEED_AUDIO] && !((facts->input | facts->output) & TD_MODALITY_AUDIO))
    return FALSE;
  if (needs[TD_NEED_TOOLS] && facts->tool_call != TD_FACT_YES)
    return FALSE;
  return !needs[TD_NEED_STRUCTURED_OUTPUT] || facts->structured_output != TD_FACT_NO;
}

static gboolean
is_of_type (const TdModelFacts   *facts,
            const TdRequestTerms *terms)
{
  if (terms->needs[TD_NEED_IMAGE_OUTPUT])
    return facts->type == TD_MODEL_TYPE_CHAT || facts->type == TD_MODEL_TYPE_IMAGE;
  return facts->type == TD_MODEL_TYPE_CHAT && (facts->output & TD_MODALITY_TEXT);
}

static gboolean
is_within (gint64 value,
           gint64 limit,
           gint64 unknown)
{
  return limit == unknown || (value != unknown && value <= limit);
}

/* Who wants nothing of a maker does not want it from somebody else's servers either. */
static gboolean
is_made_by (const TdModelFacts *facts,
            const char *const  *makers)
{
  const char *base = facts->base_model != NULL ? facts->base_model : facts->derived_from;

  for (guint i = 0; base != NULL && makers[i] != NULL; i++)
    {
      gsize length = strlen (makers[i]);

      if (strncmp (base, makers[i], length) == 0 && base[length] == '/')
        return TRUE;
    }
  return FALSE;
}

static gboolean
allows_provider (const TdAdviceSettings *settings,
                 const TdModelFacts     *facts)
{
  if (settings->providers_in != NULL &&
      !g_strv_contains (settings->providers_in, facts->provider_id))
    return FALSE;
  return settings->providers_out == NULL ||
         (!g_strv_contains (settings->providers_out, facts->provider_id) &&
          !is_made_by (facts, settings->providers_out));
}

static TdPrice
highest_price (const TdModelFacts *facts)
{
  TdPrice in = td_model_facts_get_price_in (facts);
  TdPrice out = td_model_facts_get_price_out (facts);

  return in < 0 || out < 0 ? TD_PRICE_UNKNOWN : MAX (in, out);
}

static gboolean
fails (const TdAdvice     *self,
       const TdModelFacts *facts,
       const TdAnalysis   *analysis,
       TdMoney             cost,
       TdFilter            filter)
{
  const TdAdviceSettings *settings = &self->settings;
  gint64 context = MAX (settings->min_context, analysis->input_tokens + analysis->output_tokens);

  switch (filter)
    {
    case TD_FILTER_RETIRED:
      return td_model_facts_is_retired (facts);
    case TD_FILTER_TYPE:
      return !is_of_type (facts, analysis->terms);
    case TD_FILTER_NEED:
      return !has_needs (facts, analysis->terms);
    case TD_FILTER_LOCAL:
      return settings->local_only && !facts->local;
    case TD_FILTER_MEMORY:
      return settings->memory_bytes > 0 && facts->local &&
             (facts->size_bytes <= 0 ||
              facts->size_bytes / 100 * MEMORY_OVERHEAD > settings->memory_bytes);
    case TD_FILTER_OPEN_WEIGHTS:
      return settings->open_weights_only && facts->open_weights != TD_FACT_YES;
    case TD_FILTER_FREE:
      return settings->free_only && !td_model_facts_is_free (facts);
    case TD_FILTER_PROVIDER:
      return !allows_provider (settings, facts);
    case TD_FILTER_REGION:
      return settings->region_only && !facts->local;
    case TD_FILTER_CONTEXT:
      return facts->context > 0 ? facts->context < context : settings->min_context > 0;
    case TD_FILTER_PRICE:
      return !is_within (highest_price (facts), settings->max_price, TD_PRICE_UNKNOWN);
    case TD_FILTER_COST:
      return !is_within (cost, settings->max_cost, TD_MONEY_UNKNOWN);
    case TD_FILTER_NO_KEY: /* these three are asked for at once, see find_unusable () */
    case TD_FILTER_SERVER:
    case TD_FILTER_BALANCE:
    case TD_FILTER_NONE:
    case TD_N_FILTERS:
    default:
      return FALSE;
    }
}

static TdFilter
find_unusable (const TdAdvice    *self,
               const TdCandidate *candidate)
{
  const TdAdviceSettings *settings = &self->settings;

  if (settings->include_all || settings->is_usable == NULL)
    return TD_FILTER_NONE;
  return settings->is_usable (candidate->entry->facts, candidate->what.cost, settings->user_data);
}

static void
block (TdAdvice    *self,
       TdCandidate *candidate,
       TdFilter     filter,
       guint       *n_failed)
{
  if ((*n_failed)++ > 0)
    return;
  candidate->blocked = filter;
  self->excluded[filter]++;
}

/* Counts the first filter that stops a model. Returns %FALSE if there are two. */
static gboolean
pass_filters (TdAdvice         *self,
              TdCandidate      *candidate,
              const TdAnalysis *analysis)
{
  guint n_failed = 0;

  candidate->blocked = TD_FILTER_NONE;
  for (guint filter = TD_FILTER_NONE + 1; filter <= TD_FILTER_COST && n_failed < 2; filter++)
    if (fails (self, candidate->entry->facts, analysis, candidate->what.cost, (TdFilter) filter))
      block (self, candidate, (TdFilter) filter, &n_failed);
  if (n_failed < 2)
    {
      TdFilter unusable = find_unusable (self, candidate);

      if (unusable != TD_FILTER_NONE)
        block (self, candidate, unusable, &n_failed);
    }
  return n_failed < 2 && candidate->blocked != TD_FILTER_RETIRED &&
         candidate->blocked != TD_FILTER_TYPE && candidate->blocked != TD_FILTER_NEED;
}

/* ---- the parts ----------------------------------------------------------------------------- */

/**
 * td_advice_find_prices:
 * @input_tokens: how long the request is: long ones are dearer at some providers
 * @in: (out): per million tokens, or #TD_PRICE_UNKNOWN
 * @out: (out): the same of the reply
 */
void
td_advice_find_prices (const TdModelFacts *facts,
                       gint64              input_tokens,
                       TdPrice            *in,
                       TdPrice            *out)
{
  g_return_if_fail (facts != NULL && in != NULL && out != NULL);

  *in = td_model_facts_get_price_in (facts);
  *out = td_model_facts_get_price_out (facts);
  for (guint i = 0; i < facts->n_tiers && !facts->local; i++)
    if (input_tokens > facts->tiers[i].above_tokens)
      {
        const TdPriceList *prices = &facts->tiers[i].prices;

        *in = prices->input >= 0 ? prices->input : *in;
        *out = prices->output >= 0 ? prices->output : *out;
      }
}

static TdMoney
estimate_cost (const TdModelFacts *facts,
               gint64              input,
               gint64              output)
{
  TdMoneyExact sum = TD_MONEY_EXACT_INIT;
  TdMoney cost;
  TdPrice in, out;

  td_advice_find_prices (facts, input, &in, &out);
  td_money_exact_add_tokens (&sum, in, input);
  td_money_exact_add_tokens (&sum, out, output);
  return td_money_exact_round_up (&sum, &cost) ? cost : TD_MONEY_UNKNOWN;
}

/* On a logarithmic scale: from a cent to two it is as far as from a dollar to two. */
static int
value_of_cost (TdMoney cost)
{
  double whole = td_log (DEAREST_NANO / CHEAPEST_NANO);

  if (cost <= (TdMoney) CHEAPEST_NANO)
    return 1000;
  return CLAMP ((int) (1000.0 * td_log (DEAREST_NANO / (double) cost) / whole), 0, 1000);
}

static void
set_part (TdRecommendation *what,
          TdPart            part,
          int               value,
          gboolean          known)
{
  what->values[part] = known ? value : 0;
  what->known[part] = known;
}

static void
measure (TdAdvice         *self,
         TdCandidate      *candidate,
         const TdAnalysis *analysis)
{
  const TdEntry *entry = candidate->entry;
  const TdModelFacts *facts = entry->facts;
  const TdAdviceSettings *settings = &self->settings;
  TdRecommendation *what = &candidate->what;
  gint64 needed = MAX (analysis->input_tokens + analysis->output_tokens_high, 1);

  what->quality = entry->quality;
  set_part (what, TD_PART_QUALITY,
            what->quality != NULL ? what->quality->per_mille[analysis->category] : 0,
            what->quality != NULL);
  set_part (what, TD_PART_COST, what->cost != TD_MONEY_UNKNOWN ? value_of_cost (what->cost) : 0,
            what->cost != TD_MONEY_UNKNOWN);
  what->speed = settings->get_speed != NULL ? settings->get_speed (facts, settings->user_data) : -1;
  set_part (what, TD_PART_SPEED, (int) MIN (what->speed * 1000 / FAST, 1000), what->speed >= 0);
  set_part (what, TD_PART_CONTEXT, (int) MIN (facts->context / needed * 1000 / 16, 1000),
            facts->context > 0);
  set_part (what, TD_PART_RECENCY, entry->recency, entry->recency >= 0);
  set_part (what, TD_PART_LICENCE, facts->open_weights == TD_FACT_YES ? 1000 : 0,
            facts->open_weights != TD_FACT_UNKNOWN);
  if (settings->get_preference != NULL)
    {
      int learned = settings->get_preference (facts, analysis->category, settings->user_data);

      set_part (what, TD_PART_PREFERENCE, CLAMP (learned, -1000, 1000), learned != 0);
    }
}

/* For an easy request more than good enough is worth no more. Where nothing can be used, what could be
 * is measured by its own best. */
static void
cap_quality (GArray   *candidates,
             gboolean  any)
{
  int best = 0;

  for (guint i = 0; i < candidates->len; i++)
    {
      const TdCandidate *candidate = &g_array_index (candidates, TdCandidate, i);

      if (any || candidate->blocked == TD_FILTER_NONE)
        best = MAX (best, candidate->what.values[TD_PART_QUALITY]);
    }
  for (guint i = 0; i < candidates->len; i++)
    {
      TdRecommendation *what = &g_array_index (candidates, TdCandidate, i).what;

      what->values[TD_PART_QUALITY] =
        MIN (what->values[TD_PART_QUALITY], MAX (best - GOOD_ENOUGH, 0));
    }
}

static void
add_up (TdAdvice         *self,
        GArray           *candidates,
        const TdAnalysis *analysis)
{
  int weights[TD_N_PARTS];

  td_profile_get_weights (self->settings.profile, analysis->complexity, weights);
  if (self->settings.has_weights)
    memcpy (weights, self->settings.weights, sizeof weights);
  if (analysis->complexity == 1)
    cap_quality (candidates, self->n_candidates == 0);
  for (guint i = 0; i < candidates->len; i++)
    {
      TdRecommendation *what = &g_array_index (candidates, TdCandidate, i).what;

      memcpy (what->weights, weights, sizeof weights);
      what->score = 0;
      for (guint p = 0; p < TD_N_PARTS; p++)
        what->score += (gint64) weights[p] * what->values[p];
    }
}

/**
 * td_advisor_run:
 * @analysis: what was understood of the request
 * @settings: what is asked of models in general
 *
 * Returns: (transfer full): up to three models; borrows from @self
 */
TdAdvice *
td_advisor_run (TdAdvisor              *self,
                const TdAnalysis       *analysis,
                const TdAdviceSettings *settings)
{
  TdAdvice *advice;
  g_autoptr (GArray) candidates = NULL;

  g_return_val_if_fail (self != NULL && analysis != NULL && settings != NULL, NULL);

  advice = g_new0 (TdAdvice, 1);
  advice->catalogue = self->catalogue;
  advice->settings = *settings;
  merge (advice, analysis->terms);
  candidates = g_array_sized_new (FALSE, FALSE, sizeof (TdCandidate), 256);
  for (guint i = 0; i < self->entries->len; i++)
    {
      TdCandidate candidate = { .entry = &g_array_index (self->entries, TdEntry, i) };
      const TdModelFacts *facts = candidate.entry->facts;

      candidate.what.model = candidate.entry->model;
      candidate.what.cost = estimate_cost (facts, analysis->input_tokens, analysis->output_tokens);
      if (!pass_filters (advice, &candidate, analysis))
        continue;
      candidate.what.cost_low =
        estimate_cost (facts, analysis->input_tokens, analysis->output_tokens_low);
      candidate.what.cost_high =
        estimate_cost (facts, analysis->input_tokens, analysis->output_tokens_high);
      measure (advice, &candidate, analysis);
      g_array_append_val (candidates, candidate);
      advice->n_candidates += candidate.blocked == TD_FILTER_NONE;
    }
  add_up (advice, candidates, analysis);
  td_advice_pick (advice, candidates);
  return advice;
}

void
td_advice_free (TdAdvice *self)
{
  g_strfreev (self->providers_in);
  g_strfreev (self->providers_out);
  g_free (self);
}

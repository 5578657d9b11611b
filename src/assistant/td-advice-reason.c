/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Two or three sentences about a recommendation, made of its own parts and the catalogue's facts. Plain
 * English for scripts and logs; the window has its own words for the same facts.
 */
#include "config.h"

#include "assistant/td-advice.h"

static char *
say_quality (const TdRecommendation *self)
{
  const TdRating *rating = td_model_get_rating (self->model);
  guint n = self->quality != NULL ? self->quality->benchmarks->len : 0;

  if (self->quality == NULL)
    return g_strdup ("No public measurement of this model is known: no score for quality.");
  if (rating != NULL)
    return g_strdup_printf ("Rated %d.%d of 5 from public measurements (%u used here).",
                            rating->tenths / 10, rating->tenths % 10, n);
  return g_strdup_printf (
    "The original weights it is made of were measured (%u measurements used here).", n);
}

static char *
say_price (const TdRecommendation *self)
{
  const TdModelFacts *facts = td_model_get_facts (self->model);
  g_autofree char *in = NULL;
  g_autofree char *out = NULL;
  g_autofree char *cost = NULL;

  if (facts->local)
    return g_strdup ("Runs on this machine: nothing is sent anywhere and nothing is billed.");
  if (self->cost == TD_MONEY_UNKNOWN)
    return g_strdup ("Its price is not known.");
  if (self->cost == 0)
    return g_strdup ("Free of charge at this provider.");
  in = td_price_format (facts->price.input);
  out = td_price_format (facts->price.output);
  cost = td_money_format (self->cost);
  return g_strdup_printf ("Costs %s in and %s out per million tokens: about %s for this request.",
                          in, out, cost);
}

static char *
say_role (const TdRecommendation *self)
{
  switch (self->role)
    {
    case TD_ADVICE_BEST:
      return g_strdup ("Has the highest sum for your priorities of all that you can use.");
    case TD_ADVICE_CHEAPER:
      return g_strdup ("Clearly cheaper at nearly the same measured quality.");
    case TD_ADVICE_LOCAL:
      return g_strdup ("A local alternative at nearly the same measured quality.");
    case TD_ADVICE_STRONGER:
      return g_strdup ("Measured to be better, for a higher price.");
    case TD_ADVICE_OTHER_FAMILY:
      return g_strdup (
        self->dominated
          ? "From another maker, which makes other mistakes; something as good is cheaper."
          : "From another maker, which makes other mistakes.");
    case TD_ADVICE_NEXT:
    default:
      return g_strdup (self->dominated
                         ? "Next by the sum of its parts; something as good is cheaper."
                         : "Next by the sum of its parts.");
    }
}

/**
 * td_recommendation_list_reasons:
 *
 * Returns: (transfer full) (element-type utf8): sentences in plain English
 */
GPtrArray *
td_recommendation_list_reasons (const TdRecommendation *self,
                                const TdAnalysis       *analysis)
{
  GPtrArray *reasons = g_ptr_array_new_with_free_func (g_free);

  g_return_val_if_fail (self != NULL && analysis != NULL, reasons);

  g_ptr_array_add (reasons, say_role (self));
  g_ptr_array_add (reasons, say_quality (self));
  g_ptr_array_add (reasons, say_price (self));
  return reasons;
}

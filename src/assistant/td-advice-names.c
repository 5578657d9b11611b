/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "assistant/td-advice.h"
#include "base/td-words.h"

static const char *const profile_names[TD_N_PROFILES] = { "quality", "balanced", "cost", "speed" };

static const char *const part_names[TD_N_PARTS] = {
  [TD_PART_QUALITY] = "quality",
  [TD_PART_COST] = "cost",
  [TD_PART_SPEED] = "speed",
  [TD_PART_CONTEXT] = "context",
  [TD_PART_RECENCY] = "recency",
  [TD_PART_LICENCE] = "licence",
  [TD_PART_PREFERENCE] = "preference",
};

static const char *const filter_names[TD_N_FILTERS] = {
  [TD_FILTER_NONE] = "none",
  [TD_FILTER_RETIRED] = "retired",
  [TD_FILTER_TYPE] = "type",
  [TD_FILTER_NEED] = "capability",
  [TD_FILTER_LOCAL] = "local_only",
  [TD_FILTER_MEMORY] = "memory",
  [TD_FILTER_OPEN_WEIGHTS] = "open_weights",
  [TD_FILTER_FREE] = "free_only",
  [TD_FILTER_PROVIDER] = "provider",
  [TD_FILTER_REGION] = "region",
  [TD_FILTER_CONTEXT] = "context",
  [TD_FILTER_PRICE] = "max_price",
  [TD_FILTER_COST] = "max_cost",
  [TD_FILTER_NO_KEY] = "no_key",
  [TD_FILTER_SERVER] = "server_not_running",
  [TD_FILTER_BALANCE] = "balance",
};

static const char *const role_names[] = {
  [TD_ADVICE_BEST] = "best",
  [TD_ADVICE_CHEAPER] = "cheaper",
  [TD_ADVICE_LOCAL] = "local",
  [TD_ADVICE_STRONGER] = "stronger",
  [TD_ADVICE_OTHER_FAMILY] = "other_family",
  [TD_ADVICE_NEXT] = "next",
};

/* Thousandths: quality, cost, speed, and the rest shared out. */
static const int profile_weights[TD_N_PROFILES][TD_N_PARTS] = {
  [TD_PROFILE_QUALITY] = { 750, 100, 50, 50, 30, 20, 50 },
  [TD_PROFILE_BALANCED] = { 500, 300, 100, 50, 30, 20, 50 },
  [TD_PROFILE_COST] = { 250, 600, 50, 50, 30, 20, 50 },
  [TD_PROFILE_SPEED] = { 300, 150, 450, 50, 30, 20, 50 },
};

#define COMPLEXITY_SHIFT 150

/**
 * td_profile_to_string:
 * @profile: a profile
 *
 * Returns: (transfer none): its name in the settings and in JSON
 */
const char *
td_profile_to_string (TdProfile profile)
{
  g_return_val_if_fail (profile < TD_N_PROFILES, NULL);

  return profile_names[profile];
}

/**
 * td_profile_from_string:
 * @text: (nullable): a name
 * @profile: (out): its profile
 *
 * Returns: whether there is such a profile
 */
gboolean
td_profile_from_string (const char *text,
                        TdProfile  *profile)
{
  guint index;

  if (!td_words_find (profile_names, TD_N_PROFILES, text, &index))
    return FALSE;
  *profile = (TdProfile) index;
  return TRUE;
}

/**
 * td_part_to_string:
 * @part: a part of the score
 *
 * Returns: (transfer none): its name in JSON
 */
const char *
td_part_to_string (TdPart part)
{
  g_return_val_if_fail (part < TD_N_PARTS, NULL);

  return part_names[part];
}

/**
 * td_filter_to_string:
 * @filter: why a model was left out
 *
 * Returns: (transfer none): its name in JSON
 */
const char *
td_filter_to_string (TdFilter filter)
{
  g_return_val_if_fail (filter < TD_N_FILTERS, NULL);

  return filter_names[filter];
}

/**
 * td_advice_role_to_string:
 * @role: what a recommendation is good for
 *
 * Returns: (transfer none): its name in JSON
 */
const char *
td_advice_role_to_string (TdAdviceRole role)
{
  g_return_val_if_fail (role <= TD_ADVICE_NEXT, NULL);

  return role_names[role];
}

/**
 * td_profile_get_weights:
 * @complexity: 1 to 3: an easy request moves weight from quality to cost, a hard one the other way
 * @weights: (out caller-allocates) (array fixed-size=7): thousandths
 */
void
td_profile_get_weights (TdProfile  profile,
                        int        complexity,
                        int       *weights)
{
  int shift = 0;

  g_return_if_fail (profile < TD_N_PROFILES);

  for (guint i = 0; i < TD_N_PARTS; i++)
    weights[i] = profile_weights[profile][i];
  if (complexity == 1)
    shift = -MIN (COMPLEXITY_SHIFT, weights[TD_PART_QUALITY]);
  else if (complexity == 3)
    shift = MIN (COMPLEXITY_SHIFT, weights[TD_PART_COST]);
  weights[TD_PART_QUALITY] += shift;
  weights[TD_PART_COST] -= shift;
}

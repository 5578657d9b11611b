/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine/td-advice-context.h"

#include "engine/td-engine-private.h"
#include "engine/td-policy.h"
#include "engine/td-request-log.h"

#define PROVIDERS_KEY "td-advice-providers"

/* What it may cost is known only when its price is; the wallet says no later where it is not. */
static TdFilter
check_balance (TdEngine           *engine,
               const TdModelFacts *facts,
               TdMoney             cost)
{
  TdWallet *wallet = td_engine_get_wallet (engine);
  TdMoney affordable;

  if (cost <= 0 || facts->local || wallet == NULL || !td_wallet_get_loaded (wallet))
    return TD_FILTER_NONE;
  affordable = td_wallet_get_affordable (wallet, facts->provider_id, facts->key);
  return affordable == TD_MONEY_UNKNOWN || affordable >= cost ? TD_FILTER_NONE : TD_FILTER_BALANCE;
}

/* A provider with a key that is reached through a proxy on this machine has its models, as long as it did
 * not say otherwise; a server of one's own has what it named. */
static gboolean
is_there (TdEngine           *engine,
          const TdModelFacts *facts)
{
  if (td_engine_is_installed (engine, facts->key))
    return TRUE;
  return !facts->local && td_engine_has_key (engine, facts->provider_id) &&
         td_engine_get_listing (engine, facts->key) != TD_LISTING_MISSING;
}

static TdFilter
is_usable (const TdModelFacts *facts,
           TdMoney             cost,
           gpointer            user_data)
{
  switch (td_engine_get_usable (user_data, facts->key))
    {
    case TD_USABLE_YES:
      return is_there (user_data, facts) ? check_balance (user_data, facts, cost)
                                         : TD_FILTER_SERVER;
    case TD_USABLE_NOT_CHAT: /* an image model, which the filters before have let pass */
      return facts->local || td_engine_has_key (user_data, facts->provider_id) ? TD_FILTER_NONE
                                                                               : TD_FILTER_NO_KEY;
    case TD_USABLE_NEEDS_KEY:
      return TD_FILTER_NO_KEY;
    case TD_USABLE_DISABLED:
    case TD_USABLE_PROTOCOL_MISSING:
    case TD_USABLE_UNKNOWN_MODEL:
    default:
      return TD_FILTER_SERVER;
    }
}

static gint64
get_speed (const TdModelFacts *facts,
           gpointer            user_data)
{
  TdOfferMeasure measure = TD_OFFER_MEASURE_INIT;

  if (!td_request_log_measure (td_engine_get_request_log (user_data), facts->key, &measure))
    return -1;
  return measure.tokens_per_ksecond;
}

/**
 * td_advice_get_identity:
 * @facts: a model
 *
 * Returns: (transfer none): what is the same for a model wherever it runs
 */
const char *
td_advice_get_identity (const TdModelFacts *facts)
{
  g_return_val_if_fail (facts != NULL, NULL);

  return facts->base_model != NULL ? facts->base_model : facts->key;
}

static int
get_preference (const TdModelFacts *facts,
                TdCategory          category,
                gpointer            user_data)
{
  return td_taste_get (td_engine_get_taste (user_data), category, td_advice_get_identity (facts));
}

/**
 * td_engine_answer_advice:
 * @settings: (inout): settings for td_advisor_run()
 */
void
td_engine_answer_advice (TdEngine         *engine,
                         TdAdviceSettings *settings)
{
  g_return_if_fail (TD_IS_ENGINE (engine) && settings != NULL);

  settings->is_usable = is_usable;
  settings->get_speed = get_speed;
  settings->get_preference = get_preference;
  settings->user_data = engine;
}

/**
 * td_engine_take_advice_preferences:
 * @settings: (inout): settings for td_advisor_run(); they hold what they point to until the next call
 *
 * Without settings of this program they stay as they are.
 */
void
td_engine_take_advice_preferences (TdEngine         *engine,
                                   TdAdviceSettings *settings)
{
  GSettings *stored;
  g_autofree char *profile = NULL;
  GStrv providers;
  gint64 max_cost;

  g_return_if_fail (TD_IS_ENGINE (engine) && settings != NULL);

  stored = td_engine_get_settings (engine);
  if (stored == NULL)
    return;
  profile = g_settings_get_string (stored, "assistant-profile");
  td_profile_from_string (profile, &settings->profile);
  settings->local_only |= g_settings_get_boolean (stored, "assistant-local-only");
  max_cost = g_settings_get_int64 (stored, "assistant-max-cost");
  if (max_cost > 0)
    settings->max_cost = max_cost;
  providers = g_settings_get_strv (stored, "assistant-providers");
  g_object_set_data_full (G_OBJECT (engine), PROVIDERS_KEY, providers,
                          (GDestroyNotify) g_strfreev);
  if (providers[0] != NULL)
    settings->providers_in = (const char *const *) providers;
}

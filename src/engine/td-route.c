/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine/td-route.h"

#include "base/td-clock.h"
#include "engine/td-engine-private.h"

/**
 * td_route_find:
 * @engine: the engine
 * @facts: the model
 * @error: return location for an error of the completion or the provider
 *
 * Where requests to a model go: its own provider, as the user reaches it now.
 *
 * Returns: (transfer full) (nullable): a copy of the endpoint
 */
TdEndpoint *
td_route_find (TdEngine            *engine,
               const TdModelFacts  *facts,
               GError             **error)
{
  const TdEndpoint *endpoint =
    td_endpoint_list_find (td_engine_get_endpoints (engine), facts->provider_id);

  if (facts->type != TD_MODEL_TYPE_CHAT)
    g_set_error (error, TD_COMPLETION_ERROR, TD_COMPLETION_ERROR_NOT_CHAT, "%s does not chat",
                 facts->key);
  else if (!endpoint || !td_endpoint_is_supported (endpoint))
    g_set_error (error, TD_PROVIDER_ERROR, TD_PROVIDER_ERROR_UNSUPPORTED,
                 "the protocol of %s is not spoken yet", facts->provider_id);
  else if (!endpoint->enabled)
    g_set_error (error, TD_COMPLETION_ERROR, TD_COMPLETION_ERROR_DISABLED, "%s is switched off",
                 facts->provider_id);
  else
    return td_endpoint_copy (endpoint);
  return NULL;
}

static gboolean
check_limit (const TdModelFacts  *facts,
             TdMoney              worst,
             TdMoney              max_cost,
             GError             **error)
{
  g_autofree char *could = NULL;
  g_autofree char *limit = NULL;

  if (max_cost == TD_MONEY_UNKNOWN)
    return TRUE;
  if (worst == TD_MONEY_UNKNOWN)
    {
      g_set_error (error, TD_COMPLETION_ERROR, TD_COMPLETION_ERROR_PRICE_UNKNOWN,
                   "what %s can cost at most is not known", facts->key);
      return FALSE;
    }
  if (worst <= max_cost)
    return TRUE;
  could = td_money_format (worst);
  limit = td_money_format (max_cost);
  g_set_error (error, TD_COMPLETION_ERROR, TD_COMPLETION_ERROR_LIMIT,
               "it could cost %s, more than %s", could, limit);
  return FALSE;
}

/* What the prompt can come to: an estimate may be short, but nobody takes more than the model does. */
static gint64
bound_prompt (const TdModelFacts *facts,
              const TdTokenCount *prompt)
{
  if (facts->context <= 0)
    return prompt->at_most;
  return MAX (prompt->tokens, MIN (prompt->at_most, facts->context));
}

/**
 * td_route_make_hold:
 * @engine: the engine
 * @facts: the model
 * @prompt: our count of the prompt
 * @max_output: the most tokens the reply may have; 0 for the model's own limit
 * @max_cost: the most it may cost; %TD_MONEY_UNKNOWN for no limit
 * @error: return location for a #TdCompletionError
 *
 * Works out the most that a turn can cost, and refuses when that is more than the caller
 * allows or is not known.
 *
 * Returns: (transfer full) (nullable): the hold to be written
 */
TdReceipt *
td_route_make_hold (TdEngine            *engine,
                    const TdModelFacts  *facts,
                    TdTokenCount         prompt,
                    gint64               max_output,
                    TdMoney              max_cost,
                    GError             **error)
{
  TdCatalogue *catalogue = td_market_get_catalogue (td_engine_get_market (engine));
  TdReceipt *hold;
  TdMoney worst;

  if (!td_pricing_worst_case (facts, bound_prompt (facts, &prompt),
                              max_output > 0 ? max_output : facts->max_output, &worst))
    worst = TD_MONEY_UNKNOWN;
  if (!check_limit (facts, worst, max_cost, error))
    return NULL;
  hold = td_receipt_new ();
  hold->purpose = g_strdup ("chat");
  hold->model_key = g_strdup (facts->key);
  hold->provider_id = g_strdup (facts->provider_id);
  hold->catalogue_version = g_strdup (td_catalogue_get_version (catalogue));
  hold->owner = td_lease_get_token (td_engine_get_lease (engine));
  hold->held = worst;
  hold->started_us = td_clock_now_us ();
  hold->usage.input = prompt.tokens;
  hold->counted_here = TRUE;
  hold->counted_exactly = prompt.exact;
  td_pricing_get_prices (facts, prompt.tokens, &hold->prices);
  return hold;
}

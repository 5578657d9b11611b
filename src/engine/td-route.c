/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine/td-route.h"

#include "base/td-clock.h"
#include "engine/td-engine-private.h"

/* A reply that has to be shorter is not worth its prompt. */
#define LEAST_OUTPUT     256
#define USUAL_MAX_OUTPUT 4096

static void
offer_free (gpointer data)
{
  TdRouteOffer *offer = data;

  g_object_unref (offer->model);
  td_endpoint_free (offer->endpoint);
  g_free (offer);
}

void
td_route_free (TdRoute *self)
{
  if (!self)
    return;
  g_ptr_array_unref (self->offers);
  td_route_note_free (self->note);
  g_free (self);
}

/* ---- what there is ------------------------------------------------------------------------- */

/* Why the one that the user picked cannot be asked at all. A missing key is told by the
 * keyring. */
static gboolean
check_chosen (const TdModelFacts  *facts,
              const TdEndpoint    *endpoint,
              GError             **error)
{
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
    return TRUE;
  return FALSE;
}

static TdOfferFit
check_endpoint (TdEngine         *engine,
                const TdEndpoint *endpoint)
{
  if (!endpoint || !td_endpoint_is_supported (endpoint))
    return TD_OFFER_UNSUPPORTED;
  if (!endpoint->enabled)
    return TD_OFFER_DISABLED;
  if (endpoint->needs_key && !td_engine_has_key (engine, endpoint->provider_id))
    return TD_OFFER_NO_KEY;
  return TD_OFFER_FITS;
}

/* Where each provider is in the user's order, and after it in the usual one. */
static GHashTable *
list_positions (TdEngine *engine)
{
  g_autoptr (GPtrArray) endpoints = td_endpoint_list_dup_all (td_engine_get_endpoints (engine));
  GHashTable *positions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < endpoints->len; i++)
    {
      const TdEndpoint *endpoint = g_ptr_array_index (endpoints, i);

      g_hash_table_insert (positions, g_strdup (endpoint->provider_id), GUINT_TO_POINTER (i));
    }
  return positions;
}

/* The same model wherever it is offered; the picked one alone when nothing says what it is. */
static GPtrArray *
list_models (TdEngine *engine,
             TdModel  *chosen)
{
  const char *base_model = td_model_get_facts (chosen)->base_model;
  GPtrArray *models = NULL;

  if (base_model)
    models = td_catalogue_list_offers (td_market_get_catalogue (td_engine_get_market (engine)),
                                       base_model);
  if (!models)
    models = g_ptr_array_new ();
  if (!g_ptr_array_find (models, chosen, NULL))
    g_ptr_array_add (models, chosen);
  return models;
}

static TdRouterOffer
describe_offer (TdEngine           *engine,
                TdModel            *model,
                gboolean            chosen,
                const TdRouteNeeds *needs,
                GHashTable         *positions)
{
  const TdModelFacts *facts = td_model_get_facts (model);
  const TdEndpoint *endpoint =
    td_endpoint_list_find (td_engine_get_endpoints (engine), facts->provider_id);
  TdRouterOffer offer = { .model_key = facts->key, .chosen = chosen };

  offer.fit = check_endpoint (engine, endpoint);
  if (offer.fit == TD_OFFER_FITS)
    offer.fit = td_router_check (facts, needs, chosen);
  if (offer.fit == TD_OFFER_FITS && !chosen &&
      td_engine_get_listing (engine, facts->key) == TD_LISTING_MISSING)
    offer.fit = TD_OFFER_RETIRED;
  offer.resting = td_breakers_get_state (td_engine_get_breakers (engine), facts->key,
                                         td_clock_monotonic_us ()) == TD_BREAKER_OPEN;
  offer.price = td_router_price (facts, needs);
  td_engine_measure_offer (engine, facts->key, &offer.measure);
  offer.position = GPOINTER_TO_UINT (g_hash_table_lookup (positions, facts->provider_id));
  return offer;
}

static GArray *
describe_offers (TdEngine           *engine,
                 GPtrArray          *models,
                 TdModel            *chosen,
                 const TdRouteNeeds *needs)
{
  g_autoptr (GHashTable) positions = list_positions (engine);
  GArray *offers = g_array_new (FALSE, FALSE, sizeof (TdRouterOffer));

  for (guint i = 0; i < models->len; i++)
    {
      TdModel *model = g_ptr_array_index (models, i);
      TdRouterOffer offer = describe_offer (engine, model, model == chosen, needs, positions);

      g_array_append_val (offers, offer);
    }
  return offers;
}

/* ---- the route ----------------------------------------------------------------------------- */

static void
add_offer (TdRoute  *self,
           TdEngine *engine,
           TdModel  *model,
           gboolean  resting)
{
  TdRouteOffer *offer = g_new0 (TdRouteOffer, 1);

  offer->model = g_object_ref (model);
  offer->endpoint = td_endpoint_copy (td_endpoint_list_find (
    td_engine_get_endpoints (engine), td_model_get_facts (model)->provider_id));
  offer->resting = resting;
  g_ptr_array_add (self->offers, offer);
}

/* What would have been asked in another order, or was picked. */
static void
note_passed_over (TdRoute      *self,
                  const GArray *offers,
                  const GArray *ranked)
{
  for (guint i = 0; i < offers->len; i++)
    {
      const TdRouterOffer *offer = &g_array_index (offers, TdRouterOffer, i);
      gboolean first = ranked->len > 0 && g_array_index (ranked, guint, 0) == i;

      if (first || self->note->order == TD_ROUTE_CHOSEN)
        continue;
      if (offer->fit != TD_OFFER_FITS)
        td_route_note_add_step (self->note, offer->model_key, FALSE,
                                td_offer_fit_to_string (offer->fit));
      else if (offer->resting)
        td_route_note_add_step (self->note, offer->model_key, FALSE,
                                td_offer_fit_to_string (TD_OFFER_RESTING));
    }
}

/**
 * td_route_find:
 * @engine: the engine
 * @chosen: the model that the user picked, at a provider
 * @order: what the user goes by
 * @needs: what the request needs
 * @error: return location for an error of the completion or the provider
 *
 * Finds the places to ask. When none of them fits, the one that was picked is asked alone, so
 * that its provider says what is wrong; it fails only when that one cannot be asked at all.
 *
 * Returns: (transfer full) (nullable): the route
 */
TdRoute *
td_route_find (TdEngine            *engine,
               TdModel             *chosen,
               TdRouteOrder         order,
               const TdRouteNeeds  *needs,
               GError             **error)
{
  g_autoptr (GPtrArray) models = list_models (engine, chosen);
  g_autoptr (GArray) offers = describe_offers (engine, models, chosen, needs);
  g_autoptr (GArray) ranked = NULL;
  g_autoptr (TdRoute) self = g_new0 (TdRoute, 1);
  const TdModelFacts *facts = td_model_get_facts (chosen);

  self->offers = g_ptr_array_new_with_free_func (offer_free);
  self->note = td_route_note_new (facts->key, order);
  ranked =
    td_router_rank (order, (gconstpointer) offers->data, offers->len, &self->note->why);
  self->note->n_fitting = ranked->len;
  note_passed_over (self, offers, ranked);
  for (guint i = 0; order != TD_ROUTE_CHOSEN && i < ranked->len; i++)
    {
      guint index = g_array_index (ranked, guint, i);

      add_offer (self, engine, g_ptr_array_index (models, index),
                 g_array_index (offers, TdRouterOffer, index).resting);
    }
  if (self->offers->len > 0)
    return g_steal_pointer (&self);
  if (!check_chosen (facts,
                     td_endpoint_list_find (td_engine_get_endpoints (engine), facts->provider_id),
                     error))
    return NULL;
  add_offer (self, engine, chosen, FALSE);
  return g_steal_pointer (&self);
}

/**
 * td_route_minds_refused_turns:
 * @engine: the engine
 * @facts: a model at a provider
 *
 * Returns: whether turns that a model refused are not to be sent there: Anthropic's models
 *   refuse what follows one, and ask for it to be left out
 */
gboolean
td_route_minds_refused_turns (TdEngine           *engine,
                              const TdModelFacts *facts)
{
  const TdEndpoint *endpoint =
    td_endpoint_list_find (td_engine_get_endpoints (engine), facts->provider_id);

  return endpoint && endpoint->kind == TD_PROVIDER_KIND_ANTHROPIC;
}

/* ---- the hold ------------------------------------------------------------------------------ */

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
 * td_route_fit_output:
 * @engine: the engine
 * @facts: the model
 * @prompt: how long the prompt is
 * @max_output: the most tokens the reply may have; 0 for the model's own limit
 * @stop_cost: the reply ends when it has cost that; %TD_MONEY_UNKNOWN for no limit
 *
 * Makes the longest possible reply as short as the balance, the budgets and the caller can pay.
 * Otherwise a model that can write a book would need the price of one for an answer of a line.
 *
 * Returns: the most tokens that the reply may have; @max_output when all of them can be paid, or
 *   so few that it is better refused
 */
gint64
td_route_fit_output (TdEngine           *engine,
                     const TdModelFacts *facts,
                     TdTokenCount        prompt,
                     gint64              max_output,
                     TdMoney             stop_cost)
{
  TdMoney money =
    td_wallet_get_affordable (td_engine_get_wallet (engine), facts->provider_id, facts->key);
  gint64 limit = max_output > 0 ? max_output : facts->max_output;
  gint64 fitting;

  if (stop_cost != TD_MONEY_UNKNOWN)
    money = money == TD_MONEY_UNKNOWN ? stop_cost : MIN (money, stop_cost);
  if (money == TD_MONEY_UNKNOWN)
    return max_output;
  money = td_pricing_without_commission (
    money, td_engine_get_commission_ppm (engine, facts->provider_id));
  fitting = td_pricing_fit_output (facts, bound_prompt (facts, &prompt), money);
  if (fitting < LEAST_OUTPUT || fitting == G_MAXINT64 || (limit > 0 && fitting >= limit))
    return max_output;
  /* How much the model can write is not known: more than the usual it might refuse. */
  return limit > 0 ? fitting : MIN (fitting, USUAL_MAX_OUTPUT);
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
  hold->purpose = g_strdup (TD_PURPOSE_CHAT);
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

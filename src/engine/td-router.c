/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine/td-router.h"

#include "base/td-words.h"
#include "wallet/td-pricing.h"

/* Prices and speeds are compared for a reply of this length; how long it is going to be,
 * nobody knows. */
#define USUAL_OUTPUT 500

/* One failure in two requests says little. */
#define MIN_REQUESTS 3

static const char *const order_names[] = {
  [TD_ROUTE_CHOSEN] = "chosen",
  [TD_ROUTE_CHEAPEST] = "cheapest",
  [TD_ROUTE_FASTEST] = "fastest",
  [TD_ROUTE_RELIABLE] = "most-reliable",
  [TD_ROUTE_OWN] = "own-order",
};

static const char *const why_names[] = {
  [TD_ROUTE_WHY_CHOSEN] = "chosen",
  [TD_ROUTE_WHY_ONLY] = "only-one",
  [TD_ROUTE_WHY_CHEAPEST] = "cheapest",
  [TD_ROUTE_WHY_FASTEST] = "fastest",
  [TD_ROUTE_WHY_RELIABLE] = "most-reliable",
  [TD_ROUTE_WHY_FIRST] = "first-in-order",
  [TD_ROUTE_WHY_UNKNOWN] = "nothing-known",
};

static const char *const fit_names[] = {
  [TD_OFFER_FITS] = "fits",
  [TD_OFFER_NOT_CHAT] = "not-chat",
  [TD_OFFER_UNSUPPORTED] = "unsupported",
  [TD_OFFER_DISABLED] = "disabled",
  [TD_OFFER_NO_KEY] = "no-key",
  [TD_OFFER_RETIRED] = "retired",
  [TD_OFFER_NO_INPUT] = "no-such-input",
  [TD_OFFER_NO_TOOLS] = "no-tools",
  [TD_OFFER_NO_STRUCTURE] = "no-structured-output",
  [TD_OFFER_TOO_SHORT] = "too-short",
  [TD_OFFER_TOO_DEAR] = "too-expensive",
  [TD_OFFER_RESTING] = "resting",
};

static const char *
to_string (const char *const *names,
           guint              n_names,
           guint              value)
{
  g_return_val_if_fail (value < n_names, NULL);

  return names[value];
}

/**
 * td_route_order_to_string:
 * @order: an order of offers
 *
 * Returns: (transfer none): its name in the settings and in the terminal
 */
const char *
td_route_order_to_string (TdRouteOrder order)
{
  return to_string (order_names, G_N_ELEMENTS (order_names), order);
}

/**
 * td_route_order_from_string:
 * @text: (nullable): the name of an order
 * @order: (out): the order
 *
 * Returns: whether it is one; if not, @order is left as it is
 */
gboolean
td_route_order_from_string (const char   *text,
                            TdRouteOrder *order)
{
  guint value;

  if (!td_words_find (order_names, G_N_ELEMENTS (order_names), text, &value))
    return FALSE;
  *order = (TdRouteOrder) value;
  return TRUE;
}

/**
 * td_route_why_to_string:
 * @why: why an offer was chosen
 *
 * Returns: (transfer none): its name in the database and in JSON
 */
const char *
td_route_why_to_string (TdRouteWhy why)
{
  return to_string (why_names, G_N_ELEMENTS (why_names), why);
}

/**
 * td_route_why_from_string:
 * @text: (nullable): a name
 * @why: (out): its reason
 *
 * Returns: whether there is such a reason
 */
gboolean
td_route_why_from_string (const char *text,
                          TdRouteWhy *why)
{
  guint value;

  if (!td_words_find (why_names, G_N_ELEMENTS (why_names), text, &value))
    return FALSE;
  *why = (TdRouteWhy) value;
  return TRUE;
}

/**
 * td_offer_fit_to_string:
 * @fit: how an offer fits
 *
 * Returns: (transfer none): its name in the database and in JSON
 */
const char *
td_offer_fit_to_string (TdOfferFit fit)
{
  return to_string (fit_names, G_N_ELEMENTS (fit_names), fit);
}

/**
 * td_offer_fit_from_string:
 * @text: (nullable): a name
 * @fit: (out): its fit
 *
 * Returns: whether there is such a fit
 */
gboolean
td_offer_fit_from_string (const char *text,
                          TdOfferFit *fit)
{
  guint value;

  if (!td_words_find (fit_names, G_N_ELEMENTS (fit_names), text, &value))
    return FALSE;
  *fit = (TdOfferFit) value;
  return TRUE;
}

/* ---- capabilities -------------------------------------------------------------------------- */

/* What is not known of the model that the user picked is left to the provider to say; another
 * one is put in its place only when it is known to do. */
static gboolean
lacks (TdFact   fact,
       gboolean chosen)
{
  return fact == TD_FACT_NO || (fact == TD_FACT_UNKNOWN && !chosen);
}

/* Limits that are not known are 0. */
static gboolean
is_too_short (const TdModelFacts *facts,
              const TdRouteNeeds *needs)
{
  gint64 output = MAX (needs->max_output, 1);

  return (facts->context > 0 && needs->prompt_tokens > facts->context - output) ||
         (facts->max_input > 0 && needs->prompt_tokens > facts->max_input) ||
         (facts->max_output > 0 && output > facts->max_output);
}

/**
 * td_router_read_needs:
 * @request: a request
 * @prompt_tokens: how long it is, as counted here
 * @needs: (out caller-allocates): what a model has to be able to do to serve it
 */
void
td_router_read_needs (const TdChatRequest *request,
                      gint64               prompt_tokens,
                      TdRouteNeeds        *needs)
{
  g_return_if_fail (request != NULL && needs != NULL);

  *needs = (TdRouteNeeds) { .prompt_tokens = prompt_tokens,
                            .max_output = request->max_output,
                            .input = TD_MODALITY_TEXT,
                            .tools = request->tools && request->tools->len > 0,
                            .structure = request->schema != NULL };
  for (guint i = 0; i < request->turns->len; i++)
    {
      const TdChatTurn *turn = g_ptr_array_index (request->turns, i);

      if (turn->images && turn->images->len > 0)
        needs->input |= TD_MODALITY_IMAGE;
    }
}

/**
 * td_router_may_see:
 * @facts: a model at a provider
 *
 * Returns: whether pictures can be sent to it: of a model that only its provider named nobody knows
 */
gboolean
td_router_may_see (const TdModelFacts *facts)
{
  g_return_val_if_fail (facts != NULL, FALSE);

  return (facts->input & TD_MODALITY_IMAGE) != 0 || !facts->source;
}

/**
 * td_router_check:
 * @facts: a model at a provider
 * @needs: what the request needs
 * @chosen: whether the user picked it
 *
 * Returns: whether the model can do it; whether its provider can be reached is not looked at
 */
TdOfferFit
td_router_check (const TdModelFacts *facts,
                 const TdRouteNeeds *needs,
                 gboolean            chosen)
{
  g_return_val_if_fail (facts != NULL && needs != NULL, TD_OFFER_NOT_CHAT);

  if (facts->type != TD_MODEL_TYPE_CHAT)
    return TD_OFFER_NOT_CHAT;
  if (!chosen && td_model_facts_is_retired (facts))
    return TD_OFFER_RETIRED;
  if ((needs->input & ~(facts->input | TD_MODALITY_TEXT)) != 0)
    return TD_OFFER_NO_INPUT;
  if (needs->tools && lacks (facts->tool_call, chosen))
    return TD_OFFER_NO_TOOLS;
  if (needs->structure && lacks (facts->structured_output, chosen))
    return TD_OFFER_NO_STRUCTURE;
  if (is_too_short (facts, needs))
    return TD_OFFER_TOO_SHORT;
  return TD_OFFER_FITS;
}

/**
 * td_router_price:
 * @facts: a model at a provider
 * @needs: the request
 *
 * Returns: what the request and a reply of usual length cost there; the length is the same for
 *   all offers. %TD_MONEY_UNKNOWN when a price is not known
 */
TdMoney
td_router_price (const TdModelFacts *facts,
                 const TdRouteNeeds *needs)
{
  TdUsage usage = TD_USAGE_INIT;
  TdCost cost;

  g_return_val_if_fail (facts != NULL && needs != NULL, TD_MONEY_UNKNOWN);

  usage.input = needs->prompt_tokens;
  usage.output = needs->max_output > 0 ? MIN (needs->max_output, USUAL_OUTPUT) : USUAL_OUTPUT;
  td_pricing_cost (facts, &usage, &cost);
  return cost.known ? cost.total : TD_MONEY_UNKNOWN;
}

/* ---- the order ----------------------------------------------------------------------------- */

/* Milliseconds to a reply of usual length. */
static gint64
get_time (const TdOfferMeasure *measure)
{
  if (measure->first_token_ms < 0 || measure->tokens_per_ksecond <= 0)
    return -1;
  return measure->first_token_ms +
         USUAL_OUTPUT * G_GINT64_CONSTANT (1000000) / measure->tokens_per_ksecond;
}

/* What the order goes by, the smaller the better; -1: not known. */
static gint64
get_weight (TdRouteOrder         order,
            const TdRouterOffer *offer)
{
  switch (order)
    {
    case TD_ROUTE_CHEAPEST:
      return offer->price == TD_MONEY_UNKNOWN ? -1 : offer->price;
    case TD_ROUTE_FASTEST:
      return get_time (&offer->measure);
    case TD_ROUTE_RELIABLE:
      if (offer->measure.n_requests < MIN_REQUESTS || offer->measure.success_permille < 0)
        return -1;
      return 1000 - MIN (offer->measure.success_permille, 1000);
    case TD_ROUTE_OWN:
      return offer->position;
    case TD_ROUTE_CHOSEN:
    default:
      return -1;
    }
}

typedef struct
{
  TdRouteOrder order;
  const TdRouterOffer *offers;
} Ranking;

static int
compare_flags (gboolean a,
               gboolean b)
{
  return (a != 0) - (b != 0);
}

/* Those that rest come last; then what the order goes by, known before unknown; then the one
 * the user picked, and the user's order of the providers. */
static int
compare_offers (gconstpointer a,
                gconstpointer b,
                gpointer      user_data)
{
  const Ranking *ranking = user_data;
  const TdRouterOffer *left = &ranking->offers[*(const guint *) a];
  const TdRouterOffer *right = &ranking->offers[*(const guint *) b];
  gint64 left_weight = get_weight (ranking->order, left);
  gint64 right_weight = get_weight (ranking->order, right);

  if (left->resting != right->resting)
    return compare_flags (left->resting, right->resting);
  if ((left_weight < 0) != (right_weight < 0))
    return compare_flags (left_weight < 0, right_weight < 0);
  if (left_weight != right_weight)
    return left_weight < right_weight ? -1 : 1;
  if (left->chosen != right->chosen)
    return compare_flags (right->chosen, left->chosen);
  if (left->position != right->position)
    return left->position < right->position ? -1 : 1;
  return g_strcmp0 (left->model_key, right->model_key);
}

static TdRouteWhy
find_why (const Ranking *ranking,
          const GArray  *ranked)
{
  static const TdRouteWhy whys[] = {
    [TD_ROUTE_CHOSEN] = TD_ROUTE_WHY_CHOSEN,
    [TD_ROUTE_CHEAPEST] = TD_ROUTE_WHY_CHEAPEST,
    [TD_ROUTE_FASTEST] = TD_ROUTE_WHY_FASTEST,
    [TD_ROUTE_RELIABLE] = TD_ROUTE_WHY_RELIABLE,
    [TD_ROUTE_OWN] = TD_ROUTE_WHY_FIRST,
  };

  if (ranking->order == TD_ROUTE_CHOSEN || ranked->len == 0)
    return TD_ROUTE_WHY_CHOSEN;
  if (ranked->len == 1)
    return TD_ROUTE_WHY_ONLY;
  if (get_weight (ranking->order, &ranking->offers[g_array_index (ranked, guint, 0)]) < 0)
    return TD_ROUTE_WHY_UNKNOWN;
  return whys[ranking->order];
}

static gboolean
is_candidate (TdRouteOrder         order,
              const TdRouterOffer *offer)
{
  return order == TD_ROUTE_CHOSEN ? offer->chosen : offer->fit == TD_OFFER_FITS;
}

/**
 * td_router_rank:
 * @order: what the user goes by
 * @offers: (array length=n_offers): all places that have the model
 * @n_offers: how many
 * @why: (out): why the first of them is the first
 *
 * Puts the offers that can serve a request into the order in which they are asked. Of an order
 * other than %TD_ROUTE_CHOSEN nothing is left when no offer fits; what was picked is then asked
 * all the same by the caller, so that the user hears what is wrong with it.
 *
 * Returns: (transfer full) (element-type guint): positions in @offers, best first
 */
GArray *
td_router_rank (TdRouteOrder         order,
                const TdRouterOffer *offers,
                guint                n_offers,
                TdRouteWhy          *why)
{
  GArray *ranked = g_array_new (FALSE, FALSE, sizeof (guint));
  Ranking ranking = { order, offers };

  g_return_val_if_fail (why != NULL, ranked);

  for (guint i = 0; i < n_offers; i++)
    {
      if (is_candidate (order, &offers[i]))
        g_array_append_val (ranked, i);
    }
  g_array_sort_with_data (ranked, compare_offers, &ranking);
  *why = find_why (&ranking, ranked);
  return ranked;
}

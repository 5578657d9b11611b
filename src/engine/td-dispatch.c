/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine/td-dispatch.h"

#include "engine/td-completion.h"
#include "engine/td-engine-private.h"
#include "engine/td-error-code.h"
#include "engine/td-prompt.h"
#include "engine/td-retry.h"

void
td_dispatch_clear (TdDispatch *self)
{
  g_clear_object (&self->model);
  g_clear_object (&self->exchange);
  g_clear_pointer (&self->choice, td_auto_choice_free);
  g_clear_pointer (&self->asked_key, g_free);
  g_clear_pointer (&self->route, td_route_free);
  g_clear_pointer (&self->hold, td_receipt_free);
}

static TdTokenCount
count (const TdDispatch    *self,
       const TdModelFacts  *facts,
       const TdChatRequest *request)
{
  g_autoptr (TdTokenRuler) ruler = td_calibrator_new_ruler (
    td_engine_get_calibrator (self->engine), facts->provider_id, facts->id);

  return td_prompt_count (request, ruler);
}

/* ---- what it may cost ---------------------------------------------------------------------- */

static TdMoney
min_known (TdMoney a,
           TdMoney b)
{
  if (a == TD_MONEY_UNKNOWN || b == TD_MONEY_UNKNOWN)
    return a == TD_MONEY_UNKNOWN ? b : a;
  return MIN (a, b);
}

/**
 * td_dispatch_get_max_cost:
 * @self: a dispatch
 *
 * A reply that is to end at a cost is fitted to it; when it cannot be, it may not be asked for.
 *
 * Returns: the most it may cost; %TD_MONEY_UNKNOWN for no limit
 */
TdMoney
td_dispatch_get_max_cost (const TdDispatch *self)
{
  return min_known (self->max_cost, self->stop_cost);
}

/**
 * td_dispatch_get_client_rest:
 * @engine: the engine
 * @client: (nullable): a client
 *
 * As far as was read last: the store decides when it is held.
 *
 * Returns: the most that the client's own budgets leave for a reply; %TD_MONEY_UNKNOWN for no limit
 */
TdMoney
td_dispatch_get_client_rest (TdEngine   *engine,
                             const char *client)
{
  GPtrArray *budgets = td_wallet_get_budgets (td_engine_get_wallet (engine));
  TdMoney rest = TD_MONEY_UNKNOWN;

  for (guint i = 0; client && i < budgets->len; i++)
    {
      const TdBudget *budget = g_ptr_array_index (budgets, i);

      if (budget->scope == TD_BUDGET_CLIENT && g_str_equal (budget->subject, client))
        rest = min_known (rest, MAX (td_budget_get_left (budget), 0));
    }
  return rest;
}

/* Where the reply has to end so that the client's budgets are kept. */
static TdMoney
get_stop_cost (const TdDispatch *self)
{
  return min_known (self->stop_cost, td_dispatch_get_client_rest (self->engine, self->client));
}

/* ---- the offers ---------------------------------------------------------------------------- */

/* What was there of the place before, of which nothing came. */
static void
leave_exchange (TdDispatch *self,
                TdExchange *next)
{
  g_autofree char *text = NULL;
  g_autofree char *reasoning = NULL;

  if (!self->exchange)
    return;
  td_exchange_close (self->exchange, &text, &reasoning);
  td_exchange_follow (next, self->exchange);
  g_clear_object (&self->exchange);
}

static void
take_exchange (TdDispatch         *self,
               const TdRouteOffer *offer,
               guint               n,
               TdChatRequest      *request)
{
  g_autoptr (TdExchange) exchange = td_exchange_new (self->engine, offer->endpoint, request,
                                                     self->hold, self->reply, self->turn);

  td_exchange_set_place (exchange, self->asked_key, n + 1 < self->route->offers->len,
                         offer->resting);
  leave_exchange (self, exchange);
  self->exchange = g_steal_pointer (&exchange);
}

/* @request: (nullable): what to send there, if that is known already */
static gboolean
take_offer (TdDispatch     *self,
            guint           n,
            TdChatRequest  *request,
            GError        **error)
{
  const TdRouteOffer *offer = g_ptr_array_index (self->route->offers, n);
  const TdModelFacts *facts = td_model_get_facts (offer->model);
  g_autoptr (TdChatRequest) own = request ? request : self->build (offer->model, self->build_data);
  TdTokenCount prompt = count (self, facts, own);
  gint64 max_output =
    td_route_fit_output (self->engine, facts, prompt, self->max_output, get_stop_cost (self));
  TdReceipt *hold = td_route_make_hold (self->engine, facts, prompt, max_output,
                                        td_dispatch_get_max_cost (self), error);

  if (!hold)
    return FALSE;
  if (max_output != self->max_output)
    own->max_output = max_output;
  hold->route = td_route_note_to_json (self->route->note);
  hold->client = g_strdup (self->client);
  if (self->purpose)
    g_set_str (&hold->purpose, self->purpose);
  g_clear_pointer (&self->hold, td_receipt_free);
  self->hold = hold;
  take_exchange (self, offer, n, g_steal_pointer (&own));
  self->n_offer = n;
  g_set_object (&self->model, offer->model);
  td_message_set_model (self->reply, facts->key, td_model_get_name (offer->model));
  return TRUE;
}

/* The first one from @n that does not cost too much; the error is that of the best. */
static gboolean
take_next_offer (TdDispatch  *self,
                 guint        n,
                 GError     **error)
{
  g_autoptr (GError) first = NULL;

  for (; n < self->route->offers->len; n++)
    {
      const TdRouteOffer *offer = g_ptr_array_index (self->route->offers, n);

      if (take_offer (self, n, NULL, first ? NULL : &first))
        return TRUE;
      td_route_note_add_step (self->route->note, td_model_get_key (offer->model), FALSE,
                              td_offer_fit_to_string (TD_OFFER_TOO_DEAR));
    }
  g_propagate_error (error, g_steal_pointer (&first));
  return FALSE;
}

static gboolean
find_route (TdDispatch           *self,
            const TdChatRequest  *request,
            GError              **error)
{
  TdRouteOrder order = self->has_route_order ? self->route_order
                                             : td_engine_get_policy (self->engine)->order;
  TdTokenCount prompt = count (self, td_model_get_facts (self->model), request);
  TdRouteNeeds needs;

  td_router_read_needs (request, prompt.tokens, &needs);
  self->route = td_route_find (self->engine, self->model, order, &needs, error);
  if (!self->route)
    return FALSE;
  if (self->choice)
    td_route_note_set_choice (self->route->note, self->choice);
  return TRUE;
}

/* A model that is known not to see is not asked; of one that only its provider knows nothing is known. */
static gboolean
check_images (TdDispatch           *self,
              const TdChatRequest  *request,
              GError              **error)
{
  const TdModelFacts *facts = td_model_get_facts (self->model);
  TdRouteNeeds needs;

  td_router_read_needs (request, 0, &needs);
  if (!(needs.input & TD_MODALITY_IMAGE) || td_router_may_see (facts))
    return TRUE;
  g_set_error (error, TD_COMPLETION_ERROR, TD_COMPLETION_ERROR_NO_IMAGES,
               "%s does not take pictures", facts->key);
  return FALSE;
}

/**
 * td_dispatch_plan:
 * @self: a dispatch, ready
 * @model_key: the model's key, as it was picked or chosen
 * @error: return location for an error of the completion or the provider
 *
 * Everything that can be known to fail before anything is stored or sent. After it there is a hold
 * to be written, and an exchange to be run once it is on the disk.
 *
 * Returns: whether there is somebody to ask
 */
gboolean
td_dispatch_plan (TdDispatch  *self,
                  const char  *model_key,
                  GError     **error)
{
  g_autoptr (TdChatRequest) request = NULL;
  const TdRouteOffer *best;

  if (!self->model)
    {
      g_set_error (error, TD_COMPLETION_ERROR, TD_COMPLETION_ERROR_NO_MODEL, "there is no model %s",
                   model_key);
      return FALSE;
    }
  g_set_str (&self->asked_key, model_key);
  request = self->build (self->model, self->build_data);
  if (!check_images (self, request, error) || !find_route (self, request, error))
    return FALSE;
  best = g_ptr_array_index (self->route->offers, 0);
  if (self->route->offers->len == 1 && best->model == self->model)
    return take_offer (self, 0, g_steal_pointer (&request), error);
  return take_next_offer (self, 0, error);
}

static gboolean
may_go_elsewhere (TdDispatch   *self,
                  const GError *error)
{
  const TdTally *tally = td_exchange_get_tally (self->exchange);

  return self->n_offer + 1 < self->route->offers->len && error->domain == TD_PROVIDER_ERROR &&
         !td_tally_has_content (tally) && !td_tally_went_on (tally) &&
         td_retry_elsewhere_helps ((TdProviderError) error->code);
}

/**
 * td_dispatch_go_elsewhere:
 * @self: a dispatch whose exchange failed
 * @error: how
 *
 * Turns to the next place after one that failed before anything came. Its hold takes the place of
 * the one before, and has to be written like that.
 *
 * Returns: %FALSE when there is none
 */
gboolean
td_dispatch_go_elsewhere (TdDispatch   *self,
                          const GError *error)
{
  g_autofree char *code = NULL;

  if (!may_go_elsewhere (self, error))
    return FALSE;
  code = td_error_code_from_error (error);
  td_route_note_add_step (self->route->note, td_model_get_key (self->model), TRUE, code);
  return take_next_offer (self, self->n_offer + 1, NULL);
}

/**
 * td_dispatch_take_terms:
 * @self: a dispatch whose hold was written
 * @held: what the wallet made of it
 * @commission_ppm: the commission on it
 */
void
td_dispatch_take_terms (TdDispatch *self,
                        TdMoney     held,
                        gint64      commission_ppm)
{
  self->hold->held = held;
  self->hold->commission_ppm = commission_ppm;
}

/* ---- going on ------------------------------------------------------------------------------ */

/* The provider knows what it has to read again better than we can see from outside. */
static TdTokenCount
count_continuation (TdDispatch          *self,
                    const TdChatRequest *request)
{
  TdTokenCount prompt = count (self, td_model_get_facts (self->model), request);
  const TdUsage *before = &td_exchange_get_tally (self->exchange)->request;
  gint64 known = MAX (before->input, 0) + MAX (before->output, 0);

  if (known > prompt.tokens)
    prompt = (TdTokenCount) { known, MAX (known, prompt.at_most), FALSE, prompt.error_permille };
  return prompt;
}

/* What the caller allows, less what the reply cost so far. */
static TdMoney
get_rest (TdMoney limit,
          TdMoney spent)
{
  if (limit == TD_MONEY_UNKNOWN || spent == TD_MONEY_UNKNOWN)
    return limit;
  return MAX (limit - spent, 0);
}

static TdMoney
add_known (TdMoney a,
           TdMoney b)
{
  TdMoney sum;

  return a != TD_MONEY_UNKNOWN && b != TD_MONEY_UNKNOWN && td_money_add (a, b, &sum)
           ? sum
           : TD_MONEY_UNKNOWN;
}

/**
 * td_dispatch_hold_more:
 * @self: a dispatch whose reply paused
 * @request: (inout): what lets it go on; its limit is fitted to the money
 * @prompt: (out): our count of it
 * @error: return location for an error of the completion
 *
 * Returns: (transfer full) (nullable): the hold for all requests of the reply together
 */
TdReceipt *
td_dispatch_hold_more (TdDispatch     *self,
                       TdChatRequest  *request,
                       TdTokenCount   *prompt,
                       GError        **error)
{
  const TdModelFacts *facts = td_model_get_facts (self->model);
  TdMoney spent = td_tally_get_cost (td_exchange_get_tally (self->exchange), facts);
  g_autoptr (TdReceipt) more = NULL;
  gint64 max_output;
  TdReceipt *hold;

  *prompt = count_continuation (self, request);
  max_output = td_route_fit_output (self->engine, facts, *prompt, self->max_output,
                                    get_rest (get_stop_cost (self), spent));
  more = td_route_make_hold (self->engine, facts, *prompt, max_output,
                             get_rest (td_dispatch_get_max_cost (self), spent), error);
  if (!more)
    return NULL;
  if (max_output != self->max_output)
    request->max_output = max_output;
  hold = td_receipt_copy (self->hold);
  hold->held = add_known (spent, more->held);
  hold->usage.input += more->usage.input;
  hold->counted_exactly = hold->counted_exactly && more->counted_exactly;
  return hold;
}

/* ---- the end ------------------------------------------------------------------------------- */

/**
 * td_dispatch_dup_end_error:
 * @self: a dispatch whose exchange came to an end
 *
 * A stream that ended in good order may still have ended in the middle of the reply.
 *
 * Returns: (transfer full) (nullable): how the reply failed
 */
GError *
td_dispatch_dup_end_error (const TdDispatch *self)
{
  TdFinish finish = td_exchange_get_tally (self->exchange)->finish;

  if (finish == TD_FINISH_INCOMPLETE)
    return g_error_new_literal (TD_PROVIDER_ERROR, TD_PROVIDER_ERROR_CUT,
                                "the reply ended without saying that it is complete");
  if (finish == TD_FINISH_ERROR)
    return g_error_new_literal (TD_PROVIDER_ERROR, TD_PROVIDER_ERROR_SERVER,
                                "the provider gave the reply up");
  return NULL;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where a completion goes: the places that have the model, one after the other while nothing
 * came, each with a hold of its own before anything is sent there.
 */
#include "config.h"

#include "engine/td-completion-private.h"

#include "engine/td-engine-private.h"
#include "engine/td-error-code.h"
#include "engine/td-prompt.h"
#include "engine/td-retry.h"
#include "providers/td-chat-limits.h"

static void
add_wishes (TdCompletion  *self,
            TdChatRequest *request)
{
  const TdChatParameters *wishes = td_conversation_get_parameters (self->conversation);

  request->effort = g_strdup (wishes->effort);
  request->has_temperature = wishes->temperature_milli >= 0;
  request->temperature = wishes->temperature_milli / 1000.0;
  if (self->schema)
    td_chat_request_set_schema (request, self->schema_name, self->schema, TRUE);
}

static TdChatRequest *
build_request (TdCompletion *self,
               TdModel      *model)
{
  const TdModelFacts *facts = td_model_get_facts (model);
  TdChatRequest *request =
    td_prompt_build (self->conversation, self->reply, facts->key, facts->id,
                     td_conversation_get_system_prompt (self->conversation),
                     td_route_minds_refused_turns (self->engine, facts));

  request->max_output = self->max_output;
  add_wishes (self, request);
  td_chat_limits_apply (request, facts);
  request->stream = self->stream;
  return request;
}

TdTokenCount
td_completion_count (TdCompletion        *self,
                     const TdModelFacts  *facts,
                     const TdChatRequest *request)
{
  g_autoptr (TdTokenRuler) ruler = td_calibrator_new_ruler (
    td_engine_get_calibrator (self->engine), facts->provider_id, facts->id);

  return td_prompt_count (request, ruler);
}

/* What was there of the place before, of which nothing came. */
static void
leave_exchange (TdCompletion *self,
                TdExchange   *next)
{
  g_autofree char *text = NULL;
  g_autofree char *reasoning = NULL;

  if (!self->exchange)
    return;
  td_exchange_close (self->exchange, &text, &reasoning);
  td_exchange_follow (next, self->exchange);
  g_clear_object (&self->exchange);
}

/* A reply that is to end at a cost is fitted to it; when it cannot be, it may not be asked for. */
TdMoney
td_completion_get_max_cost (TdCompletion *self)
{
  if (self->max_cost == TD_MONEY_UNKNOWN || self->stop_cost == TD_MONEY_UNKNOWN)
    return self->max_cost == TD_MONEY_UNKNOWN ? self->stop_cost : self->max_cost;
  return MIN (self->max_cost, self->stop_cost);
}

/* @request: (nullable): what to send there, if that is known already */
static gboolean
take_offer (TdCompletion   *self,
            guint           n,
            TdChatRequest  *request,
            GError        **error)
{
  const TdRouteOffer *offer = g_ptr_array_index (self->route->offers, n);
  const TdModelFacts *facts = td_model_get_facts (offer->model);
  g_autoptr (TdChatRequest) own = request ? request : build_request (self, offer->model);
  g_autoptr (TdExchange) exchange = NULL;
  TdTokenCount prompt = td_completion_count (self, facts, own);
  gint64 max_output =
    td_route_fit_output (self->engine, facts, prompt, self->max_output, self->stop_cost);
  TdReceipt *hold = td_route_make_hold (self->engine, facts, prompt, max_output,
                                        td_completion_get_max_cost (self), error);

  if (!hold)
    return FALSE;
  if (max_output != self->max_output)
    own->max_output = max_output;
  hold->route = td_route_note_to_json (self->route->note);
  exchange = td_exchange_new (self->engine, offer->endpoint, g_steal_pointer (&own), hold,
                              self->reply, self->turn);
  td_exchange_set_place (exchange, self->model_key, n + 1 < self->route->offers->len,
                         offer->resting);
  leave_exchange (self, exchange);
  self->exchange = g_steal_pointer (&exchange);
  g_clear_pointer (&self->hold, td_receipt_free);
  self->hold = hold;
  self->n_offer = n;
  g_set_object (&self->model, offer->model);
  td_message_set_model (self->reply, facts->key, td_model_get_name (offer->model));
  return TRUE;
}

/* The first one from @n that does not cost too much; the error is that of the best. */
static gboolean
take_next_offer (TdCompletion  *self,
                 guint          n,
                 GError       **error)
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
find_route (TdCompletion         *self,
            const TdChatRequest  *request,
            GError              **error)
{
  TdRouteOrder order = self->has_route_order ? self->route_order
                                             : td_engine_get_policy (self->engine)->order;
  TdTokenCount prompt = td_completion_count (self, td_model_get_facts (self->model), request);
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
check_images (TdCompletion         *self,
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

/* Everything that can be known to fail before anything is stored or sent. */
gboolean
td_completion_plan (TdCompletion  *self,
                    GError       **error)
{
  g_autoptr (TdChatRequest) request = NULL;
  const TdRouteOffer *best;

  if (!self->model)
    {
      g_set_error (error, TD_COMPLETION_ERROR, TD_COMPLETION_ERROR_NO_MODEL, "there is no model %s",
                   self->model_key);
      return FALSE;
    }
  /* From here on the limit is the same for the money and for the model. */
  if (self->max_output == 0)
    self->max_output = td_conversation_get_parameters (self->conversation)->max_output;
  request = build_request (self, self->model);
  if (!check_images (self, request, error))
    return FALSE;
  if (!find_route (self, request, error))
    return FALSE;
  best = g_ptr_array_index (self->route->offers, 0);
  if (self->route->offers->len == 1 && best->model == self->model)
    return take_offer (self, 0, g_steal_pointer (&request), error);
  return take_next_offer (self, 0, error);
}

/* ---- another place ------------------------------------------------------------------------- */

/* What the wallet made of the hold. */
void
td_completion_take_terms (TdCompletion    *self,
                          const TdTurnIds *ids)
{
  self->hold->held = ids->held;
  self->hold->commission_ppm = ids->commission_ppm;
}

static void
moved_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (TdCompletion) self = user_data;
  g_autofree TdTurnIds *ids = NULL;
  g_autoptr (GError) error = NULL;

  ids = td_turn_move_finish (self->turn, result, &error);
  if (ids)
    td_completion_take_terms (self, ids);
  if (self->stage != STAGE_EXCHANGE)
    return;
  if (!error && !g_cancellable_is_cancelled (self->stop))
    {
      td_completion_exchange (self);
      return;
    }
  if (error)
    td_completion_set_failure (self, g_steal_pointer (&error));
  else
    td_completion_set_stopped (self);
  td_completion_settle (self);
}

static gboolean
may_go_elsewhere (TdCompletion *self,
                  const GError *error)
{
  return self->n_offer + 1 < self->route->offers->len && error->domain == TD_PROVIDER_ERROR &&
         !td_tally_has_content (td_exchange_get_tally (self->exchange)) &&
         !td_tally_went_on (td_exchange_get_tally (self->exchange)) &&
         td_retry_elsewhere_helps ((TdProviderError) error->code);
}

/* Asks the next place after one that failed before anything came. FALSE: there is none. */
gboolean
td_completion_reroute (TdCompletion *self,
                       const GError *error)
{
  g_autofree char *code = NULL;

  if (!may_go_elsewhere (self, error))
    return FALSE;
  code = td_error_code_from_error (error);
  td_route_note_add_step (self->route->note, td_model_get_key (self->model), TRUE, code);
  if (!take_next_offer (self, self->n_offer + 1, NULL))
    return FALSE;
  td_turn_move_async (self->turn, self->hold, td_model_get_name (self->model), moved_cb,
                      g_object_ref (self));
  return TRUE;
}

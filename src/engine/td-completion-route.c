/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where a completion goes: the places that have the model, one after the other while nothing
 * came, each with a hold of its own before anything is sent there.
 */
#include "config.h"

#include "engine/td-completion-private.h"

#include "engine/td-engine-private.h"
#include "engine/td-prompt.h"
#include "providers/td-chat-limits.h"

static void
add_wishes (TdCompletion       *self,
            TdChatRequest      *request,
            const TdModelFacts *facts)
{
  const TdChatParameters *wishes = td_conversation_get_parameters (self->conversation);

  request->effort = g_strdup (wishes->effort);
  request->has_temperature = wishes->temperature_milli >= 0;
  request->temperature = wishes->temperature_milli / 1000.0;
  if (self->schema)
    td_chat_request_set_schema (request, self->schema_name, self->schema, TRUE);
  else if (wishes->schema && facts->structured_output != TD_FACT_NO)
    td_chat_request_set_schema (request, "reply", wishes->schema, TRUE);
}

static TdChatRequest *
build_request (TdModel  *model,
               gpointer  user_data)
{
  TdCompletion *self = user_data;
  const TdModelFacts *facts = td_model_get_facts (model);
  TdChatRequest *request =
    td_prompt_build (self->conversation, self->reply, facts->key, facts->id,
                     td_conversation_get_system_prompt (self->conversation),
                     td_route_minds_refused_turns (self->engine, facts));

  request->max_output = self->dispatch.max_output;
  add_wishes (self, request, facts);
  td_chat_limits_apply (request, facts);
  request->stream = self->stream;
  return request;
}

/* Everything that can be known to fail before anything is stored or sent. */
gboolean
td_completion_plan (TdCompletion  *self,
                    GError       **error)
{
  TdDispatch *dispatch = &self->dispatch;

  dispatch->engine = self->engine;
  dispatch->reply = self->reply;
  dispatch->turn = self->turn;
  dispatch->build = build_request;
  dispatch->build_data = self;
  /* From here on the limit is the same for the money and for the model. */
  if (dispatch->max_output == 0)
    dispatch->max_output = td_conversation_get_parameters (self->conversation)->max_output;
  return td_dispatch_plan (dispatch, self->model_key, error);
}

/* ---- another place ------------------------------------------------------------------------- */

/* What the wallet made of the hold. */
void
td_completion_take_terms (TdCompletion    *self,
                          const TdTurnIds *ids)
{
  td_dispatch_take_terms (&self->dispatch, ids->held, ids->commission_ppm);
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

/* Asks the next place after one that failed before anything came. FALSE: there is none. */
gboolean
td_completion_reroute (TdCompletion *self,
                       const GError *error)
{
  if (!td_dispatch_go_elsewhere (&self->dispatch, error))
    return FALSE;
  td_turn_move_async (self->turn, self->dispatch.hold, td_model_get_name (self->dispatch.model),
                      moved_cb, g_object_ref (self));
  return TRUE;
}

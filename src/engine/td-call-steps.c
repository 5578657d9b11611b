/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The steps of a completion without a chat, each with one callback that starts the next: the hold is
 * written, the model is asked (elsewhere, if need be, while nothing was shown), what it took is settled.
 */
#include "config.h"

#include "engine/td-call-private.h"

#include "engine/td-completion.h"
#include "engine/td-engine-private.h"
#include "engine/td-hold.h"
#include "providers/td-chat-limits.h"

static void
emit (TdCall            *self,
      const TdChatEvent *event)
{
  if (self->func)
    self->func (event, self->func_data);
}

/* ---- the end ------------------------------------------------------------------------------- */

/* @error: (transfer full) */
static void
fail (TdCall *self,
      GError *error)
{
  g_clear_error (&self->error);
  self->error = error;
}

static void
finish (TdCall *self)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->task);

  self->stage = STAGE_OVER;
  td_engine_end_call (self->engine, self);
  if (self->error)
    g_task_return_error (task, g_error_copy (self->error));
  else
    g_task_return_boolean (task, TRUE);
}

static void
settled_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (TdCall) self = user_data;
  GError *error = NULL;
  g_autoptr (TdReceipt) receipt = td_hold_finish (TD_DATABASE (source), result, &error);

  /* The hold stays open then, and is resolved at the next start. */
  if (!receipt)
    fail (self, error);
  else
    td_wallet_note_stored (td_engine_get_wallet (self->engine));
  if (receipt)
    {
      td_receipt_free (self->receipt);
      self->receipt = g_steal_pointer (&receipt);
    }
  if (!self->error)
    {
      const TdTally *tally = td_exchange_get_tally (self->dispatch.exchange);

      emit (self,
            &(TdChatEvent) { .type = TD_CHAT_EVENT_USAGE, .usage = &self->receipt->usage });
      emit (self, &(TdChatEvent) { .type = TD_CHAT_EVENT_FINISH, .finish = tally->finish });
    }
  finish (self);
}

static TdReceiptOutcome
get_outcome (TdCall *self)
{
  if (!self->error)
    return TD_RECEIPT_COMPLETE;
  return g_error_matches (self->error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ? TD_RECEIPT_STOPPED
                                                                         : TD_RECEIPT_FAILED;
}

/* Books what came; the error is set if the reply is not complete. */
void
td_call_settle (TdCall *self)
{
  g_autofree char *text = NULL;
  g_autofree char *reasoning = NULL;

  self->stage = STAGE_SETTLE;
  td_exchange_close (self->dispatch.exchange, &text, &reasoning);
  self->receipt = td_receipt_copy (self->dispatch.hold);
  td_tally_settle (td_exchange_get_tally (self->dispatch.exchange),
                   td_model_get_facts (self->dispatch.model), get_outcome (self), self->receipt);
  td_hold_settle_async (td_engine_get_database (self->engine), td_receipt_copy (self->receipt),
                        settled_cb, g_object_ref (self));
}

void
td_call_set_stopped (TdCall *self)
{
  fail (self,
        g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "the reply was stopped"));
}

/* ---- the exchange -------------------------------------------------------------------------- */

static void exchange (TdCall *self);

/* What ends a try is not shown: the next one may do better, and the end is told when it is paid. */
static void
event_cb (const TdChatEvent *event,
          gpointer           user_data)
{
  TdCall *self = user_data;

  switch (event->type)
    {
    case TD_CHAT_EVENT_START:
    case TD_CHAT_EVENT_TEXT:
    case TD_CHAT_EVENT_REASONING:
    case TD_CHAT_EVENT_REFUSAL:
    case TD_CHAT_EVENT_TOOL_BEGIN:
    case TD_CHAT_EVENT_TOOL_ARGS:
    case TD_CHAT_EVENT_OPAQUE:
      emit (self, event);
      break;
    case TD_CHAT_EVENT_USAGE:
    case TD_CHAT_EVENT_FINISH:
    case TD_CHAT_EVENT_ERROR:
    default:
      break;
    }
}

/* What the wallet made of the hold. FALSE: nothing more may be sent, and the call is on its way to its
 * end. */
static gboolean
take_hold (TdCall       *self,
           GObject      *source,
           GAsyncResult *result)
{
  GError *error = NULL;
  TdReceipt *hold = td_hold_finish (TD_DATABASE (source), result, &error);

  if (hold)
    {
      td_receipt_free (self->dispatch.hold);
      self->dispatch.hold = hold;
    }
  if (self->stage != STAGE_HOLD && self->stage != STAGE_EXCHANGE)
    {
      g_clear_error (&error);
      return FALSE;
    }
  if (error)
    fail (self, error);
  else if (g_cancellable_is_cancelled (self->stop))
    td_call_set_stopped (self);
  else
    return TRUE;
  if (self->dispatch.hold->id != 0)
    td_call_settle (self);
  else
    finish (self);
  return FALSE;
}

static void
moved_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (TdCall) self = user_data;

  if (take_hold (self, source, result))
    exchange (self);
}

static gboolean
go_elsewhere (TdCall       *self,
              const GError *error)
{
  gint64 id = self->dispatch.hold->id;

  if (!td_dispatch_go_elsewhere (&self->dispatch, error))
    return FALSE;
  self->dispatch.hold->id = id;
  td_hold_move_async (td_engine_get_database (self->engine), td_receipt_copy (self->dispatch.hold),
                      moved_cb, g_object_ref (self));
  return TRUE;
}

static void exchanged_cb (GObject      *source,
                          GAsyncResult *result,
                          gpointer      user_data);

static void
held_more_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (TdCall) self = user_data;

  if (take_hold (self, source, result))
    td_exchange_go_on_async (self->dispatch.exchange, g_steal_pointer (&self->more),
                             td_model_get_facts (self->dispatch.model), &self->more_prompt,
                             self->stop, exchanged_cb, g_object_ref (self));
}

/* A reply that paused goes on with a request of its own. FALSE: it is over. */
static gboolean
go_on (TdCall *self)
{
  GError *error = NULL;
  TdReceipt *hold;

  g_clear_pointer (&self->more, td_chat_request_free);
  self->more = td_exchange_dup_continuation (self->dispatch.exchange);
  if (!self->more || g_cancellable_is_cancelled (self->stop))
    return FALSE;
  hold = td_dispatch_hold_more (&self->dispatch, self->more, &self->more_prompt, &error);
  if (!hold)
    {
      fail (self, error);
      td_call_settle (self);
      return TRUE;
    }
  td_hold_move_async (td_engine_get_database (self->engine), hold, held_more_cb,
                      g_object_ref (self));
  return TRUE;
}

static void
exchanged_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (TdCall) self = user_data;
  g_autoptr (GError) error = NULL;

  td_exchange_run_finish (self->dispatch.exchange, result, &error);
  if (self->stage != STAGE_EXCHANGE)
    return;
  if (error ? go_elsewhere (self, error) : go_on (self))
    return;
  if (error)
    fail (self, g_steal_pointer (&error));
  else
    fail (self, td_dispatch_dup_end_error (&self->dispatch));
  td_call_settle (self);
}

static void
exchange (TdCall *self)
{
  self->stage = STAGE_EXCHANGE;
  td_exchange_set_event_func (self->dispatch.exchange, event_cb, self);
  td_exchange_set_flow (self->dispatch.exchange, self->flow);
  td_exchange_run_async (self->dispatch.exchange, self->stop, exchanged_cb, g_object_ref (self));
}

/* ---- the beginning ------------------------------------------------------------------------- */

/* What a provider sent with a turn to have it back means nothing to another model. */
static void
forget_opaque (TdChatRequest *request)
{
  for (guint i = 0; i < request->turns->len; i++)
    {
      TdChatTurn *turn = g_ptr_array_index (request->turns, i);

      g_clear_pointer (&turn->opaque, g_free);
    }
}

static TdChatRequest *
build_request (TdModel  *model,
               gpointer  user_data)
{
  TdCall *self = user_data;
  const TdModelFacts *facts = td_model_get_facts (model);
  TdChatRequest *request = td_chat_request_copy (self->request);

  g_set_str (&request->model, facts->id);
  if (!g_str_equal (facts->key, self->model_key))
    forget_opaque (request);
  request->stream = TRUE; /* whole replies too: what came counts when one is cut short */
  td_chat_limits_apply (request, facts);
  return request;
}

static void
held_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (TdCall) self = user_data;

  if (take_hold (self, source, result))
    exchange (self);
}

/* Lets Q choose the model, if that is what was asked for and it has not done so. */
static gboolean
let_q_choose (TdCall  *self,
              GError **error)
{
  TdAutoChoice *choice;

  if (!td_auto_is_name (self->model_key))
    return TRUE;
  choice = td_auto_choose_for_request (self->engine, self->request, self->dispatch.max_cost, error);
  if (choice)
    td_call_take_choice (self, choice);
  return choice != NULL;
}

static gboolean
plan (TdCall  *self,
      GError **error)
{
  TdCatalogue *catalogue = td_market_get_catalogue (td_engine_get_market (self->engine));
  TdDispatch *dispatch = &self->dispatch;
  TdModel *model;

  if (!let_q_choose (self, error))
    return FALSE;
  model = td_catalogue_find_model (catalogue, self->model_key);
  g_set_object (&dispatch->model, model);
  self->reply = td_message_new_reply (self->model_key, model ? td_model_get_name (model) : NULL);
  dispatch->engine = self->engine;
  dispatch->reply = self->reply;
  dispatch->build = build_request;
  dispatch->build_data = self;
  dispatch->client = self->client;
  dispatch->purpose = TD_PURPOSE_CALL;
  dispatch->max_output = self->request->max_output;
  return td_dispatch_plan (dispatch, self->model_key, error);
}

/* The first step; everything that is known to fail here leaves nothing in the store. */
void
td_call_begin (TdCall *self)
{
  GError *error = NULL;

  self->stage = STAGE_HOLD;
  if (!td_engine_begin_call (self->engine, self))
    {
      td_call_set_stopped (self);
      finish (self);
    }
  else if (!plan (self, &error))
    {
      fail (self, error);
      finish (self);
    }
  else
    {
      td_hold_write_async (td_engine_get_database (self->engine),
                           td_receipt_copy (self->dispatch.hold), held_cb, g_object_ref (self));
    }
}

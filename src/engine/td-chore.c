/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The same steps as a completion's, each with one callback that starts the next: the hold is written,
 * the model is asked, what it took is settled.
 */
#include "config.h"

#include "engine/td-chore.h"

#include "conversation/td-conversation-list-private.h"
#include "conversation/td-message-private.h"
#include "engine/td-completion.h"
#include "engine/td-engine-private.h"
#include "engine/td-exchange.h"
#include "engine/td-hold.h"
#include "engine/td-prompt.h"
#include "engine/td-route.h"
#include "engine/td-settlement.h"
#include "providers/td-chat-limits.h"

struct _TdChore
{
  GObject parent_instance;

  /* What to do. */
  TdEngine *engine;             /* (owned) */
  TdModel *model;               /* (owned) */
  char *purpose;                /* (owned) */
  TdConversation *conversation; /* (owned): the one it is for */
  gint64 message_id;            /* the reply whose receipts it stands with */

  /* Under way. */
  GTask *task;                  /* (owned) (nullable) */
  TdChatRequest *request;       /* (owned) (nullable) */
  TdReceipt *hold;              /* (owned) (nullable): nothing is sent without */
  TdMessage *reply;             /* (owned): in no chat */
  TdExchange *exchange;         /* (owned) (nullable) */
  GError *error;                /* (owned) (nullable): what the call is going to say */
};

G_DEFINE_FINAL_TYPE (TdChore, td_chore, G_TYPE_OBJECT)

static void
td_chore_dispose (GObject *object)
{
  TdChore *self = TD_CHORE (object);

  g_assert (!self->task);
  g_clear_object (&self->engine);
  g_clear_object (&self->model);
  g_clear_object (&self->conversation);
  g_clear_object (&self->reply);
  g_clear_object (&self->exchange);

  G_OBJECT_CLASS (td_chore_parent_class)->dispose (object);
}

static void
td_chore_finalize (GObject *object)
{
  TdChore *self = TD_CHORE (object);

  g_free (self->purpose);
  g_clear_pointer (&self->request, td_chat_request_free);
  g_clear_pointer (&self->hold, td_receipt_free);
  g_clear_error (&self->error);

  G_OBJECT_CLASS (td_chore_parent_class)->finalize (object);
}

static void
td_chore_class_init (TdChoreClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = td_chore_dispose;
  object_class->finalize = td_chore_finalize;
}

static void
td_chore_init (TdChore *self)
{
}

/**
 * td_chore_new:
 * @engine: the engine
 * @model: who does it
 * @purpose: what it is for, as its receipt is to say: %TD_PURPOSE_TITLE
 * @conversation: the chat it is for, which has what it costs among its costs
 * @message_id: a stored reply of that chat
 *
 * Returns: (transfer full): a chore to be run once
 */
TdChore *
td_chore_new (TdEngine       *engine,
              TdModel        *model,
              const char     *purpose,
              TdConversation *conversation,
              gint64          message_id)
{
  TdChore *self;

  g_return_val_if_fail (TD_IS_ENGINE (engine), NULL);
  g_return_val_if_fail (TD_IS_MODEL (model), NULL);
  g_return_val_if_fail (TD_IS_CONVERSATION (conversation), NULL);

  self = g_object_new (TD_TYPE_CHORE, NULL);
  self->engine = g_object_ref (engine);
  self->model = g_object_ref (model);
  self->purpose = g_strdup (purpose);
  self->conversation = g_object_ref (conversation);
  self->message_id = message_id;
  self->reply = td_message_new_reply (td_model_get_key (model), td_model_get_name (model));
  return self;
}

static void
finish (TdChore *self)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->task);

  if (self->error)
    g_task_return_error (task, g_steal_pointer (&self->error));
  else
    g_task_return_pointer (task, g_strdup (td_message_get_text (self->reply)), g_free);
}

/* @error: (transfer full) */
static void
fail (TdChore *self,
      GError  *error)
{
  g_clear_error (&self->error);
  self->error = error;
}

/* ---- the settlement ------------------------------------------------------------------------ */

static void
settled_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (TdChore) self = user_data;
  TdMessageOutcome outcome = TD_MESSAGE_OUTCOME_INIT (TD_MESSAGE_STATE_COMPLETE);
  GError *error = NULL;
  g_autoptr (TdReceipt) receipt = td_hold_finish (TD_DATABASE (source), result, &error);

  /* The hold stays open then, and is resolved at the next start. */
  if (!receipt)
    {
      fail (self, error);
    }
  else
    {
      td_settlement_fill_outcome (receipt, &outcome);
      td_conversation_add_spent (self->conversation, &outcome);
      td_conversation_list_note_stored (td_engine_get_conversations (self->engine),
                                        self->conversation,
                                        td_conversation_get_id (self->conversation));
    }
  finish (self);
}

static void
settle (TdChore          *self,
        TdReceiptOutcome  outcome)
{
  g_autofree char *text = NULL;
  g_autofree char *reasoning = NULL;

  td_exchange_close (self->exchange, &text, &reasoning);
  td_tally_settle (td_exchange_get_tally (self->exchange), td_model_get_facts (self->model),
                   outcome, self->hold);
  td_hold_settle_async (td_engine_get_database (self->engine), g_steal_pointer (&self->hold),
                        settled_cb, g_object_ref (self));
}

/* ---- the exchange -------------------------------------------------------------------------- */

static void
exchanged_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (TdChore) self = user_data;
  GError *error = NULL;

  td_exchange_run_finish (self->exchange, result, &error);
  if (!error && td_exchange_get_tally (self->exchange)->finish != TD_FINISH_STOP)
    error = g_error_new_literal (TD_PROVIDER_ERROR, TD_PROVIDER_ERROR_CUT,
                                 "the model did not come to an end");
  if (!error)
    {
      settle (self, TD_RECEIPT_COMPLETE);
      return;
    }
  fail (self, error);
  settle (self, g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ? TD_RECEIPT_STOPPED
                                                                          : TD_RECEIPT_FAILED);
}

static void
exchange (TdChore *self)
{
  const TdModelFacts *facts = td_model_get_facts (self->model);
  const TdEndpoint *endpoint =
    td_endpoint_list_find (td_engine_get_endpoints (self->engine), facts->provider_id);

  /* Nothing of it is journalled. */
  self->exchange = td_exchange_new (self->engine, endpoint, g_steal_pointer (&self->request),
                                    self->hold, self->reply, NULL);
  td_exchange_set_place (self->exchange, facts->key, FALSE, FALSE);
  td_exchange_run_async (self->exchange, g_task_get_cancellable (self->task), exchanged_cb,
                         g_object_ref (self));
}

/* ---- the hold ------------------------------------------------------------------------------ */

static void
held_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (TdChore) self = user_data;
  GError *error = NULL;

  self->hold = td_hold_finish (TD_DATABASE (source), result, &error);
  if (self->hold)
    {
      exchange (self);
      return;
    }
  fail (self, error);
  finish (self);
}

/* Everything that can be known to fail before anything is stored or sent. */
static TdReceipt *
plan (TdChore  *self,
      TdMoney   max_cost,
      GError  **error)
{
  const TdModelFacts *facts = td_model_get_facts (self->model);
  g_autoptr (TdTokenRuler) ruler = td_calibrator_new_ruler (
    td_engine_get_calibrator (self->engine), facts->provider_id, facts->id);
  TdReceipt *hold;

  if (td_engine_get_usable (self->engine, facts->key) != TD_USABLE_YES)
    {
      g_set_error (error, TD_COMPLETION_ERROR, TD_COMPLETION_ERROR_NO_MODEL,
                   "%s cannot be used now", facts->key);
      return NULL;
    }
  td_chat_limits_apply (self->request, facts);
  hold = td_route_make_hold (self->engine, facts, td_prompt_count (self->request, ruler),
                             self->request->max_output, max_cost, error);
  if (!hold)
    return NULL;
  g_set_str (&hold->purpose, self->purpose);
  hold->message_id = self->message_id;
  return hold;
}

/**
 * td_chore_run_async:
 * @self: a chore that was not run
 * @request: (transfer full): what to ask, with a limit for the answer
 * @max_cost: the most it may cost; %TD_MONEY_UNKNOWN for no limit
 * @cancellable: (nullable): cancelling it closes the connection at once
 * @callback: called when it is done and settled
 * @user_data: data for @callback
 */
void
td_chore_run_async (TdChore             *self,
                    TdChatRequest       *request,
                    TdMoney              max_cost,
                    GCancellable        *cancellable,
                    GAsyncReadyCallback  callback,
                    gpointer             user_data)
{
  GError *error = NULL;
  TdReceipt *hold;

  g_return_if_fail (TD_IS_CHORE (self));
  g_return_if_fail (request != NULL);
  g_return_if_fail (!self->task && !self->exchange);

  self->task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (self->task, td_chore_run_async);
  g_task_set_check_cancellable (self->task, FALSE);
  self->request = request;
  hold = plan (self, max_cost, &error);
  if (!hold)
    {
      fail (self, error);
      finish (self);
      return;
    }
  td_hold_write_async (td_engine_get_database (self->engine), hold, held_cb, g_object_ref (self));
}

/**
 * td_chore_run_finish:
 * @self: a chore
 * @result: what the callback got
 * @error: return location for an error of the completion, the wallet, the provider or the store
 *
 * Returns: (transfer full) (nullable): what the model answered
 */
char *
td_chore_run_finish (TdChore       *self,
                     GAsyncResult  *result,
                     GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine/td-call-private.h"

#include "engine/td-engine-private.h"

G_DEFINE_FINAL_TYPE (TdCall, td_call, G_TYPE_OBJECT)

static void
td_call_dispose (GObject *object)
{
  TdCall *self = TD_CALL (object);

  g_assert (self->stage == STAGE_NEW || self->stage == STAGE_OVER);
  td_dispatch_clear (&self->dispatch);
  g_clear_object (&self->engine);
  g_clear_object (&self->stop);
  g_clear_object (&self->reply);

  G_OBJECT_CLASS (td_call_parent_class)->dispose (object);
}

static void
td_call_finalize (GObject *object)
{
  TdCall *self = TD_CALL (object);

  td_chat_request_free (self->request);
  g_clear_pointer (&self->more, td_chat_request_free);
  g_free (self->model_key);
  g_free (self->client);
  td_flow_unref (self->flow);
  g_clear_pointer (&self->receipt, td_receipt_free);
  g_clear_error (&self->error);

  G_OBJECT_CLASS (td_call_parent_class)->finalize (object);
}

static void
td_call_class_init (TdCallClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = td_call_dispose;
  object_class->finalize = td_call_finalize;
}

static void
td_call_init (TdCall *self)
{
  self->stop = g_cancellable_new ();
  self->flow = td_flow_new ();
  self->dispatch = (TdDispatch) TD_DISPATCH_INIT;
}

/**
 * td_call_new:
 * @engine: the engine
 * @request: (transfer full): what to ask
 * @model_key: the model, or %TD_AUTO_MODEL
 *
 * Returns: (transfer full): a call to be configured and run once
 */
TdCall *
td_call_new (TdEngine      *engine,
             TdChatRequest *request,
             const char    *model_key)
{
  TdCall *self;

  g_return_val_if_fail (TD_IS_ENGINE (engine), NULL);
  g_return_val_if_fail (request != NULL && model_key != NULL, NULL);

  self = g_object_new (TD_TYPE_CALL, NULL);
  self->engine = g_object_ref (engine);
  self->request = request;
  self->model_key = g_strdup (model_key);
  return self;
}

/**
 * td_call_set_client:
 * @self: a call that was not run
 * @client: (nullable): who asks; its budgets count, and its receipts name it
 */
void
td_call_set_client (TdCall     *self,
                    const char *client)
{
  g_return_if_fail (TD_IS_CALL (self));

  g_set_str (&self->client, client);
}

/**
 * td_call_set_max_cost:
 * @self: a call that was not run
 * @limit: nothing is sent that could cost more; %TD_MONEY_UNKNOWN for no limit
 */
void
td_call_set_max_cost (TdCall  *self,
                      TdMoney  limit)
{
  g_return_if_fail (TD_IS_CALL (self));

  self->dispatch.max_cost = limit;
}

/**
 * td_call_take_choice:
 * @self: a call that was not run
 * @choice: (transfer full): what Q chose for it
 *
 * For who has to know the choice before; else running it for %TD_AUTO_MODEL lets Q choose.
 */
void
td_call_take_choice (TdCall       *self,
                     TdAutoChoice *choice)
{
  g_return_if_fail (TD_IS_CALL (self));
  g_return_if_fail (choice != NULL && !self->dispatch.choice);

  self->dispatch.choice = choice;
  g_set_str (&self->model_key, choice->model_key);
}

void
td_call_set_event_func (TdCall          *self,
                        TdChatEventFunc  func,
                        gpointer         user_data)
{
  g_return_if_fail (TD_IS_CALL (self));

  self->func = func;
  self->func_data = user_data;
}

/**
 * td_call_run_async:
 * @self: a call that was not run
 * @callback: called when the reply has ended and is paid
 * @user_data: data for @callback
 *
 * Runs it. Nothing is called before this function has returned.
 */
void
td_call_run_async (TdCall              *self,
                   GAsyncReadyCallback  callback,
                   gpointer             user_data)
{
  g_return_if_fail (TD_IS_CALL (self));
  g_return_if_fail (self->stage == STAGE_NEW && !self->task);

  self->task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (self->task, td_call_run_async);
  td_call_begin (self);
}

/**
 * td_call_run_finish:
 * @self: a call
 * @result: what the callback got
 * @error: return location for an error of the completion, the wallet, the provider, the vault or the
 *   store; %G_IO_ERROR_CANCELLED when it was stopped
 *
 * Returns: whether the reply is complete
 */
gboolean
td_call_run_finish (TdCall        *self,
                    GAsyncResult  *result,
                    GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * td_call_stop:
 * @self: a call
 *
 * Closes the connection at once; what came is paid.
 */
void
td_call_stop (TdCall *self)
{
  g_return_if_fail (TD_IS_CALL (self));

  g_cancellable_cancel (self->stop);
}

/**
 * td_call_set_waiting:
 * @self: a call
 * @waiting: whether the caller has enough for now
 *
 * Nothing more is read from the provider while the caller does not keep up.
 */
void
td_call_set_waiting (TdCall   *self,
                     gboolean  waiting)
{
  g_return_if_fail (TD_IS_CALL (self));

  if (waiting)
    td_flow_close (self->flow);
  else if (td_flow_is_closed (self->flow))
    td_flow_open (self->flow);
}

/**
 * td_call_halt:
 * @self: a call
 *
 * For the end of the program: queues the settlement now. What is only held so far is resolved at the
 * next start.
 */
void
td_call_halt (TdCall *self)
{
  g_return_if_fail (TD_IS_CALL (self));

  if (self->stage == STAGE_EXCHANGE)
    {
      td_call_set_stopped (self);
      td_call_settle (self);
    }
  g_cancellable_cancel (self->stop);
}

/* ---- what is known ------------------------------------------------------------------------- */

/**
 * td_call_get_model_key:
 * @self: a call
 *
 * Returns: (transfer none): the model that is asked, as far as is known
 */
const char *
td_call_get_model_key (TdCall *self)
{
  g_return_val_if_fail (TD_IS_CALL (self), NULL);

  return self->dispatch.hold ? self->dispatch.hold->model_key : self->model_key;
}

/**
 * td_call_get_prompt_tokens:
 * @self: a call
 *
 * Returns: our count of the prompt; -1 when it is not known yet
 */
gint64
td_call_get_prompt_tokens (TdCall *self)
{
  g_return_val_if_fail (TD_IS_CALL (self), -1);

  return self->dispatch.hold ? self->dispatch.hold->usage.input : -1;
}

/**
 * td_call_get_receipt:
 * @self: a call
 *
 * Returns: (transfer none) (nullable): the hold while it runs, what it cost once it has ended; %NULL
 *   while nothing may be sent
 */
const TdReceipt *
td_call_get_receipt (TdCall *self)
{
  g_return_val_if_fail (TD_IS_CALL (self), NULL);

  if (self->receipt)
    return self->receipt;
  return self->dispatch.hold && self->dispatch.hold->id != 0 ? self->dispatch.hold : NULL;
}

/**
 * td_call_dup_reason:
 * @self: a call
 *
 * Returns: (transfer full) (nullable): why Q chose the model, in plain ASCII; %NULL when it did not
 */
char *
td_call_dup_reason (TdCall *self)
{
  const TdAutoChoice *choice;

  g_return_val_if_fail (TD_IS_CALL (self), NULL);

  choice = self->dispatch.choice;
  if (!choice)
    return NULL;
  return g_strdup_printf ("category=%s; complexity=%d; profile=%s; chosen-from=%u",
                          td_category_to_string (choice->category), choice->complexity,
                          td_profile_to_string (choice->profile), choice->n_usable);
}

/**
 * td_call_get_failure:
 * @self: a call
 *
 * Returns: (transfer none) (nullable): what the provider said about the failure of the last request
 */
const TdFailure *
td_call_get_failure (TdCall *self)
{
  g_return_val_if_fail (TD_IS_CALL (self), NULL);

  return self->dispatch.exchange ? td_exchange_get_tally (self->dispatch.exchange)->failure : NULL;
}

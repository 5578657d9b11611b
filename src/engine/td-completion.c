/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one metered path. The steps, each with one callback that starts the next:
 *
 *   prepare    read the chat if that was not done, and see that nobody else is replying
 *   begin      put both messages into the chat, find where they go and what that can cost, and
 *              write them with the hold; nothing is sent before that is on the disk
 *   exchange   fetch the key and stream, again or elsewhere if need be, while nothing was shown
 *   settle     write the rest, how it ended and what it cost
 *
 * A completion may be halted at any step, when the program ends: the settlement is then queued
 * at once, behind whatever the database thread still has of it, and later callbacks find a
 * stage that is over and do nothing.
 */
#include "config.h"

#include "engine/td-completion-private.h"

#include "engine/td-engine-private.h"

G_DEFINE_FINAL_TYPE (TdCompletion, td_completion, G_TYPE_OBJECT)
G_DEFINE_QUARK (td-completion-error-quark, td_completion_error)

enum
{
  SIGNAL_TEXT,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
td_completion_dispose (GObject *object)
{
  TdCompletion *self = TD_COMPLETION (object);

  g_assert (self->stage == STAGE_NEW || self->stage == STAGE_OVER);
  g_clear_object (&self->engine);
  g_clear_object (&self->conversation);
  g_clear_object (&self->stop);
  g_clear_object (&self->user);
  g_clear_object (&self->reply);
  g_clear_object (&self->replaced);
  td_dispatch_clear (&self->dispatch);

  G_OBJECT_CLASS (td_completion_parent_class)->dispose (object);
}

static void
td_completion_finalize (GObject *object)
{
  TdCompletion *self = TD_COMPLETION (object);

  g_free (self->model_key);
  g_free (self->user_text);
  g_free (self->system_prompt);
  g_free (self->schema_name);
  g_free (self->schema);
  g_clear_pointer (&self->attachments, g_ptr_array_unref);
  td_chat_parameters_clear (&self->parameters);
  g_clear_pointer (&self->receipt, td_receipt_free);
  g_clear_pointer (&self->turn, td_turn_unref);
  td_message_outcome_clear (&self->outcome);
  g_clear_error (&self->error);

  G_OBJECT_CLASS (td_completion_parent_class)->finalize (object);
}

static void
td_completion_class_init (TdCompletionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = td_completion_dispose;
  object_class->finalize = td_completion_finalize;

  /**
   * TdCompletion::text:
   * @delta: what the reply's text grew by
   *
   * Text as it comes, without reasoning.
   */
  signals[SIGNAL_TEXT] = g_signal_new ("text", TD_TYPE_COMPLETION, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                       NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
td_completion_init (TdCompletion *self)
{
  self->dispatch = (TdDispatch) TD_DISPATCH_INIT;
  self->stream = TRUE;
  self->parameters = (TdChatParameters) TD_CHAT_PARAMETERS_INIT;
  self->stop = g_cancellable_new ();
  self->outcome = (TdMessageOutcome) TD_MESSAGE_OUTCOME_INIT (TD_MESSAGE_STATE_COMPLETE);
}

/* What came of the text, for those who pass it on. */
void
td_completion_emit_text (TdCompletion *self,
                         const char   *text,
                         gsize         length)
{
  if (g_signal_has_handler_pending (self, signals[SIGNAL_TEXT], 0, FALSE))
    {
      g_autofree char *delta = g_strndup (text, length);

      g_signal_emit (self, signals[SIGNAL_TEXT], 0, delta);
    }
}

/* ---- public -------------------------------------------------------------------------------- */

/**
 * td_completion_new:
 * @engine: the engine
 * @conversation: the chat it belongs to
 * @model_key: the model
 *
 * Returns: (transfer full): a completion to be configured and run once
 */
TdCompletion *
td_completion_new (TdEngine       *engine,
                   TdConversation *conversation,
                   const char     *model_key)
{
  TdCompletion *self;

  g_return_val_if_fail (TD_IS_ENGINE (engine), NULL);
  g_return_val_if_fail (TD_IS_CONVERSATION (conversation), NULL);
  g_return_val_if_fail (model_key != NULL, NULL);

  self = g_object_new (TD_TYPE_COMPLETION, NULL);
  self->engine = g_object_ref (engine);
  self->conversation = g_object_ref (conversation);
  self->model_key = g_strdup (model_key);
  return self;
}

/**
 * td_completion_set_user_text:
 * @self: a completion that was not run
 * @text: what the user says
 */
void
td_completion_set_user_text (TdCompletion *self,
                             const char   *text)
{
  g_return_if_fail (TD_IS_COMPLETION (self));
  g_return_if_fail (self->stage == STAGE_NEW);

  g_set_str (&self->user_text, text);
}

/**
 * td_completion_set_system:
 * @self: a completion that was not run
 * @text: the system prompt of the chat from now on
 */
void
td_completion_set_system (TdCompletion *self,
                          const char   *text)
{
  g_return_if_fail (TD_IS_COMPLETION (self));
  g_return_if_fail (self->stage == STAGE_NEW);

  g_set_str (&self->system_prompt, text);
}

/**
 * td_completion_set_attachments:
 * @self: a completion that was not run
 * @attachments: (element-type TdAttachment): what goes with the new message; not to be changed any more
 *
 * Only a model that takes pictures is asked.
 */
void
td_completion_set_attachments (TdCompletion *self,
                               GPtrArray    *attachments)
{
  g_return_if_fail (TD_IS_COMPLETION (self));
  g_return_if_fail (self->stage == STAGE_NEW);
  g_return_if_fail (attachments != NULL);

  g_clear_pointer (&self->attachments, g_ptr_array_unref);
  if (attachments->len > 0)
    self->attachments = g_ptr_array_ref (attachments);
}

/**
 * td_completion_set_parameters:
 * @self: a completion that was not run
 * @parameters: what the user wants of the chat's replies from now on
 */
void
td_completion_set_parameters (TdCompletion           *self,
                              const TdChatParameters *parameters)
{
  g_return_if_fail (TD_IS_COMPLETION (self));
  g_return_if_fail (self->stage == STAGE_NEW);
  g_return_if_fail (parameters != NULL);

  td_chat_parameters_copy (parameters, &self->parameters);
  self->has_parameters = TRUE;
}

/**
 * td_completion_set_schema:
 * @self: a completion that was not run
 * @name: what the reply is called
 * @schema: the JSON schema that the reply has to follow, as text
 */
void
td_completion_set_schema (TdCompletion *self,
                          const char   *name,
                          const char   *schema)
{
  g_return_if_fail (TD_IS_COMPLETION (self));
  g_return_if_fail (self->stage == STAGE_NEW);

  g_set_str (&self->schema_name, name);
  g_set_str (&self->schema, schema);
}

/**
 * td_completion_set_max_output:
 * @self: a completion that was not run
 * @tokens: the most the reply may have; 0 for the model's own limit
 */
void
td_completion_set_max_output (TdCompletion *self,
                              gint64        tokens)
{
  g_return_if_fail (TD_IS_COMPLETION (self));
  g_return_if_fail (self->stage == STAGE_NEW);
  g_return_if_fail (tokens >= 0);

  self->dispatch.max_output = tokens;
}

/**
 * td_completion_set_max_cost:
 * @self: a completion that was not run
 * @limit: the most it may cost in the worst case; %TD_MONEY_UNKNOWN for no limit
 */
void
td_completion_set_max_cost (TdCompletion *self,
                            TdMoney       limit)
{
  g_return_if_fail (TD_IS_COMPLETION (self));
  g_return_if_fail (self->stage == STAGE_NEW);

  self->dispatch.max_cost = limit;
}

/**
 * td_completion_set_stop_cost:
 * @self: a completion that was not run
 * @limit: the reply ends when it has cost that; %TD_MONEY_UNKNOWN for no limit
 *
 * Unlike td_completion_set_max_cost() this refuses nothing that can begin: the provider is told to
 * write no more than can be paid.
 */
void
td_completion_set_stop_cost (TdCompletion *self,
                             TdMoney       limit)
{
  g_return_if_fail (TD_IS_COMPLETION (self));
  g_return_if_fail (self->stage == STAGE_NEW);

  self->dispatch.stop_cost = limit;
}

/**
 * td_completion_set_stream:
 * @self: a completion that was not run
 * @stream: whether to ask for the reply piece by piece
 */
void
td_completion_set_stream (TdCompletion *self,
                          gboolean      stream)
{
  g_return_if_fail (TD_IS_COMPLETION (self));
  g_return_if_fail (self->stage == STAGE_NEW);

  self->stream = stream;
}

/**
 * td_completion_set_route_order:
 * @self: a completion that was not run
 * @order: what to go by where several places offer the model, in place of what the user goes by
 *   in general
 */
void
td_completion_set_route_order (TdCompletion *self,
                               TdRouteOrder  order)
{
  g_return_if_fail (TD_IS_COMPLETION (self));
  g_return_if_fail (self->stage == STAGE_NEW);

  self->dispatch.has_route_order = TRUE;
  self->dispatch.route_order = order;
}

/**
 * td_completion_get_receipt:
 * @self: a completion
 *
 * Returns: (transfer none) (nullable): what the reply cost and why it came from where it did,
 *   once it has ended
 */
const TdReceipt *
td_completion_get_receipt (TdCompletion *self)
{
  g_return_val_if_fail (TD_IS_COMPLETION (self), NULL);

  return self->receipt;
}

/**
 * td_completion_get_reply:
 * @self: a completion
 *
 * Returns: (transfer none) (nullable): the message that the reply goes into
 */
TdMessage *
td_completion_get_reply (TdCompletion *self)
{
  g_return_val_if_fail (TD_IS_COMPLETION (self), NULL);

  return self->reply;
}

static void
caller_cancelled_cb (GCancellable *cancellable,
                     gpointer      user_data)
{
  g_cancellable_cancel (user_data);
}

/**
 * td_completion_run_async:
 * @self: a completion that was not run
 * @cancellable: (nullable): cancelling it stops the reply, which keeps what came
 * @callback: called when the reply has ended and is stored
 * @user_data: data for @callback
 *
 * Runs it.
 */
void
td_completion_run_async (TdCompletion        *self,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_return_if_fail (TD_IS_COMPLETION (self));
  g_return_if_fail (self->stage == STAGE_NEW);

  self->task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (self->task, td_completion_run_async);
  g_task_set_check_cancellable (self->task, FALSE); /* the end says itself how it ended */
  if (!td_engine_begin_completion (self->engine, self->conversation, self))
    {
      g_autoptr (GTask) task = g_steal_pointer (&self->task);

      self->stage = STAGE_OVER;
      g_task_return_new_error (task, TD_COMPLETION_ERROR, TD_COMPLETION_ERROR_BUSY,
                               "this chat is waiting for a reply");
      return;
    }
  if (cancellable)
    self->cancelled_id = g_cancellable_connect (cancellable, G_CALLBACK (caller_cancelled_cb),
                                                g_object_ref (self->stop), g_object_unref);
  td_completion_prepare (self);
}

/**
 * td_completion_run_finish:
 * @self: a completion
 * @result: what the callback got
 * @error: return location for an error of the completion, the provider, the vault or the store
 *
 * Returns: whether the reply is complete
 */
gboolean
td_completion_run_finish (TdCompletion  *self,
                          GAsyncResult  *result,
                          GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * td_completion_stop:
 * @self: a completion
 *
 * Stops the reply and keeps what came. The call ends as cancelled.
 */
void
td_completion_stop (TdCompletion *self)
{
  g_return_if_fail (TD_IS_COMPLETION (self));

  g_cancellable_cancel (self->stop);
}

/**
 * td_completion_halt:
 * @self: a completion
 *
 * For the end of the program: queues the settlement now, without waiting for the main loop to
 * come round to it.
 */
void
td_completion_halt (TdCompletion *self)
{
  gboolean unsettled;

  g_return_if_fail (TD_IS_COMPLETION (self));

  unsettled = self->dispatch.hold && self->stage >= STAGE_BEGIN && self->stage < STAGE_SETTLE;
  if (unsettled)
    {
      td_completion_set_stopped (self);
      td_completion_settle (self);
    }
  g_cancellable_cancel (self->stop);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one metered path. The steps, each with one callback that starts the next:
 *
 *   prepare    read the chat if that was not done, and see that nobody else is replying
 *   begin      put both messages into the chat, find where they go and what that can cost, and
 *              write them with the hold; nothing is sent before that is on the disk
 *   exchange   fetch the key and stream, again if need be, while nothing was shown
 *   settle     write the rest, how it ended and what it cost
 *
 * A completion may be halted at any step, when the program ends: the settlement is then queued
 * at once, behind whatever the database thread still has of it, and later callbacks find a
 * stage that is over and do nothing.
 */
#include "config.h"

#include "engine/td-completion.h"

#include "base/td-clock.h"
#include "conversation/td-conversation-list-private.h"
#include "engine/td-engine-private.h"
#include "engine/td-error-code.h"
#include "engine/td-exchange.h"
#include "engine/td-prepare.h"
#include "engine/td-prompt.h"
#include "engine/td-route.h"
#include "engine/td-settlement.h"

typedef enum
{
  STAGE_NEW,
  STAGE_PREPARE,
  STAGE_BEGIN,
  STAGE_EXCHANGE,
  STAGE_SETTLE,
  STAGE_OVER,
} Stage;

struct _TdCompletion
{
  GObject parent_instance;

  /* What to do. */
  TdEngine *engine;             /* (owned) */
  TdConversation *conversation; /* (owned) */
  char *model_key;              /* (owned) */
  char *user_text;              /* (owned) (nullable): the last reply is made again */
  char *system_prompt;          /* (owned) (nullable) */
  gint64 max_output;            /* tokens; 0: the model's own limit */
  TdMoney max_cost;             /* TD_MONEY_UNKNOWN: no limit */
  gboolean stream;

  /* Under way. */
  Stage stage;
  GTask *task;                  /* (owned) (nullable) */
  GCancellable *stop;           /* (owned) */
  gulong cancelled_id;          /* on the caller's cancellable */
  TdModel *model;               /* (owned) (nullable) */
  TdMessage *user;              /* (owned) (nullable) */
  TdMessage *reply;             /* (owned) (nullable) */
  TdMessage *replaced;          /* (owned) (nullable) */
  TdReceipt *hold;              /* (owned) (nullable): nothing is sent without */
  TdTurn *turn;                 /* (owned) (nullable) */
  TdExchange *exchange;         /* (owned) (nullable) */

  /* How it ended. */
  TdMessageOutcome outcome;
  GError *error;                /* (owned) (nullable): what the call is going to say */
};

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
  g_clear_object (&self->model);
  g_clear_object (&self->user);
  g_clear_object (&self->reply);
  g_clear_object (&self->replaced);
  g_clear_object (&self->exchange);

  G_OBJECT_CLASS (td_completion_parent_class)->dispose (object);
}

static void
td_completion_finalize (GObject *object)
{
  TdCompletion *self = TD_COMPLETION (object);

  g_free (self->model_key);
  g_free (self->user_text);
  g_free (self->system_prompt);
  g_clear_pointer (&self->hold, td_receipt_free);
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
  signals[SIGNAL_TEXT] = g_signal_new ("text", TD_TYPE_COMPLETION, G_SIGNAL_RUN_LAST, 0,
                                       NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
td_completion_init (TdCompletion *self)
{
  self->max_cost = TD_MONEY_UNKNOWN;
  self->stream = TRUE;
  self->stop = g_cancellable_new ();
  self->outcome = (TdMessageOutcome) TD_MESSAGE_OUTCOME_INIT (TD_MESSAGE_STATE_COMPLETE);
}

/* ---- the end ------------------------------------------------------------------------------- */

static void
finish (TdCompletion *self)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->task);

  self->stage = STAGE_OVER;
  g_cancellable_disconnect (g_task_get_cancellable (task), self->cancelled_id);
  td_engine_end_completion (self->engine, self->conversation);
  if (self->error)
    g_task_return_error (task, g_error_copy (self->error));
  else
    g_task_return_boolean (task, TRUE);
}

/* Ends before anything was put into the chat. */
static void
give_up (TdCompletion *self,
         GError       *error)
{
  g_clear_error (&self->error);
  self->error = error;
  finish (self);
}

static void
set_failure (TdCompletion *self,
             GError       *error)
{
  td_message_outcome_clear (&self->outcome);
  g_clear_error (&self->error);
  self->error = error;
  self->outcome.state = TD_MESSAGE_STATE_FAILED;
  self->outcome.error_code = td_error_code_from_error (error);
}

static void
set_stopped (TdCompletion *self)
{
  td_message_outcome_clear (&self->outcome);
  g_clear_error (&self->error);
  self->error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "the reply was stopped");
  self->outcome.state = TD_MESSAGE_STATE_STOPPED;
  self->outcome.finish = g_strdup (td_finish_to_string (TD_FINISH_CANCELLED));
}

static TdReceiptOutcome
get_receipt_outcome (TdCompletion *self)
{
  switch (self->outcome.state)
    {
    case TD_MESSAGE_STATE_COMPLETE:
      return TD_RECEIPT_COMPLETE;
    case TD_MESSAGE_STATE_STOPPED:
      return TD_RECEIPT_STOPPED;
    default:
      return TD_RECEIPT_FAILED;
    }
}

static void
settled_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (TdCompletion) self = user_data;
  GError *error = NULL;

  /* The hold stays open then, and is resolved at the next start. */
  if (!td_turn_write_finish (self->turn, result, &error))
    set_failure (self, error);
  td_message_finish (self->reply, &self->outcome);
  td_conversation_add_spent (self->conversation, &self->outcome);
  td_conversation_list_note_stored (td_engine_get_conversations (self->engine), self->conversation,
                                    td_conversation_get_id (self->conversation));
  if (self->outcome.state == TD_MESSAGE_STATE_COMPLETE)
    td_engine_announce (self->engine, "favourites");
  finish (self);
}

/* Queues the settlement; the outcome's state and error are set. */
static void
settle (TdCompletion *self)
{
  const TdTally *tally = td_exchange_get_tally (self->exchange);
  TdTurnEnd *end = g_new0 (TdTurnEnd, 1);

  self->stage = STAGE_SETTLE;
  td_exchange_close (self->exchange, &end->text, &end->reasoning);
  end->receipt = td_receipt_copy (self->hold);
  td_tally_settle (tally, td_model_get_facts (self->model), self->reply, get_receipt_outcome (self),
                   end->receipt);
  td_settlement_fill_outcome (end->receipt, &self->outcome);
  self->outcome.opaque = tally->opaque ? g_strdup (tally->opaque->str) : NULL;
  td_message_outcome_copy (&self->outcome, &end->outcome);
  end->updated_us = td_clock_now_us ();
  td_conversation_touch (self->conversation, end->updated_us);
  if (self->outcome.state == TD_MESSAGE_STATE_COMPLETE)
    td_market_count_use (td_engine_get_market (self->engine), self->model_key);
  td_turn_settle_async (self->turn, end, settled_cb, g_object_ref (self));
}

/* ---- the exchange -------------------------------------------------------------------------- */

static void
text_cb (const char *text,
         gsize       length,
         gpointer    user_data)
{
  TdCompletion *self = user_data;

  if (g_signal_has_handler_pending (self, signals[SIGNAL_TEXT], 0, FALSE))
    {
      g_autofree char *delta = g_strndup (text, length);

      g_signal_emit (self, signals[SIGNAL_TEXT], 0, delta);
    }
}

static void
set_failure_of_provider (TdCompletion    *self,
                         const TdFailure *failure,
                         GError          *error)
{
  set_failure (self, error);
  if (!failure || error->domain != TD_PROVIDER_ERROR)
    return;
  self->outcome.error_detail = g_strdup (failure->message);
  if (failure->retry_after_ms > 0)
    self->outcome.retry_at_us = td_clock_now_us () + failure->retry_after_ms * 1000;
}

/* A stream that ended in good order may still have ended in the middle of the reply. */
static void
set_ended (TdCompletion *self,
           TdFinish      finish_reason)
{
  if (finish_reason == TD_FINISH_INCOMPLETE)
    set_failure (self, g_error_new_literal (TD_PROVIDER_ERROR, TD_PROVIDER_ERROR_CUT,
                                            "the reply ended without saying that it is complete"));
  else if (finish_reason == TD_FINISH_ERROR)
    set_failure (self, g_error_new_literal (TD_PROVIDER_ERROR, TD_PROVIDER_ERROR_SERVER,
                                            "the provider gave the reply up"));
  self->outcome.finish = g_strdup (td_finish_to_string (finish_reason));
}

static void
exchanged_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (TdCompletion) self = user_data;
  const TdTally *tally = td_exchange_get_tally (self->exchange);
  g_autoptr (GError) error = NULL;

  td_exchange_run_finish (self->exchange, result, &error);
  if (self->stage != STAGE_EXCHANGE)
    return;
  if (!error)
    set_ended (self, tally->finish);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    set_stopped (self);
  else
    set_failure_of_provider (self, tally->failure, g_steal_pointer (&error));
  settle (self);
}

static void
run_exchange (TdCompletion *self)
{
  self->stage = STAGE_EXCHANGE;
  td_exchange_set_text_func (self->exchange, text_cb, self);
  td_exchange_run_async (self->exchange, self->stop, exchanged_cb, g_object_ref (self));
}

/* ---- the beginning ------------------------------------------------------------------------- */

/* Nothing could be written. Both messages stay in the window with the reason, and what the
 * user typed goes back to where it was typed. */
static void
fail_unstored (TdCompletion *self,
               GError       *error)
{
  set_failure (self, error);
  if (self->user_text && td_conversation_get_draft (self->conversation)[0] == '\0')
    td_conversation_list_set_draft (td_engine_get_conversations (self->engine), self->conversation,
                                    self->user_text);
  td_message_finish (self->reply, &self->outcome);
  finish (self);
}

static void
begun_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (TdCompletion) self = user_data;
  g_autofree TdTurnIds *ids = NULL;
  GError *error = NULL;

  ids = td_turn_begin_finish (self->turn, result, &error);
  if (ids)
    {
      if (self->user)
        td_message_set_id (self->user, ids->user_id);
      td_message_set_id (self->reply, ids->reply_id);
      td_conversation_list_note_stored (td_engine_get_conversations (self->engine),
                                        self->conversation, ids->conversation_id);
    }
  if (self->stage != STAGE_BEGIN)
    {
      g_clear_error (&error);
      return;
    }
  if (error)
    {
      fail_unstored (self, error);
    }
  else if (!self->hold) /* failed before anything could be sent */
    {
      td_message_finish (self->reply, &self->outcome);
      finish (self);
    }
  else
    {
      run_exchange (self);
    }
}

static void
begin (TdCompletion *self)
{
  TdTurnStart *start = g_new0 (TdTurnStart, 1);

  self->stage = STAGE_BEGIN;
  start->conversation = td_conversation_to_record (self->conversation);
  start->user = self->user ? td_message_to_record (self->user) : NULL;
  start->reply = td_message_to_record (self->reply);
  start->replaces = self->replaced ? td_message_get_id (self->replaced) : 0;
  start->hold = self->hold ? td_receipt_copy (self->hold) : NULL;
  if (!self->hold)
    {
      td_message_outcome_clear (&start->reply->outcome);
      td_message_outcome_copy (&self->outcome, &start->reply->outcome);
    }
  td_turn_begin_async (self->turn, start, begun_cb, g_object_ref (self));
}

/* ---- routing ------------------------------------------------------------------------------- */

/* Everything that can be known to fail before anything is stored or sent. */
static gboolean
plan (TdCompletion  *self,
      GError       **error)
{
  const TdModelFacts *facts;
  g_autoptr (TdEndpoint) endpoint = NULL;
  g_autoptr (TdChatRequest) request = NULL;

  if (!self->model)
    {
      g_set_error (error, TD_COMPLETION_ERROR, TD_COMPLETION_ERROR_NO_MODEL, "there is no model %s",
                   self->model_key);
      return FALSE;
    }
  facts = td_model_get_facts (self->model);
  endpoint = td_route_find (self->engine, facts, error);
  if (!endpoint)
    return FALSE;
  request = td_prompt_build (self->conversation, self->reply, self->model_key, facts->id,
                             td_conversation_get_system_prompt (self->conversation));
  request->max_output = self->max_output;
  request->model_max_output = facts->max_output;
  request->stream = self->stream;
  self->hold = td_route_make_hold (self->engine, facts, td_prompt_estimate_tokens (request),
                                   self->max_output, self->max_cost, error);
  if (!self->hold)
    return FALSE;
  self->exchange =
    td_exchange_new (self->engine, endpoint, g_steal_pointer (&request), self->hold, self->reply,
                     self->turn);
  return TRUE;
}

static void
add_user_message (TdCompletion *self)
{
  self->user = td_message_new (TD_MESSAGE_ROLE_USER, self->user_text);
  if (td_conversation_get_title (self->conversation)[0] == '\0')
    {
      g_autofree char *title = td_conversation_make_title (self->user_text);

      td_conversation_set_title (self->conversation, title);
    }
  td_conversation_set_draft (self->conversation, "");
  td_conversation_append (self->conversation, self->user);
}

static void
add_messages (TdCompletion *self)
{
  self->reply =
    td_message_new_reply (self->model_key, self->model ? td_model_get_name (self->model) : NULL);
  if (self->user_text)
    add_user_message (self);
  if (self->replaced)
    td_conversation_replace (self->conversation, self->replaced, self->reply);
  else
    td_conversation_append (self->conversation, self->reply);
  td_conversation_set_model_key (self->conversation, self->model_key);
  if (self->system_prompt)
    td_conversation_set_system_prompt (self->conversation, self->system_prompt);
  td_conversation_touch (self->conversation, td_clock_now_us ());
}

/* The reply to be made again, if the chat ends with one. FALSE: there is nothing to answer. */
static gboolean
find_replaced (TdCompletion *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->conversation));
  TdMessage *last = n > 0 ? td_conversation_get_message (self->conversation, n - 1) : NULL;

  if (self->user_text)
    return self->user_text[0] != '\0';
  if (!last)
    return FALSE;
  if (td_message_get_role (last) == TD_MESSAGE_ROLE_ASSISTANT)
    self->replaced = g_object_ref (last);
  return !self->replaced || n > 1;
}

static void
start (TdCompletion *self)
{
  TdCatalogue *catalogue = td_market_get_catalogue (td_engine_get_market (self->engine));
  TdModel *model = td_catalogue_find_model (catalogue, self->model_key);
  GError *error = NULL;

  if (!find_replaced (self))
    {
      give_up (self, g_error_new_literal (TD_COMPLETION_ERROR, TD_COMPLETION_ERROR_NOTHING_TO_SEND,
                                          "there is nothing to send"));
      return;
    }
  self->model = model ? g_object_ref (model) : NULL;
  self->turn = td_turn_new (td_engine_get_database (self->engine),
                            td_conversation_get_row (self->conversation));
  add_messages (self);
  if (!plan (self, &error))
    set_failure (self, error);
  begin (self);
}

/* ---- preparing ----------------------------------------------------------------------------- */

static void
prepared_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (TdCompletion) self = user_data;
  GError *error = NULL;

  if (!td_prepare_finish (TD_DATABASE (source), self->conversation, result, &error) ||
      g_cancellable_set_error_if_cancelled (self->stop, &error))
    give_up (self, error);
  else
    start (self);
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

  self->max_output = tokens;
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

  self->max_cost = limit;
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
  self->stage = STAGE_PREPARE;
  td_prepare_async (td_engine_get_database (self->engine), td_engine_get_lease (self->engine),
                    self->conversation, prepared_cb, g_object_ref (self));
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

  unsettled = self->hold && self->stage >= STAGE_BEGIN && self->stage < STAGE_SETTLE;
  if (unsettled)
    {
      set_stopped (self);
      settle (self);
    }
  g_cancellable_cancel (self->stop);
}

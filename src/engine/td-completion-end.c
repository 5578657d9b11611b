/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How a completion ends: the talk with the provider, what its end means, and the settlement.
 */
#include "config.h"

#include "engine/td-completion-private.h"

#include "base/td-clock.h"
#include "conversation/td-conversation-list-private.h"
#include "engine/td-engine-private.h"
#include "engine/td-error-code.h"
#include "engine/td-settlement.h"
#include "engine/td-unsaved.h"

/* ---- the end ------------------------------------------------------------------------------- */

void
td_completion_finish (TdCompletion *self)
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

void
td_completion_set_failure (TdCompletion *self,
                           GError       *error)
{
  td_message_outcome_clear (&self->outcome);
  g_clear_error (&self->error);
  self->error = error;
  self->outcome.state = TD_MESSAGE_STATE_FAILED;
  self->outcome.error_code = td_error_code_from_error (error);
}

void
td_completion_set_stopped (TdCompletion *self)
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

/* The reply stands in the window as failed until it can be written; its hold stays open as long. */
static void
keep_unsaved (TdCompletion *self,
              GError       *error)
{
  TdTurnEnd *end = g_new0 (TdTurnEnd, 1);

  td_message_outcome_copy (&self->outcome, &end->outcome);
  end->receipt = td_receipt_copy (self->receipt);
  end->updated_us = td_conversation_get_updated_us (self->conversation);
  td_completion_set_failure (self, error);
  td_message_finish (self->reply, &self->outcome);
  if (error->domain == TD_STORE_ERROR)
    td_unsaved_keep (self->engine, self->turn, end, self->conversation, self->reply);
  else
    td_turn_end_free (end);
  td_completion_finish (self);
}

static void
settled_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (TdCompletion) self = user_data;
  GError *error = NULL;

  if (!td_turn_write_finish (self->turn, result, &error))
    {
      keep_unsaved (self, error);
      return;
    }
  td_message_finish (self->reply, &self->outcome);
  td_conversation_add_spent (self->conversation, &self->outcome);
  td_conversation_list_note_stored (td_engine_get_conversations (self->engine), self->conversation,
                                    td_conversation_get_id (self->conversation));
  if (self->outcome.state == TD_MESSAGE_STATE_COMPLETE)
    td_engine_announce (self->engine, "favourites");
  td_completion_finish (self);
}

/* Queues the settlement; the outcome's state and error are set. */
void
td_completion_settle (TdCompletion *self)
{
  const TdTally *tally = td_exchange_get_tally (self->dispatch.exchange);
  TdTurnEnd *end = g_new0 (TdTurnEnd, 1);

  self->stage = STAGE_SETTLE;
  td_exchange_close (self->dispatch.exchange, &end->text, &end->reasoning);
  end->receipt = td_receipt_copy (self->dispatch.hold);
  td_tally_settle (tally, td_model_get_facts (self->dispatch.model), get_receipt_outcome (self),
                   end->receipt);
  self->receipt = td_receipt_copy (end->receipt);
  td_settlement_fill_outcome (end->receipt, &self->outcome);
  self->outcome.opaque = tally->opaque ? g_strdup (tally->opaque->str) : NULL;
  self->outcome.calls = td_call_log_to_json (tally->calls);
  td_message_outcome_copy (&self->outcome, &end->outcome);
  end->updated_us = td_clock_now_us ();
  td_conversation_touch (self->conversation, end->updated_us);
  if (self->outcome.state == TD_MESSAGE_STATE_COMPLETE)
    td_market_count_use (td_engine_get_market (self->engine), self->model_key);
  td_turn_settle_async (self->turn, end, settled_cb, g_object_ref (self));
}

/* ---- the exchange -------------------------------------------------------------------------- */

static void
event_cb (const TdChatEvent *event,
          gpointer           user_data)
{
  if (event->length > 0 &&
      (event->type == TD_CHAT_EVENT_TEXT || event->type == TD_CHAT_EVENT_REFUSAL))
    td_completion_emit_text (user_data, event->text, event->length);
}

static void
set_failure_of_provider (TdCompletion    *self,
                         const TdFailure *failure,
                         GError          *error)
{
  td_completion_set_failure (self, error);
  if (!failure || error->domain != TD_PROVIDER_ERROR)
    return;
  self->outcome.error_detail = g_strdup (failure->message);
  if (failure->retry_after_ms > 0)
    self->outcome.retry_at_us = td_clock_now_us () + failure->retry_after_ms * 1000;
}

static void
set_ended (TdCompletion *self,
           TdFinish      finish_reason)
{
  GError *error = td_dispatch_dup_end_error (&self->dispatch);

  if (error)
    td_completion_set_failure (self, error);
  self->outcome.finish = g_strdup (td_finish_to_string (finish_reason));
}

/* The provider came to an end, but the reply may go on. */
void
td_completion_exchanged_cb (GObject      *source,
                            GAsyncResult *result,
                            gpointer      user_data)
{
  g_autoptr (TdCompletion) self = user_data;
  const TdTally *tally = td_exchange_get_tally (self->dispatch.exchange);
  g_autoptr (GError) error = NULL;

  td_exchange_run_finish (self->dispatch.exchange, result, &error);
  if (self->stage != STAGE_EXCHANGE)
    return;
  if (error ? td_completion_reroute (self, error) : td_completion_go_on (self))
    return;
  if (!error)
    set_ended (self, tally->finish);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    td_completion_set_stopped (self);
  else
    set_failure_of_provider (self, tally->failure, g_steal_pointer (&error));
  td_completion_settle (self);
}

void
td_completion_exchange (TdCompletion *self)
{
  self->stage = STAGE_EXCHANGE;
  td_exchange_set_event_func (self->dispatch.exchange, event_cb, self);
  td_exchange_run_async (self->dispatch.exchange, self->stop, td_completion_exchanged_cb,
                         g_object_ref (self));
}

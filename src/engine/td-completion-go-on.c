/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A reply that paused goes on with a request of its own, which costs its prompt again. What is held is
 * raised by the most that this can cost before it is sent; where it cannot be, the reply ends there.
 */
#include "config.h"

#include "engine/td-completion-private.h"

/* What goes on, while the hold is on its way to the disk. */
typedef struct
{
  TdCompletion *completion; /* (owned) */
  TdChatRequest *request;   /* (owned) */
  TdTokenCount prompt;
} GoOn;

static void
go_on_free (GoOn *self)
{
  g_object_unref (self->completion);
  td_chat_request_free (self->request);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GoOn, go_on_free)

/* Ends where it paused, and says why. */
static void
end_paused (TdCompletion *self,
            GError       *error)
{
  td_completion_set_failure (self, error);
  self->outcome.finish = g_strdup (td_finish_to_string (TD_FINISH_PAUSED));
  td_completion_settle (self);
}

static void
held_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GoOn) go_on = user_data;
  TdCompletion *self = go_on->completion;
  g_autofree TdTurnIds *ids = NULL;
  GError *error = NULL;

  ids = td_turn_move_finish (self->turn, result, &error);
  if (ids)
    td_completion_take_terms (self, ids);
  if (self->stage != STAGE_EXCHANGE)
    {
      g_clear_error (&error);
      return;
    }
  if (error)
    {
      end_paused (self, error);
    }
  else if (g_cancellable_is_cancelled (self->stop))
    {
      td_completion_set_stopped (self);
      td_completion_settle (self);
    }
  else
    {
      td_exchange_go_on_async (self->dispatch.exchange, g_steal_pointer (&go_on->request),
                               td_model_get_facts (self->dispatch.model), &go_on->prompt,
                               self->stop, td_completion_exchanged_cb, g_object_ref (self));
    }
}

/* FALSE: the reply is over, or may not go on any more. */
gboolean
td_completion_go_on (TdCompletion *self)
{
  g_autoptr (TdChatRequest) request = td_exchange_dup_continuation (self->dispatch.exchange);
  g_autoptr (TdReceipt) hold = NULL;
  GError *error = NULL;
  TdTokenCount prompt;
  GoOn *go_on;

  if (!request || g_cancellable_is_cancelled (self->stop))
    return FALSE;
  hold = td_dispatch_hold_more (&self->dispatch, request, &prompt, &error);
  if (!hold)
    {
      end_paused (self, error);
      return TRUE;
    }
  go_on = g_new0 (GoOn, 1);
  go_on->completion = g_object_ref (self);
  go_on->request = g_steal_pointer (&request);
  go_on->prompt = prompt;
  td_turn_move_async (self->turn, hold, td_model_get_name (self->dispatch.model), held_cb, go_on);
  return TRUE;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A reply that paused goes on with a request of its own, which costs its prompt again. What is held is
 * raised by the most that this can cost before it is sent; where it cannot be, the reply ends there.
 */
#include "config.h"

#include "engine/td-completion-private.h"

#include "engine/td-route.h"

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

/* The provider knows what it has to read again better than we can see from outside. */
static TdTokenCount
count_continuation (TdCompletion        *self,
                    const TdChatRequest *request)
{
  TdTokenCount count = td_completion_count (self, td_model_get_facts (self->model), request);
  const TdUsage *before = &td_exchange_get_tally (self->exchange)->request;
  gint64 known = MAX (before->input, 0) + MAX (before->output, 0);

  if (known > count.tokens)
    count = (TdTokenCount) { known, MAX (known, count.at_most), FALSE, count.error_permille };
  return count;
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

/* (transfer full) (nullable): the hold for all requests of the reply together */
static TdReceipt *
make_hold (TdCompletion   *self,
           TdChatRequest  *request,
           TdTokenCount    prompt,
           GError        **error)
{
  const TdModelFacts *facts = td_model_get_facts (self->model);
  TdMoney spent = td_tally_get_cost (td_exchange_get_tally (self->exchange), facts);
  gint64 max_output = td_route_fit_output (self->engine, facts, prompt, self->max_output,
                                           get_rest (self->stop_cost, spent));
  g_autoptr (TdReceipt) more =
    td_route_make_hold (self->engine, facts, prompt, max_output,
                        get_rest (td_completion_get_max_cost (self), spent), error);
  TdReceipt *hold;

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
      td_exchange_go_on_async (self->exchange, g_steal_pointer (&go_on->request),
                               td_model_get_facts (self->model), &go_on->prompt, self->stop,
                               td_completion_exchanged_cb, g_object_ref (self));
    }
}

/* FALSE: the reply is over, or may not go on any more. */
gboolean
td_completion_go_on (TdCompletion *self)
{
  g_autoptr (TdChatRequest) request = td_exchange_dup_continuation (self->exchange);
  g_autoptr (TdReceipt) hold = NULL;
  GError *error = NULL;
  TdTokenCount prompt;
  GoOn *go_on;

  if (!request || g_cancellable_is_cancelled (self->stop))
    return FALSE;
  prompt = count_continuation (self, request);
  hold = make_hold (self, request, prompt, &error);
  if (!hold)
    {
      end_paused (self, error);
      return TRUE;
    }
  go_on = g_new0 (GoOn, 1);
  go_on->completion = g_object_ref (self);
  go_on->request = g_steal_pointer (&request);
  go_on->prompt = prompt;
  td_turn_move_async (self->turn, hold, td_model_get_name (self->model), held_cb, go_on);
  return TRUE;
}

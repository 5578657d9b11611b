/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine/td-tally.h"

#include "base/td-clock.h"

/**
 * td_tally_init:
 * @self: (out caller-allocates): a tally of a reply of which nothing came
 * @ruler: how the model's tokens are counted
 * @prompt_tokens: our count of the prompt
 * @prompt_exact: whether that is no estimate
 */
void
td_tally_init (TdTally      *self,
               TdTokenRuler *ruler,
               gint64        prompt_tokens,
               gboolean      prompt_exact)
{
  *self = (TdTally) { .prompt_tokens = prompt_tokens,
                      .prompt_exact = prompt_exact,
                      .request = TD_USAGE_INIT,
                      .finish = TD_FINISH_INCOMPLETE,
                      .calls = td_call_log_new (),
                      .text = td_token_meter_new (ruler),
                      .reasoning = td_token_meter_new (ruler) };
}

static void
forget_try (TdTally *self)
{
  g_clear_pointer (&self->failure, td_failure_free);
  if (self->opaque)
    g_string_free (g_steal_pointer (&self->opaque), TRUE);
  self->request = (TdUsage) TD_USAGE_INIT;
  self->finished = FALSE;
  self->answered_us = 0;
  td_token_meter_clear (self->text);
  td_token_meter_clear (self->reasoning);
}

void
td_tally_clear (TdTally *self)
{
  forget_try (self);
  g_clear_pointer (&self->parts, g_array_unref);
  g_clear_pointer (&self->calls, td_call_log_free);
  g_clear_pointer (&self->text, td_token_meter_free);
  g_clear_pointer (&self->reasoning, td_token_meter_free);
}

/**
 * td_tally_start_try:
 * @self: a tally
 *
 * A request is being sent. What an earlier one said before it failed is forgotten; the times
 * count from the first.
 */
void
td_tally_start_try (TdTally *self)
{
  forget_try (self);
  if (self->sent_us == 0)
    self->sent_us = td_clock_monotonic_us ();
  if (self->began_us == 0)
    self->began_us = self->sent_us;
}

static void
note_content (TdTally           *self,
              const TdChatEvent *event)
{
  if (self->answered_us == 0)
    self->answered_us = td_clock_monotonic_us ();
  if (self->first_us == 0)
    self->first_us = self->answered_us;
  td_token_meter_append (event->type == TD_CHAT_EVENT_REASONING ? self->reasoning : self->text,
                         event->text, event->length);
}

/**
 * td_tally_add:
 * @self: a tally
 * @event: an event of the reply
 *
 * Takes note of an event.
 */
void
td_tally_add (TdTally           *self,
              const TdChatEvent *event)
{
  td_call_log_add (self->calls, event);
  switch (event->type)
    {
    case TD_CHAT_EVENT_TEXT:
    case TD_CHAT_EVENT_REASONING:
    case TD_CHAT_EVENT_REFUSAL:
    case TD_CHAT_EVENT_TOOL_BEGIN:
    case TD_CHAT_EVENT_TOOL_ARGS:
      note_content (self, event);
      break;
    case TD_CHAT_EVENT_OPAQUE:
      if (!self->opaque)
        self->opaque = g_string_new (NULL);
      g_string_truncate (self->opaque, 0);
      g_string_append_len (self->opaque, event->text, event->length);
      break;
    case TD_CHAT_EVENT_USAGE:
      td_usage_merge (&self->request, event->usage);
      break;
    case TD_CHAT_EVENT_FINISH:
      self->finished = TRUE;
      self->finish = event->finish;
      break;
    case TD_CHAT_EVENT_ERROR:
      g_clear_pointer (&self->failure, td_failure_free);
      self->failure = td_failure_copy (event->failure);
      break;
    case TD_CHAT_EVENT_START:
    default:
      break;
    }
}

/**
 * td_tally_has_content:
 * @self: a tally
 *
 * Returns: whether anything came that was shown, after which nothing may be tried again
 */
gboolean
td_tally_has_content (const TdTally *self)
{
  return self->first_us != 0;
}

/* Whether nothing came of the last request: it never got there, or it failed before its first word.
 * Nobody charges for that. Who hangs up while the provider works is charged for what was sent. */
static gboolean
came_to_nothing (const TdTally    *self,
                 TdReceiptOutcome  outcome)
{
  if (self->answered_us != 0 || self->request.input > 0 || self->request.output > 0)
    return FALSE;
  return self->sent_us == 0 || self->failure != NULL || outcome == TD_RECEIPT_FAILED;
}

/* Fills in what the provider did not say. Until it says why it ended, what it counted may be
 * less than what it sent. */
static gboolean
count_ourselves (const TdTally      *self,
                 const TdModelFacts *facts,
                 TdUsage            *usage,
                 gboolean           *exactly)
{
  TdTokenCount reasoning, output;
  gboolean counted = FALSE;

  *exactly = TRUE;
  if (usage->input >= 0 && usage->output >= 0 && self->finished)
    return FALSE;
  reasoning = td_token_meter_get_count (self->reasoning);
  output = td_token_meter_get_count (self->text);
  td_token_count_add (&output, reasoning);
  if (usage->input < 0)
    {
      usage->input = self->prompt_tokens;
      *exactly = self->prompt_exact;
      counted = TRUE;
    }
  if (usage->output < 0 || (!self->finished && usage->output < output.tokens))
    {
      usage->output = output.tokens;
      usage->reasoning = reasoning.tokens;
      /* What a model thinks is not always shown, or only in short. */
      *exactly = *exactly && output.exact && facts->reasoning != TD_FACT_YES &&
                 reasoning.tokens == 0;
      counted = TRUE;
    }
  return counted;
}

static TdTallyPart
close_part (const TdTally      *self,
            const TdModelFacts *facts)
{
  TdTallyPart part = { .usage = self->request };

  part.counted_here = count_ourselves (self, facts, &part.usage, &part.exactly);
  return part;
}

/**
 * td_tally_go_on:
 * @self: a tally of a reply that paused
 * @facts: the model
 * @prompt_tokens: our count of the prompt that continues it
 * @prompt_exact: whether that is no estimate
 *
 * The request that continues the reply is going to be sent. It is paid for like those before it.
 */
void
td_tally_go_on (TdTally            *self,
                const TdModelFacts *facts,
                gint64              prompt_tokens,
                gboolean            prompt_exact)
{
  TdTallyPart part = close_part (self, facts);

  if (!self->parts)
    self->parts = g_array_new (FALSE, FALSE, sizeof (TdTallyPart));
  g_array_append_val (self->parts, part);
  forget_try (self);
  self->finish = TD_FINISH_INCOMPLETE;
  self->prompt_tokens = prompt_tokens;
  self->prompt_exact = prompt_exact;
}

/**
 * td_tally_went_on:
 * @self: a tally
 *
 * Returns: whether the reply paused and went on, so that earlier requests have to be paid
 */
gboolean
td_tally_went_on (const TdTally *self)
{
  return self->parts != NULL;
}

/* Each request reaches a tier of its own; the prices on record are those of the last one. */
static void
add_part (TdTallyPart        *sum,
          TdCost             *cost,
          const TdTallyPart  *part,
          const TdModelFacts *facts)
{
  TdCost more;

  td_pricing_cost (facts, &part->usage, &more);
  if (cost->known && more.known && td_money_add (cost->total, more.total, &more.total))
    cost->total = more.total;
  else
    more.known = FALSE;
  cost->known = more.known;
  cost->free = cost->free && more.free;
  cost->prices = more.prices;
  td_usage_add (&sum->usage, &part->usage);
  sum->exactly = sum->exactly && (part->exactly || !part->counted_here);
  sum->counted_here = sum->counted_here || part->counted_here;
}

static void
add_parts (const TdTally      *self,
           const TdModelFacts *facts,
           TdReceiptOutcome    outcome,
           TdTallyPart        *sum,
           TdCost             *cost)
{
  TdTallyPart last = close_part (self, facts);

  if (!self->parts)
    {
      *sum = last;
      td_pricing_cost (facts, &last.usage, cost);
      return;
    }
  *sum = (TdTallyPart) { .usage = { 0 }, .exactly = TRUE };
  *cost = (TdCost) { .known = TRUE, .free = TRUE };
  for (guint i = 0; i < self->parts->len; i++)
    add_part (sum, cost, &g_array_index (self->parts, TdTallyPart, i), facts);
  if (!came_to_nothing (self, outcome))
    add_part (sum, cost, &last, facts);
}

/**
 * td_tally_get_cost:
 * @self: a tally of a reply that paused
 * @facts: the model
 *
 * Returns: what its requests cost so far; %TD_MONEY_UNKNOWN when not known
 */
TdMoney
td_tally_get_cost (const TdTally      *self,
                   const TdModelFacts *facts)
{
  TdTallyPart sum;
  TdCost cost;

  add_parts (self, facts, TD_RECEIPT_COMPLETE, &sum, &cost);
  return cost.known ? cost.total : TD_MONEY_UNKNOWN;
}

/**
 * td_tally_settle:
 * @self: a tally
 * @facts: the model
 * @outcome: how it ended
 * @receipt: the hold; becomes the receipt
 *
 * Says what the reply took, in all its requests. The provider's figures win; what is missing is
 * counted here and marked so. A request of which nothing came cost nothing, and its tokens stay
 * unknown.
 */
void
td_tally_settle (const TdTally      *self,
                 const TdModelFacts *facts,
                 TdReceiptOutcome    outcome,
                 TdReceipt          *receipt)
{
  TdTallyPart sum = { .usage = self->request };
  TdCost cost;

  if (came_to_nothing (self, outcome) && !self->parts)
    {
      cost = (TdCost) { .known = TRUE, .free = TRUE };
      td_pricing_get_prices (facts, self->prompt_tokens, &cost.prices);
    }
  else
    {
      add_parts (self, facts, outcome, &sum, &cost);
    }
  td_receipt_settle (receipt, outcome, &sum.usage, sum.counted_here, &cost);
  receipt->counted_exactly = sum.counted_here && sum.exactly;
  if (self->sent_us != 0)
    receipt->duration_ms = (td_clock_monotonic_us () - self->began_us) / 1000;
  if (self->first_us != 0)
    receipt->first_token_ms = (self->first_us - self->began_us) / 1000;
}

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
                      .usage = TD_USAGE_INIT,
                      .request = TD_USAGE_INIT,
                      .finish = TD_FINISH_INCOMPLETE,
                      .text = td_token_meter_new (ruler),
                      .reasoning = td_token_meter_new (ruler) };
}

static void
forget_try (TdTally *self)
{
  g_clear_pointer (&self->failure, td_failure_free);
  if (self->opaque)
    g_string_free (g_steal_pointer (&self->opaque), TRUE);
  self->usage = (TdUsage) TD_USAGE_INIT;
  self->request = (TdUsage) TD_USAGE_INIT;
  self->went_on = FALSE;
  self->finished = FALSE;
}

void
td_tally_clear (TdTally *self)
{
  forget_try (self);
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
  td_token_meter_clear (self->text);
  td_token_meter_clear (self->reasoning);
  if (self->sent_us == 0)
    self->sent_us = td_clock_monotonic_us ();
  if (self->began_us == 0)
    self->began_us = self->sent_us;
}

/**
 * td_tally_go_on:
 * @self: a tally of a reply that paused
 *
 * The request that continues it is being sent. It is paid for like the ones before.
 */
void
td_tally_go_on (TdTally *self)
{
  TdUsage before = self->usage;

  forget_try (self);
  self->before = before;
  self->went_on = TRUE;
}

static void
take_usage (TdTally       *self,
            const TdUsage *later)
{
  td_usage_merge (&self->request, later);
  self->usage = self->request;
  if (self->went_on)
    td_usage_add (&self->usage, &self->before);
}

static void
note_content (TdTally           *self,
              const TdChatEvent *event)
{
  if (self->first_us == 0)
    self->first_us = td_clock_monotonic_us ();
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
      take_usage (self, event->usage);
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

/* Whether the provider turned the request away, or never got it. Nobody charges for that. */
static gboolean
was_refused (const TdTally *self)
{
  if (td_tally_has_content (self) || self->usage.output > 0)
    return FALSE;
  if (self->sent_us == 0)
    return TRUE;
  if (!self->failure)
    return FALSE;
  switch (self->failure->class)
    {
    case TD_PROVIDER_ERROR_NO_KEY:
    case TD_PROVIDER_ERROR_AUTH:
    case TD_PROVIDER_ERROR_PERMISSION:
    case TD_PROVIDER_ERROR_QUOTA:
    case TD_PROVIDER_ERROR_RATE_LIMIT:
    case TD_PROVIDER_ERROR_NOT_FOUND:
    case TD_PROVIDER_ERROR_INVALID:
    case TD_PROVIDER_ERROR_TOO_LARGE:
    case TD_PROVIDER_ERROR_OVERLOADED:
    case TD_PROVIDER_ERROR_UNREACHABLE:
    case TD_PROVIDER_ERROR_TLS:
    case TD_PROVIDER_ERROR_UNSUPPORTED:
      return TRUE;
    case TD_PROVIDER_ERROR_SERVER:
    case TD_PROVIDER_ERROR_CUT:
    case TD_PROVIDER_ERROR_TIMED_OUT:
    case TD_PROVIDER_ERROR_PROTOCOL:
    default:
      return self->failure->status >= 400;
    }
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

/**
 * td_tally_settle:
 * @self: a tally
 * @facts: the model
 * @outcome: how it ended
 * @receipt: the hold; becomes the receipt
 *
 * Says what the reply took. The provider's figures win; what is missing is counted here and
 * marked so. A request that was turned away cost nothing.
 */
void
td_tally_settle (const TdTally      *self,
                 const TdModelFacts *facts,
                 TdReceiptOutcome    outcome,
                 TdReceipt          *receipt)
{
  TdUsage usage = self->usage;
  gboolean counted_here = FALSE;
  gboolean exactly = FALSE;
  TdCost cost;

  if (was_refused (self))
    {
      cost = (TdCost) { .known = TRUE, .free = TRUE };
      td_pricing_get_prices (facts, self->prompt_tokens, &cost.prices);
    }
  else
    {
      counted_here = count_ourselves (self, facts, &usage, &exactly);
      td_pricing_cost (facts, &usage, &cost);
    }
  td_receipt_settle (receipt, outcome, &usage, counted_here, &cost);
  receipt->counted_exactly = counted_here && exactly;
  if (self->sent_us != 0)
    receipt->duration_ms = (td_clock_monotonic_us () - self->began_us) / 1000;
  if (self->first_us != 0)
    receipt->first_token_ms = (self->first_us - self->began_us) / 1000;
}

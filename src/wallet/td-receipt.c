/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "wallet/td-receipt.h"

#include "base/td-clock.h"
#include "base/td-words.h"

static const char *const outcome_names[] = { NULL, "complete", "stopped", "failed", "interrupted" };

/**
 * td_receipt_new:
 *
 * Returns: (transfer full): a hold with nothing known in it
 */
TdReceipt *
td_receipt_new (void)
{
  TdReceipt *self = g_new0 (TdReceipt, 1);

  self->held = TD_MONEY_UNKNOWN;
  self->usage = (TdUsage) TD_USAGE_INIT;
  self->expected_input = TD_USAGE_UNKNOWN;
  self->prices = (TdPriceList) { -1, -1, -1, -1, -1, -1, -1 };
  self->charged = TD_MONEY_UNKNOWN;
  self->cost = TD_MONEY_UNKNOWN;
  self->first_token_ms = -1;
  self->duration_ms = -1;
  return self;
}

TdReceipt *
td_receipt_copy (const TdReceipt *self)
{
  TdReceipt *copy;

  g_return_val_if_fail (self != NULL, NULL);

  copy = g_memdup2 (self, sizeof *self);
  copy->purpose = g_strdup (self->purpose);
  copy->model_key = g_strdup (self->model_key);
  copy->provider_id = g_strdup (self->provider_id);
  copy->catalogue_version = g_strdup (self->catalogue_version);
  copy->route = g_strdup (self->route);
  copy->agent = g_strdup (self->agent);
  copy->client = g_strdup (self->client);
  return copy;
}

void
td_receipt_free (TdReceipt *self)
{
  if (!self)
    return;
  g_free (self->purpose);
  g_free (self->model_key);
  g_free (self->provider_id);
  g_free (self->catalogue_version);
  g_free (self->route);
  g_free (self->agent);
  g_free (self->client);
  g_free (self);
}

/* Never more than was held is settled; the rest is on record as an overrun. The provider has to
 * be paid, so what the hold lacks is lacking from the commission first. */
static void
split_cost (TdReceipt *self,
            TdMoney    total)
{
  TdMoney commission;

  self->charged = total;
  self->cost = total;
  self->commission = 0;
  self->overrun = 0;
  if (total == TD_MONEY_UNKNOWN)
    return;
  commission = td_pricing_commission (total, self->commission_ppm);
  if (self->held == TD_MONEY_UNKNOWN)
    {
      self->commission = commission;
      return;
    }
  self->cost = MIN (total, self->held);
  self->commission = MIN (commission, self->held - self->cost);
  if (!td_money_add (total - self->cost, commission - self->commission, &self->overrun))
    self->overrun = G_MAXINT64;
}

/**
 * td_receipt_take_terms:
 * @self: a settled receipt
 * @hold: what was written before anything was sent
 *
 * Takes over what the wallet decided with the hold, and splits what it cost accordingly.
 */
void
td_receipt_take_terms (TdReceipt       *self,
                       const TdReceipt *hold)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (hold != NULL);

  self->held = hold->held;
  self->wallet_id = hold->wallet_id;
  self->funded = hold->funded;
  self->commission_ppm = hold->commission_ppm;
  self->day = hold->day;
  g_set_str (&self->agent, hold->agent);
  g_set_str (&self->client, hold->client);
  split_cost (self, self->charged);
}

/**
 * td_receipt_settle:
 * @self: a hold
 * @outcome: how the reply ended
 * @usage: its tokens
 * @counted_here: whether a count in it is ours; the caller says whether it is exact
 * @cost: what the tokens cost
 *
 * Makes the hold a receipt, now. Where our price is not known but the provider stated what it
 * charged, that is the cost.
 */
void
td_receipt_settle (TdReceipt        *self,
                   TdReceiptOutcome  outcome,
                   const TdUsage    *usage,
                   gboolean          counted_here,
                   const TdCost     *cost)
{
  TdMoney total = TD_MONEY_UNKNOWN;

  g_return_if_fail (self != NULL);
  g_return_if_fail (outcome != TD_RECEIPT_HELD);

  if (cost->known)
    total = cost->total;
  else if (usage->provider_cost >= 0)
    total = usage->provider_cost;
  self->outcome = outcome;
  self->usage = *usage;
  self->counted_here = counted_here;
  self->counted_exactly = FALSE;
  self->prices = cost->prices;
  self->settled_us = td_clock_now_us ();
  split_cost (self, total);
}

/**
 * td_receipt_get_total:
 * @self: a receipt
 *
 * Returns: what the reply cost in all, commission and overrun included; %TD_MONEY_UNKNOWN when
 *   not known
 */
TdMoney
td_receipt_get_total (const TdReceipt *self)
{
  TdMoney total;

  g_return_val_if_fail (self != NULL, TD_MONEY_UNKNOWN);

  if (!td_money_add (self->cost, self->commission, &total) ||
      !td_money_add (total, self->overrun, &total))
    return TD_MONEY_UNKNOWN;
  return total;
}

/**
 * td_receipt_is_chore:
 * @self: a receipt
 *
 * Returns: whether it is for something that the program wanted, and not for the reply itself
 */
gboolean
td_receipt_is_chore (const TdReceipt *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return g_strcmp0 (self->purpose, TD_PURPOSE_TITLE) == 0;
}

/**
 * td_receipt_is_reply:
 * @self: a receipt
 *
 * Returns: whether it is for a message of a chat
 */
gboolean
td_receipt_is_reply (const TdReceipt *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return !td_receipt_is_chore (self) && g_strcmp0 (self->purpose, TD_PURPOSE_CALL) != 0;
}

/**
 * td_receipt_is_void:
 * @self: a receipt
 *
 * Returns: whether nothing was charged because nothing came: the request was turned away, or failed
 *   before its first word, and no usage was reported
 */
gboolean
td_receipt_is_void (const TdReceipt *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return (self->outcome == TD_RECEIPT_FAILED || self->outcome == TD_RECEIPT_STOPPED) &&
         self->usage.input < 0 && self->usage.output < 0 && td_receipt_get_total (self) == 0;
}

/**
 * td_receipt_outcome_to_string:
 * @outcome: how a reply ended
 *
 * Returns: (transfer none): its name in the database and in JSON
 */
const char *
td_receipt_outcome_to_string (TdReceiptOutcome outcome)
{
  g_return_val_if_fail ((guint) outcome < G_N_ELEMENTS (outcome_names), NULL);

  return outcome_names[outcome];
}

/**
 * td_receipt_outcome_from_string:
 * @text: (nullable): a name
 * @outcome: (out): its outcome
 *
 * Returns: whether there is such an outcome
 */
gboolean
td_receipt_outcome_from_string (const char       *text,
                                TdReceiptOutcome *outcome)
{
  guint index;

  if (!td_words_find (outcome_names, G_N_ELEMENTS (outcome_names), text, &index))
    return FALSE;
  *outcome = (TdReceiptOutcome) index;
  return TRUE;
}

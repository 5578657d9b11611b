/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What tokens cost. Tokens times price is an exact count of pico-dollars; they are summed over
 * the token classes and rounded up to nano-dollars once. What is not known makes the whole cost
 * unknown, unless nothing depends on it: no tokens of a class need no price of that class, and
 * a class that is free needs no count.
 */
#include "config.h"

#include "wallet/td-pricing.h"

#define PPM           1000000
#define PICO_PER_NANO 1000

static void
replace_if_known (TdPrice *price,
                  TdPrice  other)
{
  if (other >= 0)
    *price = other;
}

static void
apply_tier (TdPriceList       *prices,
            const TdPriceList *tier)
{
  /* Sources that state a reasoning price equal to the output price only say that reasoning is
   * billed as output; some of them then leave it out of their tiers. */
  if (prices->reasoning >= 0 && prices->reasoning == prices->output && tier->reasoning < 0)
    replace_if_known (&prices->reasoning, tier->output);

  replace_if_known (&prices->input, tier->input);
  replace_if_known (&prices->output, tier->output);
  replace_if_known (&prices->cache_read, tier->cache_read);
  replace_if_known (&prices->cache_write, tier->cache_write);
  replace_if_known (&prices->reasoning, tier->reasoning);
  replace_if_known (&prices->input_audio, tier->input_audio);
  replace_if_known (&prices->output_audio, tier->output_audio);
}

/**
 * td_pricing_get_prices:
 * @facts: a model
 * @prompt_tokens: length of the whole prompt, cached part included; negative when not known
 * @prices: (out): the unit prices in force for such a prompt
 *
 * The model's prices after its context tiers: of every tier whose limit the prompt exceeds, the
 * known prices replace the ones before. A model that runs on this machine costs nothing.
 */
void
td_pricing_get_prices (const TdModelFacts *facts,
                       gint64              prompt_tokens,
                       TdPriceList        *prices)
{
  g_return_if_fail (facts != NULL);
  g_return_if_fail (prices != NULL);

  if (facts->local)
    {
      *prices = (TdPriceList) { 0 };
      return;
    }
  *prices = facts->price;
  for (guint i = 0; i < facts->n_tiers; i++)
    {
      if (prompt_tokens > facts->tiers[i].above_tokens)
        apply_tier (prices, &facts->tiers[i].prices);
    }
}

/* Splits the prompt into its classes. Counts that contradict each other (more cached tokens
 * than there are) are charged as they were reported: the provider bills by them. */
static void
split_input (const TdUsage *usage,
             TdCost        *cost)
{
  cost->cached_input = MAX (usage->cached, 0);
  cost->cache_write = MAX (usage->cache_write, 0);
  cost->uncached_input =
    usage->input < 0 ? -1 : MAX (usage->input - cost->cached_input - cost->cache_write, 0);
}

static void
split_output (const TdPriceList *prices,
              const TdUsage     *usage,
              TdCost            *cost)
{
  gboolean apart = prices->reasoning >= 0 && prices->reasoning != prices->output;

  cost->output = usage->output;
  cost->reasoning = 0;
  if (!apart || usage->output <= 0)
    return;
  cost->reasoning = usage->reasoning; /* unknown stays unknown, and makes the cost unknown */
  if (usage->reasoning >= 0)
    cost->output = MAX (usage->output - usage->reasoning, 0);
}

static void
charge (TdMoneyExact *sum,
        TdPrice       price,
        gint64        tokens)
{
  if (tokens == 0 || price == 0)
    return;
  td_money_exact_add_tokens (sum, price, tokens);
}

static TdPrice
price_or (TdPrice price,
          TdPrice fallback)
{
  return price >= 0 ? price : fallback;
}

/**
 * td_pricing_cost_at:
 * @prices: unit prices in force
 * @usage: the tokens of the turn
 * @cost: (out): what it costs
 *
 * Prices a turn. Cached tokens cost the cache-read price where there is one, else the input
 * price; written ones likewise. Reasoning is part of the output and has its own price only
 * where one is stated.
 */
void
td_pricing_cost_at (const TdPriceList *prices,
                    const TdUsage     *usage,
                    TdCost            *cost)
{
  TdMoneyExact sum = TD_MONEY_EXACT_INIT;
  TdPrice cache_read, cache_write;

  g_return_if_fail (prices != NULL);
  g_return_if_fail (usage != NULL);
  g_return_if_fail (cost != NULL);

  *cost = (TdCost) { .prices = *prices };
  split_input (usage, cost);
  split_output (prices, usage, cost);
  cache_read = price_or (prices->cache_read, prices->input);
  cache_write = price_or (prices->cache_write, prices->input);

  charge (&sum, prices->input, cost->uncached_input);
  charge (&sum, cache_read, cost->cached_input);
  charge (&sum, cache_write, cost->cache_write);
  charge (&sum, prices->output, cost->output);
  charge (&sum, prices->reasoning, cost->reasoning);

  cost->known = td_money_exact_round_up (&sum, &cost->total);
  if (!cost->known)
    cost->total = 0;
  /* Whatever is charged at all rounds up to at least one nano-dollar. */
  cost->free = cost->known && cost->total == 0;
}

/**
 * td_pricing_cost:
 * @facts: the model
 * @usage: the tokens of the turn
 * @cost: (out): what it costs
 *
 * Prices a turn of a model at the tier that its prompt reaches.
 */
void
td_pricing_cost (const TdModelFacts *facts,
                 const TdUsage      *usage,
                 TdCost             *cost)
{
  TdPriceList prices;

  g_return_if_fail (facts != NULL);
  g_return_if_fail (usage != NULL);
  g_return_if_fail (cost != NULL);

  td_pricing_get_prices (facts, usage->input, &prices);
  td_pricing_cost_at (&prices, usage, cost);
}

/**
 * td_pricing_worst_case:
 * @facts: the model
 * @prompt_tokens: the prompt's length
 * @max_output: the most tokens the reply may have; 0 when there is no known limit
 * @worst: (out): the most it can cost
 *
 * What has to be held for a turn before it is sent: the whole prompt at the dearest price of
 * its class, and a reply of full length at the dearer of output and reasoning.
 *
 * Returns: %FALSE when it is not known
 */
gboolean
td_pricing_worst_case (const TdModelFacts *facts,
                       gint64              prompt_tokens,
                       gint64              max_output,
                       TdMoney            *worst)
{
  TdMoneyExact sum = TD_MONEY_EXACT_INIT;
  TdPriceList prices;
  TdPrice output;

  g_return_val_if_fail (facts != NULL, FALSE);
  g_return_val_if_fail (prompt_tokens >= 0, FALSE);
  g_return_val_if_fail (max_output >= 0, FALSE);
  g_return_val_if_fail (worst != NULL, FALSE);

  *worst = 0;
  td_pricing_get_prices (facts, prompt_tokens, &prices);
  if (prices.input < 0 || prices.output < 0)
    return FALSE;
  output = MAX (prices.output, prices.reasoning);
  if (max_output == 0 && output > 0)
    return FALSE;
  charge (&sum, MAX (MAX (prices.input, prices.cache_write), prices.cache_read), prompt_tokens);
  charge (&sum, output, max_output);
  return td_money_exact_round_up (&sum, worst);
}

/**
 * td_pricing_fit_output:
 * @facts: the model
 * @prompt_tokens: the prompt's length
 * @money: what there is for the turn
 *
 * The other way round than td_pricing_worst_case(): the longest reply whose worst case is no more
 * than that.
 *
 * Returns: its tokens; %G_MAXINT64 when its length does not matter, and 0 when not even the
 *   prompt is covered or the prices are not known
 */
gint64
td_pricing_fit_output (const TdModelFacts *facts,
                       gint64              prompt_tokens,
                       TdMoney             money)
{
  TdMoneyExact sum = TD_MONEY_EXACT_INIT;
  TdPriceList prices;
  TdPrice output;
  __int128 left;

  g_return_val_if_fail (facts != NULL, 0);
  g_return_val_if_fail (prompt_tokens >= 0, 0);
  g_return_val_if_fail (money >= 0, 0);

  td_pricing_get_prices (facts, prompt_tokens, &prices);
  if (prices.input < 0 || prices.output < 0)
    return 0;
  charge (&sum, MAX (MAX (prices.input, prices.cache_write), prices.cache_read), prompt_tokens);
  left = (__int128) money * PICO_PER_NANO - sum.pico;
  if (sum.invalid || left < 0)
    return 0;
  output = MAX (prices.output, prices.reasoning);
  if (output == 0)
    return G_MAXINT64;
  left /= output;
  return left > G_MAXINT64 ? G_MAXINT64 : (gint64) left;
}

/**
 * td_pricing_commission:
 * @cost: what the tokens cost, known
 * @commission_ppm: the operator's part, in millionths of that
 *
 * Returns: the commission, rounded up to a nano-dollar
 */
TdMoney
td_pricing_commission (TdMoney cost,
                       gint64  commission_ppm)
{
  g_return_val_if_fail (cost >= 0, 0);
  g_return_val_if_fail (commission_ppm >= 0 && commission_ppm <= PPM, 0);

  return (TdMoney) (((__int128) cost * commission_ppm + PPM - 1) / PPM);
}

/**
 * td_pricing_without_commission:
 * @money: what there is for the tokens and the commission on them
 * @commission_ppm: the operator's part, in millionths of what the tokens cost
 *
 * Returns: the most that the tokens may cost
 */
TdMoney
td_pricing_without_commission (TdMoney money,
                               gint64  commission_ppm)
{
  g_return_val_if_fail (money >= 0, 0);
  g_return_val_if_fail (commission_ppm >= 0 && commission_ppm <= PPM, 0);

  return (TdMoney) ((__int128) money * PPM / (PPM + commission_ppm));
}

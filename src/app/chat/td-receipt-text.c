/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/chat/td-receipt-text.h"

#include <glib/gi18n.h>

#include "app/td-format.h"

/* Whom the lines are told to. */
typedef struct
{
  TdReceiptTextFunc func;
  gpointer user_data;
} Listener;

static void
tell (const Listener *listener,
      const char     *what,
      const char     *value)
{
  listener->func (what, value, listener->user_data);
}

static void
tell_money (const Listener *listener,
            const char     *what,
            TdMoney         money)
{
  g_autofree char *text = td_money_format (money);

  tell (listener, what, text);
}

/* "1,000 at $3.00": the tokens of a class, and what a million of them cost. */
static void
tell_class (const Listener *listener,
            const char     *what,
            gint64          tokens,
            TdPrice         price)
{
  g_autofree char *count = td_format_count (tokens);
  g_autofree char *unit = td_format_price (price);
  g_autofree char *text = NULL;

  if (price < 0)
    /* Translators: a number of tokens. */
    text = g_strdup_printf (_("%s at an unknown price"), count);
  else if (price == 0)
    /* Translators: a number of tokens. */
    text = g_strdup_printf (_("%s, free"), count);
  else
    /* Translators: a number of tokens, and the price of a million of them. */
    text = g_strdup_printf (_("%s at %s per million"), count, unit);
  tell (listener, what, text);
}

/* Tokens of the cache cost what input costs where there is no price for them. */
static void
tell_classes (const Listener  *listener,
              const TdReceipt *receipt)
{
  const TdPriceList *prices = &receipt->prices;
  TdCost cost;

  td_pricing_cost_at (prices, &receipt->usage, &cost);
  if (cost.uncached_input >= 0)
    tell_class (listener, _("Input"), cost.uncached_input, prices->input);
  if (cost.cached_input > 0)
    tell_class (listener, _("From the Cache"), cost.cached_input,
                prices->cache_read >= 0 ? prices->cache_read : prices->input);
  if (cost.cache_write > 0)
    tell_class (listener, _("Into the Cache"), cost.cache_write,
                prices->cache_write >= 0 ? prices->cache_write : prices->input);
  if (cost.output >= 0)
    tell_class (listener, _("Output"), cost.output, prices->output);
  if (cost.reasoning > 0)
    tell_class (listener, _("Reasoning"), cost.reasoning, prices->reasoning);
}

static void
tell_counts (const Listener  *listener,
             const TdReceipt *receipt)
{
  g_autofree char *count = NULL;
  g_autofree char *text = NULL;

  if (td_receipt_is_void (receipt))
    {
      tell (listener, _("Charged"), _("Nothing, because no reply came"));
      return;
    }
  if (receipt->counted_here || receipt->expected_input < 0)
    {
      tell (listener, _("Counted By"),
            !receipt->counted_here     ? _("The provider")
            : receipt->counted_exactly ? _("Top Dog, exactly")
                                       : _("Top Dog, as an estimate"));
      return;
    }
  count = td_format_count (receipt->expected_input);
  if (receipt->expected_exactly)
    /* Translators: how many tokens were sent, as they were counted here. */
    text = g_strdup_printf (_("The provider; Top Dog had %s in"), count);
  else
    /* Translators: about how many tokens were sent, as they were estimated here. */
    text = g_strdup_printf (_("The provider; Top Dog had about %s in"), count);
  tell (listener, _("Counted By"), text);
}

/* What the provider says it charged, where it says so, beside what was reckoned here. */
static void
tell_charge (const Listener  *listener,
             const TdReceipt *receipt)
{
  g_autofree char *provider = NULL;
  g_autofree char *ours = NULL;
  g_autofree char *text = NULL;

  if (receipt->usage.provider_cost < 0)
    return;
  provider = td_money_format (receipt->usage.provider_cost);
  if (receipt->cost == TD_MONEY_UNKNOWN || receipt->cost == receipt->usage.provider_cost)
    {
      tell (listener, _("Provider Says"), provider);
      return;
    }
  ours = td_money_format (receipt->cost);
  /* Translators: what a provider says it charged, and what was reckoned here. */
  text = g_strdup_printf (_("%s, reckoned here: %s"), provider, ours);
  tell (listener, _("Provider Says"), text);
}

/**
 * td_receipt_text_foreach:
 * @receipt: a receipt that is settled
 * @func: gets each line
 * @user_data: data for @func
 *
 * Says why a reply cost what it did: tokens and unit prices by class, who counted, what the provider
 * says, what was held, and by which prices.
 */
void
td_receipt_text_foreach (const TdReceipt   *receipt,
                         TdReceiptTextFunc  func,
                         gpointer           user_data)
{
  const Listener listener = { func, user_data };

  g_return_if_fail (receipt != NULL);

  tell_classes (&listener, receipt);
  tell_counts (&listener, receipt);
  tell_charge (&listener, receipt);
  if (receipt->commission > 0)
    tell_money (&listener, _("Commission"), receipt->commission);
  if (receipt->held != TD_MONEY_UNKNOWN && receipt->held > 0)
    tell_money (&listener, _("Held Before"), receipt->held);
  if (receipt->overrun > 0)
    tell_money (&listener, _("Beyond the Hold"), receipt->overrun);
  tell (&listener, _("Prices Of"), receipt->catalogue_version);
}

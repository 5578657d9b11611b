/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Money and prices as integers. Every operation that could overflow says whether it did; an
 * amount that is not known stays unknown through all of them.
 */
#include "config.h"

#include "base/td-money.h"

#include <string.h>

#include "base/td-decimal.h"

#define MONEY_DECIMALS 9
#define PRICE_DECIMALS 6
/* Dollars per token to micro-dollars per million tokens: six decimals for each. */
#define PER_TOKEN_DECIMALS 12

#define PICO_PER_NANO 1000

static gboolean
is_known (TdMoney money)
{
  return money != TD_MONEY_UNKNOWN;
}

/**
 * td_money_add:
 * @a: an amount
 * @b: another
 * @result: (out): the sum; untouched on failure
 *
 * Returns: %FALSE when one amount is not known or the sum does not fit
 */
gboolean
td_money_add (TdMoney  a,
              TdMoney  b,
              TdMoney *result)
{
  TdMoney sum;

  g_return_val_if_fail (result != NULL, FALSE);

  if (!is_known (a) || !is_known (b) || __builtin_add_overflow (a, b, &sum) || !is_known (sum))
    return FALSE;
  *result = sum;
  return TRUE;
}

/**
 * td_money_sub:
 * @a: an amount
 * @b: what to take from it
 * @result: (out): the difference, which may be negative; untouched on failure
 *
 * Returns: %FALSE when one amount is not known or the difference does not fit
 */
gboolean
td_money_sub (TdMoney  a,
              TdMoney  b,
              TdMoney *result)
{
  TdMoney difference;

  g_return_val_if_fail (result != NULL, FALSE);

  if (!is_known (a) || !is_known (b) || __builtin_sub_overflow (a, b, &difference) ||
      !is_known (difference))
    return FALSE;
  *result = difference;
  return TRUE;
}

/**
 * td_money_exact_add_tokens:
 * @sum: the running sum
 * @price: the price of these tokens
 * @tokens: how many
 *
 * Adds the exact price of @tokens. Tokens whose price or count is not known make the whole sum
 * invalid; no tokens cost nothing, whatever their price.
 */
void
td_money_exact_add_tokens (TdMoneyExact *sum,
                           TdPrice       price,
                           gint64        tokens)
{
  g_return_if_fail (sum != NULL);

  if (tokens == 0)
    return;
  if (price < 0 || tokens < 0)
    {
      sum->invalid = TRUE;
      return;
    }
  /* Two factors below 2^63 cannot overflow 127 bits; their sum can. */
  if (__builtin_add_overflow (sum->pico, (__int128) price * tokens, &sum->pico))
    sum->invalid = TRUE;
}

/**
 * td_money_exact_round_up:
 * @sum: the running sum
 * @result: (out): the sum in whole nano-dollars, rounded up; untouched on failure
 *
 * Returns: %FALSE when the sum is not known or does not fit
 */
gboolean
td_money_exact_round_up (const TdMoneyExact *sum,
                         TdMoney            *result)
{
  __int128 nano;

  g_return_val_if_fail (sum != NULL && result != NULL, FALSE);

  if (sum->invalid || sum->pico < 0)
    return FALSE;
  nano = sum->pico / PICO_PER_NANO + (sum->pico % PICO_PER_NANO != 0);
  if (nano > G_MAXINT64)
    return FALSE;
  *result = (TdMoney) nano;
  return TRUE;
}

/* What people type around an amount: spaces at the ends, a dollar sign after the sign. */
static gboolean
parse_typed (const char *text,
             int         decimals,
             gint64     *result,
             gboolean   *inexact)
{
  g_autofree char *bare = g_strstrip (g_strdup (text));
  gboolean negative = *bare == '-';
  char *number = bare + negative;

  if (*number == '$')
    number++;
  if (*number == '-')
    return FALSE;
  if (negative)
    *--number = '-';
  return td_decimal_parse_scaled (number, strlen (number), decimals, TD_DECIMAL_PLAIN, result,
                                  inexact);
}

/**
 * td_money_parse:
 * @text: dollars in decimal, such as "1", "0.05", "$1.50" or "-2"
 * @result: (out): the amount; untouched on failure
 *
 * Reads an amount a person or a program wrote. Takes no thousands separators, no exponent and
 * no decimal comma, whatever the locale, so that no amount can be read in two ways.
 *
 * Returns: %FALSE when @text is anything else, has more than 9 decimals that count, or does not fit
 */
gboolean
td_money_parse (const char *text,
                TdMoney    *result)
{
  gint64 nano;
  gboolean inexact;

  g_return_val_if_fail (text != NULL && result != NULL, FALSE);

  if (!parse_typed (text, MONEY_DECIMALS, &nano, &inexact) || inexact || !is_known (nano))
    return FALSE;
  *result = nano;
  return TRUE;
}

static gboolean
round_price_up (gint64    micros,
                gboolean  inexact,
                TdPrice  *result)
{
  if (micros < 0 || (inexact && micros == G_MAXINT64))
    return FALSE;
  *result = micros + (inexact ? 1 : 0);
  return TRUE;
}

/**
 * td_price_parse:
 * @text: dollars per million tokens in decimal, such as "1.25"
 * @result: (out): the price, rounded up to a whole micro-dollar; untouched on failure
 *
 * Returns: %FALSE when @text is anything else, is negative, or does not fit
 */
gboolean
td_price_parse (const char *text,
                TdPrice    *result)
{
  gint64 micros;
  gboolean inexact;

  g_return_val_if_fail (text != NULL && result != NULL, FALSE);

  /* "-0.0000001" is cut to zero, and is still no price. */
  if (strchr (text, '-') != NULL)
    return FALSE;
  return parse_typed (text, PRICE_DECIMALS, &micros, &inexact) &&
         round_price_up (micros, inexact, result);
}

/**
 * td_price_from_usd_per_token:
 * @text: dollars per token in decimal, such as "0.00000125" or "1.25e-06"
 * @result: (out): the price, rounded up to a whole micro-dollar per million; untouched on failure
 *
 * Reads the prices of OpenRouter's model list. Its "-1" says that the price varies: that is a
 * proper value which means "not known", so every negative number gives %TD_PRICE_UNKNOWN and
 * %TRUE. Only text that is no number fails.
 *
 * Returns: %FALSE when @text is no decimal number, or does not fit
 */
gboolean
td_price_from_usd_per_token (const char *text,
                             TdPrice    *result)
{
  gint64 micros;
  gboolean inexact;

  g_return_val_if_fail (text != NULL && result != NULL, FALSE);

  if (!td_decimal_parse_scaled (text, strlen (text), PER_TOKEN_DECIMALS, TD_DECIMAL_EXPONENT,
                                &micros, &inexact))
    return FALSE;
  if (micros < 0 || (*text == '-' && inexact))
    {
      *result = TD_PRICE_UNKNOWN;
      return TRUE;
    }
  return round_price_up (micros, inexact, result);
}

/**
 * td_money_to_decimal:
 * @money: an amount that is known
 *
 * The exact amount for files and programs, such as "0.00042" or "-12".
 *
 * Returns: (transfer full): dollars in decimal, which td_money_parse() reads back
 */
char *
td_money_to_decimal (TdMoney money)
{
  g_return_val_if_fail (is_known (money), g_strdup (""));

  return td_decimal_to_text (money, MONEY_DECIMALS, 0);
}

/* The place to round to, as a power of ten in nano-dollars: cents from a dollar up, below that
 * two significant digits, because a reply that costs $0.0042 is not free. */
static gint64
rounding_unit (guint64 magnitude)
{
  gint64 unit = TD_MONEY_PER_DOLLAR / 100;

  while (unit > 1 && magnitude < (guint64) unit * 10)
    unit /= 10;
  return unit;
}

/**
 * td_money_format:
 * @money: an amount that is known
 *
 * The amount for people: "$12.34" from a dollar up, two significant digits below it ("$0.05",
 * "$0.0042", "$0.00000012"), rounded to nearest. Only nothing is "$0.00".
 *
 * Returns: (transfer full): the text, the same in every locale
 */
char *
td_money_format (TdMoney money)
{
  guint64 magnitude = money < 0 ? -(guint64) money : (guint64) money;
  g_autofree char *number = NULL;
  guint64 unit, rounded;

  g_return_val_if_fail (is_known (money), g_strdup (""));

  unit = (guint64) rounding_unit (magnitude);
  rounded = (magnitude + unit / 2) / unit * unit;
  number = td_decimal_to_text ((gint64) MIN (rounded, G_MAXINT64), MONEY_DECIMALS, 2);
  return g_strconcat (money < 0 ? "-$" : "$", number, NULL);
}

/**
 * td_money_format_left:
 * @money: what there is to spend, which is known
 *
 * As td_money_format(), but rounded down: nobody is shown more than there is.
 *
 * Returns: (transfer full): the text, the same in every locale
 */
char *
td_money_format_left (TdMoney money)
{
  gint64 unit;

  g_return_val_if_fail (is_known (money), g_strdup (""));

  unit = money > 0 ? rounding_unit ((guint64) money) : 1;
  return td_money_format (money / unit * unit);
}

/**
 * td_price_format:
 * @price: a price that is known
 *
 * The exact price in dollars per million tokens, such as "$1.25" or "$0.075". Only the number:
 * "free" and "per million tokens" are words of the interface.
 *
 * Returns: (transfer full): the text, the same in every locale
 */
char *
td_price_format (TdPrice price)
{
  g_autofree char *number = NULL;

  g_return_val_if_fail (price >= 0, g_strdup (""));

  number = td_decimal_to_text (price, PRICE_DECIMALS, 2);
  return g_strconcat ("$", number, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TdMoney:
 *
 * An amount of money: a signed count of nano-dollars (1e-9 USD). No floating point ever
 * touches money; every sum is checked for overflow.
 */
typedef gint64 TdMoney;

/**
 * TdPrice:
 *
 * A price in whole micro-dollars per million tokens, so that tokens times price is an exact
 * count of pico-dollars. Every negative value means "not known" and is never multiplied.
 */
typedef gint64 TdPrice;

#define TD_MONEY_PER_DOLLAR  G_GINT64_CONSTANT (1000000000)
#define TD_PRICE_PER_DOLLAR  G_GINT64_CONSTANT (1000000)
#define TD_MONEY_UNKNOWN     G_MININT64
#define TD_PRICE_UNKNOWN     G_GINT64_CONSTANT (-1)

/**
 * TdMoneyExact:
 *
 * A running sum of pico-dollars in 128 bits, rounded up to whole nano-dollars once, at the end.
 */
typedef struct
{
  /*< private >*/
  __int128 pico;
  gboolean invalid; /* an unknown price, a negative count or an overflow went in */
} TdMoneyExact;

#define TD_MONEY_EXACT_INIT { 0, FALSE }

gboolean td_money_add              (TdMoney       a,
                                    TdMoney       b,
                                    TdMoney      *result);
gboolean td_money_sub              (TdMoney       a,
                                    TdMoney       b,
                                    TdMoney      *result);
void     td_money_exact_add_tokens (TdMoneyExact *sum,
                                    TdPrice       price,
                                    gint64        tokens);
gboolean td_money_exact_round_up   (const TdMoneyExact *sum,
                                    TdMoney            *result);
gboolean td_money_parse            (const char   *text,
                                    TdMoney      *result);
gboolean td_price_parse            (const char   *text,
                                    TdPrice      *result);
gboolean td_price_from_usd_per_token (const char *text,
                                      TdPrice    *result);
char    *td_money_to_decimal       (TdMoney       money);
char    *td_money_format           (TdMoney       money);
char    *td_money_format_left      (TdMoney       money);
char    *td_price_format           (TdPrice       price);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/td-money.h"
#include "support/td-test.h"

static void
test_add_and_sub (void)
{
  static const struct
  {
    TdMoney a, b;
    gboolean adds;
    TdMoney sum;
    gboolean subtracts;
    TdMoney difference;
  } rows[] = {
    { 1, 2, TRUE, 3, TRUE, -1 },
    { -5, 5, TRUE, 0, TRUE, -10 },
    { G_MAXINT64, 1, FALSE, 0, TRUE, G_MAXINT64 - 1 },
    { G_MAXINT64, -1, TRUE, G_MAXINT64 - 1, FALSE, 0 },
    { -G_MAXINT64, -1, FALSE, 0, TRUE, -G_MAXINT64 + 1 },
    { -G_MAXINT64, 1, TRUE, -G_MAXINT64 + 1, FALSE, 0 },
    { TD_MONEY_UNKNOWN, 1, FALSE, 0, FALSE, 0 },
    { 1, TD_MONEY_UNKNOWN, FALSE, 0, FALSE, 0 },
    { TD_MONEY_UNKNOWN, TD_MONEY_UNKNOWN, FALSE, 0, FALSE, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      TdMoney result = 77;

      g_test_message ("row %" G_GSIZE_FORMAT, i);
      g_assert_cmpint (td_money_add (rows[i].a, rows[i].b, &result), ==, rows[i].adds);
      g_assert_cmpint (result, ==, rows[i].adds ? rows[i].sum : 77);
      result = 77;
      g_assert_cmpint (td_money_sub (rows[i].a, rows[i].b, &result), ==, rows[i].subtracts);
      g_assert_cmpint (result, ==, rows[i].subtracts ? rows[i].difference : 77);
    }
}

static void
test_tokens (void)
{
  static const struct
  {
    TdPrice price;
    gint64 tokens;
    gboolean known;
    TdMoney cost;
  } rows[] = {
    { 1250000, 1000000, TRUE, 1250000000 },          /* $1.25 a million: a million cost $1.25 */
    { 1250000, 1, TRUE, 1250 },                      /* a token costs $0.00000125 */
    { 1, 1, TRUE, 1 },                               /* one pico-dollar is rounded up */
    { 1, 1000, TRUE, 1 },
    { 1, 1001, TRUE, 2 },
    { 0, G_MAXINT64, TRUE, 0 },
    { TD_PRICE_UNKNOWN, 1, FALSE, 0 },
    { TD_PRICE_UNKNOWN, 0, TRUE, 0 },                /* nothing of an unknown price is nothing */
    { -7, 1, FALSE, 0 },
    { 1, -1, FALSE, 0 },
    { 1000, G_MAXINT64, TRUE, G_MAXINT64 },
    { 1001, G_MAXINT64, FALSE, 0 },
    { G_MAXINT64, G_MAXINT64, FALSE, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      TdMoneyExact sum = TD_MONEY_EXACT_INIT;
      TdMoney cost = 77;

      g_test_message ("row %" G_GSIZE_FORMAT, i);
      td_money_exact_add_tokens (&sum, rows[i].price, rows[i].tokens);
      g_assert_cmpint (td_money_exact_round_up (&sum, &cost), ==, rows[i].known);
      g_assert_cmpint (cost, ==, rows[i].known ? rows[i].cost : 77);
    }
}

static void
test_tokens_round_once (void)
{
  TdMoneyExact sum = TD_MONEY_EXACT_INIT;
  TdMoney cost = 0;

  /* Four times 0.3 nano-dollars are 1.2, not four times 1. */
  for (int i = 0; i < 4; i++)
    td_money_exact_add_tokens (&sum, 300, 1);
  g_assert_true (td_money_exact_round_up (&sum, &cost));
  g_assert_cmpint (cost, ==, 2);

  td_money_exact_add_tokens (&sum, TD_PRICE_UNKNOWN, 5);
  td_money_exact_add_tokens (&sum, 300, 1);
  g_assert_false (td_money_exact_round_up (&sum, &cost));
}

static void
test_tokens_overflow (void)
{
  TdMoneyExact sum = TD_MONEY_EXACT_INIT;
  TdMoney cost = 77;

  /* Each product is nearly 2^126: the third leaves 127 bits. */
  for (int i = 0; i < 3; i++)
    td_money_exact_add_tokens (&sum, G_MAXINT64, G_MAXINT64);
  g_assert_true (sum.invalid);
  g_assert_false (td_money_exact_round_up (&sum, &cost));
  g_assert_cmpint (cost, ==, 77);
}

static void
test_parse_money (void)
{
  static const struct
  {
    const char *text;
    gboolean parsed;
    TdMoney money;
  } rows[] = {
    { "1", TRUE, 1000000000 },
    { "0", TRUE, 0 },
    { "0.05", TRUE, 50000000 },
    { "$1.50", TRUE, 1500000000 },
    { " $20 ", TRUE, 20000000000 },
    { ".5", TRUE, 500000000 },
    { "-2.25", TRUE, -2250000000 },
    { "-$2.25", TRUE, -2250000000 },
    { "0.000000001", TRUE, 1 },
    { "0.0000000010", TRUE, 1 },
    { "0.0000000001", FALSE, 0 },
    { "0007", TRUE, 7000000000 },
    { "9223372036.854775807", TRUE, G_MAXINT64 },
    { "9223372036.854775808", FALSE, 0 },
    { "-9223372036.854775807", TRUE, -G_MAXINT64 },
    { "-9223372036.854775808", FALSE, 0 }, /* would be "unknown" */
    { "99999999999999999999999999", FALSE, 0 },
    { "", FALSE, 0 },
    { " ", FALSE, 0 },
    { "$", FALSE, 0 },
    { "-", FALSE, 0 },
    { ".", FALSE, 0 },
    { "1.", FALSE, 0 },
    { "1,50", FALSE, 0 },
    { "1,000.00", FALSE, 0 },
    { "1e3", FALSE, 0 },
    { "+1", FALSE, 0 },
    { "--1", FALSE, 0 },
    { "$-1", FALSE, 0 },
    { "$$1", FALSE, 0 },
    { "1.2.3", FALSE, 0 },
    { "1 000", FALSE, 0 },
    { "0x10", FALSE, 0 },
    { "nan", FALSE, 0 },
    { "inf", FALSE, 0 },
    { "٣", FALSE, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      TdMoney money = 77;

      g_test_message ("'%s'", rows[i].text);
      g_assert_cmpint (td_money_parse (rows[i].text, &money), ==, rows[i].parsed);
      g_assert_cmpint (money, ==, rows[i].parsed ? rows[i].money : 77);
    }
}

static void
test_parse_price (void)
{
  static const struct
  {
    const char *text;
    gboolean parsed;
    TdPrice price;
  } rows[] = {
    { "1.25", TRUE, 1250000 },
    { "$15", TRUE, 15000000 },
    { "0", TRUE, 0 },
    { "0.075", TRUE, 75000 },
    { "0.0000001", TRUE, 1 }, /* rounded up */
    { "1.0000000", TRUE, 1000000 },
    { "1.0000001", TRUE, 1000001 },
    { "9223372036854.775807", TRUE, G_MAXINT64 },
    { "9223372036854.7758071", FALSE, 0 },
    { "9223372036854.775808", FALSE, 0 },
    { "-1", FALSE, 0 },
    { "-0.0000001", FALSE, 0 },
    { "1e-6", FALSE, 0 },
    { "", FALSE, 0 },
    { "free", FALSE, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      TdPrice price = 77;

      g_test_message ("'%s'", rows[i].text);
      g_assert_cmpint (td_price_parse (rows[i].text, &price), ==, rows[i].parsed);
      g_assert_cmpint (price, ==, rows[i].parsed ? rows[i].price : 77);
    }
}

static void
test_price_per_token (void)
{
  static const struct
  {
    const char *text;
    gboolean parsed;
    TdPrice price;
  } rows[] = {
    { "0.00000125", TRUE, 1250000 },
    { "1.25e-06", TRUE, 1250000 },
    { "1e-6", TRUE, 1000000 },
    { "1E-6", TRUE, 1000000 },
    { "125e-8", TRUE, 1250000 },
    { "0", TRUE, 0 },
    { "0.0", TRUE, 0 },
    { "0e999999999999", TRUE, 0 },
    { "1e0", TRUE, G_GINT64_CONSTANT (1000000000000) },
    { "1e+6", TRUE, G_GINT64_CONSTANT (1000000000000000000) },
    { "1e-12", TRUE, 1 },
    { "1e-13", TRUE, 1 }, /* rounded up */
    { "1e-999999999999", TRUE, 1 },
    { "0.0000001", TRUE, 100000 },
    { "-1", TRUE, TD_PRICE_UNKNOWN },
    { "-1e-30", TRUE, TD_PRICE_UNKNOWN },
    { "1e7", FALSE, 0 },
    { "1e999999999999", FALSE, 0 },
    { "1e", FALSE, 0 },
    { "e5", FALSE, 0 },
    { "1e+", FALSE, 0 },
    { "1e5.5", FALSE, 0 },
    { "", FALSE, 0 },
    { " 1", FALSE, 0 },
    { "$1", FALSE, 0 },
    { "0,1", FALSE, 0 },
    { "nan", FALSE, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      TdPrice price = 77;

      g_test_message ("'%s'", rows[i].text);
      g_assert_cmpint (td_price_from_usd_per_token (rows[i].text, &price), ==, rows[i].parsed);
      g_assert_cmpint (price, ==, rows[i].parsed ? rows[i].price : 77);
    }
}

static void
test_format_money (void)
{
  static const struct
  {
    TdMoney money;
    const char *decimal;
    const char *shown;
  } rows[] = {
    { 0, "0", "$0.00" },
    { 1, "0.000000001", "$0.000000001" },
    { 12, "0.000000012", "$0.000000012" },
    { 120, "0.00000012", "$0.00000012" },
    { 123456, "0.000123456", "$0.00012" },
    { 420000, "0.00042", "$0.00042" },
    { 4200000, "0.0042", "$0.0042" },
    { 9949999, "0.009949999", "$0.0099" },
    { 9950000, "0.00995", "$0.01" },
    { 10000000, "0.01", "$0.01" },
    { 14900000, "0.0149", "$0.015" },
    { 50000000, "0.05", "$0.05" },
    { 99999999, "0.099999999", "$0.10" },
    { 500000000, "0.5", "$0.50" },
    { 999999999, "0.999999999", "$1.00" },
    { 1000000000, "1", "$1.00" },
    { 1004999999, "1.004999999", "$1.00" },
    { 1005000000, "1.005", "$1.01" },
    { G_GINT64_CONSTANT (12340000000), "12.34", "$12.34" },
    { G_GINT64_CONSTANT (1234567891234), "1234.567891234", "$1234.57" },
    { -4200000, "-0.0042", "-$0.0042" },
    { -1500000000, "-1.5", "-$1.50" },
    { G_MAXINT64, "9223372036.854775807", "$9223372036.85" },
    { -G_MAXINT64, "-9223372036.854775807", "-$9223372036.85" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *decimal = td_money_to_decimal (rows[i].money);
      g_autofree char *shown = td_money_format (rows[i].money);
      TdMoney back = 77;

      g_assert_cmpstr (decimal, ==, rows[i].decimal);
      g_assert_cmpstr (shown, ==, rows[i].shown);
      g_assert_true (td_money_parse (decimal, &back));
      g_assert_cmpint (back, ==, rows[i].money);
    }
}

static void
test_format_left (void)
{
  static const struct
  {
    TdMoney money;
    const char *shown;
  } rows[] = {
    { 0, "$0.00" },
    { 1, "$0.000000001" },
    { 129, "$0.00000012" },
    { 4953000, "$0.0049" },
    { 9999999, "$0.0099" },
    { 99999999, "$0.099" },
    { 100000000, "$0.10" },
    { 999999999, "$0.99" },
    { 1000000000, "$1.00" },
    { 1005000000, "$1.00" },
    { G_GINT64_CONSTANT (10499922000), "$10.49" },
    { G_GINT64_CONSTANT (10500000000), "$10.50" },
    { G_GINT64_CONSTANT (19999999999), "$19.99" },
    { G_MAXINT64, "$9223372036.85" },
    { -1500000000, "-$1.50" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *shown = td_money_format_left (rows[i].money);

      g_assert_cmpstr (shown, ==, rows[i].shown);
    }
}

/* Whatever the amount: exact text reads back, and shown text is close and never free. */
static void
test_format_any (void)
{
  for (int i = 0; i < 200000; i++)
    {
      guint64 bits = (guint64) g_test_rand_int () << 32 | (guint32) g_test_rand_int ();
      TdMoney money = (TdMoney) (bits >> (bits % 63 + 1));
      g_autofree char *decimal = td_money_to_decimal (-money);
      g_autofree char *shown = td_money_format (money);
      TdMoney exact = 77, rounded = 77;

      g_assert_true (td_money_parse (decimal, &exact));
      g_assert_cmpint (exact, ==, -money);
      g_assert_true (td_money_parse (shown, &rounded));
      g_assert_true (money == 0 || rounded != 0);
      g_assert_cmpint (ABS (rounded - money), <=, MAX (money / 20, 0));
    }
}

static void
test_format_price (void)
{
  static const struct
  {
    TdPrice price;
    const char *shown;
  } rows[] = {
    { 0, "$0.00" },
    { 1, "$0.000001" },
    { 75000, "$0.075" },
    { 1250000, "$1.25" },
    { 15000000, "$15.00" },
    { 1234567, "$1.234567" },
    { 150000000, "$150.00" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *shown = td_price_format (rows[i].price);

      g_assert_cmpstr (shown, ==, rows[i].shown);
    }
}

int
main (int    argc,
      char **argv)
{
  td_test_init (&argc, &argv);
  g_test_add_func ("/money/add-and-sub", test_add_and_sub);
  g_test_add_func ("/money/tokens", test_tokens);
  g_test_add_func ("/money/tokens-round-once", test_tokens_round_once);
  g_test_add_func ("/money/tokens-overflow", test_tokens_overflow);
  g_test_add_func ("/money/parse", test_parse_money);
  g_test_add_func ("/money/parse-price", test_parse_price);
  g_test_add_func ("/money/price-per-token", test_price_per_token);
  g_test_add_func ("/money/format", test_format_money);
  g_test_add_func ("/money/format-left", test_format_left);
  g_test_add_func ("/money/format-any", test_format_any);
  g_test_add_func ("/money/format-price", test_format_price);
  return g_test_run ();
}

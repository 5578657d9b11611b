/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "support/td-test.h"
#include "wallet/td-pricing.h"

#define UNKNOWN   (-1)
#define NO_PRICES { -1, -1, -1, -1, -1, -1, -1 }

/* Prices in micro-dollars per million tokens: 3000000 is 3 dollars. */
#define PLAIN     { 3000000, 15000000, -1, -1, -1, -1, -1 }
#define CACHED    { 3000000, 15000000, 300000, 3750000, -1, -1, -1 }
#define REASONING { 2000000, 8000000, -1, -1, 5000000, -1, -1 }
#define ZERO      { 0, 0, -1, -1, -1, -1, -1 }

typedef struct
{
  const char *name;
  TdPriceList prices;
  TdPriceTier tier; /* above_tokens 0: none */
  gboolean local;
  TdUsage usage;    /* input, cached, cache_write, output, reasoning, total, provider_cost */
  gboolean known;
  TdMoney total;
} Case;

/* clang-format off */
static const Case cases[] = {
  /* 1,000 x 3 + 500 x 15 dollars a million = 0.003 + 0.0075 = 0.0105 dollars. */
  { "plain", PLAIN, { 0 }, FALSE, { 1000, -1, -1, 500, -1, -1, -1 }, TRUE, 10500000 },
  /* One token at 3 dollars a million is 3,000 nano-dollars, at 15 it is 15,000. */
  { "one token each", PLAIN, { 0 }, FALSE, { 1, -1, -1, 1, -1, -1, -1 }, TRUE, 18000 },
  /* 1 token at 0.0001 dollars a million is 100 pico-dollars: rounded up to 1 nano. */
  { "less than a nano rounds up", { 100, 100, -1, -1, -1, -1, -1 }, { 0 }, FALSE, { 1, -1, -1, 0, -1, -1, -1 }, TRUE, 1 },
  /* 3 x 700 + 2 x 700 pico-dollars = 3,500: rounded once to 4 (rounding each class would give 3 + 2 = 5). */
  { "rounds once", { 700, 700, -1, -1, -1, -1, -1 }, { 0 }, FALSE, { 3, -1, -1, 2, -1, -1, -1 }, TRUE, 4 },
  /* Exactly 1,000 pico-dollars is 1 nano, not 2. */
  { "exact stays exact", { 500, 500, -1, -1, -1, -1, -1 }, { 0 }, FALSE, { 1, -1, -1, 1, -1, -1, -1 }, TRUE, 1 },
  /* 600 x 3 + 300 x 0.3 + 100 x 3.75 + 10 x 15 = 1800 + 90 + 375 + 150 = 2415 micro-dollars. */
  { "cache read and write", CACHED, { 0 }, FALSE, { 1000, 300, 100, 10, -1, -1, -1 }, TRUE, 2415000 },
  /* No cache price is published: cached tokens cost what input costs. 1,000 x 3 + 10 x 15 = 3150 micro-dollars. */
  { "cache without a price", PLAIN, { 0 }, FALSE, { 1000, 300, 100, 10, -1, -1, -1 }, TRUE, 3150000 },
  /* Reasoning is in the output: 100 x 3 + 1000 x 15 = 15300 micro-dollars, whatever part was reasoning. */
  { "reasoning is output", PLAIN, { 0 }, FALSE, { 100, -1, -1, 1000, 900, -1, -1 }, TRUE, 15300000 },
  /* A price of its own: 100 x 2 + 100 x 8 + 900 x 5 = 200 + 800 + 4500 = 5500 micro-dollars. */
  { "reasoning with a price", REASONING, { 0 }, FALSE, { 100, -1, -1, 1000, 900, -1, -1 }, TRUE, 5500000 },
  { "reasoning with a price but no count", REASONING, { 0 }, FALSE, { 100, -1, -1, 1000, -1, -1, -1 }, FALSE, 0 },
  /* The stated reasoning price is the output price: no count is needed. 100 x 2 + 10 x 8 = 280 micro-dollars. */
  { "reasoning at the output price", { 2000000, 8000000, -1, -1, 8000000, -1, -1 }, { 0 }, FALSE,
    { 100, -1, -1, 10, -1, -1, -1 }, TRUE, 280000 },
  /* Above 200,000 tokens 6 and 22.5 instead of 3 and 15. At 200,000 exactly: 600,000 + 15 = 600,015 micro-dollars. */
  { "at the tier's edge", PLAIN, { 200000, { 6000000, 22500000, -1, -1, -1, -1, -1 } }, FALSE,
    { 200000, -1, -1, 1, -1, -1, -1 }, TRUE, G_GINT64_CONSTANT (600015000) },
  /* One token more: 200,001 x 6 + 1 x 22.5 = 1,200,006 + 22.5 = 1,200,028.5 micro-dollars. */
  { "above the tier's edge", PLAIN, { 200000, { 6000000, 22500000, -1, -1, -1, -1, -1 } }, FALSE,
    { 200001, -1, -1, 1, -1, -1, -1 }, TRUE, G_GINT64_CONSTANT (1200028500) },
  /* The tier says nothing of the cache: its price stays. (300,000 - 100,000) x 6 + 100,000 x 0.3 = 1,230,000. */
  { "tier keeps what it does not state", CACHED, { 200000, { 6000000, 22500000, -1, -1, -1, -1, -1 } }, FALSE,
    { 300000, 100000, -1, 0, -1, -1, -1 }, TRUE, G_GINT64_CONSTANT (1230000000) },
  /* Reasoning stated at the output price follows the output into the tier: 300,000 x 4 + 100 x 16 = 1,201,600. */
  { "tier raises reasoning with output", { 2000000, 8000000, -1, -1, 8000000, -1, -1 },
    { 200000, { 4000000, 16000000, -1, -1, -1, -1, -1 } }, FALSE, { 300000, -1, -1, 100, 50, -1, -1 }, TRUE,
    G_GINT64_CONSTANT (1201600000) },
  { "unknown prices", NO_PRICES, { 0 }, FALSE, { 10, -1, -1, 10, -1, -1, -1 }, FALSE, 0 },
  { "unknown output price", { 3000000, -1, -1, -1, -1, -1, -1 }, { 0 }, FALSE, { 10, -1, -1, 10, -1, -1, -1 }, FALSE, 0 },
  /* Nothing was generated, so the unknown price does not matter: 10 x 3 = 30 micro-dollars. */
  { "unknown output price, no output", { 3000000, -1, -1, -1, -1, -1, -1 }, { 0 }, FALSE,
    { 10, -1, -1, 0, -1, -1, -1 }, TRUE, 30000 },
  { "unknown input count", PLAIN, { 0 }, FALSE, { -1, -1, -1, 10, -1, -1, -1 }, FALSE, 0 },
  { "unknown output count", PLAIN, { 0 }, FALSE, { 10, -1, -1, -1, -1, -1, -1 }, FALSE, 0 },
  /* What the source says is free stays free without any count. */
  { "free", ZERO, { 0 }, FALSE, { 1000, -1, -1, 1000, -1, -1, -1 }, TRUE, 0 },
  { "free without counts", ZERO, { 0 }, FALSE, { -1, -1, -1, -1, -1, -1, -1 }, TRUE, 0 },
  { "local without prices", NO_PRICES, { 0 }, TRUE, { 1000, -1, -1, 1000, -1, -1, -1 }, TRUE, 0 },
  /* More cached than there are: 300 x 0.3 + 0 x 3 + 1 x 15 = 90 + 15 = 105 micro-dollars. */
  { "contradicting counts", CACHED, { 0 }, FALSE, { 100, 300, -1, 1, -1, -1, -1 }, TRUE, 105000 },
  /* More reasoning than output: all of it at its price, 1,000 x 5 = 5000 micro-dollars, and 100 x 2. */
  { "more reasoning than output", REASONING, { 0 }, FALSE, { 100, -1, -1, 900, 1000, -1, -1 }, TRUE, 5200000 },
  { "overflow is unknown", { G_MAXINT64, 1, -1, -1, -1, -1, -1 }, { 0 }, FALSE,
    { G_MAXINT64, -1, -1, 1, -1, -1, -1 }, FALSE, 0 },
};
/* clang-format on */

static void
set_up (TdModelFacts *facts,
        const Case   *c)
{
  facts->price = c->prices;
  facts->local = c->local;
  if (c->tier.above_tokens > 0)
    {
      facts->tiers = g_memdup2 (&c->tier, sizeof c->tier);
      facts->n_tiers = 1;
    }
}

static void
test_table (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const Case *c = &cases[i];
      g_autoptr (TdModelFacts) facts = td_model_facts_new ();
      TdCost cost;

      g_test_message ("%s", c->name);
      set_up (facts, c);
      td_pricing_cost (facts, &c->usage, &cost);
      g_assert_cmpint (cost.known, ==, c->known);
      g_assert_cmpint (cost.total, ==, c->total);
      g_assert_cmpint (cost.free, ==, c->known && c->total == 0);
    }
}

static void
test_two_tiers (void)
{
  static const struct
  {
    gint64 prompt;
    TdPrice input, cache_read;
  } expected[] = {
    { 32000, 1000, 100 },
    { 32001, 2000, 200 },
    { 128000, 2000, 200 },
    { 128001, 4000, 200 },
    { -1, 1000, 100 },
  };
  g_autoptr (TdModelFacts) facts = td_model_facts_new ();
  TdPriceList prices;

  facts->price = (TdPriceList) { 1000, 5000, 100, -1, -1, -1, -1 };
  facts->n_tiers = 2;
  facts->tiers = g_new0 (TdPriceTier, 2);
  facts->tiers[0] = (TdPriceTier) { 32000, { 2000, 10000, 200, -1, -1, -1, -1 } };
  facts->tiers[1] = (TdPriceTier) { 128000, { 4000, 20000, -1, -1, -1, -1, -1 } };
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      td_pricing_get_prices (facts, expected[i].prompt, &prices);
      g_assert_cmpint (prices.input, ==, expected[i].input);
      g_assert_cmpint (prices.cache_read, ==, expected[i].cache_read);
    }
}

static void
test_worst_case (void)
{
  g_autoptr (TdModelFacts) facts = td_model_facts_new ();
  TdMoney worst;

  /* 1,000 x 3.75 (all of it could be written to the cache) + 2,000 x 15 = 3,750 + 30,000 micro-dollars. */
  facts->price = (TdPriceList) CACHED;
  g_assert_true (td_pricing_worst_case (facts, 1000, 2000, &worst));
  g_assert_cmpint (worst, ==, 33750000);
  g_assert_false (td_pricing_worst_case (facts, 1000, 0, &worst));

  /* The dearer of output and reasoning: 10 x 8. */
  facts->price = (TdPriceList) REASONING;
  g_assert_true (td_pricing_worst_case (facts, 0, 10, &worst));
  g_assert_cmpint (worst, ==, 80000);

  facts->price = (TdPriceList) NO_PRICES;
  g_assert_false (td_pricing_worst_case (facts, 1000, 2000, &worst));
  facts->local = TRUE;
  g_assert_true (td_pricing_worst_case (facts, 1000, 0, &worst));
  g_assert_cmpint (worst, ==, 0);
}

/* ---- an independent computation: school arithmetic on decimal digits ------------------------ */

#define N_DIGITS 48

typedef struct
{
  guint8 digit[N_DIGITS]; /* the lowest first */
} Decimal;

static Decimal
decimal_from (gint64 value)
{
  Decimal d = { { 0 } };
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, value);
  gsize length = strlen (text);

  for (gsize i = 0; i < length; i++)
    d.digit[i] = (guint8) (text[length - 1 - i] - '0');
  return d;
}

static Decimal
decimal_add (Decimal a,
             Decimal b)
{
  guint carry = 0;

  for (guint i = 0; i < N_DIGITS; i++)
    {
      guint sum = a.digit[i] + b.digit[i] + carry;

      a.digit[i] = (guint8) (sum % 10);
      carry = sum / 10;
    }
  return a;
}

static Decimal
decimal_multiply (gint64 x,
                  gint64 y)
{
  Decimal a = decimal_from (x), b = decimal_from (y), product = { { 0 } };

  for (guint i = 0; i < N_DIGITS / 2; i++)
    {
      guint carry = 0;

      for (guint j = 0; i + j < N_DIGITS; j++)
        {
          guint sum = product.digit[i + j] + a.digit[i] * b.digit[j] + carry;

          product.digit[i + j] = (guint8) (sum % 10);
          carry = sum / 10;
        }
    }
  return product;
}

/* Pico to nano: three digits off the end, and one up when they were not all zero. */
static gint64
decimal_to_nano (Decimal pico)
{
  gboolean rest = pico.digit[0] != 0 || pico.digit[1] != 0 || pico.digit[2] != 0;
  gint64 value = 0;

  for (guint i = N_DIGITS; i > 3; i--)
    value = value * 10 + pico.digit[i - 1];
  return value + (rest ? 1 : 0);
}

static gint64
random_up_to (gint64 limit)
{
  /* Small numbers as often as large ones. */
  return (gint64) g_test_rand_int_range (0, 1 << (1 + g_test_rand_int_range (0, 29))) % (limit + 1);
}

static TdPrice
random_price (void)
{
  return g_test_rand_bit () ? TD_PRICE_UNKNOWN : random_up_to (100000000);
}

/* A million usages against a reckoning that shares nothing with ours: exact fractions of a dollar, as
 * numerators over the common denominator 10^12, carried in two 64-bit halves. */
typedef struct
{
  guint64 high, low;
} Wide;

static void
wide_add_product (Wide    *sum,
                  guint64  x,
                  guint64  y)
{
  guint64 x1 = x >> 32, x0 = x & G_MAXUINT32, y1 = y >> 32, y0 = y & G_MAXUINT32;
  guint64 middle = x1 * y0 + (x0 * y0 >> 32), low;
  guint64 cross = (middle & G_MAXUINT32) + x0 * y1;

  low = x * y;
  sum->high += x1 * y1 + (middle >> 32) + (cross >> 32);
  sum->low += low;
  sum->high += sum->low < low;
}

/* Over a thousand, rounded up: long division in base 2^32. */
static guint64
wide_to_nano (Wide pico)
{
  guint64 rest = pico.high % 1000, upper, lower;

  g_assert_cmpuint (pico.high / 1000, ==, 0);
  upper = rest << 32 | pico.low >> 32;
  lower = (upper % 1000) << 32 | (pico.low & G_MAXUINT32);
  return (upper / 1000 << 32) + lower / 1000 + (lower % 1000 != 0);
}

static gint64
draw (guint64 *state,
      gint64   limit)
{
  /* xorshift; small numbers as often as large ones, and the limits themselves now and then */
  *state ^= *state << 13;
  *state ^= *state >> 7;
  *state ^= *state << 17;
  switch (*state & 15)
    {
    case 0:
      return 0;
    case 1:
      return limit;
    default:
      return (gint64) ((*state >> 20) % (guint64) limit) >> (*state >> 8 & 31) % 24;
    }
}

static TdPrice
draw_price (guint64 *state)
{
  return draw (state, 2) == 0 ? TD_PRICE_UNKNOWN : draw (state, G_GINT64_CONSTANT (10000000000000));
}

static void
test_a_million (void)
{
  guint64 state = (guint64) g_test_rand_int () << 32 | 88172645463325252 % G_MAXUINT32;

  for (guint i = 0; i < 1000000; i++)
    {
      TdPriceList p = { draw (&state, G_GINT64_CONSTANT (10000000000000)),
                        draw (&state, G_GINT64_CONSTANT (10000000000000)),
                        draw_price (&state),
                        draw_price (&state),
                        draw_price (&state),
                        -1,
                        -1 };
      gint64 plain = draw (&state, 20000000), cached = draw (&state, 20000000),
             written = draw (&state, 20000000);
      gint64 visible = draw (&state, 2000000), reasoning = draw (&state, 2000000);
      TdUsage usage = {
        plain + cached + written, cached, written, visible + reasoning, reasoning, -1, -1
      };
      Wide sum = { 0, 0 };
      TdCost cost;

      wide_add_product (&sum, (guint64) plain, (guint64) p.input);
      wide_add_product (&sum, (guint64) cached,
                        (guint64) (p.cache_read < 0 ? p.input : p.cache_read));
      wide_add_product (&sum, (guint64) written,
                        (guint64) (p.cache_write < 0 ? p.input : p.cache_write));
      wide_add_product (&sum, (guint64) visible, (guint64) p.output);
      wide_add_product (&sum, (guint64) reasoning,
                        (guint64) (p.reasoning < 0 ? p.output : p.reasoning));
      td_pricing_cost_at (&p, &usage, &cost);
      g_assert_true (cost.known);
      g_assert_cmpuint ((guint64) cost.total, ==, wide_to_nano (sum));
    }
}

static void
test_against_school_arithmetic (void)
{
  for (guint i = 0; i < 100000; i++)
    {
      TdPriceList p = { random_up_to (100000000),
                        random_up_to (100000000),
                        random_price (),
                        random_price (),
                        random_price (),
                        -1,
                        -1 };
      gint64 plain = random_up_to (2000000), cached = random_up_to (500000),
             written = random_up_to (500000);
      gint64 visible = random_up_to (200000), reasoning = random_up_to (200000);
      TdUsage usage = {
        plain + cached + written, cached, written, visible + reasoning, reasoning, -1, -1
      };
      Decimal sum;
      TdCost cost;

      sum = decimal_multiply (p.input, plain);
      sum = decimal_add (sum, decimal_multiply (p.cache_read < 0 ? p.input : p.cache_read, cached));
      sum =
        decimal_add (sum, decimal_multiply (p.cache_write < 0 ? p.input : p.cache_write, written));
      sum = decimal_add (sum, decimal_multiply (p.output, visible));
      sum =
        decimal_add (sum, decimal_multiply (p.reasoning < 0 ? p.output : p.reasoning, reasoning));

      td_pricing_cost_at (&p, &usage, &cost);
      g_assert_true (cost.known);
      g_assert_cmpint (cost.total, ==, decimal_to_nano (sum));
    }
}

/* The longest reply that the money covers: it does, and one token more would not. */
static void
test_fit_output (void)
{
  for (guint i = 0; i < 20000; i++)
    {
      g_autoptr (TdModelFacts) facts = td_model_facts_new ();
      gint64 prompt = random_up_to (200000), fitting;
      TdMoney money = random_up_to (5000000000), worst;

      facts->price =
        (TdPriceList) { random_up_to (50000000), 1 + random_up_to (50000000), -1, -1, -1, -1, -1 };
      fitting = td_pricing_fit_output (facts, prompt, money);
      if (fitting > 0)
        {
          g_assert_true (td_pricing_worst_case (facts, prompt, fitting, &worst));
          g_assert_cmpint (worst, <=, money);
        }
      g_assert_true (td_pricing_worst_case (facts, prompt, fitting + 1, &worst));
      g_assert_cmpint (worst, >, money);
    }
}

static void
test_fit_output_at_the_edges (void)
{
  static const struct
  {
    TdPriceList prices;
    gint64 prompt;
    TdMoney money;
    gint64 fitting;
  } edges[] = {
    { PLAIN, 1000, 3000000, 0 },            /* just the prompt */
    { PLAIN, 1000, 3000000 + 15000, 1 },
    { PLAIN, 1000, 3000000 + 14999, 0 },
    { PLAIN, 1000, 2999999, 0 },
    { PLAIN, 0, 0, 0 },
    { ZERO, 1000, 0, G_MAXINT64 },          /* it costs nothing however long it is */
    { NO_PRICES, 1000, 1000000, 0 },
    { { 0, 1, -1, -1, -1, -1, -1 }, 0, G_MAXINT64, G_MAXINT64 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (edges); i++)
    {
      g_autoptr (TdModelFacts) facts = td_model_facts_new ();

      facts->price = edges[i].prices;
      g_assert_cmpint (td_pricing_fit_output (facts, edges[i].prompt, edges[i].money), ==,
                       edges[i].fitting);
    }
}

/* What is left for the tokens, and the commission on that, are never more than there was. */
static void
test_commission (void)
{
  g_assert_cmpint (td_pricing_commission (10, 300000), ==, 3);
  g_assert_cmpint (td_pricing_commission (11, 300000), ==, 4);
  g_assert_cmpint (td_pricing_commission (G_MAXINT64, 1000000), ==, G_MAXINT64);
  for (guint i = 0; i < 10000; i++)
    {
      TdMoney money = random_up_to (500000000);
      gint64 ppm = random_up_to (1000000);
      TdMoney tokens = td_pricing_without_commission (money, ppm);

      g_assert_cmpint (tokens + td_pricing_commission (tokens, ppm), <=, money);
      tokens += 2; /* of which one may have been lost in rounding */
      g_assert_cmpint (tokens + td_pricing_commission (tokens, ppm), >, money);
    }
}

static void
test_usage_merge (void)
{
  TdUsage usage = TD_USAGE_INIT;
  const TdUsage first = { 10, -1, -1, 1, -1, -1, -1 };
  const TdUsage second = { -1, 4, -1, 20, 5, 30, 700 };
  const TdUsage absurd = { G_MAXINT64, -5, -1, 2000000000, -1, -1, G_MAXINT64 };

  g_assert_false (td_usage_is_known (&usage));
  td_usage_merge (&usage, &first);
  g_assert_true (td_usage_is_known (&usage));
  td_usage_merge (&usage, &second);
  td_usage_merge (&usage, &absurd);
  g_assert_cmpint (usage.input, ==, 10);
  g_assert_cmpint (usage.cached, ==, 4);
  g_assert_cmpint (usage.cache_write, ==, UNKNOWN);
  g_assert_cmpint (usage.output, ==, 20);
  g_assert_cmpint (usage.reasoning, ==, 5);
  g_assert_cmpint (usage.total, ==, 30);
  g_assert_cmpint (usage.provider_cost, ==, 700);
}

int
main (int   argc,
      char *argv[])
{
  td_test_init (&argc, &argv);
  g_test_add_func ("/pricing/table", test_table);
  g_test_add_func ("/pricing/two-tiers", test_two_tiers);
  g_test_add_func ("/pricing/worst-case", test_worst_case);
  g_test_add_func ("/pricing/school-arithmetic", test_against_school_arithmetic);
  g_test_add_func ("/pricing/a-million", test_a_million);
  g_test_add_func ("/pricing/fit-output", test_fit_output);
  g_test_add_func ("/pricing/fit-output-at-the-edges", test_fit_output_at_the_edges);
  g_test_add_func ("/pricing/commission", test_commission);
  g_test_add_func ("/usage/merge", test_usage_merge);
  return g_test_run ();
}

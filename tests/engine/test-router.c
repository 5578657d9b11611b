/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine/td-breaker.h"
#include "engine/td-router.h"
#include "support/td-test.h"

/* ---- the order ------------------------------------------------------------------------------ */

#define UNKNOWN    TD_MONEY_UNKNOWN
#define NOTHING    { 0, -1, -1, -1 }
#define NEVER_SEEN NOTHING

typedef struct
{
  const char *name;
  TdRouteOrder order;
  TdRouterOffer offers[4];
  const char *ranked; /* the keys, with spaces */
  TdRouteWhy why;
} RankCase;

/* Key, chosen, fit, resting, price, { requests, first token, tokens in 1,000 s, success }, position. */
/* clang-format off */
static const RankCase rank_cases[] = {
  { "the chosen one alone", TD_ROUTE_CHOSEN,
    { { "a:m", FALSE, TD_OFFER_FITS, FALSE, 1, NOTHING, 0 },
      { "b:m", TRUE, TD_OFFER_FITS, FALSE, 9, NOTHING, 1 } },
    "b:m", TD_ROUTE_WHY_CHOSEN },
  { "the chosen one, though it has no key and rests", TD_ROUTE_CHOSEN,
    { { "a:m", FALSE, TD_OFFER_FITS, FALSE, 1, NOTHING, 0 },
      { "b:m", TRUE, TD_OFFER_NO_KEY, TRUE, 9, NOTHING, 1 } },
    "b:m", TD_ROUTE_WHY_CHOSEN },
  { "the cheapest", TD_ROUTE_CHEAPEST,
    { { "a:m", TRUE, TD_OFFER_FITS, FALSE, 5, NOTHING, 0 },
      { "b:m", FALSE, TD_OFFER_FITS, FALSE, 3, NOTHING, 1 },
      { "c:m", FALSE, TD_OFFER_FITS, FALSE, 4, NOTHING, 2 } },
    "b:m c:m a:m", TD_ROUTE_WHY_CHEAPEST },
  { "an unknown price is not a low one", TD_ROUTE_CHEAPEST,
    { { "a:m", TRUE, TD_OFFER_FITS, FALSE, UNKNOWN, NOTHING, 0 },
      { "b:m", FALSE, TD_OFFER_FITS, FALSE, 3, NOTHING, 1 },
      { "c:m", FALSE, TD_OFFER_FITS, FALSE, 0, NOTHING, 2 } },
    "c:m b:m a:m", TD_ROUTE_WHY_CHEAPEST },
  { "no price is known: what was chosen, then the order of the providers", TD_ROUTE_CHEAPEST,
    { { "a:m", FALSE, TD_OFFER_FITS, FALSE, UNKNOWN, NOTHING, 7 },
      { "b:m", FALSE, TD_OFFER_FITS, FALSE, UNKNOWN, NOTHING, 3 },
      { "c:m", TRUE, TD_OFFER_FITS, FALSE, UNKNOWN, NOTHING, 9 } },
    "c:m b:m a:m", TD_ROUTE_WHY_UNKNOWN },
  { "the same price: what was chosen", TD_ROUTE_CHEAPEST,
    { { "a:m", FALSE, TD_OFFER_FITS, FALSE, 3, NOTHING, 0 },
      { "b:m", TRUE, TD_OFFER_FITS, FALSE, 3, NOTHING, 1 } },
    "b:m a:m", TD_ROUTE_WHY_CHEAPEST },
  { "those that do not fit are left out", TD_ROUTE_CHEAPEST,
    { { "a:m", TRUE, TD_OFFER_NO_KEY, FALSE, 1, NOTHING, 0 },
      { "b:m", FALSE, TD_OFFER_NO_TOOLS, FALSE, 2, NOTHING, 1 },
      { "c:m", FALSE, TD_OFFER_FITS, FALSE, 3, NOTHING, 2 } },
    "c:m", TD_ROUTE_WHY_ONLY },
  { "none fits", TD_ROUTE_CHEAPEST,
    { { "a:m", TRUE, TD_OFFER_NO_KEY, FALSE, 1, NOTHING, 0 },
      { "b:m", FALSE, TD_OFFER_DISABLED, FALSE, 2, NOTHING, 1 } },
    "", TD_ROUTE_WHY_CHOSEN },
  { "one that rests comes last", TD_ROUTE_CHEAPEST,
    { { "a:m", TRUE, TD_OFFER_FITS, TRUE, 1, NOTHING, 0 },
      { "b:m", FALSE, TD_OFFER_FITS, FALSE, 9, NOTHING, 1 },
      { "c:m", FALSE, TD_OFFER_FITS, FALSE, UNKNOWN, NOTHING, 2 } },
    "b:m c:m a:m", TD_ROUTE_WHY_CHEAPEST },
  /* 500 tokens at 50 a second take 10 s, at 100 a second 5 s. */
  { "the fastest counts the whole reply", TD_ROUTE_FASTEST,
    { { "a:m", TRUE, TD_OFFER_FITS, FALSE, 1, { 9, 200, 50000, 1000 }, 0 },
      { "b:m", FALSE, TD_OFFER_FITS, FALSE, 1, { 9, 900, 100000, 500 }, 1 } },
    "b:m a:m", TD_ROUTE_WHY_FASTEST },
  { "the same speed: the first token decides", TD_ROUTE_FASTEST,
    { { "a:m", TRUE, TD_OFFER_FITS, FALSE, 1, { 9, 900, 50000, 1000 }, 0 },
      { "b:m", FALSE, TD_OFFER_FITS, FALSE, 1, { 9, 200, 50000, 1000 }, 1 } },
    "b:m a:m", TD_ROUTE_WHY_FASTEST },
  { "not measured is not fast", TD_ROUTE_FASTEST,
    { { "a:m", TRUE, TD_OFFER_FITS, FALSE, 1, NEVER_SEEN, 0 },
      { "b:m", FALSE, TD_OFFER_FITS, FALSE, 1, { 9, 60000, 1000, 1000 }, 1 },
      { "c:m", FALSE, TD_OFFER_FITS, FALSE, 1, { 9, 10, -1, 1000 }, 2 } },
    "b:m a:m c:m", TD_ROUTE_WHY_FASTEST },
  { "nothing is measured", TD_ROUTE_FASTEST,
    { { "a:m", FALSE, TD_OFFER_FITS, FALSE, 1, NEVER_SEEN, 0 },
      { "b:m", TRUE, TD_OFFER_FITS, FALSE, 1, NEVER_SEEN, 1 } },
    "b:m a:m", TD_ROUTE_WHY_UNKNOWN },
  { "the most reliable", TD_ROUTE_RELIABLE,
    { { "a:m", TRUE, TD_OFFER_FITS, FALSE, 1, { 100, 1, 1, 970 }, 0 },
      { "b:m", FALSE, TD_OFFER_FITS, FALSE, 1, { 10, 1, 1, 1000 }, 1 },
      { "c:m", FALSE, TD_OFFER_FITS, FALSE, 1, { 10, 1, 1, 900 }, 2 } },
    "b:m a:m c:m", TD_ROUTE_WHY_RELIABLE },
  { "two requests say nothing", TD_ROUTE_RELIABLE,
    { { "a:m", FALSE, TD_OFFER_FITS, FALSE, 1, { 2, 1, 1, 1000 }, 0 },
      { "b:m", FALSE, TD_OFFER_FITS, FALSE, 1, { 3, 1, 1, 700 }, 1 } },
    "b:m a:m", TD_ROUTE_WHY_RELIABLE },
  { "the user's own order", TD_ROUTE_OWN,
    { { "a:m", TRUE, TD_OFFER_FITS, FALSE, 1, NOTHING, 2 },
      { "b:m", FALSE, TD_OFFER_FITS, FALSE, 2, NOTHING, 0 },
      { "c:m", FALSE, TD_OFFER_FITS, FALSE, UNKNOWN, NOTHING, 1 } },
    "b:m c:m a:m", TD_ROUTE_WHY_FIRST },
  { "two of one provider: the key decides", TD_ROUTE_OWN,
    { { "a:n", FALSE, TD_OFFER_FITS, FALSE, 1, NOTHING, 0 },
      { "a:m", FALSE, TD_OFFER_FITS, FALSE, 2, NOTHING, 0 } },
    "a:m a:n", TD_ROUTE_WHY_FIRST },
};
/* clang-format on */

static void
test_rank (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rank_cases); i++)
    {
      const RankCase *c = &rank_cases[i];
      g_autoptr (GString) keys = g_string_new (NULL);
      g_autoptr (GArray) ranked = NULL;
      guint n_offers = 0;
      TdRouteWhy why;

      g_test_message ("%s", c->name);
      while (n_offers < G_N_ELEMENTS (c->offers) && c->offers[n_offers].model_key)
        n_offers++;
      ranked = td_router_rank (c->order, c->offers, n_offers, &why);
      for (guint j = 0; j < ranked->len; j++)
        g_string_append_printf (keys, "%s%s", j > 0 ? " " : "",
                                c->offers[g_array_index (ranked, guint, j)].model_key);
      g_assert_cmpstr (keys->str, ==, c->ranked);
      g_assert_cmpstr (td_route_why_to_string (why), ==, td_route_why_to_string (c->why));
    }
}

/* ---- capabilities --------------------------------------------------------------------------- */

typedef struct
{
  const char *name;
  TdModelType type;
  TdModelStatus status;
  TdModality input;
  TdFact tools, structure;
  gint64 context, max_output;
  TdRouteNeeds needs;
  gboolean chosen;
  TdOfferFit fit;
} CheckCase;

#define IN   TD_MODEL_STATUS_IN_SERVICE
#define CHAT TD_MODEL_TYPE_CHAT
#define TEXT TD_MODALITY_TEXT
#define DONT TD_FACT_UNKNOWN

/* clang-format off */
static const CheckCase check_cases[] = {
  { "plain text", CHAT, IN, TEXT, DONT, DONT, 0, 0, { 100, 0, 0, FALSE, FALSE }, FALSE, TD_OFFER_FITS },
  { "not a chat model", TD_MODEL_TYPE_EMBEDDING, IN, TEXT, DONT, DONT, 0, 0, { 100, 0, 0, FALSE, FALSE }, TRUE, TD_OFFER_NOT_CHAT },
  { "retired", CHAT, TD_MODEL_STATUS_DEPRECATED, TEXT, DONT, DONT, 0, 0, { 100, 0, 0, FALSE, FALSE }, FALSE, TD_OFFER_RETIRED },
  { "retired, but the user's choice", CHAT, TD_MODEL_STATUS_DEPRECATED, TEXT, DONT, DONT, 0, 0, { 100, 0, 0, FALSE, FALSE }, TRUE, TD_OFFER_FITS },
  { "a picture", CHAT, IN, TEXT | TD_MODALITY_IMAGE, DONT, DONT, 0, 0, { 100, 0, TD_MODALITY_IMAGE, FALSE, FALSE }, FALSE, TD_OFFER_FITS },
  { "a picture it does not see", CHAT, IN, TEXT, DONT, DONT, 0, 0, { 100, 0, TD_MODALITY_IMAGE, FALSE, FALSE }, FALSE, TD_OFFER_NO_INPUT },
  { "tools", CHAT, IN, TEXT, TD_FACT_YES, DONT, 0, 0, { 100, 0, 0, TRUE, FALSE }, FALSE, TD_OFFER_FITS },
  { "no tools", CHAT, IN, TEXT, TD_FACT_NO, DONT, 0, 0, { 100, 0, 0, TRUE, FALSE }, TRUE, TD_OFFER_NO_TOOLS },
  { "tools, nobody knows", CHAT, IN, TEXT, DONT, DONT, 0, 0, { 100, 0, 0, TRUE, FALSE }, FALSE, TD_OFFER_NO_TOOLS },
  { "tools, nobody knows, the user's choice", CHAT, IN, TEXT, DONT, DONT, 0, 0, { 100, 0, 0, TRUE, FALSE }, TRUE, TD_OFFER_FITS },
  { "no structured output", CHAT, IN, TEXT, DONT, TD_FACT_NO, 0, 0, { 100, 0, 0, FALSE, TRUE }, FALSE, TD_OFFER_NO_STRUCTURE },
  { "just short enough", CHAT, IN, TEXT, DONT, DONT, 1000, 0, { 900, 100, 0, FALSE, FALSE }, FALSE, TD_OFFER_FITS },
  { "one token too long", CHAT, IN, TEXT, DONT, DONT, 1000, 0, { 901, 100, 0, FALSE, FALSE }, FALSE, TD_OFFER_TOO_SHORT },
  { "a reply longer than it writes", CHAT, IN, TEXT, DONT, DONT, 9000, 99, { 1, 100, 0, FALSE, FALSE }, FALSE, TD_OFFER_TOO_SHORT },
};
/* clang-format on */

static void
test_check (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (check_cases); i++)
    {
      const CheckCase *c = &check_cases[i];
      g_autoptr (TdModelFacts) facts = td_model_facts_new ();

      g_test_message ("%s", c->name);
      facts->type = c->type;
      facts->status = c->status;
      facts->input = c->input;
      facts->tool_call = c->tools;
      facts->structured_output = c->structure;
      facts->context = c->context;
      facts->max_output = c->max_output;
      g_assert_cmpstr (td_offer_fit_to_string (td_router_check (facts, &c->needs, c->chosen)), ==,
                       td_offer_fit_to_string (c->fit));
    }
}

static void
test_needs (void)
{
  g_autoptr (TdChatRequest) request = td_chat_request_new ("model");
  g_autoptr (GBytes) picture = g_bytes_new_static ("png", 3);
  TdRouteNeeds needs;

  td_chat_request_add_turn (request, TD_ROLE_USER, "what is this?");
  request->max_output = 70;
  td_router_read_needs (request, 12, &needs);
  g_assert_cmpint (needs.prompt_tokens, ==, 12);
  g_assert_cmpint (needs.max_output, ==, 70);
  g_assert_cmpint (needs.input, ==, TD_MODALITY_TEXT);
  g_assert_false (needs.tools || needs.structure);

  td_chat_request_add_image (request, "image/png", picture);
  td_chat_request_add_tool (request, "look", NULL, "{}", FALSE);
  td_chat_request_set_schema (request, "shape", "{}", FALSE);
  td_router_read_needs (request, 12, &needs);
  g_assert_cmpint (needs.input, ==, TD_MODALITY_TEXT | TD_MODALITY_IMAGE);
  g_assert_true (needs.tools && needs.structure);
}

static void
test_price (void)
{
  g_autoptr (TdModelFacts) facts = td_model_facts_new ();
  TdRouteNeeds needs = { .prompt_tokens = 1000 };

  g_assert_cmpint (td_router_price (facts, &needs), ==, TD_MONEY_UNKNOWN);
  facts->price.input = 3000000;   /* 3 dollars a million: 3,000 nano-dollars a token */
  facts->price.output = 15000000;
  g_assert_cmpint (td_router_price (facts, &needs), ==, 1000 * 3000 + 500 * 15000);
  needs.max_output = 10;
  g_assert_cmpint (td_router_price (facts, &needs), ==, 1000 * 3000 + 10 * 15000);
}

static void
test_names (void)
{
  TdRouteOrder order = TD_ROUTE_CHOSEN;
  TdRouteWhy why = TD_ROUTE_WHY_CHOSEN;
  TdOfferFit fit = TD_OFFER_FITS;

  for (guint i = TD_ROUTE_CHOSEN; i <= TD_ROUTE_OWN; i++)
    {
      g_assert_true (td_route_order_from_string (td_route_order_to_string (i), &order));
      g_assert_cmpint (order, ==, i);
    }
  for (guint i = TD_ROUTE_WHY_CHOSEN; i <= TD_ROUTE_WHY_UNKNOWN; i++)
    {
      g_assert_true (td_route_why_from_string (td_route_why_to_string (i), &why));
      g_assert_cmpint (why, ==, i);
    }
  for (guint i = TD_OFFER_FITS; i <= TD_OFFER_RESTING; i++)
    {
      g_assert_true (td_offer_fit_from_string (td_offer_fit_to_string (i), &fit));
      g_assert_cmpint (fit, ==, i);
    }
  g_assert_false (td_route_order_from_string ("dearest", &order));
  g_assert_false (td_route_order_from_string (NULL, &order));
}

/* ---- breakers ------------------------------------------------------------------------------- */

typedef enum
{
  BEGIN,
  SUCCEED,
  FAIL,
  ABANDON,
  FORGET,
} Deed;

typedef struct
{
  gint64 at_s;
  Deed deed;
  TdProviderError class;
  gint64 retry_after_ms;
  TdBreakerState after;
} BreakerStep;

#define DOWN TD_PROVIDER_ERROR_SERVER

/* clang-format off */
static const BreakerStep three_failures[] = {
  { 0, FAIL, DOWN, -1, TD_BREAKER_CLOSED },
  { 1, FAIL, DOWN, -1, TD_BREAKER_CLOSED },
  { 2, FAIL, DOWN, -1, TD_BREAKER_OPEN },
  { 31, ABANDON, 0, 0, TD_BREAKER_OPEN },
  { 32, ABANDON, 0, 0, TD_BREAKER_HALF_OPEN },
  { 33, BEGIN, 0, 0, TD_BREAKER_OPEN },      /* the one is under way: no second */
  { 34, FAIL, DOWN, -1, TD_BREAKER_OPEN },   /* twice as long now */
  { 93, ABANDON, 0, 0, TD_BREAKER_OPEN },
  { 94, BEGIN, 0, 0, TD_BREAKER_OPEN },
  { 95, ABANDON, 0, 0, TD_BREAKER_HALF_OPEN }, /* stopped by the user: the next one decides */
  { 96, BEGIN, 0, 0, TD_BREAKER_OPEN },
  { 97, SUCCEED, 0, 0, TD_BREAKER_CLOSED },
  { 98, FAIL, DOWN, -1, TD_BREAKER_CLOSED },
};
static const BreakerStep a_success_between[] = {
  { 0, FAIL, DOWN, -1, TD_BREAKER_CLOSED },
  { 1, FAIL, DOWN, -1, TD_BREAKER_CLOSED },
  { 2, SUCCEED, 0, 0, TD_BREAKER_CLOSED },
  { 3, FAIL, DOWN, -1, TD_BREAKER_CLOSED },
  { 4, FAIL, DOWN, -1, TD_BREAKER_CLOSED },
};
static const BreakerStep the_request_is_wrong[] = {
  { 0, FAIL, TD_PROVIDER_ERROR_INVALID, -1, TD_BREAKER_CLOSED },
  { 1, FAIL, TD_PROVIDER_ERROR_TOO_LARGE, -1, TD_BREAKER_CLOSED },
  { 2, FAIL, TD_PROVIDER_ERROR_PERMISSION, -1, TD_BREAKER_CLOSED },
  { 3, FAIL, TD_PROVIDER_ERROR_INVALID, -1, TD_BREAKER_CLOSED },
};
static const BreakerStep wrong_key[] = {
  { 0, FAIL, TD_PROVIDER_ERROR_AUTH, -1, TD_BREAKER_OPEN },
  { 1, FORGET, 0, 0, TD_BREAKER_CLOSED },
};
static const BreakerStep empty_quota[] = {
  { 0, FAIL, TD_PROVIDER_ERROR_QUOTA, -1, TD_BREAKER_OPEN },
  { 30, BEGIN, 0, 0, TD_BREAKER_OPEN },
  { 31, FAIL, TD_PROVIDER_ERROR_QUOTA, -1, TD_BREAKER_OPEN },
  { 90, ABANDON, 0, 0, TD_BREAKER_OPEN },
  { 91, ABANDON, 0, 0, TD_BREAKER_HALF_OPEN },
};
static const BreakerStep asked_to_wait[] = {
  { 0, FAIL, TD_PROVIDER_ERROR_RATE_LIMIT, 5000, TD_BREAKER_OPEN },
  { 4, ABANDON, 0, 0, TD_BREAKER_OPEN },
  { 5, ABANDON, 0, 0, TD_BREAKER_HALF_OPEN },
};
static const BreakerStep asked_to_wait_for_ever[] = {
  { 0, FAIL, TD_PROVIDER_ERROR_RATE_LIMIT, G_MAXINT64, TD_BREAKER_OPEN },
  { 3599, ABANDON, 0, 0, TD_BREAKER_OPEN },
  { 3600, ABANDON, 0, 0, TD_BREAKER_HALF_OPEN },
};
/* clang-format on */

static void
do_step (TdBreakers        *breakers,
         const BreakerStep *step,
         gint64             now_us)
{
  TdFailure failure = { .class = step->class, .retry_after_ms = step->retry_after_ms };

  switch (step->deed)
    {
    case BEGIN:
      td_breakers_begin (breakers, "a:m", now_us);
      break;
    case SUCCEED:
      td_breakers_succeed (breakers, "a:m");
      break;
    case FAIL:
      td_breakers_fail (breakers, "a:m", &failure, now_us);
      break;
    case FORGET:
      td_breakers_forget (breakers, "a");
      break;
    case ABANDON:
    default:
      td_breakers_abandon (breakers, "a:m");
      break;
    }
}

static void
test_breaker (gconstpointer data)
{
  const GArray *steps = data;
  g_autoptr (TdBreakers) breakers = td_breakers_new ();
  const gint64 start_us = 5 * G_USEC_PER_SEC; /* the clock starts anywhere */

  for (guint i = 0; i < steps->len; i++)
    {
      const BreakerStep *step = &g_array_index (steps, BreakerStep, i);
      gint64 now_us = start_us + step->at_s * G_USEC_PER_SEC;

      g_test_message ("step %u, second %" G_GINT64_FORMAT, i, step->at_s);
      do_step (breakers, step, now_us);
      g_assert_cmpint (td_breakers_get_state (breakers, "a:m", now_us), ==, step->after);
      g_assert_cmpint (td_breakers_get_state (breakers, "ab:m", now_us), ==, TD_BREAKER_CLOSED);
    }
}

/* However often it fails, it is asked again within ten minutes. */
static void
test_longest_rest (void)
{
  g_autoptr (TdBreakers) breakers = td_breakers_new ();
  TdFailure failure = { .class = DOWN, .retry_after_ms = -1 };

  for (guint i = 0; i < 100; i++)
    td_breakers_fail (breakers, "a:m", &failure, 0);
  g_assert_cmpint (td_breakers_get_state (breakers, "a:m", 599 * G_USEC_PER_SEC), ==,
                   TD_BREAKER_OPEN);
  g_assert_cmpint (td_breakers_get_state (breakers, "a:m", 600 * G_USEC_PER_SEC), ==,
                   TD_BREAKER_HALF_OPEN);
}

#define ADD_BREAKER(steps)                                                              \
  g_test_add_data_func_full ("/breaker/" #steps,                                        \
                             g_array_append_vals (                                      \
                               g_array_new (FALSE, FALSE, sizeof (BreakerStep)), steps, \
                               G_N_ELEMENTS (steps)),                                   \
                             test_breaker, (GDestroyNotify) g_array_unref)

int
main (int   argc,
      char *argv[])
{
  td_test_init (&argc, &argv);
  g_test_add_func ("/router/rank", test_rank);
  g_test_add_func ("/router/check", test_check);
  g_test_add_func ("/router/needs", test_needs);
  g_test_add_func ("/router/price", test_price);
  g_test_add_func ("/router/names", test_names);
  ADD_BREAKER (three_failures);
  ADD_BREAKER (a_success_between);
  ADD_BREAKER (the_request_is_wrong);
  ADD_BREAKER (wrong_key);
  ADD_BREAKER (empty_quota);
  ADD_BREAKER (asked_to_wait);
  ADD_BREAKER (asked_to_wait_for_ever);
  g_test_add_func ("/breaker/longest-rest", test_longest_rest);
  return g_test_run ();
}

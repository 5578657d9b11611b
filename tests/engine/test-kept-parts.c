/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What providers want to have back: reasoning they encrypted goes back with the next question,
 * and replies that pause go on by themselves.
 */
#include "config.h"

#include <libsoup/soup.h>
#include <string.h>

#include "engine/engine-fixture.h"

#define MODEL "kept:m"

/* A provider that gives prepared answers, one after the other, and notes what it was asked. */
typedef struct
{
  SoupServer *server;
  const char *const *answers; /* the last one again and again */
  GPtrArray *bodies;          /* (element-type utf8) */
  gint64 tier_above;          /* tokens of a prompt; 0: one price for all */
  EngineFixture engine;
} Fixture;

static void
answer_cb (SoupServer        *server,
           SoupServerMessage *message,
           const char        *path,
           GHashTable        *query,
           gpointer           user_data)
{
  Fixture *self = user_data;
  SoupMessageBody *request = soup_server_message_get_request_body (message);
  const char *answer = *self->answers;

  g_ptr_array_add (self->bodies, g_strndup (request->data, (gsize) request->length));
  if (self->answers[1] != NULL)
    self->answers++;
  soup_server_message_set_status (message, 200, NULL);
  soup_server_message_set_response (message, "text/event-stream", SOUP_MEMORY_COPY, answer,
                                    strlen (answer));
}

static void
set_up (Fixture       *self,
        gconstpointer  unused)
{
  g_autofree char *folder = td_test_make_dir ();
  g_autoptr (GError) error = NULL;

  self->bodies = g_ptr_array_new_with_free_func (g_free);
  self->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (self->server, NULL, answer_cb, self, NULL);
  g_assert_true (
    soup_server_listen_local (self->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error));
  g_assert_no_error (error);
  self->engine.path = g_build_filename (folder, "topdog.db", NULL);
  self->engine.engine = engine_fixture_start (self->engine.path);
}

static void
tear_down (Fixture       *self,
           gconstpointer  unused)
{
  td_engine_stop (self->engine.engine);
  soup_server_disconnect (self->server);
  g_object_unref (self->engine.engine);
  g_object_unref (self->server);
  g_ptr_array_unref (self->bodies);
  g_free (self->engine.path);
}

/* The provider as the catalogue would know it. */
static void
add_provider (Fixture        *self,
              TdProviderKind  kind,
              TdWireTrait     wire,
              const char     *path)
{
  GPtrArray *models = g_ptr_array_new_with_free_func ((GDestroyNotify) td_model_facts_free);
  TdProviderFacts *provider = td_provider_facts_new ();
  TdModelFacts *model = td_model_facts_new ();
  GSList *uris = soup_server_get_uris (self->server);

  provider->id = g_strdup ("kept");
  provider->name = g_strdup ("Kept");
  provider->kind = kind;
  provider->wire = wire;
  provider->base_url = g_strdup_printf ("http://127.0.0.1:%d%s", g_uri_get_port (uris->data), path);
  provider->auth = TD_AUTH_NONE;
  model->key = g_strdup (MODEL);
  model->provider_id = g_strdup ("kept");
  model->id = g_strdup ("m");
  model->name = g_strdup ("M");
  model->reasoning = TD_FACT_YES;
  model->price.input = model->price.output = 1000000;
  model->max_output = 1000;
  if (self->tier_above > 0)
    {
      model->tiers = g_new0 (TdPriceTier, 1);
      model->n_tiers = 1;
      model->tiers[0].above_tokens = self->tier_above;
      model->tiers[0].prices = model->price;
      model->tiers[0].prices.input = model->tiers[0].prices.output = 5000000;
    }
  g_ptr_array_add (models, model);
  td_market_set_discovered (td_engine_get_market (self->engine.engine), "kept", provider, models);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
}

static void
ask (Fixture    *self,
     Run        *run,
     const char *text)
{
  g_autoptr (GError) error = NULL;

  run_prepare (run, &self->engine, MODEL, text);
  run_start (run, NULL);
  error = run_wait (run);
  g_assert_no_error (error);
}

static const char *
get_body (Fixture *self,
          guint    n)
{
  g_assert_cmpuint (self->bodies->len, >, n);
  return self->bodies->pdata[n];
}

/* ---- Reasoning ---------------------------------------------------------------------------- */

#define REASONING \
  "{\"type\":\"reasoning\",\"id\":\"rs1\",\"summary\":[],\"encrypted_content\":\"SECRET\"}"
#define ANSWER                                                                                           \
  "data: {\"type\":\"response.completed\",\"response\":{\"status\":\"completed\",\"output\":[" REASONING \
  ",{\"type\":\"message\",\"id\":\"m1\",\"content\":[{\"type\":\"output_text\","                         \
  "\"text\":\"Yes.\"}]}],\"usage\":{\"input_tokens\":5,\"output_tokens\":2}}}\n\n"

static void
test_reasoning_goes_back (Fixture       *self,
                          gconstpointer  unused)
{
  static const char *const answers[] = { ANSWER, NULL };
  g_auto (Run) run = RUN_INIT;

  self->answers = answers;
  add_provider (self, TD_PROVIDER_KIND_OPENAI, TD_WIRE_TRAIT_RESPONSES, "/v1");
  ask (self, &run, "Is it?");
  ask (self, &run, "Really?");
  g_assert_null (strstr (get_body (self, 0), "SECRET"));
  g_assert_nonnull (strstr (get_body (self, 0), "\"include\":[\"reasoning.encrypted_content\"]"));
  g_assert_nonnull (strstr (get_body (self, 1), REASONING));
  g_assert_nonnull (strstr (get_body (self, 1), "Really?"));
  g_assert_cmpstr (td_message_get_text (run_nth (&run, 1)), ==, "Yes.");
}

/* ---- Pauses ------------------------------------------------------------------------------- */

#define PART(text, reason, token, output)                                         \
  "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"" text             \
  "\"}]},\"finishReason\":\"" reason "\"" token                                   \
  "}],\"usageMetadata\":{\"promptTokenCount\":9,\"candidatesTokenCount\":" output \
  ",\"totalTokenCount\":99}}\n\n"
#define TOKEN(token) ",\"continuationToken\":\"" token "\""

static void
test_goes_on (Fixture       *self,
              gconstpointer  unused)
{
  static const char *const answers[] = {
    PART ("Part one, ", "CONTINUATION", TOKEN ("t1"), "3"),
    PART ("part two.", "STOP", "", "4"),
    NULL,
  };
  g_auto (Run) run = RUN_INIT;
  TdMessage *reply;

  self->answers = answers;
  add_provider (self, TD_PROVIDER_KIND_GEMINI, TD_WIRE_TRAIT_NONE, "/v1beta");
  ask (self, &run, "Tell me.");
  reply = run_nth (&run, 1);
  g_assert_cmpstr (td_message_get_text (reply), ==, "Part one, part two.");
  g_assert_cmpstr (td_message_get_finish (reply), ==, "stop");
  /* Both requests are paid for. */
  g_assert_cmpint (td_message_get_input_tokens (reply), ==, 18);
  g_assert_cmpint (td_message_get_output_tokens (reply), ==, 7);
  g_assert_cmpint (td_message_get_cost (reply), ==, 25000);
  g_assert_cmpuint (self->bodies->len, ==, 2);
  g_assert_null (strstr (get_body (self, 0), "continuationToken"));
  g_assert_nonnull (strstr (get_body (self, 1), "\"continuationToken\":\"t1\""));
  g_assert_null (strstr (get_body (self, 1), "Part one"));
}

static void
test_does_not_go_on_for_ever (Fixture       *self,
                              gconstpointer  unused)
{
  static const char *const answers[] = {
    PART ("and ", "CONTINUATION", TOKEN ("t"), "1"),
    NULL,
  };
  g_auto (Run) run = RUN_INIT;
  TdMessage *reply;

  self->answers = answers;
  add_provider (self, TD_PROVIDER_KIND_GEMINI, TD_WIRE_TRAIT_NONE, "/v1beta");
  ask (self, &run, "Tell me.");
  reply = run_nth (&run, 1);
  g_assert_cmpstr (td_message_get_text (reply), ==, "and and and and ");
  g_assert_cmpstr (td_message_get_finish (reply), ==, "paused");
  g_assert_cmpint (td_message_get_input_tokens (reply), ==, 36);
  g_assert_cmpuint (self->bodies->len, ==, 4);
}

/* ---- What a pause costs ------------------------------------------------------------------- */

/* Together more than one reply may have. */
static const char *const long_answers[] = {
  PART ("Part one, ", "CONTINUATION", TOKEN ("t1"), "900"),
  PART ("part two.", "STOP", "", "800"),
  NULL,
};

static void
assert_sound (Fixture *self)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  TdWallet *wallet = td_engine_get_wallet (self->engine.engine);
  g_autoptr (GError) error = NULL;
  g_autoptr (TdLedgerReport) report = NULL;

  td_wallet_verify_async (wallet, NULL, td_test_ready, &call);
  report = td_wallet_verify_finish (wallet, td_test_wait (&call), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (report->fault, ==, NULL);
}

static void
add_funds (Fixture *self,
           TdMoney  amount)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  TdWallet *wallet = td_engine_get_wallet (self->engine.engine);
  g_autoptr (GError) error = NULL;
  g_autoptr (TdLedgerTransaction) transaction = NULL;

  td_wallet_add_funds_async (wallet, amount, "budget", NULL, NULL, td_test_ready, &call);
  transaction = td_wallet_move_finish (wallet, td_test_wait (&call), &error);
  g_assert_no_error (error);
}

static void
test_holds_for_each (Fixture       *self,
                     gconstpointer  unused)
{
  g_auto (Run) run = RUN_INIT;
  g_autoptr (TdReceipt) receipt = NULL;

  self->answers = long_answers;
  add_provider (self, TD_PROVIDER_KIND_GEMINI, TD_WIRE_TRAIT_NONE, "/v1beta");
  add_funds (self, TD_MONEY_PER_DOLLAR);
  ask (self, &run, "Tell me.");
  receipt = engine_fixture_receipt (&self->engine, run_nth (&run, 1));
  g_assert_cmpint (receipt->cost, ==, 2 * 9000 + 1700000);
  g_assert_cmpint (receipt->overrun, ==, 0);
  /* What the first took, and the most that the second could take. */
  g_assert_cmpint (receipt->held, >=, 909000 + 909000 + 1000000);
  g_assert_cmpint (engine_fixture_count (&self->engine,
                                         "SELECT COUNT(*) FROM ledger_transaction WHERE kind = 'hold'"),
                   ==, 2);
  assert_sound (self);
}

static void
test_goes_on_as_far_as_paid (Fixture       *self,
                             gconstpointer  unused)
{
  g_auto (Run) run = RUN_INIT;
  g_autoptr (TdReceipt) receipt = NULL;
  g_autoptr (GError) error = NULL;
  TdMessage *reply;

  self->answers = long_answers;
  add_provider (self, TD_PROVIDER_KIND_GEMINI, TD_WIRE_TRAIT_NONE, "/v1beta");
  add_funds (self, 1200000);
  run_prepare (&run, &self->engine, MODEL, "Tell me.");
  run_start (&run, NULL);
  error = run_wait (&run);
  g_assert_error (error, TD_WALLET_ERROR, TD_WALLET_ERROR_BALANCE);
  g_assert_cmpuint (self->bodies->len, ==, 1);
  reply = run_nth (&run, 1);
  g_assert_cmpstr (td_message_get_text (reply), ==, "Part one, ");
  g_assert_cmpstr (td_message_get_error_code (reply), ==, "wallet:balance");
  g_assert_cmpstr (td_message_get_finish (reply), ==, "paused");
  receipt = engine_fixture_receipt (&self->engine, reply);
  g_assert_cmpint (receipt->cost, ==, 909000);
  g_assert_cmpint (receipt->overrun, ==, 0);
  assert_sound (self);
}

static void
test_costs_no_more_than_allowed (Fixture       *self,
                                 gconstpointer  unused)
{
  g_auto (Run) run = RUN_INIT;
  g_autoptr (GError) error = NULL;

  self->answers = long_answers;
  add_provider (self, TD_PROVIDER_KIND_GEMINI, TD_WIRE_TRAIT_NONE, "/v1beta");
  run_prepare (&run, &self->engine, MODEL, "Tell me.");
  td_completion_set_max_cost (run.completion, 1500000);
  run_start (&run, NULL);
  error = run_wait (&run);
  g_assert_error (error, TD_COMPLETION_ERROR, TD_COMPLETION_ERROR_LIMIT);
  g_assert_cmpuint (self->bodies->len, ==, 1);
}

/* A tier of prices is reached by a prompt, not by all prompts of a reply together. */
static void
test_tier_of_each (Fixture       *self,
                   gconstpointer  unused)
{
  static const char *const answers[] = {
    PART ("a", "CONTINUATION", TOKEN ("t1"), "1"),
    PART ("b", "STOP", "", "1"),
    NULL,
  };
  g_auto (Run) run = RUN_INIT;
  g_autoptr (TdReceipt) receipt = NULL;

  self->answers = answers;
  self->tier_above = 10;
  add_provider (self, TD_PROVIDER_KIND_GEMINI, TD_WIRE_TRAIT_NONE, "/v1beta");
  ask (self, &run, "Tell me.");
  receipt = engine_fixture_receipt (&self->engine, run_nth (&run, 1));
  g_assert_cmpint (receipt->usage.input, ==, 18);
  g_assert_cmpint (receipt->cost, ==, 20000);
}

#define EVENT(rest) "data: {\"type\":" rest "}\n\n"
#define SEARCH \
  "{\"type\":\"server_tool_use\",\"id\":\"s1\",\"name\":\"web_search\",\"input\":{}}"
#define PAUSED_MESSAGE                                                                                  \
  EVENT (                                                                                               \
    "\"message_start\",\"message\":{\"id\":\"x\",\"usage\":{\"input_tokens\":10,\"output_tokens\":1}}") \
  EVENT (                                                                                               \
    "\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"Looking. \"}") \
  EVENT ("\"content_block_start\",\"index\":1,\"content_block\":" SEARCH)                               \
  EVENT (                                                                                               \
    "\"message_delta\",\"delta\":{\"stop_reason\":\"pause_turn\"},\"usage\":{\"output_tokens\":4}")     \
  EVENT ("\"message_stop\"")
#define LAST_MESSAGE                                                                                    \
  EVENT (                                                                                               \
    "\"message_start\",\"message\":{\"id\":\"y\",\"usage\":{\"input_tokens\":20,\"output_tokens\":1}}") \
  EVENT (                                                                                               \
    "\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"Found.\"}")    \
  EVENT (                                                                                               \
    "\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":3}")       \
  EVENT ("\"message_stop\"")

static void
test_anthropic_goes_on (Fixture       *self,
                        gconstpointer  unused)
{
  static const char *const answers[] = { PAUSED_MESSAGE, LAST_MESSAGE, NULL };
  g_auto (Run) run = RUN_INIT;
  TdMessage *reply;

  self->answers = answers;
  add_provider (self, TD_PROVIDER_KIND_ANTHROPIC, TD_WIRE_TRAIT_NONE, "/v1");
  ask (self, &run, "Search.");
  reply = run_nth (&run, 1);
  g_assert_cmpstr (td_message_get_text (reply), ==, "Looking. Found.");
  g_assert_cmpint (td_message_get_input_tokens (reply), ==, 30);
  g_assert_cmpint (td_message_get_output_tokens (reply), ==, 7);
  g_assert_nonnull (strstr (get_body (self, 1), "\"text\":\"Looking. \"}," SEARCH "]}"));
}

static void
add (const char *path,
     void (*test) (Fixture *self, gconstpointer unused))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int    argc,
      char **argv)
{
  td_test_init (&argc, &argv);
  add ("/kept-parts/reasoning-goes-back", test_reasoning_goes_back);
  add ("/kept-parts/goes-on", test_goes_on);
  add ("/kept-parts/holds-for-each", test_holds_for_each);
  add ("/kept-parts/goes-on-as-far-as-paid", test_goes_on_as_far_as_paid);
  add ("/kept-parts/costs-no-more-than-allowed", test_costs_no_more_than_allowed);
  add ("/kept-parts/tier-of-each", test_tier_of_each);
  add ("/kept-parts/does-not-go-on-for-ever", test_does_not_go_on_for_ever);
  add ("/kept-parts/anthropic-goes-on", test_anthropic_goes_on);
  return g_test_run ();
}

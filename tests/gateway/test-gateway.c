/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is let in, and what the gateway says about models and money. */
#include "config.h"

#include <string.h>

#include "base/td-json-read.h"
#include "engine/td-auto.h"
#include "gateway/gateway-fixture.h"
#include "gateway/td-client.h"

#define PAGE "https://chat.example.org"

static const FakeReply stalled = { .token = "word ", .n_tokens = 1, .end = FAKE_END_STALL };

#define CHAT "{\"model\":\"" FREE_MODEL "\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"

typedef enum
{
  KEY_NONE,
  KEY_GOOD,
  KEY_GOOD_X,   /* in the other header */
  KEY_UNKNOWN,  /* looks like one */
  KEY_STRANGE,
  KEY_REVOKED,
} Key;

static const struct
{
  const char *method;
  const char *path;
  Key key;
  const char *host;   /* (nullable): the right one; %u is the port */
  const char *origin; /* (nullable) */
  guint status;
} heads[] = {
  { "GET", "/healthz", KEY_NONE, NULL, NULL, 200 },
  { "GET", "/healthz", KEY_NONE, "attacker.example:%u", NULL, 403 },
  { "GET", "/healthz", KEY_NONE, NULL, "https://evil.example", 403 },
  { "GET", "/v1/models", KEY_NONE, NULL, NULL, 401 },
  { "GET", "/v1/models", KEY_STRANGE, NULL, NULL, 401 },
  { "GET", "/v1/models", KEY_UNKNOWN, NULL, NULL, 401 },
  { "GET", "/v1/models", KEY_REVOKED, NULL, NULL, 401 },
  { "GET", "/v1/models", KEY_GOOD, NULL, NULL, 200 },
  { "GET", "/v1/models", KEY_GOOD_X, NULL, NULL, 200 },
  { "GET", "/v1/models", KEY_GOOD, "localhost:%u", NULL, 200 },
  { "GET", "/v1/models", KEY_GOOD, "LOCALHOST:%u", NULL, 200 },
  { "GET", "/v1/models", KEY_GOOD, "127.0.0.1:1", NULL, 403 },
  { "GET", "/v1/models", KEY_GOOD, "127.0.0.1", NULL, 403 },
  { "GET", "/v1/models", KEY_GOOD, "attacker.example:%u", NULL, 403 },
  { "GET", "/v1/models", KEY_GOOD, "127.0.0.1.attacker.example:%u", NULL, 403 },
  { "GET", "/v1/models", KEY_GOOD, NULL, "null", 403 },
  { "GET", "/v1/models", KEY_GOOD, NULL, "http://localhost:3000", 403 },
  { "GET", "/v1/models", KEY_GOOD, NULL, PAGE, 200 },
  { "OPTIONS", "/v1/models", KEY_NONE, NULL, PAGE, 204 },
  { "OPTIONS", "/v1/models", KEY_NONE, NULL, "https://evil.example", 403 },
  { "GET", "/v1/nothing", KEY_GOOD, NULL, NULL, 404 },
  { "GET", "/v1/nothing", KEY_NONE, NULL, NULL, 401 },
  { "GET", "/v1/chat/completions", KEY_GOOD, NULL, NULL, 404 },
  { "GET", "/api/v1/models/no-such:model", KEY_GOOD, NULL, NULL, 404 },
};

static const char *
get_key (GatewayFixture *fixture,
         Key             key,
         const char     *revoked)
{
  switch (key)
    {
    case KEY_GOOD:
    case KEY_GOOD_X:
      return fixture->key;
    case KEY_UNKNOWN:
      return "td-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    case KEY_REVOKED:
      return revoked;
    case KEY_STRANGE:
      return "sk-something";
    case KEY_NONE:
    default:
      return NULL;
    }
}

static void
set_key (SoupMessage *message,
         Key          kind,
         const char  *key)
{
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);
  g_autofree char *bearer = key ? g_strconcat ("Bearer ", key, NULL) : NULL;

  soup_message_headers_remove (headers, "Authorization");
  if (bearer)
    soup_message_headers_replace (headers, kind == KEY_GOOD_X ? "x-api-key" : "Authorization",
                                  kind == KEY_GOOD_X ? key : bearer);
}

static void
test_heads (GatewayFixture *fixture,
            gconstpointer   unused)
{
  static const char *const origins[] = { PAGE, NULL };
  TdGatewayOptions options = TD_GATEWAY_OPTIONS_DEFAULT;
  g_autofree char *revoked = gateway_fixture_add_client (fixture, "old");
  g_autoptr (GUri) uri = NULL;

  gateway_fixture_revoke (fixture, "old");
  gateway_fixture_stop (fixture);
  options.port = 0;
  options.origins = origins;
  gateway_fixture_start (fixture, &options);
  uri = g_uri_parse (td_gateway_get_url (fixture->gateway), G_URI_FLAGS_NONE, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (heads); i++)
    {
      SoupMessage *message =
        gateway_fixture_message (fixture, heads[i].method, heads[i].path, NULL);
      SoupMessageHeaders *headers = soup_message_get_request_headers (message);
      g_auto (GStrv) parts = heads[i].host ? g_strsplit (heads[i].host, "%u", 2) : NULL;
      g_autofree char *port = g_strdup_printf ("%d", g_uri_get_port (uri));
      g_autofree char *host = parts ? g_strjoinv (port, parts) : NULL;
      g_auto (Answer) answer = { 0 };

      g_test_message ("%u: %s %s", i, heads[i].method, heads[i].path);
      set_key (message, heads[i].key, get_key (fixture, heads[i].key, revoked));
      if (host)
        soup_message_headers_replace (headers, "Host", host);
      if (heads[i].origin)
        soup_message_headers_replace (headers, "Origin", heads[i].origin);
      answer = gateway_fixture_send (fixture, message);
      g_assert_cmpuint (answer.status, ==, heads[i].status);
      g_assert_cmpstr (answer_get_header (&answer, "Access-Control-Allow-Origin"), ==,
                       heads[i].status < 300 ? heads[i].origin : NULL);
      if (answer.status == 401)
        g_assert_nonnull (answer_get_header (&answer, "WWW-Authenticate"));
    }
}

/* Only a hash of the key is kept; that it was used is noted; revoking it works at once. */
static void
test_key (GatewayFixture *fixture,
          gconstpointer   unused)
{
  g_auto (Answer) before = { 0 };
  g_auto (Answer) after = { 0 };
  g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, fixture->key, -1);
  g_autofree char *sql = g_strdup_printf (
    "SELECT count(*) FROM gateway_client WHERE key_hash = '%s' AND last_used_us IS NULL", hash);
  g_autofree char *used = g_strdup_printf (
    "SELECT count(*) FROM gateway_client WHERE key_hash = '%s' AND last_used_us > 0", hash);

  g_assert_true (g_str_has_prefix (fixture->key, "td-"));
  g_assert_cmpint (engine_fixture_count (&fixture->base, sql), ==, 1);
  before = gateway_fixture_ask (fixture, "GET", "/v1/models", NULL);
  g_assert_cmpuint (before.status, ==, 200);
  g_assert_cmpint (engine_fixture_count (&fixture->base, used), ==, 1);
  gateway_fixture_revoke (fixture, CLIENT);
  after = gateway_fixture_ask (fixture, "GET", "/v1/models", NULL);
  g_assert_cmpuint (after.status, ==, 401);
}

static char *
make_chat (gsize length)
{
  g_autofree char *filling = g_strnfill (length, 'x');

  return g_strdup_printf ("{\"model\":\"" FREE_MODEL "\",\"messages\":[{\"role\":\"user\","
                          "\"content\":\"%s\"}]}",
                          filling);
}

static void
test_large (GatewayFixture *fixture,
            gconstpointer   unused)
{
  static const FakeReply reply = { .token = "word ", .n_tokens = 3 };
  static const struct
  {
    gsize length;
    Key key;
    guint status;
  } bodies[] = {
    { 100, KEY_GOOD, 200 },
    { 100 * 1024, KEY_GOOD, 200 }, /* its key is looked up before it is taken */
    { 100 * 1024, KEY_UNKNOWN, 401 },
    { 300 * 1024, KEY_GOOD, 413 },
  };
  TdGatewayOptions options = TD_GATEWAY_OPTIONS_DEFAULT;

  gateway_fixture_stop (fixture);
  options.port = 0;
  options.limits.max_body = 256 * 1024;
  gateway_fixture_start (fixture, &options);
  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autofree char *body = make_chat (bodies[i].length);
      SoupMessage *message =
        gateway_fixture_message (fixture, "POST", "/v1/chat/completions", body);
      g_auto (Answer) answer = { 0 };

      if (bodies[i].status == 200)
        fake_provider_queue (fixture->base.server, &reply);
      set_key (message, bodies[i].key, get_key (fixture, bodies[i].key, NULL));
      answer = gateway_fixture_send (fixture, message);
      g_assert_cmpuint (answer.status, ==, bodies[i].status);
    }
}

/* Who does not say how much is coming is stopped when it is too much. */
static void
test_large_in_chunks (GatewayFixture *fixture,
                      gconstpointer   unused)
{
  TdGatewayOptions options = TD_GATEWAY_OPTIONS_DEFAULT;
  g_autofree char *body = make_chat (300 * 1024);
  SoupMessage *message = gateway_fixture_message (fixture, "POST", "/v1/chat/completions", NULL);
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_data (body, -1, NULL);
  g_auto (Answer) answer = { 0 };

  g_object_unref (message);
  gateway_fixture_stop (fixture);
  options.port = 0;
  options.limits.max_body = 256 * 1024;
  gateway_fixture_start (fixture, &options);
  message = gateway_fixture_message (fixture, "POST", "/v1/chat/completions", NULL);
  soup_message_set_request_body (message, "application/json", stream, -1);
  answer = gateway_fixture_send (fixture, message);
  g_assert_cmpuint (answer.status, ==, 413);
  g_assert_cmpuint (fake_provider_get_n_chats (fixture->base.server), ==, 0);
}

static gboolean
was_asked (gpointer server)
{
  return fake_provider_get_n_chats (server) > 0;
}

static void
test_busy (GatewayFixture *fixture,
           gconstpointer   unused)
{
  TdGatewayOptions options = TD_GATEWAY_OPTIONS_DEFAULT;
  g_autoptr (GIOStream) first = NULL;
  g_auto (Answer) second = { 0 };

  gateway_fixture_stop (fixture);
  options.port = 0;
  options.limits.max_requests = 1;
  gateway_fixture_start (fixture, &options);
  fake_provider_queue (fixture->base.server, &stalled);
  first = gateway_fixture_connect (fixture, CHAT, 0);
  td_test_wait_until (was_asked, fixture->base.server, "the provider to be asked");
  second = gateway_fixture_ask (fixture, "GET", "/v1/models", NULL);
  g_assert_cmpuint (second.status, ==, 503);
  g_assert_cmpstr (answer_get_header (&second, "Retry-After"), ==, "1");
  g_io_stream_close (first, NULL, NULL);
}

static TdJsonDoc *
parse (const Answer *answer)
{
  g_autoptr (GError) error = NULL;
  TdJsonDoc *doc = td_json_doc_parse_bytes (answer->body, NULL, &error);

  g_assert_no_error (error);
  return doc;
}

static gboolean
lists (const TdJson *list,
       const char   *id)
{
  for (guint i = 0; i < td_json_get_length (list); i++)
    if (g_strcmp0 (td_json_member_string (td_json_get_element (list, i), "id"), id) == 0)
      return TRUE;
  return FALSE;
}

static void
test_models (GatewayFixture *fixture,
             gconstpointer   unused)
{
  g_auto (Answer) short_list = gateway_fixture_ask (fixture, "GET", "/v1/models", NULL);
  g_auto (Answer) page = gateway_fixture_ask (fixture, "GET", "/api/v1/models?limit=7&offset=3",
                                              NULL);
  g_auto (Answer) one = gateway_fixture_ask (fixture, "GET", "/api/v1/models/paid/tiny", NULL);
  g_autoptr (TdJsonDoc) short_doc = parse (&short_list);
  g_autoptr (TdJsonDoc) page_doc = parse (&page);
  g_autoptr (TdJsonDoc) one_doc = parse (&one);
  const TdJson *data = td_json_get_member (td_json_doc_get_root (short_doc), "data");
  const TdJson *models = td_json_get_member (td_json_doc_get_root (page_doc), "models");
  const TdJson *facts = td_json_doc_get_root (one_doc);

  g_assert_true (lists (data, TD_AUTO_MODEL));
  g_assert_true (lists (data, PAID_MODEL));
  g_assert_true (lists (data, FREE_MODEL));
  g_assert_false (lists (data, EMBED_MODEL));
  g_assert_cmpuint (td_json_get_length (models), ==, 7);
  g_assert_cmpint (td_json_member_int64 (td_json_doc_get_root (page_doc), "offset", -1), ==, 3);
  g_assert_cmpstr (td_json_member_string (facts, "id"), ==, PAID_MODEL);
  g_assert_true (td_json_member_bool (facts, "usable", FALSE));
  g_assert_cmpint (
    td_json_member_int64 (td_json_get_member (facts, "price_micros_per_million_tokens"), "output",
                          -1),
    ==, 15000000);
}

static void
test_money (GatewayFixture *fixture,
            gconstpointer   unused)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (TdLedgerTransaction) transaction = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (Answer) answer = { 0 };
  TdWallet *wallet = td_engine_get_wallet (fixture->base.engine);

  td_wallet_add_funds_async (wallet, 5 * TD_MONEY_PER_DOLLAR, "budget", NULL, NULL, td_test_ready,
                             &call);
  transaction = td_wallet_move_finish (wallet, td_test_wait (&call), &error);
  g_assert_no_error (error);
  answer = gateway_fixture_ask (fixture, "GET", "/api/v1/balance", NULL);
  g_assert_cmpstr (answer_get_text (&answer), ==,
                   "{\"mode\":\"prepaid\",\"balance\":{\"nano_dollars\":5000000000,\"text\":\"$5.00\"},"
                   "\"held\":{\"nano_dollars\":0,\"text\":\"$0.00\"}}\n");
}

/* What is asked of Q, and what it makes of nonsense. */
static void
test_advice (GatewayFixture *fixture,
             gconstpointer   unused)
{
  static const struct
  {
    const char *path;
    const char *body;
    guint status;
    const char *member;
    const char *value; /* (nullable): any */
  } questions[] = {
    { "/api/v1/recommendations", "\"Write a Python function that sorts a list\"", 200, "category",
      "coding" },
    { "/api/v1/recommendations", "{\"text\":\"Write a haiku about rain\",\"id\":\"7\"}", 200, "id",
      "7" },
    { "/api/v1/recommendations", "{\"text\":\"hi\",\"settings\":{\"profile\":\"none\"}}", 400, NULL,
      NULL },
    { "/api/v1/recommendations", "{\"settings\":{}}", 400, NULL, NULL },
    { "/api/v1/recommendations", "{", 400, NULL, NULL },
    { "/api/v1/select-model", "{\"text\":\"Write a haiku about rain\"}", 200, "category",
      "creative" },
    { "/api/v1/select-model", "{\"text\":\"write a haiku, only Mistral\"}", 404, NULL, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (questions); i++)
    {
      g_auto (Answer) answer =
        gateway_fixture_ask (fixture, "POST", questions[i].path, questions[i].body);
      g_autoptr (TdJsonDoc) doc = parse (&answer);
      const TdJson *root = td_json_doc_get_root (doc);

      g_test_message ("%s", questions[i].body);
      g_assert_cmpuint (answer.status, ==, questions[i].status);
      if (questions[i].member)
        g_assert_cmpstr (td_json_member_string (root, questions[i].member), ==,
                         questions[i].value);
      else
        g_assert_nonnull (td_json_get_path (root, "error.message"));
    }
}

static void
test_long_advice (GatewayFixture *fixture,
                  gconstpointer   unused)
{
  g_autofree char *filling = g_strnfill (20000, 'x');
  g_autofree char *body = g_strdup_printf ("{\"text\":\"Translate into French: %s\"}", filling);
  g_auto (Answer) answer = gateway_fixture_ask (fixture, "POST", "/api/v1/recommendations", body);
  g_autoptr (TdJsonDoc) doc = parse (&answer);

  g_assert_cmpuint (answer.status, ==, 200);
  g_assert_cmpstr (td_json_member_string (td_json_doc_get_root (doc), "category"), ==,
                   "translation");
}

static void
add (const char *path,
     void (*test) (GatewayFixture *fixture,
                   gconstpointer unused))
{
  g_test_add (path, GatewayFixture, NULL, gateway_fixture_set_up, test, gateway_fixture_tear_down);
}

int
main (int   argc,
      char *argv[])
{
  td_test_init (&argc, &argv);
  add ("/gateway/heads", test_heads);
  add ("/gateway/key", test_key);
  add ("/gateway/large", test_large);
  add ("/gateway/large-in-chunks", test_large_in_chunks);
  add ("/gateway/busy", test_busy);
  add ("/gateway/models", test_models);
  add ("/gateway/money", test_money);
  add ("/gateway/advice", test_advice);
  add ("/gateway/long-advice", test_long_advice);
  return g_test_run ();
}

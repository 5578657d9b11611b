/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Chats of clients: answered whole or as a stream, paid whatever happens to the client. */
#include "config.h"

#include <string.h>

#include "base/td-json-read.h"
#include "engine/td-auto.h"
#include "gateway/gateway-fixture.h"

#define USAGE "{\"prompt_tokens\":10,\"completion_tokens\":3,\"total_tokens\":13}"
/* Ten tokens in and three out at 3 and 15 dollars a million. */
#define COST "75000"

#define CHAT(model, stream)                                                                      \
  "{\"model\":\"" model "\",\"stream\":" stream ",\"messages\":[{\"role\":\"user\",\"content\":" \
  "\"Write a Python function that sorts a list\"}]}"

static const FakeReply three_words = { .token = "word ", .n_tokens = 3, .usage = USAGE };
static const FakeReply endless = { .token = "word ", .n_tokens = 1000000, .interval_us = 1000 };
static const FakeReply silent = { .n_tokens = 0, .end = FAKE_END_STALL };
#define LONG_TOKEN "a rather long piece of text that fills the buffers of the way there soon "
/* More than what is on the way can hold, and more than that and the gateway. */
static const FakeReply plenty = { .token = LONG_TOKEN, .n_tokens = 30000 };
static const FakeReply flood = { .token = LONG_TOKEN, .n_tokens = 150000 };
static const FakeReply refused = { .status = 400,
                                   .body = "{\"error\":{\"message\":\"no such thing\"}}" };
static const FakeReply cut = { .token = "word ", .n_tokens = 3, .end = FAKE_END_CUT };

static char *
query (GatewayFixture *fixture,
       const char     *member)
{
  g_autofree char *sql =
    g_strdup_printf ("SELECT %s FROM receipt WHERE client = '" CLIENT "'", member);

  return g_strdup_printf ("%" G_GINT64_FORMAT, engine_fixture_count (&fixture->base, sql));
}

static void
assert_one_receipt (GatewayFixture *fixture,
                    const char     *outcome)
{
  g_autofree char *sql = g_strdup_printf (
    "SELECT count(*) FROM receipt WHERE client = '" CLIENT "' AND outcome = '%s'", outcome);

  g_assert_cmpint (engine_fixture_count (&fixture->base, sql), ==, 1);
  g_assert_cmpint (engine_fixture_count (&fixture->base, "SELECT count(*) FROM receipt"), ==, 1);
  engine_fixture_check_sums (&fixture->base);
}

static void
test_whole (GatewayFixture *fixture,
            gconstpointer   unused)
{
  g_auto (Answer) answer = { 0 };
  g_autoptr (TdJsonDoc) doc = NULL;
  g_autofree char *id = NULL;
  g_autofree char *request_id = NULL;
  const TdJson *root;

  fake_provider_queue (fixture->base.server, &three_words);
  answer =
    gateway_fixture_ask (fixture, "POST", "/v1/chat/completions", CHAT (PAID_MODEL, "false"));
  g_assert_cmpuint (answer.status, ==, 200);
  doc = td_json_doc_parse_bytes (answer.body, NULL, NULL);
  root = td_json_get_element (td_json_get_member (td_json_doc_get_root (doc), "choices"), 0);
  g_assert_cmpstr (td_json_get_string (td_json_get_path (root, "message.content")), ==,
                   "word word word ");
  g_assert_cmpstr (answer_get_header (&answer, "X-TopDog-Model"), ==, PAID_MODEL);
  g_assert_cmpstr (answer_get_header (&answer, "X-TopDog-Provider"), ==, "paid");
  g_assert_cmpstr (answer_get_header (&answer, "X-TopDog-Cost"), ==, COST);
  g_assert_null (answer_get_header (&answer, "X-TopDog-Reason"));
  assert_one_receipt (fixture, "complete");
  id = query (fixture, "id");
  request_id = g_strconcat ("r", id, NULL);
  g_assert_cmpstr (answer_get_header (&answer, "X-TopDog-Request-Id"), ==, request_id);
}

/* Read from the socket, because the trailer is not told by every client. */
static char *
read_all (GIOStream *connection)
{
  GInputStream *input = g_io_stream_get_input_stream (connection);
  GString *text = g_string_new (NULL);

  while (!strstr (text->str, "\r\n0\r\n") || !g_str_has_suffix (text->str, "\r\n\r\n"))
    {
      g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
      char buffer[4096];
      gssize n;

      g_input_stream_read_async (input, buffer, sizeof buffer, G_PRIORITY_DEFAULT, NULL,
                                 td_test_ready, &call);
      n = g_input_stream_read_finish (input, td_test_wait (&call), NULL);
      if (n <= 0)
        break;
      g_string_append_len (text, buffer, n);
    }
  return g_string_free_and_steal (text);
}

static void
test_stream (GatewayFixture *fixture,
             gconstpointer   unused)
{
  g_autoptr (GIOStream) connection = NULL;
  g_autofree char *text = NULL;

  fake_provider_queue (fixture->base.server, &three_words);
  connection = gateway_fixture_connect (fixture, CHAT (PAID_MODEL, "true"), 0);
  text = read_all (connection);
  g_assert_true (g_str_has_prefix (text, "HTTP/1.1 200"));
  g_assert_nonnull (strstr (text, "\r\nContent-Type: text/event-stream"));
  g_assert_nonnull (strstr (text, "\r\nX-TopDog-Model: " PAID_MODEL "\r\n"));
  g_assert_nonnull (strstr (text, "data: [DONE]"));
  g_assert_nonnull (strstr (strstr (text, "[DONE]"), "\r\nX-TopDog-Cost: " COST "\r\n"));
  assert_one_receipt (fixture, "complete");
}

static gboolean
was_asked (gpointer server)
{
  return fake_provider_get_n_chats (server) > 0;
}

/* What may be waiting for one client, and a read of the provider on top. */
#define MUCH (256 * 1024)

static gboolean
is_idle (gpointer server)
{
  return fake_provider_is_idle (server);
}

static gboolean
is_settled (gpointer data)
{
  GatewayFixture *fixture = data;

  return engine_fixture_count (&fixture->base,
                               "SELECT count(*) FROM receipt WHERE settled_us IS NOT NULL") == 1;
}

/* The provider is left at once, and what came is paid. */
static void
hang_up (GatewayFixture  *fixture,
         const FakeReply *reply,
         const char      *body,
         gboolean         reads)
{
  g_autoptr (GIOStream) connection = NULL;

  fake_provider_queue (fixture->base.server, reply);
  connection = gateway_fixture_connect (fixture, body, 0);
  td_test_wait_until (was_asked, fixture->base.server, "the provider to be asked");
  if (reads)
    {
      g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
      char buffer[64];

      g_input_stream_read_async (g_io_stream_get_input_stream (connection), buffer, sizeof buffer,
                                 G_PRIORITY_DEFAULT, NULL, td_test_ready, &call);
      g_assert_cmpint (g_input_stream_read_finish (g_io_stream_get_input_stream (connection),
                                                   td_test_wait (&call), NULL),
                       >, 0);
    }
  g_assert_true (g_io_stream_close (connection, NULL, NULL));
  td_test_wait_until (is_idle, fixture->base.server, "the provider to be left alone");
  td_test_wait_until (is_settled, fixture, "the reply to be paid");
  assert_one_receipt (fixture, "stopped");
}

static void
test_hang_up_before (GatewayFixture *fixture,
                     gconstpointer   unused)
{
  hang_up (fixture, &silent, CHAT (PAID_MODEL, "true"), FALSE);
}

static void
test_hang_up_within (GatewayFixture *fixture,
                     gconstpointer   unused)
{
  hang_up (fixture, &endless, CHAT (PAID_MODEL, "true"), TRUE);
}

static void
test_hang_up_whole (GatewayFixture *fixture,
                    gconstpointer   unused)
{
  hang_up (fixture, &endless, CHAT (PAID_MODEL, "false"), FALSE);
}

static gboolean
is_much_buffered (gpointer gateway)
{
  return td_gateway_get_n_buffered (gateway) > MUCH;
}

/* A client that does not read makes the provider wait; when it does so for too long, it is given up. */
static void
test_slow_client (GatewayFixture *fixture,
                  gconstpointer   unused)
{
  TdGatewayOptions options = TD_GATEWAY_OPTIONS_DEFAULT;
  g_autoptr (GIOStream) connection = NULL;
  gint64 until;

  gateway_fixture_stop (fixture);
  options.port = 0;
  options.limits.idle_seconds = 1;
  gateway_fixture_start (fixture, &options);
  fake_provider_queue (fixture->base.server, &flood);
  connection = gateway_fixture_connect (fixture, CHAT (FREE_MODEL, "true"), 4096);
  td_test_wait_until (is_much_buffered, fixture->gateway, "the client not to keep up");
  until = g_get_monotonic_time () + 500000;
  while (g_get_monotonic_time () < until)
    {
      g_main_context_iteration (NULL, FALSE);
      g_assert_cmpuint (td_gateway_get_n_buffered (fixture->gateway), <, 2 * MUCH);
    }
  td_test_wait_until (is_idle, fixture->base.server, "the provider to be left alone");
  td_test_wait_until (is_settled, fixture, "the reply to be paid");
  g_assert_cmpuint (fake_provider_get_n_sent (fixture->base.server), <, flood.n_tokens);
  assert_one_receipt (fixture, "stopped");
}

/* How much comes until the end, which is looked for where it has to be. */
static gsize
count_all (GIOStream *connection)
{
  GInputStream *input = g_io_stream_get_input_stream (connection);
  g_autoptr (GString) tail = g_string_new (NULL);
  g_autofree char *buffer = g_malloc (256 * 1024);
  gsize total = 0;

  while (!strstr (tail->str, "data: [DONE]"))
    {
      g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
      gssize n;

      g_input_stream_read_async (input, buffer, 256 * 1024, G_PRIORITY_DEFAULT, NULL,
                                 td_test_ready, &call);
      n = g_input_stream_read_finish (input, td_test_wait (&call), NULL);
      g_assert_cmpint (n, >, 0);
      total += (gsize) n;
      if (tail->len > 200)
        g_string_erase (tail, 0, (gssize) tail->len - 200);
      g_string_append_len (tail, buffer, n);
    }
  return total;
}

/* One that reads late gets all of it. */
static void
test_late_client (GatewayFixture *fixture,
                  gconstpointer   unused)
{
  g_autoptr (GIOStream) connection = NULL;

  fake_provider_queue (fixture->base.server, &plenty);
  connection = gateway_fixture_connect (fixture, CHAT (FREE_MODEL, "true"), 64 * 1024);
  td_test_wait_until (is_much_buffered, fixture->gateway, "the client not to keep up");
  g_assert_cmpuint (count_all (connection), >, strlen (plenty.token) * plenty.n_tokens);
  assert_one_receipt (fixture, "complete");
}

/* Q chooses in the dialects too, and says why: in a header, and in the receipt. */
static void
test_auto (GatewayFixture *fixture,
           gconstpointer   unused)
{
  g_auto (Answer) answer = { 0 };
  g_autofree char *chosen = NULL;
  const char *model;

  fake_provider_queue (fixture->base.server, &three_words);
  answer =
    gateway_fixture_ask (fixture, "POST", "/v1/chat/completions", CHAT (TD_AUTO_MODEL, "true"));
  g_assert_cmpuint (answer.status, ==, 200);
  model = answer_get_header (&answer, "X-TopDog-Model");
  g_assert_nonnull (model);
  g_assert_cmpstr (model, !=, TD_AUTO_MODEL);
  g_assert_true (g_str_has_prefix (answer_get_header (&answer, "X-TopDog-Reason"),
                                   "category=coding; complexity="));
  chosen = g_strdup_printf ("SELECT count(*) FROM receipt WHERE model_key = '%s'"
                            " AND route LIKE '%%\"asked_for\":\"topdog/auto\"%%'"
                            " AND route LIKE '%%\"auto\":{\"model\":\"%s\",\"category\":\"coding\"%%'",
                            model, model);
  g_assert_cmpint (engine_fixture_count (&fixture->base, chosen), ==, 1);
  assert_one_receipt (fixture, "complete");
}

/* What goes wrong before anything came is told by the status, in the dialect's words. */
static void
test_failures (GatewayFixture *fixture,
               gconstpointer   unused)
{
  static const struct
  {
    const char *body;
    const FakeReply *reply; /* (nullable): it is not asked */
    guint status;
  } failures[] = {
    { CHAT (PAID_MODEL, "false"), &refused, 400 },
    { CHAT (PAID_MODEL, "true"), &refused, 400 },
    { CHAT (PAID_MODEL, "false"), &cut, 502 },
    { CHAT ("no-such-model-anywhere", "false"), NULL, 404 },
    { CHAT (EMBED_MODEL, "false"), NULL, 400 },
    { "{\"model\":", NULL, 400 },
    { "{}", NULL, 400 },
    { "", NULL, 400 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (failures); i++)
    {
      g_auto (Answer) answer = { 0 };
      g_autoptr (TdJsonDoc) doc = NULL;
      guint n_before = fake_provider_get_n_chats (fixture->base.server);

      g_test_message ("%u", i);
      if (failures[i].reply)
        fake_provider_queue (fixture->base.server, failures[i].reply);
      answer = gateway_fixture_ask (fixture, "POST", "/v1/chat/completions", failures[i].body);
      g_assert_cmpuint (answer.status, ==, failures[i].status);
      doc = td_json_doc_parse_bytes (answer.body, NULL, NULL);
      g_assert_nonnull (
        td_json_get_string (td_json_get_path (td_json_doc_get_root (doc), "error.message")));
      g_assert_nonnull (answer_get_header (&answer, "X-TopDog-Request-Id"));
      g_assert_cmpuint (fake_provider_get_n_chats (fixture->base.server), ==,
                        n_before + (failures[i].reply ? 1 : 0));
    }
}

/* A client's own budget holds it, and nobody else. */
static void
test_budget (GatewayFixture *fixture,
             gconstpointer   unused)
{
  TdWallet *wallet = td_engine_get_wallet (fixture->base.engine);
  g_autoptr (TdBudget) budget = td_budget_new (TD_BUDGET_DAY, TD_BUDGET_CLIENT, CLIENT, 1000);
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_auto (TdTestCall) reload = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;
  g_auto (Answer) first = { 0 };
  g_auto (Answer) chosen = { 0 };
  g_auto (Answer) second = { 0 };
  char *other;

  td_wallet_set_budget_async (wallet, budget, td_test_ready, &call);
  td_wallet_change_finish (wallet, td_test_wait (&call), &error);
  g_assert_no_error (error);
  td_wallet_reload_async (wallet, NULL, td_test_ready, &reload);
  td_wallet_reload_finish (wallet, td_test_wait (&reload), &error);
  g_assert_no_error (error);
  first =
    gateway_fixture_ask (fixture, "POST", "/v1/chat/completions", CHAT (PAID_MODEL, "false"));
  g_assert_cmpuint (first.status, ==, 402);
  g_assert_cmpuint (fake_provider_get_n_chats (fixture->base.server), ==, 0);
  /* Where Q chooses, it is something that can be paid. */
  fake_provider_queue (fixture->base.server, &three_words);
  chosen =
    gateway_fixture_ask (fixture, "POST", "/v1/chat/completions", CHAT (TD_AUTO_MODEL, "false"));
  g_assert_cmpuint (chosen.status, ==, 200);
  g_assert_cmpstr (answer_get_header (&chosen, "X-TopDog-Model"), ==, FREE_MODEL);
  other = gateway_fixture_add_client (fixture, "other");
  g_free (g_steal_pointer (&fixture->key));
  fixture->key = other;
  fake_provider_queue (fixture->base.server, &three_words);
  second =
    gateway_fixture_ask (fixture, "POST", "/v1/chat/completions", CHAT (PAID_MODEL, "false"));
  g_assert_cmpuint (second.status, ==, 200);
}

/* A key that is revoked ends what it opened, once that is known. */
static void
test_revoke_within (GatewayFixture *fixture,
                    gconstpointer   unused)
{
  g_autoptr (GIOStream) connection = NULL;

  fake_provider_queue (fixture->base.server, &endless);
  connection = gateway_fixture_connect (fixture, CHAT (PAID_MODEL, "true"), 0);
  td_test_wait_until (was_asked, fixture->base.server, "the provider to be asked");
  gateway_fixture_revoke (fixture, CLIENT);
  g_signal_emit_by_name (fixture->base.engine, "shared-changed", "clients");
  td_test_wait_until (is_idle, fixture->base.server, "the provider to be left alone");
  td_test_wait_until (is_settled, fixture, "the reply to be paid");
  assert_one_receipt (fixture, "stopped");
}

/* The gateway's end is one for its clients too; what they had is paid. */
static void
test_stop (GatewayFixture *fixture,
           gconstpointer   unused)
{
  g_autoptr (GIOStream) connection = NULL;

  fake_provider_queue (fixture->base.server, &endless);
  connection = gateway_fixture_connect (fixture, CHAT (PAID_MODEL, "true"), 0);
  td_test_wait_until (was_asked, fixture->base.server, "the provider to be asked");
  gateway_fixture_stop (fixture);
  assert_one_receipt (fixture, "stopped");
}

/* Many at once, each with its own answer. */
static void
test_many (GatewayFixture *fixture,
           gconstpointer   unused)
{
  GIOStream *connections[40];

  for (guint i = 0; i < G_N_ELEMENTS (connections); i++)
    {
      fake_provider_queue (fixture->base.server, &three_words);
      connections[i] = gateway_fixture_connect (fixture, CHAT (FREE_MODEL, "true"), 0);
    }
  for (guint i = 0; i < G_N_ELEMENTS (connections); i++)
    {
      g_autofree char *text = read_all (connections[i]);

      g_assert_nonnull (strstr (text, "data: [DONE]"));
      g_object_unref (connections[i]);
    }
  g_assert_cmpint (engine_fixture_count (&fixture->base,
                                         "SELECT count(*) FROM receipt WHERE outcome = 'complete'"),
                   ==, G_N_ELEMENTS (connections));
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
  add ("/gateway-chat/whole", test_whole);
  add ("/gateway-chat/stream", test_stream);
  add ("/gateway-chat/hang-up-before", test_hang_up_before);
  add ("/gateway-chat/hang-up-within", test_hang_up_within);
  add ("/gateway-chat/hang-up-whole", test_hang_up_whole);
  add ("/gateway-chat/slow-client", test_slow_client);
  add ("/gateway-chat/late-client", test_late_client);
  add ("/gateway-chat/auto", test_auto);
  add ("/gateway-chat/failures", test_failures);
  add ("/gateway-chat/budget", test_budget);
  add ("/gateway-chat/revoke-within", test_revoke_within);
  add ("/gateway-chat/stop", test_stop);
  add ("/gateway-chat/many", test_many);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "support/td-test.h"

#include <string.h>

#include "providers/bad-server.h"
#include "providers/reply.h"
#include "providers/td-chat-stream.h"
#include "providers/td-transport.h"

/* Chats with a server on loopback that behaves badly in every way. */

#define KEY "key-of-the-test"

#define CHUNK(text)                                                                              \
  "data: {\"id\":\"x\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" text \
  "\"}}]}\n\n"
#define STOP \
  "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}}\n\n"
#define DONE "data: [DONE]\n\n"
#define WHOLE \
  "{\"id\":\"x\",\"choices\":[{\"message\":{\"content\":\"ab\"},\"finish_reason\":\"stop\"}]}"
#define EVENTS "text/event-stream"

/* A reply without a length: it ends when the connection does. */
#define RAW_HEAD "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
#define RAW_JSON_HEAD \
  "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n"
#define RAW_LONG_HEAD \
  "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 100000\r\n\r\n"
#define RAW_CHUNK_HEAD \
  "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"

#define GEMINI_REPLY \
  "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"ab\"}]},\"finishReason\":\"STOP\"}]}\r\n\r\n"

static const Script scripts[] = {
  { "good", 200, EVENTS "; charset=utf-8", NULL, CHUNK ("a") CHUNK ("b") STOP DONE },
  { "gzip", 200, EVENTS, NULL, CHUNK ("a") CHUNK ("b") STOP DONE, .gzip = TRUE },
  { "whole", 200, "application/json", NULL, WHOLE },
  { "type-in-capitals", 200, "Text/Event-Stream", NULL, CHUNK ("a") CHUNK ("b") STOP DONE },
  { "json-but-events", 200, "application/json", NULL, CHUNK ("a") CHUNK ("b") STOP DONE },
  { "json-but-page", 200, "application/json", NULL, "<html>no</html>" },
  { "no-type", 200, NULL, NULL, " \n" CHUNK ("a") CHUNK ("b") STOP DONE },
  { "no-type-whole", 200, "text/plain", NULL, "\n " WHOLE },
  { "no-type-page", 200, "text/plain", NULL, "<html>no</html>" },
  { "page", 200, "text/html", NULL, "<html><body>Sign in to the network</body></html>" },
  { "json-garbage", 200, "application/json", NULL, "{\"choices\": oops" },
  { "garbage", 200, EVENTS, NULL, CHUNK ("a") "data: oops\n\n" CHUNK ("b") },
  { "empty", 200, EVENTS, NULL, "" },
  { "empty-no-type", 200, NULL, NULL, "" },
  { "error-in-stream", 200, EVENTS, "X-Request-Id: req-1\n",
    CHUNK ("a") "data: {\"error\":{\"message\":\"no " KEY " no\",\"code\":429}}\n\n" },
  { "error-in-200", 200, "application/json", NULL, "{\"error\":{\"message\":\"m\",\"code\":402}}" },
  { "401", 401, "application/json", NULL,
    "{\"error\":{\"message\":\"wrong key " KEY "\",\"code\":\"invalid_api_key\"}}" },
  { "429", 429, "application/json", "Retry-After: 7\nX-Request-Id: req-2\n",
    "{\"error\":{\"message\":\"slow\",\"code\":\"rate_limit_exceeded\"}}" },
  { "502-page", 502, "text/html", NULL, "<html>Bad gateway</html>" },
  { "redirect", 302, "text/html", "Location: http://127.0.0.1:1/elsewhere\n", "moved" },
  { "no-end-after-done",
    .raw = RAW_CHUNK_HEAD "4\r\n:ok\n\r\n"
                          "e\r\n" DONE "\r\n",
    .then = THEN_STALL },
  { "stall-before-head", .raw = "", .then = THEN_STALL },
  { "stall-after-head", .raw = RAW_HEAD, .then = THEN_STALL },
  { "stall-in-text", .raw = RAW_HEAD CHUNK ("a"), .then = THEN_STALL },
  { "stall-after-reason", .raw = RAW_HEAD CHUNK ("a") STOP, .then = THEN_STALL },
  { "reset-before-head", .raw = "", .then = THEN_RESET },
  { "close-before-head", .raw = "", .then = THEN_CLOSE },
  { "close-in-head", .raw = "HTTP/1.1 200 OK\r\nContent-", .then = THEN_CLOSE },
  { "no-http", .raw = "SSH-2.0-OpenSSH\r\n", .then = THEN_CLOSE },
  { "reset-in-text", .raw = RAW_HEAD CHUNK ("a"), .then = THEN_RESET },
  { "close-in-text", .raw = RAW_HEAD CHUNK ("a"), .then = THEN_CLOSE },
  { "close-after-reason", .raw = RAW_HEAD CHUNK ("a") STOP, .then = THEN_CLOSE },
  { "reset-after-reason", .raw = RAW_LONG_HEAD CHUNK ("a") STOP, .then = THEN_RESET },
  { "length-lies", .raw = RAW_LONG_HEAD CHUNK ("a"), .then = THEN_CLOSE },
  { "length-lies-but-done", .raw = RAW_LONG_HEAD CHUNK ("a") STOP DONE, .then = THEN_CLOSE },
  { "chunk-lies", .raw = RAW_CHUNK_HEAD "ffff\r\n" CHUNK ("a"), .then = THEN_CLOSE },
  { "json-cut", .raw = RAW_JSON_HEAD "{\"choices\":[{\"mess", .then = THEN_CLOSE },
  { "trickle", .raw = RAW_HEAD ": a comment that takes its time\n" CHUNK ("a") STOP,
    .trickle_ms = 3, .then = THEN_CLOSE },
  { "long-trickle",
    .raw = RAW_HEAD CHUNK (
      "a") ": a comment that takes far more time than anybody has, and goes on and on and on and on\n"
           ": a comment that takes far more time than anybody has, and goes on and on and on and on\n",
    .trickle_ms = 10, .then = THEN_STALL },
  { "flood-of-comments", .raw = RAW_HEAD,
    .body = ": keepalive keepalive keepalive keepalive keepalive keepalive keepalive\n",
    .then = THEN_FLOOD },
  { "flood-of-one-line", .raw = RAW_HEAD "data: ",
    .body = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    .then = THEN_FLOOD },
  { "flood-of-error",
    .raw = "HTTP/1.1 500 No\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n",
    .body = "no no no no no no no no no no no no no no no no no no no no no no no no no no ",
    .then = THEN_FLOOD },
  { "+options:old-server", 400, "application/json", NULL,
    "{\"detail\":[{\"loc\":[\"body\",\"stream_options\"],\"msg\":\"extra fields not permitted\"}]}" },
  { "+max_tokens:old-server", 400, "application/json", NULL,
    "{\"error\":{\"message\":\"Unsupported parameter: 'max_tokens'\",\"param\":\"max_tokens\"}}" },
  { "old-server", 200, EVENTS, NULL, CHUNK ("ab") STOP DONE },
  { "/v1/models/thinker:streamGenerateContent", 200, EVENTS, NULL, GEMINI_REPLY },
  { "/v1/models/plain:streamGenerateContent", 400, "application/json", NULL,
    "{\"error\":{\"code\":400,\"message\":\"Thinking is not enabled for plain\",\"status\":\"INVALID_ARGUMENT\"}}" },
  { "/v1beta/models/preview:streamGenerateContent", 200, EVENTS, NULL, GEMINI_REPLY },
  { "/v1/models/strict:streamGenerateContent", 400, "application/json", NULL,
    "{\"error\":{\"code\":400,\"message\":\"Unknown name \\\"thinkingConfig\\\"\",\"status\":\"INVALID_ARGUMENT\"}}" },
  { "/v1beta/models/strict:streamGenerateContent", 200, EVENTS, NULL, GEMINI_REPLY },
  { "/v1/models/unsigned:streamGenerateContent", 400, "application/json", NULL,
    "{\"error\":{\"code\":400,\"message\":\"a thought_signature is missing\",\"status\":\"INVALID_ARGUMENT\"}}" },
  { "+input:elder", 404, "application/json", NULL, "{\"detail\":\"Not Found\"}" },
  { "elder", 200, EVENTS, NULL, CHUNK ("ab") STOP DONE },
  { "+input:absent", 404, "application/json", NULL,
    "{\"error\":{\"message\":\"The model does not exist\",\"code\":\"model_not_found\"}}" },
  { "+input:shy", 400, "application/json", NULL,
    "{\"error\":{\"message\":\"no\",\"param\":\"reasoning.summary\"}}" },
  { "too-many-tokens", 400, "application/json", NULL,
    "{\"error\":{\"message\":\"max_tokens is too large: 99\",\"param\":\"max_tokens\"}}" },
};

typedef struct
{
  BadServer *server;
  SoupSession *session;
  TdEndpoint *endpoint;
  TdTimeouts limits;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->server = bad_server_new (scripts, G_N_ELEMENTS (scripts));
  fixture->session = td_http_session_new ();
  fixture->endpoint = g_new0 (TdEndpoint, 1);
  fixture->endpoint->provider_id = g_strdup ("test");
  fixture->endpoint->kind = TD_PROVIDER_KIND_OPENAI_COMPATIBLE;
  fixture->endpoint->auth = TD_AUTH_BEARER;
  fixture->endpoint->base_url = bad_server_build_url (fixture->server, "/v1");
  fixture->limits = (TdTimeouts) { 10000, 10000, 10000, 0 };
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  td_endpoint_free (fixture->endpoint);
  g_object_unref (fixture->session);
  bad_server_free (fixture->server);
}

/* Chats with one model; gives what came and how the call ended. */
static Reply *
chat (Fixture       *fixture,
      const char    *model,
      const char    *key,
      GCancellable  *cancellable,
      GError       **error)
{
  g_autoptr (TdChatRequest) request = td_chat_request_new (model);
  Reply *reply = reply_new ();
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  gboolean finished;

  td_chat_request_add_turn (request, TD_ROLE_USER, "hello");
  request->max_output = 99;
  td_chat_stream_async (fixture->session, fixture->endpoint, key, request, &fixture->limits,
                        reply_event_cb, reply, cancellable, td_test_ready, &call);
  g_assert_null (call.result);
  g_assert_cmpuint (reply->n_events, ==, 0);
  finished = td_chat_stream_finish (td_test_wait (&call), error);
  g_assert_true (finished == reply->finished);
  return reply;
}

typedef struct
{
  const char *model;
  const char *summary; /* "text|end or class|status" */
  const char *message; /* (nullable): a part of the failure's */
  guint limit_ms;      /* until the reply starts and between bytes, 0: long ones */
  guint idle_ms;       /* between bytes only */
} Case;

static const Case cases[] = {
  { "good", "ab|stop|0" },
  { "gzip", "ab|stop|0" },
  { "whole", "ab|stop|0" },
  { "type-in-capitals", "ab|stop|0" },
  { "json-but-events", "ab|stop|0" },
  { "json-but-page", "|protocol|200", "<html>no</html>" },
  { "no-type", "ab|stop|0" },
  { "no-type-whole", "ab|stop|0" },
  { "no-type-page", "|protocol|200", "<html>no</html>" },
  { "page", "|protocol|200", "<html><body>Sign in" },
  { "json-garbage", "|protocol|200", "{\"choices\": oops" },
  { "garbage", "a|protocol|200", "oops" },
  { "empty", "|cut|200" },
  { "empty-no-type", "|cut|200" },
  { "error-in-stream", "a|rate_limit|200", "no [key] no" },
  { "error-in-200", "|quota|200", "m" },
  { "401", "|auth|401", "wrong key [key]" },
  { "429", "|rate_limit|429", "slow" },
  { "502-page", "|protocol|502", "<html>Bad gateway</html>" },
  { "redirect", "|protocol|302", "http://127.0.0.1:1/elsewhere" },
  { "no-end-after-done", "|incomplete|0" },
  { "stall-before-head", "|timed_out|0", NULL, 150 },
  { "stall-after-head", "|timed_out|200", NULL, 150 },
  { "stall-in-text", "a|timed_out|200", NULL, 150 },
  { "stall-after-reason", "a|stop|0", NULL, 150 },
  { "reset-before-head", "|server|0" },
  { "close-before-head", "|server|0" },
  { "close-in-head", "|protocol|0" }, /* libsoup does not tell it from a head that is none */
  { "no-http", "|protocol|0" },
  { "reset-in-text", "a|cut|200" },
  { "close-in-text", "a|cut|200" },
  { "close-after-reason", "a|stop|0" },
  { "reset-after-reason", "a|stop|0" },
  { "length-lies", "a|cut|200" },
  { "length-lies-but-done", "a|stop|0" },
  { "chunk-lies", "a|cut|200" },
  { "json-cut", "|cut|200" },
  { "trickle", "a|stop|0", .idle_ms = 200 },
  { "flood-of-comments", "|protocol|200", "too large" },
  { "flood-of-one-line", "|protocol|200", "too long" },
  { "flood-of-error", "|server|500", "no no no" },
  { "too-many-tokens", "|invalid|400", "too large" },
};

static void
test_case (Fixture       *fixture,
           gconstpointer  data)
{
  const Case *expected = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (Reply) reply = NULL;
  g_autofree char *summary = NULL;

  if (expected->limit_ms != 0)
    fixture->limits = (TdTimeouts) { 10000, expected->limit_ms, expected->limit_ms, 0 };
  if (expected->idle_ms != 0)
    fixture->limits.idle_ms = expected->idle_ms;
  reply = chat (fixture, expected->model, KEY, NULL, &error);
  summary =
    g_strdup_printf ("%s|%s|%u", reply->text->str,
                     reply->failure != NULL ? td_provider_error_to_string (reply->failure->class)
                                            : reply_get_end (reply),
                     reply->failure != NULL ? reply->failure->status : 0);
  g_assert_cmpstr (summary, ==, expected->summary);
  if (expected->message != NULL)
    g_assert_nonnull (strstr (reply->failure->message, expected->message));
  if (reply->failure != NULL)
    {
      g_assert_error (error, TD_PROVIDER_ERROR, (int) reply->failure->class);
      g_assert_null (strstr (error->message, KEY));
    }
  else
    g_assert_no_error (error);
  g_assert_cmpuint (bad_server_count_requests (fixture->server), ==, 1);
}

static gboolean
none_open (gpointer server)
{
  return bad_server_count_open (server) == 0;
}

static void
test_what_is_sent (Fixture       *fixture,
                   gconstpointer  data)
{
  static const struct
  {
    TdAuth auth;
    const char *header;
    const char *value;
  } ways[] = {
    { TD_AUTH_BEARER, "Authorization", "Bearer " KEY },
    { TD_AUTH_X_API_KEY, "x-api-key", KEY },
    { TD_AUTH_X_GOOG_API_KEY, "x-goog-api-key", KEY },
    { TD_AUTH_NONE, "Authorization", NULL },
  };

  td_endpoint_set_header (fixture->endpoint, "X-Title", "Top Dog");
  td_endpoint_set_header (fixture->endpoint, "X-Bad", "a\r\nX-Injected: b");
  for (gsize i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_autoptr (Reply) reply = NULL;

      fixture->endpoint->auth = ways[i].auth;
      reply = chat (fixture, "good", KEY, NULL, NULL);
      g_assert_true (reply->finished);
      g_assert_cmpstr (bad_server_get_last_header (fixture->server, ways[i].header), ==,
                       ways[i].value);
      g_assert_cmpstr (bad_server_get_last_header (fixture->server, "Content-Type"), ==,
                       "application/json");
      g_assert_cmpstr (bad_server_get_last_header (fixture->server, "X-Title"), ==, "Top Dog");
      g_assert_null (bad_server_get_last_header (fixture->server, "X-Injected"));
      g_assert_nonnull (strstr (bad_server_get_last_body (fixture->server), "\"hello\""));
    }
}

/* The key of Gemini stands in its own header and never in the address; the model in the address. */
static void
test_gemini (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Reply) reply = NULL;
  g_autoptr (Reply) refused = NULL;

  fixture->endpoint->kind = TD_PROVIDER_KIND_GEMINI;
  fixture->endpoint->auth = TD_AUTH_X_GOOG_API_KEY;
  reply = chat (fixture, "thinker", KEY, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (reply->text->str, ==, "ab");
  g_assert_cmpstr (reply_get_end (reply), ==, "stop");
  g_assert_cmpstr (bad_server_get_last_header (fixture->server, "x-goog-api-key"), ==, KEY);
  g_assert_null (bad_server_get_last_header (fixture->server, "Authorization"));
  g_assert_nonnull (strstr (bad_server_get_last_body (fixture->server), "includeThoughts"));
  g_assert_null (strstr (bad_server_get_last_body (fixture->server), KEY));

  /* Asked once more without the wish for thoughts only where that is what is wrong. */
  refused = chat (fixture, "unsigned", KEY, NULL, NULL);
  g_assert_cmpint (refused->failure->class, ==, TD_PROVIDER_ERROR_INVALID);
  g_assert_cmpuint (bad_server_count_requests (fixture->server), ==, 2);
}

/* What the one version does not know is asked of the other; then it is remembered. */
static void
test_gemini_versions (Fixture       *fixture,
                      gconstpointer  data)
{
  static const char *const models[] = { "preview", "strict" };

  fixture->endpoint->kind = TD_PROVIDER_KIND_GEMINI;
  for (guint i = 0; i < G_N_ELEMENTS (models); i++)
    {
      g_autoptr (Reply) first = chat (fixture, models[i], KEY, NULL, NULL);
      g_autoptr (Reply) second = NULL;

      g_assert_cmpstr (first->text->str, ==, "ab");
      g_assert_cmpuint (bad_server_count_requests (fixture->server), ==, i * 3 + 2);
      second = chat (fixture, models[i], KEY, NULL, NULL);
      g_assert_cmpstr (second->text->str, ==, "ab");
      g_assert_cmpuint (bad_server_count_requests (fixture->server), ==, i * 3 + 3);
    }
}

static void
test_gemini_nowhere (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autoptr (Reply) reply = NULL;

  fixture->endpoint->kind = TD_PROVIDER_KIND_GEMINI;
  reply = chat (fixture, "nowhere", KEY, NULL, NULL);
  g_assert_cmpint (reply->failure->class, ==, TD_PROVIDER_ERROR_NOT_FOUND);
  g_assert_cmpuint (bad_server_count_requests (fixture->server), ==, 2);
}

static void
test_gemini_without_thoughts (Fixture       *fixture,
                              gconstpointer  data)
{
  g_autoptr (Reply) reply = NULL;

  fixture->endpoint->kind = TD_PROVIDER_KIND_GEMINI;
  reply = chat (fixture, "plain", KEY, NULL, NULL);
  g_assert_cmpint (reply->failure->class, ==, TD_PROVIDER_ERROR_INVALID);
  g_assert_cmpuint (bad_server_count_requests (fixture->server), ==, 2);
  g_assert_null (strstr (bad_server_get_last_body (fixture->server), "includeThoughts"));
}

static void
test_no_key_sent_when_there_is_none (Fixture       *fixture,
                                     gconstpointer  data)
{
  g_autoptr (Reply) reply = chat (fixture, "good", NULL, NULL, NULL);

  g_assert_true (reply->finished);
  g_assert_null (bad_server_get_last_header (fixture->server, "Authorization"));
}

/* Nothing is sent when it cannot be right. */
static void
test_refused_before (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autoptr (Reply) bad_key = chat (fixture, "good", "a\r\nX-Injected: b", NULL, NULL);
  g_autoptr (Reply) no_key = NULL;
  g_autoptr (Reply) unsupported = NULL;
  g_autoptr (Reply) bad_url = NULL;

  fixture->endpoint->needs_key = TRUE;
  no_key = chat (fixture, "good", "", NULL, NULL);
  fixture->endpoint->kind = (TdProviderKind) 99;
  unsupported = chat (fixture, "good", KEY, NULL, NULL);
  fixture->endpoint->kind = TD_PROVIDER_KIND_OPENAI;
  g_set_str (&fixture->endpoint->base_url, "ftp://127.0.0.1");
  bad_url = chat (fixture, "good", KEY, NULL, NULL);

  g_assert_cmpint (bad_key->failure->class, ==, TD_PROVIDER_ERROR_AUTH);
  g_assert_cmpint (no_key->failure->class, ==, TD_PROVIDER_ERROR_NO_KEY);
  g_assert_cmpint (unsupported->failure->class, ==, TD_PROVIDER_ERROR_UNSUPPORTED);
  g_assert_cmpint (bad_url->failure->class, ==, TD_PROVIDER_ERROR_UNREACHABLE);
  g_assert_cmpuint (bad_server_count_requests (fixture->server), ==, 0);
}

/* A port where nobody listens any more. */
static guint16
find_closed_port (void)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  guint16 port = g_socket_listener_add_any_inet_port (listener, NULL, NULL);

  g_socket_listener_close (listener);
  return port;
}

static void
test_refused_connection (Fixture       *fixture,
                         gconstpointer  data)
{
  g_autoptr (Reply) reply = NULL;

  g_free (fixture->endpoint->base_url);
  fixture->endpoint->base_url = g_strdup_printf ("http://127.0.0.1:%u/v1", find_closed_port ());
  reply = chat (fixture, "good", KEY, NULL, NULL);
  g_assert_cmpint (reply->failure->class, ==, TD_PROVIDER_ERROR_UNREACHABLE);
  g_assert_false (reply->failure->retryable);
}

static gboolean
answer_plainly_cb (GSocketService    *service,
                   GSocketConnection *connection,
                   GObject           *source,
                   gpointer           user_data)
{
  static const char answer[] = "HTTP/1.1 400 Bad Request\r\n\r\n";

  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), answer,
                             strlen (answer), NULL, NULL, NULL);
  return TRUE;
}

static void
test_no_tls (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (GSocketService) service = g_socket_service_new ();
  guint16 port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (service), NULL, NULL);
  g_autoptr (Reply) reply = NULL;

  g_signal_connect (service, "incoming", G_CALLBACK (answer_plainly_cb), NULL);
  g_free (fixture->endpoint->base_url);
  fixture->endpoint->base_url = g_strdup_printf ("https://127.0.0.1:%u/v1", port);
  reply = chat (fixture, "good", KEY, NULL, NULL);
  g_assert_cmpint (reply->failure->class, ==, TD_PROVIDER_ERROR_TLS);
}

/* Somebody takes the connection and says nothing, so that TLS never begins. */
static void
test_connect_limit (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  guint16 port = g_socket_listener_add_any_inet_port (listener, NULL, NULL);
  g_autoptr (Reply) reply = NULL;

  g_free (fixture->endpoint->base_url);
  fixture->endpoint->base_url = g_strdup_printf ("https://127.0.0.1:%u/v1", port);
  fixture->limits.connect_ms = 150;
  reply = chat (fixture, "good", KEY, NULL, NULL);
  g_assert_cmpint (reply->failure->class, ==, TD_PROVIDER_ERROR_UNREACHABLE);
}

static void
test_details_of_failures (Fixture       *fixture,
                          gconstpointer  data)
{
  g_autoptr (Reply) limited = chat (fixture, "429", KEY, NULL, NULL);
  g_autoptr (Reply) in_stream = chat (fixture, "error-in-stream", KEY, NULL, NULL);
  g_autoptr (Reply) cut = chat (fixture, "close-in-text", KEY, NULL, NULL);

  g_assert_cmpint (limited->failure->retry_after_ms, ==, 7000);
  g_assert_cmpstr (limited->failure->request_id, ==, "req-2");
  g_assert_cmpstr (limited->failure->code, ==, "rate_limit_exceeded");
  g_assert_true (limited->failure->retryable);
  g_assert_cmpstr (in_stream->failure->request_id, ==, "req-1");
  g_assert_true (cut->failure->retryable);
}

/* ---- Cancelling --------------------------------------------------------------------------- */

typedef struct
{
  Reply *reply;
  GCancellable *cancellable;
  const char *at_text;
} Stopper;

static void
stop_at_cb (const TdChatEvent *event,
            gpointer           user_data)
{
  Stopper *self = user_data;

  g_assert_false (g_cancellable_is_cancelled (self->cancellable));
  reply_event_cb (event, self->reply);
  if (g_str_equal (self->reply->text->str, self->at_text))
    g_cancellable_cancel (self->cancellable);
}

static void
stop_at (Fixture    *fixture,
         const char *model,
         const char *at_text)
{
  g_autoptr (TdChatRequest) request = td_chat_request_new (model);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (Reply) reply = reply_new ();
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;
  Stopper stopper = { reply, cancellable, at_text };

  td_chat_stream_async (fixture->session, fixture->endpoint, KEY, request, NULL, stop_at_cb,
                        &stopper, cancellable, td_test_ready, &call);
  g_assert_false (td_chat_stream_finish (td_test_wait (&call), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpstr (reply->text->str, ==, at_text);
  g_assert_cmpuint (reply->n_ends, ==, 0);
}

/* From inside an event: what was already read is not handed out any more. */
static void
test_cancel_in_event (Fixture       *fixture,
                      gconstpointer  data)
{
  stop_at (fixture, "good", "a");
}

static void
test_cancel_closes_the_connection (Fixture       *fixture,
                                   gconstpointer  data)
{
  gint64 started;

  started = g_get_monotonic_time ();
  stop_at (fixture, "stall-in-text", "a");
  td_test_wait_until (none_open, fixture->server, "the connection to be closed");
  g_assert_cmpint (g_get_monotonic_time () - started, <, 2 * G_USEC_PER_SEC);
}

static gboolean
cancel_cb (gpointer cancellable)
{
  g_cancellable_cancel (cancellable);
  return G_SOURCE_REMOVE;
}

static void
test_cancel_while_waiting (Fixture       *fixture,
                           gconstpointer  data)
{
  static const char *const models[] = { "stall-before-head", "stall-after-head" };

  for (gsize i = 0; i < G_N_ELEMENTS (models); i++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GError) error = NULL;
      g_autoptr (Reply) reply = NULL;

      g_timeout_add (50, cancel_cb, cancellable);
      reply = chat (fixture, models[i], KEY, cancellable, &error);
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_assert_cmpuint (reply->n_events, ==, 0);
      td_test_wait_until (none_open, fixture->server, "the connection to be closed");
    }
}

static void
test_cancelled_before (Fixture       *fixture,
                       gconstpointer  data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (Reply) reply = NULL;

  g_cancellable_cancel (cancellable);
  reply = chat (fixture, "good", KEY, cancellable, &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (reply->n_events, ==, 0);
  g_assert_cmpuint (bad_server_count_requests (fixture->server), ==, 0);
}

/* A time limit closes the connection too. */
static void
test_limit_closes_the_connection (Fixture       *fixture,
                                  gconstpointer  data)
{
  gint64 started = g_get_monotonic_time ();
  g_autoptr (Reply) reply = NULL;

  fixture->limits.idle_ms = 100;
  reply = chat (fixture, "stall-in-text", KEY, NULL, NULL);
  g_assert_cmpint (reply->failure->class, ==, TD_PROVIDER_ERROR_TIMED_OUT);
  g_assert_cmpint (g_get_monotonic_time () - started, <, 5 * G_USEC_PER_SEC);
  td_test_wait_until (none_open, fixture->server, "the connection to be closed");
}

/* Bytes keep coming, so it is never idle, and still it ends. */
static void
test_total_limit (Fixture       *fixture,
                  gconstpointer  data)
{
  gint64 started = g_get_monotonic_time ();
  g_autoptr (Reply) reply = NULL;

  fixture->limits.idle_ms = 5000;
  fixture->limits.total_ms = 1200;
  reply = chat (fixture, "long-trickle", KEY, NULL, NULL);
  g_assert_cmpint (reply->failure->class, ==, TD_PROVIDER_ERROR_TIMED_OUT);
  g_assert_cmpint (g_get_monotonic_time () - started, >=, 1200 * 1000);
  g_assert_cmpint (g_get_monotonic_time () - started, <, 5 * G_USEC_PER_SEC);
  td_test_wait_until (none_open, fixture->server, "the connection to be closed");
}

/* The limits of a provider are laid over the usual ones. */
static void
test_own_limits (Fixture       *fixture,
                 gconstpointer  data)
{
  gint64 started = g_get_monotonic_time ();
  g_autoptr (Reply) reply = NULL;

  fixture->endpoint->timeouts.idle_ms = 100;
  reply = chat (fixture, "stall-in-text", KEY, NULL, NULL);
  g_assert_cmpint (reply->failure->class, ==, TD_PROVIDER_ERROR_TIMED_OUT);
  g_assert_cmpint (g_get_monotonic_time () - started, <, 5 * G_USEC_PER_SEC);
  td_test_wait_until (none_open, fixture->server, "the connection to be closed");
}

/* A reply whose reason came is whole when nothing more comes, and nothing waits for the rest. */
static void
test_reason_without_end (Fixture       *fixture,
                         gconstpointer  data)
{
  g_autoptr (Reply) reply = NULL;

  fixture->limits.idle_ms = 100;
  reply = chat (fixture, "stall-after-reason", KEY, NULL, NULL);
  g_assert_true (reply->finished);
  td_test_wait_until (none_open, fixture->server, "the connection to be closed");
}

/* The answer is there at once, but the connection is not kept for ever. */
static void
test_done_without_end (Fixture       *fixture,
                       gconstpointer  data)
{
  g_autoptr (Reply) reply = chat (fixture, "no-end-after-done", KEY, NULL, NULL);

  g_assert_true (reply->finished);
  td_test_wait_until (none_open, fixture->server, "the connection to be closed");
}

/* ---- Connections and adapting ------------------------------------------------------------- */

static void
count_cb (SoupSession *session,
          SoupMessage *message,
          gpointer     count)
{
  ++*(guint *) count;
}

typedef struct
{
  guint wanted;
  guint count;
} Counter;

static gboolean
has_counted (gpointer data)
{
  const Counter *counter = data;

  return counter->count == counter->wanted;
}

static void
test_connection_is_reused (Fixture       *fixture,
                           gconstpointer  data)
{
  Counter unqueued = { 0 };

  g_signal_connect (fixture->session, "request-unqueued", G_CALLBACK (count_cb), &unqueued.count);
  for (guint i = 0; i < 5; i++)
    {
      g_autoptr (Reply) reply = chat (fixture, i % 2 == 0 ? "good" : "429", KEY, NULL, NULL);

      g_assert_cmpuint (reply->n_ends, ==, 1);
      unqueued.wanted = i + 1;
      td_test_wait_until (has_counted, &unqueued, "the connection to be free");
    }
  g_assert_cmpuint (bad_server_count_requests (fixture->server), ==, 5);
  g_assert_cmpuint (bad_server_count_connections (fixture->server), ==, 1);
}

/* A request that was lost on a connection used before is not sent again behind our back: what
 * may cost money is the caller's decision. */
static void
test_lost_request_is_not_repeated (Fixture       *fixture,
                                   gconstpointer  data)
{
  static const char *const models[] = { "close-before-head", "reset-before-head" };

  for (guint i = 0; i < G_N_ELEMENTS (models); i++)
    {
      Counter unqueued = { .wanted = 1 };
      g_autoptr (Reply) good = NULL;
      g_autoptr (Reply) lost = NULL;
      gulong id = g_signal_connect (fixture->session, "request-unqueued", G_CALLBACK (count_cb),
                                    &unqueued.count);

      good = chat (fixture, "good", KEY, NULL, NULL);
      td_test_wait_until (has_counted, &unqueued, "the connection to be free");
      g_signal_handler_disconnect (fixture->session, id);
      lost = chat (fixture, models[i], KEY, NULL, NULL);
      g_assert_cmpuint (bad_server_count_connections (fixture->server), ==, i + 1);
      g_assert_nonnull (lost->failure);
      g_assert_cmpint (lost->failure->class, ==, TD_PROVIDER_ERROR_SERVER);
      g_assert_true (lost->failure->retryable);
      td_test_wait_until (none_open, fixture->server, "the connection to be closed");
      g_assert_cmpuint (bad_server_count_requests (fixture->server), ==, 2 * (i + 1));
    }
}

/* Two refusals are met with two changes; the next chat is right at once. */
static void
test_adapts_and_remembers (Fixture       *fixture,
                           gconstpointer  data)
{
  g_autoptr (Reply) first = chat (fixture, "old-server", KEY, NULL, NULL);
  g_autoptr (Reply) second = NULL;

  g_assert_cmpstr (first->text->str, ==, "ab");
  g_assert_cmpuint (bad_server_count_requests (fixture->server), ==, 3);
  g_assert_nonnull (strstr (bad_server_get_last_body (fixture->server), "max_completion_tokens"));
  g_assert_null (strstr (bad_server_get_last_body (fixture->server), "stream_options"));
  second = chat (fixture, "old-server", KEY, NULL, NULL);
  g_assert_cmpstr (second->text->str, ==, "ab");
  g_assert_cmpuint (bad_server_count_requests (fixture->server), ==, 4);
}

/* Behind OpenAI's name may be a server that knows Chat Completions only. */
static void
test_adapts_to_elder_protocol (Fixture       *fixture,
                               gconstpointer  data)
{
  g_autoptr (Reply) first = NULL;
  g_autoptr (Reply) second = NULL;
  g_autoptr (Reply) absent = NULL;

  fixture->endpoint->kind = TD_PROVIDER_KIND_OPENAI;
  fixture->endpoint->wire = TD_WIRE_TRAIT_RESPONSES;
  first = chat (fixture, "elder", KEY, NULL, NULL);
  g_assert_cmpstr (first->text->str, ==, "ab");
  g_assert_cmpuint (bad_server_count_requests (fixture->server), ==, 2);
  g_assert_nonnull (strstr (bad_server_get_last_body (fixture->server), "\"messages\""));
  second = chat (fixture, "elder", KEY, NULL, NULL);
  g_assert_cmpstr (second->text->str, ==, "ab");
  g_assert_cmpuint (bad_server_count_requests (fixture->server), ==, 3);
  /* A model that is not there is not asked for twice. */
  absent = chat (fixture, "absent", KEY, NULL, NULL);
  g_assert_cmpint (absent->failure->class, ==, TD_PROVIDER_ERROR_NOT_FOUND);
  g_assert_cmpuint (bad_server_count_requests (fixture->server), ==, 4);
}

/* Summaries of reasoning are not for every account: asked for once only. */
static void
test_adapts_to_no_summaries (Fixture       *fixture,
                             gconstpointer  data)
{
  g_autoptr (Reply) reply = NULL;

  fixture->endpoint->kind = TD_PROVIDER_KIND_OPENAI;
  fixture->endpoint->wire = TD_WIRE_TRAIT_RESPONSES;
  reply = chat (fixture, "shy", KEY, NULL, NULL);
  g_assert_cmpint (reply->failure->class, ==, TD_PROVIDER_ERROR_INVALID);
  g_assert_cmpuint (bad_server_count_requests (fixture->server), ==, 2);
}

static void
test_many_at_once (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autoptr (TdChatRequest) request = td_chat_request_new ("good");
  TdTestCall calls[24] = { 0 };
  Reply *replies[24];

  for (gsize i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      replies[i] = reply_new ();
      td_chat_stream_async (fixture->session, fixture->endpoint, KEY, request, NULL, reply_event_cb,
                            replies[i], NULL, td_test_ready, &calls[i]);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      g_assert_true (td_chat_stream_finish (td_test_wait (&calls[i]), NULL));
      g_assert_cmpstr (replies[i]->text->str, ==, "ab");
      td_test_call_clear (&calls[i]);
      reply_free (replies[i]);
    }
}

/* ---- Errors of the connection that cannot be made on loopback ----------------------------- */

static void
test_transport_errors (void)
{
  const struct
  {
    GQuark domain;
    int code;
    TdTransportPhase phase;
    TdProviderError class;
  } errors[] = {
    { G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND, TD_TRANSPORT_CONNECTING,
      TD_PROVIDER_ERROR_UNREACHABLE },
    { G_RESOLVER_ERROR, G_RESOLVER_ERROR_TEMPORARY_FAILURE, TD_TRANSPORT_CONNECTING,
      TD_PROVIDER_ERROR_UNREACHABLE },
    { G_IO_ERROR, G_IO_ERROR_NETWORK_UNREACHABLE, TD_TRANSPORT_CONNECTING,
      TD_PROVIDER_ERROR_UNREACHABLE },
    { G_IO_ERROR, G_IO_ERROR_TIMED_OUT, TD_TRANSPORT_CONNECTING, TD_PROVIDER_ERROR_UNREACHABLE },
    { G_IO_ERROR, G_IO_ERROR_TIMED_OUT, TD_TRANSPORT_READING, TD_PROVIDER_ERROR_TIMED_OUT },
    { G_IO_ERROR, G_IO_ERROR_PROXY_FAILED, TD_TRANSPORT_CONNECTING, TD_PROVIDER_ERROR_UNREACHABLE },
    { G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE, TD_TRANSPORT_CONNECTING, TD_PROVIDER_ERROR_TLS },
    { G_TLS_ERROR, G_TLS_ERROR_EOF, TD_TRANSPORT_READING, TD_PROVIDER_ERROR_CUT },
    { G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED, TD_TRANSPORT_WAITING, TD_PROVIDER_ERROR_SERVER },
    { G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT, TD_TRANSPORT_READING, TD_PROVIDER_ERROR_CUT },
    { G_IO_ERROR, G_IO_ERROR_INVALID_DATA, TD_TRANSPORT_READING, TD_PROVIDER_ERROR_PROTOCOL },
    { SOUP_SESSION_ERROR, SOUP_SESSION_ERROR_PARSING, TD_TRANSPORT_WAITING,
      TD_PROVIDER_ERROR_PROTOCOL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (errors); i++)
    {
      g_autoptr (GError) error = g_error_new_literal (errors[i].domain, errors[i].code, "words");
      g_autoptr (TdFailure) failure = td_transport_failure_from_error (error, errors[i].phase);

      g_test_message ("%s %d", g_quark_to_string (errors[i].domain), errors[i].code);
      g_assert_cmpint (failure->class, ==, errors[i].class);
      /* Of a server's failure only its own words are told. */
      g_assert_cmpstr (failure->message, ==,
                       errors[i].class == TD_PROVIDER_ERROR_SERVER ? NULL : "words");
    }
}

static void
add (const char *path,
     void (*test) (Fixture *fixture,
                   gconstpointer data))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int    argc,
      char **argv)
{
  td_test_init (&argc, &argv);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/chat-stream/server/", cases[i].model, NULL);

      g_test_add (path, Fixture, &cases[i], set_up, test_case, tear_down);
    }
  add ("/chat-stream/what-is-sent", test_what_is_sent);
  add ("/chat-stream/gemini", test_gemini);
  add ("/chat-stream/gemini-without-thoughts", test_gemini_without_thoughts);
  add ("/chat-stream/gemini-versions", test_gemini_versions);
  add ("/chat-stream/gemini-nowhere", test_gemini_nowhere);
  add ("/chat-stream/no-key-sent-when-there-is-none", test_no_key_sent_when_there_is_none);
  add ("/chat-stream/refused-before", test_refused_before);
  add ("/chat-stream/refused-connection", test_refused_connection);
  add ("/chat-stream/no-tls", test_no_tls);
  add ("/chat-stream/connect-limit", test_connect_limit);
  add ("/chat-stream/details-of-failures", test_details_of_failures);
  add ("/chat-stream/cancel-in-event", test_cancel_in_event);
  add ("/chat-stream/cancel-closes-the-connection", test_cancel_closes_the_connection);
  add ("/chat-stream/cancel-while-waiting", test_cancel_while_waiting);
  add ("/chat-stream/cancelled-before", test_cancelled_before);
  add ("/chat-stream/limit-closes-the-connection", test_limit_closes_the_connection);
  add ("/chat-stream/total-limit", test_total_limit);
  add ("/chat-stream/own-limits", test_own_limits);
  add ("/chat-stream/done-without-end", test_done_without_end);
  add ("/chat-stream/reason-without-end", test_reason_without_end);
  add ("/chat-stream/connection-is-reused", test_connection_is_reused);
  add ("/chat-stream/lost-request-is-not-repeated", test_lost_request_is_not_repeated);
  add ("/chat-stream/adapts-and-remembers", test_adapts_and_remembers);
  add ("/chat-stream/adapts-to-elder-protocol", test_adapts_to_elder_protocol);
  add ("/chat-stream/adapts-to-no-summaries", test_adapts_to_no_summaries);
  add ("/chat-stream/many-at-once", test_many_at_once);
  g_test_add_func ("/chat-stream/transport-errors", test_transport_errors);
  return g_test_run ();
}

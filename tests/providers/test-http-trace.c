/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "base/td-http-trace.h"
#include "providers/bad-server.h"
#include "providers/reply.h"
#include "providers/td-chat-stream.h"
#include "support/td-test.h"

/* What TOPDOG_DEBUG=http shows, and above all what it does not. */

#define KEY   "sk-canary-0123456789-abcdef"
#define QUERY "query-canary-42"
#define REPLY                                                                                      \
  "data: {\"choices\":[{\"delta\":{\"content\":\"body-canary\"},\"finish_reason\":\"stop\"}]}\n\n" \
  "data: [DONE]\n\n"

static const Script scripts[] = {
  { "good", 200, "text/event-stream",
    "X-Request-Id: req-1\nSet-Cookie: session=cookie-canary\nX-Echo: " KEY "\nServer: knows " KEY
    "\nX-RateLimit-Remaining: 7\nX-" KEY ": 1\n",
    REPLY },
  { "bell", 200, "text/event-stream", "Server: a\tb\033[2Jc\n", REPLY },
  { "gone", .raw = "", .then = THEN_CLOSE },
  { "/list", 200, "application/json", NULL, "{\"secret\":\"body-canary\"}" },
};

static GString *printed;

static void
print_cb (const char *text)
{
  g_string_append (printed, text);
}

typedef struct
{
  BadServer *server;
  SoupSession *session;
  TdEndpoint *endpoint;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  printed = g_string_new (NULL);
  g_set_printerr_handler (print_cb);
  fixture->server = bad_server_new (scripts, G_N_ELEMENTS (scripts));
  fixture->session = td_http_session_new ();
  fixture->endpoint = g_new0 (TdEndpoint, 1);
  fixture->endpoint->provider_id = g_strdup ("test");
  fixture->endpoint->kind = TD_PROVIDER_KIND_OPENAI_COMPATIBLE;
  fixture->endpoint->base_url = bad_server_build_url (fixture->server, "/v1");
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  td_endpoint_free (fixture->endpoint);
  g_object_unref (fixture->session);
  bad_server_free (fixture->server);
  g_set_printerr_handler (NULL);
  g_string_free (printed, TRUE);
}

static void
count_cb (SoupSession *session,
          SoupMessage *message,
          gpointer     count)
{
  ++*(guint *) count;
}

static gboolean
is_counted (gpointer count)
{
  return *(guint *) count > 0;
}

static void
chat (Fixture    *fixture,
      const char *model,
      TdAuth      auth)
{
  g_autoptr (TdChatRequest) request = td_chat_request_new (model);
  g_autoptr (Reply) reply = reply_new ();
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  guint unqueued = 0;
  gulong id;

  fixture->endpoint->auth = auth;
  id = g_signal_connect (fixture->session, "request-unqueued", G_CALLBACK (count_cb), &unqueued);
  td_chat_request_add_turn (request, TD_ROLE_USER, "prompt-canary");
  td_chat_stream_async (fixture->session, fixture->endpoint, KEY, request, NULL, reply_event_cb,
                        reply, NULL, td_test_ready, &call);
  td_chat_stream_finish (td_test_wait (&call), NULL);
  td_test_wait_until (is_counted, &unqueued, "the connection to be free");
  g_signal_handler_disconnect (fixture->session, id);
}

static void
check_has (const char *part)
{
  if (strstr (printed->str, part) == NULL)
    g_error ("“%s” is not in:\n%s", part, printed->str);
}

static void
check_no_canary (void)
{
  if (strstr (printed->str, "canary") != NULL)
    g_error ("a secret is in:\n%s", printed->str);
}

static void
test_hides_keys (Fixture       *fixture,
                 gconstpointer  data)
{
  static const struct
  {
    TdAuth auth;
    const char *line;
  } ways[] = {
    { TD_AUTH_BEARER, ">   Authorization: [hidden]\n" },
    { TD_AUTH_X_API_KEY, ">   x-api-key: [hidden]\n" },
    { TD_AUTH_X_GOOG_API_KEY, ">   x-goog-api-key: [hidden]\n" },
  };

  td_endpoint_set_header (fixture->endpoint, "X-Title", "title-canary");
  for (gsize i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_autofree char *line =
        g_strdup_printf ("> POST %s/chat/completions\n", fixture->endpoint->base_url);

      g_string_truncate (printed, 0);
      chat (fixture, "good", ways[i].auth);
      check_has (line);
      check_has (ways[i].line);
      check_has (">   Content-Type: application/json\n");
      check_has (">   X-Title: [hidden]\n");
      check_has ("< 200 after ");
      check_has ("<   X-Request-Id: req-1\n");
      check_has ("<   X-RateLimit-Remaining: 7\n");
      check_has ("<   Set-Cookie: [hidden]\n");
      check_has ("<   X-Echo: [hidden]\n");
      check_has ("<   Server: [hidden]\n"); /* harmless, if it did not repeat the key */
      check_has ("<   [hidden]: [hidden]\n");
      check_no_canary ();
    }
}

/* A key in the path, in the query or before the host of an address. */
static void
test_hides_addresses (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autofree char *list = bad_server_build_url (fixture->server, "/list");
  g_autofree char *with_query = g_strconcat (list, "?key=" QUERY "&a=b", NULL);
  g_autofree char *shown = g_strconcat ("> GET ", list, "?[hidden]\n", NULL);
  g_autoptr (SoupMessage) message = td_http_message_new ("GET", with_query, NULL);
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GBytes) body = NULL;

  soup_message_headers_replace (soup_message_get_request_headers (message), "Referer", QUERY);
  td_http_fetch_async (fixture->session, message, 1000, NULL, td_test_ready, &call);
  body = td_http_fetch_finish (fixture->session, td_test_wait (&call), NULL);
  g_assert_nonnull (body);
  check_has (shown);
  check_no_canary ();

  g_free (fixture->endpoint->base_url);
  fixture->endpoint->base_url = bad_server_build_url (fixture->server, "/" KEY "/v1");
  chat (fixture, "good", TD_AUTH_BEARER);
  check_has ("> POST [hidden]\n");
  check_no_canary ();
}

static void
test_cleans (Fixture       *fixture,
             gconstpointer  data)
{
  chat (fixture, "bell", TD_AUTH_BEARER);
  check_has ("<   Server: a?b?[2Jc\n");
  check_no_canary ();
}

static void
test_no_answer (Fixture       *fixture,
                gconstpointer  data)
{
  chat (fixture, "gone", TD_AUTH_BEARER);
  check_has (" ! no answer came\n");
  check_no_canary ();
}

static void
test_silent_unless_wanted (void)
{
  static const struct
  {
    const char *value;
    gboolean wanted;
  } rows[] = {
    { NULL, FALSE },
    { "", FALSE },
    { "none", FALSE },
    { "http", TRUE },
    { "other,http", TRUE },
    { "all", TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      if (rows[i].value != NULL)
        g_setenv (TD_HTTP_TRACE_VARIABLE, rows[i].value, TRUE);
      else
        g_unsetenv (TD_HTTP_TRACE_VARIABLE);
      g_assert_cmpint (td_http_trace_is_wanted (), ==, rows[i].wanted);
    }
  g_setenv (TD_HTTP_TRACE_VARIABLE, "http", TRUE);
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
  g_test_add_func ("/http-trace/silent-unless-wanted", test_silent_unless_wanted);
  add ("/http-trace/hides-keys", test_hides_keys);
  add ("/http-trace/hides-addresses", test_hides_addresses);
  add ("/http-trace/cleans", test_cleans);
  add ("/http-trace/no-answer", test_no_answer);
  return g_test_run ();
}

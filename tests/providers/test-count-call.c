/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Asking providers to count: what is asked, what the answers are taken for, and that nothing but the
 * question goes there.
 */
#include "config.h"

#include <libsoup/soup.h>
#include <string.h>

#include "base/td-json-read.h"
#include "providers/td-count-call.h"
#include "providers/td-endpoint.h"
#include "support/td-test.h"

#define KEY "sk-secret-of-the-test"

/* A server that answers everything alike, and remembers the last question. */
typedef struct
{
  SoupServer *server;
  SoupSession *session;
  char *url;
  guint status;
  const char *answer;
  gboolean silent;
  guint n_requests;
  char *path;
  char *body;
  char *key;
} Fixture;

static void
handler_cb (SoupServer        *server,
            SoupServerMessage *message,
            const char        *path,
            GHashTable        *query,
            gpointer           user_data)
{
  Fixture *fixture = user_data;
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  SoupMessageBody *body = soup_server_message_get_request_body (message);
  const char *key = soup_message_headers_get_one (headers, "x-api-key");

  fixture->n_requests++;
  g_set_str (&fixture->path, path);
  g_set_str (&fixture->key, key ? key : soup_message_headers_get_one (headers, "x-goog-api-key"));
  g_free (fixture->body);
  fixture->body = g_strndup (body->data, body->length);
  if (fixture->silent)
    {
      soup_server_message_pause (message);
      return;
    }
  soup_server_message_set_status (message, fixture->status, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_COPY, fixture->answer,
                                    strlen (fixture->answer));
}

static void
set_up (Fixture       *fixture,
        gconstpointer  unused)
{
  g_autoptr (GError) error = NULL;
  g_autoslist (GUri) uris = NULL;

  fixture->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (fixture->server, NULL, handler_cb, fixture, NULL);
  g_assert_true (soup_server_listen_local (fixture->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY,
                                           &error));
  g_assert_no_error (error);
  uris = soup_server_get_uris (fixture->server);
  fixture->url = g_strdup_printf ("http://127.0.0.1:%d/v1", g_uri_get_port (uris->data));
  fixture->session = td_http_session_new ();
  fixture->status = 200;
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  unused)
{
  soup_session_abort (fixture->session);
  g_object_unref (fixture->session);
  soup_server_disconnect (fixture->server);
  g_object_unref (fixture->server);
  g_free (fixture->url);
  g_free (fixture->path);
  g_free (fixture->body);
  g_free (fixture->key);
}

static TdEndpoint *
make_endpoint (TdProviderKind  kind,
               TdAuth          auth,
               const char     *url)
{
  TdEndpoint *endpoint = td_endpoint_new_custom ("acme", "Acme", url);

  endpoint->kind = kind;
  endpoint->auth = auth;
  endpoint->needs_key = TRUE;
  return endpoint;
}

static TdChatRequest *
make_request (const char *model)
{
  TdChatRequest *request = td_chat_request_new (model);

  td_chat_request_add_turn (request, TD_ROLE_SYSTEM, "be brief");
  td_chat_request_add_turn (request, TD_ROLE_USER, "one");
  td_chat_request_add_turn (request, TD_ROLE_ASSISTANT, "two");
  td_chat_request_add_turn (request, TD_ROLE_USER, "three");
  request->max_output = 500;
  request->model_max_output = 4000;
  request->has_temperature = TRUE;
  request->temperature = 0.5;
  request->stream = TRUE;
  return request;
}

static gint64
ask (Fixture              *fixture,
     const TdEndpoint     *endpoint,
     const TdChatRequest  *request,
     GCancellable         *cancellable,
     GError              **error)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (TdWireRequest) wire = td_count_call_write (endpoint, request);

  g_assert_nonnull (wire);
  td_count_call_async (fixture->session, endpoint, KEY, wire, cancellable, td_test_ready, &call);
  return td_count_call_finish (td_test_wait (&call), error);
}

/* The members of an object, in order, as one text. */
static char *
list_members (const TdJson *object)
{
  GString *names = g_string_new (NULL);

  for (guint i = 0; i < td_json_get_length (object); i++)
    g_string_append_printf (names, "%s ", td_json_get_name (object, i));
  return g_string_free (names, FALSE);
}

static void
test_anthropic (Fixture       *fixture,
                gconstpointer  unused)
{
  g_autoptr (TdEndpoint) endpoint =
    make_endpoint (TD_PROVIDER_KIND_ANTHROPIC, TD_AUTH_X_API_KEY, fixture->url);
  g_autoptr (TdChatRequest) request = make_request ("claude-x");
  g_autoptr (GBytes) sample = td_test_load_data ("wire/anthropic-count-tokens.json");
  g_autofree char *answer = g_strndup (g_bytes_get_data (sample, NULL), g_bytes_get_size (sample));
  g_autoptr (TdJsonDoc) doc = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *members = NULL;

  fixture->answer = answer;
  g_assert_cmpint (ask (fixture, endpoint, request, NULL, &error), ==, 2095);
  g_assert_no_error (error);
  g_assert_cmpstr (fixture->path, ==, "/v1/messages/count_tokens");
  g_assert_cmpstr (fixture->key, ==, KEY);
  doc = td_json_doc_parse (fixture->body, -1, NULL, NULL);
  members = list_members (td_json_doc_get_root (doc));
  g_assert_cmpstr (members, ==, "model system messages ");
  g_assert_cmpstr (td_json_member_string (td_json_doc_get_root (doc), "system"), ==, "be brief");
  g_assert_cmpuint (
    td_json_get_length (td_json_get_member (td_json_doc_get_root (doc), "messages")), ==, 3);
}

static void
test_gemini (Fixture       *fixture,
             gconstpointer  unused)
{
  g_autoptr (TdEndpoint) endpoint =
    make_endpoint (TD_PROVIDER_KIND_GEMINI, TD_AUTH_X_GOOG_API_KEY, fixture->url);
  g_autoptr (TdChatRequest) request = make_request ("gemini-x");
  g_autoptr (GBytes) sample = td_test_load_data ("wire/gemini-count-tokens.json");
  g_autofree char *answer = g_strndup (g_bytes_get_data (sample, NULL), g_bytes_get_size (sample));
  g_autoptr (TdJsonDoc) doc = NULL;
  g_autoptr (GError) error = NULL;
  const TdJson *whole;

  fixture->answer = answer;
  g_assert_cmpint (ask (fixture, endpoint, request, NULL, &error), ==, 31);
  g_assert_no_error (error);
  g_assert_cmpstr (fixture->path, ==, "/v1/models/gemini-x:countTokens");
  g_assert_cmpstr (fixture->key, ==, KEY);
  doc = td_json_doc_parse (fixture->body, -1, NULL, NULL);
  g_assert_cmpuint (td_json_get_length (td_json_doc_get_root (doc)), ==, 1);
  whole = td_json_get_member (td_json_doc_get_root (doc), "generateContentRequest");
  g_assert_cmpstr (td_json_member_string (whole, "model"), ==, "models/gemini-x");
  g_assert_cmpuint (td_json_get_length (td_json_get_member (whole, "contents")), ==, 3);
  g_assert_true (td_json_is_set (td_json_get_member (whole, "systemInstruction")));
}

static void
test_responses (Fixture       *fixture,
                gconstpointer  unused)
{
  g_autoptr (TdEndpoint) endpoint =
    make_endpoint (TD_PROVIDER_KIND_OPENAI, TD_AUTH_BEARER, fixture->url);
  g_autoptr (TdChatRequest) request = make_request ("new-x");
  g_autoptr (TdJsonDoc) doc = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *members = NULL;

  endpoint->wire = TD_WIRE_TRAIT_RESPONSES;
  fixture->answer = "{\"object\":\"response.input_tokens\",\"input_tokens\":17}";
  g_assert_cmpint (ask (fixture, endpoint, request, NULL, &error), ==, 17);
  g_assert_no_error (error);
  g_assert_cmpstr (fixture->path, ==, "/v1/responses/input_tokens");
  doc = td_json_doc_parse (fixture->body, -1, NULL, NULL);
  g_assert_true (td_json_is_set (td_json_get_member (td_json_doc_get_root (doc), "input")));
  g_assert_false (td_json_is_set (td_json_get_member (td_json_doc_get_root (doc), "stream")));
  g_assert_false (td_json_is_set (td_json_get_member (td_json_doc_get_root (doc), "store")));
  g_assert_false (
    td_json_is_set (td_json_get_member (td_json_doc_get_root (doc), "max_output_tokens")));
}

static void
test_none (void)
{
  static const TdProviderKind kinds[] = { TD_PROVIDER_KIND_OLLAMA,
                                          TD_PROVIDER_KIND_OPENAI_COMPATIBLE,
                                          TD_PROVIDER_KIND_HUGGINGFACE };
  g_autoptr (TdChatRequest) request = make_request ("x");

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autoptr (TdEndpoint) endpoint =
        make_endpoint (kinds[i], TD_AUTH_BEARER, "http://127.0.0.1:1/v1");

      g_assert_false (td_count_call_exists (endpoint));
      g_assert_null (td_count_call_write (endpoint, request));
    }
}

static void
test_answers (Fixture       *fixture,
              gconstpointer  unused)
{
  static const struct
  {
    guint status;
    const char *answer;
    gint64 tokens;
    TdProviderError error;
  } cases[] = {
    { 200, "{\"input_tokens\":0}", 0, 0 },
    { 200, "{\"input_tokens\":12.0,\"more\":[]}", 12, 0 },
    { 200, "{}", -1, TD_PROVIDER_ERROR_PROTOCOL },
    { 200, "", -1, TD_PROVIDER_ERROR_PROTOCOL },
    { 200, "<html>", -1, TD_PROVIDER_ERROR_PROTOCOL },
    { 200, "{\"input_tokens\":-3}", -1, TD_PROVIDER_ERROR_PROTOCOL },
    { 200, "{\"input_tokens\":\"many\"}", -1, TD_PROVIDER_ERROR_PROTOCOL },
    { 200, "{\"input_tokens\":9000000000000000000}", -1, TD_PROVIDER_ERROR_PROTOCOL },
    { 404, "{\"error\":{\"message\":\"no such path\"}}", -1, TD_PROVIDER_ERROR_NOT_FOUND },
    { 401, "{\"error\":{\"message\":\"bad key " KEY "\"}}", -1, TD_PROVIDER_ERROR_AUTH },
    { 429, "{\"error\":{\"message\":\"slow down\"}}", -1, TD_PROVIDER_ERROR_RATE_LIMIT },
  };
  g_autoptr (TdEndpoint) endpoint =
    make_endpoint (TD_PROVIDER_KIND_ANTHROPIC, TD_AUTH_X_API_KEY, fixture->url);
  g_autoptr (TdChatRequest) request = make_request ("claude-x");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%u %s", cases[i].status, cases[i].answer);
      fixture->status = cases[i].status;
      fixture->answer = cases[i].answer;
      g_assert_cmpint (ask (fixture, endpoint, request, NULL, &error), ==, cases[i].tokens);
      if (cases[i].tokens >= 0)
        {
          g_assert_no_error (error);
          continue;
        }
      g_assert_error (error, TD_PROVIDER_ERROR, (int) cases[i].error);
      g_assert_null (strstr (error->message, KEY));
      /* Once is enough: there is an estimate. */
      g_assert_cmpuint (fixture->n_requests, ==, i + 1);
    }
}

static gboolean
is_asked (gpointer fixture)
{
  return ((Fixture *) fixture)->n_requests > 0;
}

static void
test_cancelled (Fixture       *fixture,
                gconstpointer  unused)
{
  g_autoptr (TdEndpoint) endpoint =
    make_endpoint (TD_PROVIDER_KIND_ANTHROPIC, TD_AUTH_X_API_KEY, fixture->url);
  g_autoptr (TdChatRequest) request = make_request ("claude-x");
  g_autoptr (TdWireRequest) wire = td_count_call_write (endpoint, request);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;

  fixture->silent = TRUE;
  td_count_call_async (fixture->session, endpoint, KEY, wire, cancellable, td_test_ready, &call);
  td_test_wait_until (is_asked, fixture, "the question");
  g_cancellable_cancel (cancellable);
  g_assert_cmpint (td_count_call_finish (td_test_wait (&call), &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* Without a key nothing is sent. */
static void
test_no_key (Fixture       *fixture,
             gconstpointer  unused)
{
  g_autoptr (TdEndpoint) endpoint =
    make_endpoint (TD_PROVIDER_KIND_ANTHROPIC, TD_AUTH_X_API_KEY, fixture->url);
  g_autoptr (TdChatRequest) request = make_request ("claude-x");
  g_autoptr (TdWireRequest) wire = td_count_call_write (endpoint, request);
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;

  td_count_call_async (fixture->session, endpoint, NULL, wire, NULL, td_test_ready, &call);
  g_assert_cmpint (td_count_call_finish (td_test_wait (&call), &error), ==, -1);
  g_assert_error (error, TD_PROVIDER_ERROR, TD_PROVIDER_ERROR_NO_KEY);
  g_assert_cmpuint (fixture->n_requests, ==, 0);
}

/* The same question has the same hash; another model or another word has another. */
static void
test_hash (void)
{
  g_autoptr (TdEndpoint) endpoint =
    make_endpoint (TD_PROVIDER_KIND_GEMINI, TD_AUTH_X_GOOG_API_KEY, "http://127.0.0.1:1/v1");
  const char *models[] = { "a", "a", "b", "a" };
  char *hashes[4] = { NULL };

  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (TdChatRequest) request = make_request (models[i]);
      g_autoptr (TdWireRequest) wire = NULL;

      if (i == 3)
        td_chat_request_add_turn (request, TD_ROLE_USER, "!");
      wire = td_count_call_write (endpoint, request);
      hashes[i] = td_count_call_hash (wire);
    }
  g_assert_cmpstr (hashes[0], ==, hashes[1]);
  g_assert_cmpstr (hashes[0], !=, hashes[2]);
  g_assert_cmpstr (hashes[0], !=, hashes[3]);
  for (guint i = 0; i < 4; i++)
    g_free (hashes[i]);
}

int
main (int   argc,
      char *argv[])
{
  td_test_init (&argc, &argv);
#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)
  ADD ("/count-call/anthropic", test_anthropic);
  ADD ("/count-call/gemini", test_gemini);
  ADD ("/count-call/responses", test_responses);
  g_test_add_func ("/count-call/none", test_none);
  ADD ("/count-call/answers", test_answers);
  ADD ("/count-call/cancelled", test_cancelled);
  ADD ("/count-call/no-key", test_no_key);
  g_test_add_func ("/count-call/hash", test_hash);
  return g_test_run ();
}

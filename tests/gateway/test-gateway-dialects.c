/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every dialect by its own address: whole and as a stream, with the model named and with Q to choose. */
#include "config.h"

#include <string.h>

#include "base/td-json-read.h"
#include "engine/td-auto.h"
#include "gateway/gateway-fixture.h"

#define USAGE "{\"prompt_tokens\":10,\"completion_tokens\":3,\"total_tokens\":13}"
#define TEXT  "Write a Python function that sorts a list"

static const FakeReply three_words = { .token = "word ", .n_tokens = 3, .usage = USAGE };

#define MESSAGES "\"messages\":[{\"role\":\"user\",\"content\":\"" TEXT "\"}]"

/* %s: the model, then whether to stream */
static const struct
{
  const char *path;
  const char *body;
  const char *where;       /* the reply's text in a whole reply */
  const char *stream_type;
  const char *last;        /* what a stream says at its end */
} dialects[] = {
  { "/v1/chat/completions", "{\"model\":\"%s\",\"stream\":%s," MESSAGES "}",
    "choices.0.message.content", "text/event-stream", "data: [DONE]" },
  { "/v1/responses", "{\"model\":\"%s\",\"stream\":%s,\"input\":\"" TEXT "\"}",
    "output.0.content.0.text", "text/event-stream", "event: response.completed" },
  { "/v1/messages", "{\"model\":\"%s\",\"stream\":%s,\"max_tokens\":100," MESSAGES "}",
    "content.0.text", "text/event-stream", "event: message_stop" },
  { "/api/chat", "{\"model\":\"%s\",\"stream\":%s," MESSAGES "}", "message.content",
    "application/x-ndjson", "\"done\":true" },
  { "/api/generate", "{\"model\":\"%s\",\"stream\":%s,\"prompt\":\"" TEXT "\"}", "response",
    "application/x-ndjson", "\"done\":true" },
};

static Answer
ask (GatewayFixture *fixture,
     guint           i,
     const char     *model,
     gboolean        stream)
{
  g_auto (GStrv) parts = g_strsplit (dialects[i].body, "%s", 3);
  g_autofree char *body = g_strconcat (parts[0], model, parts[1], stream ? "true" : "false",
                                       parts[2], NULL);

  g_test_message ("%s: %s", dialects[i].path, body);
  fake_provider_queue (fixture->base.server, &three_words);
  return gateway_fixture_ask (fixture, "POST", dialects[i].path, body);
}

/* A path with numbers for the elements of arrays. */
static const TdJson *
get_at (const TdJson *value,
        const char   *path)
{
  g_auto (GStrv) steps = g_strsplit (path, ".", -1);

  for (char **step = steps; *step; step++)
    value = g_ascii_isdigit (**step) ? td_json_get_element (value, (guint) (**step - '0'))
                                     : td_json_get_member (value, *step);
  return value;
}

static void
test_whole (GatewayFixture *fixture,
            gconstpointer   unused)
{
  for (guint i = 0; i < G_N_ELEMENTS (dialects); i++)
    {
      g_auto (Answer) answer = ask (fixture, i, PAID_MODEL, FALSE);
      g_autoptr (TdJsonDoc) doc = td_json_doc_parse_bytes (answer.body, NULL, NULL);

      g_assert_cmpuint (answer.status, ==, 200);
      g_assert_cmpstr (td_json_get_string (get_at (td_json_doc_get_root (doc), dialects[i].where)),
                       ==, "word word word ");
      g_assert_cmpstr (answer_get_header (&answer, "X-TopDog-Cost"), ==, "75000");
    }
}

static void
test_stream (GatewayFixture *fixture,
             gconstpointer   unused)
{
  for (guint i = 0; i < G_N_ELEMENTS (dialects); i++)
    {
      g_auto (Answer) answer = ask (fixture, i, PAID_MODEL, TRUE);

      g_assert_cmpuint (answer.status, ==, 200);
      g_assert_true (g_str_has_prefix (answer_get_header (&answer, "Content-Type"),
                                       dialects[i].stream_type));
      g_assert_nonnull (strstr (answer_get_text (&answer), dialects[i].last));
      g_assert_cmpstr (answer_get_header (&answer, "X-TopDog-Model"), ==, PAID_MODEL);
    }
}

/* The choice and why, in the headers and in the receipt that the answer names. */
static void
check_choice (GatewayFixture *fixture,
              const Answer   *answer)
{
  const char *model = answer_get_header (answer, "X-TopDog-Model");
  const char *id = answer_get_header (answer, "X-TopDog-Request-Id");
  g_autofree char *sql = NULL;

  g_assert_cmpuint (answer->status, ==, 200);
  g_assert_nonnull (model);
  g_assert_true (g_str_has_prefix (answer_get_header (answer, "X-TopDog-Reason"),
                                   "category=coding; complexity="));
  g_assert_true (g_str_has_prefix (id, "r"));
  sql = g_strdup_printf ("SELECT count(*) FROM receipt WHERE id = %s AND model_key = '%s'"
                         " AND route LIKE '%%\"asked_for\":\"topdog/auto\"%%'"
                         " AND route LIKE '%%\"category\":\"coding\"%%'",
                         id + 1, model);
  g_assert_cmpint (engine_fixture_count (&fixture->base, sql), ==, 1);
}

static void
test_auto (GatewayFixture *fixture,
           gconstpointer   unused)
{
  for (guint i = 0; i < G_N_ELEMENTS (dialects); i++)
    for (guint stream = 0; stream <= 1; stream++)
      {
        g_auto (Answer) answer = ask (fixture, i, TD_AUTO_MODEL, stream != 0);

        check_choice (fixture, &answer);
      }
}

/* What else the dialects ask. */
static void
test_others (GatewayFixture *fixture,
             gconstpointer   unused)
{
  static const struct
  {
    const char *method;
    const char *path;
    const char *body;
    const char *part; /* of the answer */
    guint status;
  } questions[] = {
    { "POST", "/v1/messages/count_tokens", "{\"model\":\"" PAID_MODEL "\"," MESSAGES "}",
      "{\"input_tokens\":", 200 },
    { "POST", "/v1/messages/count_tokens", "{\"model\":\"" TD_AUTO_MODEL "\"," MESSAGES "}",
      "{\"input_tokens\":", 200 },
    { "GET", "/api/tags", NULL, "\"" TD_AUTO_MODEL "\"", 200 },
    { "GET", "/api/version", NULL, "{\"version\":\"", 200 },
    { "POST", "/api/show", "{\"model\":\"" PAID_MODEL "\"}", "\"capabilities\"", 200 },
    { "POST", "/api/show", "{\"model\":\"no-such-model-anywhere\"}", "\"error\":\"", 404 },
    { "POST", "/api/chat", "{\"model\":\"" PAID_MODEL "\"}", "\"load\"", 200 },
    { "POST", "/v1/messages",
      "{\"model\":\"no-such-model-anywhere\",\"max_tokens\":1," MESSAGES "}", "\"type\":\"error\"",
      404 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (questions); i++)
    {
      g_auto (Answer) answer =
        gateway_fixture_ask (fixture, questions[i].method, questions[i].path, questions[i].body);

      g_test_message ("%s %s", questions[i].path, answer_get_text (&answer));
      g_assert_cmpuint (answer.status, ==, questions[i].status);
      g_assert_nonnull (strstr (answer_get_text (&answer), questions[i].part));
    }
  g_assert_cmpuint (fake_provider_get_n_chats (fixture->base.server), ==, 0);
}

/* Who is refused before anything was read is told in the words of its dialect too. */
static void
test_refused (GatewayFixture *fixture,
              gconstpointer   unused)
{
  static const struct
  {
    const char *path;
    const char *part;
  } refusals[] = {
    { "/v1/chat/completions", "\"error\":{" },
    { "/v1/messages", "\"type\":\"error\"" },
    { "/api/chat", "{\"error\":\"" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      SoupMessage *message = gateway_fixture_message (fixture, "POST", refusals[i].path, "{}");
      g_auto (Answer) answer = { 0 };

      soup_message_headers_remove (soup_message_get_request_headers (message), "Authorization");
      answer = gateway_fixture_send (fixture, message);
      g_assert_cmpuint (answer.status, ==, 401);
      g_assert_nonnull (strstr (answer_get_text (&answer), refusals[i].part));
    }
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
  add ("/gateway-dialects/whole", test_whole);
  add ("/gateway-dialects/stream", test_stream);
  add ("/gateway-dialects/auto", test_auto);
  add ("/gateway-dialects/others", test_others);
  add ("/gateway-dialects/refused", test_refused);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "support/td-test.h"

#include <string.h>

#include "providers/reply.h"
#include "providers/td-chat-stream.h"
#include "providers/td-discovery.h"

/* Chats with a provider that was written by others: tests/support/aimock.mjs says what its
 * answers are and which first word of a message asks for which. */

#define KEY "sk-good-key-of-the-test"

typedef struct
{
  GSubprocess *process;
  char *url; /* (nullable): it is not ready yet */
} Mock;

static Mock open_mock;   /* takes every key */
static Mock locked_mock; /* takes KEY only */

static void
ready_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  Mock *mock = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *line =
    g_data_input_stream_read_line_finish_utf8 (G_DATA_INPUT_STREAM (source), result, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (line);
  g_assert_true (g_str_has_prefix (line, "READY "));
  mock->url = g_strdup (line + strlen ("READY "));
}

static gboolean
is_ready (gpointer mock)
{
  return ((Mock *) mock)->url != NULL;
}

/* It ends when its standard input does: with this program, however that ends. */
static void
start_mock (Mock       *mock,
            const char *key)
{
  g_autofree char *script = g_test_build_filename (G_TEST_DIST, "support", "aimock.mjs", NULL);
  g_autoptr (GDataInputStream) lines = NULL;
  g_autoptr (GError) error = NULL;

  mock->process =
    g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error,
                      "node", script, key != NULL ? "--key" : NULL, key, NULL);
  g_assert_no_error (error);
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (mock->process));
  g_data_input_stream_read_line_async (lines, G_PRIORITY_DEFAULT, NULL, ready_cb, mock);
  td_test_wait_until (is_ready, mock, "aimock to be ready");
}

static void
stop_mock (Mock *mock)
{
  if (mock->process == NULL)
    return;
  g_output_stream_close (g_subprocess_get_stdin_pipe (mock->process), NULL, NULL);
  g_subprocess_wait (mock->process, NULL, NULL);
  g_clear_object (&mock->process);
  g_free (mock->url);
}

static gboolean
skip_without_mock (void)
{
  if (open_mock.url != NULL)
    return FALSE;
  g_test_skip ("TOPDOG_CLIENTS is not set, so there is no aimock");
  return TRUE;
}

/* What is spoken with it. */
typedef struct
{
  TdProviderKind kind;
  TdWireTrait wire;
} Dialect;

static const Dialect gemini = { TD_PROVIDER_KIND_GEMINI, TD_WIRE_TRAIT_NONE };

static TdEndpoint *
make_endpoint (const Mock    *mock,
               const Dialect *dialect)
{
  TdProviderKind kind = dialect->kind;
  const char *folder = kind == TD_PROVIDER_KIND_OLLAMA   ? ""
                       : kind == TD_PROVIDER_KIND_GEMINI ? "/v1beta"
                                                         : "/v1";
  g_autofree char *url = g_strconcat (mock->url, folder, NULL);
  TdEndpoint *endpoint = td_endpoint_new_custom ("aimock", "aimock", url);

  endpoint->kind = kind;
  endpoint->wire = dialect->wire;
  if (kind == TD_PROVIDER_KIND_ANTHROPIC)
    endpoint->auth = TD_AUTH_X_API_KEY;
  if (kind == TD_PROVIDER_KIND_GEMINI)
    endpoint->auth = TD_AUTH_X_GOOG_API_KEY;
  return endpoint;
}

/* A chat with all that a test may want to know about it. */
typedef struct
{
  Reply *reply;
  gint64 started_us;
  gint64 first_text_us;
  gint64 ended_us;
  guint n_texts;
  GCancellable *stop_at_text; /* (nullable) */
} Chat;

static void
event_cb (const TdChatEvent *event,
          gpointer           user_data)
{
  Chat *self = user_data;

  reply_event_cb (event, self->reply);
  if (event->type != TD_CHAT_EVENT_TEXT)
    return;
  self->n_texts++;
  if (self->first_text_us == 0)
    self->first_text_us = g_get_monotonic_time ();
  if (self->stop_at_text != NULL)
    g_cancellable_cancel (self->stop_at_text);
}

static void
run_chat (Chat              *self,
          const TdEndpoint  *endpoint,
          const char        *text,
          gboolean           stream,
          const TdTimeouts  *limits,
          GError           **error)
{
  g_autoptr (SoupSession) session = td_http_session_new ();
  g_autoptr (TdChatRequest) request = td_chat_request_new ("gpt-4o-mini");
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;

  td_chat_request_add_turn (request, TD_ROLE_SYSTEM, "Answer briefly.");
  td_chat_request_add_turn (request, TD_ROLE_USER, "Good morning.");
  td_chat_request_add_turn (request, TD_ROLE_ASSISTANT, "Good morning!");
  td_chat_request_add_turn (request, TD_ROLE_USER, text);
  request->stream = stream;
  request->max_output = 4000;
  self->reply = reply_new ();
  self->started_us = g_get_monotonic_time ();
  td_chat_stream_async (session, endpoint, KEY, request, limits, event_cb, self, self->stop_at_text,
                        td_test_ready, &call);
  td_chat_stream_finish (td_test_wait (&call), error);
  self->ended_us = g_get_monotonic_time ();
}

static Reply *
chat (const Dialect *dialect,
      const char    *text,
      gboolean       stream)
{
  g_autoptr (TdEndpoint) endpoint = make_endpoint (&open_mock, dialect);
  g_autoptr (GError) error = NULL;
  Chat self = { 0 };

  run_chat (&self, endpoint, text, stream, NULL, &error);
  g_assert_true ((error == NULL) == self.reply->finished);
  return self.reply;
}

static const Dialect dialects[] = {
  { TD_PROVIDER_KIND_OPENAI, TD_WIRE_TRAIT_NONE },
  { TD_PROVIDER_KIND_OPENAI, TD_WIRE_TRAIT_RESPONSES },
  { TD_PROVIDER_KIND_OLLAMA, TD_WIRE_TRAIT_NONE },
  { TD_PROVIDER_KIND_ANTHROPIC, TD_WIRE_TRAIT_NONE },
};

#define N_DIALECTS G_N_ELEMENTS (dialects)

static void
test_plain (void)
{
  if (skip_without_mock ())
    return;
  for (guint i = 0; i < N_DIALECTS * 2; i++)
    {
      g_autoptr (Reply) reply = chat (&dialects[i % N_DIALECTS], "Hello?", i < N_DIALECTS);

      g_assert_cmpstr (reply->text->str, ==, "Hello! This is a plain answer.");
      g_assert_cmpstr (reply_get_end (reply), ==, "stop");
      g_assert_cmpstr (reply->model, ==, "gpt-4o-mini");
      if (dialects[i % N_DIALECTS].kind == TD_PROVIDER_KIND_OLLAMA)
        continue; /* aimock does not count in Ollama's dialect */
      g_assert_cmpint (reply->usage.input, ==, 11);
      g_assert_cmpint (reply->usage.output, ==, 7);
      g_assert_cmpint (reply->usage.total, ==, 18);
    }
}

static void
test_markdown (void)
{
  if (skip_without_mock ())
    return;
  for (guint i = 0; i < N_DIALECTS; i++)
    {
      g_autoptr (Reply) reply = chat (&dialects[i], "!markdown", TRUE);

      g_assert_true (g_str_has_prefix (reply->text->str, "# Bread at home\n"));
      g_assert_nonnull (strstr (reply->text->str, "230 \xC2\xB0"
                                                  "C"));
      g_assert_nonnull (strstr (reply->text->str, "```python\n"));
    }
}

/* Slow streaming: the text comes as it is made, not at the end. */
static void
test_long (void)
{
  for (guint i = 0; i < N_DIALECTS; i++)
    {
      g_autoptr (TdEndpoint) endpoint = NULL;
      g_autoptr (GError) error = NULL;
      Chat self = { 0 };

      if (skip_without_mock ())
        return;
      endpoint = make_endpoint (&open_mock, &dialects[i]);
      run_chat (&self, endpoint, "!long", TRUE, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (self.reply->text->len, ==, 10000);
      g_assert_cmpuint (self.n_texts, >, 1000);
      g_assert_cmpint (self.ended_us - self.started_us, >, 2 * G_USEC_PER_SEC);
      g_assert_cmpint (self.first_text_us - self.started_us, <,
                       (self.ended_us - self.started_us) / 2);
      reply_free (self.reply);
    }
}

static void
test_think (void)
{
  if (skip_without_mock ())
    return;
  for (guint i = 0; i < N_DIALECTS; i++)
    {
      g_autoptr (Reply) reply = NULL;

      if (dialects[i].kind == TD_PROVIDER_KIND_OLLAMA)
        continue; /* aimock has another name for reasoning than Ollama */
      reply = chat (&dialects[i], "!think", TRUE);
      g_assert_cmpstr (reply->text->str, ==, "17 + 25 = **42**");
      g_assert_true (g_str_has_prefix (reply->reasoning->str, "The user wants a sum."));
      g_assert_true (g_str_has_suffix (reply->reasoning->str, "Forty-two."));
      /* Chat Completions has nothing to send back. */
      g_assert_true ((reply->opaque != NULL) == (i > 0));
    }
}

static void
test_tool (void)
{
  if (skip_without_mock ())
    return;
  for (guint i = 0; i < N_DIALECTS * 2; i++)
    {
      g_autoptr (Reply) reply = chat (&dialects[i % N_DIALECTS], "!tool", i < N_DIALECTS);
      const ReplyCall *call;

      g_assert_cmpuint (reply->calls->len, ==, 1);
      call = reply->calls->pdata[0];
      g_assert_cmpstr (call->name, ==, "get_weather");
      g_assert_cmpstr (call->args->str, ==, "{\"city\":\"Oslo\"}");
      g_assert_cmpstr (reply_get_end (reply), ==, "tool_calls");
    }
}

static void
test_failures (void)
{
  static const struct
  {
    const char *text;
    TdProviderError class;
    guint status;
    gint64 retry_after_ms;
    gboolean retryable;
    const char *code;
    const char *type; /* Anthropic's errors have no code */
  } cases[] = {
    { "!401", TD_PROVIDER_ERROR_AUTH, 401, -1, FALSE, "invalid_api_key", "invalid_request_error" },
    { "!404", TD_PROVIDER_ERROR_NOT_FOUND, 404, -1, FALSE, "model_not_found",
      "invalid_request_error" },
    { "!429", TD_PROVIDER_ERROR_RATE_LIMIT, 429, 2000, TRUE, "rate_limit_exceeded", "requests" },
    { "!quota", TD_PROVIDER_ERROR_QUOTA, 429, 1000, FALSE, "insufficient_quota",
      "insufficient_quota" },
    { "!500", TD_PROVIDER_ERROR_SERVER, 500, -1, TRUE, "server_error", "server_error" },
    { "!malformed", TD_PROVIDER_ERROR_PROTOCOL, 200, -1, FALSE, NULL, NULL },
    { "!hangup", TD_PROVIDER_ERROR_SERVER, 0, -1, TRUE, NULL, NULL },
  };

  if (skip_without_mock ())
    return;
  for (guint i = 0; i < G_N_ELEMENTS (cases) * N_DIALECTS * 2; i++)
    {
      guint at = i / (N_DIALECTS * 2);
      const Dialect *dialect = &dialects[i % N_DIALECTS];
      gboolean stream = i % (N_DIALECTS * 2) < N_DIALECTS;
      g_autoptr (Reply) reply = chat (dialect, cases[at].text, stream);

      g_test_message ("%s, kind %d, streamed %d", cases[at].text, dialect->kind, stream);
      g_assert_nonnull (reply->failure);
      g_assert_cmpint (reply->failure->class, ==, cases[at].class);
      g_assert_cmpuint (reply->failure->status, ==, cases[at].status);
      g_assert_cmpint (reply->failure->retry_after_ms, ==, cases[at].retry_after_ms);
      g_assert_true (reply->failure->retryable == cases[at].retryable);
      g_assert_cmpstr (reply->failure->code, ==,
                       dialect->kind == TD_PROVIDER_KIND_ANTHROPIC ? cases[at].type
                                                                   : cases[at].code);
    }
}

static void
test_disconnect (void)
{
  if (skip_without_mock ())
    return;
  for (guint i = 0; i < N_DIALECTS; i++)
    {
      g_autoptr (Reply) reply = chat (&dialects[i], "!disconnect", TRUE);

      g_assert_nonnull (reply->failure);
      g_assert_cmpint (reply->failure->class, ==, TD_PROVIDER_ERROR_CUT);
      g_assert_true (g_str_has_prefix (reply->text->str, "# Bread"));
    }
}

static void
test_stall (void)
{
  g_autoptr (TdEndpoint) endpoint = NULL;
  g_autoptr (GError) error = NULL;
  TdTimeouts limits = { 10000, 400, 400, 0 };
  Chat self = { 0 };

  if (skip_without_mock ())
    return;
  endpoint = make_endpoint (&open_mock, &dialects[0]);
  run_chat (&self, endpoint, "!stall", TRUE, &limits, &error);
  g_assert_error (error, TD_PROVIDER_ERROR, TD_PROVIDER_ERROR_TIMED_OUT);
  g_assert_cmpint (self.ended_us - self.started_us, <, 5 * G_USEC_PER_SEC);
  reply_free (self.reply);
}

static void
test_stop (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (TdEndpoint) endpoint = NULL;
  g_autoptr (GError) error = NULL;
  Chat self = { .stop_at_text = cancellable };

  if (skip_without_mock ())
    return;
  endpoint = make_endpoint (&open_mock, &dialects[0]);
  run_chat (&self, endpoint, "!long", TRUE, NULL, &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (self.n_texts, ==, 1);
  g_assert_cmpuint (self.reply->n_ends, ==, 0);
  reply_free (self.reply);
}

/* In aimock's Gemini; it has no list of models there. */
static void
test_gemini (void)
{
  if (skip_without_mock ())
    return;
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (Reply) plain = chat (&gemini, "Hello?", i == 0);
      g_autoptr (Reply) think = chat (&gemini, "!think", i == 0);
      g_autoptr (Reply) tool = chat (&gemini, "!tool", i == 0);
      g_autoptr (Reply) markdown = chat (&gemini, "!markdown", i == 0);
      const ReplyCall *call;

      g_assert_cmpstr (plain->text->str, ==, "Hello! This is a plain answer.");
      g_assert_cmpstr (reply_get_end (plain), ==, "stop");
      g_assert_cmpint (plain->usage.input, ==, 11);
      g_assert_cmpint (plain->usage.output, ==, 7);
      g_assert_cmpint (plain->usage.total, ==, 18);
      g_assert_cmpstr (think->text->str, ==, "17 + 25 = **42**");
      g_assert_true (g_str_has_prefix (think->reasoning->str, "The user wants a sum."));
      g_assert_true (g_str_has_suffix (think->reasoning->str, "Forty-two."));
      g_assert_cmpuint (tool->calls->len, ==, 1);
      call = tool->calls->pdata[0];
      g_assert_cmpstr (call->id, ==, "call_oslo");
      g_assert_cmpstr (call->name, ==, "get_weather");
      g_assert_cmpstr (call->args->str, ==, "{\"city\":\"Oslo\"}");
      g_assert_cmpstr (reply_get_end (tool), ==, "tool_calls");
      g_assert_true (g_str_has_prefix (markdown->text->str, "# Bread at home\n"));
    }
}

static void
test_gemini_failures (void)
{
  static const struct
  {
    const char *text;
    TdProviderError class;
    guint status;
    gint64 retry_after_ms;
  } cases[] = {
    { "!401", TD_PROVIDER_ERROR_AUTH, 401, -1 },
    { "!404", TD_PROVIDER_ERROR_NOT_FOUND, 404, -1 },
    { "!429", TD_PROVIDER_ERROR_RATE_LIMIT, 429, 2000 },
    { "!500", TD_PROVIDER_ERROR_SERVER, 500, -1 },
    { "!malformed", TD_PROVIDER_ERROR_PROTOCOL, 200, -1 },
    { "!hangup", TD_PROVIDER_ERROR_SERVER, 0, -1 },
    { "!disconnect", TD_PROVIDER_ERROR_CUT, 200, -1 },
  };

  if (skip_without_mock ())
    return;
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (Reply) reply = chat (&gemini, cases[i].text, TRUE);

      g_test_message ("%s", cases[i].text);
      g_assert_nonnull (reply->failure);
      g_assert_cmpint (reply->failure->class, ==, cases[i].class);
      g_assert_cmpuint (reply->failure->status, ==, cases[i].status);
      g_assert_cmpint (reply->failure->retry_after_ms, ==, cases[i].retry_after_ms);
    }
}

/* The locked one takes the key in Gemini's own header only when it is the right one. */
static void
test_gemini_key (void)
{
  static const TdAuth ways[] = { TD_AUTH_X_GOOG_API_KEY, TD_AUTH_NONE };

  if (skip_without_mock ())
    return;
  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_autoptr (TdEndpoint) endpoint = make_endpoint (&locked_mock, &gemini);
      g_autoptr (GError) error = NULL;
      Chat self = { 0 };

      endpoint->auth = ways[i];
      run_chat (&self, endpoint, "Hello?", TRUE, NULL, &error);
      if (ways[i] == TD_AUTH_NONE)
        g_assert_error (error, TD_PROVIDER_ERROR, TD_PROVIDER_ERROR_AUTH);
      else
        g_assert_no_error (error);
      reply_free (self.reply);
    }
}

/* Gives the class of failure, or -1 when the list came. */
static int
list (const Mock    *mock,
      const Dialect *dialect,
      const char    *key)
{
  g_autoptr (SoupSession) session = td_http_session_new ();
  g_autoptr (TdEndpoint) endpoint = make_endpoint (mock, dialect);
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) models = NULL;

  td_discovery_list_async (session, endpoint, key, NULL, td_test_ready, &call);
  models = td_discovery_list_finish (td_test_wait (&call), &error);
  if (models == NULL)
    {
      g_assert_true (error->domain == TD_PROVIDER_ERROR);
      return error->code;
    }
  g_assert_cmpuint (models->len, ==, 4);
  g_assert_cmpstr (((TdListedModel *) models->pdata[0])->id, ==, "gpt-4o-mini");
  return -1;
}

static void
test_lists (void)
{
  if (skip_without_mock ())
    return;
  for (guint i = 0; i < N_DIALECTS; i++)
    {
      g_assert_cmpint (list (&open_mock, &dialects[i], NULL), ==, -1);
      g_assert_cmpint (list (&locked_mock, &dialects[i], KEY), ==, -1);
      g_assert_cmpint (list (&locked_mock, &dialects[i], "sk-wrong"), ==, TD_PROVIDER_ERROR_AUTH);
      g_assert_cmpint (list (&locked_mock, &dialects[i], NULL), ==, TD_PROVIDER_ERROR_AUTH);
    }
}

int
main (int    argc,
      char **argv)
{
  int status;

  td_test_init (&argc, &argv);
  if (g_getenv ("TOPDOG_CLIENTS") != NULL)
    {
      start_mock (&open_mock, NULL);
      start_mock (&locked_mock, KEY);
    }
  g_test_add_func ("/wire-aimock/plain", test_plain);
  g_test_add_func ("/wire-aimock/markdown", test_markdown);
  g_test_add_func ("/wire-aimock/long", test_long);
  g_test_add_func ("/wire-aimock/think", test_think);
  g_test_add_func ("/wire-aimock/tool", test_tool);
  g_test_add_func ("/wire-aimock/failures", test_failures);
  g_test_add_func ("/wire-aimock/disconnect", test_disconnect);
  g_test_add_func ("/wire-aimock/stall", test_stall);
  g_test_add_func ("/wire-aimock/stop", test_stop);
  g_test_add_func ("/wire-aimock/gemini", test_gemini);
  g_test_add_func ("/wire-aimock/gemini-failures", test_gemini_failures);
  g_test_add_func ("/wire-aimock/gemini-key", test_gemini_key);
  g_test_add_func ("/wire-aimock/lists", test_lists);
  status = g_test_run ();
  stop_mock (&open_mock);
  stop_mock (&locked_mock);
  return status;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Replies from a server that others wrote: the npm package aimock, in its good moods and its
 * bad ones. tests/support/aimock.mjs says what it answers to what.
 */
#include "config.h"

#include <string.h>

#include "base/td-clock.h"
#include "engine/engine-fixture.h"
#include "engine/td-error-code.h"

#define MODEL        "mock:gpt-4o-mini"
#define OLLAMA_MODEL "ollama:llama3.2:3b"

typedef struct
{
  GSubprocess *mock;
  char *url;
  EngineFixture engine;
} Fixture;

static char *
read_address (GSubprocess *mock)
{
  g_autoptr (GDataInputStream) output =
    g_data_input_stream_new (g_subprocess_get_stdout_pipe (mock));
  g_autoptr (GError) error = NULL;
  g_autofree char *line = g_data_input_stream_read_line (output, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_true (line && g_str_has_prefix (line, "READY "));
  return g_strdup (line + strlen ("READY "));
}

static void
start_mock (Fixture *fixture)
{
  g_autofree char *script = g_test_build_filename (G_TEST_DIST, "support", "aimock.mjs", NULL);
  g_autoptr (GError) error = NULL;

  fixture->mock = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE,
                                    &error, "node", script, NULL);
  g_assert_no_error (error);
  fixture->url = read_address (fixture->mock);
}

/* As a user does it: name the server, test it, and point Ollama to it as well. */
static void
use_mock (Fixture *fixture)
{
  TdEndpointList *endpoints = td_engine_get_endpoints (fixture->engine.engine);
  g_autofree char *url = g_strconcat (fixture->url, "/v1", NULL);
  g_auto (TdTestCall) add = TD_TEST_CALL_INIT;
  g_auto (TdTestCall) test = TD_TEST_CALL_INIT;
  g_auto (TdTestCall) move = TD_TEST_CALL_INIT;
  g_auto (TdTestCall) test_ollama = TD_TEST_CALL_INIT;
  g_autoptr (GPtrArray) models = NULL;
  g_autoptr (GPtrArray) ollama_models = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;

  td_endpoint_list_add_async (endpoints, "Mock", url, NULL, td_test_ready, &add);
  id = td_endpoint_list_add_finish (endpoints, td_test_wait (&add), &error);
  g_assert_no_error (error);
  td_engine_test_provider_async (fixture->engine.engine, id, NULL, td_test_ready, &test);
  models = td_engine_test_provider_finish (fixture->engine.engine, td_test_wait (&test), &error);
  g_assert_no_error (error);
  td_endpoint_list_set_async (endpoints, "ollama", "base-url", fixture->url, NULL, td_test_ready,
                              &move);
  g_assert_true (td_endpoint_list_set_finish (endpoints, td_test_wait (&move), &error));
  td_engine_test_provider_async (fixture->engine.engine, "ollama", NULL, td_test_ready,
                                 &test_ollama);
  ollama_models =
    td_engine_test_provider_finish (fixture->engine.engine, td_test_wait (&test_ollama), &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  unused)
{
  g_autofree char *folder = NULL;

  if (!g_getenv ("TOPDOG_CLIENTS"))
    return;
  folder = td_test_make_dir ();
  start_mock (fixture);
  fixture->engine.path = g_build_filename (folder, "topdog.db", NULL);
  fixture->engine.engine = engine_fixture_start (fixture->engine.path);
  use_mock (fixture);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  unused)
{
  if (!fixture->mock)
    return;
  td_engine_stop (fixture->engine.engine);
  g_assert_finalize_object (fixture->engine.engine);
  /* It ends when its input closes. */
  g_output_stream_close (g_subprocess_get_stdin_pipe (fixture->mock), NULL, NULL);
  g_subprocess_wait (fixture->mock, NULL, NULL);
  g_object_unref (fixture->mock);
  g_free (fixture->engine.path);
  g_free (fixture->url);
}

static gboolean
is_skipped (Fixture *fixture)
{
  if (fixture->mock)
    return FALSE;
  g_test_skip ("TOPDOG_CLIENTS is not set");
  return TRUE;
}

/* ---- good moods ----------------------------------------------------------------------------- */

typedef struct
{
  const char *path;
  const char *model;
  const char *text;
  const char *starts_with;
  gint64 input, output;  /* -1: whatever our own count is */
  gboolean thinks;
} Good;

static const Good good[] = {
  { "plain", MODEL, "hello", "Hello! This is a plain answer.", 11, 7, FALSE },
  { "markdown", MODEL, "!markdown", "# Bread at home", 20, 120, FALSE },
  { "think", MODEL, "!think", "", 15, 60, TRUE },
  { "long", MODEL, "!long", "", 12, 2000, FALSE },
  { "ollama", OLLAMA_MODEL, "hello", "Hello! This is a plain answer.", -1, -1, FALSE },
  { "ollama-markdown", OLLAMA_MODEL, "!markdown", "# Bread at home", -1, -1, FALSE },
};

static void
test_good (Fixture       *fixture,
           gconstpointer  data)
{
  const Good *c = data;
  g_auto (Run) run = RUN_INIT;
  g_autoptr (GError) error = NULL;
  TdMessage *reply;

  if (is_skipped (fixture))
    return;
  run_prepare (&run, &fixture->engine, c->model, c->text);
  run_start (&run, NULL);
  error = run_wait (&run);
  g_assert_no_error (error);
  reply = run_nth (&run, 1);
  g_assert_cmpint (td_message_get_state (reply), ==, TD_MESSAGE_STATE_COMPLETE);
  g_assert_true (g_str_has_prefix (td_message_get_text (reply), c->starts_with));
  g_assert_cmpuint (td_message_get_text_length (reply), >, 0);
  g_assert_cmpint (td_message_get_reasoning_length (reply) > 0, ==, c->thinks);
  g_assert_cmpint (td_message_get_cost (reply), ==, 0); /* it is on this machine */
  if (c->input < 0)
    return;
  g_assert_cmpint (td_message_get_input_tokens (reply), ==, c->input);
  g_assert_cmpint (td_message_get_output_tokens (reply), ==, c->output);
  g_assert_false (td_message_is_usage_counted_here (reply));
}

/* ---- bad moods ------------------------------------------------------------------------------ */

typedef struct
{
  const char *path;
  const char *model;
  const char *text;
  const char *code;
  gboolean some_text;
} Bad;

static const Bad bad[] = {
  { "401", MODEL, "!401", "provider:no-key", FALSE },
  { "404", MODEL, "!404", "provider:not-found", FALSE },
  { "429", MODEL, "!429", "provider:rate-limit", FALSE },
  { "quota", MODEL, "!quota", "provider:quota", FALSE },
  { "500", MODEL, "!500", "provider:server", FALSE },
  { "malformed", MODEL, "!malformed", "provider:protocol", FALSE },
  { "disconnect", MODEL, "!disconnect", "provider:cut", TRUE },
  { "hangup", MODEL, "!hangup", "provider:server", FALSE },
  { "ollama-404", OLLAMA_MODEL, "!404", "provider:not-found", FALSE },
  { "ollama-disconnect", OLLAMA_MODEL, "!disconnect", "provider:cut", TRUE },
};

static void
test_bad (Fixture       *fixture,
          gconstpointer  data)
{
  const Bad *c = data;
  g_auto (Run) run = RUN_INIT;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) second = NULL;
  g_autofree char *code = NULL;
  TdMessage *reply;

  if (is_skipped (fixture))
    return;
  run_prepare (&run, &fixture->engine, c->model, c->text);
  run_start (&run, NULL);
  error = run_wait (&run);
  g_assert_nonnull (error);
  code = td_error_code_from_error (error);
  g_assert_cmpstr (code, ==, c->code);
  reply = run_nth (&run, 1);
  g_assert_cmpint (td_message_get_state (reply), ==, TD_MESSAGE_STATE_FAILED);
  g_assert_cmpstr (td_message_get_error_code (reply), ==, c->code);
  g_assert_cmpint (td_message_get_text_length (reply) > 0, ==, c->some_text);
  g_assert_cmpstr (td_message_get_text (run_nth (&run, 0)), ==, c->text);

  if (c->some_text) /* the chat goes on */
    {
      run_prepare (&run, &fixture->engine, c->model, "hello");
      run_start (&run, NULL);
      second = run_wait (&run);
      g_assert_no_error (second);
      g_assert_cmpstr (td_message_get_text (run_nth (&run, 3)), ==,
                       "Hello! This is a plain answer.");
    }
}

/* ---- stopping ------------------------------------------------------------------------------- */

static gboolean
has_text (gpointer data)
{
  Run *run = data;
  TdMessage *reply = td_completion_get_reply (run->completion);

  return reply && td_message_get_text_length (reply) > 500;
}

static gboolean
is_waiting (gpointer data)
{
  Run *run = data;

  return td_completion_get_reply (run->completion) &&
         td_message_get_id (td_completion_get_reply (run->completion)) > 0;
}

static void
test_stop (Fixture       *fixture,
           gconstpointer  text)
{
  g_auto (Run) run = RUN_INIT;
  g_autoptr (GError) error = NULL;
  gint64 stopped_us;

  if (is_skipped (fixture))
    return;
  run_prepare (&run, &fixture->engine, MODEL, text);
  run_start (&run, NULL);
  td_test_wait_until (g_str_equal (text, "!long") ? has_text : is_waiting, &run,
                      "the reply to be under way");
  stopped_us = td_clock_monotonic_us ();
  td_completion_stop (run.completion);
  error = run_wait (&run);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (td_clock_monotonic_us () - stopped_us, <,
                   2 * G_USEC_PER_SEC); /* it would take seconds more */
  g_assert_cmpint (td_message_get_state (run_nth (&run, 1)), ==, TD_MESSAGE_STATE_STOPPED);
}

int
main (int   argc,
      char *argv[])
{
  td_test_init (&argc, &argv);
  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autofree char *path = g_strconcat ("/aimock/good/", good[i].path, NULL);

      g_test_add (path, Fixture, &good[i], set_up, test_good, tear_down);
    }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *path = g_strconcat ("/aimock/bad/", bad[i].path, NULL);

      g_test_add (path, Fixture, &bad[i], set_up, test_bad, tear_down);
    }
  g_test_add ("/aimock/stop/in-the-middle", Fixture, "!long", set_up, test_stop, tear_down);
  g_test_add ("/aimock/stop/before-the-first-piece", Fixture, "!stall", set_up, test_stop,
              tear_down);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A program that streams a reply is killed at random moments. What the next start finds has to
 * be what had come, but for the last moment; and nothing twice, and nothing open.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "engine/engine-fixture.h"

#define N_ROUNDS    8
#define MAX_LOSS_US 250000
/* One commit, and what a busy machine adds to timers and to our own clock of the kill. */
#define TOLERANCE_US 150000

static const char *program;

/* ---- the program that is killed -------------------------------------------------------------- */

static TdEngine *
start_child (const char *url,
             const char *path)
{
  TdEngine *engine = engine_fixture_start (path);

  if (td_engine_get_usable (engine, FREE_MODEL) == TD_USABLE_UNKNOWN_MODEL)
    engine_fixture_add_models (engine, url);
  return engine;
}

static int
run_child (const char *url,
           const char *path)
{
  g_autoptr (TdEngine) engine = start_child (url, path);
  g_autoptr (TdConversation) chat =
    td_conversation_list_create (td_engine_get_conversations (engine), FREE_MODEL);
  g_autoptr (TdCompletion) completion = td_completion_new (engine, chat, FREE_MODEL);
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;

  td_completion_set_user_text (completion, "question");
  td_completion_run_async (completion, NULL, td_test_ready, &call);
  while (!call.result)
    g_main_context_iteration (NULL, TRUE);
  td_engine_stop (engine);
  return EXIT_SUCCESS;
}

/* ---- the test -------------------------------------------------------------------------------- */

typedef struct
{
  FakeProvider *server;
  char *path;
} Fixture;

typedef struct
{
  Fixture *fixture;
  guint n_tokens;
} Wanted;

static gboolean
has_sent (gpointer data)
{
  Wanted *wanted = data;

  return fake_provider_get_n_sent (wanted->fixture->server) >= wanted->n_tokens;
}

static gboolean
is_idle (gpointer server)
{
  return fake_provider_is_idle (server);
}

static gboolean
set_cb (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

static gboolean
is_set (gpointer data)
{
  return *(gboolean *) data;
}

static void
pass_time (guint ms)
{
  gboolean passed = FALSE;

  g_timeout_add (ms, set_cb, &passed);
  td_test_wait_until (is_set, &passed, "a moment to pass");
}

static GSubprocess *
spawn_child (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  GSubprocess *child =
    g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE, &error, program, "--child",
                      fake_provider_get_url (fixture->server), fixture->path, NULL);

  g_assert_no_error (error);
  return child;
}

/* Kills it, and gives the moment. */
static gint64
kill_child (GSubprocess *child)
{
  g_autoptr (GError) error = NULL;
  gint64 killed_us = g_get_monotonic_time ();

  g_subprocess_force_exit (child);
  g_subprocess_wait (child, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_signaled (child));
  return killed_us;
}

/* How many of the numbered tokens a text holds; it has to hold nothing else. */
static guint
count_tokens (const char *text)
{
  g_autoptr (GString) expected = g_string_new (NULL);
  guint n = 0;

  while (expected->len < strlen (text))
    g_string_append_printf (expected, "%u ", n++);
  g_assert_cmpstr (text, ==, expected->str);
  return n;
}

static TdConversation *
open_newest (EngineFixture *fixture)
{
  TdConversationList *list = td_engine_get_conversations (fixture->engine);
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  TdConversation *chat = g_list_model_get_item (G_LIST_MODEL (list), 0);
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (chat);
  td_conversation_list_open_async (list, chat, NULL, td_test_ready, &call);
  g_assert_true (td_conversation_list_open_finish (list, td_test_wait (&call), &error));
  return chat;
}

/* True of the database after every start, whatever happened before. */
static void
check_whole (EngineFixture *engine)
{
  engine_fixture_check_sums (engine);
  g_assert_cmpint (engine_fixture_count (engine, "SELECT count(*) FROM message_piece"), ==, 0);
  g_assert_cmpint (engine_fixture_count (engine,
                                         "SELECT count(*) FROM message WHERE state = 'streaming'"),
                   ==, 0);
  g_assert_cmpint (engine_fixture_count (engine,
                                         "SELECT count(*) FROM receipt WHERE settled_us IS NULL"),
                   ==, 0);
  g_assert_cmpint (engine_fixture_count (engine, "SELECT count(*) FROM message WHERE role = 'user'"
                                                 " AND text <> 'question'"),
                   ==, 0);
  g_assert_cmpint (engine_fixture_count (engine,
                                         "SELECT count(*) FROM message WHERE role = 'user'"),
                   ==, engine_fixture_count (engine, "SELECT count(*) FROM conversation"));
  g_assert_cmpint (engine_fixture_count (engine,
                                         "SELECT count(*) FROM message WHERE role = 'assistant'"),
                   ==, engine_fixture_count (engine, "SELECT count(*) FROM receipt"));
}

static void
check_killed_in_the_middle (Fixture *fixture,
                            gint64   killed_us,
                            guint    round)
{
  EngineFixture engine = { fixture->server, fixture->path, engine_fixture_start (fixture->path) };
  g_autoptr (TdConversation) chat = open_newest (&engine);
  g_autoptr (TdReceipt) receipt = NULL;
  TdMessage *reply = td_conversation_get_message (chat, 1);
  guint n_kept = count_tokens (td_message_get_text (reply));

  g_assert_cmpint (engine_fixture_count (&engine, "SELECT count(*) FROM conversation"), ==,
                   round + 1);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (chat)), ==, 2);
  g_assert_cmpstr (td_message_get_text (td_conversation_get_message (chat, 0)), ==, "question");
  g_assert_cmpint (td_message_get_state (reply), ==, TD_MESSAGE_STATE_INTERRUPTED);
  g_assert_cmpuint (n_kept, <=, fake_provider_get_n_sent (fixture->server));
  if (n_kept < fake_provider_get_n_sent (fixture->server))
    {
      gint64 lost_us = killed_us - fake_provider_get_sent_us (fixture->server, n_kept);

      g_test_message ("round %u: %u tokens kept, the first lost one was sent %d ms before the kill",
                      round, n_kept, (int) (lost_us / 1000));
      g_assert_cmpint (lost_us, <=, MAX_LOSS_US + TOLERANCE_US);
    }
  receipt = engine_fixture_receipt (&engine, reply);
  g_assert_cmpint (receipt->outcome, ==, TD_RECEIPT_INTERRUPTED);
  g_assert_true (receipt->counted_here);
  g_assert_cmpint (receipt->cost, ==, 0);
  check_whole (&engine);
  g_clear_object (&chat);
  td_engine_stop (engine.engine);
  g_assert_finalize_object (engine.engine);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  unused)
{
  g_autofree char *folder = td_test_make_dir ();

  fixture->server = fake_provider_new ();
  fixture->path = g_build_filename (folder, "topdog.db", NULL);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  unused)
{
  td_test_wait_until (is_idle, fixture->server, "the server to be left alone");
  fake_provider_free (fixture->server);
  g_free (fixture->path);
}

static void
test_killed_in_the_middle (Fixture       *fixture,
                           gconstpointer  unused)
{
  static const FakeReply numbers = { .numbered = TRUE, .n_tokens = 100000, .interval_us = 1000 };

  for (guint round = 0; round < N_ROUNDS; round++)
    {
      g_autoptr (GSubprocess) child = NULL;
      Wanted wanted = { fixture, (guint) g_test_rand_int_range (1, 1200) };
      gint64 killed_us;

      fake_provider_queue (fixture->server, &numbers);
      child = spawn_child (fixture);
      td_test_wait_until (has_sent, &wanted, "the reply to stream");
      killed_us = kill_child (child);
      td_test_wait_until (is_idle, fixture->server, "the server to notice");
      check_killed_in_the_middle (fixture, killed_us, round);
    }
}

/* Killed at a moment that has nothing to do with the reply: while it starts, stores or sends. */
static void
test_killed_at_any_time (Fixture       *fixture,
                         gconstpointer  unused)
{
  static const FakeReply numbers = { .numbered = TRUE, .n_tokens = 100000, .interval_us = 1000 };

  for (guint round = 0; round < N_ROUNDS; round++)
    {
      EngineFixture engine = { fixture->server, fixture->path, NULL };
      g_autoptr (GSubprocess) child = NULL;

      fake_provider_queue (fixture->server, &numbers);
      child = spawn_child (fixture);
      pass_time ((guint) g_test_rand_int_range (0, 250));
      kill_child (child);
      td_test_wait_until (is_idle, fixture->server, "the server to notice");
      engine.engine = engine_fixture_start (fixture->path);
      g_test_message ("round %u: %d replies", round,
                      (int) engine_fixture_count (&engine, "SELECT count(*) FROM receipt"));
      check_whole (&engine);
      td_engine_stop (engine.engine);
      g_assert_finalize_object (engine.engine);
    }
}

/* The window is open while the other program dies: it resolves what that left when it is told
 * that something changed. */
static gboolean
is_interrupted (gpointer data)
{
  return td_message_get_state (data) == TD_MESSAGE_STATE_INTERRUPTED;
}

static void
test_killed_beside_us (Fixture       *fixture,
                       gconstpointer  unused)
{
  static const FakeReply numbers = { .numbered = TRUE, .n_tokens = 100000, .interval_us = 1000 };
  EngineFixture engine = { fixture->server, fixture->path, NULL };
  g_autoptr (GSubprocess) child = NULL;
  g_autoptr (TdConversation) chat = NULL;
  Wanted wanted = { fixture, 500 };
  g_auto (Run) run = RUN_INIT;
  g_autoptr (GError) error = NULL;
  TdMessage *reply;

  fake_provider_queue (fixture->server, &numbers);
  child = spawn_child (fixture);
  td_test_wait_until (has_sent, &wanted, "the reply to stream");
  engine.engine = engine_fixture_start (fixture->path);
  chat = open_newest (&engine);
  reply = td_conversation_get_message (chat, 1);
  g_assert_cmpint (td_message_get_state (reply), ==, TD_MESSAGE_STATE_STREAMING);
  kill_child (child);

  /* A new question in the same chat finds the other program gone. */
  run.conversation = g_object_ref (chat);
  run_prepare (&run, &engine, FREE_MODEL, "question");
  run_start (&run, NULL);
  error = run_wait (&run);
  g_assert_no_error (error);
  g_assert_true (is_interrupted (reply));
  g_assert_cmpuint (count_tokens (td_message_get_text (reply)), >, 0);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (chat)), ==, 4);
  run_clear (&run);
  g_clear_object (&chat);
  td_engine_stop (engine.engine);
  g_assert_finalize_object (engine.engine);
}

int
main (int   argc,
      char *argv[])
{
  program = argv[0];
  if (argc == 4 && g_str_equal (argv[1], "--child"))
    return run_child (argv[2], argv[3]);
  td_test_init (&argc, &argv);
#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)
  ADD ("/crash/in-the-middle", test_killed_in_the_middle);
  ADD ("/crash/at-any-time", test_killed_at_any_time);
  ADD ("/crash/beside-us", test_killed_beside_us);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* "Let Q choose": the model is chosen for each message, and the receipt says which and why. */
#include "config.h"

#include "engine/engine-fixture.h"
#include "engine/td-advice-context.h"
#include "engine/td-auto.h"
#include "engine/td-route-note.h"

static const FakeReply reply = { .token = "word ", .n_tokens = 3 };

static void
test_chooses (EngineFixture *fixture,
              gconstpointer  unused)
{
  g_auto (Run) run = RUN_INIT;
  g_autoptr (GError) error = NULL;
  g_autoptr (TdRouteNote) note = NULL;
  const TdReceipt *receipt;
  const char *chosen;

  fake_provider_queue (fixture->server, &reply);
  run_prepare (&run, fixture, TD_AUTO_MODEL, "Write a Python function that sorts a list");
  run_start (&run, NULL);
  error = run_wait (&run);
  g_assert_no_error (error);
  /* Only what can be used now is chosen: the models of this server. */
  chosen = td_message_get_model_key (run_nth (&run, 1));
  g_assert_true (g_str_has_prefix (chosen, "free-server:") || g_str_has_prefix (chosen, "paid:"));
  g_assert_cmpstr (td_conversation_get_model_key (run.conversation), ==, TD_AUTO_MODEL);
  receipt = td_completion_get_receipt (run.completion);
  g_assert_cmpstr (receipt->model_key, ==, chosen);
  note = td_route_note_parse (receipt->route);
  g_assert_nonnull (note);
  g_assert_cmpstr (note->asked_for, ==, TD_AUTO_MODEL);
  g_assert_nonnull (note->choice);
  g_assert_cmpstr (note->choice->model_key, ==, chosen);
  g_assert_cmpint (note->choice->category, ==, TD_CATEGORY_CODING);
  g_assert_cmpuint (note->choice->n_usable, >=, 1);
}

/* What the text asks of the model holds here too; nothing is sent when nothing fits. */
static void
test_finds_nothing (EngineFixture *fixture,
                    gconstpointer  unused)
{
  g_auto (Run) run = RUN_INIT;
  g_autoptr (GError) error = NULL;

  run_prepare (&run, fixture, TD_AUTO_MODEL, "write a haiku about rain, only Mistral");
  run_start (&run, NULL);
  error = run_wait (&run);
  g_assert_error (error, TD_COMPLETION_ERROR, TD_COMPLETION_ERROR_NO_CHOICE);
  g_assert_cmpint (fake_provider_get_n_chats (fixture->server), ==, 0);
}

static void
run_again (EngineFixture *fixture,
           Run           *run,
           const char    *text)
{
  g_autoptr (GError) error = NULL;

  fake_provider_queue (fixture->server, &reply);
  run_prepare (run, fixture, FREE_MODEL, text);
  run_start (run, NULL);
  error = run_wait (run);
  g_assert_no_error (error);
}

/* A chat that goes on speaks for the model, a reply made again against it; another kind of request is
 * another matter; a restart forgets nothing, and forgetting forgets all. */
static void
test_learns (EngineFixture *fixture,
             gconstpointer  unused)
{
  g_auto (Run) run = RUN_INIT;
  g_autoptr (GError) error = NULL;
  TdTestCall call = { NULL, NULL };
  TdTaste *taste = td_engine_get_taste (fixture->engine);
  g_autoptr (GPtrArray) list = NULL;
  int kept;

  run_again (fixture, &run, "Write a Python function that sorts a list");
  g_assert_cmpint (td_taste_get (taste, TD_CATEGORY_CODING, FREE_MODEL), ==, 0);
  run_again (fixture, &run, "Write a haiku about rain");
  kept = td_taste_get (taste, TD_CATEGORY_CODING, FREE_MODEL);
  g_assert_cmpint (kept, >, 0);
  g_assert_cmpint (td_taste_get (taste, TD_CATEGORY_CREATIVE, FREE_MODEL), ==, 0);
  run_again (fixture, &run, NULL);
  g_assert_cmpint (td_taste_get (taste, TD_CATEGORY_CREATIVE, FREE_MODEL), <, 0);
  run_clear (&run);

  engine_fixture_restart (fixture);
  taste = td_engine_get_taste (fixture->engine);
  g_assert_cmpint (td_taste_get (taste, TD_CATEGORY_CODING, FREE_MODEL), ==, kept);
  td_taste_forget_async (taste, td_test_ready, &call);
  td_taste_forget_finish (taste, td_test_wait (&call), &error);
  g_assert_no_error (error);
  list = td_taste_list (taste);
  g_assert_cmpuint (list->len, ==, 0);
  g_assert_cmpint (engine_fixture_count (fixture, "SELECT count(*) FROM taste"), ==, 0);
}

/* However often: it stays within its bounds, and no single reply decides. */
static void
test_is_bounded (EngineFixture *fixture,
                 gconstpointer  unused)
{
  TdTaste *taste = td_engine_get_taste (fixture->engine);
  int before = 0;

  td_taste_note (taste, TD_CATEGORY_WRITING, "a/b", TD_TASTE_LIKED);
  g_assert_cmpint (td_taste_get (taste, TD_CATEGORY_WRITING, "a/b"), <, 500);
  for (guint i = 0; i < 1000; i++)
    {
      int value;

      td_taste_note (taste, TD_CATEGORY_WRITING, "a/b", TD_TASTE_LIKED);
      value = td_taste_get (taste, TD_CATEGORY_WRITING, "a/b");
      g_assert_cmpint (value, <=, 1000);
      g_assert_cmpint (value, >, before / 2);
      before = value;
    }
  for (guint i = 0; i < 1000; i++)
    td_taste_note (taste, TD_CATEGORY_WRITING, "a/b", TD_TASTE_DISLIKED);
  g_assert_cmpint (td_taste_get (taste, TD_CATEGORY_WRITING, "a/b"), <, 0);
  g_assert_cmpint (td_taste_get (taste, TD_CATEGORY_WRITING, "a/b"), >=, -1000);
}

int
main (int   argc,
      char *argv[])
{
  td_test_init (&argc, &argv);
  g_test_add ("/auto/chooses", EngineFixture, NULL, engine_fixture_set_up, test_chooses,
              engine_fixture_tear_down);
  g_test_add ("/auto/finds-nothing", EngineFixture, NULL, engine_fixture_set_up, test_finds_nothing,
              engine_fixture_tear_down);
  g_test_add ("/auto/learns", EngineFixture, NULL, engine_fixture_set_up, test_learns,
              engine_fixture_tear_down);
  g_test_add ("/auto/is-bounded", EngineFixture, NULL, engine_fixture_set_up, test_is_bounded,
              engine_fixture_tear_down);
  return g_test_run ();
}

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

int
main (int   argc,
      char *argv[])
{
  td_test_init (&argc, &argv);
  g_test_add ("/auto/chooses", EngineFixture, NULL, engine_fixture_set_up, test_chooses,
              engine_fixture_tear_down);
  g_test_add ("/auto/finds-nothing", EngineFixture, NULL, engine_fixture_set_up, test_finds_nothing,
              engine_fixture_tear_down);
  return g_test_run ();
}

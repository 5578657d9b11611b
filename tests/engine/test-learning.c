/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the advice learns of models from what becomes of their replies. */
#include "config.h"

#include "engine/engine-fixture.h"
#include "engine/td-advice-context.h"
#include "engine/td-learning.h"

static const FakeReply reply = { .token = "word ", .n_tokens = 3 };

static void
run_again (EngineFixture *fixture,
           Run           *run,
           const char    *model,
           const char    *text)
{
  g_autoptr (GError) error = NULL;

  fake_provider_queue (fixture->server, &reply);
  run_prepare (run, fixture, model, text);
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
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  TdTaste *taste = td_engine_get_taste (fixture->engine);
  g_autoptr (GPtrArray) list = NULL;
  int kept;

  run_again (fixture, &run, FREE_MODEL, "Write a Python function that sorts a list");
  g_assert_cmpint (td_taste_get (taste, TD_CATEGORY_CODING, FREE_MODEL), ==, 0);
  run_again (fixture, &run, FREE_MODEL, "Write a haiku about rain");
  kept = td_taste_get (taste, TD_CATEGORY_CODING, FREE_MODEL);
  g_assert_cmpint (kept, >, 0);
  g_assert_cmpint (td_taste_get (taste, TD_CATEGORY_CREATIVE, FREE_MODEL), ==, 0);
  run_again (fixture, &run, FREE_MODEL, NULL);
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

static void
set_opinion (EngineFixture *fixture,
             Run           *run,
             TdOpinion      opinion)
{
  g_autoptr (GError) error = NULL;
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;

  td_learning_set_opinion_async (fixture->engine, run->conversation, run_nth (run, 1), opinion,
                                 td_test_ready, &call);
  td_learning_set_opinion_finish (fixture->engine, td_test_wait (&call), &error);
  g_assert_no_error (error);
}

static TdOpinion
get_opinion (EngineFixture *fixture,
             Run           *run)
{
  g_autoptr (GError) error = NULL;
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  TdTaste *taste = td_engine_get_taste (fixture->engine);
  TdOpinion opinion;

  td_taste_get_opinion_async (taste, td_message_get_id (run_nth (run, 1)), td_test_ready, &call);
  opinion = td_taste_get_opinion_finish (taste, td_test_wait (&call), &error);
  g_assert_no_error (error);
  return opinion;
}

/* What is said counts once, the other way round when it is changed, and not at all when taken back: in
 * memory and in the store alike. */
static void
test_opinions (EngineFixture *fixture,
               gconstpointer  unused)
{
  static const struct
  {
    TdOpinion opinion;
    int liked;
    int disliked;
  } steps[] = {
    { TD_OPINION_GOOD, 4, 0 },
    { TD_OPINION_GOOD, 4, 0 },
    { TD_OPINION_BAD, 0, 4 },
    { TD_OPINION_NONE, 0, 0 },
    { TD_OPINION_NONE, 0, 0 },
    { TD_OPINION_BAD, 0, 4 },
  };
  g_auto (Run) run = RUN_INIT;
  TdTaste *taste = td_engine_get_taste (fixture->engine);

  run_again (fixture, &run, FREE_MODEL, "Write a haiku about rain");
  g_assert_cmpint (get_opinion (fixture, &run), ==, TD_OPINION_NONE);
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autoptr (GPtrArray) list = NULL;
      const TdTasteEntry *entry;

      set_opinion (fixture, &run, steps[i].opinion);
      g_assert_cmpint (get_opinion (fixture, &run), ==, steps[i].opinion);
      list = td_taste_list (taste);
      g_assert_cmpuint (list->len, ==, steps[i].liked + steps[i].disliked > 0);
      entry = list->len > 0 ? g_ptr_array_index (list, 0) : NULL;
      g_assert_cmpint (entry ? (int) entry->liked : 0, ==, steps[i].liked);
      g_assert_cmpint (entry ? (int) entry->disliked : 0, ==, steps[i].disliked);
      g_assert_cmpint (engine_fixture_count (fixture, "SELECT sum(liked) FROM taste"), ==,
                       steps[i].liked);
      g_assert_cmpint (engine_fixture_count (fixture, "SELECT sum(disliked) FROM taste"), ==,
                       steps[i].disliked);
    }
  g_assert_cmpint (td_taste_get (taste, TD_CATEGORY_CREATIVE, FREE_MODEL), <, 0);
}

typedef struct
{
  TdTaste *taste; /* (unowned) */
  int before;
} Standing;

static gboolean
has_lost_more (gpointer data)
{
  const Standing *standing = data;

  return td_taste_get (standing->taste, TD_CATEGORY_CREATIVE, FREE_MODEL) < standing->before;
}

/* Made again by another model, and the chat went on: of the two the second was preferred. The same model
 * once more is no comparison. */
static void
test_compares (EngineFixture *fixture,
               gconstpointer  unused)
{
  g_auto (Run) run = RUN_INIT;
  TdTaste *taste = td_engine_get_taste (fixture->engine);
  int made_again, kept;

  run_again (fixture, &run, FREE_MODEL, "Write a haiku about rain");
  run_again (fixture, &run, FREE_MODEL, NULL);
  run_again (fixture, &run, PAID_MODEL, NULL);
  made_again = td_taste_get (taste, TD_CATEGORY_CREATIVE, FREE_MODEL);
  g_assert_cmpint (made_again, <, 0);
  g_assert_cmpint (td_taste_get (taste, TD_CATEGORY_CREATIVE, PAID_MODEL), ==, 0);
  run_again (fixture, &run, PAID_MODEL, "Write a Python function that sorts a list");
  /* Which reply was replaced is read from the store first. */
  td_test_wait_until (has_lost_more, &(Standing) { taste, made_again }, "the comparison");
  kept = td_taste_get (taste, TD_CATEGORY_CREATIVE, PAID_MODEL);
  run_again (fixture, &run, PAID_MODEL, "And one that reverses it");
  g_assert_cmpint (td_taste_get (taste, TD_CATEGORY_CREATIVE, PAID_MODEL), ==, kept);
  g_assert_cmpint (kept, ==, 4 * 1000 / (4 + 8)); /* one point for being kept, three for winning */
}

int
main (int   argc,
      char *argv[])
{
  td_test_init (&argc, &argv);
  g_test_add ("/learning/learns", EngineFixture, NULL, engine_fixture_set_up, test_learns,
              engine_fixture_tear_down);
  g_test_add ("/learning/is-bounded", EngineFixture, NULL, engine_fixture_set_up, test_is_bounded,
              engine_fixture_tear_down);
  g_test_add ("/learning/opinions", EngineFixture, NULL, engine_fixture_set_up, test_opinions,
              engine_fixture_tear_down);
  g_test_add ("/learning/compares", EngineFixture, NULL, engine_fixture_set_up, test_compares,
              engine_fixture_tear_down);
  return g_test_run ();
}

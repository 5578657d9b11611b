/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whose count a receipt has, how exact it is, that holds are enough, and that estimates learn from
 * what providers count.
 */
#include "config.h"

#include <string.h>

#include "engine/engine-fixture.h"
#include "engine/td-engine-private.h"
#include "tokens/td-tokenizer.h"

#define EXACT_MODEL "paid:gpt-oss:20b"
#define ROUGH_MODEL "paid:claude-x"

static TdModelFacts *
make_model (const char *id)
{
  TdModelFacts *facts = td_model_facts_new ();

  facts->key = g_strconcat ("paid:", id, NULL);
  facts->provider_id = g_strdup ("paid");
  facts->id = g_strdup (id);
  facts->name = g_strdup (id);
  facts->type = TD_MODEL_TYPE_CHAT;
  facts->input = facts->output = TD_MODALITY_TEXT;
  facts->max_output = 1000;
  facts->price.input = 3000000;
  facts->price.output = 15000000;
  return facts;
}

/* Instead of the paid models of the fixture. */
static void
add_models (EngineFixture *fixture)
{
  GPtrArray *models = g_ptr_array_new_with_free_func ((GDestroyNotify) td_model_facts_free);
  TdProviderFacts *provider = td_provider_facts_new ();

  provider->id = g_strdup ("paid");
  provider->name = g_strdup ("Paid");
  provider->kind = TD_PROVIDER_KIND_OPENAI_COMPATIBLE;
  provider->base_url = g_strdup (fake_provider_get_url (fixture->server));
  provider->auth = TD_AUTH_NONE;
  g_ptr_array_add (models, make_model ("gpt-oss:20b"));
  g_ptr_array_add (models, make_model ("claude-x"));
  td_market_set_discovered (td_engine_get_market (fixture->engine), "paid", provider, models);
}

static void
set_up (EngineFixture *fixture,
        gconstpointer  unused)
{
  engine_fixture_set_up (fixture, NULL);
  add_models (fixture);
}

static void
ask (EngineFixture   *fixture,
     Run             *run,
     const char      *model,
     const char      *text,
     const FakeReply *reply)
{
  g_autoptr (GError) error = NULL;

  fake_provider_queue (fixture->server, reply);
  run_prepare (run, fixture, model, text);
  run_start (run, NULL);
  error = run_wait (run);
  g_assert_no_error (error);
}

static gint64
count_exactly (const char *text)
{
  return td_tokenizer_count (td_tokenizer_get (TD_ENCODING_O200K_HARMONY), text, -1);
}

/* With the model's own vocabulary our count is as good as the provider's, and stays so in the store. */
static void
test_exact (EngineFixture *fixture,
            gconstpointer  unused)
{
  static const FakeReply silent = { .token = "Straße ", .n_tokens = 100 };
  const char *question = "Wie heißt die Straße?";
  g_auto (Run) run = RUN_INIT;
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (TdReceipt) receipt = NULL;
  g_autoptr (GError) error = NULL;
  TdConversationList *list;
  TdMessage *reply;
  gint64 id;

  ask (fixture, &run, EXACT_MODEL, question, &silent);
  reply = run_nth (&run, 1);
  g_assert_true (td_message_is_usage_counted_here (reply));
  g_assert_false (td_message_is_usage_estimated (reply));
  g_assert_cmpint (td_message_get_output_tokens (reply), ==,
                   count_exactly (td_message_get_text (reply)));
  /* Start, role, message and end; and the start of the reply. */
  g_assert_cmpint (td_message_get_input_tokens (reply), ==, count_exactly (question) + 4 + 2);
  receipt = engine_fixture_receipt (fixture, reply);
  g_assert_true (receipt->counted_here);
  g_assert_true (receipt->counted_exactly);
  g_assert_false (td_conversation_has_estimates (run.conversation));
  g_assert_cmpint (receipt->overrun, ==, 0);
  /* What is held is what is known, and a little for what is not. */
  g_assert_cmpint (receipt->held, >=, receipt->usage.input * 3000 + 15000000);
  g_assert_cmpint (receipt->held, <, (receipt->usage.input + 40) * 3000 + 15000000);
  id = td_conversation_get_id (run.conversation);
  run_clear (&run);

  engine_fixture_restart (fixture);
  list = td_engine_get_conversations (fixture->engine);
  run.conversation = g_object_ref (td_conversation_list_find (list, id));
  td_conversation_list_open_async (list, run.conversation, NULL, td_test_ready, &call);
  g_assert_true (td_conversation_list_open_finish (list, td_test_wait (&call), &error));
  g_assert_true (td_message_is_usage_counted_here (run_nth (&run, 1)));
  g_assert_false (td_message_is_usage_estimated (run_nth (&run, 1)));
}

/* What a model thinks may be hidden: then the count of what is seen is a guess at what was made. */
static void
test_thinking (EngineFixture *fixture,
               gconstpointer  unused)
{
  static const FakeReply thinking = { .reasoning = "hm", .token = "x ", .n_tokens = 5 };
  g_auto (Run) run = RUN_INIT;

  ask (fixture, &run, EXACT_MODEL, "question", &thinking);
  g_assert_true (td_message_is_usage_estimated (run_nth (&run, 1)));
}

/* Where it is an estimate it says so, and the hold is enough whatever vocabulary the model has. */
static void
test_rough (EngineFixture *fixture,
            gconstpointer  unused)
{
  static const FakeReply greedy = { .token = "x",
                                    .n_tokens = 1,
                                    .usage = "{\"prompt_tokens\":120,\"completion_tokens\":1000}" };
  g_auto (Run) run = RUN_INIT;
  g_autoptr (TdReceipt) receipt = NULL;
  g_autofree char *strange = g_strnfill (110, 'z');
  TdMessage *reply;

  /* 110 bytes can be 110 tokens, and the template some more. */
  ask (fixture, &run, ROUGH_MODEL, strange, &greedy);
  reply = run_nth (&run, 1);
  receipt = engine_fixture_receipt (fixture, reply);
  g_assert_false (receipt->counted_here);
  g_assert_cmpint (receipt->usage.input, ==, 120);
  g_assert_cmpint (receipt->overrun, ==, 0);
  g_assert_cmpint (receipt->held, >=, 110 * 3000 + 15000000);
}

static void
test_rough_without_usage (EngineFixture *fixture,
                          gconstpointer  unused)
{
  static const FakeReply silent = { .token = "word ", .n_tokens = 100 };
  g_auto (Run) run = RUN_INIT;
  g_autoptr (TdReceipt) receipt = NULL;
  gint64 id;

  ask (fixture, &run, ROUGH_MODEL, "question", &silent);
  receipt = engine_fixture_receipt (fixture, run_nth (&run, 1));
  g_assert_true (receipt->counted_here);
  g_assert_false (receipt->counted_exactly);
  g_assert_true (td_message_is_usage_estimated (run_nth (&run, 1)));
  g_assert_true (td_conversation_has_estimates (run.conversation));
  id = td_conversation_get_id (run.conversation);
  run_clear (&run);
  engine_fixture_restart (fixture);
  g_assert_true (td_conversation_has_estimates (
    td_conversation_list_find (td_engine_get_conversations (fixture->engine), id)));
}

/* ---- learning ------------------------------------------------------------------------------- */

static void
note_cb (TdCalibrator *calibrator,
         guint        *n_learnt)
{
  (*n_learnt)++;
}

static gboolean
is_three (gpointer n_learnt)
{
  return *(guint *) n_learnt == 3;
}

static gboolean
is_stored (gpointer fixture)
{
  return engine_fixture_count (fixture, "SELECT count(*) FROM token_lesson WHERE samples = 3") == 2;
}

static TdTokenCount
count_for (EngineFixture *fixture,
           const char    *model,
           const char    *text)
{
  g_autoptr (TdTokenRuler) ruler =
    td_calibrator_new_ruler (td_engine_get_calibrator (fixture->engine), "paid", model);

  return td_token_ruler_count (ruler, text, -1);
}

/* A provider that counts half as much again: after some replies so do we, and say how far off we were. */
static void
test_learning (EngineFixture *fixture,
               gconstpointer  unused)
{
  g_autoptr (GString) question = g_string_new (NULL);
  g_autofree char *usage = NULL;
  FakeReply counted = { .token = "word ", .n_tokens = 3 };
  guint n_learnt = 0;
  TdTokenCount before, after;
  gint64 base;

  for (guint i = 0; i < 100; i++)
    g_string_append (question, "Some more words for the model to count. ");
  base = count_exactly (question->str);
  usage = g_strdup_printf ("{\"prompt_tokens\":%" G_GINT64_FORMAT ",\"completion_tokens\":3}",
                           base * 3 / 2 + 7);
  counted.usage = usage;
  g_signal_connect (td_engine_get_calibrator (fixture->engine), "learnt", G_CALLBACK (note_cb),
                    &n_learnt);
  before = count_for (fixture, "claude-x", question->str);
  g_assert_cmpint (before.error_permille, ==, -1);
  for (guint i = 0; i < 3; i++)
    {
      g_auto (Run) run = RUN_INIT;

      ask (fixture, &run, ROUGH_MODEL, question->str, &counted);
    }
  td_test_wait_until (is_three, &n_learnt, "three lessons");
  after = count_for (fixture, "claude-x", question->str);
  g_assert_false (after.exact);
  g_assert_cmpint (ABS (after.tokens - base * 3 / 2), <=, 2);
  /* 1.14 instead of 1.5: 24 % too few. */
  g_assert_cmpint (after.error_permille, >=, 238);
  g_assert_cmpint (after.error_permille, <=, 242);
  td_test_wait_until (is_stored, fixture, "the lessons to be stored");

  engine_fixture_restart (fixture);
  g_assert_cmpint (count_for (fixture, "claude-x", question->str).tokens, ==, after.tokens);
  g_assert_cmpint (count_for (fixture, "claude-y", question->str).tokens, ==, after.tokens);
  g_assert_cmpint (count_for (fixture, "other", question->str).error_permille, ==, -1);
}

/* A long chat is not counted whole before it is sent, and the hold is enough all the same. */
static void
test_long_prompt (EngineFixture *fixture,
                  gconstpointer  unused)
{
  static const FakeReply counted = { .token = "x",
                                     .n_tokens = 1,
                                     .usage =
                                       "{\"prompt_tokens\":600000,\"completion_tokens\":1}" };
  g_auto (Run) run = RUN_INIT;
  g_autoptr (TdReceipt) receipt = NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  while (text->len < 600000)
    g_string_append (text, "\xe1\x9a\xa0 ");
  ask (fixture, &run, EXACT_MODEL, text->str, &counted);
  receipt = engine_fixture_receipt (fixture, run_nth (&run, 1));
  g_assert_cmpint (receipt->overrun, ==, 0);
}

int
main (int   argc,
      char *argv[])
{
  td_test_init (&argc, &argv);
#define ADD(path, function) \
  g_test_add (path, EngineFixture, NULL, set_up, function, engine_fixture_tear_down)
  ADD ("/counting/exact", test_exact);
  ADD ("/counting/thinking", test_thinking);
  ADD ("/counting/rough", test_rough);
  ADD ("/counting/rough-without-usage", test_rough_without_usage);
  ADD ("/counting/learning", test_learning);
  ADD ("/counting/long-prompt", test_long_prompt);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A chat's title as a chore: who writes it, what it costs and where that stands, and when the title
 * stays as it is.
 */
#include "config.h"

#include <string.h>

#include "engine/engine-fixture.h"
#include "engine/td-chore-choice.h"
#include "engine/td-engine-private.h"
#include "engine/td-title.h"
#include "wallet/td-receipt-store.h"

#define DEAR_MODEL  "paid:dear"
#define CHEAP_MODEL "paid:cheap"
#define USAGE       "{\"prompt_tokens\":9,\"completion_tokens\":3,\"total_tokens\":12}"

static const FakeReply answer = { .token = "word ", .n_tokens = 3, .usage = USAGE };
static const FakeReply title = { .token = "**Words in Threes.**", .n_tokens = 1, .usage = USAGE };

static void
test_clean (void)
{
  static const struct
  {
    const char *answer;
    const char *title;
  } cases[] = {
    { "Words in Threes", "Words in Threes" },
    { "  \"Words in Threes.\"\n", "Words in Threes" },
    { "**Words in Threes**", "Words in Threes" },
    { "# Words in Threes\n\nMore of it", "Words in Threes" },
    { "Title: Words in Threes", "Words in Threes" },
    { "TITLE: “Words in Threes”", "Words in Threes" },
    { "「三つの言葉」", "三つの言葉" },
    { "What now?", "What now?" },
    { "\n\n«Trois mots»", "Trois mots" },
    { "", NULL },
    { " \n ", NULL },
    { "\"\"", NULL },
    { "***", NULL },
    { "Words\x1b[31m", NULL },
    { "Certainly! Here is a long answer to the question instead of a title, as it was asked.",
      NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *cleaned = td_title_clean (cases[i].answer);

      g_assert_cmpstr (cleaned, ==, cases[i].title);
    }
}

/* ---- who ------------------------------------------------------------------------------------ */

static TdModelFacts *
make_model (const char *provider,
            const char *id,
            TdPrice     input,
            TdPrice     output)
{
  TdModelFacts *facts = td_model_facts_new ();

  facts->key = g_strconcat (provider, ":", id, NULL);
  facts->provider_id = g_strdup (provider);
  facts->id = g_strdup (id);
  facts->name = g_strdup (id);
  facts->type = TD_MODEL_TYPE_CHAT;
  facts->input = facts->output = TD_MODALITY_TEXT;
  facts->max_output = 8000;
  facts->price.input = input;
  facts->price.output = output;
  return facts;
}

static void
add_provider (EngineFixture *fixture,
              const char    *id,
              TdAuth         auth,
              GPtrArray     *models)
{
  TdProviderFacts *provider = td_provider_facts_new ();

  provider->id = g_strdup (id);
  provider->name = g_strdup (id);
  provider->kind = TD_PROVIDER_KIND_OPENAI_COMPATIBLE;
  provider->base_url = g_strdup (fake_provider_get_url (fixture->server));
  provider->auth = auth;
  td_market_set_discovered (td_engine_get_market (fixture->engine), id, provider, models);
}

static void
add_models (EngineFixture *fixture)
{
  GPtrArray *paid = g_ptr_array_new_with_free_func ((GDestroyNotify) td_model_facts_free);
  GPtrArray *others = g_ptr_array_new_with_free_func ((GDestroyNotify) td_model_facts_free);
  TdModelFacts *thinker = make_model ("paid", "thinker", 100000, 400000);
  TdModelFacts *old = make_model ("paid", "old", 1000, 1000);

  thinker->reasoning = TD_FACT_YES;
  old->status = TD_MODEL_STATUS_DEPRECATED;
  g_ptr_array_add (paid, make_model ("paid", "dear", 300000000, 900000000));
  g_ptr_array_add (paid, make_model ("paid", "cheap", 100000, 400000));
  g_ptr_array_add (paid, make_model ("paid", "gratis", 0, 0));
  g_ptr_array_add (paid, make_model ("paid", "unpriced", -1, -1));
  g_ptr_array_add (paid, thinker);
  g_ptr_array_add (paid, old);
  g_ptr_array_add (others, make_model ("others", "cheapest", 1000, 1000));
  add_provider (fixture, "paid", TD_AUTH_NONE, paid);
  add_provider (fixture, "others", TD_AUTH_NONE, others);
}

static void
set_up (EngineFixture *fixture,
        gconstpointer  unused)
{
  engine_fixture_set_up (fixture, NULL);
  add_models (fixture);
}

static const TdModelFacts *
find_facts (EngineFixture *fixture,
            const char    *key)
{
  TdModel *model =
    td_catalogue_find_model (td_market_get_catalogue (td_engine_get_market (fixture->engine)), key);

  g_assert_nonnull (model);
  return td_model_get_facts (model);
}

static void
assert_choice (EngineFixture *fixture,
               const char    *talked_to,
               const char    *first,
               const char    *second)
{
  g_autoptr (GPtrArray) models =
    td_chore_choice_list (fixture->engine, find_facts (fixture, talked_to), 400, 48);

  g_assert_cmpstr (models->len > 0 ? td_model_get_key (models->pdata[0]) : NULL, ==, first);
  g_assert_cmpstr (models->len > 1 ? td_model_get_key (models->pdata[1]) : NULL, ==, second);
}

/* The cheapest where the text has been, or this machine; never another provider. */
static void
test_choice (EngineFixture *fixture,
             gconstpointer  unused)
{
  assert_choice (fixture, DEAR_MODEL, FREE_MODEL, CHEAP_MODEL);
  assert_choice (fixture, "others:cheapest", FREE_MODEL, "others:cheapest");
  /* What is said to this machine stays on it. */
  assert_choice (fixture, FREE_MODEL, FREE_MODEL, NULL);
  /* Who talks to a free model may be written for by one. */
  assert_choice (fixture, "paid:gratis", "paid:gratis", FREE_MODEL);
  g_assert_cmpint (td_chore_choice_get_max_output (find_facts (fixture, CHEAP_MODEL), 48), ==, 48);
  g_assert_cmpint (td_chore_choice_get_max_output (find_facts (fixture, "paid:thinker"), 48), >,
                   500);
}

/* ---- writing -------------------------------------------------------------------------------- */

static void
talk (EngineFixture *fixture,
      Run           *run,
      const char    *model)
{
  g_autoptr (GError) error = NULL;

  fake_provider_queue (fixture->server, &answer);
  run_prepare (run, fixture, model, "Say it three times");
  run_start (run, NULL);
  error = run_wait (run);
  g_assert_no_error (error);
}

static gboolean
write_title (EngineFixture  *fixture,
             Run            *run,
             GError        **error)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;

  td_title_write_async (fixture->engine, run->conversation, NULL, td_test_ready, &call);
  return td_title_write_finish (td_test_wait (&call), error);
}

static gpointer
list_on_thread (TdConnection  *connection,
                gpointer       data,
                GCancellable  *cancellable,
                GError       **error)
{
  return td_receipt_store_list_chores (connection, *(gint64 *) data, error);
}

static GPtrArray *
list_chores (EngineFixture *fixture,
             TdMessage     *reply)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;
  gint64 id = td_message_get_id (reply);
  TdDatabase *database = td_engine_get_database (fixture->engine);
  GPtrArray *receipts;

  td_database_run_async (database, G_PRIORITY_DEFAULT, list_on_thread, &id, NULL,
                         (GDestroyNotify) g_ptr_array_unref, NULL, td_test_ready, &call);
  receipts = td_database_run_finish (database, td_test_wait (&call), &error);
  g_assert_no_error (error);
  return receipts;
}

/* A model of this machine writes it, for nothing. */
static void
test_written (EngineFixture *fixture,
              gconstpointer  unused)
{
  g_auto (Run) run = RUN_INIT;
  g_autoptr (GPtrArray) chores = NULL;
  g_autoptr (GError) error = NULL;
  const char *request;
  TdReceipt *chore;
  TdMoney before;

  talk (fixture, &run, DEAR_MODEL);
  before = td_conversation_get_cost (run.conversation);
  fake_provider_queue (fixture->server, &title);
  g_assert_true (write_title (fixture, &run, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (td_conversation_get_title (run.conversation), ==, "Words in Threes");
  request = fake_provider_get_request (fixture->server, 1);
  g_assert_nonnull (strstr (request, "Say it three times"));
  g_assert_nonnull (strstr (request, "word word word"));
  chores = list_chores (fixture, run_nth (&run, 1));
  g_assert_cmpuint (chores->len, ==, 1);
  chore = chores->pdata[0];
  g_assert_cmpstr (chore->purpose, ==, TD_PURPOSE_TITLE);
  g_assert_true (td_receipt_is_chore (chore));
  g_assert_cmpstr (chore->model_key, ==, FREE_MODEL);
  g_assert_cmpint (chore->outcome, ==, TD_RECEIPT_COMPLETE);
  g_assert_cmpint (chore->cost, ==, 0);
  g_assert_cmpint (td_conversation_get_cost (run.conversation), ==, before);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (run.conversation)), ==, 2);
}

/* When the first cannot do it the next one does. It is paid, and stands beside the reply's receipt
 * without changing what that says. */
static void
test_paid (EngineFixture *fixture,
           gconstpointer  unused)
{
  static const FakeReply unknown = { .status = 404, .body = "{\"error\":\"no such model\"}" };
  g_auto (Run) run = RUN_INIT;
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GPtrArray) chores = NULL;
  g_autoptr (TdReceipt) receipt = NULL;
  g_autoptr (GError) error = NULL;
  TdConversationList *list;
  TdReceipt *chore;
  TdMoney before;
  gint64 id;

  talk (fixture, &run, DEAR_MODEL);
  before = td_conversation_get_cost (run.conversation);
  fake_provider_queue (fixture->server, &unknown);
  fake_provider_queue (fixture->server, &title);
  g_assert_true (write_title (fixture, &run, &error));
  g_assert_no_error (error);
  chores = list_chores (fixture, run_nth (&run, 1));
  g_assert_cmpuint (chores->len, ==, 2);
  g_assert_cmpint (((TdReceipt *) chores->pdata[0])->outcome, ==, TD_RECEIPT_FAILED);
  chore = chores->pdata[1];
  g_assert_cmpstr (chore->model_key, ==, CHEAP_MODEL);
  /* 9 x 0.1 + 3 x 0.4 = 2.1 micro-dollars. */
  g_assert_cmpint (chore->cost, ==, 2100);
  g_assert_cmpint (chore->held, <=, TD_CHORE_MAX_COST);
  g_assert_cmpint (td_conversation_get_cost (run.conversation), ==, before + 2100);
  receipt = engine_fixture_receipt (fixture, run_nth (&run, 1));
  g_assert_cmpstr (receipt->model_key, ==, DEAR_MODEL);
  id = td_conversation_get_id (run.conversation);
  run_clear (&run);

  engine_fixture_restart (fixture);
  list = td_engine_get_conversations (fixture->engine);
  run.conversation = g_object_ref (td_conversation_list_find (list, id));
  g_assert_cmpint (td_conversation_get_cost (run.conversation), ==, before + 2100);
  g_assert_cmpstr (td_conversation_get_title (run.conversation), ==, "Words in Threes");
  td_conversation_list_open_async (list, run.conversation, NULL, td_test_ready, &call);
  g_assert_true (td_conversation_list_open_finish (list, td_test_wait (&call), &error));
  g_assert_cmpint (td_message_get_cost (run_nth (&run, 1)), ==, before);
}

/* What is no title is paid all the same, and the title stays. */
static void
test_no_title (EngineFixture *fixture,
               gconstpointer  unused)
{
  static const FakeReply talkative = { .token = "I would rather talk about it. ",
                                       .n_tokens = 10,
                                       .usage = USAGE };
  g_auto (Run) run = RUN_INIT;
  g_autoptr (GPtrArray) chores = NULL;
  g_autoptr (GError) error = NULL;

  talk (fixture, &run, DEAR_MODEL);
  fake_provider_queue (fixture->server, &talkative);
  g_assert_false (write_title (fixture, &run, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (td_conversation_get_title (run.conversation), ==, "Say it three times");
  chores = list_chores (fixture, run_nth (&run, 1));
  g_assert_cmpuint (chores->len, ==, 1);
  g_assert_cmpint (((TdReceipt *) chores->pdata[0])->outcome, ==, TD_RECEIPT_COMPLETE);
}

/* A title that the user gave is the user's, also when it comes while another is being written. */
static void
test_renamed (EngineFixture *fixture,
              gconstpointer  unused)
{
  g_auto (Run) run = RUN_INIT;
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_auto (TdTestCall) rename = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;
  TdConversationList *list = td_engine_get_conversations (fixture->engine);

  talk (fixture, &run, DEAR_MODEL);
  fake_provider_queue (fixture->server, &title);
  td_title_write_async (fixture->engine, run.conversation, NULL, td_test_ready, &call);
  td_conversation_list_rename_async (list, run.conversation, "Mine", NULL, td_test_ready, &rename);
  g_assert_true (td_conversation_list_rename_finish (list, td_test_wait (&rename), &error));
  g_assert_false (td_title_write_finish (td_test_wait (&call), &error));
  g_assert_no_error (error);
  g_assert_cmpstr (td_conversation_get_title (run.conversation), ==, "Mine");
  g_assert_false (write_title (fixture, &run, &error));
  g_assert_cmpuint (fake_provider_get_n_chats (fixture->server), ==, 2);
}

/* Only a chat that has begun: nothing is sent for any other. */
static void
test_not_now (EngineFixture *fixture,
              gconstpointer  unused)
{
  g_auto (Run) run = RUN_INIT;
  g_autoptr (GError) error = NULL;

  run.conversation =
    td_conversation_list_create (td_engine_get_conversations (fixture->engine), FREE_MODEL);
  g_assert_false (write_title (fixture, &run, &error));
  talk (fixture, &run, FREE_MODEL);
  talk (fixture, &run, FREE_MODEL);
  g_assert_false (write_title (fixture, &run, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (fake_provider_get_n_chats (fixture->server), ==, 2);
}

/* Where there is nobody cheap, nobody is asked. */
static void
test_nobody (EngineFixture *fixture,
             gconstpointer  unused)
{
  g_auto (Run) run = RUN_INIT;
  g_autoptr (GError) error = NULL;
  GPtrArray *models = g_ptr_array_new_with_free_func ((GDestroyNotify) td_model_facts_free);
  TdEndpointList *endpoints = td_engine_get_endpoints (fixture->engine);
  g_auto (TdTestCall) remove = TD_TEST_CALL_INIT;

  g_ptr_array_add (models, make_model ("paid", "dear", 300000000, 900000000));
  add_provider (fixture, "paid", TD_AUTH_NONE, models);
  td_endpoint_list_remove_async (endpoints, "free-server", NULL, td_test_ready, &remove);
  g_assert_true (td_endpoint_list_remove_finish (endpoints, td_test_wait (&remove), &error));
  talk (fixture, &run, DEAR_MODEL);
  g_assert_false (write_title (fixture, &run, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (fake_provider_get_n_chats (fixture->server), ==, 1);
}

static gboolean
is_asked (gpointer server)
{
  return fake_provider_get_n_chats (server) == 2;
}

/* A program that ends in the middle of it: the hold is resolved at the next start, and the reply it
 * was about is as it was. */
static void
test_cut_off (EngineFixture *fixture,
              gconstpointer  unused)
{
  static const FakeReply silent = { .token = "x", .n_tokens = 0, .end = FAKE_END_STALL };
  g_auto (Run) run = RUN_INIT;
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;

  talk (fixture, &run, DEAR_MODEL);
  fake_provider_queue (fixture->server, &silent);
  td_title_write_async (fixture->engine, run.conversation, NULL, td_test_ready, &call);
  td_test_wait_until (is_asked, fixture->server, "the question");
  td_engine_stop (fixture->engine);
  g_assert_false (td_title_write_finish (td_test_wait (&call), &error));
  g_assert_nonnull (error);
  td_test_call_clear (&call);
  run_clear (&run);

  engine_fixture_restart (fixture);
  g_assert_cmpint (engine_fixture_count (fixture,
                                         "SELECT count(*) FROM receipt WHERE purpose = 'title'"
                                         " AND outcome = 'interrupted' AND cost = 0"),
                   ==, 1);
  g_assert_cmpint (engine_fixture_count (fixture,
                                         "SELECT count(*) FROM message WHERE state = 'complete'"),
                   ==, 2);
}

int
main (int   argc,
      char *argv[])
{
  td_test_init (&argc, &argv);
  g_test_add_func ("/title/clean", test_clean);
#define ADD(path, function) \
  g_test_add (path, EngineFixture, NULL, set_up, function, engine_fixture_tear_down)
  ADD ("/title/choice", test_choice);
  ADD ("/title/written", test_written);
  ADD ("/title/paid", test_paid);
  ADD ("/title/no-title", test_no_title);
  ADD ("/title/renamed", test_renamed);
  ADD ("/title/not-now", test_not_now);
  ADD ("/title/nobody", test_nobody);
  ADD ("/title/cut-off", test_cut_off);
  return g_test_run ();
}

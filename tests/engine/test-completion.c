/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "base/td-clock.h"
#include "base/td-json-read.h"
#include "engine/engine-fixture.h"
#include "engine/td-error-code.h"
#include "engine/td-settlement.h"

#define USAGE "{\"prompt_tokens\":9,\"completion_tokens\":3,\"total_tokens\":12}"

static const FakeReply three_tokens = { .token = "word ", .n_tokens = 3, .usage = USAGE };

static void
check_error (GError     *error,
             const char *code)
{
  g_autofree char *text = NULL;

  g_assert_nonnull (error);
  text = td_error_code_from_error (error);
  g_assert_cmpstr (text, ==, code);
}

/* The turns of a request as "role: text" lines. */
static char *
read_turns (EngineFixture *fixture,
            guint          index)
{
  const char *request = fake_provider_get_request (fixture->server, index);
  g_autoptr (TdJsonDoc) doc = td_json_doc_parse (request, -1, NULL, NULL);
  const TdJson *messages = td_json_get_member (td_json_doc_get_root (doc), "messages");
  GString *turns = g_string_new (NULL);

  for (guint i = 0; i < td_json_get_length (messages); i++)
    g_string_append_printf (turns, "%s: %s\n",
                            td_json_member_string (td_json_get_element (messages, i), "role"),
                            td_json_member_string (td_json_get_element (messages, i), "content"));
  return g_string_free (turns, FALSE);
}

static void
test_complete (EngineFixture *fixture,
               gconstpointer  unused)
{
  g_auto (Run) run = RUN_INIT;
  g_autoptr (TdReceipt) receipt = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *turns = NULL;
  TdMessage *reply;
  TdModel *model;

  fake_provider_queue (fixture->server, &three_tokens);
  run_prepare (&run, fixture, PAID_MODEL, "First line\nand more");
  g_assert_null (td_completion_get_reply (run.completion));
  run_start (&run, NULL);
  error = run_wait (&run);
  g_assert_no_error (error);

  reply = run_nth (&run, 1);
  g_assert_true (reply == td_completion_get_reply (run.completion));
  g_assert_cmpint (td_message_get_state (reply), ==, TD_MESSAGE_STATE_COMPLETE);
  g_assert_cmpstr (td_message_get_text (reply), ==, "word word word ");
  g_assert_cmpstr (td_message_get_finish (reply), ==, "stop");
  g_assert_cmpstr (td_message_get_model_key (reply), ==, PAID_MODEL);
  g_assert_cmpstr (td_message_get_model_name (reply), ==, "tiny");
  g_assert_cmpint (td_message_get_input_tokens (reply), ==, 9);
  g_assert_cmpint (td_message_get_output_tokens (reply), ==, 3);
  g_assert_false (td_message_is_usage_counted_here (reply));
  /* 9 x 3 + 3 x 15 = 72 micro-dollars. */
  g_assert_cmpint (td_message_get_cost (reply), ==, 72000);
  g_assert_cmpint (td_message_get_first_token_ms (reply), >=, 0);
  g_assert_cmpint (td_message_get_duration_ms (reply), >=, td_message_get_first_token_ms (reply));
  g_assert_null (td_message_get_error_code (reply));

  g_assert_cmpstr (td_conversation_get_title (run.conversation), ==, "First line");
  g_assert_cmpint (td_conversation_get_cost (run.conversation), ==, 72000);
  g_assert_cmpint (td_conversation_get_tokens (run.conversation), ==, 12);
  g_assert_cmpint (td_conversation_get_id (run.conversation), >, 0);
  g_assert_true (td_conversation_list_find (td_engine_get_conversations (fixture->engine),
                                            td_conversation_get_id (run.conversation)) ==
                 run.conversation);

  receipt = engine_fixture_receipt (fixture, reply);
  g_assert_cmpint (receipt->outcome, ==, TD_RECEIPT_COMPLETE);
  g_assert_cmpint (receipt->cost, ==, 72000);
  g_assert_cmpint (receipt->overrun, ==, 0);
  /* Our estimate of the prompt, and 1,000 x 15 dollars a million. */
  g_assert_cmpint (receipt->held, >, 15000000);
  g_assert_cmpint (receipt->held, <, 15000000 + 100 * 3000);
  g_assert_cmpint (receipt->prices.input, ==, 3000000);
  g_assert_cmpstr (receipt->provider_id, ==, "paid");
  g_assert_cmpstr (receipt->model_key, ==, PAID_MODEL);
  g_assert_cmpstr (receipt->catalogue_version, !=, "");

  turns = read_turns (fixture, 0);
  g_assert_cmpstr (turns, ==, "user: First line\nand more\n");
  model = td_catalogue_find_model (td_market_get_catalogue (td_engine_get_market (fixture->engine)),
                                   PAID_MODEL);
  g_assert_cmpuint (td_model_get_uses (model), ==, 1);
}

/* Another chat may have its number by now. */
static void
test_deleted_elsewhere (EngineFixture *fixture,
                        gconstpointer  unused)
{
  static const FakeReply reply = { .token = "x", .n_tokens = 2, .usage = USAGE };
  g_auto (Run) run = RUN_INIT;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) gone = NULL;

  fake_provider_queue (fixture->server, &reply);
  run_prepare (&run, fixture, FREE_MODEL, "question");
  run_start (&run, NULL);
  error = run_wait (&run);
  g_assert_no_error (error);

  engine_fixture_execute (fixture, "UPDATE conversation SET created_us = 1, title = 'Another'");
  run_prepare (&run, fixture, FREE_MODEL, "another question");
  run_start (&run, NULL);
  gone = run_wait (&run);
  g_assert_error (gone, TD_STORE_ERROR, TD_STORE_ERROR_NOT_FOUND);
  g_assert_cmpint (engine_fixture_count (fixture, "SELECT count (*) FROM message"), ==, 2);
  g_assert_cmpstr (td_conversation_get_draft (run.conversation), ==, "another question");
}

/* What is in memory after a reply is what the next start reads. */
static void
test_survives_a_restart (EngineFixture *fixture,
                         gconstpointer  unused)
{
  static const FakeReply thinking = { .reasoning = "hm",
                                      .token = "x",
                                      .n_tokens = 2,
                                      .usage = USAGE };
  g_auto (Run) run = RUN_INIT;
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;
  TdConversationList *list;
  TdMessage *reply;
  gint64 id;

  fake_provider_queue (fixture->server, &thinking);
  run_prepare (&run, fixture, PAID_MODEL, "question");
  run_start (&run, NULL);
  error = run_wait (&run);
  g_assert_no_error (error);
  id = td_conversation_get_id (run.conversation);
  run_clear (&run);

  engine_fixture_restart (fixture);
  list = td_engine_get_conversations (fixture->engine);
  run.conversation = g_object_ref (td_conversation_list_find (list, id));
  g_assert_cmpint (td_conversation_get_cost (run.conversation), ==, 72000);
  td_conversation_list_open_async (list, run.conversation, NULL, td_test_ready, &call);
  g_assert_true (td_conversation_list_open_finish (list, td_test_wait (&call), &error));
  g_assert_cmpstr (td_message_get_text (run_nth (&run, 0)), ==, "question");
  reply = run_nth (&run, 1);
  g_assert_cmpstr (td_message_get_text (reply), ==, "xx");
  g_assert_cmpstr (td_message_get_reasoning (reply), ==, "hm");
  g_assert_cmpint (td_message_get_state (reply), ==, TD_MESSAGE_STATE_COMPLETE);
  g_assert_cmpint (td_message_get_cost (reply), ==, 72000);
  g_assert_cmpint (td_message_get_output_tokens (reply), ==, 3);
  g_assert_cmpstr (td_message_get_model_name (reply), ==, "tiny");
  g_assert_cmpint (engine_fixture_count (fixture, "SELECT count(*) FROM message_piece"), ==, 0);
}

static void
test_history_and_system (EngineFixture *fixture,
                         gconstpointer  unused)
{
  g_auto (Run) run = RUN_INIT;
  g_autoptr (GError) error = NULL;
  g_autofree char *turns = NULL;

  fake_provider_queue (fixture->server, &three_tokens);
  run_prepare (&run, fixture, FREE_MODEL, "one");
  td_completion_set_system (run.completion, "be brief");
  run_start (&run, NULL);
  error = run_wait (&run);
  g_assert_no_error (error);
  g_assert_cmpint (td_message_get_cost (run_nth (&run, 1)), ==, 0); /* it runs on this machine */

  run_prepare (&run, fixture, FREE_MODEL, "two");
  run_start (&run, NULL);
  error = run_wait (&run);
  g_assert_no_error (error);
  turns = read_turns (fixture, 1);
  g_assert_cmpstr (turns, ==,
                   "system: be brief\nuser: one\nassistant: word word word \nuser: two\n");
  g_assert_cmpstr (td_conversation_get_title (run.conversation), ==, "one");
}

static void
test_made_again (EngineFixture *fixture,
                 gconstpointer  unused)
{
  g_auto (Run) run = RUN_INIT;
  g_autoptr (GError) error = NULL;
  g_autofree char *turns = NULL;
  TdMessage *first;

  fake_provider_queue (fixture->server, &three_tokens);
  run_prepare (&run, fixture, PAID_MODEL, "question");
  run_start (&run, NULL);
  error = run_wait (&run);
  g_assert_no_error (error);
  first = run_nth (&run, 1);

  run_prepare (&run, fixture, PAID_MODEL, NULL);
  run_start (&run, NULL);
  error = run_wait (&run);
  g_assert_no_error (error);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (run.conversation)), ==, 2);
  g_assert_true (run_nth (&run, 1) != first);
  g_assert_cmpstr (td_message_get_text (run_nth (&run, 1)), ==, "Hello");
  turns = read_turns (fixture, 1);
  g_assert_cmpstr (turns, ==, "user: question\n");
  /* Both were paid: 72 and 9 x 3 + 1 x 15 = 42 micro-dollars. The first is kept. */
  g_assert_cmpint (td_conversation_get_cost (run.conversation), ==, 114000);
  g_assert_cmpint (engine_fixture_count (fixture, "SELECT count(*) FROM message"), ==, 3);
  g_assert_cmpint (
    engine_fixture_count (fixture, "SELECT count(*) FROM message old JOIN message new"
                                   " ON old.replaced_by = new.id WHERE old.text = 'word word word '"
                                   " AND new.text = 'Hello'"),
    ==, 1);
}

static void
test_nothing_to_send (EngineFixture *fixture,
                      gconstpointer  unused)
{
  g_auto (Run) run = RUN_INIT;
  g_autoptr (GError) again = NULL;
  g_autoptr (GError) empty = NULL;

  run_prepare (&run, fixture, PAID_MODEL, NULL);
  run_start (&run, NULL);
  again = run_wait (&run);
  check_error (again, "completion:nothing-to-send");
  run_prepare (&run, fixture, PAID_MODEL, "");
  run_start (&run, NULL);
  empty = run_wait (&run);
  check_error (empty, "completion:nothing-to-send");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (run.conversation)), ==, 0);
  g_assert_cmpint (engine_fixture_count (fixture, "SELECT count(*) FROM conversation"), ==, 0);
}

/* ---- stopping ------------------------------------------------------------------------------- */

static gboolean
has_text (gpointer data)
{
  Run *run = data;
  TdMessage *reply = td_completion_get_reply (run->completion);

  return reply && td_message_get_text_length (reply) >= 20;
}

static void
test_stop (EngineFixture *fixture,
           gconstpointer  unused)
{
  static const FakeReply endless = { .token = "word ", .n_tokens = 1000000, .interval_us = 1000 };
  g_auto (Run) run = RUN_INIT;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (TdReceipt) receipt = NULL;
  g_autoptr (GError) error = NULL;
  TdMessage *reply;

  fake_provider_queue (fixture->server, &endless);
  run_prepare (&run, fixture, PAID_MODEL, "question");
  run_start (&run, cancellable);
  td_test_wait_until (has_text, &run, "some text");
  g_assert_true (td_engine_get_completion (fixture->engine, run.conversation) == run.completion);
  g_cancellable_cancel (cancellable);
  error = run_wait (&run);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (td_engine_get_completion (fixture->engine, run.conversation));

  reply = run_nth (&run, 1);
  g_assert_cmpint (td_message_get_state (reply), ==, TD_MESSAGE_STATE_STOPPED);
  g_assert_true (g_str_has_prefix (td_message_get_text (reply), "word word word word "));
  g_assert_true (td_message_is_usage_counted_here (reply));
  g_assert_cmpint (td_message_get_output_tokens (reply), >=, 4);
  g_assert_null (td_message_get_error_code (reply));
  receipt = engine_fixture_receipt (fixture, reply);
  g_assert_cmpint (receipt->outcome, ==, TD_RECEIPT_STOPPED);
  g_assert_true (receipt->counted_here);
  g_assert_cmpint (receipt->cost, ==,
                   receipt->usage.input * 3000 + receipt->usage.output * 15000);
  /* The connection is closed; tear_down waits for the server to notice. */
}

static void
test_stop_before_the_reply (EngineFixture *fixture,
                            gconstpointer  unused)
{
  static const FakeReply silent = { .token = "x", .n_tokens = 0, .end = FAKE_END_STALL };
  g_auto (Run) run = RUN_INIT;
  g_autoptr (GError) error = NULL;

  fake_provider_queue (fixture->server, &silent);
  run_prepare (&run, fixture, PAID_MODEL, "question");
  run_start (&run, NULL);
  while (fake_provider_get_n_chats (fixture->server) == 0)
    g_main_context_iteration (NULL, TRUE);
  td_completion_stop (run.completion);
  error = run_wait (&run);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (td_message_get_state (run_nth (&run, 1)), ==, TD_MESSAGE_STATE_STOPPED);
  g_assert_cmpstr (td_message_get_text (run_nth (&run, 0)), ==, "question");
}

static void
test_engine_stops (EngineFixture *fixture,
                   gconstpointer  unused)
{
  static const FakeReply endless = { .token = "word ", .n_tokens = 1000000, .interval_us = 1000 };
  g_auto (Run) run = RUN_INIT;
  g_autoptr (GError) error = NULL;
  g_autofree char *shown = NULL;
  TdMessage *stored;
  gint64 id;

  fake_provider_queue (fixture->server, &endless);
  run_prepare (&run, fixture, PAID_MODEL, "question");
  run_start (&run, NULL);
  td_test_wait_until (has_text, &run, "some text");
  shown = g_strdup (td_message_get_text (run_nth (&run, 1)));
  td_engine_stop (fixture->engine);
  error = run_wait (&run);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  id = td_conversation_get_id (run.conversation);
  run_clear (&run);

  /* Everything that was shown is there, and it was not the program that broke off. */
  engine_fixture_restart (fixture);
  run.conversation =
    g_object_ref (td_conversation_list_find (td_engine_get_conversations (fixture->engine), id));
  run_prepare (&run, fixture, PAID_MODEL, "go on");
  run_start (&run, NULL);
  g_clear_error (&error);
  error = run_wait (&run);
  g_assert_no_error (error);
  stored = run_nth (&run, 1);
  g_assert_cmpstr (td_message_get_text (stored), ==, shown);
  g_assert_cmpint (td_message_get_state (stored), ==, TD_MESSAGE_STATE_STOPPED);
  g_assert_cmpint (engine_fixture_count (fixture,
                                         "SELECT count(*) FROM receipt WHERE settled_us IS NULL"),
                   ==, 0);
}

static void
test_delete_while_streaming (EngineFixture *fixture,
                             gconstpointer  unused)
{
  static const FakeReply endless = { .token = "word ", .n_tokens = 1000000, .interval_us = 1000 };
  g_auto (Run) run = RUN_INIT;
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  TdConversationList *list = td_engine_get_conversations (fixture->engine);
  g_autoptr (GError) error = NULL;

  fake_provider_queue (fixture->server, &endless);
  run_prepare (&run, fixture, PAID_MODEL, "question");
  run_start (&run, NULL);
  td_test_wait_until (has_text, &run, "some text");
  td_conversation_list_delete_async (list, run.conversation, NULL, td_test_ready, &call);
  g_assert_true (td_conversation_list_delete_finish (list, td_test_wait (&call), &error));
  error = run_wait (&run);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 0);
  g_assert_cmpint (engine_fixture_count (fixture, "SELECT count(*) FROM message"), ==, 0);
  g_assert_cmpint (engine_fixture_count (fixture,
                                         "SELECT count(*) FROM receipt WHERE outcome = 'stopped'"
                                         " AND cost > 0"),
                   ==, 1);
}

/* ---- money ---------------------------------------------------------------------------------- */

static void
test_unknown_price (EngineFixture *fixture,
                    gconstpointer  unused)
{
  g_auto (Run) run = RUN_INIT;
  g_autoptr (TdReceipt) receipt = NULL;
  g_autoptr (GError) error = NULL;

  fake_provider_queue (fixture->server, &three_tokens);
  run_prepare (&run, fixture, UNPRICED_MODEL, "question");
  run_start (&run, NULL);
  error = run_wait (&run);
  g_assert_no_error (error);
  g_assert_cmpint (td_message_get_cost (run_nth (&run, 1)), ==, TD_MONEY_UNKNOWN);
  g_assert_true (td_conversation_has_unknown_cost (run.conversation));
  receipt = engine_fixture_receipt (fixture, run_nth (&run, 1));
  g_assert_cmpint (receipt->held, ==, TD_MONEY_UNKNOWN);
  g_assert_cmpint (receipt->cost, ==, TD_MONEY_UNKNOWN);
}

static void
test_overrun (EngineFixture *fixture,
              gconstpointer  unused)
{
  static const FakeReply dear = { .token = "x",
                                  .n_tokens = 1,
                                  .usage = "{\"prompt_tokens\":9,\"completion_tokens\":5000}" };
  g_auto (Run) run = RUN_INIT;
  g_autoptr (TdReceipt) receipt = NULL;
  g_autoptr (GError) error = NULL;

  fake_provider_queue (fixture->server, &dear);
  run_prepare (&run, fixture, PAID_MODEL, "question");
  run_start (&run, NULL);
  error = run_wait (&run);
  g_assert_no_error (error);
  receipt = engine_fixture_receipt (fixture, run_nth (&run, 1));
  /* 9 x 3 + 5,000 x 15 = 75,027 micro-dollars, of which only what was held is settled. */
  g_assert_cmpint (receipt->cost, ==, receipt->held);
  g_assert_cmpint (receipt->cost + receipt->overrun, ==, 75027000);
  g_assert_cmpint (td_message_get_cost (run_nth (&run, 1)), ==, 75027000);
}

static gpointer
settle_again_on_thread (TdConnection  *connection,
                        gpointer       data,
                        GCancellable  *cancellable,
                        GError       **error)
{
  TdReceipt *receipt = data;
  TdMessageOutcome outcome = TD_MESSAGE_OUTCOME_INIT (TD_MESSAGE_STATE_INTERRUPTED);

  td_settlement_fill_outcome (receipt, &outcome);
  td_settlement_write (connection, receipt->message_id, &outcome, receipt, error);
  return NULL;
}

/* Whoever comes second, a start that took us for dead, changes nothing: tear_down compares the
 * sums with the receipts. */
static void
test_settled_twice (EngineFixture *fixture,
                    gconstpointer  unused)
{
  g_auto (Run) run = RUN_INIT;
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  TdDatabase *database = td_engine_get_database (fixture->engine);
  g_autoptr (TdReceipt) receipt = NULL;
  g_autoptr (GError) error = NULL;

  fake_provider_queue (fixture->server, &three_tokens);
  run_prepare (&run, fixture, PAID_MODEL, "question");
  run_start (&run, NULL);
  error = run_wait (&run);
  g_assert_no_error (error);
  receipt = engine_fixture_receipt (fixture, run_nth (&run, 1));
  td_database_run_async (database, G_PRIORITY_DEFAULT, settle_again_on_thread, receipt, NULL, NULL,
                         NULL, td_test_ready, &call);
  td_database_run_finish (database, td_test_wait (&call), &error);
  g_assert_no_error (error);
  g_assert_cmpint (engine_fixture_count (fixture, "SELECT cost FROM conversation"), ==, 72000);
  g_assert_cmpint (engine_fixture_count (fixture, "SELECT count(*) FROM message"
                                                  " WHERE state = 'complete' AND role = 'assistant'"),
                   ==, 1);
}

static void
test_no_usage (EngineFixture *fixture,
               gconstpointer  unused)
{
  static const FakeReply silent = { .token = "word ", .n_tokens = 100 };
  g_auto (Run) run = RUN_INIT;
  g_autoptr (GError) error = NULL;
  TdMessage *reply;

  fake_provider_queue (fixture->server, &silent);
  run_prepare (&run, fixture, PAID_MODEL, "question");
  run_start (&run, NULL);
  error = run_wait (&run);
  g_assert_no_error (error);
  reply = run_nth (&run, 1);
  g_assert_true (td_message_is_usage_counted_here (reply));
  g_assert_cmpint (td_message_get_output_tokens (reply), >=, 90);
  g_assert_cmpint (td_message_get_output_tokens (reply), <=, 130);
  g_assert_cmpint (td_message_get_cost (reply), ==,
                   td_message_get_input_tokens (reply) * 3000 +
                     td_message_get_output_tokens (reply) * 15000);
}

static void
test_whole_document (EngineFixture *fixture,
                     gconstpointer  unused)
{
  static const FakeReply whole = {
    .body = "{\"id\":\"c1\",\"choices\":[{\"index\":0,\"message\":{\"role\":"
            "\"assistant\",\"content\":\"all at once\"},\"finish_reason\":\"stop\"}],"
            "\"usage\":" USAGE "}"
  };
  g_auto (Run) run = RUN_INIT;
  g_autoptr (GError) error = NULL;

  fake_provider_queue (fixture->server, &whole);
  run_prepare (&run, fixture, PAID_MODEL, "question");
  td_completion_set_stream (run.completion, FALSE);
  run_start (&run, NULL);
  error = run_wait (&run);
  g_assert_no_error (error);
  g_assert_cmpstr (td_message_get_text (run_nth (&run, 1)), ==, "all at once");
  g_assert_null (strstr (fake_provider_get_request (fixture->server, 0), "\"stream\":true"));
}

/* ---- two at a time -------------------------------------------------------------------------- */

static void
collect_cb (TdCompletion *completion,
            const char   *delta,
            GString      *text)
{
  g_string_append (text, delta);
}

static void
test_busy (EngineFixture *fixture,
           gconstpointer  unused)
{
  static const FakeReply slow = { .token = "word ",
                                  .n_tokens = 50,
                                  .interval_us = 2000,
                                  .usage = USAGE };
  g_auto (Run) run = RUN_INIT;
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (TdCompletion) second = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) busy = NULL;

  fake_provider_queue (fixture->server, &slow);
  run_prepare (&run, fixture, FREE_MODEL, "question");
  g_signal_connect (run.completion, "text", G_CALLBACK (collect_cb), text);
  run_start (&run, NULL);
  td_test_wait_until (has_text, &run, "some text");
  second = td_completion_new (fixture->engine, run.conversation, FREE_MODEL);
  td_completion_set_user_text (second, "impatient");
  td_completion_run_async (second, NULL, td_test_ready, &call);
  g_assert_false (td_completion_run_finish (second, td_test_wait (&call), &busy));
  check_error (busy, "completion:busy");
  error = run_wait (&run);
  g_assert_no_error (error);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (run.conversation)), ==, 2);
  g_assert_cmpstr (text->str, ==, td_message_get_text (run_nth (&run, 1)));
  g_assert_cmpuint (text->len, ==, 250);
}

static void
test_two_chats (EngineFixture *fixture,
                gconstpointer  unused)
{
  static const FakeReply slow = { .token = "word ",
                                  .n_tokens = 50,
                                  .interval_us = 2000,
                                  .usage = USAGE };
  g_auto (Run) one = RUN_INIT;
  g_auto (Run) two = RUN_INIT;
  g_autoptr (GError) error_one = NULL;
  g_autoptr (GError) error_two = NULL;

  fake_provider_queue (fixture->server, &slow);
  run_prepare (&one, fixture, FREE_MODEL, "one");
  run_prepare (&two, fixture, PAID_MODEL, "two");
  run_start (&one, NULL);
  run_start (&two, NULL);
  error_two = run_wait (&two);
  error_one = run_wait (&one);
  g_assert_no_error (error_one);
  g_assert_no_error (error_two);
  g_assert_cmpuint (td_message_get_text_length (run_nth (&one, 1)) +
                      td_message_get_text_length (run_nth (&two, 1)),
                    ==, 250 + 5);
}

/* Another program is replying in the same chat. */
static void
test_busy_elsewhere (EngineFixture *fixture,
                     gconstpointer  unused)
{
  static const FakeReply slow = { .token = "word ",
                                  .n_tokens = 200,
                                  .interval_us = 2000,
                                  .usage = USAGE };
  EngineFixture other = { fixture->server, fixture->path, NULL };
  g_auto (Run) here = RUN_INIT;
  g_auto (Run) there = RUN_INIT;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) busy = NULL;

  fake_provider_queue (fixture->server, &slow);
  run_prepare (&here, fixture, FREE_MODEL, "question");
  run_start (&here, NULL);
  td_test_wait_until (has_text, &here, "some text");

  other.engine = engine_fixture_start (fixture->path);
  there.conversation =
    g_object_ref (td_conversation_list_find (td_engine_get_conversations (other.engine),
                                             td_conversation_get_id (here.conversation)));
  run_prepare (&there, &other, FREE_MODEL, "me too");
  run_start (&there, NULL);
  busy = run_wait (&there);
  check_error (busy, "completion:busy");
  g_assert_cmpint (td_message_get_state (run_nth (&there, 1)), ==, TD_MESSAGE_STATE_STREAMING);

  /* The second start has left the first program's hold alone. */
  error = run_wait (&here);
  g_assert_no_error (error);
  g_assert_cmpint (engine_fixture_count (fixture,
                                         "SELECT count(*) FROM receipt WHERE outcome = 'complete'"),
                   ==, 1);
  g_assert_cmpint (
    engine_fixture_count (fixture, "SELECT length(text) FROM message WHERE role = 'assistant'"), ==,
    1000);
  run_clear (&there);
  td_engine_stop (other.engine);
  g_object_unref (other.engine);
}

int
main (int   argc,
      char *argv[])
{
  td_test_init (&argc, &argv);
#define ADD(path, function) \
  g_test_add (path, EngineFixture, NULL, engine_fixture_set_up, function, engine_fixture_tear_down)
  ADD ("/completion/complete", test_complete);
  ADD ("/completion/deleted-elsewhere", test_deleted_elsewhere);
  ADD ("/completion/survives-a-restart", test_survives_a_restart);
  ADD ("/completion/history-and-system", test_history_and_system);
  ADD ("/completion/made-again", test_made_again);
  ADD ("/completion/nothing-to-send", test_nothing_to_send);
  ADD ("/completion/whole-document", test_whole_document);
  ADD ("/stop/in-the-middle", test_stop);
  ADD ("/stop/before-the-reply", test_stop_before_the_reply);
  ADD ("/stop/engine", test_engine_stops);
  ADD ("/stop/delete-while-streaming", test_delete_while_streaming);
  ADD ("/money/unknown-price", test_unknown_price);
  ADD ("/money/overrun", test_overrun);
  ADD ("/money/settled-twice", test_settled_twice);
  ADD ("/money/no-usage", test_no_usage);
  ADD ("/two/busy", test_busy);
  ADD ("/two/chats", test_two_chats);
  ADD ("/two/busy-elsewhere", test_busy_elsewhere);
  return g_test_run ();
}

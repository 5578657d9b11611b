/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Replies that do not come about: refused here, by the provider or by the store. Whatever
 * happens, what the user typed is kept and the reply says why.
 */
#include "config.h"

#include <string.h>

#include "base/td-clock.h"
#include "engine/engine-fixture.h"
#include "engine/td-engine-private.h"
#include "engine/td-error-code.h"
#include "engine/td-offer-measure.h"

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

/* ---- failing -------------------------------------------------------------------------------- */

typedef struct
{
  const char *path;
  FakeReply reply;
  guint n_replies;     /* how often the server says it */
  const char *code;
  guint n_requests;
  const char *text;    /* what is kept */
  gboolean retry_at;
  gboolean free;       /* nothing is charged */
} Failure;

#define ERROR_BODY \
  "{\"error\":{\"message\":\"words of the provider\",\"type\":\"t\",\"code\":\"c\"}}"

static const Failure failures[] = {
  /* None was sent: the catalogue says that none is needed. */
  { "key-wanted", { .status = 401, .body = ERROR_BODY }, 1, "provider:no-key", 1, "", FALSE, TRUE },
  { "forbidden",
    { .status = 403, .body = ERROR_BODY },
    1,
    "provider:permission",
    1,
    "",
    FALSE,
    TRUE },
  { "no-credit", { .status = 402, .body = ERROR_BODY }, 1, "provider:quota", 1, "", FALSE, TRUE },
  { "no-such-model",
    { .status = 404, .body = ERROR_BODY },
    1,
    "provider:not-found",
    1,
    "",
    FALSE,
    TRUE },
  { "invalid", { .status = 400, .body = ERROR_BODY }, 1, "provider:invalid", 1, "", FALSE, TRUE },
  { "rate-limit",
    { .status = 429, .body = ERROR_BODY },
    3,
    "provider:rate-limit",
    3,
    "",
    FALSE,
    TRUE },
  { "rate-limit-with-a-short-wait",
    { .status = 429, .body = ERROR_BODY, .header = "Retry-After", .header_value = "0" },
    3,
    "provider:rate-limit",
    3,
    "",
    FALSE,
    TRUE },
  { "rate-limit-with-a-long-wait",
    { .status = 429, .body = ERROR_BODY, .header = "Retry-After", .header_value = "61" },
    1,
    "provider:rate-limit",
    1,
    "",
    TRUE,
    TRUE },
  { "server-error",
    { .status = 500, .body = ERROR_BODY },
    3,
    "provider:server",
    3,
    "",
    FALSE,
    TRUE },
  { "overloaded",
    { .status = 503, .body = ERROR_BODY },
    3,
    "provider:overloaded",
    3,
    "",
    FALSE,
    TRUE },
  { "nonsense",
    { .body = "<html>not what was asked for</html>", .content_type = "text/html" },
    1,
    "provider:protocol",
    1,
    "",
    FALSE,
    TRUE },
  { "hung-up-before-a-word",
    { .n_tokens = 0, .end = FAKE_END_CUT },
    3,
    "provider:cut",
    3,
    "",
    FALSE,
    TRUE },
  { "ends-before-a-word",
    { .n_tokens = 0, .end = FAKE_END_NO_FINISH },
    3,
    "provider:cut",
    3,
    "",
    FALSE,
    TRUE },
  /* What is reported was used, whatever came. */
  { "reports-and-says-nothing",
    { .body = "data: {\"choices\":[],\"usage\":" USAGE "}\n\n",
      .content_type = "text/event-stream" },
    3,
    "provider:cut",
    3,
    "",
    FALSE,
    FALSE },
  { "cut-in-the-middle",
    { .token = "word ", .n_tokens = 3, .end = FAKE_END_CUT },
    1,
    "provider:cut",
    1,
    "word word word ",
    FALSE,
    FALSE },
  { "ends-without-saying-so",
    { .token = "word ", .n_tokens = 3, .end = FAKE_END_NO_FINISH },
    1,
    "provider:cut",
    1,
    "word word word ",
    FALSE,
    FALSE },
};

static void
test_failure (EngineFixture *fixture,
              gconstpointer  data)
{
  const Failure *failure = data;
  g_auto (Run) run = RUN_INIT;
  g_autoptr (TdReceipt) receipt = NULL;
  g_autoptr (GError) error = NULL;
  TdMessage *reply;

  for (guint i = 0; i < failure->n_replies; i++)
    fake_provider_queue (fixture->server, &failure->reply);
  run_prepare (&run, fixture, PAID_MODEL, "question");
  run_start (&run, NULL);
  error = run_wait (&run);
  check_error (error, failure->code);

  g_assert_cmpuint (fake_provider_get_n_chats (fixture->server), ==, failure->n_requests);
  g_assert_cmpstr (td_message_get_text (run_nth (&run, 0)), ==, "question");
  reply = run_nth (&run, 1);
  g_assert_cmpint (td_message_get_state (reply), ==, TD_MESSAGE_STATE_FAILED);
  g_assert_cmpstr (td_message_get_error_code (reply), ==, failure->code);
  g_assert_cmpstr (td_message_get_text (reply), ==, failure->text);
  g_assert_cmpint (td_message_get_cost (reply) == 0, ==, failure->free);
  if (failure->reply.body && failure->reply.status)
    g_assert_nonnull (strstr (td_message_get_error_detail (reply), "words of the provider"));
  if (failure->retry_at)
    {
      g_assert_cmpint (td_message_get_retry_at_us (reply), >,
                       td_clock_now_us () + 50 * G_USEC_PER_SEC);
      g_assert_cmpint (td_message_get_retry_at_us (reply), <,
                       td_clock_now_us () + 62 * G_USEC_PER_SEC);
    }
  else
    {
      g_assert_cmpint (td_message_get_retry_at_us (reply), ==, 0);
    }
  receipt = engine_fixture_receipt (fixture, reply);
  g_assert_cmpint (receipt->outcome, ==, TD_RECEIPT_FAILED);
  g_assert_cmpint (td_receipt_is_void (receipt), ==, failure->free);
  g_assert_cmpint (engine_fixture_count (fixture,
                                         "SELECT count(*) FROM message WHERE state = 'failed'"
                                         " AND error_code IS NOT NULL"),
                   ==, 1);
}

static void
test_retry_helps (EngineFixture *fixture,
                  gconstpointer  unused)
{
  static const FakeReply broken = { .status = 500, .body = ERROR_BODY };
  static const FakeReply wait = { .status = 429,
                                  .body = ERROR_BODY,
                                  .header = "retry-after-ms",
                                  .header_value = "5" };
  g_auto (Run) run = RUN_INIT;
  g_autoptr (GError) error = NULL;

  fake_provider_queue (fixture->server, &broken);
  fake_provider_queue (fixture->server, &wait);
  fake_provider_queue (fixture->server, &three_tokens);
  run_prepare (&run, fixture, PAID_MODEL, "question");
  run_start (&run, NULL);
  error = run_wait (&run);
  g_assert_no_error (error);
  g_assert_cmpuint (fake_provider_get_n_chats (fixture->server), ==, 3);
  g_assert_cmpstr (td_message_get_text (run_nth (&run, 1)), ==, "word word word ");
  g_assert_cmpint (td_message_get_cost (run_nth (&run, 1)), ==, 72000);
  g_assert_cmpint (engine_fixture_count (fixture, "SELECT count(*) FROM receipt"), ==, 1);
}

static gboolean
is_waiting (gpointer data)
{
  Run *run = data;

  return td_message_get_retry_at_us (td_completion_get_reply (run->completion)) > 0;
}

/* It says until when it waits, and stopping does not. */
/* ---- the next turn -------------------------------------------------------------------------- */

static void
fail_once (EngineFixture *fixture,
           Run           *run)
{
  static const FakeReply wrong_key = { .status = 401, .body = ERROR_BODY };
  g_autoptr (GError) error = NULL;

  fake_provider_queue (fixture->server, &wrong_key);
  run_prepare (run, fixture, FREE_MODEL, "the first question");
  run_start (run, NULL);
  error = run_wait (run);
  check_error (error, "provider:no-key");
}

/* What was asked in a turn that failed is not sent with the next one. */
static void
test_next_turn (EngineFixture *fixture,
                gconstpointer  unused)
{
  g_auto (Run) run = RUN_INIT;
  g_autoptr (GError) error = NULL;
  const char *request;

  fail_once (fixture, &run);
  fake_provider_queue (fixture->server, &three_tokens);
  run_prepare (&run, fixture, FREE_MODEL, "another question");
  run_start (&run, NULL);
  error = run_wait (&run);
  g_assert_no_error (error);
  request = fake_provider_get_request (fixture->server, 1);
  g_assert_nonnull (strstr (request, "another question"));
  g_assert_null (strstr (request, "the first question"));
  /* It stays in the chat, for whoever looks at it. */
  g_assert_cmpstr (td_message_get_text (run_nth (&run, 0)), ==, "the first question");
}

/* Unless the user wants it answered. */
static void
test_retried_turn (EngineFixture *fixture,
                   gconstpointer  unused)
{
  g_auto (Run) run = RUN_INIT;
  g_autoptr (GError) error = NULL;

  fail_once (fixture, &run);
  fake_provider_queue (fixture->server, &three_tokens);
  run_prepare (&run, fixture, FREE_MODEL, NULL);
  run_start (&run, NULL);
  error = run_wait (&run);
  g_assert_no_error (error);
  g_assert_nonnull (
    strstr (fake_provider_get_request (fixture->server, 1), "the first question"));
}

/* ---- the log of requests -------------------------------------------------------------------- */

typedef struct
{
  guint n;
  TdOfferAttempt attempts[4]; /* without the borrowed failure */
  TdProviderError classes[4];
} Noted;

static void
note_cb (gpointer              user_data,
         const TdOfferAttempt *attempt)
{
  Noted *noted = user_data;

  g_assert_cmpuint (noted->n, <, G_N_ELEMENTS (noted->attempts));
  g_assert_cmpstr (attempt->model_key, ==, PAID_MODEL);
  g_assert_cmpstr (attempt->provider_id, ==, "paid");
  g_assert_cmpstr (attempt->purpose, ==, "chat");
  noted->attempts[noted->n] = *attempt;
  noted->classes[noted->n++] = attempt->failure ? attempt->failure->class : 0;
}

static gboolean
look_up_cb (gpointer        user_data,
            const char     *model_key,
            TdOfferMeasure *measure)
{
  measure->first_token_ms = 40;
  return g_str_equal (model_key, PAID_MODEL);
}

static void
test_attempts_are_noted (EngineFixture *fixture,
                         gconstpointer  unused)
{
  static const TdOfferLog log = { look_up_cb, note_cb };
  static const FakeReply broken = { .status = 500, .body = ERROR_BODY };
  g_auto (Run) run = RUN_INIT;
  g_autoptr (GError) error = NULL;
  TdOfferMeasure measure;
  Noted noted = { 0 };

  td_engine_measure_offer (fixture->engine, PAID_MODEL, &measure);
  g_assert_cmpint (measure.first_token_ms, ==, TD_OFFER_UNMEASURED);
  td_engine_set_offer_log (fixture->engine, &log, &noted);
  td_engine_measure_offer (fixture->engine, PAID_MODEL, &measure);
  g_assert_cmpint (measure.first_token_ms, ==, 40);
  td_engine_measure_offer (fixture->engine, FREE_MODEL, &measure);
  g_assert_cmpint (measure.first_token_ms, ==, TD_OFFER_UNMEASURED);

  fake_provider_queue (fixture->server, &broken);
  fake_provider_queue (fixture->server, &three_tokens);
  run_prepare (&run, fixture, PAID_MODEL, "question");
  run_start (&run, NULL);
  error = run_wait (&run);
  g_assert_no_error (error);
  g_assert_cmpuint (noted.n, ==, 2);
  g_assert_nonnull (noted.attempts[0].failure);
  g_assert_cmpint (noted.classes[0], ==, TD_PROVIDER_ERROR_SERVER);
  g_assert_cmpuint (noted.attempts[0].n_try, ==, 1);
  g_assert_cmpint (noted.attempts[0].first_token_ms, ==, TD_OFFER_UNMEASURED);
  g_assert_null (noted.attempts[1].failure);
  g_assert_false (noted.attempts[1].stopped);
  g_assert_cmpuint (noted.attempts[1].n_try, ==, 2);
  g_assert_cmpint (noted.attempts[1].output_tokens, ==, 3);
  g_assert_cmpint (noted.attempts[1].first_token_ms, >=, 0);
  g_assert_cmpint (noted.attempts[1].first_token_ms, <=, noted.attempts[1].duration_ms);
  td_engine_set_offer_log (fixture->engine, NULL, NULL);
}

static void
test_stop_while_waiting (EngineFixture *fixture,
                         gconstpointer  unused)
{
  static const FakeReply wait = { .status = 429,
                                  .body = ERROR_BODY,
                                  .header = "Retry-After",
                                  .header_value = "50" };
  g_auto (Run) run = RUN_INIT;
  g_autoptr (GError) error = NULL;

  fake_provider_queue (fixture->server, &wait);
  run_prepare (&run, fixture, PAID_MODEL, "question");
  run_start (&run, NULL);
  while (fake_provider_get_n_chats (fixture->server) == 0)
    g_main_context_iteration (NULL, TRUE);
  td_test_wait_until (is_waiting, &run, "the wait for the next try");
  g_assert_cmpint (td_message_get_state (run_nth (&run, 1)), ==, TD_MESSAGE_STATE_STREAMING);
  g_assert_cmpint (td_message_get_retry_at_us (run_nth (&run, 1)), >,
                   td_clock_now_us () + 40 * G_USEC_PER_SEC);
  td_completion_stop (run.completion);
  error = run_wait (&run); /* gives up after 20 seconds */
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (td_message_get_cost (run_nth (&run, 1)), ==, 0);
  g_assert_cmpint (td_message_get_retry_at_us (run_nth (&run, 1)), ==, 0);
}

static void
test_nobody_there (EngineFixture *fixture,
                   gconstpointer  unused)
{
  g_auto (Run) run = RUN_INIT;
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  TdEndpointList *endpoints = td_engine_get_endpoints (fixture->engine);
  g_autoptr (GError) error = NULL;

  td_endpoint_list_set_async (endpoints, "free-server", "base-url", "http://127.0.0.1:1/v1", NULL,
                              td_test_ready, &call);
  g_assert_true (td_endpoint_list_set_finish (endpoints, td_test_wait (&call), &error));
  run_prepare (&run, fixture, FREE_MODEL, "question");
  run_start (&run, NULL);
  error = run_wait (&run);
  check_error (error, "provider:unreachable");
  g_assert_cmpstr (td_message_get_error_code (run_nth (&run, 1)), ==, "provider:unreachable");
}

/* ---- refusing before anything is sent -------------------------------------------------------- */

static void
check_refused (EngineFixture *fixture,
               Run           *run,
               const char    *code)
{
  g_autoptr (GError) error = NULL;

  run_start (run, NULL);
  error = run_wait (run);
  check_error (error, code);
  g_assert_cmpuint (fake_provider_get_n_chats (fixture->server), ==, 0);
  g_assert_cmpstr (td_message_get_text (run_nth (run, 0)), ==, "question");
  g_assert_cmpint (td_message_get_id (run_nth (run, 0)), >, 0);
  g_assert_cmpint (td_message_get_state (run_nth (run, 1)), ==, TD_MESSAGE_STATE_FAILED);
  g_assert_cmpstr (td_message_get_error_code (run_nth (run, 1)), ==, code);
  g_assert_cmpint (engine_fixture_count (fixture, "SELECT count(*) FROM receipt"), ==, 0);
  g_assert_cmpint (engine_fixture_count (fixture,
                                         "SELECT count(*) FROM message WHERE role = 'user'"),
                   ==, 1);
  g_assert_cmpint (engine_fixture_count (fixture,
                                         "SELECT count(*) FROM message WHERE state = 'failed'"
                                         " AND error_code IS NOT NULL"),
                   ==, 1);
}

static void
test_limit (EngineFixture *fixture,
            gconstpointer  unused)
{
  g_auto (Run) run = RUN_INIT;

  run_prepare (&run, fixture, PAID_MODEL, "question");
  td_completion_set_max_cost (run.completion, 15000000); /* just the reply, without the prompt */
  check_refused (fixture, &run, "completion:limit");
}

static void
test_within_the_limit (EngineFixture *fixture,
                       gconstpointer  unused)
{
  g_auto (Run) run = RUN_INIT;
  g_autoptr (GError) error = NULL;

  run_prepare (&run, fixture, PAID_MODEL, "question");
  td_completion_set_max_cost (run.completion, 15000000);
  td_completion_set_max_output (run.completion, 900);
  run_start (&run, NULL);
  error = run_wait (&run);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (fake_provider_get_request (fixture->server, 0), "900"));
}

static void
test_limit_of_unknown_price (EngineFixture *fixture,
                             gconstpointer  unused)
{
  g_auto (Run) run = RUN_INIT;

  run_prepare (&run, fixture, UNPRICED_MODEL, "question");
  td_completion_set_max_cost (run.completion, TD_MONEY_PER_DOLLAR);
  check_refused (fixture, &run, "completion:price-unknown");
}

static void
test_no_model (EngineFixture *fixture,
               gconstpointer  unused)
{
  g_auto (Run) run = RUN_INIT;

  run_prepare (&run, fixture, "nobody:nothing", "question");
  check_refused (fixture, &run, "completion:no-model");
}

static void
test_not_chat (EngineFixture *fixture,
               gconstpointer  unused)
{
  g_auto (Run) run = RUN_INIT;

  run_prepare (&run, fixture, EMBED_MODEL, "question");
  check_refused (fixture, &run, "completion:not-chat");
}

static void
test_disabled (EngineFixture *fixture,
               gconstpointer  unused)
{
  g_auto (Run) run = RUN_INIT;
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  TdEndpointList *endpoints = td_engine_get_endpoints (fixture->engine);

  td_endpoint_list_set_async (endpoints, "free-server", "enabled", "false", NULL, td_test_ready,
                              &call);
  g_assert_true (td_endpoint_list_set_finish (endpoints, td_test_wait (&call), NULL));
  run_prepare (&run, fixture, FREE_MODEL, "question");
  check_refused (fixture, &run, "completion:disabled");
}

/* ---- the store ------------------------------------------------------------------------------ */

static void
test_store_fails_at_the_start (EngineFixture *fixture,
                               gconstpointer  unused)
{
  g_auto (Run) run = RUN_INIT;
  g_autoptr (GError) error = NULL;

  engine_fixture_execute (fixture, "CREATE TRIGGER broken BEFORE INSERT ON receipt"
                                   " BEGIN SELECT RAISE (ABORT, 'on purpose'); END");
  run_prepare (&run, fixture, PAID_MODEL, "question");
  run_start (&run, NULL);
  error = run_wait (&run);
  check_error (error, "store:constraint");
  /* Nothing was sent, nothing half written, and what was typed is there twice over. */
  g_assert_cmpuint (fake_provider_get_n_chats (fixture->server), ==, 0);
  g_assert_cmpint (engine_fixture_count (fixture, "SELECT count(*) FROM message"), ==, 0);
  g_assert_cmpint (engine_fixture_count (fixture, "SELECT count(*) FROM conversation"), ==, 0);
  g_assert_cmpstr (td_message_get_text (run_nth (&run, 0)), ==, "question");
  g_assert_cmpstr (td_message_get_error_code (run_nth (&run, 1)), ==, "store:constraint");
  g_assert_cmpstr (td_conversation_get_draft (run.conversation), ==, "question");

  engine_fixture_execute (fixture, "DROP TRIGGER broken");
  run_prepare (&run, fixture, PAID_MODEL, "again");
  run_start (&run, NULL);
  g_clear_error (&error);
  error = run_wait (&run);
  g_assert_no_error (error);
  g_assert_cmpint (engine_fixture_count (fixture, "SELECT count(*) FROM conversation"), ==, 1);
}

/* The journal cannot be written for a while: nothing of the reply is lost. */
static void
test_journal_recovers (EngineFixture *fixture,
                       gconstpointer  unused)
{
  static const FakeReply slow = { .token = "word ",
                                  .n_tokens = 300,
                                  .interval_us = 2000,
                                  .usage = USAGE };
  g_auto (Run) run = RUN_INIT;
  g_autoptr (GError) error = NULL;

  engine_fixture_execute (fixture, "CREATE TRIGGER broken BEFORE INSERT ON message_piece"
                                   " BEGIN SELECT RAISE (ABORT, 'on purpose'); END");
  fake_provider_queue (fixture->server, &slow);
  run_prepare (&run, fixture, FREE_MODEL, "question");
  run_start (&run, NULL);
  while (!td_completion_get_reply (run.completion) ||
         td_message_get_text_length (td_completion_get_reply (run.completion)) < 1000)
    g_main_context_iteration (NULL, TRUE);
  engine_fixture_execute (fixture, "DROP TRIGGER broken");
  error = run_wait (&run);
  g_assert_no_error (error);
  g_assert_cmpint (
    engine_fixture_count (fixture, "SELECT length(text) FROM message WHERE role = 'assistant'"), ==,
    1500);
}

static gboolean
is_complete (gpointer reply)
{
  return td_message_get_state (reply) == TD_MESSAGE_STATE_COMPLETE;
}

static void
test_store_fails_at_the_end (EngineFixture *fixture,
                             gconstpointer  unused)
{
  g_auto (Run) run = RUN_INIT;
  g_autoptr (GError) error = NULL;
  gint64 id;

  engine_fixture_execute (fixture, "CREATE TRIGGER broken BEFORE UPDATE ON receipt"
                                   " BEGIN SELECT RAISE (ABORT, 'on purpose'); END");
  fake_provider_queue (fixture->server, &three_tokens);
  run_prepare (&run, fixture, PAID_MODEL, "question");
  run_start (&run, NULL);
  error = run_wait (&run);
  check_error (error, "store:constraint");
  g_assert_cmpstr (td_message_get_text (run_nth (&run, 1)), ==, "word word word ");
  g_assert_cmpint (td_message_get_state (run_nth (&run, 1)), ==, TD_MESSAGE_STATE_FAILED);
  id = td_conversation_get_id (run.conversation);
  g_assert_cmpint (id, >, 0);
  /* The hold is still open. */
  g_assert_cmpint (engine_fixture_count (fixture,
                                         "SELECT count(*) FROM receipt WHERE settled_us IS NULL"),
                   ==, 1);
  /* Once it can be written again, the reply is as it was. */
  g_assert_cmpint (td_message_get_state (run_nth (&run, 1)), ==, TD_MESSAGE_STATE_FAILED);
  engine_fixture_execute (fixture, "DROP TRIGGER broken");
  td_test_wait_until (is_complete, run_nth (&run, 1), "the reply to be saved");
  g_assert_cmpint (td_message_get_cost (run_nth (&run, 1)), ==, 72000);
  g_assert_cmpint (td_conversation_get_cost (run.conversation), ==, 72000);
  g_assert_cmpint (
    engine_fixture_count (fixture, "SELECT count(*) FROM receipt WHERE outcome = 'complete'"), ==,
    1);
  g_assert_cmpint (engine_fixture_count (fixture,
                                         "SELECT count(*) FROM message WHERE state = 'complete'"
                                         " AND text = 'word word word '"),
                   ==, 1);
}

/* The end of the program is the last time that it is tried. */
static void
test_saved_at_the_end_of_the_program (EngineFixture *fixture,
                                      gconstpointer  unused)
{
  g_auto (Run) run = RUN_INIT;
  g_autoptr (GError) error = NULL;

  td_engine_set_retry_base_ms (fixture->engine, 100000);
  engine_fixture_execute (fixture, "CREATE TRIGGER broken BEFORE UPDATE ON receipt"
                                   " BEGIN SELECT RAISE (ABORT, 'on purpose'); END");
  fake_provider_queue (fixture->server, &three_tokens);
  run_prepare (&run, fixture, PAID_MODEL, "question");
  run_start (&run, NULL);
  error = run_wait (&run);
  check_error (error, "store:constraint");
  engine_fixture_execute (fixture, "DROP TRIGGER broken");
  run_clear (&run);
  engine_fixture_restart (fixture);
  g_assert_cmpint (engine_fixture_count (fixture,
                                         "SELECT count(*) FROM message WHERE state = 'complete'"
                                         " AND text = 'word word word '"),
                   ==, 1);
}

/* A draft of a chat that is not stored yet, and its first message right after it. */
static void
test_draft_then_send (EngineFixture *fixture,
                      gconstpointer  unused)
{
  g_auto (Run) run = RUN_INIT;
  TdConversationList *list = td_engine_get_conversations (fixture->engine);
  g_autoptr (GError) error = NULL;

  run_prepare (&run, fixture, FREE_MODEL, "question");
  td_conversation_list_set_draft (list, run.conversation, "question");
  run_start (&run, NULL);
  error = run_wait (&run);
  g_assert_no_error (error);
  g_assert_cmpstr (td_conversation_get_draft (run.conversation), ==, "");
  run_clear (&run);
  engine_fixture_restart (fixture);
  list = td_engine_get_conversations (fixture->engine);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 1);
  g_assert_cmpint (engine_fixture_count (fixture,
                                         "SELECT count(*) FROM conversation WHERE draft = ''"),
                   ==, 1);
}

int
main (int   argc,
      char *argv[])
{
  td_test_init (&argc, &argv);
#define ADD(path, function) \
  g_test_add (path, EngineFixture, NULL, engine_fixture_set_up, function, engine_fixture_tear_down)
  for (guint i = 0; i < G_N_ELEMENTS (failures); i++)
    {
      g_autofree char *path = g_strconcat ("/failure/", failures[i].path, NULL);

      g_test_add (path, EngineFixture, &failures[i], engine_fixture_set_up, test_failure,
                  engine_fixture_tear_down);
    }
  ADD ("/failure/retry-helps", test_retry_helps);
  ADD ("/failure/next-turn", test_next_turn);
  ADD ("/failure/retried-turn", test_retried_turn);
  ADD ("/failure/attempts-are-noted", test_attempts_are_noted);
  ADD ("/failure/stop-while-waiting", test_stop_while_waiting);
  ADD ("/failure/nobody-there", test_nobody_there);
  ADD ("/refused/limit", test_limit);
  ADD ("/refused/within-the-limit", test_within_the_limit);
  ADD ("/refused/limit-of-unknown-price", test_limit_of_unknown_price);
  ADD ("/refused/no-model", test_no_model);
  ADD ("/refused/not-chat", test_not_chat);
  ADD ("/refused/disabled", test_disabled);
  ADD ("/store/fails-at-the-start", test_store_fails_at_the_start);
  ADD ("/store/journal-recovers", test_journal_recovers);
  ADD ("/store/fails-at-the-end", test_store_fails_at_the_end);
  ADD ("/store/saved-at-the-end-of-the-program", test_saved_at_the_end_of_the_program);
  ADD ("/store/draft-then-send", test_draft_then_send);
  return g_test_run ();
}

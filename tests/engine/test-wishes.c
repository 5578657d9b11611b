/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What goes with a message besides its text: pictures, and how the reply is wanted; and what comes besides
 * text: calls of tools. */
#include "config.h"

#include <string.h>

#include "conversation/td-conversation-list.h"
#include "engine/engine-fixture.h"

#define PIXEL \
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

static const FakeReply three_tokens = { .token = "word ", .n_tokens = 3 };

static TdAttachment *
make_picture (const char *name)
{
  gsize size;
  guchar *data = g_base64_decode (PIXEL, &size);
  g_autoptr (GBytes) bytes = g_bytes_new_take (data, size);
  g_autoptr (GError) error = NULL;
  TdAttachment *attachment = td_attachment_new (name, bytes, &error);

  g_assert_no_error (error);
  return attachment;
}

static GPtrArray *
make_pictures (guint n)
{
  GPtrArray *pictures = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (pictures, make_picture ("pixel.png"));
  return pictures;
}

static TdModelFacts *
make_model (const char *name,
            TdModality  input)
{
  TdModelFacts *facts = td_model_facts_new ();

  facts->key = g_strconcat ("eyes:", name, NULL);
  facts->provider_id = g_strdup ("eyes");
  facts->id = g_strdup (name);
  facts->name = g_strdup (name);
  facts->input = input;
  facts->source = g_strdup ("test");
  facts->temperature = TD_FACT_YES;
  facts->reasoning = TD_FACT_YES;
  facts->reasoning_efforts = g_strsplit ("low high", " ", -1);
  facts->price.input = facts->price.output = 1000000;
  facts->max_output = 1000;
  return facts;
}

static void
add_models (EngineFixture *fixture)
{
  GPtrArray *models = g_ptr_array_new_with_free_func ((GDestroyNotify) td_model_facts_free);
  TdProviderFacts *provider = td_provider_facts_new ();
  TdModelFacts *odd;

  provider->id = g_strdup ("eyes");
  provider->name = g_strdup ("Eyes");
  provider->kind = TD_PROVIDER_KIND_OPENAI_COMPATIBLE;
  provider->base_url = g_strdup (fake_provider_get_url (fixture->server));
  provider->auth = TD_AUTH_NONE;
  g_ptr_array_add (models, make_model ("seeing", TD_MODALITY_TEXT | TD_MODALITY_IMAGE));
  g_ptr_array_add (models, make_model ("blind", TD_MODALITY_TEXT));
  odd = make_model ("set-in-its-ways", TD_MODALITY_TEXT);
  odd->temperature = TD_FACT_NO;
  odd->reasoning = TD_FACT_NO;
  odd->structured_output = TD_FACT_NO;
  g_ptr_array_add (models, odd);
  td_market_set_discovered (td_engine_get_market (fixture->engine), "eyes", provider, models);
}

static GError *
ask (EngineFixture *fixture,
     Run           *run,
     const char    *model_key,
     const char    *text,
     GPtrArray     *pictures)
{
  run_prepare (run, fixture, model_key, text);
  if (pictures)
    td_completion_set_attachments (run->completion, pictures);
  run_start (run, NULL);
  return run_wait (run);
}

static void
test_pictures_go_along (EngineFixture *fixture,
                        gconstpointer  unused)
{
  g_auto (Run) run = RUN_INIT;
  g_autoptr (GPtrArray) pictures = make_pictures (2);
  g_autoptr (GError) error = NULL;
  const char *body;

  add_models (fixture);
  fake_provider_queue (fixture->server, &three_tokens);
  fake_provider_queue (fixture->server, &three_tokens);
  error = ask (fixture, &run, "eyes:seeing", "What is this?", pictures);
  g_assert_no_error (error);
  body = fake_provider_get_request (fixture->server, 0);
  g_assert_nonnull (strstr (body, "data:image/png;base64," PIXEL));
  g_assert_nonnull (strstr (body, "What is this?"));
  g_assert_cmpint (engine_fixture_count (fixture, "SELECT count(*) FROM attachment"), ==, 2);
  /* They are part of the chat, and sent again with every message. */
  error = ask (fixture, &run, "eyes:seeing", "And now?", NULL);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (fake_provider_get_request (fixture->server, 1), PIXEL));
  g_assert_cmpuint (td_message_get_attachments (run_nth (&run, 0))->len, ==, 2);
  g_assert_null (td_message_get_attachments (run_nth (&run, 2)));
}

static void
test_picture_alone (EngineFixture *fixture,
                    gconstpointer  unused)
{
  g_auto (Run) run = RUN_INIT;
  g_autoptr (GPtrArray) pictures = make_pictures (1);
  g_autoptr (GError) error = NULL;

  add_models (fixture);
  fake_provider_queue (fixture->server, &three_tokens);
  error = ask (fixture, &run, "eyes:seeing", "", pictures);
  g_assert_no_error (error);
  g_assert_cmpstr (td_conversation_get_title (run.conversation), ==, "pixel.png");
  g_assert_nonnull (strstr (fake_provider_get_request (fixture->server, 0), PIXEL));
}

static void
test_blind_is_not_asked (EngineFixture *fixture,
                         gconstpointer  unused)
{
  g_auto (Run) run = RUN_INIT;
  g_autoptr (GPtrArray) pictures = make_pictures (1);
  g_autoptr (GError) error = NULL;

  add_models (fixture);
  error = ask (fixture, &run, "eyes:blind", "What is this?", pictures);
  g_assert_error (error, TD_COMPLETION_ERROR, TD_COMPLETION_ERROR_NO_IMAGES);
  g_assert_cmpuint (fake_provider_get_n_chats (fixture->server), ==, 0);
  /* Nothing is lost: the message stands there with the reason. */
  g_assert_cmpuint (td_message_get_attachments (run_nth (&run, 0))->len, ==, 1);
  g_assert_cmpstr (td_message_get_error_code (run_nth (&run, 1)), ==, "completion:no-images");
}

static void
test_pictures_are_kept (EngineFixture *fixture,
                        gconstpointer  unused)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GPtrArray) pictures = make_pictures (1);
  g_autoptr (TdConversation) again = NULL;
  g_autoptr (GError) error = NULL;
  GPtrArray *kept;

  add_models (fixture);
  fake_provider_queue (fixture->server, &three_tokens);
  {
    g_auto (Run) run = RUN_INIT;

    error = ask (fixture, &run, "eyes:seeing", "What is this?", pictures);
    g_assert_no_error (error);
  }
  engine_fixture_restart (fixture);
  again = g_list_model_get_item (
    G_LIST_MODEL (td_engine_get_conversations (fixture->engine)), 0);
  td_conversation_list_open_async (td_engine_get_conversations (fixture->engine), again, NULL,
                                   td_test_ready, &call);
  td_conversation_list_open_finish (td_engine_get_conversations (fixture->engine),
                                    td_test_wait (&call), &error);
  g_assert_no_error (error);
  kept = td_message_get_attachments (td_conversation_get_message (again, 0));
  g_assert_nonnull (kept);
  g_assert_true (g_bytes_equal (td_attachment_get_data (kept->pdata[0]),
                                td_attachment_get_data (pictures->pdata[0])));
  g_assert_cmpstr (td_attachment_get_name (kept->pdata[0]), ==, "pixel.png");
  /* Gone with the chat. */
  engine_fixture_execute (fixture, "DELETE FROM conversation");
  g_assert_cmpint (engine_fixture_count (fixture, "SELECT count(*) FROM attachment"), ==, 0);
}

static void
test_bad_pictures (void)
{
  g_autofree guint8 *large = g_malloc0 (TD_ATTACHMENT_MAX_BYTES + 1);
  g_autoptr (GBytes) text = g_bytes_new_static ("hello", 5);
  g_autoptr (GBytes) many_bytes = NULL;
  g_autoptr (GBytes) many_pixels =
    g_bytes_new_static ("GIF89a\x41\x1f\x02\0", 10); /* 8,001 wide */
  g_autoptr (GError) error = NULL;

  memcpy (large, "GIF89a\x01\0\x02\0", 10);
  many_bytes = g_bytes_new (large, TD_ATTACHMENT_MAX_BYTES + 1);
  g_assert_null (td_attachment_new ("a", text, &error));
  g_assert_error (error, TD_ATTACHMENT_ERROR, TD_ATTACHMENT_ERROR_FORMAT);
  g_clear_error (&error);
  g_assert_null (td_attachment_new ("a", many_bytes, &error));
  g_assert_error (error, TD_ATTACHMENT_ERROR, TD_ATTACHMENT_ERROR_TOO_LARGE);
  g_clear_error (&error);
  g_assert_null (td_attachment_new ("a", many_pixels, &error));
  g_assert_error (error, TD_ATTACHMENT_ERROR, TD_ATTACHMENT_ERROR_TOO_LARGE);
}

/* ---- how the reply is wanted ---- */

static void
test_parameters (EngineFixture *fixture,
                 gconstpointer  unused)
{
  const TdChatParameters wishes = { (char *) "high", 500, 77 };
  g_auto (Run) run = RUN_INIT;
  g_autoptr (GError) error = NULL;
  const char *body;

  add_models (fixture);
  fake_provider_queue (fixture->server, &three_tokens);
  fake_provider_queue (fixture->server, &three_tokens);
  run_prepare (&run, fixture, "eyes:seeing", "Hello");
  td_completion_set_parameters (run.completion, &wishes);
  td_completion_set_schema (run.completion, "reply", "{\"type\":\"object\"}");
  run_start (&run, NULL);
  error = run_wait (&run);
  g_assert_no_error (error);
  body = fake_provider_get_request (fixture->server, 0);
  g_assert_nonnull (strstr (body, "\"temperature\":0.5"));
  g_assert_nonnull (strstr (body, "\"reasoning_effort\":\"high\""));
  g_assert_nonnull (strstr (body, "\"max_tokens\":77"));
  g_assert_nonnull (strstr (body, "\"json_schema\""));
  /* Kept with the chat, but not sent to a model that refuses them. The schema was for that one reply. */
  error = ask (fixture, &run, "eyes:set-in-its-ways", "And you?", NULL);
  g_assert_no_error (error);
  body = fake_provider_get_request (fixture->server, 1);
  g_assert_null (strstr (body, "temperature"));
  g_assert_null (strstr (body, "effort"));
  g_assert_null (strstr (body, "json_schema"));
  g_assert_nonnull (strstr (body, "\"max_tokens\":77"));
  g_assert_cmpint (
    engine_fixture_count (fixture, "SELECT count(*) FROM conversation WHERE effort = 'high'"
                                   " AND temperature = 500 AND max_output = 77"),
    ==, 1);
}

static void
test_wishes_are_kept (EngineFixture *fixture,
                      gconstpointer  unused)
{
  const TdChatParameters wishes = { (char *) "low", 0, 0, (char *) "{\"type\":\"object\"}" };
  g_auto (Run) run = RUN_INIT;
  g_autoptr (TdConversation) again = NULL;
  g_autoptr (GError) error = NULL;

  fake_provider_queue (fixture->server, &three_tokens);
  error = ask (fixture, &run, PAID_MODEL, "Hello", NULL);
  g_assert_no_error (error);
  td_conversation_list_set_wishes (td_engine_get_conversations (fixture->engine), run.conversation,
                                   "Be brief.", &wishes);
  run_clear (&run);
  engine_fixture_restart (fixture);
  again = g_list_model_get_item (
    G_LIST_MODEL (td_engine_get_conversations (fixture->engine)), 0);
  g_assert_true (td_chat_parameters_equal (td_conversation_get_parameters (again), &wishes));
  g_assert_cmpstr (td_conversation_get_system_prompt (again), ==, "Be brief.");
}

/* A chat's schema goes with each of its messages, but not to a model that takes none. */
static void
test_schema_of_a_chat (EngineFixture *fixture,
                       gconstpointer  unused)
{
  const TdChatParameters wishes = { NULL, -1, 0, (char *) "{\"type\":\"object\"}" };
  TdConversationList *chats = td_engine_get_conversations (fixture->engine);
  g_auto (Run) run = RUN_INIT;
  g_autoptr (GError) error = NULL;

  add_models (fixture);
  for (guint i = 0; i < 2; i++)
    fake_provider_queue (fixture->server, &three_tokens);
  run_prepare (&run, fixture, "eyes:seeing", "Hello");
  td_conversation_list_set_wishes (chats, run.conversation, NULL, &wishes);
  run_start (&run, NULL);
  error = run_wait (&run);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (fake_provider_get_request (fixture->server, 0), "\"json_schema\""));
  error = ask (fixture, &run, "eyes:set-in-its-ways", "And you?", NULL);
  g_assert_no_error (error);
  g_assert_null (strstr (fake_provider_get_request (fixture->server, 1), "json_schema"));
}

/* ---- calls ---- */

#define CALLS                                                                                                      \
  "data: {\"choices\":[{\"delta\":{\"content\":\"Let me see. \",\"tool_calls\":[{\"index\":0,\"id\":\"c1\","       \
  "\"function\":{\"name\":\"get_weather\",\"arguments\":\"{\\\"city\\\":\"}}]}}]}\n\n"                             \
  "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"\\\"Ulm\\\"}\"}}]}," \
  "\"finish_reason\":\"tool_calls\"}]}\n\ndata: [DONE]\n\n"

static void
test_calls_are_kept (EngineFixture *fixture,
                     gconstpointer  unused)
{
  static const FakeReply calls = { .body = CALLS, .content_type = "text/event-stream" };
  g_auto (Run) run = RUN_INIT;
  g_autoptr (GError) error = NULL;
  TdMessage *reply;

  fake_provider_queue (fixture->server, &calls);
  error = ask (fixture, &run, PAID_MODEL, "Weather?", NULL);
  g_assert_no_error (error);
  reply = run_nth (&run, 1);
  g_assert_cmpstr (td_message_get_text (reply), ==, "Let me see. ");
  g_assert_cmpstr (td_message_get_finish (reply), ==, "tool_calls");
  g_assert_cmpstr (td_message_get_calls (reply), ==,
                   "[{\"id\":\"c1\",\"name\":\"get_weather\",\"arguments\":\"{\\\"city\\\":\\\"Ulm\\\"}\"}]");
  g_assert_cmpint (engine_fixture_count (
                     fixture, "SELECT count(*) FROM message WHERE calls LIKE '%get_weather%'"),
                   ==, 1);
}

int
main (int    argc,
      char **argv)
{
  td_test_init (&argc, &argv);
#define ADD(path, test)                                                         \
  g_test_add ("/wishes" path, EngineFixture, NULL, engine_fixture_set_up, test, \
              engine_fixture_tear_down)
  ADD ("/pictures/go-along", test_pictures_go_along);
  ADD ("/pictures/alone", test_picture_alone);
  ADD ("/pictures/blind-is-not-asked", test_blind_is_not_asked);
  ADD ("/pictures/kept", test_pictures_are_kept);
  g_test_add_func ("/wishes/pictures/bad", test_bad_pictures);
  ADD ("/parameters/sent", test_parameters);
  ADD ("/parameters/kept", test_wishes_are_kept);
  ADD ("/parameters/schema-of-a-chat", test_schema_of_a_chat);
  ADD ("/calls/kept", test_calls_are_kept);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The figures of a message being written: what they count, when, and that a long text never holds
 * the main loop.
 */
#include "config.h"

#include <string.h>
#include <time.h>

#include "engine/engine-fixture.h"
#include "engine/td-engine-private.h"
#include "engine/td-prompt-meter.h"
#include "tokens/td-tokenizer.h"

#define EXACT_MODEL "paid:gpt-oss:20b"
#define MEGABYTE    (1024 * 1024)
#define MAX_HOLD_US 8000

typedef struct
{
  EngineFixture engine;
  TdConversation *conversation;
  TdPromptMeter *meter;
  guint n_changes;
} Fixture;

static TdModelFacts *
make_model (const char *id,
            gint64      context)
{
  TdModelFacts *facts = td_model_facts_new ();

  facts->key = g_strconcat ("paid:", id, NULL);
  facts->provider_id = g_strdup ("paid");
  facts->id = g_strdup (id);
  facts->name = g_strdup (id);
  facts->type = TD_MODEL_TYPE_CHAT;
  facts->input = facts->output = TD_MODALITY_TEXT;
  facts->context = context;
  facts->max_output = 1000;
  facts->price.input = 3000000;
  facts->price.cache_read = 300000;
  facts->price.output = 15000000;
  return facts;
}

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
  g_ptr_array_add (models, make_model ("gpt-oss:20b", 4000));
  g_ptr_array_add (models, make_model ("claude-x", 0));
  td_market_set_discovered (td_engine_get_market (fixture->engine), "paid", provider, models);
}

/* ---- a provider that counts ---- */

typedef struct
{
  SoupServer *server;
  guint n_questions;
  guint status;
  char *last;
} Counting;

static void
count_cb (SoupServer        *server,
          SoupServerMessage *message,
          const char        *path,
          GHashTable        *query,
          gpointer           user_data)
{
  Counting *counting = user_data;
  SoupMessageBody *body = soup_server_message_get_request_body (message);

  g_assert_cmpstr (path, ==, "/v1/messages/count_tokens");
  counting->n_questions++;
  g_free (counting->last);
  counting->last = g_strndup (body->data, body->length);
  soup_server_message_set_status (message, counting->status, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_STATIC,
                                    "{\"input_tokens\":777}", strlen ("{\"input_tokens\":777}"));
}

static void
counting_start (Counting      *self,
                EngineFixture *fixture)
{
  GPtrArray *models = g_ptr_array_new_with_free_func ((GDestroyNotify) td_model_facts_free);
  TdProviderFacts *provider = td_provider_facts_new ();
  TdModelFacts *model = make_model ("claude-x", 0);
  g_autoslist (GUri) uris = NULL;

  self->status = 200;
  self->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (self->server, NULL, count_cb, self, NULL);
  g_assert_true (soup_server_listen_local (self->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, NULL));
  uris = soup_server_get_uris (self->server);
  provider->id = g_strdup ("claudes");
  provider->name = g_strdup ("Claudes");
  provider->kind = TD_PROVIDER_KIND_ANTHROPIC;
  provider->base_url = g_strdup_printf ("http://127.0.0.1:%d/v1", g_uri_get_port (uris->data));
  provider->auth = TD_AUTH_NONE;
  g_set_str (&model->key, "claudes:claude-x");
  g_set_str (&model->provider_id, "claudes");
  g_ptr_array_add (models, model);
  td_market_set_discovered (td_engine_get_market (fixture->engine), "claudes", provider, models);
}

static void
counting_stop (Counting *self)
{
  soup_server_disconnect (self->server);
  g_object_unref (self->server);
  g_free (self->last);
}

static void
changed_cb (TdPromptMeter *meter,
            Fixture       *fixture)
{
  fixture->n_changes++;
}

static void
set_up (Fixture       *fixture,
        gconstpointer  unused)
{
  engine_fixture_set_up (&fixture->engine, NULL);
  add_models (&fixture->engine);
  fixture->conversation = td_conversation_list_create (
    td_engine_get_conversations (fixture->engine.engine), EXACT_MODEL);
  fixture->meter = td_prompt_meter_new (fixture->engine.engine, fixture->conversation);
  g_signal_connect (fixture->meter, "changed", G_CALLBACK (changed_cb), fixture);
}

static gboolean
is_alone (gpointer meter)
{
  return G_OBJECT (meter)->ref_count == 1;
}

static gboolean
keep_looking_cb (gpointer unused)
{
  return G_SOURCE_CONTINUE;
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  unused)
{
  /* A worker's last reference goes without a word. */
  guint id = g_timeout_add (1, keep_looking_cb, NULL);

  td_test_wait_until (is_alone, fixture->meter, "the meter to be left alone");
  g_source_remove (id);
  g_assert_finalize_object (fixture->meter);
  g_object_unref (fixture->conversation);
  engine_fixture_tear_down (&fixture->engine, NULL);
}

static gint64
count_exactly (const char *text)
{
  return td_tokenizer_count (td_tokenizer_get (TD_ENCODING_O200K_HARMONY), text, -1);
}

/* What is waited for: the figures of a draft of so many tokens, with a chat of so many before it. */
typedef struct
{
  Fixture *fixture;
  gint64 draft;
  gint64 history;
} Wanted;

static gboolean
has_figures (gpointer data)
{
  Wanted *wanted = data;
  TdPromptFigures figures;

  return td_prompt_meter_get_figures (wanted->fixture->meter, &figures) &&
         figures.draft.tokens == wanted->draft &&
         figures.request.tokens == wanted->history + (wanted->draft > 0 ? 4 + wanted->draft : 0);
}

static void
wait_for (Fixture *fixture,
          gint64   draft,
          gint64   history)
{
  td_test_wait_until (has_figures, &(Wanted) { fixture, draft, history }, "the figures");
}

static void
test_typing (Fixture       *fixture,
             gconstpointer  unused)
{
  static const char *const typed[] = { "W", "Wa", "Wait", "Wait, w", "Wait, what?", "Wait", "" };
  TdPromptFigures figures;

  g_assert_false (td_prompt_meter_get_figures (fixture->meter, &figures));
  wait_for (fixture, 0, 2);
  for (guint i = 0; i < G_N_ELEMENTS (typed); i++)
    {
      guint n_before = fixture->n_changes;

      td_prompt_meter_take_draft (fixture->meter, g_strdup (typed[i]));
      /* At once. */
      g_assert_cmpuint (fixture->n_changes, ==, n_before + 1);
      g_assert_true (has_figures (&(Wanted) { fixture, count_exactly (typed[i]), 2 }));
    }
  td_prompt_meter_take_draft (fixture->meter, g_strdup ("Wait, what?"));
  g_assert_true (td_prompt_meter_get_figures (fixture->meter, &figures));
  g_assert_true (figures.draft.exact && figures.request.exact);
  g_assert_true (figures.price_known);
  g_assert_cmpint (figures.at_least, ==, figures.request.tokens * 3000);
  g_assert_cmpint (figures.context, ==, 4000);
}

/* What was said before is sent again; the provider may have it in its cache. */
static void
test_chat (Fixture       *fixture,
           gconstpointer  unused)
{
  static const FakeReply counted = {
    .token = "word ",
    .n_tokens = 20,
    .usage = "{\"prompt_tokens\":9,\"completion_tokens\":20}"
  };
  g_auto (Run) run = RUN_INIT;
  g_autoptr (GError) error = NULL;
  TdPromptFigures figures;
  gint64 history;

  fake_provider_queue (fixture->engine.server, &counted);
  run.conversation = g_object_ref (fixture->conversation);
  run_prepare (&run, &fixture->engine, EXACT_MODEL, "a question");
  run_start (&run, NULL);
  error = run_wait (&run);
  g_assert_no_error (error);
  history = 2 + 4 + count_exactly ("a question") + 4 +
            count_exactly (td_message_get_text (run_nth (&run, 1)));
  wait_for (fixture, 0, history);
  td_prompt_meter_take_draft (fixture->meter, g_strdup ("and more"));
  wait_for (fixture, count_exactly ("and more"), history);
  g_assert_true (td_prompt_meter_get_figures (fixture->meter, &figures));
  g_assert_cmpint (figures.at_least, ==,
                   history * 300 + (figures.request.tokens - history) * 3000);
}

static gboolean
has_habit (gpointer data)
{
  Fixture *fixture = data;
  TdPromptFigures figures;

  return td_prompt_meter_get_figures (fixture->meter, &figures) && figures.habit.n_replies > 0;
}

/* From what the model's replies were: of four, the shortest and the longest. */
static void
test_range (Fixture       *fixture,
            gconstpointer  unused)
{
  TdPromptFigures figures;
  gint64 prompt;

  wait_for (fixture, 0, 2);
  g_assert_true (td_prompt_meter_get_figures (fixture->meter, &figures));
  g_assert_cmpint (figures.low, ==, TD_MONEY_UNKNOWN);
  engine_fixture_execute (&fixture->engine,
                          "INSERT INTO receipt (model_key, provider_id, output_tokens, outcome, purpose,"
                          " catalogue_version, owner, started_us, settled_us)"
                          " SELECT '" EXACT_MODEL "', 'paid', column1, column2, column3, '', 0, 1, 2 FROM (VALUES"
                          " (100, 'complete', 'chat'), (300, 'complete', 'chat'), (200, 'complete', 'chat'),"
                          " (400, 'complete', 'chat'), (9, 'stopped', 'chat'), (5, 'complete', 'title'),"
                          " (NULL, 'complete', 'chat'))");
  g_object_notify (G_OBJECT (fixture->conversation), "title"); /* the chat has changed */
  td_test_wait_until (has_habit, fixture, "the habit");
  g_assert_true (td_prompt_meter_get_figures (fixture->meter, &figures));
  prompt = figures.request.tokens;
  g_assert_cmpint (figures.habit.n_replies, ==, 4);
  g_assert_cmpint (figures.low, ==, prompt * 3000 + 100 * 15000);
  g_assert_cmpint (figures.high, ==, prompt * 3000 + 400 * 15000);
}

/* Another model counts otherwise, also what is already written. */
static void
test_another_model (Fixture       *fixture,
                    gconstpointer  unused)
{
  TdConversationList *list = td_engine_get_conversations (fixture->engine.engine);
  const char *text = "The quick brown fox jumps over the lazy dog.";
  gint64 base = count_exactly (text);
  TdPromptFigures figures;

  td_conversation_list_set_draft (list, fixture->conversation, text);
  td_prompt_meter_take_draft (fixture->meter, g_strdup (text));
  wait_for (fixture, base, 2);
  td_conversation_list_set_model (list, fixture->conversation, "paid:claude-x");
  while (!td_prompt_meter_get_figures (fixture->meter, &figures) || figures.draft.exact)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (figures.draft.tokens, >, base);
  g_assert_false (figures.request.exact);
  g_assert_cmpint (figures.request.error_permille, ==, -1);
  td_conversation_list_set_model (list, fixture->conversation, "paid:no-such-model");
  while (td_prompt_meter_get_figures (fixture->meter, &figures))
    g_main_context_iteration (NULL, TRUE);
}

static gboolean
is_by_provider (gpointer meter)
{
  TdPromptFigures figures;

  return td_prompt_meter_get_figures (meter, &figures) && figures.by_provider;
}

static void
write_draft (Fixture    *fixture,
             const char *text)
{
  td_conversation_list_set_draft (td_engine_get_conversations (fixture->engine.engine),
                                  fixture->conversation, text);
  td_prompt_meter_take_draft (fixture->meter, g_strdup (text));
}

/* Where only estimates can be had and the user allows it, the provider counts: what is written when
 * nothing was written for a while, and the same thing once. */
static void
test_asking (Fixture       *fixture,
             gconstpointer  unused)
{
  Counting counting = { 0 };
  TdPromptFigures figures;

  counting_start (&counting, &fixture->engine);
  td_conversation_list_set_model (td_engine_get_conversations (fixture->engine.engine),
                                  fixture->conversation, "claudes:claude-x");
  write_draft (fixture, "not to be sent");
  while (!td_prompt_meter_get_figures (fixture->meter, &figures) || figures.request.exact)
    g_main_context_iteration (NULL, TRUE);
  td_prompt_meter_set_asks_provider (fixture->meter, TRUE);
  write_draft (fixture, "nor this");
  write_draft (fixture, "but this");
  g_assert_false (is_by_provider (fixture->meter));
  td_test_wait_until (is_by_provider, fixture->meter, "the provider's count");
  g_assert_cmpuint (counting.n_questions, ==, 1);
  g_assert_nonnull (strstr (counting.last, "but this"));
  g_assert_true (td_prompt_meter_get_figures (fixture->meter, &figures));
  g_assert_cmpint (figures.request.tokens, ==, 777);
  g_assert_true (figures.request.exact);
  g_assert_false (figures.draft.exact);

  write_draft (fixture, "but this, and more");
  g_assert_false (is_by_provider (fixture->meter));
  td_test_wait_until (is_by_provider, fixture->meter, "the next count");
  g_assert_cmpuint (counting.n_questions, ==, 2);
  write_draft (fixture, "but this");
  td_test_wait_until (is_by_provider, fixture->meter, "the count that is known");
  g_assert_cmpuint (counting.n_questions, ==, 2);
  td_prompt_meter_set_asks_provider (fixture->meter, FALSE);
  g_assert_false (is_by_provider (fixture->meter));
  counting_stop (&counting);
}

static gboolean
is_mute (gpointer data)
{
  Fixture *fixture = data;
  const TdEndpoint *endpoint =
    td_endpoint_list_find (td_engine_get_endpoints (fixture->engine.engine), "claudes");

  return !td_count_service_can_ask (td_engine_get_count_service (fixture->engine.engine), endpoint);
}

/* A server of the same protocol that has no such call is asked once. */
static void
test_asking_in_vain (Fixture       *fixture,
                     gconstpointer  unused)
{
  Counting counting = { 0 };

  counting_start (&counting, &fixture->engine);
  counting.status = 404;
  td_conversation_list_set_model (td_engine_get_conversations (fixture->engine.engine),
                                  fixture->conversation, "claudes:claude-x");
  g_assert_false (is_mute (fixture));
  td_prompt_meter_set_asks_provider (fixture->meter, TRUE);
  write_draft (fixture, "one");
  td_test_wait_until (is_mute, fixture, "the service to have understood");
  g_assert_false (is_by_provider (fixture->meter));
  g_assert_cmpuint (counting.n_questions, ==, 1);
  counting_stop (&counting);
}

static gint64
get_cpu_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (gint64) now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

/* Runs the main loop until the figures are there; gives the longest it was held at a time. */
static gint64
measure (Fixture *fixture,
         char    *text)
{
  Wanted wanted = { fixture, count_exactly (text), 2 };
  gint64 started = get_cpu_us ();
  gint64 longest;

  td_prompt_meter_take_draft (fixture->meter, text);
  longest = get_cpu_us () - started;
  while (!has_figures (&wanted))
    {
      started = get_cpu_us ();
      g_main_context_iteration (NULL, FALSE);
      longest = MAX (longest, get_cpu_us () - started);
    }
  return longest;
}

static char *
make_text (const char *unit,
           gsize       length)
{
  GString *text = g_string_sized_new (length + 64);

  while (text->len < length)
    g_string_append (text, unit);
  return g_string_free_and_steal (text);
}

/* Pasting a megabyte, of anything, holds the window for less than a frame; and typing on in it. */
static void
test_pasting (Fixture       *fixture,
              gconstpointer  unused)
{
  static const char *const units[] = { "Some words, and a few more.\n", "a", "中文文本，",
                                       "int a[] = { 1, 2 };\n", "\xf0\x9f\x98\x80" };
  gint64 slow = 1;

#ifdef __SANITIZE_ADDRESS__
  slow = 10;
#endif
  wait_for (fixture, 0, 2);
  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    {
      char *text = make_text (units[i], MEGABYTE);
      g_autofree char *more = g_strconcat (text, "x", NULL);
      gint64 pasted = measure (fixture, text);
      gint64 typed = measure (fixture, g_strdup (more));

      g_test_message ("%s: held for %d and %d us", units[i], (int) pasted, (int) typed);
      g_assert_cmpint (pasted, <, MAX_HOLD_US * slow);
      g_assert_cmpint (typed, <, MAX_HOLD_US * slow);
    }
}

/* Of drafts that come faster than they can be counted only the last one matters. */
static void
test_overtaking (Fixture       *fixture,
                 gconstpointer  unused)
{
  g_autofree char *text = make_text ("Words upon words. ", 400000);

  wait_for (fixture, 0, 2);
  for (guint i = 0; i < 20; i++)
    td_prompt_meter_take_draft (fixture->meter, g_strndup (text, 400000 - i * 1000));
  td_prompt_meter_take_draft (fixture->meter, g_strdup ("short"));
  wait_for (fixture, count_exactly ("short"), 2);
  g_assert_cmpuint (fixture->n_changes, <, 10);
}

int
main (int   argc,
      char *argv[])
{
  td_test_init (&argc, &argv);
#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)
  ADD ("/prompt-meter/typing", test_typing);
  ADD ("/prompt-meter/chat", test_chat);
  ADD ("/prompt-meter/range", test_range);
  ADD ("/prompt-meter/another-model", test_another_model);
  ADD ("/prompt-meter/asking", test_asking);
  ADD ("/prompt-meter/asking-in-vain", test_asking_in_vain);
  ADD ("/prompt-meter/pasting", test_pasting);
  ADD ("/prompt-meter/overtaking", test_overtaking);
  return g_test_run ();
}

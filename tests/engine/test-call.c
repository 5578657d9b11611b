/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests that belong to no chat: metered like all others, and gone when they are over. */
#include "config.h"

#include <string.h>

#include "engine/engine-fixture.h"
#include "engine/td-call.h"
#include "engine/td-engine-private.h"
#include "engine/td-route-note.h"

#define USAGE  "{\"prompt_tokens\":10,\"completion_tokens\":3,\"total_tokens\":13}"
#define CLIENT "editor"
/* Ten tokens in and three out at 3 and 15 dollars a million. */
#define COST G_GINT64_CONSTANT (75000)

static const FakeReply three_words = { .token = "word ", .n_tokens = 3, .usage = USAGE };
static const FakeReply endless = { .token = "word ", .n_tokens = 100000, .interval_us = 1000 };
static const FakeReply flood = {
  .token = "a rather long piece of text that fills the buffers of the way there soon ",
  .n_tokens = 40000,
  .usage = USAGE,
};
static const FakeReply broken = { .status = 500, .body = "{\"error\":{\"message\":\"words\"}}" };

typedef struct
{
  TdCall *call;
  TdTestCall waiter;
  GString *text;
  guint n_finished;
  gint64 output_tokens;
  guint stop_at; /* bytes; 0: never */
  guint wait_at; /* bytes; 0: never */
} Asked;

static void
event_cb (const TdChatEvent *event,
          gpointer           user_data)
{
  Asked *self = user_data;

  g_assert_cmpuint (self->n_finished, ==, 0); /* the last one */
  if (event->type == TD_CHAT_EVENT_TEXT)
    g_string_append_len (self->text, event->text, event->length);
  if (event->type == TD_CHAT_EVENT_USAGE)
    self->output_tokens = event->usage->output;
  if (event->type == TD_CHAT_EVENT_FINISH)
    self->n_finished++;
  if (self->stop_at > 0 && self->text->len >= self->stop_at)
    td_call_stop (self->call);
  if (self->wait_at > 0 && self->text->len >= self->wait_at)
    td_call_set_waiting (self->call, TRUE);
}

static void
ask (Asked      *self,
     TdEngine   *engine,
     const char *model_key,
     const char *text)
{
  TdChatRequest *request = td_chat_request_new (model_key);

  td_chat_request_add_turn (request, TD_ROLE_SYSTEM, "Be short.");
  td_chat_request_add_turn (request, TD_ROLE_USER, text);
  self->text = g_string_new (NULL);
  self->call = td_call_new (engine, request, model_key);
  td_call_set_client (self->call, CLIENT);
  td_call_set_event_func (self->call, event_cb, self);
  td_call_run_async (self->call, td_test_ready, &self->waiter);
}

static GError *
wait (Asked *self)
{
  GError *error = NULL;

  td_call_run_finish (self->call, td_test_wait (&self->waiter), &error);
  return error;
}

static void
asked_clear (Asked *self)
{
  g_clear_object (&self->call);
  td_test_call_clear (&self->waiter);
  if (self->text)
    g_string_free (self->text, TRUE);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Asked, asked_clear)

static gboolean
is_idle (gpointer server)
{
  return fake_provider_is_idle (server);
}

static void
assert_stored (EngineFixture *fixture,
               const char    *outcome)
{
  g_autofree char *sql =
    g_strdup_printf ("SELECT count(*) FROM receipt WHERE purpose = 'call' AND client = '" CLIENT
                     "' AND message_id IS NULL AND outcome = '%s'",
                     outcome);

  g_assert_cmpint (engine_fixture_count (fixture, sql), ==, 1);
  g_assert_cmpint (engine_fixture_count (fixture, "SELECT count(*) FROM receipt"), ==, 1);
  g_assert_cmpint (engine_fixture_count (fixture, "SELECT count(*) FROM message"), ==, 0);
  g_assert_cmpint (engine_fixture_count (fixture, "SELECT count(*) FROM conversation"), ==, 0);
}

static void
test_complete (EngineFixture *fixture,
               gconstpointer  unused)
{
  g_auto (Asked) asked = { 0 };
  g_autoptr (GError) error = NULL;
  const TdReceipt *receipt;

  fake_provider_queue (fixture->server, &three_words);
  ask (&asked, fixture->engine, PAID_MODEL, "question");
  g_assert_null (td_call_get_receipt (asked.call));
  error = wait (&asked);
  g_assert_no_error (error);
  g_assert_cmpstr (asked.text->str, ==, "word word word ");
  g_assert_cmpuint (asked.n_finished, ==, 1);
  g_assert_cmpint (asked.output_tokens, ==, 3);
  receipt = td_call_get_receipt (asked.call);
  g_assert_cmpint (receipt->id, >, 0);
  g_assert_cmpint (td_receipt_get_total (receipt), ==, COST);
  g_assert_null (td_call_dup_reason (asked.call));
  g_assert_nonnull (strstr (fake_provider_get_request (fixture->server, 0), "Be short."));
  assert_stored (fixture, "complete");
  engine_fixture_check_sums (fixture);
}

static void
test_stop (EngineFixture *fixture,
           gconstpointer  unused)
{
  g_auto (Asked) asked = { .stop_at = 20 };
  g_autoptr (GError) error = NULL;
  const TdReceipt *receipt;

  fake_provider_queue (fixture->server, &endless);
  ask (&asked, fixture->engine, PAID_MODEL, "question");
  error = wait (&asked);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  td_test_wait_until (is_idle, fixture->server, "the connection to be closed");
  receipt = td_call_get_receipt (asked.call);
  g_assert_cmpint (receipt->outcome, ==, TD_RECEIPT_STOPPED);
  g_assert_true (receipt->counted_here);
  g_assert_cmpint (receipt->usage.output, >=, 4);
  g_assert_cmpint (td_receipt_get_total (receipt), >, 0);
  g_assert_cmpuint (asked.n_finished, ==, 0);
  assert_stored (fixture, "stopped");
  engine_fixture_check_sums (fixture);
}

/* A client's budget that does not cover the shortest reply: nothing is sent. One that covers a short
 * one makes it short. */
static void
test_budget (EngineFixture *fixture,
             gconstpointer  unused)
{
  static const struct
  {
    TdMoney amount;
    gboolean allowed;
  } budgets[] = {
    { 1000, FALSE },                      /* a millionth of a dollar */
    { 8 * TD_MONEY_PER_DOLLAR / 1000, TRUE }, /* of 1,000 tokens at most 500 */
  };
  TdWallet *wallet = td_engine_get_wallet (fixture->engine);

  for (guint i = 0; i < G_N_ELEMENTS (budgets); i++)
    {
      g_auto (Asked) asked = { 0 };
      g_auto (TdTestCall) set = TD_TEST_CALL_INIT;
      g_auto (TdTestCall) reload = TD_TEST_CALL_INIT;
      g_autoptr (GError) error = NULL;
      g_autoptr (TdBudget) budget =
        td_budget_new (TD_BUDGET_DAY, TD_BUDGET_CLIENT, CLIENT, budgets[i].amount);

      td_wallet_set_budget_async (wallet, budget, td_test_ready, &set);
      td_wallet_change_finish (wallet, td_test_wait (&set), &error);
      g_assert_no_error (error);
      td_wallet_reload_async (wallet, NULL, td_test_ready, &reload);
      td_wallet_reload_finish (wallet, td_test_wait (&reload), &error);
      g_assert_no_error (error);
      fake_provider_queue (fixture->server, &three_words);
      ask (&asked, fixture->engine, PAID_MODEL, "question");
      error = wait (&asked);
      if (budgets[i].allowed)
        {
          g_assert_no_error (error);
          g_assert_cmpint (td_call_get_receipt (asked.call)->held, <=, budgets[i].amount);
          continue;
        }
      g_assert_error (error, TD_WALLET_ERROR, TD_WALLET_ERROR_BUDGET);
      g_assert_cmpuint (fake_provider_get_n_chats (fixture->server), ==, 0);
      g_assert_null (td_call_get_receipt (asked.call));
    }
}

/* A caller that takes no more holds up the provider, and gets all of it afterwards. */
static void
test_waiting (EngineFixture *fixture,
              gconstpointer  unused)
{
  g_auto (Asked) asked = { .wait_at = 1 };
  g_autoptr (GError) error = NULL;
  gsize length;
  gint64 until;

  fake_provider_queue (fixture->server, &flood);
  ask (&asked, fixture->engine, FREE_MODEL, "question");
  while (asked.text->len == 0)
    g_main_context_iteration (NULL, TRUE);
  length = asked.text->len;
  until = g_get_monotonic_time () + 100000;
  while (g_get_monotonic_time () < until)
    g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (asked.text->len - length, <, 64 * 1024); /* what one read brought */
  g_assert_cmpuint (fake_provider_get_n_sent (fixture->server), <, flood.n_tokens);
  asked.wait_at = 0;
  td_call_set_waiting (asked.call, FALSE);
  error = wait (&asked);
  g_assert_no_error (error);
  g_assert_cmpuint (asked.text->len, ==, strlen (flood.token) * flood.n_tokens);
}

/* Who waits can still be stopped, at once. */
static void
test_stop_waiting (EngineFixture *fixture,
                   gconstpointer  unused)
{
  g_auto (Asked) asked = { .wait_at = 1 };
  g_autoptr (GError) error = NULL;

  fake_provider_queue (fixture->server, &flood);
  ask (&asked, fixture->engine, FREE_MODEL, "question");
  while (asked.text->len == 0)
    g_main_context_iteration (NULL, TRUE);
  td_call_stop (asked.call);
  error = wait (&asked);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  td_test_wait_until (is_idle, fixture->server, "the connection to be closed");
  assert_stored (fixture, "stopped");
}

static void
add_place (EngineFixture *fixture,
           FakeProvider  *server,
           const char    *provider_id,
           TdPrice        price)
{
  GPtrArray *models = g_ptr_array_new_with_free_func ((GDestroyNotify) td_model_facts_free);
  TdModelFacts *facts = td_model_facts_new ();
  TdProviderFacts *provider = td_provider_facts_new ();

  provider->id = g_strdup (provider_id);
  provider->name = g_strdup (provider_id);
  provider->kind = TD_PROVIDER_KIND_OPENAI_COMPATIBLE;
  provider->base_url = g_strdup (fake_provider_get_url (server));
  provider->auth = TD_AUTH_NONE;
  facts->key = g_strconcat (provider_id, ":small", NULL);
  facts->provider_id = g_strdup (provider_id);
  facts->id = g_strdup ("small");
  facts->name = g_strdup ("Small");
  facts->base_model = g_strdup ("maker/small");
  facts->type = TD_MODEL_TYPE_CHAT;
  facts->input = facts->output = TD_MODALITY_TEXT;
  facts->max_output = 1000;
  facts->price.input = facts->price.output = price;
  g_ptr_array_add (models, facts);
  td_market_set_discovered (td_engine_get_market (fixture->engine), provider_id, provider, models);
}

static void
test_elsewhere (EngineFixture *fixture,
                gconstpointer  unused)
{
  g_auto (Asked) asked = { 0 };
  g_autoptr (FakeProvider) other = fake_provider_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (TdRouteNote) note = NULL;
  TdPolicy policy = *td_engine_get_policy (fixture->engine);

  policy.order = TD_ROUTE_CHEAPEST;
  td_engine_set_policy (fixture->engine, &policy);
  add_place (fixture, fixture->server, "cheap", 1000000);
  add_place (fixture, other, "dear", 2000000);
  for (guint i = 0; i < 3; i++)
    fake_provider_queue (fixture->server, &broken);
  fake_provider_queue (other, &three_words);
  ask (&asked, fixture->engine, "cheap:small", "question");
  error = wait (&asked);
  g_assert_no_error (error);
  g_assert_cmpstr (asked.text->str, ==, "word word word ");
  g_assert_cmpstr (td_call_get_model_key (asked.call), ==, "dear:small");
  g_assert_cmpstr (td_call_get_receipt (asked.call)->purpose, ==, TD_PURPOSE_CALL);
  note = td_route_note_parse (td_call_get_receipt (asked.call)->route);
  g_assert_cmpuint (td_route_note_count_failed (note), ==, 1);
  assert_stored (fixture, "complete");
  engine_fixture_check_sums (fixture);
  td_test_wait_until (is_idle, other, "the other server to be left alone");
}

/* Q chooses; why is said, and kept with the receipt. */
static void
test_auto (EngineFixture *fixture,
           gconstpointer  unused)
{
  g_auto (Asked) asked = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (TdRouteNote) note = NULL;
  g_autofree char *reason = NULL;

  fake_provider_queue (fixture->server, &three_words);
  ask (&asked, fixture->engine, TD_AUTO_MODEL, "Write a Python function that sorts a list");
  error = wait (&asked);
  g_assert_no_error (error);
  reason = td_call_dup_reason (asked.call);
  g_assert_true (g_str_has_prefix (reason, "category=coding; complexity="));
  note = td_route_note_parse (td_call_get_receipt (asked.call)->route);
  g_assert_cmpstr (note->asked_for, ==, TD_AUTO_MODEL);
  g_assert_cmpstr (note->choice->model_key, ==, td_call_get_model_key (asked.call));
}

/* The end of the program settles what runs. */
static void
test_halt (EngineFixture *fixture,
           gconstpointer  unused)
{
  g_auto (Asked) asked = { 0 };

  fake_provider_queue (fixture->server, &endless);
  ask (&asked, fixture->engine, PAID_MODEL, "question");
  while (asked.text->len < 20)
    g_main_context_iteration (NULL, TRUE);
  engine_fixture_restart (fixture);
  td_test_wait_until (is_idle, fixture->server, "the connection to be closed");
  while (asked.waiter.result == NULL)
    g_main_context_iteration (NULL, TRUE);
  assert_stored (fixture, "stopped");
}

/* What a program that died had under way is not taken for a reply of a chat. */
static void
test_left_behind (EngineFixture *fixture,
                  gconstpointer  unused)
{
  engine_fixture_execute (
    fixture,
    "INSERT INTO receipt (purpose, client, model_key, provider_id, catalogue_version, owner,"
    " held, started_us, input_tokens, day) VALUES ('call', '" CLIENT "', '" FREE_MODEL
    "', 'free-server', '', 4611686018427387, 0, 1, 10, 20261123)");
  engine_fixture_restart (fixture);
  assert_stored (fixture, "interrupted");
}

static void
add (const char *path,
     void (*test) (EngineFixture *fixture,
                   gconstpointer unused))
{
  g_test_add (path, EngineFixture, NULL, engine_fixture_set_up, test, engine_fixture_tear_down);
}

int
main (int   argc,
      char *argv[])
{
  td_test_init (&argc, &argv);
  add ("/call/complete", test_complete);
  add ("/call/stop", test_stop);
  add ("/call/budget", test_budget);
  add ("/call/waiting", test_waiting);
  add ("/call/stop-waiting", test_stop_waiting);
  add ("/call/elsewhere", test_elsewhere);
  add ("/call/auto", test_auto);
  add ("/call/halt", test_halt);
  add ("/call/left-behind", test_left_behind);
  return g_test_run ();
}

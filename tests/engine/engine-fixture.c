/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine/engine-fixture.h"

#include "engine/td-engine-private.h"
#include "wallet/td-receipt-store.h"

TdEngine *
engine_fixture_start (const char *path)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;
  TdEngine *engine;

  td_engine_start_async (path, NULL, td_test_ready, &call);
  engine = td_engine_start_finish (td_test_wait (&call), &error);
  g_assert_no_error (error);
  td_engine_set_retry_base_ms (engine, 1);
  return engine;
}

static TdModelFacts *
make_model (const char  *id,
            TdModelType  type,
            TdPrice      input,
            TdPrice      output)
{
  TdModelFacts *facts = td_model_facts_new ();

  facts->key = g_strconcat ("paid:", id, NULL);
  facts->provider_id = g_strdup ("paid");
  facts->id = g_strdup (id);
  facts->name = g_strdup (id);
  facts->type = type;
  facts->input = facts->output = TD_MODALITY_TEXT;
  facts->max_output = 1000;
  facts->price.input = input;
  facts->price.output = output;
  return facts;
}

static void
add_paid_models (TdEngine   *engine,
                 const char *url)
{
  GPtrArray *models = g_ptr_array_new_with_free_func ((GDestroyNotify) td_model_facts_free);
  TdProviderFacts *provider = td_provider_facts_new ();

  provider->id = g_strdup ("paid");
  provider->name = g_strdup ("Paid");
  provider->kind = TD_PROVIDER_KIND_OPENAI_COMPATIBLE;
  provider->base_url = g_strdup (url);
  provider->auth = TD_AUTH_NONE;
  g_ptr_array_add (models, make_model ("tiny", TD_MODEL_TYPE_CHAT, 3000000, 15000000));
  g_ptr_array_add (models, make_model ("unpriced", TD_MODEL_TYPE_CHAT, -1, -1));
  g_ptr_array_add (models, make_model ("embed", TD_MODEL_TYPE_EMBEDDING, 100000, 0));
  td_market_set_discovered (td_engine_get_market (engine), "paid", provider, models);
}

/* The free one as a user does it: name the server, test it. Either may have been done before. */
static void
add_free_server (TdEngine   *engine,
                 const char *url)
{
  TdEndpointList *endpoints = td_engine_get_endpoints (engine);
  g_auto (TdTestCall) add = TD_TEST_CALL_INIT;
  g_auto (TdTestCall) test = TD_TEST_CALL_INIT;
  g_autoptr (GPtrArray) models = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;

  if (!td_endpoint_list_find (endpoints, "free-server"))
    {
      td_endpoint_list_add_async (endpoints, "Free server", url, NULL, td_test_ready, &add);
      id = td_endpoint_list_add_finish (endpoints, td_test_wait (&add), &error);
      g_assert_no_error (error);
      g_assert_cmpstr (id, ==, "free-server");
    }
  td_engine_test_provider_async (engine, "free-server", NULL, td_test_ready, &test);
  models = td_engine_test_provider_finish (engine, td_test_wait (&test), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (models->len, ==, 2);
}

void
engine_fixture_add_models (TdEngine   *engine,
                           const char *url)
{
  add_free_server (engine, url);
  add_paid_models (engine, url);
}

void
engine_fixture_set_up (EngineFixture *self,
                       gconstpointer  unused)
{
  g_autofree char *folder = td_test_make_dir ();

  self->server = fake_provider_new ();
  self->path = g_build_filename (folder, "topdog.db", NULL);
  self->engine = engine_fixture_start (self->path);
  engine_fixture_add_models (self->engine, fake_provider_get_url (self->server));
}

static gboolean
is_idle (gpointer server)
{
  return fake_provider_is_idle (server);
}

/* What was queued when the engine stopped has been answered. */
static gboolean
is_alone (gpointer engine)
{
  return G_OBJECT (engine)->ref_count == 1;
}

/* The sums kept with each chat are those of its receipts, whatever the test did. */
void
engine_fixture_check_sums (EngineFixture *self)
{
  g_assert_cmpint (
    engine_fixture_count (
      self, "SELECT count(*) FROM conversation c WHERE"
            " c.cost <> (SELECT COALESCE (SUM (r.cost + r.commission + r.overrun), 0) FROM receipt r JOIN message m"
            "   ON m.id = r.message_id WHERE m.conversation_id = c.id)"
            " OR c.unknown_costs <> (SELECT count(*) FROM receipt r JOIN message m ON m.id = r.message_id"
            "   WHERE m.conversation_id = c.id AND r.settled_us IS NOT NULL AND r.cost IS NULL)"
            " OR c.tokens <> (SELECT COALESCE (SUM (COALESCE (r.input_tokens, 0) +"
            "   COALESCE (r.output_tokens, 0)), 0) FROM receipt r JOIN message m ON m.id = r.message_id"
            "   WHERE m.conversation_id = c.id AND r.settled_us IS NOT NULL)"
            " OR c.estimates <> (SELECT count(*) FROM receipt r JOIN message m ON m.id = r.message_id"
            "   WHERE m.conversation_id = c.id AND r.settled_us IS NOT NULL"
            "   AND r.counted_here = 1 AND r.counted_exactly = 0)"),
    ==, 0);
}

void
engine_fixture_tear_down (EngineFixture *self,
                          gconstpointer  unused)
{
  if (self->engine)
    {
      td_engine_stop (self->engine);
      td_test_wait_until (is_alone, self->engine, "the engine to be left alone");
      g_assert_finalize_object (self->engine);
      self->engine = engine_fixture_start (self->path);
      engine_fixture_check_sums (self);
      td_engine_stop (self->engine);
    }
  td_test_wait_until (is_idle, self->server, "the server to be left alone");
  if (self->engine)
    {
      td_test_wait_until (is_alone, self->engine, "the engine to be left alone");
      g_assert_finalize_object (self->engine);
    }
  fake_provider_free (self->server);
  g_free (self->path);
}

/* The program ends and is started again. */
void
engine_fixture_restart (EngineFixture *self)
{
  td_engine_stop (self->engine);
  g_clear_object (&self->engine);
  self->engine = engine_fixture_start (self->path);
  add_paid_models (self->engine, fake_provider_get_url (self->server));
}

void
run_prepare (Run           *self,
             EngineFixture *fixture,
             const char    *model_key,
             const char    *text)
{
  TdConversationList *list = td_engine_get_conversations (fixture->engine);

  if (!self->conversation)
    self->conversation = td_conversation_list_create (list, model_key);
  g_clear_object (&self->completion);
  td_test_call_clear (&self->call);
  self->completion = td_completion_new (fixture->engine, self->conversation, model_key);
  if (text)
    td_completion_set_user_text (self->completion, text);
}

void
run_start (Run          *self,
           GCancellable *cancellable)
{
  td_completion_run_async (self->completion, cancellable, td_test_ready, &self->call);
}

GError *
run_wait (Run *self)
{
  GError *error = NULL;
  gboolean complete =
    td_completion_run_finish (self->completion, td_test_wait (&self->call), &error);

  g_assert_cmpint (complete, ==, error == NULL);
  return error;
}

TdMessage *
run_nth (Run   *self,
         guint  position)
{
  TdMessage *message = td_conversation_get_message (self->conversation, position);

  g_assert_nonnull (message);
  return message;
}

void
run_clear (Run *self)
{
  g_clear_object (&self->conversation);
  g_clear_object (&self->completion);
  td_test_call_clear (&self->call);
}

static gpointer
count_on_thread (TdConnection  *connection,
                 gpointer       data,
                 GCancellable  *cancellable,
                 GError       **error)
{
  g_autoptr (TdStatement) statement = td_connection_prepare (connection, data, error);
  gint64 value;

  if (!statement || !td_statement_step (statement, NULL, error))
    return NULL;
  value = td_statement_get_int64 (statement, 0);
  return g_memdup2 (&value, sizeof value);
}

static gpointer
execute_on_thread (TdConnection  *connection,
                   gpointer       data,
                   GCancellable  *cancellable,
                   GError       **error)
{
  td_connection_execute (connection, data, error);
  return NULL;
}

static gpointer
find_receipt_on_thread (TdConnection  *connection,
                        gpointer       data,
                        GCancellable  *cancellable,
                        GError       **error)
{
  return td_receipt_store_find (connection, *(gint64 *) data, error);
}

static gpointer
run_on_thread (EngineFixture  *self,
               TdDatabaseFunc  func,
               gpointer        data)
{
  TdDatabase *database = td_engine_get_database (self->engine);
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;
  gpointer result;

  td_database_run_async (database, G_PRIORITY_DEFAULT, func, data, NULL, NULL, NULL, td_test_ready,
                         &call);
  result = td_database_run_finish (database, td_test_wait (&call), &error);
  g_assert_no_error (error);
  return result;
}

gint64
engine_fixture_count (EngineFixture *self,
                      const char    *sql)
{
  g_autofree gint64 *value = run_on_thread (self, count_on_thread, (gpointer) sql);

  return *value;
}

void
engine_fixture_execute (EngineFixture *self,
                        const char    *sql)
{
  run_on_thread (self, execute_on_thread, (gpointer) sql);
}

TdReceipt *
engine_fixture_receipt (EngineFixture *self,
                        TdMessage     *reply)
{
  gint64 id = td_message_get_id (reply);
  TdReceipt *receipt = run_on_thread (self, find_receipt_on_thread, &id);

  g_assert_nonnull (receipt);
  return receipt;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gstdio.h>

#include "engine/engine-fixture.h"
#include "engine/td-engine-private.h"
#include "engine/td-error-code.h"
#include "store/td-store-error.h"

/* ---- starting ------------------------------------------------------------------------------- */

static void
test_corrupt (void)
{
  g_autofree char *folder = td_test_make_dir ();
  g_autofree char *path = g_build_filename (folder, "topdog.db", NULL);
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autofree char *contents = NULL;
  g_autoptr (TdEngine) engine = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path, "this is no database, but it is somebody's", -1, NULL));
  td_engine_start_async (path, NULL, td_test_ready, &call);
  engine = td_engine_start_finish (td_test_wait (&call), &error);
  g_assert_null (engine);
  g_assert_error (error, TD_STORE_ERROR, TD_STORE_ERROR_CORRUPT);
  g_assert_true (g_file_get_contents (path, &contents, NULL, NULL));
  g_assert_cmpstr (contents, ==, "this is no database, but it is somebody's");
}

static void
test_cancelled (void)
{
  g_autofree char *folder = td_test_make_dir ();
  g_autofree char *path = g_build_filename (folder, "topdog.db", NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (TdEngine) engine = NULL;
  g_autoptr (GError) error = NULL;

  td_engine_start_async (path, cancellable, td_test_ready, &call);
  g_cancellable_cancel (cancellable);
  engine = td_engine_start_finish (td_test_wait (&call), &error);
  g_assert_null (engine);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_stop_twice (EngineFixture *fixture,
                 gconstpointer  unused)
{
  g_auto (Run) run = RUN_INIT;
  g_autoptr (GError) error = NULL;

  td_engine_stop (fixture->engine);
  td_engine_stop (fixture->engine);
  td_engine_announce (fixture->engine, "favourites");
  run_prepare (&run, fixture, FREE_MODEL, "too late");
  run_start (&run, NULL);
  error = run_wait (&run);
  g_assert_error (error, TD_COMPLETION_ERROR, TD_COMPLETION_ERROR_BUSY);
}

/* What is typed at the last moment is not lost. */
static void
test_stop_saves_drafts (EngineFixture *fixture,
                        gconstpointer  unused)
{
  TdConversationList *list = td_engine_get_conversations (fixture->engine);
  g_autoptr (TdConversation) chat = td_conversation_list_create (list, FREE_MODEL);

  td_conversation_list_set_draft (list, chat, "last words");
  engine_fixture_restart (fixture);
  g_assert_cmpint (
    engine_fixture_count (fixture, "SELECT count(*) FROM conversation WHERE draft = 'last words'"),
    ==, 1);
}

/* ---- what can be used ----------------------------------------------------------------------- */

static TdModel *
find_any (TdEngine       *engine,
          TdProviderKind  kind,
          TdModelType     type)
{
  TdCatalogue *catalogue = td_market_get_catalogue (td_engine_get_market (engine));

  for (guint i = 0; i < td_catalogue_get_n_models (catalogue); i++)
    {
      TdModel *model = td_catalogue_get_model (catalogue, i);
      const TdModelFacts *facts = td_model_get_facts (model);
      const TdProviderFacts *provider =
        td_provider_get_facts (td_catalogue_find_provider (catalogue, facts->provider_id));

      if (provider->kind == kind && facts->type == type)
        return model;
    }
  return NULL;
}

static void
test_usable (EngineFixture *fixture,
             gconstpointer  unused)
{
  TdEngine *engine = fixture->engine;
  TdEndpointList *endpoints = td_engine_get_endpoints (engine);
  TdModel *openai = find_any (engine, TD_PROVIDER_KIND_OPENAI, TD_MODEL_TYPE_CHAT);
  TdModel *anthropic = find_any (engine, TD_PROVIDER_KIND_ANTHROPIC, TD_MODEL_TYPE_CHAT);
  TdModel *gemini = find_any (engine, TD_PROVIDER_KIND_GEMINI, TD_MODEL_TYPE_CHAT);
  TdModel *ollama = find_any (engine, TD_PROVIDER_KIND_OLLAMA, TD_MODEL_TYPE_CHAT);
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  guint n_changed = 0;

  g_assert_cmpint (td_engine_get_usable (engine, FREE_MODEL), ==, TD_USABLE_YES);
  g_assert_cmpint (td_engine_get_usable (engine, PAID_MODEL), ==, TD_USABLE_YES);
  g_assert_cmpint (td_engine_get_usable (engine, EMBED_MODEL), ==, TD_USABLE_NOT_CHAT);
  g_assert_cmpint (td_engine_get_usable (engine, "nobody:nothing"), ==, TD_USABLE_UNKNOWN_MODEL);
  g_assert_cmpint (td_engine_get_usable (engine, td_model_get_key (openai)), ==,
                   TD_USABLE_NEEDS_KEY);
  g_assert_cmpint (td_engine_get_usable (engine, td_model_get_key (anthropic)), ==,
                   TD_USABLE_NEEDS_KEY);
  g_assert_cmpint (td_engine_get_usable (engine, td_model_get_key (gemini)), ==,
                   TD_USABLE_NEEDS_KEY);
  g_assert_cmpint (td_engine_get_usable (engine, td_model_get_key (ollama)), ==, TD_USABLE_YES);

  g_signal_connect_swapped (engine, "usable-changed", G_CALLBACK (g_atomic_int_inc), &n_changed);
  td_endpoint_list_set_async (endpoints, "free-server", "enabled", "false", NULL, td_test_ready,
                              &call);
  g_assert_true (td_endpoint_list_set_finish (endpoints, td_test_wait (&call), NULL));
  g_assert_cmpint (td_engine_get_usable (engine, FREE_MODEL), ==, TD_USABLE_DISABLED);
  g_assert_cmpuint (n_changed, >, 0);
}

/* A provider with a key in the list but no keyring to ask: known to be usable all the same. */
static void
test_key_is_known_without_the_keyring (EngineFixture *fixture,
                                       gconstpointer  unused)
{
  TdModel *openai = find_any (fixture->engine, TD_PROVIDER_KIND_OPENAI, TD_MODEL_TYPE_CHAT);
  g_autofree char *key = g_strdup (td_model_get_key (openai));

  engine_fixture_execute (
    fixture, "INSERT INTO api_key (provider_id, name, secret_id, last_four, created_us, in_use)"
             " VALUES ('openai', 'key', 'id', '1234', 1, 1)");
  engine_fixture_restart (fixture);
  g_assert_cmpint (td_engine_get_usable (fixture->engine, key), ==, TD_USABLE_YES);
}

/* ---- providers and servers ------------------------------------------------------------------ */

static TdModel *
find_model (EngineFixture *fixture,
            const char    *key)
{
  return td_catalogue_find_model (td_market_get_catalogue (td_engine_get_market (fixture->engine)),
                                  key);
}

static void
test_discovered_models_stay (EngineFixture *fixture,
                             gconstpointer  unused)
{
  const TdModelFacts *facts;

  g_assert_cmpint (engine_fixture_count (fixture, "SELECT count(*) FROM discovered_model"), ==, 2);
  engine_fixture_restart (fixture);
  facts = td_model_get_facts (find_model (fixture, FREE_MODEL));
  g_assert_cmpstr (facts->id, ==, "tiny");
  g_assert_cmpint (facts->type, ==, TD_MODEL_TYPE_CHAT);
  g_assert_true (facts->local);
  facts = td_model_get_facts (find_model (fixture, "free-server:tiny-embed"));
  g_assert_cmpint (facts->type, ==, TD_MODEL_TYPE_EMBEDDING);
  g_assert_cmpint (td_engine_get_usable (fixture->engine, FREE_MODEL), ==, TD_USABLE_YES);
}

/* A model that the user took from a provider's hub is not one that its list has to name. */
static void
test_taken_model_stays (EngineFixture *fixture,
                        gconstpointer  unused)
{
  static const TdListedModel taken = { .id = (char *) "taken" };
  TdDiscovered *discovered = td_engine_get_discovered (fixture->engine);
  TdEndpointList *endpoints = td_engine_get_endpoints (fixture->engine);
  g_auto (TdTestCall) add = TD_TEST_CALL_INIT;
  g_auto (TdTestCall) list = TD_TEST_CALL_INIT;
  g_auto (TdTestCall) forget = TD_TEST_CALL_INIT;
  g_autoptr (GPtrArray) models = NULL;
  g_autoptr (GError) error = NULL;

  td_discovered_add_async (discovered, "free-server", &taken, td_test_ready, &add);
  g_assert_true (td_discovered_add_finish (discovered, td_test_wait (&add), &error));
  td_engine_test_provider_async (fixture->engine, "free-server", NULL, td_test_ready, &list);
  models = td_engine_test_provider_finish (fixture->engine, td_test_wait (&list), &error);
  g_assert_no_error (error);
  g_assert_nonnull (find_model (fixture, FREE_MODEL));
  g_assert_nonnull (find_model (fixture, "free-server:taken"));
  g_assert_cmpint (engine_fixture_count (fixture, "SELECT count(*) FROM discovered_model"), ==, 3);

  td_endpoint_list_remove_async (endpoints, "free-server", NULL, td_test_ready, &forget);
  g_assert_true (td_endpoint_list_remove_finish (endpoints, td_test_wait (&forget), &error));
  g_assert_cmpint (engine_fixture_count (fixture, "SELECT count(*) FROM discovered_model"), ==, 0);
}

/* The models go with the server, and do not come back with the next start. */
static void
test_removed_server (EngineFixture *fixture,
                     gconstpointer  unused)
{
  TdEndpointList *endpoints = td_engine_get_endpoints (fixture->engine);
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;

  td_endpoint_list_remove_async (endpoints, "free-server", NULL, td_test_ready, &call);
  g_assert_true (td_endpoint_list_remove_finish (endpoints, td_test_wait (&call), &error));
  g_assert_null (find_model (fixture, FREE_MODEL));
  g_assert_cmpint (td_engine_get_usable (fixture->engine, FREE_MODEL), ==, TD_USABLE_UNKNOWN_MODEL);
  g_assert_nonnull (find_model (fixture, PAID_MODEL));
  g_assert_cmpint (engine_fixture_count (fixture, "SELECT count(*) FROM discovered_model"), ==, 0);
  engine_fixture_restart (fixture);
  g_assert_null (find_model (fixture, FREE_MODEL));
}

static gboolean
is_not_local (gpointer fixture)
{
  return !td_model_get_facts (find_model (fixture, FREE_MODEL))->local;
}

/* What runs elsewhere is not free because it once ran here. */
static void
test_moved_server (EngineFixture *fixture,
                   gconstpointer  unused)
{
  TdEndpointList *endpoints = td_engine_get_endpoints (fixture->engine);
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;

  g_assert_true (td_model_get_facts (find_model (fixture, FREE_MODEL))->local);
  td_endpoint_list_set_async (endpoints, "free-server", "base-url", "https://models.example/v1",
                              NULL, td_test_ready, &call);
  g_assert_true (td_endpoint_list_set_finish (endpoints, td_test_wait (&call), &error));
  td_test_wait_until (is_not_local, fixture, "the models to be given anew");
}

/* Testing twice gives the same list and doubles nothing. */
static void
test_provider_twice (EngineFixture *fixture,
                     gconstpointer  unused)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GPtrArray) models = NULL;
  g_autoptr (GError) error = NULL;

  td_engine_test_provider_async (fixture->engine, "free-server", NULL, td_test_ready, &call);
  models = td_engine_test_provider_finish (fixture->engine, td_test_wait (&call), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (models->len, ==, 2);
  g_assert_nonnull (find_model (fixture, FREE_MODEL));
  g_assert_cmpint (engine_fixture_count (fixture, "SELECT count(*) FROM discovered_model"), ==, 2);
}

static void
test_provider_fails (EngineFixture *fixture,
                     gconstpointer  unused)
{
  static const struct
  {
    const char *provider_id, *code;
  } cases[] = {
    { "openai", "provider:no-key" },
    { "no-such-provider", "other:failed" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
      g_autoptr (GPtrArray) models = NULL;
      g_autoptr (GError) error = NULL;
      g_autofree char *code = NULL;

      td_engine_test_provider_async (fixture->engine, cases[i].provider_id, NULL, td_test_ready,
                                     &call);
      models = td_engine_test_provider_finish (fixture->engine, td_test_wait (&call), &error);
      g_assert_null (models);
      code = td_error_code_from_error (error);
      g_assert_cmpstr (code, ==, cases[i].code);
    }
}

/* The user leaves out the /v1; the test finds it and keeps it. */
static void
test_address_is_corrected (EngineFixture *fixture,
                           gconstpointer  unused)
{
  TdEndpointList *endpoints = td_engine_get_endpoints (fixture->engine);
  const char *url = fake_provider_get_url (fixture->server);
  g_autofree char *root = g_strndup (url, strlen (url) - strlen ("/v1"));
  g_auto (TdTestCall) add = TD_TEST_CALL_INIT;
  g_auto (TdTestCall) test = TD_TEST_CALL_INIT;
  g_auto (Run) run = RUN_INIT;
  g_autoptr (GPtrArray) models = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;

  td_endpoint_list_add_async (endpoints, "Short", root, NULL, td_test_ready, &add);
  id = td_endpoint_list_add_finish (endpoints, td_test_wait (&add), &error);
  g_assert_no_error (error);
  td_engine_test_provider_async (fixture->engine, id, NULL, td_test_ready, &test);
  models = td_engine_test_provider_finish (fixture->engine, td_test_wait (&test), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (td_endpoint_list_find (endpoints, id)->base_url, ==, url);

  run_prepare (&run, fixture, "short:tiny", "question");
  run_start (&run, NULL);
  error = run_wait (&run);
  g_assert_no_error (error);
  g_assert_cmpstr (td_message_get_text (run_nth (&run, 1)), ==, "Hello");
}

static TdLocalServer *
make_server (TdProviderKind  kind,
             const char     *name,
             const char     *base_url,
             const char     *model_id)
{
  TdLocalServer *server = g_new0 (TdLocalServer, 1);
  TdListedModel *model = g_new0 (TdListedModel, 1);

  server->kind = kind;
  server->name = g_strdup (name);
  server->base_url = g_strdup (base_url);
  server->models = g_ptr_array_new_with_free_func ((GDestroyNotify) td_listed_model_free);
  model->id = g_strdup (model_id);
  model->context = 4096;
  g_ptr_array_add (server->models, model);
  return server;
}

static char *
adopt (EngineFixture *fixture,
       TdLocalServer *server)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;
  char *id;

  td_engine_adopt_server_async (fixture->engine, server, NULL, td_test_ready, &call);
  id = td_engine_adopt_server_finish (fixture->engine, td_test_wait (&call), &error);
  g_assert_no_error (error);
  return id;
}

static void
test_adopt_ollama (EngineFixture *fixture,
                   gconstpointer  unused)
{
  g_autoptr (TdLocalServer) server =
    make_server (TD_PROVIDER_KIND_OLLAMA, "Ollama", "http://127.0.0.1:11555", "my-own:latest");
  g_autofree char *id = adopt (fixture, server);
  TdModel *model;

  g_assert_cmpstr (id, ==, "ollama");
  g_assert_cmpstr (
    td_endpoint_list_find (td_engine_get_endpoints (fixture->engine), "ollama")->base_url, ==,
    "http://127.0.0.1:11555");
  model = find_model (fixture, "ollama:my-own:latest");
  g_assert_nonnull (model);
  g_assert_cmpint (td_model_get_facts (model)->context, ==, 4096);
  g_assert_true (td_model_get_facts (model)->local);
  g_assert_cmpint (td_engine_get_usable (fixture->engine, "ollama:my-own:latest"), ==,
                   TD_USABLE_YES);
}

static void
test_adopt_other (EngineFixture *fixture,
                  gconstpointer  unused)
{
  g_autoptr (TdLocalServer) server = make_server (TD_PROVIDER_KIND_OPENAI_COMPATIBLE, "llama.cpp",
                                                  "http://127.0.0.1:18080/v1", "gguf");
  g_autofree char *id = adopt (fixture, server);
  g_autofree char *again = adopt (fixture, server);
  g_autofree char *key = g_strconcat (id, ":gguf", NULL);

  g_assert_cmpstr (again, ==, id);
  g_assert_cmpint (td_engine_get_usable (fixture->engine, key), ==, TD_USABLE_YES);
  engine_fixture_restart (fixture);
  g_assert_cmpint (td_engine_get_usable (fixture->engine, key), ==, TD_USABLE_YES);
}

/* ---- what providers list -------------------------------------------------------------------- */

static void
list (EngineFixture     *fixture,
      const char        *provider_id,
      const char *const *ids,
      const char        *no_chat)
{
  TdDiscovered *discovered = td_engine_get_discovered (fixture->engine);
  g_autoptr (GPtrArray) models =
    g_ptr_array_new_with_free_func ((GDestroyNotify) td_listed_model_free);
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; ids[i]; i++)
    {
      TdListedModel *model = g_new0 (TdListedModel, 1);

      model->id = g_strdup (ids[i]);
      model->no_chat = g_strcmp0 (ids[i], no_chat) == 0;
      g_ptr_array_add (models, model);
    }
  td_discovered_update_async (discovered, provider_id, models, td_test_ready, &call);
  td_discovered_update_finish (discovered, td_test_wait (&call), &error);
  g_assert_no_error (error);
}

static gboolean
has_key (gconstpointer model,
         gconstpointer key)
{
  return g_str_equal (td_model_get_key (TD_MODEL ((gpointer) model)), key);
}

static void
check_missing (EngineFixture *fixture)
{
  g_autoptr (GPtrArray) missing = td_engine_list_missing (fixture->engine, "openai");
  g_autoptr (GPtrArray) never_asked = td_engine_list_missing (fixture->engine, "anthropic");

  g_assert_true (g_ptr_array_find_with_equal_func (missing, "openai:gpt-4.1", has_key, NULL));
  g_assert_false (g_ptr_array_find_with_equal_func (missing, "openai:gpt-4o-mini", has_key, NULL));
  g_assert_false (g_ptr_array_find_with_equal_func (missing, "openai:brand-new", has_key, NULL));
  g_assert_cmpuint (never_asked->len, ==, 0);
}

static void
check_listing (EngineFixture *fixture)
{
  TdEngine *engine = fixture->engine;
  const TdModelFacts *known;

  g_assert_cmpint (td_engine_get_listing (engine, "openai:gpt-4o-mini"), ==, TD_LISTING_LISTED);
  g_assert_cmpint (td_engine_get_listing (engine, "openai:brand-new"), ==, TD_LISTING_LISTED);
  g_assert_cmpint (td_engine_get_listing (engine, "openai:gpt-4.1"), ==, TD_LISTING_MISSING);
  g_assert_cmpint (td_engine_get_listing (engine, "anthropic:claude"), ==, TD_LISTING_UNKNOWN);
  /* What the catalogue knows stays as it knows it; what it does not know is there to be used. */
  check_missing (fixture);
  known = td_model_get_facts (find_model (fixture, "openai:gpt-4o-mini"));
  g_assert_cmpint (known->price.input, >, 0);
  g_assert_cmpint (known->context, >, 0);
  g_assert_cmpint (td_engine_get_usable (engine, "openai:brand-new"), ==, TD_USABLE_NEEDS_KEY);
}

static void
test_listing (EngineFixture *fixture,
              gconstpointer  unused)
{
  g_assert_cmpint (td_engine_get_listing (fixture->engine, "openai:gpt-4.1"), ==,
                   TD_LISTING_UNKNOWN);
  list (fixture, "openai", (const char *[]) { "gpt-4o-mini", "brand-new", NULL }, NULL);
  check_listing (fixture);
  engine_fixture_restart (fixture);
  check_listing (fixture);
  /* The next list replaces the one before. */
  list (fixture, "openai", (const char *[]) { "gpt-4.1", NULL }, NULL);
  g_assert_cmpint (td_engine_get_listing (fixture->engine, "openai:gpt-4.1"), ==,
                   TD_LISTING_LISTED);
  g_assert_cmpint (td_engine_get_listing (fixture->engine, "openai:gpt-4o-mini"), ==,
                   TD_LISTING_MISSING);
  g_assert_cmpint (td_engine_get_usable (fixture->engine, "openai:brand-new"), ==,
                   TD_USABLE_UNKNOWN_MODEL);
}

/* The server says that it does something else, which its name does not. */
static void
test_no_chat (EngineFixture *fixture,
              gconstpointer  unused)
{
  for (guint i = 0; i < 2; i++)
    {
      if (i == 0)
        list (fixture, "free-server", (const char *[]) { "tiny", "painter", NULL }, "painter");
      else
        engine_fixture_restart (fixture); /* as it was stored */
      g_assert_cmpint (td_engine_get_usable (fixture->engine, "free-server:painter"), ==,
                       TD_USABLE_NOT_CHAT);
      g_assert_cmpint (td_engine_get_usable (fixture->engine, "free-server:tiny"), ==,
                       TD_USABLE_YES);
    }
}

/* A model that a server names as everybody does is the same model. */
static void
test_same_model (EngineFixture *fixture,
                 gconstpointer  unused)
{
  static const struct
  {
    const char *id;
    const char *base_model;
  } cases[] = {
    { "openai/gpt-4o-mini", "openai/gpt-4o-mini" },
    { "gpt-4o-mini", "openai/gpt-4o-mini" },
    { "my-gpt-4o-mini", NULL },
    { "tiny", NULL },
  };

  list (fixture, "free-server",
        (const char *[]) { cases[0].id, cases[1].id, cases[2].id, cases[3].id, NULL }, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *key = g_strconcat ("free-server:", cases[i].id, NULL);

      g_assert_cmpstr (td_model_get_facts (find_model (fixture, key))->base_model, ==,
                       cases[i].base_model);
    }
}

static void
move_ollama (EngineFixture *fixture,
             const char    *url)
{
  TdEndpointList *endpoints = td_engine_get_endpoints (fixture->engine);
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;

  td_endpoint_list_set_async (endpoints, "ollama", "base-url", url, NULL, td_test_ready, &call);
  g_assert_true (td_endpoint_list_set_finish (endpoints, td_test_wait (&call), NULL));
}

static void
check_ollama (EngineFixture *fixture,
              gboolean       is_free)
{
  TdModel *known = find_model (fixture, "ollama:deepseek-r1:1.5b");
  TdModel *own = find_model (fixture, "ollama:my-own:latest");

  g_assert_cmpint (td_model_facts_is_free (td_model_get_facts (known)), ==, is_free);
  g_assert_cmpint (td_model_get_facts (known)->local, ==, is_free);
  g_assert_cmpint (td_model_facts_is_free (td_model_get_facts (own)), ==, is_free);
  g_assert_true (td_engine_is_installed (fixture->engine, "ollama:my-own:latest"));
  g_assert_false (td_engine_is_installed (fixture->engine, td_model_get_key (known)));
}

/* What runs on another machine is not known to cost nothing. */
static void
test_ollama_elsewhere (EngineFixture *fixture,
                       gconstpointer  unused)
{
  list (fixture, "ollama", (const char *[]) { "my-own:latest", NULL }, NULL);
  check_ollama (fixture, TRUE);
  move_ollama (fixture, "http://192.0.2.1:11434");
  while (td_model_get_facts (find_model (fixture, "ollama:my-own:latest"))->local)
    g_main_context_iteration (NULL, TRUE);
  check_ollama (fixture, FALSE);
  engine_fixture_restart (fixture);
  check_ollama (fixture, FALSE);
  move_ollama (fixture, "");
  while (!td_model_get_facts (find_model (fixture, "ollama:my-own:latest"))->local)
    g_main_context_iteration (NULL, TRUE);
  check_ollama (fixture, TRUE);
}

int
main (int   argc,
      char *argv[])
{
  td_test_init (&argc, &argv);
#define ADD(path, function) \
  g_test_add (path, EngineFixture, NULL, engine_fixture_set_up, function, engine_fixture_tear_down)
  g_test_add_func ("/engine/corrupt", test_corrupt);
  g_test_add_func ("/engine/cancelled", test_cancelled);
  ADD ("/engine/stop-twice", test_stop_twice);
  ADD ("/engine/stop-saves-drafts", test_stop_saves_drafts);
  ADD ("/engine/usable", test_usable);
  ADD ("/engine/key-is-known-without-the-keyring", test_key_is_known_without_the_keyring);
  ADD ("/engine/discovered-models-stay", test_discovered_models_stay);
  ADD ("/engine/taken-model-stays", test_taken_model_stays);
  ADD ("/engine/removed-server", test_removed_server);
  ADD ("/engine/moved-server", test_moved_server);
  ADD ("/engine/provider-twice", test_provider_twice);
  ADD ("/engine/provider-fails", test_provider_fails);
  ADD ("/engine/address-is-corrected", test_address_is_corrected);
  ADD ("/engine/adopt-ollama", test_adopt_ollama);
  ADD ("/listing/merged", test_listing);
  ADD ("/listing/no-chat", test_no_chat);
  ADD ("/listing/same-model", test_same_model);
  ADD ("/listing/ollama-elsewhere", test_ollama_elsewhere);
  ADD ("/engine/adopt-other", test_adopt_other);
  return g_test_run ();
}

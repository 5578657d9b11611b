/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Replies that need a key, which is in a real keyring: from typing it in to the header that
 * arrives at the server, and what is said when the keyring is shut.
 */
#include "config.h"

#include <string.h>

#include "engine/engine-fixture.h"
#include "engine/td-error-code.h"
#include "vault/keyring-session.h"

#define CANARY "sk-canary-7f3a9c1e5b2d4860"

/* A model of OpenAI, whose address is the server's. */
static char *
find_openai_model (TdEngine *engine)
{
  TdCatalogue *catalogue = td_market_get_catalogue (td_engine_get_market (engine));

  for (guint i = 0; i < td_catalogue_get_n_models (catalogue); i++)
    {
      const TdModelFacts *facts = td_model_get_facts (td_catalogue_get_model (catalogue, i));

      if (g_str_equal (facts->provider_id, "openai") && facts->type == TD_MODEL_TYPE_CHAT)
        return g_strdup (facts->key);
    }
  g_assert_not_reached ();
}

static void
point_openai_to (EngineFixture *fixture)
{
  TdEndpointList *endpoints = td_engine_get_endpoints (fixture->engine);
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;

  td_endpoint_list_set_async (endpoints, "openai", "base-url",
                              fake_provider_get_url (fixture->server), NULL, td_test_ready, &call);
  g_assert_true (td_endpoint_list_set_finish (endpoints, td_test_wait (&call), NULL));
}

static TdApiKey *
add_key (EngineFixture *fixture)
{
  TdKeyRing *key_ring = td_engine_get_key_ring (fixture->engine);
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;
  TdApiKey *key;

  td_key_ring_add_async (key_ring, "openai", NULL, CANARY, NULL, td_test_ready, &call);
  key = td_key_ring_add_finish (key_ring, td_test_wait (&call), &error);
  g_assert_no_error (error);
  return key;
}

static void
revoke_key (EngineFixture *fixture,
            TdApiKey      *key)
{
  TdKeyRing *key_ring = td_engine_get_key_ring (fixture->engine);
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;

  td_key_ring_revoke_async (key_ring, td_api_key_get_id (key), NULL, td_test_ready, &call);
  g_assert_true (td_key_ring_revoke_finish (key_ring, td_test_wait (&call), &error));
}

typedef struct
{
  TdEngine *engine;
  const char *model_key;
  TdUsable wanted;
} Usable;

static gboolean
is_usable_as_wanted (gpointer data)
{
  Usable *usable = data;

  return td_engine_get_usable (usable->engine, usable->model_key) == usable->wanted;
}

static GError *
ask (EngineFixture *fixture,
     Run           *run,
     const char    *model_key)
{
  run_prepare (run, fixture, model_key, "question");
  run_start (run, NULL);
  return run_wait (run);
}

static void
check_code (const GError *error,
            const char   *code)
{
  g_autofree char *text = NULL;

  g_assert_nonnull (error);
  text = td_error_code_from_error (error);
  g_assert_cmpstr (text, ==, code);
}

static void
check_no_canary (const char *path)
{
  g_autofree char *contents = NULL;
  gsize length = 0;

  if (g_file_get_contents (path, &contents, &length, NULL))
    g_assert_null (memmem (contents, length, CANARY, strlen (CANARY)));
}

static void
test_key (EngineFixture *fixture,
          gconstpointer  unused)
{
  g_autofree char *model_key = find_openai_model (fixture->engine);
  g_autofree char *log = g_strconcat (fixture->path, "-wal", NULL);
  Usable usable = { fixture->engine, model_key, TD_USABLE_YES };
  g_auto (Run) run = RUN_INIT;
  g_autoptr (TdApiKey) key = NULL;
  g_autoptr (GError) none = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) revoked = NULL;

  point_openai_to (fixture);
  g_assert_cmpint (td_engine_get_usable (fixture->engine, model_key), ==, TD_USABLE_NEEDS_KEY);
  none = ask (fixture, &run, model_key);
  check_code (none, "provider:no-key");
  g_assert_cmpuint (fake_provider_get_n_chats (fixture->server), ==, 0);
  g_assert_cmpint (td_message_get_cost (run_nth (&run, 1)), ==, 0);

  key = add_key (fixture);
  td_test_wait_until (is_usable_as_wanted, &usable, "the key to be known");
  error = ask (fixture, &run, model_key);
  g_assert_no_error (error);
  g_assert_cmpuint (fake_provider_get_n_chats (fixture->server), ==, 1);
  g_assert_cmpstr (fake_provider_get_header (fixture->server, 0), ==, "Bearer " CANARY);
  check_no_canary (fixture->path);
  check_no_canary (log);

  revoke_key (fixture, key);
  usable.wanted = TD_USABLE_NEEDS_KEY;
  td_test_wait_until (is_usable_as_wanted, &usable, "the key to be gone");
  revoked = ask (fixture, &run, model_key);
  check_code (revoked, "provider:no-key");
}

/* A server that repeats the key it refuses, as some do: it must not be shown or stored. */
static void
test_refused_key (EngineFixture *fixture,
                  gconstpointer  unused)
{
  static const FakeReply refusal = {
    .status = 401,
    .body = "{\"error\":{\"message\":\"Incorrect API key provided: " CANARY
            "\",\"code\":\"invalid_api_key\"}}",
  };
  g_autofree char *model_key = find_openai_model (fixture->engine);
  g_autofree char *log = g_strconcat (fixture->path, "-wal", NULL);
  g_auto (Run) run = RUN_INIT;
  g_autoptr (TdApiKey) key = NULL;
  g_autoptr (GError) error = NULL;

  point_openai_to (fixture);
  key = add_key (fixture);
  fake_provider_queue (fixture->server, &refusal);
  error = ask (fixture, &run, model_key);
  check_code (error, "provider:auth");
  g_assert_null (strstr (error->message, CANARY));
  g_assert_null (strstr (td_message_get_error_detail (run_nth (&run, 1)), CANARY));
  check_no_canary (fixture->path);
  check_no_canary (log);
  revoke_key (fixture, key);
}

static void
test_locked (EngineFixture *fixture,
             gconstpointer  unused)
{
  g_autofree char *model_key = find_openai_model (fixture->engine);
  g_auto (Run) run = RUN_INIT;
  g_autoptr (TdApiKey) key = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) second = NULL;

  point_openai_to (fixture);
  key = add_key (fixture);
  keyring_session_lock ();
  error = ask (fixture, &run, model_key);
  check_code (error, "vault:locked");
  g_assert_cmpstr (td_message_get_error_code (run_nth (&run, 1)), ==, "vault:locked");
  g_assert_cmpuint (fake_provider_get_n_chats (fixture->server), ==, 0);
  g_assert_cmpint (engine_fixture_count (fixture,
                                         "SELECT count(*) FROM receipt WHERE outcome = 'failed'"
                                         " AND cost = 0"),
                   ==, 1);

  /* Unlocked, the same reply is made again. */
  keyring_session_unlock ();
  run_prepare (&run, fixture, model_key, NULL);
  run_start (&run, NULL);
  second = run_wait (&run);
  g_assert_no_error (second);
  g_assert_cmpstr (td_message_get_text (run_nth (&run, 1)), ==, "Hello");
  revoke_key (fixture, key);
}

int
main (int   argc,
      char *argv[])
{
  keyring_session_init ();
  td_test_init (&argc, &argv);
#define ADD(path, function) \
  g_test_add (path, EngineFixture, NULL, engine_fixture_set_up, function, engine_fixture_tear_down)
  ADD ("/engine-keyring/key", test_key);
  ADD ("/engine-keyring/refused-key", test_refused_key);
  ADD ("/engine-keyring/locked", test_locked);
  return g_test_run ();
}

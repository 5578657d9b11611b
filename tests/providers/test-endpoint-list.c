/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "support/td-test.h"

#include <string.h>

#include "base/td-http.h"
#include "providers/td-endpoint-list.h"

typedef struct
{
  char *path;
  TdDatabase *database;
  TdMarket *market;
  TdEndpointList *list;
  guint n_changed;
  char *changed_id;
} Fixture;

static void
changed_cb (TdEndpointList *list,
            const char     *provider_id,
            Fixture        *fixture)
{
  fixture->n_changed++;
  g_set_str (&fixture->changed_id, provider_id);
}

static TdEndpointList *
load_list (Fixture *fixture)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;
  TdEndpointList *list;

  td_endpoint_list_load_async (fixture->database, fixture->market, NULL, td_test_ready, &call);
  list = td_endpoint_list_load_finish (td_test_wait (&call), &error);
  g_assert_no_error (error);
  return list;
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_auto (TdTestCall) opening = TD_TEST_CALL_INIT;
  g_auto (TdTestCall) loading = TD_TEST_CALL_INIT;
  g_autoptr (SoupSession) session = td_http_session_new ();
  g_autofree char *folder = td_test_make_dir ();
  g_autoptr (GError) error = NULL;

  g_unsetenv ("OLLAMA_HOST");
  fixture->path = g_build_filename (folder, "topdog.db", NULL);
  td_database_open_async (fixture->path, NULL, td_test_ready, &opening);
  fixture->database = td_database_open_finish (td_test_wait (&opening), &error);
  g_assert_no_error (error);
  td_market_load_async (NULL, session, NULL, td_test_ready, &loading);
  fixture->market = td_market_load_finish (td_test_wait (&loading), &error);
  g_assert_no_error (error);
  fixture->list = load_list (fixture);
  g_signal_connect (fixture->list, "changed", G_CALLBACK (changed_cb), fixture);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_assert_finalize_object (fixture->list);
  g_object_unref (fixture->market);
  td_database_close (fixture->database);
  g_object_unref (fixture->database);
  g_free (fixture->changed_id);
  g_free (fixture->path);
}

/* Gives the code of the TD_ENDPOINT_ERROR, or -1 when it was stored. */
static int
set (Fixture    *fixture,
     const char *provider_id,
     const char *field,
     const char *value)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;

  td_endpoint_list_set_async (fixture->list, provider_id, field, value, NULL, td_test_ready, &call);
  g_assert_null (call.result);
  if (td_endpoint_list_set_finish (fixture->list, td_test_wait (&call), &error))
    return -1;
  g_assert_true (error->domain == TD_ENDPOINT_ERROR);
  return error->code;
}

/* Gives the provider id, or NULL with an error. */
static char *
add (Fixture     *fixture,
     const char  *name,
     const char  *url,
     GError     **error)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;

  td_endpoint_list_add_async (fixture->list, name, url, NULL, td_test_ready, &call);
  return td_endpoint_list_add_finish (fixture->list, td_test_wait (&call), error);
}

static gboolean
take_away (Fixture     *fixture,
           const char  *provider_id,
           GError     **error)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;

  td_endpoint_list_remove_async (fixture->list, provider_id, NULL, td_test_ready, &call);
  return td_endpoint_list_remove_finish (fixture->list, td_test_wait (&call), error);
}

static const TdEndpoint *
find (Fixture    *fixture,
      const char *provider_id)
{
  const TdEndpoint *endpoint = td_endpoint_list_find (fixture->list, provider_id);

  g_assert_nonnull (endpoint);
  return endpoint;
}

static void
test_defaults (Fixture       *fixture,
               gconstpointer  data)
{
  g_autoptr (GPtrArray) all = td_endpoint_list_dup_all (fixture->list);
  const TdEndpoint *openai = find (fixture, "openai");
  const TdEndpoint *ollama = find (fixture, "ollama");
  gboolean main_ones = TRUE;

  g_assert_cmpuint (all->len, ==,
                    td_catalogue_get_providers (td_market_get_catalogue (fixture->market))->len);
  g_assert_cmpstr (openai->base_url, ==, "https://api.openai.com/v1");
  g_assert_true (openai->needs_key && openai->enabled && !openai->custom && !openai->local);
  g_assert_true (ollama->local && !ollama->needs_key);
  g_assert_cmpint (ollama->auth, ==, TD_AUTH_NONE);
  g_assert_null (td_endpoint_list_find (fixture->list, "nobody"));
  for (guint i = 0; i < all->len; i++)
    {
      const TdEndpoint *endpoint = all->pdata[i];

      g_assert_true (main_ones || !endpoint->main);
      main_ones = endpoint->main;
    }
  g_assert_false (main_ones);
}

/* Gemini's: the end of its address. */
static void
test_api_version (Fixture       *fixture,
                  gconstpointer  unused)
{
  const TdEndpoint *google = find (fixture, "google");

  g_assert_cmpstr (td_endpoint_get_api_version (google), ==, "v1beta");
  g_assert_cmpint (set (fixture, "google", "api-version", "v1"), ==, -1);
  google = find (fixture, "google");
  g_assert_cmpstr (google->base_url, ==, "https://generativelanguage.googleapis.com/v1");
  g_assert_cmpstr (td_endpoint_get_api_version (google), ==, "v1");
  g_assert_cmpint (set (fixture, "google", "api-version", "v2"), ==, TD_ENDPOINT_ERROR_BAD_VALUE);
  g_assert_cmpint (set (fixture, "google", "api-version", NULL), ==, -1);
  google = find (fixture, "google");
  g_assert_cmpstr (google->base_url, ==, google->default_base_url);
  g_assert_cmpint (set (fixture, "openai", "api-version", "v1"), ==, TD_ENDPOINT_ERROR_BAD_VALUE);
  g_assert_cmpint (set (fixture, "google", "base-url", "https://example.org/gemini"), ==, -1);
  g_assert_cmpint (set (fixture, "google", "api-version", "v1"), ==, TD_ENDPOINT_ERROR_BAD_VALUE);
}

static void
test_base_url (Fixture       *fixture,
               gconstpointer  data)
{
  g_assert_cmpint (set (fixture, "openai", "base-url", " http://127.0.0.1:4010/v1/ "), ==, -1);
  g_assert_cmpuint (fixture->n_changed, ==, 1);
  g_assert_cmpstr (fixture->changed_id, ==, "openai");
  g_assert_cmpstr (find (fixture, "openai")->base_url, ==, "http://127.0.0.1:4010/v1");
  g_assert_cmpstr (find (fixture, "openai")->default_base_url, ==, "https://api.openai.com/v1");
  g_assert_cmpint (set (fixture, "openai", "base-url", "ftp://x"), ==, TD_ENDPOINT_ERROR_BAD_URL);
  g_assert_cmpstr (find (fixture, "openai")->base_url, ==, "http://127.0.0.1:4010/v1");
  g_assert_cmpint (set (fixture, "openai", "base-url", ""), ==, -1);
  g_assert_cmpstr (find (fixture, "openai")->base_url, ==, "https://api.openai.com/v1");
  g_assert_cmpint (set (fixture, "anthropic", "base-url", NULL), ==, -1);
}

static void
test_enabled (Fixture       *fixture,
              gconstpointer  data)
{
  g_assert_cmpint (set (fixture, "openai", "enabled", "false"), ==, -1);
  g_assert_false (find (fixture, "openai")->enabled);
  g_assert_true (find (fixture, "anthropic")->enabled);
  g_assert_cmpint (set (fixture, "openai", "enabled", "perhaps"), ==, TD_ENDPOINT_ERROR_BAD_VALUE);
  g_assert_false (find (fixture, "openai")->enabled);
  g_assert_cmpint (set (fixture, "openai", "enabled", "true"), ==, -1);
  g_assert_true (find (fixture, "openai")->enabled);
  g_assert_cmpint (set (fixture, "openai", "enabled", "false"), ==, -1);
  g_assert_cmpint (set (fixture, "openai", "enabled", NULL), ==, -1);
  g_assert_true (find (fixture, "openai")->enabled);
}

static void
test_timeouts (Fixture       *fixture,
               gconstpointer  data)
{
  g_autoptr (TdEndpointList) again = NULL;
  const TdTimeouts *limits;

  g_assert_cmpuint (find (fixture, "openai")->timeouts.connect_ms, ==, 0);
  g_assert_cmpint (set (fixture, "openai", "connect-timeout", "7"), ==, -1);
  g_assert_cmpint (set (fixture, "openai", "first-byte-timeout", "90"), ==, -1);
  g_assert_cmpint (set (fixture, "openai", "idle-timeout", "30"), ==, -1);
  g_assert_cmpint (set (fixture, "openai", "total-timeout", "86400"), ==, -1);
  again = load_list (fixture);
  limits = &td_endpoint_list_find (again, "openai")->timeouts;
  g_assert_cmpuint (limits->connect_ms, ==, 7000);
  g_assert_cmpuint (limits->first_byte_ms, ==, 90000);
  g_assert_cmpuint (limits->idle_ms, ==, 30000);
  g_assert_cmpuint (limits->total_ms, ==, 86400000);
  for (const char *const *bad = (const char *const[]) { "0", "86401", "-1", "soon", "1.5", NULL };
       *bad; bad++)
    g_assert_cmpint (set (fixture, "openai", "idle-timeout", *bad), ==,
                     TD_ENDPOINT_ERROR_BAD_VALUE);
  g_assert_cmpint (set (fixture, "openai", "idle-timeout", ""), ==, -1);
  g_assert_cmpuint (find (fixture, "openai")->timeouts.idle_ms, ==, 0);
  g_assert_cmpuint (find (fixture, "openai")->timeouts.connect_ms, ==, 7000);
  g_assert_true (find (fixture, "openai")->enabled);
}

static gboolean
set_order (Fixture            *fixture,
           const char *const  *ids,
           GError            **error)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;

  td_endpoint_list_set_order_async (fixture->list, ids, NULL, td_test_ready, &call);
  return td_endpoint_list_set_order_finish (fixture->list, td_test_wait (&call), error);
}

/* The first ones of a list, with spaces. */
static char *
dup_first (TdEndpointList *list,
           guint           n)
{
  g_autoptr (GPtrArray) all = td_endpoint_list_dup_all (list);
  GString *ids = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    g_string_append_printf (ids, "%s%s", i > 0 ? " " : "",
                            ((TdEndpoint *) all->pdata[i])->provider_id);
  return g_string_free_and_steal (ids);
}

static void
test_order (Fixture       *fixture,
            gconstpointer  data)
{
  g_autofree char *usual = dup_first (fixture->list, 3);
  g_autofree char *own = NULL;
  g_autofree char *kept = NULL;
  g_autofree char *other = NULL;
  g_autofree char *reset = NULL;
  g_autoptr (TdEndpointList) again = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (set_order (fixture, (const char *[]) { "groq", "ollama", "openai", NULL }, NULL));
  own = dup_first (fixture->list, 3);
  g_assert_cmpstr (own, ==, "groq ollama openai");
  g_assert_cmpint (find (fixture, "ollama")->position, ==, 1);
  g_assert_cmpint (find (fixture, "anthropic")->position, ==, -1);
  again = load_list (fixture);
  kept = dup_first (again, 3);
  g_assert_cmpstr (kept, ==, "groq ollama openai");

  g_assert_false (set_order (fixture, (const char *[]) { "groq", "nobody", NULL }, &error));
  g_assert_error (error, TD_ENDPOINT_ERROR, TD_ENDPOINT_ERROR_UNKNOWN_PROVIDER);
  g_assert_true (set_order (fixture, (const char *[]) { "openai", NULL }, NULL));
  other = dup_first (fixture->list, 1);
  g_assert_cmpstr (other, ==, "openai");
  g_assert_cmpint (find (fixture, "groq")->position, ==, -1);
  g_assert_true (set_order (fixture, (const char *[]) { NULL }, NULL));
  reset = dup_first (fixture->list, 3);
  g_assert_cmpstr (reset, ==, usual);
}

static void
test_headers (Fixture       *fixture,
              gconstpointer  data)
{
  g_assert_cmpint (set (fixture, "openrouter", "header", "X-Title: Top Dog"), ==, -1);
  g_assert_cmpint (set (fixture, "openrouter", "header", "HTTP-Referer: https://example.org"), ==,
                   -1);
  g_assert_cmpint (set (fixture, "openrouter", "header", "x-title: Other"), ==, -1);
  g_assert_cmpstrv (find (fixture, "openrouter")->extra_headers,
                    ((const char *[]) { "HTTP-Referer", "https://example.org", "x-title", "Other",
                                        NULL }));
  g_assert_cmpint (set (fixture, "openrouter", "header", "Authorization: Bearer secret"), ==,
                   TD_ENDPOINT_ERROR_SECRET_HEADER);
  g_assert_cmpint (set (fixture, "openrouter", "header", "X-A: b\r\nX-B: c"), ==,
                   TD_ENDPOINT_ERROR_BAD_HEADER);
  g_assert_cmpint (set (fixture, "openrouter", "header", "X-TITLE:"), ==, -1);
  g_assert_cmpstrv (find (fixture, "openrouter")->extra_headers,
                    ((const char *[]) { "HTTP-Referer", "https://example.org", NULL }));
  g_assert_cmpint (set (fixture, "openrouter", "header", ""), ==, -1);
  g_assert_null (find (fixture, "openrouter")->extra_headers);
}

/* The catalogue's own headers stay, and come first. */
static void
test_fixed_headers (Fixture       *fixture,
                    gconstpointer  data)
{
  const TdEndpoint *endpoint;

  g_assert_cmpint (set (fixture, "anthropic", "header", "X-A: b"), ==, -1);
  endpoint = find (fixture, "anthropic");
  g_assert_cmpstrv (endpoint->headers,
                    ((const char *[]) { "anthropic-version", "2023-06-01", "X-A", "b", NULL }));
  g_assert_cmpstrv (endpoint->extra_headers, ((const char *[]) { "X-A", "b", NULL }));
}

static void
test_unknown (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (GError) not_custom = NULL;
  g_autoptr (GError) nobody = NULL;

  g_assert_cmpint (set (fixture, "nobody", "enabled", "false"), ==,
                   TD_ENDPOINT_ERROR_UNKNOWN_PROVIDER);
  g_assert_cmpint (set (fixture, "openai", "colour", "red"), ==, TD_ENDPOINT_ERROR_UNKNOWN_FIELD);
  g_assert_false (take_away (fixture, "openai", &not_custom));
  g_assert_error (not_custom, TD_ENDPOINT_ERROR, TD_ENDPOINT_ERROR_NOT_CUSTOM);
  g_assert_false (take_away (fixture, "nobody", &nobody));
  g_assert_error (nobody, TD_ENDPOINT_ERROR, TD_ENDPOINT_ERROR_UNKNOWN_PROVIDER);
  g_assert_cmpuint (fixture->n_changed, ==, 0);
}

static void
test_custom (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *id = add (fixture, "  My Café, Server! ", "localhost:8080/v1", &error);
  const TdEndpoint *endpoint;

  g_assert_no_error (error);
  g_assert_cmpstr (id, ==, "my-cafe-server");
  endpoint = find (fixture, id);
  g_assert_cmpstr (endpoint->name, ==, "My Café, Server!");
  g_assert_cmpstr (endpoint->base_url, ==, "http://localhost:8080/v1");
  g_assert_null (endpoint->default_base_url);
  g_assert_true (endpoint->custom && endpoint->local && endpoint->enabled && !endpoint->needs_key);
  g_assert_cmpint (endpoint->kind, ==, TD_PROVIDER_KIND_OPENAI_COMPATIBLE);

  g_assert_cmpint (set (fixture, id, "header", "X-A: b"), ==, -1);
  g_assert_cmpint (set (fixture, id, "base-url", "https://example.org/v1"), ==, -1);
  g_assert_cmpint (set (fixture, id, "base-url", NULL), ==, TD_ENDPOINT_ERROR_BAD_VALUE);
  g_assert_false (find (fixture, id)->local);
  g_assert_true (take_away (fixture, id, &error));
  g_assert_no_error (error);
  g_assert_null (td_endpoint_list_find (fixture->list, id));
}

static void
test_custom_names (Fixture       *fixture,
                   gconstpointer  data)
{
  static const char *const cases[][2] = {
    { "Box", "box" },
    { "box", "box-2" },
    { "BOX!", "box-3" },
    { "OpenAI", "openai-2" },
    { "日本", "endpoint" },
    { "a:b/c", "a-b-c" },
    { "-- x --", "x" },
  };
  static const char *const refused[] = {
    "",
    "   ",
    "a\nb",
    "\xff",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *id = add (fixture, cases[i][0], "http://127.0.0.1:1/v1", &error);

      g_assert_no_error (error);
      g_assert_cmpstr (id, ==, cases[i][1]);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (add (fixture, refused[i], "http://127.0.0.1:1/v1", &error));
      g_assert_error (error, TD_ENDPOINT_ERROR, TD_ENDPOINT_ERROR_BAD_VALUE);
    }
}

static void
test_custom_url (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (add (fixture, "Box", "https://user:secret@box", &error));
  g_assert_error (error, TD_ENDPOINT_ERROR, TD_ENDPOINT_ERROR_BAD_URL);
  g_assert_null (strstr (error->message, "secret"));
  g_assert_cmpuint (fixture->n_changed, ==, 0);
}

/* Another list on the same database sees the same, after a restart and after being told. */
static void
test_is_kept (Fixture       *fixture,
              gconstpointer  data)
{
  g_autofree char *id = add (fixture, "Box", "http://127.0.0.1:1/v1", NULL);
  g_autoptr (TdEndpointList) other = NULL;
  guint seen = fixture->n_changed;

  g_assert_cmpint (set (fixture, "openai", "enabled", "false"), ==, -1);
  g_assert_cmpint (set (fixture, id, "header", "X-A: b"), ==, -1);
  other = load_list (fixture);
  g_assert_false (td_endpoint_list_find (other, "openai")->enabled);
  g_assert_cmpstrv (td_endpoint_list_find (other, id)->extra_headers,
                    ((const char *[]) { "X-A", "b", NULL }));

  seen = fixture->n_changed;
  {
    g_auto (TdTestCall) call = TD_TEST_CALL_INIT;

    td_endpoint_list_set_async (other, "openai", "enabled", "true", NULL, td_test_ready, &call);
    g_assert_true (td_endpoint_list_set_finish (other, td_test_wait (&call), NULL));
  }
  g_assert_false (find (fixture, "openai")->enabled);
  td_endpoint_list_reload (fixture->list);
  while (fixture->n_changed == seen)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (find (fixture, "openai")->enabled);
  g_assert_null (fixture->changed_id);
}

static void
test_reload_outlived (Fixture       *fixture,
                      gconstpointer  data)
{
  TdEndpointList *other = load_list (fixture);
  g_autoptr (TdEndpointList) later = NULL;

  td_endpoint_list_reload (other);
  g_assert_finalize_object (other);
  later = load_list (fixture);
  g_assert_nonnull (later);
}

static void
test_ollama_host (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr (TdEndpointList) list = NULL;
  const TdEndpoint *ollama;

  g_setenv ("OLLAMA_HOST", "box.lan:1234", TRUE);
  list = load_list (fixture);
  g_unsetenv ("OLLAMA_HOST");
  ollama = td_endpoint_list_find (list, "ollama");
  g_assert_cmpstr (ollama->base_url, ==, "http://box.lan:1234");
  g_assert_cmpstr (ollama->default_base_url, ==, "http://box.lan:1234");
  g_assert_null (ollama->list_url);
  g_assert_cmpstr (td_endpoint_list_find (list, "ollama-cloud")->base_url, ==,
                   "https://ollama.com");
}

static void
test_market_changes (Fixture       *fixture,
                     gconstpointer  data)
{
  TdProviderFacts *facts = td_provider_facts_new ();

  facts->id = g_strdup ("found");
  facts->name = g_strdup ("Found");
  facts->kind = TD_PROVIDER_KIND_OLLAMA;
  facts->base_url = g_strdup ("http://127.0.0.1:7");
  facts->local = TRUE;
  td_market_set_discovered (fixture->market, "found", facts, g_ptr_array_new ());
  while (fixture->n_changed == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (find (fixture, "found")->base_url, ==, "http://127.0.0.1:7");
}

static void
add_test (const char *path,
          void (*test) (Fixture *fixture,
                        gconstpointer data))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int    argc,
      char **argv)
{
  td_test_init (&argc, &argv);
  add_test ("/endpoint-list/defaults", test_defaults);
  add_test ("/endpoint-list/base-url", test_base_url);
  add_test ("/endpoint-list/api-version", test_api_version);
  add_test ("/endpoint-list/enabled", test_enabled);
  add_test ("/endpoint-list/timeouts", test_timeouts);
  add_test ("/endpoint-list/order", test_order);
  add_test ("/endpoint-list/headers", test_headers);
  add_test ("/endpoint-list/fixed-headers", test_fixed_headers);
  add_test ("/endpoint-list/unknown", test_unknown);
  add_test ("/endpoint-list/custom", test_custom);
  add_test ("/endpoint-list/custom-names", test_custom_names);
  add_test ("/endpoint-list/custom-url", test_custom_url);
  add_test ("/endpoint-list/is-kept", test_is_kept);
  add_test ("/endpoint-list/reload-outlived", test_reload_outlived);
  add_test ("/endpoint-list/ollama-host", test_ollama_host);
  add_test ("/endpoint-list/market-changes", test_market_changes);
  return g_test_run ();
}

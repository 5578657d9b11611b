/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "support/td-test.h"

#include <string.h>

#include "providers/bad-server.h"
#include "providers/td-discovery-private.h"
#include "providers/td-discovery.h"
#include "providers/td-model-listing.h"

#define KEY    "key-of-the-test"
#define JSON   "application/json"
#define MODELS "{\"data\":[{\"id\":\"a\"},{\"id\":\"b\"}]}"
#define LOADING \
  "{\"error\":{\"code\":503,\"message\":\"Loading model\",\"type\":\"unavailable_error\"}}"
#define NO_REPLY .raw = "", .then = THEN_STALL

static TdEndpoint *
make_endpoint (BadServer  *server,
               const char *provider_id,
               const char *path)
{
  g_autofree char *url = bad_server_build_url (server, path);
  TdEndpoint *endpoint = td_endpoint_new_custom (provider_id, provider_id, url);

  return endpoint;
}

static const char *
get_path (const char *url)
{
  const char *port = strrchr (url, ':') + 1;

  return port + strspn (port, "0123456789");
}

/* "id id … @ path", or the class of failure */
static char *
list (const TdEndpoint  *endpoint,
      const char        *key,
      GError           **error)
{
  g_autoptr (SoupSession) session = td_http_session_new ();
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GPtrArray) models = NULL;
  g_autoptr (GError) failed = NULL;
  GString *out = g_string_new (NULL);

  td_discovery_list_async (session, endpoint, key, NULL, td_test_ready, &call);
  g_assert_null (call.result);
  models = td_discovery_list_finish (td_test_wait (&call), &failed);
  for (guint i = 0; models != NULL && i < models->len; i++)
    g_string_append_printf (out, "%s ", ((TdListedModel *) models->pdata[i])->id);
  if (models != NULL)
    g_string_append_printf (out, "@ %s", get_path (td_discovery_list_get_base_url (call.result)));
  else
    {
      g_assert_true (failed->domain == TD_PROVIDER_ERROR);
      g_assert_null (strstr (failed->message, KEY));
      g_string_append (out, td_provider_error_to_string (failed->code));
    }
  if (error != NULL)
    *error = g_steal_pointer (&failed);
  return g_string_free (out, FALSE);
}

static void
test_lists (void)
{
  static const struct
  {
    const char *name;
    Script scripts[3];
    const char *path;
    const char *summary;
    guint n_requests;
  } cases[] = {
    { "good", { { "/v1/models", 200, JSON, NULL, MODELS } }, "/v1", "a b @ /v1", 1 },
    { "without-v1", { { "/v1/models", 200, JSON, NULL, MODELS } }, "", "a b @ /v1", 2 },
    { "page-and-v1",
      { { "/models", 200, "text/html", NULL, "<html>" },
        { "/v1/models", 200, JSON, NULL, MODELS } },
      "",
      "a b @ /v1",
      2 },
    { "no-v1-needed", { { "/models", 200, JSON, NULL, MODELS } }, "", "a b @ ", 1 },
    { "nowhere", { { NULL } }, "", "not_found", 2 },
    { "nowhere-below-v1", { { NULL } }, "/v1", "not_found", 1 },
    { "wrong-key",
      { { "/models", 401, JSON, NULL, "{\"error\":\"not " KEY "\"}" } },
      "",
      "auth",
      1 },
    { "error-in-200",
      { { "/v1/models", 200, JSON, NULL,
          "{\"error\":{\"message\":\"not " KEY "\",\"code\":\"invalid_api_key\"}}" } },
      "/v1",
      "auth",
      1 },
    { "redirect",
      { { "/v1/models", 301, NULL, "Location: http://127.0.0.1:1/\n", "" } },
      "/v1",
      "protocol",
      1 },
    { "no-list", { { "/v1/models", 200, JSON, NULL, "{}" } }, "/v1", "protocol", 1 },
    { "hang-up", { { "/v1/models", .raw = "", .then = THEN_CLOSE } }, "/v1", "server", 1 },
    { "busy", { { "/v1/models", 503, JSON, NULL, LOADING } }, "/v1", "overloaded", 1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      guint n_scripts = cases[i].scripts[0].model == NULL   ? 0
                        : cases[i].scripts[1].model == NULL ? 1
                                                            : 2;
      g_autoptr (BadServer) server = bad_server_new (cases[i].scripts, n_scripts);
      g_autoptr (TdEndpoint) endpoint = make_endpoint (server, "mine", cases[i].path);
      g_autofree char *summary = list (endpoint, KEY, NULL);

      g_test_message ("%s", cases[i].name);
      g_assert_cmpstr (summary, ==, cases[i].summary);
      g_assert_cmpuint (bad_server_count_requests (server), ==, cases[i].n_requests);
      g_assert_cmpstr (bad_server_get_last_header (server, "Authorization"), ==, "Bearer " KEY);
    }
}

#define PAGES          "/v1beta/models"
#define PAGE(id, rest) "{\"models\":[{\"name\":\"models/" id "\"}]" rest "}"

/* Pages are asked for until there is no more; the server here has only one address for all. */
static void
test_pages (void)
{
  static const struct
  {
    const char *name;
    const char *body;
    const char *summary;
    guint n_requests;
  } cases[] = {
    { "one", PAGE ("a", ""), "a @ /v1beta", 1 },
    { "again-and-again", PAGE ("a", ",\"nextPageToken\":\"b\""), "a @ /v1beta", 20 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const Script script = { PAGES, 200, JSON, NULL, cases[i].body };
      g_autoptr (BadServer) server = bad_server_new (&script, 1);
      g_autoptr (TdEndpoint) endpoint = make_endpoint (server, "google", "/v1beta");
      g_autofree char *summary = NULL;

      endpoint->kind = TD_PROVIDER_KIND_GEMINI;
      endpoint->auth = TD_AUTH_X_GOOG_API_KEY;
      summary = list (endpoint, KEY, NULL);
      g_assert_cmpstr (summary, ==, cases[i].summary);
      g_assert_cmpuint (bad_server_count_requests (server), ==, cases[i].n_requests);
      g_assert_cmpstr (bad_server_get_last_header (server, "x-goog-api-key"), ==, KEY);
      g_assert_null (bad_server_get_last_header (server, "Authorization"));
    }
}

typedef struct
{
  GString *asked;
  const char *fail_at; /* (nullable): the page that is refused */
} Pager;

static void
page_cb (SoupServer        *server,
         SoupServerMessage *message,
         const char        *path,
         GHashTable        *query,
         gpointer           user_data)
{
  static const char *const bodies[][2] = {
    { "", PAGE ("a", ",\"nextPageToken\":\"2=&\"") },
    { "2=&", PAGE ("b", ",\"nextPageToken\":\"3\"") },
    { "3", PAGE ("c", "") },
  };
  Pager *pager = user_data;
  const char *token = query != NULL ? g_hash_table_lookup (query, "pageToken") : NULL;

  token = token != NULL ? token : "";
  g_string_append_printf (pager->asked, "%s?%s ", path, token);
  soup_server_message_set_status (message, g_strcmp0 (token, pager->fail_at) == 0 ? 401 : 200,
                                  NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      if (g_str_equal (bodies[i][0], token))
        soup_server_message_set_response (message, JSON, SOUP_MEMORY_STATIC, bodies[i][1],
                                          strlen (bodies[i][1]));
    }
}

static void
test_pages_follow (void)
{
  static const struct
  {
    const char *fail_at;
    const char *summary;
    const char *asked;
  } cases[] = {
    { NULL, "a b c @ /v1beta", PAGES "? " PAGES "?2=& " PAGES "?3 " },
    { "3", "auth", PAGES "? " PAGES "?2=& " PAGES "?3 " },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SoupServer) server = soup_server_new (NULL, NULL);
      g_autoptr (GString) asked = g_string_new (NULL);
      Pager pager = { asked, cases[i].fail_at };
      g_autoptr (TdEndpoint) endpoint = NULL;
      g_autofree char *url = NULL;
      g_autofree char *summary = NULL;
      GSList *uris;

      soup_server_add_handler (server, NULL, page_cb, &pager, NULL);
      g_assert_true (soup_server_listen_local (server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, NULL));
      uris = soup_server_get_uris (server);
      url = g_strdup_printf ("http://127.0.0.1:%d/v1beta", g_uri_get_port (uris->data));
      g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
      endpoint = td_endpoint_new_custom ("google", "google", url);
      endpoint->kind = TD_PROVIDER_KIND_GEMINI;
      summary = list (endpoint, KEY, NULL);
      g_assert_cmpstr (summary, ==, cases[i].summary);
      g_assert_cmpstr (asked->str, ==, cases[i].asked);
      soup_server_disconnect (server);
    }
}

/* A provider of the catalogue is where the catalogue says: nothing is guessed. */
static void
test_nothing_guessed (void)
{
  static const Script scripts[] = { { "/v1/models", 200, JSON, NULL, MODELS } };
  g_autoptr (BadServer) server = bad_server_new (scripts, G_N_ELEMENTS (scripts));
  g_autoptr (TdEndpoint) endpoint = make_endpoint (server, "mine", "");
  g_autofree char *summary = NULL;

  endpoint->custom = FALSE;
  summary = list (endpoint, NULL, NULL);
  g_assert_cmpstr (summary, ==, "not_found");
  g_assert_cmpuint (bad_server_count_requests (server), ==, 1);
  g_assert_null (bad_server_get_last_header (server, "Authorization"));
}

static void
test_keys (void)
{
  static const Script scripts[] = {
    { "/good/models", 200, JSON, NULL, MODELS },
    { "/good/key", 200, JSON, NULL, "{\"data\":{\"label\":\"x\"}}" },
    { "/bad/models", 200, JSON, NULL, MODELS },
    { "/bad/key", 401, JSON, NULL, "{\"error\":{\"code\":401,\"message\":\"User not found.\"}}" },
  };
  g_autoptr (BadServer) server = bad_server_new (scripts, G_N_ELEMENTS (scripts));
  g_autoptr (TdEndpoint) good = make_endpoint (server, "x", "/good");
  g_autoptr (TdEndpoint) bad = make_endpoint (server, "x", "/bad");
  g_autofree char *with_good_key = NULL;
  g_autofree char *with_bad_key = NULL;
  g_autofree char *without_key = NULL;
  g_autofree char *key_needed = NULL;

  good->wire = bad->wire = TD_WIRE_TRAIT_KEY_CALL;
  good->needs_key = bad->needs_key = TRUE;
  with_good_key = list (good, KEY, NULL);
  with_bad_key = list (bad, KEY, NULL);
  without_key = list (bad, NULL, NULL);
  bad->list_needs_key = TRUE;
  key_needed = list (bad, NULL, NULL);
  g_assert_cmpstr (with_good_key, ==, "a b @ /good");
  g_assert_cmpstr (with_bad_key, ==, "auth");
  g_assert_cmpstr (without_key, ==, "a b @ /bad");
  g_assert_cmpstr (key_needed, ==, "no_key");
}

static void
test_list_cancelled (void)
{
  static const Script scripts[] = { { "/v1/models", NO_REPLY } };
  g_autoptr (BadServer) server = bad_server_new (scripts, G_N_ELEMENTS (scripts));
  g_autoptr (TdEndpoint) endpoint = make_endpoint (server, "mine", "/v1");
  g_autoptr (SoupSession) session = td_http_session_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;

  td_discovery_list_async (session, endpoint, NULL, cancellable, td_test_ready, &call);
  while (bad_server_count_requests (server) == 0)
    g_main_context_iteration (NULL, TRUE);
  g_cancellable_cancel (cancellable);
  g_assert_null (td_discovery_list_finish (td_test_wait (&call), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* ---- Servers on this machine -------------------------------------------------------------- */

static const Script ollama[] = {
  { "/api/version", 200, JSON, NULL, "{\"version\":\"0.21.0\"}" },
  { "/api/tags", 200, JSON, NULL,
    "{\"models\":[{\"name\":\"llama3.2:latest\",\"model\":\"llama3.2:latest\",\"size\":5,\"details\":{\"parameter_size\":\"3.2B\"}}]}" },
  { "/v1/models", 200, JSON, NULL,
    "{\"data\":[{\"id\":\"llama3.2:latest\",\"owned_by\":\"library\"}]}" },
  /* What /api/show says about the model of that name. */
  { "llama3.2:latest", 200, JSON, NULL,
    "{\"model_info\":{\"general.architecture\":\"llama\",\"llama.context_length\":131072},\"capabilities\":[\"completion\"]}" },
};
static const Script ollama_with_more[] = {
  { "/api/tags", 200, JSON, NULL,
    "{\"models\":[{\"name\":\"chat\"},{\"name\":\"embed\"},{\"name\":\"old\"},{\"name\":\"gone\"},{\"name\":\"told\",\"details\":{\"context_length\":8}}]}" },
  { "chat", 200, JSON, NULL,
    "{\"model_info\":{\"general.architecture\":\"a\",\"a.context_length\":4096,\"b.context_length\":1},\"capabilities\":[\"completion\",\"tools\"]}" },
  { "embed", 200, JSON, NULL,
    "{\"model_info\":{\"general.architecture\":\"b\",\"b.context_length\":2048},\"capabilities\":[\"embedding\"]}" },
  { "old", 200, JSON, NULL, "{\"model_info\":{}}" },
  { "gone", 404, JSON, NULL, "{\"error\":\"model 'gone' not found\"}" },
};
static const Script llamacpp[] = {
  { "/v1/models", 200, JSON, NULL,
    "{\"models\":[{\"name\":\"q.gguf\"}],\"data\":[{\"id\":\"q.gguf\",\"owned_by\":\"llamacpp\",\"meta\":{\"n_ctx_train\":40960}}]}" },
};
static const Script llamacpp_renamed[] = {
  { "/v1/models", 200, JSON, NULL, "{\"data\":[{\"id\":\"q\",\"owned_by\":\"me\"}]}" },
  { "/props", 200, JSON, NULL,
    "{\"default_generation_settings\":{\"n_ctx\":4096},\"total_slots\":1}" },
};
static const Script llamacpp_loading[] = {
  { "/api/version", 503, JSON, NULL, LOADING },
  { "/v1/models", 503, JSON, NULL, LOADING },
};
static const Script vllm[] = {
  { "/v1/models", 200, JSON, NULL,
    "{\"data\":[{\"id\":\"Qwen/Qwen3-8B\",\"owned_by\":\"vllm\",\"max_model_len\":32768}]}" },
};
static const Script lm_studio[] = {
  /* It answers what it does not know with 200 and an error. */
  { "/api/version", 200, JSON, NULL,
    "{\"error\":\"Unexpected endpoint or method. (GET /api/version)\"}" },
  { "/props", 200, JSON, NULL, "{\"error\":\"Unexpected endpoint or method. (GET /props)\"}" },
  { "/v1/models", 200, JSON, NULL,
    "{\"data\":[{\"id\":\"qwen/qwen3-8b\",\"owned_by\":\"organization_owner\"}]}" },
  { "/api/v1/models", 200, JSON, NULL,
    "{\"models\":[{\"type\":\"llm\",\"key\":\"qwen/qwen3-8b\"}]}" },
};
static const Script somebody[] = {
  { "/v1/models", 200, JSON, NULL, "{\"data\":[{\"id\":\"a\"}]}" },
};
static const Script slow_to_say_who[] = {
  { "/v1/models", 200, JSON, NULL, "{\"data\":[{\"id\":\"a\"}]}" },
  { "/props", NO_REPLY },
};
static const Script web_page[] = {
  { "/api/version", 200, "text/html", NULL, "<html>My web shop</html>" },
  { "/v1/models", 200, "text/html", NULL, "<html>My web shop</html>" },
};
static const Script silent[] = { { "/api/version", NO_REPLY } };
static const Script no_http[] = { { "/api/version", .raw = "SSH-2.0-x\r\n", .then = THEN_CLOSE } };
static const Script protected[] = {
  { "/api/version", 401, JSON, NULL, "{\"error\":\"Unauthorized\"}" },
  { "/v1/models", 401, JSON, NULL, "{\"error\":\"Unauthorized\"}" },
};
static const Script version_only[] = {
  { "/api/version", 200, JSON, NULL, "{\"version\":\"7\"}" },
};

static GPtrArray *
probe (void)
{
  g_autoptr (SoupSession) session = td_http_session_new ();
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;
  GPtrArray *servers;

  td_discovery_probe_async (session, NULL, td_test_ready, &call);
  g_assert_null (call.result);
  servers = td_discovery_probe_finish (td_test_wait (&call), &error);
  g_assert_no_error (error);
  return servers;
}

static guint16
get_port (BadServer *server)
{
  g_autofree char *url = bad_server_build_url (server, "");

  return (guint16) g_ascii_strtoull (strrchr (url, ':') + 1, NULL, 10);
}

static void
test_probe (void)
{
#define SERVER(scripts, name, n_models, path, kind) \
  { scripts, G_N_ELEMENTS (scripts), name, n_models, path, TD_PROVIDER_KIND_##kind }
  static const struct
  {
    const Script *scripts;
    gsize n_scripts;
    const char *name; /* (nullable): not to be found */
    guint n_models;
    const char *path;
    TdProviderKind kind;
  } cases[] = {
    SERVER (ollama, "Ollama", 1, "", OLLAMA),
    SERVER (llamacpp, "llama.cpp", 1, "/v1", OPENAI_COMPATIBLE),
    SERVER (llamacpp_renamed, "llama.cpp", 1, "/v1", OPENAI_COMPATIBLE),
    SERVER (llamacpp_loading, "llama.cpp", 0, "/v1", OPENAI_COMPATIBLE),
    SERVER (vllm, "vLLM", 1, "/v1", OPENAI_COMPATIBLE),
    SERVER (lm_studio, "LM Studio", 1, "/v1", OPENAI_COMPATIBLE),
    SERVER (somebody, "OpenAI-compatible server", 1, "/v1", OPENAI_COMPATIBLE),
    SERVER (slow_to_say_who, "OpenAI-compatible server", 1, "/v1", OPENAI_COMPATIBLE),
    SERVER (web_page, NULL, 0, NULL, OPENAI),
    SERVER (silent, NULL, 0, NULL, OPENAI),
    SERVER (no_http, NULL, 0, NULL, OPENAI),
    SERVER (protected, NULL, 0, NULL, OPENAI),
    SERVER (version_only, NULL, 0, NULL, OPENAI),
  };
#undef SERVER
  g_autoptr (GPtrArray) running = g_ptr_array_new_with_free_func ((GDestroyNotify) bad_server_free);
  guint16 ports[G_N_ELEMENTS (cases)];
  g_autoptr (GPtrArray) found = NULL;
  gint64 started;
  guint n = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      BadServer *server = bad_server_new (cases[i].scripts, cases[i].n_scripts);

      g_ptr_array_add (running, server);
      ports[i] = get_port (server);
    }
  td_discovery_set_probe_ports (ports, G_N_ELEMENTS (ports));
  g_unsetenv ("OLLAMA_HOST");
  started = g_get_monotonic_time ();
  found = probe ();
  /* All at once: the silent ones do not add up. */
  g_assert_cmpint (g_get_monotonic_time () - started, <, 3 * G_USEC_PER_SEC);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const TdLocalServer *server;
      g_autofree char *url = NULL;

      if (cases[i].name == NULL)
        continue;
      g_assert_cmpuint (n, <, found->len);
      server = found->pdata[n++];
      url = bad_server_build_url (running->pdata[i], cases[i].path);
      g_assert_cmpstr (server->name, ==, cases[i].name);
      g_assert_cmpstr (server->base_url, ==, url);
      g_assert_cmpint (server->kind, ==, cases[i].kind);
      g_assert_cmpuint (server->models->len, ==, cases[i].n_models);
      g_assert_null (bad_server_get_last_header (running->pdata[i], "Authorization"));
    }
  g_assert_cmpuint (found->len, ==, n);
  td_discovery_set_probe_ports (NULL, 0);
}

/* What lists say about the end of a model, and what is no date. */
static void
test_retirements (void)
{
  static const struct
  {
    const char *entry;
    const char *retires;
  } cases[] = {
    { "\"lifecycle\":\"active\",\"deprecated_at\":null,\"retires_at\":null", NULL },
    { "\"lifecycle\":\"deprecated\",\"deprecated_at\":\"2026-10-15T00:00:00Z\",\"retires_at\":\"2027-01-15T00:00:00Z\"",
      "2027-01-15" },
    { "\"lifecycle\":\"deprecated\",\"retires_at\":null", "" },
    { "\"deprecated_at\":\"2026-10-15T00:00:00Z\"", "" },
    { "\"expiration_date\":\"2026-12-31\"", "2026-12-31" },
    { "\"expiration_date\":\"soon\"", NULL },
    { "\"expiration_date\":20261231", NULL },
    { "\"expiration_date\":\"2026-99-99\"", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strdup_printf ("{\"data\":[{\"id\":\"m\",%s}]}", cases[i].entry);
      g_autoptr (GBytes) body = g_bytes_new (text, strlen (text));
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) models = td_model_listing_read (body, &error);

      g_assert_no_error (error);
      g_assert_cmpstr (((const TdListedModel *) models->pdata[0])->retires, ==, cases[i].retires);
    }
}

/* A local Ollama is asked about each model; what it does not say stays unknown. */
static void
test_ollama_details (void)
{
  static const struct
  {
    const char *id;
    gint64 context;
    gboolean no_chat;
  } expected[] = {
    { "chat", 4096, FALSE },
    { "embed", 2048, TRUE },
    { "old", 0, FALSE },
    { "gone", 0, FALSE },
    { "told", 8, FALSE },
  };
  g_autoptr (BadServer) server = bad_server_new (ollama_with_more, G_N_ELEMENTS (ollama_with_more));
  g_autoptr (TdEndpoint) endpoint = make_endpoint (server, "ollama", "");
  g_autoptr (SoupSession) session = td_http_session_new ();
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) models = NULL;

  endpoint->kind = TD_PROVIDER_KIND_OLLAMA;
  td_discovery_list_async (session, endpoint, NULL, NULL, td_test_ready, &call);
  models = td_discovery_list_finish (td_test_wait (&call), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (models->len, ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < models->len; i++)
    {
      const TdListedModel *model = models->pdata[i];

      g_assert_cmpstr (model->id, ==, expected[i].id);
      g_assert_cmpint (model->context, ==, expected[i].context);
      g_assert_true (model->no_chat == expected[i].no_chat);
    }
  g_assert_cmpuint (bad_server_count_requests (server), ==, 5);
}

/* An Ollama that listens elsewhere is found where the environment says, and only once. */
static void
test_probe_environment (void)
{
  g_autoptr (BadServer) server = bad_server_new (ollama, G_N_ELEMENTS (ollama));
  const guint16 ports[] = { get_port (server) };
  g_autofree char *host = g_strdup_printf ("0.0.0.0:%u", ports[0]);
  g_autoptr (GPtrArray) once = NULL;
  g_autoptr (GPtrArray) elsewhere = NULL;

  g_setenv ("OLLAMA_HOST", host, TRUE);
  td_discovery_set_probe_ports (ports, 1);
  once = probe ();
  td_discovery_set_probe_ports (ports, 0);
  elsewhere = probe ();
  g_unsetenv ("OLLAMA_HOST");
  td_discovery_set_probe_ports (NULL, 0);

  g_assert_cmpuint (once->len, ==, 1);
  g_assert_cmpint (
    ((TdListedModel *) ((TdLocalServer *) once->pdata[0])->models->pdata[0])->context, ==, 131072);
  g_assert_cmpuint (elsewhere->len, ==, 1);
  g_assert_cmpstr (((TdLocalServer *) elsewhere->pdata[0])->name, ==, "Ollama");
}

static void
test_probe_cancelled (void)
{
  g_autoptr (BadServer) server = bad_server_new (silent, G_N_ELEMENTS (silent));
  const guint16 ports[] = { get_port (server) };
  g_autoptr (SoupSession) session = td_http_session_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;

  td_discovery_set_probe_ports (ports, 1);
  td_discovery_probe_async (session, cancellable, td_test_ready, &call);
  while (bad_server_count_requests (server) == 0)
    g_main_context_iteration (NULL, TRUE);
  g_cancellable_cancel (cancellable);
  g_assert_null (td_discovery_probe_finish (td_test_wait (&call), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  td_discovery_set_probe_ports (NULL, 0);
}

int
main (int    argc,
      char **argv)
{
  td_test_init (&argc, &argv);
  g_test_add_func ("/discovery/lists", test_lists);
  g_test_add_func ("/discovery/retirements", test_retirements);
  g_test_add_func ("/discovery/pages", test_pages);
  g_test_add_func ("/discovery/pages-follow", test_pages_follow);
  g_test_add_func ("/discovery/nothing-guessed", test_nothing_guessed);
  g_test_add_func ("/discovery/keys", test_keys);
  g_test_add_func ("/discovery/list-cancelled", test_list_cancelled);
  g_test_add_func ("/discovery/probe", test_probe);
  g_test_add_func ("/discovery/ollama-details", test_ollama_details);
  g_test_add_func ("/discovery/probe-environment", test_probe_environment);
  g_test_add_func ("/discovery/probe-cancelled", test_probe_cancelled);
  return g_test_run ();
}

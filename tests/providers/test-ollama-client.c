/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "support/td-test.h"

#include <string.h>

#include "providers/bad-server.h"
#include "providers/td-ollama-client.h"

#define JSON  "application/json"
#define LINES "application/x-ndjson"
#define HEAD  "HTTP/1.1 200 OK\r\nContent-Type: " LINES "\r\nConnection: close\r\n\r\n"
#define LAYER(digest, rest) \
  "{\"status\":\"pulling " digest "\",\"digest\":\"" digest "\"" rest "}\n"
#define SUCCESS "{\"status\":\"success\"}\n"

/* ---- What is sent ------------------------------------------------------------------------- */

typedef enum
{
  SHOW,
  LOADED,
  PULL,
  LOAD_DEFAULT,
  LOAD_MINUTE,
  LOAD_FOREVER,
  UNLOAD,
  VERSION,
} What;

static TdWireRequest *
write_request (const TdEndpoint *endpoint,
               What              what)
{
  switch (what)
    {
    case SHOW:
      return td_ollama_write_show (endpoint, "m:1");
    case LOADED:
      return td_ollama_write_loaded (endpoint);
    case PULL:
      return td_ollama_write_pull (endpoint, "m:1");
    case LOAD_DEFAULT:
      return td_ollama_write_load (endpoint, "m:1", TD_OLLAMA_KEEP_DEFAULT);
    case LOAD_MINUTE:
      return td_ollama_write_load (endpoint, "m:1", 60);
    case LOAD_FOREVER:
      return td_ollama_write_load (endpoint, "m:1", TD_OLLAMA_KEEP_FOREVER);
    case UNLOAD:
      return td_ollama_write_unload (endpoint, "m:1");
    case VERSION:
    default:
      return td_ollama_write_version (endpoint);
    }
}

static void
test_requests (void)
{
  static const struct
  {
    What what;
    const char *method;
    const char *path;
    const char *body; /* (nullable) */
  } cases[] = {
    { SHOW, "POST", "/api/show", "{\"model\":\"m:1\"}" },
    { LOADED, "GET", "/api/ps", NULL },
    { PULL, "POST", "/api/pull", "{\"model\":\"m:1\",\"stream\":true}" },
    { LOAD_DEFAULT, "POST", "/api/chat", "{\"model\":\"m:1\",\"messages\":[],\"stream\":false}" },
    { LOAD_MINUTE, "POST", "/api/chat",
      "{\"model\":\"m:1\",\"messages\":[],\"stream\":false,\"keep_alive\":60}" },
    { LOAD_FOREVER, "POST", "/api/chat",
      "{\"model\":\"m:1\",\"messages\":[],\"stream\":false,\"keep_alive\":-1}" },
    { UNLOAD, "POST", "/api/chat",
      "{\"model\":\"m:1\",\"messages\":[],\"stream\":false,\"keep_alive\":0}" },
    { VERSION, "GET", "/api/version", NULL },
  };
  g_autoptr (TdEndpoint) endpoint = td_endpoint_new_custom ("o", "O", "http://127.0.0.1:1/v1");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TdWireRequest) wire = write_request (endpoint, cases[i].what);
      g_autofree char *url = g_strconcat ("http://127.0.0.1:1", cases[i].path, NULL);

      g_assert_cmpstr (wire->method, ==, cases[i].method);
      g_assert_cmpstr (wire->url, ==, url);
      if (cases[i].body != NULL)
        g_assert_cmpmem (g_bytes_get_data (wire->body, NULL), g_bytes_get_size (wire->body),
                         cases[i].body, strlen (cases[i].body));
      else
        g_assert_null (wire->body);
    }
}

/* ---- How a download goes ------------------------------------------------------------------ */

static void
note_progress_cb (const TdPullProgress *progress,
                  gpointer              out)
{
  g_string_append_printf (out, "%s %" G_GINT64_FORMAT "/%" G_GINT64_FORMAT ", ", progress->status,
                          progress->completed, progress->total);
}

static void
test_progress (void)
{
  static const struct
  {
    const char *lines;
    const char *progress;
    const char *end;
  } cases[] = {
    { "{\"status\":\"pulling manifest\"}\n" SUCCESS, "pulling manifest 0/-1, success 0/-1, ",
      "good" },
    { LAYER ("a", ",\"total\":10") LAYER ("a", ",\"total\":10,\"completed\":4")
        LAYER ("b", ",\"total\":5,\"completed\":5") LAYER ("a", ",\"total\":10,\"completed\":10")
          SUCCESS,
      "pulling a 0/10, pulling a 4/10, pulling b 9/15, pulling a 15/15, success 15/15, ", "good" },
    /* A count that is left out stays as it was; nonsense does not get out. */
    { LAYER ("a", ",\"total\":10,\"completed\":4") LAYER ("a", "")
        LAYER ("a", ",\"total\":-5,\"completed\":99") SUCCESS,
      "pulling a 4/10, pulling a 4/10, pulling a 0/0, success 0/0, ", "good" },
    { LAYER ("a", ",\"total\":9223372036854775807,\"completed\":9223372036854775807")
        LAYER ("b", ",\"total\":9223372036854775807") SUCCESS,
      "pulling a 1125899906842624/1125899906842624, "
      "pulling b 1125899906842624/2251799813685248, success 1125899906842624/2251799813685248, ",
      "good" },
    { "{\"status\":\"pulling manifest\"}\n{\"error\":\"pull model manifest: file does not exist\"}\n",
      "pulling manifest 0/-1, ", "not_found" },
    { "{\"error\":\"max retries exceeded\"}\n", "", "server" },
    { LAYER ("a", ",\"total\":10"), "pulling a 0/10, ", "cut" },
    { LAYER ("a", ",\"total\":10") "{\"stat", "pulling a 0/10, ", "cut" },
    { "", "", "cut" },
    { "<html>\n", "", "protocol" },
    { "{\"hello\":1}\n[]\n7\n" SUCCESS, "success 0/-1, ", "good" },
    { SUCCESS "<html>\n", "success 0/-1, ", "good" },
    { "{\"status\":\"success\"}", "success 0/-1, ", "good" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GString) progress = g_string_new (NULL);
      g_autoptr (TdPullParser) parser = td_pull_parser_new (note_progress_cb, progress);
      g_autoptr (TdFailure) failure = NULL;

      td_pull_parser_feed (parser, cases[i].lines, strlen (cases[i].lines));
      failure = td_pull_parser_end (parser);
      g_assert_cmpstr (progress->str, ==, cases[i].progress);
      g_assert_cmpstr (failure != NULL ? td_provider_error_to_string (failure->class) : "good", ==,
                       cases[i].end);
    }
}

static void
test_endless (void)
{
  g_autoptr (GString) progress = g_string_new (NULL);
  g_autoptr (TdPullParser) parser = td_pull_parser_new (note_progress_cb, progress);
  g_autofree char *piece = g_strnfill (1024, 'x');
  g_autoptr (TdFailure) failure = NULL;
  guint n = 0;

  while (td_pull_parser_feed (parser, piece, 1024))
    g_assert_cmpuint (++n, <, 1000);
  failure = td_pull_parser_end (parser);
  g_assert_cmpint (failure->class, ==, TD_PROVIDER_ERROR_PROTOCOL);
}

/* ---- Asking a server ---------------------------------------------------------------------- */

static const Script scripts[] = {
  { "/api/ps", 200, JSON, NULL,
    "{\"models\":[{\"name\":\"a:1\",\"model\":\"a:1\",\"size\":10,\"size_vram\":7,\"context_length\":4096,"
    "\"expires_at\":\"1970-01-01T01:00:01.5+01:00\"},{\"name\":\"b\"},{},7]}" },
  { "good", 200, JSON, NULL, "{\"model\":\"good\",\"done\":true,\"done_reason\":\"load\"}" },
  { "undone", 200, JSON, NULL, "{\"model\":\"undone\",\"done\":false}" },
  { "missing", 404, JSON, NULL, "{\"error\":\"model 'missing' not found\"}" },
  { "shown", 200, JSON, NULL,
    "{\"capabilities\":[\"completion\"],\"model_info\":{\"general.architecture\":\"x\",\"x.context_length\":99}}" },
  { "pulled", 200, LINES, NULL, LAYER ("a", ",\"total\":10,\"completed\":10") SUCCESS },
  { "trickled", .raw = HEAD LAYER ("a", ",\"total\":2,\"completed\":1") SUCCESS, .trickle_ms = 1 },
  { "unknown", 200, LINES, NULL,
    "{\"status\":\"pulling manifest\"}\n{\"error\":\"pull model manifest: file does not exist\"}\n" },
  { "cut", .raw = HEAD LAYER ("a", ",\"total\":2,\"completed\":1"), .then = THEN_RESET },
  { "closed", .raw = HEAD LAYER ("a", ",\"total\":2,\"completed\":1"), .then = THEN_CLOSE },
  { "stalled", .raw = HEAD LAYER ("a", ",\"total\":2,\"completed\":1"), .then = THEN_STALL },
};

typedef struct
{
  BadServer *server;
  SoupSession *session;
  TdEndpoint *endpoint;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autofree char *url = NULL;

  fixture->server = bad_server_new (scripts, G_N_ELEMENTS (scripts));
  fixture->session = td_http_session_new ();
  url = bad_server_build_url (fixture->server, "");
  fixture->endpoint = td_endpoint_new_custom ("o", "O", url);
  fixture->endpoint->kind = TD_PROVIDER_KIND_OLLAMA;
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  td_endpoint_free (fixture->endpoint);
  g_object_unref (fixture->session);
  bad_server_free (fixture->server);
}

static void
test_loaded (Fixture       *fixture,
             gconstpointer  data)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) models = NULL;
  const TdLoadedModel *first;
  const TdLoadedModel *second;

  td_ollama_list_loaded_async (fixture->session, fixture->endpoint, NULL, NULL, td_test_ready,
                               &call);
  g_assert_null (call.result);
  models = td_ollama_list_loaded_finish (td_test_wait (&call), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (models->len, ==, 2);
  first = models->pdata[0];
  second = models->pdata[1];
  g_assert_cmpstr (first->id, ==, "a:1");
  g_assert_cmpint (first->size_bytes, ==, 10);
  g_assert_cmpint (first->vram_bytes, ==, 7);
  g_assert_cmpint (first->context, ==, 4096);
  g_assert_cmpint (first->expires_us, ==, 1500000);
  g_assert_cmpstr (second->id, ==, "b");
  g_assert_cmpint (second->expires_us, ==, 0);
}

static void
test_load (Fixture       *fixture,
           gconstpointer  data)
{
  static const struct
  {
    const char *model;
    int error; /* -1: none */
  } cases[] = {
    { "good", -1 },
    { "undone", TD_PROVIDER_ERROR_PROTOCOL },
    { "missing", TD_PROVIDER_ERROR_NOT_FOUND },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases) * 2; i++)
    {
      gsize at = i / 2;
      gboolean load = i % 2 == 0;
      g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
      g_autoptr (GError) error = NULL;
      gboolean good;

      if (load)
        {
          td_ollama_load_async (fixture->session, fixture->endpoint, NULL, cases[at].model, 60,
                                NULL, td_test_ready, &call);
          good = td_ollama_load_finish (td_test_wait (&call), &error);
        }
      else
        {
          td_ollama_unload_async (fixture->session, fixture->endpoint, NULL, cases[at].model, NULL,
                                  td_test_ready, &call);
          good = td_ollama_unload_finish (td_test_wait (&call), &error);
        }
      g_assert_true (good == (cases[at].error < 0));
      if (!good)
        g_assert_error (error, TD_PROVIDER_ERROR, cases[at].error);
      g_assert_nonnull (strstr (bad_server_get_last_body (fixture->server),
                                load ? "\"keep_alive\":60" : "\"keep_alive\":0"));
    }
}

static void
test_show (Fixture       *fixture,
           gconstpointer  data)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;
  g_autoptr (TdOllamaShow) show = NULL;

  td_ollama_show_async (fixture->session, fixture->endpoint, NULL, "shown", NULL, td_test_ready,
                        &call);
  show = td_ollama_show_finish (td_test_wait (&call), &error);
  g_assert_no_error (error);
  g_assert_cmpint (show->context, ==, 99);
  g_assert_cmpstr (show->capabilities[0], ==, "completion");
}

static void
test_pull (Fixture       *fixture,
           gconstpointer  data)
{
  static const struct
  {
    const char *model;
    const char *progress;
    int error; /* -1: none */
  } cases[] = {
    { "pulled", "pulling a 10/10, success 10/10, ", -1 },
    { "trickled", "pulling a 1/2, success 1/2, ", -1 },
    { "unknown", "pulling manifest 0/-1, ", TD_PROVIDER_ERROR_NOT_FOUND },
    { "missing", "", TD_PROVIDER_ERROR_NOT_FOUND },
    { "cut", "pulling a 1/2, ", TD_PROVIDER_ERROR_CUT },
    { "closed", "pulling a 1/2, ", TD_PROVIDER_ERROR_CUT },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GString) progress = g_string_new (NULL);
      g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
      g_autoptr (GError) error = NULL;
      gboolean good;

      g_test_message ("%s", cases[i].model);
      td_ollama_pull_async (fixture->session, fixture->endpoint, NULL, cases[i].model,
                            note_progress_cb, progress, NULL, td_test_ready, &call);
      g_assert_null (call.result);
      good = td_ollama_pull_finish (td_test_wait (&call), &error);
      g_assert_cmpstr (progress->str, ==, cases[i].progress);
      g_assert_true (good == (cases[i].error < 0));
      if (!good)
        g_assert_error (error, TD_PROVIDER_ERROR, cases[i].error);
    }
}

static gboolean
none_open (gpointer server)
{
  return bad_server_count_open (server) == 0;
}

static gboolean
has_text (gpointer progress)
{
  return ((GString *) progress)->len > 0;
}

/* Cancelled, the connection is closed, which is how a download pauses. */
static void
test_pull_cancelled (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GString) progress = g_string_new (NULL);
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;

  td_ollama_pull_async (fixture->session, fixture->endpoint, NULL, "stalled", note_progress_cb,
                        progress, cancellable, td_test_ready, &call);
  td_test_wait_until (has_text, progress, "the first progress");
  g_cancellable_cancel (cancellable);
  g_assert_false (td_ollama_pull_finish (td_test_wait (&call), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  td_test_wait_until (none_open, fixture->server, "the connection to be closed");
}

static void
test_not_running (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr (GString) progress = g_string_new (NULL);
  g_auto (TdTestCall) pull = TD_TEST_CALL_INIT;
  g_auto (TdTestCall) loaded = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) other = NULL;

  td_endpoint_set_base_url (fixture->endpoint, "http://127.0.0.1:1");
  td_ollama_pull_async (fixture->session, fixture->endpoint, NULL, "m", note_progress_cb, progress,
                        NULL, td_test_ready, &pull);
  g_assert_false (td_ollama_pull_finish (td_test_wait (&pull), &error));
  g_assert_error (error, TD_PROVIDER_ERROR, TD_PROVIDER_ERROR_UNREACHABLE);
  td_ollama_list_loaded_async (fixture->session, fixture->endpoint, NULL, NULL, td_test_ready,
                               &loaded);
  g_assert_null (td_ollama_list_loaded_finish (td_test_wait (&loaded), &other));
  g_assert_error (other, TD_PROVIDER_ERROR, TD_PROVIDER_ERROR_UNREACHABLE);
}

static void
add (const char *path,
     void (*test) (Fixture *fixture, gconstpointer data))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int    argc,
      char **argv)
{
  td_test_init (&argc, &argv);
  g_test_add_func ("/ollama-client/requests", test_requests);
  g_test_add_func ("/ollama-client/progress", test_progress);
  g_test_add_func ("/ollama-client/endless", test_endless);
  add ("/ollama-client/loaded", test_loaded);
  add ("/ollama-client/load", test_load);
  add ("/ollama-client/show", test_show);
  add ("/ollama-client/pull", test_pull);
  add ("/ollama-client/pull-cancelled", test_pull_cancelled);
  add ("/ollama-client/not-running", test_not_running);
  return g_test_run ();
}

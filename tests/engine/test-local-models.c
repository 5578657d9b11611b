/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A server that runs models itself: downloads, and what is in its memory. */
#include "config.h"

#include <libsoup/soup.h>
#include <string.h>

#include "engine/engine-fixture.h"
#include "engine/td-download.h"
#include "engine/td-local-models.h"

#define MODEL "ollama:tiny:1b"

typedef struct
{
  SoupServer *server;
  SoupServerMessage *stalled; /* (nullable): a download that does not go on */
  gboolean stalls;
  gboolean refuses;
  gboolean installed;
  gboolean in_memory;
  guint n_pulls;
  EngineFixture engine;
} Fixture;

#define LAYER "{\"status\":\"pulling\",\"digest\":\"sha256:1\",\"total\":1000,\"completed\":"

static void
answer_pull (Fixture           *self,
             SoupServerMessage *message)
{
  static const char whole[] = "{\"status\":\"pulling manifest\"}\n" LAYER "400}\n" LAYER "1000}\n"
                              "{\"status\":\"success\"}\n";
  static const char begun[] = "{\"status\":\"pulling manifest\"}\n" LAYER "400}\n";
  SoupMessageBody *body = soup_server_message_get_response_body (message);

  self->n_pulls++;
  if (self->refuses)
    {
      soup_server_message_set_status (message, 404, NULL);
      soup_server_message_set_response (message, "application/json", SOUP_MEMORY_STATIC,
                                        "{\"error\":\"file does not exist\"}", 31);
      return;
    }
  soup_message_headers_set_encoding (soup_server_message_get_response_headers (message),
                                     SOUP_ENCODING_CHUNKED);
  soup_message_headers_set_content_type (soup_server_message_get_response_headers (message),
                                         "application/x-ndjson", NULL);
  if (self->stalls)
    {
      soup_message_body_append (body, SOUP_MEMORY_STATIC, begun, strlen (begun));
      self->stalled = message;
      return;
    }
  soup_message_body_append (body, SOUP_MEMORY_STATIC, whole, strlen (whole));
  soup_message_body_complete (body);
  self->installed = TRUE;
}

static void
answer_cb (SoupServer        *server,
           SoupServerMessage *message,
           const char        *path,
           GHashTable        *query,
           gpointer           user_data)
{
  Fixture *self = user_data;
  SoupMessageBody *request = soup_server_message_get_request_body (message);
  const char *answer = "{}";

  soup_server_message_set_status (message, 200, NULL);
  if (g_str_equal (path, "/api/pull"))
    {
      answer_pull (self, message);
      return;
    }
  if (g_str_equal (path, "/api/tags"))
    answer = self->installed ? "{\"models\":[{\"name\":\"tiny:1b\",\"model\":\"tiny:1b\","
                               "\"retires_at\":\"2027-01-15T00:00:00Z\"}]}"
                             : "{\"models\":[]}";
  else if (g_str_equal (path, "/api/ps"))
    answer = self->in_memory
               ? "{\"models\":[{\"name\":\"tiny:1b\",\"model\":\"tiny:1b\",\"size\":77}]}"
               : "{\"models\":[]}";
  else if (g_str_equal (path, "/api/generate") || g_str_equal (path, "/api/chat"))
    {
      g_autofree char *text = g_strndup (request->data, (gsize) request->length);

      self->in_memory = strstr (text, "\"keep_alive\":0") == NULL;
      answer = "{\"model\":\"tiny:1b\",\"done\":true}";
    }
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_COPY, answer,
                                    strlen (answer));
}

static void
set_up (Fixture       *self,
        gconstpointer  unused)
{
  g_autofree char *folder = td_test_make_dir ();
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autofree char *url = NULL;
  g_autoptr (GError) error = NULL;
  GSList *uris;

  self->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (self->server, NULL, answer_cb, self, NULL);
  g_assert_true (
    soup_server_listen_local (self->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error));
  g_assert_no_error (error);
  self->engine.path = g_build_filename (folder, "topdog.db", NULL);
  self->engine.engine = engine_fixture_start (self->engine.path);
  uris = soup_server_get_uris (self->server);
  url = g_strdup_printf ("http://127.0.0.1:%d", g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  td_endpoint_list_set_async (td_engine_get_endpoints (self->engine.engine), "ollama", "base-url",
                              url, NULL, td_test_ready, &call);
  td_endpoint_list_set_finish (td_engine_get_endpoints (self->engine.engine), td_test_wait (&call),
                               &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture       *self,
           gconstpointer  unused)
{
  td_engine_stop (self->engine.engine);
  soup_server_disconnect (self->server);
  g_object_unref (self->engine.engine);
  g_object_unref (self->server);
  g_free (self->engine.path);
}

static void
wait_for_end (TdDownload *download)
{
  while (td_download_is_running (download))
    g_main_context_iteration (NULL, TRUE);
}

static void
test_downloads (Fixture       *self,
                gconstpointer  unused)
{
  TdEngine *engine = self->engine.engine;
  TdDownload *download;

  g_assert_true (td_local_models_can (engine, "ollama"));
  g_assert_false (td_local_models_can (engine, "openai"));
  g_assert_false (td_engine_is_installed (engine, MODEL));
  download = td_engine_download (engine, MODEL);
  g_assert_true (td_engine_download (engine, MODEL) == download); /* under way already */
  wait_for_end (download);
  g_assert_no_error (td_download_get_error (download));
  g_assert_cmpint (td_download_get_total (download), ==, 1000);
  g_assert_cmpint (td_download_get_completed (download), ==, 1000);
  g_assert_true (td_engine_is_installed (engine, MODEL));
  g_assert_cmpuint (self->n_pulls, ==, 1);
  /* What the list says is remembered. */
  g_assert_cmpstr (td_engine_get_retirement (engine, MODEL), ==, "2027-01-15");
  g_assert_null (td_engine_get_retirement (engine, "openai:gpt-4o"));
  td_engine_stop (engine);
  g_object_unref (engine);
  self->engine.engine = engine_fixture_start (self->engine.path);
  g_assert_cmpstr (td_engine_get_retirement (self->engine.engine, MODEL), ==, "2027-01-15");
}

static void
test_stops_and_goes_on (Fixture       *self,
                        gconstpointer  unused)
{
  TdEngine *engine = self->engine.engine;
  TdDownload *download;

  self->stalls = TRUE;
  download = td_engine_download (engine, MODEL);
  while (td_download_get_completed (download) < 400)
    g_main_context_iteration (NULL, TRUE);
  td_download_stop (download);
  wait_for_end (download);
  g_assert_no_error (td_download_get_error (download));
  g_assert_false (td_engine_is_installed (engine, MODEL));
  self->stalls = FALSE;
  download = td_engine_download (engine, MODEL);
  wait_for_end (download);
  g_assert_true (td_engine_is_installed (engine, MODEL));
  g_assert_cmpuint (self->n_pulls, ==, 2);
}

static void
test_fails (Fixture       *self,
            gconstpointer  unused)
{
  TdDownload *download;

  self->refuses = TRUE;
  download = td_engine_download (self->engine.engine, MODEL);
  wait_for_end (download);
  g_assert_error (td_download_get_error (download), TD_PROVIDER_ERROR, TD_PROVIDER_ERROR_NOT_FOUND);
  download = td_engine_download (self->engine.engine, "openai:gpt-4o");
  wait_for_end (download);
  g_assert_error (td_download_get_error (download), TD_PROVIDER_ERROR,
                  TD_PROVIDER_ERROR_UNSUPPORTED);
}

static guint
count_loaded (Fixture *self)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) models = NULL;

  td_local_models_list_async (self->engine.engine, "ollama", NULL, td_test_ready, &call);
  models = td_local_models_list_finish (td_test_wait (&call), &error);
  g_assert_no_error (error);
  return models->len;
}

static void
load (Fixture  *self,
      gboolean  into)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;

  td_local_models_load_async (self->engine.engine, "ollama", "tiny:1b", into, NULL, td_test_ready,
                              &call);
  g_assert_true (td_local_models_load_finish (td_test_wait (&call), &error));
  g_assert_no_error (error);
}

static void
test_memory (Fixture       *self,
             gconstpointer  unused)
{
  self->installed = TRUE;
  g_assert_cmpuint (count_loaded (self), ==, 0);
  load (self, TRUE);
  g_assert_cmpuint (count_loaded (self), ==, 1);
  load (self, FALSE);
  g_assert_cmpuint (count_loaded (self), ==, 0);
}

int
main (int    argc,
      char **argv)
{
  td_test_init (&argc, &argv);
#define ADD(path, test) g_test_add ("/local-models" path, Fixture, NULL, set_up, test, tear_down)
  ADD ("/downloads", test_downloads);
  ADD ("/stops-and-goes-on", test_stops_and_goes_on);
  ADD ("/fails", test_fails);
  ADD ("/memory", test_memory);
  return g_test_run ();
}

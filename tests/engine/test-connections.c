/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Connections to a provider, counted where they are accepted.
 */
#include "config.h"

#include <string.h>

#include "engine/engine-fixture.h"
#include "engine/td-engine-private.h"

#define STREAM                                                                         \
  "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"word\"}}]}\n\n"           \
  "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"    \
  "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":1}}\n\n" \
  "data: [DONE]\n\n"
#define BUSY "{\"error\":{\"message\":\"busy\"}}"

static const struct
{
  const char *model;
  const char *head; /* NULL: the connection is closed in place of an answer */
  const char *body;
} scripts[] = {
  { "good", "200 OK\r\nContent-Type: text/event-stream", STREAM },
  { "busy", "503 Busy\r\nContent-Type: application/json", BUSY },
  { "gone", NULL, NULL },
};

/* A server that counts what it accepts; each connection has a thread of its own. */
typedef struct
{
  EngineFixture base;
  GSocketService *service; /* (owned) */
  char *url;               /* (owned) */
  gint n_connections;      /* (atomic) */
  gint n_requests;         /* (atomic) */
} Fixture;

static char *
read_request (GDataInputStream *in)
{
  gsize length = 0;
  g_autofree char *body = NULL;

  while (TRUE)
    {
      g_autofree char *line = g_data_input_stream_read_line (in, NULL, NULL, NULL);

      if (!line)
        return NULL;
      if (line[0] == '\r' || line[0] == '\0')
        break;
      if (g_ascii_strncasecmp (line, "content-length:", 15) == 0)
        length = (gsize) g_ascii_strtoull (line + 15, NULL, 10);
    }
  body = g_malloc0 (length + 1);
  if (!g_input_stream_read_all (G_INPUT_STREAM (in), body, length, NULL, NULL, NULL))
    return NULL;
  return g_steal_pointer (&body);
}

static gboolean
answer (GOutputStream *out,
        const char    *request)
{
  for (guint i = 0; i < G_N_ELEMENTS (scripts); i++)
    {
      g_autofree char *model = g_strdup_printf ("\"%s\"", scripts[i].model);
      g_autofree char *reply = NULL;

      if (!strstr (request, model) || !scripts[i].head)
        continue;
      reply = g_strdup_printf ("HTTP/1.1 %s\r\nContent-Length: %" G_GSIZE_FORMAT "\r\n\r\n%s",
                               scripts[i].head, strlen (scripts[i].body), scripts[i].body);
      return g_output_stream_write_all (out, reply, strlen (reply), NULL, NULL, NULL);
    }
  return FALSE;
}

static gboolean
run_cb (GThreadedSocketService *service,
        GSocketConnection      *connection,
        GObject                *source,
        Fixture                *self)
{
  g_autoptr (GDataInputStream) in =
    g_data_input_stream_new (g_io_stream_get_input_stream (G_IO_STREAM (connection)));
  g_autofree char *request = NULL;
  gboolean goes_on = TRUE;

  g_data_input_stream_set_newline_type (in, G_DATA_STREAM_NEWLINE_TYPE_LF);
  g_atomic_int_inc (&self->n_connections);
  g_main_context_wakeup (NULL); /* the test looks again */
  while (goes_on && (request = read_request (in)))
    {
      g_atomic_int_inc (&self->n_requests);
      goes_on = answer (g_io_stream_get_output_stream (G_IO_STREAM (connection)), request);
      g_clear_pointer (&request, g_free);
    }
  return TRUE;
}

static void
start_server (Fixture *self)
{
  g_autoptr (GInetAddress) host = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (host, 0);
  g_autoptr (GSocketAddress) effective = NULL;
  g_autoptr (GError) error = NULL;

  self->service = g_threaded_socket_service_new (16);
  g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), address, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_TCP, NULL, &effective, &error);
  g_assert_no_error (error);
  self->url = g_strdup_printf (
    "http://127.0.0.1:%u/v1",
    g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (effective)));
  g_signal_connect (self->service, "run", G_CALLBACK (run_cb), self);
  g_socket_service_start (self->service);
}

static void
add_models (Fixture *self)
{
  GPtrArray *models = g_ptr_array_new_with_free_func ((GDestroyNotify) td_model_facts_free);
  TdProviderFacts *provider = td_provider_facts_new ();

  provider->id = g_strdup ("counted");
  provider->name = g_strdup ("Counted");
  provider->kind = TD_PROVIDER_KIND_OPENAI_COMPATIBLE;
  provider->base_url = g_strdup (self->url);
  provider->auth = TD_AUTH_NONE;
  for (guint i = 0; i < G_N_ELEMENTS (scripts); i++)
    {
      TdModelFacts *facts = td_model_facts_new ();

      facts->key = g_strconcat ("counted:", scripts[i].model, NULL);
      facts->provider_id = g_strdup ("counted");
      facts->id = g_strdup (scripts[i].model);
      facts->name = g_strdup (scripts[i].model);
      facts->type = TD_MODEL_TYPE_CHAT;
      facts->input = facts->output = TD_MODALITY_TEXT;
      g_ptr_array_add (models, facts);
    }
  td_market_set_discovered (td_engine_get_market (self->base.engine), "counted", provider, models);
}

static void
set_up (Fixture       *self,
        gconstpointer  unused)
{
  engine_fixture_set_up (&self->base, NULL);
  start_server (self);
  add_models (self);
}

static void
tear_down (Fixture       *self,
           gconstpointer  unused)
{
  engine_fixture_tear_down (&self->base, NULL);
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_object_unref (self->service);
  g_free (self->url);
}

static void
count_cb (SoupSession *session,
          SoupMessage *message,
          gpointer     count)
{
  ++*(guint *) count;
}

static gboolean
is_set (gpointer count)
{
  return *(guint *) count > 0;
}

/* Asks, and waits until the connection is free again. */
static GError *
ask (Fixture    *self,
     const char *model_key)
{
  SoupSession *session = td_engine_get_session (self->base.engine);
  g_auto (Run) run = RUN_INIT;
  guint n_unqueued = 0;
  gulong id = g_signal_connect (session, "request-unqueued", G_CALLBACK (count_cb), &n_unqueued);
  GError *error;

  run_prepare (&run, &self->base, model_key, "question");
  run_start (&run, NULL);
  error = run_wait (&run);
  td_test_wait_until (is_set, &n_unqueued, "the connection to be free");
  g_signal_handler_disconnect (session, id);
  return error;
}

static void
test_reuse (Fixture       *fixture,
            gconstpointer  unused)
{
  for (guint i = 0; i < 6; i++)
    {
      g_autoptr (GError) error = ask (fixture, "counted:good");

      g_assert_no_error (error);
    }
  g_assert_cmpint (g_atomic_int_get (&fixture->n_requests), ==, 6);
  g_assert_cmpint (g_atomic_int_get (&fixture->n_connections), ==, 1);
}

/* Tries again on the same connection, and no more often than we say. */
static void
test_retries (Fixture       *fixture,
              gconstpointer  unused)
{
  g_autoptr (GError) error = ask (fixture, "counted:busy");

  g_assert_error (error, TD_PROVIDER_ERROR, TD_PROVIDER_ERROR_OVERLOADED);
  g_assert_cmpint (g_atomic_int_get (&fixture->n_requests), ==, 3);
  g_assert_cmpint (g_atomic_int_get (&fixture->n_connections), ==, 1);
}

static void
test_lost (Fixture       *fixture,
           gconstpointer  unused)
{
  g_autoptr (GError) good = ask (fixture, "counted:good");
  g_autoptr (GError) lost = ask (fixture, "counted:gone");

  g_assert_no_error (good);
  g_assert_error (lost, TD_PROVIDER_ERROR, TD_PROVIDER_ERROR_SERVER);
  g_assert_cmpint (g_atomic_int_get (&fixture->n_requests), ==, 1 + 3);
}

static gboolean
has_connection (gpointer data)
{
  Fixture *fixture = data;

  return g_atomic_int_get (&fixture->n_connections) > 0;
}

/* The connection is there before the request, and the request takes it. */
static void
test_warm_up (Fixture       *fixture,
              gconstpointer  unused)
{
  TdEngine *engine = fixture->base.engine;
  SoupSession *session = td_engine_get_session (engine);
  guint n_unqueued = 0;
  g_autoptr (GError) error = NULL;

  g_signal_connect (session, "request-unqueued", G_CALLBACK (count_cb), &n_unqueued);
  for (guint i = 0; i < 100; i++)
    td_engine_warm_up (engine, "counted:good"); /* with every key pressed */
  td_test_wait_until (has_connection, fixture, "a connection");
  td_test_wait_until (is_set, &n_unqueued, "the connection to be ready");
  g_signal_handlers_disconnect_by_func (session, count_cb, &n_unqueued);
  g_assert_cmpint (g_atomic_int_get (&fixture->n_requests), ==, 0);
  g_assert_cmpint (g_atomic_int_get (&fixture->n_connections), ==, 1);
  error = ask (fixture, "counted:good");
  g_assert_no_error (error);
  g_assert_cmpint (g_atomic_int_get (&fixture->n_requests), ==, 1);
  g_assert_cmpint (g_atomic_int_get (&fixture->n_connections), ==, 1);
}

/* No connection to where nothing is going to be sent. */
static void
test_no_warm_up (Fixture       *fixture,
                 gconstpointer  unused)
{
  TdEngine *engine = fixture->base.engine;
  TdEndpointList *endpoints = td_engine_get_endpoints (engine);
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;

  td_endpoint_list_set_async (endpoints, "counted", "enabled", "false", NULL, td_test_ready, &call);
  g_assert_true (td_endpoint_list_set_finish (endpoints, td_test_wait (&call), NULL));
  td_engine_warm_up (engine, "counted:good");
  td_engine_warm_up (engine, "counted:unknown");
  td_engine_warm_up (engine, "openai:gpt-4o-mini"); /* needs a key */
  /* What had been started would be there by the time a whole reply is. */
  error = ask (fixture, FREE_MODEL);
  g_assert_no_error (error);
  g_assert_cmpint (g_atomic_int_get (&fixture->n_connections), ==, 0);
}

int
main (int   argc,
      char *argv[])
{
  td_test_init (&argc, &argv);
#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)
  ADD ("/connections/reuse", test_reuse);
  ADD ("/connections/retries", test_retries);
  ADD ("/connections/lost", test_lost);
  ADD ("/connections/warm-up", test_warm_up);
  ADD ("/connections/no-warm-up", test_no_warm_up);
  return g_test_run ();
}

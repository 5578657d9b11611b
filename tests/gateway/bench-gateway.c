/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the way through the gateway adds to a request: the key that is looked up, a durable hold, the
 * provider, the settlement and the way back, on one connection and on several at once. The provider answers
 * at once, on loopback.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "gateway/gateway-fixture.h"

#define N_REQUESTS 2000
#define N_WARM_UP  100

#define ANSWER                                                                                       \
  "data: {\"id\":\"c\",\"model\":\"tiny\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi\"}," \
  "\"finish_reason\":null}]}\n\n"                                                                    \
  "data: {\"id\":\"c\",\"model\":\"tiny\",\"choices\":[{\"index\":0,\"delta\":{},"                   \
  "\"finish_reason\":\"stop\"}]}\n\n"                                                                \
  "data: {\"id\":\"c\",\"model\":\"tiny\",\"choices\":[],\"usage\":{\"prompt_tokens\":1,"            \
  "\"completion_tokens\":1,\"total_tokens\":2}}\n\ndata: [DONE]\n\n"
#define MODELS "{\"object\":\"list\",\"data\":[{\"id\":\"tiny\",\"object\":\"model\"}]}"
#define BODY \
  "{\"model\":\"%s\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}"

/* ---- HTTP, as little as will do ------------------------------------------------------------ */

typedef struct
{
  GSocketConnection *connection;
  GString *text; /* what came and was not used */
} Peer;

static gboolean
read_some (Peer *self)
{
  char buffer[8192];
  gssize n = g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (self->connection)),
                                  buffer, sizeof buffer, NULL, NULL);

  if (n <= 0)
    return FALSE;
  g_string_append_len (self->text, buffer, n);
  return TRUE;
}

/* A head, and after it a body of the length that it says or in chunks. */
static gboolean
read_message (Peer *self)
{
  const char *end, *length;
  gsize need;

  while (!(end = strstr (self->text->str, "\r\n\r\n")))
    if (!read_some (self))
      return FALSE;
  need = (gsize) (end + 4 - self->text->str);
  length = g_strstr_len (self->text->str, (gssize) need, "Content-Length: ");
  if (length)
    {
      need += strtoul (length + strlen ("Content-Length: "), NULL, 10);
      while (self->text->len < need)
        if (!read_some (self))
          return FALSE;
    }
  else if (g_strstr_len (self->text->str, (gssize) need, "chunked"))
    {
      while (!strstr (self->text->str, "\r\n0\r\n") ||
             !g_str_has_suffix (self->text->str, "\r\n\r\n"))
        if (!read_some (self))
          return FALSE;
      need = self->text->len;
    }
  g_string_erase (self->text, 0, (gssize) need);
  return TRUE;
}

static void
say (Peer       *self,
     const char *text)
{
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (self->connection)), text,
                             strlen (text), NULL, NULL, NULL);
}

static gboolean
serve_cb (GThreadedSocketService *service,
          GSocketConnection      *connection,
          GObject                *source,
          gpointer                unused)
{
  Peer peer = { connection, g_string_new (NULL) };
  g_autofree char *answer = g_strdup_printf (
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: %zu\r\n\r\n%s",
    strlen (ANSWER), ANSWER);
  g_autofree char *models = g_strdup_printf (
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
    strlen (MODELS), MODELS);

  while (peer.text->len > 0 || read_some (&peer))
    {
      gboolean lists = g_str_has_prefix (peer.text->str, "GET");

      if (!read_message (&peer))
        break;
      say (&peer, lists ? models : answer);
    }
  g_string_free (peer.text, TRUE);
  return TRUE;
}

/* ---- the load ------------------------------------------------------------------------------ */

typedef struct
{
  guint port;
  char *request;
  guint n;
  gint64 *times_us;
} Load;

static gpointer
load_thread (gpointer data)
{
  Load *self = data;
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  Peer peer = { g_socket_client_connect_to_host (client, "127.0.0.1", (guint16) self->port, NULL,
                                                 NULL),
                g_string_new (NULL) };

  g_assert_nonnull (peer.connection);
  g_tcp_connection_set_graceful_disconnect (G_TCP_CONNECTION (peer.connection), FALSE);
  g_socket_set_option (g_socket_connection_get_socket (peer.connection), 6, 1, 1, NULL);
  for (guint i = 0; i < self->n + N_WARM_UP; i++)
    {
      gint64 start = g_get_monotonic_time ();

      say (&peer, self->request);
      g_assert_true (read_message (&peer));
      if (i >= N_WARM_UP)
        self->times_us[i - N_WARM_UP] = g_get_monotonic_time () - start;
    }
  g_object_unref (peer.connection);
  g_string_free (peer.text, TRUE);
  return NULL;
}

static int
compare (gconstpointer a,
         gconstpointer b)
{
  gint64 x = *(const gint64 *) a;
  gint64 y = *(const gint64 *) b;

  return (x > y) - (x < y);
}

typedef struct
{
  gint64 p50_us;
  gint64 p99_us;
  double per_second;
} Figures;

typedef struct
{
  GPtrArray *threads;
  int n_left;
} Wait;

static gpointer
run_thread (gpointer data)
{
  gpointer *pair = data;

  load_thread (pair[0]);
  g_atomic_int_add (&((Wait *) pair[1])->n_left, -1);
  g_main_context_wakeup (NULL);
  return NULL;
}

static Figures
measure (guint       port,
         const char *request,
         guint       n_connections)
{
  guint n = N_REQUESTS / n_connections;
  g_autofree gint64 *times = g_new0 (gint64, (gsize) n * n_connections);
  g_autofree Load *loads = g_new0 (Load, n_connections);
  g_autofree gpointer *pairs = g_new0 (gpointer, 2 * n_connections);
  Wait wait = { g_ptr_array_new (), (int) n_connections };
  gint64 start = g_get_monotonic_time ();
  Figures figures;

  for (guint i = 0; i < n_connections; i++)
    {
      loads[i] = (Load) { port, (char *) request, n, times + (gsize) i * n };
      pairs[2 * i] = &loads[i];
      pairs[2 * i + 1] = &wait;
      g_ptr_array_add (wait.threads, g_thread_new ("load", run_thread, &pairs[2 * i]));
    }
  while (g_atomic_int_get (&wait.n_left) > 0)
    g_main_context_iteration (NULL, TRUE);
  figures.per_second = (double) (n + N_WARM_UP) * n_connections * G_USEC_PER_SEC /
                       (double) (g_get_monotonic_time () - start);
  for (guint i = 0; i < wait.threads->len; i++)
    g_thread_join (wait.threads->pdata[i]);
  g_ptr_array_unref (wait.threads);
  qsort (times, (gsize) n * n_connections, sizeof *times, compare);
  figures.p50_us = times[n * n_connections / 2];
  figures.p99_us = times[n * n_connections * 99 / 100];
  return figures;
}

static char *
make_request (const char *path,
              const char *key,
              const char *model,
              guint       port)
{
  g_autofree char *body = g_strdup_printf (BODY, model);

  return g_strdup_printf ("POST %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nAuthorization: Bearer %s\r\n"
                          "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
                          path, port, key, strlen (body), body);
}

static void
bench (GatewayFixture *fixture,
       gconstpointer   unused)
{
  g_autoptr (GSocketService) provider = g_threaded_socket_service_new (128);
  g_autoptr (GUri) uri =
    g_uri_parse (td_gateway_get_url (fixture->gateway), G_URI_FLAGS_NONE, NULL);
  guint provider_port =
    g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (provider), NULL, NULL);
  guint port = (guint) g_uri_get_port (uri);
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u/v1", provider_port);
  g_autofree char *direct =
    make_request ("/v1/chat/completions", fixture->key, "tiny", provider_port);
  g_autofree char *through = make_request ("/v1/chat/completions", fixture->key, PAID_MODEL, port);

  g_signal_connect (provider, "run", G_CALLBACK (serve_cb), NULL);
  engine_fixture_add_models (fixture->base.engine, url);
  for (guint n = 1; n <= 16; n *= 16)
    {
      Figures alone = measure (provider_port, direct, n);
      Figures with = measure (port, through, n);

      g_print ("# gateway, %2u connection%s: added p50 %5" G_GINT64_FORMAT
               " us, p99 %5" G_GINT64_FORMAT " us; %6.0f requests/s (direct p50 %" G_GINT64_FORMAT
               " us, p99 %" G_GINT64_FORMAT " us, %.0f/s)\n",
               n, n == 1 ? " " : "s", with.p50_us - alone.p50_us, with.p99_us - alone.p99_us,
               with.per_second, alone.p50_us, alone.p99_us, alone.per_second);
    }
  g_socket_service_stop (provider);
}

int
main (int   argc,
      char *argv[])
{
  td_test_init (&argc, &argv);
  g_test_add ("/gateway/added", GatewayFixture, NULL, gateway_fixture_set_up, bench,
              gateway_fixture_tear_down);
  return g_test_run ();
}

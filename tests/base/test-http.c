/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "base/td-http.h"
#include "support/td-test.h"

#define LIMIT      100000
#define SILENCE_MS 400
#define N_DROPS    8

typedef struct
{
  SoupServer *server;
  SoupSession *session;
  char *base_url;
  guint n_connections;    /* that brought a request */
  GSocket *last_socket;   /* (unowned): only compared */
  guint n_aborted;
  SoupServerMessage *held; /* (owned) (nullable): a request that is not answered */
  gsize n_written;        /* of the endless body */
} Fixture;

static void
answer_plainly (SoupServerMessage *message,
                guint              status,
                const char        *body,
                gsize              length)
{
  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, "text/plain", SOUP_MEMORY_COPY, body, length);
}

static void
answer_zeros (SoupServerMessage *message,
              gsize              length)
{
  g_autofree char *zeros = g_malloc0 (length);

  answer_plainly (message, SOUP_STATUS_OK, zeros, length);
}

/* Ten megabytes of nothing, in ten kilobytes. */
static void
answer_bomb (SoupServerMessage *message)
{
  g_autoptr (GZlibCompressor) compressor = g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 9);
  g_autoptr (GBytes) zeros = g_bytes_new_take (g_malloc0 (10 * 1024 * 1024), 10 * 1024 * 1024);
  g_autoptr (GBytes) packed = g_converter_convert_bytes (G_CONVERTER (compressor), zeros, NULL);

  g_assert_cmpuint (g_bytes_get_size (packed), <, LIMIT);
  answer_plainly (message, SOUP_STATUS_OK, g_bytes_get_data (packed, NULL),
                  g_bytes_get_size (packed));
  soup_message_headers_replace (soup_server_message_get_response_headers (message),
                                "Content-Encoding", "gzip");
}

static void
write_more_cb (SoupServerMessage *message,
               Fixture           *self)
{
  static const char piece[64 * 1024] = { 0 };

  self->n_written += sizeof (piece);
  soup_message_body_append (soup_server_message_get_response_body (message), SOUP_MEMORY_STATIC,
                            piece, sizeof (piece));
}

static void
answer_endlessly (Fixture           *self,
                  SoupServerMessage *message)
{
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_message_headers_set_encoding (soup_server_message_get_response_headers (message),
                                     SOUP_ENCODING_CHUNKED);
  soup_message_body_set_accumulate (soup_server_message_get_response_body (message), FALSE);
  g_signal_connect (message, "wrote-headers", G_CALLBACK (write_more_cb), self);
  g_signal_connect (message, "wrote-chunk", G_CALLBACK (write_more_cb), self);
}

typedef struct
{
  SoupServerMessage *message; /* (owned) */
  guint n_left;
} Drip;

static gboolean
drip_cb (gpointer data)
{
  Drip *drip = data;
  SoupMessageBody *body = soup_server_message_get_response_body (drip->message);

  if (drip->n_left-- > 0)
    soup_message_body_append (body, SOUP_MEMORY_STATIC, "drop", 4);
  else
    soup_message_body_complete (body);
  soup_server_message_unpause (drip->message);
  return drip->n_left != G_MAXUINT ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static void
drip_free (gpointer data)
{
  Drip *drip = data;

  g_object_unref (drip->message);
  g_free (drip);
}

/* A byte now and then, for longer in all than a silence may last. */
static void
answer_slowly (SoupServerMessage *message)
{
  Drip *drip = g_new0 (Drip, 1);

  drip->message = g_object_ref (message);
  drip->n_left = N_DROPS;
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_message_headers_set_encoding (soup_server_message_get_response_headers (message),
                                     SOUP_ENCODING_CHUNKED);
  g_timeout_add_full (G_PRIORITY_DEFAULT, SILENCE_MS / 5, drip_cb, drip, drip_free);
}

/* Promises a body and closes the connection in the middle of it. */
static void
answer_cut (SoupServerMessage *message,
            const char        *headers)
{
  g_autoptr (GIOStream) stream = soup_server_message_steal_connection (message);
  g_autofree char *text = g_strconcat ("HTTP/1.1 200 OK\r\n", headers, NULL);
  g_autoptr (GError) error = NULL;

  g_output_stream_write_all (g_io_stream_get_output_stream (stream), text, strlen (text), NULL,
                             NULL, &error);
  g_assert_no_error (error);
  g_io_stream_close (stream, NULL, NULL);
}

static void
server_cb (SoupServer        *server,
           SoupServerMessage *message,
           const char        *path,
           GHashTable        *query,
           gpointer           data)
{
  Fixture *self = data;
  GSocket *socket = soup_server_message_get_socket (message);

  if (socket != self->last_socket)
    self->n_connections++;
  self->last_socket = socket;

  if (g_str_equal (path, "/echo"))
    {
      SoupMessageBody *body = soup_server_message_get_request_body (message);

      answer_plainly (message, SOUP_STATUS_OK, body->data, (gsize) body->length);
    }
  else if (g_str_equal (path, "/headers"))
    {
      SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
      const char *agent = soup_message_headers_get_one (headers, "User-Agent");

      answer_plainly (message, SOUP_STATUS_OK, agent, strlen (agent));
      soup_message_headers_append (soup_server_message_get_response_headers (message), "Set-Cookie",
                                   "a=b");
      g_assert_null (soup_message_headers_get_one (headers, "Cookie"));
    }
  else if (g_str_equal (path, "/limit"))
    answer_zeros (message, LIMIT);
  else if (g_str_equal (path, "/over"))
    answer_zeros (message, LIMIT + 1);
  else if (g_str_equal (path, "/bomb"))
    answer_bomb (message);
  else if (g_str_equal (path, "/endless"))
    answer_endlessly (self, message);
  else if (g_str_equal (path, "/slow"))
    answer_slowly (message);
  else if (g_str_equal (path, "/cut"))
    answer_cut (message, "Content-Length: 100\r\n\r\nonly this");
  else if (g_str_equal (path, "/cut-chunk"))
    answer_cut (message, "Transfer-Encoding: chunked\r\n\r\n64\r\nonly this");
  else if (g_str_equal (path, "/cut-head"))
    answer_cut (message, "Content-Le");
  else if (g_str_equal (path, "/redirect"))
    soup_server_message_set_redirect (message, SOUP_STATUS_FOUND, "/echo");
  else if (g_str_equal (path, "/silent"))
    {
      g_set_object (&self->held, message);
      soup_server_message_pause (message);
    }
  else
    answer_plainly (message, SOUP_STATUS_NOT_FOUND, "nothing here", 12);
}

static void
request_aborted_cb (SoupServer        *server,
                    SoupServerMessage *message,
                    Fixture           *self)
{
  self->n_aborted++;
}

static void
set_up (Fixture       *self,
        gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  GSList *uris;

  self->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (self->server, NULL, server_cb, self, NULL);
  g_signal_connect (self->server, "request-aborted", G_CALLBACK (request_aborted_cb), self);
  soup_server_listen_local (self->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (self->server);
  self->base_url = g_strdup_printf ("http://127.0.0.1:%d", g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  self->session = td_http_session_new ();
}

static void
tear_down (Fixture       *self,
           gconstpointer  data)
{
  g_clear_object (&self->held);
  soup_session_abort (self->session);
  soup_server_disconnect (self->server);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (self->session);
  g_object_unref (self->server);
  g_free (self->base_url);
}

static SoupMessage *
make_message (Fixture    *self,
              const char *method,
              const char *path)
{
  g_autofree char *url = g_strconcat (self->base_url, path, NULL);
  g_autoptr (GError) error = NULL;
  SoupMessage *message = td_http_message_new (method, url, &error);

  g_assert_no_error (error);
  return message;
}

static GBytes *
fetch (Fixture      *self,
       SoupMessage  *message,
       GError      **error)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;

  td_http_fetch_async (self->session, message, LIMIT, NULL, td_test_ready, &call);
  return td_http_fetch_finish (self->session, td_test_wait (&call), error);
}

static void
test_post (Fixture       *self,
           gconstpointer  data)
{
  /* POST after POST on one connection: see the comment in td-http.c. */
  for (int i = 0; i < 5; i++)
    {
      g_autofree char *text = g_strdup_printf ("body %d", i);
      g_autoptr (SoupMessage) message = make_message (self, "POST", "/echo");
      g_autoptr (GBytes) sent = g_bytes_new (text, strlen (text));
      g_autoptr (GBytes) body = NULL;
      g_autoptr (GError) error = NULL;

      td_http_message_set_body (message, "text/plain", sent);
      body = fetch (self, message, &error);
      g_assert_no_error (error);
      g_assert_true (g_bytes_equal (body, sent));
      g_assert_cmpuint (soup_message_get_status (message), ==, SOUP_STATUS_OK);
    }
  g_assert_cmpuint (self->n_connections, ==, 1);
}

static void
test_session (Fixture       *self,
              gconstpointer  data)
{
  /* Twice, because a cookie would come back with the second. */
  for (int i = 0; i < 2; i++)
    {
      g_autoptr (SoupMessage) message = make_message (self, "GET", "/headers");
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) body = fetch (self, message, &error);

      g_assert_no_error (error);
      g_assert_cmpmem (g_bytes_get_data (body, NULL), g_bytes_get_size (body), "TopDog/" TD_VERSION,
                       strlen ("TopDog/" TD_VERSION));
    }
}

static void
test_status (Fixture       *self,
             gconstpointer  data)
{
  static const struct
  {
    const char *path;
    guint status;
    gsize length;
  } rows[] = {
    { "/limit", SOUP_STATUS_OK, LIMIT },
    { "/nowhere", SOUP_STATUS_NOT_FOUND, 12 },
    { "/redirect", SOUP_STATUS_FOUND, 0 }, /* not followed: it could lead a key away */
    { "/echo", SOUP_STATUS_OK, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (SoupMessage) message = make_message (self, "GET", rows[i].path);
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) body = fetch (self, message, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (soup_message_get_status (message), ==, rows[i].status);
      g_assert_cmpuint (g_bytes_get_size (body), ==, rows[i].length);
    }
}

static void
test_too_large (Fixture       *self,
                gconstpointer  data)
{
  static const char *const paths[] = { "/over", "/bomb", "/endless" };

  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr (SoupMessage) message = make_message (self, "GET", paths[i]);
      g_autoptr (GError) error = NULL;

      g_assert_null (fetch (self, message, &error));
      g_assert_error (error, TD_HTTP_ERROR, TD_HTTP_ERROR_TOO_LARGE);
    }
}

static gboolean
is_aborted (gpointer data)
{
  return ((Fixture *) data)->n_aborted > 0;
}

/* What is too large is not read to its end in secret. */
static void
test_too_large_is_dropped (Fixture       *self,
                           gconstpointer  data)
{
  {
    g_autoptr (SoupMessage) message = make_message (self, "GET", "/endless");
    g_autoptr (GError) error = NULL;

    g_assert_null (fetch (self, message, &error));
    g_assert_error (error, TD_HTTP_ERROR, TD_HTTP_ERROR_TOO_LARGE);
  }
  td_test_wait_until (is_aborted, self, "the server to notice");
  g_assert_cmpuint (self->n_written, <, 64 * 1024 * 1024);
}

static void
test_cut (Fixture       *self,
          gconstpointer  data)
{
  static const char *const paths[] = { "/cut", "/cut-chunk", "/cut-head" };

  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr (SoupMessage) message = make_message (self, "GET", paths[i]);
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", paths[i]);
      g_assert_null (fetch (self, message, &error));
      g_assert_nonnull (error);
      g_assert_false (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
    }
}

static void
test_silent (Fixture       *self,
             gconstpointer  data)
{
  g_autoptr (SoupMessage) message = make_message (self, "GET", "/silent");
  g_autoptr (GError) error = NULL;

  td_http_message_set_silence_ms (message, 50);
  g_assert_null (fetch (self, message, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
}

/* Slow is not silent. */
static void
test_slow (Fixture       *self,
           gconstpointer  data)
{
  g_autoptr (SoupMessage) message = make_message (self, "GET", "/slow");
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = NULL;
  gint64 begin_us = g_get_monotonic_time ();

  td_http_message_set_silence_ms (message, SILENCE_MS);
  body = fetch (self, message, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (body), ==, 4 * N_DROPS);
  g_assert_cmpint (g_get_monotonic_time () - begin_us, >, SILENCE_MS * G_TIME_SPAN_MILLISECOND);
}

static gboolean
is_held (gpointer data)
{
  return ((Fixture *) data)->held != NULL;
}

static void
test_cancel (Fixture       *self,
             gconstpointer  data)
{
  for (int early = 0; early < 2; early++)
    {
      g_autoptr (SoupMessage) message = make_message (self, "GET", "/silent");
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GError) error = NULL;
      g_auto (TdTestCall) call = TD_TEST_CALL_INIT;

      if (early)
        g_cancellable_cancel (cancellable);
      td_http_fetch_async (self->session, message, LIMIT, cancellable, td_test_ready, &call);
      g_assert_null (call.result); /* never before it has returned */
      if (!early)
        {
          td_test_wait_until (is_held, self, "the request to arrive");
          g_cancellable_cancel (cancellable);
        }
      g_assert_null (td_http_fetch_finish (self->session, td_test_wait (&call), &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    }
}

static void
test_refused (Fixture       *self,
              gconstpointer  data)
{
  g_autoptr (SoupMessage) message = make_message (self, "GET", "/echo");
  g_autoptr (GError) error = NULL;

  soup_server_disconnect (self->server);
  g_assert_null (fetch (self, message, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
}

static void
test_addresses (void)
{
  static const struct
  {
    const char *url;
    gboolean is_valid;
    gboolean is_loopback;
  } rows[] = {
    { "http://localhost:11434/v1", TRUE, TRUE },
    { "HTTPS://LOCALHOST/", TRUE, TRUE },
    { "http://127.0.0.1", TRUE, TRUE },
    { "http://127.9.8.7:80/x", TRUE, TRUE },
    { "http://[::1]:8080/", TRUE, TRUE },
    { "https://api.openai.com/v1", TRUE, FALSE },
    { "http://192.168.1.2/", TRUE, FALSE },
    { "http://0.0.0.0/", TRUE, FALSE },
    { "http://[::2]/", TRUE, FALSE },
    { "http://localhost.evil.example/", TRUE, FALSE },
    { "http://127.0.0.1.evil.example/", TRUE, FALSE },
    { "http://localhost@evil.example/", TRUE, FALSE },
    { "http://evil.example/#@localhost", TRUE, FALSE },
    { "", FALSE, FALSE },
    { "localhost", FALSE, FALSE },
    { "localhost:80", FALSE, FALSE },
    { "http://", FALSE, FALSE },
    { "http:///path", FALSE, FALSE },
    { "ftp://localhost/", FALSE, TRUE },
    { "file:///etc/passwd", FALSE, FALSE },
    { "javascript:alert(1)", FALSE, FALSE },
    { "http://exa mple/", FALSE, FALSE },
    { "http://localhost:99999/", FALSE, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SoupMessage) message = td_http_message_new ("GET", rows[i].url, &error);

      g_test_message ("%s", rows[i].url);
      if (rows[i].is_valid)
        g_assert_no_error (error);
      else
        g_assert_error (error, TD_HTTP_ERROR, TD_HTTP_ERROR_BAD_ADDRESS);
      g_assert_cmpint (message != NULL, ==, rows[i].is_valid);
      g_assert_cmpint (td_http_host_is_loopback (rows[i].url), ==, rows[i].is_loopback);
    }
}

int
main (int    argc,
      char **argv)
{
  td_test_init (&argc, &argv);
#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/http/post", test_post);
  ADD ("/http/session", test_session);
  ADD ("/http/status", test_status);
  ADD ("/http/too-large", test_too_large);
  ADD ("/http/too-large-is-dropped", test_too_large_is_dropped);
  ADD ("/http/cut", test_cut);
  ADD ("/http/silent", test_silent);
  ADD ("/http/slow", test_slow);
  ADD ("/http/cancel", test_cancel);
  ADD ("/http/refused", test_refused);
#undef ADD
  g_test_add_func ("/http/addresses", test_addresses);
  return g_test_run ();
}

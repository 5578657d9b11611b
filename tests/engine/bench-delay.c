/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How long a piece of text takes from a server's write to the caller of the stream, and to the
 * message that the window shows. A thread writes a piece a millisecond; each says when.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "engine/engine-fixture.h"
#include "providers/td-chat-stream.h"

#define N_PIECES 2000
#define PIECE_US 1000

#define HEAD \
  "data: {\"id\":\"x\",\"model\":\"tiny\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\""
#define TAIL "\"},\"finish_reason\":null}]}\n\n"
#define END \
  "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"
#define MODELS                                                                             \
  "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"         \
  "{\"object\":\"list\",\"data\":[{\"id\":\"tiny\",\"object\":\"model\"},{\"id\":\"big\"," \
  "\"object\":\"model\"}]}"

typedef struct
{
  const char *name;
  gint64 delays[N_PIECES];
  guint n_delays;
} Delays;

/* ---- the server ---------------------------------------------------------------------------- */

static void
write_text (GOutputStream *out,
            const char    *text)
{
  g_output_stream_write_all (out, text, strlen (text), NULL, NULL, NULL);
}

static void
write_pieces (GOutputStream *out)
{
  write_text (out,
              "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n");
  for (guint i = 0; i < N_PIECES; i++)
    {
      g_autofree char *event = NULL;

      g_usleep (PIECE_US);
      event = g_strdup_printf (HEAD "%" G_GINT64_FORMAT " " TAIL, g_get_monotonic_time ());
      write_text (out, event);
    }
  write_text (out, END);
}

static gpointer
serve_thread (gpointer listener)
{
  GSocketConnection *connection;

  while ((connection = g_socket_listener_accept (listener, NULL, NULL, NULL)) != NULL)
    {
      GIOStream *stream = G_IO_STREAM (connection);
      char request[16384] = { 0 };

      g_input_stream_read (g_io_stream_get_input_stream (stream), request, sizeof request - 1, NULL,
                           NULL);
      if (g_str_has_prefix (request, "GET "))
        write_text (g_io_stream_get_output_stream (stream), MODELS);
      else
        write_pieces (g_io_stream_get_output_stream (stream));
      g_io_stream_close (stream, NULL, NULL);
      g_object_unref (connection);
    }
  return NULL;
}

/* ---- measuring ----------------------------------------------------------------------------- */

static void
take_text (Delays     *self,
           const char *text,
           gsize       length)
{
  g_autofree char *copy = g_strndup (text, length);

  if (self->n_delays < N_PIECES)
    self->delays[self->n_delays++] = g_get_monotonic_time () - g_ascii_strtoll (copy, NULL, 10);
}

static int
compare_delays (const void *a,
                const void *b)
{
  gint64 left = *(const gint64 *) a;
  gint64 right = *(const gint64 *) b;

  return (left > right) - (left < right);
}

static void
report (Delays *self)
{
  g_assert_cmpuint (self->n_delays, ==, N_PIECES);
  qsort (self->delays, N_PIECES, sizeof self->delays[0], compare_delays);
  g_print ("%-40s p50 %" G_GINT64_FORMAT " us, p99 %" G_GINT64_FORMAT " us, max %" G_GINT64_FORMAT
           " us (%d pieces, one a ms)\n",
           self->name, self->delays[N_PIECES / 2], self->delays[N_PIECES * 99 / 100],
           self->delays[N_PIECES - 1], N_PIECES);
}

static void
event_cb (const TdChatEvent *event,
          gpointer           user_data)
{
  if (event->type == TD_CHAT_EVENT_TEXT)
    take_text (user_data, event->text, event->length);
}

static void
measure_stream (const char *url)
{
  g_autofree Delays *delays = g_new0 (Delays, 1);
  g_autoptr (SoupSession) session = td_http_session_new ();
  g_autoptr (TdChatRequest) request = td_chat_request_new ("tiny");
  g_autoptr (TdEndpoint) endpoint = td_endpoint_new_custom ("bench", "bench", url);
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;

  delays->name = "server's write to the stream's caller";
  td_chat_stream_async (session, endpoint, NULL, request, NULL, event_cb, delays, NULL,
                        td_test_ready, &call);
  td_chat_stream_finish (td_test_wait (&call), &error);
  g_assert_no_error (error);
  report (delays);
}

/* The message has the text when this is called. */
static void
text_cb (TdCompletion *completion,
         const char   *text,
         Delays       *delays)
{
  take_text (delays, text, strlen (text));
}

static void
measure_model (const char *url)
{
  g_autofree Delays *delays = g_new0 (Delays, 1);
  g_autofree char *folder = td_test_make_dir ();
  g_autofree char *path = g_build_filename (folder, "topdog.db", NULL);
  EngineFixture fixture = { NULL, path, engine_fixture_start (path) };
  g_auto (Run) run = RUN_INIT;
  g_autoptr (GError) error = NULL;

  delays->name = "server's write to the message";
  engine_fixture_add_models (fixture.engine, url);
  run_prepare (&run, &fixture, FREE_MODEL, "hello");
  g_signal_connect (run.completion, "text", G_CALLBACK (text_cb), delays);
  run_start (&run, NULL);
  error = run_wait (&run);
  g_assert_no_error (error);
  report (delays);
  run_clear (&run);
  td_engine_stop (fixture.engine);
  g_object_unref (fixture.engine);
}

static void
bench_delay (void)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  guint16 port = g_socket_listener_add_any_inet_port (listener, NULL, NULL);
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u/v1", port);

  g_thread_unref (g_thread_new ("server", serve_thread, g_object_ref (listener)));
  measure_stream (url);
  measure_model (url);
}

int
main (int   argc,
      char *argv[])
{
  td_test_init (&argc, &argv);
  g_test_add_func ("/delay", bench_delay);
  return g_test_run ();
}

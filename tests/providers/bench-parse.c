/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "providers/td-chat-stream.h"
#include "providers/td-sse-parser.h"

/* How fast replies are read, and how long a piece of text takes from the server's write to the
 * caller's function. */

#define STREAM_BYTES (16 * 1024 * 1024)
#define READ_BYTES   (16 * 1024)
#define ROUNDS       5
#define N_PIECES     2000
#define PIECE_US     1000

static guint64 n_events;

/* ---- Parsing ------------------------------------------------------------------------------ */

static TdFeed
count_sse_cb (const TdSseEvent *event,
              gpointer          user_data)
{
  n_events++;
  return TD_FEED_MORE;
}

static void
count_chat_cb (const TdChatEvent *event,
               gpointer           user_data)
{
  n_events++;
}

static void
parse_framing (const GString *stream)
{
  g_autoptr (TdSseParser) parser = td_sse_parser_new (0, count_sse_cb, NULL);

  for (gsize at = 0; at < stream->len; at += READ_BYTES)
    td_sse_parser_feed (parser, stream->str + at, MIN (stream->len - at, READ_BYTES));
  td_sse_parser_end (parser);
}

static void
parse_chat (const TdProtocol *protocol,
            const GString    *stream)
{
  g_autoptr (TdChatParser) parser = protocol->parser_new (TRUE, count_chat_cb, NULL);

  for (gsize at = 0; at < stream->len; at += READ_BYTES)
    td_chat_parser_feed (parser, stream->str + at, MIN (stream->len - at, READ_BYTES));
  td_chat_parser_end (parser);
}

static void
parse_openai (const GString *stream)
{
  parse_chat (td_protocol_openai_chat (), stream);
}

static void
parse_ollama (const GString *stream)
{
  parse_chat (td_protocol_ollama (), stream);
}

/* As the providers send it: a few characters of text in a few hundred bytes. */
static GString *
make_stream (const char *head,
             const char *tail,
             gsize       text_length)
{
  GString *stream = g_string_sized_new (STREAM_BYTES + 4096);

  while (stream->len < STREAM_BYTES)
    {
      g_string_append (stream, head);
      for (gsize i = 0; i < text_length; i++)
        g_string_append_c (stream, (char) ('a' + i % 26));
      g_string_append (stream, tail);
    }
  return stream;
}

static void
measure (const char *name,
         void (*parse) (const GString *stream),
         GString *stream)
{
  g_autoptr (GString) owned = stream;
  gint64 best = G_MAXINT64;

  for (guint i = 0; i < ROUNDS; i++)
    {
      gint64 started = g_get_monotonic_time ();

      n_events = 0;
      parse (owned);
      best = MIN (best, g_get_monotonic_time () - started);
    }
  g_print ("%-44s %7.0f MB/s %9.0f events/ms %8.0f ns/event\n", name,
           (double) owned->len / (double) best, (double) n_events / (double) best * 1000,
           (double) best * 1000 / (double) n_events);
}

#define OPENAI_HEAD                                                                               \
  "data: {\"id\":\"chatcmpl-AbCdEfGhIjKlMnOpQrStUvWxYz01\",\"object\":\"chat.completion.chunk\"," \
  "\"created\":1795392000,\"model\":\"gpt-5.4-mini\",\"service_tier\":\"default\","               \
  "\"system_fingerprint\":\"fp_0123456789\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\""
#define OPENAI_TAIL "\"},\"logprobs\":null,\"finish_reason\":null}],\"usage\":null}\n\n"
#define OLLAMA_HEAD                                                                   \
  "{\"model\":\"llama3.2:latest\",\"created_at\":\"2026-11-23T10:00:00.123456789Z\"," \
  "\"message\":{\"role\":\"assistant\",\"content\":\""
#define OLLAMA_TAIL "\"},\"done\":false}\n"

/* ---- Delay -------------------------------------------------------------------------------- */

typedef struct
{
  GMainLoop *loop;
  GSocketListener *listener;
  guint16 port;
  gint64 delays[N_PIECES];
  guint n_delays;
} Delay;

static void
write_text (GOutputStream *out,
            const char    *text)
{
  g_output_stream_write_all (out, text, strlen (text), NULL, NULL, NULL);
}

/* Each piece of text is the time at which it was written. */
static gpointer
serve_thread (gpointer user_data)
{
  Delay *self = user_data;
  g_autoptr (GSocketConnection) connection =
    g_socket_listener_accept (self->listener, NULL, NULL, NULL);
  GOutputStream *out = g_io_stream_get_output_stream (G_IO_STREAM (connection));
  char request[4096];

  g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (connection)), request,
                       sizeof request, NULL, NULL);
  write_text (out,
              "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n");
  for (guint i = 0; i < N_PIECES; i++)
    {
      g_autofree char *event = NULL;

      g_usleep (PIECE_US);
      event = g_strdup_printf ("%s%" G_GINT64_FORMAT "%s", OPENAI_HEAD, g_get_monotonic_time (),
                               OPENAI_TAIL);
      write_text (out, event);
    }
  write_text (
    out, "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n");
  g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
  return NULL;
}

static void
note_delay_cb (const TdChatEvent *event,
               gpointer           user_data)
{
  Delay *self = user_data;
  g_autofree char *text = NULL;

  if (event->type != TD_CHAT_EVENT_TEXT || self->n_delays == N_PIECES)
    return;
  text = g_strndup (event->text, event->length);
  self->delays[self->n_delays++] = g_get_monotonic_time () - g_ascii_strtoll (text, NULL, 10);
}

static void
ended_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  if (!td_chat_stream_finish (result, &error))
    g_error ("the chat failed: %s", error->message);
  g_main_loop_quit (((Delay *) user_data)->loop);
}

static int
compare_delays (const void *a,
                const void *b)
{
  gint64 left = *(const gint64 *) a;
  gint64 right = *(const gint64 *) b;

  return left < right ? -1 : left > right;
}

static void
measure_delay (void)
{
  g_autofree Delay *self = g_new0 (Delay, 1);
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (SoupSession) session = td_http_session_new ();
  g_autoptr (TdChatRequest) request = td_chat_request_new ("m");
  g_autoptr (TdEndpoint) endpoint = NULL;
  g_autofree char *url = NULL;
  GThread *thread;

  self->loop = loop;
  self->listener = listener;
  self->port = g_socket_listener_add_any_inet_port (listener, NULL, NULL);
  url = g_strdup_printf ("http://127.0.0.1:%u/v1", self->port);
  endpoint = td_endpoint_new_custom ("bench", "bench", url);
  thread = g_thread_new ("server", serve_thread, self);
  td_chat_stream_async (session, endpoint, NULL, request, NULL, note_delay_cb, self, NULL, ended_cb,
                        self);
  g_main_loop_run (loop);
  g_thread_join (thread);
  qsort (self->delays, self->n_delays, sizeof self->delays[0], compare_delays);
  g_print ("%-44s p50 %" G_GINT64_FORMAT " us, p99 %" G_GINT64_FORMAT " us, max %" G_GINT64_FORMAT
           " us (%u pieces, one a ms)\n",
           "write on the server to the caller's function", self->delays[self->n_delays / 2],
           self->delays[self->n_delays * 99 / 100], self->delays[self->n_delays - 1],
           self->n_delays);
}

int
main (int    argc,
      char **argv)
{
  g_setenv ("GIO_USE_PROXY_RESOLVER", "dummy", TRUE);
  measure ("SSE framing, pieces of 5 characters", parse_framing,
           make_stream (OPENAI_HEAD, OPENAI_TAIL, 5));
  measure ("SSE framing, pieces of 2000 characters", parse_framing,
           make_stream (OPENAI_HEAD, OPENAI_TAIL, 2000));
  measure ("OpenAI to events, pieces of 5 characters", parse_openai,
           make_stream (OPENAI_HEAD, OPENAI_TAIL, 5));
  measure ("OpenAI to events, pieces of 2000 characters", parse_openai,
           make_stream (OPENAI_HEAD, OPENAI_TAIL, 2000));
  measure ("Ollama to events, pieces of 5 characters", parse_ollama,
           make_stream (OLLAMA_HEAD, OLLAMA_TAIL, 5));
  measure_delay ();
  return 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <stdlib.h>
#include <string.h>

#include "providers/td-protocol.h"
#include "providers/td-sse-parser.h"

/* How fast replies are read, what that allocates, and how fast the parsers that the providers'
 * own packages bring read the same. How long a piece of text takes on its way is in bench-delay. */

#define STREAM_BYTES (16 * 1024 * 1024)
#define READ_BYTES   (16 * 1024)
#define ROUNDS       5

static guint64 n_events;

/* ---- counting allocations ------------------------------------------------------------------ */

static guint64 n_allocations;

/* What glibc calls its own; defining the usual names here counts everybody's. */
extern void *__libc_malloc (size_t size);
extern void *__libc_calloc (size_t n, size_t size);
extern void *__libc_realloc (void *memory, size_t size);

void *
malloc (size_t size)
{
  n_allocations++;
  return __libc_malloc (size);
}

void *
calloc (size_t n,
        size_t size)
{
  n_allocations++;
  return __libc_calloc (n, size);
}

void *
realloc (void   *memory,
         size_t  size)
{
  n_allocations++;
  return __libc_realloc (memory, size);
}

/* ---- what is read -------------------------------------------------------------------------- */

#define OPENAI_HEAD                                                                               \
  "data: {\"id\":\"chatcmpl-AbCdEfGhIjKlMnOpQrStUvWxYz01\",\"object\":\"chat.completion.chunk\"," \
  "\"created\":1795392000,\"model\":\"gpt-5.4-mini\",\"service_tier\":\"default\","               \
  "\"system_fingerprint\":\"fp_0123456789\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\""
#define OPENAI_TAIL "\"},\"logprobs\":null,\"finish_reason\":null}],\"usage\":null}\n\n"
#define OPENAI_END \
  "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"

#define RESPONSES_HEAD                                                                             \
  "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\","             \
  "\"sequence_number\":4,\"item_id\":\"msg_0123456789abcdef0123456789abcdef\",\"output_index\":0," \
  "\"content_index\":0,\"delta\":\""
#define RESPONSES_TAIL "\",\"logprobs\":[],\"obfuscation\":\"aZbYcX\"}\n\n"
#define RESPONSES_START                                                                            \
  "event: response.created\ndata: {\"type\":\"response.created\",\"sequence_number\":0,"           \
  "\"response\":{\"id\":\"r\",\"object\":\"response\",\"model\":\"m\",\"status\":\"in_progress\"," \
  "\"error\":null,\"output\":[]}}\n\n"
#define RESPONSES_END                                                                            \
  "event: response.completed\ndata: {\"type\":\"response.completed\",\"sequence_number\":9,"     \
  "\"response\":{\"id\":\"r\",\"object\":\"response\",\"model\":\"m\",\"status\":\"completed\"," \
  "\"error\":null,\"output\":[]}}\n\n"

#define ANTHROPIC_HEAD                                                                         \
  "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":" \
  "{\"type\":\"text_delta\",\"text\":\""
#define ANTHROPIC_TAIL "\"}}\n\n"
#define ANTHROPIC_START                                                                         \
  "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"type\":" \
  "\"message\",\"role\":\"assistant\",\"model\":\"m\",\"content\":[],\"stop_reason\":null,"     \
  "\"usage\":{\"input_tokens\":9,\"output_tokens\":1}}}\n\n"                                    \
  "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,"            \
  "\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n"
#define ANTHROPIC_END                                                                   \
  "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n"  \
  "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":" \
  "\"end_turn\"},\"usage\":{\"output_tokens\":9}}\n\nevent: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"

#define GEMINI_HEAD "data: {\"candidates\": [{\"content\": {\"parts\": [{\"text\": \""
#define GEMINI_TAIL                                                                            \
  "\"}],\"role\": \"model\"},\"index\": 0}],\"usageMetadata\": {\"promptTokenCount\": 9,"      \
  "\"candidatesTokenCount\": 4,\"totalTokenCount\": 13},\"modelVersion\": \"gemini-3-flash\"," \
  "\"responseId\": \"0123456789abcdef\"}\r\n\r\n"
#define GEMINI_END                                                                                      \
  "data: {\"candidates\": [{\"content\": {\"parts\": [{\"text\": \"\"}]},\"finishReason\": \"STOP\"}]}" \
  "\r\n\r\n"

#define OLLAMA_HEAD                                                                   \
  "{\"model\":\"llama3.2:latest\",\"created_at\":\"2026-11-23T10:00:00.123456789Z\"," \
  "\"message\":{\"role\":\"assistant\",\"content\":\""
#define OLLAMA_TAIL "\"},\"done\":false}\n"
#define OLLAMA_END                                                                        \
  "{\"model\":\"llama3.2:latest\",\"message\":{\"role\":\"assistant\",\"content\":\"\"}," \
  "\"done\":true,\"done_reason\":\"stop\"}\n"

/* A reply as the provider sends it: some characters of text in some hundred bytes. */
typedef struct
{
  const char *name;
  const TdProtocol *(*protocol) (void); /* NULL: the framing alone */
  const char *other;                    /* (nullable): what bench-parse-others.mjs calls it */
  gsize text_length;
  const char *start;
  const char *head;
  const char *tail;
  const char *end;
} Stream;

static const Stream streams[] = {
  { "SSE framing", NULL, "sse", 5, "", OPENAI_HEAD, OPENAI_TAIL, OPENAI_END },
  { "SSE framing", NULL, "sse", 2000, "", OPENAI_HEAD, OPENAI_TAIL, OPENAI_END },
  { "OpenAI Chat Completions", td_protocol_openai_chat, "openai", 5, "", OPENAI_HEAD, OPENAI_TAIL,
    OPENAI_END },
  { "OpenAI Chat Completions", td_protocol_openai_chat, "openai", 2000, "", OPENAI_HEAD,
    OPENAI_TAIL, OPENAI_END },
  { "OpenAI Responses", td_protocol_responses, "responses", 5, RESPONSES_START, RESPONSES_HEAD,
    RESPONSES_TAIL, RESPONSES_END },
  { "Anthropic Messages", td_protocol_anthropic, "anthropic", 5, ANTHROPIC_START, ANTHROPIC_HEAD,
    ANTHROPIC_TAIL, ANTHROPIC_END },
  { "Gemini", td_protocol_gemini, NULL, 5, "", GEMINI_HEAD, GEMINI_TAIL, GEMINI_END },
  { "Ollama", td_protocol_ollama, "ollama", 5, "", OLLAMA_HEAD, OLLAMA_TAIL, OLLAMA_END },
};

static GString *
make_stream (const Stream *self)
{
  GString *bytes = g_string_sized_new (STREAM_BYTES + 8192);

  g_string_append (bytes, self->start);
  while (bytes->len < STREAM_BYTES)
    {
      g_string_append (bytes, self->head);
      for (gsize i = 0; i < self->text_length; i++)
        g_string_append_c (bytes, (char) ('a' + i % 26));
      g_string_append (bytes, self->tail);
    }
  g_string_append (bytes, self->end);
  return bytes;
}

/* ---- ours ---------------------------------------------------------------------------------- */

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
  if (event->type == TD_CHAT_EVENT_ERROR)
    g_error ("the parser did not like it: %s", event->failure->message);
  n_events++;
}

static void
parse_framing (const GString *bytes)
{
  g_autoptr (TdSseParser) parser = td_sse_parser_new (0, count_sse_cb, NULL);

  for (gsize at = 0; at < bytes->len; at += READ_BYTES)
    td_sse_parser_feed (parser, bytes->str + at, MIN (bytes->len - at, READ_BYTES));
  td_sse_parser_end (parser);
}

static void
parse_chat (const TdProtocol *protocol,
            const GString    *bytes)
{
  g_autoptr (TdChatParser) parser = protocol->parser_new (TRUE, count_chat_cb, NULL);

  for (gsize at = 0; at < bytes->len; at += READ_BYTES)
    td_chat_parser_feed (parser, bytes->str + at, MIN (bytes->len - at, READ_BYTES));
  td_chat_parser_end (parser);
}

/* Gives the best round's seconds. */
static double
measure (const Stream  *self,
         const GString *bytes)
{
  gint64 best = G_MAXINT64;

  for (guint i = 0; i < ROUNDS; i++)
    {
      gint64 started = g_get_monotonic_time ();

      n_events = 0;
      n_allocations = 0;
      if (self->protocol == NULL)
        parse_framing (bytes);
      else
        parse_chat (self->protocol (), bytes);
      best = MIN (best, g_get_monotonic_time () - started);
    }
  return (double) best / G_USEC_PER_SEC;
}

/* ---- the others' --------------------------------------------------------------------------- */

static char *
run_other (const char    *name,
           const GString *bytes)
{
  g_autofree char *script =
    g_build_filename (g_getenv ("G_TEST_SRCDIR"), "providers", "bench-parse-others.mjs", NULL);
  g_autofree char *path = NULL;
  g_autoptr (GSubprocess) node = NULL;
  char *output = NULL;
  int fd;

  if (name == NULL || g_getenv ("TOPDOG_CLIENTS") == NULL)
    return NULL;
  fd = g_file_open_tmp ("topdog-bench-XXXXXX", &path, NULL);
  if (fd < 0)
    return NULL;
  g_close (fd, NULL);
  if (g_file_set_contents (path, bytes->str, (gssize) bytes->len, NULL))
    node =
      g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, NULL, "node", script, name, path, NULL);
  if (node != NULL)
    g_subprocess_communicate_utf8 (node, NULL, NULL, &output, NULL, NULL);
  g_remove (path);
  return output;
}

static void
print_other (const Stream  *self,
             const GString *bytes,
             double         ours)
{
  g_autofree char *output = run_other (self->other, bytes);
  g_autoptr (JsonNode) node =
    output != NULL && *output != '\0' ? json_from_string (output, NULL) : NULL;
  JsonObject *other;
  double seconds;

  if (node == NULL)
    return;
  other = json_node_get_object (node);
  seconds = json_object_get_double_member (other, "seconds");
  g_print ("    %-40s %7.0f MB/s; ours is %.1f times as fast\n",
           json_object_get_string_member (other, "name"), (double) bytes->len / 1e6 / seconds,
           seconds / ours);
}

static void
run (const Stream *self)
{
  GString *bytes = make_stream (self);
  double seconds = measure (self, bytes);
  g_autofree char *name =
    g_strdup_printf ("%s, pieces of %" G_GSIZE_FORMAT, self->name, self->text_length);

  g_print ("%-44s %7.0f MB/s %7.0f ns/event %6.2f allocations/event\n", name,
           (double) bytes->len / 1e6 / seconds, seconds * 1e9 / (double) n_events,
           (double) n_allocations / (double) n_events);
  print_other (self, bytes, seconds);
  g_string_free (bytes, TRUE);
}

int
main (int    argc,
      char **argv)
{
  for (gsize i = 0; i < G_N_ELEMENTS (streams); i++)
    run (&streams[i]);
  return 0;
}

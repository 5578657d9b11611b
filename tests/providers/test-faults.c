/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "support/td-test.h"

#include <stdio.h>
#include <string.h>

#include "providers/fault-server.h"
#include "providers/reply.h"
#include "providers/td-chat-stream.h"

/* Every protocol against a server that breaks HTTP, stalls, floods and lies. What has to come out
 * is always the same: the text that came, the right class of failure, in time and in bounds. */

#define FLOOD_BYTES (100 * 1024 * 1024)
/* A line may take 16 MB, twice that while it grows and once more while it is moved. */
#define MAX_GROWTH_KB (64 * 1024)

#if defined(__SANITIZE_ADDRESS__)
#define MEMORY_IS_MEASURED FALSE /* what is freed stays in quarantine */
#else
#define MEMORY_IS_MEASURED TRUE
#endif

/* One protocol's reply "ab", in the parts that faults come between. */
typedef struct
{
  const char *name;
  TdProviderKind kind;
  TdWireTrait traits;
  const char *type;
  const char *begin; /* before any text */
  const char *a;
  const char *b;
  const char *finish;
  const char *error; /* a refusal's body */
} Wire;

#define OPENAI_TEXT(text) \
  "data: {\"id\":\"x\",\"choices\":[{\"delta\":{\"content\":\"" text "\"}}]}\n\n"
#define EVENT(name, rest) \
  "event: " name "\ndata: {\"type\":\"" name "\"" rest "}\n\n"
#define ANTHROPIC_TEXT(text)    \
  EVENT ("content_block_delta", \
         ",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"" text "\"}")
#define GEMINI_TEXT(text) \
  "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"" text "\"}]}}]}\r\n\r\n"
#define OLLAMA_TEXT(text) \
  "{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":\"" text "\"},\"done\":false}\n"

static const Wire wires[] = {
  { "openai", TD_PROVIDER_KIND_OPENAI_COMPATIBLE, 0, "text/event-stream", ": hello\n\n",
    OPENAI_TEXT ("a"), OPENAI_TEXT ("b"),
    "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n",
    "{\"error\":{\"message\":\"slow down\",\"code\":\"rate_limit_exceeded\"}}" },
  { "responses", TD_PROVIDER_KIND_OPENAI, TD_WIRE_TRAIT_RESPONSES, "text/event-stream",
    EVENT ("response.created", ",\"response\":{\"id\":\"r\",\"model\":\"m\",\"error\":null}"),
    EVENT ("response.output_text.delta", ",\"output_index\":0,\"delta\":\"a\""),
    EVENT ("response.output_text.delta", ",\"output_index\":0,\"delta\":\"b\""),
    EVENT ("response.completed", ",\"response\":{\"status\":\"completed\"}"),
    "{\"error\":{\"message\":\"slow down\",\"code\":\"rate_limit_exceeded\"}}" },
  { "anthropic", TD_PROVIDER_KIND_ANTHROPIC, 0, "text/event-stream",
    EVENT ("message_start",
           ",\"message\":{\"id\":\"m\",\"role\":\"assistant\",\"content\":[],\"model\":\"m\","
           "\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}")
      EVENT ("content_block_start",
             ",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}"),
    ANTHROPIC_TEXT ("a"), ANTHROPIC_TEXT ("b"),
    EVENT ("content_block_stop", ",\"index\":0")
      EVENT ("message_delta",
             ",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":2}")
        EVENT ("message_stop", ""),
    "{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",\"message\":\"slow down\"}}" },
  { "gemini", TD_PROVIDER_KIND_GEMINI, 0, "text/event-stream", ": hello\r\n\r\n", GEMINI_TEXT ("a"),
    GEMINI_TEXT ("b"),
    "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"\"}]},\"finishReason\":\"STOP\"}]}\r\n\r\n",
    "{\"error\":{\"code\":429,\"message\":\"slow down\",\"status\":\"RESOURCE_EXHAUSTED\"}}" },
  { "ollama", TD_PROVIDER_KIND_OLLAMA, 0, "application/x-ndjson", "\n", OLLAMA_TEXT ("a"),
    OLLAMA_TEXT ("b"),
    "{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done\":true,\"done_reason\":\"stop\"}\n",
    "{\"error\":\"slow down\"}" },
};

typedef struct
{
  FaultServer *server;
  SoupSession *session;
  const Wire *wire;
  TdEndpoint *endpoint;
  TdTimeouts limits;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->server = fault_server_new ();
  fixture->session = td_http_session_new ();
  fixture->limits = (TdTimeouts) { 10000, 10000, 10000, 0 };
  fixture->endpoint = g_new0 (TdEndpoint, 1);
  fixture->endpoint->provider_id = g_strdup ("test");
  fixture->endpoint->base_url =
    g_strdup_printf ("http://127.0.0.1:%u/v1", fault_server_get_port (fixture->server));
}

static gboolean
is_idle (gpointer server)
{
  return fault_server_is_idle (server);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  soup_session_abort (fixture->session);
  td_test_wait_until (is_idle, fixture->server, "the connections to be closed");
  g_object_unref (fixture->session);
  td_endpoint_free (fixture->endpoint);
  fault_server_free (fixture->server);
}

/* ---- one chat ------------------------------------------------------------------------------ */

static Reply *
chat (Fixture         *fixture,
      const FaultPlan *plan)
{
  g_autoptr (TdChatRequest) request = td_chat_request_new ("m");
  g_autoptr (GError) error = NULL;
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  Reply *reply = reply_new ();

  fault_server_set_plan (fixture->server, plan);
  fixture->endpoint->kind = fixture->wire->kind;
  fixture->endpoint->wire = fixture->wire->traits;
  td_chat_request_add_turn (request, TD_ROLE_USER, "hello");
  td_chat_stream_async (fixture->session, fixture->endpoint, "key", request, &fixture->limits,
                        reply_event_cb, reply, NULL, td_test_ready, &call);
  td_chat_stream_finish (td_test_wait (&call), &error);
  g_assert_cmpuint (reply->n_ends, ==, 1);
  if (reply->failure != NULL)
    g_assert_error (error, TD_PROVIDER_ERROR, (int) reply->failure->class);
  else
    g_assert_no_error (error);
  return reply;
}

/* "text|end or class|status" */
static char *
summarise (const Reply *reply)
{
  const TdFailure *failure = reply->failure;

  return g_strdup_printf ("%s|%s|%u", reply->text->str,
                          failure != NULL ? td_provider_error_to_string (failure->class)
                                          : reply_get_end (reply),
                          failure != NULL ? failure->status : 0);
}

/* ---- parts of answers ---------------------------------------------------------------------- */

#define OK_HEAD "HTTP/1.1 200 OK\r\n"

/* What of the reply the faults' table names: H the head, without a length; B, 1, 2 and F the
 * body's beginning, both texts and end; E the refusal's body. */
static char *
expand (const Wire *wire,
        const char *parts)
{
  GString *text = g_string_new (NULL);

  for (; *parts != '\0'; parts++)
    {
      if (*parts == 'H')
        g_string_append_printf (text, OK_HEAD "Content-Type: %s\r\nConnection: close\r\n\r\n",
                                wire->type);
      else
        g_string_append (text, *parts == 'B'   ? wire->begin
                               : *parts == '1' ? wire->a
                               : *parts == '2' ? wire->b
                               : *parts == 'F' ? wire->finish
                                               : wire->error);
    }
  return g_string_free_and_steal (text);
}

/* ---- the table ----------------------------------------------------------------------------- */

typedef struct
{
  const char *name;
  const char *raw;     /* (nullable): comes first */
  const char *parts;   /* (nullable): then these, see expand() */
  const char *flood;   /* (nullable): then this, 100 MB of it */
  FaultEnd end;
  guint limit_ms;      /* of the first byte and of silence; 0: long */
  guint total_ms;      /* of all of it; 0: none */
  gsize slice;
  guint pause_ms;
  const char *summary;
  const char *ollama;  /* (nullable): the same, where the protocol makes it different */
  const char *critical; /* (nullable): what libsoup says against itself; it goes on rightly */
} Fault;

#define CHUNKED \
  "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
#define REFUSED(status) \
  "HTTP/1.1 " status " No\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n"
#define A64 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static const Fault faults[] = {
  { "whole", NULL, "HB12F", .summary = "ab|stop|0" },
  { "byte-by-byte", NULL, "HB12F", .slice = 1, .summary = "ab|stop|0" },
  { "trickles", NULL, "HB12F", .slice = 40, .pause_ms = 5, .summary = "ab|stop|0" },

  /* Stalls. */
  { "says-nothing", .end = FAULT_STALL, .limit_ms = 100, .summary = "|timed_out|0" },
  { "trickles-its-head", NULL, "HB12F", .slice = 1, .pause_ms = 10, .limit_ms = 100,
    .summary = "|timed_out|0" },
  { "stalls-in-its-head", OK_HEAD "Content-Ty", .end = FAULT_STALL, .limit_ms = 100,
    .summary = "|timed_out|0" },
  { "stalls-after-its-head", NULL, "H", .end = FAULT_STALL, .limit_ms = 100,
    .summary = "|timed_out|200" },
  { "stalls-in-the-text", NULL, "HB1", .end = FAULT_STALL, .limit_ms = 100,
    .summary = "a|timed_out|200" },
  { "pings-for-ever", NULL, "HB1", ": ping\n\n", .slice = 64, .pause_ms = 5, .limit_ms = 200,
    .total_ms = 500, .summary = "a|timed_out|200", .ollama = "a|protocol|200" },
  { "stalls-in-a-chunk", CHUNKED "fff\r\n", "B1", .end = FAULT_STALL, .limit_ms = 100,
    .summary = "a|timed_out|200" },

  /* Ends too soon. */
  { "resets-at-once", .end = FAULT_RESET, .summary = "|server|0" },
  { "resets-in-the-text", NULL, "HB1", .end = FAULT_RESET, .summary = "a|cut|200" },
  { "closes-in-the-text", NULL, "HB1", .summary = "a|cut|200" },

  /* Lies about length. */
  { "less-than-promised",
    OK_HEAD "Content-Type: text/event-stream\r\nContent-Length: 99999\r\n\r\n", "B1",
    .summary = "a|cut|200" },
  { "less-than-promised-but-whole",
    OK_HEAD "Content-Type: text/event-stream\r\nContent-Length: 99999\r\n\r\n", "B12F",
    .summary = "ab|stop|0" },
  { "nothing-promised-much-sent",
    OK_HEAD "Content-Type: text/event-stream\r\nContent-Length: 0\r\n\r\n", "B12F",
    .summary = "|cut|200" },
  { "negative-length",
    OK_HEAD "Content-Type: text/event-stream\r\nContent-Length: -5\r\nConnection: close\r\n\r\n",
    "B12F", .summary = "|cut|200", .critical = "*-5*content-length*" },
  { "chunk-of-no-size", CHUNKED "zz\r\n", "B1", .summary = "|cut|200" },
  { "chunk-of-all-memory", CHUNKED "7fffffffffffffff\r\n", "B1", .summary = "a|cut|200" },
  { "chunk-of-more-than-that", CHUNKED "ffffffffffffffffffff\r\n", "B1", .summary = "|cut|200" },

  /* Not what was asked for. */
  { "page", OK_HEAD "Content-Type: text/html\r\nConnection: close\r\n\r\n", "B12F",
    .summary = "|protocol|200" },
  { "picture", OK_HEAD "Content-Type: image/png\r\nConnection: close\r\n\r\n\x89PNG\r\n\x1a\n",
    .summary = "|cut|200", .ollama = "|protocol|200" },
  { "bytes", OK_HEAD "Content-Type: application/octet-stream\r\nConnection: close\r\n\r\n", "B12F",
    .summary = "ab|stop|0" },
  { "no-content", "HTTP/1.1 204 No Content\r\n\r\n", .summary = "|cut|204" },
  { "not-modified", "HTTP/1.1 304 Not Modified\r\n\r\n", .summary = "|protocol|304" },
  { "plain-called-gzip",
    OK_HEAD
    "Content-Type: text/event-stream\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n",
    "B12F", .summary = "ab|stop|0" },
  { "unknown-encoding",
    OK_HEAD
    "Content-Type: text/event-stream\r\nContent-Encoding: br\r\nConnection: close\r\n\r\n\x8b\x02\x80"
    "abc",
    .summary = "|cut|200" },

  /* Refusals that break off: the status says enough. */
  { "refusal-stalls", REFUSED ("429"), "E", .end = FAULT_STALL, .limit_ms = 100,
    .summary = "|rate_limit|429" },
  { "refusal-resets", REFUSED ("429"), "E", .end = FAULT_RESET, .summary = "|rate_limit|429" },
  { "refusal-is-short", REFUSED ("401"), .summary = "|auth|401" },
  { "refusal-floods", "HTTP/1.1 500 No\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n",
    NULL, A64, .summary = "|server|500" },

  /* Floods. */
  { "flood-of-headers", OK_HEAD, NULL, "X-" A64 ": " A64 "\r\n", .summary = "|server|0" },
  { "flood-of-one-header", OK_HEAD "X-A: ", NULL, A64, .summary = "|server|0" },
  { "flood-of-status", "HTTP/1.1 200 ", NULL, A64, .summary = "|server|0" },
  { "flood-of-continue", NULL, NULL, "HTTP/1.1 100 Continue\r\n\r\n", .limit_ms = 500,
    .summary = "|timed_out|0" },
  { "flood-of-chunk-extension", CHUNKED "5;", NULL, A64, .summary = "|cut|200" },
  { "flood-of-comments", NULL, "HB1", ": " A64 "\n", .summary = "a|protocol|200" },
  { "flood-of-blank-lines", NULL, "HB1", "\r\n", .summary = "a|protocol|200" },
  { "flood-of-one-line", NULL, "HB1", A64, .summary = "a|protocol|200" },
  { "flood-of-data-lines", NULL, "HB1", "data: " A64 "\n", .summary = "a|protocol|200" },
  { "flood-of-spaces", OK_HEAD "Content-Type: application/json\r\nConnection: close\r\n\r\n", NULL,
    "                                                                ",
    .summary = "|protocol|200" },
  { "flood-of-a-document",
    OK_HEAD "Content-Type: application/json\r\nConnection: close\r\n\r\n{\"a\":\"", NULL, A64,
    .summary = "|protocol|200" },
  { "flood-of-depth", OK_HEAD "Content-Type: application/json\r\nConnection: close\r\n\r\n{\"a\":",
    NULL, "[[[[[[[[[[[[[[[[", .summary = "|protocol|200" },
};

/* ---- memory -------------------------------------------------------------------------------- */

static void
forget_peak (void)
{
  FILE *file = fopen ("/proc/self/clear_refs", "w");

  if (file == NULL)
    return;
  fputs ("5", file);
  fclose (file);
}

static gint64
get_memory_kb (const char *what)
{
  g_autofree char *status = NULL;
  const char *found;

  if (!g_file_get_contents ("/proc/self/status", &status, NULL, NULL))
    return 0;
  found = strstr (status, what);
  return found != NULL ? g_ascii_strtoll (found + strlen (what), NULL, 10) : 0;
}

typedef struct
{
  const Wire *wire;
  const Fault *fault;
} Case;

static void
test_fault (Fixture       *fixture,
            gconstpointer  data)
{
  const Fault *fault = ((const Case *) data)->fault;
  g_autofree char *parts = NULL;
  g_autofree char *start = NULL;
  g_autofree char *summary = NULL;
  g_autoptr (Reply) reply = NULL;
  FaultPlan plan = { 0 };
  gint64 began_us = g_get_monotonic_time ();
  gint64 before_kb;

  fixture->wire = ((const Case *) data)->wire;
  parts = expand (fixture->wire, fault->parts != NULL ? fault->parts : "");
  start = g_strconcat (fault->raw != NULL ? fault->raw : "", parts, NULL);
  plan = (FaultPlan) { .start = *start != '\0' ? start : NULL,
                       .flood = fault->flood,
                       .flood_bytes = fault->flood != NULL ? FLOOD_BYTES : 0,
                       .slice = fault->slice,
                       .pause_ms = fault->pause_ms,
                       .end = fault->end };
  if (fault->limit_ms != 0)
    fixture->limits.first_byte_ms = fixture->limits.idle_ms = fault->limit_ms;
  fixture->limits.total_ms = fault->total_ms;
  if (fault->critical != NULL)
    g_test_expect_message ("GLib-GObject", G_LOG_LEVEL_CRITICAL, fault->critical);
  forget_peak ();
  before_kb = get_memory_kb ("VmRSS:");
  reply = chat (fixture, &plan);
  summary = summarise (reply);
  if (reply->failure != NULL)
    g_test_message ("%s", reply->failure->message);
  g_assert_cmpstr (summary, ==,
                   fixture->wire->kind == TD_PROVIDER_KIND_OLLAMA && fault->ollama != NULL
                     ? fault->ollama
                     : fault->summary);
  g_test_assert_expected_messages ();
  g_assert_cmpuint (fault_server_get_n_requests (fixture->server), ==, 1);
  if (MEMORY_IS_MEASURED)
    {
      g_test_message ("%" G_GINT64_FORMAT " KB more, %" G_GUINT64_FORMAT
                      " bytes sent, %" G_GINT64_FORMAT " ms",
                      get_memory_kb ("VmHWM:") - before_kb,
                      fault_server_get_n_written (fixture->server),
                      (g_get_monotonic_time () - began_us) / 1000);
      g_assert_cmpint (get_memory_kb ("VmHWM:") - before_kb, <, MAX_GROWTH_KB);
    }
}

/* ---- every place to break off -------------------------------------------------------------- */

/* Whatever came before the end is kept, nothing else is made up, and only a reply whose reason
 * to end came is called whole. */
static void
check_cut (Fixture    *fixture,
           const char *bytes,
           gsize       head,
           gsize       whole,
           gsize       length)
{
  FaultPlan plan = { .start = length > 0 ? bytes : NULL, .length = length, .end = FAULT_CLOSE };
  g_autoptr (Reply) reply = chat (fixture, &plan);

  g_test_message ("%" G_GSIZE_FORMAT " bytes: %s", length, reply->text->str);
  g_assert_true (g_str_has_prefix ("ab", reply->text->str));
  if (length >= whole)
    g_assert_cmpstr (reply_get_end (reply), ==, "stop");
  if (reply->failure == NULL)
    {
      g_assert_cmpstr (reply->text->str, ==, "ab");
      return;
    }
  if (length == 0)
    g_assert_cmpint (reply->failure->class, ==, TD_PROVIDER_ERROR_SERVER);
  else if (length < head && reply->failure->status == 0)
    g_assert_true (reply->failure->class == TD_PROVIDER_ERROR_SERVER ||
                   reply->failure->class == TD_PROVIDER_ERROR_PROTOCOL);
  else /* libsoup is content with a head that ends between two lines */
    g_assert_cmpint (reply->failure->class, ==, TD_PROVIDER_ERROR_CUT);
  if (length >= head)
    g_assert_cmpint (reply->failure->status, ==, 200);
}

static void
test_cut_anywhere (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autofree char *head = NULL;
  g_autofree char *bytes = NULL;
  gsize length;

  fixture->wire = data;
  head = expand (fixture->wire, "H");
  bytes = expand (fixture->wire, "HB12F");
  length = strlen (bytes);
  for (gsize i = 0; i <= length; i++)
    check_cut (fixture, bytes, strlen (head), length, i);
  /* What a reset leaves of the last bytes is not certain. */
  for (gsize i = strlen (head); i < length; i += 29)
    {
      FaultPlan plan = { .start = bytes, .length = i, .end = FAULT_RESET };
      g_autoptr (Reply) reply = chat (fixture, &plan);

      g_assert_true (g_str_has_prefix ("ab", reply->text->str));
      g_assert_true (reply->failure != NULL || g_str_equal (reply->text->str, "ab"));
    }
}

/* ---- compressed ---------------------------------------------------------------------------- */

static GBytes *
compress (const char *text,
          gsize       times)
{
  g_autoptr (GConverter) gzip =
    G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, -1));
  g_autoptr (GOutputStream) memory = g_memory_output_stream_new_resizable ();
  g_autoptr (GOutputStream) out = g_converter_output_stream_new (memory, gzip);

  for (gsize i = 0; i < times; i++)
    g_output_stream_write_all (out, text, strlen (text), NULL, NULL, NULL);
  g_output_stream_close (out, NULL, NULL);
  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (memory));
}

static Reply *
chat_compressed (Fixture    *fixture,
                 guint       status,
                 const char *type,
                 GBytes     *packed,
                 gsize       length)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree char *head =
    g_strdup_printf ("HTTP/1.1 %u X\r\nContent-Type: %s\r\nContent-Encoding: gzip\r\n"
                     "Connection: close\r\n\r\n",
                     status, type);
  FaultPlan plan = { .end = FAULT_CLOSE };

  g_byte_array_append (bytes, (const guint8 *) head, (guint) strlen (head));
  g_byte_array_append (bytes, g_bytes_get_data (packed, NULL), (guint) length);
  plan.start = (const char *) bytes->data;
  plan.length = bytes->len;
  return chat (fixture, &plan);
}

static void
test_compressed (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autofree char *body = NULL;
  g_autoptr (GBytes) packed = NULL;
  g_autoptr (Reply) reply = NULL;
  gsize length;

  fixture->wire = data;
  body = expand (fixture->wire, "B12F");
  packed = compress (body, 1);
  length = g_bytes_get_size (packed);
  reply = chat_compressed (fixture, 200, fixture->wire->type, packed, length);
  g_assert_cmpstr (reply->text->str, ==, "ab");
  g_assert_cmpstr (reply_get_end (reply), ==, "stop");

  /* Cut, and broken. */
  for (gsize i = 0; i < length; i++)
    {
      g_autoptr (Reply) cut = chat_compressed (fixture, 200, fixture->wire->type, packed, i);
      g_autoptr (GBytes) broken = NULL;
      g_autoptr (Reply) other = NULL;
      guint8 *copy = g_memdup2 (g_bytes_get_data (packed, NULL), length);

      g_assert_true (g_str_has_prefix ("ab", cut->text->str));
      g_assert_true (cut->failure != NULL || g_str_equal (cut->text->str, "ab"));
      copy[i] ^= 0x55;
      broken = g_bytes_new_take (copy, length);
      other = chat_compressed (fixture, 200, fixture->wire->type, broken, length);
      g_assert_true (other->failure != NULL || other->finished);
    }
}

/* 100 MB in a hundred kilobytes. */
static void
test_bombs (Fixture       *fixture,
            gconstpointer  data)
{
  static const struct
  {
    guint status;
    const char *type; /* (nullable): the protocol's own */
    const char *piece;
    const char *summary;
  } bombs[] = {
    { 200, NULL, ": " A64 "\n", "|protocol|200" },
    { 200, NULL, A64, "|protocol|200" },
    { 200, NULL, "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n", "|protocol|200" },
    { 200, "application/json", "                                ", "|protocol|200" },
    { 200, "application/json", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "|protocol|200" },
    { 500, "text/plain", A64, "|server|500" },
    { 429, "text/plain", "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n", "|rate_limit|429" },
  };

  static GBytes *packed[G_N_ELEMENTS (bombs)]; /* made once for all protocols */

  fixture->wire = data;
  for (gsize i = 0; i < G_N_ELEMENTS (bombs); i++)
    {
      const char *type = bombs[i].type != NULL ? bombs[i].type : fixture->wire->type;
      g_autoptr (Reply) reply = NULL;
      g_autofree char *summary = NULL;
      gint64 before_kb;

      g_test_message ("%u %s %.2s", bombs[i].status, type, bombs[i].piece);
      if (packed[i] == NULL)
        packed[i] = compress (bombs[i].piece, FLOOD_BYTES / strlen (bombs[i].piece));
      forget_peak ();
      before_kb = get_memory_kb ("VmRSS:");
      reply = chat_compressed (fixture, bombs[i].status, type, packed[i],
                               g_bytes_get_size (packed[i]));
      summary = summarise (reply);
      g_assert_cmpstr (summary, ==, bombs[i].summary);
      if (MEMORY_IS_MEASURED)
        g_assert_cmpint (get_memory_kb ("VmHWM:") - before_kb, <, MAX_GROWTH_KB);
    }
}

/* ---- one connection, several replies ------------------------------------------------------- */

/* What a server sends beyond the length it stated must not become the start of the next reply. */
static void
test_more_than_promised (Fixture       *fixture,
                         gconstpointer  data)
{
  g_autofree char *body = NULL;
  g_autofree char *lie = NULL;
  g_autofree char *truth = NULL;
  FaultPlan plan = { .end = FAULT_STALL };

  fixture->wire = data;
  body = expand (fixture->wire, "B12F");
  lie = g_strdup_printf (OK_HEAD "Content-Type: %s\r\nContent-Length: %" G_GSIZE_FORMAT
                                 "\r\n\r\n%sHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
                         fixture->wire->type, strlen (body), body);
  truth = expand (fixture->wire, "HB12F");
  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (Reply) first = NULL;
      g_autoptr (Reply) second = NULL;
      g_autofree char *summary = NULL;

      plan.start = lie;
      plan.end = FAULT_STALL;
      first = chat (fixture, &plan);
      g_assert_cmpstr (first->text->str, ==, "ab");
      plan.start = truth;
      plan.end = FAULT_CLOSE;
      second = chat (fixture, &plan);
      summary = summarise (second);
      g_assert_cmpstr (summary, ==, "ab|stop|0");
    }
}

/* ---- plain requests ------------------------------------------------------------------------ */

/* A list, a catalogue, a key's check: read whole, within bounds. */
typedef struct
{
  const char *name;
  const char *start;
  const char *flood;   /* (nullable): 100 MB of it */
  const char *packed;  /* (nullable): instead, 100 MB of it in gzip */
  FaultEnd end;
  guint pause_ms;      /* after each byte */
  guint total_ms;      /* for all of it; 0: long */
  GQuark (*domain) (void);
  int code;            /* -1: any */
  const char *body;    /* (nullable): no error, but this */
} Plain;

#define FETCH_BYTES (1024 * 1024)
#define SILENCE_MS  150
#define GZIPPED     OK_HEAD "Content-Encoding: gzip\r\nConnection: close\r\n\r\n"

static const Plain plains[] = {
  { "good", OK_HEAD "Content-Length: 2\r\n\r\nok", .body = "ok" },
  { "empty", OK_HEAD "Content-Length: 0\r\n\r\n", .body = "" },
  { "says-nothing", NULL, .end = FAULT_STALL, .domain = g_io_error_quark,
    .code = G_IO_ERROR_TIMED_OUT },
  { "trickles-its-head", OK_HEAD "Content-Length: 2\r\n\r\nok", .pause_ms = 20,
    .domain = g_io_error_quark, .code = G_IO_ERROR_TIMED_OUT },
  { "stalls-in-the-body", OK_HEAD "Content-Length: 5\r\n\r\nok", .end = FAULT_STALL,
    .domain = g_io_error_quark, .code = G_IO_ERROR_TIMED_OUT },
  { "trickles-for-ever", OK_HEAD "Connection: close\r\n\r\n", A64, .pause_ms = 10,
    .total_ms = 900, .domain = g_io_error_quark, .code = G_IO_ERROR_TIMED_OUT },
  { "less-than-promised", OK_HEAD "Content-Length: 5\r\n\r\nok", .domain = g_io_error_quark,
    .code = G_IO_ERROR_PARTIAL_INPUT },
  { "more-than-promised", OK_HEAD "Content-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n\r\n",
    .body = "ok" },
  { "reset", OK_HEAD "Content-Length: 5\r\n\r\n", .end = FAULT_RESET, .domain = g_io_error_quark,
    .code = -1 },
  { "flood", OK_HEAD "Connection: close\r\n\r\n", A64, .domain = td_http_error_quark,
    .code = TD_HTTP_ERROR_TOO_LARGE },
  { "flood-of-headers", OK_HEAD, "X-" A64 ": " A64 "\r\n", .domain = g_io_error_quark, .code = -1 },
  { "bomb", GZIPPED, .packed = A64, .domain = td_http_error_quark,
    .code = TD_HTTP_ERROR_TOO_LARGE },
};

static void
test_plain (Fixture       *fixture,
            gconstpointer  data)
{
  const Plain *plain = data;
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (SoupMessage) message =
    td_http_message_new ("GET", fixture->endpoint->base_url, NULL);
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) packed = NULL;
  g_autoptr (GBytes) body = NULL;
  FaultPlan plan = { .flood = plain->flood,
                     .flood_bytes = plain->flood != NULL ? FLOOD_BYTES : 0,
                     .slice = plain->pause_ms != 0 ? 1 : 0,
                     .pause_ms = plain->pause_ms,
                     .end = plain->end };
  gint64 before_kb;

  if (plain->start != NULL)
    g_byte_array_append (bytes, (const guint8 *) plain->start, (guint) strlen (plain->start));
  if (plain->packed != NULL)
    {
      packed = compress (plain->packed, FLOOD_BYTES / strlen (plain->packed));
      g_byte_array_append (bytes, g_bytes_get_data (packed, NULL),
                           (guint) g_bytes_get_size (packed));
    }
  plan.start = bytes->len > 0 ? (const char *) bytes->data : NULL;
  plan.length = bytes->len;
  fault_server_set_plan (fixture->server, &plan);
  forget_peak ();
  before_kb = get_memory_kb ("VmRSS:");
  td_http_message_set_silence_ms (message, SILENCE_MS);
  if (plain->total_ms != 0)
    td_http_message_set_total_ms (message, plain->total_ms);
  td_http_fetch_async (fixture->session, message, FETCH_BYTES, NULL, td_test_ready, &call);
  body = td_http_fetch_finish (fixture->session, td_test_wait (&call), &error);
  if (MEMORY_IS_MEASURED)
    g_assert_cmpint (get_memory_kb ("VmHWM:") - before_kb, <, 8 * 1024);
  if (plain->body != NULL)
    {
      g_assert_no_error (error);
      g_assert_cmpmem (g_bytes_get_data (body, NULL), g_bytes_get_size (body), plain->body,
                       strlen (plain->body));
      return;
    }
  g_assert_nonnull (error);
  g_assert_cmpstr (g_quark_to_string (error->domain), ==, g_quark_to_string (plain->domain ()));
  if (plain->code >= 0)
    g_assert_cmpint (error->code, ==, plain->code);
}

static void
add (const char *test_name,
     const Wire *wire,
     void (*test) (Fixture *fixture,
                   gconstpointer data))
{
  g_autofree char *path = g_strconcat ("/faults/", wire->name, "/", test_name, NULL);

  g_test_add (path, Fixture, wire, set_up, test, tear_down);
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GPtrArray) cases = g_ptr_array_new_with_free_func (g_free);

  td_test_init (&argc, &argv);
  for (gsize i = 0; i < G_N_ELEMENTS (plains); i++)
    {
      g_autofree char *path = g_strconcat ("/faults/plain/", plains[i].name, NULL);

      g_test_add (path, Fixture, &plains[i], set_up, test_plain, tear_down);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (wires); i++)
    {
      for (gsize j = 0; j < G_N_ELEMENTS (faults); j++)
        {
          g_autofree char *path =
            g_strconcat ("/faults/", wires[i].name, "/", faults[j].name, NULL);
          Case *each = g_new0 (Case, 1);

          *each = (Case) { &wires[i], &faults[j] };
          g_ptr_array_add (cases, each);
          g_test_add (path, Fixture, each, set_up, test_fault, tear_down);
        }
      add ("cut-anywhere", &wires[i], test_cut_anywhere);
      add ("compressed", &wires[i], test_compressed);
      add ("bombs", &wires[i], test_bombs);
      add ("more-than-promised", &wires[i], test_more_than_promised);
    }
  return g_test_run ();
}

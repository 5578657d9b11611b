/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "support/td-test.h"

#include <string.h>

#include "providers/td-ndjson-parser.h"
#include "providers/td-sse-parser.h"
#include "providers/td-think-splitter.h"

/* What came out is written as text: "name|data;" for an event, an unfinished one with "~". */

static TdFeed
write_event_cb (const TdSseEvent *event,
                gpointer          user_data)
{
  GString *out = user_data;

  g_assert_cmpuint (strlen (event->data), ==, event->length);
  g_string_append_printf (out, "%s%s|%s;", event->unfinished ? "~" : "",
                          event->name != NULL ? event->name : "", event->data);
  return strcmp (event->data, "stop") == 0 ? TD_FEED_STOPPED : TD_FEED_MORE;
}

static const struct
{
  const char *name;
  const char *stream;
  const char *events;
} sse_cases[] = {
  { "one", "data: a\n\n", "|a;" },
  { "two", "data: a\n\ndata: b\n\n", "|a;|b;" },
  { "name", "event: error\ndata: a\n\n", "error|a;" },
  { "name-forgotten", "event: x\n\ndata: a\n\n", "|a;" },
  { "name-per-event", "event: x\ndata: a\n\ndata: b\n\n", "x|a;|b;" },
  { "no-space", "data:a\n\n", "|a;" },
  { "two-spaces", "data:  a\n\n", "| a;" },
  { "lines-joined", "data: a\ndata: b\ndata:\ndata: c\n\n", "|a\nb\n\nc;" },
  { "first-line-empty", "data:\ndata: a\n\n", "|\na;" },
  { "empty-data-skipped", "data:\n\ndata: a\n\n", "|a;" },
  { "comment", ": keepalive\n:\ndata: a\n: between\ndata: b\n\n", "|a\nb;" },
  { "fields-dropped", "id: 1\nretry: 5\nother: x\ndata: a\n\n", "|a;" },
  { "no-colon", "data\ndata: a\nfieldonly\n\n", "|\na;" },
  { "longer-name", "datax: b\ndata: a\n\n", "|a;" },
  { "colon-in-value", "data: {\"a\":1}\n\n", "|{\"a\":1};" },
  { "crlf", "data: a\r\ndata: b\r\n\r\ndata: c\r\n\r\n", "|a\nb;|c;" },
  { "cr", "data: a\rdata: b\r\rdata: c\r\r", "|a\nb;|c;" },
  { "mixed-ends", "data: a\r\n\ndata: b\n\r\ndata: c\r\r\n", "|a;|b;|c;" },
  { "bom", "\xEF\xBB\xBF"
           "data: a\n\n",
    "|a;" },
  { "bom-before-blank", "\xEF\xBB\xBF\ndata: a\n\n", "|a;" },
  { "bom-later-is-text", "data: a\n\n\xEF\xBB\xBF"
                         "data: b\n\ndata: c\n\n",
    "|a;|c;" },
  { "blank-runs", "\n\n\ndata: a\n\n\n\n\ndata: b\n\n", "|a;|b;" },
  { "line-separators-are-text", "data: a\xE2\x80\xA8"
                                "b\xC2\x85"
                                "c\n\n",
    "|a\xE2\x80\xA8"
    "b\xC2\x85"
    "c;" },
  { "unfinished-line", "data: a", "~|a;" },
  { "unfinished-event", "event: x\ndata: a\n", "~x|a;" },
  { "unfinished-after-cr", "data: a\r", "~|a;" },
  { "unfinished-without-data", "data: a\n\nevent: x\n", "|a;" },
  { "stopped", "data: a\n\ndata: stop\n\ndata: b\n\n", "|a;|stop;" },
  { "nothing", "", "" },
};

static void
feed_sse (const char *stream,
          gsize       piece,
          GString    *out)
{
  g_autoptr (TdSseParser) parser = td_sse_parser_new (0, write_event_cb, out);
  gsize length = strlen (stream);

  for (gsize at = 0; at < length; at += piece)
    {
      gsize n = MIN (piece, length - at);
      g_autofree char *copy = g_memdup2 (stream + at, n);

      td_sse_parser_feed (parser, copy, n);
    }
  td_sse_parser_end (parser);
}

static void
test_sse (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (sse_cases); i++)
    {
      for (gsize piece = 1; piece < 12; piece++)
        {
          g_autoptr (GString) out = g_string_new (NULL);

          g_test_message ("%s in pieces of %" G_GSIZE_FORMAT, sse_cases[i].name, piece);
          feed_sse (sse_cases[i].stream, piece, out);
          g_assert_cmpstr (out->str, ==, sse_cases[i].events);
        }
    }
}

static void
test_sse_limit (void)
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (TdSseParser) one_line = td_sse_parser_new (10, write_event_cb, out);
  g_autoptr (TdSseParser) many_lines = td_sse_parser_new (10, write_event_cb, out);
  g_autoptr (TdSseParser) comments = td_sse_parser_new (10, write_event_cb, out);

  g_assert_cmpint (td_sse_parser_feed (one_line, "data: 1234", 10), ==, TD_FEED_MORE);
  g_assert_cmpint (td_sse_parser_feed (one_line, "5", 1), ==, TD_FEED_TOO_LONG);
  g_assert_cmpint (td_sse_parser_feed (one_line, "\n\n", 2), ==, TD_FEED_TOO_LONG);
  g_assert_cmpint (td_sse_parser_end (one_line), ==, TD_FEED_TOO_LONG);

  g_assert_cmpint (td_sse_parser_feed (many_lines, "data:1234\ndata:1234\n", 20), ==, TD_FEED_MORE);
  g_assert_cmpint (td_sse_parser_feed (many_lines, "data:1234\n", 10), ==, TD_FEED_TOO_LONG);
  g_assert_cmpstr (out->str, ==, "");

  for (guint i = 0; i < 100; i++)
    g_assert_cmpint (td_sse_parser_feed (comments, ": comment\n", 10), ==, TD_FEED_MORE);
}

static TdFeed
write_line_cb (const char *line,
               gsize       length,
               gboolean    unfinished,
               gpointer    user_data)
{
  g_string_append_printf (user_data, "%s%.*s;", unfinished ? "~" : "", (int) length, line);
  return TD_FEED_MORE;
}

static void
test_ndjson (void)
{
  static const char *const cases[][2] = {
    { "{}\n[]\n", "{};[];" },
    { "{}\r\n\r\n \t\n[]\r\n", "{};[];" },
    { "{}\n[]", "{};~[];" },
    { "\xEF\xBB\xBF{}\n", "{};" },
    { "\n\n", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      for (gsize piece = 1; piece < 8; piece++)
        {
          g_autoptr (GString) out = g_string_new (NULL);
          g_autoptr (TdNdjsonParser) parser = td_ndjson_parser_new (0, write_line_cb, out);
          gsize length = strlen (cases[i][0]);

          for (gsize at = 0; at < length; at += piece)
            td_ndjson_parser_feed (parser, cases[i][0] + at, MIN (piece, length - at));
          td_ndjson_parser_end (parser);
          g_assert_cmpstr (out->str, ==, cases[i][1]);
        }
    }
}

/* A text without one kind of line end is not searched for it again and again. */
static void
test_lone_cr_is_linear (void)
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (GString) stream = g_string_new (NULL);
  g_autoptr (TdSseParser) parser = td_sse_parser_new (0, write_event_cb, out);
  gint64 started;

  for (guint i = 0; i < 1000000; i++)
    g_string_append (stream, ":\r");
  started = g_get_monotonic_time ();
  td_sse_parser_feed (parser, stream->str, stream->len);
  g_assert_cmpint (g_get_monotonic_time () - started, <, 5 * G_USEC_PER_SEC);
}

static void
write_piece_cb (gboolean    is_reasoning,
                const char *text,
                gsize       length,
                gpointer    user_data)
{
  GString *const *outs = user_data;

  g_string_append_len (outs[is_reasoning ? 1 : 0], text, length);
}

static void
test_think (void)
{
  static const char *const cases[][3] = {
    { "plain", "plain", "" },
    { "<think>why</think>so", "so", "why" },
    { "<think>why</think>\n\nso", "\n\nso", "why" },
    { " \n<think>why</think>so", "so", "why" },
    { "a<think>b</think>c", "a<think>b</think>c", "" },
    { "<think>a<b></thin>c</think>d</think>e", "d</think>e", "a<b></thin>c" },
    { "<think>never closed </thi", "", "never closed </thi" },
    { "<think></think>only text", "only text", "" },
    { "<thinking>no mark", "<thinking>no mark", "" },
    { "<thi", "<thi", "" },
    { "  ", "  ", "" },
    { "<", "<", "" },
    { "<think>å</think>ß", "ß", "å" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      for (gsize piece = 1; piece < 20; piece++)
        {
          g_autoptr (GString) text = g_string_new (NULL);
          g_autoptr (GString) reasoning = g_string_new (NULL);
          GString *outs[] = { text, reasoning };
          g_autoptr (TdThinkSplitter) splitter = td_think_splitter_new (write_piece_cb, outs);
          gsize length = strlen (cases[i][0]);

          for (gsize at = 0; at < length; at += piece)
            td_think_splitter_feed (splitter, cases[i][0] + at, MIN (piece, length - at));
          td_think_splitter_flush (splitter);
          g_assert_cmpstr (text->str, ==, cases[i][1]);
          g_assert_cmpstr (reasoning->str, ==, cases[i][2]);
        }
    }
}

/* Nothing is held back longer than it has to be. */
static void
test_think_is_prompt (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GString) reasoning = g_string_new (NULL);
  GString *outs[] = { text, reasoning };
  g_autoptr (TdThinkSplitter) splitter = td_think_splitter_new (write_piece_cb, outs);

  td_think_splitter_feed (splitter, "<think>step", 11);
  g_assert_cmpstr (reasoning->str, ==, "step");
  td_think_splitter_feed (splitter, " <", 2);
  g_assert_cmpstr (reasoning->str, ==, "step ");
  td_think_splitter_feed (splitter, "b", 1);
  g_assert_cmpstr (reasoning->str, ==, "step <b");
  td_think_splitter_feed (splitter, "</think>a", 9);
  td_think_splitter_feed (splitter, "<", 1);
  g_assert_cmpstr (text->str, ==, "a<");
}

int
main (int    argc,
      char **argv)
{
  td_test_init (&argc, &argv);
  g_test_add_func ("/framing/sse", test_sse);
  g_test_add_func ("/framing/sse-limit", test_sse_limit);
  g_test_add_func ("/framing/ndjson", test_ndjson);
  g_test_add_func ("/framing/lone-cr-is-linear", test_lone_cr_is_linear);
  g_test_add_func ("/framing/think", test_think);
  g_test_add_func ("/framing/think-is-prompt", test_think_is_prompt);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fuzz/fuzz.h"

#include "providers/td-ndjson-parser.h"
#include "providers/td-sse-parser.h"

/* Framing gives the same whatever way the bytes were cut, and in a limit. */

#define MAX_BYTES 4096

static TdFeed
take_event_cb (const TdSseEvent *event,
               gpointer          user_data)
{
  GString *seen = user_data;

  g_assert_cmpuint (event->length, <=, MAX_BYTES);
  g_assert_cmpint (event->data[event->length], ==, '\0');
  g_string_append_printf (seen, "[%s %d ", event->name != NULL ? event->name : "-",
                          event->unfinished);
  g_string_append_len (seen, event->data, (gssize) event->length);
  return TD_FEED_MORE;
}

static TdFeed
take_stray_cb (const char *line,
               gsize       length,
               gpointer    user_data)
{
  g_string_append (user_data, "[stray ");
  g_string_append_len (user_data, line, (gssize) length);
  return TD_FEED_MORE;
}

static TdFeed
take_line_cb (const char *line,
              gsize       length,
              gboolean    unfinished,
              gpointer    user_data)
{
  g_assert_cmpuint (length, <=, MAX_BYTES);
  g_string_append_printf (user_data, "[%d ", unfinished);
  g_string_append_len (user_data, line, (gssize) length);
  return TD_FEED_MORE;
}

static void
check_equal (const GString *whole,
             const GString *cut)
{
  g_assert_cmpmem (whole->str, whole->len, cut->str, cut->len);
}

static GString *
read_sse (const guint8 *data,
          gsize         size,
          gboolean      in_cuts)
{
  GString *seen = g_string_new (NULL);
  g_autoptr (TdSseParser) parser = td_sse_parser_new (MAX_BYTES, take_event_cb, seen);
  g_autofree char *whole = fuzz_copy (data, size);
  FuzzCuts cuts;
  char *piece;
  gsize length;

  td_sse_parser_set_stray_func (parser, take_stray_cb);
  fuzz_cuts_begin (&cuts, data, in_cuts ? size : 0);
  while ((piece = fuzz_cuts_next (&cuts, &length)) != NULL)
    {
      td_sse_parser_feed (parser, piece, length);
      g_free (piece);
    }
  if (!in_cuts)
    td_sse_parser_feed (parser, whole, size);
  g_string_append_printf (seen, "=%d", td_sse_parser_end (parser));
  return seen;
}

void
fuzz_sse (const guint8 *data,
          gsize         size)
{
  g_autoptr (GString) whole = read_sse (data, size, FALSE);
  g_autoptr (GString) cut = read_sse (data, size, TRUE);

  check_equal (whole, cut);
}

static GString *
read_ndjson (const guint8 *data,
             gsize         size,
             gboolean      in_cuts)
{
  GString *seen = g_string_new (NULL);
  g_autoptr (TdNdjsonParser) parser = td_ndjson_parser_new (MAX_BYTES, take_line_cb, seen);
  g_autofree char *whole = fuzz_copy (data, size);
  FuzzCuts cuts;
  char *piece;
  gsize length;

  fuzz_cuts_begin (&cuts, data, in_cuts ? size : 0);
  while ((piece = fuzz_cuts_next (&cuts, &length)) != NULL)
    {
      td_ndjson_parser_feed (parser, piece, length);
      g_free (piece);
    }
  if (!in_cuts)
    td_ndjson_parser_feed (parser, whole, size);
  g_string_append_printf (seen, "=%d", td_ndjson_parser_end (parser));
  return seen;
}

void
fuzz_ndjson (const guint8 *data,
             gsize         size)
{
  g_autoptr (GString) whole = read_ndjson (data, size, FALSE);
  g_autoptr (GString) cut = read_ndjson (data, size, TRUE);

  check_equal (whole, cut);
}

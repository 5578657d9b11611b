/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fuzz/fuzz.h"

#include <pango/pango.h>
#include <string.h>

#include "app/markdown/td-markdown-stream.h"

/* Markdown as it streams: whatever a model writes, what is handed out can be shown. */

#define MAX_DEPTH 12

/* GtkLabel takes links out before Pango sees the markup; so do we. */
static char *
drop_links (const char *markup)
{
  GString *plain = g_string_new (NULL);

  while (*markup != '\0')
    {
      if (g_str_has_prefix (markup, "<a href=\"") || g_str_has_prefix (markup, "</a>"))
        {
          const char *end = strchr (markup, '>');

          g_assert_nonnull (end);
          markup = end + 1;
        }
      else
        g_string_append_c (plain, *markup++);
    }
  return g_string_free_and_steal (plain);
}

static void
check_markup (const char *markup)
{
  g_autofree char *plain = drop_links (markup);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_utf8_validate (markup, -1, NULL));
  g_assert_true (g_utf8_validate (plain, -1, NULL));
  pango_parse_markup (plain, -1, 0, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
}

static void
check_blocks (GPtrArray *blocks,
              guint      depth)
{
  g_assert_cmpuint (depth, <, MAX_DEPTH);
  for (guint i = 0; blocks != NULL && i < blocks->len; i++)
    {
      const TdMarkdownBlock *block = g_ptr_array_index (blocks, i);

      if (block->text != NULL && block->type != TD_MARKDOWN_CODE)
        check_markup (block->text);
      else if (block->text != NULL)
        g_assert_true (g_utf8_validate (block->text, -1, NULL));
      if (block->type == TD_MARKDOWN_TABLE)
        {
          g_assert_cmpuint (block->n_columns, >, 0);
          g_assert_cmpuint (block->children->len % block->n_columns, ==, 0);
        }
      check_blocks (block->children, depth + 1);
    }
}

static void
read_pieces (TdMarkdownStream *stream,
             gboolean         *any)
{
  TdMarkdownPiece *next;

  while ((next = td_markdown_stream_next (stream)) != NULL)
    {
      g_autoptr (TdMarkdownPiece) piece = next;

      /* Nothing can be more of what was never begun. */
      g_assert_true (piece->begins || *any);
      *any = TRUE;
      check_blocks (piece->blocks, 0);
    }
}

void
fuzz_markdown (const guint8 *data,
               gsize         size)
{
  g_autofree char *copy = fuzz_copy (data, size);
  /* Only what is valid gets this far: see the chat parsers. */
  g_autofree char *text = g_utf8_make_valid (copy, (gssize) size);
  g_autoptr (TdMarkdownStream) stream = td_markdown_stream_new ();
  gsize length = strlen (text);
  gboolean any = FALSE;
  FuzzCuts cuts;

  fuzz_cuts_begin (&cuts, (const guint8 *) text, length);
  for (const char *at = text; at < text + length;)
    {
      gsize piece;
      g_autofree char *unused = fuzz_cuts_next (&cuts, &piece);
      const char *end = at + MIN (piece, (gsize) (text + length - at));
      g_autofree char *exact = NULL;

      while (end < text + length && ((guchar) *end & 0xc0) == 0x80)
        end++;
      exact = fuzz_copy ((const guint8 *) at, (gsize) (end - at));
      td_markdown_stream_append (stream, exact, (gsize) (end - at));
      read_pieces (stream, &any);
      at = end;
      if (unused == NULL)
        break;
    }
  td_markdown_stream_finish (stream);
  read_pieces (stream, &any);
}

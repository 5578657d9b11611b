/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/markdown/td-markdown-stream-private.h"

#include "app/markdown/td-markdown-inline.h"

/*
 * The units whose text is shown as it stands: code, which is handed out once and never again,
 * and plain text, when there is too much for anything else.
 */

#define MAX_PIECE_BYTES (8 * 1024)
#define MAX_PIECE_LINES 100
#define MAX_WORD_BYTES  200

/* ---- code between fences ---- */

static void
append_code_line (TdMarkdownStream *self,
                  GString          *code,
                  const char       *text,
                  gsize             length)
{
  gsize n = 0;
  gsize strip = self->in_line ? 0 : self->strip + self->fence.indent;

  while (n < strip && n < length && text[n] == ' ')
    n++;
  if (self->break_due && !self->in_line)
    g_string_append_c (code, '\n');
  self->break_due = FALSE;
  g_string_append_len (code, text + n, length - n);
}

/* Part of a line, so much that it does not matter what comes after it. */
static void
take_code_part (TdMarkdownStream *self,
                GString          *code,
                gsize             length)
{
  const char *text = self->text->str + self->line_start;

  while (((guchar) text[length] & 0xc0) == 0x80)
    length--;
  append_code_line (self, code, text, length);
  self->in_line = TRUE;
  self->line_start += length;
}

typedef enum
{
  LINES_CLOSED, /* the fence is closed */
  LINES_MORE,   /* enough for one piece */
  LINES_OUT,    /* no whole line is left */
} Lines;

/* Takes whole lines of code. */
static Lines
take_code_lines (TdMarkdownStream *self,
                 GString          *code)
{
  TdMarkdownLine line;
  gsize consumed;

  for (guint n_lines = 0; code->len < MAX_PIECE_BYTES && n_lines < MAX_PIECE_LINES; n_lines++)
    {
      const char *text = self->text->str + self->line_start;
      gboolean closes;
      gsize length;

      if (!td_markdown_stream_peek_line (self, &line, &consumed))
        return LINES_OUT;
      length = consumed - (text[consumed - 1] == '\n');
      if (length > MAX_PIECE_BYTES)
        {
          take_code_part (self, code, MAX_PIECE_BYTES);
          return LINES_MORE;
        }
      closes = !self->in_line && td_markdown_line_closes_fence (&line, &self->fence);
      if (!closes)
        append_code_line (self, code, text, length);
      self->line_start += consumed;
      self->in_line = FALSE;
      self->break_due = TRUE;
      if (closes)
        return LINES_CLOSED;
    }
  return LINES_MORE;
}

/* The start of a line of code, unless it may yet close the fence. */
static void
take_code_rest (TdMarkdownStream *self,
                GString          *code)
{
  const char *text = self->text->str + self->line_start;
  gsize length = self->text->len - self->line_start;
  gsize n = 0;

  while (n < length && (text[n] == ' ' || text[n] == self->fence.character))
    n++;
  if (length > 0 && (n < length || self->in_line))
    take_code_part (self, code, MIN (length, MAX_PIECE_BYTES));
}

TdMarkdownPiece *
td_markdown_stream_next_code (TdMarkdownStream *self)
{
  g_autoptr (GString) code = g_string_new (NULL);
  Lines lines = take_code_lines (self, code);
  gboolean closed = lines == LINES_CLOSED;
  TdMarkdownBlock *block;
  TdMarkdownPiece *piece;

  if (lines == LINES_OUT)
    take_code_rest (self, code);
  closed |= self->finished && self->line_start == self->text->len;
  self->unit_start = self->line_start;
  if (code->len == 0 && self->code_shown && !closed)
    {
      self->dirty = FALSE;
      td_markdown_stream_forget_shown (self);
      return NULL;
    }
  block = td_markdown_block_new (TD_MARKDOWN_CODE);
  block->text = g_strdup (code->str);
  block->language = g_strdup (self->language);
  piece = td_markdown_stream_new_piece (
    self, g_ptr_array_new_with_free_func ((GDestroyNotify) td_markdown_block_free), closed);
  g_ptr_array_add (piece->blocks, block);
  piece->appends = self->code_shown;
  self->code_shown = TRUE;
  if (closed)
    td_markdown_stream_end_unit (self);
  else
    td_markdown_stream_forget_shown (self);
  return piece;
}

/* ---- plain text ---- */

static void
plain_full_cb (TdMarkdownInline *text,
               gpointer          user_data)
{
  GPtrArray *blocks = user_data;
  TdMarkdownBlock *block = td_markdown_block_new (TD_MARKDOWN_PARAGRAPH);

  block->text = td_markdown_inline_steal (text, NULL);
  block->continues = TRUE;
  g_ptr_array_add (blocks, block);
}

/* Where @text may be cut: not in a character, and not in a word unless that is longer than words are. */
static gsize
find_cut (const char *text,
          gsize       length)
{
  while (length > 0 && ((guchar) text[length] & 0xc0) == 0x80)
    length--;
  for (gsize n = length; n > 0 && length - n < MAX_WORD_BYTES; n--)
    {
      if (g_ascii_isspace (text[n - 1]))
        return n;
    }
  return length;
}

TdMarkdownPiece *
td_markdown_stream_next_plain (TdMarkdownStream *self)
{
  GPtrArray *blocks;
  g_autoptr (TdMarkdownInline) text = NULL;
  gsize length = self->text->len - self->unit_start;
  gboolean complete = length > TD_MARKDOWN_MAX_TEXT || self->finished;
  const char *p = self->text->str + self->unit_start;
  guint n_lines = 0;
  gsize i;

  if (length == 0 || (!self->dirty && !complete))
    return NULL;
  self->dirty = FALSE;
  if (length > TD_MARKDOWN_MAX_TEXT)
    length = find_cut (p, TD_MARKDOWN_MAX_TEXT);
  for (i = 0; i < length && n_lines < TD_MARKDOWN_MAX_LINES; i++)
    n_lines += p[i] == '\n';
  complete |= i < length;
  blocks = g_ptr_array_new_with_free_func ((GDestroyNotify) td_markdown_block_free);
  text = td_markdown_inline_new (plain_full_cb, blocks);
  td_markdown_inline_text (text, p, complete && i > 1 && p[i - 1] == '\n' ? i - 1 : i);
  plain_full_cb (text, blocks);
  if (complete)
    {
      self->line_start = self->unit_start + i;
      self->searched = self->line_start;
    }
  else
    return td_markdown_stream_new_piece (self, blocks, FALSE);
  td_markdown_stream_end_unit (self);
  return td_markdown_stream_new_piece (self, blocks, TRUE);
}

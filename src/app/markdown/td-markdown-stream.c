/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/markdown/td-markdown-stream-private.h"

#include <string.h>

#include "app/markdown/td-markdown-heal.h"
#include "app/markdown/td-markdown-parse.h"

/*
 * How the text is cut into units: a line at a time decides whether it goes on with the unit or
 * begins another, by the rules of CommonMark for the top level. Where the rules depend on what
 * is inside a unit the line is kept with it: a unit may hold more than one block, but never
 * part of one. What is inside is md4c's affair, which sees one unit at a time.
 *
 * A unit that grows past one of these limits is cut, at the price of how it looks: what
 * stranger text costs is bounded, the rest of the document is not harmed.
 */
#define MAX_BYTES      (12 * 1024)
#define MAX_LINES      80
#define MAX_CELLS      160
#define MAX_HEAD_BYTES 2048

/* md4c 0.5.2 takes a line that begins at offset 4 (and 260, 516, ...) for the head of an empty
 * list item when two blank lines follow it. "10. text" as the first line is such a case; empty
 * lines before it move the offset. */
#define LEADING_LINES "\n\n\n\n\n\n\n\n"

typedef enum
{
  STEP_SKIP,    /* the line belongs to nothing */
  STEP_GO_ON,   /* the line belongs to the unit */
  STEP_END,     /* the line is the unit's last */
  STEP_CUT,     /* the unit ended before the line */
} Step;

void
td_markdown_piece_free (TdMarkdownPiece *self)
{
  g_ptr_array_unref (self->blocks);
  g_free (self);
}

/**
 * td_markdown_stream_new:
 *
 * Returns: (transfer full): a reader of Markdown that comes in pieces
 */
TdMarkdownStream *
td_markdown_stream_new (void)
{
  TdMarkdownStream *self = g_new0 (TdMarkdownStream, 1);

  self->text = g_string_new (NULL);
  return self;
}

void
td_markdown_stream_free (TdMarkdownStream *self)
{
  g_string_free (self->text, TRUE);
  g_free (self->table_head);
  g_free (self->language);
  g_free (self);
}

/**
 * td_markdown_stream_append:
 * @self: a stream
 * @text: (array length=length): what came; any bytes, cut anywhere
 * @length: how many
 */
void
td_markdown_stream_append (TdMarkdownStream *self,
                           const char       *text,
                           gsize             length)
{
  td_markdown_cleaner_append (&self->cleaner, self->text, text, length);
  self->dirty = TRUE;
}

/**
 * td_markdown_stream_finish:
 * @self: a stream
 *
 * Nothing more comes: what is open is complete.
 */
void
td_markdown_stream_finish (TdMarkdownStream *self)
{
  td_markdown_cleaner_finish (&self->cleaner, self->text);
  self->finished = TRUE;
  self->dirty = TRUE;
}

/**
 * td_markdown_stream_set_plain:
 * @self: a stream
 *
 * From the next unit on the text is shown as it stands, in long paragraphs: for documents with
 * more blocks than a person reads.
 */
void
td_markdown_stream_set_plain (TdMarkdownStream *self)
{
  self->plain = TRUE;
}

TdMarkdownPiece *
td_markdown_stream_new_piece (TdMarkdownStream *self,
                              GPtrArray        *blocks,
                              gboolean          complete)
{
  TdMarkdownPiece *piece = g_new0 (TdMarkdownPiece, 1);

  piece->blocks = blocks;
  piece->begins = !self->unit_shown;
  piece->complete = complete;
  self->unit_shown = !complete;
  return piece;
}

/* What was shown for good is dropped, rarely enough that moving the rest costs next to nothing. */
void
td_markdown_stream_forget_shown (TdMarkdownStream *self)
{
  gsize shown = self->unit_start;

  if (shown < 4096 || shown < self->text->len / 2)
    return;
  g_string_erase (self->text, 0, shown);
  self->unit_start = 0;
  self->line_start -= shown;
  self->searched = self->searched > shown ? self->searched - shown : 0;
}

void
td_markdown_stream_end_unit (TdMarkdownStream *self)
{
  self->kind = TD_MARKDOWN_UNIT_NONE;
  self->unit_start = self->line_start;
  self->n_lines = 0;
  self->n_bars = 0;
  self->after_blank = FALSE;
  self->after_stray = FALSE;
  self->is_tangled = FALSE;
  self->inner.character = '\0';
  self->code_shown = FALSE;
  self->in_line = FALSE;
  self->break_due = FALSE;
  td_markdown_stream_forget_shown (self);
}

/* ---- lines ---- */

/* Takes off the indentation of the list item that the unit goes on with. */
static TdMarkdownLine
strip_line (const char *text,
            gsize       length,
            gsize       strip)
{
  gsize n = 0;

  while (n < length && n < strip && text[n] == ' ')
    n++;
  return td_markdown_line (text + n, length - n);
}

/* The next whole line; its length with the line break goes to @consumed. */
gboolean
td_markdown_stream_peek_line (TdMarkdownStream *self,
                              TdMarkdownLine   *line,
                              gsize            *consumed)
{
  const char *start = self->text->str + self->line_start;
  gsize available = self->text->len - self->line_start;
  gsize from = MAX (self->searched, self->line_start) - self->line_start;
  const char *end = memchr (start + from, '\n', available - from);

  self->searched = self->text->len;
  if (end)
    self->searched = self->line_start + (end - start);
  else if (!self->finished || available == 0)
    return FALSE;
  *consumed = end ? (gsize) (end - start) + 1 : available;
  *line = strip_line (start, end ? (gsize) (end - start) : available, self->strip);
  return TRUE;
}

static void
consume_line (TdMarkdownStream *self,
              gsize             consumed)
{
  const char *p = self->text->str + self->line_start;

  for (gsize i = 0; i < consumed; i++)
    self->n_bars += p[i] == '|';
  self->n_lines++;
  self->line_start += consumed;
}

static void
begin_fence (TdMarkdownStream      *self,
             const TdMarkdownFence *fence)
{
  TdMarkdownLine info = td_markdown_line (fence->info, fence->info_length);
  gsize n = 0;

  while (n < info.length && info.text[n] != ' ' && info.text[n] != '\t')
    n++;
  g_clear_pointer (&self->language, g_free);
  if (n > 0)
    self->language = g_strndup (info.text, MIN (n, 40));
  self->kind = TD_MARKDOWN_UNIT_FENCE;
  self->delimiter = '\0';
  self->fence = *fence;
  self->fence.info = NULL;
}

static void
begin_list (TdMarkdownStream       *self,
            const TdMarkdownMarker *marker)
{
  self->kind = TD_MARKDOWN_UNIT_LIST;
  self->item_content = marker->content;
  self->item_is_empty = marker->empty;
}

/* The first line of a unit says what it is. */
static Step
begin_unit (TdMarkdownStream     *self,
            const TdMarkdownLine *line)
{
  TdMarkdownFence fence;
  TdMarkdownMarker marker;

  if (td_markdown_line_is_blank (line))
    return STEP_SKIP;
  if (td_markdown_line_opens_fence (line, &fence))
    begin_fence (self, &fence);
  else if (line->indent > 3)
    self->kind = TD_MARKDOWN_UNIT_INDENTED;
  else if (td_markdown_line_is_heading (line) || td_markdown_line_is_rule (line))
    self->kind = TD_MARKDOWN_UNIT_LINE;
  else if (td_markdown_line_is_quote (line))
    self->kind = TD_MARKDOWN_UNIT_QUOTE;
  else if (td_markdown_line_is_item (line, &marker))
    begin_list (self, &marker);
  else
    self->kind = TD_MARKDOWN_UNIT_PARAGRAPH;
  return self->kind == TD_MARKDOWN_UNIT_LINE ? STEP_END : STEP_GO_ON;
}

static void
note_table (TdMarkdownStream     *self,
            const TdMarkdownLine *line)
{
  gsize length = line->text + line->length - (self->text->str + self->unit_start);

  if (self->n_lines != 1 || self->in_table_rest || !td_markdown_line_is_table_rule (line) ||
      length > MAX_HEAD_BYTES)
    return;
  self->table_head = g_strndup (self->text->str + self->unit_start, length);
}

static Step
go_on_paragraph (TdMarkdownStream     *self,
                 const TdMarkdownLine *line)
{
  if (td_markdown_line_is_blank (line) ||
      (!self->table_head && td_markdown_line_is_underline (line)))
    return STEP_END;
  if (td_markdown_line_starts_block (line, TRUE))
    return STEP_CUT;
  note_table (self, line);
  return STEP_GO_ON;
}

static void
note_inner_fence (TdMarkdownStream     *self,
                  const TdMarkdownLine *line)
{
  TdMarkdownLine inside = *line;

  inside.indent = line->indent > self->item_content ? line->indent - self->item_content : 0;
  if (self->inner.character)
    {
      if (td_markdown_line_closes_fence (&inside, &self->inner))
        self->inner.character = '\0';
      return;
    }
  /* The item's own content may be indented further, by items inside. */
  inside.indent = MIN (inside.indent, 3);
  if (td_markdown_line_opens_fence (&inside, &self->inner))
    self->inner.indent = line->indent;
  else
    self->inner.character = '\0';
}

/* Whether a line that is not indented like the item may still belong to code inside it. */
static gboolean
may_be_inner_code (TdMarkdownStream     *self,
                   const TdMarkdownLine *line)
{
  if (!self->inner.character)
    return FALSE;
  /* Models often end code inside an item without indenting the fence; md4c takes it. */
  if (td_markdown_line_closes_fence (line, &self->inner))
    return TRUE;
  self->is_tangled |= self->after_stray;
  return self->after_stray;
}

/* A line outside the item, or is it? Kept with the unit unless it surely begins something. */
static Step
go_on_outside (TdMarkdownStream     *self,
               const TdMarkdownLine *line)
{
  TdMarkdownMarker marker;

  if (!(self->after_stray && td_markdown_line_is_underline (line)) &&
      td_markdown_line_starts_block (line, self->after_stray))
    return STEP_CUT;
  self->after_stray = TRUE;
  if (td_markdown_line_is_item (line, &marker))
    self->item_content = MIN (self->item_content, marker.content);
  return STEP_GO_ON;
}

static Step
go_on_list (TdMarkdownStream     *self,
            const TdMarkdownLine *line)
{
  gboolean after_blank = self->after_blank;

  self->after_blank = td_markdown_line_is_blank (line);
  if (self->after_blank)
    {
      /* An item with nothing in its first two lines has ended. */
      self->after_stray |= self->n_lines == 1 && self->item_is_empty;
      return STEP_GO_ON;
    }
  if (self->is_tangled)
    return STEP_GO_ON;
  if (line->indent < self->item_content && !may_be_inner_code (self, line))
    return after_blank ? STEP_CUT : go_on_outside (self, line);
  note_inner_fence (self, line);
  return STEP_GO_ON;
}

static Step
go_on_quote (TdMarkdownStream     *self,
             const TdMarkdownLine *line)
{
  TdMarkdownMarker marker;

  if (td_markdown_line_is_blank (line))
    {
      if (!self->after_stray)
        return STEP_END;
      self->kind = TD_MARKDOWN_UNIT_INDENTED;
      return STEP_GO_ON;
    }
  if (td_markdown_line_is_quote (line))
    return STEP_GO_ON;
  if (!(self->after_stray && td_markdown_line_is_underline (line)) &&
      td_markdown_line_starts_block (line, TRUE))
    return STEP_CUT;
  self->after_stray = TRUE;
  if (td_markdown_line_is_item (line, &marker))
    begin_list (self, &marker);
  return STEP_GO_ON;
}

static Step
decide (TdMarkdownStream     *self,
        const TdMarkdownLine *line)
{
  switch (self->kind)
    {
    case TD_MARKDOWN_UNIT_NONE:
      return begin_unit (self, line);
    case TD_MARKDOWN_UNIT_PARAGRAPH:
      return go_on_paragraph (self, line);
    case TD_MARKDOWN_UNIT_INDENTED:
      return td_markdown_line_is_blank (line) || line->indent > 3 ? STEP_GO_ON : STEP_CUT;
    case TD_MARKDOWN_UNIT_QUOTE:
      return go_on_quote (self, line);
    case TD_MARKDOWN_UNIT_LIST:
      return go_on_list (self, line);
    case TD_MARKDOWN_UNIT_LINE:
    case TD_MARKDOWN_UNIT_FENCE:
    default:
      g_assert_not_reached ();
    }
}

/* ---- units ---- */

/* The source of the unit up to @end, as md4c is to see it. */
static GString *
build_source (TdMarkdownStream *self,
              gsize             end)
{
  GString *source = g_string_new (LEADING_LINES);
  const char *p = self->text->str + self->unit_start;
  const char *stop = self->text->str + end;

  if (self->in_table_rest)
    {
      g_string_append (source, self->table_head);
      g_string_append_c (source, '\n');
    }
  while (p < stop)
    {
      const char *line_end = memchr (p, '\n', stop - p);
      gsize n = 0;

      line_end = line_end ? line_end + 1 : stop;
      while (n < self->strip && p + n < line_end && p[n] == ' ')
        n++;
      g_string_append_len (source, p + n, line_end - p - n);
      p = line_end;
    }
  return source;
}

/* A list that was handed out item by item still counts as one. */
static void
number_items (TdMarkdownStream *self,
              GPtrArray        *blocks)
{
  TdMarkdownBlock *list = blocks->len ? g_ptr_array_index (blocks, 0) : NULL;

  if (!list || list->type != TD_MARKDOWN_LIST || !list->children || !list->delimiter ||
      list->delimiter != self->delimiter)
    return;
  for (guint i = 0; i < list->children->len; i++)
    ((TdMarkdownBlock *) g_ptr_array_index (list->children, i))->number = self->next_number + i;
}

/* What the next unit goes on counting from, if it is a list of the same kind. */
static void
note_number (TdMarkdownStream *self,
             GPtrArray        *blocks)
{
  TdMarkdownBlock *list = blocks->len ? g_ptr_array_index (blocks, blocks->len - 1) : NULL;
  TdMarkdownBlock *item;

  self->delimiter = '\0';
  if (!list || list->type != TD_MARKDOWN_LIST || !list->children || !list->delimiter)
    return;
  item = g_ptr_array_index (list->children, list->children->len - 1);
  self->delimiter = list->delimiter;
  self->next_number = item->number + 1;
}

static TdMarkdownPiece *
hand_out (TdMarkdownStream *self,
          gsize             end,
          gboolean          complete)
{
  g_autoptr (GString) source = build_source (self, end);
  GPtrArray *blocks;

  if (!complete)
    td_markdown_heal (source);
  blocks = td_markdown_parse (source->str, source->len);
  if (self->kind == TD_MARKDOWN_UNIT_LIST)
    number_items (self, blocks);
  if (complete)
    note_number (self, blocks);
  if (self->in_text_rest && blocks->len)
    ((TdMarkdownBlock *) g_ptr_array_index (blocks, 0))->continues = TRUE;
  return td_markdown_stream_new_piece (self, blocks, complete);
}

static TdMarkdownPiece *
complete_unit (TdMarkdownStream *self)
{
  TdMarkdownPiece *piece = hand_out (self, self->line_start, TRUE);

  td_markdown_stream_end_unit (self);
  g_clear_pointer (&self->table_head, g_free);
  self->in_table_rest = FALSE;
  self->in_text_rest = FALSE;
  return piece;
}

static gboolean
is_too_long (TdMarkdownStream *self)
{
  return self->line_start - self->unit_start > MAX_BYTES || self->n_lines > MAX_LINES ||
         (self->table_head && self->n_bars > MAX_CELLS);
}

/* Cuts the unit where it stands; the next one goes on with what it was. */
static TdMarkdownPiece *
cut_unit (TdMarkdownStream *self)
{
  TdMarkdownUnit kind = self->kind;
  TdMarkdownFence inner = self->inner;
  TdMarkdownPiece *piece = hand_out (self, self->line_start, TRUE);

  td_markdown_stream_end_unit (self);
  if (kind == TD_MARKDOWN_UNIT_PARAGRAPH)
    self->kind = TD_MARKDOWN_UNIT_PARAGRAPH;
  self->in_table_rest = kind == TD_MARKDOWN_UNIT_PARAGRAPH && self->table_head != NULL;
  self->in_text_rest = kind == TD_MARKDOWN_UNIT_PARAGRAPH && !self->in_table_rest;
  if (!self->in_table_rest)
    g_clear_pointer (&self->table_head, g_free);
  if (kind == TD_MARKDOWN_UNIT_LIST)
    {
      self->strip += self->item_content;
      if (inner.character)
        {
          self->kind = TD_MARKDOWN_UNIT_FENCE;
          self->strip += inner.indent > self->item_content ? inner.indent - self->item_content : 0;
          self->fence = inner;
          self->fence.indent = 0;
          g_clear_pointer (&self->language, g_free);
        }
    }
  return piece;
}

/* A line longer than a unit may be is cut at a space, or anywhere between two characters. */
static TdMarkdownPiece *
cut_line (TdMarkdownStream *self)
{
  gsize cut = self->line_start + MAX_BYTES;
  const char *text = self->text->str;

  if (self->line_start > self->unit_start)
    return cut_unit (self);
  for (gsize i = cut; i + 400 > cut; i--)
    if (text[i - 1] == ' ')
      {
        cut = i;
        break;
      }
  while (((guchar) text[cut] & 0xc0) == 0x80)
    cut--;
  self->line_start = cut;
  self->kind = TD_MARKDOWN_UNIT_PARAGRAPH;
  return cut_unit (self);
}

/* What is open, as far as it can be told what it is. */
static TdMarkdownPiece *
hand_out_open (TdMarkdownStream *self)
{
  gsize end = self->text->len;
  TdMarkdownLine line =
    strip_line (self->text->str + self->line_start, end - self->line_start, self->strip);
  const char *unit = self->text->str + self->unit_start;

  self->dirty = FALSE;
  if (td_markdown_line_is_undecided (&line))
    end = self->line_start;
  /* A table's heading is no paragraph, but that is known only with the line after it. */
  if (*unit == '|' && self->n_lines < 2 && end - self->unit_start < 1000 && !self->in_table_rest)
    return NULL;
  if (end == self->unit_start)
    return NULL;
  return hand_out (self, end, FALSE);
}

/* ---- all together ---- */

/* A line that is not indented like the list item that was cut has nothing to do with it. */
static void
check_strip (TdMarkdownStream *self)
{
  const char *text = self->text->str + self->line_start;
  gsize length = self->text->len - self->line_start;
  gsize n = 0;

  while (n < length && n < self->strip && text[n] == ' ')
    n++;
  if (n < self->strip && n < length && text[n] != '\n')
    self->strip = 0;
}

/* Takes one line; gives a piece when that completed a unit. */
static TdMarkdownPiece *
take_line (TdMarkdownStream     *self,
           const TdMarkdownLine *line,
           gsize                 consumed)
{
  switch (decide (self, line))
    {
    case STEP_SKIP:
      self->line_start += consumed;
      self->unit_start = self->line_start;
      return NULL;
    case STEP_CUT:
      return complete_unit (self);
    case STEP_END:
      consume_line (self, consumed);
      return complete_unit (self);
    case STEP_GO_ON:
    default:
      consume_line (self, consumed);
      if (self->kind == TD_MARKDOWN_UNIT_FENCE)
        self->unit_start = self->line_start;
      return self->kind != TD_MARKDOWN_UNIT_FENCE && is_too_long (self) ? cut_unit (self) : NULL;
    }
}

/**
 * td_markdown_stream_next:
 * @self: a stream
 *
 * What there is to show. To be called until there is nothing; each call does a bounded amount
 * of work.
 *
 * Returns: (transfer full) (nullable): the next piece; %NULL: nothing new
 */
TdMarkdownPiece *
td_markdown_stream_next (TdMarkdownStream *self)
{
  TdMarkdownLine line;
  gsize consumed;

  for (;;)
    {
      TdMarkdownPiece *piece = NULL;

      if (self->kind == TD_MARKDOWN_UNIT_FENCE)
        return td_markdown_stream_next_code (self);
      if (self->plain && !self->unit_shown && self->unit_start == self->line_start)
        self->in_plain = TRUE;
      if (self->in_plain)
        return td_markdown_stream_next_plain (self);
      if (self->kind == TD_MARKDOWN_UNIT_NONE && self->strip)
        check_strip (self);
      if (!td_markdown_stream_peek_line (self, &line, &consumed))
        break;
      if (consumed > MAX_BYTES)
        return cut_line (self);
      piece = take_line (self, &line, consumed);
      if (piece)
        return piece;
    }
  if (self->text->len - self->line_start > MAX_BYTES)
    return cut_line (self);
  if (self->finished && self->line_start > self->unit_start)
    return complete_unit (self);
  return self->dirty ? hand_out_open (self) : NULL;
}

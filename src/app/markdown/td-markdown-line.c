/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/markdown/td-markdown-line.h"

#include <string.h>

/* Deeper than this is code or the continuation of something, never the start of a block. */
#define MAX_INDENT 3

/**
 * td_markdown_line:
 * @text: (array length=length): the line
 * @length: its length in bytes, without the line break
 *
 * Returns: the line; it borrows @text
 */
TdMarkdownLine
td_markdown_line (const char *text,
                  gsize       length)
{
  gsize indent = 0;
  gsize i = 0;

  for (; i < length && (text[i] == ' ' || text[i] == '\t'); i++)
    indent = text[i] == ' ' ? indent + 1 : (indent / 4 + 1) * 4;
  return (TdMarkdownLine) { text + i, length - i, indent };
}

static gboolean
is_space (char c)
{
  return c == ' ' || c == '\t';
}

static gsize
count_run (const TdMarkdownLine *self,
           char                  c)
{
  gsize n = 0;

  while (n < self->length && self->text[n] == c)
    n++;
  return n;
}

static gboolean
is_only_space_from (const TdMarkdownLine *self,
                    gsize                 from)
{
  for (gsize i = from; i < self->length; i++)
    if (!is_space (self->text[i]))
      return FALSE;
  return TRUE;
}

gboolean
td_markdown_line_is_blank (const TdMarkdownLine *self)
{
  return self->length == 0;
}

gboolean
td_markdown_line_is_heading (const TdMarkdownLine *self)
{
  gsize n = count_run (self, '#');

  return self->indent <= MAX_INDENT && n >= 1 && n <= 6 &&
         (n == self->length || is_space (self->text[n]));
}

/* Whether it makes a heading of the paragraph above. */
gboolean
td_markdown_line_is_underline (const TdMarkdownLine *self)
{
  if (self->indent > MAX_INDENT || self->length == 0 ||
      (self->text[0] != '=' && self->text[0] != '-'))
    return FALSE;
  return is_only_space_from (self, count_run (self, self->text[0]));
}

gboolean
td_markdown_line_is_rule (const TdMarkdownLine *self)
{
  gsize n = 0;
  char c;

  if (self->indent > MAX_INDENT || self->length < 3)
    return FALSE;
  c = self->text[0];
  if (c != '-' && c != '*' && c != '_')
    return FALSE;
  for (gsize i = 0; i < self->length; i++)
    if (self->text[i] == c)
      n++;
    else if (!is_space (self->text[i]))
      return FALSE;
  return n >= 3;
}

gboolean
td_markdown_line_is_quote (const TdMarkdownLine *self)
{
  return self->indent <= MAX_INDENT && self->length > 0 && self->text[0] == '>';
}

/* Whether it is the line between a table's heading and its rows. */
gboolean
td_markdown_line_is_table_rule (const TdMarkdownLine *self)
{
  gboolean has_dash = FALSE;
  gboolean has_bar = FALSE;

  for (gsize i = 0; i < self->length; i++)
    if (self->text[i] == '-')
      has_dash = TRUE;
    else if (self->text[i] == '|' || self->text[i] == ':')
      has_bar = TRUE;
    else if (!is_space (self->text[i]))
      return FALSE;
  return self->indent <= MAX_INDENT && has_dash && has_bar;
}

static gsize
parse_marker (const TdMarkdownLine *self,
              TdMarkdownMarker     *marker)
{
  gsize n = 0;

  if (self->length > 0 && strchr ("-+*", self->text[0]))
    {
      marker->delimiter = self->text[0];
      return 1;
    }
  marker->ordered = TRUE;
  while (n < self->length && n < 9 && g_ascii_isdigit (self->text[n]))
    marker->number = marker->number * 10 + (self->text[n++] - '0');
  if (n == 0 || n == self->length || (self->text[n] != '.' && self->text[n] != ')'))
    return 0;
  marker->delimiter = self->text[n];
  return n + 1;
}

/**
 * td_markdown_line_is_item:
 * @self: a line
 * @marker: (out): how the item is marked
 *
 * Returns: whether it begins a list item
 */
gboolean
td_markdown_line_is_item (const TdMarkdownLine *self,
                          TdMarkdownMarker     *marker)
{
  TdMarkdownLine rest;
  gsize width;

  *marker = (TdMarkdownMarker) { 0 };
  if (self->indent > MAX_INDENT)
    return FALSE;
  width = parse_marker (self, marker);
  if (width == 0 || (width < self->length && !is_space (self->text[width])))
    return FALSE;
  rest = td_markdown_line (self->text + width, self->length - width);
  marker->empty = rest.length == 0;
  /* More than four spaces belong to the content, which is then indented code. */
  marker->content = self->indent + width + (marker->empty || rest.indent > 4 ? 1 : rest.indent);
  return TRUE;
}

/**
 * td_markdown_line_opens_fence:
 * @self: a line
 * @fence: (out): the fence
 *
 * Returns: whether code begins after this line
 */
gboolean
td_markdown_line_opens_fence (const TdMarkdownLine *self,
                              TdMarkdownFence      *fence)
{
  gsize n;

  if (self->indent > MAX_INDENT || self->length < 3 ||
      (self->text[0] != '`' && self->text[0] != '~'))
    return FALSE;
  n = count_run (self, self->text[0]);
  if (n < 3 || (self->text[0] == '`' && memchr (self->text + n, '`', self->length - n)))
    return FALSE;
  *fence = (TdMarkdownFence) { self->text[0], n, self->indent, self->text + n, self->length - n };
  return TRUE;
}

gboolean
td_markdown_line_closes_fence (const TdMarkdownLine  *self,
                               const TdMarkdownFence *fence)
{
  gsize n = count_run (self, fence->character);

  return self->indent <= MAX_INDENT && n >= fence->length && is_only_space_from (self, n);
}

/**
 * td_markdown_line_starts_block:
 * @self: a line
 * @in_paragraph: whether it follows the text of a paragraph, where some markers are just text
 *
 * Returns: whether something new begins here that ends what is above
 */
gboolean
td_markdown_line_starts_block (const TdMarkdownLine *self,
                               gboolean              in_paragraph)
{
  TdMarkdownFence fence;
  TdMarkdownMarker marker;

  if (td_markdown_line_is_heading (self) || td_markdown_line_is_rule (self) ||
      td_markdown_line_is_quote (self) || td_markdown_line_opens_fence (self, &fence))
    return TRUE;
  if (!td_markdown_line_is_item (self, &marker))
    return FALSE;
  return !in_paragraph || (!marker.empty && (!marker.ordered || marker.number == 1));
}

/**
 * td_markdown_line_is_undecided:
 * @self: the start of a line whose end has not come yet
 *
 * Returns: whether it is so far only a marker, which may turn out to be anything: not worth
 *   showing yet
 */
gboolean
td_markdown_line_is_undecided (const TdMarkdownLine *self)
{
  gsize n = 0;

  if (self->length > 100 || self->indent > MAX_INDENT)
    return FALSE;
  if (self->length >= 3 && (self->text[0] == '`' || self->text[0] == '~'))
    {
      n = count_run (self, self->text[0]);
      return n >= 3 && !memchr (self->text + n, '`', self->length - n);
    }
  while (n < self->length && g_ascii_isdigit (self->text[n]))
    n++;
  if (n > 0 && n < self->length && (self->text[n] == '.' || self->text[n] == ')'))
    n++;
  while (n < self->length && strchr ("-=*_+#>|`~: \t", self->text[n]))
    n++;
  return n == self->length;
}

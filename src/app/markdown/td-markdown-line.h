/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TdMarkdownLine:
 *
 * A line of Markdown without its line break, looked at by itself: what it could begin or end.
 */
typedef struct
{
  const char *text;  /* from the first character that is no indentation */
  gsize length;
  gsize indent;      /* columns of indentation; a tab goes to the next multiple of four */
} TdMarkdownLine;

/* The start of a list item. */
typedef struct
{
  gboolean ordered;
  gint64 number;     /* ordered */
  char delimiter;    /* '-', '+', '*', '.' or ')' */
  gsize content;     /* the column where the item's content begins */
  gboolean empty;
} TdMarkdownMarker;

/* The fence before a block of code. */
typedef struct
{
  char character;
  gsize length;
  gsize indent;
  const char *info;  /* borrowed from the line */
  gsize info_length;
} TdMarkdownFence;

TdMarkdownLine td_markdown_line         (const char            *text,
                                         gsize                  length);
gboolean td_markdown_line_is_blank      (const TdMarkdownLine  *self);
gboolean td_markdown_line_is_heading    (const TdMarkdownLine  *self);
gboolean td_markdown_line_is_underline  (const TdMarkdownLine  *self);
gboolean td_markdown_line_is_rule       (const TdMarkdownLine  *self);
gboolean td_markdown_line_is_quote      (const TdMarkdownLine  *self);
gboolean td_markdown_line_is_table_rule (const TdMarkdownLine  *self);
gboolean td_markdown_line_is_item       (const TdMarkdownLine  *self,
                                         TdMarkdownMarker      *marker);
gboolean td_markdown_line_opens_fence   (const TdMarkdownLine  *self,
                                         TdMarkdownFence       *fence);
gboolean td_markdown_line_closes_fence  (const TdMarkdownLine  *self,
                                         const TdMarkdownFence *fence);
gboolean td_markdown_line_starts_block  (const TdMarkdownLine  *self,
                                         gboolean               in_paragraph);
gboolean td_markdown_line_is_undecided  (const TdMarkdownLine  *self);

G_END_DECLS

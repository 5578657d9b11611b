/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/markdown/td-markdown-clean.h"
#include "app/markdown/td-markdown-line.h"
#include "app/markdown/td-markdown-stream.h"

/* Shared by the files that make up #TdMarkdownStream. */

G_BEGIN_DECLS

typedef enum
{
  TD_MARKDOWN_UNIT_NONE,
  TD_MARKDOWN_UNIT_PARAGRAPH, /* or a table, or a heading underlined */
  TD_MARKDOWN_UNIT_LINE,      /* a heading or a rule */
  TD_MARKDOWN_UNIT_INDENTED,
  TD_MARKDOWN_UNIT_QUOTE,
  TD_MARKDOWN_UNIT_LIST,
  TD_MARKDOWN_UNIT_FENCE,
} TdMarkdownUnit;

struct _TdMarkdownStream
{
  TdMarkdownCleaner cleaner;
  GString *text;          /* from the open unit on, and a while before it */
  gsize unit_start;
  gsize line_start;       /* of the first line not yet decided on */
  gsize searched;         /* no line break between line_start and here */
  TdMarkdownUnit kind;
  gboolean unit_shown;    /* a piece of the unit was handed out */
  gboolean dirty;         /* something came since the last piece */
  gboolean finished;
  gboolean plain;         /* asked for */
  gboolean in_plain;      /* begun */
  guint n_lines;          /* of the unit */
  guint n_bars;           /* of the unit: "|", the cells of a table */
  char *table_head;       /* (nullable): heading and rule of the table that is open */
  gboolean in_table_rest; /* the unit goes on with a table that was cut */
  gboolean in_text_rest;  /* the unit goes on with a paragraph that was cut */
  gsize strip;            /* columns to take off: the unit goes on with a list item that was cut */
  gsize item_content;     /* list: the column where the item's content begins */
  gboolean item_is_empty; /* list: nothing after the marker */
  gboolean after_blank;   /* list: the last line was blank */
  gboolean after_stray;   /* list, quote: whether the last line is inside depends on what is inside */
  gboolean is_tangled;    /* list: whether there is code inside cannot be told by lines: not cut */
  TdMarkdownFence inner;  /* list: the fence of code inside; character 0: none */
  char delimiter;         /* of the numbered list that the last unit ended with; 0: none */
  gint64 next_number;     /* of that list */
  TdMarkdownFence fence;
  gboolean code_shown;    /* fence: the block of code was handed out */
  gboolean in_line;       /* fence: part of the line was handed out */
  gboolean break_due;     /* fence: a line break comes before the next line */
  char *language;         /* (nullable): fence */
};

TdMarkdownPiece *td_markdown_stream_new_piece    (TdMarkdownStream *self,
                                                  GPtrArray        *blocks,
                                                  gboolean          complete);
gboolean         td_markdown_stream_peek_line    (TdMarkdownStream *self,
                                                  TdMarkdownLine   *line,
                                                  gsize            *consumed);
void             td_markdown_stream_end_unit     (TdMarkdownStream *self);
void             td_markdown_stream_forget_shown (TdMarkdownStream *self);
TdMarkdownPiece *td_markdown_stream_next_code    (TdMarkdownStream *self);
TdMarkdownPiece *td_markdown_stream_next_plain   (TdMarkdownStream *self);

G_END_DECLS

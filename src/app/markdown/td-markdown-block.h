/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  TD_MARKDOWN_PARAGRAPH,
  TD_MARKDOWN_HEADING,
  TD_MARKDOWN_CODE,
  TD_MARKDOWN_QUOTE,
  TD_MARKDOWN_LIST,
  TD_MARKDOWN_ITEM,
  TD_MARKDOWN_TABLE,
  TD_MARKDOWN_CELL,
  TD_MARKDOWN_RULE,
} TdMarkdownType;

typedef enum
{
  TD_MARKDOWN_TASK_NONE,
  TD_MARKDOWN_TASK_OPEN,
  TD_MARKDOWN_TASK_DONE,
} TdMarkdownTask;

typedef enum
{
  TD_MARKDOWN_ALIGN_START,
  TD_MARKDOWN_ALIGN_CENTER,
  TD_MARKDOWN_ALIGN_END,
} TdMarkdownAlign;

/**
 * TdMarkdownBlock:
 *
 * A piece of a document as it is to be shown: what Markdown said, made safe to show. Which of
 * the fields mean something depends on @type.
 */
typedef struct
{
  TdMarkdownType type;
  char *text;            /* paragraph, heading, cell: Pango markup; code: plain text */
  char *language;        /* (nullable): code: the first word after the fence */
  GPtrArray *children;   /* (nullable) (element-type TdMarkdownBlock): quote, list, item; table: its cells row by row */
  guint level;           /* heading: 1 to 6 */
  guint n_columns;       /* table: cells in a row; the first row is the heading */
  gint64 number;         /* item: its number; -1: a bullet */
  char delimiter;        /* list: what follows the numbers; 0: bullets */
  TdMarkdownTask task;   /* item */
  TdMarkdownAlign align; /* cell */
  gboolean has_link;     /* paragraph, heading, cell: the text has something to activate */
  gboolean continues;    /* paragraph: goes on with the one before, which was cut for its length */
} TdMarkdownBlock;

TdMarkdownBlock *td_markdown_block_new       (TdMarkdownType         type);
void             td_markdown_block_free      (TdMarkdownBlock       *self);
void             td_markdown_block_add_child (TdMarkdownBlock       *self,
                                              TdMarkdownBlock       *child);
int              td_markdown_block_get_kind  (const TdMarkdownBlock *self);
char            *td_markdown_blocks_dump     (GPtrArray             *blocks);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdMarkdownBlock, td_markdown_block_free)

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/markdown/td-markdown-block.h"

G_BEGIN_DECLS

/**
 * TdMarkdownPiece:
 *
 * What there is to show next. A document comes as a row of units (a paragraph, a list item of
 * the top level, a table, a block of code). While a unit is still growing it is handed out
 * again and again, each time as a whole; only a block of code comes as what to add.
 */
typedef struct
{
  gboolean begins;   /* a new unit; else more of, or other content for, the last one */
  gboolean appends;  /* the one block is code, to be added to the code that is there */
  gboolean complete; /* the last word about this unit */
  GPtrArray *blocks; /* (element-type TdMarkdownBlock) */
} TdMarkdownPiece;

void td_markdown_piece_free (TdMarkdownPiece *self);

/**
 * TdMarkdownStream:
 *
 * Markdown that arrives bit by bit. A unit that is complete is forgotten here and never looked
 * at again, so what a few more bytes cost does not depend on how much there was before; units
 * are cut when they grow long, so it does not depend on what a stranger sends either.
 */
typedef struct _TdMarkdownStream TdMarkdownStream;

TdMarkdownStream *td_markdown_stream_new       (void);
void              td_markdown_stream_free      (TdMarkdownStream *self);
void              td_markdown_stream_append    (TdMarkdownStream *self,
                                                const char       *text,
                                                gsize             length);
void              td_markdown_stream_finish    (TdMarkdownStream *self);
void              td_markdown_stream_set_plain (TdMarkdownStream *self);
TdMarkdownPiece  *td_markdown_stream_next      (TdMarkdownStream *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdMarkdownPiece, td_markdown_piece_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdMarkdownStream, td_markdown_stream_free)

G_END_DECLS

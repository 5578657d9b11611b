/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* More text than this is never put into one label: Pango lays a label out as a whole. */
#define TD_MARKDOWN_MAX_TEXT 2000
#define TD_MARKDOWN_MAX_LINES 60

typedef enum
{
  TD_MARKDOWN_SPAN_EMPHASIS,
  TD_MARKDOWN_SPAN_STRONG,
  TD_MARKDOWN_SPAN_STRIKE,
  TD_MARKDOWN_SPAN_CODE,
  TD_MARKDOWN_SPAN_LINK,
} TdMarkdownSpan;

/**
 * TdMarkdownInline:
 *
 * Builds the Pango markup of one label from text and spans that come one after another.
 * Whatever comes in, the result is markup that Pango accepts, and not too long to lay out.
 */
typedef struct _TdMarkdownInline TdMarkdownInline;

/* Called when the label is full: takes what td_markdown_inline_steal() gives; more follows. */
typedef void (*TdMarkdownInlineFullFunc) (TdMarkdownInline *self,
                                          gpointer          user_data);

TdMarkdownInline *td_markdown_inline_new    (TdMarkdownInlineFullFunc full,
                                             gpointer                 user_data);
void              td_markdown_inline_free   (TdMarkdownInline        *self);
void              td_markdown_inline_open   (TdMarkdownInline        *self,
                                             TdMarkdownSpan           span,
                                             const char              *href);
void              td_markdown_inline_close  (TdMarkdownInline        *self);
void              td_markdown_inline_text   (TdMarkdownInline        *self,
                                             const char              *text,
                                             gsize                    length);
void              td_markdown_inline_entity (TdMarkdownInline        *self,
                                             const char              *text,
                                             gsize                    length);
gboolean          td_markdown_inline_is_empty (TdMarkdownInline      *self);
char             *td_markdown_inline_steal  (TdMarkdownInline        *self,
                                             gboolean                *has_link);

char             *td_markdown_entity_to_text (const char             *text,
                                              gsize                   length);
gboolean          td_markdown_link_is_safe  (const char              *href);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdMarkdownInline, td_markdown_inline_free)

G_END_DECLS

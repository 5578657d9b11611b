/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TdThinkSplitter:
 *
 * Tells reasoning from text where a server leaves the model's own marks in the text:
 * `<think>…</think>` at the very start. Marks anywhere else are ordinary text.
 */
typedef struct _TdThinkSplitter TdThinkSplitter;

/* A piece of the reply; @text is not terminated by NUL. */
typedef void (*TdThinkFunc) (gboolean    is_reasoning,
                             const char *text,
                             gsize       length,
                             gpointer    user_data);

TdThinkSplitter *td_think_splitter_new   (TdThinkFunc      func,
                                          gpointer         user_data);
void             td_think_splitter_free  (TdThinkSplitter *self);
void             td_think_splitter_feed  (TdThinkSplitter *self,
                                          const char      *text,
                                          gsize            length);
void             td_think_splitter_flush (TdThinkSplitter *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdThinkSplitter, td_think_splitter_free)

G_END_DECLS

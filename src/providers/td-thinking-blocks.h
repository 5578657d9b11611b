/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/td-json-read.h"
#include "base/td-json-write.h"

G_BEGIN_DECLS

/**
 * TdThinkingBlocks:
 *
 * The thinking of one reply of the Messages protocol, kept so that it can be sent back with
 * the turn: unchanged, signed, and at its place between the pieces of text. The text itself is
 * not kept a second time; only how long its pieces are.
 */
typedef struct _TdThinkingBlocks TdThinkingBlocks;

TdThinkingBlocks *td_thinking_blocks_new       (void);
void              td_thinking_blocks_free      (TdThinkingBlocks *self);
void              td_thinking_blocks_begin     (TdThinkingBlocks *self,
                                                gint64            index,
                                                const TdJson     *block);
void              td_thinking_blocks_add       (TdThinkingBlocks *self,
                                                gint64            index,
                                                const TdJson     *delta);
void              td_thinking_blocks_pass_text (TdThinkingBlocks *self,
                                                gsize             n_bytes);
char             *td_thinking_blocks_to_opaque (TdThinkingBlocks *self);
gboolean          td_thinking_blocks_write     (TdJsonWriter     *writer,
                                                const char       *opaque,
                                                const char       *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdThinkingBlocks, td_thinking_blocks_free)

G_END_DECLS

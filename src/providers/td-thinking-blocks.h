/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/td-json-read.h"
#include "providers/td-chat-request.h"

G_BEGIN_DECLS

/**
 * TdThinkingBlocks:
 *
 * The thinking of one reply of the Messages protocol, kept so that it can be sent back with
 * the turn: unchanged, signed, and at its place between the pieces of text and the calls. Those
 * are not kept a second time; only how long the pieces are and which calls they were.
 */
typedef struct _TdThinkingBlocks TdThinkingBlocks;

TdThinkingBlocks *td_thinking_blocks_new       (void);
void              td_thinking_blocks_free      (TdThinkingBlocks *self);
void              td_thinking_blocks_begin     (TdThinkingBlocks *self,
                                                gint64            index,
                                                const TdJson     *block);
void              td_thinking_blocks_begin_other (TdThinkingBlocks *self,
                                                  gint64            index,
                                                  const TdJson     *block);
void              td_thinking_blocks_pass_call (TdThinkingBlocks *self,
                                                const TdJson     *block);
void              td_thinking_blocks_add       (TdThinkingBlocks *self,
                                                gint64            index,
                                                const TdJson     *delta);
void              td_thinking_blocks_pass_text (TdThinkingBlocks *self,
                                                gsize             n_bytes);
char             *td_thinking_blocks_to_opaque (TdThinkingBlocks *self,
                                                gboolean          paused);

/* The way back: the blocks of a turn of the assistant. */
void              td_thinking_blocks_write     (TdJsonWriter        *writer,
                                                const TdChatRequest *request,
                                                guint                turn);
gboolean          td_thinking_blocks_is_paused (const char       *opaque);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdThinkingBlocks, td_thinking_blocks_free)

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/td-json-read.h"
#include "providers/td-chat-event.h"
#include "providers/td-think-splitter.h"

G_BEGIN_DECLS

/**
 * TdReplyEmitter:
 *
 * What the parsers of all protocols share on their way out: one START, reasoning told from
 * text, usage as running totals, and exactly one end, after which nothing is handed out.
 */
typedef struct
{
  TdChatEventFunc func;
  gpointer user_data;
  TdThinkSplitter *think; /* (owned) */
  gboolean started;
  gboolean ended;
  gboolean refused;       /* a refusal text came */
  gboolean has_reasoning; /* the server names reasoning itself */
  TdUsage usage;
} TdReplyEmitter;

void td_reply_emitter_init       (TdReplyEmitter *self,
                                  TdChatEventFunc func,
                                  gpointer        user_data);
void td_reply_emitter_clear      (TdReplyEmitter *self);
void td_reply_emitter_start      (TdReplyEmitter *self,
                                  const char     *id,
                                  const char     *model);
void td_reply_emitter_start_upstream (TdReplyEmitter *self,
                                      const char     *id,
                                      const char     *model,
                                      const char     *upstream);
void td_reply_emitter_text       (TdReplyEmitter *self,
                                  const TdJson   *text);
void td_reply_emitter_reasoning  (TdReplyEmitter *self,
                                  const TdJson   *text);
void td_reply_emitter_reasoning_break (TdReplyEmitter *self);
void td_reply_emitter_refusal    (TdReplyEmitter *self,
                                  const TdJson   *text);
void td_reply_emitter_tool_begin (TdReplyEmitter *self,
                                  guint           index,
                                  const char     *id,
                                  const char     *name);
void td_reply_emitter_tool_args  (TdReplyEmitter *self,
                                  guint           index,
                                  const char     *text,
                                  gsize           length);
void td_reply_emitter_opaque     (TdReplyEmitter *self,
                                  const char     *text,
                                  gsize           length);
void td_reply_emitter_usage      (TdReplyEmitter *self,
                                  const TdUsage  *later);
void td_reply_emitter_finish     (TdReplyEmitter *self,
                                  TdFinish        finish,
                                  const char     *finish_raw);
void td_reply_emitter_fail       (TdReplyEmitter *self,
                                  TdFailure      *failure);

G_END_DECLS

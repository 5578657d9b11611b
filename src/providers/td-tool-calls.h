/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "providers/td-reply-emitter.h"

G_BEGIN_DECLS

/**
 * TdToolCalls:
 *
 * Puts the fragments of a reply's tool calls together and hands them out numbered from 0.
 * Servers disagree on how fragments belong together: see td_tool_calls_take_fragment().
 */
typedef struct _TdToolCalls TdToolCalls;

TdToolCalls *td_tool_calls_new           (TdReplyEmitter *out);
void         td_tool_calls_free          (TdToolCalls    *self);
void         td_tool_calls_take_fragment (TdToolCalls    *self,
                                          const TdJson   *fragment);
void         td_tool_calls_take_whole    (TdToolCalls    *self,
                                          const TdJson   *call);
void         td_tool_calls_begin         (TdToolCalls    *self,
                                          gint64          wire_index,
                                          const TdJson   *call);
void         td_tool_calls_add_args      (TdToolCalls    *self,
                                          gint64          wire_index,
                                          const TdJson   *args);
gboolean     td_tool_calls_any_complete  (TdToolCalls    *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdToolCalls, td_tool_calls_free)

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/td-json-read.h"

G_BEGIN_DECLS

/**
 * TdReasoningDetails:
 *
 * OpenRouter's structured reasoning of a reply, collected from its fragments. It is not shown:
 * it goes back with the assistant's message when the turn goes on after a tool call.
 */
typedef struct _TdReasoningDetails TdReasoningDetails;

TdReasoningDetails *td_reasoning_details_new   (void);
void                td_reasoning_details_free  (TdReasoningDetails *self);
void                td_reasoning_details_take  (TdReasoningDetails *self,
                                                const TdJson       *fragments,
                                                gboolean            whole);
const TdJson       *td_reasoning_detail_get_text (const TdJson     *fragment);
char               *td_reasoning_details_to_opaque (TdReasoningDetails *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdReasoningDetails, td_reasoning_details_free)

G_END_DECLS

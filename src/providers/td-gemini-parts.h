/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/td-json-write.h"
#include "providers/td-chat-request.h"

G_BEGIN_DECLS

/**
 * TdGeminiParts:
 *
 * The parts of a reply of Gemini as it wants them back: with the signatures of its thoughts,
 * each on the part it came on.
 */
typedef struct _TdGeminiParts TdGeminiParts;

TdGeminiParts *td_gemini_parts_new       (void);
void           td_gemini_parts_free      (TdGeminiParts *self);
void           td_gemini_parts_take      (TdGeminiParts *self,
                                          const TdJson  *part);
char          *td_gemini_parts_to_opaque (TdGeminiParts *self,
                                          const char    *continuation_token);

/* The way back, from what td_gemini_parts_to_opaque() made. */
gboolean       td_gemini_parts_write     (const TdJson        *opaque,
                                          const TdChatRequest *request,
                                          guint                turn,
                                          TdJsonWriter        *writer);
gboolean       td_gemini_parts_has_call_id (const TdJson *opaque,
                                            const char   *id);
const char    *td_gemini_parts_get_continuation_token (const TdJson *opaque);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdGeminiParts, td_gemini_parts_free)

G_END_DECLS

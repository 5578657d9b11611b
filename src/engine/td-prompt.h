/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "conversation/td-conversation.h"
#include "providers/td-chat-request.h"
#include "tokens/td-token-ruler.h"

G_BEGIN_DECLS

TdChatRequest *td_prompt_build           (TdConversation      *conversation,
                                          TdMessage           *reply,
                                          const char          *model_key,
                                          const char          *model_id,
                                          const char          *system_prompt,
                                          gboolean             without_refused);
void           td_prompt_add_images      (TdChatRequest       *request,
                                          GPtrArray           *attachments);
TdTokenCount   td_prompt_count           (const TdChatRequest *request,
                                          TdTokenRuler        *ruler);
TdTokenCount   td_prompt_count_whole     (const TdChatRequest *request,
                                          TdTokenRuler        *ruler);

G_END_DECLS

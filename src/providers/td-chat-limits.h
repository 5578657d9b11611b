/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "catalogue/td-model.h"
#include "providers/td-chat-request.h"

G_BEGIN_DECLS

/* What the catalogue says a model can be asked. */
void td_chat_limits_apply (TdChatRequest      *request,
                           const TdModelFacts *facts);

/* How much to think, said in tokens, in the word for it. */
const char *td_chat_limits_get_effort (gint64 budget);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "providers/td-endpoint.h"
#include "providers/td-chat-request.h"
#include "providers/td-provider-error.h"

G_BEGIN_DECLS

/* What a server refuses to understand, and remembering it for the life of the session. */
TdChatAdapt td_chat_adapt_from_refusal (const TdEndpoint    *endpoint,
                                        const TdChatRequest *request,
                                        guint                status,
                                        const char          *body,
                                        gsize                length);
TdChatAdapt td_chat_adapt_recall       (SoupSession         *session,
                                        const TdEndpoint    *endpoint,
                                        const TdChatRequest *request);
void        td_chat_adapt_remember     (SoupSession         *session,
                                        const TdEndpoint    *endpoint,
                                        const TdChatRequest *request);

G_END_DECLS

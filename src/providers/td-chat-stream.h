/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/td-http.h"
#include "providers/td-flow.h"
#include "providers/td-protocol.h"
#include "providers/td-timeouts.h"

G_BEGIN_DECLS

/* One request and its reply, event by event. */
void     td_chat_stream_async       (SoupSession         *session,
                                     const TdEndpoint    *endpoint,
                                     const char          *key,
                                     const TdChatRequest *request,
                                     const TdTimeouts    *timeouts,
                                     TdChatEventFunc      func,
                                     gpointer             func_data,
                                     GCancellable        *cancellable,
                                     GAsyncReadyCallback  callback,
                                     gpointer             user_data);
void     td_chat_stream_paced_async (SoupSession         *session,
                                     const TdEndpoint    *endpoint,
                                     const char          *key,
                                     const TdChatRequest *request,
                                     const TdTimeouts    *timeouts,
                                     TdFlow              *flow,
                                     TdChatEventFunc      func,
                                     gpointer             func_data,
                                     GCancellable        *cancellable,
                                     GAsyncReadyCallback  callback,
                                     gpointer             user_data);
gboolean td_chat_stream_finish      (GAsyncResult *result,
                                     GError      **error);

G_END_DECLS

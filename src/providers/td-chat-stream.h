/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/td-http.h"
#include "providers/td-protocol.h"

G_BEGIN_DECLS

/* Time limits of one request, in milliseconds. */
typedef struct
{
  guint connect_ms;    /* until the connection stands */
  guint first_byte_ms; /* from then until the reply starts */
  guint idle_ms;       /* between two bytes */
} TdTimeouts;

#define TD_TIMEOUTS_DEFAULT { 15000, 600000, 120000 }

/**
 * td_chat_stream_async:
 * @session: the session of this process
 * @endpoint: where to send it
 * @key: (nullable): the key; sent as the endpoint says, never kept
 * @request: what to send
 * @timeouts: (nullable): time limits; %NULL for TD_TIMEOUTS_DEFAULT
 * @func: called on the main thread for each event, in order; never after the call has ended
 * @func_data: data for @func
 * @cancellable: (nullable): cancelling closes the connection at once
 * @callback: called once, after the last event
 * @user_data: data for @callback
 *
 * Sends one request and hands out the reply's events. Exactly one of FINISH, ERROR or
 * cancellation ends it. No retry in here: the caller decides.
 */
void     td_chat_stream_async  (SoupSession          *session,
                                const TdEndpoint     *endpoint,
                                const char           *key,
                                const TdChatRequest  *request,
                                const TdTimeouts     *timeouts,
                                TdChatEventFunc       func,
                                gpointer              func_data,
                                GCancellable         *cancellable,
                                GAsyncReadyCallback   callback,
                                gpointer              user_data);
/* TRUE after FINISH; FALSE with TD_PROVIDER_ERROR after ERROR, G_IO_ERROR_CANCELLED when cancelled. */
gboolean td_chat_stream_finish (GAsyncResult         *result,
                                GError              **error);

G_END_DECLS

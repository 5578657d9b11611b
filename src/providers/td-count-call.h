/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/td-http.h"
#include "providers/td-protocol.h"

G_BEGIN_DECLS

/*
 * Some providers count a prompt when asked, without answering it and without charging for it.
 */

gboolean       td_count_call_exists (const TdEndpoint     *endpoint);
TdWireRequest *td_count_call_write  (const TdEndpoint     *endpoint,
                                     const TdChatRequest  *request);
gint64         td_count_call_read   (const TdEndpoint     *endpoint,
                                     GBytes               *body,
                                     GError              **error);
char          *td_count_call_hash   (const TdWireRequest  *wire);

void           td_count_call_async  (SoupSession          *session,
                                     const TdEndpoint     *endpoint,
                                     const char           *key,
                                     const TdWireRequest  *wire,
                                     GCancellable         *cancellable,
                                     GAsyncReadyCallback   callback,
                                     gpointer              user_data);
gint64         td_count_call_finish (GAsyncResult         *result,
                                     GError              **error);

G_END_DECLS

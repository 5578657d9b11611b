/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/td-http.h"
#include "providers/td-provider-error.h"

G_BEGIN_DECLS

/* A whole small reply within a time limit: what asking a server about itself takes. */
void       td_limited_fetch_async      (SoupSession          *session,
                                        SoupMessage          *message,
                                        gsize                 max_bytes,
                                        guint                 limit_ms,
                                        GCancellable         *cancellable,
                                        GAsyncReadyCallback   callback,
                                        gpointer              user_data);
GBytes    *td_limited_fetch_finish     (GAsyncResult         *result,
                                        TdFailure           **failure,
                                        GError              **error);
SoupMessage *td_limited_fetch_get_message (GAsyncResult      *result);

G_END_DECLS

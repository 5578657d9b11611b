/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/td-http.h"
#include "providers/td-protocol.h"

G_BEGIN_DECLS

/* Ollama's list says little about a model; each can be asked for by name. */
void     td_ollama_details_async  (SoupSession         *session,
                                   const TdEndpoint    *endpoint,
                                   const char          *key, /* (nullable) */
                                   GPtrArray           *models, /* (element-type TdListedModel): filled in */
                                   guint                limit_ms,
                                   GCancellable        *cancellable,
                                   GAsyncReadyCallback  callback,
                                   gpointer             user_data);
gboolean td_ollama_details_finish (GAsyncResult        *result,
                                   GError             **error);

G_END_DECLS

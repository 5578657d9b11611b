/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/td-http.h"
#include "providers/td-ollama-wire.h"
#include "providers/td-pull-parser.h"

G_BEGIN_DECLS

/* Looking after the models of an Ollama server. Errors are TD_PROVIDER_ERROR, or
 * G_IO_ERROR_CANCELLED. */
void       td_ollama_list_loaded_async  (SoupSession         *session,
                                         const TdEndpoint    *endpoint,
                                         const char          *key, /* (nullable) */
                                         GCancellable        *cancellable,
                                         GAsyncReadyCallback  callback,
                                         gpointer             user_data);
GPtrArray *td_ollama_list_loaded_finish (GAsyncResult        *result,
                                         GError             **error); /* (element-type TdLoadedModel) */
void       td_ollama_load_async         (SoupSession         *session,
                                         const TdEndpoint    *endpoint,
                                         const char          *key, /* (nullable) */
                                         const char          *model,
                                         gint64               keep_s,
                                         GCancellable        *cancellable,
                                         GAsyncReadyCallback  callback,
                                         gpointer             user_data);
gboolean   td_ollama_load_finish        (GAsyncResult        *result,
                                         GError             **error);
void       td_ollama_unload_async       (SoupSession         *session,
                                         const TdEndpoint    *endpoint,
                                         const char          *key, /* (nullable) */
                                         const char          *model,
                                         GCancellable        *cancellable,
                                         GAsyncReadyCallback  callback,
                                         gpointer             user_data);
gboolean   td_ollama_unload_finish      (GAsyncResult        *result,
                                         GError             **error);
void       td_ollama_show_async         (SoupSession         *session,
                                         const TdEndpoint    *endpoint,
                                         const char          *key, /* (nullable) */
                                         const char          *model,
                                         GCancellable        *cancellable,
                                         GAsyncReadyCallback  callback,
                                         gpointer             user_data);
TdOllamaShow *td_ollama_show_finish     (GAsyncResult        *result,
                                         GError             **error);

/* In td-ollama-pull.c. Cancelled, it pauses: pulled again, it goes on. */
void       td_ollama_pull_async         (SoupSession         *session,
                                         const TdEndpoint    *endpoint,
                                         const char          *key, /* (nullable) */
                                         const char          *model,
                                         TdPullFunc           func,
                                         gpointer             func_data,
                                         GCancellable        *cancellable,
                                         GAsyncReadyCallback  callback,
                                         gpointer             user_data);
gboolean   td_ollama_pull_finish        (GAsyncResult        *result,
                                         GError             **error);

G_END_DECLS

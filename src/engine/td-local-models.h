/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/td-keyed-call.h"
#include "providers/td-ollama-client.h"

G_BEGIN_DECLS

/* What a server that runs models itself (Ollama) has in memory. */
gboolean   td_local_models_can          (TdEngine             *engine,
                                         const char           *provider_id);
void       td_local_models_list_async   (TdEngine             *engine,
                                         const char           *provider_id,
                                         GCancellable         *cancellable,
                                         GAsyncReadyCallback   callback,
                                         gpointer              user_data);
GPtrArray *td_local_models_list_finish  (GAsyncResult         *result,
                                         GError              **error); /* (element-type TdLoadedModel) */
void       td_local_models_load_async   (TdEngine             *engine,
                                         const char           *provider_id,
                                         const char           *model,
                                         gboolean              load, /* else it is taken out */
                                         GCancellable         *cancellable,
                                         GAsyncReadyCallback   callback,
                                         gpointer              user_data);
gboolean   td_local_models_load_finish  (GAsyncResult         *result,
                                         GError              **error);

/* For whoever asks such a server: fails when it is none. */
void       td_local_models_call         (TdEngine             *engine,
                                         const char           *provider_id,
                                         GTask                *task, /* (transfer full) */
                                         TdKeyedCallFunc     func);

G_END_DECLS

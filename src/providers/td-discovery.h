/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/td-http.h"
#include "providers/td-protocol.h"

G_BEGIN_DECLS

/* Asks a provider which models it has: also the truthful test of an address and a key. */
void       td_discovery_list_async   (SoupSession          *session,
                                      const TdEndpoint     *endpoint,
                                      const char           *key, /* (nullable) */
                                      GCancellable         *cancellable,
                                      GAsyncReadyCallback   callback,
                                      gpointer              user_data);
GPtrArray *td_discovery_list_finish  (GAsyncResult         *result,
                                      GError              **error); /* (element-type TdListedModel); TD_PROVIDER_ERROR */
const char *td_discovery_list_get_base_url (GAsyncResult   *result);

/* A model server found on this machine. */
typedef struct
{
  TdProviderKind kind;     /* OLLAMA or OPENAI_COMPATIBLE */
  char *name;              /* "Ollama", "llama.cpp", "LM Studio", "vLLM" */
  char *base_url;
  GPtrArray *models;       /* (element-type TdListedModel) */
} TdLocalServer;

/* Looks at the usual ports of 127.0.0.1 (and OLLAMA_HOST), each with a limit of a second. */
void       td_discovery_probe_async  (SoupSession          *session,
                                      GCancellable         *cancellable,
                                      GAsyncReadyCallback   callback,
                                      gpointer              user_data);
GPtrArray *td_discovery_probe_finish (GAsyncResult         *result,
                                      GError              **error); /* (element-type TdLocalServer) */
void       td_local_server_free      (TdLocalServer        *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdLocalServer, td_local_server_free)

G_END_DECLS

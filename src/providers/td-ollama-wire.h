/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "providers/td-model-listing.h"

G_BEGIN_DECLS

/* What can be asked of an Ollama server besides a chat, and how it answers. No I/O inside. */

#define TD_OLLAMA_KEEP_DEFAULT (-2) /* as long as the server thinks right */
#define TD_OLLAMA_KEEP_FOREVER (-1)

/* A model that is in memory. */
typedef struct
{
  char *id;
  gint64 size_bytes;  /* 0: not stated */
  gint64 vram_bytes;  /* of them in the graphics card's memory */
  gint64 context;     /* tokens it was loaded for; 0: not stated */
  gint64 expires_us;  /* when it is going to be unloaded, microseconds since 1970; 0: not stated */
} TdLoadedModel;

TdWireRequest *td_ollama_write_show    (const TdEndpoint *endpoint,
                                        const char       *model);
TdWireRequest *td_ollama_write_loaded  (const TdEndpoint *endpoint);
TdWireRequest *td_ollama_write_pull    (const TdEndpoint *endpoint,
                                        const char       *model);
TdWireRequest *td_ollama_write_load    (const TdEndpoint *endpoint,
                                        const char       *model,
                                        gint64            keep_s);
TdWireRequest *td_ollama_write_unload  (const TdEndpoint *endpoint,
                                        const char       *model);
TdWireRequest *td_ollama_write_version (const TdEndpoint *endpoint);

GPtrArray     *td_ollama_read_loaded   (GBytes           *body,
                                        GError          **error); /* (element-type TdLoadedModel) */
gboolean       td_ollama_read_done     (GBytes           *body,
                                        GError          **error);
char          *td_ollama_read_version  (GBytes           *body,
                                        GError          **error);
void           td_loaded_model_free    (TdLoadedModel    *self);

char          *td_ollama_build_url     (const TdEndpoint *endpoint,
                                        const char       *path);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdLoadedModel, td_loaded_model_free)

G_END_DECLS

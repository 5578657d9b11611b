/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/td-json-read.h"
#include "providers/td-protocol.h"

G_BEGIN_DECLS

/* Lists of models as servers send them: {data: []}, {models: []} or a bare list. */
GPtrArray *td_model_listing_read (GBytes       *body,
                                  GError      **error); /* (element-type TdListedModel) */

TdJsonDoc *td_model_listing_parse (GBytes      *body,
                                   GError     **error);

/* What Ollama's /api/show tells about a model. */
typedef struct
{
  gint64 context;     /* tokens; 0: not stated */
  GStrv capabilities; /* (nullable) */
} TdOllamaShow;

TdOllamaShow *td_ollama_show_read (GBytes       *body,
                                   GError      **error);
void          td_ollama_show_free (TdOllamaShow *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdOllamaShow, td_ollama_show_free)

G_END_DECLS

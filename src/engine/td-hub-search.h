/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/td-engine.h"
#include "providers/td-hub.h"

G_BEGIN_DECLS

#define TD_HUB_PROVIDER "huggingface"

/* The models of the Hugging Face hub that somebody serves, far more than the catalogue knows. */
void       td_hub_search_async   (TdEngine             *engine,
                                  const char           *words,
                                  guint                 limit,
                                  GCancellable         *cancellable,
                                  GAsyncReadyCallback   callback,
                                  gpointer              user_data);
GPtrArray *td_hub_search_finish  (GAsyncResult         *result,
                                  GError              **error); /* (element-type TdHubModel) */

/* One of them is in the market from then on, until the provider's own list is asked for again and does
 * not name it. */
void       td_hub_use_async      (TdEngine             *engine,
                                  const char           *id,
                                  GCancellable         *cancellable,
                                  GAsyncReadyCallback   callback,
                                  gpointer              user_data);
gboolean   td_hub_use_finish     (GAsyncResult         *result,
                                  GError              **error);

G_END_DECLS

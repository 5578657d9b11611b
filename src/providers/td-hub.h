/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/td-http.h"
#include "providers/td-protocol.h"

G_BEGIN_DECLS

#define TD_HUB_URL "https://huggingface.co/api"

/* What to look for among the models of the Hugging Face hub. */
typedef struct
{
  const char *search;   /* (nullable): words */
  const char *author;   /* (nullable): an organisation or a person */
  const char *provider; /* (nullable): an inference provider that serves it; NULL: any */
  const char *sort;     /* (nullable): "downloads", "likes", …; NULL: what is talked about */
  guint limit;          /* models on a page; 0: 100 */
} TdHubQuery;

typedef struct
{
  char *id;
  gint64 likes;         /* -1: not stated */
  gint64 downloads;     /* -1: not stated */
  char *task;           /* (nullable): "text-generation" */
  char *updated;        /* (nullable): ISO 8601 */
  gboolean gated;       /* its makers want to be asked first */
  gboolean private;
  gboolean warm;        /* somebody serves it now */
  GStrv providers;      /* (nullable): who serves it */
} TdHubModel;

TdWireRequest *td_hub_write_list  (const char          *base_url,
                                   const TdHubQuery    *query);
GPtrArray     *td_hub_read_list   (GBytes              *body,
                                   GError             **error); /* (element-type TdHubModel) */
char          *td_hub_read_next   (const char          *link,
                                   const char          *base_url);
void           td_hub_model_free  (TdHubModel          *self);

/* A page of the list; @next_url of the one before, or NULL for the first. */
void           td_hub_list_async  (SoupSession         *session,
                                   const char          *base_url,
                                   const char          *key, /* (nullable) */
                                   const TdHubQuery    *query,
                                   const char          *next_url, /* (nullable) */
                                   GCancellable        *cancellable,
                                   GAsyncReadyCallback  callback,
                                   gpointer             user_data);
GPtrArray     *td_hub_list_finish (GAsyncResult        *result,
                                   char               **next_url,
                                   GError             **error); /* (element-type TdHubModel) */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdHubModel, td_hub_model_free)

G_END_DECLS

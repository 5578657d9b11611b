/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/td-database.h"
#include "vault/td-api-key.h"

G_BEGIN_DECLS

/* The table api_key. Every function here is a #TdDatabaseFunc: it runs on the database thread,
 * and what it takes and gives is its own. */

/* What td_key_ring_store_add() takes. */
typedef struct
{
  char *provider_id;
  char *name;      /* (nullable): one is made */
  char *secret_id;
  char *last_four;
} TdKeyRow;

/* What td_key_ring_store_find() gives. */
typedef struct
{
  char *provider_id;
  char *secret_id;
} TdKeyPlace;

void     td_key_row_free          (TdKeyRow      *self);
void     td_key_place_free        (TdKeyPlace    *self);

/* Whose a key is. */
typedef struct
{
  gint64 key_id;
  gboolean marketplace; /* an operator's */
} TdKeyOwnership;

gpointer td_key_ring_store_add    (TdConnection  *connection,
                                   gpointer       row, /* TdKeyRow */
                                   GCancellable  *cancellable,
                                   GError       **error); /* (transfer full): TdApiKey */
gpointer td_key_ring_store_list   (TdConnection  *connection,
                                   gpointer       provider_id, /* (nullable): char *, all */
                                   GCancellable  *cancellable,
                                   GError       **error); /* (transfer full): GPtrArray of TdApiKey */
gpointer td_key_ring_store_list_secrets (TdConnection  *connection,
                                         gpointer       unused,
                                         GCancellable  *cancellable,
                                         GError       **error); /* (transfer full): GStrv, where the secrets are */
gpointer td_key_ring_store_in_use (TdConnection  *connection,
                                   gpointer       provider_id, /* char * */
                                   GCancellable  *cancellable,
                                   GError       **error); /* (transfer full) (nullable): char *, its secret_id */
gpointer td_key_ring_store_find   (TdConnection  *connection,
                                   gpointer       key_id, /* gint64 * */
                                   GCancellable  *cancellable,
                                   GError       **error); /* (transfer full): TdKeyPlace */
gpointer td_key_ring_store_use    (TdConnection  *connection,
                                   gpointer       key_id, /* gint64 * */
                                   GCancellable  *cancellable,
                                   GError       **error); /* (transfer full): char *, its provider's id */
gpointer td_key_ring_store_remove (TdConnection  *connection,
                                   gpointer       key_id, /* gint64 * */
                                   GCancellable  *cancellable,
                                   GError       **error); /* NULL */
gpointer td_key_ring_store_set_ownership (TdConnection  *connection,
                                          gpointer       ownership, /* TdKeyOwnership * */
                                          GCancellable  *cancellable,
                                          GError       **error); /* (transfer full): char *, its provider's id */
gboolean td_key_ring_store_is_marketplace (TdConnection  *connection,
                                           const char    *provider_id,
                                           gboolean      *is_marketplace,
                                           GError       **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdKeyRow, td_key_row_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdKeyPlace, td_key_place_free)

G_END_DECLS

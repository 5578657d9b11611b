/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/td-database.h"
#include "vault/td-api-key.h"
#include "vault/td-vault.h"

G_BEGIN_DECLS

/**
 * TdKeyRing:
 *
 * The user's keys: which there are for each provider (in the store) and the secrets themselves
 * (in the vault). The two are kept in step: a key that the vault did not take is not listed,
 * and nothing is forgotten because a locked keyring answered with nothing.
 *
 * Signals: "changed" (with the provider's id).
 */
#define TD_TYPE_KEY_RING (td_key_ring_get_type ())
G_DECLARE_FINAL_TYPE (TdKeyRing, td_key_ring, TD, KEY_RING, GObject)

TdKeyRing *td_key_ring_new           (TdDatabase           *database,
                                      TdVault              *vault);
TdVault   *td_key_ring_get_vault     (TdKeyRing            *self);
/* For who moved all secrets there. */
void       td_key_ring_set_vault     (TdKeyRing            *self,
                                      TdVault              *vault);
void       td_key_ring_list_secrets_async  (TdKeyRing            *self,
                                            GAsyncReadyCallback   callback,
                                            gpointer              user_data);
GStrv      td_key_ring_list_secrets_finish (TdKeyRing            *self,
                                            GAsyncResult         *result,
                                            GError              **error);
void       td_key_ring_add_async     (TdKeyRing            *self,
                                      const char           *provider_id,
                                      const char           *name, /* (nullable) */
                                      const char           *secret,
                                      GCancellable         *cancellable,
                                      GAsyncReadyCallback   callback,
                                      gpointer              user_data);
TdApiKey  *td_key_ring_add_finish    (TdKeyRing            *self,
                                      GAsyncResult         *result,
                                      GError              **error);
void       td_key_ring_list_async    (TdKeyRing            *self,
                                      const char           *provider_id, /* (nullable): all */
                                      GCancellable         *cancellable,
                                      GAsyncReadyCallback   callback,
                                      gpointer              user_data);
GPtrArray *td_key_ring_list_finish   (TdKeyRing            *self,
                                      GAsyncResult         *result,
                                      GError              **error); /* (element-type TdApiKey) */
void       td_key_ring_lookup_async  (TdKeyRing            *self,
                                      const char           *provider_id, /* the key in use */
                                      GCancellable         *cancellable,
                                      GAsyncReadyCallback   callback,
                                      gpointer              user_data);
char      *td_key_ring_lookup_finish (TdKeyRing            *self,
                                      GAsyncResult         *result,
                                      GError              **error); /* free with td_vault_secret_free() */
void       td_key_ring_use_async     (TdKeyRing            *self,
                                      gint64                key_id, /* becomes the one in use */
                                      GCancellable         *cancellable,
                                      GAsyncReadyCallback   callback,
                                      gpointer              user_data);
gboolean   td_key_ring_use_finish    (TdKeyRing            *self,
                                      GAsyncResult         *result,
                                      GError              **error);
void       td_key_ring_revoke_async  (TdKeyRing            *self,
                                      gint64                key_id,
                                      GCancellable         *cancellable,
                                      GAsyncReadyCallback   callback,
                                      gpointer              user_data);
gboolean   td_key_ring_revoke_finish (TdKeyRing            *self,
                                      GAsyncResult         *result,
                                      GError              **error);

void       td_key_ring_set_marketplace_async  (TdKeyRing            *self,
                                               gint64                key_id,
                                               gboolean              marketplace,
                                               GAsyncReadyCallback   callback,
                                               gpointer              user_data);
gboolean   td_key_ring_set_marketplace_finish (TdKeyRing            *self,
                                               GAsyncResult         *result,
                                               GError              **error);

G_END_DECLS

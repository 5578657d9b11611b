/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "vault/td-sealed-file.h"
#include "vault/td-vault.h"

G_BEGIN_DECLS

/**
 * TdVaultSealed:
 *
 * A file sealed with the account's password, for machines without a keyring and for users who
 * prefer it. It is locked until the password was given in this process; several processes may
 * have it open and write to it.
 */
#define TD_TYPE_VAULT_SEALED (td_vault_sealed_get_type ())
G_DECLARE_FINAL_TYPE (TdVaultSealed, td_vault_sealed, TD, VAULT_SEALED, GObject)

TdVault   *td_vault_sealed_new                 (const char           *path);
gboolean   td_vault_sealed_exists              (TdVaultSealed        *self);
gboolean   td_vault_sealed_is_open             (TdVaultSealed        *self);

/* Makes the file, with these secrets in it, in place of any that is there. */
void       td_vault_sealed_create_async        (TdVaultSealed        *self,
                                                const char           *password,
                                                GPtrArray            *entries, /* (element-type TdSealedEntry) (nullable) (transfer full) */
                                                GAsyncReadyCallback   callback,
                                                gpointer              user_data);
gboolean   td_vault_sealed_create_finish       (TdVaultSealed        *self,
                                                GAsyncResult         *result,
                                                GError              **error);
void       td_vault_sealed_open_async          (TdVaultSealed        *self,
                                                const char           *password,
                                                GAsyncReadyCallback   callback,
                                                gpointer              user_data);
gboolean   td_vault_sealed_open_finish         (TdVaultSealed        *self,
                                                GAsyncResult         *result,
                                                GError              **error);
void       td_vault_sealed_add_password_async  (TdVaultSealed        *self,
                                                const char           *password,
                                                GAsyncReadyCallback   callback,
                                                gpointer              user_data);
gboolean   td_vault_sealed_add_password_finish (TdVaultSealed        *self,
                                                GAsyncResult         *result,
                                                GError              **error);
void       td_vault_sealed_list_async          (TdVaultSealed        *self,
                                                GAsyncReadyCallback   callback,
                                                gpointer              user_data);
GPtrArray *td_vault_sealed_list_finish         (TdVaultSealed        *self,
                                                GAsyncResult         *result,
                                                GError              **error); /* (element-type TdSealedEntry) */
gboolean   td_vault_sealed_delete              (TdVaultSealed        *self,
                                                GError              **error);
/* For tests, which do not want to wait for PBKDF2. */
void       td_vault_sealed_set_iterations      (TdVaultSealed        *self,
                                                guint                 iterations);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define TD_VAULT_ERROR (td_vault_error_quark ())
GQuark td_vault_error_quark (void);

/**
 * TdVaultError:
 * @TD_VAULT_ERROR_FAILED: anything else the keyring said
 * @TD_VAULT_ERROR_ABSENT: this session has no keyring service
 * @TD_VAULT_ERROR_LOCKED: the keyring is locked, or its prompt was dismissed; unlock it and try
 *   again
 * @TD_VAULT_ERROR_REFUSED: the keyring would not store or hand out the secret, or what was read
 *   back is not what was stored
 * @TD_VAULT_ERROR_TIMED_OUT: the keyring does not answer
 * @TD_VAULT_ERROR_NOT_FOUND: the keyring is open and has no such secret
 * @TD_VAULT_ERROR_INVALID: what was given cannot be a key (empty, too long, control characters)
 * @TD_VAULT_ERROR_WRONG_PASSWORD: the sealed vault is whole, and has another password
 * @TD_VAULT_ERROR_DAMAGED: the sealed vault's file was changed by somebody else, or is not one; it
 *   was left as it is
 * @TD_VAULT_ERROR_TRUNCATED: its end is missing; it was left as it is
 * @TD_VAULT_ERROR_VERSION: it was made by another version of this program; it was left as it is
 */
typedef enum
{
  TD_VAULT_ERROR_FAILED,
  TD_VAULT_ERROR_ABSENT,
  TD_VAULT_ERROR_LOCKED,
  TD_VAULT_ERROR_REFUSED,
  TD_VAULT_ERROR_TIMED_OUT,
  TD_VAULT_ERROR_NOT_FOUND,
  TD_VAULT_ERROR_INVALID,
  TD_VAULT_ERROR_WRONG_PASSWORD,
  TD_VAULT_ERROR_DAMAGED,
  TD_VAULT_ERROR_TRUNCATED,
  TD_VAULT_ERROR_VERSION,
} TdVaultError;

/* Whether the vault can be used now, asked without raising any prompt. */
typedef enum
{
  TD_VAULT_STATE_READY,
  TD_VAULT_STATE_LOCKED,
  TD_VAULT_STATE_EMPTY,   /* there is a service, but no keyring yet: storing makes one */
  TD_VAULT_STATE_ABSENT,
} TdVaultState;

/* Where a vault keeps what it is given. */
typedef enum
{
  TD_VAULT_KIND_NONE,
  TD_VAULT_KIND_KEYRING, /* the desktop's */
  TD_VAULT_KIND_SEALED,  /* a file sealed with the account's password */
} TdVaultKind;

#define TD_VAULT_MAX_SECRET_BYTES 4096

/**
 * TdVault:
 *
 * Where secrets live, by id. Only asynchronous calls; every call ends within its own time
 * limit even when the keyring hangs. A stored secret is read back before the call succeeds.
 */
#define TD_TYPE_VAULT (td_vault_get_type ())
G_DECLARE_INTERFACE (TdVault, td_vault, TD, VAULT, GObject)

struct _TdVaultInterface
{
  GTypeInterface parent_iface;

  TdVaultKind kind;

  void         (*get_state_async)  (TdVault *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
  TdVaultState (*get_state_finish) (TdVault *self, GAsyncResult *result, GError **error);
  void         (*unlock_async)     (TdVault *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
  gboolean     (*unlock_finish)    (TdVault *self, GAsyncResult *result, GError **error);
  void         (*store_async)      (TdVault *self, const char *secret_id, const char *label, const char *secret,
                                    GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
  gboolean     (*store_finish)     (TdVault *self, GAsyncResult *result, GError **error);
  void         (*lookup_async)     (TdVault *self, const char *secret_id, GCancellable *cancellable,
                                    GAsyncReadyCallback callback, gpointer user_data);
  char        *(*lookup_finish)    (TdVault *self, GAsyncResult *result, GError **error);
  void         (*remove_async)     (TdVault *self, const char *secret_id, GCancellable *cancellable,
                                    GAsyncReadyCallback callback, gpointer user_data);
  gboolean     (*remove_finish)    (TdVault *self, GAsyncResult *result, GError **error);
};

TdVaultKind  td_vault_get_kind         (TdVault              *self);
void         td_vault_get_state_async  (TdVault              *self,
                                        GCancellable         *cancellable,
                                        GAsyncReadyCallback   callback,
                                        gpointer              user_data);
TdVaultState td_vault_get_state_finish (TdVault              *self,
                                        GAsyncResult         *result,
                                        GError              **error);
void         td_vault_unlock_async     (TdVault              *self,
                                        GCancellable         *cancellable,
                                        GAsyncReadyCallback   callback,
                                        gpointer              user_data);
gboolean     td_vault_unlock_finish    (TdVault              *self,
                                        GAsyncResult         *result,
                                        GError              **error);
void         td_vault_store_async      (TdVault              *self,
                                        const char           *secret_id,
                                        const char           *label,
                                        const char           *secret,
                                        GCancellable         *cancellable,
                                        GAsyncReadyCallback   callback,
                                        gpointer              user_data);
gboolean     td_vault_store_finish     (TdVault              *self,
                                        GAsyncResult         *result,
                                        GError              **error);
void         td_vault_lookup_async     (TdVault              *self,
                                        const char           *secret_id,
                                        GCancellable         *cancellable,
                                        GAsyncReadyCallback   callback,
                                        gpointer              user_data);
char        *td_vault_lookup_finish    (TdVault              *self,
                                        GAsyncResult         *result,
                                        GError              **error); /* free with td_vault_secret_free() */
void         td_vault_remove_async     (TdVault              *self,
                                        const char           *secret_id,
                                        GCancellable         *cancellable,
                                        GAsyncReadyCallback   callback,
                                        gpointer              user_data);
gboolean     td_vault_remove_finish    (TdVault              *self,
                                        GAsyncResult         *result,
                                        GError              **error);
char        *td_vault_tidy_secret      (const char           *text, /* (nullable) */
                                        GError              **error); /* free with td_vault_secret_free() */
gboolean     td_vault_secret_equal     (const char           *a,
                                        const char           *b);
void         td_vault_secret_free      (char                 *secret); /* wipes, then frees */

G_END_DECLS

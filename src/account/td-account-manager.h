/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "account/td-account.h"
#include "vault/td-key-ring.h"

G_BEGIN_DECLS

/**
 * TdAccountState:
 * @TD_ACCOUNT_STATE_READY: its data may be opened
 * @TD_ACCOUNT_STATE_LOCKED: it was signed in, and its password is needed once more
 * @TD_ACCOUNT_STATE_SIGNED_OUT: nobody is signed in
 */
typedef enum
{
  TD_ACCOUNT_STATE_READY,
  TD_ACCOUNT_STATE_LOCKED,
  TD_ACCOUNT_STATE_SIGNED_OUT,
} TdAccountState;

/**
 * TdAccountManager:
 *
 * Which accounts there are on this machine, who is signed in, and where that one's data and keys
 * are. Every account has a folder with a database of its own. As long as nobody made a second
 * account or a password there is one account without either, and no list of accounts.
 *
 * What takes a password counts failures and makes one wait; see #TdAccountError.
 *
 * Signals: "changed": the accounts, who is signed in, or where its keys are.
 */
#define TD_TYPE_ACCOUNT_MANAGER (td_account_manager_get_type ())
G_DECLARE_FINAL_TYPE (TdAccountManager, td_account_manager, TD, ACCOUNT_MANAGER, GObject)

TdAccountManager *td_account_manager_new               (const char           *data_dir); /* (nullable): the usual one */

/* Reads the list, and takes up the session of who was signed in. Also to see what other programs
 * changed. */
void              td_account_manager_load_async        (TdAccountManager     *self,
                                                        GCancellable         *cancellable,
                                                        GAsyncReadyCallback   callback,
                                                        gpointer              user_data);
void              td_account_manager_catch_up_async    (TdAccountManager     *self,
                                                        GAsyncReadyCallback   callback,
                                                        gpointer              user_data);
gboolean          td_account_manager_load_finish       (TdAccountManager     *self,
                                                        GAsyncResult         *result,
                                                        GError              **error);

gboolean          td_account_manager_load_first        (TdAccountManager     *self);

TdAccountState    td_account_manager_get_state         (TdAccountManager     *self);
GPtrArray        *td_account_manager_get_accounts      (TdAccountManager     *self); /* (element-type TdAccount) */
TdAccount        *td_account_manager_get_current       (TdAccountManager     *self); /* (nullable) */
TdAccount        *td_account_manager_find              (TdAccountManager     *self,
                                                        const char           *name_or_id); /* (nullable) */
char             *td_account_manager_dup_database_path (TdAccountManager     *self);
TdVault          *td_account_manager_get_vault         (TdAccountManager     *self);
const GError     *td_account_manager_get_vault_error   (TdAccountManager     *self); /* (nullable) */
const char       *td_account_manager_get_access_token  (TdAccountManager     *self); /* (nullable) */

/* Makes an account and signs in to it. */
void              td_account_manager_sign_up_async     (TdAccountManager     *self,
                                                        const char           *name,
                                                        const char           *email,    /* (nullable) */
                                                        const char           *password, /* (nullable) */
                                                        GAsyncReadyCallback   callback,
                                                        gpointer              user_data);
gboolean          td_account_manager_sign_up_finish    (TdAccountManager     *self,
                                                        GAsyncResult         *result,
                                                        GError              **error);
void              td_account_manager_sign_in_async     (TdAccountManager     *self,
                                                        const char           *account_id,
                                                        const char           *password, /* (nullable) */
                                                        GAsyncReadyCallback   callback,
                                                        gpointer              user_data);
gboolean          td_account_manager_sign_in_finish    (TdAccountManager     *self,
                                                        GAsyncResult         *result,
                                                        GError              **error);
void              td_account_manager_sign_out_async    (TdAccountManager     *self,
                                                        GAsyncReadyCallback   callback,
                                                        gpointer              user_data);
gboolean          td_account_manager_sign_out_finish   (TdAccountManager     *self,
                                                        GAsyncResult         *result,
                                                        GError              **error);
/* Ends all other sessions of the account. */
void              td_account_manager_set_password_async  (TdAccountManager     *self,
                                                          const char           *old_password, /* (nullable) */
                                                          const char           *new_password,
                                                          GAsyncReadyCallback   callback,
                                                          gpointer              user_data);
gboolean          td_account_manager_set_password_finish (TdAccountManager     *self,
                                                          GAsyncResult         *result,
                                                          GError              **error);
/* Deletes who is signed in, with chats, wallet and keys. Its engine must have stopped. */
void              td_account_manager_delete_async      (TdAccountManager     *self,
                                                        const char           *password, /* (nullable) */
                                                        GAsyncReadyCallback   callback,
                                                        gpointer              user_data);
gboolean          td_account_manager_delete_finish     (TdAccountManager     *self,
                                                        GAsyncResult         *result,
                                                        GError              **error);
/* Moves all keys to the other kind of vault: all of them or none. */
void              td_account_manager_move_keys_async   (TdAccountManager     *self,
                                                        TdKeyRing            *key_ring,
                                                        TdVaultKind           kind,
                                                        const char           *password, /* (nullable) */
                                                        GAsyncReadyCallback   callback,
                                                        gpointer              user_data);
gboolean          td_account_manager_move_keys_finish  (TdAccountManager     *self,
                                                        GAsyncResult         *result,
                                                        GError              **error);
/* A token that is good for a while yet: the one there is, or a new one. */
void              td_account_manager_renew_async       (TdAccountManager     *self,
                                                        GAsyncReadyCallback   callback,
                                                        gpointer              user_data);
char             *td_account_manager_renew_finish      (TdAccountManager     *self,
                                                        GAsyncResult         *result,
                                                        GError              **error);
/* Whether a token of a session of this machine is good: signature, times, and not revoked. */
void              td_account_manager_verify_async      (TdAccountManager     *self,
                                                        const char           *access_token,
                                                        GAsyncReadyCallback   callback,
                                                        gpointer              user_data);
char             *td_account_manager_verify_finish     (TdAccountManager     *self,
                                                        GAsyncResult         *result,
                                                        GError              **error); /* the account's id */

/* For tests, which do not want to wait for PBKDF2. */
void              td_account_manager_set_iterations    (TdAccountManager     *self,
                                                        guint                 iterations);

G_END_DECLS

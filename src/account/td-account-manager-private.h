/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "account/td-account-manager.h"
#include "account/td-account-store.h"
#include "account/td-session-store.h"

G_BEGIN_DECLS

struct _TdAccountManager
{
  GObject parent_instance;

  char *data_dir;       /* (owned) */
  guint iterations;     /* of PBKDF2 for what is new */

  TdDatabase *registry; /* (owned) (nullable): until somebody needs the list */
  GPtrArray *accounts;  /* (owned) (element-type TdAccount) */
  TdAccountState state;
  TdAccount *current;   /* (owned) (nullable): signed in, or locked */
  TdVault *vault;       /* (owned) (nullable): of current, when ready */
  GError *vault_error;  /* (owned) (nullable): why its sealed vault stayed locked */

  char *session_id;     /* (owned) (nullable): of this machine */
  GBytes *token_secret; /* (owned) (nullable): what access tokens are signed with */
  char *access_token;   /* (owned) (nullable) */
  gint64 fresh_until_us; /* then the access token is asked for anew */
  char *refresh_token;  /* (owned) (nullable): where the vault does not keep it */
};

/* A flow of several steps: one task, and what its steps hand on. */
typedef struct
{
  TdAccountEntry *entry;  /* (nullable): given to the store */
  char *password;         /* (nullable) */
  char *new_password;     /* (nullable) */
  TdAccount *account;     /* (nullable) */
  TdVault *vault;         /* (nullable) */
  TdVault *other_vault;   /* (nullable) */
  TdKeyRing *key_ring;    /* (nullable) */
  TdDatabase *database;   /* (nullable): of the account */
  GStrv secret_ids;       /* (nullable) */
  guint index;
  GPtrArray *entries;     /* (nullable) (element-type TdSealedEntry) */
  GError *error;          /* (nullable): what is said once everything is undone */
  char *refresh_token;    /* (nullable) */
  int lock_fd;            /* -1: none */
  void (*next) (GTask *task); /* after the session; takes the task */
} TdAccountFlow;

GTask         *td_account_flow_start    (TdAccountManager    *manager,
                                         gpointer             source_tag,
                                         GCancellable        *cancellable,
                                         GAsyncReadyCallback  callback,
                                         gpointer             user_data);
TdAccountFlow *td_account_flow_get      (GTask               *task);

/* @next gets the task as user data. */
void td_account_manager_open_registry (TdAccountManager     *self,
                                       GTask                *task,
                                       void                (*next) (GTask *task));
void td_account_manager_run           (TdAccountManager     *self,
                                       GTask                *task,
                                       TdDatabaseFunc        func,
                                       gpointer              data,
                                       GDestroyNotify        data_free,
                                       GDestroyNotify        result_free,
                                       GAsyncReadyCallback   callback);
void td_account_manager_finish_with_list (TdAccountManager  *self,
                                          GTask             *task); /* reads the list, then says TRUE */
void td_account_manager_enter         (TdAccountManager     *self,
                                       TdAccount            *account,
                                       TdVault              *vault);
void td_account_manager_leave         (TdAccountManager     *self);
char *td_account_manager_dup_folder   (TdAccountManager     *self,
                                       TdAccount            *account);
TdVault *td_account_manager_make_vault (TdAccountManager    *self,
                                        TdAccount           *account,
                                        TdVaultKind          kind);

void td_account_manager_remove_leftover (TdAccountManager   *self,
                                         GTask              *task);

/* Sessions of this machine. */
void td_account_manager_open_session   (TdAccountManager    *self,
                                        GTask               *task,
                                        void               (*next) (GTask *task));
void td_account_manager_resume_session (TdAccountManager    *self,
                                        GTask               *task,
                                        void               (*next) (GTask *task));
char *td_account_session_secret_id     (TdAccount           *account);
char *td_account_token_secret_id       (TdAccount           *account);

G_END_DECLS

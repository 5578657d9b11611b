/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "account/td-account.h"
#include "store/td-database.h"

G_BEGIN_DECLS

/* The list of accounts. Every function here with a connection and a pointer is a #TdDatabaseFunc:
 * it runs on that database's thread, and what it takes and gives is its own. */

#define TD_ACCOUNT_FIRST_ID "first"
#define TD_ACCOUNT_MAX_NAME_CHARS 80

/* What td_account_store_load() gives. */
typedef struct
{
  GPtrArray *accounts; /* (element-type TdAccount): by name */
  char *current_id;    /* (nullable): who is signed in */
  char *session_id;    /* (nullable): of the one who is, when protected */
} TdAccountList;

/* What signing up and in take. */
typedef struct
{
  char *account_id;  /* (nullable): of the one to sign in; a new one gets it here */
  char *name;
  char *email;       /* (nullable) */
  char *password;    /* (nullable): none, or not to be changed */
  guint iterations;
} TdAccountEntry;

/* What td_account_store_set_vault() takes. */
typedef struct
{
  char *account_id;
  TdVaultKind vault;
  TdVaultKind leftover;
} TdAccountVaultChange;

TdAccountEntry *td_account_entry_new  (const char     *account_id,
                                       const char     *password,
                                       guint           iterations);
void            td_account_entry_free (TdAccountEntry *self);
void            td_account_list_free  (TdAccountList  *self);
void            td_account_vault_change_free (TdAccountVaultChange *self);

gpointer td_account_store_load           (TdConnection  *connection,
                                          gpointer       first_name, /* char * */
                                          GCancellable  *cancellable,
                                          GError       **error); /* (transfer full): TdAccountList */
gpointer td_account_store_add            (TdConnection  *connection,
                                          gpointer       entry,
                                          GCancellable  *cancellable,
                                          GError       **error); /* (transfer full): TdAccount */
gpointer td_account_store_check_password (TdConnection  *connection,
                                          gpointer       entry,
                                          GCancellable  *cancellable,
                                          GError       **error); /* (transfer full): TdAccount */
gpointer td_account_store_set_password   (TdConnection  *connection,
                                          gpointer       entry,
                                          GCancellable  *cancellable,
                                          GError       **error); /* (transfer full): TdAccount */
gpointer td_account_store_make_current   (TdConnection  *connection,
                                          gpointer       account_id, /* (nullable): char *, nobody */
                                          GCancellable  *cancellable,
                                          GError       **error); /* NULL */
gpointer td_account_store_set_vault      (TdConnection  *connection,
                                          gpointer       change, /* TdAccountVaultChange */
                                          GCancellable  *cancellable,
                                          GError       **error); /* NULL */
gpointer td_account_store_remove         (TdConnection  *connection,
                                          gpointer       account_id, /* char * */
                                          GCancellable  *cancellable,
                                          GError       **error); /* NULL */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdAccountEntry, td_account_entry_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdAccountList, td_account_list_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdAccountVaultChange, td_account_vault_change_free)

G_END_DECLS

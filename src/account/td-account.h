/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "vault/td-vault.h"

G_BEGIN_DECLS

/**
 * TdAccountFacts:
 * @email: (nullable)
 * @is_protected: it has a password
 * @folder: where its data is, below the folder of all data; "" for that folder itself
 * @vault: where its keys are
 * @leftover: %TD_VAULT_KIND_NONE, or a vault with copies of its keys that are to be removed
 * @retry_at_us: no password is looked at before this time; 0: any is
 */
typedef struct
{
  char *id;
  char *name;
  char *email;
  gboolean is_protected;
  char *folder;
  TdVaultKind vault;
  TdVaultKind leftover;
  gint64 retry_at_us;
  gint64 created_us;
  gint64 last_used_us;
} TdAccountFacts;

/**
 * TdAccount:
 *
 * What may be known about an account; never its password. Immutable.
 */
#define TD_TYPE_ACCOUNT (td_account_get_type ())
G_DECLARE_FINAL_TYPE (TdAccount, td_account, TD, ACCOUNT, GObject)

TdAccount            *td_account_new              (const TdAccountFacts *facts);
const TdAccountFacts *td_account_get_facts        (TdAccount            *self);
const char           *td_account_get_id           (TdAccount            *self);
const char           *td_account_get_name         (TdAccount            *self);
gboolean              td_account_get_protected    (TdAccount            *self);
gint64                td_account_get_wait_seconds (TdAccount            *self);

G_END_DECLS

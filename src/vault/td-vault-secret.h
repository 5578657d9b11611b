/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "vault/td-vault.h"

G_BEGIN_DECLS

/**
 * TdVaultSecret:
 *
 * The system keyring through libsecret (Secret Service, or the Secret portal in Flatpak).
 */
#define TD_TYPE_VAULT_SECRET (td_vault_secret_get_type ())
G_DECLARE_FINAL_TYPE (TdVaultSecret, td_vault_secret, TD, VAULT_SECRET, GObject)

TdVault *td_vault_secret_new (void);

G_END_DECLS

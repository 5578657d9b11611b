/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "vault/td-vault.h"

G_BEGIN_DECLS

/* Whether the session's keyring can be used, asked over D-Bus without raising a prompt:
 * libsecret answers nothing at all for a locked keyring, as if the secret had never been. */
void         td_keyring_state_async    (GCancellable         *cancellable,
                                        GAsyncReadyCallback   callback,
                                        gpointer              user_data);
TdVaultState td_keyring_state_finish   (GAsyncResult         *result,
                                        GError              **error);
GError      *td_keyring_error_for_state (TdVaultState         state); /* (transfer full) */
GError      *td_keyring_error_convert  (const GError         *error); /* (transfer full) */

G_END_DECLS

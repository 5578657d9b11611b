/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "vault/td-vault.h"

#include <string.h>

G_DEFINE_QUARK (td-vault-error-quark, td_vault_error)

G_DEFINE_INTERFACE (TdVault, td_vault, G_TYPE_OBJECT)

static void
td_vault_default_init (TdVaultInterface *iface)
{
}

/**
 * td_vault_tidy_secret:
 * @text: (nullable): what a person or a program gave as a key
 * @error: return location for a %TD_VAULT_ERROR_INVALID
 *
 * Cuts white space off both ends, as pasting leaves it, and checks that the rest can be a key:
 * 1 to %TD_VAULT_MAX_SECRET_BYTES visible ASCII characters. A space inside is refused, because
 * no provider's key has one and a pasted command line does.
 *
 * Returns: (transfer full) (nullable): the key; free with td_vault_secret_free()
 */
char *
td_vault_tidy_secret (const char  *text,
                      GError     **error)
{
  gsize length;

  text = text ? text : "";
  while (g_ascii_isspace (*text))
    text++;
  length = strnlen (text, TD_VAULT_MAX_SECRET_BYTES + 256);
  while (length > 0 && g_ascii_isspace (text[length - 1]))
    length--;

  if (length == 0)
    {
      g_set_error_literal (error, TD_VAULT_ERROR, TD_VAULT_ERROR_INVALID, "The key is empty");
      return NULL;
    }
  if (length > TD_VAULT_MAX_SECRET_BYTES)
    {
      g_set_error (error, TD_VAULT_ERROR, TD_VAULT_ERROR_INVALID,
                   "The key is longer than %d bytes", TD_VAULT_MAX_SECRET_BYTES);
      return NULL;
    }
  for (gsize i = 0; i < length; i++)
    {
      if (!g_ascii_isgraph (text[i]))
        {
          g_set_error_literal (error, TD_VAULT_ERROR, TD_VAULT_ERROR_INVALID,
                               "The key has a space or a character that no key has");
          return NULL;
        }
    }
  return g_strndup (text, length);
}

/**
 * td_vault_secret_free:
 * @secret: (nullable) (transfer full): a secret
 *
 * Overwrites the secret, then frees it.
 */
void
td_vault_secret_free (char *secret)
{
  if (!secret)
    return;

  explicit_bzero (secret, strlen (secret));
  g_free (secret);
}

/**
 * td_vault_secret_equal:
 * @a: (nullable): a secret
 * @b: (nullable): another
 *
 * Compares in a time that depends on the lengths only.
 *
 * Returns: whether both are given and the same
 */
gboolean
td_vault_secret_equal (const char *a,
                       const char *b)
{
  volatile unsigned char difference = 0;
  gsize length;

  if (!a || !b)
    return FALSE;

  length = strlen (a);
  if (length != strlen (b))
    return FALSE;
  for (gsize i = 0; i < length; i++)
    difference |= (unsigned char) (a[i] ^ b[i]);
  return difference == 0;
}

/**
 * td_vault_get_kind:
 * @self: a vault
 *
 * Returns: where it keeps what it is given
 */
TdVaultKind
td_vault_get_kind (TdVault *self)
{
  g_return_val_if_fail (TD_IS_VAULT (self), TD_VAULT_KIND_NONE);

  return TD_VAULT_GET_IFACE (self)->kind;
}

/**
 * td_vault_get_state_async:
 * @self: a vault
 * @cancellable: (nullable): to stop waiting
 * @callback: called when the state is known
 * @user_data: passed to @callback
 *
 * Asks whether the vault can be used now. Never raises a prompt, and is answered within a few
 * seconds whatever the keyring does.
 */
void
td_vault_get_state_async (TdVault             *self,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  g_return_if_fail (TD_IS_VAULT (self));

  TD_VAULT_GET_IFACE (self)->get_state_async (self, cancellable, callback, user_data);
}

/**
 * td_vault_get_state_finish:
 * @self: a vault
 * @result: what the callback got
 * @error: return location for a %TD_VAULT_ERROR
 *
 * Returns: the state; %TD_VAULT_STATE_ABSENT when @error is set
 */
TdVaultState
td_vault_get_state_finish (TdVault       *self,
                           GAsyncResult  *result,
                           GError       **error)
{
  g_return_val_if_fail (TD_IS_VAULT (self), TD_VAULT_STATE_ABSENT);

  return TD_VAULT_GET_IFACE (self)->get_state_finish (self, result, error);
}

/**
 * td_vault_unlock_async:
 * @self: a vault
 * @cancellable: (nullable): to stop waiting
 * @callback: called when the vault is open or will not be
 * @user_data: passed to @callback
 *
 * Opens a locked vault: the desktop asks the user for the password. Does nothing when it is
 * open already. For an explicit wish of the user ("Unlock"), never out of the blue.
 */
void
td_vault_unlock_async (TdVault             *self,
                       GCancellable        *cancellable,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  g_return_if_fail (TD_IS_VAULT (self));

  TD_VAULT_GET_IFACE (self)->unlock_async (self, cancellable, callback, user_data);
}

/**
 * td_vault_unlock_finish:
 * @self: a vault
 * @result: what the callback got
 * @error: return location for a %TD_VAULT_ERROR: LOCKED when nobody could be asked or the user
 *   said no
 *
 * Returns: whether the vault is open
 */
gboolean
td_vault_unlock_finish (TdVault       *self,
                        GAsyncResult  *result,
                        GError       **error)
{
  g_return_val_if_fail (TD_IS_VAULT (self), FALSE);

  return TD_VAULT_GET_IFACE (self)->unlock_finish (self, result, error);
}

/**
 * td_vault_store_async:
 * @self: a vault
 * @secret_id: under which the secret is found again; replaces what was there
 * @label: what the keyring's own program shows to the user
 * @secret: the secret, as td_vault_tidy_secret() gives it; copied
 * @cancellable: (nullable): to give up
 * @callback: called when the secret is stored and was read back
 * @user_data: passed to @callback
 *
 * Stores a secret. A locked keyring may ask the user for its password, a session without a
 * keyring for a new one; that may take two minutes at most.
 *
 * When the call is given up and the keyring stores the secret all the same, it is removed again.
 */
void
td_vault_store_async (TdVault             *self,
                      const char          *secret_id,
                      const char          *label,
                      const char          *secret,
                      GCancellable        *cancellable,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
  g_return_if_fail (TD_IS_VAULT (self));
  g_return_if_fail (secret_id && *secret_id);
  g_return_if_fail (label);
  g_return_if_fail (secret);

  TD_VAULT_GET_IFACE (self)->store_async (self, secret_id, label, secret, cancellable, callback,
                                          user_data);
}

/**
 * td_vault_store_finish:
 * @self: a vault
 * @result: what the callback got
 * @error: return location for a %TD_VAULT_ERROR
 *
 * Returns: whether the secret is stored
 */
gboolean
td_vault_store_finish (TdVault       *self,
                       GAsyncResult  *result,
                       GError       **error)
{
  g_return_val_if_fail (TD_IS_VAULT (self), FALSE);

  return TD_VAULT_GET_IFACE (self)->store_finish (self, result, error);
}

/**
 * td_vault_lookup_async:
 * @self: a vault
 * @secret_id: what it was stored under
 * @cancellable: (nullable): to give up
 * @callback: called when the secret was found or not
 * @user_data: passed to @callback
 *
 * Fetches a secret. Raises no prompt: a locked vault is %TD_VAULT_ERROR_LOCKED.
 */
void
td_vault_lookup_async (TdVault             *self,
                       const char          *secret_id,
                       GCancellable        *cancellable,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  g_return_if_fail (TD_IS_VAULT (self));
  g_return_if_fail (secret_id && *secret_id);

  TD_VAULT_GET_IFACE (self)->lookup_async (self, secret_id, cancellable, callback, user_data);
}

/**
 * td_vault_lookup_finish:
 * @self: a vault
 * @result: what the callback got
 * @error: return location for a %TD_VAULT_ERROR; NOT_FOUND only when the vault is open and
 *   really has no such secret
 *
 * Returns: (transfer full) (nullable): the secret; free with td_vault_secret_free()
 */
char *
td_vault_lookup_finish (TdVault       *self,
                        GAsyncResult  *result,
                        GError       **error)
{
  g_return_val_if_fail (TD_IS_VAULT (self), NULL);

  return TD_VAULT_GET_IFACE (self)->lookup_finish (self, result, error);
}

/**
 * td_vault_remove_async:
 * @self: a vault
 * @secret_id: what it was stored under
 * @cancellable: (nullable): to give up
 * @callback: called when the secret is gone or could not be removed
 * @user_data: passed to @callback
 *
 * Removes a secret. Raises no prompt: a locked vault is %TD_VAULT_ERROR_LOCKED.
 */
void
td_vault_remove_async (TdVault             *self,
                       const char          *secret_id,
                       GCancellable        *cancellable,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  g_return_if_fail (TD_IS_VAULT (self));
  g_return_if_fail (secret_id && *secret_id);

  TD_VAULT_GET_IFACE (self)->remove_async (self, secret_id, cancellable, callback, user_data);
}

/**
 * td_vault_remove_finish:
 * @self: a vault
 * @result: what the callback got
 * @error: return location for a %TD_VAULT_ERROR; NOT_FOUND only when the vault is open and
 *   really has no such secret
 *
 * Returns: whether the secret was removed
 */
gboolean
td_vault_remove_finish (TdVault       *self,
                        GAsyncResult  *result,
                        GError       **error)
{
  g_return_val_if_fail (TD_IS_VAULT (self), FALSE);

  return TD_VAULT_GET_IFACE (self)->remove_finish (self, result, error);
}

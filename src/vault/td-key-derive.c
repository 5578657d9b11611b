/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "vault/td-key-derive.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <string.h>

#include "vault/td-vault.h"

/**
 * td_key_derive:
 * @password: a password
 * @salt: (array length=salt_length): random bytes that are stored with what the key is for
 * @salt_length: how many
 * @iterations: how much work it is to be; %TD_KEY_DERIVE_ITERATIONS for something new
 * @key: (array length=key_length) (out caller-allocates): the result; wipe it after use
 * @key_length: how much of it
 * @error: return location for a %TD_VAULT_ERROR
 *
 * Makes a key of a password by PBKDF2-HMAC-SHA-256. Takes a good part of a second: on a thread only.
 *
 * Returns: whether it worked
 */
gboolean
td_key_derive (const char    *password,
               const guint8  *salt,
               gsize          salt_length,
               guint          iterations,
               guint8        *key,
               gsize          key_length,
               GError       **error)
{
  gnutls_datum_t secret = { (unsigned char *) password, (unsigned) strlen (password) };
  gnutls_datum_t grain = { (unsigned char *) salt, (unsigned) salt_length };
  int code;

  g_return_val_if_fail (iterations > 0 && iterations <= TD_KEY_DERIVE_MAX_ITERATIONS, FALSE);

  code = gnutls_pbkdf2 (GNUTLS_MAC_SHA256, &secret, &grain, iterations, key, key_length);
  if (code == GNUTLS_E_SUCCESS)
    return TRUE;
  g_set_error (error, TD_VAULT_ERROR, TD_VAULT_ERROR_FAILED, "PBKDF2 failed: %s",
               gnutls_strerror (code));
  return FALSE;
}

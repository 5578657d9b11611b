/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How passwords are stored and compared: PBKDF2-HMAC-SHA-256 by GnuTLS, with everything needed to
 * repeat it in the record, so that the number of iterations can grow.
 *
 *   pbkdf2-sha256$ITERATIONS$SALT$HASH        salt and hash in base64
 */
#include "config.h"

#include "account/td-password.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <string.h>

#include "account/td-account-error.h"
#include "vault/td-key-derive.h"

#define SCHEME         "pbkdf2-sha256"
#define SALT_BYTES     16
#define HASH_BYTES     32
#define MAX_SALT_BYTES 64
#define MAX_ITERATIONS TD_KEY_DERIVE_MAX_ITERATIONS

G_DEFINE_QUARK (td-account-error-quark, td_account_error)

typedef struct
{
  guint iterations;
  guint8 salt[MAX_SALT_BYTES];
  gsize salt_length;
  guint8 hash[HASH_BYTES];
} Record;

static gboolean
set_damaged (GError **error)
{
  g_set_error_literal (error, TD_ACCOUNT_ERROR, TD_ACCOUNT_ERROR_DAMAGED,
                       "What is stored about the password makes no sense");
  return FALSE;
}

static gboolean
decode (const char *text,
        guint8     *bytes,
        gsize       max_length,
        gsize      *length)
{
  g_autofree guint8 *decoded = g_base64_decode (text, length);
  g_autofree char *again = g_base64_encode (decoded, *length);

  /* GLib skips what is not base64. */
  if (*length > max_length || !g_str_equal (again, text))
    return FALSE;
  memcpy (bytes, decoded, *length);
  return TRUE;
}

static gboolean
parse (const char  *text,
       Record      *record,
       GError     **error)
{
  g_auto (GStrv) fields = g_strsplit (text, "$", 5);
  guint64 iterations;
  gsize hash_length;

  if (g_strv_length (fields) != 4 || !g_str_equal (fields[0], SCHEME) ||
      !g_ascii_string_to_unsigned (fields[1], 10, 1, MAX_ITERATIONS, &iterations, NULL) ||
      !decode (fields[2], record->salt, MAX_SALT_BYTES, &record->salt_length) ||
      !decode (fields[3], record->hash, HASH_BYTES, &hash_length) ||
      record->salt_length < SALT_BYTES || hash_length != HASH_BYTES)
    return set_damaged (error);
  record->iterations = (guint) iterations;
  return TRUE;
}

/**
 * td_password_hash:
 * @password: a password
 * @iterations: how much work it is to be; %TD_PASSWORD_ITERATIONS but in tests
 * @error: return location for a %TD_ACCOUNT_ERROR
 *
 * Returns: (transfer full) (nullable): the record to store
 */
char *
td_password_hash (const char  *password,
                  guint        iterations,
                  GError     **error)
{
  g_autofree char *salt_text = NULL;
  g_autofree char *hash_text = NULL;
  guint8 salt[SALT_BYTES];
  guint8 hash[HASH_BYTES];

  g_return_val_if_fail (password != NULL, NULL);
  g_return_val_if_fail (iterations > 0 && iterations <= MAX_ITERATIONS, NULL);

  if (gnutls_rnd (GNUTLS_RND_RANDOM, salt, sizeof salt) != 0)
    {
      g_set_error_literal (error, TD_ACCOUNT_ERROR, TD_ACCOUNT_ERROR_DAMAGED,
                           "The system gives no random numbers");
      return NULL;
    }
  if (!td_key_derive (password, salt, sizeof salt, iterations, hash, sizeof hash, error))
    return NULL;
  salt_text = g_base64_encode (salt, sizeof salt);
  hash_text = g_base64_encode (hash, sizeof hash);
  return g_strdup_printf (SCHEME "$%u$%s$%s", iterations, salt_text, hash_text);
}

/**
 * td_password_verify:
 * @password: what somebody typed
 * @record: what td_password_hash() made
 * @is_right: (out): whether it is the password
 * @iterations: (out) (optional): how much work the record was made with
 * @error: return location for a %TD_ACCOUNT_ERROR_DAMAGED
 *
 * Compares in a time that tells nothing about how much of it is right.
 *
 * Returns: whether it could be compared
 */
gboolean
td_password_verify (const char  *password,
                    const char  *record,
                    gboolean    *is_right,
                    guint       *iterations,
                    GError     **error)
{
  Record stored = { 0 };
  guint8 hash[HASH_BYTES];

  g_return_val_if_fail (password != NULL && record != NULL && is_right != NULL, FALSE);

  *is_right = FALSE;
  if (!parse (record, &stored, error) ||
      !td_key_derive (password, stored.salt, stored.salt_length, stored.iterations, hash,
                      sizeof hash, error))
    return FALSE;
  *is_right = gnutls_memcmp (hash, stored.hash, sizeof hash) == 0;
  if (iterations)
    *iterations = stored.iterations;
  explicit_bzero (hash, sizeof hash);
  return TRUE;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "gateway/td-client.h"

#include <gio/gio.h>
#include <gnutls/crypto.h>
#include <string.h>

#define RANDOM_BYTES   32
#define SECRET_CHARS   43 /* of RANDOM_BYTES in base64url */
#define MAX_NAME_BYTES 64

void
td_client_free (TdClient *self)
{
  if (!self)
    return;
  g_free (self->name);
  g_free (self->last_four);
  g_free (self);
}

TdClient *
td_client_copy (const TdClient *self)
{
  TdClient *copy = g_memdup2 (self, sizeof *self);

  copy->name = g_strdup (self->name);
  copy->last_four = g_strdup (self->last_four);
  return copy;
}

/**
 * td_client_make_key:
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): a key of 256 random bits, to be shown once; free with
 *   td_vault_secret_free()
 */
char *
td_client_make_key (GError **error)
{
  guint8 bytes[RANDOM_BYTES];
  char *text, *key;

  if (gnutls_rnd (GNUTLS_RND_KEY, bytes, sizeof bytes) != 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "no random numbers");
      return NULL;
    }
  text = g_base64_encode (bytes, sizeof bytes);
  g_strdelimit (text, "+", '-');
  g_strdelimit (text, "/", '_');
  text[SECRET_CHARS] = '\0'; /* the padding */
  key = g_strconcat (TD_CLIENT_KEY_PREFIX, text, NULL);
  memset (bytes, 0, sizeof bytes);
  memset (text, 0, SECRET_CHARS);
  g_free (text);
  return key;
}

/**
 * td_client_key_looks_right:
 * @key: what somebody says is a key
 *
 * Returns: whether it may be one of ours; anything else is not worth looking up
 */
gboolean
td_client_key_looks_right (const char *key)
{
  gsize length;

  if (!g_str_has_prefix (key, TD_CLIENT_KEY_PREFIX))
    return FALSE;
  length = strspn (key + strlen (TD_CLIENT_KEY_PREFIX), "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                                        "abcdefghijklmnopqrstuvwxyz0123456789-_");
  return length == SECRET_CHARS && key[strlen (TD_CLIENT_KEY_PREFIX) + length] == '\0';
}

/**
 * td_client_key_hash:
 * @key: a key
 * @hash: (out caller-allocates): %TD_CLIENT_HASH_BYTES
 *
 * A key has 256 random bits, so that a plain hash of it gives nothing away.
 *
 * Returns: whether it worked
 */
gboolean
td_client_key_hash (const char *key,
                    guint8     *hash)
{
  return gnutls_hash_fast (GNUTLS_DIG_SHA256, key, strlen (key), hash) == 0;
}

/**
 * td_client_name_is_valid:
 * @name: a name for a client
 *
 * Returns: whether it can be one: short, visible text without spaces around it
 */
gboolean
td_client_name_is_valid (const char *name)
{
  if (*name == '\0' || strlen (name) > MAX_NAME_BYTES || !g_utf8_validate (name, -1, NULL) ||
      g_unichar_isspace (g_utf8_get_char (name)))
    return FALSE;
  for (const char *c = name; *c != '\0'; c = g_utf8_next_char (c))
    if (!g_unichar_isprint (g_utf8_get_char (c)))
      return FALSE;
  return !g_ascii_isspace (name[strlen (name) - 1]);
}

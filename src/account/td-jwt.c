/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Access tokens: JSON Web Tokens by libjwt, HS256 and nothing else. What a token's own header says
 * about the algorithm is looked at before the signature, so that it cannot choose a weaker one.
 */
#include "config.h"

#include "account/td-jwt.h"

#include <jwt.h>
#include <string.h>

#include "account/td-account-error.h"

#define ISSUER          "topdog"
#define AUDIENCE        "topdog"
#define MAX_TOKEN_BYTES 2048
#define MAX_ID_BYTES    64

typedef struct jwt Jwt;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Jwt, jwt_free)

/* libjwt asks for the key through a plain function pointer, once the header is read. */
static _Thread_local GBytes *key_in_use;

static int
provide_key (const jwt_t *token,
             jwt_key_t   *key)
{
  gsize length;

  if (jwt_get_alg (token) != JWT_ALG_HS256)
    return -1;
  key->jwt_key = g_bytes_get_data (key_in_use, &length);
  key->jwt_key_len = (int) length;
  return 0;
}

static Jwt *
set_invalid (const char  *reason,
             GError     **error)
{
  g_set_error (error, TD_ACCOUNT_ERROR, TD_ACCOUNT_ERROR_TOKEN_INVALID,
               "The token is not valid: %s", reason);
  return NULL;
}

/**
 * td_jwt_sign:
 * @secret: %TD_JWT_SECRET_BYTES random bytes that only this machine's vault has
 * @account_id: who it is for
 * @session_id: the session it belongs to
 * @now_us: the time
 * @error: return location for a %TD_ACCOUNT_ERROR
 *
 * Returns: (transfer full) (nullable): a token for the next %TD_JWT_LIFE_SECONDS
 */
char *
td_jwt_sign (GBytes      *secret,
             const char  *account_id,
             const char  *session_id,
             gint64       now_us,
             GError     **error)
{
  g_autoptr (Jwt) token = NULL;
  gint64 now_s = now_us / G_USEC_PER_SEC;
  gsize length;
  const guint8 *bytes = g_bytes_get_data (secret, &length);
  char *encoded;
  char *result;

  g_return_val_if_fail (length == TD_JWT_SECRET_BYTES, NULL);
  g_return_val_if_fail (account_id && session_id, NULL);

  if (jwt_new (&token) != 0 || jwt_set_alg (token, JWT_ALG_HS256, bytes, (int) length) != 0 ||
      jwt_add_grant (token, "iss", ISSUER) != 0 || jwt_add_grant (token, "aud", AUDIENCE) != 0 ||
      jwt_add_grant (token, "sub", account_id) != 0 ||
      jwt_add_grant (token, "sid", session_id) != 0 ||
      jwt_add_grant_int (token, "iat", (long) now_s) != 0 ||
      jwt_add_grant_int (token, "nbf", (long) now_s) != 0 ||
      jwt_add_grant_int (token, "exp", (long) (now_s + TD_JWT_LIFE_SECONDS)) != 0 ||
      !(encoded = jwt_encode_str (token)))
    {
      set_invalid ("it could not be made", error);
      return NULL;
    }
  result = g_strdup (encoded);
  jwt_free_str (encoded);
  return result;
}

static Jwt *
decode (GBytes      *secret,
        const char  *text,
        GError     **error)
{
  Jwt *token = NULL;
  int code;

  if (strnlen (text, MAX_TOKEN_BYTES + 1) > MAX_TOKEN_BYTES)
    return set_invalid ("it is too long", error);
  key_in_use = secret;
  code = jwt_decode_2 (&token, text, provide_key);
  key_in_use = NULL;
  if (code != 0)
    return set_invalid ("it was not signed here", error);
  /* A token without a signature never asks for the key. */
  if (jwt_get_alg (token) == JWT_ALG_HS256)
    return token;
  jwt_free (token);
  return set_invalid ("it is signed in another way", error);
}

static gboolean
is_grant (Jwt        *token,
          const char *name,
          const char *wanted)
{
  return g_strcmp0 (jwt_get_grant (token, name), wanted) == 0;
}

static gboolean
is_id (const char *text)
{
  return text && *text && strnlen (text, MAX_ID_BYTES + 1) <= MAX_ID_BYTES;
}

/**
 * td_jwt_verify:
 * @secret: what the token was signed with
 * @token: what somebody brought
 * @now_us: the time
 * @error: return location for %TD_ACCOUNT_ERROR_TOKEN_INVALID or %TD_ACCOUNT_ERROR_TOKEN_EXPIRED
 *
 * Looks at the signature, the times and for whom it is. Whether its session still lives is for
 * the store to say.
 *
 * Returns: (transfer full) (nullable): what the token says
 */
TdJwtClaims *
td_jwt_verify (GBytes      *secret,
               const char  *token,
               gint64       now_us,
               GError     **error)
{
  g_autoptr (Jwt) decoded = NULL;
  g_autoptr (TdJwtClaims) claims = g_new0 (TdJwtClaims, 1);
  gint64 now_s = now_us / G_USEC_PER_SEC;

  g_return_val_if_fail (token != NULL, NULL);
  g_return_val_if_fail (g_bytes_get_size (secret) == TD_JWT_SECRET_BYTES, NULL);

  decoded = decode (secret, token, error);
  if (!decoded)
    return NULL;
  claims->account_id = g_strdup (jwt_get_grant (decoded, "sub"));
  claims->session_id = g_strdup (jwt_get_grant (decoded, "sid"));
  claims->issued_s = jwt_get_grant_int (decoded, "iat");
  claims->expires_s = jwt_get_grant_int (decoded, "exp");
  if (!is_grant (decoded, "iss", ISSUER) || !is_grant (decoded, "aud", AUDIENCE) ||
      !is_id (claims->account_id) || !is_id (claims->session_id) ||
      claims->expires_s <= claims->issued_s ||
      claims->expires_s - claims->issued_s > TD_JWT_LIFE_SECONDS)
    set_invalid ("it is for something else", error);
  else if (claims->issued_s > now_s + TD_JWT_SKEW_SECONDS)
    set_invalid ("it comes from the future", error);
  else if (claims->expires_s + TD_JWT_SKEW_SECONDS <= now_s)
    g_set_error_literal (error, TD_ACCOUNT_ERROR, TD_ACCOUNT_ERROR_TOKEN_EXPIRED,
                         "The token's time is over");
  else
    return g_steal_pointer (&claims);
  return NULL;
}

/**
 * td_jwt_claims_free: (skip)
 * @self: (transfer full): what a token said
 */
void
td_jwt_claims_free (TdJwtClaims *self)
{
  g_free (self->account_id);
  g_free (self->session_id);
  g_free (self);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <string.h>

#include "account/td-account-error.h"
#include "account/td-jwt.h"
#include "support/td-test.h"

/* Tokens are also made here by hand, because a forger does not use our functions. */

#define NOW_S  G_GINT64_CONSTANT (1767225600)
#define NOW_US (NOW_S * G_USEC_PER_SEC)

static GBytes *
make_secret (guint8 fill)
{
  guint8 bytes[TD_JWT_SECRET_BYTES];

  memset (bytes, fill, sizeof bytes);
  return g_bytes_new (bytes, sizeof bytes);
}

static char *
encode (const void *bytes,
        gsize       length)
{
  char *text = g_base64_encode (bytes, length);

  g_strdelimit (text, "+", '-');
  g_strdelimit (text, "/", '_');
  if (strchr (text, '='))
    *strchr (text, '=') = '\0';
  return text;
}

static char *
forge (GBytes                 *secret,
       const char             *header,
       const char             *claims,
       gnutls_mac_algorithm_t  algorithm)
{
  g_autofree char *a = encode (header, strlen (header));
  g_autofree char *b = encode (claims, strlen (claims));
  g_autofree char *text = g_strconcat (a, ".", b, NULL);
  g_autofree char *signature = NULL;
  guint8 mac[64];
  gsize length;
  const guint8 *key = g_bytes_get_data (secret, &length);

  if (algorithm == GNUTLS_MAC_NULL)
    return g_strconcat (text, ".", NULL);
  g_assert_cmpint (gnutls_hmac_fast (algorithm, key, length, text, strlen (text), mac), ==, 0);
  signature = encode (mac, (gsize) gnutls_hmac_get_len (algorithm));
  return g_strconcat (text, ".", signature, NULL);
}

#define HEADER "{\"alg\":\"HS256\",\"typ\":\"JWT\"}"
#define CLAIMS(iat, exp) \
  "{\"iss\":\"topdog\",\"aud\":\"topdog\",\"sub\":\"a\",\"sid\":\"s\",\"iat\":" #iat ",\"exp\":" #exp "}"

static void
assert_refused (GBytes     *secret,
                const char *token,
                gint64      now_us,
                int         code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TdJwtClaims) claims = td_jwt_verify (secret, token, now_us, &error);

  g_assert_null (claims);
  g_assert_error (error, TD_ACCOUNT_ERROR, code);
}

static void
test_round_trip (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) secret = make_secret (7);
  g_autoptr (GBytes) other = make_secret (8);
  g_autofree char *token = td_jwt_sign (secret, "account-1", "session-1", NOW_US, &error);
  g_autoptr (TdJwtClaims) claims = NULL;

  g_assert_no_error (error);
  claims = td_jwt_verify (secret, token, NOW_US, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (claims->account_id, ==, "account-1");
  g_assert_cmpstr (claims->session_id, ==, "session-1");
  g_assert_cmpint (claims->issued_s, ==, NOW_S);
  g_assert_cmpint (claims->expires_s, ==, NOW_S + 15 * 60);
  assert_refused (other, token, NOW_US, TD_ACCOUNT_ERROR_TOKEN_INVALID);
}

/* Every single changed character is noticed. The last one of a part may carry bits that mean
 * nothing, which changes no meaning. */
static void
test_changed (void)
{
  g_autoptr (GBytes) secret = make_secret (7);
  g_autofree char *token = td_jwt_sign (secret, "account-1", "session-1", NOW_US, NULL);

  for (gsize i = 0; token[i + 1]; i++)
    {
      char before = token[i];

      if (token[i + 1] == '.' || before == '.')
        continue;
      token[i] = before == 'A' ? 'B' : 'A';
      assert_refused (secret, token, NOW_US, TD_ACCOUNT_ERROR_TOKEN_INVALID);
      token[i] = before;
    }
}

static void
test_forged (void)
{
  static const struct
  {
    const char *header;
    const char *claims;
    gnutls_mac_algorithm_t algorithm;
    int code; /* -1: good, to see that the forging itself works */
  } rows[] = {
    { HEADER, CLAIMS (1767225600, 1767226500), GNUTLS_MAC_SHA256, -1 },
    { "{\"alg\":\"none\",\"typ\":\"JWT\"}", CLAIMS (1767225600, 1767226500), GNUTLS_MAC_NULL,
      TD_ACCOUNT_ERROR_TOKEN_INVALID },
    { "{\"alg\":\"None\"}", CLAIMS (1767225600, 1767226500), GNUTLS_MAC_NULL,
      TD_ACCOUNT_ERROR_TOKEN_INVALID },
    { HEADER, CLAIMS (1767225600, 1767226500), GNUTLS_MAC_NULL, TD_ACCOUNT_ERROR_TOKEN_INVALID },
    { "{\"alg\":\"HS384\",\"typ\":\"JWT\"}", CLAIMS (1767225600, 1767226500), GNUTLS_MAC_SHA384,
      TD_ACCOUNT_ERROR_TOKEN_INVALID },
    { "{\"alg\":\"HS512\",\"typ\":\"JWT\"}", CLAIMS (1767225600, 1767226500), GNUTLS_MAC_SHA512,
      TD_ACCOUNT_ERROR_TOKEN_INVALID },
    { "{\"alg\":\"RS256\",\"typ\":\"JWT\"}", CLAIMS (1767225600, 1767226500), GNUTLS_MAC_SHA256,
      TD_ACCOUNT_ERROR_TOKEN_INVALID },
    { "{\"typ\":\"JWT\"}", CLAIMS (1767225600, 1767226500), GNUTLS_MAC_SHA256,
      TD_ACCOUNT_ERROR_TOKEN_INVALID },
    { "[]", CLAIMS (1767225600, 1767226500), GNUTLS_MAC_SHA256, TD_ACCOUNT_ERROR_TOKEN_INVALID },
    { HEADER, "[]", GNUTLS_MAC_SHA256, TD_ACCOUNT_ERROR_TOKEN_INVALID },
    { HEADER, "{}", GNUTLS_MAC_SHA256, TD_ACCOUNT_ERROR_TOKEN_INVALID },
    { HEADER,
      "{\"iss\":\"else\",\"aud\":\"topdog\",\"sub\":\"a\",\"sid\":\"s\",\"iat\":1767225600,\"exp\":1767226500}",
      GNUTLS_MAC_SHA256, TD_ACCOUNT_ERROR_TOKEN_INVALID },
    { HEADER,
      "{\"iss\":\"topdog\",\"aud\":\"else\",\"sub\":\"a\",\"sid\":\"s\",\"iat\":1767225600,\"exp\":1767226500}",
      GNUTLS_MAC_SHA256, TD_ACCOUNT_ERROR_TOKEN_INVALID },
    { HEADER,
      "{\"iss\":\"topdog\",\"aud\":\"topdog\",\"sid\":\"s\",\"iat\":1767225600,\"exp\":1767226500}",
      GNUTLS_MAC_SHA256, TD_ACCOUNT_ERROR_TOKEN_INVALID },
    { HEADER,
      "{\"iss\":\"topdog\",\"aud\":\"topdog\",\"sub\":\"a\",\"sid\":\"s\",\"iat\":1767225600}",
      GNUTLS_MAC_SHA256, TD_ACCOUNT_ERROR_TOKEN_INVALID },
    /* Longer than we ever give. */
    { HEADER, CLAIMS (1767225600, 1767226501), GNUTLS_MAC_SHA256, TD_ACCOUNT_ERROR_TOKEN_INVALID },
  };
  g_autoptr (GBytes) secret = make_secret (7);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *token =
        forge (secret, rows[i].header, rows[i].claims, rows[i].algorithm);

      g_test_message ("%s %s", rows[i].header, rows[i].claims);
      if (rows[i].code < 0)
        {
          g_autoptr (TdJwtClaims) claims = td_jwt_verify (secret, token, NOW_US, NULL);

          g_assert_nonnull (claims);
          continue;
        }
      assert_refused (secret, token, NOW_US, rows[i].code);
    }
}

static void
test_nonsense (void)
{
  static const char *const rows[] = { "", ".", "..", "...", "a", "a.b", "a.b.c", "\xff.\xff.\xff",
                                      "e30.e30.e30", "eyJhbGciOiJIUzI1NiJ9..", "\n" };
  g_autoptr (GBytes) secret = make_secret (7);
  g_autofree char *huge = g_strnfill (100000, 'a');

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    assert_refused (secret, rows[i], NOW_US, TD_ACCOUNT_ERROR_TOKEN_INVALID);
  assert_refused (secret, huge, NOW_US, TD_ACCOUNT_ERROR_TOKEN_INVALID);
}

/* Fifteen minutes, and half a minute for clocks that differ, in both directions. */
static void
test_times (void)
{
  static const struct
  {
    gint64 offset_s;
    int code;
  } rows[] = {
    { 0, -1 },
    { -30, -1 },
    { -31, TD_ACCOUNT_ERROR_TOKEN_INVALID },
    { 899, -1 },
    { 929, -1 },
    { 930, TD_ACCOUNT_ERROR_TOKEN_EXPIRED },
    { 86400, TD_ACCOUNT_ERROR_TOKEN_EXPIRED },
  };
  g_autoptr (GBytes) secret = make_secret (7);
  g_autofree char *token = td_jwt_sign (secret, "a", "s", NOW_US, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      gint64 now_us = NOW_US + rows[i].offset_s * G_USEC_PER_SEC;
      g_autoptr (TdJwtClaims) claims = NULL;

      if (rows[i].code < 0)
        g_assert_nonnull (claims = td_jwt_verify (secret, token, now_us, NULL));
      else
        assert_refused (secret, token, now_us, rows[i].code);
    }
}

int
main (int    argc,
      char **argv)
{
  td_test_init (&argc, &argv);
  g_test_add_func ("/jwt/round-trip", test_round_trip);
  g_test_add_func ("/jwt/changed", test_changed);
  g_test_add_func ("/jwt/forged", test_forged);
  g_test_add_func ("/jwt/nonsense", test_nonsense);
  g_test_add_func ("/jwt/times", test_times);
  return g_test_run ();
}

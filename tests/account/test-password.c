/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "account/td-account-error.h"
#include "account/td-password.h"
#include "support/td-test.h"

/* Test vectors of PBKDF2-HMAC-SHA-256 (RFC 7914, section 11, and the usual ones for one block). */
static void
test_vectors (void)
{
  static const struct
  {
    const char *password;
    const char *salt;
    guint iterations;
    const char *hex;
  } rows[] = {
    { "passwd", "salt", 1, "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc" },
    { "Password", "NaCl", 80000,
      "4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56" },
    { "password", "salt", 4096,
      "c5e478d59288c841aa530db6845c4c8d962893a001ce4e11a4963873aa98134a" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GString) hex = g_string_new (NULL);
      guint8 key[32];

      td_key_derive (rows[i].password, (const guint8 *) rows[i].salt, strlen (rows[i].salt),
                     rows[i].iterations, key, sizeof key, &error);
      g_assert_no_error (error);
      for (gsize k = 0; k < sizeof key; k++)
        g_string_append_printf (hex, "%02x", key[k]);
      g_assert_cmpstr (hex->str, ==, rows[i].hex);
    }
}

static void
assert_verifies (const char *password,
                 const char *record,
                 gboolean    expected)
{
  g_autoptr (GError) error = NULL;
  gboolean is_right;
  guint iterations;

  td_password_verify (password, record, &is_right, &iterations, &error);
  g_assert_no_error (error);
  g_assert_cmpint (is_right, ==, expected);
  g_assert_cmpuint (iterations, ==, 1000);
}

static void
test_record (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *record = td_password_hash ("a right password", 1000, &error);
  g_autofree char *other = td_password_hash ("a right password", 1000, &error);

  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (record, "pbkdf2-sha256$1000$"));
  g_assert_cmpstr (record, !=, other); /* salted */
  g_assert_null (strstr (record, "right"));
  assert_verifies ("a right password", record, TRUE);
  assert_verifies ("a right password ", record, FALSE);
  assert_verifies ("A right password", record, FALSE);
  assert_verifies ("", record, FALSE);
  g_assert_cmpuint (TD_PASSWORD_ITERATIONS, >=, 600000);
}

static void
test_bad_records (void)
{
  static const char *const rows[] = {
    "",
    "pbkdf2-sha256",
    "pbkdf2-sha1$1000$AAAAAAAAAAAAAAAAAAAAAA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    "pbkdf2-sha256$0$AAAAAAAAAAAAAAAAAAAAAA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    "pbkdf2-sha256$-1$AAAAAAAAAAAAAAAAAAAAAA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    "pbkdf2-sha256$99999999999$AAAAAAAAAAAAAAAAAAAAAA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    "pbkdf2-sha256$1000$AAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    "pbkdf2-sha256$1000$AAAAAAAAAAAAAAAAAAAAAA==$AAAA",
    "pbkdf2-sha256$1000$AAAAAAAAAAAAAAAAAAAAAA==$",
    "pbkdf2-sha256$1000$AA AAAAAAAAAAAAAAAAAAAA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    "pbkdf2-sha256$1000$AAAAAAAAAAAAAAAAAAAAAA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=$x",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      gboolean is_right = TRUE;

      g_assert_false (td_password_verify ("anything", rows[i], &is_right, NULL, &error));
      g_assert_error (error, TD_ACCOUNT_ERROR, TD_ACCOUNT_ERROR_DAMAGED);
      g_assert_false (is_right);
    }
}

static void
test_rules (void)
{
  static const struct
  {
    const char *password;
    int code; /* -1: may be used */
    TdPasswordStrength strength;
  } rows[] = {
    { "", TD_ACCOUNT_ERROR_PASSWORD_SHORT, TD_PASSWORD_WEAK },
    { "nine-char", TD_ACCOUNT_ERROR_PASSWORD_SHORT, TD_PASSWORD_WEAK },
    { "äöüäöüäöü", TD_ACCOUNT_ERROR_PASSWORD_SHORT, TD_PASSWORD_WEAK }, /* 9 characters, 18 bytes */
    { "password123", TD_ACCOUNT_ERROR_PASSWORD_COMMON, TD_PASSWORD_WEAK },
    { "P@ssw0rd!!", TD_ACCOUNT_ERROR_PASSWORD_COMMON, TD_PASSWORD_WEAK },
    { "p4ssword2026", TD_ACCOUNT_ERROR_PASSWORD_COMMON, TD_PASSWORD_WEAK },
    { "passwordpassword", TD_ACCOUNT_ERROR_PASSWORD_COMMON, TD_PASSWORD_WEAK },
    { "1234567890", TD_ACCOUNT_ERROR_PASSWORD_COMMON, TD_PASSWORD_WEAK },
    { "aaaaaaaaaaaa", TD_ACCOUNT_ERROR_PASSWORD_COMMON, TD_PASSWORD_WEAK },
    { "abababababab", TD_ACCOUNT_ERROR_PASSWORD_COMMON, TD_PASSWORD_WEAK },
    { "QWERTYUIOP", TD_ACCOUNT_ERROR_PASSWORD_COMMON, TD_PASSWORD_WEAK },
    { "1q2w3e4r5t", TD_ACCOUNT_ERROR_PASSWORD_COMMON, TD_PASSWORD_WEAK },
    { "iloveyou1!", TD_ACCOUNT_ERROR_PASSWORD_COMMON, TD_PASSWORD_WEAK },
    { "abcdefghij", TD_ACCOUNT_ERROR_PASSWORD_COMMON, TD_PASSWORD_WEAK },
    { "Wilhelmina", TD_ACCOUNT_ERROR_PASSWORD_PERSONAL, TD_PASSWORD_FAIR },
    { "wilhelmina12", TD_ACCOUNT_ERROR_PASSWORD_PERSONAL, TD_PASSWORD_FAIR },
    { "mina.box99", TD_ACCOUNT_ERROR_PASSWORD_PERSONAL, TD_PASSWORD_FAIR },
    { "turnip boat", -1, TD_PASSWORD_FAIR },
    { "turnip boats sail", -1, TD_PASSWORD_GOOD },
    { "tR7#pq0Zv!", -1, TD_PASSWORD_GOOD },
    { "tR7#pq0Zv!mK", -1, TD_PASSWORD_GOOD },
    { "tR7#pq0Zv!mK2x", -1, TD_PASSWORD_STRONG },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      gboolean may =
        td_password_check (rows[i].password, "Wilhelmina", "mina.box@example.org", &error);

      g_test_message ("\"%s\"", rows[i].password);
      g_assert_cmpint (may, ==, rows[i].code < 0);
      if (!may)
        g_assert_error (error, TD_ACCOUNT_ERROR, rows[i].code);
      g_assert_cmpint (td_password_rate (rows[i].password), ==, rows[i].strength);
    }
}

static void
test_long (void)
{
  g_autofree char *most = g_strnfill (TD_PASSWORD_MAX_BYTES - 9, ' ');
  g_autofree char *allowed = g_strconcat ("turnip bo", most, NULL);
  g_autofree char *too_long = g_strconcat (allowed, "x", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (td_password_check (allowed, NULL, NULL, &error));
  g_assert_no_error (error);
  g_assert_false (td_password_check (too_long, NULL, NULL, &error));
  g_assert_error (error, TD_ACCOUNT_ERROR, TD_ACCOUNT_ERROR_PASSWORD_LONG);
}

int
main (int    argc,
      char **argv)
{
  td_test_init (&argc, &argv);
  g_test_add_func ("/password/vectors", test_vectors);
  g_test_add_func ("/password/record", test_record);
  g_test_add_func ("/password/bad-records", test_bad_records);
  g_test_add_func ("/password/rules", test_rules);
  g_test_add_func ("/password/long", test_long);
  return g_test_run ();
}

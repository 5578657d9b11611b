/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* memmem() */
#include "config.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "support/td-test.h"
#include "vault/td-key-derive.h"
#include "vault/td-vault-sealed.h"

#define PASSWORD   "turnip boats sail"
#define OTHER      "celery trains fly"
#define SECRET_A   "sk-aaaaaaaaaaaa-wxyz"
#define SECRET_B   "sk-bbbbbbbbbbbb-1234"
#define ITERATIONS 50 /* of PBKDF2: the work is not what is tested */

typedef struct
{
  char *folder;
  char *path;
  TdVault *vault;
} Fixture;

static TdVault *
new_vault (Fixture *fixture)
{
  TdVault *vault = td_vault_sealed_new (fixture->path);

  td_vault_sealed_set_iterations (TD_VAULT_SEALED (vault), ITERATIONS);
  return vault;
}

static void
assert_result (gboolean      is_done,
               const GError *error,
               int           code)
{
  if (code < 0)
    g_assert_no_error (error);
  else
    g_assert_error (error, TD_VAULT_ERROR, code);
  g_assert_cmpint (is_done, ==, code < 0);
}

static void
open_vault (TdVault    *vault,
            const char *password,
            int         code)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;
  TdVaultSealed *sealed = TD_VAULT_SEALED (vault);
  gboolean is_open;

  td_vault_sealed_open_async (sealed, password, td_test_ready, &call);
  is_open = td_vault_sealed_open_finish (sealed, td_test_wait (&call), &error);
  assert_result (is_open, error, code);
}

static void
store (TdVault    *vault,
       const char *id,
       const char *secret,
       int         code)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;
  gboolean is_done;

  td_vault_store_async (vault, id, "A label", secret, NULL, td_test_ready, &call);
  is_done = td_vault_store_finish (vault, td_test_wait (&call), &error);
  assert_result (is_done, error, code);
}

static void
lookup (TdVault    *vault,
        const char *id,
        const char *expected,
        int         code)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;
  char *secret;

  td_vault_lookup_async (vault, id, NULL, td_test_ready, &call);
  secret = td_vault_lookup_finish (vault, td_test_wait (&call), &error);
  assert_result (secret != NULL, error, code);
  g_assert_cmpstr (secret, ==, expected);
  td_vault_secret_free (secret);
}

static void
remove_secret (TdVault    *vault,
               const char *id,
               int         code)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;
  gboolean is_done;

  td_vault_remove_async (vault, id, NULL, td_test_ready, &call);
  is_done = td_vault_remove_finish (vault, td_test_wait (&call), &error);
  assert_result (is_done, error, code);
}

static void
create (TdVault    *vault,
        const char *password)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;
  TdVaultSealed *sealed = TD_VAULT_SEALED (vault);

  td_vault_sealed_create_async (sealed, password, NULL, td_test_ready, &call);
  td_vault_sealed_create_finish (sealed, td_test_wait (&call), &error);
  g_assert_no_error (error);
}

static TdVaultState
get_state (TdVault *vault)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;

  td_vault_get_state_async (vault, NULL, td_test_ready, &call);
  return td_vault_get_state_finish (vault, td_test_wait (&call), NULL);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  unused)
{
  fixture->folder = td_test_make_dir ();
  fixture->path = g_build_filename (fixture->folder, "keys.sealed", NULL);
  fixture->vault = new_vault (fixture);
}

/* The same with two secrets in it. */
static void
set_up_filled (Fixture       *fixture,
               gconstpointer  unused)
{
  set_up (fixture, NULL);
  create (fixture->vault, PASSWORD);
  store (fixture->vault, "a", SECRET_A, -1);
  store (fixture->vault, "b", SECRET_B, -1);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  unused)
{
  g_object_unref (fixture->vault);
  g_free (fixture->folder);
  g_free (fixture->path);
}

static GByteArray *
read_bytes (Fixture *fixture)
{
  char *bytes;
  gsize length;

  g_assert_true (g_file_get_contents (fixture->path, &bytes, &length, NULL));
  return g_byte_array_new_take ((guint8 *) bytes, length);
}

static void
write_bytes (Fixture      *fixture,
             const guint8 *bytes,
             gsize         length)
{
  g_assert_true (
    g_file_set_contents (fixture->path, (const char *) bytes, (gssize) length, NULL));
}

static void
test_states (Fixture       *fixture,
             gconstpointer  unused)
{
  g_autoptr (TdVault) later = NULL;

  g_assert_cmpint (td_vault_get_kind (fixture->vault), ==, TD_VAULT_KIND_SEALED);
  g_assert_cmpint (get_state (fixture->vault), ==, TD_VAULT_STATE_ABSENT);
  open_vault (fixture->vault, PASSWORD, TD_VAULT_ERROR_ABSENT);
  store (fixture->vault, "a", SECRET_A, TD_VAULT_ERROR_LOCKED);
  create (fixture->vault, PASSWORD);
  g_assert_cmpint (get_state (fixture->vault), ==, TD_VAULT_STATE_READY);

  later = new_vault (fixture); /* the next start */
  g_assert_cmpint (get_state (later), ==, TD_VAULT_STATE_LOCKED);
  lookup (later, "a", NULL, TD_VAULT_ERROR_LOCKED);
  store (later, "a", SECRET_A, TD_VAULT_ERROR_LOCKED);
  remove_secret (later, "a", TD_VAULT_ERROR_LOCKED);
  open_vault (later, PASSWORD, -1);
  g_assert_cmpint (get_state (later), ==, TD_VAULT_STATE_READY);
}

static void
test_secrets (Fixture       *fixture,
              gconstpointer  unused)
{
  g_autoptr (TdVault) later = new_vault (fixture);
  g_autoptr (GByteArray) bytes = NULL;
  struct stat info;

  open_vault (later, PASSWORD, -1);
  lookup (later, "a", SECRET_A, -1);
  lookup (later, "b", SECRET_B, -1);
  lookup (later, "c", NULL, TD_VAULT_ERROR_NOT_FOUND);
  store (later, "a", SECRET_B, -1);             /* replaced, */
  lookup (fixture->vault, "a", SECRET_B, -1);   /* and seen by the other process */
  remove_secret (fixture->vault, "a", -1);
  lookup (later, "a", NULL, TD_VAULT_ERROR_NOT_FOUND);
  remove_secret (later, "a", TD_VAULT_ERROR_NOT_FOUND);
  lookup (later, "b", SECRET_B, -1);
  store (later, "d", "two words", TD_VAULT_ERROR_INVALID);

  g_assert_cmpint (stat (fixture->path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
  bytes = read_bytes (fixture);
  g_assert_null (memmem (bytes->data, bytes->len, "bbbb", 4));
  g_assert_null (memmem (bytes->data, bytes->len, "A label", 7));
  g_assert_null (memmem (bytes->data, bytes->len, "turnip", 6));
}

static void
test_wrong_password (Fixture       *fixture,
                     gconstpointer  unused)
{
  g_autoptr (TdVault) later = new_vault (fixture);
  g_autoptr (GByteArray) before = read_bytes (fixture);
  g_autoptr (GByteArray) after = NULL;

  open_vault (later, OTHER, TD_VAULT_ERROR_WRONG_PASSWORD);
  open_vault (later, "", TD_VAULT_ERROR_WRONG_PASSWORD);
  g_assert_cmpint (get_state (later), ==, TD_VAULT_STATE_LOCKED);
  after = read_bytes (fixture);
  g_assert_cmpmem (after->data, after->len, before->data, before->len);
  open_vault (later, PASSWORD, -1);
  lookup (later, "a", SECRET_A, -1);
}

/* Every bit of the file: a clear error, nothing opened, nothing written; and with the bit as it
 * was everything is there again. */
static void
test_flipped_bits (Fixture       *fixture,
                   gconstpointer  unused)
{
  g_autoptr (GByteArray) good = read_bytes (fixture);
  g_autofree guint8 *bad = g_memdup2 (good->data, good->len);

  for (gsize i = 0; i < good->len; i++)
    {
      for (guint bit = 0; bit < 8; bit++)
        {
          g_autoptr (GError) error = NULL;
          g_autoptr (TdSealedFile) file = NULL;

          bad[i] = good->data[i] ^ (guint8) (1u << bit);
          file = td_sealed_file_parse (bad, good->len, &error);
          g_assert_null (file);
          /* A length that grew looks as if the end were missing. */
          if (!g_error_matches (error, TD_VAULT_ERROR, TD_VAULT_ERROR_TRUNCATED))
            g_assert_error (error, TD_VAULT_ERROR, TD_VAULT_ERROR_DAMAGED);
        }
      bad[i] = good->data[i];
    }
}

static void
reseal_sum (GByteArray *bytes)
{
  gnutls_hash_fast (GNUTLS_DIG_SHA256, bytes->data, bytes->len - 32, bytes->data + bytes->len - 32);
}

/* Somebody who can compute the checksum as well: then the seals say it. */
static void
test_forged (Fixture       *fixture,
             gconstpointer  unused)
{
  g_autoptr (GByteArray) good = read_bytes (fixture);

  for (gsize i = 16; i < good->len - 32; i++)
    {
      g_autoptr (GByteArray) bad = g_byte_array_sized_new (good->len);
      g_autoptr (GError) error = NULL;
      g_autoptr (TdSealedFile) file = NULL;
      gsize lengths = 16 + 80 + 12;

      /* Iterations in the millions only take long. */
      if (i < 18 || (i >= lengths && i < lengths + 4))
        continue;
      g_byte_array_append (bad, good->data, good->len);
      bad->data[i] ^= 1;
      reseal_sum (bad);
      file = td_sealed_file_parse (bad->data, bad->len, &error);
      g_assert_no_error (error);
      g_assert_false (td_sealed_file_unlock (file, PASSWORD, &error));
      if (i < 16 + 80)
        g_assert_error (error, TD_VAULT_ERROR, TD_VAULT_ERROR_WRONG_PASSWORD);
      else
        g_assert_error (error, TD_VAULT_ERROR, TD_VAULT_ERROR_DAMAGED);
    }
}

static void
test_truncated (Fixture       *fixture,
                gconstpointer  unused)
{
  g_autoptr (GByteArray) good = read_bytes (fixture);
  g_autoptr (TdVault) later = new_vault (fixture);

  for (gsize length = 0; length < good->len; length++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (td_sealed_file_parse (good->data, length, &error));
      g_assert_error (error, TD_VAULT_ERROR, TD_VAULT_ERROR_TRUNCATED);
    }
  /* Nothing is written over what is left, not even by who has the key. */
  write_bytes (fixture, good->data, good->len - 1);
  open_vault (later, PASSWORD, TD_VAULT_ERROR_TRUNCATED);
  store (fixture->vault, "c", SECRET_A, TD_VAULT_ERROR_TRUNCATED);
  remove_secret (fixture->vault, "a", TD_VAULT_ERROR_TRUNCATED);
  write_bytes (fixture, good->data, good->len);
  lookup (fixture->vault, "a", SECRET_A, -1);
}

static void
test_versions (Fixture       *fixture,
               gconstpointer  unused)
{
  g_autoptr (GByteArray) good = read_bytes (fixture);

  for (guint8 version = 0; version < 4; version++)
    {
      g_autoptr (GByteArray) bytes = g_byte_array_sized_new (good->len);
      g_autoptr (TdVault) later = new_vault (fixture);
      g_autoptr (GByteArray) after = NULL;

      g_byte_array_append (bytes, good->data, good->len);
      bytes->data[11] = version;
      reseal_sum (bytes);
      write_bytes (fixture, bytes->data, bytes->len);
      if (version == 1)
        continue;
      open_vault (later, PASSWORD, TD_VAULT_ERROR_VERSION);
      store (fixture->vault, "c", SECRET_A, TD_VAULT_ERROR_VERSION);
      after = read_bytes (fixture);
      g_assert_cmpmem (after->data, after->len, bytes->data, bytes->len);
    }
}

static void
test_not_a_vault (Fixture       *fixture,
                  gconstpointer  unused)
{
  static const char text[] = "This is a letter to my aunt, and long enough to be read as a vault.";
  g_autoptr (GByteArray) after = NULL;

  write_bytes (fixture, (const guint8 *) text, sizeof text);
  open_vault (fixture->vault, PASSWORD, TD_VAULT_ERROR_DAMAGED);
  after = read_bytes (fixture);
  g_assert_cmpmem (after->data, after->len, text, sizeof text);
}

static void
add_password (TdVault    *vault,
              const char *password)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;

  td_vault_sealed_add_password_async (TD_VAULT_SEALED (vault), password, td_test_ready, &call);
  td_vault_sealed_add_password_finish (TD_VAULT_SEALED (vault), td_test_wait (&call), &error);
  g_assert_no_error (error);
}

/* Between the two halves either password opens it, whichever the account has after a crash; then
 * only that one does. */
static void
test_password_change (Fixture       *fixture,
                      gconstpointer  unused)
{
  static const char *const stays[] = { PASSWORD, OTHER };
  static const char *const goes[] = { OTHER, PASSWORD };

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (TdVault) later = new_vault (fixture);
      g_autoptr (TdVault) last = new_vault (fixture);

      add_password (fixture->vault, OTHER);
      lookup (fixture->vault, "a", SECRET_A, -1);
      open_vault (later, stays[i], -1);
      lookup (later, "b", SECRET_B, -1);
      lookup (fixture->vault, "b", SECRET_B, -1); /* another process stays open */
      open_vault (last, goes[i], TD_VAULT_ERROR_WRONG_PASSWORD);
      open_vault (last, stays[i], -1);
    }
}

static void
test_raised (Fixture       *fixture,
             gconstpointer  unused)
{
  g_autoptr (TdVault) later = new_vault (fixture);
  g_autoptr (GByteArray) bytes = NULL;
  guint32 iterations;

  td_vault_sealed_set_iterations (TD_VAULT_SEALED (later), ITERATIONS * 2);
  open_vault (later, PASSWORD, -1);
  bytes = read_bytes (fixture);
  memcpy (&iterations, bytes->data + 16, sizeof iterations);
  g_assert_cmpuint (GUINT32_FROM_BE (iterations), ==, ITERATIONS * 2);
  lookup (fixture->vault, "a", SECRET_A, -1);
  g_assert_cmpuint (TD_KEY_DERIVE_ITERATIONS, >=, 600000);
}

/* Processes that store at once lose nothing of each other's. */
static void
test_parallel (Fixture       *fixture,
               gconstpointer  unused)
{
  TdVault *vaults[4];
  TdTestCall calls[100] = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (vaults); i++)
    {
      vaults[i] = new_vault (fixture);
      open_vault (vaults[i], PASSWORD, -1);
    }
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      g_autofree char *id = g_strdup_printf ("key-%u", i);

      td_vault_store_async (vaults[i % 4], id, "", SECRET_A, NULL, td_test_ready, &calls[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      g_assert_true (td_vault_store_finish (vaults[i % 4], td_test_wait (&calls[i]), NULL));
      td_test_call_clear (&calls[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      g_autofree char *id = g_strdup_printf ("key-%u", i);

      lookup (fixture->vault, id, SECRET_A, -1);
    }
  for (guint i = 0; i < G_N_ELEMENTS (vaults); i++)
    g_object_unref (vaults[i]);
}

/* While another process changes the file, nobody else does, and reading goes on. */
static void
test_file_lock (Fixture       *fixture,
                gconstpointer  unused)
{
  g_autofree char *lock_path = g_strconcat (fixture->path, "-lock", NULL);
  g_autoptr (TdVault) reader = new_vault (fixture);
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  int fd;

  open_vault (reader, PASSWORD, -1);
  fd = open (lock_path, O_RDWR | O_CLOEXEC);
  g_assert_cmpint (flock (fd, LOCK_EX), ==, 0);
  td_vault_store_async (fixture->vault, "c", "", SECRET_A, NULL, td_test_ready, &call);
  for (guint i = 0; i < 50; i++)
    lookup (reader, "c", NULL, TD_VAULT_ERROR_NOT_FOUND);
  g_assert_null (call.result);
  g_close (fd, NULL);
  g_assert_true (td_vault_store_finish (fixture->vault, td_test_wait (&call), NULL));
  lookup (reader, "c", SECRET_A, -1);
}

/* A folder that cannot be written: the old file stays. */
static void
test_unwritable (Fixture       *fixture,
                 gconstpointer  unused)
{
  g_autofree char *moved = g_strconcat (fixture->folder, "-away", NULL);
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_rename (fixture->folder, moved), ==, 0);
  store (fixture->vault, "c", SECRET_A, TD_VAULT_ERROR_FAILED);
  g_assert_cmpint (g_rename (moved, fixture->folder), ==, 0);
  lookup (fixture->vault, "a", SECRET_A, -1);
  lookup (fixture->vault, "c", NULL, TD_VAULT_ERROR_NOT_FOUND);
}

int
main (int    argc,
      char **argv)
{
  td_test_init (&argc, &argv);
  g_test_add ("/vault-sealed/states", Fixture, NULL, set_up, test_states, tear_down);
#define ADD(name, func) \
  g_test_add ("/vault-sealed/" name, Fixture, NULL, set_up_filled, func, tear_down)
  ADD ("secrets", test_secrets);
  ADD ("wrong-password", test_wrong_password);
  ADD ("flipped-bits", test_flipped_bits);
  ADD ("forged", test_forged);
  ADD ("truncated", test_truncated);
  ADD ("versions", test_versions);
  ADD ("not-a-vault", test_not_a_vault);
  ADD ("password-change", test_password_change);
  ADD ("raised", test_raised);
  ADD ("parallel", test_parallel);
  ADD ("file-lock", test_file_lock);
  ADD ("unwritable", test_unwritable);
#undef ADD
  return g_test_run ();
}

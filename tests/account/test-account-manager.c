/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* memmem() */
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "account/td-account-error.h"
#include "account/td-account-manager.h"
#include "base/td-clock.h"
#include "support/td-test.h"
#include "vault/td-vault-secret.h"

/* Accounts on a machine with a real keyring: real files, real sessions, real keys. */

#define PASSWORD "turnip boats sail"
#define OTHER    "celery trains fly"
#define KEY_A    "sk-aaaaaaaaaaaa-wxyz"
#define KEY_B    "sk-bbbbbbbbbbbb-1234"

typedef struct
{
  char *folder;
  TdAccountManager *manager;
} Fixture;

static void
assert_result (gboolean      is_done,
               const GError *error,
               GQuark        domain,
               int           code)
{
  if (code < 0)
    g_assert_no_error (error);
  else
    g_assert_error (error, domain, code);
  g_assert_cmpint (is_done, ==, code < 0);
}

/* A program that starts. */
static TdAccountManager *
start_program (Fixture *fixture)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;
  TdAccountManager *manager = td_account_manager_new (fixture->folder);

  td_account_manager_set_iterations (manager, 1000);
  td_account_manager_load_async (manager, NULL, td_test_ready, &call);
  td_account_manager_load_finish (manager, td_test_wait (&call), &error);
  g_assert_no_error (error);
  return manager;
}

static void
restart (Fixture *fixture)
{
  g_object_unref (fixture->manager);
  fixture->manager = start_program (fixture);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  unused)
{
  fixture->folder = td_test_make_dir ();
  fixture->manager = start_program (fixture);
}

/* Neither a password nor a key is in any file, whatever the case did. */
static void
assert_no_secrets (const char *path)
{
  static const char *const secrets[] = { PASSWORD, OTHER, KEY_A, KEY_B };
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  g_autofree char *bytes = NULL;
  const char *name;
  gsize length;

  while (dir && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *inside = g_build_filename (path, name, NULL);

      assert_no_secrets (inside);
    }
  if (dir || !g_file_get_contents (path, &bytes, &length, NULL))
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (secrets); i++)
    g_assert_null (memmem (bytes, length, secrets[i], strlen (secrets[i])));
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  unused)
{
  assert_no_secrets (fixture->folder);
  g_object_unref (fixture->manager);
  g_free (fixture->folder);
}

static void
sign_up (Fixture    *fixture,
         const char *name,
         const char *password,
         int         code)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;
  gboolean is_done;

  td_account_manager_sign_up_async (fixture->manager, name, NULL, password, td_test_ready, &call);
  is_done = td_account_manager_sign_up_finish (fixture->manager, td_test_wait (&call), &error);
  assert_result (is_done, error, TD_ACCOUNT_ERROR, code);
}

static void
sign_in (Fixture    *fixture,
         const char *name,
         const char *password,
         int         code)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;
  TdAccount *account = td_account_manager_find (fixture->manager, name);
  gboolean is_done;

  g_assert_nonnull (account);
  td_account_manager_sign_in_async (fixture->manager, td_account_get_id (account), password,
                                    td_test_ready, &call);
  is_done = td_account_manager_sign_in_finish (fixture->manager, td_test_wait (&call), &error);
  assert_result (is_done, error, TD_ACCOUNT_ERROR, code);
}

static void
sign_out (Fixture *fixture)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;

  td_account_manager_sign_out_async (fixture->manager, td_test_ready, &call);
  td_account_manager_sign_out_finish (fixture->manager, td_test_wait (&call), &error);
  g_assert_no_error (error);
}

static void
set_password (Fixture    *fixture,
              const char *old_password,
              const char *new_password,
              int         code)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;
  gboolean is_done;

  td_account_manager_set_password_async (fixture->manager, old_password, new_password,
                                         td_test_ready, &call);
  is_done = td_account_manager_set_password_finish (fixture->manager, td_test_wait (&call), &error);
  assert_result (is_done, error, TD_ACCOUNT_ERROR, code);
}

static void
delete_account (Fixture    *fixture,
                const char *password,
                int         code)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;
  gboolean is_done;

  td_account_manager_delete_async (fixture->manager, password, td_test_ready, &call);
  is_done = td_account_manager_delete_finish (fixture->manager, td_test_wait (&call), &error);
  assert_result (is_done, error, TD_ACCOUNT_ERROR, code);
}

static void
assert_who (Fixture        *fixture,
            TdAccountState  state,
            const char     *name)
{
  TdAccount *current = td_account_manager_get_current (fixture->manager);

  g_assert_cmpint (td_account_manager_get_state (fixture->manager), ==, state);
  g_assert_cmpstr (current ? td_account_get_name (current) : NULL, ==, name);
}

static gboolean
exists (Fixture    *fixture,
        const char *name)
{
  g_autofree char *path = g_build_filename (fixture->folder, name, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static TdDatabase *
open_data (Fixture *fixture)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autofree char *path = td_account_manager_dup_database_path (fixture->manager);
  g_autoptr (GError) error = NULL;
  TdDatabase *database;

  td_database_open_async (path, NULL, td_test_ready, &call);
  database = td_database_open_finish (td_test_wait (&call), &error);
  g_assert_no_error (error);
  return database;
}

static void
add_key (TdKeyRing  *ring,
         const char *provider_id,
         const char *secret)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;
  g_autoptr (TdApiKey) key = NULL;

  td_key_ring_add_async (ring, provider_id, NULL, secret, NULL, td_test_ready, &call);
  key = td_key_ring_add_finish (ring, td_test_wait (&call), &error);
  g_assert_no_error (error);
}

static void
assert_key (TdKeyRing  *ring,
            const char *provider_id,
            const char *expected,
            int         code)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;
  char *secret;

  td_key_ring_lookup_async (ring, provider_id, NULL, td_test_ready, &call);
  secret = td_key_ring_lookup_finish (ring, td_test_wait (&call), &error);
  assert_result (secret != NULL, error, TD_VAULT_ERROR, code);
  g_assert_cmpstr (secret, ==, expected);
  td_vault_secret_free (secret);
}

static void
move_keys (Fixture     *fixture,
           TdKeyRing   *ring,
           TdVaultKind  kind,
           const char  *password,
           GQuark       domain,
           int          code)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;
  gboolean is_done;

  td_account_manager_move_keys_async (fixture->manager, ring, kind, password, td_test_ready, &call);
  is_done = td_account_manager_move_keys_finish (fixture->manager, td_test_wait (&call), &error);
  assert_result (is_done, error, domain, code);
}

static GStrv
list_secrets (TdKeyRing *ring)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;

  td_key_ring_list_secrets_async (ring, td_test_ready, &call);
  return td_key_ring_list_secrets_finish (ring, td_test_wait (&call), NULL);
}

static gboolean
is_in_keyring (const char *secret_id)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (TdVault) keyring = td_vault_secret_new ();
  g_autoptr (GError) error = NULL;
  char *secret;
  gboolean is_there;

  td_vault_lookup_async (keyring, secret_id, NULL, td_test_ready, &call);
  secret = td_vault_lookup_finish (keyring, td_test_wait (&call), &error);
  if (!secret)
    g_assert_error (error, TD_VAULT_ERROR, TD_VAULT_ERROR_NOT_FOUND);
  is_there = secret != NULL;
  td_vault_secret_free (secret);
  return is_there;
}

static void
drop_from_keyring (const char *secret_id)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (TdVault) keyring = td_vault_secret_new ();

  td_vault_remove_async (keyring, secret_id, NULL, td_test_ready, &call);
  g_assert_true (td_vault_remove_finish (keyring, td_test_wait (&call), NULL));
}

/* ---- Cases ------------------------------------------------------------------------------------ */

/* Nobody is asked anything, and nothing is written that was not before there were accounts. */
static void
test_first (Fixture       *fixture,
            gconstpointer  unused)
{
  g_autofree char *path = td_account_manager_dup_database_path (fixture->manager);
  g_autofree char *expected = g_build_filename (fixture->folder, "topdog.db", NULL);

  g_assert_cmpint (td_account_manager_get_state (fixture->manager), ==, TD_ACCOUNT_STATE_READY);
  g_assert_cmpuint (td_account_manager_get_accounts (fixture->manager)->len, ==, 1);
  g_assert_cmpstr (path, ==, expected);
  g_assert_false (exists (fixture, "accounts.db"));
  g_assert_cmpint (td_vault_get_kind (td_account_manager_get_vault (fixture->manager)), ==,
                   TD_VAULT_KIND_KEYRING);
  g_assert_null (td_account_manager_get_access_token (fixture->manager));
}

static void
test_sign_up (Fixture       *fixture,
              gconstpointer  unused)
{
  g_autofree char *first_path = td_account_manager_dup_database_path (fixture->manager);
  g_autofree char *first_name =
    g_strdup (td_account_get_name (td_account_manager_get_current (fixture->manager)));
  g_autofree char *path = NULL;
  g_autofree char *folder = NULL;
  struct stat info;

  sign_up (fixture, "Ada", "short", TD_ACCOUNT_ERROR_PASSWORD_SHORT);
  assert_who (fixture, TD_ACCOUNT_STATE_READY, first_name);
  sign_up (fixture, "Ada", PASSWORD, -1);
  assert_who (fixture, TD_ACCOUNT_STATE_READY, "Ada");
  path = td_account_manager_dup_database_path (fixture->manager);
  folder = g_path_get_dirname (path);
  g_assert_cmpstr (path, !=, first_path);
  g_assert_cmpint (stat (folder, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0700);
  sign_up (fixture, first_name, NULL, TD_ACCOUNT_ERROR_NAME_TAKEN);
  sign_in (fixture, first_name, NULL, -1);
  assert_who (fixture, TD_ACCOUNT_STATE_READY, first_name);
  sign_in (fixture, "ada", NULL, TD_ACCOUNT_ERROR_PASSWORD_NEEDED);
  sign_in (fixture, "ada", OTHER, TD_ACCOUNT_ERROR_PASSWORD_WRONG);
  assert_who (fixture, TD_ACCOUNT_STATE_READY, first_name);
  sign_in (fixture, "ADA", PASSWORD, -1);
  assert_who (fixture, TD_ACCOUNT_STATE_READY, "Ada");
}

/* Signed in stays signed in, until somebody signs out, in this program or another. */
static void
test_session (Fixture       *fixture,
              gconstpointer  unused)
{
  Fixture other = { fixture->folder, NULL };

  sign_up (fixture, "Ada", PASSWORD, -1);
  restart (fixture);
  assert_who (fixture, TD_ACCOUNT_STATE_READY, "Ada");
  restart (fixture);
  assert_who (fixture, TD_ACCOUNT_STATE_READY, "Ada");
  g_assert_nonnull (td_account_manager_get_access_token (fixture->manager));

  other.manager = start_program (&other);
  sign_out (&other);
  assert_who (&other, TD_ACCOUNT_STATE_SIGNED_OUT, NULL);
  g_object_unref (other.manager);
  restart (fixture);
  assert_who (fixture, TD_ACCOUNT_STATE_SIGNED_OUT, NULL);
  g_assert_null (td_account_manager_get_access_token (fixture->manager));
  set_password (fixture, NULL, OTHER, TD_ACCOUNT_ERROR_SIGNED_OUT);
  sign_in (fixture, "Ada", PASSWORD, -1);
  assert_who (fixture, TD_ACCOUNT_STATE_READY, "Ada");
}

static void
count_cb (guint *n)
{
  (*n)++;
}

static void
catch_up (TdAccountManager *manager)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;

  td_account_manager_catch_up_async (manager, td_test_ready, &call);
  g_assert_true (td_account_manager_load_finish (manager, td_test_wait (&call), &error));
  g_assert_no_error (error);
}

/* What another program did since the list was read, the making of the list included. */
static void
test_catch_up (Fixture       *fixture,
               gconstpointer  unused)
{
  Fixture other = { fixture->folder, NULL };
  guint n_changes = 0;

  g_signal_connect_swapped (fixture->manager, "changed", G_CALLBACK (count_cb), &n_changes);
  catch_up (fixture->manager);
  g_assert_cmpuint (n_changes, ==, 0);
  other.manager = start_program (&other);
  sign_up (&other, "Ada", PASSWORD, -1);
  catch_up (fixture->manager);
  g_assert_cmpuint (n_changes, ==, 1);
  assert_who (fixture, TD_ACCOUNT_STATE_READY, "Ada");
  catch_up (fixture->manager);
  g_assert_cmpuint (n_changes, ==, 1);
  sign_out (&other);
  catch_up (fixture->manager);
  g_assert_cmpuint (n_changes, ==, 2);
  assert_who (fixture, TD_ACCOUNT_STATE_SIGNED_OUT, NULL);
  g_object_unref (other.manager);
}

/* Without the token in the keyring, or with one that was used, the password is needed. */
static void
test_locked (Fixture       *fixture,
             gconstpointer  unused)
{
  g_autofree char *id = NULL;
  g_autofree char *secret_id = NULL;

  sign_up (fixture, "Ada", PASSWORD, -1);
  id = g_strdup (td_account_get_id (td_account_manager_get_current (fixture->manager)));
  secret_id = g_strconcat ("session-", id, NULL);
  drop_from_keyring (secret_id);
  restart (fixture);
  assert_who (fixture, TD_ACCOUNT_STATE_LOCKED, "Ada");
  g_assert_null (td_account_manager_get_vault (fixture->manager));
  sign_in (fixture, "Ada", OTHER, TD_ACCOUNT_ERROR_PASSWORD_WRONG);
  assert_who (fixture, TD_ACCOUNT_STATE_LOCKED, "Ada");
  sign_in (fixture, "Ada", PASSWORD, -1);
  assert_who (fixture, TD_ACCOUNT_STATE_READY, "Ada");
}

static gboolean
is_loaded (gpointer call)
{
  return ((TdTestCall *) call)->result != NULL;
}

/* Programs that start at the same moment share the session, each with a token of its own. */
static void
test_parallel (Fixture       *fixture,
               gconstpointer  unused)
{
  TdAccountManager *managers[6];
  TdTestCall calls[6] = { 0 };

  sign_up (fixture, "Ada", PASSWORD, -1);
  for (guint i = 0; i < G_N_ELEMENTS (managers); i++)
    {
      managers[i] = td_account_manager_new (fixture->folder);
      td_account_manager_load_async (managers[i], NULL, td_test_ready, &calls[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (managers); i++)
    td_test_wait_until (is_loaded, &calls[i], "a program to start");
  for (guint i = 0; i < G_N_ELEMENTS (managers); i++)
    {
      g_assert_cmpint (td_account_manager_get_state (managers[i]), ==, TD_ACCOUNT_STATE_READY);
      td_test_call_clear (&calls[i]);
      g_object_unref (managers[i]);
    }
}

static char *
verify (Fixture     *fixture,
        const char  *token,
        GError     **error)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;

  td_account_manager_verify_async (fixture->manager, token, td_test_ready, &call);
  return td_account_manager_verify_finish (fixture->manager, td_test_wait (&call), error);
}

static void
test_tokens (Fixture       *fixture,
             gconstpointer  unused)
{
  g_autofree char *token = NULL;
  g_autofree char *id = NULL;
  g_autofree char *again = NULL;
  g_autoptr (GError) error = NULL;

  sign_up (fixture, "Ada", PASSWORD, -1);
  token = g_strdup (td_account_manager_get_access_token (fixture->manager));
  id = verify (fixture, token, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (id, ==, td_account_get_id (td_account_manager_get_current (fixture->manager)));
  restart (fixture); /* signed with what the vault has */
  again = verify (fixture, token, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (again, ==, id);
  set_password (fixture, PASSWORD, OTHER, -1); /* ends all sessions there were */
  g_assert_null (verify (fixture, token, &error));
  g_assert_error (error, TD_ACCOUNT_ERROR, TD_ACCOUNT_ERROR_TOKEN_INVALID);
  g_clear_error (&error);
  sign_out (fixture);
  g_assert_null (verify (fixture, token, &error));
  g_assert_error (error, TD_ACCOUNT_ERROR, TD_ACCOUNT_ERROR_TOKEN_INVALID);
}

static char *
renew (Fixture *fixture,
       int      code)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;
  char *token;

  td_account_manager_renew_async (fixture->manager, td_test_ready, &call);
  token = td_account_manager_renew_finish (fixture->manager, td_test_wait (&call), &error);
  assert_result (token != NULL, error, TD_ACCOUNT_ERROR, code);
  return token;
}

static void
assert_token (Fixture    *fixture,
              const char *token,
              int         code)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *id = verify (fixture, token, &error);

  assert_result (id != NULL, error, TD_ACCOUNT_ERROR, code);
}

/* A program that runs for hours: whenever it asks there is a good token, and what is over is over. */
static void
assert_renewed (Fixture *fixture)
{
  gint64 now_us = td_clock_now_us ();
  g_autofree char *first = renew (fixture, -1);
  g_autofree char *same = NULL;

  td_clock_freeze (now_us + 13 * 60 * G_USEC_PER_SEC);
  same = renew (fixture, -1);
  g_assert_cmpstr (same, ==, first);
  for (guint minutes = 15; minutes <= 60; minutes += 15)
    {
      g_autofree char *next = NULL;

      td_clock_freeze (now_us + minutes * 60 * G_USEC_PER_SEC);
      next = renew (fixture, -1);
      g_assert_cmpstr (next, !=, first);
      g_assert_cmpstr (next, ==, td_account_manager_get_access_token (fixture->manager));
      assert_token (fixture, next, -1);
    }
  assert_token (fixture, first, TD_ACCOUNT_ERROR_TOKEN_EXPIRED);
}

static void
test_renewed (Fixture       *fixture,
              gconstpointer  unused)
{
  Fixture other = { fixture->folder, NULL };

  renew (fixture, TD_ACCOUNT_ERROR_SIGNED_OUT);
  sign_up (fixture, "Ada", PASSWORD, -1);
  td_clock_freeze (td_clock_now_us ());
  assert_renewed (fixture);
  restart (fixture); /* with the last token, which the keyring has */
  assert_who (fixture, TD_ACCOUNT_STATE_READY, "Ada");

  /* Two programs take turns with the one token in the keyring. */
  other.manager = start_program (&other);
  assert_renewed (fixture);
  assert_renewed (&other);
  assert_renewed (fixture);

  /* Ended elsewhere, it is ended here. */
  sign_out (&other);
  td_clock_freeze (td_clock_now_us () + 20 * 60 * G_USEC_PER_SEC);
  renew (fixture, TD_ACCOUNT_ERROR_TOKEN_INVALID);
  g_assert_null (td_account_manager_get_access_token (fixture->manager));
  g_object_unref (other.manager);
  td_clock_thaw ();
}

/* The token is nowhere but in the program. */
static void
test_renewed_without_keyring (Fixture       *fixture,
                              gconstpointer  unused)
{
  g_autoptr (TdDatabase) data = NULL;
  g_autoptr (TdKeyRing) ring = NULL;

  sign_up (fixture, "Ada", PASSWORD, -1);
  data = open_data (fixture);
  ring = td_key_ring_new (data, td_account_manager_get_vault (fixture->manager));
  move_keys (fixture, ring, TD_VAULT_KIND_SEALED, PASSWORD, 0, -1);
  sign_out (fixture);
  sign_in (fixture, "Ada", PASSWORD, -1);
  td_clock_freeze (td_clock_now_us ());
  assert_renewed (fixture);
  assert_renewed (fixture);
  td_clock_thaw ();
  td_database_close (data);
}

/* The first account gets a password later, and keeps its data. */
static void
test_protect (Fixture       *fixture,
              gconstpointer  unused)
{
  g_autofree char *path = td_account_manager_dup_database_path (fixture->manager);
  g_autofree char *name =
    g_strdup (td_account_get_name (td_account_manager_get_current (fixture->manager)));
  g_autofree char *same = NULL;

  set_password (fixture, NULL, "password123", TD_ACCOUNT_ERROR_PASSWORD_COMMON);
  set_password (fixture, NULL, PASSWORD, -1);
  restart (fixture);
  assert_who (fixture, TD_ACCOUNT_STATE_READY, name);
  same = td_account_manager_dup_database_path (fixture->manager);
  g_assert_cmpstr (same, ==, path);
  set_password (fixture, NULL, OTHER, TD_ACCOUNT_ERROR_PASSWORD_NEEDED);
  set_password (fixture, OTHER, OTHER, TD_ACCOUNT_ERROR_PASSWORD_WRONG);
  set_password (fixture, PASSWORD, OTHER, -1);
  sign_out (fixture);
  sign_in (fixture, name, PASSWORD, TD_ACCOUNT_ERROR_PASSWORD_WRONG);
  sign_in (fixture, name, OTHER, -1);
}

static void
test_move (Fixture       *fixture,
           gconstpointer  unused)
{
  g_autoptr (TdDatabase) data = NULL;
  g_autoptr (TdKeyRing) ring = NULL;
  g_auto (GStrv) ids = NULL;

  sign_up (fixture, "Ada", PASSWORD, -1);
  data = open_data (fixture);
  ring = td_key_ring_new (data, td_account_manager_get_vault (fixture->manager));
  add_key (ring, "openai", KEY_A);
  add_key (ring, "mistral", KEY_B);
  ids = list_secrets (ring);
  g_assert_true (is_in_keyring (ids[0]));

  move_keys (fixture, ring, TD_VAULT_KIND_SEALED, OTHER, TD_ACCOUNT_ERROR,
             TD_ACCOUNT_ERROR_PASSWORD_WRONG);
  move_keys (fixture, ring, TD_VAULT_KIND_SEALED, PASSWORD, 0, -1);
  g_assert_cmpint (td_vault_get_kind (td_key_ring_get_vault (ring)), ==, TD_VAULT_KIND_SEALED);
  g_assert_false (is_in_keyring (ids[0]));
  g_assert_false (is_in_keyring (ids[1]));
  assert_key (ring, "openai", KEY_A, -1);

  /* The next start needs the password, and then has them. */
  restart (fixture);
  assert_who (fixture, TD_ACCOUNT_STATE_LOCKED, "Ada");
  sign_in (fixture, "Ada", PASSWORD, -1);
  g_assert_no_error (td_account_manager_get_vault_error (fixture->manager));
  td_key_ring_set_vault (ring, td_account_manager_get_vault (fixture->manager));
  assert_key (ring, "mistral", KEY_B, -1);

  /* So it is after a change of password. */
  set_password (fixture, PASSWORD, OTHER, -1);
  restart (fixture);
  sign_in (fixture, "Ada", OTHER, -1);
  td_key_ring_set_vault (ring, td_account_manager_get_vault (fixture->manager));
  assert_key (ring, "mistral", KEY_B, -1);

  move_keys (fixture, ring, TD_VAULT_KIND_KEYRING, OTHER, 0, -1);
  g_assert_true (is_in_keyring (ids[0]));
  g_assert_true (is_in_keyring (ids[1]));
  restart (fixture);
  assert_who (fixture, TD_ACCOUNT_STATE_LOCKED, "Ada"); /* its session was of the sealed vault */
  sign_in (fixture, "Ada", OTHER, -1);
  td_key_ring_set_vault (ring, td_account_manager_get_vault (fixture->manager));
  assert_key (ring, "openai", KEY_A, -1);
  td_database_close (data);
}

static void
store_in_keyring (const char *secret_id,
                  const char *secret)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (TdVault) keyring = td_vault_secret_new ();

  td_vault_store_async (keyring, secret_id, "A copy", secret, NULL, td_test_ready, &call);
  g_assert_true (td_vault_store_finish (keyring, td_test_wait (&call), NULL));
}

static gpointer
set_leftover (TdConnection  *connection,
              gpointer       sql,
              GCancellable  *cancellable,
              GError       **error)
{
  g_assert_true (td_connection_execute (connection, sql, error));
  return NULL;
}

static void
note_leftover (Fixture    *fixture,
               const char *sql)
{
  g_autofree char *registry = g_build_filename (fixture->folder, "accounts.db", NULL);
  g_autoptr (TdDatabase) list = NULL;
  g_auto (TdTestCall) opening = TD_TEST_CALL_INIT;
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;

  td_database_open_schema_async (registry, TD_DATABASE_SCHEMA_ACCOUNTS, NULL, td_test_ready,
                                 &opening);
  list = td_database_open_finish (td_test_wait (&opening), NULL);
  td_database_run_async (list, G_PRIORITY_DEFAULT, set_leftover, g_strdup (sql), g_free, NULL, NULL,
                         td_test_ready, &call);
  td_database_run_finish (list, td_test_wait (&call), NULL);
  td_database_close (list);
}

/* A program that ended after the move and before the copies were gone: the next sign-in does it. */
static void
test_leftover (Fixture       *fixture,
               gconstpointer  unused)
{
  g_autoptr (TdDatabase) data = NULL;
  g_autoptr (TdKeyRing) ring = NULL;
  g_auto (GStrv) ids = NULL;

  sign_up (fixture, "Ada", PASSWORD, -1);
  data = open_data (fixture);
  ring = td_key_ring_new (data, td_account_manager_get_vault (fixture->manager));
  add_key (ring, "openai", KEY_A);
  ids = list_secrets (ring);
  move_keys (fixture, ring, TD_VAULT_KIND_SEALED, PASSWORD, 0, -1);
  store_in_keyring (ids[0], KEY_A);
  note_leftover (fixture, "UPDATE account SET leftover = 'keyring' WHERE name = 'Ada'");

  restart (fixture);
  g_assert_true (is_in_keyring (ids[0]));
  sign_in (fixture, "Ada", PASSWORD, -1);
  g_assert_false (is_in_keyring (ids[0]));
  td_key_ring_set_vault (ring, td_account_manager_get_vault (fixture->manager));
  assert_key (ring, "openai", KEY_A, -1);
  g_assert_cmpint (
    td_account_get_facts (td_account_manager_get_current (fixture->manager))->leftover, ==,
    TD_VAULT_KIND_NONE);
  td_database_close (data);
}

/* One that ended in the middle of writing the vault's file: the keys never left the keyring. */
static void
test_half_moved (Fixture       *fixture,
                 gconstpointer  unused)
{
  g_autoptr (TdDatabase) data = NULL;
  g_autoptr (TdKeyRing) ring = NULL;
  g_autofree char *name =
    g_strdup (td_account_get_name (td_account_manager_get_current (fixture->manager)));
  g_autofree char *path = g_build_filename (fixture->folder, "keys.sealed", NULL);

  data = open_data (fixture);
  ring = td_key_ring_new (data, td_account_manager_get_vault (fixture->manager));
  add_key (ring, "openai", KEY_A);
  set_password (fixture, NULL, PASSWORD, -1);
  g_assert_true (g_file_set_contents (path, "half of a va", -1, NULL));
  note_leftover (fixture, "UPDATE account SET leftover = 'sealed'");
  restart (fixture);
  sign_in (fixture, name, PASSWORD, -1);
  g_assert_false (exists (fixture, "keys.sealed"));
  td_key_ring_set_vault (ring, td_account_manager_get_vault (fixture->manager));
  assert_key (ring, "openai", KEY_A, -1);
  td_database_close (data);
}

/* A key that the keyring has lost: nothing moves, and no file is made. */
static void
test_move_fails (Fixture       *fixture,
                 gconstpointer  unused)
{
  g_autoptr (TdDatabase) data = NULL;
  g_autoptr (TdKeyRing) ring = NULL;
  g_auto (GStrv) ids = NULL;

  data = open_data (fixture);
  ring = td_key_ring_new (data, td_account_manager_get_vault (fixture->manager));
  add_key (ring, "openai", KEY_A);
  add_key (ring, "mistral", KEY_B);
  ids = list_secrets (ring);
  move_keys (fixture, ring, TD_VAULT_KIND_SEALED, NULL, TD_ACCOUNT_ERROR,
             TD_ACCOUNT_ERROR_PASSWORD_NEEDED); /* nothing to seal it with */
  set_password (fixture, NULL, PASSWORD, -1);
  drop_from_keyring (ids[1]);
  move_keys (fixture, ring, TD_VAULT_KIND_SEALED, PASSWORD, TD_VAULT_ERROR,
             TD_VAULT_ERROR_NOT_FOUND);
  g_assert_cmpint (td_vault_get_kind (td_key_ring_get_vault (ring)), ==, TD_VAULT_KIND_KEYRING);
  assert_key (ring, "openai", KEY_A, -1);
  g_assert_false (exists (fixture, "keys.sealed"));
  td_database_close (data);
}

/* A sealed vault that was damaged keeps nobody from the rest, and is not touched. */
static void
test_damaged_vault (Fixture       *fixture,
                    gconstpointer  unused)
{
  g_autofree char *path = g_build_filename (fixture->folder, "keys.sealed", NULL);
  g_autofree char *name =
    g_strdup (td_account_get_name (td_account_manager_get_current (fixture->manager)));
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autoptr (TdDatabase) data = open_data (fixture);
  g_autoptr (TdKeyRing) ring =
    td_key_ring_new (data, td_account_manager_get_vault (fixture->manager));
  gsize length, after_length;

  add_key (ring, "openai", KEY_A);
  set_password (fixture, NULL, PASSWORD, -1);
  move_keys (fixture, ring, TD_VAULT_KIND_SEALED, PASSWORD, 0, -1);
  g_assert_true (g_file_get_contents (path, &before, &length, NULL));
  before[length / 2] ^= 1;
  g_assert_true (g_file_set_contents (path, before, (gssize) length, NULL));
  restart (fixture);
  sign_in (fixture, name, PASSWORD, -1);
  g_assert_error (td_account_manager_get_vault_error (fixture->manager), TD_VAULT_ERROR,
                  TD_VAULT_ERROR_DAMAGED);
  td_key_ring_set_vault (ring, td_account_manager_get_vault (fixture->manager));
  assert_key (ring, "openai", NULL, TD_VAULT_ERROR_LOCKED);
  g_assert_true (g_file_get_contents (path, &after, &after_length, NULL));
  g_assert_cmpmem (after, after_length, before, length);
  td_database_close (data);
}

static void
test_delete (Fixture       *fixture,
             gconstpointer  unused)
{
  g_autofree char *first_name =
    g_strdup (td_account_get_name (td_account_manager_get_current (fixture->manager)));
  g_autoptr (TdDatabase) first_data = open_data (fixture);
  g_autoptr (TdDatabase) data = NULL;
  g_autoptr (TdKeyRing) ring = NULL;
  g_auto (GStrv) ids = NULL;
  g_autofree char *path = NULL;
  g_autofree char *folder = NULL;

  td_database_close (first_data);
  sign_up (fixture, "Ada", PASSWORD, -1);
  data = open_data (fixture);
  ring = td_key_ring_new (data, td_account_manager_get_vault (fixture->manager));
  add_key (ring, "openai", KEY_A);
  ids = list_secrets (ring);
  path = td_account_manager_dup_database_path (fixture->manager);
  folder = g_path_get_dirname (path);
  td_database_close (data);

  delete_account (fixture, NULL, TD_ACCOUNT_ERROR_PASSWORD_NEEDED);
  delete_account (fixture, OTHER, TD_ACCOUNT_ERROR_PASSWORD_WRONG);
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_true (is_in_keyring (ids[0]));
  delete_account (fixture, PASSWORD, -1);
  assert_who (fixture, TD_ACCOUNT_STATE_SIGNED_OUT, NULL);
  g_assert_false (g_file_test (folder, G_FILE_TEST_EXISTS));
  g_assert_false (is_in_keyring (ids[0]));
  g_assert_cmpuint (td_account_manager_get_accounts (fixture->manager)->len, ==, 1);
  g_assert_true (exists (fixture, "topdog.db"));

  /* The last one: what is there then is as on the first day. */
  sign_in (fixture, first_name, NULL, -1);
  delete_account (fixture, NULL, -1);
  assert_who (fixture, TD_ACCOUNT_STATE_READY, first_name);
  g_assert_false (exists (fixture, "topdog.db"));
}

/* As an engine marks that it has a database open: see td-lease.c, which is in a layer above. */
static void
test_delete_in_use (Fixture       *fixture,
                    gconstpointer  unused)
{
  g_autofree char *program = g_find_program_in_path ("python3");
  g_autofree char *path = td_account_manager_dup_database_path (fixture->manager);
  g_autofree char *owners = g_strconcat (path, "-owners", NULL);
  g_autoptr (TdDatabase) data = open_data (fixture);
  g_autoptr (GSubprocess) other = NULL;
  g_autoptr (GError) error = NULL;
  static const char script[] = "import fcntl, sys\n"
                               "f = open(sys.argv[1], 'w')\n"
                               "fcntl.lockf(f, fcntl.LOCK_EX, 1, 12345)\n"
                               "print('ready', flush=True)\n"
                               "sys.stdin.read()\n";
  char line[6];

  if (!program)
    {
      g_test_skip ("there is no python3");
      return;
    }
  td_database_close (data);
  other = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error,
                            program, "-c", script, owners, NULL);
  g_assert_no_error (error);
  g_input_stream_read_all (g_subprocess_get_stdout_pipe (other), line, 6, NULL, NULL, NULL);
  delete_account (fixture, NULL, TD_ACCOUNT_ERROR_IN_USE);
  g_assert_true (exists (fixture, "topdog.db"));
  g_subprocess_force_exit (other);
  g_subprocess_wait (other, NULL, NULL);
  delete_account (fixture, NULL, -1);
  g_assert_false (exists (fixture, "topdog.db"));
}

int
main (int    argc,
      char **argv)
{
  td_test_init (&argc, &argv);
#define ADD(name, func) \
  g_test_add ("/account-manager/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("first", test_first);
  ADD ("sign-up", test_sign_up);
  ADD ("session", test_session);
  ADD ("catch-up", test_catch_up);
  ADD ("locked", test_locked);
  ADD ("parallel", test_parallel);
  ADD ("tokens", test_tokens);
  ADD ("renewed", test_renewed);
  ADD ("renewed-without-keyring", test_renewed_without_keyring);
  ADD ("protect", test_protect);
  ADD ("move", test_move);
  ADD ("leftover", test_leftover);
  ADD ("half-moved", test_half_moved);
  ADD ("move-fails", test_move_fails);
  ADD ("damaged-vault", test_damaged_vault);
  ADD ("delete", test_delete);
  ADD ("delete-in-use", test_delete_in_use);
#undef ADD
  return g_test_run ();
}

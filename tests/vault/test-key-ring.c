/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* memmem() */
#include "config.h"

#include <string.h>

#include "base/td-clock.h"
#include "keyring-session.h"
#include "support/td-test.h"
#include "vault/td-key-ring.h"
#include "vault/td-vault-secret.h"

/* The list of keys in a real database and the keys in a real keyring, which are kept in step
 * whatever happens to either. The last case looks for a key in every file there is. */

#define KEY_A "sk-aaaaaaaaaaaa-wxyz"
#define KEY_B "sk-bbbbbbbbbbbb-1234"

typedef struct
{
  char *folder;
  TdDatabase *database;
  TdKeyRing *ring;
  GString *changes; /* the providers of "changed", by spaces */
} Fixture;

static GString *log_text;

static void
changed_cb (TdKeyRing  *ring,
            const char *provider_id,
            GString    *changes)
{
  g_string_append_printf (changes, "%s ", provider_id);
}

static TdDatabase *
open_database (const char *folder)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autofree char *path = g_build_filename (folder, "topdog.db", NULL);
  g_autoptr (GError) error = NULL;
  TdDatabase *database;

  td_database_open_async (path, NULL, td_test_ready, &call);
  database = td_database_open_finish (td_test_wait (&call), &error);
  g_assert_no_error (error);
  return database;
}

static void
set_up (Fixture       *fixture,
        gconstpointer  unused)
{
  g_autoptr (TdVault) vault = td_vault_secret_new ();

  fixture->folder = td_test_make_dir ();
  fixture->database = open_database (fixture->folder);
  fixture->ring = td_key_ring_new (fixture->database, vault);
  fixture->changes = g_string_new (NULL);
  g_signal_connect (fixture->ring, "changed", G_CALLBACK (changed_cb), fixture->changes);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  unused)
{
  td_database_close (fixture->database);
  g_object_unref (fixture->ring);
  g_object_unref (fixture->database);
  g_string_free (fixture->changes, TRUE);
  g_free (fixture->folder);
}

static TdApiKey *
add (Fixture     *fixture,
     const char  *provider_id,
     const char  *name,
     const char  *secret,
     GError     **error)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;

  td_key_ring_add_async (fixture->ring, provider_id, name, secret, NULL, td_test_ready, &call);
  return td_key_ring_add_finish (fixture->ring, td_test_wait (&call), error);
}

static gint64
assert_added (Fixture    *fixture,
              const char *provider_id,
              const char *name,
              const char *secret)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TdApiKey) key = add (fixture, provider_id, name, secret, &error);

  g_assert_no_error (error);
  return td_api_key_get_id (key);
}

static void
revoke_key (Fixture  *fixture,
            gint64    key_id,
            GError  **error)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  gboolean is_gone;

  td_key_ring_revoke_async (fixture->ring, key_id, NULL, td_test_ready, &call);
  is_gone = td_key_ring_revoke_finish (fixture->ring, td_test_wait (&call), error);
  g_assert_cmpint (is_gone, ==, *error == NULL);
}

static void
assert_in_use (Fixture    *fixture,
               const char *provider_id,
               const char *expected)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;
  char *secret;

  td_key_ring_lookup_async (fixture->ring, provider_id, NULL, td_test_ready, &call);
  secret = td_key_ring_lookup_finish (fixture->ring, td_test_wait (&call), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (secret, ==, expected);
  td_vault_secret_free (secret);
}

static void
assert_none (Fixture      *fixture,
             const char   *provider_id,
             TdVaultError  expected)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;

  td_key_ring_lookup_async (fixture->ring, provider_id, NULL, td_test_ready, &call);
  g_assert_null (td_key_ring_lookup_finish (fixture->ring, td_test_wait (&call), &error));
  g_assert_error (error, TD_VAULT_ERROR, (int) expected);
}

/* The list as text: provider, name, what is shown, and "*" for the one in use. */
static void
assert_listed (Fixture    *fixture,
               const char *provider_id,
               const char *expected)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) keys = NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  td_key_ring_list_async (fixture->ring, provider_id, NULL, td_test_ready, &call);
  keys = td_key_ring_list_finish (fixture->ring, td_test_wait (&call), &error);
  g_assert_no_error (error);
  for (guint i = 0; i < keys->len; i++)
    {
      TdApiKey *key = keys->pdata[i];

      g_string_append_printf (text, "%s/%s/%s%s ", td_api_key_get_provider_id (key),
                              td_api_key_get_name (key), td_api_key_get_last_four (key),
                              td_api_key_get_in_use (key) ? "*" : "");
    }
  g_assert_cmpstr (text->str, ==, expected);
}

static void
test_add (Fixture       *fixture,
          gconstpointer  unused)
{
  assert_listed (fixture, NULL, "");
  assert_none (fixture, "openai", TD_VAULT_ERROR_NOT_FOUND);

  assert_added (fixture, "openai", NULL, "  " KEY_A "\n");
  assert_added (fixture, "openai", " office ", KEY_B);
  assert_added (fixture, "groq", "", KEY_B);
  assert_added (fixture, "tiny", "t", "12345678901");
  assert_added (fixture, "just", "j", "123456789012");
  assert_listed (fixture, NULL,
                 "groq/groq 1/1234* just/j/9012* openai/openai 1/wxyz openai/office/1234* tiny/t/* ");
  assert_listed (fixture, "openai", "openai/openai 1/wxyz openai/office/1234* ");
  assert_listed (fixture, "nobody", "");
  assert_in_use (fixture, "openai", KEY_B);
  assert_in_use (fixture, "tiny", "12345678901");
  g_assert_cmpstr (fixture->changes->str, ==, "openai openai groq tiny just ");
}

static void
test_invalid (Fixture       *fixture,
              gconstpointer  unused)
{
  static const char *const bad[] = { "", "  ", "two words", "tab\tinside", "\xc3\xa9" };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (add (fixture, "openai", NULL, bad[i], &error));
      g_assert_error (error, TD_VAULT_ERROR, TD_VAULT_ERROR_INVALID);
    }
  assert_listed (fixture, NULL, "");
  g_assert_cmpstr (fixture->changes->str, ==, "");
}

static void
test_use (Fixture       *fixture,
          gconstpointer  unused)
{
  gint64 first = assert_added (fixture, "openai", "a", KEY_A);
  gint64 second = assert_added (fixture, "openai", "b", KEY_B);
  const gint64 order[] = { second, second, first };
  g_auto (TdTestCall) wrong = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    {
      g_auto (TdTestCall) call = TD_TEST_CALL_INIT;

      td_key_ring_use_async (fixture->ring, order[i], NULL, td_test_ready, &call);
      td_key_ring_use_finish (fixture->ring, td_test_wait (&call), &error);
      g_assert_no_error (error);
      assert_in_use (fixture, "openai", order[i] == first ? KEY_A : KEY_B);
    }
  assert_listed (fixture, NULL, "openai/a/wxyz* openai/b/1234 ");

  td_key_ring_use_async (fixture->ring, second + 100, NULL, td_test_ready, &wrong);
  g_assert_false (td_key_ring_use_finish (fixture->ring, td_test_wait (&wrong), &error));
  g_assert_error (error, TD_STORE_ERROR, TD_STORE_ERROR_NOT_FOUND);
}

static void
test_revoke (Fixture       *fixture,
             gconstpointer  unused)
{
  gint64 second = assert_added (fixture, "openai", "b", KEY_B);
  gint64 first = assert_added (fixture, "openai", "a", KEY_A);
  g_autoptr (GError) error = NULL;

  revoke_key (fixture, first, &error);
  g_assert_no_error (error);
  assert_listed (fixture, NULL, "openai/b/1234* ");
  assert_in_use (fixture, "openai", KEY_B);

  revoke_key (fixture, second, &error);
  g_assert_no_error (error);
  assert_listed (fixture, NULL, "");
  assert_none (fixture, "openai", TD_VAULT_ERROR_NOT_FOUND);

  revoke_key (fixture, second, &error);
  g_assert_error (error, TD_STORE_ERROR, TD_STORE_ERROR_NOT_FOUND);
  g_assert_cmpstr (fixture->changes->str, ==, "openai openai openai openai ");
}

/* A keyring that cannot be reached makes nobody forget a key. */
static void
test_locked (Fixture       *fixture,
             gconstpointer  unused)
{
  gint64 id = assert_added (fixture, "openai", "a", KEY_A);
  g_autoptr (GError) error = NULL;

  keyring_session_lock ();
  assert_none (fixture, "openai", TD_VAULT_ERROR_LOCKED);
  revoke_key (fixture, id, &error);
  g_assert_error (error, TD_VAULT_ERROR, TD_VAULT_ERROR_LOCKED);
  g_clear_error (&error);
  g_assert_null (add (fixture, "groq", "g", KEY_B, &error));
  g_assert_error (error, TD_VAULT_ERROR, TD_VAULT_ERROR_LOCKED);
  assert_listed (fixture, NULL, "openai/a/wxyz* ");

  keyring_session_unlock ();
  assert_in_use (fixture, "openai", KEY_A);
}

static void
test_killed (Fixture       *fixture,
             gconstpointer  unused)
{
  gint64 id = assert_added (fixture, "openai", "a", KEY_A);
  g_autoptr (GError) error = NULL;

  keyring_session_kill ();
  assert_none (fixture, "openai", TD_VAULT_ERROR_ABSENT);
  revoke_key (fixture, id, &error);
  g_assert_error (error, TD_VAULT_ERROR, TD_VAULT_ERROR_ABSENT);
  g_clear_error (&error);
  assert_listed (fixture, NULL, "openai/a/wxyz* ");

  keyring_session_start (TRUE);
  assert_in_use (fixture, "openai", KEY_A);
  revoke_key (fixture, id, &error);
  g_assert_no_error (error);
}

static GSubprocess *
run_secret_tool (const char *const *argv)
{
  g_autoptr (GError) error = NULL;
  GSubprocess *tool = g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error);

  g_assert_no_error (error);
  return tool;
}

/* Another program removes the secret: the row goes with a revoke and not before. */
static void
test_secret_gone (Fixture       *fixture,
                  gconstpointer  unused)
{
  const char *const argv[] = { "secret-tool", "clear", "application", TD_APP_ID, NULL };
  gint64 id = assert_added (fixture, "openai", "a", KEY_A);
  g_autoptr (GSubprocess) tool = run_secret_tool (argv);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_subprocess_wait_check (tool, NULL, &error));
  assert_none (fixture, "openai", TD_VAULT_ERROR_NOT_FOUND);
  assert_listed (fixture, NULL, "openai/a/wxyz* ");
  revoke_key (fixture, id, &error);
  g_assert_no_error (error);
  assert_listed (fixture, NULL, "");
}

/* The row cannot be written: the secret does not stay behind. */
static gpointer
forbid_rows (TdConnection  *connection,
             gpointer       unused,
             GCancellable  *cancellable,
             GError       **error)
{
  td_connection_execute (connection,
                         "CREATE TRIGGER no_keys BEFORE INSERT ON api_key BEGIN SELECT RAISE (ABORT, 'no'); END",
                         error);
  return NULL;
}

static guint
count_secrets (void)
{
  const char *const argv[] = { "secret-tool", "search", "--all", "application", TD_APP_ID, NULL };
  g_autoptr (GSubprocess) tool = run_secret_tool (argv);
  g_autofree char *output = NULL;
  g_auto (GStrv) parts = NULL;

  g_subprocess_communicate_utf8 (tool, NULL, NULL, &output, NULL, NULL);
  parts = g_strsplit (output ? output : "", "secret = ", -1);
  return MAX (g_strv_length (parts), 1) - 1;
}

static void
test_row_refused (Fixture       *fixture,
                  gconstpointer  unused)
{
  guint n_before = count_secrets ();
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;

  td_database_run_async (fixture->database, G_PRIORITY_DEFAULT, forbid_rows, NULL, NULL, NULL, NULL,
                         td_test_ready, &call);
  td_database_run_finish (fixture->database, td_test_wait (&call), &error);
  g_assert_no_error (error);

  g_assert_null (add (fixture, "openai", "a", KEY_A, &error));
  g_assert_error (error, TD_STORE_ERROR, TD_STORE_ERROR_CONSTRAINT);
  g_assert_cmpuint (count_secrets (), ==, n_before);
  assert_listed (fixture, NULL, "");
  g_assert_cmpstr (fixture->changes->str, ==, "");
}

/* ---- The canary ------------------------------------------------------------------------------ */

#define CANARY       "sk-canary-7f3a91c2-do-not-write-this-anywhere"
#define CANARY_HEART "canary-7f3a91c2"

static GLogWriterOutput
remember_log (GLogLevelFlags   level,
              const GLogField *fields,
              gsize            n_fields,
              gpointer         unused)
{
  for (gsize i = 0; i < n_fields; i++)
    {
      if (fields[i].length < 0)
        g_string_append_printf (log_text, "%s=%s\n", fields[i].key, (const char *) fields[i].value);
      else
        g_string_append_len (log_text, fields[i].value, fields[i].length);
    }
  return G_LOG_WRITER_HANDLED;
}

static guint
assert_file_clean (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *contents = NULL;
  gsize length = 0;

  g_file_get_contents (path, &contents, &length, &error);
  g_assert_no_error (error);
  if (memmem (contents, length, CANARY_HEART, strlen (CANARY_HEART)))
    g_error ("the key is in %s", path);
  return 1;
}

static guint
assert_tree_clean (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  guint n_files = 0;

  while (dir && (name = g_dir_read_name (dir)))
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_SYMLINK))
        continue;
      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        n_files += assert_tree_clean (path);
      else if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
        n_files += assert_file_clean (path);
    }
  return n_files;
}

static void
test_canary (Fixture       *fixture,
             gconstpointer  unused)
{
  g_autofree char *wal = g_build_filename (fixture->folder, "topdog.db-wal", NULL);
  g_autofree char *session_home = keyring_session_get_home ();
  g_autoptr (GError) error = NULL;
  gint64 id = assert_added (fixture, "openai", "canary", CANARY);

  assert_in_use (fixture, "openai", CANARY);
  g_assert_null (add (fixture, "openai", "refused", CANARY " " CANARY, &error));
  g_assert_null (strstr (error->message, CANARY_HEART));
  g_clear_error (&error);
  keyring_session_lock ();
  revoke_key (fixture, id, &error);
  g_assert_nonnull (error);
  g_assert_null (strstr (error->message, CANARY_HEART));
  keyring_session_unlock ();

  /* Both the database and its journal are there to be looked at. */
  g_assert_true (g_file_test (wal, G_FILE_TEST_EXISTS));
  g_assert_cmpuint (assert_tree_clean (fixture->folder), >=, 2);
  /* The session's home has the keyring's own files, which are encrypted. */
  g_assert_cmpuint (assert_tree_clean (session_home), >=, 1);
  g_assert_cmpuint (log_text->len, >, 0);
  g_assert_null (strstr (log_text->str, CANARY_HEART));
}

static void
add_case (const char *path,
          void (*test) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int   argc,
      char *argv[])
{
  keyring_session_init ();
  td_test_init (&argc, &argv);
  log_text = g_string_new (NULL);
  g_log_set_writer_func (remember_log, NULL, NULL);

  add_case ("/key-ring/add", test_add);
  add_case ("/key-ring/invalid", test_invalid);
  add_case ("/key-ring/use", test_use);
  add_case ("/key-ring/revoke", test_revoke);
  add_case ("/key-ring/locked", test_locked);
  add_case ("/key-ring/killed", test_killed);
  add_case ("/key-ring/secret-gone", test_secret_gone);
  add_case ("/key-ring/row-refused", test_row_refused);
  add_case ("/key-ring/canary", test_canary);
  return g_test_run ();
}

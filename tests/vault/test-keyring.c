/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gstdio.h>
#include <signal.h>

#include "keyring-session.h"
#include "support/td-test.h"
#include "vault/td-vault-secret.h"

/* The vault against a real keyring daemon in every state it can be in. The program is started
 * once for each kind of session; a case says with its path which one it is for. */

static TdVaultState
get_state (TdVault  *vault,
           GError  **error)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;

  td_vault_get_state_async (vault, NULL, td_test_ready, &call);
  return td_vault_get_state_finish (vault, td_test_wait (&call), error);
}

static void
store (TdVault     *vault,
       const char  *secret_id,
       const char  *secret,
       GError     **error)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  gboolean is_stored;

  td_vault_store_async (vault, secret_id, "Top Dog test", secret, NULL, td_test_ready, &call);
  is_stored = td_vault_store_finish (vault, td_test_wait (&call), error);
  g_assert_cmpint (is_stored, ==, *error == NULL);
}

static char *
look_up (TdVault     *vault,
         const char  *secret_id,
         GError     **error)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;

  td_vault_lookup_async (vault, secret_id, NULL, td_test_ready, &call);
  return td_vault_lookup_finish (vault, td_test_wait (&call), error);
}

static void
remove_secret (TdVault     *vault,
               const char  *secret_id,
               GError     **error)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  gboolean is_removed;

  td_vault_remove_async (vault, secret_id, NULL, td_test_ready, &call);
  is_removed = td_vault_remove_finish (vault, td_test_wait (&call), error);
  g_assert_cmpint (is_removed, ==, *error == NULL);
}

static void
assert_state (TdVault      *vault,
              TdVaultState  expected)
{
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (get_state (vault, &error), ==, expected);
  g_assert_no_error (error);
}

static void
assert_stores (TdVault    *vault,
               const char *secret_id,
               const char *secret)
{
  g_autoptr (GError) error = NULL;

  store (vault, secret_id, secret, &error);
  g_assert_no_error (error);
}

static void
assert_finds (TdVault    *vault,
              const char *secret_id,
              const char *expected)
{
  g_autoptr (GError) error = NULL;
  char *secret = look_up (vault, secret_id, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (secret, ==, expected);
  td_vault_secret_free (secret);
}

static void
assert_not_found (TdVault      *vault,
                  const char   *secret_id,
                  TdVaultError  expected)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (look_up (vault, secret_id, &error));
  g_assert_error (error, TD_VAULT_ERROR, (int) expected);
}

static void
assert_not_stored (TdVault      *vault,
                   const char   *secret_id,
                   TdVaultError  expected)
{
  g_autoptr (GError) error = NULL;

  store (vault, secret_id, "sk-not-stored", &error);
  g_assert_error (error, TD_VAULT_ERROR, (int) expected);
}

static void
assert_not_removed (TdVault      *vault,
                    const char   *secret_id,
                    TdVaultError  expected)
{
  g_autoptr (GError) error = NULL;

  remove_secret (vault, secret_id, &error);
  g_assert_error (error, TD_VAULT_ERROR, (int) expected);
}

/* ---- An open keyring ---------------------------------------------------------------------- */

static void
test_round_trip (void)
{
  g_autoptr (TdVault) vault = td_vault_secret_new ();
  g_autofree char *longest = g_strnfill (TD_VAULT_MAX_SECRET_BYTES, 'k');
  g_autoptr (GError) error = NULL;

  assert_state (vault, TD_VAULT_STATE_READY);
  assert_not_found (vault, "one", TD_VAULT_ERROR_NOT_FOUND);
  assert_not_removed (vault, "one", TD_VAULT_ERROR_NOT_FOUND);

  assert_stores (vault, "one", "sk-first");
  assert_stores (vault, "two", longest);
  assert_finds (vault, "one", "sk-first");
  assert_finds (vault, "two", longest);
  assert_stores (vault, "one", "sk-second");
  assert_finds (vault, "one", "sk-second");

  remove_secret (vault, "one", &error);
  g_assert_no_error (error);
  assert_not_found (vault, "one", TD_VAULT_ERROR_NOT_FOUND);
  assert_finds (vault, "two", longest);
}

static void
test_locked_meanwhile (void)
{
  g_autoptr (TdVault) vault = td_vault_secret_new ();

  assert_stores (vault, "meanwhile", "sk-meanwhile");
  keyring_session_lock ();
  assert_state (vault, TD_VAULT_STATE_LOCKED);
  assert_not_found (vault, "meanwhile", TD_VAULT_ERROR_LOCKED);
  assert_not_removed (vault, "meanwhile", TD_VAULT_ERROR_LOCKED);
  assert_not_found (vault, "never-stored", TD_VAULT_ERROR_LOCKED);

  keyring_session_unlock ();
  assert_finds (vault, "meanwhile", "sk-meanwhile");
}

static void
test_hanging (void)
{
  g_autoptr (TdVault) vault = td_vault_secret_new ();
  g_autoptr (GError) error = NULL;
  GPid pid = keyring_session_get_pid ();
  gint64 started_us = g_get_monotonic_time ();

  assert_stores (vault, "hanging", "sk-hanging");
  g_assert_cmpint (kill (pid, SIGSTOP), ==, 0);

  get_state (vault, &error);
  g_assert_error (error, TD_VAULT_ERROR, TD_VAULT_ERROR_TIMED_OUT);
  assert_not_found (vault, "hanging", TD_VAULT_ERROR_TIMED_OUT);
  assert_not_stored (vault, "hanging-too", TD_VAULT_ERROR_TIMED_OUT);
  assert_not_removed (vault, "hanging", TD_VAULT_ERROR_TIMED_OUT);
  /* libsecret alone takes 50 s for each. */
  g_assert_cmpint (g_get_monotonic_time () - started_us, <, 15 * G_USEC_PER_SEC);

  g_assert_cmpint (kill (pid, SIGCONT), ==, 0);
  assert_finds (vault, "hanging", "sk-hanging");
  assert_not_found (vault, "hanging-too", TD_VAULT_ERROR_NOT_FOUND);
}

/* The daemon dies between two calls of one program; the next one has other keys of its own. */
static void
test_killed_meanwhile (void)
{
  g_autoptr (TdVault) vault = td_vault_secret_new ();

  assert_stores (vault, "killed", "sk-killed");
  keyring_session_kill ();
  assert_state (vault, TD_VAULT_STATE_ABSENT);
  assert_not_found (vault, "killed", TD_VAULT_ERROR_ABSENT);
  assert_not_stored (vault, "killed-too", TD_VAULT_ERROR_ABSENT);
  assert_not_removed (vault, "killed", TD_VAULT_ERROR_ABSENT);

  keyring_session_start (TRUE);
  assert_state (vault, TD_VAULT_STATE_READY);
  assert_finds (vault, "killed", "sk-killed");
}

/* A daemon that may open no file any more cannot write what it was given. */
static void
test_refused (void)
{
  g_autoptr (TdVault) vault = td_vault_secret_new ();

  assert_stores (vault, "before", "sk-before");
  keyring_session_limit_files (3);
  assert_not_stored (vault, "refused", TD_VAULT_ERROR_REFUSED);
  keyring_session_limit_files (1024);
  assert_stores (vault, "after", "sk-after");
}

/* What is read back is not what was stored: that is no success, and nothing of it stays. */
static void
test_spoiled (void)
{
  g_autoptr (TdVault) vault = td_vault_secret_new ();
  guint id = keyring_session_spoil_new_secrets ();

  assert_not_stored (vault, "spoiled", TD_VAULT_ERROR_REFUSED);
  g_dbus_connection_signal_unsubscribe (keyring_session_get_bus (), id);
  assert_not_found (vault, "spoiled", TD_VAULT_ERROR_NOT_FOUND);
  assert_stores (vault, "spoiled", "sk-good");
}

/* The user deletes the keyring with the file manager. */
static void
test_files_gone (void)
{
  g_autoptr (TdVault) vault = td_vault_secret_new ();
  g_autofree char *folder = keyring_session_get_folder ();
  g_autofree char *away = g_strconcat (folder, ".away", NULL);

  assert_stores (vault, "before", "sk-before");
  g_assert_cmpint (g_rename (folder, away), ==, 0);
  assert_not_stored (vault, "gone", TD_VAULT_ERROR_REFUSED);
  assert_not_found (vault, "before", TD_VAULT_ERROR_NOT_FOUND);
  g_assert_cmpint (g_rename (away, folder), ==, 0);
}

/* ---- A keyring that is locked from the start, and nobody to ask ------------------------------ */

static void
test_locked (void)
{
  g_autoptr (TdVault) vault = td_vault_secret_new ();
  g_auto (TdTestCall) unlock = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;

  assert_state (vault, TD_VAULT_STATE_LOCKED);
  assert_not_found (vault, "locked", TD_VAULT_ERROR_LOCKED);
  assert_not_removed (vault, "locked", TD_VAULT_ERROR_LOCKED);
  assert_not_stored (vault, "locked", TD_VAULT_ERROR_LOCKED);

  td_vault_unlock_async (vault, NULL, td_test_ready, &unlock);
  g_assert_false (td_vault_unlock_finish (vault, td_test_wait (&unlock), &error));
  g_assert_error (error, TD_VAULT_ERROR, TD_VAULT_ERROR_LOCKED);
}

/* ---- No keyring service, and one without a keyring ------------------------------------------ */

static void
test_absent (void)
{
  g_autoptr (TdVault) vault = td_vault_secret_new ();

  assert_state (vault, TD_VAULT_STATE_ABSENT);
  assert_not_found (vault, "absent", TD_VAULT_ERROR_ABSENT);
  assert_not_stored (vault, "absent", TD_VAULT_ERROR_ABSENT);
  assert_not_removed (vault, "absent", TD_VAULT_ERROR_ABSENT);
}

static void
test_empty (void)
{
  g_autoptr (TdVault) vault = td_vault_secret_new ();

  keyring_session_start (FALSE);
  assert_state (vault, TD_VAULT_STATE_EMPTY);
  assert_not_found (vault, "empty", TD_VAULT_ERROR_NOT_FOUND);
  assert_not_removed (vault, "empty", TD_VAULT_ERROR_NOT_FOUND);
  assert_not_stored (vault, "empty", TD_VAULT_ERROR_REFUSED);
  assert_state (vault, TD_VAULT_STATE_EMPTY);
  keyring_session_kill ();
}

/* ---- A person at the prompt ------------------------------------------------------------------ */

static void
test_prompt_answered (void)
{
  g_autoptr (TdVault) vault = td_vault_secret_new ();
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;

  keyring_session_lock ();
  td_vault_store_async (vault, "asked", "Top Dog test", "sk-asked", NULL, td_test_ready, &call);
  keyring_session_wait_for_prompt ();
  g_assert_null (call.result);
  keyring_session_answer ("p w Return");
  td_vault_store_finish (vault, td_test_wait (&call), &error);
  g_assert_no_error (error);
  assert_finds (vault, "asked", "sk-asked");
}

static void
test_prompt_dismissed (void)
{
  g_autoptr (TdVault) vault = td_vault_secret_new ();
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;

  keyring_session_lock ();
  td_vault_store_async (vault, "dismissed", "Top Dog test", "sk-dismissed", NULL, td_test_ready,
                        &call);
  keyring_session_wait_for_prompt ();
  keyring_session_answer ("Escape");
  g_assert_false (td_vault_store_finish (vault, td_test_wait (&call), &error));
  g_assert_error (error, TD_VAULT_ERROR, TD_VAULT_ERROR_LOCKED);
  assert_state (vault, TD_VAULT_STATE_LOCKED);
  keyring_session_unlock ();
}

/* The caller gives up while the prompt is up. It hears so at once, nothing is stored when the
 * user answers the prompt after all, and the next call works. */
static void
test_prompt_given_up (void)
{
  g_autoptr (TdVault) vault = td_vault_secret_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;

  keyring_session_lock ();
  td_vault_store_async (vault, "given-up", "Top Dog test", "sk-given-up", cancellable,
                        td_test_ready, &call);
  keyring_session_wait_for_prompt ();
  g_cancellable_cancel (cancellable);
  g_assert_false (td_vault_store_finish (vault, td_test_wait (&call), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  keyring_session_answer ("p w Return");
  assert_stores (vault, "after", "sk-after");
  assert_finds (vault, "after", "sk-after");
  assert_not_found (vault, "given-up", TD_VAULT_ERROR_NOT_FOUND);
}

/* The first secret of a new user: the desktop asks for a password for the new keyring, twice. */
static void
test_prompt_first_keyring (void)
{
  g_autoptr (TdVault) vault = td_vault_secret_new ();
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autofree char *folder = keyring_session_get_folder ();
  g_autofree char *away = g_strconcat (folder, ".away", NULL);
  g_autoptr (GError) error = NULL;

  keyring_session_kill ();
  g_assert_cmpint (g_rename (folder, away), ==, 0);
  keyring_session_start (FALSE);
  assert_state (vault, TD_VAULT_STATE_EMPTY);

  td_vault_store_async (vault, "first", "Top Dog test", "sk-first", NULL, td_test_ready, &call);
  keyring_session_wait_for_prompt ();
  keyring_session_answer ("n e w Tab n e w Return");
  td_vault_store_finish (vault, td_test_wait (&call), &error);
  g_assert_no_error (error);
  assert_state (vault, TD_VAULT_STATE_READY);
  assert_finds (vault, "first", "sk-first");
}

int
main (int   argc,
      char *argv[])
{
  const char *session = argc > 1 ? argv[1] : "";

  keyring_session_init ();
  td_test_init (&argc, &argv);
  if (g_str_equal (session, "open"))
    {
      g_test_add_func ("/keyring/open/round-trip", test_round_trip);
      g_test_add_func ("/keyring/open/locked-meanwhile", test_locked_meanwhile);
      g_test_add_func ("/keyring/open/hanging", test_hanging);
      g_test_add_func ("/keyring/open/killed-meanwhile", test_killed_meanwhile);
      g_test_add_func ("/keyring/open/refused", test_refused);
      g_test_add_func ("/keyring/open/spoiled", test_spoiled);
      g_test_add_func ("/keyring/open/files-gone", test_files_gone);
    }
  else if (g_str_equal (session, "locked"))
    g_test_add_func ("/keyring/locked/nobody-to-ask", test_locked);
  else if (g_str_equal (session, "prompt"))
    {
      g_test_add_func ("/keyring/prompt/answered", test_prompt_answered);
      g_test_add_func ("/keyring/prompt/dismissed", test_prompt_dismissed);
      g_test_add_func ("/keyring/prompt/given-up", test_prompt_given_up);
      g_test_add_func ("/keyring/prompt/first-keyring", test_prompt_first_keyring);
    }
  else
    {
      g_test_add_func ("/keyring/none/absent", test_absent);
      g_test_add_func ("/keyring/none/empty", test_empty);
    }
  return g_test_run ();
}

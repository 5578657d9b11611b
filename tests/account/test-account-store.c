/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "account/td-account-error.h"
#include "account/td-account-store.h"
#include "account/td-session-store.h"
#include "base/td-clock.h"
#include "support/td-test.h"

#define PASSWORD   "turnip boats sail"
#define ITERATIONS 1000 /* of PBKDF2: the real number is for the manager's test */
#define SECOND     G_USEC_PER_SEC

typedef struct
{
  char *path;
  TdDatabase *database;
} Fixture;

static void
open_database (Fixture *fixture)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;

  td_database_open_schema_async (fixture->path, TD_DATABASE_SCHEMA_ACCOUNTS, NULL, td_test_ready,
                                 &call);
  fixture->database = td_database_open_finish (td_test_wait (&call), &error);
  g_assert_no_error (error);
}

static void
close_database (Fixture *fixture)
{
  td_database_close (fixture->database);
  g_clear_object (&fixture->database);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  unused)
{
  g_autofree char *folder = td_test_make_dir ();

  fixture->path = g_build_filename (folder, "accounts.db", NULL);
  open_database (fixture);
  td_clock_freeze (G_GINT64_CONSTANT (1767225600) * SECOND);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  unused)
{
  td_clock_thaw ();
  close_database (fixture);
  g_free (fixture->path);
}

static gpointer
run (Fixture         *fixture,
     TdDatabaseFunc   func,
     gpointer         data,
     GDestroyNotify   data_free,
     GDestroyNotify   result_free,
     GError         **error)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;

  td_database_run_async (fixture->database, G_PRIORITY_DEFAULT, func, data, data_free, result_free,
                         NULL, td_test_ready, &call);
  return td_database_run_finish (fixture->database, td_test_wait (&call), error);
}

static TdAccountList *
load (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  TdAccountList *list = run (fixture, td_account_store_load, g_strdup ("Me"), g_free,
                             (GDestroyNotify) td_account_list_free, &error);

  g_assert_no_error (error);
  return list;
}

static TdAccount *
add (Fixture     *fixture,
     const char  *name,
     const char  *email,
     const char  *password,
     GError     **error)
{
  TdAccountEntry *entry = td_account_entry_new (NULL, password, ITERATIONS);

  entry->name = g_strdup (name);
  entry->email = g_strdup (email);
  return run (fixture, td_account_store_add, entry, (GDestroyNotify) td_account_entry_free,
              g_object_unref, error);
}

static TdAccount *
check_with (Fixture         *fixture,
            TdDatabaseFunc   func,
            const char      *id,
            const char      *password,
            guint            iterations,
            GError         **error)
{
  return run (fixture, func, td_account_entry_new (id, password, iterations),
              (GDestroyNotify) td_account_entry_free, g_object_unref, error);
}

static void
assert_check (Fixture    *fixture,
              const char *id,
              const char *password,
              int         code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TdAccount) account =
    check_with (fixture, td_account_store_check_password, id, password, ITERATIONS, &error);

  if (code < 0)
    {
      g_assert_no_error (error);
      g_assert_nonnull (account);
      return;
    }
  g_assert_null (account);
  g_assert_error (error, TD_ACCOUNT_ERROR, code);
}

static void
advance (gint64 us)
{
  td_clock_freeze (td_clock_now_us () + us);
}

static void
test_first (Fixture       *fixture,
            gconstpointer  unused)
{
  g_autoptr (TdAccountList) list = load (fixture);
  g_autoptr (TdAccountList) again = load (fixture);
  TdAccount *first = list->accounts->pdata[0];

  g_assert_cmpuint (list->accounts->len, ==, 1);
  g_assert_cmpuint (again->accounts->len, ==, 1);
  g_assert_cmpstr (td_account_get_name (first), ==, "Me");
  g_assert_cmpstr (td_account_get_facts (first)->folder, ==, "");
  g_assert_false (td_account_get_protected (first));
  g_assert_cmpstr (list->current_id, ==, td_account_get_id (first));
  g_assert_null (list->session_id);
  assert_check (fixture, td_account_get_id (first), NULL, -1);
}

static void
test_sign_up (Fixture       *fixture,
              gconstpointer  unused)
{
  static const struct
  {
    const char *name;
    const char *email;
    const char *password;
    int code;
  } rows[] = {
    { "Ada", "ada@example.org", PASSWORD, -1 },
    { " Bert ", " ", NULL, -1 },
    { "ÀDA", NULL, NULL, TD_ACCOUNT_ERROR_NAME_TAKEN },
    { "bert", NULL, NULL, TD_ACCOUNT_ERROR_NAME_TAKEN },
    { "me", NULL, NULL, TD_ACCOUNT_ERROR_NAME_TAKEN },
    { "", NULL, NULL, TD_ACCOUNT_ERROR_NAME_INVALID },
    { "  ", NULL, NULL, TD_ACCOUNT_ERROR_NAME_INVALID },
    { "a\nb", NULL, NULL, TD_ACCOUNT_ERROR_NAME_INVALID },
    { "\xff", NULL, NULL, TD_ACCOUNT_ERROR_NAME_INVALID },
    { "a name of eighty-one characters, which is one more than an account may have, oh no",
      NULL, NULL, TD_ACCOUNT_ERROR_NAME_INVALID },
    { "Carl", "carl", NULL, TD_ACCOUNT_ERROR_EMAIL_INVALID },
    { "Carl", "@example.org", NULL, TD_ACCOUNT_ERROR_EMAIL_INVALID },
    { "Carl", "carl@", NULL, TD_ACCOUNT_ERROR_EMAIL_INVALID },
    { "Carl", "a@b@c", NULL, TD_ACCOUNT_ERROR_EMAIL_INVALID },
    { "Carl", "ca rl@example.org", NULL, TD_ACCOUNT_ERROR_EMAIL_INVALID },
    { "Carl", NULL, "short", TD_ACCOUNT_ERROR_PASSWORD_SHORT },
    { "Carl", NULL, "password123", TD_ACCOUNT_ERROR_PASSWORD_COMMON },
    { "Carl Gustav", NULL, "carl gustav", TD_ACCOUNT_ERROR_PASSWORD_PERSONAL },
  };
  g_autoptr (TdAccountList) before = load (fixture);
  g_autoptr (TdAccountList) after = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (TdAccount) account =
        add (fixture, rows[i].name, rows[i].email, rows[i].password, &error);

      g_test_message ("row %zu", i);
      if (rows[i].code >= 0)
        {
          g_assert_null (account);
          g_assert_error (error, TD_ACCOUNT_ERROR, rows[i].code);
          continue;
        }
      g_assert_no_error (error);
      g_assert_cmpint (td_account_get_protected (account), ==, rows[i].password != NULL);
    }
  after = load (fixture);
  g_assert_cmpuint (after->accounts->len, ==, 3);
  g_assert_cmpstr (td_account_get_name (after->accounts->pdata[0]), ==, "Ada");
  g_assert_cmpstr (td_account_get_facts (after->accounts->pdata[0])->email, ==, "ada@example.org");
  g_assert_cmpstr (td_account_get_name (after->accounts->pdata[1]), ==, "Bert");
  g_assert_null (td_account_get_facts (after->accounts->pdata[1])->email);
  g_assert_cmpstr (td_account_get_facts (after->accounts->pdata[0])->folder, !=,
                   td_account_get_facts (after->accounts->pdata[1])->folder);
}

static gint64
get_wait (Fixture    *fixture,
          const char *name)
{
  g_autoptr (TdAccountList) list = load (fixture);

  for (guint i = 0; i < list->accounts->len; i++)
    {
      if (g_str_equal (td_account_get_name (list->accounts->pdata[i]), name))
        return td_account_get_wait_seconds (list->accounts->pdata[i]);
    }
  g_assert_not_reached ();
}

/* Three are free, then 1, 2, 4 … seconds and never more than a quarter of an hour; also after the
 * program was started again, and also when the password that comes too soon is right. */
static void
test_delay (Fixture       *fixture,
            gconstpointer  unused)
{
  static const gint64 waits[] = { 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900 };
  g_autoptr (TdAccount) account = add (fixture, "Ada", NULL, PASSWORD, NULL);
  const char *id = td_account_get_id (account);

  for (gsize i = 0; i < G_N_ELEMENTS (waits); i++)
    {
      assert_check (fixture, id, "a wrong password", TD_ACCOUNT_ERROR_PASSWORD_WRONG);
      close_database (fixture);
      open_database (fixture);
      g_assert_cmpint (get_wait (fixture, "Ada"), ==, waits[i]);
      if (waits[i] == 0)
        continue;
      assert_check (fixture, id, PASSWORD, TD_ACCOUNT_ERROR_TOO_SOON);
      advance (waits[i] * SECOND - 1);
      assert_check (fixture, id, PASSWORD, TD_ACCOUNT_ERROR_TOO_SOON);
      advance (1);
    }
  /* A clock set back by a year locks nobody out for a year. */
  td_clock_freeze (td_clock_now_us () - 365 * G_TIME_SPAN_DAY);
  g_assert_cmpint (get_wait (fixture, "Ada"), <=, 900);
  advance (366 * G_TIME_SPAN_DAY);
  assert_check (fixture, id, PASSWORD, -1);
  g_assert_cmpint (get_wait (fixture, "Ada"), ==, 0);
  assert_check (fixture, id, "a wrong password", TD_ACCOUNT_ERROR_PASSWORD_WRONG);
  g_assert_cmpint (get_wait (fixture, "Ada"), ==, 0);
}

/* Eight guesses at once, of which the right one comes last. */
static void
test_parallel (Fixture       *fixture,
               gconstpointer  unused)
{
  g_autoptr (TdAccount) account = add (fixture, "Ada", NULL, PASSWORD, NULL);
  Fixture others[8] = { 0 };
  TdTestCall calls[8] = { 0 };
  guint n_wrong = 0, n_too_soon = 0;

  for (guint i = 0; i < 8; i++)
    {
      others[i].path = fixture->path;
      open_database (&others[i]);
    }
  for (guint i = 0; i < 8; i++)
    td_database_run_async (others[i].database, G_PRIORITY_DEFAULT, td_account_store_check_password,
                           td_account_entry_new (td_account_get_id (account), "wrong wrong", 1),
                           (GDestroyNotify) td_account_entry_free, g_object_unref, NULL,
                           td_test_ready, &calls[i]);
  for (guint i = 0; i < 8; i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (td_database_run_finish (others[i].database, td_test_wait (&calls[i]), &error));
      n_wrong += g_error_matches (error, TD_ACCOUNT_ERROR, TD_ACCOUNT_ERROR_PASSWORD_WRONG);
      n_too_soon += g_error_matches (error, TD_ACCOUNT_ERROR, TD_ACCOUNT_ERROR_TOO_SOON);
      td_test_call_clear (&calls[i]);
      close_database (&others[i]);
    }
  g_assert_cmpuint (n_wrong, ==, 3);
  g_assert_cmpuint (n_too_soon, ==, 5);
}

static gpointer
read_record (TdConnection  *connection,
             gpointer       id,
             GCancellable  *cancellable,
             GError       **error)
{
  g_autoptr (TdStatement) statement =
    td_connection_prepare (connection, "SELECT password FROM account WHERE id = ?", error);
  gboolean has_row;

  td_statement_bind_text (statement, 1, id);
  g_assert_true (td_statement_step (statement, &has_row, error) && has_row);
  return g_strdup (td_statement_get_text (statement, 0));
}

static char *
get_record (Fixture    *fixture,
            const char *id)
{
  return run (fixture, read_record, g_strdup (id), g_free, g_free, NULL);
}

static void
test_raised (Fixture       *fixture,
             gconstpointer  unused)
{
  g_autoptr (TdAccount) account = add (fixture, "Ada", NULL, PASSWORD, NULL);
  const char *id = td_account_get_id (account);
  g_autoptr (TdAccount) checked = NULL;
  g_autofree char *before = get_record (fixture, id);
  g_autofree char *after = NULL;
  g_autofree char *kept = NULL;

  g_assert_true (g_str_has_prefix (before, "pbkdf2-sha256$1000$"));
  checked = check_with (fixture, td_account_store_check_password, id, PASSWORD, 2000, NULL);
  g_assert_nonnull (checked);
  after = get_record (fixture, id);
  g_assert_true (g_str_has_prefix (after, "pbkdf2-sha256$2000$"));
  assert_check (fixture, id, PASSWORD, -1); /* with 1000 wanted: never lowered */
  kept = get_record (fixture, id);
  g_assert_cmpstr (kept, ==, after);
}

static TdSessionGrant *
open_session (Fixture    *fixture,
              const char *account_id,
              const char *purpose)
{
  g_autoptr (GError) error = NULL;
  TdSessionGrant *grant =
    run (fixture, td_session_store_open, td_session_wish_new (account_id, purpose),
         (GDestroyNotify) td_session_wish_free, (GDestroyNotify) td_session_grant_free, &error);

  g_assert_no_error (error);
  return grant;
}

static TdSessionGrant *
refresh (Fixture    *fixture,
         const char *token,
         int         code)
{
  g_autoptr (GError) error = NULL;
  TdSessionGrant *grant = run (fixture, td_session_store_refresh, g_strdup (token), g_free,
                               (GDestroyNotify) td_session_grant_free, &error);

  if (code < 0)
    g_assert_no_error (error);
  else
    g_assert_error (error, TD_ACCOUNT_ERROR, code);
  return grant;
}

static gboolean
is_alive (Fixture    *fixture,
          const char *session_id)
{
  g_autofree char *account_id =
    run (fixture, td_session_store_check, g_strdup (session_id), g_free, g_free, NULL);

  return account_id != NULL;
}

static void
test_password_change (Fixture       *fixture,
                      gconstpointer  unused)
{
  g_autoptr (TdAccount) account = add (fixture, "Ada", NULL, NULL, NULL);
  const char *id = td_account_get_id (account);
  g_autoptr (TdSessionGrant) session = open_session (fixture, id, TD_SESSION_DEVICE);
  g_autoptr (TdAccount) changed = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (check_with (fixture, td_account_store_set_password, id, "short", 1, &error));
  g_assert_error (error, TD_ACCOUNT_ERROR, TD_ACCOUNT_ERROR_PASSWORD_SHORT);
  g_assert_true (is_alive (fixture, session->session_id));
  changed = check_with (fixture, td_account_store_set_password, id, PASSWORD, 1000, NULL);
  g_assert_true (td_account_get_protected (changed));
  g_assert_false (is_alive (fixture, session->session_id));
  assert_check (fixture, id, NULL, TD_ACCOUNT_ERROR_PASSWORD_NEEDED);
  assert_check (fixture, id, PASSWORD, -1);
}

static void
test_rotation (Fixture       *fixture,
               gconstpointer  unused)
{
  g_autoptr (TdAccount) account = add (fixture, "Ada", NULL, NULL, NULL);
  const char *id = td_account_get_id (account);
  g_autoptr (TdSessionGrant) first = open_session (fixture, id, "an editor");
  g_autoptr (TdSessionGrant) other = open_session (fixture, id, "another editor");
  g_autoptr (TdSessionGrant) second = refresh (fixture, first->refresh_token, -1);
  g_autoptr (TdSessionGrant) third = refresh (fixture, second->refresh_token, -1);

  g_assert_cmpstr (second->session_id, ==, first->session_id);
  g_assert_cmpstr (third->account_id, ==, id);
  g_assert_cmpstr (second->refresh_token, !=, first->refresh_token);
  g_assert_true (is_alive (fixture, first->session_id));
  /* A thief comes with an old one: the whole session ends, its owner has to sign in. */
  g_assert_null (refresh (fixture, first->refresh_token, TD_ACCOUNT_ERROR_TOKEN_REUSED));
  g_assert_false (is_alive (fixture, first->session_id));
  g_assert_null (refresh (fixture, third->refresh_token, TD_ACCOUNT_ERROR_TOKEN_INVALID));
  g_assert_true (is_alive (fixture, other->session_id));
  g_assert_null (refresh (fixture, "nonsense", TD_ACCOUNT_ERROR_TOKEN_INVALID));
  g_assert_null (refresh (fixture, "", TD_ACCOUNT_ERROR_TOKEN_INVALID));
}

static void
test_session_end (Fixture       *fixture,
                  gconstpointer  unused)
{
  g_autoptr (TdAccount) account = add (fixture, "Ada", NULL, NULL, NULL);
  const char *id = td_account_get_id (account);
  g_autoptr (TdSessionGrant) a = open_session (fixture, id, TD_SESSION_DEVICE);
  g_autoptr (TdSessionGrant) b = open_session (fixture, id, "an editor");
  g_autoptr (TdSessionGrant) c = open_session (fixture, id, "an editor");
  g_autoptr (TdSessionGrant) d = NULL;
  g_autoptr (TdAccountList) list = load (fixture);

  g_assert_cmpstr (list->current_id, ==, id);
  g_assert_cmpstr (list->session_id, ==, a->session_id);
  run (fixture, td_session_store_revoke, g_strdup (a->session_id), g_free, NULL, NULL);
  g_assert_false (is_alive (fixture, a->session_id));
  g_assert_null (refresh (fixture, a->refresh_token, TD_ACCOUNT_ERROR_TOKEN_INVALID));
  /* Each refresh gives thirty days more. */
  advance (TD_SESSION_LIFE_US - 1);
  g_assert_true (is_alive (fixture, b->session_id));
  d = refresh (fixture, b->refresh_token, -1);
  advance (1);
  g_assert_true (is_alive (fixture, b->session_id));
  g_assert_false (is_alive (fixture, c->session_id));
  g_assert_null (refresh (fixture, c->refresh_token, TD_ACCOUNT_ERROR_TOKEN_EXPIRED));
  run (fixture, td_session_store_revoke_all, g_strdup (id), g_free, NULL, NULL);
  g_assert_false (is_alive (fixture, b->session_id));
}

static void
test_remove (Fixture       *fixture,
             gconstpointer  unused)
{
  g_autoptr (TdAccountList) before = load (fixture);
  g_autoptr (TdAccount) account = add (fixture, "Ada", NULL, PASSWORD, NULL);
  const char *id = td_account_get_id (account);
  g_autoptr (TdSessionGrant) session = open_session (fixture, id, TD_SESSION_DEVICE);
  g_autoptr (TdAccountList) after = NULL;

  run (fixture, td_account_store_remove, g_strdup (id), g_free, NULL, NULL);
  g_assert_false (is_alive (fixture, session->session_id));
  after = load (fixture);
  g_assert_cmpuint (after->accounts->len, ==, 1);
  g_assert_null (after->current_id);
  assert_check (fixture, id, PASSWORD, TD_ACCOUNT_ERROR_NOT_FOUND);
}

int
main (int    argc,
      char **argv)
{
  td_test_init (&argc, &argv);
#define ADD(name, func) g_test_add ("/account-store/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("first", test_first);
  ADD ("sign-up", test_sign_up);
  ADD ("delay", test_delay);
  ADD ("parallel", test_parallel);
  ADD ("raised", test_raised);
  ADD ("password-change", test_password_change);
  ADD ("rotation", test_rotation);
  ADD ("session-end", test_session_end);
  ADD ("remove", test_remove);
#undef ADD
  return g_test_run ();
}

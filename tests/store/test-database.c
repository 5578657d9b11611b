/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "store/td-database-private.h"
#include "support/td-test.h"

static TdDatabase *
open_path (const char          *path,
           const TdMigrations  *migrations,
           GError             **error)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;

  td_database_open_with_migrations_async (path, migrations, NULL, td_test_ready, &call);
  return td_database_open_finish (td_test_wait (&call), error);
}

static gpointer
run (TdDatabase      *database,
     TdDatabaseFunc   func,
     gpointer         data,
     GError         **error)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;

  td_database_run_async (database, G_PRIORITY_DEFAULT, func, data, NULL, NULL, NULL, td_test_ready, &call);
  return td_database_run_finish (database, td_test_wait (&call), error);
}

static gpointer
add_favourite (TdConnection  *connection,
               gpointer       data,
               GCancellable  *cancellable,
               GError       **error)
{
  g_autoptr (TdStatement) statement =
    td_connection_prepare (connection, "INSERT INTO model_user_fact (model_key, favourite) VALUES (?, 1)", error);

  if (statement == NULL)
    return NULL;
  td_statement_bind_text (statement, 1, data);
  td_statement_run (statement, error);
  return NULL;
}

static gpointer
count_favourites (TdConnection  *connection,
                  gpointer       data,
                  GCancellable  *cancellable,
                  GError       **error)
{
  g_autoptr (TdStatement) statement =
    td_connection_prepare (connection, "SELECT count(*) FROM model_user_fact WHERE favourite = 1", error);

  if (statement == NULL || !td_statement_step (statement, NULL, error))
    return NULL;
  return GINT_TO_POINTER (td_statement_get_int64 (statement, 0));
}

static gpointer
leave_transaction_open (TdConnection  *connection,
                        gpointer       data,
                        GCancellable  *cancellable,
                        GError       **error)
{
  if (td_connection_begin (connection, error) && add_favourite (connection, data, NULL, error) == NULL)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "on purpose");
  return NULL;
}

static void
test_keeps_what_was_written (void)
{
  g_autofree char *folder = td_test_make_dir ();
  g_autofree char *path = g_build_filename (folder, "topdog.db", NULL);
  g_autoptr (GError) error = NULL;

  for (guint round = 0; round < 2; round++)
    {
      g_autoptr (TdDatabase) database = open_path (path, NULL, &error);
      g_autofree char *key = g_strdup_printf ("provider:model-%u", round);

      g_assert_no_error (error);
      run (database, add_favourite, key, &error);
      g_assert_no_error (error);
      g_assert_cmpint (GPOINTER_TO_INT (run (database, count_favourites, NULL, &error)), ==, round + 1);
      g_assert_no_error (error);

      run (database, add_favourite, key, &error);
      g_assert_error (error, TD_STORE_ERROR, TD_STORE_ERROR_CONSTRAINT);
      g_clear_error (&error);
    }
}

static void
test_undoes_an_open_transaction (void)
{
  g_autofree char *folder = td_test_make_dir ();
  g_autofree char *path = g_build_filename (folder, "topdog.db", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (TdDatabase) database = open_path (path, NULL, &error);

  g_assert_no_error (error);
  run (database, leave_transaction_open, (gpointer) "provider:model", &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
  g_clear_error (&error);
  g_assert_cmpint (GPOINTER_TO_INT (run (database, count_favourites, NULL, &error)), ==, 0);
  g_assert_no_error (error);
}

static void
test_closed (void)
{
  g_autofree char *folder = td_test_make_dir ();
  g_autofree char *path = g_build_filename (folder, "topdog.db", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (TdDatabase) database = open_path (path, NULL, &error);

  g_assert_no_error (error);
  td_database_close (database);
  td_database_close (database);
  run (database, count_favourites, NULL, &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

static void
assert_refused_untouched (const char          *path,
                          const TdMigrations  *migrations,
                          int                  code)
{
  g_autofree char *before = NULL, *after = NULL;
  gsize before_length, after_length;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_get_contents (path, &before, &before_length, NULL));
  g_assert_null (open_path (path, migrations, &error));
  g_assert_error (error, TD_STORE_ERROR, code);
  g_assert_true (g_file_get_contents (path, &after, &after_length, NULL));
  g_assert_cmpmem (before, before_length, after, after_length);
}

static void
test_refuses_what_is_no_database (void)
{
  g_autofree char *folder = td_test_make_dir ();
  g_autofree char *path = g_build_filename (folder, "topdog.db", NULL);

  g_assert_true (g_file_set_contents (path, "This is a letter to my aunt, and no database.\n", -1, NULL));
  assert_refused_untouched (path, NULL, TD_STORE_ERROR_CORRUPT);
  g_assert_true (g_file_set_contents (path, "short", -1, NULL));
  assert_refused_untouched (path, NULL, TD_STORE_ERROR_CORRUPT);
}

static void
test_upgrades_and_refuses_newer (void)
{
  static const char *const two[] = {
    "CREATE TABLE thing (id INTEGER PRIMARY KEY, name TEXT NOT NULL); INSERT INTO thing VALUES (1, 'kept')",
    "ALTER TABLE thing ADD COLUMN colour TEXT",
    NULL,
  };
  static const char *const one[] = { two[0], NULL };
  const TdMigrations old = { one }, new = { two };
  g_autofree char *folder = td_test_make_dir ();
  g_autofree char *path = g_build_filename (folder, "topdog.db", NULL);
  g_autofree char *copy = g_strconcat (path, ".backup-v1", NULL);
  g_autoptr (GError) error = NULL;

  g_object_unref (open_path (path, &old, &error));
  g_assert_no_error (error);
  g_assert_false (g_file_test (copy, G_FILE_TEST_EXISTS));
  g_object_unref (open_path (path, &new, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_test (copy, G_FILE_TEST_EXISTS));

  assert_refused_untouched (path, &old, TD_STORE_ERROR_NEWER);
  g_object_unref (open_path (copy, &old, &error));
  g_assert_no_error (error);
}

int
main (int   argc,
      char *argv[])
{
  td_test_init (&argc, &argv);
  g_test_add_func ("/store/database/keeps-what-was-written", test_keeps_what_was_written);
  g_test_add_func ("/store/database/undoes-an-open-transaction", test_undoes_an_open_transaction);
  g_test_add_func ("/store/database/closed", test_closed);
  g_test_add_func ("/store/database/refuses-what-is-no-database", test_refuses_what_is_no_database);
  g_test_add_func ("/store/database/upgrades-and-refuses-newer", test_upgrades_and_refuses_newer);
  return g_test_run ();
}

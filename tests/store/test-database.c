/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <sys/stat.h>

#include "store/td-database.h"
#include "support/td-test.h"

typedef struct
{
  char *path;
  TdDatabase *database;
} Fixture;

static TdDatabase *
open_database (const char  *path,
               GError     **error)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;

  td_database_open_async (path, NULL, td_test_ready, &call);
  return td_database_open_finish (td_test_wait (&call), error);
}

static void
set_up (Fixture       *self,
        gconstpointer  data)
{
  g_autofree char *folder = td_test_make_dir ();
  g_autoptr (GError) error = NULL;

  self->path = g_build_filename (folder, "topdog.db", NULL);
  self->database = open_database (self->path, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture       *self,
           gconstpointer  data)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (self->database);
  g_free (self->path);
}

static gpointer
run (Fixture         *self,
     TdDatabaseFunc   func,
     gpointer         data,
     GError         **error)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;

  td_database_run_async (self->database, G_PRIORITY_DEFAULT, func, data, NULL, g_free, NULL,
                         td_test_ready, &call);
  return td_database_run_finish (self->database, td_test_wait (&call), error);
}

static gboolean
exists (const char *path,
        const char *suffix)
{
  g_autofree char *full = g_strconcat (path, suffix, NULL);

  return g_file_test (full, G_FILE_TEST_EXISTS);
}

static gpointer
read_pragmas (TdConnection  *connection,
              gpointer       data,
              GCancellable  *cancellable,
              GError       **error)
{
  static const char *const pragmas[] = { "application_id", "journal_mode", "synchronous",
                                         "foreign_keys", "trusted_schema", "cell_size_check" };
  g_autoptr (GString) found = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (pragmas); i++)
    {
      g_autofree char *sql = g_strconcat ("PRAGMA ", pragmas[i], NULL);
      g_autoptr (TdStatement) statement = td_connection_prepare (connection, sql, error);
      gboolean has_row = FALSE;

      g_assert_true (td_statement_step (statement, &has_row, error) && has_row);
      g_string_append_printf (found, "%s ", td_statement_get_text (statement, 0));
    }
  return g_string_free_and_steal (g_steal_pointer (&found));
}

static void
reopen (Fixture *self)
{
  g_autoptr (GError) error = NULL;

  td_database_close (self->database);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (self->database);
  self->database = open_database (self->path, &error);
  g_assert_no_error (error);
}

static void
test_settings (Fixture       *self,
               gconstpointer  data)
{
  struct stat info;

  /* Of a database that was just made, and of one that was there. */
  for (int i = 0; i < 2; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *pragmas = run (self, read_pragmas, NULL, &error);

      g_assert_no_error (error);
      /* 'TDog' is 0x54446f67; synchronous 2 is FULL. */
      g_assert_cmpstr (pragmas, ==, "1413771111 wal 2 1 0 1 ");
      reopen (self);
    }
  g_assert_cmpint (stat (self->path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
  g_assert_cmpstr (td_database_get_path (self->database), ==, self->path);
}

static gpointer
use_every_type (TdConnection  *connection,
                gpointer       data,
                GCancellable  *cancellable,
                GError       **error)
{
  g_autoptr (TdStatement) insert = NULL;
  g_autoptr (TdStatement) select = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new_static ("a\0b", 3);
  g_autoptr (GBytes) nothing = g_bytes_new_static ("", 0);
  g_autoptr (GBytes) bytes_back = NULL;
  g_autoptr (GBytes) nothing_back = NULL;
  gboolean has_row = FALSE;

  g_assert_true (td_connection_execute (connection,
                                        "CREATE TABLE t (i, s, b, e, n, bad); -- and a comment",
                                        error));
  insert =
    td_connection_prepare (connection,
                           "INSERT INTO t VALUES (?, ?, ?, ?, ?, CAST (x'41ff42' AS TEXT))", error);
  td_statement_bind_int64 (insert, 1, G_MININT64);
  td_statement_bind_text (insert, 2, "'; DROP TABLE t; --ä");
  td_statement_bind_bytes (insert, 3, bytes);
  td_statement_bind_bytes (insert, 4, nothing);
  td_statement_bind_text (insert, 5, NULL);
  g_assert_true (td_statement_run (insert, error));
  g_assert_cmpint (td_connection_get_changes (connection), ==, 1);
  g_assert_cmpint (td_connection_get_last_insert_id (connection), ==, 1);

  select = td_connection_prepare (connection, "SELECT i, s, b, e, n, bad FROM t", error);
  g_assert_true (td_statement_step (select, &has_row, error));
  g_assert_true (has_row);
  g_assert_cmpint (td_statement_get_int64 (select, 0), ==, G_MININT64);
  g_assert_cmpstr (td_statement_get_text (select, 1), ==, "'; DROP TABLE t; --ä");
  bytes_back = td_statement_get_bytes (select, 2);
  g_assert_true (g_bytes_equal (bytes, bytes_back));
  nothing_back = td_statement_get_bytes (select, 3);
  g_assert_cmpuint (g_bytes_get_size (nothing_back), ==, 0);
  g_assert_false (td_statement_is_null (select, 3));
  g_assert_true (td_statement_is_null (select, 4));
  g_assert_null (td_statement_get_text (select, 4));
  g_assert_null (td_statement_get_bytes (select, 4));
  g_assert_cmpint (td_statement_get_int64 (select, 4), ==, 0);
  g_assert_cmpstr (td_statement_get_text (select, 5), ==, "A\xef\xbf\xbd"
                                                          "B");
  g_assert_true (td_statement_step (select, &has_row, error));
  g_assert_false (has_row);
  return NULL;
}

static void
test_types (Fixture       *self,
            gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (run (self, use_every_type, NULL, &error));
  g_assert_no_error (error);
}

/* A statement used inside itself is another one; a released one is the same. */
static gpointer
use_cache (TdConnection  *connection,
           gpointer       data,
           GCancellable  *cancellable,
           GError       **error)
{
  static const char sql[] = "SELECT ?";
  TdStatement *first = td_connection_prepare (connection, sql, error);
  TdStatement *second = td_connection_prepare (connection, sql, error);
  TdStatement *third;
  gboolean has_row = FALSE;

  g_assert_true (first != second);
  td_statement_bind_int64 (first, 1, 1);
  td_statement_bind_int64 (second, 1, 2);
  g_assert_true (td_statement_step (first, &has_row, error) && has_row);
  g_assert_true (td_statement_step (second, &has_row, error) && has_row);
  g_assert_cmpint (td_statement_get_int64 (first, 0), ==, 1);
  g_assert_cmpint (td_statement_get_int64 (second, 0), ==, 2);
  td_statement_release (second);
  td_statement_release (first);
  td_statement_release (NULL);

  third = td_connection_prepare (connection, sql, error);
  g_assert_true (third == first);
  g_assert_true (td_statement_step (third, &has_row, error) && has_row);
  g_assert_true (td_statement_is_null (third, 0)); /* its parameter was forgotten */
  td_statement_release (third);
  return NULL;
}

static void
test_cache (Fixture       *self,
            gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  run (self, use_cache, NULL, &error);
  g_assert_no_error (error);
}

static gpointer
run_script (TdConnection  *connection,
            gpointer       data,
            GCancellable  *cancellable,
            GError       **error)
{
  td_connection_execute (connection, data, error);
  return NULL;
}

static gpointer
bind_too_far (TdConnection  *connection,
              gpointer       data,
              GCancellable  *cancellable,
              GError       **error)
{
  g_autoptr (TdStatement) statement = td_connection_prepare (connection, "SELECT ?", error);

  td_statement_bind_int64 (statement, 2, 1);
  td_statement_run (statement, error);
  return NULL;
}

static gpointer
prepare_nonsense (TdConnection  *connection,
                  gpointer       data,
                  GCancellable  *cancellable,
                  GError       **error)
{
  g_assert_null (td_connection_prepare (connection, "SELEKT 1", error));
  return NULL;
}

static void
test_errors (Fixture       *self,
             gconstpointer  data)
{
  static const struct
  {
    TdDatabaseFunc func;
    const char *sql;
    TdStoreError code;
  } rows[] = {
    { prepare_nonsense, NULL, TD_STORE_ERROR_FAILED },
    { bind_too_far, NULL, TD_STORE_ERROR_FAILED },
    { run_script, "SELECT * FROM nowhere", TD_STORE_ERROR_FAILED },
    { run_script, "SELECT \"text in the wrong quotes\"", TD_STORE_ERROR_FAILED },
    { run_script, "INSERT INTO model_user_fact (model_key, favourite) VALUES ('a', 7)",
      TD_STORE_ERROR_CONSTRAINT },
    { run_script, "INSERT INTO endpoint_header VALUES ('nobody', 'n', 'v')",
      TD_STORE_ERROR_CONSTRAINT },
    { run_script,
      "PRAGMA max_page_count = 1; CREATE TABLE t (b); INSERT INTO t VALUES (zeroblob (100000))",
      TD_STORE_ERROR_FULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (run (self, rows[i].func, (gpointer) rows[i].sql, &error));
      g_assert_error (error, TD_STORE_ERROR, (int) rows[i].code);
    }
}

static gpointer
count_endpoints (TdConnection  *connection,
                 gpointer       data,
                 GCancellable  *cancellable,
                 GError       **error)
{
  g_autoptr (TdStatement) statement =
    td_connection_prepare (connection, "SELECT count (*) FROM endpoint", error);
  gboolean has_row = FALSE;

  g_assert_true (td_statement_step (statement, &has_row, error) && has_row);
  return g_strdup (td_statement_get_text (statement, 0));
}

#define INSERT_ENDPOINT "INSERT INTO endpoint (provider_id) VALUES (hex (randomblob (8)));"

static gpointer
write_and_roll_back (TdConnection  *connection,
                     gpointer       data,
                     GCancellable  *cancellable,
                     GError       **error)
{
  g_assert_true (td_connection_begin (connection, error));
  g_assert_true (td_connection_execute (connection, INSERT_ENDPOINT, error));
  td_connection_rollback (connection);
  td_connection_rollback (connection); /* there is none any more */
  return NULL;
}

static gpointer
write_and_commit (TdConnection  *connection,
                  gpointer       data,
                  GCancellable  *cancellable,
                  GError       **error)
{
  g_assert_true (td_connection_begin (connection, error));
  g_assert_true (td_connection_execute (connection, INSERT_ENDPOINT, error));
  g_assert_true (td_connection_commit (connection, error));
  return NULL;
}

static gpointer
write_and_fail (TdConnection  *connection,
                gpointer       data,
                GCancellable  *cancellable,
                GError       **error)
{
  g_assert_true (td_connection_begin (connection, error));
  g_assert_true (td_connection_execute (connection, INSERT_ENDPOINT, error));
  td_connection_execute (connection, "INSERT INTO endpoint (provider_id, custom) VALUES ('x', 9)",
                         error);
  return NULL;
}

/* A deferred foreign key is found out by the commit itself. */
static gpointer
write_and_fail_to_commit (TdConnection  *connection,
                          gpointer       data,
                          GCancellable  *cancellable,
                          GError       **error)
{
  g_assert_true (td_connection_execute (connection,
                                        "CREATE TABLE child (p TEXT REFERENCES endpoint DEFERRABLE INITIALLY DEFERRED)",
                                        error));
  g_assert_true (td_connection_begin (connection, error));
  g_assert_true (td_connection_execute (connection,
                                        INSERT_ENDPOINT "INSERT INTO child VALUES ('nobody')",
                                        error));
  g_assert_false (td_connection_commit (connection, error));
  return NULL;
}

static void
test_transactions (Fixture       *self,
                   gconstpointer  data)
{
  static const struct
  {
    TdDatabaseFunc func;
    gboolean succeeds;
    const char *count;
  } rows[] = {
    { write_and_roll_back, TRUE, "0" },
    { write_and_commit, TRUE, "1" },
    { write_and_fail, FALSE, "1" },
    { write_and_fail_to_commit, FALSE, "1" },
    { write_and_commit, TRUE, "2" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *count = NULL;

      run (self, rows[i].func, NULL, &error);
      if (rows[i].succeeds)
        g_assert_no_error (error);
      else
        g_assert_error (error, TD_STORE_ERROR, TD_STORE_ERROR_CONSTRAINT);
      count = run (self, count_endpoints, NULL, NULL);
      g_assert_cmpstr (count, ==, rows[i].count);
    }
}

static void
test_forgotten_transaction (Fixture       *self,
                            gconstpointer  data)
{
  if (g_test_subprocess ())
    {
      run (self, run_script, (gpointer) "BEGIN; " INSERT_ENDPOINT, NULL);
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr ("*without ending its transaction*");
}

static int n_freed;

static void
count_free (gpointer memory)
{
  g_atomic_int_inc (&n_freed);
  g_free (memory);
}

static gpointer
cancel_own_call (TdConnection  *connection,
                 gpointer       data,
                 GCancellable  *cancellable,
                 GError       **error)
{
  g_cancellable_cancel (cancellable);
  return g_strdup ("nobody wants this");
}

/* Cancelled after it ran, and before: result and data are freed, the function knows. */
static void
test_cancel (Fixture       *self,
             gconstpointer  data)
{
  for (int early = 0; early < 2; early++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GError) error = NULL;

      n_freed = 0;
      if (early)
        g_cancellable_cancel (cancellable);
      {
        g_auto (TdTestCall) call = TD_TEST_CALL_INIT;

        td_database_run_async (self->database, G_PRIORITY_DEFAULT, cancel_own_call,
                               g_strdup ("data"), count_free, count_free, cancellable,
                               td_test_ready, &call);
        g_assert_null (td_database_run_finish (self->database, td_test_wait (&call), &error));
        g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      }
      while (g_main_context_iteration (NULL, FALSE))
        ;
      g_assert_cmpint (g_atomic_int_get (&n_freed), ==, early ? 1 : 2);
    }
}

/* Closing runs what was queued, leaves one file, and refuses what comes later. */
static void
test_close (Fixture       *self,
            gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *count = NULL;

  for (int i = 0; i < 100; i++)
    td_database_run_async (self->database, G_PRIORITY_LOW, write_and_commit, NULL, NULL, NULL, NULL,
                           NULL, NULL);
  td_database_close (self->database);
  td_database_close (self->database);
  g_assert_false (exists (self->path, "-wal"));
  g_assert_false (exists (self->path, "-shm"));

  g_assert_null (run (self, count_endpoints, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);

  reopen (self);
  count = run (self, count_endpoints, NULL, NULL);
  g_assert_cmpstr (count, ==, "100");
}

int
main (int    argc,
      char **argv)
{
  td_test_init (&argc, &argv);
#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/database/settings", test_settings);
  ADD ("/database/types", test_types);
  ADD ("/database/cache", test_cache);
  ADD ("/database/errors", test_errors);
  ADD ("/database/transactions", test_transactions);
  ADD ("/database/forgotten-transaction", test_forgotten_transaction);
  ADD ("/database/cancel", test_cancel);
  ADD ("/database/close", test_close);
#undef ADD
  return g_test_run ();
}

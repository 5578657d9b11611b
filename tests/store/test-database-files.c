/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What becomes of a file that cannot be opened as our database: nothing. */
#include "config.h"

#include <errno.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "store/td-database.h"
#include "support/td-test.h"

#define PAGE   4096
#define NOBODY 65534

static TdDatabase *
open_database (const char  *path,
               GError     **error)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;

  td_database_open_async (path, NULL, td_test_ready, &call);
  return td_database_open_finish (td_test_wait (&call), error);
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

static void
run (TdDatabase  *database,
     const char  *sql,
     GError     **error)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;

  td_database_run_async (database, G_PRIORITY_DEFAULT, run_script, (gpointer) sql, NULL, NULL, NULL,
                         td_test_ready, &call);
  td_database_run_finish (database, td_test_wait (&call), error);
}

static char *
build_path (void)
{
  g_autofree char *folder = td_test_make_dir ();

  return g_build_filename (folder, "topdog.db", NULL);
}

/* A good database of some pages. */
static char *
make_database (void)
{
  char *path = build_path ();
  g_autoptr (GError) error = NULL;
  g_autoptr (TdDatabase) database = open_database (path, &error);

  g_assert_no_error (error);
  run (database,
       "INSERT INTO conversation (title, created_us, updated_us) VALUES ('x', 1, 1);"
       "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300) "
       "INSERT INTO message (conversation_id, role, state, text, created_us) "
       "SELECT 1, 'user', 'complete', hex (zeroblob (500)), i FROM n",
       &error);
  g_assert_no_error (error);
  td_database_close (database);
  return path;
}

static GBytes *
load (const char *path)
{
  g_autoptr (GError) error = NULL;
  char *contents = NULL;
  gsize length = 0;

  g_file_get_contents (path, &contents, &length, &error);
  g_assert_no_error (error);
  return g_bytes_new_take (contents, length);
}

static void
save (const char *path,
      const void *data,
      gsize       length)
{
  g_autoptr (GError) error = NULL;

  g_file_set_contents_full (path, data, (gssize) length, G_FILE_SET_CONTENTS_NONE, 0600, &error);
  g_assert_no_error (error);
}

/* Everything in the folder, name and contents. */
static char *
describe_folder (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autoptr (GPtrArray) lines = g_ptr_array_new_null_terminated (0, g_free, TRUE);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *full = g_build_filename (folder, name, NULL);
      g_autoptr (GBytes) bytes = load (full);
      g_autofree char *sum = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);

      g_ptr_array_add (lines, g_strconcat (name, " ", sum, NULL));
    }
  g_ptr_array_sort_values (lines, (GCompareFunc) strcmp);
  return g_strjoinv ("\n", (GStrv) lines->pdata);
}

static void
assert_refused (const char   *path,
                TdStoreError  code)
{
  g_autofree char *before = describe_folder (path);
  g_autofree char *after = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (TdDatabase) database = open_database (path, &error);

  g_assert_error (error, TD_STORE_ERROR, (int) code);
  g_assert_null (database);
  after = describe_folder (path);
  g_assert_cmpstr (after, ==, before);
}

static void
test_no_database (void)
{
  static const struct
  {
    const char *text;
    gsize length;
  } rows[] = {
    { "x", 1 },
    { "SQLite format 3", 16 },
    { "This is a letter and no database, and it is longer than a hundred bytes, which is what "
      "the header of a database takes up.",
      121 },
  };
  g_autofree char *path = build_path ();
  g_autofree guint8 *noise = g_malloc0 (3 * PAGE);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      save (path, rows[i].text, rows[i].length);
      assert_refused (path, TD_STORE_ERROR_CORRUPT);
    }

  save (path, noise, 3 * PAGE);
  assert_refused (path, TD_STORE_ERROR_CORRUPT);
  for (gsize i = 0; i < 3 * PAGE; i++)
    noise[i] = (guint8) g_test_rand_int ();
  save (path, noise, 3 * PAGE);
  assert_refused (path, TD_STORE_ERROR_CORRUPT);
}

static void
test_truncated (void)
{
  g_autofree char *path = make_database ();
  g_autoptr (GBytes) whole = load (path);
  gsize size = g_bytes_get_size (whole);
  const gsize lengths[] = {
    15, 100, PAGE - 1, PAGE, 3 * PAGE + 17, size / 2, size - PAGE, size - 1
  };

  for (gsize i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_test_message ("%" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT " bytes", lengths[i], size);
      save (path, g_bytes_get_data (whole, NULL), lengths[i]);
      assert_refused (path, TD_STORE_ERROR_CORRUPT);
    }
}

static void
test_damaged (void)
{
  static const struct
  {
    const char *what;
    gsize offset;
    gsize length;
    int xor ; /* 0: noise */
  } rows[] = {
    { "magic", 0, 1, 0xff },
    { "page size", 16, 2, 0x55 },
    { "schema page's header", 100, 8, 0xff },
    { "schema page's cells", 108, 200, 0 },
    { "schema records", 2 * PAGE / 3, PAGE / 3, 0 },
    { "whole first page but the magic", 20, PAGE - 20, 0 },
    { "a page in the middle", 20 * PAGE, 64, 0xff },
  };
  g_autofree char *path = make_database ();
  g_autoptr (GBytes) whole = load (path);
  gsize size;
  const guint8 *data = g_bytes_get_data (whole, &size);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree guint8 *copy = g_memdup2 (data, size);

      g_test_message ("%s", rows[i].what);
      g_assert_cmpuint (rows[i].offset + rows[i].length, <, size);
      for (gsize j = 0; j < rows[i].length; j++)
        copy[rows[i].offset + j] ^=
          (guint8) (rows[i].xor != 0 ? rows[i].xor : g_test_rand_int_range (1, 256));
      save (path, copy, size);
      assert_refused (path, TD_STORE_ERROR_CORRUPT);
    }
}

/* Makes a database with SQLite alone, as another program would. */
static void
make_foreign (const char *path,
              const char *sql)
{
  sqlite3 *handle = NULL;

  g_assert_cmpint (sqlite3_open (path, &handle), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (handle, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_close (handle), ==, SQLITE_OK);
}

static void
test_foreign (void)
{
  static const struct
  {
    const char *sql;
    TdStoreError code;
  } rows[] = {
    { "CREATE TABLE t (x)", TD_STORE_ERROR_CORRUPT },
    { "PRAGMA journal_mode = WAL; CREATE TABLE t (x)", TD_STORE_ERROR_CORRUPT },
    { "PRAGMA application_id = 7", TD_STORE_ERROR_CORRUPT },
    { "PRAGMA user_version = 1", TD_STORE_ERROR_CORRUPT },
    { "PRAGMA application_id = 7; PRAGMA user_version = 1; CREATE TABLE t (x)",
      TD_STORE_ERROR_CORRUPT },
    { "PRAGMA application_id = 0x54446f67; PRAGMA user_version = 0; CREATE TABLE t (x)",
      TD_STORE_ERROR_CORRUPT },
    { "PRAGMA application_id = 0x54446f67; PRAGMA user_version = -3", TD_STORE_ERROR_CORRUPT },
    { "PRAGMA application_id = 0x54446f67; PRAGMA user_version = 9999", TD_STORE_ERROR_NEWER },
    { "PRAGMA application_id = 0x54446f67; PRAGMA user_version = 9999; CREATE TABLE t (x)",
      TD_STORE_ERROR_NEWER },
    { "PRAGMA journal_mode = WAL; PRAGMA application_id = 0x54446f67; PRAGMA user_version = 9999; CREATE TABLE t (x)",
      TD_STORE_ERROR_NEWER },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = build_path ();

      g_test_message ("%s", rows[i].sql);
      make_foreign (path, rows[i].sql);
      assert_refused (path, rows[i].code);
    }
}

/* A log of another program's that was not folded in stays as it is, too. */
static void
test_foreign_log (void)
{
  g_autofree char *original = build_path ();
  g_autofree char *original_log = g_strconcat (original, "-wal", NULL);
  g_autofree char *path = build_path ();
  g_autofree char *log_path = g_strconcat (path, "-wal", NULL);
  g_autoptr (GBytes) database = NULL;
  g_autoptr (GBytes) log = NULL;
  g_autoptr (GBytes) database_after = NULL;
  g_autoptr (GBytes) log_after = NULL;
  g_autoptr (GError) error = NULL;
  sqlite3 *handle = NULL;

  g_assert_cmpint (sqlite3_open (original, &handle), ==, SQLITE_OK);
  g_assert_cmpint (
    sqlite3_exec (handle, "PRAGMA journal_mode = WAL; CREATE TABLE t (x); INSERT INTO t VALUES (1)",
                  NULL, NULL, NULL),
    ==, SQLITE_OK);
  database = load (original);
  log = load (original_log);
  g_assert_cmpuint (g_bytes_get_size (log), >, 0);
  g_assert_cmpint (sqlite3_close (handle), ==, SQLITE_OK);
  save (path, g_bytes_get_data (database, NULL), g_bytes_get_size (database));
  save (log_path, g_bytes_get_data (log, NULL), g_bytes_get_size (log));

  g_assert_null (open_database (path, &error));
  g_assert_error (error, TD_STORE_ERROR, TD_STORE_ERROR_CORRUPT);
  database_after = load (path);
  log_after = load (log_path);
  g_assert_true (g_bytes_equal (database_after, database));
  g_assert_true (g_bytes_equal (log_after, log));

  /* Nothing but the log is left: SQLite would start anew and delete it. */
  g_clear_error (&error);
  save (path, "", 0);
  g_assert_null (open_database (path, &error));
  g_assert_error (error, TD_STORE_ERROR, TD_STORE_ERROR_CORRUPT);
  g_clear_pointer (&log_after, g_bytes_unref);
  log_after = load (log_path);
  g_assert_true (g_bytes_equal (log_after, log));
}

static void
test_no_way_to_write (void)
{
  g_autofree char *file = build_path ();
  g_autofree char *below_file = g_build_filename (file, "topdog.db", NULL);
  g_autofree char *folder = g_path_get_dirname (file);
  g_autofree char *nowhere = g_build_filename (folder, "missing", "topdog.db", NULL);
  g_autofree char *link = g_build_filename (folder, "link.db", NULL);
  const char *const paths[] = { below_file, folder, nowhere, link };

  save (file, "a file", 6);
  g_assert_cmpint (symlink (file, link), ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", paths[i]);
      g_assert_null (open_database (paths[i], &error));
      g_assert_error (error, TD_STORE_ERROR, TD_STORE_ERROR_READ_ONLY);
    }
  g_assert_false (g_file_test (nowhere, G_FILE_TEST_EXISTS));
}

/* A folder that is itself a link, as homes often are, is fine. */
static void
test_linked_folder (void)
{
  g_autofree char *path = build_path ();
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *parent = td_test_make_dir ();
  g_autofree char *link = g_build_filename (parent, "link", NULL);
  g_autofree char *linked_path = g_build_filename (link, "topdog.db", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (TdDatabase) database = NULL;

  g_assert_cmpint (symlink (folder, link), ==, 0);
  database = open_database (linked_path, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
}

/* The tests may run as root, whom no permission stops, so a child gives root up. */
static int
run_read_only_child (const char *path)
{
  g_autofree char *missing = g_strconcat (path, ".missing", NULL);
  const char *const paths[] = { path, missing };

  if (geteuid () == 0 && (setgid (NOBODY) != 0 || setuid (NOBODY) != 0))
    return 77;
  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (open_database (paths[i], &error));
      g_assert_error (error, TD_STORE_ERROR, TD_STORE_ERROR_READ_ONLY);
    }
  return 0;
}

/* Everything but the program may be written until the disk is full. */
static int
run_full_disk_child (const char *path)
{
  const struct rlimit limit = { 2 * 1024 * 1024, 2 * 1024 * 1024 };
  g_autoptr (GError) error = NULL;
  g_autoptr (TdDatabase) database = open_database (path, &error);
  guint n_written = 0;

  g_assert_no_error (error);
  run (database, "CREATE TABLE filler (x)", &error);
  g_assert_no_error (error);
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  while (error == NULL && n_written < 1000)
    {
      run (database, "INSERT INTO filler VALUES (randomblob (10000))", &error);
      n_written += error == NULL;
    }
  g_assert_error (error, TD_STORE_ERROR, TD_STORE_ERROR_FULL);
  g_assert_cmpuint (n_written, >, 0);
  g_print ("%u\n", n_written);
  return 0;
}

static int
spawn_child (const char  *mode,
             const char  *path,
             char       **output)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  const char *const argv[] = { program, "--child", mode, path, NULL };
  g_autoptr (GError) error = NULL;
  int status = -1;

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, output, NULL, &status,
                &error);
  g_assert_no_error (error);
  g_assert_true (WIFEXITED (status));
  return WEXITSTATUS (status);
}

static void
test_read_only (void)
{
  g_autofree char *database = make_database ();
  g_autofree char *folder = g_dir_make_tmp ("topdog-read-only-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "topdog.db", NULL);
  g_autoptr (GBytes) before = load (database);
  g_autoptr (GBytes) after = NULL;
  g_autofree char *output = NULL;
  int status;

  save (path, g_bytes_get_data (before, NULL), g_bytes_get_size (before));
  g_assert_cmpint (g_chmod (path, 0444), ==, 0);
  g_assert_cmpint (g_chmod (folder, 0555), ==, 0);
  status = spawn_child ("read-only", path, &output);
  after = load (path);
  g_assert_cmpint (g_chmod (folder, 0700), ==, 0);
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0); /* there is nothing else in it */
  if (status == 77)
    {
      g_test_skip ("cannot give root up here");
      return;
    }
  g_assert_cmpint (status, ==, 0);
  g_assert_true (g_bytes_equal (after, before));
}

static gpointer
count_filler (TdConnection  *connection,
              gpointer       data,
              GCancellable  *cancellable,
              GError       **error)
{
  g_autoptr (TdStatement) statement =
    td_connection_prepare (connection, "SELECT count (*) FROM filler", error);
  gboolean has_row = FALSE;

  g_assert_true (td_statement_step (statement, &has_row, error) && has_row);
  return GINT_TO_POINTER ((int) td_statement_get_int64 (statement, 0));
}

static void
test_full_disk (void)
{
  g_autofree char *path = build_path ();
  g_autofree char *output = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (TdDatabase) database = NULL;
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;

  g_assert_cmpint (spawn_child ("full-disk", path, &output), ==, 0);
  database = open_database (path, &error);
  g_assert_no_error (error);
  td_database_run_async (database, G_PRIORITY_DEFAULT, count_filler, NULL, NULL, NULL, NULL,
                         td_test_ready, &call);
  g_assert_cmpint (GPOINTER_TO_INT (td_database_run_finish (database, td_test_wait (&call),
                                                            &error)),
                   ==, (int) g_ascii_strtoll (output, NULL, 10));
}

static int
run_child (const char *mode,
           const char *path)
{
  return g_str_equal (mode, "read-only") ? run_read_only_child (path) : run_full_disk_child (path);
}

int
main (int    argc,
      char **argv)
{
  if (argc == 4 && g_str_equal (argv[1], "--child"))
    return run_child (argv[2], argv[3]);

  td_test_init (&argc, &argv);
  g_test_add_func ("/database-files/no-database", test_no_database);
  g_test_add_func ("/database-files/truncated", test_truncated);
  g_test_add_func ("/database-files/damaged", test_damaged);
  g_test_add_func ("/database-files/foreign", test_foreign);
  g_test_add_func ("/database-files/foreign-log", test_foreign_log);
  g_test_add_func ("/database-files/no-way-to-write", test_no_way_to_write);
  g_test_add_func ("/database-files/linked-folder", test_linked_folder);
  g_test_add_func ("/database-files/read-only", test_read_only);
  g_test_add_func ("/database-files/full-disk", test_full_disk);
  return g_test_run ();
}

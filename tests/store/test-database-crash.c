/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A process that is killed loses nothing it was told is written, and leaves nothing half done. */
#include "config.h"

#include <unistd.h>

#include "store/td-database.h"
#include "support/td-test.h"

#define ROWS_PER_COMMIT 3
#define N_ROUNDS        10

static TdDatabase *
open_database (const char *path)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;
  TdDatabase *database;

  td_database_open_async (path, NULL, td_test_ready, &call);
  database = td_database_open_finish (td_test_wait (&call), &error);
  g_assert_no_error (error);
  return database;
}

static gpointer
run (TdDatabase     *database,
     TdDatabaseFunc  func,
     gpointer        data)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;
  gpointer result;

  td_database_run_async (database, G_PRIORITY_DEFAULT, func, data, NULL, NULL, NULL, td_test_ready,
                         &call);
  result = td_database_run_finish (database, td_test_wait (&call), &error);
  g_assert_no_error (error);
  return result;
}

static void
say (char letter)
{
  g_assert_cmpint (write (STDOUT_FILENO, &letter, 1), ==, 1);
}

static gboolean
insert_rows (TdConnection  *connection,
             int            n_rows,
             GError       **error)
{
  g_autoptr (TdStatement) statement = td_connection_prepare (
    connection, "INSERT INTO conversation (title, created_us, updated_us) VALUES ('x', 1, 1)",
    error);

  for (int i = 0; i < n_rows; i++)
    if (!td_statement_run (statement, error))
      return FALSE;
  return TRUE;
}

static gpointer
commit_rows (TdConnection  *connection,
             gpointer       data,
             GCancellable  *cancellable,
             GError       **error)
{
  if (td_connection_begin (connection, error) && insert_rows (connection, ROWS_PER_COMMIT, error))
    td_connection_commit (connection, error);
  return NULL;
}

static gpointer
stay_inside (TdConnection  *connection,
             gpointer       data,
             GCancellable  *cancellable,
             GError       **error)
{
  /* More than SQLite's cache holds, so that some of it is in the log already. */
  g_assert_true (td_connection_begin (connection, error));
  g_assert_true (insert_rows (connection, 200000, error));
  say ('i');
  for (;;)
    pause ();
  return NULL;
}

/* Says "c" after every commit. */
static int
run_child (const char *mode,
           const char *path)
{
  g_autoptr (TdDatabase) database = open_database (path);
  gboolean stays_inside = g_str_equal (mode, "inside");

  for (int i = 0; !stays_inside || i < 5; i++)
    {
      run (database, commit_rows, NULL);
      say ('c');
    }
  run (database, stay_inside, NULL);
  return 0;
}

static gpointer
count_rows (TdConnection  *connection,
            gpointer       data,
            GCancellable  *cancellable,
            GError       **error)
{
  g_autoptr (TdStatement) check =
    td_connection_prepare (connection, "PRAGMA integrity_check", error);
  g_autoptr (TdStatement) statement =
    td_connection_prepare (connection, "SELECT count (*) FROM conversation", error);
  gboolean has_row = FALSE;

  g_assert_true (td_statement_step (check, &has_row, error) && has_row);
  g_assert_cmpstr (td_statement_get_text (check, 0), ==, "ok");
  g_assert_true (td_statement_step (statement, &has_row, error) && has_row);
  return GINT_TO_POINTER ((int) td_statement_get_int64 (statement, 0));
}

/* Lets a child work until it has said @n_letters, kills it, and gives the commits it told of. */
static int
kill_child (const char *mode,
            const char *path,
            int         n_letters)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) child =
    g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, program, "--child", mode, path, NULL);
  GInputStream *output;
  int n_commits = 0, n_read = 0;
  char letter;

  g_assert_no_error (error);
  output = g_subprocess_get_stdout_pipe (child);
  while (g_input_stream_read (output, &letter, 1, NULL, &error) == 1)
    {
      n_commits += letter == 'c';
      if (++n_read == n_letters)
        g_subprocess_force_exit (child);
    }
  g_assert_no_error (error);
  g_subprocess_wait (child, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_signaled (child));
  return n_commits;
}

static char *
build_path (void)
{
  g_autofree char *folder = td_test_make_dir ();

  return g_build_filename (folder, "topdog.db", NULL);
}

static void
test_inside (void)
{
  g_autofree char *path = build_path ();
  int n_commits = kill_child ("inside", path, 6);
  g_autoptr (TdDatabase) database = open_database (path);

  g_assert_cmpint (n_commits, ==, 5);
  g_assert_cmpint (GPOINTER_TO_INT (run (database, count_rows, NULL)), ==, 5 * ROWS_PER_COMMIT);
}

static void
test_anywhere (void)
{
  g_autofree char *path = build_path ();
  int n_rows = 0;

  for (int i = 0; i < N_ROUNDS; i++)
    {
      int n_commits = kill_child ("anywhere", path, g_test_rand_int_range (1, 60));
      g_autoptr (TdDatabase) database = open_database (path);
      int n_found = GPOINTER_TO_INT (run (database, count_rows, NULL)) - n_rows;

      /* The last commit may have been killed before it could be told. */
      g_assert_cmpint (n_found, >=, n_commits * ROWS_PER_COMMIT);
      g_assert_cmpint (n_found, <=, (n_commits + 1) * ROWS_PER_COMMIT);
      g_assert_cmpint (n_found % ROWS_PER_COMMIT, ==, 0);
      n_rows += n_found;
    }
}

int
main (int    argc,
      char **argv)
{
  if (argc == 4 && g_str_equal (argv[1], "--child"))
    return run_child (argv[2], argv[3]);

  td_test_init (&argc, &argv);
  g_test_add_func ("/database-crash/inside", test_inside);
  g_test_add_func ("/database-crash/anywhere", test_anywhere);
  return g_test_run ();
}

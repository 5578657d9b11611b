/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What opening the database, a trip to its thread and a durable write cost. */
#include "config.h"

#include <glib/gstdio.h>

#include "store/td-database.h"
#include "support/td-test.h"

#define N_OPENS   20
#define N_TRIPS   20000
#define N_COMMITS 1000

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
read_row (TdConnection  *connection,
          gpointer       data,
          GCancellable  *cancellable,
          GError       **error)
{
  g_autoptr (TdStatement) statement =
    td_connection_prepare (connection, "SELECT count (*) FROM conversation WHERE id = 1", error);

  td_statement_step (statement, NULL, error);
  return NULL;
}

static gpointer
write_row (TdConnection  *connection,
           gpointer       data,
           GCancellable  *cancellable,
           GError       **error)
{
  g_autoptr (TdStatement) statement = td_connection_prepare (
    connection, "INSERT INTO conversation (created_us, updated_us) VALUES (1, 1)", error);

  td_statement_run (statement, error);
  return NULL;
}

static void
run (TdDatabase     *database,
     TdDatabaseFunc  func)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;

  td_database_run_async (database, G_PRIORITY_DEFAULT, func, NULL, NULL, NULL, NULL, td_test_ready,
                         &call);
  td_database_run_finish (database, td_test_wait (&call), &error);
  g_assert_no_error (error);
}

static void
bench_open (const char *what,
            const char *path,
            gboolean    is_new)
{
  gint64 best_us = G_MAXINT64;

  for (int i = 0; i < N_OPENS; i++)
    {
      g_autofree char *new_path = g_strdup_printf ("%s-%d", path, i);
      gint64 begin_us = g_get_monotonic_time ();
      g_autoptr (TdDatabase) database = open_database (is_new ? new_path : path);

      best_us = MIN (best_us, g_get_monotonic_time () - begin_us);
    }
  g_print ("%-28s %8.2f ms\n", what, (double) best_us / 1000);
}

static void
bench_calls (TdDatabase     *database,
             const char     *what,
             TdDatabaseFunc  func,
             int             n_calls)
{
  gint64 begin_us = g_get_monotonic_time ();

  for (int i = 0; i < n_calls; i++)
    run (database, func);
  g_print ("%-28s %8.1f us\n", what, (double) (g_get_monotonic_time () - begin_us) / n_calls);
}

static void
remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (folder);
}

int
main (int    argc,
      char **argv)
{
  g_autofree char *folder = NULL;
  g_autofree char *path = NULL;
  g_autoptr (TdDatabase) database = NULL;

  /* Not in /tmp, which may be memory. */
  folder = g_build_filename (g_getenv ("G_TEST_BUILDDIR") ?: ".", "bench-XXXXXX", NULL);
  g_assert_nonnull (g_mkdtemp (folder));
  path = g_build_filename (folder, "topdog.db", NULL);
  bench_open ("make a database", path, TRUE);
  database = open_database (path);
  bench_calls (database, "a read, there and back", read_row, N_TRIPS);
  bench_calls (database, "a durable write", write_row, N_COMMITS);
  td_database_close (database);
  bench_open ("open a database", path, FALSE);
  remove_folder (folder);
  return 0;
}

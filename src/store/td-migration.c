/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Brings a database to the newest version, one transaction a step, after a copy of the old one
 * was kept beside it. Several processes may come here at once: each step looks at the version
 * again when it holds the lock.
 */
#include "config.h"

#include "store/td-migration.h"

#include <glib/gstdio.h>

static gboolean
check_owner (TdConnection  *connection,
             GError       **error)
{
  gint64 application_id, n_objects;

  if (!td_connection_get_pragma_int64 (connection, "PRAGMA application_id", &application_id, error) ||
      !td_connection_get_pragma_int64 (connection, "SELECT count(*) FROM sqlite_schema", &n_objects, error))
    return FALSE;
  if (application_id == TD_MIGRATION_APPLICATION_ID || (application_id == 0 && n_objects == 0))
    return TRUE;

  g_set_error_literal (error, TD_STORE_ERROR, TD_STORE_ERROR_CORRUPT,
                       "The file is a database of another program");
  return FALSE;
}

static gboolean
keep_copy (TdConnection  *connection,
           const char    *path,
           gint64         version,
           GError       **error)
{
  g_autofree char *copy = g_strdup_printf ("%s.backup-v%" G_GINT64_FORMAT, path, version);
  g_autofree char *unfinished = g_strconcat (copy, ".new", NULL);

  if (g_file_test (copy, G_FILE_TEST_EXISTS))
    return TRUE; /* from an upgrade that was interrupted, or repeated after a downgrade */

  g_unlink (unfinished);
  if (!td_connection_back_up (connection, unfinished, error))
    {
      g_unlink (unfinished);
      return FALSE;
    }
  if (g_rename (unfinished, copy) != 0)
    {
      g_set_error (error, TD_STORE_ERROR, TD_STORE_ERROR_READ_ONLY,
                   "Could not keep a copy of the old database: %s", g_strerror (errno));
      return FALSE;
    }
  return TRUE;
}

static gboolean
check_foreign_keys (TdConnection  *connection,
                    GError       **error)
{
  g_autoptr (TdStatement) statement = td_connection_prepare (connection, "PRAGMA foreign_key_check", error);
  gboolean has_row;

  if (statement == NULL || !td_statement_step (statement, &has_row, error))
    return FALSE;
  if (has_row)
    g_set_error (error, TD_STORE_ERROR, TD_STORE_ERROR_CONSTRAINT,
                 "The upgrade would break a reference in table %s", td_statement_get_text (statement, 0));
  return !has_row;
}

static gboolean
set_header (TdConnection  *connection,
            gint64         version,
            GError       **error)
{
  g_autofree char *sql = g_strdup_printf ("PRAGMA application_id = %" G_GINT64_FORMAT ";"
                                          "PRAGMA user_version = %" G_GINT64_FORMAT,
                                          TD_MIGRATION_APPLICATION_ID, version);

  return td_connection_execute (connection, sql, error);
}

/* In a transaction. */
static gboolean
run_step (TdConnection  *connection,
          const char    *script,
          gint64         version,
          GError       **error)
{
  gint64 now;

  if (!td_connection_get_pragma_int64 (connection, "PRAGMA user_version", &now, error))
    return FALSE;
  if (now != version)
    return TRUE; /* another process was faster */

  return td_connection_execute (connection, script, error) &&
         check_foreign_keys (connection, error) &&
         set_header (connection, version + 1, error);
}

/**
 * td_migration_run:
 * @connection: the connection, with foreign keys still off
 * @migrations: the steps
 * @path: the database file, for the copy of an older version
 * @error: return location for a #TdStoreError
 *
 * Checks that the database is ours and not newer than this program, and upgrades it. A
 * database that is refused was not written to.
 *
 * Returns: whether the database is at the newest version now
 */
gboolean
td_migration_run (TdConnection        *connection,
                  const TdMigrations  *migrations,
                  const char          *path,
                  GError             **error)
{
  gint64 newest = g_strv_length ((GStrv) migrations->scripts);
  gint64 version;

  if (!check_owner (connection, error) ||
      !td_connection_get_pragma_int64 (connection, "PRAGMA user_version", &version, error))
    return FALSE;
  if (version < 0 || version > newest)
    {
      g_set_error (error, TD_STORE_ERROR, TD_STORE_ERROR_NEWER,
                   "The database has version %" G_GINT64_FORMAT ", this program knows %" G_GINT64_FORMAT,
                   version, newest);
      return FALSE;
    }
  if (version > 0 && version < newest && !keep_copy (connection, path, version, error))
    return FALSE;

  for (; version < newest; version++)
    {
      if (!td_connection_begin (connection, error))
        return FALSE;
      if (!run_step (connection, migrations->scripts[version], version, error))
        {
          td_connection_rollback (connection);
          return FALSE;
        }
      if (!td_connection_commit (connection, error))
        return FALSE;
    }
  return TRUE;
}

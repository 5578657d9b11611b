/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Opening, checking and steering the SQLite connection.
 *
 * A file is looked at before anything is written to it. What is damaged, newer or not ours
 * is closed again as it was: SQLite makes its two helper files when it looks at a database in
 * WAL mode and takes them away when it closes it; a log that was there before us stays,
 * because folding it in would change the file.
 */
#include "config.h"

#include "store/td-connection-private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include <glib/gstdio.h>

#include "store/td-store-error-private.h"

#define BUSY_TIMEOUT_MS 5000
/* No text or bytes in a row may be longer: SQLite's own billion would be taken at its word. */
#define MAX_LENGTH_BYTES (256 * 1024 * 1024)
/* A small database is read whole each time it is opened. A large one would hold up the start: its
 * schema is read then, its damages show when they are met. */
#define MAX_CHECKED_PAGES 512
#define WAL_RETRY_US      5000

/* Asserts that the caller is on the connection's thread. */
void
td_connection_assert_thread (TdConnection *self)
{
  g_assert (self->thread == g_thread_self ());
}

/* The folder may be reached through symbolic links, the file may not be one. */
static char *
resolve_path (const char  *path,
              GError     **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *real_folder = NULL;
  char *resolved = realpath (folder, NULL);

  if (resolved == NULL)
    {
      td_store_error_set_from_errno (error, errno, "find the database's folder");
      return NULL;
    }
  real_folder = g_strdup (resolved);
  free (resolved);
  return g_build_filename (real_folder, name, NULL);
}

/* SQLite would make the file readable for others. Only a file that is not there is opened here:
 * closing another would drop this process's locks on it. */
static gboolean
create_file (const char  *path,
             GError     **error)
{
  int fd = g_open (path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0600);

  if (fd < 0 && errno != EEXIST)
    {
      td_store_error_set_from_errno (error, errno, "make the database");
      return FALSE;
    }
  if (fd >= 0)
    g_close (fd, NULL);
  return TRUE;
}

static gboolean
open_handle (TdConnection  *self,
             GError       **error)
{
  int flags =
    SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_EXRESCODE;
  int code = sqlite3_open_v2 (self->path, &self->handle, flags, NULL);

  if (code != SQLITE_OK)
    {
      td_store_error_set (error, self->handle, code, "open the database");
      return FALSE;
    }
  /* SQLite opens what it may not write for reading, without a word. */
  if (sqlite3_db_readonly (self->handle, "main") == 1)
    {
      g_set_error_literal (error, TD_STORE_ERROR, TD_STORE_ERROR_READ_ONLY,
                           "the database cannot be written");
      return FALSE;
    }
  return TRUE;
}

/* Settings that touch no file. The schema of a tampered file must not run anything. */
static gboolean
configure (TdConnection  *self,
           GError       **error)
{
  static const struct
  {
    int option;
    int value;
  } options[] = {
    { SQLITE_DBCONFIG_DEFENSIVE, 1 },
    { SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 },
    { SQLITE_DBCONFIG_DQS_DDL, 0 },
    { SQLITE_DBCONFIG_DQS_DML, 0 },
    { SQLITE_DBCONFIG_ENABLE_FKEY, 1 },
  };

  sqlite3_busy_timeout (self->handle, BUSY_TIMEOUT_MS);
  sqlite3_limit (self->handle, SQLITE_LIMIT_LENGTH, MAX_LENGTH_BYTES);
  for (gsize i = 0; i < G_N_ELEMENTS (options); i++)
    {
      int code = sqlite3_db_config (self->handle, options[i].option, options[i].value, NULL);

      if (code != SQLITE_OK)
        {
          td_store_error_set (error, self->handle, code, "configure the database");
          return FALSE;
        }
    }
  /* Folding the log into the file keeps whoever commits waiting: less often than SQLite would, for
   * 16 MB on the disk. */
  return td_connection_execute (self,
                                "PRAGMA cell_size_check = ON; PRAGMA synchronous = FULL;"
                                " PRAGMA wal_autocheckpoint = 4000;",
                                error);
}

/* Changing the mode needs the file for itself for a moment, and SQLite does not wait for that. */
static gboolean
enter_wal (TdConnection  *self,
           GError       **error)
{
  gint64 deadline_us = g_get_monotonic_time () + BUSY_TIMEOUT_MS * G_TIME_SPAN_MILLISECOND;

  for (;;)
    {
      g_autoptr (GError) local_error = NULL;

      if (td_connection_execute (self, "PRAGMA journal_mode = WAL;", &local_error))
        return TRUE;
      if (!g_error_matches (local_error, TD_STORE_ERROR, TD_STORE_ERROR_BUSY) ||
          g_get_monotonic_time () > deadline_us)
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }
      g_usleep (WAL_RETRY_US);
    }
}

static gboolean
has_log (const char *path)
{
  g_autofree char *log_path = g_strconcat (path, "-wal", NULL);
  GStatBuf info;

  return g_lstat (log_path, &info) == 0 && info.st_size > 0;
}

/* SQLite takes an empty file for a new database and throws away a log beside it, which may be
 * all that is left of an old one. */
static gboolean
would_be_replaced (const char *path)
{
  GStatBuf info;

  return g_lstat (path, &info) == 0 && info.st_size == 0 && has_log (path);
}

/* SQLite reads zeros where the last page is cut short, and takes a file of one byte for an empty
 * one. Only a log may explain an odd size. */
static gboolean
check_end (TdConnection  *self,
           GError       **error)
{
  GStatBuf info;
  gint64 page_bytes;

  if (!td_connection_read_int64 (self, "PRAGMA page_size", &page_bytes, error))
    return FALSE;
  if (has_log (self->path) || g_lstat (self->path, &info) != 0 || info.st_size % page_bytes == 0)
    return TRUE;
  g_set_error_literal (error, TD_STORE_ERROR, TD_STORE_ERROR_CORRUPT,
                       "the database ends in the middle of a page");
  return FALSE;
}

static gboolean
check_if_small (TdConnection  *self,
                GError       **error)
{
  gint64 n_pages;

  if (!td_connection_read_int64 (self, "PRAGMA page_count", &n_pages, error))
    return FALSE;
  return n_pages > MAX_CHECKED_PAGES || td_connection_check (self, error);
}

/* Decides about the file. A log that was there before stays as it is until that is done. */
static gboolean
look_at_file (TdConnection  *self,
              gboolean       had_log,
              int            newest_version,
              GError       **error)
{
  TdConnectionState state;

  sqlite3_db_config (self->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, had_log, NULL);
  if (!configure (self, error) || !td_connection_read_state (self, newest_version, &state, error) ||
      !check_end (self, error) || !check_if_small (self, error))
    return FALSE;
  sqlite3_db_config (self->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
  return TRUE;
}

/**
 * td_connection_open:
 * @path: the database; made when there is none, in a folder that exists
 * @newest_version: the newest schema this program knows
 * @error: return location for a #TdStoreError
 *
 * Opens the database for the calling thread, ready to be migrated.
 *
 * Returns: (transfer full): the connection; %NULL with @error set and the file as it was
 */
TdConnection *
td_connection_open (const char  *path,
                    int          newest_version,
                    GError     **error)
{
  g_autoptr (TdConnection) self = NULL;
  g_autofree char *real_path = NULL;
  gboolean had_log;

  g_return_val_if_fail (path != NULL, NULL);

  real_path = resolve_path (path, error);
  if (real_path == NULL || !create_file (real_path, error))
    return NULL;
  had_log = has_log (real_path);
  if (would_be_replaced (real_path))
    {
      g_set_error_literal (error, TD_STORE_ERROR, TD_STORE_ERROR_CORRUPT,
                           "the database is cut to nothing");
      return NULL;
    }

  self = g_new0 (TdConnection, 1);
  self->thread = g_thread_self ();
  self->path = g_steal_pointer (&real_path);
  self->statements =
    g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) td_statement_free);
  if (!open_handle (self, error) || !look_at_file (self, had_log, newest_version, error) ||
      !enter_wal (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

/**
 * td_connection_close:
 * @self: (nullable) (transfer full): a connection whose statements are all released
 *
 * Closes the connection; the last one of all processes folds the log into the database.
 */
void
td_connection_close (TdConnection *self)
{
  if (self == NULL)
    return;
  td_connection_assert_thread (self);

  g_hash_table_unref (self->statements);
  if (sqlite3_close (self->handle) != SQLITE_OK)
    g_critical ("a statement was not released before its connection was closed");
  g_free (self->path);
  g_free (self);
}

static gboolean
run_sql (TdConnection  *self,
         const char    *sql,
         GError       **error)
{
  g_autoptr (TdStatement) statement = td_connection_prepare (self, sql, error);

  return statement != NULL && td_statement_run (statement, error);
}

/* Reads the one integer that a statement gives. */
gboolean
td_connection_read_int64 (TdConnection  *self,
                          const char    *sql,
                          gint64        *result,
                          GError       **error)
{
  g_autoptr (TdStatement) statement = td_connection_prepare (self, sql, error);
  gboolean has_row;

  if (statement == NULL || !td_statement_step (statement, &has_row, error))
    return FALSE;
  *result = has_row ? td_statement_get_int64 (statement, 0) : 0;
  return TRUE;
}

/**
 * td_connection_take_foreign_change:
 * @self: a connection
 * @changed: (out): whether another connection, of this process or another, has written since this
 *   was asked last
 * @error: return location for a #TdStoreError
 *
 * Returns: %FALSE with @error set on failure
 */
gboolean
td_connection_take_foreign_change (TdConnection  *self,
                                   gboolean      *changed,
                                   GError       **error)
{
  gint64 version;

  if (!td_connection_read_int64 (self, "PRAGMA data_version", &version, error))
    return FALSE;
  *changed = version != self->data_version;
  self->data_version = version;
  return TRUE;
}

static gboolean
read_state (TdConnection       *self,
            TdConnectionState  *state,
            GError            **error)
{
  gint64 application_id, user_version, n_objects;

  if (!td_connection_read_int64 (self, "PRAGMA application_id", &application_id, error) ||
      !td_connection_read_int64 (self, "PRAGMA user_version", &user_version, error) ||
      !td_connection_read_int64 (self, "SELECT count (*) FROM sqlite_schema", &n_objects, error))
    return FALSE;

  state->user_version = (int) user_version;
  state->is_empty = application_id == 0 && user_version == 0 && n_objects == 0;
  if (state->is_empty || (application_id == TD_APPLICATION_ID && user_version > 0))
    return TRUE;
  g_set_error_literal (error, TD_STORE_ERROR, TD_STORE_ERROR_CORRUPT,
                       "the database belongs to another program");
  return FALSE;
}

/**
 * td_connection_read_state:
 * @self: a connection
 * @newest_version: the newest schema this program knows
 * @state: (out): what was found
 * @error: return location for a #TdStoreError
 *
 * Looks at whose database this is, and how new, by reading its header and its whole schema at one
 * moment.
 *
 * Returns: %FALSE with @error set when it is damaged, newer or not ours
 */
gboolean
td_connection_read_state (TdConnection       *self,
                          int                 newest_version,
                          TdConnectionState  *state,
                          GError            **error)
{
  gboolean is_inside = td_connection_is_in_transaction (self);
  gboolean is_read;

  if (!is_inside && !run_sql (self, "BEGIN", error))
    return FALSE;
  is_read = read_state (self, state, error);
  if (!is_inside)
    td_connection_rollback (self);
  if (!is_read || state->user_version <= newest_version)
    return is_read;

  g_set_error (error, TD_STORE_ERROR, TD_STORE_ERROR_NEWER,
               "the database has version %d, this program knows %d", state->user_version,
               newest_version);
  return FALSE;
}

/**
 * td_connection_check:
 * @self: a connection
 * @error: return location for a #TdStoreError
 *
 * Reads the whole database in search of damage, which takes long when it is large.
 *
 * Returns: %FALSE with @error set when there is some
 */
gboolean
td_connection_check (TdConnection  *self,
                     GError       **error)
{
  g_autoptr (TdStatement) statement = td_connection_prepare (self, "PRAGMA quick_check (1)", error);
  gboolean has_row;

  if (statement == NULL || !td_statement_step (statement, &has_row, error))
    return FALSE;
  if (has_row && g_strcmp0 (td_statement_get_text (statement, 0), "ok") == 0)
    return TRUE;
  g_set_error (error, TD_STORE_ERROR, TD_STORE_ERROR_CORRUPT, "the database is damaged: %s",
               has_row ? td_statement_get_text (statement, 0) : "no answer");
  return FALSE;
}

/* Turns foreign keys on or off, outside a transaction, as SQLite ignores it inside one. */
gboolean
td_connection_set_foreign_keys (TdConnection  *self,
                                gboolean       enforced,
                                GError       **error)
{
  int code;

  td_connection_assert_thread (self);
  g_assert (!td_connection_is_in_transaction (self));

  code = sqlite3_db_config (self->handle, SQLITE_DBCONFIG_ENABLE_FKEY, enforced ? 1 : 0, NULL);
  if (code == SQLITE_OK)
    return TRUE;
  td_store_error_set (error, self->handle, code, "change how foreign keys are treated");
  return FALSE;
}

/* Whether a transaction was begun and has not ended; some errors end it by themselves. Within a
 * group it is the caller's own part that is meant. */
gboolean
td_connection_is_in_transaction (TdConnection *self)
{
  return sqlite3_get_autocommit (self->handle) == 0 && (!self->in_group || self->in_part);
}

/**
 * td_connection_execute:
 * @self: a connection
 * @sql_script: statements without parameters
 * @error: return location for a #TdStoreError
 *
 * Runs the statements one after another and drops their rows. Stops at the first failure, with
 * what ran before it done unless there is a transaction.
 *
 * Returns: %FALSE with @error set on failure
 */
gboolean
td_connection_execute (TdConnection  *self,
                       const char    *sql_script,
                       GError       **error)
{
  int code;

  g_return_val_if_fail (self != NULL && sql_script != NULL, FALSE);
  td_connection_assert_thread (self);

  code = sqlite3_exec (self->handle, sql_script, NULL, NULL, NULL);
  if (code == SQLITE_OK)
    return TRUE;
  td_store_error_set (error, self->handle, code, "run a script");
  return FALSE;
}

/**
 * td_connection_begin:
 * @self: a connection without a transaction
 * @error: return location for a #TdStoreError
 *
 * Begins a transaction that may write, waiting for other processes up to five seconds. What is
 * read in it stays true until it ends.
 *
 * Returns: %FALSE with @error set on failure
 */
gboolean
td_connection_begin (TdConnection  *self,
                     GError       **error)
{
  g_return_val_if_fail (self != NULL, FALSE);

  if (!self->in_group)
    return run_sql (self, "BEGIN IMMEDIATE", error);
  self->in_part = run_sql (self, "SAVEPOINT part", error);
  return self->in_part;
}

/**
 * td_connection_commit:
 * @self: a connection with a transaction
 * @error: return location for a #TdStoreError
 *
 * Ends the transaction. When this gives %TRUE everything in it is on the disk; but for a function of
 * td_database_run_grouped_async(), for which that is so once its caller is told.
 *
 * Returns: %FALSE with @error set on failure; then all of it is undone
 */
gboolean
td_connection_commit (TdConnection  *self,
                      GError       **error)
{
  g_return_val_if_fail (self != NULL, FALSE);

  if (run_sql (self, self->in_group ? "RELEASE part" : "COMMIT", error))
    {
      self->in_part = FALSE;
      return TRUE;
    }
  td_connection_rollback (self);
  return FALSE;
}

/**
 * td_connection_rollback:
 * @self: a connection
 *
 * Undoes the transaction, if there is one.
 */
void
td_connection_rollback (TdConnection *self)
{
  g_autoptr (GError) error = NULL;

  g_return_if_fail (self != NULL);
  td_connection_assert_thread (self);

  if (td_connection_is_in_transaction (self))
    {
      gboolean undone = self->in_group ? run_sql (self, "ROLLBACK TO part", &error) &&
                                           run_sql (self, "RELEASE part", &error)
                                       : run_sql (self, "ROLLBACK", &error);

      if (!undone)
        g_debug ("%s", error->message);
    }
  self->in_part = FALSE;
}

/* Begins a transaction that several functions share. What each of them begins and ends until
 * td_connection_end_group() is a part of it, which can be undone without the others. */
gboolean
td_connection_begin_group (TdConnection  *self,
                           GError       **error)
{
  td_connection_assert_thread (self);
  g_assert (!self->in_group && !td_connection_is_in_transaction (self));

  self->in_group = run_sql (self, "BEGIN IMMEDIATE", error);
  return self->in_group;
}

/* Some errors (a full disk, one that cannot be read) end the transaction of all by themselves. */
gboolean
td_connection_is_group_lost (TdConnection *self)
{
  return self->in_group && sqlite3_get_autocommit (self->handle) != 0;
}

/* Commits what the functions did: all of it is on the disk then, or none. */
gboolean
td_connection_end_group (TdConnection  *self,
                         GError       **error)
{
  gboolean lost = td_connection_is_group_lost (self);

  g_assert (self->in_group && !td_connection_is_in_transaction (self));
  self->in_group = FALSE;
  if (!lost)
    return td_connection_commit (self, error);
  g_set_error_literal (error, TD_STORE_ERROR, TD_STORE_ERROR_FAILED,
                       "what was written together was undone");
  return FALSE;
}

/**
 * td_connection_get_last_insert_id:
 * @self: a connection
 *
 * Returns: the row id that the last INSERT gave
 */
gint64
td_connection_get_last_insert_id (TdConnection *self)
{
  g_return_val_if_fail (self != NULL, 0);
  td_connection_assert_thread (self);

  return sqlite3_last_insert_rowid (self->handle);
}

/**
 * td_connection_get_changes:
 * @self: a connection
 *
 * Returns: how many rows the last INSERT, UPDATE or DELETE touched
 */
gint64
td_connection_get_changes (TdConnection *self)
{
  g_return_val_if_fail (self != NULL, 0);
  td_connection_assert_thread (self);

  return sqlite3_changes64 (self->handle);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The only file that calls SQLite. Statements are prepared once per connection and text, and
 * lent out; one that is already lent is prepared a second time rather than shared.
 */
#include "config.h"

#include "store/td-connection-private.h"

#include <sqlite3.h>

#define BUSY_TIMEOUT_MS 5000
#define MAX_LENGTH_BYTES (256 * 1024 * 1024)

struct _TdConnection
{
  sqlite3 *db;
  GThread *thread;        /* (unowned): the only one that may come here */
  GHashTable *statements; /* (element-type utf8 TdStatement): idle or lent */
};

struct _TdStatement
{
  TdConnection *connection; /* (unowned) */
  sqlite3_stmt *stmt;       /* (owned) */
  gboolean lent;
  gboolean cached;
  int bind_result;          /* the first failure of a bind, reported by the next step */
};

static int
code_of_result (int result)
{
  switch (result & 0xff)
    {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return TD_STORE_ERROR_CORRUPT;
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return TD_STORE_ERROR_READ_ONLY;
    case SQLITE_FULL:
      return TD_STORE_ERROR_FULL;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return TD_STORE_ERROR_BUSY;
    case SQLITE_CONSTRAINT:
      return TD_STORE_ERROR_CONSTRAINT;
    case SQLITE_IOERR:
      /* A disk quota or a file size limit comes as a failed write. */
      return result == SQLITE_IOERR_WRITE ? TD_STORE_ERROR_FULL : TD_STORE_ERROR_FAILED;
    default:
      return TD_STORE_ERROR_FAILED;
    }
}

static void
set_error (TdConnection  *self,
           int            result,
           GError       **error)
{
  int extended = self->db != NULL ? sqlite3_extended_errcode (self->db) : result;

  if ((extended & 0xff) != (result & 0xff))
    extended = result;
  g_set_error (error, TD_STORE_ERROR, code_of_result (extended), "%s (%d)",
               self->db != NULL ? sqlite3_errmsg (self->db) : sqlite3_errstr (result), extended);
}

static gboolean
check (TdConnection  *self,
       int            result,
       GError       **error)
{
  if (result == SQLITE_OK || result == SQLITE_DONE || result == SQLITE_ROW)
    return TRUE;

  set_error (self, result, error);
  return FALSE;
}

static void
statement_free (gpointer data)
{
  TdStatement *self = data;

  sqlite3_finalize (self->stmt);
  g_free (self);
}

/**
 * td_connection_open:
 * @path: the database file; made with mode 0600 when it is not there
 * @error: return location for a #TdStoreError
 *
 * Opens a connection for the calling thread. Nothing is read or written yet but what SQLite
 * needs for the settings.
 *
 * Returns: (transfer full) (nullable): the connection; td_connection_close() it
 */
TdConnection *
td_connection_open (const char  *path,
                    GError     **error)
{
  TdConnection *self = g_new0 (TdConnection, 1);
  int result;

  self->thread = g_thread_self ();
  self->statements = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, statement_free);
  result = sqlite3_open_v2 (path, &self->db,
                            SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW,
                            NULL);
  if (!check (self, result, error))
    {
      td_connection_close (self);
      return NULL;
    }

  sqlite3_extended_result_codes (self->db, 1);
  sqlite3_busy_timeout (self->db, BUSY_TIMEOUT_MS);
  sqlite3_limit (self->db, SQLITE_LIMIT_LENGTH, MAX_LENGTH_BYTES);
  /* A file that somebody else wrote may hold views and triggers that call functions. */
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  /* Until the database is accepted, closing it must not even tidy up after another program. */
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
  if (sqlite3_db_readonly (self->db, "main") == 1)
    {
      g_set_error (error, TD_STORE_ERROR, TD_STORE_ERROR_READ_ONLY, "%s cannot be written", path);
      g_clear_pointer (&self, td_connection_close);
    }
  return self;
}

/**
 * td_connection_accept:
 * @self: the connection
 * @error: return location for a #TdStoreError
 *
 * The database is ours and up to date: sets it up for use. Every commit is on the disk when it
 * returns, and readers never wait for writers.
 *
 * Returns: whether it can be used
 */
gboolean
td_connection_accept (TdConnection  *self,
                      GError       **error)
{
  if (!td_connection_execute (self, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON",
                              error))
    return FALSE;

  sqlite3_db_config (self->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
  return TRUE;
}

/**
 * td_connection_close:
 * @self: (transfer full): the connection; nothing of it may be in use
 */
void
td_connection_close (TdConnection *self)
{
  g_return_if_fail (self != NULL);

  g_hash_table_unref (self->statements);
  sqlite3_close (self->db);
  g_free (self);
}

static sqlite3_stmt *
compile (TdConnection  *self,
         const char    *sql,
         GError       **error)
{
  sqlite3_stmt *stmt = NULL;

  check (self, sqlite3_prepare_v3 (self->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL), error);
  return stmt;
}

/**
 * td_connection_prepare:
 * @self: the connection
 * @sql: one statement, a constant of the program; values are bound, never written into it
 * @error: return location for a #TdStoreError
 *
 * Returns: (transfer full) (nullable): the statement, reset and without values; release it
 *   before the function of the database ends
 */
TdStatement *
td_connection_prepare (TdConnection  *self,
                       const char    *sql,
                       GError       **error)
{
  TdStatement *statement;
  sqlite3_stmt *stmt;

  g_return_val_if_fail (self != NULL, NULL);
  g_assert (g_thread_self () == self->thread);

  statement = g_hash_table_lookup (self->statements, sql);
  if (statement != NULL && !statement->lent)
    {
      statement->lent = TRUE;
      return statement;
    }

  stmt = compile (self, sql, error);
  if (stmt == NULL)
    return NULL;

  statement = g_new0 (TdStatement, 1);
  statement->connection = self;
  statement->stmt = stmt;
  statement->lent = TRUE;
  statement->cached = !g_hash_table_contains (self->statements, sql);
  if (statement->cached)
    g_hash_table_insert (self->statements, g_strdup (sql), statement);
  return statement;
}

/**
 * td_statement_release:
 * @self: (transfer full) (nullable): the statement
 *
 * Gives the statement back: it is reset and its values are dropped.
 */
void
td_statement_release (TdStatement *self)
{
  if (self == NULL)
    return;

  g_assert (g_thread_self () == self->connection->thread);
  if (!self->cached)
    {
      statement_free (self);
      return;
    }
  sqlite3_reset (self->stmt);
  sqlite3_clear_bindings (self->stmt);
  self->bind_result = SQLITE_OK;
  self->lent = FALSE;
}

/**
 * td_connection_execute:
 * @self: the connection
 * @sql_script: statements without values, separated by semicolons
 * @error: return location for a #TdStoreError
 *
 * Returns: whether all of them ran
 */
gboolean
td_connection_execute (TdConnection  *self,
                       const char    *sql_script,
                       GError       **error)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_assert (g_thread_self () == self->thread);

  return check (self, sqlite3_exec (self->db, sql_script, NULL, NULL, NULL), error);
}

/**
 * td_connection_begin:
 * @self: the connection
 * @error: return location for a #TdStoreError
 *
 * Starts a transaction that may write. What is read in it stays true until it ends, whatever
 * other processes do.
 *
 * Returns: whether it has started
 */
gboolean
td_connection_begin (TdConnection  *self,
                     GError       **error)
{
  return td_connection_execute (self, "BEGIN IMMEDIATE", error);
}

/**
 * td_connection_commit:
 * @self: the connection
 * @error: return location for a #TdStoreError
 *
 * Ends the transaction; when it gives %TRUE the changes are on the disk. When it fails nothing
 * was changed.
 *
 * Returns: whether the changes are kept
 */
gboolean
td_connection_commit (TdConnection  *self,
                      GError       **error)
{
  if (td_connection_execute (self, "COMMIT", error))
    return TRUE;

  td_connection_rollback (self);
  return FALSE;
}

/**
 * td_connection_rollback:
 * @self: the connection
 *
 * Undoes the transaction, if there is one.
 */
void
td_connection_rollback (TdConnection *self)
{
  g_return_if_fail (self != NULL);
  g_assert (g_thread_self () == self->thread);

  if (td_connection_is_in_transaction (self))
    sqlite3_exec (self->db, "ROLLBACK", NULL, NULL, NULL);
}

gboolean
td_connection_is_in_transaction (TdConnection *self)
{
  return sqlite3_get_autocommit (self->db) == 0;
}

/**
 * td_connection_get_last_insert_id:
 * @self: the connection
 *
 * Returns: the id of the row inserted last on this connection
 */
gint64
td_connection_get_last_insert_id (TdConnection *self)
{
  g_return_val_if_fail (self != NULL, 0);
  g_assert (g_thread_self () == self->thread);

  return sqlite3_last_insert_rowid (self->db);
}

/**
 * td_connection_get_changes:
 * @self: the connection
 *
 * Returns: how many rows the last INSERT, UPDATE or DELETE changed
 */
gint64
td_connection_get_changes (TdConnection *self)
{
  g_return_val_if_fail (self != NULL, 0);
  g_assert (g_thread_self () == self->thread);

  return sqlite3_changes64 (self->db);
}

/**
 * td_connection_get_pragma_int64:
 * @self: the connection
 * @pragma_sql: a PRAGMA that gives one number
 * @value: (out): the number
 * @error: return location for a #TdStoreError
 *
 * Returns: whether there was one
 */
gboolean
td_connection_get_pragma_int64 (TdConnection  *self,
                                const char    *pragma_sql,
                                gint64        *value,
                                GError       **error)
{
  g_autoptr (TdStatement) statement = td_connection_prepare (self, pragma_sql, error);
  gboolean has_row;

  if (statement == NULL || !td_statement_step (statement, &has_row, error))
    return FALSE;

  *value = has_row ? td_statement_get_int64 (statement, 0) : 0;
  return TRUE;
}

/**
 * td_connection_back_up:
 * @self: the connection
 * @path: a file that is not there yet
 * @error: return location for a #TdStoreError
 *
 * Writes a whole, consistent copy of the database.
 *
 * Returns: whether the copy is complete
 */
gboolean
td_connection_back_up (TdConnection  *self,
                       const char    *path,
                       GError       **error)
{
  TdConnection *copy = td_connection_open (path, error);
  sqlite3_backup *backup;
  gboolean done = FALSE;

  if (copy == NULL)
    return FALSE;

  backup = sqlite3_backup_init (copy->db, "main", self->db, "main");
  if (backup != NULL)
    {
      sqlite3_backup_step (backup, -1);
      done = check (copy, sqlite3_backup_finish (backup), error);
    }
  else
    set_error (copy, sqlite3_errcode (copy->db), error);
  td_connection_close (copy);
  return done;
}

static void
note_bind (TdStatement *self,
           int          result)
{
  g_assert (g_thread_self () == self->connection->thread);
  if (self->bind_result == SQLITE_OK)
    self->bind_result = result;
}

void
td_statement_bind_int64 (TdStatement *self,
                         int          index,
                         gint64       value)
{
  note_bind (self, sqlite3_bind_int64 (self->stmt, index, value));
}

void
td_statement_bind_text (TdStatement *self,
                        int          index,
                        const char  *value)
{
  note_bind (self, sqlite3_bind_text (self->stmt, index, value, -1, SQLITE_TRANSIENT));
}

/**
 * td_statement_bind_bytes:
 * @self: the statement
 * @index: the parameter, from 1
 * @value: (nullable): the bytes; must live until the statement is released
 */
void
td_statement_bind_bytes (TdStatement *self,
                         int          index,
                         GBytes      *value)
{
  gsize length = 0;
  const void *data = value != NULL ? g_bytes_get_data (value, &length) : NULL;

  if (value != NULL && length == 0)
    note_bind (self, sqlite3_bind_zeroblob (self->stmt, index, 0));
  else
    note_bind (self, sqlite3_bind_blob64 (self->stmt, index, data, length, SQLITE_STATIC));
}

void
td_statement_bind_null (TdStatement *self,
                        int          index)
{
  note_bind (self, sqlite3_bind_null (self->stmt, index));
}

/**
 * td_statement_step:
 * @self: the statement
 * @has_row: (out) (optional): whether there is a row to read
 * @error: return location for a #TdStoreError
 *
 * Runs the statement to its next row or its end.
 *
 * Returns: %FALSE when it failed
 */
gboolean
td_statement_step (TdStatement  *self,
                   gboolean     *has_row,
                   GError      **error)
{
  int result;

  g_return_val_if_fail (self != NULL, FALSE);
  g_assert (g_thread_self () == self->connection->thread);

  result = self->bind_result != SQLITE_OK ? self->bind_result : sqlite3_step (self->stmt);
  if (has_row != NULL)
    *has_row = result == SQLITE_ROW;
  return check (self->connection, result, error);
}

/**
 * td_statement_run:
 * @self: the statement
 * @error: return location for a #TdStoreError
 *
 * Runs a statement whose rows do not matter to its end, and resets it, so that it can be
 * bound and run again. Its values stay bound.
 *
 * Returns: %FALSE when it failed
 */
gboolean
td_statement_run (TdStatement  *self,
                  GError      **error)
{
  gboolean has_row = TRUE;
  gboolean ok = TRUE;

  while (ok && has_row)
    ok = td_statement_step (self, &has_row, error);
  sqlite3_reset (self->stmt);
  self->bind_result = SQLITE_OK;
  return ok;
}

gboolean
td_statement_is_null (TdStatement *self,
                      int          column)
{
  g_return_val_if_fail (self != NULL, TRUE);

  return sqlite3_column_type (self->stmt, column) == SQLITE_NULL;
}

gint64
td_statement_get_int64 (TdStatement *self,
                        int          column)
{
  g_return_val_if_fail (self != NULL, 0);

  return sqlite3_column_int64 (self->stmt, column);
}

/**
 * td_statement_get_text:
 * @self: the statement, on a row
 * @column: the column, from 0
 *
 * Returns: (transfer none) (nullable): the text, until the next step; %NULL for NULL
 */
const char *
td_statement_get_text (TdStatement *self,
                       int          column)
{
  g_return_val_if_fail (self != NULL, NULL);

  return (const char *) sqlite3_column_text (self->stmt, column);
}

/**
 * td_statement_get_bytes:
 * @self: the statement, on a row
 * @column: the column, from 0
 *
 * Returns: (transfer full) (nullable): a copy of the bytes; %NULL for NULL
 */
GBytes *
td_statement_get_bytes (TdStatement *self,
                        int          column)
{
  const void *data;

  g_return_val_if_fail (self != NULL, NULL);

  if (td_statement_is_null (self, column))
    return NULL;
  data = sqlite3_column_blob (self->stmt, column);
  return g_bytes_new (data, sqlite3_column_bytes (self->stmt, column));
}

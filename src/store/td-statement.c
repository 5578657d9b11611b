/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Prepared statements. Preparing costs more than running most of our SQL, so a released
 * statement waits in its connection for the next time. One that is already in use is
 * prepared a second time and not kept.
 */
#include "config.h"

#include "store/td-connection-private.h"

#include <string.h>

#include "store/td-store-error-private.h"

struct _TdStatement
{
  TdConnection *connection; /* (unowned) */
  sqlite3_stmt *handle;     /* (owned) */
  gboolean is_cached;
  gboolean in_use;
  int bind_code;      /* the first trouble of a bind function, which step reports */
  char *valid_text; /* (owned) (nullable): stands in for the column's text when that is not UTF-8 */
};

void
td_statement_free (TdStatement *self)
{
  sqlite3_finalize (self->handle);
  g_free (self->valid_text);
  g_free (self);
}

static TdStatement *
statement_new (TdConnection  *connection,
               const char    *sql,
               gboolean       is_cached,
               GError       **error)
{
  sqlite3_stmt *handle = NULL;
  const char *tail = NULL;
  TdStatement *self;
  int code = sqlite3_prepare_v3 (connection->handle, sql, -1,
                                 is_cached ? SQLITE_PREPARE_PERSISTENT : 0, &handle, &tail);

  if (code != SQLITE_OK)
    {
      td_store_error_set (error, connection->handle, code, "prepare a statement");
      return NULL;
    }
  /* What follows the first statement would be ignored silently. */
  g_assert (handle != NULL && strspn (tail, " \n\t;") == strlen (tail));

  self = g_new0 (TdStatement, 1);
  self->connection = connection;
  self->handle = handle;
  self->is_cached = is_cached;
  return self;
}

/**
 * td_connection_prepare:
 * @self: a connection
 * @sql: one statement, with `?` for parameters; the same text gives the same prepared statement
 * @error: return location for a #TdStoreError
 *
 * Prepares a statement, or takes it from the cache.
 *
 * Returns: (transfer full): the statement, for td_statement_release(); %NULL with @error set
 */
TdStatement *
td_connection_prepare (TdConnection  *self,
                       const char    *sql,
                       GError       **error)
{
  TdStatement *statement;

  g_return_val_if_fail (self != NULL && sql != NULL, NULL);
  td_connection_assert_thread (self);

  statement = g_hash_table_lookup (self->statements, sql);
  if (statement == NULL || statement->in_use)
    {
      gboolean is_cached = statement == NULL;

      statement = statement_new (self, sql, is_cached, error);
      if (statement == NULL)
        return NULL;
      if (is_cached)
        g_hash_table_insert (self->statements, g_strdup (sql), statement);
    }
  statement->in_use = TRUE;
  return statement;
}

/**
 * td_statement_release:
 * @self: (nullable) (transfer full): a statement
 *
 * Resets the statement, forgets its parameters and gives it back to its connection. The autoptr
 * does it.
 */
void
td_statement_release (TdStatement *self)
{
  if (self == NULL)
    return;
  td_connection_assert_thread (self->connection);

  if (!self->is_cached)
    {
      td_statement_free (self);
      return;
    }
  sqlite3_reset (self->handle);
  sqlite3_clear_bindings (self->handle);
  g_clear_pointer (&self->valid_text, g_free);
  self->bind_code = SQLITE_OK;
  self->in_use = FALSE;
}

static void
note_bind (TdStatement *self,
           int          code)
{
  if (self->bind_code == SQLITE_OK)
    self->bind_code = code;
}

/**
 * td_statement_bind_int64:
 * @self: a statement that is not being stepped
 * @index: the parameter, from 1
 * @value: its value
 *
 * Trouble with a parameter is reported by the next step.
 */
void
td_statement_bind_int64 (TdStatement *self,
                         int          index,
                         gint64       value)
{
  g_return_if_fail (self != NULL);
  td_connection_assert_thread (self->connection);

  note_bind (self, sqlite3_bind_int64 (self->handle, index, value));
}

/**
 * td_statement_bind_text:
 * @self: a statement that is not being stepped
 * @index: the parameter, from 1
 * @value: (nullable): its value, copied
 *
 * Trouble with a parameter is reported by the next step.
 */
void
td_statement_bind_text (TdStatement *self,
                        int          index,
                        const char  *value)
{
  g_return_if_fail (self != NULL);
  td_connection_assert_thread (self->connection);

  note_bind (self, sqlite3_bind_text (self->handle, index, value, -1, SQLITE_TRANSIENT));
}

/**
 * td_statement_bind_bytes:
 * @self: a statement that is not being stepped
 * @index: the parameter, from 1
 * @value: (nullable): its value; no bytes at all are not NULL
 *
 * Trouble with a parameter is reported by the next step.
 */
void
td_statement_bind_bytes (TdStatement *self,
                         int          index,
                         GBytes      *value)
{
  gsize size;
  const void *data;

  g_return_if_fail (self != NULL);
  td_connection_assert_thread (self->connection);

  if (value == NULL)
    {
      td_statement_bind_null (self, index);
      return;
    }
  data = g_bytes_get_data (value, &size);
  note_bind (self, sqlite3_bind_blob64 (self->handle, index, data != NULL ? data : "", size,
                                        SQLITE_TRANSIENT));
}

/**
 * td_statement_bind_null:
 * @self: a statement that is not being stepped
 * @index: the parameter, from 1
 *
 * Makes a parameter NULL, which it is anyway until it is bound.
 */
void
td_statement_bind_null (TdStatement *self,
                        int          index)
{
  g_return_if_fail (self != NULL);
  td_connection_assert_thread (self->connection);

  note_bind (self, sqlite3_bind_null (self->handle, index));
}

/**
 * td_statement_step:
 * @self: a statement
 * @has_row: (out) (optional): whether there is a row to read; %FALSE ends the statement, and
 *   another step would run it anew
 * @error: return location for a #TdStoreError
 *
 * Runs the statement up to its next row.
 *
 * Returns: %FALSE with @error set on failure
 */
gboolean
td_statement_step (TdStatement  *self,
                   gboolean     *has_row,
                   GError      **error)
{
  sqlite3 *handle;
  int code;

  g_return_val_if_fail (self != NULL, FALSE);
  td_connection_assert_thread (self->connection);

  handle = self->connection->handle;
  g_clear_pointer (&self->valid_text, g_free);
  code = self->bind_code != SQLITE_OK ? self->bind_code : sqlite3_step (self->handle);
  if (has_row != NULL)
    *has_row = code == SQLITE_ROW;
  if (code == SQLITE_ROW)
    return TRUE;

  if (code != SQLITE_DONE)
    td_store_error_set (error, handle, code, "run a statement");
  sqlite3_reset (self->handle);
  return code == SQLITE_DONE;
}

/**
 * td_statement_run:
 * @self: a statement
 * @error: return location for a #TdStoreError
 *
 * Runs the statement to its end; rows are dropped. Then it can be bound and run again.
 *
 * Returns: %FALSE with @error set on failure
 */
gboolean
td_statement_run (TdStatement  *self,
                  GError      **error)
{
  gboolean has_row = TRUE;

  while (has_row)
    if (!td_statement_step (self, &has_row, error))
      return FALSE;
  return TRUE;
}

/**
 * td_statement_is_null:
 * @self: a statement at a row
 * @column: the column, from 0
 *
 * Returns: whether the value is NULL
 */
gboolean
td_statement_is_null (TdStatement *self,
                      int          column)
{
  g_return_val_if_fail (self != NULL, TRUE);
  td_connection_assert_thread (self->connection);

  return sqlite3_column_type (self->handle, column) == SQLITE_NULL;
}

/**
 * td_statement_get_int64:
 * @self: a statement at a row
 * @column: the column, from 0
 *
 * Returns: the integer; 0 for NULL
 */
gint64
td_statement_get_int64 (TdStatement *self,
                        int          column)
{
  g_return_val_if_fail (self != NULL, 0);
  td_connection_assert_thread (self->connection);

  return sqlite3_column_int64 (self->handle, column);
}

/**
 * td_statement_get_text:
 * @self: a statement at a row
 * @column: the column, from 0
 *
 * Returns: (transfer none) (nullable): valid UTF-8 whatever the file holds, until the next step
 *   or, when the file holds something else, until the next text is read; %NULL for NULL
 */
const char *
td_statement_get_text (TdStatement *self,
                       int          column)
{
  const char *text;

  g_return_val_if_fail (self != NULL, NULL);
  td_connection_assert_thread (self->connection);

  text = (const char *) sqlite3_column_text (self->handle, column);
  if (text == NULL || g_utf8_validate (text, -1, NULL))
    return text;
  g_free (self->valid_text);
  self->valid_text = g_utf8_make_valid (text, -1);
  return self->valid_text;
}

/**
 * td_statement_get_bytes:
 * @self: a statement at a row
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

  /* In this order, as the first call may convert the value. */
  data = sqlite3_column_blob (self->handle, column);
  return g_bytes_new (data, (gsize) sqlite3_column_bytes (self->handle, column));
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/td-database.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/td-resources.h"
#include "base/td-worker.h"
#include "store/td-database-private.h"

/* A small file is checked whole at every start; a large one would hold the start up, and its
 * faults show when they are read. */
#define MAX_CHECKED_BYTES (4 * 1024 * 1024)

static const char *const schema_files[] = {
  "store/schema/001-first-light.sql",
};

struct _TdDatabase
{
  GObject parent_instance;

  char *path;
  TdWorker *worker;         /* (owned) (nullable): NULL once closed */
  TdConnection *connection; /* (owned): of the worker's thread */
};

G_DEFINE_FINAL_TYPE (TdDatabase, td_database, G_TYPE_OBJECT)

typedef struct
{
  TdDatabase *database;           /* (owned) */
  const TdMigrations *migrations; /* (nullable): the program's own */
} TdOpening;

typedef struct
{
  TdDatabaseFunc func;
  gpointer data;
  GDestroyNotify data_free;
  GDestroyNotify result_free;
} TdCall;

static void
opening_free (gpointer data)
{
  TdOpening *self = data;

  g_object_unref (self->database);
  g_free (self);
}

static void
call_free (gpointer data)
{
  TdCall *self = data;

  if (self->data_free != NULL)
    self->data_free (self->data);
  g_free (self);
}

static void
td_database_finalize (GObject *object)
{
  TdDatabase *self = TD_DATABASE (object);

  td_database_close (self);
  g_free (self->path);

  G_OBJECT_CLASS (td_database_parent_class)->finalize (object);
}

static void
td_database_class_init (TdDatabaseClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = td_database_finalize;
}

static void
td_database_init (TdDatabase *self)
{
}

static void
set_errno_error (GError     **error,
                 const char  *path)
{
  int saved = errno;
  TdStoreError code = TD_STORE_ERROR_FAILED;

  if (saved == EACCES || saved == EPERM || saved == EROFS || saved == ENOTDIR || saved == ENOENT)
    code = TD_STORE_ERROR_READ_ONLY;
  else if (saved == ENOSPC || saved == EDQUOT)
    code = TD_STORE_ERROR_FULL;
  g_set_error (error, TD_STORE_ERROR, code, "%s: %s", path, g_strerror (saved));
}

/* Looks at the file before SQLite does, because SQLite takes some damaged files for new ones.
 * A missing one is made, readable by its owner only. */
static gboolean
check_file (const char  *path,
            gboolean    *is_new,
            GError     **error)
{
  static const char magic[16] = "SQLite format 3";
  char start[sizeof magic];
  int fd = g_open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  gssize n_read;

  if (fd < 0)
    {
      set_errno_error (error, path);
      return FALSE;
    }
  n_read = read (fd, start, sizeof start);
  if (n_read < 0)
    set_errno_error (error, path);
  close (fd);
  if (n_read < 0)
    return FALSE;

  *is_new = n_read == 0;
  if (n_read == 0 || (n_read == sizeof start && memcmp (start, magic, sizeof magic) == 0))
    return TRUE;
  g_set_error (error, TD_STORE_ERROR, TD_STORE_ERROR_CORRUPT, "%s is no database", path);
  return FALSE;
}

static gboolean
check_contents (TdConnection  *connection,
                const char    *path,
                GError       **error)
{
  g_autoptr (TdStatement) statement = NULL;
  gboolean has_row;
  GStatBuf info;

  if (g_stat (path, &info) != 0 || info.st_size > MAX_CHECKED_BYTES)
    return TRUE;

  statement = td_connection_prepare (connection, "PRAGMA quick_check(1)", error);
  if (statement == NULL || !td_statement_step (statement, &has_row, error))
    return FALSE;
  if (has_row && g_strcmp0 (td_statement_get_text (statement, 0), "ok") == 0)
    return TRUE;
  g_set_error (error, TD_STORE_ERROR, TD_STORE_ERROR_CORRUPT, "The database is damaged: %s",
               has_row ? td_statement_get_text (statement, 0) : "no answer to the check");
  return FALSE;
}

static gboolean
run_own_migrations (TdConnection  *connection,
                    const char    *path,
                    GError       **error)
{
  g_autoptr (GPtrArray) scripts = g_ptr_array_new_null_terminated (G_N_ELEMENTS (schema_files), g_free, TRUE);
  TdMigrations migrations;

  for (guint i = 0; i < G_N_ELEMENTS (schema_files); i++)
    {
      g_autoptr (GBytes) bytes = td_resources_lookup (schema_files[i], error);

      if (bytes == NULL)
        return FALSE;
      g_ptr_array_add (scripts, g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes)));
    }
  migrations.scripts = (const char *const *) scripts->pdata;
  return td_migration_run (connection, &migrations, path, error);
}

/* On the worker's thread. */
static TdConnection *
open_connection (const char          *path,
                 const TdMigrations  *migrations,
                 GError             **error)
{
  TdConnection *connection;
  gboolean is_new, ok;

  if (!check_file (path, &is_new, error))
    return NULL;
  connection = td_connection_open (path, error);
  if (connection == NULL)
    return NULL;

  ok = is_new || check_contents (connection, path, error);
  if (ok && migrations != NULL)
    ok = td_migration_run (connection, migrations, path, error);
  else if (ok)
    ok = run_own_migrations (connection, path, error);
  /* Only now, when the database is known to be ours, may opening it write to it. */
  ok = ok && td_connection_accept (connection, error);
  if (!ok)
    g_clear_pointer (&connection, td_connection_close);
  return connection;
}

static void
open_thread (GTask        *task,
             gpointer      source,
             gpointer      task_data,
             GCancellable *cancellable)
{
  TdOpening *opening = task_data;
  TdDatabase *self = opening->database;
  GError *error = NULL;

  self->connection = open_connection (self->path, opening->migrations, &error);
  if (self->connection != NULL)
    g_task_return_pointer (task, g_object_ref (self), g_object_unref);
  else
    g_task_return_error (task, error);
}

void
td_database_open_with_migrations_async (const char          *path,
                                        const TdMigrations  *migrations,
                                        GCancellable        *cancellable,
                                        GAsyncReadyCallback  callback,
                                        gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  TdOpening *opening = g_new0 (TdOpening, 1);
  TdDatabase *self = g_object_new (TD_TYPE_DATABASE, NULL);

  g_task_set_source_tag (task, td_database_open_async);
  self->path = g_strdup (path);
  self->worker = td_worker_new ("database");
  opening->database = self;
  opening->migrations = migrations;
  g_task_set_task_data (task, opening, opening_free);
  td_worker_push (self->worker, G_PRIORITY_DEFAULT, task, open_thread);
}

/**
 * td_database_open_async:
 * @path: the database file; made when it is not there, in a folder that is there
 * @cancellable: (nullable): a #GCancellable
 * @callback: called when the database can be used, or not
 * @user_data: data for @callback
 *
 * Opens the database on a thread of its own and upgrades it.
 */
void
td_database_open_async (const char          *path,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  g_return_if_fail (path != NULL);

  td_database_open_with_migrations_async (path, NULL, cancellable, callback, user_data);
}

/**
 * td_database_open_finish:
 * @result: the result given to the callback
 * @error: return location for a #TdStoreError
 *
 * Returns: (transfer full) (nullable): the database, ready for use
 */
TdDatabase *
td_database_open_finish (GAsyncResult  *result,
                         GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * td_database_get_path:
 * @self: the database
 *
 * Returns: (transfer none): the file
 */
const char *
td_database_get_path (TdDatabase *self)
{
  g_return_val_if_fail (TD_IS_DATABASE (self), NULL);

  return self->path;
}

static void
run_thread (GTask        *task,
            gpointer      source,
            gpointer      task_data,
            GCancellable *cancellable)
{
  TdDatabase *self = source;
  TdCall *call = task_data;
  GError *error = NULL;
  gpointer result = call->func (self->connection, call->data, cancellable, &error);

  if (td_connection_is_in_transaction (self->connection))
    {
      if (error == NULL)
        g_critical ("A database function has left its transaction open; it was undone");
      td_connection_rollback (self->connection);
    }
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, result, call->result_free);
}

/**
 * td_database_run_async:
 * @self: the database
 * @priority: G_PRIORITY_HIGH before what the user waits for, G_PRIORITY_LOW for the rest
 * @func: what to do on the database thread
 * @data: (transfer full): data for @func
 * @data_free: (nullable): frees @data, on whichever thread drops it last
 * @result_free: (nullable): frees a result that nobody takes
 * @cancellable: (nullable): a #GCancellable; once @func runs it alone decides what that means
 * @callback: called with the result
 * @user_data: data for @callback
 *
 * Runs @func on the database thread. When it fails, a transaction it left open is undone.
 */
void
td_database_run_async (TdDatabase          *self,
                       int                  priority,
                       TdDatabaseFunc       func,
                       gpointer             data,
                       GDestroyNotify       data_free,
                       GDestroyNotify       result_free,
                       GCancellable        *cancellable,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  TdCall *call;

  g_return_if_fail (TD_IS_DATABASE (self));
  g_return_if_fail (func != NULL);

  call = g_new (TdCall, 1);
  *call = (TdCall) { func, data, data_free, result_free };
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, td_database_run_async);
  g_task_set_priority (task, priority);
  g_task_set_task_data (task, call, call_free);
  if (self->worker != NULL)
    td_worker_push (self->worker, priority, task, run_thread);
  else
    g_task_return_new_error_literal (task, G_IO_ERROR, G_IO_ERROR_CLOSED, "The database is closed");
}

/**
 * td_database_run_finish:
 * @self: the database
 * @result: the result given to the callback
 * @error: return location for the function's error
 *
 * Returns: (transfer full) (nullable): what the function returned
 */
gpointer
td_database_run_finish (TdDatabase    *self,
                        GAsyncResult  *result,
                        GError       **error)
{
  g_return_val_if_fail (TD_IS_DATABASE (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
close_thread (GTask        *task,
              gpointer      source,
              gpointer      task_data,
              GCancellable *cancellable)
{
  if (task_data != NULL)
    td_connection_close (task_data);
  g_task_return_boolean (task, TRUE);
}

/**
 * td_database_close:
 * @self: the database
 *
 * Finishes what was asked for, then closes the file. Waits for it. Calls after this one fail
 * with %G_IO_ERROR_CLOSED.
 */
void
td_database_close (TdDatabase *self)
{
  g_autoptr (TdWorker) worker = NULL;
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (TD_IS_DATABASE (self));

  worker = g_steal_pointer (&self->worker);
  if (worker == NULL)
    return;

  /* The connection belongs to the thread; it is the last thing that thread does. */
  task = g_task_new (NULL, NULL, NULL, NULL);
  g_task_set_source_tag (task, td_database_close);
  g_task_set_task_data (task, g_steal_pointer (&self->connection), NULL);
  td_worker_push (worker, G_MAXINT, task, close_thread);
  td_worker_shutdown (worker);
}

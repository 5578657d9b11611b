/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/td-database-private.h"

#include "base/td-worker.h"
#include "store/td-connection-private.h"

struct _TdDatabase
{
  GObject parent_instance;

  char *path;               /* (owned) */
  TdWorker *worker;         /* (owned) (nullable): NULL once closed */
  TdConnection *connection; /* (owned) (nullable): only on the worker's thread */
};

G_DEFINE_FINAL_TYPE (TdDatabase, td_database, G_TYPE_OBJECT)

typedef struct
{
  TdDatabase *database;
  TdMigrations *migrations; /* (owned) (nullable): NULL for those of */
  const char *schema;
} OpenCall;

typedef struct
{
  TdDatabaseFunc func;
  TdDatabaseUndo undo; /* (nullable) */
  gpointer data; /* (owned) */
  GDestroyNotify data_free;
  GDestroyNotify result_free;
} RunCall;

static void
open_call_free (OpenCall *call)
{
  g_clear_object (&call->database);
  g_clear_pointer (&call->migrations, td_migrations_unref);
  g_free (call);
}

static void
run_call_free (RunCall *call)
{
  if (call->data_free != NULL)
    call->data_free (call->data);
  g_free (call);
}

static void
close_on_thread (GTask        *task,
                 gpointer      source,
                 gpointer      data,
                 GCancellable *cancellable)
{
  TdConnection **connection = data;

  g_clear_pointer (connection, td_connection_close);
  g_task_return_boolean (task, TRUE);
}

static void
td_database_dispose (GObject *object)
{
  td_database_close (TD_DATABASE (object));

  G_OBJECT_CLASS (td_database_parent_class)->dispose (object);
}

static void
td_database_finalize (GObject *object)
{
  TdDatabase *self = TD_DATABASE (object);

  g_assert (self->connection == NULL);
  g_free (self->path);

  G_OBJECT_CLASS (td_database_parent_class)->finalize (object);
}

static void
td_database_class_init (TdDatabaseClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = td_database_dispose;
  object_class->finalize = td_database_finalize;
}

static void
td_database_init (TdDatabase *self)
{
  self->worker = td_worker_new ("td-database");
}

static void
open_on_thread (GTask        *task,
                gpointer      source,
                gpointer      data,
                GCancellable *cancellable)
{
  OpenCall *call = data;
  g_autoptr (TdConnection) connection = NULL;
  g_autoptr (GError) error = NULL;
  gboolean changed;

  if (call->migrations == NULL)
    call->migrations = td_migrations_new_of_schema (call->schema, &error);
  if (call->migrations != NULL)
    connection = td_connection_open (call->database->path,
                                     td_migrations_get_newest (call->migrations), &error);
  if (connection == NULL || !td_migrations_run (call->migrations, connection, &error) ||
      !td_connection_take_foreign_change (connection, &changed, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  call->database->connection = g_steal_pointer (&connection);
  g_task_return_pointer (task, g_object_ref (call->database), g_object_unref);
}

static void
open_async (const char          *path,
            TdMigrations        *migrations,
            const char          *schema,
            GCancellable        *cancellable,
            GAsyncReadyCallback  callback,
            gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  OpenCall *call = g_new0 (OpenCall, 1);

  g_task_set_source_tag (task, td_database_open_async);
  call->database = g_object_new (TD_TYPE_DATABASE, NULL);
  call->database->path = g_strdup (path);
  call->migrations = migrations != NULL ? td_migrations_ref (migrations) : NULL;
  call->schema = schema;
  g_task_set_task_data (task, call, (GDestroyNotify) open_call_free);
  td_worker_push (call->database->worker, G_PRIORITY_DEFAULT, task, open_on_thread);
}

/* See td_database_open_async(). */
void
td_database_open_with_migrations_async (const char          *path,
                                        TdMigrations        *migrations,
                                        GCancellable        *cancellable,
                                        GAsyncReadyCallback  callback,
                                        gpointer             user_data)
{
  open_async (path, migrations, TD_DATABASE_SCHEMA_MAIN, cancellable, callback, user_data);
}

/**
 * td_database_open_schema_async:
 * @path: the file; made when there is none, in a folder that exists
 * @schema: which kind of database it is; a literal
 * @cancellable: (nullable): a cancellable
 * @callback: called when it is open; finish with td_database_open_finish()
 * @user_data: for @callback
 *
 * Opens a database that is not the main one.
 */
void
td_database_open_schema_async (const char          *path,
                               const char          *schema,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_return_if_fail (path != NULL && schema != NULL);

  open_async (path, NULL, schema, cancellable, callback, user_data);
}

/**
 * td_database_open_async:
 * @path: the file; made when there is none, in a folder that exists
 * @cancellable: (nullable): a cancellable
 * @callback: called when it is open
 * @user_data: for @callback
 *
 * Opens the database on a thread of its own and brings it to the newest schema.
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
 * @result: what the callback got
 * @error: return location for a #TdStoreError
 *
 * Returns: (transfer full): the database; %NULL with @error set
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
 * @self: a database
 *
 * Returns: (transfer none): the file as it was given
 */
const char *
td_database_get_path (TdDatabase *self)
{
  g_return_val_if_fail (TD_IS_DATABASE (self), NULL);

  return self->path;
}

/* A transaction must not reach into the next function's work. */
static void
end_transaction (TdDatabase *self,
                 gboolean    failed)
{
  if (!td_connection_is_in_transaction (self->connection))
    return;
  if (!failed)
    g_critical ("a database function succeeded without ending its transaction");
  td_connection_rollback (self->connection);
}

static void
run_on_thread (GTask        *task,
               gpointer      source,
               gpointer      data,
               GCancellable *cancellable)
{
  TdDatabase *self = source;
  RunCall *call = data;
  GError *error = NULL;
  gpointer result = call->func (self->connection, call->data, cancellable, &error);

  end_transaction (self, error != NULL);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, result, call->result_free);
}

/**
 * td_database_run_async:
 * @self: a database
 * @priority: the order among what waits, the lowest number first: %G_PRIORITY_DEFAULT for what
 *   somebody waits for
 * @func: what to run on the database thread
 * @data: (nullable): for @func
 * @data_free: (nullable): frees @data, on the calling thread
 * @result_free: (nullable): frees a result that nobody takes
 * @cancellable: (nullable): a cancellable
 * @callback: (nullable): called when it ran
 * @user_data: for @callback
 *
 * Queues work. A function that fails may leave its transaction open: it is rolled back.
 *
 * Who cancels is told %G_IO_ERROR_CANCELLED even when @func had already run to its end; so give no
 * cancellable to a write whose outcome matters.
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
  RunCall *call;

  g_return_if_fail (TD_IS_DATABASE (self));
  g_return_if_fail (func != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, td_database_run_async);
  g_task_set_priority (task, priority);
  call = g_new0 (RunCall, 1);
  call->func = func;
  call->data = data;
  call->data_free = data_free;
  call->result_free = result_free;
  g_task_set_task_data (task, call, (GDestroyNotify) run_call_free);

  if (self->worker != NULL)
    td_worker_push (self->worker, priority, task, run_on_thread);
  else
    g_task_return_new_error_literal (task, G_IO_ERROR, G_IO_ERROR_CLOSED, "the database is closed");
}

/* ---- together ---------------------------------------------------------------------------------- */

typedef struct
{
  gpointer result;
  GError *error;
} Outcome;

static void
run_part (TdDatabase *self,
          GTask      *task,
          Outcome    *outcome)
{
  RunCall *call = g_task_get_task_data (task);

  outcome->result = call->func (self->connection, call->data, NULL, &outcome->error);
  end_transaction (self, outcome->error != NULL);
}

/* The others were undone along with the one that failed. */
static void
undo_part (GTask        *task,
           Outcome      *outcome,
           const GError *reason)
{
  RunCall *call = g_task_get_task_data (task);

  if (outcome->error)
    return;
  if (call->undo)
    call->undo (call->data);
  if (call->result_free && outcome->result)
    call->result_free (outcome->result);
  outcome->result = NULL;
  outcome->error = g_error_copy (reason);
}

static void
return_part (GTask   *task,
             Outcome *outcome)
{
  RunCall *call = g_task_get_task_data (task);

  if (outcome->error)
    g_task_return_error (task, outcome->error);
  else
    g_task_return_pointer (task, outcome->result, call->result_free);
}

/* Gives how many of them ran; all before a trouble that is everybody's. */
static guint
run_parts (TdDatabase  *self,
           GTask      **tasks,
           guint        n_tasks,
           Outcome     *outcomes)
{
  guint n_run = 0;

  while (n_run < n_tasks && !td_connection_is_group_lost (self->connection))
    {
      run_part (self, tasks[n_run], &outcomes[n_run]);
      n_run++;
    }
  return n_run;
}

static void
run_group_on_thread (GTask **tasks,
                     guint   n_tasks)
{
  TdDatabase *self = g_task_get_source_object (tasks[0]);
  g_autofree Outcome *outcomes = g_new0 (Outcome, n_tasks);
  g_autoptr (GError) error = NULL;
  guint n_run = n_tasks;

  if (n_tasks == 1)
    {
      run_on_thread (tasks[0], self, g_task_get_task_data (tasks[0]), NULL);
      return;
    }
  if (!td_connection_begin_group (self->connection, &error))
    {
      for (guint i = 0; i < n_tasks; i++)
        outcomes[i].error = g_error_copy (error);
    }
  else
    {
      n_run = run_parts (self, tasks, n_tasks, outcomes);
      if (!td_connection_end_group (self->connection, &error))
        {
          for (guint i = 0; i < n_run; i++)
            undo_part (tasks[i], &outcomes[i], error);
        }
    }
  for (guint i = 0; i < n_run; i++)
    return_part (tasks[i], &outcomes[i]);
  for (guint i = n_run; i < n_tasks; i++)
    run_on_thread (tasks[i], self, g_task_get_task_data (tasks[i]), NULL);
}

/**
 * td_database_run_grouped_async:
 * @self: a database
 * @func: what to run on the database thread; a short write
 * @undo: (nullable): sets right what @func noted outside the database
 * @data: (nullable): for @func
 * @data_free: (nullable): frees @data, on the calling thread
 * @result_free: (nullable): frees a result that nobody takes
 * @callback: (nullable): called when it is on the disk
 * @user_data: for @callback
 *
 * As td_database_run_async(), for a write that many may want at once: those that wait next to each
 * other share one commit, which is what takes the time. @func begins and commits a transaction of
 * its own as ever, and may fail without harm to the others.
 */
void
td_database_run_grouped_async (TdDatabase          *self,
                               TdDatabaseFunc       func,
                               TdDatabaseUndo       undo,
                               gpointer             data,
                               GDestroyNotify       data_free,
                               GDestroyNotify       result_free,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  RunCall *call;

  g_return_if_fail (TD_IS_DATABASE (self));
  g_return_if_fail (func != NULL);

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, td_database_run_grouped_async);
  call = g_new0 (RunCall, 1);
  call->func = func;
  call->undo = undo;
  call->data = data;
  call->data_free = data_free;
  call->result_free = result_free;
  g_task_set_task_data (task, call, (GDestroyNotify) run_call_free);
  if (self->worker != NULL)
    td_worker_push_batched (self->worker, G_PRIORITY_DEFAULT, task, run_group_on_thread);
  else
    g_task_return_new_error_literal (task, G_IO_ERROR, G_IO_ERROR_CLOSED, "the database is closed");
}

/**
 * td_database_run_finish:
 * @self: a database
 * @result: what the callback got
 * @error: return location for the function's error
 *
 * Returns: (transfer full) (nullable): what the function gave, which may be %NULL without an error
 */
gpointer
td_database_run_finish (TdDatabase    *self,
                        GAsyncResult  *result,
                        GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static gpointer
check_foreign_on_thread (TdConnection  *connection,
                         gpointer       data,
                         GCancellable  *cancellable,
                         GError       **error)
{
  gboolean changed;

  if (!td_connection_take_foreign_change (connection, &changed, error))
    return NULL;
  return GINT_TO_POINTER (changed);
}

/**
 * td_database_check_foreign_async:
 * @self: a database
 * @callback: called with the answer
 * @user_data: for @callback
 *
 * Asks whether anybody but @self has written to the file since it was opened, or since this was
 * asked last. What had been read before may be old then.
 */
void
td_database_check_foreign_async (TdDatabase          *self,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  td_database_run_async (self, G_PRIORITY_DEFAULT, check_foreign_on_thread, NULL, NULL, NULL, NULL,
                         callback, user_data);
}

/**
 * td_database_check_foreign_finish:
 * @self: a database
 * @result: what the callback got
 * @changed: (out): the answer
 * @error: return location for a #TdStoreError
 *
 * Returns: %FALSE with @error set when it could not be found out
 */
gboolean
td_database_check_foreign_finish (TdDatabase    *self,
                                  GAsyncResult  *result,
                                  gboolean      *changed,
                                  GError       **error)
{
  g_autoptr (GError) local_error = NULL;

  *changed = GPOINTER_TO_INT (td_database_run_finish (self, result, &local_error));
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/**
 * td_database_close:
 * @self: a database
 *
 * Runs what was queued, folds the log into the file and closes it. Blocks until that is done, so
 * it belongs at a program's end. Later calls fail with %G_IO_ERROR_CLOSED; closing twice is fine.
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
  task = g_task_new (NULL, NULL, NULL, NULL);
  g_task_set_source_tag (task, td_database_close);
  g_task_set_task_data (task, &self->connection, NULL);
  td_worker_push (worker, G_MAXINT, task, close_on_thread);
  td_worker_shutdown (worker);
}

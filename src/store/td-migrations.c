/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Brings a database to the newest schema, one transaction a step. Another process may be doing
 * the same at this moment, so each step reads the version again once it holds the lock.
 */
#include "config.h"

#include "store/td-migrations.h"

#include <stdlib.h>

#include "base/td-resources.h"
#include "store/td-backup.h"
#include "store/td-connection-private.h"
#include "store/td-database.h"

#define FOLDER "store"

struct _TdMigrations
{
  GPtrArray *scripts; /* (owned) (element-type utf8): step 1 first */
  gatomicrefcount ref_count;
};

/**
 * td_migrations_new:
 * @scripts: (array zero-terminated=1): the SQL of each step; no transactions, no versions
 *
 * Returns: (transfer full): the steps
 */
TdMigrations *
td_migrations_new (const char *const *scripts)
{
  TdMigrations *self = g_new0 (TdMigrations, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->scripts = g_ptr_array_new_with_free_func (g_free);
  for (gsize i = 0; scripts[i] != NULL; i++)
    g_ptr_array_add (self->scripts, g_strdup (scripts[i]));
  return self;
}

/**
 * td_migrations_new_up_to:
 * @self: some steps
 * @version: the version that the last step is to lead to
 *
 * Leaves the later steps out, to make a database as an older program would have.
 *
 * Returns: (transfer full): the steps
 */
TdMigrations *
td_migrations_new_up_to (const TdMigrations *self,
                         int                 version)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) scripts = NULL;

  g_return_val_if_fail (version >= 0 && version <= td_migrations_get_newest (self), NULL);

  for (int i = 0; i < version; i++)
    g_strv_builder_add (builder, g_ptr_array_index (self->scripts, (guint) i));
  scripts = g_strv_builder_end (builder);
  return td_migrations_new ((const char *const *) scripts);
}

/**
 * td_migrations_new_builtin:
 * @error: return location for a #GResourceError, which would be a fault of ours
 *
 * Reads the steps of the program's main schema.
 *
 * Returns: (transfer full): the steps
 */
TdMigrations *
td_migrations_new_builtin (GError **error)
{
  return td_migrations_new_of_schema (TD_DATABASE_SCHEMA_MAIN, error);
}

/**
 * td_migrations_new_of_schema:
 * @schema: the name of a folder with SQL
 * @error: return location for a #GResourceError, which would be a fault of ours
 *
 * Reads the steps compiled into the program: `NNN-name.sql`, numbered from 1 without gaps.
 *
 * Returns: (transfer full): the steps
 */
TdMigrations *
td_migrations_new_of_schema (const char  *schema,
                             GError     **error)
{
  static const char *const none[] = { NULL };
  g_autofree char *folder = g_build_path ("/", FOLDER, schema, NULL);
  g_auto (GStrv) names = td_resources_list (folder, error);
  g_autoptr (TdMigrations) self = td_migrations_new (none);

  if (names == NULL)
    return NULL;
  for (gsize i = 0; names[i] != NULL; i++)
    {
      g_autofree char *path = g_build_path ("/", folder, names[i], NULL);
      g_autoptr (GBytes) sql = td_resources_lookup (path, error);

      if (sql == NULL)
        return NULL;
      g_assert (atoi (names[i]) == (int) i + 1);
      g_ptr_array_add (self->scripts,
                       g_strndup (g_bytes_get_data (sql, NULL), g_bytes_get_size (sql)));
    }
  return g_steal_pointer (&self);
}

/**
 * td_migrations_ref:
 * @self: the steps
 *
 * Returns: (transfer full): the same
 */
TdMigrations *
td_migrations_ref (TdMigrations *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * td_migrations_unref:
 * @self: (transfer full): the steps
 *
 * Drops a reference, on any thread.
 */
void
td_migrations_unref (TdMigrations *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_ptr_array_unref (self->scripts);
  g_free (self);
}

/**
 * td_migrations_get_newest:
 * @self: the steps
 *
 * Returns: the version the last step leads to
 */
int
td_migrations_get_newest (const TdMigrations *self)
{
  return (int) self->scripts->len;
}

/* What a script broke among the references, which were not enforced while it ran. */
static gboolean
check_foreign_keys (TdConnection  *connection,
                    GError       **error)
{
  g_autoptr (TdStatement) statement =
    td_connection_prepare (connection, "PRAGMA foreign_key_check", error);
  gboolean has_row;

  if (statement == NULL || !td_statement_step (statement, &has_row, error))
    return FALSE;
  if (!has_row)
    return TRUE;
  g_set_error (error, TD_STORE_ERROR, TD_STORE_ERROR_CONSTRAINT,
               "the new schema leaves a broken reference in %s",
               td_statement_get_text (statement, 0));
  return FALSE;
}

/* Keeps a copy of a database that holds something, before it is changed for the first time. The
 * lock is held, so nobody changes it under the copy. */
static gboolean
secure (TdConnection             *connection,
        const TdConnectionState  *state,
        GError                  **error)
{
  g_autofree char *backup_path = NULL;

  if (state->is_empty)
    return TRUE;
  backup_path = g_strdup_printf ("%s.backup-v%d", connection->path, state->user_version);
  return td_connection_check (connection, error) &&
         td_backup_make (connection->path, backup_path, error);
}

static gboolean
apply (const TdMigrations  *self,
       TdConnection        *connection,
       int                  version,
       GError             **error)
{
  g_autofree char *versions =
    g_strdup_printf ("PRAGMA application_id = %d; PRAGMA user_version = %d;", TD_APPLICATION_ID,
                     version);

  return td_connection_execute (connection, g_ptr_array_index (self->scripts, (guint) version - 1),
                                error) &&
         check_foreign_keys (connection, error) &&
         td_connection_execute (connection, versions, error);
}

/* Runs the next step in a transaction of its own, if there is one still to run. */
static gboolean
run_step (const TdMigrations  *self,
          TdConnection        *connection,
          gboolean            *is_secured,
          gboolean            *is_done,
          GError             **error)
{
  TdConnectionState state;

  if (!td_connection_begin (connection, error))
    return FALSE;
  if (!td_connection_read_state (connection, td_migrations_get_newest (self), &state, error))
    goto undo;

  *is_done = state.user_version == td_migrations_get_newest (self);
  if (*is_done)
    {
      td_connection_rollback (connection);
      return TRUE;
    }
  if (!*is_secured && !secure (connection, &state, error))
    goto undo;
  *is_secured = TRUE;
  if (apply (self, connection, state.user_version + 1, error))
    return td_connection_commit (connection, error);

undo:
  td_connection_rollback (connection);
  return FALSE;
}

/**
 * td_migrations_run:
 * @self: the steps
 * @connection: a connection without a transaction
 * @error: return location for a #TdStoreError
 *
 * Runs the steps that the database lacks. Before the first of them a copy of a database that
 * holds something is kept beside it, as `NAME.backup-vVERSION`.
 *
 * Returns: %FALSE with @error set when a step failed; the steps before it are done, it is not
 */
gboolean
td_migrations_run (const TdMigrations  *self,
                   TdConnection        *connection,
                   GError             **error)
{
  TdConnectionState state;
  gboolean is_secured = FALSE, is_done, succeeded = TRUE;

  if (!td_connection_read_state (connection, td_migrations_get_newest (self), &state, error))
    return FALSE;
  is_done = state.user_version == td_migrations_get_newest (self);
  if (is_done)
    return TRUE;

  if (!td_connection_set_foreign_keys (connection, FALSE, error))
    return FALSE;
  while (succeeded && !is_done)
    succeeded = run_step (self, connection, &is_secured, &is_done, error);
  return td_connection_set_foreign_keys (connection, TRUE, succeeded ? error : NULL) && succeeded;
}

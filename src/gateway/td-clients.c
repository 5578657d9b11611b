/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "gateway/td-clients.h"

#include <string.h>

#include "gateway/td-client-store.h"
#include "vault/td-vault.h"

typedef struct
{
  char *name;
  char *key; /* (nullable): wiped when freed */
  guint8 hash[TD_CLIENT_HASH_BYTES];
} Job;

static Job *
job_new (const char *name,
         const char *key)
{
  Job *job = g_new0 (Job, 1);

  job->name = g_strdup (name);
  job->key = g_strdup (key);
  return job;
}

static void
job_free (gpointer data)
{
  Job *job = data;

  g_free (job->name);
  g_clear_pointer (&job->key, td_vault_secret_free);
  g_free (job);
}

static gpointer
add_on_thread (TdConnection  *connection,
               gpointer       data,
               GCancellable  *cancellable,
               GError       **error)
{
  Job *job = data;

  return td_client_store_add (connection, job->name, job->key, error);
}

static gpointer
revoke_on_thread (TdConnection  *connection,
                  gpointer       data,
                  GCancellable  *cancellable,
                  GError       **error)
{
  Job *job = data;

  return td_client_store_revoke (connection, job->name, error);
}

static gpointer
admit_on_thread (TdConnection  *connection,
                 gpointer       data,
                 GCancellable  *cancellable,
                 GError       **error)
{
  Job *job = data;
  g_autoptr (TdClient) client = td_client_store_find (connection, job->hash, error);

  if (!client || !td_client_store_note_use (connection, client, error))
    return NULL;
  return g_steal_pointer (&client);
}

static gpointer
list_on_thread (TdConnection  *connection,
                gpointer       data,
                GCancellable  *cancellable,
                GError       **error)
{
  return td_client_store_list (connection, error);
}

static void
run (TdDatabase          *database,
     TdDatabaseFunc       func,
     Job                 *job,
     GAsyncReadyCallback  callback,
     gpointer             user_data)
{
  td_database_run_async (database, G_PRIORITY_DEFAULT, func, job, job_free,
                         (GDestroyNotify) td_client_free, NULL, callback, user_data);
}

/**
 * td_clients_add_async:
 * @database: where they are
 * @name: a valid name
 * @key: of td_client_make_key()
 * @callback: called when it is stored
 * @user_data: data for @callback
 */
void
td_clients_add_async (TdDatabase          *database,
                      const char          *name,
                      const char          *key,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
  g_return_if_fail (TD_IS_DATABASE (database));
  g_return_if_fail (name != NULL && td_client_name_is_valid (name));
  g_return_if_fail (key != NULL && td_client_key_looks_right (key));

  run (database, add_on_thread, job_new (name, key), callback, user_data);
}

/**
 * td_clients_revoke_async:
 * @database: where they are
 * @name: a client in use
 * @callback: called when its key opens nothing any more
 * @user_data: data for @callback
 */
void
td_clients_revoke_async (TdDatabase          *database,
                         const char          *name,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_return_if_fail (TD_IS_DATABASE (database));
  g_return_if_fail (name != NULL);

  run (database, revoke_on_thread, job_new (name, NULL), callback, user_data);
}

/**
 * td_clients_admit_async:
 * @database: where they are
 * @key: what somebody says is a key
 * @callback: called when it is known whose it is
 * @user_data: data for @callback
 *
 * Asks the database each time, so that a key that another program revoked opens nothing from that
 * moment on.
 */
void
td_clients_admit_async (TdDatabase          *database,
                        const char          *key,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  Job *job;

  g_return_if_fail (TD_IS_DATABASE (database));
  g_return_if_fail (key != NULL);

  job = job_new (NULL, NULL);
  if (!td_client_key_hash (key, job->hash))
    memset (job->hash, 0, sizeof job->hash); /* nobody's */
  run (database, admit_on_thread, job, callback, user_data);
}

/**
 * td_clients_finish:
 * @database: where they are
 * @result: what the callback got
 * @error: return location for a #TdStoreError
 *
 * Returns: (transfer full) (nullable): the client; %NULL without @error when the key is nobody's
 */
TdClient *
td_clients_finish (TdDatabase    *database,
                   GAsyncResult  *result,
                   GError       **error)
{
  g_return_val_if_fail (TD_IS_DATABASE (database), NULL);

  return td_database_run_finish (database, result, error);
}

/**
 * td_clients_list_async:
 * @database: where they are
 * @callback: called when they are read
 * @user_data: data for @callback
 */
void
td_clients_list_async (TdDatabase          *database,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  g_return_if_fail (TD_IS_DATABASE (database));

  td_database_run_async (database, G_PRIORITY_DEFAULT, list_on_thread, NULL, NULL,
                         (GDestroyNotify) g_ptr_array_unref, NULL, callback, user_data);
}

/**
 * td_clients_list_finish:
 * @database: where they are
 * @result: what the callback got
 * @error: return location for a #TdStoreError
 *
 * Returns: (transfer full) (nullable) (element-type TdClient): all there are and were
 */
GPtrArray *
td_clients_list_finish (TdDatabase    *database,
                        GAsyncResult  *result,
                        GError       **error)
{
  g_return_val_if_fail (TD_IS_DATABASE (database), NULL);

  return td_database_run_finish (database, result, error);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "vault/td-key-ring.h"

#include <string.h>

#include "vault/td-key-ring-store.h"

/* A key shorter than this gives away too much of itself in four characters. */
#define MIN_LENGTH_TO_SHOW_SOME 12

struct _TdKeyRing
{
  GObject parent_instance;

  TdDatabase *database; /* (owned) */
  TdVault *vault;       /* (owned) */
};

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TdKeyRing, td_key_ring, G_TYPE_OBJECT)

static void
td_key_ring_dispose (GObject *object)
{
  TdKeyRing *self = TD_KEY_RING (object);

  g_clear_object (&self->database);
  g_clear_object (&self->vault);

  G_OBJECT_CLASS (td_key_ring_parent_class)->dispose (object);
}

static void
td_key_ring_class_init (TdKeyRingClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = td_key_ring_dispose;

  /**
   * TdKeyRing::changed:
   * @self: the key ring
   * @provider_id: whose keys changed
   *
   * A key of the provider was added, put into use or revoked by this process.
   */
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", TD_TYPE_KEY_RING, G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
td_key_ring_init (TdKeyRing *self)
{
}

static void
emit_changed (TdKeyRing  *self,
              const char *provider_id)
{
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0, provider_id);
}

static GTask *
start_task (TdKeyRing           *self,
            GCancellable        *cancellable,
            GAsyncReadyCallback  callback,
            gpointer             user_data,
            gpointer             source_tag)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, source_tag);
  return task;
}

static gint64 *
box_id (gint64 key_id)
{
  return g_memdup2 (&key_id, sizeof key_id);
}

/* ---- Adding: the secret first, then the row ------------------------------------------------ */

typedef struct
{
  TdKeyRow *row;  /* (owned) (nullable): given to the store */
  char *secret_id;
  GError *error;  /* (owned) (nullable): why the store did not take the row */
} AddJob;

static void
add_job_free (AddJob *self)
{
  g_clear_pointer (&self->row, td_key_row_free);
  g_free (self->secret_id);
  g_clear_error (&self->error);
  g_free (self);
}

static void
add_undone_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  AddJob *job = g_task_get_task_data (task);

  if (!td_vault_remove_finish (TD_VAULT (source), result, &error))
    g_debug ("A key that is not listed stays in the keyring: %s", error->message);
  g_task_return_error (task, g_steal_pointer (&job->error));
}

static void
add_row_written_cb (GObject      *source,
                    GAsyncResult *result,
                    gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  TdKeyRing *self = g_task_get_source_object (task);
  AddJob *job = g_task_get_task_data (task);
  g_autoptr (TdApiKey) key = td_database_run_finish (TD_DATABASE (source), result, &job->error);

  if (!key)
    {
      td_vault_remove_async (self->vault, job->secret_id, NULL, add_undone_cb,
                             g_steal_pointer (&task));
      return;
    }
  emit_changed (self, td_api_key_get_provider_id (key));
  g_task_return_pointer (task, g_steal_pointer (&key), g_object_unref);
}

/* From here on the row is written even when the caller gives up, because the secret is stored:
 * half of a key helps nobody. */
static void
add_stored_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  TdKeyRing *self = g_task_get_source_object (task);
  AddJob *job = g_task_get_task_data (task);
  GError *error = NULL;

  if (!td_vault_store_finish (TD_VAULT (source), result, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  g_task_set_check_cancellable (task, FALSE);
  td_database_run_async (self->database, G_PRIORITY_DEFAULT, td_key_ring_store_add,
                         g_steal_pointer (&job->row), (GDestroyNotify) td_key_row_free,
                         g_object_unref, NULL, add_row_written_cb, g_steal_pointer (&task));
}

static TdKeyRow *
build_row (const char *provider_id,
           const char *name,
           const char *secret)
{
  g_autofree char *unique = g_uuid_string_random ();
  gsize length = strlen (secret);
  TdKeyRow *row = g_new0 (TdKeyRow, 1);

  row->provider_id = g_strdup (provider_id);
  row->name = name ? g_strstrip (g_strdup (name)) : NULL;
  row->secret_id = g_strdup_printf ("api-key-%s", unique);
  row->last_four = g_strdup (length >= MIN_LENGTH_TO_SHOW_SOME ? secret + length - 4 : "");
  return row;
}

/**
 * td_key_ring_add_async:
 * @self: a key ring
 * @provider_id: whose key it is
 * @name: (nullable): what the user calls it; %NULL to make a name
 * @secret: the key as typed or pasted; white space around it is cut off
 * @cancellable: (nullable): to give up; nothing is kept then
 * @callback: called when the key is stored and listed, or neither
 * @user_data: passed to @callback
 *
 * Adds a key. The first key of a provider becomes the one in use.
 */
void
td_key_ring_add_async (TdKeyRing           *self,
                       const char          *provider_id,
                       const char          *name,
                       const char          *secret,
                       GCancellable        *cancellable,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autofree char *label = NULL;
  AddJob *job;
  GError *error = NULL;
  char *tidy;

  g_return_if_fail (TD_IS_KEY_RING (self));
  g_return_if_fail (provider_id && *provider_id);
  g_return_if_fail (secret);

  task = start_task (self, cancellable, callback, user_data, td_key_ring_add_async);
  tidy = td_vault_tidy_secret (secret, &error);
  if (!tidy)
    {
      g_task_return_error (task, error);
      return;
    }
  job = g_new0 (AddJob, 1);
  job->row = build_row (provider_id, name, tidy);
  job->secret_id = g_strdup (job->row->secret_id);
  g_task_set_task_data (task, job, (GDestroyNotify) add_job_free);
  label = g_strdup_printf ("Top Dog: key for %s", provider_id);
  td_vault_store_async (self->vault, job->secret_id, label, tidy, cancellable, add_stored_cb,
                        g_steal_pointer (&task));
  td_vault_secret_free (tidy);
}

/**
 * td_key_ring_add_finish:
 * @self: a key ring
 * @result: what the callback got
 * @error: return location for a %TD_VAULT_ERROR or %TD_STORE_ERROR
 *
 * Returns: (transfer full) (nullable): the key as it is listed now
 */
TdApiKey *
td_key_ring_add_finish (TdKeyRing     *self,
                        GAsyncResult  *result,
                        GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* ---- Listing ------------------------------------------------------------------------------- */

static void
listed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  GPtrArray *keys = td_database_run_finish (TD_DATABASE (source), result, &error);

  if (keys)
    g_task_return_pointer (task, keys, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

/**
 * td_key_ring_list_async:
 * @self: a key ring
 * @provider_id: (nullable): whose keys; %NULL for all
 * @cancellable: (nullable): to give up
 * @callback: called with the list
 * @user_data: passed to @callback
 *
 * Lists the keys, by provider and then in the order they were added. Needs no keyring.
 */
void
td_key_ring_list_async (TdKeyRing           *self,
                        const char          *provider_id,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (TD_IS_KEY_RING (self));

  task = start_task (self, cancellable, callback, user_data, td_key_ring_list_async);
  td_database_run_async (self->database, G_PRIORITY_DEFAULT, td_key_ring_store_list,
                         g_strdup (provider_id), g_free, (GDestroyNotify) g_ptr_array_unref,
                         cancellable, listed_cb, task);
}

/**
 * td_key_ring_list_finish:
 * @self: a key ring
 * @result: what the callback got
 * @error: return location for a %TD_STORE_ERROR
 *
 * Returns: (transfer container) (element-type TdApiKey) (nullable): the keys
 */
GPtrArray *
td_key_ring_list_finish (TdKeyRing     *self,
                         GAsyncResult  *result,
                         GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * td_key_ring_set_vault:
 * @self: a key ring
 * @vault: where all its secrets are from now on
 *
 * For whoever moved them there. What is under way ends with the vault it began with.
 */
void
td_key_ring_set_vault (TdKeyRing *self,
                       TdVault   *vault)
{
  g_return_if_fail (TD_IS_KEY_RING (self));
  g_return_if_fail (TD_IS_VAULT (vault));

  g_set_object (&self->vault, vault);
}

static void
secrets_listed_cb (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  GStrv ids = td_database_run_finish (TD_DATABASE (source), result, &error);

  if (ids)
    g_task_return_pointer (task, ids, (GDestroyNotify) g_strfreev);
  else
    g_task_return_error (task, error);
}

/**
 * td_key_ring_list_secrets_async:
 * @self: a key ring
 * @callback: called with the list
 * @user_data: passed to @callback
 *
 * Lists where the secrets of all keys are, to move them.
 */
void
td_key_ring_list_secrets_async (TdKeyRing           *self,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (TD_IS_KEY_RING (self));

  task = start_task (self, NULL, callback, user_data, td_key_ring_list_secrets_async);
  td_database_run_async (self->database, G_PRIORITY_DEFAULT, td_key_ring_store_list_secrets, NULL,
                         NULL, (GDestroyNotify) g_strfreev, NULL, secrets_listed_cb, task);
}

/**
 * td_key_ring_list_secrets_finish:
 * @error: return location for a %TD_STORE_ERROR
 *
 * Returns: (transfer full) (nullable): the ids
 */
GStrv
td_key_ring_list_secrets_finish (TdKeyRing     *self,
                                 GAsyncResult  *result,
                                 GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* ---- Fetching the key in use ---------------------------------------------------------------- */

static void
secret_found_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  char *secret = td_vault_lookup_finish (TD_VAULT (source), result, &error);

  if (secret)
    g_task_return_pointer (task, secret, (GDestroyNotify) td_vault_secret_free);
  else
    g_task_return_error (task, error);
}

static void
secret_id_found_cb (GObject      *source,
                    GAsyncResult *result,
                    gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  TdKeyRing *self = g_task_get_source_object (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  GError *error = NULL;
  g_autofree char *secret_id = td_database_run_finish (TD_DATABASE (source), result, &error);

  if (secret_id)
    td_vault_lookup_async (self->vault, secret_id, cancellable, secret_found_cb,
                           g_steal_pointer (&task));
  else if (error)
    g_task_return_error (task, error);
  else
    g_task_return_new_error_literal (task, TD_VAULT_ERROR, TD_VAULT_ERROR_NOT_FOUND,
                                     "No key was added for the provider");
}

/**
 * td_key_ring_lookup_async:
 * @self: a key ring
 * @provider_id: whose key
 * @cancellable: (nullable): to give up
 * @callback: called when the key was found or not
 * @user_data: passed to @callback
 *
 * Fetches the provider's key in use from the vault. Keys in environment variables are not
 * looked at: what is used is what the user added here.
 */
void
td_key_ring_lookup_async (TdKeyRing           *self,
                          const char          *provider_id,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (TD_IS_KEY_RING (self));
  g_return_if_fail (provider_id);

  task = start_task (self, cancellable, callback, user_data, td_key_ring_lookup_async);
  td_database_run_async (self->database, G_PRIORITY_DEFAULT, td_key_ring_store_in_use,
                         g_strdup (provider_id), g_free, g_free, cancellable, secret_id_found_cb,
                         task);
}

/**
 * td_key_ring_lookup_finish:
 * @self: a key ring
 * @result: what the callback got
 * @error: return location for a %TD_VAULT_ERROR or %TD_STORE_ERROR;
 *   %TD_VAULT_ERROR_NOT_FOUND when no key was added, and when the keyring, being open, has lost
 *   it: either way one has to be added
 *
 * Returns: (transfer full) (nullable): the key; free with td_vault_secret_free()
 */
char *
td_key_ring_lookup_finish (TdKeyRing     *self,
                           GAsyncResult  *result,
                           GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* ---- Putting another key into use ----------------------------------------------------------- */

static void
used_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autofree char *provider_id = td_database_run_finish (TD_DATABASE (source), result, &error);

  if (!provider_id)
    {
      g_task_return_error (task, error);
      return;
    }
  emit_changed (g_task_get_source_object (task), provider_id);
  g_task_return_boolean (task, TRUE);
}

/**
 * td_key_ring_use_async:
 * @self: a key ring
 * @key_id: which key
 * @cancellable: (nullable): to give up
 * @callback: called when it is the one in use
 * @user_data: passed to @callback
 *
 * Makes a key its provider's one in use.
 */
void
td_key_ring_use_async (TdKeyRing           *self,
                       gint64               key_id,
                       GCancellable        *cancellable,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (TD_IS_KEY_RING (self));

  task = start_task (self, cancellable, callback, user_data, td_key_ring_use_async);
  td_database_run_async (self->database, G_PRIORITY_DEFAULT, td_key_ring_store_use, box_id (key_id),
                         g_free, g_free, cancellable, used_cb, task);
}

/**
 * td_key_ring_use_finish:
 * @self: a key ring
 * @result: what the callback got
 * @error: return location for a %TD_STORE_ERROR; NOT_FOUND when there is no such key
 *
 * Returns: whether the key is in use
 */
gboolean
td_key_ring_use_finish (TdKeyRing     *self,
                        GAsyncResult  *result,
                        GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* ---- Revoking: the secret first, then the row ----------------------------------------------- */

typedef struct
{
  gint64 key_id;
  TdKeyPlace *place; /* (owned) (nullable) */
} RevokeJob;

static void
revoke_job_free (RevokeJob *self)
{
  g_clear_pointer (&self->place, td_key_place_free);
  g_free (self);
}

static void
row_removed_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  RevokeJob *job = g_task_get_task_data (task);
  GError *error = NULL;

  td_database_run_finish (TD_DATABASE (source), result, &error);
  if (error)
    {
      g_task_return_error (task, error);
      return;
    }
  emit_changed (g_task_get_source_object (task), job->place->provider_id);
  g_task_return_boolean (task, TRUE);
}

static void
secret_removed_cb (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  TdKeyRing *self = g_task_get_source_object (task);
  RevokeJob *job = g_task_get_task_data (task);
  GError *error = NULL;

  /* An open keyring without the secret: what is left is a row that points nowhere. */
  if (!td_vault_remove_finish (TD_VAULT (source), result, &error) &&
      !g_error_matches (error, TD_VAULT_ERROR, TD_VAULT_ERROR_NOT_FOUND))
    {
      g_task_return_error (task, error);
      return;
    }
  g_clear_error (&error);
  g_task_set_check_cancellable (task, FALSE);
  td_database_run_async (self->database, G_PRIORITY_DEFAULT, td_key_ring_store_remove,
                         box_id (job->key_id), g_free, NULL, NULL, row_removed_cb,
                         g_steal_pointer (&task));
}

static void
place_found_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  TdKeyRing *self = g_task_get_source_object (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  RevokeJob *job = g_task_get_task_data (task);
  GError *error = NULL;

  job->place = td_database_run_finish (TD_DATABASE (source), result, &error);
  if (job->place)
    td_vault_remove_async (self->vault, job->place->secret_id, cancellable, secret_removed_cb,
                           g_steal_pointer (&task));
  else
    g_task_return_error (task, error);
}

/**
 * td_key_ring_revoke_async:
 * @self: a key ring
 * @key_id: which key
 * @cancellable: (nullable): to give up
 * @callback: called when the key is gone, or still there
 * @user_data: passed to @callback
 *
 * Removes a key from the vault and then from the list. With a locked keyring, or none, it
 * fails and the key stays listed: what cannot be reached is not forgotten. When the key was
 * the one in use, the newest of the provider's others takes its place.
 */
void
td_key_ring_revoke_async (TdKeyRing           *self,
                          gint64               key_id,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  GTask *task;
  RevokeJob *job;

  g_return_if_fail (TD_IS_KEY_RING (self));

  task = start_task (self, cancellable, callback, user_data, td_key_ring_revoke_async);
  job = g_new0 (RevokeJob, 1);
  job->key_id = key_id;
  g_task_set_task_data (task, job, (GDestroyNotify) revoke_job_free);
  td_database_run_async (self->database, G_PRIORITY_DEFAULT, td_key_ring_store_find,
                         box_id (key_id), g_free, (GDestroyNotify) td_key_place_free, cancellable,
                         place_found_cb, task);
}

/**
 * td_key_ring_revoke_finish:
 * @self: a key ring
 * @result: what the callback got
 * @error: return location for a %TD_VAULT_ERROR or %TD_STORE_ERROR; the latter's NOT_FOUND when
 *   there is no such key
 *
 * Returns: whether the key is gone
 */
gboolean
td_key_ring_revoke_finish (TdKeyRing     *self,
                           GAsyncResult  *result,
                           GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* ---- The object ----------------------------------------------------------------------------- */

/**
 * td_key_ring_new:
 * @database: where the list of keys is
 * @vault: where the keys themselves are
 *
 * Returns: (transfer full): a key ring
 */
TdKeyRing *
td_key_ring_new (TdDatabase *database,
                 TdVault    *vault)
{
  TdKeyRing *self;

  g_return_val_if_fail (TD_IS_DATABASE (database), NULL);
  g_return_val_if_fail (TD_IS_VAULT (vault), NULL);

  self = g_object_new (TD_TYPE_KEY_RING, NULL);
  self->database = g_object_ref (database);
  self->vault = g_object_ref (vault);
  return self;
}

/**
 * td_key_ring_get_vault:
 * @self: a key ring
 *
 * Returns: (transfer none): where the keys themselves are
 */
TdVault *
td_key_ring_get_vault (TdKeyRing *self)
{
  g_return_val_if_fail (TD_IS_KEY_RING (self), NULL);

  return self->vault;
}

/**
 * td_key_ring_set_marketplace_async:
 * @self: the keys
 * @key_id: one of them
 * @marketplace: whether it is an operator's, who takes a commission, and not the user's own
 * @callback: called when it is stored
 * @user_data: data for @callback
 *
 * Says whose a key is.
 */
void
td_key_ring_set_marketplace_async (TdKeyRing           *self,
                                   gint64               key_id,
                                   gboolean             marketplace,
                                   GAsyncReadyCallback  callback,
                                   gpointer             user_data)
{
  TdKeyOwnership ownership = { key_id, marketplace };
  GTask *task;

  g_return_if_fail (TD_IS_KEY_RING (self));

  task = start_task (self, NULL, callback, user_data, td_key_ring_set_marketplace_async);
  td_database_run_async (self->database, G_PRIORITY_DEFAULT, td_key_ring_store_set_ownership,
                         g_memdup2 (&ownership, sizeof ownership), g_free, g_free, NULL, used_cb,
                         task);
}

/**
 * td_key_ring_set_marketplace_finish:
 * @self: the keys
 * @result: what the callback got
 * @error: return location for a #TdStoreError
 *
 * Returns: whether it is stored
 */
gboolean
td_key_ring_set_marketplace_finish (TdKeyRing     *self,
                                    GAsyncResult  *result,
                                    GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "vault/td-keyring-open.h"

#include <libsecret/secret.h>

#include "vault/td-keyring-state.h"
#include "vault/td-vault-limit.h"

/* A person reads a prompt, looks for a password and types it. */
#define PROMPT_LIMIT_MS (120 * 1000)

static void
answer (TdVaultLimit *limit)
{
  g_autoptr (GTask) task = td_vault_limit_steal_task (limit);

  if (task)
    g_task_return_boolean (task, TRUE);
}

static void
unlocked_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (TdVaultLimit) limit = user_data;
  g_autoptr (GError) error = NULL;
  int n_unlocked = secret_service_unlock_finish (SECRET_SERVICE (source), result, NULL, &error);

  if (n_unlocked > 0)
    answer (limit);
  else if (n_unlocked == 0)
    td_vault_limit_fail (limit, td_keyring_error_for_state (TD_VAULT_STATE_LOCKED));
  else
    td_vault_limit_fail (limit, td_keyring_error_convert (error));
}

static void
collection_got_cb (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  g_autoptr (TdVaultLimit) limit = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SecretCollection) collection = secret_collection_for_alias_finish (result, &error);
  g_autoptr (SecretService) service = NULL;
  g_autolist (GObject) collections = NULL;

  if (!collection)
    {
      td_vault_limit_fail (limit, error ? td_keyring_error_convert (error)
                                        : td_keyring_error_for_state (TD_VAULT_STATE_ABSENT));
      return;
    }
  if (!td_vault_limit_peek_task (limit))
    return;
  if (!secret_collection_get_locked (collection))
    {
      answer (limit);
      return;
    }

  service = g_object_ref (secret_collection_get_service (collection));
  collections = g_list_prepend (NULL, g_steal_pointer (&collection));
  secret_service_unlock (service, collections, NULL, unlocked_cb, td_vault_limit_ref (limit));
}

static void
created_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (TdVaultLimit) limit = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SecretCollection) collection = secret_collection_create_finish (result, &error);

  if (collection)
    answer (limit);
  else
    td_vault_limit_fail (limit, g_error_new (TD_VAULT_ERROR, TD_VAULT_ERROR_REFUSED,
                                             "No keyring was made: %s",
                                             error ? error->message : "the prompt was dismissed"));
}

static void
service_got_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (TdVaultLimit) limit = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SecretService) service = secret_service_get_finish (result, &error);
  GTask *task;

  if (!service)
    {
      td_vault_limit_fail (limit, td_keyring_error_convert (error));
      return;
    }
  task = td_vault_limit_peek_task (limit);
  if (!task)
    return;
  if (GPOINTER_TO_INT (g_task_get_task_data (task)) == TD_VAULT_STATE_EMPTY)
    secret_collection_create (service, "Default keyring", SECRET_COLLECTION_DEFAULT,
                              SECRET_COLLECTION_CREATE_NONE, NULL, created_cb,
                              td_vault_limit_ref (limit));
  else
    secret_collection_for_alias (service, SECRET_COLLECTION_DEFAULT, SECRET_COLLECTION_NONE, NULL,
                                 collection_got_cb, td_vault_limit_ref (limit));
}

static void
state_known_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (TdVaultLimit) limit = user_data;
  g_autoptr (GError) error = NULL;
  TdVaultState state = td_keyring_state_finish (result, &error);
  GTask *task = td_vault_limit_peek_task (limit);

  if (error)
    td_vault_limit_fail (limit, g_steal_pointer (&error));
  else if (state == TD_VAULT_STATE_READY)
    answer (limit);
  else if (state == TD_VAULT_STATE_ABSENT)
    td_vault_limit_fail (limit, td_keyring_error_for_state (state));
  else if (task)
    {
      g_task_set_task_data (task, GINT_TO_POINTER (state), NULL);
      secret_service_get (SECRET_SERVICE_NONE, NULL, service_got_cb, td_vault_limit_ref (limit));
    }
}

/**
 * td_keyring_open_async: (skip)
 * @cancellable: (nullable): to give up; a prompt that is up stays until the user answers it
 * @callback: called when the keyring can be used or will not be
 * @user_data: passed to @callback
 *
 * Opens the default keyring for use.
 */
void
td_keyring_open_async (GCancellable        *cancellable,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  g_autoptr (TdVaultLimit) limit = NULL;
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, td_keyring_open_async);
  limit = td_vault_limit_new (task, PROMPT_LIMIT_MS);
  td_keyring_state_async (NULL, state_known_cb, td_vault_limit_ref (limit));
}

/**
 * td_keyring_open_finish: (skip)
 * @result: what the callback got
 * @error: return location for a %TD_VAULT_ERROR
 *
 * Returns: whether the keyring can be used now
 */
gboolean
td_keyring_open_finish (GAsyncResult  *result,
                        GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

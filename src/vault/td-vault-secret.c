/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "vault/td-vault-secret.h"

#include <libsecret/secret.h>

#include "vault/td-keyring-open.h"
#include "vault/td-keyring-state.h"
#include "vault/td-vault-limit.h"

/* libsecret waits 25 s for each D-Bus call, and makes several of them. */
#define CALL_LIMIT_MS (15 * 1000)

struct _TdVaultSecret
{
  GObject parent_instance;
};

static void td_vault_secret_iface_init (TdVaultInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TdVaultSecret,
                               td_vault_secret,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TD_TYPE_VAULT, td_vault_secret_iface_init))

static const SecretSchema schema = {
  TD_APP_ID,
  SECRET_SCHEMA_NONE,
  {
    { "application", SECRET_SCHEMA_ATTRIBUTE_STRING },
    { "secret-id", SECRET_SCHEMA_ATTRIBUTE_STRING },
    { NULL, 0 },
  },
};

static GHashTable *
build_attributes (const char *secret_id)
{
  return secret_attributes_build (&schema, "application", TD_APP_ID, "secret-id", secret_id, NULL);
}

/* ---- One call of the vault, whichever ----------------------------------------------------- */

typedef struct
{
  GTask *task;         /* (owned) (nullable): while the user is being asked, */
  TdVaultLimit *limit; /* (owned) (nullable): and from then on */
  GHashTable *attributes;
  char *label;         /* (nullable) */
  char *secret;        /* (nullable) */
} Call;

static Call *
call_new (const char *secret_id)
{
  Call *self = g_new0 (Call, 1);

  self->attributes = build_attributes (secret_id);
  return self;
}

static void
call_free (Call *self)
{
  g_clear_object (&self->task);
  g_clear_pointer (&self->limit, td_vault_limit_unref);
  g_hash_table_unref (self->attributes);
  g_free (self->label);
  td_vault_secret_free (self->secret);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Call, call_free)

static void
call_fail (Call   *self,
           GError *error)
{
  g_autoptr (GError) failure = error;

  td_vault_limit_fail (self->limit, td_keyring_error_convert (failure));
}

static GTask *
start_task (gpointer             self,
            GCancellable        *cancellable,
            GAsyncReadyCallback  callback,
            gpointer             user_data,
            gpointer             source_tag)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, source_tag);
  return task;
}

/* ---- State and unlocking ------------------------------------------------------------------ */

static void
state_known_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  TdVaultState state = td_keyring_state_finish (result, &error);

  if (error)
    g_task_return_error (task, error);
  else
    g_task_return_int (task, state);
}

static void
td_vault_secret_get_state_async (TdVault             *vault,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  GTask *task =
    start_task (vault, cancellable, callback, user_data, td_vault_secret_get_state_async);

  td_keyring_state_async (cancellable, state_known_cb, task);
}

static TdVaultState
td_vault_secret_get_state_finish (TdVault       *vault,
                                  GAsyncResult  *result,
                                  GError       **error)
{
  g_autoptr (GError) failure = NULL;
  gssize state;

  g_return_val_if_fail (g_task_is_valid (result, vault), TD_VAULT_STATE_ABSENT);

  state = g_task_propagate_int (G_TASK (result), &failure);
  if (!failure)
    return (TdVaultState) state;

  g_propagate_error (error, g_steal_pointer (&failure));
  return TD_VAULT_STATE_ABSENT;
}

static gboolean
finish_boolean (TdVault       *vault,
                GAsyncResult  *result,
                GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, vault), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
unlocked_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (td_keyring_open_finish (result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
td_vault_secret_unlock_async (TdVault             *vault,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  GTask *task = start_task (vault, cancellable, callback, user_data, td_vault_secret_unlock_async);

  td_keyring_open_async (cancellable, unlocked_cb, task);
}

/* ---- Storing: open, write, read back ------------------------------------------------------ */

static void
undone_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  if (!secret_password_clear_finish (result, &error) && error)
    g_debug ("A secret that is not wanted any more stays in the keyring: %s", error->message);
}

static void
read_back_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (Call) call = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GTask) task = td_vault_limit_steal_task (call->limit);
  char *found = secret_password_lookup_finish (result, &error);
  gboolean is_same = td_vault_secret_equal (found, call->secret);

  td_vault_secret_free (found);
  if (task && is_same)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  /* Too late, or not what was stored: nothing stays behind. */
  secret_password_clearv (&schema, call->attributes, NULL, undone_cb, NULL);
  if (!task)
    return;
  if (error)
    g_task_return_error (task, td_keyring_error_convert (error));
  else
    g_task_return_new_error_literal (task, TD_VAULT_ERROR, TD_VAULT_ERROR_REFUSED,
                                     "What the keyring gave back is not what was stored");
}

static GError *
convert_store_error (const GError *error)
{
  g_autoptr (GError) converted = td_keyring_error_convert (error);

  /* The keyring is there and open, and still says no. */
  if (g_error_matches (converted, TD_VAULT_ERROR, TD_VAULT_ERROR_FAILED) ||
      g_error_matches (converted, TD_VAULT_ERROR, TD_VAULT_ERROR_NOT_FOUND))
    converted->code = TD_VAULT_ERROR_REFUSED;
  return g_steal_pointer (&converted);
}

static void
written_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (Call) call = user_data;
  g_autoptr (GError) error = NULL;
  GHashTable *attributes = call->attributes;

  if (!secret_password_store_finish (result, &error))
    {
      td_vault_limit_fail (call->limit, convert_store_error (error));
      return;
    }
  if (td_vault_limit_peek_task (call->limit))
    secret_password_lookupv (&schema, attributes, NULL, read_back_cb, g_steal_pointer (&call));
  else
    secret_password_clearv (&schema, attributes, NULL, undone_cb, NULL);
}

static void
opened_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (Call) call = user_data;
  GHashTable *attributes = call->attributes;
  const char *label = call->label;
  const char *secret = call->secret;
  GError *error = NULL;

  if (!td_keyring_open_finish (result, &error))
    {
      g_task_return_error (call->task, error);
      return;
    }
  call->limit = td_vault_limit_new (g_steal_pointer (&call->task), CALL_LIMIT_MS);
  secret_password_storev (&schema, attributes, SECRET_COLLECTION_DEFAULT, label, secret, NULL,
                          written_cb, g_steal_pointer (&call));
}

static void
td_vault_secret_store_async (TdVault             *vault,
                             const char          *secret_id,
                             const char          *label,
                             const char          *secret,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  g_autoptr (GTask) task =
    start_task (vault, cancellable, callback, user_data, td_vault_secret_store_async);
  Call *call;
  GError *error = NULL;
  char *tidy = td_vault_tidy_secret (secret, &error);

  if (!tidy)
    {
      g_task_return_error (task, error);
      return;
    }
  call = call_new (secret_id);
  call->label = g_strdup (label);
  call->secret = tidy;
  call->task = g_steal_pointer (&task);
  td_keyring_open_async (cancellable, opened_cb, call);
}

/* ---- Fetching and removing: the state first, the call, and after "nothing" the state again -- */

static void
state_after_nothing_cb (GObject      *source,
                        GAsyncResult *result,
                        gpointer      user_data)
{
  g_autoptr (Call) call = user_data;
  GError *error = NULL;
  TdVaultState state = td_keyring_state_finish (result, &error);

  if (error)
    call_fail (call, error);
  else
    td_vault_limit_fail (call->limit, td_keyring_error_for_state (state));
}

static void
looked_up_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (Call) call = user_data;
  g_autoptr (GTask) task = NULL;
  GError *error = NULL;
  char *secret = secret_password_lookup_finish (result, &error);

  if (error)
    {
      call_fail (call, error);
      return;
    }
  if (!secret)
    {
      /* It may have been locked meanwhile: a locked keyring gives nothing, without an error. */
      td_keyring_state_async (NULL, state_after_nothing_cb, g_steal_pointer (&call));
      return;
    }
  task = td_vault_limit_steal_task (call->limit);
  if (task)
    g_task_return_pointer (task, secret, (GDestroyNotify) td_vault_secret_free);
  else
    td_vault_secret_free (secret);
}

static void
cleared_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (Call) call = user_data;
  g_autoptr (GTask) task = NULL;
  GError *error = NULL;
  gboolean is_removed = secret_password_clear_finish (result, &error);

  if (error)
    {
      call_fail (call, error);
      return;
    }
  if (!is_removed)
    {
      td_keyring_state_async (NULL, state_after_nothing_cb, g_steal_pointer (&call));
      return;
    }
  task = td_vault_limit_steal_task (call->limit);
  if (task)
    g_task_return_boolean (task, TRUE);
}

static void
state_before_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (Call) call = user_data;
  GHashTable *attributes = call->attributes;
  GTask *task = td_vault_limit_peek_task (call->limit);
  GError *error = NULL;
  TdVaultState state = td_keyring_state_finish (result, &error);

  if (error)
    call_fail (call, error);
  else if (state != TD_VAULT_STATE_READY)
    td_vault_limit_fail (call->limit, td_keyring_error_for_state (state));
  else if (task && g_task_get_source_tag (task) == td_vault_lookup_async)
    secret_password_lookupv (&schema, attributes, NULL, looked_up_cb, g_steal_pointer (&call));
  else if (task)
    secret_password_clearv (&schema, attributes, NULL, cleared_cb, g_steal_pointer (&call));
}

static void
start_access (GTask      *task,
              const char *secret_id)
{
  Call *call = call_new (secret_id);

  call->limit = td_vault_limit_new (task, CALL_LIMIT_MS);
  td_keyring_state_async (NULL, state_before_cb, call);
}

static void
td_vault_secret_lookup_async (TdVault             *vault,
                              const char          *secret_id,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  start_access (start_task (vault, cancellable, callback, user_data, td_vault_lookup_async),
                secret_id);
}

static char *
td_vault_secret_lookup_finish (TdVault       *vault,
                               GAsyncResult  *result,
                               GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, vault), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
td_vault_secret_remove_async (TdVault             *vault,
                              const char          *secret_id,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  start_access (start_task (vault, cancellable, callback, user_data, td_vault_remove_async),
                secret_id);
}

static void
td_vault_secret_iface_init (TdVaultInterface *iface)
{
  iface->kind = TD_VAULT_KIND_KEYRING;
  iface->get_state_async = td_vault_secret_get_state_async;
  iface->get_state_finish = td_vault_secret_get_state_finish;
  iface->unlock_async = td_vault_secret_unlock_async;
  iface->unlock_finish = finish_boolean;
  iface->store_async = td_vault_secret_store_async;
  iface->store_finish = finish_boolean;
  iface->lookup_async = td_vault_secret_lookup_async;
  iface->lookup_finish = td_vault_secret_lookup_finish;
  iface->remove_async = td_vault_secret_remove_async;
  iface->remove_finish = finish_boolean;
}

static void
td_vault_secret_class_init (TdVaultSecretClass *klass)
{
}

static void
td_vault_secret_init (TdVaultSecret *self)
{
}

/**
 * td_vault_secret_new:
 *
 * Returns: (transfer full): the system keyring as a vault
 */
TdVault *
td_vault_secret_new (void)
{
  return g_object_new (TD_TYPE_VAULT_SECRET, NULL);
}

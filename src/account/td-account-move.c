/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Moving an account's keys between the keyring and its sealed vault: all of them or none.
 *
 *   1. every secret is read from where it is
 *   2. the list of accounts notes that there may be copies where they are going; then all are
 *      written there, and read back
 *   3. one line in the list says where they are now, and that copies are where they were
 *   4. the copies are removed, and the line says so
 *
 * Before 3 nothing has moved and what was written is removed again; from 3 on everything has. What
 * a program leaves behind that ends in the middle is noted, and the next sign-in removes it.
 */
#include "config.h"

#include "account/td-account-error.h"
#include "account/td-account-manager-private.h"
#include "vault/td-vault-sealed.h"

#define LABEL "Top Dog: moved from the sealed vault"

static TdAccountManager *
get_manager (GTask *task)
{
  return g_task_get_source_object (task);
}

static void
write_place (GTask               *task,
             TdVaultKind          kind,
             TdVaultKind          leftover,
             GAsyncReadyCallback  callback)
{
  TdAccountVaultChange *change = g_new0 (TdAccountVaultChange, 1);

  change->account_id = g_strdup (td_account_get_id (td_account_flow_get (task)->account));
  change->vault = kind;
  change->leftover = leftover;
  td_account_manager_run (get_manager (task), task, td_account_store_set_vault, change,
                          (GDestroyNotify) td_account_vault_change_free, NULL, callback);
}

/* ---- 4: the copies go --------------------------------------------------------------------------- */

static void
all_written_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  GTask *task = user_data;
  g_autoptr (GError) error = NULL;

  td_database_run_finish (TD_DATABASE (source), result, &error);
  if (error)
    g_debug ("It is not noted that the copies are gone: %s", error->message);
  td_account_manager_finish_with_list (get_manager (task), task);
}

static void remove_next_copy (GTask *task);

static void
copy_removed_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  GTask *task = user_data;
  TdAccountFlow *flow = td_account_flow_get (task);
  g_autoptr (GError) error = NULL;

  if (!td_vault_remove_finish (TD_VAULT (source), result, &error) &&
      !g_error_matches (error, TD_VAULT_ERROR, TD_VAULT_ERROR_NOT_FOUND))
    g_set_error_literal (&flow->error, error->domain, error->code, error->message);
  flow->index++;
  remove_next_copy (task);
}

static void
remove_next_copy (GTask *task)
{
  TdAccountFlow *flow = td_account_flow_get (task);

  if (flow->index < flow->entries->len && !flow->error)
    {
      const TdSealedEntry *entry = flow->entries->pdata[flow->index];

      td_vault_remove_async (flow->vault, entry->secret_id, NULL, copy_removed_cb, task);
      return;
    }
  if (flow->error)
    {
      /* Where they are is written already: the copies are left for the next sign-in. */
      g_debug ("Copies stay in the keyring: %s", flow->error->message);
      td_account_manager_finish_with_list (get_manager (task), task);
      return;
    }
  write_place (task, td_vault_get_kind (flow->other_vault), TD_VAULT_KIND_NONE, all_written_cb);
}

static void
remove_copies (GTask *task)
{
  TdAccountFlow *flow = td_account_flow_get (task);

  flow->index = 0;
  if (td_vault_get_kind (flow->vault) == TD_VAULT_KIND_SEALED)
    {
      /* Everything in it is in @entries. */
      g_ptr_array_set_size (flow->entries, 0);
      td_vault_sealed_delete (TD_VAULT_SEALED (flow->vault), &flow->error);
    }
  remove_next_copy (task);
}

static void
leftover_listed_cb (GObject      *source,
                    GAsyncResult *result,
                    gpointer      user_data)
{
  GTask *task = user_data;
  TdAccountFlow *flow = td_account_flow_get (task);
  g_autoptr (GError) error = NULL;

  flow->entries = td_vault_sealed_list_finish (TD_VAULT_SEALED (source), result, &error);
  if (flow->entries)
    remove_copies (task);
  else
    td_account_manager_finish_with_list (get_manager (task), task);
}

/**
 * td_account_manager_remove_leftover: (skip)
 * @self: the manager
 * @task: (transfer full): with an account that has copies of its keys in another vault, and its
 *   vault; is ended
 *
 * Does what a move that was cut short has left to do.
 */
void
td_account_manager_remove_leftover (TdAccountManager *self,
                                    GTask            *task)
{
  TdAccountFlow *flow = td_account_flow_get (task);
  TdVaultKind kind = td_account_get_facts (flow->account)->leftover;

  flow->other_vault = g_steal_pointer (&flow->vault);
  flow->vault = td_account_manager_make_vault (self, flow->account, kind);
  if (kind == TD_VAULT_KIND_SEALED)
    {
      flow->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) td_sealed_entry_free);
      remove_copies (task);
    }
  else
    td_vault_sealed_list_async (TD_VAULT_SEALED (flow->other_vault), leftover_listed_cb, task);
}

/* ---- 3: the line that moves them ----------------------------------------------------------------- */

static void undo (GTask *task);

static void
moved_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  GTask *task = user_data;
  TdAccountManager *self = get_manager (task);
  TdAccountFlow *flow = td_account_flow_get (task);

  td_database_run_finish (TD_DATABASE (source), result, &flow->error);
  if (flow->error)
    {
      undo (task);
      return;
    }
  g_set_object (&self->vault, flow->other_vault);
  td_key_ring_set_vault (flow->key_ring, flow->other_vault);
  remove_copies (task);
}

static void
move (GTask *task)
{
  TdAccountFlow *flow = td_account_flow_get (task);

  write_place (task, td_vault_get_kind (flow->other_vault), td_vault_get_kind (flow->vault),
               moved_cb);
}

/* ---- 2: written where they go, or taken back ------------------------------------------------------- */

static void undo_next (GTask *task);

static void
all_undone_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  td_database_run_finish (TD_DATABASE (source), result, &error);
  if (error)
    g_debug ("It is not noted that there are no copies: %s", error->message);
  g_task_return_error (task, g_steal_pointer (&td_account_flow_get (task)->error));
}

static void
undone_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  if (!td_vault_remove_finish (TD_VAULT (source), result, &error))
    g_debug ("A copy stays in the keyring: %s", error->message);
  undo_next (user_data);
}

static void
undo_next (GTask *task)
{
  TdAccountFlow *flow = td_account_flow_get (task);

  if (flow->index > 0)
    {
      const TdSealedEntry *entry = flow->entries->pdata[--flow->index];

      td_vault_remove_async (flow->other_vault, entry->secret_id, NULL, undone_cb, task);
      return;
    }
  write_place (task, td_vault_get_kind (flow->vault), TD_VAULT_KIND_NONE, all_undone_cb);
}

static void
undo (GTask *task)
{
  TdAccountFlow *flow = td_account_flow_get (task);

  if (td_vault_get_kind (flow->other_vault) == TD_VAULT_KIND_SEALED)
    {
      td_vault_sealed_delete (TD_VAULT_SEALED (flow->other_vault), NULL);
      flow->index = 0;
    }
  undo_next (task);
}

static void store_next (GTask *task);

static void
stored_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  GTask *task = user_data;
  TdAccountFlow *flow = td_account_flow_get (task);

  if (!td_vault_store_finish (TD_VAULT (source), result, &flow->error))
    {
      undo (task);
      return;
    }
  flow->index++;
  store_next (task);
}

static void
store_next (GTask *task)
{
  TdAccountFlow *flow = td_account_flow_get (task);
  const TdSealedEntry *entry;

  if (flow->index == flow->entries->len)
    {
      move (task);
      return;
    }
  entry = flow->entries->pdata[flow->index];
  td_vault_store_async (flow->other_vault, entry->secret_id, *entry->label ? entry->label : LABEL,
                        entry->secret, NULL, stored_cb, task);
}

static void
sealed_made_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  GTask *task = user_data;
  TdAccountFlow *flow = td_account_flow_get (task);

  if (td_vault_sealed_create_finish (TD_VAULT_SEALED (source), result, &flow->error))
    move (task);
  else
    undo (task);
}

static GPtrArray *
copy_entries (GPtrArray *entries)
{
  GPtrArray *copy = g_ptr_array_new_with_free_func ((GDestroyNotify) td_sealed_entry_free);

  for (guint i = 0; i < entries->len; i++)
    {
      const TdSealedEntry *entry = entries->pdata[i];

      g_ptr_array_add (copy, td_sealed_entry_new (entry->secret_id, entry->label, entry->secret));
    }
  return copy;
}

static void
noted_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  GTask *task = user_data;
  TdAccountFlow *flow = td_account_flow_get (task);

  flow->index = 0;
  td_database_run_finish (TD_DATABASE (source), result, &flow->error);
  if (flow->error)
    {
      g_task_return_error (task, g_steal_pointer (&flow->error));
      g_object_unref (task);
      return;
    }
  if (td_vault_get_kind (flow->other_vault) == TD_VAULT_KIND_SEALED)
    td_vault_sealed_create_async (TD_VAULT_SEALED (flow->other_vault), flow->password,
                                  copy_entries (flow->entries), sealed_made_cb, task);
  else
    store_next (task);
}

static void
write_all (GTask *task)
{
  TdAccountFlow *flow = td_account_flow_get (task);

  write_place (task, td_vault_get_kind (flow->vault), td_vault_get_kind (flow->other_vault),
               noted_cb);
}

/* ---- 1: read where they are ------------------------------------------------------------------------ */

static void
fail (GTask  *task,
      GError *error)
{
  g_task_return_error (task, error);
  g_object_unref (task);
}

static void read_next (GTask *task);

static void
secret_read_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  GTask *task = user_data;
  TdAccountFlow *flow = td_account_flow_get (task);
  const char *secret_id = flow->secret_ids[flow->index];
  GError *error = NULL;
  char *secret = td_vault_lookup_finish (TD_VAULT (source), result, &error);

  /* The user's keys have to be there; what signs tokens may never have been needed. */
  if (!secret && (g_str_has_prefix (secret_id, "api-key-") ||
                  !g_error_matches (error, TD_VAULT_ERROR, TD_VAULT_ERROR_NOT_FOUND)))
    {
      fail (task, error);
      return;
    }
  g_clear_error (&error);
  if (secret)
    g_ptr_array_add (flow->entries, td_sealed_entry_new (secret_id, "", secret));
  td_vault_secret_free (secret);
  flow->index++;
  read_next (task);
}

static void
read_next (GTask *task)
{
  TdAccountFlow *flow = td_account_flow_get (task);
  const char *secret_id = flow->secret_ids[flow->index];

  if (secret_id)
    td_vault_lookup_async (flow->vault, secret_id, NULL, secret_read_cb, task);
  else
    write_all (task);
}

static void
ids_listed_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  GTask *task = user_data;
  TdAccountFlow *flow = td_account_flow_get (task);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  GError *error = NULL;
  g_auto (GStrv) ids = td_key_ring_list_secrets_finish (TD_KEY_RING (source), result, &error);

  if (!ids)
    {
      fail (task, error);
      return;
    }
  g_strv_builder_addv (builder, (const char **) ids);
  /* Without keys there is no need for a keyring that works. */
  if (*ids)
    g_strv_builder_take (builder, td_account_token_secret_id (flow->account));
  flow->secret_ids = g_strv_builder_end (builder);
  flow->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) td_sealed_entry_free);
  read_next (task);
}

static void
sealed_listed_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  GTask *task = user_data;
  TdAccountFlow *flow = td_account_flow_get (task);
  GError *error = NULL;

  flow->entries = td_vault_sealed_list_finish (TD_VAULT_SEALED (source), result, &error);
  if (flow->entries)
    write_all (task);
  else
    fail (task, error);
}

static void
password_checked_cb (GObject      *source,
                     GAsyncResult *result,
                     gpointer      user_data)
{
  GTask *task = user_data;
  TdAccountManager *self = get_manager (task);
  TdAccountFlow *flow = td_account_flow_get (task);
  GError *error = NULL;

  flow->account = td_database_run_finish (TD_DATABASE (source), result, &error);
  if (!flow->account)
    {
      fail (task, error);
      return;
    }
  if (!td_account_get_protected (flow->account))
    {
      fail (task, g_error_new_literal (TD_ACCOUNT_ERROR, TD_ACCOUNT_ERROR_PASSWORD_NEEDED,
                                       "Only an account with a password can have a sealed vault"));
      return;
    }
  flow->vault = g_object_ref (self->vault);
  if (td_vault_get_kind (flow->vault) == TD_VAULT_KIND_SEALED)
    td_vault_sealed_list_async (TD_VAULT_SEALED (flow->vault), sealed_listed_cb, task);
  else
    td_key_ring_list_secrets_async (flow->key_ring, ids_listed_cb, task);
}

static void
check_password (GTask *task)
{
  TdAccountFlow *flow = td_account_flow_get (task);

  td_account_manager_run (get_manager (task), task, td_account_store_check_password,
                          g_steal_pointer (&flow->entry), (GDestroyNotify) td_account_entry_free,
                          g_object_unref, password_checked_cb);
}

/**
 * td_account_manager_move_keys_async:
 * @self: the manager, with a protected account signed in
 * @key_ring: its keys
 * @kind: where they are to be
 * @password: (nullable): the account's password
 * @callback: called when they are there, all of them, or where they were
 * @user_data: passed to @callback
 *
 * Moves the account's keys. Does nothing when they are there.
 */
void
td_account_manager_move_keys_async (TdAccountManager    *self,
                                    TdKeyRing           *key_ring,
                                    TdVaultKind          kind,
                                    const char          *password,
                                    GAsyncReadyCallback  callback,
                                    gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  TdAccountFlow *flow;

  g_return_if_fail (TD_IS_ACCOUNT_MANAGER (self));
  g_return_if_fail (TD_IS_KEY_RING (key_ring));
  g_return_if_fail (kind != TD_VAULT_KIND_NONE);

  task =
    td_account_flow_start (self, td_account_manager_move_keys_async, NULL, callback, user_data);
  if (self->state != TD_ACCOUNT_STATE_READY)
    {
      g_task_return_new_error_literal (task, TD_ACCOUNT_ERROR, TD_ACCOUNT_ERROR_SIGNED_OUT,
                                       "Nobody is signed in");
      return;
    }
  if (td_vault_get_kind (self->vault) == kind)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  flow = td_account_flow_get (task);
  flow->entry =
    td_account_entry_new (td_account_get_id (self->current), password, self->iterations);
  flow->password = g_strdup (password);
  flow->key_ring = g_object_ref (key_ring);
  flow->other_vault = td_account_manager_make_vault (self, self->current, kind);
  td_account_manager_open_registry (self, g_steal_pointer (&task), check_password);
}

/**
 * td_account_manager_move_keys_finish:
 * @error: return location for a %TD_ACCOUNT_ERROR, %TD_VAULT_ERROR or %TD_STORE_ERROR
 *
 * Returns: whether all keys are there
 */
gboolean
td_account_manager_move_keys_finish (TdAccountManager  *self,
                                     GAsyncResult      *result,
                                     GError           **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

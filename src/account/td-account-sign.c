/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signing up, in and out, and changing the password. */
#include "config.h"

#include "account/td-account-error.h"
#include "account/td-account-manager-private.h"
#include "vault/td-vault-sealed.h"

static TdAccountManager *
get_manager (GTask *task)
{
  return g_task_get_source_object (task);
}

static gboolean
finish_boolean (gpointer       self,
                GAsyncResult  *result,
                GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
read_list (GTask *task)
{
  td_account_manager_finish_with_list (get_manager (task), task);
}

static void
entered (GTask *task)
{
  const TdAccountFacts *facts = td_account_get_facts (td_account_flow_get (task)->account);

  if (facts->leftover != TD_VAULT_KIND_NONE && facts->leftover != facts->vault)
    td_account_manager_remove_leftover (get_manager (task), task);
  else
    read_list (task);
}

/* ---- Entering: the keys, then the session ------------------------------------------------------ */

static void
made_current_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  td_database_run_finish (TD_DATABASE (source), result, &error);
  if (error)
    g_task_return_error (task, error);
  else
    read_list (g_steal_pointer (&task));
}

static void
begin_session (GTask *task)
{
  TdAccountManager *self = get_manager (task);
  TdAccountFlow *flow = td_account_flow_get (task);

  td_account_manager_enter (self, flow->account, flow->vault);
  if (td_account_get_protected (flow->account))
    {
      td_account_manager_open_session (self, task, entered);
      return;
    }
  g_clear_pointer (&self->session_id, g_free);
  td_account_manager_run (self, task, td_account_store_make_current,
                          g_strdup (td_account_get_id (flow->account)), g_free, NULL,
                          made_current_cb);
}

/* A vault that does not open keeps nobody from the rest of the data. */
static void
vault_opened_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  GTask *task = user_data;

  td_vault_sealed_open_finish (TD_VAULT_SEALED (source), result, &get_manager (task)->vault_error);
  begin_session (task);
}

static void
enter (GTask *task)
{
  TdAccountManager *self = get_manager (task);
  TdAccountFlow *flow = td_account_flow_get (task);
  TdVaultKind kind = td_account_get_facts (flow->account)->vault;

  g_clear_error (&self->vault_error);
  flow->vault = td_account_manager_make_vault (self, flow->account, kind);
  if (kind == TD_VAULT_KIND_SEALED)
    td_vault_sealed_open_async (TD_VAULT_SEALED (flow->vault), flow->password, vault_opened_cb,
                                task);
  else
    begin_session (task);
}

static void
account_got_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  TdAccountFlow *flow = td_account_flow_get (task);
  GError *error = NULL;

  flow->account = td_database_run_finish (TD_DATABASE (source), result, &error);
  if (flow->account)
    enter (g_steal_pointer (&task));
  else
    g_task_return_error (task, error);
}

/* ---- Signing up -------------------------------------------------------------------------------- */

static void
add_account (GTask *task)
{
  TdAccountFlow *flow = td_account_flow_get (task);

  td_account_manager_run (get_manager (task), task, td_account_store_add,
                          g_steal_pointer (&flow->entry), (GDestroyNotify) td_account_entry_free,
                          g_object_unref, account_got_cb);
}

/**
 * td_account_manager_sign_up_async:
 * @self: the manager
 * @name: what the account is to be called
 * @email: (nullable): an address; %NULL or "" for none
 * @password: (nullable): a password; %NULL for none
 * @callback: called when the account is there and signed in, or is not
 * @user_data: passed to @callback
 *
 * Makes an account and signs in to it.
 */
void
td_account_manager_sign_up_async (TdAccountManager    *self,
                                  const char          *name,
                                  const char          *email,
                                  const char          *password,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  TdAccountFlow *flow;

  g_return_if_fail (TD_IS_ACCOUNT_MANAGER (self));
  g_return_if_fail (name != NULL);

  task =
    td_account_flow_start (self, td_account_manager_sign_up_async, NULL, callback, user_data);
  flow = td_account_flow_get (task);
  flow->entry = td_account_entry_new (NULL, password, self->iterations);
  flow->entry->name = g_strdup (name);
  flow->entry->email = g_strdup (email);
  flow->password = g_strdup (password);
  td_account_manager_open_registry (self, g_steal_pointer (&task), add_account);
}

/**
 * td_account_manager_sign_up_finish:
 * @error: return location for a %TD_ACCOUNT_ERROR or %TD_STORE_ERROR
 *
 * Returns: whether the account is there, signed in
 */
gboolean
td_account_manager_sign_up_finish (TdAccountManager  *self,
                                   GAsyncResult      *result,
                                   GError           **error)
{
  return finish_boolean (self, result, error);
}

/* ---- Signing in -------------------------------------------------------------------------------- */

static void
check_password (GTask *task)
{
  TdAccountFlow *flow = td_account_flow_get (task);

  td_account_manager_run (get_manager (task), task, td_account_store_check_password,
                          g_steal_pointer (&flow->entry), (GDestroyNotify) td_account_entry_free,
                          g_object_unref, account_got_cb);
}

/**
 * td_account_manager_sign_in_async:
 * @self: the manager
 * @account_id: who
 * @password: (nullable): its password; %NULL for an account without one
 * @callback: called when it is signed in or was refused
 * @user_data: passed to @callback
 *
 * Signs in. A refusal leaves who was signed in before.
 */
void
td_account_manager_sign_in_async (TdAccountManager    *self,
                                  const char          *account_id,
                                  const char          *password,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  TdAccountFlow *flow;

  g_return_if_fail (TD_IS_ACCOUNT_MANAGER (self));
  g_return_if_fail (account_id != NULL);

  task =
    td_account_flow_start (self, td_account_manager_sign_in_async, NULL, callback, user_data);
  flow = td_account_flow_get (task);
  flow->entry = td_account_entry_new (account_id, password, self->iterations);
  flow->password = g_strdup (password);
  td_account_manager_open_registry (self, g_steal_pointer (&task), check_password);
}

/**
 * td_account_manager_sign_in_finish:
 * @error: return location for a %TD_ACCOUNT_ERROR or %TD_STORE_ERROR
 *
 * Returns: whether it is signed in
 */
gboolean
td_account_manager_sign_in_finish (TdAccountManager  *self,
                                   GAsyncResult      *result,
                                   GError           **error)
{
  return finish_boolean (self, result, error);
}

/* ---- Signing out -------------------------------------------------------------------------------- */

static void
left_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  td_database_run_finish (TD_DATABASE (source), result, &error);
  if (error)
    {
      g_task_return_error (task, error);
      return;
    }
  td_account_manager_leave (get_manager (task));
  read_list (g_steal_pointer (&task));
}

static void
leave (GTask *task)
{
  td_account_manager_run (get_manager (task), task, td_account_store_make_current, NULL, NULL, NULL,
                          left_cb);
}

static void
token_removed_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  /* It is revoked: what stays in the keyring is good for nothing. */
  if (!td_vault_remove_finish (TD_VAULT (source), result, &error))
    g_debug ("The token of the ended session stays in the vault: %s", error->message);
  leave (user_data);
}

static void
revoked_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  TdAccountManager *self = get_manager (task);
  g_autofree char *id = NULL;
  GError *error = NULL;

  td_database_run_finish (TD_DATABASE (source), result, &error);
  if (error)
    {
      g_task_return_error (task, error);
      return;
    }
  if (!self->current || !self->vault || !td_account_get_protected (self->current))
    {
      leave (g_steal_pointer (&task));
      return;
    }
  id = td_account_session_secret_id (self->current);
  td_vault_remove_async (self->vault, id, NULL, token_removed_cb, g_steal_pointer (&task));
}

static void
revoke_session (GTask *task)
{
  TdAccountManager *self = get_manager (task);

  td_account_manager_run (self, task, td_session_store_revoke,
                          g_strdup (self->session_id ? self->session_id : ""), g_free, NULL,
                          revoked_cb);
}

/**
 * td_account_manager_sign_out_async:
 * @self: the manager
 * @callback: called when nobody is signed in any more
 * @user_data: passed to @callback
 *
 * Ends the session of this machine.
 */
void
td_account_manager_sign_out_async (TdAccountManager    *self,
                                   GAsyncReadyCallback  callback,
                                   gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (TD_IS_ACCOUNT_MANAGER (self));

  task =
    td_account_flow_start (self, td_account_manager_sign_out_async, NULL, callback, user_data);
  td_account_manager_open_registry (self, task, revoke_session);
}

/**
 * td_account_manager_sign_out_finish:
 * @error: return location for a %TD_STORE_ERROR
 *
 * Returns: whether nobody is signed in
 */
gboolean
td_account_manager_sign_out_finish (TdAccountManager  *self,
                                    GAsyncResult      *result,
                                    GError           **error)
{
  return finish_boolean (self, result, error);
}

/* ---- Changing the password ---------------------------------------------------------------------- */

static void
vault_reopened_cb (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  TdAccountManager *self = get_manager (task);
  TdAccountFlow *flow = td_account_flow_get (task);
  GError *error = NULL;

  /* Both open it until the next time: nothing is lost by it. */
  if (!td_vault_sealed_open_finish (TD_VAULT_SEALED (source), result, &error))
    g_debug ("The sealed vault keeps its old password, too: %s", error->message);
  g_clear_error (&error);
  if (flow->error)
    g_task_return_error (task, g_steal_pointer (&flow->error));
  else
    td_account_manager_open_session (self, g_steal_pointer (&task), read_list);
}

static void
password_set_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  TdAccountManager *self = get_manager (task);
  TdAccountFlow *flow = td_account_flow_get (task);
  TdAccount *changed = td_database_run_finish (TD_DATABASE (source), result, &flow->error);

  if (changed)
    {
      g_set_object (&flow->account, changed);
      g_object_unref (changed);
    }
  if (td_vault_get_kind (self->vault) == TD_VAULT_KIND_SEALED)
    td_vault_sealed_open_async (TD_VAULT_SEALED (self->vault),
                                flow->error ? flow->password : flow->new_password,
                                vault_reopened_cb, g_steal_pointer (&task));
  else if (flow->error)
    g_task_return_error (task, g_steal_pointer (&flow->error));
  else
    td_account_manager_open_session (self, g_steal_pointer (&task), read_list);
}

static void
set_in_store (GTask *task)
{
  TdAccountManager *self = get_manager (task);
  TdAccountFlow *flow = td_account_flow_get (task);

  td_account_manager_run (self, task, td_account_store_set_password,
                          td_account_entry_new (td_account_get_id (flow->account),
                                                flow->new_password, self->iterations),
                          (GDestroyNotify) td_account_entry_free, g_object_unref, password_set_cb);
}

static void
vault_takes_both_cb (GObject      *source,
                     GAsyncResult *result,
                     gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (td_vault_sealed_add_password_finish (TD_VAULT_SEALED (source), result, &error))
    set_in_store (g_steal_pointer (&task));
  else
    g_task_return_error (task, error);
}

static void
old_checked_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  TdAccountManager *self = get_manager (task);
  TdAccountFlow *flow = td_account_flow_get (task);
  GError *error = NULL;

  flow->account = td_database_run_finish (TD_DATABASE (source), result, &error);
  if (!flow->account)
    {
      g_task_return_error (task, error);
      return;
    }
  flow->vault = g_object_ref (self->vault);
  if (td_vault_get_kind (self->vault) == TD_VAULT_KIND_SEALED)
    td_vault_sealed_add_password_async (TD_VAULT_SEALED (self->vault), flow->new_password,
                                        vault_takes_both_cb, g_steal_pointer (&task));
  else
    set_in_store (g_steal_pointer (&task));
}

static void
check_old (GTask *task)
{
  TdAccountFlow *flow = td_account_flow_get (task);

  td_account_manager_run (get_manager (task), task, td_account_store_check_password,
                          g_steal_pointer (&flow->entry), (GDestroyNotify) td_account_entry_free,
                          g_object_unref, old_checked_cb);
}

/**
 * td_account_manager_set_password_async:
 * @self: the manager, with an account signed in
 * @old_password: (nullable): its password until now; %NULL if it has none
 * @new_password: its password from now on
 * @callback: called when it is changed, or is not
 * @user_data: passed to @callback
 *
 * Protects an account, or changes its password: in the list, and in its sealed vault if it has one.
 * All its other sessions end.
 */
void
td_account_manager_set_password_async (TdAccountManager    *self,
                                       const char          *old_password,
                                       const char          *new_password,
                                       GAsyncReadyCallback  callback,
                                       gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  TdAccountFlow *flow;

  g_return_if_fail (TD_IS_ACCOUNT_MANAGER (self));
  g_return_if_fail (new_password != NULL);

  task =
    td_account_flow_start (self, td_account_manager_set_password_async, NULL, callback, user_data);
  if (self->state != TD_ACCOUNT_STATE_READY)
    {
      g_task_return_new_error_literal (task, TD_ACCOUNT_ERROR, TD_ACCOUNT_ERROR_SIGNED_OUT,
                                       "Nobody is signed in");
      return;
    }
  flow = td_account_flow_get (task);
  flow->entry =
    td_account_entry_new (td_account_get_id (self->current), old_password, self->iterations);
  flow->password = g_strdup (old_password);
  flow->new_password = g_strdup (new_password);
  td_account_manager_open_registry (self, g_steal_pointer (&task), check_old);
}

/**
 * td_account_manager_set_password_finish:
 * @error: return location for a %TD_ACCOUNT_ERROR, %TD_VAULT_ERROR or %TD_STORE_ERROR
 *
 * Returns: whether the new password is the account's
 */
gboolean
td_account_manager_set_password_finish (TdAccountManager  *self,
                                        GAsyncResult      *result,
                                        GError           **error)
{
  return finish_boolean (self, result, error);
}

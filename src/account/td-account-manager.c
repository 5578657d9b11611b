/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "account/td-account-manager-private.h"

#include <glib/gstdio.h>

#include "account/td-account-error.h"
#include "account/td-jwt.h"
#include "account/td-password.h"
#include "base/td-clock.h"
#include "base/td-paths.h"
#include "base/td-text.h"
#include "vault/td-vault-sealed.h"
#include "vault/td-vault-secret.h"

#define REGISTRY    "accounts.db"
#define DATABASE    "topdog.db"
#define SEALED_KEYS "keys.sealed"

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TdAccountManager, td_account_manager, G_TYPE_OBJECT)

static void
forget_session (TdAccountManager *self)
{
  g_clear_pointer (&self->session_id, g_free);
  g_clear_pointer (&self->token_secret, g_bytes_unref);
  g_clear_pointer (&self->access_token, td_vault_secret_free);
  g_clear_pointer (&self->refresh_token, td_vault_secret_free);
}

static void
td_account_manager_dispose (GObject *object)
{
  TdAccountManager *self = TD_ACCOUNT_MANAGER (object);

  if (self->registry)
    td_database_close (self->registry);
  g_clear_object (&self->registry);
  g_clear_object (&self->current);
  g_clear_object (&self->vault);
  forget_session (self);

  G_OBJECT_CLASS (td_account_manager_parent_class)->dispose (object);
}

static void
td_account_manager_finalize (GObject *object)
{
  TdAccountManager *self = TD_ACCOUNT_MANAGER (object);

  g_clear_error (&self->vault_error);
  g_ptr_array_unref (self->accounts);
  g_free (self->data_dir);

  G_OBJECT_CLASS (td_account_manager_parent_class)->finalize (object);
}

static void
td_account_manager_class_init (TdAccountManagerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = td_account_manager_dispose;
  object_class->finalize = td_account_manager_finalize;

  /**
   * TdAccountManager::changed:
   * @self: the manager
   *
   * Which accounts there are, who is signed in, or where its keys are, changed.
   */
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", TD_TYPE_ACCOUNT_MANAGER, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
td_account_manager_init (TdAccountManager *self)
{
  self->accounts = g_ptr_array_new_with_free_func (g_object_unref);
  self->iterations = TD_PASSWORD_ITERATIONS;
  self->state = TD_ACCOUNT_STATE_SIGNED_OUT;
}

/**
 * td_account_manager_new:
 * @data_dir: (nullable): the folder of all data; %NULL for this user's
 *
 * Returns: (transfer full): a manager that knows nothing until it is loaded
 */
TdAccountManager *
td_account_manager_new (const char *data_dir)
{
  TdAccountManager *self = g_object_new (TD_TYPE_ACCOUNT_MANAGER, NULL);

  self->data_dir = g_strdup (data_dir ? data_dir : td_paths_get_data_dir ());
  return self;
}

/* ---- Flows ------------------------------------------------------------------------------------ */

static void
flow_free (TdAccountFlow *flow)
{
  g_clear_pointer (&flow->entry, td_account_entry_free);
  td_vault_secret_free (flow->password);
  td_vault_secret_free (flow->new_password);
  td_vault_secret_free (flow->refresh_token);
  g_clear_object (&flow->account);
  g_clear_object (&flow->vault);
  g_clear_object (&flow->other_vault);
  g_clear_object (&flow->key_ring);
  if (flow->database)
    td_database_close (flow->database);
  g_clear_object (&flow->database);
  g_strfreev (flow->secret_ids);
  g_clear_pointer (&flow->entries, g_ptr_array_unref);
  g_clear_error (&flow->error);
  if (flow->lock_fd >= 0)
    g_close (flow->lock_fd, NULL);
  g_free (flow);
}

/**
 * td_account_flow_start: (skip)
 *
 * Returns: (transfer full): a task with an empty flow as its data
 */
GTask *
td_account_flow_start (TdAccountManager    *manager,
                       gpointer             source_tag,
                       GCancellable        *cancellable,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  GTask *task = g_task_new (manager, cancellable, callback, user_data);
  TdAccountFlow *flow = g_new0 (TdAccountFlow, 1);

  flow->lock_fd = -1;
  g_task_set_source_tag (task, source_tag);
  /* Half of a step helps nobody: what was begun is ended. */
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, flow, (GDestroyNotify) flow_free);
  return task;
}

TdAccountFlow *
td_account_flow_get (GTask *task)
{
  return g_task_get_task_data (task);
}

void
td_account_manager_run (TdAccountManager    *self,
                        GTask               *task,
                        TdDatabaseFunc       func,
                        gpointer             data,
                        GDestroyNotify       data_free,
                        GDestroyNotify       result_free,
                        GAsyncReadyCallback  callback)
{
  td_database_run_async (self->registry, G_PRIORITY_DEFAULT, func, data, data_free, result_free,
                         NULL, callback, task);
}

/* ---- Who there is ------------------------------------------------------------------------------ */

static char *
dup_first_name (void)
{
  const char *name = g_get_real_name ();

  if (!name || !*name || g_str_equal (name, "Unknown") || !g_utf8_validate (name, -1, NULL))
    name = g_get_user_name ();
  if (g_str_equal (name, "root"))
    return g_strdup ("Me"); /* that is nobody's name */
  if (!g_utf8_validate (name, -1, NULL))
    return g_strdup ("Me");
  return g_utf8_strlen (name, -1) > TD_ACCOUNT_MAX_NAME_CHARS
           ? g_utf8_substring (name, 0, TD_ACCOUNT_MAX_NAME_CHARS)
           : g_strdup (name);
}

/* The account that there is as long as there is no list. */
static TdAccount *
make_first_account (void)
{
  g_autofree char *name = dup_first_name ();
  const TdAccountFacts facts = {
    .id = (char *) TD_ACCOUNT_FIRST_ID,
    .name = name,
    .folder = (char *) "",
    .vault = TD_VAULT_KIND_KEYRING,
  };

  return td_account_new (&facts);
}

/**
 * td_account_manager_dup_folder: (skip)
 *
 * Returns: (transfer full): where the account's data is
 */
char *
td_account_manager_dup_folder (TdAccountManager *self,
                               TdAccount        *account)
{
  return g_build_filename (self->data_dir, td_account_get_facts (account)->folder, NULL);
}

/**
 * td_account_manager_make_vault: (skip)
 *
 * Returns: (transfer full): the account's vault of that kind
 */
TdVault *
td_account_manager_make_vault (TdAccountManager *self,
                               TdAccount        *account,
                               TdVaultKind       kind)
{
  g_autofree char *folder = NULL;
  g_autofree char *path = NULL;
  TdVault *vault;

  if (kind != TD_VAULT_KIND_SEALED)
    return td_vault_secret_new ();
  folder = td_account_manager_dup_folder (self, account);
  path = g_build_filename (folder, SEALED_KEYS, NULL);
  vault = td_vault_sealed_new (path);
  td_vault_sealed_set_iterations (TD_VAULT_SEALED (vault), self->iterations);
  return vault;
}

/**
 * td_account_manager_enter: (skip)
 * @self: the manager
 * @account: who is in now
 * @vault: where its keys are
 *
 * The data of @account may be opened from now on.
 */
void
td_account_manager_enter (TdAccountManager *self,
                          TdAccount        *account,
                          TdVault          *vault)
{
  g_autofree char *folder = td_account_manager_dup_folder (self, account);

  g_mkdir_with_parents (folder, 0700);
  g_set_object (&self->current, account);
  g_set_object (&self->vault, vault);
  self->state = TD_ACCOUNT_STATE_READY;
}

/**
 * td_account_manager_leave: (skip)
 * @self: the manager
 *
 * Nobody is in any more.
 */
void
td_account_manager_leave (TdAccountManager *self)
{
  g_clear_object (&self->current);
  g_clear_object (&self->vault);
  g_clear_error (&self->vault_error);
  forget_session (self);
  self->state = TD_ACCOUNT_STATE_SIGNED_OUT;
}

/* ---- Loading ---------------------------------------------------------------------------------- */

typedef struct
{
  GTask *task;
  void (*next) (GTask *task);
} Opening;

/* Reading the list made the first account: it is there before a second can be. */
static void
first_made_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autofree Opening *opening = user_data;
  g_autoptr (GTask) task = opening->task;
  GError *error = NULL;
  g_autoptr (TdAccountList) list = td_database_run_finish (TD_DATABASE (source), result, &error);

  if (list)
    opening->next (g_steal_pointer (&task));
  else
    g_task_return_error (task, error);
}

static void
registry_opened_cb (GObject      *source,
                    GAsyncResult *result,
                    gpointer      user_data)
{
  g_autofree Opening *opening = user_data;
  g_autoptr (GTask) task = opening->task;
  TdAccountManager *self = g_task_get_source_object (task);
  GError *error = NULL;
  g_autoptr (TdDatabase) registry = td_database_open_finish (result, &error);

  if (!registry)
    {
      g_task_return_error (task, error);
      return;
    }
  if (!self->registry)
    self->registry = g_steal_pointer (&registry);
  td_database_run_async (self->registry, G_PRIORITY_DEFAULT, td_account_store_load,
                         dup_first_name (), g_free, (GDestroyNotify) td_account_list_free, NULL,
                         first_made_cb, g_steal_pointer (&opening));
  g_steal_pointer (&task);
}

/**
 * td_account_manager_open_registry: (skip)
 * @self: the manager
 * @task: (transfer full): what goes on afterwards
 * @next: how; gets the task (transfer full)
 *
 * Opens the list of accounts, and makes it if there is none.
 */
void
td_account_manager_open_registry (TdAccountManager *self, GTask *task, void (*next) (GTask *task))
{
  g_autofree char *path = NULL;
  Opening *opening;

  if (self->registry)
    {
      next (task);
      return;
    }
  path = g_build_filename (self->data_dir, REGISTRY, NULL);
  opening = g_new0 (Opening, 1);
  opening->task = task;
  opening->next = next;
  td_database_open_schema_async (path, TD_DATABASE_SCHEMA_ACCOUNTS, NULL, registry_opened_cb,
                                 opening);
}

static TdAccount *
find_by_id (GPtrArray  *accounts,
            const char *id)
{
  for (guint i = 0; id && i < accounts->len; i++)
    {
      if (g_str_equal (td_account_get_id (accounts->pdata[i]), id))
        return accounts->pdata[i];
    }
  return NULL;
}

/* What another program did counts here too: it signed somebody else in, or out, or moved the keys. */
static void
take_list (TdAccountManager *self,
           TdAccountList    *list)
{
  TdAccount *account = find_by_id (list->accounts, list->current_id);
  gboolean is_same = account && self->current &&
                     g_str_equal (td_account_get_id (self->current), list->current_id) &&
                     g_strcmp0 (self->session_id, list->session_id) == 0;

  g_set_object (&self->current, account);
  g_ptr_array_unref (self->accounts);
  self->accounts = g_ptr_array_ref (list->accounts);
  if (!account)
    {
      td_account_manager_leave (self);
      return;
    }
  if (is_same && self->state == TD_ACCOUNT_STATE_READY &&
      td_vault_get_kind (self->vault) == td_account_get_facts (account)->vault)
    return;
  if (!is_same)
    forget_session (self);
  if (td_account_get_protected (account) && !is_same)
    {
      g_clear_object (&self->vault);
      self->state = TD_ACCOUNT_STATE_LOCKED;
    }
  else
    {
      g_autoptr (TdVault) vault =
        td_account_manager_make_vault (self, account, td_account_get_facts (account)->vault);

      td_account_manager_enter (self, account, vault);
    }
}

static TdAccountList *
finish_list (GObject       *source,
             GAsyncResult  *result,
             GTask         *task,
             GError       **error)
{
  TdAccountManager *self = g_task_get_source_object (task);
  TdAccountList *list = td_database_run_finish (TD_DATABASE (source), result, error);

  if (list)
    take_list (self, list);
  return list;
}

static void
say_done (GTask *task)
{
  g_signal_emit (g_task_get_source_object (task), signals[SIGNAL_CHANGED], 0);
  g_task_return_boolean (task, TRUE);
}

static void
list_read_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (TdAccountList) list = finish_list (source, result, task, &error);

  if (list)
    say_done (task);
  else
    g_task_return_error (task, error);
}

static void
read_list (TdAccountManager    *self,
           GTask               *task,
           GAsyncReadyCallback  callback)
{
  td_account_manager_run (self, task, td_account_store_load, dup_first_name (), g_free,
                          (GDestroyNotify) td_account_list_free, callback);
}

/**
 * td_account_manager_finish_with_list: (skip)
 * @self: the manager
 * @task: (transfer full): what is done but for this
 *
 * Reads the list again, says that something changed, and ends the task.
 */
void
td_account_manager_finish_with_list (TdAccountManager *self,
                                     GTask            *task)
{
  read_list (self, task, list_read_cb);
}

static void
load_done (GTask *task)
{
  say_done (task);
  g_object_unref (task);
}

static void
list_loaded_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  TdAccountManager *self = g_task_get_source_object (task);
  GError *error = NULL;
  g_autoptr (TdAccountList) list = finish_list (source, result, task, &error);

  if (!list)
    {
      g_task_return_error (task, error);
      return;
    }
  if (self->state == TD_ACCOUNT_STATE_LOCKED && list->session_id &&
      td_account_get_facts (self->current)->vault == TD_VAULT_KIND_KEYRING)
    td_account_manager_resume_session (self, g_steal_pointer (&task), load_done);
  else
    load_done (g_steal_pointer (&task));
}

static void
load_list (GTask *task)
{
  read_list (g_task_get_source_object (task), task, list_loaded_cb);
}

/**
 * td_account_manager_load_first:
 * @self: a manager that was not loaded
 *
 * Enters the first account at once, if it is the only one there ever was; for who wants to open its
 * data before the main loop runs.
 *
 * Returns: whether there is no list of accounts, and nothing to load
 */
gboolean
td_account_manager_load_first (TdAccountManager *self)
{
  g_autofree char *path = NULL;

  g_return_val_if_fail (TD_IS_ACCOUNT_MANAGER (self), FALSE);

  path = g_build_filename (self->data_dir, REGISTRY, NULL);
  if (self->registry || g_file_test (path, G_FILE_TEST_EXISTS))
    return FALSE;
  if (!self->current)
    {
      g_autoptr (TdAccount) first = make_first_account ();
      g_autoptr (TdVault) vault = td_vault_secret_new ();

      g_ptr_array_add (self->accounts, g_object_ref (first));
      td_account_manager_enter (self, first, vault);
    }
  return TRUE;
}

/**
 * td_account_manager_load_async:
 * @self: the manager
 * @cancellable: (nullable): ignored once it has begun
 * @callback: called when it is known who is in
 * @user_data: passed to @callback
 *
 * Without a list of accounts this reads nothing. For a protected account that was signed in, the
 * session is taken up with what the keyring has; without it the account is locked.
 */
void
td_account_manager_load_async (TdAccountManager    *self,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (TD_IS_ACCOUNT_MANAGER (self));

  task =
    td_account_flow_start (self, td_account_manager_load_async, cancellable, callback, user_data);
  if (td_account_manager_load_first (self))
    g_task_return_boolean (task, TRUE);
  else
    td_account_manager_open_registry (self, g_steal_pointer (&task), load_list);
}

static void
foreign_checked_cb (GObject      *source,
                    GAsyncResult *result,
                    gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  gboolean changed;

  if (!td_database_check_foreign_finish (TD_DATABASE (source), result, &changed, &error))
    g_task_return_error (task, error);
  else if (changed)
    load_list (g_steal_pointer (&task));
  else
    g_task_return_boolean (task, TRUE);
}

/**
 * td_account_manager_catch_up_async:
 * @self: a manager that was loaded
 * @callback: called when it is known who is in; finish with td_account_manager_load_finish()
 * @user_data: passed to @callback
 *
 * Loads again if another program has written to the list since it was opened; for who can hear of
 * changes from now on but could not before.
 */
void
td_account_manager_catch_up_async (TdAccountManager    *self,
                                   GAsyncReadyCallback  callback,
                                   gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (TD_IS_ACCOUNT_MANAGER (self));

  if (!self->registry)
    {
      td_account_manager_load_async (self, NULL, callback, user_data);
      return;
    }
  task = td_account_flow_start (self, td_account_manager_catch_up_async, NULL, callback, user_data);
  td_database_check_foreign_async (self->registry, foreign_checked_cb, g_steal_pointer (&task));
}

/**
 * td_account_manager_load_finish:
 * @error: return location for a %TD_STORE_ERROR
 *
 * Returns: whether it is known who is in
 */
gboolean
td_account_manager_load_finish (TdAccountManager  *self,
                                GAsyncResult      *result,
                                GError           **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* ---- What is known ---------------------------------------------------------------------------- */

TdAccountState
td_account_manager_get_state (TdAccountManager *self)
{
  g_return_val_if_fail (TD_IS_ACCOUNT_MANAGER (self), TD_ACCOUNT_STATE_SIGNED_OUT);

  return self->state;
}

/**
 * td_account_manager_get_accounts:
 * @self: the manager
 *
 * Returns: (transfer none) (element-type TdAccount): all accounts, by name
 */
GPtrArray *
td_account_manager_get_accounts (TdAccountManager *self)
{
  g_return_val_if_fail (TD_IS_ACCOUNT_MANAGER (self), NULL);

  return self->accounts;
}

/**
 * td_account_manager_get_current:
 * @self: the manager
 *
 * Returns: (transfer none) (nullable): who is signed in, locked or not
 */
TdAccount *
td_account_manager_get_current (TdAccountManager *self)
{
  g_return_val_if_fail (TD_IS_ACCOUNT_MANAGER (self), NULL);

  return self->current;
}

/**
 * td_account_manager_find:
 * @self: the manager
 * @name_or_id: what somebody typed
 *
 * Returns: (transfer none) (nullable): the account; case and accents make no difference
 */
TdAccount *
td_account_manager_find (TdAccountManager *self,
                         const char       *name_or_id)
{
  g_autofree char *folded = td_text_fold (name_or_id);
  TdAccount *found = find_by_id (self->accounts, name_or_id);

  g_return_val_if_fail (TD_IS_ACCOUNT_MANAGER (self), NULL);

  for (guint i = 0; !found && i < self->accounts->len; i++)
    {
      g_autofree char *name = td_text_fold (td_account_get_name (self->accounts->pdata[i]));

      if (g_str_equal (name, folded))
        found = self->accounts->pdata[i];
    }
  return found;
}

/**
 * td_account_manager_dup_database_path:
 * @self: the manager; somebody has to be in
 *
 * Returns: (transfer full): the database of who is in
 */
char *
td_account_manager_dup_database_path (TdAccountManager *self)
{
  g_return_val_if_fail (TD_IS_ACCOUNT_MANAGER (self), NULL);
  g_return_val_if_fail (self->current != NULL, NULL);

  return g_build_filename (self->data_dir, td_account_get_facts (self->current)->folder, DATABASE,
                           NULL);
}

/**
 * td_account_manager_get_vault:
 * @self: the manager
 *
 * Returns: (transfer none) (nullable): where the keys are of who is in
 */
TdVault *
td_account_manager_get_vault (TdAccountManager *self)
{
  g_return_val_if_fail (TD_IS_ACCOUNT_MANAGER (self), NULL);

  return self->vault;
}

/**
 * td_account_manager_get_vault_error:
 * @self: the manager
 *
 * Returns: (transfer none) (nullable): why the sealed vault did not open at the last sign-in; the
 *   rest of the account can be used all the same
 */
const GError *
td_account_manager_get_vault_error (TdAccountManager *self)
{
  g_return_val_if_fail (TD_IS_ACCOUNT_MANAGER (self), NULL);

  return self->vault_error;
}

/**
 * td_account_manager_get_access_token:
 * @self: the manager
 *
 * Returns: (transfer none) (nullable): what the session of this machine was given last, which may be
 *   over: td_account_manager_renew_async() gives one that is not. %NULL for an account without a
 *   password
 */
const char *
td_account_manager_get_access_token (TdAccountManager *self)
{
  g_return_val_if_fail (TD_IS_ACCOUNT_MANAGER (self), NULL);

  return self->access_token;
}

void
td_account_manager_set_iterations (TdAccountManager *self,
                                   guint             iterations)
{
  g_return_if_fail (TD_IS_ACCOUNT_MANAGER (self));

  self->iterations = iterations;
}

/* ---- Tokens ----------------------------------------------------------------------------------- */

static void
checked_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  char *account_id = td_database_run_finish (TD_DATABASE (source), result, &error);

  if (account_id)
    g_task_return_pointer (task, account_id, g_free);
  else
    g_task_return_error (task, error);
}

/**
 * td_account_manager_verify_async:
 * @self: the manager
 * @access_token: what somebody brought
 * @callback: called when it was looked at
 * @user_data: passed to @callback
 *
 * Checks an access token of the account that is signed in.
 */
void
td_account_manager_verify_async (TdAccountManager    *self,
                                 const char          *access_token,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (TdJwtClaims) claims = NULL;
  GError *error = NULL;

  g_return_if_fail (TD_IS_ACCOUNT_MANAGER (self));
  g_return_if_fail (access_token != NULL);

  task = td_account_flow_start (self, td_account_manager_verify_async, NULL, callback, user_data);
  if (!self->token_secret)
    {
      g_task_return_new_error_literal (task, TD_ACCOUNT_ERROR, TD_ACCOUNT_ERROR_TOKEN_INVALID,
                                       "Nobody has a session here");
      return;
    }
  claims = td_jwt_verify (self->token_secret, access_token, td_clock_now_us (), &error);
  if (!claims)
    {
      g_task_return_error (task, error);
      return;
    }
  td_account_manager_run (self, g_steal_pointer (&task), td_session_store_check,
                          g_strdup (claims->session_id), g_free, g_free, checked_cb);
}

/**
 * td_account_manager_verify_finish:
 * @error: return location for a %TD_ACCOUNT_ERROR
 *
 * Returns: (transfer full) (nullable): the account of the token
 */
char *
td_account_manager_verify_finish (TdAccountManager  *self,
                                  GAsyncResult      *result,
                                  GError           **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

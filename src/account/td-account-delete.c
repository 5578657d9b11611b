/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Deleting an account with everything: its password is checked, nobody else has its data open, its
 * keys go from the vault, then its files, and at last it goes from the list. Whatever fails before
 * the files leaves everything there; whatever fails after can be done again.
 */
#define _GNU_SOURCE /* F_OFD_SETLK */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "account/td-account-error.h"
#include "account/td-account-manager-private.h"
#include "vault/td-key-ring-store.h"

static TdAccountManager *
get_manager (GTask *task)
{
  return g_task_get_source_object (task);
}

/* ---- The list ---------------------------------------------------------------------------------- */

static void
forgotten_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  TdAccountManager *self = get_manager (task);
  GError *error = NULL;

  td_database_run_finish (TD_DATABASE (source), result, &error);
  if (error)
    {
      g_task_return_error (task, error);
      return;
    }
  td_account_manager_leave (self);
  td_account_manager_finish_with_list (self, g_steal_pointer (&task));
}

/* ---- The files --------------------------------------------------------------------------------- */

/* Which files in the folder of all data are the first account's: that folder has others as well. */
static gboolean
is_of_first (const char *name)
{
  return g_str_has_prefix (name, "topdog.db") || g_str_has_prefix (name, "keys.sealed");
}

static gboolean
delete_files (const char  *folder,
              gboolean     is_first,
              GError     **error)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if ((is_first && !is_of_first (name)) || g_unlink (path) == 0 || errno == ENOENT)
        continue;
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "%s: %s", path,
                   g_strerror (errno));
      return FALSE;
    }
  if (!is_first)
    g_rmdir (folder);
  return TRUE;
}

static void
delete_thread (GTask        *task,
               gpointer      source,
               gpointer      data,
               GCancellable *cancellable)
{
  TdAccountFlow *flow = data;
  g_autofree char *folder = td_account_manager_dup_folder (source, flow->account);
  gboolean is_first = *td_account_get_facts (flow->account)->folder == '\0';
  GError *error = NULL;

  if (delete_files (folder, is_first, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
files_deleted_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  TdAccountFlow *flow = td_account_flow_get (task);
  GError *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      g_task_return_error (task, error);
      return;
    }
  td_account_manager_run (get_manager (task), task, td_account_store_remove,
                          g_strdup (td_account_get_id (flow->account)), g_free, NULL, forgotten_cb);
  g_steal_pointer (&task);
}

static void
delete_data (GTask *task)
{
  g_autoptr (GTask) work = g_task_new (get_manager (task), NULL, files_deleted_cb, task);

  td_database_close (td_account_flow_get (task)->database);
  g_task_set_source_tag (work, delete_data);
  g_task_set_task_data (work, td_account_flow_get (task), NULL);
  g_task_run_in_thread (work, delete_thread);
}

/* ---- The keys ---------------------------------------------------------------------------------- */

static void remove_next_key (GTask *task);

static void
key_removed_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  TdAccountFlow *flow = td_account_flow_get (task);
  g_autoptr (GError) error = NULL;
  gboolean is_ours;

  td_vault_remove_finish (TD_VAULT (source), result, &error);
  /* What is not a key of the user's is good for nothing without the list; and a session without a
   * keyring, or with an empty one, has none to be removed from. */
  is_ours = g_str_has_prefix (flow->secret_ids[flow->index], "api-key-");
  if (error && is_ours && !g_error_matches (error, TD_VAULT_ERROR, TD_VAULT_ERROR_NOT_FOUND))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  flow->index++;
  remove_next_key (g_steal_pointer (&task));
}

static void
remove_next_key (GTask *task)
{
  TdAccountFlow *flow = td_account_flow_get (task);
  const char *secret_id = flow->secret_ids[flow->index];

  if (secret_id)
    td_vault_remove_async (flow->vault, secret_id, NULL, key_removed_cb, task);
  else
    delete_data (task);
}

static void
keys_listed_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  TdAccountFlow *flow = td_account_flow_get (task);
  const TdAccountFacts *facts = td_account_get_facts (flow->account);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  GError *error = NULL;
  g_auto (GStrv) ids = td_database_run_finish (TD_DATABASE (source), result, &error);

  if (!ids)
    {
      g_task_return_error (task, error);
      return;
    }
  /* Keys in the sealed vault go with its file. */
  if (facts->vault == TD_VAULT_KIND_KEYRING || facts->leftover == TD_VAULT_KIND_KEYRING)
    g_strv_builder_addv (builder, (const char **) ids);
  g_strv_builder_take (builder, td_account_session_secret_id (flow->account));
  g_strv_builder_take (builder, td_account_token_secret_id (flow->account));
  flow->secret_ids = g_strv_builder_end (builder);
  remove_next_key (g_steal_pointer (&task));
}

/* ---- Nobody else ------------------------------------------------------------------------------- */

/* Every engine on the database holds a lock of its own in the file beside it. */
static gboolean
is_in_use (const char *database_path)
{
  g_autofree char *path = g_strconcat (database_path, "-owners", NULL);
  struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
  int fd = open (path, O_RDWR | O_CLOEXEC);
  gboolean is_taken;

  if (fd < 0)
    return FALSE;
  is_taken = fcntl (fd, F_OFD_SETLK, &lock) != 0;
  g_close (fd, NULL);
  return is_taken;
}

static void
data_opened_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  TdAccountManager *self = get_manager (task);
  TdAccountFlow *flow = td_account_flow_get (task);
  GError *error = NULL;

  flow->database = td_database_open_finish (result, &error);
  if (!flow->database)
    {
      g_task_return_error (task, error);
      return;
    }
  flow->vault = td_account_manager_make_vault (self, flow->account, TD_VAULT_KIND_KEYRING);
  td_database_run_async (flow->database, G_PRIORITY_DEFAULT, td_key_ring_store_list_secrets,
                         NULL, NULL, (GDestroyNotify) g_strfreev, NULL, keys_listed_cb,
                         g_steal_pointer (&task));
}

static void
checked_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  TdAccountFlow *flow = td_account_flow_get (task);
  g_autofree char *path = NULL;
  GError *error = NULL;

  flow->account = td_database_run_finish (TD_DATABASE (source), result, &error);
  if (!flow->account)
    {
      g_task_return_error (task, error);
      return;
    }
  path = td_account_manager_dup_database_path (get_manager (task));
  if (is_in_use (path))
    g_task_return_new_error_literal (task, TD_ACCOUNT_ERROR, TD_ACCOUNT_ERROR_IN_USE,
                                     "Another program has the account's data open");
  else
    td_database_open_async (path, NULL, data_opened_cb, g_steal_pointer (&task));
}

static void
check_password (GTask *task)
{
  TdAccountFlow *flow = td_account_flow_get (task);

  td_account_manager_run (get_manager (task), task, td_account_store_check_password,
                          g_steal_pointer (&flow->entry), (GDestroyNotify) td_account_entry_free,
                          g_object_unref, checked_cb);
}

/**
 * td_account_manager_delete_async:
 * @self: the manager, with an account signed in
 * @password: (nullable): its password; %NULL if it has none
 * @callback: called when it is gone, or is not
 * @user_data: passed to @callback
 *
 * Deletes the account that is signed in with its chats, wallet and keys. No engine, of this program
 * or another, may have its data open. Keys in a keyring that cannot be used now keep it from being
 * deleted: nobody would know of them afterwards.
 *
 * Nobody is signed in then; where that was the last account, there is a fresh first one.
 */
void
td_account_manager_delete_async (TdAccountManager    *self,
                                 const char          *password,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (TD_IS_ACCOUNT_MANAGER (self));

  task = td_account_flow_start (self, td_account_manager_delete_async, NULL, callback, user_data);
  if (self->state != TD_ACCOUNT_STATE_READY)
    {
      g_task_return_new_error_literal (task, TD_ACCOUNT_ERROR, TD_ACCOUNT_ERROR_SIGNED_OUT,
                                       "Nobody is signed in");
      return;
    }
  td_account_flow_get (task)->entry =
    td_account_entry_new (td_account_get_id (self->current), password, self->iterations);
  td_account_manager_open_registry (self, g_steal_pointer (&task), check_password);
}

/**
 * td_account_manager_delete_finish:
 * @error: return location for a %TD_ACCOUNT_ERROR, %TD_VAULT_ERROR, %TD_STORE_ERROR or #GIOError
 *
 * Returns: whether it is gone
 */
gboolean
td_account_manager_delete_finish (TdAccountManager  *self,
                                  GAsyncResult      *result,
                                  GError           **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

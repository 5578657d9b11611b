/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Each call is straight-line code on a thread: read the file, unseal it with the key that the
 * password gave when the vault was opened, change it, write it beside the old one and put it in
 * its place. Nothing of it is kept between calls but that key, so that several processes agree.
 */
#include "config.h"

#include "vault/td-vault-sealed.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "vault/td-key-derive.h"

struct _TdVaultSealed
{
  GObject parent_instance;

  char *path;                      /* (owned) */
  guint iterations;
  GMutex lock;                     /* one call at a time, and the two below */
  gboolean is_open;
  guint8 key[TD_SEALED_KEY_BYTES];
};

static void td_vault_sealed_iface_init (TdVaultInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TdVaultSealed,
                               td_vault_sealed,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TD_TYPE_VAULT, td_vault_sealed_iface_init))

/* What a call needs; which of it depends on the call. */
typedef struct
{
  char *secret_id;
  char *label;
  char *secret;       /* or a password */
  GPtrArray *entries; /* (element-type TdSealedEntry) */
} Call;

static void
call_free (Call *self)
{
  g_free (self->secret_id);
  g_free (self->label);
  td_vault_secret_free (self->secret);
  g_clear_pointer (&self->entries, g_ptr_array_unref);
  g_free (self);
}

static void
td_vault_sealed_finalize (GObject *object)
{
  TdVaultSealed *self = TD_VAULT_SEALED (object);

  explicit_bzero (self->key, sizeof self->key);
  g_mutex_clear (&self->lock);
  g_free (self->path);

  G_OBJECT_CLASS (td_vault_sealed_parent_class)->finalize (object);
}

static void
td_vault_sealed_class_init (TdVaultSealedClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = td_vault_sealed_finalize;
}

static void
td_vault_sealed_init (TdVaultSealed *self)
{
  g_mutex_init (&self->lock);
  self->iterations = TD_KEY_DERIVE_ITERATIONS;
}

/* ---- The file --------------------------------------------------------------------------------- */

static gboolean
set_errno (const char  *doing,
           int          number,
           GError     **error)
{
  g_set_error (error, TD_VAULT_ERROR, TD_VAULT_ERROR_FAILED, "%s: %s", doing, g_strerror (number));
  return FALSE;
}

static gboolean
set_locked (GError **error)
{
  g_set_error_literal (error, TD_VAULT_ERROR, TD_VAULT_ERROR_LOCKED, "The sealed vault is locked");
  return FALSE;
}

static TdSealedFile *
read_file (TdVaultSealed  *self,
           GError        **error)
{
  g_autofree char *bytes = NULL;
  g_autoptr (GError) failure = NULL;
  gsize length;

  if (g_file_get_contents (self->path, &bytes, &length, &failure))
    return td_sealed_file_parse ((const guint8 *) bytes, length, error);
  g_set_error (error, TD_VAULT_ERROR,
               g_error_matches (failure, G_FILE_ERROR, G_FILE_ERROR_NOENT) ? TD_VAULT_ERROR_ABSENT
                                                                           : TD_VAULT_ERROR_FAILED,
               "The sealed vault cannot be read: %s", failure->message);
  return NULL;
}

static TdSealedFile *
read_open_file (TdVaultSealed  *self,
                GError        **error)
{
  g_autoptr (TdSealedFile) file = NULL;

  if (!self->is_open)
    {
      set_locked (error);
      return NULL;
    }
  file = read_file (self, error);
  if (!file || !td_sealed_file_unlock_with_key (file, self->key, error))
    return NULL;
  return g_steal_pointer (&file);
}

/* On the disk before it takes the old one's place, and read back like any other vault's. */
static gboolean
write_file (TdVaultSealed  *self,
            TdSealedFile   *file,
            GError        **error)
{
  g_autoptr (GBytes) bytes = td_sealed_file_write (file, error);
  g_autoptr (GError) failure = NULL;
  g_autofree char *found = NULL;
  gsize length, found_length;
  const char *data;

  if (!bytes)
    return FALSE;
  data = g_bytes_get_data (bytes, &length);
  if (!g_file_set_contents_full (self->path, data, (gssize) length,
                                 G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600,
                                 &failure) ||
      !g_file_get_contents (self->path, &found, &found_length, &failure))
    {
      g_set_error (error, TD_VAULT_ERROR, TD_VAULT_ERROR_REFUSED,
                   "The sealed vault cannot be written: %s", failure->message);
      return FALSE;
    }
  if (found_length == length && memcmp (found, data, length) == 0)
    return TRUE;
  g_set_error_literal (error, TD_VAULT_ERROR, TD_VAULT_ERROR_REFUSED,
                       "What is in the sealed vault's file is not what was written");
  return FALSE;
}

/* Other processes change the file one after another. The lock is on a file beside it, because the
 * file itself is replaced. */
static int
take_file_lock (TdVaultSealed  *self,
                GError        **error)
{
  g_autofree char *path = g_strconcat (self->path, "-lock", NULL);
  int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

  while (fd >= 0 && flock (fd, LOCK_EX) != 0)
    {
      if (errno == EINTR)
        continue;
      g_close (fd, NULL);
      fd = -1;
    }
  if (fd < 0)
    set_errno ("The sealed vault cannot be locked", errno, error);
  return fd;
}

/* ---- What the calls do, on a thread ----------------------------------------------------------- */

typedef gboolean (*ChangeFunc) (TdSealedFile  *file,
                                Call          *call,
                                GError       **error);

static gboolean
change_file (TdVaultSealed  *self,
             ChangeFunc      func,
             Call           *call,
             GError        **error)
{
  g_autoptr (TdSealedFile) file = NULL;
  int fd = take_file_lock (self, error);
  gboolean is_changed;

  if (fd < 0)
    return FALSE;
  file = read_open_file (self, error);
  is_changed = file && func (file, call, error) && write_file (self, file, error);
  g_close (fd, NULL);
  return is_changed;
}

static gboolean
set_entry (TdSealedFile  *file,
           Call          *call,
           GError       **error)
{
  td_sealed_file_set (file, call->secret_id, call->label, call->secret);
  return TRUE;
}

static gboolean
set_not_found (GError **error)
{
  g_set_error_literal (error, TD_VAULT_ERROR, TD_VAULT_ERROR_NOT_FOUND,
                       "The sealed vault has no such secret");
  return FALSE;
}

static gboolean
remove_entry (TdSealedFile  *file,
              Call          *call,
              GError       **error)
{
  return td_sealed_file_remove (file, call->secret_id) || set_not_found (error);
}

static void
return_boolean (GTask    *task,
                gboolean  is_done,
                GError   *error)
{
  if (is_done)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
store_thread (GTask        *task,
              gpointer      source,
              gpointer      data,
              GCancellable *cancellable)
{
  TdVaultSealed *self = source;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  GError *error = NULL;
  gboolean is_done = change_file (self, set_entry, data, &error);

  return_boolean (task, is_done, error);
}

static void
remove_thread (GTask        *task,
               gpointer      source,
               gpointer      data,
               GCancellable *cancellable)
{
  TdVaultSealed *self = source;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  GError *error = NULL;
  gboolean is_done = change_file (self, remove_entry, data, &error);

  return_boolean (task, is_done, error);
}

static void
lookup_thread (GTask        *task,
               gpointer      source,
               gpointer      data,
               GCancellable *cancellable)
{
  TdVaultSealed *self = source;
  Call *call = data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  GError *error = NULL;
  g_autoptr (TdSealedFile) file = read_open_file (self, &error);
  const char *secret = file ? td_sealed_file_lookup (file, call->secret_id) : NULL;

  if (secret)
    {
      g_task_return_pointer (task, g_strdup (secret), (GDestroyNotify) td_vault_secret_free);
      return;
    }
  if (!error)
    set_not_found (&error);
  g_task_return_error (task, error);
}

static void
list_thread (GTask        *task,
             gpointer      source,
             gpointer      data,
             GCancellable *cancellable)
{
  TdVaultSealed *self = source;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  GError *error = NULL;
  g_autoptr (TdSealedFile) file = read_open_file (self, &error);

  if (file)
    g_task_return_pointer (task, g_ptr_array_ref (td_sealed_file_get_entries (file)),
                           (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

static void
keep_key (TdVaultSealed *self,
          TdSealedFile  *file)
{
  memcpy (self->key, td_sealed_file_get_key (file), sizeof self->key);
  g_atomic_int_set (&self->is_open, TRUE);
}

static gboolean
create (TdVaultSealed  *self,
        Call           *call,
        GError        **error)
{
  g_autoptr (TdSealedFile) file = td_sealed_file_new (call->secret, self->iterations, error);

  if (!file)
    return FALSE;
  for (guint i = 0; call->entries && i < call->entries->len; i++)
    {
      const TdSealedEntry *entry = call->entries->pdata[i];

      td_sealed_file_set (file, entry->secret_id, entry->label, entry->secret);
    }
  if (!write_file (self, file, error))
    return FALSE;
  keep_key (self, file);
  return TRUE;
}

static void
create_thread (GTask        *task,
               gpointer      source,
               gpointer      data,
               GCancellable *cancellable)
{
  TdVaultSealed *self = source;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  GError *error = NULL;
  int fd = take_file_lock (self, &error);
  gboolean is_made = fd >= 0 && create (self, data, &error);

  if (fd >= 0)
    g_close (fd, NULL);
  return_boolean (task, is_made, error);
}

/* The password is the account's: others, from a change that was cut short, go; and when it took
 * less work than is usual now, it is made to take more. A failure to write leaves it as it was. */
static void
tidy_passwords (TdVaultSealed *self,
                TdSealedFile  *file,
                const char    *password)
{
  g_autoptr (GError) error = NULL;
  gboolean is_old = td_sealed_file_get_iterations (file) < self->iterations;

  if (td_sealed_file_count_passwords (file) == 1 && !is_old)
    return;
  td_sealed_file_drop_others (file);
  if ((is_old && !td_sealed_file_renew_password (file, password, self->iterations, &error)) ||
      !write_file (self, file, &error))
    g_debug ("The sealed vault stays as it was: %s", error->message);
}

static gboolean
open_file (TdVaultSealed  *self,
           const char     *password,
           GError        **error)
{
  g_autoptr (TdSealedFile) file = read_file (self, error);

  if (!file || !td_sealed_file_unlock (file, password, error))
    return FALSE;
  keep_key (self, file);
  tidy_passwords (self, file, password);
  return TRUE;
}

static void
open_thread (GTask        *task,
             gpointer      source,
             gpointer      data,
             GCancellable *cancellable)
{
  TdVaultSealed *self = source;
  Call *call = data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  GError *error = NULL;
  int fd = take_file_lock (self, &error);
  gboolean is_open = fd >= 0 && open_file (self, call->secret, &error);

  if (fd >= 0)
    g_close (fd, NULL);
  return_boolean (task, is_open, error);
}

static void
add_password_thread (GTask        *task,
                     gpointer      source,
                     gpointer      data,
                     GCancellable *cancellable)
{
  TdVaultSealed *self = source;
  Call *call = data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  GError *error = NULL;
  int fd = take_file_lock (self, &error);
  g_autoptr (TdSealedFile) file = fd >= 0 ? read_open_file (self, &error) : NULL;
  gboolean is_added =
    file && td_sealed_file_add_password (file, call->secret, self->iterations, &error) &&
    write_file (self, file, &error);

  if (fd >= 0)
    g_close (fd, NULL);
  return_boolean (task, is_added, error);
}

/* ---- Calls ------------------------------------------------------------------------------------ */

static GTask *
start (gpointer              self,
       gpointer              source_tag,
       Call                **call,
       GCancellable         *cancellable,
       GAsyncReadyCallback   callback,
       gpointer              user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  *call = g_new0 (Call, 1);
  g_task_set_source_tag (task, source_tag);
  g_task_set_task_data (task, *call, (GDestroyNotify) call_free);
  return task;
}

static gboolean
finish_boolean (gpointer       self,
                GAsyncResult  *result,
                GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static gboolean
finish_boolean_cb (TdVault       *vault,
                   GAsyncResult  *result,
                   GError       **error)
{
  return finish_boolean (vault, result, error);
}

static void
td_vault_sealed_get_state_async (TdVault             *vault,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  TdVaultSealed *self = TD_VAULT_SEALED (vault);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  TdVaultState state = TD_VAULT_STATE_ABSENT;

  g_task_set_source_tag (task, td_vault_sealed_get_state_async);
  if (td_vault_sealed_exists (self))
    state = td_vault_sealed_is_open (self) ? TD_VAULT_STATE_READY : TD_VAULT_STATE_LOCKED;
  g_task_return_int (task, state);
}

static TdVaultState
td_vault_sealed_get_state_finish (TdVault       *vault,
                                  GAsyncResult  *result,
                                  GError       **error)
{
  gssize state;

  g_return_val_if_fail (g_task_is_valid (result, vault), TD_VAULT_STATE_ABSENT);

  state = g_task_propagate_int (G_TASK (result), error);
  return state < 0 ? TD_VAULT_STATE_ABSENT : (TdVaultState) state;
}

/* Nobody here can ask for the password: td_vault_sealed_open_async() takes it. */
static void
td_vault_sealed_unlock_async (TdVault             *vault,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (vault, cancellable, callback, user_data);
  GError *error = NULL;
  gboolean is_open = td_vault_sealed_is_open (TD_VAULT_SEALED (vault)) || set_locked (&error);

  g_task_set_source_tag (task, td_vault_sealed_unlock_async);
  return_boolean (task, is_open, error);
}

static void
td_vault_sealed_store_async (TdVault             *vault,
                             const char          *secret_id,
                             const char          *label,
                             const char          *secret,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  Call *call;
  g_autoptr (GTask) task =
    start (vault, td_vault_sealed_store_async, &call, cancellable, callback, user_data);
  GError *error = NULL;

  call->secret = td_vault_tidy_secret (secret, &error);
  if (!call->secret)
    {
      g_task_return_error (task, error);
      return;
    }
  call->secret_id = g_strdup (secret_id);
  call->label = g_strdup (label);
  g_task_set_check_cancellable (task, FALSE); /* it is written or not: nobody has to guess */
  g_task_run_in_thread (task, store_thread);
}

static void
td_vault_sealed_lookup_async (TdVault             *vault,
                              const char          *secret_id,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  Call *call;
  g_autoptr (GTask) task =
    start (vault, td_vault_sealed_lookup_async, &call, cancellable, callback, user_data);

  call->secret_id = g_strdup (secret_id);
  g_task_run_in_thread (task, lookup_thread);
}

static char *
td_vault_sealed_lookup_finish (TdVault       *vault,
                               GAsyncResult  *result,
                               GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, vault), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
td_vault_sealed_remove_async (TdVault             *vault,
                              const char          *secret_id,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  Call *call;
  g_autoptr (GTask) task =
    start (vault, td_vault_sealed_remove_async, &call, cancellable, callback, user_data);

  call->secret_id = g_strdup (secret_id);
  g_task_set_check_cancellable (task, FALSE);
  g_task_run_in_thread (task, remove_thread);
}

static void
td_vault_sealed_iface_init (TdVaultInterface *iface)
{
  iface->kind = TD_VAULT_KIND_SEALED;
  iface->get_state_async = td_vault_sealed_get_state_async;
  iface->get_state_finish = td_vault_sealed_get_state_finish;
  iface->unlock_async = td_vault_sealed_unlock_async;
  iface->unlock_finish = finish_boolean_cb;
  iface->store_async = td_vault_sealed_store_async;
  iface->store_finish = finish_boolean_cb;
  iface->lookup_async = td_vault_sealed_lookup_async;
  iface->lookup_finish = td_vault_sealed_lookup_finish;
  iface->remove_async = td_vault_sealed_remove_async;
  iface->remove_finish = finish_boolean_cb;
}

/**
 * td_vault_sealed_new:
 * @path: its file, in a folder that exists
 *
 * Returns: (transfer full): the vault, locked
 */
TdVault *
td_vault_sealed_new (const char *path)
{
  TdVaultSealed *self = g_object_new (TD_TYPE_VAULT_SEALED, NULL);

  self->path = g_strdup (path);
  return TD_VAULT (self);
}

/**
 * td_vault_sealed_exists:
 * @self: a sealed vault
 *
 * Returns: whether its file is there
 */
gboolean
td_vault_sealed_exists (TdVaultSealed *self)
{
  g_return_val_if_fail (TD_IS_VAULT_SEALED (self), FALSE);

  return g_file_test (self->path, G_FILE_TEST_EXISTS);
}

/**
 * td_vault_sealed_is_open:
 * @self: a sealed vault
 *
 * Returns: whether this process was given the password
 */
gboolean
td_vault_sealed_is_open (TdVaultSealed *self)
{
  g_return_val_if_fail (TD_IS_VAULT_SEALED (self), FALSE);

  return g_atomic_int_get (&self->is_open);
}

/**
 * td_vault_sealed_create_async:
 * @self: a sealed vault
 * @password: what is to open it
 * @entries: (element-type TdSealedEntry) (nullable) (transfer full): what is to be in it
 * @callback: called when the file is on the disk and was read back
 * @user_data: passed to @callback
 *
 * Makes the file, in one step: either all secrets are in it or there is none.
 */
void
td_vault_sealed_create_async (TdVaultSealed       *self,
                              const char          *password,
                              GPtrArray           *entries,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  Call *call;
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (TD_IS_VAULT_SEALED (self));
  g_return_if_fail (password != NULL);

  task = start (self, td_vault_sealed_create_async, &call, NULL, callback, user_data);
  call->secret = g_strdup (password);
  call->entries = entries;
  g_task_run_in_thread (task, create_thread);
}

/**
 * td_vault_sealed_create_finish:
 *
 * Returns: whether the vault is there, open
 */
gboolean
td_vault_sealed_create_finish (TdVaultSealed  *self,
                               GAsyncResult   *result,
                               GError        **error)
{
  return finish_boolean (self, result, error);
}

/**
 * td_vault_sealed_open_async:
 * @self: a sealed vault
 * @password: the account's password
 * @callback: called when it is open or will not be
 * @user_data: passed to @callback
 *
 * Opens the vault for this process. Other passwords, from a change that was cut short, open it no
 * more.
 */
void
td_vault_sealed_open_async (TdVaultSealed       *self,
                            const char          *password,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  Call *call;
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (TD_IS_VAULT_SEALED (self));
  g_return_if_fail (password != NULL);

  task = start (self, td_vault_sealed_open_async, &call, NULL, callback, user_data);
  call->secret = g_strdup (password);
  g_task_run_in_thread (task, open_thread);
}

/**
 * td_vault_sealed_open_finish:
 * @error: return location for a %TD_VAULT_ERROR: WRONG_PASSWORD, DAMAGED, TRUNCATED, VERSION, ABSENT
 *
 * Returns: whether it is open
 */
gboolean
td_vault_sealed_open_finish (TdVaultSealed  *self,
                             GAsyncResult   *result,
                             GError        **error)
{
  return finish_boolean (self, result, error);
}

/**
 * td_vault_sealed_add_password_async:
 * @self: an open vault
 * @password: a second password
 * @callback: called when it opens the vault, too
 * @user_data: passed to @callback
 *
 * The first half of changing the password. The second is opening the vault with the one that the
 * account has afterwards.
 */
void
td_vault_sealed_add_password_async (TdVaultSealed       *self,
                                    const char          *password,
                                    GAsyncReadyCallback  callback,
                                    gpointer             user_data)
{
  Call *call;
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (TD_IS_VAULT_SEALED (self));
  g_return_if_fail (password != NULL);

  task = start (self, td_vault_sealed_add_password_async, &call, NULL, callback, user_data);
  call->secret = g_strdup (password);
  g_task_run_in_thread (task, add_password_thread);
}

/**
 * td_vault_sealed_add_password_finish:
 *
 * Returns: whether it was added
 */
gboolean
td_vault_sealed_add_password_finish (TdVaultSealed  *self,
                                     GAsyncResult   *result,
                                     GError        **error)
{
  return finish_boolean (self, result, error);
}

/**
 * td_vault_sealed_list_async:
 * @self: an open vault
 * @callback: called with what is in it
 * @user_data: passed to @callback
 *
 * Gives everything out, to be moved to another vault.
 */
void
td_vault_sealed_list_async (TdVaultSealed       *self,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  Call *call;
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (TD_IS_VAULT_SEALED (self));

  task = start (self, td_vault_sealed_list_async, &call, NULL, callback, user_data);
  g_task_run_in_thread (task, list_thread);
}

/**
 * td_vault_sealed_list_finish:
 *
 * Returns: (transfer full) (element-type TdSealedEntry) (nullable): the secrets; wiped when freed
 */
GPtrArray *
td_vault_sealed_list_finish (TdVaultSealed  *self,
                             GAsyncResult   *result,
                             GError        **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * td_vault_sealed_delete:
 * @self: a sealed vault
 * @error: return location for a %TD_VAULT_ERROR
 *
 * Removes the file with everything in it.
 *
 * Returns: whether it is gone
 */
gboolean
td_vault_sealed_delete (TdVaultSealed  *self,
                        GError        **error)
{
  g_autofree char *lock_path = NULL;

  g_return_val_if_fail (TD_IS_VAULT_SEALED (self), FALSE);

  lock_path = g_strconcat (self->path, "-lock", NULL);
  if (g_unlink (self->path) != 0 && errno != ENOENT)
    return set_errno ("The sealed vault cannot be removed", errno, error);
  g_unlink (lock_path);
  g_atomic_int_set (&self->is_open, FALSE);
  return TRUE;
}

void
td_vault_sealed_set_iterations (TdVaultSealed *self,
                                guint          iterations)
{
  g_return_if_fail (TD_IS_VAULT_SEALED (self));

  self->iterations = iterations;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The session of this machine, which its programs share: begun with a password, taken up at the
 * next start with the refresh token that the keyring has. Taking it up gives a new one, so programs
 * do it one after another, behind a lock. Where the keyring does not take part the session lasts
 * as long as the program; in a sealed vault the token is never kept, because opening that takes the
 * password anyway.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <gnutls/crypto.h>
#include <string.h>
#include <sys/file.h>

#include "account/td-account-error.h"
#include "account/td-account-manager-private.h"
#include "account/td-jwt.h"
#include "base/td-clock.h"

/* So much earlier than it ends a token is asked for anew. */
#define SPARE_SECONDS 60

#define LABEL_SECRET  "Top Dog: signs access tokens"
#define LABEL_SESSION "Top Dog: stay signed in"

typedef struct
{
  GTask *task; /* (owned) */
  void (*next) (GTask *task);
} Step;

static Step *
step_new (GTask *task,
          void (*next) (GTask *task))
{
  Step *step = g_new0 (Step, 1);

  step->task = task;
  step->next = next;
  return step;
}

static void
step_end (Step *step)
{
  GTask *task = step->task;
  void (*next) (GTask *task) = step->next;

  g_free (step);
  next (task);
}

static TdAccountManager *
get_manager (Step *step)
{
  return g_task_get_source_object (step->task);
}

/**
 * td_account_session_secret_id: (skip)
 *
 * Returns: (transfer full): where the vault has the refresh token
 */
char *
td_account_session_secret_id (TdAccount *account)
{
  return g_strconcat ("session-", td_account_get_id (account), NULL);
}

/**
 * td_account_token_secret_id: (skip)
 *
 * Returns: (transfer full): where the vault has what tokens are signed with
 */
char *
td_account_token_secret_id (TdAccount *account)
{
  return g_strconcat ("token-secret-", td_account_get_id (account), NULL);
}

/* ---- What tokens are signed with -------------------------------------------------------------- */

static GBytes *
draw_secret (void)
{
  guint8 bytes[TD_JWT_SECRET_BYTES];

  if (gnutls_rnd (GNUTLS_RND_RANDOM, bytes, sizeof bytes) != 0)
    g_error ("The system gives no random numbers");
  return g_bytes_new (bytes, sizeof bytes);
}

static GBytes *
decode_secret (const char *text)
{
  gsize length;
  g_autofree guint8 *bytes = g_base64_decode (text, &length);

  return length == TD_JWT_SECRET_BYTES ? g_bytes_new_take (g_steal_pointer (&bytes), length) : NULL;
}

static void
secret_stored_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  if (!td_vault_store_finish (TD_VAULT (source), result, &error))
    g_debug ("Tokens are signed with a secret of this process only: %s", error->message);
  step_end (user_data);
}

static void
secret_found_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  Step *step = user_data;
  TdAccountManager *self = get_manager (step);
  TdAccountFlow *flow = td_account_flow_get (step->task);
  g_autoptr (GError) error = NULL;
  char *text = td_vault_lookup_finish (TD_VAULT (source), result, &error);
  g_autofree char *id = NULL;

  g_clear_pointer (&self->token_secret, g_bytes_unref);
  if (text)
    self->token_secret = decode_secret (text);
  td_vault_secret_free (text);
  if (self->token_secret)
    {
      step_end (step);
      return;
    }
  self->token_secret = draw_secret ();
  if (error && !g_error_matches (error, TD_VAULT_ERROR, TD_VAULT_ERROR_NOT_FOUND))
    {
      step_end (step);
      return;
    }
  text = g_base64_encode (g_bytes_get_data (self->token_secret, NULL), TD_JWT_SECRET_BYTES);
  id = td_account_token_secret_id (flow->account);
  td_vault_store_async (flow->vault, id, LABEL_SECRET, text, NULL, secret_stored_cb, step);
  td_vault_secret_free (text);
}

static void
find_secret (GTask *task,
             void (*next) (GTask *task))
{
  TdAccountFlow *flow = td_account_flow_get (task);
  g_autofree char *id = td_account_token_secret_id (flow->account);

  td_vault_lookup_async (flow->vault, id, NULL, secret_found_cb, step_new (task, next));
}

/* ---- Keeping the refresh token ---------------------------------------------------------------- */

static void
token_kept_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  if (td_vault_store_finish (TD_VAULT (source), result, &error))
    g_clear_pointer (&get_manager (user_data)->refresh_token, td_vault_secret_free);
  else
    g_debug ("The session ends with the program: %s", error->message);
  step_end (user_data);
}

static gboolean
take_grant (Step            *step,
            TdSessionGrant  *grant,
            GError         **error)
{
  TdAccountManager *self = get_manager (step);
  gint64 now_us = td_clock_now_us ();

  g_clear_pointer (&self->access_token, td_vault_secret_free);
  self->access_token =
    td_jwt_sign (self->token_secret, grant->account_id, grant->session_id, now_us, error);
  self->fresh_until_us = now_us + (TD_JWT_LIFE_SECONDS - SPARE_SECONDS) * G_USEC_PER_SEC;
  g_set_str (&self->session_id, grant->session_id);
  return self->access_token != NULL;
}

static void
keep_token (Step       *step,
            const char *refresh_token)
{
  TdAccountManager *self = get_manager (step);
  TdAccountFlow *flow = td_account_flow_get (step->task);
  g_autofree char *id = td_account_session_secret_id (flow->account);

  g_clear_pointer (&self->refresh_token, td_vault_secret_free);
  self->refresh_token = g_strdup (refresh_token);
  if (td_vault_get_kind (flow->vault) == TD_VAULT_KIND_SEALED)
    step_end (step);
  else
    td_vault_store_async (flow->vault, id, LABEL_SESSION, refresh_token, NULL, token_kept_cb, step);
}

/* ---- Beginning a session ---------------------------------------------------------------------- */

static void
session_opened_cb (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  Step *step = user_data;
  GError *error = NULL;
  g_autoptr (TdSessionGrant) grant = td_database_run_finish (TD_DATABASE (source), result, &error);

  if (grant && take_grant (step, grant, &error))
    {
      keep_token (step, grant->refresh_token);
      return;
    }
  g_task_return_error (step->task, error);
  g_object_unref (step->task);
  g_free (step);
}

static void
open_in_store (GTask *task)
{
  TdAccountManager *self = g_task_get_source_object (task);
  TdAccountFlow *flow = td_account_flow_get (task);
  Step *step = step_new (task, flow->next);

  td_database_run_async (self->registry, G_PRIORITY_DEFAULT, td_session_store_open,
                         td_session_wish_new (td_account_get_id (flow->account), TD_SESSION_DEVICE),
                         (GDestroyNotify) td_session_wish_free,
                         (GDestroyNotify) td_session_grant_free, NULL, session_opened_cb, step);
}

/**
 * td_account_manager_open_session: (skip)
 * @self: the manager
 * @task: (transfer full): with an account whose password was right, and its vault
 * @next: what comes then; gets the task (transfer full)
 *
 * Begins the session of this machine and notes who is signed in.
 */
void
td_account_manager_open_session (TdAccountManager *self,
                                 GTask *task,
                                 void (*next) (GTask *task))
{
  td_account_flow_get (task)->next = next;
  find_secret (task, open_in_store);
}

/* ---- Taking it up ----------------------------------------------------------------------------- */

/* Not when the task goes: whoever waited for it may keep it. */
static void
release_lock (GTask *task)
{
  TdAccountFlow *flow = td_account_flow_get (task);

  if (flow->lock_fd >= 0)
    g_close (flow->lock_fd, NULL);
  flow->lock_fd = -1;
}

static void
resume_failed (Step         *step,
               const GError *error)
{
  release_lock (step->task);
  g_debug ("The password is needed: %s", error->message);
  step_end (step);
}

static void
resumed (GTask *task)
{
  TdAccountManager *self = g_task_get_source_object (task);
  TdAccountFlow *flow = td_account_flow_get (task);

  release_lock (task);
  td_account_manager_enter (self, flow->account, flow->vault);
  flow->next (task);
}

static void
refreshed_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  Step *step = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (TdSessionGrant) grant = td_database_run_finish (TD_DATABASE (source), result, &error);

  if (!grant || !take_grant (step, grant, &error))
    {
      resume_failed (step, error);
      return;
    }
  step->next = resumed;
  keep_token (step, grant->refresh_token);
}

static void
refresh (GTask *task)
{
  TdAccountManager *self = g_task_get_source_object (task);
  TdAccountFlow *flow = td_account_flow_get (task);

  td_database_run_async (self->registry, G_PRIORITY_DEFAULT, td_session_store_refresh,
                         g_steal_pointer (&flow->refresh_token),
                         (GDestroyNotify) td_vault_secret_free,
                         (GDestroyNotify) td_session_grant_free, NULL, refreshed_cb,
                         step_new (task, flow->next));
}

static void
token_found_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  Step *step = user_data;
  TdAccountFlow *flow = td_account_flow_get (step->task);
  g_autoptr (GError) error = NULL;

  flow->refresh_token = td_vault_lookup_finish (TD_VAULT (source), result, &error);
  if (!flow->refresh_token)
    {
      resume_failed (step, error);
      return;
    }
  find_secret (step->task, refresh);
  g_free (step);
}

static void
lock_thread (GTask        *task,
             gpointer      source,
             gpointer      data,
             GCancellable *cancellable)
{
  int fd = open (data, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

  while (fd >= 0 && flock (fd, LOCK_EX) != 0 && errno == EINTR)
    ;
  g_task_return_int (task, fd);
}

static void
locked_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  Step *step = user_data;
  TdAccountFlow *flow = td_account_flow_get (step->task);
  g_autofree char *id = td_account_session_secret_id (flow->account);

  flow->lock_fd = (int) g_task_propagate_int (G_TASK (result), NULL);
  td_vault_lookup_async (flow->vault, id, NULL, token_found_cb, step);
}

/* Programs come one after another. */
static void
lock (TdAccountManager    *self,
      gpointer             tag,
      GAsyncReadyCallback  callback,
      Step                *step)
{
  g_autoptr (GTask) locking = g_task_new (NULL, NULL, callback, step);

  g_task_set_source_tag (locking, tag);
  g_task_set_task_data (locking, g_build_filename (self->data_dir, "session-lock", NULL), g_free);
  g_task_run_in_thread (locking, lock_thread);
}

/**
 * td_account_manager_resume_session: (skip)
 * @self: the manager, with a locked account
 * @task: (transfer full): what goes on afterwards, whether it worked or not
 * @next: how; gets the task (transfer full)
 *
 * Takes up the session of this machine with what the vault has.
 */
void
td_account_manager_resume_session (TdAccountManager *self,
                                   GTask *task,
                                   void (*next) (GTask *task))
{
  TdAccountFlow *flow = td_account_flow_get (task);

  flow->next = next;
  flow->account = g_object_ref (self->current);
  flow->vault = td_account_manager_make_vault (self, flow->account,
                                               td_account_get_facts (flow->account)->vault);
  lock (self, td_account_manager_resume_session, locked_cb, step_new (task, next));
}

/* ---- Going on with it -------------------------------------------------------------------------- */

static gboolean
is_fresh (TdAccountManager *self)
{
  return self->access_token && td_clock_now_us () < self->fresh_until_us;
}

/* Takes the step. */
static void
renew_failed (Step   *step,
              GError *error)
{
  TdAccountManager *self = get_manager (step);

  release_lock (step->task);
  /* It was ended elsewhere. Trouble with the vault or the list may pass. */
  if (error->domain == TD_ACCOUNT_ERROR)
    g_clear_pointer (&self->access_token, td_vault_secret_free);
  g_task_return_error (step->task, error);
  g_object_unref (step->task);
  g_free (step);
}

static void
renewed (GTask *task)
{
  TdAccountManager *self = g_task_get_source_object (task);

  release_lock (task);
  if (self->access_token)
    g_task_return_pointer (task, g_strdup (self->access_token),
                           (GDestroyNotify) td_vault_secret_free);
  else
    g_task_return_new_error_literal (task, TD_ACCOUNT_ERROR, TD_ACCOUNT_ERROR_SIGNED_OUT,
                                     "Nobody is signed in any more");
  g_object_unref (task);
}

static void
renewed_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  Step *step = user_data;
  GError *error = NULL;
  g_autoptr (TdSessionGrant) grant = td_database_run_finish (TD_DATABASE (source), result, &error);

  if (grant && !get_manager (step)->token_secret)
    g_set_error_literal (&error, TD_ACCOUNT_ERROR, TD_ACCOUNT_ERROR_SIGNED_OUT,
                         "Nobody is signed in any more");
  if (error || !take_grant (step, grant, &error))
    renew_failed (step, error);
  else
    keep_token (step, grant->refresh_token);
}

static void
renew_in_store (Step *step)
{
  TdAccountManager *self = get_manager (step);
  TdAccountFlow *flow = td_account_flow_get (step->task);

  td_database_run_async (self->registry, G_PRIORITY_DEFAULT, td_session_store_refresh,
                         g_steal_pointer (&flow->refresh_token),
                         (GDestroyNotify) td_vault_secret_free,
                         (GDestroyNotify) td_session_grant_free, NULL, renewed_cb, step);
}

static void
renew_found_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  Step *step = user_data;
  GError *error = NULL;

  td_account_flow_get (step->task)->refresh_token =
    td_vault_lookup_finish (TD_VAULT (source), result, &error);
  /* Signing out takes it from there. */
  if (g_error_matches (error, TD_VAULT_ERROR, TD_VAULT_ERROR_NOT_FOUND))
    {
      g_clear_error (&error);
      g_set_error_literal (&error, TD_ACCOUNT_ERROR, TD_ACCOUNT_ERROR_TOKEN_INVALID,
                           "The session was ended");
    }
  if (error)
    renew_failed (step, error);
  else
    renew_in_store (step);
}

static void
renew_locked_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  Step *step = user_data;
  TdAccountManager *self = get_manager (step);
  TdAccountFlow *flow = td_account_flow_get (step->task);
  g_autofree char *id = td_account_session_secret_id (flow->account);

  flow->lock_fd = (int) g_task_propagate_int (G_TASK (result), NULL);
  /* Whoever had the lock before may have done it. */
  if (is_fresh (self))
    {
      step_end (step);
      return;
    }
  flow->refresh_token = g_strdup (self->refresh_token);
  if (flow->refresh_token)
    renew_in_store (step);
  else
    td_vault_lookup_async (flow->vault, id, NULL, renew_found_cb, step);
}

/**
 * td_account_manager_renew_async:
 * @self: the manager, with a protected account signed in
 * @callback: called when there is a token that is good for a while
 * @user_data: passed to @callback
 *
 * For whoever needs an access token in a program that runs for longer than one lasts. As long as the
 * one there is has a minute left it is given as it is; else the refresh token is exchanged for the
 * next, and the session goes on.
 */
void
td_account_manager_renew_async (TdAccountManager    *self,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  TdAccountFlow *flow;

  g_return_if_fail (TD_IS_ACCOUNT_MANAGER (self));

  task = td_account_flow_start (self, td_account_manager_renew_async, NULL, callback, user_data);
  if (self->state != TD_ACCOUNT_STATE_READY || !self->session_id || !self->registry)
    {
      g_task_return_new_error_literal (task, TD_ACCOUNT_ERROR, TD_ACCOUNT_ERROR_SIGNED_OUT,
                                       "Nobody has a session here");
      return;
    }
  if (is_fresh (self))
    {
      renewed (g_steal_pointer (&task));
      return;
    }
  flow = td_account_flow_get (task);
  flow->account = g_object_ref (self->current);
  flow->vault = g_object_ref (self->vault);
  lock (self, td_account_manager_renew_async, renew_locked_cb,
        step_new (g_steal_pointer (&task), renewed));
}

/**
 * td_account_manager_renew_finish:
 * @error: return location for a %TD_ACCOUNT_ERROR, %TD_VAULT_ERROR or %TD_STORE_ERROR
 *
 * Returns: (transfer full) (nullable): the token; free it with td_vault_secret_free()
 */
char *
td_account_manager_renew_finish (TdAccountManager  *self,
                                 GAsyncResult      *result,
                                 GError           **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

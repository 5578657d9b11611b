/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Starting an engine. What does not wait for each other runs at the same time:
 *
 *   database ─┬─ what was left behind ── conversations
 *             ├─ keys
 *             ├─ what was learnt about token counts
 *             └─ market ── endpoints ── discovered models
 *
 * The database thread takes its work in the order it is given, so that the conversations are
 * read after what was left behind was resolved.
 */
#include "config.h"

#include "account/td-account-error.h"
#include "base/td-paths.h"
#include "engine/td-engine-private.h"
#include "engine/td-recovery.h"
#include "vault/td-vault-secret.h"

typedef struct
{
  GTask *task;           /* (owned) */
  TdEngineParts *parts;  /* (owned) */
  TdVault *vault;        /* (owned): where the keys are */
  GError *error;         /* (owned) (nullable): the first */
  guint n_pending;
} Start;

static void
start_free (Start *start)
{
  g_object_unref (start->task);
  g_clear_pointer (&start->parts, td_engine_parts_free);
  g_object_unref (start->vault);
  g_clear_error (&start->error);
  g_free (start);
}

static void
finish (Start *start)
{
  if (start->error)
    {
      if (start->parts->database)
        td_database_close (start->parts->database);
      g_task_return_error (start->task, g_steal_pointer (&start->error));
    }
  else
    {
      g_task_return_pointer (start->task,
                             td_engine_new_from_parts (g_steal_pointer (&start->parts)),
                             g_object_unref);
    }
  start_free (start);
}

/* One of the parallel steps is done; the last one ends the start. */
static void
step_done (Start  *start,
           GError *error)
{
  if (error && !start->error)
    start->error = error;
  else
    g_clear_error (&error);
  g_assert (start->n_pending > 0);
  start->n_pending--;
  if (start->n_pending == 0)
    finish (start);
}

static GCancellable *
get_cancellable (Start *start)
{
  return g_task_get_cancellable (start->task);
}

static void
discovered_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  GError *error = NULL;

  td_discovered_reload_finish (TD_DISCOVERED (source), result, &error);
  step_done (user_data, error);
}

static void
endpoints_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  Start *start = user_data;
  TdEngineParts *parts = start->parts;
  GError *error = NULL;

  parts->endpoints = td_endpoint_list_load_finish (result, &error);
  if (error)
    {
      step_done (start, error);
      return;
    }
  parts->discovered = td_discovered_new (parts->database, parts->market, parts->endpoints);
  td_discovered_reload_async (parts->discovered, discovered_cb, start);
}

static void
market_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  Start *start = user_data;
  GError *error = NULL;

  start->parts->market = td_market_load_finish (result, &error);
  if (error)
    step_done (start, error);
  else
    td_endpoint_list_load_async (start->parts->database, start->parts->market,
                                 get_cancellable (start), endpoints_cb, start);
}

static void
keys_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  Start *start = user_data;
  GError *error = NULL;

  start->parts->keys = td_key_ring_list_finish (TD_KEY_RING (source), result, &error);
  step_done (start, error);
}

static void
conversations_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  Start *start = user_data;
  GError *error = NULL;

  start->parts->conversations = td_conversation_list_load_finish (result, &error);
  step_done (start, error);
}

static void
taste_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  Start *start = user_data;
  GError *error = NULL;

  td_taste_load_finish (start->parts->taste, result, &error);
  step_done (start, error);
}

static void
calibrator_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  Start *start = user_data;
  GError *error = NULL;

  td_calibrator_load_finish (start->parts->calibrator, result, &error);
  step_done (start, error);
}

/* The lease is taken here because it touches the disk. */
static gpointer
resolve_on_thread (TdConnection  *connection,
                   gpointer       data,
                   GCancellable  *cancellable,
                   GError       **error)
{
  g_autoptr (TdLease) lease = td_lease_new (data, error);
  guint n_resolved;

  if (!lease || !td_recovery_resolve (connection, lease, &n_resolved, error))
    return NULL;
  if (n_resolved > 0)
    g_debug ("%u replies were left in the middle", n_resolved);
  return g_steal_pointer (&lease);
}

static void
resolved_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  Start *start = user_data;
  GError *error = NULL;

  start->parts->lease = td_database_run_finish (TD_DATABASE (source), result, &error);
  step_done (start, error);
}

static void
opened_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  Start *start = user_data;
  TdEngineParts *parts = start->parts;
  GError *error = NULL;

  parts->database = td_database_open_finish (result, &error);
  if (error)
    {
      step_done (start, error);
      return;
    }
  start->n_pending = 6;
  parts->key_ring = td_key_ring_new (parts->database, start->vault);
  td_market_load_async (parts->database, parts->session, get_cancellable (start), market_cb, start);
  td_database_run_async (parts->database, G_PRIORITY_DEFAULT, resolve_on_thread,
                         g_strdup (td_database_get_path (parts->database)), g_free,
                         (GDestroyNotify) td_lease_unref, NULL, resolved_cb, start);
  td_key_ring_list_async (parts->key_ring, NULL, get_cancellable (start), keys_cb, start);
  parts->calibrator = td_calibrator_new (parts->database);
  td_calibrator_load_async (parts->calibrator, calibrator_cb, start);
  parts->taste = td_taste_new (parts->database);
  td_taste_load_async (parts->taste, taste_cb, start);
  td_conversation_list_load_async (parts->database, get_cancellable (start), conversations_cb,
                                   start);
}

static void
start_on (const char          *database_path,
          TdVault             *vault,
          GCancellable        *cancellable,
          GAsyncReadyCallback  callback,
          gpointer             user_data)
{
  Start *start = g_new0 (Start, 1);

  start->task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (start->task, td_engine_start_async);
  start->parts = td_engine_parts_new ();
  start->parts->session = td_http_session_new ();
  start->vault = g_object_ref (vault);
  start->n_pending = 1;
  td_database_open_async (database_path, cancellable, opened_cb, start);
}

/**
 * td_engine_start_async:
 * @database_path: (nullable): the database; %NULL for the first account's
 * @cancellable: (nullable): cancels the start
 * @callback: called when everything is there
 * @user_data: data for @callback
 *
 * Builds all services, with keys in the keyring. Nothing here asks the network or the keyring.
 */
void
td_engine_start_async (const char          *database_path,
                       GCancellable        *cancellable,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  g_autofree char *usual = database_path ? NULL : td_paths_build_database ();
  g_autoptr (TdVault) vault = td_vault_secret_new ();

  start_on (database_path ? database_path : usual, vault, cancellable, callback, user_data);
}

/**
 * td_engine_start_account_async:
 * @accounts: the accounts, loaded
 * @cancellable: (nullable): cancels the start
 * @callback: called when everything is there; finish with td_engine_start_finish()
 * @user_data: data for @callback
 *
 * Builds all services on the data of who is signed in. With nobody in, or with a password still
 * to be given, it fails with a #TdAccountError.
 */
void
td_engine_start_account_async (TdAccountManager    *accounts,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_autofree char *path = NULL;
  TdAccountState state;

  g_return_if_fail (TD_IS_ACCOUNT_MANAGER (accounts));

  state = td_account_manager_get_state (accounts);
  if (state != TD_ACCOUNT_STATE_READY)
    {
      g_task_report_new_error (NULL, callback, user_data, td_engine_start_account_async,
                               TD_ACCOUNT_ERROR,
                               state == TD_ACCOUNT_STATE_LOCKED ? TD_ACCOUNT_ERROR_PASSWORD_NEEDED
                                                                : TD_ACCOUNT_ERROR_SIGNED_OUT,
                               "Nobody is signed in");
      return;
    }
  path = td_account_manager_dup_database_path (accounts);
  start_on (path, td_account_manager_get_vault (accounts), cancellable, callback, user_data);
}

/**
 * td_engine_start_finish:
 * @result: what the callback got
 * @error: return location for a #TdStoreError or a #TdCatalogueError
 *
 * Returns: (transfer full) (nullable): the engine
 */
TdEngine *
td_engine_start_finish (GAsyncResult  *result,
                        GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

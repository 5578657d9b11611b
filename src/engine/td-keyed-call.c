/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine/td-keyed-call.h"

#include "engine/td-engine-private.h"

typedef struct
{
  TdEngine *engine;      /* (owned) */
  TdEndpoint *endpoint;  /* (owned) */
  GTask *task;           /* (owned) (nullable) */
  TdKeyedCallFunc func;
} Call;

static void
call_free (Call *self)
{
  g_clear_object (&self->task);
  td_endpoint_free (self->endpoint);
  g_object_unref (self->engine);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Call, call_free)

static void
unlocked_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (Call) call = user_data;
  g_autoptr (GError) error = NULL;
  char *key = td_key_ring_lookup_finish (TD_KEY_RING (source), result, &error);

  if (error && !g_error_matches (error, TD_VAULT_ERROR, TD_VAULT_ERROR_NOT_FOUND))
    g_task_return_error (call->task, g_steal_pointer (&error));
  else
    call->func (g_steal_pointer (&call->task), call->engine, call->endpoint, key);
  g_clear_pointer (&key, td_vault_secret_free);
}

/**
 * td_engine_call_with_key:
 * @engine: the engine
 * @endpoint: whom to ask
 * @task: (transfer full): what comes of it; fails when the keyring does
 * @func: what to ask
 *
 * Calls @func with the key in use, or without one where there is none.
 */
void
td_engine_call_with_key (TdEngine         *engine,
                         const TdEndpoint *endpoint,
                         GTask            *task,
                         TdKeyedCallFunc   func)
{
  Call *call;

  g_return_if_fail (TD_IS_ENGINE (engine));
  g_return_if_fail (endpoint != NULL);

  if (!td_engine_has_key (engine, endpoint->provider_id))
    {
      func (task, engine, endpoint, NULL);
      return;
    }
  call = g_new0 (Call, 1);
  call->engine = g_object_ref (engine);
  call->endpoint = td_endpoint_copy (endpoint);
  call->task = task;
  call->func = func;
  td_key_ring_lookup_async (td_engine_get_key_ring (engine), endpoint->provider_id,
                            g_task_get_cancellable (task), unlocked_cb, call);
}

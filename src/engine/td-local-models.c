/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine/td-local-models.h"

#include "providers/td-provider-error.h"

/* How long a model stays in memory that was loaded by hand; the server's own default is the same. */
#define KEEP_S (5 * 60)

/**
 * td_local_models_call:
 * @engine: the engine
 * @provider_id: an Ollama server
 * @task: (transfer full): fails when there is no such server
 * @func: what to ask it
 *
 * Calls @func with the key of the server, if there is one: one of one's own rarely has.
 */
void
td_local_models_call (TdEngine        *engine,
                      const char      *provider_id,
                      GTask           *task,
                      TdKeyedCallFunc  func)
{
  const TdEndpoint *endpoint;

  g_return_if_fail (TD_IS_ENGINE (engine));
  g_return_if_fail (provider_id != NULL);

  endpoint = td_endpoint_list_find (td_engine_get_endpoints (engine), provider_id);
  if (!endpoint || endpoint->kind != TD_PROVIDER_KIND_OLLAMA)
    {
      g_task_return_new_error (task, TD_PROVIDER_ERROR, TD_PROVIDER_ERROR_UNSUPPORTED,
                               "%s does not run models that can be downloaded", provider_id);
      g_object_unref (task);
      return;
    }
  td_engine_call_with_key (engine, endpoint, task, func);
}

/**
 * td_local_models_can:
 * @engine: the engine
 * @provider_id: a provider
 *
 * Returns: whether models can be downloaded to it and taken into its memory
 */
gboolean
td_local_models_can (TdEngine   *engine,
                     const char *provider_id)
{
  const TdEndpoint *endpoint;

  g_return_val_if_fail (TD_IS_ENGINE (engine), FALSE);

  endpoint = td_endpoint_list_find (td_engine_get_endpoints (engine), provider_id);
  return endpoint && endpoint->kind == TD_PROVIDER_KIND_OLLAMA && endpoint->local;
}

/* ---- what is in memory ---- */

static void
listed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  GPtrArray *models = td_ollama_list_loaded_finish (result, &error);

  if (models)
    g_task_return_pointer (task, models, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

static void
list_loaded (GTask            *task,
             TdEngine         *engine,
             const TdEndpoint *endpoint,
             const char       *key)
{
  td_ollama_list_loaded_async (td_engine_get_session (engine), endpoint, key,
                               g_task_get_cancellable (task), listed_cb, task);
}

/**
 * td_local_models_list_async:
 * @engine: the engine
 * @provider_id: an Ollama server
 * @cancellable: (nullable): cancels it
 * @callback: called with the answer
 * @user_data: data for @callback
 *
 * Asks which models are in memory.
 */
void
td_local_models_list_async (TdEngine            *engine,
                            const char          *provider_id,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  GTask *task = g_task_new (engine, cancellable, callback, user_data);

  g_task_set_source_tag (task, td_local_models_list_async);
  td_local_models_call (engine, provider_id, task, list_loaded);
}

/**
 * td_local_models_list_finish:
 * @result: what the callback got
 * @error: return location for an error of the provider
 *
 * Returns: (transfer full) (element-type TdLoadedModel) (nullable): what is in memory
 */
GPtrArray *
td_local_models_list_finish (GAsyncResult  *result,
                             GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* ---- into memory and out of it ---- */

static void
loaded_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (td_ollama_load_finish (result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
unloaded_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (td_ollama_unload_finish (result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
load_model (GTask            *task,
            TdEngine         *engine,
            const TdEndpoint *endpoint,
            const char       *key)
{
  td_ollama_load_async (td_engine_get_session (engine), endpoint, key, g_task_get_task_data (task),
                        KEEP_S, g_task_get_cancellable (task), loaded_cb, task);
}

static void
unload_model (GTask            *task,
              TdEngine         *engine,
              const TdEndpoint *endpoint,
              const char       *key)
{
  td_ollama_unload_async (td_engine_get_session (engine), endpoint, key,
                          g_task_get_task_data (task), g_task_get_cancellable (task), unloaded_cb,
                          task);
}

/**
 * td_local_models_load_async:
 * @engine: the engine
 * @provider_id: an Ollama server
 * @model: a model that is installed there, by its name there
 * @load: whether it is taken into memory, where its next answer begins at once; else out of it
 * @cancellable: (nullable): cancels it
 * @callback: called when it is done
 * @user_data: data for @callback
 */
void
td_local_models_load_async (TdEngine            *engine,
                            const char          *provider_id,
                            const char          *model,
                            gboolean             load,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  GTask *task = g_task_new (engine, cancellable, callback, user_data);

  g_task_set_source_tag (task, td_local_models_load_async);
  g_task_set_task_data (task, g_strdup (model), g_free);
  td_local_models_call (engine, provider_id, task, load ? load_model : unload_model);
}

/**
 * td_local_models_load_finish:
 * @result: what the callback got
 * @error: return location for an error of the provider
 *
 * Returns: whether it is done
 */
gboolean
td_local_models_load_finish (GAsyncResult  *result,
                             GError       **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

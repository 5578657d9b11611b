/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "providers/td-ollama-client.h"

#include "providers/td-limited-fetch.h"
#include "providers/td-transport.h"

#define MAX_BYTES (4 * 1024 * 1024)
#define ASK_MS    30000

/* A large model on a slow disk takes minutes. */
#define LOAD_MS (10 * 60 * 1000)

static void
fetched_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  GBytes *body = td_limited_fetch_finish (result, NULL, &error);

  if (body != NULL)
    g_task_return_pointer (task, body, (GDestroyNotify) g_bytes_unref);
  else
    g_task_return_error (task, error);
}

/* Each question is one request; what the answer means is worked out when it is taken.
 * @wire: (transfer full) */
static void
ask (SoupSession         *session,
     const TdEndpoint    *endpoint,
     const char          *key,
     TdWireRequest       *wire,
     guint                limit_ms,
     gpointer             tag,
     GCancellable        *cancellable,
     GAsyncReadyCallback  callback,
     gpointer             user_data)
{
  g_autoptr (TdWireRequest) owned = wire;
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autoptr (TdFailure) failure = td_transport_check_before (endpoint, key);
  g_autoptr (SoupMessage) message = NULL;

  g_task_set_source_tag (task, tag);
  if (failure == NULL)
    message = td_transport_message_new (wire, endpoint, key, &failure);
  if (message == NULL)
    g_task_return_error (task, td_failure_to_error (failure));
  else
    {
      td_http_message_set_silence_ms (message, limit_ms);
      td_limited_fetch_async (session, message, MAX_BYTES, limit_ms, cancellable, fetched_cb,
                              g_steal_pointer (&task));
    }
}

static GBytes *
take_answer (GAsyncResult  *result,
             gpointer       tag,
             GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, tag), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * td_ollama_list_loaded_async:
 * @session: the session of this process
 * @endpoint: an Ollama server
 * @key: (nullable): the key
 * @cancellable: (nullable): a #GCancellable
 * @callback: called when the answer is there
 * @user_data: data for @callback
 *
 * Asks which models are in memory.
 */
void
td_ollama_list_loaded_async (SoupSession         *session,
                             const TdEndpoint    *endpoint,
                             const char          *key,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  ask (session, endpoint, key, td_ollama_write_loaded (endpoint), ASK_MS,
       td_ollama_list_loaded_async, cancellable, callback, user_data);
}

/**
 * td_ollama_list_loaded_finish:
 * @result: the result given to the callback
 * @error: return location for an error
 *
 * Returns: (transfer full) (element-type TdLoadedModel) (nullable): the models in memory
 */
GPtrArray *
td_ollama_list_loaded_finish (GAsyncResult  *result,
                              GError       **error)
{
  g_autoptr (GBytes) body = take_answer (result, td_ollama_list_loaded_async, error);

  return body != NULL ? td_ollama_read_loaded (body, error) : NULL;
}

/**
 * td_ollama_load_async:
 * @session: the session of this process
 * @endpoint: an Ollama server
 * @key: (nullable): the key
 * @model: a model of its list
 * @keep_s: how long it stays; see td_ollama_write_load()
 * @cancellable: (nullable): a #GCancellable
 * @callback: called when it is loaded
 * @user_data: data for @callback
 *
 * Brings a model into memory, so that a chat with it starts at once.
 */
void
td_ollama_load_async (SoupSession         *session,
                      const TdEndpoint    *endpoint,
                      const char          *key,
                      const char          *model,
                      gint64               keep_s,
                      GCancellable        *cancellable,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
  ask (session, endpoint, key, td_ollama_write_load (endpoint, model, keep_s), LOAD_MS,
       td_ollama_load_async, cancellable, callback, user_data);
}

/**
 * td_ollama_load_finish:
 * @result: the result given to the callback
 * @error: return location for an error
 *
 * Returns: whether the model is in memory
 */
gboolean
td_ollama_load_finish (GAsyncResult  *result,
                       GError       **error)
{
  g_autoptr (GBytes) body = take_answer (result, td_ollama_load_async, error);

  return body != NULL && td_ollama_read_done (body, error);
}

/**
 * td_ollama_unload_async:
 * @session: the session of this process
 * @endpoint: an Ollama server
 * @key: (nullable): the key
 * @model: a model that is in memory
 * @cancellable: (nullable): a #GCancellable
 * @callback: called when it is done
 * @user_data: data for @callback
 *
 * Takes a model out of memory.
 */
void
td_ollama_unload_async (SoupSession         *session,
                        const TdEndpoint    *endpoint,
                        const char          *key,
                        const char          *model,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  ask (session, endpoint, key, td_ollama_write_unload (endpoint, model), ASK_MS,
       td_ollama_unload_async, cancellable, callback, user_data);
}

/**
 * td_ollama_unload_finish:
 * @result: the result given to the callback
 * @error: return location for an error
 *
 * Returns: whether the model is out of memory
 */
gboolean
td_ollama_unload_finish (GAsyncResult  *result,
                         GError       **error)
{
  g_autoptr (GBytes) body = take_answer (result, td_ollama_unload_async, error);

  return body != NULL && td_ollama_read_done (body, error);
}

/**
 * td_ollama_show_async:
 * @session: the session of this process
 * @endpoint: an Ollama server
 * @key: (nullable): the key
 * @model: a model of its list
 * @cancellable: (nullable): a #GCancellable
 * @callback: called when the answer is there
 * @user_data: data for @callback
 *
 * Asks what the server knows about a model.
 */
void
td_ollama_show_async (SoupSession         *session,
                      const TdEndpoint    *endpoint,
                      const char          *key,
                      const char          *model,
                      GCancellable        *cancellable,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
  ask (session, endpoint, key, td_ollama_write_show (endpoint, model), ASK_MS,
       td_ollama_show_async, cancellable, callback, user_data);
}

/**
 * td_ollama_show_finish:
 * @result: the result given to the callback
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): what it tells
 */
TdOllamaShow *
td_ollama_show_finish (GAsyncResult  *result,
                       GError       **error)
{
  g_autoptr (GBytes) body = take_answer (result, td_ollama_show_async, error);

  return body != NULL ? td_ollama_show_read (body, error) : NULL;
}

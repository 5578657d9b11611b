/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "providers/td-ollama-details.h"

#include "base/td-json-write.h"
#include "providers/td-limited-fetch.h"
#include "providers/td-ollama-wire.h"
#include "providers/td-transport.h"

#define MAX_SHOW_BYTES (4 * 1024 * 1024)
#define MAX_QUESTIONS  100

/* All questions to one server. */
typedef struct
{
  GPtrArray *models; /* (owned) (element-type TdListedModel) */
  guint n_pending;
} Details;

/* The question about one model. */
typedef struct
{
  GTask *task;          /* (owned) */
  TdListedModel *model; /* (unowned): one of the task's */
} Question;

static void
details_free (gpointer data)
{
  Details *self = data;

  g_ptr_array_unref (self->models);
  g_free (self);
}

static void
end_one (GTask *task)
{
  Details *self = g_task_get_task_data (task);

  if (--self->n_pending == 0 && !g_task_return_error_if_cancelled (task))
    g_task_return_boolean (task, TRUE);
}

/* Older servers do not say what a model can do: then nothing is known. */
static gboolean
says_no_chat (const TdOllamaShow *show)
{
  return show->capabilities != NULL && *show->capabilities != NULL &&
         !g_strv_contains ((const char *const *) show->capabilities, "completion");
}

static void
shown_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autofree Question *question = user_data;
  g_autoptr (GTask) task = question->task;
  g_autoptr (GBytes) body = td_limited_fetch_finish (result, NULL, NULL);
  g_autoptr (TdOllamaShow) show = body != NULL ? td_ollama_show_read (body, NULL) : NULL;

  /* A model that is not described is listed all the same. */
  if (show != NULL)
    {
      question->model->context = show->context;
      question->model->no_chat = says_no_chat (show);
    }
  end_one (task);
}

static SoupMessage *
make_message (const TdEndpoint *endpoint,
              const char       *key,
              const char       *model)
{
  g_autoptr (TdWireRequest) wire = td_ollama_write_show (endpoint, model);
  g_autoptr (TdFailure) failure = NULL;

  return td_transport_message_new (wire, endpoint, key, &failure);
}

/**
 * td_ollama_details_async:
 * @session: the session of this process
 * @endpoint: an Ollama server
 * @key: (nullable): the key
 * @models: (element-type TdListedModel): models of its list
 * @limit_ms: how long it may take
 * @cancellable: (nullable): a #GCancellable
 * @callback: called when all that will come has come
 * @user_data: data for @callback
 *
 * Asks about every model whose context is not known, all at once, and fills in what the server
 * says.
 */
void
td_ollama_details_async (SoupSession         *session,
                         const TdEndpoint    *endpoint,
                         const char          *key,
                         GPtrArray           *models,
                         guint                limit_ms,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Details *self = g_new0 (Details, 1);

  g_task_set_source_tag (task, td_ollama_details_async);
  g_task_set_task_data (task, self, details_free);
  self->models = g_ptr_array_ref (models);
  self->n_pending = 1;
  for (guint i = 0; i < MIN (models->len, MAX_QUESTIONS); i++)
    {
      TdListedModel *model = models->pdata[i];
      g_autoptr (SoupMessage) message =
        model->context == 0 ? make_message (endpoint, key, model->id) : NULL;
      Question *question;

      if (message == NULL)
        continue;
      question = g_new0 (Question, 1);
      question->task = g_object_ref (task);
      question->model = model;
      self->n_pending++;
      td_limited_fetch_async (session, message, MAX_SHOW_BYTES, limit_ms, cancellable, shown_cb,
                              question);
    }
  end_one (task);
}

/**
 * td_ollama_details_finish:
 * @result: the result given to the callback
 * @error: return location for G_IO_ERROR_CANCELLED
 *
 * Returns: whether it was not cancelled
 */
gboolean
td_ollama_details_finish (GAsyncResult  *result,
                          GError       **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, td_ollama_details_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "providers/td-ollama-client.h"

#include "providers/td-stream-end.h"
#include "providers/td-transport.h"

#define READ_BYTES        (16 * 1024)
#define MAX_REFUSAL_BYTES (64 * 1024)

/* Checking what was downloaded takes a while, in which nothing is said. */
#define SILENCE_S (5 * 60)

/* A download under way; the task's. */
typedef struct
{
  SoupMessage *message;   /* (owned) */
  GInputStream *stream;   /* (owned) (nullable) */
  TdPullParser *parser;   /* (owned) */
  GByteArray *refusal;    /* (owned): the body of a reply that is no success */
  GCancellable *stop;     /* (owned) */
  GCancellable *caller;   /* (owned) (nullable) */
  gulong caller_id;
  guint timeout_id;
  gboolean timed_out;
  char buffer[READ_BYTES];
} Pull;

static void read_more (GTask *task);

static void
pull_free (gpointer data)
{
  Pull *self = data;

  g_clear_handle_id (&self->timeout_id, g_source_remove);
  g_cancellable_disconnect (self->caller, self->caller_id);
  g_clear_object (&self->caller);
  g_clear_object (&self->stop);
  g_clear_object (&self->message);
  g_clear_object (&self->stream);
  td_pull_parser_free (self->parser);
  g_byte_array_unref (self->refusal);
  g_free (self);
}

static gboolean
time_is_up_cb (gpointer user_data)
{
  Pull *self = user_data;

  self->timeout_id = 0;
  self->timed_out = TRUE;
  g_cancellable_cancel (self->stop);
  return G_SOURCE_REMOVE;
}

static void
start_timer (Pull *self)
{
  g_clear_handle_id (&self->timeout_id, g_source_remove);
  self->timeout_id = g_timeout_add_seconds (SILENCE_S, time_is_up_cb, self);
}

/* @failure: (transfer full) (nullable): why the model is not there */
static void
end (GTask     *task,
     TdFailure *failure)
{
  Pull *self = g_task_get_task_data (task);
  g_autoptr (TdFailure) owned = failure;

  g_clear_handle_id (&self->timeout_id, g_source_remove);
  if (self->stream != NULL)
    td_stream_close (g_steal_pointer (&self->stream));
  if (g_task_return_error_if_cancelled (task))
    return;
  if (failure != NULL)
    g_task_return_error (task, td_failure_to_error (failure));
  else
    g_task_return_boolean (task, TRUE);
}

static void
end_with_error (GTask        *task,
                const GError *error)
{
  Pull *self = g_task_get_task_data (task);
  gboolean begun = soup_message_get_status (self->message) != SOUP_STATUS_NONE;

  if (self->timed_out)
    end (task, td_failure_new (TD_PROVIDER_ERROR_TIMED_OUT, NULL));
  else
    end (task, td_transport_failure_from_error (error, begun ? TD_TRANSPORT_READING
                                                             : TD_TRANSPORT_CONNECTING));
}

static gboolean
was_refused (Pull *self)
{
  return !SOUP_STATUS_IS_SUCCESSFUL (soup_message_get_status (self->message));
}

static void
take_end (GTask *task)
{
  Pull *self = g_task_get_task_data (task);

  end (task, was_refused (self)
               ? td_transport_failure_from_reply (
                   self->message, (const char *) self->refusal->data, self->refusal->len)
               : td_pull_parser_end (self->parser));
}

static gboolean
wants_more (Pull  *self,
            gsize  length)
{
  if (!was_refused (self))
    return td_pull_parser_feed (self->parser, self->buffer, length);
  g_byte_array_append (self->refusal, (const guint8 *) self->buffer, (guint) length);
  return self->refusal->len < MAX_REFUSAL_BYTES;
}

static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Pull *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, &error);

  if (n < 0)
    end_with_error (task, error);
  else if (n > 0 && wants_more (self, (gsize) n))
    read_more (g_steal_pointer (&task));
  else
    take_end (task);
}

/* @task: (transfer full) */
static void
read_more (GTask *task)
{
  Pull *self = g_task_get_task_data (task);

  start_timer (self);
  g_input_stream_read_async (self->stream, self->buffer, READ_BYTES, G_PRIORITY_DEFAULT, self->stop,
                             read_cb, task);
}

static void
sent_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Pull *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  self->stream = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  if (self->stream == NULL)
    end_with_error (task, error);
  else
    read_more (g_steal_pointer (&task));
}

static void
caller_cancelled_cb (GCancellable *cancellable,
                     gpointer      stop)
{
  g_cancellable_cancel (stop);
}

static Pull *
pull_new (TdPullFunc    func,
          gpointer      func_data,
          GCancellable *cancellable)
{
  Pull *self = g_new0 (Pull, 1);

  self->parser = td_pull_parser_new (func, func_data);
  self->refusal = g_byte_array_new ();
  self->stop = g_cancellable_new ();
  g_set_object (&self->caller, cancellable);
  if (cancellable != NULL)
    self->caller_id = g_cancellable_connect (cancellable, G_CALLBACK (caller_cancelled_cb),
                                             g_object_ref (self->stop), g_object_unref);
  return self;
}

/**
 * td_ollama_pull_async:
 * @session: the session of this process
 * @endpoint: an Ollama server
 * @key: (nullable): the key
 * @model: a model of Ollama's library
 * @func: called with how far it is
 * @func_data: data for @func
 * @cancellable: (nullable): a #GCancellable; cancelled, the download pauses
 * @callback: called when the model is there, or will not be
 * @user_data: data for @callback
 *
 * Lets the server download a model.
 */
void
td_ollama_pull_async (SoupSession         *session,
                      const TdEndpoint    *endpoint,
                      const char          *key,
                      const char          *model,
                      TdPullFunc           func,
                      gpointer             func_data,
                      GCancellable        *cancellable,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autoptr (TdWireRequest) wire = td_ollama_write_pull (endpoint, model);
  g_autoptr (TdFailure) failure = td_transport_check_before (endpoint, key);
  Pull *self = pull_new (func, func_data, cancellable);

  g_task_set_source_tag (task, td_ollama_pull_async);
  g_task_set_task_data (task, self, pull_free);
  if (failure == NULL)
    self->message = td_transport_message_new (wire, endpoint, key, &failure);
  if (self->message == NULL)
    {
      g_task_return_error (task, td_failure_to_error (failure));
      return;
    }
  start_timer (self);
  soup_session_send_async (session, self->message, G_PRIORITY_DEFAULT, self->stop, sent_cb,
                           g_steal_pointer (&task));
}

/**
 * td_ollama_pull_finish:
 * @result: the result given to the callback
 * @error: return location for an error
 *
 * Returns: whether the model is there
 */
gboolean
td_ollama_pull_finish (GAsyncResult  *result,
                       GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, td_ollama_pull_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

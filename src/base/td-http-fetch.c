/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One plain request: send, read the whole body within bounds, give up when the server falls
 * silent. Chat replies are not read this way, see providers/td-chat-stream.h.
 */
#include "config.h"

#include "base/td-http.h"

#define READ_BYTES  (16 * 1024)
#define SILENCE_KEY "td-http-silence-ms"
#define TOTAL_KEY   "td-http-total-ms"

typedef struct
{
  SoupMessage *message;     /* (owned) */
  GCancellable *stop;       /* (owned): of this fetch, so that the timer can end it too */
  GCancellable *caller;     /* (owned) (nullable) */
  gulong caller_id;
  GSource *timer;           /* (owned): goes off when the server is silent or takes too long */
  gint64 deadline_us;       /* monotonic: of the whole */
  gboolean is_timed_out;
  GInputStream *stream;     /* (owned) (nullable): once the reply has begun */
  gsize max_bytes;
  GByteArray *body;         /* (owned) */
  guint8 buffer[READ_BYTES];
} Fetch;

static void
fetch_free (Fetch *self)
{
  g_source_destroy (self->timer);
  g_source_unref (self->timer);
  g_cancellable_disconnect (self->caller, self->caller_id);
  g_clear_object (&self->caller);
  g_clear_object (&self->stop);
  g_clear_object (&self->stream);
  g_clear_object (&self->message);
  g_byte_array_unref (self->body);
  g_free (self);
}

static guint
get_limit_ms (SoupMessage *message,
              const char  *key,
              guint        usual_ms)
{
  guint limit_ms = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (message), key));

  return limit_ms != 0 ? limit_ms : usual_ms;
}

static gint64
get_silence_us (SoupMessage *message)
{
  return get_limit_ms (message, SILENCE_KEY, TD_HTTP_DEFAULT_SILENCE_MS) * G_TIME_SPAN_MILLISECOND;
}

static void
restart_timer (Fetch *self)
{
  gint64 silent_us = g_get_monotonic_time () + get_silence_us (self->message);

  g_source_set_ready_time (self->timer, MIN (silent_us, self->deadline_us));
}

static gboolean
timer_cb (gpointer data)
{
  Fetch *self = data;

  self->is_timed_out = TRUE;
  g_source_set_ready_time (self->timer, -1);
  g_cancellable_cancel (self->stop);
  return G_SOURCE_CONTINUE;
}

/* A source that runs when its time has come, which is all there is to a timer. */
static gboolean
timer_dispatch (GSource     *source,
                GSourceFunc  callback,
                gpointer     data)
{
  return callback (data);
}

static GSourceFuncs timer_funcs = { .dispatch = timer_dispatch };

static void
start_timer (Fetch        *self,
             GMainContext *context)
{
  guint total_ms = get_limit_ms (self->message, TOTAL_KEY, TD_HTTP_DEFAULT_TOTAL_MS);

  self->deadline_us = g_get_monotonic_time () + total_ms * G_TIME_SPAN_MILLISECOND;
  self->timer = g_source_new (&timer_funcs, sizeof (GSource));
  g_source_set_static_name (self->timer, "TdHttp silence");
  g_source_set_callback (self->timer, timer_cb, self, NULL);
  restart_timer (self);
  g_source_attach (self->timer, context);
}

static void
caller_cancelled_cb (GCancellable *caller,
                     GCancellable *stop)
{
  g_cancellable_cancel (stop);
}

static void
return_failure (GTask  *task,
                GError *failure)
{
  Fetch *self = g_task_get_task_data (task);
  g_autoptr (GError) error = failure;

  g_source_destroy (self->timer);
  if (self->is_timed_out)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                             "the server was silent for %" G_GINT64_FORMAT " ms, or slow for longer",
                             get_silence_us (self->message) / G_TIME_SPAN_MILLISECOND);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/* Dropping the stream before its end makes libsoup drop the connection. */
static void
return_too_large (GTask *task)
{
  Fetch *self = g_task_get_task_data (task);

  g_source_destroy (self->timer);
  g_task_return_new_error (task, TD_HTTP_ERROR, TD_HTTP_ERROR_TOO_LARGE,
                           "the body is larger than %" G_GSIZE_FORMAT " bytes", self->max_bytes);
}

static void
return_body (GTask *task)
{
  Fetch *self = g_task_get_task_data (task);

  g_source_destroy (self->timer);
  g_task_return_pointer (task, g_byte_array_free_to_bytes (g_steal_pointer (&self->body)),
                         (GDestroyNotify) g_bytes_unref);
  self->body = g_byte_array_new ();
}

static void read_more (GTask *task);

static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr (GTask) task = data;
  Fetch *self = g_task_get_task_data (task);
  GError *error = NULL;
  gssize n_read = g_input_stream_read_finish (G_INPUT_STREAM (source), result, &error);

  if (n_read < 0)
    return_failure (task, error);
  else if (n_read == 0)
    return_body (task);
  else if ((gsize) n_read > self->max_bytes - self->body->len)
    return_too_large (task);
  else
    {
      g_byte_array_append (self->body, self->buffer, (guint) n_read);
      restart_timer (self);
      read_more (g_steal_pointer (&task));
    }
}

/* Takes the task. */
static void
read_more (GTask *task)
{
  Fetch *self = g_task_get_task_data (task);

  g_input_stream_read_async (self->stream, self->buffer, sizeof (self->buffer), G_PRIORITY_DEFAULT,
                             self->stop, read_cb, task);
}

static void
send_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr (GTask) task = data;
  Fetch *self = g_task_get_task_data (task);
  GError *error = NULL;

  self->stream = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  if (self->stream == NULL)
    {
      return_failure (task, error);
      return;
    }
  restart_timer (self);
  read_more (g_steal_pointer (&task));
}

/**
 * td_http_message_set_silence_ms:
 * @message: a message that was not sent
 * @silence_ms: how long td_http_fetch_async() may wait for the next byte, in milliseconds
 *
 * Changes how patient a fetch is.
 */
void
td_http_message_set_silence_ms (SoupMessage *message,
                                guint        silence_ms)
{
  g_return_if_fail (SOUP_IS_MESSAGE (message));
  g_return_if_fail (silence_ms > 0);

  g_object_set_data (G_OBJECT (message), SILENCE_KEY, GUINT_TO_POINTER (silence_ms));
}

/**
 * td_http_message_set_total_ms:
 * @message: a message that was not sent
 * @total_ms: how long td_http_fetch_async() may take altogether, in milliseconds
 *
 * Changes how long a fetch may take, however busily the server sends.
 */
void
td_http_message_set_total_ms (SoupMessage *message,
                              guint        total_ms)
{
  g_return_if_fail (SOUP_IS_MESSAGE (message));
  g_return_if_fail (total_ms > 0);

  g_object_set_data (G_OBJECT (message), TOTAL_KEY, GUINT_TO_POINTER (total_ms));
}

/**
 * td_http_fetch_async:
 * @session: the session
 * @message: a message of td_http_message_new()
 * @max_bytes: the largest body to take, after decompression
 * @cancellable: (nullable): a cancellable
 * @callback: called when the whole body is there
 * @user_data: for @callback
 *
 * Sends @message and reads the reply's body, bounded in size and in how long the server may be
 * silent. A status that says failure is a reply like any other: see soup_message_get_status().
 */
void
td_http_fetch_async (SoupSession         *session,
                     SoupMessage         *message,
                     gsize                max_bytes,
                     GCancellable        *cancellable,
                     GAsyncReadyCallback  callback,
                     gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  Fetch *self;

  g_return_if_fail (SOUP_IS_SESSION (session));
  g_return_if_fail (SOUP_IS_MESSAGE (message));

  task = g_task_new (session, cancellable, callback, user_data);
  g_task_set_source_tag (task, td_http_fetch_async);
  self = g_new0 (Fetch, 1);
  self->message = g_object_ref (message);
  self->max_bytes = MIN (max_bytes, G_MAXUINT / 2); /* what a GByteArray can hold */
  self->body = g_byte_array_new ();
  self->stop = g_cancellable_new ();
  start_timer (self, g_task_get_context (task));
  if (cancellable != NULL)
    {
      self->caller = g_object_ref (cancellable);
      self->caller_id = g_cancellable_connect (cancellable, G_CALLBACK (caller_cancelled_cb),
                                               g_object_ref (self->stop), g_object_unref);
    }
  g_task_set_task_data (task, self, (GDestroyNotify) fetch_free);
  soup_session_send_async (session, message, G_PRIORITY_DEFAULT, self->stop, send_cb,
                           g_steal_pointer (&task));
}

/**
 * td_http_fetch_finish:
 * @session: the session
 * @result: what the callback got
 * @error: return location for a #TdHttpError, %G_IO_ERROR_TIMED_OUT, or the connection's error
 *
 * Returns: (transfer full): the whole body, which may be empty; %NULL with @error set
 */
GBytes *
td_http_fetch_finish (SoupSession   *session,
                      GAsyncResult  *result,
                      GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, session), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "providers/td-limited-fetch.h"

#include "providers/td-transport.h"

typedef struct
{
  SoupMessage *message;   /* (owned) */
  GCancellable *stop;     /* (owned) */
  GCancellable *caller;   /* (owned) (nullable) */
  gulong caller_id;
  guint timeout_id;
  GTask *task;            /* (unowned): owns this */
  gboolean timed_out;     /* the task has returned */
  TdFailure *failure;     /* (owned) (nullable) */
} Fetch;

static void
fetch_free (gpointer data)
{
  Fetch *self = data;

  g_clear_handle_id (&self->timeout_id, g_source_remove);
  if (self->caller_id != 0)
    g_cancellable_disconnect (self->caller, self->caller_id);
  g_clear_object (&self->caller);
  g_clear_object (&self->stop);
  g_clear_object (&self->message);
  td_failure_free (self->failure);
  g_free (self);
}

static void
caller_cancelled_cb (GCancellable *cancellable,
                     gpointer      stop)
{
  g_cancellable_cancel (stop);
}

static TdTransportPhase
get_phase (SoupMessage *message)
{
  if (soup_message_get_status (message) != SOUP_STATUS_NONE)
    return TD_TRANSPORT_READING;
  return soup_message_get_remote_address (message) != NULL ? TD_TRANSPORT_WAITING
                                                           : TD_TRANSPORT_CONNECTING;
}

/* The limit holds whatever libsoup still has to do: its answer is not waited for. */
static gboolean
time_is_up_cb (gpointer user_data)
{
  Fetch *self = user_data;
  g_autoptr (GTask) task = g_object_ref (self->task);
  gboolean connecting = get_phase (self->message) == TD_TRANSPORT_CONNECTING;

  self->timeout_id = 0;
  self->timed_out = TRUE;
  g_cancellable_cancel (self->stop);
  self->failure =
    td_failure_new (connecting ? TD_PROVIDER_ERROR_UNREACHABLE : TD_PROVIDER_ERROR_TIMED_OUT, NULL);
  g_task_return_error (task, td_failure_to_error (self->failure));
  return G_SOURCE_REMOVE;
}

static TdFailure *
make_failure (Fetch        *self,
              const GError *error)
{
  if (g_error_matches (error, TD_HTTP_ERROR, TD_HTTP_ERROR_TOO_LARGE))
    return td_failure_new (TD_PROVIDER_ERROR_PROTOCOL, "the answer is too large");
  return td_transport_failure_from_error (error, get_phase (self->message));
}

static void
fetched_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Fetch *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = td_http_fetch_finish (SOUP_SESSION (source), result, &error);
  gsize length = 0;
  const char *data;

  g_clear_handle_id (&self->timeout_id, g_source_remove);
  if (self->timed_out || g_task_return_error_if_cancelled (task))
    return;
  if (body == NULL)
    self->failure = make_failure (self, error);
  else if (!SOUP_STATUS_IS_SUCCESSFUL (soup_message_get_status (self->message)))
    {
      data = g_bytes_get_data (body, &length);
      self->failure = td_transport_failure_from_reply (self->message, data, length);
    }
  if (self->failure != NULL)
    g_task_return_error (task, td_failure_to_error (self->failure));
  else
    g_task_return_pointer (task, g_steal_pointer (&body), (GDestroyNotify) g_bytes_unref);
}

/**
 * td_limited_fetch_async:
 * @session: the session of this process
 * @message: what to send
 * @max_bytes: the largest body to take
 * @limit_ms: how long it may take altogether
 * @cancellable: (nullable): a #GCancellable
 * @callback: called when the whole reply is there
 * @user_data: data for @callback
 *
 * Sends @message. Everything but a success with a body is a failure.
 */
void
td_limited_fetch_async (SoupSession         *session,
                        SoupMessage         *message,
                        gsize                max_bytes,
                        guint                limit_ms,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  Fetch *self = g_new0 (Fetch, 1);
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, td_limited_fetch_async);
  g_task_set_task_data (task, self, fetch_free);
  self->task = task;
  self->message = g_object_ref (message);
  self->stop = g_cancellable_new ();
  self->timeout_id = g_timeout_add (limit_ms, time_is_up_cb, self);
  if (cancellable != NULL)
    {
      self->caller = g_object_ref (cancellable);
      self->caller_id = g_cancellable_connect (cancellable, G_CALLBACK (caller_cancelled_cb),
                                               g_object_ref (self->stop), g_object_unref);
    }
  td_http_fetch_async (session, message, max_bytes, self->stop, fetched_cb, task);
}

/**
 * td_limited_fetch_finish:
 * @result: the result given to the callback
 * @failure: (out) (optional) (nullable) (transfer full): all that is known about a failure
 * @error: return location for a TD_PROVIDER_ERROR, or G_IO_ERROR_CANCELLED
 *
 * Returns: (transfer full) (nullable): the body
 */
GBytes *
td_limited_fetch_finish (GAsyncResult  *result,
                         TdFailure    **failure,
                         GError       **error)
{
  Fetch *self = g_task_get_task_data (G_TASK (result));

  if (failure != NULL)
    *failure = g_steal_pointer (&self->failure);
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * td_limited_fetch_get_message:
 * @result: the result given to the callback
 *
 * Returns: (transfer none): the message that was sent
 */
SoupMessage *
td_limited_fetch_get_message (GAsyncResult *result)
{
  return ((Fetch *) g_task_get_task_data (G_TASK (result)))->message;
}

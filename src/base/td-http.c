/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one SoupSession of a process and how messages are made for it.
 *
 * libsoup opens a new connection, with its TLS handshake, for every POST that is not marked
 * idempotent (need_new_connection in soup-connection-manager.c), because it would have to
 * repeat a POST that was lost on a reused connection. Every message here is marked, so that
 * connections are reused; whether a failed request may be sent again stays the caller's
 * decision, and libsoup repeats one only when the server closed an idle connection before it
 * answered anything.
 */
#include "config.h"

#include "base/td-http.h"

#define MAX_CONNECTIONS 64
#define MAX_CONNECTIONS_PER_HOST 16
#define IDLE_CONNECTION_SECONDS 60
#define READ_BYTES (64 * 1024)

G_DEFINE_QUARK (td-http-error-quark, td_http_error)

/**
 * td_http_session_new:
 *
 * Makes a session without cookies, cache or time limits of its own: whoever reads a reply
 * knows how long silence may last.
 *
 * Returns: (transfer full): a session
 */
SoupSession *
td_http_session_new (void)
{
  return soup_session_new_with_options ("max-conns", MAX_CONNECTIONS,
                                        "max-conns-per-host", MAX_CONNECTIONS_PER_HOST,
                                        "timeout", 0,
                                        "idle-timeout", IDLE_CONNECTION_SECONDS,
                                        "user-agent", "TopDog/" TD_VERSION,
                                        NULL);
}

/**
 * td_http_message_new:
 * @method: "GET", "POST", ...
 * @url: an absolute http or https address
 * @error: return location for a #TdHttpError
 *
 * Makes a message that reuses connections and follows no redirect: a redirect could carry a
 * key to another host.
 *
 * Returns: (transfer full) (nullable): a message
 */
SoupMessage *
td_http_message_new (const char  *method,
                     const char  *url,
                     GError     **error)
{
  SoupMessage *message = NULL;
  g_autoptr (GUri) uri = NULL;

  g_return_val_if_fail (method != NULL, NULL);
  g_return_val_if_fail (url != NULL, NULL);

  uri = g_uri_parse (url, SOUP_HTTP_URI_FLAGS, NULL);
  if (uri != NULL && g_uri_get_host (uri) != NULL && *g_uri_get_host (uri) != '\0' &&
      (g_str_equal (g_uri_get_scheme (uri), "http") || g_str_equal (g_uri_get_scheme (uri), "https")))
    message = soup_message_new_from_uri (method, uri);
  if (message == NULL)
    {
      g_set_error_literal (error, TD_HTTP_ERROR, TD_HTTP_ERROR_BAD_ADDRESS, "Not an http or https address");
      return NULL;
    }

  soup_message_set_flags (message, SOUP_MESSAGE_IDEMPOTENT | SOUP_MESSAGE_NO_REDIRECT);
  return message;
}

/**
 * td_http_message_set_body:
 * @message: the message
 * @content_type: the body's media type
 * @body: the body
 */
void
td_http_message_set_body (SoupMessage *message,
                          const char  *content_type,
                          GBytes      *body)
{
  g_return_if_fail (SOUP_IS_MESSAGE (message));
  g_return_if_fail (body != NULL);

  soup_message_set_request_body_from_bytes (message, content_type, body);
}

/* A fetch under way: the body so far and the limit it may not pass. */
typedef struct
{
  SoupMessage *message; /* (owned) */
  gsize max_bytes;
  GByteArray *body;     /* (owned) */
  guint8 *buffer;       /* (owned): READ_BYTES */
} TdFetch;

static void
fetch_free (gpointer data)
{
  TdFetch *self = data;

  g_object_unref (self->message);
  g_clear_pointer (&self->body, g_byte_array_unref);
  g_free (self->buffer);
  g_free (self);
}

static void read_more (GInputStream *stream, GTask *task);

static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GInputStream *stream = G_INPUT_STREAM (source);
  TdFetch *fetch = g_task_get_task_data (task);
  GError *error = NULL;
  gssize n_read = g_input_stream_read_finish (stream, result, &error);

  if (n_read < 0)
    g_task_return_error (task, error);
  else if (n_read == 0)
    g_task_return_pointer (task, g_byte_array_free_to_bytes (g_steal_pointer (&fetch->body)), (GDestroyNotify) g_bytes_unref);
  else if ((gsize) n_read > fetch->max_bytes - fetch->body->len)
    g_task_return_new_error (task, TD_HTTP_ERROR, TD_HTTP_ERROR_TOO_LARGE,
                             "The reply is larger than %" G_GSIZE_FORMAT " bytes", fetch->max_bytes);
  else
    {
      g_byte_array_append (fetch->body, fetch->buffer, n_read);
      read_more (stream, g_steal_pointer (&task));
    }
}

/* @task: (transfer full) */
static void
read_more (GInputStream *stream,
           GTask        *task)
{
  TdFetch *fetch = g_task_get_task_data (task);

  g_input_stream_read_async (stream, fetch->buffer, READ_BYTES, G_PRIORITY_DEFAULT,
                             g_task_get_cancellable (task), read_cb, task);
}

static void
sent_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GInputStream) stream = NULL;
  GError *error = NULL;

  stream = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  if (stream == NULL)
    g_task_return_error (task, error);
  else
    read_more (stream, g_steal_pointer (&task));
}

/**
 * td_http_fetch_async:
 * @session: the session
 * @message: a message of td_http_message_new()
 * @max_bytes: the largest body to take, after decompression
 * @cancellable: (nullable): a #GCancellable
 * @callback: called when the whole body is there
 * @user_data: data for @callback
 *
 * Sends @message and reads the reply's body, bounded. A status that says failure is a reply
 * like any other: see soup_message_get_status().
 */
void
td_http_fetch_async (SoupSession         *session,
                     SoupMessage         *message,
                     gsize                max_bytes,
                     GCancellable        *cancellable,
                     GAsyncReadyCallback  callback,
                     gpointer             user_data)
{
  GTask *task;
  TdFetch *fetch;

  g_return_if_fail (SOUP_IS_SESSION (session));
  g_return_if_fail (SOUP_IS_MESSAGE (message));

  fetch = g_new0 (TdFetch, 1);
  fetch->message = g_object_ref (message);
  fetch->max_bytes = max_bytes;
  fetch->body = g_byte_array_new ();
  fetch->buffer = g_malloc (READ_BYTES);
  task = g_task_new (session, cancellable, callback, user_data);
  g_task_set_source_tag (task, td_http_fetch_async);
  g_task_set_task_data (task, fetch, fetch_free);
  soup_session_send_async (session, message, G_PRIORITY_DEFAULT, cancellable, sent_cb, task);
}

/**
 * td_http_fetch_finish:
 * @session: the session
 * @result: the result given to the callback
 * @error: return location for a #TdHttpError, or the error of the connection
 *
 * Returns: (transfer full) (nullable): the body, complete
 */
GBytes *
td_http_fetch_finish (SoupSession   *session,
                      GAsyncResult  *result,
                      GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, session), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * td_http_host_is_loopback:
 * @url: an absolute address
 *
 * Returns: whether the address names this machine itself, so that nothing sent there leaves it
 */
gboolean
td_http_host_is_loopback (const char *url)
{
  g_autoptr (GUri) uri = NULL;
  g_autoptr (GInetAddress) address = NULL;
  const char *host;

  g_return_val_if_fail (url != NULL, FALSE);

  uri = g_uri_parse (url, SOUP_HTTP_URI_FLAGS, NULL);
  host = uri != NULL ? g_uri_get_host (uri) : NULL;
  if (host == NULL)
    return FALSE;
  if (g_ascii_strcasecmp (host, "localhost") == 0)
    return TRUE;
  address = g_inet_address_new_from_string (host);
  return address != NULL && g_inet_address_get_is_loopback (address);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "providers/td-warm-up.h"

#include "base/td-http.h"

typedef struct
{
  GCancellable *cancellable; /* (owned) */
  guint limit_id;            /* source that gives up */
} WarmUp;

static gboolean
give_up_cb (gpointer user_data)
{
  WarmUp *self = user_data;

  self->limit_id = 0;
  g_cancellable_cancel (self->cancellable);
  return G_SOURCE_REMOVE;
}

/* Whatever went wrong is told when it matters: with the request. */
static void
connected_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  WarmUp *self = user_data;
  g_autoptr (GError) error = NULL;

  if (!soup_session_preconnect_finish (SOUP_SESSION (source), result, &error))
    g_debug ("no connection was opened ahead: %s", error->message);
  g_clear_handle_id (&self->limit_id, g_source_remove);
  g_object_unref (self->cancellable);
  g_free (self);
}

/**
 * td_warm_up:
 * @session: the session of this process
 * @endpoint: a provider
 * @limit_ms: how long that may take
 *
 * Resolves the name, connects and shakes hands, so that the next request finds the connection
 * ready. Nothing is sent, least of all a key. One that is open and free already is enough.
 */
void
td_warm_up (SoupSession      *session,
            const TdEndpoint *endpoint,
            guint             limit_ms)
{
  g_autoptr (SoupMessage) message = NULL;
  WarmUp *self;

  g_return_if_fail (SOUP_IS_SESSION (session));
  g_return_if_fail (endpoint != NULL && endpoint->base_url != NULL);

  message = td_http_message_new ("HEAD", endpoint->base_url, NULL);
  if (!message)
    return;
  self = g_new0 (WarmUp, 1);
  self->cancellable = g_cancellable_new ();
  self->limit_id = g_timeout_add (limit_ms, give_up_cb, self);
  soup_session_preconnect_async (session, message, G_PRIORITY_DEFAULT, self->cancellable,
                                 connected_cb, self);
}

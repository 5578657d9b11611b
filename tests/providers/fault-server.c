/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "providers/fault-server.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define FLOOD_BYTES (64 * 1024)

struct _FaultServer
{
  GSocketService *service;
  guint16 port;
  FaultPlan plan;
  GBytes *start;    /* the plan's */
  GBytes *flood;    /* the plan's, repeated to a block */
  GPtrArray *peers; /* (element-type Peer): those connected */
  guint n_requests;
  guint64 n_written;
};

/* One connection. */
typedef struct
{
  FaultServer *server;
  GSocketConnection *connection;
  GSocket *socket;
  GSource *source;
  GString *request;
  FaultPlan plan;   /* as it was when the request came */
  GBytes *start;    /* (nullable): until then */
  GBytes *flood;
  guint64 at;       /* of what the plan says */
} Peer;

static gboolean read_cb (GSocket *socket, GIOCondition condition, gpointer user_data);
static gboolean write_cb (GSocket *socket, GIOCondition condition, gpointer user_data);

static void
drop_source (Peer *self)
{
  if (self->source == NULL)
    return;
  g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
}

static void
watch (Peer *self,
       GIOCondition condition,
       gboolean (*func) (GSocket *socket, GIOCondition condition, gpointer user_data))
{
  drop_source (self);
  self->source = g_socket_create_source (self->socket, condition, NULL);
  g_source_set_callback (self->source, G_SOURCE_FUNC (func), self, NULL);
  g_source_attach (self->source, NULL);
}

static void
peer_free (gpointer data)
{
  Peer *self = data;

  drop_source (self);
  g_io_stream_close (G_IO_STREAM (self->connection), NULL, NULL);
  g_object_unref (self->connection);
  g_string_free (self->request, TRUE);
  g_clear_pointer (&self->start, g_bytes_unref);
  g_clear_pointer (&self->flood, g_bytes_unref);
  g_free (self);
}

static void
drop (Peer *self)
{
  g_ptr_array_remove (self->server->peers, self);
}

/* ---- writing ------------------------------------------------------------------------------- */

static void
end (Peer *self)
{
  struct linger reset = { 1, 0 };

  if (self->plan.end == FAULT_STALL)
    {
      watch (self, G_IO_IN | G_IO_HUP | G_IO_ERR, read_cb);
      return;
    }
  if (self->plan.end == FAULT_RESET)
    setsockopt (g_socket_get_fd (self->socket), SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  drop (self);
}

/* What comes next, in one piece of memory; 0: that was all. */
static gsize
get_next (Peer        *self,
          const char **bytes)
{
  const FaultPlan *plan = &self->plan;
  guint64 at_flood = self->at - MIN (self->at, plan->length);
  gsize length = 0;
  gsize block;

  if (self->at < plan->length)
    {
      *bytes = (const char *) g_bytes_get_data (self->start, NULL) + self->at;
      length = plan->length - self->at;
    }
  else if (at_flood < plan->flood_bytes)
    {
      const char *flood = g_bytes_get_data (self->flood, &block);

      *bytes = flood + at_flood % block;
      length = (gsize) MIN (block - at_flood % block, plan->flood_bytes - at_flood);
    }
  return plan->slice != 0 ? MIN (length, plan->slice) : length;
}

static gboolean
pause_cb (gpointer user_data)
{
  watch (user_data, G_IO_OUT | G_IO_HUP | G_IO_ERR, write_cb);
  return G_SOURCE_REMOVE;
}

static void
pause_writing (Peer *self)
{
  drop_source (self);
  self->source = g_timeout_source_new (self->plan.pause_ms);
  g_source_set_callback (self->source, pause_cb, self, NULL);
  g_source_attach (self->source, NULL);
}

static gboolean
write_cb (GSocket      *socket,
          GIOCondition  condition,
          gpointer      user_data)
{
  Peer *self = user_data;
  const char *bytes = NULL;
  gsize length = get_next (self, &bytes);
  g_autoptr (GError) error = NULL;
  gssize n;

  if (length == 0)
    {
      end (self);
      return G_SOURCE_REMOVE;
    }
  n = g_socket_send (socket, bytes, length, NULL, &error);
  if (n < 0 && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    {
      drop (self);
      return G_SOURCE_REMOVE;
    }
  self->at += (guint64) MAX (n, 0);
  self->server->n_written = self->at;
  if (self->plan.pause_ms == 0)
    return G_SOURCE_CONTINUE;
  pause_writing (self);
  return G_SOURCE_REMOVE;
}

/* ---- reading ------------------------------------------------------------------------------- */

static gboolean
is_whole_request (const GString *request)
{
  const char *end_of_head = strstr (request->str, "\r\n\r\n");
  const char *length = strstr (request->str, "Content-Length: ");
  gsize body = length != NULL ? (gsize) atoi (length + strlen ("Content-Length: ")) : 0;

  return end_of_head != NULL && request->str + request->len - (end_of_head + 4) >= (gssize) body;
}

static void
take_request (Peer *self)
{
  self->server->n_requests++;
  self->server->n_written = 0;
  self->at = 0;
  self->plan = self->server->plan;
  g_clear_pointer (&self->start, g_bytes_unref);
  g_clear_pointer (&self->flood, g_bytes_unref);
  self->start = g_bytes_ref (self->server->start);
  self->flood = g_bytes_ref (self->server->flood);
  g_string_truncate (self->request, 0);
  watch (self, G_IO_OUT | G_IO_HUP | G_IO_ERR, write_cb);
}

static gboolean
read_cb (GSocket      *socket,
         GIOCondition  condition,
         gpointer      user_data)
{
  Peer *self = user_data;
  char buffer[4096];
  gssize n = g_socket_receive (socket, buffer, sizeof buffer, NULL, NULL);

  if (n <= 0)
    {
      drop (self);
      return G_SOURCE_REMOVE;
    }
  g_string_append_len (self->request, buffer, n);
  if (!is_whole_request (self->request))
    return G_SOURCE_CONTINUE;
  take_request (self);
  return G_SOURCE_REMOVE;
}

static gboolean
incoming_cb (GSocketService    *service,
             GSocketConnection *connection,
             GObject           *source,
             gpointer           user_data)
{
  FaultServer *server = user_data;
  Peer *self = g_new0 (Peer, 1);

  self->server = server;
  self->connection = g_object_ref (connection);
  self->socket = g_socket_connection_get_socket (connection);
  self->request = g_string_new (NULL);
  g_socket_set_blocking (self->socket, FALSE);
  g_socket_set_option (self->socket, 6 /* IPPROTO_TCP */, 1 /* TCP_NODELAY */, 1, NULL);
  g_ptr_array_add (server->peers, self);
  watch (self, G_IO_IN | G_IO_HUP | G_IO_ERR, read_cb);
  return TRUE;
}

/* ---- the server ---------------------------------------------------------------------------- */

FaultServer *
fault_server_new (void)
{
  FaultServer *self = g_new0 (FaultServer, 1);
  g_autoptr (GError) error = NULL;

  self->start = g_bytes_new (NULL, 0);
  self->flood = g_bytes_new (NULL, 0);
  self->peers = g_ptr_array_new_with_free_func (peer_free);
  self->service = g_socket_service_new ();
  self->port =
    g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (self->service), NULL, &error);
  g_assert_no_error (error);
  g_signal_connect (self->service, "incoming", G_CALLBACK (incoming_cb), self);
  return self;
}

void
fault_server_free (FaultServer *self)
{
  g_signal_handlers_disconnect_by_data (self->service, self);
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_object_unref (self->service);
  g_ptr_array_unref (self->peers);
  g_bytes_unref (self->start);
  g_bytes_unref (self->flood);
  g_free (self);
}

guint16
fault_server_get_port (FaultServer *self)
{
  return self->port;
}

/* A flood of a few bytes at a time would be a trickle. */
static GBytes *
repeat (const char *text)
{
  gsize length = strlen (text);
  gsize times = MAX (FLOOD_BYTES / length, 1);
  char *block = g_malloc (times * length);

  for (gsize i = 0; i < times; i++)
    memcpy (block + i * length, text, length);
  return g_bytes_new_take (block, times * length);
}

void
fault_server_set_plan (FaultServer     *self,
                       const FaultPlan *plan)
{
  self->plan = *plan;
  if (plan->start != NULL && plan->length == 0)
    self->plan.length = strlen (plan->start);
  g_bytes_unref (self->start);
  g_bytes_unref (self->flood);
  self->start = g_bytes_new (plan->start, self->plan.length);
  self->flood = plan->flood != NULL ? repeat (plan->flood) : g_bytes_new (NULL, 0);
}

guint
fault_server_get_n_requests (FaultServer *self)
{
  return self->n_requests;
}

guint64
fault_server_get_n_written (FaultServer *self)
{
  return self->n_written;
}

gboolean
fault_server_is_idle (FaultServer *self)
{
  return self->peers->len == 0;
}

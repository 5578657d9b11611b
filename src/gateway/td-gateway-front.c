/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "gateway/td-gateway-front-private.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "gateway/td-gateway-request-private.h"

/* ---- the answer ---------------------------------------------------------------------------- */

static void
add_trailers (TdGatewayRequest *request)
{
  for (guint i = 0; i < request->trailers->len; i++)
    {
      const TdGatewayField *field = &g_array_index (request->trailers, TdGatewayField, i);

      MHD_add_response_footer (request->response, field->name, field->value);
    }
}

typedef struct
{
  TdGatewayFront *front;     /* (unowned) */
  TdGatewayRequest *request; /* (owned) */
} Reader;

static void
reader_free (void *data)
{
  Reader *reader = data;

  td_gateway_request_unref (reader->request);
  g_free (reader);
}

/* What there is to send now; with nothing the connection sleeps until there is something. */
static ssize_t
read_cb (void     *data,
         uint64_t  position,
         char     *buffer,
         size_t    size)
{
  Reader *reader = data;
  TdGatewayRequest *request = reader->request;
  gboolean drained = FALSE;
  ssize_t n = 0;

  g_mutex_lock (&request->lock);
  if (request->cut)
    {
      n = MHD_CONTENT_READER_END_WITH_ERROR;
    }
  else if (request->out->len > 0)
    {
      n = (ssize_t) td_gateway_request_take (request, buffer, size, &drained);
    }
  else if (request->ended)
    {
      add_trailers (request);
      n = MHD_CONTENT_READER_END_OF_STREAM;
    }
  else
    {
      td_gateway_request_suspend (request);
    }
  g_mutex_unlock (&request->lock);
  if (drained)
    td_gateway_front_tell (reader->front, request, TD_FRONT_DRAINED);
  return n;
}

static struct MHD_Response *
make_stream (TdGatewayFront   *self,
             TdGatewayRequest *request)
{
  Reader *reader = g_new0 (Reader, 1);

  reader->front = self;
  reader->request = td_gateway_request_ref (request);
  return MHD_create_response_from_callback (MHD_SIZE_UNKNOWN, 16 * 1024, read_cb, reader,
                                            reader_free);
}

/* With the lock held. */
static enum MHD_Result
send_answer (TdGatewayFront   *self,
             TdGatewayRequest *request)
{
  struct MHD_Response *response =
    request->streamed ? make_stream (self, request)
                      : MHD_create_response_from_buffer_copy (request->out->len,
                                                              request->out->data);
  enum MHD_Result result;

  if (request->streamed)
    request->response = response;
  for (guint i = 0; i < request->headers->len; i++)
    {
      const TdGatewayField *field = &g_array_index (request->headers, TdGatewayField, i);

      MHD_add_response_header (response, field->name, field->value);
    }
  request->submitted = TRUE;
  result = MHD_queue_response (request->connection, request->status, response);
  MHD_destroy_response (response);
  return result;
}

/* The whole request is there, or the answer to it is. */
static enum MHD_Result
take_end (TdGatewayFront   *self,
          TdGatewayRequest *request)
{
  enum MHD_Result result;

  g_mutex_lock (&request->lock);
  if (request->answered && request->stage == TD_REQUEST_STAGE_HEAD &&
      td_gateway_front_may_discard (request->connection, 0))
    {
      /* Its key was not good; the answer comes once it has said all. */
      request->stage = TD_REQUEST_STAGE_BODY;
      request->discards = TRUE;
      result = MHD_YES;
    }
  else if (request->answered)
    {
      result = send_answer (self, request);
    }
  else if (request->stage == TD_REQUEST_STAGE_HEAD)
    {
      /* Admitted, or the client is gone. */
      request->stage = TD_REQUEST_STAGE_BODY;
      result = request->admitted ? MHD_YES : MHD_NO;
    }
  else if (!request->submitted)
    {
      request->submitted = TRUE;
      request->stage = TD_REQUEST_STAGE_ANSWER;
      result = td_gateway_front_hand_over (self, request, TD_FRONT_READY);
    }
  else
    {
      result = MHD_NO; /* nobody is there to be answered */
    }
  g_mutex_unlock (&request->lock);
  return result;
}

/* ---- libmicrohttpd ------------------------------------------------------------------------- */

static enum MHD_Result
take_body (TdGatewayRequest *request,
           const char       *bytes,
           size_t           *length)
{
  gsize n = *length;

  *length = 0;
  if (!request->discards && request->incoming->len + n <= request->limit)
    {
      g_byte_array_append (request->incoming, (const guint8 *) bytes, (guint) n);
      return MHD_YES;
    }
  if (!request->discards)
    {
      request->discards = TRUE;
      request->fault = td_gateway_front_fault_too_large ();
      g_byte_array_set_size (request->incoming, 0);
    }
  request->n_discarded += n;
  return td_gateway_front_may_discard (request->connection, request->n_discarded) ? MHD_YES
                                                                                  : MHD_NO;
}

static enum MHD_Result
handle_cb (void                   *user_data,
           struct MHD_Connection  *connection,
           const char             *url,
           const char             *method,
           const char             *version,
           const char             *upload,
           size_t                 *upload_size,
           void                  **state)
{
  TdGatewayFront *self = user_data;
  TdGatewayRequest *request = *state;

  if (!request)
    return td_gateway_front_take_head (self, connection, method, url, state);
  if (*upload_size > 0)
    return take_body (request, upload, upload_size);
  if (request->fault)
    return td_gateway_front_send_fault (connection, url, g_steal_pointer (&request->fault));
  return take_end (self, request);
}

/* After it the connection, and the number of its socket, may be somebody else's. */
static void
completed_cb (void                             *user_data,
              struct MHD_Connection            *connection,
              void                            **state,
              enum MHD_RequestTerminationCode   code)
{
  TdGatewayFront *self = user_data;
  TdGatewayRequest *request = g_steal_pointer (state);

  if (!request)
    return;
  g_mutex_lock (&request->lock);
  request->connection = NULL;
  request->response = NULL;
  g_mutex_unlock (&request->lock);
  if (request->counted)
    {
      g_atomic_int_add (&self->n_requests, -1);
      td_gateway_front_tell (self, request, TD_FRONT_GONE);
    }
  td_gateway_request_unref (request);
}

/* ---- public -------------------------------------------------------------------------------- */

/* The number of a socket that listens, for libmicrohttpd to keep. -1: it cannot be had. */
static int
listen_on (GInetSocketAddress  *address,
           guint               *port,
           GError             **error)
{
  g_autoptr (GSocket) socket = NULL;
  g_autoptr (GSocketAddress) local = NULL;
  int fd;

  socket = g_socket_new (g_socket_address_get_family (G_SOCKET_ADDRESS (address)),
                         G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, error);
  if (!socket)
    return -1;
  g_socket_set_listen_backlog (socket, 1024);
  if (!g_socket_bind (socket, G_SOCKET_ADDRESS (address), TRUE, error) ||
      !g_socket_listen (socket, error))
    return -1;
  local = g_socket_get_local_address (socket, error);
  if (!local)
    return -1;
  *port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (local));
  fd = fcntl (g_socket_get_fd (socket), F_DUPFD_CLOEXEC, 3);
  if (fd < 0)
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "%s", g_strerror (errno));
  return fd;
}

static gboolean
start (TdGatewayFront      *self,
       GInetSocketAddress  *address,
       const char *const   *hosts,
       const char *const   *origins,
       GError             **error)
{
  unsigned int flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME;
  int fd = listen_on (address, &self->port, error);

  if (fd < 0)
    return FALSE;
  self->guard = td_gateway_guard_new (g_inet_socket_address_get_address (address), self->port,
                                      hosts, origins);
  if (g_socket_address_get_family (G_SOCKET_ADDRESS (address)) == G_SOCKET_FAMILY_IPV6)
    flags |= MHD_USE_IPv6;
  self->daemon = MHD_start_daemon (
    flags, 0, NULL, NULL, handle_cb, self, MHD_OPTION_LISTEN_SOCKET, fd,
    MHD_OPTION_NOTIFY_COMPLETED, completed_cb, self, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
    (size_t) self->limits.max_head, MHD_OPTION_CONNECTION_LIMIT, self->limits.max_connections,
    MHD_OPTION_CONNECTION_TIMEOUT, self->limits.idle_seconds, MHD_OPTION_THREAD_POOL_SIZE,
    self->limits.n_threads, MHD_OPTION_CLIENT_DISCIPLINE_LVL, 1, MHD_OPTION_END);
  if (self->daemon)
    return TRUE;
  close (fd);
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "the gateway's front did not start");
  return FALSE;
}

/**
 * td_gateway_front_new:
 * @address: where to listen; port 0 for any
 * @limits: what to keep to
 * @hosts: (nullable): other names that it is reached by
 * @origins: (nullable): web pages that may use it
 * @func: told in the main context of the thread what happens to requests
 * @user_data: data for @func
 * @error: return location for a #GIOErrorEnum
 *
 * Returns: (transfer full) (nullable): a front that listens
 */
TdGatewayFront *
td_gateway_front_new (GInetSocketAddress     *address,
                      const TdGatewayLimits  *limits,
                      const char *const      *hosts,
                      const char *const      *origins,
                      TdFrontFunc             func,
                      gpointer                user_data,
                      GError                **error)
{
  TdGatewayFront *self = g_new0 (TdGatewayFront, 1);

  self->limits = *limits;
  self->func = func;
  self->func_data = user_data;
  td_gateway_front_open_queue (self);
  if (start (self, address, hosts, origins, error))
    return self;
  td_gateway_front_free (self);
  return NULL;
}

/**
 * td_gateway_front_get_port:
 * @self: a front
 *
 * Returns: the port it listens on
 */
guint
td_gateway_front_get_port (TdGatewayFront *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->port;
}

/**
 * td_gateway_front_quiesce:
 * @self: a front
 *
 * Takes no more connections, and refuses what comes on those there are.
 */
void
td_gateway_front_quiesce (TdGatewayFront *self)
{
  int fd;

  g_return_if_fail (self != NULL);

  if (g_atomic_int_exchange (&self->quiet, 1) != 0)
    return;
  fd = MHD_quiesce_daemon (self->daemon);
  if (fd >= 0)
    close (fd);
}

/**
 * td_gateway_front_free:
 * @self: (transfer full): a front whose requests were all answered
 *
 * Closes what connections there are, and ends the threads.
 */
void
td_gateway_front_free (TdGatewayFront *self)
{
  g_return_if_fail (self != NULL);

  if (self->daemon)
    {
      td_gateway_front_quiesce (self);
      td_gateway_front_give_up (self);
      MHD_stop_daemon (self->daemon);
    }
  td_gateway_front_close_queue (self);
  g_clear_pointer (&self->guard, td_gateway_guard_free);
  g_free (self);
}

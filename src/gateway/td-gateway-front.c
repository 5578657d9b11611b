/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A connection whose request is being answered is suspended: libmicrohttpd does not look at its socket
 * then, and would not see that the client hangs up. So the main context watches the sockets of such
 * requests through an epoll of its own, which is one descriptor to it however many there are.
 */
#include "config.h"

#include "gateway/td-gateway-front.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "gateway/td-client.h"
#include "gateway/td-gateway-request-private.h"
#include "gateway/td-gateway-route.h"

#define N_HANG_UPS 64

/* So much of a body is taken and dropped for the client to read why it was refused: one that is in the
 * middle of sending would only see the connection break. */
#define MAX_DISCARDED (8 * 1024 * 1024)

typedef struct
{
  TdGatewayRequest *request; /* (owned) */
  TdFrontEvent event;
} Message;

struct _TdGatewayFront
{
  TdGatewayLimits limits;
  TdGatewayGuard *guard;     /* (owned) */
  struct MHD_Daemon *daemon; /* (owned) (nullable) */
  guint port;
  TdFrontFunc func;
  gpointer func_data;
  int n_requests;            /* (atomic): under way */
  int quiet;                 /* (atomic): it is about to end */

  /* To the main context. */
  GMutex lock;
  GArray *messages;          /* (mutex lock) (owned) (element-type Message) */
  guint64 n_serials;         /* (mutex lock) */
  gboolean closed;           /* (mutex lock): nobody listens any more */
  GSource *source;           /* (owned) */

  /* The main context's own. */
  int epoll_fd;
  GSource *hang_ups;         /* (owned) */
  GHashTable *watched;       /* (owned) (element-type guint64 TdGatewayRequest): by serial */
};

static void
message_clear (gpointer data)
{
  Message *message = data;

  td_gateway_request_unref (message->request);
}

static GArray *
messages_new (void)
{
  GArray *messages = g_array_new (FALSE, FALSE, sizeof (Message));

  g_array_set_clear_func (messages, message_clear);
  return messages;
}

/* ---- to the main context ------------------------------------------------------------------- */

/* With the lock held. The main context is woken by the first of those that wait. */
static void
add_message (TdGatewayFront   *self,
             TdGatewayRequest *request,
             TdFrontEvent      event)
{
  Message message = { td_gateway_request_ref (request), event };

  g_array_append_val (self->messages, message);
  if (self->messages->len == 1)
    g_source_set_ready_time (self->source, 0);
}

static void
tell (TdGatewayFront   *self,
      TdGatewayRequest *request,
      TdFrontEvent      event)
{
  g_mutex_lock (&self->lock);
  add_message (self, request, event);
  g_mutex_unlock (&self->lock);
}

/* On the front's thread, with the request's lock held: hands it over, and sleeps until there is an
 * answer. MHD_NO: nobody is there to give one any more. */
static enum MHD_Result
hand_over (TdGatewayFront   *self,
           TdGatewayRequest *request,
           TdFrontEvent      event)
{
  enum MHD_Result result = MHD_NO;

  g_mutex_lock (&self->lock);
  if (!self->closed)
    {
      td_gateway_request_suspend (request);
      add_message (self, request, event);
      result = MHD_YES;
    }
  g_mutex_unlock (&self->lock);
  return result;
}

/* What was handed over and not heard is given up: no connection may sleep when the daemon ends. */
static void
close_queue (TdGatewayFront *self)
{
  g_autoptr (GArray) messages = NULL;

  g_mutex_lock (&self->lock);
  self->closed = TRUE;
  messages = g_steal_pointer (&self->messages);
  self->messages = messages_new ();
  g_mutex_unlock (&self->lock);
  for (guint i = 0; i < messages->len; i++)
    td_gateway_request_cut (g_array_index (messages, Message, i).request);
}

/* The socket's number may be another connection's once this one is gone. */
static void
unwatch (TdGatewayFront   *self,
         TdGatewayRequest *request)
{
  if (!g_hash_table_remove (self->watched, &request->serial))
    return;
  g_mutex_lock (&request->lock);
  if (request->connection)
    epoll_ctl (self->epoll_fd, EPOLL_CTL_DEL, request->fd, NULL);
  g_mutex_unlock (&request->lock);
}

static gboolean
deliver_cb (gpointer user_data)
{
  TdGatewayFront *self = user_data;
  g_autoptr (GArray) messages = NULL;

  g_mutex_lock (&self->lock);
  g_source_set_ready_time (self->source, -1);
  messages = g_steal_pointer (&self->messages);
  self->messages = messages_new ();
  g_mutex_unlock (&self->lock);
  for (guint i = 0; i < messages->len; i++)
    {
      Message *message = &g_array_index (messages, Message, i);

      if (message->event == TD_FRONT_GONE)
        unwatch (self, message->request);
      self->func (message->request, message->event, self->func_data);
    }
  return G_SOURCE_CONTINUE;
}

static gboolean
source_dispatch (GSource     *source,
                 GSourceFunc  callback,
                 gpointer     user_data)
{
  return callback (user_data);
}

static GSource *
source_new (TdGatewayFront *self)
{
  static GSourceFuncs funcs = { .dispatch = source_dispatch };
  GSource *source = g_source_new (&funcs, sizeof (GSource));

  g_source_set_static_name (source, "td-gateway queue");
  g_source_set_callback (source, deliver_cb, self, NULL);
  g_source_attach (source, g_main_context_get_thread_default ());
  return source;
}

/* ---- who hangs up -------------------------------------------------------------------------- */

static void
take_hang_up (TdGatewayFront *self,
              guint64         serial)
{
  TdGatewayRequest *request = g_hash_table_lookup (self->watched, &serial);

  if (!request)
    return;
  td_gateway_request_ref (request);
  unwatch (self, request);
  self->func (request, TD_FRONT_GONE, self->func_data);
  td_gateway_request_cut (request); /* the front has to look at the socket to see it */
  td_gateway_request_unref (request);
}

static gboolean
hang_ups_cb (int          fd,
             GIOCondition condition,
             gpointer     user_data)
{
  TdGatewayFront *self = user_data;
  struct epoll_event events[N_HANG_UPS];
  int n = epoll_wait (fd, events, N_HANG_UPS, 0);

  for (int i = 0; i < n; i++)
    take_hang_up (self, events[i].data.u64);
  return G_SOURCE_CONTINUE;
}

static void
watch_hang_ups (TdGatewayFront *self)
{
  self->epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
  g_assert (self->epoll_fd >= 0);
  self->hang_ups = g_unix_fd_source_new (self->epoll_fd, G_IO_IN);
  g_source_set_callback (self->hang_ups, G_SOURCE_FUNC (hang_ups_cb), self, NULL);
  g_source_attach (self->hang_ups, g_main_context_get_thread_default ());
}

/**
 * td_gateway_front_watch:
 * @self: a front
 * @request: a request that takes a while to be answered
 *
 * Sees to it that #TD_FRONT_GONE comes at once when the client hangs up.
 */
void
td_gateway_front_watch (TdGatewayFront   *self,
                        TdGatewayRequest *request)
{
  struct epoll_event event = { .events = EPOLLRDHUP | EPOLLONESHOT,
                               .data.u64 = request->serial };

  g_mutex_lock (&request->lock);
  if (request->connection &&
      (epoll_ctl (self->epoll_fd, EPOLL_CTL_ADD, request->fd, &event) == 0 ||
       (errno == EEXIST && epoll_ctl (self->epoll_fd, EPOLL_CTL_MOD, request->fd, &event) == 0)))
    g_hash_table_insert (self->watched, &request->serial, td_gateway_request_ref (request));
  g_mutex_unlock (&request->lock);
}

/* ---- the head ------------------------------------------------------------------------------ */

static const char *
get_header (struct MHD_Connection *connection,
            const char            *name)
{
  return MHD_lookup_connection_value (connection, MHD_HEADER_KIND, name);
}

/* @fault: (transfer full): told in the words of the dialect of that path */
static enum MHD_Result
send_fault (struct MHD_Connection *connection,
            const char            *path,
            TdFault               *fault)
{
  g_autoptr (TdFault) owned = fault;
  const TdDialect *dialect = td_gateway_route_get_dialect (path);
  g_autoptr (GBytes) body = td_dialect_write_fault (dialect, fault, NULL);
  guint status = td_dialect_get_status (dialect, fault);
  struct MHD_Response *response = MHD_create_response_from_buffer_copy (
    g_bytes_get_size (body), g_bytes_get_data (body, NULL));
  enum MHD_Result result;

  MHD_add_response_header (response, MHD_HTTP_HEADER_CONTENT_TYPE, "application/json");
  MHD_add_response_header (response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
  if (status == MHD_HTTP_UNAUTHORIZED)
    MHD_add_response_header (response, MHD_HTTP_HEADER_WWW_AUTHENTICATE,
                             "Bearer realm=\"Top Dog\"");
  if (status == MHD_HTTP_SERVICE_UNAVAILABLE)
    MHD_add_response_header (response, MHD_HTTP_HEADER_RETRY_AFTER, "1");
  result = MHD_queue_response (connection, status, response);
  MHD_destroy_response (response);
  return result;
}

static TdFault *
fault_too_large (void)
{
  return td_fault_new (TD_FAULT_TOO_LARGE, NULL, "The request is larger than the gateway takes.");
}

/* A page of an allowed origin asks before it sends something. */
static enum MHD_Result
send_preflight (struct MHD_Connection *connection,
                const char            *origin)
{
  struct MHD_Response *response = MHD_create_response_empty (MHD_RF_NONE);
  enum MHD_Result result;

  MHD_add_response_header (response, "Access-Control-Allow-Origin", origin);
  MHD_add_response_header (response, "Access-Control-Allow-Methods", "GET, POST");
  MHD_add_response_header (response, "Access-Control-Allow-Headers",
                           "authorization, content-type, x-api-key, anthropic-version");
  MHD_add_response_header (response, "Vary", "Origin");
  result = MHD_queue_response (connection, MHD_HTTP_NO_CONTENT, response);
  MHD_destroy_response (response);
  return result;
}

static enum MHD_Result
take_argument (void               *data,
               enum MHD_ValueKind  kind,
               const char         *name,
               const char         *value)
{
  g_hash_table_replace (data, g_strdup (name), g_strdup (value ? value : ""));
  return MHD_YES;
}

static TdGatewayRequest *
request_new (TdGatewayFront        *self,
             struct MHD_Connection *connection,
             const char            *method,
             const char            *path)
{
  TdGatewayRequest *request = td_gateway_request_new ();

  request->method = g_strdup (method);
  request->path = g_strdup (path);
  request->key = td_gateway_guard_dup_key (get_header (connection, "Authorization"),
                                           get_header (connection, "x-api-key"));
  MHD_get_connection_values (connection, MHD_GET_ARGUMENT_KIND, take_argument, request->query);
  request->origin = g_strdup (get_header (connection, "Origin"));
  request->speaks_anthropic = get_header (connection, "anthropic-version") != NULL;
  request->limit = self->limits.max_body;
  request->connection = connection;
  request->fd =
    MHD_get_connection_info (connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
  request->stage = TD_REQUEST_STAGE_BODY;
  g_mutex_lock (&self->lock);
  request->serial = ++self->n_serials;
  g_mutex_unlock (&self->lock);
  return request;
}

/* The size that the head announces; 0: it announces none. */
static guint64
get_length (struct MHD_Connection *connection)
{
  const char *text = get_header (connection, MHD_HTTP_HEADER_CONTENT_LENGTH);
  guint64 length = 0;

  if (text && !g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT64, &length, NULL))
    return G_MAXUINT64;
  return length;
}

static gboolean
is_open_to_all (const char *path)
{
  return g_str_equal (path, "/healthz");
}

static gboolean
is_preflight (TdGatewayRequest *request)
{
  return request->origin && g_str_equal (request->method, MHD_HTTP_METHOD_OPTIONS);
}

/* A body that is large, or may be, is not taken from who has no key. */
static gboolean
checks_first (TdGatewayFront        *self,
              struct MHD_Connection *connection,
              guint64                length)
{
  return length > self->limits.max_unknown ||
         get_header (connection, MHD_HTTP_HEADER_TRANSFER_ENCODING) != NULL;
}

/* (transfer full) (nullable): why it is refused for what its head says */
static TdFault *
judge (TdGatewayFront        *self,
       struct MHD_Connection *connection,
       TdGatewayRequest      *request,
       guint64                length)
{
  if (!td_gateway_guard_admits_host (self->guard, get_header (connection, MHD_HTTP_HEADER_HOST)))
    return td_fault_new (TD_FAULT_FORBIDDEN, NULL,
                         "This is not a name that the gateway is reached by.");
  if (!td_gateway_guard_admits_origin (self->guard, request->origin))
    return td_fault_new (TD_FAULT_FORBIDDEN, NULL,
                         "Web pages may not use the gateway unless their origin was allowed.");
  if (!is_open_to_all (request->path) && !is_preflight (request) &&
      (!request->key || !td_client_key_looks_right (request->key)))
    return td_fault_new (TD_FAULT_UNAUTHENTICATED, NULL,
                         "A key of the gateway is needed, which begins with td-.");
  if (length > self->limits.max_body)
    return fault_too_large ();
  if (g_atomic_int_get (&self->quiet))
    return td_fault_new (TD_FAULT_UNAVAILABLE, NULL, "The gateway is stopping.");
  return NULL;
}

/* Whether the client is going to send a body that is worth dropping. */
static gboolean
may_discard (struct MHD_Connection *connection,
             guint64                length)
{
  return length <= MAX_DISCARDED && get_header (connection, MHD_HTTP_HEADER_EXPECT) == NULL &&
         (length > 0 || get_header (connection, MHD_HTTP_HEADER_TRANSFER_ENCODING) != NULL);
}

/* @fault: (transfer full) */
static enum MHD_Result
refuse (struct MHD_Connection  *connection,
        TdGatewayRequest       *request,
        guint64                 length,
        TdFault                *fault,
        void                  **state)
{
  if (!may_discard (connection, length))
    return send_fault (connection, request->path, fault);
  request->fault = fault;
  request->discards = TRUE;
  *state = td_gateway_request_ref (request);
  return MHD_YES;
}

static enum MHD_Result
take_head (TdGatewayFront         *self,
           struct MHD_Connection  *connection,
           const char             *method,
           const char             *path,
           void                  **state)
{
  g_autoptr (TdGatewayRequest) request = request_new (self, connection, method, path);
  guint64 length = get_length (connection);
  TdFault *fault = judge (self, connection, request, length);

  if (fault)
    return refuse (connection, request, length, fault, state);
  if (is_preflight (request))
    return send_preflight (connection, request->origin);
  if ((guint) g_atomic_int_add (&self->n_requests, 1) >= self->limits.max_requests)
    {
      g_atomic_int_add (&self->n_requests, -1);
      return refuse (connection, request, length,
                     td_fault_new (TD_FAULT_UNAVAILABLE, NULL, "Too many requests are under way."),
                     state);
    }
  request->counted = TRUE;
  *state = td_gateway_request_ref (request);
  if (checks_first (self, connection, length))
    {
      enum MHD_Result result;

      request->stage = TD_REQUEST_STAGE_HEAD;
      g_mutex_lock (&request->lock);
      result = hand_over (self, request, TD_FRONT_CHECK);
      g_mutex_unlock (&request->lock);
      return result;
    }
  return MHD_YES;
}

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
    tell (reader->front, request, TD_FRONT_DRAINED);
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
      may_discard (request->connection, get_length (request->connection)))
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
      result = hand_over (self, request, TD_FRONT_READY);
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
      request->fault = fault_too_large ();
      g_byte_array_set_size (request->incoming, 0);
    }
  request->n_discarded += n;
  return request->n_discarded <= MAX_DISCARDED ? MHD_YES : MHD_NO;
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
    return take_head (self, connection, method, url, state);
  if (*upload_size > 0)
    return take_body (request, upload, upload_size);
  if (request->fault)
    return send_fault (connection, url, g_steal_pointer (&request->fault));
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
      tell (self, request, TD_FRONT_GONE);
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
  g_mutex_init (&self->lock);
  self->messages = messages_new ();
  self->source = source_new (self);
  self->watched = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL,
                                         (GDestroyNotify) td_gateway_request_unref);
  watch_hang_ups (self);
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
      close_queue (self);
      MHD_stop_daemon (self->daemon);
    }
  g_source_destroy (self->source);
  g_source_unref (self->source);
  g_source_destroy (self->hang_ups);
  g_source_unref (self->hang_ups);
  g_hash_table_unref (self->watched);
  close (self->epoll_fd);
  g_array_unref (self->messages);
  g_mutex_clear (&self->lock);
  g_clear_pointer (&self->guard, td_gateway_guard_free);
  g_free (self);
}

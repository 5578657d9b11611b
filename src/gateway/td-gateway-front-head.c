/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a request says in its head, judged before anything of its body is kept.
 */
#include "config.h"

#include "gateway/td-gateway-front-private.h"

#include "gateway/td-client.h"
#include "gateway/td-gateway-request-private.h"
#include "gateway/td-gateway-route.h"

/* So much of a body is taken and dropped for the client to read why it was refused: one that is in the
 * middle of sending would only see the connection break. */
#define MAX_DISCARDED (8 * 1024 * 1024)

static const char *
get_header (struct MHD_Connection *connection,
            const char            *name)
{
  return MHD_lookup_connection_value (connection, MHD_HEADER_KIND, name);
}

/* @fault: (transfer full): told in the words of the dialect of that path */
enum MHD_Result
td_gateway_front_send_fault (struct MHD_Connection *connection,
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

TdFault *
td_gateway_front_fault_too_large (void)
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
    return td_gateway_front_fault_too_large ();
  if (g_atomic_int_get (&self->quiet))
    return td_fault_new (TD_FAULT_UNAVAILABLE, NULL, "The gateway is stopping.");
  return NULL;
}

/* Whether a refused client sends a body that is worth dropping, of which so much was dropped. */
gboolean
td_gateway_front_may_discard (struct MHD_Connection *connection,
                              gsize                  n_discarded)
{
  guint64 length = get_length (connection);

  return length <= MAX_DISCARDED && n_discarded <= MAX_DISCARDED &&
         get_header (connection, MHD_HTTP_HEADER_EXPECT) == NULL &&
         (length > 0 || get_header (connection, MHD_HTTP_HEADER_TRANSFER_ENCODING) != NULL);
}

/* @fault: (transfer full) */
static enum MHD_Result
refuse (struct MHD_Connection  *connection,
        TdGatewayRequest       *request,
        TdFault                *fault,
        void                  **state)
{
  if (!td_gateway_front_may_discard (connection, 0))
    return td_gateway_front_send_fault (connection, request->path, fault);
  request->fault = fault;
  request->discards = TRUE;
  *state = td_gateway_request_ref (request);
  return MHD_YES;
}

enum MHD_Result
td_gateway_front_take_head (TdGatewayFront         *self,
                            struct MHD_Connection  *connection,
                            const char             *method,
                            const char             *path,
                            void                  **state)
{
  g_autoptr (TdGatewayRequest) request = request_new (self, connection, method, path);
  guint64 length = get_length (connection);
  TdFault *fault = judge (self, connection, request, length);

  if (fault)
    return refuse (connection, request, fault, state);
  if (is_preflight (request))
    return send_preflight (connection, request->origin);
  if ((guint) g_atomic_int_add (&self->n_requests, 1) >= self->limits.max_requests)
    {
      g_atomic_int_add (&self->n_requests, -1);
      return refuse (connection, request,
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
      result = td_gateway_front_hand_over (self, request, TD_FRONT_CHECK);
      g_mutex_unlock (&request->lock);
      return result;
    }
  return MHD_YES;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The gateway on the main thread: every request that the front hands over is let in by its key, which is
 * looked up anew each time, and goes to who answers it.
 */
#include "config.h"

#include "gateway/td-gateway-private.h"

#include <microhttpd.h>
#include <string.h>

#include "gateway/td-clients.h"
#include "gateway/td-gateway-request-private.h"

struct _TdGateway
{
  GObject parent_instance;

  TdEngine *engine;      /* (owned) */
  TdGatewayFront *front; /* (owned) (nullable) */
  char *url;             /* (owned) (nullable) */
  TdAdvisor *advisor;    /* (owned) (nullable) */
  GHashTable *running;   /* (owned) (element-type TdGatewayRequest): a set of those under way */
  guint n_jobs;          /* that go on although nobody waits for them: replies to be settled */
  GTask *stop_task;      /* (owned) (nullable): once it is to stop */
  guint stop_id;         /* the end of the patience */
  guint patience_ms;
};

G_DEFINE_FINAL_TYPE (TdGateway, td_gateway, G_TYPE_OBJECT)

static void check_stopped (TdGateway *self);

/* No connection may sleep when the front ends. */
static void
cut_all (TdGateway *self)
{
  GHashTableIter iter;
  gpointer request;

  g_hash_table_iter_init (&iter, self->running);
  while (g_hash_table_iter_next (&iter, &request, NULL))
    td_gateway_request_cut (request);
}

static void
td_gateway_finalize (GObject *object)
{
  TdGateway *self = TD_GATEWAY (object);

  g_assert (!self->stop_task);
  if (self->front)
    cut_all (self);
  g_clear_pointer (&self->front, td_gateway_front_free);
  g_clear_pointer (&self->advisor, td_advisor_free);
  g_clear_object (&self->engine);
  g_hash_table_unref (self->running);
  g_free (self->url);

  G_OBJECT_CLASS (td_gateway_parent_class)->finalize (object);
}

static void
td_gateway_class_init (TdGatewayClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = td_gateway_finalize;
}

static void
td_gateway_init (TdGateway *self)
{
  self->running =
    g_hash_table_new_full (NULL, NULL, (GDestroyNotify) td_gateway_request_unref, NULL);
}

/* ---- answers ------------------------------------------------------------------------------- */

/**
 * td_gateway_reply_json:
 * @request: a request
 * @writer: what was written; with a line break it is the answer, as the terminal prints it
 */
void
td_gateway_reply_json (TdGatewayRequest *request,
                       TdJsonWriter     *writer)
{
  g_autofree char *text = td_json_writer_steal_text (writer);
  char *line = g_strconcat (text, "\n", NULL);
  g_autoptr (GBytes) body = g_bytes_new_take (line, strlen (line));

  td_gateway_request_reply (request, MHD_HTTP_OK, "application/json", body);
}

/**
 * td_gateway_reply_fault:
 * @request: a request
 * @dialect: in whose words it is told
 * @fault: (transfer full): why it is not answered
 */
void
td_gateway_reply_fault (TdGatewayRequest *request,
                        const TdDialect  *dialect,
                        TdFault          *fault)
{
  g_autoptr (TdFault) owned = fault;
  g_autoptr (GBytes) body =
    td_dialect_write_fault (dialect, fault, td_gateway_request_get_id (request));
  guint status = td_dialect_get_status (dialect, fault);

  if (status == MHD_HTTP_UNAUTHORIZED)
    td_gateway_request_add_header (request, MHD_HTTP_HEADER_WWW_AUTHENTICATE,
                                   "Bearer realm=\"Top Dog\"");
  if (fault->retry_after_ms >= 0)
    {
      g_autofree char *seconds =
        g_strdup_printf ("%" G_GINT64_FORMAT, td_fault_get_retry_seconds (fault));

      td_gateway_request_add_header (request, MHD_HTTP_HEADER_RETRY_AFTER, seconds);
    }
  td_gateway_request_reply (request, status, "application/json", body);
}

static void
reply_health (TdGatewayRequest *request)
{
  g_autoptr (TdJsonWriter) writer = td_json_writer_new ();

  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "status", "ok");
  td_json_writer_end_object (writer);
  td_gateway_reply_json (request, writer);
}

/* ---- where it goes ------------------------------------------------------------------------- */

static void
handle (TdGateway        *self,
        TdGatewayRequest *request)
{
  const char *path = td_gateway_request_get_path (request);
  const char *allowed;
  const TdGatewayRoute *route =
    td_gateway_route_find (td_gateway_request_get_method (request), path, &allowed);

  if (!route)
    {
      td_gateway_request_add_header (request, MHD_HTTP_HEADER_ALLOW, allowed);
      td_gateway_reply_fault (request, td_gateway_route_get_dialect (path),
                              td_fault_new (TD_FAULT_NOT_FOUND, NULL,
                                            allowed ? "This address takes %s only."
                                                    : "There is nothing at this address%s.",
                                            allowed ? allowed : ""));
      return;
    }
  switch (route->action)
    {
    case TD_GATEWAY_HEALTH:
      reply_health (request);
      break;
    case TD_GATEWAY_CHAT:
      td_gateway_chat (self, request, route->dialect ());
      break;
    case TD_GATEWAY_MODELS:
    case TD_GATEWAY_MODEL:
    case TD_GATEWAY_SHOW:
    case TD_GATEWAY_VERSION:
      td_gateway_handle_models (self, request, route);
      break;
    case TD_GATEWAY_RECOMMENDATIONS:
    case TD_GATEWAY_SELECT_MODEL:
    case TD_GATEWAY_MARKET_MODELS:
    case TD_GATEWAY_MARKET_MODEL:
    case TD_GATEWAY_CATEGORIES:
    case TD_GATEWAY_BALANCE:
    default:
      td_gateway_handle_rest (self, request, route);
      break;
    }
}

/* ---- who is let in ------------------------------------------------------------------------- */

typedef struct
{
  TdGateway *gateway;        /* (owned) */
  TdGatewayRequest *request; /* (owned) */
  TdFrontEvent event;
} Admission;

static void
admission_free (Admission *self)
{
  g_object_unref (self->gateway);
  td_gateway_request_unref (self->request);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Admission, admission_free)

static void
let_in (TdGateway        *self,
        TdGatewayRequest *request,
        TdFrontEvent      event)
{
  if (event == TD_FRONT_CHECK)
    td_gateway_request_admit (request);
  else if (g_hash_table_contains (self->running, request)) /* else the client is gone */
    handle (self, request);
}

static void
admitted_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (Admission) admission = user_data;
  TdGatewayRequest *request = admission->request;
  const TdDialect *dialect = td_gateway_route_get_dialect (request->path);
  g_autoptr (GError) error = NULL;
  g_autoptr (TdClient) client = td_clients_finish (TD_DATABASE (source), result, &error);

  if (error)
    {
      td_gateway_reply_fault (request, dialect, td_fault_from_error (error));
    }
  else if (!client)
    {
      td_gateway_reply_fault (request, dialect,
                              td_fault_new (TD_FAULT_UNAUTHENTICATED, NULL,
                                            "This key is not known, or was revoked."));
    }
  else
    {
      g_set_str (&request->client, client->name);
      let_in (admission->gateway, request, admission->event);
    }
}

static void
admit (TdGateway        *self,
       TdGatewayRequest *request,
       TdFrontEvent      event)
{
  Admission *admission;

  if (self->stop_task)
    {
      td_gateway_reply_fault (request, td_gateway_route_get_dialect (request->path),
                              td_fault_new (TD_FAULT_UNAVAILABLE, NULL,
                                            "The gateway is stopping."));
      return;
    }
  if (!request->key) /* the front lets through only what is open to all */
    {
      let_in (self, request, event);
      return;
    }
  admission = g_new0 (Admission, 1);
  admission->gateway = g_object_ref (self);
  admission->request = td_gateway_request_ref (request);
  admission->event = event;
  td_clients_admit_async (td_engine_get_database (self->engine), request->key, admitted_cb,
                          admission);
}

/**
 * td_gateway_begin_job:
 * @self: a gateway
 *
 * Something begins that has to come to its end even when its client is gone.
 */
void
td_gateway_begin_job (TdGateway *self)
{
  self->n_jobs++;
}

void
td_gateway_end_job (TdGateway *self)
{
  g_assert (self->n_jobs > 0);
  self->n_jobs--;
  check_stopped (self);
}

/* ---- the front ----------------------------------------------------------------------------- */

static void
forget (TdGateway        *self,
        TdGatewayRequest *request)
{
  TdGatewayRequestFunc func = g_steal_pointer (&request->gone_func);

  request->drained_func = NULL;
  g_hash_table_remove (self->running, request);
  if (func)
    func (request->owner);
  check_stopped (self);
}

static void
front_cb (TdGatewayRequest *request,
          TdFrontEvent      event,
          gpointer          user_data)
{
  TdGateway *self = user_data;

  switch (event)
    {
    case TD_FRONT_CHECK:
    case TD_FRONT_READY:
      g_hash_table_add (self->running, td_gateway_request_ref (request));
      td_gateway_front_watch (self->front, request);
      admit (self, request, event);
      break;
    case TD_FRONT_DRAINED:
      if (request->drained_func)
        request->drained_func (request->owner);
      break;
    case TD_FRONT_GONE:
    default:
      forget (self, request);
      break;
    }
}

/* ---- keys that are revoked ----------------------------------------------------------------- */

static gboolean
is_in_use (GPtrArray  *clients,
           const char *name)
{
  for (guint i = 0; i < clients->len; i++)
    {
      const TdClient *client = g_ptr_array_index (clients, i);

      if (client->revoked_us == 0 && g_str_equal (client->name, name))
        return TRUE;
    }
  return FALSE;
}

static void
listed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (TdGateway) self = user_data;
  g_autoptr (GPtrArray) clients =
    td_clients_list_finish (TD_DATABASE (source), result, NULL);
  g_autoptr (GPtrArray) running = g_hash_table_get_keys_as_ptr_array (self->running);

  for (guint i = 0; clients && i < running->len; i++)
    {
      g_autoptr (TdGatewayRequest) request = td_gateway_request_ref (running->pdata[i]);

      if (!request->client || is_in_use (clients, request->client))
        continue;
      forget (self, request);
      td_gateway_request_cut (request);
    }
}

/* A key that is revoked opens nothing new from then on; what it opened before ends here. */
static void
shared_changed_cb (TdEngine   *engine,
                   const char *topic,
                   TdGateway  *self)
{
  if (g_str_equal (topic, "clients") && self->front)
    td_clients_list_async (td_engine_get_database (engine), listed_cb, g_object_ref (self));
}

/* ---- public -------------------------------------------------------------------------------- */

/**
 * td_gateway_new:
 * @engine: the engine
 *
 * Returns: (transfer full): a gateway that does not listen yet
 */
TdGateway *
td_gateway_new (TdEngine *engine)
{
  TdGateway *self;

  g_return_val_if_fail (TD_IS_ENGINE (engine), NULL);

  self = g_object_new (TD_TYPE_GATEWAY, NULL);
  self->engine = g_object_ref (engine);
  g_signal_connect_object (engine, "shared-changed", G_CALLBACK (shared_changed_cb), self,
                           G_CONNECT_DEFAULT);
  return self;
}

TdEngine *
td_gateway_get_engine (TdGateway *self)
{
  return self->engine;
}

/* (transfer none): for the catalogue that is in force */
TdAdvisor *
td_gateway_get_advisor (TdGateway *self)
{
  TdCatalogue *catalogue = td_market_get_catalogue (td_engine_get_market (self->engine));

  if (self->advisor && td_advisor_get_catalogue (self->advisor) != catalogue)
    g_clear_pointer (&self->advisor, td_advisor_free);
  if (!self->advisor)
    self->advisor = td_advisor_new (catalogue);
  return self->advisor;
}

/**
 * td_gateway_start:
 * @self: a gateway that does not listen
 * @options: how it is to be reached
 * @error: return location for a #GIOErrorEnum
 *
 * Returns: whether it listens
 */
gboolean
td_gateway_start (TdGateway               *self,
                  const TdGatewayOptions  *options,
                  GError                 **error)
{
  const char *text = options->address ? options->address : TD_GATEWAY_DEFAULT_ADDRESS;
  g_autoptr (GSocketAddress) address = NULL;

  g_return_val_if_fail (TD_IS_GATEWAY (self), FALSE);
  g_return_val_if_fail (!self->front, FALSE);

  address = g_inet_socket_address_new_from_string (text, options->port);
  if (!address)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "%s is not an address", text);
      return FALSE;
    }
  self->front = td_gateway_front_new (G_INET_SOCKET_ADDRESS (address), &options->limits,
                                      options->hosts, options->origins, front_cb, self, error);
  if (!self->front)
    return FALSE;
  self->patience_ms = options->limits.patience_ms;
  g_free (self->url);
  self->url = g_strdup_printf (strchr (text, ':') ? "http://[%s]:%u" : "http://%s:%u", text,
                               td_gateway_front_get_port (self->front));
  return TRUE;
}

/**
 * td_gateway_get_url:
 * @self: a gateway
 *
 * Returns: (transfer none) (nullable): where it is, without a slash at the end
 */
const char *
td_gateway_get_url (TdGateway *self)
{
  g_return_val_if_fail (TD_IS_GATEWAY (self), NULL);

  return self->url;
}

/**
 * td_gateway_get_n_running:
 * @self: a gateway
 *
 * Returns: how many requests are under way
 */
guint
td_gateway_get_n_running (TdGateway *self)
{
  g_return_val_if_fail (TD_IS_GATEWAY (self), 0);

  return g_hash_table_size (self->running);
}

/**
 * td_gateway_get_n_buffered:
 * @self: a gateway
 *
 * Returns: how many bytes of answers wait for clients to take them
 */
gsize
td_gateway_get_n_buffered (TdGateway *self)
{
  GHashTableIter iter;
  gpointer request;
  gsize n = 0;

  g_return_val_if_fail (TD_IS_GATEWAY (self), 0);

  g_hash_table_iter_init (&iter, self->running);
  while (g_hash_table_iter_next (&iter, &request, NULL))
    n += td_gateway_request_get_n_buffered (request);
  return n;
}

static void
end (TdGateway *self)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->stop_task);

  g_clear_handle_id (&self->stop_id, g_source_remove);
  g_clear_pointer (&self->front, td_gateway_front_free);
  g_clear_pointer (&self->url, g_free);
  g_task_return_boolean (task, TRUE);
}

static gboolean
end_cb (gpointer user_data)
{
  TdGateway *self = user_data;

  self->stop_id = 0;
  end (self);
  return G_SOURCE_REMOVE;
}

/* Not from within what the front is doing. */
static void
check_stopped (TdGateway *self)
{
  if (!self->stop_task || g_hash_table_size (self->running) > 0 || self->n_jobs > 0)
    return;
  g_clear_handle_id (&self->stop_id, g_source_remove);
  self->stop_id = g_idle_add (end_cb, self);
}

/* What has not come to an end by now does so here: its owner settles it. */
static gboolean
patience_over_cb (gpointer user_data)
{
  TdGateway *self = user_data;
  g_autoptr (GPtrArray) running = g_hash_table_get_keys_as_ptr_array (self->running);

  self->stop_id = 0;
  for (guint i = 0; i < running->len; i++)
    {
      g_autoptr (TdGatewayRequest) request = td_gateway_request_ref (running->pdata[i]);

      forget (self, request);
      td_gateway_request_cut (request);
    }
  check_stopped (self);
  return G_SOURCE_REMOVE;
}

/**
 * td_gateway_stop_async:
 * @self: a gateway
 * @callback: called when nothing more is under way
 * @user_data: data for @callback
 *
 * Takes no more requests, gives those under way a moment, and stops the rest.
 */
void
td_gateway_stop_async (TdGateway           *self,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  g_return_if_fail (TD_IS_GATEWAY (self));
  g_return_if_fail (self->front && !self->stop_task);

  self->stop_task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (self->stop_task, td_gateway_stop_async);
  td_gateway_front_quiesce (self->front);
  self->stop_id = g_timeout_add (self->patience_ms, patience_over_cb, self);
  check_stopped (self);
}

/**
 * td_gateway_stop_finish:
 * @self: a gateway
 * @result: what the callback got
 * @error: unused
 *
 * Returns: %TRUE
 */
gboolean
td_gateway_stop_finish (TdGateway     *self,
                        GAsyncResult  *result,
                        GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

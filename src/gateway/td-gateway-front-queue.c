/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The way from the front's threads to the main context, and who hangs up. A connection whose request is
 * being answered is suspended: libmicrohttpd does not look at its socket then, and would not see that the
 * client hangs up. So the main context watches the sockets of such requests through an epoll of its own,
 * which is one descriptor to it however many there are.
 */
#include "config.h"

#include "gateway/td-gateway-front-private.h"

#include <errno.h>
#include <glib-unix.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "gateway/td-gateway-request-private.h"

#define N_HANG_UPS 64

typedef struct
{
  TdGatewayRequest *request; /* (owned) */
  TdFrontEvent event;
} Message;

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

void
td_gateway_front_tell (TdGatewayFront   *self,
                       TdGatewayRequest *request,
                       TdFrontEvent      event)
{
  g_mutex_lock (&self->lock);
  add_message (self, request, event);
  g_mutex_unlock (&self->lock);
}

/* On the front's thread, with the request's lock held: hands it over, and sleeps until there is an
 * answer. MHD_NO: nobody is there to give one any more. */
enum MHD_Result
td_gateway_front_hand_over (TdGatewayFront   *self,
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
void
td_gateway_front_give_up (TdGatewayFront *self)
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

/* ---- the beginning and the end ------------------------------------------------------------- */

void
td_gateway_front_open_queue (TdGatewayFront *self)
{
  g_mutex_init (&self->lock);
  self->messages = messages_new ();
  self->source = source_new (self);
  self->watched = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL,
                                         (GDestroyNotify) td_gateway_request_unref);
  watch_hang_ups (self);
}

void
td_gateway_front_close_queue (TdGatewayFront *self)
{
  g_source_destroy (self->source);
  g_source_unref (self->source);
  g_source_destroy (self->hang_ups);
  g_source_unref (self->hang_ups);
  g_hash_table_unref (self->watched);
  close (self->epoll_fd);
  g_array_unref (self->messages);
  g_mutex_clear (&self->lock);
}

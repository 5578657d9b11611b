/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gateway/td-gateway-guard.h"
#include "gateway/td-gateway-request.h"

G_BEGIN_DECLS

/* What the front is given to keep to. */
typedef struct
{
  gsize max_head;        /* bytes of the head of a request */
  gsize max_body;        /* bytes */
  gsize max_unknown;     /* bytes of a body that are taken before its key was looked up */
  guint max_connections;
  guint max_requests;    /* under way at once */
  guint idle_seconds;    /* after which a connection is closed on which nothing happens */
  guint n_threads;
  guint patience_ms;     /* what is under way has when the gateway stops; it is paid either way */
} TdGatewayLimits;

#define TD_GATEWAY_LIMITS_DEFAULT                                                       \
  {                                                                                     \
    .max_head = 32 * 1024, .max_body = 32 * 1024 * 1024, .max_unknown = 16 * 1024,      \
    .max_connections = 1000, .max_requests = 400, .idle_seconds = 60, .n_threads = 2,   \
    .patience_ms = 2000                                                                 \
  }

/* What happened to a request. */
typedef enum
{
  TD_FRONT_CHECK, /* its key is to be looked up, then it is admitted or answered */
  TD_FRONT_READY, /* it is to be answered */
  TD_FRONT_DRAINED, /* the client took most of what it was given */
  TD_FRONT_GONE,  /* the answer was sent, or cannot be sent any more */
} TdFrontEvent;

typedef void (*TdFrontFunc) (TdGatewayRequest *request,
                             TdFrontEvent      event,
                             gpointer          user_data);

/**
 * TdGatewayFront:
 *
 * The gateway's sockets: libmicrohttpd in threads of its own, on epoll. What a request says in its head is
 * judged there; the rest goes to the main context through a queue that wakes it once for all that waits.
 */
typedef struct _TdGatewayFront TdGatewayFront;

TdGatewayFront *td_gateway_front_new      (GInetSocketAddress     *address,
                                           const TdGatewayLimits  *limits,
                                           const char *const      *hosts,
                                           const char *const      *origins,
                                           TdFrontFunc             func,
                                           gpointer                user_data,
                                           GError                **error);
guint           td_gateway_front_get_port (TdGatewayFront         *self);
void            td_gateway_front_watch    (TdGatewayFront         *self,
                                           TdGatewayRequest       *request);
void            td_gateway_front_quiesce  (TdGatewayFront         *self);
void            td_gateway_front_free     (TdGatewayFront         *self);

G_END_DECLS

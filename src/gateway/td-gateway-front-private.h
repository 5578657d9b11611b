/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <microhttpd.h>

#include "gateway/td-fault.h"
#include "gateway/td-gateway-front.h"
#include "gateway/td-gateway-guard.h"

G_BEGIN_DECLS

/*
 * The front as its own files know it: td-gateway-front.c has the daemon and the answers, -head.c judges what
 * a request says before its body, -queue.c is the way to the main context and back.
 */
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

void            td_gateway_front_open_queue   (TdGatewayFront         *self);
void            td_gateway_front_give_up      (TdGatewayFront         *self);
void            td_gateway_front_close_queue  (TdGatewayFront         *self);
void            td_gateway_front_tell         (TdGatewayFront         *self,
                                               TdGatewayRequest       *request,
                                               TdFrontEvent            event);
enum MHD_Result td_gateway_front_hand_over    (TdGatewayFront         *self,
                                               TdGatewayRequest       *request,
                                               TdFrontEvent            event);
enum MHD_Result td_gateway_front_take_head    (TdGatewayFront         *self,
                                               struct MHD_Connection  *connection,
                                               const char             *method,
                                               const char             *path,
                                               void                  **state);
enum MHD_Result td_gateway_front_send_fault   (struct MHD_Connection  *connection,
                                               const char             *path,
                                               TdFault                *fault); /* (transfer full) */
TdFault        *td_gateway_front_fault_too_large (void);
gboolean        td_gateway_front_may_discard  (struct MHD_Connection  *connection,
                                               gsize                   n_discarded);

G_END_DECLS

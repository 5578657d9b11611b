/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/td-engine.h"
#include "gateway/td-gateway-front.h"

G_BEGIN_DECLS

#define TD_GATEWAY_DEFAULT_ADDRESS "127.0.0.1"
#define TD_GATEWAY_DEFAULT_PORT    8717

/* How a gateway is to be reached. */
typedef struct
{
  const char *address;        /* (nullable): TD_GATEWAY_DEFAULT_ADDRESS; not a name */
  guint port;                 /* 0: any */
  const char *const *hosts;   /* (nullable): other names that it is reached by */
  const char *const *origins; /* (nullable): web pages that may use it */
  TdGatewayLimits limits;
} TdGatewayOptions;

#define TD_GATEWAY_OPTIONS_DEFAULT \
  { .port = TD_GATEWAY_DEFAULT_PORT, .limits = TD_GATEWAY_LIMITS_DEFAULT }

/**
 * TdGateway:
 *
 * What the engine can do, for other programs of this machine over HTTP, in the dialects that they speak.
 * Nobody is let in without the key of a client; what a client spends goes the way of all spending.
 */
#define TD_TYPE_GATEWAY (td_gateway_get_type ())
G_DECLARE_FINAL_TYPE (TdGateway, td_gateway, TD, GATEWAY, GObject)

TdGateway  *td_gateway_new         (TdEngine                *engine);
gboolean    td_gateway_start       (TdGateway               *self,
                                    const TdGatewayOptions  *options,
                                    GError                 **error);
const char *td_gateway_get_url     (TdGateway               *self); /* (nullable): it has not started */
guint       td_gateway_get_n_running (TdGateway             *self);
gsize       td_gateway_get_n_buffered (TdGateway            *self);
void        td_gateway_stop_async  (TdGateway               *self,
                                    GAsyncReadyCallback      callback,
                                    gpointer                 user_data);
gboolean    td_gateway_stop_finish (TdGateway               *self,
                                    GAsyncResult            *result,
                                    GError                 **error);

G_END_DECLS

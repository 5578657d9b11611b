/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gateway/td-dialect.h"

G_BEGIN_DECLS

/* What is done at an address. */
typedef enum
{
  TD_GATEWAY_HEALTH,
  TD_GATEWAY_CHAT,
  TD_GATEWAY_MODELS,          /* in the dialect's own form */
  TD_GATEWAY_MODEL,
  TD_GATEWAY_SHOW,            /* the same, named in the body */
  TD_GATEWAY_VERSION,
  TD_GATEWAY_RECOMMENDATIONS,
  TD_GATEWAY_SELECT_MODEL,
  TD_GATEWAY_MARKET_MODELS,
  TD_GATEWAY_MARKET_MODEL,
  TD_GATEWAY_CATEGORIES,
  TD_GATEWAY_BALANCE,
} TdGatewayAction;

typedef struct
{
  const char *method;
  const char *path;
  gboolean open_end;          /* what follows the path is the name of something */
  TdGatewayAction action;
  const TdDialect *(*dialect) (void); /* (nullable) */
} TdGatewayRoute;

/* Where requests go, by method and path. Usable from every thread. */
const TdGatewayRoute *td_gateway_route_find        (const char            *method,
                                                    const char            *path,
                                                    const char           **allowed); /* (nullable) */
const TdDialect      *td_gateway_route_get_dialect (const char            *path);
const char           *td_gateway_route_get_rest    (const TdGatewayRoute  *self,
                                                    const char            *path);

G_END_DECLS

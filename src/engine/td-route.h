/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/td-engine.h"
#include "engine/td-route-note.h"
#include "tokens/td-token-model.h"
#include "wallet/td-receipt.h"

G_BEGIN_DECLS

/* A place that can be asked. */
typedef struct
{
  TdModel *model;       /* (owned) */
  TdEndpoint *endpoint; /* (owned) */
  gboolean resting;     /* it failed too often just now: one request, and no more */
} TdRouteOffer;

/**
 * TdRoute:
 *
 * The places that are asked for one reply, best first, and why in this order.
 */
typedef struct
{
  GPtrArray *offers; /* (owned) (element-type TdRouteOffer): at least one */
  TdRouteNote *note; /* (owned) */
} TdRoute;

TdRoute    *td_route_find        (TdEngine            *engine,
                                  TdModel             *chosen,
                                  TdRouteOrder         order,
                                  const TdRouteNeeds  *needs,
                                  GError             **error);
void        td_route_free        (TdRoute             *self);
gboolean    td_route_minds_refused_turns (TdEngine           *engine,
                                          const TdModelFacts *facts);
gint64      td_route_fit_output  (TdEngine            *engine,
                                  const TdModelFacts  *facts,
                                  TdTokenCount         prompt,
                                  gint64               max_output,
                                  TdMoney              stop_cost);
TdReceipt  *td_route_make_hold   (TdEngine            *engine,
                                  const TdModelFacts  *facts,
                                  TdTokenCount         prompt,
                                  gint64               max_output,
                                  TdMoney              max_cost,
                                  GError             **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdRoute, td_route_free)

G_END_DECLS

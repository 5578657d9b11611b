/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/td-auto.h"
#include "engine/td-exchange.h"
#include "engine/td-route.h"

G_BEGIN_DECLS

/* (transfer full): the request as a model is to get it */
typedef TdChatRequest *(*TdDispatchBuildFunc) (TdModel  *model,
                                               gpointer  user_data);

/**
 * TdDispatch:
 *
 * Where a reply comes from and what it may cost, the same for a chat and for a call from outside:
 * the places that have the model, one after the other while nothing came, each with a hold of its own
 * that its owner writes before anything is sent there.
 */
typedef struct
{
  /* What to do: set by the owner before td_dispatch_plan(). */
  TdEngine *engine;             /* (unowned) */
  TdMessage *reply;             /* (unowned): what the answer goes into */
  TdTurn *turn;                 /* (unowned) (nullable): what it is journalled to */
  TdDispatchBuildFunc build;
  gpointer build_data;
  const char *client;           /* (unowned) (nullable): whose budgets count */
  const char *purpose; /* (unowned) (nullable): what its receipt says it is for; TD_PURPOSE_CHAT */
  TdModel *model;               /* (owned) (nullable): what was picked, then what is asked */
  TdAutoChoice *choice;         /* (owned) (nullable): Q chose it */
  gint64 max_output;            /* tokens; 0: the model's own limit */
  TdMoney max_cost;             /* TD_MONEY_UNKNOWN: no limit */
  TdMoney stop_cost;            /* TD_MONEY_UNKNOWN: no limit */
  gboolean has_route_order;     /* else as the user has it in general */
  TdRouteOrder route_order;

  /* Under way. */
  char *asked_key;              /* (owned) (nullable): what was picked */
  TdRoute *route;               /* (owned) (nullable) */
  guint n_offer;                /* which of the route is asked */
  TdReceipt *hold;              /* (owned) (nullable): nothing is sent without */
  TdExchange *exchange;         /* (owned) (nullable) */
} TdDispatch;

#define TD_DISPATCH_INIT { .max_cost = TD_MONEY_UNKNOWN, .stop_cost = TD_MONEY_UNKNOWN }

void       td_dispatch_clear           (TdDispatch *self);
gboolean   td_dispatch_plan            (TdDispatch *self,
                                        const char *model_key,
                                        GError    **error);
gboolean   td_dispatch_go_elsewhere    (TdDispatch   *self,
                                        const GError *error);
TdReceipt *td_dispatch_hold_more       (TdDispatch    *self,
                                        TdChatRequest *request,
                                        TdTokenCount  *prompt,
                                        GError       **error);
void       td_dispatch_take_terms      (TdDispatch *self,
                                        TdMoney     held,
                                        gint64      commission_ppm);
TdMoney    td_dispatch_get_max_cost    (const TdDispatch *self);
TdMoney    td_dispatch_get_client_rest (TdEngine   *engine,
                                        const char *client);
GError    *td_dispatch_dup_end_error   (const TdDispatch *self); /* (nullable): the reply is complete */

G_END_DECLS

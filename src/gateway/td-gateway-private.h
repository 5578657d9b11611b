/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "assistant/td-advice.h"
#include "base/td-json-write.h"
#include "gateway/td-gateway-request.h"
#include "gateway/td-gateway-route.h"
#include "gateway/td-gateway.h"

G_BEGIN_DECLS

/* What the files of the gateway know of each other. A handler answers the request, now or later. */
TdEngine *td_gateway_get_engine       (TdGateway             *self);
TdAdvisor *td_gateway_get_advisor     (TdGateway             *self);
void      td_gateway_begin_job         (TdGateway             *self);
void      td_gateway_end_job           (TdGateway             *self);
void      td_gateway_reply_json       (TdGatewayRequest      *request,
                                       TdJsonWriter          *writer);
void      td_gateway_reply_fault      (TdGatewayRequest      *request,
                                       const TdDialect       *dialect,
                                       TdFault               *fault); /* (transfer full) */
void      td_gateway_chat             (TdGateway             *self,
                                       TdGatewayRequest      *request,
                                       const TdDialect       *dialect);
void      td_gateway_advise            (TdGateway             *self,
                                       TdGatewayRequest      *request,
                                       gboolean               selects);
void      td_gateway_handle_rest      (TdGateway             *self,
                                       TdGatewayRequest      *request,
                                       const TdGatewayRoute  *route);
void      td_gateway_handle_models    (TdGateway             *self,
                                       TdGatewayRequest      *request,
                                       const TdGatewayRoute  *route);
/* (transfer none) (nullable): the model that a client means by a name, or NULL with the fault set; both are
 * NULL when Q is to choose. */
TdModel  *td_gateway_resolve_model    (TdEngine              *engine,
                                       const char            *name,
                                       TdFault              **fault);

G_END_DECLS

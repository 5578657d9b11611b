/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/td-engine.h"
#include "tokens/td-token-model.h"
#include "wallet/td-receipt.h"

G_BEGIN_DECLS

TdEndpoint *td_route_find        (TdEngine            *engine,
                                  const TdModelFacts  *facts,
                                  GError             **error);
TdReceipt  *td_route_make_hold   (TdEngine            *engine,
                                  const TdModelFacts  *facts,
                                  TdTokenCount         prompt,
                                  gint64               max_output,
                                  TdMoney              max_cost,
                                  GError             **error);

G_END_DECLS

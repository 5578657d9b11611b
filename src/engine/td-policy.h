/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/td-engine.h"
#include "engine/td-router.h"
#include "providers/td-timeouts.h"

G_BEGIN_DECLS

/* What the user says about requests in general. */
typedef struct
{
  TdRouteOrder order;
  TdTimeouts timeouts; /* of providers that have none of their own */
} TdPolicy;

#define TD_POLICY_DEFAULT { TD_ROUTE_CHOSEN, TD_TIMEOUTS_DEFAULT }

const TdPolicy *td_engine_get_policy      (TdEngine       *self);
void            td_engine_set_policy      (TdEngine       *self,
                                           const TdPolicy *policy);
/* The settings it goes by; NULL: none, the usual ones are in force. */
GSettings      *td_engine_get_settings    (TdEngine       *self); /* (transfer none) (nullable) */
/* Goes by the settings of this program from now on, where its schema is installed. */
void            td_engine_follow_settings (TdEngine       *self);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "providers/td-provider-error.h"

G_BEGIN_DECLS

/**
 * TdBreakers:
 *
 * A circuit breaker for each offer: one that fails again and again is left alone for a while,
 * longer each time, and is then tried with one request before it is used as usual. Times are
 * handed in, in microseconds of a clock that does not jump.
 */
typedef struct _TdBreakers TdBreakers;

typedef enum
{
  TD_BREAKER_CLOSED,    /* used as usual */
  TD_BREAKER_OPEN,      /* left alone */
  TD_BREAKER_HALF_OPEN, /* may be tried once */
} TdBreakerState;

TdBreakers     *td_breakers_new       (void);
void            td_breakers_free      (TdBreakers      *self);
TdBreakerState  td_breakers_get_state (TdBreakers      *self,
                                       const char      *offer,
                                       gint64           now_us);
void            td_breakers_begin     (TdBreakers      *self,
                                       const char      *offer,
                                       gint64           now_us);
void            td_breakers_succeed   (TdBreakers      *self,
                                       const char      *offer);
void            td_breakers_fail      (TdBreakers      *self,
                                       const char      *offer,
                                       const TdFailure *failure,
                                       gint64           now_us);
void            td_breakers_abandon   (TdBreakers      *self,
                                       const char      *offer);
void            td_breakers_forget    (TdBreakers      *self,
                                       const char      *provider_id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdBreakers, td_breakers_free)

G_END_DECLS

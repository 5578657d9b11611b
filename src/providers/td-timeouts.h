/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Time limits of one request, in milliseconds. */
typedef struct
{
  guint connect_ms;    /* until the connection stands */
  guint first_byte_ms; /* from then until the reply starts */
  guint idle_ms;       /* between two bytes */
  guint total_ms;      /* for all of it; 0: no limit */
} TdTimeouts;

#define TD_TIMEOUTS_DEFAULT { 15000, 600000, 120000, 0 }

/* A provider's own limits, where a field that is 0 is not set. */
#define TD_TIMEOUTS_UNSET { 0, 0, 0, 0 }
#define TD_TIMEOUT_MAX_MS (24 * 3600 * 1000)

void td_timeouts_merge (TdTimeouts       *self,
                        const TdTimeouts *over);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/td-clock.h"

static gint64 frozen_now_us;

/**
 * td_clock_now_us:
 *
 * The wall clock, for what is stored and shown. May jump.
 *
 * Returns: microseconds since 1970, UTC
 */
gint64
td_clock_now_us (void)
{
  return frozen_now_us != 0 ? frozen_now_us : g_get_real_time ();
}

/**
 * td_clock_monotonic_us:
 *
 * The clock for durations. Never jumps.
 *
 * Returns: microseconds since an unspecified moment
 */
gint64
td_clock_monotonic_us (void)
{
  return g_get_monotonic_time ();
}

/**
 * td_clock_freeze:
 * @now_us: what td_clock_now_us() says from now on, in microseconds since 1970
 *
 * For tests: stops the wall clock.
 */
void
td_clock_freeze (gint64 now_us)
{
  g_return_if_fail (now_us > 0);

  frozen_now_us = now_us;
}

/**
 * td_clock_thaw:
 *
 * For tests: lets the wall clock run again.
 */
void
td_clock_thaw (void)
{
  frozen_now_us = 0;
}

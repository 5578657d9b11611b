/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "providers/td-timeouts.h"

static void
merge_one (guint *value,
           guint  over)
{
  if (over > 0)
    *value = over;
}

/**
 * td_timeouts_merge:
 * @self: time limits
 * @over: a provider's own
 *
 * Lays the limits that @over sets over the usual ones.
 */
void
td_timeouts_merge (TdTimeouts       *self,
                   const TdTimeouts *over)
{
  g_return_if_fail (self != NULL && over != NULL);

  merge_one (&self->connect_ms, over->connect_ms);
  merge_one (&self->first_byte_ms, over->first_byte_ms);
  merge_one (&self->idle_ms, over->idle_ms);
  merge_one (&self->total_ms, over->total_ms);
}

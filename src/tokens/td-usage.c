/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tokens/td-usage.h"

/* Beyond these nobody counts in earnest, and sums of them could overflow. */
#define MAX_TOKENS        G_GINT64_CONSTANT (1000000000)
#define MAX_PROVIDER_COST G_GINT64_CONSTANT (1000000000000000) /* a million dollars */

static void
merge_field (gint64 *field,
             gint64  later,
             gint64  limit)
{
  if (later >= 0 && later <= limit)
    *field = later;
}

/**
 * td_usage_merge:
 * @usage: what is known so far
 * @later: what was reported after it
 *
 * Takes over the known fields of @later. Providers that repeat their usage inside one stream
 * send running totals, so the last value of a field wins and a missing one changes nothing.
 */
void
td_usage_merge (TdUsage       *usage,
                const TdUsage *later)
{
  g_return_if_fail (usage != NULL);
  g_return_if_fail (later != NULL);

  merge_field (&usage->input, later->input, MAX_TOKENS);
  merge_field (&usage->cached, later->cached, MAX_TOKENS);
  merge_field (&usage->cache_write, later->cache_write, MAX_TOKENS);
  merge_field (&usage->output, later->output, MAX_TOKENS);
  merge_field (&usage->reasoning, later->reasoning, MAX_TOKENS);
  merge_field (&usage->total, later->total, MAX_TOKENS);
  merge_field (&usage->provider_cost, later->provider_cost, MAX_PROVIDER_COST);
}

static void
add_field (gint64 *field,
           gint64  more,
           gint64  limit)
{
  *field = *field >= 0 && more >= 0 ? MIN (*field + more, limit) : TD_USAGE_UNKNOWN;
}

/**
 * td_usage_add:
 * @usage: what some requests took
 * @more: what another one took
 *
 * Adds up separate requests, each of which is paid for.
 */
void
td_usage_add (TdUsage       *usage,
              const TdUsage *more)
{
  g_return_if_fail (usage != NULL);
  g_return_if_fail (more != NULL);

  add_field (&usage->input, more->input, MAX_TOKENS);
  add_field (&usage->cached, more->cached, MAX_TOKENS);
  add_field (&usage->cache_write, more->cache_write, MAX_TOKENS);
  add_field (&usage->output, more->output, MAX_TOKENS);
  add_field (&usage->reasoning, more->reasoning, MAX_TOKENS);
  add_field (&usage->total, more->total, MAX_TOKENS);
  add_field (&usage->provider_cost, more->provider_cost, MAX_PROVIDER_COST);
}

/**
 * td_usage_is_known:
 * @usage: a usage
 *
 * Whether both counts that a price needs are there.
 *
 * Returns: %TRUE when input and output are known
 */
gboolean
td_usage_is_known (const TdUsage *usage)
{
  g_return_val_if_fail (usage != NULL, FALSE);

  return usage->input >= 0 && usage->output >= 0;
}

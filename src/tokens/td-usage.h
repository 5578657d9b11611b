/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TdUsage:
 *
 * Tokens of one turn. Every field may be TD_USAGE_UNKNOWN: what a provider never says is
 * unknown, not zero. @input counts all prompt tokens, cached ones included; @output all
 * generated ones, reasoning included.
 */
typedef struct
{
  gint64 input;
  gint64 cached;         /* part of input, read from a cache */
  gint64 cache_write;    /* part of input, written to a cache */
  gint64 output;
  gint64 reasoning;      /* part of output */
  gint64 total;
  gint64 provider_cost;  /* nano-dollars as the provider states them, or TD_USAGE_UNKNOWN */
} TdUsage;

#define TD_USAGE_UNKNOWN G_GINT64_CONSTANT (-1)
#define TD_USAGE_INIT { -1, -1, -1, -1, -1, -1, -1 }

/* Running totals: the known fields of @later replace those of @usage. */
void     td_usage_merge     (TdUsage       *usage,
                             const TdUsage *later);
/* What several requests took together; unknown is what one of them did not say. */
void     td_usage_add       (TdUsage       *usage,
                             const TdUsage *more);
gboolean td_usage_is_known  (const TdUsage *usage);

G_END_DECLS

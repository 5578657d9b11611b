/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "catalogue/td-model.h"
#include "tokens/td-usage.h"

G_BEGIN_DECLS

/**
 * TdCost:
 *
 * What a turn costs, by token class, and whether that is known. The total is rounded up to a
 * nano-dollar once.
 */
typedef struct
{
  gboolean known;      /* FALSE: a price or a count that matters is not known; money fields are 0 */
  gboolean free;       /* known, and nothing is charged */
  TdMoney total;
  TdPriceList prices;  /* the unit prices applied, after the context tier */
  gint64 uncached_input, cached_input, cache_write; /* tokens charged in each class */
  gint64 output;       /* reasoning apart, where it has a price of its own */
  gint64 reasoning;    /* 0 where reasoning is charged as output */
} TdCost;

void     td_pricing_get_prices  (const TdModelFacts *facts,
                                 gint64              prompt_tokens,
                                 TdPriceList        *prices);
void     td_pricing_cost        (const TdModelFacts *facts,
                                 const TdUsage      *usage,
                                 TdCost             *cost);
void     td_pricing_cost_at     (const TdPriceList  *prices,
                                 const TdUsage      *usage,
                                 TdCost             *cost);
gboolean td_pricing_worst_case  (const TdModelFacts *facts,
                                 gint64              prompt_tokens,
                                 gint64              max_output,
                                 TdMoney            *worst);
gint64   td_pricing_fit_output  (const TdModelFacts *facts,
                                 gint64              prompt_tokens,
                                 TdMoney             money);
TdMoney  td_pricing_commission  (TdMoney             cost,
                                 gint64              commission_ppm);
TdMoney  td_pricing_without_commission (TdMoney      money,
                                        gint64       commission_ppm);

G_END_DECLS

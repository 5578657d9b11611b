/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "assistant/analysis/td-category.h"
#include "catalogue/td-catalogue.h"

G_BEGIN_DECLS

#define TD_QUALITY_UNKNOWN (-1)

/**
 * TdQuality:
 *
 * How good a model is at each category, from measurements only: thousandths, the share of the rated models
 * that it is better than, drawn towards the middle where there is little evidence.
 */
typedef struct
{
  int per_mille[TD_N_CATEGORIES]; /* TD_QUALITY_UNKNOWN: nothing was measured */
  GPtrArray *benchmarks;          /* (element-type TdBenchmark) (owned), its members borrowed: those used */
  gboolean derived;               /* measured on the weights this one was made of */
} TdQuality;

/* (element-type utf8 TdQuality): by base model; borrows from the catalogue. */
GHashTable *td_quality_compute (TdCatalogue *catalogue);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The weights file, PKGDATADIR/assistant/categories.weights: a header, then for each bucket one signed
 * byte per category. Little-endian; the numbers of the header are fixed-point, so that there is only
 * one way to write them.
 */

#include <glib.h>

#include "assistant/analysis/td-category.h"
#include "assistant/analysis/td-features.h"

G_BEGIN_DECLS

#define TD_CLASSIFIER_MAGIC "TDQ-CAT1"
#define TD_CLASSIFIER_FIXED (1 << 20)
#define TD_N_COMPLEXITY_TERMS 32

typedef struct
{
  char magic[8];
  guint32 n_buckets;
  guint32 n_categories;
  guint32 lexicon_hash;
  gint32 scale;                         /* 1/2^20: what one unit of a weight is worth */
  gint32 temperature;                   /* 1/2^20: what sums are divided by for the confidence */
  gint32 bias[TD_N_CATEGORIES];         /* 1/2^20 */
  gint32 complexity[TD_N_COMPLEXITY_TERMS]; /* 1/2^20 */
  gint32 complexity_cuts[2];            /* 1/2^20: from where on it is 2, and 3 */
} TdClassifierHeader;

G_END_DECLS

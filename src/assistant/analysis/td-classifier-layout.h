/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The weights file, PKGDATADIR/assistant/categories.weights, little-endian:
 *
 *   a header; its numbers are fixed-point, so that there is only one way to write them
 *   for each of TD_CLASSIFIER_N_GROUPS groups and the end, 4 bytes: which entry it begins with
 *   for each entry, 2 bytes: its tag
 *   for each entry, one signed byte per category: its weights
 *
 * A feature's group is the first TD_CLASSIFIER_GROUP_BITS of its hash, its tag the 16 bits after these. In a
 * group the tags go up. Only features that were learned have an entry: what was never seen weighs nothing,
 * where one row for all features of a bucket would give it the weights of strangers.
 */

#include <glib.h>

#include "assistant/analysis/td-category.h"

G_BEGIN_DECLS

#define TD_CLASSIFIER_MAGIC      "TDQ-CAT2"
#define TD_CLASSIFIER_FIXED      (1 << 20)
#define TD_CLASSIFIER_GROUP_BITS 14
#define TD_CLASSIFIER_N_GROUPS   (1u << TD_CLASSIFIER_GROUP_BITS)
#define TD_CLASSIFIER_MAX_ENTRIES (1u << 20)
#define TD_N_COMPLEXITY_TERMS    32

typedef struct
{
  char magic[8];
  guint32 n_entries;
  guint32 n_categories;
  guint32 lexicon_hash;
  gint32 scale;                         /* 1/2^20: what one unit of a weight is worth */
  gint32 temperature;                   /* 1/2^20: what sums are divided by for the confidence */
  gint32 bias[TD_N_CATEGORIES];         /* 1/2^20 */
  gint32 complexity[TD_N_COMPLEXITY_TERMS]; /* 1/2^20 */
  gint32 complexity_cuts[2];            /* 1/2^20: from where on it is 2, and 3 */
} TdClassifierHeader;

static inline guint32
td_classifier_group_of (guint32 hash)
{
  return hash >> (32 - TD_CLASSIFIER_GROUP_BITS);
}

static inline guint16
td_classifier_tag_of (guint32 hash)
{
  return (guint16) (hash >> (16 - TD_CLASSIFIER_GROUP_BITS));
}

G_END_DECLS

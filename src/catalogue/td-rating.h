/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TdMeasurement:
 *
 * One measured value of one model on one public benchmark, as the source states it.
 */
typedef struct
{
  char *benchmark; /* id of a TdBenchmark */
  char *name;      /* the model as the source writes it */
  double value;
  char *variant;   /* (nullable): effort or thinking mode measured */
  char *date;
  gboolean has_interval;
  double low, high; /* 95 % interval */
  gint64 votes;     /* 0: not stated */
  gboolean older;   /* from the older snapshot of the board */
} TdMeasurement;

/**
 * TdRating:
 *
 * Where a model stands among the models measured: 0.0 to 5.0 in tenths, from measurements
 * only. A model without evidence has no rating (%NULL), which is not a rating of 0.0.
 */
typedef struct
{
  int tenths;           /* 0 to 50 */
  double score;         /* points on the anchor's scale */
  double percentile;    /* 0 to 100 */
  GStrv evidence;       /* ids of the benchmarks behind it */
  GStrv older;          /* (nullable): those of them that come from an older snapshot */
} TdRating;

typedef struct
{
  char *id;
  char *title;
  char *metric;
  char *unit;
  gboolean higher_is_better;
  char *date;
  char *source_url;
  char *license;
  char *attribution;
} TdBenchmark;

void td_rating_free (TdRating *self);
void td_benchmark_free (TdBenchmark *self);
void td_measurement_free (TdMeasurement *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdRating, td_rating_free)

G_END_DECLS

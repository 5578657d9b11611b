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
  GStrv base_models; /* the catalogue's spellings of that one model */
  double value;
  char *variant;   /* (nullable): effort or thinking mode measured */
  char *domain;    /* (nullable): the part of the benchmark measured */
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
  int weight;       /* in the rating; 0: shown, not part of it */
  gboolean anchor;  /* its points are the scale of the rating */
  char *date;       /* (nullable): of the newest snapshot */
  char *date_older; /* (nullable): of the older one */
  char *source_url;
  char *license;
  char *attribution;
  char *note;       /* (nullable): what to know about it, in English */
} TdBenchmark;

TdRating      *td_rating_new       (void);
TdRating      *td_rating_copy      (const TdRating      *self);
gboolean       td_rating_equal     (const TdRating      *a,
                                    const TdRating      *b);
void           td_rating_free      (TdRating            *self);
TdBenchmark   *td_benchmark_new    (void);
TdBenchmark   *td_benchmark_copy   (const TdBenchmark   *self);
void           td_benchmark_free   (TdBenchmark         *self);
TdMeasurement *td_measurement_new  (void);
TdMeasurement *td_measurement_copy (const TdMeasurement *self);
void           td_measurement_free (TdMeasurement       *self);

GHashTable    *td_rating_compute   (GPtrArray           *benchmarks,
                                    GPtrArray           *measurements);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdRating, td_rating_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdBenchmark, td_benchmark_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdMeasurement, td_measurement_free)

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/td-request-record.h"

G_BEGIN_DECLS

typedef enum
{
  TD_REQUEST_BY_PROVIDER,
  TD_REQUEST_BY_MODEL,
  TD_REQUEST_BY_DAY,
} TdRequestBy;

/**
 * TdRequestStats:
 *
 * How the requests of one provider, model or day went.
 */
typedef struct
{
  char *key;                    /* a provider id, an offer's key, or "2026-11-23" */
  guint n_requests;
  guint n_complete;
  guint n_stopped;              /* by the user: neither a success nor a failure */
  guint n_faults;               /* the provider failed */
  guint n_refused;              /* it did not, but the request could not be served */
  guint n_retries;              /* how many of them were not the first try */
  gint64 first_token_median_ms; /* -1: nothing came, ever */
  gint64 first_token_p95_ms;    /* nineteen of twenty were at least as fast; -1 */
  gint64 rate_median;           /* thousandths of a token a second; -1 */
  gint64 input_tokens;          /* this and the next two: sums of those that are known */
  gint64 cached_tokens;
  gint64 output_tokens;
} TdRequestStats;

/* What one row of the log adds. */
typedef struct
{
  const char *key;
  gint64 started_us;
  const char *outcome;
  gboolean is_retry;
  gint64 first_token_ms; /* this and the rest: -1 when unknown */
  gint64 rate;
  gint64 input_tokens;
  gint64 cached_tokens;
  gint64 output_tokens;
} TdRequestSample;

/* Gathers samples, in any order, into one TdRequestStats for each key. */
typedef struct _TdRequestGatherer TdRequestGatherer;

TdRequestGatherer *td_request_gatherer_new    (void);
void               td_request_gatherer_free   (TdRequestGatherer     *self);
void               td_request_gatherer_add    (TdRequestGatherer     *self,
                                               const TdRequestSample *sample);
GPtrArray         *td_request_gatherer_finish (TdRequestGatherer     *self);

void               td_request_stats_free             (TdRequestStats       *self);
int                td_request_stats_get_success      (const TdRequestStats *self);
gint64             td_request_percentile             (GArray               *values,
                                                      guint                 percent);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdRequestGatherer, td_request_gatherer_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdRequestStats, td_request_stats_free)

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/td-database.h"
#include "wallet/td-pricing.h"

G_BEGIN_DECLS

/* How spending and tokens are put together. */
typedef enum
{
  TD_USAGE_BY_DAY,
  TD_USAGE_BY_PROVIDER,
  TD_USAGE_BY_MODEL,
  TD_USAGE_BY_CLIENT,
  TD_USAGE_N_WAYS,
} TdUsageBy;

/**
 * TdUsageLine:
 *
 * What a day, a provider, a model or a client used. Sums are of what is known; how much is not
 * is said beside them.
 */
typedef struct
{
  char *key;              /* a day such as "2026-11-23", an id, or ""; owned */
  gint64 n_replies;
  TdMoney spent;          /* commission and overrun included */
  gint64 n_unknown_costs;
  gint64 input;           /* tokens, cached ones included */
  gint64 cached;
  gint64 output;          /* tokens, reasoning included */
  gint64 reasoning;
  gint64 n_unknown_counts; /* replies whose input or output is not known */
  gint64 n_estimates;      /* replies whose tokens we counted, and not exactly */
} TdUsageLine;

/**
 * TdUsageReport:
 *
 * A wallet's use of models from one day to another, both included, each way of looking at it.
 */
typedef struct
{
  gint64 wallet_id;
  gint64 first_day;       /* such as 20261123 */
  gint64 last_day;
  TdUsageLine *total;     /* (owned) */
  GPtrArray *lines[TD_USAGE_N_WAYS]; /* (owned) (element-type TdUsageLine): days in order, each of
                                        them; the others by what they cost, dearest first */
  TdMoney month;          /* what this month has cost so far; this month is the last day's */
  TdMoney forecast;       /* what it will; TD_MONEY_UNKNOWN: too little to tell from */
} TdUsageReport;

/**
 * TdUsageWhatIf:
 *
 * The same replies, had another model given them, token by token.
 */
typedef struct
{
  gint64 n_replies;  /* those that could be compared */
  gint64
    n_left_out; /* whose tokens or cost, or what the other model would have cost, are not known */
  TdMoney actual;    /* what they cost */
  TdMoney instead;   /* what they would have; the same commission */
} TdUsageWhatIf;

/**
 * TdUsageHabit:
 *
 * How long the replies of a model to this user usually are: of ten, one is shorter than @low and one
 * longer than @high.
 */
typedef struct
{
  guint n_replies; /* it was learnt from; 0: too few to tell */
  gint64 low;      /* tokens, reasoning included */
  gint64 high;
} TdUsageHabit;

void td_usage_habit_learn (TdUsageHabit *self,
                           GArray       *outputs); /* (element-type gint64) */
void td_usage_report_load_async (TdDatabase          *database,
                                 gint64               wallet_id,
                                 gint64               first_day,
                                 gint64               last_day,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data);
TdUsageReport *
td_usage_report_load_finish (TdDatabase *database, GAsyncResult *result, GError **error);
void td_usage_report_free (TdUsageReport *self);
void td_usage_what_if_async (TdDatabase          *database,
                             gint64               wallet_id,
                             gint64               first_day,
                             gint64               last_day,
                             const TdModelFacts  *facts,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data);
gboolean td_usage_what_if_finish (TdDatabase     *database,
                                  GAsyncResult   *result,
                                  TdUsageWhatIf  *what_if,
                                  GError        **error);

TdUsageLine *td_usage_line_new (const char *key);
void td_usage_line_free (TdUsageLine *self);
void td_usage_line_add (TdUsageLine *self, const TdUsageLine *more);
void td_usage_what_if_add (TdUsageWhatIf      *self,
                           const TdModelFacts *facts,
                           const TdUsage      *usage,
                           gint64              commission_ppm,
                           TdMoney             actual);
TdMoney td_usage_forecast (const TdMoney *days, guint n_days, TdMoney month, guint n_days_left);
gint64 td_usage_move_day (gint64 day, int n_days);
gint64 td_usage_count_days (gint64 first_day, gint64 last_day);
char *td_usage_day_to_text (gint64 day);
gboolean td_usage_day_from_text (const char *text, gint64 *day);
const char *td_usage_by_to_string (TdUsageBy by);
gboolean td_usage_by_from_string (const char *text, TdUsageBy *by);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdUsageReport, td_usage_report_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdUsageLine, td_usage_line_free)

G_END_DECLS

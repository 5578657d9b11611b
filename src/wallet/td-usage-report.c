/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What was used and what it cost, for the page and for the terminal: read from the receipts at
 * once, so that the figures fit together. Receipts stay when their chats are deleted.
 */
#include "config.h"

#include "wallet/td-usage-report.h"

#include <stdio.h>

#include "base/td-words.h"
#include "wallet/td-budget.h"
#include "wallet/td-usage-store.h"

/* A month is foretold from the days before today, four weeks at most: weekends weigh what they do.
 * One or two days tell nothing. */
#define FORECAST_DAYS       28
#define FORECAST_LEAST_DAYS 3
#define HABIT_LEAST_REPLIES 3

/* As many as take a few milliseconds: whoever wants to hold waits no longer than that. */
#define COMPARED_AT_ONCE 2000

static const char *const by_names[] = { "day", "provider", "model", "client" };

typedef struct
{
  gint64 wallet_id;
  gint64 first_day;
  gint64 last_day;
  TdModelFacts *facts; /* (owned) (nullable) */
  gint64 after_id;
  TdUsageWhatIf what_if;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_clear_pointer (&job->facts, td_model_facts_free);
  g_free (job);
}

/* ---- days ---------------------------------------------------------------------------------- */

static gboolean
read_date (gint64  day,
           GDate  *date)
{
  g_date_clear (date, 1);
  if (day < 10101 || day > 99991231 ||
      !g_date_valid_dmy ((GDateDay) (day % 100), (GDateMonth) (day / 100 % 100),
                         (GDateYear) (day / 10000)))
    return FALSE;
  g_date_set_dmy (date, (GDateDay) (day % 100), (GDateMonth) (day / 100 % 100),
                  (GDateYear) (day / 10000));
  return TRUE;
}

static gint64
from_date (const GDate *date)
{
  return (gint64) g_date_get_year (date) * 10000 + g_date_get_month (date) * 100 +
         g_date_get_day (date);
}

/**
 * td_usage_move_day:
 * @day: a day such as 20261123
 * @n_days: how far; back when negative
 *
 * Returns: that many days later; 0 when @day is none
 */
gint64
td_usage_move_day (gint64 day,
                   int    n_days)
{
  GDate date;

  if (!read_date (day, &date))
    return 0;
  if (n_days < 0)
    g_date_subtract_days (&date, (guint) -n_days);
  else
    g_date_add_days (&date, (guint) n_days);
  return from_date (&date);
}

/**
 * td_usage_count_days:
 * @first_day: a day such as 20261123
 * @last_day: another
 *
 * Returns: how many days there are from one to the other, both included; 0 when there is none
 */
gint64
td_usage_count_days (gint64 first_day,
                     gint64 last_day)
{
  GDate first, last;

  if (!read_date (first_day, &first) || !read_date (last_day, &last))
    return 0;
  return MAX (g_date_days_between (&first, &last) + 1, 0);
}

/**
 * td_usage_day_to_text:
 * @day: a day such as 20261123
 *
 * Returns: (transfer full): such as "2026-11-23"
 */
char *
td_usage_day_to_text (gint64 day)
{
  return g_strdup_printf ("%04d-%02d-%02d", (int) (day / 10000), (int) (day / 100 % 100),
                          (int) (day % 100));
}

/**
 * td_usage_day_from_text:
 * @text: (nullable): such as "2026-11-23"
 * @day: (out): the day
 *
 * Returns: whether it is a day
 */
gboolean
td_usage_day_from_text (const char *text,
                        gint64     *day)
{
  GDate date;
  int year, month, day_of_month, length = 0;

  if (!text || sscanf (text, "%4d-%2d-%2d%n", &year, &month, &day_of_month, &length) != 3 ||
      text[length] != '\0' || year < 1 || month < 1 || day_of_month < 1)
    return FALSE;
  *day = (gint64) year * 10000 + month * 100 + day_of_month;
  return read_date (*day, &date);
}

/* ---- lines --------------------------------------------------------------------------------- */

/**
 * td_usage_line_new:
 * @key: (nullable): what it is of
 *
 * Returns: (transfer full): a line of nothing
 */
TdUsageLine *
td_usage_line_new (const char *key)
{
  TdUsageLine *self = g_new0 (TdUsageLine, 1);

  self->key = g_strdup (key ? key : "");
  return self;
}

void
td_usage_line_free (TdUsageLine *self)
{
  if (!self)
    return;
  g_free (self->key);
  g_free (self);
}

/**
 * td_usage_line_add:
 * @self: a line
 * @more: another
 *
 * Adds the other's figures to it.
 */
void
td_usage_line_add (TdUsageLine       *self,
                   const TdUsageLine *more)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (more != NULL);

  self->n_replies += more->n_replies;
  if (!td_money_add (self->spent, more->spent, &self->spent))
    self->n_unknown_costs += more->n_replies;
  self->n_unknown_costs += more->n_unknown_costs;
  self->input += more->input;
  self->cached += more->cached;
  self->output += more->output;
  self->reasoning += more->reasoning;
  self->n_unknown_counts += more->n_unknown_counts;
  self->n_estimates += more->n_estimates;
}

const char *
td_usage_by_to_string (TdUsageBy by)
{
  g_return_val_if_fail ((guint) by < G_N_ELEMENTS (by_names), NULL);

  return by_names[by];
}

gboolean
td_usage_by_from_string (const char *text,
                         TdUsageBy  *by)
{
  guint index;

  if (!td_words_find (by_names, G_N_ELEMENTS (by_names), text, &index))
    return FALSE;
  *by = (TdUsageBy) index;
  return TRUE;
}

/* ---- habits ---------------------------------------------------------------------------------- */

static int
compare_counts (gconstpointer a,
                gconstpointer b)
{
  gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;

  return (x > y) - (x < y);
}

/**
 * td_usage_habit_learn:
 * @self: (out caller-allocates): a habit
 * @outputs: (element-type gint64): how many tokens replies had; gets sorted
 *
 * Takes the tenth and the ninetieth percentile, by nearest rank. One or two replies tell nothing.
 */
void
td_usage_habit_learn (TdUsageHabit *self,
                      GArray       *outputs)
{
  *self = (TdUsageHabit) { 0 };
  if (outputs->len < HABIT_LEAST_REPLIES)
    return;
  g_array_sort (outputs, compare_counts);
  self->n_replies = outputs->len;
  self->low = g_array_index (outputs, gint64, (outputs->len + 9) / 10 - 1);
  self->high = g_array_index (outputs, gint64, (outputs->len * 9 + 9) / 10 - 1);
}

/* ---- the forecast -------------------------------------------------------------------------- */

/**
 * td_usage_forecast:
 * @days: (array length=n_days): what the last days cost, today last
 * @n_days: how many of them there are since a model was first used, today among them
 * @month: what this month cost so far, today included
 * @n_days_left: how many days of it come after today
 *
 * The mean of the days before today, of four weeks at most, for every day to come, and for what
 * today still lacks of it.
 *
 * Returns: what the month will have cost; %TD_MONEY_UNKNOWN when the days are too few to tell
 */
TdMoney
td_usage_forecast (const TdMoney *days,
                   guint          n_days,
                   TdMoney        month,
                   guint          n_days_left)
{
  guint n = n_days > 0 ? MIN (n_days - 1, FORECAST_DAYS) : 0;
  __int128 sum = 0, rest;

  if (n < FORECAST_LEAST_DAYS)
    return TD_MONEY_UNKNOWN;
  for (guint i = 0; i < n; i++)
    sum += days[n_days - 2 - i];
  rest = sum - (__int128) days[n_days - 1] * n;
  rest = (sum * n_days_left + MAX (rest, 0)) / n;
  return rest > G_MAXINT64 - month ? TD_MONEY_UNKNOWN : month + (TdMoney) rest;
}

/* What each of the last days cost. */
static gboolean
read_days (TdConnection  *connection,
           Job           *job,
           guint          n_days,
           TdMoney       *days,
           GError       **error)
{
  gint64 first = td_usage_move_day (job->last_day, 1 - (int) n_days);
  g_autoptr (GPtrArray) lines =
    td_usage_store_summarise (connection, TD_USAGE_BY_DAY, job->wallet_id, first, job->last_day,
                              error);

  if (!lines)
    return FALSE;
  for (guint i = 0; i < lines->len; i++)
    {
      const TdUsageLine *line = g_ptr_array_index (lines, i);
      gint64 day, nth;

      if (!td_usage_day_from_text (line->key, &day))
        continue;
      nth = td_usage_count_days (first, day);
      if (nth >= 1 && nth <= n_days)
        days[nth - 1] = line->spent;
    }
  return TRUE;
}

static gboolean
read_forecast (TdConnection   *connection,
               Job            *job,
               TdUsageReport  *report,
               GError        **error)
{
  gint64 first = td_budget_first_day (TD_BUDGET_MONTH, job->last_day);
  gint64 first_used = td_usage_store_find_first_day (connection, job->wallet_id, error);
  gint64 of_month = job->last_day - first + 1, used;
  TdMoney days[FORECAST_DAYS + 4] = { 0 };
  guint n_days = G_N_ELEMENTS (days), n_in_month;
  GDate date;

  report->forecast = TD_MONEY_UNKNOWN;
  if (first_used < 0 || !read_days (connection, job, n_days, days, error))
    return FALSE;
  for (gint64 i = 0; i < of_month; i++)
    report->month += days[n_days - 1 - i];
  used = first_used > 0 ? td_usage_count_days (first_used, job->last_day) : 0;
  if (!read_date (job->last_day, &date))
    return TRUE;
  n_in_month = g_date_get_days_in_month (g_date_get_month (&date), g_date_get_year (&date));
  n_days = (guint) MIN (used, n_days);
  report->forecast = td_usage_forecast (days + G_N_ELEMENTS (days) - n_days, n_days, report->month,
                                        n_in_month - (guint) of_month);
  return TRUE;
}

/* ---- loading ------------------------------------------------------------------------------- */

void
td_usage_report_free (TdUsageReport *self)
{
  if (!self)
    return;
  td_usage_line_free (self->total);
  for (guint i = 0; i < TD_USAGE_N_WAYS; i++)
    g_clear_pointer (&self->lines[i], g_ptr_array_unref);
  g_free (self);
}

/* Every day has a line, whether anything was used or not. */
static GPtrArray *
fill_days (GPtrArray *found,
           gint64     first_day,
           gint64     last_day)
{
  GPtrArray *days = g_ptr_array_new_with_free_func ((GDestroyNotify) td_usage_line_free);
  gint64 n_days = td_usage_count_days (first_day, last_day);

  for (gint64 i = 0, day = first_day; i < n_days; i++, day = td_usage_move_day (day, 1))
    {
      g_autofree char *key = td_usage_day_to_text (day);

      g_ptr_array_add (days, td_usage_line_new (key));
    }
  for (guint i = 0; i < found->len; i++)
    {
      const TdUsageLine *line = g_ptr_array_index (found, i);
      gint64 day, nth;

      if (!td_usage_day_from_text (line->key, &day))
        continue;
      nth = td_usage_count_days (first_day, day);
      if (nth >= 1 && nth <= n_days)
        td_usage_line_add (g_ptr_array_index (days, nth - 1), line);
    }
  return days;
}

static gpointer
load_on_thread (TdConnection  *connection,
                gpointer       data,
                GCancellable  *cancellable,
                GError       **error)
{
  Job *job = data;
  g_autoptr (TdUsageReport) report = g_new0 (TdUsageReport, 1);
  g_autoptr (GPtrArray) days = NULL;

  report->wallet_id = job->wallet_id;
  report->first_day = job->first_day;
  report->last_day = job->last_day;
  report->total = td_usage_line_new (NULL);
  for (guint i = 0; i < TD_USAGE_N_WAYS; i++)
    {
      report->lines[i] = td_usage_store_summarise (connection, (TdUsageBy) i, job->wallet_id,
                                                   job->first_day, job->last_day, error);
      if (!report->lines[i])
        return NULL;
    }
  days = g_steal_pointer (&report->lines[TD_USAGE_BY_DAY]);
  report->lines[TD_USAGE_BY_DAY] = fill_days (days, job->first_day, job->last_day);
  for (guint i = 0; i < days->len; i++)
    td_usage_line_add (report->total, g_ptr_array_index (days, i));
  return read_forecast (connection, job, report, error) ? g_steal_pointer (&report) : NULL;
}

/* All of it is of one moment: nothing settles between two of the questions. */
static gpointer
load_at_once (TdConnection  *connection,
              gpointer       data,
              GCancellable  *cancellable,
              GError       **error)
{
  gpointer report;

  if (!td_connection_begin (connection, error))
    return NULL;
  report = load_on_thread (connection, data, cancellable, error);
  td_connection_rollback (connection);
  return report;
}

static Job *
job_new (gint64 wallet_id,
         gint64 first_day,
         gint64 last_day)
{
  Job *job = g_new0 (Job, 1);

  job->wallet_id = wallet_id;
  job->first_day = first_day;
  job->last_day = last_day;
  return job;
}

/**
 * td_usage_report_load_async:
 * @database: the database
 * @wallet_id: whose use
 * @first_day: from this day on, such as 20261123
 * @last_day: to this day, with it; today
 * @cancellable: (nullable): a cancellable
 * @callback: called when it was read
 * @user_data: data for @callback
 *
 * Reads what was used. The forecast is for the month that @last_day is in.
 */
void
td_usage_report_load_async (TdDatabase          *database,
                            gint64               wallet_id,
                            gint64               first_day,
                            gint64               last_day,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  g_return_if_fail (TD_IS_DATABASE (database));

  td_database_run_async (database, G_PRIORITY_LOW, load_at_once,
                         job_new (wallet_id, first_day, last_day), job_free,
                         (GDestroyNotify) td_usage_report_free, cancellable, callback, user_data);
}

/**
 * td_usage_report_load_finish:
 * @database: the database
 * @result: what the callback got
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): what was used
 */
TdUsageReport *
td_usage_report_load_finish (TdDatabase    *database,
                             GAsyncResult  *result,
                             GError       **error)
{
  return td_database_run_finish (database, result, error);
}

/* ---- what if ------------------------------------------------------------------------------- */

/**
 * td_usage_what_if_add:
 * @self: what came of it so far
 * @facts: another model
 * @usage: the tokens of a reply
 * @commission_ppm: the commission that was taken for it
 * @actual: what it cost; %TD_MONEY_UNKNOWN
 *
 * Adds a reply, where both what it cost and what it would have are known. The reasoning that the
 * other model would not have done, or would, nobody knows: the same is reckoned with, at the
 * price of output where its part is not known.
 */
void
td_usage_what_if_add (TdUsageWhatIf      *self,
                      const TdModelFacts *facts,
                      const TdUsage      *usage,
                      gint64              commission_ppm,
                      TdMoney             actual)
{
  TdUsage same = *usage;
  TdCost cost;
  TdMoney all_actual, all_instead;

  same.reasoning = MAX (same.reasoning, 0);
  td_pricing_cost (facts, &same, &cost);
  if (same.input < 0 || same.output < 0 || !cost.known || actual == TD_MONEY_UNKNOWN ||
      commission_ppm < 0 || commission_ppm > 1000000 ||
      !td_money_add (self->actual, actual, &all_actual) ||
      !td_money_add (cost.total, td_pricing_commission (cost.total, commission_ppm), &cost.total) ||
      !td_money_add (self->instead, cost.total, &all_instead))
    {
      self->n_left_out++;
      return;
    }
  self->actual = all_actual;
  self->instead = all_instead;
  self->n_replies++;
}

static gpointer
compare_on_thread (TdConnection  *connection,
                   gpointer       data,
                   GCancellable  *cancellable,
                   GError       **error)
{
  Job *job = data;

  td_usage_store_compare (connection, job->wallet_id, job->first_day, job->last_day, job->facts,
                          &job->after_id, COMPARED_AT_ONCE, &job->what_if, error);
  return NULL;
}

static void
compared_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Job *job = g_task_get_task_data (task);
  GError *error = NULL;

  td_database_run_finish (TD_DATABASE (source), result, &error);
  if (error)
    g_task_return_error (task, error);
  else if (job->after_id == 0)
    g_task_return_pointer (task, g_memdup2 (&job->what_if, sizeof job->what_if), g_free);
  else if (!g_task_return_error_if_cancelled (task))
    td_database_run_async (TD_DATABASE (source), G_PRIORITY_LOW, compare_on_thread, job, NULL, NULL,
                           NULL, compared_cb, g_steal_pointer (&task));
}

/**
 * td_usage_what_if_async:
 * @database: the database
 * @wallet_id: whose use
 * @first_day: from this day on
 * @last_day: to this day, with it
 * @facts: another model
 * @cancellable: (nullable): a cancellable
 * @callback: called when all was reckoned
 * @user_data: data for @callback
 *
 * Reckons what the same replies would have cost, had that model given them: each for itself, with
 * its price tiers and its rounding, from the tokens on its receipt.
 */
void
td_usage_what_if_async (TdDatabase          *database,
                        gint64               wallet_id,
                        gint64               first_day,
                        gint64               last_day,
                        const TdModelFacts  *facts,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  GTask *task;
  Job *job;

  g_return_if_fail (TD_IS_DATABASE (database));
  g_return_if_fail (facts != NULL);

  job = job_new (wallet_id, first_day, last_day);
  job->facts = td_model_facts_copy (facts);
  task = g_task_new (database, cancellable, callback, user_data);
  g_task_set_source_tag (task, td_usage_what_if_async);
  g_task_set_task_data (task, job, job_free);
  td_database_run_async (database, G_PRIORITY_LOW, compare_on_thread, job, NULL, NULL, NULL,
                         compared_cb, task);
}

/**
 * td_usage_what_if_finish:
 * @database: the database
 * @result: what the callback got
 * @what_if: (out caller-allocates): what came of it
 * @error: return location for an error
 *
 * Returns: whether it was reckoned
 */
gboolean
td_usage_what_if_finish (TdDatabase     *database,
                         GAsyncResult   *result,
                         TdUsageWhatIf  *what_if,
                         GError        **error)
{
  g_autofree TdUsageWhatIf *found = NULL;

  g_return_val_if_fail (g_task_is_valid (result, database), FALSE);

  found = g_task_propagate_pointer (G_TASK (result), error);
  if (found)
    *what_if = *found;
  return found != NULL;
}

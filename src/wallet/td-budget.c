/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "wallet/td-budget.h"

#include "base/td-words.h"

#define NEAR_PERCENT 80

static const char *const period_names[] = { "day", "week", "month" };
static const char *const scope_names[] = { "all", "provider", "model", "agent", "client" };

/**
 * td_budget_new:
 * @period: for how long
 * @scope: for what
 * @subject: (nullable): which of them
 * @amount: the most that may be spent
 *
 * Returns: (transfer full): a budget of which nothing is used
 */
TdBudget *
td_budget_new (TdBudgetPeriod  period,
               TdBudgetScope   scope,
               const char     *subject,
               TdMoney         amount)
{
  TdBudget *self = g_new0 (TdBudget, 1);

  self->period = period;
  self->scope = scope;
  self->subject = g_strdup (subject ? subject : "");
  self->amount = amount;
  return self;
}

TdBudget *
td_budget_copy (const TdBudget *self)
{
  TdBudget *copy;

  g_return_val_if_fail (self != NULL, NULL);

  copy = g_memdup2 (self, sizeof *self);
  copy->subject = g_strdup (self->subject);
  return copy;
}

void
td_budget_free (TdBudget *self)
{
  if (!self)
    return;
  g_free (self->subject);
  g_free (self);
}

/**
 * td_budget_get_level:
 * @self: a budget
 *
 * What is held does not count: it is the most that may be needed, and would make warnings of
 * every long reply.
 *
 * Returns: how much of it is used
 */
TdBudgetLevel
td_budget_get_level (const TdBudget *self)
{
  g_return_val_if_fail (self != NULL, TD_BUDGET_REACHED);

  if (self->used >= self->amount)
    return TD_BUDGET_REACHED;
  if ((__int128) self->used * 100 >= (__int128) self->amount * NEAR_PERCENT)
    return TD_BUDGET_NEAR;
  return TD_BUDGET_FINE;
}

/**
 * td_budget_get_left:
 * @self: a budget
 *
 * What is held may be needed to the last, so it is not left.
 *
 * Returns: what may still be held; never negative
 */
TdMoney
td_budget_get_left (const TdBudget *self)
{
  TdMoney taken;

  g_return_val_if_fail (self != NULL, 0);

  if (!td_money_add (self->used, self->held, &taken) || taken >= self->amount)
    return 0;
  return self->amount - taken;
}

static gint64
day_from_ymd (int year,
              int month,
              int day)
{
  return (gint64) year * 10000 + month * 100 + day;
}

/**
 * td_budget_day_of:
 * @time_us: a time in microseconds since 1970
 *
 * Returns: the user's own day then, such as 20261123
 */
gint64
td_budget_day_of (gint64 time_us)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local_usec (time_us);

  g_return_val_if_fail (time != NULL, 0);

  return day_from_ymd (g_date_time_get_year (time), g_date_time_get_month (time),
                       g_date_time_get_day_of_month (time));
}

/**
 * td_budget_first_day:
 * @period: how long
 * @day: a day from td_budget_day_of()
 *
 * Returns: the first day of the period that the day is in
 */
gint64
td_budget_first_day (TdBudgetPeriod period,
                     gint64         day)
{
  GDate date;

  if (period == TD_BUDGET_DAY || !g_date_valid_dmy ((GDateDay) (day % 100),
                                                    (GDateMonth) (day / 100 % 100),
                                                    (GDateYear) (day / 10000)))
    return day;
  g_date_clear (&date, 1);
  g_date_set_dmy (&date, (GDateDay) (day % 100), (GDateMonth) (day / 100 % 100),
                  (GDateYear) (day / 10000));
  if (period == TD_BUDGET_MONTH)
    g_date_set_day (&date, 1);
  else
    g_date_subtract_days (&date, (guint) g_date_get_weekday (&date) - G_DATE_MONDAY);
  return day_from_ymd (g_date_get_year (&date), g_date_get_month (&date), g_date_get_day (&date));
}

/**
 * td_budget_period_to_string:
 * @period: a period
 *
 * Returns: (transfer none): its name in the database and in JSON
 */
const char *
td_budget_period_to_string (TdBudgetPeriod period)
{
  g_return_val_if_fail ((guint) period < G_N_ELEMENTS (period_names), NULL);

  return period_names[period];
}

/**
 * td_budget_period_from_string:
 * @text: (nullable): a name
 * @period: (out): its period
 *
 * Returns: whether there is such a period
 */
gboolean
td_budget_period_from_string (const char     *text,
                              TdBudgetPeriod *period)
{
  guint index;

  if (!td_words_find (period_names, G_N_ELEMENTS (period_names), text, &index))
    return FALSE;
  *period = (TdBudgetPeriod) index;
  return TRUE;
}

/**
 * td_budget_scope_to_string:
 * @scope: a scope
 *
 * Returns: (transfer none): its name in the database and in JSON
 */
const char *
td_budget_scope_to_string (TdBudgetScope scope)
{
  g_return_val_if_fail ((guint) scope < G_N_ELEMENTS (scope_names), NULL);

  return scope_names[scope];
}

/**
 * td_budget_scope_from_string:
 * @text: (nullable): a name
 * @scope: (out): its scope
 *
 * Returns: whether there is such a scope
 */
gboolean
td_budget_scope_from_string (const char    *text,
                             TdBudgetScope *scope)
{
  guint index;

  if (!td_words_find (scope_names, G_N_ELEMENTS (scope_names), text, &index))
    return FALSE;
  *scope = (TdBudgetScope) index;
  return TRUE;
}

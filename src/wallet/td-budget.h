/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/td-money.h"

G_BEGIN_DECLS

typedef enum
{
  TD_BUDGET_DAY,
  TD_BUDGET_WEEK, /* from Monday on */
  TD_BUDGET_MONTH,
} TdBudgetPeriod;

/* What a budget is for. */
typedef enum
{
  TD_BUDGET_ALL,
  TD_BUDGET_PROVIDER,
  TD_BUDGET_MODEL,
  TD_BUDGET_AGENT,
  TD_BUDGET_CLIENT,
} TdBudgetScope;

/**
 * TdBudgetLevel:
 * @TD_BUDGET_FINE: less than 80 % is used
 * @TD_BUDGET_NEAR: 80 % or more is used
 * @TD_BUDGET_REACHED: all of it is used
 */
typedef enum
{
  TD_BUDGET_FINE,
  TD_BUDGET_NEAR,
  TD_BUDGET_REACHED,
} TdBudgetLevel;

/**
 * TdBudget:
 *
 * The most that may be spent in a period, and what was.
 */
typedef struct
{
  gint64 id;
  TdBudgetPeriod period;
  TdBudgetScope scope;
  char *subject;  /* which provider, model, agent or client; "" for all */
  TdMoney amount;
  TdMoney used;   /* in the period that it is now */
  TdMoney held;   /* set aside for replies under way */
} TdBudget;

TdBudget      *td_budget_new                (TdBudgetPeriod  period,
                                             TdBudgetScope   scope,
                                             const char     *subject,
                                             TdMoney         amount);
TdBudget      *td_budget_copy               (const TdBudget *self);
void           td_budget_free               (TdBudget       *self);
TdBudgetLevel  td_budget_get_level          (const TdBudget *self);
TdMoney        td_budget_get_left           (const TdBudget *self);
gint64         td_budget_day_of             (gint64          time_us);
gint64         td_budget_first_day          (TdBudgetPeriod  period,
                                             gint64          day);
const char    *td_budget_period_to_string   (TdBudgetPeriod  period);
gboolean       td_budget_period_from_string (const char     *text,
                                             TdBudgetPeriod *period);
const char    *td_budget_scope_to_string    (TdBudgetScope   scope);
gboolean       td_budget_scope_from_string  (const char     *text,
                                             TdBudgetScope  *scope);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdBudget, td_budget_free)

G_END_DECLS

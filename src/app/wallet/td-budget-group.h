/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "engine/td-engine.h"

G_BEGIN_DECLS

/**
 * TdBudgetGroup:
 *
 * The budgets of the wallet, what is used of them, and a button for another one.
 */
#define TD_TYPE_BUDGET_GROUP (td_budget_group_get_type ())
G_DECLARE_FINAL_TYPE (TdBudgetGroup, td_budget_group, TD, BUDGET_GROUP, AdwPreferencesGroup)

void  td_budget_group_set_engine       (TdBudgetGroup  *self,
                                        TdEngine       *engine);
char *td_budget_group_dup_subject_name (TdEngine       *engine,
                                        const TdBudget *budget);

G_END_DECLS

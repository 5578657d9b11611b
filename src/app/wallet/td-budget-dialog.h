/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "engine/td-engine.h"

G_BEGIN_DECLS

/**
 * TdBudgetDialog:
 *
 * Sets a budget: for how long, for what, how much.
 */
#define TD_TYPE_BUDGET_DIALOG (td_budget_dialog_get_type ())
G_DECLARE_FINAL_TYPE (TdBudgetDialog, td_budget_dialog, TD, BUDGET_DIALOG, AdwDialog)

AdwDialog *td_budget_dialog_new (TdEngine       *engine,
                                 const TdBudget *budget);

G_END_DECLS

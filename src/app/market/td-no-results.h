/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/market/td-filter-set.h"

G_BEGIN_DECLS

/**
 * TdNoResults:
 *
 * What is shown when no model fits: which single filter to lift, and what that would bring.
 */
#define TD_TYPE_NO_RESULTS (td_no_results_get_type ())
G_DECLARE_FINAL_TYPE (TdNoResults, td_no_results, TD, NO_RESULTS, AdwBin)

void td_no_results_explain (TdNoResults  *self,
                            TdFilterSet  *filters,
                            TdCatalogue  *catalogue,
                            TdQueryIndex *index);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/market/td-filter-set.h"

G_BEGIN_DECLS

/**
 * TdFilterChips:
 *
 * The filters in force, each a button that lifts it. Not there when nothing is filtered.
 */
#define TD_TYPE_FILTER_CHIPS (td_filter_chips_get_type ())
G_DECLARE_FINAL_TYPE (TdFilterChips, td_filter_chips, TD, FILTER_CHIPS, AdwBin)

void td_filter_chips_set_filters   (TdFilterChips *self,
                                    TdFilterSet   *filters);
void td_filter_chips_set_catalogue (TdFilterChips *self,
                                    TdCatalogue   *catalogue);

G_END_DECLS

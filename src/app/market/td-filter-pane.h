/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/market/td-filter-set.h"

G_BEGIN_DECLS

/**
 * TdFilterPane:
 *
 * Every filter of the marketplace, beside the results, which follow at once.
 */
#define TD_TYPE_FILTER_PANE (td_filter_pane_get_type ())
G_DECLARE_FINAL_TYPE (TdFilterPane, td_filter_pane, TD, FILTER_PANE, AdwBin)

TdFilterPane *td_filter_pane_new           (TdFilterSet  *filters);
void          td_filter_pane_set_catalogue (TdFilterPane *self,
                                            TdCatalogue  *catalogue);

G_END_DECLS

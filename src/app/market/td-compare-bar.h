/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/market/td-compare-list.h"

G_BEGIN_DECLS

/**
 * TdCompareBar:
 *
 * Says which models are marked, and offers to compare them or to forget them. Its buttons are
 * the actions market.compare and market.clear-compare.
 */
#define TD_TYPE_COMPARE_BAR (td_compare_bar_get_type ())
G_DECLARE_FINAL_TYPE (TdCompareBar, td_compare_bar, TD, COMPARE_BAR, GtkBox)

void td_compare_bar_set_list      (TdCompareBar  *self,
                                   TdCompareList *compare);
void td_compare_bar_set_catalogue (TdCompareBar  *self,
                                   TdCatalogue   *catalogue);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/market/td-compare-list.h"
#include "catalogue/td-market.h"

G_BEGIN_DECLS

/**
 * TdComparePage:
 *
 * The marked models side by side, fact by fact, with the best of each marked by a sign.
 */
#define TD_TYPE_COMPARE_PAGE (td_compare_page_get_type ())
G_DECLARE_FINAL_TYPE (TdComparePage, td_compare_page, TD, COMPARE_PAGE, AdwNavigationPage)

TdComparePage *td_compare_page_new (TdMarket      *market,
                                    TdCompareList *compare);

G_END_DECLS

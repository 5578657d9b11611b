/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/market/td-compare-list.h"
#include "app/market/td-filter-set.h"
#include "catalogue/td-market.h"

G_BEGIN_DECLS

/**
 * TdBrowsePage:
 *
 * Search, filters, sorting and a page of model cards.
 *
 * Actions: browse.sort(s), browse.page-size(i), browse.show-filters, browse.favourites-only,
 * browse.clear-filters, browse.focus-results, browse.first-page, browse.previous-page,
 * browse.next-page, browse.last-page.
 */
#define TD_TYPE_BROWSE_PAGE (td_browse_page_get_type ())
G_DECLARE_FINAL_TYPE (TdBrowsePage, td_browse_page, TD, BROWSE_PAGE, AdwNavigationPage)

void         td_browse_page_set_market        (TdBrowsePage  *self,
                                               TdMarket      *market,
                                               TdCompareList *compare);
void         td_browse_page_focus_search      (TdBrowsePage  *self);
TdFilterSet *td_browse_page_get_filters       (TdBrowsePage  *self);
TdModel     *td_browse_page_get_focused_model (TdBrowsePage  *self);

G_END_DECLS

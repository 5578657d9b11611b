/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "engine/td-engine.h"

G_BEGIN_DECLS

/**
 * TdMarketPage:
 *
 * The marketplace: browsing, with details and comparisons stacked on top of it.
 */
#define TD_TYPE_MARKET_PAGE (td_market_page_get_type ())
G_DECLARE_FINAL_TYPE (TdMarketPage, td_market_page, TD, MARKET_PAGE, AdwNavigationPage)

void td_market_page_set_engine   (TdMarketPage       *self,
                                  TdEngine           *engine);
void td_market_page_show_browse  (TdMarketPage       *self);
void td_market_page_show_model   (TdMarketPage       *self,
                                  const char         *model_key);
void td_market_page_compare      (TdMarketPage       *self,
                                  const char *const  *model_keys);
void td_market_page_search       (TdMarketPage       *self,
                                  const char         *text);
void td_market_page_focus_search (TdMarketPage       *self);

G_END_DECLS

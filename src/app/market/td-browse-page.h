/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "engine/td-engine.h"

G_BEGIN_DECLS

/**
 * TdBrowsePage:
 *
 * Search, filters, sorting and a page of model cards.
 */
#define TD_TYPE_BROWSE_PAGE (td_browse_page_get_type ())
G_DECLARE_FINAL_TYPE (TdBrowsePage, td_browse_page, TD, BROWSE_PAGE, AdwNavigationPage)

void td_browse_page_focus_search (TdBrowsePage *self);

G_END_DECLS

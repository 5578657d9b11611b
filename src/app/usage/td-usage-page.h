/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "engine/td-engine.h"

G_BEGIN_DECLS

/**
 * TdUsagePage:
 *
 * What was spent and how many tokens it took: by day, provider, model and client, what the month
 * will come to, and what another model would have cost.
 */
#define TD_TYPE_USAGE_PAGE (td_usage_page_get_type ())
G_DECLARE_FINAL_TYPE (TdUsagePage, td_usage_page, TD, USAGE_PAGE, AdwNavigationPage)

AdwNavigationPage *td_usage_page_new (TdEngine *engine);

G_END_DECLS

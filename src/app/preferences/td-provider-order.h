/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "engine/td-engine.h"

G_BEGIN_DECLS

/**
 * TdProviderOrder:
 *
 * The user's own order of the providers, in the preferences. Rows are moved by dragging, by
 * their buttons and by the keyboard; each move is stored at once.
 */
#define TD_TYPE_PROVIDER_ORDER (td_provider_order_get_type ())
G_DECLARE_FINAL_TYPE (TdProviderOrder, td_provider_order, TD, PROVIDER_ORDER, AdwNavigationPage)

AdwNavigationPage *td_provider_order_new (TdEngine *engine);

G_END_DECLS

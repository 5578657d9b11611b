/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "engine/td-engine.h"

G_BEGIN_DECLS

/**
 * TdProviderSettings:
 *
 * The page of one provider in the preferences: whether it is used, its keys, its address and
 * headers, and a test that says truthfully whether all of that works.
 */
#define TD_TYPE_PROVIDER_SETTINGS (td_provider_settings_get_type ())
G_DECLARE_FINAL_TYPE (TdProviderSettings, td_provider_settings, TD, PROVIDER_SETTINGS, AdwNavigationPage)

AdwNavigationPage *td_provider_settings_new (TdEngine   *engine,
                                             const char *provider_id);

G_END_DECLS

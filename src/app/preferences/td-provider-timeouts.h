/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "engine/td-engine.h"

G_BEGIN_DECLS

/**
 * TdProviderTimeouts:
 *
 * The time limits of one provider. What is changed is stored a moment later, so that a button
 * held down is one change.
 */
#define TD_TYPE_PROVIDER_TIMEOUTS (td_provider_timeouts_get_type ())
G_DECLARE_FINAL_TYPE (TdProviderTimeouts, td_provider_timeouts, TD, PROVIDER_TIMEOUTS, AdwPreferencesGroup)

void td_provider_timeouts_set_provider (TdProviderTimeouts *self,
                                        TdEngine           *engine,
                                        const char         *provider_id);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "engine/td-engine.h"

G_BEGIN_DECLS

/**
 * TdAssistantPreferences:
 *
 * What Q goes by in general: what matters, the limits, whose models, and what was learned here. It holds in
 * the assistant, for "Let Q Choose" and in the terminal.
 */
#define TD_TYPE_ASSISTANT_PREFERENCES (td_assistant_preferences_get_type ())
G_DECLARE_FINAL_TYPE (TdAssistantPreferences, td_assistant_preferences, TD, ASSISTANT_PREFERENCES, AdwPreferencesDialog)

AdwDialog *td_assistant_preferences_new (TdEngine *engine);

G_END_DECLS

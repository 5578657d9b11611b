/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "engine/td-engine.h"

G_BEGIN_DECLS

/**
 * TdPreferencesDialog:
 *
 * Appearance, providers and keys.
 */
#define TD_TYPE_PREFERENCES_DIALOG (td_preferences_dialog_get_type ())
G_DECLARE_FINAL_TYPE (TdPreferencesDialog, td_preferences_dialog, TD, PREFERENCES_DIALOG, AdwPreferencesDialog)

TdPreferencesDialog *td_preferences_dialog_new           (TdEngine            *engine);
/* Opens the provider's own page, where its key and address are. */
void                 td_preferences_dialog_show_provider (TdPreferencesDialog *self,
                                                          const char          *provider_id);

G_END_DECLS

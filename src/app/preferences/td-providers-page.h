/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "engine/td-engine.h"

G_BEGIN_DECLS

/**
 * TdProvidersPage:
 *
 * All providers in the preferences, with what each still needs; what the keyring says; the
 * servers found on this computer.
 *
 * Signal: "provider-activated" (the provider's id).
 */
#define TD_TYPE_PROVIDERS_PAGE (td_providers_page_get_type ())
G_DECLARE_FINAL_TYPE (TdProvidersPage, td_providers_page, TD, PROVIDERS_PAGE, AdwPreferencesPage)

AdwPreferencesPage *td_providers_page_new (TdEngine *engine);

G_END_DECLS

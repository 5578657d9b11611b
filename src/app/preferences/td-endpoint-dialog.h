/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "engine/td-engine.h"

G_BEGIN_DECLS

/**
 * TdEndpointDialog:
 *
 * Asks for the name and address of a server that speaks the OpenAI protocol.
 *
 * Signal: "added" (the provider's id).
 */
#define TD_TYPE_ENDPOINT_DIALOG (td_endpoint_dialog_get_type ())
G_DECLARE_FINAL_TYPE (TdEndpointDialog, td_endpoint_dialog, TD, ENDPOINT_DIALOG, AdwDialog)

AdwDialog *td_endpoint_dialog_new (TdEngine *engine);

G_END_DECLS

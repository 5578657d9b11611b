/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "engine/td-engine.h"

G_BEGIN_DECLS

#define TD_TYPE_HUB_DIALOG (td_hub_dialog_get_type ())
G_DECLARE_FINAL_TYPE (TdHubDialog, td_hub_dialog, TD, HUB_DIALOG, AdwDialog)

AdwDialog *td_hub_dialog_new (TdEngine *engine);

G_END_DECLS

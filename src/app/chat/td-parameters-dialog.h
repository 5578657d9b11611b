/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "engine/td-engine.h"

G_BEGIN_DECLS

#define TD_TYPE_PARAMETERS_DIALOG (td_parameters_dialog_get_type ())
G_DECLARE_FINAL_TYPE (TdParametersDialog, td_parameters_dialog, TD, PARAMETERS_DIALOG, AdwDialog)

AdwDialog *td_parameters_dialog_new (TdEngine       *engine,
                                     TdConversation *conversation);

G_END_DECLS

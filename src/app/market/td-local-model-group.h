/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "engine/td-engine.h"

G_BEGIN_DECLS

#define TD_TYPE_LOCAL_MODEL_GROUP (td_local_model_group_get_type ())
G_DECLARE_FINAL_TYPE (TdLocalModelGroup, td_local_model_group, TD, LOCAL_MODEL_GROUP, AdwPreferencesGroup)

GtkWidget *td_local_model_group_new (TdEngine   *engine,
                                     const char *model_key);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "engine/td-engine.h"

G_BEGIN_DECLS

/**
 * TdWhatIfGroup:
 *
 * What the same replies would have cost with a model that is chosen here.
 */
#define TD_TYPE_WHAT_IF_GROUP (td_what_if_group_get_type ())
G_DECLARE_FINAL_TYPE (TdWhatIfGroup, td_what_if_group, TD, WHAT_IF_GROUP, AdwPreferencesGroup)

void td_what_if_group_set_engine (TdWhatIfGroup *self, TdEngine *engine);
void td_what_if_group_set_days (TdWhatIfGroup *self, gint64 first_day, gint64 last_day);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "engine/td-engine.h"

G_BEGIN_DECLS

/**
 * TdStatsGroup:
 *
 * How fast and how reliably a provider answered in the last 30 days, as a whole and by model.
 * Not shown while there is nothing to say.
 */
#define TD_TYPE_STATS_GROUP (td_stats_group_get_type ())
G_DECLARE_FINAL_TYPE (TdStatsGroup, td_stats_group, TD, STATS_GROUP, AdwPreferencesGroup)

void td_stats_group_set_provider (TdStatsGroup *self,
                                  TdEngine     *engine,
                                  const char   *provider_id);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "engine/td-engine.h"
#include "wallet/td-usage-report.h"

G_BEGIN_DECLS

/**
 * TdUsageGroup:
 *
 * A row with a bar for each provider, model or client: how much of all it is.
 */
#define TD_TYPE_USAGE_GROUP (td_usage_group_get_type ())
G_DECLARE_FINAL_TYPE (TdUsageGroup, td_usage_group, TD, USAGE_GROUP, AdwPreferencesGroup)

void td_usage_group_show (TdUsageGroup *self,
                          TdEngine *engine,
                          TdUsageBy by,
                          GPtrArray *lines, /* (element-type TdUsageLine) */
                          gboolean of_tokens);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "engine/td-engine.h"

G_BEGIN_DECLS

/**
 * TdKeyGroup:
 *
 * The keys of one provider: which there are, adding one, choosing the one in use, revoking.
 */
#define TD_TYPE_KEY_GROUP (td_key_group_get_type ())
G_DECLARE_FINAL_TYPE (TdKeyGroup, td_key_group, TD, KEY_GROUP, AdwPreferencesGroup)

void td_key_group_set_provider (TdKeyGroup *self,
                                TdEngine   *engine,
                                const char *provider_id);

G_END_DECLS

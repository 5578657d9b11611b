/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "engine/td-engine.h"

G_BEGIN_DECLS

/**
 * TdLocalServersGroup:
 *
 * The model servers that run on this machine now, each with a button that takes it into use.
 */
#define TD_TYPE_LOCAL_SERVERS_GROUP (td_local_servers_group_get_type ())
G_DECLARE_FINAL_TYPE (TdLocalServersGroup, td_local_servers_group, TD, LOCAL_SERVERS_GROUP, AdwPreferencesGroup)

GtkWidget *td_local_servers_group_new (TdEngine *engine);

G_END_DECLS

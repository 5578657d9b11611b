/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "engine/td-engine.h"

G_BEGIN_DECLS

#define TD_TYPE_OLLAMA_GROUP (td_ollama_group_get_type ())
G_DECLARE_FINAL_TYPE (TdOllamaGroup, td_ollama_group, TD, OLLAMA_GROUP, AdwPreferencesGroup)

void td_ollama_group_set_provider (TdOllamaGroup *self,
                                   TdEngine      *engine,
                                   const char    *provider_id);

G_END_DECLS

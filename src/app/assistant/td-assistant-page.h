/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "engine/td-engine.h"

G_BEGIN_DECLS

/**
 * TdAssistantPage:
 *
 * Q Assistant: a box for the request, what was understood of it as chips that can be corrected, and
 * three models with their reasons. Everything follows the typing; nothing is sent anywhere.
 *
 * Actions: assistant.chat(s model-key), assistant.compare, assistant.connect.
 */
#define TD_TYPE_ASSISTANT_PAGE (td_assistant_page_get_type ())
G_DECLARE_FINAL_TYPE (TdAssistantPage, td_assistant_page, TD, ASSISTANT_PAGE, AdwNavigationPage)

TdAssistantPage *td_assistant_page_new        (void);
void             td_assistant_page_set_engine (TdAssistantPage *self,
                                               TdEngine        *engine);
void             td_assistant_page_ask        (TdAssistantPage *self,
                                               const char      *text);

G_END_DECLS

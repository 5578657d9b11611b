/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "assistant/td-advice.h"

G_BEGIN_DECLS

/**
 * TdAssistantCard:
 *
 * One recommendation: the model, why, what the request costs there, and the parts of its score as
 * bars. Its buttons are actions of the page: assistant.chat(s) and win.show-model(s).
 */
#define TD_TYPE_ASSISTANT_CARD (td_assistant_card_get_type ())
G_DECLARE_FINAL_TYPE (TdAssistantCard, td_assistant_card, TD, ASSISTANT_CARD, GtkBox)

GtkWidget *td_assistant_card_new (const TdRecommendation *what,
                                  TdCatalogue            *catalogue,
                                  gboolean                usable);

G_END_DECLS

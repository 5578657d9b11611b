/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "engine/td-engine.h"

G_BEGIN_DECLS

/**
 * TdChatWelcome:
 *
 * What a chat without messages shows: the model it is going to be with, or, when there is no
 * model to chat with at all, how to get one.
 */
#define TD_TYPE_CHAT_WELCOME (td_chat_welcome_get_type ())
G_DECLARE_FINAL_TYPE (TdChatWelcome, td_chat_welcome, TD, CHAT_WELCOME, AdwBin)

GtkWidget *td_chat_welcome_new       (TdEngine      *engine);
void       td_chat_welcome_set_model (TdChatWelcome *self,
                                      const char    *model_key);

G_END_DECLS

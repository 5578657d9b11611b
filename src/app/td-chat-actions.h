/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/td-window.h"

G_BEGIN_DECLS

/* What can be done with a stored chat as a whole, each with its own dialog. */

void td_chat_actions_rename (TdWindow           *window,
                             TdConversationList *conversations,
                             TdConversation     *conversation);
void td_chat_actions_delete (TdWindow           *window,
                             TdConversationList *conversations,
                             TdConversation     *conversation);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/td-window.h"
#include "engine/td-learning.h"

G_BEGIN_DECLS

/* What can be done with a stored chat. */

void td_chat_actions_rename (TdWindow           *window,
                             TdConversationList *conversations,
                             TdConversation     *conversation);
void td_chat_actions_delete (TdWindow           *window,
                             TdConversationList *conversations,
                             TdConversation     *conversation);
void td_chat_actions_set_opinion (TdWindow        *window,
                                  TdEngine        *engine,
                                  TdConversation  *conversation,
                                  gint64           message_id,
                                  TdOpinion        opinion);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "conversation/td-conversation-list.h"
#include "conversation/td-conversation-private.h"

G_BEGIN_DECLS

/* For the engine, which stores messages together with what they cost. */
gboolean td_conversation_row_ensure         (TdConversationRow          *row,
                                             TdConnection               *connection,
                                             const TdConversationRecord *record,
                                             gboolean                   *made,
                                             GError                    **error);
void     td_conversation_list_note_stored   (TdConversationList         *self,
                                             TdConversation             *conversation,
                                             gint64                      id);
void     td_conversation_list_write_drafts  (TdConversationList         *self);

G_END_DECLS

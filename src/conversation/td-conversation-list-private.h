/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "conversation/td-conversation-drafts.h"
#include "conversation/td-conversation-list.h"
#include "conversation/td-conversation-private.h"

G_BEGIN_DECLS

/* For the files of this folder, and for the engine, which stores messages together with what
 * they cost. */
void                  td_conversation_list_note_stored  (TdConversationList *self,
                                                         TdConversation     *conversation,
                                                         gint64              id);
void                  td_conversation_list_note_changed (TdConversationList *self);
void                  td_conversation_list_note_deleted (TdConversationList *self,
                                                         TdConversation     *conversation);
void                  td_conversation_list_note_emptied (TdConversationList *self,
                                                         TdConversation     *conversation);
void                  td_conversation_list_write_drafts (TdConversationList *self);
TdDatabase           *td_conversation_list_get_database (TdConversationList *self);
TdConversationDrafts *td_conversation_list_get_drafts   (TdConversationList *self);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "conversation/td-conversation-list.h"

G_BEGIN_DECLS

/**
 * TdConversationDrafts:
 *
 * Writes what is typed and not sent: some time after it was typed, so that typing does not
 * write to the disk with every key.
 */
typedef struct _TdConversationDrafts TdConversationDrafts;

TdConversationDrafts *td_conversation_drafts_new    (TdConversationList   *list);
void                  td_conversation_drafts_free   (TdConversationDrafts *self);
void                  td_conversation_drafts_close  (TdConversationDrafts *self);
void                  td_conversation_drafts_add    (TdConversationDrafts *self,
                                                     TdConversation       *conversation);
void                  td_conversation_drafts_forget (TdConversationDrafts *self,
                                                     TdConversation       *conversation);
void                  td_conversation_drafts_write  (TdConversationDrafts *self);

G_END_DECLS

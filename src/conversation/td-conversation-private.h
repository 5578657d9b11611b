/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "conversation/td-conversation.h"
#include "conversation/td-message-private.h"

G_BEGIN_DECLS

/*
 * How conversations are made and changed. Only the list of conversations and the engine
 * include this: everybody else watches.
 */

/**
 * TdConversationRow:
 *
 * Where a conversation is in the store, shared between the object and the work queued for it.
 * A new chat is stored by whichever comes first, a draft or a message; the id is read and
 * written on the database thread only, so that two of them in the queue make one row.
 */
typedef struct
{
  gatomicrefcount ref_count;
  gint64 id; /* 0: not stored */
} TdConversationRow;

TdConversationRow *td_conversation_row_new (gint64 id);
TdConversationRow *td_conversation_row_ref (TdConversationRow *self);
void td_conversation_row_unref (TdConversationRow *self);

/* A conversation as the store knows it, with the sums over its receipts. */
typedef struct
{
  gint64 id;
  char *title;
  char *model_key;     /* (nullable) */
  char *system_prompt; /* (nullable) */
  char *draft;
  gint64 created_us;
  gint64 updated_us;
  TdMoney cost;
  gint64 n_unknown_costs;
  gint64 n_estimates;  /* of the tokens */
  gint64 tokens;
  TdChatParameters parameters;
} TdConversationRecord;

TdConversationRecord *td_conversation_record_new (void);
void td_conversation_record_free (TdConversationRecord *self);

TdConversation *td_conversation_new (const char *model_key);
TdConversation *td_conversation_new_from_record (TdConversationRecord *record);
TdConversationRecord *td_conversation_to_record (TdConversation *self);
void td_conversation_update (TdConversation       *self,
                             TdConversationRecord *record);
TdConversationRow *td_conversation_get_row (TdConversation *self);
guint td_conversation_get_generation (TdConversation *self);
void td_conversation_set_system_prompt (TdConversation *self,
                                        const char     *text);
void td_conversation_set_parameters (TdConversation         *self,
                                     const TdChatParameters *parameters);
void td_conversation_set_id (TdConversation *self,
                             gint64          id);
void td_conversation_set_title (TdConversation *self,
                                const char     *title);
void td_conversation_set_model_key (TdConversation *self,
                                    const char     *model_key);
void td_conversation_set_draft (TdConversation *self,
                                const char     *text);
void td_conversation_set_draft_dirty (TdConversation *self,
                                      gboolean        dirty);
gboolean td_conversation_is_draft_dirty (TdConversation *self);
void td_conversation_fill_draft_attachments (TdConversation *self,
                                             GPtrArray      *attachments);
gboolean td_conversation_is_filling (TdConversation *self);
void td_conversation_set_attachments_dirty (TdConversation *self,
                                            gboolean        dirty);
gboolean td_conversation_is_attachments_dirty (TdConversation *self);
void td_conversation_touch (TdConversation *self,
                            gint64          updated_us);
void td_conversation_append (TdConversation *self,
                             TdMessage      *message);
void td_conversation_replace (TdConversation *self,
                              TdMessage      *old,
                              TdMessage      *replacement);
void td_conversation_merge_messages (TdConversation *self,
                                     GPtrArray      *records);
void td_conversation_add_spent (TdConversation         *self,
                                const TdMessageOutcome *outcome);
gint64 td_conversation_get_created_us (TdConversation *self);
void td_conversation_mark_deleted (TdConversation *self);
gboolean td_conversation_is_deleted (TdConversation *self);
void td_conversation_swap_items (GListModel  *model,
                                 GPtrArray  **items,
                                 GPtrArray   *replacement);
char *td_conversation_make_title (const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdConversationRow, td_conversation_row_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdConversationRecord, td_conversation_record_free)

G_END_DECLS

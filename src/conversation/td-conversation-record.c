/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The plain data behind a chat: what goes to the database thread and comes back from it.
 */
#include "config.h"

#include "conversation/td-conversation-private.h"

TdConversationRow *
td_conversation_row_new (gint64 id)
{
  TdConversationRow *self = g_new0 (TdConversationRow, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->id = id;
  return self;
}

TdConversationRow *
td_conversation_row_ref (TdConversationRow *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
td_conversation_row_unref (TdConversationRow *self)
{
  if (self && g_atomic_ref_count_dec (&self->ref_count))
    g_free (self);
}

TdConversationRecord *
td_conversation_record_new (void)
{
  TdConversationRecord *self = g_new0 (TdConversationRecord, 1);

  self->parameters = (TdChatParameters) TD_CHAT_PARAMETERS_INIT;
  return self;
}

void
td_conversation_record_free (TdConversationRecord *self)
{
  if (!self)
    return;
  g_free (self->title);
  g_free (self->model_key);
  g_free (self->system_prompt);
  g_free (self->draft);
  td_chat_parameters_clear (&self->parameters);
  g_free (self);
}

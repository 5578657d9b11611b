/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A completion before anything is sent: the chat is read, both messages are put into it, and
 * they are written with the hold.
 */
#include "config.h"

#include "engine/td-completion-private.h"

#include "base/td-clock.h"
#include "conversation/td-conversation-list-private.h"
#include "engine/td-advice-context.h"
#include "engine/td-engine-private.h"
#include "engine/td-learning.h"
#include "engine/td-prepare.h"

/* ---- giving up ----------------------------------------------------------------------------- */

/* Ends before anything was put into the chat. */
static void
give_up (TdCompletion *self,
         GError       *error)
{
  g_clear_error (&self->error);
  self->error = error;
  td_completion_finish (self);
}

/* ---- the beginning ------------------------------------------------------------------------- */

/* Nothing could be written. Both messages stay in the window with the reason, and what the
 * user typed goes back to where it was typed. */
static void
fail_unstored (TdCompletion *self,
               GError       *error)
{
  td_completion_set_failure (self, error);
  if (self->user && td_conversation_get_draft (self->conversation)[0] == '\0')
    td_conversation_list_set_draft (td_engine_get_conversations (self->engine), self->conversation,
                                    td_message_get_text (self->user));
  if (self->attachments)
    {
      g_list_store_splice (td_conversation_get_draft_attachments (self->conversation), 0, 0,
                           self->attachments->pdata, self->attachments->len);
      td_conversation_list_keep_draft_attachments (td_engine_get_conversations (self->engine),
                                                   self->conversation);
    }
  td_message_finish (self->reply, &self->outcome);
  td_completion_finish (self);
}

/* What was given back when it could not be written, and is written now. */
static void
take_back_attachments (TdCompletion *self)
{
  GListStore *drafts = td_conversation_get_draft_attachments (self->conversation);
  GPtrArray *attachments = td_message_get_attachments (self->user);
  guint position;

  for (guint i = 0; attachments && i < attachments->len; i++)
    if (g_list_store_find (drafts, attachments->pdata[i], &position))
      g_list_store_remove (drafts, position);
}

static void
begun_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (TdCompletion) self = user_data;
  g_autofree TdTurnIds *ids = NULL;
  GError *error = NULL;

  ids = td_turn_begin_finish (self->turn, result, &error);
  if (ids)
    {
      if (self->user)
        td_message_set_id (self->user, ids->user_id);
      if (self->user && !self->user_text)
        take_back_attachments (self);
      td_message_set_id (self->reply, ids->reply_id);
      if (self->dispatch.hold)
        td_completion_take_terms (self, ids);
      td_conversation_list_note_stored (td_engine_get_conversations (self->engine),
                                        self->conversation, ids->conversation_id);
    }
  if (self->stage != STAGE_BEGIN)
    {
      g_clear_error (&error);
      return;
    }
  if (error)
    {
      fail_unstored (self, error);
    }
  else if (!self->dispatch.hold) /* failed before anything could be sent */
    {
      td_message_finish (self->reply, &self->outcome);
      td_completion_finish (self);
    }
  else
    {
      td_completion_exchange (self);
    }
}

static void
begin (TdCompletion *self)
{
  TdTurnStart *start = g_new0 (TdTurnStart, 1);

  self->stage = STAGE_BEGIN;
  start->conversation = td_conversation_to_record (self->conversation);
  start->user = self->user ? td_message_to_record (self->user) : NULL;
  start->reply = td_message_to_record (self->reply);
  start->replaces = self->replaced ? td_message_get_id (self->replaced) : 0;
  start->hold = self->dispatch.hold ? td_receipt_copy (self->dispatch.hold) : NULL;
  if (!self->dispatch.hold)
    {
      td_message_outcome_clear (&start->reply->outcome);
      td_message_outcome_copy (&self->outcome, &start->reply->outcome);
    }
  td_turn_begin_async (self->turn, start, begun_cb, g_object_ref (self));
}

/* ---- the messages -------------------------------------------------------------------------- */

static const char *
get_title_text (TdCompletion *self)
{
  if (self->user_text[0] != '\0' || !self->attachments)
    return self->user_text;
  return td_attachment_get_name (g_ptr_array_index (self->attachments, 0));
}

static void
add_user_message (TdCompletion *self)
{
  self->user = td_message_new (TD_MESSAGE_ROLE_USER, self->user_text);
  if (self->attachments)
    td_message_set_attachments (self->user, self->attachments);
  if (td_conversation_get_title (self->conversation)[0] == '\0')
    {
      g_autofree char *title = td_conversation_make_title (get_title_text (self));

      td_conversation_set_title (self->conversation, title);
    }
  td_conversation_set_draft (self->conversation, "");
  td_conversation_append (self->conversation, self->user);
}

static void
add_messages (TdCompletion *self)
{
  self->reply =
    td_message_new_reply (self->model_key,
                          self->dispatch.model ? td_model_get_name (self->dispatch.model) : NULL);
  if (self->user_text)
    add_user_message (self);
  else if (self->user && g_str_equal (td_conversation_get_draft (self->conversation),
                                      td_message_get_text (self->user)))
    td_conversation_set_draft (self->conversation, "");
  if (self->replaced)
    td_conversation_replace (self->conversation, self->replaced, self->reply);
  else
    td_conversation_append (self->conversation, self->reply);
  td_conversation_set_model_key (self->conversation,
                                 self->dispatch.choice ? TD_AUTO_MODEL : self->model_key);
  if (self->system_prompt)
    td_conversation_set_system_prompt (self->conversation, self->system_prompt);
  if (self->has_parameters)
    td_conversation_set_parameters (self->conversation, &self->parameters);
  td_conversation_touch (self->conversation, td_clock_now_us ());
}

/* The question of the reply to be made again, if it could not be written the first time: it is to be
 * written with the reply. */
static void
find_unstored_question (TdCompletion *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->conversation));
  TdMessage *question = n > 1 ? td_conversation_get_message (self->conversation, n - 2) : NULL;

  if (question && td_message_get_role (question) == TD_MESSAGE_ROLE_USER &&
      td_message_get_id (question) == 0)
    self->user = g_object_ref (question);
}

/* The reply to be made again, if the chat ends with one. FALSE: there is nothing to answer. */
static gboolean
find_replaced (TdCompletion *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->conversation));
  TdMessage *last = n > 0 ? td_conversation_get_message (self->conversation, n - 1) : NULL;

  if (self->user_text)
    return self->user_text[0] != '\0' || self->attachments;
  if (!last)
    return FALSE;
  if (td_message_get_role (last) == TD_MESSAGE_ROLE_ASSISTANT)
    {
      self->replaced = g_object_ref (last);
      find_unstored_question (self);
    }
  return !self->replaced || n > 1;
}

static const char *
get_question (TdCompletion *self)
{
  if (self->user_text)
    return self->user_text;
  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (self->conversation)); i > 0; i--)
    {
      TdMessage *message = td_conversation_get_message (self->conversation, i - 1);

      if (td_message_get_role (message) == TD_MESSAGE_ROLE_USER)
        return td_message_get_text (message);
    }
  return "";
}

static gboolean
has_pictures (TdCompletion *self)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->conversation)); i++)
    {
      GPtrArray *attachments =
        td_message_get_attachments (td_conversation_get_message (self->conversation, i));

      if (attachments && attachments->len > 0)
        return TRUE;
    }
  return self->attachments != NULL;
}

/* From here on the completion is for the model that Q chose. */
static gboolean
let_q_choose (TdCompletion  *self,
              GError       **error)
{
  if (!td_auto_is_name (self->model_key))
    return TRUE;
  self->dispatch.choice =
    td_auto_choose (self->engine, self->conversation, get_question (self), has_pictures (self),
                    td_dispatch_get_max_cost (&self->dispatch), error);
  if (!self->dispatch.choice)
    return FALSE;
  g_set_str (&self->model_key, self->dispatch.choice->model_key);
  return TRUE;
}

static void
start (TdCompletion *self)
{
  TdCatalogue *catalogue = td_market_get_catalogue (td_engine_get_market (self->engine));
  TdModel *model;
  gboolean is_chosen;
  GError *error = NULL;

  if (!find_replaced (self))
    {
      give_up (self, g_error_new_literal (TD_COMPLETION_ERROR, TD_COMPLETION_ERROR_NOTHING_TO_SEND,
                                          "there is nothing to send"));
      return;
    }
  td_learning_note_next (self->engine, self->conversation, self->replaced != NULL);
  is_chosen = let_q_choose (self, &error);
  model = td_catalogue_find_model (catalogue, self->model_key);
  self->dispatch.model = model ? g_object_ref (model) : NULL;
  self->turn = td_turn_new (td_engine_get_database (self->engine),
                            td_conversation_get_row (self->conversation));
  add_messages (self);
  if (!is_chosen || !td_completion_plan (self, &error))
    td_completion_set_failure (self, error);
  begin (self);
}

/* ---- preparing ----------------------------------------------------------------------------- */

static void
prepared_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (TdCompletion) self = user_data;
  GError *error = NULL;

  if (!td_prepare_finish (TD_DATABASE (source), self->conversation, result, &error) ||
      g_cancellable_set_error_if_cancelled (self->stop, &error))
    give_up (self, error);
  else
    start (self);
}

/* The first step: reads the chat if that was not done, and resolves what others left in it. */
void
td_completion_prepare (TdCompletion *self)
{
  self->stage = STAGE_PREPARE;
  td_prepare_async (td_engine_get_database (self->engine), td_engine_get_lease (self->engine),
                    self->conversation, prepared_cb, g_object_ref (self));
}

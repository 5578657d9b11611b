/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine/td-unsaved.h"

#include "conversation/td-conversation-list-private.h"
#include "conversation/td-message-private.h"
#include "engine/td-engine-private.h"

/* How much longer than the first retry of a request: 5 seconds. */
#define RETRY_FACTOR 10

struct _TdUnsaved
{
  gatomicrefcount ref_count;    /* the engine's, and one more while a write is under way */
  TdEngine *engine;             /* (unowned): has us in its list */
  TdTurn *turn;                 /* (owned): has the text that is not written */
  TdTurnEnd *end;               /* (owned): the rest */
  TdConversation *conversation; /* (owned) */
  TdMessage *reply;             /* (owned) */
  guint retry_id;
  gboolean writing;
};

typedef struct
{
  TdUnsaved *unsaved; /* (owned) */
  TdEngine *engine;   /* (owned) */
} Writing;

void
td_unsaved_unref (TdUnsaved *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_clear_handle_id (&self->retry_id, g_source_remove);
  td_turn_unref (self->turn);
  td_turn_end_free (self->end);
  g_object_unref (self->conversation);
  g_object_unref (self->reply);
  g_free (self);
}

static TdTurnEnd *
copy_end (const TdTurnEnd *end)
{
  TdTurnEnd *copy = g_new0 (TdTurnEnd, 1);

  td_message_outcome_copy (&end->outcome, &copy->outcome);
  copy->receipt = td_receipt_copy (end->receipt);
  copy->updated_us = end->updated_us;
  return copy;
}

static gboolean
retry_cb (gpointer user_data)
{
  TdUnsaved *self = user_data;

  self->retry_id = 0;
  td_unsaved_write (self);
  return G_SOURCE_REMOVE;
}

static void
plan_retry (TdUnsaved *self)
{
  self->retry_id =
    g_timeout_add (td_engine_get_retry_base_ms (self->engine) * RETRY_FACTOR, retry_cb, self);
}

/* What the reply was is known at last. */
static void
take_saved (TdUnsaved *self)
{
  TdConversationList *conversations = td_engine_get_conversations (self->engine);

  td_message_finish (self->reply, &self->end->outcome);
  td_conversation_add_spent (self->conversation, &self->end->outcome);
  td_conversation_list_note_stored (conversations, self->conversation,
                                    td_conversation_get_id (self->conversation));
  g_ptr_array_remove_fast (td_engine_get_parts (self->engine)->unsaved, self);
}

static void
written_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autofree Writing *writing = user_data;
  TdUnsaved *self = writing->unsaved;
  g_autoptr (TdEngine) engine = writing->engine;
  g_autoptr (GError) error = NULL;

  self->writing = FALSE;
  if (td_turn_write_finish (self->turn, result, &error))
    {
      take_saved (self);
    }
  else
    {
      g_debug ("a reply is still not saved: %s", error->message);
      if (error->domain == TD_STORE_ERROR)
        plan_retry (self);
    }
  td_unsaved_unref (self);
}

/**
 * td_unsaved_write:
 * @self: the end of a reply
 *
 * Tries to write it now.
 */
void
td_unsaved_write (TdUnsaved *self)
{
  Writing *writing;

  g_return_if_fail (self != NULL);

  g_clear_handle_id (&self->retry_id, g_source_remove);
  if (self->writing)
    return;
  self->writing = TRUE;
  g_atomic_ref_count_inc (&self->ref_count);
  writing = g_new0 (Writing, 1);
  writing->unsaved = self;
  writing->engine = g_object_ref (self->engine);
  td_turn_settle_async (self->turn, copy_end (self->end), written_cb, writing);
}

/**
 * td_unsaved_keep:
 * @engine: the engine
 * @turn: a turn whose settlement failed
 * @end: (transfer full): what was to be written, without the text that @turn has
 * @conversation: the chat
 * @reply: the reply, which has been told that it failed
 *
 * Writes it again until it is written.
 */
void
td_unsaved_keep (TdEngine       *engine,
                 TdTurn         *turn,
                 TdTurnEnd      *end,
                 TdConversation *conversation,
                 TdMessage      *reply)
{
  TdUnsaved *self;

  g_return_if_fail (TD_IS_ENGINE (engine));
  g_return_if_fail (turn != NULL && end != NULL);

  self = g_new0 (TdUnsaved, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->engine = engine;
  self->turn = td_turn_ref (turn);
  self->end = end;
  self->conversation = g_object_ref (conversation);
  self->reply = g_object_ref (reply);
  g_ptr_array_add (td_engine_get_parts (engine)->unsaved, self);
  plan_retry (self);
}

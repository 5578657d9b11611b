/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the advice learns from chats: which model wrote a reply, for which kind of request, and
 * what became of it.
 */
#include "config.h"

#include "engine/td-learning.h"

#include "conversation/td-conversation-store.h"
#include "engine/td-advice-context.h"

/* What a reply speaks for. */
typedef struct
{
  TdCategory category;
  const char *model; /* its identity; belongs to the catalogue */
} Subject;

static const char *
find_identity (TdEngine   *engine,
               const char *model_key)
{
  TdCatalogue *catalogue = td_market_get_catalogue (td_engine_get_market (engine));
  TdModel *model = model_key ? td_catalogue_find_model (catalogue, model_key) : NULL;

  return model ? td_advice_get_identity (td_model_get_facts (model)) : NULL;
}

/* The question that a reply is to. */
static const char *
find_question (TdConversation *conversation,
               TdMessage      *reply)
{
  const char *question = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (conversation)); i++)
    {
      TdMessage *message = td_conversation_get_message (conversation, i);

      if (message == reply)
        return question;
      if (td_message_get_role (message) == TD_MESSAGE_ROLE_USER)
        question = td_message_get_text (message);
    }
  return NULL;
}

static gboolean
find_subject (TdEngine       *engine,
              TdConversation *conversation,
              TdMessage      *reply,
              Subject        *subject)
{
  TdAnalyzer *analyzer = td_analyzer_get_default (NULL);
  const char *question = find_question (conversation, reply);
  g_autoptr (TdAnalysis) analysis = NULL;

  subject->model = find_identity (engine, td_message_get_model_key (reply));
  if (!analyzer || !question || !subject->model)
    return FALSE;
  analysis = td_analyzer_run (analyzer, question, -1);
  subject->category = analysis->category;
  return TRUE;
}

/* ---- compared ------------------------------------------------------------------------------ */

typedef struct
{
  TdEngine *engine; /* (owned) */
  gint64 reply_id;
  TdCategory category;
  char *model; /* (owned) */
} Comparison;

static void
comparison_free (Comparison *self)
{
  g_object_unref (self->engine);
  g_free (self->model);
  g_free (self);
}

static gpointer
list_replaced_on_thread (TdConnection  *connection,
                         gpointer       data,
                         GCancellable  *cancellable,
                         GError       **error)
{
  return td_conversation_store_list_replaced (connection, *(gint64 *) data, error);
}

static void
replaced_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  Comparison *self = user_data;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) keys = td_database_run_finish (TD_DATABASE (source), result, &error);
  TdTaste *taste = td_engine_get_taste (self->engine);

  if (error)
    g_debug ("which reply was made again is not known: %s", error->message);
  for (guint i = 0; keys && keys[i]; i++)
    {
      const char *other = find_identity (self->engine, keys[i]);

      if (!other || g_str_equal (other, self->model))
        continue;
      td_taste_note (taste, self->category, self->model, TD_TASTE_WON);
      td_taste_note (taste, self->category, other, TD_TASTE_LOST);
    }
  comparison_free (self);
}

/* The chat goes on after a reply that was made again by another model: of two, this one was kept. */
static void
note_comparison (TdEngine      *engine,
                 TdMessage     *reply,
                 const Subject *subject)
{
  gint64 reply_id = td_message_get_id (reply);
  Comparison *comparison;

  if (reply_id == 0)
    return;
  comparison = g_new (Comparison, 1);
  *comparison = (Comparison) { g_object_ref (engine), reply_id, subject->category,
                               g_strdup (subject->model) };
  td_database_run_async (td_engine_get_database (engine), G_PRIORITY_LOW, list_replaced_on_thread,
                         g_memdup2 (&reply_id, sizeof reply_id), g_free,
                         (GDestroyNotify) g_strfreev, NULL, replaced_cb, comparison);
}

/**
 * td_learning_note_next:
 * @engine: the engine
 * @conversation: a chat that is about to go on
 * @is_made_again: whether its last reply is made again; else something is said after it
 *
 * Learns from what becomes of the last reply: a chat that goes on says something for it, one that is made
 * again something against it, and of two models that answered the same, the one whose reply was kept is
 * preferred.
 */
void
td_learning_note_next (TdEngine       *engine,
                       TdConversation *conversation,
                       gboolean        is_made_again)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (conversation));
  TdMessage *last = n > 0 ? td_conversation_get_message (conversation, n - 1) : NULL;
  Subject subject;

  if (!last || td_message_get_role (last) != TD_MESSAGE_ROLE_ASSISTANT ||
      td_message_get_state (last) != TD_MESSAGE_STATE_COMPLETE ||
      !find_subject (engine, conversation, last, &subject))
    return;
  td_taste_note (td_engine_get_taste (engine), subject.category, subject.model,
                 is_made_again ? TD_TASTE_REGENERATED : TD_TASTE_KEPT);
  if (!is_made_again)
    note_comparison (engine, last, &subject);
}

/* ---- what the user says ---------------------------------------------------------------------- */

static void
opinion_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (td_taste_set_opinion_finish (TD_TASTE (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * td_learning_set_opinion_async:
 * @engine: the engine
 * @conversation: the chat
 * @reply: one of its replies
 * @opinion: what the user says of it; %TD_OPINION_NONE takes back what was said
 * @callback: called when it is kept
 * @user_data: data for @callback
 *
 * Learns from what the user says of a reply. Nothing is learned, and that is an error, of a model that the
 * catalogue does not know any more.
 */
void
td_learning_set_opinion_async (TdEngine            *engine,
                               TdConversation      *conversation,
                               TdMessage           *reply,
                               TdOpinion            opinion,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (engine, NULL, callback, user_data);
  Subject subject;

  g_return_if_fail (TD_IS_ENGINE (engine));
  g_return_if_fail (TD_IS_CONVERSATION (conversation));
  g_return_if_fail (TD_IS_MESSAGE (reply));

  g_task_set_source_tag (task, td_learning_set_opinion_async);
  if (td_message_get_id (reply) == 0 || !find_subject (engine, conversation, reply, &subject))
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                               "the reply's model is not in the catalogue");
      return;
    }
  td_taste_set_opinion_async (td_engine_get_taste (engine), td_message_get_id (reply),
                              subject.category, subject.model, opinion, opinion_cb,
                              g_steal_pointer (&task));
}

/**
 * td_learning_set_opinion_finish:
 * @engine: the engine
 * @result: what the callback got
 * @error: return location for an error of the store, or %G_IO_ERROR_NOT_FOUND
 *
 * Returns: whether it is kept
 */
gboolean
td_learning_set_opinion_finish (TdEngine      *engine,
                                GAsyncResult  *result,
                                GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, engine), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

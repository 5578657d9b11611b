/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine/td-title.h"

#include <string.h>

#include "base/td-text.h"
#include "conversation/td-conversation-private.h"
#include "engine/td-chore-choice.h"
#include "engine/td-chore.h"
#include "engine/td-completion.h"
#include "wallet/td-receipt.h"

#define INSTRUCTION                                                                         \
  "Write a title for the chat that begins below: at most six words, in the language of the" \
  " question, without quotation marks. Answer with the title alone."

/* As much of the chat as a title needs. */
#define MAX_QUESTION_CHARS 800
#define MAX_REPLY_CHARS    300

#define MAX_TITLE_TOKENS 48

typedef struct
{
  TdEngine *engine;             /* (owned) */
  TdConversation *conversation; /* (owned) */
  char *first_title;            /* (owned): what it is as long as nobody gave it another one */
  gint64 reply_id;
  GPtrArray *models;            /* (owned) (element-type TdModel) */
  guint n_model;                /* which of them is asked */
} Writing;

static void
writing_free (gpointer data)
{
  Writing *self = data;

  g_object_unref (self->engine);
  g_object_unref (self->conversation);
  g_free (self->first_title);
  g_ptr_array_unref (self->models);
  g_free (self);
}

/* ---- the title ----------------------------------------------------------------------------- */

static gboolean
is_decoration (gunichar character)
{
  return g_unichar_isspace (character) || character == '"' || character == '\'' ||
         character == '`' || character == '*' || character == '#' || character == '_' ||
         character == 0x201c || character == 0x201d || character == 0x201e || character == 0x2018 ||
         character == 0x2019 || character == 0xab || character == 0xbb || character == 0x300c ||
         character == 0x300d || character == 0x300e || character == 0x300f;
}

static char *
strip_decoration (const char *text)
{
  const char *start = text;
  const char *end;

  while (*start != '\0' && is_decoration (g_utf8_get_char (start)))
    start = g_utf8_next_char (start);
  end = start + strlen (start);
  while (end > start)
    {
      const char *last = g_utf8_find_prev_char (start, end);

      if (!last || !(is_decoration (g_utf8_get_char (last)) || *last == '.'))
        break;
      end = last;
    }
  return g_strndup (start, end - start);
}

/* Those that steer, unlike the ends of lines. They are looked for before a title is made of the answer,
 * which leaves them out. */
static gboolean
has_control_characters (const char *text)
{
  for (; *text != '\0'; text = g_utf8_next_char (text))
    if (g_unichar_iscntrl (g_utf8_get_char (text)) && !g_ascii_isspace (*text))
      return TRUE;
  return FALSE;
}

/**
 * td_title_clean:
 * @answer: what a model answered
 *
 * Models put marks around a title, or a word in front; some answer the question instead.
 *
 * Returns: (transfer full) (nullable): the title; %NULL when it is none
 */
char *
td_title_clean (const char *answer)
{
  g_autofree char *line = td_conversation_make_title (answer);
  g_autofree char *title = strip_decoration (line);

  if (g_ascii_strncasecmp (title, "title:", 6) == 0)
    {
      g_autofree char *named = g_steal_pointer (&title);

      title = strip_decoration (named + 6);
    }
  /* A line that was shortened was no title. */
  if (title[0] == '\0' || g_str_has_suffix (line, "…") || has_control_characters (answer))
    return NULL;
  return g_steal_pointer (&title);
}

static void
renamed_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (td_conversation_list_rename_finish (TD_CONVERSATION_LIST (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* The user may have given it one meanwhile, or thrown it away. */
static void
set_title (GTask      *task,
           const char *title)
{
  Writing *self = g_task_get_task_data (task);

  if (td_conversation_is_deleted (self->conversation) ||
      !g_str_equal (td_conversation_get_title (self->conversation), self->first_title))
    g_task_return_boolean (task, FALSE);
  else
    td_conversation_list_rename_async (td_engine_get_conversations (self->engine),
                                       self->conversation, title, NULL, renamed_cb,
                                       g_object_ref (task));
}

/* ---- asking -------------------------------------------------------------------------------- */

static void ask (GTask *task);

static gboolean
may_ask_another (Writing      *self,
                 const GError *error)
{
  return self->n_model + 1 < self->models->len && error->domain == TD_PROVIDER_ERROR;
}

static void
answered_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Writing *self = g_task_get_task_data (task);
  GError *error = NULL;
  g_autofree char *answer = td_chore_run_finish (TD_CHORE (source), result, &error);
  g_autofree char *title = answer ? td_title_clean (answer) : NULL;

  if (title)
    {
      set_title (task, title);
    }
  else if (!error)
    {
      g_task_return_boolean (task, FALSE);
    }
  else if (may_ask_another (self, error))
    {
      g_error_free (error);
      self->n_model++;
      ask (task);
    }
  else
    {
      g_task_return_error (task, error);
    }
}

static TdChatRequest *
build_request (TdConversation     *conversation,
               const TdModelFacts *facts)
{
  TdChatRequest *request = td_chat_request_new (facts->id);
  TdMessage *question = td_conversation_get_message (conversation, 0);
  TdMessage *reply = td_conversation_get_message (conversation, 1);
  g_autofree char *asked = td_text_ellipsize (td_message_get_text (question), MAX_QUESTION_CHARS);
  g_autofree char *said = td_text_ellipsize (td_message_get_text (reply), MAX_REPLY_CHARS);
  g_autofree char *chat = g_strdup_printf ("Question:\n%s\n\nAnswer:\n%s", asked, said);

  td_chat_request_add_turn (request, TD_ROLE_SYSTEM, INSTRUCTION);
  td_chat_request_add_turn (request, TD_ROLE_USER, chat);
  request->max_output = td_chore_choice_get_max_output (facts, MAX_TITLE_TOKENS);
  request->stream = TRUE;
  return request;
}

static void
ask (GTask *task)
{
  Writing *self = g_task_get_task_data (task);
  TdModel *model = g_ptr_array_index (self->models, self->n_model);
  g_autoptr (TdChore) chore = td_chore_new (self->engine, model, TD_PURPOSE_TITLE,
                                            self->conversation, self->reply_id);

  td_chore_run_async (chore, build_request (self->conversation, td_model_get_facts (model)),
                      TD_CHORE_MAX_COST, g_task_get_cancellable (task), answered_cb,
                      g_object_ref (task));
}

/* ---- whether there is anything to do ------------------------------------------------------- */

/* One question and its whole answer, and a title that nobody chose. */
static gboolean
wants_title (TdConversation *conversation)
{
  TdMessage *question, *reply;
  g_autofree char *rule = NULL;

  if (!td_conversation_get_loaded (conversation) || td_conversation_is_deleted (conversation) ||
      g_list_model_get_n_items (G_LIST_MODEL (conversation)) != 2)
    return FALSE;
  question = td_conversation_get_message (conversation, 0);
  reply = td_conversation_get_message (conversation, 1);
  if (td_message_get_role (question) != TD_MESSAGE_ROLE_USER ||
      td_message_get_role (reply) != TD_MESSAGE_ROLE_ASSISTANT ||
      td_message_get_state (reply) != TD_MESSAGE_STATE_COMPLETE || td_message_get_id (reply) == 0 ||
      td_message_get_text_length (reply) == 0)
    return FALSE;
  rule = td_conversation_make_title (td_message_get_text (question));
  return g_str_equal (td_conversation_get_title (conversation), rule);
}

static GPtrArray *
list_models (TdEngine       *engine,
             TdConversation *conversation)
{
  TdCatalogue *catalogue = td_market_get_catalogue (td_engine_get_market (engine));
  TdMessage *reply = td_conversation_get_message (conversation, 1);
  const char *key = td_message_get_model_key (reply);
  TdModel *talked_to = key ? td_catalogue_find_model (catalogue, key) : NULL;
  g_autoptr (TdChatRequest) request = NULL;
  gint64 prompt = 0;

  if (!talked_to)
    return g_ptr_array_new_with_free_func (g_object_unref);
  request = build_request (conversation, td_model_get_facts (talked_to));
  for (guint i = 0; i < request->turns->len; i++)
    prompt += (gint64) strlen (((TdChatTurn *) g_ptr_array_index (request->turns, i))->text);
  return td_chore_choice_list (engine, td_model_get_facts (talked_to), prompt, MAX_TITLE_TOKENS);
}

/**
 * td_title_write_async:
 * @engine: the engine
 * @conversation: a chat
 * @cancellable: (nullable): cancels it
 * @callback: called when the chat has its title, or keeps the one it has
 * @user_data: data for @callback
 *
 * Has a title written, if the chat has but one question and its answer, and there is a model that
 * is cheap and may see them. See td_chore_choice_list() for who that is.
 */
void
td_title_write_async (TdEngine            *engine,
                      TdConversation      *conversation,
                      GCancellable        *cancellable,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  Writing *self;

  g_return_if_fail (TD_IS_ENGINE (engine));
  g_return_if_fail (TD_IS_CONVERSATION (conversation));

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, td_title_write_async);
  if (!wants_title (conversation))
    {
      g_task_return_boolean (task, FALSE);
      return;
    }
  self = g_new0 (Writing, 1);
  self->engine = g_object_ref (engine);
  self->conversation = g_object_ref (conversation);
  self->first_title = g_strdup (td_conversation_get_title (conversation));
  self->reply_id = td_message_get_id (td_conversation_get_message (conversation, 1));
  self->models = list_models (engine, conversation);
  g_task_set_task_data (task, self, writing_free);
  if (self->models->len > 0)
    ask (task);
  else
    g_task_return_boolean (task, FALSE);
}

/**
 * td_title_write_finish:
 * @result: what the callback got
 * @error: return location for an error of the completion, the wallet, the provider or the store
 *
 * Returns: whether the chat has another title now; %FALSE without @error when it keeps its own
 */
gboolean
td_title_write_finish (GAsyncResult  *result,
                       GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, td_title_write_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

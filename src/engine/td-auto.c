/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * "Let Q choose": a model for one request, by the same advice as the assistant's page gives and under the
 * same preferences. What was chosen and by what goes into the receipt.
 */
#include "config.h"

#include "engine/td-auto.h"

#include <string.h>

#include "engine/td-advice-context.h"
#include "engine/td-completion.h"

/* A request as short as "shorter, please" is about the one before. */
#define SHORT_BYTES     60
#define BYTES_PER_TOKEN 3

/**
 * td_auto_is_name:
 * @model_key: (nullable): what was asked for
 *
 * Returns: whether that leaves the choice to Q
 */
gboolean
td_auto_is_name (const char *model_key)
{
  return g_strcmp0 (model_key, TD_AUTO_MODEL) == 0;
}

void
td_auto_choice_free (TdAutoChoice *self)
{
  g_free (self->model_key);
  g_free (self);
}

/* The question before the last one of the chat, or the last one if @text is not in the chat yet. */
static const char *
find_last_question (TdConversation *conversation,
                    const char     *text)
{
  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (conversation)); i > 0; i--)
    {
      TdMessage *message = td_conversation_get_message (conversation, i - 1);

      if (td_message_get_role (message) == TD_MESSAGE_ROLE_USER &&
          g_strcmp0 (td_message_get_text (message), text) != 0)
        return td_message_get_text (message);
    }
  return NULL;
}

/* What is sent along: a rough count is enough to see that it fits. */
static gint64
estimate_history (TdConversation *conversation)
{
  gint64 bytes = 0;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (conversation)); i++)
    bytes += td_message_get_text_length (td_conversation_get_message (conversation, i));
  return bytes / BYTES_PER_TOKEN;
}

/* What is known of a request besides its text. */
typedef struct
{
  const char *before;     /* (nullable): the question before */
  gint64 history_tokens;
  gboolean has_images;
  gboolean has_tools;
  gboolean has_structure;
  TdMoney max_cost;       /* TD_MONEY_UNKNOWN: no limit */
} Circumstances;

static TdAnalysis *
analyze (TdAnalyzer          *analyzer,
         const char          *text,
         const Circumstances *around)
{
  const char *before = strlen (text) < SHORT_BYTES ? around->before : NULL;
  g_autofree char *both = before != NULL ? g_strconcat (before, "\n", text, NULL) : NULL;
  TdAnalysis *analysis = td_analyzer_run (analyzer, both != NULL ? both : text, -1);

  /* The reply is text in a chat, whatever is asked for. */
  analysis->terms->needs[TD_NEED_IMAGE_OUTPUT] = FALSE;
  analysis->terms->needs[TD_NEED_VISION] = around->has_images;
  analysis->terms->needs[TD_NEED_AUDIO] = FALSE;
  analysis->terms->needs[TD_NEED_TOOLS] |= around->has_tools;
  analysis->terms->needs[TD_NEED_STRUCTURED_OUTPUT] |= around->has_structure;
  analysis->input_tokens += around->history_tokens;
  return analysis;
}

static TdAutoChoice *
choose (TdEngine             *engine,
        const char           *text,
        const Circumstances  *around,
        GError              **error)
{
  TdAnalyzer *analyzer = td_analyzer_get_default (error);
  TdAdviceSettings settings = TD_ADVICE_SETTINGS_DEFAULT;
  g_autoptr (TdAdvisor) advisor = NULL;
  g_autoptr (TdAnalysis) analysis = NULL;
  g_autoptr (TdAdvice) advice = NULL;
  TdAutoChoice *choice;

  if (analyzer == NULL)
    return NULL;
  td_engine_take_advice_preferences (engine, &settings);
  td_engine_answer_advice (engine, &settings);
  if (around->max_cost != TD_MONEY_UNKNOWN &&
      (settings.max_cost == TD_MONEY_UNKNOWN || around->max_cost < settings.max_cost))
    settings.max_cost = around->max_cost;
  advisor = td_advisor_new (td_market_get_catalogue (td_engine_get_market (engine)));
  analysis = analyze (analyzer, text, around);
  advice = td_advisor_run (advisor, analysis, &settings);
  if (advice->n_top == 0)
    {
      g_set_error (error, TD_COMPLETION_ERROR, TD_COMPLETION_ERROR_NO_CHOICE,
                   "none of the models that can be used now fits");
      return NULL;
    }
  choice = g_new0 (TdAutoChoice, 1);
  *choice = (TdAutoChoice) { g_strdup (td_model_get_key (advice->top[0].model)),
                             analysis->category, analysis->complexity, advice->settings.profile,
                             advice->n_candidates };
  return choice;
}

/**
 * td_auto_choose:
 * @conversation: the chat it is for
 * @text: the request
 * @has_images: whether there are pictures in the chat
 * @max_cost: what it may cost, or #TD_MONEY_UNKNOWN
 * @error: return location for a #TdAnalyzerError or %TD_COMPLETION_ERROR_NO_CHOICE
 *
 * Returns: (transfer full) (nullable): what to ask
 */
TdAutoChoice *
td_auto_choose (TdEngine        *engine,
                TdConversation  *conversation,
                const char      *text,
                gboolean         has_images,
                TdMoney          max_cost,
                GError         **error)
{
  Circumstances around = { .has_images = has_images, .max_cost = max_cost };

  g_return_val_if_fail (TD_IS_ENGINE (engine) && text != NULL, NULL);

  around.before = find_last_question (conversation, text);
  around.history_tokens = estimate_history (conversation);
  return choose (engine, text, &around, error);
}

static const TdChatTurn *
find_question (const TdChatRequest *request,
               guint                before)
{
  while (before-- > 0)
    {
      const TdChatTurn *turn = g_ptr_array_index (request->turns, before);

      if (turn->role == TD_ROLE_USER && turn->text && turn->text[0] != '\0')
        return turn;
    }
  return NULL;
}

static guint
find_last_turn (const TdChatRequest *request,
                const TdChatTurn    *turn)
{
  guint index = 0;

  g_ptr_array_find (request->turns, turn, &index);
  return index;
}

static void
take_turns (const TdChatRequest *request,
            Circumstances       *around)
{
  gint64 bytes = 0;

  for (guint i = 0; i < request->turns->len; i++)
    {
      const TdChatTurn *turn = g_ptr_array_index (request->turns, i);

      bytes += turn->text ? (gint64) strlen (turn->text) : 0;
      around->has_images |= turn->images && turn->images->len > 0;
    }
  around->history_tokens = bytes / BYTES_PER_TOKEN;
}

/**
 * td_auto_choose_for_request:
 * @engine: the engine
 * @request: a request of no chat
 * @max_cost: what it may cost, or #TD_MONEY_UNKNOWN
 * @error: return location for a #TdAnalyzerError or %TD_COMPLETION_ERROR_NO_CHOICE
 *
 * Returns: (transfer full) (nullable): what to ask
 */
TdAutoChoice *
td_auto_choose_for_request (TdEngine             *engine,
                            const TdChatRequest  *request,
                            TdMoney               max_cost,
                            GError              **error)
{
  Circumstances around = { .max_cost = max_cost };
  const TdChatTurn *question, *before;

  g_return_val_if_fail (TD_IS_ENGINE (engine) && request != NULL, NULL);

  question = find_question (request, request->turns->len);
  before = question ? find_question (request, find_last_turn (request, question)) : NULL;
  around.before = before ? before->text : NULL;
  around.has_tools = request->tools && request->tools->len > 0;
  around.has_structure = request->schema != NULL;
  take_turns (request, &around);
  return choose (engine, question ? question->text : "", &around, error);
}

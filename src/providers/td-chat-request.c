/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "providers/td-chat-request.h"

static void
turn_free (gpointer turn)
{
  td_chat_turn_free (turn);
}

static void
tool_free (gpointer data)
{
  TdChatTool *tool = data;

  g_free (tool->name);
  g_free (tool->description);
  g_free (tool->parameters);
  g_free (tool);
}

/**
 * td_chat_request_new:
 * @model: the model's id at the provider
 *
 * A streamed request without turns.
 *
 * Returns: (transfer full): the request
 */
TdChatRequest *
td_chat_request_new (const char *model)
{
  TdChatRequest *self = g_new0 (TdChatRequest, 1);

  self->model = g_strdup (model);
  self->turns = g_ptr_array_new_with_free_func (turn_free);
  self->stream = TRUE;
  return self;
}

/**
 * td_chat_request_copy:
 * @self: a request
 *
 * Returns: (transfer full): a copy that shares nothing but the bytes of images
 */
TdChatRequest *
td_chat_request_copy (const TdChatRequest *self)
{
  TdChatRequest *copy;

  g_return_val_if_fail (self != NULL, NULL);

  copy = td_chat_request_new (self->model);
  copy->max_output = self->max_output;
  copy->model_max_output = self->model_max_output;
  copy->has_temperature = self->has_temperature;
  copy->temperature = self->temperature;
  copy->has_top_p = self->has_top_p;
  copy->top_p = self->top_p;
  copy->stop = g_strdupv (self->stop);
  copy->stream = self->stream;
  copy->tool_choice = self->tool_choice;
  copy->tool_name = g_strdup (self->tool_name);
  copy->one_call = self->one_call;
  copy->effort = g_strdup (self->effort);
  copy->thinking = self->thinking;
  copy->thinking_budget = self->thinking_budget;
  copy->traits = self->traits;
  copy->adapt = self->adapt;
  td_chat_request_set_schema (copy, self->schema_name, self->schema, self->schema_strict);
  for (guint i = 0; i < self->turns->len; i++)
    g_ptr_array_add (copy->turns, td_chat_turn_copy (self->turns->pdata[i]));
  for (guint i = 0; self->tools != NULL && i < self->tools->len; i++)
    {
      const TdChatTool *tool = self->tools->pdata[i];

      td_chat_request_add_tool (copy, tool->name, tool->description, tool->parameters,
                                tool->strict);
    }
  return copy;
}

void
td_chat_request_free (TdChatRequest *self)
{
  if (self == NULL)
    return;

  g_free (self->model);
  g_ptr_array_unref (self->turns);
  g_clear_pointer (&self->tools, g_ptr_array_unref);
  g_free (self->tool_name);
  g_strfreev (self->stop);
  g_free (self->schema_name);
  g_free (self->schema);
  g_free (self->effort);
  g_free (self);
}

/**
 * td_chat_request_add_turn:
 * @self: a request
 * @role: whose turn it is
 * @text: (nullable): what was said
 *
 * Appends a message to the conversation.
 */
void
td_chat_request_add_turn (TdChatRequest *self,
                          TdRole         role,
                          const char    *text)
{
  g_return_if_fail (self != NULL);

  g_ptr_array_add (self->turns, td_chat_turn_new (role, text));
}

static TdChatTurn *
get_last (TdChatRequest *self)
{
  return self->turns->pdata[self->turns->len - 1];
}

/**
 * td_chat_request_set_opaque:
 * @self: a request with at least one turn
 * @opaque: (nullable): the text of a TD_CHAT_EVENT_OPAQUE
 *
 * Sends back with the last turn what the provider sent with it.
 */
void
td_chat_request_set_opaque (TdChatRequest *self,
                            const char    *opaque)
{
  g_return_if_fail (self != NULL && self->turns->len > 0);

  g_set_str (&get_last (self)->opaque, opaque);
}

/**
 * td_chat_request_add_call:
 * @self: a request whose last turn is the assistant's
 * @id: what the call is known by
 * @name: the tool
 * @arguments: (nullable): an object as JSON text
 *
 * Adds a call to the last turn; see td_chat_turn_add_call().
 */
void
td_chat_request_add_call (TdChatRequest *self,
                          const char    *id,
                          const char    *name,
                          const char    *arguments)
{
  g_return_if_fail (self != NULL && self->turns->len > 0);
  g_return_if_fail (get_last (self)->role == TD_ROLE_ASSISTANT);

  td_chat_turn_add_call (get_last (self), id, name, arguments);
}

/**
 * td_chat_request_add_image:
 * @self: a request whose last turn is the user's
 * @mime_type: "image/png", "image/jpeg", …
 * @data: the file
 *
 * Adds an image to the last turn.
 */
void
td_chat_request_add_image (TdChatRequest *self,
                           const char    *mime_type,
                           GBytes        *data)
{
  g_return_if_fail (self != NULL && self->turns->len > 0);
  g_return_if_fail (get_last (self)->role == TD_ROLE_USER);

  td_chat_turn_add_image (get_last (self), mime_type, data);
}

/**
 * td_chat_request_add_result:
 * @self: a request
 * @call_id: a call of the assistant's turn before
 * @text: (nullable): what came of it
 * @failed: whether @text says why it failed
 *
 * Appends the result of a call. The results of one turn's calls follow it directly.
 */
void
td_chat_request_add_result (TdChatRequest *self,
                            const char    *call_id,
                            const char    *text,
                            gboolean       failed)
{
  g_return_if_fail (self != NULL && call_id != NULL);

  td_chat_request_add_turn (self, TD_ROLE_TOOL, text);
  get_last (self)->call_id = g_strdup (call_id);
  get_last (self)->failed = failed;
}

/**
 * td_chat_request_add_tool:
 * @self: a request
 * @name: letters, digits, "_" and "-", at most 64
 * @description: (nullable): what it is good for
 * @parameters: (nullable): a JSON schema of an object, as text; %NULL: it takes none
 * @strict: whether arguments have to follow the schema to the letter
 *
 * Declares a function the model may call.
 */
void
td_chat_request_add_tool (TdChatRequest *self,
                          const char    *name,
                          const char    *description,
                          const char    *parameters,
                          gboolean       strict)
{
  TdChatTool *tool;

  g_return_if_fail (self != NULL && name != NULL);

  if (self->tools == NULL)
    self->tools = g_ptr_array_new_with_free_func (tool_free);
  tool = g_new0 (TdChatTool, 1);
  tool->name = g_strdup (name);
  tool->description = g_strdup (description);
  tool->parameters =
    g_strdup (parameters != NULL ? parameters : "{\"type\":\"object\",\"properties\":{}}");
  tool->strict = strict;
  g_ptr_array_add (self->tools, tool);
}

/**
 * td_chat_request_set_schema:
 * @self: a request
 * @name: (nullable): what the schema is called
 * @schema: (nullable): a JSON schema as text; %NULL: the reply is free text
 * @strict: whether the reply has to follow it to the letter
 *
 * Asks for a reply that is JSON.
 */
void
td_chat_request_set_schema (TdChatRequest *self,
                            const char    *name,
                            const char    *schema,
                            gboolean       strict)
{
  g_return_if_fail (self != NULL);

  g_set_str (&self->schema_name, name != NULL || schema == NULL ? name : "reply");
  g_set_str (&self->schema, schema);
  self->schema_strict = strict;
}

/**
 * td_chat_request_continue:
 * @self: a request whose reply ended with TD_FINISH_PAUSED
 * @text: (nullable): the text of that reply
 * @opaque: (nullable): the text of its TD_CHAT_EVENT_OPAQUE
 *
 * Makes of it the request that lets the reply go on where it stopped. It may pause again: then
 * this is called again, with what came since. What each of the requests took is paid for, so
 * their usage is added up.
 */
void
td_chat_request_continue (TdChatRequest *self,
                          const char    *text,
                          const char    *opaque)
{
  g_return_if_fail (self != NULL);

  td_chat_request_add_turn (self, TD_ROLE_ASSISTANT, text);
  td_chat_request_set_opaque (self, opaque);
}

/**
 * td_tool_choice_to_string:
 * @choice: what the model may do with the tools
 *
 * Returns: (transfer none) (nullable): the word of OpenAI's protocols; %NULL when nothing is to be
 *   said, or one tool is named
 */
const char *
td_tool_choice_to_string (TdToolChoice choice)
{
  static const char *const words[] = {
    [TD_TOOL_CHOICE_AUTO] = "auto",
    [TD_TOOL_CHOICE_NONE] = "none",
    [TD_TOOL_CHOICE_REQUIRED] = "required",
  };

  return (guint) choice < G_N_ELEMENTS (words) ? words[choice] : NULL;
}

static const TdChatCall *
find_call (const TdChatTurn *turn,
           const char       *id)
{
  for (guint i = 0; turn->calls != NULL && i < turn->calls->len; i++)
    {
      const TdChatCall *call = turn->calls->pdata[i];

      if (g_strcmp0 (call->id, id) == 0)
        return call;
    }
  return NULL;
}

/**
 * td_chat_request_get_answered:
 * @self: a request
 * @turn: the number of a turn
 *
 * Returns: (transfer none) (nullable): the call whose result this turn is; %NULL when it is no
 *   result, or one nobody asked for, which providers refuse
 */
const TdChatCall *
td_chat_request_get_answered (const TdChatRequest *self,
                              guint                turn)
{
  const TdChatTurn *result = self->turns->pdata[turn];

  if (result->role != TD_ROLE_TOOL || result->call_id == NULL)
    return NULL;
  for (guint i = turn; i > 0; i--)
    {
      const TdChatTurn *before = self->turns->pdata[i - 1];

      if (before->role == TD_ROLE_ASSISTANT)
        return find_call (before, result->call_id);
      if (before->role != TD_ROLE_TOOL || g_strcmp0 (before->call_id, result->call_id) == 0)
        return NULL;
    }
  return NULL;
}

/**
 * td_chat_request_is_answered:
 * @self: a request
 * @turn: the number of a turn of the assistant
 * @call: a call it made
 *
 * Returns: whether the call's result follows; without one a call is refused
 */
gboolean
td_chat_request_is_answered (const TdChatRequest *self,
                             guint                turn,
                             const TdChatCall    *call)
{
  for (guint i = turn + 1; i < self->turns->len; i++)
    {
      const TdChatTurn *result = self->turns->pdata[i];

      if (result->role != TD_ROLE_TOOL)
        return FALSE;
      if (g_strcmp0 (result->call_id, call->id) == 0)
        return TRUE;
    }
  return FALSE;
}

/**
 * td_chat_request_find_answered:
 * @self: a request
 * @turn: the number of a turn
 * @id: (nullable): what a call is known by
 *
 * Returns: (transfer none) (nullable): the call, if the turn has it and it can be sent
 */
const TdChatCall *
td_chat_request_find_answered (const TdChatRequest *self,
                               guint                turn,
                               const char          *id)
{
  const TdChatCall *call = id != NULL ? find_call (self->turns->pdata[turn], id) : NULL;

  return call != NULL && td_chat_request_is_answered (self, turn, call) ? call : NULL;
}

/**
 * td_chat_request_any_answered:
 * @self: a request
 * @turn: the number of a turn
 *
 * Returns: whether it holds calls that can be sent
 */
gboolean
td_chat_request_any_answered (const TdChatRequest *self,
                              guint                turn)
{
  const TdChatTurn *from = self->turns->pdata[turn];

  for (guint i = 0; from->calls != NULL && i < from->calls->len; i++)
    {
      if (td_chat_request_is_answered (self, turn, from->calls->pdata[i]))
        return TRUE;
    }
  return FALSE;
}

/**
 * td_chat_request_stops_thinking:
 * @self: a request
 *
 * Returns: whether the model is asked not to think
 */
gboolean
td_chat_request_stops_thinking (const TdChatRequest *self)
{
  return g_strcmp0 (self->effort, "none") == 0;
}

/**
 * td_chat_request_get_effort_word:
 * @self: a request
 *
 * Returns: (transfer none) (nullable): how much to think, where it can be said in words
 */
const char *
td_chat_request_get_effort_word (const TdChatRequest *self)
{
  gboolean in_words =
    self->thinking == TD_THINKING_UNKNOWN || (self->thinking & TD_THINKING_EFFORT);

  return in_words ? self->effort : NULL;
}

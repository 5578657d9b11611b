/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "providers/td-chat-request.h"

static const char *const role_words[] = {
  [TD_ROLE_SYSTEM] = "system",
  [TD_ROLE_USER] = "user",
  [TD_ROLE_ASSISTANT] = "assistant",
  [TD_ROLE_TOOL] = "tool",
};

static void
td_chat_turn_free (gpointer data)
{
  TdChatTurn *self = data;

  g_free (self->text);
  g_free (self->opaque);
  g_free (self);
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
  self->turns = g_ptr_array_new_with_free_func (td_chat_turn_free);
  self->stream = TRUE;
  return self;
}

/**
 * td_chat_request_copy:
 * @self: a request
 *
 * Returns: (transfer full): a copy that shares nothing
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
  copy->stream = self->stream;
  copy->adapt = self->adapt;
  for (guint i = 0; i < self->turns->len; i++)
    {
      const TdChatTurn *turn = self->turns->pdata[i];

      td_chat_request_add_turn (copy, turn->role, turn->text);
      td_chat_request_set_opaque (copy, turn->opaque);
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
  TdChatTurn *turn;

  g_return_if_fail (self != NULL);

  turn = g_new0 (TdChatTurn, 1);
  turn->role = role;
  turn->text = g_strdup (text != NULL ? text : "");
  g_ptr_array_add (self->turns, turn);
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

  g_set_str (&((TdChatTurn *) self->turns->pdata[self->turns->len - 1])->opaque, opaque);
}

/**
 * td_role_to_string:
 * @role: a role
 *
 * Returns: (transfer none): its word, which is also the word of the OpenAI and Ollama protocols
 */
const char *
td_role_to_string (TdRole role)
{
  g_return_val_if_fail ((guint) role < G_N_ELEMENTS (role_words), "user");

  return role_words[role];
}

/**
 * td_role_from_string:
 * @text: (nullable): a word
 * @role: (out): the role
 *
 * Returns: whether @text names a role
 */
gboolean
td_role_from_string (const char *text,
                     TdRole     *role)
{
  g_return_val_if_fail (role != NULL, FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (role_words); i++)
    {
      if (g_strcmp0 (text, role_words[i]) == 0)
        {
          *role = (TdRole) i;
          return TRUE;
        }
    }
  return FALSE;
}

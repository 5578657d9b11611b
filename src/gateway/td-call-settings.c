/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Settings and tools of a client's request: what several dialects say alike. */
#include "config.h"

#include <string.h>

#include "gateway/td-call-reader.h"

#define MAX_STOPS      16
#define MAX_STOP_BYTES 1024

static const char *const efforts[] = {
  "none",
  "minimal",
  "low",
  "medium",
  "high",
  "xhigh",
  "max",
  NULL,
};

/**
 * td_call_reader_take_model:
 * @self: a reader
 *
 * Takes "model".
 */
void
td_call_reader_take_model (TdCallReader *self)
{
  g_set_str (&self->call->chat->model, td_call_reader_need_string (self, self->root, "", "model"));
}

/**
 * td_call_reader_take_sampling:
 * @self: a reader
 * @object: (nullable): what holds them
 * @where: where it stands
 * @max_temperature: the dialect's highest
 *
 * Takes "temperature" and "top_p".
 */
void
td_call_reader_take_sampling (TdCallReader *self,
                              const TdJson *object,
                              const char   *where,
                              double        max_temperature)
{
  TdChatRequest *chat = self->call->chat;

  chat->has_temperature = td_call_reader_get_number (self, object, where, "temperature", 0,
                                                     max_temperature, &chat->temperature);
  chat->has_top_p =
    td_call_reader_get_number (self, object, where, "top_p", 0, 1, &chat->top_p);
}

static void
add_stop (TdCallReader *self,
          GStrvBuilder *builder,
          const TdJson *json,
          const char   *where,
          const char   *name)
{
  const char *text = td_json_get_string (json);

  if (text == NULL || *text == '\0')
    td_call_reader_refuse (self, where, name, "has to be texts that are not empty");
  else if (strlen (text) > MAX_STOP_BYTES)
    td_call_reader_refuse (self, where, name, "is longer than %d bytes", MAX_STOP_BYTES);
  else
    g_strv_builder_add (builder, text);
}

/**
 * td_call_reader_take_stop:
 * @self: a reader
 * @object: (nullable): what holds it
 * @where: where it stands
 * @name: the member: a text or a list of texts at which the reply ends
 *
 * Takes them; an empty list means nothing.
 */
void
td_call_reader_take_stop (TdCallReader *self,
                          const TdJson *object,
                          const char   *where,
                          const char   *name)
{
  const TdJson *json = td_json_get_member (object, name);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (!td_json_is_set (json))
    return;
  if (td_json_get_type (json) != TD_JSON_STRING)
    json = td_call_reader_get_array (self, object, where, name, MAX_STOPS);
  if (td_json_get_type (json) == TD_JSON_STRING)
    add_stop (self, builder, json, where, name);
  else if (td_json_get_length (json) == 0)
    return;
  for (guint i = 0; i < td_json_get_length (json); i++)
    add_stop (self, builder, td_json_get_element (json, i), where, name);
  g_strfreev (self->call->chat->stop);
  self->call->chat->stop = g_strv_builder_end (builder);
}

/**
 * td_call_reader_take_effort:
 * @self: a reader
 * @object: (nullable): what holds it
 * @where: where it stands
 * @name: the member: how much to think, in a word
 *
 * Takes it.
 */
void
td_call_reader_take_effort (TdCallReader *self,
                            const TdJson *object,
                            const char   *where,
                            const char   *name)
{
  const char *effort = td_call_reader_get_string (self, object, where, name);

  if (effort == NULL)
    return;
  if (g_strv_contains (efforts, effort))
    g_set_str (&self->call->chat->effort, effort);
  else
    td_call_reader_refuse (self, where, name,
                           "has to be none, minimal, low, medium, high, xhigh or max");
}

static char *
dup_json (const TdJson *json)
{
  GString *text = g_string_new (NULL);

  td_json_append_text (json, text);
  return g_string_free (text, FALSE);
}

/**
 * td_call_reader_take_schema:
 * @self: a reader
 * @object: (nullable): holds "schema", and perhaps "name" and "strict"
 * @where: where it stands
 *
 * Takes the form the reply is to have.
 */
void
td_call_reader_take_schema (TdCallReader *self,
                            const TdJson *object,
                            const char   *where)
{
  const TdJson *schema = td_call_reader_get_object (self, object, where, "schema");
  const char *name = td_call_reader_get_string (self, object, where, "name");
  gboolean strict = td_call_reader_get_bool (self, object, where, "strict", FALSE);
  g_autofree char *text = NULL;

  if (schema == NULL)
    {
      td_call_reader_refuse (self, where, "schema", "is missing");
      return;
    }
  text = dup_json (schema);
  td_chat_request_set_schema (self->call->chat, name, text, strict);
}

/**
 * td_call_reader_take_json_mode:
 * @self: a reader
 *
 * Takes the wish for a reply that is some JSON object.
 */
void
td_call_reader_take_json_mode (TdCallReader *self)
{
  td_chat_request_set_schema (self->call->chat, "reply", "{\"type\":\"object\"}", FALSE);
}

/* ---- Tools -------------------------------------------------------------------------------- */

static gboolean
has_tool (const TdChatRequest *chat,
          const char          *name)
{
  for (guint i = 0; chat->tools != NULL && i < chat->tools->len; i++)
    {
      if (g_strcmp0 (((const TdChatTool *) chat->tools->pdata[i])->name, name) == 0)
        return TRUE;
    }
  return FALSE;
}

/**
 * td_call_reader_take_tool:
 * @self: a reader
 * @tool: (nullable): holds "name", "description", the schema and "strict"
 * @where: where it stands
 * @schema_name: what the schema of its arguments is called
 *
 * Takes a function the model may call.
 */
void
td_call_reader_take_tool (TdCallReader *self,
                          const TdJson *tool,
                          const char   *where,
                          const char   *schema_name)
{
  const char *name = td_call_reader_need_string (self, tool, where, "name");
  const char *description = td_call_reader_get_string (self, tool, where, "description");
  const TdJson *schema = td_call_reader_get_object (self, tool, where, schema_name);
  gboolean strict = td_call_reader_get_bool (self, tool, where, "strict", FALSE);
  g_autofree char *text = schema != NULL ? dup_json (schema) : NULL;

  if (!td_call_reader_is_good (self))
    return;
  if (has_tool (self->call->chat, name))
    td_call_reader_refuse (self, where, "name", "is the name of an earlier tool too");
  else
    td_chat_request_add_tool (self->call->chat, name, description, text, strict);
}

/**
 * td_call_reader_take_tool_word:
 * @self: a reader
 * @word: what the model may do with the tools
 * @name: the member that says it
 *
 * Takes "auto", "none" and "required". Without tools the first two say nothing, and providers refuse
 * them.
 */
void
td_call_reader_take_tool_word (TdCallReader *self,
                               const char   *word,
                               const char   *name)
{
  static const TdToolChoice choices[] = {
    TD_TOOL_CHOICE_AUTO,
    TD_TOOL_CHOICE_NONE,
    TD_TOOL_CHOICE_REQUIRED,
  };

  for (gsize i = 0; i < G_N_ELEMENTS (choices); i++)
    {
      if (g_strcmp0 (word, td_tool_choice_to_string (choices[i])) != 0)
        continue;
      if (self->call->chat->tools != NULL)
        self->call->chat->tool_choice = choices[i];
      else if (choices[i] == TD_TOOL_CHOICE_REQUIRED)
        td_call_reader_refuse (self, "", name, "asks for a tool, and there is none");
      return;
    }
  td_call_reader_refuse (self, "", name, "Top Dog knows auto, none, required and one tool by name");
}

/**
 * td_call_reader_name_tool:
 * @self: a reader that has read the tools
 * @tool_name: (nullable): the tool the model has to call
 * @name: the member that says it
 *
 * Takes the choice of one tool.
 */
void
td_call_reader_name_tool (TdCallReader *self,
                          const char   *tool_name,
                          const char   *name)
{
  if (tool_name == NULL || !has_tool (self->call->chat, tool_name))
    {
      td_call_reader_refuse (self, "", name, "names no tool of this request");
      return;
    }
  self->call->chat->tool_choice = TD_TOOL_CHOICE_NAMED;
  g_set_str (&self->call->chat->tool_name, tool_name);
}

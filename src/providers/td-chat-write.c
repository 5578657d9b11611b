/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "providers/td-chat-write.h"

/**
 * td_chat_write_json:
 * @writer: a writer inside an object
 * @name: the member to write
 * @json_text: an object as JSON text; anything else is an empty object, because what a model
 *   writes need not be JSON
 */
void
td_chat_write_json (TdJsonWriter *writer,
                    const char   *name,
                    const char   *json_text)
{
  g_autoptr (TdJsonDoc) doc = td_json_doc_parse (json_text, -1, NULL, NULL);
  const TdJson *root = doc != NULL ? td_json_doc_get_root (doc) : NULL;

  td_json_writer_name (writer, name);
  if (td_json_get_type (root) == TD_JSON_OBJECT)
    td_json_writer_value (writer, root);
  else
    td_json_writer_raw (writer, "{}");
}

/**
 * td_chat_write_temperature:
 * @writer: a writer inside an object
 * @request: a request
 *
 * Writes the temperature, if one was chosen.
 */
void
td_chat_write_temperature (TdJsonWriter        *writer,
                           const TdChatRequest *request)
{
  if (!request->has_temperature)
    return;
  td_json_writer_name (writer, "temperature");
  td_json_writer_double (writer, request->temperature);
}

/**
 * td_chat_write_top_p:
 * @writer: a writer inside an object
 * @name: what the protocol calls it
 * @request: a request
 *
 * Writes from how much of the probability the model chooses, if it was said.
 */
void
td_chat_write_top_p (TdJsonWriter        *writer,
                     const char          *name,
                     const TdChatRequest *request)
{
  if (!request->has_top_p)
    return;
  td_json_writer_name (writer, name);
  td_json_writer_double (writer, request->top_p);
}

/**
 * td_chat_write_stop:
 * @writer: a writer inside an object
 * @name: what the protocol calls them
 * @request: a request
 *
 * Writes the texts at which the reply ends, if there are any.
 */
void
td_chat_write_stop (TdJsonWriter        *writer,
                    const char          *name,
                    const TdChatRequest *request)
{
  if (request->stop == NULL || request->stop[0] == NULL)
    return;
  td_json_writer_name (writer, name);
  td_json_writer_begin_array (writer);
  for (guint i = 0; request->stop[i] != NULL; i++)
    td_json_writer_string (writer, request->stop[i]);
  td_json_writer_end_array (writer);
}

/**
 * td_chat_write_one_call:
 * @writer: a writer inside an object
 * @request: a request
 *
 * Writes in OpenAI's way that a turn makes one call at most.
 */
void
td_chat_write_one_call (TdJsonWriter        *writer,
                        const TdChatRequest *request)
{
  if (request->one_call && request->tools != NULL)
    td_json_writer_member_bool (writer, "parallel_tool_calls", FALSE);
}

/**
 * td_chat_write_text_part:
 * @writer: a writer inside a list of parts
 * @type: what a part of text is called
 * @turn: a turn
 *
 * Writes the turn's text as a part, unless it is blank, which is refused.
 */
void
td_chat_write_text_part (TdJsonWriter     *writer,
                         const char       *type,
                         const TdChatTurn *turn)
{
  if (td_chat_turn_is_blank (turn))
    return;
  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "type", type);
  td_json_writer_member_string (writer, "text", turn->text);
  td_json_writer_end_object (writer);
}

/**
 * td_chat_write_tool:
 * @writer: a writer inside an object
 * @tool: a tool
 * @schema_name: what the schema of its arguments is called
 *
 * Writes what every protocol says of a tool.
 */
void
td_chat_write_tool (TdJsonWriter     *writer,
                    const TdChatTool *tool,
                    const char       *schema_name)
{
  td_json_writer_member_string (writer, "name", tool->name);
  td_json_writer_member_string (writer, "description", tool->description);
  td_chat_write_json (writer, schema_name, tool->parameters);
}

/**
 * td_chat_write_functions:
 * @writer: a writer inside an object
 * @request: a request
 *
 * Writes "tools" in the form of Chat Completions, which is Ollama's too.
 */
void
td_chat_write_functions (TdJsonWriter        *writer,
                         const TdChatRequest *request)
{
  if (request->tools == NULL)
    return;
  td_json_writer_name (writer, "tools");
  td_json_writer_begin_array (writer);
  for (guint i = 0; i < request->tools->len; i++)
    {
      const TdChatTool *tool = request->tools->pdata[i];

      td_json_writer_begin_object (writer);
      td_json_writer_member_string (writer, "type", "function");
      td_json_writer_name (writer, "function");
      td_json_writer_begin_object (writer);
      td_chat_write_tool (writer, tool, "parameters");
      if (tool->strict)
        td_json_writer_member_bool (writer, "strict", TRUE);
      td_json_writer_end_object (writer);
      td_json_writer_end_object (writer);
    }
  td_json_writer_end_array (writer);
}

/**
 * td_chat_write_schema:
 * @writer: a writer inside an object
 * @request: a request with a schema
 *
 * Writes the schema in OpenAI's way: what it is called, how strict it is, and the schema.
 */
void
td_chat_write_schema (TdJsonWriter        *writer,
                      const TdChatRequest *request)
{
  td_json_writer_member_string (writer, "name", request->schema_name);
  if (request->schema_strict)
    td_json_writer_member_bool (writer, "strict", TRUE);
  td_chat_write_json (writer, "schema", request->schema);
}

/**
 * td_chat_join_system:
 * @request: a request
 * @n_leading: (out) (nullable): how many turns of the system it starts with; %NULL to take them
 *   from everywhere
 *
 * Returns: (transfer full) (nullable): the instructions as one text with blank lines between
 */
char *
td_chat_join_system (const TdChatRequest *request,
                     guint               *n_leading)
{
  g_autoptr (GString) system = g_string_new (NULL);
  guint i;

  for (i = 0; i < request->turns->len; i++)
    {
      const TdChatTurn *turn = request->turns->pdata[i];

      if (turn->role != TD_ROLE_SYSTEM && n_leading != NULL)
        break;
      if (turn->role != TD_ROLE_SYSTEM || td_chat_turn_is_blank (turn))
        continue;
      if (system->len > 0)
        g_string_append (system, "\n\n");
      g_string_append (system, turn->text);
    }
  if (n_leading != NULL)
    *n_leading = i;
  return system->len > 0 ? g_string_free (g_steal_pointer (&system), FALSE) : NULL;
}

/**
 * td_chat_image_to_data_url:
 * @image: an image
 *
 * Returns: (transfer full): it as an address that holds it
 */
char *
td_chat_image_to_data_url (const TdChatImage *image)
{
  g_autofree char *base64 = td_chat_image_to_base64 (image);

  return g_strconcat ("data:", image->mime_type, ";base64,", base64, NULL);
}

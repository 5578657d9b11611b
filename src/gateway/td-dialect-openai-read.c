/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Chat Completions as clients write them. */
#include "config.h"

#include "gateway/td-dialect-openai.h"

#define MAX_TEMPERATURE 2

/* seed and verbosity are wishes nobody promises to keep, and service_tier, store and metadata are about
 * OpenAI's own house. These change the reply. */
static const TdUnmetWish wishes[] = {
  { "n", TD_UNMET_UNLESS_ONE },
  { "logprobs", TD_UNMET_UNLESS_FALSE },
  { "top_logprobs", TD_UNMET_UNLESS_ZERO },
  { "logit_bias", TD_UNMET_UNLESS_EMPTY },
  { "presence_penalty", TD_UNMET_UNLESS_ZERO },
  { "frequency_penalty", TD_UNMET_UNLESS_ZERO },
  { "repetition_penalty", TD_UNMET_UNLESS_ONE },
  { "top_k", TD_UNMET_ALWAYS },
  { "min_p", TD_UNMET_UNLESS_ZERO },
  { "audio", TD_UNMET_ALWAYS },
  { "functions", TD_UNMET_UNLESS_EMPTY },
  { "function_call", TD_UNMET_ALWAYS },
  { "web_search_options", TD_UNMET_ALWAYS },
};

static const TdUnmetWish message_wishes[] = {
  { "audio", TD_UNMET_ALWAYS },
  { "function_call", TD_UNMET_ALWAYS },
};

/* ---- Messages ----------------------------------------------------------------------------- */

static void
take_image (TdCallReader *reader,
            TdChatTurn   *turn,
            const TdJson *part,
            const char   *where)
{
  const TdJson *image = td_json_get_member (part, "image_url");

  if (turn->role != TD_ROLE_USER)
    td_call_reader_refuse (reader, where, NULL, "images can only be in messages of the user");
  else if (td_json_get_type (image) == TD_JSON_STRING)
    td_call_reader_take_image_url (reader, turn, where, td_json_get_string (image));
  else
    td_call_reader_take_image_url (reader, turn, where,
                                   td_call_reader_get_string (reader, image, where, "url"));
}

static void
take_part (TdCallReader *reader,
           TdChatTurn   *turn,
           GString      *text,
           const TdJson *part,
           const char   *where)
{
  const char *type = td_call_reader_need_string (reader, part, where, "type");
  const char *separator = turn->role == TD_ROLE_ASSISTANT ? "" : "\n";

  if (g_strcmp0 (type, "text") == 0)
    td_call_reader_add_text (text, td_call_reader_get_string (reader, part, where, "text"),
                             separator);
  else if (g_strcmp0 (type, "refusal") == 0)
    td_call_reader_add_text (text, td_call_reader_get_string (reader, part, where, "refusal"),
                             separator);
  else if (g_strcmp0 (type, "image_url") == 0)
    take_image (reader, turn, part, where);
  else if (type != NULL)
    td_call_reader_refuse (reader, where, "type", "Top Dog knows text and image_url, not %s", type);
}

static void
take_content (TdCallReader *reader,
              TdChatTurn   *turn,
              const TdJson *message,
              const char   *where)
{
  const TdJson *content = td_json_get_member (message, "content");
  g_autoptr (GString) text = g_string_new (NULL);

  if (td_json_get_type (content) == TD_JSON_STRING)
    td_call_reader_add_text (text, td_json_get_string (content), "");
  else
    content =
      td_call_reader_get_array (reader, message, where, "content", TD_CALL_MAX_PARTS);
  for (guint i = 0; td_json_get_type (content) == TD_JSON_ARRAY &&
                    i < td_json_get_length (content) && td_call_reader_is_good (reader);
       i++)
    {
      g_autofree char *at = g_strdup_printf ("%s.content[%u]", where, i);

      take_part (reader, turn, text, td_json_get_element (content, i), at);
    }
  td_call_reader_set_text (turn, text);
}

static void
take_call (TdCallReader *reader,
           TdChatTurn   *turn,
           const TdJson *call,
           const char   *where)
{
  const char *type = td_call_reader_get_string (reader, call, where, "type");
  const char *id = td_call_reader_need_string (reader, call, where, "id");
  const TdJson *function = td_call_reader_get_object (reader, call, where, "function");
  g_autofree char *at = g_strconcat (where, ".function", NULL);
  const char *name;

  if (type != NULL && !g_str_equal (type, "function"))
    td_call_reader_refuse (reader, where, "type", "Top Dog knows functions only, not %s", type);
  name = td_call_reader_need_string (reader, function, at, "name");
  td_call_reader_take_call (reader, turn, where, id, name,
                            td_call_reader_get_string (reader, function, at, "arguments"));
}

/* What we gave out for it to come back. That of others is not for us, and the text of reasoning is
 * for people. */
static void
take_details (TdCallReader *reader,
              TdChatTurn   *turn,
              const TdJson *message)
{
  const TdJson *details = td_json_get_member (message, "reasoning_details");

  for (guint i = 0; td_json_get_type (details) == TD_JSON_ARRAY && i < td_json_get_length (details);
       i++)
    {
      const TdJson *detail = td_json_get_element (details, i);

      if (g_strcmp0 (td_json_member_string (detail, "format"), TD_OPENAI_OPAQUE_FORMAT) == 0)
        td_call_reader_take_opaque (reader, turn, td_json_member_string (detail, "data"));
    }
}

static void
take_assistant (TdCallReader *reader,
                TdChatTurn   *turn,
                const TdJson *message,
                const char   *where)
{
  const TdJson *calls =
    td_call_reader_get_array (reader, message, where, "tool_calls", TD_CALL_MAX_PARTS);
  const char *refusal = td_call_reader_get_string (reader, message, where, "refusal");

  if (refusal != NULL && *turn->text == '\0')
    {
      g_free (turn->text);
      turn->text = g_strdup (refusal);
    }
  for (guint i = 0; i < td_json_get_length (calls) && td_call_reader_is_good (reader); i++)
    {
      g_autofree char *at = g_strdup_printf ("%s.tool_calls[%u]", where, i);

      take_call (reader, turn, td_json_get_element (calls, i), at);
    }
  take_details (reader, turn, message);
}

static gboolean
read_role (TdCallReader *reader,
           const TdJson *message,
           const char   *where,
           TdRole       *role)
{
  const char *word = td_call_reader_need_string (reader, message, where, "role");

  if (g_strcmp0 (word, "developer") == 0)
    word = "system";
  if (td_role_from_string (word, role))
    return TRUE;
  td_call_reader_refuse (reader, where, "role",
                         "has to be developer, system, user, assistant or tool");
  return FALSE;
}

static void
take_message (TdCallReader *reader,
              const TdJson *message,
              const char   *where)
{
  TdChatTurn *turn;
  TdRole role;

  if (!read_role (reader, message, where, &role))
    return;
  td_call_reader_refuse_unmet (reader, message, where, message_wishes,
                               G_N_ELEMENTS (message_wishes));
  turn = td_call_reader_add_turn (reader, role, NULL);
  take_content (reader, turn, message, where);
  if (role == TD_ROLE_ASSISTANT)
    take_assistant (reader, turn, message, where);
  else if (role == TD_ROLE_TOOL)
    g_set_str (&turn->call_id, td_call_reader_need_string (reader, message, where, "tool_call_id"));
}

static void
take_messages (TdCallReader *reader)
{
  const TdJson *messages =
    td_call_reader_get_array (reader, reader->root, "", "messages", TD_CALL_MAX_MESSAGES);

  for (guint i = 0; i < td_json_get_length (messages) && td_call_reader_is_good (reader); i++)
    {
      g_autofree char *where = g_strdup_printf ("messages[%u]", i);

      take_message (reader, td_json_get_element (messages, i), where);
    }
  td_call_reader_check_turns (reader, "messages");
}

/* ---- Settings ----------------------------------------------------------------------------- */

/**
 * td_dialect_openai_read_chat_tools:
 * @reader: a reader
 *
 * Takes "tools" in the form of Chat Completions, which is Ollama's too.
 */
void
td_dialect_openai_read_chat_tools (TdCallReader *reader)
{
  const TdJson *tools =
    td_call_reader_get_array (reader, reader->root, "", "tools", TD_CALL_MAX_TOOLS);

  for (guint i = 0; i < td_json_get_length (tools) && td_call_reader_is_good (reader); i++)
    {
      const TdJson *tool = td_json_get_element (tools, i);
      g_autofree char *where = g_strdup_printf ("tools[%u]", i);
      g_autofree char *at = g_strconcat (where, ".function", NULL);
      const char *type = td_call_reader_need_string (reader, tool, where, "type");

      if (type != NULL && !g_str_equal (type, "function"))
        td_call_reader_refuse (reader, where, "type", "Top Dog knows functions only, not %s", type);
      else
        td_call_reader_take_tool (reader,
                                  td_call_reader_get_object (reader, tool, where, "function"), at,
                                  "parameters");
    }
}

static void
take_tool_choice (TdCallReader *reader)
{
  const TdJson *choice = td_json_get_member (reader->root, "tool_choice");

  if (!td_json_is_set (choice))
    return;
  if (td_json_get_type (choice) == TD_JSON_STRING)
    td_call_reader_take_tool_word (reader, td_json_get_string (choice), "tool_choice");
  else if (g_strcmp0 (td_json_member_string (choice, "type"), "function") == 0)
    td_call_reader_name_tool (reader,
                              td_json_get_string (td_json_get_path (choice, "function.name")),
                              "tool_choice");
  else
    td_call_reader_refuse (reader, "", "tool_choice",
                           "Top Dog knows auto, none, required and one function by name");
}

static void
take_format (TdCallReader *reader)
{
  const TdJson *format = td_call_reader_get_object (reader, reader->root, "", "response_format");
  const char *type;

  if (format == NULL)
    return;
  type = td_call_reader_need_string (reader, format, "response_format", "type");
  if (g_strcmp0 (type, "json_schema") == 0)
    td_call_reader_take_schema (
      reader, td_call_reader_get_object (reader, format, "response_format", "json_schema"),
      "response_format.json_schema");
  else if (g_strcmp0 (type, "json_object") == 0)
    td_call_reader_take_json_mode (reader);
  else if (type != NULL && !g_str_equal (type, "text"))
    td_call_reader_refuse (reader, "response_format", "type",
                           "has to be text, json_object or json_schema");
}

/* Only text can be had. */
static void
take_modalities (TdCallReader *reader)
{
  const TdJson *modalities =
    td_call_reader_get_array (reader, reader->root, "", "modalities", TD_CALL_MAX_PARTS);

  for (guint i = 0; i < td_json_get_length (modalities); i++)
    {
      if (g_strcmp0 (td_json_get_string (td_json_get_element (modalities, i)), "text") != 0)
        td_call_reader_refuse (reader, "", "modalities", "Top Dog replies in text only");
    }
}

static void
take_limit (TdCallReader *reader)
{
  gint64 older = td_call_reader_get_count (reader, reader->root, "", "max_tokens");
  gint64 newer = td_call_reader_get_count (reader, reader->root, "", "max_completion_tokens");

  reader->call->chat->max_output = newer > 0 ? newer : older;
}

static void
take_stream (TdCallReader *reader)
{
  const TdJson *options = td_call_reader_get_object (reader, reader->root, "", "stream_options");

  reader->call->stream = td_call_reader_get_bool (reader, reader->root, "", "stream", FALSE);
  reader->call->include_usage =
    td_call_reader_get_bool (reader, options, "stream_options", "include_usage", FALSE);
}

/**
 * td_dialect_openai_read:
 * @reader: a reader
 *
 * Reads the body of POST /v1/chat/completions.
 */
void
td_dialect_openai_read (TdCallReader *reader)
{
  const TdJson *root = reader->root;

  td_call_reader_take_model (reader);
  td_call_reader_refuse_unmet (reader, root, "", wishes, G_N_ELEMENTS (wishes));
  take_modalities (reader);
  take_messages (reader);
  td_dialect_openai_read_chat_tools (reader);
  take_tool_choice (reader);
  reader->call->chat->one_call =
    !td_call_reader_get_bool (reader, root, "", "parallel_tool_calls", TRUE);
  take_format (reader);
  take_limit (reader);
  td_call_reader_take_sampling (reader, root, "", MAX_TEMPERATURE);
  td_call_reader_take_stop (reader, root, "", "stop");
  /* The second is how OpenRouter's clients say it. */
  td_call_reader_take_effort (reader, root, "", "reasoning_effort");
  td_call_reader_take_effort (reader,
                              td_call_reader_get_object (reader, root, "", "reasoning"),
                              "reasoning", "effort");
  take_stream (reader);
}

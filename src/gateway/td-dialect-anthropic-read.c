/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests of the Messages protocol as clients write them. */
#include "config.h"

#include "gateway/td-dialect-anthropic.h"

#include "providers/td-chat-limits.h"

#define MAX_TEMPERATURE 1

/* What is said of caches and tiers changes the price at most, and a context that was to be cleaned
 * is only longer without. */
static const TdUnmetWish wishes[] = {
  { "top_k", TD_UNMET_ALWAYS },
  { "container", TD_UNMET_ALWAYS },
  { "mcp_servers", TD_UNMET_UNLESS_EMPTY },
};

/* ---- Blocks ------------------------------------------------------------------------------- */

static void
take_image (TdCallReader *reader,
            TdChatTurn   *turn,
            const TdJson *block,
            const char   *where)
{
  const TdJson *source = td_call_reader_get_object (reader, block, where, "source");
  g_autofree char *at = g_strconcat (where, ".source", NULL);
  const char *type = td_call_reader_need_string (reader, source, at, "type");

  if (g_strcmp0 (type, "base64") == 0)
    td_call_reader_take_base64 (reader, turn, at,
                                td_call_reader_get_string (reader, source, at, "media_type"),
                                td_call_reader_get_string (reader, source, at, "data"));
  else if (g_strcmp0 (type, "url") == 0)
    td_call_reader_take_image_url (reader, turn, at,
                                   td_call_reader_get_string (reader, source, at, "url"));
  else if (type != NULL)
    td_call_reader_refuse (reader, at, "type", "has to be base64");
}

/* Text is text whoever holds it; what has to be taken apart first is refused. */
static void
take_document (TdCallReader *reader,
               GString      *text,
               const TdJson *block,
               const char   *where)
{
  const TdJson *source = td_call_reader_get_object (reader, block, where, "source");
  g_autofree char *at = g_strconcat (where, ".source", NULL);
  const char *type = td_call_reader_need_string (reader, source, at, "type");

  if (g_strcmp0 (type, "text") != 0)
    {
      td_call_reader_refuse (reader, at, "type", "Top Dog takes documents of plain text only");
      return;
    }
  td_call_reader_add_text (text, td_call_reader_get_string (reader, block, where, "title"), "\n\n");
  td_call_reader_add_text (text, td_call_reader_get_string (reader, source, at, "data"), "\n\n");
}

/* What can be in a message of the user and in a result. */
static void
take_input_block (TdCallReader *reader,
                  TdChatTurn   *images,
                  GString      *text,
                  const TdJson *block,
                  const char   *where)
{
  const char *type = td_call_reader_need_string (reader, block, where, "type");

  if (g_strcmp0 (type, "text") == 0)
    td_call_reader_add_text (text, td_call_reader_get_string (reader, block, where, "text"), "\n");
  else if (g_strcmp0 (type, "image") == 0)
    take_image (reader, images, block, where);
  else if (g_strcmp0 (type, "document") == 0)
    take_document (reader, text, block, where);
  else if (type != NULL)
    td_call_reader_refuse (reader, where, "type", "Top Dog does not know %s here", type);
}

/* A text or a list of blocks. */
static void
take_result_content (TdCallReader *reader,
                     GString      *text,
                     const TdJson *block,
                     const char   *where)
{
  const TdJson *content = td_json_get_member (block, "content");

  if (td_json_get_type (content) == TD_JSON_STRING)
    {
      td_call_reader_add_text (text, td_json_get_string (content), "");
      return;
    }
  content = td_call_reader_get_array (reader, block, where, "content", TD_CALL_MAX_PARTS);
  for (guint i = 0; i < td_json_get_length (content) && td_call_reader_is_good (reader); i++)
    {
      g_autofree char *at = g_strdup_printf ("%s.content[%u]", where, i);

      take_input_block (reader, td_call_reader_hold_images (reader), text,
                        td_json_get_element (content, i), at);
    }
}

static void
take_result (TdCallReader *reader,
             const TdJson *block,
             const char   *where)
{
  const char *id = td_call_reader_need_string (reader, block, where, "tool_use_id");
  TdChatTurn *turn = td_call_reader_add_turn (reader, TD_ROLE_TOOL, NULL);
  g_autoptr (GString) text = g_string_new (NULL);

  g_set_str (&turn->call_id, id);
  turn->failed = td_call_reader_get_bool (reader, block, where, "is_error", FALSE);
  take_result_content (reader, text, block, where);
  td_call_reader_set_text (turn, text);
}

static void
take_tool_use (TdCallReader *reader,
               TdChatTurn   *turn,
               const TdJson *block,
               const char   *where)
{
  const char *id = td_call_reader_need_string (reader, block, where, "id");
  const char *name = td_call_reader_need_string (reader, block, where, "name");
  const TdJson *input = td_call_reader_get_object (reader, block, where, "input");
  g_autoptr (GString) arguments = g_string_new (NULL);

  if (input != NULL)
    td_json_append_text (input, arguments);
  td_call_reader_take_call (reader, turn, where, id, name, arguments->str);
}

static void
take_assistant_block (TdCallReader *reader,
                      TdChatTurn   *turn,
                      GString      *text,
                      const TdJson *block,
                      const char   *where)
{
  const char *type = td_call_reader_need_string (reader, block, where, "type");

  if (g_strcmp0 (type, "text") == 0)
    td_call_reader_add_text (text, td_call_reader_get_string (reader, block, where, "text"), "");
  else if (g_strcmp0 (type, "tool_use") == 0)
    take_tool_use (reader, turn, block, where);
  else if (g_strcmp0 (type, "thinking") == 0)
    td_call_reader_take_opaque (reader, turn,
                                td_call_reader_get_string (reader, block, where, "signature"));
  else if (g_strcmp0 (type, "redacted_thinking") == 0)
    td_call_reader_take_opaque (reader, turn,
                                td_call_reader_get_string (reader, block, where, "data"));
  else if (type != NULL)
    td_call_reader_refuse (reader, where, "type", "Top Dog does not know %s here", type);
}

/* ---- Messages ----------------------------------------------------------------------------- */

static void
take_assistant (TdCallReader *reader,
                const TdJson *content,
                const char   *where)
{
  TdChatTurn *turn = td_call_reader_add_turn (reader, TD_ROLE_ASSISTANT, NULL);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < td_json_get_length (content) && td_call_reader_is_good (reader); i++)
    {
      g_autofree char *at = g_strdup_printf ("%s.content[%u]", where, i);

      take_assistant_block (reader, turn, text, td_json_get_element (content, i), at);
    }
  td_call_reader_set_text (turn, text);
}

static gboolean
is_result (const TdJson *block)
{
  return g_strcmp0 (td_json_member_string (block, "type"), "tool_result") == 0;
}

/* Results are turns of their own, directly behind the calls; what the user said comes after. */
static void
take_user (TdCallReader *reader,
           const TdJson *content,
           const char   *where)
{
  g_autoptr (GString) text = g_string_new (NULL);
  TdChatTurn *turn = NULL;

  for (guint pass = 0; pass < 2; pass++)
    for (guint i = 0; i < td_json_get_length (content) && td_call_reader_is_good (reader); i++)
      {
        const TdJson *block = td_json_get_element (content, i);
        g_autofree char *at = NULL;

        if (is_result (block) != (pass == 0))
          continue;
        at = g_strdup_printf ("%s.content[%u]", where, i);
        if (pass > 0 && turn == NULL)
          turn = td_call_reader_add_turn (reader, TD_ROLE_USER, NULL);
        if (pass == 0)
          take_result (reader, block, at);
        else
          take_input_block (reader, turn, text, block, at);
      }
  if (turn != NULL)
    td_call_reader_set_text (turn, text);
}

/* Instructions: a text or blocks of text. */
static void
take_system (TdCallReader *reader,
             const TdJson *object,
             const char   *where,
             const char   *name)
{
  const TdJson *system = td_json_get_member (object, name);
  g_autoptr (GString) text = g_string_new (NULL);

  if (td_json_get_type (system) == TD_JSON_STRING)
    td_call_reader_add_text (text, td_json_get_string (system), "");
  else
    system = td_call_reader_get_array (reader, object, where, name, TD_CALL_MAX_PARTS);
  for (guint i = 0; td_json_get_type (system) == TD_JSON_ARRAY && i < td_json_get_length (system);
       i++)
    {
      const TdJson *block = td_json_get_element (system, i);

      if (g_strcmp0 (td_json_member_string (block, "type"), "text") != 0)
        td_call_reader_refuse (reader, where, name, "has to be text");
      td_call_reader_add_text (text, td_json_member_string (block, "text"), "\n\n");
    }
  if (text->len > 0)
    td_call_reader_set_text (td_call_reader_add_turn (reader, TD_ROLE_SYSTEM, NULL), text);
}

static void
take_message (TdCallReader *reader,
              const TdJson *message,
              const char   *where)
{
  const char *role = td_call_reader_need_string (reader, message, where, "role");
  const TdJson *content = td_json_get_member (message, "content");
  gboolean is_user = g_strcmp0 (role, "user") == 0;

  if (g_strcmp0 (role, "system") == 0)
    take_system (reader, message, where, "content");
  else if (!is_user && g_strcmp0 (role, "assistant") != 0)
    td_call_reader_refuse (reader, where, "role", "has to be user, assistant or system");
  else if (td_json_get_type (content) == TD_JSON_STRING)
    td_call_reader_add_turn (reader, is_user ? TD_ROLE_USER : TD_ROLE_ASSISTANT,
                             td_json_get_string (content));
  else if (!td_json_is_set (content))
    td_call_reader_refuse (reader, where, "content", "is missing");
  else
    {
      content =
        td_call_reader_get_array (reader, message, where, "content", TD_CALL_MAX_PARTS);
      if (is_user)
        take_user (reader, content, where);
      else
        take_assistant (reader, content, where);
    }
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

static void
take_tools (TdCallReader *reader)
{
  const TdJson *tools =
    td_call_reader_get_array (reader, reader->root, "", "tools", TD_CALL_MAX_TOOLS);

  for (guint i = 0; i < td_json_get_length (tools) && td_call_reader_is_good (reader); i++)
    {
      const TdJson *tool = td_json_get_element (tools, i);
      g_autofree char *where = g_strdup_printf ("tools[%u]", i);
      const char *type = td_call_reader_get_string (reader, tool, where, "type");

      if (type != NULL && !g_str_equal (type, "custom"))
        td_call_reader_refuse (reader, where, "type",
                               "Top Dog knows tools of the client only, not %s", type);
      else
        td_call_reader_take_tool (reader, tool, where, "input_schema");
    }
}

static void
take_tool_choice (TdCallReader *reader)
{
  const TdJson *choice = td_call_reader_get_object (reader, reader->root, "", "tool_choice");
  const char *type;

  if (choice == NULL)
    return;
  type = td_call_reader_need_string (reader, choice, "tool_choice", "type");
  reader->call->chat->one_call = td_call_reader_get_bool (reader, choice, "tool_choice",
                                                          "disable_parallel_tool_use", FALSE);
  if (g_strcmp0 (type, "tool") == 0)
    td_call_reader_name_tool (reader, td_json_member_string (choice, "name"), "tool_choice");
  else if (g_strcmp0 (type, "any") == 0)
    td_call_reader_take_tool_word (reader, "required", "tool_choice");
  else if (g_strcmp0 (type, "auto") == 0 || g_strcmp0 (type, "none") == 0)
    td_call_reader_take_tool_word (reader, type, "tool_choice");
  else if (type != NULL)
    td_call_reader_refuse (reader, "tool_choice", "type", "has to be auto, any, tool or none");
}

/* How much to think is a word here; of a budget the nearest word that does not go beyond it. */
static void
take_budget (TdCallReader *reader,
             const TdJson *thinking)
{
  gint64 budget = td_call_reader_get_count (reader, thinking, "thinking", "budget_tokens");

  if (budget == 0)
    td_call_reader_refuse (reader, "thinking", "budget_tokens", "is missing");
  g_set_str (&reader->call->chat->effort, td_chat_limits_get_effort (budget));
}

static void
take_thinking (TdCallReader *reader)
{
  const TdJson *thinking = td_call_reader_get_object (reader, reader->root, "", "thinking");
  TdChatRequest *chat = reader->call->chat;
  const char *type, *display;

  reader->call->hides_reasoning = thinking == NULL;
  if (thinking == NULL)
    return;
  type = td_call_reader_need_string (reader, thinking, "thinking", "type");
  display = td_call_reader_get_string (reader, thinking, "thinking", "display");
  reader->call->hides_reasoning = g_strcmp0 (display, "omitted") == 0;
  if (g_strcmp0 (type, "enabled") == 0)
    take_budget (reader, thinking);
  else if (g_strcmp0 (type, "disabled") == 0)
    g_set_str (&chat->effort, "none");
  else if (g_strcmp0 (type, "adaptive") == 0 || g_strcmp0 (type, "between_tools") == 0)
    g_set_str (&chat->effort, "high");
  else if (type != NULL)
    td_call_reader_refuse (reader, "thinking", "type",
                           "has to be adaptive, enabled, disabled or between_tools");
}

static void
take_output_config (TdCallReader *reader)
{
  const TdJson *config = td_call_reader_get_object (reader, reader->root, "", "output_config");
  const TdJson *format = td_call_reader_get_object (reader, config, "output_config", "format");
  const char *type;

  /* Without thinking it is no wish to think. */
  if (reader->call->chat->effort == NULL || !td_chat_request_stops_thinking (reader->call->chat))
    td_call_reader_take_effort (reader, config, "output_config", "effort");
  if (format == NULL)
    return;
  type = td_call_reader_need_string (reader, format, "output_config.format", "type");
  if (g_strcmp0 (type, "json_schema") == 0)
    td_call_reader_take_schema (reader, format, "output_config.format");
  else if (type != NULL)
    td_call_reader_refuse (reader, "output_config.format", "type", "has to be json_schema");
}

/**
 * td_dialect_anthropic_read_count:
 * @reader: a reader
 *
 * Reads the body of POST /v1/messages/count_tokens.
 */
void
td_dialect_anthropic_read_count (TdCallReader *reader)
{
  td_call_reader_take_model (reader);
  td_call_reader_refuse_unmet (reader, reader->root, "", wishes, G_N_ELEMENTS (wishes));
  take_system (reader, reader->root, "", "system");
  take_messages (reader);
  take_tools (reader);
  take_tool_choice (reader);
  take_thinking (reader);
  take_output_config (reader);
}

/**
 * td_dialect_anthropic_read:
 * @reader: a reader
 *
 * Reads the body of POST /v1/messages.
 */
void
td_dialect_anthropic_read (TdCallReader *reader)
{
  const TdJson *root = reader->root;

  td_dialect_anthropic_read_count (reader);
  reader->call->chat->max_output = td_call_reader_get_count (reader, root, "", "max_tokens");
  if (reader->call->chat->max_output == 0)
    td_call_reader_refuse (reader, "", "max_tokens", "is missing");
  td_call_reader_take_sampling (reader, root, "", MAX_TEMPERATURE);
  td_call_reader_take_stop (reader, root, "", "stop_sequences");
  reader->call->stream = td_call_reader_get_bool (reader, root, "", "stream", FALSE);
  reader->call->include_usage = TRUE;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests of the Responses protocol as clients write them. */
#include "config.h"

#include "gateway/td-dialect-responses.h"

#define MAX_TEMPERATURE 2

/* Nothing is kept between two requests, so what points at an earlier one cannot be found. */
static const TdUnmetWish wishes[] = {
  { "previous_response_id", TD_UNMET_UNLESS_EMPTY },
  { "conversation", TD_UNMET_ALWAYS },
  { "prompt", TD_UNMET_ALWAYS },
  { "background", TD_UNMET_UNLESS_FALSE },
  { "top_logprobs", TD_UNMET_UNLESS_ZERO },
};

/* The items of one reply come one by one; here they are one turn. */
typedef struct
{
  TdCallReader *reader;
  TdChatTurn *turn;   /* (unowned) (nullable): the assistant's, while its items go on */
  GString *text;      /* (owned): of that turn */
  const char *opaque; /* (nullable): what waits for a turn to go with */
} Items;

/* ---- The assistant's turn ----------------------------------------------------------------- */

static TdChatTurn *
get_turn (Items *items)
{
  if (items->turn == NULL)
    {
      items->turn = td_call_reader_add_turn (items->reader, TD_ROLE_ASSISTANT, NULL);
      td_call_reader_take_opaque (items->reader, items->turn, items->opaque);
      items->opaque = NULL;
    }
  return items->turn;
}

static void
end_turn (Items *items)
{
  if (items->turn != NULL)
    td_call_reader_set_text (items->turn, items->text);
  g_string_truncate (items->text, 0);
  items->turn = NULL;
  items->opaque = NULL;
}

static void
take_reasoning (Items        *items,
                const TdJson *item,
                const char   *where)
{
  const char *opaque =
    td_call_reader_get_string (items->reader, item, where, "encrypted_content");

  if (items->turn != NULL)
    td_call_reader_take_opaque (items->reader, items->turn, opaque);
  else if (opaque != NULL)
    items->opaque = opaque;
}

static void
take_call (Items        *items,
           const TdJson *item,
           const char   *where)
{
  TdCallReader *reader = items->reader;
  const char *id = td_call_reader_need_string (reader, item, where, "call_id");
  const char *name = td_call_reader_need_string (reader, item, where, "name");
  const char *arguments = td_call_reader_get_string (reader, item, where, "arguments");

  td_call_reader_take_call (reader, get_turn (items), where, id, name, arguments);
}

/* ---- Content ------------------------------------------------------------------------------ */

static void
take_part (TdCallReader *reader,
           TdChatTurn   *images,
           GString      *text,
           const TdJson *part,
           const char   *where,
           const char   *separator)
{
  const char *type = td_call_reader_need_string (reader, part, where, "type");

  if (g_strcmp0 (type, "input_text") == 0 || g_strcmp0 (type, "output_text") == 0 ||
      g_strcmp0 (type, "text") == 0)
    td_call_reader_add_text (text, td_call_reader_get_string (reader, part, where, "text"),
                             separator);
  else if (g_strcmp0 (type, "refusal") == 0)
    td_call_reader_add_text (text, td_call_reader_get_string (reader, part, where, "refusal"),
                             separator);
  else if (g_strcmp0 (type, "input_image") == 0 && images != NULL)
    td_call_reader_take_image_url (reader, images, where,
                                   td_call_reader_get_string (reader, part, where, "image_url"));
  else if (type != NULL)
    td_call_reader_refuse (reader, where, "type", "Top Dog does not know %s here", type);
}

/* A text or a list of parts. */
static void
take_content (TdCallReader *reader,
              TdChatTurn   *images,
              GString      *text,
              const TdJson *item,
              const char   *where,
              const char   *name,
              const char   *separator)
{
  const TdJson *content = td_json_get_member (item, name);

  if (td_json_get_type (content) == TD_JSON_STRING)
    {
      td_call_reader_add_text (text, td_json_get_string (content), separator);
      return;
    }
  content = td_call_reader_get_array (reader, item, where, name, TD_CALL_MAX_PARTS);
  for (guint i = 0; i < td_json_get_length (content) && td_call_reader_is_good (reader); i++)
    {
      g_autofree char *at = g_strdup_printf ("%s.%s[%u]", where, name, i);

      take_part (reader, images, text, td_json_get_element (content, i), at, separator);
    }
}

static void
take_message (Items        *items,
              const TdJson *item,
              const char   *where)
{
  TdCallReader *reader = items->reader;
  const char *word = td_call_reader_need_string (reader, item, where, "role");
  g_autoptr (GString) text = g_string_new (NULL);
  TdChatTurn *turn;
  TdRole role;

  if (g_strcmp0 (word, "developer") == 0)
    word = "system";
  if (!td_role_from_string (word, &role) || role == TD_ROLE_TOOL)
    {
      td_call_reader_refuse (reader, where, "role",
                             "has to be developer, system, user or assistant");
      return;
    }
  if (role == TD_ROLE_ASSISTANT)
    {
      get_turn (items);
      take_content (reader, NULL, items->text, item, where, "content", "");
      return;
    }
  end_turn (items);
  turn = td_call_reader_add_turn (reader, role, NULL);
  take_content (reader, role == TD_ROLE_USER ? turn : NULL, text, item, where, "content", "\n");
  td_call_reader_set_text (turn, text);
}

static void
take_output (Items        *items,
             const TdJson *item,
             const char   *where)
{
  TdCallReader *reader = items->reader;
  const char *id = td_call_reader_need_string (reader, item, where, "call_id");
  g_autoptr (GString) text = g_string_new (NULL);
  TdChatTurn *turn;

  end_turn (items);
  turn = td_call_reader_add_turn (reader, TD_ROLE_TOOL, NULL);
  g_set_str (&turn->call_id, id);
  take_content (reader, td_call_reader_hold_images (reader), text, item, where, "output", "\n");
  td_call_reader_set_text (turn, text);
}

static const struct
{
  const char *type;
  void (*take) (Items *items, const TdJson *item, const char *where);
} item_types[] = {
  { "message", take_message },
  { "reasoning", take_reasoning },
  { "function_call", take_call },
  { "function_call_output", take_output },
};

static void
take_item (Items        *items,
           const TdJson *item,
           const char   *where)
{
  const char *type = td_call_reader_get_string (items->reader, item, where, "type");

  for (gsize i = 0; i < G_N_ELEMENTS (item_types); i++)
    {
      if (g_str_equal (type != NULL ? type : "message", item_types[i].type))
        {
          item_types[i].take (items, item, where);
          return;
        }
    }
  td_call_reader_refuse (items->reader, where, "type",
                         "Top Dog knows messages, reasoning and function calls, not %s", type);
}

static void
take_input (TdCallReader *reader)
{
  const TdJson *input = td_json_get_member (reader->root, "input");
  Items items = { .reader = reader, .text = g_string_new (NULL) };

  if (td_json_get_type (input) == TD_JSON_STRING)
    td_call_reader_add_turn (reader, TD_ROLE_USER, td_json_get_string (input));
  else
    input = td_call_reader_get_array (reader, reader->root, "", "input", TD_CALL_MAX_MESSAGES);
  for (guint i = 0; td_json_get_type (input) == TD_JSON_ARRAY && i < td_json_get_length (input) &&
                    td_call_reader_is_good (reader);
       i++)
    {
      g_autofree char *where = g_strdup_printf ("input[%u]", i);

      take_item (&items, td_json_get_element (input, i), where);
    }
  end_turn (&items);
  g_string_free (items.text, TRUE);
  td_call_reader_check_turns (reader, "input");
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
      const char *type = td_call_reader_need_string (reader, tool, where, "type");

      if (type != NULL && !g_str_equal (type, "function"))
        td_call_reader_refuse (reader, where, "type", "Top Dog knows functions only, not %s", type);
      else
        td_call_reader_take_tool (reader, tool, where, "parameters");
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
    td_call_reader_name_tool (reader, td_json_member_string (choice, "name"), "tool_choice");
  else
    td_call_reader_refuse (reader, "", "tool_choice",
                           "Top Dog knows auto, none, required and one function by name");
}

static void
take_format (TdCallReader *reader)
{
  const TdJson *text = td_call_reader_get_object (reader, reader->root, "", "text");
  const TdJson *format = td_call_reader_get_object (reader, text, "text", "format");
  const char *type;

  if (format == NULL)
    return;
  type = td_call_reader_need_string (reader, format, "text.format", "type");
  if (g_strcmp0 (type, "json_schema") == 0)
    td_call_reader_take_schema (reader, format, "text.format");
  else if (g_strcmp0 (type, "json_object") == 0)
    td_call_reader_take_json_mode (reader);
  else if (type != NULL && !g_str_equal (type, "text"))
    td_call_reader_refuse (reader, "text.format", "type",
                           "has to be text, json_object or json_schema");
}

static void
take_reasoning_wish (TdCallReader *reader)
{
  const TdJson *reasoning = td_call_reader_get_object (reader, reader->root, "", "reasoning");
  const char *summary = td_call_reader_get_string (reader, reasoning, "reasoning", "summary");

  td_call_reader_take_effort (reader, reasoning, "reasoning", "effort");
  /* Only who asks for it sees it. */
  reader->call->hides_reasoning = summary == NULL;
}

static void
take_include (TdCallReader *reader)
{
  const TdJson *include =
    td_call_reader_get_array (reader, reader->root, "", "include", TD_CALL_MAX_PARTS);

  for (guint i = 0; i < td_json_get_length (include); i++)
    {
      const char *word = td_json_get_string (td_json_get_element (include, i));

      if (g_strcmp0 (word, "message.output_text.logprobs") == 0)
        td_call_reader_refuse (reader, "", "include", "Top Dog cannot tell probabilities");
    }
}

/**
 * td_dialect_responses_read:
 * @reader: a reader
 *
 * Reads the body of POST /v1/responses.
 */
void
td_dialect_responses_read (TdCallReader *reader)
{
  const TdJson *root = reader->root;
  const char *instructions = td_call_reader_get_string (reader, root, "", "instructions");

  td_call_reader_take_model (reader);
  td_call_reader_refuse_unmet (reader, root, "", wishes, G_N_ELEMENTS (wishes));
  if (instructions != NULL && *instructions != '\0')
    td_call_reader_add_turn (reader, TD_ROLE_SYSTEM, instructions);
  take_input (reader);
  take_tools (reader);
  take_tool_choice (reader);
  reader->call->chat->one_call =
    !td_call_reader_get_bool (reader, root, "", "parallel_tool_calls", TRUE);
  take_format (reader);
  take_include (reader);
  take_reasoning_wish (reader);
  reader->call->chat->max_output = td_call_reader_get_count (reader, root, "", "max_output_tokens");
  td_call_reader_take_sampling (reader, root, "", MAX_TEMPERATURE);
  reader->call->stream = td_call_reader_get_bool (reader, root, "", "stream", FALSE);
  reader->call->include_usage = TRUE;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "providers/td-chat-write.h"
#include "providers/td-model-listing.h"
#include "providers/td-protocol.h"
#include "providers/td-response-items.h"
#include "providers/td-responses-parser.h"

/* ---- Input -------------------------------------------------------------------------------- */

static void
write_image (TdJsonWriter      *writer,
             const TdChatImage *image)
{
  g_autofree char *url = td_chat_image_to_data_url (image);

  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "type", "input_image");
  td_json_writer_member_string (writer, "image_url", url);
  td_json_writer_member_string (writer, "detail", "auto");
  td_json_writer_end_object (writer);
}

static void
write_parts (TdJsonWriter     *writer,
             const TdChatTurn *turn)
{
  td_json_writer_name (writer, "content");
  td_json_writer_begin_array (writer);
  td_chat_write_text_part (writer, "input_text", turn);
  for (guint i = 0; i < turn->images->len; i++)
    write_image (writer, turn->images->pdata[i]);
  td_json_writer_end_array (writer);
}

static void
write_message (TdJsonWriter     *writer,
               const TdChatTurn *turn)
{
  const char *role = turn->role == TD_ROLE_SYSTEM ? "system" : "user";

  if (td_chat_turn_is_blank (turn) && turn->images == NULL)
    return;
  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "role", role);
  if (turn->images != NULL)
    write_parts (writer, turn);
  else
    td_json_writer_member_string (writer, "content", turn->text);
  td_json_writer_end_object (writer);
}

static void
write_result (TdJsonWriter     *writer,
              const TdChatTurn *turn)
{
  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "type", "function_call_output");
  td_json_writer_member_string (writer, "call_id", turn->call_id);
  td_json_writer_member_string (writer, "output", turn->text);
  td_json_writer_end_object (writer);
}

static void
write_input (TdJsonWriter        *writer,
             const TdChatRequest *request,
             guint                first)
{
  td_json_writer_name (writer, "input");
  td_json_writer_begin_array (writer);
  for (guint i = first; i < request->turns->len; i++)
    {
      const TdChatTurn *turn = request->turns->pdata[i];

      if (turn->role == TD_ROLE_ASSISTANT)
        td_response_items_write (writer, request, i);
      else if (td_chat_request_get_answered (request, i) != NULL)
        write_result (writer, turn);
      else
        write_message (writer, turn);
    }
  td_json_writer_end_array (writer);
}

/* ---- Settings ----------------------------------------------------------------------------- */

static void
write_tools (TdJsonWriter        *writer,
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
      td_chat_write_tool (writer, tool, "parameters");
      /* Said always: left out it can mean true here. */
      td_json_writer_member_bool (writer, "strict", tool->strict);
      td_json_writer_end_object (writer);
    }
  td_json_writer_end_array (writer);
}

static void
write_tool_choice (TdJsonWriter        *writer,
                   const TdChatRequest *request)
{
  if (request->tool_choice != TD_TOOL_CHOICE_NAMED)
    {
      td_json_writer_member_string (writer, "tool_choice",
                                    td_tool_choice_to_string (request->tool_choice));
      return;
    }
  td_json_writer_name (writer, "tool_choice");
  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "type", "function");
  td_json_writer_member_string (writer, "name", request->tool_name);
  td_json_writer_end_object (writer);
}

/* A model that does not think refuses all of this. Reasoning is kept nowhere but here, so that
 * it comes encrypted. */
static void
write_reasoning (TdJsonWriter        *writer,
                 const TdChatRequest *request)
{
  gboolean thinks =
    request->thinking != TD_THINKING_UNKNOWN && request->thinking != TD_THINKING_NONE;
  gboolean shows = thinks && !(request->adapt & TD_CHAT_ADAPT_NO_THOUGHTS);
  const char *effort = td_chat_request_get_effort_word (request);

  if (shows || effort != NULL)
    {
      td_json_writer_name (writer, "reasoning");
      td_json_writer_begin_object (writer);
      td_json_writer_member_string (writer, "effort", effort);
      td_json_writer_member_string (writer, "summary", shows ? "auto" : NULL);
      td_json_writer_end_object (writer);
    }
  if (!shows)
    return;
  td_json_writer_name (writer, "include");
  td_json_writer_begin_array (writer);
  td_json_writer_string (writer, "reasoning.encrypted_content");
  td_json_writer_end_array (writer);
}

static void
write_format (TdJsonWriter        *writer,
              const TdChatRequest *request)
{
  if (request->schema == NULL)
    return;
  td_json_writer_name (writer, "text");
  td_json_writer_begin_object (writer);
  td_json_writer_name (writer, "format");
  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "type", "json_schema");
  td_chat_write_schema (writer, request);
  td_json_writer_end_object (writer);
  td_json_writer_end_object (writer);
}

static GBytes *
write_body (const TdChatRequest *request)
{
  g_autoptr (TdJsonWriter) writer = td_json_writer_new ();
  guint n_leading;
  g_autofree char *instructions = td_chat_join_system (request, &n_leading);

  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "model", request->model);
  td_json_writer_member_string (writer, "instructions", instructions);
  write_input (writer, request, n_leading);
  write_tools (writer, request);
  write_tool_choice (writer, request);
  td_chat_write_one_call (writer, request);
  write_reasoning (writer, request);
  write_format (writer, request);
  if (request->max_output > 0)
    td_json_writer_member_int64 (writer, "max_output_tokens", request->max_output);
  td_chat_write_temperature (writer, request);
  td_chat_write_top_p (writer, "top_p", request);
  /* Left out it means true: the server would keep the chat. */
  td_json_writer_member_bool (writer, "store", FALSE);
  td_json_writer_member_bool (writer, "stream", request->stream);
  td_json_writer_end_object (writer);
  return td_json_writer_steal_bytes (writer);
}

static TdWireRequest *
write_chat (const TdEndpoint    *endpoint,
            const TdChatRequest *request)
{
  return td_wire_request_new ("POST", g_strconcat (endpoint->base_url, "/responses", NULL),
                              endpoint, write_body (request));
}

static TdWireRequest *
write_list (const TdEndpoint *endpoint)
{
  return td_protocol_openai_chat ()->write_list (endpoint);
}

/**
 * td_protocol_responses:
 *
 * OpenAI's Responses. The whole chat goes with each request and nothing is kept at the server;
 * what the model wants to know of its earlier reasoning goes back with its turns, encrypted.
 *
 * Returns: (transfer none): the protocol
 */
const TdProtocol *
td_protocol_responses (void)
{
  static const TdProtocol protocol = {
    .name = "openai-responses",
    .write_chat = write_chat,
    .write_list = write_list,
    .read_list = td_model_listing_read,
    .parser_new = td_responses_parser_new,
  };

  return &protocol;
}

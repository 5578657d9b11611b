/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "providers/td-chat-write.h"
#include "providers/td-model-listing.h"
#include "providers/td-openai-chat-parser.h"

/* Reasoning models refuse max_tokens where there is a newer name; older servers know only that. */
static const char *
get_max_tokens_name (const TdEndpoint    *endpoint,
                     const TdChatRequest *request)
{
  gboolean newer =
    ((endpoint->wire | request->traits) & TD_WIRE_TRAIT_MAX_COMPLETION_TOKENS) != 0;

  if (request->adapt & TD_CHAT_ADAPT_OTHER_MAX_TOKENS)
    newer = !newer;
  return newer ? "max_completion_tokens" : "max_tokens";
}

static void
write_opaque (TdJsonWriter *writer,
              const char   *opaque)
{
  g_autoptr (TdJsonDoc) doc = opaque != NULL ? td_json_doc_parse (opaque, -1, NULL, NULL) : NULL;
  const TdJson *details =
    doc != NULL ? td_json_get_member (td_json_doc_get_root (doc), "reasoning_details") : NULL;

  /* It came from the network once: only the member that is meant goes back. */
  if (td_json_get_type (details) != TD_JSON_ARRAY)
    return;
  td_json_writer_name (writer, "reasoning_details");
  td_json_writer_value (writer, details);
}

static void
write_image (TdJsonWriter      *writer,
             const TdChatImage *image)
{
  g_autofree char *url = td_chat_image_to_data_url (image);

  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "type", "image_url");
  td_json_writer_name (writer, "image_url");
  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "url", url);
  td_json_writer_end_object (writer);
  td_json_writer_end_object (writer);
}

static void
write_parts (TdJsonWriter     *writer,
             const TdChatTurn *turn)
{
  td_json_writer_name (writer, "content");
  td_json_writer_begin_array (writer);
  td_chat_write_text_part (writer, "text", turn);
  for (guint i = 0; i < turn->images->len; i++)
    write_image (writer, turn->images->pdata[i]);
  td_json_writer_end_array (writer);
}

static void
write_call (TdJsonWriter     *writer,
            const TdChatCall *call)
{
  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "id", call->id);
  td_json_writer_member_string (writer, "type", "function");
  td_json_writer_name (writer, "function");
  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "name", call->name);
  td_json_writer_member_string (writer, "arguments", call->arguments);
  td_json_writer_end_object (writer);
  td_json_writer_end_object (writer);
}

static void
write_calls (TdJsonWriter        *writer,
             const TdChatRequest *request,
             guint                turn)
{
  const TdChatTurn *from = request->turns->pdata[turn];

  td_json_writer_name (writer, "tool_calls");
  td_json_writer_begin_array (writer);
  for (guint i = 0; i < from->calls->len; i++)
    {
      if (td_chat_request_is_answered (request, turn, from->calls->pdata[i]))
        write_call (writer, from->calls->pdata[i]);
    }
  td_json_writer_end_array (writer);
}

static void
write_assistant (TdJsonWriter        *writer,
                 const TdChatRequest *request,
                 guint                i)
{
  const TdChatTurn *turn = request->turns->pdata[i];
  gboolean calls = td_chat_request_any_answered (request, i);

  if (calls && td_chat_turn_is_blank (turn))
    {
      td_json_writer_name (writer, "content");
      td_json_writer_null (writer);
    }
  else
    td_json_writer_member_string (writer, "content", turn->text);
  write_opaque (writer, turn->opaque);
  if (calls)
    write_calls (writer, request, i);
}

static void
write_turn (TdJsonWriter        *writer,
            const TdChatRequest *request,
            guint                i)
{
  const TdChatTurn *turn = request->turns->pdata[i];
  gboolean is_result = td_chat_request_get_answered (request, i) != NULL;
  TdRole role = turn->role == TD_ROLE_TOOL && !is_result ? TD_ROLE_USER : turn->role;

  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "role", td_role_to_string (role));
  if (is_result)
    td_json_writer_member_string (writer, "tool_call_id", turn->call_id);
  if (role == TD_ROLE_ASSISTANT)
    write_assistant (writer, request, i);
  else if (turn->images != NULL)
    write_parts (writer, turn);
  else
    td_json_writer_member_string (writer, "content", turn->text);
  td_json_writer_end_object (writer);
}

/* ---- Settings ----------------------------------------------------------------------------- */

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
  td_json_writer_name (writer, "function");
  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "name", request->tool_name);
  td_json_writer_end_object (writer);
  td_json_writer_end_object (writer);
}

static void
write_format (TdJsonWriter        *writer,
              const TdChatRequest *request)
{
  if (request->schema == NULL)
    return;
  td_json_writer_name (writer, "response_format");
  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "type", "json_schema");
  td_json_writer_name (writer, "json_schema");
  td_json_writer_begin_object (writer);
  td_chat_write_schema (writer, request);
  td_json_writer_end_object (writer);
  td_json_writer_end_object (writer);
}

static void
write_effort (TdJsonWriter        *writer,
              const TdEndpoint    *endpoint,
              const TdChatRequest *request)
{
  const char *effort = td_chat_request_get_effort_word (request);

  if (effort == NULL)
    return;
  if (!((endpoint->wire | request->traits) & TD_WIRE_TRAIT_REASONING_OBJECT))
    {
      td_json_writer_member_string (writer, "reasoning_effort", effort);
      return;
    }
  td_json_writer_name (writer, "reasoning");
  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "effort", effort);
  td_json_writer_end_object (writer);
}

static void
write_stream (TdJsonWriter        *writer,
              const TdChatRequest *request)
{
  td_json_writer_member_bool (writer, "stream", request->stream);
  if (!request->stream || (request->adapt & TD_CHAT_ADAPT_NO_STREAM_OPTIONS))
    return;
  td_json_writer_name (writer, "stream_options");
  td_json_writer_begin_object (writer);
  td_json_writer_member_bool (writer, "include_usage", TRUE);
  td_json_writer_end_object (writer);
}

static GBytes *
write_body (const TdEndpoint    *endpoint,
            const TdChatRequest *request)
{
  g_autoptr (TdJsonWriter) writer = td_json_writer_new ();

  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "model", request->model);
  td_json_writer_name (writer, "messages");
  td_json_writer_begin_array (writer);
  for (guint i = 0; i < request->turns->len; i++)
    write_turn (writer, request, i);
  td_json_writer_end_array (writer);
  td_chat_write_functions (writer, request);
  write_tool_choice (writer, request);
  td_chat_write_one_call (writer, request);
  write_format (writer, request);
  write_effort (writer, endpoint, request);
  if (request->max_output > 0)
    td_json_writer_member_int64 (writer, get_max_tokens_name (endpoint, request),
                                 request->max_output);
  td_chat_write_temperature (writer, request);
  td_chat_write_top_p (writer, "top_p", request);
  td_chat_write_stop (writer, "stop", request);
  write_stream (writer, request);
  td_json_writer_end_object (writer);
  return td_json_writer_steal_bytes (writer);
}

static TdWireRequest *
write_chat (const TdEndpoint    *endpoint,
            const TdChatRequest *request)
{
  return td_wire_request_new ("POST", g_strconcat (endpoint->base_url, "/chat/completions", NULL),
                              endpoint, write_body (endpoint, request));
}

static TdWireRequest *
write_list (const TdEndpoint *endpoint)
{
  return td_wire_request_new ("GET",
                              endpoint->list_url != NULL
                                ? g_strdup (endpoint->list_url)
                                : g_strconcat (endpoint->base_url, "/models", NULL),
                              endpoint, NULL);
}

/**
 * td_protocol_openai_chat:
 *
 * OpenAI's Chat Completions, as OpenAI and everybody who imitates it speaks them.
 *
 * Returns: (transfer none): the protocol
 */
const TdProtocol *
td_protocol_openai_chat (void)
{
  static const TdProtocol protocol = {
    .name = "openai-chat",
    .write_chat = write_chat,
    .write_list = write_list,
    .read_list = td_model_listing_read,
    .parser_new = td_openai_chat_parser_new,
  };

  return &protocol;
}

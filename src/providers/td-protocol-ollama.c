/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "providers/td-chat-write.h"
#include "providers/td-model-listing.h"
#include "providers/td-ollama-parser.h"
#include "providers/td-ollama-wire.h"

/* ---- Messages ----------------------------------------------------------------------------- */

static void
write_images (TdJsonWriter     *writer,
              const TdChatTurn *turn)
{
  td_json_writer_name (writer, "images");
  td_json_writer_begin_array (writer);
  for (guint i = 0; i < turn->images->len; i++)
    {
      g_autofree char *base64 = td_chat_image_to_base64 (turn->images->pdata[i]);

      td_json_writer_string (writer, base64);
    }
  td_json_writer_end_array (writer);
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
      const TdChatCall *call = from->calls->pdata[i];

      if (!td_chat_request_is_answered (request, turn, call))
        continue;
      td_json_writer_begin_object (writer);
      td_json_writer_member_string (writer, "id", call->id);
      td_json_writer_name (writer, "function");
      td_json_writer_begin_object (writer);
      td_json_writer_member_string (writer, "name", call->name);
      td_chat_write_json (writer, "arguments", call->arguments);
      td_json_writer_end_object (writer);
      td_json_writer_end_object (writer);
    }
  td_json_writer_end_array (writer);
}

static void
write_turn (TdJsonWriter        *writer,
            const TdChatRequest *request,
            guint                i)
{
  const TdChatTurn *turn = request->turns->pdata[i];
  const TdChatCall *answered = td_chat_request_get_answered (request, i);
  TdRole role = turn->role == TD_ROLE_TOOL && answered == NULL ? TD_ROLE_USER : turn->role;

  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "role", td_role_to_string (role));
  td_json_writer_member_string (writer, "content", turn->text);
  if (turn->images != NULL)
    write_images (writer, turn);
  if (td_chat_request_any_answered (request, i))
    write_calls (writer, request, i);
  if (answered != NULL)
    {
      td_json_writer_member_string (writer, "tool_name", answered->name);
      td_json_writer_member_string (writer, "tool_call_id", answered->id);
    }
  td_json_writer_end_object (writer);
}

/* ---- Settings ----------------------------------------------------------------------------- */

static void
write_options (TdJsonWriter        *writer,
               const TdChatRequest *request)
{
  if (request->max_output <= 0 && !request->has_temperature && !request->has_top_p &&
      request->stop == NULL)
    return;

  td_json_writer_name (writer, "options");
  td_json_writer_begin_object (writer);
  if (request->max_output > 0)
    td_json_writer_member_int64 (writer, "num_predict", request->max_output);
  td_chat_write_temperature (writer, request);
  td_chat_write_top_p (writer, "top_p", request);
  td_chat_write_stop (writer, "stop", request);
  td_json_writer_end_object (writer);
}

/* Most models know only whether to think, and refuse or ignore words; a few know only words. */
static void
write_think (TdJsonWriter        *writer,
             const TdChatRequest *request)
{
  if (request->effort == NULL || request->thinking == TD_THINKING_NONE)
    return;
  if ((request->thinking & TD_THINKING_EFFORT) && !td_chat_request_stops_thinking (request))
    td_json_writer_member_string (writer, "think", request->effort);
  else
    td_json_writer_member_bool (writer, "think", !td_chat_request_stops_thinking (request));
}

static GBytes *
write_body (const TdChatRequest *request)
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
  if (request->schema != NULL)
    td_chat_write_json (writer, "format", request->schema);
  write_think (writer, request);
  /* Said always: left out it means true. */
  td_json_writer_member_bool (writer, "stream", request->stream);
  write_options (writer, request);
  td_json_writer_end_object (writer);
  return td_json_writer_steal_bytes (writer);
}

static TdWireRequest *
write_chat (const TdEndpoint    *endpoint,
            const TdChatRequest *request)
{
  return td_wire_request_new ("POST", td_ollama_build_url (endpoint, "/api/chat"), endpoint,
                              write_body (request));
}

static TdWireRequest *
write_list (const TdEndpoint *endpoint)
{
  return td_wire_request_new ("GET", td_ollama_build_url (endpoint, "/api/tags"), endpoint, NULL);
}

/**
 * td_protocol_ollama:
 *
 * Ollama's own protocol, local and cloud.
 *
 * Returns: (transfer none): the protocol
 */
const TdProtocol *
td_protocol_ollama (void)
{
  static const TdProtocol protocol = {
    .name = "ollama",
    .write_chat = write_chat,
    .write_list = write_list,
    .read_list = td_model_listing_read,
    .parser_new = td_ollama_parser_new,
  };

  return &protocol;
}

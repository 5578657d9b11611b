/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/td-json-write.h"
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
write_turn (TdJsonWriter     *writer,
            const TdChatTurn *turn)
{
  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "role", td_role_to_string (turn->role));
  td_json_writer_member_string (writer, "content", turn->text);
  if (turn->role == TD_ROLE_ASSISTANT)
    write_opaque (writer, turn->opaque);
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
    write_turn (writer, request->turns->pdata[i]);
  td_json_writer_end_array (writer);
  if (request->max_output > 0)
    td_json_writer_member_int64 (writer, get_max_tokens_name (endpoint, request),
                                 request->max_output);
  if (request->has_temperature)
    {
      td_json_writer_name (writer, "temperature");
      td_json_writer_double (writer, request->temperature);
    }
  write_stream (writer, request);
  td_json_writer_end_object (writer);
  return td_json_writer_steal_bytes (writer);
}

static TdWireRequest *
write_chat (const TdEndpoint    *endpoint,
            const TdChatRequest *request)
{
  TdWireRequest *wire = g_new0 (TdWireRequest, 1);

  wire->method = "POST";
  wire->url = g_strconcat (endpoint->base_url, "/chat/completions", NULL);
  wire->headers = g_strdupv (endpoint->headers);
  wire->body = write_body (endpoint, request);
  return wire;
}

static TdWireRequest *
write_list (const TdEndpoint *endpoint)
{
  TdWireRequest *wire = g_new0 (TdWireRequest, 1);

  wire->method = "GET";
  wire->url = endpoint->list_url != NULL ? g_strdup (endpoint->list_url)
                                         : g_strconcat (endpoint->base_url, "/models", NULL);
  wire->headers = g_strdupv (endpoint->headers);
  return wire;
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

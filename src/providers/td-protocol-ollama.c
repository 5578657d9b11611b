/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "base/td-json-write.h"
#include "providers/td-model-listing.h"
#include "providers/td-ollama-parser.h"

/* People name a server's address in every form they have seen: bare, with /api, or with the
 * /v1 of its OpenAI dialect. */
static char *
build_url (const TdEndpoint *endpoint,
           const char       *path)
{
  static const char *const endings[] = { "/api", "/v1" };
  g_autofree char *base = g_strdup (endpoint->base_url);

  for (gsize i = 0; i < G_N_ELEMENTS (endings); i++)
    {
      if (g_str_has_suffix (base, endings[i]))
        base[strlen (base) - strlen (endings[i])] = '\0';
    }
  return g_strconcat (base, path, NULL);
}

static void
write_options (TdJsonWriter        *writer,
               const TdChatRequest *request)
{
  if (request->max_output <= 0 && !request->has_temperature)
    return;

  td_json_writer_name (writer, "options");
  td_json_writer_begin_object (writer);
  if (request->max_output > 0)
    td_json_writer_member_int64 (writer, "num_predict", request->max_output);
  if (request->has_temperature)
    {
      td_json_writer_name (writer, "temperature");
      td_json_writer_double (writer, request->temperature);
    }
  td_json_writer_end_object (writer);
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
    {
      const TdChatTurn *turn = request->turns->pdata[i];

      td_json_writer_begin_object (writer);
      td_json_writer_member_string (writer, "role", td_role_to_string (turn->role));
      td_json_writer_member_string (writer, "content", turn->text);
      td_json_writer_end_object (writer);
    }
  td_json_writer_end_array (writer);
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
  TdWireRequest *wire = g_new0 (TdWireRequest, 1);

  wire->method = "POST";
  wire->url = build_url (endpoint, "/api/chat");
  wire->headers = g_strdupv (endpoint->headers);
  wire->body = write_body (request);
  return wire;
}

static TdWireRequest *
write_list (const TdEndpoint *endpoint)
{
  TdWireRequest *wire = g_new0 (TdWireRequest, 1);

  wire->method = "GET";
  wire->url = build_url (endpoint, "/api/tags");
  wire->headers = g_strdupv (endpoint->headers);
  return wire;
}

/**
 * td_protocol_ollama_write_show:
 * @endpoint: an Ollama server
 * @model: a model of its list
 *
 * Returns: (transfer full): the request for what the server knows about the model
 */
TdWireRequest *
td_protocol_ollama_write_show (const TdEndpoint *endpoint,
                               const char       *model)
{
  g_autoptr (TdJsonWriter) writer = td_json_writer_new ();
  TdWireRequest *wire = g_new0 (TdWireRequest, 1);

  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "model", model);
  td_json_writer_end_object (writer);
  wire->method = "POST";
  wire->url = build_url (endpoint, "/api/show");
  wire->headers = g_strdupv (endpoint->headers);
  wire->body = td_json_writer_steal_bytes (writer);
  return wire;
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

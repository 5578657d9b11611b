/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "base/td-json-write.h"
#include "providers/td-anthropic-parser.h"
#include "providers/td-model-listing.h"
#include "providers/td-thinking-blocks.h"

#define VERSION_HEADER  "anthropic-version"
#define DEFAULT_VERSION "2023-06-01"

/* The protocol has no default of its own. Of a model whose limit is not known this much can be
 * expected, and it is more than nearly all answers take. */
#define DEFAULT_MAX_TOKENS 8192

/* The most models that one page holds. */
#define LIST_LIMIT "limit=1000"

#define MAX_PAGE_ID_BYTES 1024

/* Every path of the protocol starts with /v1. Providers' documents give the address without it,
 * the catalogue with it. */
static char *
build_url (const TdEndpoint *endpoint,
           const char       *path)
{
  const char *version = g_str_has_suffix (endpoint->base_url, "/v1") ? "" : "/v1";

  return g_strconcat (endpoint->base_url, version, path, NULL);
}

static gboolean
has_header (char       **headers,
            const char  *name)
{
  for (; headers != NULL && headers[0] != NULL && headers[1] != NULL; headers += 2)
    {
      if (g_ascii_strcasecmp (headers[0], name) == 0)
        return TRUE;
    }
  return FALSE;
}

/* No request is answered without a version. Where the catalogue names none it is the one that
 * every server of this protocol knows. */
static GStrv
make_headers (const TdEndpoint *endpoint)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (!has_header (endpoint->headers, VERSION_HEADER))
    g_strv_builder_add_many (builder, VERSION_HEADER, DEFAULT_VERSION, NULL);
  if (endpoint->headers != NULL)
    g_strv_builder_addv (builder, (const char **) endpoint->headers);
  return g_strv_builder_end (builder);
}

/* ---- Messages ----------------------------------------------------------------------------- */

/* Blank text is refused. */
static gboolean
is_blank (const TdChatTurn *turn)
{
  const char *text = turn->text != NULL ? turn->text : "";

  return text[strspn (text, " \t\n\v\f\r")] == '\0';
}

static void
write_system (TdJsonWriter        *writer,
              const TdChatRequest *request)
{
  g_autoptr (GString) system = g_string_new (NULL);

  for (guint i = 0; i < request->turns->len; i++)
    {
      const TdChatTurn *turn = request->turns->pdata[i];

      if (turn->role != TD_ROLE_SYSTEM || is_blank (turn))
        continue;
      if (system->len > 0)
        g_string_append (system, "\n\n");
      g_string_append (system, turn->text);
    }
  if (system->len > 0)
    td_json_writer_member_string (writer, "system", system->str);
}

static const char *
get_wire_role (const TdChatTurn *turn)
{
  return turn->role == TD_ROLE_ASSISTANT ? "assistant" : "user";
}

static void
write_blocks (TdJsonWriter     *writer,
              const TdChatTurn *turn)
{
  if (turn->role == TD_ROLE_ASSISTANT &&
      td_thinking_blocks_write (writer, turn->opaque, turn->text))
    return;
  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "type", "text");
  td_json_writer_member_string (writer, "text", turn->text);
  td_json_writer_end_object (writer);
}

/* Turns of the same role in a row are one message, of several blocks. */
static void
write_messages (TdJsonWriter        *writer,
                const TdChatRequest *request)
{
  const char *open_role = NULL;

  for (guint i = 0; i < request->turns->len; i++)
    {
      const TdChatTurn *turn = request->turns->pdata[i];
      const char *role = get_wire_role (turn);

      if (turn->role == TD_ROLE_SYSTEM || is_blank (turn))
        continue;
      if (open_role != NULL && !g_str_equal (open_role, role))
        {
          td_json_writer_end_array (writer);
          td_json_writer_end_object (writer);
        }
      if (g_strcmp0 (open_role, role) != 0)
        {
          td_json_writer_begin_object (writer);
          td_json_writer_member_string (writer, "role", role);
          td_json_writer_name (writer, "content");
          td_json_writer_begin_array (writer);
        }
      write_blocks (writer, turn);
      open_role = role;
    }
  if (open_role != NULL)
    {
      td_json_writer_end_array (writer);
      td_json_writer_end_object (writer);
    }
}

static gint64
get_max_tokens (const TdChatRequest *request)
{
  if (request->max_output > 0)
    return request->max_output;
  return request->model_max_output > 0 ? request->model_max_output : DEFAULT_MAX_TOKENS;
}

static GBytes *
write_body (const TdChatRequest *request)
{
  g_autoptr (TdJsonWriter) writer = td_json_writer_new ();

  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "model", request->model);
  td_json_writer_member_int64 (writer, "max_tokens", get_max_tokens (request));
  write_system (writer, request);
  td_json_writer_name (writer, "messages");
  td_json_writer_begin_array (writer);
  write_messages (writer, request);
  td_json_writer_end_array (writer);
  if (request->has_temperature)
    {
      td_json_writer_name (writer, "temperature");
      td_json_writer_double (writer, request->temperature);
    }
  td_json_writer_member_bool (writer, "stream", request->stream);
  td_json_writer_end_object (writer);
  return td_json_writer_steal_bytes (writer);
}

/* ---- Requests ----------------------------------------------------------------------------- */

static TdWireRequest *
write_chat (const TdEndpoint    *endpoint,
            const TdChatRequest *request)
{
  TdWireRequest *wire = g_new0 (TdWireRequest, 1);

  wire->method = "POST";
  wire->url = build_url (endpoint, "/messages");
  wire->headers = make_headers (endpoint);
  wire->body = write_body (request);
  return wire;
}

static TdWireRequest *
write_list (const TdEndpoint *endpoint)
{
  TdWireRequest *wire = g_new0 (TdWireRequest, 1);
  g_autofree char *url =
    endpoint->list_url != NULL ? g_strdup (endpoint->list_url) : build_url (endpoint, "/models");

  wire->method = "GET";
  wire->url = g_strconcat (url, strchr (url, '?') != NULL ? "&" : "?", LIST_LIMIT, NULL);
  wire->headers = make_headers (endpoint);
  return wire;
}

/* What comes after the last model of a page that is not the last one. */
static TdWireRequest *
write_next_list (const TdEndpoint *endpoint,
                 GBytes           *body)
{
  g_autoptr (TdJsonDoc) doc = td_json_doc_parse_bytes (body, NULL, NULL);
  const TdJson *root = doc != NULL ? td_json_doc_get_root (doc) : NULL;
  const char *last_id = td_json_member_string (root, "last_id");
  g_autofree char *escaped = NULL;
  g_autofree char *first_url = NULL;
  TdWireRequest *wire;

  if (!td_json_member_bool (root, "has_more", FALSE) || last_id == NULL || *last_id == '\0' ||
      strlen (last_id) > MAX_PAGE_ID_BYTES)
    return NULL;
  wire = write_list (endpoint);
  first_url = g_steal_pointer (&wire->url);
  escaped = g_uri_escape_string (last_id, NULL, FALSE);
  wire->url = g_strconcat (first_url, "&after_id=", escaped, NULL);
  return wire;
}

/**
 * td_protocol_anthropic:
 *
 * Anthropic's Messages, also spoken by others.
 *
 * A limit for the reply has to be in every request: where the caller names none it is the
 * model's own, or 8192 tokens when that is not known either. Instructions go in a field of their
 * own wherever in the chat they stand, because older models know no messages of the system.
 * Turns without text are left out.
 *
 * Returns: (transfer none): the protocol
 */
const TdProtocol *
td_protocol_anthropic (void)
{
  static const TdProtocol protocol = {
    .name = "anthropic",
    .write_chat = write_chat,
    .write_list = write_list,
    .read_list = td_model_listing_read,
    .write_next_list = write_next_list,
    .parser_new = td_anthropic_parser_new,
  };

  return &protocol;
}

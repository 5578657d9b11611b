/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "base/td-json-write.h"
#include "providers/td-gemini-parser.h"
#include "providers/td-gemini-parts.h"
#include "providers/td-model-listing.h"

/* The longest page there is, so that one is mostly enough. */
#define PAGE_SIZE "1000"

#define MAX_PAGE_TOKEN_BYTES 4096

/* Lists name models with this in front, people mostly without. */
#define MODEL_PREFIX "models/"

static const char *
skip_prefix (const char *id)
{
  return g_str_has_prefix (id, MODEL_PREFIX) ? id + strlen (MODEL_PREFIX) : id;
}

static char *
build_chat_url (const TdEndpoint    *endpoint,
                const TdChatRequest *request)
{
  g_autofree char *model = g_uri_escape_string (skip_prefix (request->model), NULL, FALSE);

  return g_strconcat (endpoint->base_url, "/" MODEL_PREFIX, model,
                      request->stream ? ":streamGenerateContent?alt=sse" : ":generateContent",
                      NULL);
}

/* ---- Turns -------------------------------------------------------------------------------- */

static void
write_text_part (TdJsonWriter *writer,
                 const char   *text)
{
  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "text", text);
  td_json_writer_end_object (writer);
}

static void
write_parts (TdJsonWriter     *writer,
             const TdChatTurn *turn)
{
  g_autoptr (TdJsonDoc) doc = NULL;

  if (turn->role == TD_ROLE_ASSISTANT && turn->opaque != NULL)
    doc = td_json_doc_parse (turn->opaque, -1, NULL, NULL);
  if (doc != NULL && td_gemini_parts_write (td_json_doc_get_root (doc), turn->text, writer))
    return;
  write_text_part (writer, turn->text);
}

/* A part without text is refused. */
static gboolean
is_empty (const TdChatTurn *turn)
{
  return *turn->text == '\0';
}

static void
write_system (TdJsonWriter        *writer,
              const TdChatRequest *request)
{
  gboolean begun = FALSE;

  for (guint i = 0; i < request->turns->len; i++)
    {
      const TdChatTurn *turn = request->turns->pdata[i];

      if (turn->role != TD_ROLE_SYSTEM || is_empty (turn))
        continue;
      if (!begun)
        {
          td_json_writer_name (writer, "systemInstruction");
          td_json_writer_begin_object (writer);
          td_json_writer_name (writer, "parts");
          td_json_writer_begin_array (writer);
        }
      begun = TRUE;
      write_text_part (writer, turn->text);
    }
  if (begun)
    {
      td_json_writer_end_array (writer);
      td_json_writer_end_object (writer);
    }
}

static const char *
get_role (const TdChatTurn *turn)
{
  return turn->role == TD_ROLE_ASSISTANT ? "model" : "user";
}

static void
begin_content (TdJsonWriter *writer,
               const char   *role)
{
  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "role", role);
  td_json_writer_name (writer, "parts");
  td_json_writer_begin_array (writer);
}

static void
end_content (TdJsonWriter *writer)
{
  td_json_writer_end_array (writer);
  td_json_writer_end_object (writer);
}

/* The two sides have to take turns: neighbours of one role become one content. */
static void
write_contents (TdJsonWriter        *writer,
                const TdChatRequest *request,
                guint                n_turns)
{
  const char *open = NULL;

  td_json_writer_name (writer, "contents");
  td_json_writer_begin_array (writer);
  for (guint i = 0; i < n_turns; i++)
    {
      const TdChatTurn *turn = request->turns->pdata[i];

      if (turn->role == TD_ROLE_SYSTEM || is_empty (turn))
        continue;
      if (open != NULL && !g_str_equal (open, get_role (turn)))
        {
          end_content (writer);
          open = NULL;
        }
      if (open == NULL)
        begin_content (writer, get_role (turn));
      open = get_role (turn);
      write_parts (writer, turn);
    }
  if (open != NULL)
    end_content (writer);
  td_json_writer_end_array (writer);
}

/* ---- Requests ----------------------------------------------------------------------------- */

static void
write_config (TdJsonWriter        *writer,
              const TdChatRequest *request)
{
  gboolean thoughts = !(request->adapt & TD_CHAT_ADAPT_NO_THOUGHTS);

  if (request->max_output <= 0 && !request->has_temperature && !thoughts)
    return;
  td_json_writer_name (writer, "generationConfig");
  td_json_writer_begin_object (writer);
  if (request->max_output > 0)
    td_json_writer_member_int64 (writer, "maxOutputTokens", request->max_output);
  if (request->has_temperature)
    {
      td_json_writer_name (writer, "temperature");
      td_json_writer_double (writer, request->temperature);
    }
  if (thoughts)
    {
      td_json_writer_name (writer, "thinkingConfig");
      td_json_writer_begin_object (writer);
      td_json_writer_member_bool (writer, "includeThoughts", TRUE);
      td_json_writer_end_object (writer);
    }
  td_json_writer_end_object (writer);
}

/* A reply that paused goes on when the same request comes again with its token; it is told by
 * being the last turn. */
static char *
dup_continuation_token (const TdChatRequest *request)
{
  const TdChatTurn *last =
    request->turns->len > 0 ? request->turns->pdata[request->turns->len - 1] : NULL;
  g_autoptr (TdJsonDoc) doc = NULL;

  if (last == NULL || last->role != TD_ROLE_ASSISTANT || last->opaque == NULL)
    return NULL;
  doc = td_json_doc_parse (last->opaque, -1, NULL, NULL);
  return doc != NULL
           ? g_strdup (td_gemini_parts_get_continuation_token (td_json_doc_get_root (doc)))
           : NULL;
}

static GBytes *
write_body (const TdChatRequest *request)
{
  g_autoptr (TdJsonWriter) writer = td_json_writer_new ();
  g_autofree char *token = dup_continuation_token (request);

  td_json_writer_begin_object (writer);
  write_system (writer, request);
  write_contents (writer, request, request->turns->len - (token != NULL ? 1 : 0));
  write_config (writer, request);
  td_json_writer_member_string (writer, "continuationToken", token);
  td_json_writer_end_object (writer);
  return td_json_writer_steal_bytes (writer);
}

static TdWireRequest *
write_chat (const TdEndpoint    *endpoint,
            const TdChatRequest *request)
{
  TdWireRequest *wire = g_new0 (TdWireRequest, 1);

  wire->method = "POST";
  wire->url = build_chat_url (endpoint, request);
  wire->headers = g_strdupv (endpoint->headers);
  wire->body = write_body (request);
  return wire;
}

/* ---- The list of models ------------------------------------------------------------------- */

static char *
build_list_url (const TdEndpoint *endpoint)
{
  if (endpoint->list_url == NULL)
    return g_strconcat (endpoint->base_url, "/models?pageSize=" PAGE_SIZE, NULL);
  return g_strconcat (endpoint->list_url, strchr (endpoint->list_url, '?') != NULL ? "&" : "?",
                      "pageSize=" PAGE_SIZE, NULL);
}

static TdWireRequest *
write_list (const TdEndpoint *endpoint)
{
  TdWireRequest *wire = g_new0 (TdWireRequest, 1);

  wire->method = "GET";
  wire->url = build_list_url (endpoint);
  wire->headers = g_strdupv (endpoint->headers);
  return wire;
}

static TdWireRequest *
write_next_list (const TdEndpoint *endpoint,
                 GBytes           *body)
{
  g_autoptr (TdJsonDoc) doc = td_json_doc_parse_bytes (body, NULL, NULL);
  const TdJson *token =
    doc != NULL ? td_json_get_member (td_json_doc_get_root (doc), "nextPageToken") : NULL;
  gsize length = td_json_get_string_length (token);
  g_autofree char *escaped = NULL;
  g_autofree char *first_url = NULL;
  TdWireRequest *wire;

  if (length == 0 || length > MAX_PAGE_TOKEN_BYTES)
    return NULL;
  wire = write_list (endpoint);
  first_url = g_steal_pointer (&wire->url);
  escaped = g_uri_escape_string (td_json_get_string (token), NULL, FALSE);
  wire->url = g_strconcat (first_url, "&pageToken=", escaped, NULL);
  return wire;
}

static GPtrArray *
read_list (GBytes  *body,
           GError **error)
{
  GPtrArray *models = td_model_listing_read (body, error);

  for (guint i = 0; models != NULL && i < models->len; i++)
    {
      TdListedModel *model = models->pdata[i];
      g_autofree char *id = g_steal_pointer (&model->id);

      model->id = g_strdup (skip_prefix (id));
    }
  return models;
}

/**
 * td_protocol_gemini:
 *
 * Google's generateContent and streamGenerateContent.
 *
 * Returns: (transfer none): the protocol
 */
const TdProtocol *
td_protocol_gemini (void)
{
  static const TdProtocol protocol = {
    .name = "gemini",
    .write_chat = write_chat,
    .write_list = write_list,
    .read_list = read_list,
    .write_next_list = write_next_list,
    .parser_new = td_gemini_parser_new,
  };

  return &protocol;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "providers/td-anthropic-parser.h"
#include "providers/td-chat-write.h"
#include "providers/td-model-listing.h"
#include "providers/td-thinking-blocks.h"

#define VERSION_HEADER  "anthropic-version"
#define DEFAULT_VERSION "2023-06-01"

/* The protocol has no default of its own. Of a model whose limit is not known this much can be
 * expected, and it is more than nearly all answers take. */
#define DEFAULT_MAX_TOKENS 8192

/* The least a model can be given to think with. */
#define MIN_BUDGET 1024

/* Elsewhere it is 2. */
#define MAX_TEMPERATURE 1.0

/* The most models that one page holds. */
#define LIST_LIMIT "1000"

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

static const char *
get_wire_role (const TdChatTurn *turn)
{
  return turn->role == TD_ROLE_ASSISTANT ? "assistant" : "user";
}

/* Blank text is refused, and so is a message without anything. */
static gboolean
has_content (const TdChatRequest *request,
             guint                i)
{
  const TdChatTurn *turn = request->turns->pdata[i];

  if (turn->role == TD_ROLE_SYSTEM)
    return FALSE;
  return !td_chat_turn_is_blank (turn) || turn->images != NULL ||
         td_chat_request_get_answered (request, i) != NULL ||
         td_chat_request_any_answered (request, i) ||
         (turn->role == TD_ROLE_ASSISTANT && td_thinking_blocks_is_paused (turn->opaque));
}

static void
write_image (TdJsonWriter      *writer,
             const TdChatImage *image)
{
  g_autofree char *base64 = td_chat_image_to_base64 (image);

  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "type", "image");
  td_json_writer_name (writer, "source");
  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "type", "base64");
  td_json_writer_member_string (writer, "media_type", image->mime_type);
  td_json_writer_member_string (writer, "data", base64);
  td_json_writer_end_object (writer);
  td_json_writer_end_object (writer);
}

static void
write_result (TdJsonWriter     *writer,
              const TdChatTurn *turn)
{
  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "type", "tool_result");
  td_json_writer_member_string (writer, "tool_use_id", turn->call_id);
  td_json_writer_member_string (writer, "content", turn->text);
  if (turn->failed)
    td_json_writer_member_bool (writer, "is_error", TRUE);
  td_json_writer_end_object (writer);
}

static void
write_user_blocks (TdJsonWriter     *writer,
                   const TdChatTurn *turn)
{
  for (guint i = 0; turn->images != NULL && i < turn->images->len; i++)
    write_image (writer, turn->images->pdata[i]);
  td_chat_write_text_part (writer, "text", turn);
}

static void
write_blocks (TdJsonWriter        *writer,
              const TdChatRequest *request,
              guint                i)
{
  const TdChatTurn *turn = request->turns->pdata[i];

  if (turn->role == TD_ROLE_ASSISTANT)
    td_thinking_blocks_write (writer, request, i);
  else if (td_chat_request_get_answered (request, i) != NULL)
    write_result (writer, turn);
  else
    write_user_blocks (writer, turn);
}

/* Turns of the same role in a row are one message, of several blocks. */
static void
write_messages (TdJsonWriter        *writer,
                const TdChatRequest *request)
{
  const char *open_role = NULL;

  for (guint i = 0; i < request->turns->len; i++)
    {
      const char *role = get_wire_role (request->turns->pdata[i]);

      if (!has_content (request, i))
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
      write_blocks (writer, request, i);
      open_role = role;
    }
  if (open_role != NULL)
    {
      td_json_writer_end_array (writer);
      td_json_writer_end_object (writer);
    }
}

/* ---- Tools -------------------------------------------------------------------------------- */

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
      td_chat_write_tool (writer, tool, "input_schema");
      if (tool->strict)
        td_json_writer_member_bool (writer, "strict", TRUE);
      td_json_writer_end_object (writer);
    }
  td_json_writer_end_array (writer);
}

static void
write_tool_choice (TdJsonWriter        *writer,
                   const TdChatRequest *request)
{
  static const char *const types[] = {
    [TD_TOOL_CHOICE_AUTO] = "auto",
    [TD_TOOL_CHOICE_NONE] = "none",
    [TD_TOOL_CHOICE_REQUIRED] = "any",
    [TD_TOOL_CHOICE_NAMED] = "tool",
  };

  gboolean one_call = request->one_call && request->tools != NULL &&
                      request->tool_choice != TD_TOOL_CHOICE_NONE;
  TdToolChoice choice = one_call && request->tool_choice == TD_TOOL_CHOICE_DEFAULT
                          ? TD_TOOL_CHOICE_AUTO
                          : request->tool_choice;

  if (types[choice] == NULL)
    return;
  td_json_writer_name (writer, "tool_choice");
  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "type", types[choice]);
  if (one_call)
    td_json_writer_member_bool (writer, "disable_parallel_tool_use", TRUE);
  if (request->tool_choice == TD_TOOL_CHOICE_NAMED)
    td_json_writer_member_string (writer, "name", request->tool_name);
  td_json_writer_end_object (writer);
}

/* ---- Thinking ----------------------------------------------------------------------------- */

static gint64
get_max_tokens (const TdChatRequest *request)
{
  if (request->max_output > 0)
    return request->max_output;
  return request->model_max_output > 0 ? request->model_max_output : DEFAULT_MAX_TOKENS;
}

/* The budget is part of the limit, and has a least size. */
static gint64
get_budget (const TdChatRequest *request)
{
  gint64 budget = MIN (request->thinking_budget, get_max_tokens (request) - 1);

  return budget >= MIN_BUDGET ? budget : 0;
}

static gboolean
thinks_by_budget (const TdChatRequest *request)
{
  return (request->thinking & TD_THINKING_BUDGET) != 0;
}

/* Without the wish nothing is said, and older models do not think. */
static gboolean
wants_thinking (const TdChatRequest *request)
{
  if (request->effort == NULL || request->thinking == TD_THINKING_NONE ||
      td_chat_request_stops_thinking (request))
    return FALSE;
  return !thinks_by_budget (request) || get_budget (request) > 0;
}

static void
write_thinking (TdJsonWriter        *writer,
                const TdChatRequest *request)
{
  gboolean stop = td_chat_request_stops_thinking (request) &&
                  (request->thinking & (TD_THINKING_SWITCH | TD_THINKING_EFFORT));

  if (!wants_thinking (request) && !stop)
    return;
  td_json_writer_name (writer, "thinking");
  td_json_writer_begin_object (writer);
  if (stop)
    td_json_writer_member_string (writer, "type", "disabled");
  else if (thinks_by_budget (request))
    {
      td_json_writer_member_string (writer, "type", "enabled");
      td_json_writer_member_int64 (writer, "budget_tokens", get_budget (request));
    }
  else
    {
      td_json_writer_member_string (writer, "type", "adaptive");
      /* Left out, newer models think in secret. */
      td_json_writer_member_string (writer, "display", "summarized");
    }
  td_json_writer_end_object (writer);
}

/* How much to think, and the form of the reply. */
static void
write_output_config (TdJsonWriter        *writer,
                     const TdChatRequest *request)
{
  const char *effort =
    wants_thinking (request) ? td_chat_request_get_effort_word (request) : NULL;

  if (effort == NULL && request->schema == NULL)
    return;
  td_json_writer_name (writer, "output_config");
  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "effort", effort);
  if (request->schema != NULL)
    {
      td_json_writer_name (writer, "format");
      td_json_writer_begin_object (writer);
      td_json_writer_member_string (writer, "type", "json_schema");
      td_chat_write_json (writer, "schema", request->schema);
      td_json_writer_end_object (writer);
    }
  td_json_writer_end_object (writer);
}

/* Newer models take only one of the two. */
static void
write_sampling (TdJsonWriter        *writer,
                const TdChatRequest *request)
{
  if (!request->has_temperature)
    {
      td_chat_write_top_p (writer, "top_p", request);
      return;
    }
  td_json_writer_name (writer, "temperature");
  td_json_writer_double (writer, MIN (request->temperature, MAX_TEMPERATURE));
}

static GBytes *
write_body (const TdChatRequest *request)
{
  g_autoptr (TdJsonWriter) writer = td_json_writer_new ();
  g_autofree char *system = td_chat_join_system (request, NULL);

  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "model", request->model);
  td_json_writer_member_int64 (writer, "max_tokens", get_max_tokens (request));
  td_json_writer_member_string (writer, "system", system);
  td_json_writer_name (writer, "messages");
  td_json_writer_begin_array (writer);
  write_messages (writer, request);
  td_json_writer_end_array (writer);
  write_tools (writer, request);
  write_tool_choice (writer, request);
  write_thinking (writer, request);
  write_output_config (writer, request);
  /* The two do not go together. */
  if (!wants_thinking (request))
    write_sampling (writer, request);
  td_chat_write_stop (writer, "stop_sequences", request);
  td_json_writer_member_bool (writer, "stream", request->stream);
  td_json_writer_end_object (writer);
  return td_json_writer_steal_bytes (writer);
}

/* ---- Requests ----------------------------------------------------------------------------- */

static TdWireRequest *
make_request (const TdEndpoint *endpoint,
              const char       *method,
              char             *url,
              GBytes           *body)
{
  TdWireRequest *wire = td_wire_request_new (method, url, endpoint, body);

  g_strfreev (wire->headers);
  wire->headers = make_headers (endpoint);
  return wire;
}

static TdWireRequest *
write_chat (const TdEndpoint    *endpoint,
            const TdChatRequest *request)
{
  return make_request (endpoint, "POST", build_url (endpoint, "/messages"), write_body (request));
}

static TdWireRequest *
write_list (const TdEndpoint *endpoint)
{
  char *url =
    endpoint->list_url != NULL ? g_strdup (endpoint->list_url) : build_url (endpoint, "/models");
  TdWireRequest *wire = make_request (endpoint, "GET", url, NULL);

  td_wire_request_add_query (wire, "limit", LIST_LIMIT);
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
  TdWireRequest *wire;

  if (!td_json_member_bool (root, "has_more", FALSE) || last_id == NULL || *last_id == '\0' ||
      strlen (last_id) > MAX_PAGE_ID_BYTES)
    return NULL;
  wire = write_list (endpoint);
  td_wire_request_add_query (wire, "after_id", last_id);
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

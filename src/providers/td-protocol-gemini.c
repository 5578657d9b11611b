/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "providers/td-chat-write.h"
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

/* Previews are in the one version only, and some of the newest are in the other. */
static char *
build_base_url (const TdEndpoint    *endpoint,
                const TdChatRequest *request)
{
  static const char *const versions[][2] = { { "/v1beta", "/v1" }, { "/v1", "/v1beta" } };
  gsize length = strlen (endpoint->base_url);

  for (gsize i = 0;
       (request->adapt & TD_CHAT_ADAPT_OTHER_VERSION) && i < G_N_ELEMENTS (versions); i++)
    {
      if (g_str_has_suffix (endpoint->base_url, versions[i][0]))
        return g_strdup_printf ("%.*s%s", (int) (length - strlen (versions[i][0])),
                                endpoint->base_url, versions[i][1]);
    }
  return g_strdup (endpoint->base_url);
}

static char *
build_chat_url (const TdEndpoint    *endpoint,
                const TdChatRequest *request)
{
  g_autofree char *model = g_uri_escape_string (skip_prefix (request->model), NULL, FALSE);
  g_autofree char *base = build_base_url (endpoint, request);

  return g_strconcat (base, "/" MODEL_PREFIX, model,
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

static TdJsonDoc *
read_opaque (const TdChatTurn *turn)
{
  if (turn->role != TD_ROLE_ASSISTANT || turn->opaque == NULL)
    return NULL;
  return td_json_doc_parse (turn->opaque, -1, NULL, NULL);
}

/* Calls that did not come from Gemini have no signature, and newer models want one. */
#define NO_SIGNATURE "skip_thought_signature_validator"

static void
write_call (TdJsonWriter     *writer,
            const TdChatCall *call)
{
  td_json_writer_begin_object (writer);
  td_json_writer_name (writer, "functionCall");
  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "id", call->id);
  td_json_writer_member_string (writer, "name", call->name);
  td_chat_write_json (writer, "args", call->arguments);
  td_json_writer_end_object (writer);
  td_json_writer_member_string (writer, "thoughtSignature", NO_SIGNATURE);
  td_json_writer_end_object (writer);
}

static void
write_assistant (TdJsonWriter        *writer,
                 const TdChatRequest *request,
                 guint                i)
{
  const TdChatTurn *turn = request->turns->pdata[i];
  g_autoptr (TdJsonDoc) doc = read_opaque (turn);

  if (doc != NULL && td_gemini_parts_write (td_json_doc_get_root (doc), request, i, writer))
    return;
  if (*turn->text != '\0')
    write_text_part (writer, turn->text);
  for (guint j = 0; turn->calls != NULL && j < turn->calls->len; j++)
    {
      if (td_chat_request_is_answered (request, i, turn->calls->pdata[j]))
        write_call (writer, turn->calls->pdata[j]);
    }
}

static void
write_image (TdJsonWriter      *writer,
             const TdChatImage *image)
{
  g_autofree char *base64 = td_chat_image_to_base64 (image);

  td_json_writer_begin_object (writer);
  td_json_writer_name (writer, "inlineData");
  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "mimeType", image->mime_type);
  td_json_writer_member_string (writer, "data", base64);
  td_json_writer_end_object (writer);
  td_json_writer_end_object (writer);
}

/* Text that is JSON is taken for the value it is. */
static void
write_outcome (TdJsonWriter     *writer,
               const TdChatTurn *turn)
{
  g_autoptr (TdJsonDoc) doc = td_json_doc_parse (turn->text, -1, NULL, NULL);

  td_json_writer_name (writer, "response");
  td_json_writer_begin_object (writer);
  td_json_writer_name (writer, turn->failed ? "error" : "output");
  if (doc != NULL)
    td_json_writer_value (writer, td_json_doc_get_root (doc));
  else
    td_json_writer_string (writer, turn->text);
  td_json_writer_end_object (writer);
}

static gboolean
is_id_known (const TdChatRequest *request,
             guint                result,
             const char          *id)
{
  guint i = result;
  g_autoptr (TdJsonDoc) doc = NULL;

  while (i > 0 && ((const TdChatTurn *) request->turns->pdata[i])->role == TD_ROLE_TOOL)
    i--;
  doc = read_opaque (request->turns->pdata[i]);
  return doc == NULL || td_gemini_parts_has_call_id (td_json_doc_get_root (doc), id);
}

static void
write_result (TdJsonWriter        *writer,
              const TdChatRequest *request,
              guint                i,
              const TdChatCall    *call)
{
  td_json_writer_begin_object (writer);
  td_json_writer_name (writer, "functionResponse");
  td_json_writer_begin_object (writer);
  if (is_id_known (request, i, call->id))
    td_json_writer_member_string (writer, "id", call->id);
  td_json_writer_member_string (writer, "name", call->name);
  write_outcome (writer, request->turns->pdata[i]);
  td_json_writer_end_object (writer);
  td_json_writer_end_object (writer);
}

static void
write_parts (TdJsonWriter        *writer,
             const TdChatRequest *request,
             guint                i)
{
  const TdChatTurn *turn = request->turns->pdata[i];
  const TdChatCall *answered = td_chat_request_get_answered (request, i);

  if (turn->role == TD_ROLE_ASSISTANT)
    {
      write_assistant (writer, request, i);
      return;
    }
  if (answered != NULL)
    {
      write_result (writer, request, i, answered);
      return;
    }
  for (guint j = 0; turn->images != NULL && j < turn->images->len; j++)
    write_image (writer, turn->images->pdata[j]);
  if (*turn->text != '\0')
    write_text_part (writer, turn->text);
}

/* A part without text is refused. */
static gboolean
is_empty (const TdChatRequest *request,
          guint                i)
{
  const TdChatTurn *turn = request->turns->pdata[i];

  return *turn->text == '\0' && turn->images == NULL &&
         td_chat_request_get_answered (request, i) == NULL &&
         !td_chat_request_any_answered (request, i);
}

static void
write_system (TdJsonWriter        *writer,
              const TdChatRequest *request)
{
  gboolean begun = FALSE;

  for (guint i = 0; i < request->turns->len; i++)
    {
      const TdChatTurn *turn = request->turns->pdata[i];

      if (turn->role != TD_ROLE_SYSTEM || *turn->text == '\0')
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

      if (turn->role == TD_ROLE_SYSTEM || is_empty (request, i))
        continue;
      if (open != NULL && !g_str_equal (open, get_role (turn)))
        {
          end_content (writer);
          open = NULL;
        }
      if (open == NULL)
        begin_content (writer, get_role (turn));
      open = get_role (turn);
      write_parts (writer, request, i);
    }
  if (open != NULL)
    end_content (writer);
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
  td_json_writer_begin_object (writer);
  td_json_writer_name (writer, "functionDeclarations");
  td_json_writer_begin_array (writer);
  for (guint i = 0; i < request->tools->len; i++)
    {
      const TdChatTool *tool = request->tools->pdata[i];

      td_json_writer_begin_object (writer);
      td_chat_write_tool (writer, tool, "parametersJsonSchema");
      td_json_writer_end_object (writer);
    }
  td_json_writer_end_array (writer);
  td_json_writer_end_object (writer);
  td_json_writer_end_array (writer);
}

static void
write_tool_choice (TdJsonWriter        *writer,
                   const TdChatRequest *request)
{
  static const char *const modes[] = {
    [TD_TOOL_CHOICE_AUTO] = "AUTO",
    [TD_TOOL_CHOICE_NONE] = "NONE",
    [TD_TOOL_CHOICE_REQUIRED] = "ANY",
    [TD_TOOL_CHOICE_NAMED] = "ANY",
  };

  if (modes[request->tool_choice] == NULL)
    return;
  td_json_writer_name (writer, "toolConfig");
  td_json_writer_begin_object (writer);
  td_json_writer_name (writer, "functionCallingConfig");
  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "mode", modes[request->tool_choice]);
  if (request->tool_choice == TD_TOOL_CHOICE_NAMED)
    {
      td_json_writer_name (writer, "allowedFunctionNames");
      td_json_writer_begin_array (writer);
      td_json_writer_string (writer, request->tool_name);
      td_json_writer_end_array (writer);
    }
  td_json_writer_end_object (writer);
  td_json_writer_end_object (writer);
}

static const char *
get_level (const char *effort)
{
  static const char *const levels[][2] = {
    { "none", "MINIMAL" },
    { "minimal", "MINIMAL" },
    { "low", "LOW" },
    { "medium", "MEDIUM" }
  };

  for (gsize i = 0; i < G_N_ELEMENTS (levels); i++)
    {
      if (g_str_equal (effort, levels[i][0]))
        return levels[i][1];
    }
  return "HIGH";
}

/* A level or a budget; both are refused. */
static void
write_thinking (TdJsonWriter        *writer,
                const TdChatRequest *request,
                gboolean             shows)
{
  const char *effort = td_chat_request_get_effort_word (request);
  gboolean by_budget =
    effort == NULL && request->effort != NULL && (request->thinking & TD_THINKING_BUDGET);

  if (!shows && effort == NULL && !by_budget)
    return;
  td_json_writer_name (writer, "thinkingConfig");
  td_json_writer_begin_object (writer);
  if (shows)
    td_json_writer_member_bool (writer, "includeThoughts", TRUE);
  if (effort != NULL)
    td_json_writer_member_string (writer, "thinkingLevel", get_level (effort));
  else if (by_budget)
    td_json_writer_member_int64 (writer, "thinkingBudget", request->thinking_budget);
  td_json_writer_end_object (writer);
}

static void
write_config (TdJsonWriter        *writer,
              const TdChatRequest *request)
{
  gboolean shows =
    !(request->adapt & TD_CHAT_ADAPT_NO_THOUGHTS) && request->thinking != TD_THINKING_NONE;

  if (request->max_output <= 0 && !request->has_temperature && !request->has_top_p &&
      request->stop == NULL && request->schema == NULL && !shows && request->effort == NULL)
    return;
  td_json_writer_name (writer, "generationConfig");
  td_json_writer_begin_object (writer);
  if (request->max_output > 0)
    td_json_writer_member_int64 (writer, "maxOutputTokens", request->max_output);
  td_chat_write_temperature (writer, request);
  td_chat_write_top_p (writer, "topP", request);
  td_chat_write_stop (writer, "stopSequences", request);
  if (request->schema != NULL)
    {
      td_json_writer_member_string (writer, "responseMimeType", "application/json");
      td_chat_write_json (writer, "responseJsonSchema", request->schema);
    }
  write_thinking (writer, request, shows);
  td_json_writer_end_object (writer);
}

/* ---- Requests ----------------------------------------------------------------------------- */

/* A reply that paused goes on when the same request comes again with its token; that it is to go
 * on is told by its being the last turn. What came before it of the same reply is left out too. */
static char *
dup_continuation_token (const TdChatRequest *request,
                        guint               *n_turns)
{
  const TdChatTurn *last =
    request->turns->len > 0 ? request->turns->pdata[request->turns->len - 1] : NULL;
  g_autoptr (TdJsonDoc) doc = last != NULL ? read_opaque (last) : NULL;
  const char *token =
    doc != NULL ? td_gemini_parts_get_continuation_token (td_json_doc_get_root (doc)) : NULL;

  *n_turns = request->turns->len;
  while (token != NULL && *n_turns > 0 &&
         ((const TdChatTurn *) request->turns->pdata[*n_turns - 1])->role == TD_ROLE_ASSISTANT)
    --*n_turns;
  return g_strdup (token);
}

static GBytes *
write_body (const TdChatRequest *request)
{
  g_autoptr (TdJsonWriter) writer = td_json_writer_new ();
  guint n_turns;
  g_autofree char *token = dup_continuation_token (request, &n_turns);

  td_json_writer_begin_object (writer);
  write_system (writer, request);
  write_contents (writer, request, n_turns);
  write_tools (writer, request);
  write_tool_choice (writer, request);
  write_config (writer, request);
  td_json_writer_member_string (writer, "continuationToken", token);
  td_json_writer_end_object (writer);
  return td_json_writer_steal_bytes (writer);
}

static TdWireRequest *
write_chat (const TdEndpoint    *endpoint,
            const TdChatRequest *request)
{
  return td_wire_request_new ("POST", build_chat_url (endpoint, request), endpoint,
                              write_body (request));
}

/* ---- The list of models ------------------------------------------------------------------- */

static TdWireRequest *
write_list (const TdEndpoint *endpoint)
{
  char *url = endpoint->list_url != NULL ? g_strdup (endpoint->list_url)
                                         : g_strconcat (endpoint->base_url, "/models", NULL);
  TdWireRequest *wire = td_wire_request_new ("GET", url, endpoint, NULL);

  td_wire_request_add_query (wire, "pageSize", PAGE_SIZE);
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
  TdWireRequest *wire;

  if (length == 0 || length > MAX_PAGE_TOKEN_BYTES)
    return NULL;
  wire = write_list (endpoint);
  td_wire_request_add_query (wire, "pageToken", td_json_get_string (token));
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

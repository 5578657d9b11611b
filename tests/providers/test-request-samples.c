/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "support/td-test.h"

#include <string.h>

#include "providers/reply.h"

/* The bodies that were written from the providers' documents, with a picture, a call and its
 * result: the same chat in our form becomes the same body, but for what is named here. */

#define SCHEMA                                                                                   \
  "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}},\"required\":[\"city\"]" \
  ",\"additionalProperties\":false}"
#define OPEN_SCHEMA \
  "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}},\"required\":[\"city\"]}"
#define WEATHER                                                                                      \
  "{\"type\":\"object\",\"properties\":{\"temp_c\":{\"type\":\"number\"}},\"required\":[\"temp_c\"]" \
  ",\"additionalProperties\":false}"
#define PIXEL                                                                                \
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5E" \
  "rkJggg=="

typedef struct
{
  const char *file;
  TdProviderKind kind;
  TdWireTrait wire;
  const char *model;
  gboolean picture;     /* the chat begins with one */
  const char *said;     /* (nullable): the opaque of what was said of it */
  const char *call_id;
  const char *called;   /* (nullable): the opaque of the call's turn */
  const char *after[3]; /* what comes after the result: the user's, or the assistant's in turn */
  gboolean after_is_assistant;
  gboolean strict;
  const char *schema;
  TdToolChoice choice;
  gint64 max_output;
  double temperature;   /* 0: none */
  const char *effort;   /* (nullable) */
  TdThinking thinking;
  const char *form;     /* (nullable): the schema of the reply */
  const char *apart[6]; /* paths of what is not the same, on either side */
} Sample;

static const Sample samples[] = {
  { .file = "openai-chat-request.json",
    .kind = TD_PROVIDER_KIND_OPENAI,
    .wire = TD_WIRE_TRAIT_MAX_COMPLETION_TOKENS,
    .model = "gpt-4.1",
    .picture = TRUE,
    .call_id = "call_synA1",
    .after = { "It is \xE2\x88\x92"
               "3 \xC2\xB0"
               "C.",
               "And as JSON?" },
    .after_is_assistant = TRUE,
    .strict = TRUE,
    .schema = SCHEMA,
    .choice = TD_TOOL_CHOICE_AUTO,
    .max_output = 1024,
    .temperature = 0.2,
    .form = WEATHER,
    /* The role's name that everybody knows, and what is the default. */
    .apart = { "messages.0.role", "messages.1.content.1.image_url.detail" } },
  { .file = "openai-responses-request.json",
    .kind = TD_PROVIDER_KIND_OPENAI,
    .wire = TD_WIRE_TRAIT_RESPONSES,
    .model = "gpt-5.6-terra",
    .picture = TRUE,
    .said =
      "{\"response_items\":[{\"type\":\"message\",\"id\":\"msg_synq1\",\"phase\":\"final_answer\",\"bytes\":10}]}",
    .call_id = "call_synD4",
    .called = "{\"response_items\":[{\"type\":\"reasoning\",\"id\":\"rs_syn02\",\"summary\":[],"
              "\"encrypted_content\":\"gAAAAASYNTHETICopaque==\"},"
              "{\"type\":\"function_call\",\"id\":\"fc_syn02\",\"call_id\":\"call_synD4\"}]}",
    .strict = TRUE,
    .schema = SCHEMA,
    .choice = TD_TOOL_CHOICE_AUTO,
    .max_output = 4096,
    .effort = "low",
    .thinking = TD_THINKING_EFFORT,
    .form = WEATHER,
    .apart = { "input.1.content.0.logprobs", "text.verbosity" } },
  { .file = "anthropic-request.json",
    .kind = TD_PROVIDER_KIND_ANTHROPIC,
    .model = "claude-opus-5-5",
    .picture = TRUE,
    .call_id = "toolu_synC3",
    .called =
      "{\"thinking_blocks\":[{\"type\":\"thinking\",\"thinking\":\"I should call the tool.\","
      "\"signature\":\"EqoBSYNTHETICsignatureDDDD==\"},{\"type\":\"tool_use\",\"id\":\"toolu_synC3\"}]}",
    .after = { "Answer in one word." },
    .schema = SCHEMA,
    .choice = TD_TOOL_CHOICE_AUTO,
    .max_output = 8192,
    .effort = "medium",
    .thinking = TD_THINKING_EFFORT,
    /* Text where a list of one text means the same, or the other way round. */
    .apart = { "system", "messages.1.content", "messages.2.content", "stop_sequences" } },
  { .file = "gemini-request.json",
    .kind = TD_PROVIDER_KIND_GEMINI,
    .model = "gemini-3.8-flash",
    .picture = TRUE,
    .call_id = "fc-syn-1",
    .called = "{\"parts\":[{\"functionCall\":{\"id\":\"fc-syn-1\",\"name\":\"get_weather\","
              "\"args\":{\"city\":\"Oslo\"}},\"thoughtSignature\":\"U1lOVEhFVElDLXNpZy0wMg==\"}]}",
    .schema = SCHEMA,
    .choice = TD_TOOL_CHOICE_AUTO,
    .max_output = 4096,
    .temperature = 0.7,
    .effort = "low",
    .thinking = TD_THINKING_EFFORT,
    .apart = { "generationConfig.stopSequences" } },
  { .file = "ollama-request.json",
    .kind = TD_PROVIDER_KIND_OLLAMA,
    .model = "qwen3:8b",
    .picture = TRUE,
    .call_id = "call_1",
    .schema = OPEN_SCHEMA,
    .max_output = 1024,
    .temperature = 0.7,
    .effort = "medium",
    .thinking = TD_THINKING_SWITCH,
    /* Newer servers know ids. */
    .apart = { "messages.4.thinking", "messages.4.tool_calls.0.id", "messages.5.tool_call_id",
               "keep_alive", "options.num_ctx" } },
  { .file = "openrouter-request.json",
    .kind = TD_PROVIDER_KIND_OPENAI_COMPATIBLE,
    .wire = TD_WIRE_TRAIT_MAX_COMPLETION_TOKENS | TD_WIRE_TRAIT_REASONING_OBJECT,
    .model = "anthropic/claude-sonnet-5.5",
    .call_id = "toolu_synOR1",
    .called =
      "{\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"I should call the tool.\","
      "\"signature\":\"SYNTHETICsig==\",\"format\":\"anthropic-claude-v1\",\"index\":0}]}",
    .schema = SCHEMA,
    .max_output = 1024,
    .effort = "low",
    .thinking = TD_THINKING_EFFORT,
    .apart = { "models", "provider", "stream_options" } },
  { .file = "huggingface-request.json",
    .kind = TD_PROVIDER_KIND_HUGGINGFACE,
    .model = "meta-llama/Llama-3.3-70B-Instruct:cheapest",
    .call_id = "chatcmpl-tool-syn1",
    .schema = SCHEMA,
    .choice = TD_TOOL_CHOICE_AUTO,
    .max_output = 512,
    /* Nothing, or text of no length. */
    .apart = { "messages.2.content" } },
};

static void
add_chat (TdChatRequest *request,
          const Sample  *sample)
{
  gsize length;
  g_autofree guchar *bytes = g_base64_decode (PIXEL, &length);
  g_autoptr (GBytes) pixel = g_bytes_new (bytes, length);

  td_chat_request_add_turn (request, TD_ROLE_SYSTEM, "Answer briefly.");
  if (sample->picture)
    {
      td_chat_request_add_turn (request, TD_ROLE_USER, "What is on this picture?");
      td_chat_request_add_image (request, "image/png", pixel);
      td_chat_request_add_turn (request, TD_ROLE_ASSISTANT, "One pixel.");
      td_chat_request_set_opaque (request, sample->said);
    }
  td_chat_request_add_turn (request, TD_ROLE_USER, "Weather in Oslo?");
  td_chat_request_add_turn (request, TD_ROLE_ASSISTANT, NULL);
  td_chat_request_set_opaque (request, sample->called);
  td_chat_request_add_call (request, sample->call_id, "get_weather", "{\"city\":\"Oslo\"}");
  td_chat_request_add_result (request, sample->call_id, "{\"temp_c\":-3}", FALSE);
  for (guint i = 0; sample->after[i] != NULL; i++)
    td_chat_request_add_turn (request,
                              sample->after_is_assistant && i % 2 == 0 ? TD_ROLE_ASSISTANT
                                                                       : TD_ROLE_USER,
                              sample->after[i]);
}

static TdJsonDoc *
write_sample (const Sample *sample)
{
  g_autoptr (TdEndpoint) endpoint = td_endpoint_new_custom ("x", "x", "https://x");
  g_autoptr (TdChatRequest) request = td_chat_request_new (sample->model);
  g_autoptr (TdWireRequest) wire = NULL;

  endpoint->kind = sample->kind;
  endpoint->wire = sample->wire;
  add_chat (request, sample);
  td_chat_request_add_tool (request, "get_weather", "Current weather", sample->schema,
                            sample->strict);
  td_chat_request_set_schema (request, sample->form != NULL ? "weather" : NULL, sample->form, TRUE);
  request->tool_choice = sample->choice;
  request->max_output = sample->max_output;
  request->has_temperature = sample->temperature > 0;
  request->temperature = sample->temperature;
  request->effort = g_strdup (sample->effort);
  request->thinking = sample->thinking;
  wire = td_protocol_for_chat (endpoint, request)->write_chat (endpoint, request);
  return td_json_doc_parse_bytes (wire->body, NULL, NULL);
}

/* ---- Comparing ---------------------------------------------------------------------------- */

static char *
build_path (const char   *path,
            const TdJson *container,
            guint         i)
{
  const char *name = td_json_get_name (container, i);
  g_autofree char *number = g_strdup_printf ("%u", i);

  return g_strconcat (path, *path != '\0' ? "." : "", name != NULL ? name : number, NULL);
}

static const TdJson *
get_same (const TdJson *container,
          const TdJson *of,
          guint         i)
{
  const char *name = td_json_get_name (of, i);

  return name != NULL ? td_json_get_member (container, name) : td_json_get_element (container, i);
}

/* Whether all that is in @a is in @b, at the same place. */
static void
check_within (const TdJson      *a,
              const TdJson      *b,
              const char        *path,
              const char *const *apart)
{
  TdJsonType type = td_json_get_type (a);

  if (g_strv_contains (apart, path))
    return;
  if (type != td_json_get_type (b))
    g_error ("%s is there on one side only", path);
  if (type != TD_JSON_OBJECT && type != TD_JSON_ARRAY)
    {
      if (!json_equal (a, b))
        g_error ("%s is not the same", path);
      return;
    }
  for (guint i = 0; i < td_json_get_length (a); i++)
    {
      g_autofree char *below = build_path (path, a, i);

      check_within (td_json_get_element (a, i), get_same (b, a, i), below, apart);
    }
}

static void
test_sample (gconstpointer data)
{
  const Sample *sample = data;
  g_autofree char *file = g_build_filename ("wire", sample->file, NULL);
  g_autoptr (GBytes) bytes = td_test_load_data (file);
  g_autoptr (TdJsonDoc) expected = td_json_doc_parse_bytes (bytes, NULL, NULL);
  g_autoptr (TdJsonDoc) sent = write_sample (sample);

  g_assert_nonnull (expected);
  g_assert_nonnull (sent);
  check_within (td_json_doc_get_root (expected), td_json_doc_get_root (sent), "", sample->apart);
  check_within (td_json_doc_get_root (sent), td_json_doc_get_root (expected), "", sample->apart);
}

int
main (int    argc,
      char **argv)
{
  td_test_init (&argc, &argv);
  for (gsize i = 0; i < G_N_ELEMENTS (samples); i++)
    {
      g_autofree char *path = g_strconcat ("/request-samples/", samples[i].file, NULL);

      g_test_add_data_func (path, &samples[i], test_sample);
    }
  return g_test_run ();
}

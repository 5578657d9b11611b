/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "support/td-test.h"

#include <string.h>

#include "providers/reply.h"
#include "providers/td-chat-limits.h"

/* Everything besides text that a request can carry, in each protocol, compared by structure with
 * what the providers' documents ask for. */

#define SCHEMA  "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}}}"
#define PIXEL   "\x89PNG"
#define PIXEL64 "iVBORw=="

typedef enum
{
  CHAT,
  OPENROUTER,
  RESPONSES,
  ANTHROPIC,
  GEMINI,
  OLLAMA,
  N_WIRES,
} Wire;

static const struct
{
  TdProviderKind kind;
  TdWireTrait wire;
} wires[] = {
  [CHAT] = { TD_PROVIDER_KIND_OPENAI_COMPATIBLE },
  [OPENROUTER] = { TD_PROVIDER_KIND_OPENAI_COMPATIBLE, TD_WIRE_TRAIT_REASONING_OBJECT },
  [RESPONSES] = { TD_PROVIDER_KIND_OPENAI, TD_WIRE_TRAIT_RESPONSES },
  [ANTHROPIC] = { TD_PROVIDER_KIND_ANTHROPIC },
  [GEMINI] = { TD_PROVIDER_KIND_GEMINI },
  [OLLAMA] = { TD_PROVIDER_KIND_OLLAMA },
};

static TdJsonDoc *
write_request (Wire                 wire,
               const TdChatRequest *request)
{
  g_autoptr (TdEndpoint) endpoint = td_endpoint_new_custom ("x", "x", "https://x");
  g_autoptr (TdChatRequest) copy = td_chat_request_copy (request);
  g_autoptr (TdWireRequest) sent = NULL;
  TdJsonDoc *doc;

  endpoint->kind = wires[wire].kind;
  endpoint->wire = wires[wire].wire;
  sent = td_protocol_for_chat (endpoint, copy)->write_chat (endpoint, copy);
  doc = td_json_doc_parse_bytes (sent->body, NULL, NULL);
  g_assert_nonnull (doc);
  return doc;
}

/* @expected: what the member at @path is; NULL: it is not there */
static void
check_member (const TdJsonDoc *sent,
              const char      *path,
              const char      *expected)
{
  const TdJson *got = td_json_get_path (td_json_doc_get_root (sent), path);
  g_autoptr (TdJsonDoc) want = NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  if (expected == NULL)
    {
      g_assert_null (got);
      return;
    }
  want = td_json_doc_parse (expected, -1, NULL, NULL);
  g_assert_nonnull (want);
  if (got != NULL)
    td_json_append_text (got, text);
  if (!json_equal (got, td_json_doc_get_root (want)))
    g_error ("%s is %s\nnot %s", path, text->str, expected);
}

/* ---- The chat ----------------------------------------------------------------------------- */

static const struct
{
  const char *path;
  const char *expected;
} chats[] = {
  [CHAT] = {
    "messages",
    "[{\"role\":\"system\",\"content\":\"S\"},"
    "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"What is it?\"},"
    "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64," PIXEL64 "\"}}]},"
    "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":["
    "{\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"city\\\":\\\"Oslo\\\"}\"}},"
    "{\"id\":\"c2\",\"type\":\"function\",\"function\":{\"name\":\"g\",\"arguments\":\"{}\"}}]},"
    "{\"role\":\"tool\",\"tool_call_id\":\"c1\",\"content\":\"{\\\"temp_c\\\":-3}\"},"
    "{\"role\":\"tool\",\"tool_call_id\":\"c2\",\"content\":\"no such thing\"},"
    "{\"role\":\"assistant\",\"content\":\"Cold.\"},"
    "{\"role\":\"user\",\"content\":\"lost\"},"
    "{\"role\":\"user\",\"content\":\"And now?\"}]",
  },
  [RESPONSES] = {
    "input",
    "[{\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":\"What is it?\"},"
    "{\"type\":\"input_image\",\"image_url\":\"data:image/png;base64," PIXEL64 "\",\"detail\":\"auto\"}]},"
    "{\"type\":\"function_call\",\"call_id\":\"c1\",\"name\":\"f\",\"arguments\":\"{\\\"city\\\":\\\"Oslo\\\"}\",\"status\":\"completed\"},"
    "{\"type\":\"function_call\",\"call_id\":\"c2\",\"name\":\"g\",\"arguments\":\"{}\",\"status\":\"completed\"},"
    "{\"type\":\"function_call_output\",\"call_id\":\"c1\",\"output\":\"{\\\"temp_c\\\":-3}\"},"
    "{\"type\":\"function_call_output\",\"call_id\":\"c2\",\"output\":\"no such thing\"},"
    "{\"type\":\"message\",\"status\":\"completed\",\"role\":\"assistant\",\"content\":["
    "{\"type\":\"output_text\",\"text\":\"Cold.\",\"annotations\":[]}]},"
    "{\"role\":\"user\",\"content\":\"lost\"},"
    "{\"role\":\"user\",\"content\":\"And now?\"}]",
  },
  [ANTHROPIC] = {
    "messages",
    "[{\"role\":\"user\",\"content\":[{\"type\":\"image\",\"source\":"
    "{\"type\":\"base64\",\"media_type\":\"image/png\",\"data\":\"" PIXEL64 "\"}},"
    "{\"type\":\"text\",\"text\":\"What is it?\"}]},"
    "{\"role\":\"assistant\",\"content\":["
    "{\"type\":\"tool_use\",\"id\":\"c1\",\"name\":\"f\",\"input\":{\"city\":\"Oslo\"}},"
    "{\"type\":\"tool_use\",\"id\":\"c2\",\"name\":\"g\",\"input\":{}}]},"
    "{\"role\":\"user\",\"content\":["
    "{\"type\":\"tool_result\",\"tool_use_id\":\"c1\",\"content\":\"{\\\"temp_c\\\":-3}\"},"
    "{\"type\":\"tool_result\",\"tool_use_id\":\"c2\",\"content\":\"no such thing\",\"is_error\":true}]},"
    "{\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"Cold.\"}]},"
    "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"lost\"},"
    "{\"type\":\"text\",\"text\":\"And now?\"}]}]",
  },
  [GEMINI] = {
    "contents",
    "[{\"role\":\"user\",\"parts\":[{\"inlineData\":{\"mimeType\":\"image/png\",\"data\":\"" PIXEL64 "\"}},"
    "{\"text\":\"What is it?\"}]},"
    "{\"role\":\"model\",\"parts\":["
    "{\"functionCall\":{\"id\":\"c1\",\"name\":\"f\",\"args\":{\"city\":\"Oslo\"}},"
    "\"thoughtSignature\":\"skip_thought_signature_validator\"},"
    "{\"functionCall\":{\"id\":\"c2\",\"name\":\"g\",\"args\":{}},"
    "\"thoughtSignature\":\"skip_thought_signature_validator\"}]},"
    "{\"role\":\"user\",\"parts\":["
    "{\"functionResponse\":{\"id\":\"c1\",\"name\":\"f\",\"response\":{\"output\":{\"temp_c\":-3}}}},"
    "{\"functionResponse\":{\"id\":\"c2\",\"name\":\"g\",\"response\":{\"error\":\"no such thing\"}}}]},"
    "{\"role\":\"model\",\"parts\":[{\"text\":\"Cold.\"}]},"
    "{\"role\":\"user\",\"parts\":[{\"text\":\"lost\"},{\"text\":\"And now?\"}]}]",
  },
  [OLLAMA] = {
    "messages",
    "[{\"role\":\"system\",\"content\":\"S\"},"
    "{\"role\":\"user\",\"content\":\"What is it?\",\"images\":[\"" PIXEL64 "\"]},"
    "{\"role\":\"assistant\",\"content\":\"\",\"tool_calls\":["
    "{\"id\":\"c1\",\"function\":{\"name\":\"f\",\"arguments\":{\"city\":\"Oslo\"}}},"
    "{\"id\":\"c2\",\"function\":{\"name\":\"g\",\"arguments\":{}}}]},"
    "{\"role\":\"tool\",\"content\":\"{\\\"temp_c\\\":-3}\",\"tool_name\":\"f\",\"tool_call_id\":\"c1\"},"
    "{\"role\":\"tool\",\"content\":\"no such thing\",\"tool_name\":\"g\",\"tool_call_id\":\"c2\"},"
    "{\"role\":\"assistant\",\"content\":\"Cold.\"},"
    "{\"role\":\"user\",\"content\":\"lost\"},"
    "{\"role\":\"user\",\"content\":\"And now?\"}]",
  },
};

/* A picture, two calls with their results, one without, and a result nobody asked for. */
static TdChatRequest *
make_chat (void)
{
  TdChatRequest *request = td_chat_request_new ("m");
  g_autoptr (GBytes) pixel = g_bytes_new_static (PIXEL, strlen (PIXEL));

  td_chat_request_add_turn (request, TD_ROLE_SYSTEM, "S");
  td_chat_request_add_turn (request, TD_ROLE_USER, "What is it?");
  td_chat_request_add_image (request, "image/png", pixel);
  td_chat_request_add_turn (request, TD_ROLE_ASSISTANT, NULL);
  td_chat_request_add_call (request, "c1", "f", "{\"city\":\"Oslo\"}");
  td_chat_request_add_call (request, "c2", "g", NULL);
  td_chat_request_add_call (request, "c3", "h", "{}");
  td_chat_request_add_result (request, "c1", "{\"temp_c\":-3}", FALSE);
  td_chat_request_add_result (request, "c2", "no such thing", TRUE);
  td_chat_request_add_turn (request, TD_ROLE_ASSISTANT, "Cold.");
  td_chat_request_add_result (request, "c9", "lost", FALSE);
  td_chat_request_add_turn (request, TD_ROLE_USER, "And now?");
  return request;
}

static void
test_chat (void)
{
  g_autoptr (TdChatRequest) request = make_chat ();

  for (Wire i = 0; i < N_WIRES; i++)
    {
      g_autoptr (TdJsonDoc) sent = chats[i].path != NULL ? write_request (i, request) : NULL;

      if (sent != NULL)
        check_member (sent, chats[i].path, chats[i].expected);
    }
}

/* What a model wrote as arguments need not be JSON, and nobody's request is to break by it. */
static void
test_bad_arguments (void)
{
  static const struct
  {
    Wire wire;
    const char *part; /* of the body */
  } cases[] = {
    { ANTHROPIC, "\"input\":{}" },
    { GEMINI, "\"args\":{}" },
    { OLLAMA, "\"arguments\":{}" },
    { CHAT, "\"arguments\":\"{\\\"a\"" }, /* text there */
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TdChatRequest) request = td_chat_request_new ("m");
      g_autoptr (GString) text = g_string_new (NULL);
      g_autoptr (TdJsonDoc) sent = NULL;

      td_chat_request_add_turn (request, TD_ROLE_ASSISTANT, "a");
      td_chat_request_add_call (request, "c1", "f", "{\"a");
      td_chat_request_add_result (request, "c1", "r", FALSE);
      sent = write_request (cases[i].wire, request);
      td_json_append_text (td_json_doc_get_root (sent), text);
      g_assert_nonnull (strstr (text->str, cases[i].part));
    }
}

/* ---- Tools and form ----------------------------------------------------------------------- */

static const struct
{
  Wire wire;
  const char *path;
  const char *expected;
} tool_cases[] = {
  { CHAT, "tools",
    "[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"description\":\"D\",\"parameters\":" SCHEMA
    ",\"strict\":true}},{\"type\":\"function\",\"function\":{\"name\":\"g\",\"parameters\":"
    "{\"type\":\"object\",\"properties\":{}}}}]" },
  { OLLAMA, "tools",
    "[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"description\":\"D\",\"parameters\":" SCHEMA
    ",\"strict\":true}},{\"type\":\"function\",\"function\":{\"name\":\"g\",\"parameters\":"
    "{\"type\":\"object\",\"properties\":{}}}}]" },
  { RESPONSES, "tools",
    "[{\"type\":\"function\",\"name\":\"f\",\"description\":\"D\",\"parameters\":" SCHEMA
    ",\"strict\":true},{\"type\":\"function\",\"name\":\"g\",\"parameters\":"
    "{\"type\":\"object\",\"properties\":{}},\"strict\":false}]" },
  { ANTHROPIC, "tools",
    "[{\"name\":\"f\",\"description\":\"D\",\"input_schema\":" SCHEMA ",\"strict\":true},"
    "{\"name\":\"g\",\"input_schema\":{\"type\":\"object\",\"properties\":{}}}]" },
  { GEMINI, "tools",
    "[{\"functionDeclarations\":[{\"name\":\"f\",\"description\":\"D\",\"parametersJsonSchema\":" SCHEMA
    "},{\"name\":\"g\",\"parametersJsonSchema\":{\"type\":\"object\",\"properties\":{}}}]}]" },
};

static void
test_tools (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (tool_cases); i++)
    {
      g_autoptr (TdChatRequest) request = td_chat_request_new ("m");
      g_autoptr (TdJsonDoc) sent = NULL;

      td_chat_request_add_tool (request, "f", "D", SCHEMA, TRUE);
      td_chat_request_add_tool (request, "g", NULL, NULL, FALSE);
      sent = write_request (tool_cases[i].wire, request);
      check_member (sent, tool_cases[i].path, tool_cases[i].expected);
    }
}

#define CONFIG "toolConfig.functionCallingConfig"

static const struct
{
  Wire wire;
  TdToolChoice choice;
  const char *path;
  const char *expected; /* (nullable) */
} choice_cases[] = {
  { CHAT, TD_TOOL_CHOICE_DEFAULT, "tool_choice", NULL },
  { CHAT, TD_TOOL_CHOICE_AUTO, "tool_choice", "\"auto\"" },
  { CHAT, TD_TOOL_CHOICE_NONE, "tool_choice", "\"none\"" },
  { CHAT, TD_TOOL_CHOICE_REQUIRED, "tool_choice", "\"required\"" },
  { CHAT, TD_TOOL_CHOICE_NAMED, "tool_choice",
    "{\"type\":\"function\",\"function\":{\"name\":\"f\"}}" },
  { RESPONSES, TD_TOOL_CHOICE_DEFAULT, "tool_choice", NULL },
  { RESPONSES, TD_TOOL_CHOICE_REQUIRED, "tool_choice", "\"required\"" },
  { RESPONSES, TD_TOOL_CHOICE_NAMED, "tool_choice", "{\"type\":\"function\",\"name\":\"f\"}" },
  { ANTHROPIC, TD_TOOL_CHOICE_DEFAULT, "tool_choice", NULL },
  { ANTHROPIC, TD_TOOL_CHOICE_AUTO, "tool_choice", "{\"type\":\"auto\"}" },
  { ANTHROPIC, TD_TOOL_CHOICE_NONE, "tool_choice", "{\"type\":\"none\"}" },
  { ANTHROPIC, TD_TOOL_CHOICE_REQUIRED, "tool_choice", "{\"type\":\"any\"}" },
  { ANTHROPIC, TD_TOOL_CHOICE_NAMED, "tool_choice", "{\"type\":\"tool\",\"name\":\"f\"}" },
  { GEMINI, TD_TOOL_CHOICE_DEFAULT, "toolConfig", NULL },
  { GEMINI, TD_TOOL_CHOICE_AUTO, CONFIG, "{\"mode\":\"AUTO\"}" },
  { GEMINI, TD_TOOL_CHOICE_NONE, CONFIG, "{\"mode\":\"NONE\"}" },
  { GEMINI, TD_TOOL_CHOICE_REQUIRED, CONFIG, "{\"mode\":\"ANY\"}" },
  { GEMINI, TD_TOOL_CHOICE_NAMED, CONFIG, "{\"mode\":\"ANY\",\"allowedFunctionNames\":[\"f\"]}" },
  { OLLAMA, TD_TOOL_CHOICE_REQUIRED, "tool_choice", NULL },
};

static void
test_choices (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (choice_cases); i++)
    {
      g_autoptr (TdChatRequest) request = td_chat_request_new ("m");
      g_autoptr (TdJsonDoc) sent = NULL;

      request->tool_choice = choice_cases[i].choice;
      request->tool_name = g_strdup ("f");
      sent = write_request (choice_cases[i].wire, request);
      check_member (sent, choice_cases[i].path, choice_cases[i].expected);
    }
}

static const struct
{
  Wire wire;
  const char *path;
  const char *expected;
} schema_cases[] = {
  { CHAT, "response_format",
    "{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"weather\",\"strict\":true,\"schema\":" SCHEMA
    "}}" },
  { RESPONSES, "text",
    "{\"format\":{\"type\":\"json_schema\",\"name\":\"weather\",\"strict\":true,\"schema\":" SCHEMA
    "}}" },
  { ANTHROPIC, "output_config", "{\"format\":{\"type\":\"json_schema\",\"schema\":" SCHEMA "}}" },
  { GEMINI, "generationConfig.responseMimeType", "\"application/json\"" },
  { GEMINI, "generationConfig.responseJsonSchema", SCHEMA },
  { OLLAMA, "format", SCHEMA },
};

static void
test_schemas (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (schema_cases); i++)
    {
      g_autoptr (TdChatRequest) request = td_chat_request_new ("m");
      g_autoptr (TdJsonDoc) sent = NULL;

      td_chat_request_set_schema (request, "weather", SCHEMA, TRUE);
      sent = write_request (schema_cases[i].wire, request);
      check_member (sent, schema_cases[i].path, schema_cases[i].expected);
    }
}

/* ---- Thinking and limits ------------------------------------------------------------------ */

static const struct
{
  const char *name;
  Wire wire;
  const char *effort;  /* (nullable): wished for */
  const char *efforts; /* (nullable): what the model knows, with spaces between */
  gint64 budget_min;   /* -1: it knows no budget */
  gint64 budget_max;
  TdFact reasoning;
  TdFact toggle;
  gint64 max_output;   /* of the request */
  const char *path;
  const char *expected; /* (nullable) */
} effort_cases[] = {
  { "chat", CHAT, "low", "low high", -1, 0, TD_FACT_YES, 0, 0, "reasoning_effort", "\"low\"" },
  { "chat-nearest", CHAT, "max", "low high", -1, 0, TD_FACT_YES, 0, 0, "reasoning_effort",
    "\"high\"" },
  { "chat-between", CHAT, "medium", "low high", -1, 0, TD_FACT_YES, 0, 0, "reasoning_effort",
    "\"low\"" },
  { "chat-none", CHAT, "none", "none low", -1, 0, TD_FACT_YES, 0, 0, "reasoning_effort",
    "\"none\"" },
  { "chat-cannot-stop", CHAT, "none", "low high", -1, 0, TD_FACT_YES, 0, 0, "reasoning_effort",
    "\"low\"" },
  { "chat-little-is-not-none", CHAT, "minimal", "none high", -1, 0, TD_FACT_YES, 0, 0,
    "reasoning_effort", "\"high\"" },
  { "chat-not-thinking", CHAT, "low", NULL, -1, 0, TD_FACT_NO, 0, 0, "reasoning_effort", NULL },
  { "chat-its-own", CHAT, "low", NULL, -1, 0, TD_FACT_YES, 0, 0, "reasoning_effort", NULL },
  { "chat-unknown", CHAT, "low", NULL, -1, 0, TD_FACT_UNKNOWN, 0, 0, "reasoning_effort",
    "\"low\"" },
  { "chat-nonsense", CHAT, "moon", "low", -1, 0, TD_FACT_YES, 0, 0, "reasoning_effort", NULL },
  { "chat-no-wish", CHAT, NULL, "low", -1, 0, TD_FACT_YES, 0, 0, "reasoning_effort", NULL },
  { "openrouter", OPENROUTER, "low", "low", -1, 0, TD_FACT_YES, 0, 0, "reasoning",
    "{\"effort\":\"low\"}" },
  { "responses", RESPONSES, "low", "low", -1, 0, TD_FACT_YES, 0, 0, "reasoning",
    "{\"effort\":\"low\",\"summary\":\"auto\"}" },
  { "responses-no-wish", RESPONSES, NULL, "low", -1, 0, TD_FACT_YES, 0, 0, "reasoning",
    "{\"summary\":\"auto\"}" },
  { "responses-kept-here", RESPONSES, NULL, "low", -1, 0, TD_FACT_YES, 0, 0, "include",
    "[\"reasoning.encrypted_content\"]" },
  { "responses-not-thinking", RESPONSES, "low", NULL, -1, 0, TD_FACT_NO, 0, 0, "reasoning", NULL },
  { "responses-nothing-to-keep", RESPONSES, "low", NULL, -1, 0, TD_FACT_NO, 0, 0, "include", NULL },
  { "anthropic-words", ANTHROPIC, "max", "low max", -1, 0, TD_FACT_YES, 0, 0, "thinking",
    "{\"type\":\"adaptive\",\"display\":\"summarized\"}" },
  { "anthropic-words-effort", ANTHROPIC, "max", "low max", -1, 0, TD_FACT_YES, 0, 0,
    "output_config", "{\"effort\":\"max\"}" },
  { "anthropic-its-own", ANTHROPIC, "max", NULL, -1, 0, TD_FACT_YES, 0, 0, "thinking",
    "{\"type\":\"adaptive\",\"display\":\"summarized\"}" },
  { "anthropic-its-own-effort", ANTHROPIC, "max", NULL, -1, 0, TD_FACT_YES, 0, 0, "output_config",
    NULL },
  { "anthropic-budget", ANTHROPIC, "low", NULL, 1024, 0, TD_FACT_YES, 0, 0, "thinking",
    "{\"type\":\"enabled\",\"budget_tokens\":4096}" },
  { "anthropic-budget-below-limit", ANTHROPIC, "high", NULL, 1024, 0, TD_FACT_YES, 0, 3000,
    "thinking", "{\"type\":\"enabled\",\"budget_tokens\":2999}" },
  { "anthropic-no-room", ANTHROPIC, "high", NULL, 1024, 0, TD_FACT_YES, 0, 1024, "thinking", NULL },
  { "anthropic-both", ANTHROPIC, "xhigh", "low medium high", 1024, 0, TD_FACT_YES, 0, 40000,
    "thinking", "{\"type\":\"enabled\",\"budget_tokens\":16384}" },
  { "anthropic-both-effort", ANTHROPIC, "xhigh", "low medium high", 1024, 0, TD_FACT_YES, 0, 40000,
    "output_config", "{\"effort\":\"high\"}" },
  { "anthropic-off", ANTHROPIC, "none", "low", -1, 0, TD_FACT_YES, TD_FACT_YES, 0, "thinking",
    "{\"type\":\"disabled\"}" },
  { "anthropic-budget-off", ANTHROPIC, "none", NULL, 1024, 0, TD_FACT_YES, 0, 0, "thinking", NULL },
  { "anthropic-no-wish", ANTHROPIC, NULL, "low", -1, 0, TD_FACT_YES, 0, 0, "thinking", NULL },
  { "gemini-level", GEMINI, "low", "low high", -1, 0, TD_FACT_YES, 0, 0,
    "generationConfig.thinkingConfig", "{\"includeThoughts\":true,\"thinkingLevel\":\"LOW\"}" },
  { "gemini-budget", GEMINI, "medium", NULL, 128, 32768, TD_FACT_YES, 0, 0,
    "generationConfig.thinkingConfig", "{\"includeThoughts\":true,\"thinkingBudget\":8192}" },
  { "gemini-budget-most", GEMINI, "max", NULL, 0, 24576, TD_FACT_YES, 0, 0,
    "generationConfig.thinkingConfig", "{\"includeThoughts\":true,\"thinkingBudget\":24576}" },
  { "gemini-budget-least", GEMINI, "none", NULL, 128, 32768, TD_FACT_YES, 0, 0,
    "generationConfig.thinkingConfig", "{\"includeThoughts\":true,\"thinkingBudget\":128}" },
  { "gemini-budget-off", GEMINI, "none", NULL, 0, 24576, TD_FACT_YES, TD_FACT_YES, 0,
    "generationConfig.thinkingConfig", "{\"includeThoughts\":true,\"thinkingBudget\":0}" },
  { "gemini-not-thinking", GEMINI, "low", NULL, -1, 0, TD_FACT_NO, 0, 0, "generationConfig", NULL },
  { "ollama-switch", OLLAMA, "low", NULL, -1, 0, TD_FACT_YES, TD_FACT_YES, 0, "think", "true" },
  { "ollama-off", OLLAMA, "none", NULL, -1, 0, TD_FACT_YES, 0, 0, "think", "false" },
  { "ollama-words", OLLAMA, "max", "low medium high", -1, 0, TD_FACT_YES, 0, 0, "think",
    "\"high\"" },
  { "ollama-not-thinking", OLLAMA, "low", NULL, -1, 0, TD_FACT_NO, 0, 0, "think", NULL },
  { "ollama-no-wish", OLLAMA, NULL, NULL, -1, 0, TD_FACT_YES, 0, 0, "think", NULL },
};

static void
test_efforts (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (effort_cases); i++)
    {
      g_autoptr (TdModelFacts) facts = td_model_facts_new ();
      g_autoptr (TdChatRequest) request = td_chat_request_new ("m");
      g_autoptr (TdJsonDoc) sent = NULL;

      g_test_message ("%s", effort_cases[i].name);
      facts->reasoning = effort_cases[i].reasoning;
      facts->reasoning_toggle = effort_cases[i].toggle;
      facts->has_reasoning_budget = effort_cases[i].budget_min >= 0;
      facts->reasoning_budget_min = MAX (effort_cases[i].budget_min, 0);
      facts->reasoning_budget_max = effort_cases[i].budget_max;
      if (effort_cases[i].efforts != NULL)
        facts->reasoning_efforts = g_strsplit (effort_cases[i].efforts, " ", -1);
      request->effort = g_strdup (effort_cases[i].effort);
      request->max_output = effort_cases[i].max_output;
      td_chat_limits_apply (request, facts);
      sent = write_request (effort_cases[i].wire, request);
      check_member (sent, effort_cases[i].path, effort_cases[i].expected);
    }
}

static const struct
{
  const char *name;
  Wire wire;
  TdFact temperature;
  TdWireTrait traits;
  gint64 model_max;
  gint64 wished_max;
  const char *effort; /* (nullable) */
  const char *path;
  const char *expected; /* (nullable) */
} limit_cases[] = {
  { "temperature", CHAT, TD_FACT_YES, 0, 0, 0, NULL, "temperature", "0.5" },
  { "temperature-not-known", CHAT, TD_FACT_UNKNOWN, 0, 0, 0, NULL, "temperature", "0.5" },
  { "temperature-refused", CHAT, TD_FACT_NO, 0, 0, 0, NULL, "temperature", NULL },
  { "temperature-refused", RESPONSES, TD_FACT_NO, 0, 0, 0, NULL, "temperature", NULL },
  { "temperature-refused", ANTHROPIC, TD_FACT_NO, 0, 0, 0, NULL, "temperature", NULL },
  { "top-p", CHAT, TD_FACT_YES, 0, 0, 0, NULL, "top_p", "0.75" },
  { "top-p-refused", CHAT, TD_FACT_NO, 0, 0, 0, NULL, "top_p", NULL },
  { "top-p-refused", OLLAMA, TD_FACT_NO, 0, 0, 0, NULL, "options", NULL },
  { "temperature-while-thinking", ANTHROPIC, TD_FACT_YES, 0, 0, 0, "low", "temperature", NULL },
  { "newer-name", CHAT, 0, TD_WIRE_TRAIT_MAX_COMPLETION_TOKENS, 0, 9, NULL, "max_completion_tokens",
    "9" },
  { "older-name", CHAT, 0, 0, 0, 9, NULL, "max_tokens", "9" },
  { "too-much", CHAT, 0, 0, 5, 9, NULL, "max_tokens", "5" },
  { "not-too-much", CHAT, 0, 0, 10, 9, NULL, "max_tokens", "9" },
  { "no-wish", CHAT, 0, 0, 10, 0, NULL, "max_tokens", NULL },
  { "must-be-said", ANTHROPIC, 0, 0, 64000, 0, NULL, "max_tokens", "64000" },
};

static void
test_limits (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (limit_cases); i++)
    {
      g_autoptr (TdModelFacts) facts = td_model_facts_new ();
      g_autoptr (TdChatRequest) request = td_chat_request_new ("m");
      g_autoptr (TdJsonDoc) sent = NULL;

      g_test_message ("%s", limit_cases[i].name);
      facts->temperature = limit_cases[i].temperature;
      facts->wire = limit_cases[i].traits;
      facts->max_output = limit_cases[i].model_max;
      request->has_temperature = TRUE;
      request->temperature = 0.5;
      request->has_top_p = TRUE;
      request->top_p = 0.75;
      request->max_output = limit_cases[i].wished_max;
      request->effort = g_strdup (limit_cases[i].effort);
      td_chat_limits_apply (request, facts);
      sent = write_request (limit_cases[i].wire, request);
      check_member (sent, limit_cases[i].path, limit_cases[i].expected);
    }
}

/* What clients of the gateway may ask for besides. */
static const struct
{
  Wire wire;
  gboolean temperature;
  gboolean stops;
  const char *path;
  const char *expected; /* (nullable) */
} wish_cases[] = {
  { CHAT, TRUE, TRUE, "top_p", "0.25" },
  { CHAT, TRUE, TRUE, "stop", "[\"A\",\"B\"]" },
  { CHAT, TRUE, TRUE, "parallel_tool_calls", "false" },
  { RESPONSES, TRUE, FALSE, "top_p", "0.25" },
  { RESPONSES, TRUE, FALSE, "parallel_tool_calls", "false" },
  { RESPONSES, TRUE, FALSE, "messages", NULL },
  /* It has no such texts; the older protocol of the same provider does. */
  { RESPONSES, TRUE, TRUE, "stop", "[\"A\",\"B\"]" },
  { RESPONSES, TRUE, TRUE, "input", NULL },
  { ANTHROPIC, FALSE, TRUE, "top_p", "0.25" },
  /* Newer models take one of the two. */
  { ANTHROPIC, TRUE, TRUE, "top_p", NULL },
  { ANTHROPIC, TRUE, TRUE, "stop_sequences", "[\"A\",\"B\"]" },
  { ANTHROPIC, TRUE, TRUE, "tool_choice",
    "{\"type\":\"auto\",\"disable_parallel_tool_use\":true}" },
  { GEMINI, FALSE, TRUE, "generationConfig.topP", "0.25" },
  { GEMINI, FALSE, TRUE, "generationConfig.stopSequences", "[\"A\",\"B\"]" },
  { OLLAMA, FALSE, TRUE, "options", "{\"top_p\":0.25,\"stop\":[\"A\",\"B\"]}" },
};

static void
test_wishes (void)
{
  static const char *const stops[] = { "A", "B", NULL };

  for (gsize i = 0; i < G_N_ELEMENTS (wish_cases); i++)
    {
      g_autoptr (TdChatRequest) request = td_chat_request_new ("m");
      g_autoptr (TdJsonDoc) sent = NULL;

      g_test_message ("%" G_GSIZE_FORMAT ": %s", i, wish_cases[i].path);
      td_chat_request_add_turn (request, TD_ROLE_USER, "hi");
      td_chat_request_add_tool (request, "f", NULL, NULL, FALSE);
      request->one_call = TRUE;
      request->has_top_p = TRUE;
      request->top_p = 0.25;
      request->has_temperature = wish_cases[i].temperature;
      request->stop = wish_cases[i].stops ? g_strdupv ((GStrv) stops) : NULL;
      sent = write_request (wish_cases[i].wire, request);
      check_member (sent, wish_cases[i].path, wish_cases[i].expected);
    }
}

/* A budget is never more in words than in tokens. */
static void
test_budget_words (void)
{
  static const struct
  {
    gint64 budget;
    const char *effort;
  } cases[] = {
    { 1, "minimal" },
    { 1024, "minimal" },
    { 4095, "minimal" },
    { 4096, "low" },
    { 10000, "medium" },
    { 16384, "high" },
    { 31999, "xhigh" },
    { 32768, "max" },
    { G_MAXINT64, "max" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpstr (td_chat_limits_get_effort (cases[i].budget), ==, cases[i].effort);
}

/* ---- Turns as they came ------------------------------------------------------------------- */

/* A reply with a call in the middle of thinking, and what becomes of it with the call's result. */
static const struct
{
  const char *name;
  Wire wire;
  const char *reply;   /* one document */
  const char *path;
  const char *answered;
  const char *left_out; /* when there is no result */
} turn_cases[] = {
  { "anthropic", ANTHROPIC,
    "{\"content\":[{\"type\":\"thinking\",\"thinking\":\"hm\",\"signature\":\"S\"},"
    "{\"type\":\"text\",\"text\":\"Wait.\"},{\"type\":\"thinking\",\"thinking\":\"so\",\"signature\":\"T\"},"
    "{\"type\":\"tool_use\",\"id\":\"c1\",\"name\":\"f\",\"input\":{\"a\":1}}],\"stop_reason\":\"tool_use\"}",
    "messages",
    "[{\"role\":\"assistant\",\"content\":[{\"type\":\"thinking\",\"thinking\":\"hm\",\"signature\":\"S\"},"
    "{\"type\":\"text\",\"text\":\"Wait.\"},{\"type\":\"thinking\",\"thinking\":\"so\",\"signature\":\"T\"},"
    "{\"type\":\"tool_use\",\"id\":\"c1\",\"name\":\"f\",\"input\":{\"a\":1}}]},"
    "{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"c1\",\"content\":\"r\"}]}]",
    "[{\"role\":\"assistant\",\"content\":[{\"type\":\"thinking\",\"thinking\":\"hm\",\"signature\":\"S\"},"
    "{\"type\":\"text\",\"text\":\"Wait.\"}]}]" },
  { "gemini", GEMINI,
    "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Wait.\"},"
    "{\"functionCall\":{\"id\":\"c1\",\"name\":\"f\",\"args\":{\"a\":1}},\"thoughtSignature\":\"S\"}]},"
    "\"finishReason\":\"STOP\"}]}",
    "contents",
    "[{\"role\":\"model\",\"parts\":[{\"text\":\"Wait.\"},"
    "{\"functionCall\":{\"id\":\"c1\",\"name\":\"f\",\"args\":{\"a\":1}},\"thoughtSignature\":\"S\"}]},"
    "{\"role\":\"user\",\"parts\":[{\"functionResponse\":{\"id\":\"c1\",\"name\":\"f\",\"response\":{\"output\":\"r\"}}}]}]",
    "[{\"role\":\"model\",\"parts\":[{\"text\":\"Wait.\"}]}]" },
  { "gemini-call-without-id", GEMINI,
    "{\"candidates\":[{\"content\":{\"parts\":[{\"functionCall\":{\"name\":\"f\",\"args\":{}}}]},"
    "\"finishReason\":\"STOP\"}]}",
    "contents",
    "[{\"role\":\"model\",\"parts\":[{\"functionCall\":{\"name\":\"f\",\"args\":{}}}]},"
    "{\"role\":\"user\",\"parts\":[{\"functionResponse\":{\"name\":\"f\",\"response\":{\"output\":\"r\"}}}]}]",
    "[]" },
  { "responses", RESPONSES,
    "{\"status\":\"completed\",\"output\":["
    "{\"type\":\"reasoning\",\"id\":\"r1\",\"summary\":[],\"encrypted_content\":\"E\"},"
    "{\"type\":\"message\",\"id\":\"m1\",\"phase\":\"commentary\",\"content\":["
    "{\"type\":\"output_text\",\"text\":\"Wait.\"}]},"
    "{\"type\":\"function_call\",\"id\":\"f1\",\"call_id\":\"c1\",\"name\":\"f\",\"arguments\":\"{}\"}]}",
    "input",
    "[{\"type\":\"reasoning\",\"id\":\"r1\",\"summary\":[],\"encrypted_content\":\"E\"},"
    "{\"type\":\"message\",\"id\":\"m1\",\"status\":\"completed\",\"role\":\"assistant\",\"phase\":\"commentary\","
    "\"content\":[{\"type\":\"output_text\",\"text\":\"Wait.\",\"annotations\":[]}]},"
    "{\"type\":\"function_call\",\"id\":\"f1\",\"call_id\":\"c1\",\"name\":\"f\",\"arguments\":\"{}\","
    "\"status\":\"completed\"},{\"type\":\"function_call_output\",\"call_id\":\"c1\",\"output\":\"r\"}]",
    "[{\"type\":\"reasoning\",\"id\":\"r1\",\"summary\":[],\"encrypted_content\":\"E\"},"
    "{\"type\":\"message\",\"id\":\"m1\",\"status\":\"completed\",\"role\":\"assistant\",\"phase\":\"commentary\","
    "\"content\":[{\"type\":\"output_text\",\"text\":\"Wait.\",\"annotations\":[]}]}]" },
  { "openrouter", OPENROUTER,
    "{\"choices\":[{\"message\":{\"content\":null,\"reasoning_details\":["
    "{\"type\":\"reasoning.text\",\"text\":\"hm\",\"signature\":\"S\",\"index\":0}],"
    "\"tool_calls\":[{\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]},"
    "\"finish_reason\":\"tool_calls\"}]}",
    "messages",
    "[{\"role\":\"assistant\",\"content\":null,\"reasoning_details\":["
    "{\"type\":\"reasoning.text\",\"text\":\"hm\",\"signature\":\"S\",\"index\":0}],"
    "\"tool_calls\":[{\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]},"
    "{\"role\":\"tool\",\"tool_call_id\":\"c1\",\"content\":\"r\"}]",
    "[{\"role\":\"assistant\",\"content\":\"\",\"reasoning_details\":["
    "{\"type\":\"reasoning.text\",\"text\":\"hm\",\"signature\":\"S\",\"index\":0}]}]" },
};

static Reply *
read_bytes (Wire        wire,
            gboolean    streamed,
            const char *text)
{
  g_autoptr (TdEndpoint) endpoint = td_endpoint_new_custom ("x", "x", "https://x");
  Reply *reply = reply_new ();
  g_autoptr (TdChatParser) parser = NULL;

  endpoint->kind = wires[wire].kind;
  endpoint->wire = wires[wire].wire;
  parser = td_protocol_for_endpoint (endpoint)->parser_new (streamed, reply_event_cb, reply);
  td_chat_parser_feed (parser, text, strlen (text));
  td_chat_parser_end (parser);
  return reply;
}

static void
add_reply (TdChatRequest *request,
           const Reply   *reply)
{
  td_chat_request_add_turn (request, TD_ROLE_ASSISTANT, reply->text->str);
  td_chat_request_set_opaque (request, reply->opaque);
  for (guint i = 0; i < reply->calls->len; i++)
    {
      const ReplyCall *call = reply->calls->pdata[i];

      td_chat_request_add_call (request, call->id, call->name, call->args->str);
    }
}

static void
test_turns (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (turn_cases); i++)
    {
      g_autoptr (TdChatRequest) request = td_chat_request_new ("m");
      g_autoptr (Reply) reply = read_bytes (turn_cases[i].wire, FALSE, turn_cases[i].reply);
      g_autoptr (TdJsonDoc) without = NULL;
      g_autoptr (TdJsonDoc) with = NULL;

      g_test_message ("%s", turn_cases[i].name);
      g_assert_cmpint (reply->finish, ==, TD_FINISH_TOOL_CALLS);
      add_reply (request, reply);
      without = write_request (turn_cases[i].wire, request);
      check_member (without, turn_cases[i].path, turn_cases[i].left_out);
      td_chat_request_add_result (request, ((ReplyCall *) reply->calls->pdata[0])->id, "r", FALSE);
      with = write_request (turn_cases[i].wire, request);
      check_member (with, turn_cases[i].path, turn_cases[i].answered);
    }
}

/* ---- Going on ----------------------------------------------------------------------------- */

#define SEARCH \
  "{\"type\":\"server_tool_use\",\"id\":\"s1\",\"name\":\"web_search\",\"input\":{\"q\":\"x\"}}"
#define FOUND \
  "{\"type\":\"web_search_tool_result\",\"tool_use_id\":\"s1\",\"content\":[{\"url\":\"u\"}]}"

/* Replies that pause twice, and the requests with which they go on. */
static const struct
{
  const char *name;
  Wire wire;
  gboolean streamed;
  const char *replies[2];
  const char *path;
  const char *sent[2];
  const char *extra_path;
  const char *extra[2];
} pause_cases[] = {
  { "anthropic",
    ANTHROPIC,
    FALSE,
    { "{\"content\":[{\"type\":\"text\",\"text\":\"One, \"}," SEARCH "," FOUND
      "],\"stop_reason\":\"pause_turn\"}",
      "{\"content\":[{\"type\":\"text\",\"text\":\"two, \"}," SEARCH
      "],\"stop_reason\":\"pause_turn\"}" },
    "messages",
    { "[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a\"}]},"
      "{\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"One, \"}," SEARCH
      "," FOUND "]}]",
      "[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a\"}]},"
      "{\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"One, \"}," SEARCH
      "," FOUND ",{\"type\":\"text\",\"text\":\"two, \"}," SEARCH "]}]" },
    "system",
    { NULL, NULL } },
  /* In a stream the input of a search comes in pieces. */
  { "anthropic-stream",
    ANTHROPIC,
    TRUE,
    { "data: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":"
      "\"server_tool_use\",\"id\":\"s1\",\"name\":\"web_search\",\"input\":{}}}\n\n"
      "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"input_json_delta\","
      "\"partial_json\":\"{\\\"q\\\":\"}}\n\n"
      "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"input_json_delta\","
      "\"partial_json\":\"\\\"x\\\"}\"}}\n\n"
      "data: {\"type\":\"content_block_stop\",\"index\":0}\n\n"
      "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"pause_turn\"}}\n\n"
      "data: {\"type\":\"message_stop\"}\n\n",
      NULL },
    "messages",
    { "[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a\"}]},"
      "{\"role\":\"assistant\",\"content\":[" SEARCH "]}]",
      NULL },
    "system",
    { NULL, NULL } },
  { "gemini",
    GEMINI,
    FALSE,
    { "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"One, \"}]},"
      "\"finishReason\":\"CONTINUATION\",\"continuationToken\":\"t1\"}]}",
      "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"two, \"}]},"
      "\"finishReason\":\"CONTINUATION\",\"continuationToken\":\"t2\"}]}" },
    "contents",
    { "[{\"role\":\"user\",\"parts\":[{\"text\":\"a\"}]}]",
      "[{\"role\":\"user\",\"parts\":[{\"text\":\"a\"}]}]" },
    "continuationToken",
    { "\"t1\"", "\"t2\"" } },
  { "responses",
    RESPONSES,
    FALSE,
    { "{\"status\":\"incomplete\",\"incomplete_details\":{\"reason\":\"max_messages\"},\"output\":["
      "{\"type\":\"message\",\"id\":\"m1\",\"phase\":\"commentary\",\"content\":["
      "{\"type\":\"output_text\",\"text\":\"One, \"}]}]}",
      NULL },
    "input",
    { "[{\"role\":\"user\",\"content\":\"a\"},{\"type\":\"message\",\"id\":\"m1\",\"status\":\"completed\","
      "\"role\":\"assistant\",\"phase\":\"commentary\",\"content\":["
      "{\"type\":\"output_text\",\"text\":\"One, \",\"annotations\":[]}]}]",
      NULL },
    "instructions",
    { NULL, NULL } },
};

static void
test_pauses (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (pause_cases); i++)
    {
      g_autoptr (TdChatRequest) request = td_chat_request_new ("m");

      td_chat_request_add_turn (request, TD_ROLE_USER, "a");
      for (gsize j = 0; j < 2 && pause_cases[i].replies[j] != NULL; j++)
        {
          g_autoptr (Reply) reply =
            read_bytes (pause_cases[i].wire, pause_cases[i].streamed, pause_cases[i].replies[j]);
          g_autoptr (TdJsonDoc) sent = NULL;

          g_test_message ("%s, %" G_GSIZE_FORMAT, pause_cases[i].name, j);
          g_assert_cmpint (reply->finish, ==, TD_FINISH_PAUSED);
          td_chat_request_continue (request, reply->text->str, reply->opaque);
          sent = write_request (pause_cases[i].wire, request);
          check_member (sent, pause_cases[i].path, pause_cases[i].sent[j]);
          check_member (sent, pause_cases[i].extra_path, pause_cases[i].extra[j]);
        }
    }
}

/* ---- Whatever was kept -------------------------------------------------------------------- */

static char *
spoil (const char *text,
       GRand      *rand)
{
  GString *spoilt = g_string_new (text);
  gint32 n = g_rand_int_range (rand, 0, 5);

  for (gint32 i = 0; i < n && spoilt->len > 4; i++)
    {
      gsize at = (gsize) g_rand_int_range (rand, 0, (gint32) spoilt->len - 3);

      if (g_rand_boolean (rand))
        spoilt->str[at] = "\"{}[]:,0-9a\\"[g_rand_int_range (rand, 0, 12)];
      else
        g_string_erase (spoilt, (gssize) at, g_rand_int_range (rand, 1, 3));
    }
  return g_string_free (spoilt, FALSE);
}

/* What comes out of the store may be spoilt, or of another protocol: a request can always be
 * written, and is JSON. */
static void
test_any_opaque (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (20261123);

  for (guint round = 0; round < 3000; round++)
    {
      gsize from = round % G_N_ELEMENTS (turn_cases);
      g_autoptr (TdChatRequest) request = td_chat_request_new ("m");
      g_autoptr (Reply) reply = read_bytes (turn_cases[from].wire, FALSE, turn_cases[from].reply);
      g_autofree char *spoilt = spoil (reply->opaque, rand);
      g_autoptr (TdJsonDoc) sent = NULL;

      add_reply (request, reply);
      td_chat_request_set_opaque (request, spoilt);
      if (g_rand_boolean (rand))
        td_chat_request_add_result (request, ((ReplyCall *) reply->calls->pdata[0])->id, "r",
                                    FALSE);
      sent = write_request (round / G_N_ELEMENTS (turn_cases) % N_WIRES, request);
    }
}

int
main (int    argc,
      char **argv)
{
  td_test_init (&argc, &argv);
  g_test_add_func ("/request-parts/chat", test_chat);
  g_test_add_func ("/request-parts/bad-arguments", test_bad_arguments);
  g_test_add_func ("/request-parts/tools", test_tools);
  g_test_add_func ("/request-parts/choices", test_choices);
  g_test_add_func ("/request-parts/schemas", test_schemas);
  g_test_add_func ("/request-parts/efforts", test_efforts);
  g_test_add_func ("/request-parts/limits", test_limits);
  g_test_add_func ("/request-parts/wishes", test_wishes);
  g_test_add_func ("/request-parts/budget-words", test_budget_words);
  g_test_add_func ("/request-parts/turns", test_turns);
  g_test_add_func ("/request-parts/pauses", test_pauses);
  g_test_add_func ("/request-parts/any-opaque", test_any_opaque);
  return g_test_run ();
}

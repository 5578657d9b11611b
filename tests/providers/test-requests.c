/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "support/td-test.h"

#include <string.h>

#include "providers/reply.h"
#include "providers/td-model-listing.h"

/* What is sent, compared by structure with what the providers' documents ask for. */

static TdEndpoint *
make_endpoint (TdProviderKind  kind,
               const char     *provider_id,
               const char     *base_url)
{
  TdEndpoint *endpoint = g_new0 (TdEndpoint, 1);

  endpoint->provider_id = g_strdup (provider_id);
  endpoint->kind = kind;
  endpoint->base_url = g_strdup (base_url);
  return endpoint;
}

static TdChatRequest *
make_request (void)
{
  TdChatRequest *request = td_chat_request_new ("the/model:x");

  td_chat_request_add_turn (request, TD_ROLE_SYSTEM, "Answer \"briefly\".");
  td_chat_request_add_turn (request, TD_ROLE_USER, "Hallo\nWelt");
  td_chat_request_add_turn (request, TD_ROLE_ASSISTANT, "Ja.");
  td_chat_request_add_turn (request, TD_ROLE_USER, NULL);
  return request;
}

#define MESSAGES                                                                                   \
  "\"messages\":[{\"role\":\"system\",\"content\":\"Answer \\\"briefly\\\".\"},"                   \
  "{\"role\":\"user\",\"content\":\"Hallo\\nWelt\"},{\"role\":\"assistant\",\"content\":\"Ja.\"}," \
  "{\"role\":\"user\",\"content\":\"\"}]"
/* Instructions apart, and nothing of the turn without text. */
#define ANTHROPIC_MESSAGES                                                           \
  "\"system\":\"Answer \\\"briefly\\\".\",\"messages\":["                            \
  "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"Hallo\\nWelt\"}]}," \
  "{\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"Ja.\"}]}]"
/* The same in the form of Responses. */
#define INPUT                                                                               \
  "\"instructions\":\"Answer \\\"briefly\\\".\",\"input\":["                                \
  "{\"role\":\"user\",\"content\":\"Hallo\\nWelt\"},{\"type\":\"message\","                 \
  "\"status\":\"completed\",\"role\":\"assistant\",\"content\":[{\"type\":\"output_text\"," \
  "\"text\":\"Ja.\",\"annotations\":[]}]}]"
#define CONTENTS                                                                \
  "\"systemInstruction\":{\"parts\":[{\"text\":\"Answer \\\"briefly\\\".\"}]}," \
  "\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"Hallo\\nWelt\"}]},"  \
  "{\"role\":\"model\",\"parts\":[{\"text\":\"Ja.\"}]}]"
#define GOOGLE     "https://generativelanguage.googleapis.com/v1beta"
#define NEWER      TD_WIRE_TRAIT_MAX_COMPLETION_TOKENS
#define USAGE_WISH "\"stream_options\":{\"include_usage\":true}"

static void
check_body (const TdWireRequest *wire,
            const char          *expected)
{
  g_autoptr (TdJsonDoc) got = td_json_doc_parse_bytes (wire->body, NULL, NULL);
  g_autoptr (TdJsonDoc) want = td_json_doc_parse (expected, -1, NULL, NULL);

  g_assert_nonnull (want);
  g_assert_nonnull (got);
  if (!json_equal (td_json_doc_get_root (got), td_json_doc_get_root (want)))
    g_error ("sent %.*s\nnot %s", (int) g_bytes_get_size (wire->body),
             (const char *) g_bytes_get_data (wire->body, NULL), expected);
}

static const struct
{
  const char *name;
  TdProviderKind kind;
  const char *provider_id;
  const char *base_url;
  gint64 max_output;
  double temperature; /* negative: none */
  gboolean stream;
  TdChatAdapt adapt;
  TdWireTrait wire;
  const char *url;
  const char *body;
} chat_cases[] = {
  { "openai", TD_PROVIDER_KIND_OPENAI, "openai", "https://api.openai.com/v1", 1024, 0.25, TRUE, 0,
    NEWER, "https://api.openai.com/v1/chat/completions",
    "{\"model\":\"the/model:x\"," MESSAGES
    ",\"max_completion_tokens\":1024,\"temperature\":0.25,\"stream\":true," USAGE_WISH "}" },
  { "openai-plain", TD_PROVIDER_KIND_OPENAI, "openai", "https://api.openai.com/v1", 0, -1, FALSE, 0,
    NEWER, "https://api.openai.com/v1/chat/completions",
    "{\"model\":\"the/model:x\"," MESSAGES ",\"stream\":false}" },
  { "openai-adapted", TD_PROVIDER_KIND_OPENAI, "openai", "http://127.0.0.1:1/v1", 5, -1, TRUE,
    TD_CHAT_ADAPT_OTHER_MAX_TOKENS, NEWER, "http://127.0.0.1:1/v1/chat/completions",
    "{\"model\":\"the/model:x\"," MESSAGES ",\"max_tokens\":5,\"stream\":true," USAGE_WISH "}" },
  { "responses", TD_PROVIDER_KIND_OPENAI, "openai", "https://api.openai.com/v1", 1024, 0.25, TRUE,
    0, TD_WIRE_TRAIT_RESPONSES, "https://api.openai.com/v1/responses",
    "{\"model\":\"the/model:x\"," INPUT
    ",\"max_output_tokens\":1024,\"temperature\":0.25,\"store\":false,\"stream\":true}" },
  { "responses-plain", TD_PROVIDER_KIND_OPENAI, "openai", "https://api.openai.com/v1", 0, -1, FALSE,
    0, TD_WIRE_TRAIT_RESPONSES, "https://api.openai.com/v1/responses",
    "{\"model\":\"the/model:x\"," INPUT ",\"store\":false,\"stream\":false}" },
  { "responses-adapted", TD_PROVIDER_KIND_OPENAI, "openai", "http://127.0.0.1:1/v1", 5, -1, FALSE,
    TD_CHAT_ADAPT_NO_RESPONSES, TD_WIRE_TRAIT_RESPONSES | NEWER,
    "http://127.0.0.1:1/v1/chat/completions",
    "{\"model\":\"the/model:x\"," MESSAGES ",\"max_completion_tokens\":5,\"stream\":false}" },
  { "huggingface", TD_PROVIDER_KIND_HUGGINGFACE, "huggingface", "https://router.huggingface.co/v1",
    512, -1, TRUE, 0, 0, "https://router.huggingface.co/v1/chat/completions",
    "{\"model\":\"the/model:x\"," MESSAGES ",\"max_tokens\":512,\"stream\":true," USAGE_WISH "}" },
  { "openrouter", TD_PROVIDER_KIND_OPENAI_COMPATIBLE, "openrouter", "https://openrouter.ai/api/v1",
    512, -1, TRUE, 0, NEWER, "https://openrouter.ai/api/v1/chat/completions",
    "{\"model\":\"the/model:x\"," MESSAGES
    ",\"max_completion_tokens\":512,\"stream\":true," USAGE_WISH "}" },
  { "custom", TD_PROVIDER_KIND_OPENAI_COMPATIBLE, "mine", "http://127.0.0.1:8080/v1", 512, 0, TRUE,
    0, 0, "http://127.0.0.1:8080/v1/chat/completions",
    "{\"model\":\"the/model:x\"," MESSAGES
    ",\"max_tokens\":512,\"temperature\":0,\"stream\":true," USAGE_WISH "}" },
  { "custom-adapted", TD_PROVIDER_KIND_OPENAI_COMPATIBLE, "mine", "http://127.0.0.1:8080/v1", 512,
    -1, TRUE, TD_CHAT_ADAPT_OTHER_MAX_TOKENS | TD_CHAT_ADAPT_NO_STREAM_OPTIONS, 0,
    "http://127.0.0.1:8080/v1/chat/completions",
    "{\"model\":\"the/model:x\"," MESSAGES ",\"max_completion_tokens\":512,\"stream\":true}" },
  { "ollama", TD_PROVIDER_KIND_OLLAMA, "ollama", "http://localhost:11434", 512, 0.5, TRUE, 0, 0,
    "http://localhost:11434/api/chat",
    "{\"model\":\"the/model:x\"," MESSAGES
    ",\"stream\":true,\"options\":{\"num_predict\":512,\"temperature\":0.5}}" },
  { "ollama-plain", TD_PROVIDER_KIND_OLLAMA, "ollama", "http://localhost:11434/api", 0, -1, FALSE,
    0, 0, "http://localhost:11434/api/chat",
    "{\"model\":\"the/model:x\"," MESSAGES ",\"stream\":false}" },
  { "ollama-as-openai", TD_PROVIDER_KIND_OLLAMA, "ollama", "http://localhost:11434/v1", 0, -1, TRUE,
    0, 0, "http://localhost:11434/api/chat",
    "{\"model\":\"the/model:x\"," MESSAGES ",\"stream\":true}" },
  { "anthropic", TD_PROVIDER_KIND_ANTHROPIC, "anthropic", "https://api.anthropic.com/v1", 1024,
    0.25, TRUE, 0, 0, "https://api.anthropic.com/v1/messages",
    "{\"model\":\"the/model:x\",\"max_tokens\":1024," ANTHROPIC_MESSAGES
    ",\"temperature\":0.25,\"stream\":true}" },
  { "anthropic-plain", TD_PROVIDER_KIND_ANTHROPIC, "anthropic", "https://api.anthropic.com", 0, -1,
    FALSE, 0, 0, "https://api.anthropic.com/v1/messages",
    "{\"model\":\"the/model:x\",\"max_tokens\":8192," ANTHROPIC_MESSAGES ",\"stream\":false}" },
  { "minimax", TD_PROVIDER_KIND_ANTHROPIC, "minimax", "https://api.minimax.io/anthropic/v1", 7, -1,
    TRUE, 0, 0, "https://api.minimax.io/anthropic/v1/messages",
    "{\"model\":\"the/model:x\",\"max_tokens\":7," ANTHROPIC_MESSAGES ",\"stream\":true}" },
  { "gemini", TD_PROVIDER_KIND_GEMINI, "google", GOOGLE, 4096, 0.5, TRUE, 0, 0,
    GOOGLE "/models/the%2Fmodel%3Ax:streamGenerateContent?alt=sse",
    "{" CONTENTS ",\"generationConfig\":{\"maxOutputTokens\":4096,\"temperature\":0.5,"
    "\"thinkingConfig\":{\"includeThoughts\":true}}}" },
  { "gemini-plain", TD_PROVIDER_KIND_GEMINI, "google", GOOGLE, 0, -1, FALSE,
    TD_CHAT_ADAPT_NO_THOUGHTS, 0, GOOGLE "/models/the%2Fmodel%3Ax:generateContent",
    "{" CONTENTS "}" },
};

static void
test_chat (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (chat_cases); i++)
    {
      g_autoptr (TdEndpoint) endpoint =
        make_endpoint (chat_cases[i].kind, chat_cases[i].provider_id, chat_cases[i].base_url);
      g_autoptr (TdChatRequest) made = make_request ();
      g_autoptr (TdChatRequest) request = NULL;
      g_autoptr (TdWireRequest) wire = NULL;

      g_test_message ("%s", chat_cases[i].name);
      endpoint->wire = chat_cases[i].wire;
      made->max_output = chat_cases[i].max_output;
      made->has_temperature = chat_cases[i].temperature >= 0;
      made->temperature = chat_cases[i].temperature;
      made->stream = chat_cases[i].stream;
      made->adapt = chat_cases[i].adapt;
      request = td_chat_request_copy (made);
      wire = td_protocol_for_chat (endpoint, request)->write_chat (endpoint, request);
      g_assert_cmpstr (wire->method, ==, "POST");
      g_assert_cmpstr (wire->url, ==, chat_cases[i].url);
      check_body (wire, chat_cases[i].body);
    }
}

/* What a provider wants back goes back with the assistant's turn, and nothing else of it. */
static void
test_opaque (void)
{
  g_autoptr (TdEndpoint) endpoint =
    make_endpoint (TD_PROVIDER_KIND_OPENAI_COMPATIBLE, "openrouter", "https://x");
  g_autoptr (TdChatRequest) request = td_chat_request_new ("m");
  g_autoptr (TdWireRequest) wire = NULL;

  request->stream = FALSE;
  td_chat_request_add_turn (request, TD_ROLE_USER, "a");
  td_chat_request_set_opaque (request, "{\"reasoning_details\":[1]}");
  td_chat_request_add_turn (request, TD_ROLE_ASSISTANT, "b");
  td_chat_request_set_opaque (
    request,
    "{\"reasoning_details\":[{\"type\":\"reasoning.text\",\"index\":0}],\"role\":\"system\"}");
  td_chat_request_add_turn (request, TD_ROLE_ASSISTANT, "c");
  td_chat_request_set_opaque (request, "no json");
  wire = td_protocol_openai_chat ()->write_chat (endpoint, request);
  check_body (
    wire,
    "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"},"
    "{\"role\":\"assistant\",\"content\":\"b\",\"reasoning_details\":[{\"type\":\"reasoning.text\",\"index\":0}]},"
    "{\"role\":\"assistant\",\"content\":\"c\"}],\"stream\":false}");
}

static TdChatRequest *
make_anthropic_request (void)
{
  TdChatRequest *request = td_chat_request_new ("m");

  request->stream = FALSE;
  request->max_output = 9;
  return request;
}

static void
check_anthropic_messages (const TdChatRequest *request,
                          const char          *expected)
{
  g_autoptr (TdEndpoint) endpoint =
    make_endpoint (TD_PROVIDER_KIND_ANTHROPIC, "anthropic", "https://x");
  g_autoptr (TdWireRequest) wire = td_protocol_anthropic ()->write_chat (endpoint, request);
  g_autofree char *body =
    g_strconcat ("{\"model\":\"m\",\"max_tokens\":9,", expected, ",\"stream\":false}", NULL);

  check_body (wire, body);
}

/* The limit that must be sent: the caller's, else the model's, else ours. */
static void
test_anthropic_limit (void)
{
  static const gint64 cases[][3] = {
    { 9, 4096, 9 },
    { 9, 0, 9 },
    { 0, 4096, 4096 },
    { 0, 128000, 128000 },
    { 0, 0, 8192 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TdEndpoint) endpoint =
        make_endpoint (TD_PROVIDER_KIND_ANTHROPIC, "anthropic", "https://x");
      g_autoptr (TdChatRequest) made = make_anthropic_request ();
      g_autoptr (TdChatRequest) request = NULL;
      g_autoptr (TdWireRequest) wire = NULL;
      g_autofree char *body = g_strdup_printf (
        "{\"model\":\"m\",\"max_tokens\":%" G_GINT64_FORMAT ",\"messages\":[],\"stream\":false}",
        cases[i][2]);

      made->max_output = cases[i][0];
      made->model_max_output = cases[i][1];
      request = td_chat_request_copy (made);
      wire = td_protocol_anthropic ()->write_chat (endpoint, request);
      check_body (wire, body);
    }
}

/* Turns of one role in a row are one message; instructions go together wherever they stand. */
static void
test_anthropic_roles (void)
{
  g_autoptr (TdChatRequest) request = make_anthropic_request ();
  g_autoptr (TdChatRequest) empty = make_anthropic_request ();

  td_chat_request_add_turn (request, TD_ROLE_SYSTEM, "one");
  td_chat_request_add_turn (request, TD_ROLE_USER, "a");
  td_chat_request_add_turn (request, TD_ROLE_SYSTEM, " \n");
  td_chat_request_add_turn (request, TD_ROLE_SYSTEM, "two");
  td_chat_request_add_turn (request, TD_ROLE_USER, "b");
  td_chat_request_add_turn (request, TD_ROLE_ASSISTANT, "");
  td_chat_request_add_turn (request, TD_ROLE_USER, "c");
  td_chat_request_add_turn (request, TD_ROLE_ASSISTANT, "d");
  td_chat_request_add_turn (request, TD_ROLE_ASSISTANT, "e");
  td_chat_request_add_turn (request, TD_ROLE_USER, "f");
  check_anthropic_messages (
    request,
    "\"system\":\"one\\n\\ntwo\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a\"},"
    "{\"type\":\"text\",\"text\":\"b\"},{\"type\":\"text\",\"text\":\"c\"}]},"
    "{\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"d\"},{\"type\":\"text\",\"text\":\"e\"}]},"
    "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"f\"}]}]");
  check_anthropic_messages (empty, "\"messages\":[]");
}

#define T(text)    "{\"type\":\"text\",\"text\":\"" text "\"}"
#define THOUGHT    "{\"type\":\"thinking\",\"thinking\":\"why\",\"signature\":\"s\"}"
#define SECRET     "{\"type\":\"redacted_thinking\",\"data\":\"x\"}"
#define BYTES(n)   "{\"type\":\"text\",\"bytes\":" #n "}"
#define KEPT(list) "{\"thinking_blocks\":[" list "]}"

/* What thinking goes back with a turn, and where. */
static const struct
{
  const char *text;
  const char *opaque;
  const char *blocks;
} thinking_cases[] = {
  { "abc", KEPT (THOUGHT "," BYTES (3)), THOUGHT "," T ("abc") },
  { "abc", KEPT (THOUGHT "," SECRET "," BYTES (1) "," THOUGHT "," BYTES (2)),
    THOUGHT "," SECRET "," T ("a") "," THOUGHT "," T ("bc") },
  { "a\303\274", KEPT (THOUGHT "," BYTES (3)), THOUGHT "," T ("a\303\274") },
  /* Neither may thinking come last, nor may text be blank. */
  { "abc", KEPT (THOUGHT "," BYTES (3) "," THOUGHT), THOUGHT "," T ("abc") },
  { "a\n", KEPT (THOUGHT "," BYTES (1) "," THOUGHT "," BYTES (1)), THOUGHT "," T ("a") },
  { "\na", KEPT (BYTES (1) "," THOUGHT "," BYTES (1)), THOUGHT "," T ("a") },
  /* It is about another text. */
  { "abcd", KEPT (THOUGHT "," BYTES (3)), T ("abcd") },
  { "ab", KEPT (THOUGHT "," BYTES (3)), T ("ab") },
  { "abc", KEPT (THOUGHT), T ("abc") },
  { "a\303\274", KEPT (BYTES (2) "," THOUGHT "," BYTES (1)), T ("a\303\274") },
  /* Nothing but what is meant goes back. */
  { "abc",
    KEPT ("{\"type\":\"thinking\",\"thinking\":\"why\",\"signature\":\"s\",\"role\":7}," BYTES (3)),
    THOUGHT "," T ("abc") },
  { "abc",
    KEPT (
      "{\"type\":\"tool_use\",\"name\":\"f\"},{\"type\":\"thinking\",\"thinking\":\"why\"}," BYTES (
        3)),
    T ("abc") },
  { "abc", KEPT (THOUGHT "," BYTES (-3) "," BYTES (3)), THOUGHT "," T ("abc") },
  { "abc", KEPT (BYTES (9223372036854775807) "," BYTES (4)), T ("abc") },
  { "abc", "{\"thinking_blocks\":{\"type\":\"thinking\"}}", T ("abc") },
  { "abc", "{\"reasoning_details\":[1]}", T ("abc") },
  { "abc", "no json", T ("abc") },
};

static void
test_anthropic_thinking (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (thinking_cases); i++)
    {
      g_autoptr (TdChatRequest) request = make_anthropic_request ();
      g_autofree char *expected =
        g_strconcat ("\"messages\":[{\"role\":\"assistant\",\"content\":[",
                     thinking_cases[i].blocks, "]}]", NULL);

      g_test_message ("%s", thinking_cases[i].opaque);
      td_chat_request_add_turn (request, TD_ROLE_ASSISTANT, thinking_cases[i].text);
      td_chat_request_set_opaque (request, thinking_cases[i].opaque);
      check_anthropic_messages (request, expected);
    }
}

static void
test_anthropic_headers (void)
{
  static const char *const version[] = { "anthropic-version", "2023-06-01", NULL };
  static const char *const own[] = { "X-A", "b", "Anthropic-Version", "2026-10-21", NULL };
  static const char *const other[] = { "X-A", "b", NULL };
  static const char *const other_sent[] = { "anthropic-version", "2023-06-01", "X-A", "b", NULL };
  static const struct
  {
    const char *const *headers;
    const char *const *sent;
  } cases[] = { { NULL, version }, { version, version }, { own, own }, { other, other_sent } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TdEndpoint) endpoint =
        make_endpoint (TD_PROVIDER_KIND_ANTHROPIC, "anthropic", "https://x");
      g_autoptr (TdChatRequest) request = make_anthropic_request ();
      g_autoptr (TdWireRequest) chat = NULL;
      g_autoptr (TdWireRequest) list = NULL;

      endpoint->headers = g_strdupv ((GStrv) cases[i].headers);
      chat = td_protocol_anthropic ()->write_chat (endpoint, request);
      list = td_protocol_anthropic ()->write_list (endpoint);
      g_assert_cmpstrv (chat->headers, cases[i].sent);
      g_assert_cmpstrv (list->headers, cases[i].sent);
    }
}

/* A list that says it goes on is asked for what comes after its last model. */
static void
test_anthropic_pages (void)
{
  static const char *const cases[][2] = {
    { "{\"data\":[],\"has_more\":true,\"last_id\":\"a/b c\"}",
      "https://x/v1/models?limit=1000&after_id=a%2Fb%20c" },
    { "{\"data\":[],\"has_more\":false,\"last_id\":\"a\"}", NULL },
    { "{\"data\":[],\"last_id\":\"a\"}", NULL },
    { "{\"data\":[],\"has_more\":true,\"last_id\":null}", NULL },
    { "{\"data\":[],\"has_more\":true,\"last_id\":\"\"}", NULL },
    { "<html>", NULL },
  };
  g_autoptr (TdEndpoint) endpoint =
    make_endpoint (TD_PROVIDER_KIND_ANTHROPIC, "anthropic", "https://x");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) body = g_bytes_new_static (cases[i][0], strlen (cases[i][0]));
      g_autoptr (TdWireRequest) next = td_protocol_anthropic ()->write_next_list (endpoint, body);

      g_assert_cmpstr (next != NULL ? next->url : NULL, ==, cases[i][1]);
      if (next != NULL)
        g_assert_cmpstr (next->headers[0], ==, "anthropic-version");
    }
}

static void
test_anthropic_list (void)
{
  static const char *const cases[][3] = {
    { "https://x/v1", NULL, "https://x/v1/models?limit=1000" },
    { "https://x", NULL, "https://x/v1/models?limit=1000" },
    { "https://x/v1", "https://y/models", "https://y/models?limit=1000" },
    { "https://x/v1", "https://y/models?a=b", "https://y/models?a=b&limit=1000" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TdEndpoint) endpoint =
        make_endpoint (TD_PROVIDER_KIND_ANTHROPIC, "anthropic", cases[i][0]);
      g_autoptr (TdWireRequest) wire = NULL;

      endpoint->list_url = g_strdup (cases[i][1]);
      wire = td_protocol_anthropic ()->write_list (endpoint);
      g_assert_cmpstr (wire->method, ==, "GET");
      g_assert_cmpstr (wire->url, ==, cases[i][2]);
    }
}

/* What a reply brought goes back as it came, or not at all. */
static const struct
{
  const char *name;
  struct
  {
    TdRole role;
    const char *text;
    const char *opaque; /* (nullable) */
  } turns[6]; /* ended by one without text */
  const char *body;
} gemini_cases[] = {
  { "signed",
    { { TD_ROLE_USER, "a" },
      { TD_ROLE_ASSISTANT, "bc",
        "{\"parts\":[{\"text\":\"b\",\"thoughtSignature\":\"S1\"},{\"text\":\"c\"},"
        "{\"text\":\"\",\"thoughtSignature\":\"S2\"},7],\"role\":\"user\"}" },
      { TD_ROLE_USER, "d" } },
    "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"a\"}]},{\"role\":\"model\",\"parts\":["
    "{\"text\":\"b\",\"thoughtSignature\":\"S1\"},{\"text\":\"c\"},"
    "{\"text\":\"\",\"thoughtSignature\":\"S2\"}]},"
    "{\"role\":\"user\",\"parts\":[{\"text\":\"d\"}]}]}" },
  { "changed-since",
    { { TD_ROLE_USER, "a" },
      { TD_ROLE_ASSISTANT, "other",
        "{\"parts\":[{\"text\":\"b\",\"thoughtSignature\":\"S1\"}]}" },
      { TD_ROLE_USER, "d" } },
    "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"a\"}]},{\"role\":\"model\",\"parts\":["
    "{\"text\":\"other\"}]},{\"role\":\"user\",\"parts\":[{\"text\":\"d\"}]}]}" },
  { "call-without-answer",
    { { TD_ROLE_USER, "a" },
      { TD_ROLE_ASSISTANT, "b",
        "{\"parts\":[{\"text\":\"T\",\"thought\":true,\"thoughtSignature\":\"S0\"},{\"text\":\"b\"},"
        "{\"functionCall\":{\"name\":\"f\",\"args\":{}},\"thoughtSignature\":\"S1\"}]}" },
      { TD_ROLE_USER, "d" } },
    "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"a\"}]},{\"role\":\"model\",\"parts\":["
    "{\"text\":\"T\",\"thought\":true,\"thoughtSignature\":\"S0\"},{\"text\":\"b\"}]},"
    "{\"role\":\"user\",\"parts\":[{\"text\":\"d\"}]}]}" },
  { "neighbours",
    { { TD_ROLE_USER, "a" },
      { TD_ROLE_USER, "b" },
      { TD_ROLE_ASSISTANT, "" },
      { TD_ROLE_TOOL, "c" },
      { TD_ROLE_ASSISTANT, "d", "no json" } },
    "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"a\"},{\"text\":\"b\"},{\"text\":\"c\"}]},"
    "{\"role\":\"model\",\"parts\":[{\"text\":\"d\"}]}]}" },
  { "goes-on",
    { { TD_ROLE_USER, "a" }, { TD_ROLE_ASSISTANT, "b", "{\"continuationToken\":\"tok\"}" } },
    "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"a\"}]}],\"continuationToken\":\"tok\"}" },
  { "went-on",
    { { TD_ROLE_USER, "a" },
      { TD_ROLE_ASSISTANT, "b", "{\"continuationToken\":\"tok\"}" },
      { TD_ROLE_USER, "c" } },
    "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"a\"}]},{\"role\":\"model\",\"parts\":["
    "{\"text\":\"b\"}]},{\"role\":\"user\",\"parts\":[{\"text\":\"c\"}]}]}" },
};

static void
test_gemini_turns (void)
{
  g_autoptr (TdEndpoint) endpoint = make_endpoint (TD_PROVIDER_KIND_GEMINI, "google", GOOGLE);

  for (gsize i = 0; i < G_N_ELEMENTS (gemini_cases); i++)
    {
      g_autoptr (TdChatRequest) request = td_chat_request_new ("models/gemini-x");
      g_autoptr (TdWireRequest) wire = NULL;

      g_test_message ("%s", gemini_cases[i].name);
      request->adapt = TD_CHAT_ADAPT_NO_THOUGHTS;
      for (gsize j = 0; gemini_cases[i].turns[j].text != NULL; j++)
        {
          td_chat_request_add_turn (request, gemini_cases[i].turns[j].role,
                                    gemini_cases[i].turns[j].text);
          td_chat_request_set_opaque (request, gemini_cases[i].turns[j].opaque);
        }
      wire = td_protocol_gemini ()->write_chat (endpoint, request);
      g_assert_cmpstr (wire->url, ==, GOOGLE "/models/gemini-x:streamGenerateContent?alt=sse");
      check_body (wire, gemini_cases[i].body);
    }
}

static void
test_gemini_list (void)
{
  static const char *const last_pages[] = {
    "{\"models\":[]}",
    "{\"models\":[],\"nextPageToken\":\"\"}",
    "{\"models\":[],\"nextPageToken\":7}",
    "nothing",
  };
  g_autoptr (TdEndpoint) endpoint = make_endpoint (TD_PROVIDER_KIND_GEMINI, "google", GOOGLE);
  g_autoptr (TdWireRequest) first = td_protocol_gemini ()->write_list (endpoint);
  const char *text = "{\"nextPageToken\":\"a/b&c==\"}";
  g_autoptr (GBytes) page = g_bytes_new_static (text, strlen (text));
  g_autoptr (TdWireRequest) next = NULL;
  g_autoptr (TdWireRequest) elsewhere = NULL;

  g_assert_cmpstr (first->method, ==, "GET");
  g_assert_cmpstr (first->url, ==, GOOGLE "/models?pageSize=1000");
  next = td_protocol_gemini ()->write_next_list (endpoint, page);
  g_assert_cmpstr (next->url, ==, GOOGLE "/models?pageSize=1000&pageToken=a%2Fb%26c%3D%3D");
  endpoint->list_url = g_strdup ("https://x/list?y=z");
  elsewhere = td_protocol_gemini ()->write_list (endpoint);
  g_assert_cmpstr (elsewhere->url, ==, "https://x/list?y=z&pageSize=1000");
  for (gsize i = 0; i < G_N_ELEMENTS (last_pages); i++)
    {
      g_autoptr (GBytes) last = g_bytes_new_static (last_pages[i], strlen (last_pages[i]));

      g_assert_null (td_protocol_gemini ()->write_next_list (endpoint, last));
    }
}

static void
test_list (void)
{
  g_autoptr (TdEndpoint) openai =
    make_endpoint (TD_PROVIDER_KIND_OPENAI, "openai", "https://api.openai.com/v1");
  g_autoptr (TdEndpoint) cohere = make_endpoint (TD_PROVIDER_KIND_OPENAI_COMPATIBLE, "cohere",
                                                 "https://api.cohere.ai/compatibility/v1");
  g_autoptr (TdEndpoint) ollama =
    make_endpoint (TD_PROVIDER_KIND_OLLAMA, "ollama", "http://127.0.0.1:11434");
  g_autoptr (TdWireRequest) openai_wire = td_protocol_openai_chat ()->write_list (openai);
  g_autoptr (TdWireRequest) ollama_wire = td_protocol_ollama ()->write_list (ollama);
  g_autoptr (TdWireRequest) cohere_wire = NULL;

  cohere->list_url = g_strdup ("https://api.cohere.com/v1/models");
  cohere_wire = td_protocol_openai_chat ()->write_list (cohere);
  g_assert_cmpstr (openai_wire->method, ==, "GET");
  g_assert_cmpstr (openai_wire->url, ==, "https://api.openai.com/v1/models");
  g_assert_cmpstr (ollama_wire->url, ==, "http://127.0.0.1:11434/api/tags");
  g_assert_cmpstr (cohere_wire->url, ==, "https://api.cohere.com/v1/models");
}

static void
test_protocols (void)
{
  static const struct
  {
    TdProviderKind kind;
    const char *name; /* (nullable): not spoken yet */
    TdWireTrait wire;
  } cases[] = {
    { TD_PROVIDER_KIND_OPENAI, "openai-chat" },
    { TD_PROVIDER_KIND_OPENAI, "openai-responses", TD_WIRE_TRAIT_RESPONSES },
    { TD_PROVIDER_KIND_ANTHROPIC, "anthropic" },
    { TD_PROVIDER_KIND_GEMINI, "gemini" },
    { (TdProviderKind) 99, NULL },
    { TD_PROVIDER_KIND_HUGGINGFACE, "openai-chat" },
    { TD_PROVIDER_KIND_OLLAMA, "ollama" },
    { TD_PROVIDER_KIND_OPENAI_COMPATIBLE, "openai-chat" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TdEndpoint) endpoint = make_endpoint (cases[i].kind, "x", "https://x");
      const TdProtocol *protocol;

      endpoint->wire = cases[i].wire;
      protocol = td_protocol_for_endpoint (endpoint);
      g_assert_cmpstr (protocol != NULL ? protocol->name : NULL, ==, cases[i].name);
      g_assert_true (td_endpoint_is_supported (endpoint) == (cases[i].name != NULL));
    }
}

/* "id=name@context+size/label" for each model */
static char *
summarise_models (const char *body)
{
  g_autoptr (GBytes) bytes = g_bytes_new (body, strlen (body));
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) models = td_model_listing_read (bytes, &error);
  GString *out = g_string_new (NULL);

  if (models == NULL)
    {
      g_assert_true (error->domain == TD_PROVIDER_ERROR);
      g_string_append (out, td_provider_error_to_string (error->code));
    }
  for (guint i = 0; models != NULL && i < models->len; i++)
    {
      const TdListedModel *model = models->pdata[i];

      g_string_append_printf (out, "%s=%s@%" G_GINT64_FORMAT "+%" G_GINT64_FORMAT "/%s ", model->id,
                              model->name != NULL ? model->name : "", model->context,
                              model->size_bytes,
                              model->parameter_label != NULL ? model->parameter_label : "");
    }
  return g_string_free (out, FALSE);
}

static void
test_listings (void)
{
  static const char *const cases[][2] = {
    { "{\"data\":[{\"id\":\"a\"},{\"id\":\"b\"}]}", "a=@0+0/ b=@0+0/ " },
    { "{\"models\":[{\"name\":\"a\"}]}", "a=@0+0/ " },
    { "[{\"id\":\"a\",\"display_name\":\"A\"}]", "a=A@0+0/ " },
    { "{\"data\":[],\"models\":[{\"name\":\"a\"}]}", "" },
    { "{\"data\":[{\"id\":\"a\"},{\"id\":\"a\"},{\"id\":\"\"},{},7,null]}", "a=@0+0/ " },
    { "{\"data\":[{\"id\":\"a\",\"max_model_len\":32768}]}", "a=@32768+0/ " },
    { "{\"data\":[{\"id\":\"a\",\"meta\":{\"n_ctx_train\":40960,\"size\":99}}]}", "a=@40960+99/ " },
    { "{\"data\":[{\"id\":\"a\",\"context_length\":-5}]}", "a=@0+0/ " },
    { "{\"data\":[{\"id\":\"a\",\"providers\":[{\"status\":\"live\",\"context_length\":10},{\"status\":\"error\",\"context_length\":99},{\"status\":\"live\",\"context_length\":20}]}]}",
      "a=@20+0/ " },
    { "{\"models\":[{\"name\":\"a:b\",\"model\":\"a:b\",\"size\":5,\"details\":{\"parameter_size\":\"3.2B\",\"context_length\":8}}]}",
      "a:b=@8+5/3.2B " },
    { "{\"error\":{\"message\":\"m\",\"code\":\"invalid_api_key\"}}", "auth" },
    { "{\"data\":[{\"type\":\"model\",\"id\":\"a\",\"display_name\":\"A\",\"max_input_tokens\":5}],\"has_more\":true,\"first_id\":\"a\",\"last_id\":\"a\"}",
      "a=A@5+0/ " },
    { "{\"models\":[{\"type\":\"llm\",\"key\":\"q/a\",\"display_name\":\"A\",\"size_bytes\":5,\"params_string\":\"8B\",\"max_context_length\":9}]}",
      "q/a=A@9+5/8B " },
    { "{\"hello\":1}", "protocol" },
    { "<html>", "protocol" },
    { "", "protocol" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *summary = summarise_models (cases[i][0]);

      g_test_message ("%s", cases[i][0]);
      g_assert_cmpstr (summary, ==, cases[i][1]);
    }
}

static void
test_roles (void)
{
  for (int role = TD_ROLE_SYSTEM; role <= TD_ROLE_TOOL; role++)
    {
      TdRole back;

      g_assert_true (td_role_from_string (td_role_to_string (role), &back));
      g_assert_cmpint (back, ==, role);
    }
  g_assert_false (td_role_from_string ("developer", &(TdRole) { 0 }));
}

int
main (int    argc,
      char **argv)
{
  td_test_init (&argc, &argv);
  g_test_add_func ("/requests/chat", test_chat);
  g_test_add_func ("/requests/opaque", test_opaque);
  g_test_add_func ("/requests/anthropic/limit", test_anthropic_limit);
  g_test_add_func ("/requests/anthropic/roles", test_anthropic_roles);
  g_test_add_func ("/requests/anthropic/thinking", test_anthropic_thinking);
  g_test_add_func ("/requests/anthropic/headers", test_anthropic_headers);
  g_test_add_func ("/requests/anthropic/list", test_anthropic_list);
  g_test_add_func ("/requests/anthropic/pages", test_anthropic_pages);
  g_test_add_func ("/requests/gemini-turns", test_gemini_turns);
  g_test_add_func ("/requests/gemini-list", test_gemini_list);
  g_test_add_func ("/requests/list", test_list);
  g_test_add_func ("/requests/protocols", test_protocols);
  g_test_add_func ("/requests/listings", test_listings);
  g_test_add_func ("/requests/roles", test_roles);
  return g_test_run ();
}

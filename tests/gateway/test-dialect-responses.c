/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "gateway/dialect-fixture.h"
#include "providers/td-responses-parser.h"
#include "support/td-test.h"

#define HI "\"model\":\"m\",\"input\":\"hi\""
#define TOOL \
  "\"tools\":[{\"type\":\"function\",\"name\":\"f\",\"description\":\"d\",\"parameters\":{\"type\":\"object\"}}]"
#define PNG \
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABh6FO1AAAAABJRU5ErkJggg=="
#define INPUT(items) \
  "{\"model\":\"m\",\"input\":[{\"role\":\"user\",\"content\":\"hi\"}," items "]}"
#define CALL \
  "{\"type\":\"function_call\",\"id\":\"fc_1\",\"call_id\":\"a\",\"name\":\"f\",\"arguments\":\"{}\"}"
#define OUTPUT(json) "{\"type\":\"function_call_output\",\"call_id\":\"a\",\"output\":" json "}"
/* The model acme/one and an empty object. */
#define REASONING \
  "{\"type\":\"reasoning\",\"id\":\"rs_1\",\"summary\":[],\"encrypted_content\":\"td1:YWNtZS9vbmUKe30=\"}"

static const ReadCase cases[] = {
  { "least", "{" HI "}", "m user(hi) usage" },
  { "stream", "{" HI ",\"stream\":true,\"instructions\":\"be kind\"}",
    "m system(be kind) user(hi) stream usage" },
  { "roles",
    INPUT (
      "{\"type\":\"message\",\"role\":\"developer\",\"content\":\"a\"},{\"role\":\"assistant\",\"content\":[{\"type\":\"output_text\",\"text\":\"b\",\"annotations\":[]},{\"type\":\"refusal\",\"refusal\":\"c\"}]},{\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":\"d\"},{\"type\":\"input_text\",\"text\":\"e\"}]}"),
    "m user(hi) system(a) assistant(bc) user(d\ne) usage" },
  { "image",
    INPUT (
      "{\"role\":\"user\",\"content\":[{\"type\":\"input_image\",\"image_url\":\"data:image/png;base64," PNG
      "\",\"detail\":\"auto\"}]}"),
    "m user(hi) user( <image/png 70>) usage" },
  { "image by id",
    INPUT ("{\"role\":\"user\",\"content\":[{\"type\":\"input_image\",\"file_id\":\"x\"}]}"),
    "!input[1].content[0]: data:" },
  { "image of the assistant",
    INPUT (
      "{\"role\":\"assistant\",\"content\":[{\"type\":\"input_image\",\"image_url\":\"data:image/png;base64," PNG
      "\"}]}"),
    "!input[1].content[0].type: input_image" },
  { "file",
    INPUT ("{\"role\":\"user\",\"content\":[{\"type\":\"input_file\",\"file_data\":\"x\"}]}"),
    "!input[1].content[0].type: input_file" },
  { "calls", INPUT ("{\"role\":\"assistant\",\"content\":\"wait\"}," CALL "," OUTPUT ("\"42\"")),
    "m user(hi) assistant(wait a=f{}) tool(42 for a) usage" },
  { "result in parts",
    INPUT (CALL "," OUTPUT (
      "[{\"type\":\"input_text\",\"text\":\"x\"},{\"type\":\"input_image\",\"image_url\":\"data:image/png;base64," PNG
      "\"}]")),
    "m user(hi) assistant( a=f{}) tool(x for a) user( <image/png 70>) usage" },
  { "reasoning before", INPUT (REASONING "," CALL "," OUTPUT ("\"42\"")),
    "m user(hi) assistant( a=f{} opaque {}) tool(42 for a) usage" },
  { "reasoning behind", INPUT (CALL "," REASONING "," OUTPUT ("\"42\"")),
    "m user(hi) assistant( a=f{} opaque {}) tool(42 for a) usage" },
  { "reasoning alone", INPUT (REASONING ",{\"role\":\"user\",\"content\":\"x\"}"),
    "m user(hi) user(x) usage" },
  { "reasoning of another",
    INPUT (
      "{\"type\":\"reasoning\",\"summary\":[],\"encrypted_content\":\"gAAAA\"},{\"role\":\"assistant\",\"content\":\"x\"}"),
    "m user(hi) assistant(x) usage" },
  { "call without result", INPUT (CALL), "!input: has no result" },
  { "result without call", INPUT (OUTPUT ("\"42\"")), "!input: follows no such call" },
  { "reference", INPUT ("{\"type\":\"item_reference\",\"id\":\"x\"}"),
    "!input[1].type: item_reference" },
  { "search", INPUT ("{\"type\":\"web_search_call\"}"), "!input[1].type: web_search_call" },
  { "role", INPUT ("{\"role\":\"tool\",\"content\":\"x\"}"), "!input[1].role: developer" },
  { "no item", INPUT ("7"), "!input[1].role: missing" },
  { "settings",
    "{" HI
    ",\"max_output_tokens\":7,\"temperature\":1.5,\"top_p\":1,\"reasoning\":{\"effort\":\"minimal\",\"summary\":\"auto\"}}",
    "m user(hi) max=7 t=1.5 p=1 effort=minimal usage" },
  { "schema",
    "{" HI
    ",\"text\":{\"format\":{\"type\":\"json_schema\",\"name\":\"s\",\"strict\":true,\"schema\":{\"a\":1}},\"verbosity\":\"low\"}}",
    "m user(hi) s:{\"a\":1}! usage" },
  { "json", "{" HI ",\"text\":{\"format\":{\"type\":\"json_object\"}}}",
    "m user(hi) reply:{\"type\":\"object\"} usage" },
  { "grammar", "{" HI ",\"text\":{\"format\":{\"type\":\"grammar\"}}}",
    "!text.format.type: json_schema" },
  { "tools",
    "{" HI "," TOOL
    ",\"tool_choice\":{\"type\":\"function\",\"name\":\"f\"},\"parallel_tool_calls\":false}",
    "m user(hi) tool f/d/{\"type\":\"object\"} choice=named f one-call usage" },
  { "hosted tool", "{" HI ",\"tools\":[{\"type\":\"web_search\"}]}", "!tools[0].type: web_search" },
  { "hosted choice", "{" HI "," TOOL ",\"tool_choice\":{\"type\":\"web_search\"}}",
    "!tool_choice: one function" },
  { "earlier response", "{" HI ",\"previous_response_id\":\"resp_1\"}",
    "!previous_response_id: cannot" },
  { "conversation", "{" HI ",\"conversation\":\"conv_1\"}", "!conversation: cannot" },
  { "background", "{" HI ",\"background\":true}", "!background: cannot" },
  { "stored prompt", "{" HI ",\"prompt\":{\"id\":\"p\"}}", "!prompt: cannot" },
  { "probabilities", "{" HI ",\"include\":[\"message.output_text.logprobs\"]}",
    "!include: probabilities" },
  { "harmless",
    "{" HI
    ",\"include\":[\"reasoning.encrypted_content\"],\"store\":true,\"background\":false,\"previous_response_id\":null,\"truncation\":\"auto\",\"prompt_cache_key\":\"x\",\"metadata\":{}}",
    "m user(hi) usage" },
  { "no input", "{\"model\":\"m\"}", "!input: nothing to reply to" },
  { "input of no list", "{\"model\":\"m\",\"input\":{}}", "!input: a list" },
};

static void
test_read (void)
{
  assert_reads (td_dialect_responses (), cases, G_N_ELEMENTS (cases));
}

static void
test_read_sample (void)
{
  g_autoptr (GBytes) body = td_test_load_data ("wire/openai-responses-request.json");
  g_autoptr (TdFault) fault = NULL;
  g_autoptr (TdDialectCall) call = td_dialect_read (td_dialect_responses (), body, &fault);

  g_assert_null (fault);
  g_assert_nonnull (call);
  g_assert_cmpuint (call->chat->turns->len, ==, 6);
  g_assert_false (call->hides_reasoning);
}

static void
test_read_hostile (void)
{
  assert_hostile (td_dialect_responses (),
                  "{\"model\":\"m\",\"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":\"a\"}]}," CALL "," OUTPUT ("\"x\"") "]," TOOL
                                                                                                                                                      ",\"reasoning\":{\"effort\":\"low\",\"summary\":\"auto\"},\"text\":{\"format\":{\"type\":\"text\"}},\"include\":[\"a\"]}");
}

static void
test_carries (void)
{
  assert_carries (td_dialect_responses (), td_responses_parser_new, CARRIES_ALL);
}

static guint
count (const char *text,
       const char *part)
{
  g_auto (GStrv) pieces = g_strsplit (text, part, -1);

  return g_strv_length (pieces) - 1;
}

/* Whatever is opened is closed, once. */
static void
test_items (void)
{
  g_autoptr (TdDialectCall) call = make_call (TRUE, TRUE);

  for (guint i = 0; i < n_scripts; i++)
    {
      g_autofree char *bytes = write_script (td_dialect_responses (), scripts[i].name, call, NULL);
      guint n_added = count (bytes, "event: response.output_item.added");

      if (scripts[i].finish == TD_FINISH_ERROR)
        continue;
      g_assert_cmpuint (count (bytes, "event: response.output_item.done"), ==, n_added);
      g_assert_cmpuint (count (bytes, "event: response.content_part.added"), ==,
                        count (bytes, "event: response.content_part.done"));
      for (guint j = 0; j < n_added; j++)
        {
          g_autofree char *item = g_strdup_printf ("\"output_index\":%u,\"item\":", j);

          g_assert_cmpuint (count (bytes, item), ==, 2);
        }
    }
}

/* A client that did not ask to see it does not. */
static void
test_hidden_reasoning (void)
{
  g_autoptr (TdDialectCall) call = make_call (TRUE, TRUE);
  g_autofree char *bytes = NULL;

  call->hides_reasoning = TRUE;
  bytes = write_script (td_dialect_responses (), "thought", call, NULL);
  g_assert_null (strstr (bytes, "Let me"));
  g_assert_nonnull (strstr (bytes, "Seen."));
}

static void
test_opaque (void)
{
  assert_opaque (td_dialect_responses ());
}

/* By the documents, not by what came out. */
static void
test_bytes (void)
{
#define EVENT(name, number) \
  "event: " name "\ndata: {\"type\":\"" name "\",\"sequence_number\":" number ","
#define RESPONSE(status, reason)                                                                                \
  "\"response\":{\"id\":\"resp_abc123\",\"object\":\"response\",\"created_at\":1700000000,\"status\":\"" status \
  "\",\"error\":null,\"incomplete_details\":" reason ",\"model\":\"acme/one\",\"output\":["
#define REST       "],\"parallel_tool_calls\":true,\"store\":false,\"usage\":"
#define INNER      "\"item_id\":\"msg_abc123_0\",\"output_index\":0,\"content_index\":0,"
#define PART(text) "{\"type\":\"output_text\",\"text\":\"" text "\",\"annotations\":[]}"
#define ITEM                                                                                                            \
  "{\"id\":\"msg_abc123_0\",\"type\":\"message\",\"status\":\"incomplete\",\"role\":\"assistant\",\"content\":[" PART ( \
    "And so on and") "]}"
  static const char expected[] = EVENT ("response.created", "0") RESPONSE ("in_progress", "null")
    REST "null}}\n\n" EVENT ("response.in_progress", "1") RESPONSE ("in_progress", "null") REST
    "null}}\n\n" EVENT ("response.output_item.added", "2") "\"output_index\":0,\"item\":{\"id\":\"msg_abc123_0\",\"type\":\"message\",\"status\":\"in_progress\",\"role\":\"assistant\",\"content\":[]}}\n\n" EVENT (
      "response.content_part.added", "3") INNER
    "\"part\":" PART ("") "}\n\n" EVENT ("response.output_text.delta", "4") INNER
    "\"delta\":\"And so on and\",\"logprobs\":[]}\n\n" EVENT ("response.output_text.done", "5")
      INNER
    "\"text\":\"And so on and\",\"logprobs\":[]}\n\n" EVENT ("response.content_part.done", "6")
      INNER "\"part\":" PART ("And so on and") "}\n\n" EVENT (
        "response.output_item.done",
        "7") "\"output_index\":0,\"item\":" ITEM "}\n\n" EVENT ("response.incomplete", "8")
        RESPONSE ("incomplete", "{\"reason\":\"max_output_tokens\"}") ITEM REST
    "{\"input_tokens\":120,\"input_tokens_details\":{\"cached_tokens\":40,\"cache_write_tokens\":30},\"output_tokens\":25,\"output_tokens_details\":{\"reasoning_tokens\":10},\"total_tokens\":145}}}\n\n";
  g_autoptr (TdDialectCall) call = make_call (TRUE, TRUE);
  g_autofree char *bytes = write_script (td_dialect_responses (), "length", call, NULL);

  g_assert_cmpstr (bytes, ==, expected);
}

int
main (int   argc,
      char *argv[])
{
  td_test_init (&argc, &argv);
  g_test_add_func ("/dialect/responses/read", test_read);
  g_test_add_func ("/dialect/responses/read-sample", test_read_sample);
  g_test_add_func ("/dialect/responses/read-hostile", test_read_hostile);
  g_test_add_func ("/dialect/responses/carries", test_carries);
  g_test_add_func ("/dialect/responses/items", test_items);
  g_test_add_func ("/dialect/responses/hidden-reasoning", test_hidden_reasoning);
  g_test_add_func ("/dialect/responses/opaque", test_opaque);
  g_test_add_func ("/dialect/responses/bytes", test_bytes);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "gateway/dialect-fixture.h"
#include "providers/td-anthropic-parser.h"
#include "support/td-test.h"

#define HEAD "\"model\":\"m\",\"max_tokens\":9,"
#define HI   HEAD "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]"
#define TOOL \
  "\"tools\":[{\"name\":\"f\",\"description\":\"d\",\"input_schema\":{\"type\":\"object\"}}]"
#define PNG \
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABh6FO1AAAAABJRU5ErkJggg=="
#define IMAGE                                                                                        \
  "{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"media_type\":\"image/png\",\"data\":\"" PNG \
  "\"}}"
#define MESSAGES(list) "{" HEAD "\"messages\":[" list "]}"
#define USER(blocks)   MESSAGES ("{\"role\":\"user\",\"content\":[" blocks "]}")
#define USE(blocks) \
  "{\"role\":\"user\",\"content\":\"hi\"},{\"role\":\"assistant\",\"content\":[" blocks "]}"
#define CALL_A "{\"type\":\"tool_use\",\"id\":\"a\",\"name\":\"f\",\"input\":{\"x\":1}}"
#define CALL_B "{\"type\":\"tool_use\",\"id\":\"b\",\"name\":\"f\",\"input\":{}}"
#define RESULT(id, content) \
  "{\"type\":\"tool_result\",\"tool_use_id\":\"" id "\",\"content\":" content "}"
#define TEXT(t) "{\"type\":\"text\",\"text\":\"" t "\"}"

static const ReadCase cases[] = {
  { "least", "{" HI "}", "m user(hi) max=9 usage" },
  { "system", "{" HI ",\"system\":\"be kind\",\"stream\":true}",
    "m system(be kind) user(hi) max=9 stream usage" },
  { "system in blocks",
    "{" HI
    ",\"system\":[{\"type\":\"text\",\"text\":\"a\",\"cache_control\":{\"type\":\"ephemeral\"}},{\"type\":\"text\",\"text\":\"b\"}]}",
    "m system(a\n\nb) user(hi) max=9 usage" },
  { "system in between",
    MESSAGES (
      "{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"system\",\"content\":\"b\"},{\"role\":\"assistant\",\"content\":\"c\"}"),
    "m user(a) system(b) assistant(c) max=9 usage" },
  { "system of no text", "{" HI ",\"system\":[{\"type\":\"image\"}]}", "!system: text" },
  { "blocks", USER (TEXT ("a") "," TEXT ("b") "," IMAGE),
    "m user(a\nb <image/png 70>) max=9 usage" },
  { "image from the net",
    USER (
      "{\"type\":\"image\",\"source\":{\"type\":\"url\",\"url\":\"https://example.org/a.png\"}}"),
    "!messages[0].content[0].source: data:" },
  { "image by id", USER ("{\"type\":\"image\",\"source\":{\"type\":\"file\",\"file_id\":\"x\"}}"),
    "!messages[0].content[0].source.type: base64" },
  { "document",
    USER (
      "{\"type\":\"document\",\"title\":\"T\",\"source\":{\"type\":\"text\",\"media_type\":\"text/plain\",\"data\":\"words\"}}"),
    "m user(T\n\nwords) max=9 usage" },
  { "PDF",
    USER (
      "{\"type\":\"document\",\"source\":{\"type\":\"base64\",\"media_type\":\"application/pdf\",\"data\":\"\"}}"),
    "!messages[0].content[0].source.type: plain text" },
  { "search result", USER ("{\"type\":\"search_result\"}"),
    "!messages[0].content[0].type: search_result" },
  { "calls",
    MESSAGES (USE (TEXT ("a") "," CALL_A "," CALL_B) ",{\"role\":\"user\",\"content\":[" RESULT (
      "b",
      "[" TEXT ("2") "," IMAGE "]") "," TEXT ("next") "," RESULT ("a", "\"1\"") "]}"),
    "m user(hi) assistant(a a=f{\"x\":1} b=f{}) tool(2 for b) tool(1 for a) user( <image/png 70>) user(next) max=9 usage" },
  { "failed call",
    MESSAGES (USE (
      CALL_A) ",{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"a\",\"is_error\":true,\"content\":\"no\"}]}"),
    "m user(hi) assistant( a=f{\"x\":1}) tool(no for a failed) max=9 usage" },
  { "call without result", MESSAGES (USE (CALL_A) ",{\"role\":\"user\",\"content\":\"x\"}"),
    "!messages: has no result" },
  { "result without call", USER (RESULT ("a", "\"1\"")), "!messages: follows no such call" },
  { "input of no object",
    MESSAGES (USE ("{\"type\":\"tool_use\",\"id\":\"a\",\"name\":\"f\",\"input\":\"{}\"}")),
    "!messages[1].content[0].input: an object" },
  { "call of the server", MESSAGES (USE ("{\"type\":\"server_tool_use\",\"id\":\"a\"}")),
    "!messages[1].content[0].type: server_tool_use" },
  { "thinking comes back",
    MESSAGES (USE ("{\"type\":\"thinking\",\"thinking\":\"hm\",\"signature\":\"abc\"}," TEXT (
      "a") ",{\"type\":\"redacted_thinking\",\"data\":\"td1:YWNtZS9vbmUKe30=\"}") ",{\"role\":\"user\",\"content\":\"x\"}"),
    "m user(hi) assistant(a opaque {}) user(x) max=9 usage" },
  { "settings", "{" HI ",\"temperature\":1,\"top_p\":0.9,\"stop_sequences\":[\"A\"]}",
    "m user(hi) max=9 t=1 p=0.9 stop=A usage" },
  { "hot", "{" HI ",\"temperature\":1.5}", "!temperature: from 0 to 1" },
  { "top k", "{" HI ",\"top_k\":5}", "!top_k: cannot" },
  { "no limit", "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}",
    "!max_tokens: missing" },
  { "limit of nothing",
    "{\"model\":\"m\",\"max_tokens\":0,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}",
    "!max_tokens: above 0" },
  { "budget", "{" HI ",\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":10000}}",
    "m user(hi) max=9 effort=medium usage" },
  { "budget missing", "{" HI ",\"thinking\":{\"type\":\"enabled\"}}",
    "!thinking.budget_tokens: missing" },
  { "adaptive",
    "{" HI ",\"thinking\":{\"type\":\"adaptive\"},\"output_config\":{\"effort\":\"low\"}}",
    "m user(hi) max=9 effort=low usage" },
  { "adaptive without more", "{" HI ",\"thinking\":{\"type\":\"adaptive\"}}",
    "m user(hi) max=9 effort=high usage" },
  { "disabled",
    "{" HI ",\"thinking\":{\"type\":\"disabled\"},\"output_config\":{\"effort\":\"low\"}}",
    "m user(hi) max=9 effort=none usage" },
  { "thinking of a new kind", "{" HI ",\"thinking\":{\"type\":\"sideways\"}}",
    "!thinking.type: adaptive" },
  { "schema",
    "{" HI ",\"output_config\":{\"format\":{\"type\":\"json_schema\",\"schema\":{\"a\":1}}}}",
    "m user(hi) max=9 reply:{\"a\":1} usage" },
  { "tools",
    "{" HI "," TOOL ",\"tool_choice\":{\"type\":\"any\",\"disable_parallel_tool_use\":true}}",
    "m user(hi) max=9 tool f/d/{\"type\":\"object\"} choice=required one-call usage" },
  { "tool by name", "{" HI "," TOOL ",\"tool_choice\":{\"type\":\"tool\",\"name\":\"f\"}}",
    "m user(hi) max=9 tool f/d/{\"type\":\"object\"} choice=named f usage" },
  { "tool of the server",
    "{" HI ",\"tools\":[{\"type\":\"web_search_20250305\",\"name\":\"web_search\"}]}",
    "!tools[0].type: web_search" },
  { "choice", "{" HI "," TOOL ",\"tool_choice\":{\"type\":\"maybe\"}}",
    "!tool_choice.type: has to be auto" },
  { "servers", "{" HI ",\"mcp_servers\":[{\"url\":\"x\"}]}", "!mcp_servers: cannot" },
  { "harmless",
    "{" HI
    ",\"metadata\":{\"user_id\":\"u\"},\"service_tier\":\"auto\",\"cache_control\":{\"type\":\"ephemeral\"},\"context_management\":{},\"mcp_servers\":[]}",
    "m user(hi) max=9 usage" },
  { "role", MESSAGES ("{\"role\":\"tool\",\"content\":\"hi\"}"), "!messages[0].role: user" },
  { "no content", MESSAGES ("{\"role\":\"user\"}"), "!messages[0].content: missing" },
  { "content of no text", MESSAGES ("{\"role\":\"user\",\"content\":7}"),
    "!messages[0].content: a list" },
};

static void
test_read (void)
{
  assert_reads (td_dialect_anthropic (), cases, G_N_ELEMENTS (cases));
}

static void
test_read_count (void)
{
  static const ReadCase count_cases[] = {
    { "no limit",
      "{\"model\":\"m\",\"system\":\"s\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]," TOOL
      "}",
      "m system(s) user(hi) tool f/d/{\"type\":\"object\"}" },
    { "no messages", "{\"model\":\"m\"}", "!messages: nothing" },
  };
  g_autoptr (GBytes) body = td_dialect_anthropic_write_count (42);

  assert_reads (td_dialect_anthropic_count (), count_cases, G_N_ELEMENTS (count_cases));
  g_assert_cmpmem (g_bytes_get_data (body, NULL), g_bytes_get_size (body), "{\"input_tokens\":42}",
                   19);
}

static void
test_read_sample (void)
{
  g_autoptr (GBytes) body = td_test_load_data ("wire/anthropic-request.json");
  g_autoptr (TdFault) fault = NULL;
  g_autoptr (TdDialectCall) call = td_dialect_read (td_dialect_anthropic (), body, &fault);

  g_assert_null (fault);
  g_assert_cmpuint (call->chat->turns->len, ==, 7);
  g_assert_false (call->hides_reasoning);
}

static void
test_read_hostile (void)
{
  assert_hostile (td_dialect_anthropic (),
                  "{" HEAD "\"messages\":[" USE (TEXT ("a") "," CALL_A) ",{\"role\":\"user\",\"content\":[" RESULT ("a", "[" TEXT ("1") "]") "]}]," TOOL
                                                                                                                                             ",\"tool_choice\":{\"type\":\"tool\",\"name\":\"f\"},\"system\":[{\"type\":\"text\",\"text\":\"a\"}],\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":5},\"output_config\":{\"effort\":\"low\"}}");
}

static void
test_carries (void)
{
  assert_carries (td_dialect_anthropic (), td_anthropic_parser_new, NO_REFUSAL | BEGINS_WITH_COUNT);
}

static void
test_opaque (void)
{
  assert_opaque (td_dialect_anthropic ());
}

/* Pieces of two calls by turns become blocks one behind the other. */
static void
test_interleaved (void)
{
  static const TdChatEvent events[] = {
    { .type = TD_CHAT_EVENT_TOOL_BEGIN, .index = 0, .id = "a", .name = "f" },
    { .type = TD_CHAT_EVENT_TOOL_BEGIN, .index = 1, .id = "b", .name = "g" },
    { .type = TD_CHAT_EVENT_TOOL_ARGS, .index = 1, .text = "{\"y\":2}", .length = 7 },
    { .type = TD_CHAT_EVENT_TOOL_ARGS, .index = 0, .text = "{\"x\":1}", .length = 7 },
    { .type = TD_CHAT_EVENT_FINISH, .finish = TD_FINISH_TOOL_CALLS },
  };
  const TdReplyHead head = TEST_HEAD;
  g_autoptr (TdDialectCall) call = make_call (TRUE, TRUE);
  g_autoptr (TdDialectReply) reply = td_dialect_reply_new (td_dialect_anthropic (), call, &head);
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_autoptr (Reply) got = reply_new ();
  g_autoptr (TdChatParser) parser = td_anthropic_parser_new (TRUE, reply_event_cb, got);
  g_autofree char *calls = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (events); i++)
    td_dialect_reply_take (reply, &events[i], out);
  td_dialect_reply_end (reply, NULL, out);
  td_chat_parser_feed (parser, (const char *) out->data, out->len);
  td_chat_parser_end (parser);
  calls = reply_dup_calls (got);
  g_assert_cmpstr (calls, ==, "a:f({\"x\":1}) b:g({\"y\":2}) tool_calls");
}

/* By the documents, not by what came out. */
static void
test_bytes (void)
{
#define EVENT(name) "event: " name "\ndata: {\"type\":\"" name "\""
  static const char
    expected[] =
      EVENT (
        "message_start") ",\"message\":{\"id\":\"msg_abc123\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"acme/one\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,\"usage\":{\"input_tokens\":11,\"cache_creation_input_tokens\":null,\"cache_read_input_tokens\":null,\"output_tokens\":0}}}\n\n" EVENT ("content_block_start") ",\"index\":0,\"content_block\":{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}}\n\n" EVENT ("content_block_delta") ",\"index\":0,\"delta\":{\"type\":\"thinking_delta\",\"thinking\":\"Let me \"}}\n\n" EVENT ("content_block_delta") ",\"index\":0,\"delta\":{\"type\":\"thinking_delta\",\"thinking\":\"see.\"}}\n\n" EVENT ("content_block_stop") ",\"index\":0}\n\n" EVENT ("content_block_start") ",\"index\":1,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n" EVENT ("content_block_delta") ",\"index\":1,\"delta\":{\"type\":\"text_delta\",\"text\":\"Seen.\"}}\n\n" EVENT ("content_block_stop") ",\"index\":1}\n\n" EVENT ("message_delta") ",\"delta\":{\"stop_reason\":\"end_turn\",\"stop_sequence\":null},\"usage\":{\"input_tokens\":50,\"cache_creation_input_tokens\":30,\"cache_read_input_tokens\":40,\"output_tokens\":25,\"output_tokens_details\":{\"thinking_tokens\":10}},\"x_topdog\":{\"cost\":null}}\n\n" EVENT ("message_stop") "}\n\n";
  const TdReplyTrailer trailer = TD_REPLY_TRAILER_INIT;
  g_autoptr (TdDialectCall) call = make_call (TRUE, TRUE);
  g_autofree char *bytes = write_script (td_dialect_anthropic (), "thought", call, &trailer);

  g_assert_cmpstr (bytes, ==, expected);
}

int
main (int   argc,
      char *argv[])
{
  td_test_init (&argc, &argv);
  g_test_add_func ("/dialect/anthropic/read", test_read);
  g_test_add_func ("/dialect/anthropic/read-count", test_read_count);
  g_test_add_func ("/dialect/anthropic/read-sample", test_read_sample);
  g_test_add_func ("/dialect/anthropic/read-hostile", test_read_hostile);
  g_test_add_func ("/dialect/anthropic/carries", test_carries);
  g_test_add_func ("/dialect/anthropic/opaque", test_opaque);
  g_test_add_func ("/dialect/anthropic/interleaved", test_interleaved);
  g_test_add_func ("/dialect/anthropic/bytes", test_bytes);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "support/td-test.h"

#include <string.h>

#include "providers/reply.h"

/* What the samples of the Messages protocol leave out, one table each. */

#define EVENT(name, rest) "event: " name "\ndata: {\"type\":\"" name "\"" rest "}\n\n"
#define A_START      \
  EVENT (            \
    "message_start", \
    ",\"message\":{\"id\":\"x\",\"model\":\"m\",\"content\":[],\"usage\":{\"input_tokens\":5,\"output_tokens\":1}}")
#define A_BLOCK(index, block) \
  EVENT ("content_block_start", ",\"index\":" #index ",\"content_block\":" block)
#define A_DELTA(index, delta) \
  EVENT ("content_block_delta", ",\"index\":" #index ",\"delta\":" delta)
#define A_CLOSE(index)      EVENT ("content_block_stop", ",\"index\":" #index)
#define A_TEXT(index, text) A_DELTA (index, "{\"type\":\"text_delta\",\"text\":\"" text "\"}")
#define A_ARGS(index, text) \
  A_DELTA (index, "{\"type\":\"input_json_delta\",\"partial_json\":\"" text "\"}")
#define A_THINK(index, text) \
  A_DELTA (index, "{\"type\":\"thinking_delta\",\"thinking\":\"" text "\"}")
#define A_SIGN(index, text) \
  A_DELTA (index, "{\"type\":\"signature_delta\",\"signature\":\"" text "\"}")
#define A_TOOL(index, id, name) \
  A_BLOCK (index, "{\"type\":\"tool_use\",\"id\":\"" id "\",\"name\":\"" name "\",\"input\":{}}")
#define A_WHY(reason)  EVENT ("message_delta", ",\"delta\":{\"stop_reason\":\"" reason "\"}")
#define A_STOP(reason) A_WHY (reason) EVENT ("message_stop", "")
#define A_OPEN         A_START A_BLOCK (0, "{\"type\":\"text\",\"text\":\"\"}") A_TEXT (0, "a")
#define A_PING         EVENT ("ping", "")

static Reply *
read_anthropic (const char *bytes)
{
  Reply *reply = reply_new ();
  g_autoptr (TdChatParser) parser =
    td_protocol_anthropic ()->parser_new (*bytes != '{', reply_event_cb, reply);

  td_chat_parser_feed (parser, bytes, strlen (bytes));
  td_chat_parser_end (parser);
  g_assert_cmpuint (reply->n_ends, ==, 1);
  return reply;
}

static const struct
{
  const char *name;
  const char *bytes;
  const char *summary;
} text_cases[] = {
  { "stop", A_OPEN A_STOP ("end_turn"), "a||stop" },
  { "stop-sequence", A_OPEN A_STOP ("stop_sequence"), "a||stop" },
  { "length", A_OPEN A_STOP ("max_tokens"), "a||length" },
  { "window", A_OPEN A_STOP ("model_context_window_exceeded"), "a||length" },
  { "pause", A_OPEN A_STOP ("pause_turn"), "a||paused" },
  { "refusal", A_OPEN A_STOP ("refusal"), "a||refused" },
  { "unknown-reason", A_OPEN A_STOP ("moon"), "a||unknown" },
  { "tools-without-call", A_OPEN A_STOP ("tool_use"), "a||tool_calls" },
  { "no-reason", A_OPEN EVENT ("message_stop", ""), "a||incomplete" },
  { "no-message-stop", A_OPEN A_WHY ("end_turn"), "a||cut" },
  { "no-reason-and-no-stop", A_OPEN, "a||cut" },
  { "nothing", "", "||cut" },
  { "pings-only", A_PING A_PING, "||cut" },
  { "early-pings", A_PING A_PING A_OPEN A_PING A_TEXT (0, "b") A_STOP ("end_turn"), "ab||stop" },
  { "after-the-end", A_OPEN A_STOP ("end_turn") A_TEXT (0, "b"), "a||stop" },
  { "later-reason-wins", A_OPEN A_WHY ("moon") A_STOP ("end_turn"), "a||stop" },
  { "null-reason-is-none",
    A_OPEN A_WHY ("end_turn") EVENT ("message_delta", ",\"delta\":{\"stop_reason\":null}")
      EVENT ("message_stop", ""),
    "a||stop" },
  { "overloaded",
    A_OPEN EVENT ("error", ",\"error\":{\"type\":\"overloaded_error\",\"message\":\"m\"}"),
    "a||overloaded" },
  { "error-first",
    A_PING EVENT ("error", ",\"error\":{\"type\":\"rate_limit_error\",\"message\":\"m\"}"),
    "||rate_limit" },
  { "server-error", A_OPEN EVENT ("error", ",\"error\":{\"type\":\"api_error\",\"message\":\"m\"}"),
    "a||server" },
  { "error-event-without-error", A_OPEN EVENT ("error", ",\"message\":\"m\""), "a||server" },
  { "error-without-a-name", A_OPEN "data: {\"error\":{\"type\":\"billing_error\"}}\n\n",
    "a||quota" },
  { "garbage", A_OPEN "data: <html>\n\n", "a||protocol" },
  { "cut-in-an-event", A_OPEN "event: content_block_delta\ndata: {\"type\":\"conte", "a||cut" },
  { "named-by-the-event-alone",
    A_OPEN
    "event: content_block_delta\ndata: {\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"b\"}}\n\n" A_STOP (
      "end_turn"),
    "ab||stop" },
  { "named-by-the-data-alone",
    A_OPEN
    "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"b\"}}\n\n" A_STOP (
      "end_turn"),
    "ab||stop" },
  { "text-in-the-start",
    A_START A_BLOCK (0, "{\"type\":\"text\",\"text\":\"a\"}") A_TEXT (0, "b") A_STOP ("end_turn"),
    "ab||stop" },
  { "several-blocks",
    A_OPEN A_CLOSE (0) A_BLOCK (1, "{\"type\":\"text\",\"text\":\"\"}") A_TEXT (1, "b")
      A_STOP ("end_turn"),
    "ab||stop" },
  { "unknown-block-with-text",
    A_OPEN A_CLOSE (0) A_BLOCK (1, "{\"type\":\"moon\"}") A_TEXT (1, "b") A_CLOSE (1)
      A_BLOCK (2, "{\"type\":\"text\",\"text\":\"\"}") A_TEXT (2, "c") A_STOP ("end_turn"),
    "ac||stop" },
  { "unknown-delta",
    A_OPEN A_DELTA (0, "{\"type\":\"citations_delta\",\"citation\":{}}") A_STOP ("end_turn"),
    "a||stop" },
  { "unknown-event", A_OPEN EVENT ("moon", ",\"text\":\"b\"") A_STOP ("end_turn"), "a||stop" },
  { "wrong-types",
    A_OPEN EVENT ("content_block_start", ",\"index\":\"x\",\"content_block\":7")
      A_BLOCK (1, "{\"type\":\"text\",\"text\":7}") A_TEXT (1, "b")
        A_DELTA (1, "{\"type\":\"text_delta\",\"text\":[]}")
          EVENT ("message_delta", ",\"delta\":[],\"usage\":7") A_STOP ("end_turn"),
    "ab||stop" },
  { "array-event", A_OPEN "data: [1]\n\n" A_STOP ("end_turn"), "a||stop" },
  { "thinking",
    A_START A_BLOCK (0, "{\"type\":\"thinking\",\"thinking\":\"w\",\"signature\":\"\"}")
      A_THINK (0, "hy") A_SIGN (0, "s") A_CLOSE (0) A_BLOCK (1, "{\"type\":\"text\",\"text\":\"\"}")
        A_TEXT (1, "a") A_STOP ("end_turn"),
    "a|why|stop" },
  { "marks-are-text",
    A_START A_BLOCK (0, "{\"type\":\"text\"}") A_TEXT (0, "<think>b</think>a") A_STOP ("end_turn"),
    "<think>b</think>a||stop" },
  { "whole",
    "{\"type\":\"message\",\"content\":[{\"type\":\"text\",\"text\":\"a\"}],\"stop_reason\":\"end_turn\"}",
    "a||stop" },
  { "whole-without-reason", "{\"content\":[{\"type\":\"text\",\"text\":\"a\"}]}", "a||incomplete" },
  { "whole-empty", "{\"content\":[],\"stop_reason\":\"end_turn\"}", "||stop" },
  { "whole-error",
    "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"m\"}}",
    "||overloaded" },
  { "whole-cut", "{\"content\":[{\"type\":\"text\",\"text\":\"a", "||protocol" },
  { "whole-other", "{\"hello\":1}", "||protocol" },
};

static void
test_text (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (text_cases); i++)
    {
      g_autoptr (Reply) reply = read_anthropic (text_cases[i].bytes);
      g_autofree char *summary = reply_dup_summary (reply);

      g_test_message ("%s", text_cases[i].name);
      g_assert_cmpstr (summary, ==, text_cases[i].summary);
    }
}

static const struct
{
  const char *name;
  const char *bytes;
  const char *summary;
} tool_cases[] = {
  { "pieces",
    A_START A_TOOL (0, "a", "f") A_ARGS (0, "{\\\"x\\\"") A_ARGS (0, ":1}") A_CLOSE (0)
      A_STOP ("tool_use"),
    "a:f({\"x\":1}) tool_calls" },
  { "two",
    A_OPEN A_CLOSE (0) A_TOOL (1, "a", "f") A_ARGS (1, "{}") A_CLOSE (1) A_TOOL (2, "b", "f")
      A_ARGS (2, "") A_CLOSE (2) A_STOP ("tool_use"),
    "a:f({}) b:f() tool_calls" },
  { "arguments-in-the-start",
    A_START A_BLOCK (0, "{\"type\":\"tool_use\",\"id\":\"a\",\"name\":\"f\",\"input\":{\"x\":1}}")
      A_ARGS (0, "{\\\"x\\\":1}") A_CLOSE (0) A_STOP ("tool_use"),
    "a:f({\"x\":1}) tool_calls" },
  { "reason-says-stop", A_START A_TOOL (0, "a", "f") A_CLOSE (0) A_STOP ("end_turn"),
    "a:f() tool_calls" },
  { "no-id", A_START A_BLOCK (0, "{\"type\":\"tool_use\",\"name\":\"f\"}") A_STOP ("tool_use"),
    "*:f() tool_calls" },
  { "nameless-is-dropped", A_START A_TOOL (0, "a", "") A_ARGS (0, "{}") A_STOP ("end_turn"),
    "stop" },
  { "cut-by-length", A_START A_TOOL (0, "a", "f") A_ARGS (0, "{}") A_STOP ("max_tokens"),
    "a:f({}) length" },
  { "refused", A_START A_TOOL (0, "a", "f") A_ARGS (0, "{}") A_STOP ("refusal"),
    "a:f({}) refused" },
  { "half", A_START A_TOOL (0, "a", "f") A_ARGS (0, "{") A_STOP ("end_turn"), "a:f({) stop" },
  { "connection-cut", A_START A_TOOL (0, "a", "f") A_ARGS (0, "{}") A_WHY ("tool_use"),
    "a:f({}) incomplete" },
  { "pieces-of-no-call", A_OPEN A_ARGS (0, "{}") A_ARGS (7, "{}") A_STOP ("end_turn"), "stop" },
  { "servers-own-tool",
    A_START A_BLOCK (0, "{\"type\":\"server_tool_use\",\"id\":\"a\",\"name\":\"f\",\"input\":{}}")
      A_ARGS (0, "{}") A_CLOSE (0) A_STOP ("pause_turn"),
    "paused" },
};

static void
test_tools (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (tool_cases); i++)
    {
      g_autoptr (Reply) reply = read_anthropic (tool_cases[i].bytes);
      g_autofree char *summary = reply_dup_calls (reply);

      g_test_message ("%s", tool_cases[i].name);
      g_assert_cmpstr (summary, ==, tool_cases[i].summary);
    }
}

/* More calls than any turn has are not kept. */
static void
test_many_tools (void)
{
  g_autoptr (GString) bytes = g_string_new (A_START);
  g_autoptr (Reply) reply = NULL;

  for (int i = 0; i < 300; i++)
    g_string_append_printf (
      bytes,
      "data: {\"type\":\"content_block_start\",\"index\":%d,\"content_block\":{\"type\":\"tool_use\",\"id\":\"a%d\",\"name\":\"f\"}}\n\n"
      "data: {\"type\":\"content_block_delta\",\"index\":%d,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"{}\"}}\n\n",
      i, i, i);
  g_string_append (bytes, A_STOP ("tool_use"));
  reply = read_anthropic (bytes->str);
  g_assert_cmpuint (reply->calls->len, ==, 256);
  g_assert_cmpstr (((ReplyCall *) reply->calls->pdata[255])->args->str, ==, "{}");
}

static void
test_refusal (void)
{
#define REFUSED      \
  EVENT (            \
    "message_delta", \
    ",\"delta\":{\"stop_reason\":\"refusal\",\"stop_details\":{\"type\":\"refusal\",\"explanation\":\"No.\"}}")
  g_autoptr (Reply) alone = read_anthropic (A_START REFUSED REFUSED EVENT ("message_stop", ""));
  g_autoptr (Reply) after = read_anthropic (A_OPEN REFUSED EVENT ("message_stop", ""));
  g_autoptr (Reply) whole = read_anthropic (
    "{\"content\":[],\"stop_reason\":\"refusal\",\"stop_details\":{\"type\":\"refusal\",\"explanation\":\"No.\"}}");

  g_assert_cmpstr (alone->refusal->str, ==, "No.");
  g_assert_cmpstr (alone->finish_raw, ==, "refusal");
  g_assert_cmpint (alone->finish, ==, TD_FINISH_REFUSED);
  g_assert_cmpstr (after->refusal->str, ==, "");
  g_assert_cmpstr (after->text->str, ==, "a");
  g_assert_cmpstr (whole->refusal->str, ==, "No.");
  g_assert_cmpint (whole->finish, ==, TD_FINISH_REFUSED);
#undef REFUSED
}

#define A_COUNTS(usage) EVENT ("message_delta", ",\"delta\":{},\"usage\":" usage)

/* All figures are running totals, and the prompt is what the three kinds of input add up to. */
static const struct
{
  const char *bytes;
  gint64 input, cached, cache_write, output, reasoning, total;
} usage_cases[] = {
  { A_START, 5, -1, -1, 1, -1, 6 },
  { A_START A_COUNTS ("{\"output_tokens\":7}") A_COUNTS ("{\"output_tokens\":9}"), 5, -1, -1, 9, -1,
    14 },
  { A_START A_COUNTS (
      "{\"input_tokens\":null,\"cache_read_input_tokens\":null,\"output_tokens\":9}"),
    5, -1, -1, 9, -1, 14 },
  { A_START A_COUNTS (
      "{\"input_tokens\":3,\"cache_read_input_tokens\":20,\"cache_creation_input_tokens\":100,\"output_tokens\":9}"),
    123, 20, 100, 9, -1, 132 },
  { A_START A_COUNTS ("{\"cache_read_input_tokens\":20}")
      A_COUNTS ("{\"cache_creation_input_tokens\":100}"),
    125, 20, 100, 1, -1, 126 },
  { A_START A_COUNTS ("{\"output_tokens\":9.0,\"output_tokens_details\":{\"thinking_tokens\":4}}")
      A_COUNTS ("{\"output_tokens_details\":null}"),
    5, -1, -1, 9, 4, 14 },
  { A_START A_COUNTS ("{\"input_tokens\":-3,\"output_tokens\":\"9\"}")
      A_COUNTS ("{\"input_tokens\":9223372036854775807,\"output_tokens\":1e300}"),
    5, -1, -1, 1, -1, 6 },
  { A_COUNTS ("{\"output_tokens\":9}"), -1, -1, -1, 9, -1, -1 },
};

static void
test_usage (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (usage_cases); i++)
    {
      g_autoptr (Reply) reply = read_anthropic (usage_cases[i].bytes);

      g_test_message ("%s", usage_cases[i].bytes);
      g_assert_cmpint (reply->usage.input, ==, usage_cases[i].input);
      g_assert_cmpint (reply->usage.cached, ==, usage_cases[i].cached);
      g_assert_cmpint (reply->usage.cache_write, ==, usage_cases[i].cache_write);
      g_assert_cmpint (reply->usage.output, ==, usage_cases[i].output);
      g_assert_cmpint (reply->usage.reasoning, ==, usage_cases[i].reasoning);
      g_assert_cmpint (reply->usage.total, ==, usage_cases[i].total);
      g_assert_cmpint (reply->usage.provider_cost, ==, TD_USAGE_UNKNOWN);
    }
}

#define A_THOUGHT(index, text, signature)                                         \
  A_BLOCK (index, "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}") \
  A_THINK (index, text)                                                           \
  A_SIGN (index, signature)                                                       \
  A_CLOSE (index)
#define A_SECRET(index)                                              \
  A_BLOCK (index, "{\"type\":\"redacted_thinking\",\"data\":\"x\"}") \
  A_CLOSE (index)
#define A_SAYS(index, text)                            \
  A_BLOCK (index, "{\"type\":\"text\",\"text\":\"\"}") \
  A_TEXT (index, text)                                 \
  A_CLOSE (index)

/* What was thought is kept for the next request, and from there goes back as it came. */
static const struct
{
  const char *name;
  const char *bytes;
  const char *content; /* (nullable): nothing is kept */
} opaque_cases[] = {
  { "in-place",
    A_START A_THOUGHT (0, "why", "s") A_SECRET (1) A_SAYS (2, "a\303\274") A_SAYS (3, "b")
      A_THOUGHT (4, "how", "t") A_SAYS (5, "c") A_STOP ("end_turn"),
    "{\"type\":\"thinking\",\"thinking\":\"why\",\"signature\":\"s\"},{\"type\":\"redacted_thinking\",\"data\":\"x\"},"
    "{\"type\":\"text\",\"text\":\"a\303\274b\"},{\"type\":\"thinking\",\"thinking\":\"how\",\"signature\":\"t\"},"
    "{\"type\":\"text\",\"text\":\"c\"}" },
  { "not-shown", A_START A_THOUGHT (0, "", "s") A_SAYS (1, "a") A_STOP ("end_turn"),
    "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"s\"},{\"type\":\"text\",\"text\":\"a\"}" },
  { "whole",
    "{\"content\":[{\"type\":\"thinking\",\"thinking\":\"why\",\"signature\":\"s\"},{\"type\":\"text\",\"text\":\"a\"}],"
    "\"stop_reason\":\"end_turn\"}",
    "{\"type\":\"thinking\",\"thinking\":\"why\",\"signature\":\"s\"},{\"type\":\"text\",\"text\":\"a\"}" },
  { "unsigned", A_START A_THOUGHT (0, "why", "") A_SAYS (1, "a") A_STOP ("max_tokens"), NULL },
  { "without-data",
    A_START A_BLOCK (0, "{\"type\":\"redacted_thinking\"}") A_SAYS (1, "a") A_STOP ("end_turn"),
    NULL },
  { "no-thinking", A_OPEN A_STOP ("end_turn"), NULL },
  { "failed", A_START A_THOUGHT (0, "why", "s") A_SAYS (1, "a"), NULL },
};

static void
test_opaque (void)
{
  g_autoptr (TdEndpoint) endpoint = td_endpoint_new_custom ("x", "x", "https://x");

  endpoint->kind = TD_PROVIDER_KIND_ANTHROPIC;
  for (gsize i = 0; i < G_N_ELEMENTS (opaque_cases); i++)
    {
      const char *content = opaque_cases[i].content;
      g_autoptr (Reply) reply = read_anthropic (opaque_cases[i].bytes);
      g_autoptr (TdChatRequest) request = td_chat_request_new ("m");
      g_autoptr (TdWireRequest) wire = NULL;
      g_autoptr (TdJsonDoc) got = NULL;
      g_autoptr (TdJsonDoc) expected = NULL;
      g_autofree char *message = NULL;

      g_test_message ("%s", opaque_cases[i].name);
      g_assert_true ((reply->opaque != NULL) == (content != NULL));
      if (content == NULL)
        continue;
      td_chat_request_add_turn (request, TD_ROLE_ASSISTANT, reply->text->str);
      td_chat_request_set_opaque (request, reply->opaque);
      wire = td_protocol_anthropic ()->write_chat (endpoint, request);
      got = td_json_doc_parse_bytes (wire->body, NULL, NULL);
      message = g_strconcat ("[{\"role\":\"assistant\",\"content\":[", content, "]}]", NULL);
      expected = td_json_doc_parse (message, -1, NULL, NULL);
      g_assert_nonnull (expected);
      g_assert_true (json_equal (td_json_get_member (td_json_doc_get_root (got), "messages"),
                                 td_json_doc_get_root (expected)));
    }
}

int
main (int    argc,
      char **argv)
{
  td_test_init (&argc, &argv);
  g_test_add_func ("/replies-anthropic/text", test_text);
  g_test_add_func ("/replies-anthropic/tools", test_tools);
  g_test_add_func ("/replies-anthropic/many-tools", test_many_tools);
  g_test_add_func ("/replies-anthropic/refusal", test_refusal);
  g_test_add_func ("/replies-anthropic/usage", test_usage);
  g_test_add_func ("/replies-anthropic/opaque", test_opaque);
  return g_test_run ();
}

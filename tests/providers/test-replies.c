/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "support/td-test.h"

#include <string.h>

#include "providers/reply.h"
#include "providers/td-openai-usage.h"

/* What servers that imitate OpenAI or Ollama do differently, one table each. */

/* A chunk with one choice; the argument is the delta and what follows it in the choice. */
#define CHUNK(delta) \
  "data: {\"id\":\"x\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":" delta "}]}\n\n"
#define STOP         CHUNK ("{},\"finish_reason\":\"stop\"")
#define DONE         "data: [DONE]\n\n"
#define TOOLS(calls) CHUNK ("{\"tool_calls\":[" calls "]}")

static Reply *
read_stream (const TdProtocol *protocol,
             gboolean          streamed,
             const char       *bytes)
{
  Reply *reply = reply_new ();
  g_autoptr (TdChatParser) parser = protocol->parser_new (streamed, reply_event_cb, reply);

  td_chat_parser_feed (parser, bytes, strlen (bytes));
  td_chat_parser_end (parser);
  g_assert_cmpuint (reply->n_ends, ==, 1);
  return reply;
}

static Reply *
read_openai (const char *bytes)
{
  return read_stream (td_protocol_openai_chat (), *bytes != '{', bytes);
}

static Reply *
read_ollama (const char *bytes)
{
  return read_stream (td_protocol_ollama (), TRUE, bytes);
}

static const struct
{
  const char *name;
  const char *bytes;
  const char *summary;
} text_cases[] = {
  { "content-null-and-absent",
    CHUNK ("{\"content\":null}") CHUNK ("{}") CHUNK ("{\"content\":\"a\"}") STOP DONE, "a||stop" },
  { "content-of-wrong-type",
    CHUNK ("{\"content\":7}") CHUNK ("{\"content\":{\"a\":1}}") CHUNK ("{\"content\":\"a\"}") STOP,
    "a||stop" },
  { "no-done", CHUNK ("{\"content\":\"a\"}") STOP, "a||stop" },
  { "done-without-reason", CHUNK ("{\"content\":\"a\"}") DONE, "a||incomplete" },
  { "neither", CHUNK ("{\"content\":\"a\"}"), "a||cut" },
  { "nothing", "", "||cut" },
  { "done-only", DONE, "||incomplete" },
  { "empty-reason-is-none",
    CHUNK ("{\"content\":\"a\"},\"finish_reason\":\"\"")
      CHUNK ("{\"content\":\"b\"},\"finish_reason\":\"stop\"") DONE,
    "ab||stop" },
  { "length", CHUNK ("{\"content\":\"a\"},\"finish_reason\":\"length\"") DONE, "a||length" },
  { "filter", CHUNK ("{\"content\":\"a\"},\"finish_reason\":\"content_filter\"") DONE,
    "a||refused" },
  { "unknown-reason", CHUNK ("{\"content\":\"a\"},\"finish_reason\":\"eos_token\"") DONE,
    "a||unknown" },
  { "refusal", CHUNK ("{\"refusal\":\"no\"}") STOP DONE, "||refused" },
  { "second-choice-ignored",
    "data: {\"choices\":[{\"index\":1,\"delta\":{\"content\":\"b\"}},{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n\n" STOP
      DONE,
    "a||stop" },
  { "message-in-stream",
    "data: {\"choices\":[{\"message\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}]}\n\n",
    "a||stop" },
  { "no-object-is-passed-over",
    "data: null\n\ndata: \"ping\"\n\ndata: []\n\n" CHUNK ("{\"content\":\"a\"}") STOP, "a||stop" },
  { "garbage", CHUNK ("{\"content\":\"a\"}") "data: <html>\n\n" STOP, "a||protocol" },
  { "cut-after-the-reason", CHUNK ("{\"content\":\"a\"}") STOP "data: {\"usage\":{\"prompt",
    "a||stop" },
  { "done-padded", CHUNK ("{\"content\":\"a\"}") STOP "data:  [DONE] \n\n", "a||stop" },
  { "text-of-parts",
    CHUNK (
      "{\"content\":[{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\",\"text\":\"why\"}]}]}")
      CHUNK ("{\"content\":[{\"type\":\"text\",\"text\":\"a\"}]}") STOP,
    "a|why|stop" },
  { "reasoning-content",
    CHUNK ("{\"reasoning_content\":\"why\"}") CHUNK ("{\"content\":\"a\"}") STOP, "a|why|stop" },
  { "reasoning", CHUNK ("{\"reasoning\":\"why\"}") CHUNK ("{\"content\":\"a\"}") STOP,
    "a|why|stop" },
  { "reasoning-not-added-up",
    CHUNK (
      "{\"reasoning\":\"why\",\"reasoning_content\":\"why\",\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"why\"}]}")
      STOP,
    "|why|stop" },
  { "details-only",
    CHUNK ("{\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"wh\",\"index\":0}]}")
      CHUNK (
        "{\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"y\",\"index\":0},{\"type\":\"reasoning.encrypted\",\"data\":\"zz\",\"index\":1}]}")
        STOP,
    "|why|stop" },
  { "first-source-kept",
    CHUNK ("{\"reasoning\":\"why\"}")
      CHUNK ("{\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"why\"}]}") STOP,
    "|why|stop" },
  { "think-marks",
    CHUNK ("{\"content\":\"<thi\"}") CHUNK ("{\"content\":\"nk>why</think>a\"}") STOP,
    "a|why|stop" },
  { "think-marks-beside-reasoning",
    CHUNK ("{\"reasoning\":\"why\"}") CHUNK ("{\"content\":\"<think>a\"}") STOP,
    "<think>a|why|stop" },
  { "held-text-comes-at-the-end", CHUNK ("{\"content\":\"<thi\"}") STOP, "<thi||stop" },
  { "held-text-comes-before-an-error",
    CHUNK ("{\"content\":\"<thi\"}") "data: {\"error\":\"x\"}\n\n", "<thi||server" },
  { "held-text-comes-before-a-cut", CHUNK ("{\"content\":\"<thi\"}"), "<thi||cut" },
  { "error-object",
    CHUNK (
      "{\"content\":\"a\"}") "data: {\"error\":{\"message\":\"m\",\"type\":\"server_error\"}}\n\n" STOP,
    "a||server" },
  { "error-string", "data: {\"error\":\"Model is overloaded\",\"error_type\":\"overloaded\"}\n\n",
    "||overloaded" },
  { "error-null-is-none",
    "data: {\"error\":null,\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}]}\n\n",
    "a||stop" },
  { "error-event", "event: error\ndata: {\"message\":\"m\",\"code\":\"rate_limit_exceeded\"}\n\n",
    "||rate_limit" },
  { "error-with-number", "data: {\"error\":{\"message\":\"m\",\"code\":429}}\n\n", "||rate_limit" },
  { "error-of-vllm",
    "data: {\"object\":\"error\",\"message\":\"m\",\"type\":\"BadRequestError\",\"code\":400}\n\n",
    "||invalid" },
  { "error-in-choice",
    "data: {\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":\"error\",\"error\":{\"code\":502,\"message\":\"m\"}}]}\n\n",
    "a||server" },
  { "error-reason-alone", CHUNK ("{\"content\":\"a\"},\"finish_reason\":\"error\"") DONE,
    "a||server" },
  { "whole", "{\"choices\":[{\"message\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}]}",
    "a||stop" },
  { "whole-without-reason", "{\"choices\":[{\"message\":{\"content\":\"a\"}}]}", "a||incomplete" },
  { "whole-error", "{\"error\":{\"code\":402,\"message\":\"m\"}}", "||quota" },
  { "whole-error-string", "{\"error\":\"m\"}", "||server" },
  { "whole-error-in-choice",
    "{\"choices\":[{\"message\":{\"content\":\"a\"},\"finish_reason\":\"error\",\"error\":{\"code\":429,\"message\":\"m\"}}]}",
    "a||rate_limit" },
  { "whole-cut", "{\"choices\":[{\"message\":{\"content\":\"a", "||protocol" },
  { "whole-without-choices", "{\"id\":\"x\",\"choices\":[]}", "||protocol" },
  { "whole-think-marks",
    "{\"choices\":[{\"message\":{\"content\":\"<think>why</think>a\"},\"finish_reason\":\"stop\"}]}",
    "a|why|stop" },
};

static void
test_text (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (text_cases); i++)
    {
      g_autoptr (Reply) reply = read_openai (text_cases[i].bytes);
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
  { "fragments",
    TOOLS ("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"\"}}")
      TOOLS ("{\"index\":0,\"function\":{\"arguments\":\"{\\\"x\\\"\"}}")
        TOOLS ("{\"index\":0,\"function\":{\"arguments\":\":1}\"}}")
          CHUNK ("{},\"finish_reason\":\"tool_calls\""),
    "a:f({\"x\":1}) tool_calls" },
  { "new-id-at-known-index",
    TOOLS ("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}")
      TOOLS ("{\"index\":0,\"id\":\"b\",\"function\":{\"name\":\"f\",\"arguments\":\"{\"}}")
        TOOLS ("{\"index\":0,\"function\":{\"arguments\":\"}\"}}") STOP,
    "a:f({}) b:f({}) tool_calls" },
  { "id-and-name-repeated",
    TOOLS ("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"x\\\":\"}}")
      TOOLS ("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"1}\"}}")
        TOOLS ("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"\"}}") STOP,
    "a:f({\"x\":1}) tool_calls" },
  { "no-index-with-ids",
    TOOLS (
      "{\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}},{\"id\":\"b\",\"function\":{\"name\":\"g\",\"arguments\":\"{\"}}")
      TOOLS ("{\"id\":\"b\",\"function\":{\"arguments\":\"}\"}}") STOP,
    "a:f({}) b:g({}) tool_calls" },
  { "no-index-and-no-id",
    TOOLS ("{\"function\":{\"name\":\"f\",\"arguments\":\"{\"}}")
      TOOLS ("{\"function\":{\"arguments\":\"}\"}}")
        TOOLS ("{\"function\":{\"name\":\"g\",\"arguments\":\"{}\"}}") STOP,
    "*:f({}) *:g({}) tool_calls" },
  { "same-index-and-no-id",
    TOOLS ("{\"index\":0,\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}")
      TOOLS ("{\"index\":0,\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}") STOP,
    "*:f({}) *:f({}) tool_calls" },
  { "empty-id-is-none",
    TOOLS ("{\"index\":0,\"id\":\"\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}") STOP,
    "*:f({}) tool_calls" },
  { "arguments-as-object",
    TOOLS ("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":{\"x\":[1,2]}}}")
      STOP,
    "a:f({\"x\":[1,2]}) tool_calls" },
  { "no-arguments", TOOLS ("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\"}}") STOP,
    "a:f() tool_calls" },
  { "interleaved",
    TOOLS (
      "{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{\"}},{\"index\":1,\"id\":\"b\",\"function\":{\"name\":\"g\",\"arguments\":\"{\"}}")
      TOOLS (
        "{\"index\":1,\"function\":{\"arguments\":\"}\"}},{\"index\":0,\"function\":{\"arguments\":\"}\"}}")
        STOP,
    "a:f({}) b:g({}) tool_calls" },
  { "index-starts-at-one",
    TOOLS ("{\"index\":1,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}") STOP,
    "a:f({}) tool_calls" },
  { "name-after-arguments",
    TOOLS ("{\"index\":0,\"id\":\"a\",\"function\":{\"arguments\":\"{\"}}")
      TOOLS ("{\"index\":0,\"function\":{\"name\":\"f\",\"arguments\":\"}\"}}") STOP,
    "a:f({}) tool_calls" },
  { "nameless-is-dropped",
    TOOLS ("{\"index\":0,\"id\":\"a\",\"function\":{\"arguments\":\"{}\"}}") STOP, "stop" },
  { "half-a-call-and-stop",
    TOOLS ("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"x\\\":\"}}")
      STOP,
    "a:f({\"x\":) stop" },
  { "cut-by-length",
    TOOLS ("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}")
      CHUNK ("{},\"finish_reason\":\"length\""),
    "a:f({}) length" },
  { "done-without-reason",
    TOOLS ("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}") DONE,
    "a:f({}) tool_calls" },
  { "connection-cut",
    TOOLS ("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}"),
    "a:f({}) incomplete" },
  { "function-call",
    CHUNK ("{\"function_call\":{\"name\":\"f\",\"arguments\":\"{\"}}")
      CHUNK ("{\"function_call\":{\"arguments\":\"}\"}},\"finish_reason\":\"function_call\""),
    "*:f({}) tool_calls" },
  { "whole-two-without-ids",
    "{\"choices\":[{\"message\":{\"content\":null,\"tool_calls\":[{\"function\":{\"name\":\"f\",\"arguments\":\"{\"}},{\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]},\"finish_reason\":\"stop\"}]}",
    "*:f({) *:f({}) tool_calls" },
};

static void
test_tools (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (tool_cases); i++)
    {
      g_autoptr (Reply) reply = read_openai (tool_cases[i].bytes);
      g_autofree char *summary = reply_dup_calls (reply);

      g_test_message ("%s", tool_cases[i].name);
      g_assert_cmpstr (summary, ==, tool_cases[i].summary);
    }
}

#define OLLAMA_DONE "{\"model\":\"m\",\"done\":true,\"done_reason\":\"stop\"}\n"

static const struct
{
  const char *name;
  const char *bytes;
  const char *summary;
} ollama_cases[] = {
  { "thinking",
    "{\"message\":{\"content\":\"\",\"thinking\":\"why\"}}\n{\"message\":{\"content\":\"a\"}}\n" OLLAMA_DONE,
    "a|why|stop" },
  { "no-reason", "{\"message\":{\"content\":\"a\"},\"done\":true}\n", "a||stop" },
  { "empty-reason", "{\"message\":{\"content\":\"a\"},\"done\":true,\"done_reason\":\"\"}\n",
    "a||stop" },
  { "length", "{\"message\":{\"content\":\"a\"},\"done\":true,\"done_reason\":\"length\"}\n",
    "a||length" },
  { "other", "{\"message\":{\"content\":\"a\"},\"done\":true,\"done_reason\":\"moon\"}\n",
    "a||unknown" },
  { "cut", "{\"message\":{\"content\":\"a\"},\"done\":false}\n", "a||cut" },
  { "cut-in-a-line", "{\"message\":{\"content\":\"a\"},\"done\":false}\n{\"message\":{\"con",
    "a||cut" },
  { "garbage", "{\"message\":{\"content\":\"a\"},\"done\":false}\n<html>\n", "a||protocol" },
  { "error", "{\"message\":{\"content\":\"a\"},\"done\":false}\n{\"error\":\"runner crashed\"}\n",
    "a||server" },
  { "think-marks", "{\"message\":{\"content\":\"<think>why</think>a\"}}\n" OLLAMA_DONE,
    "a|why|stop" },
  { "after-done-ignored",
    "{\"message\":{\"content\":\"a\"},\"done\":true}\n{\"message\":{\"content\":\"b\"}}\n",
    "a||stop" },
  { "message-of-wrong-type", "{\"message\":\"a\"}\n" OLLAMA_DONE, "||stop" },
};

static void
test_ollama (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (ollama_cases); i++)
    {
      g_autoptr (Reply) reply = read_ollama (ollama_cases[i].bytes);
      g_autofree char *summary = reply_dup_summary (reply);

      g_test_message ("%s", ollama_cases[i].name);
      g_assert_cmpstr (summary, ==, ollama_cases[i].summary);
    }
}

/* Lines sent under the content type of one document are read all the same. */
static void
test_ollama_mislabelled (void)
{
  g_autoptr (Reply) lines =
    read_stream (td_protocol_ollama (), FALSE, "{\"message\":{\"content\":\"a\"}}\n" OLLAMA_DONE);
  g_autoptr (Reply) half =
    read_stream (td_protocol_ollama (), FALSE, "{\"message\":{\"content\":\"a\"}}\n{\"mess");
  g_autoptr (Reply) page = read_stream (td_protocol_ollama (), FALSE, "<html>");

  g_assert_cmpstr (lines->text->str, ==, "a");
  g_assert_cmpstr (reply_get_end (lines), ==, "stop");
  g_assert_cmpint (half->failure->class, ==, TD_PROVIDER_ERROR_CUT);
  g_assert_cmpint (page->failure->class, ==, TD_PROVIDER_ERROR_PROTOCOL);
  g_assert_cmpstr (page->failure->message, ==, "<html>");
}

/* What Ollama leaves out because it is zero. */
static void
test_ollama_usage (void)
{
  static const struct
  {
    const char *line;
    gint64 input, output, total;
  } cases[] = {
    { "{\"done\":true,\"prompt_eval_count\":5,\"eval_count\":7}\n", 5, 7, 12 },
    { "{\"done\":true,\"prompt_eval_count\":5}\n", 5, 0, 5 },
    { "{\"done\":true,\"eval_count\":7}\n", -1, 7, -1 },
    { "{\"done\":true,\"eval_count\":-7}\n", -1, -1, -1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (Reply) reply = read_ollama (cases[i].line);

      g_assert_cmpint (reply->usage.input, ==, cases[i].input);
      g_assert_cmpint (reply->usage.output, ==, cases[i].output);
      g_assert_cmpint (reply->usage.total, ==, cases[i].total);
      g_assert_true (reply->has_usage == (cases[i].output >= 0));
    }
}

/* Running totals: the last value of each field wins, null and absent leave the earlier one. */
static void
test_usage_adds_up_to_the_last (void)
{
  g_autoptr (Reply) reply = read_openai (
    "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":1,\"total_tokens\":6}}\n\n"
    "data: {\"choices\":[{\"delta\":{\"content\":\"b\"}}],\"usage\":null}\n\n"
    "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":null,\"completion_tokens\":2.0,\"total_tokens\":7,\"prompt_tokens_details\":{\"cached_tokens\":3}}}\n\n" STOP);

  g_assert_cmpint (reply->usage.input, ==, 5);
  g_assert_cmpint (reply->usage.output, ==, 2);
  g_assert_cmpint (reply->usage.total, ==, 7);
  g_assert_cmpint (reply->usage.cached, ==, 3);
  g_assert_cmpint (reply->usage.reasoning, ==, TD_USAGE_UNKNOWN);
  g_assert_cmpint (reply->usage.provider_cost, ==, TD_USAGE_UNKNOWN);
}

static void
test_cost (void)
{
  static const struct
  {
    const char *text;
    gint64 nano;
  } cases[] = {
    { "0.0012", 1200000 },
    { "0.000041", 41000 },
    { "4.1e-05", 41000 },
    { "4.1E-5", 41000 },
    { "0", 0 },
    { "0.0", 0 },
    { "1", 1000000000 },
    { "12.5", 12500000000 },
    { "1e2", 100000000000 },
    { "0.0000000001", 1 },
    { "0.0000000010", 1 },
    { "0.0000000011", 2 },
    { "1e-400", 1 },
    { "1e300", TD_USAGE_UNKNOWN },
    { "-0.5", TD_USAGE_UNKNOWN },
    { "nan", TD_USAGE_UNKNOWN },
    { "1,5", TD_USAGE_UNKNOWN },
    { "", TD_USAGE_UNKNOWN },
    { NULL, TD_USAGE_UNKNOWN },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (td_openai_usage_parse_cost (cases[i].text), ==, cases[i].nano);
}

/* All entries, in order, the fragments of one joined; and nothing that was not sent. */
static void
test_details_go_back (void)
{
  g_autoptr (Reply) reply = read_openai (
    CHUNK (
      "{\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"a\",\"index\":0,\"format\":\"f\",\"id\":null}]}")
      CHUNK (
        "{\"reasoning_details\":[{\"type\":\"reasoning.encrypted\",\"data\":\"x\",\"index\":1}]}")
        CHUNK (
          "{\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"b\",\"index\":0},{\"type\":\"reasoning.encrypted\",\"data\":\"y\",\"index\":1}]}")
          CHUNK (
            "{\"reasoning_details\":[{\"type\":\"reasoning.text\",\"signature\":\"s\",\"index\":0}]}")
            STOP);
  g_autoptr (TdJsonDoc) expected = td_json_doc_parse (
    "{\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"ab\",\"format\":\"f\",\"signature\":\"s\",\"index\":0},"
    "{\"type\":\"reasoning.encrypted\",\"data\":\"xy\",\"index\":1}]}",
    -1, NULL, NULL);
  g_autoptr (TdJsonDoc) got = td_json_doc_parse (reply->opaque, -1, NULL, NULL);

  g_assert_true (json_equal (td_json_doc_get_root (got), td_json_doc_get_root (expected)));
}

/* In a whole reply each entry is complete, whatever index it claims. */
static void
test_whole_details_stay_apart (void)
{
  g_autoptr (Reply) reply =
    read_openai ("{\"choices\":[{\"message\":{\"content\":\"a\",\"reasoning_details\":["
                 "{\"type\":\"reasoning.text\",\"text\":\"x\",\"index\":0},"
                 "{\"type\":\"reasoning.text\",\"text\":\"y\",\"index\":0}]},"
                 "\"finish_reason\":\"stop\"}]}");
  g_autoptr (TdJsonDoc) got = td_json_doc_parse (reply->opaque, -1, NULL, NULL);

  g_assert_cmpuint (td_json_get_length (td_json_get_member (td_json_doc_get_root (got),
                                                            "reasoning_details")),
                    ==, 2);
  g_assert_cmpstr (reply->reasoning->str, ==, "xy");
}

/* OpenRouter says whom it asked. */
static void
test_upstream (void)
{
  static const char *const cases[][2] = {
    { "data: {\"id\":\"x\",\"provider\":\"Anthropic\",\"choices\":[]}\n\ndata: [DONE]\n\n",
      "Anthropic" },
    { "data: {\"id\":\"x\",\"provider\":\"\",\"choices\":[]}\n\ndata: [DONE]\n\n", NULL },
    { "data: {\"id\":\"x\",\"provider\":{},\"choices\":[]}\n\ndata: [DONE]\n\n", NULL },
    { "data: {\"id\":\"x\",\"choices\":[]}\n\ndata: [DONE]\n\n", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (Reply) reply = reply_new ();
      g_autoptr (TdChatParser) parser =
        td_protocol_openai_chat ()->parser_new (TRUE, reply_event_cb, reply);

      td_chat_parser_feed (parser, cases[i][0], strlen (cases[i][0]));
      td_chat_parser_end (parser);
      g_assert_cmpstr (reply->upstream, ==, cases[i][1]);
    }
}

int
main (int    argc,
      char **argv)
{
  td_test_init (&argc, &argv);
  g_test_add_func ("/replies/text", test_text);
  g_test_add_func ("/replies/tools", test_tools);
  g_test_add_func ("/replies/ollama", test_ollama);
  g_test_add_func ("/replies/ollama-mislabelled", test_ollama_mislabelled);
  g_test_add_func ("/replies/ollama-usage", test_ollama_usage);
  g_test_add_func ("/replies/usage-adds-up-to-the-last", test_usage_adds_up_to_the_last);
  g_test_add_func ("/replies/cost", test_cost);
  g_test_add_func ("/replies/details-go-back", test_details_go_back);
  g_test_add_func ("/replies/whole-details-stay-apart", test_whole_details_stay_apart);
  g_test_add_func ("/replies/upstream", test_upstream);
  return g_test_run ();
}

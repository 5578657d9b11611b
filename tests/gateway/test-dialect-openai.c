/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "gateway/dialect-fixture.h"
#include "providers/td-openai-chat-parser.h"
#include "support/td-test.h"

#define HI "\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]"

/* One pixel. */
#define PNG \
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABh6FO1AAAAABJRU5ErkJggg=="
#define IMAGE(url)  "{\"type\":\"image_url\",\"image_url\":{\"url\":\"" url "\"}}"
#define USER(parts) "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[" parts "]}]}"
#define CALLS(calls, rest)                                                                         \
  "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"},{\"role\":\"assistant\"," \
  "\"content\":null,\"tool_calls\":[" calls "]}" rest "]}"
#define CALL_A \
  "{\"id\":\"a\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"x\\\":1}\"}}"
#define RESULT_A ",{\"role\":\"tool\",\"tool_call_id\":\"a\",\"content\":\"42\"}"
#define TOOL \
  "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"description\":\"d\",\"parameters\":{\"type\":\"object\"},\"strict\":true}}]"

static const ReadCase cases[] = {
  { "least", "{" HI "}", "m user(hi)" },
  { "stream", "{" HI ",\"stream\":true,\"stream_options\":{\"include_usage\":true}}",
    "m user(hi) stream usage" },
  { "null is absent",
    "{" HI ",\"stream\":null,\"n\":null,\"stop\":null,\"tools\":null,\"temperature\":null}",
    "m user(hi)" },
  { "roles",
    "{\"model\":\"m\",\"messages\":[{\"role\":\"developer\",\"content\":\"a\"},{\"role\":\"system\",\"content\":\"b\"},{\"role\":\"user\",\"content\":\"c\"},{\"role\":\"assistant\",\"content\":\"d\"},{\"role\":\"user\",\"content\":\"e\"}]}",
    "m system(a) system(b) user(c) assistant(d) user(e)" },
  { "parts", USER ("{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"text\",\"text\":\"b\"}"),
    "m user(a\nb)" },
  { "image", USER ("{\"type\":\"text\",\"text\":\"a\"}," IMAGE ("data:image/png;base64," PNG)),
    "m user(a <image/png 70>)" },
  { "image of another type", USER (IMAGE ("data:image/jpeg;base64," PNG)),
    "m user( <image/png 70>)" },
  { "image from the net", USER (IMAGE ("https://example.org/a.png")),
    "!messages[0].content[0]: data:" },
  { "image that is none", USER (IMAGE ("data:image/png;base64,aGVsbG8=")),
    "!messages[0].content[0]: not a PNG" },
  { "image without base64", USER (IMAGE ("data:image/png,hello")),
    "!messages[0].content[0]: base64" },
  { "image cut", USER (IMAGE ("data:image/png;base64,iVBORw0K!")),
    "!messages[0].content[0]: base64" },
  { "image without its end",
    USER (IMAGE (
      "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABh6FO1AAAAABJRU5ErkJggg")),
    "!messages[0].content[0]: base64" },
  { "audio", USER ("{\"type\":\"input_audio\",\"input_audio\":{}}"),
    "!messages[0].content[0].type: input_audio" },
  { "file", USER ("{\"type\":\"file\",\"file\":{}}"), "!messages[0].content[0].type: file" },
  { "calls", CALLS (CALL_A, RESULT_A), "m user(hi) assistant( a=f{\"x\":1}) tool(42 for a)" },
  { "call without result", CALLS (CALL_A, ""), "!messages: has no result" },
  { "call twice", CALLS (CALL_A "," CALL_A, RESULT_A),
    "!messages[1].tool_calls[1]: id of another" },
  { "result without call",
    "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}" RESULT_A "]}",
    "!messages: follows no such call" },
  { "result without id", CALLS (CALL_A, ",{\"role\":\"tool\",\"content\":\"42\"}"),
    "!messages[2].tool_call_id: missing" },
  { "call of no function", CALLS ("{\"id\":\"a\",\"type\":\"custom\",\"custom\":{}}", RESULT_A),
    "!messages[1].tool_calls[0].type: custom" },
  { "opaque",
    "{\"model\":\"m\",\"messages\":[{\"role\":\"assistant\",\"content\":\"a\",\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"x\"},{\"format\":\"topdog-v1\",\"data\":\"td1:YWNtZS9vbmUKe30=\"}]},{\"role\":\"user\",\"content\":\"hi\"}]}",
    "m assistant(a opaque {}) user(hi)" },
  { "opaque of another",
    "{\"model\":\"m\",\"messages\":[{\"role\":\"assistant\",\"content\":\"a\",\"reasoning_details\":[{\"format\":\"topdog-v1\",\"data\":\"td1:YWNt\"},{\"format\":\"topdog-v1\",\"data\":\"no\"},7]},{\"role\":\"user\",\"content\":\"hi\"}]}",
    "m assistant(a) user(hi)" },
  { "limits", "{" HI ",\"max_tokens\":5,\"temperature\":0,\"top_p\":0.5,\"stop\":\"END\"}",
    "m user(hi) max=5 t=0 p=0.5 stop=END" },
  { "newer limit", "{" HI ",\"max_tokens\":5,\"max_completion_tokens\":9,\"stop\":[\"A\",\"B\"]}",
    "m user(hi) max=9 stop=A stop=B" },
  { "no limit", "{" HI ",\"max_tokens\":0}", "!max_tokens: above 0" },
  { "hot", "{" HI ",\"temperature\":2.5}", "!temperature: from 0 to 2" },
  { "hot text", "{" HI ",\"temperature\":\"1\"}", "!temperature: a number" },
  { "empty stop", "{" HI ",\"stop\":[\"\"]}", "!stop: not empty" },
  { "effort", "{" HI ",\"reasoning_effort\":\"high\"}", "m user(hi) effort=high" },
  { "effort of OpenRouter", "{" HI ",\"reasoning\":{\"effort\":\"low\"}}",
    "m user(hi) effort=low" },
  { "much effort", "{" HI ",\"reasoning_effort\":\"heroic\"}", "!reasoning_effort: minimal" },
  { "schema",
    "{" HI
    ",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"s\",\"strict\":true,\"schema\":{\"type\":\"object\"}}}}",
    "m user(hi) s:{\"type\":\"object\"}!" },
  { "json", "{" HI ",\"response_format\":{\"type\":\"json_object\"}}",
    "m user(hi) reply:{\"type\":\"object\"}" },
  { "plain", "{" HI ",\"response_format\":{\"type\":\"text\"}}", "m user(hi)" },
  { "no schema", "{" HI ",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{}}}",
    "!response_format.json_schema.schema: missing" },
  { "grammar", "{" HI ",\"response_format\":{\"type\":\"grammar\"}}",
    "!response_format.type: json_schema" },
  { "tools", "{" HI "," TOOL ",\"tool_choice\":\"auto\",\"parallel_tool_calls\":false}",
    "m user(hi) tool f/d/{\"type\":\"object\"}! choice=auto one-call" },
  { "tool by name",
    "{" HI "," TOOL ",\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"f\"}}}",
    "m user(hi) tool f/d/{\"type\":\"object\"}! choice=named f" },
  { "tool nobody has",
    "{" HI "," TOOL ",\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"g\"}}}",
    "!tool_choice: no tool" },
  { "allowed tools", "{" HI "," TOOL ",\"tool_choice\":{\"type\":\"allowed_tools\"}}",
    "!tool_choice: one function" },
  { "required of none", "{" HI ",\"tool_choice\":\"required\"}", "!tool_choice: there is none" },
  { "choice of nothing", "{" HI ",\"tools\":[],\"tool_choice\":\"auto\"}", "m user(hi)" },
  { "no choice of nothing", "{" HI ",\"tool_choice\":\"none\"}", "m user(hi)" },
  { "custom tool", "{" HI ",\"tools\":[{\"type\":\"custom\",\"custom\":{\"name\":\"f\"}}]}",
    "!tools[0].type: custom" },
  { "tool without name", "{" HI ",\"tools\":[{\"type\":\"function\",\"function\":{}}]}",
    "!tools[0].function.name: missing" },
  { "one",
    "{" HI
    ",\"n\":1,\"logprobs\":false,\"top_logprobs\":0,\"logit_bias\":{},\"presence_penalty\":0,\"frequency_penalty\":0.0,\"modalities\":[\"text\"]}",
    "m user(hi)" },
  { "two", "{" HI ",\"n\":2}", "!n: cannot" },
  { "logprobs", "{" HI ",\"logprobs\":true}", "!logprobs: cannot" },
  { "logit bias", "{" HI ",\"logit_bias\":{\"50256\":-100}}", "!logit_bias: cannot" },
  { "penalty", "{" HI ",\"presence_penalty\":0.5}", "!presence_penalty: cannot" },
  { "penalty below", "{" HI ",\"frequency_penalty\":-0.5}", "!frequency_penalty: cannot" },
  { "top k", "{" HI ",\"top_k\":40}", "!top_k: cannot" },
  { "voice", "{" HI ",\"modalities\":[\"text\",\"audio\"]}", "!modalities: text only" },
  { "functions", "{" HI ",\"functions\":[{\"name\":\"f\"}]}", "!functions: cannot" },
  { "harmless",
    "{" HI
    ",\"seed\":1,\"user\":\"u\",\"metadata\":{\"a\":\"b\"},\"store\":true,\"service_tier\":\"auto\",\"prediction\":{},\"made_up\":[1]}",
    "m user(hi)" },
  { "no model", "{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}", "!model: missing" },
  { "model of no text", "{\"model\":7,\"messages\":[]}", "!model: a text" },
  { "no messages", "{\"model\":\"m\"}", "!messages: nothing to reply to" },
  { "only system", "{\"model\":\"m\",\"messages\":[{\"role\":\"system\",\"content\":\"a\"}]}",
    "!messages: nothing to reply to" },
  { "messages of no list", "{\"model\":\"m\",\"messages\":{}}", "!messages: a list" },
  { "role", "{\"model\":\"m\",\"messages\":[{\"role\":\"function\",\"content\":\"hi\"}]}",
    "!messages[0].role: developer" },
  { "content of no text", "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":7}]}",
    "!messages[0].content: a list" },
  { "surrogate", "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"\\ud83d\"}]}",
    "m user(\xef\xbf\xbd)" },
  { "no object", "[]", "!: has to be a JSON object" },
  { "no JSON", "{\"model\":", "!: not JSON" },
};

static void
test_read (void)
{
  assert_reads (td_dialect_openai_chat (), cases, G_N_ELEMENTS (cases));
}

static void
test_read_hostile (void)
{
  assert_hostile (td_dialect_openai_chat (),
                  "{" HI "," TOOL ",\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"f\"}},\"stop\":[\"a\"],"
                  "\"stream_options\":{\"include_usage\":true},\"response_format\":{\"type\":\"json_object\"}}");
}

static void
test_carries (void)
{
  assert_carries (td_dialect_openai_chat (), td_openai_chat_parser_new, CARRIES_ALL);
}

/* It is only for the model it came from. */
static void
test_forget_others (void)
{
  static const char body[] =
    "{\"model\":\"m\",\"messages\":[{\"role\":\"assistant\",\"content\":\"a\",\"reasoning_details\":[{"
    "\"format\":\"topdog-v1\",\"data\":\"td1:YWNtZS9vbmUKe30=\"}]},{\"role\":\"user\",\"content\":\"hi\"}]}";
  g_autoptr (GBytes) bytes = g_bytes_new_static (body, strlen (body));
  g_autoptr (TdFault) fault = NULL;
  g_autoptr (TdDialectCall) call = td_dialect_read (td_dialect_openai_chat (), bytes, &fault);
  const TdChatTurn *turn = call->chat->turns->pdata[0];

  td_dialect_call_forget_others (call, "acme/one");
  g_assert_cmpstr (turn->opaque, ==, "{}");
  td_dialect_call_forget_others (call, "acme/two");
  g_assert_null (turn->opaque);
}

static void
test_opaque (void)
{
  assert_opaque (td_dialect_openai_chat ());
}

/* By the documents, not by what came out. */
static void
test_bytes (void)
{
#define CHUNK \
  "data: {\"id\":\"chatcmpl-abc123\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,\"model\":\"acme/one\",\"choices\":[{\"index\":0,\"delta\":"
  static const char expected[] = CHUNK
    "{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}]}\n\n" CHUNK
    "{\"content\":\"And so on and\"},\"finish_reason\":null}]}\n\n" CHUNK
    "{},\"finish_reason\":\"length\"}],\"x_topdog\":{\"request_id\":\"r1\",\"model\":\"acme/one\",\"provider\":\"acme\",\"cost\":{\"nano_dollars\":1500000,\"text\":\"$0.0015\"},\"reason\":\"cheapest that fits\"}}\n\n"
    "data: [DONE]\n\n";
  const TdReplyTrailer trailer = {
    .request_id = "r1",
    .model = "acme/one",
    .provider = "acme",
    .cost = 1500000,
    .reason = "cheapest that fits",
  };
  g_autoptr (TdDialectCall) call = make_call (TRUE, FALSE);
  g_autofree char *bytes = write_script (td_dialect_openai_chat (), "length", call, &trailer);

  g_assert_cmpstr (bytes, ==, expected);
#undef CHUNK
}

int
main (int   argc,
      char *argv[])
{
  td_test_init (&argc, &argv);
  g_test_add_func ("/dialect/openai/read", test_read);
  g_test_add_func ("/dialect/openai/read-hostile", test_read_hostile);
  g_test_add_func ("/dialect/openai/carries", test_carries);
  g_test_add_func ("/dialect/openai/opaque", test_opaque);
  g_test_add_func ("/dialect/openai/forget-others", test_forget_others);
  g_test_add_func ("/dialect/openai/bytes", test_bytes);
  return g_test_run ();
}

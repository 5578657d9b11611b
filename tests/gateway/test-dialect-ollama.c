/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "gateway/dialect-fixture.h"
#include "providers/td-ollama-parser.h"
#include "support/td-test.h"

#define HI "\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]"
#define PNG \
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABh6FO1AAAAABJRU5ErkJggg=="
#define CALLS(calls, rest)                                                                                                                \
  "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"},{\"role\":\"assistant\",\"content\":\"\",\"tool_calls\":[" calls \
  "]}" rest "]}"
#define CALL(name)   "{\"function\":{\"name\":\"" name "\",\"arguments\":{\"x\":1}}}"
#define RESULT(more) ",{\"role\":\"tool\",\"content\":\"42\"" more "}"

static const ReadCase chat_cases[] = {
  { "least streams", "{" HI "}", "m user(hi) stream usage" },
  { "whole", "{" HI ",\"stream\":false}", "m user(hi) usage" },
  { "roles",
    "{\"model\":\"m\",\"messages\":[{\"role\":\"system\",\"content\":\"a\"},{\"role\":\"assistant\",\"content\":\"b\",\"thinking\":\"hm\"},{\"role\":\"user\",\"content\":\"c\",\"images\":[\"" PNG
    "\"]}]}",
    "m system(a) assistant(b) user(c <image/png 70>) stream usage" },
  { "image as address",
    "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"c\",\"images\":[\"data:image/png;base64," PNG
    "\"]}]}",
    "!messages[0].images[0]: base64" },
  { "image of the assistant",
    "{\"model\":\"m\",\"messages\":[{\"role\":\"assistant\",\"content\":\"c\",\"images\":[\"" PNG
    "\"]}]}",
    "!messages[0].images: of the user" },
  { "calls without ids",
    CALLS (CALL ("f") "," CALL ("g"),
           RESULT (",\"tool_name\":\"g\"") RESULT (",\"tool_name\":\"f\"")),
    "m user(hi) assistant( call_0=f{\"x\":1} call_1=g{\"x\":1}) tool(42 for call_1) tool(42 for call_0) stream usage" },
  { "the same tool twice",
    CALLS (CALL ("f") "," CALL ("f"), RESULT ("") RESULT (",\"tool_name\":\"f\"")),
    "m user(hi) assistant( call_0=f{\"x\":1} call_1=f{\"x\":1}) tool(42 for call_0) tool(42 for call_1) stream usage" },
  { "calls with ids",
    CALLS ("{\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":{}}}",
           RESULT (",\"tool_call_id\":\"a\"")),
    "m user(hi) assistant( a=f{}) tool(42 for a) stream usage" },
  { "result of another", CALLS (CALL ("f"), RESULT (",\"tool_name\":\"g\"")),
    "!messages[2]: no call" },
  { "result too many", CALLS (CALL ("f"), RESULT ("") RESULT ("")), "!messages[3]: no call" },
  { "arguments as text",
    CALLS ("{\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}", RESULT ("")),
    "!messages[1].tool_calls[0].function.arguments: an object" },
  { "options",
    "{" HI
    ",\"options\":{\"num_predict\":7,\"temperature\":0.5,\"top_p\":0.25,\"stop\":[\"A\"],\"num_ctx\":8192,\"seed\":1,\"top_k\":40,\"repeat_penalty\":1.1,\"mirostat\":0}}",
    "m user(hi) max=7 t=0.5 p=0.25 stop=A stream usage" },
  { "no limit", "{" HI ",\"options\":{\"num_predict\":-1}}", "m user(hi) stream usage" },
  { "odd limit", "{" HI ",\"options\":{\"num_predict\":-7}}", "!options.num_predict: from -2" },
  { "top k", "{" HI ",\"options\":{\"top_k\":5}}", "!options.top_k: cannot" },
  { "penalty", "{" HI ",\"options\":{\"repeat_penalty\":1.3}}", "!options.repeat_penalty: cannot" },
  { "thinks", "{" HI ",\"think\":true}", "m user(hi) effort=medium stream usage" },
  { "thinks not", "{" HI ",\"think\":false}", "m user(hi) effort=none stream usage" },
  { "thinks much", "{" HI ",\"think\":\"high\"}", "m user(hi) effort=high stream usage" },
  { "thinks in numbers", "{" HI ",\"think\":3}", "!think: true or false" },
  { "json", "{" HI ",\"format\":\"json\"}", "m user(hi) reply:{\"type\":\"object\"} stream usage" },
  { "schema", "{" HI ",\"format\":{\"a\":1}}", "m user(hi) reply:{\"a\":1} stream usage" },
  { "no format", "{" HI ",\"format\":\"\"}", "m user(hi) stream usage" },
  { "yaml", "{" HI ",\"format\":\"yaml\"}", "!format: json" },
  { "tools", "{" HI ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]}",
    "m user(hi) tool f/-/{\"type\":\"object\",\"properties\":{}} stream usage" },
  { "logprobs", "{" HI ",\"logprobs\":true}", "!logprobs: cannot" },
  { "loads", "{\"model\":\"m\",\"messages\":[],\"keep_alive\":\"5m\"}", "m stream usage" },
  { "role", "{\"model\":\"m\",\"messages\":[{\"role\":\"developer\",\"content\":\"a\"}]}",
    "!messages[0].role: system" },
};

static const ReadCase generate_cases[] = {
  { "prompt", "{\"model\":\"m\",\"prompt\":\"hi\"}", "m user(hi) stream usage" },
  { "system",
    "{\"model\":\"m\",\"system\":\"s\",\"prompt\":\"hi\",\"images\":[\"" PNG
    "\"],\"stream\":false,\"options\":{\"temperature\":0}}",
    "m system(s) user(hi <image/png 70>) t=0 usage" },
  { "loads", "{\"model\":\"m\"}", "m user() stream usage" },
  { "raw", "{\"model\":\"m\",\"prompt\":\"hi\",\"raw\":true}", "!raw: cannot" },
  { "middle", "{\"model\":\"m\",\"prompt\":\"hi\",\"suffix\":\"x\"}", "!suffix: cannot" },
  { "context", "{\"model\":\"m\",\"prompt\":\"hi\",\"context\":[1,2]}", "!context: cannot" },
  { "harmless",
    "{\"model\":\"m\",\"prompt\":\"hi\",\"raw\":false,\"suffix\":\"\",\"template\":\"\",\"context\":[],\"keep_alive\":-1}",
    "m user(hi) stream usage" },
};

static void
test_read (void)
{
  assert_reads (td_dialect_ollama_chat (), chat_cases, G_N_ELEMENTS (chat_cases));
  assert_reads (td_dialect_ollama_generate (), generate_cases, G_N_ELEMENTS (generate_cases));
}

static void
test_read_sample (void)
{
  g_autoptr (GBytes) body = td_test_load_data ("wire/ollama-request.json");
  g_autoptr (TdFault) fault = NULL;
  g_autoptr (TdDialectCall) call = td_dialect_read (td_dialect_ollama_chat (), body, &fault);

  g_assert_null (fault);
  g_assert_cmpuint (call->chat->turns->len, ==, 6);
  g_assert_cmpint (call->chat->max_output, ==, 1024);
}

static void
test_read_hostile (void)
{
  assert_hostile (
    td_dialect_ollama_chat (),
    CALLS (
      CALL ("f"),
      RESULT (
        ",\"tool_name\":\"f\"") ",{\"role\":\"user\",\"content\":\"a\",\"images\":[\"AAAA\"]}"));
  assert_hostile (
    td_dialect_ollama_chat (),
    "{" HI
    ",\"options\":{\"num_predict\":7,\"stop\":[\"A\"],\"top_k\":40},\"think\":true,\"format\":{\"a\":1}}");
  assert_hostile (
    td_dialect_ollama_generate (),
    "{\"model\":\"m\",\"prompt\":\"hi\",\"system\":\"s\",\"images\":[\"AAAA\"],\"context\":[1]}");
}

static void
test_read_name (void)
{
  static const char *const bodies[][2] = {
    { "{\"model\":\"a\"}", "a" },
    { "{\"name\":\"b\"}", "b" },
    { "{\"model\":\"\"}", NULL },
    { "{}", NULL },
    { "[", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autoptr (GBytes) body = g_bytes_new_static (bodies[i][0], strlen (bodies[i][0]));
      g_autoptr (TdFault) fault = NULL;
      g_autofree char *name = td_dialect_ollama_read_name (body, &fault);

      g_assert_cmpstr (name, ==, bodies[i][1]);
      g_assert_true ((fault == NULL) == (name != NULL));
    }
}

static void
test_carries (void)
{
  assert_carries (td_dialect_ollama_chat (), td_ollama_parser_new,
                  NO_REFUSAL | NO_REFUSED_END | NO_USAGE_DETAILS);
}

static void
test_opaque (void)
{
  assert_opaque (td_dialect_ollama_chat ());
}

#define TIME "\"created_at\":\"2023-11-14T22:13:20.000000Z\","

/* By the documents, not by what came out. */
static void
test_bytes (void)
{
  static const char expected[] =
    "{\"model\":\"acme/one\"," TIME "\"message\":{\"role\":\"assistant\",\"content\":\"And so on and\"},\"done\":false}\n"
    "{\"model\":\"acme/one\"," TIME "\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done\":true,\"done_reason\":\"length\",\"total_duration\":5000000,\"prompt_eval_count\":120,\"prompt_eval_duration\":2000000,\"eval_count\":25,\"eval_duration\":3000000,\"x_topdog\":{\"cost\":null}}\n";
  static const char generated[] =
    "{\"model\":\"acme/one\"," TIME "\"response\":\"Seen.\",\"thinking\":\"Let me see.\",\"done\":true,\"done_reason\":\"stop\",\"prompt_eval_count\":120,\"eval_count\":25}";
  const TdReplyTrailer trailer = { .cost = TD_MONEY_UNKNOWN,
                                   .duration_us = 5000,
                                   .first_token_us = 2000 };
  g_autoptr (TdDialectCall) stream = make_call (TRUE, TRUE);
  g_autoptr (TdDialectCall) whole = make_call (FALSE, TRUE);
  g_autofree char *lines = write_script (td_dialect_ollama_chat (), "length", stream, &trailer);
  g_autofree char *document = write_script (td_dialect_ollama_generate (), "thought", whole, NULL);

  g_assert_cmpstr (lines, ==, expected);
  g_assert_cmpstr (document, ==, generated);
}

static void
test_loads (void)
{
  const TdReplyHead head = TEST_HEAD;
  g_autoptr (TdDialectCall) call = make_call (FALSE, TRUE);
  g_autoptr (TdDialectReply) reply = NULL;
  g_autoptr (GByteArray) out = g_byte_array_new ();
  static const char expected[] =
    "{\"model\":\"acme/one\"," TIME
    "\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done\":true,\"done_reason\":\"load\"}";

  call->only_loads = TRUE;
  reply = td_dialect_reply_new (td_dialect_ollama_chat (), call, &head);
  td_dialect_reply_end (reply, NULL, out);
  g_assert_cmpmem (out->data, out->len, expected, strlen (expected));
}

int
main (int   argc,
      char *argv[])
{
  td_test_init (&argc, &argv);
  g_test_add_func ("/dialect/ollama/read", test_read);
  g_test_add_func ("/dialect/ollama/read-sample", test_read_sample);
  g_test_add_func ("/dialect/ollama/read-hostile", test_read_hostile);
  g_test_add_func ("/dialect/ollama/read-name", test_read_name);
  g_test_add_func ("/dialect/ollama/carries", test_carries);
  g_test_add_func ("/dialect/ollama/opaque", test_opaque);
  g_test_add_func ("/dialect/ollama/bytes", test_bytes);
  g_test_add_func ("/dialect/ollama/loads", test_loads);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "support/td-test.h"

#include <string.h>

#include "providers/reply.h"
#include "providers/td-gemini-parts.h"

/* What the samples of Gemini do not show: every reason to finish, errors in mid-stream, and what
 * is sent back. */

#define EVENT(json) "data: " json "\r\n\r\n"

/* A candidate; the argument is its parts and what follows them in the candidate. */
#define CHUNK(parts) EVENT ("{\"candidates\":[{\"content\":{\"parts\":[" parts "}]}")
#define TEXT(text)   CHUNK ("{\"text\":\"" text "\"}]}")
#define END(word)    CHUNK ("]},\"finishReason\":\"" word "\"")
#define CALL         CHUNK ("{\"functionCall\":{\"name\":\"f\",\"args\":{\"a\":[1]}}}]}")
#define ERROR_BODY                                                                         \
  "{\"error\":{\"code\":503,\"message\":\"busy\",\"status\":\"UNAVAILABLE\",\"details\":[" \
  "{\"@type\":\"type.googleapis.com/google.rpc.RetryInfo\",\"retryDelay\":\"1.5s\"}]}}"

static Reply *
read_reply (const char *bytes)
{
  gboolean streamed = *bytes != '{' && *bytes != '[';
  Reply *whole = reply_new ();
  g_autoptr (Reply) pieces = reply_new ();
  g_autoptr (TdChatParser) parser =
    td_protocol_gemini ()->parser_new (streamed, reply_event_cb, whole);
  g_autoptr (TdChatParser) again =
    td_protocol_gemini ()->parser_new (streamed, reply_event_cb, pieces);

  td_chat_parser_feed (parser, bytes, strlen (bytes));
  td_chat_parser_end (parser);
  for (gsize i = 0; bytes[i] != '\0'; i++)
    td_chat_parser_feed (again, bytes + i, 1);
  td_chat_parser_end (again);
  g_assert_cmpuint (whole->n_ends, ==, 1);
  g_assert_cmpstr (reply_get_end (whole), ==, reply_get_end (pieces));
  g_assert_cmpstr (whole->text->str, ==, pieces->text->str);
  return whole;
}

/* "text|reasoning|end|raw word or code" */
static char *
summarise (const Reply *reply)
{
  const TdFailure *failure = reply->failure;

  return g_strdup_printf ("%s|%s|%s|%s", reply->text->str, reply->reasoning->str,
                          failure != NULL ? td_provider_error_to_string (failure->class)
                                          : td_finish_to_string (reply->finish),
                          failure != NULL && failure->code != NULL ? failure->code
                          : reply->finish_raw != NULL              ? reply->finish_raw
                                                                   : "");
}

static const struct
{
  const char *name;
  const char *bytes;
  const char *summary;
} cases[] = {
  { "plain", TEXT ("a") TEXT ("b") END ("STOP"), "ab||stop|STOP" },
  { "no-reason", TEXT ("a"), "a||cut|" },
  { "nothing", "", "||cut|" },
  { "only-usage", EVENT ("{\"usageMetadata\":{\"promptTokenCount\":1}}"), "||cut|" },
  { "reason-in-every-chunk", END ("STOP") TEXT ("a") END ("STOP") TEXT ("b"), "ab||stop|STOP" },
  { "last-reason-counts", END ("STOP") TEXT ("a") END ("MAX_TOKENS"), "a||length|MAX_TOKENS" },
  { "done-mark", TEXT ("a") END ("STOP") "data: [DONE]\n\n", "a||stop|STOP" },
  { "no-blank-line", "data: {\"candidates\":[{\"finishReason\":\"STOP\"}]}", "||stop|STOP" },
  { "garbage", TEXT ("a") EVENT ("{oops"), "a||protocol|" },
  { "thought", CHUNK ("{\"text\":\"t\",\"thought\":true},{\"text\":\"a\"}]}") END ("STOP"),
    "a|t|stop|STOP" },
  { "second-candidate",
    EVENT ("{\"candidates\":[{\"index\":1,\"content\":{\"parts\":[{\"text\":\"no\"}]}},"
           "{\"content\":{\"parts\":[{\"text\":\"a\"}]},\"finishReason\":\"STOP\"}]}"),
    "a||stop|STOP" },
  { "wrong-types",
    EVENT ("{\"candidates\":{\"0\":1},\"promptFeedback\":7,\"usageMetadata\":[]}")
      EVENT ("{\"candidates\":[7]}") CHUNK ("7,null,[],{\"text\":{}},{\"functionCall\":1}]}")
        END ("STOP"),
    "||stop|STOP" },

  { "max-tokens", TEXT ("a") END ("MAX_TOKENS"), "a||length|MAX_TOKENS" },
  { "safety", TEXT ("a") END ("SAFETY"), "a||refused|SAFETY" },
  { "recitation", END ("RECITATION"), "||refused|RECITATION" },
  { "language", END ("LANGUAGE"), "||refused|LANGUAGE" },
  { "blocklist", END ("BLOCKLIST"), "||refused|BLOCKLIST" },
  { "prohibited", END ("PROHIBITED_CONTENT"), "||refused|PROHIBITED_CONTENT" },
  { "spii", END ("SPII"), "||refused|SPII" },
  { "image-safety", END ("IMAGE_SAFETY"), "||refused|IMAGE_SAFETY" },
  { "image-prohibited", END ("IMAGE_PROHIBITED_CONTENT"), "||refused|IMAGE_PROHIBITED_CONTENT" },
  { "image-recitation", END ("IMAGE_RECITATION"), "||refused|IMAGE_RECITATION" },
  { "malformed-call", END ("MALFORMED_FUNCTION_CALL"), "||server|MALFORMED_FUNCTION_CALL" },
  { "unexpected-call", END ("UNEXPECTED_TOOL_CALL"), "||server|UNEXPECTED_TOOL_CALL" },
  { "too-many-calls", END ("TOO_MANY_TOOL_CALLS"), "||server|TOO_MANY_TOOL_CALLS" },
  { "malformed", TEXT ("a") END ("MALFORMED_RESPONSE"), "a||server|MALFORMED_RESPONSE" },
  { "no-image", END ("NO_IMAGE"), "||server|NO_IMAGE" },
  { "image-other", END ("IMAGE_OTHER"), "||server|IMAGE_OTHER" },
  { "paused", TEXT ("a") END ("CONTINUATION"), "a||paused|CONTINUATION" },
  { "other", TEXT ("a") END ("OTHER"), "a||unknown|OTHER" },
  { "new-word", TEXT ("a") END ("TIRED"), "a||unknown|TIRED" },
  { "blocked", EVENT ("{\"promptFeedback\":{\"blockReason\":\"OTHER\"}}"),
    "||refused|blockReason:OTHER" },
  { "blocked-in-the-middle", TEXT ("a") EVENT ("{\"promptFeedback\":{\"blockReason\":\"SAFETY\"}}"),
    "a||refused|blockReason:SAFETY" },
  { "not-blocked", EVENT ("{\"promptFeedback\":{\"safetyRatings\":[]}}") TEXT ("a") END ("STOP"),
    "a||stop|STOP" },

  { "call", CALL END ("STOP"), "||tool_calls|STOP" },
  { "call-and-other", CALL END ("OTHER"), "||tool_calls|OTHER" },
  { "call-cut-short", CALL END ("MAX_TOKENS"), "||length|MAX_TOKENS" },
  { "call-refused", CALL END ("SAFETY"), "||refused|SAFETY" },
  { "call-malformed", CALL END ("MALFORMED_FUNCTION_CALL"), "||server|MALFORMED_FUNCTION_CALL" },
  { "call-paused", CALL END ("CONTINUATION"), "||paused|CONTINUATION" },
  { "call-lost", CALL, "||cut|" },

  { "error-event", TEXT ("a") EVENT (ERROR_BODY), "a||overloaded|UNAVAILABLE" },
  { "error-in-list", TEXT ("a") EVENT ("[" ERROR_BODY "]"), "a||overloaded|UNAVAILABLE" },
  { "error-bare", TEXT ("a") ERROR_BODY, "a||overloaded|UNAVAILABLE" },
  { "error-bare-in-list", TEXT ("a") "[" ERROR_BODY "]\n", "a||overloaded|UNAVAILABLE" },
  { "error-bare-over-lines",
    TEXT ("a") "{\n  \"error\": {\r\n\r\n    \"status\": \"UNAVAILABLE\"\n  }\n}\n",
    "a||overloaded|UNAVAILABLE" },
  { "error-after-reason", TEXT ("a") END ("STOP") ERROR_BODY, "a||overloaded|UNAVAILABLE" },
  { "bare-cut", TEXT ("a") "{\"error\":{\"mess", "a||cut|" },
  { "stray-no-error", ": c\nid: 1\n" TEXT ("a") END ("STOP") "{\"hello\":1}", "a||stop|STOP" },
  { "stray-before-events", "retry: 1\n\n[1]\n" TEXT ("a") END ("STOP"), "a||stop|STOP" },

  { "document",
    "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"a\"}]},\"finishReason\":\"STOP\"}]}",
    "a||stop|STOP" },
  { "document-without-reason", "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"a\"}]}}]}",
    "a||incomplete|" },
  { "document-blocked", "{\"promptFeedback\":{\"blockReason\":\"SAFETY\"}}",
    "||refused|blockReason:SAFETY" },
  { "document-error", ERROR_BODY, "||overloaded|UNAVAILABLE" },
  { "document-error-in-list", "[" ERROR_BODY "]", "||overloaded|UNAVAILABLE" },
  { "document-of-others", "{\"choices\":[]}", "||protocol|" },
  { "document-cut", "{\"candidates\":[{\"conte", "||protocol|" },
  { "list-of-nothing", "[]", "||protocol|" },
};

static void
test_replies (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (Reply) reply = NULL;
      g_autofree char *summary = NULL;

      g_test_message ("%s", cases[i].name);
      reply = read_reply (cases[i].bytes);
      summary = summarise (reply);
      g_assert_cmpstr (summary, ==, cases[i].summary);
    }
}

static void
test_failure_details (void)
{
  g_autoptr (Reply) busy = read_reply (TEXT ("a") EVENT (ERROR_BODY));
  g_autoptr (Reply) malformed = read_reply (CHUNK (
    "]},\"finishReason\":\"MALFORMED_FUNCTION_CALL\",\"finishMessage\":\"call:\\u001b f(\""));

  g_assert_cmpint (busy->failure->retry_after_ms, ==, 1500);
  g_assert_true (busy->failure->retryable);
  g_assert_cmpstr (busy->failure->message, ==, "busy");
  g_assert_cmpstr (malformed->failure->message, ==, "call: f(");
}

/* "input cached output reasoning total" */
static const char *const usage_cases[][2] = {
  { "{\"promptTokenCount\":10,\"toolUsePromptTokenCount\":5,\"candidatesTokenCount\":3,"
    "\"thoughtsTokenCount\":4,\"cachedContentTokenCount\":8,\"totalTokenCount\":22}",
    "15 8 7 4 22" },
  { "{\"promptTokenCount\":10}", "10 0 0 0 10" },
  { "{\"candidatesTokenCount\":2}", "-1 -1 2 0 -1" },
  { "{\"totalTokenCount\":2}", "-1 -1 -1 -1 2" },
  { "{\"promptTokenCount\":12.0,\"candidatesTokenCount\":\"7\",\"thoughtsTokenCount\":null}",
    "12 0 0 0 12" },
  { "{\"promptTokenCount\":9223372036854775807,\"candidatesTokenCount\":-5}", NULL },
  { "{\"promptTokenCount\":1},\"x\":1}\n\ndata: {\"usageMetadata\":{\"promptTokenCount\":1,"
    "\"thoughtsTokenCount\":9}}\n\ndata: {\"usageMetadata\":{\"candidatesTokenCount\":2}",
    "1 0 11 9 12" },
  { "{}", NULL },
  { "null", NULL },
};

static void
test_usage (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (usage_cases); i++)
    {
      g_autofree char *bytes =
        g_strdup_printf ("data: {\"usageMetadata\":%s}\n\n" END ("STOP"), usage_cases[i][0]);
      g_autoptr (Reply) reply = read_reply (bytes);
      const TdUsage *usage = &reply->usage;
      g_autofree char *summary =
        g_strdup_printf ("%d %d %d %d %d", (int) usage->input, (int) usage->cached,
                         (int) usage->output, (int) usage->reasoning, (int) usage->total);

      g_test_message ("%s", usage_cases[i][0]);
      g_assert_true (reply->has_usage == (usage_cases[i][1] != NULL));
      if (reply->has_usage)
        g_assert_cmpstr (summary, ==, usage_cases[i][1]);
      g_assert_cmpint (usage->cache_write, ==, TD_USAGE_UNKNOWN);
    }
}

/* Parts of a reply, and what is kept of them to be sent back. */
static const struct
{
  const char *name;
  const char *bytes;
  const char *opaque; /* (nullable) */
} opaque_cases[] = {
  { "plain", TEXT ("a") END ("STOP"), NULL },
  { "thoughts-alone", CHUNK ("{\"text\":\"t\",\"thought\":true},{\"text\":\"a\"}]}") END ("STOP"),
    NULL },
  { "signature-at-the-end",
    CHUNK ("{\"text\":\"t\",\"thought\":true}]}") TEXT ("a") TEXT ("b")
      CHUNK ("{\"text\":\"\",\"thoughtSignature\":\"S\"}]}") END ("STOP"),
    "{\"parts\":[{\"text\":\"ab\"},{\"text\":\"\",\"thoughtSignature\":\"S\"}]}" },
  { "signed-parts-stay-apart",
    TEXT ("a") CHUNK ("{\"text\":\"b\",\"thoughtSignature\":\"S\"}]}")
      CHUNK ("{\"text\":\"c\",\"thoughtSignature\":\"T\"}]}") TEXT ("d") TEXT ("e") END ("STOP"),
    "{\"parts\":[{\"text\":\"a\"},{\"text\":\"b\",\"thoughtSignature\":\"S\"},"
    "{\"text\":\"c\",\"thoughtSignature\":\"T\"},{\"text\":\"de\"}]}" },
  { "signed-thought",
    CHUNK ("{\"text\":\"t\",\"thought\":true,\"thoughtSignature\":\"S\"}]}") END ("STOP"),
    "{\"parts\":[{\"text\":\"t\",\"thought\":true,\"thoughtSignature\":\"S\"}]}" },
  { "call-and-code",
    CHUNK ("{\"executableCode\":{\"code\":\"1\"}},{\"functionCall\":{\"name\":\"f\"},"
           "\"thoughtSignature\":\"S\"}]}") END ("STOP"),
    "{\"parts\":[{\"executableCode\":{\"code\":\"1\"}},{\"functionCall\":{\"name\":\"f\"},"
    "\"thoughtSignature\":\"S\"}]}" },
  { "paused", TEXT ("a") CHUNK ("]},\"finishReason\":\"CONTINUATION\",\"continuationToken\":\"k\""),
    "{\"continuationToken\":\"k\"}" },
  { "went-on", CHUNK ("]},\"continuationToken\":\"k\"") TEXT ("a") END ("STOP"), NULL },
};

static void
test_opaque (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (opaque_cases); i++)
    {
      g_autoptr (Reply) reply = read_reply (opaque_cases[i].bytes);
      g_autoptr (TdJsonDoc) got = NULL;
      g_autoptr (TdJsonDoc) want = NULL;

      g_test_message ("%s: %s", opaque_cases[i].name, reply->opaque);
      g_assert_true ((reply->opaque != NULL) == (opaque_cases[i].opaque != NULL));
      if (reply->opaque == NULL)
        continue;
      got = td_json_doc_parse (reply->opaque, -1, NULL, NULL);
      want = td_json_doc_parse (opaque_cases[i].opaque, -1, NULL, NULL);
      g_assert_true (json_equal (td_json_doc_get_root (got), td_json_doc_get_root (want)));
    }
}

/* What was handed out goes back with the next request, byte for byte of the text. */
static void
test_round_trip (void)
{
  g_autoptr (Reply) reply =
    read_reply (TEXT ("Gr\xC3\xBC\xC3\x9F") CHUNK (
      "{\"text\":\" e\\n\\\"\",\"thoughtSignature\":\"S+/=\"}]}") END ("STOP"));
  g_autoptr (TdJsonDoc) doc = td_json_doc_parse (reply->opaque, -1, NULL, NULL);
  g_autoptr (TdJsonWriter) writer = td_json_writer_new ();
  g_autoptr (TdChatRequest) request = td_chat_request_new ("m");
  g_autofree char *text = NULL;

  td_chat_request_add_turn (request, TD_ROLE_ASSISTANT, "other");
  td_chat_request_add_turn (request, TD_ROLE_ASSISTANT, reply->text->str);
  td_json_writer_begin_array (writer);
  g_assert_false (td_gemini_parts_write (td_json_doc_get_root (doc), request, 0, writer));
  g_assert_true (td_gemini_parts_write (td_json_doc_get_root (doc), request, 1, writer));
  td_json_writer_end_array (writer);
  text = td_json_writer_steal_text (writer);
  g_assert_cmpstr (text, ==,
                   "[{\"text\":\"Gr\xC3\xBC\xC3\x9F\"},"
                   "{\"text\":\" e\\n\\\"\",\"thoughtSignature\":\"S+/=\"}]");
}

/* More than is sensible to keep: the text alone goes back. */
static void
test_too_much (void)
{
  g_autoptr (GString) bytes = g_string_new (NULL);
  g_autofree char *big = g_strnfill (5 * 1024 * 1024, 'a');
  g_autoptr (Reply) reply = NULL;

  for (guint i = 0; i < 2; i++)
    g_string_append_printf (bytes,
                            "data: {\"candidates\":[{\"content\":{\"parts\":[{\"inlineData\":"
                            "{\"data\":\"%s\"}}]}}]}\n\n",
                            big);
  g_string_append (bytes, TEXT ("a") END ("STOP"));
  reply = reply_new ();
  {
    g_autoptr (TdChatParser) parser =
      td_protocol_gemini ()->parser_new (TRUE, reply_event_cb, reply);

    td_chat_parser_feed (parser, bytes->str, bytes->len);
    td_chat_parser_end (parser);
  }
  g_assert_cmpstr (reply_get_end (reply), ==, "stop");
  g_assert_cmpstr (reply->text->str, ==, "a");
  g_assert_null (reply->opaque);
}

int
main (int    argc,
      char **argv)
{
  td_test_init (&argc, &argv);
  g_test_add_func ("/gemini/replies", test_replies);
  g_test_add_func ("/gemini/failure-details", test_failure_details);
  g_test_add_func ("/gemini/usage", test_usage);
  g_test_add_func ("/gemini/opaque", test_opaque);
  g_test_add_func ("/gemini/round-trip", test_round_trip);
  g_test_add_func ("/gemini/too-much", test_too_much);
  return g_test_run ();
}

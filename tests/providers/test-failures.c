/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "support/td-test.h"

#include <string.h>

#include "base/td-clock.h"
#include "providers/td-failure-text.h"
#include "providers/td-protocol.h"
#include "providers/td-retry-after.h"

/* 2026-11-23 00:00:00 UTC */
#define NOW_S G_GINT64_CONSTANT (1795392000)

static TdFailure *
read_reply (guint       status,
            const char *type,
            const char *body)
{
  const char *headers[] = { "Content-Type", type, NULL };

  return td_failure_from_reply (status, headers, body, strlen (body));
}

static const struct
{
  guint status;
  const char *type;
  const char *body;
  TdProviderError class;
  gboolean retryable;
  const char *message;
  const char *code;
} class_cases[] = {
  { 400, "application/json", "{\"error\":{\"message\":\"m\",\"code\":\"context_length_exceeded\"}}",
    TD_PROVIDER_ERROR_TOO_LARGE, FALSE, "m", "context_length_exceeded" },
  { 400, "application/json",
    "{\"object\":\"error\",\"message\":\"This model's maximum context length is 4096 tokens.\",\"type\":\"BadRequestError\",\"code\":400}",
    TD_PROVIDER_ERROR_TOO_LARGE, FALSE, "This model's maximum context length is 4096 tokens.",
    "BadRequestError" },
  { 400, "application/json",
    "{\"error\":{\"code\":400,\"message\":\"the request exceeds the available context size\",\"type\":\"exceed_context_size_error\"}}",
    TD_PROVIDER_ERROR_TOO_LARGE, FALSE, NULL, "exceed_context_size_error" },
  { 400, "application/json", "{\"error\":\"m\"}", TD_PROVIDER_ERROR_INVALID, FALSE, "m", NULL },
  { 401, "application/json", "{\"message\":\"m\"}", TD_PROVIDER_ERROR_AUTH, FALSE, "m", NULL },
  { 402, "application/json", "{}", TD_PROVIDER_ERROR_QUOTA, FALSE, NULL, NULL },
  { 403, "application/json", "{\"detail\":\"m\"}", TD_PROVIDER_ERROR_PERMISSION, FALSE, "m", NULL },
  { 404, "application/json", "{\"error\":{\"message\":\"\",\"type\":\"x\"},\"message\":\"outer\"}",
    TD_PROVIDER_ERROR_NOT_FOUND, FALSE, "outer", "x" },
  { 408, "application/json", "{}", TD_PROVIDER_ERROR_SERVER, TRUE, NULL, NULL },
  { 409, "application/json", "{}", TD_PROVIDER_ERROR_INVALID, FALSE, NULL, NULL },
  { 413, "application/json", "{}", TD_PROVIDER_ERROR_TOO_LARGE, FALSE, NULL, NULL },
  { 422, "application/json",
    "{\"detail\":[{\"loc\":[\"body\"],\"msg\":\"field required\"},{\"msg\":\"b\"}]}",
    TD_PROVIDER_ERROR_INVALID, FALSE, "field required", NULL },
  { 429, "application/json", "{\"error\":{\"code\":\"credit_balance_exhausted\"}}",
    TD_PROVIDER_ERROR_QUOTA, FALSE, NULL, "credit_balance_exhausted" },
  { 429, "application/json",
    "{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",\"message\":\"m\",\"details\":{\"error_code\":\"enforced_spend_limit_reached\"}}}",
    TD_PROVIDER_ERROR_QUOTA, FALSE, "m", "enforced_spend_limit_reached" },
  { 429, "application/json",
    "{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",\"message\":\"m\",\"details\":{\"error_code\":\"ramp_limit_exceeded\"}}}",
    TD_PROVIDER_ERROR_RATE_LIMIT, TRUE, "m", "ramp_limit_exceeded" },
  { 400, "application/json",
    "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"m\",\"details\":{\"error_code\":7}}}",
    TD_PROVIDER_ERROR_INVALID, FALSE, "m", "invalid_request_error" },
  { 429, "application/json", "{\"error\":{\"code\":\"slow_down\"}}", TD_PROVIDER_ERROR_RATE_LIMIT,
    TRUE, NULL, "slow_down" },
  { 500, "application/json", "[{\"error\":{\"message\":\"m\",\"status\":\"INTERNAL\"}}]",
    TD_PROVIDER_ERROR_SERVER, TRUE, "m", "INTERNAL" },
  { 502, "application/json",
    "{\"error\":{\"code\":502,\"message\":\"m\",\"availability\":{\"retryable\":false,\"retry_after\":3}}}",
    TD_PROVIDER_ERROR_SERVER, FALSE, "m", "502" },
  { 504, "text/plain", "upstream request timeout", TD_PROVIDER_ERROR_SERVER, TRUE,
    "upstream request timeout", NULL },
  { 524, "text/plain", "", TD_PROVIDER_ERROR_SERVER, TRUE, NULL, NULL },
  { 529, "application/json", "{}", TD_PROVIDER_ERROR_OVERLOADED, TRUE, NULL, NULL },
  { 502, "text/html", "<html><body>Bad gateway</body></html>", TD_PROVIDER_ERROR_PROTOCOL, TRUE,
    "<html><body>Bad gateway</body></html>", NULL },
  { 404, "text/html", "\n<!DOCTYPE html>", TD_PROVIDER_ERROR_PROTOCOL, FALSE, "<!DOCTYPE html>",
    NULL },
  { 500, "application/json", "{\"error\":{\"mess", TD_PROVIDER_ERROR_PROTOCOL, TRUE,
    "{\"error\":{\"mess", NULL },
  { 400, "application/json", "oops", TD_PROVIDER_ERROR_PROTOCOL, FALSE, "oops", NULL },
  { 403, "application/json",
    "{\"error\":{\"code\":403,\"message\":\"m\",\"metadata\":{\"error_type\":\"content_policy_violation\"}}}",
    TD_PROVIDER_ERROR_PERMISSION, FALSE, "m", "content_policy_violation" },
  { 400, "application/json",
    "[{\"error\":{\"code\":400,\"message\":\"m\",\"status\":\"INVALID_ARGUMENT\",\"details\":[{\"reason\":\"API_KEY_INVALID\"}]}}]",
    TD_PROVIDER_ERROR_AUTH, FALSE, "m", "API_KEY_INVALID" },
  { 400, "application/json",
    "{\"error\":{\"code\":400,\"message\":\"m\",\"status\":\"INVALID_ARGUMENT\",\"details\":[{\"fieldViolations\":[{\"field\":\"contents\"}]}]}}",
    TD_PROVIDER_ERROR_INVALID, FALSE, "m", "INVALID_ARGUMENT" },
  { 400, "application/json",
    "{\"error\":{\"code\":400,\"message\":\"m\",\"status\":\"FAILED_PRECONDITION\"}}",
    TD_PROVIDER_ERROR_PERMISSION, FALSE, "m", "FAILED_PRECONDITION" },
  { 429, "application/json",
    "{\"error\":{\"code\":429,\"message\":\"m\",\"status\":\"RESOURCE_EXHAUSTED\",\"details\":[{\"violations\":[{\"quotaId\":\"RequestsPerMinute\"},{\"quotaId\":\"GenerateRequestsPerDayPerProjectPerModel-FreeTier\"}]}]}}",
    TD_PROVIDER_ERROR_QUOTA, FALSE, "m", "RESOURCE_EXHAUSTED" },
  { 429, "application/json",
    "{\"error\":{\"code\":429,\"message\":\"m\",\"status\":\"RESOURCE_EXHAUSTED\",\"details\":[7,{\"violations\":[{\"quotaId\":\"RequestsPerMinute\"}]},{\"violations\":{\"quotaId\":\"PerDay\"}}]}}",
    TD_PROVIDER_ERROR_RATE_LIMIT, TRUE, "m", "RESOURCE_EXHAUSTED" },
};

static void
test_classes (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (class_cases); i++)
    {
      g_autoptr (TdFailure) failure =
        read_reply (class_cases[i].status, class_cases[i].type, class_cases[i].body);

      g_test_message ("%u %s", class_cases[i].status, class_cases[i].body);
      g_assert_cmpint (failure->class, ==, class_cases[i].class);
      g_assert_cmpuint (failure->status, ==, class_cases[i].status);
      g_assert_true (failure->retryable == class_cases[i].retryable);
      g_assert_cmpstr (failure->code, ==, class_cases[i].code);
      if (class_cases[i].message != NULL)
        g_assert_cmpstr (failure->message, ==, class_cases[i].message);
    }
}

static void
test_headers (void)
{
  static const char *const no_retry[] = { "X-Should-Retry", "false", "X-Request-Id",
                                          "req_011CSHoEeqs5C35K2UUqR7Fy\x1b[2J", NULL };
  static const char *const retry[] = { "x-should-retry", "true", "request-id", "b", NULL };
  g_autoptr (TdFailure) first = td_failure_from_reply (500, no_retry, NULL, 0);
  g_autoptr (TdFailure) second = td_failure_from_reply (400, retry, "{}", 2);

  g_assert_false (first->retryable);
  g_assert_cmpstr (first->request_id, ==, "req_011CSHoEeqs5C35K2UUqR7Fy[2J");
  g_assert_true (second->retryable);
  g_assert_cmpstr (second->request_id, ==, "b");
  g_assert_cmpint (second->retry_after_ms, ==, -1);
}

/* Up to three headers, and what a wait of follows from them and from the body. */
static const struct
{
  const char *headers[7];
  const char *body;
  gint64 ms;
} wait_cases[] = {
  { { "Retry-After", "7" }, "{}", 7000 },
  { { "Retry-After", "0" }, "{}", 0 },
  { { "Retry-After", " 1.5 " }, "{}", 1500 },
  { { "Retry-After", ".5" }, "{}", 500 },
  { { "Retry-After", "Mon, 23 Nov 2026 00:00:30 GMT" }, "{}", 30000 },
  { { "Retry-After", "Sun, 22 Nov 2026 00:00:00 GMT" }, "{}", 0 },
  { { "Retry-After", "soon" }, "{}", -1 },
  { { "Retry-After", "-3" }, "{}", -1 },
  { { "Retry-After", "inf" }, "{}", -1 },
  { { "Retry-After", "0x10" }, "{}", -1 },
  { { "Retry-After", "1e300" }, "{}", G_GINT64_CONSTANT (31) * 86400000 },
  { { "Retry-After-Ms", "250" }, "{}", 250 },
  { { "Retry-After", "9", "Retry-After-Ms", "250.5" }, "{}", 251 },
  { { "Retry-After", "9" }, "{\"error\":{\"details\":[{\"retryDelay\":\"26s\"}]}}", 9000 },
  { { NULL }, "{\"error\":{\"details\":[{\"@type\":\"x\"},{\"retryDelay\":\"26.4s\"}]}}", 26400 },
  { { NULL }, "{\"error\":{\"availability\":{\"retry_after\":3}}}", 3000 },
  { { "x-ratelimit-reset-requests", "6m0s", "x-ratelimit-reset-tokens", "12ms" }, "{}", 360000 },
  { { "x-ratelimit-reset-requests", "1h2m3.5s" }, "{}", 3723500 },
  { { "x-ratelimit-reset-requests", "6m0s", "x-ratelimit-reset-tokens", "12ms",
      "x-ratelimit-remaining-tokens", "0" },
    "{}",
    12 },
  { { "anthropic-ratelimit-tokens-reset", "2026-11-23T00:00:12Z" }, "{}", 12000 },
  { { "x-ratelimit-reset", "1795392060000" }, "{}", 60000 },
  { { "x-ratelimit-reset", "60" }, "{}", -1 },
  { { "ratelimit", "\"api\";r=0;t=55" }, "{}", 55000 },
  { { "ratelimit", "\"api\";r=0" }, "{}", -1 },
  { { NULL }, "{}", -1 },
};

static void
test_waits (void)
{
  td_clock_freeze (NOW_S * G_USEC_PER_SEC);
  for (gsize i = 0; i < G_N_ELEMENTS (wait_cases); i++)
    {
      const char *body = wait_cases[i].body;
      g_autoptr (TdFailure) failure =
        td_failure_from_reply (429, wait_cases[i].headers, body, strlen (body));

      g_test_message ("%s: %s", wait_cases[i].headers[0], wait_cases[i].headers[1]);
      g_assert_cmpint (failure->retry_after_ms, ==, wait_cases[i].ms);
    }
  td_clock_thaw ();
}

static void
test_durations (void)
{
  static const struct
  {
    const char *text;
    gint64 ms;
  } cases[] = {
    { "12ms", 12 },
    { "1s", 1000 },
    { "6m0s", 360000 },
    { "1h", 3600000 },
    { "2d", 172800000 },
    { "500us", 1 },
    { "0s", 0 },
    { "", -1 },
    { "5", -1 },
    { "s", -1 },
    { "5x", -1 },
    { "-5s", -1 },
    { "5s ", -1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (td_retry_after_parse_duration (cases[i].text), ==, cases[i].ms);
  g_assert_cmpint (td_retry_after_parse_duration (NULL), ==, -1);
}

static void
test_cleaning (void)
{
  static const char *const cases[][2] = {
    { "plain", "plain" },
    { " a\r\n\tb \x01\x1b[31m c ", "a b [31m c" },
    { "a\xE2\x80\xAE"
      "b\xE2\x80\x8B"
      "c",
      "a b c" },
    { "bad \xFF\xFE utf8", "bad \xEF\xBF\xBD\xEF\xBF\xBD utf8" },
    { "Incorrect API key provided: sk-proj-abcdefgh1234.", "Incorrect API key provided: [key]." },
    { "key sk-syn****0000 is wrong", "key [key] is wrong" },
    { "Bearer hf_abcdefghijkl", "Bearer [key]" },
    { "key=AIzaSyA1234567890abcdefg", "key=[key]" },
    { "\"0123456789abcdef0123456789abcdef\"", "\"[key]\"" },
    { "risk-adjusted task-oriented words", "risk-adjusted task-oriented words" },
    { "model gpt-4o-mini-search-preview-2025-03-11",
      "model gpt-4o-mini-search-preview-2025-03-11" },
    { "model meta-llama/Llama-3.3-70B-Instruct", "model meta-llama/Llama-3.3-70B-Instruct" },
    { "anthropic/claude-sonnet-5.5-20260915", "anthropic/claude-sonnet-5.5-20260915" },
    { "internationalizationsmustbeallowed", "internationalizationsmustbeallowed" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *clean = td_failure_clean_text (cases[i][0], strlen (cases[i][0]), 1000);

      g_assert_cmpstr (clean, ==, cases[i][1]);
    }
  g_assert_null (td_failure_clean_text ("\n \x02", 3, 1000));
}

static void
test_length (void)
{
  g_autoptr (GString) body = g_string_new ("{\"error\":\"");
  g_autoptr (TdFailure) failure = NULL;

  for (guint i = 0; i < 2000; i++)
    g_string_append (body, "ü");
  g_string_append (body, "\"}");
  failure = read_reply (400, "application/json", body->str);
  g_assert_cmpuint (strlen (failure->message), ==, 1000);
  g_assert_true (g_utf8_validate (failure->message, -1, NULL));
}

/* A key that straddles the place where a message is cut does not come through in part. */
static void
test_key_at_the_cut (void)
{
  g_autofree char *fill = g_strnfill (TD_FAILURE_EXCERPT_BYTES - 6, 'x');
  g_autofree char *text = g_strconcat (fill, " sk-secretsecret", NULL);
  g_autofree char *clean = td_failure_clean_text (text, strlen (text), TD_FAILURE_EXCERPT_BYTES);

  g_assert_null (strstr (clean, "sk-"));
}

static void
test_own_key (void)
{
  g_autoptr (TdFailure) failure =
    read_reply (401, "application/json",
                "{\"error\":{\"message\":\"no key hunter2 here, hunter2\",\"code\":\"hunter2\"}}");

  td_failure_redact_key (failure, "hunter2");
  g_assert_cmpstr (failure->message, ==, "no key [key] here, [key]");
  g_assert_cmpstr (failure->code, ==, "[key]");
  td_failure_redact_key (failure, NULL);
  td_failure_redact_key (failure, "");
}

static void
test_error_words (void)
{
  for (int class = TD_PROVIDER_ERROR_NO_KEY; class <= TD_PROVIDER_ERROR_UNSUPPORTED; class ++)
    {
      TdProviderError back;

      g_assert_true (td_provider_error_from_string (td_provider_error_to_string (class), &back));
      g_assert_cmpint (back, ==, class);
    }
  g_assert_false (td_provider_error_from_string ("moon", &(TdProviderError) { 0 }));
  g_assert_false (td_provider_error_from_string (NULL, &(TdProviderError) { 0 }));
}

static void
test_to_error (void)
{
  g_autoptr (TdFailure) failure =
    read_reply (404, "application/json", "{\"error\":\"model 'x' not found\"}");
  g_autoptr (GError) error = td_failure_to_error (failure);

  g_assert_error (error, TD_PROVIDER_ERROR, TD_PROVIDER_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "404"));
  g_assert_nonnull (strstr (error->message, "model 'x' not found"));
}

int
main (int    argc,
      char **argv)
{
  td_test_init (&argc, &argv);
  g_test_add_func ("/failures/classes", test_classes);
  g_test_add_func ("/failures/headers", test_headers);
  g_test_add_func ("/failures/waits", test_waits);
  g_test_add_func ("/failures/durations", test_durations);
  g_test_add_func ("/failures/cleaning", test_cleaning);
  g_test_add_func ("/failures/length", test_length);
  g_test_add_func ("/failures/key-at-the-cut", test_key_at_the_cut);
  g_test_add_func ("/failures/own-key", test_own_key);
  g_test_add_func ("/failures/error-words", test_error_words);
  g_test_add_func ("/failures/to-error", test_to_error);
  return g_test_run ();
}

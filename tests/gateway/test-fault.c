/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <gio/gio.h>
#include <string.h>

#include "account/td-account-error.h"
#include "engine/td-completion.h"
#include "gateway/dialect-fixture.h"
#include "providers/td-model-listing.h"
#include "store/td-store-error.h"
#include "support/td-test.h"
#include "wallet/td-wallet-error.h"

static void
test_status (void)
{
  const struct
  {
    GQuark domain;
    int code;
    guint status;
    const char *stable;
    gboolean retryable;
  } cases[] = {
    { TD_PROVIDER_ERROR, TD_PROVIDER_ERROR_NO_KEY, 403, "provider:no-key", FALSE },
    { TD_PROVIDER_ERROR, TD_PROVIDER_ERROR_AUTH, 403, "provider:auth", FALSE },
    { TD_PROVIDER_ERROR, TD_PROVIDER_ERROR_PERMISSION, 403, "provider:permission", FALSE },
    { TD_PROVIDER_ERROR, TD_PROVIDER_ERROR_QUOTA, 402, "provider:quota", FALSE },
    { TD_PROVIDER_ERROR, TD_PROVIDER_ERROR_RATE_LIMIT, 429, "provider:rate-limit", TRUE },
    { TD_PROVIDER_ERROR, TD_PROVIDER_ERROR_NOT_FOUND, 404, "provider:not-found", FALSE },
    { TD_PROVIDER_ERROR, TD_PROVIDER_ERROR_INVALID, 400, "provider:invalid", FALSE },
    { TD_PROVIDER_ERROR, TD_PROVIDER_ERROR_TOO_LARGE, 400, "provider:too-large", FALSE },
    { TD_PROVIDER_ERROR, TD_PROVIDER_ERROR_OVERLOADED, 503, "provider:overloaded", TRUE },
    { TD_PROVIDER_ERROR, TD_PROVIDER_ERROR_SERVER, 502, "provider:server", TRUE },
    { TD_PROVIDER_ERROR, TD_PROVIDER_ERROR_UNREACHABLE, 502, "provider:unreachable", TRUE },
    { TD_PROVIDER_ERROR, TD_PROVIDER_ERROR_TIMED_OUT, 504, "provider:timed-out", TRUE },
    { TD_PROVIDER_ERROR, TD_PROVIDER_ERROR_UNSUPPORTED, 501, "provider:unsupported", FALSE },
    { TD_COMPLETION_ERROR, TD_COMPLETION_ERROR_NO_MODEL, 404, "completion:no-model", FALSE },
    { TD_COMPLETION_ERROR, TD_COMPLETION_ERROR_NO_CHOICE, 404, "completion:no-choice", FALSE },
    { TD_COMPLETION_ERROR, TD_COMPLETION_ERROR_NOT_CHAT, 400, "completion:not-chat", FALSE },
    { TD_COMPLETION_ERROR, TD_COMPLETION_ERROR_NO_IMAGES, 400, "completion:no-images", FALSE },
    { TD_COMPLETION_ERROR, TD_COMPLETION_ERROR_DISABLED, 403, "completion:disabled", FALSE },
    { TD_COMPLETION_ERROR, TD_COMPLETION_ERROR_LIMIT, 402, "completion:limit", FALSE },
    { TD_WALLET_ERROR, TD_WALLET_ERROR_BALANCE, 402, "wallet:balance", FALSE },
    { TD_WALLET_ERROR, TD_WALLET_ERROR_BUDGET, 402, "wallet:budget", FALSE },
    { TD_WALLET_ERROR, TD_WALLET_ERROR_DAMAGED, 500, "wallet:damaged", FALSE },
    { TD_STORE_ERROR, TD_STORE_ERROR_BUSY, 503, "store:busy", TRUE },
    { TD_STORE_ERROR, TD_STORE_ERROR_CORRUPT, 500, "store:corrupt", FALSE },
    { G_IO_ERROR, G_IO_ERROR_CANCELLED, 503, "other:failed", TRUE },
    { G_IO_ERROR, G_IO_ERROR_NOT_FOUND, 500, "other:failed", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error =
        g_error_new_literal (cases[i].domain, cases[i].code, "inside words");
      g_autoptr (TdFault) fault = td_fault_from_error (error);

      g_test_message ("%s", cases[i].stable);
      g_assert_cmpuint (td_fault_get_status (fault), ==, cases[i].status);
      g_assert_cmpstr (fault->code, ==, cases[i].stable);
      g_assert_cmpint (fault->retryable, ==, cases[i].retryable);
      /* What broke inside is nobody's business outside. */
      g_assert_true ((strstr (fault->message, "inside") == NULL) == (cases[i].status == 500));
    }
}

static void
test_from_failure (void)
{
  g_autoptr (TdFailure) failure = td_failure_new (TD_PROVIDER_ERROR_RATE_LIMIT, "slow down");
  g_autoptr (TdFault) fault = NULL;

  failure->retry_after_ms = 1001;
  failure->param = g_strdup ("temperature");
  fault = td_fault_from_failure (failure);
  g_assert_cmpint (td_fault_get_retry_seconds (fault), ==, 2);
  g_assert_cmpstr (fault->param, ==, "temperature");
  g_assert_nonnull (strstr (fault->message, "slow down"));
  fault->retry_after_ms = -1;
  g_assert_cmpint (td_fault_get_retry_seconds (fault), ==, -1);
  fault->retry_after_ms = 0;
  g_assert_cmpint (td_fault_get_retry_seconds (fault), ==, 0);
}

static TdProviderError
class_of (const TdDialect *dialect,
          TdFaultKind      kind)
{
  g_autoptr (TdFault) fault = td_fault_new (kind, "messages", "some words");
  g_autoptr (GBytes) body = td_dialect_write_fault (dialect, fault, "r1");
  g_autoptr (TdFailure) failure =
    td_failure_from_reply (td_dialect_get_status (dialect, fault), NULL,
                           g_bytes_get_data (body, NULL), g_bytes_get_size (body));

  g_assert_nonnull (strstr (failure->message, "some words"));
  return failure->class;
}

/* Our own readers of the three protocols understand each fault as what it is. */
static void
test_body (void)
{
  static const struct
  {
    TdFaultKind kind;
    TdProviderError class;
  } cases[] = {
    { TD_FAULT_INVALID, TD_PROVIDER_ERROR_INVALID },
    { TD_FAULT_UNAUTHENTICATED, TD_PROVIDER_ERROR_AUTH },
    { TD_FAULT_PAYMENT, TD_PROVIDER_ERROR_QUOTA },
    { TD_FAULT_FORBIDDEN, TD_PROVIDER_ERROR_PERMISSION },
    { TD_FAULT_NOT_FOUND, TD_PROVIDER_ERROR_NOT_FOUND },
    { TD_FAULT_CONFLICT, TD_PROVIDER_ERROR_INVALID },
    { TD_FAULT_TOO_LARGE, TD_PROVIDER_ERROR_TOO_LARGE },
    { TD_FAULT_RATE_LIMIT, TD_PROVIDER_ERROR_RATE_LIMIT },
    { TD_FAULT_INTERNAL, TD_PROVIDER_ERROR_SERVER },
    { TD_FAULT_UPSTREAM, TD_PROVIDER_ERROR_SERVER },
    { TD_FAULT_UNAVAILABLE, TD_PROVIDER_ERROR_OVERLOADED },
    { TD_FAULT_TIMED_OUT, TD_PROVIDER_ERROR_SERVER },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_assert_cmpint (class_of (td_dialect_openai_chat (), cases[i].kind), ==, cases[i].class);
      g_assert_cmpint (class_of (td_dialect_responses (), cases[i].kind), ==, cases[i].class);
      g_assert_cmpint (class_of (td_dialect_anthropic (), cases[i].kind), ==, cases[i].class);
      g_assert_cmpint (class_of (td_dialect_ollama_chat (), cases[i].kind), ==, cases[i].class);
    }
  g_assert_cmpint (class_of (td_dialect_openai_chat (), TD_FAULT_TOO_LONG), ==,
                   TD_PROVIDER_ERROR_TOO_LARGE);
  g_assert_cmpint (class_of (td_dialect_anthropic (), TD_FAULT_TOO_LONG), ==,
                   TD_PROVIDER_ERROR_TOO_LARGE);
}

static void
test_bytes (void)
{
  g_autoptr (TdFault) fault = td_fault_new (TD_FAULT_RATE_LIMIT, "n", "n: %s", "\"no\"");
  g_autoptr (GBytes) openai = NULL;
  g_autoptr (GBytes) anthropic = NULL;
  g_autoptr (GBytes) ollama = NULL;
  static const char openai_text[] =
    "{\"error\":{\"message\":\"n: \\\"no\\\"\",\"type\":\"rate_limit_error\",\"param\":\"n\",\"code\":\"rate_limit_exceeded\",\"x_topdog\":{\"request_id\":\"r1\",\"code\":\"client:limit\",\"retry_after_ms\":1500}}}";
  static const char anthropic_text[] =
    "{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",\"message\":\"n: \\\"no\\\"\",\"x_topdog\":{\"code\":\"client:limit\",\"retry_after_ms\":1500}},\"request_id\":\"r1\"}";
  static const char ollama_text[] =
    "{\"error\":\"n: \\\"no\\\"\",\"x_topdog\":{\"request_id\":\"r1\",\"code\":\"client:limit\",\"retry_after_ms\":1500}}";

  fault->retry_after_ms = 1500;
  fault->code = g_strdup ("client:limit");
  openai = td_dialect_write_fault (td_dialect_openai_chat (), fault, "r1");
  anthropic = td_dialect_write_fault (td_dialect_anthropic (), fault, "r1");
  ollama = td_dialect_write_fault (td_dialect_ollama_chat (), fault, "r1");
  g_assert_cmpmem (g_bytes_get_data (openai, NULL), g_bytes_get_size (openai), openai_text,
                   strlen (openai_text));
  g_assert_cmpmem (g_bytes_get_data (anthropic, NULL), g_bytes_get_size (anthropic), anthropic_text,
                   strlen (anthropic_text));
  g_assert_cmpmem (g_bytes_get_data (ollama, NULL), g_bytes_get_size (ollama), ollama_text,
                   strlen (ollama_text));
}

/* ---- Models ------------------------------------------------------------------------------- */

static const TdDialectModel models[] = {
  { .id = "acme/one",
    .name = "One",
    .provider = "acme",
    .created = 1700000000,
    .context = 128000,
    .max_output = 4096,
    .family = "uno",
    .takes_tools = TRUE,
    .takes_images = TRUE },
  { .id = "local:8b", .size_bytes = 5000000000, .parameter_label = "8B", .thinks = TRUE },
};

static void
assert_listed (const TdDialect *dialect,
               gint64           context)
{
  g_autoptr (GBytes) body = td_dialect_write_models (dialect, models, G_N_ELEMENTS (models));
  g_autoptr (GBytes) empty = td_dialect_write_models (dialect, NULL, 0);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) listed = td_model_listing_read (body, &error);
  g_autoptr (GPtrArray) none = td_model_listing_read (empty, NULL);

  g_assert_no_error (error);
  g_assert_cmpuint (none->len, ==, 0);
  g_assert_cmpuint (listed->len, ==, 2);
  g_assert_cmpstr (((TdListedModel *) listed->pdata[0])->id, ==, "acme/one");
  g_assert_cmpint (((TdListedModel *) listed->pdata[0])->context, ==, context);
  g_assert_cmpstr (((TdListedModel *) listed->pdata[1])->id, ==, "local:8b");
  g_assert_cmpint (((TdListedModel *) listed->pdata[1])->context, ==, 0);
}

static void
test_models (void)
{
  assert_listed (td_dialect_openai_chat (), 128000);
  assert_listed (td_dialect_responses (), 128000);
  assert_listed (td_dialect_anthropic (), 128000);
  assert_listed (td_dialect_ollama_chat (), 128000);
}

static void
test_model (void)
{
  static const char openai_text[] =
    "{\"id\":\"acme/one\",\"object\":\"model\",\"created\":1700000000,\"owned_by\":\"acme\",\"name\":\"One\",\"context_length\":128000,\"max_output_tokens\":4096}";
  static const char anthropic_text[] =
    "{\"type\":\"model\",\"id\":\"acme/one\",\"display_name\":\"One\",\"created_at\":\"2023-11-14T22:13:20.000000Z\",\"max_input_tokens\":128000,\"max_tokens\":4096}";
  static const char show_text[] =
    "{\"modelfile\":\"\",\"parameters\":\"\",\"template\":\"\",\"details\":{\"parent_model\":\"\",\"format\":\"\",\"family\":\"uno\",\"families\":[\"uno\"],\"parameter_size\":\"\",\"quantization_level\":\"\",\"context_length\":128000},\"model_info\":{\"general.architecture\":\"uno\",\"general.name\":\"One\",\"uno.context_length\":128000},\"capabilities\":[\"completion\",\"tools\",\"vision\"],\"modified_at\":\"2023-11-14T22:13:20.000000Z\"}";
  g_autoptr (GBytes) openai = td_dialect_write_model (td_dialect_openai_chat (), &models[0]);
  g_autoptr (GBytes) anthropic = td_dialect_write_model (td_dialect_anthropic (), &models[0]);
  g_autoptr (GBytes) show = td_dialect_write_model (td_dialect_ollama_chat (), &models[0]);
  g_autoptr (GBytes) version = td_dialect_ollama_write_version ("0.12.0");

  g_assert_cmpmem (g_bytes_get_data (openai, NULL), g_bytes_get_size (openai), openai_text,
                   strlen (openai_text));
  g_assert_cmpmem (g_bytes_get_data (anthropic, NULL), g_bytes_get_size (anthropic), anthropic_text,
                   strlen (anthropic_text));
  g_assert_cmpmem (g_bytes_get_data (show, NULL), g_bytes_get_size (show), show_text,
                   strlen (show_text));
  g_assert_cmpmem (g_bytes_get_data (version, NULL), g_bytes_get_size (version),
                   "{\"version\":\"0.12.0\"}", 20);
}

/* ---- Replies that fail -------------------------------------------------------------------- */

/* Before anything is out a failure is an answer with a status; after it, the end of the stream. */
static void
test_reply_fault (void)
{
  const TdDialect *const dialects[] = { td_dialect_openai_chat (), td_dialect_responses (),
                                        td_dialect_anthropic (), td_dialect_ollama_chat () };
  const TdReplyHead head = TEST_HEAD;

  for (gsize i = 0; i < G_N_ELEMENTS (dialects); i++)
    {
      g_autoptr (TdDialectCall) call = make_call (TRUE, FALSE);
      g_autoptr (TdDialectReply) early = td_dialect_reply_new (dialects[i], call, &head);
      g_autoptr (TdDialectReply) cut = td_dialect_reply_new (dialects[i], call, &head);
      g_autoptr (GByteArray) out = g_byte_array_new ();
      const TdChatEvent text = { .type = TD_CHAT_EVENT_TEXT, .text = "a", .length = 1 };

      td_dialect_reply_fail (early, td_fault_new (TD_FAULT_PAYMENT, NULL, "no money"));
      td_dialect_reply_fail (early, td_fault_new (TD_FAULT_INTERNAL, NULL, "too late"));
      td_dialect_reply_end (early, NULL, out);
      g_assert_false (td_dialect_reply_has_begun (early));
      g_assert_cmpstr (td_dialect_reply_get_content_type (early), ==, "application/json");
      g_assert_cmpuint (td_dialect_get_status (dialects[i], td_dialect_reply_get_fault (early)), ==,
                        402);
      g_assert_true (out->data[0] == '{');

      g_byte_array_set_size (out, 0);
      td_dialect_reply_take (cut, &text, out);
      g_assert_true (td_dialect_reply_has_begun (cut));
      g_assert_cmpstr (td_dialect_reply_get_content_type (cut), !=, "application/json");
      td_dialect_reply_end (cut, NULL, out);
      g_assert_nonnull (td_dialect_reply_get_fault (cut));
      g_byte_array_append (out, (const guint8 *) "", 1);
      g_assert_nonnull (strstr ((const char *) out->data, "ended in the middle"));
    }
}

/* Something to say while nothing happens, and then it is too late for a status. */
static void
test_keep_alive (void)
{
  const TdReplyHead head = TEST_HEAD;
  g_autoptr (TdDialectCall) call = make_call (TRUE, FALSE);
  g_autoptr (TdDialectCall) whole_call = make_call (FALSE, FALSE);
  g_autoptr (TdDialectReply) reply = td_dialect_reply_new (td_dialect_openai_chat (), call, &head);
  g_autoptr (TdDialectReply) whole =
    td_dialect_reply_new (td_dialect_openai_chat (), whole_call, &head);
  g_autoptr (GByteArray) out = g_byte_array_new ();

  td_dialect_reply_keep_alive (whole, out);
  g_assert_cmpuint (out->len, ==, 0);
  td_dialect_reply_keep_alive (reply, out);
  g_assert_true (td_dialect_reply_has_begun (reply));
  td_dialect_reply_fail (reply, td_fault_new (TD_FAULT_UPSTREAM, NULL, "gone"));
  td_dialect_reply_end (reply, NULL, out);
  g_byte_array_append (out, (const guint8 *) "", 1);
  g_assert_nonnull (strstr ((const char *) out->data, ": keep-alive\n\n"));
  g_assert_nonnull (strstr ((const char *) out->data, "data: {\"error\":{\"message\":\"gone\""));
}

int
main (int   argc,
      char *argv[])
{
  td_test_init (&argc, &argv);
  g_test_add_func ("/fault/status", test_status);
  g_test_add_func ("/fault/from-failure", test_from_failure);
  g_test_add_func ("/fault/body", test_body);
  g_test_add_func ("/fault/bytes", test_bytes);
  g_test_add_func ("/fault/models", test_models);
  g_test_add_func ("/fault/model", test_model);
  g_test_add_func ("/fault/reply", test_reply_fault);
  g_test_add_func ("/fault/keep-alive", test_keep_alive);
  return g_test_run ();
}

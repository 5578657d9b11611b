/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fuzz/fuzz.h"

#include "gateway/td-dialect.h"
#include "providers/td-protocol.h"

/* A client's request in each dialect: it is read or refused, and what was read can be sent on to
 * every kind of provider. */

static void
check_sent (const TdProtocol    *protocol,
            const TdChatRequest *chat)
{
  g_autoptr (TdEndpoint) endpoint = td_endpoint_new_custom ("fuzz", "Fuzz", "http://127.0.0.1");
  g_autoptr (TdWireRequest) wire = NULL;
  g_autoptr (TdJsonDoc) doc = NULL;
  g_autoptr (GError) error = NULL;

  wire = protocol->write_chat (endpoint, chat);
  doc = td_json_doc_parse_bytes (wire->body, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (td_json_get_type (td_json_doc_get_root (doc)), ==, TD_JSON_OBJECT);
}

static void
check_call (const TdDialectCall *call)
{
  g_autoptr (TdChatRequest) copy = td_chat_request_copy (call->chat);

  g_assert_nonnull (copy->model);
  g_assert_cmpint (copy->stream, ==, call->stream);
  g_assert_true (call->only_loads || copy->turns->len > 0);
  if (call->only_loads)
    return;
  check_sent (td_protocol_openai_chat (), copy);
  check_sent (td_protocol_responses (), copy);
  check_sent (td_protocol_anthropic (), copy);
  check_sent (td_protocol_gemini (), copy);
  check_sent (td_protocol_ollama (), copy);
}

void
fuzz_dialect (const guint8 *data,
              gsize         size)
{
  const TdDialect *const dialects[] = {
    td_dialect_openai_chat (),
    td_dialect_responses (),
    td_dialect_anthropic (),
    td_dialect_anthropic_count (),
    td_dialect_ollama_chat (),
    td_dialect_ollama_generate (),
  };
  g_autoptr (GBytes) body = g_bytes_new_take (fuzz_copy (data, size), size);

  for (gsize i = 0; i < G_N_ELEMENTS (dialects); i++)
    {
      g_autoptr (TdFault) fault = NULL;
      g_autoptr (TdDialectCall) call = td_dialect_read (dialects[i], body, &fault);

      g_assert_true ((call == NULL) == (fault != NULL));
      if (call != NULL)
        check_call (call);
      else
        g_assert_true (g_utf8_validate (fault->message, -1, NULL));
    }
}

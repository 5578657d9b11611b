/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What providers say at the end of a reply, in their own words, read as the program reads it and
 * priced by hand. All at the same prices, in dollars a million: 3 in, 15 out, 0.30 from the cache,
 * 3.75 into it; so a token costs 3,000, 15,000, 300 or 3,750 nano-dollars.
 */
#include "config.h"

#include <string.h>

#include "providers/reply.h"
#include "support/td-test.h"
#include "wallet/td-pricing.h"

#define CHUNK \
  "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}]}\n\n"
#define CHAT(usage) CHUNK "data: {\"choices\":[],\"usage\":" usage "}\n\ndata: [DONE]\n\n"

typedef struct
{
  const char *name;
  const TdProtocol *(*protocol) (void);
  const char *file;  /* (nullable): in tests/data/wire */
  const char *bytes; /* where there is no file */
  TdMoney total;
  TdMoney provider_cost;
} Golden;

/* clang-format off */
static const Golden golden[] = {
  /* 1,217 in, of them 1,024 cached; 40 out, of them 24 reasoning: 193 x 3,000 + 1,024 x 300 + 40 x 15,000. */
  { "OpenAI, Chat Completions", td_protocol_openai_chat, "openai-chat-stream.sse", NULL, 579000 + 307200 + 600000, -1 },
  /* 1,300 in, of them 1,280 written to the cache; 12 out: 20 x 3,000 + 1,280 x 3,750 + 12 x 15,000. */
  { "OpenAI, Responses", td_protocol_responses, "openai-responses-stream.sse", NULL, 60000 + 4800000 + 180000, -1 },
  /* Here the cached and the written ones come on top of the 40: 40 x 3,000 + 512 x 3,750 + 2,048 x 300 + 15 x 15,000. */
  { "Anthropic", td_protocol_anthropic, "anthropic-chat-stream.sse", NULL, 120000 + 1920000 + 614400 + 225000, -1 },
  /* 4,200 in, of them 4,096 cached; 13 out: 104 x 3,000 + 4,096 x 300 + 13 x 15,000. */
  { "Gemini", td_protocol_gemini, "gemini-stream.sse", NULL, 312000 + 1228800 + 195000, -1 },
  /* The 44 thoughts come on top of the 7 of the answer: 11 x 3,000 + 51 x 15,000. */
  { "Gemini, thinking", td_protocol_gemini, "gemini-thinking-stream.sse", NULL, 33000 + 765000, -1 },
  /* 1,500 in, of them 1,400 cached; 40 out: 100 x 3,000 + 1,400 x 300 + 40 x 15,000. It says 0.0012 dollars itself. */
  { "OpenRouter", td_protocol_openai_chat, "openrouter-chat-stream.sse", NULL, 300000 + 420000 + 600000, 1200000 },
  /* 17 x 3,000 + 6 x 15,000. */
  { "Hugging Face", td_protocol_openai_chat, "huggingface-chat-stream.sse", NULL, 51000 + 90000, -1 },
  /* 26 x 3,000 + 28 x 15,000. */
  { "Ollama", td_protocol_ollama, "ollama-chat.ndjson", NULL, 78000 + 420000, -1 },
  /* 30 in, of them 24 cached; 9 out: 6 x 3,000 + 24 x 300 + 9 x 15,000. */
  { "llama.cpp", td_protocol_openai_chat, "llamacpp-chat-stream.sse", NULL, 18000 + 7200 + 135000, -1 },
  /* As vLLM, Mistral, Groq, Together and others say it: 100 x 3,000 + 20 x 15,000. */
  { "the plain form", td_protocol_openai_chat, NULL,
    CHAT ("{\"prompt_tokens\":100,\"completion_tokens\":20,\"total_tokens\":120}"), 300000 + 300000, -1 },
  /* The 94 of reasoning come on top of the 9: 26 x 3,000 + 6 x 300 + 103 x 15,000. */
  { "xAI", td_protocol_openai_chat, NULL,
    CHAT ("{\"prompt_tokens\":32,\"completion_tokens\":9,\"total_tokens\":135,\"prompt_tokens_details\":{\"text_tokens\":32,"
          "\"cached_tokens\":6},\"completion_tokens_details\":{\"reasoning_tokens\":94}}"), 78000 + 1800 + 1545000, -1 },
  /* 100 in, of them 64 cached; 20 out, of them 15 reasoning: 36 x 3,000 + 64 x 300 + 20 x 15,000. */
  { "DeepSeek", td_protocol_openai_chat, NULL,
    CHAT ("{\"prompt_tokens\":100,\"completion_tokens\":20,\"total_tokens\":120,\"prompt_cache_hit_tokens\":64,"
          "\"prompt_cache_miss_tokens\":36,\"completion_tokens_details\":{\"reasoning_tokens\":15}}"),
    108000 + 19200 + 300000, -1 },
  /* 19 in, of them 10 cached; 21 out: 9 x 3,000 + 10 x 300 + 21 x 15,000. */
  { "Moonshot", td_protocol_openai_chat, NULL,
    CHAT ("{\"prompt_tokens\":19,\"completion_tokens\":21,\"total_tokens\":40,\"cached_tokens\":10}"),
    27000 + 3000 + 315000, -1 },
  { "the plain form, with details that are null", td_protocol_openai_chat, NULL,
    CHAT ("{\"prompt_tokens\":100,\"completion_tokens\":20,\"total_tokens\":120,\"prompt_tokens_details\":null}"),
    300000 + 300000, -1 },
};
/* clang-format on */

static char *
load (const Golden *g)
{
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;
  char *bytes;

  if (!g->file)
    return g_strdup (g->bytes);
  path = g_test_build_filename (G_TEST_DIST, "data", "wire", g->file, NULL);
  g_file_get_contents (path, &bytes, NULL, &error);
  g_assert_no_error (error);
  return bytes;
}

static void
test_golden (gconstpointer data)
{
  const Golden *g = data;
  const TdPriceList prices = { 3000000, 15000000, 300000, 3750000, -1, -1, -1 };
  g_autoptr (Reply) reply = reply_new ();
  g_autoptr (TdChatParser) parser = g->protocol ()->parser_new (TRUE, reply_event_cb, reply);
  g_autofree char *bytes = load (g);
  TdCost cost;

  td_chat_parser_feed (parser, bytes, strlen (bytes));
  td_chat_parser_end (parser);
  g_assert_true (reply->has_usage);
  td_pricing_cost_at (&prices, &reply->usage, &cost);
  g_assert_true (cost.known);
  g_assert_cmpint (cost.total, ==, g->total);
  g_assert_cmpint (reply->usage.provider_cost, ==, g->provider_cost);
}

int
main (int   argc,
      char *argv[])
{
  td_test_init (&argc, &argv);
  for (guint i = 0; i < G_N_ELEMENTS (golden); i++)
    {
      g_autofree char *path = g_strdup_printf ("/golden-prices/%s", golden[i].name);

      g_test_add_data_func (path, &golden[i], test_golden);
    }
  return g_test_run ();
}

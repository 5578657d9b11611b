/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Counting while a text changes comes to the same as counting it at once; models get the right
 * vocabulary, and a count says whether it is exact.
 */
#include "config.h"

#include <string.h>

#include "support/td-test.h"
#include "tokens/td-token-counter.h"
#include "tokens/td-token-estimate.h"
#include "tokens/token-texts.h"

/* Grows by pieces that end anywhere, also inside a character. */
static void
check_appended (TdEncoding  encoding,
                GBytes     *bytes,
                GRand      *random)
{
  TdTokenizer *tokenizer = td_tokenizer_get (encoding);
  g_autoptr (TdTokenCounter) counter = td_token_counter_new (tokenizer);
  gsize length;
  const char *text = g_bytes_get_data (bytes, &length);
  gsize at = 0;

  while (at < length)
    {
      gsize drawn = g_rand_int_range (random, 1, 90);
      gsize step = MIN (length - at, drawn);

      at += step;
      g_assert_cmpint (td_token_counter_append (counter, text + at - step, (gssize) step), ==,
                       td_tokenizer_count (tokenizer, text, (gssize) at));
    }
}

/* Anything may be changed to anything, though mostly at the end. */
static void
check_edited (TdEncoding  encoding,
              GBytes     *bytes,
              GRand      *random)
{
  static const char *const typed[] = { "a", " ", "\n", "/", "'", "s", "  b",
                                       "1", "\xcc\x81", "\xe4\xb8\xad", ".", "\xf0\x9f", "X" };
  TdTokenizer *tokenizer = td_tokenizer_get (encoding);
  g_autoptr (TdTokenCounter) counter = td_token_counter_new (tokenizer);
  g_autoptr (GString) text =
    g_string_new_len (g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes));

  for (guint i = 0; i < 60; i++)
    {
      gsize drawn = g_rand_int_range (random, 0, i % 8 == 0 ? 1000 : 6);
      gsize from_end = MIN (text->len, drawn);

      if (i % 3 == 0)
        g_string_truncate (text, text->len - from_end);
      else
        g_string_insert (text, (gssize) (text->len - from_end),
                         typed[g_rand_int_range (random, 0, G_N_ELEMENTS (typed))]);
      g_assert_cmpint (td_token_counter_set_text (counter, text->str, (gssize) text->len), ==,
                       td_tokenizer_count (tokenizer, text->str, (gssize) text->len));
      g_assert_cmpint (td_token_counter_get_count (counter), ==,
                       td_tokenizer_count (tokenizer, text->str, (gssize) text->len));
    }
}

static void
test_counter (gconstpointer data)
{
  g_autoptr (GPtrArray) texts = token_texts_generate (99, 120);
  g_autoptr (GRand) random = g_rand_new_with_seed (5);

  g_ptr_array_add (texts, token_texts_repeat ("word and 中文， more\n", 5000));
  g_ptr_array_add (texts, token_texts_repeat ("哈哈，", 3000));
  g_ptr_array_add (texts, token_texts_repeat ("a", 3000));
  g_ptr_array_add (texts, token_texts_repeat (" ", 3000));
  g_ptr_array_add (texts, token_texts_repeat ("AB哈", 3000));
  g_ptr_array_add (texts, token_texts_repeat ("don't", 3000));
  g_ptr_array_add (texts, token_texts_repeat ("1/2//a\n/", 3000));
  for (guint i = 0; i < texts->len; i++)
    {
      check_appended (GPOINTER_TO_UINT (data), g_ptr_array_index (texts, i), random);
      check_edited (GPOINTER_TO_UINT (data), g_ptr_array_index (texts, i), random);
    }
}

static const struct
{
  const char *provider;
  const char *model;
  int encoding; /* or -1 */
} models[] = {
  { "openai", "gpt-4o", TD_ENCODING_O200K_BASE },
  { "openai", "gpt-4o-mini-2024-07-18", TD_ENCODING_O200K_BASE },
  { "openai", "gpt-4.1-nano", TD_ENCODING_O200K_BASE },
  { "openai", "gpt-5.2-codex", TD_ENCODING_O200K_BASE },
  { "openai", "o1-pro", TD_ENCODING_O200K_BASE },
  { "openai", "o3", TD_ENCODING_O200K_BASE },
  { "openai", "o4-mini", TD_ENCODING_O200K_BASE },
  { "openai", "gpt-4", TD_ENCODING_CL100K_BASE },
  { "openai", "gpt-4-turbo", TD_ENCODING_CL100K_BASE },
  { "openai", "gpt-3.5-turbo", TD_ENCODING_CL100K_BASE },
  { "openai", "text-embedding-3-large", TD_ENCODING_CL100K_BASE },
  { NULL, "GPT-4o", TD_ENCODING_O200K_BASE },
  { "openrouter", "openai/gpt-4", TD_ENCODING_CL100K_BASE },
  { "openrouter", "openai/o3-mini-high", TD_ENCODING_O200K_BASE },
  { "github-models", "openai/gpt-4.1", TD_ENCODING_O200K_BASE },
  { "ollama", "gpt-oss:20b", TD_ENCODING_O200K_HARMONY },
  { "groq", "openai/gpt-oss-120b", TD_ENCODING_O200K_HARMONY },
  { "fireworks-ai", "accounts/fireworks/models/gpt-oss-20b", TD_ENCODING_O200K_HARMONY },
  { "openai", "gpt-6-sol", -1 },
  { "openai", "gpt-40", -1 },
  { "openai", "o30", -1 },
  { "ollama", "gpt-4-alpaca", -1 },
  { "openrouter", "somebody/gpt-4o", -1 },
  { "anthropic", "claude-opus-4-5", -1 },
  { "google", "gemini-2.5-pro", -1 },
  { "ollama", "qwen3:8b", -1 },
  { "ollama", "", -1 },
  { "ollama", "/", -1 },
};

static void
test_models (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (models); i++)
    {
      TdEncoding encoding;
      gboolean found = td_token_find_encoding (models[i].provider, models[i].model, &encoding);
      TdTokenCount count =
        td_token_count_for_model (models[i].provider, models[i].model, "2 + 2 = 4", -1);

      g_test_message ("%s", models[i].model);
      g_assert_cmpint (found ? (int) encoding : -1, ==, models[i].encoding);
      g_assert_true (count.exact == found);
      g_assert_cmpint (count.tokens, >=, found ? 7 : 1);
      g_assert_cmpint (count.tokens, <=, found ? 7 : 12);
    }
}

static void
test_estimates (void)
{
  static const char text[] =
    "The quick brown fox jumps over the lazy dog, and that is all there is to say about it.";
  gint64 o200k = td_tokenizer_count (td_tokenizer_get (TD_ENCODING_O200K_BASE), text, -1);

  g_assert_cmpint (td_token_count_for_model ("anthropic", "claude-opus-4-5", text, -1).tokens, >,
                   o200k);
  g_assert_cmpint (td_token_count_for_model ("ollama", "unheard-of", text, -1).tokens, ==, o200k);
  g_assert_cmpint (td_token_count_for_model ("ollama", "unheard-of", text, 0).tokens, ==, 0);
  g_assert_cmpint (td_token_count_for_model ("ollama", "unheard-of", NULL, 0).tokens, ==, 0);
  g_assert_cmpint (td_token_estimate (text, strlen (text)), >, 0);
}

/* Without its tables the program still estimates, and says so. */
static void
test_no_tables (void)
{
  if (g_test_subprocess ())
    {
      TdTokenCount count;

      g_setenv ("TOPDOG_TOKENS_DIR", "/nowhere", TRUE);
      g_assert_null (td_tokenizer_get (TD_ENCODING_CL100K_BASE));
      count = td_token_count_for_model ("openai", "gpt-4o", "some words here", -1);
      g_assert_cmpint (count.tokens, ==, td_token_estimate ("some words here", 15));
      g_assert_false (count.exact);
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
}

/* OpenAI's guide "How to count tokens with tiktoken": a conversation of six messages, of which the
 * service itself counted 129 tokens for gpt-3.5-turbo and gpt-4, and 124 for gpt-4o. */
static void
test_framing (void)
{
  static const TdTokenMessage messages[] = {
    { "system", NULL,
      "You are a helpful, pattern-following assistant that translates corporate jargon into plain English.",
      -1 },
    { "system", "example_user", "New synergies will help drive top-line growth.", -1 },
    { "system", "example_assistant", "Things working well together will increase revenue.", -1 },
    { "system", "example_user",
      "Let's circle back when we have more bandwidth to touch base on opportunities for increased leverage.",
      -1 },
    { "system", "example_assistant",
      "Let's talk later when we're less busy about how to do better.", -1 },
    { "user", NULL,
      "This late pivot means we don't have time to boil the ocean for the client deliverable.",
      -1 },
  };
  TdTokenCount old =
    td_token_count_chat_for_model ("openai", "gpt-4-0613", messages, G_N_ELEMENTS (messages));
  TdTokenCount new =
    td_token_count_chat_for_model ("openai", "gpt-4o", messages, G_N_ELEMENTS (messages));
  TdTokenCount other =
    td_token_count_chat_for_model ("ollama", "llama3:8b", messages, G_N_ELEMENTS (messages));
  TdTokenCount harmony = td_token_count_chat_for_model ("ollama", "gpt-oss:20b", messages + 5, 1);

  g_assert_cmpint (old.tokens, ==, 129);
  g_assert_true (old.exact);
  g_assert_cmpint (new.tokens, ==, 124);
  g_assert_true (new.exact);
  g_assert_false (other.exact);
  /* <|start|>user<|message|>...<|end|><|start|>assistant */
  g_assert_cmpint (harmony.tokens, ==,
                   6 + td_tokenizer_count (td_tokenizer_get (TD_ENCODING_O200K_HARMONY),
                                           messages[5].text, -1));
}

int
main (int   argc,
      char *argv[])
{
  td_test_init (&argc, &argv);
  g_test_add_data_func ("/tokens/counter/o200k", GUINT_TO_POINTER (TD_ENCODING_O200K_BASE),
                        test_counter);
  g_test_add_data_func ("/tokens/counter/cl100k", GUINT_TO_POINTER (TD_ENCODING_CL100K_BASE),
                        test_counter);
  g_test_add_func ("/tokens/models", test_models);
  g_test_add_func ("/tokens/estimates", test_estimates);
  g_test_add_func ("/tokens/no-tables", test_no_tables);
  g_test_add_func ("/tokens/framing", test_framing);
  return g_test_run ();
}

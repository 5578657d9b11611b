/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which vocabulary a model has, and what a chat's messages cost besides their text.
 */
#include "config.h"

#include "tokens/td-token-model-private.h"

#include <string.h>

#include "tokens/td-token-ruler.h"

/* The models with a published vocabulary, by the name their maker gave them; the first pattern that
 * matches counts. From the model lists of tiktoken and gpt-tokenizer. A newer family of which
 * nothing is published is missing here on purpose: its count is an estimate. */
static const struct
{
  const char *pattern;
  TdEncoding encoding;
} vocabularies[] = {
  { "gpt-oss*", TD_ENCODING_O200K_HARMONY },
  { "gpt-5*", TD_ENCODING_O200K_BASE },
  { "gpt-4o*", TD_ENCODING_O200K_BASE },
  { "chatgpt-4o*", TD_ENCODING_O200K_BASE },
  { "gpt-4.1*", TD_ENCODING_O200K_BASE },
  { "gpt-4.5*", TD_ENCODING_O200K_BASE },
  { "gpt-audio*", TD_ENCODING_O200K_BASE },
  { "gpt-realtime*", TD_ENCODING_O200K_BASE },
  { "codex-mini*", TD_ENCODING_O200K_BASE },
  { "computer-use-preview*", TD_ENCODING_O200K_BASE },
  { "o1", TD_ENCODING_O200K_BASE },
  { "o1-*", TD_ENCODING_O200K_BASE },
  { "o3", TD_ENCODING_O200K_BASE },
  { "o3-*", TD_ENCODING_O200K_BASE },
  { "o4-*", TD_ENCODING_O200K_BASE },
  { "gpt-4", TD_ENCODING_CL100K_BASE },
  { "gpt-4-*", TD_ENCODING_CL100K_BASE },
  { "gpt-3.5*", TD_ENCODING_CL100K_BASE },
  { "gpt-35*", TD_ENCODING_CL100K_BASE },
  { "text-embedding-3*", TD_ENCODING_CL100K_BASE },
  { "text-embedding-ada-002*", TD_ENCODING_CL100K_BASE },
  { "davinci-002", TD_ENCODING_CL100K_BASE },
  { "babbage-002", TD_ENCODING_CL100K_BASE },
};

/* What a message and the start of the reply cost besides role and text. ChatML: the start, the
 * separator and the end of a message, which OpenAI's guide to counting tokens gives as 3, 1 more
 * for a name, and 3 for the reply's start. Harmony: start, message and end; the reply starts with
 * `<|start|>assistant`, as the published description of that format says. */
static const struct
{
  const char *name;
  TdTokenFraming framing;
} encodings[] = {
  [TD_ENCODING_O200K_BASE] = { "o200k_base", { 3, 1, 3 } },
  [TD_ENCODING_O200K_HARMONY] = { "o200k_harmony", { 3, 0, 2 } },
  [TD_ENCODING_CL100K_BASE] = { "cl100k_base", { 3, 1, 3 } },
};

G_STATIC_ASSERT (G_N_ELEMENTS (encodings) == TD_N_ENCODINGS);

/* For other families, how many tokens a text has for each hundred it has in o200k: vocabularies
 * grow alike from alike text, so that counting with another family's beats any rule about
 * characters. Measured on published vocabularies: Llama 3 and Qwen 3 differ by 1 to 7 %, Claude 2
 * has 10 to 18 % more, Gemma 2 from 7 % fewer to 22 % more. */
static const struct
{
  const char *pattern;
  guint8 percent;
} families[] = {
  { "claude*", 114 },
  { "gemini*", 105 },
  { "gemma*", 105 },
  { "llama*", 104 },
  { "qwen*", 104 },
};

/**
 * td_encoding_get_name:
 * @encoding: an encoding
 *
 * Returns: (transfer none): its name, as OpenAI publishes it
 */
const char *
td_encoding_get_name (TdEncoding encoding)
{
  g_return_val_if_fail (encoding < TD_N_ENCODINGS, NULL);

  return encodings[encoding].name;
}

const TdTokenFraming *
td_encoding_get_framing (TdEncoding encoding)
{
  g_return_val_if_fail (encoding < TD_N_ENCODINGS, NULL);

  return &encodings[encoding].framing;
}

/* "openai/gpt-4o" is "gpt-4o" by "openai"; the rest of a longer path is the provider's business. */
static const char *
split_model (const char  *model_id,
             char       **maker)
{
  const char *slash = strrchr (model_id, '/');
  const char *start = slash;

  if (slash == NULL)
    return model_id;
  while (start > model_id && start[-1] != '/')
    start--;
  *maker = g_ascii_strdown (start, slash - start);
  return slash + 1;
}

static gboolean
is_by_openai (const char *provider_id,
              const char *maker)
{
  if (maker != NULL)
    return g_str_equal (maker, "openai");
  return provider_id == NULL || g_str_has_prefix (provider_id, "openai") ||
         g_str_has_prefix (provider_id, "azure");
}

/**
 * td_token_find_encoding:
 * @provider_id: (nullable): who offers the model, as the catalogue names it
 * @model_id: the name it has there, such as "gpt-4o" or "openai/gpt-4o"
 * @encoding: (out): the vocabulary
 *
 * Tells the vocabulary of a model. A name that only resembles one of OpenAI's is not taken for it:
 * without a maker in the name, the provider has to be OpenAI or its partner; the open gpt-oss is
 * the same everywhere.
 *
 * Returns: whether it is one whose counts are exact
 */
gboolean
td_token_find_encoding (const char *provider_id,
                        const char *model_id,
                        TdEncoding *encoding)
{
  g_autofree char *maker = NULL;
  g_autofree char *name = NULL;

  g_return_val_if_fail (model_id != NULL, FALSE);
  g_return_val_if_fail (encoding != NULL, FALSE);

  name = g_ascii_strdown (split_model (model_id, &maker), -1);
  for (guint i = 0; i < G_N_ELEMENTS (vocabularies); i++)
    if (g_pattern_match_simple (vocabularies[i].pattern, name))
      {
        *encoding = vocabularies[i].encoding;
        return *encoding == TD_ENCODING_O200K_HARMONY || is_by_openai (provider_id, maker);
      }
  return FALSE;
}

/* For other families, the tokens for each hundred of o200k. */
guint
td_token_find_percent (const char *model_id)
{
  const char *slash = strrchr (model_id, '/');
  g_autofree char *name = g_ascii_strdown (slash != NULL ? slash + 1 : model_id, -1);

  for (guint i = 0; i < G_N_ELEMENTS (families); i++)
    if (g_pattern_match_simple (families[i].pattern, name))
      return families[i].percent;
  return 100;
}

/**
 * td_token_count_add:
 * @sum: a count
 * @part: another one
 *
 * Adds a count to another. The sum is exact if both were; its error is the mean of theirs.
 */
void
td_token_count_add (TdTokenCount *sum,
                    TdTokenCount  part)
{
  gint64 tokens;

  g_return_if_fail (sum != NULL);

  tokens = sum->tokens + part.tokens;
  if (part.at_most > 0 && (part.error_permille < 0 || sum->error_permille < 0))
    sum->error_permille = -1;
  else if (tokens > 0)
    sum->error_permille =
      (int) ((sum->tokens * sum->error_permille + part.tokens * part.error_permille) / tokens);
  sum->tokens = tokens;
  sum->at_most += part.at_most;
  sum->exact = sum->exact && part.exact;
}

/**
 * td_token_count_for_model:
 * @provider_id: (nullable): who offers the model, as the catalogue names it
 * @model_id: the name it has there
 * @text: (array length=length): text
 * @length: bytes, or -1 if it ends with a NUL
 *
 * Counts the tokens a text has for a model: exactly where its vocabulary is known and installed, or
 * else by an estimate for its family. A #TdTokenRuler does the same for many texts.
 *
 * Returns: the count, and whether it is exact
 */
TdTokenCount
td_token_count_for_model (const char *provider_id,
                          const char *model_id,
                          const char *text,
                          gssize      length)
{
  g_autoptr (TdTokenRuler) ruler = NULL;

  g_return_val_if_fail (model_id != NULL, (TdTokenCount) TD_TOKEN_COUNT_NONE);
  g_return_val_if_fail (text != NULL || length == 0, (TdTokenCount) TD_TOKEN_COUNT_NONE);

  ruler = td_token_ruler_new (provider_id, model_id, NULL);
  return td_token_ruler_count (ruler, text, length);
}

/**
 * td_token_count_chat_for_model:
 * @provider_id: (nullable): who offers the model, as the catalogue names it
 * @model_id: the name it has there
 * @messages: (array length=n_messages): the messages, system text included
 *
 * Counts the tokens of a prompt of plain text: the messages with their framing, and the start of
 * the reply. What the provider adds unseen, and tools and images, are not in it.
 *
 * Returns: the count, and whether the text was counted exactly
 */
TdTokenCount
td_token_count_chat_for_model (const char           *provider_id,
                               const char           *model_id,
                               const TdTokenMessage *messages,
                               gsize                 n_messages)
{
  g_autoptr (TdTokenRuler) ruler = NULL;
  TdTokenCount total = TD_TOKEN_COUNT_NONE;

  g_return_val_if_fail (model_id != NULL, total);
  g_return_val_if_fail (messages != NULL || n_messages == 0, total);

  ruler = td_token_ruler_new (provider_id, model_id, NULL);
  total = td_token_ruler_frame_reply (ruler);
  for (gsize i = 0; i < n_messages; i++)
    {
      const TdTokenMessage *message = &messages[i];

      td_token_count_add (&total, td_token_ruler_frame (ruler, message->role));
      td_token_count_add (&total, td_token_ruler_count (ruler, message->text, message->length));
      if (message->name != NULL)
        td_token_count_add (&total, td_token_ruler_frame_name (ruler, message->name));
    }
  return total;
}

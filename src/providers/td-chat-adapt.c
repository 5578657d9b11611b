/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "providers/td-chat-adapt.h"

#include <string.h>

#include "providers/td-protocol.h"

/* Servers that imitate OpenAI disagree about two members: some refuse stream_options, and some
 * know only one of the two names of the output limit. Gemini refuses to show the thoughts of a
 * model that has none. All are said once, by a 400 or 422 that names the member. And behind the
 * address a user gave for OpenAI may be a server that knows Chat Completions only. */

#define MEMORY_KEY     "td-chat-adapt"
#define MAX_REMEMBERED 256

static gboolean
has_any (const char        *text,
         const char *const *words)
{
  for (; *words != NULL; words++)
    {
      if (strstr (text, *words) != NULL)
        return TRUE;
    }
  return FALSE;
}

static gboolean
refuses_stream_options (const char *text)
{
  static const char *const names[] = { "stream_options", "include_usage", NULL };

  return has_any (text, names);
}

/* The limit is also named when its value is wrong, and that another name does not mend. */
static gboolean
refuses_max_tokens (const char *text)
{
  static const char *const names[] = { "max_tokens", "max_completion_tokens", NULL };
  static const char *const unknown[] = {
    "unsupported",
    "not supported",
    "unrecognized",
    "unknown",
    "unexpected",
    "not permitted",
    "forbidden",
    "not allowed",
    "no such",
    "does not support",
    NULL,
  };

  return has_any (text, names) && has_any (text, unknown);
}

/* Not every "thought": a signature of one that is missing is another matter. */
static gboolean
refuses_thoughts (const char *text)
{
  static const char *const names[] = { "thinking", "includethoughts", "include_thoughts", NULL };

  return has_any (text, names);
}

/* A model may be in one version of the protocol only, and a version may not know a member that
 * the other one has. */
static TdChatAdapt
adapt_gemini (const TdChatRequest *request,
              guint                status,
              const char          *text)
{
  gboolean unknown = status == 404 || (status == 400 && strstr (text, "unknown name") != NULL);

  if (unknown && !(request->adapt & TD_CHAT_ADAPT_OTHER_VERSION))
    return TD_CHAT_ADAPT_OTHER_VERSION;
  if (status == 400 && !(request->adapt & TD_CHAT_ADAPT_NO_THOUGHTS) && refuses_thoughts (text))
    return TD_CHAT_ADAPT_NO_THOUGHTS;
  return TD_CHAT_ADAPT_NOTHING;
}

/* OpenAI shows a summary of its reasoning to some accounts only, and has models without any. */
static gboolean
refuses_reasoning (const char *text)
{
  static const char *const names[] = { "reasoning.summary", "reasoning summar", "encrypted content",
                                       "encrypted_content", NULL };

  return has_any (text, names);
}

/* Said of the address; what is said of the model is meant. */
static gboolean
refuses_address (guint       status,
                 const char *text)
{
  return (status == 404 || status == 405 || status == 501) && strstr (text, "model") == NULL;
}

static TdChatAdapt
adapt_responses (const TdChatRequest *request,
                 guint                status,
                 const char          *text)
{
  if (refuses_address (status, text))
    return TD_CHAT_ADAPT_NO_RESPONSES;
  if (status == 400 && !(request->adapt & TD_CHAT_ADAPT_NO_THOUGHTS) && refuses_reasoning (text))
    return TD_CHAT_ADAPT_NO_THOUGHTS;
  return TD_CHAT_ADAPT_NOTHING;
}

/**
 * td_chat_adapt_from_refusal:
 * @endpoint: where the request was sent
 * @request: what was sent
 * @status: the HTTP status of the reply
 * @body: its body
 * @length: how many bytes
 *
 * Returns: how to send it once more, or TD_CHAT_ADAPT_NOTHING when that would not help
 */
TdChatAdapt
td_chat_adapt_from_refusal (const TdEndpoint    *endpoint,
                            const TdChatRequest *request,
                            guint                status,
                            const char          *body,
                            gsize                length)
{
  g_autofree char *valid = NULL;
  g_autofree char *text = NULL;

  valid = g_utf8_make_valid (body, (gssize) length);
  text = g_ascii_strdown (valid, -1);
  if (td_protocol_for_chat (endpoint, request) == td_protocol_responses ())
    return adapt_responses (request, status, text);
  if (endpoint->kind == TD_PROVIDER_KIND_GEMINI)
    return adapt_gemini (request, status, text);
  if ((status != 400 && status != 422) || endpoint->kind == TD_PROVIDER_KIND_OLLAMA ||
      endpoint->kind == TD_PROVIDER_KIND_ANTHROPIC)
    return TD_CHAT_ADAPT_NOTHING;
  if (request->stream && !(request->adapt & TD_CHAT_ADAPT_NO_STREAM_OPTIONS) &&
      refuses_stream_options (text))
    return TD_CHAT_ADAPT_NO_STREAM_OPTIONS;
  if (request->max_output > 0 && !(request->adapt & TD_CHAT_ADAPT_OTHER_MAX_TOKENS) &&
      refuses_max_tokens (text))
    return TD_CHAT_ADAPT_OTHER_MAX_TOKENS;
  return TD_CHAT_ADAPT_NOTHING;
}

static char *
make_key (const TdEndpoint    *endpoint,
          const TdChatRequest *request)
{
  return g_strconcat (endpoint->base_url, "\n", request->model, NULL);
}

/**
 * td_chat_adapt_recall:
 * @session: the session of this process
 * @endpoint: where a request is to go
 * @request: the request
 *
 * Returns: what this server turned out to need for this model earlier in this session
 */
TdChatAdapt
td_chat_adapt_recall (SoupSession         *session,
                      const TdEndpoint    *endpoint,
                      const TdChatRequest *request)
{
  GHashTable *memory = g_object_get_data (G_OBJECT (session), MEMORY_KEY);
  g_autofree char *key = NULL;

  if (memory == NULL)
    return TD_CHAT_ADAPT_NOTHING;
  key = make_key (endpoint, request);
  return GPOINTER_TO_UINT (g_hash_table_lookup (memory, key));
}

/**
 * td_chat_adapt_remember:
 * @session: the session of this process
 * @endpoint: where a request went
 * @request: the request as it was understood
 *
 * Remembers what the server needed, so that the next request is right at once.
 */
void
td_chat_adapt_remember (SoupSession         *session,
                        const TdEndpoint    *endpoint,
                        const TdChatRequest *request)
{
  GHashTable *memory = g_object_get_data (G_OBJECT (session), MEMORY_KEY);

  if (memory == NULL)
    {
      memory = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      g_object_set_data_full (G_OBJECT (session), MEMORY_KEY, memory,
                              (GDestroyNotify) g_hash_table_unref);
    }
  if (g_hash_table_size (memory) >= MAX_REMEMBERED)
    g_hash_table_remove_all (memory);
  g_hash_table_insert (memory, make_key (endpoint, request), GUINT_TO_POINTER (request->adapt));
}

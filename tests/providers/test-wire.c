/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "support/td-test.h"

#include <math.h>
#include <string.h>

#include "base/td-json-read.h"
#include "providers/reply.h"
#include "providers/td-count-call.h"
#include "providers/td-hub.h"
#include "providers/td-line-splitter.h"
#include "providers/td-ollama-wire.h"
#include "providers/td-pull-parser.h"

/* Reads a folder of recorded replies and compares what comes out with expected.json beside
 * them. The folder is tests/data/wire, or another of the same shape from TOPDOG_WIRE_SAMPLES. */

#define SEED 20261123

static char *folder;
static TdJsonDoc *expectations;

typedef struct
{
  char *file;
  const TdJson *expected;
} Sample;

static void
sample_free (gpointer data)
{
  g_free (((Sample *) data)->file);
  g_free (data);
}

static GBytes *
load (const char *file)
{
  g_autofree char *path = g_build_filename (folder, file, NULL);
  g_autoptr (GError) error = NULL;
  char *contents;
  gsize length;

  g_file_get_contents (path, &contents, &length, &error);
  g_assert_no_error (error);
  return g_bytes_new_take (contents, length);
}

static const TdProtocol *
find_protocol (const char *name)
{
  if (g_str_equal (name, "openai-chat") || g_str_equal (name, "huggingface") ||
      g_str_equal (name, "openrouter"))
    return td_protocol_openai_chat ();
  if (g_str_equal (name, "openai-responses"))
    return td_protocol_responses ();
  if (g_str_equal (name, "anthropic"))
    return td_protocol_anthropic ();
  if (g_str_equal (name, "gemini") || g_str_equal (name, "gemini-array"))
    return td_protocol_gemini ();
  return g_str_equal (name, "ollama") ? td_protocol_ollama () : NULL;
}

static const TdProtocol *
find_protocol_of_file (const char *file)
{
  if (strstr (file, "responses") != NULL)
    return td_protocol_responses ();
  if (strstr (file, "anthropic") != NULL)
    return td_protocol_anthropic ();
  if (strstr (file, "gemini") != NULL)
    return td_protocol_gemini ();
  return strstr (file, "ollama") != NULL ? td_protocol_ollama () : td_protocol_openai_chat ();
}

/* ---- Feeding ------------------------------------------------------------------------------ */

typedef enum
{
  FEED_WHOLE,
  FEED_BYTES,
  FEED_SEVENS,
  FEED_RANDOM,
  N_FEEDS = FEED_RANDOM + 8, /* some random cuts */
} Feed;

static gsize
next_piece (Feed   feed,
            GRand *rand,
            gsize  left)
{
  gsize cut = (gsize) g_rand_int_range (rand, 1, 300);

  switch (feed)
    {
    case FEED_WHOLE:
      return left;
    case FEED_BYTES:
      return 1;
    case FEED_SEVENS:
      return MIN (left, 7);
    case FEED_RANDOM:
    case N_FEEDS:
    default:
      return MIN (left, cut);
    }
}

static Reply *
read_reply (const TdProtocol *protocol,
            gboolean          streamed,
            const char       *bytes,
            gsize             length,
            Feed              feed)
{
  Reply *reply = reply_new ();
  g_autoptr (TdChatParser) parser = protocol->parser_new (streamed, reply_event_cb, reply);
  g_autoptr (GRand) rand = g_rand_new_with_seed (SEED + feed);

  for (gsize at = 0; at < length;)
    {
      gsize piece = next_piece (feed, rand, length - at);
      /* A copy of just this piece, so that reading beyond it is found out. */
      g_autofree char *copy = g_memdup2 (bytes + at, piece);

      td_chat_parser_feed (parser, copy, piece);
      at += piece;
    }
  td_chat_parser_end (parser);
  td_chat_parser_end (parser);
  td_chat_parser_feed (parser, "data: {}\n\n", 10);
  g_assert_cmpuint (reply->n_ends, ==, 1);
  return reply;
}

/* ---- Comparing ---------------------------------------------------------------------------- */

static void
check_text (const TdJson  *expected,
            const char    *name,
            const GString *got)
{
  g_autofree char *alt_name = g_strconcat (name, "_alt", NULL);
  const char *text = td_json_member_string (expected, name);
  const char *alt = td_json_member_string (expected, alt_name);

  if (alt == NULL || strcmp (got->str, alt) != 0)
    g_assert_cmpstr (got->str, ==, text != NULL ? text : "");
}

static void
check_calls (const TdJson *expected,
             const Reply  *reply)
{
  const TdJson *calls = td_json_get_member (expected, "tool_calls");

  g_assert_cmpuint (reply->calls->len, ==, td_json_get_length (calls));
  for (guint i = 0; i < reply->calls->len; i++)
    {
      const TdJson *call = td_json_get_element (calls, i);
      const ReplyCall *got = reply->calls->pdata[i];
      const char *args = got->args->len > 0 ? got->args->str : "{}";
      g_autoptr (TdJsonDoc) doc = td_json_doc_parse (args, -1, NULL, NULL);

      if (td_json_member_string (call, "id") != NULL)
        g_assert_cmpstr (got->id, ==, td_json_member_string (call, "id"));
      g_assert_cmpstr (got->name, ==, td_json_member_string (call, "name"));
      g_assert_nonnull (doc);
      g_assert_true (json_equal (td_json_doc_get_root (doc),
                                 td_json_get_member (call, "arguments")));
    }
}

static void
check_signature (const TdJson *expected,
                 const Reply  *reply)
{
  const char *signature = td_json_member_string (expected, "signature");
  g_autoptr (TdJsonDoc) doc = NULL;
  g_autoptr (GString) joined = g_string_new (NULL);
  const TdJson *details;

  if (signature == NULL)
    return;
  g_assert_nonnull (reply->opaque);
  doc = td_json_doc_parse (reply->opaque, -1, NULL, NULL);
  g_assert_nonnull (doc);
  details = td_json_get_member (td_json_doc_get_root (doc), "reasoning_details");
  if (details == NULL)
    details = td_json_get_member (td_json_doc_get_root (doc), "thinking_blocks");
  for (guint i = 0; i < td_json_get_length (details); i++)
    {
      const char *piece = td_json_member_string (td_json_get_element (details, i), "signature");

      g_string_append (joined, piece != NULL ? piece : "");
    }
  details = td_json_get_member (td_json_doc_get_root (doc), "parts"); /* Gemini */
  for (guint i = 0; i < td_json_get_length (details); i++)
    {
      const char *piece =
        td_json_member_string (td_json_get_element (details, i), "thoughtSignature");

      g_string_append (joined, piece != NULL ? piece : "");
    }
  g_assert_cmpstr (joined->str, ==, signature);
}

static void
check_continuation (const TdJson *expected,
                    const Reply  *reply)
{
  const char *token = td_json_member_string (expected, "continuation_token");
  g_autoptr (TdJsonDoc) doc = NULL;

  if (token == NULL)
    return;
  g_assert_nonnull (reply->opaque);
  doc = td_json_doc_parse (reply->opaque, -1, NULL, NULL);
  g_assert_cmpstr (td_json_member_string (td_json_doc_get_root (doc), "continuationToken"), ==,
                   token);
}

static void
check_usage (const TdJson *expected,
             const Reply  *reply)
{
  const TdJson *usage = td_json_get_member (expected, "usage");
  double cost;

  if (usage == NULL)
    return;
  g_assert_true (reply->has_usage == (td_json_get_type (usage) == TD_JSON_OBJECT));
  if (!reply->has_usage)
    return;
  g_assert_cmpint (reply->usage.input, ==, td_json_member_int64 (usage, "input", TD_USAGE_UNKNOWN));
  g_assert_cmpint (reply->usage.cached, ==,
                   td_json_member_int64 (usage, "cached", TD_USAGE_UNKNOWN));
  g_assert_cmpint (reply->usage.cache_write, ==,
                   td_json_member_int64 (usage, "cache_write", TD_USAGE_UNKNOWN));
  g_assert_cmpint (reply->usage.output, ==,
                   td_json_member_int64 (usage, "output", TD_USAGE_UNKNOWN));
  g_assert_cmpint (reply->usage.reasoning, ==,
                   td_json_member_int64 (usage, "reasoning", TD_USAGE_UNKNOWN));
  if (td_json_get_member (usage, "total") != NULL)
    g_assert_cmpint (reply->usage.total, ==,
                     td_json_member_int64 (usage, "total", TD_USAGE_UNKNOWN));
  if (td_json_get_double (td_json_get_member (usage, "cost"), &cost))
    g_assert_cmpint (reply->usage.provider_cost, ==, llround (cost * 1e9));
  else
    g_assert_cmpint (reply->usage.provider_cost, ==, TD_USAGE_UNKNOWN);
}

static void
check_code (const TdJson    *error,
            const TdFailure *failure)
{
  static const char *const names[] = { "code", "type", "status" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      const char *word = td_json_member_string (error, names[i]);

      if (word == NULL)
        continue;
      g_assert_cmpstr (failure->code, ==, word);
      return;
    }
}

/* The samples call the class "refused" where ours is "permission": both mean no. */
static void
check_class (const TdJson    *error,
             const TdFailure *failure)
{
  const char *word = td_json_member_string (error, "class");

  if (word == NULL)
    return;
  if (g_str_equal (word, "refused"))
    word = "permission";
  g_assert_cmpstr (td_provider_error_to_string (failure->class), ==, word);
}

static void
check_failure (const TdJson    *error,
               const TdFailure *failure)
{
  gint64 seconds;

  check_code (error, failure);
  check_class (error, failure);
  if (td_json_member_string (error, "message") != NULL)
    g_assert_cmpstr (failure->message, ==, td_json_member_string (error, "message"));
  if (td_json_member_string (error, "param") != NULL)
    g_assert_cmpstr (failure->param, ==, td_json_member_string (error, "param"));
  if (td_json_is_set (td_json_get_member (error, "retry")))
    g_assert_true (failure->retryable == td_json_member_bool (error, "retry", FALSE));
  if (td_json_get_int64 (td_json_get_member (error, "retry_after_s"), &seconds))
    g_assert_cmpint (failure->retry_after_ms, ==, seconds * 1000);
}

/* Two words where it takes two to say it: "incomplete:max_output_tokens". */
static void
check_raw (const TdJson *expected,
           const Reply  *reply)
{
  const char *raw = td_json_member_string (expected, "finish_raw");
  g_auto (GStrv) words = g_strsplit (reply->finish_raw != NULL ? reply->finish_raw : "", ":", 2);

  if (raw == NULL || !g_strv_contains ((const char *const *) words, raw))
    g_assert_cmpstr (reply->finish_raw, ==, raw);
}

static void
check_reply (const TdJson *expected,
             const Reply  *reply)
{
  const TdJson *error = td_json_get_member (expected, "error");
  const char *finish = td_json_member_string (expected, "finish");

  check_text (expected, "text", reply->text);
  check_text (expected, "reasoning", reply->reasoning);
  check_text (expected, "refusal", reply->refusal);
  check_calls (expected, reply);
  check_signature (expected, reply);
  check_continuation (expected, reply);
  check_usage (expected, reply);
  if (td_json_is_set (error))
    {
      g_assert_nonnull (reply->failure);
      check_failure (error, reply->failure);
    }
  if (finish != NULL)
    g_assert_cmpstr (reply_get_end (reply), ==, finish);
  if (finish != NULL && !g_str_equal (finish, "error"))
    check_raw (expected, reply);
  if (td_json_member_string (expected, "id") != NULL)
    g_assert_cmpstr (reply->id, ==, td_json_member_string (expected, "id"));
  if (td_json_member_string (expected, "model") != NULL)
    g_assert_cmpstr (reply->model, ==, td_json_member_string (expected, "model"));
}

/* ---- Kinds of samples --------------------------------------------------------------------- */

static void
check_chat (const Sample     *sample,
            const TdProtocol *protocol)
{
  g_autoptr (GBytes) bytes = load (sample->file);
  gboolean streamed = !g_str_has_suffix (sample->file, ".json");
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);

  for (int feed = 0; feed < N_FEEDS; feed++)
    {
      g_autoptr (Reply) reply = read_reply (protocol, streamed, data, length, feed);

      check_reply (sample->expected, reply);
    }
}

static GStrv
read_headers (const TdJson *headers,
              const char   *file)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (g_str_has_suffix (file, ".json"))
    g_strv_builder_add_many (builder, "content-type", "application/json", NULL);
  for (guint i = 0; i < td_json_get_length (headers); i++)
    g_strv_builder_add_many (builder, td_json_get_name (headers, i),
                             td_json_get_string (td_json_get_element (headers, i)), NULL);
  return g_strv_builder_end (builder);
}

static void
check_http_error (const Sample *sample)
{
  g_autoptr (GBytes) bytes = load (sample->file);
  g_auto (GStrv) headers =
    read_headers (td_json_get_member (sample->expected, "headers"), sample->file);
  guint status = (guint) td_json_member_int64 (sample->expected, "status", 0);
  g_autoptr (TdFailure) failure = NULL;
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);

  failure = td_failure_from_reply (status, (const char *const *) headers, data, length);
  g_assert_cmpuint (failure->status, ==, status);
  check_failure (td_json_get_member (sample->expected, "error"), failure);
}

static void
check_models (const Sample *sample)
{
  g_autoptr (GBytes) bytes = load (sample->file);
  const TdJson *ids = td_json_get_member (sample->expected, "ids");
  g_autoptr (GPtrArray) models = NULL;
  g_autoptr (GError) error = NULL;

  models = td_model_listing_read (bytes, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (models->len, ==, td_json_get_length (ids));
  for (guint i = 0; i < models->len; i++)
    g_assert_cmpstr (((TdListedModel *) models->pdata[i])->id, ==,
                     td_json_get_string (td_json_get_element (ids, i)));
}

#define MODEL_PREFIX "models/"

/* Listed under their bare names, those for chats told from the others. */
static void
check_gemini_models (const Sample *sample)
{
  g_autoptr (TdEndpoint) endpoint = td_endpoint_new_custom ("x", "x", "https://x/v1beta");
  g_autoptr (GBytes) bytes = load (sample->file);
  const TdJson *ids = td_json_get_member (sample->expected, "ids");
  g_auto (GStrv) chat_ids = td_json_member_strv (sample->expected, "chat_ids");
  const char *token = td_json_member_string (sample->expected, "next_page_token");
  g_autoptr (TdWireRequest) next = td_protocol_gemini ()->write_next_list (endpoint, bytes);
  g_autofree char *escaped = g_uri_escape_string (token, NULL, FALSE);
  g_autoptr (GPtrArray) models = NULL;
  g_autoptr (GError) error = NULL;

  models = td_protocol_gemini ()->read_list (bytes, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (models->len, ==, td_json_get_length (ids));
  for (guint i = 0; i < models->len; i++)
    {
      const TdListedModel *model = models->pdata[i];
      const char *id = td_json_get_string (td_json_get_element (ids, i));

      g_assert_true (g_str_has_prefix (id, MODEL_PREFIX));
      g_assert_cmpstr (model->id, ==, id + strlen (MODEL_PREFIX));
      g_assert_true (model->no_chat == !g_strv_contains ((const char *const *) chat_ids, id));
    }
  g_assert_cmpstr (((TdListedModel *) models->pdata[0])->name, ==, "Gemini 3.8 Flash");
  g_assert_cmpint (((TdListedModel *) models->pdata[0])->context, ==, 1048576);
  g_assert_nonnull (next);
  g_assert_true (g_str_has_suffix (next->url, escaped));
}

static void
check_show (const Sample *sample)
{
  g_autoptr (GBytes) bytes = load (sample->file);
  g_auto (GStrv) capabilities = td_json_member_strv (sample->expected, "capabilities");
  g_autoptr (TdOllamaShow) show = NULL;
  g_autoptr (GError) error = NULL;

  show = td_ollama_show_read (bytes, &error);
  g_assert_no_error (error);
  g_assert_cmpint (show->context, ==,
                   td_json_member_int64 (sample->expected, "context_length", -1));
  g_assert_true (g_strv_equal ((const char *const *) show->capabilities,
                               (const char *const *) capabilities));
}

/* What was counted, of the protocol whose answer it is. */
static void
check_count (const Sample     *sample,
             const TdProtocol *protocol)
{
  static const TdProviderKind kinds[] = { TD_PROVIDER_KIND_OPENAI, TD_PROVIDER_KIND_ANTHROPIC,
                                          TD_PROVIDER_KIND_GEMINI };
  g_autoptr (GBytes) bytes = load (sample->file);

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autoptr (TdEndpoint) endpoint = td_endpoint_new_custom ("x", "x", "https://x/v1");
      g_autoptr (GError) error = NULL;

      endpoint->kind = kinds[i];
      endpoint->wire = TD_WIRE_TRAIT_RESPONSES;
      if (td_protocol_for_endpoint (endpoint) != protocol)
        continue;
      g_assert_cmpint (td_count_call_read (endpoint, bytes, &error), ==,
                       td_json_member_int64 (sample->expected, "input", -1));
      g_assert_no_error (error);
    }
}

static void
take_pull_cb (const TdPullProgress *progress,
              gpointer              user_data)
{
  char **last = user_data;

  g_assert_cmpint (progress->completed, <=, MAX (progress->total, 0));
  g_free (*last);
  *last = g_strdup_printf ("%s %" G_GINT64_FORMAT " %" G_GINT64_FORMAT, progress->status,
                           progress->total, progress->completed);
}

static void
check_pull_in_pieces (const Sample *sample,
                      const char   *bytes,
                      gsize         length,
                      Feed          feed)
{
  const TdJson *error = td_json_get_member (sample->expected, "error");
  g_autoptr (GRand) rand = g_rand_new_with_seed (SEED + feed);
  g_autofree char *last = NULL;
  g_autofree char *expected = g_strdup_printf (
    "%s %" G_GINT64_FORMAT " %" G_GINT64_FORMAT,
    td_json_member_string (sample->expected, "last_status"),
    td_json_member_int64 (sample->expected, "total", -1),
    td_json_member_int64 (sample->expected, "completed", 0));
  g_autoptr (TdPullParser) parser = td_pull_parser_new (take_pull_cb, &last);
  g_autoptr (TdFailure) failure = NULL;
  gboolean more = TRUE;

  for (gsize at = 0; at < length && more;)
    {
      gsize piece = next_piece (feed, rand, length - at);
      g_autofree char *copy = g_memdup2 (bytes + at, piece);

      more = td_pull_parser_feed (parser, copy, piece);
      at += piece;
    }
  failure = td_pull_parser_end (parser);
  g_assert_true ((failure != NULL) == td_json_is_set (error));
  if (failure != NULL)
    check_failure (error, failure);
  if (td_json_member_string (sample->expected, "last_status") != NULL)
    g_assert_cmpstr (last, ==, expected);
}

static void
check_pull (const Sample *sample)
{
  g_autoptr (GBytes) bytes = load (sample->file);
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);

  for (int feed = 0; feed < N_FEEDS; feed++)
    check_pull_in_pieces (sample, data, length, feed);
}

static void
check_version (const Sample *sample)
{
  g_autoptr (GBytes) bytes = load (sample->file);
  g_autoptr (GError) error = NULL;
  g_autofree char *version = td_ollama_read_version (bytes, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (version, ==, td_json_member_string (sample->expected, "version"));
}

/* The list of the hub, whose next page is named in a header. */
static void
check_hub (const Sample *sample)
{
  g_autoptr (GBytes) bytes = load (sample->file);
  const TdJson *ids = td_json_get_member (sample->expected, "ids");
  const char *link = td_json_get_string (td_json_get_path (sample->expected, "headers.link"));
  g_autofree char *next = td_hub_read_next (link, TD_HUB_URL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) models = td_hub_read_list (bytes, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (models->len, ==, td_json_get_length (ids));
  for (guint i = 0; i < models->len; i++)
    g_assert_cmpstr (((TdHubModel *) models->pdata[i])->id, ==,
                     td_json_get_string (td_json_get_element (ids, i)));
  g_assert_true ((next != NULL) == (link != NULL && strstr (link, "rel=\"next\"") != NULL));
}

static gboolean
lists_models (const char *protocol)
{
  static const char *const read_here[] = {
    "openai-models",
    "openrouter-models",
    "hf-router-models",
    "ollama-tags",
    "ollama-ps",
    "anthropic-models",
    NULL,
  };

  return g_strv_contains (read_here, protocol);
}

static gboolean
is_chat (const char *kind)
{
  static const char *const kinds[] = {
    "stream",
    "json",
    "stream-error",
    "stream-truncated",
    "stream-part",
    "doc-only",
    "tolerance",
    "tolerance-error",
    "json-error-200",
    NULL,
  };

  return g_strv_contains (kinds, kind);
}

static void
test_sample (gconstpointer data)
{
  const Sample *sample = data;
  const char *protocol = td_json_member_string (sample->expected, "protocol");
  const char *kind = td_json_member_string (sample->expected, "kind");
  g_autofree char *why = NULL;

  g_assert_nonnull (protocol);
  g_assert_nonnull (kind);
  if (g_str_equal (protocol, "http-error"))
    check_http_error (sample);
  else if (find_protocol (protocol) != NULL && is_chat (kind))
    check_chat (sample, find_protocol (protocol));
  else if (g_str_equal (protocol, "hf-hub-models"))
    check_hub (sample);
  else if (g_str_equal (kind, "models") && lists_models (protocol))
    check_models (sample);
  else if (g_str_equal (protocol, "gemini-models"))
    check_gemini_models (sample);
  else if (g_str_equal (protocol, "openai-input-tokens"))
    check_count (sample, td_protocol_responses ());
  else if (g_str_equal (protocol, "anthropic-count"))
    check_count (sample, td_protocol_anthropic ());
  else if (g_str_equal (protocol, "gemini-count"))
    check_count (sample, td_protocol_gemini ());
  else if (g_str_equal (protocol, "lmstudio-models"))
    check_models (sample);
  else if (g_str_equal (protocol, "ollama-show"))
    check_show (sample);
  else if (g_str_equal (protocol, "ollama-pull"))
    check_pull (sample);
  else if (g_str_equal (protocol, "ollama-version"))
    check_version (sample);
  else
    {
      why =
        g_str_equal (kind, "request")
          ? g_strdup ("a body to send; what is sent is compared with it in test-request-samples")
          : g_strdup_printf ("no reader for %s of %s yet", kind, protocol);
      g_test_skip (why);
    }
}

/* ---- Made up here ------------------------------------------------------------------------- */

static void
feed_in_reads (TdChatParser *parser,
               const char   *bytes,
               gsize         length)
{
  for (gsize at = 0; at < length; at += 16384)
    td_chat_parser_feed (parser, bytes + at, MIN (length - at, 16384));
}

static Reply *
read_long_event (gsize text_length)
{
  Reply *reply = reply_new ();
  g_autoptr (TdChatParser) parser =
    td_protocol_openai_chat ()->parser_new (TRUE, reply_event_cb, reply);
  g_autoptr (GString) event = g_string_new ("data: {\"choices\":[{\"delta\":{\"content\":\"");

  for (gsize i = 0; i < text_length; i++)
    g_string_append_c (event, (char) ('a' + i % 26));
  g_string_append (event, "\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n");
  feed_in_reads (parser, event->str, event->len);
  td_chat_parser_end (parser);
  return reply;
}

static void
test_long_event (void)
{
  g_autoptr (Reply) reply = read_long_event (5 * 1024 * 1024);

  g_assert_cmpstr (reply_get_end (reply), ==, "stop");
  g_assert_cmpuint (reply->text->len, ==, 5 * 1024 * 1024);
  g_assert_cmpint (reply->text->str[26 * 1000 + 3], ==, 'd');
}

static void
test_endless_event (void)
{
  g_autoptr (Reply) reply = read_long_event (TD_FEED_MAX_BYTES + 1);

  g_assert_nonnull (reply->failure);
  g_assert_cmpint (reply->failure->class, ==, TD_PROVIDER_ERROR_PROTOCOL);
  g_assert_cmpuint (reply->text->len, ==, 0);
}

/* Cut anywhere, a stream is cut or complete, and what came before the cut stays. */
static void
test_truncated (gconstpointer data)
{
  const char *file = data;
  g_autoptr (GBytes) bytes = load (file);
  const TdProtocol *protocol = find_protocol_of_file (file);
  g_autoptr (Reply) full = NULL;
  guint n_cut = 0;
  gsize length;
  const char *text = g_bytes_get_data (bytes, &length);

  full = read_reply (protocol, TRUE, text, length, FEED_WHOLE);
  g_assert_true (full->finished);
  for (gsize cut = 0; cut < length; cut++)
    {
      g_autoptr (Reply) reply = read_reply (protocol, TRUE, text, cut, FEED_SEVENS);

      g_assert_true (g_str_has_prefix (full->text->str, reply->text->str));
      if (reply->finished)
        {
          g_assert_cmpint (reply->finish, ==, full->finish);
          g_assert_cmpstr (reply->text->str, ==, full->text->str);
        }
      else
        {
          g_assert_cmpint (reply->failure->class, ==, TD_PROVIDER_ERROR_CUT);
          n_cut++;
        }
    }
  g_assert_cmpuint (n_cut, >, length / 2);
}

static void
mutate (GByteArray *bytes,
        GRand      *rand)
{
  guint n = (guint) g_rand_int_range (rand, 1, 6);

  for (guint i = 0; i < n && bytes->len > 8; i++)
    {
      guint8 again[4];
      guint at = (guint) g_rand_int_range (rand, 0, (gint32) bytes->len - 4);

      switch (g_rand_int_range (rand, 0, 4))
        {
        case 0:
          bytes->data[at] = (guint8) g_rand_int_range (rand, 0, 256);
          break;
        case 1:
          g_byte_array_remove_range (bytes, at, 3);
          break;
        case 2:
          bytes->data[at] = (guint8) "\"{}[]:,\r\n \\u0"[g_rand_int_range (rand, 0, 13)];
          break;
        default:
          memcpy (again, bytes->data + at, sizeof again);
          g_byte_array_append (bytes, again, sizeof again);
          break;
        }
    }
}

/* Whatever comes, a reply ends once, and what was handed out is text. */
static void
test_mutated (void)
{
  static const char *const files[] = {
    "openai-chat-stream.sse",
    "openai-chat-tools-stream.sse",
    "openrouter-chat-stream.sse",
    "edge-compat-tool-index.sse",
    "edge-sse-escapes.sse",
    "ollama-tools.ndjson",
    "openrouter-nonstream.json",
    "ollama-chat-nonstream.json",
    "anthropic-thinking-stream.sse",
    "anthropic-tools-stream.sse",
    "anthropic-tools-nonstream.json",
    "gemini-thinking-stream.sse",
    "gemini-tools-stream.sse",
    "gemini-blocked-stream.sse",
    "gemini-nonstream.json",
    "gemini-stream-array.json",
    "openai-responses-stream.sse",
    "openai-responses-reasoning-tools-stream.sse",
    "openai-responses-nonstream.json",
  };
  g_autoptr (GRand) rand = g_rand_new_with_seed (SEED);

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *relative = g_build_filename ("wire", files[i], NULL);
      g_autoptr (GBytes) bytes = td_test_load_data (relative);
      const TdProtocol *protocol = find_protocol_of_file (files[i]);

      for (guint round = 0; round < 400; round++)
        {
          g_autoptr (GByteArray) copy = g_byte_array_new ();
          g_autoptr (Reply) reply = NULL;

          g_byte_array_append (copy, g_bytes_get_data (bytes, NULL),
                               (guint) g_bytes_get_size (bytes));
          mutate (copy, rand);
          reply =
            read_reply (protocol, !g_str_has_suffix (files[i], ".json"), (const char *) copy->data,
                        copy->len, FEED_RANDOM + (int) (round % 8));
          g_assert_cmpuint (reply->n_ends, ==, 1);
        }
    }
}

static void
add_samples (void)
{
  const TdJson *root = td_json_doc_get_root (expectations);

  for (guint i = 0; i < td_json_get_length (root); i++)
    {
      Sample *sample = g_new0 (Sample, 1);
      g_autofree char *path = NULL;

      sample->file = g_strdup (td_json_get_name (root, i));
      sample->expected = td_json_get_element (root, i);
      path = g_strconcat ("/wire/sample/", sample->file, NULL);
      g_test_add_data_func_full (path, sample, test_sample, sample_free);
    }
}

static void
open_folder (void)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;

  folder = g_strdup (g_getenv ("TOPDOG_WIRE_SAMPLES"));
  if (folder == NULL)
    folder = td_test_build_data_path ("wire");
  bytes = load ("expected.json");
  expectations = td_json_doc_parse_bytes (bytes, NULL, &error);
  g_assert_no_error (error);
}

int
main (int    argc,
      char **argv)
{
  int status;

  td_test_init (&argc, &argv);
  open_folder ();
  add_samples ();
  g_test_add_func ("/wire/long-event", test_long_event);
  g_test_add_func ("/wire/endless-event", test_endless_event);
  g_test_add_data_func ("/wire/truncated/chat", "openai-chat-stream.sse", test_truncated);
  g_test_add_data_func ("/wire/truncated/tools", "openai-chat-tools-stream.sse", test_truncated);
  g_test_add_data_func ("/wire/truncated/ollama", "ollama-tools.ndjson", test_truncated);
  g_test_add_data_func ("/wire/truncated/anthropic", "anthropic-thinking-stream.sse",
                        test_truncated);
  g_test_add_data_func ("/wire/truncated/anthropic-tools", "anthropic-tools-stream.sse",
                        test_truncated);
  g_test_add_data_func ("/wire/truncated/responses", "openai-responses-stream.sse",
                        test_truncated);
  g_test_add_data_func ("/wire/truncated/responses-tools",
                        "openai-responses-reasoning-tools-stream.sse", test_truncated);
  g_test_add_data_func ("/wire/truncated/gemini", "gemini-stream.sse", test_truncated);
  g_test_add_data_func ("/wire/truncated/gemini-thinking", "gemini-thinking-stream.sse",
                        test_truncated);
  g_test_add_func ("/wire/mutated", test_mutated);
  status = g_test_run ();
  td_json_doc_free (expectations);
  g_free (folder);
  return status;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "providers/td-gemini-parser.h"

#include <string.h>

#include "providers/td-failure-reply.h"
#include "providers/td-failure-text.h"
#include "providers/td-gemini-parts.h"
#include "providers/td-reply-reader.h"
#include "providers/td-retry-after.h"
#include "providers/td-tool-calls.h"

/* Reads replies of Gemini's generateContent family: a stream of chunks, one document that is
 * like the only chunk, or a list of chunks. A stream has no mark at its end, and some gateways
 * give a reason to finish in every chunk, so it is read until the connection ends. */

#define MAX_STRAY_BYTES (64 * 1024)

/* More tokens than anybody has, so that sums cannot overflow. */
#define MAX_COUNT (G_GINT64_CONSTANT (1) << 50)

typedef enum
{
  COUNT_PROMPT,
  COUNT_TOOL_PROMPT,
  COUNT_CACHED,
  COUNT_CANDIDATES,
  COUNT_THOUGHTS,
  COUNT_TOTAL,
  N_COUNTS,
} Count;

static const char *const count_names[] = {
  [COUNT_PROMPT] = "promptTokenCount",
  [COUNT_TOOL_PROMPT] = "toolUsePromptTokenCount",
  [COUNT_CACHED] = "cachedContentTokenCount",
  [COUNT_CANDIDATES] = "candidatesTokenCount",
  [COUNT_THOUGHTS] = "thoughtsTokenCount",
  [COUNT_TOTAL] = "totalTokenCount",
};

typedef struct
{
  TdReplyReader reader;
  GString *stray;           /* (owned): text between the events that may be an error */
  TdToolCalls *tools;       /* (owned) */
  TdGeminiParts *parts;     /* (owned) */
  gint64 counts[N_COUNTS];  /* the last of each that came; -1: none did */
  char *finish_raw;         /* (owned) (nullable): not said yet */
  char *finish_message;     /* (owned) (nullable) */
  char *block_reason;       /* (owned) (nullable): the prompt was not let through */
  char *continuation_token; /* (owned) (nullable) */
} Parser;

static const struct
{
  const char *word;
  TdFinish finish;
} finish_words[] = {
  { "STOP", TD_FINISH_STOP },
  { "MAX_TOKENS", TD_FINISH_LENGTH },
  { "CONTINUATION", TD_FINISH_PAUSED },
  { "SAFETY", TD_FINISH_REFUSED },
  { "RECITATION", TD_FINISH_REFUSED },
  { "LANGUAGE", TD_FINISH_REFUSED },
  { "BLOCKLIST", TD_FINISH_REFUSED },
  { "PROHIBITED_CONTENT", TD_FINISH_REFUSED },
  { "SPII", TD_FINISH_REFUSED },
  { "IMAGE_SAFETY", TD_FINISH_REFUSED },
  { "IMAGE_PROHIBITED_CONTENT", TD_FINISH_REFUSED },
  { "IMAGE_RECITATION", TD_FINISH_REFUSED },
  { "MALFORMED_FUNCTION_CALL", TD_FINISH_ERROR },
  { "UNEXPECTED_TOOL_CALL", TD_FINISH_ERROR },
  { "TOO_MANY_TOOL_CALLS", TD_FINISH_ERROR },
  { "MALFORMED_RESPONSE", TD_FINISH_ERROR },
  { "NO_IMAGE", TD_FINISH_ERROR },
  { "IMAGE_OTHER", TD_FINISH_ERROR },
};

static TdFinish
read_finish (const char *word)
{
  for (gsize i = 0; i < G_N_ELEMENTS (finish_words); i++)
    {
      if (g_strcmp0 (word, finish_words[i].word) == 0)
        return finish_words[i].finish;
    }
  return word != NULL ? TD_FINISH_UNKNOWN : TD_FINISH_INCOMPLETE;
}

/* ---- Ending ------------------------------------------------------------------------------- */

static TdFinish
decide_finish (Parser *self)
{
  TdFinish finish = read_finish (self->finish_raw);

  /* Calls end with STOP. Those of a turn that was cut short or filtered are not to be run, and
   * one that paused is not over. */
  if ((finish == TD_FINISH_STOP || finish == TD_FINISH_UNKNOWN) &&
      td_tool_calls_any_complete (self->tools))
    return TD_FINISH_TOOL_CALLS;
  return finish;
}

/* The model itself went wrong: it wrote a call that is none, or no image where one was due. */
static void
fail_by_finish (Parser *self)
{
  const char *text = self->finish_message;
  TdFailure *failure = td_failure_new (TD_PROVIDER_ERROR_SERVER, NULL);

  failure->code = g_strdup (self->finish_raw);
  if (text != NULL && *text != '\0')
    failure->message = td_failure_clean_text (text, strlen (text), TD_FAILURE_MAX_MESSAGE_BYTES);
  td_reply_emitter_fail (&self->reader.out, failure);
}

static void
hand_out_opaque (Parser   *self,
                 TdFinish  finish)
{
  const char *token = finish == TD_FINISH_PAUSED ? self->continuation_token : NULL;
  g_autofree char *opaque = td_gemini_parts_to_opaque (self->parts, token);

  if (opaque == NULL)
    return;
  td_reply_emitter_start (&self->reader.out, NULL, NULL);
  td_reply_emitter_opaque (&self->reader.out, opaque, strlen (opaque));
}

static void
finish (Parser *self)
{
  TdFinish finish = decide_finish (self);
  g_autofree char *blocked = NULL;

  if (self->reader.out.ended)
    return;
  if (finish == TD_FINISH_ERROR)
    {
      fail_by_finish (self);
      return;
    }
  hand_out_opaque (self, finish);
  if (self->finish_raw == NULL && self->block_reason != NULL)
    {
      blocked = g_strconcat ("blockReason:", self->block_reason, NULL);
      td_reply_emitter_finish (&self->reader.out, TD_FINISH_REFUSED, blocked);
    }
  else
    td_reply_emitter_finish (&self->reader.out, finish, self->finish_raw);
}

/* @root: a document that reports a failure */
static void
fail_with_json (Parser       *self,
                const TdJson *root)
{
  TdFailure *failure = td_failure_from_json (root, 0);

  failure->retry_after_ms = td_retry_after_read (NULL, root);
  td_reply_emitter_fail (&self->reader.out, failure);
}

/* ---- What chunks say ---------------------------------------------------------------------- */

static gint64
get_sum (Parser *self,
         Count   a,
         Count   b)
{
  return MAX (self->counts[a], 0) + MAX (self->counts[b], 0);
}

/* Running totals, in which a count of zero is left out: beside a prompt that was counted, what
 * was never said is none. */
static void
take_usage (Parser       *self,
            const TdJson *metadata)
{
  TdUsage usage = TD_USAGE_INIT;

  if (td_json_get_type (metadata) != TD_JSON_OBJECT)
    return;
  for (gsize i = 0; i < N_COUNTS; i++)
    {
      gint64 count = td_json_member_int64 (metadata, count_names[i], -1);

      if (count >= 0 && count <= MAX_COUNT)
        self->counts[i] = count;
    }
  if (self->counts[COUNT_PROMPT] >= 0)
    {
      usage.input = get_sum (self, COUNT_PROMPT, COUNT_TOOL_PROMPT);
      usage.cached = MAX (self->counts[COUNT_CACHED], 0);
    }
  if (self->counts[COUNT_PROMPT] >= 0 || self->counts[COUNT_CANDIDATES] >= 0)
    {
      usage.output = get_sum (self, COUNT_CANDIDATES, COUNT_THOUGHTS);
      usage.reasoning = MAX (self->counts[COUNT_THOUGHTS], 0);
    }
  usage.total = self->counts[COUNT_TOTAL];
  if (usage.total < 0 && usage.input >= 0 && usage.output >= 0)
    usage.total = usage.input + usage.output;
  td_reply_emitter_usage (&self->reader.out, &usage);
}

static void
take_part (Parser       *self,
           const TdJson *part)
{
  const TdJson *call = td_json_get_member (part, "functionCall");

  if (td_json_member_bool (part, "thought", FALSE))
    td_reply_emitter_reasoning (&self->reader.out, td_json_get_member (part, "text"));
  else
    td_reply_emitter_text (&self->reader.out, td_json_get_member (part, "text"));
  if (td_json_get_type (call) == TD_JSON_OBJECT)
    td_tool_calls_take_whole (self->tools, call);
  td_gemini_parts_take (self->parts, part);
}

static void
keep_text (char         **kept,
           const TdJson  *object,
           const char    *name)
{
  const char *text = td_json_member_string (object, name);

  if (text != NULL && *text != '\0')
    g_set_str (kept, text);
}

static void
take_candidate (Parser       *self,
                const TdJson *candidate)
{
  const TdJson *parts = td_json_get_path (candidate, "content.parts");

  if (td_json_get_type (parts) == TD_JSON_ARRAY)
    {
      for (guint i = 0; i < td_json_get_length (parts); i++)
        take_part (self, td_json_get_element (parts, i));
    }
  keep_text (&self->finish_raw, candidate, "finishReason");
  keep_text (&self->finish_message, candidate, "finishMessage");
  keep_text (&self->continuation_token, candidate, "continuationToken");
}

/* We never ask for more than one candidate; a server that sends more is read for the first. */
static const TdJson *
find_candidate (const TdJson *root)
{
  const TdJson *candidates = td_json_get_member (root, "candidates");

  if (td_json_get_type (candidates) != TD_JSON_ARRAY)
    return NULL;
  for (guint i = 0; i < td_json_get_length (candidates); i++)
    {
      const TdJson *candidate = td_json_get_element (candidates, i);

      if (td_json_member_int64 (candidate, "index", 0) == 0)
        return candidate;
    }
  return NULL;
}

static void
take_start (Parser       *self,
            const TdJson *root)
{
  const char *id = td_json_member_string (root, "responseId");
  const char *model = td_json_member_string (root, "modelVersion");

  if ((id != NULL && *id != '\0') || (model != NULL && *model != '\0'))
    td_reply_emitter_start (&self->reader.out, id, model);
}

static void
take_chunk (Parser       *self,
            const TdJson *root)
{
  if (self->reader.out.ended)
    return;
  take_start (self, root);
  take_candidate (self, find_candidate (root));
  keep_text (&self->block_reason, td_json_get_member (root, "promptFeedback"), "blockReason");
  take_usage (self, td_json_get_member (root, "usageMetadata"));
  if (td_failure_is_in_json (root))
    fail_with_json (self, root);
}

/* A chunk, or a list of them: some gateways put an error into one. */
static void
take_chunks (Parser       *self,
             const TdJson *root)
{
  if (td_json_get_type (root) != TD_JSON_ARRAY)
    {
      take_chunk (self, root);
      return;
    }
  for (guint i = 0; i < td_json_get_length (root); i++)
    take_chunk (self, td_json_get_element (root, i));
}

/* ---- Streams ------------------------------------------------------------------------------ */

/* Gemini has no such mark, but gateways that come from elsewhere send it. */
static gboolean
take_mark (TdReplyReader    *reader,
           const TdSseEvent *event)
{
  g_string_truncate (((Parser *) reader)->stray, 0);
  return td_sse_event_is_done_mark (event);
}

static void
take_event (TdReplyReader *reader,
            const char    *name,
            const TdJson  *root)
{
  take_chunks ((Parser *) reader, root);
}

static TdFeed
take_stray_line_cb (const char *line,
                    gsize       length,
                    gpointer    user_data)
{
  Parser *self = user_data;

  if (self->stray->len == 0 && *line != '{' && *line != '[')
    return TD_FEED_MORE;
  if (self->stray->len + length < MAX_STRAY_BYTES)
    {
      g_string_append_len (self->stray, line, length);
      g_string_append_c (self->stray, '\n');
    }
  return TD_FEED_MORE;
}

/* An error in mid-stream may come bare, without "data:". */
static void
take_stray (Parser *self)
{
  g_autoptr (TdJsonDoc) doc = td_json_doc_parse (self->stray->str, self->stray->len, NULL, NULL);
  const TdJson *root = doc != NULL ? td_json_doc_get_root (doc) : NULL;

  if (td_json_get_type (root) == TD_JSON_ARRAY)
    root = td_json_get_element (root, 0);
  if (td_failure_is_in_json (root))
    fail_with_json (self, root);
}

static void
end_stream (TdReplyReader *reader)
{
  Parser *self = (Parser *) reader;

  take_stray (self);
  if (self->finish_raw != NULL || self->block_reason != NULL)
    finish (self);
}

/* ---- Documents ---------------------------------------------------------------------------- */

static gboolean
is_reply (const TdJson *root)
{
  if (td_json_get_type (root) == TD_JSON_ARRAY)
    root = td_json_get_element (root, 0);
  return find_candidate (root) != NULL || td_failure_is_in_json (root) ||
         td_json_get_type (td_json_get_member (root, "promptFeedback")) == TD_JSON_OBJECT;
}

static void
take_document (TdReplyReader *reader,
               const TdJson  *root)
{
  Parser *self = (Parser *) reader;

  if (!is_reply (root))
    return;
  take_chunks (self, root);
  finish (self);
}

/* ---- The parser --------------------------------------------------------------------------- */

static void
clear (TdReplyReader *reader)
{
  Parser *self = (Parser *) reader;

  g_string_free (self->stray, TRUE);
  td_tool_calls_free (self->tools);
  td_gemini_parts_free (self->parts);
  g_free (self->finish_raw);
  g_free (self->finish_message);
  g_free (self->block_reason);
  g_free (self->continuation_token);
}

static const TdReplyReaderClass reader_class = {
  .take_mark = take_mark,
  .take_event = take_event,
  .take_document = take_document,
  .end_stream = end_stream,
  .clear = clear,
};

/**
 * td_gemini_parser_new:
 * @streamed: whether the reply is a stream of events; else it is one JSON document
 * @func: called for each event of the reply
 * @user_data: data for @func
 *
 * Returns: (transfer full): a parser for one reply
 */
TdChatParser *
td_gemini_parser_new (gboolean        streamed,
                      TdChatEventFunc func,
                      gpointer        user_data)
{
  Parser *self = g_new0 (Parser, 1);

  td_reply_reader_init (&self->reader, &reader_class, streamed, func, user_data);
  if (streamed)
    td_sse_parser_set_stray_func (self->reader.sse, take_stray_line_cb);
  self->stray = g_string_new (NULL);
  self->tools = td_tool_calls_new (&self->reader.out);
  self->parts = td_gemini_parts_new ();
  for (gsize i = 0; i < N_COUNTS; i++)
    self->counts[i] = -1;
  return &self->reader.parent;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "providers/td-ollama-parser.h"

#include "providers/td-failure-reply.h"
#include "providers/td-ndjson-parser.h"
#include "providers/td-tool-calls.h"

/* Reads replies of Ollama's /api/chat: lines of JSON, the last one with "done": true, or one
 * document that is like the last line with the whole message in it. */

typedef struct
{
  TdChatParser parent;
  TdReplyEmitter out;
  TdNdjsonParser *lines; /* (owned) */
  GString *document;     /* (owned) (nullable): of a whole document, as far as it has come */
  TdToolCalls *tools;    /* (owned) */
} Parser;

static TdFinish
decide_finish (Parser     *self,
               const char *done_reason)
{
  if (g_strcmp0 (done_reason, "length") == 0)
    return TD_FINISH_LENGTH;
  if (td_tool_calls_any_complete (self->tools))
    return TD_FINISH_TOOL_CALLS;
  if (done_reason == NULL || *done_reason == '\0' || g_str_equal (done_reason, "stop"))
    return TD_FINISH_STOP;
  /* The model was loaded or unloaded, as it was told. */
  if (g_str_equal (done_reason, "load") || g_str_equal (done_reason, "unload"))
    return TD_FINISH_STOP;
  return TD_FINISH_UNKNOWN;
}

static void
take_usage (Parser       *self,
            const TdJson *root)
{
  TdUsage usage = TD_USAGE_INIT;

  usage.input =
    MAX (td_json_member_int64 (root, "prompt_eval_count", TD_USAGE_UNKNOWN), TD_USAGE_UNKNOWN);
  usage.output =
    MAX (td_json_member_int64 (root, "eval_count", TD_USAGE_UNKNOWN), TD_USAGE_UNKNOWN);
  /* Fields that are zero are left out. A prompt of zero tokens there is not, so that stays
   * unknown; a reply of none there is. */
  if (usage.input >= 0 && usage.output < 0)
    usage.output = 0;
  if (usage.input >= 0 && usage.output >= 0)
    usage.total = usage.input + usage.output;
  td_reply_emitter_usage (&self->out, &usage);
}

static void
take_message (Parser       *self,
              const TdJson *message)
{
  const TdJson *calls = td_json_get_member (message, "tool_calls");

  td_reply_emitter_reasoning (&self->out, td_json_get_member (message, "thinking"));
  td_reply_emitter_text (&self->out, td_json_get_member (message, "content"));
  if (td_json_get_type (calls) != TD_JSON_ARRAY)
    return;
  for (guint i = 0; i < td_json_get_length (calls); i++)
    td_tool_calls_take_whole (self->tools, td_json_get_element (calls, i));
}

static void
take_document (Parser       *self,
               const TdJson *root)
{
  const char *done_reason = td_json_member_string (root, "done_reason");

  if (td_failure_is_in_json (root))
    {
      td_reply_emitter_fail (&self->out, td_failure_from_json (root, 0));
      return;
    }
  if (td_json_member_string (root, "model") != NULL)
    td_reply_emitter_start (&self->out, NULL, td_json_member_string (root, "model"));
  take_message (self, td_json_get_member (root, "message"));
  if (td_json_member_bool (root, "done", FALSE))
    {
      take_usage (self, root);
      td_reply_emitter_finish (&self->out, decide_finish (self, done_reason), done_reason);
    }
}

static TdFeed
take_line_cb (const char *line,
              gsize       length,
              gboolean    unfinished,
              gpointer    user_data)
{
  Parser *self = user_data;
  g_autoptr (TdJsonDoc) doc = td_json_doc_parse (line, length, NULL, NULL);

  if (doc != NULL)
    take_document (self, td_json_doc_get_root (doc));
  else if (!unfinished)
    td_reply_emitter_fail (&self->out, td_failure_new_garbage (line, length));
  return self->out.ended ? TD_FEED_STOPPED : TD_FEED_MORE;
}

static void
feed_lines (Parser     *self,
            const char *bytes,
            gsize       length)
{
  if (td_ndjson_parser_feed (self->lines, bytes, length) == TD_FEED_TOO_LONG)
    td_reply_emitter_fail (&self->out,
                           td_failure_new (TD_PROVIDER_ERROR_PROTOCOL, "a line is too long"));
}

static void
parser_feed (TdChatParser *parser,
             const char   *bytes,
             gsize         length)
{
  Parser *self = (Parser *) parser;

  if (self->out.ended)
    return;
  if (self->document == NULL)
    feed_lines (self, bytes, length);
  else if (self->document->len + length > TD_JSON_DEFAULT_MAX_BYTES)
    td_reply_emitter_fail (&self->out,
                           td_failure_new_garbage (self->document->str, self->document->len));
  else
    g_string_append_len (self->document, bytes, length);
}

static void
end_lines (Parser *self)
{
  if (td_ndjson_parser_end (self->lines) == TD_FEED_TOO_LONG)
    td_reply_emitter_fail (&self->out,
                           td_failure_new (TD_PROVIDER_ERROR_PROTOCOL, "a line is too long"));
  if (!self->out.ended)
    td_reply_emitter_fail (&self->out, td_failure_new (TD_PROVIDER_ERROR_CUT, NULL));
}

static void
end_document (Parser *self)
{
  g_autoptr (TdJsonDoc) doc =
    td_json_doc_parse (self->document->str, self->document->len, NULL, NULL);

  if (doc == NULL)
    {
      /* Some proxies send the lines under the content type of one document. */
      feed_lines (self, self->document->str, self->document->len);
      if (!self->out.ended && !self->out.started)
        td_reply_emitter_fail (&self->out,
                               td_failure_new_garbage (self->document->str, self->document->len));
      if (!self->out.ended)
        end_lines (self);
      return;
    }
  take_document (self, td_json_doc_get_root (doc));
  if (!self->out.ended)
    td_reply_emitter_fail (&self->out,
                           td_failure_new_garbage (self->document->str, self->document->len));
}

static void
parser_end (TdChatParser *parser)
{
  Parser *self = (Parser *) parser;

  if (self->out.ended)
    return;
  if (self->document != NULL)
    end_document (self);
  else
    end_lines (self);
}

static void
parser_free (TdChatParser *parser)
{
  Parser *self = (Parser *) parser;

  td_reply_emitter_clear (&self->out);
  td_ndjson_parser_free (self->lines);
  if (self->document != NULL)
    g_string_free (self->document, TRUE);
  td_tool_calls_free (self->tools);
  g_free (self);
}

static const TdChatParserClass parser_class = { parser_feed, parser_end, parser_free };

/**
 * td_ollama_parser_new:
 * @streamed: whether the reply comes as lines; else it is one JSON document
 * @func: called for each event of the reply
 * @user_data: data for @func
 *
 * Returns: (transfer full): a parser for one reply
 */
TdChatParser *
td_ollama_parser_new (gboolean        streamed,
                      TdChatEventFunc func,
                      gpointer        user_data)
{
  Parser *self = g_new0 (Parser, 1);

  self->parent.class = &parser_class;
  td_reply_emitter_init (&self->out, func, user_data);
  self->lines = td_ndjson_parser_new (0, take_line_cb, self);
  self->document = streamed ? NULL : g_string_new (NULL);
  self->tools = td_tool_calls_new (&self->out);
  return &self->parent;
}

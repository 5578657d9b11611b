/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "providers/td-ollama-parser.h"

#include "providers/td-failure-reply.h"
#include "providers/td-reply-reader.h"
#include "providers/td-tool-calls.h"

/* Reads replies of Ollama's /api/chat: lines of JSON, the last one with "done": true, or one
 * document that is like the last line with the whole message in it. */

typedef struct
{
  TdReplyReader reader;
  TdToolCalls *tools; /* (owned) */
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
  td_reply_emitter_usage (&self->reader.out, &usage);
}

static void
take_message (Parser       *self,
              const TdJson *message)
{
  const TdJson *calls = td_json_get_member (message, "tool_calls");

  td_reply_emitter_reasoning (&self->reader.out, td_json_get_member (message, "thinking"));
  td_reply_emitter_text (&self->reader.out, td_json_get_member (message, "content"));
  if (td_json_get_type (calls) != TD_JSON_ARRAY)
    return;
  for (guint i = 0; i < td_json_get_length (calls); i++)
    td_tool_calls_take_whole (self->tools, td_json_get_element (calls, i));
}

static void
take_document (TdReplyReader *reader,
               const TdJson  *root)
{
  Parser *self = (Parser *) reader;
  const char *done_reason = td_json_member_string (root, "done_reason");

  if (td_failure_is_in_json (root))
    {
      td_reply_emitter_fail (&self->reader.out, td_failure_from_json (root, 0));
      return;
    }
  if (td_json_member_string (root, "model") != NULL)
    td_reply_emitter_start (&self->reader.out, NULL, td_json_member_string (root, "model"));
  take_message (self, td_json_get_member (root, "message"));
  if (td_json_member_bool (root, "done", FALSE))
    {
      take_usage (self, root);
      td_reply_emitter_finish (&self->reader.out, decide_finish (self, done_reason), done_reason);
    }
}

static void
take_line (TdReplyReader *reader,
           const char    *name,
           const TdJson  *root)
{
  take_document (reader, root);
}

static void
clear (TdReplyReader *reader)
{
  td_tool_calls_free (((Parser *) reader)->tools);
}

static const TdReplyReaderClass reader_class = {
  .take_event = take_line,
  .take_document = take_document,
  .clear = clear,
};

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

  td_reply_reader_init_lines (&self->reader, &reader_class, streamed, func, user_data);
  self->tools = td_tool_calls_new (&self->reader.out);
  return &self->reader.parent;
}

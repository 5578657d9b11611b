/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "providers/td-anthropic-parser.h"

#include <string.h>

#include "providers/td-failure-reply.h"
#include "providers/td-reply-reader.h"
#include "providers/td-thinking-blocks.h"
#include "providers/td-tool-calls.h"

/* Reads replies of the Messages protocol: a stream of named events that build up a message
 * block by block, or the message as one document. The name of an event is in its data too, and
 * is read there. */

#define NO_BLOCK G_GINT64_CONSTANT (-1)

/* Beyond this a count is no count, and sums could overflow. */
#define MAX_TOKENS G_GINT64_CONSTANT (1000000000)

/* The server's own figures. Each is a running total, and null where nothing is said. */
typedef struct
{
  gint64 input; /* without what the cache was read and written for */
  gint64 cache_read;
  gint64 cache_write;
  gint64 output;
  gint64 thinking;
} Counts;

typedef struct
{
  TdReplyReader reader;
  TdToolCalls *tools;         /* (owned) */
  TdThinkingBlocks *thinking; /* (owned) */
  gint64 args_block;          /* whose arguments come in pieces */
  gint64 unknown_block;       /* of which nothing is taken */
  gboolean has_text;
  Counts counts;
  char *stop_reason;          /* (owned) (nullable): not said yet */
} Parser;

static const struct
{
  const char *word;
  TdFinish finish;
} stop_words[] = {
  { "end_turn", TD_FINISH_STOP },
  { "stop_sequence", TD_FINISH_STOP },
  { "max_tokens", TD_FINISH_LENGTH },
  { "model_context_window_exceeded", TD_FINISH_LENGTH },
  { "tool_use", TD_FINISH_TOOL_CALLS },
  { "pause_turn", TD_FINISH_PAUSED },
  { "refusal", TD_FINISH_REFUSED },
};

static TdFinish
read_stop_reason (const char *word)
{
  for (gsize i = 0; i < G_N_ELEMENTS (stop_words); i++)
    {
      if (g_strcmp0 (word, stop_words[i].word) == 0)
        return stop_words[i].finish;
    }
  return word != NULL ? TD_FINISH_UNKNOWN : TD_FINISH_INCOMPLETE;
}

static TdFinish
decide_finish (Parser *self)
{
  TdFinish finish = read_stop_reason (self->stop_reason);

  /* A call of a turn that was cut short or refused may be half of one. */
  if (finish != TD_FINISH_LENGTH && finish != TD_FINISH_REFUSED &&
      td_tool_calls_any_complete (self->tools))
    return TD_FINISH_TOOL_CALLS;
  return finish;
}

static void
finish (Parser *self)
{
  TdFinish finish = decide_finish (self);
  g_autofree char *opaque =
    td_thinking_blocks_to_opaque (self->thinking, finish == TD_FINISH_PAUSED);

  if (opaque != NULL)
    {
      td_reply_emitter_start (&self->reader.out, NULL, NULL);
      td_reply_emitter_opaque (&self->reader.out, opaque, strlen (opaque));
    }
  td_reply_emitter_finish (&self->reader.out, finish, self->stop_reason);
}

/* ---- Usage -------------------------------------------------------------------------------- */

static void
take_count (gint64       *count,
            const TdJson *object,
            const char   *name)
{
  gint64 value = td_json_member_int64 (object, name, TD_USAGE_UNKNOWN);

  if (value >= 0 && value <= MAX_TOKENS)
    *count = value;
}

static void
take_usage (Parser       *self,
            const TdJson *json)
{
  Counts *counts = &self->counts;
  TdUsage usage = TD_USAGE_INIT;

  if (td_json_get_type (json) != TD_JSON_OBJECT)
    return;
  take_count (&counts->input, json, "input_tokens");
  take_count (&counts->cache_read, json, "cache_read_input_tokens");
  take_count (&counts->cache_write, json, "cache_creation_input_tokens");
  take_count (&counts->output, json, "output_tokens");
  take_count (&counts->thinking, td_json_get_member (json, "output_tokens_details"),
              "thinking_tokens");

  if (counts->input >= 0)
    usage.input = counts->input + MAX (counts->cache_read, 0) + MAX (counts->cache_write, 0);
  usage.cached = counts->cache_read;
  usage.cache_write = counts->cache_write;
  usage.output = counts->output;
  usage.reasoning = counts->thinking;
  if (usage.input >= 0 && usage.output >= 0)
    usage.total = usage.input + usage.output;
  td_reply_emitter_usage (&self->reader.out, &usage);
}

/* ---- Content ------------------------------------------------------------------------------ */

static void
take_text (Parser       *self,
           const TdJson *text)
{
  if (td_json_get_string_length (text) == 0)
    return;
  self->has_text = TRUE;
  td_thinking_blocks_pass_text (self->thinking, td_json_get_string_length (text));
  td_reply_emitter_text (&self->reader.out, text);
}

static void
begin_tool (Parser       *self,
            gint64        index,
            const TdJson *block)
{
  const TdJson *input = td_json_get_member (block, "input");

  td_tool_calls_begin (self->tools, index, block);
  td_thinking_blocks_pass_call (self->thinking, block);
  /* A stream begins a call with empty arguments, and sends them in pieces after that. */
  if (td_json_get_type (input) == TD_JSON_OBJECT && td_json_get_length (input) > 0)
    td_tool_calls_add_args (self->tools, index, input);
  else
    self->args_block = index;
}

static void
begin_block (Parser       *self,
             gint64        index,
             const TdJson *block)
{
  const char *type = td_json_member_string (block, "type");

  self->args_block = NO_BLOCK;
  self->unknown_block = NO_BLOCK;
  if (g_strcmp0 (type, "text") == 0)
    take_text (self, td_json_get_member (block, "text"));
  else if (g_strcmp0 (type, "thinking") == 0 || g_strcmp0 (type, "redacted_thinking") == 0)
    {
      td_thinking_blocks_begin (self->thinking, index, block);
      td_reply_emitter_reasoning (&self->reader.out, td_json_get_member (block, "thinking"));
    }
  else if (g_strcmp0 (type, "tool_use") == 0)
    begin_tool (self, index, block);
  else
    {
      td_thinking_blocks_begin_other (self->thinking, index, block);
      self->unknown_block = index;
    }
}

static void
take_delta (Parser       *self,
            gint64        index,
            const TdJson *delta)
{
  const char *type = td_json_member_string (delta, "type");

  if (index == self->unknown_block)
    {
      td_thinking_blocks_add (self->thinking, index, delta);
      return;
    }
  if (g_strcmp0 (type, "text_delta") == 0)
    take_text (self, td_json_get_member (delta, "text"));
  else if (g_strcmp0 (type, "thinking_delta") == 0)
    {
      td_thinking_blocks_add (self->thinking, index, delta);
      td_reply_emitter_reasoning (&self->reader.out, td_json_get_member (delta, "thinking"));
    }
  else if (g_strcmp0 (type, "signature_delta") == 0)
    td_thinking_blocks_add (self->thinking, index, delta);
  else if (g_strcmp0 (type, "input_json_delta") == 0 && index == self->args_block)
    td_tool_calls_add_args (self->tools, index, td_json_get_member (delta, "partial_json"));
}

/* @from: the message, or what is new about it */
static void
take_stop (Parser       *self,
           const TdJson *from)
{
  const char *reason = td_json_member_string (from, "stop_reason");

  if (reason == NULL || *reason == '\0')
    return;
  g_set_str (&self->stop_reason, reason);
  /* Where the model has not said anything itself, the reason is all there is to show. */
  if (g_str_equal (reason, "refusal") && !self->has_text && !self->reader.out.refused)
    td_reply_emitter_refusal (&self->reader.out,
                              td_json_get_path (from, "stop_details.explanation"));
}

static void
take_start (Parser       *self,
            const TdJson *message)
{
  td_reply_emitter_start (&self->reader.out, td_json_member_string (message, "id"),
                          td_json_member_string (message, "model"));
}

static void
take_message (Parser       *self,
              const TdJson *message)
{
  const TdJson *content = td_json_get_member (message, "content");

  take_start (self, message);
  for (guint i = 0; i < td_json_get_length (content); i++)
    begin_block (self, i, td_json_get_element (content, i));
  take_stop (self, message);
  take_usage (self, td_json_get_member (message, "usage"));
  finish (self);
}

/* ---- Events ------------------------------------------------------------------------------- */

static void
take_message_start (Parser       *self,
                    const TdJson *root)
{
  const TdJson *message = td_json_get_member (root, "message");

  take_start (self, message);
  take_usage (self, td_json_get_member (message, "usage"));
}

static void
take_block_start (Parser       *self,
                  const TdJson *root)
{
  begin_block (self, td_json_member_int64 (root, "index", 0),
               td_json_get_member (root, "content_block"));
}

static void
take_block_delta (Parser       *self,
                  const TdJson *root)
{
  take_delta (self, td_json_member_int64 (root, "index", 0), td_json_get_member (root, "delta"));
}

static void
take_message_delta (Parser       *self,
                    const TdJson *root)
{
  take_stop (self, td_json_get_member (root, "delta"));
  take_usage (self, td_json_get_member (root, "usage"));
}

static void
take_message_stop (Parser       *self,
                   const TdJson *root)
{
  finish (self);
}

static void
take_error (Parser       *self,
            const TdJson *root)
{
  td_reply_emitter_fail (&self->reader.out, td_failure_from_json (root, 0));
}

/* Pings and the ends of blocks say nothing, and new events may come any day. */
static const struct
{
  const char *name;
  void (*take) (Parser *self, const TdJson *root);
} event_types[] = {
  { "content_block_delta", take_block_delta },
  { "content_block_start", take_block_start },
  { "message_start", take_message_start },
  { "message_delta", take_message_delta },
  { "message_stop", take_message_stop },
  { "error", take_error },
};

static void
take_event (TdReplyReader *reader,
            const char    *name,
            const TdJson  *root)
{
  Parser *self = (Parser *) reader;
  const char *type = td_json_member_string (root, "type");

  if (td_failure_is_in_json (root))
    {
      take_error (self, root);
      return;
    }
  if (type == NULL)
    type = name;
  for (gsize i = 0; i < G_N_ELEMENTS (event_types); i++)
    {
      if (g_strcmp0 (type, event_types[i].name) == 0)
        event_types[i].take (self, root);
    }
}

static void
take_document (TdReplyReader *reader,
               const TdJson  *root)
{
  Parser *self = (Parser *) reader;

  if (td_failure_is_in_json (root))
    take_error (self, root);
  else if (td_json_get_type (td_json_get_member (root, "content")) == TD_JSON_ARRAY)
    take_message (self, root);
}

static void
clear (TdReplyReader *reader)
{
  Parser *self = (Parser *) reader;

  td_tool_calls_free (self->tools);
  td_thinking_blocks_free (self->thinking);
  g_free (self->stop_reason);
}

/* Only message_stop says that all has come; usage may follow the reason for stopping. */
static const TdReplyReaderClass reader_class = {
  .take_event = take_event,
  .take_document = take_document,
  .clear = clear,
};

/**
 * td_anthropic_parser_new:
 * @streamed: whether the reply is a stream of events; else it is one JSON document
 * @func: called for each event of the reply
 * @user_data: data for @func
 *
 * Returns: (transfer full): a parser for one reply
 */
TdChatParser *
td_anthropic_parser_new (gboolean        streamed,
                         TdChatEventFunc func,
                         gpointer        user_data)
{
  Parser *self = g_new0 (Parser, 1);

  td_reply_reader_init (&self->reader, &reader_class, streamed, func, user_data);
  /* Thinking has blocks of its own: marks in the text are text. */
  self->reader.out.has_reasoning = TRUE;
  self->tools = td_tool_calls_new (&self->reader.out);
  self->thinking = td_thinking_blocks_new ();
  self->counts = (Counts) { -1, -1, -1, -1, -1 };
  self->args_block = NO_BLOCK;
  self->unknown_block = NO_BLOCK;
  return &self->reader.parent;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "providers/td-openai-chat-parser.h"

#include <string.h>

#include "providers/td-failure-reply.h"
#include "providers/td-openai-usage.h"
#include "providers/td-reasoning-details.h"
#include "providers/td-reply-reader.h"
#include "providers/td-tool-calls.h"

/* Reads replies of Chat Completions and of everybody who imitates it. A reply is either a
 * stream of chunks or one document; a document is read as the only chunk. */

/* Where this server puts its reasoning. The same text often comes under several names, so the
 * first one that carries any is kept to. */
typedef enum
{
  REASONING_NOT_SEEN,
  REASONING_IN_CONTENT,   /* delta.reasoning_content */
  REASONING_IN_REASONING, /* delta.reasoning */
  REASONING_IN_DETAILS,   /* delta.reasoning_details */
  REASONING_IN_PARTS,     /* delta.content[] of type "thinking" */
} ReasoningSource;

typedef struct
{
  TdReplyReader reader;
  TdToolCalls *tools; /* (owned) */
  TdReasoningDetails *details; /* (owned) */
  ReasoningSource source;
  char *finish_raw; /* (owned) (nullable): not said yet */
} Parser;

static const struct
{
  const char *word;
  TdFinish finish;
} finish_words[] = {
  { "stop", TD_FINISH_STOP },
  { "length", TD_FINISH_LENGTH },
  { "tool_calls", TD_FINISH_TOOL_CALLS },
  { "function_call", TD_FINISH_TOOL_CALLS },
  { "content_filter", TD_FINISH_REFUSED },
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

static TdFinish
decide_finish (Parser *self)
{
  TdFinish finish = read_finish (self->finish_raw);

  /* A call of a turn that was cut short or filtered may be half of one. */
  if (finish != TD_FINISH_LENGTH && finish != TD_FINISH_REFUSED &&
      td_tool_calls_any_complete (self->tools))
    return TD_FINISH_TOOL_CALLS;
  if (finish == TD_FINISH_STOP && self->reader.out.refused)
    return TD_FINISH_REFUSED;
  return finish;
}

static void
finish (Parser *self)
{
  g_autofree char *opaque = NULL;

  if (self->reader.out.ended)
    return;
  opaque = td_reasoning_details_to_opaque (self->details);
  if (opaque != NULL)
    td_reply_emitter_opaque (&self->reader.out, opaque, strlen (opaque));
  td_reply_emitter_finish (&self->reader.out, decide_finish (self), self->finish_raw);
}

static void
take_reasoning_text (Parser          *self,
                     ReasoningSource  source,
                     const TdJson    *text)
{
  if (td_json_get_string_length (text) == 0)
    return;
  if (self->source == REASONING_NOT_SEEN)
    self->source = source;
  if (self->source == source)
    td_reply_emitter_reasoning (&self->reader.out, text);
}

static void
take_reasoning (Parser       *self,
                const TdJson *delta)
{
  const TdJson *details = td_json_get_member (delta, "reasoning_details");

  take_reasoning_text (self, REASONING_IN_CONTENT, td_json_get_member (delta, "reasoning_content"));
  take_reasoning_text (self, REASONING_IN_REASONING, td_json_get_member (delta, "reasoning"));
  if (td_json_get_type (details) != TD_JSON_ARRAY)
    return;
  for (guint i = 0; i < td_json_get_length (details); i++)
    take_reasoning_text (self, REASONING_IN_DETAILS,
                         td_reasoning_detail_get_text (td_json_get_element (details, i)));
  td_reasoning_details_take (self->details, details, self->reader.document != NULL);
}

/* Mistral's reasoning models send a list of parts: {type: "text", text} and
 * {type: "thinking", thinking: [{type: "text", text}]}. */
static void
take_part (Parser       *self,
           const TdJson *part)
{
  const TdJson *thinking = td_json_get_member (part, "thinking");

  td_reply_emitter_text (&self->reader.out, td_json_get_member (part, "text"));
  if (td_json_get_type (thinking) == TD_JSON_STRING)
    take_reasoning_text (self, REASONING_IN_PARTS, thinking);
  if (td_json_get_type (thinking) != TD_JSON_ARRAY)
    return;
  for (guint i = 0; i < td_json_get_length (thinking); i++)
    take_reasoning_text (self, REASONING_IN_PARTS,
                         td_json_get_member (td_json_get_element (thinking, i), "text"));
}

static void
take_content (Parser       *self,
              const TdJson *content)
{
  if (td_json_get_type (content) != TD_JSON_ARRAY)
    {
      td_reply_emitter_text (&self->reader.out, content);
      return;
    }
  for (guint i = 0; i < td_json_get_length (content); i++)
    take_part (self, td_json_get_element (content, i));
}

static void
take_tool_calls (Parser       *self,
                 const TdJson *delta)
{
  const TdJson *calls = td_json_get_member (delta, "tool_calls");
  const TdJson *function_call = td_json_get_member (delta, "function_call");

  if (td_json_get_type (calls) == TD_JSON_ARRAY)
    {
      for (guint i = 0; i < td_json_get_length (calls); i++)
        {
          if (self->reader.document == NULL)
            td_tool_calls_take_fragment (self->tools, td_json_get_element (calls, i));
          else
            td_tool_calls_take_whole (self->tools, td_json_get_element (calls, i));
        }
    }
  else if (td_json_get_type (function_call) == TD_JSON_OBJECT)
    td_tool_calls_take_fragment (self->tools, function_call);
}

static void
take_choice (Parser       *self,
             const TdJson *choice)
{
  const TdJson *delta = td_json_get_member (choice, "delta");
  const char *finish_reason = td_json_member_string (choice, "finish_reason");

  if (td_json_get_type (delta) != TD_JSON_OBJECT)
    delta = td_json_get_member (choice, "message");
  take_reasoning (self, delta);
  take_content (self, td_json_get_member (delta, "content"));
  td_reply_emitter_refusal (&self->reader.out, td_json_get_member (delta, "refusal"));
  take_tool_calls (self, delta);
  if (finish_reason != NULL && *finish_reason != '\0')
    g_set_str (&self->finish_raw, finish_reason);
}

/* We never ask for more than one choice; a server that sends more is read for the first. */
static const TdJson *
find_choice (const TdJson *root)
{
  const TdJson *choices = td_json_get_member (root, "choices");

  if (td_json_get_type (choices) != TD_JSON_ARRAY)
    return NULL;
  for (guint i = 0; i < td_json_get_length (choices); i++)
    {
      const TdJson *choice = td_json_get_element (choices, i);

      if (td_json_member_int64 (choice, "index", 0) == 0)
        return choice;
    }
  return NULL;
}

static void
take_start (Parser       *self,
            const TdJson *root)
{
  const char *id = td_json_member_string (root, "id");
  const char *model = td_json_member_string (root, "model");

  /* Azure's first chunk has empty ones. */
  if ((id != NULL && *id != '\0') || (model != NULL && *model != '\0'))
    td_reply_emitter_start_upstream (&self->reader.out, id, model,
                                     td_json_member_string (root, "provider"));
}

static void
take_chunk (Parser       *self,
            const TdJson *root)
{
  const TdJson *choice = find_choice (root);
  TdUsage usage;

  take_start (self, root);
  take_choice (self, choice);
  td_openai_usage_read (td_json_get_member (root, "usage"), &usage);
  td_reply_emitter_usage (&self->reader.out, &usage);
  if (td_failure_is_in_json (root))
    td_reply_emitter_fail (&self->reader.out, td_failure_from_json (root, 0));
  else if (td_failure_is_in_json (choice))
    td_reply_emitter_fail (&self->reader.out, td_failure_from_json (choice, 0));
  else if (g_strcmp0 (self->finish_raw, "error") == 0)
    td_reply_emitter_fail (&self->reader.out, td_failure_new (TD_PROVIDER_ERROR_SERVER, NULL));
}

static gboolean
take_mark (TdReplyReader    *reader,
           const TdSseEvent *event)
{
  if (!td_sse_event_is_done_mark (event))
    return FALSE;
  finish ((Parser *) reader);
  return TRUE;
}

static void
take_event (TdReplyReader *reader,
            const char    *name,
            const TdJson  *root)
{
  if (g_strcmp0 (name, "error") == 0 && !td_failure_is_in_json (root))
    td_reply_emitter_fail (&reader->out, td_failure_from_json (root, 0));
  else
    take_chunk ((Parser *) reader, root);
}

static void
take_document (TdReplyReader *reader,
               const TdJson  *root)
{
  Parser *self = (Parser *) reader;

  if (find_choice (root) == NULL && !td_failure_is_in_json (root))
    return;
  take_chunk (self, root);
  finish (self);
}

/* Not every server says [DONE], but every one says why it stopped. */
static void
end_stream (TdReplyReader *reader)
{
  Parser *self = (Parser *) reader;

  if (self->finish_raw != NULL)
    finish (self);
}

static void
clear (TdReplyReader *reader)
{
  Parser *self = (Parser *) reader;

  td_tool_calls_free (self->tools);
  td_reasoning_details_free (self->details);
  g_free (self->finish_raw);
}

static const TdReplyReaderClass reader_class = {
  .take_mark = take_mark,
  .take_event = take_event,
  .take_document = take_document,
  .end_stream = end_stream,
  .clear = clear,
};

/**
 * td_openai_chat_parser_new:
 * @streamed: whether the reply is a stream of events; else it is one JSON document
 * @func: called for each event of the reply
 * @user_data: data for @func
 *
 * Returns: (transfer full): a parser for one reply
 */
TdChatParser *
td_openai_chat_parser_new (gboolean        streamed,
                           TdChatEventFunc func,
                           gpointer        user_data)
{
  Parser *self = g_new0 (Parser, 1);

  td_reply_reader_init (&self->reader, &reader_class, streamed, func, user_data);
  self->tools = td_tool_calls_new (&self->reader.out);
  self->details = td_reasoning_details_new ();
  return &self->reader.parent;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "providers/td-responses-parser.h"

#include <string.h>

#include "providers/td-failure-reply.h"
#include "providers/td-openai-usage.h"
#include "providers/td-reply-reader.h"
#include "providers/td-response-items.h"
#include "providers/td-tool-calls.h"

/* Reads replies of the Responses protocol: a stream of named events that build up a list of
 * items, or the response as one document. The last event carries the whole response again; of
 * that only what did not come before is taken. The name of an event is in its data too, and is
 * read there. */

#define MAX_ITEMS 1024

/* What has come of an item so far. */
typedef struct
{
  gint64 index;     /* the server's */
  gsize n_bytes;    /* of text and refusal */
  gboolean begun;   /* of a call */
  gboolean done;
  gboolean has_reasoning;
  gboolean has_args;
} Item;

typedef struct
{
  TdReplyReader reader;
  TdToolCalls *tools;     /* (owned) */
  TdResponseItems *items; /* (owned) */
  GArray *seen;           /* (owned) (element-type Item) */
  const char *source;     /* (nullable): the kind of reasoning that is shown */
  gint64 reasoning_item;  /* where the last piece of reasoning was */
  gint64 reasoning_part;
  Item overflow;          /* stands for those beyond the limit */
} Parser;

static const struct
{
  const char *word;
  TdFinish finish;
} incomplete_words[] = {
  { "max_output_tokens", TD_FINISH_LENGTH },
  { "content_filter", TD_FINISH_REFUSED },
  { "max_messages", TD_FINISH_PAUSED },
  { "steered", TD_FINISH_PAUSED },
};

static Item *
get_item (Parser *self,
          gint64  index)
{
  for (guint i = self->seen->len; i > 0; i--)
    {
      Item *item = &g_array_index (self->seen, Item, i - 1);

      if (item->index == index)
        return item;
    }
  if (self->seen->len >= MAX_ITEMS)
    {
      self->overflow = (Item) { .done = TRUE };
      return &self->overflow;
    }
  g_array_append_val (self->seen, ((Item) { .index = index }));
  return &g_array_index (self->seen, Item, self->seen->len - 1);
}

static gint64
get_index (const TdJson *root)
{
  return td_json_member_int64 (root, "output_index", 0);
}

/* ---- Content ------------------------------------------------------------------------------ */

static void
take_text (Parser       *self,
           Item         *item,
           const TdJson *text)
{
  item->n_bytes += td_json_get_string_length (text);
  td_reply_emitter_text (&self->reader.out, text);
}

static void
take_refusal (Parser       *self,
              Item         *item,
              const TdJson *text)
{
  item->n_bytes += td_json_get_string_length (text);
  td_reply_emitter_refusal (&self->reader.out, text);
}

/* A model whose own words can be read may have them summed up too; one of the two is shown, with
 * a blank line between its parts. */
static void
take_reasoning (Parser       *self,
                gint64        item_index,
                const char   *source,
                gint64        part,
                const TdJson *text)
{
  if (td_json_get_string_length (text) == 0)
    return;
  if (self->source == NULL)
    self->source = source;
  if (!g_str_equal (self->source, source))
    return;
  get_item (self, item_index)->has_reasoning = TRUE;
  if (self->reasoning_item >= 0 &&
      (self->reasoning_item != item_index || self->reasoning_part != part))
    td_reply_emitter_reasoning_break (&self->reader.out);
  self->reasoning_item = item_index;
  self->reasoning_part = part;
  td_reply_emitter_reasoning (&self->reader.out, text);
}

static void
begin_call (Parser       *self,
            Item         *item,
            const TdJson *call)
{
  if (item->begun)
    return;
  item->begun = TRUE;
  item->has_args = td_json_get_string_length (td_json_get_member (call, "arguments")) > 0;
  td_tool_calls_begin (self->tools, item->index, call);
}

/* ---- Whole items -------------------------------------------------------------------------- */

static void
take_message (Parser       *self,
              Item         *item,
              const TdJson *message)
{
  const TdJson *content = td_json_get_member (message, "content");

  if (item->n_bytes > 0)
    return;
  for (guint i = 0; i < td_json_get_length (content); i++)
    {
      const TdJson *part = td_json_get_element (content, i);
      const char *type = td_json_member_string (part, "type");

      if (g_strcmp0 (type, "output_text") == 0)
        take_text (self, item, td_json_get_member (part, "text"));
      else if (g_strcmp0 (type, "refusal") == 0)
        take_refusal (self, item, td_json_get_member (part, "refusal"));
    }
}

static void
take_whole_reasoning (Parser       *self,
                      Item         *item,
                      const TdJson *reasoning)
{
  static const char *const sources[] = { "summary", "content" };
  gint64 index = item->index;

  if (item->has_reasoning)
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (sources); i++)
    {
      const TdJson *parts = td_json_get_member (reasoning, sources[i]);

      for (guint j = 0; j < td_json_get_length (parts); j++)
        take_reasoning (self, index, sources[i], j,
                        td_json_get_member (td_json_get_element (parts, j), "text"));
    }
}

static void
take_whole_call (Parser       *self,
                 Item         *item,
                 const TdJson *call)
{
  gboolean begun = item->begun;

  begin_call (self, item, call);
  if (begun && !item->has_args)
    td_tool_calls_add_args (self->tools, item->index, td_json_get_member (call, "arguments"));
}

static void
take_item (Parser       *self,
           gint64        index,
           const TdJson *json)
{
  const char *type = td_json_member_string (json, "type");
  Item *item = get_item (self, index);

  if (item->done)
    return;
  item->done = TRUE;
  if (g_strcmp0 (type, "message") == 0)
    take_message (self, item, json);
  else if (g_strcmp0 (type, "reasoning") == 0)
    take_whole_reasoning (self, item, json);
  else if (g_strcmp0 (type, "function_call") == 0)
    take_whole_call (self, item, json);
  td_response_items_take (self->items, json, get_item (self, index)->n_bytes);
}

/* ---- Ending ------------------------------------------------------------------------------- */

static TdFinish
read_incomplete (const char *reason)
{
  for (gsize i = 0; i < G_N_ELEMENTS (incomplete_words); i++)
    {
      if (g_strcmp0 (reason, incomplete_words[i].word) == 0)
        return incomplete_words[i].finish;
    }
  return TD_FINISH_UNKNOWN;
}

static TdFinish
decide_finish (Parser     *self,
               const char *status,
               const char *reason)
{
  if (g_strcmp0 (status, "incomplete") == 0)
    return read_incomplete (reason);
  if (g_strcmp0 (status, "cancelled") == 0)
    return TD_FINISH_CANCELLED;
  if (td_tool_calls_any_complete (self->tools))
    return TD_FINISH_TOOL_CALLS;
  if (g_strcmp0 (status, "completed") != 0)
    return TD_FINISH_UNKNOWN;
  return self->reader.out.refused ? TD_FINISH_REFUSED : TD_FINISH_STOP;
}

static void
finish (Parser       *self,
        const TdJson *response)
{
  const char *status = td_json_member_string (response, "status");
  const char *reason =
    td_json_get_string (td_json_get_path (response, "incomplete_details.reason"));
  g_autofree char *opaque = td_response_items_to_opaque (self->items);
  g_autofree char *raw =
    reason != NULL ? g_strconcat (status != NULL ? status : "", ":", reason, NULL) : NULL;

  if (opaque != NULL)
    {
      td_reply_emitter_start (&self->reader.out, NULL, NULL);
      td_reply_emitter_opaque (&self->reader.out, opaque, strlen (opaque));
    }
  td_reply_emitter_finish (&self->reader.out, decide_finish (self, status, reason),
                           raw != NULL ? raw : status);
}

static void
take_start (Parser       *self,
            const TdJson *response)
{
  const char *id = td_json_member_string (response, "id");
  const char *model = td_json_member_string (response, "model");

  if (id != NULL || model != NULL)
    td_reply_emitter_start (&self->reader.out, id, model);
}

static void
take_response (Parser       *self,
               const TdJson *response)
{
  const TdJson *output = td_json_get_member (response, "output");
  TdUsage usage;

  take_start (self, response);
  for (guint i = 0; i < td_json_get_length (output); i++)
    take_item (self, i, td_json_get_element (output, i));
  td_openai_usage_read (td_json_get_member (response, "usage"), &usage);
  td_reply_emitter_usage (&self->reader.out, &usage);
  if (td_json_is_set (td_json_get_member (response, "error")))
    td_reply_emitter_fail (&self->reader.out, td_failure_from_json (response, 0));
  else if (g_strcmp0 (td_json_member_string (response, "status"), "failed") == 0)
    td_reply_emitter_fail (&self->reader.out, td_failure_new (TD_PROVIDER_ERROR_SERVER, NULL));
  else
    finish (self, response);
}

/* ---- Events ------------------------------------------------------------------------------- */

static void
take_begin_event (Parser       *self,
                  const TdJson *root)
{
  take_start (self, td_json_get_member (root, "response"));
}

static void
take_end_event (Parser       *self,
                const TdJson *root)
{
  take_response (self, td_json_get_member (root, "response"));
}

static void
take_added_event (Parser       *self,
                  const TdJson *root)
{
  const TdJson *json = td_json_get_member (root, "item");
  Item *item = get_item (self, get_index (root));

  if (g_strcmp0 (td_json_member_string (json, "type"), "function_call") == 0 && !item->done)
    begin_call (self, item, json);
}

static void
take_done_event (Parser       *self,
                 const TdJson *root)
{
  take_item (self, get_index (root), td_json_get_member (root, "item"));
}

static void
take_text_event (Parser       *self,
                 const TdJson *root)
{
  take_text (self, get_item (self, get_index (root)), td_json_get_member (root, "delta"));
}

static void
take_refusal_event (Parser       *self,
                    const TdJson *root)
{
  take_refusal (self, get_item (self, get_index (root)), td_json_get_member (root, "delta"));
}

static void
take_summary_event (Parser       *self,
                    const TdJson *root)
{
  take_reasoning (self, get_index (root), "summary",
                  td_json_member_int64 (root, "summary_index", 0),
                  td_json_get_member (root, "delta"));
}

static void
take_reasoning_event (Parser       *self,
                      const TdJson *root)
{
  take_reasoning (self, get_index (root), "content",
                  td_json_member_int64 (root, "content_index", 0),
                  td_json_get_member (root, "delta"));
}

static void
take_args_event (Parser       *self,
                 const TdJson *root)
{
  Item *item = get_item (self, get_index (root));

  item->has_args |= td_json_get_string_length (td_json_get_member (root, "delta")) > 0;
  td_tool_calls_add_args (self->tools, get_index (root), td_json_get_member (root, "delta"));
}

static void
take_error_event (Parser       *self,
                  const TdJson *root)
{
  td_reply_emitter_fail (&self->reader.out, td_failure_from_json (root, 0));
}

/* The ends of parts repeat what came, and new events may come any day. */
static const struct
{
  const char *name;
  void (*take) (Parser *self, const TdJson *root);
} event_types[] = {
  { "response.output_text.delta", take_text_event },
  { "response.reasoning_summary_text.delta", take_summary_event },
  { "response.reasoning_text.delta", take_reasoning_event },
  { "response.function_call_arguments.delta", take_args_event },
  { "response.refusal.delta", take_refusal_event },
  { "response.output_item.added", take_added_event },
  { "response.output_item.done", take_done_event },
  { "response.created", take_begin_event },
  { "response.queued", take_begin_event },
  { "response.in_progress", take_begin_event },
  { "response.completed", take_end_event },
  { "response.incomplete", take_end_event },
  { "response.cancelled", take_end_event },
  { "response.failed", take_end_event },
  { "error", take_error_event },
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
      take_error_event (self, root);
      return;
    }
  if (type == NULL)
    type = name;
  for (gsize i = 0; i < G_N_ELEMENTS (event_types); i++)
    {
      if (g_strcmp0 (type, event_types[i].name) == 0)
        {
          event_types[i].take (self, root);
          return;
        }
    }
}

/* Everybody else ends with it; after a terminal event it means nothing. */
static gboolean
take_mark (TdReplyReader    *reader,
           const TdSseEvent *event)
{
  return td_sse_event_is_done_mark (event);
}

static void
take_document (TdReplyReader *reader,
               const TdJson  *root)
{
  Parser *self = (Parser *) reader;

  if (td_json_get_type (td_json_get_member (root, "output")) == TD_JSON_ARRAY)
    take_response (self, root);
  else if (td_failure_is_in_json (root))
    take_error_event (self, root);
}

static void
clear (TdReplyReader *reader)
{
  Parser *self = (Parser *) reader;

  td_tool_calls_free (self->tools);
  td_response_items_free (self->items);
  g_array_unref (self->seen);
}

static const TdReplyReaderClass reader_class = {
  .take_mark = take_mark,
  .take_event = take_event,
  .take_document = take_document,
  .clear = clear,
};

/**
 * td_responses_parser_new:
 * @streamed: whether the reply is a stream of events; else it is one JSON document
 * @func: called for each event of the reply
 * @user_data: data for @func
 *
 * Returns: (transfer full): a parser for one reply
 */
TdChatParser *
td_responses_parser_new (gboolean        streamed,
                         TdChatEventFunc func,
                         gpointer        user_data)
{
  Parser *self = g_new0 (Parser, 1);

  td_reply_reader_init (&self->reader, &reader_class, streamed, func, user_data);
  /* Reasoning has items of its own: marks in the text are text. */
  self->reader.out.has_reasoning = TRUE;
  self->tools = td_tool_calls_new (&self->reader.out);
  self->items = td_response_items_new ();
  self->seen = g_array_new (FALSE, FALSE, sizeof (Item));
  self->reasoning_item = -1;
  return &self->reader.parent;
}

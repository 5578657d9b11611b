/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "providers/td-reply-reader.h"

#include "providers/td-failure-reply.h"

static TdFeed
take_event_cb (const TdSseEvent *event,
               gpointer          user_data)
{
  TdReplyReader *self = user_data;
  g_autoptr (TdJsonDoc) doc = NULL;

  if (self->class->take_mark != NULL && self->class->take_mark (self, event))
    return self->out.ended ? TD_FEED_STOPPED : TD_FEED_MORE;
  doc = td_json_doc_parse (event->data, event->length, NULL, NULL);
  if (doc != NULL)
    self->class->take_event (self, event->name, td_json_doc_get_root (doc));
  /* Of an event the end of the stream cut in two nothing is used. */
  else if (!event->unfinished)
    td_reply_emitter_fail (&self->out, td_failure_new_garbage (event->data, event->length));
  return self->out.ended ? TD_FEED_STOPPED : TD_FEED_MORE;
}

static TdFeed
take_line_cb (const char *line,
              gsize       length,
              gboolean    unfinished,
              gpointer    user_data)
{
  TdReplyReader *self = user_data;
  g_autoptr (TdJsonDoc) doc = td_json_doc_parse (line, length, NULL, NULL);

  if (doc != NULL)
    self->class->take_event (self, NULL, td_json_doc_get_root (doc));
  else if (!unfinished)
    td_reply_emitter_fail (&self->out, td_failure_new_garbage (line, length));
  return self->out.ended ? TD_FEED_STOPPED : TD_FEED_MORE;
}

static void
check_length (TdReplyReader *self,
              TdFeed         feed)
{
  if (feed != TD_FEED_TOO_LONG)
    return;
  td_reply_emitter_fail (&self->out, td_failure_new (TD_PROVIDER_ERROR_PROTOCOL,
                                                     self->lines != NULL ? "a line is too long"
                                                                         : "an event is too long"));
}

static void
fail_with_document (TdReplyReader *self)
{
  td_reply_emitter_fail (&self->out,
                         td_failure_new_garbage (self->document->str, self->document->len));
}

static void
feed_stream (TdReplyReader *self,
             const char    *bytes,
             gsize          length)
{
  if (self->lines != NULL)
    check_length (self, td_ndjson_parser_feed (self->lines, bytes, length));
  else
    check_length (self, td_sse_parser_feed (self->sse, bytes, length));
}

static void
reader_feed (TdChatParser *parser,
             const char   *bytes,
             gsize         length)
{
  TdReplyReader *self = (TdReplyReader *) parser;

  if (self->out.ended)
    return;
  if (self->document == NULL)
    feed_stream (self, bytes, length);
  else if (self->document->len + length > TD_JSON_DEFAULT_MAX_BYTES)
    fail_with_document (self);
  else
    g_string_append_len (self->document, bytes, length);
}

static void
end_stream (TdReplyReader *self)
{
  check_length (self, self->lines != NULL ? td_ndjson_parser_end (self->lines)
                                          : td_sse_parser_end (self->sse));
  if (!self->out.ended && self->class->end_stream != NULL)
    self->class->end_stream (self);
  if (!self->out.ended)
    td_reply_emitter_fail (&self->out, td_failure_new (TD_PROVIDER_ERROR_CUT, NULL));
}

/* Some proxies send the lines under the content type of one document. */
static void
end_document_of_lines (TdReplyReader *self)
{
  feed_stream (self, self->document->str, self->document->len);
  if (!self->out.ended && self->out.started)
    end_stream (self);
}

static void
end_document (TdReplyReader *self)
{
  g_autoptr (TdJsonDoc) doc =
    td_json_doc_parse (self->document->str, self->document->len, NULL, NULL);

  if (doc != NULL)
    self->class->take_document (self, td_json_doc_get_root (doc));
  else if (self->lines != NULL)
    end_document_of_lines (self);
  if (!self->out.ended)
    fail_with_document (self);
}

static void
reader_end (TdChatParser *parser)
{
  TdReplyReader *self = (TdReplyReader *) parser;

  if (self->out.ended)
    return;
  if (self->document != NULL)
    end_document (self);
  else
    end_stream (self);
}

static void
reader_free (TdChatParser *parser)
{
  TdReplyReader *self = (TdReplyReader *) parser;

  self->class->clear (self);
  td_reply_emitter_clear (&self->out);
  g_clear_pointer (&self->sse, td_sse_parser_free);
  g_clear_pointer (&self->lines, td_ndjson_parser_free);
  if (self->document != NULL)
    g_string_free (self->document, TRUE);
  g_free (self);
}

static const TdChatParserClass parser_class = { reader_feed, reader_end, reader_free };

static void
init (TdReplyReader            *self,
      const TdReplyReaderClass *class,
      gboolean                  streamed,
      TdChatEventFunc           func,
      gpointer                  user_data)
{
  self->parent.class = &parser_class;
  self->class = class;
  td_reply_emitter_init (&self->out, func, user_data);
  if (!streamed)
    self->document = g_string_new (NULL);
}

/**
 * td_reply_reader_init:
 * @self: (out caller-allocates): the start of a parser's own structure, made by g_new0()
 * @class: what the protocol adds
 * @streamed: whether the reply is a stream of events; else it is one JSON document
 * @func: called for each event of the reply
 * @user_data: data for @func
 */
void
td_reply_reader_init (TdReplyReader            *self,
                      const TdReplyReaderClass *class,
                      gboolean                  streamed,
                      TdChatEventFunc           func,
                      gpointer                  user_data)
{
  init (self, class, streamed, func, user_data);
  if (streamed)
    self->sse = td_sse_parser_new (0, take_event_cb, self);
}

/**
 * td_reply_reader_init_lines:
 * @self: (out caller-allocates): the start of a parser's own structure, made by g_new0()
 * @class: what the protocol adds
 * @streamed: whether the reply comes as lines; else it is one JSON document
 * @func: called for each event of the reply
 * @user_data: data for @func
 */
void
td_reply_reader_init_lines (TdReplyReader            *self,
                            const TdReplyReaderClass *class,
                            gboolean                  streamed,
                            TdChatEventFunc           func,
                            gpointer                  user_data)
{
  init (self, class, streamed, func, user_data);
  self->lines = td_ndjson_parser_new (0, take_line_cb, self);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "providers/td-ndjson-parser.h"
#include "providers/td-protocol.h"
#include "providers/td-reply-emitter.h"
#include "providers/td-sse-parser.h"

G_BEGIN_DECLS

typedef struct _TdReplyReader TdReplyReader;

/* What a protocol adds. None is called after the reply has ended, but for @clear. */
typedef struct
{
  /* (nullable): whether an event that is no JSON ends the stream in good order, or means nothing */
  gboolean (*take_mark)     (TdReplyReader *self, const TdSseEvent *event);
  void     (*take_event)    (TdReplyReader *self, const char *name, const TdJson *root); /* lines have no name */
  void     (*take_document) (TdReplyReader *self, const TdJson *root); /* must end the reply, unless it is none */
  void     (*end_stream)    (TdReplyReader *self); /* (nullable): may end the reply; else it was cut */
  void     (*clear)         (TdReplyReader *self);
} TdReplyReaderClass;

/**
 * TdReplyReader:
 *
 * What the parsers share whose replies are either a stream (of server-sent events, or of lines
 * of JSON) or one JSON document: they start with this and are freed as it.
 */
struct _TdReplyReader
{
  TdChatParser parent;
  const TdReplyReaderClass *class;
  TdReplyEmitter out;
  TdSseParser *sse;  /* (owned) (nullable): of a stream of events */
  TdNdjsonParser *lines; /* (owned) (nullable): of a stream of lines, or a document that is none */
  GString *document; /* (owned) (nullable): of a whole document, as far as it has come */
};

void td_reply_reader_init (TdReplyReader            *self,
                           const TdReplyReaderClass *class,
                           gboolean                  streamed,
                           TdChatEventFunc           func,
                           gpointer                  user_data);

void td_reply_reader_init_lines (TdReplyReader            *self,
                                 const TdReplyReaderClass *class,
                                 gboolean                  streamed,
                                 TdChatEventFunc           func,
                                 gpointer                  user_data);

G_END_DECLS

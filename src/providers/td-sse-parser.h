/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "providers/td-line-splitter.h"

G_BEGIN_DECLS

/**
 * TdSseParser:
 *
 * A push parser for server-sent events: bytes in, events out. Comments, events without data
 * and the fields nobody here needs (id, retry, unknown ones) are dropped.
 */
typedef struct _TdSseParser TdSseParser;

/* An event, valid only during the call that hands it out. */
typedef struct
{
  const char *name;    /* (nullable): what the event field says */
  const char *data;    /* the data lines joined with LF, ended by NUL; any bytes */
  gsize length;
  gboolean unfinished; /* the stream ended before the blank line that ends an event */
} TdSseEvent;

typedef TdFeed (*TdSseFunc) (const TdSseEvent *event,
                             gpointer          user_data);

TdSseParser *td_sse_parser_new  (gsize        max_bytes,
                                 TdSseFunc    func,
                                 gpointer     user_data);
void         td_sse_parser_free (TdSseParser *self);
void         td_sse_parser_set_stray_func (TdSseParser *self,
                                           TdLineFunc   func);
TdFeed       td_sse_parser_feed (TdSseParser *self,
                                 const char  *bytes,
                                 gsize        length);
TdFeed       td_sse_parser_end  (TdSseParser *self);

gboolean     td_sse_event_is_done_mark (const TdSseEvent *event);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdSseParser, td_sse_parser_free)

G_END_DECLS

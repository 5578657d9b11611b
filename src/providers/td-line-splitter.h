/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TdLineSplitter:
 *
 * Cuts bytes that arrive in pieces into lines: what server-sent events and NDJSON share. A line
 * ends at LF, CR LF or a lone CR; a byte order mark before the first line is dropped. A read
 * may end anywhere, also inside a character or between CR and LF.
 */
typedef struct _TdLineSplitter TdLineSplitter;

/**
 * TdFeed:
 * @TD_FEED_MORE: all bytes were taken
 * @TD_FEED_STOPPED: the receiver wants no more; what follows was dropped
 * @TD_FEED_TOO_LONG: something is longer than the limit; what follows was dropped
 */
typedef enum
{
  TD_FEED_MORE,
  TD_FEED_STOPPED,
  TD_FEED_TOO_LONG,
} TdFeed;

/**
 * TdLineFunc:
 * @line: the bytes of the line without its end; not terminated by NUL
 * @length: how many bytes
 * @user_data: what was given to td_line_splitter_new()
 *
 * Returns: how to go on
 */
typedef TdFeed (*TdLineFunc) (const char *line,
                              gsize       length,
                              gpointer    user_data);

#define TD_FEED_MAX_BYTES (16 * 1024 * 1024)

TdLineSplitter *td_line_splitter_new  (gsize           max_bytes,
                                       TdLineFunc      func,
                                       gpointer        user_data);
void            td_line_splitter_free (TdLineSplitter *self);
TdFeed          td_line_splitter_feed (TdLineSplitter *self,
                                       const char     *bytes,
                                       gsize           length);
TdFeed          td_line_splitter_end  (TdLineSplitter *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdLineSplitter, td_line_splitter_free)

G_END_DECLS

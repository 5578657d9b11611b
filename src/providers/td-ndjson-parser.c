/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "providers/td-ndjson-parser.h"

struct _TdNdjsonParser
{
  TdLineSplitter *lines; /* (owned) */
  TdNdjsonFunc func;
  gpointer user_data;
  gboolean unfinished;
};

static gboolean
is_blank (const char *line,
          gsize       length)
{
  for (gsize i = 0; i < length; i++)
    {
      if (line[i] != ' ' && line[i] != '\t')
        return FALSE;
    }
  return TRUE;
}

static TdFeed
take_line_cb (const char *line,
              gsize       length,
              gpointer    user_data)
{
  TdNdjsonParser *self = user_data;

  if (is_blank (line, length))
    return TD_FEED_MORE;
  return self->func (line, length, self->unfinished, self->user_data);
}

/**
 * td_ndjson_parser_new:
 * @max_bytes: the longest line to take; 0 for TD_FEED_MAX_BYTES
 * @func: called for each line that is not blank
 * @user_data: data for @func
 *
 * Returns: (transfer full): a parser at the start of a stream
 */
TdNdjsonParser *
td_ndjson_parser_new (gsize        max_bytes,
                      TdNdjsonFunc func,
                      gpointer     user_data)
{
  TdNdjsonParser *self = g_new0 (TdNdjsonParser, 1);

  self->lines = td_line_splitter_new (max_bytes, take_line_cb, self);
  self->func = func;
  self->user_data = user_data;
  return self;
}

void
td_ndjson_parser_free (TdNdjsonParser *self)
{
  if (self == NULL)
    return;

  td_line_splitter_free (self->lines);
  g_free (self);
}

/**
 * td_ndjson_parser_feed:
 * @self: a parser
 * @bytes: the next bytes, cut anywhere
 * @length: how many bytes
 *
 * Hands out every line that is complete now.
 *
 * Returns: whether more is wanted
 */
TdFeed
td_ndjson_parser_feed (TdNdjsonParser *self,
                       const char     *bytes,
                       gsize           length)
{
  g_return_val_if_fail (self != NULL, TD_FEED_STOPPED);

  return td_line_splitter_feed (self->lines, bytes, length);
}

/**
 * td_ndjson_parser_end:
 * @self: a parser
 *
 * The stream has ended; a last line without a line end is handed out marked as unfinished.
 *
 * Returns: how the stream ended
 */
TdFeed
td_ndjson_parser_end (TdNdjsonParser *self)
{
  g_return_val_if_fail (self != NULL, TD_FEED_STOPPED);

  self->unfinished = TRUE;
  return td_line_splitter_end (self->lines);
}

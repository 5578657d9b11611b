/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "providers/td-sse-parser.h"

#include <string.h>

struct _TdSseParser
{
  TdLineSplitter *lines; /* (owned) */
  TdSseFunc func;
  TdLineFunc stray_func; /* (nullable) */
  gpointer user_data;
  gsize max_bytes;
  GString *name;         /* (owned) */
  GString *data;         /* (owned) */
  gboolean has_data;     /* also when the only data line is empty */
  gboolean unfinished;
};

static TdFeed take_line_cb (const char *line, gsize length, gpointer user_data);

/**
 * td_sse_parser_new:
 * @max_bytes: the longest event to take; 0 for TD_FEED_MAX_BYTES
 * @func: called for each event
 * @user_data: data for @func
 *
 * Returns: (transfer full): a parser at the start of a stream
 */
TdSseParser *
td_sse_parser_new (gsize     max_bytes,
                   TdSseFunc func,
                   gpointer  user_data)
{
  TdSseParser *self = g_new0 (TdSseParser, 1);

  self->max_bytes = max_bytes != 0 ? max_bytes : TD_FEED_MAX_BYTES;
  self->lines = td_line_splitter_new (self->max_bytes, take_line_cb, self);
  self->func = func;
  self->user_data = user_data;
  self->name = g_string_new (NULL);
  self->data = g_string_new (NULL);
  return self;
}

void
td_sse_parser_free (TdSseParser *self)
{
  if (self == NULL)
    return;

  td_line_splitter_free (self->lines);
  g_string_free (self->name, TRUE);
  g_string_free (self->data, TRUE);
  g_free (self);
}

/**
 * td_sse_parser_set_stray_func:
 * @self: a parser
 * @func: called for each line that is no field anybody needs
 *
 * Some servers break off with an error that is no event but bare text between the events: with
 * this it is not lost. @func gets the user data of the parser.
 */
void
td_sse_parser_set_stray_func (TdSseParser *self,
                              TdLineFunc   func)
{
  g_return_if_fail (self != NULL);

  self->stray_func = func;
}

static TdFeed
dispatch (TdSseParser *self)
{
  TdFeed feed = TD_FEED_MORE;

  if (self->data->len > 0)
    {
      TdSseEvent event = {
        .name = self->name->len > 0 ? self->name->str : NULL,
        .data = self->data->str,
        .length = self->data->len,
        .unfinished = self->unfinished,
      };

      feed = self->func (&event, self->user_data);
    }
  g_string_truncate (self->name, 0);
  g_string_truncate (self->data, 0);
  self->has_data = FALSE;
  return feed;
}

static TdFeed
add_data (TdSseParser *self,
          const char  *value,
          gsize        length)
{
  if (self->data->len + 1 + length > self->max_bytes)
    return TD_FEED_TOO_LONG;

  if (self->has_data)
    g_string_append_c (self->data, '\n');
  g_string_append_len (self->data, value, length);
  self->has_data = TRUE;
  return TD_FEED_MORE;
}

static gboolean
is_field (const char *line,
          gsize       name_length,
          const char *name)
{
  return strlen (name) == name_length && memcmp (line, name, name_length) == 0;
}

static TdFeed
take_line_cb (const char *line,
              gsize       length,
              gpointer    user_data)
{
  TdSseParser *self = user_data;
  const char *colon;
  const char *value;
  gsize name_length;

  if (length == 0)
    return dispatch (self);

  colon = memchr (line, ':', length);
  if (colon == line)
    return TD_FEED_MORE; /* a comment */
  name_length = colon != NULL ? (gsize) (colon - line) : length;
  value = line + name_length + (colon != NULL ? 1 : 0);
  if (value < line + length && *value == ' ')
    value++;

  if (is_field (line, name_length, "data"))
    return add_data (self, value, line + length - value);
  if (is_field (line, name_length, "event"))
    {
      g_string_truncate (self->name, 0);
      g_string_append_len (self->name, value, line + length - value);
      return TD_FEED_MORE;
    }
  return self->stray_func != NULL ? self->stray_func (line, length, self->user_data) : TD_FEED_MORE;
}

/**
 * td_sse_parser_feed:
 * @self: a parser
 * @bytes: the next bytes, cut anywhere
 * @length: how many bytes
 *
 * Hands out every event that is complete now.
 *
 * Returns: whether more is wanted
 */
TdFeed
td_sse_parser_feed (TdSseParser *self,
                    const char  *bytes,
                    gsize        length)
{
  g_return_val_if_fail (self != NULL, TD_FEED_STOPPED);

  return td_line_splitter_feed (self->lines, bytes, length);
}

/**
 * td_sse_parser_end:
 * @self: a parser
 *
 * The stream has ended. An event that is still pending is handed out marked as unfinished:
 * the standard drops it, but many servers forget the last blank line, and whoever reads the
 * data can tell whether it is whole.
 *
 * Returns: how the stream ended
 */
TdFeed
td_sse_parser_end (TdSseParser *self)
{
  TdFeed feed;

  g_return_val_if_fail (self != NULL, TD_FEED_STOPPED);

  self->unfinished = TRUE;
  feed = td_line_splitter_end (self->lines);
  return feed == TD_FEED_MORE ? dispatch (self) : feed;
}

/**
 * td_sse_event_is_done_mark:
 * @event: an event
 *
 * Returns: whether it is the "[DONE]" with which servers in the manner of OpenAI end a stream
 */
gboolean
td_sse_event_is_done_mark (const TdSseEvent *event)
{
  return event->length < 32 && strncmp (event->data + strspn (event->data, " "), "[DONE]", 6) == 0;
}

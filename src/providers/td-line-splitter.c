/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "providers/td-line-splitter.h"

#include <string.h>

#define BYTE_ORDER_MARK "\xEF\xBB\xBF"

struct _TdLineSplitter
{
  TdLineFunc func;
  gpointer user_data;
  gsize max_bytes;
  GString *partial;   /* (owned): the start of a line whose end has not come yet */
  TdFeed state;
  gboolean skip_lf;   /* the last byte was a CR: an LF now belongs to it */
  gboolean any_line;
};

/* Where the next LF and the next CR are. Both are remembered, so that a text that has only one
 * kind of line end is not searched for the other once per line. */
typedef struct
{
  const char *end;
  const char *lf; /* (nullable): at or after the position, or none up to the end */
  const char *cr;
} LineEnds;

/**
 * td_line_splitter_new:
 * @max_bytes: the longest line to take; 0 for TD_FEED_MAX_BYTES
 * @func: called for each line, also for empty ones
 * @user_data: data for @func
 *
 * Returns: (transfer full): a splitter at the start of a text
 */
TdLineSplitter *
td_line_splitter_new (gsize      max_bytes,
                      TdLineFunc func,
                      gpointer   user_data)
{
  TdLineSplitter *self = g_new0 (TdLineSplitter, 1);

  g_return_val_if_fail (func != NULL, self);

  self->func = func;
  self->user_data = user_data;
  self->max_bytes = max_bytes != 0 ? max_bytes : TD_FEED_MAX_BYTES;
  self->partial = g_string_new (NULL);
  return self;
}

void
td_line_splitter_free (TdLineSplitter *self)
{
  if (self == NULL)
    return;

  g_string_free (self->partial, TRUE);
  g_free (self);
}

static const char *
find_line_end (LineEnds   *ends,
               const char *pos)
{
  if (ends->lf != NULL && ends->lf < pos)
    ends->lf = memchr (pos, '\n', ends->end - pos);
  if (ends->cr != NULL && ends->cr < pos)
    ends->cr = memchr (pos, '\r', ends->end - pos);
  if (ends->lf == NULL || ends->cr == NULL)
    return ends->lf != NULL ? ends->lf : ends->cr;
  return MIN (ends->lf, ends->cr);
}

static void
hand_out (TdLineSplitter *self,
          const char     *line,
          gsize           length)
{
  if (!self->any_line && length >= 3 && memcmp (line, BYTE_ORDER_MARK, 3) == 0)
    {
      line += 3;
      length -= 3;
    }
  self->any_line = TRUE;
  self->state = self->func (line, length, self->user_data);
}

/* A line is mostly inside one read and is then handed out where it is. */
static void
take_line (TdLineSplitter *self,
           const char     *bytes,
           gsize           length)
{
  if (self->partial->len + length > self->max_bytes)
    {
      self->state = TD_FEED_TOO_LONG;
      return;
    }
  if (self->partial->len == 0)
    {
      hand_out (self, bytes, length);
      return;
    }
  g_string_append_len (self->partial, bytes, length);
  hand_out (self, self->partial->str, self->partial->len);
  g_string_truncate (self->partial, 0);
}

static void
keep_partial (TdLineSplitter *self,
              const char     *bytes,
              gsize           length)
{
  if (self->partial->len + length > self->max_bytes)
    self->state = TD_FEED_TOO_LONG;
  else
    g_string_append_len (self->partial, bytes, length);
}

/**
 * td_line_splitter_feed:
 * @self: a splitter
 * @bytes: the next bytes, cut anywhere
 * @length: how many bytes
 *
 * Hands out every line that is complete now.
 *
 * Returns: whether more is wanted
 */
TdFeed
td_line_splitter_feed (TdLineSplitter *self,
                       const char     *bytes,
                       gsize           length)
{
  const char *pos = bytes;
  LineEnds ends;

  g_return_val_if_fail (self != NULL, TD_FEED_STOPPED);

  if (self->skip_lf && length > 0)
    {
      self->skip_lf = FALSE;
      if (*pos == '\n')
        pos++;
    }
  ends = (LineEnds) { .end = bytes + length };
  ends.lf = memchr (pos, '\n', ends.end - pos);
  ends.cr = memchr (pos, '\r', ends.end - pos);

  while (self->state == TD_FEED_MORE && pos < ends.end)
    {
      const char *stop = find_line_end (&ends, pos);

      if (stop == NULL)
        {
          keep_partial (self, pos, ends.end - pos);
          break;
        }
      take_line (self, pos, stop - pos);
      pos = stop + 1;
      if (*stop == '\r' && pos == ends.end)
        self->skip_lf = TRUE;
      else if (*stop == '\r' && *pos == '\n')
        pos++;
    }
  return self->state;
}

/**
 * td_line_splitter_end:
 * @self: a splitter
 *
 * The text has ended: what is left is the last line, even without a line end.
 *
 * Returns: how the text ended
 */
TdFeed
td_line_splitter_end (TdLineSplitter *self)
{
  g_return_val_if_fail (self != NULL, TD_FEED_STOPPED);

  if (self->state == TD_FEED_MORE && self->partial->len > 0)
    take_line (self, "", 0);
  return self->state;
}

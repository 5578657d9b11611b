/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/chat/td-text-feed.h"

static guint32
add_to_hash (guint32     hash,
             const char *text,
             gsize       length)
{
  for (gsize i = 0; i < length; i++)
    hash = hash * 33 + (guchar) text[i];
  return hash;
}

/**
 * td_text_feed_send:
 * @self: what @view has got, all zero at first
 * @view: the view
 * @text: (array length=length): all of the text
 * @length: its length in bytes
 * @check: whether the beginning may have changed too
 *
 * Appends what is new.
 *
 * Returns: %FALSE when the text is another than before and a new view is needed
 */
gboolean
td_text_feed_send (TdTextFeed     *self,
                   TdMarkdownView *view,
                   const char     *text,
                   gsize           length,
                   gboolean        check)
{
  if (length < self->length || (check && add_to_hash (0, text, self->length) != self->hash))
    return FALSE;
  if (length == self->length)
    return TRUE;
  td_markdown_view_append (view, text + self->length, length - self->length);
  self->hash = add_to_hash (self->hash, text + self->length, length - self->length);
  self->length = length;
  return TRUE;
}

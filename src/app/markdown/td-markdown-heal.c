/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/markdown/td-markdown-heal.h"

#include <string.h>

/*
 * Text that is still coming in often ends inside something: "see **the man". Shown as it stands
 * the asterisks would be there for a moment and then be gone. Only the last line is looked at,
 * and only what a reader would notice: bold, struck through, code.
 */

static gsize
count_run (const char *text)
{
  gsize n = 0;

  while (text[n] == text[0])
    n++;
  return n;
}

/* Whether inline code is open at the end of the line; its fence's length goes to @ticks. */
static gboolean
is_in_code (const char *line,
            gsize      *ticks)
{
  *ticks = 0;
  for (const char *p = line; *p;)
    {
      gsize n;

      if (*p != '`')
        {
          p++;
          continue;
        }
      n = count_run (p);
      if (*ticks == 0)
        *ticks = n;
      else if (*ticks == n)
        *ticks = 0;
      p += n;
    }
  return *ticks != 0;
}

static guint
count_pairs (const char *line,
             char        mark)
{
  guint n_pairs = 0;

  for (const char *p = line; *p; p++)
    if (p[0] == '\\' && p[1])
      p++;
    else if (p[0] == mark && p[1] == mark)
      {
        n_pairs++;
        p++;
      }
  return n_pairs;
}

static void
drop_trailing (GString *source,
               gsize    from,
               char     mark)
{
  while (source->len > from &&
         (source->str[source->len - 1] == mark || source->str[source->len - 1] == ' '))
    g_string_truncate (source, source->len - 1);
}

static void
close_pair (GString *source,
            gsize    line,
            char     mark)
{
  gsize length = source->len;

  if (count_pairs (source->str + line, mark) % 2 == 0)
    return;
  /* Half of the closing pair, or only the opening one, may be all that is there. */
  drop_trailing (source, line, mark);
  if (count_pairs (source->str + line, mark) % 2 == 0)
    return;
  if (source->len > line && length > 0)
    {
      g_string_append_c (source, mark);
      g_string_append_c (source, mark);
    }
}

/**
 * td_markdown_heal:
 * @source: Markdown that ends anywhere
 *
 * Closes what is open at the end, so that it looks now as it will look in a moment.
 */
void
td_markdown_heal (GString *source)
{
  const char *newline = strrchr (source->str, '\n');
  gsize line = newline ? (gsize) (newline - source->str) + 1 : 0;
  gsize ticks;

  if (source->len == line || source->len - line > 4000)
    return;
  if (is_in_code (source->str + line, &ticks))
    {
      if (ticks > 2)
        return;
      if (source->str[source->len - 1] == '`')
        g_string_truncate (source, source->len - ticks);
      else
        for (; ticks > 0; ticks--)
          g_string_append_c (source, '`');
      return;
    }
  close_pair (source, line, '*');
  close_pair (source, line, '~');
}

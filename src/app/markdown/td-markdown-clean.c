/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/markdown/td-markdown-clean.h"

#include <string.h>

#define REPLACEMENT "\357\277\275"

/* Bytes that begin something append_valid() looks at: controls, U+0080 to U+00BF, U+2000 to U+2FFF. */
static gboolean
is_special (guchar c)
{
  return (c < 0x20 && c != '\n' && c != '\t') || c == 0x7f || c == 0xc2 || c == 0xe2;
}

/* One special character; gives its length. */
static gsize
append_special (TdMarkdownCleaner *self,
                GString           *out,
                const guchar      *text)
{
  if (*text == '\r')
    {
      self->after_cr = TRUE;
      g_string_append_c (out, '\n');
      return 1;
    }
  if (*text < 0x80)
    {
      g_string_append (out, REPLACEMENT);
      return 1;
    }
  if (*text == 0xc2)
    {
      if (text[1] < 0xa0)
        g_string_append (out, REPLACEMENT);
      else
        g_string_append_len (out, (const char *) text, 2);
      return 2;
    }
  /* U+2028 and U+2029 break lines in Pango, whatever Markdown makes of them. */
  if (text[1] == 0x80 && (text[2] == 0xa8 || text[2] == 0xa9))
    g_string_append_c (out, '\n');
  else
    g_string_append_len (out, (const char *) text, 3);
  return 3;
}

static void
append_valid (TdMarkdownCleaner *self,
              GString           *out,
              const char        *text,
              const char        *end)
{
  while (text < end)
    {
      const char *stop = text;

      if (self->after_cr && *text == '\n')
        stop = ++text;
      self->after_cr = FALSE;
      while (stop < end && !is_special ((guchar) *stop))
        stop++;
      g_string_append_len (out, text, stop - text);
      text = stop;
      if (text < end)
        text += append_special (self, out, (const guchar *) text);
    }
}

static void
append_bytes (TdMarkdownCleaner *self,
              GString           *out,
              const char        *bytes,
              gsize              length)
{
  while (length > 0)
    {
      const char *valid_end = bytes;
      gsize rest;

      g_utf8_validate_len (bytes, length, &valid_end);
      append_valid (self, out, bytes, valid_end);
      rest = length - (valid_end - bytes);
      if (rest == 0)
        return;
      if (*valid_end && rest < sizeof self->pending &&
          g_utf8_get_char_validated (valid_end, rest) == (gunichar) -2)
        {
          memcpy (self->pending, valid_end, rest);
          self->n_pending = rest;
          return;
        }
      g_string_append (out, REPLACEMENT);
      self->after_cr = FALSE;
      bytes = valid_end + 1;
      length = rest - 1;
    }
}

/**
 * td_markdown_cleaner_append:
 * @self: the state between calls, all zero at first
 * @out: what to append to
 * @bytes: (array length=length): any bytes
 * @length: how many
 *
 * Appends the bytes as valid UTF-8. What is no character, and controls but tab and line
 * break, become U+FFFD; all line ends become "\n".
 */
void
td_markdown_cleaner_append (TdMarkdownCleaner *self,
                            GString           *out,
                            const char        *bytes,
                            gsize              length)
{
  g_autoptr (GString) joined = NULL;

  if (length == 0)
    return;
  if (self->n_pending)
    {
      joined = g_string_new_len (self->pending, self->n_pending);
      g_string_append_len (joined, bytes, length);
      self->n_pending = 0;
      bytes = joined->str;
      length = joined->len;
    }
  append_bytes (self, out, bytes, length);
}

/**
 * td_markdown_cleaner_finish:
 * @self: the state
 * @out: what to append to
 *
 * Nothing more comes: a character that was begun is none.
 */
void
td_markdown_cleaner_finish (TdMarkdownCleaner *self,
                            GString           *out)
{
  if (self->n_pending)
    g_string_append (out, REPLACEMENT);
  self->n_pending = 0;
}

static gboolean
is_invisible (gunichar c)
{
  return (c >= 0x200b && c <= 0x200f) || (c >= 0x202a && c <= 0x202e) ||
         (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || c == 0xad || (c >= 0xe0000 && c <= 0xe007f);
}

/**
 * td_markdown_make_visible:
 * @text: code as it came, valid UTF-8
 *
 * Code is what it says: characters that show nothing or turn the text around, which may hide
 * what a program really does, are replaced by their number.
 *
 * Returns: (transfer full): the text to show
 */
char *
td_markdown_make_visible (const char *text)
{
  GString *out = g_string_new (NULL);

  while (*text)
    {
      const char *stop = text;
      gunichar c = 0;

      while (*stop && !is_invisible (c = g_utf8_get_char (stop)))
        stop = g_utf8_next_char (stop);
      g_string_append_len (out, text, stop - text);
      text = stop;
      if (*text)
        {
          g_string_append_printf (out, "‹U+%04X›", c);
          text = g_utf8_next_char (text);
        }
    }
  return g_string_free (out, FALSE);
}

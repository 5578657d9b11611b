/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Invalid UTF-8, as the tokenizers we are compared with see it: they take text that a decoder of the
 * WHATWG's encoding standard made, which puts one U+FFFD in the place of each longest sequence that
 * could have begun a character, and of each other byte. GLib's own g_utf8_make_valid() puts one for
 * each byte, and g_utf8_validate() takes NUL for an error, which it is not here.
 */
#include "config.h"

#include "tokens/td-token-text.h"

#include <string.h>

#define REPLACEMENT "\xef\xbf\xbd"

/* The length of the character at @p, or, with @valid unset, of what has to be replaced. */
static inline gsize
measure (const guint8 *p,
         const guint8 *end,
         gboolean     *valid)
{
  guint8 lead = *p;
  guint8 low = 0x80; /* the second byte's range is narrower after some lead bytes */
  guint8 high = 0xbf;
  gsize length;

  *valid = TRUE;
  if (lead < 0x80)
    return 1;
  *valid = FALSE;
  if (lead < 0xc2 || lead > 0xf4)
    return 1;
  length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3
                                         : 4;
  if (lead == 0xe0)
    low = 0xa0;
  else if (lead == 0xed)
    high = 0x9f; /* no surrogates */
  else if (lead == 0xf0)
    low = 0x90;
  else if (lead == 0xf4)
    high = 0x8f;
  for (gsize i = 1; i < length; i++)
    {
      if (p + i == end || p[i] < low || p[i] > high)
        return i;
      low = 0x80;
      high = 0xbf;
    }
  *valid = TRUE;
  return length;
}

/* Whether three bytes of the four at @p are one of the characters whose second byte may be any, which
 * are nearly all of those. */
static inline gboolean
is_plain_three (const guint8 *p)
{
  guint32 four;

  memcpy (&four, p, 4);
  four = GUINT32_FROM_LE (four);
  return (four & 0xc0c0f0) == 0x8080e0 && *p != 0xe0 && *p != 0xed;
}

/**
 * td_token_text_find_invalid:
 * @text: (array length=length): any bytes
 *
 * Returns: how many bytes at the beginning are valid UTF-8; @length if all are
 */
gsize
td_token_text_find_invalid (const char *text,
                            gsize       length)
{
  const guint8 *start = (const guint8 *) text;
  const guint8 *end = start + length;
  const guint8 *p = start;

  while (p < end)
    {
      guint64 eight;
      gboolean valid;
      gsize step;

      while (end - p >= 8 &&
             (memcpy (&eight, p, 8), (eight & G_GUINT64_CONSTANT (0x8080808080808080)) == 0))
        p += 8;
      while (end - p >= 4 && is_plain_three (p))
        p += 3;
      if (p == end)
        break;
      step = measure (p, end, &valid);
      if (!valid)
        break;
      p += step;
    }
  return p - start;
}

/**
 * td_token_text_make_valid:
 * @text: (array length=length): any bytes
 * @valid_length: (out): the bytes of the result
 *
 * Returns: (transfer full): the text with U+FFFD for what is not UTF-8; it may contain NUL
 */
char *
td_token_text_make_valid (const char *text,
                          gsize       length,
                          gsize      *valid_length)
{
  GString *made = g_string_sized_new (length + 16);
  gsize done = 0;

  while (done < length)
    {
      gsize good = td_token_text_find_invalid (text + done, length - done);
      gboolean valid;

      g_string_append_len (made, text + done, (gssize) good);
      done += good;
      if (done == length)
        break;
      done += measure ((const guint8 *) text + done, (const guint8 *) text + length, &valid);
      g_string_append (made, REPLACEMENT);
    }
  *valid_length = made->len;
  return g_string_free_and_steal (made);
}

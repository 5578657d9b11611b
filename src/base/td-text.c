/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/td-text.h"

#include <string.h>

#include "base/td-decimal.h"

/* Letters that Unicode does not take apart, but that people type without their strokes. In
 * lower case, sorted by code point. */
static const struct
{
  gunichar letter;
  const char *plain;
} plain_letters[] = {
  { 0x00e6, "ae" },
  { 0x00f0, "d" },
  { 0x00f8, "o" },
  { 0x00fe, "th" },
  { 0x0111, "d" },
  { 0x0127, "h" },
  { 0x0131, "i" },
  { 0x0142, "l" },
  { 0x014b, "n" },
  { 0x0153, "oe" },
  { 0x0167, "t" },
  { 0x0180, "b" },
};

static char *
fold_ascii (const char *text)
{
  gsize length = strlen (text);
  char *folded;

  if (!g_str_is_ascii (text))
    return NULL;
  folded = g_malloc (length + 1);
  for (gsize i = 0; i <= length; i++)
    folded[i] = g_ascii_tolower (text[i]);
  return folded;
}

/* Marks, and what cannot be seen: soft hyphens and the like come along with what is copied from a
 * page. */
static gboolean
is_mark (gunichar c)
{
  GUnicodeType type = g_unichar_type (c);

  return type == G_UNICODE_NON_SPACING_MARK || type == G_UNICODE_ENCLOSING_MARK ||
         type == G_UNICODE_FORMAT;
}

static char *
strip_marks (const char *text)
{
  g_autofree char *decomposed = g_utf8_normalize (text, -1, G_NORMALIZE_NFKD);
  GString *stripped = g_string_sized_new (strlen (decomposed));

  for (const char *p = decomposed; *p != '\0'; p = g_utf8_next_char (p))
    if (!is_mark (g_utf8_get_char (p)))
      g_string_append_len (stripped, p, g_utf8_next_char (p) - p);
  return g_string_free_and_steal (stripped);
}

static const char *
find_plain (gunichar letter)
{
  for (gsize i = 0; i < G_N_ELEMENTS (plain_letters) && plain_letters[i].letter <= letter; i++)
    if (plain_letters[i].letter == letter)
      return plain_letters[i].plain;
  return NULL;
}

static char *
replace_letters (const char *text)
{
  GString *replaced = g_string_sized_new (strlen (text));

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      const char *plain = find_plain (g_utf8_get_char (p));

      if (plain != NULL)
        g_string_append (replaced, plain);
      else
        g_string_append_len (replaced, p, g_utf8_next_char (p) - p);
    }
  return g_string_free_and_steal (replaced);
}

/**
 * td_text_fold:
 * @text: (nullable): any text
 *
 * Folds away what people do not care about when they search: case, accents, width and other
 * compatibility forms ("Ａ" is "a", "ﬁ" is "fi", "ß" is "ss", "ø" is "o"). Folding folded text
 * changes nothing. Invalid UTF-8 becomes U+FFFD.
 *
 * Returns: (transfer full): text to compare and to search in, never to show
 */
char *
td_text_fold (const char *text)
{
  g_autofree char *valid = NULL;
  g_autofree char *stripped = NULL;
  g_autofree char *folded = NULL;
  g_autofree char *again = NULL;
  char *ascii;

  if (text == NULL)
    return g_strdup ("");
  ascii = fold_ascii (text);
  if (ascii != NULL)
    return ascii;

  valid = g_utf8_make_valid (text, -1);
  stripped = strip_marks (valid);
  folded = g_utf8_casefold (stripped, -1);
  /* Some foldings give letters that come apart again. */
  again = strip_marks (folded);
  return replace_letters (again);
}

/**
 * td_text_format_tokens:
 * @tokens: a count that is known
 *
 * A token count at a glance, rounded to three digits: "512", "8.19K", "128K", "1.05M".
 *
 * Returns: (transfer full): the text, the same in every locale
 */
char *
td_text_format_tokens (gint64 tokens)
{
  const char *letter = "KMB";
  guint64 step = 1;
  guint64 next_unit = 1000 * 1000;
  guint64 rounded;
  g_autofree char *number = NULL;
  int decimals = 3;

  g_return_val_if_fail (tokens >= 0, g_strdup (""));

  while ((guint64) tokens / step >= 1000)
    step *= 10;
  rounded = ((guint64) tokens + step / 2) / step * step;
  if (rounded < 1000)
    return g_strdup_printf ("%" G_GUINT64_FORMAT, rounded);

  /* The unit is the one the rounded number needs: 999,999 is 1M, not 1000K. */
  for (; letter[1] != '\0' && rounded >= next_unit; letter++, next_unit *= 1000)
    decimals += 3;
  number = td_decimal_to_text ((gint64) MIN (rounded, G_MAXINT64), decimals, 0);
  return g_strdup_printf ("%s%c", number, *letter);
}

/* Marks and joiners belong to the character before them. */
static gboolean
belongs_to_previous (gunichar c)
{
  return g_unichar_ismark (c) || c == 0x200d;
}

/**
 * td_text_ellipsize:
 * @text: (nullable): any text
 * @max_chars: how many characters the result may have, the ellipsis included
 *
 * Shortens text for a title or a log line, never between a letter and its accents. Invalid UTF-8
 * becomes U+FFFD.
 *
 * Returns: (transfer full): the text, or its beginning and "…"
 */
char *
td_text_ellipsize (const char *text,
                   guint       max_chars)
{
  g_autofree char *valid = text != NULL ? g_utf8_make_valid (text, -1) : g_strdup ("");
  const char *end = valid;

  if (g_utf8_strlen (valid, -1) <= (glong) max_chars)
    return g_steal_pointer (&valid);
  if (max_chars == 0)
    return g_strdup ("");

  end = g_utf8_offset_to_pointer (valid, (glong) max_chars - 1);
  while (end > valid && belongs_to_previous (g_utf8_get_char (end)))
    end = g_utf8_prev_char (end);
  while (end > valid && g_ascii_isspace (end[-1]))
    end--;
  return g_strdup_printf ("%.*s…", (int) (end - valid), valid);
}

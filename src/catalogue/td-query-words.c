/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cutting what was typed, and what is searched, into words of the same form. */
#include "config.h"

#include "catalogue/td-query-words.h"

#include <string.h>

#include "base/td-text.h"

/* Nobody types more; what is pasted beyond it is not looked at. */
#define MAX_TYPED_BYTES 512
#define MAX_WORDS       16

static gboolean
is_letter (char c)
{
  /* Bytes of letters beyond ASCII are all above 127; folding left nothing else worth keeping. */
  return g_ascii_isalnum (c) || (guchar) c >= 0x80;
}

/* Appends the words of folded text, parted by single spaces. */
void
td_query_append_words (GString    *out,
                       const char *folded,
                       gsize       length)
{
  gboolean gap = FALSE;
  gsize start = out->len;

  for (gsize i = 0; i < length; i++)
    {
      if (!is_letter (folded[i]))
        {
          gap = TRUE;
          continue;
        }
      if (gap && out->len > start)
        g_string_append_c (out, ' ');
      g_string_append_c (out, folded[i]);
      gap = FALSE;
    }
}

/**
 * td_query_count_letters:
 * @text: folded text
 * @start: where to begin, in bytes
 * @end: where to end, in bytes
 *
 * Returns: how many letters and digits lie between
 */
guint16
td_query_count_letters (const GString *text,
                        gsize          start,
                        gsize          end)
{
  guint16 n = 0;

  for (gsize i = start; i < end; i++)
    n += is_letter (text->str[i]);
  return n;
}

static void
word_clear (gpointer data)
{
  g_free (((TdQueryWord *) data)->text);
}

/* A list of TdQueryWord. */
GArray *
td_query_words_new (void)
{
  GArray *words = g_array_new (FALSE, FALSE, sizeof (TdQueryWord));

  g_array_set_clear_func (words, word_clear);
  return words;
}

static gboolean
is_mixed (const char *word)
{
  gboolean has_digit = FALSE;
  gboolean has_letter = FALSE;

  for (const char *p = word; *p != '\0'; p++)
    {
      has_digit |= g_ascii_isdigit (*p);
      has_letter |= !g_ascii_isdigit (*p);
    }
  return has_digit && has_letter && strchr (word, ' ') == NULL;
}

/**
 * td_query_words_add:
 * @words: a list of words
 * @folded: a folded word
 * @length: its length in bytes
 *
 * Adds a word to the list unless it is there already.
 */
void
td_query_words_add (GArray     *words,
                    const char *folded,
                    gsize       length)
{
  g_autoptr (GString) normal = g_string_new (NULL);
  TdQueryWord word = { 0 };

  td_query_append_words (normal, folded, length);
  if (normal->len == 0 || words->len >= MAX_WORDS)
    return;
  for (guint i = 0; i < words->len; i++)
    if (g_str_equal (g_array_index (words, TdQueryWord, i).text, normal->str))
      return;
  word.length = normal->len;
  word.n_letters = td_query_count_letters (normal, 0, normal->len);
  word.is_mixed = is_mixed (normal->str);
  word.text = g_string_free_and_steal (g_steal_pointer (&normal));
  g_array_append_val (words, word);
}

/**
 * td_query_words_split:
 * @text: what somebody typed
 *
 * Words are parted by white space, and by what parts words in a sentence. Other punctuation holds a
 * phrase together.
 *
 * Returns: (transfer full) (element-type TdQueryWord): its words, folded
 */
GArray *
td_query_words_split (const char *text)
{
  static const char gaps[] = " \t\r\n\v\f,;|\"'`()[]{}<>!?";
  GArray *words = td_query_words_new ();
  gsize typed = strnlen (text, MAX_TYPED_BYTES);
  g_autofree char *cut = NULL;
  g_autofree char *folded = NULL;

  /* Not in the middle of a character. */
  while (typed > 0 && ((guchar) text[typed] & 0xc0) == 0x80)
    typed--;
  cut = g_strndup (text, typed);
  folded = td_text_fold (cut);
  for (const char *p = folded; *p != '\0';)
    {
      gsize length = strcspn (p, gaps);

      td_query_words_add (words, p, length);
      p += length;
      p += strspn (p, gaps);
    }
  return words;
}

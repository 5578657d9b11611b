/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "base/td-words.h"

/**
 * td_words_find:
 * @words: (array length=n_words): the words for the values of an enumeration, in its order; %NULL
 *   for one that is told by having no word
 * @n_words: how many there are
 * @text: (nullable): a word from a file, a database or a person, or none
 * @index: (out): the place of @text among @words; untouched when it is not one of them
 *
 * Compares byte by byte, in every locale.
 *
 * Returns: whether @text is one of @words
 */
gboolean
td_words_find (const char *const *words,
               guint              n_words,
               const char        *text,
               guint             *index)
{
  for (guint i = 0; i < n_words; i++)
    {
      if (g_strcmp0 (words[i], text) == 0)
        {
          *index = i;
          return TRUE;
        }
    }
  return FALSE;
}

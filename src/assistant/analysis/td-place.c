/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Clauses and sentences of a text, and how far apart things are in it. */
#include "config.h"

#include "assistant/analysis/td-place.h"

#include <string.h>

typedef enum
{
  INSIDE,
  BETWEEN_CLAUSES,
  BETWEEN_SENTENCES,
} Border;

/* Wide punctuation has become narrow, and has no space after it. */
static gboolean
ends_here (const char *begin,
           const char *p,
           const char *end)
{
  return p + 1 >= end || g_ascii_isspace (p[1]) || (guint8) p[1] >= 0x80 ||
         (p > begin && (guint8) p[-1] >= 0x80);
}

static Border
find_wide_border (const char *p)
{
  static const char *const between_clauses[] = { "、", "،", "—", "–" };
  static const char *const between_sentences[] = { "。", "؟", "؛", "।", "…" };

  for (guint i = 0; i < G_N_ELEMENTS (between_clauses); i++)
    if (strncmp (p, between_clauses[i], strlen (between_clauses[i])) == 0)
      return BETWEEN_CLAUSES;
  for (guint i = 0; i < G_N_ELEMENTS (between_sentences); i++)
    if (strncmp (p, between_sentences[i], strlen (between_sentences[i])) == 0)
      return BETWEEN_SENTENCES;
  return INSIDE;
}

static Border
find_border (const char *begin,
             const char *p,
             const char *end)
{
  if ((guint8) *p >= 0x80)
    return find_wide_border (p);
  if (strchr ("!?;\n", *p) != NULL)
    return BETWEEN_SENTENCES;
  if (*p == '(' || *p == ')' ||
      (*p == '-' && p > begin && p + 1 < end && p[1] == ' ' && p[-1] == ' '))
    return BETWEEN_CLAUSES;
  if ((*p == ',' || *p == '.' || *p == ':') && ends_here (begin, p, end))
    return *p == ',' ? BETWEEN_CLAUSES : BETWEEN_SENTENCES;
  return INSIDE;
}

static guint
measure (gunichar character)
{
  TdScript script = td_script_of (character);

  if (g_unichar_ismark (character))
    return 0;
  return td_script_has_spaces (script) && script != TD_WRITING_HANGUL ? 1 : 2;
}

/**
 * td_places_new:
 * @text: a text
 *
 * Parts a text into clauses and sentences.
 *
 * Returns: (transfer full) (array): the place of each byte, and of the end
 */
TdPlace *
td_places_new (const TdFoldedText *text)
{
  const char *stop = text->text + text->length;
  TdPlace *places = g_new0 (TdPlace, text->length + 1);
  guint16 clause = 0;
  guint16 sentence = 0;
  guint column = 0;

  for (const char *p = text->text; p < stop; p = g_utf8_next_char (p))
    {
      Border border = find_border (text->text, p, stop);
      guint n_bytes = (guint) (g_utf8_next_char (p) - p);

      clause += border != INSIDE;
      sentence += border == BETWEEN_SENTENCES;
      for (guint i = 0; i < n_bytes; i++)
        places[p - text->text + i] = (TdPlace) { clause, sentence, (guint16) column, 0, 0 };
      clause += border != INSIDE;
      sentence += border == BETWEEN_SENTENCES;
      column = MIN (column + measure (g_utf8_get_char (p)), G_MAXUINT16);
    }
  places[text->length] = (TdPlace) { clause, sentence, (guint16) column, 0, 0 };
  return places;
}

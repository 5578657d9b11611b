/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What clauses begin and end with. */
#include "config.h"

#include "assistant/analysis/td-clause-edges.h"

#include "assistant/analysis/td-clause-company.h"

/**
 * td_clauses_ends_sentence:
 * @self: clauses
 * @hit: a place in the request
 *
 * Returns: whether its clause is the last of its sentence
 */
gboolean
td_clauses_ends_sentence (TdClauses          *self,
                          const TdLexiconHit *hit)
{
  guint32 start, end;

  td_clauses_get_bounds (self, hit, &start, &end);
  return self->places[end].sentence != self->places[hit->start].sentence ||
         end >= self->text->length;
}

/**
 * td_clauses_is_begun:
 * @self: clauses
 * @hit: a place in the request
 * @concept: the name of a concept
 * @max_columns: how far away at most, in letters
 *
 * Returns: whether its clause begins with a phrase of the concept and soon goes on with the place
 */
gboolean
td_clauses_is_begun (TdClauses          *self,
                     const TdLexiconHit *hit,
                     const char         *concept,
                     guint               max_columns)
{
  guint32 start, end;

  td_clauses_get_bounds (self, hit, &start, &end);
  while (start < hit->start && g_ascii_isspace (self->text->text[start]))
    start++;
  for (guint i = 0; i < self->hits->len; i++)
    {
      const TdLexiconHit *other = &g_array_index (self->hits, TdLexiconHit, i);

      if (other->start == start && td_clauses_goes_before (self, hit, other, max_columns) &&
          td_clauses_is (self, other, concept))
        return TRUE;
    }
  return FALSE;
}

/**
 * td_clauses_ends:
 * @self: clauses
 * @hit: a place in the request
 *
 * Returns: whether nothing follows it in its clause
 */
gboolean
td_clauses_ends (TdClauses          *self,
                 const TdLexiconHit *hit)
{
  guint32 start, end;

  td_clauses_get_bounds (self, hit, &start, &end);
  while (end > hit->end && g_ascii_isspace (self->text->text[end - 1]))
    end--;
  return end == hit->end;
}

/**
 * td_clauses_begins:
 * @self: clauses
 * @hit: a place in the request
 *
 * Returns: whether its clause begins with it
 */
gboolean
td_clauses_begins (TdClauses          *self,
                   const TdLexiconHit *hit)
{
  guint32 start, end;

  td_clauses_get_bounds (self, hit, &start, &end);
  while (start < hit->start && g_ascii_isspace (self->text->text[start]))
    start++;
  return start == hit->start;
}

/* Whether only words of politeness are before @at in its clause: "could you please draw". */
static gboolean
is_led_in (TdClauses *self,
           guint32    start,
           guint32    at)
{
  guint please = td_lexicon_find (self->lexicon, "lead-in-thing");

  for (guint i = 0; i < self->hits->len && start < at; i++)
    {
      const TdLexiconHit *hit = &g_array_index (self->hits, TdLexiconHit, i);

      while (start < at && !g_unichar_isalnum (g_utf8_get_char (self->text->text + start)))
        start += g_utf8_skip[(guint8) self->text->text[start]];
      if (hit->concept == please && hit->start == start)
        start = hit->end;
    }
  while (start < at && !g_unichar_isalnum (g_utf8_get_char (self->text->text + start)))
    start += g_utf8_skip[(guint8) self->text->text[start]];
  return start >= at;
}

/**
 * td_clauses_opens:
 * @self: clauses
 * @hit: a place in the request
 *
 * Returns: whether its clause begins with it, but for words of politeness, or a word that goes on
 */
gboolean
td_clauses_opens (TdClauses          *self,
                  const TdLexiconHit *hit)
{
  guint32 start, end;

  td_clauses_get_bounds (self, hit, &start, &end);
  return is_led_in (self, start, hit->start) ||
         td_clauses_is_before (self, hit, "then-thing", 1);
}

/**
 * td_clauses_is_opened:
 * @self: clauses
 * @hit: a place in the request
 * @concept: the name of a concept
 * @max_columns: how far away at most, in letters
 *
 * Returns: whether its clause opens with a phrase of the concept, see td_clauses_opens()
 */
gboolean
td_clauses_is_opened (TdClauses          *self,
                      const TdLexiconHit *hit,
                      const char         *concept,
                      guint               max_columns)
{
  guint wanted = td_lexicon_find (self->lexicon, concept);

  for (guint i = 0; i < self->hits->len; i++)
    {
      const TdLexiconHit *other = &g_array_index (self->hits, TdLexiconHit, i);

      if (other->concept == wanted && td_clauses_are_together (self, hit, other) &&
          td_clauses_goes_before (self, hit, other, max_columns) && td_clauses_opens (self, other))
        return TRUE;
    }
  return FALSE;
}

/**
 * td_clauses_closes:
 * @self: clauses
 * @hit: a place in the request
 *
 * Returns: whether nothing but words of politeness follows it in its clause
 */
gboolean
td_clauses_closes (TdClauses          *self,
                   const TdLexiconHit *hit)
{
  guint32 start, end;

  td_clauses_get_bounds (self, hit, &start, &end);
  return is_led_in (self, td_clauses_find_word_end (self, hit, end), end) ||
         td_clauses_get_column (self, end) - td_clauses_get_column (self, hit->end) <= 8;
}

/**
 * td_clauses_opens_text:
 * @self: clauses
 * @hit: a place in the request
 *
 * Returns: whether the text begins with it, but for an article
 */
gboolean
td_clauses_opens_text (TdClauses          *self,
                       const TdLexiconHit *hit)
{
  return td_clauses_get_column (self, hit->start) <= 4;
}

/**
 * td_clauses_is_at_edge:
 * @self: clauses
 * @hit: a place in the request
 *
 * Returns: whether it begins or ends its clause
 */
gboolean
td_clauses_is_at_edge (TdClauses          *self,
                       const TdLexiconHit *hit)
{
  guint32 start, end;

  td_clauses_get_bounds (self, hit, &start, &end);
  while (start < hit->start && g_ascii_isspace (self->text->text[start]))
    start++;
  while (end > hit->end && g_ascii_isspace (self->text->text[end - 1]))
    end--;
  return start == hit->start || end == hit->end ||
         !td_script_has_spaces (td_script_of (g_utf8_get_char (self->text->text + hit->start)));
}

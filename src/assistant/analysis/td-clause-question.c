/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a phrase is in a question. */
#include "config.h"

#include "assistant/analysis/td-clause-question.h"

/**
 * td_clauses_begins_asking:
 * @self: clauses
 * @hit: a place in the request
 *
 * Returns: whether its clause begins as a question for a fact does
 */
gboolean
td_clauses_begins_asking (TdClauses          *self,
                          const TdLexiconHit *hit)
{
  guint asks = td_lexicon_find (self->lexicon, "asks-thing");
  guint32 start, end;

  td_clauses_get_bounds (self, hit, &start, &end);
  while (start < end && g_ascii_isspace (self->text->text[start]))
    start++;
  for (guint i = 0; i < self->hits->len; i++)
    {
      const TdLexiconHit *other = &g_array_index (self->hits, TdLexiconHit, i);

      if (other->start == start && other->concept == asks)
        return TRUE;
    }
  return FALSE;
}

/**
 * td_clauses_is_question:
 * @self: clauses
 * @hit: a place in the request
 *
 * Returns: whether its clause is a question
 */
gboolean
td_clauses_is_question (TdClauses          *self,
                        const TdLexiconHit *hit)
{
  guint32 start, end;
  const char *p;

  td_clauses_get_bounds (self, hit, &start, &end);
  p = self->text->text + end;
  return *p == '?' || g_str_has_prefix (p, "؟") || td_clauses_begins_asking (self, hit);
}

/**
 * td_clauses_asks:
 * @self: clauses
 * @hit: a place in the request
 *
 * Returns: whether its sentence ends in a question mark
 */
gboolean
td_clauses_asks (TdClauses          *self,
                 const TdLexiconHit *hit)
{
  guint16 sentence = self->places[hit->start].sentence;
  guint32 end = hit->end;

  while (end < self->text->length && self->places[end].sentence == sentence)
    end++;
  return self->text->text[end] == '?' || g_str_has_prefix (self->text->text + end, "؟");
}

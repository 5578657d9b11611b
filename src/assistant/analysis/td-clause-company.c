/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What stands beside a phrase, or whether it is alone. */
#include "config.h"

#include "assistant/analysis/td-clause-company.h"

/* Letters that may be beside a phrase for it to be alone: a stray article. */
#define STRAY_LETTERS 3

typedef gboolean (*Relation) (TdClauses          *self,
                              const TdLexiconHit *hit,
                              const TdLexiconHit *other,
                              guint               max_columns);

static gboolean
overlaps (TdClauses          *self,
          const TdLexiconHit *hit,
          const TdLexiconHit *other,
          guint               max_columns)
{
  return other->start < hit->end && hit->start < other->end;
}

static gboolean
exceeds (TdClauses          *self,
         const TdLexiconHit *hit,
         const TdLexiconHit *other,
         guint               max_columns)
{
  return overlaps (self, hit, other, 0) &&
         !(other->start >= hit->start && other->end <= hit->end &&
           other->end - other->start < hit->end - hit->start);
}

/**
 * td_clauses_goes_before:
 * @self: clauses
 * @hit: a place in the request
 * @other: another
 * @max_columns: how far away at most, in letters
 *
 * Returns: whether @other ends that closely before @hit
 */
gboolean
td_clauses_goes_before (TdClauses          *self,
                        const TdLexiconHit *hit,
                        const TdLexiconHit *other,
                        guint               max_columns)
{
  return other->end <= hit->start &&
         td_clauses_get_column (self, hit->start) - td_clauses_get_column (self, other->end) <=
           max_columns;
}

static gboolean
is_after (TdClauses          *self,
          const TdLexiconHit *hit,
          const TdLexiconHit *other,
          guint               max_columns)
{
  return other->start >= hit->end &&
         td_clauses_get_column (self, other->start) - td_clauses_get_column (self, hit->end) <=
           max_columns;
}

static gboolean
is_near (TdClauses          *self,
         const TdLexiconHit *hit,
         const TdLexiconHit *other,
         guint               max_columns)
{
  return overlaps (self, hit, other, 0) || td_clauses_goes_before (self, hit, other, max_columns) ||
         is_after (self, hit, other, max_columns);
}

/**
 * td_clauses_are_together:
 * @self: clauses
 * @hit: a place in the request
 * @other: another
 *
 * Returns: whether @other is in the clause of @hit
 */
gboolean
td_clauses_are_together (TdClauses          *self,
                         const TdLexiconHit *hit,
                         const TdLexiconHit *other)
{
  return self->places[other->start].clause >= self->places[hit->start].clause &&
         self->places[other->end - 1].clause <= self->places[hit->end - 1].clause;
}

static gboolean
in_same_sentence (TdClauses          *self,
                  const TdLexiconHit *hit,
                  const TdLexiconHit *other)
{
  return self->places[other->start].sentence >= self->places[hit->start].sentence &&
         self->places[other->end - 1].sentence <= self->places[hit->end - 1].sentence;
}

/* Whether a phrase of @concept stands at the place, in the same clause. */
static gboolean
find (TdClauses          *self,
      const TdLexiconHit *hit,
      const char         *concept,
      Relation            relation,
      guint               max_columns)
{
  guint wanted = td_lexicon_find (self->lexicon, concept);

  if (wanted == TD_LEXICON_NONE || !self->present[wanted])
    return FALSE;
  for (guint i = 0; i < self->hits->len; i++)
    {
      const TdLexiconHit *other = &g_array_index (self->hits, TdLexiconHit, i);

      if (other->concept == wanted && td_clauses_are_together (self, hit, other) &&
          relation (self, hit, other, max_columns))
        return TRUE;
    }
  return FALSE;
}

/**
 * td_clauses_is_overlapped:
 * @self: clauses
 * @hit: a place in the request
 * @concept: the name of a concept
 *
 * Returns: whether a place of that concept lies over part of this one
 */
gboolean
td_clauses_is_overlapped (TdClauses          *self,
                          const TdLexiconHit *hit,
                          const char         *concept)
{
  return find (self, hit, concept, overlaps, 0);
}

/**
 * td_clauses_is_within:
 * @self: clauses
 * @hit: a place in the request
 * @concept: the name of a concept
 *
 * Returns: whether a place of that concept lies over this one and beyond it: "as a CSV file" says more than
 *   "CSV file", which says more than "CSV"
 */
gboolean
td_clauses_is_within (TdClauses          *self,
                      const TdLexiconHit *hit,
                      const char         *concept)
{
  return find (self, hit, concept, exceeds, 0);
}

/**
 * td_clauses_shares:
 * @self: clauses
 * @hit: a place in the request
 * @concept: the name of a concept
 *
 * Returns: whether the concept occurs in the clause of the place
 */
gboolean
td_clauses_shares (TdClauses          *self,
                   const TdLexiconHit *hit,
                   const char         *concept)
{
  return find (self, hit, concept, is_near, G_MAXINT);
}

/**
 * td_clauses_shares_sentence:
 * @self: clauses
 * @hit: a place in the request
 * @concept: the name of a concept
 *
 * Returns: whether the concept occurs in the sentence of the place
 */
gboolean
td_clauses_shares_sentence (TdClauses          *self,
                            const TdLexiconHit *hit,
                            const char         *concept)
{
  guint wanted = td_lexicon_find (self->lexicon, concept);

  if (wanted == TD_LEXICON_NONE || !self->present[wanted])
    return FALSE;
  for (guint i = 0; i < self->hits->len; i++)
    {
      const TdLexiconHit *other = &g_array_index (self->hits, TdLexiconHit, i);

      if (other->concept == wanted && in_same_sentence (self, hit, other))
        return TRUE;
    }
  return FALSE;
}

/**
 * td_clauses_is_near:
 * @self: clauses
 * @hit: a place in the request
 * @concept: the name of a concept
 * @max_columns: how far away at most, in letters
 *
 * Returns: whether the concept occurs that close to the place
 */
gboolean
td_clauses_is_near (TdClauses          *self,
                    const TdLexiconHit *hit,
                    const char         *concept,
                    guint               max_columns)
{
  return find (self, hit, concept, is_near, max_columns);
}

/**
 * td_clauses_is_before:
 * @self: clauses
 * @hit: a place in the request
 * @concept: the name of a concept
 * @max_columns: how far away at most, in letters
 *
 * Returns: whether the concept stands that closely before the place
 */
gboolean
td_clauses_is_before (TdClauses          *self,
                      const TdLexiconHit *hit,
                      const char         *concept,
                      guint               max_columns)
{
  return find (self, hit, concept, td_clauses_goes_before, max_columns);
}

/**
 * td_clauses_is_after:
 * @self: clauses
 * @hit: a place in the request
 * @concept: the name of a concept
 * @max_columns: how far away at most, in letters
 *
 * Returns: whether the concept stands that closely behind the place
 */
gboolean
td_clauses_is_after (TdClauses          *self,
                     const TdLexiconHit *hit,
                     const char         *concept,
                     guint               max_columns)
{
  return find (self, hit, concept, is_after, max_columns);
}

/* "Cheap flights" are not about the model, whatever flights are a word of. */
static gboolean
is_other_thing (TdClauses          *self,
                const TdLexiconHit *hit)
{
  const char *name = td_lexicon_get_name (self->lexicon, hit->concept);

  return g_str_has_suffix (name, "-thing") || g_str_has_suffix (name, "-place") ||
         g_str_has_prefix (name, "need-") || g_str_has_prefix (name, "act-") ||
         g_str_equal (name, "search-word") || g_str_equal (name, "output-word");
}

static void
cover (TdClauses    *self,
       gboolean     *covered,
       const GArray *hits,
       guint32       start,
       guint32       end)
{
  for (guint i = 0; hits != NULL && i < hits->len; i++)
    {
      const TdLexiconHit *other = &g_array_index (hits, TdLexiconHit, i);

      if (hits == self->hits && is_other_thing (self, other))
        continue;
      for (guint32 at = MAX (other->start, start);
           other->start < end && at < MIN (td_clauses_find_word_end (self, other, end), end); at++)
        covered[at - start] = TRUE;
    }
}

/**
 * td_clauses_is_alone:
 * @self: clauses
 * @hit: a place in the request
 *
 * Returns: whether its clause has nothing in it but what is about the model that answers
 */
gboolean
td_clauses_is_alone (TdClauses          *self,
                     const TdLexiconHit *hit)
{
  g_autofree gboolean *covered = NULL;
  guint32 start, end;
  guint n_stray = 0;

  td_clauses_get_bounds (self, hit, &start, &end);
  covered = g_new0 (gboolean, end - start + 1);
  for (guint32 at = hit->start; at < td_clauses_find_word_end (self, hit, end); at++)
    covered[at - start] = TRUE;
  cover (self, covered, self->hits, start, end);
  cover (self, covered, self->names, start, end);
  for (guint32 at = start; at < end; at++)
    {
      guint8 byte = (guint8) self->text->text[at];

      /* A sign of Chinese or Japanese says as much as two letters. */
      if (!covered[at - start] && (byte >= 0xc0 || g_ascii_isalpha (byte)))
        n_stray += byte >= 0xe0 ? 2 : 1;
    }
  return n_stray <= STRAY_LETTERS;
}

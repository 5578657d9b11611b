/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "assistant/analysis/td-clause.h"

#include "assistant/analysis/td-model-words.h"
#include "assistant/analysis/td-supplied-text.h"

/**
 * td_clauses_init:
 * @self: uninitialised clauses
 * @features: the features of a request
 * @meanings: what these were made with
 * @lexicon: what to look for
 *
 * Parts a request into clauses and sentences; @features and @lexicon have to live as long as they do.
 */
void
td_clauses_init (TdClauses        *self,
                 const TdFeatures *features,
                 const TdLexicon  *meanings,
                 const TdLexicon  *lexicon)
{
  self->text = features->text;
  self->original = features->original;
  self->lexicon = lexicon;
  self->hits = g_array_new (FALSE, FALSE, sizeof (TdLexiconHit));
  td_lexicon_match (lexicon, self->text, 0, self->text->length, self->hits);
  td_model_words_sift (self);
  for (guint i = 0; i < self->hits->len; i++)
    self->present[g_array_index (self->hits, TdLexiconHit, i).concept] = TRUE;
  self->places = td_places_new (self->text);
  td_supplied_text_mark (self, features, meanings);
}

/**
 * td_clauses_clear:
 * @self: clauses
 *
 * Frees what they hold.
 */
void
td_clauses_clear (TdClauses *self)
{
  g_clear_pointer (&self->hits, g_array_unref);
  g_clear_pointer (&self->places, g_free);
}

/**
 * td_clauses_get_bounds:
 * @self: clauses
 * @hit: a place in the request
 * @start: (out): where its clause begins
 * @end: (out): where its clause ends
 */
void
td_clauses_get_bounds (TdClauses          *self,
                       const TdLexiconHit *hit,
                       guint32            *start,
                       guint32            *end)
{
  guint16 first = self->places[hit->start].clause;
  guint16 last = self->places[hit->end - 1].clause;

  *start = hit->start;
  *end = hit->end;
  while (*start > 0 && self->places[*start - 1].clause == first)
    (*start)--;
  while (*end < self->text->length && self->places[*end].clause == last)
    (*end)++;
}

/**
 * td_clauses_get_column:
 * @self: clauses
 * @at: an offset into the folded text
 *
 * Returns: how wide all before it is, in letters
 */
guint
td_clauses_get_column (TdClauses *self,
                       guint32    at)
{
  return self->places[at].column;
}

/**
 * td_clauses_find_word_end:
 * @self: clauses
 * @hit: a place in the request
 * @end: where to stop
 *
 * Returns: where the last word of the place ends; a stem covers the whole of its word
 */
guint32
td_clauses_find_word_end (TdClauses          *self,
                          const TdLexiconHit *hit,
                          guint32             end)
{
  const char *text = self->text->text;
  guint32 at = hit->end;

  if (hit->is_whole)
    return at;
  while (at < end && td_script_has_spaces (td_script_of (g_utf8_get_char (text + at))) &&
         td_script_of (g_utf8_get_char (text + at)) != TD_WRITING_NONE)
    at += g_utf8_skip[(guint8) text[at]];
  return MIN (at, end);
}

/**
 * td_clauses_is:
 * @self: clauses
 * @hit: a place in the request
 * @concept: (nullable): the name of a concept
 *
 * Returns: whether the place was found for that concept
 */
gboolean
td_clauses_is (TdClauses          *self,
               const TdLexiconHit *hit,
               const char         *concept)
{
  return concept != NULL && hit->concept == td_lexicon_find (self->lexicon, concept);
}

/**
 * td_clauses_has:
 * @self: clauses
 * @concept: the name of a concept
 *
 * Returns: whether the text says a phrase of that concept anywhere
 */
gboolean
td_clauses_has (TdClauses  *self,
                const char *concept)
{
  guint wanted = td_lexicon_find (self->lexicon, concept);

  return wanted != TD_LEXICON_NONE && self->present[wanted];
}

/**
 * td_clauses_dup_original:
 * @self: clauses
 * @start: an offset into the folded text
 * @end: another, not before @start
 *
 * Returns: (transfer full): a piece of the text as it was written
 */
char *
td_clauses_dup_original (TdClauses *self,
                         guint32    start,
                         guint32    end)
{
  guint32 from = self->text->origins[start];
  guint32 to = self->text->origins[end];

  return g_utf8_make_valid (self->original + from, to - from);
}

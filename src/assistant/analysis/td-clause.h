/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "assistant/analysis/td-features.h"
#include "assistant/analysis/td-place.h"

G_BEGIN_DECLS

/**
 * TdClauses:
 *
 * The phrases found in a text, and the questions asked about where they stand: beside each other, in the
 * same clause, alone in it. Borrows everything but the hits.
 */
typedef struct
{
  const TdFoldedText *text;
  const char *original;     /* what the folded text was made of */
  const TdLexicon *lexicon;
  GArray *hits;             /* (owned) (element-type TdLexiconHit) */
  TdPlace *places;          /* (owned) (array length=text->length+1): of each byte */
  guint8 present[TD_LEXICON_MAX_CONCEPTS]; /* whether there are hits of a concept */
  const GArray *names;      /* (nullable): names that do not count as something else in a clause */
} TdClauses;

void     td_clauses_init          (TdClauses          *self,
                                   const TdFeatures   *features,
                                   const TdLexicon    *meanings,
                                   const TdLexicon    *lexicon);
void     td_clauses_clear         (TdClauses          *self);
void     td_clauses_get_bounds    (TdClauses          *self,
                                   const TdLexiconHit *hit,
                                   guint32            *start,
                                   guint32            *end);
guint    td_clauses_get_column    (TdClauses          *self,
                                   guint32             at);
guint32  td_clauses_find_word_end (TdClauses          *self,
                                   const TdLexiconHit *hit,
                                   guint32             end);
gboolean td_clauses_is            (TdClauses          *self,
                                   const TdLexiconHit *hit,
                                   const char         *concept);
gboolean td_clauses_has           (TdClauses          *self,
                                   const char         *concept);
char    *td_clauses_dup_original  (TdClauses          *self,
                                   guint32             start,
                                   guint32             end);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TdClauses, td_clauses_clear)

G_END_DECLS

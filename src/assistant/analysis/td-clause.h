/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "assistant/analysis/td-features.h"

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
  struct _TdPlace *places;  /* (owned) (array length=text->length+1): of each byte */
  guint8 present[TD_LEXICON_MAX_CONCEPTS]; /* whether there are hits of a concept */
  const GArray *names;      /* (nullable): names that do not count as something else in a clause */
} TdClauses;

void     td_clauses_init          (TdClauses          *self,
                                   const TdFeatures   *features,
                                   const TdLexicon    *meanings,
                                   const TdLexicon    *lexicon);
void     td_clauses_clear         (TdClauses          *self);
gboolean td_clauses_is            (TdClauses          *self,
                                   const TdLexiconHit *hit,
                                   const char         *concept);
gboolean td_clauses_is_overlapped (TdClauses          *self,
                                   const TdLexiconHit *hit,
                                   const char         *concept);
gboolean td_clauses_is_within     (TdClauses          *self,
                                   const TdLexiconHit *hit,
                                   const char         *concept);
gboolean td_clauses_shares        (TdClauses          *self,
                                   const TdLexiconHit *hit,
                                   const char         *concept);
gboolean td_clauses_shares_sentence (TdClauses        *self,
                                   const TdLexiconHit *hit,
                                   const char         *concept);
gboolean td_clauses_is_near       (TdClauses          *self,
                                   const TdLexiconHit *hit,
                                   const char         *concept,
                                   guint               max_columns);
gboolean td_clauses_is_before     (TdClauses          *self,
                                   const TdLexiconHit *hit,
                                   const char         *concept,
                                   guint               max_columns);
gboolean td_clauses_is_after      (TdClauses          *self,
                                   const TdLexiconHit *hit,
                                   const char         *concept,
                                   guint               max_columns);
gboolean td_clauses_is_alone      (TdClauses          *self,
                                   const TdLexiconHit *hit);
gboolean td_clauses_is_question   (TdClauses          *self,
                                   const TdLexiconHit *hit);
gboolean td_clauses_begins_asking (TdClauses          *self,
                                   const TdLexiconHit *hit);
gboolean td_clauses_asks          (TdClauses          *self,
                                   const TdLexiconHit *hit);
gboolean td_clauses_ends_sentence (TdClauses          *self,
                                   const TdLexiconHit *hit);
gboolean td_clauses_is_begun      (TdClauses          *self,
                                   const TdLexiconHit *hit,
                                   const char         *concept,
                                   guint               max_columns);
gboolean td_clauses_is_supplied   (TdClauses          *self,
                                   const TdLexiconHit *hit);
gboolean td_clauses_states_nothing (TdClauses         *self,
                                    const TdLexiconHit *hit);
gboolean td_clauses_is_payload    (TdClauses          *self,
                                   const TdLexiconHit *hit);
gboolean td_clauses_ends          (TdClauses          *self,
                                   const TdLexiconHit *hit);
gboolean td_clauses_begins        (TdClauses          *self,
                                   const TdLexiconHit *hit);
gboolean td_clauses_opens         (TdClauses          *self,
                                   const TdLexiconHit *hit);
gboolean td_clauses_is_opened     (TdClauses          *self,
                                   const TdLexiconHit *hit,
                                   const char         *concept,
                                   guint               max_columns);
gboolean td_clauses_closes        (TdClauses          *self,
                                   const TdLexiconHit *hit);
gboolean td_clauses_opens_text    (TdClauses          *self,
                                   const TdLexiconHit *hit);
gboolean td_clauses_has           (TdClauses          *self,
                                   const char         *concept);
gboolean td_clauses_is_at_edge    (TdClauses          *self,
                                   const TdLexiconHit *hit);
char    *td_clauses_dup_original  (TdClauses          *self,
                                   guint32             start,
                                   guint32             end);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TdClauses, td_clauses_clear)

G_END_DECLS

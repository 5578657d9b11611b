/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "assistant/analysis/td-clause.h"

G_BEGIN_DECLS

gboolean td_clauses_ends_sentence (TdClauses          *self,
                                   const TdLexiconHit *hit);
gboolean td_clauses_is_begun      (TdClauses          *self,
                                   const TdLexiconHit *hit,
                                   const char         *concept,
                                   guint               max_columns);
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
gboolean td_clauses_is_at_edge    (TdClauses          *self,
                                   const TdLexiconHit *hit);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "assistant/analysis/td-clause.h"

G_BEGIN_DECLS

gboolean td_clauses_is_overlapped   (TdClauses          *self,
                                     const TdLexiconHit *hit,
                                     const char         *concept);
gboolean td_clauses_is_within       (TdClauses          *self,
                                     const TdLexiconHit *hit,
                                     const char         *concept);
gboolean td_clauses_shares          (TdClauses          *self,
                                     const TdLexiconHit *hit,
                                     const char         *concept);
gboolean td_clauses_shares_sentence (TdClauses          *self,
                                     const TdLexiconHit *hit,
                                     const char         *concept);
gboolean td_clauses_is_near         (TdClauses          *self,
                                     const TdLexiconHit *hit,
                                     const char         *concept,
                                     guint               max_columns);
gboolean td_clauses_is_before       (TdClauses          *self,
                                     const TdLexiconHit *hit,
                                     const char         *concept,
                                     guint               max_columns);
gboolean td_clauses_is_after        (TdClauses          *self,
                                     const TdLexiconHit *hit,
                                     const char         *concept,
                                     guint               max_columns);
gboolean td_clauses_is_alone        (TdClauses          *self,
                                     const TdLexiconHit *hit);
gboolean td_clauses_goes_before     (TdClauses          *self,
                                     const TdLexiconHit *hit,
                                     const TdLexiconHit *other,
                                     guint               max_columns);
gboolean td_clauses_are_together    (TdClauses          *self,
                                     const TdLexiconHit *hit,
                                     const TdLexiconHit *other);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "assistant/analysis/td-clause.h"

G_BEGIN_DECLS

void     td_supplied_text_mark     (TdClauses          *clauses,
                                    const TdFeatures   *features,
                                    const TdLexicon    *meanings);
gboolean td_clauses_is_supplied    (TdClauses          *self,
                                    const TdLexiconHit *hit);
gboolean td_clauses_is_payload     (TdClauses          *self,
                                    const TdLexiconHit *hit);
gboolean td_clauses_states_nothing (TdClauses          *self,
                                    const TdLexiconHit *hit);

G_END_DECLS

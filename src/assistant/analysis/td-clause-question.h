/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "assistant/analysis/td-clause.h"

G_BEGIN_DECLS

gboolean td_clauses_begins_asking (TdClauses          *self,
                                   const TdLexiconHit *hit);
gboolean td_clauses_is_question   (TdClauses          *self,
                                   const TdLexiconHit *hit);
gboolean td_clauses_asks          (TdClauses          *self,
                                   const TdLexiconHit *hit);

G_END_DECLS

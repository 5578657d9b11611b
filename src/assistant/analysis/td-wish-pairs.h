/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "assistant/analysis/td-clause.h"
#include "assistant/analysis/td-request-terms.h"

G_BEGIN_DECLS

gboolean td_wish_pairs_find (TdClauses    *clauses,
                             TdStatedKind  kind,
                             TdCategory    category,
                             TdLexiconHit *place);
gboolean td_need_pairs_find (TdClauses    *clauses,
                             TdNeed        need,
                             TdCategory    category,
                             TdLexiconHit *place);

G_END_DECLS

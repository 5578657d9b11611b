/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "assistant/analysis/td-clause.h"
#include "assistant/analysis/td-request-terms.h"

G_BEGIN_DECLS

/* For the parts of the analysis of terms. */

void     td_request_terms_state        (TdRequestTerms     *self,
                                        TdClauses          *clauses,
                                        TdStatedKind        kind,
                                        gint64              value,
                                        const char         *provider,
                                        guint32             start,
                                        guint32             end);
void     td_request_terms_need         (TdRequestTerms     *self,
                                        TdClauses          *clauses,
                                        TdNeed              need,
                                        const TdLexiconHit *hit);
gboolean td_request_terms_is_cancelled (TdClauses          *clauses,
                                        const TdLexiconHit *hit,
                                        const char         *cancel);

G_END_DECLS

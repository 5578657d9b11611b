/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "assistant/analysis/td-clause.h"
#include "assistant/analysis/td-request-terms.h"

G_BEGIN_DECLS

void td_request_providers_find (TdRequestTerms  *self,
                                TdClauses       *clauses,
                                const TdLexicon *providers,
                                TdCategory       category);
/* For the parts of the analysis of terms. */
void td_request_terms_state    (TdRequestTerms  *self,
                                TdClauses       *clauses,
                                TdStatedKind     kind,
                                gint64           value,
                                const char      *provider,
                                guint32          start,
                                guint32          end);

G_END_DECLS

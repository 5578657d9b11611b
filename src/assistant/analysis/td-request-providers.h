/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "assistant/analysis/td-clause.h"
#include "assistant/analysis/td-request-terms.h"

G_BEGIN_DECLS

void td_request_providers_find (TdRequestTerms  *self,
                                TdClauses       *clauses,
                                const TdLexicon *providers,
                                TdCategory       category);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "assistant/analysis/td-clause.h"
#include "assistant/analysis/td-request-terms.h"

G_BEGIN_DECLS

void     td_request_needs_find  (TdRequestTerms *self,
                                 TdClauses      *clauses,
                                 TdCategory      category);
gboolean td_request_needs_allow (TdNeed          need,
                                 TdCategory      category);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "assistant/analysis/td-clause.h"
#include "assistant/analysis/td-request-terms.h"

G_BEGIN_DECLS

void     td_request_images_find           (TdRequestTerms   *self,
                                           TdClauses        *clauses,
                                           const TdFeatures *features,
                                           const TdLexicon  *lexicon,
                                           TdCategory        category);
gboolean td_request_images_are_figurative (TdClauses        *clauses,
                                           const TdFeatures *features,
                                           const TdLexicon  *lexicon);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "assistant/analysis/td-category.h"
#include "assistant/analysis/td-classifier-layout.h"
#include "assistant/analysis/td-features.h"

G_BEGIN_DECLS

/* How much a request asks for: numbers from 0 to about 1, each with a name. */
void        td_complexity_measure  (const TdFeatures *features,
                                    const TdLexicon  *lexicon,
                                    const double     *probabilities,
                                    double           *terms);
const char *td_complexity_term_name (guint            term);

G_END_DECLS

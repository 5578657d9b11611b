/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "assistant/analysis/td-clause.h"

G_BEGIN_DECLS

void td_model_words_sift (TdClauses *clauses);

G_END_DECLS

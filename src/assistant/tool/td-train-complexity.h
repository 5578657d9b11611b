/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "assistant/analysis/td-classifier-layout.h"
#include "assistant/tool/td-train-data.h"
#include "assistant/tool/td-train-model.h"


G_BEGIN_DECLS

typedef struct
{
  double weights[TD_N_COMPLEXITY_TERMS];
  double cuts[2];
} TdTrainedComplexity;

void td_train_complexity          (GArray                    *predictions,
                                   const TdLexicon           *lexicon,
                                   TdTrainedComplexity       *trained);
void td_train_complexity_evaluate (GPtrArray                 *examples,
                                   const TdTrainModel        *model,
                                   const TdLexicon           *lexicon,
                                   const TdTrainedComplexity *trained);

G_END_DECLS

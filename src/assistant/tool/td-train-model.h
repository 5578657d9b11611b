/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "assistant/tool/td-train-vocabulary.h"

G_BEGIN_DECLS

typedef struct
{
  guint n_runs;   /* how many are averaged */
  guint n_epochs;
  double rate;
  double decay;   /* L2 */
  double smoothing;
  double balance; /* 0: as the data is, 1: every category alike */
  double counts;  /* how much of what counting says is there to begin with */
  guint n_kept;   /* features, those that say most */
  guint64 seed;
} TdTrainOptions;

/**
 * TdTrainModel:
 *
 * Weights in training: a row of TD_N_CATEGORIES for each feature of the vocabulary.
 */
typedef struct
{
  float *weights; /* (owned) */
  guint n_features;
  float bias[TD_N_CATEGORIES];
} TdTrainModel;

TdTrainModel *td_train_model_new      (GPtrArray            *examples,
                                       guint                 n_features,
                                       guint                 left_out_fold,
                                       const TdTrainOptions *options);
void          td_train_model_free     (TdTrainModel         *self);
void          td_train_model_run      (const TdTrainModel   *self,
                                       const TdTrainFeature *items,
                                       guint                 n_items,
                                       double               *logits);

GByteArray   *td_train_model_pack     (const TdTrainModel      *self,
                                       const TdTrainVocabulary *vocabulary,
                                       gint32                  *scale,
                                       guint32                 *n_entries);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdTrainModel, td_train_model_free)

G_END_DECLS

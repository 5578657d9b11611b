/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "assistant/tool/td-train-data.h"

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
  guint64 seed;
} TdTrainOptions;

/**
 * TdTrainModel:
 *
 * Weights in training: TD_N_BUCKETS rows of TD_N_CATEGORIES, then the bias.
 */
typedef struct
{
  float *weights; /* (owned) */
  float bias[TD_N_CATEGORIES];
} TdTrainModel;

TdTrainModel *td_train_model_new      (GPtrArray            *examples,
                                       guint                 left_out_fold,
                                       const TdTrainOptions *options);
void          td_train_model_free     (TdTrainModel         *self);
void          td_train_model_round    (TdTrainModel         *self,
                                       gint8                *rows,
                                       gint32               *scale);
void          td_train_model_run      (const TdTrainModel   *self,
                                       const TdTrainFeature *items,
                                       guint                 n_items,
                                       double               *logits);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdTrainModel, td_train_model_free)

G_END_DECLS

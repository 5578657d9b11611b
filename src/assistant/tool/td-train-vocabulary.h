/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "assistant/tool/td-train-data.h"

G_BEGIN_DECLS

/**
 * TdTrainVocabulary:
 *
 * The features that training has seen, numbered from 0 in the order of their hashes.
 */
typedef struct
{
  guint32 *hashes; /* (owned) (array length=n): going up */
  guint n;
} TdTrainVocabulary;

TdTrainVocabulary *td_train_vocabulary_new    (GPtrArray               *examples);
void               td_train_vocabulary_free   (TdTrainVocabulary       *self);
guint              td_train_vocabulary_number (const TdTrainVocabulary *self,
                                               TdTrainFeature          *items,
                                               guint                    n_items);
void               td_train_vocabulary_number_examples (const TdTrainVocabulary *self,
                                                        GPtrArray               *examples);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdTrainVocabulary, td_train_vocabulary_free)

G_END_DECLS

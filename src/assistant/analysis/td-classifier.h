/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "assistant/analysis/td-category.h"
#include "assistant/analysis/td-classifier-layout.h"
#include "assistant/analysis/td-features.h"

G_BEGIN_DECLS

/**
 * TdClassifier:
 *
 * A linear classifier over hashed features. The weights are mapped read-only: opening reads the index only.
 * Unchanging, usable from every thread.
 */
typedef struct _TdClassifier TdClassifier;

TdClassifier *td_classifier_open           (const char         *path,
                                            guint32             lexicon_hash,
                                            GError            **error);
TdClassifier *td_classifier_new_from_bytes (GBytes             *bytes,
                                            guint32             lexicon_hash,
                                            GError            **error);
void          td_classifier_free           (TdClassifier       *self);
void          td_classifier_run            (const TdClassifier *self,
                                            const TdFeatures   *features,
                                            double             *logits,
                                            double             *probabilities);
gint64        td_classifier_weigh          (const TdClassifier *self,
                                            const TdFeature    *feature,
                                            TdCategory          category);
const TdClassifierHeader *td_classifier_get_header (const TdClassifier *self);
void          td_softmax                   (const double       *logits,
                                            double              temperature,
                                            double             *probabilities);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdClassifier, td_classifier_free)

G_END_DECLS

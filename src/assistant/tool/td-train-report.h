/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "assistant/tool/td-train-data.h"

G_BEGIN_DECLS

/* What was said of one example. */
typedef struct
{
  const TdExample *example;
  double logits[TD_N_CATEGORIES];
  gboolean has_noisy;
  double noisy_logits[TD_N_CATEGORIES]; /* of the text with typing mistakes */
} TdPrediction;

void   td_train_report_print       (const char *title,
                                    GArray     *predictions,
                                    double      temperature);
gboolean td_train_report_list      (GArray     *predictions,
                                    const char *path,
                                    GError    **error);
double td_train_report_temperature (GArray     *predictions);

G_END_DECLS

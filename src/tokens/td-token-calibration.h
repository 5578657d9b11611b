/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tokens/td-token-script.h"

G_BEGIN_DECLS

/**
 * TdTokenCalibration:
 *
 * What providers' own counts have taught about our estimates: for a model, and for the family its
 * name begins with, how many tokens a text of a script has for each token of the vocabulary that
 * estimates are made with, and how far the estimates were off. May be used from every thread.
 */
typedef struct _TdTokenCalibration TdTokenCalibration;

/**
 * TdTokenLesson:
 * @name: a model's name without its maker, or a family
 * @samples: replies it was learnt from
 * @ratio_ppm: tokens for each million of our vocabulary's
 * @error_ppm: running mean of how far estimates were off when they were made, in millionths
 */
typedef struct
{
  char *name;
  TdTokenScript script;
  gint64 samples;
  gint64 ratio_ppm;
  gint64 error_ppm;
} TdTokenLesson;

TdTokenCalibration *td_token_calibration_new     (void);
TdTokenCalibration *td_token_calibration_ref     (TdTokenCalibration  *self);
void                td_token_calibration_unref   (TdTokenCalibration  *self);
void                td_token_calibration_restore (TdTokenCalibration  *self,
                                                  const TdTokenLesson *lesson);
gboolean            td_token_calibration_find    (TdTokenCalibration  *self,
                                                  const char          *model_id,
                                                  TdTokenScript        script,
                                                  gint64              *ratio_ppm,
                                                  gint64              *error_ppm);
GPtrArray          *td_token_calibration_learn   (TdTokenCalibration  *self,
                                                  const char          *model_id,
                                                  TdTokenScript        script,
                                                  gint64               base,
                                                  gint64               estimated,
                                                  gint64               reported); /* (element-type TdTokenLesson) */

char               *td_token_calibration_dup_model  (const char          *model_id);
char               *td_token_calibration_dup_family (const char          *model_id);
TdTokenLesson      *td_token_lesson_copy            (const TdTokenLesson *self);
void                td_token_lesson_free            (TdTokenLesson       *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdTokenCalibration, td_token_calibration_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdTokenLesson, td_token_lesson_free)

G_END_DECLS

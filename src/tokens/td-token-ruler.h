/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tokens/td-token-calibration.h"
#include "tokens/td-token-model.h"
#include "tokens/td-tokenizer.h"

G_BEGIN_DECLS

/**
 * TdTokenRuler:
 *
 * How the tokens of one model are counted: with its own vocabulary where that is published, else
 * with the nearest one and what was learnt about the difference. Unchanging, usable from every thread.
 */
typedef struct _TdTokenRuler TdTokenRuler;

TdTokenRuler *td_token_ruler_new         (const char         *provider_id,
                                          const char         *model_id,
                                          TdTokenCalibration *calibration);
TdTokenRuler *td_token_ruler_ref         (TdTokenRuler       *self);
void          td_token_ruler_unref       (TdTokenRuler       *self);
gboolean      td_token_ruler_is_exact    (TdTokenRuler       *self);
const char   *td_token_ruler_get_model_id (TdTokenRuler      *self);
TdTokenizer  *td_token_ruler_get_tokenizer (TdTokenRuler     *self); /* (nullable): no table is installed */
TdTokenCount  td_token_ruler_count       (TdTokenRuler       *self,
                                          const char         *text,
                                          gssize              length);
TdTokenCount  td_token_ruler_guess       (TdTokenRuler       *self,
                                          const char         *text,
                                          gssize              length);
TdTokenCount  td_token_ruler_scale       (TdTokenRuler       *self,
                                          gint64              base,
                                          TdTokenScript       script,
                                          gsize               bytes);
TdTokenCount  td_token_ruler_frame       (TdTokenRuler       *self,
                                          const char         *role);
TdTokenCount  td_token_ruler_frame_name  (TdTokenRuler       *self,
                                          const char         *name);
TdTokenCount  td_token_ruler_frame_reply (TdTokenRuler       *self);
GPtrArray    *td_token_ruler_learn       (TdTokenRuler       *self,
                                          TdTokenScript       script,
                                          gint64              base,
                                          gint64              reported); /* (element-type TdTokenLesson) */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdTokenRuler, td_token_ruler_unref)

G_END_DECLS

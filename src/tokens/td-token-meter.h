/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tokens/td-token-ruler.h"

G_BEGIN_DECLS

/**
 * TdTokenMeter:
 *
 * Counts a text that changes for one model: a reply that streams in, or what somebody types. What
 * was counted is not counted again. Belongs to one thread at a time.
 */
typedef struct _TdTokenMeter TdTokenMeter;

TdTokenMeter *td_token_meter_new       (TdTokenRuler *ruler);
void          td_token_meter_free      (TdTokenMeter *self);
void          td_token_meter_append    (TdTokenMeter *self,
                                        const char   *text,
                                        gsize         length);
void          td_token_meter_set_text  (TdTokenMeter *self,
                                        const char   *text,
                                        gssize        length);
void          td_token_meter_clear     (TdTokenMeter *self);
TdTokenCount  td_token_meter_get_count (TdTokenMeter *self);
gsize         td_token_meter_get_length (TdTokenMeter *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdTokenMeter, td_token_meter_free)

G_END_DECLS

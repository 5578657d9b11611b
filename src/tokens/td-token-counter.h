/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tokens/td-tokenizer.h"

G_BEGIN_DECLS

/**
 * TdTokenCounter:
 *
 * Counts a text that changes, mostly at its end: what somebody types, or a reply that streams in.
 * Only what follows the first change is counted again, from a place shortly before it where the
 * text is cut whatever follows. Belongs to one thread at a time.
 */
typedef struct _TdTokenCounter TdTokenCounter;

TdTokenCounter *td_token_counter_new       (TdTokenizer     *tokenizer);
void            td_token_counter_free      (TdTokenCounter  *self);
gint64          td_token_counter_set_text  (TdTokenCounter  *self,
                                            const char      *text,
                                            gssize           length);
gint64          td_token_counter_append    (TdTokenCounter  *self,
                                            const char      *text,
                                            gssize           length);
gint64          td_token_counter_get_count (TdTokenCounter  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdTokenCounter, td_token_counter_free)

G_END_DECLS

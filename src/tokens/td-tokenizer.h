/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "tokens/td-token-model.h"

G_BEGIN_DECLS

/**
 * TdTokenizer:
 *
 * Counts and encodes text exactly as OpenAI's models do. Text is text: what spells a special token,
 * such as `<|endoftext|>`, is encoded as ordinary characters, as the service does with what users
 * write. Made once for the life of the process, unchanging, usable from every thread.
 *
 * The work is linear in the length of the text. About 100 bytes take a microsecond: what may be
 * longer than some hundred kilobytes belongs on a worker.
 */
typedef struct _TdTokenizer TdTokenizer;

TdTokenizer *td_tokenizer_get           (TdEncoding    encoding);
gint64       td_tokenizer_count         (TdTokenizer  *self,
                                         const char   *text,
                                         gssize        length);
GArray      *td_tokenizer_encode        (TdTokenizer  *self,
                                         const char   *text,
                                         gssize        length);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The texts the tokenizers are compared on: the same in each run on the same machine. Each is a
 * GBytes, and some are not UTF-8. */
GPtrArray *token_texts_make      (void);
GPtrArray *token_texts_find_real (void);
/* Texts that need no vocabulary and no file, for a comparison of their own. */
GPtrArray *token_texts_generate  (guint32 seed,
                                  guint   n_texts);
GBytes    *token_texts_repeat    (const char *unit,
                                  gsize       length);
/* The tokens of data/tokens, in the order of their ids. */
GPtrArray *token_texts_load_ranks (const char *vocabulary);

G_END_DECLS

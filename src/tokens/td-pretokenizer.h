/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tokens/td-token-table.h"

G_BEGIN_DECLS

/* The pattern that cuts a text into pieces, each of which is encoded by itself. */
typedef enum
{
  TD_PATTERN_O200K,
  TD_PATTERN_CL100K,
} TdPattern;

/* Bytes that must be readable after a piece for it to be looked at in one go. */
#define TD_PRETOKENIZER_MARGIN 32

typedef struct
{
  const TdTokenTable *table;
  TdPattern pattern;
  const guint8 *position;
  const guint8 *end;
} TdPretokenizer;

void        td_pretokenizer_init           (TdPretokenizer      *self,
                                            const TdTokenTable  *table,
                                            TdPattern            pattern,
                                            const char          *text,
                                            gsize                length);
guint       td_pretokenizer_next           (TdPretokenizer      *self,
                                            const guint8       **ends,
                                            guint                n_ends);
const char *td_pretokenizer_find_border    (const TdTokenTable  *table,
                                            const char          *text,
                                            const char          *end);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tokens/td-pretokenizer.h"
#include "tokens/td-tokenizer.h"

G_BEGIN_DECLS

struct _TdTokenizer
{
  TdTokenTable *table;
  TdPattern pattern;
};

/* The same without a look at the text, which must be valid UTF-8. */
gint64 td_tokenizer_count_valid (TdTokenizer *self,
                                 const char  *text,
                                 gsize        length);

G_END_DECLS

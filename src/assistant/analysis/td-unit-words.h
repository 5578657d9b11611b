/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "assistant/analysis/td-amount.h"

G_BEGIN_DECLS

/**
 * TdUnitWord:
 * @word: as it begins, folded; with a space at its end, all of it
 * @unit: what is counted in it
 * @numerator: with @divisor, how many dollars, gigabytes or ones it is
 * @divisor: see @numerator
 *
 * A word that stands behind a number.
 */
typedef struct
{
  const char *word;
  TdAmountUnit unit;
  gint64 numerator;
  gint64 divisor;
} TdUnitWord;

const TdUnitWord *td_unit_words_find    (const char       *text);
gboolean          td_unit_word_matches  (const TdUnitWord *self,
                                         const char       *text);
gsize             td_unit_word_get_size (const TdUnitWord *self);

G_END_DECLS

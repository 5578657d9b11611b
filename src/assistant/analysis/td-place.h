/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "assistant/analysis/td-folded-text.h"

G_BEGIN_DECLS

/**
 * TdPlace:
 * @clause: number of the clause; the signs between clauses have numbers of their own
 * @sentence: number of the sentence, counted likewise
 * @column: how wide all before it is: a letter 1, a sign of Chinese 2
 * @quoted: in quotation marks, or in the middle of a long text
 * @payload: what "translate this:" is to be done to
 *
 * Where a byte of a text is.
 */
typedef struct
{
  guint16 clause;
  guint16 sentence;
  guint16 column;
  guint8 quoted;
  guint8 payload;
} TdPlace;

TdPlace *td_places_new (const TdFoldedText *text);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "assistant/analysis/td-folded-text.h"

G_BEGIN_DECLS

typedef enum
{
  TD_AMOUNT_NUMBER,
  TD_AMOUNT_MONEY, /* nano-dollars */
  TD_AMOUNT_BYTES,
} TdAmountUnit;

typedef struct
{
  TdAmountUnit unit;
  gint64 millionths;   /* of the bare number */
  gint64 value;
  gboolean is_memory;  /* of a computer or a graphics card, by the word that follows */
  gboolean is_bounded; /* "<", or a word for "or less" follows */
  guint32 start;       /* in the folded text, with its unit */
  guint32 end;
} TdAmount;

gboolean td_amount_find (const TdFoldedText *text,
                         gsize              *at,
                         TdAmount           *amount);

G_END_DECLS

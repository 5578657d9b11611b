/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "catalogue/td-model.h"

G_BEGIN_DECLS

/* How a field of a model is written in a document. */
typedef enum
{
  TD_FIELD_TEXT,
  TD_FIELD_NOTE,
  TD_FIELD_URL,
  TD_FIELD_DATE,
  TD_FIELD_FACT,
  TD_FIELD_COUNT,
  TD_FIELD_MODALITIES,
  TD_FIELD_LIST,
} TdFieldKind;

/*
 * One table for reading and writing, so that what is written is what is read. Fields that are
 * more than a value (type, status, budget, price) are not in it. Inside src/catalogue only.
 */
typedef struct
{
  const char *name;
  TdFieldKind kind;
  gsize offset;
} TdField;

extern const TdField td_model_fields[];
extern const guint td_model_n_fields;
/* Of a TdPriceList; every one is a TdPrice. */
extern const TdField td_price_fields[];
extern const guint td_price_n_fields;

const TdPrice *td_price_field (const TdPriceList *prices,
                               guint              field);

G_END_DECLS

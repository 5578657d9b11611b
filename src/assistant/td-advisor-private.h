/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "assistant/td-advice.h"

G_BEGIN_DECLS

/* A model as the ranking wants it. */
typedef struct
{
  TdModel *model;
  const TdModelFacts *facts;
  const TdQuality *quality; /* (nullable) */
  const char *identity;     /* the base model, or the key: what makes two offers the same model */
  guint32 maker;            /* hash of who made it */
  int recency;              /* thousandths */
} TdEntry;

/* One that passed the filters. */
typedef struct
{
  const TdEntry *entry;
  TdRecommendation what;
  TdFilter blocked; /* the only filter it fails, or TD_FILTER_NONE */
} TdCandidate;

void td_advice_pick (TdAdvice *self,
                     GArray   *candidates);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "catalogue/td-catalogue.h"

G_BEGIN_DECLS

/**
 * TdCompareFact:
 *
 * One line of a comparison: a fact of every model compared, in their order.
 */
typedef struct
{
  const char *what; /* translated */
  GStrv values;     /* translated, one for each model */
  guint best;       /* bit i is set when model i is the best (several may be) */
} TdCompareFact;

GPtrArray *td_compare_facts_list (GPtrArray     *models);
void       td_compare_fact_free  (TdCompareFact *self);

G_END_DECLS

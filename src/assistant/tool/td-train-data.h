/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "assistant/analysis/td-category.h"
#include "assistant/analysis/td-features.h"

G_BEGIN_DECLS

/* A feature as training wants it: which and how much. */
typedef struct
{
  guint32 feature; /* its hash, until the vocabulary numbers it */
  float value;
} TdTrainFeature;

/**
 * TdExample:
 *
 * A labelled request, its text already taken apart.
 */
typedef struct
{
  TdCategory category;
  int complexity;        /* 0: not labelled */
  gboolean rubric;       /* the complexity was judged by people, not by a data set's level */
  float weight;
  float likely;          /* what a model that has not seen it says of its label */
  char *id;
  char *text;
  char *language;
  char *source;
  guint fold;            /* of its source, for cross-validation */
  TdTrainFeature *items; /* (owned) (array length=n_items) */
  guint n_items;
  TdTrainFeature *noisy; /* (owned) (nullable): the same with mistakes in it */
  guint n_noisy;
} TdExample;

/* Numbers that are the same everywhere: splitmix64. */
typedef struct
{
  guint64 state;
} TdRandom;

guint64    td_random_next      (TdRandom        *self);
guint      td_random_below     (TdRandom        *self,
                                guint            end);

GPtrArray *td_train_data_new   (void);
GHashTable *td_train_data_load_passages (const char *path,
                                         GError    **error);
gboolean   td_train_data_load  (GPtrArray       *examples,
                                const char      *path,
                                const TdLexicon *lexicon,
                                GHashTable      *passages,
                                gboolean         with_noise,
                                GError         **error);
TdTrainFeature *td_train_take_apart (const TdLexicon *lexicon,
                                     const char      *text,
                                     guint           *n);
char      *td_train_add_typos  (const char      *text,
                                TdRandom        *random,
                                guint            one_in);

G_END_DECLS

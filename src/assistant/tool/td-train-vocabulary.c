/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which features there are to be learned. In training each has a place of its own, however their hashes fall.
 */
#include "config.h"

#include "assistant/tool/td-train-vocabulary.h"

#include <stdlib.h>

static int
compare_hashes (const void *a,
                const void *b)
{
  guint32 first = *(const guint32 *) a;
  guint32 second = *(const guint32 *) b;

  return (first > second) - (first < second);
}

/**
 * td_train_vocabulary_new:
 * @examples: (element-type TdExample): not yet numbered
 *
 * Features of the texts as they were written: those of mistakes put into them are none of their own.
 *
 * Returns: (transfer full): what the examples have
 */
TdTrainVocabulary *
td_train_vocabulary_new (GPtrArray *examples)
{
  TdTrainVocabulary *self = g_new0 (TdTrainVocabulary, 1);
  gsize n_all = 0;

  for (guint i = 0; i < examples->len; i++)
    n_all += ((const TdExample *) g_ptr_array_index (examples, i))->n_items;
  self->hashes = g_new (guint32, MAX (n_all, 1));
  n_all = 0;
  for (guint i = 0; i < examples->len; i++)
    {
      const TdExample *example = g_ptr_array_index (examples, i);

      for (guint k = 0; k < example->n_items; k++)
        self->hashes[n_all++] = example->items[k].feature;
    }
  qsort (self->hashes, n_all, sizeof *self->hashes, compare_hashes);
  for (gsize i = 0; i < n_all; i++)
    if (self->n == 0 || self->hashes[self->n - 1] != self->hashes[i])
      self->hashes[self->n++] = self->hashes[i];
  return self;
}

void
td_train_vocabulary_free (TdTrainVocabulary *self)
{
  g_free (self->hashes);
  g_free (self);
}

/**
 * td_train_vocabulary_number:
 * @items: (array length=n_items) (inout): features by their hashes; by their numbers afterwards
 *
 * Unknown ones are left out.
 *
 * Returns: how many items are left
 */
guint
td_train_vocabulary_number (const TdTrainVocabulary *self,
                            TdTrainFeature          *items,
                            guint                    n_items)
{
  guint n = 0;

  for (guint i = 0; i < n_items; i++)
    {
      const guint32 *found =
        bsearch (&items[i].feature, self->hashes, self->n, sizeof *self->hashes, compare_hashes);

      if (found == NULL)
        continue;
      items[n] = items[i];
      items[n++].feature = (guint32) (found - self->hashes);
    }
  return n;
}

/**
 * td_train_vocabulary_number_examples:
 * @examples: (element-type TdExample): whose features are numbered
 */
void
td_train_vocabulary_number_examples (const TdTrainVocabulary *self,
                                     GPtrArray               *examples)
{
  for (guint i = 0; i < examples->len; i++)
    {
      TdExample *example = g_ptr_array_index (examples, i);

      example->n_items = td_train_vocabulary_number (self, example->items, example->n_items);
      if (example->noisy != NULL)
        example->n_noisy = td_train_vocabulary_number (self, example->noisy, example->n_noisy);
    }
}

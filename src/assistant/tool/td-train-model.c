/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Softmax regression with AdaGrad. One thread, numbers from a seed, and no function of the C library
 * whose last bit is a matter of taste: the same data gives the same bytes.
 */
#include "config.h"

#include "assistant/tool/td-train-model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "assistant/analysis/td-classifier.h"
#include "assistant/analysis/td-exp.h"

/* A feature's categories are taken to be the usual ones until it was seen more often than this. */
#define COUNT_DOUBT 4.0

void
td_train_model_free (TdTrainModel *self)
{
  g_free (self->weights);
  g_free (self);
}

void
td_train_model_run (const TdTrainModel   *self,
                    const TdTrainFeature *items,
                    guint                 n_items,
                    double               *logits)
{
  float sums[TD_N_CATEGORIES];

  memcpy (sums, self->bias, sizeof sums);
  for (guint i = 0; i < n_items; i++)
    {
      const float *row = self->weights + (gsize) items[i].feature * TD_N_CATEGORIES;

      for (guint c = 0; c < TD_N_CATEGORIES; c++)
        sums[c] += row[c] * items[i].value;
    }
  for (guint c = 0; c < TD_N_CATEGORIES; c++)
    logits[c] = sums[c];
}

static void
weigh_categories (GPtrArray            *examples,
                  guint                 left_out,
                  const TdTrainOptions *options,
                  float                *weights)
{
  double counts[TD_N_CATEGORIES] = { 0 };
  double total = 0;

  for (guint i = 0; i < examples->len; i++)
    {
      const TdExample *example = g_ptr_array_index (examples, i);

      if (example->fold != left_out)
        {
          counts[example->category] += example->weight;
          total += example->weight;
        }
    }
  for (guint c = 0; c < TD_N_CATEGORIES; c++)
    {
      double even = total / TD_N_CATEGORIES / MAX (counts[c], 1.0);

      weights[c] = (float) (options->balance * sqrt (even) + (1.0 - options->balance));
    }
}

static void
learn (TdTrainModel         *self,
       float                *squares,
       const TdTrainFeature *items,
       guint                 n_items,
       TdCategory            category,
       float                 weight,
       const TdTrainOptions *options)
{
  double logits[TD_N_CATEGORIES];
  double probabilities[TD_N_CATEGORIES];
  float errors[TD_N_CATEGORIES];
  float rate = (float) options->rate;
  float decay = (float) options->decay;

  td_train_model_run (self, items, n_items, logits);
  td_softmax (logits, 1.0, probabilities);
  for (guint c = 0; c < TD_N_CATEGORIES; c++)
    {
      double target =
        (c == category ? 1.0 - options->smoothing : 0.0) + options->smoothing / TD_N_CATEGORIES;

      errors[c] = (float) (probabilities[c] - target) * weight;
      self->bias[c] -= 0.01f * errors[c];
    }
  for (guint i = 0; i < n_items; i++)
    {
      float *row = self->weights + (gsize) items[i].feature * TD_N_CATEGORIES;
      float *square = squares + (gsize) items[i].feature * TD_N_CATEGORIES;

      for (guint c = 0; c < TD_N_CATEGORIES; c++)
        {
          float gradient = errors[c] * items[i].value + decay * row[c];

          square[c] += gradient * gradient;
          row[c] -= rate * gradient / sqrtf (square[c] + 1e-3f);
        }
    }
}

static void
shuffle (guint    *order,
         guint     n,
         TdRandom *random)
{
  for (guint i = n; i > 1; i--)
    {
      guint j = td_random_below (random, i);
      guint swap = order[i - 1];

      order[i - 1] = order[j];
      order[j] = swap;
    }
}

static void
learn_example (TdTrainModel         *self,
               float                *squares,
               const TdExample      *example,
               float                 weight,
               const TdTrainOptions *options,
               TdRandom             *random)
{
  gboolean noisy = example->noisy != NULL && td_random_below (random, 3) != 0;

  learn (self, squares, noisy ? example->noisy : example->items,
         noisy ? example->n_noisy : example->n_items, example->category, weight, options);
}

static gsize
n_weights (const TdTrainModel *self)
{
  return (gsize) self->n_features * TD_N_CATEGORIES;
}

static TdTrainModel *
new_model (guint n_features)
{
  TdTrainModel *self = g_new0 (TdTrainModel, 1);

  self->n_features = n_features;
  self->weights = g_new0 (float, MAX (n_weights (self), 1));
  return self;
}

/* How often each feature goes with each category, seen in examples that count as the training counts them. */
static float *
count_features (GPtrArray   *examples,
                guint        n_features,
                guint        left_out,
                const float *category_weights,
                double      *totals)
{
  float *counts = g_new0 (float, (gsize) n_features *TD_N_CATEGORIES);

  for (guint i = 0; i < examples->len; i++)
    {
      const TdExample *example = g_ptr_array_index (examples, i);
      float weight = example->weight * category_weights[example->category];

      if (example->fold == left_out)
        continue;
      totals[example->category] += weight;
      for (guint k = 0; k < example->n_items; k++)
        counts[(gsize) example->items[k].feature * TD_N_CATEGORIES + example->category] += weight;
    }
  return counts;
}

/* Training starts from what the counts alone say, the logarithms of naive Bayes made small: a rare feature is
 * seen too seldom to be learned, but not too seldom to be counted. After Wang and Manning (2012), who use such
 * ratios to scale the features. */
static void
begin_with_counts (TdTrainModel         *self,
                   GPtrArray            *examples,
                   guint                 left_out,
                   const TdTrainOptions *options,
                   const float          *category_weights)
{
  double totals[TD_N_CATEGORIES] = { 0 };
  g_autofree float *counts =
    count_features (examples, self->n_features, left_out, category_weights, totals);
  double all = 0.0;

  for (guint c = 0; c < TD_N_CATEGORIES; c++)
    all += totals[c];
  for (gsize i = 0; i < self->n_features; i++)
    {
      const float *row = counts + i * TD_N_CATEGORIES;
      double sum = 0.0;

      for (guint c = 0; c < TD_N_CATEGORIES; c++)
        sum += row[c];
      for (guint c = 0; sum > 0.0 && c < TD_N_CATEGORIES; c++)
        {
          double usual = MAX (totals[c], 1.0) / all;
          double share = (row[c] + COUNT_DOUBT * usual) / (sum + COUNT_DOUBT);

          self->weights[i * TD_N_CATEGORIES + c] =
            (float) (options->counts * td_log (share / usual));
        }
    }
}

static void
run_once (TdTrainModel         *self,
          GPtrArray            *examples,
          guint                 left_out,
          const TdTrainOptions *options,
          TdRandom             *random)
{
  g_autofree float *squares = g_new0 (float, n_weights (self));
  g_autofree guint *order = g_new (guint, examples->len);
  float category_weights[TD_N_CATEGORIES];

  weigh_categories (examples, left_out, options, category_weights);
  for (guint i = 0; i < examples->len; i++)
    order[i] = i;
  begin_with_counts (self, examples, left_out, options, category_weights);
  for (guint epoch = 0; epoch < options->n_epochs; epoch++)
    {
      shuffle (order, examples->len, random);
      for (guint i = 0; i < examples->len; i++)
        {
          const TdExample *example = g_ptr_array_index (examples, order[i]);

          if (example->fold != left_out)
            learn_example (self, squares, example,
                           example->weight * category_weights[example->category], options, random);
        }
    }
}

/* ---- which features are kept ---------------------------------------------------------------- */

typedef struct
{
  float says; /* how much, over all examples */
  guint32 feature;
} Use;

static int
compare_uses (const void *a,
              const void *b)
{
  const Use *first = a;
  const Use *second = b;

  if (first->says != second->says)
    return first->says < second->says ? 1 : -1;
  return (first->feature > second->feature) - (first->feature < second->feature);
}

/* How far a row tells categories apart. */
static float
spread_of (const float *row)
{
  float mean = 0.0f;
  float spread = 0.0f;

  for (guint c = 0; c < TD_N_CATEGORIES; c++)
    mean += row[c] / TD_N_CATEGORIES;
  for (guint c = 0; c < TD_N_CATEGORIES; c++)
    spread += (row[c] - mean) * (row[c] - mean);
  return spread;
}

/* Keeps the features that say most: by their weights, and by how often there is occasion. The others weigh 0. */
static void
keep_best (TdTrainModel *self,
           GPtrArray    *examples,
           guint         left_out,
           guint         n_kept)
{
  g_autofree Use *uses = g_new (Use, MAX (self->n_features, 1));
  g_autofree guint *seen = g_new0 (guint, MAX (self->n_features, 1));

  for (guint i = 0; i < examples->len; i++)
    {
      const TdExample *example = g_ptr_array_index (examples, i);

      for (guint k = 0; example->fold != left_out && k < example->n_items; k++)
        seen[example->items[k].feature]++;
    }
  for (guint i = 0; i < self->n_features; i++)
    uses[i] =
      (Use) { spread_of (self->weights + (gsize) i * TD_N_CATEGORIES) * (float) seen[i], i };
  qsort (uses, self->n_features, sizeof *uses, compare_uses);
  for (guint i = n_kept; i < self->n_features; i++)
    memset (self->weights + (gsize) uses[i].feature * TD_N_CATEGORIES, 0,
            TD_N_CATEGORIES * sizeof *self->weights);
}

/**
 * td_train_model_new:
 * @n_features: of the vocabulary that the examples are numbered by
 * @left_out_fold: examples of this fold are not looked at; any other number: all are
 *
 * Returns: (transfer full): the mean of the runs
 */
TdTrainModel *
td_train_model_new (GPtrArray            *examples,
                    guint                 n_features,
                    guint                 left_out_fold,
                    const TdTrainOptions *options)
{
  TdTrainModel *mean = new_model (n_features);
  TdRandom random = { options->seed };

  for (guint run = 0; run < options->n_runs; run++)
    {
      g_autoptr (TdTrainModel) one = new_model (n_features);

      run_once (one, examples, left_out_fold, options, &random);
      for (gsize i = 0; i < n_weights (mean); i++)
        mean->weights[i] += one->weights[i] / (float) options->n_runs;
      for (guint c = 0; c < TD_N_CATEGORIES; c++)
        mean->bias[c] += one->bias[c] / (float) options->n_runs;
    }
  keep_best (mean, examples, left_out_fold, options->n_kept);
  return mean;
}

/* ---- the file ------------------------------------------------------------------------------- */

static gboolean
is_empty (const gint8 *row)
{
  for (guint c = 0; c < TD_N_CATEGORIES; c++)
    if (row[c] != 0)
      return FALSE;
  return TRUE;
}

/* Rounds to signed bytes. The few largest are cut off: a finer step for all others is worth more. */
static void
round_row (const float *row,
           gint32       scale,
           gint8       *rounded)
{
  for (guint c = 0; c < TD_N_CATEGORIES; c++)
    {
      float value = row[c] * TD_CLASSIFIER_FIXED / (float) scale;

      rounded[c] = (gint8) CLAMP (value + (value < 0 ? -0.5f : 0.5f), -127.0f, 127.0f);
    }
}

/**
 * td_train_model_pack:
 * @vocabulary: of the model
 * @scale: (out): what one unit of a weight is worth, in 1/2^20
 * @n_entries: (out): how many features are written
 *
 * Returns: (transfer full): what follows the header in a file of weights
 */
GByteArray *
td_train_model_pack (const TdTrainModel      *self,
                     const TdTrainVocabulary *vocabulary,
                     gint32                  *scale,
                     guint32                 *n_entries)
{
  g_autofree guint32 *starts = g_new0 (guint32, TD_CLASSIFIER_N_GROUPS + 1);
  g_autoptr (GByteArray) tags = g_byte_array_new ();
  g_autoptr (GByteArray) rows = g_byte_array_new ();
  GByteArray *packed = g_byte_array_new ();
  float highest = 0.0f;
  guint32 last = G_MAXUINT32;

  for (gsize i = 0; i < n_weights (self); i++)
    highest = MAX (highest, fabsf (self->weights[i]));
  *scale = (gint32) (highest * 0.7f / 127.0f * TD_CLASSIFIER_FIXED) + 1;
  *n_entries = 0;
  for (guint i = 0; i < self->n_features; i++)
    {
      guint32 hash = vocabulary->hashes[i];
      guint32 place = td_classifier_group_of (hash) << 16 | td_classifier_tag_of (hash);
      guint16 tag = GUINT16_TO_LE (td_classifier_tag_of (hash));
      gint8 row[TD_N_CATEGORIES];

      round_row (self->weights + (gsize) i * TD_N_CATEGORIES, *scale, row);
      if (place == last || is_empty (row))
        continue;
      last = place;
      starts[td_classifier_group_of (hash) + 1]++;
      g_byte_array_append (tags, (const guint8 *) &tag, sizeof tag);
      g_byte_array_append (rows, (const guint8 *) row, sizeof row);
      (*n_entries)++;
    }
  for (guint i = 1; i <= TD_CLASSIFIER_N_GROUPS; i++)
    starts[i] += starts[i - 1];
  for (guint i = 0; i <= TD_CLASSIFIER_N_GROUPS; i++)
    starts[i] = GUINT32_TO_LE (starts[i]);
  g_byte_array_append (packed, (const guint8 *) starts,
                       (TD_CLASSIFIER_N_GROUPS + 1) * sizeof *starts);
  g_byte_array_append (packed, tags->data, tags->len);
  g_byte_array_append (packed, rows->data, rows->len);
  return packed;
}

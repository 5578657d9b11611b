/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Learns how hard a request is: a small logistic regression for "not in one step". The categories it is
 * told are those said of the request when its source was held out, as they will be in use.
 */
#include "config.h"

#include "assistant/tool/td-train-complexity.h"

#include <stdlib.h>
#include <string.h>

#include "assistant/analysis/td-classifier.h"
#include "assistant/analysis/td-complexity.h"
#include "assistant/analysis/td-exp.h"
#include "assistant/tool/td-train-report.h"

#define N_ROUNDS 3000
#define RATE     0.5
#define DECAY    0.003
/* How many of ordinary requests are 1, and how many 1 or 2. */
#define SHARE_ONE 0.60
#define SHARE_TWO 0.93

typedef struct
{
  double terms[TD_N_COMPLEXITY_TERMS];
  int complexity;
  double score;
} Case;

static double
weigh (const double *weights,
       const double *terms)
{
  double sum = 0.0;

  for (guint i = 0; i < TD_N_COMPLEXITY_TERMS; i++)
    sum += weights[i] * terms[i];
  return sum;
}

static Case
measure (const TdExample *example,
         const TdLexicon *lexicon,
         const double    *logits)
{
  g_autoptr (TdFeatures) features = td_features_new (lexicon, example->text, -1);
  double probabilities[TD_N_CATEGORIES];
  Case one = { .complexity = example->complexity };

  td_softmax (logits, 1.0, probabilities);
  td_complexity_measure (features, lexicon, probabilities, one.terms);
  return one;
}

static void
fit (GArray *cases,
     double *weights)
{
  guint n = 0;

  for (guint i = 0; i < cases->len; i++)
    n += g_array_index (cases, Case, i).complexity > 0;
  for (guint round = 0; n > 0 && round < N_ROUNDS; round++)
    {
      double gradient[TD_N_COMPLEXITY_TERMS] = { 0 };

      for (guint i = 0; i < cases->len; i++)
        {
          const Case *one = &g_array_index (cases, Case, i);
          double error;

          if (one->complexity == 0)
            continue;
          error = 1.0 / (1.0 + td_exp (-weigh (weights, one->terms))) - (one->complexity >= 2);
          for (guint k = 0; k < TD_N_COMPLEXITY_TERMS; k++)
            gradient[k] += error * one->terms[k];
        }
      for (guint k = 0; k < TD_N_COMPLEXITY_TERMS; k++)
        weights[k] -= RATE * (gradient[k] / n + DECAY * weights[k]);
    }
}

static int
compare_scores (const void *a,
                const void *b)
{
  const Case *first = a;
  const Case *second = b;

  return (first->score > second->score) - (first->score < second->score);
}

/* How often a hard one is above an easy one. */
static double
measure_auc (GArray *cases)
{
  double wins = 0.0;
  double pairs = 0.0;

  for (guint i = 0; i < cases->len; i++)
    for (guint j = 0; j < cases->len; j++)
      {
        const Case *hard = &g_array_index (cases, Case, i);
        const Case *easy = &g_array_index (cases, Case, j);

        if (hard->complexity < 2 || easy->complexity != 1)
          continue;
        pairs += 1.0;
        wins += hard->score > easy->score ? 1.0 : hard->score < easy->score ? 0.0
                                                                            : 0.5;
      }
  return pairs > 0 ? wins / pairs : 0.0;
}

/**
 * td_train_complexity:
 * @predictions: (element-type TdPrediction): what was said with the source held out
 */
void
td_train_complexity (GArray              *predictions,
                     const TdLexicon     *lexicon,
                     TdTrainedComplexity *trained)
{
  g_autoptr (GArray) cases = g_array_new (FALSE, FALSE, sizeof (Case));

  for (guint i = 0; i < predictions->len; i++)
    {
      const TdPrediction *one = &g_array_index (predictions, TdPrediction, i);
      Case measured = measure (one->example, lexicon, one->logits);

      g_array_append_val (cases, measured);
    }
  fit (cases, trained->weights);
  for (guint i = 0; i < cases->len; i++)
    {
      Case *one = &g_array_index (cases, Case, i);

      one->score = weigh (trained->weights, one->terms);
    }
  g_print ("complexity in training: AUC %.3f\n", measure_auc (cases));
  if (cases->len == 0)
    return;
  g_array_sort (cases, (GCompareFunc) compare_scores);
  trained->cuts[0] = g_array_index (cases, Case, (guint) (cases->len * SHARE_ONE)).score;
  trained->cuts[1] = g_array_index (cases, Case, (guint) (cases->len * SHARE_TWO)).score;
}

/**
 * td_train_complexity_evaluate:
 *
 * Says how well it does on requests it was not trained on.
 */
void
td_train_complexity_evaluate (GPtrArray                 *examples,
                              const TdTrainModel        *model,
                              const TdLexicon           *lexicon,
                              const TdTrainedComplexity *trained)
{
  g_autoptr (GArray) cases = g_array_new (FALSE, FALSE, sizeof (Case));
  g_autoptr (GArray) judged = g_array_new (FALSE, FALSE, sizeof (Case));
  guint n_right = 0;

  for (guint i = 0; i < examples->len; i++)
    {
      const TdExample *example = g_ptr_array_index (examples, i);
      double logits[TD_N_CATEGORIES];
      Case one;

      if (example->complexity == 0)
        continue;
      td_train_model_run (model, example->items, example->n_items, logits);
      one = measure (example, lexicon, logits);
      one.score = weigh (trained->weights, one.terms);
      n_right +=
        one.complexity == 1 + (one.score >= trained->cuts[0]) + (one.score >= trained->cuts[1]);
      g_array_append_val (cases, one);
      if (example->rubric)
        g_array_append_val (judged, one);
    }
  g_print ("complexity: n %u AUC %.3f, judged by people n %u AUC %.3f, exact %.3f\n", cases->len,
           measure_auc (cases), judged->len, measure_auc (judged),
           (double) n_right / MAX (cases->len, 1));
  for (guint i = 0; td_complexity_term_name (i) != NULL; i++)
    g_print ("  %s %.2f", td_complexity_term_name (i), trained->weights[i]);
  g_print ("\n");
}

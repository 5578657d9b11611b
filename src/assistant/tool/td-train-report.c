/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "assistant/tool/td-train-report.h"

#include <string.h>

#include "assistant/analysis/td-classifier.h"
#include "assistant/analysis/td-exp.h"

#define N_BINS 10

typedef struct
{
  guint n;
  guint right;
} Share;

static guint
best_of (const double *values)
{
  guint best = 0;

  for (guint i = 1; i < TD_N_CATEGORIES; i++)
    if (values[i] > values[best])
      best = i;
  return best;
}

static gboolean
is_in_two (const double *values,
           guint         category)
{
  guint n_better = 0;

  for (guint i = 0; i < TD_N_CATEGORIES; i++)
    n_better += values[i] > values[category];
  return n_better < 2;
}

static double
share (Share counts)
{
  return counts.n > 0 ? (double) counts.right / counts.n : 0.0;
}

static void
count (GHashTable *table,
       const char *key,
       gboolean    right)
{
  Share *counts = g_hash_table_lookup (table, key);

  if (counts == NULL)
    {
      counts = g_new0 (Share, 1);
      g_hash_table_insert (table, g_strdup (key), counts);
    }
  counts->n++;
  counts->right += right;
}

static void
print_table (const char *title,
             GHashTable *table)
{
  g_autoptr (GList) keys = g_list_sort (g_hash_table_get_keys (table), (GCompareFunc) strcmp);

  g_print ("  %s:", title);
  for (GList *l = keys; l != NULL; l = l->next)
    {
      Share *counts = g_hash_table_lookup (table, l->data);

      g_print (" %s %u/%u (%.2f)", (char *) l->data, counts->right, counts->n, share (*counts));
    }
  g_print ("\n");
}

static void
print_categories (GArray *predictions)
{
  guint matrix[TD_N_CATEGORIES][TD_N_CATEGORIES] = { { 0 } };
  double sum = 0.0;

  for (guint i = 0; i < predictions->len; i++)
    {
      const TdPrediction *one = &g_array_index (predictions, TdPrediction, i);

      matrix[one->example->category][best_of (one->logits)]++;
    }
  for (guint c = 0; c < TD_N_CATEGORIES; c++)
    {
      guint said = 0;
      guint is = 0;
      double f1;

      for (guint j = 0; j < TD_N_CATEGORIES; j++)
        {
          said += matrix[j][c];
          is += matrix[c][j];
        }
      f1 = said + is > 0 ? 2.0 * matrix[c][c] / (said + is) : 0.0;
      sum += f1;
      g_print ("  %-18s P %.2f R %.2f F1 %.2f |", td_category_to_string ((TdCategory) c),
               said ? (double) matrix[c][c] / said : 0.0, is ? (double) matrix[c][c] / is : 0.0,
               f1);
      for (guint j = 0; j < TD_N_CATEGORIES; j++)
        g_print (" %4u", matrix[c][j]);
      g_print ("\n");
    }
  g_print ("  macro-F1 %.3f\n", sum / TD_N_CATEGORIES);
}

static double
calibration_error (GArray *predictions,
                   double  temperature)
{
  double sums[N_BINS] = { 0 };
  guint counts[N_BINS] = { 0 };
  guint right[N_BINS] = { 0 };
  double error = 0.0;

  for (guint i = 0; i < predictions->len; i++)
    {
      const TdPrediction *one = &g_array_index (predictions, TdPrediction, i);
      double probabilities[TD_N_CATEGORIES];
      guint best = best_of (one->logits);
      guint bin;

      td_softmax (one->logits, temperature, probabilities);
      bin = MIN (N_BINS - 1, (guint) (probabilities[best] * N_BINS));
      sums[bin] += probabilities[best];
      counts[bin]++;
      right[bin] += best == one->example->category;
    }
  for (guint i = 0; i < N_BINS; i++)
    error += ABS (sums[i] - right[i]);
  return error / MAX (predictions->len, 1);
}

void
td_train_report_print (const char *title,
                       GArray     *predictions,
                       double      temperature)
{
  g_autoptr (GHashTable) languages =
    g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GHashTable) sources = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  Share all = { 0 };
  Share foreign = { 0 };
  Share two = { 0 };
  Share changed = { 0 };

  for (guint i = 0; i < predictions->len; i++)
    {
      const TdPrediction *one = &g_array_index (predictions, TdPrediction, i);
      guint best = best_of (one->logits);
      gboolean right = best == one->example->category;
      gboolean is_foreign = g_strcmp0 (one->example->language, "en") != 0;

      all.n++;
      all.right += right;
      foreign.n += is_foreign;
      foreign.right += is_foreign && right;
      two.n++;
      two.right += is_in_two (one->logits, one->example->category);
      changed.n += one->has_noisy;
      changed.right += one->has_noisy && best_of (one->noisy_logits) != best;
      count (languages, one->example->language ? one->example->language : "?", right);
      count (sources, one->example->source, right);
    }
  g_print ("%s: n %u accuracy %.3f other languages %.3f (%u) top-2 %.3f calibration error %.3f "
           "changed by typos %.3f\n",
           title, all.n, share (all), share (foreign), foreign.n, share (two),
           calibration_error (predictions, temperature), share (changed));
  print_categories (predictions);
  print_table ("languages", languages);
  print_table ("sources", sources);
}

/**
 * td_train_report_list:
 * @path: a file to write, for looking at what goes wrong
 *
 * One line for each: source, language, what it is, what was said, the second, the text.
 */
gboolean
td_train_report_list (GArray      *predictions,
                      const char  *path,
                      GError     **error)
{
  g_autoptr (GString) out = g_string_new (NULL);

  for (guint i = 0; i < predictions->len; i++)
    {
      const TdPrediction *one = &g_array_index (predictions, TdPrediction, i);
      g_autofree char *text = g_strescape (one->example->text, NULL);
      double logits[TD_N_CATEGORIES];
      guint best = best_of (one->logits);

      memcpy (logits, one->logits, sizeof logits);
      logits[best] = -1e9;
      g_string_append_printf (out, "%s\t%s\t%s\t%s\t%s\t%s\n", one->example->source,
                              one->example->language ? one->example->language : "?",
                              td_category_to_string (one->example->category),
                              td_category_to_string ((TdCategory) best),
                              td_category_to_string ((TdCategory) best_of (logits)), text);
    }
  return g_file_set_contents (path, out->str, (gssize) out->len, error);
}

static double
loss_at (GArray *predictions,
         double  temperature)
{
  double loss = 0.0;

  for (guint i = 0; i < predictions->len; i++)
    {
      const TdPrediction *one = &g_array_index (predictions, TdPrediction, i);
      double probabilities[TD_N_CATEGORIES];

      td_softmax (one->logits, temperature, probabilities);
      loss -= td_log (MAX (probabilities[one->example->category], 1e-9));
    }
  return loss;
}

/**
 * td_train_report_temperature:
 *
 * Returns: the temperature at which what really was the case is likeliest
 */
double
td_train_report_temperature (GArray *predictions)
{
  double best = 1.0;
  double lowest = loss_at (predictions, 1.0);

  for (guint i = 30; i <= 300; i += 2)
    {
      double loss = loss_at (predictions, i / 100.0);

      if (loss < lowest)
        {
          lowest = loss;
          best = i / 100.0;
        }
    }
  return best;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Evidence by category. The boards measure different fields of models, so a place on one is first moved to
 * the common scale of the ratings: the models measured on the board keep their order there, and the one in
 * place n gets the n-th of their general places. Then the boards that say something about a category are
 * averaged with the general rating, and the mean is drawn towards the middle of the scale as if one more
 * board had said "average".
 */
#include "config.h"

#include "assistant/td-quality.h"

#include <stdlib.h>

#define MIDDLE  500
#define SHRINK  10 /* the weight of the "average" that is added, in tenths of a board */
#define GENERAL 20 /* the weight of the general rating for each board behind it, at most two */

/* What each board says about a category, in tenths. */
static const struct
{
  const char *id;
  guint8 weights[TD_N_CATEGORIES];
} boards[] = {
  { "arena-webdev", { [TD_CATEGORY_CODING] = 20 } },
  { "aider-polyglot", { [TD_CATEGORY_CODING] = 20, [TD_CATEGORY_DATA_ANALYSIS] = 10 } },
  { "livebench",
    { [TD_CATEGORY_MATH_REASONING] = 20,
      [TD_CATEGORY_DATA_ANALYSIS] = 15,
      [TD_CATEGORY_CODING] = 10 } },
  { "arena-text",
    { [TD_CATEGORY_WRITING] = 20, [TD_CATEGORY_CREATIVE] = 20, [TD_CATEGORY_TRANSLATION] = 10 } },
  { "vectara-hhem", { [TD_CATEGORY_SUMMARIZE_EXTRACT] = 15, [TD_CATEGORY_KNOWLEDGE] = 10 } },
  { "tau2", { [TD_CATEGORY_DATA_ANALYSIS] = 5 } },
};

/* A model's place on one board. */
typedef struct
{
  const char *base_model;
  double value;
  int general; /* thousandths */
} Place;

static void
quality_free (gpointer data)
{
  TdQuality *self = data;

  g_ptr_array_unref (self->benchmarks);
  g_free (self);
}

static int
compare_values (const void *a,
                const void *b)
{
  const Place *first = a;
  const Place *second = b;

  if (first->value != second->value)
    return first->value < second->value ? -1 : 1;
  return g_strcmp0 (first->base_model, second->base_model);
}

static int
compare_general (const void *a,
                 const void *b)
{
  return *(const int *) a - *(const int *) b;
}

/* The best value of each rated model on a board; of several that count downwards, the smallest. */
static GHashTable *
collect (TdCatalogue       *catalogue,
         const TdBenchmark *benchmark)
{
  GPtrArray *measurements = td_catalogue_get_measurements (catalogue);
  GHashTable *places = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);

  for (guint i = 0; i < measurements->len; i++)
    {
      const TdMeasurement *measurement = g_ptr_array_index (measurements, i);
      double value = benchmark->higher_is_better ? measurement->value : -measurement->value;

      if (!g_str_equal (measurement->benchmark, benchmark->id))
        continue;
      for (guint b = 0; measurement->base_models[b] != NULL; b++)
        {
          const TdRating *rating =
            td_catalogue_find_rating (catalogue, measurement->base_models[b]);
          Place *place = g_hash_table_lookup (places, measurement->base_models[b]);

          if (rating == NULL || (place != NULL && place->value >= value))
            continue;
          if (place == NULL)
            {
              place = g_new (Place, 1);
              g_hash_table_insert (places, measurement->base_models[b], place);
            }
          *place =
            (Place) { measurement->base_models[b], value, (int) (rating->percentile * 10.0 + 0.5) };
        }
    }
  return places;
}

static void
add_board (GHashTable        *qualities,
           GHashTable        *sums,
           TdCatalogue       *catalogue,
           const TdBenchmark *benchmark,
           const guint8      *weights)
{
  g_autoptr (GHashTable) found = collect (catalogue, benchmark);
  guint n = g_hash_table_size (found);
  g_autofree Place *places = g_new (Place, n + 1);
  g_autofree int *general = g_new (int, n + 1);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, found);
  for (guint i = 0; g_hash_table_iter_next (&iter, NULL, &value); i++)
    {
      places[i] = *(Place *) value;
      general[i] = places[i].general;
    }
  qsort (places, n, sizeof *places, compare_values);
  qsort (general, n, sizeof *general, compare_general);
  for (guint i = 0; i < n; i++)
    {
      TdQuality *quality = g_hash_table_lookup (qualities, places[i].base_model);
      int *sum = g_hash_table_lookup (sums, places[i].base_model);

      g_ptr_array_add (quality->benchmarks, (gpointer) benchmark);
      for (guint c = 0; c < TD_N_CATEGORIES; c++)
        {
          sum[2 * c] += weights[c] * general[i];
          sum[2 * c + 1] += weights[c];
        }
    }
}

static void
start (GHashTable     *qualities,
       GHashTable     *sums,
       const char     *base_model,
       const TdRating *rating)
{
  TdQuality *quality = g_new0 (TdQuality, 1);
  int *sum = g_new0 (int, 2 * TD_N_CATEGORIES);
  int weight = GENERAL * (int) MIN (g_strv_length (rating->evidence), 2);
  int general = (int) (rating->percentile * 10.0 + 0.5);

  quality->benchmarks = g_ptr_array_new ();
  for (guint c = 0; c < TD_N_CATEGORIES; c++)
    {
      sum[2 * c] = weight * general + SHRINK * MIDDLE;
      sum[2 * c + 1] = weight + SHRINK;
    }
  g_hash_table_insert (qualities, (gpointer) base_model, quality);
  g_hash_table_insert (sums, (gpointer) base_model, sum);
}

/**
 * td_quality_compute:
 *
 * Returns: (transfer full) (element-type utf8 TdQuality): by base model; borrows from @catalogue
 */
GHashTable *
td_quality_compute (TdCatalogue *catalogue)
{
  GHashTable *qualities = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, quality_free);
  g_autoptr (GHashTable) sums = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  GHashTableIter iter;
  gpointer key, value;

  g_return_val_if_fail (TD_IS_CATALOGUE (catalogue), NULL);

  g_hash_table_iter_init (&iter, td_catalogue_get_ratings (catalogue));
  while (g_hash_table_iter_next (&iter, &key, &value))
    start (qualities, sums, key, value);
  for (guint i = 0; i < G_N_ELEMENTS (boards); i++)
    {
      const TdBenchmark *benchmark = td_catalogue_find_benchmark (catalogue, boards[i].id);

      if (benchmark != NULL)
        add_board (qualities, sums, catalogue, benchmark, boards[i].weights);
    }
  g_hash_table_iter_init (&iter, qualities);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      const int *sum = g_hash_table_lookup (sums, key);

      for (guint c = 0; c < TD_N_CATEGORIES; c++)
        ((TdQuality *) value)->per_mille[c] = sum[2 * c] / sum[2 * c + 1];
    }
  return qualities;
}

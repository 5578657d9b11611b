/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Measurements of models on public benchmarks, and the rating made of them.
 *
 * The rating is a place among the models measured, in four steps: the best value per model and
 * benchmark; every benchmark moved by rank onto the scale of one of them, the anchor; the
 * weighted mean of what is there; five times the percentile of that mean. The benchmarks
 * measure different fields, so percentiles taken on each of them by itself would punish the
 * models that happen to be on a strong one: hence the common scale.
 *
 * Doubles are right here: these are measurements, no money.
 */
#include "config.h"

#include "catalogue/td-rating.h"

#include <math.h>

/**
 * td_rating_new:
 *
 * Returns: (transfer full): a rating with nothing in it
 */
TdRating *
td_rating_new (void)
{
  return g_new0 (TdRating, 1);
}

/**
 * td_rating_copy:
 * @self: (nullable): a rating
 *
 * Returns: (transfer full) (nullable): the same rating; %NULL for not rated
 */
TdRating *
td_rating_copy (const TdRating *self)
{
  TdRating *copy;

  if (self == NULL)
    return NULL;
  copy = td_rating_new ();
  *copy = *self;
  copy->evidence = g_strdupv (self->evidence);
  copy->older = g_strdupv (self->older);
  return copy;
}

static gboolean
strv_equal0 (const char *const *a,
             const char *const *b)
{
  if (a == NULL || b == NULL)
    return a == b;
  return g_strv_equal (a, b);
}

/**
 * td_rating_equal:
 * @a: (nullable): a rating
 * @b: (nullable): another
 *
 * Returns: whether both say the same, on the same evidence
 */
gboolean
td_rating_equal (const TdRating *a,
                 const TdRating *b)
{
  if (a == NULL || b == NULL)
    return a == b;
  return a->tenths == b->tenths && fabs (a->score - b->score) < 0.05 &&
         fabs (a->percentile - b->percentile) < 0.05 &&
         strv_equal0 ((const char *const *) a->evidence, (const char *const *) b->evidence) &&
         strv_equal0 ((const char *const *) a->older, (const char *const *) b->older);
}

/**
 * td_rating_free:
 * @self: (transfer full): a rating
 */
void
td_rating_free (TdRating *self)
{
  g_strfreev (self->evidence);
  g_strfreev (self->older);
  g_free (self);
}

/**
 * td_benchmark_new:
 *
 * Returns: (transfer full): a benchmark with nothing in it
 */
TdBenchmark *
td_benchmark_new (void)
{
  return g_new0 (TdBenchmark, 1);
}

/**
 * td_benchmark_copy:
 * @self: a benchmark
 *
 * Returns: (transfer full): the same facts, independent of @self
 */
TdBenchmark *
td_benchmark_copy (const TdBenchmark *self)
{
  TdBenchmark *copy;

  g_return_val_if_fail (self != NULL, NULL);

  copy = td_benchmark_new ();
  *copy = *self;
  copy->id = g_strdup (self->id);
  copy->title = g_strdup (self->title);
  copy->metric = g_strdup (self->metric);
  copy->unit = g_strdup (self->unit);
  copy->date = g_strdup (self->date);
  copy->date_older = g_strdup (self->date_older);
  copy->source_url = g_strdup (self->source_url);
  copy->license = g_strdup (self->license);
  copy->attribution = g_strdup (self->attribution);
  copy->note = g_strdup (self->note);
  return copy;
}

/**
 * td_benchmark_free:
 * @self: (transfer full): a benchmark
 */
void
td_benchmark_free (TdBenchmark *self)
{
  g_free (self->id);
  g_free (self->title);
  g_free (self->metric);
  g_free (self->unit);
  g_free (self->date);
  g_free (self->date_older);
  g_free (self->source_url);
  g_free (self->license);
  g_free (self->attribution);
  g_free (self->note);
  g_free (self);
}

/**
 * td_measurement_new:
 *
 * Returns: (transfer full): a measurement with nothing in it
 */
TdMeasurement *
td_measurement_new (void)
{
  return g_new0 (TdMeasurement, 1);
}

/**
 * td_measurement_copy:
 * @self: a measurement
 *
 * Returns: (transfer full): the same facts, independent of @self
 */
TdMeasurement *
td_measurement_copy (const TdMeasurement *self)
{
  TdMeasurement *copy;

  g_return_val_if_fail (self != NULL, NULL);

  copy = td_measurement_new ();
  *copy = *self;
  copy->benchmark = g_strdup (self->benchmark);
  copy->name = g_strdup (self->name);
  copy->base_models = g_strdupv (self->base_models);
  copy->variant = g_strdup (self->variant);
  copy->domain = g_strdup (self->domain);
  copy->date = g_strdup (self->date);
  return copy;
}

/**
 * td_measurement_free:
 * @self: (transfer full): a measurement
 */
void
td_measurement_free (TdMeasurement *self)
{
  g_free (self->benchmark);
  g_free (self->name);
  g_strfreev (self->base_models);
  g_free (self->variant);
  g_free (self->domain);
  g_free (self->date);
  g_free (self);
}

/* ---- the formula --------------------------------------------------------------------------- */

/* One measured model, whatever its spellings, on one benchmark. */
typedef struct
{
  gboolean known;
  gboolean older;
  double value; /* turned round where lower is better */
} Best;

typedef struct
{
  GPtrArray *spellings; /* (element-type utf8): borrowed from the measurements */
  Best *best;           /* (array): one per benchmark */
  gboolean *used;       /* (array): whether the value could be placed on the scale */
  double mean;
  gboolean rated;
} Subject;

typedef struct
{
  double value;
  double anchor;
} Shared;

static Subject *
subject_new (guint n_benchmarks)
{
  Subject *self = g_new0 (Subject, 1);

  self->spellings = g_ptr_array_new ();
  self->best = g_new0 (Best, n_benchmarks);
  self->used = g_new0 (gboolean, n_benchmarks);
  return self;
}

static void
subject_free (gpointer data)
{
  Subject *self = data;

  g_ptr_array_unref (self->spellings);
  g_free (self->best);
  g_free (self->used);
  g_free (self);
}

static gboolean
is_better (const Best *best,
           double      value,
           gboolean    older)
{
  if (!best->known)
    return TRUE;
  /* A newer snapshot wins even when the value is lower. */
  if (best->older != older)
    return best->older;
  return value > best->value;
}

static void
subject_add (Subject  *self,
             guint     benchmark,
             double    value,
             gboolean  older)
{
  Best *best = &self->best[benchmark];

  if (is_better (best, value, older))
    *best = (Best) { TRUE, older, value };
}

static void
subject_absorb (Subject    *self,
                Subject    *other,
                guint       n_benchmarks,
                GHashTable *by_spelling)
{
  for (guint i = 0; i < other->spellings->len; i++)
    {
      g_ptr_array_add (self->spellings, other->spellings->pdata[i]);
      g_hash_table_insert (by_spelling, other->spellings->pdata[i], self);
    }
  for (guint b = 0; b < n_benchmarks; b++)
    if (other->best[b].known)
      subject_add (self, b, other->best[b].value, other->best[b].older);
}

static int
find_benchmark (GPtrArray  *benchmarks,
                const char *id)
{
  for (guint i = 0; i < benchmarks->len; i++)
    if (g_str_equal (((TdBenchmark *) benchmarks->pdata[i])->id, id))
      return (int) i;
  return -1;
}

/* The subject of a measurement. The spellings it names are one model, and so is everything that
 * another measurement put together with one of them. */
static Subject *
ensure_subject (const TdMeasurement *measurement,
                GPtrArray           *subjects,
                GHashTable          *by_spelling,
                guint                n_benchmarks)
{
  Subject *subject = NULL;

  for (guint i = 0; measurement->base_models[i] != NULL; i++)
    {
      Subject *known = g_hash_table_lookup (by_spelling, measurement->base_models[i]);

      if (known == NULL || known == subject)
        continue;
      if (subject == NULL)
        subject = known;
      else
        {
          subject_absorb (subject, known, n_benchmarks, by_spelling);
          g_ptr_array_remove_fast (subjects, known);
        }
    }
  if (subject == NULL)
    {
      subject = subject_new (n_benchmarks);
      g_ptr_array_add (subjects, subject);
    }
  for (guint i = 0; measurement->base_models[i] != NULL; i++)
    if (!g_hash_table_contains (by_spelling, measurement->base_models[i]))
      {
        g_ptr_array_add (subject->spellings, measurement->base_models[i]);
        g_hash_table_insert (by_spelling, measurement->base_models[i], subject);
      }
  return subject;
}

static GPtrArray *
collect_subjects (GPtrArray *benchmarks,
                  GPtrArray *measurements)
{
  GPtrArray *subjects = g_ptr_array_new_with_free_func (subject_free);
  g_autoptr (GHashTable) by_spelling = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < measurements->len; i++)
    {
      const TdMeasurement *measurement = measurements->pdata[i];
      int b = find_benchmark (benchmarks, measurement->benchmark);
      const TdBenchmark *benchmark = b < 0 ? NULL : benchmarks->pdata[b];

      if (benchmark == NULL || benchmark->weight <= 0 || measurement->base_models == NULL ||
          measurement->base_models[0] == NULL)
        continue;
      subject_add (ensure_subject (measurement, subjects, by_spelling, benchmarks->len), (guint) b,
                   benchmark->higher_is_better ? measurement->value : -measurement->value,
                   measurement->older);
    }
  return subjects;
}

static int
compare_doubles (gconstpointer a,
                 gconstpointer b)
{
  double x = *(const double *) a;
  double y = *(const double *) b;

  return (x > y) - (x < y);
}

/* The values of the models measured both here and on the anchor, each side sorted by itself:
 * the same place on the two lists is the same standing. */
static GArray *
link_scales (GPtrArray *subjects,
             guint      benchmark,
             guint      anchor)
{
  g_autoptr (GArray) here = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) there = g_array_new (FALSE, FALSE, sizeof (double));
  GArray *shared = g_array_new (FALSE, FALSE, sizeof (Shared));

  for (guint i = 0; i < subjects->len; i++)
    {
      const Subject *subject = subjects->pdata[i];

      if (subject->best[benchmark].known && subject->best[anchor].known)
        {
          g_array_append_val (here, subject->best[benchmark].value);
          g_array_append_val (there, subject->best[anchor].value);
        }
    }
  g_array_sort (here, compare_doubles);
  g_array_sort (there, compare_doubles);
  for (guint i = 0; i < here->len; i++)
    {
      Shared pair = { g_array_index (here, double, i), g_array_index (there, double, i) };

      g_array_append_val (shared, pair);
    }
  return shared;
}

/* Reads the anchor's value at the place of @value. Of equal values the lowest place counts.
 * What lies outside the models shared is not used: there is nothing to read it off. */
static gboolean
place_on_scale (GArray *shared,
                double  value,
                double *placed)
{
  const Shared *pairs = (const Shared *) (gpointer) shared->data;
  guint i = 0;

  if (shared->len == 0 || value < pairs[0].value || value > pairs[shared->len - 1].value)
    return FALSE;
  while (pairs[i].value < value)
    i++;
  if (pairs[i].value > value)
    *placed = pairs[i - 1].anchor + (value - pairs[i - 1].value) /
                                      (pairs[i].value - pairs[i - 1].value) *
                                      (pairs[i].anchor - pairs[i - 1].anchor);
  else
    *placed = pairs[i].anchor;
  return TRUE;
}

static void
compute_mean (Subject   *self,
              GPtrArray *benchmarks,
              GPtrArray *scales)
{
  double sum = 0;
  int weights = 0;

  for (guint b = 0; b < benchmarks->len; b++)
    {
      const TdBenchmark *benchmark = benchmarks->pdata[b];
      double placed = self->best[b].value;

      if (!self->best[b].known ||
          (scales->pdata[b] != NULL &&
           !place_on_scale (scales->pdata[b], self->best[b].value, &placed)))
        continue;
      self->used[b] = TRUE;
      sum += benchmark->weight * placed;
      weights += benchmark->weight;
    }
  self->rated = weights > 0;
  self->mean = weights > 0 ? sum / weights : 0;
}

/* The place as twice the number of lower models plus the number of equal ones: whole numbers,
 * so that no rounding can move a model over the border of a tenth. */
static int
count_place (GPtrArray     *rated,
             const Subject *subject)
{
  int place = 0;

  for (guint i = 0; i < rated->len; i++)
    {
      const Subject *other = rated->pdata[i];

      if (other == subject)
        continue;
      if (fabs (other->mean - subject->mean) < 1e-9)
        place += 1;
      else if (other->mean < subject->mean)
        place += 2;
    }
  return place;
}

static TdRating *
make_rating (const Subject *subject,
             GPtrArray     *rated,
             GPtrArray     *benchmarks)
{
  TdRating *rating = td_rating_new ();
  g_autoptr (GStrvBuilder) evidence = g_strv_builder_new ();
  g_autoptr (GStrvBuilder) older = g_strv_builder_new ();
  gboolean has_older = FALSE;
  int others = (int) rated->len - 1;
  int place = count_place (rated, subject);

  for (guint b = 0; b < benchmarks->len; b++)
    {
      if (!subject->used[b])
        continue;
      g_strv_builder_add (evidence, ((TdBenchmark *) benchmarks->pdata[b])->id);
      if (subject->best[b].older)
        {
          g_strv_builder_add (older, ((TdBenchmark *) benchmarks->pdata[b])->id);
          has_older = TRUE;
        }
    }
  rating->score = subject->mean;
  /* A model alone in the field stands in its middle. */
  rating->percentile = others > 0 ? 100.0 * place / (2.0 * others) : 50;
  rating->tenths = others > 0 ? (50 * place + others) / (2 * others) : 25;
  rating->evidence = g_strv_builder_end (evidence);
  rating->older = has_older ? g_strv_builder_end (older) : NULL;
  return rating;
}

static void
array_unref0 (gpointer array)
{
  if (array != NULL)
    g_array_unref (array);
}

/**
 * td_rating_compute:
 * @benchmarks: (element-type TdBenchmark): the benchmarks; one with a weight is the anchor
 * @measurements: (element-type TdMeasurement): what was measured on them
 *
 * Rates every model that can be placed on the anchor's scale.
 *
 * Returns: (transfer full) (element-type utf8 TdRating): the rating of every spelling of every
 *   model rated; empty without an anchor
 */
GHashTable *
td_rating_compute (GPtrArray *benchmarks,
                   GPtrArray *measurements)
{
  GHashTable *ratings =
    g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) td_rating_free);
  g_autoptr (GPtrArray) subjects = NULL;
  g_autoptr (GPtrArray) scales = g_ptr_array_new_with_free_func (array_unref0);
  g_autoptr (GPtrArray) rated = g_ptr_array_new ();
  int anchor = -1;

  g_return_val_if_fail (benchmarks != NULL && measurements != NULL, ratings);

  for (guint b = 0; b < benchmarks->len; b++)
    if (((TdBenchmark *) benchmarks->pdata[b])->anchor &&
        ((TdBenchmark *) benchmarks->pdata[b])->weight > 0)
      anchor = (int) b;
  if (anchor < 0)
    return ratings;

  subjects = collect_subjects (benchmarks, measurements);
  for (guint b = 0; b < benchmarks->len; b++)
    g_ptr_array_add (scales,
                     b == (guint) anchor ? NULL : link_scales (subjects, b, (guint) anchor));
  for (guint i = 0; i < subjects->len; i++)
    {
      Subject *subject = subjects->pdata[i];

      compute_mean (subject, benchmarks, scales);
      if (subject->rated)
        g_ptr_array_add (rated, subject);
    }
  for (guint i = 0; i < rated->len; i++)
    {
      const Subject *subject = rated->pdata[i];
      g_autoptr (TdRating) rating = make_rating (subject, rated, benchmarks);

      for (guint s = 0; s < subject->spellings->len; s++)
        g_hash_table_insert (ratings, g_strdup (subject->spellings->pdata[s]),
                             td_rating_copy (rating));
    }
  return ratings;
}

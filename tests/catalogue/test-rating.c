/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "support/td-test.h"

#include <math.h>

#include "base/td-json-read.h"
#include "catalogue/td-catalogue-draft.h"
#include "catalogue/td-rating.h"

static GPtrArray *
make_benchmarks (void)
{
  static const struct
  {
    const char *id;
    int weight;
    gboolean anchor;
    gboolean higher_is_better;
  } rows[] = {
    { "scale", 2, TRUE, TRUE },
    { "other", 1, FALSE, TRUE },
    { "errors", 1, FALSE, FALSE },
    { "shown", 0, FALSE, TRUE },
  };
  GPtrArray *benchmarks = g_ptr_array_new_with_free_func ((GDestroyNotify) td_benchmark_free);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      TdBenchmark *benchmark = td_benchmark_new ();

      benchmark->id = g_strdup (rows[i].id);
      benchmark->weight = rows[i].weight;
      benchmark->anchor = rows[i].anchor;
      benchmark->higher_is_better = rows[i].higher_is_better;
      g_ptr_array_add (benchmarks, benchmark);
    }
  return benchmarks;
}

static void
measure (GPtrArray  *measurements,
         const char *benchmark,
         const char *base_models,
         double      value,
         gboolean    older)
{
  TdMeasurement *measurement = td_measurement_new ();

  measurement->benchmark = g_strdup (benchmark);
  measurement->name = g_strdup (base_models);
  measurement->base_models = g_strsplit (base_models, " ", -1);
  measurement->value = value;
  measurement->older = older;
  g_ptr_array_add (measurements, measurement);
}

static GPtrArray *
make_measurements (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) td_measurement_free);
}

static const TdRating *
get (GHashTable *ratings,
     const char *base_model)
{
  const TdRating *rating = g_hash_table_lookup (ratings, base_model);

  g_assert_nonnull (rating);
  return rating;
}

/* The places of a field of five on one benchmark are 0, 25, 50, 75 and 100 %. */
static void
test_places (void)
{
  g_autoptr (GPtrArray) benchmarks = make_benchmarks ();
  g_autoptr (GPtrArray) measurements = make_measurements ();
  g_autoptr (GHashTable) ratings = NULL;
  static const int tenths[] = { 0, 13, 25, 38, 50 };

  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *name = g_strdup_printf ("m/%u", i);

      measure (measurements, "scale", name, 1000 + 10 * i, FALSE);
    }
  measure (measurements, "shown", "m/6", 3, FALSE);
  measure (measurements, "unheard-of", "m/7", 3, FALSE);
  ratings = td_rating_compute (benchmarks, measurements);
  g_assert_cmpuint (g_hash_table_size (ratings), ==, 5);
  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *name = g_strdup_printf ("m/%u", i);

      g_assert_cmpint (get (ratings, name)->tenths, ==, tenths[i]);
      g_assert_cmpfloat_with_epsilon (get (ratings, name)->percentile, 25.0 * i, 1e-9);
      g_assert_cmpfloat_with_epsilon (get (ratings, name)->score, 1000 + 10 * i, 1e-9);
      g_assert_cmpstr (get (ratings, name)->evidence[0], ==, "scale");
      g_assert_null (get (ratings, name)->evidence[1]);
      g_assert_null (get (ratings, name)->older);
    }
}

static void
test_ties (void)
{
  g_autoptr (GPtrArray) benchmarks = make_benchmarks ();
  g_autoptr (GPtrArray) measurements = make_measurements ();
  g_autoptr (GHashTable) ratings = NULL;

  measure (measurements, "scale", "low", 1, FALSE);
  measure (measurements, "scale", "same/1", 2, FALSE);
  measure (measurements, "scale", "same/2", 2, FALSE);
  ratings = td_rating_compute (benchmarks, measurements);
  g_assert_cmpint (get (ratings, "low")->tenths, ==, 0);
  /* One lower and half of one equal, of two others. */
  g_assert_cmpfloat_with_epsilon (get (ratings, "same/1")->percentile, 75, 1e-9);
  g_assert_cmpfloat_with_epsilon (get (ratings, "same/2")->percentile, 75, 1e-9);
}

/* The best value of a snapshot counts, and a newer snapshot wins over an older one even lower. */
static void
test_best_value (void)
{
  g_autoptr (GPtrArray) benchmarks = make_benchmarks ();
  g_autoptr (GPtrArray) measurements = make_measurements ();
  g_autoptr (GHashTable) ratings = NULL;

  measure (measurements, "scale", "m/1", 10, FALSE);
  measure (measurements, "scale", "m/1", 30, FALSE);
  measure (measurements, "scale", "m/1", 20, FALSE);
  measure (measurements, "scale", "m/2", 99, TRUE);
  measure (measurements, "scale", "m/2", 25, FALSE);
  measure (measurements, "scale", "m/3", 5, TRUE);
  measure (measurements, "scale", "m/3", 7, TRUE);
  ratings = td_rating_compute (benchmarks, measurements);
  g_assert_cmpfloat_with_epsilon (get (ratings, "m/1")->score, 30, 1e-9);
  g_assert_cmpfloat_with_epsilon (get (ratings, "m/2")->score, 25, 1e-9);
  g_assert_null (get (ratings, "m/2")->older);
  g_assert_cmpfloat_with_epsilon (get (ratings, "m/3")->score, 7, 1e-9);
  g_assert_cmpstr (get (ratings, "m/3")->older[0], ==, "scale");
}

/* A place on another benchmark reads the anchor's value at the same place. */
static void
test_linking (void)
{
  g_autoptr (GPtrArray) benchmarks = make_benchmarks ();
  g_autoptr (GPtrArray) measurements = make_measurements ();
  g_autoptr (GHashTable) ratings = NULL;

  /* Shared models: 10, 20, 40 there are 1000, 1200, 1100 here, so 1000, 1100, 1200 by place. */
  measure (measurements, "scale", "a", 1000, FALSE);
  measure (measurements, "other", "a", 10, FALSE);
  measure (measurements, "scale", "b", 1200, FALSE);
  measure (measurements, "other", "b", 20, FALSE);
  measure (measurements, "scale", "c", 1100, FALSE);
  measure (measurements, "other", "c", 40, FALSE);
  measure (measurements, "other", "between", 30, FALSE);
  measure (measurements, "other", "equal", 20, FALSE);
  measure (measurements, "other", "above", 41, FALSE);
  measure (measurements, "other", "below", 9, FALSE);
  ratings = td_rating_compute (benchmarks, measurements);
  g_assert_cmpuint (g_hash_table_size (ratings), ==, 5);
  g_assert_cmpfloat_with_epsilon (get (ratings, "between")->score, 1150, 1e-9);
  g_assert_cmpfloat_with_epsilon (get (ratings, "equal")->score, 1100, 1e-9);
  g_assert_false (g_hash_table_contains (ratings, "above"));
  g_assert_false (g_hash_table_contains (ratings, "below"));
  /* Twice the scale's own 1200 and once the 1100 that its place on the other is worth. */
  g_assert_cmpfloat_with_epsilon (get (ratings, "b")->score, (2 * 1200 + 1100) / 3.0, 1e-9);
}

static void
test_lower_is_better (void)
{
  g_autoptr (GPtrArray) benchmarks = make_benchmarks ();
  g_autoptr (GPtrArray) measurements = make_measurements ();
  g_autoptr (GHashTable) ratings = NULL;

  measure (measurements, "scale", "good", 1200, FALSE);
  measure (measurements, "errors", "good", 1, FALSE);
  measure (measurements, "errors", "good", 5, FALSE);
  measure (measurements, "scale", "bad", 1000, FALSE);
  measure (measurements, "errors", "bad", 9, FALSE);
  measure (measurements, "errors", "fair", 5, FALSE);
  ratings = td_rating_compute (benchmarks, measurements);
  g_assert_cmpfloat_with_epsilon (get (ratings, "good")->score, 1200, 1e-9);
  g_assert_cmpfloat_with_epsilon (get (ratings, "fair")->score, 1100, 1e-9);
}

/* Spellings of one model are one model, also when only a later measurement says so. */
static void
test_spellings (void)
{
  g_autoptr (GPtrArray) benchmarks = make_benchmarks ();
  g_autoptr (GPtrArray) measurements = make_measurements ();
  g_autoptr (GHashTable) ratings = NULL;

  measure (measurements, "scale", "x/1", 10, FALSE);
  measure (measurements, "scale", "x/2", 30, FALSE);
  measure (measurements, "scale", "x/2 x/1 x/3", 20, FALSE);
  measure (measurements, "scale", "y", 40, FALSE);
  ratings = td_rating_compute (benchmarks, measurements);
  g_assert_cmpuint (g_hash_table_size (ratings), ==, 4);
  for (guint i = 1; i <= 3; i++)
    {
      g_autofree char *name = g_strdup_printf ("x/%u", i);

      g_assert_cmpfloat_with_epsilon (get (ratings, name)->score, 30, 1e-9);
      g_assert_cmpint (get (ratings, name)->tenths, ==, 0);
    }
  g_assert_cmpint (get (ratings, "y")->tenths, ==, 50);
}

static void
test_nothing_to_rate (void)
{
  g_autoptr (GPtrArray) benchmarks = make_benchmarks ();
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  g_autoptr (GPtrArray) measurements = make_measurements ();
  g_autoptr (GHashTable) empty = td_rating_compute (benchmarks, measurements);
  g_autoptr (GHashTable) no_anchor = NULL;
  g_autoptr (GHashTable) not_shared = NULL;

  g_assert_cmpuint (g_hash_table_size (empty), ==, 0);
  measure (measurements, "other", "a", 10, FALSE);
  not_shared = td_rating_compute (benchmarks, measurements);
  g_assert_cmpuint (g_hash_table_size (not_shared), ==, 0);
  no_anchor = td_rating_compute (none, measurements);
  g_assert_cmpuint (g_hash_table_size (no_anchor), ==, 0);
}

static GBytes *
load_facts (const char *name)
{
  g_autofree char *path =
    g_test_build_filename (G_TEST_DIST, "..", "data", "catalogue", name, NULL);
  g_autoptr (GError) error = NULL;
  char *contents = NULL;
  gsize length = 0;

  g_file_get_contents (path, &contents, &length, &error);
  g_assert_no_error (error);
  return g_bytes_new_take (contents, length);
}

static void
assert_rating (const TdRating *rating,
               const char     *base_model,
               const TdJson   *expected)
{
  double stars = -1;
  double score = -1;
  double percentile = -1;
  g_auto (GStrv) evidence = td_json_member_strv (expected, "evidence");
  g_auto (GStrv) older = td_json_member_strv (expected, "older");

  td_json_get_double (td_json_get_member (expected, "rating"), &stars);
  td_json_get_double (td_json_get_member (expected, "score"), &score);
  td_json_get_double (td_json_get_member (expected, "percentile"), &percentile);
  g_test_message ("%s", base_model);
  g_assert_cmpint (rating->tenths, ==, lround (stars * 10));
  g_assert_cmpfloat_with_epsilon (rating->score, score, 0.0501);
  g_assert_cmpfloat_with_epsilon (rating->percentile, percentile, 0.0501);
  g_assert_cmpuint (g_strv_length (rating->evidence), ==, g_strv_length (evidence));
  for (guint i = 0; evidence[i] != NULL; i++)
    g_assert_true (g_strv_contains ((const char *const *) rating->evidence, evidence[i]));
  g_assert_cmpuint (rating->older != NULL ? g_strv_length (rating->older) : 0, ==,
                    older != NULL ? g_strv_length (older) : 0);
  for (guint i = 0; older != NULL && older[i] != NULL; i++)
    g_assert_true (g_strv_contains ((const char *const *) rating->older, older[i]));
}

/* The facts carry the ratings their own importer computed: ours must be the same. */
static void
test_facts (void)
{
  g_autoptr (GBytes) models = load_facts ("models.json");
  g_autoptr (GBytes) benchmarks = load_facts ("benchmarks.json");
  g_autoptr (GError) error = NULL;
  g_autoptr (TdCatalogueDraft) draft = td_catalogue_draft_read (models, &error);
  g_autoptr (TdJsonDoc) doc = td_json_doc_parse_bytes (benchmarks, NULL, &error);
  const TdJson *expected = td_json_get_member (td_json_doc_get_root (doc), "ratings");
  g_autoptr (GHashTable) ratings = NULL;

  g_assert_no_error (error);
  td_catalogue_draft_read_benchmarks (draft, benchmarks, &error);
  g_assert_no_error (error);
  ratings = td_rating_compute (draft->benchmarks, draft->measurements);
  g_assert_cmpuint (td_json_get_length (expected), >, 200);
  g_assert_cmpuint (g_hash_table_size (ratings), ==, td_json_get_length (expected));
  for (guint i = 0; i < td_json_get_length (expected); i++)
    {
      const char *base_model = td_json_get_name (expected, i);

      assert_rating (get (ratings, base_model), base_model, td_json_get_element (expected, i));
    }
}

int
main (int   argc,
      char *argv[])
{
  td_test_init (&argc, &argv);
  g_test_add_func ("/rating/places", test_places);
  g_test_add_func ("/rating/ties", test_ties);
  g_test_add_func ("/rating/best-value", test_best_value);
  g_test_add_func ("/rating/linking", test_linking);
  g_test_add_func ("/rating/lower-is-better", test_lower_is_better);
  g_test_add_func ("/rating/spellings", test_spellings);
  g_test_add_func ("/rating/nothing-to-rate", test_nothing_to_rate);
  g_test_add_func ("/rating/facts", test_facts);
  return g_test_run ();
}

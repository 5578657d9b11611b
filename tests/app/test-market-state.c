/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "support/td-test.h"

#include "app/market/td-compare-facts.h"
#include "app/market/td-compare-list.h"
#include "app/market/td-filter-set.h"
#include "app/market/td-model-page.h"
#include "app/market/td-model-text.h"
#include "app/td-format.h"
#include "base/td-clock.h"

/* The state behind the marketplace: none of it needs a display. */

static TdModel *
make_model (const char *id,
            TdPrice     input,
            gint64      context,
            int         rating_tenths)
{
  TdModelFacts *facts = td_model_facts_new ();
  g_autoptr (TdRating) rating = NULL;

  facts->provider_id = g_strdup ("acme");
  facts->id = g_strdup (id);
  facts->key = g_strconcat ("acme:", id, NULL);
  facts->name = g_strdup (id);
  facts->price.input = input;
  facts->price.output = input;
  facts->context = context;
  if (rating_tenths >= 0)
    {
      rating = g_new0 (TdRating, 1);
      rating->tenths = rating_tenths;
    }
  return td_model_new (facts, rating);
}

/* ---- the page model --------------------------------------------------------------------------- */

/* What a view would make of the changes it is told of. */
typedef struct
{
  GPtrArray *items;  /* (element-type TdModel) */
  guint n_changes;
  guint n_touched;   /* items removed or added in the last change */
} Mirror;

static void
mirror_changed_cb (GListModel *model,
                   guint       position,
                   guint       removed,
                   guint       added,
                   Mirror     *mirror)
{
  mirror->n_changes++;
  mirror->n_touched = MAX (removed, added);
  g_assert_cmpuint (position + removed, <=, mirror->items->len);
  if (removed > 0)
    g_ptr_array_remove_range (mirror->items, position, removed);
  for (guint i = 0; i < added; i++)
    g_ptr_array_insert (mirror->items, position + i, g_list_model_get_item (model, position + i));
}

static GArray *
make_result (const char *digits)
{
  GArray *result = g_array_new (FALSE, FALSE, sizeof (guint32));

  for (; *digits != '\0'; digits++)
    {
      guint32 index = (guint32) (*digits - '0');

      g_array_append_val (result, index);
    }
  return result;
}

static void
assert_mirror (Mirror      *mirror,
               GListModel  *page,
               TdCatalogue *catalogue,
               const char  *expected)
{
  g_assert_cmpuint (g_list_model_get_n_items (page), ==, strlen (expected));
  g_assert_cmpuint (mirror->items->len, ==, strlen (expected));
  for (guint i = 0; expected[i] != '\0'; i++)
    {
      TdModel *model = td_catalogue_get_model (catalogue, (guint) (expected[i] - '0'));

      g_assert_true (g_ptr_array_index (mirror->items, i) == model);
    }
}

static void
test_page (void)
{
  static const struct
  {
    const char *result;
    guint page, page_size;
    const char *shown;
    guint n_changes; /* 0: the view is not told, because nothing differs */
    guint n_touched;
  } steps[] = {
    { "", 0, 4, "", 0, 0 },
    { "0123456789", 0, 4, "0123", 1, 4 },
    { "0123456789", 0, 4, "0123", 0, 0 },
    { "0123987", 0, 4, "0123", 0, 0 },       /* differs only on another page */
    { "0193456789", 0, 4, "0193", 1, 1 },    /* one in the middle */
    { "5193", 0, 4, "5193", 1, 1 },          /* one at the front */
    { "519", 0, 4, "519", 1, 1 },            /* one gone at the end */
    { "7519", 0, 4, "7519", 1, 1 },          /* one more at the front */
    { "5197", 0, 4, "5197", 1, 4 },
    { "0123456789", 1, 4, "4567", 1, 3 },     /* the 7 stays at the end */
    { "0123456789", 2, 4, "89", 1, 4 },
    { "0123456789", 3, 4, "", 1, 2 },        /* past the end */
    { "0123456789", 0, 100, "0123456789", 1, 10 },
    { "0012", 0, 100, "0012", 1, 9 },
    { "012", 0, 100, "012", 1, 1 },          /* what repeats is not counted twice */
    { "0012", 0, 100, "0012", 1, 1 },
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (TdCatalogue) catalogue = td_catalogue_new_bundled (&error);
  g_autoptr (TdModelPage) page = td_model_page_new ();
  Mirror mirror = { .items = g_ptr_array_new_with_free_func (g_object_unref) };

  g_assert_no_error (error);
  g_signal_connect (page, "items-changed", G_CALLBACK (mirror_changed_cb), &mirror);
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autoptr (GArray) result = make_result (steps[i].result);

      g_test_message ("step %u: %s", i, steps[i].result);
      mirror.n_changes = mirror.n_touched = 0;
      td_model_page_show (page, catalogue, result, steps[i].page, steps[i].page_size);
      g_assert_cmpuint (mirror.n_changes, ==, steps[i].n_changes);
      g_assert_cmpuint (mirror.n_touched, ==, steps[i].n_touched);
      assert_mirror (&mirror, G_LIST_MODEL (page), catalogue, steps[i].shown);
    }
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (page), 4));
  g_ptr_array_unref (mirror.items);
}

/* In another catalogue every model is another object, even at the same index. */
static void
test_page_catalogue (void)
{
  g_autoptr (TdCatalogue) first = td_catalogue_new_bundled (NULL);
  g_autoptr (TdCatalogue) second = td_catalogue_new_bundled (NULL);
  g_autoptr (TdModelPage) page = td_model_page_new ();
  g_autoptr (GArray) result = make_result ("123");
  Mirror mirror = { .items = g_ptr_array_new_with_free_func (g_object_unref) };

  g_signal_connect (page, "items-changed", G_CALLBACK (mirror_changed_cb), &mirror);
  td_model_page_show (page, first, result, 0, 10);
  td_model_page_show (page, second, result, 0, 10);
  g_assert_cmpuint (mirror.n_touched, ==, 3);
  assert_mirror (&mirror, G_LIST_MODEL (page), second, "123");
  g_ptr_array_unref (mirror.items);
}

static void
test_count_pages (void)
{
  static const guint cases[][3] = {
    { 0, 10, 1 },
    { 1, 10, 1 },
    { 10, 10, 1 },
    { 11, 10, 2 },
    { 1127, 10, 113 },
    { 100, 100, 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpuint (td_model_page_count_pages (cases[i][0], cases[i][1]), ==, cases[i][2]);
}

/* ---- the filters ------------------------------------------------------------------------------ */

static void
count_cb (guint *count)
{
  (*count)++;
}

static void
test_filters (void)
{
  g_autoptr (TdFilterSet) filters = td_filter_set_new ();
  g_autoptr (GPtrArray) active = NULL;
  const TdQuery *query;
  guint n_changes = 0;

  g_signal_connect_swapped (filters, "changed", G_CALLBACK (count_cb), &n_changes);
  td_filter_set_set_text (filters, "");
  td_filter_set_set_value (filters, TD_FILTER_FREE, FALSE);
  td_filter_set_set_provider (filters, "acme", FALSE);
  g_assert_cmpuint (n_changes, ==, 0);

  td_filter_set_set_text (filters, "fast");
  td_filter_set_set_provider (filters, "acme", TRUE);
  td_filter_set_set_provider (filters, "bolt", TRUE);
  td_filter_set_set_provider (filters, "bolt", TRUE);
  td_filter_set_set_value (filters, TD_FILTER_CAPABILITY,
                           TD_CAPABILITY_VISION | TD_CAPABILITY_TOOLS);
  td_filter_set_set_value (filters, TD_FILTER_MIN_RATING, 35);
  td_filter_set_set_value (filters, TD_FILTER_MAX_PRICE, 0);
  td_filter_set_set_sort (filters, TD_SORT_NEWEST);
  g_assert_cmpuint (n_changes, ==, 7);

  query = td_filter_set_get_query (filters);
  g_assert_cmpstr (query->text, ==, "fast");
  g_assert_cmpuint (g_strv_length (query->providers), ==, 2);
  g_assert_cmpint (query->min_rating_tenths, ==, 35);
  g_assert_cmpint (query->max_price, ==, 0);

  /* Two providers, two capabilities, the rating and the price. */
  active = td_filter_set_list_active (filters);
  g_assert_cmpuint (active->len, ==, 6);
  for (guint i = 0; i < active->len; i++)
    td_filter_set_remove (filters, g_ptr_array_index (active, i));
  g_assert_cmpuint (n_changes, ==, 13);
  query = td_filter_set_get_query (filters);
  g_assert_null (query->providers);
  g_assert_cmpint (query->capabilities, ==, 0);
  g_assert_cmpint (query->max_price, ==, TD_PRICE_UNKNOWN);
  g_assert_cmpstr (query->text, ==, "fast");
  g_assert_cmpint (query->sort, ==, TD_SORT_NEWEST);
}

static void
test_filters_clear (void)
{
  g_autoptr (TdFilterSet) filters = td_filter_set_new ();
  g_autoptr (GPtrArray) active = NULL;
  guint n_changes = 0;

  td_filter_set_set_text (filters, "fast");
  td_filter_set_set_sort (filters, TD_SORT_NAME);
  for (TdFilterKind kind = TD_FILTER_MIN_RATING; kind <= TD_FILTER_RETIRED; kind++)
    {
      td_filter_set_set_value (filters, kind, 1);
      g_assert_cmpint (td_filter_set_get_value (filters, kind), ==, 1);
    }
  g_signal_connect_swapped (filters, "changed", G_CALLBACK (count_cb), &n_changes);
  td_filter_set_clear (filters);
  td_filter_set_clear (filters);
  g_assert_cmpuint (n_changes, ==, 1);
  active = td_filter_set_list_active (filters);
  g_assert_cmpuint (active->len, ==, 0);
  g_assert_cmpstr (td_filter_set_get_query (filters)->text, ==, "fast");
  g_assert_cmpint (td_filter_set_get_query (filters)->sort, ==, TD_SORT_NAME);
}

/* ---- the comparison --------------------------------------------------------------------------- */

static void
test_compare_list (void)
{
  g_autoptr (TdCatalogue) catalogue = td_catalogue_new_bundled (NULL);
  g_autoptr (TdCatalogue) other = td_catalogue_new_bundled (NULL);
  g_autoptr (TdCompareList) list = td_compare_list_new ();
  g_autoptr (TdModel) stranger = make_model ("nowhere", 1, 1, -1);
  Mirror mirror = { .items = g_ptr_array_new_with_free_func (g_object_unref) };

  g_signal_connect (list, "items-changed", G_CALLBACK (mirror_changed_cb), &mirror);
  g_assert_true (td_compare_list_add (list, stranger));
  for (guint i = 0; i < 3; i++)
    g_assert_true (td_compare_list_add (list, td_catalogue_get_model (catalogue, i)));
  g_assert_true (td_compare_list_add (list, td_catalogue_get_model (catalogue, 2)));
  g_assert_false (td_compare_list_add (list, td_catalogue_get_model (catalogue, 3)));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, TD_COMPARE_MAX);

  td_compare_list_set_catalogue (list, other);
  g_assert_false (td_compare_list_contains (list, stranger));
  assert_mirror (&mirror, G_LIST_MODEL (list), other, "012");
  td_compare_list_remove (list, td_catalogue_get_model (other, 1));
  assert_mirror (&mirror, G_LIST_MODEL (list), other, "02");
  td_compare_list_clear (list);
  assert_mirror (&mirror, G_LIST_MODEL (list), other, "");
  g_ptr_array_unref (mirror.items);
}

static const TdCompareFact *
find_fact (GPtrArray  *facts,
           const char *what)
{
  for (guint i = 0; i < facts->len; i++)
    {
      const TdCompareFact *fact = g_ptr_array_index (facts, i);

      if (g_str_equal (fact->what, what))
        return fact;
    }
  g_assert_not_reached ();
}

static void
test_best (void)
{
  static const struct
  {
    gint64 price[3], context[3];
    int rating[3];
    guint cheapest, widest, highest; /* bits */
  } cases[] = {
    { { 5, 3, 9 }, { 10, 10, 20 }, { 40, 45, 50 }, 2, 4, 4 },
    { { 5, 5, 9 },
      { 7, 7, 7 },
      { 40, 40, 40 },
      3,
      0,
      0 }, /* a tie is shared; all alike is no best */
    { { 0, 3, -1 },
      { 0, 5, 0 },
      { 0, -1, 20 },
      1,
      0,
      4 }, /* free is cheapest; unknown never counts */
    { { -1, -1, -1 }, { 0, 0, 0 }, { -1, -1, -1 }, 0, 0, 0 },
    { { -1, 8, -1 },
      { 0, 9, 3 },
      { -1, 50, -1 },
      0,
      2,
      0 }, /* one known value is not a comparison */
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GPtrArray) models = g_ptr_array_new_with_free_func (g_object_unref);
      g_autoptr (GPtrArray) facts = NULL;

      for (guint j = 0; j < 3; j++)
        g_ptr_array_add (models, make_model ("m", cases[i].price[j], cases[i].context[j],
                                             cases[i].rating[j]));
      facts = td_compare_facts_list (models);
      g_assert_cmpuint (find_fact (facts, "Price in per million tokens")->best, ==,
                        cases[i].cheapest);
      g_assert_cmpuint (find_fact (facts, "Context")->best, ==, cases[i].widest);
      g_assert_cmpuint (find_fact (facts, "Rating")->best, ==, cases[i].highest);
      g_assert_cmpuint (g_strv_length (find_fact (facts, "Kind")->values), ==, 3);
    }
}

/* ---- words ------------------------------------------------------------------------------------ */

static void
test_price_words (void)
{
  static const struct
  {
    TdPrice price;
    gboolean local;
    const char *expected;
  } cases[] = {
    { TD_PRICE_UNKNOWN, FALSE, "Unknown" },
    { 0, FALSE, "Free" },
    { 1250000, FALSE, "$1.25" },
    { TD_PRICE_UNKNOWN, TRUE, "Local" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TdModelFacts) facts = td_model_facts_new ();
      g_autofree char *input = NULL;
      g_autofree char *output = NULL;

      facts->price.input = facts->price.output = cases[i].price;
      facts->local = cases[i].local;
      input = td_model_text_dup_input_price (facts);
      output = td_model_text_dup_output_price (facts);
      g_assert_cmpstr (input, ==, cases[i].expected);
      g_assert_cmpstr (output, ==, cases[i].expected);
    }
}

static void
test_unrated_is_not_zero (void)
{
  g_autoptr (TdModel) lowest = make_model ("lowest", 1, 1, 0);
  g_autoptr (TdModel) unrated = make_model ("unrated", 1, 1, -1);
  g_autofree char *zero = td_model_text_dup_rating (td_model_get_rating (lowest));
  g_autofree char *none = td_model_text_dup_rating (td_model_get_rating (unrated));
  g_autofree char *zero_spoken = td_model_text_dup_summary (lowest, "Acme");
  g_autofree char *none_spoken = td_model_text_dup_summary (unrated, "Acme");

  g_assert_cmpstr (zero, ==, "0.0");
  g_assert_cmpstr (none, ==, "Not rated");
  g_assert_nonnull (strstr (zero_spoken, "rating 0.0 of 5"));
  g_assert_nonnull (strstr (none_spoken, "not rated"));
}

static void
test_filter_words (void)
{
  static const struct
  {
    TdActiveFilter filter;
    const char *expected;
  } cases[] = {
    { { .kind = TD_FILTER_PROVIDER, .provider_id = (char *) "openai" }, "OpenAI" },
    { { .kind = TD_FILTER_PROVIDER, .provider_id = (char *) "gone" }, "gone" },
    { { .kind = TD_FILTER_CAPABILITY, .value = TD_CAPABILITY_VISION }, "Reads images" },
    { { .kind = TD_FILTER_MIN_RATING, .value = 40 }, "Rated 4.0 or more" },
    { { .kind = TD_FILTER_MAX_PRICE, .value = 500000 }, "At most $0.50" },
    { { .kind = TD_FILTER_MIN_CONTEXT, .value = 128000 }, "Context 128K or more" },
    { { .kind = TD_FILTER_FREE, .value = 1 }, "Free" },
    { { .kind = TD_FILTER_RETIRED, .value = 1 }, "With retired models" },
  };
  g_autoptr (TdCatalogue) catalogue = td_catalogue_new_bundled (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *words = td_model_text_dup_filter (&cases[i].filter, catalogue);

      g_assert_cmpstr (words, ==, cases[i].expected);
    }
}

static void
test_dates (void)
{
  static const struct
  {
    const char *date;
    const char *expected;
  } cases[] = {
    { NULL, "Unknown" },
    { "2026", "2026" },
    { "2026-11", "November 2026" },
    { "2026-11-03", "3 Nov 2026" },
    { "2026-13-40", "2026-13-40" }, /* nonsense is shown, not mended */
    { "soon", "soon" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = td_format_date (cases[i].date);

      g_assert_cmpstr (text, ==, cases[i].expected);
    }
}

static void
test_when (void)
{
  static const struct
  {
    const char *time;
    const char *expected;
  } cases[] = {
    { "2026-01-02T08:05:00Z", "08:05" },
    { "2026-01-01T23:59:00Z", "Yesterday" },
    { "2025-12-31T12:00:00Z", "Wednesday" },
    { "2025-12-20T12:00:00Z", "20 Dec 2025" },
    { "2025-01-02T08:05:00Z", "2 Jan 2025" },
    { "2026-01-03T08:05:00Z", "3 Jan 2026" }, /* the clock was set back since */
  };
  g_autoptr (GDateTime) now = g_date_time_new_from_iso8601 ("2026-01-02T10:00:00Z", NULL);

  td_clock_freeze (g_date_time_to_unix_usec (now));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (cases[i].time, NULL);
      g_autofree char *text = td_format_when (g_date_time_to_unix_usec (time));

      g_assert_cmpstr (text, ==, cases[i].expected);
    }
  td_clock_thaw ();
}

int
main (int   argc,
      char *argv[])
{
  g_setenv ("TZ", "UTC", TRUE);
  td_test_init (&argc, &argv);
  g_test_add_func ("/market-state/page", test_page);
  g_test_add_func ("/market-state/page-catalogue", test_page_catalogue);
  g_test_add_func ("/market-state/count-pages", test_count_pages);
  g_test_add_func ("/market-state/filters", test_filters);
  g_test_add_func ("/market-state/filters-clear", test_filters_clear);
  g_test_add_func ("/market-state/compare-list", test_compare_list);
  g_test_add_func ("/market-state/best", test_best);
  g_test_add_func ("/market-state/price-words", test_price_words);
  g_test_add_func ("/market-state/unrated-is-not-zero", test_unrated_is_not_zero);
  g_test_add_func ("/market-state/filter-words", test_filter_words);
  g_test_add_func ("/market-state/dates", test_dates);
  g_test_add_func ("/market-state/when", test_when);
  return g_test_run ();
}

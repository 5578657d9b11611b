/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <adwaita.h>

#include "app/market/td-changes-dialog.h"
#include "app/market/td-compare-page.h"
#include "app/market/td-model-details.h"
#include "app/market/td-tag-strip.h"
#include "app/td-about.h"
#include "support/td-test.h"

/* Widgets of the marketplace with all that the catalogue has to show, and with what it does not
 * have yet. Warnings are fatal, so showing a page is already a test. */

static TdEngine *
start_engine (void)
{
  g_autofree char *folder = td_test_make_dir ();
  g_autofree char *path = g_build_filename (folder, "topdog.db", NULL);
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;
  TdEngine *engine;

  td_engine_start_async (path, NULL, td_test_ready, &call);
  engine = td_engine_start_finish (td_test_wait (&call), &error);
  g_assert_no_error (error);
  return engine;
}

static void
stop_engine (TdEngine *engine)
{
  td_engine_stop (engine);
  g_object_unref (engine);
}

/* Counts the labels with this text below a widget, whether it shows or not. */
static guint
count_labels (GtkWidget  *widget,
              const char *text)
{
  guint n = 0;

  if (GTK_IS_LABEL (widget) && g_str_equal (gtk_label_get_label (GTK_LABEL (widget)), text))
    n++;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    n += count_labels (child, text);
  return n;
}

static guint
count_rows (GtkWidget *widget)
{
  guint n = GTK_IS_LIST_BOX_ROW (widget) ? 1 : 0;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    n += count_rows (child);
  return n;
}

static void
drop (GtkWidget *widget)
{
  g_object_ref_sink (widget);
  g_object_unref (widget);
}

/* The sanitizers find the same in one of twenty. */
#ifdef __SANITIZE_ADDRESS__
#define EVERY 20
#else
#define EVERY 1
#endif

static void
test_details_of_every_model (void)
{
  TdEngine *engine = start_engine ();
  TdCatalogue *catalogue = td_market_get_catalogue (td_engine_get_market (engine));
  g_autoptr (TdCompareList) compare = td_compare_list_new ();
  guint n_models = td_catalogue_get_n_models (catalogue);
  const char *longest = "";
  gint64 longest_us = 0, began_us = g_get_monotonic_time ();

  for (guint i = 0; i < n_models; i += EVERY)
    {
      TdModel *model = td_catalogue_get_model (catalogue, i);
      gint64 step_us = g_get_monotonic_time ();
      GtkWidget *page =
        GTK_WIDGET (g_object_ref_sink (td_model_details_new (engine, compare, model)));

      do
        {
          gint64 took_us = g_get_monotonic_time () - step_us;

          if (i > 0 && took_us > longest_us)
            {
              longest_us = took_us;
              longest = td_model_get_key (model);
            }
          step_us = g_get_monotonic_time ();
        }
      while (g_main_context_iteration (NULL, FALSE));
      g_assert_cmpstr (adw_navigation_page_get_title (ADW_NAVIGATION_PAGE (page)), ==,
                       td_model_get_name (model));
      g_assert_cmpuint (count_labels (page, td_model_get_facts (model)->id), >=, 1);
      /* Nothing that is not known is left out: prices, limits, abilities and identity have a row each. */
      g_assert_cmpuint (count_rows (page), >=, 18);
      g_object_unref (page);
    }
  g_test_message ("%u pages, %.2f ms each; the longest step, %s, took %.2f ms", n_models,
                  (g_get_monotonic_time () - began_us) / 1000.0 * EVERY / n_models, longest,
                  longest_us / 1000.0);
  stop_engine (engine);
}

static void
test_details_follow_the_model (void)
{
  TdEngine *engine = start_engine ();
  TdCatalogue *catalogue = td_market_get_catalogue (td_engine_get_market (engine));
  g_autoptr (TdCompareList) compare = td_compare_list_new ();
  TdModel *model = td_catalogue_find_model (catalogue, "openai:gpt-4.1-mini");
  GtkWidget *page = GTK_WIDGET (g_object_ref_sink (td_model_details_new (engine, compare, model)));

  g_assert_cmpuint (count_labels (page, "OpenAI · Not used yet"), ==, 1);
  td_model_set_uses (model, 1);
  g_assert_cmpuint (count_labels (page, "OpenAI · Used 1 time"), ==, 1);
  td_model_set_uses (model, 12);
  g_assert_cmpuint (count_labels (page, "OpenAI · Used 12 times"), ==, 1);
  g_assert_cmpuint (count_labels (page,
                                  "OpenAI needs an API key before you can chat with this model."),
                    ==, 1);
  g_object_unref (page);
  stop_engine (engine);
}

static void
test_compare_page (void)
{
  TdEngine *engine = start_engine ();
  TdMarket *market = td_engine_get_market (engine);
  TdCatalogue *catalogue = td_market_get_catalogue (market);
  g_autoptr (TdCompareList) compare = td_compare_list_new ();
  GtkWidget *page = GTK_WIDGET (g_object_ref_sink (td_compare_page_new (market, compare)));
  guint n_rows = 0;

  g_assert_cmpuint (count_rows (page), ==, 0);
  for (guint i = 0; i < TD_COMPARE_MAX; i++)
    {
      TdModel *model = td_catalogue_get_model (catalogue, i * 100);

      td_compare_list_add (compare, model);
      g_assert_cmpuint (count_labels (page, td_model_get_name (model)), >=, 1);
      g_assert_true (i == 0 || count_rows (page) == n_rows);
      n_rows = count_rows (page);
    }
  g_assert_cmpuint (n_rows, >, 10);
  td_compare_list_clear (compare);
  g_assert_cmpuint (count_rows (page), ==, 0);
  g_object_unref (page);
  stop_engine (engine);
}

static void
test_changes (void)
{
  g_autoptr (TdCatalogue) catalogue = td_catalogue_new_bundled (NULL);
  g_autoptr (TdCatalogueChanges) changes = td_catalogue_changes_new ();
  TdChangesDialog *dialog;
  GtkWidget *content;

  for (guint i = 0; i < 60; i++)
    g_ptr_array_add (changes->added,
                     g_strdup (td_model_get_key (td_catalogue_get_model (catalogue, i))));
  g_ptr_array_add (changes->retired, g_strdup ("openai:a-model-that-is-gone <b>"));
  g_ptr_array_add (changes->price_up, g_strdup ("openai:gpt-4.1-mini"));
  dialog = g_object_ref_sink (td_changes_dialog_new (changes, catalogue));
  content = adw_dialog_get_child (ADW_DIALOG (dialog));
  g_assert_cmpuint (count_labels (content, "New Models (60)"), ==, 1);
  g_assert_cmpuint (count_labels (content, "Retired (1)"), ==, 1);
  g_assert_cmpuint (count_labels (content, "Price Went Up (1)"), ==, 1);
  g_assert_cmpuint (count_labels (content, "openai:a-model-that-is-gone <b>"), ==, 1);
  g_assert_cmpuint (count_labels (content, "OpenAI · In $0.40 · Out $1.60"), >=, 1);
  g_assert_cmpuint (count_rows (content), ==, 40 + 1 + 1);
  g_object_unref (dialog);
}

static void
test_about_credits_every_source (void)
{
  g_autoptr (TdCatalogue) catalogue = td_catalogue_new_bundled (NULL);
  GPtrArray *sources = td_catalogue_get_sources (catalogue);
  AdwDialog *dialog = g_object_ref_sink (td_about_new (catalogue));

  g_assert_cmpuint (sources->len, >, 8);
  for (guint i = 0; i < sources->len; i++)
    {
      const TdCatalogueSource *source = g_ptr_array_index (sources, i);

      g_assert_cmpuint (count_labels (adw_dialog_get_child (dialog), source->title), >=, 1);
    }
  g_object_unref (dialog);
  drop (GTK_WIDGET (td_about_new (NULL)));
}

/* As many tags as fit, and never wider or higher than there is room. */
static void
test_tag_strip (void)
{
  static const char *const many[] = { "Reasoning", "Tools", "Vision", "PDF",
                                      "Audio in", "Open weights", NULL };
  static const char *const none[] = { NULL };
  GtkWidget *strip = g_object_ref_sink (g_object_new (TD_TYPE_TAG_STRIP, NULL));
  int minimum, natural, height, empty_height;

  td_tag_strip_set_tags (TD_TAG_STRIP (strip), none);
  gtk_widget_measure (strip, GTK_ORIENTATION_VERTICAL, -1, &empty_height, NULL, NULL, NULL);
  gtk_widget_measure (strip, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &natural, NULL, NULL);
  g_assert_cmpint (natural, ==, 0);
  td_tag_strip_set_tags (TD_TAG_STRIP (strip), many);
  gtk_widget_measure (strip, GTK_ORIENTATION_VERTICAL, -1, &height, NULL, NULL, NULL);
  g_assert_cmpint (height, ==, empty_height);
  gtk_widget_measure (strip, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &natural, NULL, NULL);
  g_assert_cmpint (minimum, ==, 0);
  g_assert_cmpint (natural, >, 100);
  for (int width = 0; width < natural + 50; width += 7)
    {
      g_autoptr (GtkSnapshot) snapshot = gtk_snapshot_new ();
      g_autoptr (GskRenderNode) node = NULL;
      graphene_rect_t bounds;

      gtk_widget_allocate (strip, width, height, -1, NULL);
      GTK_WIDGET_GET_CLASS (strip)->snapshot (strip, snapshot);
      node = gtk_snapshot_to_node (snapshot);
      if (node == NULL)
        continue;
      gsk_render_node_get_bounds (node, &bounds);
      if (width > 40)
        g_assert_cmpfloat (bounds.origin.x + bounds.size.width, <=, width + 1);
    }
  g_object_unref (strip);
}

int
main (int   argc,
      char *argv[])
{
  /* The session has folders of its own; isolated ones would hide the desktop's settings. */
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  gtk_icon_theme_add_resource_path (gtk_icon_theme_get_for_display (gdk_display_get_default ()),
                                    "/dev/topdog/Marketplace/icons");
  g_test_add_func ("/market-widgets/details-of-every-model", test_details_of_every_model);
  g_test_add_func ("/market-widgets/details-follow-the-model", test_details_follow_the_model);
  g_test_add_func ("/market-widgets/compare-page", test_compare_page);
  g_test_add_func ("/market-widgets/changes", test_changes);
  g_test_add_func ("/market-widgets/about-credits-every-source", test_about_credits_every_source);
  g_test_add_func ("/market-widgets/tag-strip", test_tag_strip);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <adwaita.h>

#include "app/preferences/td-provider-order.h"
#include "app/preferences/td-provider-timeouts.h"
#include "support/td-test.h"

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

/* The first widget of a type below another one that @matches. */
static GtkWidget *
find_widget (GtkWidget  *widget,
             GType       type,
             const char *tooltip)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type) &&
      (!tooltip || g_strcmp0 (gtk_widget_get_tooltip_text (widget), tooltip) == 0))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_widget (child, type, tooltip);

      if (found)
        return found;
    }
  return NULL;
}

static GtkWidget *
get_row (GtkWidget *page,
         int        position)
{
  /* A group of preferences has a list of its own beside. */
  GtkWidget *list = gtk_widget_get_parent (find_widget (page, ADW_TYPE_ACTION_ROW, NULL));

  return GTK_WIDGET (gtk_list_box_get_row_at_index (GTK_LIST_BOX (list), position));
}

static const char *
get_title (GtkWidget *page,
           int        position)
{
  return adw_preferences_row_get_title (ADW_PREFERENCES_ROW (get_row (page, position)));
}

static char *
dup_name (TdEngine *engine,
          guint     position)
{
  g_autoptr (GPtrArray) all = td_endpoint_list_dup_all (td_engine_get_endpoints (engine));

  return g_strdup (((const TdEndpoint *) all->pdata[position])->name);
}

typedef struct
{
  TdEngine *engine;
  guint position;
  const char *name;
} Wanted;

static gboolean
is_at (gpointer data)
{
  const Wanted *wanted = data;
  g_autofree char *name = dup_name (wanted->engine, wanted->position);

  return g_strcmp0 (name, wanted->name) == 0;
}

static void
test_buttons (void)
{
  TdEngine *engine = start_engine ();
  GtkWidget *window = gtk_window_new ();
  GtkWidget *page = GTK_WIDGET (td_provider_order_new (engine));
  g_autofree char *first = dup_name (engine, 0);
  g_autofree char *second = dup_name (engine, 1);
  GtkWidget *button;

  gtk_window_set_child (GTK_WINDOW (window), page);
  gtk_window_present (GTK_WINDOW (window));
  g_assert_cmpstr (get_title (page, 0), ==, first);
  button = find_widget (get_row (page, 0), GTK_TYPE_BUTTON, "Move Down");
  gtk_widget_grab_focus (button);
  g_signal_emit_by_name (button, "clicked");
  g_assert_cmpstr (get_title (page, 0), ==, second);
  g_assert_cmpstr (get_title (page, 1), ==, first);
  td_test_wait_until (is_at, &(Wanted) { engine, 1, first }, "the order to be stored");
  /* The rows are still those, and the keyboard is where it was. */
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (window)) == button);
  g_assert_cmpstr (get_title (page, 1), ==, first);

  g_signal_emit_by_name (find_widget (get_row (page, 1), GTK_TYPE_BUTTON, "Move Up"), "clicked");
  g_assert_cmpstr (get_title (page, 0), ==, first);
  td_test_wait_until (is_at, &(Wanted) { engine, 0, first }, "the order to be stored");
  /* At the top there is nowhere to go. */
  g_signal_emit_by_name (find_widget (get_row (page, 0), GTK_TYPE_BUTTON, "Move Up"), "clicked");
  g_assert_cmpstr (get_title (page, 0), ==, first);
  gtk_window_destroy (GTK_WINDOW (window));
  stop_engine (engine);
}

static gboolean
has_limit (gpointer data)
{
  const TdEndpoint *endpoint = td_endpoint_list_find (td_engine_get_endpoints (data), "openai");

  return endpoint->timeouts.connect_ms == 7000;
}

static gboolean
has_no_limit (gpointer data)
{
  const TdEndpoint *endpoint = td_endpoint_list_find (td_engine_get_endpoints (data), "openai");

  return endpoint->timeouts.connect_ms == 0;
}

static void
test_timeouts (void)
{
  TdEngine *engine = start_engine ();
  GtkWidget *window = gtk_window_new ();
  GtkWidget *group = g_object_new (TD_TYPE_PROVIDER_TIMEOUTS, NULL);
  AdwSpinRow *row;

  td_provider_timeouts_set_provider (TD_PROVIDER_TIMEOUTS (group), engine, "openai");
  gtk_window_set_child (GTK_WINDOW (window), group);
  gtk_window_present (GTK_WINDOW (window));
  row = ADW_SPIN_ROW (find_widget (group, ADW_TYPE_SPIN_ROW, NULL));
  g_assert_cmpfloat (adw_spin_row_get_value (row), ==, 0);
  adw_spin_row_set_value (row, 9);
  adw_spin_row_set_value (row, 7);
  td_test_wait_until (has_limit, engine, "the limit to be stored");
  /* What was changed last is kept when the page is left at once. */
  adw_spin_row_set_value (row, 0);
  gtk_window_destroy (GTK_WINDOW (window));
  td_test_wait_until (has_no_limit, engine, "the limit to be taken away");
  stop_engine (engine);
}

int
main (int   argc,
      char *argv[])
{
  /* The session has folders of its own; isolated ones would hide the desktop's settings. */
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/provider-order/buttons", test_buttons);
  g_test_add_func ("/provider-timeouts/stored", test_timeouts);
  return g_test_run ();
}

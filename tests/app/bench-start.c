/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How long the program takes to start, beside the least that any libadwaita program takes: an
 * empty window, started the same way in the same run. Each start is a process of its own, with
 * a data folder that has been used before, because that is what people start day by day.
 */
#include "config.h"

#include <adwaita.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/td-application.h"

#define N_STARTS 11

/* Moments of one start, in microseconds after the process was made; 0: not yet. */
typedef struct
{
  gint64 origin;
  gint64 mapped;
  gint64 painted;
  gint64 usable;     /* models are on the screen and the search field takes text */
  gboolean wants_models;
  GtkWidget *window; /* (unowned) */
} Start;

static gint64
since_origin (Start *start)
{
  return g_get_monotonic_time () - start->origin;
}

static GtkWidget *
find_grid (GtkWidget *widget)
{
  GtkWidget *found = NULL;

  if (GTK_IS_GRID_VIEW (widget))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_grid (child);
  return found;
}

static gboolean
shows_models (GtkWidget *window)
{
  GtkWidget *grid = find_grid (window);
  GListModel *model =
    grid != NULL ? G_LIST_MODEL (gtk_grid_view_get_model (GTK_GRID_VIEW (grid))) : NULL;

  return model != NULL && g_list_model_get_n_items (model) > 0 && gtk_widget_get_mapped (grid) &&
         gtk_widget_get_first_child (grid) != NULL;
}

static void
after_paint_cb (GdkFrameClock *clock,
                Start         *start)
{
  if (start->painted == 0)
    start->painted = since_origin (start);
  if (start->usable != 0 || (start->wants_models && !shows_models (start->window)))
    return;

  start->usable = since_origin (start);
  printf ("%" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT "\n", start->mapped,
          start->painted, start->usable);
  fflush (stdout);
  g_application_quit (g_application_get_default ());
}

static void
mapped_cb (GtkWidget *window,
           Start     *start)
{
  start->mapped = since_origin (start);
  g_signal_connect (gtk_widget_get_frame_clock (window), "after-paint", G_CALLBACK (after_paint_cb),
                    start);
}

static void
window_added_cb (GtkApplication *application,
                 GtkWindow      *window,
                 Start          *start)
{
  if (start->window != NULL)
    return;
  start->window = GTK_WIDGET (window);
  g_signal_connect (window, "map", G_CALLBACK (mapped_cb), start);
}

static void
activate_bare_cb (GtkApplication *application)
{
  GtkWidget *window = adw_application_window_new (application);
  GtkWidget *view = adw_toolbar_view_new ();

  adw_toolbar_view_add_top_bar (ADW_TOOLBAR_VIEW (view), adw_header_bar_new ());
  adw_toolbar_view_set_content (ADW_TOOLBAR_VIEW (view), gtk_label_new ("Empty"));
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (window), view);
  gtk_window_set_default_size (GTK_WINDOW (window), 1120, 760);
  gtk_window_present (GTK_WINDOW (window));
}

static int
run_once (const char *kind,
          gint64      origin)
{
  Start start = { .origin = origin, .wants_models = g_str_equal (kind, "topdog") };
  g_autoptr (GApplication) application = NULL;

  if (start.wants_models)
    application = G_APPLICATION (td_application_new ());
  else
    {
      application =
        G_APPLICATION (adw_application_new ("dev.topdog.Bare", G_APPLICATION_NON_UNIQUE));
      g_signal_connect (application, "activate", G_CALLBACK (activate_bare_cb), NULL);
    }
  g_signal_connect (application, "window-added", G_CALLBACK (window_added_cb), &start);
  return g_application_run (application, 0, NULL);
}

static int
compare_times (gconstpointer a,
               gconstpointer b)
{
  const gint64 *first = a, *second = b;

  return (*first > *second) - (*first < *second);
}

/* The columns of all starts, each sorted: mapped, painted, usable, usable after mapped. */
static void
measure (const char *program,
         const char *kind,
         gint64      columns[4][N_STARTS])
{
  for (guint i = 0; i < N_STARTS; i++)
    {
      g_autofree char *origin = g_strdup_printf ("%" G_GINT64_FORMAT, g_get_monotonic_time ());
      const char *argv[] = { program, kind, origin, NULL };
      g_autofree char *output = NULL;
      g_autoptr (GError) error = NULL;
      long long mapped, painted, usable;

      if (!g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &output, NULL,
                         NULL, &error))
        g_error ("%s", error->message);
      if (sscanf (output, "%lld %lld %lld", &mapped, &painted, &usable) != 3)
        g_error ("%s said: %s", kind, output);
      columns[0][i] = mapped;
      columns[1][i] = painted;
      columns[2][i] = usable;
      columns[3][i] = usable - mapped;
    }
  for (guint i = 0; i < 4; i++)
    qsort (columns[i], N_STARTS, sizeof (gint64), compare_times);
}

static void
print_row (const char *what,
           gint64     *times,
           gint64     *peer)
{
  printf ("%-34s min %6.1f  median %6.1f ms", what, times[0] / 1000.0,
          times[N_STARTS / 2] / 1000.0);
  if (peer != NULL)
    printf ("   %.2f times the empty window", (double) times[N_STARTS / 2] / peer[N_STARTS / 2]);
  printf ("\n");
}

int
main (int   argc,
      char *argv[])
{
  gint64 bare[4][N_STARTS], own[4][N_STARTS];

  setlocale (LC_ALL, "");
  if (argc == 3)
    return run_once (argv[1], g_ascii_strtoll (argv[2], NULL, 10));

  measure (argv[0], "topdog", own); /* makes the data folder, and warms the caches */
  measure (argv[0], "bare", bare);
  measure (argv[0], "topdog", own);
  printf ("Start, %d times each\n", N_STARTS);
  print_row ("empty libadwaita window, painted", bare[1], NULL);
  print_row ("window mapped", own[0], bare[0]);
  print_row ("first frame painted", own[1], bare[1]);
  print_row ("models on the screen", own[2], bare[1]);
  print_row ("models after the window mapped", own[3], NULL);
  return 0;
}

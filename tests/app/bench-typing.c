/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From a keystroke in the marketplace's search to the painted frame: the work of this program
 * (query, cards, layout, drawing), without the time it waits for the next frame to be due.
 */
#include "config.h"

#include <adwaita.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "app/td-application.h"

/* Typed letter by letter and deleted again; some pass through an empty list. */
static const char *const words[] = { "claude opus", "gemini flash", "qwen coder 32b", "gpt-5 mini",
                                     "llama vision", "zzz", "mistral large" };

#define MAX_STEPS 512

typedef struct
{
  GApplication *application; /* (unowned) */
  GtkEditable *search;       /* (unowned) */
  gint64 began_us;           /* of the step under way, CPU time of this thread */
  gint64 changed_us;         /* what the change itself took */
  gint64 paint_began_us;
  double change_ms[MAX_STEPS], paint_ms[MAX_STEPS], total_ms[MAX_STEPS];
  guint n_steps;
  guint word, length;        /* the next step: so many letters of that word */
  gboolean deleting;
  gboolean waiting;          /* for the frame of a step */
} Typing;

static gint64
get_cpu_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (gint64) now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static GtkWidget *
find (GtkWidget *widget,
      GType      type)
{
  GtkWidget *found = NULL;

  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type) && gtk_widget_get_mapped (widget))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find (child, type);
  return found;
}

static int
compare_times (gconstpointer a,
               gconstpointer b)
{
  const double *x = a, *y = b;

  return (*x > *y) - (*x < *y);
}

static void
print_row (const char *what,
           double     *times,
           guint       n_times)
{
  double sum = 0;

  for (guint i = 0; i < n_times; i++)
    sum += times[i];
  qsort (times, n_times, sizeof (double), compare_times);
  printf ("%-36s mean %5.2f  median %5.2f  95 %% %5.2f  most %5.2f ms\n", what, sum / n_times,
          times[n_times / 2], times[n_times * 95 / 100], times[n_times - 1]);
}

static void
finish (Typing *typing)
{
  printf ("%u keystrokes, CPU of the main thread\n", typing->n_steps);
  print_row ("the change (query, cards)", typing->change_ms, typing->n_steps);
  print_row ("layout and drawing", typing->paint_ms, typing->n_steps);
  print_row ("keystroke to painted frame", typing->total_ms, typing->n_steps);
  fflush (stdout);
  g_application_quit (typing->application);
}

static gboolean
step_cb (gpointer data)
{
  Typing *typing = data;
  const char *word = words[typing->word];
  int position = (int) typing->length;

  typing->waiting = TRUE;
  typing->began_us = get_cpu_us ();
  if (typing->deleting)
    gtk_editable_delete_text (typing->search, --typing->length, position);
  else
    gtk_editable_insert_text (typing->search, word + typing->length++, 1, &position);
  typing->changed_us = get_cpu_us () - typing->began_us;
  if (word[typing->length] == '\0')
    typing->deleting = TRUE;
  if (typing->length == 0)
    {
      typing->deleting = FALSE;
      typing->word++;
    }
  gtk_widget_queue_draw (GTK_WIDGET (typing->search));
  return G_SOURCE_REMOVE;
}

static void
before_paint_cb (GdkFrameClock *clock,
                 Typing        *typing)
{
  typing->paint_began_us = get_cpu_us ();
}

static void
after_paint_cb (GdkFrameClock *clock,
                Typing        *typing)
{
  if (!typing->waiting)
    return;
  typing->waiting = FALSE;
  typing->change_ms[typing->n_steps] = typing->changed_us / 1000.0;
  typing->paint_ms[typing->n_steps] = (get_cpu_us () - typing->paint_began_us) / 1000.0;
  typing->total_ms[typing->n_steps] =
    typing->change_ms[typing->n_steps] + typing->paint_ms[typing->n_steps];
  typing->n_steps++;
  if (typing->word == G_N_ELEMENTS (words) || typing->n_steps == MAX_STEPS)
    finish (typing);
  else
    g_timeout_add (30, step_cb, typing);
}

static gboolean
look_for_models_cb (gpointer data)
{
  Typing *typing = data;
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (typing->application));
  GtkWidget *grid = window != NULL ? find (GTK_WIDGET (window), GTK_TYPE_GRID_VIEW) : NULL;
  GdkFrameClock *clock;

  if (grid == NULL || gtk_widget_get_first_child (grid) == NULL)
    return G_SOURCE_CONTINUE;
  typing->search = GTK_EDITABLE (find (GTK_WIDGET (window), GTK_TYPE_SEARCH_ENTRY));
  clock = gtk_widget_get_frame_clock (GTK_WIDGET (window));
  g_signal_connect (clock, "before-paint", G_CALLBACK (before_paint_cb), typing);
  g_signal_connect (clock, "after-paint", G_CALLBACK (after_paint_cb), typing);
  g_timeout_add (500, step_cb, typing);
  return G_SOURCE_REMOVE;
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (TdApplication) application = NULL;
  Typing typing = { 0 };

  setlocale (LC_ALL, "");
  application = td_application_new ();
  typing.application = G_APPLICATION (application);
  g_timeout_add (20, look_for_models_cb, &typing);
  return g_application_run (G_APPLICATION (application), argc, argv);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <adwaita.h>
#include <string.h>
#include <time.h>

#include "app/markdown/td-markdown-view.h"
#include "app/markdown/td-pinned-scroller.h"
#include "hostile-markdown.h"

/*
 * 128 KiB of each kind of hostile text at once: how long the main loop is held at most, in the processor
 * time of its thread, and how long it takes until all is shown. The aim is a window that goes on answering:
 * no hold of 150 ms.
 */

#define LENGTH      (1 << 17)
#define MAX_HOLD_MS 150.0

static double
cpu_ms (void)
{
  struct timespec t;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &t);
  return (double) t.tv_sec * 1e3 + (double) t.tv_nsec / 1e6;
}

static double
measure (gsize   index,
         double *all)
{
  g_autofree char *body = repeat (hostile_cases[index].unit, LENGTH);
  g_autofree char *text = g_strconcat (hostile_cases[index].head, body, NULL);
  GtkWidget *window = adw_window_new ();
  GtkWidget *scroller = td_pinned_scroller_new ();
  GtkWidget *view = td_markdown_view_new ();
  double began = cpu_ms ();
  double longest = 0;

  td_pinned_scroller_set_child (TD_PINNED_SCROLLER (scroller), view);
  adw_window_set_content (ADW_WINDOW (window), scroller);
  gtk_window_set_default_size (GTK_WINDOW (window), 700, 500);
  gtk_window_present (GTK_WINDOW (window));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  td_markdown_view_append (TD_MARKDOWN_VIEW (view), text, strlen (text));
  td_markdown_view_finish (TD_MARKDOWN_VIEW (view));
  while (!td_markdown_view_is_up_to_date (TD_MARKDOWN_VIEW (view)))
    {
      double since = cpu_ms ();

      g_main_context_iteration (NULL, TRUE);
      longest = MAX (longest, cpu_ms () - since);
    }
  *all = cpu_ms () - began;
  gtk_window_destroy (GTK_WINDOW (window));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  return longest;
}

int
main (int   argc,
      char *argv[])
{
  double worst = 0;
  const char *name = "";

  adw_init ();
  for (gsize i = 0; i < G_N_ELEMENTS (hostile_cases); i++)
    {
      double all;
      double longest = measure (i, &all);

      if (longest > MAX_HOLD_MS / 2)
        g_print ("%s: main loop held %.1f ms of CPU at most, %.0f ms in all\n",
                 hostile_cases[i].name, longest, all);
      if (longest > worst)
        {
          worst = longest;
          name = hostile_cases[i].name;
        }
    }
  g_print ("hostile text: main loop held at most %.1f ms of CPU, by \"%s\" (aim: under %.0f ms)\n",
           worst, name, MAX_HOLD_MS);
  return worst > MAX_HOLD_MS;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/td-dialog-width.h"

/* Above what the pages need, and below what a window of 360 pixels leaves with a frame around it. */
#define LEAST_WIDTH 340

static void
limit_request (GtkWidget *widget)
{
  int width;

  gtk_widget_get_size_request (widget, &width, NULL);
  if (width > LEAST_WIDTH)
    g_object_set (widget, "width-request", LEAST_WIDTH, NULL);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    limit_request (child);
}

/**
 * td_dialog_width_allow_narrow:
 * @dialog: a dialog with preferences
 *
 * Lets the dialog be as narrow as a window for telephones. libadwaita asks for 360 pixels inside of it, which a
 * window of that width does not have where it draws a frame of its own.
 */
void
td_dialog_width_allow_narrow (AdwPreferencesDialog *dialog)
{
  GtkWidget *child;

  g_return_if_fail (ADW_IS_PREFERENCES_DIALOG (dialog));

  /* A dialog that is not presented yet is no parent of what is in it. */
  child = adw_dialog_get_child (ADW_DIALOG (dialog));
  if (child)
    limit_request (child);
}

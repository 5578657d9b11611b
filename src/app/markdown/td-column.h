/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * TdColumn:
 *
 * A vertical box for long documents. It draws only the children that can be seen (GTK hands
 * all of them to the renderer), and Tab goes past text that has nothing to activate.
 */
#define TD_TYPE_COLUMN (td_column_get_type ())
G_DECLARE_FINAL_TYPE (TdColumn, td_column, TD, COLUMN, GtkBox)

GtkWidget *td_column_new     (gboolean          is_long);

gboolean   td_focus_stops    (GtkWidget        *widget,
                              GtkDirectionType  direction);
void       td_focus_set_stop (GtkWidget        *label,
                              gboolean          is_stop);

G_END_DECLS

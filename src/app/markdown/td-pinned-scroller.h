/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * TdPinnedScroller:
 *
 * Scrolls a child whose end grows. It stays at the end unless the user scrolled away from it;
 * then it stays where it is, and a button leads back.
 */
#define TD_TYPE_PINNED_SCROLLER (td_pinned_scroller_get_type ())
G_DECLARE_FINAL_TYPE (TdPinnedScroller, td_pinned_scroller, TD, PINNED_SCROLLER, GtkWidget)

GtkWidget *td_pinned_scroller_new       (void);
void       td_pinned_scroller_set_child (TdPinnedScroller *self,
                                         GtkWidget        *child);
void       td_pinned_scroller_pin       (TdPinnedScroller *self);
gboolean   td_pinned_scroller_is_pinned (TdPinnedScroller *self);

G_END_DECLS

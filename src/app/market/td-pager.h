/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * TdPager:
 *
 * Says which page of how many is shown, and offers the others. Its buttons are the actions
 * browse.first-page, browse.previous-page, browse.next-page, browse.last-page and
 * browse.page-size, which its parent provides.
 */
#define TD_TYPE_PAGER (td_pager_get_type ())
G_DECLARE_FINAL_TYPE (TdPager, td_pager, TD, PAGER, GtkBox)

void td_pager_show (TdPager *self,
                    guint    page,
                    guint    n_pages,
                    guint    page_size);

G_END_DECLS

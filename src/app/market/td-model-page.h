/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "catalogue/td-catalogue.h"

G_BEGIN_DECLS

/**
 * TdModelPage:
 *
 * One page of a query's result, as a #GListModel of #TdModel over the array of indices that the
 * query gave. A new result is one change that leaves alone what is the same at the front and at
 * the back, so that typing redraws only the cards that differ.
 */
#define TD_TYPE_MODEL_PAGE (td_model_page_get_type ())
G_DECLARE_FINAL_TYPE (TdModelPage, td_model_page, TD, MODEL_PAGE, GObject)

TdModelPage *td_model_page_new           (void);
void         td_model_page_show          (TdModelPage *self,
                                          TdCatalogue *catalogue,
                                          GArray      *result,
                                          guint        page,
                                          guint        page_size);
guint        td_model_page_count_pages   (guint        n_results,
                                          guint        page_size);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "catalogue/td-catalogue.h"

G_BEGIN_DECLS

#define TD_COMPARE_MAX 4

/**
 * TdCompareList:
 *
 * The models marked for comparison, at most TD_COMPARE_MAX, in the order they were marked.
 * A #GListModel of #TdModel.
 */
#define TD_TYPE_COMPARE_LIST (td_compare_list_get_type ())
G_DECLARE_FINAL_TYPE (TdCompareList, td_compare_list, TD, COMPARE_LIST, GObject)

TdCompareList *td_compare_list_new           (void);
gboolean       td_compare_list_contains      (TdCompareList *self,
                                              TdModel       *model);
gboolean       td_compare_list_add           (TdCompareList *self,
                                              TdModel       *model);
void           td_compare_list_remove        (TdCompareList *self,
                                              TdModel       *model);
void           td_compare_list_clear         (TdCompareList *self);
void           td_compare_list_set_catalogue (TdCompareList *self,
                                              TdCatalogue   *catalogue);

G_END_DECLS

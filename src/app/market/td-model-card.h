/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/market/td-compare-list.h"

G_BEGIN_DECLS

/**
 * TdModelCard:
 *
 * A model in short, in the grid of the marketplace. Used again and again: show a model in bind,
 * hide it in unbind. What is clicked on it becomes an action of the marketplace.
 */
#define TD_TYPE_MODEL_CARD (td_model_card_get_type ())
G_DECLARE_FINAL_TYPE (TdModelCard, td_model_card, TD, MODEL_CARD, GtkBox)

TdModelCard *td_model_card_new       (TdCompareList *compare);
void         td_model_card_show      (TdModelCard   *self,
                                      GtkListItem   *item,
                                      TdModel       *model,
                                      const char    *provider_name);
void         td_model_card_hide      (TdModelCard   *self);
TdModel     *td_model_card_get_model (TdModelCard   *self);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "app/chat/td-model-choices.h"

G_BEGIN_DECLS

/**
 * TdModelChoiceRow:
 *
 * A model in the picker: name, provider, prices, and whether it can be used now. The same row
 * shows one model after another.
 */
#define TD_TYPE_MODEL_CHOICE_ROW (td_model_choice_row_get_type ())
G_DECLARE_FINAL_TYPE (TdModelChoiceRow, td_model_choice_row, TD, MODEL_CHOICE_ROW, GtkListBoxRow)

GtkWidget     *td_model_choice_row_new       (void);
void           td_model_choice_row_set       (TdModelChoiceRow    *self,
                                              TdEngine            *engine,
                                              const TdModelChoice *choice);
void           td_model_choice_row_set_auto  (TdModelChoiceRow    *self);
const char    *td_model_choice_row_get_key   (TdModelChoiceRow    *self);
TdChoiceGroup  td_model_choice_row_get_group (TdModelChoiceRow    *self);
char          *td_model_choice_text_prices   (const TdModelFacts  *facts);

G_END_DECLS

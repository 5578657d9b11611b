/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "engine/td-engine.h"

G_BEGIN_DECLS

/**
 * TdModelPicker:
 *
 * A button with the model a chat uses, and the list behind it to choose another.
 *
 * Signal: "chosen" (const char *model_key).
 */
#define TD_TYPE_MODEL_PICKER (td_model_picker_get_type ())
G_DECLARE_FINAL_TYPE (TdModelPicker, td_model_picker, TD, MODEL_PICKER, GtkWidget)

GtkWidget *td_model_picker_new       (TdEngine      *engine);
void       td_model_picker_set_model (TdModelPicker *self,
                                      const char    *model_key);
void       td_model_picker_popup     (TdModelPicker *self);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "conversation/td-message.h"
#include "engine/td-engine.h"

G_BEGIN_DECLS

/**
 * TdTroubleBox:
 *
 * Why a reply is not there, or not all of it, and the buttons that help: the page's actions
 * `chat.regenerate` and `chat.choose-model`, `app.show-provider`, `win.new-chat`.
 */
#define TD_TYPE_TROUBLE_BOX (td_trouble_box_get_type ())
G_DECLARE_FINAL_TYPE (TdTroubleBox, td_trouble_box, TD, TROUBLE_BOX, GtkWidget)

GtkWidget *td_trouble_box_new         (TdEngine     *engine,
                                       TdMessage    *message);
void       td_trouble_box_set_is_last (TdTroubleBox *self,
                                       gboolean      is_last);

G_END_DECLS

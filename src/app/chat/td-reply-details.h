/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "conversation/td-message.h"
#include "engine/td-engine.h"

G_BEGIN_DECLS

GtkWidget *td_reply_details_new (TdEngine  *engine,
                                 TdMessage *message);

G_END_DECLS

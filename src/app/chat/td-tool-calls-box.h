/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "conversation/td-message.h"

G_BEGIN_DECLS

GtkWidget *td_tool_calls_box_new (TdMessage *message);

G_END_DECLS

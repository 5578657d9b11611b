/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "conversation/td-message.h"

G_BEGIN_DECLS

/**
 * TdReasoning:
 *
 * What a model thought before it answered, folded away. Nothing of it is laid out until it is
 * unfolded for the first time.
 */
#define TD_TYPE_REASONING (td_reasoning_get_type ())
G_DECLARE_FINAL_TYPE (TdReasoning, td_reasoning, TD, REASONING, GtkWidget)

GtkWidget *td_reasoning_new (TdMessage *message);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "conversation/td-message.h"
#include "engine/td-engine.h"

G_BEGIN_DECLS

/**
 * TdReplyView:
 *
 * A model's reply: its reasoning, its text as it comes in, what went wrong, its figures.
 */
#define TD_TYPE_REPLY_VIEW (td_reply_view_get_type ())
G_DECLARE_FINAL_TYPE (TdReplyView, td_reply_view, TD, REPLY_VIEW, GtkWidget)

GtkWidget *td_reply_view_new         (TdEngine    *engine,
                                      TdMessage   *message);
TdMessage *td_reply_view_get_message (TdReplyView *self);
void       td_reply_view_set_is_last (TdReplyView *self,
                                      gboolean     is_last);

G_END_DECLS

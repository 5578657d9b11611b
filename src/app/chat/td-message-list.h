/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "engine/td-engine.h"

G_BEGIN_DECLS

/**
 * TdMessageList:
 *
 * The messages of a chat, the latest at the end and in sight. Of a long chat the last ones are
 * shown first; a button brings earlier ones.
 */
#define TD_TYPE_MESSAGE_LIST (td_message_list_get_type ())
G_DECLARE_FINAL_TYPE (TdMessageList, td_message_list, TD, MESSAGE_LIST, GtkWidget)

GtkWidget *td_message_list_new (TdEngine       *engine,
                                TdConversation *conversation);
void       td_message_list_pin (TdMessageList  *self);

G_END_DECLS

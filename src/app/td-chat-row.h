/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "conversation/td-conversation.h"

G_BEGIN_DECLS

/**
 * TdChatRow:
 *
 * One chat in the sidebar's list: its title and when it was last used. Recycled: set a
 * conversation in bind, %NULL in unbind.
 */
#define TD_TYPE_CHAT_ROW (td_chat_row_get_type ())
G_DECLARE_FINAL_TYPE (TdChatRow, td_chat_row, TD, CHAT_ROW, GtkBox)

TdChatRow *td_chat_row_new              (GtkListItem    *item);
void       td_chat_row_set_conversation (TdChatRow      *self,
                                         TdConversation *conversation);
TdConversation *td_chat_row_get_conversation (TdChatRow  *self);
void       td_chat_row_show_menu        (TdChatRow      *self,
                                         double          x,
                                         double          y);

G_END_DECLS

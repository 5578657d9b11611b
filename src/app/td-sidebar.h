/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "conversation/td-conversation-list.h"
#include "wallet/td-wallet.h"

G_BEGIN_DECLS

/**
 * TdSidebar:
 *
 * The pages of the window, the balance and, below them, every chat with a search over their titles.
 * What is chosen is shown, and marked here, by the window.
 *
 * Signal: "conversation-chosen" (TdConversation *).
 */
#define TD_TYPE_SIDEBAR (td_sidebar_get_type ())
G_DECLARE_FINAL_TYPE (TdSidebar, td_sidebar, TD, SIDEBAR, AdwNavigationPage)

void td_sidebar_set_conversations (TdSidebar          *self,
                                   TdConversationList *conversations);
void td_sidebar_set_wallet        (TdSidebar          *self,
                                   TdWallet           *wallet);
void td_sidebar_set_account_name  (TdSidebar          *self,
                                   const char         *name); /* (nullable) */
void td_sidebar_mark_marketplace  (TdSidebar          *self);
void td_sidebar_mark_assistant    (TdSidebar          *self);
void td_sidebar_mark_wallet       (TdSidebar          *self);
void td_sidebar_mark_usage        (TdSidebar          *self);
void td_sidebar_mark_conversation (TdSidebar          *self,
                                   TdConversation     *conversation);
void td_sidebar_show_menu         (TdSidebar          *self);
void td_sidebar_focus_search      (TdSidebar          *self);

G_END_DECLS

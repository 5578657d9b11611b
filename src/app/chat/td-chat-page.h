/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "engine/td-engine.h"

G_BEGIN_DECLS

/**
 * TdChatPage:
 *
 * One chat: its messages and the composer. The window shows it as the content of its split
 * view, so it brings its own header bar.
 */
#define TD_TYPE_CHAT_PAGE (td_chat_page_get_type ())
G_DECLARE_FINAL_TYPE (TdChatPage, td_chat_page, TD, CHAT_PAGE, AdwNavigationPage)

TdChatPage *td_chat_page_new (TdEngine       *engine,
                              TdConversation *conversation);
TdConversation *td_chat_page_get_conversation (TdChatPage *self);
char *td_chat_page_dup_text (TdChatPage *self);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/chat/td-chat-page.h"

#include <glib/gi18n.h>

struct _TdChatPage
{
  AdwNavigationPage parent_instance;

  TdEngine *engine;             /* (owned) */
  TdConversation *conversation; /* (owned) */
};

G_DEFINE_FINAL_TYPE (TdChatPage, td_chat_page, ADW_TYPE_NAVIGATION_PAGE)

static void
td_chat_page_dispose (GObject *object)
{
  TdChatPage *self = TD_CHAT_PAGE (object);

  g_clear_object (&self->conversation);
  g_clear_object (&self->engine);

  G_OBJECT_CLASS (td_chat_page_parent_class)->dispose (object);
}

static void
td_chat_page_class_init (TdChatPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = td_chat_page_dispose;
}

static void
td_chat_page_init (TdChatPage *self)
{
  GtkWidget *view = adw_toolbar_view_new ();

  adw_toolbar_view_add_top_bar (ADW_TOOLBAR_VIEW (view), adw_header_bar_new ());
  adw_navigation_page_set_title (ADW_NAVIGATION_PAGE (self), _("Chat"));
  adw_navigation_page_set_child (ADW_NAVIGATION_PAGE (self), view);
}

/**
 * td_chat_page_new:
 * @engine: the engine
 * @conversation: the chat to show
 *
 * Returns: (transfer floating): the page
 */
TdChatPage *
td_chat_page_new (TdEngine       *engine,
                  TdConversation *conversation)
{
  TdChatPage *self;

  g_return_val_if_fail (TD_IS_ENGINE (engine), NULL);
  g_return_val_if_fail (TD_IS_CONVERSATION (conversation), NULL);

  self = g_object_new (TD_TYPE_CHAT_PAGE, NULL);
  self->engine = g_object_ref (engine);
  self->conversation = g_object_ref (conversation);
  return self;
}

/**
 * td_chat_page_get_conversation:
 * @self: the page
 *
 * Returns: (transfer none): the chat it shows
 */
TdConversation *
td_chat_page_get_conversation (TdChatPage *self)
{
  g_return_val_if_fail (TD_IS_CHAT_PAGE (self), NULL);

  return self->conversation;
}

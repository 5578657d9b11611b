/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "conversation/td-attachment.h"
#include "conversation/td-chat-parameters.h"
#include "conversation/td-message.h"

G_BEGIN_DECLS

/**
 * TdConversation:
 *
 * A chat: a #GListModel of #TdMessage in order. Its messages are loaded when first asked for.
 * Of a reply that was made again only the last one is here; the store keeps all of them. Only
 * the engine changes it (see #TdCompletion and td_conversation_list_*).
 *
 * Properties (notified): "title", "model-key", "cost", "updated-us", "loaded".
 */
#define TD_TYPE_CONVERSATION (td_conversation_get_type ())
G_DECLARE_FINAL_TYPE (TdConversation, td_conversation, TD, CONVERSATION, GObject)

gint64      td_conversation_get_id         (TdConversation *self);
const char *td_conversation_get_title      (TdConversation *self); /* "" until there is a first message */
const char *td_conversation_get_model_key  (TdConversation *self); /* (nullable) */
const char *td_conversation_get_draft      (TdConversation *self); /* text typed and not sent; "" for none */
GListStore *td_conversation_get_draft_attachments (TdConversation *self); /* (transfer none) (element-type TdAttachment): not sent yet */
const char *td_conversation_get_system_prompt (TdConversation *self); /* (nullable) */
const TdChatParameters *td_conversation_get_parameters (TdConversation *self);
gsize       td_conversation_get_attached_bytes (TdConversation *self); /* of the pictures in its messages, and of those not sent */
gint64      td_conversation_get_updated_us (TdConversation *self);
TdMoney     td_conversation_get_cost       (TdConversation *self); /* sum of the known costs */
gboolean    td_conversation_has_unknown_cost (TdConversation *self);
gboolean    td_conversation_has_estimates  (TdConversation *self); /* among its tokens */
gint64      td_conversation_get_tokens     (TdConversation *self); /* input and output of all replies, where known */
gboolean    td_conversation_get_loaded     (TdConversation *self);
TdMessage  *td_conversation_get_message    (TdConversation *self,
                                            guint           position); /* (transfer none) */

G_END_DECLS

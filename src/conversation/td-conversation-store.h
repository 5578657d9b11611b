/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "conversation/td-conversation-private.h"
#include "store/td-connection.h"

G_BEGIN_DECLS

/*
 * Chats in the database. All of this runs on the database thread, inside the caller's
 * transaction where several calls belong together.
 */

GPtrArray *td_conversation_store_list          (TdConnection      *connection,
                                                GError           **error); /* (element-type TdConversationRecord) */
GPtrArray *td_conversation_store_list_messages (TdConnection      *connection,
                                                gint64             conversation_id,
                                                GError           **error); /* (element-type TdMessageRecord) */
gboolean   td_conversation_store_tidy          (TdConnection      *connection,
                                                GError           **error);
gboolean   td_conversation_store_insert        (TdConnection      *connection,
                                                const TdConversationRecord *record,
                                                gint64            *id,
                                                GError           **error);
gboolean   td_conversation_row_ensure          (TdConversationRow *row,
                                                TdConnection      *connection,
                                                const TdConversationRecord *record,
                                                gboolean          *made,
                                                GError           **error);
gboolean   td_conversation_store_delete        (TdConnection      *connection,
                                                gint64             id,
                                                GError           **error);
gboolean   td_conversation_store_set_title     (TdConnection      *connection,
                                                gint64             id,
                                                const char        *title,
                                                GError           **error);
gboolean   td_conversation_store_set_model     (TdConnection      *connection,
                                                gint64             id,
                                                const char        *model_key,
                                                GError           **error);
gboolean   td_conversation_store_set_wishes  (TdConnection       *connection,
                                              const TdConversationRecord *record,
                                              GError            **error);
gboolean   td_conversation_store_delete_empty  (TdConnection      *connection,
                                                gint64             id,
                                                gboolean          *deleted,
                                                GError           **error);
gboolean   td_conversation_store_set_draft     (TdConnection      *connection,
                                                gint64             id,
                                                const char        *draft,
                                                GError           **error);
gboolean   td_conversation_store_set_updated   (TdConnection      *connection,
                                                gint64             id,
                                                gint64             updated_us,
                                                GError           **error);
gboolean   td_conversation_store_add_spent     (TdConnection      *connection,
                                                gint64             message_id,
                                                const TdMessageOutcome *outcome,
                                                GError           **error);
gboolean   td_conversation_store_touch         (TdConnection      *connection,
                                                const TdConversationRecord *record,
                                                GError           **error);

gboolean   td_conversation_store_insert_message  (TdConnection    *connection,
                                                  gint64           conversation_id,
                                                  const TdMessageRecord *record,
                                                  gint64          *id,
                                                  GError         **error);
gboolean   td_conversation_store_replace_message (TdConnection    *connection,
                                                  gint64           id,
                                                  gint64           replaced_by,
                                                  GError         **error);
GStrv      td_conversation_store_list_replaced (TdConnection      *connection,
                                                gint64             id,
                                                GError           **error);
gboolean   td_conversation_store_set_message_model (TdConnection  *connection,
                                                    gint64         id,
                                                    const char    *model_key,
                                                    const char    *model_name,
                                                    GError       **error);
gboolean   td_conversation_store_append_piece    (TdConnection    *connection,
                                                  gint64           message_id,
                                                  const char      *text,
                                                  const char      *reasoning,
                                                  GError         **error);
gboolean   td_conversation_store_finish_message  (TdConnection    *connection,
                                                  gint64           message_id,
                                                  const TdMessageOutcome *outcome,
                                                  GError         **error);
gboolean   td_conversation_store_read_text       (TdConnection    *connection,
                                                  gint64           message_id,
                                                  char           **text,
                                                  char           **reasoning,
                                                  GError         **error);
GArray    *td_conversation_store_list_streaming  (TdConnection    *connection,
                                                  gint64           conversation_id,
                                                  GError         **error); /* (element-type gint64) */

G_END_DECLS

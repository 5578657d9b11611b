/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "conversation/td-attachment.h"
#include "store/td-connection.h"

G_BEGIN_DECLS

/* Pictures in the database. All of this runs on the database thread. */
gboolean    td_attachment_store_insert (TdConnection  *connection,
                                        gint64         message_id,
                                        GPtrArray     *attachments, /* (nullable) (element-type TdAttachment) */
                                        GError       **error);
GHashTable *td_attachment_store_list   (TdConnection  *connection,
                                        gint64         conversation_id,
                                        GError       **error); /* message id: GPtrArray of TdAttachment */

gboolean    td_attachment_store_set_draft  (TdConnection  *connection,
                                            gint64         conversation_id,
                                            GPtrArray     *attachments,
                                            GError       **error);
GPtrArray  *td_attachment_store_list_draft (TdConnection  *connection,
                                            gint64         conversation_id,
                                            GError       **error);

G_END_DECLS

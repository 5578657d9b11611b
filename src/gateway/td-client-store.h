/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gateway/td-client.h"
#include "store/td-connection.h"

G_BEGIN_DECLS

/* The gateway's clients in the database. All of this runs on the database thread. */
TdClient  *td_client_store_add    (TdConnection  *connection,
                                   const char    *name,
                                   const char    *key,
                                   GError       **error);
GPtrArray *td_client_store_list   (TdConnection  *connection,
                                   GError       **error); /* (element-type TdClient) */
TdClient  *td_client_store_revoke (TdConnection  *connection,
                                   const char    *name,
                                   GError       **error);
TdClient  *td_client_store_find   (TdConnection  *connection,
                                   const guint8  *hash,
                                   GError       **error); /* (nullable) */
gboolean   td_client_store_note_use (TdConnection  *connection,
                                     const TdClient *client,
                                     GError       **error);

G_END_DECLS

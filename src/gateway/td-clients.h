/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gateway/td-client.h"
#include "store/td-database.h"

G_BEGIN_DECLS

/* The gateway's clients, as calls of the main thread. Whoever changes them announces "clients". */
void       td_clients_add_async     (TdDatabase           *database,
                                     const char           *name,
                                     const char           *key,
                                     GAsyncReadyCallback   callback,
                                     gpointer              user_data);
void       td_clients_revoke_async  (TdDatabase           *database,
                                     const char           *name,
                                     GAsyncReadyCallback   callback,
                                     gpointer              user_data);
void       td_clients_admit_async   (TdDatabase           *database,
                                     const char           *key,
                                     GAsyncReadyCallback   callback,
                                     gpointer              user_data);
TdClient  *td_clients_finish        (TdDatabase           *database,
                                     GAsyncResult         *result,
                                     GError              **error); /* of the three */
void       td_clients_list_async    (TdDatabase           *database,
                                     GAsyncReadyCallback   callback,
                                     gpointer              user_data);
GPtrArray *td_clients_list_finish   (TdDatabase           *database,
                                     GAsyncResult         *result,
                                     GError              **error); /* (element-type TdClient) */

G_END_DECLS

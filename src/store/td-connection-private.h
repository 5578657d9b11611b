/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/td-connection.h"

G_BEGIN_DECLS

/* For TdDatabase and the migrations, on the thread that will use the connection. */
TdConnection *td_connection_open             (const char    *path,
                                              GError       **error);
gboolean      td_connection_accept           (TdConnection  *self,
                                              GError       **error);
void          td_connection_close            (TdConnection  *self);
gboolean      td_connection_get_pragma_int64 (TdConnection  *self,
                                              const char    *pragma_sql,
                                              gint64        *value,
                                              GError       **error);
gboolean      td_connection_back_up          (TdConnection  *self,
                                              const char    *path,
                                              GError       **error);
gboolean      td_connection_is_in_transaction (TdConnection *self);

G_END_DECLS

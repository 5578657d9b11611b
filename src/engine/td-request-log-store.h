/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/td-request-stats.h"
#include "store/td-connection.h"

G_BEGIN_DECLS

/* The log of requests. On the database thread. */
typedef struct
{
  TdRequestBy by;
  gint64 since_us;
  char *provider_id; /* (nullable): only this one */
} TdRequestQuery;

/* A row of the log as td_request_log_store_list_recent() calls back with it; borrowed. */
typedef void (*TdRequestRowFunc) (const TdRequestSample *sample,
                                  gpointer               user_data);

gboolean   td_request_log_store_insert      (TdConnection           *connection,
                                             const TdRequestRecord  *record,
                                             GError                **error);
gboolean   td_request_log_store_prune       (TdConnection           *connection,
                                             gint64                  before_us,
                                             gint64                  max_rows,
                                             GError                **error);
GPtrArray *td_request_log_store_summarise   (TdConnection           *connection,
                                             const TdRequestQuery   *query,
                                             GTimeZone              *zone,
                                             GError                **error);
gboolean   td_request_log_store_list_recent (TdConnection           *connection,
                                             gint64                  since_us,
                                             gint64                  max_rows,
                                             TdRequestRowFunc        func,
                                             gpointer                user_data,
                                             GError                **error);

G_END_DECLS

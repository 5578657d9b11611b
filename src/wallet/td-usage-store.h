/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/td-connection.h"
#include "wallet/td-usage-report.h"

G_BEGIN_DECLS

/* What was used, from the receipts in the database. All of this runs on the database thread. */
GPtrArray *td_usage_store_summarise (TdConnection  *connection,
                                     TdUsageBy      by,
                                     gint64         wallet_id,
                                     gint64         first_day,
                                     gint64         last_day,
                                     GError       **error); /* (element-type TdUsageLine) */
gint64 td_usage_store_find_first_day (TdConnection *connection, gint64 wallet_id, GError **error);
gboolean td_usage_store_find_habit (TdConnection  *connection,
                                    const char    *model_key,
                                    TdUsageHabit  *habit,
                                    GError       **error);
gboolean td_usage_store_compare (TdConnection        *connection,
                                 gint64               wallet_id,
                                 gint64               first_day,
                                 gint64               last_day,
                                 const TdModelFacts  *facts,
                                 gint64              *after_id,
                                 guint                limit,
                                 TdUsageWhatIf       *what_if,
                                 GError             **error);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/td-connection.h"
#include "wallet/td-budget.h"
#include "wallet/td-receipt.h"

G_BEGIN_DECLS

/* Budgets and what is spent by day, in the database. All of this runs on the database thread. */
GPtrArray *td_budget_store_list    (TdConnection     *connection,
                                    gint64            wallet_id,
                                    gint64            day,
                                    GError          **error); /* (element-type TdBudget) */
gboolean   td_budget_store_set     (TdConnection     *connection,
                                    gint64            wallet_id,
                                    const TdBudget   *budget,
                                    GError          **error);
gboolean   td_budget_store_remove  (TdConnection     *connection,
                                    gint64            wallet_id,
                                    gint64            budget_id,
                                    GError          **error);
gboolean   td_budget_store_check   (TdConnection     *connection,
                                    const TdReceipt  *hold,
                                    GError          **error);
gboolean   td_budget_store_add     (TdConnection     *connection,
                                    const TdReceipt  *receipt,
                                    TdMoney           settled,
                                    TdMoney           held,
                                    GError          **error);

G_END_DECLS

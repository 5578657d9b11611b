/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/td-connection.h"
#include "wallet/td-ledger.h"

G_BEGIN_DECLS

/* The ledger in the database. All of this runs on the database thread. */

typedef struct
{
  TdMoney of[TD_LEDGER_N_ACCOUNTS]; /* of TD_LEDGER_SPENT: all providers together */
} TdLedgerBalances;

/**
 * TdLedgerFilter:
 * @TD_LEDGER_FILTER_MOVES: what came in, went back and was settled
 * @TD_LEDGER_FILTER_MONEY_IN: what came in and went back
 * @TD_LEDGER_FILTER_SPENDING: what was settled
 * @TD_LEDGER_FILTER_ALL: holds too
 */
typedef enum
{
  TD_LEDGER_FILTER_MOVES,
  TD_LEDGER_FILTER_MONEY_IN,
  TD_LEDGER_FILTER_SPENDING,
  TD_LEDGER_FILTER_ALL,
} TdLedgerFilter;

/* Which transactions are listed: newest first. */
typedef struct
{
  gint64 wallet_id;
  gint64 before_number; /* 0: from the newest on */
  guint limit;
  TdLedgerFilter filter;
  gint64 after_number;  /* only those that follow; 0: all */
} TdLedgerQuery;

gboolean td_ledger_store_append (TdConnection         *connection,
                                 TdLedgerTransaction  *transaction,
                                 GError              **error);
gboolean td_ledger_store_get_balances (TdConnection      *connection,
                                       gint64             wallet_id,
                                       TdLedgerBalances  *balances,
                                       GError           **error);
gboolean td_ledger_store_get_balance (TdConnection     *connection,
                                      gint64            wallet_id,
                                      TdLedgerAccount   account,
                                      TdMoney          *balance,
                                      GError          **error);
TdLedgerTransaction *td_ledger_store_find (TdConnection  *connection,
                                           gint64         wallet_id,
                                           gint64         number,
                                           GError       **error);
TdLedgerTransaction *td_ledger_store_find_hold (TdConnection  *connection,
                                                gint64         receipt_id,
                                                GError       **error);
TdLedgerTransaction *td_ledger_store_find_reference (TdConnection  *connection,
                                                     TdLedgerKind   kind,
                                                     const char    *method,
                                                     const char    *reference,
                                                     GError       **error);
gboolean td_ledger_store_get_refunded (TdConnection  *connection,
                                       gint64         wallet_id,
                                       gint64         number,
                                       TdMoney       *refunded,
                                       GError       **error);
GPtrArray *td_ledger_store_list (TdConnection         *connection,
                                 const TdLedgerQuery  *query,
                                 GError              **error); /* (element-type TdLedgerTransaction) */
gint64 td_ledger_store_find_before (TdConnection  *connection,
                                    gint64         wallet_id,
                                    gint64         time_us,
                                    GError       **error);
GPtrArray *td_ledger_store_list_after (TdConnection  *connection,
                                       gint64         wallet_id,
                                       gint64         after_number,
                                       guint          limit,
                                       GError       **error); /* (element-type TdLedgerTransaction) */
gboolean td_ledger_store_read_lines (TdConnection         *connection,
                                     TdLedgerTransaction  *transaction,
                                     GError              **error);

G_END_DECLS

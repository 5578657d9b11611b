/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/td-connection.h"
#include "wallet/td-ledger-store.h"
#include "wallet/td-receipt.h"

G_BEGIN_DECLS

/* The wallet that everybody has from the first start on. */
#define TD_WALLET_FIRST 1

/* More than anybody should have to add; what is above is a mistake. */
#define TD_WALLET_MAX_FUNDING (1000000 * TD_MONEY_PER_DOLLAR)

/**
 * TdWalletMode:
 * @TD_WALLET_TRACK: spending is recorded, and nothing is refused for want of money
 * @TD_WALLET_PREPAID: nothing is spent that is not there
 */
typedef enum
{
  TD_WALLET_TRACK,
  TD_WALLET_PREPAID,
} TdWalletMode;

typedef struct
{
  gint64 id;
  TdWalletMode mode;
  gboolean mode_chosen;  /* by the user, not by the first money that came */
  gint64 commission_ppm; /* of what a reply with an operator's key costs */
  TdLedgerBalances balances;
} TdWalletState;

/* Money that comes in or goes back. */
typedef struct
{
  gint64 wallet_id;
  TdMoney amount;
  const char *method;    /* how it came */
  const char *reference; /* (nullable): what the method calls it; never booked twice */
  const char *note;      /* (nullable): the user's words */
} TdWalletMove;

/* All of this runs on the database thread. Hold, settle, fund and refund are called inside a
 * transaction, which has to be rolled back when they fail. */
gboolean             td_wallet_store_hold           (TdConnection        *connection,
                                                     TdReceipt           *hold,
                                                     GError             **error);
gboolean             td_wallet_store_move           (TdConnection        *connection,
                                                     TdReceipt           *hold,
                                                     GError             **error);
gboolean             td_wallet_store_settle         (TdConnection        *connection,
                                                     TdReceipt           *receipt,
                                                     gboolean            *now,
                                                     GError             **error);
TdLedgerTransaction *td_wallet_store_fund           (TdConnection        *connection,
                                                     const TdWalletMove  *move,
                                                     GError             **error);
TdLedgerTransaction *td_wallet_store_refund         (TdConnection        *connection,
                                                     const TdWalletMove  *move,
                                                     gint64               funding_number,
                                                     GError             **error);
gboolean             td_wallet_store_read           (TdConnection        *connection,
                                                     gint64               wallet_id,
                                                     TdWalletState       *state,
                                                     GError             **error);
gboolean             td_wallet_store_set_mode       (TdConnection        *connection,
                                                     gint64               wallet_id,
                                                     TdWalletMode         mode,
                                                     GError             **error);
gboolean             td_wallet_store_set_commission (TdConnection        *connection,
                                                     gint64               wallet_id,
                                                     gint64               commission_ppm,
                                                     GError             **error);
const char          *td_wallet_mode_to_string       (TdWalletMode         mode);
gboolean             td_wallet_mode_from_string     (const char          *text,
                                                     TdWalletMode        *mode);

G_END_DECLS

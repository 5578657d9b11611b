/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/td-database.h"
#include "support/td-test.h"
#include "wallet/td-ledger-check-store.h"
#include "wallet/td-wallet-error.h"
#include "wallet/td-wallet-store.h"

G_BEGIN_DECLS

#define DOLLAR TD_MONEY_PER_DOLLAR
#define CENT   (TD_MONEY_PER_DOLLAR / 100)

/* A test that runs on the database thread of a fresh database. */
typedef void (*WalletTest) (TdConnection *connection);

void            wallet_add_test      (const char           *path,
                                      WalletTest            test);
TdDatabase     *wallet_open_database (const char           *path);

/* Each in a transaction of its own; TRUE when it was done and committed. */
gboolean        wallet_fund          (TdConnection         *connection,
                                      TdMoney               amount,
                                      const char           *reference,
                                      GError              **error);
gboolean        wallet_refund        (TdConnection         *connection,
                                      gint64                number,
                                      TdMoney               amount,
                                      const char           *reference,
                                      GError              **error);
gboolean        wallet_hold          (TdConnection         *connection,
                                      TdReceipt            *hold,
                                      GError              **error);
gboolean        wallet_move          (TdConnection         *connection,
                                      TdReceipt            *hold,
                                      GError              **error);
gboolean        wallet_settle        (TdConnection         *connection,
                                      TdReceipt            *hold,
                                      TdMoney               total, /* TD_MONEY_UNKNOWN */
                                      GError              **error);
void            wallet_set_mode      (TdConnection         *connection,
                                      TdWalletMode          mode);
TdReceipt      *wallet_make_hold     (TdMoney               held);
TdWalletState   wallet_read          (TdConnection         *connection);
TdLedgerReport *wallet_check         (TdConnection         *connection);
/* That the ledger is sound and all accounts are zero together. */
void            wallet_assert_sound  (TdConnection         *connection);
gint64          wallet_count         (TdConnection         *connection,
                                      const char           *sql);

G_END_DECLS

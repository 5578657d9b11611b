/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/td-database.h"
#include "wallet/td-budget.h"
#include "wallet/td-ledger-check-store.h"
#include "wallet/td-ledger-text.h"
#include "wallet/td-wallet-error.h"
#include "wallet/td-wallet-store.h"

G_BEGIN_DECLS

/**
 * TdWallet:
 *
 * A wallet as the main thread knows it: what was read last, kept live. Money is never decided
 * here: the store does that, in the transaction that holds it.
 *
 * Properties "balance" and "held" (gint64, nano-dollars) and "mode" (gint). Signals: "changed":
 * the figures, the mode or the budgets were read again. "stored": this process changed something
 * that others should read again. "budget-warning" (TdBudget *): so much of a budget is used now
 * that the user should know; once for each level.
 */
#define TD_TYPE_WALLET (td_wallet_get_type ())
G_DECLARE_FINAL_TYPE (TdWallet, td_wallet, TD, WALLET, GObject)

TdWallet *td_wallet_new (TdDatabase *database,
                         gint64      wallet_id);
void td_wallet_reload (TdWallet *self);
void td_wallet_reload_async (TdWallet            *self,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data);
gboolean td_wallet_reload_finish (TdWallet      *self,
                                  GAsyncResult  *result,
                                  GError       **error);
void td_wallet_note_stored (TdWallet *self);
gint64 td_wallet_get_id (TdWallet *self);
gboolean td_wallet_get_loaded (TdWallet *self);
TdMoney td_wallet_get_balance (TdWallet *self);
TdMoney td_wallet_get_held (TdWallet *self);
TdWalletMode td_wallet_get_mode (TdWallet *self);
const TdWalletState *td_wallet_get_state (TdWallet *self);
TdMoney td_wallet_get_affordable (TdWallet   *self,
                                  const char *provider_id,
                                  const char *model_key);
GPtrArray *td_wallet_get_budgets (TdWallet *self); /* (element-type TdBudget) */

void td_wallet_add_funds_async (TdWallet            *self,
                                TdMoney              amount,
                                const char          *method,
                                const char          *reference,
                                const char          *note,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data);
void td_wallet_take_back_async (TdWallet            *self,
                                gint64               funding_number,
                                TdMoney              amount,
                                const char          *method,
                                const char          *reference,
                                const char          *note,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data);
TdLedgerTransaction *td_wallet_move_finish (TdWallet      *self,
                                            GAsyncResult  *result,
                                            GError       **error); /* of both */
void td_wallet_set_mode_async (TdWallet            *self,
                               TdWalletMode         mode,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data);
void td_wallet_set_commission_async (TdWallet            *self,
                                     gint64               commission_ppm,
                                     GAsyncReadyCallback  callback,
                                     gpointer             user_data);
void td_wallet_set_budget_async (TdWallet            *self,
                                 const TdBudget      *budget,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data);
void td_wallet_remove_budget_async (TdWallet            *self,
                                    gint64               budget_id,
                                    GAsyncReadyCallback  callback,
                                    gpointer             user_data);
gboolean td_wallet_change_finish (TdWallet      *self,
                                  GAsyncResult  *result,
                                  GError       **error); /* of the four */
void td_wallet_list_async (TdWallet            *self,
                           TdLedgerFilter       filter,
                           gint64               since_us,
                           gint64               before_number,
                           guint                limit,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data);
GPtrArray *td_wallet_list_finish (TdWallet      *self,
                                  GAsyncResult  *result,
                                  GError       **error); /* (element-type TdLedgerTransaction) */
void td_wallet_export_async (TdWallet            *self,
                             TdLedgerFormat       format,
                             TdLedgerFilter       filter,
                             gint64               since_us,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data);
GBytes *td_wallet_export_finish (TdWallet      *self,
                                 GAsyncResult  *result,
                                 GError       **error);
void td_wallet_verify_async (TdWallet            *self,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data);
TdLedgerReport *td_wallet_verify_finish (TdWallet      *self,
                                         GAsyncResult  *result,
                                         GError       **error);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TD_WALLET_ERROR (td_wallet_error_quark ())
GQuark td_wallet_error_quark (void);

/**
 * TdWalletError:
 * @TD_WALLET_ERROR_BALANCE: the balance does not cover what it could cost; add funds
 * @TD_WALLET_ERROR_BUDGET: it could cross a budget; raise the budget or wait
 * @TD_WALLET_ERROR_PRICE_UNKNOWN: what it could cost is not known, and a balance or a budget is to
 *   be kept
 * @TD_WALLET_ERROR_INVALID: an amount or a name that makes no sense
 * @TD_WALLET_ERROR_TAKEN: this money was booked before; nothing was booked now
 * @TD_WALLET_ERROR_NOT_FOUND: no such wallet, budget or transaction
 * @TD_WALLET_ERROR_DAMAGED: the ledger was changed by somebody else than this program
 */
typedef enum
{
  TD_WALLET_ERROR_BALANCE,
  TD_WALLET_ERROR_BUDGET,
  TD_WALLET_ERROR_PRICE_UNKNOWN,
  TD_WALLET_ERROR_INVALID,
  TD_WALLET_ERROR_TAKEN,
  TD_WALLET_ERROR_NOT_FOUND,
  TD_WALLET_ERROR_DAMAGED,
} TdWalletError;

G_END_DECLS

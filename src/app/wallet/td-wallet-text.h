/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "wallet/td-wallet.h"

G_BEGIN_DECLS

/* What the wallet says to people. The name of a budget's subject is found by the caller. */
char     *td_wallet_text_budget_title   (const TdBudget            *budget,
                                         const char                *subject_name);
char     *td_wallet_text_budget_details (const TdBudget            *budget);
char     *td_wallet_text_budget_warning (const TdBudget            *budget,
                                         const char                *subject_name);
char     *td_wallet_text_title          (const TdLedgerTransaction *transaction,
                                         const char                *model_name);
char     *td_wallet_text_details        (const TdLedgerTransaction *transaction);
char     *td_wallet_text_amount         (TdMoney                    amount);
char     *td_wallet_text_summary        (const TdWalletState       *state);
gboolean  td_wallet_text_parse          (const char                *text,
                                         TdMoney                   *amount);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "engine/td-engine.h"

G_BEGIN_DECLS

/**
 * TdWalletPage:
 *
 * The balance, what happens when it is gone, budgets and transactions.
 */
#define TD_TYPE_WALLET_PAGE (td_wallet_page_get_type ())
G_DECLARE_FINAL_TYPE (TdWalletPage, td_wallet_page, TD, WALLET_PAGE, AdwNavigationPage)

AdwNavigationPage *td_wallet_page_new       (TdEngine     *engine);
void               td_wallet_page_add_funds (TdWalletPage *self);

G_END_DECLS

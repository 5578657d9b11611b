/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "wallet/td-wallet.h"

G_BEGIN_DECLS

/* What the parts of the wallet know of each other. */
TdDatabase *td_wallet_get_database (TdWallet *self);
gint64      td_wallet_get_number   (TdWallet *self);

G_END_DECLS

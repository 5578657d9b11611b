/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "engine/td-engine.h"

G_BEGIN_DECLS

/**
 * TdTransactionsDialog:
 *
 * All transactions, however many, by kind and time, and as a file.
 */
#define TD_TYPE_TRANSACTIONS_DIALOG (td_transactions_dialog_get_type ())
G_DECLARE_FINAL_TYPE (TdTransactionsDialog,
                      td_transactions_dialog,
                      TD,
                      TRANSACTIONS_DIALOG,
                      AdwDialog)

AdwDialog *td_transactions_dialog_new (TdEngine *engine);

G_END_DECLS

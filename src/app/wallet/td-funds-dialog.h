/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "engine/td-payments.h"

G_BEGIN_DECLS

/**
 * TdFundsDialog:
 *
 * Adds funds: an amount, a note and the way it comes.
 */
#define TD_TYPE_FUNDS_DIALOG (td_funds_dialog_get_type ())
G_DECLARE_FINAL_TYPE (TdFundsDialog, td_funds_dialog, TD, FUNDS_DIALOG, AdwDialog)

AdwDialog *td_funds_dialog_new (TdPayments *payments);

G_END_DECLS

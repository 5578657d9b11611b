/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/account/td-account-form.h"
#include "engine/td-engine.h"

G_BEGIN_DECLS

/**
 * TdAccountDialog:
 *
 * Who is signed in and what can be done about it: the account's own page, and forms on top of it.
 * With nobody in, the form to sign in is all there is.
 */
#define TD_TYPE_ACCOUNT_DIALOG (td_account_dialog_get_type ())
G_DECLARE_FINAL_TYPE (TdAccountDialog, td_account_dialog, TD, ACCOUNT_DIALOG, AdwDialog)

TdAccountDialog *td_account_dialog_new  (TdAccountManager  *accounts,
                                         TdEngine          *engine); /* (nullable) */
void             td_account_dialog_show (TdAccountDialog   *self,
                                         TdAccountFormKind  kind);

G_END_DECLS

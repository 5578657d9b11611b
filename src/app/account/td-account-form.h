/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "account/td-account-manager.h"

G_BEGIN_DECLS

typedef enum
{
  TD_ACCOUNT_FORM_SIGN_IN,
  TD_ACCOUNT_FORM_SIGN_UP,
  TD_ACCOUNT_FORM_PASSWORD, /* the first, or another */
  TD_ACCOUNT_FORM_DELETE,
  TD_ACCOUNT_FORM_MOVE_KEYS,
} TdAccountFormKind;

/**
 * TdAccountForm:
 *
 * A page of the account dialog with fields, what is wrong with each beside it, and one button.
 *
 * Signals: "done": it was done. "other": the user wants to sign up instead of in, or the reverse.
 */
#define TD_TYPE_ACCOUNT_FORM (td_account_form_get_type ())
G_DECLARE_FINAL_TYPE (TdAccountForm, td_account_form, TD, ACCOUNT_FORM, AdwNavigationPage)

TdAccountForm     *td_account_form_new         (TdAccountManager  *accounts,
                                                TdKeyRing         *key_ring, /* (nullable) */
                                                TdAccountFormKind  kind);
TdAccountFormKind  td_account_form_get_kind    (TdAccountForm     *self);
GtkWidget         *td_account_form_get_first   (TdAccountForm     *self);
GtkWidget         *td_account_form_get_default (TdAccountForm     *self);

G_END_DECLS

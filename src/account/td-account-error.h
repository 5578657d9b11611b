/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TD_ACCOUNT_ERROR (td_account_error_quark ())
GQuark td_account_error_quark (void);

/**
 * TdAccountError:
 * @TD_ACCOUNT_ERROR_NAME_INVALID: a name is 1 to 80 visible characters
 * @TD_ACCOUNT_ERROR_NAME_TAKEN: there is an account of that name
 * @TD_ACCOUNT_ERROR_EMAIL_INVALID: that is no e-mail address
 * @TD_ACCOUNT_ERROR_PASSWORD_SHORT: fewer than %TD_PASSWORD_MIN_CHARS characters
 * @TD_ACCOUNT_ERROR_PASSWORD_LONG: more than %TD_PASSWORD_MAX_BYTES bytes
 * @TD_ACCOUNT_ERROR_PASSWORD_COMMON: among the first that anybody tries
 * @TD_ACCOUNT_ERROR_PASSWORD_PERSONAL: made of the name or the address of the account
 * @TD_ACCOUNT_ERROR_PASSWORD_WRONG: not the account's password
 * @TD_ACCOUNT_ERROR_PASSWORD_NEEDED: the account is protected, and no password was given
 * @TD_ACCOUNT_ERROR_TOO_SOON: after failures one has to wait; nothing was checked
 * @TD_ACCOUNT_ERROR_SIGNED_OUT: nobody is signed in
 * @TD_ACCOUNT_ERROR_NOT_FOUND: there is no such account
 * @TD_ACCOUNT_ERROR_IN_USE: another program has the account's data open
 * @TD_ACCOUNT_ERROR_DAMAGED: what is stored about the account makes no sense
 * @TD_ACCOUNT_ERROR_TOKEN_INVALID: not a token of ours, or revoked; sign in again
 * @TD_ACCOUNT_ERROR_TOKEN_EXPIRED: its time is over; refresh it or sign in again
 * @TD_ACCOUNT_ERROR_TOKEN_REUSED: a refresh token came a second time: the session was ended,
 *   because one of the two was not its owner
 */
typedef enum
{
  TD_ACCOUNT_ERROR_NAME_INVALID,
  TD_ACCOUNT_ERROR_NAME_TAKEN,
  TD_ACCOUNT_ERROR_EMAIL_INVALID,
  TD_ACCOUNT_ERROR_PASSWORD_SHORT,
  TD_ACCOUNT_ERROR_PASSWORD_LONG,
  TD_ACCOUNT_ERROR_PASSWORD_COMMON,
  TD_ACCOUNT_ERROR_PASSWORD_PERSONAL,
  TD_ACCOUNT_ERROR_PASSWORD_WRONG,
  TD_ACCOUNT_ERROR_PASSWORD_NEEDED,
  TD_ACCOUNT_ERROR_TOO_SOON,
  TD_ACCOUNT_ERROR_SIGNED_OUT,
  TD_ACCOUNT_ERROR_NOT_FOUND,
  TD_ACCOUNT_ERROR_IN_USE,
  TD_ACCOUNT_ERROR_DAMAGED,
  TD_ACCOUNT_ERROR_TOKEN_INVALID,
  TD_ACCOUNT_ERROR_TOKEN_EXPIRED,
  TD_ACCOUNT_ERROR_TOKEN_REUSED,
} TdAccountError;

G_END_DECLS

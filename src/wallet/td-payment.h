/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/td-money.h"

G_BEGIN_DECLS

#define TD_PAYMENT_ERROR (td_payment_error_quark ())
GQuark td_payment_error_quark (void);

/**
 * TdPaymentError:
 * @TD_PAYMENT_ERROR_NOT_SET_UP: no operator has set this method up; use another
 * @TD_PAYMENT_ERROR_AMOUNT: an amount that the method does not take; choose another
 * @TD_PAYMENT_ERROR_UNREACHABLE: the method does not answer; try again later
 * @TD_PAYMENT_ERROR_REFUSED: the method refuses, such as for a wrong secret key
 * @TD_PAYMENT_ERROR_MISMATCH: what the method says is not what was asked for; nothing was booked
 */
typedef enum
{
  TD_PAYMENT_ERROR_NOT_SET_UP,
  TD_PAYMENT_ERROR_AMOUNT,
  TD_PAYMENT_ERROR_UNREACHABLE,
  TD_PAYMENT_ERROR_REFUSED,
  TD_PAYMENT_ERROR_MISMATCH,
} TdPaymentError;

/**
 * TdPaymentState:
 * @TD_PAYMENT_NEW: the method was not heard of yet
 * @TD_PAYMENT_OPEN: it waits to be paid
 * @TD_PAYMENT_PAID: it was paid, and booked
 * @TD_PAYMENT_ENDED: it can no longer be paid
 */
typedef enum
{
  TD_PAYMENT_NEW,
  TD_PAYMENT_OPEN,
  TD_PAYMENT_PAID,
  TD_PAYMENT_ENDED,
} TdPaymentState;

/**
 * TdPayment:
 *
 * Money that is to come to a wallet, and what became of it.
 */
typedef struct
{
  gint64 id;
  gint64 wallet_id;
  char *method;
  char *token;
  char *reference; /* (nullable): not known yet */
  char *page;      /* (nullable): where it is paid */
  char *intent;    /* (nullable): what the method calls the money that came */
  TdMoney amount;
  char *currency;
  char *note;      /* (nullable) */
  TdPaymentState state;
  gint64 created_us;
} TdPayment;

/* Money that went back. */
typedef struct
{
  char *reference;
  TdMoney amount;
  char *currency;
} TdPaymentRefund;

/**
 * TdPaymentAnswer:
 *
 * What a method says of a payment. Nothing of it is believed before td_payment_judge() has.
 */
typedef struct
{
  char *reference;    /* (nullable) */
  char *page;         /* (nullable) */
  char *token;        /* (nullable): ours, given back */
  char *intent;       /* (nullable) */
  char *currency;     /* (nullable) */
  TdMoney amount;     /* TD_MONEY_UNKNOWN */
  gboolean paid;
  gboolean ended;     /* it can no longer be paid */
  GPtrArray *refunds; /* (element-type TdPaymentRefund) */
} TdPaymentAnswer;

TdPayment *td_payment_new (gint64      wallet_id,
                           const char *method,
                           TdMoney     amount,
                           const char *note);
TdPayment *td_payment_copy (const TdPayment *self);
void td_payment_free (TdPayment *self);
gboolean td_payment_judge (const TdPayment        *self,
                           const TdPaymentAnswer  *answer,
                           GError                **error);
TdPaymentAnswer *td_payment_answer_new (void);
void td_payment_answer_add_refund (TdPaymentAnswer *self,
                                   const char      *reference,
                                   const char      *currency,
                                   TdMoney          amount);
void td_payment_answer_free (TdPaymentAnswer *self);
const char *td_payment_state_to_string (TdPaymentState state);
gboolean td_payment_state_from_string (const char     *text,
                                       TdPaymentState *state);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdPayment, td_payment_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdPaymentAnswer, td_payment_answer_free)

G_END_DECLS

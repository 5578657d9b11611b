/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "wallet/td-payment.h"

#include "base/td-clock.h"
#include "base/td-words.h"

static const char *const state_names[] = { "new", "open", "paid", "ended" };

G_DEFINE_QUARK (td-payment-error-quark, td_payment_error)

/**
 * td_payment_new:
 * @wallet_id: where the money goes
 * @method: how it comes
 * @amount: how much
 * @note: (nullable): the user's words
 *
 * Returns: (transfer full): a payment that nobody knows of yet, with a token of its own
 */
TdPayment *
td_payment_new (gint64      wallet_id,
                const char *method,
                TdMoney     amount,
                const char *note)
{
  TdPayment *self = g_new0 (TdPayment, 1);

  self->wallet_id = wallet_id;
  self->method = g_strdup (method);
  self->token = g_uuid_string_random ();
  self->amount = amount;
  self->currency = g_strdup ("usd");
  self->note = note && *note ? g_strdup (note) : NULL;
  self->created_us = td_clock_now_us ();
  return self;
}

TdPayment *
td_payment_copy (const TdPayment *self)
{
  TdPayment *copy;

  g_return_val_if_fail (self != NULL, NULL);

  copy = g_memdup2 (self, sizeof *self);
  copy->method = g_strdup (self->method);
  copy->token = g_strdup (self->token);
  copy->reference = g_strdup (self->reference);
  copy->page = g_strdup (self->page);
  copy->intent = g_strdup (self->intent);
  copy->currency = g_strdup (self->currency);
  copy->note = g_strdup (self->note);
  return copy;
}

void
td_payment_free (TdPayment *self)
{
  if (!self)
    return;
  g_free (self->method);
  g_free (self->token);
  g_free (self->reference);
  g_free (self->page);
  g_free (self->intent);
  g_free (self->currency);
  g_free (self->note);
  g_free (self);
}

static gboolean
refuse (GError     **error,
        const char  *what)
{
  g_set_error (error, TD_PAYMENT_ERROR, TD_PAYMENT_ERROR_MISMATCH,
               "the answer is of another %s than was asked for", what);
  return FALSE;
}

static gboolean
judge_refunds (const TdPayment        *self,
               const TdPaymentAnswer  *answer,
               GError                **error)
{
  TdMoney sum = 0;

  for (guint i = 0; i < answer->refunds->len; i++)
    {
      const TdPaymentRefund *refund = g_ptr_array_index (answer->refunds, i);

      if (g_strcmp0 (refund->currency, self->currency) != 0)
        return refuse (error, "currency");
      if (!refund->reference || refund->amount <= 0 || !td_money_add (sum, refund->amount, &sum) ||
          sum > self->amount)
        return refuse (error, "amount");
    }
  return TRUE;
}

/**
 * td_payment_judge:
 * @self: what was asked for
 * @answer: what the method says
 * @error: return location for a #TdPaymentError
 *
 * Whoever answers in the method's place, or answers for another payment, must not make money: the
 * token, the reference, the amount and the currency have to be those that were asked for, and no
 * more can go back than came.
 *
 * Returns: whether the answer is of this payment
 */
gboolean
td_payment_judge (const TdPayment        *self,
                  const TdPaymentAnswer  *answer,
                  GError                **error)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (answer != NULL, FALSE);

  if (!answer->reference || (self->reference && !g_str_equal (self->reference, answer->reference)))
    return refuse (error, "payment");
  if (g_strcmp0 (self->token, answer->token) != 0)
    return refuse (error, "payer");
  if (g_strcmp0 (self->currency, answer->currency) != 0)
    return refuse (error, "currency");
  if (self->amount != answer->amount)
    return refuse (error, "amount");
  if (self->intent && answer->intent && !g_str_equal (self->intent, answer->intent))
    return refuse (error, "transfer");
  return judge_refunds (self, answer, error);
}

static void
refund_free (gpointer data)
{
  TdPaymentRefund *self = data;

  g_free (self->reference);
  g_free (self->currency);
  g_free (self);
}

TdPaymentAnswer *
td_payment_answer_new (void)
{
  TdPaymentAnswer *self = g_new0 (TdPaymentAnswer, 1);

  self->amount = TD_MONEY_UNKNOWN;
  self->refunds = g_ptr_array_new_with_free_func (refund_free);
  return self;
}

void
td_payment_answer_add_refund (TdPaymentAnswer *self,
                              const char      *reference,
                              const char      *currency,
                              TdMoney          amount)
{
  TdPaymentRefund *refund = g_new0 (TdPaymentRefund, 1);

  refund->reference = g_strdup (reference);
  refund->currency = g_strdup (currency);
  refund->amount = amount;
  g_ptr_array_add (self->refunds, refund);
}

void
td_payment_answer_free (TdPaymentAnswer *self)
{
  if (!self)
    return;
  g_free (self->reference);
  g_free (self->page);
  g_free (self->token);
  g_free (self->intent);
  g_free (self->currency);
  g_ptr_array_unref (self->refunds);
  g_free (self);
}

const char *
td_payment_state_to_string (TdPaymentState state)
{
  g_return_val_if_fail ((guint) state < G_N_ELEMENTS (state_names), NULL);

  return state_names[state];
}

gboolean
td_payment_state_from_string (const char     *text,
                              TdPaymentState *state)
{
  guint index;

  if (!td_words_find (state_names, G_N_ELEMENTS (state_names), text, &index))
    return FALSE;
  *state = (TdPaymentState) index;
  return TRUE;
}

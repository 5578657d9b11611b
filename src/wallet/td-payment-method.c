/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "wallet/td-payment-method.h"

#include "wallet/td-wallet-store.h"

G_DEFINE_INTERFACE (TdPaymentMethod, td_payment_method, G_TYPE_OBJECT)

static void
td_payment_method_default_init (TdPaymentMethodInterface *iface)
{
}

/**
 * td_payment_method_takes:
 * @self: a method
 * @amount: how much
 * @error: return location for a #TdPaymentError
 *
 * Returns: whether it takes such an amount
 */
gboolean
td_payment_method_takes (TdPaymentMethod  *self,
                         TdMoney           amount,
                         GError          **error)
{
  g_return_val_if_fail (TD_IS_PAYMENT_METHOD (self), FALSE);

  return TD_PAYMENT_METHOD_GET_IFACE (self)->takes (self, amount, error);
}

/**
 * td_payment_method_begin_async:
 * @self: a method
 * @payment: what is to be paid; stored already
 * @cancellable: (nullable): a cancellable
 * @callback: called when it answered
 * @user_data: data for @callback
 *
 * Asks for a payment. Asking again for the same one, by its token, begins no other.
 */
void
td_payment_method_begin_async (TdPaymentMethod     *self,
                               const TdPayment     *payment,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_return_if_fail (TD_IS_PAYMENT_METHOD (self));
  g_return_if_fail (payment != NULL);

  TD_PAYMENT_METHOD_GET_IFACE (self)->begin_async (self, payment, cancellable, callback, user_data);
}

/**
 * td_payment_method_check_async:
 * @self: a method
 * @payment: a payment with a reference
 * @cancellable: (nullable): a cancellable
 * @callback: called when it answered
 * @user_data: data for @callback
 *
 * Asks what became of a payment, refunds included.
 */
void
td_payment_method_check_async (TdPaymentMethod     *self,
                               const TdPayment     *payment,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_return_if_fail (TD_IS_PAYMENT_METHOD (self));
  g_return_if_fail (payment != NULL && payment->reference != NULL);

  TD_PAYMENT_METHOD_GET_IFACE (self)->check_async (self, payment, cancellable, callback, user_data);
}

/**
 * td_payment_method_finish:
 * @self: a method
 * @result: what the callback got
 * @error: return location for a #TdPaymentError
 *
 * Returns: (transfer full) (nullable): what it says; to be judged
 */
TdPaymentAnswer *
td_payment_method_finish (TdPaymentMethod  *self,
                          GAsyncResult     *result,
                          GError          **error)
{
  g_return_val_if_fail (TD_IS_PAYMENT_METHOD (self), NULL);

  return TD_PAYMENT_METHOD_GET_IFACE (self)->finish (self, result, error);
}

/* ---- the budget ------------------------------------------------------------------------------ */

struct _TdPaymentBudget
{
  GObject parent_instance;
};

static gboolean
td_payment_budget_takes (TdPaymentMethod  *method,
                         TdMoney           amount,
                         GError          **error)
{
  if (amount > 0 && amount <= TD_WALLET_MAX_FUNDING)
    return TRUE;
  g_set_error_literal (error, TD_PAYMENT_ERROR, TD_PAYMENT_ERROR_AMOUNT,
                       "nothing, or over a million");
  return FALSE;
}

/* Nobody has to be asked. */
static void
td_payment_budget_answer_async (TdPaymentMethod     *method,
                                const TdPayment     *payment,
                                GCancellable        *cancellable,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (method, cancellable, callback, user_data);
  TdPaymentAnswer *answer = td_payment_answer_new ();

  g_task_set_source_tag (task, td_payment_budget_answer_async);
  answer->reference = g_strdup (payment->token);
  answer->token = g_strdup (payment->token);
  answer->currency = g_strdup (payment->currency);
  answer->amount = payment->amount;
  answer->paid = TRUE;
  g_task_return_pointer (task, answer, (GDestroyNotify) td_payment_answer_free);
}

static TdPaymentAnswer *
td_payment_budget_finish (TdPaymentMethod  *method,
                          GAsyncResult     *result,
                          GError          **error)
{
  g_return_val_if_fail (g_task_is_valid (result, method), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
td_payment_budget_method_init (TdPaymentMethodInterface *iface)
{
  iface->takes = td_payment_budget_takes;
  iface->begin_async = td_payment_budget_answer_async;
  iface->check_async = td_payment_budget_answer_async;
  iface->finish = td_payment_budget_finish;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TdPaymentBudget,
                               td_payment_budget,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TD_TYPE_PAYMENT_METHOD,
                                                      td_payment_budget_method_init))

static void
td_payment_budget_class_init (TdPaymentBudgetClass *klass)
{
}

static void
td_payment_budget_init (TdPaymentBudget *self)
{
}

/**
 * td_payment_budget_new:
 *
 * Returns: (transfer full): the method that needs nobody
 */
TdPaymentMethod *
td_payment_budget_new (void)
{
  return g_object_new (TD_TYPE_PAYMENT_BUDGET, NULL);
}

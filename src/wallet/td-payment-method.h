/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "wallet/td-payment.h"

G_BEGIN_DECLS

/**
 * TdPaymentMethod:
 *
 * A way for money to come. It is asked twice: to begin a payment, which may give a page to pay it
 * on, and, as often as one likes, what became of it. It books nothing.
 */
#define TD_TYPE_PAYMENT_METHOD (td_payment_method_get_type ())
G_DECLARE_INTERFACE (TdPaymentMethod, td_payment_method, TD, PAYMENT_METHOD, GObject)

struct _TdPaymentMethodInterface
{
  GTypeInterface parent_iface;

  gboolean (*takes) (TdPaymentMethod *self, TdMoney amount, GError **error);
  void (*begin_async) (TdPaymentMethod *self,
                       const TdPayment *payment,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data);
  void (*check_async) (TdPaymentMethod *self,
                       const TdPayment *payment,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data);
  TdPaymentAnswer *(*finish) (TdPaymentMethod *self, GAsyncResult *result, GError **error);
};

gboolean td_payment_method_takes (TdPaymentMethod  *self,
                                  TdMoney           amount,
                                  GError          **error);
void td_payment_method_begin_async (TdPaymentMethod     *self,
                                    const TdPayment     *payment,
                                    GCancellable        *cancellable,
                                    GAsyncReadyCallback  callback,
                                    gpointer             user_data);
void td_payment_method_check_async (TdPaymentMethod     *self,
                                    const TdPayment     *payment,
                                    GCancellable        *cancellable,
                                    GAsyncReadyCallback  callback,
                                    gpointer             user_data);
TdPaymentAnswer *td_payment_method_finish (TdPaymentMethod  *self,
                                           GAsyncResult     *result,
                                           GError          **error); /* of both */

/* The user's own word: the amount is a limit that is set here, and the providers bill for it. */
#define TD_METHOD_BUDGET       "budget"
#define TD_TYPE_PAYMENT_BUDGET (td_payment_budget_get_type ())
G_DECLARE_FINAL_TYPE (TdPaymentBudget, td_payment_budget, TD, PAYMENT_BUDGET, GObject)

TdPaymentMethod *td_payment_budget_new (void);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/td-engine.h"
#include "wallet/td-payment-method.h"
#include "wallet/td-payment-store.h"

G_BEGIN_DECLS

/**
 * TdPayments:
 *
 * Money that comes to the wallet, by any method: begins payments, asks what became of them, and
 * books what is so.
 *
 * Signal: "changed" (TdPayment *): something else is known of a payment.
 */
#define TD_TYPE_PAYMENTS (td_payments_get_type ())
G_DECLARE_FINAL_TYPE (TdPayments, td_payments, TD, PAYMENTS, GObject)

TdPayments *td_payments_new (TdWallet    *wallet,
                             TdDatabase  *database,
                             TdKeyRing   *key_ring,
                             SoupSession *session);
void td_payments_begin_async (TdPayments *self,
                              const char *method,
                              TdMoney amount,
                              const char *note, /* (nullable) */
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
void td_payments_check_async (TdPayments          *self,
                              gint64               payment_id,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data);
TdPayment *td_payments_finish (TdPayments    *self,
                               GAsyncResult  *result,
                               GError       **error); /* of both */
void td_payments_watch (TdPayments *self,
                        gint64      payment_id);
void td_payments_resume (TdPayments *self);
void td_payments_list_async (TdPayments          *self,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data);
GPtrArray *td_payments_list_finish (TdPayments    *self,
                                    GAsyncResult  *result,
                                    GError       **error); /* (element-type TdPayment) */

/* The operator's side. A %NULL return_url takes the method out of use; its key is removed with the
 * other keys. */
void td_payments_set_up_async (TdPayments *self,
                               const char *method,
                               const char *base_url,   /* (nullable): the usual one */
                               const char *return_url, /* (nullable) */
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
gboolean td_payments_set_up_finish (TdPayments    *self,
                                    GAsyncResult  *result,
                                    GError       **error);
void td_payments_get_setup_async (TdPayments          *self,
                                  const char          *method,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data);
TdPaymentSetup *td_payments_get_setup_finish (TdPayments    *self,
                                              GAsyncResult  *result,
                                              GError       **error);

/* Those of an engine. */
TdPayments *td_engine_get_payments (TdEngine *engine);

G_END_DECLS

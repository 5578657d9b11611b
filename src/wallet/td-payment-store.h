/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/td-connection.h"
#include "wallet/td-payment.h"

G_BEGIN_DECLS

/* Where a method is asked. */
typedef struct
{
  char *base_url;
  char *return_url;
} TdPaymentSetup;

/* Payments in the database. All of this runs on the database thread. */
gboolean td_payment_store_add (TdConnection  *connection,
                               TdPayment     *payment,
                               GError       **error);
TdPayment *td_payment_store_find (TdConnection  *connection,
                                  gint64         id,
                                  GError       **error);
GPtrArray *td_payment_store_list (TdConnection  *connection,
                                  gint64         wallet_id,
                                  gboolean       only_askable,
                                  GError       **error); /* (element-type TdPayment) */
TdPayment *td_payment_store_give_up (TdConnection  *connection,
                                     gint64         id,
                                     GError       **error);
TdPayment *td_payment_store_take_answer (TdConnection           *connection,
                                         gint64                  id,
                                         const TdPaymentAnswer  *answer,
                                         GError                **error);
gboolean td_payment_store_set_up (TdConnection          *connection,
                                  const char            *method,
                                  const TdPaymentSetup  *setup,
                                  GError               **error);
TdPaymentSetup *td_payment_store_find_setup (TdConnection  *connection,
                                             const char    *method,
                                             GError       **error);
TdPaymentSetup *td_payment_setup_new (const char *base_url,
                                      const char *return_url);
void td_payment_setup_free (TdPaymentSetup *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdPaymentSetup, td_payment_setup_free)

G_END_DECLS

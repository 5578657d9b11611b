/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "wallet/td-payment-method.h"
#include "wallet/td-payment-store.h"

G_BEGIN_DECLS

/**
 * TdPaymentStripe:
 *
 * Stripe Checkout: a session is created, its page is paid in the browser, and what became of it is
 * asked of Stripe itself. The page that the browser comes back to says nothing.
 *
 * One is made for each question, with the operator's secret key, which is wiped with it.
 */
#define TD_METHOD_STRIPE       "stripe"
#define TD_METHOD_STRIPE_URL   "https://api.stripe.com"
#define TD_TYPE_PAYMENT_STRIPE (td_payment_stripe_get_type ())
G_DECLARE_FINAL_TYPE (TdPaymentStripe, td_payment_stripe, TD, PAYMENT_STRIPE, GObject)

TdPaymentMethod *td_payment_stripe_new (SoupSession          *session,
                                        const TdPaymentSetup *setup,
                                        const char           *secret_key);

G_END_DECLS

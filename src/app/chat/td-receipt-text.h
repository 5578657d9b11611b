/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "wallet/td-receipt.h"

G_BEGIN_DECLS

/* A line of a receipt: what it is, and how much. */
typedef void (*TdReceiptTextFunc) (const char *what,
                                   const char *value,
                                   gpointer    user_data);

void td_receipt_text_foreach (const TdReceipt   *receipt,
                              TdReceiptTextFunc  func,
                              gpointer           user_data);

G_END_DECLS

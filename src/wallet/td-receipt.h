/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "wallet/td-pricing.h"

G_BEGIN_DECLS

typedef enum
{
  TD_RECEIPT_HELD,        /* no outcome yet: a hold */
  TD_RECEIPT_COMPLETE,
  TD_RECEIPT_STOPPED,
  TD_RECEIPT_FAILED,
  TD_RECEIPT_INTERRUPTED,
} TdReceiptOutcome;

/**
 * TdReceipt:
 *
 * What a reply cost and why. Written as a hold before anything is sent, settled once when the
 * reply has ended.
 */
typedef struct
{
  gint64 id;
  gint64 message_id;        /* 0: none, or deleted since */
  char *purpose;
  char *model_key;
  char *provider_id;
  char *catalogue_version;
  char *route;              /* (nullable): why it went there, as JSON */
  gint64 owner;             /* the lease of the process that settles it */
  TdMoney held;             /* TD_MONEY_UNKNOWN: the price is not known */
  gint64 started_us;
  gint64 settled_us;        /* 0: not settled */
  TdReceiptOutcome outcome;
  TdUsage usage;            /* of a hold: our estimate of the prompt */
  gboolean counted_here;    /* a count in it is ours */
  gboolean counted_exactly; /* then: ours are no estimates */
  TdPriceList prices;       /* as applied */
  TdMoney cost;             /* at most what was held; TD_MONEY_UNKNOWN: not known */
  TdMoney overrun;          /* what it cost beyond that */
  gint64 first_token_ms;    /* -1: unknown */
  gint64 duration_ms;       /* -1: unknown */
} TdReceipt;

TdReceipt  *td_receipt_new       (void);
TdReceipt  *td_receipt_copy      (const TdReceipt  *self);
void        td_receipt_free      (TdReceipt        *self);
void        td_receipt_settle    (TdReceipt        *self,
                                  TdReceiptOutcome  outcome,
                                  const TdUsage    *usage,
                                  gboolean          counted_here,
                                  const TdCost     *cost);
TdMoney     td_receipt_get_total (const TdReceipt  *self);
const char *td_receipt_outcome_to_string   (TdReceiptOutcome  outcome);
gboolean    td_receipt_outcome_from_string (const char       *text,
                                            TdReceiptOutcome *outcome);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdReceipt, td_receipt_free)

G_END_DECLS

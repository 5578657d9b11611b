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

/* What a receipt is for: a reply in a chat, a request of another program that belongs to no chat, or a
 * chore of this program's. The latter stand beside the receipt of the reply they are about. */
#define TD_PURPOSE_CHAT  "chat"
#define TD_PURPOSE_CALL  "call"
#define TD_PURPOSE_TITLE "title"

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
  TdMoney held;             /* commission included; TD_MONEY_UNKNOWN: the price is not known */
  gint64 started_us;
  gint64 settled_us;        /* 0: not settled */
  TdReceiptOutcome outcome;
  TdUsage usage;            /* of a hold: our estimate of the prompt */
  gint64 expected_input;    /* that estimate, still there once it is settled; -1: unknown */
  gboolean expected_exactly; /* then: it was no estimate */
  gboolean counted_here;    /* a count in it is ours */
  gboolean counted_exactly; /* then: ours are no estimates */
  TdPriceList prices;       /* as applied */
  TdMoney charged;          /* what the tokens cost, not stored; cost and overrun come of it */
  TdMoney cost;             /* at most what was held; TD_MONEY_UNKNOWN: not known */
  TdMoney overrun;          /* what it cost beyond that */
  gint64 first_token_ms;    /* -1: unknown */
  gint64 duration_ms;       /* -1: unknown */

  /* Written by the wallet with the hold. */
  gint64 wallet_id;         /* 0: none, from before there was a wallet */
  gboolean funded;          /* held from the wallet's own money */
  gboolean marketplace;     /* of a hold: the key is an operator's, who takes a commission */
  gint64 commission_ppm;    /* of what it costs */
  TdMoney commission;       /* beside the cost, and with it at most what was held */
  gint64 day;               /* the user's own day that it counts for, such as 20261123 */
  char *agent;              /* (nullable): none */
  char *client;             /* (nullable): none */
} TdReceipt;

TdReceipt  *td_receipt_new                 (void);
TdReceipt  *td_receipt_copy                (const TdReceipt *self);
void        td_receipt_free                (TdReceipt *self);
void        td_receipt_settle              (TdReceipt       *self,
                                            TdReceiptOutcome outcome,
                                            const TdUsage   *usage,
                                            gboolean         counted_here,
                                            const TdCost    *cost);
void        td_receipt_take_terms          (TdReceipt       *self,
                                            const TdReceipt *hold);
TdMoney     td_receipt_get_total           (const TdReceipt *self);
gboolean    td_receipt_is_chore            (const TdReceipt *self);
gboolean    td_receipt_is_reply            (const TdReceipt *self);
gboolean    td_receipt_is_void             (const TdReceipt *self);
const char *td_receipt_outcome_to_string   (TdReceiptOutcome outcome);
gboolean    td_receipt_outcome_from_string (const char       *text,
                                            TdReceiptOutcome *outcome);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdReceipt, td_receipt_free)

G_END_DECLS

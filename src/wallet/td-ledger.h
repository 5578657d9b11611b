/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/td-money.h"

G_BEGIN_DECLS

/**
 * TdLedgerAccount:
 * @TD_LEDGER_WALLET: what may still be spent
 * @TD_LEDGER_HELD: what is set aside for replies under way
 * @TD_LEDGER_FUNDING: where money comes from; never above zero
 * @TD_LEDGER_SPENT: what a provider got; one for each
 * @TD_LEDGER_COMMISSION: what the operator of a marketplace key got
 * @TD_LEDGER_OVERRUN: what replies cost beyond their hold
 * @TD_LEDGER_UNFUNDED: spending that no money of the wallet paid for
 */
typedef enum
{
  TD_LEDGER_WALLET,
  TD_LEDGER_HELD,
  TD_LEDGER_FUNDING,
  TD_LEDGER_SPENT,
  TD_LEDGER_COMMISSION,
  TD_LEDGER_OVERRUN,
  TD_LEDGER_UNFUNDED,
  TD_LEDGER_N_ACCOUNTS,
} TdLedgerAccount;

typedef enum
{
  TD_LEDGER_FUND,
  TD_LEDGER_REFUND,
  TD_LEDGER_HOLD,
  TD_LEDGER_RELEASE, /* another hold takes its place */
  TD_LEDGER_SETTLE,
} TdLedgerKind;

typedef struct
{
  TdLedgerAccount account;
  char *subject;  /* the provider of TD_LEDGER_SPENT, else "" */
  TdMoney amount; /* never zero */
} TdLedgerLine;

/**
 * TdLedgerTransaction:
 *
 * A change of the ledger: lines whose amounts are zero together, and what it was for.
 */
typedef struct
{
  gint64 id;
  gint64 wallet_id;
  gint64 number;         /* from 1, without gaps */
  TdLedgerKind kind;
  gint64 time_us;
  TdMoney amount;        /* as the user sees it: negative when money was spent or set aside */
  TdMoney balance;       /* of the wallet afterwards */
  TdMoney held;          /* afterwards */
  gint64 receipt_id;     /* 0: none */
  gint64 related_number; /* the hold that is settled or released, the funding that is refunded; 0: none */
  char *method;          /* (nullable) */
  char *reference;       /* (nullable) */
  char *note;            /* (nullable) */
  char *model_key;       /* (nullable) */
  char *provider_id;     /* (nullable) */
  char *previous_hash;   /* (nullable) until it is booked */
  char *hash;            /* (nullable) until it is booked */
  GArray *lines;         /* (element-type TdLedgerLine) */
} TdLedgerTransaction;

TdLedgerTransaction *td_ledger_transaction_new         (TdLedgerKind               kind);
void                 td_ledger_transaction_free        (TdLedgerTransaction       *self);
void                 td_ledger_transaction_add         (TdLedgerTransaction       *self,
                                                        TdLedgerAccount            account,
                                                        const char                *subject,
                                                        TdMoney                    amount);
gboolean             td_ledger_transaction_is_balanced (const TdLedgerTransaction *self);
char                *td_ledger_transaction_make_hash   (const TdLedgerTransaction *self);
const char          *td_ledger_account_to_string       (TdLedgerAccount            account);
gboolean             td_ledger_account_from_string     (const char                *text,
                                                        TdLedgerAccount           *account);
const char          *td_ledger_kind_to_string          (TdLedgerKind               kind);
gboolean             td_ledger_kind_from_string        (const char                *text,
                                                        TdLedgerKind              *kind);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdLedgerTransaction, td_ledger_transaction_free)

G_END_DECLS

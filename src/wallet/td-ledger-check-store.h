/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/td-connection.h"
#include "wallet/td-ledger.h"

G_BEGIN_DECLS

/**
 * TdLedgerCheck:
 *
 * A recomputation of a whole ledger, in steps between which others may book: every hash, every
 * sum, every balance, that each hold is settled at most once and for no more than was held, and
 * that what the rest of the database says of the money agrees.
 */
typedef struct _TdLedgerCheck TdLedgerCheck;

/* What it found. */
typedef struct
{
  gboolean sound;
  gint64 n_transactions; /* looked at */
  gint64 n_entries;
  gint64 fault_number;   /* the transaction where it goes wrong; 0: none in particular */
  char *fault;           /* (nullable): what is wrong, in English */
} TdLedgerReport;

TdLedgerCheck  *td_ledger_check_new       (gint64                wallet_id);
void            td_ledger_check_free      (TdLedgerCheck        *self);
/* On the database thread. */
gboolean        td_ledger_check_step      (TdLedgerCheck        *self,
                                           TdConnection         *connection,
                                           guint                 n_transactions,
                                           gboolean             *done,
                                           GError              **error);
TdLedgerReport *td_ledger_check_report    (TdLedgerCheck        *self);
void            td_ledger_report_free     (TdLedgerReport       *report);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdLedgerCheck, td_ledger_check_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdLedgerReport, td_ledger_report_free)

G_END_DECLS

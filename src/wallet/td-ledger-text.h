/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "wallet/td-ledger.h"

G_BEGIN_DECLS

/* A file format for transactions. */
typedef enum
{
  TD_LEDGER_CSV,
  TD_LEDGER_JSON,
} TdLedgerFormat;

/* Transactions as a file: begin, any number of them, end. */
void td_ledger_text_begin (GString        *out,
                           TdLedgerFormat  format);
void td_ledger_text_add (GString                   *out,
                         TdLedgerFormat             format,
                         const TdLedgerTransaction *transaction);
void td_ledger_text_end (GString        *out,
                         TdLedgerFormat  format);

G_END_DECLS

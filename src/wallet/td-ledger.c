/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Transactions of the ledger, and the hash that chains them: over everything a transaction says
 * and over the hash of the one before, so that none can be changed, left out or put in between
 * without the rest of the chain showing it.
 */
#include "config.h"

#include "wallet/td-ledger.h"

#include <string.h>

#include "base/td-words.h"
#include "wallet/td-wallet-error.h"

G_DEFINE_QUARK (td-wallet-error-quark, td_wallet_error)

static const char *const account_names[] = { "wallet", "held", "funding", "spent",
                                             "commission", "overrun", "unfunded" };
static const char *const kind_names[] = { "fund", "refund", "hold", "release", "settle" };

static void
line_clear (gpointer data)
{
  g_free (((TdLedgerLine *) data)->subject);
}

/**
 * td_ledger_transaction_new:
 * @kind: what it is
 *
 * Returns: (transfer full): a transaction without lines
 */
TdLedgerTransaction *
td_ledger_transaction_new (TdLedgerKind kind)
{
  TdLedgerTransaction *self = g_new0 (TdLedgerTransaction, 1);

  self->kind = kind;
  self->lines = g_array_new (FALSE, FALSE, sizeof (TdLedgerLine));
  g_array_set_clear_func (self->lines, line_clear);
  return self;
}

void
td_ledger_transaction_free (TdLedgerTransaction *self)
{
  if (!self)
    return;
  g_free (self->method);
  g_free (self->reference);
  g_free (self->note);
  g_free (self->model_key);
  g_free (self->provider_id);
  g_free (self->previous_hash);
  g_free (self->hash);
  g_array_unref (self->lines);
  g_free (self);
}

/**
 * td_ledger_transaction_add:
 * @self: a transaction that is not booked
 * @account: where
 * @subject: (nullable): which of them
 * @amount: how much goes there, or is taken from there when negative; nothing is added for zero
 *
 * Adds a line.
 */
void
td_ledger_transaction_add (TdLedgerTransaction *self,
                           TdLedgerAccount      account,
                           const char          *subject,
                           TdMoney              amount)
{
  TdLedgerLine line = { account, NULL, amount };

  g_return_if_fail (self != NULL);
  g_return_if_fail (amount != TD_MONEY_UNKNOWN);

  if (amount == 0)
    return;
  line.subject = g_strdup (subject ? subject : "");
  g_array_append_val (self->lines, line);
}

/**
 * td_ledger_transaction_is_balanced:
 * @self: a transaction
 *
 * Returns: whether its lines are zero together
 */
gboolean
td_ledger_transaction_is_balanced (const TdLedgerTransaction *self)
{
  TdMoney sum = 0;

  g_return_val_if_fail (self != NULL, FALSE);

  for (guint i = 0; i < self->lines->len; i++)
    {
      if (!td_money_add (sum, g_array_index (self->lines, TdLedgerLine, i).amount, &sum))
        return FALSE;
    }
  return sum == 0;
}

/* ---- the hash ------------------------------------------------------------------------------ */

static void
add_int64 (GChecksum *checksum,
           gint64     value)
{
  guint64 bytes = GUINT64_TO_BE ((guint64) value);

  g_checksum_update (checksum, (const guchar *) &bytes, sizeof bytes);
}

/* With its length before it, so that no two texts after one another can be taken for others. */
static void
add_text (GChecksum  *checksum,
          const char *text)
{
  gsize length = text ? strlen (text) : 0;

  add_int64 (checksum, text ? (gint64) length : -1);
  if (text)
    g_checksum_update (checksum, (const guchar *) text, (gssize) length);
}

static void
add_lines (GChecksum    *checksum,
           const GArray *lines)
{
  add_int64 (checksum, lines->len);
  for (guint i = 0; i < lines->len; i++)
    {
      const TdLedgerLine *line = &g_array_index (lines, TdLedgerLine, i);

      add_text (checksum, account_names[line->account]);
      add_text (checksum, line->subject);
      add_int64 (checksum, line->amount);
    }
}

/**
 * td_ledger_transaction_make_hash:
 * @self: a transaction with its number and the hash of the one before
 *
 * Returns: (transfer full): the SHA-256 of all it says, in hexadecimal
 */
char *
td_ledger_transaction_make_hash (const TdLedgerTransaction *self)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  const char *texts[] = { self->previous_hash, kind_names[self->kind], self->method,
                          self->reference, self->note, self->model_key,
                          self->provider_id };
  const gint64 numbers[] = { self->wallet_id, self->number, self->time_us, self->amount,
                             self->balance, self->held, self->receipt_id,
                             self->related_number };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    add_text (checksum, texts[i]);
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    add_int64 (checksum, numbers[i]);
  add_lines (checksum, self->lines);
  return g_strdup (g_checksum_get_string (checksum));
}

/* ---- names --------------------------------------------------------------------------------- */

/**
 * td_ledger_account_to_string:
 * @account: an account of the ledger
 *
 * Returns: (transfer none): its name in the database and in JSON
 */
const char *
td_ledger_account_to_string (TdLedgerAccount account)
{
  g_return_val_if_fail ((guint) account < G_N_ELEMENTS (account_names), NULL);

  return account_names[account];
}

/**
 * td_ledger_account_from_string:
 * @text: (nullable): a name
 * @account: (out): its account
 *
 * Returns: whether there is such an account
 */
gboolean
td_ledger_account_from_string (const char      *text,
                               TdLedgerAccount *account)
{
  guint index;

  if (!td_words_find (account_names, G_N_ELEMENTS (account_names), text, &index))
    return FALSE;
  *account = (TdLedgerAccount) index;
  return TRUE;
}

/**
 * td_ledger_kind_to_string:
 * @kind: a kind of transaction
 *
 * Returns: (transfer none): its name in the database and in JSON
 */
const char *
td_ledger_kind_to_string (TdLedgerKind kind)
{
  g_return_val_if_fail ((guint) kind < G_N_ELEMENTS (kind_names), NULL);

  return kind_names[kind];
}

/**
 * td_ledger_kind_from_string:
 * @text: (nullable): a name
 * @kind: (out): its kind
 *
 * Returns: whether there is such a kind
 */
gboolean
td_ledger_kind_from_string (const char   *text,
                            TdLedgerKind *kind)
{
  guint index;

  if (!td_words_find (kind_names, G_N_ELEMENTS (kind_names), text, &index))
    return FALSE;
  *kind = (TdLedgerKind) index;
  return TRUE;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a method says of a payment is taken in one transaction: judged, booked and remembered. That
 * money is booked once, whoever asks however often, is the ledger's own rule: no reference of a
 * method is taken twice.
 */
#include "config.h"

#include "wallet/td-payment-store.h"

#include "base/td-clock.h"
#include "wallet/td-ledger-store.h"
#include "wallet/td-wallet-error.h"
#include "wallet/td-wallet-store.h"

#define COLUMNS                                                                           \
  "id, wallet_id, method, token, reference, page, intent, amount, currency, note, state," \
  " created_us"

/* How long one looks whether money that was paid went back: half a year, as long as cards can dispute. */
#define REFUNDABLE_US (G_GINT64_CONSTANT (183) * 24 * 3600 * G_USEC_PER_SEC)

/* ---- the list -------------------------------------------------------------------------------- */

/**
 * td_payment_store_add:
 * @connection: the database
 * @payment: a payment; gets its id
 * @error: return location for an error
 *
 * Returns: whether it is written; the method may be asked then
 */
gboolean
td_payment_store_add (TdConnection  *connection,
                      TdPayment     *payment,
                      GError       **error)
{
  g_autoptr (TdStatement) statement =
    td_connection_prepare (connection,
                           "INSERT INTO payment (wallet_id, method, token, amount, currency, note, state,"
                           " created_us) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                           error);

  if (!statement)
    return FALSE;
  td_statement_bind_int64 (statement, 1, payment->wallet_id);
  td_statement_bind_text (statement, 2, payment->method);
  td_statement_bind_text (statement, 3, payment->token);
  td_statement_bind_int64 (statement, 4, payment->amount);
  td_statement_bind_text (statement, 5, payment->currency);
  td_statement_bind_text (statement, 6, payment->note);
  td_statement_bind_text (statement, 7, td_payment_state_to_string (payment->state));
  td_statement_bind_int64 (statement, 8, payment->created_us);
  if (!td_statement_run (statement, error))
    return FALSE;
  payment->id = td_connection_get_last_insert_id (connection);
  return TRUE;
}

static TdPayment *
read_payment (TdStatement *statement)
{
  TdPayment *self = g_new0 (TdPayment, 1);

  self->id = td_statement_get_int64 (statement, 0);
  self->wallet_id = td_statement_get_int64 (statement, 1);
  self->method = g_strdup (td_statement_get_text (statement, 2));
  self->token = g_strdup (td_statement_get_text (statement, 3));
  self->reference = g_strdup (td_statement_get_text (statement, 4));
  self->page = g_strdup (td_statement_get_text (statement, 5));
  self->intent = g_strdup (td_statement_get_text (statement, 6));
  self->amount = td_statement_get_int64 (statement, 7);
  self->currency = g_strdup (td_statement_get_text (statement, 8));
  self->note = g_strdup (td_statement_get_text (statement, 9));
  if (!td_payment_state_from_string (td_statement_get_text (statement, 10), &self->state))
    self->state = TD_PAYMENT_ENDED;
  self->created_us = td_statement_get_int64 (statement, 11);
  return self;
}

/**
 * td_payment_store_find:
 * @connection: the database
 * @id: a payment
 * @error: return location for a #TdWalletError or a #TdStoreError
 *
 * Returns: (transfer full) (nullable): it
 */
TdPayment *
td_payment_store_find (TdConnection  *connection,
                       gint64         id,
                       GError       **error)
{
  g_autoptr (TdStatement) statement =
    td_connection_prepare (connection, "SELECT " COLUMNS " FROM payment WHERE id = ?", error);
  gboolean has_row;

  if (!statement)
    return NULL;
  td_statement_bind_int64 (statement, 1, id);
  if (!td_statement_step (statement, &has_row, error))
    return NULL;
  if (has_row)
    return read_payment (statement);
  g_set_error_literal (error, TD_WALLET_ERROR, TD_WALLET_ERROR_NOT_FOUND,
                       "there is no such payment");
  return NULL;
}

/**
 * td_payment_store_list:
 * @connection: the database
 * @wallet_id: where the money goes
 * @only_askable: whether only those are wanted of which there may be news: that may still be paid, or
 *   were paid with money of which some may have gone back since
 * @error: return location for an error
 *
 * Returns: (transfer full) (element-type TdPayment) (nullable): payments, the newest first
 */
GPtrArray *
td_payment_store_list (TdConnection  *connection,
                       gint64         wallet_id,
                       gboolean       only_askable,
                       GError       **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) td_payment_free);
  g_autoptr (TdStatement) statement =
    td_connection_prepare (connection,
                           only_askable ? "SELECT " COLUMNS " FROM payment WHERE wallet_id = ?1"
                                          " AND (state IN ('new', 'open') OR (state = 'paid'"
                                          " AND intent IS NOT NULL AND created_us > ?2))"
                                          " ORDER BY id DESC"
                                        : "SELECT " COLUMNS " FROM payment WHERE wallet_id = ?1"
                                          " AND created_us > ?2 ORDER BY id DESC LIMIT 1000",
                           error);
  gboolean has_row;

  if (!statement)
    return NULL;
  td_statement_bind_int64 (statement, 1, wallet_id);
  td_statement_bind_int64 (statement, 2, only_askable ? td_clock_now_us () - REFUNDABLE_US : 0);
  while (TRUE)
    {
      if (!td_statement_step (statement, &has_row, error))
        return NULL;
      if (!has_row)
        return g_steal_pointer (&list);
      g_ptr_array_add (list, read_payment (statement));
    }
}

/* ---- what the method says ---------------------------------------------------------------------- */

/* Another process may have booked it: that is as good as having done so here. */
static gboolean
is_booked (GError **error)
{
  if (!g_error_matches (*error, TD_WALLET_ERROR, TD_WALLET_ERROR_TAKEN))
    return FALSE;
  g_clear_error (error);
  return TRUE;
}

static gboolean
book (TdConnection     *connection,
      const TdPayment  *payment,
      GError          **error)
{
  TdWalletMove move = { .wallet_id = payment->wallet_id,
                        .amount = payment->amount,
                        .method = payment->method,
                        .reference = payment->reference,
                        .note = payment->note };
  g_autoptr (TdLedgerTransaction) transaction = NULL;
  GError *local_error = NULL;

  transaction = td_wallet_store_fund (connection, &move, &local_error);
  if (transaction || is_booked (&local_error))
    return TRUE;
  g_propagate_error (error, local_error);
  return FALSE;
}

static gboolean
book_refund (TdConnection           *connection,
             const TdPayment        *payment,
             const TdPaymentRefund  *refund,
             GError                **error)
{
  TdWalletMove move = { .wallet_id = payment->wallet_id,
                        .amount = refund->amount,
                        .method = payment->method,
                        .reference = refund->reference };
  g_autoptr (TdLedgerTransaction) funding =
    td_ledger_store_find_reference (connection, TD_LEDGER_FUND, payment->method, payment->reference,
                                    error);
  g_autoptr (TdLedgerTransaction) transaction = NULL;
  GError *local_error = NULL;

  if (!funding)
    return !error || !*error;
  transaction = td_wallet_store_refund (connection, &move, funding->number, &local_error);
  if (transaction || is_booked (&local_error))
    return TRUE;
  g_propagate_error (error, local_error);
  return FALSE;
}

static gboolean
book_all (TdConnection           *connection,
          const TdPayment        *payment,
          const TdPaymentAnswer  *answer,
          GError                **error)
{
  if (!book (connection, payment, error))
    return FALSE;
  for (guint i = 0; i < answer->refunds->len; i++)
    {
      if (!book_refund (connection, payment, g_ptr_array_index (answer->refunds, i), error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
write_state (TdConnection     *connection,
             const TdPayment  *payment,
             GError          **error)
{
  g_autoptr (TdStatement) statement =
    td_connection_prepare (connection,
                           "UPDATE payment SET reference = ?, page = ?, intent = ?, state = ?"
                           " WHERE id = ?",
                           error);

  if (!statement)
    return FALSE;
  td_statement_bind_text (statement, 1, payment->reference);
  td_statement_bind_text (statement, 2, payment->page);
  td_statement_bind_text (statement, 3, payment->intent);
  td_statement_bind_text (statement, 4, td_payment_state_to_string (payment->state));
  td_statement_bind_int64 (statement, 5, payment->id);
  return td_statement_run (statement, error);
}

/* What was paid stays so, whatever an answer that was longer on its way says. */
static void
take_over (TdPayment             *payment,
           const TdPaymentAnswer *answer)
{
  g_set_str (&payment->reference, answer->reference);
  if (answer->page)
    g_set_str (&payment->page, answer->page);
  if (answer->intent)
    g_set_str (&payment->intent, answer->intent);
  if (payment->state == TD_PAYMENT_PAID || answer->paid)
    payment->state = TD_PAYMENT_PAID;
  else
    payment->state = answer->ended ? TD_PAYMENT_ENDED : TD_PAYMENT_OPEN;
}

static TdPayment *
take_answer (TdConnection           *connection,
             gint64                  id,
             const TdPaymentAnswer  *answer,
             GError                **error)
{
  g_autoptr (TdPayment) payment = td_payment_store_find (connection, id, error);

  if (!payment || !td_payment_judge (payment, answer, error))
    return NULL;
  take_over (payment, answer);
  if ((payment->state == TD_PAYMENT_PAID && !book_all (connection, payment, answer, error)) ||
      !write_state (connection, payment, error))
    return NULL;
  return g_steal_pointer (&payment);
}

/**
 * td_payment_store_take_answer:
 * @connection: the database
 * @id: a payment
 * @answer: what the method says of it
 * @error: return location for a #TdPaymentError, a #TdWalletError or a #TdStoreError
 *
 * Judges an answer and books what it says, in one transaction. Saying it again changes nothing.
 * An answer that is not of this payment changes nothing either.
 *
 * Returns: (transfer full) (nullable): the payment as it is then
 */
TdPayment *
td_payment_store_take_answer (TdConnection           *connection,
                              gint64                  id,
                              const TdPaymentAnswer  *answer,
                              GError                **error)
{
  g_autoptr (TdPayment) payment = NULL;

  if (!td_connection_begin (connection, error))
    return NULL;
  payment = take_answer (connection, id, answer, error);
  if (payment && td_connection_commit (connection, error))
    return g_steal_pointer (&payment);
  td_connection_rollback (connection);
  return NULL;
}

/**
 * td_payment_store_give_up:
 * @connection: the database
 * @id: a payment
 * @error: return location for a #TdWalletError or a #TdStoreError
 *
 * Ends a payment of whose beginning its method never told: nobody has seen its page.
 *
 * Returns: (transfer full) (nullable): the payment as it is then
 */
TdPayment *
td_payment_store_give_up (TdConnection  *connection,
                          gint64         id,
                          GError       **error)
{
  g_autoptr (TdStatement) statement =
    td_connection_prepare (connection,
                           "UPDATE payment SET state = 'ended' WHERE id = ? AND state = 'new'",
                           error);

  if (!statement)
    return NULL;
  td_statement_bind_int64 (statement, 1, id);
  return td_statement_run (statement, error) ? td_payment_store_find (connection, id, error) : NULL;
}

/* ---- the operator's side ----------------------------------------------------------------------- */

TdPaymentSetup *
td_payment_setup_new (const char *base_url,
                      const char *return_url)
{
  TdPaymentSetup *self = g_new0 (TdPaymentSetup, 1);

  self->base_url = g_strdup (base_url);
  self->return_url = g_strdup (return_url);
  return self;
}

void
td_payment_setup_free (TdPaymentSetup *self)
{
  if (!self)
    return;
  g_free (self->base_url);
  g_free (self->return_url);
  g_free (self);
}

/**
 * td_payment_store_set_up:
 * @connection: the database
 * @method: a method
 * @setup: (nullable): where it is asked; %NULL: not any more
 * @error: return location for an error
 *
 * Returns: whether it is written
 */
gboolean
td_payment_store_set_up (TdConnection          *connection,
                         const char            *method,
                         const TdPaymentSetup  *setup,
                         GError               **error)
{
  g_autoptr (TdStatement) statement = td_connection_prepare (
    connection,
    setup ? "INSERT INTO payment_setup (method, base_url, return_url) VALUES (?, ?, ?)"
            " ON CONFLICT (method) DO UPDATE SET base_url = excluded.base_url,"
            " return_url = excluded.return_url"
          : "DELETE FROM payment_setup WHERE method = ?",
    error);

  if (!statement)
    return FALSE;
  td_statement_bind_text (statement, 1, method);
  if (setup)
    {
      td_statement_bind_text (statement, 2, setup->base_url);
      td_statement_bind_text (statement, 3, setup->return_url);
    }
  return td_statement_run (statement, error);
}

/**
 * td_payment_store_find_setup:
 * @connection: the database
 * @method: a method
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): where it is asked; %NULL without @error when it is not set up
 */
TdPaymentSetup *
td_payment_store_find_setup (TdConnection  *connection,
                             const char    *method,
                             GError       **error)
{
  g_autoptr (TdStatement) statement =
    td_connection_prepare (connection,
                           "SELECT base_url, return_url FROM payment_setup WHERE method = ?", error);
  gboolean has_row;

  if (!statement)
    return NULL;
  td_statement_bind_text (statement, 1, method);
  if (!td_statement_step (statement, &has_row, error) || !has_row)
    return NULL;
  return td_payment_setup_new (td_statement_get_text (statement, 0),
                               td_statement_get_text (statement, 1));
}

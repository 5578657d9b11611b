/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The end of a reply in the store, the same for a reply that ended and for one whose program
 * did: its text and state, its receipt, and the sums of its chat.
 */
#include "config.h"

#include "engine/td-settlement.h"

#include "conversation/td-conversation-store.h"
#include "wallet/td-wallet-store.h"

/**
 * td_settlement_fill_outcome:
 * @receipt: a settled receipt
 * @outcome: how the reply ended; gets the figures of the receipt
 */
void
td_settlement_fill_outcome (const TdReceipt  *receipt,
                            TdMessageOutcome *outcome)
{
  outcome->input_tokens = receipt->usage.input;
  outcome->output_tokens = receipt->usage.output;
  outcome->counted_here = receipt->counted_here;
  outcome->counted_exactly = receipt->counted_exactly;
  outcome->cost = td_receipt_get_total (receipt);
  outcome->first_token_ms = receipt->first_token_ms;
  outcome->duration_ms = receipt->duration_ms;
}

/**
 * td_settlement_write:
 * @connection: the database, inside a transaction
 * @message_id: the reply; 0 when it was deleted meanwhile
 * @outcome: how it ended; its figures are those of @receipt
 * @receipt: its receipt, settled; gets the terms that the wallet wrote with the hold
 * @error: return location for an error
 *
 * Writes the end of a reply and books what it cost. Only the first time counts: the receipt
 * decides whether anything is added to the sums.
 *
 * Returns: whether it is written
 */
gboolean
td_settlement_write (TdConnection            *connection,
                     gint64                   message_id,
                     const TdMessageOutcome  *outcome,
                     TdReceipt               *receipt,
                     GError                 **error)
{
  TdMessageOutcome figures = *outcome; /* shares its texts */
  gboolean now;

  if (!td_wallet_store_settle (connection, receipt, &now, error))
    return FALSE;
  td_settlement_fill_outcome (receipt, &figures);
  return td_conversation_store_finish_message (connection, message_id, &figures, error) &&
         (!now || td_conversation_store_add_spent (connection, message_id, &figures, error));
}

/**
 * td_settlement_write_chore:
 * @connection: the database, inside a transaction
 * @receipt: the receipt of a chore, settled; gets the terms that the wallet wrote with the hold
 * @error: return location for an error
 *
 * Books what a chore cost, and adds it to the sums of the chat it was for.
 *
 * Returns: whether it is written
 */
gboolean
td_settlement_write_chore (TdConnection  *connection,
                           TdReceipt     *receipt,
                           GError       **error)
{
  TdMessageOutcome figures = TD_MESSAGE_OUTCOME_INIT (TD_MESSAGE_STATE_COMPLETE);
  gboolean now;

  if (!td_wallet_store_settle (connection, receipt, &now, error))
    return FALSE;
  td_settlement_fill_outcome (receipt, &figures);
  return !now || receipt->message_id == 0 ||
         td_conversation_store_add_spent (connection, receipt->message_id, &figures, error);
}

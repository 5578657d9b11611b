/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What programs left behind that ended in the middle of a reply: holds without an outcome and
 * messages still marked as streaming. Both are resolved as interrupted, with what was
 * journalled. Those of a program that still runs are left alone.
 */
#include "config.h"

#include "engine/td-recovery.h"

#include <string.h>

#include "base/td-clock.h"
#include "conversation/td-conversation-store.h"
#include "engine/td-settlement.h"
#include "tokens/td-token-ruler.h"
#include "wallet/td-receipt-store.h"

static void
count_text (const TdReceipt *receipt,
            const char      *text,
            const char      *reasoning,
            TdUsage         *usage,
            gboolean        *exactly)
{
  const char *colon = strchr (receipt->model_key, ':');
  g_autoptr (TdTokenRuler) ruler =
    td_token_ruler_new (receipt->provider_id, colon ? colon + 1 : receipt->model_key, NULL);
  TdTokenCount hidden = td_token_ruler_count (ruler, reasoning, -1);
  TdTokenCount shown = td_token_ruler_count (ruler, text, -1);

  usage->input = receipt->usage.input;
  usage->reasoning = hidden.tokens;
  usage->output = shown.tokens + hidden.tokens;
  *exactly = receipt->counted_exactly && shown.exact && hidden.tokens == 0;
}

/* Nobody knows any more what the provider counted: the prompt as counted before it was sent
 * and the text that was saved, at the prices of the hold. */
static gboolean
resolve_hold (TdConnection  *connection,
              TdReceipt     *receipt,
              GError       **error)
{
  TdMessageOutcome outcome = TD_MESSAGE_OUTCOME_INIT (TD_MESSAGE_STATE_INTERRUPTED);
  g_autofree char *text = NULL;
  g_autofree char *reasoning = NULL;
  TdUsage usage = TD_USAGE_INIT;
  gboolean exactly;
  TdCost cost;

  if (!td_conversation_store_read_text (connection, receipt->message_id, &text, &reasoning, error))
    return FALSE;
  count_text (receipt, text, reasoning, &usage, &exactly);
  td_pricing_cost_at (&receipt->prices, &usage, &cost);
  td_receipt_settle (receipt, TD_RECEIPT_INTERRUPTED, &usage, TRUE, &cost);
  receipt->counted_exactly = exactly;
  td_settlement_fill_outcome (receipt, &outcome);
  return td_settlement_write (connection, receipt->message_id, &outcome, receipt, error);
}

/* Nothing of what a chore or another program was told was kept. */
static gboolean
resolve_other (TdConnection  *connection,
               TdReceipt     *receipt,
               GError       **error)
{
  TdUsage usage = TD_USAGE_INIT;
  gboolean exactly;
  TdCost cost;

  count_text (receipt, "", "", &usage, &exactly);
  td_pricing_cost_at (&receipt->prices, &usage, &cost);
  td_receipt_settle (receipt, TD_RECEIPT_INTERRUPTED, &usage, TRUE, &cost);
  return td_settlement_write_chore (connection, receipt, error);
}

static gboolean
is_held (GPtrArray *receipts,
         gint64     message_id)
{
  for (guint i = 0; i < receipts->len; i++)
    {
      const TdReceipt *receipt = g_ptr_array_index (receipts, i);

      if (receipt->message_id == message_id && td_receipt_is_reply (receipt))
        return TRUE;
    }
  return FALSE;
}

/* A streaming message has a hold in the same transaction; one without is a leftover. */
static gboolean
resolve_messages (TdConnection  *connection,
                  GPtrArray     *receipts,
                  guint         *n_resolved,
                  GError       **error)
{
  TdMessageOutcome outcome = TD_MESSAGE_OUTCOME_INIT (TD_MESSAGE_STATE_INTERRUPTED);
  g_autoptr (GArray) ids = td_conversation_store_list_streaming (connection, 0, error);

  if (!ids)
    return FALSE;
  for (guint i = 0; i < ids->len; i++)
    {
      gint64 id = g_array_index (ids, gint64, i);

      if (is_held (receipts, id))
        continue;
      if (!td_conversation_store_finish_message (connection, id, &outcome, error))
        return FALSE;
      (*n_resolved)++;
    }
  return TRUE;
}

static gboolean
resolve_all (TdConnection  *connection,
             TdLease       *lease,
             guint         *n_resolved,
             GError       **error)
{
  g_autoptr (GPtrArray) receipts = td_receipt_store_list_open (connection, error);

  if (!receipts)
    return FALSE;
  for (guint i = 0; i < receipts->len; i++)
    {
      TdReceipt *receipt = g_ptr_array_index (receipts, i);

      if (td_lease_is_alive (lease, receipt->owner))
        continue;
      if (!(td_receipt_is_reply (receipt) ? resolve_hold (connection, receipt, error)
                                          : resolve_other (connection, receipt, error)))
        return FALSE;
      (*n_resolved)++;
    }
  return resolve_messages (connection, receipts, n_resolved, error);
}

/**
 * td_recovery_resolve:
 * @connection: the database, outside a transaction
 * @lease: the lease of this process
 * @n_resolved: (out): how many replies were marked as interrupted
 * @error: return location for a #TdStoreError
 *
 * Resolves what programs that are gone left behind. On the database thread.
 *
 * Returns: whether it worked
 */
gboolean
td_recovery_resolve (TdConnection  *connection,
                     TdLease       *lease,
                     guint         *n_resolved,
                     GError       **error)
{
  *n_resolved = 0;
  if (!td_connection_begin (connection, error))
    return FALSE;
  if (resolve_all (connection, lease, n_resolved, error) &&
      td_connection_commit (connection, error))
    return TRUE;
  td_connection_rollback (connection);
  *n_resolved = 0;
  return FALSE;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine/td-turn.h"

#include "conversation/td-conversation-list-private.h"
#include "conversation/td-conversation-store.h"
#include "engine/td-hold.h"
#include "engine/td-settlement.h"
#include "wallet/td-wallet-error.h"

struct _TdTurn
{
  gatomicrefcount ref_count;
  TdDatabase *database;   /* (unowned): the engine keeps it for whoever runs a turn, and a turn may
                             be dropped on the thread that the database waits for at its end */
  TdConversationRow *row; /* (owned) */

  /* Touched on the database thread only. */
  TdTurnIds ids;
  gint64 receipt_id;
  GString *text;          /* (owned): handed over, but not in the database yet */
  GString *reasoning;     /* (owned) */
};

typedef struct
{
  TdTurn *turn;
  TdTurnStart *start;
  gboolean made; /* the chat is a new one */
} BeginJob;

typedef struct
{
  TdTurn *turn;
  char *text;
  char *reasoning;
} AppendJob;

typedef struct
{
  TdTurn *turn;
  TdTurnEnd *end;
  char *text;      /* (nullable): what was written of it, until that is known to be on the disk */
  char *reasoning; /* (nullable) */
} SettleJob;

/**
 * td_turn_new:
 * @database: where it goes
 * @row: the chat's row
 *
 * Returns: (transfer full): a turn of which nothing is stored yet
 */
TdTurn *
td_turn_new (TdDatabase        *database,
             TdConversationRow *row)
{
  TdTurn *self;

  g_return_val_if_fail (TD_IS_DATABASE (database), NULL);

  self = g_new0 (TdTurn, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->database = database;
  self->row = td_conversation_row_ref (row);
  self->text = g_string_new (NULL);
  self->reasoning = g_string_new (NULL);
  return self;
}

/**
 * td_turn_ref:
 * @self: a turn
 *
 * Returns: (transfer full): @self
 */
TdTurn *
td_turn_ref (TdTurn *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * td_turn_unref:
 * @self: (transfer full): a turn
 *
 * Lets go of it; with the last reference it is freed.
 */
void
td_turn_unref (TdTurn *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  td_conversation_row_unref (self->row);
  g_string_free (self->text, TRUE);
  g_string_free (self->reasoning, TRUE);
  g_free (self);
}

void
td_turn_start_free (TdTurnStart *start)
{
  if (!start)
    return;
  td_conversation_record_free (start->conversation);
  td_message_record_free (start->user);
  td_message_record_free (start->reply);
  td_receipt_free (start->hold);
  g_free (start);
}

void
td_turn_end_free (TdTurnEnd *end)
{
  if (!end)
    return;
  g_free (end->text);
  g_free (end->reasoning);
  td_message_outcome_clear (&end->outcome);
  td_receipt_free (end->receipt);
  g_free (end);
}

/* ---- the beginning ------------------------------------------------------------------------- */

static void
begin_job_free (gpointer data)
{
  BeginJob *job = data;

  td_turn_unref (job->turn);
  td_turn_start_free (job->start);
  g_free (job);
}

static gboolean
write_conversation (TdTurn        *self,
                    TdConnection  *connection,
                    TdTurnStart   *start,
                    gboolean      *made,
                    GError       **error)
{
  if (!td_conversation_row_ensure (self->row, connection, start->conversation, made, error))
    return FALSE;
  start->conversation->id = self->row->id;
  return *made || td_conversation_store_touch (connection, start->conversation, error);
}

static gboolean
write_messages (TdConnection  *connection,
                TdTurnStart   *start,
                TdTurnIds     *ids,
                GError       **error)
{
  if (start->user && !td_conversation_store_insert_message (connection, ids->conversation_id,
                                                            start->user, &ids->user_id, error))
    return FALSE;
  if (!td_conversation_store_insert_message (connection, ids->conversation_id, start->reply,
                                             &ids->reply_id, error))
    return FALSE;
  return start->replaces == 0 ||
         td_conversation_store_replace_message (connection, start->replaces, ids->reply_id, error);
}

static gboolean
write_beginning (TdTurn        *self,
                 TdConnection  *connection,
                 TdTurnStart   *start,
                 gboolean      *made,
                 GError       **error)
{
  TdTurnIds ids = { 0 };
  gint64 receipt_id = 0;

  if (!write_conversation (self, connection, start, made, error))
    return FALSE;
  ids.conversation_id = self->row->id;
  if (!write_messages (connection, start, &ids, error))
    return FALSE;
  if (start->hold)
    {
      start->hold->message_id = ids.reply_id;
      if (!td_hold_write (connection, start->hold, error))
        return FALSE;
      receipt_id = start->hold->id;
      ids.held = start->hold->held;
      ids.commission_ppm = start->hold->commission_ppm;
    }
  if (!td_connection_commit (connection, error))
    return FALSE;
  self->ids = ids;
  self->receipt_id = receipt_id;
  return TRUE;
}

static gpointer
begin_on_thread (TdConnection  *connection,
                 gpointer       data,
                 GCancellable  *cancellable,
                 GError       **error)
{
  BeginJob *job = data;

  if (!td_connection_begin (connection, error))
    return NULL;
  if (!write_beginning (job->turn, connection, job->start, &job->made, error))
    {
      td_connection_rollback (connection);
      if (job->made)
        job->turn->row->id = 0;
      return NULL;
    }
  return g_memdup2 (&job->turn->ids, sizeof (TdTurnIds));
}

static void
undo_begin (gpointer data)
{
  BeginJob *job = data;

  job->turn->ids = (TdTurnIds) { 0 };
  job->turn->receipt_id = 0;
  if (job->made)
    job->turn->row->id = 0;
}

/**
 * td_turn_begin_async:
 * @self: a turn
 * @start: (transfer full): what to write
 * @callback: called when it is on the disk; then the request may be sent
 * @user_data: data for @callback
 *
 * Writes the chat, the user's message, the empty reply and the hold: all of them or nothing. The
 * wallet refuses a hold that the balance or a budget does not cover.
 */
void
td_turn_begin_async (TdTurn              *self,
                     TdTurnStart         *start,
                     GAsyncReadyCallback  callback,
                     gpointer             user_data)
{
  BeginJob *job;

  g_return_if_fail (self != NULL);
  g_return_if_fail (start != NULL);

  job = g_new0 (BeginJob, 1);
  job->turn = td_turn_ref (self);
  job->start = start;
  td_database_run_grouped_async (self->database, begin_on_thread, undo_begin, job, begin_job_free,
                                 g_free, callback, user_data);
}

/**
 * td_turn_begin_finish:
 * @self: a turn
 * @result: what the callback got
 * @error: return location for a #TdWalletError or a #TdStoreError
 *
 * Returns: (transfer full) (nullable): where it was written
 */
TdTurnIds *
td_turn_begin_finish (TdTurn        *self,
                      GAsyncResult  *result,
                      GError       **error)
{
  g_return_val_if_fail (self != NULL, NULL);

  return td_database_run_finish (self->database, result, error);
}

/* ---- another hold -------------------------------------------------------------------------- */

typedef struct
{
  TdTurn *turn;
  TdReceipt *hold;
  char *model_name; /* (nullable) */
} MoveJob;

static void
move_job_free (gpointer data)
{
  MoveJob *job = data;

  td_turn_unref (job->turn);
  td_receipt_free (job->hold);
  g_free (job->model_name);
  g_free (job);
}

static gboolean
write_move (MoveJob       *job,
            TdConnection  *connection,
            GError       **error)
{
  job->hold->id = job->turn->receipt_id;
  return td_hold_move (connection, job->hold, error) &&
         td_conversation_store_set_message_model (connection, job->turn->ids.reply_id,
                                                  job->hold->model_key, job->model_name, error) &&
         td_connection_commit (connection, error);
}

static gpointer
move_on_thread (TdConnection  *connection,
                gpointer       data,
                GCancellable  *cancellable,
                GError       **error)
{
  MoveJob *job = data;

  if (job->turn->receipt_id == 0)
    {
      g_set_error_literal (error, TD_WALLET_ERROR, TD_WALLET_ERROR_NOT_FOUND, "nothing was begun");
      return NULL;
    }
  if (!td_connection_begin (connection, error))
    return NULL;
  if (!write_move (job, connection, error))
    {
      td_connection_rollback (connection);
      return NULL;
    }
  job->turn->ids.held = job->hold->held;
  job->turn->ids.commission_ppm = job->hold->commission_ppm;
  return g_memdup2 (&job->turn->ids, sizeof (TdTurnIds));
}

/**
 * td_turn_move_async:
 * @self: a turn that was begun with a hold
 * @hold: the hold as it is to be: for another offer, or for one more request to the same
 * @model_name: (nullable): the name of its model
 * @callback: called when it is on the disk; then the request may be sent there
 * @user_data: data for @callback
 */
void
td_turn_move_async (TdTurn              *self,
                    const TdReceipt     *hold,
                    const char          *model_name,
                    GAsyncReadyCallback  callback,
                    gpointer             user_data)
{
  MoveJob *job;

  g_return_if_fail (self != NULL);
  g_return_if_fail (hold != NULL);

  job = g_new0 (MoveJob, 1);
  job->turn = td_turn_ref (self);
  job->hold = td_receipt_copy (hold);
  job->model_name = g_strdup (model_name);
  td_database_run_async (self->database, G_PRIORITY_DEFAULT, move_on_thread, job, move_job_free,
                         g_free, NULL, callback, user_data);
}

/**
 * td_turn_move_finish:
 * @self: a turn
 * @result: what the callback got
 * @error: return location for a #TdWalletError or a #TdStoreError; the hold is as it was then
 *
 * Returns: (transfer full) (nullable): where the turn is, and what the wallet made of the hold
 */
TdTurnIds *
td_turn_move_finish (TdTurn        *self,
                     GAsyncResult  *result,
                     GError       **error)
{
  g_return_val_if_fail (self != NULL, NULL);

  return td_database_run_finish (self->database, result, error);
}

/* ---- the journal --------------------------------------------------------------------------- */

static void
append_job_free (gpointer data)
{
  AppendJob *job = data;

  td_turn_unref (job->turn);
  g_free (job->text);
  g_free (job->reasoning);
  g_free (job);
}

static void
take_over (TdTurn     *self,
           const char *text,
           const char *reasoning)
{
  if (text)
    g_string_append (self->text, text);
  if (reasoning)
    g_string_append (self->reasoning, reasoning);
}

/* Writes what was handed over. What cannot be written (a full disk) waits for the next time. */
static gboolean
write_pieces (TdTurn        *self,
              TdConnection  *connection,
              GError       **error)
{
  if (self->ids.reply_id == 0 || (self->text->len == 0 && self->reasoning->len == 0))
    return TRUE;
  return td_conversation_store_append_piece (connection, self->ids.reply_id, self->text->str,
                                             self->reasoning->str, error);
}

static void
hand_out (GString  *piece,
          char    **text)
{
  g_free (*text);
  *text = g_strdup (piece->str);
  g_string_truncate (piece, 0);
}

/* They are kept with the job that wrote them, until it is known that they are on the disk. */
static void
forget_pieces (TdTurn  *self,
               char   **text,
               char   **reasoning)
{
  hand_out (self->text, text);
  hand_out (self->reasoning, reasoning);
}

static gpointer
append_on_thread (TdConnection  *connection,
                  gpointer       data,
                  GCancellable  *cancellable,
                  GError       **error)
{
  AppendJob *job = data;

  take_over (job->turn, job->text, job->reasoning);
  if (write_pieces (job->turn, connection, error))
    forget_pieces (job->turn, &job->text, &job->reasoning);
  return NULL;
}

static void
undo_append (gpointer data)
{
  AppendJob *job = data;

  take_over (job->turn, job->text, job->reasoning);
}

/**
 * td_turn_append_async:
 * @self: a turn that was begun
 * @text: (transfer full) (nullable): what the reply's text grew by
 * @reasoning: (transfer full) (nullable): what its reasoning grew by
 * @callback: called when it is on the disk
 * @user_data: data for @callback
 *
 * Journals a part of the reply. A part that cannot be written is written with the next one.
 */
void
td_turn_append_async (TdTurn              *self,
                      char                *text,
                      char                *reasoning,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
  AppendJob *job;

  g_return_if_fail (self != NULL);

  job = g_new0 (AppendJob, 1);
  job->turn = td_turn_ref (self);
  job->text = text;
  job->reasoning = reasoning;
  td_database_run_grouped_async (self->database, append_on_thread, undo_append, job,
                                 append_job_free, NULL, callback, user_data);
}

/* ---- the end ------------------------------------------------------------------------------- */

static void
settle_job_free (gpointer data)
{
  SettleJob *job = data;

  td_turn_unref (job->turn);
  td_turn_end_free (job->end);
  g_free (job->text);
  g_free (job->reasoning);
  g_free (job);
}

static gboolean
write_end (TdTurn        *self,
           TdConnection  *connection,
           TdTurnEnd     *end,
           GError       **error)
{
  end->receipt->id = self->receipt_id;
  return write_pieces (self, connection, error) &&
         td_settlement_write (connection, self->ids.reply_id, &end->outcome, end->receipt, error) &&
         td_conversation_store_set_updated (connection, self->ids.conversation_id, end->updated_us,
                                            error) &&
         td_connection_commit (connection, error);
}

static gpointer
settle_on_thread (TdConnection  *connection,
                  gpointer       data,
                  GCancellable  *cancellable,
                  GError       **error)
{
  SettleJob *job = data;

  take_over (job->turn, job->end->text, job->end->reasoning);
  if (job->turn->receipt_id == 0)
    return NULL; /* the beginning could not be written: there is nothing to settle */
  if (!td_connection_begin (connection, error))
    return NULL;
  if (write_end (job->turn, connection, job->end, error))
    forget_pieces (job->turn, &job->text, &job->reasoning);
  else
    td_connection_rollback (connection);
  return NULL;
}

static void
undo_settle (gpointer data)
{
  SettleJob *job = data;

  take_over (job->turn, job->text, job->reasoning);
}

/**
 * td_turn_settle_async:
 * @self: a turn that was begun with a hold
 * @end: (transfer full): what to write
 * @callback: called when it is on the disk
 * @user_data: data for @callback
 *
 * Writes the rest of the reply, how it ended and what it cost, in one transaction.
 */
void
td_turn_settle_async (TdTurn              *self,
                      TdTurnEnd           *end,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
  SettleJob *job;

  g_return_if_fail (self != NULL);
  g_return_if_fail (end != NULL && end->receipt != NULL);

  job = g_new0 (SettleJob, 1);
  job->turn = td_turn_ref (self);
  job->end = end;
  td_database_run_grouped_async (self->database, settle_on_thread, undo_settle, job,
                                 settle_job_free, NULL, callback, user_data);
}

/**
 * td_turn_write_finish:
 * @self: a turn
 * @result: what the callback got
 * @error: return location for a #TdStoreError
 *
 * Returns: whether it is on the disk
 */
gboolean
td_turn_write_finish (TdTurn        *self,
                      GAsyncResult  *result,
                      GError       **error)
{
  GError *local_error = NULL;

  g_return_val_if_fail (self != NULL, FALSE);

  td_database_run_finish (self->database, result, &local_error);
  if (!local_error)
    return TRUE;
  g_propagate_error (error, local_error);
  return FALSE;
}

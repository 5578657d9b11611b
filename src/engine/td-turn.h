/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "conversation/td-conversation-private.h"
#include "store/td-database.h"
#include "wallet/td-receipt.h"

G_BEGIN_DECLS

/**
 * TdTurn:
 *
 * One question and its reply on the way into the store: begun with the hold before anything
 * is sent, journalled while it streams, settled at the end. The three are queued in this
 * order and each may be queued before the one before is done, because the rows they share are
 * known on the database thread only.
 */
typedef struct _TdTurn TdTurn;

/* Where the turn is in the store, and what the wallet made of its hold. */
typedef struct
{
  gint64 conversation_id;
  gint64 user_id;  /* 0: none, the last reply is made again */
  gint64 reply_id;
  TdMoney held;          /* with the commission; 0 without a hold */
  gint64 commission_ppm;
} TdTurnIds;

/* What is written before anything is sent. */
typedef struct
{
  TdConversationRecord *conversation; /* as it is to be from now on */
  TdMessageRecord *user;              /* (nullable) */
  TdMessageRecord *reply;             /* streaming, or failed already */
  gint64 replaces;                    /* the reply that is made again, or 0 */
  TdReceipt *hold;                    /* (nullable): nothing is going to be sent */
} TdTurnStart;

/* What is written at the end. */
typedef struct
{
  char *text;      /* (nullable): what was not journalled yet */
  char *reasoning; /* (nullable) */
  TdMessageOutcome outcome;
  TdReceipt *receipt;
  gint64 updated_us;
} TdTurnEnd;

TdTurn     *td_turn_new           (TdDatabase          *database,
                                   TdConversationRow   *row);
TdTurn     *td_turn_ref           (TdTurn              *self);
void        td_turn_unref         (TdTurn              *self);
void        td_turn_begin_async   (TdTurn              *self,
                                   TdTurnStart         *start,
                                   GAsyncReadyCallback  callback,
                                   gpointer             user_data);
TdTurnIds  *td_turn_begin_finish  (TdTurn              *self,
                                   GAsyncResult        *result,
                                   GError             **error);
/* Another offer takes the place of the one that was begun with; nothing is sent to it before
 * this is on the disk. */
void        td_turn_move_async    (TdTurn              *self,
                                   const TdReceipt     *hold,
                                   const char          *model_name,
                                   GAsyncReadyCallback  callback,
                                   gpointer             user_data);
TdTurnIds  *td_turn_move_finish   (TdTurn              *self,
                                   GAsyncResult        *result,
                                   GError             **error);
void        td_turn_append_async  (TdTurn              *self,
                                   char                *text,
                                   char                *reasoning,
                                   GAsyncReadyCallback  callback,
                                   gpointer             user_data);
void        td_turn_settle_async  (TdTurn              *self,
                                   TdTurnEnd           *end,
                                   GAsyncReadyCallback  callback,
                                   gpointer             user_data);
gboolean    td_turn_write_finish  (TdTurn              *self,
                                   GAsyncResult        *result,
                                   GError             **error); /* of append and settle */
void        td_turn_start_free    (TdTurnStart         *start);
void        td_turn_end_free      (TdTurnEnd           *end);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdTurn, td_turn_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdTurnStart, td_turn_start_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdTurnEnd, td_turn_end_free)

G_END_DECLS

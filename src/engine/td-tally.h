/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "conversation/td-message-private.h"
#include "providers/td-chat-event.h"
#include "wallet/td-receipt.h"

G_BEGIN_DECLS

/**
 * TdTally:
 *
 * What the events of a reply say besides its text: usage, finish, failure and times. At the
 * end it says what the reply took, by the provider's figures where there are any, else by ours.
 */
typedef struct
{
  gint64 prompt_tokens; /* our estimate, made before */
  gint64 sent_us;       /* monotonic; 0: nothing was sent */
  gint64 first_us;      /* monotonic; 0: no content came */
  TdUsage usage;        /* as the provider reports it */
  gboolean finished;    /* the provider said why it ended */
  TdFinish finish;
  TdFailure *failure;   /* (nullable) */
  GString *opaque;      /* (nullable) */
} TdTally;

void     td_tally_init         (TdTally            *self,
                                gint64              prompt_tokens);
void     td_tally_clear        (TdTally            *self);
void     td_tally_start_try    (TdTally            *self);
void     td_tally_add          (TdTally            *self,
                                const TdChatEvent  *event);
gboolean td_tally_has_content  (const TdTally      *self);
void     td_tally_settle       (const TdTally      *self,
                                const TdModelFacts *facts,
                                TdMessage          *reply,
                                TdReceiptOutcome    outcome,
                                TdReceipt          *receipt);

G_END_DECLS

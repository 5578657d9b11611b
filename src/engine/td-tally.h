/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/td-call-log.h"
#include "providers/td-chat-event.h"
#include "tokens/td-token-meter.h"
#include "wallet/td-receipt.h"

G_BEGIN_DECLS

/* What a request took after which the reply paused. Each is priced by itself. */
typedef struct
{
  TdUsage usage;
  gboolean counted_here;
  gboolean exactly;
} TdTallyPart;

/**
 * TdTally:
 *
 * What the events of a reply say besides its text: usage, finish, failure and times. At the
 * end it says what the reply took, by the provider's figures where there are any, else by ours.
 */
typedef struct
{
  gint64 prompt_tokens; /* our count, made before */
  gboolean prompt_exact;
  gint64 began_us;      /* monotonic: when the first request of the reply was sent, maybe to another place */
  gint64 sent_us;       /* monotonic; 0: nothing was sent */
  gint64 first_us;      /* monotonic; 0: no content came */
  TdUsage request;      /* what the last request took, as the provider reports it */
  gint64 answered_us;   /* monotonic; 0: nothing came of the last request */
  GArray *parts;        /* (nullable) (element-type TdTallyPart): what the requests before it took */
  gboolean finished;    /* the provider said why it ended */
  TdFinish finish;
  TdFailure *failure;   /* (nullable) */
  GString *opaque;      /* (nullable) */
  TdCallLog *calls;     /* (owned): of the whole reply */
  TdTokenMeter *text;   /* (owned): what came of the last request, tool calls included */
  TdTokenMeter *reasoning; /* (owned) */
} TdTally;

void     td_tally_init         (TdTally            *self,
                                TdTokenRuler       *ruler,
                                gint64              prompt_tokens,
                                gboolean            prompt_exact);
void     td_tally_clear        (TdTally            *self);
void     td_tally_start_try    (TdTally            *self);
void     td_tally_go_on        (TdTally            *self,
                                const TdModelFacts *facts,
                                gint64              prompt_tokens,
                                gboolean            prompt_exact);
gboolean td_tally_went_on      (const TdTally      *self);
TdMoney  td_tally_get_cost     (const TdTally      *self,
                                const TdModelFacts *facts);
void     td_tally_add          (TdTally            *self,
                                const TdChatEvent  *event);
gboolean td_tally_has_content  (const TdTally      *self);
void     td_tally_settle       (const TdTally      *self,
                                const TdModelFacts *facts,
                                TdReceiptOutcome    outcome,
                                TdReceipt          *receipt);

G_END_DECLS

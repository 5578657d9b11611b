/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/td-engine.h"
#include "providers/td-provider-error.h"

G_BEGIN_DECLS

/*
 * What routing and the log of requests tell each other. The path of a completion reports each
 * request as it ended; whoever keeps the log answers how an offer (a model at a provider) did
 * so far. What is not known is said to be unknown.
 */

#define TD_OFFER_UNMEASURED (-1)

/* How an offer did lately, from the requests that this user sent. */
typedef struct
{
  gint64 n_requests;         /* that ended; stopped ones left out */
  gint64 first_token_ms;     /* median; TD_OFFER_UNMEASURED */
  gint64 tokens_per_ksecond; /* median of output tokens in 1,000 seconds, after the first; TD_OFFER_UNMEASURED */
  gint64 success_permille;   /* of n_requests; TD_OFFER_UNMEASURED */
} TdOfferMeasure;

#define TD_OFFER_MEASURE_INIT \
  { 0, TD_OFFER_UNMEASURED, TD_OFFER_UNMEASURED, TD_OFFER_UNMEASURED }

/* How one request ended: one try, whether or not another one followed. */
typedef struct
{
  const char *provider_id;
  const char *asked_key;     /* the model that the user chose; NULL: the same as model_key */
  const char *model_key;     /* "provider:id", of the offer that was asked */
  const char *purpose;       /* of the receipt: "chat", ... */
  guint n_try;               /* 1 for the first of a turn, over all its offers */
  gint64 started_us;         /* since 1970 */
  gint64 first_token_ms;     /* TD_OFFER_UNMEASURED: none came */
  gint64 duration_ms;
  gint64 input_tokens;       /* by the provider; TD_OFFER_UNMEASURED */
  gint64 cached_tokens;      /* of the input, by the provider; TD_OFFER_UNMEASURED */
  gint64 output_tokens;      /* by the provider; TD_OFFER_UNMEASURED */
  gint64 hidden_tokens;      /* of the output: reasoning that was counted and not shown; 0: none */
  gboolean stopped;          /* by the user: says nothing about the offer */
  const TdFailure *failure;  /* (nullable): what went wrong */
} TdOfferAttempt;

#define TD_OFFER_ATTEMPT_INIT                                                                  \
  {                                                                                            \
    .first_token_ms = TD_OFFER_UNMEASURED, .duration_ms = TD_OFFER_UNMEASURED,                 \
    .input_tokens = TD_OFFER_UNMEASURED, .cached_tokens = TD_OFFER_UNMEASURED,                 \
    .output_tokens = TD_OFFER_UNMEASURED,                                                      \
  }

/* The log, as routing sees it. Both are called on the main thread and may not wait: @look_up
 * answers from memory, FALSE when nothing is known. */
typedef struct
{
  gboolean (*look_up) (gpointer        user_data,
                       const char     *model_key,
                       TdOfferMeasure *measure);
  void (*note)        (gpointer              user_data,
                       const TdOfferAttempt *attempt);
} TdOfferLog;

void     td_engine_set_offer_log   (TdEngine             *self,
                                    const TdOfferLog     *log, /* (nullable): static */
                                    gpointer              user_data);
void     td_engine_measure_offer   (TdEngine             *self,
                                    const char           *model_key,
                                    TdOfferMeasure       *measure);
void     td_engine_note_attempt    (TdEngine             *self,
                                    const TdOfferAttempt *attempt);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "providers/td-provider-error.h"

G_BEGIN_DECLS

#define TD_RETRY_MAX_TRIES 3
#define TD_RETRY_BASE_MS 500

/* What to do after a try that failed before any content came. */
typedef enum
{
  TD_RETRY_GIVE_UP,
  TD_RETRY_AGAIN,     /* at the same place, after a wait */
  TD_RETRY_ELSEWHERE, /* at the next place that offers the model */
} TdRetryAdvice;

/* Where the request stands. */
typedef struct
{
  guint tries;        /* made at this place */
  gboolean has_other; /* there is another place to ask */
  gboolean is_probe;  /* this place failed too often just now */
  guint base_ms;      /* the first backoff; doubles with each try */
  double chance;      /* from 0.0 to 1.0, drawn at random */
} TdRetryState;

TdRetryAdvice td_retry_decide   (const TdFailure    *failure,
                                 const TdRetryState *state,
                                 guint              *wait_ms);
gboolean      td_retry_elsewhere_helps (TdProviderError class);

G_END_DECLS

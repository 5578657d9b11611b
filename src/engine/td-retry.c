/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine/td-retry.h"

#define MAX_NAMED_WAIT_MS 60000 /* a longer wait is the user's decision */
#define MAX_BACKOFF_MS    8000
#define MAX_PATIENCE_MS   1000  /* where another place can be asked at once */

/* Trying again cannot change these, whatever a header says. */
static gboolean
is_final (TdProviderError class)
{
  return class == TD_PROVIDER_ERROR_NO_KEY || class == TD_PROVIDER_ERROR_AUTH ||
         class == TD_PROVIDER_ERROR_QUOTA;
}

/**
 * td_retry_elsewhere_helps:
 * @class: how a request failed
 *
 * Returns: whether another provider of the same model may do better; not where the request
 *   itself was refused, which is for its writer to mend
 */
gboolean
td_retry_elsewhere_helps (TdProviderError class)
{
  switch (class)
    {
    case TD_PROVIDER_ERROR_PERMISSION:
    case TD_PROVIDER_ERROR_INVALID:
    case TD_PROVIDER_ERROR_TOO_LARGE:
      return FALSE;
    case TD_PROVIDER_ERROR_NO_KEY:
    case TD_PROVIDER_ERROR_AUTH:
    case TD_PROVIDER_ERROR_QUOTA:
    case TD_PROVIDER_ERROR_RATE_LIMIT:
    case TD_PROVIDER_ERROR_NOT_FOUND:
    case TD_PROVIDER_ERROR_OVERLOADED:
    case TD_PROVIDER_ERROR_SERVER:
    case TD_PROVIDER_ERROR_UNREACHABLE:
    case TD_PROVIDER_ERROR_TLS:
    case TD_PROVIDER_ERROR_CUT:
    case TD_PROVIDER_ERROR_TIMED_OUT:
    case TD_PROVIDER_ERROR_PROTOCOL:
    case TD_PROVIDER_ERROR_UNSUPPORTED:
    default:
      return TRUE;
    }
}

/* How long to wait before the next try at the same place; FALSE: no try. A wait that the
 * provider names is taken as it is; else the whole backoff is drawn at random, so that many
 * clients do not come back at once. */
static gboolean
find_wait (const TdFailure    *failure,
           const TdRetryState *state,
           guint              *wait_ms)
{
  guint backoff_ms;

  if (!failure->retryable || is_final (failure->class) || state->is_probe ||
      state->tries >= TD_RETRY_MAX_TRIES || failure->retry_after_ms > MAX_NAMED_WAIT_MS)
    return FALSE;
  backoff_ms = MIN (state->base_ms << (state->tries - 1), MAX_BACKOFF_MS);
  *wait_ms = failure->retry_after_ms >= 0
               ? (guint) failure->retry_after_ms
               : (guint) (backoff_ms * CLAMP (state->chance, 0.0, 1.0));
  return TRUE;
}

/**
 * td_retry_decide:
 * @failure: how the last try failed, before any content came
 * @state: where the request stands
 * @wait_ms: (out): how long to wait before the next try at the same place, in milliseconds
 *
 * A wait that the provider names is taken as it is when it is a minute or less; a longer one
 * is left to the user. Where another place can be asked, this one gets one more try, if that
 * takes no more than a second.
 *
 * Returns: what to do
 */
TdRetryAdvice
td_retry_decide (const TdFailure    *failure,
                 const TdRetryState *state,
                 guint              *wait_ms)
{
  gboolean again;

  g_return_val_if_fail (failure != NULL, TD_RETRY_GIVE_UP);
  g_return_val_if_fail (state != NULL && state->tries > 0, TD_RETRY_GIVE_UP);
  g_return_val_if_fail (wait_ms != NULL, TD_RETRY_GIVE_UP);

  *wait_ms = 0;
  again = find_wait (failure, state, wait_ms);
  if (!state->has_other || !td_retry_elsewhere_helps (failure->class))
    return again ? TD_RETRY_AGAIN : TD_RETRY_GIVE_UP;
  if (again && state->tries == 1 && *wait_ms <= MAX_PATIENCE_MS)
    return TD_RETRY_AGAIN;
  *wait_ms = 0;
  return TD_RETRY_ELSEWHERE;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine/td-retry.h"

#define MAX_NAMED_WAIT_MS 60000 /* a longer wait is the user's decision */
#define MAX_BACKOFF_MS    8000

/* Trying again cannot change these, whatever a header says. */
static gboolean
is_final (TdProviderError class)
{
  return class == TD_PROVIDER_ERROR_NO_KEY || class == TD_PROVIDER_ERROR_AUTH ||
         class == TD_PROVIDER_ERROR_QUOTA;
}

/**
 * td_retry_decide:
 * @failure: how the last try failed, before any content came
 * @tries: how many were made
 * @base_ms: the first backoff, in milliseconds; doubles with each try
 * @chance: from 0.0 to 1.0, drawn at random, so that many clients do not come back at once
 * @wait_ms: (out): how long to wait before the next try, in milliseconds
 *
 * A wait that the provider names is taken as it is when it is a minute or less; a longer one
 * is left to the user.
 *
 * Returns: whether to try again
 */
gboolean
td_retry_decide (const TdFailure *failure,
                 guint            tries,
                 guint            base_ms,
                 double           chance,
                 guint           *wait_ms)
{
  guint backoff_ms;

  g_return_val_if_fail (failure != NULL, FALSE);
  g_return_val_if_fail (tries > 0, FALSE);
  g_return_val_if_fail (wait_ms != NULL, FALSE);

  *wait_ms = 0;
  if (!failure->retryable || is_final (failure->class) || tries >= TD_RETRY_MAX_TRIES)
    return FALSE;
  if (failure->retry_after_ms > MAX_NAMED_WAIT_MS)
    return FALSE;
  if (failure->retry_after_ms >= 0)
    {
      *wait_ms = (guint) failure->retry_after_ms;
      return TRUE;
    }
  backoff_ms = MIN (base_ms << (tries - 1), MAX_BACKOFF_MS);
  *wait_ms = (guint) (backoff_ms * CLAMP (chance, 0.0, 1.0));
  return TRUE;
}

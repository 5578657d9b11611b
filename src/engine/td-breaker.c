/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine/td-breaker.h"

#define SECOND_US        G_GINT64_CONSTANT (1000000)
#define MAX_FAILURES     3
#define FIRST_REST_US    (30 * SECOND_US)
#define LONGEST_US       (600 * SECOND_US)
#define LONGEST_NAMED_US (3600 * SECOND_US)

typedef struct
{
  guint n_failures;   /* in a row */
  gint64 rest_us;     /* how long it rests the next time */
  gint64 until_us;    /* 0: closed */
  gboolean probing;   /* the one request is under way */
} Breaker;

struct _TdBreakers
{
  GHashTable *by_offer; /* (owned) (element-type utf8 Breaker): those that ever failed */
};

/**
 * td_breakers_new:
 *
 * Returns: (transfer full): no breaker yet; one is made for each offer that fails
 */
TdBreakers *
td_breakers_new (void)
{
  TdBreakers *self = g_new0 (TdBreakers, 1);

  self->by_offer = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

void
td_breakers_free (TdBreakers *self)
{
  g_return_if_fail (self != NULL);

  g_hash_table_unref (self->by_offer);
  g_free (self);
}

static Breaker *
find_or_add (TdBreakers *self,
             const char *offer)
{
  Breaker *breaker = g_hash_table_lookup (self->by_offer, offer);

  if (!breaker)
    {
      breaker = g_new0 (Breaker, 1);
      breaker->rest_us = FIRST_REST_US;
      g_hash_table_insert (self->by_offer, g_strdup (offer), breaker);
    }
  return breaker;
}

/**
 * td_breakers_get_state:
 * @self: the breakers
 * @offer: a model at a provider
 * @now_us: the time
 *
 * Returns: whether it may be asked
 */
TdBreakerState
td_breakers_get_state (TdBreakers *self,
                       const char *offer,
                       gint64      now_us)
{
  const Breaker *breaker;

  g_return_val_if_fail (self != NULL && offer != NULL, TD_BREAKER_CLOSED);

  breaker = g_hash_table_lookup (self->by_offer, offer);
  if (!breaker || breaker->until_us == 0)
    return TD_BREAKER_CLOSED;
  if (now_us < breaker->until_us || breaker->probing)
    return TD_BREAKER_OPEN;
  return TD_BREAKER_HALF_OPEN;
}

/**
 * td_breakers_begin:
 * @self: the breakers
 * @offer: a model at a provider
 * @now_us: the time
 *
 * A request is being sent. Of an offer that is half open it is the one that decides.
 */
void
td_breakers_begin (TdBreakers *self,
                   const char *offer,
                   gint64      now_us)
{
  Breaker *breaker;

  g_return_if_fail (self != NULL && offer != NULL);

  breaker = g_hash_table_lookup (self->by_offer, offer);
  if (breaker && td_breakers_get_state (self, offer, now_us) == TD_BREAKER_HALF_OPEN)
    breaker->probing = TRUE;
}

/**
 * td_breakers_succeed:
 * @self: the breakers
 * @offer: a model at a provider
 *
 * A request went well: all is forgotten.
 */
void
td_breakers_succeed (TdBreakers *self,
                     const char *offer)
{
  g_return_if_fail (self != NULL && offer != NULL);

  g_hash_table_remove (self->by_offer, offer);
}

/**
 * td_breakers_abandon:
 * @self: the breakers
 * @offer: a model at a provider
 *
 * A request ended without telling anything about the offer, such as one the user stopped.
 */
void
td_breakers_abandon (TdBreakers *self,
                     const char *offer)
{
  Breaker *breaker;

  g_return_if_fail (self != NULL && offer != NULL);

  breaker = g_hash_table_lookup (self->by_offer, offer);
  if (breaker)
    breaker->probing = FALSE;
}

/* Whether a failure is the offer's, and not the request's. */
static gboolean
is_of_the_offer (TdProviderError class)
{
  switch (class)
    {
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
      return TRUE;
    case TD_PROVIDER_ERROR_NO_KEY:
    case TD_PROVIDER_ERROR_PERMISSION:
    case TD_PROVIDER_ERROR_INVALID:
    case TD_PROVIDER_ERROR_TOO_LARGE:
    case TD_PROVIDER_ERROR_UNSUPPORTED:
    default:
      return FALSE;
    }
}

/* These do not pass by being asked again. */
static gboolean
lasts (TdProviderError class)
{
  return class == TD_PROVIDER_ERROR_AUTH || class == TD_PROVIDER_ERROR_QUOTA ||
         class == TD_PROVIDER_ERROR_NOT_FOUND;
}

static void
rest (Breaker *breaker,
      gint64   named_us,
      gint64   now_us)
{
  breaker->until_us = now_us + MAX (breaker->rest_us, named_us);
  breaker->rest_us = MIN (breaker->rest_us * 2, LONGEST_US);
}

/**
 * td_breakers_fail:
 * @self: the breakers
 * @offer: a model at a provider
 * @failure: how a request failed
 * @now_us: the time
 *
 * Three failures in a row open the breaker, and so does one of the request that was to decide,
 * one that does not pass by itself (a wrong key, an empty quota), or a provider that says how
 * long it wants to be left alone.
 */
void
td_breakers_fail (TdBreakers      *self,
                  const char      *offer,
                  const TdFailure *failure,
                  gint64           now_us)
{
  gint64 named_us;
  Breaker *breaker;

  g_return_if_fail (self != NULL && offer != NULL && failure != NULL);

  if (!is_of_the_offer (failure->class))
    {
      td_breakers_abandon (self, offer);
      return;
    }
  breaker = find_or_add (self, offer);
  breaker->n_failures++;
  named_us = failure->retry_after_ms > 0
               ? MIN (failure->retry_after_ms, LONGEST_NAMED_US / 1000) * 1000
               : 0;
  if (breaker->probing || breaker->n_failures >= MAX_FAILURES || lasts (failure->class))
    rest (breaker, named_us, now_us);
  else if (named_us > 0)
    breaker->until_us = now_us + named_us;
  breaker->probing = FALSE;
}

/**
 * td_breakers_forget:
 * @self: the breakers
 * @provider_id: (nullable): a provider; %NULL for all
 *
 * Its key or its address has changed: what was is no longer true.
 */
void
td_breakers_forget (TdBreakers *self,
                    const char *provider_id)
{
  g_autofree char *prefix = provider_id ? g_strconcat (provider_id, ":", NULL) : NULL;
  GHashTableIter iter;
  gpointer offer;

  g_return_if_fail (self != NULL);

  g_hash_table_iter_init (&iter, self->by_offer);
  while (g_hash_table_iter_next (&iter, &offer, NULL))
    {
      if (!prefix || g_str_has_prefix (offer, prefix))
        g_hash_table_iter_remove (&iter);
    }
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/td-clock.h"
#include "engine/td-engine-private.h"
#include "engine/td-route.h"
#include "providers/td-warm-up.h"

/* An idle connection is kept for a minute; by then it is opened again for whoever still types. */
#define INTERVAL_US (20 * G_USEC_PER_SEC)

#define KEY "td-warm-up-times"

/* When a connection to each provider was last opened ahead. */
static GHashTable *
get_times (TdEngine *self)
{
  GHashTable *times = g_object_get_data (G_OBJECT (self), KEY);

  if (!times)
    {
      times = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
      g_object_set_data_full (G_OBJECT (self), KEY, times, (GDestroyNotify) g_hash_table_unref);
    }
  return times;
}

static gboolean
was_done_lately (TdEngine   *self,
                 const char *model_key)
{
  GHashTable *times = get_times (self);
  const gint64 *before = g_hash_table_lookup (times, model_key);
  gint64 now = td_clock_monotonic_us ();

  if (before && now - *before < INTERVAL_US)
    return TRUE;
  g_hash_table_replace (times, g_strdup (model_key), g_memdup2 (&now, sizeof now));
  return FALSE;
}

/**
 * td_engine_warm_up:
 * @self: the engine
 * @model_key: a model that is likely to be asked soon
 *
 * Opens a connection to where the next request for the model is going to go, unless that was
 * done a moment ago. May be called with every key that is pressed.
 */
void
td_engine_warm_up (TdEngine   *self,
                   const char *model_key)
{
  const TdPolicy *policy;
  const TdRouteNeeds needs = { 0 };
  const TdRouteOffer *best;
  g_autoptr (TdRoute) route = NULL;
  TdModel *model;

  g_return_if_fail (TD_IS_ENGINE (self));
  g_return_if_fail (model_key != NULL);

  model =
    td_catalogue_find_model (td_market_get_catalogue (td_engine_get_market (self)), model_key);
  if (!model || was_done_lately (self, model_key))
    return;
  policy = td_engine_get_policy (self);
  route = td_route_find (self, model, policy->order, &needs, NULL);
  best = route ? g_ptr_array_index (route->offers, 0) : NULL;
  if (best && td_engine_get_usable (self, td_model_get_key (best->model)) == TD_USABLE_YES)
    td_warm_up (td_engine_get_session (self), best->endpoint, policy->timeouts.connect_ms);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine/td-request-stats.h"

/* One key while it is gathered. */
typedef struct
{
  TdRequestStats *stats; /* (owned) */
  GArray *first_tokens;  /* (owned) (element-type gint64) */
  GArray *rates;         /* (owned) (element-type gint64) */
} Group;

struct _TdRequestGatherer
{
  GHashTable *groups; /* (owned) (element-type utf8 Group): the key is the stats' own */
};

static void
group_free (gpointer data)
{
  Group *self = data;

  g_clear_pointer (&self->stats, td_request_stats_free);
  g_array_unref (self->first_tokens);
  g_array_unref (self->rates);
  g_free (self);
}

static Group *
group_new (const char *key)
{
  Group *self = g_new0 (Group, 1);

  self->stats = g_new0 (TdRequestStats, 1);
  self->stats->key = g_strdup (key);
  self->first_tokens = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->rates = g_array_new (FALSE, FALSE, sizeof (gint64));
  return self;
}

void
td_request_stats_free (TdRequestStats *self)
{
  if (!self)
    return;
  g_free (self->key);
  g_free (self);
}

/**
 * td_request_gatherer_new:
 *
 * Returns: (transfer full): a gatherer without samples
 */
TdRequestGatherer *
td_request_gatherer_new (void)
{
  TdRequestGatherer *self = g_new0 (TdRequestGatherer, 1);

  self->groups = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, group_free);
  return self;
}

void
td_request_gatherer_free (TdRequestGatherer *self)
{
  g_hash_table_unref (self->groups);
  g_free (self);
}

static void
count_outcome (TdRequestStats *stats,
               const char     *outcome)
{
  stats->n_requests++;
  switch (td_request_kind_of_outcome (outcome))
    {
    case TD_REQUEST_KIND_COMPLETE:
      stats->n_complete++;
      break;
    case TD_REQUEST_KIND_STOPPED:
      stats->n_stopped++;
      break;
    case TD_REQUEST_KIND_FAULT:
      stats->n_faults++;
      break;
    case TD_REQUEST_KIND_REFUSED:
    default:
      stats->n_refused++;
      break;
    }
}

static void
add_known (gint64 *sum,
           gint64  value)
{
  if (value > 0 && *sum <= G_MAXINT64 - value)
    *sum += value;
}

/**
 * td_request_gatherer_add:
 * @self: a gatherer
 * @sample: a row of the log
 *
 * Counts one request.
 */
void
td_request_gatherer_add (TdRequestGatherer     *self,
                         const TdRequestSample *sample)
{
  Group *group = g_hash_table_lookup (self->groups, sample->key);

  if (!group)
    {
      group = group_new (sample->key);
      g_hash_table_insert (self->groups, group->stats->key, group);
    }
  count_outcome (group->stats, sample->outcome);
  group->stats->n_retries += sample->is_retry ? 1 : 0;
  if (sample->first_token_ms >= 0)
    g_array_append_val (group->first_tokens, sample->first_token_ms);
  if (sample->rate >= 0)
    g_array_append_val (group->rates, sample->rate);
  add_known (&group->stats->input_tokens, sample->input_tokens);
  add_known (&group->stats->cached_tokens, sample->cached_tokens);
  add_known (&group->stats->output_tokens, sample->output_tokens);
}

static int
compare_values (gconstpointer a,
                gconstpointer b)
{
  gint64 x = *(const gint64 *) a;
  gint64 y = *(const gint64 *) b;

  return (x > y) - (x < y);
}

/**
 * td_request_percentile:
 * @values: (element-type gint64): values; will be sorted
 * @percent: 1 to 100; 50 is the median
 *
 * Returns: the smallest of @values that @percent of them do not exceed; -1 when there are none
 */
gint64
td_request_percentile (GArray *values,
                       guint   percent)
{
  guint rank;

  g_return_val_if_fail (percent >= 1 && percent <= 100, -1);

  if (values->len == 0)
    return -1;
  g_array_sort (values, compare_values);
  rank = (guint) (((guint64) values->len * percent + 99) / 100);
  return g_array_index (values, gint64, rank - 1);
}

static int
compare_stats (gconstpointer a,
               gconstpointer b)
{
  const TdRequestStats *x = *(TdRequestStats *const *) a;
  const TdRequestStats *y = *(TdRequestStats *const *) b;

  return g_strcmp0 (x->key, y->key);
}

/**
 * td_request_gatherer_finish:
 * @self: a gatherer; has no samples any more
 *
 * Returns: (transfer full) (element-type TdRequestStats): by key
 */
GPtrArray *
td_request_gatherer_finish (TdRequestGatherer *self)
{
  GPtrArray *all = g_ptr_array_new_with_free_func ((GDestroyNotify) td_request_stats_free);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->groups);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Group *group = value;
      TdRequestStats *stats = group->stats;

      stats->first_token_median_ms = td_request_percentile (group->first_tokens, 50);
      stats->first_token_p95_ms = td_request_percentile (group->first_tokens, 95);
      stats->rate_median = td_request_percentile (group->rates, 50);
      g_hash_table_iter_steal (&iter);
      group->stats = NULL;
      group_free (group);
      g_ptr_array_add (all, stats);
    }
  g_ptr_array_sort (all, compare_stats);
  return all;
}

/**
 * td_request_stats_get_success:
 * @self: statistics
 *
 * How many of the requests that nobody stopped were answered to the end.
 *
 * Returns: of a thousand; -1 when all were stopped
 */
int
td_request_stats_get_success (const TdRequestStats *self)
{
  guint ended = self->n_requests - self->n_stopped;

  return ended > 0 ? (int) ((guint64) self->n_complete * 1000 / ended) : -1;
}

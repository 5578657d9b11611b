/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/market/td-filter-set.h"

struct _TdFilterSet
{
  GObject parent_instance;

  TdQuery *query; /* (owned) */
};

G_DEFINE_FINAL_TYPE (TdFilterSet, td_filter_set, G_TYPE_OBJECT)

enum
{
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
td_filter_set_finalize (GObject *object)
{
  td_query_free (TD_FILTER_SET (object)->query);

  G_OBJECT_CLASS (td_filter_set_parent_class)->finalize (object);
}

static void
td_filter_set_class_init (TdFilterSetClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = td_filter_set_finalize;

  /**
   * TdFilterSet::changed:
   *
   * The query is another one now.
   */
  signals[CHANGED] = g_signal_new ("changed", TD_TYPE_FILTER_SET, G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
td_filter_set_init (TdFilterSet *self)
{
  self->query = td_query_new ();
}

/* Takes over the changed copy of the query; tells only of a real change. */
static void
take_query (TdFilterSet *self,
            TdQuery     *query)
{
  gboolean same = td_query_equal (self->query, query);

  td_query_free (self->query);
  self->query = query;
  if (!same)
    g_signal_emit (self, signals[CHANGED], 0);
}

static void
query_set_provider (TdQuery    *query,
                    const char *provider_id,
                    gboolean    wanted)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  gboolean any = wanted;

  for (guint i = 0; query->providers != NULL && query->providers[i] != NULL; i++)
    {
      if (g_str_equal (query->providers[i], provider_id))
        continue;
      g_strv_builder_add (builder, query->providers[i]);
      any = TRUE;
    }
  if (wanted)
    g_strv_builder_add (builder, provider_id);
  g_clear_pointer (&query->providers, g_strfreev);
  if (any)
    query->providers = g_strv_builder_end (builder);
}

static void
query_set_value (TdQuery      *query,
                 TdFilterKind  kind,
                 gint64        value)
{
  switch (kind)
    {
    case TD_FILTER_CAPABILITY:
      query->capabilities = (TdCapability) value;
      break;
    case TD_FILTER_MIN_RATING:
      query->min_rating_tenths = (int) value;
      break;
    case TD_FILTER_MAX_PRICE:
      query->max_price = value;
      break;
    case TD_FILTER_MIN_CONTEXT:
      query->min_context = value;
      break;
    case TD_FILTER_FREE:
      query->free_only = value != 0;
      break;
    case TD_FILTER_LOCAL:
      query->local_only = value != 0;
      break;
    case TD_FILTER_OPEN_WEIGHTS:
      query->open_weights_only = value != 0;
      break;
    case TD_FILTER_FAVOURITES:
      query->favourites_only = value != 0;
      break;
    case TD_FILTER_RETIRED:
      query->include_retired = value != 0;
      break;
    case TD_FILTER_TEXT:
    case TD_FILTER_PROVIDER:
    default:
      g_assert_not_reached ();
    }
}

static gint64
query_get_value (const TdQuery *query,
                 TdFilterKind   kind)
{
  switch (kind)
    {
    case TD_FILTER_CAPABILITY:
      return query->capabilities;
    case TD_FILTER_MIN_RATING:
      return query->min_rating_tenths;
    case TD_FILTER_MAX_PRICE:
      return query->max_price;
    case TD_FILTER_MIN_CONTEXT:
      return query->min_context;
    case TD_FILTER_FREE:
      return query->free_only;
    case TD_FILTER_LOCAL:
      return query->local_only;
    case TD_FILTER_OPEN_WEIGHTS:
      return query->open_weights_only;
    case TD_FILTER_FAVOURITES:
      return query->favourites_only;
    case TD_FILTER_RETIRED:
      return query->include_retired;
    case TD_FILTER_TEXT:
    case TD_FILTER_PROVIDER:
    default:
      g_assert_not_reached ();
    }
}

static gint64
get_unset_value (TdFilterKind kind)
{
  return kind == TD_FILTER_MAX_PRICE ? TD_PRICE_UNKNOWN : 0;
}

static void
add_active (GPtrArray    *active,
            TdFilterKind  kind,
            const char   *provider_id,
            gint64        value)
{
  TdActiveFilter *filter = g_new0 (TdActiveFilter, 1);

  filter->kind = kind;
  filter->provider_id = g_strdup (provider_id);
  filter->value = value;
  g_ptr_array_add (active, filter);
}

/**
 * td_filter_set_new:
 *
 * Returns: (transfer full): no restriction at all
 */
TdFilterSet *
td_filter_set_new (void)
{
  return g_object_new (TD_TYPE_FILTER_SET, NULL);
}

/**
 * td_filter_set_get_query:
 * @self: the filters
 *
 * Returns: (transfer none): the query they make, valid until the next change
 */
const TdQuery *
td_filter_set_get_query (TdFilterSet *self)
{
  g_return_val_if_fail (TD_IS_FILTER_SET (self), NULL);

  return self->query;
}

/**
 * td_filter_set_set_text:
 * @self: the filters
 * @text: the words to search for
 *
 * Sets the words; empty text searches for nothing in particular.
 */
void
td_filter_set_set_text (TdFilterSet *self,
                        const char  *text)
{
  TdQuery *query;

  g_return_if_fail (TD_IS_FILTER_SET (self));

  query = td_query_copy (self->query);
  g_set_str (&query->text, text != NULL && text[0] != '\0' ? text : NULL);
  take_query (self, query);
}

/**
 * td_filter_set_set_sort:
 * @self: the filters
 * @sort: the order
 *
 * Sets the order.
 */
void
td_filter_set_set_sort (TdFilterSet *self,
                        TdSort       sort)
{
  TdQuery *query;

  g_return_if_fail (TD_IS_FILTER_SET (self));

  query = td_query_copy (self->query);
  query->sort = sort;
  take_query (self, query);
}

/**
 * td_filter_set_set_provider:
 * @self: the filters
 * @provider_id: a provider
 * @wanted: whether its models are wanted
 *
 * Adds a provider to those wanted, or takes it out. When none is left, all are wanted.
 */
void
td_filter_set_set_provider (TdFilterSet *self,
                            const char  *provider_id,
                            gboolean     wanted)
{
  TdQuery *query;

  g_return_if_fail (TD_IS_FILTER_SET (self));
  g_return_if_fail (provider_id != NULL);

  if (td_filter_set_has_provider (self, provider_id) == wanted)
    return;
  query = td_query_copy (self->query);
  query_set_provider (query, provider_id, wanted);
  take_query (self, query);
}

/**
 * td_filter_set_has_provider:
 * @self: the filters
 * @provider_id: a provider
 *
 * Returns: whether the provider was chosen
 */
gboolean
td_filter_set_has_provider (TdFilterSet *self,
                            const char  *provider_id)
{
  g_return_val_if_fail (TD_IS_FILTER_SET (self), FALSE);

  return self->query->providers != NULL &&
         g_strv_contains ((const char *const *) self->query->providers, provider_id);
}

/**
 * td_filter_set_set_value:
 * @self: the filters
 * @kind: any but the text and the providers
 * @value: the flags, tenths, price, tokens, or whether the switch is on
 *
 * Sets a filter that has one value.
 */
void
td_filter_set_set_value (TdFilterSet  *self,
                         TdFilterKind  kind,
                         gint64        value)
{
  TdQuery *query;

  g_return_if_fail (TD_IS_FILTER_SET (self));

  query = td_query_copy (self->query);
  query_set_value (query, kind, value);
  take_query (self, query);
}

/**
 * td_filter_set_get_value:
 * @self: the filters
 * @kind: any but the text and the providers
 *
 * Returns: the value in force
 */
gint64
td_filter_set_get_value (TdFilterSet  *self,
                         TdFilterKind  kind)
{
  g_return_val_if_fail (TD_IS_FILTER_SET (self), 0);

  return query_get_value (self->query, kind);
}

/**
 * td_filter_set_clear:
 * @self: the filters
 *
 * Lifts every filter. The words searched for and the order stay.
 */
void
td_filter_set_clear (TdFilterSet *self)
{
  TdQuery *query;

  g_return_if_fail (TD_IS_FILTER_SET (self));

  query = td_query_new ();
  g_set_str (&query->text, self->query->text);
  query->sort = self->query->sort;
  take_query (self, query);
}

/**
 * td_filter_set_list_active:
 * @self: the filters
 *
 * Returns: (transfer container) (element-type TdActiveFilter): the filters in force, without the
 *   words searched for; each capability and each provider is one
 */
GPtrArray *
td_filter_set_list_active (TdFilterSet *self)
{
  GPtrArray *active = g_ptr_array_new_with_free_func ((GDestroyNotify) td_active_filter_free);
  GStrv providers = self->query->providers;

  for (guint i = 0; providers != NULL && providers[i] != NULL; i++)
    add_active (active, TD_FILTER_PROVIDER, providers[i], 0);
  for (guint bit = 1; bit != 0 && bit <= (guint) self->query->capabilities; bit <<= 1)
    {
      if (self->query->capabilities & bit)
        add_active (active, TD_FILTER_CAPABILITY, NULL, bit);
    }
  for (TdFilterKind kind = TD_FILTER_MIN_RATING; kind <= TD_FILTER_RETIRED; kind++)
    {
      gint64 value = query_get_value (self->query, kind);

      if (value != get_unset_value (kind))
        add_active (active, kind, NULL, value);
    }
  return active;
}

/**
 * td_filter_set_remove:
 * @self: the filters
 * @filter: one of those in force
 *
 * Lifts one filter.
 */
void
td_filter_set_remove (TdFilterSet          *self,
                      const TdActiveFilter *filter)
{
  TdQuery *query;

  g_return_if_fail (TD_IS_FILTER_SET (self));

  query = td_query_copy (self->query);
  td_active_filter_lift (filter, query);
  take_query (self, query);
}

/**
 * td_active_filter_lift:
 * @self: a filter
 * @query: a query with that filter
 *
 * Takes one filter out of a query.
 */
void
td_active_filter_lift (const TdActiveFilter *self,
                       TdQuery              *query)
{
  g_return_if_fail (query != NULL);

  switch (self->kind)
    {
    case TD_FILTER_TEXT:
      g_clear_pointer (&query->text, g_free);
      break;
    case TD_FILTER_PROVIDER:
      query_set_provider (query, self->provider_id, FALSE);
      break;
    case TD_FILTER_CAPABILITY:
      query->capabilities &= ~(TdCapability) self->value;
      break;
    case TD_FILTER_MIN_RATING:
    case TD_FILTER_MAX_PRICE:
    case TD_FILTER_MIN_CONTEXT:
    case TD_FILTER_FREE:
    case TD_FILTER_LOCAL:
    case TD_FILTER_OPEN_WEIGHTS:
    case TD_FILTER_FAVOURITES:
    case TD_FILTER_RETIRED:
    default:
      query_set_value (query, self->kind, get_unset_value (self->kind));
      break;
    }
}

void
td_active_filter_free (TdActiveFilter *self)
{
  g_free (self->provider_id);
  g_free (self);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Answering a #TdQuery: which models, in which order.
 *
 * All orders but "most used" depend on the catalogue alone, so each is sorted once, when it is
 * first asked for; a query walks its order and leaves out what does not fit. Names are compared as folded
 * bytes: the same answer in every locale.
 *
 * What counts as what: an unknown value never passes a limit and comes last in every order. A
 * model on this machine costs nothing. A model that was announced to end or that its source and
 * provider no longer list is retired (td_model_facts_is_retired()) and shown only on request.
 */
#include "config.h"

#include "catalogue/td-query.h"

#include <string.h>

#include "base/td-text.h"
#include "catalogue/td-query-private.h"
#include "catalogue/td-query-text.h"

#define UNRATED    (-1)
#define MAX_TENTHS 50
#define N_SORTS    (TD_SORT_MOST_USED + 1)

/* What filters and orders look at, side by side. */
typedef struct
{
  TdModel *model; /* borrowed from the catalogue */
  TdPrice price_in;
  TdPrice price_out;
  gint64 context;
  const char *released; /* (nullable): borrowed from the facts */
  guint32 name_place;
  gint16 rating_tenths;
  guint16 provider;
  guint16 capabilities;
  guint8 is_free : 1;
  guint8 is_local : 1;
  guint8 is_open : 1;
  guint8 is_retired : 1;
} Row;

struct _TdQueryIndex
{
  gatomicrefcount ref_count;
  TdCatalogue *catalogue;    /* (owned) */
  TdQueryText *text;         /* (owned) */
  Row *rows;                 /* (owned) */
  guint n_rows;
  guint32 *orders[N_SORTS];  /* (owned) (nullable): made when first asked for */
};

static int
compare_known_last (gint64   a,
                    gboolean a_known,
                    gint64   b,
                    gboolean b_known)
{
  if (!a_known || !b_known)
    return b_known - a_known;
  return (a > b) - (a < b);
}

static int
compare_rows_by_name (const Row *a,
                      const Row *b)
{
  return (a->name_place > b->name_place) - (a->name_place < b->name_place);
}

static int
compare_rows_by_rating (const Row *a,
                        const Row *b)
{
  int order = (b->rating_tenths > a->rating_tenths) - (b->rating_tenths < a->rating_tenths);

  return order != 0 ? order : compare_rows_by_name (a, b);
}

static int
compare_rows_by_price_in (const Row *a,
                          const Row *b)
{
  int order = compare_known_last (a->price_in, a->price_in >= 0, b->price_in, b->price_in >= 0);

  return order != 0 ? order : compare_rows_by_rating (a, b);
}

static int
compare_rows_by_price_out (const Row *a,
                           const Row *b)
{
  int order = compare_known_last (a->price_out, a->price_out >= 0, b->price_out, b->price_out >= 0);

  return order != 0 ? order : compare_rows_by_rating (a, b);
}

static int
compare_rows_by_context (const Row *a,
                         const Row *b)
{
  int order = compare_known_last (-a->context, a->context > 0, -b->context, b->context > 0);

  return order != 0 ? order : compare_rows_by_rating (a, b);
}

static int
compare_rows_by_newest (const Row *a,
                        const Row *b)
{
  int order;

  /* Dates are compared as text, so "2026" counts as older than any day of 2026. */
  if (a->released == NULL || b->released == NULL)
    order = (b->released != NULL) - (a->released != NULL);
  else
    order = strcmp (b->released, a->released);
  return order != 0 ? order : compare_rows_by_rating (a, b);
}

typedef int (*CompareRows) (const Row *a,
                            const Row *b);

/* What is equally relevant, or was never used, is in the order of the rating. */
static const CompareRows comparisons[N_SORTS] = {
  [TD_SORT_RELEVANCE] = compare_rows_by_rating,
  [TD_SORT_NAME] = compare_rows_by_name,
  [TD_SORT_PRICE_IN] = compare_rows_by_price_in,
  [TD_SORT_PRICE_OUT] = compare_rows_by_price_out,
  [TD_SORT_CONTEXT] = compare_rows_by_context,
  [TD_SORT_RATING] = compare_rows_by_rating,
  [TD_SORT_NEWEST] = compare_rows_by_newest,
  [TD_SORT_MOST_USED] = compare_rows_by_rating,
};

typedef struct
{
  const Row *rows;
  CompareRows compare;
} Comparison;

static int
compare_places (gconstpointer a,
                gconstpointer b,
                gpointer      data)
{
  const Comparison *comparison = data;

  return comparison->compare (&comparison->rows[*(const guint32 *) a],
                              &comparison->rows[*(const guint32 *) b]);
}

static guint32 *
make_order (const Row   *rows,
            guint        n_rows,
            CompareRows  compare)
{
  Comparison comparison = { rows, compare };
  guint32 *order = g_new (guint32, MAX (n_rows, 1));

  for (guint32 i = 0; i < n_rows; i++)
    order[i] = i;
  g_sort_array (order, n_rows, sizeof *order, compare_places, &comparison);
  return order;
}

static const guint32 *
ensure_order (TdQueryIndex *self,
              TdSort        sort)
{
  /* Sorts that compare alike share an order: the first of them has it. */
  for (guint i = 0; i < sort; i++)
    if (comparisons[i] == comparisons[sort])
      return ensure_order (self, (TdSort) i);
  if (self->orders[sort] == NULL)
    self->orders[sort] = make_order (self->rows, self->n_rows, comparisons[sort]);
  return self->orders[sort];
}

typedef struct
{
  guint64 head; /* the first bytes of folded, as a number: it decides nearly always */
  char *folded;
  const char *key;
  guint32 row;
} Name;

static int
compare_names (gconstpointer a,
               gconstpointer b,
               gpointer      unused)
{
  const Name *x = a;
  const Name *y = b;
  int order;

  if (x->head != y->head)
    return x->head < y->head ? -1 : 1;
  order = strcmp (x->folded, y->folded);
  return order != 0 ? order : strcmp (x->key, y->key);
}

static guint64
get_head (const char *folded)
{
  guint64 head = 0;

  memcpy (&head, folded, strnlen (folded, sizeof head));
  return GUINT64_FROM_BE (head);
}

/* Puts all rows in the order of their names, and of their keys where names are the same: no two
 * rows share a place. */
static void
order_names (TdQueryIndex *self)
{
  g_autofree Name *names = g_new (Name, MAX (self->n_rows, 1));
  guint32 *order = g_new (guint32, MAX (self->n_rows, 1));

  for (guint32 i = 0; i < self->n_rows; i++)
    {
      names[i].folded = td_text_fold (td_model_get_name (self->rows[i].model));
      names[i].head = get_head (names[i].folded);
      names[i].key = td_model_get_key (self->rows[i].model);
      names[i].row = i;
    }
  g_sort_array (names, self->n_rows, sizeof *names, compare_names, NULL);
  for (guint32 place = 0; place < self->n_rows; place++)
    {
      order[place] = names[place].row;
      self->rows[order[place]].name_place = place;
      g_free (names[place].folded);
    }
  self->orders[TD_SORT_NAME] = order;
}

/* The order every search needs: by rating, then by name. There are so few ratings that the
 * order of the names only has to be dealt out to them. */
static void
order_ratings (TdQueryIndex *self)
{
  guint places[MAX_TENTHS - UNRATED + 2] = { 0 };
  guint32 *order = g_new (guint32, MAX (self->n_rows, 1));

  for (guint i = 0; i < self->n_rows; i++)
    places[MAX_TENTHS - self->rows[i].rating_tenths + 1]++;
  for (guint i = 1; i < G_N_ELEMENTS (places); i++)
    places[i] += places[i - 1];
  for (guint i = 0; i < self->n_rows; i++)
    {
      guint32 row = self->orders[TD_SORT_NAME][i];

      order[places[MAX_TENTHS - self->rows[row].rating_tenths]++] = row;
    }
  self->orders[TD_SORT_RELEVANCE] = order;
}

/* The place of a provider in the catalogue, the one behind the last when it has none. */
static guint16
find_provider (TdCatalogue *catalogue,
               const char  *id)
{
  GPtrArray *providers = td_catalogue_get_providers (catalogue);

  for (guint i = 0; i < providers->len; i++)
    if (g_strcmp0 (td_provider_get_id (providers->pdata[i]), id) == 0)
      return (guint16) i;
  return (guint16) providers->len;
}

static void
fill_row (Row     *row,
          TdModel *model)
{
  const TdModelFacts *facts = td_model_get_facts (model);
  const TdRating *rating = td_model_get_rating (model);

  row->model = model;
  row->price_in = td_model_facts_get_price_in (facts);
  row->price_out = td_model_facts_get_price_out (facts);
  row->context = facts->context;
  row->released = facts->released;
  row->rating_tenths = rating != NULL ? (gint16) CLAMP (rating->tenths, 0, MAX_TENTHS) : UNRATED;
  row->capabilities = (guint16) td_model_facts_get_capabilities (facts);
  row->is_free = td_model_facts_is_free (facts);
  row->is_local = facts->local;
  row->is_open = facts->open_weights == TD_FACT_YES;
  row->is_retired = td_model_facts_is_retired (facts);
}

static void
fill_rows (TdQueryIndex *self)
{
  const char *provider_id = NULL;
  guint16 provider = 0;

  for (guint i = 0; i < self->n_rows; i++)
    {
      TdModel *model = td_catalogue_get_model (self->catalogue, i);
      const TdModelFacts *facts = td_model_get_facts (model);

      /* Models of a provider stand together. */
      if (g_strcmp0 (facts->provider_id, provider_id) != 0)
        provider = find_provider (self->catalogue, facts->provider_id);
      provider_id = facts->provider_id;
      fill_row (&self->rows[i], model);
      self->rows[i].provider = provider;
    }
}

/*
 * td_query_index_new_after:
 * @catalogue: a catalogue
 * @previous: (nullable): the index of one that begins with the same models
 *
 * As td_query_index_new(), with as much as possible taken from @previous: short enough for the
 * main thread, when discovered models are added to a catalogue.
 */
TdQueryIndex *
td_query_index_new_after (TdCatalogue  *catalogue,
                          TdQueryIndex *previous)
{
  TdQueryIndex *self = g_new0 (TdQueryIndex, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->catalogue = g_object_ref (catalogue);
  if (previous != NULL)
    self->text = td_query_text_new (catalogue, previous->text, previous->catalogue);
  else
    self->text = td_query_text_new (catalogue, NULL, NULL);
  self->n_rows = td_catalogue_get_n_models (catalogue);
  self->rows = g_new0 (Row, MAX (self->n_rows, 1));
  fill_rows (self);
  order_names (self);
  order_ratings (self);
  return self;
}

/**
 * td_query_index_new:
 * @catalogue: a catalogue
 *
 * Prepares answering queries. Takes some milliseconds and may run on any thread.
 *
 * Returns: (transfer full): the index, which keeps @catalogue alive
 */
TdQueryIndex *
td_query_index_new (TdCatalogue *catalogue)
{
  g_return_val_if_fail (TD_IS_CATALOGUE (catalogue), NULL);

  return td_query_index_new_after (catalogue, NULL);
}

/**
 * td_query_index_ref:
 * @self: an index
 *
 * Returns: (transfer full): @self
 */
TdQueryIndex *
td_query_index_ref (TdQueryIndex *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * td_query_index_unref:
 * @self: (transfer full): an index
 */
void
td_query_index_unref (TdQueryIndex *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  for (guint i = 0; i < N_SORTS; i++)
    g_free (self->orders[i]);
  g_free (self->rows);
  td_query_text_free (self->text);
  g_object_unref (self->catalogue);
  g_free (self);
}

/* ---- answering ----------------------------------------------------------------------------- */

/* Which providers are asked for, by place; NULL for all of them. */
static guint8 *
mark_providers (TdQueryIndex *self,
                GStrv         ids)
{
  guint n_providers = td_catalogue_get_providers (self->catalogue)->len;
  guint8 *marked;

  if (ids == NULL || ids[0] == NULL)
    return NULL;
  marked = g_new0 (guint8, n_providers + 1);
  for (guint i = 0; ids[i] != NULL; i++)
    marked[find_provider (self->catalogue, ids[i])] = TRUE;
  marked[n_providers] = FALSE;
  return marked;
}

static gboolean
passes_limits (const Row     *row,
               const TdQuery *query)
{
  return (query->min_rating_tenths <= 0 || row->rating_tenths >= query->min_rating_tenths) &&
         (query->max_price < 0 || (row->price_in >= 0 && row->price_in <= query->max_price)) &&
         (query->min_context <= 0 || row->context >= query->min_context);
}

static gboolean
passes (const Row     *row,
        const TdQuery *query,
        const guint8  *providers)
{
  return (query->include_retired || !row->is_retired) &&
         (providers == NULL || providers[row->provider]) &&
         (row->capabilities & query->capabilities) == query->capabilities &&
         passes_limits (row, query) && (!query->free_only || row->is_free) &&
         (!query->local_only || row->is_local) && (!query->open_weights_only || row->is_open) &&
         (!query->favourites_only || td_model_get_favourite (row->model));
}

static void
filter (TdQueryIndex  *self,
        const TdQuery *query,
        guint8        *matches)
{
  g_autofree guint8 *providers = mark_providers (self, query->providers);

  for (guint i = 0; i < self->n_rows; i++)
    if (matches[i] != TD_MATCH_NONE && !passes (&self->rows[i], query, providers))
      matches[i] = TD_MATCH_NONE;
}

static void
append_in_order (TdQueryIndex *self,
                 TdSort        sort,
                 const guint8 *matches,
                 GArray       *result)
{
  const guint32 *order = ensure_order (self, sort);

  for (guint i = 0; i < self->n_rows; i++)
    if (matches[order[i]] != TD_MATCH_NONE)
      g_array_append_val (result, order[i]);
}

/* The best matches first, and those that match as well by rating: one walk to count, one to
 * put everything in its place. */
static void
append_by_relevance (TdQueryIndex *self,
                     const guint8 *matches,
                     GArray       *result)
{
  const guint32 *order = ensure_order (self, TD_SORT_RELEVANCE);
  guint counts[TD_N_MATCHES] = { 0 };
  guint places[TD_N_MATCHES] = { 0 };
  guint32 *found;

  for (guint i = 0; i < self->n_rows; i++)
    counts[matches[i]]++;
  for (guint m = TD_N_MATCHES - 1; m-- > TD_MATCH_NONE;)
    places[m] = places[m + 1] + counts[m + 1];
  g_array_set_size (result, self->n_rows - counts[TD_MATCH_NONE]);
  found = (guint32 *) (gpointer) result->data;
  for (guint i = 0; i < self->n_rows; i++)
    if (matches[order[i]] != TD_MATCH_NONE)
      found[places[matches[order[i]]]++] = order[i];
}

typedef struct
{
  guint64 uses;
  guint32 index;
} Used;

static int
compare_used (gconstpointer a,
              gconstpointer b)
{
  const Used *x = a;
  const Used *y = b;

  return (y->uses > x->uses) - (y->uses < x->uses);
}

/* Uses change all the time, but few models are ever used: those are sorted now. */
static void
append_by_uses (TdQueryIndex *self,
                guint8       *matches,
                GArray       *result)
{
  g_autoptr (GArray) used = g_array_new (FALSE, FALSE, sizeof (Used));
  const guint32 *order = ensure_order (self, TD_SORT_MOST_USED);

  for (guint i = 0; i < self->n_rows; i++)
    {
      Used entry = { 0, order[i] };

      if (matches[order[i]] != TD_MATCH_NONE)
        entry.uses = td_model_get_uses (self->rows[order[i]].model);
      if (entry.uses > 0)
        g_array_append_val (used, entry);
    }
  /* Sorting a GArray is stable: what was used as often stays in the order it was in. */
  g_array_sort (used, compare_used);
  for (guint i = 0; i < used->len; i++)
    {
      const Used *entry = &g_array_index (used, Used, i);

      g_array_append_val (result, entry->index);
      matches[entry->index] = TD_MATCH_NONE;
    }
  append_in_order (self, TD_SORT_MOST_USED, matches, result);
}

/**
 * td_query_index_run:
 * @self: an index
 * @query: what to look for
 * @result: (element-type guint32): where the answer goes, in place of what was in it
 *
 * Answers a query with the models' indices in the catalogue. Runs on the main thread, where
 * favourites and uses belong; takes some hundredths of a millisecond.
 */
void
td_query_index_run (TdQueryIndex  *self,
                    const TdQuery *query,
                    GArray        *result)
{
  g_autofree guint8 *matches = NULL;

  g_return_if_fail (self != NULL && query != NULL && result != NULL);
  g_return_if_fail (g_array_get_element_size (result) == sizeof (guint32));
  g_return_if_fail ((guint) query->sort < N_SORTS);

  g_array_set_size (result, 0);
  matches = g_malloc (MAX (self->n_rows, 1));
  if (query->text == NULL || !td_query_text_match (self->text, query->text, matches))
    memset (matches, TD_MATCH_INSIDE, self->n_rows);
  filter (self, query, matches);
  if (query->sort == TD_SORT_RELEVANCE)
    append_by_relevance (self, matches, result);
  else if (query->sort == TD_SORT_MOST_USED)
    append_by_uses (self, matches, result);
  else
    append_in_order (self, query->sort, matches, result);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "catalogue/td-catalogue.h"

#include "catalogue/td-catalogue-draft.h"

G_DEFINE_QUARK (td-catalogue-error-quark, td_catalogue_error)

/* What a document says besides its models; shared by a catalogue and those made from it by
 * adding discovered models. */
typedef struct
{
  char *version;
  char *bundled;           /* (nullable) */
  GPtrArray *sources;      /* (element-type TdCatalogueSource) */
  GPtrArray *benchmarks;   /* (element-type TdBenchmark) */
  GPtrArray *measurements; /* (element-type TdMeasurement) */
  GHashTable *ratings;     /* (element-type utf8 TdRating) */
} Evidence;

struct _TdCatalogue
{
  GObject parent_instance;

  Evidence *evidence;    /* (owned): counted */
  GPtrArray *providers;  /* (element-type TdProvider) */
  GPtrArray *models;     /* (element-type TdModel) */
  GHashTable *by_key;    /* (element-type utf8 TdModel): borrowed from models */
};

G_DEFINE_FINAL_TYPE (TdCatalogue, td_catalogue, G_TYPE_OBJECT)

static void
evidence_clear (gpointer data)
{
  Evidence *self = data;

  g_free (self->version);
  g_free (self->bundled);
  g_ptr_array_unref (self->sources);
  g_ptr_array_unref (self->benchmarks);
  g_ptr_array_unref (self->measurements);
  g_hash_table_unref (self->ratings);
}

static void
evidence_unref (Evidence *self)
{
  g_atomic_rc_box_release_full (self, evidence_clear);
}

static void
td_catalogue_finalize (GObject *object)
{
  TdCatalogue *self = TD_CATALOGUE (object);

  g_clear_pointer (&self->by_key, g_hash_table_unref);
  g_clear_pointer (&self->models, g_ptr_array_unref);
  g_clear_pointer (&self->providers, g_ptr_array_unref);
  g_clear_pointer (&self->evidence, evidence_unref);

  G_OBJECT_CLASS (td_catalogue_parent_class)->finalize (object);
}

static void
td_catalogue_class_init (TdCatalogueClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = td_catalogue_finalize;
}

static void
td_catalogue_init (TdCatalogue *self)
{
  self->providers = g_ptr_array_new_with_free_func (g_object_unref);
  self->models = g_ptr_array_new_with_free_func (g_object_unref);
  self->by_key = g_hash_table_new (g_str_hash, g_str_equal);
}

static void
index_models (TdCatalogue *self)
{
  for (guint i = 0; i < self->models->len; i++)
    g_hash_table_insert (self->by_key, (gpointer) td_model_get_key (self->models->pdata[i]),
                         self->models->pdata[i]);
}

/* Makes the object of a model, or takes the one that said the same before: whoever holds it
 * then sees the user's marks change on it, whichever catalogue is in force. */
static TdModel *
make_model (TdModelFacts   *facts,
            const TdRating *rating,
            TdCatalogue    *previous)
{
  TdModel *known = previous != NULL ? td_catalogue_find_model (previous, facts->key) : NULL;

  if (known != NULL && td_model_facts_equal (td_model_get_facts (known), facts) &&
      td_rating_equal (td_model_get_rating (known), rating))
    {
      td_model_facts_free (facts);
      return g_object_ref (known);
    }
  return td_model_new (facts, rating);
}

static void
take_providers (TdCatalogue *self,
                GPtrArray   *facts)
{
  g_ptr_array_set_free_func (facts, NULL);
  for (guint i = 0; i < facts->len; i++)
    g_ptr_array_add (self->providers, td_provider_new (facts->pdata[i]));
  g_ptr_array_set_size (facts, 0);
}

static void
take_models (TdCatalogue *self,
             GPtrArray   *models,
             TdCatalogue *previous)
{
  g_ptr_array_set_free_func (models, NULL);
  for (guint i = 0; i < models->len; i++)
    {
      TdModelFacts *facts = models->pdata[i];
      const TdRating *rating = td_catalogue_find_rating (self, facts->base_model);

      g_ptr_array_add (self->models, make_model (facts, rating, previous));
    }
  g_ptr_array_set_size (models, 0);
}

/*
 * td_catalogue_new_take_draft:
 *
 * Makes a catalogue of a draft that was checked. Models that say the same in @previous are
 * taken from there.
 */
TdCatalogue *
td_catalogue_new_take_draft (TdCatalogueDraft *draft,
                             TdCatalogue      *previous)
{
  TdCatalogue *self = g_object_new (TD_TYPE_CATALOGUE, NULL);

  self->evidence = g_atomic_rc_box_new0 (Evidence);
  self->evidence->version = g_steal_pointer (&draft->version);
  self->evidence->bundled = g_steal_pointer (&draft->bundled);
  self->evidence->sources = g_ptr_array_ref (draft->sources);
  self->evidence->benchmarks = g_ptr_array_ref (draft->benchmarks);
  self->evidence->measurements = g_ptr_array_ref (draft->measurements);
  self->evidence->ratings = g_hash_table_ref (draft->ratings);
  take_providers (self, draft->providers);
  take_models (self, draft->models, previous);
  index_models (self);
  td_catalogue_draft_free (draft);
  return self;
}

static gpointer
ref_object (gconstpointer object,
            gpointer      unused)
{
  return g_object_ref ((gpointer) object);
}

/*
 * td_catalogue_new_with:
 * @base: a catalogue
 * @providers: (element-type TdProviderFacts): providers that @base does not have
 * @models: (element-type TdModelFacts): models to add, or to take the place of those with the
 *   same key
 * @previous: (nullable): where to take objects from that say the same
 *
 * A catalogue with more in it. What comes from @base is shared with it, not copied.
 */
TdCatalogue *
td_catalogue_new_with (TdCatalogue *base,
                       GPtrArray   *providers,
                       GPtrArray   *models,
                       TdCatalogue *previous)
{
  TdCatalogue *self = g_object_new (TD_TYPE_CATALOGUE, NULL);
  g_autoptr (GHashTable) replaced = g_hash_table_new (g_str_hash, g_str_equal);

  self->evidence = g_atomic_rc_box_acquire (base->evidence);
  g_ptr_array_extend (self->providers, base->providers, ref_object, NULL);
  for (guint i = 0; i < providers->len; i++)
    g_ptr_array_add (self->providers,
                     td_provider_new (td_provider_facts_copy (providers->pdata[i])));

  for (guint i = 0; i < models->len; i++)
    g_hash_table_insert (replaced, ((TdModelFacts *) models->pdata[i])->key, models->pdata[i]);
  for (guint i = 0; i < base->models->len; i++)
    {
      TdModel *model = base->models->pdata[i];
      const TdModelFacts *facts = g_hash_table_lookup (replaced, td_model_get_key (model));

      if (facts == NULL)
        g_ptr_array_add (self->models, g_object_ref (model));
      else
        g_ptr_array_add (self->models, make_model (td_model_facts_copy (facts),
                                                   td_model_get_rating (model), previous));
    }
  for (guint i = 0; i < models->len; i++)
    {
      const TdModelFacts *facts = models->pdata[i];

      if (td_catalogue_find_model (base, facts->key) == NULL)
        g_ptr_array_add (self->models,
                         make_model (td_model_facts_copy (facts),
                                     td_catalogue_find_rating (base, facts->base_model), previous));
    }
  index_models (self);
  return self;
}

/*
 * td_catalogue_new_after:
 * @previous: (nullable): where to take models from that say the same
 *
 * As td_catalogue_new_from_document(), for a document that follows another.
 */
TdCatalogue *
td_catalogue_new_after (GBytes       *document,
                        TdCatalogue  *previous,
                        GError      **error)
{
  g_autoptr (TdCatalogueDraft) draft = td_catalogue_draft_read (document, error);

  if (draft == NULL || !td_catalogue_draft_check (draft, error))
    return NULL;
  return td_catalogue_new_take_draft (g_steal_pointer (&draft), previous);
}

/**
 * td_catalogue_new_from_document:
 * @document: a document in the format of the bundled catalogue
 * @error: return location for a #TdCatalogueError
 *
 * Reads a document from anywhere and checks all of it. May run on any thread.
 *
 * Returns: (transfer full): the catalogue; %NULL when anything in it is wrong
 */
TdCatalogue *
td_catalogue_new_from_document (GBytes  *document,
                                GError **error)
{
  g_return_val_if_fail (document != NULL, NULL);

  return td_catalogue_new_after (document, NULL, error);
}

/**
 * td_catalogue_get_version:
 * @self: a catalogue
 *
 * Of when the facts are: a date, or a date and time after a refresh. A later version is the
 * greater text.
 *
 * Returns: (transfer none): the version, as receipts name it
 */
const char *
td_catalogue_get_version (TdCatalogue *self)
{
  g_return_val_if_fail (TD_IS_CATALOGUE (self), NULL);

  return self->evidence->version;
}

/*
 * td_catalogue_get_bundled:
 *
 * The version of the bundled catalogue that the facts of @self were laid over; NULL when it is
 * not made of another.
 */
const char *
td_catalogue_get_bundled (TdCatalogue *self)
{
  return self->evidence->bundled;
}

/**
 * td_catalogue_get_n_models:
 * @self: a catalogue
 *
 * Returns: how many models it has
 */
guint
td_catalogue_get_n_models (TdCatalogue *self)
{
  g_return_val_if_fail (TD_IS_CATALOGUE (self), 0);

  return self->models->len;
}

/**
 * td_catalogue_get_model:
 * @self: a catalogue
 * @index: which, from 0
 *
 * Returns: (transfer none): the model
 */
TdModel *
td_catalogue_get_model (TdCatalogue *self,
                        guint        index)
{
  g_return_val_if_fail (TD_IS_CATALOGUE (self) && index < self->models->len, NULL);

  return self->models->pdata[index];
}

/**
 * td_catalogue_find_model:
 * @self: a catalogue
 * @key: (nullable): "provider:id"
 *
 * Returns: (transfer none) (nullable): the model with exactly that key
 */
TdModel *
td_catalogue_find_model (TdCatalogue *self,
                         const char  *key)
{
  g_return_val_if_fail (TD_IS_CATALOGUE (self), NULL);

  return key != NULL ? g_hash_table_lookup (self->by_key, key) : NULL;
}

/**
 * td_catalogue_list_offers:
 * @self: a catalogue
 * @base_model: (nullable): "maker/name"
 *
 * Returns: (transfer full) (element-type TdModel): the entries of every provider that serves
 *   that model, in catalogue order
 */
GPtrArray *
td_catalogue_list_offers (TdCatalogue *self,
                          const char  *base_model)
{
  GPtrArray *offers = g_ptr_array_new_with_free_func (g_object_unref);

  g_return_val_if_fail (TD_IS_CATALOGUE (self), offers);

  for (guint i = 0; base_model != NULL && i < self->models->len; i++)
    if (g_strcmp0 (td_model_get_facts (self->models->pdata[i])->base_model, base_model) == 0)
      g_ptr_array_add (offers, g_object_ref (self->models->pdata[i]));
  return offers;
}

/**
 * td_catalogue_get_providers:
 * @self: a catalogue
 *
 * Returns: (transfer none) (element-type TdProvider): its providers, in catalogue order
 */
GPtrArray *
td_catalogue_get_providers (TdCatalogue *self)
{
  g_return_val_if_fail (TD_IS_CATALOGUE (self), NULL);

  return self->providers;
}

/**
 * td_catalogue_find_provider:
 * @self: a catalogue
 * @id: (nullable): a provider's key
 *
 * Returns: (transfer none) (nullable): the provider
 */
TdProvider *
td_catalogue_find_provider (TdCatalogue *self,
                            const char  *id)
{
  g_return_val_if_fail (TD_IS_CATALOGUE (self), NULL);

  for (guint i = 0; i < self->providers->len; i++)
    if (g_strcmp0 (td_provider_get_id (self->providers->pdata[i]), id) == 0)
      return self->providers->pdata[i];
  return NULL;
}

/**
 * td_catalogue_get_benchmarks:
 * @self: a catalogue
 *
 * Returns: (transfer none) (element-type TdBenchmark): the public benchmarks it has results of
 */
GPtrArray *
td_catalogue_get_benchmarks (TdCatalogue *self)
{
  g_return_val_if_fail (TD_IS_CATALOGUE (self), NULL);

  return self->evidence->benchmarks;
}

/**
 * td_catalogue_find_benchmark:
 * @self: a catalogue
 * @id: (nullable): a benchmark's key
 *
 * Returns: (transfer none) (nullable): the benchmark
 */
const TdBenchmark *
td_catalogue_find_benchmark (TdCatalogue *self,
                             const char  *id)
{
  g_return_val_if_fail (TD_IS_CATALOGUE (self), NULL);

  for (guint i = 0; i < self->evidence->benchmarks->len; i++)
    {
      const TdBenchmark *benchmark = self->evidence->benchmarks->pdata[i];

      if (g_strcmp0 (benchmark->id, id) == 0)
        return benchmark;
    }
  return NULL;
}

/**
 * td_catalogue_get_measurements:
 * @self: a catalogue
 *
 * Returns: (transfer none) (element-type TdMeasurement): every measured value it has
 */
GPtrArray *
td_catalogue_get_measurements (TdCatalogue *self)
{
  g_return_val_if_fail (TD_IS_CATALOGUE (self), NULL);

  return self->evidence->measurements;
}

/**
 * td_catalogue_list_measurements:
 * @self: a catalogue
 * @base_model: (nullable): "maker/name"
 *
 * Returns: (transfer container) (element-type TdMeasurement): what was measured of that model,
 *   in the order of the sources; the records belong to @self
 */
GPtrArray *
td_catalogue_list_measurements (TdCatalogue *self,
                                const char  *base_model)
{
  GPtrArray *found = g_ptr_array_new ();

  g_return_val_if_fail (TD_IS_CATALOGUE (self), found);

  for (guint i = 0; base_model != NULL && i < self->evidence->measurements->len; i++)
    {
      TdMeasurement *measurement = self->evidence->measurements->pdata[i];

      if (g_strv_contains ((const char *const *) measurement->base_models, base_model))
        g_ptr_array_add (found, measurement);
    }
  return found;
}

/**
 * td_catalogue_get_ratings:
 * @self: a catalogue
 *
 * Returns: (transfer none) (element-type utf8 TdRating): the ratings by base model
 */
GHashTable *
td_catalogue_get_ratings (TdCatalogue *self)
{
  g_return_val_if_fail (TD_IS_CATALOGUE (self), NULL);

  return self->evidence->ratings;
}

/**
 * td_catalogue_find_rating:
 * @self: a catalogue
 * @base_model: (nullable): "maker/name"; also the `derived_from` of a local model, whose rating
 *   was measured on the original weights and has to be labelled so
 *
 * Returns: (transfer none) (nullable): the rating; %NULL when it is not rated
 */
const TdRating *
td_catalogue_find_rating (TdCatalogue *self,
                          const char  *base_model)
{
  g_return_val_if_fail (TD_IS_CATALOGUE (self), NULL);

  return base_model != NULL ? g_hash_table_lookup (self->evidence->ratings, base_model) : NULL;
}

/**
 * td_catalogue_get_sources:
 * @self: a catalogue
 *
 * Returns: (transfer none) (element-type TdCatalogueSource): where the facts come from
 */
GPtrArray *
td_catalogue_get_sources (TdCatalogue *self)
{
  g_return_val_if_fail (TD_IS_CATALOGUE (self), NULL);

  return self->evidence->sources;
}

/**
 * td_catalogue_find_source:
 * @self: a catalogue
 * @id: (nullable): a source's key
 *
 * Returns: (transfer none) (nullable): the source
 */
const TdCatalogueSource *
td_catalogue_find_source (TdCatalogue *self,
                          const char  *id)
{
  g_return_val_if_fail (TD_IS_CATALOGUE (self), NULL);

  for (guint i = 0; i < self->evidence->sources->len; i++)
    {
      const TdCatalogueSource *source = self->evidence->sources->pdata[i];

      if (g_strcmp0 (source->id, id) == 0)
        return source;
    }
  return NULL;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine/td-discovered.h"

#include <string.h>

#include "engine/td-discovered-store.h"

/* What was true of a provider when its models were given to the market. */
typedef enum
{
  ORIGIN_CUSTOM = 1 << 0, /* the market knows the provider itself from here only */
  ORIGIN_LOCAL = 1 << 1,  /* its models cost nothing */
} Origin;

struct _TdDiscovered
{
  GObject parent_instance;

  TdDatabase *database;      /* (owned) */
  TdMarket *market;          /* (owned) */
  TdEndpointList *endpoints; /* (owned) */
  GHashTable *published; /* (owned) (element-type utf8): keys of the models given to the market */
  GHashTable *providers;     /* (owned) (element-type utf8 Origin): those with any */
  GHashTable *
    listed; /* (owned) (element-type utf8 utf8): keys of all models that were named, and when they retire */
  GHashTable *asked;         /* (owned) (element-type utf8): providers that named any */
};

G_DEFINE_FINAL_TYPE (TdDiscovered, td_discovered, G_TYPE_OBJECT)

static void
td_discovered_dispose (GObject *object)
{
  TdDiscovered *self = TD_DISCOVERED (object);

  g_clear_object (&self->database);
  g_clear_object (&self->market);
  g_clear_object (&self->endpoints);

  G_OBJECT_CLASS (td_discovered_parent_class)->dispose (object);
}

static void
td_discovered_finalize (GObject *object)
{
  TdDiscovered *self = TD_DISCOVERED (object);

  g_hash_table_unref (self->published);
  g_hash_table_unref (self->providers);
  g_hash_table_unref (self->listed);
  g_hash_table_unref (self->asked);

  G_OBJECT_CLASS (td_discovered_parent_class)->finalize (object);
}

static void
td_discovered_class_init (TdDiscoveredClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = td_discovered_dispose;
  object_class->finalize = td_discovered_finalize;
}

static void
td_discovered_init (TdDiscovered *self)
{
  self->published = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->providers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->listed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->asked = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

/**
 * td_discovered_new:
 * @database: where they are kept
 * @market: who shows them
 * @endpoints: the providers as they are reached now
 *
 * Returns: (transfer full): the keeper, with nothing loaded
 */
TdDiscovered *
td_discovered_new (TdDatabase     *database,
                   TdMarket       *market,
                   TdEndpointList *endpoints)
{
  TdDiscovered *self = g_object_new (TD_TYPE_DISCOVERED, NULL);

  self->database = g_object_ref (database);
  self->market = g_object_ref (market);
  self->endpoints = g_object_ref (endpoints);
  return self;
}

/* ---- facts --------------------------------------------------------------------------------- */

/* List calls name everything a server has, and say of few what it does. Only what a name makes
 * plain is taken for something other than a chat model. */
static TdModelType
guess_type (const char *id)
{
  static const struct
  {
    const char *word;
    TdModelType type;
  } words[] = {
    { "embed", TD_MODEL_TYPE_EMBEDDING },
    { "rerank", TD_MODEL_TYPE_RERANK },
    { "moderation", TD_MODEL_TYPE_MODERATION },
    { "whisper", TD_MODEL_TYPE_TRANSCRIPTION },
    { "transcribe", TD_MODEL_TYPE_TRANSCRIPTION },
    { "tts", TD_MODEL_TYPE_AUDIO },
    { "dall-e", TD_MODEL_TYPE_IMAGE },
    { "gpt-image", TD_MODEL_TYPE_IMAGE },
    { "sora", TD_MODEL_TYPE_VIDEO },
    { "realtime", TD_MODEL_TYPE_REALTIME },
  };
  g_autofree char *lower = g_ascii_strdown (id, -1);

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      if (g_strstr_len (lower, -1, words[i].word))
        return words[i].type;
    }
  return TD_MODEL_TYPE_CHAT;
}

/* What a server says of a model wins over what its name makes plain. */
static TdModelType
find_type (const TdListedModel *listed)
{
  TdModelType type = guess_type (listed->id);

  return type == TD_MODEL_TYPE_CHAT && listed->no_chat ? TD_MODEL_TYPE_OTHER : type;
}

/* The names by which a model is known beyond doubt: "maker/name", or the very id that its maker
 * gives it. A server that offers a model under such a name can stand in for others that do. */
static GHashTable *
list_names (TdCatalogue *catalogue)
{
  GHashTable *names = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < td_catalogue_get_n_models (catalogue); i++)
    {
      const TdModelFacts *facts = td_model_get_facts (td_catalogue_get_model (catalogue, i));

      if (!facts->base_model)
        continue;
      g_hash_table_insert (names, facts->base_model, facts->base_model);
      if (g_strcmp0 (facts->base_link, "first-party") == 0)
        g_hash_table_insert (names, facts->id, facts->base_model);
    }
  return names;
}

static TdModelFacts *
make_facts (const TdEndpoint    *endpoint,
            const TdListedModel *listed,
            GHashTable          *names)
{
  TdModelFacts *facts = td_model_facts_new ();

  facts->key = g_strconcat (endpoint->provider_id, ":", listed->id, NULL);
  facts->provider_id = g_strdup (endpoint->provider_id);
  facts->id = g_strdup (listed->id);
  facts->name = g_strdup (listed->name ? listed->name : listed->id);
  facts->type = find_type (listed);
  facts->base_model = g_strdup (g_hash_table_lookup (names, listed->id));
  facts->input = TD_MODALITY_TEXT;
  facts->output = facts->type == TD_MODEL_TYPE_EMBEDDING ? TD_MODALITY_EMBEDDING : TD_MODALITY_TEXT;
  facts->context = MAX (listed->context, 0);
  facts->size_bytes = MAX (listed->size_bytes, 0);
  facts->parameter_label = g_strdup (listed->parameter_label);
  facts->local = endpoint->local;
  return facts;
}

static TdProviderFacts *
make_provider (const TdEndpoint *endpoint)
{
  TdProviderFacts *facts = td_provider_facts_new ();

  facts->id = g_strdup (endpoint->provider_id);
  facts->name = g_strdup (endpoint->name);
  facts->kind = endpoint->kind;
  facts->base_url = g_strdup (endpoint->base_url);
  facts->auth = endpoint->auth;
  facts->local = endpoint->local;
  return facts;
}

/* ---- publishing ---------------------------------------------------------------------------- */

static void
forget_keys (GHashTable *keys,
             const char *provider_id)
{
  g_autofree char *prefix = g_strconcat (provider_id, ":", NULL);
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, keys);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      if (g_str_has_prefix (key, prefix))
        g_hash_table_iter_remove (&iter);
    }
}

static void
note_listed (TdDiscovered *self,
             const char   *provider_id,
             GPtrArray    *models)
{
  forget_keys (self->listed, provider_id);
  if (models->len > 0)
    g_hash_table_add (self->asked, g_strdup (provider_id));
  else
    g_hash_table_remove (self->asked, provider_id);
  for (guint i = 0; i < models->len; i++)
    {
      const TdListedModel *model = g_ptr_array_index (models, i);

      g_hash_table_replace (self->listed, g_strconcat (provider_id, ":", model->id, NULL),
                            g_strdup (model->retires));
    }
}

/* Those that the catalogue does not know of itself, or does not know any more; of a server that
 * people run themselves all, because the catalogue knows what there is to install, not what is. */
static GPtrArray *
pick_unknown (TdDiscovered     *self,
              const TdEndpoint *endpoint,
              GPtrArray        *models)
{
  TdCatalogue *catalogue = td_market_get_catalogue (self->market);
  GPtrArray *unknown = g_ptr_array_new ();

  for (guint i = 0; i < models->len; i++)
    {
      TdListedModel *model = g_ptr_array_index (models, i);
      g_autofree char *key = g_strconcat (endpoint->provider_id, ":", model->id, NULL);

      if (endpoint->may_be_local || !model->in_catalogue ||
          !td_catalogue_find_model (catalogue, key) ||
          g_hash_table_contains (self->published, key))
        g_ptr_array_add (unknown, model);
    }
  return unknown;
}

static Origin
get_origin (const TdEndpoint *endpoint)
{
  return (endpoint->custom ? ORIGIN_CUSTOM : 0) | (endpoint->local ? ORIGIN_LOCAL : 0);
}

/* Gives the market what is to be there of one provider; nothing of it when it is gone. */
static void
publish (TdDiscovered *self,
         const char   *provider_id,
         GPtrArray    *models)
{
  const TdEndpoint *endpoint = td_endpoint_list_find (self->endpoints, provider_id);
  g_autoptr (GPtrArray) facts =
    g_ptr_array_new_with_free_func ((GDestroyNotify) td_model_facts_free);
  g_autoptr (GPtrArray) unknown = endpoint ? pick_unknown (self, endpoint, models) : NULL;
  g_autoptr (GHashTable) names =
    unknown && unknown->len > 0 ? list_names (td_market_get_catalogue (self->market)) : NULL;

  note_listed (self, provider_id, models);
  forget_keys (self->published, provider_id);
  for (guint i = 0; unknown && i < unknown->len; i++)
    {
      TdModelFacts *model = make_facts (endpoint, g_ptr_array_index (unknown, i), names);

      g_hash_table_add (self->published, g_strdup (model->key));
      g_ptr_array_add (facts, model);
    }
  if (facts->len == 0 && !g_hash_table_remove (self->providers, provider_id))
    return;
  if (facts->len > 0)
    g_hash_table_insert (self->providers, g_strdup (provider_id),
                         GUINT_TO_POINTER (get_origin (endpoint)));
  td_market_set_discovered (self->market, provider_id,
                            endpoint && endpoint->custom ? make_provider (endpoint) : NULL,
                            g_steal_pointer (&facts));
}

/* Publishing changes the table. */
static GPtrArray *
dup_providers (TdDiscovered *self)
{
  GPtrArray *providers = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter iter;
  gpointer provider_id;

  g_hash_table_iter_init (&iter, self->providers);
  while (g_hash_table_iter_next (&iter, &provider_id, NULL))
    g_ptr_array_add (providers, g_strdup (provider_id));
  return providers;
}

/* ---- loading ------------------------------------------------------------------------------- */

static gpointer
load_on_thread (TdConnection  *connection,
                gpointer       data,
                GCancellable  *cancellable,
                GError       **error)
{
  return td_discovered_store_list (connection, error);
}

/* A server that moved to another machine is no longer free, and nor is what the catalogue knows
 * to run on it. */
static void
note_moved (TdDiscovered *self)
{
  g_autoptr (GPtrArray) endpoints = td_endpoint_list_dup_all (self->endpoints);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) moved = NULL;

  for (guint i = 0; i < endpoints->len; i++)
    {
      const TdEndpoint *endpoint = g_ptr_array_index (endpoints, i);

      if (!endpoint->custom && endpoint->may_be_local && !endpoint->local)
        g_strv_builder_add (builder, endpoint->provider_id);
    }
  moved = g_strv_builder_end (builder);
  td_market_set_moved (self->market, (const char *const *) moved);
}

static void
publish_all (TdDiscovered *self,
             GHashTable   *by_provider)
{
  g_autoptr (GPtrArray) before = dup_providers (self);
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer provider_id, models;

  for (guint i = 0; i < before->len; i++)
    {
      if (!g_hash_table_contains (by_provider, before->pdata[i]))
        publish (self, before->pdata[i], none);
    }
  g_hash_table_iter_init (&iter, by_provider);
  while (g_hash_table_iter_next (&iter, &provider_id, &models))
    publish (self, provider_id, models);
}

static void
loaded_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  TdDiscovered *self = g_task_get_source_object (task);
  g_autoptr (GHashTable) by_provider = NULL;
  GError *error = NULL;

  by_provider = td_database_run_finish (self->database, result, &error);
  if (!by_provider)
    {
      g_task_return_error (task, error);
      return;
    }
  note_moved (self);
  publish_all (self, by_provider);
  g_task_return_boolean (task, TRUE);
}

/**
 * td_discovered_reload_async:
 * @self: the keeper
 * @callback: called when the market has them
 * @user_data: data for @callback
 *
 * Reads the store, and gives the market what is there.
 */
void
td_discovered_reload_async (TdDiscovered        *self,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (TD_IS_DISCOVERED (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, td_discovered_reload_async);
  td_database_run_async (self->database, G_PRIORITY_DEFAULT, load_on_thread, NULL, NULL,
                         (GDestroyNotify) g_hash_table_unref, NULL, loaded_cb, task);
}

/**
 * td_discovered_reload_finish:
 * @self: what was discovered
 * @result: the result
 * @error: return location for an error
 *
 * Returns: whether it was read
 */
gboolean
td_discovered_reload_finish (TdDiscovered  *self,
                             GAsyncResult  *result,
                             GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * td_discovered_has:
 * @self: the keeper
 * @model_key: a model
 *
 * Returns: whether its provider named it
 */
gboolean
td_discovered_has (TdDiscovered *self,
                   const char   *model_key)
{
  g_return_val_if_fail (TD_IS_DISCOVERED (self), FALSE);

  return g_hash_table_contains (self->published, model_key);
}

/**
 * td_discovered_get_listing:
 * @self: the keeper
 * @model_key: a model
 *
 * Returns: whether its provider named it when it was last asked. One that it did not name may
 *   still be there: some providers do not list their aliases
 */
TdListing
td_discovered_get_listing (TdDiscovered *self,
                           const char   *model_key)
{
  const char *colon;
  g_autofree char *provider_id = NULL;

  g_return_val_if_fail (TD_IS_DISCOVERED (self), TD_LISTING_UNKNOWN);
  g_return_val_if_fail (model_key != NULL, TD_LISTING_UNKNOWN);

  if (g_hash_table_contains (self->listed, model_key))
    return TD_LISTING_LISTED;
  colon = strchr (model_key, ':');
  provider_id = colon ? g_strndup (model_key, (gsize) (colon - model_key)) : g_strdup (model_key);
  return g_hash_table_contains (self->asked, provider_id) ? TD_LISTING_MISSING
                                                          : TD_LISTING_UNKNOWN;
}

/**
 * td_discovered_get_retirement:
 * @self: the keeper
 * @model_key: a model
 *
 * Returns: (transfer none) (nullable): the day on which its provider is going to retire it, as
 *   "YYYY-MM-DD"; empty for some day; %NULL when the provider says nothing of the kind
 */
const char *
td_discovered_get_retirement (TdDiscovered *self,
                              const char   *model_key)
{
  g_return_val_if_fail (TD_IS_DISCOVERED (self), NULL);

  return g_hash_table_lookup (self->listed, model_key);
}

/* ---- updating ------------------------------------------------------------------------------ */

typedef struct
{
  char *provider_id;
  GPtrArray *models; /* (element-type TdListedModel) */
  gboolean forget;   /* the provider is gone, and what the user took of it too */
} UpdateJob;

static void
update_job_free (gpointer data)
{
  UpdateJob *job = data;

  g_free (job->provider_id);
  g_ptr_array_unref (job->models);
  g_free (job);
}

static TdListedModel *
copy_listed (const TdListedModel *listed)
{
  TdListedModel *copy = g_memdup2 (listed, sizeof *listed);

  copy->id = g_strdup (listed->id);
  copy->name = g_strdup (listed->name);
  copy->parameter_label = g_strdup (listed->parameter_label);
  copy->retires = g_strdup (listed->retires);
  return copy;
}

/* All of them, each with a note whether the catalogue knows it of itself. */
static GPtrArray *
compare_listed (TdDiscovered *self,
                const char   *provider_id,
                GPtrArray    *listed)
{
  GPtrArray *models = g_ptr_array_new_with_free_func ((GDestroyNotify) td_listed_model_free);
  TdCatalogue *catalogue = td_market_get_catalogue (self->market);

  for (guint i = 0; i < listed->len; i++)
    {
      TdListedModel *model = copy_listed (g_ptr_array_index (listed, i));
      g_autofree char *key = g_strconcat (provider_id, ":", model->id, NULL);

      model->in_catalogue = td_catalogue_find_model (catalogue, key) &&
                            !g_hash_table_contains (self->published, key);
      g_ptr_array_add (models, model);
    }
  return models;
}

static gpointer
update_on_thread (TdConnection  *connection,
                  gpointer       data,
                  GCancellable  *cancellable,
                  GError       **error)
{
  UpdateJob *job = data;
  g_autoptr (GHashTable) by_provider = NULL;
  GPtrArray *models;

  if (!td_discovered_store_replace (connection, job->provider_id, job->models, job->forget, error))
    return NULL;
  by_provider = td_discovered_store_list (connection, error);
  if (!by_provider)
    return NULL;
  models = g_hash_table_lookup (by_provider, job->provider_id);
  return models ? g_ptr_array_ref (models) : g_ptr_array_new ();
}

static void
updated_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  TdDiscovered *self = g_task_get_source_object (task);
  UpdateJob *shown = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GPtrArray) models = td_database_run_finish (self->database, result, &error);

  if (!models)
    {
      g_task_return_error (task, error);
      return;
    }
  publish (self, shown->provider_id, models);
  g_task_return_boolean (task, TRUE);
}

static UpdateJob *
update_job_new (const char *provider_id,
                GPtrArray  *models)
{
  UpdateJob *job = g_new0 (UpdateJob, 1);

  job->provider_id = g_strdup (provider_id);
  job->models = g_ptr_array_ref (models);
  return job;
}

static void
update (TdDiscovered        *self,
        UpdateJob           *job,
        GAsyncReadyCallback  callback,
        gpointer             user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);

  g_task_set_source_tag (task, td_discovered_update_async);
  g_task_set_task_data (task, update_job_new (job->provider_id, job->models), update_job_free);
  td_database_run_async (self->database, G_PRIORITY_DEFAULT, update_on_thread, job,
                         update_job_free, (GDestroyNotify) g_ptr_array_unref, NULL, updated_cb,
                         task);
}

/**
 * td_discovered_update_async:
 * @self: the keeper
 * @provider_id: a provider
 * @listed: (element-type TdListedModel): all models that it named
 * @callback: called when they are stored, and those the catalogue does not know in the market
 * @user_data: data for @callback
 */
void
td_discovered_update_async (TdDiscovered        *self,
                            const char          *provider_id,
                            GPtrArray           *listed,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  g_autoptr (GPtrArray) models = NULL;

  g_return_if_fail (TD_IS_DISCOVERED (self));
  g_return_if_fail (provider_id != NULL);

  models = compare_listed (self, provider_id, listed);
  update (self, update_job_new (provider_id, models), callback, user_data);
}

/**
 * td_discovered_update_finish:
 * @self: what was discovered
 * @result: the result
 * @error: return location for an error
 *
 * Returns: whether the provider answered and its list was kept
 */
gboolean
td_discovered_update_finish (TdDiscovered  *self,
                             GAsyncResult  *result,
                             GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* ---- adding one ---------------------------------------------------------------------------- */

static gpointer
add_on_thread (TdConnection  *connection,
               gpointer       data,
               GCancellable  *cancellable,
               GError       **error)
{
  UpdateJob *job = data;

  td_discovered_store_add (connection, job->provider_id, g_ptr_array_index (job->models, 0), error);
  return NULL;
}

static void
read_again_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (td_discovered_reload_finish (TD_DISCOVERED (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
added_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  TdDiscovered *self = g_task_get_source_object (task);
  GError *error = NULL;

  td_database_run_finish (self->database, result, &error);
  if (error)
    g_task_return_error (task, error);
  else
    td_discovered_reload_async (self, read_again_cb, g_steal_pointer (&task));
}

/**
 * td_discovered_add_async:
 * @self: the keeper
 * @provider_id: a provider
 * @model: a model that it has beside those of its list
 * @callback: called when it is stored and in the market
 * @user_data: data for @callback
 */
void
td_discovered_add_async (TdDiscovered        *self,
                         const char          *provider_id,
                         const TdListedModel *model,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_autoptr (GPtrArray) one = g_ptr_array_new ();
  g_autoptr (GPtrArray) models = NULL;
  GTask *task;

  g_return_if_fail (TD_IS_DISCOVERED (self));
  g_return_if_fail (model != NULL);

  g_ptr_array_add (one, (gpointer) model);
  models = compare_listed (self, provider_id, one);
  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, td_discovered_add_async);
  td_database_run_async (self->database, G_PRIORITY_DEFAULT, add_on_thread,
                         update_job_new (provider_id, models), update_job_free, NULL, NULL,
                         added_cb, task);
}

/**
 * td_discovered_add_finish:
 * @self: the keeper
 * @result: what the callback got
 * @error: return location for a #TdStoreError
 *
 * Returns: whether it is in the market
 */
gboolean
td_discovered_add_finish (TdDiscovered  *self,
                          GAsyncResult  *result,
                          GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
forgotten_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  if (!td_discovered_update_finish (TD_DISCOVERED (source), result, &error))
    g_debug ("models of a removed provider stay in the store: %s", error->message);
}

static void
republished_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  if (!td_discovered_reload_finish (TD_DISCOVERED (source), result, &error))
    g_debug ("the discovered models were not read again: %s", error->message);
}

static void
forget (TdDiscovered *self,
        const char   *provider_id)
{
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  UpdateJob *job;

  publish (self, provider_id, none);
  job = update_job_new (provider_id, none);
  job->forget = TRUE;
  update (self, job, forgotten_cb, NULL);
}

/**
 * td_discovered_check_endpoints:
 * @self: the keeper
 *
 * Endpoints have changed. The models of those that the user removed are taken back, and those
 * of a server that moved to another machine are no longer free.
 */
void
td_discovered_check_endpoints (TdDiscovered *self)
{
  g_autoptr (GPtrArray) providers = NULL;

  g_return_if_fail (TD_IS_DISCOVERED (self));

  note_moved (self);
  providers = dup_providers (self);
  for (guint i = 0; i < providers->len; i++)
    {
      const char *provider_id = g_ptr_array_index (providers, i);
      Origin origin = GPOINTER_TO_UINT (g_hash_table_lookup (self->providers, provider_id));
      const TdEndpoint *endpoint = td_endpoint_list_find (self->endpoints, provider_id);

      /* A removed endpoint may still be listed, as a provider of the catalogue: it is there
       * because we said so. */
      if (!endpoint || ((origin & ORIGIN_CUSTOM) && !endpoint->custom))
        forget (self, provider_id);
      else if (origin != get_origin (endpoint))
        td_discovered_reload_async (self, republished_cb, NULL);
    }
}

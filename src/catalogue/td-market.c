/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The catalogue in force. There is one base, bundled or refreshed, and on top of it the models
 * that were discovered; both together are the catalogue others see. The base is parsed once, on
 * a thread; putting discovered models on top shares all of it.
 */
#include "config.h"

#include "catalogue/td-market-private.h"

#include <string.h>

#include "base/td-http.h"
#include "catalogue/td-catalogue-draft.h"
#include "catalogue/td-query-private.h"

#define MODELSDEV_URL        "https://models.dev/api.json"
#define MAX_DISCOVERED_BYTES 1024
#define OPENROUTER_URL       "https://openrouter.ai/api/v1/models"

G_DEFINE_FINAL_TYPE (TdMarket, td_market, G_TYPE_OBJECT)

enum
{
  CHANGED,
  USER_FACTS_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* What was discovered at one provider. */
typedef struct
{
  char *provider_id;
  TdProviderFacts *provider; /* (owned) (nullable) */
  GPtrArray *models;         /* (element-type TdModelFacts) */
} Discovered;

static void
discovered_free (gpointer data)
{
  Discovered *self = data;

  g_free (self->provider_id);
  g_clear_pointer (&self->provider, td_provider_facts_free);
  g_ptr_array_unref (self->models);
  g_free (self);
}

static void
td_market_dispose (GObject *object)
{
  TdMarket *self = TD_MARKET (object);

  /* An update under way holds the market, so none can be here. */
  g_assert (g_queue_is_empty (&self->updates));
  g_clear_pointer (&self->index, td_query_index_unref);
  g_clear_object (&self->catalogue);
  g_clear_object (&self->base);
  g_clear_object (&self->session);
  g_clear_object (&self->database);

  G_OBJECT_CLASS (td_market_parent_class)->dispose (object);
}

static void
td_market_finalize (GObject *object)
{
  TdMarket *self = TD_MARKET (object);

  g_ptr_array_unref (self->discovered);
  g_strfreev (self->moved);
  g_hash_table_unref (self->facts);
  for (guint i = 0; i < TD_N_REFRESH_SOURCES; i++)
    {
      td_refresh_state_clear (&self->states[i]);
      g_free (self->urls[i]);
    }

  G_OBJECT_CLASS (td_market_parent_class)->finalize (object);
}

static void
td_market_class_init (TdMarketClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = td_market_dispose;
  object_class->finalize = td_market_finalize;

  /**
   * TdMarket::changed:
   *
   * The catalogue was replaced: its indices and the index mean other models now.
   */
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);

  /**
   * TdMarket::user-facts-changed:
   *
   * Favourites or uses changed, on the models themselves too.
   */
  signals[USER_FACTS_CHANGED] =
    g_signal_new ("user-facts-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                  NULL, G_TYPE_NONE, 0);
}

static void
td_market_init (TdMarket *self)
{
  self->discovered = g_ptr_array_new_with_free_func (discovered_free);
  self->facts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->urls[TD_REFRESH_MODELSDEV] = g_strdup (MODELSDEV_URL);
  self->urls[TD_REFRESH_OPENROUTER] = g_strdup (OPENROUTER_URL);
  self->silence_ms = TD_HTTP_DEFAULT_SILENCE_MS;
  g_queue_init (&self->updates);
}

/* ---- discovered models --------------------------------------------------------------------- */

static Discovered *
find_discovered (TdMarket   *self,
                 const char *provider_id)
{
  for (guint i = 0; i < self->discovered->len; i++)
    {
      Discovered *discovered = self->discovered->pdata[i];

      if (g_str_equal (discovered->provider_id, provider_id))
        return discovered;
    }
  return NULL;
}

/* The catalogue's facts with what the server said of a model it knows. Of a model on this
 * machine the server knows best; elsewhere it only fills gaps. */
static TdModelFacts *
merge_facts (const TdModelFacts *known,
             const TdModelFacts *found)
{
  TdModelFacts *facts = td_model_facts_copy (known);

  if (found->context > 0 && (known->local || known->context == 0))
    facts->context = found->context;
  if (found->size_bytes > 0 && (known->local || known->size_bytes == 0))
    facts->size_bytes = found->size_bytes;
  if (found->parameter_label != NULL && (known->local || known->parameter_label == NULL))
    g_set_str (&facts->parameter_label, found->parameter_label);
  return facts;
}

/* A server may call its models whatever it likes (a path with spaces, on llama.cpp), but not so
 * that it could not be shown or would be taken for another provider's. */
static gboolean
is_usable (const TdModelFacts *found,
           const char         *provider_id)
{
  return g_strcmp0 (found->provider_id, provider_id) == 0 &&
         td_catalogue_is_text (found->id, MAX_DISCOVERED_BYTES) &&
         td_catalogue_is_text (found->name, MAX_DISCOVERED_BYTES) && found->key != NULL;
}

static gboolean
has_moved (TdMarket   *self,
           const char *provider_id)
{
  return self->moved != NULL && g_strv_contains ((const char *const *) self->moved, provider_id);
}

/* What the catalogue knows to run on this machine, where it does not. */
static void
collect_moved (TdMarket   *self,
               GHashTable *keys,
               GPtrArray  *models)
{
  for (guint i = 0; i < td_catalogue_get_n_models (self->base); i++)
    {
      const TdModelFacts *known = td_model_get_facts (td_catalogue_get_model (self->base, i));
      TdModelFacts *facts;

      if (!known->local || !has_moved (self, known->provider_id) ||
          !g_hash_table_add (keys, known->key))
        continue;
      facts = td_model_facts_copy (known);
      facts->local = FALSE;
      g_ptr_array_add (models, facts);
    }
}

static void
collect_models (TdMarket         *self,
                const Discovered *discovered,
                gboolean          is_local,
                GHashTable       *keys,
                GPtrArray        *models)
{
  for (guint i = 0; i < discovered->models->len; i++)
    {
      const TdModelFacts *found = discovered->models->pdata[i];
      TdModel *known = td_catalogue_find_model (self->base, found->key);
      TdModelFacts *facts;

      if (!is_usable (found, discovered->provider_id) || !g_hash_table_add (keys, found->key))
        continue;
      facts = known != NULL ? merge_facts (td_model_get_facts (known), found)
                            : td_model_facts_copy (found);
      facts->local |= is_local;
      facts->local &= !has_moved (self, discovered->provider_id);
      g_ptr_array_add (models, facts);
    }
}

static TdCatalogue *
compose (TdMarket    *self,
         TdCatalogue *previous)
{
  g_autoptr (GPtrArray) providers = g_ptr_array_new ();
  g_autoptr (GPtrArray) models =
    g_ptr_array_new_with_free_func ((GDestroyNotify) td_model_facts_free);
  g_autoptr (GHashTable) keys = g_hash_table_new (g_str_hash, g_str_equal);

  if (self->discovered->len == 0 && self->moved == NULL)
    return g_object_ref (self->base);
  for (guint i = 0; i < self->discovered->len; i++)
    {
      const Discovered *discovered = self->discovered->pdata[i];
      TdProvider *known = td_catalogue_find_provider (self->base, discovered->provider_id);
      const TdProviderFacts *provider =
        known != NULL ? td_provider_get_facts (known) : discovered->provider;

      /* Models of a provider that nobody has described can be neither shown nor reached. */
      if (provider == NULL)
        continue;
      if (known == NULL)
        g_ptr_array_add (providers, discovered->provider);
      collect_models (self, discovered, provider->local, keys, models);
    }
  if (self->moved != NULL)
    collect_moved (self, keys, models);
  return td_catalogue_new_with (self->base, providers, models, previous);
}

/* Puts what is known of this user on the models of the catalogue. */
void
td_market_apply_facts (TdMarket *self)
{
  for (guint i = 0; i < td_catalogue_get_n_models (self->catalogue); i++)
    {
      TdModel *model = td_catalogue_get_model (self->catalogue, i);
      const TdUserFact *fact = g_hash_table_lookup (self->facts, td_model_get_key (model));

      td_model_set_favourite (model, fact != NULL && fact->favourite);
      td_model_set_uses (model, fact != NULL ? fact->uses : 0);
    }
}

void
td_market_emit_facts (TdMarket *self)
{
  g_signal_emit (self, signals[USER_FACTS_CHANGED], 0);
}

/*
 * td_market_swap:
 * @base: the new base
 * @index: (nullable): the index of @base, when there is one already
 *
 * Replaces the catalogue whole.
 */
void
td_market_swap (TdMarket     *self,
                TdCatalogue  *base,
                TdQueryIndex *index)
{
  g_autoptr (TdCatalogue) previous = g_steal_pointer (&self->catalogue);
  g_autoptr (TdQueryIndex) previous_index = g_steal_pointer (&self->index);

  g_set_object (&self->base, base);
  self->catalogue = compose (self, previous);
  if (index != NULL && self->catalogue == base)
    self->index = td_query_index_ref (index);
  else
    self->index =
      td_query_index_new_after (self->catalogue, index != NULL ? index : previous_index);
  td_market_apply_facts (self);
  if (previous != NULL)
    g_signal_emit (self, signals[CHANGED], 0);
}

/**
 * td_market_set_discovered:
 * @self: the market
 * @provider_id: the provider that was looked at
 * @provider: (nullable) (transfer full): its facts, when the catalogue does not have it
 * @model_facts: (element-type TdModelFacts) (transfer full): every model found there; none
 *   takes back what was found before
 *
 * Adds what was discovered to the catalogue, in place of what was discovered at the same
 * provider before. A model the catalogue knows keeps its facts there; the server's own figures
 * win on this machine and fill gaps elsewhere. Lasts until the program ends.
 */
void
td_market_set_discovered (TdMarket        *self,
                          const char      *provider_id,
                          TdProviderFacts *provider,
                          GPtrArray       *model_facts)
{
  Discovered *discovered;

  g_return_if_fail (TD_IS_MARKET (self));
  g_return_if_fail (provider_id != NULL && model_facts != NULL);

  discovered = find_discovered (self, provider_id);
  if (discovered != NULL)
    g_ptr_array_remove (self->discovered, discovered);
  if (model_facts->len > 0 || provider != NULL)
    {
      discovered = g_new0 (Discovered, 1);
      discovered->provider_id = g_strdup (provider_id);
      discovered->provider = provider;
      discovered->models = model_facts;
      g_ptr_array_add (self->discovered, discovered);
    }
  else
    g_ptr_array_unref (model_facts);
  td_market_swap (self, self->base, NULL);
}

/**
 * td_market_set_moved:
 * @self: the market
 * @provider_ids: (array zero-terminated=1): providers that usually run on this machine and are
 *   on another one now
 *
 * What is asked there is not known to cost nothing.
 */
void
td_market_set_moved (TdMarket          *self,
                     const char *const *provider_ids)
{
  static const char *const none[] = { NULL };

  g_return_if_fail (TD_IS_MARKET (self));
  g_return_if_fail (provider_ids != NULL);

  if (g_strv_equal (self->moved != NULL ? (const char *const *) self->moved : none, provider_ids))
    return;
  g_strfreev (self->moved);
  self->moved = provider_ids[0] != NULL ? g_strdupv ((char **) provider_ids) : NULL;
  td_market_swap (self, self->base, NULL);
}

/* ---- loading ------------------------------------------------------------------------------- */

typedef struct
{
  TdDatabase *database;    /* (owned) (nullable) */
  SoupSession *session;    /* (owned) (nullable) */
  TdMarketRecord *record;  /* (owned) (nullable) */
  gboolean is_refreshed;
  TdCatalogue *catalogue;  /* (owned) */
  TdQueryIndex *index;     /* (owned) */
} Load;

static void
load_free (gpointer data)
{
  Load *self = data;

  g_clear_object (&self->database);
  g_clear_object (&self->session);
  g_clear_pointer (&self->record, td_market_record_free);
  g_clear_object (&self->catalogue);
  g_clear_pointer (&self->index, td_query_index_unref);
  g_free (self);
}

/*
 * td_market_is_newer:
 * @document: (nullable): a refreshed catalogue
 * @bundled: the version of the bundled catalogue in force, or that the one in force goes back to
 * @version: the version in force
 *
 * A refreshed catalogue carries the ratings and addresses of the bundled one it was laid over.
 * When the program came with a newer one since, that one is in force, and is due to be
 * refreshed in its turn.
 */
gboolean
td_market_is_newer (GBytes     *document,
                    const char *bundled,
                    const char *version)
{
  g_autofree char *from = NULL;
  g_autofree char *its_version =
    document != NULL ? td_catalogue_peek_version (document, &from) : NULL;

  return its_version != NULL && from != NULL && strcmp (from, bundled) >= 0 &&
         strcmp (its_version, version) > 0;
}

/* Only the one that is chosen is parsed. */
static TdCatalogue *
load_refreshed (GBytes *document,
                GBytes *bundled)
{
  g_autofree char *none = NULL;
  g_autofree char *bundled_version = td_catalogue_peek_version (bundled, &none);
  g_autoptr (GError) error = NULL;
  TdCatalogue *catalogue;

  if (bundled_version == NULL || !td_market_is_newer (document, bundled_version, bundled_version))
    return NULL;
  catalogue = td_catalogue_new_from_document (document, &error);
  if (catalogue == NULL)
    g_debug ("The refreshed catalogue cannot be read: %s", error->message);
  return catalogue;
}

static void
load_thread (GTask        *task,
             gpointer      source,
             gpointer      task_data,
             GCancellable *cancellable)
{
  Load *load = task_data;
  GError *error = NULL;
  g_autoptr (GBytes) bundled = td_catalogue_load_bundled (&error);

  if (bundled != NULL)
    {
      load->catalogue =
        load_refreshed (load->record != NULL ? load->record->document : NULL, bundled);
      load->is_refreshed = load->catalogue != NULL;
      if (load->catalogue == NULL)
        load->catalogue = td_catalogue_new_from_document (bundled, &error);
    }
  if (load->catalogue == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  load->index = td_query_index_new (load->catalogue);
  g_task_return_boolean (task, TRUE);
}

static gpointer
forget_on_database_thread (TdConnection  *connection,
                           gpointer       data,
                           GCancellable  *cancellable,
                           GError       **error)
{
  td_market_store_forget (connection, error);
  return NULL;
}

/* What the sources said belongs to the catalogue they were laid over. When another one is in
 * force they must be asked anew, or "nothing changed" would leave their facts out. */
static void
take_states (TdMarket *self,
             Load     *load)
{
  gboolean has_any = load->record->document != NULL;

  for (guint i = 0; i < TD_N_REFRESH_SOURCES; i++)
    {
      has_any |= load->record->states[i].checked_us != 0;
      if (load->is_refreshed)
        {
          td_refresh_state_copy (&self->states[i], &load->record->states[i]);
          self->refreshed_us = MAX (self->refreshed_us, self->states[i].checked_us);
        }
    }
  if (has_any && !load->is_refreshed)
    td_database_run_async (self->database, G_PRIORITY_LOW, forget_on_database_thread, NULL, NULL,
                           NULL, NULL, NULL, NULL);
}

static TdMarket *
make_market (Load *load)
{
  TdMarket *self = g_object_new (TD_TYPE_MARKET, NULL);

  g_set_object (&self->database, load->database);
  g_set_object (&self->session, load->session);
  if (load->record != NULL)
    {
      g_hash_table_unref (self->facts);
      self->facts = g_hash_table_ref (load->record->facts);
      take_states (self, load);
    }
  td_market_swap (self, load->catalogue, load->index);
  return self;
}

static void
loaded_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (GTask) task = data;
  Load *load = g_task_get_task_data (task);
  GError *error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    g_task_return_pointer (task, make_market (load), g_object_unref);
  else
    g_task_return_error (task, error);
}

/* @task: (transfer full) */
static void
parse_on_thread (GTask *task)
{
  g_autoptr (GTask) parse = g_task_new (NULL, g_task_get_cancellable (task), loaded_cb, task);

  g_task_set_source_tag (parse, parse_on_thread);
  /* The thread writes into it and the callback reads it, one after the other. */
  g_task_set_task_data (parse, g_task_get_task_data (task), NULL);
  g_task_run_in_thread (parse, load_thread);
}

static gpointer
load_on_database_thread (TdConnection  *connection,
                         gpointer       data,
                         GCancellable  *cancellable,
                         GError       **error)
{
  return td_market_store_load (connection, error);
}

static void
recalled_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr (GTask) task = data;
  Load *load = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  load->record = td_database_run_finish (TD_DATABASE (source), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  /* Without its memory the market still has the bundled catalogue. */
  if (load->record == NULL)
    g_debug ("The market's part of the database cannot be read: %s", error->message);
  parse_on_thread (g_steal_pointer (&task));
}

/**
 * td_market_load_async:
 * @database: (nullable): where favourites, uses and refreshed catalogues are kept; without one
 *   nothing is remembered
 * @session: (nullable): for refreshing; without one nothing can be fetched
 * @cancellable: (nullable): a #GCancellable
 * @callback: called when the catalogue is there
 * @user_data: data for @callback
 *
 * Loads the bundled catalogue, or the newest refreshed one when that is newer, and what this
 * user did with its models. Parses on a thread.
 */
void
td_market_load_async (TdDatabase          *database,
                      SoupSession         *session,
                      GCancellable        *cancellable,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  Load *load;

  g_return_if_fail (database == NULL || TD_IS_DATABASE (database));
  g_return_if_fail (session == NULL || SOUP_IS_SESSION (session));

  load = g_new0 (Load, 1);
  g_set_object (&load->database, database);
  g_set_object (&load->session, session);
  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, td_market_load_async);
  g_task_set_task_data (task, load, load_free);
  if (database != NULL)
    td_database_run_async (database, G_PRIORITY_HIGH, load_on_database_thread, NULL, NULL,
                           (GDestroyNotify) td_market_record_free, cancellable, recalled_cb,
                           g_steal_pointer (&task));
  else
    parse_on_thread (g_steal_pointer (&task));
}

/**
 * td_market_load_finish:
 * @result: the result given to the callback
 * @error: return location for an error
 *
 * Returns: (transfer full): the market
 */
TdMarket *
td_market_load_finish (GAsyncResult  *result,
                       GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* ---- what is in force ---------------------------------------------------------------------- */

/**
 * td_market_get_catalogue:
 * @self: the market
 *
 * Returns: (transfer none): the catalogue in force, discovered models included, until "changed"
 */
TdCatalogue *
td_market_get_catalogue (TdMarket *self)
{
  g_return_val_if_fail (TD_IS_MARKET (self), NULL);

  return self->catalogue;
}

/**
 * td_market_get_index:
 * @self: the market
 *
 * Returns: (transfer none): the index of td_market_get_catalogue(), until "changed"
 */
TdQueryIndex *
td_market_get_index (TdMarket *self)
{
  g_return_val_if_fail (TD_IS_MARKET (self), NULL);

  return self->index;
}

/**
 * td_market_get_refreshed_us:
 * @self: the market
 *
 * Returns: when a source last answered, in microseconds since 1970; 0 for never
 */
gint64
td_market_get_refreshed_us (TdMarket *self)
{
  g_return_val_if_fail (TD_IS_MARKET (self), 0);

  return self->refreshed_us;
}

/**
 * td_market_set_refresh_urls:
 * @self: the market
 * @modelsdev_url: (nullable): where models.dev's document is; %NULL leaves it out
 * @openrouter_url: (nullable): where OpenRouter's list is; %NULL leaves it out
 *
 * Refreshes from elsewhere: a mirror, or a test's server.
 */
void
td_market_set_refresh_urls (TdMarket   *self,
                            const char *modelsdev_url,
                            const char *openrouter_url)
{
  g_return_if_fail (TD_IS_MARKET (self));

  g_set_str (&self->urls[TD_REFRESH_MODELSDEV], modelsdev_url);
  g_set_str (&self->urls[TD_REFRESH_OPENROUTER], openrouter_url);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Two flows that end with new models in the market: testing a provider (key, list, keep) and
 * taking a server found on this machine into use (address, keep).
 */
#include "config.h"

#include "engine/td-engine-private.h"

/* ---- testing ------------------------------------------------------------------------------- */

typedef struct
{
  TdEndpoint *endpoint;
  GPtrArray *listed; /* (nullable) (element-type TdListedModel) */
} Test;

static void
test_free (gpointer data)
{
  Test *test = data;

  td_endpoint_free (test->endpoint);
  g_clear_pointer (&test->listed, g_ptr_array_unref);
  g_free (test);
}

static void
kept_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Test *test = g_task_get_task_data (task);
  GError *error = NULL;

  if (!td_discovered_update_finish (TD_DISCOVERED (source), result, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  td_engine_announce (g_task_get_source_object (task), "providers");
  g_task_return_pointer (task, g_steal_pointer (&test->listed), (GDestroyNotify) g_ptr_array_unref);
}

static void
keep_listed (GTask *task)
{
  TdEngine *self = g_task_get_source_object (task);
  Test *test = g_task_get_task_data (task);

  td_discovered_update_async (td_engine_get_discovered (self), test->endpoint->provider_id,
                              test->listed, kept_cb, task);
}

static void
corrected_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (!td_endpoint_list_set_finish (TD_ENDPOINT_LIST (source), result, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  keep_listed (g_steal_pointer (&task));
}

/* The server may have answered at a better address than the one the user gave. */
static void
listed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  TdEngine *self = g_task_get_source_object (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  Test *test = g_task_get_task_data (task);
  const char *base_url;
  GError *error = NULL;

  test->listed = td_discovery_list_finish (result, &error);
  if (!test->listed)
    {
      g_task_return_error (task, error);
      return;
    }
  base_url = td_discovery_list_get_base_url (result);
  if (g_strcmp0 (base_url, test->endpoint->base_url) == 0)
    keep_listed (g_steal_pointer (&task));
  else
    td_endpoint_list_set_async (td_engine_get_endpoints (self), test->endpoint->provider_id,
                                "base-url", base_url, cancellable, corrected_cb,
                                g_steal_pointer (&task));
}

static void
list_models (GTask      *task,
             const char *key)
{
  Test *test = g_task_get_task_data (task);
  TdEngine *self = g_task_get_source_object (task);

  td_discovery_list_async (td_engine_get_session (self), test->endpoint, key,
                           g_task_get_cancellable (task), listed_cb, task);
}

static void
unlocked_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Test *test = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  char *key = td_key_ring_lookup_finish (TD_KEY_RING (source), result, &error);

  if (error && !g_error_matches (error, TD_VAULT_ERROR, TD_VAULT_ERROR_NOT_FOUND))
    g_task_return_error (task, g_steal_pointer (&error));
  else if (error && test->endpoint->needs_key)
    g_task_return_new_error (task, TD_PROVIDER_ERROR, TD_PROVIDER_ERROR_NO_KEY,
                             "there is no key for %s", test->endpoint->provider_id);
  else
    list_models (g_steal_pointer (&task), key);
  g_clear_pointer (&key, td_vault_secret_free);
}

/**
 * td_engine_test_provider_async:
 * @self: the engine
 * @provider_id: a provider
 * @cancellable: (nullable): cancels the test
 * @callback: called with the result
 * @user_data: data for @callback
 *
 * Asks a provider for its models, with the key in use. An endpoint that the user named and that
 * answers below /v1 is corrected.
 */
void
td_engine_test_provider_async (TdEngine            *self,
                               const char          *provider_id,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  const TdEndpoint *endpoint;
  Test *test;

  g_return_if_fail (TD_IS_ENGINE (self));
  g_return_if_fail (provider_id != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, td_engine_test_provider_async);
  endpoint = td_endpoint_list_find (td_engine_get_endpoints (self), provider_id);
  if (!endpoint)
    {
      g_task_return_new_error (task, TD_ENDPOINT_ERROR, TD_ENDPOINT_ERROR_UNKNOWN_PROVIDER,
                               "there is no provider %s", provider_id);
      return;
    }
  test = g_new0 (Test, 1);
  test->endpoint = td_endpoint_copy (endpoint);
  g_task_set_task_data (task, test, test_free);
  if (endpoint->needs_key || td_engine_has_key (self, provider_id))
    td_key_ring_lookup_async (td_engine_get_key_ring (self), provider_id, cancellable, unlocked_cb,
                              g_steal_pointer (&task));
  else
    list_models (g_steal_pointer (&task), NULL);
}

/**
 * td_engine_test_provider_finish:
 * @self: the engine
 * @result: what the callback got
 * @error: return location for an error of the provider, the vault or the store
 *
 * Returns: (transfer full) (element-type TdListedModel) (nullable): all models it named
 */
GPtrArray *
td_engine_test_provider_finish (TdEngine      *self,
                                GAsyncResult  *result,
                                GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * td_engine_list_missing:
 * @self: the engine
 * @provider_id: a provider that was tested
 *
 * Returns: (transfer full) (element-type TdModel): the chat models that the catalogue has in
 *   service there and the provider did not name when it was last asked; empty for a server
 *   that people run themselves, which has what was installed
 */
GPtrArray *
td_engine_list_missing (TdEngine   *self,
                        const char *provider_id)
{
  GPtrArray *missing = g_ptr_array_new_with_free_func (g_object_unref);
  const TdEndpoint *endpoint;
  TdCatalogue *catalogue;

  g_return_val_if_fail (TD_IS_ENGINE (self), missing);

  catalogue = td_market_get_catalogue (td_engine_get_market (self));
  endpoint = td_endpoint_list_find (td_engine_get_endpoints (self), provider_id);
  if (!endpoint || endpoint->may_be_local)
    return missing;
  for (guint i = 0; i < td_catalogue_get_n_models (catalogue); i++)
    {
      TdModel *model = td_catalogue_get_model (catalogue, i);
      const TdModelFacts *facts = td_model_get_facts (model);

      if (g_str_equal (facts->provider_id, provider_id) && facts->type == TD_MODEL_TYPE_CHAT &&
          !td_model_facts_is_retired (facts) &&
          td_engine_get_listing (self, facts->key) == TD_LISTING_MISSING)
        g_ptr_array_add (missing, g_object_ref (model));
    }
  return missing;
}

/* ---- adopting ------------------------------------------------------------------------------ */

#define OLLAMA_ID "ollama"

typedef struct
{
  char *base_url;
  GPtrArray *models; /* (element-type TdListedModel) */
  char *provider_id; /* (nullable) until known */
} Adoption;

static void
adoption_free (gpointer data)
{
  Adoption *adoption = data;

  g_free (adoption->base_url);
  g_ptr_array_unref (adoption->models);
  g_free (adoption->provider_id);
  g_free (adoption);
}

static void
adopted_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Adoption *adoption = g_task_get_task_data (task);
  GError *error = NULL;

  if (!td_discovered_update_finish (TD_DISCOVERED (source), result, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  td_engine_announce (g_task_get_source_object (task), "providers");
  g_task_return_pointer (task, g_steal_pointer (&adoption->provider_id), g_free);
}

static void
keep_models (GTask *task)
{
  TdEngine *self = g_task_get_source_object (task);
  Adoption *adoption = g_task_get_task_data (task);

  td_discovered_update_async (td_engine_get_discovered (self), adoption->provider_id,
                              adoption->models, adopted_cb, task);
}

static void
enabled_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (td_endpoint_list_set_finish (TD_ENDPOINT_LIST (source), result, &error))
    keep_models (g_steal_pointer (&task));
  else
    g_task_return_error (task, error);
}

static void
enable (GTask *task)
{
  TdEngine *self = g_task_get_source_object (task);
  Adoption *adoption = g_task_get_task_data (task);

  td_endpoint_list_set_async (td_engine_get_endpoints (self), adoption->provider_id, "enabled",
                              "true", g_task_get_cancellable (task), enabled_cb, task);
}

static void
address_set_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (td_endpoint_list_set_finish (TD_ENDPOINT_LIST (source), result, &error))
    enable (g_steal_pointer (&task));
  else
    g_task_return_error (task, error);
}

static void
added_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Adoption *adoption = g_task_get_task_data (task);
  GError *error = NULL;

  adoption->provider_id = td_endpoint_list_add_finish (TD_ENDPOINT_LIST (source), result, &error);
  if (adoption->provider_id)
    keep_models (g_steal_pointer (&task));
  else
    g_task_return_error (task, error);
}

/* The provider that is reached at this address already. */
static char *
find_by_address (TdEngine   *self,
                 const char *base_url)
{
  g_autoptr (GPtrArray) endpoints = td_endpoint_list_dup_all (td_engine_get_endpoints (self));

  for (guint i = 0; i < endpoints->len; i++)
    {
      const TdEndpoint *endpoint = g_ptr_array_index (endpoints, i);

      if (g_strcmp0 (endpoint->base_url, base_url) == 0)
        return g_strdup (endpoint->provider_id);
    }
  return NULL;
}

static GPtrArray *
copy_models (GPtrArray *models)
{
  GPtrArray *copy = g_ptr_array_new_with_free_func ((GDestroyNotify) td_listed_model_free);

  for (guint i = 0; i < models->len; i++)
    {
      const TdListedModel *model = g_ptr_array_index (models, i);
      TdListedModel *copied = g_memdup2 (model, sizeof *model);

      copied->id = g_strdup (model->id);
      copied->name = g_strdup (model->name);
      copied->parameter_label = g_strdup (model->parameter_label);
      g_ptr_array_add (copy, copied);
    }
  return copy;
}

/**
 * td_engine_adopt_server_async:
 * @self: the engine
 * @server: a server found on this machine
 * @cancellable: (nullable): cancels the call
 * @callback: called when its models can be used
 * @user_data: data for @callback
 *
 * Takes a server into use: Ollama as the provider of that name, any other as an endpoint of
 * its own, unless one with this address is there.
 */
void
td_engine_adopt_server_async (TdEngine            *self,
                              const TdLocalServer *server,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  TdEndpointList *endpoints;
  Adoption *adoption;
  GTask *task;

  g_return_if_fail (TD_IS_ENGINE (self));
  g_return_if_fail (server != NULL);

  endpoints = td_engine_get_endpoints (self);
  adoption = g_new0 (Adoption, 1);
  adoption->base_url = g_strdup (server->base_url);
  adoption->models = copy_models (server->models);
  adoption->provider_id = find_by_address (self, server->base_url);
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, td_engine_adopt_server_async);
  g_task_set_task_data (task, adoption, adoption_free);
  if (adoption->provider_id)
    {
      enable (task);
    }
  else if (server->kind == TD_PROVIDER_KIND_OLLAMA)
    {
      adoption->provider_id = g_strdup (OLLAMA_ID);
      td_endpoint_list_set_async (endpoints, OLLAMA_ID, "base-url", server->base_url, cancellable,
                                  address_set_cb, task);
    }
  else
    {
      td_endpoint_list_add_async (endpoints, server->name, server->base_url, cancellable, added_cb,
                                  task);
    }
}

/**
 * td_engine_adopt_server_finish:
 * @self: the engine
 * @result: what the callback got
 * @error: return location for an error of the endpoints or the store
 *
 * Returns: (transfer full) (nullable): the provider's id
 */
char *
td_engine_adopt_server_finish (TdEngine      *self,
                               GAsyncResult  *result,
                               GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

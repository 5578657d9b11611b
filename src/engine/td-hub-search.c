/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine/td-hub-search.h"

#include <string.h>

#include "engine/td-engine-private.h"
#include "engine/td-keyed-call.h"

/* "maker/name", with room for the longest that the hub allows. */
#define MAX_ID_BYTES 200

typedef struct
{
  char *words; /* (owned) */
  guint limit;
} Search;

static void
search_free (gpointer data)
{
  Search *search = data;

  g_free (search->words);
  g_free (search);
}

/* The hub is another server than the router, except where both stand behind an address of the user's. */
static char *
build_hub_url (const TdEndpoint *endpoint)
{
  g_autoptr (GUri) uri = NULL;
  g_autoptr (GUri) hub = NULL;

  if (g_strcmp0 (endpoint->base_url, endpoint->default_base_url) == 0)
    return g_strdup (TD_HUB_URL);
  uri = g_uri_parse (endpoint->base_url, G_URI_FLAGS_NONE, NULL);
  if (!uri)
    return g_strdup (TD_HUB_URL);
  hub = g_uri_build (G_URI_FLAGS_NONE, g_uri_get_scheme (uri), NULL, g_uri_get_host (uri),
                     g_uri_get_port (uri), "/api", NULL, NULL);
  return g_uri_to_string (hub);
}

static void
listed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  GPtrArray *models = td_hub_list_finish (result, NULL, &error);

  if (models)
    g_task_return_pointer (task, models, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

static void
list_models (GTask            *task,
             TdEngine         *engine,
             const TdEndpoint *endpoint,
             const char       *key)
{
  const Search *search = g_task_get_task_data (task);
  const TdHubQuery query = { .search = search->words, .limit = search->limit };
  g_autofree char *url = build_hub_url (endpoint);

  td_hub_list_async (td_engine_get_session (engine), url, key, &query, NULL,
                     g_task_get_cancellable (task), listed_cb, task);
}

static const TdEndpoint *
find_hub (TdEngine *engine,
          GTask    *task)
{
  const TdEndpoint *endpoint =
    td_endpoint_list_find (td_engine_get_endpoints (engine), TD_HUB_PROVIDER);

  if (!endpoint)
    g_task_return_new_error (task, TD_ENDPOINT_ERROR, TD_ENDPOINT_ERROR_UNKNOWN_PROVIDER,
                             "the catalogue has no Hugging Face");
  return endpoint;
}

/**
 * td_hub_search_async:
 * @engine: the engine
 * @words: what to look for; empty: what is talked about
 * @limit: how many models at most
 * @cancellable: (nullable): cancels it
 * @callback: called with the answer
 * @user_data: data for @callback
 *
 * Searches the hub for models that can be chatted with, with the key of Hugging Face if there is one.
 */
void
td_hub_search_async (TdEngine            *engine,
                     const char          *words,
                     guint                limit,
                     GCancellable        *cancellable,
                     GAsyncReadyCallback  callback,
                     gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (engine, cancellable, callback, user_data);
  const TdEndpoint *endpoint;
  Search *search;

  g_return_if_fail (TD_IS_ENGINE (engine));

  g_task_set_source_tag (task, td_hub_search_async);
  search = g_new0 (Search, 1);
  search->words = g_strdup (words);
  search->limit = limit;
  g_task_set_task_data (task, search, search_free);
  endpoint = find_hub (engine, task);
  if (endpoint)
    td_engine_call_with_key (engine, endpoint, g_steal_pointer (&task), list_models);
}

/**
 * td_hub_search_finish:
 * @result: what the callback got
 * @error: return location for an error of the provider or the vault
 *
 * Returns: (transfer full) (element-type TdHubModel) (nullable): what was found
 */
GPtrArray *
td_hub_search_finish (GAsyncResult  *result,
                      GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* ---- taking one ---- */

static void
added_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (!td_discovered_add_finish (TD_DISCOVERED (source), result, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  td_engine_announce (g_task_get_source_object (task), "providers");
  g_task_return_boolean (task, TRUE);
}

static gboolean
is_id (const char *id)
{
  return strchr (id, '/') && strlen (id) <= MAX_ID_BYTES &&
         g_regex_match_simple ("^[A-Za-z0-9._-]+/[A-Za-z0-9._-]+(:[A-Za-z0-9._-]+)?$", id,
                               G_REGEX_DEFAULT, G_REGEX_MATCH_DEFAULT);
}

/**
 * td_hub_use_async:
 * @engine: the engine
 * @id: a model of the hub, as "maker/name"
 * @cancellable: (nullable): cancels it
 * @callback: called when it is in the market
 * @user_data: data for @callback
 */
void
td_hub_use_async (TdEngine            *engine,
                  const char          *id,
                  GCancellable        *cancellable,
                  GAsyncReadyCallback  callback,
                  gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (engine, cancellable, callback, user_data);
  TdListedModel listed = { .id = (char *) id };

  g_return_if_fail (TD_IS_ENGINE (engine));
  g_return_if_fail (id != NULL);

  g_task_set_source_tag (task, td_hub_use_async);
  if (!is_id (id))
    g_task_return_new_error (task, TD_PROVIDER_ERROR, TD_PROVIDER_ERROR_NOT_FOUND,
                             "a model of the hub is called maker/name");
  else if (find_hub (engine, task))
    td_discovered_add_async (td_engine_get_discovered (engine), TD_HUB_PROVIDER, &listed, added_cb,
                             g_steal_pointer (&task));
}

/**
 * td_hub_use_finish:
 * @result: what the callback got
 * @error: return location for an error of the provider or the store
 *
 * Returns: whether it can be used now
 */
gboolean
td_hub_use_finish (GAsyncResult  *result,
                   GError       **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

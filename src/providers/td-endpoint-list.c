/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "providers/td-endpoint-list.h"

#include <string.h>

#include "base/td-text.h"
#include "providers/td-endpoint-change.h"

struct _TdEndpointList
{
  GObject parent_instance;

  TdDatabase *database;   /* (owned) */
  TdMarket *market;       /* (owned) */
  GPtrArray *rows;        /* (owned) (element-type TdEndpointRow): what the store says */
  GHashTable
    *endpoints;  /* (owned) (element-type utf8 TdEndpoint): what is in force, by provider id */
  GCancellable *disposed; /* (owned) */
};

enum
{
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TdEndpointList, td_endpoint_list, G_TYPE_OBJECT)

/* ---- What is in force --------------------------------------------------------------------- */

static void
take_endpoint (TdEndpointList *self,
               TdEndpoint     *endpoint)
{
  g_hash_table_replace (self->endpoints, endpoint->provider_id, endpoint);
}

/* A running Ollama is where its own client looks for it. */
static void
apply_environment (TdEndpoint *endpoint)
{
  g_autofree char *url = NULL;

  if (endpoint->kind != TD_PROVIDER_KIND_OLLAMA || !endpoint->local)
    return;
  url = td_endpoint_url_from_ollama_host (g_getenv ("OLLAMA_HOST"));
  if (url == NULL)
    return;
  td_endpoint_set_base_url (endpoint, url);
  g_set_str (&endpoint->default_base_url, url);
}

/* The store may have been written by another version, or by hand. */
static void
apply_row (TdEndpoint          *endpoint,
           const TdEndpointRow *row)
{
  g_autofree char *url =
    row->base_url != NULL ? td_endpoint_normalise_url (row->base_url, NULL) : NULL;

  endpoint->enabled = row->enabled;
  endpoint->position = row->position;
  endpoint->timeouts = row->timeouts;
  if (url != NULL)
    td_endpoint_set_base_url (endpoint, url);
  for (guint i = 0; row->headers != NULL && row->headers[i] != NULL && row->headers[i + 1] != NULL;
       i += 2)
    td_endpoint_set_header (endpoint, row->headers[i], row->headers[i + 1]);
}

static void
build_from_row (TdEndpointList      *self,
                const TdEndpointRow *row)
{
  TdEndpoint *endpoint = g_hash_table_lookup (self->endpoints, row->provider_id);
  g_autofree char *url = NULL;

  if (row->custom)
    {
      url = row->base_url != NULL ? td_endpoint_normalise_url (row->base_url, NULL) : NULL;
      if (url == NULL)
        return;
      endpoint = td_endpoint_new_custom (row->provider_id,
                                         row->name != NULL ? row->name : row->provider_id, url);
      take_endpoint (self, endpoint);
    }
  /* A provider the catalogue does not have any more is not shown; its row waits for it. */
  if (endpoint != NULL)
    apply_row (endpoint, row);
}

static void
rebuild (TdEndpointList *self)
{
  GPtrArray *providers = td_catalogue_get_providers (td_market_get_catalogue (self->market));

  g_hash_table_remove_all (self->endpoints);
  for (guint i = 0; i < providers->len; i++)
    {
      TdEndpoint *endpoint =
        td_endpoint_new_for_provider (td_provider_get_facts (providers->pdata[i]));

      apply_environment (endpoint);
      take_endpoint (self, endpoint);
    }
  for (guint i = 0; i < self->rows->len; i++)
    build_from_row (self, self->rows->pdata[i]);
}

static void
take_rows (TdEndpointList *self,
           GPtrArray      *rows,
           const char     *provider_id)
{
  g_ptr_array_unref (self->rows);
  self->rows = rows;
  rebuild (self);
  g_signal_emit (self, signals[CHANGED], 0, provider_id);
}

static void
market_changed_cb (TdEndpointList *self)
{
  rebuild (self);
  g_signal_emit (self, signals[CHANGED], 0, NULL);
}

/* ---- The object --------------------------------------------------------------------------- */

static void
td_endpoint_list_dispose (GObject *object)
{
  TdEndpointList *self = TD_ENDPOINT_LIST (object);

  g_cancellable_cancel (self->disposed);
  g_clear_object (&self->market);
  g_clear_object (&self->database);

  G_OBJECT_CLASS (td_endpoint_list_parent_class)->dispose (object);
}

static void
td_endpoint_list_finalize (GObject *object)
{
  TdEndpointList *self = TD_ENDPOINT_LIST (object);

  g_clear_object (&self->disposed);
  g_ptr_array_unref (self->rows);
  g_hash_table_unref (self->endpoints);

  G_OBJECT_CLASS (td_endpoint_list_parent_class)->finalize (object);
}

static void
td_endpoint_list_class_init (TdEndpointListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = td_endpoint_list_dispose;
  object_class->finalize = td_endpoint_list_finalize;

  /**
   * TdEndpointList::changed:
   * @self: the list
   * @provider_id: (nullable): whose endpoint changed, %NULL for several
   *
   * Endpoints borrowed from the list before this are gone.
   */
  signals[CHANGED] = g_signal_new ("changed", TD_TYPE_ENDPOINT_LIST, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
free_endpoint (gpointer endpoint)
{
  td_endpoint_free (endpoint);
}

static void
td_endpoint_list_init (TdEndpointList *self)
{
  self->disposed = g_cancellable_new ();
  self->rows = g_ptr_array_new ();
  self->endpoints = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, free_endpoint);
}

static void
free_rows (gpointer rows)
{
  g_ptr_array_unref (rows);
}

static void
free_change (gpointer change)
{
  td_endpoint_change_free (change);
}

/* ---- Loading ------------------------------------------------------------------------------ */

static void
loaded_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  TdEndpointList *self = g_task_get_task_data (task);
  GError *error = NULL;
  GPtrArray *rows = td_database_run_finish (TD_DATABASE (source), result, &error);

  if (rows == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  take_rows (self, rows, NULL);
  g_signal_connect_object (self->market, "changed", G_CALLBACK (market_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_task_return_pointer (task, g_object_ref (self), g_object_unref);
}

/**
 * td_endpoint_list_load_async:
 * @database: where the user's changes are
 * @market: whose providers they are
 * @cancellable: (nullable): a #GCancellable
 * @callback: called when the list is there
 * @user_data: data for @callback
 *
 * Makes the list of all endpoints.
 */
void
td_endpoint_list_load_async (TdDatabase          *database,
                             TdMarket            *market,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  TdEndpointList *self;
  GTask *task;

  g_return_if_fail (TD_IS_DATABASE (database));
  g_return_if_fail (TD_IS_MARKET (market));

  self = g_object_new (TD_TYPE_ENDPOINT_LIST, NULL);
  self->database = g_object_ref (database);
  self->market = g_object_ref (market);
  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, td_endpoint_list_load_async);
  g_task_set_task_data (task, self, g_object_unref);
  td_database_run_async (database, G_PRIORITY_DEFAULT, td_endpoint_store_load, NULL, NULL,
                         free_rows, cancellable, loaded_cb, task);
}

/**
 * td_endpoint_list_load_finish:
 * @result: the result given to the callback
 * @error: return location for a TD_STORE_ERROR
 *
 * Returns: (transfer full) (nullable): the list
 */
TdEndpointList *
td_endpoint_list_load_finish (GAsyncResult  *result,
                              GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
reloaded_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autofree GWeakRef *weak = user_data;
  g_autoptr (TdEndpointList) self = g_weak_ref_get (weak);
  g_autoptr (GError) error = NULL;
  GPtrArray *rows = td_database_run_finish (TD_DATABASE (source), result, &error);

  g_weak_ref_clear (weak);
  if (rows != NULL && self != NULL)
    take_rows (self, rows, NULL);
  else if (rows != NULL)
    g_ptr_array_unref (rows);
  else
    g_debug ("endpoints stay as they are: %s", error->message);
}

/**
 * td_endpoint_list_reload:
 * @self: a list
 *
 * Another process changed the store: reads it again and says "changed".
 */
void
td_endpoint_list_reload (TdEndpointList *self)
{
  GWeakRef *weak;

  g_return_if_fail (TD_IS_ENDPOINT_LIST (self));

  weak = g_new0 (GWeakRef, 1);
  g_weak_ref_init (weak, self);
  td_database_run_async (self->database, G_PRIORITY_DEFAULT, td_endpoint_store_load, NULL, NULL,
                         free_rows, self->disposed, reloaded_cb, weak);
}

/* ---- Reading ------------------------------------------------------------------------------ */

static int
compare_endpoints (gconstpointer a,
                   gconstpointer b)
{
  const TdEndpoint *left = *(const TdEndpoint *const *) a;
  const TdEndpoint *right = *(const TdEndpoint *const *) b;
  g_autofree char *left_name = NULL;
  g_autofree char *right_name = NULL;

  if ((left->position < 0) != (right->position < 0))
    return left->position < 0 ? 1 : -1;
  if (left->position != right->position)
    return left->position < right->position ? -1 : 1;
  if (left->main != right->main)
    return left->main ? -1 : 1;
  left_name = td_text_fold (left->name);
  right_name = td_text_fold (right->name);
  return strcmp (left_name, right_name);
}

/**
 * td_endpoint_list_dup_all:
 * @self: a list
 *
 * Returns: (transfer full) (element-type TdEndpoint): a copy of every endpoint: those of the
 *   main providers first, then by name
 */
GPtrArray *
td_endpoint_list_dup_all (TdEndpointList *self)
{
  GPtrArray *all;
  GHashTableIter iter;
  gpointer endpoint;

  g_return_val_if_fail (TD_IS_ENDPOINT_LIST (self), NULL);

  all = g_ptr_array_new_with_free_func (free_endpoint);
  g_hash_table_iter_init (&iter, self->endpoints);
  while (g_hash_table_iter_next (&iter, NULL, &endpoint))
    g_ptr_array_add (all, td_endpoint_copy (endpoint));
  g_ptr_array_sort (all, compare_endpoints);
  return all;
}

/**
 * td_endpoint_list_find:
 * @self: a list
 * @provider_id: a provider's id
 *
 * Returns: (transfer none) (nullable): its endpoint, good until the list says "changed"
 */
const TdEndpoint *
td_endpoint_list_find (TdEndpointList *self,
                       const char     *provider_id)
{
  g_return_val_if_fail (TD_IS_ENDPOINT_LIST (self), NULL);
  g_return_val_if_fail (provider_id != NULL, NULL);

  return g_hash_table_lookup (self->endpoints, provider_id);
}

/* ---- Changing ----------------------------------------------------------------------------- */

static void
changed_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  TdEndpointList *self = g_task_get_source_object (task);
  char *provider_id = g_task_get_task_data (task);
  GError *error = NULL;
  GPtrArray *rows = td_database_run_finish (TD_DATABASE (source), result, &error);

  if (rows == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  take_rows (self, rows, provider_id);
  g_task_return_pointer (task, g_strdup (provider_id), g_free);
}

static void
run_change (GTask            *task,
            TdDatabaseFunc    func,
            TdEndpointChange *change)
{
  TdEndpointList *self = g_task_get_source_object (task);

  g_task_set_task_data (task, g_strdup (change->provider_id), g_free);
  td_database_run_async (self->database, G_PRIORITY_DEFAULT, func, change, free_change, free_rows,
                         g_task_get_cancellable (task), changed_cb, task);
}

static const TdEndpoint *
find_or_fail (TdEndpointList  *self,
              const char      *provider_id,
              GError         **error)
{
  const TdEndpoint *endpoint = g_hash_table_lookup (self->endpoints, provider_id);

  if (endpoint == NULL)
    g_set_error (error, TD_ENDPOINT_ERROR, TD_ENDPOINT_ERROR_UNKNOWN_PROVIDER,
                 "there is no provider \"%s\"", provider_id);
  return endpoint;
}

/**
 * td_endpoint_list_set_async:
 * @self: a list
 * @provider_id: whose endpoint
 * @field: "base-url", "enabled" (true, false) or "header" ("Name: value"; "Name:" removes it)
 * @value: (nullable): the value; %NULL or empty for the default, of "header" for none of the
 *   user's at all
 * @cancellable: (nullable): a #GCancellable
 * @callback: called when it is stored
 * @user_data: data for @callback
 *
 * Changes how a provider is reached. Nothing is stored unless @value fits.
 */
void
td_endpoint_list_set_async (TdEndpointList      *self,
                            const char          *provider_id,
                            const char          *field,
                            const char          *value,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  const TdEndpoint *endpoint;
  TdEndpointChange *change = NULL;
  TdDatabaseFunc func = NULL;
  GError *error = NULL;

  g_return_if_fail (TD_IS_ENDPOINT_LIST (self));
  g_return_if_fail (provider_id != NULL && field != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, td_endpoint_list_set_async);
  if (value != NULL && *value == '\0')
    value = NULL;
  endpoint = find_or_fail (self, provider_id, &error);
  if (endpoint != NULL)
    change = td_endpoint_change_make (endpoint, field, value, &func, &error);
  if (change != NULL)
    run_change (g_steal_pointer (&task), func, change);
  else
    g_task_return_error (task, error);
}

/**
 * td_endpoint_list_set_finish:
 * @self: a list
 * @result: the result given to the callback
 * @error: return location for a TD_ENDPOINT_ERROR or TD_STORE_ERROR
 *
 * Returns: whether it is stored and in force
 */
gboolean
td_endpoint_list_set_finish (TdEndpointList  *self,
                             GAsyncResult    *result,
                             GError         **error)
{
  g_autofree char *provider_id = NULL;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  provider_id = g_task_propagate_pointer (G_TASK (result), error);
  return provider_id != NULL;
}

/* A number behind it when there is one of that name. */
static char *
make_id (TdEndpointList *self,
         const char     *name)
{
  g_autofree char *base = td_endpoint_change_make_id (name);
  char *id = g_strdup (base);

  for (guint n = 2; g_hash_table_contains (self->endpoints, id); n++)
    {
      g_free (id);
      id = g_strdup_printf ("%s-%u", base, n);
    }
  return id;
}

/**
 * td_endpoint_list_add_async:
 * @self: a list
 * @name: what the user calls it
 * @url: its address
 * @cancellable: (nullable): a #GCancellable
 * @callback: called when it is stored
 * @user_data: data for @callback
 *
 * Adds an OpenAI-compatible endpoint. Its provider id is made from the name.
 */
void
td_endpoint_list_add_async (TdEndpointList      *self,
                            const char          *name,
                            const char          *url,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autofree char *good_name = NULL;
  g_autofree char *good_url = NULL;
  g_autofree char *provider_id = NULL;
  GError *error = NULL;

  g_return_if_fail (TD_IS_ENDPOINT_LIST (self));
  g_return_if_fail (name != NULL && url != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, td_endpoint_list_add_async);
  good_name = td_endpoint_change_check_name (name, &error);
  good_url = good_name != NULL ? td_endpoint_normalise_url (url, &error) : NULL;
  if (good_url == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  provider_id = make_id (self, good_name);
  run_change (g_steal_pointer (&task), td_endpoint_store_add,
              td_endpoint_change_new (provider_id, good_name, good_url));
}

/**
 * td_endpoint_list_add_finish:
 * @self: a list
 * @result: the result given to the callback
 * @error: return location for a TD_ENDPOINT_ERROR or TD_STORE_ERROR
 *
 * Returns: (transfer full) (nullable): the provider id of the new endpoint
 */
char *
td_endpoint_list_add_finish (TdEndpointList  *self,
                             GAsyncResult    *result,
                             GError         **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * td_endpoint_list_remove_async:
 * @self: a list
 * @provider_id: an endpoint the user named
 * @cancellable: (nullable): a #GCancellable
 * @callback: called when it is gone
 * @user_data: data for @callback
 *
 * Removes an endpoint with all that was set for it. Providers of the catalogue stay.
 */
void
td_endpoint_list_remove_async (TdEndpointList      *self,
                               const char          *provider_id,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  const TdEndpoint *endpoint;
  GError *error = NULL;

  g_return_if_fail (TD_IS_ENDPOINT_LIST (self));
  g_return_if_fail (provider_id != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, td_endpoint_list_remove_async);
  endpoint = find_or_fail (self, provider_id, &error);
  if (endpoint != NULL && !endpoint->custom)
    g_set_error (&error, TD_ENDPOINT_ERROR, TD_ENDPOINT_ERROR_NOT_CUSTOM,
                 "%s belongs to the catalogue; it can be switched off", endpoint->name);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    run_change (g_steal_pointer (&task), td_endpoint_store_remove,
                td_endpoint_change_new (provider_id, NULL, NULL));
}

/**
 * td_endpoint_list_remove_finish:
 * @self: a list
 * @result: the result given to the callback
 * @error: return location for a TD_ENDPOINT_ERROR or TD_STORE_ERROR
 *
 * Returns: whether it is gone
 */
gboolean
td_endpoint_list_remove_finish (TdEndpointList  *self,
                                GAsyncResult    *result,
                                GError         **error)
{
  return td_endpoint_list_set_finish (self, result, error);
}

/**
 * td_endpoint_list_set_order_async:
 * @self: the list
 * @provider_ids: (array zero-terminated=1): providers, first to last; empty for no order
 * @cancellable: (nullable): cancels the call
 * @callback: called when the order is stored and in force
 * @user_data: data for @callback
 *
 * Puts the providers into the user's own order; those that are not named come after them, in
 * the usual one.
 */
void
td_endpoint_list_set_order_async (TdEndpointList      *self,
                                  const char *const   *provider_ids,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autofree char *lines = NULL;
  GError *error = NULL;

  g_return_if_fail (TD_IS_ENDPOINT_LIST (self));
  g_return_if_fail (provider_ids != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, td_endpoint_list_set_order_async);
  for (guint i = 0; provider_ids[i] != NULL && error == NULL; i++)
    find_or_fail (self, provider_ids[i], &error);
  if (error != NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  lines = g_strjoinv ("\n", (char **) provider_ids);
  run_change (g_steal_pointer (&task), td_endpoint_store_set_order,
              td_endpoint_change_new (NULL, NULL, lines));
}

/**
 * td_endpoint_list_set_order_finish:
 * @self: the list
 * @result: the result given to the callback
 * @error: return location for a TD_ENDPOINT_ERROR or a #TdStoreError
 *
 * Returns: whether the order is in force
 */
gboolean
td_endpoint_list_set_order_finish (TdEndpointList  *self,
                                   GAsyncResult    *result,
                                   GError         **error)
{
  g_autofree char *unused = NULL;
  GError *local_error = NULL;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  unused = g_task_propagate_pointer (G_TASK (result), &local_error);
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, local_error);
  return FALSE;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "providers/td-discovery.h"

#include "providers/td-failure-text.h"
#include "providers/td-limited-fetch.h"
#include "providers/td-ollama-details.h"
#include "providers/td-transport.h"
#include "vault/td-vault.h"

/* Asking a provider for its models, in steps: the key, where the list does not need one; the
 * list, page by page; the list once more under /v1 of an address that lacks it; and a local
 * Ollama about each model. */

#define MAX_LIST_BYTES (32 * 1024 * 1024)
#define MAX_KEY_BYTES  (256 * 1024)
#define DETAILS_MS     5000
#define LIMIT_MS       30000
#define MAX_PAGES      20

typedef struct
{
  SoupSession *session;       /* (owned) */
  const TdProtocol *protocol;
  TdEndpoint *endpoint;       /* (owned) */
  char *key;                  /* (owned) (nullable) */
  GPtrArray *models;          /* (owned) (nullable): those of the pages that have come */
  guint n_pages;
  GError *first_error;        /* (owned) (nullable): set while the list is looked for below /v1 */
} Listing;

static void ask_for_list (GTask *task);
static void fetch (GTask *task, TdWireRequest *wire, gsize max_bytes, GAsyncReadyCallback callback);

static void
listing_free (gpointer data)
{
  Listing *self = data;

  g_clear_object (&self->session);
  g_clear_pointer (&self->endpoint, td_endpoint_free);
  g_clear_pointer (&self->key, td_vault_secret_free);
  g_clear_pointer (&self->models, g_ptr_array_unref);
  g_clear_error (&self->first_error);
  g_free (self);
}

/* @error: (transfer full) */
static void
return_error (GTask  *task,
              GError *error)
{
  Listing *self = g_task_get_task_data (task);

  error->message = td_failure_redact_text (error->message, self->key);
  g_task_return_error (task, error);
}

static void
return_failure (GTask     *task,
                TdFailure *failure)
{
  g_autoptr (TdFailure) owned = failure;

  return_error (task, td_failure_to_error (owned));
}

/* An address without the /v1 that the server wants answers with "not found" or with a page. */
static gboolean
may_be_below_v1 (const Listing *self,
                 const GError  *error)
{
  if (self->first_error != NULL || !self->endpoint->custom ||
      g_str_has_suffix (self->endpoint->base_url, "/v1"))
    return FALSE;
  return g_error_matches (error, TD_PROVIDER_ERROR, TD_PROVIDER_ERROR_NOT_FOUND) ||
         g_error_matches (error, TD_PROVIDER_ERROR, TD_PROVIDER_ERROR_PROTOCOL);
}

/* @error: (transfer full) */
static void
take_error (GTask  *task,
            GError *error)
{
  Listing *self = g_task_get_task_data (task);
  g_autofree char *url = NULL;

  if (may_be_below_v1 (self, error))
    {
      self->first_error = error;
      url = g_strconcat (self->endpoint->base_url, "/v1", NULL);
      td_endpoint_set_base_url (self->endpoint, url);
      ask_for_list (g_object_ref (task));
    }
  else if (self->first_error != NULL)
    {
      /* The address as the user gave it is the one to complain about. */
      g_error_free (error);
      return_error (task, g_steal_pointer (&self->first_error));
    }
  else
    return_error (task, error);
}

/* @models: (transfer full) */
static void
return_models (GTask     *task,
               GPtrArray *models)
{
  g_task_return_pointer (task, models, (GDestroyNotify) g_ptr_array_unref);
}

static void
described_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Listing *self = g_task_get_task_data (task);
  GError *error = NULL;

  if (td_ollama_details_finish (result, &error))
    return_models (task, g_steal_pointer (&self->models));
  else
    g_task_return_error (task, error);
}

/* A server that does not know about pages sends the first one again and again.
 * @page: (transfer full) */
static void
add_new_models (GPtrArray *models,
                GPtrArray *page)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < models->len; i++)
    g_hash_table_add (seen, ((TdListedModel *) models->pdata[i])->id);
  for (guint i = page->len; i > 0; i--)
    {
      if (g_hash_table_contains (seen, ((TdListedModel *) page->pdata[i - 1])->id))
        g_ptr_array_remove_index (page, i - 1);
    }
  g_ptr_array_extend_and_steal (models, page);
}

/* @page: (transfer full) */
static void
take_page (Listing   *self,
           GPtrArray *page)
{
  self->n_pages++;
  if (self->models == NULL)
    self->models = page;
  else
    add_new_models (self->models, page);
}

static void
listed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Listing *self = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GBytes) body = td_limited_fetch_finish (result, NULL, &error);
  GPtrArray *page = body != NULL ? self->protocol->read_list (body, &error) : NULL;
  g_autoptr (TdWireRequest) next = NULL;

  if (page == NULL)
    {
      take_error (task, error);
      return;
    }
  take_page (self, page);
  if (self->protocol->write_next_list != NULL && self->n_pages < MAX_PAGES)
    next = self->protocol->write_next_list (self->endpoint, body);
  if (next != NULL)
    fetch (g_steal_pointer (&task), next, MAX_LIST_BYTES, listed_cb);
  else if (self->endpoint->kind == TD_PROVIDER_KIND_OLLAMA && self->endpoint->local)
    td_ollama_details_async (self->session, self->endpoint, self->key, self->models, DETAILS_MS,
                             g_task_get_cancellable (task), described_cb, g_object_ref (task));
  else
    return_models (task, g_steal_pointer (&self->models));
}

/* @task: (transfer full) */
static void
fetch (GTask               *task,
       TdWireRequest       *wire,
       gsize                max_bytes,
       GAsyncReadyCallback  callback)
{
  Listing *self = g_task_get_task_data (task);
  TdFailure *failure = NULL;
  g_autoptr (SoupMessage) message =
    td_transport_message_new (wire, self->endpoint, self->key, &failure);

  if (message != NULL)
    td_limited_fetch_async (self->session, message, max_bytes, LIMIT_MS,
                            g_task_get_cancellable (task), callback, task);
  else
    {
      return_failure (task, failure);
      g_object_unref (task);
    }
}

/* @task: (transfer full) */
static void
ask_for_list (GTask *task)
{
  Listing *self = g_task_get_task_data (task);
  g_autoptr (TdWireRequest) wire = self->protocol->write_list (self->endpoint);

  fetch (task, wire, MAX_LIST_BYTES, listed_cb);
}

static void
key_checked_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (GBytes) body = td_limited_fetch_finish (result, NULL, &error);

  if (body != NULL)
    ask_for_list (g_steal_pointer (&task));
  else
    return_error (task, error);
}

/* OpenRouter hands its list to everybody, so the list says nothing about the key; GET /key does. */
static gboolean
list_ignores_key (const Listing *self)
{
  return (self->endpoint->wire & TD_WIRE_TRAIT_KEY_CALL) && self->key != NULL &&
         *self->key != '\0';
}

/* @task: (transfer full) */
static void
ask_about_key (GTask *task)
{
  Listing *self = g_task_get_task_data (task);
  g_autoptr (TdWireRequest) wire = td_wire_request_new (
    "GET", g_strconcat (self->endpoint->base_url, "/key", NULL), self->endpoint, NULL);

  fetch (task, wire, MAX_KEY_BYTES, key_checked_cb);
}

/**
 * td_discovery_list_async:
 * @session: the session of this process
 * @endpoint: whom to ask
 * @key: (nullable): the key; never kept
 * @cancellable: (nullable): a #GCancellable
 * @callback: called when the list is there
 * @user_data: data for @callback
 *
 * Asks a provider which models it has. It is also the truthful test of an address and a key:
 * where the list is open to everybody, the key is tried first.
 *
 * Of an endpoint the user named, the list is also looked for below /v1; see
 * td_discovery_list_get_base_url().
 */
void
td_discovery_list_async (SoupSession         *session,
                         const TdEndpoint    *endpoint,
                         const char          *key,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  TdFailure *failure = td_transport_check_before (endpoint, key);
  Listing *self = g_new0 (Listing, 1);

  g_task_set_source_tag (task, td_discovery_list_async);
  g_task_set_task_data (task, self, listing_free);
  self->session = g_object_ref (session);
  self->protocol = td_protocol_for_endpoint (endpoint);
  self->endpoint = td_endpoint_copy (endpoint);
  self->key = g_strdup (key);
  if (failure != NULL && failure->class == TD_PROVIDER_ERROR_NO_KEY && !endpoint->list_needs_key)
    g_clear_pointer (&failure, td_failure_free);

  if (failure != NULL)
    {
      return_failure (task, failure);
      g_object_unref (task);
    }
  else if (list_ignores_key (self))
    ask_about_key (task);
  else
    ask_for_list (task);
}

/**
 * td_discovery_list_finish:
 * @result: the result given to the callback
 * @error: return location for a TD_PROVIDER_ERROR, or G_IO_ERROR_CANCELLED
 *
 * Returns: (transfer full) (element-type TdListedModel) (nullable): the models
 */
GPtrArray *
td_discovery_list_finish (GAsyncResult  *result,
                          GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, td_discovery_list_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * td_discovery_list_get_base_url:
 * @result: the result of a call that succeeded
 *
 * Returns: (transfer none): the address that answered. When it is not the endpoint's, it is
 *   the one to keep
 */
const char *
td_discovery_list_get_base_url (GAsyncResult *result)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, td_discovery_list_async), NULL);

  return ((Listing *) g_task_get_task_data (G_TASK (result)))->endpoint->base_url;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "providers/td-hub.h"

#include <string.h>

#include "providers/td-limited-fetch.h"
#include "providers/td-model-listing.h"
#include "providers/td-transport.h"

/* The Hugging Face hub knows every open model, far more than its router serves. It is another
 * server than the router, with pages that are linked in a header. */

#define DEFAULT_LIMIT 100
#define MAX_LIMIT     1000
#define MAX_MODELS    2000
#define MAX_BYTES     (16 * 1024 * 1024)
#define LIMIT_MS      30000

/* Asking for one field leaves out those that come by themselves. */
static const char *const fields[] = {
  "likes",
  "downloads",
  "gated",
  "private",
  "lastModified",
  "pipeline_tag",
  "inference",
  "inferenceProviderMapping",
};

/* ---- Requests ----------------------------------------------------------------------------- */

/**
 * td_hub_write_list:
 * @base_url: TD_HUB_URL, or a mirror of it
 * @query: what to look for
 *
 * Returns: (transfer full): the request for the first page of models for text that can be asked
 *   without running them oneself
 */
TdWireRequest *
td_hub_write_list (const char       *base_url,
                   const TdHubQuery *query)
{
  TdWireRequest *wire = g_new0 (TdWireRequest, 1);
  g_autofree char *limit =
    g_strdup_printf ("%u", query->limit > 0 ? MIN (query->limit, MAX_LIMIT) : DEFAULT_LIMIT);

  wire->method = "GET";
  wire->url = g_strconcat (base_url, "/models", NULL);
  td_wire_request_add_query (wire, "inference_provider",
                             query->provider != NULL ? query->provider : "all");
  td_wire_request_add_query (wire, "pipeline_tag", "text-generation");
  td_wire_request_add_query (wire, "search", query->search);
  td_wire_request_add_query (wire, "author", query->author);
  td_wire_request_add_query (wire, "sort", query->sort != NULL ? query->sort : "trendingScore");
  td_wire_request_add_query (wire, "limit", limit);
  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    td_wire_request_add_query (wire, "expand", fields[i]);
  return wire;
}

static gboolean
is_same_place (const char *a,
               const char *b)
{
  g_autoptr (GUri) first = g_uri_parse (a, G_URI_FLAGS_NONE, NULL);
  g_autoptr (GUri) second = g_uri_parse (b, G_URI_FLAGS_NONE, NULL);

  return first != NULL && second != NULL && g_uri_get_userinfo (first) == NULL &&
         g_strcmp0 (g_uri_get_scheme (first), g_uri_get_scheme (second)) == 0 &&
         g_strcmp0 (g_uri_get_host (first), g_uri_get_host (second)) == 0 &&
         g_uri_get_port (first) == g_uri_get_port (second);
}

/**
 * td_hub_read_next:
 * @link: (nullable): the header "Link" of a page
 * @base_url: where the page was asked for
 *
 * Returns: (transfer full) (nullable): the address of the next page; %NULL when this was the
 *   last, or when it would lead elsewhere, where the key must not go
 */
char *
td_hub_read_next (const char *link,
                  const char *base_url)
{
  while (link != NULL && (link = strchr (link, '<')) != NULL)
    {
      const char *end = strchr (++link, '>');
      const char *rest = end != NULL ? end + 1 : NULL;
      gsize length = rest != NULL ? strcspn (rest, "<") : 0;
      g_autofree char *params = rest != NULL ? g_strndup (rest, length) : NULL;

      if (params != NULL && strstr (params, "rel=\"next\"") != NULL)
        {
          g_autofree char *url = g_strndup (link, (gsize) (end - link));

          return is_same_place (url, base_url) ? g_steal_pointer (&url) : NULL;
        }
      link = rest;
    }
  return NULL;
}

/* ---- Answers ------------------------------------------------------------------------------ */

void
td_hub_model_free (TdHubModel *self)
{
  if (self == NULL)
    return;

  g_free (self->id);
  g_free (self->task);
  g_free (self->updated);
  g_strfreev (self->providers);
  g_free (self);
}

static void
free_model (gpointer model)
{
  td_hub_model_free (model);
}

/* Those that serve it now. */
static GStrv
read_providers (const TdJson *mapping)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (td_json_get_type (mapping) != TD_JSON_ARRAY)
    return NULL;
  for (guint i = 0; i < td_json_get_length (mapping); i++)
    {
      const TdJson *entry = td_json_get_element (mapping, i);
      const char *provider = td_json_member_string (entry, "provider");

      if (provider != NULL && g_strcmp0 (td_json_member_string (entry, "status"), "live") == 0)
        g_strv_builder_add (builder, provider);
    }
  return g_strv_builder_end (builder);
}

static TdHubModel *
read_model (const TdJson *entry)
{
  const char *id = td_json_member_string (entry, "id");
  const TdJson *gated = td_json_get_member (entry, "gated");
  TdHubModel *self;

  if (id == NULL || *id == '\0')
    return NULL;
  self = g_new0 (TdHubModel, 1);
  self->id = g_strdup (id);
  self->likes = MAX (td_json_member_int64 (entry, "likes", -1), -1);
  self->downloads = MAX (td_json_member_int64 (entry, "downloads", -1), -1);
  self->task = g_strdup (td_json_member_string (entry, "pipeline_tag"));
  self->updated = g_strdup (td_json_member_string (entry, "lastModified"));
  /* false, or in which way. */
  self->gated = td_json_get_type (gated) == TD_JSON_STRING || td_json_get_bool (gated, FALSE);
  self->private = td_json_member_bool (entry, "private", FALSE);
  self->warm = g_strcmp0 (td_json_member_string (entry, "inference"), "warm") == 0;
  self->providers = read_providers (td_json_get_member (entry, "inferenceProviderMapping"));
  return self;
}

/**
 * td_hub_read_list:
 * @body: the answer to td_hub_write_list()
 * @error: return location for a TD_PROVIDER_ERROR
 *
 * Returns: (transfer full) (element-type TdHubModel) (nullable): the models of the page
 */
GPtrArray *
td_hub_read_list (GBytes  *body,
                  GError **error)
{
  g_autoptr (TdJsonDoc) doc = td_model_listing_parse (body, error);
  const TdJson *root = doc != NULL ? td_json_doc_get_root (doc) : NULL;
  GPtrArray *models;

  if (doc == NULL)
    return NULL;
  if (td_json_get_type (root) != TD_JSON_ARRAY)
    {
      g_set_error_literal (error, TD_PROVIDER_ERROR, TD_PROVIDER_ERROR_PROTOCOL,
                           "the answer is no list of models");
      return NULL;
    }
  models = g_ptr_array_new_with_free_func (free_model);
  for (guint i = 0; i < td_json_get_length (root) && models->len < MAX_MODELS; i++)
    {
      TdHubModel *model = read_model (td_json_get_element (root, i));

      if (model != NULL)
        g_ptr_array_add (models, model);
    }
  return models;
}

/* ---- Asking ------------------------------------------------------------------------------- */

/* A page of the list. */
typedef struct
{
  char *base_url;
  char *next_url; /* (nullable) */
} Page;

static void
page_free (gpointer data)
{
  Page *self = data;

  g_free (self->base_url);
  g_free (self->next_url);
  g_free (self);
}

static void
fetched_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Page *self = g_task_get_task_data (task);
  SoupMessageHeaders *headers =
    soup_message_get_response_headers (td_limited_fetch_get_message (result));
  GError *error = NULL;
  g_autoptr (GBytes) body = td_limited_fetch_finish (result, NULL, &error);
  GPtrArray *models = body != NULL ? td_hub_read_list (body, &error) : NULL;

  self->next_url =
    td_hub_read_next (soup_message_headers_get_list (headers, "Link"), self->base_url);
  if (models != NULL)
    g_task_return_pointer (task, models, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

/* Who is asked, for how the key is sent. */
static TdEndpoint *
make_endpoint (const char *base_url)
{
  TdEndpoint *endpoint = td_endpoint_new_custom ("huggingface", "Hugging Face", base_url);

  endpoint->kind = TD_PROVIDER_KIND_HUGGINGFACE;
  return endpoint;
}

/**
 * td_hub_list_async:
 * @session: the session of this process
 * @base_url: TD_HUB_URL, or a mirror of it
 * @key: (nullable): the key; public models need none
 * @query: what to look for
 * @next_url: (nullable): the next page, as td_hub_list_finish() gave it
 * @cancellable: (nullable): a #GCancellable
 * @callback: called when the page is there
 * @user_data: data for @callback
 *
 * Looks for models at the hub.
 */
void
td_hub_list_async (SoupSession         *session,
                   const char          *base_url,
                   const char          *key,
                   const TdHubQuery    *query,
                   const char          *next_url,
                   GCancellable        *cancellable,
                   GAsyncReadyCallback  callback,
                   gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autoptr (TdEndpoint) endpoint = make_endpoint (base_url);
  g_autoptr (TdWireRequest) wire = td_hub_write_list (base_url, query);
  g_autoptr (TdFailure) failure = td_transport_check_before (endpoint, key);
  g_autoptr (SoupMessage) message = NULL;
  Page *self = g_new0 (Page, 1);

  g_task_set_source_tag (task, td_hub_list_async);
  g_task_set_task_data (task, self, page_free);
  self->base_url = g_strdup (base_url);
  if (next_url != NULL)
    g_set_str (&wire->url, next_url);
  if (failure == NULL)
    message = td_transport_message_new (wire, endpoint, key, &failure);
  if (message != NULL)
    td_limited_fetch_async (session, message, MAX_BYTES, LIMIT_MS, cancellable, fetched_cb,
                            g_steal_pointer (&task));
  else
    g_task_return_error (task, td_failure_to_error (failure));
}

/**
 * td_hub_list_finish:
 * @result: the result given to the callback
 * @next_url: (out) (optional) (nullable) (transfer full): where the list goes on
 * @error: return location for a TD_PROVIDER_ERROR, or G_IO_ERROR_CANCELLED
 *
 * Returns: (transfer full) (element-type TdHubModel) (nullable): the models of the page
 */
GPtrArray *
td_hub_list_finish (GAsyncResult  *result,
                    char         **next_url,
                    GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, td_hub_list_async), NULL);

  if (next_url != NULL)
    *next_url =
      g_steal_pointer (&((Page *) g_task_get_task_data (G_TASK (result)))->next_url);
  return g_task_propagate_pointer (G_TASK (result), error);
}

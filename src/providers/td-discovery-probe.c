/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "providers/td-discovery.h"

#include <string.h>

#include "base/td-json-read.h"
#include "providers/td-discovery-private.h"
#include "providers/td-limited-fetch.h"
#include "providers/td-model-listing.h"
#include "providers/td-ollama-details.h"

/* Looking for model servers on this machine. Each address is asked a few questions, one after
 * another; a server is called what its own answers say it is, not what its port suggests. */

#define MAX_ANSWER_BYTES (4 * 1024 * 1024)
#define LIMIT_MS         1000

static const guint16 usual_ports[] = {
  11434, /* Ollama */
  8080,  /* llama.cpp for years */
  9931,  /* llama.cpp, newer builds */
  1234,  /* LM Studio */
  8000,  /* vLLM */
};

static const guint16 *test_ports;
static gsize n_test_ports;

/* All addresses at once. */
typedef struct
{
  SoupSession *session; /* (owned) */
  GPtrArray *probes;    /* (owned) (element-type Probe): in the order of the addresses */
  guint n_pending;
} Search;

typedef struct _Probe Probe;

/* What to make of an answer; @root is NULL when there was none that is JSON. */
typedef void (*AnswerFunc) (Probe           *probe,
                            GBytes          *body,
                            const TdJson    *root,
                            const TdFailure *failure);

/* One address. */
struct _Probe
{
  GTask *task;            /* (owned) (nullable): NULL once it has ended */
  char *address;          /* (owned) */
  gint64 deadline_us;
  AnswerFunc answer_func; /* for the question that is under way */
  TdLocalServer *server;  /* (owned) (nullable): what was found */
};

static void
probe_free (gpointer data)
{
  Probe *self = data;

  g_assert (self->task == NULL);
  g_free (self->address);
  g_clear_pointer (&self->server, td_local_server_free);
  g_free (self);
}

static void
search_free (gpointer data)
{
  Search *self = data;

  g_clear_object (&self->session);
  g_clear_pointer (&self->probes, g_ptr_array_unref);
  g_free (self);
}

void
td_local_server_free (TdLocalServer *self)
{
  if (self == NULL)
    return;

  g_free (self->name);
  g_free (self->base_url);
  g_clear_pointer (&self->models, g_ptr_array_unref);
  g_free (self);
}

static void
free_server (gpointer server)
{
  td_local_server_free (server);
}

static void
return_servers (GTask *task)
{
  Search *search = g_task_get_task_data (task);
  GPtrArray *servers;

  if (g_task_return_error_if_cancelled (task))
    return;
  servers = g_ptr_array_new_with_free_func (free_server);
  for (guint i = 0; i < search->probes->len; i++)
    {
      Probe *probe = search->probes->pdata[i];

      if (probe->server != NULL)
        g_ptr_array_add (servers, g_steal_pointer (&probe->server));
    }
  g_task_return_pointer (task, servers, (GDestroyNotify) g_ptr_array_unref);
}

static void
end_probe (Probe *self)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->task);
  Search *search = g_task_get_task_data (task);

  if (--search->n_pending == 0)
    return_servers (task);
}

static void
answered_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  Probe *self = user_data;
  g_autoptr (TdFailure) failure = NULL;
  g_autoptr (GBytes) body = td_limited_fetch_finish (result, &failure, NULL);
  g_autoptr (TdJsonDoc) doc = body != NULL ? td_json_doc_parse_bytes (body, NULL, NULL) : NULL;

  self->answer_func (self, body, doc != NULL ? td_json_doc_get_root (doc) : NULL, failure);
}

static void
ask (Probe      *self,
     const char *path,
     AnswerFunc  answer_func)
{
  Search *search = g_task_get_task_data (self->task);
  gint64 left_ms = (self->deadline_us - g_get_monotonic_time ()) / 1000;
  g_autofree char *url = g_strconcat (self->address, path, NULL);
  g_autoptr (SoupMessage) message = td_http_message_new ("GET", url, NULL);

  if (message == NULL || left_ms <= 0)
    {
      end_probe (self);
      return;
    }
  self->answer_func = answer_func;
  td_limited_fetch_async (search->session, message, MAX_ANSWER_BYTES, (guint) left_ms,
                          g_task_get_cancellable (self->task), answered_cb, self);
}

/* ---- Recognising servers ------------------------------------------------------------------ */

static void
set_server (Probe          *self,
            TdProviderKind  kind,
            const char     *name,
            GPtrArray      *models)
{
  self->server = g_new0 (TdLocalServer, 1);
  self->server->kind = kind;
  self->server->name = g_strdup (name);
  self->server->base_url =
    g_strconcat (self->address, kind == TD_PROVIDER_KIND_OLLAMA ? "" : "/v1", NULL);
  self->server->models = models;
}

static GPtrArray *
no_models (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) td_listed_model_free);
}

static void
take_lm_studio (Probe           *self,
                GBytes          *body,
                const TdJson    *root,
                const TdFailure *failure)
{
  const TdJson *first = td_json_get_element (td_json_get_member (root, "models"), 0);

  if (td_json_member_string (first, "key") != NULL && td_json_member_string (first, "type") != NULL)
    g_set_str (&self->server->name, "LM Studio");
  end_probe (self);
}

static void
take_props (Probe           *self,
            GBytes          *body,
            const TdJson    *root,
            const TdFailure *failure)
{
  if (td_json_get_type (td_json_get_member (root, "default_generation_settings")) == TD_JSON_OBJECT)
    {
      g_set_str (&self->server->name, "llama.cpp");
      end_probe (self);
    }
  else
    ask (self, "/api/v1/models", take_lm_studio);
}

static const char *
find_owner_name (const TdJson *root)
{
  const char *owner =
    td_json_member_string (td_json_get_element (td_json_get_member (root, "data"), 0), "owned_by");

  if (g_strcmp0 (owner, "llamacpp") == 0)
    return "llama.cpp";
  return g_strcmp0 (owner, "vllm") == 0 ? "vLLM" : NULL;
}

/* A llama.cpp server answers everything like this until its model is loaded. */
static gboolean
is_loading (const TdFailure *failure)
{
  return failure != NULL && failure->status == 503 &&
         g_strcmp0 (failure->code, "unavailable_error") == 0;
}

static void
take_openai_models (Probe           *self,
                    GBytes          *body,
                    const TdJson    *root,
                    const TdFailure *failure)
{
  GPtrArray *models = body != NULL ? td_model_listing_read (body, NULL) : NULL;
  const char *name = find_owner_name (root);

  if (models != NULL)
    set_server (self, TD_PROVIDER_KIND_OPENAI_COMPATIBLE,
                name != NULL ? name : "OpenAI-compatible server", models);
  else if (is_loading (failure))
    set_server (self, TD_PROVIDER_KIND_OPENAI_COMPATIBLE, "llama.cpp", no_models ());
  if (models != NULL && name == NULL)
    ask (self, "/props", take_props);
  else
    end_probe (self);
}

static void
described_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  /* What it did not say in time stays unknown. */
  td_ollama_details_finish (result, NULL);
  end_probe (user_data);
}

static void
ask_for_details (Probe *self)
{
  Search *search = g_task_get_task_data (self->task);
  gint64 left_ms = (self->deadline_us - g_get_monotonic_time ()) / 1000;
  g_autoptr (TdEndpoint) endpoint = td_endpoint_new_custom ("ollama", "Ollama", self->address);

  endpoint->kind = TD_PROVIDER_KIND_OLLAMA;
  td_ollama_details_async (search->session, endpoint, NULL, self->server->models,
                           (guint) MAX (left_ms, 1), g_task_get_cancellable (self->task),
                           described_cb, self);
}

static void
take_ollama_tags (Probe           *self,
                  GBytes          *body,
                  const TdJson    *root,
                  const TdFailure *failure)
{
  GPtrArray *models = body != NULL ? td_model_listing_read (body, NULL) : NULL;

  if (models != NULL)
    {
      set_server (self, TD_PROVIDER_KIND_OLLAMA, "Ollama", models);
      ask_for_details (self);
    }
  else
    end_probe (self);
}

static void
take_ollama_version (Probe           *self,
                     GBytes          *body,
                     const TdJson    *root,
                     const TdFailure *failure)
{
  if (td_json_member_string (root, "version") != NULL)
    ask (self, "/api/tags", take_ollama_tags);
  else if (failure != NULL && failure->status == 0)
    end_probe (self); /* nobody there, or nobody who speaks HTTP */
  else
    ask (self, "/v1/models", take_openai_models);
}

/* ---- The search --------------------------------------------------------------------------- */

static void
add_address (Search     *search,
             const char *address)
{
  Probe *probe;

  for (guint i = 0; i < search->probes->len; i++)
    {
      if (g_str_equal (((Probe *) search->probes->pdata[i])->address, address))
        return;
    }
  probe = g_new0 (Probe, 1);
  probe->address = g_strdup (address);
  g_ptr_array_add (search->probes, probe);
}

static void
add_addresses (Search *search)
{
  const guint16 *ports = test_ports != NULL ? test_ports : usual_ports;
  gsize n_ports = test_ports != NULL ? n_test_ports : G_N_ELEMENTS (usual_ports);
  g_autofree char *from_environment = td_endpoint_url_from_ollama_host (g_getenv ("OLLAMA_HOST"));

  if (from_environment != NULL)
    add_address (search, from_environment);
  for (gsize i = 0; i < n_ports; i++)
    {
      g_autofree char *address = g_strdup_printf ("http://127.0.0.1:%u", ports[i]);

      add_address (search, address);
    }
}

/**
 * td_discovery_set_probe_ports: (skip)
 * @ports: (nullable): ports of 127.0.0.1, which must stay; %NULL for the usual ones
 * @n_ports: how many
 */
void
td_discovery_set_probe_ports (const guint16 *ports,
                              gsize          n_ports)
{
  test_ports = ports;
  n_test_ports = n_ports;
}

static gboolean
start_cb (gpointer user_data)
{
  GTask *task = user_data;
  Search *search = g_task_get_task_data (task);

  search->n_pending = search->probes->len + 1;
  for (guint i = 0; i < search->probes->len; i++)
    {
      Probe *probe = search->probes->pdata[i];

      probe->task = g_object_ref (task);
      probe->deadline_us = g_get_monotonic_time () + LIMIT_MS * 1000;
      ask (probe, "/api/version", take_ollama_version);
    }
  if (--search->n_pending == 0)
    return_servers (task);
  return G_SOURCE_REMOVE;
}

/**
 * td_discovery_probe_async:
 * @session: the session of this process
 * @cancellable: (nullable): a #GCancellable
 * @callback: called when all addresses were looked at
 * @user_data: data for @callback
 *
 * Looks for model servers at the usual ports of 127.0.0.1 and at OLLAMA_HOST, all at once, each
 * with a limit of a second. No key is sent.
 */
void
td_discovery_probe_async (SoupSession         *session,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  GTask *task;
  Search *search;

  g_return_if_fail (SOUP_IS_SESSION (session));

  task = g_task_new (NULL, cancellable, callback, user_data);
  search = g_new0 (Search, 1);
  g_task_set_source_tag (task, td_discovery_probe_async);
  g_task_set_task_data (task, search, search_free);
  search->session = g_object_ref (session);
  search->probes = g_ptr_array_new_with_free_func (probe_free);
  add_addresses (search);
  g_idle_add_full (G_PRIORITY_DEFAULT, start_cb, task, g_object_unref);
}

/**
 * td_discovery_probe_finish:
 * @result: the result given to the callback
 * @error: return location for G_IO_ERROR_CANCELLED
 *
 * Returns: (transfer full) (element-type TdLocalServer) (nullable): the servers that answered
 */
GPtrArray *
td_discovery_probe_finish (GAsyncResult  *result,
                           GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, td_discovery_probe_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

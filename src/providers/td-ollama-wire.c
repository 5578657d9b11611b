/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "providers/td-ollama-wire.h"

#include <string.h>

#include "base/td-json-write.h"

#define MAX_LOADED 1000

/**
 * td_ollama_build_url:
 * @endpoint: an Ollama server
 * @path: what to ask, from "/api" on
 *
 * People name a server's address in every form they have seen: bare, with /api, or with the /v1
 * of its OpenAI dialect.
 *
 * Returns: (transfer full): the address
 */
char *
td_ollama_build_url (const TdEndpoint *endpoint,
                     const char       *path)
{
  static const char *const endings[] = { "/api", "/v1" };
  g_autofree char *base = g_strdup (endpoint->base_url);

  for (gsize i = 0; i < G_N_ELEMENTS (endings); i++)
    {
      if (g_str_has_suffix (base, endings[i]))
        base[strlen (base) - strlen (endings[i])] = '\0';
    }
  return g_strconcat (base, path, NULL);
}

static TdJsonWriter *
begin_body (const char *model)
{
  TdJsonWriter *writer = td_json_writer_new ();

  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "model", model);
  return writer;
}

static TdWireRequest *
post (const TdEndpoint *endpoint,
      const char       *path,
      TdJsonWriter     *writer)
{
  td_json_writer_end_object (writer);
  return td_wire_request_new ("POST", td_ollama_build_url (endpoint, path), endpoint,
                              td_json_writer_steal_bytes (writer));
}

/**
 * td_ollama_write_show:
 * @endpoint: an Ollama server
 * @model: a model of its list
 *
 * Returns: (transfer full): the request for what the server knows about the model; the answer is
 *   for td_ollama_show_read()
 */
TdWireRequest *
td_ollama_write_show (const TdEndpoint *endpoint,
                      const char       *model)
{
  g_autoptr (TdJsonWriter) writer = begin_body (model);

  return post (endpoint, "/api/show", writer);
}

/**
 * td_ollama_write_loaded:
 * @endpoint: an Ollama server
 *
 * Returns: (transfer full): the request for the models that are in memory
 */
TdWireRequest *
td_ollama_write_loaded (const TdEndpoint *endpoint)
{
  return td_wire_request_new ("GET", td_ollama_build_url (endpoint, "/api/ps"), endpoint, NULL);
}

/**
 * td_ollama_write_version:
 * @endpoint: an Ollama server
 *
 * Returns: (transfer full): the cheapest request that shows whether the server is there
 */
TdWireRequest *
td_ollama_write_version (const TdEndpoint *endpoint)
{
  return td_wire_request_new ("GET", td_ollama_build_url (endpoint, "/api/version"), endpoint,
                              NULL);
}

/**
 * td_ollama_write_pull:
 * @endpoint: an Ollama server
 * @model: a model of Ollama's library
 *
 * Returns: (transfer full): the request to download it; the answer is for a #TdPullParser
 */
TdWireRequest *
td_ollama_write_pull (const TdEndpoint *endpoint,
                      const char       *model)
{
  g_autoptr (TdJsonWriter) writer = begin_body (model);

  td_json_writer_member_bool (writer, "stream", TRUE);
  return post (endpoint, "/api/pull", writer);
}

/* A chat without a word. */
static TdJsonWriter *
begin_empty_chat (const char *model)
{
  TdJsonWriter *writer = begin_body (model);

  td_json_writer_name (writer, "messages");
  td_json_writer_begin_array (writer);
  td_json_writer_end_array (writer);
  td_json_writer_member_bool (writer, "stream", FALSE);
  return writer;
}

/**
 * td_ollama_write_load:
 * @endpoint: an Ollama server
 * @model: a model of its list
 * @keep_s: for how many seconds after its last use it stays in memory; TD_OLLAMA_KEEP_FOREVER or
 *   TD_OLLAMA_KEEP_DEFAULT
 *
 * Returns: (transfer full): the request to bring it into memory
 */
TdWireRequest *
td_ollama_write_load (const TdEndpoint *endpoint,
                      const char       *model,
                      gint64            keep_s)
{
  g_autoptr (TdJsonWriter) writer = begin_empty_chat (model);

  if (keep_s > 0 || keep_s == TD_OLLAMA_KEEP_FOREVER)
    td_json_writer_member_int64 (writer, "keep_alive", keep_s);
  return post (endpoint, "/api/chat", writer);
}

/**
 * td_ollama_write_unload:
 * @endpoint: an Ollama server
 * @model: a model that is in memory
 *
 * Returns: (transfer full): the request to take it out again
 */
TdWireRequest *
td_ollama_write_unload (const TdEndpoint *endpoint,
                        const char       *model)
{
  g_autoptr (TdJsonWriter) writer = begin_empty_chat (model);

  td_json_writer_member_int64 (writer, "keep_alive", 0);
  return post (endpoint, "/api/chat", writer);
}

/* ---- Answers ------------------------------------------------------------------------------ */

void
td_loaded_model_free (TdLoadedModel *self)
{
  if (self == NULL)
    return;

  g_free (self->id);
  g_free (self);
}

static void
free_loaded (gpointer model)
{
  td_loaded_model_free (model);
}

static gint64
read_time (const char *text)
{
  g_autoptr (GDateTime) time = text != NULL ? g_date_time_new_from_iso8601 (text, NULL) : NULL;

  return time != NULL ? g_date_time_to_unix_usec (time) : 0;
}

static TdLoadedModel *
read_loaded (const TdJson *entry)
{
  const char *id = td_json_member_string (entry, "model");
  TdLoadedModel *self;

  if (id == NULL)
    id = td_json_member_string (entry, "name");
  if (id == NULL || *id == '\0')
    return NULL;
  self = g_new0 (TdLoadedModel, 1);
  self->id = g_strdup (id);
  self->size_bytes = MAX (td_json_member_int64 (entry, "size", 0), 0);
  self->vram_bytes = MAX (td_json_member_int64 (entry, "size_vram", 0), 0);
  self->context = MAX (td_json_member_int64 (entry, "context_length", 0), 0);
  self->expires_us = read_time (td_json_member_string (entry, "expires_at"));
  return self;
}

/**
 * td_ollama_read_loaded:
 * @body: the answer to td_ollama_write_loaded()
 * @error: return location for a TD_PROVIDER_ERROR
 *
 * Returns: (transfer full) (element-type TdLoadedModel) (nullable): the models in memory
 */
GPtrArray *
td_ollama_read_loaded (GBytes  *body,
                       GError **error)
{
  g_autoptr (TdJsonDoc) doc = td_model_listing_parse (body, error);
  const TdJson *list =
    doc != NULL ? td_json_get_member (td_json_doc_get_root (doc), "models") : NULL;
  GPtrArray *models;

  if (doc == NULL)
    return NULL;
  models = g_ptr_array_new_with_free_func (free_loaded);
  for (guint i = 0; i < td_json_get_length (list) && models->len < MAX_LOADED; i++)
    {
      TdLoadedModel *model = read_loaded (td_json_get_element (list, i));

      if (model != NULL)
        g_ptr_array_add (models, model);
    }
  return models;
}

/**
 * td_ollama_read_done:
 * @body: the answer to td_ollama_write_load() or td_ollama_write_unload()
 * @error: return location for a TD_PROVIDER_ERROR
 *
 * Returns: whether it was done
 */
gboolean
td_ollama_read_done (GBytes  *body,
                     GError **error)
{
  g_autoptr (TdJsonDoc) doc = td_model_listing_parse (body, error);

  if (doc == NULL)
    return FALSE;
  if (td_json_member_bool (td_json_doc_get_root (doc), "done", FALSE))
    return TRUE;
  g_set_error_literal (error, TD_PROVIDER_ERROR, TD_PROVIDER_ERROR_PROTOCOL,
                       "the answer does not say that it was done");
  return FALSE;
}

/**
 * td_ollama_read_version:
 * @body: the answer to td_ollama_write_version()
 * @error: return location for a TD_PROVIDER_ERROR
 *
 * Returns: (transfer full) (nullable): the server's version
 */
char *
td_ollama_read_version (GBytes  *body,
                        GError **error)
{
  g_autoptr (TdJsonDoc) doc = td_model_listing_parse (body, error);
  const char *version =
    doc != NULL ? td_json_member_string (td_json_doc_get_root (doc), "version") : NULL;

  if (doc != NULL && version == NULL)
    g_set_error_literal (error, TD_PROVIDER_ERROR, TD_PROVIDER_ERROR_PROTOCOL,
                         "the answer does not tell a version");
  return g_strdup (version);
}

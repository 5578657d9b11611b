/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "providers/td-model-listing.h"

#include <string.h>

#include "providers/td-failure-reply.h"

#define MAX_MODELS 20000

/* The names servers use for the longest prompt. */
static const char *const context_paths[] = {
  "context_length",         /* OpenRouter, Together, Ollama's ps */
  "max_model_len",          /* vLLM */
  "max_context_length",     /* Mistral, LM Studio */
  "context_window",         /* Groq */
  "meta.n_ctx_train",       /* llama.cpp */
  "details.context_length", /* newer Ollama */
  "max_input_tokens",       /* Anthropic */
  "limits.max_input_tokens",
  "inputTokenLimit",        /* Gemini */
};

static const TdJson *
find_list (const TdJson *root)
{
  const TdJson *list;

  if (td_json_get_type (root) == TD_JSON_ARRAY)
    return root;
  list = td_json_get_member (root, "data");
  if (td_json_get_type (list) != TD_JSON_ARRAY)
    list = td_json_get_member (root, "models");
  return td_json_get_type (list) == TD_JSON_ARRAY ? list : NULL;
}

static const char *
get_text (const TdJson *object,
          const char   *name)
{
  const char *text = td_json_member_string (object, name);

  return text != NULL && *text != '\0' ? text : NULL;
}

/* Hugging Face: the model is as large as at the best provider that serves it now. */
static gint64
get_best_provider_context (const TdJson *entry)
{
  const TdJson *providers = td_json_get_member (entry, "providers");
  gint64 best = 0;

  if (td_json_get_type (providers) != TD_JSON_ARRAY)
    return 0;
  for (guint i = 0; i < td_json_get_length (providers); i++)
    {
      const TdJson *provider = td_json_get_element (providers, i);

      if (g_strcmp0 (td_json_member_string (provider, "status"), "error") != 0)
        best = MAX (best, td_json_member_int64 (provider, "context_length", 0));
    }
  return best;
}

static gint64
get_context (const TdJson *entry)
{
  for (gsize i = 0; i < G_N_ELEMENTS (context_paths); i++)
    {
      gint64 context = 0;

      if (td_json_get_int64 (td_json_get_path (entry, context_paths[i]), &context) && context > 0)
        return context;
    }
  return get_best_provider_context (entry);
}

static gint64
get_size (const TdJson *entry)
{
  gint64 size = td_json_member_int64 (entry, "size", 0);

  if (size <= 0)
    size = td_json_member_int64 (td_json_get_member (entry, "meta"), "size", 0);
  if (size <= 0)
    size = td_json_member_int64 (entry, "size_bytes", 0); /* LM Studio */
  return MAX (size, 0);
}

/* Gemini says what can be asked of a model, LM Studio what kind of model it is. */
static gboolean
says_no_chat (const TdJson *entry)
{
  g_auto (GStrv) methods = td_json_member_strv (entry, "supportedGenerationMethods");

  if (g_strcmp0 (td_json_member_string (entry, "type"), "embedding") == 0)
    return TRUE;
  return methods != NULL && !g_strv_contains ((const char *const *) methods, "generateContent");
}

static gboolean
is_date (const char *text)
{
  return text != NULL && g_regex_match_simple ("^[0-9]{4}-[01][0-9]-[0-3][0-9]($|[T ])", text,
                                               G_REGEX_DEFAULT, G_REGEX_MATCH_DEFAULT);
}

/* Anthropic says how a model's life goes on, OpenRouter only when it ends. */
static char *
dup_retirement (const TdJson *entry)
{
  static const char *const names[] = { "retires_at", "expiration_date", "deprecation_date" };
  const char *lifecycle = get_text (entry, "lifecycle");

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      const char *date = get_text (entry, names[i]);

      if (is_date (date))
        return g_strndup (date, strlen ("YYYY-MM-DD"));
    }
  if (get_text (entry, "deprecated_at") != NULL || g_strcmp0 (lifecycle, "deprecated") == 0 ||
      g_strcmp0 (lifecycle, "retired") == 0)
    return g_strdup ("");
  return NULL;
}

static TdListedModel *
read_entry (const TdJson *entry)
{
  const char *id = get_text (entry, "id");
  const char *name = get_text (entry, "name");
  TdListedModel *model;

  if (id == NULL)
    id = get_text (entry, "model");
  if (id == NULL)
    id = get_text (entry, "key"); /* LM Studio's own list */
  if (id == NULL)
    id = name;
  if (id == NULL)
    return NULL;
  if (name == NULL)
    name = get_text (entry, "display_name");
  if (get_text (entry, "displayName") != NULL)
    name = get_text (entry, "displayName"); /* Gemini, whose "name" is the id */

  model = g_new0 (TdListedModel, 1);
  model->id = g_strdup (id);
  model->name = g_strcmp0 (name, id) != 0 ? g_strdup (name) : NULL;
  model->context = get_context (entry);
  model->size_bytes = get_size (entry);
  model->no_chat = says_no_chat (entry);
  model->retires = dup_retirement (entry);
  model->parameter_label =
    g_strdup (get_text (td_json_get_member (entry, "details"), "parameter_size"));
  if (model->parameter_label == NULL)
    model->parameter_label = g_strdup (get_text (entry, "params_string"));
  return model;
}

static void
free_model (gpointer model)
{
  td_listed_model_free (model);
}

static GPtrArray *
read_list (const TdJson *list)
{
  GPtrArray *models = g_ptr_array_new_with_free_func (free_model);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < td_json_get_length (list) && models->len < MAX_MODELS; i++)
    {
      TdListedModel *model = read_entry (td_json_get_element (list, i));

      if (model == NULL)
        continue;
      /* Not by what adding says: that would leave the second one's id in the set, freed. */
      if (g_hash_table_contains (seen, model->id))
        {
          td_listed_model_free (model);
          continue;
        }
      g_hash_table_add (seen, model->id);
      g_ptr_array_add (models, model);
    }
  return models;
}

/**
 * td_model_listing_parse:
 * @body: the body of a reply
 * @error: return location for a TD_PROVIDER_ERROR
 *
 * Returns: (transfer full) (nullable): the document, unless it is none or reports a failure
 */
TdJsonDoc *
td_model_listing_parse (GBytes  *body,
                        GError **error)
{
  g_autoptr (TdFailure) failure = NULL;
  TdJsonDoc *doc = td_json_doc_parse_bytes (body, NULL, NULL);
  gconstpointer data;
  gsize length;

  if (doc != NULL && td_failure_is_in_json (td_json_doc_get_root (doc)))
    {
      failure = td_failure_from_json (td_json_doc_get_root (doc), 0);
      g_clear_pointer (&doc, td_json_doc_free);
    }
  else if (doc == NULL)
    {
      data = g_bytes_get_data (body, &length);
      failure = td_failure_new_garbage (data != NULL ? data : "", length);
    }
  if (failure != NULL)
    g_propagate_error (error, td_failure_to_error (failure));
  return doc;
}

/**
 * td_model_listing_read:
 * @body: the body of a reply
 * @error: return location for a TD_PROVIDER_ERROR
 *
 * Returns: (transfer full) (element-type TdListedModel) (nullable): the models it names, each
 *   id once, in its order
 */
GPtrArray *
td_model_listing_read (GBytes  *body,
                       GError **error)
{
  g_autoptr (TdJsonDoc) doc = td_model_listing_parse (body, error);
  const TdJson *list;

  if (doc == NULL)
    return NULL;
  list = find_list (td_json_doc_get_root (doc));
  if (list == NULL)
    {
      g_set_error_literal (error, TD_PROVIDER_ERROR, TD_PROVIDER_ERROR_PROTOCOL,
                           "the answer holds no list of models");
      return NULL;
    }
  return read_list (list);
}

/**
 * td_ollama_show_read:
 * @body: the body of a reply of /api/show
 * @error: return location for a TD_PROVIDER_ERROR
 *
 * Returns: (transfer full) (nullable): what it tells
 */
TdOllamaShow *
td_ollama_show_read (GBytes  *body,
                     GError **error)
{
  g_autoptr (TdJsonDoc) doc = td_model_listing_parse (body, error);
  g_autofree char *name = NULL;
  const TdJson *info;
  const char *architecture;
  TdOllamaShow *self;

  if (doc == NULL)
    return NULL;
  self = g_new0 (TdOllamaShow, 1);
  info = td_json_get_member (td_json_doc_get_root (doc), "model_info");
  architecture = td_json_member_string (info, "general.architecture");
  if (architecture != NULL)
    {
      name = g_strconcat (architecture, ".context_length", NULL);
      self->context = MAX (td_json_member_int64 (info, name, 0), 0);
    }
  self->capabilities = td_json_member_strv (td_json_doc_get_root (doc), "capabilities");
  return self;
}

void
td_ollama_show_free (TdOllamaShow *self)
{
  if (self == NULL)
    return;

  g_strfreev (self->capabilities);
  g_free (self);
}

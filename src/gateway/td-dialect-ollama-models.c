/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What Ollama's calls say besides replies: models, the version, and what went wrong. */
#include "config.h"

#include "gateway/td-dialect-ollama.h"

/**
 * td_dialect_ollama_write_fault:
 * @fault: why a request is not answered
 * @request_id: (nullable): what it is known by
 * @writer: a writer
 *
 * Writes an error: a text, and what we call it ourselves.
 */
void
td_dialect_ollama_write_fault (const TdFault *fault,
                               const char    *request_id,
                               TdJsonWriter  *writer)
{
  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "error", fault->message);
  td_dialect_write_fault_topdog (writer, fault, request_id);
  td_json_writer_end_object (writer);
}

static void
write_details (TdJsonWriter         *writer,
               const TdDialectModel *model)
{
  const char *family = model->family != NULL ? model->family : "";

  td_json_writer_name (writer, "details");
  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "parent_model", "");
  td_json_writer_member_string (writer, "format", "");
  td_json_writer_member_string (writer, "family", family);
  td_json_writer_name (writer, "families");
  td_json_writer_begin_array (writer);
  if (*family != '\0')
    td_json_writer_string (writer, family);
  td_json_writer_end_array (writer);
  td_json_writer_member_string (writer, "parameter_size",
                                model->parameter_label != NULL ? model->parameter_label : "");
  td_json_writer_member_string (writer, "quantization_level", "");
  if (model->context > 0)
    td_json_writer_member_int64 (writer, "context_length", model->context);
  td_json_writer_end_object (writer);
}

static void
write_capabilities (TdJsonWriter         *writer,
                    const TdDialectModel *model)
{
  td_json_writer_name (writer, "capabilities");
  td_json_writer_begin_array (writer);
  td_json_writer_string (writer, "completion");
  if (model->takes_tools)
    td_json_writer_string (writer, "tools");
  if (model->takes_images)
    td_json_writer_string (writer, "vision");
  if (model->thinks)
    td_json_writer_string (writer, "thinking");
  td_json_writer_end_array (writer);
}

static void
write_modified (TdJsonWriter         *writer,
                const TdDialectModel *model)
{
  g_autofree char *time =
    model->created > 0 ? td_dialect_dup_time (model->created * G_USEC_PER_SEC) : NULL;

  td_json_writer_member_string (writer, "modified_at", time);
}

/* Clients cut pieces off the digest without a look at its length. Ours tells models apart, and says
 * nothing of their weights. */
static void
write_listed (TdJsonWriter         *writer,
              const TdDialectModel *model)
{
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, model->id, -1);

  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "name", model->id);
  td_json_writer_member_string (writer, "model", model->id);
  write_modified (writer, model);
  if (model->size_bytes > 0)
    td_json_writer_member_int64 (writer, "size", model->size_bytes);
  td_json_writer_member_string (writer, "digest", digest);
  write_details (writer, model);
  write_capabilities (writer, model);
  td_json_writer_end_object (writer);
}

/**
 * td_dialect_ollama_write_models:
 * @models: (array length=n_models): models
 * @n_models: how many
 * @writer: a writer
 *
 * Writes the answer to GET /api/tags.
 */
void
td_dialect_ollama_write_models (const TdDialectModel *models,
                                guint                 n_models,
                                TdJsonWriter         *writer)
{
  td_json_writer_begin_object (writer);
  td_json_writer_name (writer, "models");
  td_json_writer_begin_array (writer);
  for (guint i = 0; i < n_models; i++)
    write_listed (writer, &models[i]);
  td_json_writer_end_array (writer);
  td_json_writer_end_object (writer);
}

/* The length of the context stands under the name of the architecture. */
static void
write_info (TdJsonWriter         *writer,
            const TdDialectModel *model)
{
  const char *architecture = model->family != NULL ? model->family : "unknown";
  g_autofree char *name = g_strconcat (architecture, ".context_length", NULL);

  td_json_writer_name (writer, "model_info");
  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "general.architecture", architecture);
  td_json_writer_member_string (writer, "general.name", model->name);
  if (model->context > 0)
    td_json_writer_member_int64 (writer, name, model->context);
  td_json_writer_end_object (writer);
}

/**
 * td_dialect_ollama_write_model:
 * @model: a model
 * @writer: a writer
 *
 * Writes the answer to POST /api/show.
 */
void
td_dialect_ollama_write_model (const TdDialectModel *model,
                               TdJsonWriter         *writer)
{
  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "license", model->license);
  td_json_writer_member_string (writer, "modelfile", "");
  td_json_writer_member_string (writer, "parameters", "");
  td_json_writer_member_string (writer, "template", "");
  write_details (writer, model);
  write_info (writer, model);
  write_capabilities (writer, model);
  write_modified (writer, model);
  td_json_writer_end_object (writer);
}

/**
 * td_dialect_ollama_write_version:
 * @version: "1.2.3"
 *
 * Returns: (transfer full): the answer to GET /api/version
 */
GBytes *
td_dialect_ollama_write_version (const char *version)
{
  g_autoptr (TdJsonWriter) writer = td_json_writer_new ();

  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "version", version);
  td_json_writer_end_object (writer);
  return td_json_writer_steal_bytes (writer);
}

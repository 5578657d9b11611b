/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine/td-discovered-store.h"

#include "base/td-clock.h"

static TdListedModel *
read_model (TdStatement *statement)
{
  TdListedModel *model = g_new0 (TdListedModel, 1);

  model->id = g_strdup (td_statement_get_text (statement, 1));
  model->name = g_strdup (td_statement_get_text (statement, 2));
  model->context = td_statement_get_int64 (statement, 3);
  model->size_bytes = td_statement_get_int64 (statement, 4);
  model->parameter_label = g_strdup (td_statement_get_text (statement, 5));
  model->no_chat = td_statement_get_int64 (statement, 6) != 0;
  model->in_catalogue = td_statement_get_int64 (statement, 7) != 0;
  model->retires = g_strdup (td_statement_get_text (statement, 8));
  return model;
}

static GPtrArray *
models_of (GHashTable *by_provider,
           const char *provider_id)
{
  GPtrArray *models = g_hash_table_lookup (by_provider, provider_id);

  if (!models)
    {
      models = g_ptr_array_new_with_free_func ((GDestroyNotify) td_listed_model_free);
      g_hash_table_insert (by_provider, g_strdup (provider_id), models);
    }
  return models;
}

/**
 * td_discovered_store_list:
 * @connection: the database
 * @error: return location for an error
 *
 * Returns: (transfer full) (element-type utf8 GPtrArray) (nullable): #TdListedModel by provider
 */
GHashTable *
td_discovered_store_list (TdConnection  *connection,
                          GError       **error)
{
  g_autoptr (GHashTable) by_provider =
    g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  g_autoptr (TdStatement) statement = NULL;
  gboolean has_row;

  statement = td_connection_prepare (connection,
                                     "SELECT provider_id, model_id, name, context, size_bytes, parameter_label,"
                                     " no_chat, in_catalogue, retires"
                                     " FROM discovered_model ORDER BY provider_id, model_id",
                                     error);
  if (!statement)
    return NULL;
  while (TRUE)
    {
      if (!td_statement_step (statement, &has_row, error))
        return NULL;
      if (!has_row)
        return g_steal_pointer (&by_provider);
      g_ptr_array_add (models_of (by_provider, td_statement_get_text (statement, 0)),
                       read_model (statement));
    }
}

static gboolean
delete_models (TdConnection  *connection,
               const char    *provider_id,
               gboolean       all,
               GError       **error)
{
  g_autoptr (TdStatement) statement =
    td_connection_prepare (connection,
                           all ? "DELETE FROM discovered_model WHERE provider_id = ?"
                               : "DELETE FROM discovered_model WHERE provider_id = ? AND taken = 0",
                           error);

  if (!statement)
    return FALSE;
  td_statement_bind_text (statement, 1, provider_id);
  return td_statement_run (statement, error);
}

static gboolean
insert_model (TdConnection         *connection,
              const char           *provider_id,
              const TdListedModel  *model,
              gboolean              taken,
              GError              **error)
{
  /* A provider may name a model twice. */
  g_autoptr (TdStatement) statement =
    td_connection_prepare (connection,
                           "INSERT INTO discovered_model (provider_id, model_id, name, context, size_bytes,"
                           " parameter_label, seen_us, no_chat, in_catalogue, retires, taken)"
                           " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                           " ON CONFLICT (provider_id, model_id) DO NOTHING",
                           error);

  if (!statement)
    return FALSE;
  td_statement_bind_text (statement, 1, provider_id);
  td_statement_bind_text (statement, 2, model->id);
  td_statement_bind_text (statement, 3, model->name);
  td_statement_bind_int64 (statement, 4, model->context);
  td_statement_bind_int64 (statement, 5, model->size_bytes);
  td_statement_bind_text (statement, 6, model->parameter_label);
  td_statement_bind_int64 (statement, 7, td_clock_now_us ());
  td_statement_bind_int64 (statement, 8, model->no_chat ? 1 : 0);
  td_statement_bind_int64 (statement, 9, model->in_catalogue ? 1 : 0);
  td_statement_bind_text (statement, 10, model->retires);
  td_statement_bind_int64 (statement, 11, taken ? 1 : 0);
  return td_statement_run (statement, error);
}

/**
 * td_discovered_store_add:
 * @connection: the database
 * @provider_id: a provider
 * @model: one that the user took and its list need not name; nothing changes when it is there already
 * @error: return location for an error
 *
 * Returns: whether it is stored
 */
gboolean
td_discovered_store_add (TdConnection         *connection,
                         const char           *provider_id,
                         const TdListedModel  *model,
                         GError              **error)
{
  return insert_model (connection, provider_id, model, TRUE, error);
}

static gboolean
replace_models (TdConnection  *connection,
                const char    *provider_id,
                GPtrArray     *models,
                gboolean       forget,
                GError       **error)
{
  if (!delete_models (connection, provider_id, forget, error))
    return FALSE;
  for (guint i = 0; i < models->len; i++)
    {
      if (!insert_model (connection, provider_id, g_ptr_array_index (models, i), FALSE, error))
        return FALSE;
    }
  return td_connection_commit (connection, error);
}

/**
 * td_discovered_store_replace:
 * @connection: the database, outside a transaction
 * @provider_id: a provider
 * @models: (element-type TdListedModel): all that it names
 * @forget: whether those that the user took go too
 * @error: return location for an error
 *
 * Returns: whether they are stored, beside those that the user took
 */
gboolean
td_discovered_store_replace (TdConnection  *connection,
                             const char    *provider_id,
                             GPtrArray     *models,
                             gboolean       forget,
                             GError       **error)
{
  if (!td_connection_begin (connection, error))
    return FALSE;
  if (replace_models (connection, provider_id, models, forget, error))
    return TRUE;
  td_connection_rollback (connection);
  return FALSE;
}

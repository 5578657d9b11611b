/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "catalogue/td-market-store.h"

/* The row of the catalogue in force. The rows of the sources hold no document, only what is
 * needed to ask them again: their facts are in the one catalogue. */
#define CATALOGUE "catalogue"

static const char *const source_names[TD_N_REFRESH_SOURCES] = {
  [TD_REFRESH_MODELSDEV] = "models.dev",
  [TD_REFRESH_OPENROUTER] = "openrouter",
};

/**
 * td_refresh_source_get_name:
 * @source: a source of the catalogue
 *
 * Returns: (transfer none): its name in the database
 */
const char *
td_refresh_source_get_name (TdRefreshSource source)
{
  return source_names[source];
}

void
td_refresh_state_clear (TdRefreshState *self)
{
  g_clear_pointer (&self->etag, g_free);
  g_clear_pointer (&self->last_modified, g_free);
  self->checked_us = 0;
}

void
td_refresh_state_copy (TdRefreshState       *self,
                       const TdRefreshState *other)
{
  td_refresh_state_clear (self);
  self->etag = g_strdup (other->etag);
  self->last_modified = g_strdup (other->last_modified);
  self->checked_us = other->checked_us;
}

void
td_market_record_free (TdMarketRecord *self)
{
  g_clear_pointer (&self->document, g_bytes_unref);
  for (guint i = 0; i < TD_N_REFRESH_SOURCES; i++)
    td_refresh_state_clear (&self->states[i]);
  g_clear_pointer (&self->facts, g_hash_table_unref);
  g_free (self);
}

static gboolean
load_catalogue (TdConnection    *connection,
                TdMarketRecord  *record,
                GError         **error)
{
  g_autoptr (TdStatement) statement = NULL;
  gboolean has_row;

  statement = td_connection_prepare (
    connection, "SELECT document FROM catalogue_snapshot WHERE source = '" CATALOGUE "'", error);
  if (statement == NULL || !td_statement_step (statement, &has_row, error))
    return FALSE;
  if (has_row)
    record->document = td_statement_get_bytes (statement, 0);
  return TRUE;
}

static gboolean
load_state (TdConnection    *connection,
            const char      *source,
            TdRefreshState  *state,
            GError         **error)
{
  g_autoptr (TdStatement) statement = NULL;
  gboolean has_row;

  statement = td_connection_prepare (
    connection, "SELECT etag, last_modified, checked_us FROM catalogue_snapshot WHERE source = ?",
    error);
  if (statement == NULL)
    return FALSE;
  td_statement_bind_text (statement, 1, source);
  if (!td_statement_step (statement, &has_row, error))
    return FALSE;
  if (!has_row)
    return TRUE;
  state->etag = g_strdup (td_statement_get_text (statement, 0));
  state->last_modified = g_strdup (td_statement_get_text (statement, 1));
  state->checked_us = td_statement_get_int64 (statement, 2);
  return TRUE;
}

/*
 * td_market_store_list_facts:
 *
 * Favourites and uses by model key, also of models that no catalogue has any more.
 */
GHashTable *
td_market_store_list_facts (TdConnection  *connection,
                            GError       **error)
{
  g_autoptr (GHashTable) facts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (TdStatement) statement = NULL;
  gboolean has_row;

  statement =
    td_connection_prepare (connection, "SELECT model_key, favourite, uses FROM model_user_fact",
                           error);
  if (statement == NULL)
    return NULL;
  while (td_statement_step (statement, &has_row, error))
    {
      TdUserFact *fact;

      if (!has_row)
        return g_steal_pointer (&facts);
      fact = g_new0 (TdUserFact, 1);
      fact->favourite = td_statement_get_int64 (statement, 1) != 0;
      fact->uses = (guint64) MAX (td_statement_get_int64 (statement, 2), 0);
      g_hash_table_insert (facts, g_strdup (td_statement_get_text (statement, 0)), fact);
    }
  return NULL;
}

/*
 * td_market_store_load:
 *
 * Everything a market starts from.
 */
TdMarketRecord *
td_market_store_load (TdConnection  *connection,
                      GError       **error)
{
  g_autoptr (TdMarketRecord) record = g_new0 (TdMarketRecord, 1);

  if (!load_catalogue (connection, record, error))
    return NULL;
  for (guint i = 0; i < TD_N_REFRESH_SOURCES; i++)
    if (!load_state (connection, source_names[i], &record->states[i], error))
      return NULL;
  record->facts = td_market_store_list_facts (connection, error);
  return record->facts != NULL ? g_steal_pointer (&record) : NULL;
}

/**
 * td_market_store_set_favourite:
 * @connection: the database
 * @model_key: a model
 * @favourite: whether it is one
 * @error: return location for an error
 *
 * Returns: whether it was written
 */
gboolean
td_market_store_set_favourite (TdConnection  *connection,
                               const char    *model_key,
                               gboolean       favourite,
                               GError       **error)
{
  g_autoptr (TdStatement) statement = NULL;

  statement = td_connection_prepare (connection,
                                     "INSERT INTO model_user_fact (model_key, favourite) VALUES (?, ?) "
                                     "ON CONFLICT (model_key) DO UPDATE SET favourite = excluded.favourite",
                                     error);
  if (statement == NULL)
    return FALSE;
  td_statement_bind_text (statement, 1, model_key);
  td_statement_bind_int64 (statement, 2, favourite ? 1 : 0);
  return td_statement_run (statement, error);
}

/**
 * td_market_store_count_use:
 * @connection: the database
 * @model_key: a model
 * @now_us: the time, in microseconds since 1970
 * @error: return location for an error
 *
 * Counts one more reply of the model.
 *
 * Returns: whether it was written
 */
gboolean
td_market_store_count_use (TdConnection  *connection,
                           const char    *model_key,
                           gint64         now_us,
                           GError       **error)
{
  g_autoptr (TdStatement) statement = NULL;

  statement = td_connection_prepare (
    connection,
    "INSERT INTO model_user_fact (model_key, uses, last_used_us) VALUES (?, 1, ?) "
    "ON CONFLICT (model_key) DO UPDATE SET uses = model_user_fact.uses + 1, last_used_us = excluded.last_used_us",
    error);
  if (statement == NULL)
    return FALSE;
  td_statement_bind_text (statement, 1, model_key);
  td_statement_bind_int64 (statement, 2, now_us);
  return td_statement_run (statement, error);
}

static gboolean
save_row (TdConnection          *connection,
          const char            *source,
          GBytes                *document,
          const TdRefreshState  *state,
          gint64                 now_us,
          GError               **error)
{
  g_autoptr (TdStatement) statement = NULL;

  statement = td_connection_prepare (
    connection,
    "INSERT INTO catalogue_snapshot (source, document, etag, last_modified, fetched_us, checked_us) "
    "VALUES (?, ?, ?, ?, ?, ?) "
    "ON CONFLICT (source) DO UPDATE SET document = excluded.document, etag = excluded.etag, "
    "last_modified = excluded.last_modified, fetched_us = excluded.fetched_us, checked_us = excluded.checked_us",
    error);
  if (statement == NULL)
    return FALSE;
  td_statement_bind_text (statement, 1, source);
  td_statement_bind_bytes (statement, 2, document);
  td_statement_bind_text (statement, 3, state != NULL ? state->etag : NULL);
  td_statement_bind_text (statement, 4, state != NULL ? state->last_modified : NULL);
  td_statement_bind_int64 (statement, 5, now_us);
  td_statement_bind_int64 (statement, 6, state != NULL ? state->checked_us : now_us);
  return td_statement_run (statement, error);
}

static gboolean
save_rows (TdConnection          *connection,
           GBytes                *document,
           const TdRefreshState  *states,
           gint64                 now_us,
           GError               **error)
{
  g_autoptr (GBytes) none = g_bytes_new (NULL, 0);

  if (document != NULL && !save_row (connection, CATALOGUE, document, NULL, now_us, error))
    return FALSE;
  for (guint i = 0; i < TD_N_REFRESH_SOURCES; i++)
    if (states[i].checked_us != 0 &&
        !save_row (connection, source_names[i], none, &states[i], now_us, error))
      return FALSE;
  return TRUE;
}

/*
 * td_market_store_save:
 * @document: (nullable): the catalogue now in force; %NULL when it is still the one stored
 * @states: (array fixed-size=2): what to ask the sources with next time
 *
 * Keeps what a refresh brought: all of it or nothing.
 */
gboolean
td_market_store_save (TdConnection          *connection,
                      GBytes                *document,
                      const TdRefreshState  *states,
                      gint64                 now_us,
                      GError               **error)
{
  if (!td_connection_begin (connection, error))
    return FALSE;
  if (save_rows (connection, document, states, now_us, error) &&
      td_connection_commit (connection, error))
    return TRUE;
  td_connection_rollback (connection);
  return FALSE;
}

/*
 * td_market_store_forget:
 *
 * Drops the refreshed catalogue and what the sources are asked with: the program came with a
 * newer one, which has to be refreshed from the beginning.
 */
gboolean
td_market_store_forget (TdConnection  *connection,
                        GError       **error)
{
  return td_connection_execute (connection, "DELETE FROM catalogue_snapshot", error);
}

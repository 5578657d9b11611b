/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "vault/td-key-ring-store.h"

#include "base/td-clock.h"

#define COLUMNS "id, provider_id, name, last_four, created_us, in_use, ownership = 'marketplace'"

/**
 * td_key_row_free: (skip)
 * @self: (transfer full): a row to add
 */
void
td_key_row_free (TdKeyRow *self)
{
  g_free (self->provider_id);
  g_free (self->name);
  g_free (self->secret_id);
  g_free (self->last_four);
  g_free (self);
}

/**
 * td_key_place_free: (skip)
 * @self: (transfer full): where a key is
 */
void
td_key_place_free (TdKeyPlace *self)
{
  g_free (self->provider_id);
  g_free (self->secret_id);
  g_free (self);
}

static TdApiKey *
read_key (TdStatement *statement)
{
  return td_api_key_new (td_statement_get_int64 (statement, 0),
                         td_statement_get_text (statement, 1), td_statement_get_text (statement, 2),
                         td_statement_get_text (statement, 3),
                         td_statement_get_int64 (statement, 4),
                         td_statement_get_int64 (statement, 5) != 0,
                         td_statement_get_int64 (statement, 6) != 0);
}

static void
set_no_such_key (GError **error)
{
  g_set_error_literal (error, TD_STORE_ERROR, TD_STORE_ERROR_NOT_FOUND,
                       "There is no key of that number");
}

static gboolean
count_keys (TdConnection  *connection,
            const char    *provider_id,
            gint64        *count,
            GError       **error)
{
  g_autoptr (TdStatement) statement = NULL;
  gboolean has_row = FALSE;

  statement =
    td_connection_prepare (connection, "SELECT count(*) FROM api_key WHERE provider_id = ?", error);
  if (!statement)
    return FALSE;
  td_statement_bind_text (statement, 1, provider_id);
  if (!td_statement_step (statement, &has_row, error))
    return FALSE;
  *count = td_statement_get_int64 (statement, 0);
  return TRUE;
}

static gboolean
drop_use (TdConnection  *connection,
          const char    *provider_id,
          GError       **error)
{
  g_autoptr (TdStatement) statement = NULL;

  statement =
    td_connection_prepare (connection,
                           "UPDATE api_key SET in_use = 0 WHERE provider_id = ? AND in_use = 1",
                           error);
  if (!statement)
    return FALSE;
  td_statement_bind_text (statement, 1, provider_id);
  return td_statement_run (statement, error);
}

/* One statement for each step: the index allows one key in use at any moment. */
static gboolean
switch_to (TdConnection  *connection,
           gint64         key_id,
           const char    *provider_id,
           GError       **error)
{
  g_autoptr (TdStatement) take = NULL;

  if (!drop_use (connection, provider_id, error))
    return FALSE;
  take = td_connection_prepare (connection, "UPDATE api_key SET in_use = 1 WHERE id = ?", error);
  if (!take)
    return FALSE;
  td_statement_bind_int64 (take, 1, key_id);
  return td_statement_run (take, error);
}

static TdApiKey *
insert_key (TdConnection    *connection,
            const TdKeyRow  *row,
            GError         **error)
{
  g_autoptr (TdStatement) statement = NULL;
  g_autofree char *made_name = NULL;
  gint64 now_us = td_clock_now_us ();
  gint64 n_before = 0;
  gboolean has_row = FALSE;

  if (!count_keys (connection, row->provider_id, &n_before, error) ||
      !drop_use (connection, row->provider_id, error))
    return NULL;

  if (!row->name || !*row->name)
    made_name = g_strdup_printf ("%s %" G_GINT64_FORMAT, row->provider_id, n_before + 1);
  statement = td_connection_prepare (connection,
                                     "INSERT INTO api_key (provider_id, name, secret_id, last_four, created_us, in_use)"
                                     " VALUES (?, ?, ?, ?, ?, 1)"
                                     " RETURNING " COLUMNS,
                                     error);
  if (!statement)
    return NULL;
  td_statement_bind_text (statement, 1, row->provider_id);
  td_statement_bind_text (statement, 2, made_name ? made_name : row->name);
  td_statement_bind_text (statement, 3, row->secret_id);
  td_statement_bind_text (statement, 4, row->last_four);
  td_statement_bind_int64 (statement, 5, now_us);
  if (!td_statement_step (statement, &has_row, error))
    return NULL;
  return read_key (statement);
}

/**
 * td_key_ring_store_add: (skip)
 *
 * Writes the row of a key whose secret is in the vault already. It becomes the one in use: who adds
 * another key wants that one.
 */
gpointer
td_key_ring_store_add (TdConnection  *connection,
                       gpointer       row,
                       GCancellable  *cancellable,
                       GError       **error)
{
  g_autoptr (TdApiKey) key = NULL;

  if (!td_connection_begin (connection, error))
    return NULL;
  key = insert_key (connection, row, error);
  if (!key || !td_connection_commit (connection, error))
    {
      td_connection_rollback (connection);
      return NULL;
    }
  return g_steal_pointer (&key);
}

/**
 * td_key_ring_store_list: (skip)
 *
 * Lists keys, by provider and then in the order they were added.
 */
gpointer
td_key_ring_store_list (TdConnection  *connection,
                        gpointer       provider_id,
                        GCancellable  *cancellable,
                        GError       **error)
{
  static const char all[] = "SELECT " COLUMNS " FROM api_key ORDER BY provider_id, id";
  static const char one[] = "SELECT " COLUMNS " FROM api_key WHERE provider_id = ? ORDER BY id";
  g_autoptr (GPtrArray) keys = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (TdStatement) statement = NULL;
  gboolean has_row = FALSE;

  statement = td_connection_prepare (connection, provider_id ? one : all, error);
  if (!statement)
    return NULL;
  if (provider_id)
    td_statement_bind_text (statement, 1, provider_id);
  while (td_statement_step (statement, &has_row, error))
    {
      if (!has_row)
        return g_steal_pointer (&keys);
      g_ptr_array_add (keys, read_key (statement));
    }
  return NULL;
}

/**
 * td_key_ring_store_list_secrets: (skip)
 *
 * Lists under which ids the vault has the secrets of all keys.
 */
gpointer
td_key_ring_store_list_secrets (TdConnection  *connection,
                                gpointer       unused,
                                GCancellable  *cancellable,
                                GError       **error)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr (TdStatement) statement =
    td_connection_prepare (connection, "SELECT secret_id FROM api_key ORDER BY id", error);
  gboolean has_row = TRUE;

  while (statement && has_row)
    {
      if (!td_statement_step (statement, &has_row, error))
        return NULL;
      if (has_row)
        g_strv_builder_add (builder, td_statement_get_text (statement, 0));
    }
  return statement ? g_strv_builder_end (builder) : NULL;
}

/**
 * td_key_ring_store_in_use: (skip)
 *
 * Finds where the secret of the provider's key in use is.
 */
gpointer
td_key_ring_store_in_use (TdConnection  *connection,
                          gpointer       provider_id,
                          GCancellable  *cancellable,
                          GError       **error)
{
  g_autoptr (TdStatement) statement = NULL;
  gboolean has_row = FALSE;

  statement = td_connection_prepare (connection,
                                     "SELECT secret_id FROM api_key WHERE provider_id = ? AND in_use = 1", error);
  if (!statement)
    return NULL;
  td_statement_bind_text (statement, 1, provider_id);
  if (!td_statement_step (statement, &has_row, error) || !has_row)
    return NULL;
  return g_strdup (td_statement_get_text (statement, 0));
}

/**
 * td_key_ring_store_find: (skip)
 *
 * Finds whose a key is and where its secret is.
 */
gpointer
td_key_ring_store_find (TdConnection  *connection,
                        gpointer       key_id,
                        GCancellable  *cancellable,
                        GError       **error)
{
  g_autoptr (TdStatement) statement = NULL;
  TdKeyPlace *place;
  gboolean has_row = FALSE;

  statement =
    td_connection_prepare (connection, "SELECT provider_id, secret_id FROM api_key WHERE id = ?",
                           error);
  if (!statement)
    return NULL;
  td_statement_bind_int64 (statement, 1, *(gint64 *) key_id);
  if (!td_statement_step (statement, &has_row, error))
    return NULL;
  if (!has_row)
    {
      set_no_such_key (error);
      return NULL;
    }
  place = g_new0 (TdKeyPlace, 1);
  place->provider_id = g_strdup (td_statement_get_text (statement, 0));
  place->secret_id = g_strdup (td_statement_get_text (statement, 1));
  return place;
}

/**
 * td_key_ring_store_use: (skip)
 *
 * Makes a key its provider's one in use.
 */
gpointer
td_key_ring_store_use (TdConnection  *connection,
                       gpointer       key_id,
                       GCancellable  *cancellable,
                       GError       **error)
{
  g_autoptr (TdKeyPlace) place = NULL;

  if (!td_connection_begin (connection, error))
    return NULL;
  place = td_key_ring_store_find (connection, key_id, cancellable, error);
  if (!place || !switch_to (connection, *(gint64 *) key_id, place->provider_id, error) ||
      !td_connection_commit (connection, error))
    {
      td_connection_rollback (connection);
      return NULL;
    }
  return g_steal_pointer (&place->provider_id);
}

static gboolean
delete_key (TdConnection  *connection,
            gint64         key_id,
            GError       **error)
{
  g_autoptr (TdStatement) statement = NULL;

  statement = td_connection_prepare (connection, "DELETE FROM api_key WHERE id = ?", error);
  if (!statement)
    return FALSE;
  td_statement_bind_int64 (statement, 1, key_id);
  return td_statement_run (statement, error);
}

/* Where no key is in use any more, the newest of those left is. */
static gboolean
promote_newest (TdConnection  *connection,
                const char    *provider_id,
                GError       **error)
{
  g_autoptr (TdStatement) statement = NULL;

  statement = td_connection_prepare (connection,
                                     "UPDATE api_key SET in_use = 1 WHERE id = (SELECT max(id) FROM api_key"
                                     " WHERE provider_id = ?) AND NOT EXISTS (SELECT 1 FROM api_key"
                                     " WHERE provider_id = ? AND in_use = 1)",
                                     error);
  if (!statement)
    return FALSE;
  td_statement_bind_text (statement, 1, provider_id);
  td_statement_bind_text (statement, 2, provider_id);
  return td_statement_run (statement, error);
}

/**
 * td_key_ring_store_remove: (skip)
 *
 * Forgets a key whose secret is gone from the vault.
 */
gpointer
td_key_ring_store_remove (TdConnection  *connection,
                          gpointer       key_id,
                          GCancellable  *cancellable,
                          GError       **error)
{
  g_autoptr (TdKeyPlace) place = NULL;

  if (!td_connection_begin (connection, error))
    return NULL;
  place = td_key_ring_store_find (connection, key_id, cancellable, error);
  if (!place || !delete_key (connection, *(gint64 *) key_id, error) ||
      !promote_newest (connection, place->provider_id, error) ||
      !td_connection_commit (connection, error))
    td_connection_rollback (connection);
  return NULL;
}

/**
 * td_key_ring_store_is_marketplace: (skip)
 * @connection: the database
 * @provider_id: a provider
 * @is_marketplace: (out): whether its key in use is an operator's, who takes a commission
 * @error: return location for an error
 *
 * Returns: whether it was read
 */
gboolean
td_key_ring_store_is_marketplace (TdConnection  *connection,
                                  const char    *provider_id,
                                  gboolean      *is_marketplace,
                                  GError       **error)
{
  g_autoptr (TdStatement) statement =
    td_connection_prepare (connection,
                           "SELECT 1 FROM api_key WHERE provider_id = ? AND in_use = 1"
                           " AND ownership = 'marketplace'",
                           error);

  if (!statement)
    return FALSE;
  td_statement_bind_text (statement, 1, provider_id);
  return td_statement_step (statement, is_marketplace, error);
}

static gboolean
write_ownership (TdConnection          *connection,
                 const TdKeyOwnership  *ownership,
                 GError               **error)
{
  g_autoptr (TdStatement) statement = td_connection_prepare (
    connection, "UPDATE api_key SET ownership = ? WHERE id = ?", error);

  if (!statement)
    return FALSE;
  td_statement_bind_text (statement, 1, ownership->marketplace ? "marketplace" : "own");
  td_statement_bind_int64 (statement, 2, ownership->key_id);
  return td_statement_run (statement, error);
}

/**
 * td_key_ring_store_set_ownership: (skip)
 *
 * Writes whose a key is. Holds that are open keep the terms they were written with.
 */
gpointer
td_key_ring_store_set_ownership (TdConnection  *connection,
                                 gpointer       ownership,
                                 GCancellable  *cancellable,
                                 GError       **error)
{
  TdKeyOwnership *wanted = ownership;
  g_autoptr (TdKeyPlace) place = NULL;

  if (!td_connection_begin (connection, error))
    return NULL;
  place = td_key_ring_store_find (connection, &wanted->key_id, cancellable, error);
  if (!place || !write_ownership (connection, wanted, error) ||
      !td_connection_commit (connection, error))
    {
      td_connection_rollback (connection);
      return NULL;
    }
  return g_steal_pointer (&place->provider_id);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "gateway/td-client-store.h"

#include <gnutls/crypto.h>
#include <string.h>

#include "base/td-clock.h"
#include "store/td-store-error.h"

#define COLUMNS "id, name, last_four, created_us, last_used_us, revoked_us"

/* When a client was used last is known to the minute: it is not worth a write for each request. */
#define USE_INTERVAL_US (60 * G_USEC_PER_SEC)

#define HEX_CHARS (2 * TD_CLIENT_HASH_BYTES)

static void
write_hex (const guint8 *hash,
           char *hex) /* HEX_CHARS + 1 */
{
  for (guint i = 0; i < TD_CLIENT_HASH_BYTES; i++)
    g_snprintf (hex + 2 * i, 3, "%02x", hash[i]);
}

static TdClient *
read_client (TdStatement *statement)
{
  TdClient *client = g_new0 (TdClient, 1);

  client->id = td_statement_get_int64 (statement, 0);
  client->name = g_strdup (td_statement_get_text (statement, 1));
  client->last_four = g_strdup (td_statement_get_text (statement, 2));
  client->created_us = td_statement_get_int64 (statement, 3);
  client->last_used_us = td_statement_get_int64 (statement, 4); /* NULL is 0 */
  client->revoked_us = td_statement_get_int64 (statement, 5);
  return client;
}

/**
 * td_client_store_add:
 * @connection: the database
 * @name: what it is to be called; no other client in use has that name
 * @key: its key, of which only the hash is kept
 * @error: return location for a #TdStoreError; %TD_STORE_ERROR_CONSTRAINT when the name is taken
 *
 * Returns: (transfer full) (nullable): the client
 */
TdClient *
td_client_store_add (TdConnection  *connection,
                     const char    *name,
                     const char    *key,
                     GError       **error)
{
  g_autoptr (TdStatement) statement = NULL;
  guint8 hash[TD_CLIENT_HASH_BYTES];
  char hex[HEX_CHARS + 1];
  gboolean has_row = FALSE;

  if (!td_client_key_hash (key, hash))
    {
      g_set_error_literal (error, TD_STORE_ERROR, TD_STORE_ERROR_FAILED, "no hash of the key");
      return NULL;
    }
  write_hex (hash, hex);
  statement =
    td_connection_prepare (connection,
                           "INSERT INTO gateway_client (name, key_hash, last_four, created_us)"
                           " VALUES (?, ?, ?, ?) RETURNING " COLUMNS,
                           error);
  if (!statement)
    return NULL;
  td_statement_bind_text (statement, 1, name);
  td_statement_bind_text (statement, 2, hex);
  td_statement_bind_text (statement, 3, key + strlen (key) - 4);
  td_statement_bind_int64 (statement, 4, td_clock_now_us ());
  if (!td_statement_step (statement, &has_row, error))
    return NULL;
  return read_client (statement);
}

/**
 * td_client_store_list:
 * @connection: the database
 * @error: return location for a #TdStoreError
 *
 * Returns: (transfer full) (nullable) (element-type TdClient): all there are and were, the oldest first
 */
GPtrArray *
td_client_store_list (TdConnection  *connection,
                      GError       **error)
{
  g_autoptr (TdStatement) statement =
    td_connection_prepare (connection, "SELECT " COLUMNS " FROM gateway_client ORDER BY id", error);
  g_autoptr (GPtrArray) clients =
    g_ptr_array_new_with_free_func ((GDestroyNotify) td_client_free);
  gboolean has_row = FALSE;

  if (!statement)
    return NULL;
  while (TRUE)
    {
      if (!td_statement_step (statement, &has_row, error))
        return NULL;
      if (!has_row)
        return g_steal_pointer (&clients);
      g_ptr_array_add (clients, read_client (statement));
    }
}

/**
 * td_client_store_revoke:
 * @connection: the database
 * @name: a client in use
 * @error: return location for a #TdStoreError; %TD_STORE_ERROR_NOT_FOUND when there is none
 *
 * From now on its key opens nothing.
 *
 * Returns: (transfer full) (nullable): the client
 */
TdClient *
td_client_store_revoke (TdConnection  *connection,
                        const char    *name,
                        GError       **error)
{
  g_autoptr (TdStatement) statement =
    td_connection_prepare (connection,
                           "UPDATE gateway_client SET revoked_us = ?"
                           " WHERE name = ? AND revoked_us IS NULL RETURNING " COLUMNS,
                           error);
  gboolean has_row = FALSE;

  if (!statement)
    return NULL;
  td_statement_bind_int64 (statement, 1, td_clock_now_us ());
  td_statement_bind_text (statement, 2, name);
  if (!td_statement_step (statement, &has_row, error))
    return NULL;
  if (has_row)
    return read_client (statement);
  g_set_error (error, TD_STORE_ERROR, TD_STORE_ERROR_NOT_FOUND, "there is no client %s", name);
  return NULL;
}

/**
 * td_client_store_find:
 * @connection: the database
 * @hash: of the key that was shown
 * @error: return location for a #TdStoreError
 *
 * All clients are compared, each in the same time, so that how long it takes says nothing.
 *
 * Returns: (transfer full) (nullable): whose key it is; %NULL without @error when it is nobody's
 */
TdClient *
td_client_store_find (TdConnection  *connection,
                      const guint8  *hash,
                      GError       **error)
{
  g_autoptr (TdStatement) statement =
    td_connection_prepare (connection,
                           "SELECT " COLUMNS ", key_hash FROM gateway_client"
                           " WHERE revoked_us IS NULL ORDER BY id",
                           error);
  g_autoptr (TdClient) found = NULL;
  char hex[HEX_CHARS + 1];
  gboolean has_row = FALSE;

  if (!statement)
    return NULL;
  write_hex (hash, hex);
  while (TRUE)
    {
      const char *stored;

      if (!td_statement_step (statement, &has_row, error))
        return NULL;
      if (!has_row)
        return g_steal_pointer (&found);
      stored = td_statement_get_text (statement, 6);
      if (stored && strlen (stored) == HEX_CHARS && gnutls_memcmp (stored, hex, HEX_CHARS) == 0 &&
          !found)
        found = read_client (statement);
    }
}

/**
 * td_client_store_note_use:
 * @connection: the database
 * @client: a client that was let in
 * @error: return location for a #TdStoreError
 *
 * Notes when it was used, at most once a minute.
 *
 * Returns: whether it is noted
 */
gboolean
td_client_store_note_use (TdConnection    *connection,
                          const TdClient  *client,
                          GError         **error)
{
  g_autoptr (TdStatement) statement = NULL;
  gint64 now_us = td_clock_now_us ();

  if (now_us - client->last_used_us < USE_INTERVAL_US && now_us >= client->last_used_us)
    return TRUE;
  statement = td_connection_prepare (connection,
                                     "UPDATE gateway_client SET last_used_us = ? WHERE id = ?", error);
  if (!statement)
    return FALSE;
  td_statement_bind_int64 (statement, 1, now_us);
  td_statement_bind_int64 (statement, 2, client->id);
  return td_statement_run (statement, error);
}

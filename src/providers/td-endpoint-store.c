/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "providers/td-endpoint-store.h"

/* The tables endpoint and endpoint_header. */

/**
 * td_endpoint_change_new:
 * @provider_id: whose endpoint
 * @name: (nullable): the name of an endpoint or of a header
 * @value: (nullable): what to set; %NULL for the default, or for nothing
 *
 * Returns: (transfer full): a change to store
 */
TdEndpointChange *
td_endpoint_change_new (const char *provider_id,
                        const char *name,
                        const char *value)
{
  TdEndpointChange *self = g_new0 (TdEndpointChange, 1);

  self->provider_id = g_strdup (provider_id);
  self->name = g_strdup (name);
  self->value = g_strdup (value);
  return self;
}

void
td_endpoint_change_free (TdEndpointChange *self)
{
  if (self == NULL)
    return;

  g_free (self->provider_id);
  g_free (self->name);
  g_free (self->value);
  g_free (self);
}

void
td_endpoint_row_free (TdEndpointRow *self)
{
  if (self == NULL)
    return;

  g_free (self->provider_id);
  g_free (self->name);
  g_free (self->base_url);
  g_strfreev (self->headers);
  g_free (self);
}

static void
free_row (gpointer row)
{
  td_endpoint_row_free (row);
}

static guint
read_limit (TdStatement *statement,
            int          column)
{
  gint64 ms = td_statement_is_null (statement, column) ? 0
                                                       : td_statement_get_int64 (statement, column);

  return (guint) CLAMP (ms, 0, TD_TIMEOUT_MAX_MS);
}

static TdEndpointRow *
read_row (TdStatement *statement)
{
  TdEndpointRow *row = g_new0 (TdEndpointRow, 1);

  row->provider_id = g_strdup (td_statement_get_text (statement, 0));
  row->name = g_strdup (td_statement_get_text (statement, 1));
  row->base_url = g_strdup (td_statement_get_text (statement, 2));
  row->enabled = td_statement_get_int64 (statement, 3) != 0;
  row->custom = td_statement_get_int64 (statement, 4) != 0;
  row->position = td_statement_is_null (statement, 5)
                    ? -1
                    : (int) CLAMP (td_statement_get_int64 (statement, 5), 0, G_MAXINT);
  row->timeouts.connect_ms = read_limit (statement, 6);
  row->timeouts.first_byte_ms = read_limit (statement, 7);
  row->timeouts.idle_ms = read_limit (statement, 8);
  row->timeouts.total_ms = read_limit (statement, 9);
  return row;
}

static GPtrArray *
load_rows (TdConnection  *connection,
           GError       **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (free_row);
  g_autoptr (TdStatement) statement = NULL;
  gboolean has_row = FALSE;

  statement = td_connection_prepare (connection,
                                     "SELECT provider_id, name, base_url, enabled, custom, position,"
                                     " connect_ms, first_byte_ms, idle_ms, total_ms FROM endpoint"
                                     " ORDER BY provider_id",
                                     error);
  if (statement == NULL)
    return NULL;
  while (td_statement_step (statement, &has_row, error))
    {
      if (!has_row)
        return g_steal_pointer (&rows);
      g_ptr_array_add (rows, read_row (statement));
    }
  return NULL;
}

static gboolean
load_headers (TdConnection   *connection,
              TdEndpointRow  *row,
              GError        **error)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr (TdStatement) statement = NULL;
  gboolean has_row = FALSE;

  statement = td_connection_prepare (connection,
                                     "SELECT name, value FROM endpoint_header WHERE provider_id = ? ORDER BY name",
                                     error);
  if (statement == NULL)
    return FALSE;
  td_statement_bind_text (statement, 1, row->provider_id);
  while (td_statement_step (statement, &has_row, error))
    {
      if (!has_row)
        {
          row->headers = g_strv_builder_end (builder);
          return TRUE;
        }
      g_strv_builder_add_many (builder, td_statement_get_text (statement, 0),
                               td_statement_get_text (statement, 1), NULL);
    }
  return FALSE;
}

/**
 * td_endpoint_store_load: (skip)
 *
 * Reads everything the user changed.
 */
gpointer
td_endpoint_store_load (TdConnection  *connection,
                        gpointer       unused,
                        GCancellable  *cancellable,
                        GError       **error)
{
  g_autoptr (GPtrArray) rows = load_rows (connection, error);

  for (guint i = 0; rows != NULL && i < rows->len; i++)
    {
      if (!load_headers (connection, rows->pdata[i], error))
        return NULL;
    }
  return g_steal_pointer (&rows);
}

/* Runs a statement with up to three texts. */
static gboolean
run (TdConnection  *connection,
     const char    *sql,
     const char    *first,
     const char    *second,
     const char    *third,
     GError       **error)
{
  g_autoptr (TdStatement) statement = td_connection_prepare (connection, sql, error);

  if (statement == NULL)
    return FALSE;
  td_statement_bind_text (statement, 1, first);
  if (second != NULL)
    td_statement_bind_text (statement, 2, second);
  if (third != NULL)
    td_statement_bind_text (statement, 3, third);
  return td_statement_run (statement, error);
}

/* A change and reading everything again are one transaction. */
static gpointer
commit_and_load (TdConnection  *connection,
                 gboolean       changed,
                 GError       **error)
{
  g_autoptr (GPtrArray) rows = NULL;

  if (changed)
    rows = td_endpoint_store_load (connection, NULL, NULL, error);
  if (rows == NULL || !td_connection_commit (connection, error))
    {
      td_connection_rollback (connection);
      return NULL;
    }
  return g_steal_pointer (&rows);
}

/**
 * td_endpoint_store_set_base_url: (skip)
 *
 * Sets the address to the change's value, or back to the default.
 */
gpointer
td_endpoint_store_set_base_url (TdConnection  *connection,
                                gpointer       change,
                                GCancellable  *cancellable,
                                GError       **error)
{
  const TdEndpointChange *self = change;
  gboolean changed;

  if (!td_connection_begin (connection, error))
    return NULL;
  if (self->value != NULL)
    changed = run (connection,
                   "INSERT INTO endpoint (provider_id, base_url) VALUES (?, ?)"
                   " ON CONFLICT (provider_id) DO UPDATE SET base_url = excluded.base_url",
                   self->provider_id, self->value, NULL, error);
  else
    changed = run (connection, "UPDATE endpoint SET base_url = NULL WHERE provider_id = ?",
                   self->provider_id, NULL, NULL, error);
  return commit_and_load (connection, changed, error);
}

/**
 * td_endpoint_store_set_enabled: (skip)
 *
 * Switches a provider off when the change has a value, else on.
 */
gpointer
td_endpoint_store_set_enabled (TdConnection  *connection,
                               gpointer       change,
                               GCancellable  *cancellable,
                               GError       **error)
{
  const TdEndpointChange *self = change;
  gboolean changed;

  if (!td_connection_begin (connection, error))
    return NULL;
  changed = run (connection,
                 self->value != NULL
                   ? "INSERT INTO endpoint (provider_id, enabled) VALUES (?, 0)"
                     " ON CONFLICT (provider_id) DO UPDATE SET enabled = 0"
                   : "UPDATE endpoint SET enabled = 1 WHERE provider_id = ?",
                 self->provider_id, NULL, NULL, error);
  return commit_and_load (connection, changed, error);
}

static gboolean
replace_header (TdConnection            *connection,
                const TdEndpointChange  *change,
                GError                 **error)
{
  /* Names are compared without case. */
  if (!run (connection,
            "DELETE FROM endpoint_header WHERE provider_id = ? AND lower (name) = lower (?)",
            change->provider_id, change->name, NULL, error))
    return FALSE;
  if (change->value == NULL)
    return TRUE;
  if (!run (connection,
            "INSERT INTO endpoint (provider_id) VALUES (?) ON CONFLICT (provider_id) DO NOTHING",
            change->provider_id, NULL, NULL, error))
    return FALSE;
  return run (connection, "INSERT INTO endpoint_header (provider_id, name, value) VALUES (?, ?, ?)",
              change->provider_id, change->name, change->value, error);
}

/**
 * td_endpoint_store_set_header: (skip)
 *
 * Sets the header of the change's name to its value, or removes it.
 */
gpointer
td_endpoint_store_set_header (TdConnection  *connection,
                              gpointer       change,
                              GCancellable  *cancellable,
                              GError       **error)
{
  if (!td_connection_begin (connection, error))
    return NULL;
  return commit_and_load (connection, replace_header (connection, change, error), error);
}

/**
 * td_endpoint_store_clear_headers: (skip)
 *
 * Removes all headers the user added to a provider.
 */
gpointer
td_endpoint_store_clear_headers (TdConnection  *connection,
                                 gpointer       change,
                                 GCancellable  *cancellable,
                                 GError       **error)
{
  const TdEndpointChange *self = change;

  if (!td_connection_begin (connection, error))
    return NULL;
  return commit_and_load (connection,
                          run (connection, "DELETE FROM endpoint_header WHERE provider_id = ?",
                               self->provider_id, NULL, NULL, error),
                          error);
}

/**
 * td_endpoint_store_add: (skip)
 *
 * Adds an endpoint of the change's name at the address in its value.
 */
gpointer
td_endpoint_store_add (TdConnection  *connection,
                       gpointer       change,
                       GCancellable  *cancellable,
                       GError       **error)
{
  const TdEndpointChange *self = change;

  if (!td_connection_begin (connection, error))
    return NULL;
  return commit_and_load (connection,
                          run (connection,
                               "INSERT INTO endpoint (provider_id, name, base_url, kind, custom)"
                               " VALUES (?, ?, ?, 'openai-compatible', 1)",
                               self->provider_id, self->name, self->value, error),
                          error);
}

/**
 * td_endpoint_store_remove: (skip)
 *
 * Removes an endpoint the user named, with its headers.
 */
gpointer
td_endpoint_store_remove (TdConnection  *connection,
                          gpointer       change,
                          GCancellable  *cancellable,
                          GError       **error)
{
  const TdEndpointChange *self = change;

  if (!td_connection_begin (connection, error))
    return NULL;
  return commit_and_load (connection,
                          run (connection,
                               "DELETE FROM endpoint WHERE provider_id = ? AND custom = 1",
                               self->provider_id, NULL, NULL, error),
                          error);
}

/* A limit and the statements that set and unset it. */
static const struct
{
  const char *field;
  const char *set;
  const char *unset;
} limits[] = {
  { "connect-timeout",
    "INSERT INTO endpoint (provider_id, connect_ms) VALUES (?, CAST (? AS INTEGER))"
    " ON CONFLICT (provider_id) DO UPDATE SET connect_ms = excluded.connect_ms",
    "UPDATE endpoint SET connect_ms = NULL WHERE provider_id = ?" },
  { "first-byte-timeout",
    "INSERT INTO endpoint (provider_id, first_byte_ms) VALUES (?, CAST (? AS INTEGER))"
    " ON CONFLICT (provider_id) DO UPDATE SET first_byte_ms = excluded.first_byte_ms",
    "UPDATE endpoint SET first_byte_ms = NULL WHERE provider_id = ?" },
  { "idle-timeout",
    "INSERT INTO endpoint (provider_id, idle_ms) VALUES (?, CAST (? AS INTEGER))"
    " ON CONFLICT (provider_id) DO UPDATE SET idle_ms = excluded.idle_ms",
    "UPDATE endpoint SET idle_ms = NULL WHERE provider_id = ?" },
  { "total-timeout",
    "INSERT INTO endpoint (provider_id, total_ms) VALUES (?, CAST (? AS INTEGER))"
    " ON CONFLICT (provider_id) DO UPDATE SET total_ms = excluded.total_ms",
    "UPDATE endpoint SET total_ms = NULL WHERE provider_id = ?" },
};

static gboolean
set_timeout (TdConnection            *connection,
             const TdEndpointChange  *change,
             GError                 **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (limits); i++)
    {
      if (g_str_equal (limits[i].field, change->name))
        return run (connection, change->value != NULL ? limits[i].set : limits[i].unset,
                    change->provider_id, change->value, NULL, error);
    }
  g_return_val_if_reached (FALSE);
}

/**
 * td_endpoint_store_set_timeout:
 * @connection: the database
 * @change: a #TdEndpointChange: the limit and its milliseconds, %NULL for the usual one
 * @cancellable: unused
 * @error: return location for a #TdStoreError
 *
 * Returns: (transfer full) (element-type TdEndpointRow) (nullable): all rows after it
 */
gpointer
td_endpoint_store_set_timeout (TdConnection  *connection,
                               gpointer       change,
                               GCancellable  *cancellable,
                               GError       **error)
{
  if (!td_connection_begin (connection, error))
    return NULL;
  return commit_and_load (connection, set_timeout (connection, change, error), error);
}

static gboolean
set_order (TdConnection  *connection,
           const char    *ids,
           GError       **error)
{
  g_auto (GStrv) list = g_strsplit (ids, "\n", -1);

  if (!td_connection_execute (connection, "UPDATE endpoint SET position = NULL", error))
    return FALSE;
  for (guint i = 0; list[i] != NULL; i++)
    {
      g_autofree char *position = g_strdup_printf ("%u", i);

      if (*list[i] != '\0' &&
          !run (connection,
                "INSERT INTO endpoint (provider_id, position) VALUES (?, CAST (? AS INTEGER))"
                " ON CONFLICT (provider_id) DO UPDATE SET position = excluded.position",
                list[i], position, NULL, error))
        return FALSE;
    }
  return TRUE;
}

/**
 * td_endpoint_store_set_order:
 * @connection: the database
 * @change: a #TdEndpointChange whose value is the ids of the providers, first to last, a line each
 * @cancellable: unused
 * @error: return location for a #TdStoreError
 *
 * Returns: (transfer full) (element-type TdEndpointRow) (nullable): all rows after it
 */
gpointer
td_endpoint_store_set_order (TdConnection  *connection,
                             gpointer       change,
                             GCancellable  *cancellable,
                             GError       **error)
{
  const TdEndpointChange *self = change;

  if (!td_connection_begin (connection, error))
    return NULL;
  return commit_and_load (connection, set_order (connection, self->value, error), error);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "conversation/td-attachment-store.h"

static gboolean
insert_one (TdConnection  *connection,
            const char    *sql,
            gint64         owner_id,
            TdAttachment  *attachment,
            GError       **error)
{
  g_autoptr (TdStatement) statement = td_connection_prepare (connection, sql, error);

  if (!statement)
    return FALSE;
  td_statement_bind_int64 (statement, 1, owner_id);
  td_statement_bind_text (statement, 2, td_attachment_get_name (attachment));
  td_statement_bind_bytes (statement, 3, td_attachment_get_data (attachment));
  return td_statement_run (statement, error);
}

/**
 * td_attachment_store_insert:
 * @connection: the database
 * @message_id: a stored message
 * @attachments: (nullable) (element-type TdAttachment): what goes with it
 * @error: return location for an error
 *
 * Returns: whether they were stored
 */
gboolean
td_attachment_store_insert (TdConnection  *connection,
                            gint64         message_id,
                            GPtrArray     *attachments,
                            GError       **error)
{
  for (guint i = 0; attachments && i < attachments->len; i++)
    {
      if (!insert_one (connection,
                       "INSERT INTO attachment (message_id, name, data) VALUES (?, ?, ?)",
                       message_id, g_ptr_array_index (attachments, i), error))
        return FALSE;
    }
  return TRUE;
}

/* What somebody else wrote into the database is not shown and not sent. */
static TdAttachment *
read_attachment (TdStatement *statement)
{
  const char *name = td_statement_get_text (statement, 1);
  g_autoptr (GBytes) data = td_statement_get_bytes (statement, 2);

  return name && data ? td_attachment_new (name, data, NULL) : NULL;
}

/**
 * td_attachment_store_set_draft:
 * @connection: the database, inside a transaction
 * @conversation_id: a stored chat
 * @attachments: (element-type TdAttachment): all pictures of its draft
 * @error: return location for an error
 *
 * Returns: whether they were stored
 */
gboolean
td_attachment_store_set_draft (TdConnection  *connection,
                               gint64         conversation_id,
                               GPtrArray     *attachments,
                               GError       **error)
{
  g_autoptr (TdStatement) statement = NULL;

  statement = td_connection_prepare (
    connection, "DELETE FROM draft_attachment WHERE conversation_id = ?", error);
  if (!statement)
    return FALSE;
  td_statement_bind_int64 (statement, 1, conversation_id);
  if (!td_statement_run (statement, error))
    return FALSE;
  for (guint i = 0; i < attachments->len; i++)
    {
      if (!insert_one (connection,
                       "INSERT INTO draft_attachment (conversation_id, name, data) VALUES (?, ?, ?)",
                       conversation_id, g_ptr_array_index (attachments, i), error))
        return FALSE;
    }
  return TRUE;
}

/**
 * td_attachment_store_list_draft:
 * @connection: the database
 * @conversation_id: a chat
 * @error: return location for an error
 *
 * Returns: (transfer full) (element-type TdAttachment) (nullable): the pictures of its draft
 */
GPtrArray *
td_attachment_store_list_draft (TdConnection  *connection,
                                gint64         conversation_id,
                                GError       **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (TdStatement) statement = NULL;
  gboolean has_row;

  statement = td_connection_prepare (connection,
                                     "SELECT conversation_id, name, data FROM draft_attachment"
                                     " WHERE conversation_id = ? ORDER BY id",
                                     error);
  if (!statement)
    return NULL;
  td_statement_bind_int64 (statement, 1, conversation_id);
  while (TRUE)
    {
      g_autoptr (TdAttachment) attachment = NULL;

      if (!td_statement_step (statement, &has_row, error))
        return NULL;
      if (!has_row)
        return g_steal_pointer (&list);
      attachment = read_attachment (statement);
      if (attachment)
        g_ptr_array_add (list, g_steal_pointer (&attachment));
    }
}

static void
add_to (GHashTable  *lists,
        TdStatement *statement)
{
  gint64 message_id = td_statement_get_int64 (statement, 0);
  TdAttachment *attachment = read_attachment (statement);
  GPtrArray *list = g_hash_table_lookup (lists, &message_id);

  if (!attachment)
    return;
  if (!list)
    {
      list = g_ptr_array_new_with_free_func (g_object_unref);
      g_hash_table_insert (lists, g_memdup2 (&message_id, sizeof message_id), list);
    }
  g_ptr_array_add (list, attachment);
}

/**
 * td_attachment_store_list:
 * @connection: the database
 * @conversation_id: a chat
 * @error: return location for an error
 *
 * Returns: (transfer full) (element-type gint64 GPtrArray) (nullable): the pictures of each message that
 *   has some
 */
GHashTable *
td_attachment_store_list (TdConnection  *connection,
                          gint64         conversation_id,
                          GError       **error)
{
  g_autoptr (GHashTable) lists = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free,
                                                        (GDestroyNotify) g_ptr_array_unref);
  g_autoptr (TdStatement) statement = NULL;
  gboolean has_row;

  statement = td_connection_prepare (connection,
                                     "SELECT a.message_id, a.name, a.data FROM attachment a"
                                     " JOIN message m ON m.id = a.message_id"
                                     " WHERE m.conversation_id = ? AND m.replaced_by IS NULL ORDER BY a.id",
                                     error);
  if (!statement)
    return NULL;
  td_statement_bind_int64 (statement, 1, conversation_id);
  while (TRUE)
    {
      if (!td_statement_step (statement, &has_row, error))
        return NULL;
      if (!has_row)
        return g_steal_pointer (&lists);
      add_to (lists, statement);
    }
}

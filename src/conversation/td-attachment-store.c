/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "conversation/td-attachment-store.h"

static gboolean
insert_one (TdConnection  *connection,
            gint64         message_id,
            TdAttachment  *attachment,
            GError       **error)
{
  g_autoptr (TdStatement) statement = NULL;

  statement = td_connection_prepare (
    connection, "INSERT INTO attachment (message_id, name, data) VALUES (?, ?, ?)", error);
  if (!statement)
    return FALSE;
  td_statement_bind_int64 (statement, 1, message_id);
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
      if (!insert_one (connection, message_id, g_ptr_array_index (attachments, i), error))
        return FALSE;
    }
  return TRUE;
}

static void
add_to (GHashTable  *lists,
        TdStatement *statement)
{
  gint64 message_id = td_statement_get_int64 (statement, 0);
  const char *name = td_statement_get_text (statement, 1);
  g_autoptr (GBytes) data = td_statement_get_bytes (statement, 2);
  /* What somebody else wrote into the database is not shown and not sent. */
  TdAttachment *attachment = name && data ? td_attachment_new (name, data, NULL) : NULL;
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

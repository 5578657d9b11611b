/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "conversation/td-conversation-store.h"

#include "base/td-clock.h"
#include "conversation/td-attachment-store.h"

#define TIDY_AFTER_US (60 * 60 * (gint64) G_USEC_PER_SEC)

static char *
dup_text (TdStatement *statement,
          int          column)
{
  return g_strdup (td_statement_get_text (statement, column));
}

static gint64
get_int64_or (TdStatement *statement,
              int          column,
              gint64       fallback)
{
  return td_statement_is_null (statement, column) ? fallback
                                                  : td_statement_get_int64 (statement, column);
}

static TdConversationRecord *
read_conversation (TdStatement *statement)
{
  TdConversationRecord *record = td_conversation_record_new ();

  record->id = td_statement_get_int64 (statement, 0);
  record->title = dup_text (statement, 1);
  record->model_key = dup_text (statement, 2);
  record->system_prompt = dup_text (statement, 3);
  record->draft = dup_text (statement, 4);
  record->created_us = td_statement_get_int64 (statement, 5);
  record->updated_us = td_statement_get_int64 (statement, 6);
  record->cost = td_statement_get_int64 (statement, 7);
  record->n_unknown_costs = td_statement_get_int64 (statement, 8);
  record->tokens = td_statement_get_int64 (statement, 9);
  record->n_estimates = td_statement_get_int64 (statement, 10);
  record->parameters.effort = dup_text (statement, 11);
  record->parameters.temperature_milli =
    (int) CLAMP (get_int64_or (statement, 12, -1), -1, TD_CHAT_PARAMETERS_MAX_TEMPERATURE);
  record->parameters.max_output = td_statement_get_int64 (statement, 13);
  record->parameters.schema = dup_text (statement, 14);
  return record;
}

/**
 * td_conversation_store_list:
 * @connection: the database
 * @error: return location for an error
 *
 * Returns: (transfer full) (element-type TdConversationRecord) (nullable): all chats, newest first
 */
GPtrArray *
td_conversation_store_list (TdConnection  *connection,
                            GError       **error)
{
  g_autoptr (GPtrArray) records =
    g_ptr_array_new_with_free_func ((GDestroyNotify) td_conversation_record_free);
  g_autoptr (TdStatement) statement = NULL;
  gboolean has_row;

  statement = td_connection_prepare (
    connection,
    "SELECT id, title, model_key, system_prompt, draft, created_us, updated_us, cost, unknown_costs,"
    " tokens, estimates, effort, temperature, max_output, reply_schema FROM conversation ORDER BY updated_us DESC, id DESC",
    error);
  if (!statement)
    return NULL;
  while (TRUE)
    {
      if (!td_statement_step (statement, &has_row, error))
        return NULL;
      if (!has_row)
        return g_steal_pointer (&records);
      g_ptr_array_add (records, read_conversation (statement));
    }
}

/* Rows are written by this program and checked by the schema; what is out of range all the
 * same is read as the harmless end of it. */
static TdMessageRecord *
read_message (TdStatement *statement)
{
  TdMessageRecord *record = td_message_record_new ();
  TdMessageOutcome *outcome = &record->outcome;

  record->id = td_statement_get_int64 (statement, 0);
  if (!td_message_role_from_string (td_statement_get_text (statement, 1), &record->role))
    record->role = TD_MESSAGE_ROLE_ASSISTANT;
  if (!td_message_state_from_string (td_statement_get_text (statement, 2), &outcome->state))
    outcome->state = TD_MESSAGE_STATE_INTERRUPTED;
  record->text = dup_text (statement, 3);
  record->reasoning = dup_text (statement, 4);
  record->model_key = dup_text (statement, 5);
  record->model_name = dup_text (statement, 6);
  record->created_us = td_statement_get_int64 (statement, 7);
  outcome->finish = dup_text (statement, 8);
  outcome->error_code = dup_text (statement, 9);
  outcome->error_detail = dup_text (statement, 10);
  outcome->retry_at_us = td_statement_get_int64 (statement, 11);
  outcome->input_tokens = get_int64_or (statement, 12, -1);
  outcome->output_tokens = get_int64_or (statement, 13, -1);
  outcome->counted_here = get_int64_or (statement, 14, 0) != 0;
  outcome->cost = get_int64_or (statement, 15, TD_MONEY_UNKNOWN);
  outcome->first_token_ms = get_int64_or (statement, 16, -1);
  outcome->duration_ms = get_int64_or (statement, 17, -1);
  outcome->opaque = dup_text (statement, 18);
  outcome->counted_exactly = get_int64_or (statement, 19, 0) != 0;
  outcome->calls = dup_text (statement, 20);
  return record;
}

/* A reply that another process is streaming has most of its text in pieces. */
static gboolean
complete_streaming (TdConnection  *connection,
                    GPtrArray     *records,
                    GError       **error)
{
  for (guint i = 0; i < records->len; i++)
    {
      TdMessageRecord *record = g_ptr_array_index (records, i);
      g_autofree char *text = NULL;
      g_autofree char *reasoning = NULL;

      if (record->outcome.state != TD_MESSAGE_STATE_STREAMING)
        continue;
      if (!td_conversation_store_read_text (connection, record->id, &text, &reasoning, error))
        return FALSE;
      g_set_str (&record->text, text);
      g_set_str (&record->reasoning, reasoning);
    }
  return TRUE;
}

static gboolean
add_attachments (TdConnection  *connection,
                 gint64         conversation_id,
                 GPtrArray     *records,
                 GError       **error)
{
  g_autoptr (GHashTable) lists = td_attachment_store_list (connection, conversation_id, error);

  for (guint i = 0; lists && i < records->len; i++)
    {
      TdMessageRecord *record = g_ptr_array_index (records, i);
      GPtrArray *list = g_hash_table_lookup (lists, &record->id);

      record->attachments = list ? g_ptr_array_ref (list) : NULL;
    }
  return lists != NULL;
}

/**
 * td_conversation_store_list_messages:
 * @connection: the database
 * @conversation_id: a chat
 * @error: return location for an error
 *
 * The messages of a chat in order, with what their receipts say. Replies that were made again
 * are left out; the new one stands where the first one stood.
 *
 * Returns: (transfer full) (element-type TdMessageRecord) (nullable): the messages
 */
GPtrArray *
td_conversation_store_list_messages (TdConnection  *connection,
                                     gint64         conversation_id,
                                     GError       **error)
{
  g_autoptr (GPtrArray) records =
    g_ptr_array_new_with_free_func ((GDestroyNotify) td_message_record_free);
  g_autoptr (TdStatement) statement = NULL;
  gboolean has_row;

  statement = td_connection_prepare (
    connection,
    "SELECT m.id, m.role, m.state, m.text, m.reasoning, m.model_key, m.model_name, m.created_us,"
    "  m.finish, m.error_code, m.error_detail, m.retry_at_us,"
    "  r.input_tokens, r.output_tokens, r.counted_here, r.cost + r.commission + r.overrun,"
    "  r.first_token_ms, r.duration_ms,"
    "  m.opaque, r.counted_exactly, m.calls"
    " FROM message m"
    " LEFT JOIN receipt r ON r.settled_us IS NOT NULL"
    "   AND r.id = (SELECT MAX (n.id) FROM receipt n WHERE n.message_id = m.id"
    "     AND n.purpose <> 'title')" /* a chore of the program's has one of its own */
    " WHERE m.conversation_id = ? AND m.replaced_by IS NULL ORDER BY m.id",
    error);
  if (!statement)
    return NULL;
  td_statement_bind_int64 (statement, 1, conversation_id);
  while (TRUE)
    {
      if (!td_statement_step (statement, &has_row, error))
        return NULL;
      if (!has_row)
        break;
      g_ptr_array_add (records, read_message (statement));
    }
  if (!complete_streaming (connection, records, error) ||
      !add_attachments (connection, conversation_id, records, error))
    return NULL;
  return g_steal_pointer (&records);
}

/* A chat of which nothing is left but its row. */
#define IS_EMPTY                                                                            \
  " draft = '' AND title = '' AND COALESCE (system_prompt, '') = ''"                        \
  " AND NOT EXISTS (SELECT 1 FROM message WHERE message.conversation_id = conversation.id)" \
  " AND NOT EXISTS (SELECT 1 FROM draft_attachment d WHERE d.conversation_id = conversation.id)"

/**
 * td_conversation_store_delete_empty:
 * @connection: the database
 * @id: a chat
 * @deleted: (out): whether it was empty, and is gone
 * @error: return location for an error
 *
 * Deletes a chat whose draft was taken back before anything was said.
 *
 * Returns: whether it worked
 */
gboolean
td_conversation_store_delete_empty (TdConnection  *connection,
                                    gint64         id,
                                    gboolean      *deleted,
                                    GError       **error)
{
  g_autoptr (TdStatement) statement = NULL;

  statement =
    td_connection_prepare (connection, "DELETE FROM conversation WHERE id = ? AND" IS_EMPTY, error);
  if (!statement)
    return FALSE;
  td_statement_bind_int64 (statement, 1, id);
  if (!td_statement_run (statement, error))
    return FALSE;
  *deleted = td_connection_get_changes (connection) > 0;
  return TRUE;
}

/**
 * td_conversation_store_tidy:
 * @connection: the database
 * @error: return location for an error
 *
 * Removes chats in which nothing was ever said and nothing is being written: what is left of a
 * draft that was taken back. A fresh one may be open in another process.
 *
 * Returns: whether it worked
 */
gboolean
td_conversation_store_tidy (TdConnection  *connection,
                            GError       **error)
{
  g_autoptr (TdStatement) statement = NULL;

  statement = td_connection_prepare (
    connection, "DELETE FROM conversation WHERE updated_us < ? AND" IS_EMPTY, error);
  if (!statement)
    return FALSE;
  td_statement_bind_int64 (statement, 1, td_clock_now_us () - TIDY_AFTER_US);
  return td_statement_run (statement, error);
}

static void
bind_parameters (TdStatement            *statement,
                 int                     index,
                 const TdChatParameters *parameters)
{
  td_statement_bind_text (statement, index, parameters->effort);
  if (parameters->temperature_milli >= 0)
    td_statement_bind_int64 (statement, index + 1, parameters->temperature_milli);
  else
    td_statement_bind_null (statement, index + 1);
  td_statement_bind_int64 (statement, index + 2, parameters->max_output);
  td_statement_bind_text (statement, index + 3, parameters->schema);
}

/* A number that no row of the table has or ever had. */
#define NEXT_NUMBER(kind)                                                     \
  "(SELECT COALESCE (max (n), 0) + 1 FROM (SELECT last AS n FROM used_number" \
  " WHERE kind = '" kind "' UNION ALL SELECT max (id) FROM " kind ") AS used)"

/**
 * td_conversation_store_insert:
 * @connection: the database
 * @record: the chat; its id is ignored
 * @id: (out): the id it got
 * @error: return location for an error
 *
 * Returns: whether it was stored
 */
gboolean
td_conversation_store_insert (TdConnection                *connection,
                              const TdConversationRecord  *record,
                              gint64                      *id,
                              GError                     **error)
{
  g_autoptr (TdStatement) statement = NULL;

  statement = td_connection_prepare (connection,
                                     "INSERT INTO conversation (id, title, model_key, system_prompt, draft,"
                                     " created_us, updated_us, effort, temperature, max_output, reply_schema)"
                                     " VALUES (" NEXT_NUMBER ("conversation") ", ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                                     error);
  if (!statement)
    return FALSE;
  td_statement_bind_text (statement, 1, record->title);
  td_statement_bind_text (statement, 2, record->model_key);
  td_statement_bind_text (statement, 3, record->system_prompt);
  td_statement_bind_text (statement, 4, record->draft);
  td_statement_bind_int64 (statement, 5, record->created_us);
  td_statement_bind_int64 (statement, 6, record->updated_us);
  bind_parameters (statement, 7, &record->parameters);
  if (!td_statement_run (statement, error))
    return FALSE;
  *id = td_connection_get_last_insert_id (connection);
  return TRUE;
}

/* Numbers are used again: what has the number of a chat that was deleted is another chat. */
static gboolean
is_still_there (TdConnection                *connection,
                gint64                       id,
                const TdConversationRecord  *record,
                GError                     **error)
{
  g_autoptr (TdStatement) statement = NULL;
  gboolean found = FALSE;

  statement = td_connection_prepare (
    connection, "SELECT 1 FROM conversation WHERE id = ? AND created_us = ?", error);
  if (!statement)
    return FALSE;
  td_statement_bind_int64 (statement, 1, id);
  td_statement_bind_int64 (statement, 2, record->created_us);
  if (!td_statement_step (statement, &found, error))
    return FALSE;
  if (!found)
    g_set_error_literal (error, TD_STORE_ERROR, TD_STORE_ERROR_NOT_FOUND, "the chat was deleted");
  return found;
}

/**
 * td_conversation_row_ensure:
 * @row: a chat's row
 * @connection: the database
 * @record: what the row holds if it has to be made
 * @made: (out): whether it was made now; a caller that rolls back sets the id to 0 again
 * @error: return location for an error
 *
 * Stores a new chat, unless something queued before has already done so. A chat that was stored
 * and is gone since is an error. On the database thread.
 *
 * Returns: whether there is a row now
 */
gboolean
td_conversation_row_ensure (TdConversationRow           *row,
                            TdConnection                *connection,
                            const TdConversationRecord  *record,
                            gboolean                    *made,
                            GError                     **error)
{
  *made = FALSE;
  if (row->id != 0)
    return is_still_there (connection, row->id, record, error);
  *made = td_conversation_store_insert (connection, record, &row->id, error);
  return *made;
}

/**
 * td_conversation_store_delete:
 * @connection: the database
 * @id: a chat
 * @error: return location for an error
 *
 * Deletes a chat with its messages. Receipts stay: money was spent.
 *
 * Returns: whether it worked; a chat that is gone already counts as deleted
 */
gboolean
td_conversation_store_delete (TdConnection  *connection,
                              gint64         id,
                              GError       **error)
{
  g_autoptr (TdStatement) statement = NULL;

  statement = td_connection_prepare (connection, "DELETE FROM conversation WHERE id = ?", error);
  if (!statement)
    return FALSE;
  td_statement_bind_int64 (statement, 1, id);
  return td_statement_run (statement, error);
}

static gboolean
set_text_column (TdConnection  *connection,
                 const char    *sql,
                 gint64         id,
                 const char    *value,
                 GError       **error)
{
  g_autoptr (TdStatement) statement = td_connection_prepare (connection, sql, error);

  if (!statement)
    return FALSE;
  td_statement_bind_text (statement, 1, value);
  td_statement_bind_int64 (statement, 2, id);
  return td_statement_run (statement, error);
}

/**
 * td_conversation_store_set_title:
 * @connection: the database
 * @id: a chat
 * @title: what it is called
 * @error: return location for an error
 *
 * Returns: whether it was written
 */
gboolean
td_conversation_store_set_title (TdConnection  *connection,
                                 gint64         id,
                                 const char    *title,
                                 GError       **error)
{
  return set_text_column (connection, "UPDATE conversation SET title = ? WHERE id = ?", id, title,
                          error);
}

/**
 * td_conversation_store_set_model:
 * @connection: the database
 * @id: a chat
 * @model_key: (nullable): the model that answers next
 * @error: return location for an error
 *
 * Returns: whether it was written
 */
gboolean
td_conversation_store_set_model (TdConnection  *connection,
                                 gint64         id,
                                 const char    *model_key,
                                 GError       **error)
{
  return set_text_column (connection, "UPDATE conversation SET model_key = ? WHERE id = ?", id,
                          model_key, error);
}

/**
 * td_conversation_store_set_wishes:
 * @connection: the database
 * @record: a chat, of which the system prompt and the parameters are written
 * @error: return location for an error
 *
 * Returns: whether it was written
 */
gboolean
td_conversation_store_set_wishes (TdConnection                *connection,
                                  const TdConversationRecord  *record,
                                  GError                     **error)
{
  g_autoptr (TdStatement) statement = NULL;

  statement = td_connection_prepare (connection,
                                     "UPDATE conversation SET system_prompt = ?, effort = ?,"
                                     " temperature = ?, max_output = ?, reply_schema = ? WHERE id = ?",
                                     error);
  if (!statement)
    return FALSE;
  td_statement_bind_text (statement, 1, record->system_prompt);
  bind_parameters (statement, 2, &record->parameters);
  td_statement_bind_int64 (statement, 6, record->id);
  return td_statement_run (statement, error);
}

/**
 * td_conversation_store_set_draft:
 * @connection: the database
 * @id: a chat
 * @draft: what was typed and not sent
 * @error: return location for an error
 *
 * Returns: whether it was written
 */
gboolean
td_conversation_store_set_draft (TdConnection  *connection,
                                 gint64         id,
                                 const char    *draft,
                                 GError       **error)
{
  return set_text_column (connection, "UPDATE conversation SET draft = ? WHERE id = ?", id, draft,
                          error);
}

/**
 * td_conversation_store_set_updated:
 * @connection: the database
 * @id: a chat
 * @updated_us: when it was changed, in microseconds since 1970
 * @error: return location for an error
 *
 * Returns: whether it was written
 */
gboolean
td_conversation_store_set_updated (TdConnection  *connection,
                                   gint64         id,
                                   gint64         updated_us,
                                   GError       **error)
{
  g_autoptr (TdStatement) statement = NULL;

  statement = td_connection_prepare (connection,
                                     "UPDATE conversation SET updated_us = ? WHERE id = ?", error);
  if (!statement)
    return FALSE;
  td_statement_bind_int64 (statement, 1, updated_us);
  td_statement_bind_int64 (statement, 2, id);
  return td_statement_run (statement, error);
}

/**
 * td_conversation_store_add_spent:
 * @connection: the database
 * @message_id: a reply that was settled now, and never before
 * @outcome: what it took
 * @error: return location for an error
 *
 * Adds to the sums of the reply's chat. The same transaction settles the receipt.
 *
 * Returns: whether it worked; so it did when the chat was deleted meanwhile
 */
gboolean
td_conversation_store_add_spent (TdConnection            *connection,
                                 gint64                   message_id,
                                 const TdMessageOutcome  *outcome,
                                 GError                 **error)
{
  gboolean known = outcome->cost != TD_MONEY_UNKNOWN;
  g_autoptr (TdStatement) statement = NULL;

  statement = td_connection_prepare (
    connection,
    "UPDATE conversation SET cost = cost + ?, unknown_costs = unknown_costs + ?, tokens = tokens + ?,"
    " estimates = estimates + ?"
    " WHERE id = (SELECT conversation_id FROM message WHERE id = ?)",
    error);
  if (!statement)
    return FALSE;
  td_statement_bind_int64 (statement, 1, known ? outcome->cost : 0);
  td_statement_bind_int64 (statement, 2, known ? 0 : 1);
  td_statement_bind_int64 (statement, 3,
                           MAX (outcome->input_tokens, 0) + MAX (outcome->output_tokens, 0));
  td_statement_bind_int64 (statement, 4, td_message_outcome_is_estimated (outcome) ? 1 : 0);
  td_statement_bind_int64 (statement, 5, message_id);
  return td_statement_run (statement, error);
}

/**
 * td_conversation_store_touch:
 * @connection: the database
 * @record: the chat; all of it but its id and time of creation is written
 * @error: return location for an error
 *
 * Returns: whether it was written
 */
gboolean
td_conversation_store_touch (TdConnection                *connection,
                             const TdConversationRecord  *record,
                             GError                     **error)
{
  g_autoptr (TdStatement) statement = NULL;

  statement = td_connection_prepare (connection,
                                     "UPDATE conversation SET title = ?, model_key = ?, system_prompt = ?,"
                                     " draft = ?, updated_us = ?, effort = ?, temperature = ?, max_output = ?,"
                                     " reply_schema = ? WHERE id = ?",
                                     error);
  if (!statement)
    return FALSE;
  td_statement_bind_text (statement, 1, record->title);
  td_statement_bind_text (statement, 2, record->model_key);
  td_statement_bind_text (statement, 3, record->system_prompt);
  td_statement_bind_text (statement, 4, record->draft);
  td_statement_bind_int64 (statement, 5, record->updated_us);
  bind_parameters (statement, 6, &record->parameters);
  td_statement_bind_int64 (statement, 10, record->id);
  return td_statement_run (statement, error);
}

/**
 * td_conversation_store_insert_message:
 * @connection: the database
 * @conversation_id: a stored chat
 * @record: the message; its id is ignored
 * @id: (out): the id it got
 * @error: return location for an error
 *
 * Returns: whether it was stored
 */
gboolean
td_conversation_store_insert_message (TdConnection           *connection,
                                      gint64                  conversation_id,
                                      const TdMessageRecord  *record,
                                      gint64                 *id,
                                      GError                **error)
{
  const TdMessageOutcome *outcome = &record->outcome;
  g_autoptr (TdStatement) statement = NULL;

  statement = td_connection_prepare (connection,
                                     "INSERT INTO message (id, conversation_id, role, state, text, reasoning,"
                                     " model_key, model_name, created_us, finish, error_code, error_detail,"
                                     " retry_at_us) VALUES (" NEXT_NUMBER ("message") ", ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                                     error);
  if (!statement)
    return FALSE;
  td_statement_bind_int64 (statement, 1, conversation_id);
  td_statement_bind_text (statement, 2, td_message_role_to_string (record->role));
  td_statement_bind_text (statement, 3, td_message_state_to_string (outcome->state));
  td_statement_bind_text (statement, 4, record->text ? record->text : "");
  td_statement_bind_text (statement, 5, record->reasoning ? record->reasoning : "");
  td_statement_bind_text (statement, 6, record->model_key);
  td_statement_bind_text (statement, 7, record->model_name);
  td_statement_bind_int64 (statement, 8, record->created_us);
  td_statement_bind_text (statement, 9, outcome->finish);
  td_statement_bind_text (statement, 10, outcome->error_code);
  td_statement_bind_text (statement, 11, outcome->error_detail);
  td_statement_bind_int64 (statement, 12, outcome->retry_at_us);
  if (!td_statement_run (statement, error))
    return FALSE;
  *id = td_connection_get_last_insert_id (connection);
  return td_attachment_store_insert (connection, *id, record->attachments, error);
}

/**
 * td_conversation_store_replace_message:
 * @connection: the database
 * @id: a reply
 * @replaced_by: the one made in its place
 * @error: return location for an error
 *
 * Keeps the old reply but takes it out of the chat.
 *
 * Returns: whether it worked
 */
gboolean
td_conversation_store_replace_message (TdConnection  *connection,
                                       gint64         id,
                                       gint64         replaced_by,
                                       GError       **error)
{
  g_autoptr (TdStatement) statement = NULL;

  statement =
    td_connection_prepare (connection, "UPDATE message SET replaced_by = ? WHERE id = ?", error);
  if (!statement)
    return FALSE;
  td_statement_bind_int64 (statement, 1, replaced_by);
  td_statement_bind_int64 (statement, 2, id);
  return td_statement_run (statement, error);
}

/**
 * td_conversation_store_list_replaced:
 * @connection: the database
 * @id: a reply
 * @error: return location for an error
 *
 * Returns: (transfer full) (array zero-terminated=1): the keys of the models whose replies it was made in
 *   place of
 */
GStrv
td_conversation_store_list_replaced (TdConnection  *connection,
                                     gint64         id,
                                     GError       **error)
{
  g_autoptr (GStrvBuilder) keys = g_strv_builder_new ();
  g_autoptr (TdStatement) statement =
    td_connection_prepare (connection,
                           "SELECT model_key FROM message"
                           " WHERE conversation_id = (SELECT conversation_id FROM message WHERE id = ?)"
                           "   AND replaced_by = ? AND model_key IS NOT NULL ORDER BY id",
                           error);
  gboolean has_row;

  if (!statement)
    return NULL;
  td_statement_bind_int64 (statement, 1, id);
  td_statement_bind_int64 (statement, 2, id);
  while (td_statement_step (statement, &has_row, error))
    {
      if (!has_row)
        return g_strv_builder_end (keys);
      g_strv_builder_add (keys, td_statement_get_text (statement, 0));
    }
  return NULL;
}

/**
 * td_conversation_store_set_message_model:
 * @connection: the database
 * @id: a reply
 * @model_key: the model that writes it now
 * @model_name: (nullable): its name
 * @error: return location for an error
 *
 * Returns: whether it was written
 */
gboolean
td_conversation_store_set_message_model (TdConnection  *connection,
                                         gint64         id,
                                         const char    *model_key,
                                         const char    *model_name,
                                         GError       **error)
{
  g_autoptr (TdStatement) statement = NULL;

  statement = td_connection_prepare (
    connection, "UPDATE message SET model_key = ?, model_name = ? WHERE id = ?", error);
  if (!statement)
    return FALSE;
  td_statement_bind_text (statement, 1, model_key);
  td_statement_bind_text (statement, 2, model_name);
  td_statement_bind_int64 (statement, 3, id);
  return td_statement_run (statement, error);
}

/**
 * td_conversation_store_append_piece:
 * @connection: the database
 * @message_id: a streaming reply
 * @text: what its text grew by
 * @reasoning: what its reasoning grew by
 * @error: return location for an error
 *
 * Journals a piece of a reply. Nothing happens when the chat was deleted meanwhile.
 *
 * Returns: whether it was written
 */
gboolean
td_conversation_store_append_piece (TdConnection  *connection,
                                    gint64         message_id,
                                    const char    *text,
                                    const char    *reasoning,
                                    GError       **error)
{
  g_autoptr (TdStatement) statement = NULL;

  statement = td_connection_prepare (connection,
                                     "INSERT INTO message_piece (message_id, text, reasoning)"
                                     " SELECT id, ?, ? FROM message WHERE id = ?",
                                     error);
  if (!statement)
    return FALSE;
  td_statement_bind_text (statement, 1, text);
  td_statement_bind_text (statement, 2, reasoning);
  td_statement_bind_int64 (statement, 3, message_id);
  return td_statement_run (statement, error);
}

static gboolean
append_pieces (TdConnection  *connection,
               gint64         message_id,
               GString       *text,
               GString       *reasoning,
               GError       **error)
{
  g_autoptr (TdStatement) statement = NULL;
  gboolean has_row;

  statement = td_connection_prepare (connection,
                                     "SELECT text, reasoning FROM message_piece WHERE message_id = ? ORDER BY id",
                                     error);
  if (!statement)
    return FALSE;
  td_statement_bind_int64 (statement, 1, message_id);
  while (TRUE)
    {
      if (!td_statement_step (statement, &has_row, error))
        return FALSE;
      if (!has_row)
        return TRUE;
      g_string_append (text, td_statement_get_text (statement, 0));
      g_string_append (reasoning, td_statement_get_text (statement, 1));
    }
}

/**
 * td_conversation_store_read_text:
 * @connection: the database
 * @message_id: a message
 * @text: (out): its text, journalled pieces included
 * @reasoning: (out): its reasoning likewise
 * @error: return location for an error
 *
 * Returns: whether it could be read; a message that does not exist has empty texts
 */
gboolean
td_conversation_store_read_text (TdConnection  *connection,
                                 gint64         message_id,
                                 char         **text,
                                 char         **reasoning,
                                 GError       **error)
{
  g_autoptr (GString) all_text = g_string_new (NULL);
  g_autoptr (GString) all_reasoning = g_string_new (NULL);
  g_autoptr (TdStatement) statement = NULL;
  gboolean has_row;

  statement =
    td_connection_prepare (connection, "SELECT text, reasoning FROM message WHERE id = ?", error);
  if (!statement)
    return FALSE;
  td_statement_bind_int64 (statement, 1, message_id);
  if (!td_statement_step (statement, &has_row, error))
    return FALSE;
  if (has_row)
    {
      g_string_append (all_text, td_statement_get_text (statement, 0));
      g_string_append (all_reasoning, td_statement_get_text (statement, 1));
    }
  if (!append_pieces (connection, message_id, all_text, all_reasoning, error))
    return FALSE;
  *text = g_string_free (g_steal_pointer (&all_text), FALSE);
  *reasoning = g_string_free (g_steal_pointer (&all_reasoning), FALSE);
  return TRUE;
}

static gboolean
delete_pieces (TdConnection  *connection,
               gint64         message_id,
               GError       **error)
{
  g_autoptr (TdStatement) statement = NULL;

  statement =
    td_connection_prepare (connection, "DELETE FROM message_piece WHERE message_id = ?", error);
  if (!statement)
    return FALSE;
  td_statement_bind_int64 (statement, 1, message_id);
  return td_statement_run (statement, error);
}

/**
 * td_conversation_store_finish_message:
 * @connection: the database, inside a transaction
 * @message_id: a streaming reply
 * @outcome: how it ended
 * @error: return location for an error
 *
 * Folds the journalled pieces into the reply and writes how it ended. Doing it twice does no
 * harm: only a streaming reply is touched, and the pieces are gone after the first time.
 *
 * Returns: whether it worked; so it did when the chat was deleted meanwhile
 */
gboolean
td_conversation_store_finish_message (TdConnection            *connection,
                                      gint64                   message_id,
                                      const TdMessageOutcome  *outcome,
                                      GError                 **error)
{
  g_autofree char *text = NULL;
  g_autofree char *reasoning = NULL;
  g_autoptr (TdStatement) statement = NULL;

  if (!td_conversation_store_read_text (connection, message_id, &text, &reasoning, error))
    return FALSE;
  statement = td_connection_prepare (connection,
                                     "UPDATE message SET text = ?, reasoning = ?, state = ?, finish = ?,"
                                     " error_code = ?, error_detail = ?, retry_at_us = ?, opaque = ?, calls = ?"
                                     " WHERE id = ? AND state = 'streaming'",
                                     error);
  if (!statement)
    return FALSE;
  td_statement_bind_text (statement, 1, text);
  td_statement_bind_text (statement, 2, reasoning);
  td_statement_bind_text (statement, 3, td_message_state_to_string (outcome->state));
  td_statement_bind_text (statement, 4, outcome->finish);
  td_statement_bind_text (statement, 5, outcome->error_code);
  td_statement_bind_text (statement, 6, outcome->error_detail);
  td_statement_bind_int64 (statement, 7, outcome->retry_at_us);
  td_statement_bind_text (statement, 8, outcome->opaque);
  td_statement_bind_text (statement, 9, outcome->calls);
  td_statement_bind_int64 (statement, 10, message_id);
  return td_statement_run (statement, error) && delete_pieces (connection, message_id, error);
}

/**
 * td_conversation_store_list_streaming:
 * @connection: the database
 * @conversation_id: a chat, or 0 for all
 * @error: return location for an error
 *
 * Returns: (transfer full) (element-type gint64) (nullable): the replies marked as streaming,
 *   whoever streams them
 */
GArray *
td_conversation_store_list_streaming (TdConnection  *connection,
                                      gint64         conversation_id,
                                      GError       **error)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (TdStatement) statement = NULL;
  gboolean has_row;

  statement = td_connection_prepare (connection,
                                     "SELECT id FROM message WHERE state = 'streaming'"
                                     " AND (? = 0 OR conversation_id = ?) ORDER BY id",
                                     error);
  if (!statement)
    return NULL;
  td_statement_bind_int64 (statement, 1, conversation_id);
  td_statement_bind_int64 (statement, 2, conversation_id);
  while (TRUE)
    {
      gint64 id;

      if (!td_statement_step (statement, &has_row, error))
        return NULL;
      if (!has_row)
        return g_steal_pointer (&ids);
      id = td_statement_get_int64 (statement, 0);
      g_array_append_val (ids, id);
    }
}

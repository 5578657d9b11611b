/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reading the chats again after another process changed something. The reading takes a moment
 * in which this process may change them too; generations tell, and a stale reading is thrown
 * away and made again rather than merged by guesswork.
 */
#include "config.h"

#include "conversation/td-conversation-reload.h"

#include "conversation/td-conversation-store.h"

/* What was known of a chat when the reading began. */
typedef struct
{
  gint64 id;
  gint64 updated_us;
  guint generation;
  gboolean loaded;
  gboolean streaming_elsewhere;
} Known;

typedef struct
{
  guint generation;
  GArray *known; /* (element-type Known) */
} ReloadJob;

typedef struct
{
  guint generation;
  GPtrArray *records;   /* (element-type TdConversationRecord) */
  GHashTable *messages; /* (element-type gint64 GPtrArray): of chats that changed */
  GHashTable *known;    /* (element-type gint64 Known) */
} ReloadResult;

static void
reload_job_free (gpointer data)
{
  ReloadJob *job = data;

  g_array_unref (job->known);
  g_free (job);
}

static void
reload_result_free (ReloadResult *result)
{
  g_clear_pointer (&result->records, g_ptr_array_unref);
  g_hash_table_unref (result->messages);
  g_hash_table_unref (result->known);
  g_free (result);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ReloadResult, reload_result_free)

static gboolean
streams_elsewhere (TdConversation *conversation)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (conversation));

  for (guint i = 0; i < n; i++)
    {
      TdMessage *message = td_conversation_get_message (conversation, i);

      if (td_message_get_state (message) == TD_MESSAGE_STATE_STREAMING &&
          !td_message_is_live (message))
        return TRUE;
    }
  return FALSE;
}

static ReloadJob *
reload_job_new (GPtrArray *conversations,
                guint      generation)
{
  ReloadJob *job = g_new0 (ReloadJob, 1);

  job->generation = generation;
  job->known = g_array_new (FALSE, FALSE, sizeof (Known));
  for (guint i = 0; i < conversations->len; i++)
    {
      TdConversation *conversation = g_ptr_array_index (conversations, i);
      Known known = {
        .id = td_conversation_get_id (conversation),
        .updated_us = td_conversation_get_updated_us (conversation),
        .generation = td_conversation_get_generation (conversation),
        .loaded = td_conversation_get_loaded (conversation),
        .streaming_elsewhere = streams_elsewhere (conversation),
      };

      g_array_append_val (job->known, known);
    }
  return job;
}

static ReloadResult *
reload_result_new (const ReloadJob *job)
{
  ReloadResult *result = g_new0 (ReloadResult, 1);

  result->generation = job->generation;
  result->messages =
    g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  result->known = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  for (guint i = 0; i < job->known->len; i++)
    {
      Known *known = g_memdup2 (&g_array_index (job->known, Known, i), sizeof (Known));

      g_hash_table_insert (result->known, &known->id, known);
    }
  return result;
}

static gpointer
reload_on_thread (TdConnection  *connection,
                  gpointer       data,
                  GCancellable  *cancellable,
                  GError       **error)
{
  g_autoptr (ReloadResult) result = reload_result_new (data);

  result->records = td_conversation_store_list (connection, error);
  if (!result->records)
    return NULL;
  for (guint i = 0; i < result->records->len; i++)
    {
      TdConversationRecord *record = g_ptr_array_index (result->records, i);
      const Known *known = g_hash_table_lookup (result->known, &record->id);
      GPtrArray *messages;

      if (!known || !known->loaded ||
          (known->updated_us == record->updated_us && !known->streaming_elsewhere))
        continue;
      messages = td_conversation_store_list_messages (connection, record->id, error);
      if (!messages)
        return NULL;
      g_hash_table_insert (result->messages, g_memdup2 (&record->id, sizeof (gint64)), messages);
    }
  return g_steal_pointer (&result);
}

/**
 * td_conversation_reload_async:
 * @database: where the chats are
 * @conversations: (element-type TdConversation): the chats in the list now
 * @generation: the list's generation now
 * @callback: called with the result
 * @user_data: data for @callback
 */
void
td_conversation_reload_async (TdDatabase          *database,
                              GPtrArray           *conversations,
                              guint                generation,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  td_database_run_async (database, G_PRIORITY_DEFAULT, reload_on_thread,
                         reload_job_new (conversations, generation), reload_job_free,
                         (GDestroyNotify) reload_result_free, NULL, callback, user_data);
}

/* Lays a record over the object with its id, messages included. FALSE: the object has changed
 * since the reading began. */
static gboolean
update_conversation (TdConversation       *conversation,
                     TdConversationRecord *record,
                     ReloadResult         *result)
{
  GPtrArray *messages = g_hash_table_lookup (result->messages, &record->id);
  const Known *known = g_hash_table_lookup (result->known, &record->id);

  if (known && known->generation != td_conversation_get_generation (conversation))
    {
      td_conversation_record_free (record);
      return FALSE;
    }
  if (messages)
    td_conversation_merge_messages (conversation, messages);
  td_conversation_update (conversation, record);
  return TRUE;
}

static GHashTable *
index_by_id (GPtrArray *conversations)
{
  GHashTable *by_id = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_object_unref);

  for (guint i = 0; i < conversations->len; i++)
    {
      TdConversation *conversation = g_ptr_array_index (conversations, i);
      gint64 id = td_conversation_get_id (conversation);

      g_hash_table_insert (by_id, g_memdup2 (&id, sizeof id), g_object_ref (conversation));
    }
  return by_id;
}

static GPtrArray *
match_records (GHashTable   *by_id,
               ReloadResult *result,
               gboolean     *stale)
{
  GPtrArray *items = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < result->records->len; i++)
    {
      TdConversationRecord *record = g_steal_pointer (&g_ptr_array_index (result->records, i));
      TdConversation *known = g_hash_table_lookup (by_id, &record->id);

      /* Numbers are used again: then what is known is a chat that was deleted. */
      if (!known || td_conversation_get_created_us (known) != record->created_us)
        {
          g_ptr_array_add (items, td_conversation_new_from_record (record));
          continue;
        }
      g_ptr_array_add (items, g_object_ref (known));
      g_hash_table_remove (by_id, &record->id);
      if (!update_conversation (known, record, result))
        *stale = TRUE;
    }
  return items;
}

/**
 * td_conversation_reload_finish:
 * @database: where the chats are
 * @result: what the callback got
 * @model: the list, which tells its listeners
 * @items: (inout): the chats of the list
 * @generation: the list's generation now
 * @stale: (out): whether something changed here meanwhile, so that it has to be done again
 * @error: return location for a #TdStoreError
 *
 * Returns: (transfer full) (element-type TdConversation) (nullable): the chats that are gone
 */
GPtrArray *
td_conversation_reload_finish (TdDatabase    *database,
                               GAsyncResult  *result,
                               GListModel    *model,
                               GPtrArray    **items,
                               guint          generation,
                               gboolean      *stale,
                               GError       **error)
{
  g_autoptr (ReloadResult) reloaded = NULL;
  g_autoptr (GHashTable) by_id = NULL;
  g_autoptr (GPtrArray) matched = NULL;
  g_autoptr (GPtrArray) gone = NULL;
  GHashTableIter iter;
  gpointer conversation;

  *stale = FALSE;
  reloaded = td_database_run_finish (database, result, error);
  if (!reloaded)
    return NULL;
  *stale = reloaded->generation != generation;
  if (*stale)
    return NULL;
  by_id = index_by_id (*items);
  matched = match_records (by_id, reloaded, stale);
  td_conversation_swap_items (model, items, matched);
  gone = g_ptr_array_new_with_free_func (g_object_unref);
  g_hash_table_iter_init (&iter, by_id);
  while (g_hash_table_iter_next (&iter, NULL, &conversation))
    {
      td_conversation_mark_deleted (conversation);
      g_ptr_array_add (gone, g_object_ref (conversation));
    }
  return g_steal_pointer (&gone);
}

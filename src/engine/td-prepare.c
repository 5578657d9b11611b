/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine/td-prepare.h"

#include "conversation/td-conversation-store.h"
#include "engine/td-completion.h"
#include "engine/td-recovery.h"

typedef struct
{
  TdLease *lease;
  gint64 conversation_id;
  gboolean loaded;
} Job;

typedef struct
{
  gboolean busy;
  GPtrArray *messages; /* (nullable) (element-type TdMessageRecord): to be taken over */
} Prepared;

static void
job_free (gpointer data)
{
  Job *job = data;

  td_lease_unref (job->lease);
  g_free (job);
}

static void
prepared_free (Prepared *prepared)
{
  g_clear_pointer (&prepared->messages, g_ptr_array_unref);
  g_free (prepared);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Prepared, prepared_free)

static gpointer
prepare_on_thread (TdConnection  *connection,
                   gpointer       data,
                   GCancellable  *cancellable,
                   GError       **error)
{
  Job *job = data;
  g_autoptr (Prepared) prepared = g_new0 (Prepared, 1);
  g_autoptr (GArray) streaming = NULL;
  guint n_resolved;

  if (!td_recovery_resolve (connection, job->lease, &n_resolved, error))
    return NULL;
  streaming = td_conversation_store_list_streaming (connection, job->conversation_id, error);
  if (!streaming)
    return NULL;
  prepared->busy = job->conversation_id != 0 && streaming->len > 0;
  if (!job->loaded || n_resolved > 0)
    {
      prepared->messages =
        td_conversation_store_list_messages (connection, job->conversation_id, error);
      if (!prepared->messages)
        return NULL;
    }
  return g_steal_pointer (&prepared);
}

/**
 * td_prepare_async:
 * @database: where the chat is
 * @lease: the lease of this process
 * @conversation: a chat in which this process is not replying
 * @callback: called when it is ready
 * @user_data: data for @callback
 */
void
td_prepare_async (TdDatabase          *database,
                  TdLease             *lease,
                  TdConversation      *conversation,
                  GAsyncReadyCallback  callback,
                  gpointer             user_data)
{
  Job *job = g_new0 (Job, 1);

  job->lease = td_lease_ref (lease);
  job->conversation_id = td_conversation_get_id (conversation);
  job->loaded = td_conversation_get_loaded (conversation);
  td_database_run_async (database, G_PRIORITY_DEFAULT, prepare_on_thread, job, job_free,
                         (GDestroyNotify) prepared_free, NULL, callback, user_data);
}

/**
 * td_prepare_finish:
 * @database: where the chat is
 * @conversation: the chat; its messages are loaded now
 * @result: what the callback got
 * @error: return location for a #TdStoreError or %TD_COMPLETION_ERROR_BUSY
 *
 * Returns: whether a reply may be made
 */
gboolean
td_prepare_finish (TdDatabase      *database,
                   TdConversation  *conversation,
                   GAsyncResult    *result,
                   GError         **error)
{
  g_autoptr (Prepared) prepared = td_database_run_finish (database, result, error);

  if (!prepared)
    return FALSE;
  if (prepared->messages)
    td_conversation_merge_messages (conversation, prepared->messages);
  if (!prepared->busy)
    return TRUE;
  g_set_error_literal (error, TD_COMPLETION_ERROR, TD_COMPLETION_ERROR_BUSY,
                       "another program is replying in this chat");
  return FALSE;
}

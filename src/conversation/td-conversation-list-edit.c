/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the user changes about a chat. It shows at once; the store follows.
 */
#include "config.h"

#include "conversation/td-conversation-list.h"

#include "conversation/td-conversation-drafts.h"
#include "conversation/td-conversation-list-private.h"
#include "conversation/td-conversation-store.h"

typedef gboolean (*WriteFunc) (TdConnection  *connection,
                               gint64         id,
                               const char    *text,
                               GError       **error);

typedef struct
{
  TdConversationRow *row;
  char *text;
  WriteFunc write;
} WriteJob;

static void
write_job_free (gpointer data)
{
  WriteJob *job = data;

  td_conversation_row_unref (job->row);
  g_free (job->text);
  g_free (job);
}

static gpointer
write_on_thread (TdConnection  *connection,
                 gpointer       data,
                 GCancellable  *cancellable,
                 GError       **error)
{
  WriteJob *job = data;

  /* A chat that is not stored is written whole when it is. */
  if (job->row->id != 0)
    job->write (connection, job->row->id, job->text, error);
  return NULL;
}

static void
written_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  td_database_run_finish (TD_DATABASE (source), result, &error);
  if (error)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  td_conversation_list_note_changed (g_task_get_source_object (task));
  g_task_return_boolean (task, TRUE);
}

static void
write_async (TdConversationList *self,
             TdConversation     *conversation,
             WriteFunc           write,
             const char         *text,
             GTask              *task)
{
  WriteJob *job = g_new0 (WriteJob, 1);

  job->row = td_conversation_row_ref (td_conversation_get_row (conversation));
  job->text = g_strdup (text);
  job->write = write;
  td_database_run_async (td_conversation_list_get_database (self), G_PRIORITY_DEFAULT,
                         write_on_thread, job, write_job_free, NULL, g_task_get_cancellable (task),
                         written_cb, task);
}

/**
 * td_conversation_list_rename_async:
 * @self: the list
 * @conversation: a chat
 * @title: its new title
 * @cancellable: (nullable): cancels the call
 * @callback: called when the title is stored
 * @user_data: data for @callback
 */
void
td_conversation_list_rename_async (TdConversationList  *self,
                                   TdConversation      *conversation,
                                   const char          *title,
                                   GCancellable        *cancellable,
                                   GAsyncReadyCallback  callback,
                                   gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (TD_IS_CONVERSATION_LIST (self));
  g_return_if_fail (TD_IS_CONVERSATION (conversation));
  g_return_if_fail (title != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, td_conversation_list_rename_async);
  td_conversation_set_title (conversation, title);
  write_async (self, conversation, td_conversation_store_set_title, title, task);
}

/**
 * td_conversation_list_rename_finish:
 * @self: the list
 * @result: what the callback got
 * @error: return location for a #TdStoreError
 *
 * Returns: whether the title is stored
 */
gboolean
td_conversation_list_rename_finish (TdConversationList  *self,
                                    GAsyncResult        *result,
                                    GError             **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static gboolean
delete_row (TdConnection  *connection,
            gint64         id,
            const char    *unused,
            GError       **error)
{
  return td_conversation_store_delete (connection, id, error);
}

/**
 * td_conversation_list_delete_async:
 * @self: the list
 * @conversation: a chat
 * @cancellable: (nullable): cancels the call
 * @callback: called when it is gone from the store
 * @user_data: data for @callback
 *
 * Deletes a chat with all its messages. It leaves the list at once, and a reply that is
 * streaming into it is stopped. What was spent stays on record.
 */
void
td_conversation_list_delete_async (TdConversationList  *self,
                                   TdConversation      *conversation,
                                   GCancellable        *cancellable,
                                   GAsyncReadyCallback  callback,
                                   gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (TD_IS_CONVERSATION_LIST (self));
  g_return_if_fail (TD_IS_CONVERSATION (conversation));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, td_conversation_list_delete_async);
  td_conversation_list_note_deleted (self, conversation);
  write_async (self, conversation, delete_row, NULL, task);
}

/**
 * td_conversation_list_delete_finish:
 * @self: the list
 * @result: what the callback got
 * @error: return location for a #TdStoreError
 *
 * Returns: whether it is gone
 */
gboolean
td_conversation_list_delete_finish (TdConversationList  *self,
                                    GAsyncResult        *result,
                                    GError             **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
model_written_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    g_debug ("the chosen model was not stored: %s", error->message);
}

/**
 * td_conversation_list_set_model:
 * @self: the list
 * @conversation: a chat
 * @model_key: which model its next message goes to
 *
 * Takes effect at once; the store follows.
 */
void
td_conversation_list_set_model (TdConversationList *self,
                                TdConversation     *conversation,
                                const char         *model_key)
{
  GTask *task;

  g_return_if_fail (TD_IS_CONVERSATION_LIST (self));
  g_return_if_fail (TD_IS_CONVERSATION (conversation));
  g_return_if_fail (model_key != NULL);

  if (g_strcmp0 (td_conversation_get_model_key (conversation), model_key) == 0)
    return;
  td_conversation_set_model_key (conversation, model_key);
  task = g_task_new (self, NULL, model_written_cb, NULL);
  g_task_set_source_tag (task, td_conversation_list_set_model);
  write_async (self, conversation, td_conversation_store_set_model, model_key, task);
}

typedef struct
{
  TdConversationRow *row;
  TdConversationRecord *record;
} WishesJob;

static void
wishes_job_free (gpointer data)
{
  WishesJob *job = data;

  td_conversation_row_unref (job->row);
  td_conversation_record_free (job->record);
  g_free (job);
}

static gpointer
write_wishes_on_thread (TdConnection  *connection,
                        gpointer       data,
                        GCancellable  *cancellable,
                        GError       **error)
{
  WishesJob *job = data;

  job->record->id = job->row->id;
  if (job->row->id != 0)
    td_conversation_store_set_wishes (connection, job->record, error);
  return NULL;
}

/**
 * td_conversation_list_set_wishes:
 * @self: the list
 * @conversation: a chat
 * @system_prompt: (nullable): how the model is to behave
 * @parameters: what the user wants of the replies
 *
 * Takes effect with the next message; the store follows.
 */
void
td_conversation_list_set_wishes (TdConversationList     *self,
                                 TdConversation         *conversation,
                                 const char             *system_prompt,
                                 const TdChatParameters *parameters)
{
  const char *before;
  WishesJob *job;
  GTask *task;

  g_return_if_fail (TD_IS_CONVERSATION_LIST (self));
  g_return_if_fail (TD_IS_CONVERSATION (conversation));
  g_return_if_fail (parameters != NULL);

  before = td_conversation_get_system_prompt (conversation);
  if (td_chat_parameters_equal (parameters, td_conversation_get_parameters (conversation)) &&
      g_strcmp0 (before, system_prompt) == 0)
    return;
  td_conversation_set_system_prompt (conversation, system_prompt);
  td_conversation_set_parameters (conversation, parameters);
  task = g_task_new (self, NULL, model_written_cb, NULL);
  g_task_set_source_tag (task, td_conversation_list_set_wishes);
  job = g_new0 (WishesJob, 1);
  job->row = td_conversation_row_ref (td_conversation_get_row (conversation));
  job->record = td_conversation_to_record (conversation);
  td_database_run_async (td_conversation_list_get_database (self), G_PRIORITY_DEFAULT,
                         write_wishes_on_thread, job, wishes_job_free, NULL, NULL, written_cb,
                         task);
}

/**
 * td_conversation_list_set_draft:
 * @self: the list
 * @conversation: a chat
 * @text: what was typed and not sent
 *
 * Keeps the text; it is in the store within a second. A new chat is stored for its draft.
 */
void
td_conversation_list_set_draft (TdConversationList *self,
                                TdConversation     *conversation,
                                const char         *text)
{
  g_return_if_fail (TD_IS_CONVERSATION_LIST (self));
  g_return_if_fail (TD_IS_CONVERSATION (conversation));
  g_return_if_fail (text != NULL);

  if (g_str_equal (td_conversation_get_draft (conversation), text))
    return;
  td_conversation_set_draft (conversation, text);
  td_conversation_drafts_add (td_conversation_list_get_drafts (self), conversation);
}

/**
 * td_conversation_list_keep_draft_attachments:
 * @self: the list
 * @conversation: a chat whose draft got a picture, or lost one
 *
 * Keeps the pictures; they are in the store within a second. A new chat is stored for them.
 */
void
td_conversation_list_keep_draft_attachments (TdConversationList *self,
                                             TdConversation     *conversation)
{
  g_return_if_fail (TD_IS_CONVERSATION_LIST (self));
  g_return_if_fail (TD_IS_CONVERSATION (conversation));

  if (td_conversation_is_filling (conversation))
    return;
  td_conversation_set_attachments_dirty (conversation, TRUE);
  td_conversation_drafts_add (td_conversation_list_get_drafts (self), conversation);
}

/**
 * td_conversation_list_write_drafts:
 * @self: the list
 *
 * Hands the drafts that wait to the database thread now, as before the end of the program.
 */
void
td_conversation_list_write_drafts (TdConversationList *self)
{
  g_return_if_fail (TD_IS_CONVERSATION_LIST (self));

  td_conversation_drafts_write (td_conversation_list_get_drafts (self));
}

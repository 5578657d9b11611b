/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "conversation/td-conversation-drafts.h"

#include "conversation/td-attachment-store.h"
#include "conversation/td-conversation-list-private.h"
#include "conversation/td-conversation-store.h"

#define DELAY_MS 500

struct _TdConversationDrafts
{
  TdConversationList *list; /* (unowned): owns us */
  GPtrArray *waiting;       /* (owned) (element-type TdConversation): to be written */
  guint write_id;           /* source that writes them */
};

typedef struct
{
  TdConversationList *list;      /* (owned) */
  TdConversation *conversation;  /* (owned) */
  TdConversationRow *row;        /* (owned) */
  TdConversationRecord *record;  /* (owned) */
  GPtrArray *attachments; /* (owned) (nullable) (element-type TdAttachment): if they changed */
  gboolean made;
  gboolean unmade;               /* nothing was left of it */
} DraftJob;

static void
draft_job_free (DraftJob *job)
{
  g_object_unref (job->list);
  g_object_unref (job->conversation);
  td_conversation_row_unref (job->row);
  td_conversation_record_free (job->record);
  g_clear_pointer (&job->attachments, g_ptr_array_unref);
  g_free (job);
}

static gboolean
write_draft_and_pictures (DraftJob      *job,
                          TdConnection  *connection,
                          GError       **error)
{
  if (!td_conversation_row_ensure (job->row, connection, job->record, &job->made, error))
    return FALSE;
  if (!job->made &&
      !td_conversation_store_set_draft (connection, job->row->id, job->record->draft, error))
    return FALSE;
  if (job->attachments &&
      !td_attachment_store_set_draft (connection, job->row->id, job->attachments, error))
    return FALSE;
  return job->record->draft[0] != '\0' ||
         td_conversation_store_delete_empty (connection, job->row->id, &job->unmade, error);
}

static gpointer
write_draft_on_thread (TdConnection  *connection,
                       gpointer       data,
                       GCancellable  *cancellable,
                       GError       **error)
{
  DraftJob *job = data;
  gint64 id_before = job->row->id;

  if (job->row->id == 0 && job->record->draft[0] == '\0' &&
      (!job->attachments || job->attachments->len == 0))
    return NULL;
  if (!td_connection_begin (connection, error))
    return NULL;
  if (!write_draft_and_pictures (job, connection, error) ||
      !td_connection_commit (connection, error))
    {
      td_connection_rollback (connection);
      job->row->id = id_before;
      return NULL;
    }
  if (job->unmade)
    job->row->id = 0;
  return g_memdup2 (&job->row->id, sizeof (gint64));
}

/* It goes with the next one, or with the end of the program. */
static void
wait_again (TdConversationDrafts *self,
            TdConversation       *conversation)
{
  if (!td_conversation_is_deleted (conversation) &&
      !g_ptr_array_find (self->waiting, conversation, NULL))
    g_ptr_array_add (self->waiting, g_object_ref (conversation));
}

static void
draft_written_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  DraftJob *job = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree gint64 *id = NULL;

  id = td_database_run_finish (TD_DATABASE (source), result, &error);
  if (error)
    {
      g_debug ("a draft was not stored: %s", error->message);
      if (job->attachments)
        td_conversation_set_attachments_dirty (job->conversation, TRUE);
      wait_again (td_conversation_list_get_drafts (job->list), job->conversation);
    }
  else if (g_str_equal (td_conversation_get_draft (job->conversation), job->record->draft))
    td_conversation_set_draft_dirty (job->conversation, FALSE);
  if (id && job->unmade)
    td_conversation_list_note_emptied (job->list, job->conversation);
  else if (id && job->made && td_conversation_get_id (job->conversation) == 0)
    td_conversation_list_note_stored (job->list, job->conversation, *id);
  draft_job_free (job);
}

static GPtrArray *
list_attachments (TdConversation *conversation)
{
  GListModel *store = G_LIST_MODEL (td_conversation_get_draft_attachments (conversation));
  GPtrArray *list = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (store); i++)
    g_ptr_array_add (list, g_list_model_get_item (store, i));
  return list;
}

static void
write_draft (TdConversationDrafts *self,
             TdConversation       *conversation)
{
  DraftJob *job = g_new0 (DraftJob, 1);

  job->list = g_object_ref (self->list);
  job->conversation = g_object_ref (conversation);
  job->row = td_conversation_row_ref (td_conversation_get_row (conversation));
  job->record = td_conversation_to_record (conversation);
  if (td_conversation_is_attachments_dirty (conversation))
    job->attachments = list_attachments (conversation);
  td_conversation_set_attachments_dirty (conversation, FALSE);
  td_database_run_async (td_conversation_list_get_database (self->list), G_PRIORITY_DEFAULT,
                         write_draft_on_thread, job, NULL, g_free, NULL, draft_written_cb, job);
}

static gboolean
write_cb (gpointer user_data)
{
  TdConversationDrafts *self = user_data;

  self->write_id = 0;
  td_conversation_drafts_write (self);
  return G_SOURCE_REMOVE;
}

/**
 * td_conversation_drafts_new:
 * @list: the chats
 *
 * Returns: (transfer full): a writer with nothing to write
 */
TdConversationDrafts *
td_conversation_drafts_new (TdConversationList *list)
{
  TdConversationDrafts *self = g_new0 (TdConversationDrafts, 1);

  self->list = list;
  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
  return self;
}

void
td_conversation_drafts_free (TdConversationDrafts *self)
{
  g_return_if_fail (self != NULL);

  td_conversation_drafts_close (self);
  g_ptr_array_unref (self->waiting);
  g_free (self);
}

/**
 * td_conversation_drafts_close:
 * @self: the writer
 *
 * Writes nothing more by itself.
 */
void
td_conversation_drafts_close (TdConversationDrafts *self)
{
  g_return_if_fail (self != NULL);

  g_clear_handle_id (&self->write_id, g_source_remove);
}

/**
 * td_conversation_drafts_add:
 * @self: the writer
 * @conversation: a chat whose draft has changed
 *
 * Writes the draft soon, and once however often it changes until then.
 */
void
td_conversation_drafts_add (TdConversationDrafts *self,
                            TdConversation       *conversation)
{
  g_return_if_fail (self != NULL);

  td_conversation_set_draft_dirty (conversation, TRUE);
  if (!g_ptr_array_find (self->waiting, conversation, NULL))
    g_ptr_array_add (self->waiting, g_object_ref (conversation));
  if (self->write_id == 0)
    self->write_id = g_timeout_add (DELAY_MS, write_cb, self);
}

/**
 * td_conversation_drafts_forget:
 * @self: the writer
 * @conversation: a chat that is gone
 */
void
td_conversation_drafts_forget (TdConversationDrafts *self,
                               TdConversation       *conversation)
{
  g_return_if_fail (self != NULL);

  g_ptr_array_remove_fast (self->waiting, conversation);
}

/**
 * td_conversation_drafts_write:
 * @self: the writer
 *
 * Hands what waits to the database thread.
 */
void
td_conversation_drafts_write (TdConversationDrafts *self)
{
  g_return_if_fail (self != NULL);

  g_clear_handle_id (&self->write_id, g_source_remove);
  for (guint i = 0; i < self->waiting->len; i++)
    write_draft (self, g_ptr_array_index (self->waiting, i));
  g_ptr_array_set_size (self->waiting, 0);
}

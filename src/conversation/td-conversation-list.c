/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The stored chats. What this process changes is changed in the objects at once and written
 * behind them; what other processes change is read whole and laid over the objects that are
 * there (td-conversation-reload.c), so that an object stands for its chat as long as both live.
 */
#include "config.h"

#include "conversation/td-conversation-list.h"

#include "conversation/td-attachment-store.h"
#include "conversation/td-conversation-drafts.h"
#include "conversation/td-conversation-list-private.h"
#include "conversation/td-conversation-reload.h"
#include "conversation/td-conversation-store.h"

struct _TdConversationList
{
  GObject parent_instance;

  TdDatabase *database;
  GPtrArray *items;      /* (owned) (element-type TdConversation), newest first */
  guint generation;      /* goes up when this process adds or removes a chat */

  TdConversationDrafts *drafts; /* (owned) */

  gboolean reloading;
  gboolean reload_again;
};

static void td_conversation_list_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TdConversationList,
                               td_conversation_list,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      td_conversation_list_list_model_init))

enum
{
  SIGNAL_STORED,
  SIGNAL_REMOVED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static GType
td_conversation_list_get_item_type (GListModel *model)
{
  return TD_TYPE_CONVERSATION;
}

static guint
td_conversation_list_get_n_items (GListModel *model)
{
  return TD_CONVERSATION_LIST (model)->items->len;
}

static gpointer
td_conversation_list_get_item (GListModel *model,
                               guint       position)
{
  TdConversationList *self = TD_CONVERSATION_LIST (model);

  return position < self->items->len ? g_object_ref (g_ptr_array_index (self->items, position))
                                     : NULL;
}

static void
td_conversation_list_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = td_conversation_list_get_item_type;
  iface->get_n_items = td_conversation_list_get_n_items;
  iface->get_item = td_conversation_list_get_item;
}

static void
td_conversation_list_dispose (GObject *object)
{
  TdConversationList *self = TD_CONVERSATION_LIST (object);

  td_conversation_drafts_close (self->drafts);
  g_clear_object (&self->database);

  G_OBJECT_CLASS (td_conversation_list_parent_class)->dispose (object);
}

static void
td_conversation_list_finalize (GObject *object)
{
  TdConversationList *self = TD_CONVERSATION_LIST (object);

  g_ptr_array_unref (self->items);
  td_conversation_drafts_free (self->drafts);

  G_OBJECT_CLASS (td_conversation_list_parent_class)->finalize (object);
}

static void
td_conversation_list_class_init (TdConversationListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = td_conversation_list_dispose;
  object_class->finalize = td_conversation_list_finalize;

  /**
   * TdConversationList::stored:
   *
   * This process changed something in the store that other processes want to hear of.
   */
  signals[SIGNAL_STORED] = g_signal_new ("stored", TD_TYPE_CONVERSATION_LIST, G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 0);
  /**
   * TdConversationList::removed:
   * @conversation: a chat that was deleted
   *
   * The chat is no longer in the list.
   */
  signals[SIGNAL_REMOVED] =
    g_signal_new ("removed", TD_TYPE_CONVERSATION_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, TD_TYPE_CONVERSATION);
}

static void
td_conversation_list_init (TdConversationList *self)
{
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
  self->drafts = td_conversation_drafts_new (self);
}

/* ---- loading ------------------------------------------------------------------------------ */

/* Makes the objects too: of thousands of chats that takes longer than a frame. */
static gpointer
load_on_thread (TdConnection  *connection,
                gpointer       data,
                GCancellable  *cancellable,
                GError       **error)
{
  g_autoptr (GPtrArray) records = NULL;
  GPtrArray *items;

  if (!td_conversation_store_tidy (connection, error))
    return NULL;
  records = td_conversation_store_list (connection, error);
  if (!records)
    return NULL;
  items = g_ptr_array_new_full (records->len, g_object_unref);
  for (guint i = 0; i < records->len; i++)
    g_ptr_array_add (items, td_conversation_new_from_record (
                              g_steal_pointer (&g_ptr_array_index (records, i))));
  return items;
}

static void
loaded_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GPtrArray) items = NULL;
  g_autoptr (TdConversationList) self = NULL;
  GError *error = NULL;

  items = td_database_run_finish (TD_DATABASE (source), result, &error);
  if (!items)
    {
      g_task_return_error (task, error);
      return;
    }
  self = g_object_new (TD_TYPE_CONVERSATION_LIST, NULL);
  self->database = g_object_ref (TD_DATABASE (source));
  g_ptr_array_unref (self->items);
  self->items = g_steal_pointer (&items);
  g_task_return_pointer (task, g_steal_pointer (&self), g_object_unref);
}

/**
 * td_conversation_list_load_async:
 * @database: where the chats are
 * @cancellable: (nullable): cancels the call
 * @callback: called when the list is there
 * @user_data: data for @callback
 *
 * Reads the list of all chats; their messages are read when a chat is opened.
 */
void
td_conversation_list_load_async (TdDatabase          *database,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (TD_IS_DATABASE (database));

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, td_conversation_list_load_async);
  td_database_run_async (database, G_PRIORITY_DEFAULT, load_on_thread, NULL, NULL,
                         (GDestroyNotify) g_ptr_array_unref, cancellable, loaded_cb,
                         g_steal_pointer (&task));
}

/**
 * td_conversation_list_load_finish:
 * @result: what the callback got
 * @error: return location for a #TdStoreError
 *
 * Returns: (transfer full) (nullable): the list
 */
TdConversationList *
td_conversation_list_load_finish (GAsyncResult  *result,
                                  GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* ---- the list ------------------------------------------------------------------------------ */

/**
 * td_conversation_list_create:
 * @self: the list
 * @model_key: (nullable): the model its first message goes to
 *
 * Returns: (transfer full): a new, empty chat; it comes into the list when it is stored
 */
TdConversation *
td_conversation_list_create (TdConversationList *self,
                             const char         *model_key)
{
  g_return_val_if_fail (TD_IS_CONVERSATION_LIST (self), NULL);

  return td_conversation_new (model_key);
}

/**
 * td_conversation_list_find:
 * @self: the list
 * @id: a chat's id
 *
 * Returns: (transfer none) (nullable): the chat, %NULL when there is none with this id
 */
TdConversation *
td_conversation_list_find (TdConversationList *self,
                           gint64              id)
{
  g_return_val_if_fail (TD_IS_CONVERSATION_LIST (self), NULL);

  for (guint i = 0; i < self->items->len; i++)
    {
      TdConversation *conversation = g_ptr_array_index (self->items, i);

      if (td_conversation_get_id (conversation) == id)
        return conversation;
    }
  return NULL;
}

static void
take_out (TdConversationList *self,
          TdConversation     *conversation)
{
  guint position;

  if (!g_ptr_array_find (self->items, conversation, &position))
    return;
  g_ptr_array_remove_index (self->items, position);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
}

/**
 * td_conversation_list_note_stored:
 * @self: the list
 * @conversation: a chat that was just written
 * @id: where it is in the store
 *
 * Brings the chat to the top of the list, or into it.
 */
void
td_conversation_list_note_stored (TdConversationList *self,
                                  TdConversation     *conversation,
                                  gint64              id)
{
  g_return_if_fail (TD_IS_CONVERSATION_LIST (self));
  g_return_if_fail (TD_IS_CONVERSATION (conversation));

  td_conversation_set_id (conversation, id);
  if (td_conversation_is_deleted (conversation))
    return;
  self->generation++;
  if (self->items->len == 0 || g_ptr_array_index (self->items, 0) != conversation)
    {
      g_autoptr (TdConversation) kept = g_object_ref (conversation);

      take_out (self, conversation);
      g_ptr_array_insert (self->items, 0, g_steal_pointer (&kept));
      g_list_model_items_changed (G_LIST_MODEL (self), 0, 0, 1);
    }
  g_signal_emit (self, signals[SIGNAL_STORED], 0);
}

/**
 * td_conversation_list_note_emptied:
 * @self: the list
 * @conversation: a chat of which nothing was left, so that it is no longer stored
 *
 * Takes the chat out of the list. It may still be open, and comes again with the next draft.
 */
void
td_conversation_list_note_emptied (TdConversationList *self,
                                   TdConversation     *conversation)
{
  g_return_if_fail (TD_IS_CONVERSATION_LIST (self));
  g_return_if_fail (TD_IS_CONVERSATION (conversation));

  td_conversation_set_id (conversation, 0);
  self->generation++;
  take_out (self, conversation);
  g_signal_emit (self, signals[SIGNAL_STORED], 0);
}

/**
 * td_conversation_list_note_changed:
 * @self: the list
 *
 * Something of a chat that is in the list was written.
 */
void
td_conversation_list_note_changed (TdConversationList *self)
{
  g_return_if_fail (TD_IS_CONVERSATION_LIST (self));

  g_signal_emit (self, signals[SIGNAL_STORED], 0);
}

/**
 * td_conversation_list_note_deleted:
 * @self: the list
 * @conversation: a chat that is being deleted
 *
 * Takes the chat out of the list, and whatever is still under way for it with it.
 */
void
td_conversation_list_note_deleted (TdConversationList *self,
                                   TdConversation     *conversation)
{
  g_autoptr (TdConversation) kept = NULL;

  g_return_if_fail (TD_IS_CONVERSATION_LIST (self));
  g_return_if_fail (TD_IS_CONVERSATION (conversation));

  kept = g_object_ref (conversation);
  self->generation++;
  td_conversation_mark_deleted (conversation);
  td_conversation_drafts_forget (self->drafts, conversation);
  take_out (self, conversation);
  g_signal_emit (self, signals[SIGNAL_REMOVED], 0, conversation);
}

TdDatabase *
td_conversation_list_get_database (TdConversationList *self)
{
  g_return_val_if_fail (TD_IS_CONVERSATION_LIST (self), NULL);

  return self->database;
}

TdConversationDrafts *
td_conversation_list_get_drafts (TdConversationList *self)
{
  g_return_val_if_fail (TD_IS_CONVERSATION_LIST (self), NULL);

  return self->drafts;
}

/* ---- opening a chat ------------------------------------------------------------------------ */

typedef struct
{
  GPtrArray *messages;    /* (owned) (element-type TdMessageRecord) */
  GPtrArray *attachments; /* (owned) (nullable) (element-type TdAttachment): of the draft */
} OpenResult;

static void
open_result_free (OpenResult *result)
{
  g_ptr_array_unref (result->messages);
  g_clear_pointer (&result->attachments, g_ptr_array_unref);
  g_free (result);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OpenResult, open_result_free)

static gpointer
open_on_thread (TdConnection  *connection,
                gpointer       data,
                GCancellable  *cancellable,
                GError       **error)
{
  gint64 id = *(gint64 *) data;
  GPtrArray *messages = td_conversation_store_list_messages (connection, id, error);
  g_autoptr (OpenResult) result = NULL;

  if (!messages)
    return NULL;
  result = g_new0 (OpenResult, 1);
  result->messages = messages;
  result->attachments = td_attachment_store_list_draft (connection, id, error);
  return result->attachments ? g_steal_pointer (&result) : NULL;
}

static void
opened_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  TdConversation *conversation = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (OpenResult) opened = NULL;

  opened = td_database_run_finish (TD_DATABASE (source), result, &error);
  if (!opened)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  /* Somebody else may have opened it meanwhile, and it may even have grown since. */
  if (!td_conversation_get_loaded (conversation))
    {
      td_conversation_merge_messages (conversation, opened->messages);
      td_conversation_fill_draft_attachments (conversation, opened->attachments);
    }
  g_task_return_boolean (task, TRUE);
}

/**
 * td_conversation_list_open_async:
 * @self: the list
 * @conversation: a chat
 * @cancellable: (nullable): cancels the call
 * @callback: called when the messages are there
 * @user_data: data for @callback
 *
 * Loads the messages of a chat.
 */
void
td_conversation_list_open_async (TdConversationList  *self,
                                 TdConversation      *conversation,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  gint64 id;

  g_return_if_fail (TD_IS_CONVERSATION_LIST (self));
  g_return_if_fail (TD_IS_CONVERSATION (conversation));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, td_conversation_list_open_async);
  g_task_set_task_data (task, g_object_ref (conversation), g_object_unref);
  if (td_conversation_get_loaded (conversation))
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  id = td_conversation_get_id (conversation);
  td_database_run_async (self->database, G_PRIORITY_DEFAULT, open_on_thread,
                         g_memdup2 (&id, sizeof id), g_free, (GDestroyNotify) open_result_free,
                         cancellable, opened_cb, g_steal_pointer (&task));
}

/**
 * td_conversation_list_open_finish:
 * @self: the list
 * @result: what the callback got
 * @error: return location for a #TdStoreError
 *
 * Returns: whether the messages are there
 */
gboolean
td_conversation_list_open_finish (TdConversationList  *self,
                                  GAsyncResult        *result,
                                  GError             **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* ---- reloading ----------------------------------------------------------------------------- */

static void start_reload (TdConversationList *self);

static void
reloaded_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (TdConversationList) self = user_data;
  g_autoptr (GPtrArray) removed = NULL;
  g_autoptr (GError) error = NULL;
  gboolean stale = FALSE;

  removed = td_conversation_reload_finish (self->database, result, G_LIST_MODEL (self),
                                           &self->items, self->generation, &stale, &error);
  self->reloading = FALSE;
  if (error)
    g_debug ("the chats were not read again: %s", error->message);
  for (guint i = 0; removed && i < removed->len; i++)
    {
      td_conversation_drafts_forget (self->drafts, g_ptr_array_index (removed, i));
      g_signal_emit (self, signals[SIGNAL_REMOVED], 0, g_ptr_array_index (removed, i));
    }
  if (stale || self->reload_again)
    start_reload (self);
}

static void
start_reload (TdConversationList *self)
{
  self->reloading = TRUE;
  self->reload_again = FALSE;
  td_conversation_reload_async (self->database, self->items, self->generation, reloaded_cb,
                                g_object_ref (self));
}

/**
 * td_conversation_list_reload:
 * @self: the list
 *
 * Reads the list again, because another process changed something. Objects are kept by id.
 */
void
td_conversation_list_reload (TdConversationList *self)
{
  g_return_if_fail (TD_IS_CONVERSATION_LIST (self));

  if (self->reloading)
    self->reload_again = TRUE;
  else
    start_reload (self);
}

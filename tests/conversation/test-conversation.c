/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "base/td-clock.h"
#include "conversation/td-conversation-list-private.h"
#include "conversation/td-conversation-store.h"
#include "support/td-test.h"

/* Two lists over two connections to one database: this process and another one. */
typedef struct
{
  char *path;
  TdDatabase *database;
  TdDatabase *other_database;
  TdConversationList *list;
} Fixture;

static TdDatabase *
open_database (const char *path)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;
  TdDatabase *database;

  td_database_open_async (path, NULL, td_test_ready, &call);
  database = td_database_open_finish (td_test_wait (&call), &error);
  g_assert_no_error (error);
  return database;
}

static TdConversationList *
load_list (TdDatabase *database)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;
  TdConversationList *list;

  td_conversation_list_load_async (database, NULL, td_test_ready, &call);
  list = td_conversation_list_load_finish (td_test_wait (&call), &error);
  g_assert_no_error (error);
  return list;
}

static void
set_up (Fixture       *fixture,
        gconstpointer  unused)
{
  g_autofree char *folder = td_test_make_dir ();

  fixture->path = g_build_filename (folder, "topdog.db", NULL);
  fixture->database = open_database (fixture->path);
  fixture->other_database = open_database (fixture->path);
  fixture->list = load_list (fixture->database);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  unused)
{
  td_database_close (fixture->database);
  td_database_close (fixture->other_database);
  g_assert_finalize_object (fixture->list);
  g_object_unref (fixture->database);
  g_object_unref (fixture->other_database);
  g_free (fixture->path);
}

static gpointer
run (TdDatabase     *database,
     TdDatabaseFunc  func,
     gpointer        data)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;
  gpointer result;

  td_database_run_async (database, G_PRIORITY_DEFAULT, func, data, NULL, NULL, NULL, td_test_ready,
                         &call);
  result = td_database_run_finish (database, td_test_wait (&call), &error);
  g_assert_no_error (error);
  return result;
}

static gpointer
execute_on_thread (TdConnection  *connection,
                   gpointer       data,
                   GCancellable  *cancellable,
                   GError       **error)
{
  td_connection_execute (connection, data, error);
  return NULL;
}

static void
execute (TdDatabase *database,
         const char *sql)
{
  run (database, execute_on_thread, (gpointer) sql);
}

static gpointer
count_on_thread (TdConnection  *connection,
                 gpointer       data,
                 GCancellable  *cancellable,
                 GError       **error)
{
  g_autoptr (TdStatement) statement = td_connection_prepare (connection, data, error);

  if (!statement || !td_statement_step (statement, NULL, error))
    return NULL;
  return GINT_TO_POINTER (td_statement_get_int64 (statement, 0));
}

static int
count (TdDatabase *database,
       const char *sql)
{
  return GPOINTER_TO_INT (run (database, count_on_thread, (gpointer) sql));
}

static void
open_conversation (TdConversationList *list,
                   TdConversation     *conversation)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;

  td_conversation_list_open_async (list, conversation, NULL, td_test_ready, &call);
  g_assert_true (td_conversation_list_open_finish (list, td_test_wait (&call), &error));
  g_assert_no_error (error);
}

/* A chat of a question and a streaming reply with two journalled pieces, and one that is newer. */
#define TWO_CHATS                                                                          \
  "INSERT INTO conversation (id, title, model_key, created_us, updated_us) VALUES"         \
  " (1, 'Older', 'maker:model', 10, 20), (2, 'Newer', NULL, 30, 40);"                      \
  "INSERT INTO message (id, conversation_id, role, state, text, created_us) VALUES"        \
  " (1, 1, 'user', 'complete', 'question', 11), (2, 1, 'assistant', 'streaming', '', 12);" \
  "INSERT INTO message_piece (message_id, text, reasoning) VALUES (2, 'an', 'hm '), (2, 'swer', 'yes')"

static TdConversation *
nth (TdConversationList *list,
     guint               position)
{
  g_autoptr (TdConversation) conversation = g_list_model_get_item (G_LIST_MODEL (list), position);

  return conversation; /* the list keeps it */
}

static void
test_load (Fixture       *fixture,
           gconstpointer  unused)
{
  g_autoptr (TdConversationList) list = NULL;
  TdConversation *older;
  TdMessage *reply;

  execute (fixture->database, TWO_CHATS);
  list = load_list (fixture->database);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 2);
  g_assert_cmpstr (td_conversation_get_title (nth (list, 0)), ==, "Newer");
  older = nth (list, 1);
  g_assert_true (older == td_conversation_list_find (list, 1));
  g_assert_null (td_conversation_list_find (list, 3));
  g_assert_cmpstr (td_conversation_get_model_key (older), ==, "maker:model");
  g_assert_false (td_conversation_get_loaded (older));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (older)), ==, 0);

  open_conversation (list, older);
  g_assert_true (td_conversation_get_loaded (older));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (older)), ==, 2);
  reply = td_conversation_get_message (older, 1);
  g_assert_cmpint (td_message_get_state (reply), ==, TD_MESSAGE_STATE_STREAMING);
  g_assert_cmpstr (td_message_get_text (reply), ==, "answer");
  g_assert_cmpstr (td_message_get_reasoning (reply), ==, "hm yes");
  g_assert_null (td_conversation_get_message (older, 2));

  /* Opening again reads nothing and keeps the objects. */
  open_conversation (list, older);
  g_assert_true (reply == td_conversation_get_message (older, 1));
}

static gpointer
finish_on_thread (TdConnection  *connection,
                  gpointer       data,
                  GCancellable  *cancellable,
                  GError       **error)
{
  TdMessageOutcome outcome = TD_MESSAGE_OUTCOME_INIT (TD_MESSAGE_STATE_COMPLETE);

  if (!td_connection_begin (connection, error) ||
      !td_conversation_store_append_piece (connection, 2, "!", "", error) ||
      !td_conversation_store_finish_message (connection, 2, &outcome, error) ||
      !td_conversation_store_finish_message (connection, 2, &outcome, error) ||
      !td_conversation_store_append_piece (connection, 99, "of no message", "", error))
    return NULL;
  td_connection_commit (connection, error);
  return NULL;
}

static void
test_fold_pieces (Fixture       *fixture,
                  gconstpointer  unused)
{
  g_autoptr (TdConversationList) list = NULL;
  TdMessage *reply;

  execute (fixture->database, TWO_CHATS);
  run (fixture->database, finish_on_thread, NULL);
  g_assert_cmpint (count (fixture->database, "SELECT count(*) FROM message_piece"), ==, 0);
  list = load_list (fixture->database);
  open_conversation (list, td_conversation_list_find (list, 1));
  reply = td_conversation_get_message (td_conversation_list_find (list, 1), 1);
  g_assert_cmpstr (td_message_get_text (reply), ==, "answer!");
  g_assert_cmpstr (td_message_get_reasoning (reply), ==, "hm yes");
  g_assert_cmpint (td_message_get_state (reply), ==, TD_MESSAGE_STATE_COMPLETE);
}

static gpointer
spend_on_thread (TdConnection  *connection,
                 gpointer       data,
                 GCancellable  *cancellable,
                 GError       **error)
{
  static const struct
  {
    gint64 message_id, input, output;
    TdMoney cost;
  } spent[] = {
    { 2, 10, 20, 1005 },
    { 3, 30, -1, TD_MONEY_UNKNOWN },
    { 99, 500, 500, 77 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (spent); i++)
    {
      TdMessageOutcome outcome = TD_MESSAGE_OUTCOME_INIT (TD_MESSAGE_STATE_COMPLETE);

      outcome.input_tokens = spent[i].input;
      outcome.output_tokens = spent[i].output;
      outcome.cost = spent[i].cost;
      if (!td_conversation_store_add_spent (connection, spent[i].message_id, &outcome, error))
        return NULL;
    }
  return NULL;
}

static void
test_costs (Fixture       *fixture,
            gconstpointer  unused)
{
  g_autoptr (TdConversationList) list = NULL;
  TdConversation *chat;

  execute (fixture->database, TWO_CHATS
           ";UPDATE message SET state = 'complete';"
           /* A reply that was made again: its money was spent all the same. */
           "INSERT INTO message (id, conversation_id, role, state, text, created_us) VALUES"
           " (3, 1, 'assistant', 'complete', 'better', 13);"
           "UPDATE message SET replaced_by = 3 WHERE id = 2;"
           "INSERT INTO receipt (message_id, purpose, model_key, provider_id, catalogue_version, owner,"
           " started_us, settled_us, outcome, input_tokens, output_tokens, cost, overrun) VALUES"
           " (3, 'chat', 'm', 'p', 'v', 1, 1, 2, 'complete', 30, NULL, 1000, 5)");
  run (fixture->database, spend_on_thread, NULL);
  list = load_list (fixture->database);
  chat = td_conversation_list_find (list, 1);
  g_assert_cmpint (td_conversation_get_cost (chat), ==, 1005);
  g_assert_cmpint (td_conversation_get_tokens (chat), ==, 60);
  g_assert_true (td_conversation_has_unknown_cost (chat));
  g_assert_cmpint (td_conversation_get_cost (nth (list, 0)), ==, 0);
  g_assert_false (td_conversation_has_unknown_cost (nth (list, 0)));

  open_conversation (list, chat);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (chat)), ==, 2);
  g_assert_cmpstr (td_message_get_text (td_conversation_get_message (chat, 1)), ==, "better");
  g_assert_cmpint (td_message_get_cost (td_conversation_get_message (chat, 1)), ==, 1005);
  g_assert_cmpint (td_message_get_input_tokens (td_conversation_get_message (chat, 1)), ==, 30);
  g_assert_cmpint (td_message_get_output_tokens (td_conversation_get_message (chat, 1)), ==, -1);
}

static gboolean
has_id (gpointer data)
{
  return td_conversation_get_id (data) != 0;
}

static gboolean
is_clean (gpointer data)
{
  return !td_conversation_is_draft_dirty (data);
}

static void
test_draft_of_a_new_chat (Fixture       *fixture,
                          gconstpointer  unused)
{
  g_autoptr (TdConversation) chat = td_conversation_list_create (fixture->list, "maker:model");
  g_autoptr (TdConversationList) again = NULL;

  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->list)), ==, 0);
  td_conversation_list_set_draft (fixture->list, chat, "half a tho");
  td_conversation_list_set_draft (fixture->list, chat, "half a thought");
  td_test_wait_until (has_id, chat, "the draft to be stored");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->list)), ==, 1);

  again = load_list (fixture->other_database);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (again)), ==, 1);
  g_assert_cmpstr (td_conversation_get_draft (nth (again, 0)), ==, "half a thought");
  g_assert_cmpstr (td_conversation_get_model_key (nth (again, 0)), ==, "maker:model");

  /* Taken back: nothing is left of it, here and elsewhere, until something is written again. */
  td_conversation_list_set_draft (fixture->list, chat, "");
  td_test_wait_until (is_clean, chat, "the draft to be stored");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->list)), ==, 0);
  g_assert_cmpint (td_conversation_get_id (chat), ==, 0);
  g_assert_false (td_conversation_is_deleted (chat));
  g_clear_object (&again);
  again = load_list (fixture->other_database);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (again)), ==, 0);
  td_conversation_list_set_draft (fixture->list, chat, "on second thoughts");
  td_test_wait_until (has_id, chat, "the draft to be stored again");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->list)), ==, 1);
}

/* Another program may still write to what was deleted: nothing else gets its number. */
static void
test_numbers_are_not_given_again (Fixture       *fixture,
                                  gconstpointer  unused)
{
  g_autoptr (TdConversation) first = td_conversation_list_create (fixture->list, NULL);
  g_autoptr (TdConversation) second = td_conversation_list_create (fixture->list, NULL);
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;
  gint64 id;

  td_conversation_list_set_draft (fixture->list, first, "a");
  td_test_wait_until (has_id, first, "the first draft to be stored");
  id = td_conversation_get_id (first);
  td_conversation_list_delete_async (fixture->list, first, NULL, td_test_ready, &call);
  g_assert_true (td_conversation_list_delete_finish (fixture->list, td_test_wait (&call), &error));
  td_conversation_list_set_draft (fixture->list, second, "b");
  td_test_wait_until (has_id, second, "the second draft to be stored");
  g_assert_cmpint (td_conversation_get_id (second), ==, id + 1);
}

/* What has a title, a wish or a message of its own stays, whatever its draft. */
static void
test_emptied_draft_of_a_chat (Fixture       *fixture,
                              gconstpointer  unused)
{
  g_autoptr (TdConversation) chat = td_conversation_list_create (fixture->list, NULL);

  td_conversation_list_set_draft (fixture->list, chat, "a");
  td_test_wait_until (has_id, chat, "the draft to be stored");
  execute (fixture->database, "UPDATE conversation SET title = 'mine'");
  td_conversation_list_set_draft (fixture->list, chat, "");
  td_test_wait_until (is_clean, chat, "the draft to be stored");
  g_assert_cmpint (count (fixture->database, "SELECT count(*) FROM conversation"), ==, 1);
  execute (fixture->database, "UPDATE conversation SET title = '', system_prompt = 'Be brief.'");
  td_conversation_list_set_draft (fixture->list, chat, "b");
  td_conversation_list_write_drafts (fixture->list);
  td_conversation_list_set_draft (fixture->list, chat, "");
  td_test_wait_until (is_clean, chat, "the draft to be stored");
  g_assert_cmpint (count (fixture->database, "SELECT count(*) FROM conversation"), ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->list)), ==, 1);
}

/* The smallest picture there is. */
static TdAttachment *
make_picture (const char *name)
{
  static const guint8 gif[] = { 'G', 'I', 'F', '8', '9', 'a', 1, 0, 1, 0, 0, 0, 0, ';' };
  g_autoptr (GBytes) data = g_bytes_new_static (gif, sizeof gif);
  g_autoptr (GError) error = NULL;
  TdAttachment *picture = td_attachment_new (name, data, &error);

  g_assert_no_error (error);
  return picture;
}

static GListStore *
open_draft (TdConversationList *list,
            TdConversation     *chat)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;

  td_conversation_list_open_async (list, chat, NULL, td_test_ready, &call);
  g_assert_true (td_conversation_list_open_finish (list, td_test_wait (&call), &error));
  return td_conversation_get_draft_attachments (chat);
}

/* Pictures that were attached and not sent are there after a restart, as the text is. */
static void
test_draft_pictures (Fixture       *fixture,
                     gconstpointer  unused)
{
  g_autoptr (TdConversation) chat = td_conversation_list_create (fixture->list, "maker:model");
  GListStore *pictures = td_conversation_get_draft_attachments (chat);
  g_autoptr (TdAttachment) cat = make_picture ("cat.gif");
  g_autoptr (TdAttachment) dog = make_picture ("dog.gif");
  g_autoptr (TdConversationList) again = NULL;
  g_autoptr (TdAttachment) found = NULL;
  GListStore *kept;

  g_list_store_append (pictures, cat);
  g_list_store_append (pictures, dog);
  td_conversation_list_keep_draft_attachments (fixture->list, chat);
  td_test_wait_until (has_id, chat, "the pictures to be stored");
  again = load_list (fixture->other_database);
  kept = open_draft (again, nth (again, 0));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (kept)), ==, 2);
  found = g_list_model_get_item (G_LIST_MODEL (kept), 1);
  g_assert_cmpstr (td_attachment_get_name (found), ==, "dog.gif");
  g_assert_true (
    g_bytes_equal (td_attachment_get_data (found), td_attachment_get_data (dog)));

  g_list_store_remove_all (pictures);
  td_conversation_list_keep_draft_attachments (fixture->list, chat);
  td_test_wait_until (is_clean, chat, "the pictures to be gone");
  g_assert_cmpint (count (fixture->database, "SELECT count(*) FROM draft_attachment"), ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->list)), ==, 0);
}

/* A draft and what is queued behind it make one row, although the id is not known yet. */
static void
test_one_row (Fixture       *fixture,
              gconstpointer  unused)
{
  g_autoptr (TdConversation) chat = td_conversation_list_create (fixture->list, NULL);

  td_conversation_list_set_draft (fixture->list, chat, "a");
  td_conversation_list_write_drafts (fixture->list);
  td_conversation_list_set_draft (fixture->list, chat, "ab");
  td_conversation_list_write_drafts (fixture->list);
  td_conversation_list_set_model (fixture->list, chat, "maker:other");
  td_test_wait_until (is_clean, chat, "the drafts to be stored");
  g_assert_cmpint (count (fixture->database, "SELECT count(*) FROM conversation"), ==, 1);
  g_assert_cmpint (count (fixture->database, "SELECT count(*) FROM conversation WHERE draft = 'ab'"
                                             " AND model_key = 'maker:other'"),
                   ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->list)), ==, 1);
}

/* A draft that could not be written is written with the next one. */
static void
test_draft_fails (Fixture       *fixture,
                  gconstpointer  unused)
{
  g_autoptr (TdConversation) first = td_conversation_list_create (fixture->list, NULL);
  g_autoptr (TdConversation) second = td_conversation_list_create (fixture->list, NULL);

  execute (fixture->database, "CREATE TRIGGER broken BEFORE INSERT ON conversation"
                              " BEGIN SELECT RAISE (ABORT, 'on purpose'); END");
  td_conversation_list_set_draft (fixture->list, first, "first");
  td_conversation_list_write_drafts (fixture->list);
  execute (fixture->database, "DROP TRIGGER broken");
  g_assert_true (td_conversation_is_draft_dirty (first));
  td_conversation_list_set_draft (fixture->list, second, "second");
  td_test_wait_until (is_clean, first, "the first draft");
  td_test_wait_until (is_clean, second, "the second draft");
  g_assert_cmpint (count (fixture->database, "SELECT count(*) FROM conversation"), ==, 2);
}

static void
test_rename_and_delete (Fixture       *fixture,
                        gconstpointer  unused)
{
  g_auto (TdTestCall) renamed = TD_TEST_CALL_INIT;
  g_auto (TdTestCall) deleted = TD_TEST_CALL_INIT;
  g_autoptr (TdConversationList) list = NULL;
  g_autoptr (TdConversation) older = NULL;
  g_autoptr (GError) error = NULL;
  guint n_removed = 0;

  execute (fixture->database, TWO_CHATS
           ";INSERT INTO receipt (message_id, purpose, model_key, provider_id, catalogue_version, owner, started_us)"
           " VALUES (2, 'chat', 'm', 'p', 'v', 1, 1)");
  list = load_list (fixture->database);
  older = g_object_ref (td_conversation_list_find (list, 1));
  td_conversation_list_rename_async (list, older, "Renamed", NULL, td_test_ready, &renamed);
  g_assert_cmpstr (td_conversation_get_title (older), ==, "Renamed");
  g_assert_true (td_conversation_list_rename_finish (list, td_test_wait (&renamed), &error));
  g_assert_cmpint (count (fixture->database,
                          "SELECT count(*) FROM conversation WHERE title = 'Renamed'"),
                   ==, 1);

  g_signal_connect_swapped (list, "removed", G_CALLBACK (g_atomic_int_inc), &n_removed);
  td_conversation_list_delete_async (list, older, NULL, td_test_ready, &deleted);
  g_assert_cmpuint (n_removed, ==, 1);
  g_assert_null (td_conversation_list_find (list, 1));
  g_assert_true (td_conversation_list_delete_finish (list, td_test_wait (&deleted), &error));
  g_assert_no_error (error);
  g_assert_cmpint (count (fixture->database, "SELECT count(*) FROM conversation"), ==, 1);
  g_assert_cmpint (count (fixture->database, "SELECT count(*) FROM message"), ==, 0);
  g_assert_cmpint (count (fixture->database, "SELECT count(*) FROM message_piece"), ==, 0);
  /* What was spent stays on record. */
  g_assert_cmpint (count (fixture->database,
                          "SELECT count(*) FROM receipt WHERE message_id IS NULL"),
                   ==, 1);
}

static void
test_deleted_stays_deleted (Fixture       *fixture,
                            gconstpointer  unused)
{
  g_autoptr (TdConversation) chat = td_conversation_list_create (fixture->list, NULL);
  g_auto (TdTestCall) deleted = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;

  /* The row is being made when the user deletes the chat. */
  td_conversation_list_set_draft (fixture->list, chat, "a");
  td_conversation_list_write_drafts (fixture->list);
  td_conversation_list_delete_async (fixture->list, chat, NULL, td_test_ready, &deleted);
  g_assert_true (td_conversation_list_delete_finish (fixture->list, td_test_wait (&deleted),
                                                     &error));
  g_assert_cmpint (count (fixture->database, "SELECT count(*) FROM conversation"), ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->list)), ==, 0);
}

/* ---- another process ------------------------------------------------------------------------ */

typedef struct
{
  TdConversationList *list;
  guint n_items;
  guint n_changed;
  guint n_removed;
} Watch;

static void
items_changed_cb (GListModel *model,
                  guint       position,
                  guint       removed,
                  guint       added,
                  gpointer    user_data)
{
  Watch *watch = user_data;

  watch->n_changed++;
  watch->n_items = watch->n_items - removed + added;
  g_assert_cmpuint (watch->n_items, ==, g_list_model_get_n_items (model));
}

static void
removed_cb (TdConversationList *list,
            TdConversation     *conversation,
            Watch              *watch)
{
  watch->n_removed++;
}

static gboolean
was_removed (gpointer data)
{
  return ((Watch *) data)->n_removed > 0;
}

static gboolean
is_complete (gpointer data)
{
  return td_message_get_state (data) == TD_MESSAGE_STATE_COMPLETE;
}

static gboolean
has_three (gpointer data)
{
  return g_list_model_get_n_items (data) == 3;
}

static void
test_reload_keeps_objects (Fixture       *fixture,
                           gconstpointer  unused)
{
  g_autoptr (TdConversationList) list = NULL;
  g_autoptr (TdConversation) older = NULL;
  g_autoptr (TdConversation) newer = NULL;
  g_autoptr (TdMessage) reply = NULL;
  Watch watch = { 0 };

  execute (fixture->database, TWO_CHATS);
  list = load_list (fixture->database);
  older = g_object_ref (td_conversation_list_find (list, 1));
  newer = g_object_ref (td_conversation_list_find (list, 2));
  open_conversation (list, older);
  reply = g_object_ref (td_conversation_get_message (older, 1));
  watch.n_items = 2;
  g_signal_connect (list, "items-changed", G_CALLBACK (items_changed_cb), &watch);
  g_signal_connect (list, "removed", G_CALLBACK (removed_cb), &watch);

  /* Another process ends the reply, asks again and makes a third chat. */
  run (fixture->other_database, finish_on_thread, NULL);
  execute (fixture->other_database,
           "INSERT INTO message (id, conversation_id, role, state, text, created_us) VALUES"
           " (3, 1, 'user', 'complete', 'more', 50);"
           "UPDATE conversation SET updated_us = 50, title = 'Grown' WHERE id = 1;"
           "INSERT INTO conversation (id, title, created_us, updated_us) VALUES (5, 'Third', 45, 45)");
  td_conversation_list_reload (list);
  td_test_wait_until (has_three, list, "the reload");
  g_assert_true (nth (list, 0) == older);
  g_assert_cmpstr (td_conversation_get_title (nth (list, 1)), ==, "Third");
  g_assert_true (nth (list, 2) == newer);
  g_assert_cmpstr (td_conversation_get_title (older), ==, "Grown");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (older)), ==, 3);
  g_assert_true (td_conversation_get_message (older, 1) == reply);
  g_assert_true (is_complete (reply));
  g_assert_cmpstr (td_message_get_text (reply), ==, "answer!");
  g_assert_cmpuint (watch.n_removed, ==, 0);

  execute (fixture->other_database, "DELETE FROM conversation WHERE id = 2");
  td_conversation_list_reload (list);
  td_test_wait_until (was_removed, &watch, "the deleted chat to go");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 2);
  g_assert_true (nth (list, 0) == older);
}

/* What is typed here is not overwritten by an older draft in the store. */
static void
test_reload_keeps_a_draft (Fixture       *fixture,
                           gconstpointer  unused)
{
  g_autoptr (TdConversationList) list = NULL;
  TdConversation *older;

  execute (fixture->database, TWO_CHATS);
  list = load_list (fixture->database);
  older = td_conversation_list_find (list, 1);
  td_conversation_list_set_draft (list, older, "typing");
  execute (fixture->other_database,
           "UPDATE conversation SET draft = 'old', updated_us = 50 WHERE id = 1;"
           "INSERT INTO conversation (id, title, created_us, updated_us) VALUES (5, 'Third', 45, 45)");
  td_conversation_list_reload (list);
  td_test_wait_until (has_three, list, "the reload");
  g_assert_cmpstr (td_conversation_get_draft (older), ==, "typing");
  td_test_wait_until (is_clean, older, "the draft to be stored");
  g_assert_cmpint (count (fixture->database,
                          "SELECT count(*) FROM conversation WHERE draft = 'typing'"),
                   ==, 1);
}

/* A chat stored here while the list is being read is neither lost nor doubled. */
static void
test_reload_beside_a_change (Fixture       *fixture,
                             gconstpointer  unused)
{
  g_autoptr (TdConversationList) list = NULL;
  g_autoptr (TdConversation) third = NULL;

  execute (fixture->database, TWO_CHATS);
  list = load_list (fixture->database);
  third = td_conversation_list_create (list, NULL);
  td_conversation_list_reload (list);
  td_conversation_list_set_draft (list, third, "new");
  td_conversation_list_write_drafts (list);
  td_conversation_list_reload (list);
  td_conversation_list_reload (list);
  td_test_wait_until (is_clean, third, "the draft to be stored");
  td_test_wait_until (has_three, list, "the reload");
  for (guint i = 0; i < 3; i++)
    {
      count (fixture->database, "SELECT 1"); /* a round through the queue */
      g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 3);
      g_assert_true (nth (list, 0) == third);
    }
}

/* A reading that was overtaken is made again, not thrown away for good. */
static void
test_reload_overtaken (Fixture       *fixture,
                       gconstpointer  unused)
{
  g_autoptr (TdConversationList) list = NULL;
  TdConversation *older;

  execute (fixture->database, TWO_CHATS);
  list = load_list (fixture->database);
  older = td_conversation_list_find (list, 1);
  execute (fixture->other_database, "INSERT INTO conversation (id, title, created_us, updated_us)"
                                    " VALUES (5, 'Third', 45, 45)");
  td_conversation_list_reload (list);
  td_conversation_list_note_stored (list, older, 1);
  td_test_wait_until (has_three, list, "the second reading");
}

static void
test_title (void)
{
  static const struct
  {
    const char *text, *title;
  } cases[] = {
    { "Hello", "Hello" },
    { "\n \n  First line \nsecond", "First line" },
    { "CR line\r\nnext", "CR line" },
    { "", "" },
    { " \n\t\n", "" },
    { "a\tb\a\x1b[1mc", "a b[1mc" },
    { "one \342\200\256eno\342\200\254 \342\201\246two\342\201\251", "one eno two" },
    { "\342\200\256\n\327\251\327\234\327\225\327\235", "\327\251\327\234\327\225\327\235" },
    { "\360\237\221\251\342\200\215\360\237\224\247 at work",
      "\360\237\221\251\342\200\215\360\237\224\247 at work" },
  };
  g_autofree char *line = g_strnfill (200, 'x');
  g_autofree char *title = td_conversation_make_title (line);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *made = td_conversation_make_title (cases[i].text);

      g_assert_cmpstr (made, ==, cases[i].title);
    }
  g_assert_cmpint (g_utf8_strlen (title, -1), <=, 60);
  g_assert_cmpint (g_utf8_strlen (title, -1), >, 50);
}

int
main (int   argc,
      char *argv[])
{
  td_test_init (&argc, &argv);
#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)
  ADD ("/conversation/load", test_load);
  ADD ("/conversation/fold-pieces", test_fold_pieces);
  ADD ("/conversation/costs", test_costs);
  ADD ("/conversation/draft-of-a-new-chat", test_draft_of_a_new_chat);
  ADD ("/conversation/one-row", test_one_row);
  ADD ("/conversation/numbers-are-not-given-again", test_numbers_are_not_given_again);
  ADD ("/conversation/emptied-draft-of-a-chat", test_emptied_draft_of_a_chat);
  ADD ("/conversation/draft-pictures", test_draft_pictures);
  ADD ("/conversation/draft-fails", test_draft_fails);
  ADD ("/conversation/rename-and-delete", test_rename_and_delete);
  ADD ("/conversation/deleted-stays-deleted", test_deleted_stays_deleted);
  ADD ("/conversation/reload-keeps-objects", test_reload_keeps_objects);
  ADD ("/conversation/reload-keeps-a-draft", test_reload_keeps_a_draft);
  ADD ("/conversation/reload-beside-a-change", test_reload_beside_a_change);
  ADD ("/conversation/reload-overtaken", test_reload_overtaken);
  g_test_add_func ("/conversation/title", test_title);
  return g_test_run ();
}

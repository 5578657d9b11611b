/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes that wait next to each other share a commit: none may harm another, and none may be told
 * that it is on the disk when it is not. */
#include "config.h"

#include "store/td-connection-private.h"
#include "store/td-database.h"
#include "support/td-test.h"

#define MAX_WRITES 16

/* What a write does besides inserting its letter. */
typedef enum
{
  PLAIN,
  FAILS,      /* against a rule of the schema: its own trouble */
  GIVES_UP,   /* leaves its transaction open, with an error */
  LOSES_ALL,  /* as SQLite does by itself when a disk cannot be read */
  SPOILS_END, /* so that the commit fails */
} Kind;

typedef struct
{
  char letter;
  Kind kind;
  gboolean in_group;
  gboolean undone;
  gboolean returned;
  gboolean ok;
} Write;

typedef struct
{
  TdDatabase *database;
  GMutex mutex;
  GCond opened;
  gboolean is_open;
  Write writes[MAX_WRITES];
  guint n_writes;
} Fixture;

static gpointer
make_tables (TdConnection  *connection,
             gpointer       data,
             GCancellable  *cancellable,
             GError       **error)
{
  td_connection_execute (connection,
                         "CREATE TABLE probe (number INTEGER PRIMARY KEY, letter TEXT NOT NULL UNIQUE);"
                         "CREATE TABLE child (parent INTEGER NOT NULL REFERENCES probe (number));",
                         error);
  return NULL;
}

static gpointer
run (Fixture        *self,
     TdDatabaseFunc  func)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;
  gpointer result;

  td_database_run_async (self->database, G_PRIORITY_DEFAULT, func, NULL, NULL, g_free, NULL,
                         td_test_ready, &call);
  result = td_database_run_finish (self->database, td_test_wait (&call), &error);
  g_assert_no_error (error);
  return result;
}

static void
set_up (Fixture       *self,
        gconstpointer  data)
{
  g_autofree char *folder = td_test_make_dir ();
  g_autofree char *path = g_build_filename (folder, "topdog.db", NULL);
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;

  g_mutex_init (&self->mutex);
  g_cond_init (&self->opened);
  td_database_open_async (path, NULL, td_test_ready, &call);
  self->database = td_database_open_finish (td_test_wait (&call), &error);
  g_assert_no_error (error);
  run (self, make_tables);
}

static void
tear_down (Fixture       *self,
           gconstpointer  data)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (self->database);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->opened);
}

/* ---- what is queued ---------------------------------------------------------------------------- */

static gpointer
wait_on_thread (TdConnection  *connection,
                gpointer       data,
                GCancellable  *cancellable,
                GError       **error)
{
  Fixture *self = data;

  g_mutex_lock (&self->mutex);
  while (!self->is_open)
    g_cond_wait (&self->opened, &self->mutex);
  g_mutex_unlock (&self->mutex);
  return NULL;
}

static void
hold_thread (Fixture *self)
{
  td_database_run_async (self->database, G_PRIORITY_DEFAULT, wait_on_thread, self, NULL, NULL, NULL,
                         NULL, NULL);
}

static void
let_go (Fixture *self)
{
  g_mutex_lock (&self->mutex);
  self->is_open = TRUE;
  g_cond_broadcast (&self->opened);
  g_mutex_unlock (&self->mutex);
}

static gboolean
insert (TdConnection  *connection,
        char           letter,
        GError       **error)
{
  const char text[] = { letter, '\0' };
  g_autoptr (TdStatement) statement =
    td_connection_prepare (connection, "INSERT INTO probe (letter) VALUES (?)", error);

  if (!statement)
    return FALSE;
  td_statement_bind_text (statement, 1, text);
  return td_statement_run (statement, error);
}

static const char *
get_mischief (Kind kind)
{
  switch (kind)
    {
    case FAILS:
    case GIVES_UP:
      return "INSERT INTO probe (letter) VALUES (NULL)";
    case LOSES_ALL:
      return "ROLLBACK; INSERT INTO probe (letter) VALUES (NULL)";
    case SPOILS_END:
      return "PRAGMA defer_foreign_keys = ON; INSERT INTO child (parent) VALUES (4711)";
    case PLAIN:
    default:
      return "";
    }
}

static gpointer
write_on_thread (TdConnection  *connection,
                 gpointer       data,
                 GCancellable  *cancellable,
                 GError       **error)
{
  Write *write = data;

  write->in_group = connection->in_group;
  if (!td_connection_begin (connection, error))
    return NULL;
  if (insert (connection, write->letter, error) &&
      td_connection_execute (connection, get_mischief (write->kind), error) &&
      td_connection_commit (connection, error))
    return g_strdup ("done");
  if (write->kind != GIVES_UP)
    td_connection_rollback (connection);
  return NULL;
}

static void
undo (gpointer data)
{
  ((Write *) data)->undone = TRUE;
}

static void
written_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  Write *write = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = td_database_run_finish (TD_DATABASE (source), result, &error);

  write->returned = TRUE;
  write->ok = g_strcmp0 (text, "done") == 0;
  g_assert_true (write->ok == (error == NULL));
}

static void
push (Fixture *self,
      char     letter,
      Kind     kind)
{
  Write *write = &self->writes[self->n_writes++];

  *write = (Write) { .letter = letter, .kind = kind };
  td_database_run_grouped_async (self->database, write_on_thread, undo, write, NULL, g_free,
                                 written_cb, write);
}

static gboolean
have_returned (gpointer data)
{
  Fixture *self = data;

  for (guint i = 0; i < self->n_writes; i++)
    {
      if (!self->writes[i].returned)
        return FALSE;
    }
  return TRUE;
}

static gpointer
read_letters (TdConnection  *connection,
              gpointer       data,
              GCancellable  *cancellable,
              GError       **error)
{
  g_autoptr (TdStatement) statement = td_connection_prepare (
    connection, "SELECT coalesce (group_concat (letter, '' ORDER BY number), '') FROM probe",
    error);
  gboolean has_row;

  g_assert_true (td_statement_step (statement, &has_row, error) && has_row);
  return g_strdup (td_statement_get_text (statement, 0));
}

/* Lets the writes run, and compares what is in the database with what the callers were told. */
static void
assert_written (Fixture    *self,
                const char *expected)
{
  g_autofree char *letters = NULL;
  g_autoptr (GString) told = g_string_new (NULL);

  let_go (self);
  td_test_wait_until (have_returned, self, "the writes");
  letters = run (self, read_letters);
  g_assert_cmpstr (letters, ==, expected);
  for (guint i = 0; i < self->n_writes; i++)
    {
      if (self->writes[i].ok)
        g_string_append_c (told, self->writes[i].letter);
    }
  g_assert_cmpstr (told->str, ==, expected);
}

static void
assert_undone (Fixture    *self,
               const char *expected)
{
  g_autoptr (GString) undone = g_string_new (NULL);

  for (guint i = 0; i < self->n_writes; i++)
    {
      if (self->writes[i].undone)
        g_string_append_c (undone, self->writes[i].letter);
    }
  g_assert_cmpstr (undone->str, ==, expected);
}

/* ---- the tests --------------------------------------------------------------------------------- */

static void
test_together (Fixture       *self,
               gconstpointer  data)
{
  hold_thread (self);
  for (char letter = 'a'; letter <= 'f'; letter++)
    push (self, letter, PLAIN);
  assert_written (self, "abcdef");
  for (guint i = 0; i < self->n_writes; i++)
    g_assert_true (self->writes[i].in_group);
  assert_undone (self, "");
}

/* Where nobody else waits all is as if there were no groups. */
static void
test_alone (Fixture       *self,
            gconstpointer  data)
{
  push (self, 'a', PLAIN);
  assert_written (self, "a");
  g_assert_false (self->writes[0].in_group);
}

static void
test_own_trouble (Fixture       *self,
                  gconstpointer  data)
{
  hold_thread (self);
  push (self, 'a', PLAIN);
  push (self, 'b', FAILS);
  push (self, 'c', PLAIN);
  push (self, 'd', GIVES_UP);
  push (self, 'e', PLAIN);
  assert_written (self, "ace");
  assert_undone (self, "");
}

/* Those before it are told that they are not on the disk; those after it are written. */
static void
test_lost (Fixture       *self,
           gconstpointer  data)
{
  hold_thread (self);
  push (self, 'a', PLAIN);
  push (self, 'b', FAILS);
  push (self, 'c', LOSES_ALL);
  push (self, 'd', PLAIN);
  push (self, 'e', PLAIN);
  assert_written (self, "de");
  assert_undone (self, "a");
}

static void
test_commit_fails (Fixture       *self,
                   gconstpointer  data)
{
  hold_thread (self);
  push (self, 'a', PLAIN);
  push (self, 'b', SPOILS_END);
  push (self, 'c', PLAIN);
  assert_written (self, "");
  assert_undone (self, "abc");
  push (self, 'd', PLAIN);
  assert_written (self, "d");
}

static gpointer
assert_letters (TdConnection  *connection,
                gpointer       data,
                GCancellable  *cancellable,
                GError       **error)
{
  g_autofree char *letters = read_letters (connection, NULL, NULL, error);

  g_assert_false (connection->in_group);
  g_assert_cmpstr (letters, ==, data);
  return NULL;
}

/* What is not grouped keeps its place between the others. */
static void
test_order (Fixture       *self,
            gconstpointer  data)
{
  hold_thread (self);
  push (self, 'a', PLAIN);
  push (self, 'b', PLAIN);
  td_database_run_async (self->database, G_PRIORITY_DEFAULT, assert_letters, (gpointer) "ab", NULL,
                         NULL, NULL, NULL, NULL);
  push (self, 'c', PLAIN);
  assert_written (self, "abc");
}

static void
test_closed (Fixture       *self,
             gconstpointer  data)
{
  td_database_close (self->database);
  push (self, 'a', PLAIN);
  td_test_wait_until (have_returned, self, "the refusal");
  g_assert_false (self->writes[0].ok);
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int   argc,
      char *argv[])
{
  td_test_init (&argc, &argv);
  ADD ("/database-groups/together", test_together);
  ADD ("/database-groups/alone", test_alone);
  ADD ("/database-groups/own-trouble", test_own_trouble);
  ADD ("/database-groups/lost", test_lost);
  ADD ("/database-groups/commit-fails", test_commit_fails);
  ADD ("/database-groups/order", test_order);
  ADD ("/database-groups/closed", test_closed);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <sys/stat.h>

#include "store/td-database-private.h"
#include "support/td-test.h"

#define N_PROCESSES 4

/* Step 2 notes that it ran, so that running it twice would show. */
static const char *const steps[] = {
  "CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT NOT NULL);"
  "CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER NOT NULL REFERENCES parent (id) ON DELETE CASCADE);"
  "INSERT INTO parent VALUES (1, 'first'); INSERT INTO child VALUES (10, 1)",
  /* The way to change a table that others refer to; enforced keys would delete the children. */
  "CREATE TABLE new_parent (id INTEGER PRIMARY KEY, name TEXT NOT NULL, colour TEXT NOT NULL);"
  "INSERT INTO new_parent SELECT id, name, 'red' FROM parent;"
  "DROP TABLE parent; ALTER TABLE new_parent RENAME TO parent;"
  "CREATE TABLE step (n INTEGER); INSERT INTO step VALUES (2)",
  "INSERT INTO step VALUES (3)",
  NULL,
};

static TdMigrations *
make_migrations (guint       n_steps,
                 const char *last)
{
  const char *scripts[G_N_ELEMENTS (steps) + 1] = { NULL };

  for (guint i = 0; i < n_steps; i++)
    scripts[i] = steps[i];
  scripts[n_steps] = last;
  return td_migrations_new (scripts);
}

static TdDatabase *
open_with (const char    *path,
           TdMigrations  *migrations,
           GError       **error)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;

  td_database_open_with_migrations_async (path, migrations, NULL, td_test_ready, &call);
  return td_database_open_finish (td_test_wait (&call), error);
}

static TdDatabase *
open_at (const char *path,
         guint       n_steps)
{
  g_autoptr (TdMigrations) migrations = make_migrations (n_steps, NULL);
  g_autoptr (GError) error = NULL;
  TdDatabase *database = open_with (path, migrations, &error);

  g_assert_no_error (error);
  return database;
}

/* All rows of a query as one text. */
static gpointer
read_rows (TdConnection  *connection,
           gpointer       data,
           GCancellable  *cancellable,
           GError       **error)
{
  g_autoptr (TdStatement) statement = td_connection_prepare (connection, data, error);
  g_autoptr (GString) rows = g_string_new (NULL);
  gboolean has_row = FALSE;

  while (statement != NULL && td_statement_step (statement, &has_row, error) && has_row)
    g_string_append_printf (rows, "%s;", td_statement_get_text (statement, 0));
  return g_string_free_and_steal (g_steal_pointer (&rows));
}

static char *
query (TdDatabase *database,
       const char *sql)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;
  char *rows;

  td_database_run_async (database, G_PRIORITY_DEFAULT, read_rows, (gpointer) sql, NULL, g_free,
                         NULL, td_test_ready, &call);
  rows = td_database_run_finish (database, td_test_wait (&call), &error);
  g_assert_no_error (error);
  return rows;
}

static void
assert_query (TdDatabase *database,
              const char *sql,
              const char *expected)
{
  g_autofree char *rows = query (database, sql);

  g_assert_cmpstr (rows, ==, expected);
}

static char *
build_path (void)
{
  g_autofree char *folder = td_test_make_dir ();

  return g_build_filename (folder, "topdog.db", NULL);
}

static guint
count_files (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static void
test_new (void)
{
  g_autofree char *path = build_path ();
  g_autoptr (TdDatabase) database = open_at (path, 3);

  assert_query (database, "PRAGMA user_version", "3;");
  assert_query (database, "PRAGMA application_id", "1413771111;");
  assert_query (database, "SELECT n FROM step ORDER BY n", "2;3;");
  assert_query (database, "PRAGMA foreign_keys", "1;");
  td_database_close (database);
  g_assert_cmpuint (count_files (path), ==, 1); /* nothing to keep a copy of */
}

static void
test_upgrade (void)
{
  g_autofree char *path = build_path ();
  g_autofree char *backup = g_strconcat (path, ".backup-v1", NULL);
  g_autoptr (TdDatabase) old = open_at (path, 1);
  g_autoptr (TdDatabase) database = NULL;
  g_autoptr (TdDatabase) copy = NULL;
  struct stat info;

  td_database_close (old);
  database = open_at (path, 3);
  assert_query (database, "PRAGMA user_version", "3;");
  assert_query (database, "SELECT name || colour FROM parent", "firstred;");
  assert_query (database, "SELECT id || '-' || parent FROM child", "10-1;");
  assert_query (database, "SELECT n FROM step ORDER BY n", "2;3;");
  assert_query (database, "PRAGMA foreign_keys", "1;");
  assert_query (database, "PRAGMA integrity_check", "ok;");
  td_database_close (database);
  g_assert_cmpuint (count_files (path), ==, 2);

  g_assert_cmpint (stat (backup, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
  copy = open_at (backup, 1);
  assert_query (copy, "PRAGMA user_version", "1;");
  assert_query (copy, "SELECT name FROM parent", "first;");
  assert_query (copy, "PRAGMA integrity_check", "ok;");
}

/* A process that ended without closing leaves its log behind, and the log counts. */
static void
test_upgrade_with_log (void)
{
  g_autofree char *path = build_path ();
  g_autofree char *backup = g_strconcat (path, ".backup-v1", NULL);
  g_autoptr (TdDatabase) still_open = open_at (path, 1);
  g_autoptr (TdDatabase) database = NULL;
  g_autoptr (TdDatabase) copy = NULL;

  assert_query (still_open, "INSERT INTO parent VALUES (2, 'in the log') RETURNING id", "2;");
  database = open_at (path, 2);
  assert_query (database, "SELECT name FROM parent ORDER BY id", "first;in the log;");
  copy = open_at (backup, 1);
  assert_query (copy, "SELECT name FROM parent ORDER BY id", "first;in the log;");
}

/* A failing step is undone whole; the steps before it stay, and the copy is there. */
static void
test_failing_step (void)
{
  static const struct
  {
    const char *last;
    TdStoreError code;
  } rows[] = {
    { "CREATE TABLE half (x); INSERT INTO half VALUES (1); SELEKT", TD_STORE_ERROR_FAILED },
    { "INSERT INTO step VALUES (4); DELETE FROM parent",
      TD_STORE_ERROR_CONSTRAINT }, /* leaves a child behind */
    { "INSERT INTO parent VALUES (1, 'again', 'blue')", TD_STORE_ERROR_CONSTRAINT },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = build_path ();
      g_autofree char *backup = g_strconcat (path, ".backup-v1", NULL);
      g_autoptr (TdMigrations) bad = make_migrations (2, rows[i].last);
      g_autoptr (GError) error = NULL;
      g_autoptr (TdDatabase) database = open_at (path, 1);

      td_database_close (database);
      g_assert_null (open_with (path, bad, &error));
      g_assert_error (error, TD_STORE_ERROR, (int) rows[i].code);
      g_assert_true (g_file_test (backup, G_FILE_TEST_EXISTS));

      g_clear_object (&database);
      database = open_at (path, 2);
      assert_query (database, "SELECT name || colour FROM parent", "firstred;");
      assert_query (database, "SELECT count (*) FROM child", "1;");
      assert_query (database, "SELECT count (*) FROM sqlite_schema WHERE name = 'half'", "0;");
      assert_query (database, "SELECT n FROM step", "2;");
    }
}

/* Without room for the copy there is no upgrade. */
static void
test_no_backup (void)
{
  g_autofree char *path = build_path ();
  g_autofree char *part = g_strconcat (path, ".backup-v1.part", NULL);
  g_autofree char *inside = g_build_filename (part, "in the way", NULL);
  g_autoptr (TdMigrations) migrations = make_migrations (2, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (TdDatabase) database = open_at (path, 1);

  td_database_close (database);
  g_assert_cmpint (g_mkdir_with_parents (inside, 0700), ==, 0);
  g_assert_null (open_with (path, migrations, &error));
  g_assert_error (error, TD_STORE_ERROR, TD_STORE_ERROR_READ_ONLY);
  g_clear_object (&database);
  database = open_at (path, 1);
  assert_query (database, "PRAGMA user_version", "1;");
}

/* The copy of a try that was cut short is made anew. */
static void
test_old_backup (void)
{
  g_autofree char *path = build_path ();
  g_autofree char *backup = g_strconcat (path, ".backup-v1", NULL);
  g_autofree char *part = g_strconcat (backup, ".part", NULL);
  g_autoptr (TdDatabase) database = open_at (path, 1);
  g_autoptr (TdDatabase) copy = NULL;

  td_database_close (database);
  g_assert_true (g_file_set_contents (part, "half", -1, NULL));
  g_assert_true (g_file_set_contents (backup, "older", -1, NULL));
  g_clear_object (&database);
  database = open_at (path, 2);
  g_assert_false (g_file_test (part, G_FILE_TEST_EXISTS));
  copy = open_at (backup, 1);
  assert_query (copy, "SELECT name FROM parent", "first;");
}

static void
test_newer (void)
{
  g_autofree char *path = build_path ();
  g_autoptr (TdMigrations) older = make_migrations (1, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (TdDatabase) database = open_at (path, 2);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  gsize before_length, after_length;

  td_database_close (database);
  g_assert_true (g_file_get_contents (path, &before, &before_length, NULL));
  g_assert_null (open_with (path, older, &error));
  g_assert_error (error, TD_STORE_ERROR, TD_STORE_ERROR_NEWER);
  g_assert_true (g_file_get_contents (path, &after, &after_length, NULL));
  g_assert_cmpmem (after, after_length, before, before_length);
  g_assert_cmpuint (count_files (path), ==, 1);
}

/* From every old version of the program's own schema to the newest: the same as made new. */
static void
test_builtin (void)
{
  static const char schema_sql[] =
    "SELECT coalesce (sql, name) FROM sqlite_schema ORDER BY type, name";
  g_autoptr (GError) error = NULL;
  g_autoptr (TdMigrations) builtin = td_migrations_new_builtin (&error);
  g_autofree char *new_path = build_path ();
  g_autoptr (TdDatabase) new_database = NULL;
  g_autofree char *new_schema = NULL;

  g_assert_no_error (error);
  new_database = open_with (new_path, NULL, &error);
  g_assert_no_error (error);
  new_schema = query (new_database, schema_sql);
  for (int version = 1; version < td_migrations_get_newest (builtin); version++)
    {
      g_autofree char *path = build_path ();
      g_autoptr (TdMigrations) old = td_migrations_new_up_to (builtin, version);
      g_autoptr (TdDatabase) database = open_with (path, old, &error);

      g_assert_no_error (error);
      td_database_close (database);
      g_clear_object (&database);
      database = open_with (path, NULL, &error);
      g_assert_no_error (error);
      assert_query (database, schema_sql, new_schema);
    }
}

/* The list of accounts is a database of its own kind. */
static void
test_accounts (void)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autofree char *path = build_path ();
  g_autoptr (GError) error = NULL;
  g_autoptr (TdDatabase) database = NULL;

  td_database_open_schema_async (path, TD_DATABASE_SCHEMA_ACCOUNTS, NULL, td_test_ready, &call);
  database = td_database_open_finish (td_test_wait (&call), &error);
  g_assert_no_error (error);
  assert_query (database, "PRAGMA user_version", "1;");
  assert_query (database, "SELECT count (*) FROM device", "1;");
  assert_query (database, "SELECT count (*) FROM sqlite_schema WHERE name = 'conversation'", "0;");
}

/* What somebody who used the first version has, and how to read it again whatever the columns added since. */
static const struct
{
  const char *insert;
  const char *select;
  const char *expected;
} first_rows[] = {
  { "INSERT INTO model_user_fact VALUES ('openai:gpt-4.1', 1, 7, 1767225600000000)",
    "SELECT model_key || favourite || uses || last_used_us FROM model_user_fact",
    "openai:gpt-4.1171767225600000000;" },
  { "INSERT INTO endpoint VALUES ('box', 'My box', 'openai-chat', 'http://127.0.0.1:8080/v1', 0, 1)",
    "SELECT provider_id || name || kind || base_url || enabled || custom FROM endpoint",
    "boxMy boxopenai-chathttp://127.0.0.1:8080/v101;" },
  { "INSERT INTO endpoint_header VALUES ('box', 'X-Team', 'blue')",
    "SELECT provider_id || name || value FROM endpoint_header", "boxX-Teamblue;" },
  { "INSERT INTO api_key VALUES (3, 'openai', 'work', 'secret-1', 'wxyz', 1767225600000000, 1)",
    "SELECT id || provider_id || name || secret_id || last_four || in_use FROM api_key",
    "3openaiworksecret-1wxyz1;" },
  { "INSERT INTO conversation (id, title, draft, created_us, updated_us, cost, tokens) "
    "VALUES (1, 'Bread', 'and salt?', 10, 20, 123456789, 42)",
    "SELECT id || title || draft || created_us || updated_us || cost || tokens FROM conversation",
    "1Breadand salt?102012345678942;" },
  { "INSERT INTO message (id, conversation_id, role, state, text, created_us) "
    "VALUES (1, 1, 'user', 'complete', 'How much flour?', 11)",
    "SELECT text FROM message WHERE id = 1", "How much flour?;" },
  { "INSERT INTO message (id, conversation_id, role, state, text, reasoning, model_key, created_us, finish, opaque) "
    "VALUES (2, 1, 'assistant', 'complete', '500 g', 'a loaf', 'openai:gpt-4.1', 12, 'stop', '[]')",
    "SELECT text || reasoning || model_key || finish || opaque FROM message WHERE id = 2",
    "500 ga loafopenai:gpt-4.1stop[];" },
  { "INSERT INTO receipt (id, message_id, purpose, model_key, provider_id, catalogue_version, owner, held, started_us, "
    "settled_us, outcome, input_tokens, output_tokens, cost) "
    "VALUES (1, 2, 'chat', 'openai:gpt-4.1', 'openai', '2026-11-23', 5, 200, 12, 13, 'complete', 20, 22, 123456789)",
    "SELECT message_id || purpose || model_key || provider_id || held || outcome || input_tokens || output_tokens || cost "
    "FROM receipt",
    "2chatopenai:gpt-4.1openai200complete2022123456789;" },
};

/* Nothing of a first version's database is lost on the way to the newest. */
static void
test_first_version_kept (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TdMigrations) builtin = td_migrations_new_builtin (&error);
  g_autoptr (TdMigrations) first = td_migrations_new_up_to (builtin, 1);
  g_autofree char *path = build_path ();
  g_autoptr (TdDatabase) database = open_with (path, first, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (first_rows); i++)
    assert_query (database, first_rows[i].insert, "");
  td_database_close (database);
  g_clear_object (&database);

  database = open_with (path, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (first_rows); i++)
    assert_query (database, first_rows[i].select, first_rows[i].expected);
  assert_query (database, "PRAGMA foreign_key_check", "");
}

static int
run_child (const char *path)
{
  g_autoptr (TdDatabase) database = open_at (path, 3);

  assert_query (database,
                "INSERT INTO parent (name, colour) VALUES ('by a child', 'green') RETURNING colour",
                "green;");
  td_database_close (database);
  return 0;
}

/* Several processes at once: every step runs once, nobody fails, everybody can write. */
static void
check_concurrent (const char *path)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  GSubprocess *children[N_PROCESSES];
  g_autoptr (TdDatabase) database = NULL;

  for (guint i = 0; i < N_PROCESSES; i++)
    {
      g_autoptr (GError) error = NULL;

      children[i] =
        g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, &error, program, "--child", path, NULL);
      g_assert_no_error (error);
    }
  for (guint i = 0; i < N_PROCESSES; i++)
    {
      g_autoptr (GError) error = NULL;

      g_subprocess_wait_check (children[i], NULL, &error);
      g_assert_no_error (error);
      g_object_unref (children[i]);
    }
  database = open_at (path, 3);
  assert_query (database, "SELECT n FROM step ORDER BY n", "2;3;");
  assert_query (database, "SELECT count (*) FROM parent WHERE name = 'by a child'",
                G_STRINGIFY (N_PROCESSES) ";");
  assert_query (database, "PRAGMA integrity_check", "ok;");
}

static void
test_concurrent_new (void)
{
  for (int i = 0; i < 5; i++)
    {
      g_autofree char *path = build_path ();

      check_concurrent (path);
    }
}

static void
test_concurrent_upgrade (void)
{
  for (int i = 0; i < 5; i++)
    {
      g_autofree char *path = build_path ();
      g_autofree char *backup = g_strconcat (path, ".backup-v1", NULL);
      g_autoptr (TdDatabase) old = open_at (path, 1);
      g_autoptr (TdDatabase) copy = NULL;

      td_database_close (old);
      check_concurrent (path);
      copy = open_at (backup, 1);
      assert_query (copy, "SELECT name FROM parent", "first;");
    }
}

int
main (int    argc,
      char **argv)
{
  if (argc == 3 && g_str_equal (argv[1], "--child"))
    return run_child (argv[2]);

  td_test_init (&argc, &argv);
  g_test_add_func ("/migrations/new", test_new);
  g_test_add_func ("/migrations/upgrade", test_upgrade);
  g_test_add_func ("/migrations/upgrade-with-log", test_upgrade_with_log);
  g_test_add_func ("/migrations/failing-step", test_failing_step);
  g_test_add_func ("/migrations/no-backup", test_no_backup);
  g_test_add_func ("/migrations/old-backup", test_old_backup);
  g_test_add_func ("/migrations/newer", test_newer);
  g_test_add_func ("/migrations/builtin", test_builtin);
  g_test_add_func ("/migrations/accounts", test_accounts);
  g_test_add_func ("/migrations/first-version-kept", test_first_version_kept);
  g_test_add_func ("/migrations/concurrent-new", test_concurrent_new);
  g_test_add_func ("/migrations/concurrent-upgrade", test_concurrent_upgrade);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>
#include <sys/stat.h>

#include "base/td-paths.h"
#include "base/td-resources.h"
#include "support/td-test.h"

static void
test_data_dir (void)
{
  const char *data_dir = td_paths_get_data_dir ();
  g_autofree char *expected = g_build_filename (g_get_user_data_dir (), "topdog", NULL);
  g_autofree char *database = td_paths_build_database ();
  struct stat info;

  g_assert_cmpstr (data_dir, ==, expected);
  g_assert_cmpint (stat (data_dir, &info), ==, 0);
  g_assert_true (S_ISDIR (info.st_mode));
  g_assert_cmpint (info.st_mode & 0777, ==, 0700);
  g_assert_true (g_str_has_prefix (database, data_dir));
  g_assert_true (g_str_has_suffix (database, "/topdog.db"));
}

static void
test_resources (void)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) names = td_resources_list ("store/schema", &error);
  g_autoptr (GBytes) sql = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (names[0], ==, "001-first-light.sql");
  for (gsize i = 1; names[i] != NULL; i++)
    g_assert_cmpstr (names[i - 1], <, names[i]);

  sql = td_resources_lookup ("store/schema/001-first-light.sql", &error);
  g_assert_no_error (error);
  g_assert_nonnull (g_strstr_len (g_bytes_get_data (sql, NULL), (gssize) g_bytes_get_size (sql),
                                  "CREATE TABLE"));
}

static void
test_no_such_resource (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (td_resources_lookup ("store/schema/nothing", &error));
  g_assert_error (error, G_RESOURCE_ERROR, G_RESOURCE_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_null (td_resources_list ("nowhere", &error));
  g_assert_error (error, G_RESOURCE_ERROR, G_RESOURCE_ERROR_NOT_FOUND);
}

int
main (int    argc,
      char **argv)
{
  td_test_init (&argc, &argv);
  g_test_add_func ("/paths/data-dir", test_data_dir);
  g_test_add_func ("/resources/lookup", test_resources);
  g_test_add_func ("/resources/no-such-resource", test_no_such_resource);
  return g_test_run ();
}

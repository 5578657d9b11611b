/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "support/td-test.h"

#include <glib/gstdio.h>

#define WAIT_SECONDS 20

void
td_test_init (int    *argc,
              char ***argv)
{
  /* Only loopback is reached; and the desktop's resolver wants schemas that isolation hides. */
  g_setenv ("GIO_USE_PROXY_RESOLVER", "dummy", TRUE);
  g_test_init (argc, argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
}

void
td_test_ready (GObject      *source,
               GAsyncResult *result,
               gpointer      call)
{
  TdTestCall *self = call;

  g_assert_null (self->result);
  self->source = source ? g_object_ref (source) : NULL;
  self->result = g_object_ref (result);
}

static gboolean
has_result (gpointer call)
{
  return ((TdTestCall *) call)->result != NULL;
}

GAsyncResult *
td_test_wait (TdTestCall *call)
{
  td_test_wait_until (has_result, call, "the call to end");
  return call->result;
}

void
td_test_call_clear (TdTestCall *call)
{
  g_clear_object (&call->result);
  g_clear_object (&call->source);
}

static gboolean
time_out_cb (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_CONTINUE;
}

void
td_test_wait_until (TdTestCondition  condition,
                    gpointer         data,
                    const char      *what)
{
  gboolean timed_out = FALSE;
  guint id = g_timeout_add_seconds (WAIT_SECONDS, time_out_cb, &timed_out);

  while (!condition (data) && !timed_out)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (id);
  if (timed_out)
    g_error ("waited %d s for %s", WAIT_SECONDS, what);
}

char *
td_test_make_dir (void)
{
  char *path = g_build_filename (g_get_user_cache_dir (), "folder-XXXXXX", NULL);

  g_assert_cmpint (g_mkdir_with_parents (g_get_user_cache_dir (), 0700), ==, 0);
  g_assert_nonnull (g_mkdtemp (path));
  return path;
}

char *
td_test_build_data_path (const char *relative_path)
{
  return g_test_build_filename (G_TEST_DIST, "data", relative_path, NULL);
}

GBytes *
td_test_load_data (const char *relative_path)
{
  g_autofree char *path = td_test_build_data_path (relative_path);
  g_autoptr (GError) error = NULL;
  char *contents = NULL;
  gsize length = 0;

  g_file_get_contents (path, &contents, &length, &error);
  g_assert_no_error (error);
  return g_bytes_new_take (contents, length);
}

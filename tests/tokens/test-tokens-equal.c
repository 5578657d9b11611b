/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Our tokens are those of the npm package tiktoken, on all texts of token-texts.c: every id.
 */
#include "config.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "support/td-test.h"
#include "tokens/td-token-counter.h"
#include "tokens/token-texts.h"

static void
write_texts (GPtrArray  *texts,
             const char *path)
{
  g_autoptr (GByteArray) file = g_byte_array_new ();
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < texts->len; i++)
    {
      gsize length;
      const guint8 *text = g_bytes_get_data (g_ptr_array_index (texts, i), &length);
      guint32 stored = GUINT32_TO_LE ((guint32) length);

      g_byte_array_append (file, (const guint8 *) &stored, sizeof stored);
      if (length > 0)
        g_byte_array_append (file, text, (guint) length);
    }
  g_file_set_contents (path, (const char *) file->data, file->len, &error);
  g_assert_no_error (error);
}

/* A line of JSON per text, from the reference. */
static GStrv
ask_reference (GPtrArray *texts)
{
  g_autofree char *dir = td_test_make_dir ();
  g_autofree char *path = g_build_filename (dir, "texts", NULL);
  g_autofree char *script = g_test_build_filename (G_TEST_DIST, "tokens", "reference.mjs", NULL);
  g_autofree char *output = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) node = NULL;

  write_texts (texts, path);
  node = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, "node", script, path, NULL);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (node, NULL, NULL, &output, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_successful (node));
  return g_strsplit (output, "\n", -1);
}

static gboolean
same_tokens (GArray    *ours,
             JsonArray *theirs)
{
  if (ours->len != json_array_get_length (theirs))
    return FALSE;
  for (guint i = 0; i < ours->len; i++)
    if (g_array_index (ours, guint32, i) != json_array_get_int_element (theirs, i))
      return FALSE;
  return TRUE;
}

static void
compare (TdEncoding  encoding,
         GBytes     *bytes,
         JsonArray  *theirs)
{
  TdTokenizer *tokenizer = td_tokenizer_get (encoding);
  gsize length;
  const char *text = g_bytes_get_data (bytes, &length);
  g_autoptr (GArray) ours = td_tokenizer_encode (tokenizer, text, (gssize) length);

  if (!same_tokens (ours, theirs))
    {
      g_autofree char *copy = g_strndup (text, length);
      g_autofree char *shown = g_strescape (copy, NULL);

      g_test_message ("%s of %u tokens, ours %u: \"%s\"", td_encoding_get_name (encoding),
                      json_array_get_length (theirs), ours->len, shown);
      g_test_fail ();
    }
  g_assert_cmpint (td_tokenizer_count (tokenizer, text, (gssize) length), ==, ours->len);
}

static void
test_equal (void)
{
  g_autoptr (GPtrArray) texts = NULL;
  g_auto (GStrv) lines = NULL;

  if (g_getenv ("TOPDOG_CLIENTS") == NULL)
    {
      g_test_skip ("the test clients are not there: ./dev setup");
      return;
    }
  texts = token_texts_make ();
  g_test_message ("%u texts", texts->len);
  g_assert_cmpuint (texts->len, >=, 1000);
  lines = ask_reference (texts);
  g_assert_cmpuint (g_strv_length (lines), ==, texts->len + 1);
  for (guint i = 0; i < texts->len; i++)
    {
      g_autoptr (JsonNode) node = json_from_string (lines[i], NULL);
      JsonArray *both = json_node_get_array (node);

      compare (TD_ENCODING_O200K_BASE, g_ptr_array_index (texts, i),
               json_array_get_array_element (both, 0));
      compare (TD_ENCODING_CL100K_BASE, g_ptr_array_index (texts, i),
               json_array_get_array_element (both, 1));
    }
}

int
main (int   argc,
      char *argv[])
{
  td_test_init (&argc, &argv);
  g_test_add_func ("/tokens/equal-to-tiktoken", test_equal);
  return g_test_run ();
}

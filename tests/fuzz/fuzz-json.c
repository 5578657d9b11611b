/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fuzz/fuzz.h"

#include "base/td-json-read.h"

/* What was read, written and read again is the same. */

static void
look_at (const TdJson *value,
         guint         depth)
{
  gint64 integer;
  double number;

  g_assert_cmpuint (depth, <=, TD_JSON_DEFAULT_MAX_DEPTH);
  td_json_get_int64 (value, &integer);
  td_json_get_double (value, &number);
  td_json_get_bool (value, FALSE);
  if (td_json_get_type (value) == TD_JSON_STRING)
    g_assert_true (g_utf8_validate_len (td_json_get_string (value),
                                        td_json_get_string_length (value), NULL) ||
                   td_json_get_string_length (value) > 0);
  for (guint i = 0; i < td_json_get_length (value); i++)
    {
      const char *name = td_json_get_name (value, i);

      if (name != NULL)
        g_assert_nonnull (td_json_get_member (value, name));
      look_at (td_json_get_element (value, i), depth + 1);
    }
}

void
fuzz_json (const guint8 *data,
           gsize         size)
{
  g_autofree char *copy = fuzz_copy (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (TdJsonDoc) doc = td_json_doc_parse (copy, (gssize) size, NULL, &error);
  g_autoptr (TdJsonDoc) again = NULL;
  g_autoptr (GString) once = g_string_new (NULL);
  g_autoptr (GString) twice = g_string_new (NULL);

  g_assert_true ((doc == NULL) == (error != NULL));
  if (doc == NULL)
    return;
  look_at (td_json_doc_get_root (doc), 0);
  td_json_append_text (td_json_doc_get_root (doc), once);
  again = td_json_doc_parse (once->str, (gssize) once->len, NULL, &error);
  g_assert_no_error (error);
  td_json_append_text (td_json_doc_get_root (again), twice);
  g_assert_cmpmem (once->str, once->len, twice->str, twice->len);
}

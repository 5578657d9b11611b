/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <string.h>

#include "base/td-json-write.h"
#include "support/td-test.h"

static void
test_structure (void)
{
  g_autoptr (TdJsonWriter) writer = td_json_writer_new ();
  g_autoptr (TdJsonDoc) doc =
    td_json_doc_parse ("{\"big\": 123456789012345678901234567890}", -1, NULL, NULL);
  g_autofree char *text = NULL;
  g_autofree char *second = NULL;

  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "model", "gpt-4o");
  td_json_writer_member_string (writer, "left out", NULL);
  td_json_writer_name (writer, "messages");
  td_json_writer_begin_array (writer);
  td_json_writer_begin_object (writer);
  td_json_writer_end_object (writer);
  td_json_writer_begin_array (writer);
  td_json_writer_end_array (writer);
  td_json_writer_null (writer);
  td_json_writer_string (writer, NULL);
  td_json_writer_bool (writer, FALSE);
  td_json_writer_end_array (writer);
  td_json_writer_member_int64 (writer, "n", G_MININT64);
  td_json_writer_member_bool (writer, "stream", TRUE);
  td_json_writer_name (writer, "value");
  td_json_writer_value (writer, td_json_doc_get_root (doc));
  td_json_writer_name (writer, "raw");
  td_json_writer_raw (writer, "{\"x\": 1.50}");
  td_json_writer_end_object (writer);
  text = td_json_writer_steal_text (writer);
  g_assert_cmpstr (text, ==,
                   "{\"model\":\"gpt-4o\",\"messages\":[{},[],null,null,false],\"n\":-9223372036854775808,"
                   "\"stream\":true,\"value\":{\"big\":123456789012345678901234567890},\"raw\":{\"x\": 1.50}}");

  /* The writer starts anew. */
  td_json_writer_int64 (writer, 1);
  second = td_json_writer_steal_text (writer);
  g_assert_cmpstr (second, ==, "1");
}

static void
test_strings (void)
{
  static const struct
  {
    const char *value;
    gsize length;
    const char *text;
  } rows[] = {
    { "", 0, "\"\"" },
    { "a\"b\\c/d", 7, "\"a\\\"b\\\\c/d\"" },
    { "\b\f\n\r\t\x01\x1f\x7f", 8, "\"\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\"" },
    { "ä€😀", 9, "\"ä€😀\"" },
    { "\xff"
      "a\xc3",
      3, "\"\xef\xbf\xbd"
         "a\xef\xbf\xbd\"" },
    { "a\0b", 3, "\"a\xef\xbf\xbd"
                 "b\"" },
    { "cut here", 3, "\"cut\"" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (TdJsonWriter) writer = td_json_writer_new ();
      g_autoptr (GBytes) bytes = NULL;

      td_json_writer_string_len (writer, rows[i].value, rows[i].length);
      bytes = td_json_writer_steal_bytes (writer);
      g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), rows[i].text,
                       strlen (rows[i].text));
    }
}

static char *
write_double (double value)
{
  g_autoptr (TdJsonWriter) writer = td_json_writer_new ();

  td_json_writer_double (writer, value);
  return td_json_writer_steal_text (writer);
}

static void
test_doubles (void)
{
  static const struct
  {
    double value;
    const char *text;
  } rows[] = {
    { 0.7, "0.7" },
    { 0.1 + 0.2, "0.30000000000000004" },
    { 1, "1" },
    { -0.0, "-0" },
    { 1e100, "1e+100" },
    { 5e-324, "4.94065645841247e-324" },
    { DBL_MAX, "1.7976931348623157e+308" },
    { INFINITY, "null" },
    { -INFINITY, "null" },
    { NAN, "null" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text = write_double (rows[i].value);

      g_assert_cmpstr (text, ==, rows[i].text);
    }
}

/* Any double of any bits reads back as itself. */
static void
test_doubles_round_trip (void)
{
  for (int i = 0; i < 100000; i++)
    {
      guint64 bits = (guint64) g_test_rand_int () << 32 | (guint32) g_test_rand_int ();
      double value, back = 0;
      g_autofree char *text = NULL;
      g_autoptr (TdJsonDoc) doc = NULL;

      memcpy (&value, &bits, sizeof (value));
      if (!isfinite (value))
        continue;
      text = write_double (value);
      doc = td_json_doc_parse (text, -1, NULL, NULL);
      g_assert_nonnull (doc);
      g_assert_true (td_json_get_double (td_json_doc_get_root (doc), &back));
      g_assert_cmpmem (&back, sizeof (back), &value, sizeof (value));
    }
}

/* Any bytes written as a string read back as their valid form. */
static void
test_strings_round_trip (void)
{
  for (int i = 0; i < 20000; i++)
    {
      char value[40];
      gsize length = (gsize) g_test_rand_int_range (0, sizeof (value));
      g_autoptr (TdJsonWriter) writer = td_json_writer_new ();
      g_autoptr (TdJsonDoc) doc = NULL;
      g_autofree char *text = NULL;
      g_autofree char *expected = NULL;

      for (gsize j = 0; j < length; j++)
        value[j] = (char) g_test_rand_int_range (0, i % 2 == 0 ? 256 : 128);
      expected = g_utf8_make_valid (value, (gssize) length);
      td_json_writer_string_len (writer, value, length);
      text = td_json_writer_steal_text (writer);
      doc = td_json_doc_parse (text, -1, NULL, NULL);
      g_assert_nonnull (doc);
      g_assert_cmpstr (td_json_get_string (td_json_doc_get_root (doc)), ==, expected);
    }
}

int
main (int    argc,
      char **argv)
{
  td_test_init (&argc, &argv);
  g_test_add_func ("/json-write/structure", test_structure);
  g_test_add_func ("/json-write/strings", test_strings);
  g_test_add_func ("/json-write/doubles", test_doubles);
  g_test_add_func ("/json-write/doubles-round-trip", test_doubles_round_trip);
  g_test_add_func ("/json-write/strings-round-trip", test_strings_round_trip);
  return g_test_run ();
}

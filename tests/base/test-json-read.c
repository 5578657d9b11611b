/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "base/td-json-read.h"
#include "support/td-test.h"

#define FFFD "\xef\xbf\xbd"

/* TAP is UTF-8, what is read here need not be. */
static void
name_row (const char *text)
{
  g_autofree char *escaped = g_strescape (text, NULL);

  g_test_message ("%s", escaped);
}

/* The compact text of what was read, or what went wrong. */
static char *
read_back (const char         *text,
           gssize              length,
           const TdJsonLimits *limits)
{
  static const char *const codes[] = { "SYNTAX", "TRUNCATED", "TOO_DEEP", "TOO_LARGE" };
  g_autoptr (GError) error = NULL;
  g_autoptr (TdJsonDoc) doc = td_json_doc_parse (text, length, limits, &error);
  GString *out;

  if (doc == NULL)
    {
      g_assert_nonnull (error);
      g_assert_true (error->domain == TD_JSON_ERROR);
      return g_strdup (codes[error->code]);
    }
  g_assert_no_error (error);
  out = g_string_new (NULL);
  td_json_append_text (td_json_doc_get_root (doc), out);
  return g_string_free_and_steal (out);
}

static void
test_grammar (void)
{
  static const struct
  {
    const char *text;
    const char *compact; /* or the error */
  } rows[] = {
    { "null", "null" },
    { "true", "true" },
    { " false ", "false" },
    { "\t\r\n 1\n", "1" },
    { "\"\"", "\"\"" },
    { "[]", "[]" },
    { "{}", "{}" },
    { " [ ] ", "[]" },
    { "{ \"a\" : [ 1 , { \"b\" : null } , \"x\" ] , \"c\" : true }",
      "{\"a\":[1,{\"b\":null},\"x\"],\"c\":true}" },
    { "[[],{},[[]],\"\",0]", "[[],{},[[]],\"\",0]" },
    { "{\"\":1}", "{\"\":1}" },
    { "\xef\xbb\xbf{\"a\":1}", "{\"a\":1}" },
    /* numbers keep their text */
    { "[0,-0,1,-1,10,1.0,1.50,0.1,1e3,1E+3,1e-3,-1.5e-7]",
      "[0,-0,1,-1,10,1.0,1.50,0.1,1e3,1E+3,1e-3,-1.5e-7]" },
    { "123456789012345678901234567890", "123456789012345678901234567890" },
    { "12", "12" },
    { "01", "SYNTAX" },
    { "-01", "SYNTAX" },
    { "+1", "SYNTAX" },
    { ".5", "SYNTAX" },
    { "1.e5", "SYNTAX" },
    { "0x10", "SYNTAX" },
    { "1e5.5", "SYNTAX" },
    { "1_000", "SYNTAX" },
    { "NaN", "SYNTAX" },
    { "nan", "SYNTAX" },
    { "Infinity", "SYNTAX" },
    { "-Infinity", "SYNTAX" },
    /* words */
    { "True", "SYNTAX" },
    { "nul1", "SYNTAX" },
    { "nullx", "SYNTAX" },
    { "truefalse", "SYNTAX" },
    /* what other readers let pass */
    { "'a'", "SYNTAX" },
    { "{'a':1}", "SYNTAX" },
    { "{a:1}", "SYNTAX" },
    { "[1,]", "SYNTAX" },
    { "[,1]", "SYNTAX" },
    { "[1,,2]", "SYNTAX" },
    { "{\"a\":1,}", "SYNTAX" },
    { "{,\"a\":1}", "SYNTAX" },
    { "[1 2]", "SYNTAX" },
    { "[\"a\"\"b\"]", "SYNTAX" },
    { "[\"a\"1]", "SYNTAX" },
    { "{\"a\" 1}", "SYNTAX" },
    { "{\"a\"1}", "SYNTAX" },
    { "{\"a\"}", "SYNTAX" },
    { "{\"a\":}", "SYNTAX" },
    { "{1:2}", "SYNTAX" },
    { "[1}", "SYNTAX" },
    { "{\"a\":1]", "SYNTAX" },
    { "]", "SYNTAX" },
    { "}", "SYNTAX" },
    { ",", "SYNTAX" },
    { "{} {}", "SYNTAX" },
    { "1 2", "SYNTAX" },
    { "[]]", "SYNTAX" },
    { "// x\n1", "SYNTAX" },
    { "/* x */ 1", "SYNTAX" },
    { "[1] // x", "SYNTAX" },
    { "\xc2\xa0"
      "1",
      "SYNTAX" }, /* no white space to JSON */
    { "\f1", "SYNTAX" },
    { "1\xef\xbb\xbf", "SYNTAX" },
    { "<html>", "SYNTAX" },
    { "data: {}", "SYNTAX" },
    { "\xff", "SYNTAX" },
    /* cut short */
    { "", "TRUNCATED" },
    { " \n", "TRUNCATED" },
    { "\xef\xbb\xbf", "TRUNCATED" },
    { "\xef\xbb", "TRUNCATED" },
    { "[", "TRUNCATED" },
    { "[1", "TRUNCATED" },
    { "[1,", "TRUNCATED" },
    { "{", "TRUNCATED" },
    { "{\"", "TRUNCATED" },
    { "{\"a", "TRUNCATED" },
    { "{\"a\"", "TRUNCATED" },
    { "{\"a\":", "TRUNCATED" },
    { "{\"a\":1", "TRUNCATED" },
    { "{\"a\":1,", "TRUNCATED" },
    { "tru", "TRUNCATED" },
    { "-", "TRUNCATED" },
    { "1.", "TRUNCATED" },
    { "1e", "TRUNCATED" },
    { "1e-", "TRUNCATED" },
    { "\"", "TRUNCATED" },
    { "\"abcdefghijklmnop", "TRUNCATED" },
    { "\"\\", "TRUNCATED" },
    { "\"\\u", "TRUNCATED" },
    { "\"\\u12", "TRUNCATED" },
    { "\"\\ud83d", "TRUNCATED" },
    { "\"\\ud83d\\", "TRUNCATED" },
    { "\"\\ud83d\\u", "TRUNCATED" },
    { "\"\xf0\x9f\x98", "TRUNCATED" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *compact = read_back (rows[i].text, -1, NULL);

      name_row (rows[i].text);
      g_assert_cmpstr (compact, ==, rows[i].compact);
    }
}

static void
test_strings (void)
{
  static const struct
  {
    const char *text; /* between the quotes */
    const char *value; /* NULL: refused */
  } rows[] = {
    { "plain text longer than a machine word", "plain text longer than a machine word" },
    { "\\\"\\\\\\/\\b\\f\\n\\r\\t", "\"\\/\b\f\n\r\t" },
    { "a\\nb", "a\nb" },
    { "12345678\\n12345678\\n1", "12345678\n12345678\n1" },
    { "\\u0041\\u00e4\\u20ac", "Aä€" },
    { "\\u20AC", "€" },
    { "\\ud83d\\ude00", "😀" },
    { "x\\uD83D\\uDE00y", "x😀y" },
    { "\\udbff\\udfff", "\xf4\x8f\xbf\xbf" },
    { "\\u0000", FFFD },
    { "a\\u0000b", "a" FFFD "b" },
    { "\\\\u0000", "\\u0000" }, /* an escaped backslash, then plain letters */
    { "\\\\\\u0000", "\\" FFFD },
    { "\\ud83d", FFFD },
    { "\\ude00", FFFD },
    { "\\ud83dx", FFFD "x" },
    { "\\ud83d\\n", FFFD "\n" },
    { "\\ud83d\\u0041", FFFD "A" },
    { "\\ud83d\\ud83d\\ude00", FFFD "😀" },
    { "\\ude00\\ud83d", FFFD FFFD },
    { "\\ufffe\\uffff", "\xef\xbf\xbe\xef\xbf\xbf" },
    { "äöü € 😀 \x7f", "äöü € 😀 \x7f" },
    { "\xe2\x80\xa8", "\xe2\x80\xa8" },
    /* bytes that are not UTF-8 */
    { "a\xff"
      "b",
      "a" FFFD "b" },
    { "\xc3", FFFD },
    { "\xc0\xaf", FFFD FFFD },         /* overlong */
    { "\xed\xa0\x80", FFFD FFFD FFFD }, /* a raw surrogate */
    { "\xf5\x80\x80\x80", FFFD FFFD FFFD FFFD },
    { "\xe2\x82", FFFD FFFD },
    { "\xff\\n\xfe", FFFD "\n" FFFD },
    { "\x80\x80\x80\x80\x80\x80\x80\x80\x80", FFFD FFFD FFFD FFFD FFFD FFFD FFFD FFFD FFFD },
    /* refused */
    { "a\nb", NULL },
    { "a\tb", NULL },
    { "\x01", NULL },
    { "1234567\x1f", NULL },
    { "\\x41", NULL },
    { "\\'", NULL },
    { "\\U0041", NULL },
    { "\\u12g4", NULL },
    { "\\u 123", NULL },
    { "\\u+123", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text = g_strdup_printf ("[\"%s\"]", rows[i].text);
      g_autoptr (GError) error = NULL;
      g_autoptr (TdJsonDoc) doc = td_json_doc_parse (text, -1, NULL, &error);
      const TdJson *value;

      name_row (text);
      if (rows[i].value == NULL)
        {
          g_assert_error (error, TD_JSON_ERROR, TD_JSON_ERROR_SYNTAX);
          continue;
        }
      g_assert_no_error (error);
      value = td_json_get_element (td_json_doc_get_root (doc), 0);
      g_assert_cmpstr (td_json_get_string (value), ==, rows[i].value);
      g_assert_cmpuint (td_json_get_string_length (value), ==, strlen (rows[i].value));
    }
}

static void
test_raw_nul (void)
{
  static const struct
  {
    const char *text;
    gssize length;
  } rows[] = { { "[\"a\0b\"]", 7 }, { "[1]\0", 4 }, { "\0", 1 },
               { "[\0]", 3 },       { "1\0 ", 3 },  { "[\"\xff\0\"]", 6 } };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *result = read_back (rows[i].text, rows[i].length, NULL);

      g_assert_cmpstr (result, ==, "SYNTAX");
    }
}

static void
test_integers (void)
{
  static const struct
  {
    const char *text;
    gboolean whole;
    gint64 value;
  } rows[] = {
    { "0", TRUE, 0 },
    { "-0", TRUE, 0 },
    { "12", TRUE, 12 },
    { "12.0", TRUE, 12 },
    { "1e3", TRUE, 1000 },
    { "1.5e1", TRUE, 15 },
    { "1500e-2", TRUE, 15 },
    { "0e999999", TRUE, 0 },
    { "9007199254740993", TRUE, G_GINT64_CONSTANT (9007199254740993) }, /* no double */
    { "9223372036854775807", TRUE, G_MAXINT64 },
    { "-9223372036854775808", TRUE, G_MININT64 },
    { "9223372036854775808", FALSE, 0 },
    { "-9223372036854775809", FALSE, 0 },
    { "1e19", FALSE, 0 },
    { "1e999999999999999999999", FALSE, 0 },
    { "12.5", FALSE, 0 },
    { "1e-1", FALSE, 0 },
    { "\"12\"", FALSE, 0 },
    { "true", FALSE, 0 },
    { "null", FALSE, 0 },
    { "[1]", FALSE, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (TdJsonDoc) doc = td_json_doc_parse (rows[i].text, -1, NULL, NULL);
      gint64 value = 77;

      name_row (rows[i].text);
      g_assert_cmpint (td_json_get_int64 (td_json_doc_get_root (doc), &value), ==, rows[i].whole);
      g_assert_cmpint (value, ==, rows[i].whole ? rows[i].value : 77);
    }
}

static void
test_doubles (void)
{
  g_autoptr (TdJsonDoc) doc = td_json_doc_parse ("[0.1, -2.5e3, 1e400, \"1\", 7]", -1, NULL, NULL);
  const TdJson *root = td_json_doc_get_root (doc);
  double value = 77;

  g_assert_true (td_json_get_double (td_json_get_element (root, 0), &value));
  g_assert_cmpfloat (value, ==, 0.1);
  g_assert_true (td_json_get_double (td_json_get_element (root, 1), &value));
  g_assert_cmpfloat (value, ==, -2500);
  g_assert_false (td_json_get_double (td_json_get_element (root, 2), &value));
  g_assert_false (td_json_get_double (td_json_get_element (root, 3), &value));
  g_assert_cmpfloat (value, ==, -2500);
  g_assert_true (td_json_get_double (td_json_get_element (root, 4), &value));
  g_assert_cmpfloat (value, ==, 7);
  g_assert_cmpstr (td_json_get_number_text (td_json_get_element (root, 1)), ==, "-2.5e3");
}

static void
test_members (void)
{
  static const char text[] =
    "{\"s\": \"x\", \"i\": 5, \"t\": true, \"n\": null, \"l\": [\"a\", 1, \"b\"], \"o\": {\"p\": {\"q\": 9}}, \"e\": []}";
  g_autoptr (TdJsonDoc) doc = td_json_doc_parse (text, -1, NULL, NULL);
  const TdJson *root = td_json_doc_get_root (doc);
  g_auto (GStrv) list = td_json_member_strv (root, "l");
  g_auto (GStrv) empty = td_json_member_strv (root, "e");
  gint64 value = 0;

  g_assert_cmpuint (td_json_get_length (root), ==, 7);
  g_assert_cmpstr (td_json_get_name (root, 1), ==, "i");
  g_assert_null (td_json_get_name (root, 7));
  g_assert_null (td_json_get_element (root, 7));
  g_assert_cmpstr (td_json_member_string (root, "s"), ==, "x");
  g_assert_null (td_json_member_string (root, "i"));
  g_assert_cmpint (td_json_member_int64 (root, "i", -1), ==, 5);
  g_assert_cmpint (td_json_member_int64 (root, "s", -1), ==, -1);
  g_assert_cmpint (td_json_member_int64 (root, "gone", -1), ==, -1);
  g_assert_true (td_json_member_bool (root, "t", FALSE));
  g_assert_true (td_json_member_bool (root, "s", TRUE));
  g_assert_false (td_json_is_set (td_json_get_member (root, "n")));
  g_assert_cmpint (td_json_get_type (td_json_get_member (root, "n")), ==, TD_JSON_NULL);
  g_assert_cmpint (td_json_get_type (td_json_get_member (root, "gone")), ==, TD_JSON_ABSENT);
  g_assert_true (td_json_is_set (td_json_get_member (root, "e")));
  g_assert_true (td_json_get_int64 (td_json_get_path (root, "o.p.q"), &value));
  g_assert_cmpint (value, ==, 9);
  g_assert_null (td_json_get_path (root, "o.p.q.r"));
  g_assert_null (td_json_get_path (root, "o..q"));
  g_assert_null (td_json_get_path (root, "s.p"));
  g_assert_cmpstrv (list, ((const char *[]) { "a", "b", NULL }));
  g_assert_nonnull (empty);
  g_assert_cmpuint (g_strv_length (empty), ==, 0);
  g_assert_null (td_json_member_strv (root, "s"));
}

/* Everything takes %NULL, so that a chain of look-ups needs no checks. */
static void
test_absent (void)
{
  g_autoptr (GString) out = g_string_new (NULL);
  gint64 integer = 77;
  double number = 77;

  g_assert_cmpint (td_json_get_type (NULL), ==, TD_JSON_ABSENT);
  g_assert_false (td_json_is_set (NULL));
  g_assert_null (td_json_get_member (NULL, "a"));
  g_assert_null (td_json_get_path (NULL, "a.b"));
  g_assert_cmpuint (td_json_get_length (NULL), ==, 0);
  g_assert_null (td_json_get_element (NULL, 0));
  g_assert_null (td_json_get_name (NULL, 0));
  g_assert_null (td_json_get_string (NULL));
  g_assert_cmpuint (td_json_get_string_length (NULL), ==, 0);
  g_assert_null (td_json_get_number_text (NULL));
  g_assert_false (td_json_get_int64 (NULL, &integer));
  g_assert_false (td_json_get_double (NULL, &number));
  g_assert_true (td_json_get_bool (NULL, TRUE));
  g_assert_null (td_json_member_strv (NULL, "a"));
  td_json_append_text (NULL, out);
  g_assert_cmpstr (out->str, ==, "null");
}

static void
test_duplicates (void)
{
  static const struct
  {
    const char *text;
    const char *compact;
  } rows[] = {
    { "{\"a\":1,\"a\":2}", "{\"a\":2}" },
    { "{\"a\":1,\"b\":2,\"a\":3,\"c\":4,\"b\":5}", "{\"a\":3,\"b\":5,\"c\":4}" },
    { "{\"a\":1,\"\\u0061\":{}}", "{\"a\":{}}" },
    { "{\"a\":1,\"a\":null}", "{\"a\":null}" },
    { "{\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1,\"f\":1,\"g\":1,\"h\":1,\"i\":1,\"j\":1,\"c\":2,\"k\":3,\"a\":4}",
      "{\"a\":4,\"b\":1,\"c\":2,\"d\":1,\"e\":1,\"f\":1,\"g\":1,\"h\":1,\"i\":1,\"j\":1,\"k\":3}" },
    { "{\"a\":1,\"a\":1,\"a\":1,\"a\":1,\"a\":1,\"a\":1,\"a\":1,\"a\":1,\"a\":1,\"a\":1,\"a\":7}",
      "{\"a\":7}" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *compact = read_back (rows[i].text, -1, NULL);

      g_assert_cmpstr (compact, ==, rows[i].compact);
    }
}

/* Members are found whatever their number, around the sizes where the way of finding changes. */
static void
test_many_members (void)
{
  static const guint counts[] = { 0, 1, 8, 9, 10, 15, 16, 17, 31, 32, 33, 64, 100, 1000, 200000 };

  for (gsize c = 0; c < G_N_ELEMENTS (counts); c++)
    {
      g_autoptr (GString) text = g_string_new ("{");
      g_autoptr (TdJsonDoc) doc = NULL;
      const TdJson *root;

      for (guint i = 0; i < counts[c]; i++)
        g_string_append_printf (text, "%s\"member %u\":%u", i > 0 ? "," : "", i * 7, i);
      g_string_append_c (text, '}');
      doc = td_json_doc_parse (text->str, (gssize) text->len, NULL, NULL);
      root = td_json_doc_get_root (doc);
      g_assert_cmpuint (td_json_get_length (root), ==, counts[c]);
      for (guint i = 0; i < counts[c]; i++)
        {
          g_autofree char *name = g_strdup_printf ("member %u", i * 7);

          g_assert_cmpint (td_json_member_int64 (root, name, -1), ==, i);
        }
      g_assert_null (td_json_get_member (root, "member 1"));
      g_assert_null (td_json_get_member (root, "member"));
      g_assert_null (td_json_get_member (root, ""));
    }
}

static char *
make_nested (guint depth,
             char  open,
             char  close)
{
  char *text = g_malloc (2 * (gsize) depth + 1);

  memset (text, open, depth);
  memset (text + depth, close, depth);
  text[2 * (gsize) depth] = '\0';
  return text;
}

static void
test_depth (void)
{
  static const struct
  {
    guint depth;
    guint max_depth;
    gboolean parsed;
  } rows[] = {
    { 128, 0, TRUE },
    { 129, 0, FALSE },
    { 1, 1, TRUE },
    { 2, 1, FALSE },
    { 1024, 5000, TRUE },
    { 1025, 5000, FALSE },
    { 1000000, 0, FALSE },
    { 1000000, G_MAXUINT, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text = make_nested (rows[i].depth, '[', ']');
      g_autofree char *back =
        read_back (text, -1, &(TdJsonLimits) { .max_depth = rows[i].max_depth });

      g_assert_cmpstr (back, ==, rows[i].parsed ? text : "TOO_DEEP");
    }
}

/* A million brackets that never close, and the same with objects. */
static void
test_deep_and_cut (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *brackets = g_strnfill (1000000, '[');
  g_autofree char *result = read_back (brackets, -1, NULL);
  g_autofree char *result_of_objects = NULL;

  g_assert_cmpstr (result, ==, "TOO_DEEP");
  for (int i = 0; i < 200000; i++)
    g_string_append (text, "{\"a\":");
  result_of_objects = read_back (text->str, -1, NULL);
  g_assert_cmpstr (result_of_objects, ==, "TOO_DEEP");
}

static void
test_size (void)
{
  TdJsonLimits limits = { .max_bytes = 10 };
  g_autofree char *fits = read_back ("\"12345678\"", -1, &limits);
  g_autofree char *too_large = read_back ("\"123456789\"", -1, &limits);
  g_autofree char *many = g_strnfill (TD_JSON_DEFAULT_MAX_BYTES + 1, ' ');
  g_autofree char *too_many = read_back (many, -1, NULL);

  g_assert_cmpstr (fits, ==, "\"12345678\"");
  g_assert_cmpstr (too_large, ==, "TOO_LARGE");
  g_assert_cmpstr (too_many, ==, "TOO_LARGE");
}

/* A small text must not ask for a lot of memory. */
static void
test_too_many_values (void)
{
  gsize n = 4 * 1024 * 1024;
  g_autoptr (GString) text = g_string_sized_new (2 * n + 2);
  g_autofree char *result = NULL;

  g_string_append_c (text, '[');
  for (gsize i = 0; i < n; i++)
    g_string_append (text, "1,");
  g_string_append (text, "1]");
  result = read_back (text->str, (gssize) text->len, NULL);
  g_assert_cmpstr (result, ==, "TOO_LARGE");
}

int
main (int    argc,
      char **argv)
{
  td_test_init (&argc, &argv);
  g_test_add_func ("/json-read/grammar", test_grammar);
  g_test_add_func ("/json-read/strings", test_strings);
  g_test_add_func ("/json-read/raw-nul", test_raw_nul);
  g_test_add_func ("/json-read/integers", test_integers);
  g_test_add_func ("/json-read/doubles", test_doubles);
  g_test_add_func ("/json-read/members", test_members);
  g_test_add_func ("/json-read/absent", test_absent);
  g_test_add_func ("/json-read/duplicates", test_duplicates);
  g_test_add_func ("/json-read/many-members", test_many_members);
  g_test_add_func ("/json-read/depth", test_depth);
  g_test_add_func ("/json-read/deep-and-cut", test_deep_and_cut);
  g_test_add_func ("/json-read/size", test_size);
  g_test_add_func ("/json-read/too-many-values", test_too_many_values);
  return g_test_run ();
}

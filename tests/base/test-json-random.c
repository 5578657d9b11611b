/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The JSON reader against chance, and against another reader. */
#include "config.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "base/json-samples.h"
#include "base/td-json-read.h"
#include "support/td-test.h"

#define N_DOCUMENTS 2000
#define N_MUTATIONS 50000

/* Parses a copy of exactly its length, so that the sanitizer sees a byte read too many. */
static TdJsonDoc *
parse (const char  *text,
       gsize        length,
       GError     **error)
{
  g_autofree char *copy = length > 0 ? g_memdup2 (text, length) : NULL;

  return td_json_doc_parse (copy, (gssize) length, NULL, error);
}

static char *
write_back (const TdJsonDoc *doc)
{
  GString *out = g_string_new (NULL);

  td_json_append_text (td_json_doc_get_root (doc), out);
  return g_string_free_and_steal (out);
}

static void assert_equal (const TdJson *value,
                          JsonNode     *node);

static void
assert_equal_objects (const TdJson *value,
                      JsonObject   *object)
{
  g_autoptr (GList) names = json_object_get_members (object);
  guint i = 0;

  g_assert_cmpuint (td_json_get_length (value), ==, json_object_get_size (object));
  for (GList *l = names; l != NULL; l = l->next, i++)
    {
      const TdJson *member = td_json_get_member (value, l->data);

      g_assert_nonnull (member);
      g_assert_cmpstr (td_json_get_name (value, i), ==, l->data);
      g_assert_true (td_json_get_element (value, i) == member);
      assert_equal (member, json_object_get_member (object, l->data));
    }
}

static void
assert_equal_arrays (const TdJson *value,
                     JsonArray    *array)
{
  g_assert_cmpuint (td_json_get_length (value), ==, json_array_get_length (array));
  for (guint i = 0; i < json_array_get_length (array); i++)
    assert_equal (td_json_get_element (value, i), json_array_get_element (array, i));
}

static void
assert_equal_scalars (const TdJson *value,
                      JsonNode     *node)
{
  GType type = json_node_get_value_type (node);
  gint64 integer = 0;
  double number = 0;

  if (type == G_TYPE_STRING)
    g_assert_cmpstr (td_json_get_string (value), ==, json_node_get_string (node));
  else if (type == G_TYPE_BOOLEAN)
    g_assert_cmpint (td_json_get_bool (value, !json_node_get_boolean (node)), ==,
                     json_node_get_boolean (node));
  else if (type == G_TYPE_INT64)
    {
      g_assert_true (td_json_get_int64 (value, &integer));
      g_assert_cmpint (integer, ==, json_node_get_int (node));
    }
  else
    {
      g_assert_true (td_json_get_double (value, &number));
      g_assert_cmpfloat (number, ==, json_node_get_double (node));
    }
}

static void
assert_equal (const TdJson *value,
              JsonNode     *node)
{
  switch (json_node_get_node_type (node))
    {
    case JSON_NODE_OBJECT:
      g_assert_cmpint (td_json_get_type (value), ==, TD_JSON_OBJECT);
      assert_equal_objects (value, json_node_get_object (node));
      break;
    case JSON_NODE_ARRAY:
      g_assert_cmpint (td_json_get_type (value), ==, TD_JSON_ARRAY);
      assert_equal_arrays (value, json_node_get_array (node));
      break;
    case JSON_NODE_NULL:
      g_assert_cmpint (td_json_get_type (value), ==, TD_JSON_NULL);
      break;
    case JSON_NODE_VALUE:
    default:
      assert_equal_scalars (value, node);
      break;
    }
}

static GRand *
make_rand (void)
{
  return g_rand_new_with_seed ((guint32) g_test_rand_int ());
}

/* json-glib reads every valid document the same way. */
static void
test_reference (void)
{
  g_autoptr (GRand) rand = make_rand ();

  for (int i = 0; i < N_DOCUMENTS; i++)
    {
      g_autofree char *text = json_samples_make_random (rand);
      g_autoptr (JsonParser) parser = json_parser_new_immutable ();
      g_autoptr (GError) error = NULL;
      g_autoptr (TdJsonDoc) doc = parse (text, strlen (text), &error);

      g_assert_no_error (error);
      json_parser_load_from_data (parser, text, -1, &error);
      g_assert_no_error (error);
      assert_equal (td_json_doc_get_root (doc), json_parser_get_root (parser));
    }
}

/* What was written reads back as the same, with nothing lost. */
static void
test_round_trip (void)
{
  g_autoptr (GRand) rand = make_rand ();

  for (int i = 0; i < N_DOCUMENTS; i++)
    {
      g_autofree char *text = json_samples_make_random (rand);
      g_autoptr (TdJsonDoc) doc = parse (text, strlen (text), NULL);
      g_autofree char *compact = write_back (doc);
      g_autoptr (TdJsonDoc) again = parse (compact, strlen (compact), NULL);
      g_autofree char *twice = write_back (again);
      g_autoptr (JsonParser) parser = json_parser_new ();

      g_assert_cmpstr (compact, ==, twice);
      g_assert_true (json_parser_load_from_data (parser, text, -1, NULL));
      assert_equal (td_json_doc_get_root (again), json_parser_get_root (parser));
    }
}

/* Every beginning of a document is cut, and never anything else. */
static void
test_beginnings (void)
{
  g_autoptr (GRand) rand = make_rand ();

  for (int i = 0; i < 100; i++)
    {
      g_autofree char *text = json_samples_make_random (rand);
      gsize length = strlen (text);

      for (gsize n = 0; n < length; n += 1 + length / 500)
        {
          g_autoptr (GError) error = NULL;

          g_assert_null (parse (text, n, &error));
          g_assert_error (error, TD_JSON_ERROR, TD_JSON_ERROR_TRUNCATED);
        }
    }
}

/* Whatever is accepted is sound: valid UTF-8 all over, and readable again. */
static void
assert_sound (const char *text,
              gsize       length)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TdJsonDoc) doc = parse (text, length, &error);
  g_autoptr (TdJsonDoc) again = NULL;
  g_autofree char *compact = NULL;
  g_autofree char *twice = NULL;

  if (doc == NULL)
    {
      g_assert_true (error->domain == TD_JSON_ERROR);
      return;
    }
  compact = write_back (doc);
  g_assert_true (g_utf8_validate (compact, -1, NULL));
  again = parse (compact, strlen (compact), &error);
  g_assert_no_error (error);
  twice = write_back (again);
  g_assert_cmpstr (compact, ==, twice);
}

static void
mutate (GString *text,
        GRand   *rand)
{
  static const char spice[] = "\"\\{}[],:0123456789eE+-.utfn\xff\xc3\xed\xf0\x80\x01 ";
  gsize position = text->len > 0 ? g_rand_int (rand) % text->len : 0;
  gsize n_erased = 1 + g_rand_int (rand) % 8;
  char byte = spice[g_rand_int_range (rand, 0, sizeof (spice))];

  switch (g_rand_int_range (rand, 0, 4))
    {
    case 0:
      g_string_insert_c (text, (gssize) position, byte);
      break;
    case 1:
      g_string_erase (text, (gssize) position, (gssize) MIN (text->len - position, n_erased));
      break;
    case 2:
      if (text->len > 0)
        text->str[position] = byte;
      break;
    default:
      g_string_insert_len (text, (gssize) position, text->str, (gssize) MIN (text->len, 20));
      break;
    }
}

static void
test_mutations (void)
{
  g_autoptr (GRand) rand = make_rand ();
  g_autoptr (GString) text = g_string_new (NULL);

  for (int i = 0; i < N_MUTATIONS; i++)
    {
      /* One wrong byte mostly ends it, so begin anew often. */
      if (i % 10 == 0)
        {
          g_autofree char *original = json_samples_make_random (rand);

          g_string_assign (text, original);
        }
      mutate (text, rand);
      assert_sound (text->str, text->len);
    }
}

static void
test_noise (void)
{
  g_autoptr (GRand) rand = make_rand ();

  for (int i = 0; i < N_MUTATIONS; i++)
    {
      char bytes[64];
      gsize length = (gsize) g_rand_int_range (rand, 0, sizeof (bytes) + 1);

      for (gsize j = 0; j < length; j++)
        bytes[j] = (char) g_rand_int_range (rand, 0, 256);
      assert_sound (bytes, length);
    }
}

/* A string of any bytes: it is the valid form of them, as GLib makes it. */
static void
test_any_string (void)
{
  g_autoptr (GRand) rand = make_rand ();

  for (int i = 0; i < N_MUTATIONS; i++)
    {
      g_autoptr (GString) text = g_string_new ("\"");
      g_autofree char *expected = NULL;
      g_autoptr (TdJsonDoc) doc = NULL;
      gint32 length = g_rand_int_range (rand, 0, 40);

      for (gint32 j = 0; j < length; j++)
        {
          char byte = (char) g_rand_int_range (rand, 0x20, 256);

          if (byte != '"' && byte != '\\')
            g_string_append_c (text, byte);
        }
      expected = g_utf8_make_valid (text->str + 1, (gssize) text->len - 1);
      g_string_append_c (text, '"');
      doc = parse (text->str, text->len, NULL);
      g_assert_nonnull (doc);
      g_assert_cmpstr (td_json_get_string (td_json_doc_get_root (doc)), ==, expected);
    }
}

int
main (int    argc,
      char **argv)
{
  td_test_init (&argc, &argv);
  g_test_add_func ("/json-random/reference", test_reference);
  g_test_add_func ("/json-random/round-trip", test_round_trip);
  g_test_add_func ("/json-random/beginnings", test_beginnings);
  g_test_add_func ("/json-random/mutations", test_mutations);
  g_test_add_func ("/json-random/noise", test_noise);
  g_test_add_func ("/json-random/any-string", test_any_string);
  return g_test_run ();
}

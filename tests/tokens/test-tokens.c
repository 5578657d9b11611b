/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The tokenizer by itself: published examples, the definition carried out literally (the patterns by
 * GRegex, merging pair by pair) on generated texts, text that is not text, input made to be slow,
 * tables that are damaged. test-tokens-equal compares it with another program.
 */
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "support/td-test.h"
#include "tokens/td-token-text.h"
#include "tokens/td-tokenizer-private.h"
#include "tokens/token-texts.h"

#define MEGABYTE (1024 * 1024)

/* ---- published examples: OpenAI's guide "How to count tokens with tiktoken" ---- */

static const struct
{
  TdEncoding encoding;
  const char *text;
  guint32 ids[10];
  guint n_ids;
} published[] = {
  { TD_ENCODING_CL100K_BASE, "tiktoken is great!", { 83, 1609, 5963, 374, 2294, 0 }, 6 },
  { TD_ENCODING_CL100K_BASE,
    "antidisestablishmentarianism",
    { 519, 85342, 34500, 479, 8997, 2191 },
    6 },
  { TD_ENCODING_CL100K_BASE, "2 + 2 = 4", { 17, 489, 220, 17, 284, 220, 19 }, 7 },
  { TD_ENCODING_CL100K_BASE,
    "お誕生日おめでとう",
    { 33334, 45918, 243, 21990, 9080, 33334, 62004, 16556, 78699 },
    9 },
  { TD_ENCODING_O200K_BASE,
    "antidisestablishmentarianism",
    { 493, 129901, 376, 160388, 21203, 2367 },
    6 },
  { TD_ENCODING_O200K_BASE, "2 + 2 = 4", { 17, 659, 220, 17, 314, 220, 19 }, 7 },
  { TD_ENCODING_O200K_BASE,
    "お誕生日おめでとう",
    { 8930, 9697, 243, 128225, 8930, 17693, 4344, 48669 },
    8 },
  { TD_ENCODING_O200K_HARMONY, "2 + 2 = 4", { 17, 659, 220, 17, 314, 220, 19 }, 7 },
};

static void
test_published (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (published); i++)
    {
      TdTokenizer *tokenizer = td_tokenizer_get (published[i].encoding);
      g_autoptr (GArray) ids = td_tokenizer_encode (tokenizer, published[i].text, -1);

      g_assert_cmpmem (ids->data, ids->len * sizeof (guint32), published[i].ids,
                       published[i].n_ids * sizeof (guint32));
      g_assert_cmpint (td_tokenizer_count (tokenizer, published[i].text, -1), ==,
                       published[i].n_ids);
    }
}

/* ---- where texts are cut ---- */

static const struct
{
  const char *text;
  const char *o200k; /* the pieces, with a bar between them */
  const char *cl100k;
} cuts[] = {
  { "hello world", "hello| world", "hello| world" },
  { "don't DON'T it's", "don't| DON'T| it's", "don|'t| DON|'T| it|'s" },
  { "'study we'llo", "'study| we'll|o", "'s|tudy| we|'ll|o" },
  { "HTTPServer iPhone", "HTTPServer| i|Phone", "HTTPServer| iPhone" },
  { "ABCdefGHI", "ABCdef|GHI", "ABCdefGHI" },
  { "x'\xc5\xbfy", "x'\xc5\xbf|y", "x|'\xc5\xbf|y" },
  { "12345 67", "123|45| |67", "123|45| |67" },
  { "a  b", "a| | b", "a| | b" },
  { "a   1", "a|  | |1", "a|  | |1" },
  { "a  \n  b", "a|  \n| | b", "a|  \n| | b" },
  { "a \n\n \t", "a| \n\n| \t", "a| \n\n| \t" },
  { "a \t", "a| \t", "a| \t" },
  { "//\n//x", "//\n//|x", "//\n|//|x" },
  { "!!\r\n!", "!!\r\n|!", "!!\r\n|!" },
  { "(\"a\")", "(\"|a|\")", "(\"|a|\")" },
  { " (a", " (|a", " (|a" },
  { "e\xcc\x81t", "e\xcc\x81t", "e|\xcc\x81t" },
  { "\xcc\x81"
    "AB",
    "\xcc\x81|AB",
    "\xcc\x81"
    "AB" },
  { "\xcc\x81"
    "ABc",
    "\xcc\x81"
    "ABc",
    "\xcc\x81"
    "ABc" },
  { "\xe4\xb8\xad"
    "AB",
    "\xe4\xb8\xad|AB",
    "\xe4\xb8\xad"
    "AB" },
  { "\xe4\xb8\xad"
    "ABc",
    "\xe4\xb8\xad"
    "ABc",
    "\xe4\xb8\xad"
    "ABc" },
  { "\xe4\xb8\xad\xef\xbc\x8c\xe6\x96\x87", "\xe4\xb8\xad|\xef\xbc\x8c\xe6\x96\x87",
    "\xe4\xb8\xad|\xef\xbc\x8c\xe6\x96\x87" },
  { "\xc2\xa0"
    "a\xe3\x80\x80\xe3\x80\x80",
    "\xc2\xa0"
    "a|\xe3\x80\x80\xe3\x80\x80",
    "\xc2\xa0"
    "a|\xe3\x80\x80\xe3\x80\x80" },
};

static char *
cut (TdEncoding  encoding,
     const char *text,
     gsize       length)
{
  TdTokenizer *tokenizer = td_tokenizer_get (encoding);
  GString *pieces = g_string_new (NULL);
  const guint8 *start = (const guint8 *) text;
  const guint8 *end;
  TdPretokenizer pretokenizer;

  td_pretokenizer_init (&pretokenizer, tokenizer->table, tokenizer->pattern, text, length);
  while (td_pretokenizer_next (&pretokenizer, &end, 1) == 1)
    {
      if (pieces->len > 0)
        g_string_append_c (pieces, '|');
      g_string_append_len (pieces, (const char *) start, end - start);
      start = end;
    }
  return g_string_free_and_steal (pieces);
}

static void
test_cuts (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cuts); i++)
    {
      g_autofree char *o200k = cut (TD_ENCODING_O200K_BASE, cuts[i].text, strlen (cuts[i].text));
      g_autofree char *cl100k = cut (TD_ENCODING_CL100K_BASE, cuts[i].text, strlen (cuts[i].text));

      g_assert_cmpstr (o200k, ==, cuts[i].o200k);
      g_assert_cmpstr (cl100k, ==, cuts[i].cl100k);
    }
}

/* ---- the definition, carried out literally ---- */

#define SPACE \
  "\\x{9}-\\x{d}\\x{20}\\x{85}\\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}"
#define CONTRACTIONS "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
#define UPPER        "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]"
#define LOWER        "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]"
#define SPACES       "[" SPACE "]*[\\r\\n]+|[" SPACE "]+(?![^" SPACE "])|[" SPACE "]+"

static const char *const patterns[] = {
  "[^\\r\\n\\p{L}\\p{N}]?" UPPER "*" LOWER "+" CONTRACTIONS "?|[^\\r\\n\\p{L}\\p{N}]?" UPPER
  "+" LOWER "*" CONTRACTIONS "?|\\p{N}{1,3}| ?[^" SPACE "\\p{L}\\p{N}]+[\\r\\n/]*|" SPACES,
  CONTRACTIONS "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^" SPACE
               "\\p{L}\\p{N}]+[\\r\\n]*|" SPACES,
};

typedef struct
{
  TdTokenizer *tokenizer;
  GRegex *regex;
  GPtrArray *tokens;
  GHashTable *ids; /* (element-type GBytes guint) */
} Literal;

static void
literal_init (Literal    *self,
              TdEncoding  encoding)
{
  g_autoptr (GError) error = NULL;

  self->tokenizer = td_tokenizer_get (encoding);
  self->regex = g_regex_new (patterns[self->tokenizer->pattern], G_REGEX_DEFAULT,
                             G_REGEX_MATCH_DEFAULT, &error);
  g_assert_no_error (error);
  self->tokens = token_texts_load_ranks (td_encoding_get_name (encoding));
  self->ids = g_hash_table_new (g_bytes_hash, g_bytes_equal);
  for (guint i = 0; i < self->tokens->len; i++)
    g_hash_table_insert (self->ids, g_ptr_array_index (self->tokens, i), GUINT_TO_POINTER (i));
}

static void
literal_clear (Literal *self)
{
  g_regex_unref (self->regex);
  g_hash_table_unref (self->ids);
  g_ptr_array_unref (self->tokens);
}

static guint
literal_find (Literal    *self,
              const char *bytes,
              gsize       length)
{
  g_autoptr (GBytes) key = g_bytes_new_static (bytes, length);
  gpointer id;

  return g_hash_table_lookup_extended (self->ids, key, NULL, &id) ? GPOINTER_TO_UINT (id)
                                                                  : G_MAXUINT;
}

static void
literal_merge (Literal    *self,
               const char *piece,
               gsize       length,
               GArray     *ids)
{
  g_autofree gsize *starts = g_new (gsize, length + 1);
  gsize n = length;

  for (gsize i = 0; i <= length; i++)
    starts[i] = i;
  for (;;)
    {
      guint best = G_MAXUINT;
      gsize at = 0;

      for (gsize i = 0; i + 1 < n; i++)
        {
          guint id = literal_find (self, piece + starts[i], starts[i + 2] - starts[i]);

          if (id < best)
            {
              best = id;
              at = i;
            }
        }
      if (best == G_MAXUINT)
        break;
      memmove (&starts[at + 1], &starts[at + 2], (n - at - 1) * sizeof *starts);
      n--;
    }
  for (gsize i = 0; i < n; i++)
    {
      guint id = literal_find (self, piece + starts[i], starts[i + 1] - starts[i]);

      g_array_append_val (ids, id);
    }
}

static GArray *
literal_encode (Literal    *self,
                const char *text,
                gsize       length)
{
  GArray *ids = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (GMatchInfo) match = NULL;

  g_regex_match_full (self->regex, text, (gssize) length, 0, G_REGEX_MATCH_DEFAULT, &match, NULL);
  for (; g_match_info_matches (match); g_match_info_next (match, NULL))
    {
      int start;
      int end;

      g_match_info_fetch_pos (match, 0, &start, &end);
      literal_merge (self, text + start, end - start, ids);
    }
  return ids;
}

static guint
class_of_type (gunichar c)
{
  switch ((int) g_unichar_type (c))
    {
    case G_UNICODE_UPPERCASE_LETTER:
    case G_UNICODE_TITLECASE_LETTER:
      return TD_CHAR_UPPER;
    case G_UNICODE_LOWERCASE_LETTER:
      return TD_CHAR_LOWER;
    case G_UNICODE_MODIFIER_LETTER:
    case G_UNICODE_OTHER_LETTER:
      return TD_CHAR_LETTER;
    case G_UNICODE_SPACING_MARK:
    case G_UNICODE_ENCLOSING_MARK:
    case G_UNICODE_NON_SPACING_MARK:
      return TD_CHAR_MARK;
    case G_UNICODE_DECIMAL_NUMBER:
    case G_UNICODE_LETTER_NUMBER:
    case G_UNICODE_OTHER_NUMBER:
      return TD_CHAR_NUMBER;
    default:
      return TD_CHAR_OTHER;
    }
}

static guint
get_class (TdTokenizer *tokenizer,
           gunichar     c)
{
  guint class =
    tokenizer->table->classes[tokenizer->table->class_blocks[c >> 8] * 256 + (c & 0xff)];

  return (class & (TD_CHAR_SPACE | TD_CHAR_NEWLINE)) != 0 ? TD_CHAR_OTHER : class;
}

/* Leaves out what this system's newer or older Unicode knows differently. */
static char *
keep_agreed (TdTokenizer *tokenizer,
             GBytes      *bytes,
             gsize       *length)
{
  gsize n_bytes;
  const char *given = g_bytes_get_data (bytes, &n_bytes);
  g_autofree char *valid = td_token_text_make_valid (given, n_bytes, &n_bytes);
  GString *kept = g_string_new (NULL);

  for (const char *p = valid; p < valid + n_bytes; p = g_utf8_next_char (p))
    if (*p == '\0' ||
        get_class (tokenizer, g_utf8_get_char (p)) == class_of_type (g_utf8_get_char (p)))
      g_string_append_len (kept, p, g_utf8_next_char (p) - p);
  *length = kept->len;
  return g_string_free_and_steal (kept);
}

static void
test_literal (gconstpointer data)
{
  g_autoptr (GPtrArray) texts = token_texts_generate (7, 150);
  Literal literal;

  literal_init (&literal, GPOINTER_TO_UINT (data));
  for (guint i = 0; i < texts->len; i++)
    {
      gsize length;
      g_autofree char *text =
        keep_agreed (literal.tokenizer, g_ptr_array_index (texts, i), &length);
      g_autoptr (GArray) expected = literal_encode (&literal, text, length);
      g_autoptr (GArray) ids = td_tokenizer_encode (literal.tokenizer, text, (gssize) length);

      g_assert_cmpmem (ids->data, ids->len * 4, expected->data, expected->len * 4);
      g_assert_cmpint (td_tokenizer_count (literal.tokenizer, text, (gssize) length), ==,
                       expected->len);
    }
  literal_clear (&literal);
}

/* Each token by itself is that token: all of both hashes and the trie. */
static void
test_each_token (gconstpointer data)
{
  TdTokenizer *tokenizer = td_tokenizer_get (GPOINTER_TO_UINT (data));
  g_autoptr (GPtrArray) tokens =
    token_texts_load_ranks (td_encoding_get_name (GPOINTER_TO_UINT (data)));
  guint n_cut = 0;

  g_assert_cmpuint (tokens->len, ==, tokenizer->table->n_tokens);
  for (guint i = 0; i < tokens->len; i++)
    {
      gsize length;
      const char *text = g_bytes_get_data (g_ptr_array_index (tokens, i), &length);
      g_autofree char *pieces = NULL;
      g_autoptr (GArray) ids = NULL;

      if (td_token_text_find_invalid (text, length) < length)
        continue;
      pieces = cut (GPOINTER_TO_UINT (data), text, length);
      if (strlen (pieces) != length)
        {
          n_cut++; /* a token no text has: it is cut */
          continue;
        }
      ids = td_tokenizer_encode (tokenizer, text, (gssize) length);
      g_assert_cmpuint (ids->len, ==, 1);
      g_assert_cmpuint (g_array_index (ids, guint32, 0), ==, i);
      g_assert_cmpint (td_tokenizer_count (tokenizer, text, (gssize) length), ==, 1);
    }
  g_assert_cmpuint (n_cut, <, tokens->len / 100);
}

/* ---- what is not UTF-8: the examples of the Unicode standard, section 3.9, and of the WHATWG ---- */

static const struct
{
  const char *bytes;
  const char *expected;
} invalid[] = {
  { "plain", "plain" },
  { "\xff", "\xef\xbf\xbd" },
  { "a\xf1\x80\x80\xe1\x80\xc2"
    "b\x80"
    "c\x80\xbf"
    "d",
    "a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"
    "b\xef\xbf\xbd"
    "c\xef\xbf\xbd\xef\xbf\xbd"
    "d" },
  { "\xc0\xaf\xe0\x80\xbf\xf0\x81\x82"
    "A",
    "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"
    "A" },
  { "\xed\xa0\x80"
    "A",
    "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"
    "A" },
  { "\xf4\x91\x92\x93\xff"
    "A\x80",
    "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"
    "A\xef\xbf\xbd" },
  { "\xe1\x80\xe2\xf0\x91\x92\xf1\xbf"
    "A",
    "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"
    "A" },
  { "\xf0\x9f\x98", "\xef\xbf\xbd" },
  { "\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80" },
  { "\xef\xbb\xbf", "\xef\xbb\xbf" },
};

static void
test_invalid (void)
{
  TdTokenizer *tokenizer = td_tokenizer_get (TD_ENCODING_O200K_BASE);

  for (guint i = 0; i < G_N_ELEMENTS (invalid); i++)
    {
      gsize length;
      g_autofree char *valid =
        td_token_text_make_valid (invalid[i].bytes, strlen (invalid[i].bytes), &length);

      g_assert_cmpmem (valid, length, invalid[i].expected, strlen (invalid[i].expected));
      g_assert_cmpint (td_tokenizer_count (tokenizer, invalid[i].bytes, -1), ==,
                       td_tokenizer_count (tokenizer, invalid[i].expected, -1));
    }
  g_assert_cmpint (td_tokenizer_count (tokenizer, "", -1), ==, 0);
  g_assert_cmpint (td_tokenizer_count (tokenizer, NULL, 0), ==, 0);
  g_assert_cmpint (td_tokenizer_count (tokenizer, "\0", 1), ==, 1);
}

/* ---- input made to be slow ---- */

/* The tokens' bytes are the text again, and each neighbouring pair, taken as a text of its own, stays
 * what it is: together that is the definition. Pairs are checked up to some distance. */
static void
check_long (Literal *literal,
            GBytes  *bytes)
{
  gsize length;
  const char *text = g_bytes_get_data (bytes, &length);
  g_autoptr (GArray) ids = td_tokenizer_encode (literal->tokenizer, text, (gssize) length);
  gsize at = 0;

  g_assert_cmpint (td_tokenizer_count (literal->tokenizer, text, (gssize) length), ==, ids->len);
  for (guint i = 0; i < ids->len; i++)
    {
      gsize n;
      const char *token =
        g_bytes_get_data (g_ptr_array_index (literal->tokens, g_array_index (ids, guint32, i)), &n);

      g_assert_cmpuint (at + n, <=, length);
      g_assert_cmpmem (token, n, text + at, n);
      at += n;
    }
  g_assert_cmpuint (at, ==, length);
}

static GBytes *
make_noise (gboolean letters)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (3);
  GString *text = g_string_sized_new (MEGABYTE);

  while (text->len < MEGABYTE)
    g_string_append_c (text, (char) (letters ? g_rand_int_range (random, 'a', 'z' + 1)
                                             : g_rand_int_range (random, 0, 256)));
  return g_string_free_to_bytes (text);
}

static void
test_slow (gconstpointer data)
{
  static const char *const units[] = { "a",
                                       "A",
                                       " ",
                                       "\n",
                                       "\t ",
                                       "=",
                                       "ab",
                                       "0",
                                       "'",
                                       "\xe5\x93\x88",
                                       "\xcc\x81",
                                       "A\xe4\xb8\xad",
                                       "\xf0\x9f\x98\x80",
                                       "aaaaaaab" };
  Literal literal;
  g_autoptr (GBytes) noise = make_noise (TRUE);

  literal_init (&literal, GPOINTER_TO_UINT (data));
  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    {
      g_autoptr (GBytes) text = token_texts_repeat (units[i], MEGABYTE);

      check_long (&literal, text);
    }
  check_long (&literal, noise);
  literal_clear (&literal);
}

static void
test_noise (void)
{
  g_autoptr (GBytes) noise = make_noise (FALSE);
  gsize length;
  const char *text = g_bytes_get_data (noise, &length);
  gsize valid_length;
  g_autofree char *valid = td_token_text_make_valid (text, length, &valid_length);

  g_assert_true (td_token_text_find_invalid (valid, valid_length) == valid_length);
  for (guint i = 0; i < TD_N_ENCODINGS; i++)
    g_assert_cmpint (td_tokenizer_count (td_tokenizer_get (i), text, (gssize) length), ==,
                     td_tokenizer_count (td_tokenizer_get (i), valid, (gssize) valid_length));
}

/* Longer than a token can be, in one piece, merged literally. */
static void
test_long_pieces (gconstpointer data)
{
  static const char *const units[] = { "a", "ab", "z", "aaaaaaab", "\xe5\x93\x88", "=", "Q" };
  Literal literal;

  literal_init (&literal, GPOINTER_TO_UINT (data));
  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    for (gsize length = 500; length < 900; length += 133)
      {
        g_autoptr (GBytes) text = token_texts_repeat (units[i], length);
        g_autoptr (GArray) expected =
          literal_encode (&literal, g_bytes_get_data (text, NULL), g_bytes_get_size (text));
        g_autoptr (GArray) ids =
          td_tokenizer_encode (literal.tokenizer, g_bytes_get_data (text, NULL),
                               (gssize) g_bytes_get_size (text));

        g_assert_cmpmem (ids->data, ids->len * 4, expected->data, expected->len * 4);
      }
  literal_clear (&literal);
}

/* ---- tables that are not there, or damaged ---- */

static void
test_damaged (void)
{
  g_autofree char *dir = td_test_make_dir ();
  g_autofree char *path = g_build_filename (dir, "damaged.tokens", NULL);
  g_autofree char *good =
    g_build_filename (g_getenv ("TOPDOG_TOKENS_DIR"), "cl100k_base.tokens", NULL);
  g_autofree char *contents = NULL;
  gsize length;
  static const struct
  {
    gsize offset;
    gsize keep; /* bytes, or 0 for all */
  } damages[] = {
    { 0, 0 },
    { 8, 0 },
    { 15, 0 },
    { 16, 4096 },
    { 20, 0 },
    { 27, 0 },
    { 31, 0 },
    { 60, 0 },
    { 0, 1 },
    { 0, 100 },
    { 1000, 4096 },
  };

  g_assert_true (g_file_get_contents (good, &contents, &length, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (damages); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (TdTokenTable) table = NULL;

      contents[damages[i].offset] ^= 0x41;
      g_assert_true (g_file_set_contents (
        path, contents, (gssize) (damages[i].keep != 0 ? damages[i].keep : length), NULL));
      contents[damages[i].offset] ^= 0x41;
      table = td_token_table_open (path, &error);
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
      g_assert_null (table);
    }
  g_remove (path);
  {
    g_autoptr (GError) error = NULL;

    g_assert_null (td_token_table_open (path, &error));
    g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
  }
}

int
main (int   argc,
      char *argv[])
{
  static const TdEncoding both[] = { TD_ENCODING_O200K_BASE, TD_ENCODING_CL100K_BASE };

  td_test_init (&argc, &argv);
  g_test_add_func ("/tokens/published", test_published);
  g_test_add_func ("/tokens/cuts", test_cuts);
  g_test_add_func ("/tokens/invalid", test_invalid);
  g_test_add_func ("/tokens/noise", test_noise);
  g_test_add_func ("/tokens/damaged", test_damaged);
  for (guint i = 0; i < G_N_ELEMENTS (both); i++)
    {
      static const struct
      {
        const char *name;
        GTestDataFunc run;
      } tests[] = {
        { "literal", test_literal },
        { "each-token", test_each_token },
        { "slow", test_slow },
        { "long-pieces", test_long_pieces },
      };

      for (guint t = 0; t < G_N_ELEMENTS (tests); t++)
        {
          g_autofree char *path =
            g_strdup_printf ("/tokens/%s/%s", tests[t].name, td_encoding_get_name (both[i]));

          g_test_add_data_func (path, GUINT_TO_POINTER (both[i]), tests[t].run);
        }
    }
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tokens/token-texts.h"

#include <string.h>

#define SEED             20240513
#define N_GENERATED      900
#define N_OF_TOKENS      250
#define REAL_BYTES       600
#define REAL_PER_FILE    6
#define BORDERS_PER_TEXT 12
#define OVERLAP_BYTES    20000

/* Scripts by their letters, marks and digits, with what else is written in them. */
static const struct
{
  const char *name;
  gunichar first;
  gunichar last;
} scripts[] = {
  { "Latin", 'a', 'z' },
  { "Latin capitals", 'A', 'Z' },
  { "Latin with accents", 0x00c0, 0x024f },
  { "Greek", 0x0370, 0x03ff },
  { "Cyrillic", 0x0400, 0x052f },
  { "Armenian", 0x0531, 0x058a },
  { "Hebrew", 0x0591, 0x05f4 },
  { "Arabic", 0x0600, 0x06ff },
  { "Syriac", 0x0700, 0x074f },
  { "Devanagari", 0x0900, 0x097f },
  { "Bengali", 0x0980, 0x09fe },
  { "Gurmukhi", 0x0a01, 0x0a76 },
  { "Tamil", 0x0b82, 0x0bfa },
  { "Telugu", 0x0c00, 0x0c7f },
  { "Thai", 0x0e01, 0x0e5b },
  { "Lao", 0x0e81, 0x0edf },
  { "Tibetan", 0x0f00, 0x0fda },
  { "Georgian", 0x10a0, 0x10ff },
  { "Hangul Jamo", 0x1100, 0x11ff },
  { "Ethiopic", 0x1200, 0x137c },
  { "Cherokee", 0x13a0, 0x13fd },
  { "Khmer", 0x1780, 0x17f9 },
  { "Mongolian", 0x1800, 0x18aa },
  { "Hiragana and Katakana", 0x3041, 0x30ff },
  { "Chinese", 0x4e00, 0x5fff },
  { "more Chinese", 0x6000, 0x9fff },
  { "Hangul", 0xac00, 0xd7a3 },
  { "Deseret", 0x10400, 0x1044f },
  { "rare Chinese", 0x20000, 0x20400 },
  { "combining marks", 0x0300, 0x036f },
  { "title case", 0x01c4, 0x01cc },
  { "modifier letters", 0x02b0, 0x02ff },
  { "wide forms", 0xff01, 0xffee },
  { "signs", 0x2000, 0x2bff },
  { "emoji", 0x1f300, 0x1f6ff },
  { "more emoji", 0x1f900, 0x1fae7 },
  { "controls", 0x0000, 0x001f },
  { "more controls", 0x007f, 0x00ad },
  { "private use", 0xe000, 0xe0ff },
  { "symbols", '!', '/' },
  { "digits", '0', '9' },
  { "other digits", 0x2070, 0x218b },
};

/* Glue and trouble, most of it what the patterns treat in a way of its own. */
static const char *const glue[] = {
  " ",
  " ",
  " ",
  " ",
  ", ",
  ". ",
  "\n",
  "\n\n",
  "\r\n",
  "  ",
  "   ",
  "\t",
  "\t\t",
  " \n ",
  "\n  ",
  "'s",
  "'S",
  "'t",
  "'re",
  "'VE",
  "'m",
  "'ll",
  "'Ll",
  "'d",
  "'x",
  "'",
  "''s",
  "'\xc5\xbf",
  "\xc5\xbf",
  "/",
  "//",
  "/\n",
  "\n/",
  "!\n/\r/",
  "...",
  "?!",
  "(",
  ")",
  "\"",
  "{};\n",
  "->",
  "==",
  "1",
  "12",
  "123",
  "1234",
  "\xc2\xa0",
  "\xe3\x80\x80",
  "\xe2\x80\xa8",
  "\xc2\x85",
  "\xe2\x80\x8d",
  "\xef\xb8\x8f",
  "\xef\xbb\xbf",
  "e\xcc\x81",
  "\xcc\x81",
  "\xcc\x81"
  "ABC",
  "A\xe4\xb8\xad"
  "B",
  "<|endoftext|>",
  "<|im_start|>",
  "\x0b",
  "\x0c",
  "HTTPServer",
  "camelCase",
  "iOS",
};

static void
append_word (GString *text,
             GRand   *random)
{
  guint script = g_rand_int_range (random, 0, G_N_ELEMENTS (scripts));
  guint length = g_rand_int_range (random, 1, g_rand_int_range (random, 2, 14));

  for (guint i = 0; i < length; i++)
    {
      gunichar c = g_rand_int_range (random, (gint32) scripts[script].first,
                                     (gint32) scripts[script].last + 1);

      if (c == 0)
        g_string_append_len (text, "\0", 1);
      else
        g_string_append_unichar (text, c);
    }
}

/* Cuts bytes out and puts others in, so that it is no longer UTF-8. */
static void
damage (GString *text,
        GRand   *random)
{
  static const guint8 bad[] = { 0x80, 0xbf, 0xc0, 0xc2, 0xe0, 0xe2,
                                0xed, 0xf0, 0xf4, 0xf5, 0xff, 0xa0 };
  guint n = g_rand_int_range (random, 1, 8);

  for (guint i = 0; i < n && text->len > 0; i++)
    {
      gsize at = g_rand_int_range (random, 0, (gint32) text->len);

      if (g_rand_boolean (random))
        g_string_erase (text, (gssize) at, 1);
      else
        text->str[at] = (char) bad[g_rand_int_range (random, 0, G_N_ELEMENTS (bad))];
    }
}

GPtrArray *
token_texts_generate (guint32 seed,
                      guint   n_texts)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  GPtrArray *texts = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);

  for (guint i = 0; i < n_texts; i++)
    {
      GString *text = g_string_new (NULL);
      guint n_words = g_rand_int_range (random, 1, 60);

      for (guint w = 0; w < n_words; w++)
        {
          append_word (text, random);
          for (guint g = g_rand_int_range (random, 0, 3); g > 0; g--)
            g_string_append (text, glue[g_rand_int_range (random, 0, G_N_ELEMENTS (glue))]);
        }
      if (i % 6 == 0)
        damage (text, random);
      g_ptr_array_add (texts, g_string_free_to_bytes (text));
    }
  return texts;
}

static void
add (GPtrArray  *texts,
     const char *text,
     gsize       length)
{
  g_ptr_array_add (texts, g_bytes_new (text, length));
}

GPtrArray *
token_texts_load_ranks (const char *vocabulary)
{
  g_autofree char *name = g_strconcat (vocabulary, ".ranks", NULL);
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "..", "data", "tokens", name, NULL);
  g_autofree char *contents = NULL;
  g_autoptr (GError) error = NULL;
  GPtrArray *tokens = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  guint32 n_tokens;
  const char *next;

  g_file_get_contents (path, &contents, NULL, &error);
  g_assert_no_error (error);
  memcpy (&n_tokens, contents + 8, 4);
  n_tokens = GUINT32_FROM_LE (n_tokens);
  next = contents + 12 + n_tokens;
  for (guint i = 0; i < n_tokens; i++)
    {
      guint8 length = (guint8) contents[12 + i];

      add (tokens, next, length);
      next += length;
    }
  return tokens;
}

/* Tokens in any order: much is one letter away from being another token. */
static void
add_of_tokens (GPtrArray  *texts,
               const char *vocabulary)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (SEED);
  g_autoptr (GPtrArray) tokens = token_texts_load_ranks (vocabulary);

  for (guint i = 0; i < N_OF_TOKENS; i++)
    {
      GString *text = g_string_new (NULL);
      guint n = g_rand_int_range (random, 1, 120);
      gint32 most = i % 2 == 0 ? 3000 : (gint32) tokens->len;

      for (guint t = 0; t < n; t++)
        {
          gsize length;
          const char *token =
            g_bytes_get_data (g_ptr_array_index (tokens, g_rand_int_range (random, 0, most)),
                              &length);

          /* Every third text is a single word, so that it has to be merged. */
          while (i % 3 == 0 && length > 0 && *token == ' ')
            {
              token++;
              length--;
            }
          g_string_append_len (text, token, (gssize) length);
        }
      g_ptr_array_add (texts, g_string_free_to_bytes (text));
    }
}

static gboolean
is_ideographic (GBytes *token)
{
  gsize length;
  const guint8 *bytes = g_bytes_get_data (token, &length);

  return length >= 6 && bytes[0] >= 0xe3 && bytes[0] <= 0xe9 &&
         g_utf8_validate ((const char *) bytes, (gssize) length, NULL);
}

/* Two tokens of ideographs that share a character, so that only one of them can be: which, the merges
 * decide. All there are, a line each. */
static void
add_overlaps (GPtrArray  *texts,
              const char *vocabulary)
{
  g_autoptr (GPtrArray) tokens = token_texts_load_ranks (vocabulary);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GHashTable) by_first =
    g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_ptr_array_unref);

  for (guint i = 0; i < tokens->len; i++)
    {
      GBytes *token = g_ptr_array_index (tokens, i);
      gpointer first;

      if (!is_ideographic (token))
        continue;
      first = GUINT_TO_POINTER (g_utf8_get_char (g_bytes_get_data (token, NULL)));
      if (!g_hash_table_contains (by_first, first))
        g_hash_table_insert (by_first, first, g_ptr_array_new ());
      g_ptr_array_add (g_hash_table_lookup (by_first, first), token);
    }
  for (guint i = 0; i < tokens->len; i++)
    {
      gsize length;
      const char *token = g_bytes_get_data (g_ptr_array_index (tokens, i), &length);
      GPtrArray *next = NULL;

      if (is_ideographic (g_ptr_array_index (tokens, i)))
        next = g_hash_table_lookup (by_first,
                                    GUINT_TO_POINTER (g_utf8_get_char (token + length - 3)));
      for (guint n = 0; next != NULL && n < next->len; n++)
        {
          gsize next_length;
          const char *other = g_bytes_get_data (g_ptr_array_index (next, n), &next_length);

          g_string_append_len (text, token, (gssize) length);
          g_string_append_len (text, other + 3, (gssize) next_length - 3);
          g_string_append_c (text, '\n');
        }
      if (text->len > OVERLAP_BYTES)
        {
          add (texts, text->str, text->len);
          g_string_truncate (text, 0);
        }
    }
  add (texts, text->str, text->len);
}

/* Every character at which a class begins or ends, and its neighbours, in each place that matters. */
static void
add_class_borders (GPtrArray *texts)
{
  g_autofree char *path =
    g_test_build_filename (G_TEST_DIST, "..", "data", "tokens", "unicode-classes.txt", NULL);
  g_autofree char *contents = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  g_assert_true (g_file_get_contents (path, &contents, NULL, NULL));
  lines = g_strsplit (contents, "\n", -1);
  for (guint i = 0, in_text = 0; lines[i] != NULL; i++)
    {
      char *end = NULL;
      gunichar first;
      gunichar last;

      if (lines[i][0] == '#' || lines[i][0] == '\0')
        continue;
      first = g_ascii_strtoull (lines[i], &end, 16);
      last = g_ascii_strtoull (end, NULL, 16);
      for (gunichar c = first - 1; c <= last + 1; c = c == first ? MAX (last, first + 1) : c + 1)
        {
          char utf8[7] = { 0 };

          if (c >= 0xd800 && c < 0xe000)
            continue;
          g_unichar_to_utf8 (c, utf8);
          g_string_append_printf (text, "a%sb A%sB %s%s1%s\n%s.%s %s  %s|", utf8, utf8, utf8, utf8,
                                  utf8, utf8, utf8, utf8, utf8);
        }
      if (++in_text % BORDERS_PER_TEXT == 0)
        {
          add (texts, text->str, text->len);
          g_string_truncate (text, 0);
        }
    }
  add (texts, text->str, text->len);
}

GBytes *
token_texts_repeat (const char *unit,
                    gsize       length)
{
  GString *text = g_string_sized_new (length + 16);

  while (text->len < length)
    g_string_append (text, unit);
  return g_string_free_to_bytes (text);
}

/* Pieces of a translation file's texts: each begins after a NUL. */
static void
add_real (GPtrArray  *texts,
          const char *path)
{
  g_autofree char *contents = NULL;
  gsize length;

  if (!g_file_get_contents (path, &contents, &length, NULL) || length < 8 * REAL_BYTES)
    return;
  for (guint i = 0; i < REAL_PER_FILE; i++)
    {
      /* The translations are the last part of the file. */
      gsize at = length / 2 + (length / 2 - REAL_BYTES) / REAL_PER_FILE * i;

      add (texts, contents + at, REAL_BYTES);
    }
}

/* What people wrote, in all languages this system speaks: its programs' translations. */
GPtrArray *
token_texts_find_real (void)
{
  static const char *const languages[] = {
    "am",
    "ar",
    "as",
    "be",
    "bg",
    "bn",
    "ckb",
    "de",
    "dz",
    "el",
    "eo",
    "fa",
    "fr",
    "ga",
    "gu",
    "he",
    "hi",
    "hy",
    "ja",
    "ka",
    "kk",
    "km",
    "kn",
    "ko",
    "lv",
    "ml",
    "mn",
    "mr",
    "my",
    "ne",
    "or",
    "pa",
    "ps",
    "ru",
    "si",
    "sr",
    "ta",
    "te",
    "th",
    "tr",
    "ug",
    "uk",
    "vi",
    "yi",
    "zh_CN",
    "zh_TW",
  };
  GPtrArray *texts = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);

  for (guint i = 0; i < G_N_ELEMENTS (languages); i++)
    {
      g_autofree char *gtk =
        g_build_filename ("/usr/share/locale", languages[i], "LC_MESSAGES/gtk40.mo", NULL);
      g_autofree char *glib =
        g_build_filename ("/usr/share/locale", languages[i], "LC_MESSAGES/glib20.mo", NULL);

      add_real (texts, gtk);
      add_real (texts, glib);
    }
  return texts;
}

GPtrArray *
token_texts_make (void)
{
  static const char *const small[] = { "", " ", "\n", "a", "  ", " a",
                                       "  a", "\t\n\r", "\xff", "\xe2\x82", "'s", "1234567" };
  GPtrArray *texts = token_texts_generate (SEED, N_GENERATED);
  g_autofree char *readme = g_test_build_filename (G_TEST_DIST, "..", "README.md", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (small); i++)
    add (texts, small[i], strlen (small[i]));
  for (guint i = 0; i < G_N_ELEMENTS (glue); i++)
    add (texts, glue[i], strlen (glue[i]));
  add_of_tokens (texts, "o200k_base");
  add_of_tokens (texts, "cl100k_base");
  add_overlaps (texts, "o200k_base");
  add_overlaps (texts, "cl100k_base");
  add_class_borders (texts);
  add_real (texts, readme);
  for (guint length = 1; length < 300; length += 13)
    {
      g_ptr_array_add (texts, token_texts_repeat ("a", length));
      g_ptr_array_add (texts, token_texts_repeat ("=", length));
      g_ptr_array_add (texts, token_texts_repeat (" ", length));
      g_ptr_array_add (texts, token_texts_repeat ("ab", length));
      g_ptr_array_add (texts, token_texts_repeat ("\xe5\x93\x88", length));
    }
  g_ptr_array_extend_and_steal (texts, token_texts_find_real ());
  return texts;
}

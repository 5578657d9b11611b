/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * topdog-tokens-prepare RANKS CLASSES OUT
 *
 * Makes the prepared table file of one vocabulary (td-token-layout.h) out of the files in data/tokens.
 * Runs at build time; a mistake in the data stops the build.
 */
#include "config.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "tokens/tool/td-trie-builder.h"

#define RANKS_MAGIC  "TDRANKS1"
#define RANKS_HEADER 12
#define ALIGNMENT    64

typedef struct
{
  guint n_tokens;
  const guint8 **bytes;
  guint8 *lengths;
  guint32 of_byte[256]; /* the token that is this byte alone */
  TdTokenSplit *splits;
  guint64 *pairs; /* a slot: left, right, what they make */
  guint pair_bits;
  TdTrieEntry *sorted;
  GArray *trie;
  guint32 trie_root;
  GByteArray *out;
} Prepare;

static void
fail (const char *format,
      ...) G_GNUC_PRINTF (1, 2) G_GNUC_NORETURN;

static void
fail (const char *format,
      ...)
{
  va_list arguments;
  g_autofree char *message = NULL;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_printerr ("topdog-tokens-prepare: %s\n", message);
  exit (EXIT_FAILURE);
}

/* ---- reading ---- */

static void
read_ranks (Prepare    *self,
            const char *contents,
            gsize       length)
{
  const guint8 *lengths = (const guint8 *) contents + RANKS_HEADER;
  const guint8 *next;
  guint32 n_tokens;

  if (length < RANKS_HEADER || memcmp (contents, RANKS_MAGIC, 8) != 0)
    fail ("the ranks are not in a format known here");
  memcpy (&n_tokens, contents + 8, 4);
  self->n_tokens = GUINT32_FROM_LE (n_tokens);
  if (self->n_tokens >= TD_TOKEN_ID_MASK || self->n_tokens > length - RANKS_HEADER)
    fail ("%u tokens cannot be right", self->n_tokens);
  self->bytes = g_new (const guint8 *, self->n_tokens);
  self->lengths = g_memdup2 (lengths, self->n_tokens);
  memset (self->of_byte, 0xff, sizeof self->of_byte);
  next = lengths + self->n_tokens;
  for (guint i = 0; i < self->n_tokens; i++)
    {
      self->bytes[i] = next;
      if (lengths[i] == 0 || lengths[i] > (const guint8 *) contents + length - next)
        fail ("token %u has no bytes", i);
      if (lengths[i] == 1)
        self->of_byte[*next] = i;
      next += lengths[i];
    }
  if (next != (const guint8 *) contents + length)
    fail ("there is something after the last token");
  for (guint i = 0; i < 256; i++)
    if (self->of_byte[i] >= 256)
      fail ("byte %u is not among the first tokens", i);
}

static int
compare_entries (gconstpointer a,
                 gconstpointer b)
{
  const TdTrieEntry *x = a;
  const TdTrieEntry *y = b;
  int order = memcmp (x->bytes, y->bytes, MIN (x->length, y->length));

  return order != 0 ? order : (int) x->length - (int) y->length;
}

static void
sort_tokens (Prepare *self)
{
  self->sorted = g_new (TdTrieEntry, self->n_tokens);
  for (guint i = 0; i < self->n_tokens; i++)
    self->sorted[i] = (TdTrieEntry) { self->bytes[i], self->lengths[i], i };
  qsort (self->sorted, self->n_tokens, sizeof (TdTrieEntry), compare_entries);
  for (guint i = 1; i < self->n_tokens; i++)
    if (compare_entries (&self->sorted[i - 1], &self->sorted[i]) == 0)
      fail ("tokens %u and %u are the same", self->sorted[i - 1].id, self->sorted[i].id);
}

/* ---- the merges ---- */

static guint64 *
find_pair (Prepare *self,
           guint32  left,
           guint32  right)
{
  guint64 key = td_token_pair_key (left, right);
  gsize mask = ((gsize) 1 << self->pair_bits) - 1;
  gsize slot = td_token_hash (key) >> (64 - self->pair_bits);

  while (self->pairs[slot] != 0 && self->pairs[slot] >> TD_TOKEN_ID_BITS != key)
    slot = (slot + 1) & mask;
  return &self->pairs[slot];
}

static guint32
get_merge (Prepare *self,
           guint32  left,
           guint32  right)
{
  guint64 pair = *find_pair (self, left, right);

  return pair == 0 ? TD_TOKEN_NONE : (guint32) (pair & TD_TOKEN_ID_MASK);
}

/* Encodes the bytes of a token with the merges before it. What is left must be two tokens: they are
 * what it is made of. That every token can be made is what the encoder rests on. */
static void
find_split (Prepare *self,
            guint    id)
{
  guint32 parts[TD_TOKEN_MAX_LENGTH + 1];
  guint n_parts = self->lengths[id];

  if (n_parts == 1)
    {
      self->splits[id] = (TdTokenSplit) { id, id };
      return;
    }
  for (guint i = 0; i < n_parts; i++)
    parts[i] = self->of_byte[self->bytes[id][i]];
  for (;;)
    {
      guint32 best = TD_TOKEN_NONE;
      guint at = 0;

      for (guint i = 0; i + 1 < n_parts; i++)
        {
          guint32 merged = get_merge (self, parts[i], parts[i + 1]);

          if (merged < best)
            {
              best = merged;
              at = i;
            }
        }
      if (best == TD_TOKEN_NONE)
        break;
      parts[at] = best;
      memmove (&parts[at + 1], &parts[at + 2], (n_parts - at - 2) * sizeof *parts);
      n_parts--;
    }
  if (n_parts != 2)
    fail ("token %u is not made of two others", id);
  self->splits[id] = (TdTokenSplit) { parts[0], parts[1] };
  *find_pair (self, parts[0], parts[1]) =
    td_token_pair_key (parts[0], parts[1]) << TD_TOKEN_ID_BITS | id;
}

/* Flags the splits (see td-token-layout.h). A part is open if it, or a part of it at the border, merges
 * with anything there; parts have lower ids than what is made of them. */
static void
flag_splits (Prepare *self)
{
  g_autofree gboolean *open_left = g_new0 (gboolean, self->n_tokens);
  g_autofree gboolean *open_right = g_new0 (gboolean, self->n_tokens);

  for (guint i = 256; i < self->n_tokens; i++)
    {
      const TdTokenSplit *split = &self->splits[i];

      if ((self->bytes[split->right][0] & 0xc0) != 0x80)
        open_left[split->left] = TRUE;
      if (self->bytes[split->left][self->lengths[split->left] - 1] >= 0x80)
        open_right[split->right] = TRUE;
    }
  for (guint i = 256; i < self->n_tokens; i++)
    {
      open_left[i] = open_left[i] || open_left[self->splits[i].right];
      open_right[i] = open_right[i] || open_right[self->splits[i].left];
    }
  for (guint i = 0; i < self->n_tokens; i++)
    {
      TdTokenSplit *split = &self->splits[i];
      guint32 byte = i < 256 ? TD_SPLIT_BYTE : 0;

      split->right |= byte | (open_left[split->right] ? 0 : TD_SPLIT_WIDE);
      split->left |= byte | (open_right[split->left] ? 0 : TD_SPLIT_WIDE);
    }
}

/* ---- writing ---- */

static guint
bits_for (gsize  n_entries,
          double load)
{
  guint bits = 4;

  while ((double) ((gsize) 1 << bits) * load < (double) n_entries)
    bits++;
  return bits;
}

static void
add_section (Prepare        *self,
             TdTokenSection  section,
             gconstpointer   data,
             gsize           length)
{
  TdTokenHeader *header;
  guint offset = (self->out->len + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  guint before = self->out->len;

  g_byte_array_set_size (self->out, offset + length);
  memset (self->out->data + before, 0, offset - before);
  memcpy (self->out->data + offset, data, length);
  header = (TdTokenHeader *) (gpointer) self->out->data;
  header->sections[section].offset = offset;
  header->sections[section].length = length;
}

static guint64
load_key (const guint8 *bytes,
          guint         length)
{
  guint64 key = 0;

  for (guint i = 0; i < length; i++)
    key |= (guint64) bytes[i] << (8 * i);
  return key;
}

static gboolean
is_keyed (Prepare *self,
          guint    id,
          guint    min_length,
          guint    max_length)
{
  guint length = self->lengths[id];

  return length >= min_length && length <= max_length && self->bytes[id][length - 1] != 0;
}

static void
write_short (Prepare *self)
{
  guint bits = bits_for (self->n_tokens * 3 / 4, 0.6);
  gsize n_slots = (gsize) 1 << bits;
  g_autofree guint64 *keys = g_new0 (guint64, n_slots);
  g_autofree guint32 *ids = g_new0 (guint32, n_slots);

  for (guint i = 0; i < self->n_tokens; i++)
    if (is_keyed (self, i, 1, 8))
      {
        guint64 key = load_key (self->bytes[i], self->lengths[i]);
        gsize slot = td_token_hash (key) >> (64 - bits);

        while (keys[slot] != 0)
          slot = (slot + 1) & (n_slots - 1);
        keys[slot] = key;
        ids[slot] = i;
      }
  add_section (self, TD_TOKEN_SECTION_SHORT_KEYS, keys, n_slots * sizeof *keys);
  add_section (self, TD_TOKEN_SECTION_SHORT_IDS, ids, n_slots * sizeof *ids);
}

static void
write_medium (Prepare *self)
{
  guint bits = bits_for (self->n_tokens / 4, 0.8);
  gsize n_slots = (gsize) 1 << bits;
  g_autofree guint64 *keys = g_new0 (guint64, 2 * n_slots);
  g_autofree guint32 *ids = g_new0 (guint32, n_slots);

  for (guint i = 0; i < self->n_tokens; i++)
    if (is_keyed (self, i, 9, 16))
      {
        guint64 first = load_key (self->bytes[i], 8);
        guint64 second = load_key (self->bytes[i] + 8, self->lengths[i] - 8);
        gsize slot = td_token_hash_two (first, second) >> (64 - bits);

        while (keys[2 * slot + 1] != 0)
          slot = (slot + 1) & (n_slots - 1);
        keys[2 * slot] = first;
        keys[2 * slot + 1] = second;
        ids[slot] = i;
      }
  add_section (self, TD_TOKEN_SECTION_MEDIUM_KEYS, keys, 2 * n_slots * sizeof *keys);
  add_section (self, TD_TOKEN_SECTION_MEDIUM_IDS, ids, n_slots * sizeof *ids);
}

/* The unit a character leads to, or 0. */
static guint32
walk (Prepare  *self,
      gunichar  character)
{
  char bytes[6];
  int n_bytes = g_unichar_to_utf8 (character, bytes);
  guint32 unit = self->trie_root;

  for (int i = 0; i < n_bytes; i++)
    {
      guint8 byte = (guint8) bytes[i];
      guint32 child = td_trie_unit_get_base (g_array_index (self->trie, TdTrieUnit, unit)) ^ byte;

      if (!td_trie_unit_has_label (g_array_index (self->trie, TdTrieUnit, child), byte))
        return 0;
      unit = child;
    }
  return unit;
}

static void
write_trie (Prepare *self)
{
  g_autofree guint32 *cjk = g_new0 (guint32, TD_TOKEN_CJK_COUNT);
  g_autofree guint32 *shorter = g_new (guint32, self->n_tokens);

  for (guint i = 0; i < TD_TOKEN_CJK_COUNT; i++)
    cjk[i] = walk (self, TD_TOKEN_CJK_FIRST + i);
  add_section (self, TD_TOKEN_SECTION_TRIE, self->trie->data,
               self->trie->len * sizeof (TdTrieUnit));
  add_section (self, TD_TOKEN_SECTION_CJK, cjk, TD_TOKEN_CJK_COUNT * sizeof *cjk);

  for (guint i = 0; i < self->n_tokens; i++)
    {
      guint32 unit = self->trie_root;

      shorter[i] = TD_TOKEN_NONE;
      for (guint k = 0; k + 1 < self->lengths[i]; k++)
        {
          TdTrieUnit at;

          unit = td_trie_unit_get_base (g_array_index (self->trie, TdTrieUnit, unit)) ^
                 self->bytes[i][k];
          at = g_array_index (self->trie, TdTrieUnit, unit);
          if (td_trie_unit_get_mark (at) != 0)
            shorter[i] = td_trie_unit_get_mark (at) - 1;
        }
    }
  add_section (self, TD_TOKEN_SECTION_SHORTER, shorter, self->n_tokens * sizeof *shorter);
  add_section (self, TD_TOKEN_SECTION_LENGTHS, self->lengths, self->n_tokens);
}

static void
write_pairs (Prepare *self)
{
  gsize n_slots = (gsize) 1 << self->pair_bits;
  guint filter_bits = self->pair_bits + 3;
  g_autofree guint64 *filter = g_new0 (guint64, ((gsize) 1 << filter_bits) / 64);

  for (gsize i = 0; i < n_slots; i++)
    if (self->pairs[i] != 0)
      {
        guint64 bit = td_token_hash (self->pairs[i] >> TD_TOKEN_ID_BITS) >> (64 - filter_bits);

        filter[bit / 64] |= G_GUINT64_CONSTANT (1) << (bit % 64);
      }
  add_section (self, TD_TOKEN_SECTION_PAIRS, self->pairs, n_slots * sizeof *self->pairs);
  add_section (self, TD_TOKEN_SECTION_PAIR_FILTER, filter, ((gsize) 1 << filter_bits) / 8);
  add_section (self, TD_TOKEN_SECTION_SPLITS, self->splits, self->n_tokens * sizeof *self->splits);
}

/* The characters that begin (end) with these bytes, or whose beginning (end) is theirs. */
static GArray *
find_characters (const guint8 *bytes,
                 guint         length,
                 gboolean      at_end)
{
  GArray *found = g_array_new (FALSE, FALSE, sizeof (guint64));
  guint n = MIN (length, 3);
  const guint8 *wanted = at_end ? bytes + length - n : bytes;
  gunichar whole = n == 3 ? g_utf8_get_char_validated ((const char *) wanted, 3) : 0;
  gunichar first = n == 3 ? whole : TD_TOKEN_CJK_FIRST;
  gunichar last = n == 3 ? whole : TD_TOKEN_IDEOGRAPH_END - 1;

  /* What is no character is above all; these have lead bytes of their own. */
  if (first < TD_TOKEN_CJK_FIRST || last >= TD_TOKEN_IDEOGRAPH_END)
    return found;
  if (n < 3 && (at_end ? (wanted[0] & 0xc0) != 0x80 : wanted[0] < 0xe3 || wanted[0] > 0xe9))
    return found;
  for (gunichar c = first; c <= last; c++)
    {
      guint8 utf8[6];
      guint64 key;

      g_unichar_to_utf8 (c, (char *) utf8);
      if (memcmp (at_end ? utf8 + 3 - n : utf8, wanted, n) != 0)
        continue;
      key = load_key (utf8, 3);
      g_array_append_val (found, key);
    }
  return found;
}

static void
write_borders (Prepare *self)
{
  guint bits = 19;
  g_autofree guint64 *filter = g_new0 (guint64, ((gsize) 1 << bits) / 64);

  for (guint i = 256; i < self->n_tokens; i++)
    {
      guint32 left = self->splits[i].left & TD_TOKEN_ID_MASK;
      guint32 right = self->splits[i].right & TD_TOKEN_ID_MASK;
      g_autoptr (GArray) before = NULL;
      g_autoptr (GArray) after = NULL;

      before = find_characters (self->bytes[left], self->lengths[left], TRUE);
      after = find_characters (self->bytes[right], self->lengths[right], FALSE);
      for (guint b = 0; b < before->len; b++)
        for (guint a = 0; a < after->len; a++)
          {
            guint64 key = g_array_index (before, guint64, b) | g_array_index (after, guint64, a)
                                                                 << 24;
            guint64 bit = td_token_hash (key) >> (64 - bits);

            filter[bit / 64] |= G_GUINT64_CONSTANT (1) << (bit % 64);
          }
    }
  add_section (self, TD_TOKEN_SECTION_BORDER_FILTER, filter, ((gsize) 1 << bits) / 8);
}

static TdCharClass
parse_class (const char *name)
{
  static const struct
  {
    const char *name;
    TdCharClass class;
  } classes[] = {
    { "upper", TD_CHAR_UPPER },
    { "lower", TD_CHAR_LOWER },
    { "letter", TD_CHAR_LETTER },
    { "mark", TD_CHAR_MARK },
    { "number", TD_CHAR_NUMBER },
    { "space", TD_CHAR_SPACE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (classes); i++)
    if (g_str_equal (name, classes[i].name))
      return classes[i].class;
  fail ("there is no class \"%s\"", name);
}

static guint8 *
read_classes (const char *contents)
{
  g_auto (GStrv) lines = g_strsplit (contents, "\n", -1);
  guint8 *classes = g_malloc (0x110000);

  memset (classes, TD_CHAR_OTHER, 0x110000);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) fields = g_strsplit (lines[i], " ", -1);
      guint64 first;
      guint64 last;

      if (lines[i][0] == '#' || lines[i][0] == '\0')
        continue;
      if (g_strv_length (fields) != 3 ||
          !g_ascii_string_to_unsigned (fields[0], 16, 0, 0x10ffff, &first, NULL) ||
          !g_ascii_string_to_unsigned (fields[1], 16, first, 0x10ffff, &last, NULL))
        fail ("line %u of the classes cannot be read", i + 1);
      memset (classes + first, parse_class (fields[2]), last - first + 1);
    }
  classes['\r'] = TD_CHAR_NEWLINE;
  classes['\n'] = TD_CHAR_NEWLINE;
  return classes;
}

static void
write_classes (Prepare    *self,
               const char *contents)
{
  g_autofree guint8 *classes = read_classes (contents);
  g_autoptr (GByteArray) blocks = g_byte_array_new ();
  guint16 block_of[TD_TOKEN_N_BLOCKS];

  for (guint i = 0; i < TD_TOKEN_N_BLOCKS; i++)
    {
      guint at = 0;

      while (at < blocks->len && memcmp (blocks->data + at, classes + i * 256, 256) != 0)
        at += 256;
      if (at == blocks->len)
        g_byte_array_append (blocks, classes + i * 256, 256);
      block_of[i] = at / 256;
    }
  add_section (self, TD_TOKEN_SECTION_CLASS_BLOCKS, block_of, sizeof block_of);
  add_section (self, TD_TOKEN_SECTION_CLASSES, blocks->data, blocks->len);
}

static void
prepare (Prepare    *self,
         const char *classes)
{
  TdTokenHeader header = { .magic = TD_TOKEN_MAGIC, .byte_order = TD_TOKEN_BYTE_ORDER };

  sort_tokens (self);
  self->pair_bits = bits_for (self->n_tokens, 0.8);
  self->pairs = g_new0 (guint64, (gsize) 1 << self->pair_bits);
  self->splits = g_new (TdTokenSplit, self->n_tokens);
  for (guint i = 0; i < self->n_tokens; i++)
    find_split (self, i);
  flag_splits (self);
  self->trie = td_trie_build (self->sorted, self->n_tokens, &self->trie_root);

  header.n_tokens = self->n_tokens;
  header.trie_root = self->trie_root;
  header.n_sections = TD_TOKEN_N_SECTIONS;
  self->out = g_byte_array_new ();
  g_byte_array_append (self->out, (const guint8 *) &header, sizeof header);
  write_short (self);
  write_medium (self);
  write_trie (self);
  write_pairs (self);
  write_borders (self);
  write_classes (self, classes);
}

static void
prepare_clear (Prepare *self)
{
  g_free (self->bytes);
  g_free (self->lengths);
  g_free (self->splits);
  g_free (self->pairs);
  g_free (self->sorted);
  g_array_unref (self->trie);
  g_byte_array_unref (self->out);
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (GError) error = NULL;
  g_autofree char *ranks = NULL;
  g_autofree char *classes = NULL;
  gsize length;
  Prepare self = { 0 };

  setlocale (LC_ALL, "C");
  if (argc != 4)
    fail ("usage: topdog-tokens-prepare RANKS CLASSES OUT");
  if (!g_file_get_contents (argv[1], &ranks, &length, &error) ||
      !g_file_get_contents (argv[2], &classes, NULL, &error))
    fail ("%s", error->message);
  read_ranks (&self, ranks, length);
  prepare (&self, classes);
  if (!g_file_set_contents (argv[3], (const char *) self.out->data, self.out->len, &error))
    fail ("%s", error->message);
  prepare_clear (&self);
  return EXIT_SUCCESS;
}

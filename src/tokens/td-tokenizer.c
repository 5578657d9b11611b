/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tokens/td-bpe.h"
#include "tokens/td-token-text.h"
#include "tokens/td-tokenizer-private.h"

#include <string.h>

#define BATCH           256
#define REMEMBERED_BITS 9

/* Where the tables are found when the program is not installed. */
#define DIR_VARIABLE "TOPDOG_TOKENS_DIR"

static TdTokenizer *
open_tokenizer (const char *vocabulary,
                TdPattern   pattern)
{
  g_autoptr (GError) error = NULL;
  const char *dir = g_getenv (DIR_VARIABLE);
  g_autofree char *name = g_strconcat (vocabulary, ".tokens", NULL);
  g_autofree char *path =
    g_build_filename (dir != NULL ? dir : TD_PKGDATADIR "/tokens", name, NULL);
  TdTokenTable *table = td_token_table_open (path, &error);
  TdTokenizer *self;

  if (table == NULL)
    {
      g_message ("No exact token counts: %s", error->message);
      return NULL;
    }
  self = g_new (TdTokenizer, 1);
  *self = (TdTokenizer) { table, pattern };
  return self;
}

/**
 * td_tokenizer_get:
 *
 * Gives the tokenizer of an encoding, which is opened the first time: a file is mapped and its
 * first page read.
 *
 * Returns: (transfer none) (nullable): the tokenizer; %NULL if its table is not installed
 */
TdTokenizer *
td_tokenizer_get (TdEncoding encoding)
{
  static gsize o200k_once;
  static gsize cl100k_once;
  static TdTokenizer *o200k;
  static TdTokenizer *cl100k;

  switch (encoding)
    {
    case TD_ENCODING_O200K_BASE:
    case TD_ENCODING_O200K_HARMONY: /* has other special tokens, which text does not contain */
      if (g_once_init_enter (&o200k_once))
        {
          o200k = open_tokenizer ("o200k_base", TD_PATTERN_O200K);
          g_once_init_leave (&o200k_once, 1);
        }
      return o200k;
    case TD_ENCODING_CL100K_BASE:
      if (g_once_init_enter (&cl100k_once))
        {
          cl100k = open_tokenizer ("cl100k_base", TD_PATTERN_CL100K);
          g_once_init_leave (&cl100k_once, 1);
        }
      return cl100k;
    case TD_N_ENCODINGS:
    default:
      g_return_val_if_reached (NULL);
    }
}

/* A piece of up to 16 bytes as one or two numbers, the second 0 up to 8 bytes. */
typedef struct
{
  guint64 first;
  guint64 second;
} Key;

/* Counts of pieces that are several tokens. Names in a program come again and again. */
typedef struct
{
  Key key;
  gsize count;
} Remembered;

/* @piece must have 16 readable bytes. */
static inline Key
load_key (const guint8 *piece,
          gsize         length)
{
  guint64 first = td_token_load_key (piece);

  if (length <= 8)
    return (Key) { first & (G_MAXUINT64 >> (64 - 8 * length)), 0 };
  return (Key) { first, td_token_load_key (piece + 8) & (G_MAXUINT64 >> (128 - 8 * length)) };
}

static inline Key
load_key_at_end (const guint8 *piece,
                 gsize         length)
{
  guint8 padded[16] = { 0 };

  memcpy (padded, piece, length);
  return load_key (padded, length);
}

static inline gboolean
has_key (const guint8 *piece,
         gsize         length)
{
  return length <= 16 && piece[length - 1] != 0;
}

/* The slot of the token the piece is as a whole, in the short or the medium hash, or -1. */
static inline gssize
find_whole (const TdTokenTable *table,
            Key                 key)
{
  return key.second == 0 ? td_token_table_find_short (table, key.first)
                         : td_token_table_find_medium (table, key.first, key.second);
}

static inline gsize
count_piece (const TdTokenTable *table,
             const guint8       *piece,
             gsize               length,
             gboolean            at_end,
             Remembered         *remembered)
{
  Key key;
  Remembered *same;

  if (!has_key (piece, length))
    return td_bpe_count (table, piece, length);
  key = at_end ? load_key_at_end (piece, length) : load_key (piece, length);
  if (find_whole (table, key) >= 0)
    return 1;
  same = &remembered[td_token_hash_two (key.first, key.second) >> (64 - REMEMBERED_BITS)];
  if (same->key.first != key.first || same->key.second != key.second)
    *same = (Remembered) { key, td_bpe_count (table, piece, length) };
  return same->count;
}

gint64
td_tokenizer_count_valid (TdTokenizer *self,
                          const char  *text,
                          gsize        length)
{
  Remembered remembered[1 << REMEMBERED_BITS] = { 0 }; /* no key is 0, 0 */
  const guint8 *ends[BATCH];
  const guint8 *piece = (const guint8 *) text;
  const guint8 *text_end = piece + length;
  TdPretokenizer pretokenizer;
  gsize count = 0;
  guint n;

  td_pretokenizer_init (&pretokenizer, self->table, self->pattern, text, length);
  while ((n = td_pretokenizer_next (&pretokenizer, ends, BATCH)) > 0)
    for (guint i = 0; i < n; i++)
      {
        count +=
          count_piece (self->table, piece, ends[i] - piece, text_end - piece < 16, remembered);
        piece = ends[i];
      }
  return (gint64) count;
}

static void
encode_piece (const TdTokenTable *table,
              const guint8       *piece,
              gsize               length,
              GArray             *tokens)
{
  gssize slot = has_key (piece, length) ? find_whole (table, load_key_at_end (piece, length)) : -1;
  guint before = tokens->len;

  if (slot >= 0)
    {
      g_array_append_val (tokens, (length <= 8 ? table->short_ids : table->medium_ids)[slot]);
      return;
    }
  g_array_set_size (tokens, before + length);
  g_array_set_size (tokens, before + td_bpe_encode (table, piece, length,
                                                    &g_array_index (tokens, guint32, before)));
}

/* Gives the text itself if it is valid UTF-8, or else a copy that is, which @copy then holds. */
static const char *
ensure_valid (const char  *text,
              gssize      *length,
              char       **copy)
{
  gsize valid_length;

  if (*length < 0)
    *length = (gssize) strlen (text);
  if (td_token_text_find_invalid (text, *length) == (gsize) *length)
    return text;
  *copy = td_token_text_make_valid (text, *length, &valid_length);
  *length = (gssize) valid_length;
  return *copy;
}

/**
 * td_tokenizer_count:
 * @text: (array length=length): text; what is not UTF-8 counts as U+FFFD
 * @length: bytes, or -1 if it ends with a NUL
 *
 * Returns: the number of tokens
 */
gint64
td_tokenizer_count (TdTokenizer *self,
                    const char  *text,
                    gssize       length)
{
  g_autofree char *copy = NULL;

  g_return_val_if_fail (self != NULL, 0);
  g_return_val_if_fail (text != NULL || length == 0, 0);

  text = ensure_valid (text, &length, &copy);
  return td_tokenizer_count_valid (self, text, length);
}

/**
 * td_tokenizer_encode:
 * @text: (array length=length): text; what is not UTF-8 is encoded as U+FFFD
 * @length: bytes, or -1 if it ends with a NUL
 *
 * Returns: (transfer full) (element-type guint32): the ids of the tokens
 */
GArray *
td_tokenizer_encode (TdTokenizer *self,
                     const char  *text,
                     gssize       length)
{
  GArray *tokens = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autofree char *copy = NULL;
  const guint8 *ends[BATCH];
  const guint8 *piece;
  TdPretokenizer pretokenizer;
  guint n;

  g_return_val_if_fail (self != NULL, tokens);
  g_return_val_if_fail (text != NULL || length == 0, tokens);

  text = ensure_valid (text, &length, &copy);
  piece = (const guint8 *) text;
  td_pretokenizer_init (&pretokenizer, self->table, self->pattern, text, length);
  while ((n = td_pretokenizer_next (&pretokenizer, ends, BATCH)) > 0)
    for (guint i = 0; i < n; i++)
      {
        encode_piece (self->table, piece, ends[i] - piece, tokens);
        piece = ends[i];
      }
  return tokens;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads JSON from strangers: bounded in bytes, depth and number of values, strict by RFC 8259,
 * forgiving about text that is not UTF-8.
 *
 * Why not json-glib, which is good for JSON of our own: it cuts a string at an escaped NUL,
 * fails a whole document for a lone surrogate or for one byte that is not UTF-8, takes empty
 * text, single quotes and a second value for valid, gives −1 for integers beyond 64 bits, cannot
 * tell a cut document from a wrong one, has no limit on size, and allocates for every value. A chat
 * stream is one small document after another, and such a document costs one allocation here.
 */
#include "config.h"

#include "base/td-json-private.h"

#include <string.h>


#define MAX_MAX_BYTES (1024 * 1024 * 1024)
#define MAX_MAX_DEPTH 1024

#define PADDING_BEFORE 1 /* see read_number */
#define PADDING_BEHIND 8 /* see skip_plain */

#define MIN_FIRST_CHUNK 256
#define MAX_FIRST_CHUNK (64 * 1024)
#define MAX_CHUNK       (1024 * 1024)

struct _TdJsonChunk
{
  TdJsonChunk *next;
  gint64 data[]; /* 64 bits wide for its alignment */
};

G_DEFINE_QUARK (td-json-error-quark, td_json_error)

static gsize
round_to_alignment (gsize n_bytes)
{
  return (n_bytes + 7) & ~(gsize) 7;
}

/* Memory that lives as long as the document, aligned to 8 bytes, not cleared. */
gpointer
td_json_doc_alloc (TdJsonDoc *self,
                   gsize      n_bytes)
{
  gpointer memory;

  n_bytes = round_to_alignment (n_bytes);
  if (G_UNLIKELY (n_bytes > self->free_bytes))
    {
      gsize size = MAX (n_bytes, self->next_chunk_bytes);
      TdJsonChunk *chunk = g_malloc (sizeof (TdJsonChunk) + size);

      chunk->next = self->chunks;
      self->chunks = chunk;
      self->free_space = (char *) chunk->data;
      self->free_bytes = size;
      self->next_chunk_bytes = MIN (self->next_chunk_bytes * 2, MAX_CHUNK);
    }
  memory = self->free_space;
  self->free_space += n_bytes;
  self->free_bytes -= n_bytes;
  return memory;
}

static inline guint64
mix (guint64 a,
     guint64 b)
{
  unsigned __int128 product = (unsigned __int128) a * b;

  return (guint64) product ^ (guint64) (product >> 64);
}

/* Hashes by multiplying with secrets of this process, so that nobody can make a document whose
 * names all collide. */
guint64
td_json_hash_name (const char *name,
                   gsize       length)
{
  static gsize initialized;
  static guint64 secret[2];
  guint64 hash, word;

  if (g_once_init_enter (&initialized))
    {
      for (gsize i = 0; i < G_N_ELEMENTS (secret); i++)
        secret[i] = ((guint64) g_random_int () << 32 | g_random_int ()) | 1;
      g_once_init_leave (&initialized, 1);
    }

  hash = secret[0] ^ length;
  for (; length >= sizeof (word); name += sizeof (word), length -= sizeof (word))
    {
      memcpy (&word, name, sizeof (word));
      hash = mix (hash ^ word, secret[1]);
    }
  word = 0;
  memcpy (&word, name, length);
  return mix (hash ^ word, secret[1]);
}

/* One allocation holds the document, its text and room for the values of a small one. */
static TdJsonDoc *
doc_new (gsize text_bytes)
{
  gsize first_chunk = CLAMP (text_bytes * 3, MIN_FIRST_CHUNK, MAX_FIRST_CHUNK);
  gsize copy_bytes = round_to_alignment (PADDING_BEFORE + text_bytes + PADDING_BEHIND);
  TdJsonDoc *self;

  first_chunk = round_to_alignment (first_chunk);
  self = g_malloc (sizeof (TdJsonDoc) + first_chunk + copy_bytes);
  self->root = (TdJson) { .type = TD_JSON_ABSENT };
  self->chunks = NULL;
  self->free_space = (char *) (self + 1);
  self->free_bytes = first_chunk;
  self->next_chunk_bytes = MAX (first_chunk, 4096);
  self->text = (char *) (self + 1) + first_chunk + PADDING_BEFORE;
  return self;
}

/* Invalid bytes become U+FFFD each. A NUL stays, for the grammar to refuse. */
static GString *
make_valid (const char *text,
            gsize       length,
            const char *first_invalid)
{
  GString *valid = g_string_sized_new (length + 64);
  const char *end = text + length;
  const char *invalid = first_invalid;

  while (invalid < end)
    {
      g_string_append_len (valid, text, invalid - text);
      if (*invalid == '\0')
        g_string_append_c (valid, '\0');
      else
        g_string_append (valid, "\xef\xbf\xbd");
      text = invalid + 1;
      g_utf8_validate_len (text, (gsize) (end - text), &invalid);
    }
  g_string_append_len (valid, text, end - text);
  return valid;
}

static TdJsonDoc *
parse_valid (const char  *text,
             gsize        length,
             guint        max_depth,
             GError     **error)
{
  g_autoptr (TdJsonDoc) self = doc_new (length);

  self->text[-1] = '\0';
  if (length > 0) /* the data of empty GBytes is NULL */
    memcpy (self->text, text, length);
  memset (self->text + length, 0, PADDING_BEHIND);
  if (!td_json_parse_text (self, length, max_depth, error))
    return NULL;
  return g_steal_pointer (&self);
}

/* A mark that is cut leaves an empty text, which is a cut one. */
static void
skip_byte_order_mark (const char **text,
                      gsize       *length)
{
  gsize n = MIN (*length, 3);

  if (n > 0 && memcmp (*text, "\xef\xbb\xbf", n) == 0)
    {
      *text += n;
      *length -= n;
    }
}

/**
 * td_json_doc_parse:
 * @text: (array length=length): bytes from anywhere
 * @length: how many, or -1 when @text is terminated
 * @limits: (nullable): what the document may cost; %NULL for the defaults
 * @error: return location for a #TdJsonError
 *
 * Parses one JSON value by RFC 8259, which white space and a byte order mark may surround. Takes
 * time and memory in proportion to @length, whatever the text says. Limits beyond 1 GiB or 1024
 * levels are cut to these.
 *
 * Returns: (transfer full): the document, which does not refer to @text
 */
TdJsonDoc *
td_json_doc_parse (const char          *text,
                   gssize               length,
                   const TdJsonLimits  *limits,
                   GError             **error)
{
  gsize max_bytes =
    limits != NULL && limits->max_bytes != 0 ? limits->max_bytes : TD_JSON_DEFAULT_MAX_BYTES;
  guint max_depth =
    limits != NULL && limits->max_depth != 0 ? limits->max_depth : TD_JSON_DEFAULT_MAX_DEPTH;
  gsize n_bytes;
  const char *invalid;

  g_return_val_if_fail (text != NULL || length == 0, NULL);

  n_bytes = length >= 0 ? (gsize) length : strlen (text);
  if (n_bytes > MIN (max_bytes, MAX_MAX_BYTES))
    {
      g_set_error (error, TD_JSON_ERROR, TD_JSON_ERROR_TOO_LARGE,
                   "%" G_GSIZE_FORMAT " bytes are too many", n_bytes);
      return NULL;
    }

  max_depth = MIN (max_depth, MAX_MAX_DEPTH);
  skip_byte_order_mark (&text, &n_bytes);
  if (!g_utf8_validate_len (text, n_bytes, &invalid))
    {
      g_autoptr (GString) valid = make_valid (text, n_bytes, invalid);

      return parse_valid (valid->str, valid->len, max_depth, error);
    }
  return parse_valid (text, n_bytes, max_depth, error);
}

/**
 * td_json_doc_parse_bytes:
 * @bytes: bytes from anywhere
 * @limits: (nullable): what the document may cost; %NULL for the defaults
 * @error: return location for a #TdJsonError
 *
 * See td_json_doc_parse().
 *
 * Returns: (transfer full): the document, which does not refer to @bytes
 */
TdJsonDoc *
td_json_doc_parse_bytes (GBytes              *bytes,
                         const TdJsonLimits  *limits,
                         GError             **error)
{
  gsize length;
  const char *text;

  g_return_val_if_fail (bytes != NULL, NULL);

  text = g_bytes_get_data (bytes, &length);
  return td_json_doc_parse (text, (gssize) length, limits, error);
}

/**
 * td_json_doc_free:
 * @self: (nullable) (transfer full): a document
 *
 * Frees the document with every #TdJson and string of it.
 */
void
td_json_doc_free (TdJsonDoc *self)
{
  if (self == NULL)
    return;
  while (self->chunks != NULL)
    {
      TdJsonChunk *chunk = self->chunks;

      self->chunks = chunk->next;
      g_free (chunk);
    }
  g_free (self);
}

/**
 * td_json_doc_get_root:
 * @self: a document
 *
 * Returns: (transfer none): its value, which is never absent
 */
const TdJson *
td_json_doc_get_root (const TdJsonDoc *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return &self->root;
}

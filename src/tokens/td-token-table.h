/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "tokens/td-token-layout.h"

G_BEGIN_DECLS

/**
 * TdTokenTable:
 *
 * A prepared table file, mapped read-only: opening it reads a page, and all processes share the
 * rest. What is public here is for the encoder beside it; see td-token-layout.h for its meaning.
 */
typedef struct
{
  GMappedFile *file; /* (owned) */
  guint32 n_tokens;
  guint32 trie_root;
  guint short_shift; /* a hash shifted by this is a slot */
  guint medium_shift;
  guint pair_shift;
  guint filter_shift;
  guint border_shift;
  const guint64 *short_keys;
  const guint32 *short_ids;
  const guint64 *medium_keys;
  const guint32 *medium_ids;
  const TdTrieUnit *trie;
  const guint32 *cjk;
  const guint64 *pairs;
  const guint64 *pair_filter;
  const TdTokenSplit *splits;
  const guint64 *border_filter;
  const guint32 *shorter;
  const guint8 *lengths;
  const guint16 *class_blocks;
  const guint8 *classes;
} TdTokenTable;

TdTokenTable *td_token_table_open (const char    *path,
                                   GError       **error);
void          td_token_table_free (TdTokenTable  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdTokenTable, td_token_table_free)

static inline guint64
td_token_load_key (const guint8 *bytes)
{
  guint64 key;

  __builtin_memcpy (&key, bytes, sizeof key);
  return GUINT64_FROM_LE (key);
}

/* The slot of a token of up to 8 bytes with this key, or -1. */
static inline gssize
td_token_table_find_short (const TdTokenTable *self,
                           guint64             key)
{
  gsize slot = td_token_hash (key) >> self->short_shift;
  gsize mask = G_MAXUINT64 >> self->short_shift;

  while (self->short_keys[slot] != key)
    {
      if (self->short_keys[slot] == 0)
        return -1;
      slot = (slot + 1) & mask;
    }
  return (gssize) slot;
}

/* The slot of a token of 9 to 16 bytes, or -1. */
static inline gssize
td_token_table_find_medium (const TdTokenTable *self,
                            guint64             first,
                            guint64             second)
{
  gsize slot = td_token_hash_two (first, second) >> self->medium_shift;
  gsize mask = G_MAXUINT64 >> self->medium_shift;

  while (self->medium_keys[2 * slot + 1] != second || self->medium_keys[2 * slot] != first)
    {
      if (self->medium_keys[2 * slot + 1] == 0)
        return -1;
      slot = (slot + 1) & mask;
    }
  return (gssize) slot;
}

/* What two tokens merge to, or #TD_TOKEN_NONE. */
static inline guint32
td_token_table_get_merge (const TdTokenTable *self,
                          guint32             left,
                          guint32             right)
{
  guint64 key = td_token_pair_key (left, right);
  guint64 hash = td_token_hash (key);
  guint64 bit = hash >> self->filter_shift;
  gsize mask = G_MAXUINT64 >> self->pair_shift;

  if (((self->pair_filter[bit / 64] >> (bit % 64)) & 1) == 0)
    return TD_TOKEN_NONE;
  for (gsize slot = hash >> self->pair_shift; self->pairs[slot] != 0; slot = (slot + 1) & mask)
    if (self->pairs[slot] >> TD_TOKEN_ID_BITS == key)
      return self->pairs[slot] & TD_TOKEN_ID_MASK;
  return TD_TOKEN_NONE;
}

/* Whether no merge goes across the border before @p, as far as can be told at once. There must be a
 * whole character before it, and @end is where the text ends. */
static inline gboolean
td_token_table_is_free_border (const TdTokenTable *self,
                               const guint8       *p,
                               const guint8       *end)
{
  guint64 bit;

  /* The lead bytes of U+3000 to U+9FFF. */
  if (p[0] < 0xe3 || p[0] > 0xe9 || end - p < 5 || p[-3] < 0xe3 || p[-3] > 0xe9)
    return FALSE;
  bit = td_token_hash (td_token_border_key (td_token_load_key (p - 3))) >> self->border_shift;
  return ((self->border_filter[bit / 64] >> (bit % 64)) & 1) == 0;
}

G_END_DECLS

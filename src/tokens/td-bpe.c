/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Byte pair encoding of one piece of text, in linear time.
 *
 * The definition is: start with single bytes, merge the neighbours whose merge has the lowest id
 * (the leftmost of equals), and repeat until nothing merges. Doing that literally is quadratic for
 * long pieces, which others have as a weakness anybody can exploit. Here tokens are taken from the
 * left, the longest first, and each is kept only if the merges would keep the two neighbours apart:
 * that can be told from the two alone, by taking them apart again in the reverse order of the
 * merges. Where nothing fits, the last token gives way to the next shorter one. There is exactly
 * one encoding in which all neighbours stay apart, and every prefix of the text has exactly one,
 * too: so a position that was given up need never be tried again, and the work is bounded by the
 * number of positions times the tokens that can start at one.
 */
#include "config.h"

#include "tokens/td-bpe.h"

#include <string.h>

#define SMALL 512 /* pieces up to here need no allocation */

/* The longest token the text begins with. */
static inline guint32
match_longest (const TdTokenTable *table,
               const guint8       *text,
               const guint8       *end)
{
  TdTrieUnit unit = table->trie[table->trie_root];
  guint32 best = 0;

  /* Three bytes at once for U+3000 to U+D7FF, which have lead bytes of their own. */
  if (*text >= 0xe3 && *text <= 0xed && end - text >= 3)
    {
      guint character = (text[0] & 0x0fu) << 12 | (text[1] & 0x3fu) << 6 | (text[2] & 0x3fu);
      TdTrieUnit after = table->trie[table->cjk[character - TD_TOKEN_CJK_FIRST]];

      if (td_trie_unit_get_mark (after) != 0)
        {
          unit = after;
          best = td_trie_unit_get_mark (after);
          text += 3;
        }
    }
  for (; text < end; text++)
    {
      unit = table->trie[td_trie_unit_get_base (unit) ^ *text];
      if (!td_trie_unit_has_label (unit, *text))
        break;
      if (td_trie_unit_get_mark (unit) != 0)
        best = td_trie_unit_get_mark (unit);
    }
  return best - 1;
}

/* Whether the merges leave these two neighbours as they are. The larger id is the merge that was made
 * last and is undone first; a merge across the border that comes before what was undone (@limit)
 * would have been made instead. @stop has the flags on which nothing more can merge. */
static inline gboolean
stay_apart (const TdTokenTable *table,
            guint32             left,
            guint32             right,
            guint32             stop)
{
  guint32 limit = G_MAXUINT32;

  for (;;)
    {
      gboolean undo_left = left > right;
      guint32 undone = undo_left ? left : right;
      guint32 part = undo_left ? table->splits[undone].right : table->splits[undone].left;

      if (td_token_table_get_merge (table, left, right) < limit)
        return FALSE;
      if ((part & stop) != 0)
        return TRUE;
      part &= TD_TOKEN_ID_MASK;
      /* Without a branch, which would be a coin toss. */
      left = undo_left ? part : left;
      right = undo_left ? right : part;
      limit = undone + !undo_left;
    }
}

/* The flags that count at a border before @p. */
static inline guint32
get_stop (const guint8 *p)
{
  gboolean wide = p[-1] >= 0x80 && (p[0] & 0xc0) != 0x80;

  return wide ? TD_SPLIT_BYTE | TD_SPLIT_WIDE : TD_SPLIT_BYTE;
}

static inline gboolean
is_dead (const guint64 *dead,
         gsize          position)
{
  return (dead[position / 64] >> (position % 64)) & 1;
}

/* @dead has a bit per position, all clear, and one for the end. */
static gsize
encode (const TdTokenTable *table,
        const guint8       *piece,
        gsize               length,
        guint32            *tokens,
        guint64            *dead)
{
  guint32 token = match_longest (table, piece, piece + length);
  guint32 same = TD_TOKEN_NONE; /* a token that stays apart from another of its kind */
  gsize position = 0;
  gsize n_tokens = 0;

  for (;;)
    {
      gsize next = position + table->lengths[token];
      guint32 last = n_tokens > 0 ? tokens[n_tokens - 1] : TD_TOKEN_NONE;

      if (!is_dead (dead, next) &&
          (n_tokens == 0 || (token == last && token == same) ||
           (position >= 3 &&
            td_token_table_is_free_border (table, piece + position, piece + length)) ||
           stay_apart (table, last, token, get_stop (piece + position))))
        {
          if (token == last)
            same = token;
          tokens[n_tokens++] = token;
          position = next;
          if (position == length)
            return n_tokens;
          token = match_longest (table, piece + position, piece + length);
          continue;
        }
      token = table->shorter[token];
      while (token == TD_TOKEN_NONE)
        {
          dead[position / 64] |= G_GUINT64_CONSTANT (1) << (position % 64);
          g_assert (n_tokens > 0);
          token = tokens[--n_tokens];
          position -= table->lengths[token];
          token = table->shorter[token];
        }
    }
}

/**
 * td_bpe_encode:
 * @piece: (array length=length): what the pattern of the vocabulary cut out; whole characters
 * @length: at least 1
 * @tokens: (out caller-allocates): room for @length ids
 *
 * Returns: the number of tokens
 */
gsize
td_bpe_encode (const TdTokenTable *table,
               const guint8       *piece,
               gsize               length,
               guint32            *tokens)
{
  gsize n_words = length / 64 + 1;
  guint64 small[SMALL / 64 + 1];
  g_autofree guint64 *large = NULL;

  if (length > SMALL)
    return encode (table, piece, length, tokens, large = g_new0 (guint64, n_words));
  memset (small, 0, n_words * sizeof *small);
  return encode (table, piece, length, tokens, small);
}

/**
 * td_bpe_count:
 * @piece: (array length=length): as for td_bpe_encode()
 * @length: at least 1
 *
 * Returns: the number of tokens
 */
gsize
td_bpe_count (const TdTokenTable *table,
              const guint8       *piece,
              gsize               length)
{
  guint32 small[SMALL];
  g_autofree guint32 *large = NULL;

  if (length > SMALL)
    return td_bpe_encode (table, piece, length, large = g_new (guint32, length));
  return td_bpe_encode (table, piece, length, small);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The prepared table file of one vocabulary, PKGDATADIR/tokens/NAME.tokens: written at build time
 * by tool/, mapped read-only by #TdTokenTable. It is made for the machine it is built for: in that
 * machine's byte order, which the header states.
 *
 * A header, then the sections in the order of #TdTokenSection, each at a multiple of 64 bytes:
 *
 * - SHORT_KEYS: the tokens of up to 8 bytes, an open-addressing hash set. A key is the token's bytes
 *   as a little-endian number, so that the key of a piece of text is one load and one mask; 0 is an
 *   empty slot. Keys are whole tokens: there are no false hits. A token that ends in NUL would have
 *   the key of another and is left out, here and below; the trie has it.
 * - SHORT_IDS: the ids of the same slots, apart because counting does not need them.
 * - MEDIUM_KEYS, MEDIUM_IDS: the same for 9 to 16 bytes, with keys of two numbers.
 * - TRIE: all tokens as a double array. The child of unit u by byte b is units[base (u) ^ b] if its
 *   label is b; no two units with children have the same base, so comparing the label is enough.
 * - CJK: for each character from U+3000 to U+D7FF the trie unit its three bytes lead to, or 0.
 * - PAIRS: an open-addressing hash set of the merges: left token, right token, what they make.
 * - PAIR_FILTER: bits by the same hash; a clear bit says that a pair does not merge, and is small
 *   enough to stay in the cache.
 * - SPLITS: for each token the two it is made of; for a single byte twice itself. Flags beside the ids
 *   say when there is no point in taking apart further, because nothing in what is left of the token
 *   merges with anything across the border: #TD_SPLIT_BYTE never, for it is a single byte;
 *   #TD_SPLIT_WIDE not if the border is one of characters and the left one is not ASCII. The latter is
 *   so for nearly all parts of characters, of which those of most scripts have two or three.
 * - BORDER_FILTER: bits by the hash of two neighbouring characters from U+3000 to U+9FFF; a clear bit says
 *   that no merge whatever goes across the border between them. Only some thousands do.
 * - SHORTER: for each token the longest other token it begins with, or #TD_TOKEN_NONE.
 * - LENGTHS: for each token its bytes.
 * - CLASS_BLOCKS, CLASSES: #TdCharClass of code point c is CLASSES[CLASS_BLOCKS[c >> 8] * 256 + (c & 255)].
 */

#include <glib.h>

G_BEGIN_DECLS

#define TD_TOKEN_MAGIC      "TDTOKEN1"
#define TD_TOKEN_BYTE_ORDER 0x01020304u
#define TD_TOKEN_NONE       G_MAXUINT32
#define TD_TOKEN_ID_BITS    20
#define TD_TOKEN_ID_MASK    ((1u << TD_TOKEN_ID_BITS) - 1)
#define TD_TOKEN_CJK_FIRST  0x3000u
#define TD_TOKEN_CJK_COUNT  (0xd800u - TD_TOKEN_CJK_FIRST)
#define TD_TOKEN_IDEOGRAPH_END 0xa000u /* one past what the border filter knows */
#define TD_TOKEN_N_BLOCKS   (0x110000u >> 8)
#define TD_TOKEN_MAX_LENGTH 255

typedef enum
{
  TD_TOKEN_SECTION_SHORT_KEYS,
  TD_TOKEN_SECTION_SHORT_IDS,
  TD_TOKEN_SECTION_MEDIUM_KEYS,
  TD_TOKEN_SECTION_MEDIUM_IDS,
  TD_TOKEN_SECTION_TRIE,
  TD_TOKEN_SECTION_CJK,
  TD_TOKEN_SECTION_PAIRS,
  TD_TOKEN_SECTION_PAIR_FILTER,
  TD_TOKEN_SECTION_SPLITS,
  TD_TOKEN_SECTION_BORDER_FILTER,
  TD_TOKEN_SECTION_SHORTER,
  TD_TOKEN_SECTION_LENGTHS,
  TD_TOKEN_SECTION_CLASS_BLOCKS,
  TD_TOKEN_SECTION_CLASSES,
  TD_TOKEN_N_SECTIONS,
} TdTokenSection;

typedef struct
{
  char magic[8];
  guint32 byte_order;
  guint32 n_tokens;
  guint32 trie_root;
  guint32 n_sections;
  struct
  {
    guint32 offset;
    guint32 length; /* bytes */
  } sections[TD_TOKEN_N_SECTIONS];
} TdTokenHeader;

#define TD_SPLIT_BYTE (1u << 31)
#define TD_SPLIT_WIDE (1u << 30)

typedef struct
{
  guint32 left; /* id and flags; they are about the token to the right of a border */
  guint32 right; /* id and flags; they are about the token to the left of a border */
} TdTokenSplit;

/* What the patterns tell apart. One bit each, so that a set is a mask. */
typedef enum
{
  TD_CHAR_OTHER = 1 << 0,
  TD_CHAR_UPPER = 1 << 1, /* Lu, Lt */
  TD_CHAR_LOWER = 1 << 2, /* Ll */
  TD_CHAR_LETTER = 1 << 3, /* Lm, Lo: neither, and both in the patterns */
  TD_CHAR_MARK = 1 << 4,
  TD_CHAR_NUMBER = 1 << 5,
  TD_CHAR_SPACE = 1 << 6, /* White_Space but the next two */
  TD_CHAR_NEWLINE = 1 << 7, /* CR and LF */
} TdCharClass;

/* A trie unit: label + 1 in bits 0 to 8 (0: unused), id + 1 in bits 9 to 29 (0: no token ends
 * here), base in bits 32 to 63. */
typedef guint64 TdTrieUnit;

static inline TdTrieUnit
td_trie_unit_make (guint   label,
                   guint32 id,
                   guint32 base)
{
  return ((guint64) base << 32) | ((guint64) (id == TD_TOKEN_NONE ? 0 : id + 1) << 9) | (label + 1);
}

static inline gboolean
td_trie_unit_has_label (TdTrieUnit unit,
                        guint      label)
{
  return (unit & 0x1ff) == label + 1;
}

static inline guint32
td_trie_unit_get_base (TdTrieUnit unit)
{
  return unit >> 32;
}

/* The id + 1 of the token that ends here, or 0. */
static inline guint32
td_trie_unit_get_mark (TdTrieUnit unit)
{
  return (unit >> 9) & 0x1fffff;
}

/* Multiplicative hashing: the top bits of the product are well mixed, whatever the key. */
static inline guint64
td_token_hash (guint64 key)
{
  return key * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
}

static inline guint64
td_token_hash_two (guint64 first,
                   guint64 second)
{
  return td_token_hash ((first ^ (first >> 29)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9) ^ second);
}

static inline guint64
td_token_pair_key (guint32 left,
                   guint32 right)
{
  return (guint64) left << TD_TOKEN_ID_BITS | right;
}

/* The bytes of two characters of three bytes each, as a little-endian number. */
static inline guint64
td_token_border_key (guint64 eight_bytes)
{
  return eight_bytes & G_GUINT64_CONSTANT (0xffffffffffff);
}

G_END_DECLS

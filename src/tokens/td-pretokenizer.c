/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Cuts text into pieces as two regular expressions do, by hand. They are, o200k first:
 *
 *   [^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?
 *   [^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?
 *   \p{N}{1,3} | ?[^\s\p{L}\p{N}]+[\r\n/]* | \s*[\r\n]+ | \s+(?!\S) | \s+
 *
 *   (?i:'s|'t|'re|'ve|'m|'ll|'d) | [^\r\n\p{L}\p{N}]?\p{L}+
 *   \p{N}{1,3} | ?[^\s\p{L}\p{N}]+[\r\n]* | \s*[\r\n]+ | \s+(?!\S) | \s+
 *
 * The first alternative that matches wins, and each gives back characters only if it must. What
 * giving back comes to is worked out here once, so that no text is read more than three times:
 *
 * - A run of capitals and uncased letters that no small letter follows ends, by the first
 *   alternative, after its last uncased letter; it is a whole only if there is none (the second).
 * - A run of white space ends after its last line break; without one, before its last character if
 *   something follows, unless that is all there is.
 *
 * The patterns' classes are those of the Unicode version the reference was made with; they come
 * with the table. (?i:s) also matches U+017F, the long s.
 */
#include "config.h"

#include "tokens/td-pretokenizer.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define UPPER_RUN (TD_CHAR_UPPER | TD_CHAR_LETTER | TD_CHAR_MARK)
#define LOWER_RUN (TD_CHAR_LOWER | TD_CHAR_LETTER | TD_CHAR_MARK)
#define UNCASED   (TD_CHAR_LETTER | TD_CHAR_MARK)
#define LETTERS   (TD_CHAR_UPPER | TD_CHAR_LOWER | TD_CHAR_LETTER)
#define SYMBOLS   (TD_CHAR_OTHER | TD_CHAR_MARK)
#define SPACES    (TD_CHAR_SPACE | TD_CHAR_NEWLINE)

typedef struct
{
  const TdTokenTable *table;
  const guint8 *end;
} Text;

typedef struct
{
  guint class;
  guint length;
} Char;

static inline Char
read_wide (const Text   *text,
           const guint8 *p)
{
  guint32 c;
  guint length;

  if (p[0] < 0xe0)
    {
      c = (p[0] & 0x1fu) << 6 | (p[1] & 0x3fu);
      length = 2;
    }
  else if (p[0] < 0xf0)
    {
      /* U+5000 to U+9FFF: the most of Chinese. */
      if (p[0] >= 0xe5 && p[0] <= 0xe9)
        return (Char) { TD_CHAR_LETTER, 3 };
      c = (p[0] & 0x0fu) << 12 | (p[1] & 0x3fu) << 6 | (p[2] & 0x3fu);
      length = 3;
    }
  else
    {
      c = (p[0] & 0x07u) << 18 | (p[1] & 0x3fu) << 12 | (p[2] & 0x3fu) << 6 | (p[3] & 0x3fu);
      length = 4;
    }
  return (Char) { text->table->classes[text->table->class_blocks[c >> 8] * 256 + (c & 0xff)],
                  length };
}

/* The character at @p, or one of no class at the end. */
static inline Char
read_char (const Text   *text,
           const guint8 *p)
{
  if (p == text->end)
    return (Char) { 0, 0 };
  if (*p < 0x80)
    return (Char) { text->table->classes[*p], 1 };
  return read_wide (text, p);
}

static inline const guint8 *
skip (const Text   *text,
      const guint8 *p,
      guint         classes)
{
  Char c;

  while (((c = read_char (text, p)).class & classes) != 0)
    p += c.length;
  return p;
}

/* The end of "'s" and the like at @p, which may be the end of the text, or @p itself. */
static const guint8 *
skip_contraction (const Text   *text,
                  const guint8 *p)
{
  gsize left = text->end - p;
  guint8 first;
  guint8 second;

  if (left < 2 || *p != '\'')
    return p;
  first = p[1] | 0x20;
  if (first == 's' || first == 't' || first == 'm' || first == 'd')
    return p + 2;
  if (left < 3)
    return p;
  second = p[2] | 0x20;
  if ((second == 'e' && (first == 'r' || first == 'v')) || (second == 'l' && first == 'l'))
    return p + 3;
  return p[1] == 0xc5 && p[2] == 0xbf ? p + 3 : p;
}

#ifdef __SSE2__
/* Bit i of the masks: byte i is a small (capital) ASCII letter. */
static inline void
find_letters (const guint8 *p,
              guint        *small,
              guint        *capital)
{
  __m128i bytes = _mm_loadu_si128 ((const __m128i *) (gconstpointer) p);
  /* Compared as signed numbers, what is not ASCII is below all letters. */
  __m128i is_small = _mm_and_si128 (_mm_cmpgt_epi8 (bytes, _mm_set1_epi8 ('a' - 1)),
                                    _mm_cmplt_epi8 (bytes, _mm_set1_epi8 ('z' + 1)));
  __m128i is_capital = _mm_and_si128 (_mm_cmpgt_epi8 (bytes, _mm_set1_epi8 ('A' - 1)),
                                      _mm_cmplt_epi8 (bytes, _mm_set1_epi8 ('Z' + 1)));

  *small = (guint) _mm_movemask_epi8 (is_small);
  *capital = (guint) _mm_movemask_epi8 (is_capital);
}

/* The end of a word of up to 15 ASCII letters, or NULL if it takes a closer look. */
static inline const guint8 *
skip_ascii_word (const Text   *text,
                 const guint8 *p,
                 gboolean      cased)
{
  guint small;
  guint capital;
  guint length;

  if (text->end - p < 16)
    return NULL;
  find_letters (p, &small, &capital);
  if (cased)
    {
      guint n_capital = (guint) __builtin_ctz (~capital);

      length = n_capital + (guint) __builtin_ctz (~(small >> n_capital));
    }
  else
    {
      length = (guint) __builtin_ctz (~(small | capital));
    }
  return length < 16 && p[length] < 0x80 ? p + length : NULL;
}
#else
static inline const guint8 *
skip_ascii_word (const Text   *text,
                 const guint8 *p,
                 gboolean      cased)
{
  return NULL;
}
#endif

/* The first two alternatives of o200k without what may come before and after the letters. @p itself:
 * there is no letter. @by_second is set if the first alternative did not match. */
static const guint8 *
skip_cased_word (const Text   *text,
                 const guint8 *p,
                 gboolean     *by_second)
{
  const guint8 *after_uncased = NULL;
  Char c;

  while (((c = read_char (text, p)).class & UPPER_RUN) != 0)
    {
      p += c.length;
      if ((c.class & UNCASED) != 0)
        after_uncased = p;
    }
  *by_second = FALSE;
  if (c.class == TD_CHAR_LOWER)
    return skip (text, p, LOWER_RUN);
  if (after_uncased != NULL)
    return after_uncased;
  *by_second = TRUE;
  return p;
}

static inline const guint8 *
skip_number (const Text   *text,
             const guint8 *p)
{
  for (guint i = 0; i < 3; i++)
    {
      Char c = read_char (text, p);

      if (c.class != TD_CHAR_NUMBER)
        break;
      p += c.length;
    }
  return p;
}

static inline const guint8 *
skip_symbols (const Text   *text,
              const guint8 *p,
              gboolean      and_slashes)
{
  p = skip (text, p, SYMBOLS);
  while (p < text->end && (*p == '\n' || *p == '\r' || (and_slashes && *p == '/')))
    p++;
  return p;
}

/* A run of white space, at least one character. */
static const guint8 *
skip_space (const Text   *text,
            const guint8 *start)
{
  const guint8 *p = start;
  const guint8 *last = start;
  const guint8 *after_newline = NULL;
  Char c;

  while (((c = read_char (text, p)).class & SPACES) != 0)
    {
      last = p;
      p += c.length;
      if (c.class == TD_CHAR_NEWLINE)
        after_newline = p;
    }
  if (after_newline != NULL)
    return after_newline;
  return p == text->end || last == start ? p : last;
}

/* A piece that starts with a mark, of which one thing is peculiar: a mark is both what may come
 * before a word and a part of it, and before capitals alone it is the whole word. */
static const guint8 *
skip_marked_word (const Text   *text,
                  const guint8 *p)
{
  const guint8 *after_mark = p + read_char (text, p).length;
  gboolean by_second;
  const guint8 *end = skip_cased_word (text, after_mark, &by_second);

  return skip_contraction (text, by_second ? after_mark : end);
}

static const guint8 *
skip_o200k_word (const Text   *text,
                 const guint8 *p)
{
  gboolean by_second;
  const guint8 *end = skip_ascii_word (text, p, TRUE);

  if (end == NULL)
    end = skip_cased_word (text, p, &by_second);
  return skip_contraction (text, end);
}

static inline const guint8 *
next_o200k (const Text   *text,
            const guint8 *p)
{
  Char c = read_char (text, p);
  Char after;

  if ((c.class & LETTERS) != 0)
    return skip_o200k_word (text, p);
  if (c.class == TD_CHAR_MARK)
    return skip_marked_word (text, p);
  if (c.class == TD_CHAR_NUMBER)
    return skip_number (text, p);
  if (c.class == TD_CHAR_NEWLINE)
    return skip_space (text, p);
  after = read_char (text, p + c.length);
  if ((after.class & (LETTERS | TD_CHAR_MARK)) != 0)
    return skip_o200k_word (text, p + c.length);
  if (c.class == TD_CHAR_OTHER || (*p == ' ' && after.class == TD_CHAR_OTHER))
    return skip_symbols (text, p + c.length, TRUE);
  return skip_space (text, p);
}

static const guint8 *
skip_cl100k_word (const Text   *text,
                  const guint8 *p)
{
  const guint8 *end = skip_ascii_word (text, p, FALSE);

  return end != NULL ? end : skip (text, p, LETTERS);
}

static inline const guint8 *
next_cl100k (const Text   *text,
             const guint8 *p)
{
  Char c = read_char (text, p);
  Char after;

  if ((c.class & LETTERS) != 0)
    return skip_cl100k_word (text, p);
  if (c.class == TD_CHAR_NUMBER)
    return skip_number (text, p);
  if (c.class == TD_CHAR_NEWLINE)
    return skip_space (text, p);
  if (*p == '\'')
    {
      const guint8 *end = skip_contraction (text, p);

      if (end != p)
        return end;
    }
  after = read_char (text, p + c.length);
  if ((after.class & LETTERS) != 0)
    return skip_cl100k_word (text, p + c.length);
  if ((c.class & SYMBOLS) != 0 || (*p == ' ' && (after.class & SYMBOLS) != 0))
    return skip_symbols (text, p + c.length, FALSE);
  return skip_space (text, p);
}

/**
 * td_pretokenizer_init:
 * @table: the classes; must live as long as @self
 * @text: (array length=length): valid UTF-8, which may contain NUL; must live as long as @self
 */
void
td_pretokenizer_init (TdPretokenizer     *self,
                      const TdTokenTable *table,
                      TdPattern           pattern,
                      const char         *text,
                      gsize               length)
{
  self->table = table;
  self->pattern = pattern;
  self->position = (const guint8 *) text;
  self->end = self->position + length;
}

/**
 * td_pretokenizer_next:
 * @ends: (array length=n_ends) (out caller-allocates): where the next pieces end
 * @n_ends: how many are wanted
 *
 * Cuts the next pieces. Many at a time, because cutting and looking up each run faster alone.
 *
 * Returns: how many there were; 0 at the end of the text
 */
guint
td_pretokenizer_next (TdPretokenizer  *self,
                      const guint8   **ends,
                      guint            n_ends)
{
  Text text = { self->table, self->end };
  const guint8 *p = self->position;
  guint n = 0;

  if (self->pattern == TD_PATTERN_O200K)
    for (; n < n_ends && p < text.end; n++)
      ends[n] = p = next_o200k (&text, p);
  else
    for (; n < n_ends && p < text.end; n++)
      ends[n] = p = next_cl100k (&text, p);
  self->position = p;
  return n;
}

/**
 * td_pretokenizer_find_border:
 * @text: valid UTF-8
 * @end: where it ends
 *
 * Finds a place where every text that goes on from here is cut, by both patterns, whatever comes
 * before and after the two characters at it. What is before it can be counted once and for all.
 * These are such places: before a space that follows anything but white space, since a space in
 * the middle of a piece has white space before it; and between a letter or digit and a symbol other
 * than an apostrophe, since no piece goes on that way.
 *
 * Returns: (nullable): the first such place after @text and before @end
 */
const char *
td_pretokenizer_find_border (const TdTokenTable *table,
                             const char         *text,
                             const char         *end)
{
  Text whole = { table, (const guint8 *) end };
  const guint8 *p = (const guint8 *) text;
  guint before = SPACES;

  while (p < whole.end)
    {
      Char c = read_char (&whole, p);

      if ((*p == ' ' && (before & SPACES) == 0) ||
          (c.class == TD_CHAR_OTHER && *p != '\'' && (before & (LETTERS | TD_CHAR_NUMBER)) != 0))
        return (const char *) p;
      before = c.class;
      p += c.length;
    }
  return NULL;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "assistant/analysis/td-folded-text.h"

#include <string.h>

#define MAX_DECOMPOSED 18

/**
 * td_script_of:
 * @character: a character
 *
 * Returns: the script it is written in, as far as the assistant tells scripts apart
 */
TdScript
td_script_of (gunichar character)
{
  if (character < 0x80)
    return g_ascii_isalpha (character)   ? TD_WRITING_LATIN
           : g_ascii_isdigit (character) ? TD_WRITING_DIGIT
                                         : TD_WRITING_NONE;
  if (!g_unichar_isalnum (character) && !g_unichar_ismark (character))
    return TD_WRITING_NONE;
  if (character < 0x0370)
    return TD_WRITING_LATIN;
  if (character >= 0x0400 && character < 0x0530)
    return TD_WRITING_CYRILLIC;
  if (character >= 0x0600 && character < 0x0780)
    return TD_WRITING_ARABIC;
  if (character >= 0x0900 && character < 0x0e00)
    return TD_WRITING_INDIC;
  if (character >= 0x0e00 && character < 0x1100)
    return TD_WRITING_THAI;
  if (character >= 0x1e00 && character < 0x1f00)
    return TD_WRITING_LATIN;
  if ((character >= 0x3040 && character < 0x3100) || character == 0x30fc)
    return TD_WRITING_KANA;
  if ((character >= 0x3400 && character < 0xa000) ||
      (character >= 0x20000 && character < 0x40000) || character == 0x3005)
    return TD_WRITING_HAN;
  if ((character >= 0xac00 && character < 0xd7b0) || (character >= 0x1100 && character < 0x1200))
    return TD_WRITING_HANGUL;
  return TD_WRITING_OTHER;
}

/**
 * td_script_has_spaces:
 * @script: a script
 *
 * Returns: whether its words are parted by spaces
 */
gboolean
td_script_has_spaces (TdScript script)
{
  return script != TD_WRITING_HAN && script != TD_WRITING_KANA && script != TD_WRITING_THAI;
}

/**
 * td_hash_bytes:
 * @seed: what kind of thing is hashed, so that equal bytes of another kind differ
 *
 * Returns: the same value on every machine
 */
guint32
td_hash_bytes (guint32     seed,
               const char *bytes,
               gsize       length)
{
  guint32 hash = 2166136261u ^ (seed * 0x9e3779b1u);

  for (gsize i = 0; i < length; i++)
    hash = (hash ^ (guint8) bytes[i]) * 16777619u;
  hash ^= hash >> 15;
  hash *= 0x85ebca6bu;
  return hash ^ (hash >> 13);
}

/* Accents of Latin, Greek and Cyrillic, vowel signs of Arabic: what people leave out. */
static gboolean
is_left_out (gunichar character)
{
  return (character >= 0x0300 && character < 0x0370) ||
         (character >= 0x064b && character < 0x0660) ||
         (character >= 0x0610 && character < 0x061b) || character == 0x0670 ||
         character == 0x0640 || character == 0x200b || character == 0x200d || character == 0xfeff ||
         character == 0x00ad || (character >= 0xfe00 && character < 0xfe10);
}

static gunichar
unify (gunichar character)
{
  character = g_unichar_tolower (character);
  switch (character)
    {
    case 0x2018:
    case 0x2019:
    case 0x02bc:
      return '\'';
    case 0x201c:
    case 0x201d:
      return '"';
    case 0x0649: /* alef maksura, often typed for yeh */
    case 0x06cc:
      return 0x064a;
    case 0x0629: /* teh marbuta, often typed as heh */
      return 0x0647;
    case 0x0131:
      return 'i';
    case 0x0142: /* letters with a stroke, which Unicode does not take apart */
      return 'l';
    case 0x0111:
      return 'd';
    case 0x00f8:
      return 'o';
    case 0x06a9: /* the Persian kaf, often typed as the Arabic one */
      return 0x0643;
    default:
      return character;
    }
}

/* Syllables and kana are letters of their own: taken apart they would be nobody's spelling. */
static gboolean
stays_whole (gunichar character)
{
  return (character >= 0xac00 && character < 0xd7b0) ||
         (character >= 0x3040 && character < 0x3100) || (character >= 0x0900 && character < 0x1000);
}

static void
append_character (GString  *text,
                  GArray   *origins,
                  gunichar  character,
                  guint32   origin)
{
  char bytes[6];
  int n = g_unichar_to_utf8 (character, bytes);

  g_string_append_len (text, bytes, n);
  for (int i = 0; i < n; i++)
    g_array_append_val (origins, origin);
}

/* Letters that are written as two where the keyboard lacks them. */
static gsize
spell_out (gunichar  character,
           gunichar *parts)
{
  static const struct
  {
    gunichar letter;
    char pair[2];
  } pairs[] = { { 0x00df, { 's', 's' } }, { 0x00e6, { 'a', 'e' } }, { 0x0153, { 'o', 'e' } } };
  gunichar lower = g_unichar_tolower (character);

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    if (lower == pairs[i].letter)
      {
        parts[0] = (gunichar) pairs[i].pair[0];
        parts[1] = (gunichar) pairs[i].pair[1];
        return 2;
      }
  return 0;
}

static void
fold_character (GString  *text,
                GArray   *origins,
                gunichar  character,
                guint32   origin)
{
  gunichar parts[MAX_DECOMPOSED] = { character };
  gsize n = spell_out (character, parts);

  if (n == 0 && stays_whole (character))
    n = 1;
  else if (n == 0)
    n = g_unichar_fully_decompose (character, TRUE, parts, MAX_DECOMPOSED);
  for (gsize i = 0; i < MIN (n, MAX_DECOMPOSED); i++)
    if (!is_left_out (parts[i]))
      append_character (text, origins, unify (parts[i]), origin);
}

/**
 * td_folded_text_new:
 * @text: (array length=length): any bytes; what is not UTF-8 becomes U+FFFD
 *
 * Returns: (transfer full): the text folded
 */
TdFoldedText *
td_folded_text_new (const char *text,
                    gsize       length)
{
  TdFoldedText *self = g_new0 (TdFoldedText, 1);
  GString *folded = g_string_sized_new (length + 8);
  GArray *origins = g_array_sized_new (FALSE, FALSE, sizeof (guint32), length + 9);
  guint32 origin = 0;

  while (origin < length)
    {
      guint8 byte = (guint8) text[origin];
      gunichar character;
      guint32 next = origin + 1;

      if (byte < 0x80)
        {
          g_string_append_c (folded, g_ascii_tolower (byte != '\0' ? (char) byte : ' '));
          g_array_append_val (origins, origin);
          origin = next;
          continue;
        }
      character = g_utf8_get_char_validated (text + origin, length - origin);
      if (character >= 0x110000)
        character = 0xfffd;
      else
        next = origin + g_utf8_skip[byte];
      fold_character (folded, origins, character, origin);
      origin = next;
    }
  origin = (guint32) length;
  g_array_append_val (origins, origin);
  self->length = folded->len;
  self->text = g_string_free_and_steal (folded);
  self->origins = (guint32 *) (void *) g_array_free (origins, FALSE);
  return self;
}

void
td_folded_text_free (TdFoldedText *self)
{
  g_free (self->text);
  g_free (self->origins);
  g_free (self);
}

static guint32
hash_word (const char *word,
           gsize       length,
           TdScript    script)
{
  if (script == TD_WRITING_DIGIT)
    return td_hash_bytes (3, "####", MIN (length, 4));
  return td_hash_bytes (1, word, length);
}

/**
 * td_folded_text_add_words:
 * @start: byte offset in the folded text, at a character
 * @end: the same
 * @words: (element-type TdWord): where to append
 *
 * Finds the words of a part of the text. An apostrophe between letters belongs to the word.
 */
void
td_folded_text_add_words (const TdFoldedText *self,
                          gsize               start,
                          gsize               end,
                          GArray             *words)
{
  const char *p = self->text + start;
  const char *stop = self->text + end;

  while (p < stop)
    {
      TdScript script = td_script_of (g_utf8_get_char (p));
      const char *from = p;
      TdWord word;

      p = g_utf8_next_char (p);
      if (script == TD_WRITING_NONE)
        continue;
      while (td_script_has_spaces (script) && p < stop)
        {
          gunichar character = g_utf8_get_char (p);
          TdScript next = td_script_of (character);

          if (character == '\'' && p + 1 < stop && g_ascii_isalpha (p[1]))
            next = script;
          if (next != script)
            break;
          p = g_utf8_next_char (p);
        }
      word =
        (TdWord) { from - self->text, p - self->text, hash_word (from, p - from, script), script };
      g_array_append_val (words, word);
    }
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What numbers are multiplied by, and memory is counted in. */
#include "config.h"

#include "assistant/analysis/td-unit-words.h"

#include <string.h>

static const TdUnitWord units[] = {
  { "gb", TD_AMOUNT_BYTES, 1, 1 },
  { "gib", TD_AMOUNT_BYTES, 1, 1 },
  { "gigabyte", TD_AMOUNT_BYTES, 1, 1 },
  { "gigs", TD_AMOUNT_BYTES, 1, 1 },
  { "gigas", TD_AMOUNT_BYTES, 1, 1 },
  { "гиг", TD_AMOUNT_BYTES, 1, 1 },
  { "гб", TD_AMOUNT_BYTES, 1, 1 },
  { "гигабайт", TD_AMOUNT_BYTES, 1, 1 },
  { "go ", TD_AMOUNT_BYTES, 1, 1 },
  { "ギガ", TD_AMOUNT_BYTES, 1, 1 },
  { "جيجا", TD_AMOUNT_BYTES, 1, 1 },
  { "غيغا", TD_AMOUNT_BYTES, 1, 1 },
  { "جيغا", TD_AMOUNT_BYTES, 1, 1 },
  { "기가", TD_AMOUNT_BYTES, 1, 1 },
  { "जीबी", TD_AMOUNT_BYTES, 1, 1 },
  { "गीगा", TD_AMOUNT_BYTES, 1, 1 },
  { "гіг", TD_AMOUNT_BYTES, 1, 1 },
  { "gigabayt", TD_AMOUNT_BYTES, 1, 1 },
  { "giga", TD_AMOUNT_BYTES, 1, 1 },
  { "gig", TD_AMOUNT_BYTES, 1, 1 },
  { "гб", TD_AMOUNT_BYTES, 1, 1 },
  { "g内存", TD_AMOUNT_BYTES, 1, 1 },
  { "g显存", TD_AMOUNT_BYTES, 1, 1 },
  { "g ram", TD_AMOUNT_BYTES, 1, 1 },
  { "g vram", TD_AMOUNT_BYTES, 1, 1 },
  { "go,", TD_AMOUNT_BYTES, 1, 1 },
  { "k", TD_AMOUNT_NUMBER, 1000, 1 },
  { "к ", TD_AMOUNT_NUMBER, 1000, 1 },
  { "тыс", TD_AMOUNT_NUMBER, 1000, 1 },
  { "百万", TD_AMOUNT_NUMBER, 1000000, 1 },
  { "万", TD_AMOUNT_NUMBER, 10000, 1 },
  { "mil ", TD_AMOUNT_NUMBER, 1000, 1 },
  { "m ", TD_AMOUNT_NUMBER, 1000000, 1 },
  { "million", TD_AMOUNT_NUMBER, 1000000, 1 },
  { "millon", TD_AMOUNT_NUMBER, 1000000, 1 },
  { "milion", TD_AMOUNT_NUMBER, 1000000, 1 },
  { "milhao", TD_AMOUNT_NUMBER, 1000000, 1 },
  { "milhoes", TD_AMOUNT_NUMBER, 1000000, 1 },
  { "миллион", TD_AMOUNT_NUMBER, 1000000, 1 },
  { "млн", TD_AMOUNT_NUMBER, 1000000, 1 },
  { "مليون", TD_AMOUNT_NUMBER, 1000000, 1 },
  { "thousand", TD_AMOUNT_NUMBER, 1000, 1 },
  { "tausend", TD_AMOUNT_NUMBER, 1000, 1 },
  { "mille", TD_AMOUNT_NUMBER, 1000, 1 },
  { "mila", TD_AMOUNT_NUMBER, 1000, 1 },
  { "тисяч", TD_AMOUNT_NUMBER, 1000, 1 },
  { "мільйон", TD_AMOUNT_NUMBER, 1000000, 1 },
  { "tys", TD_AMOUNT_NUMBER, 1000, 1 },
  { "duizend", TD_AMOUNT_NUMBER, 1000, 1 },
  { "miljoen", TD_AMOUNT_NUMBER, 1000000, 1 },
  { "miljon", TD_AMOUNT_NUMBER, 1000000, 1 },
  { "milyon", TD_AMOUNT_NUMBER, 1000000, 1 },
  { "tusen", TD_AMOUNT_NUMBER, 1000, 1 },
  { "bin ", TD_AMOUNT_NUMBER, 1000, 1 },
  { "ribu", TD_AMOUNT_NUMBER, 1000, 1 },
  { "juta", TD_AMOUNT_NUMBER, 1000000, 1 },
  { "nghin", TD_AMOUNT_NUMBER, 1000, 1 },
  { "ngan", TD_AMOUNT_NUMBER, 1000, 1 },
  { "trieu", TD_AMOUNT_NUMBER, 1000000, 1 },
  { "हज़ार", TD_AMOUNT_NUMBER, 1000, 1 },
  { "हजार", TD_AMOUNT_NUMBER, 1000, 1 },
  { "लाख", TD_AMOUNT_NUMBER, 100000, 1 },
  { "الف", TD_AMOUNT_NUMBER, 1000, 1 },
  { "千", TD_AMOUNT_NUMBER, 1000, 1 },
  { "천", TD_AMOUNT_NUMBER, 1000, 1 },
  { "만", TD_AMOUNT_NUMBER, 10000, 1 },
  { "백만", TD_AMOUNT_NUMBER, 1000000, 1 },
};

/**
 * td_unit_word_get_size:
 * @self: a word
 *
 * Returns: how many bytes of a text it covers
 */
gsize
td_unit_word_get_size (const TdUnitWord *self)
{
  gsize length = strlen (self->word);

  return length - (self->word[length - 1] == ' ');
}

/**
 * td_unit_word_matches:
 * @self: a word
 * @text: a folded text
 *
 * Returns: whether @text begins with it
 */
gboolean
td_unit_word_matches (const TdUnitWord *self,
                      const char       *text)
{
  gsize size = td_unit_word_get_size (self);

  /* A short one ends where the text does, or a word. */
  return strncmp (text, self->word, size) == 0 &&
         (self->word[size] == '\0' || !g_unichar_isalnum (g_utf8_get_char (text + size)));
}

/* "4 kids" are not thousands. */
static gboolean
is_other_word (const TdUnitWord *unit,
               const char       *text)
{
  return g_str_equal (unit->word, "k") && g_ascii_isalpha (text[1]) &&
         strncmp (text, "k-", 2) != 0;
}

/**
 * td_unit_words_find:
 * @text: a folded text
 *
 * Returns: (transfer none) (nullable): the word of memory or of a power of ten that @text begins with
 */
const TdUnitWord *
td_unit_words_find (const char *text)
{
  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    if (td_unit_word_matches (&units[i], text) && !is_other_word (&units[i], text))
      return &units[i];
  return NULL;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers that are written as words, or in Chinese signs. */
#include "config.h"

#include "assistant/analysis/td-number-words.h"

#include <stdlib.h>
#include <string.h>

#define MAX_SIGNS        15
#define MAX_NUMBER_WORDS 512

/* Small numbers as words, folded: they count before a unit only. */
static const struct
{
  const char *words;
  gint64 millionths;
} number_words[] = {
  { "half a|half an|eine halbe|einen halben|medio|un demi|mezzo|meio|半|نصف|half|een halve|pol|yarim|"
    "пол|пів|en halv|setengah|nua|आधा|आधे|반",
    500000 },
  { "a quarter of a|quarter of a|a quarter", 250000 },
  { "a|an|one|ein|eine|einen|einem|einer|un|una|une|uno|um|uma|один|одного|одну|一|واحد|een|één|jeden|jednego|bir|"
    "одного|одну|ett|en|satu|mot|एक|일|한",
    1000000 },
  { "two|zwei|dos|deux|due|dois|duas|два|двух|两|二|اثنين|twee|"
    "dwa|dwóch|iki|два|двох|två|dua|hai|दो|이|두",
    2000000 },
  { "three|drei|tres|trois|tre|три|трех|三|ثلاثه|drie|"
    "trzy|trzech|üç|трьох|tiga|ba|तीन|삼|세",
    3000000 },
  { "four|vier|cuatro|quatre|quattro|quatro|четыре|四|اربعه", 4000000 },
  { "five|funf|cinco|cinq|cinque|пять|пяти|五|خمسه|vijf|"
    "piec|pieciu|bes|п'ять|п'яти|fem|lima|nam|पाँच|पांच|오|다섯",
    5000000 },
  { "six|sechs|seis|sei|шесть|六", 6000000 },
  { "eight|acht|ocho|huit|otto|oito|восемь|八", 8000000 },
  { "ten|zehn|diez|dix|dieci|dez|десять|десяти|十|عشره|tien|"
    "dziesiec|dziesieciu|tio|sepuluh|muoi|दस|십|열",
    10000000 },
  { "twelve|zwolf|doce|douze|dodici|doze|двенадцать|十二", 12000000 },
  { "fifteen|funfzehn|quince|quinze|quindici|пятнадцать|十五", 15000000 },
  { "sixteen|sechzehn|dieciseis|seize|sedici|dezesseis|шестнадцать|十六", 16000000 },
  { "twenty|zwanzig|veinte|vingt|venti|vinte|двадцать|двадцати|二十|عشرين|عشرون|"
    "twintig|dwadziescia|dwudziestu|yirmi|двадцять|двадцяти|tjugo|dua puluh|hai muoi|बीस|이십|스무",
    20000000 },
  { "thirty|dreissig|treinta|trente|trenta|trinta|тридцать|三十", 30000000 },
  { "thirty two|thirty-two|zweiunddreissig", 32000000 },
  { "fifty|funfzig|cincuenta|cinquante|cinquanta|cinquenta|пятьдесят|пятидесяти|五十|خمسين|خمسون|"
    "vijftig|piecdziesiat|piecdziesieciu|elli|п'ятдесят|femtio|lima puluh|nam muoi|पचास|오십|쉰",
    50000000 },
  { "a hundred|one hundred|hundred|hundert|cien|cent|cento|cem|сто|一百|مئه|honderd|yuz|hundra|"
    "seratus|mot tram|सौ|백",
    100000000 },
  { "a thousand|one thousand|thousand|tausend|eintausend|mil|mille|тысяча|тысячу|الف|duizend|tysiac|"
    "bin|тисяча|тисячу|tusen|seribu|एक हज़ार|एक हजार|천",
    1000000000 },
  { "two thousand|zweitausend|dos mil|deux mille|duemila|dois mil|две тысячи|الفي|الفين|الفا|tweeduizend|"
    "dwa tysiace|iki bin|дві тисячі|dua ribu|दो हज़ार|दो हजार|이천",
    2000000000 },
};

/* The same one by one, by their first bytes. */
typedef struct
{
  const char *word;
  gint64 millionths;
  guint16 length;
} NumberWord;

static NumberWord words_by_byte[MAX_NUMBER_WORDS];
static guint16 first_of_byte[257];

/* What one of 一二两兩三四五六七八九十百千万萬 stands for, or 0. */
static gint64
weigh_sign (const char *p)
{
  static const struct
  {
    gunichar sign;
    gint64 weight;
  } signs[] = { { 0x4e00, 1 },   { 0x4e8c, 2 },    { 0x4e24, 2 },     { 0x5169, 2 },
                { 0x4e09, 3 },   { 0x56db, 4 },    { 0x4e94, 5 },     { 0x516d, 6 },
                { 0x4e03, 7 },   { 0x516b, 8 },    { 0x4e5d, 9 },     { 0x5341, 10 },
                { 0x767e, 100 }, { 0x5343, 1000 }, { 0x4e07, 10000 }, { 0x842c, 10000 } };
  gunichar sign = g_utf8_get_char (p);

  for (guint i = 0; i < G_N_ELEMENTS (signs); i++)
    if (signs[i].sign == sign)
      return signs[i].weight;
  return 0;
}

/**
 * td_number_words_read_signs:
 * @text: a folded text
 * @millionths: (out): the number it begins with, in millionths
 *
 * Reads a number in Chinese signs.
 *
 * Returns: where it ends: @text if there is none
 */
const char *
td_number_words_read_signs (const char *text,
                            gint64     *millionths)
{
  const char *p = text;
  gint64 sum = 0;
  gint64 section = 0;
  gint64 digit = 0;
  gint64 weight;

  for (guint n = 0; n < MAX_SIGNS && (weight = weigh_sign (p)) > 0; n++)
    {
      if (weight < 10)
        digit = weight;
      else if (weight < 10000)
        {
          section += MAX (digit, 1) * weight;
          digit = 0;
        }
      else
        {
          sum += MAX (section + digit, 1) * weight;
          section = digit = 0;
        }
      p = g_utf8_next_char (p);
    }
  *millionths = (sum + section + digit) * 1000000;
  if (sum + section + digit == 0 && g_str_has_prefix (p, "半"))
    {
      *millionths = 500000;
      p += strlen ("半");
    }
  return p;
}

static int
compare_first_bytes (const void *one,
                     const void *other)
{
  return (int) (guint8) * ((const NumberWord *) one)->word -
         (int) (guint8) * ((const NumberWord *) other)->word;
}

static void
sort_number_words (void)
{
  static gsize once;
  guint n = 0;

  if (!g_once_init_enter (&once))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (number_words); i++)
    for (const char *word = number_words[i].words; *word != '\0' && n < MAX_NUMBER_WORDS;)
      {
        gsize length = strcspn (word, "|");

        words_by_byte[n++] =
          (NumberWord) { word, number_words[i].millionths, (guint16) length };
        word += length + (word[length] == '|');
      }
  qsort (words_by_byte, n, sizeof *words_by_byte, compare_first_bytes);
  for (guint byte = 0, i = 0; byte <= 256; byte++)
    {
      while (i < n && (guint8) *words_by_byte[i].word < byte)
        i++;
      first_of_byte[byte] = (guint16) i;
    }
  g_once_init_leave (&once, 1);
}

/**
 * td_number_words_read:
 * @text: a folded text, at the beginning of a word
 * @millionths: (out): the number it begins with, in millionths; untouched if there is none
 *
 * Reads a small number that is written as words.
 *
 * Returns: where it ends: @text if there is none
 */
const char *
td_number_words_read (const char *text,
                      gint64     *millionths)
{
  gsize longest = 0;

  sort_number_words ();
  for (guint i = first_of_byte[(guint8) *text]; i < first_of_byte[(guint8) *text + 1]; i++)
    {
      const NumberWord *word = &words_by_byte[i];

      if (word->length <= longest || strncmp (word->word, text, word->length) != 0 ||
          !(text[word->length] == ' ' || text[word->length] == '-' || (guint8) *text >= 0xe0))
        continue;
      longest = word->length;
      *millionths = word->millionths;
    }
  return text + longest;
}

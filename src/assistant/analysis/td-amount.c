/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Numbers with a unit in running text. Euros and pounds are taken as as many dollars: they are worth more,
 * so that a limit in them is kept all the same, and no exchange rate is made up.
 */
#include "config.h"

#include "assistant/analysis/td-amount.h"

#include <stdlib.h>
#include <string.h>

#include "base/td-decimal.h"
#include "base/td-money.h"

#define MAX_DIGITS 15
#define SEVERAL    40 /* a smaller number as a word counts nothing that matters here */

static const struct
{
  const char *word;
  TdAmountUnit unit;
  gint64 numerator;
  gint64 divisor;
} units[] = {
  { "$", TD_AMOUNT_MONEY, 1, 1 },
  { "€", TD_AMOUNT_MONEY, 1, 1 },
  { "£", TD_AMOUNT_MONEY, 1, 1 },
  { "usd", TD_AMOUNT_MONEY, 1, 1 },
  { "eur", TD_AMOUNT_MONEY, 1, 1 },
  { "dollar", TD_AMOUNT_MONEY, 1, 1 },
  { "dolar", TD_AMOUNT_MONEY, 1, 1 },
  { "buck", TD_AMOUNT_MONEY, 1, 1 },
  { "dollari", TD_AMOUNT_MONEY, 1, 1 },
  { "доллар", TD_AMOUNT_MONEY, 1, 1 },
  { "евро", TD_AMOUNT_MONEY, 1, 1 },
  { "美元", TD_AMOUNT_MONEY, 1, 1 },
  { "欧元", TD_AMOUNT_MONEY, 1, 1 },
  { "美分", TD_AMOUNT_MONEY, 1, 100 },
  { "ドル", TD_AMOUNT_MONEY, 1, 1 },
  { "ユーロ", TD_AMOUNT_MONEY, 1, 1 },
  { "セント", TD_AMOUNT_MONEY, 1, 100 },
  { "دولار", TD_AMOUNT_MONEY, 1, 1 },
  { "يورو", TD_AMOUNT_MONEY, 1, 1 },
  { "سنت", TD_AMOUNT_MONEY, 1, 100 },
  { "달러", TD_AMOUNT_MONEY, 1, 1 },
  { "cent", TD_AMOUNT_MONEY, 1, 100 },
  { "¢", TD_AMOUNT_MONEY, 1, 100 },
  { "цент", TD_AMOUNT_MONEY, 1, 100 },
  { "долар", TD_AMOUNT_MONEY, 1, 1 },
  { "євро", TD_AMOUNT_MONEY, 1, 1 },
  { "유로", TD_AMOUNT_MONEY, 1, 1 },
  { "센트", TD_AMOUNT_MONEY, 1, 100 },
  { "डॉलर", TD_AMOUNT_MONEY, 1, 1 },
  { "डालर", TD_AMOUNT_MONEY, 1, 1 },
  { "यूरो", TD_AMOUNT_MONEY, 1, 1 },
  { "सेंट", TD_AMOUNT_MONEY, 1, 100 },
  { "अमेरिकी सेंट", TD_AMOUNT_MONEY, 1, 100 },
  { "đo la", TD_AMOUNT_MONEY, 1, 1 },
  { "do la", TD_AMOUNT_MONEY, 1, 1 },
  { "đo", TD_AMOUNT_MONEY, 1, 1 },
  { "xu", TD_AMOUNT_MONEY, 1, 100 },
  { "us cent", TD_AMOUNT_MONEY, 1, 100 },
  { "sent ", TD_AMOUNT_MONEY, 1, 100 },
  { "senti ", TD_AMOUNT_MONEY, 1, 100 },
  { "sentten", TD_AMOUNT_MONEY, 1, 100 },
  { "sen ", TD_AMOUNT_MONEY, 1, 100 },
  { "penny", TD_AMOUNT_MONEY, 1, 100 },
  { "pence", TD_AMOUNT_MONEY, 1, 100 },
  { "pound", TD_AMOUNT_MONEY, 1, 1 },
  { "pfund", TD_AMOUNT_MONEY, 1, 1 },
  /* What is worth less than a dollar counts as less than it is worth. */
  { "元", TD_AMOUNT_MONEY, 1, 10 },
  { "块", TD_AMOUNT_MONEY, 1, 10 },
  { "毛", TD_AMOUNT_MONEY, 1, 100 },
  { "yuan", TD_AMOUNT_MONEY, 1, 10 },
  { "rmb", TD_AMOUNT_MONEY, 1, 10 },
  { "円", TD_AMOUNT_MONEY, 1, 200 },
  { "yen", TD_AMOUNT_MONEY, 1, 200 },
  { "¥", TD_AMOUNT_MONEY, 1, 200 },
  { "원", TD_AMOUNT_MONEY, 1, 2000 },
  { "रुपये", TD_AMOUNT_MONEY, 1, 100 },
  { "रुपए", TD_AMOUNT_MONEY, 1, 100 },
  { "रुपया", TD_AMOUNT_MONEY, 1, 100 },
  { "रुपय", TD_AMOUNT_MONEY, 1, 100 },
  { "पैसे", TD_AMOUNT_MONEY, 1, 10000 },
  { "rupee", TD_AMOUNT_MONEY, 1, 100 },
  { "₹", TD_AMOUNT_MONEY, 1, 100 },
  { "рубл", TD_AMOUNT_MONEY, 1, 100 },
  { "руб", TD_AMOUNT_MONEY, 1, 100 },
  { "₽", TD_AMOUNT_MONEY, 1, 100 },
  { "копе", TD_AMOUNT_MONEY, 1, 10000 },
  { "грив", TD_AMOUNT_MONEY, 1, 50 },
  { "zł", TD_AMOUNT_MONEY, 1, 5 },
  { "zl", TD_AMOUNT_MONEY, 1, 5 },
  { "grosz", TD_AMOUNT_MONEY, 1, 500 },
  { "lira", TD_AMOUNT_MONEY, 1, 100 },
  { "tl ", TD_AMOUNT_MONEY, 1, 100 },
  { "kurus", TD_AMOUNT_MONEY, 1, 10000 },
  { "krono", TD_AMOUNT_MONEY, 1, 20 },
  { "kr ", TD_AMOUNT_MONEY, 1, 20 },
  { "reai", TD_AMOUNT_MONEY, 1, 10 },
  { "rupiah", TD_AMOUNT_MONEY, 1, 20000 },
  { "đong", TD_AMOUNT_MONEY, 1, 40000 },
  { "dong", TD_AMOUNT_MONEY, 1, 40000 },
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

/* "50 centimes de dollar", "10 US cents". */
static const char *const money_tails[] = { "de dollar", "de dolares", "de dolar", "di dollaro",
                                           "di dollari", "американских", "us", "американски",
                                           "do la", "đo la", "dolar", "dollar", "人民币",
                                           "أمريكي" };

/* What may follow the unit: memory words, which belong to it, and words for "or less". */
static const char *const bounds_after[] = { "以下", "以内", "未満", "まで", "之内",
                                            "以下で", "or less", "max", "или меньше", "이하", "이내",
                                            "미만", "넘", "까지", "से कम", "तक", "asma", "gecme",
                                            "ve alti", "alti" };
static const char *const memory_words[] = { "of ram",
                                            "ram",
                                            "vram",
                                            "of vram",
                                            "of memory",
                                            "memory",
                                            "gpu",
                                            "speicher",
                                            "de ram",
                                            "di ram",
                                            "de memoria",
                                            "de vram",
                                            "di memoria",
                                            "memoria",
                                            "memoire",
                                            "de memoire",
                                            "оперативной памяти",
                                            "памяти",
                                            "видеопамяти",
                                            "内存",
                                            "显存",
                                            "的内存",
                                            "的显存",
                                            "のメモリ",
                                            "メモリ",
                                            "のvram",
                                            "من الذاكره",
                                            "ذاكره",
                                            "laptop",
                                            "card",
                                            "machine",
                                            "arbeitsspeicher",
                                            "озу",
                                            "unified memory",
                                            "of unified memory",
                                            "graphics card",
                                            "grafikkarte",
                                            "grafikspeicher",
                                            "램",
                                            "메모리",
                                            "रैम",
                                            "मेमोरी",
                                            "operatywk",
                                            "оперативк",
                                            "відеопам",
                                            "пам'яті",
                                            "geheugen",
                                            "pamieci",
                                            "bellek",
                                            "minne",
                                            "memori",
                                            "bo nho" };

static const char *
skip_space (const char *p)
{
  while (*p == ' ' || *p == '-')
    p++;
  return p;
}

/* "1.5", "1,5" and "1,000" as millionths. */
static const char *
read_number (const char *p,
             gint64     *millionths)
{
  char digits[MAX_DIGITS + 2];
  gboolean inexact;
  guint n = 0;

  for (; n < MAX_DIGITS; p++)
    {
      gboolean groups = (*p == ',' || *p == '.' || *p == ' ' || *p == '\'') &&
                        g_ascii_isdigit (p[1]) && g_ascii_isdigit (p[2]) &&
                        g_ascii_isdigit (p[3]) && !g_ascii_isdigit (p[4]) && n > 0 &&
                        digits[0] != '0' && (*p != ' ' || n <= 3);

      if (groups)
        continue;
      if (g_ascii_isdigit (*p))
        digits[n++] = *p;
      else if ((*p == '.' || *p == ',') && g_ascii_isdigit (p[1]) &&
               memchr (digits, '.', n) == NULL && n > 0)
        digits[n++] = '.';
      else
        break;
    }
  if (!td_decimal_parse_scaled (digits, n, 6, TD_DECIMAL_PLAIN, millionths, &inexact))
    *millionths = -1;
  while (g_ascii_isdigit (*p))
    p++;
  return p;
}

static gboolean
begins_word (const char *text,
             const char *p)
{
  return p == text ||
         td_script_of (g_utf8_get_char (g_utf8_prev_char (p))) !=
           td_script_of (g_utf8_get_char (p)) ||
         !td_script_has_spaces (td_script_of (g_utf8_get_char (p)));
}

/* 一百五十万: what a sign stands for, or 0. */
static gint64
weigh_sign (const char *p)
{
  switch (g_utf8_get_char (p))
    {
    case 0x4e00: /* 一 */
      return 1;
    case 0x4e8c: /* 二 */
    case 0x4e24: /* 两 */
    case 0x5169: /* 兩 */
      return 2;
    case 0x4e09: /* 三 */
      return 3;
    case 0x56db: /* 四 */
      return 4;
    case 0x4e94: /* 五 */
      return 5;
    case 0x516d: /* 六 */
      return 6;
    case 0x4e03: /* 七 */
      return 7;
    case 0x516b: /* 八 */
      return 8;
    case 0x4e5d: /* 九 */
      return 9;
    case 0x5341: /* 十 */
      return 10;
    case 0x767e: /* 百 */
      return 100;
    case 0x5343: /* 千 */
      return 1000;
    case 0x4e07: /* 万 */
    case 0x842c: /* 萬 */
      return 10000;
    default:
      return 0;
    }
}

static const char *
read_signs (const char *p,
            gint64     *millionths)
{
  gint64 sum = 0;
  gint64 section = 0;
  gint64 digit = 0;
  gint64 weight;

  for (guint n = 0; n < MAX_DIGITS && (weight = weigh_sign (p)) > 0; n++)
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

/* The same one by one, by their first bytes. */
typedef struct
{
  const char *word;
  gint64 millionths;
  guint16 length;
} NumberWord;

#define MAX_NUMBER_WORDS 512

static NumberWord words_by_byte[MAX_NUMBER_WORDS];
static guint16 first_of_byte[257];

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

static const char *
read_number_word (const char *p,
                  gint64     *millionths)
{
  gsize longest = 0;

  sort_number_words ();
  for (guint i = first_of_byte[(guint8) *p]; i < first_of_byte[(guint8) *p + 1]; i++)
    {
      const NumberWord *word = &words_by_byte[i];

      if (word->length <= longest || strncmp (word->word, p, word->length) != 0 ||
          !(p[word->length] == ' ' || p[word->length] == '-' || (guint8) *p >= 0xe0))
        continue;
      longest = word->length;
      *millionths = word->millionths;
    }
  return p + longest;
}

static const char *
skip_words (const char        *p,
            const char *const *words,
            guint              n,
            gboolean          *found)
{
  const char *after = skip_space (p);

  for (guint i = 0; i < n; i++)
    if (g_str_has_prefix (after, words[i]))
      {
        *found = TRUE;
        return after + strlen (words[i]);
      }
  return p;
}

static gint64
scale (gint64       millionths,
       TdAmountUnit unit,
       gint64       numerator,
       gint64       divisor)
{
  gint64 per_unit = unit == TD_AMOUNT_NUMBER ? numerator : G_GINT64_CONSTANT (1000000000);
  __int128 value = (__int128) millionths * per_unit / 1000000 / divisor;

  return value < 0 || value > G_MAXINT64 ? -1 : (gint64) value;
}

static const char *
read_unit (const char *p,
           TdAmount   *amount)
{
  const char *word = skip_space (p);

  amount->unit = TD_AMOUNT_NUMBER;
  amount->value = amount->millionths / 1000000;
  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    {
      gsize length = strlen (units[i].word);

      gboolean is_short = units[i].word[length - 1] == ' ';

      /* A short one ends where the text does, or a word. */
      if (strncmp (word, units[i].word, length - is_short) != 0 ||
          (is_short && g_unichar_isalnum (g_utf8_get_char (word + length - 1))))
        continue;
      if ((g_str_equal (units[i].word, "k") && g_ascii_isalpha (word[1]) &&
           strncmp (word, "k-", 2) != 0) ||
          (g_str_equal (units[i].word, "cent") &&
           (g_str_has_prefix (word, "centimet") || g_str_has_prefix (word, "centur"))))
        continue;
      amount->unit = units[i].unit;
      amount->value =
        scale (amount->millionths, units[i].unit, units[i].numerator, units[i].divisor);
      p = word + length - (units[i].word[length - 1] == ' ');
      while (amount->unit != TD_AMOUNT_NUMBER && g_unichar_isalpha (g_utf8_get_char (p)) &&
             (guint8) *p < 0xe0)
        p = g_utf8_next_char (p);
      break;
    }
  return p;
}

static gboolean
read_amount (const char  *text,
             const char  *start,
             const char **end,
             TdAmount    *amount)
{
  const char *p = start;

  *amount = (TdAmount) { 0 };
  if (g_ascii_isdigit (*start))
    {
      p = read_number (start, &amount->millionths);
      *end = read_unit (p, amount);
      return TRUE;
    }
  if ((guint8) *start >= 0xe3 && td_script_of (g_utf8_get_char (start)) == TD_WRITING_HAN)
    p = read_signs (start, &amount->millionths);
  else if (begins_word (text, start))
    p = read_number_word (start, &amount->millionths);
  if (p == start)
    return FALSE;
  *end = read_unit (p, amount);
  return amount->unit != TD_AMOUNT_NUMBER || amount->value >= SEVERAL;
}

/**
 * td_amount_find:
 * @at: (inout): where to look from, and where the next call goes on
 * @amount: (out caller-allocates): what was found
 *
 * Returns: whether there was another number
 */
gboolean
td_amount_find (const TdFoldedText *text,
                gsize              *at,
                TdAmount           *amount)
{
  static const char *const before[] = { "$", "€", "£", "us$" };
  const char *start = text->text + *at;
  const char *p = start;
  gboolean ignored;

  while (*start != '\0' && !read_amount (text->text, start, &p, amount))
    start = g_utf8_next_char (start);
  if (*start == '\0')
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (before); i++)
    {
      gsize length = strlen (before[i]);

      if ((gsize) (start - text->text) >= length &&
          strncmp (start - length, before[i], length) == 0)
        {
          start -= length;
          amount->unit = TD_AMOUNT_MONEY;
          amount->value = scale (amount->millionths, TD_AMOUNT_MONEY, 1, 1);
          break;
        }
    }
  if (amount->unit == TD_AMOUNT_BYTES)
    p = skip_words (p, memory_words, G_N_ELEMENTS (memory_words), &amount->is_memory);
  if (amount->unit == TD_AMOUNT_MONEY)
    p = skip_words (p, money_tails, G_N_ELEMENTS (money_tails), &ignored);
  p = skip_words (p, bounds_after, G_N_ELEMENTS (bounds_after), &amount->is_bounded);
  for (const char *q = start; q > text->text && (q[-1] == ' ' || q[-1] == '<' || q[-1] == '='); q--)
    amount->is_bounded |= q[-1] == '<';
  amount->start = start - text->text;
  amount->end = p - text->text;
  *at = amount->end;
  return TRUE;
}

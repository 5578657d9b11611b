/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers with a unit in running text. */
#include "config.h"

#include "assistant/analysis/td-amount.h"

#include <string.h>

#include "assistant/analysis/td-currencies.h"
#include "assistant/analysis/td-number-words.h"
#include "assistant/analysis/td-unit-words.h"
#include "base/td-decimal.h"

#define MAX_DIGITS 15
#define SEVERAL    40 /* a smaller number as a word counts nothing that matters here */

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
  const char *text = skip_space (p);
  const TdUnitWord *word = td_currencies_find (text);

  if (word == NULL)
    word = td_unit_words_find (text);
  amount->unit = word != NULL ? word->unit : TD_AMOUNT_NUMBER;
  amount->value = word != NULL
                    ? scale (amount->millionths, word->unit, word->numerator, word->divisor)
                    : amount->millionths / 1000000;
  if (word != NULL)
    p = text + td_unit_word_get_size (word);
  while (amount->unit != TD_AMOUNT_NUMBER && g_unichar_isalpha (g_utf8_get_char (p)) &&
         (guint8) *p < 0xe0)
    p = g_utf8_next_char (p);
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
    p = td_number_words_read_signs (start, &amount->millionths);
  else if (begins_word (text, start))
    p = td_number_words_read (start, &amount->millionths);
  if (p == start)
    return FALSE;
  *end = read_unit (p, amount);
  return amount->unit != TD_AMOUNT_NUMBER || amount->value >= SEVERAL;
}

static const char *
read_tail (const char *p,
           TdAmount   *amount)
{
  const char *after = td_currencies_skip_tail (skip_space (p));

  if (amount->unit == TD_AMOUNT_MONEY && after != NULL)
    p = after;
  if (amount->unit == TD_AMOUNT_BYTES)
    p = skip_words (p, memory_words, G_N_ELEMENTS (memory_words), &amount->is_memory);
  return skip_words (p, bounds_after, G_N_ELEMENTS (bounds_after), &amount->is_bounded);
}

/**
 * td_amount_find:
 * @text: a text
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
  const char *start = text->text + *at;
  const char *end = start;
  gsize sign;

  while (*start != '\0' && !read_amount (text->text, start, &end, amount))
    start = g_utf8_next_char (start);
  if (*start == '\0')
    return FALSE;
  sign = td_currencies_get_sign (text->text, start);
  if (sign > 0)
    {
      amount->unit = TD_AMOUNT_MONEY;
      amount->value = scale (amount->millionths, TD_AMOUNT_MONEY, 1, 1);
    }
  start -= sign;
  end = read_tail (end, amount);
  for (const char *p = start; p > text->text && (p[-1] == ' ' || p[-1] == '<' || p[-1] == '='); p--)
    amount->is_bounded |= p[-1] == '<';
  amount->start = start - text->text;
  amount->end = end - text->text;
  *at = amount->end;
  return TRUE;
}

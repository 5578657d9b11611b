/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Words for money. Euros and pounds are taken as as many dollars: they are worth more, so that a limit in
 * them is kept all the same, and no exchange rate is made up.
 */
#include "config.h"

#include "assistant/analysis/td-currencies.h"

#include <string.h>

static const TdUnitWord currencies[] = {
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
};

/* "50 centimes de dollar", "10 US cents". */
static const char *const money_tails[] = { "de dollar", "de dolares", "de dolar", "di dollaro",
                                           "di dollari", "американских", "us", "американски",
                                           "do la", "đo la", "dolar", "dollar", "人民币",
                                           "أمريكي" };

/* A centimetre is no cent. */
static gboolean
is_other_word (const TdUnitWord *currency,
               const char       *text)
{
  return g_str_equal (currency->word, "cent") &&
         (g_str_has_prefix (text, "centimet") || g_str_has_prefix (text, "centur"));
}

/**
 * td_currencies_find:
 * @text: a folded text
 *
 * Returns: (transfer none) (nullable): the word for money that @text begins with
 */
const TdUnitWord *
td_currencies_find (const char *text)
{
  for (guint i = 0; i < G_N_ELEMENTS (currencies); i++)
    if (td_unit_word_matches (&currencies[i], text) && !is_other_word (&currencies[i], text))
      return &currencies[i];
  return NULL;
}

/**
 * td_currencies_get_sign:
 * @text: a folded text
 * @number: where in it a number begins
 *
 * Returns: the length in bytes of the sign of a currency before the number, 0 if there is none
 */
gsize
td_currencies_get_sign (const char *text,
                        const char *number)
{
  static const char *const signs[] = { "$", "€", "£", "us$" };

  for (guint i = 0; i < G_N_ELEMENTS (signs); i++)
    {
      gsize length = strlen (signs[i]);

      if ((gsize) (number - text) >= length && strncmp (number - length, signs[i], length) == 0)
        return length;
    }
  return 0;
}

/**
 * td_currencies_skip_tail:
 * @text: what follows a word for money
 *
 * Returns: (nullable): where it goes on behind the rest of the name of the currency: "US" of "10 US cents"
 */
const char *
td_currencies_skip_tail (const char *text)
{
  for (guint i = 0; i < G_N_ELEMENTS (money_tails); i++)
    if (g_str_has_prefix (text, money_tails[i]))
      return text + strlen (money_tails[i]);
  return NULL;
}

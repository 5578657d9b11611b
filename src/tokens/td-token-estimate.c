/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How many tokens a text may have, for models whose tokenizer is not at hand. An estimate and
 * always labelled as one: it looks at the script, because a token is a word of English, a
 * third of a word of Russian and less than a character of Chinese.
 */
#include "config.h"

#include "tokens/td-token-estimate.h"

/* Work is bounded whatever the length: of longer texts evenly spread samples are taken. */
#define MAX_WHOLE_BYTES (256 * 1024)
#define N_SAMPLES       16
#define SAMPLE_BYTES    (MAX_WHOLE_BYTES / N_SAMPLES)

/* Everything is counted in hundredths of a token. */
#define TOKEN             100
#define LETTERS_PER_TOKEN 9 /* most words of up to nine letters are one token */
#define DIGITS_PER_TOKEN  3
#define MARKS_PER_TOKEN   2
#define COST_ACCENTED     35
#define COST_CYRILLIC     25 /* Greek too */
#define COST_SEMITIC      38 /* Hebrew, Arabic */
#define COST_IDEOGRAPH    75 /* Chinese, Japanese, Korean */
#define COST_OTHER        36 /* other scripts of Asia and Africa */
#define COST_SYMBOL       150 /* arrows, box drawing, emoji */

typedef enum
{
  CLASS_LETTER,
  CLASS_DIGIT,
  CLASS_MARK,
  CLASS_SPACE,
  CLASS_NEWLINE,
  CLASS_BEYOND, /* not ASCII */
} ByteClass;

static ByteClass
classify (guchar byte)
{
  if (byte >= 0x80)
    return CLASS_BEYOND;
  if (g_ascii_isalpha (byte))
    return CLASS_LETTER;
  if (g_ascii_isdigit (byte))
    return CLASS_DIGIT;
  if (byte == '\n' || byte == '\r')
    return CLASS_NEWLINE;
  if (byte == ' ' || byte == '\t')
    return CLASS_SPACE;
  return CLASS_MARK;
}

static gint64
divide_up (gint64 count,
           gint64 unit)
{
  return (count + unit - 1) / unit;
}

/* What a run of ASCII bytes of one class costs. A single space belongs to the word after it. */
static gint64
cost_of_run (ByteClass class,
             gsize     length)
{
  switch (class)
    {
    case CLASS_LETTER:
      return divide_up (length, LETTERS_PER_TOKEN) * TOKEN;
    case CLASS_DIGIT:
      return divide_up (length, DIGITS_PER_TOKEN) * TOKEN;
    case CLASS_MARK:
      return divide_up (length, MARKS_PER_TOKEN) * TOKEN;
    case CLASS_SPACE:
      return length > 1 ? TOKEN : 0;
    case CLASS_NEWLINE:
      return TOKEN;
    case CLASS_BEYOND:
    default:
      g_assert_not_reached ();
    }
}

static gint64
cost_of_character (gunichar character)
{
  if (character < 0x0370)
    return COST_ACCENTED;
  if (character < 0x0590)
    return COST_CYRILLIC;
  if (character < 0x0780)
    return COST_SEMITIC;
  if (character < 0x1e00)
    return COST_OTHER;
  if (character < 0x2000)
    return COST_ACCENTED;
  if (character < 0x2e80)
    return COST_SYMBOL;
  if (character < 0xd7b0 || (character >= 0xf900 && character < 0xfb00) ||
      (character >= 0xff00 && character < 0xfff0) || (character >= 0x20000 && character < 0x40000))
    return COST_IDEOGRAPH;
  return COST_SYMBOL;
}

static gint64
cost_of_text (const char *text,
              const char *end)
{
  ByteClass before = CLASS_LETTER;
  gint64 cost = 0;

  for (ByteClass class; text < end; before = class)
    {
      const char *start = text;

      class = classify (*text);

      if (class == CLASS_BEYOND)
        {
          gunichar character = g_utf8_get_char_validated (text, end - text);

          /* A sample may begin or end inside a character: its rest counts as nothing. */
          if (character == (gunichar) -1 || character == (gunichar) -2)
            {
              text++;
              continue;
            }
          cost += cost_of_character (character);
          text = g_utf8_next_char (text);
          continue;
        }
      while (text < end && classify (*text) == class)
        text++;
      if (class != CLASS_NEWLINE || before != CLASS_MARK) /* else it belongs to the mark */
        cost += cost_of_run (class, text - start);
    }
  return cost;
}

static gint64
cost_of_samples (const char *text,
                 gsize       length)
{
  gint64 cost = 0;

  for (gsize i = 0; i < N_SAMPLES; i++)
    {
      const char *start = text + (length - SAMPLE_BYTES) / (N_SAMPLES - 1) * i;

      cost += cost_of_text (start, start + SAMPLE_BYTES);
    }
  return cost * (gint64) (length / (N_SAMPLES * SAMPLE_BYTES)) +
         cost * (gint64) (length % (N_SAMPLES * SAMPLE_BYTES)) / (N_SAMPLES * SAMPLE_BYTES);
}

/**
 * td_token_estimate:
 * @text: UTF-8
 * @length: bytes of it
 *
 * Estimates the tokens of a text from its scripts. Takes well under a millisecond however long
 * the text is. What is made of the figure has to be labelled as an estimate.
 *
 * Returns: the estimate; 0 only for an empty text
 */
gint64
td_token_estimate (const char *text,
                   gsize       length)
{
  g_return_val_if_fail (text != NULL, 0);

  if (length == 0)
    return 0;
  if (length > MAX_WHOLE_BYTES)
    return divide_up (cost_of_samples (text, length), TOKEN);
  return MAX (divide_up (cost_of_text (text, text + length), TOKEN), 1);
}

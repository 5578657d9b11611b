/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tokens/td-token-script.h"

#include "base/td-words.h"

/* A text is what its samples are: looking at more would not change an estimate. */
#define MAX_BYTES    (16 * 1024)
#define N_SAMPLES    8
#define SAMPLE_BYTES (MAX_BYTES / N_SAMPLES)

/* Of a hundred visible ASCII characters, the marks beyond which it is no prose. */
#define CODE_PERCENT 14
/* Of a hundred ideographs and kana, the kana from which on it is Japanese. */
#define KANA_PERCENT 10

static const char *const names[] = {
  "latin",
  "code",
  "cyrillic",
  "greek",
  "semitic",
  "indic",
  "south-east",
  "han",
  "japanese",
  "hangul",
  "other",
};

G_STATIC_ASSERT (G_N_ELEMENTS (names) == TD_N_SCRIPTS);

/**
 * td_token_script_to_string:
 * @script: a script
 *
 * Returns: (transfer none): its name in the database
 */
const char *
td_token_script_to_string (TdTokenScript script)
{
  g_return_val_if_fail (script < TD_N_SCRIPTS, NULL);

  return names[script];
}

/**
 * td_token_script_from_string:
 * @text: (nullable): a name
 * @script: (out): the script
 *
 * Returns: whether it is the name of one
 */
gboolean
td_token_script_from_string (const char    *text,
                             TdTokenScript *script)
{
  guint index;

  if (!td_words_find (names, TD_N_SCRIPTS, text, &index))
    return FALSE;
  *script = index;
  return TRUE;
}

/* Kana are counted as Japanese, ideographs as Han. */
static TdTokenScript
classify (gunichar character)
{
  if (character < 0x0370)
    return TD_SCRIPT_LATIN;
  if (character < 0x0400)
    return TD_SCRIPT_GREEK;
  if (character < 0x0530)
    return TD_SCRIPT_CYRILLIC;
  if (character >= 0x0590 && character < 0x0780)
    return TD_SCRIPT_SEMITIC;
  if (character >= 0x0900 && character < 0x0e00)
    return TD_SCRIPT_INDIC;
  if (character >= 0x0e00 && character < 0x10a0)
    return TD_SCRIPT_SOUTH_EAST;
  if (character >= 0x1780 && character < 0x1800)
    return TD_SCRIPT_SOUTH_EAST;
  if (character >= 0x1e00 && character < 0x2000)
    return character < 0x1f00 ? TD_SCRIPT_LATIN : TD_SCRIPT_GREEK;
  if (character >= 0x3040 && character < 0x3100)
    return TD_SCRIPT_JAPANESE;
  if (character >= 0x1100 && character < 0x1200)
    return TD_SCRIPT_HANGUL;
  if (character >= 0xac00 && character < 0xd7b0)
    return TD_SCRIPT_HANGUL;
  if ((character >= 0x3400 && character < 0xa000) || (character >= 0xf900 && character < 0xfb00) ||
      (character >= 0x20000 && character < 0x40000))
    return TD_SCRIPT_HAN;
  return TD_SCRIPT_OTHER;
}

typedef struct
{
  guint characters[TD_N_SCRIPTS];
  guint letters; /* ASCII */
  guint marks;   /* ASCII, neither letters nor space; digits are no sign of either */
} Sample;

static void
add_text (Sample     *sample,
          const char *text,
          const char *end)
{
  while (text < end)
    {
      gunichar character;

      if ((guchar) *text < 0x80)
        {
          if (g_ascii_isalpha (*text))
            sample->letters++;
          else if (g_ascii_ispunct (*text))
            sample->marks++;
          text++;
          continue;
        }
      character = g_utf8_get_char_validated (text, end - text);
      /* A sample may begin or end inside a character, and not all text is UTF-8. */
      if (character == (gunichar) -1 || character == (gunichar) -2)
        {
          text++;
          continue;
        }
      /* Typographic marks stand in texts of every script. */
      if (character < 0x2000 || character >= 0x2070)
        sample->characters[classify (character)]++;
      text = g_utf8_next_char (text);
    }
}

static TdTokenScript
decide (Sample *sample)
{
  TdTokenScript best = TD_SCRIPT_LATIN;
  guint *n = sample->characters;

  /* Their tokens are longer: of as many letters, the other script has more to say. */
  n[TD_SCRIPT_LATIN] += sample->letters / 2;
  if (n[TD_SCRIPT_JAPANESE] * 100 >= (n[TD_SCRIPT_JAPANESE] + n[TD_SCRIPT_HAN]) * KANA_PERCENT)
    {
      n[TD_SCRIPT_JAPANESE] += n[TD_SCRIPT_HAN];
      n[TD_SCRIPT_HAN] = 0;
    }
  for (guint i = 0; i < TD_N_SCRIPTS; i++)
    if (n[i] > n[best])
      best = i;
  if (best == TD_SCRIPT_LATIN &&
      sample->marks * 100 > (sample->letters + sample->marks) * CODE_PERCENT)
    return TD_SCRIPT_CODE;
  return best;
}

/**
 * td_token_script_of:
 * @text: (array length=length): text
 * @length: bytes of it
 *
 * Tells what a text mostly is, from samples where it is long.
 *
 * Returns: its script; Latin for a text of none
 */
TdTokenScript
td_token_script_of (const char *text,
                    gsize       length)
{
  Sample sample = { 0 };

  g_return_val_if_fail (text != NULL || length == 0, TD_SCRIPT_LATIN);

  if (length == 0)
    return TD_SCRIPT_LATIN;
  if (length <= MAX_BYTES)
    add_text (&sample, text, text + length);
  else
    for (gsize i = 0; i < N_SAMPLES; i++)
      {
        const char *start = text + (length - SAMPLE_BYTES) / (N_SAMPLES - 1) * i;

        add_text (&sample, start, start + SAMPLE_BYTES);
      }
  return decide (&sample);
}

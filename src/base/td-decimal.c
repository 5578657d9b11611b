/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Decimal text to scaled 64-bit integers and back, exactly: the arithmetic under money, prices and
 * JSON integers. A double would already be wrong for "0.1".
 */
#include "config.h"

#include "base/td-decimal.h"

#include <string.h>

/* Larger exponents all behave alike: zero, nothing left, or too large. */
#define MAX_EXPONENT 100000

typedef struct
{
  const char *digits; /* the first digit or the point */
  gsize length;       /* of digits and point together */
  int integer_digits; /* before the point */
  int exponent;
  gboolean negative;
} Decimal;

static gsize
count_digits (const char *text,
              gsize       length)
{
  gsize n = 0;

  while (n < length && g_ascii_isdigit (text[n]))
    n++;
  return n;
}

static gboolean
split_exponent (Decimal    *self,
                const char *text,
                gsize       length)
{
  gboolean negative = FALSE;

  if (length > 0 && (*text == '-' || *text == '+'))
    {
      negative = *text == '-';
      text++;
      length--;
    }
  if (length == 0 || count_digits (text, length) != length)
    return FALSE;

  for (gsize i = 0; i < length; i++)
    self->exponent = MIN (self->exponent * 10 + (text[i] - '0'), MAX_EXPONENT);
  if (negative)
    self->exponent = -self->exponent;
  return TRUE;
}

static gboolean
split (Decimal        *self,
       const char     *text,
       gsize           length,
       TdDecimalFlags  flags)
{
  gsize before, after = 0, used;

  self->negative = length > 0 && *text == '-';
  if (self->negative)
    {
      text++;
      length--;
    }

  before = count_digits (text, length);
  used = before;
  if (used < length && text[used] == '.')
    {
      after = count_digits (text + used + 1, length - used - 1);
      used += 1 + after;
      if (after == 0)
        return FALSE;
    }
  if (before + after == 0 || before > MAX_EXPONENT || after > MAX_EXPONENT)
    return FALSE;

  self->digits = text;
  self->length = used;
  self->integer_digits = (int) before;
  self->exponent = 0;
  if (used == length)
    return TRUE;
  if ((flags & TD_DECIMAL_EXPONENT) == 0 || g_ascii_tolower (text[used]) != 'e')
    return FALSE;
  return split_exponent (self, text + used + 1, length - used - 1);
}

/* Appends the zeros that a positive power of ten stands for. */
static gboolean
shift_left (gint64 *value,
            int     power)
{
  if (*value == 0)
    return TRUE;
  for (; power > 0; power--)
    if (__builtin_mul_overflow (*value, (gint64) 10, value))
      return FALSE;
  return TRUE;
}

/**
 * td_decimal_parse_scaled:
 * @text: decimal digits, not necessarily terminated
 * @length: bytes of @text
 * @scale: the power of ten to multiply with
 * @flags: which forms are accepted
 * @result: (out): the number times ten to the power of @scale, cut towards zero
 * @inexact: (out): whether digits other than zero were cut
 *
 * Reads an optional minus, digits with an optional point (digits must follow it), and an
 * exponent if @flags allow. Independent of the locale; linear in @length.
 *
 * Returns: %FALSE when @text is anything else, or the result does not fit
 */
gboolean
td_decimal_parse_scaled (const char     *text,
                         gsize           length,
                         int             scale,
                         TdDecimalFlags  flags,
                         gint64         *result,
                         gboolean       *inexact)
{
  Decimal decimal;
  gint64 value = 0;
  int power;

  g_return_val_if_fail (text != NULL && result != NULL && inexact != NULL, FALSE);

  if (!split (&decimal, text, length, flags))
    return FALSE;

  *inexact = FALSE;
  power = decimal.integer_digits + decimal.exponent + scale;
  for (gsize i = 0; i < decimal.length; i++)
    {
      int digit = decimal.digits[i] - '0';

      if (decimal.digits[i] == '.')
        continue;
      if (--power < 0)
        {
          *inexact |= digit != 0;
          continue;
        }
      /* Collected with its sign, because the most negative number has no positive twin. */
      if (__builtin_mul_overflow (value, (gint64) 10, &value) ||
          __builtin_add_overflow (value, (gint64) (decimal.negative ? -digit : digit), &value))
        return FALSE;
    }
  if (!shift_left (&value, power))
    return FALSE;

  *result = value;
  return TRUE;
}

/**
 * td_decimal_to_text:
 * @scaled: a number times ten to the power of @scale
 * @scale: decimals that @scaled holds, at most 18
 * @min_decimals: decimals to write even when they are zero
 *
 * Writes the number exactly, without trailing zeros beyond @min_decimals, the same in every locale.
 *
 * Returns: (transfer full): the text
 */
char *
td_decimal_to_text (gint64 scaled,
                    int    scale,
                    int    min_decimals)
{
  /* Negating in unsigned arithmetic is defined for the most negative number too. */
  guint64 magnitude = scaled < 0 ? -(guint64) scaled : (guint64) scaled;
  g_autofree char *digits = NULL;
  g_autoptr (GString) text = g_string_new (scaled < 0 ? "-" : NULL);
  gsize point, end;

  g_return_val_if_fail (scale >= 0 && scale <= 18 && min_decimals <= scale, NULL);

  digits = g_strdup_printf ("%0*" G_GUINT64_FORMAT, scale + 1, magnitude);
  end = strlen (digits);
  point = end - (gsize) scale;
  while (end > point + (gsize) min_decimals && digits[end - 1] == '0')
    end--;

  g_string_append_len (text, digits, (gssize) point);
  if (end > point)
    {
      g_string_append_c (text, '.');
      g_string_append_len (text, digits + point, (gssize) (end - point));
    }
  return g_string_free_and_steal (g_steal_pointer (&text));
}

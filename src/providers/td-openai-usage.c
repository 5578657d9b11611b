/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "providers/td-openai-usage.h"

#include <string.h>

/* One dollar is 10^9 nano-dollars. */
#define NANO_DIGITS  9
#define MAX_DIGITS   18
#define MAX_EXPONENT 400

typedef struct
{
  char digits[64]; /* without leading zeros */
  guint n_digits;
  int exponent;    /* of ten, for the last digit */
} Decimal;

static gboolean
add_digit (Decimal *number, char digit)
{
  if (number->n_digits == 0 && digit == '0')
    return TRUE;
  if (number->n_digits == sizeof number->digits)
    return FALSE;
  number->digits[number->n_digits++] = digit;
  return TRUE;
}

static gboolean
parse_exponent (const char *text, Decimal *number)
{
  gint64 exponent;

  if (*text == '+')
    text++;
  if (!g_ascii_string_to_signed (text, 10, -MAX_EXPONENT, MAX_EXPONENT, &exponent, NULL))
    return FALSE;
  number->exponent += (int) exponent;
  return TRUE;
}

/* The form of JSON numbers without a sign. */
static gboolean
parse_decimal (const char *text, Decimal *number)
{
  gboolean fraction = FALSE;

  if (!g_ascii_isdigit (*text))
    return FALSE;
  for (; *text != '\0'; text++)
    {
      if (*text == 'e' || *text == 'E')
        return parse_exponent (text + 1, number);
      if (*text == '.' && !fraction)
        fraction = TRUE;
      else if (!g_ascii_isdigit (*text) || !add_digit (number, *text))
        return FALSE;
      else if (fraction)
        number->exponent--;
    }
  return TRUE;
}

/**
 * td_openai_usage_parse_cost:
 * @decimal: (nullable): dollars as a decimal number, maybe with an exponent
 *
 * Reads what a provider says a turn cost without floating point. A rest smaller than a
 * nano-dollar is rounded up, as everywhere.
 *
 * Returns: nano-dollars, or TD_USAGE_UNKNOWN when it is no such number or out of range
 */
gint64
td_openai_usage_parse_cost (const char *decimal)
{
  Decimal number = { 0 };
  gint64 nano = 0;
  gboolean rest = FALSE;
  int kept;

  if (decimal == NULL || !parse_decimal (decimal, &number))
    return TD_USAGE_UNKNOWN;
  if (number.n_digits == 0)
    return 0;
  kept = (int) number.n_digits + number.exponent + NANO_DIGITS;
  if (kept > MAX_DIGITS)
    return TD_USAGE_UNKNOWN;
  for (int i = 0; i < kept; i++)
    nano = nano * 10 + (i < (int) number.n_digits ? number.digits[i] - '0' : 0);
  for (int i = MAX (kept, 0); i < (int) number.n_digits; i++)
    rest |= number.digits[i] != '0';
  return nano + (rest ? 1 : 0);
}

static gint64
get_count (const TdJson *object, const char *name)
{
  return MAX (td_json_member_int64 (object, name, TD_USAGE_UNKNOWN), TD_USAGE_UNKNOWN);
}

static gint64
get_cost (const TdJson *usage)
{
  const TdJson *cost = td_json_get_member (usage, "cost");
  const char *text = td_json_get_number_text (cost);

  return td_openai_usage_parse_cost (text != NULL ? text : td_json_get_string (cost));
}

/**
 * td_openai_usage_read:
 * @usage: (nullable): the "usage" member of a reply or a chunk
 * @result: (out): the figures; unknown where nothing is said
 */
void
td_openai_usage_read (const TdJson *usage, TdUsage *result)
{
  const TdJson *prompt = td_json_get_member (usage, "prompt_tokens_details");
  const TdJson *completion = td_json_get_member (usage, "completion_tokens_details");

  *result = (TdUsage) TD_USAGE_INIT;
  if (td_json_get_type (usage) != TD_JSON_OBJECT)
    return;
  result->input = get_count (usage, "prompt_tokens");
  result->cached = get_count (prompt, "cached_tokens");
  result->cache_write = get_count (prompt, "cache_write_tokens");
  result->output = get_count (usage, "completion_tokens");
  result->reasoning = get_count (completion, "reasoning_tokens");
  result->total = get_count (usage, "total_tokens");
  if (result->total == TD_USAGE_UNKNOWN && result->input >= 0 && result->output >= 0)
    result->total = result->input + result->output;
  result->provider_cost = get_cost (usage);
}

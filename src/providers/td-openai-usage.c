/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "providers/td-openai-usage.h"

#include <string.h>

#include "base/td-decimal.h"

/* One dollar is 10^9 nano-dollars. */
#define NANO_DIGITS 9

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
  gint64 nano;
  gboolean inexact;

  if (decimal == NULL ||
      !td_decimal_parse_scaled (decimal, strlen (decimal), NANO_DIGITS, TD_DECIMAL_EXPONENT, &nano,
                                &inexact) ||
      nano < 0 || *decimal == '-')
    return TD_USAGE_UNKNOWN;
  return inexact && nano < G_MAXINT64 ? nano + 1 : nano;
}

static gint64
get_count (const TdJson *object,
           const char   *name)
{
  return MAX (td_json_member_int64 (object, name, TD_USAGE_UNKNOWN), TD_USAGE_UNKNOWN);
}

/* Chat Completions and Responses have different names for the same. */
static gint64
get_either_count (const TdJson *object,
                  const char   *name,
                  const char   *other)
{
  gint64 count = get_count (object, name);

  return count != TD_USAGE_UNKNOWN ? count : get_count (object, other);
}

static const TdJson *
get_details (const TdJson *usage,
             const char   *name,
             const char   *other)
{
  const TdJson *details = td_json_get_member (usage, name);

  return details != NULL ? details : td_json_get_member (usage, other);
}

/* DeepSeek and Moonshot say it beside the details instead of in them. */
static gint64
get_cached (const TdJson *usage,
            const TdJson *prompt)
{
  gint64 cached = get_count (prompt, "cached_tokens");

  if (cached == TD_USAGE_UNKNOWN)
    cached = get_either_count (usage, "prompt_cache_hit_tokens", "cached_tokens");
  return cached;
}

/* xAI counts reasoning beside the rest of the output, others within it; it is paid for either way, and
 * the total tells which. */
static void
include_reasoning (TdUsage *usage)
{
  if (usage->reasoning > 0 && usage->input >= 0 && usage->output >= 0 &&
      (__int128) usage->input + usage->output + usage->reasoning == usage->total)
    usage->output += usage->reasoning;
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
 * @usage: (nullable): the "usage" member of a reply or a chunk, of Chat Completions or Responses
 * @result: (out): the figures; unknown where nothing is said
 */
void
td_openai_usage_read (const TdJson *usage,
                      TdUsage      *result)
{
  const TdJson *prompt = get_details (usage, "prompt_tokens_details", "input_tokens_details");
  const TdJson *completion =
    get_details (usage, "completion_tokens_details", "output_tokens_details");

  *result = (TdUsage) TD_USAGE_INIT;
  if (td_json_get_type (usage) != TD_JSON_OBJECT)
    return;
  result->input = get_either_count (usage, "prompt_tokens", "input_tokens");
  result->cached = get_cached (usage, prompt);
  result->cache_write = get_count (prompt, "cache_write_tokens");
  result->output = get_either_count (usage, "completion_tokens", "output_tokens");
  result->reasoning = get_count (completion, "reasoning_tokens");
  result->total = get_count (usage, "total_tokens");
  if (result->total == TD_USAGE_UNKNOWN && result->input >= 0 && result->output >= 0)
    result->total = result->input + result->output;
  include_reasoning (result);
  result->provider_cost = get_cost (usage);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "providers/td-retry-after.h"

#include <math.h>
#include <string.h>

#include <libsoup/soup.h>

#include "base/td-clock.h"

/* Longer waits are nonsense or an attempt to overflow; nobody waits a month. */
#define MAX_WAIT_MS (G_GINT64_CONSTANT (31) * 24 * 60 * 60 * 1000)

static const struct
{
  const char *suffix;
  double ms;
} units[] = {
  /* Longer ones first: "ms" also starts with the unit of minutes. */
  { "ms", 1 },
  { "us", 1e-3 },
  { "\xC2\xB5s", 1e-3 },
  { "ns", 1e-6 },
  { "h", 3600000 },
  { "m", 60000 },
  { "s", 1000 },
  { "d", 86400000 },
};

/**
 * td_headers_find:
 * @headers: (nullable): names and values by turns, ended by %NULL
 * @name: a header name, in any case
 *
 * Returns: (transfer none) (nullable): the value of the first header of that name
 */
const char *
td_headers_find (const char *const *headers,
                 const char        *name)
{
  for (; headers != NULL && headers[0] != NULL && headers[1] != NULL; headers += 2)
    {
      if (g_ascii_strcasecmp (headers[0], name) == 0)
        return headers[1];
    }
  return NULL;
}

static gint64
to_wait (double ms)
{
  if (!(ms > 0))
    return 0;
  return ms >= (double) MAX_WAIT_MS ? MAX_WAIT_MS : (gint64) ceil (ms);
}

static gboolean
parse_number (const char  *text,
              double      *number,
              const char **rest)
{
  char *end = NULL;

  /* strtod also takes signs, "inf" and hexadecimal. */
  if (text == NULL || !(g_ascii_isdigit (*text) || *text == '.') || text[1] == 'x' ||
      text[1] == 'X')
    return FALSE;
  *number = g_ascii_strtod (text, &end);
  *rest = end;
  return end != text && isfinite (*number);
}

static double
take_unit (const char **text)
{
  for (gsize i = 0; i < G_N_ELEMENTS (units); i++)
    {
      if (g_str_has_prefix (*text, units[i].suffix))
        {
          *text += strlen (units[i].suffix);
          return units[i].ms;
        }
    }
  return -1;
}

/**
 * td_retry_after_parse_duration:
 * @text: (nullable): a duration such as "12ms", "1s", "6m0s" or "26.4s"
 *
 * Returns: milliseconds, rounded up, or -1 when @text is none
 */
gint64
td_retry_after_parse_duration (const char *text)
{
  double sum = 0;

  if (text == NULL || *text == '\0')
    return -1;
  while (*text != '\0')
    {
      double number;
      double unit;

      if (!parse_number (text, &number, &text))
        return -1;
      unit = take_unit (&text);
      if (unit < 0)
        return -1;
      sum += number * unit;
    }
  return to_wait (sum);
}

static gint64
parse_plain_number (const char *text,
                    double      unit_ms)
{
  const char *rest = NULL;
  double number;

  if (!parse_number (text, &number, &rest) || *rest != '\0')
    return -1;
  return to_wait (number * unit_ms);
}

static gint64
until (GDateTime *then)
{
  gint64 then_us = g_date_time_to_unix_usec (then);

  return to_wait ((double) (then_us - td_clock_now_us ()) / 1000);
}

/* Seconds, maybe fractional, or an HTTP date. */
static gint64
parse_retry_after (const char *text)
{
  g_autofree char *trimmed = NULL;
  g_autoptr (GDateTime) then = NULL;
  gint64 wait;

  if (text == NULL)
    return -1;
  trimmed = g_strstrip (g_strdup (text));
  wait = parse_plain_number (trimmed, 1000);
  if (wait >= 0)
    return wait;
  wait = td_retry_after_parse_duration (trimmed);
  if (wait >= 0)
    return wait;
  then = soup_date_time_new_from_http_string (trimmed);
  return then != NULL ? until (then) : -1;
}

/* Gemini: error.details[] with RetryInfo. OpenRouter: availability.retry_after in seconds. */
static gint64
read_body (const TdJson *root)
{
  const TdJson *details = td_json_get_path (root, "error.details");
  const TdJson *seconds = td_json_get_path (root, "error.availability.retry_after");
  double number;

  for (guint i = 0; i < td_json_get_length (details); i++)
    {
      gint64 wait =
        td_retry_after_parse_duration (td_json_member_string (td_json_get_element (details, i),
                                                              "retryDelay"));

      if (wait >= 0)
        return wait;
    }
  if (seconds == NULL)
    seconds = td_json_get_path (root, "availability.retry_after");
  if (td_json_get_double (seconds, &number) && number >= 0)
    return to_wait (number * 1000);
  return -1;
}

/* "12ms" or "6m0s" (OpenAI), a time in RFC 3339 (Anthropic). */
static gint64
parse_reset (const char *text)
{
  g_autoptr (GDateTime) then = NULL;
  gint64 wait = td_retry_after_parse_duration (text);

  if (wait >= 0 || text == NULL)
    return wait;
  then = g_date_time_new_from_iso8601 (text, NULL);
  return then != NULL ? until (then) : -1;
}

/* Of several limits only those that are used up matter; when none says so, the longest. */
static gint64
read_limits (const char *const *headers)
{
  static const char *const limits[][2] = {
    { "x-ratelimit-remaining-requests", "x-ratelimit-reset-requests" },
    { "x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens" },
    { "anthropic-ratelimit-requests-remaining", "anthropic-ratelimit-requests-reset" },
    { "anthropic-ratelimit-tokens-remaining", "anthropic-ratelimit-tokens-reset" },
    { "anthropic-ratelimit-input-tokens-remaining", "anthropic-ratelimit-input-tokens-reset" },
    { "anthropic-ratelimit-output-tokens-remaining", "anthropic-ratelimit-output-tokens-reset" },
  };
  gint64 used_up = -1;
  gint64 longest = -1;

  for (gsize i = 0; i < G_N_ELEMENTS (limits); i++)
    {
      gint64 wait = parse_reset (td_headers_find (headers, limits[i][1]));

      longest = MAX (longest, wait);
      if (g_strcmp0 (td_headers_find (headers, limits[i][0]), "0") == 0)
        used_up = MAX (used_up, wait);
    }
  return used_up >= 0 ? used_up : longest;
}

/* OpenRouter: milliseconds since 1970. */
static gint64
read_reset_time (const char *const *headers)
{
  const char *text = td_headers_find (headers, "x-ratelimit-reset");
  gint64 then_ms;

  if (text == NULL || !g_ascii_string_to_signed (text, 10, 1, G_MAXINT64, &then_ms, NULL))
    return -1;
  if (then_ms < G_GINT64_CONSTANT (100000000000))
    return -1; /* seconds, or a count: nobody says which */
  return to_wait ((double) then_ms - (double) td_clock_now_us () / 1000);
}

/* Hugging Face: RateLimit: "api";r=0;t=55 */
static gint64
read_rate_limit_field (const char *const *headers)
{
  const char *text = td_headers_find (headers, "ratelimit");
  g_auto (GStrv) parts = NULL;

  if (text == NULL)
    return -1;
  parts = g_strsplit (text, ";", 16);
  for (guint i = 0; parts[i] != NULL; i++)
    {
      const char *part = g_strstrip (parts[i]);

      if (g_str_has_prefix (part, "t="))
        return parse_plain_number (part + 2, 1000);
    }
  return -1;
}

/**
 * td_retry_after_read:
 * @headers: (nullable): the reply's headers, names and values by turns
 * @root: (nullable): the reply's body, when it is JSON
 *
 * Looks for a wait in the order the providers' own libraries do: retry-after-ms, retry-after,
 * the body, the headers about limits.
 *
 * Returns: milliseconds, or -1 when nothing is said
 */
gint64
td_retry_after_read (const char *const *headers,
                     const TdJson      *root)
{
  gint64 wait = parse_plain_number (td_headers_find (headers, "retry-after-ms"), 1);

  if (wait < 0)
    wait = parse_retry_after (td_headers_find (headers, "retry-after"));
  if (wait < 0)
    wait = read_body (root);
  if (wait < 0)
    wait = read_limits (headers);
  if (wait < 0)
    wait = read_reset_time (headers);
  if (wait < 0)
    wait = read_rate_limit_field (headers);
  return wait;
}

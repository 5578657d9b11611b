/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/td-format.h"

#include <glib/gi18n.h>
#include <stdio.h>

#include "base/td-clock.h"

/**
 * td_format_price:
 * @price: a price per million tokens
 *
 * Returns: (transfer full): the amount, “Free” or “Unknown”, translated
 */
char *
td_format_price (TdPrice price)
{
  if (price < 0)
    return g_strdup (C_("price", "Unknown"));
  if (price == 0)
    return g_strdup (C_("price", "Free"));
  return td_price_format (price);
}

/**
 * td_format_when:
 * @time_us: microseconds since 1970
 *
 * Returns: (transfer full): the time of day for today, the date for earlier days
 */
char *
td_format_when (gint64 time_us)
{
  g_autoptr (GDateTime) now_utc = g_date_time_new_from_unix_utc_usec (td_clock_now_us ());
  g_autoptr (GDateTime) now = g_date_time_to_local (now_utc);
  g_autoptr (GDateTime) time_utc = g_date_time_new_from_unix_utc_usec (time_us);
  g_autoptr (GDateTime) time = NULL;
  int days;

  if (time_utc == NULL)
    return g_strdup ("");
  time = g_date_time_to_local (time_utc);
  days = (g_date_time_get_year (now) - g_date_time_get_year (time)) * 366 +
         g_date_time_get_day_of_year (now) - g_date_time_get_day_of_year (time);
  if (days == 0)
    /* Translators: a time of day, as of strftime() */
    return g_date_time_format (time, _("%H:%M"));
  if (days == 1)
    return g_strdup (_("Yesterday"));
  if (days > 0 && days < 7)
    return g_date_time_format (time, "%A");
  /* Translators: a date, as of strftime(): 23 Nov 2026 */
  return g_date_time_format (time, _("%-d %b %Y"));
}

/**
 * td_format_date:
 * @date: (nullable): "YYYY", "YYYY-MM" or "YYYY-MM-DD"
 *
 * Returns: (transfer full): the date as people write it, or “Unknown”
 */
char *
td_format_date (const char *date)
{
  int year = 0, month = 1, day = 1, n;
  g_autoptr (GDateTime) time = NULL;

  if (date == NULL)
    return g_strdup (_("Unknown"));
  n = sscanf (date, "%4d-%2d-%2d", &year, &month, &day);
  time = n > 0 ? g_date_time_new_utc (year, month, day, 0, 0, 0) : NULL;
  if (time == NULL)
    return g_strdup (date);
  if (n == 1)
    return g_date_time_format (time, "%Y");
  if (n == 2)
    /* Translators: a month, as of strftime(): November 2026 */
    return g_date_time_format (time, _("%B %Y"));
  return g_date_time_format (time, _("%-d %b %Y"));
}

/**
 * td_format_rating:
 * @tenths: a rating, 0 to 50
 *
 * Returns: (transfer full): the rating with one decimal
 */
char *
td_format_rating (int tenths)
{
  return g_strdup_printf ("%.1f", tenths / 10.0);
}

/**
 * td_format_count:
 * @count: a number of things
 *
 * Returns: (transfer full): the number with its thousands grouped as the locale wants
 */
char *
td_format_count (gint64 count)
{
  return g_strdup_printf ("%'" G_GINT64_FORMAT, count);
}
